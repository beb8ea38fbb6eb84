//! The first part of a file: its format, and where its rows begin.

use std::io::Read;
use std::sync::Arc;

use csv::ByteRecord;

use super::align::ColumnKinds;
use super::exported::{ExportedFile, unescape_header};
use super::not_a_case::UsualRow;
use super::record::RecordFormat;
use super::sniff::SampleRecord;
use super::source::SheetSource;
use super::{Dialect, Header, Layout, SheetError, header, sniff};

/// Number of bytes of text used to detect the format.
const SAMPLE: u64 = 1 << 18;
/// Columns of the widest possible worksheet.
const MAX_COLUMNS: usize = 1 << 14;

/// Format detected from the first part of a file.
#[derive(Debug)]
pub(super) struct DetectedFormat {
    /// How records are written.
    pub(super) shape: RecordFormat,
    pub(super) columns: Vec<String>,
    /// Layout of a file that we exported for correction; `None` for any other file.
    pub(super) returned: Option<ExportedFile>,
    pub(super) header: Header,
    /// Byte of the text where the rows begin.
    pub(super) body: u64,
    /// Title lines above the table, with their text.
    pub(super) titles: Vec<(u64, String)>,
    /// The header's records, unchanged.
    pub(super) rows: Vec<Vec<String>>,
    /// Number of rows in the sample with a value, for each column.
    pub(super) filled: Vec<u64>,
    /// Whether the sample is the whole file and has no rows.
    pub(super) no_rows: bool,
    /// The usual look of a row.
    pub(super) typical: UsualRow,
}

impl DetectedFormat {
    /// Detects the format from the first part of a file.
    pub(super) fn of(source: &SheetSource, layout: &Layout) -> Result<Self, SheetError> {
        let mut text = Vec::new();
        let sample = source.text_at(0, &[])?.take(SAMPLE).read_to_end(&mut text);
        sample.map_err(|error| source.fail(&error))?;
        let whole = (text.len() as u64) < SAMPLE;
        let dialect = match source.worksheet {
            Some(_) => Dialect::default(),
            None => sniff::sniff(
                &text,
                whole,
                sniff::Settled {
                    delimiter: layout.delimiter,
                    quote: layout.quote,
                    escape: layout.escape,
                    padded: layout.padded,
                },
            ),
        };
        let shape = RecordFormat::of(dialect, source.lines());
        let (unshaped, endings) = sniff::sample_with_endings(&text, whole, shape.clone());
        let width = sniff::usual_width(&unshaped);
        let shape = RecordFormat { width, end: endings.usual(), ..shape };
        let records = sniff::sample(&text, whole, shape.clone());
        if records.is_empty() {
            return Err(SheetError::Empty { path: source.path.clone() });
        }
        if let Some(Header::Lines(line, _) | Header::None(line)) = layout.header
            && records.last().is_some_and(|last| last.start.line < line)
        {
            return Err(SheetError::NoSuchLine { path: source.path.clone(), line });
        }
        let mut found = header::find(&records, width, layout.header);
        if found.columns.len() > MAX_COLUMNS {
            return Err(SheetError::TooManyColumns { path: source.path.clone() });
        }
        let returned = ExportedFile::of(&found.columns);
        if let Some(returned) = returned {
            found.columns.truncate(returned.columns);
            found.columns = found.columns.iter().map(|name| unescape_header(name)).collect();
        }
        let byte = |record: &SampleRecord| record.start.byte;
        let last_header =
            found.body.checked_sub(1).and_then(|last| records.get(last)).map(|record| byte(record) + 1);
        let body = records.get(found.body).map(byte).or(last_header).unwrap_or_default();
        let rows = records.get(found.body..).unwrap_or_default();
        let is_filled = |column: usize| {
            move |record: &&SampleRecord| record.cells.get(column).is_some_and(|cell| !cell.trim().is_empty())
        };
        let filled =
            (0..found.columns.len()).map(|column| rows.iter().filter(is_filled(column)).count() as u64);
        let mut head = Self {
            shape,
            returned,
            filled: filled.collect(),
            header: found.header,
            body,
            titles: records.iter().take(found.first).map(title).collect(),
            rows: records
                .get(found.first..found.body.min(records.len()))
                .unwrap_or_default()
                .iter()
                .map(|record| record.cells.clone())
                .collect(),
            no_rows: whole && rows.is_empty(),
            typical: header::typical(rows, width),
            columns: found.columns,
        };
        head.shape.columns = head.column_kinds(rows).map(Arc::new);
        Ok(head)
    }

    /// Kind of cells in each column, as far as the sample shows it.
    fn column_kinds(&self, rows: &[SampleRecord]) -> Option<ColumnKinds> {
        // Our own files have all their cells. If the header is wider than the rows, any row may be.
        if self.returned.is_some() || self.columns.len() != self.shape.width {
            return None;
        }
        let table_rows = rows.iter().filter(|row| !self.is_again(&row.cells.iter().map(String::as_str)));
        // Rows below another header belong to another table.
        let table_rows = table_rows.take_while(|row| row.filled() < 2 || !header::looks_like_header(row));
        ColumnKinds::of(&table_rows.collect::<Vec<_>>(), self.shape.width)
    }

    /// Whether cells repeat the header, or the part of it that another table has.
    pub(super) fn is_again<'a, C>(&self, cells: &C) -> bool
    where
        C: Iterator<Item = &'a str> + Clone,
    {
        self.rows.iter().any(|header| {
            // Concatenated files have a byte order mark before each header.
            fn plain(text: &str) -> &str {
                text.trim_matches(|c: char| c == '\u{feff}' || c.is_whitespace())
            }
            let same = |(cell, name): &(&str, &String)| plain(cell).eq_ignore_ascii_case(plain(name));
            let pairs = || {
                let pairs = cells.clone().zip(header);
                pairs.filter(|(cell, name)| !cell.trim().is_empty() || !name.trim().is_empty())
            };
            pairs().take(1).all(|pair| same(&pair)) && pairs().count() > 1 && pairs().all(|pair| same(&pair))
        })
    }

    /// Whether a row is the header of another table: header words where this table has values. Cheap, because rows with
    /// digits, which is nearly all of them, never are.
    pub(super) fn begins_other_table(&self, cells: &ByteRecord) -> bool {
        let has_digit = cells.as_slice().iter().any(u8::is_ascii_digit);
        let Some(columns) = self.shape.columns.as_ref().filter(|_| !has_digit) else { return false };
        columns.fits_nothing(cells)
            && header::names_columns(&cells.iter().map(String::from_utf8_lossy).collect::<Vec<_>>())
    }

    /// A copy of the parts the scan needs.
    pub(super) fn for_scan(&self) -> Self {
        Self {
            shape: self.shape.clone(),
            returned: self.returned,
            columns: self.columns.clone(),
            header: self.header,
            body: self.body,
            titles: Vec::new(),
            rows: self.rows.clone(),
            filled: Vec::new(),
            no_rows: self.no_rows,
            typical: UsualRow::default(),
        }
    }
}

fn title(record: &SampleRecord) -> (u64, String) {
    let cells = record.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    (record.start.line, cells.collect::<Vec<_>>().join(" "))
}
