//! The first part of a file: its format, and where its rows begin.

use std::io::Read;
use std::sync::Arc;

use csv::ByteRecord;

use super::align::{ColumnKinds, CutShort, may_be_shifted};
use super::cell_kind::CellKind;
use super::exported::{ExportedFile, unescape_header};
use super::not_a_case::UsualRow;
use super::record::RecordFormat;
use super::sniff::SampleRecord;
use super::source::SheetSource;
use super::titles::Titles;
use super::{Dialect, Header, Layout, SheetError, SheetFault, header, sniff};

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
    /// Those of them that look like cases, as if rows were pasted above the header.
    pub(super) cases_above: Vec<(u64, String)>,
    /// The header's records, unchanged.
    pub(super) rows: Vec<Vec<String>>,
    /// Number of rows in the sample with a value, for each column.
    pub(super) filled: Vec<u64>,
    /// Whether the sample is the whole file and has no rows.
    pub(super) no_rows: bool,
    /// The usual look of a row.
    pub(super) typical: UsualRow,
    /// Title lines that may come again on each page.
    page_titles: Titles,
    /// Columns of ids, dates or numbers, from 0.
    telling: Vec<usize>,
    /// Kind of cells in each column, as far as a few rows show it.
    few: Option<Arc<ColumnKinds>>,
    /// Last bytes of the header's names, one bit each: a look at it spares most rows a comparison with the names.
    endings: u128,
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
            None => sniff::sniff(&text, whole, layout),
        };
        let shape = RecordFormat::of(dialect, source.lines());
        let (unshaped, endings) = sniff::sample_with_endings(&text, whole, shape.clone());
        let width = sniff::usual_width(&unshaped);
        let shape = RecordFormat { width, end: endings.usual(), ..shape };
        let records = sniff::sample(&text, whole, shape.clone());
        if records.is_empty() {
            return Err(source.error(SheetFault::Empty));
        }
        if let Some(Header::Lines(line, _) | Header::None(line)) = layout.header
            && records.last().is_some_and(|last| last.start.line < line)
        {
            return Err(source.error(SheetFault::NoSuchLine(line)));
        }
        let mut found = header::find(&records, width, layout.header);
        let (mut shape, mut records, mut width) = (shape, records, width);
        if source.worksheet.is_none()
            && let Some(narrow) = header::narrower_width(&records, &found, width)
        {
            (width, shape.width) = (narrow, narrow);
            records = sniff::sample(&text, whole, shape.clone());
            found = header::find(&records, width, layout.header);
        }
        if found.columns.len() > MAX_COLUMNS {
            return Err(source.error(SheetFault::TooManyColumns));
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
        let above = || records.iter().take(found.first);
        let mut head = Self {
            shape,
            returned,
            filled: filled.collect(),
            header: found.header,
            body,
            titles: above().map(title).collect(),
            cases_above: Vec::new(),
            rows: records
                .get(found.first..found.body.min(records.len()))
                .unwrap_or_default()
                .iter()
                .map(|record| record.cells.clone())
                .collect(),
            no_rows: whole && rows.is_empty(),
            typical: UsualRow::default(),
            page_titles: Titles::of(above()),
            telling: Vec::new(),
            few: None,
            endings: 0,
            columns: found.columns,
        };
        let headers = rows.iter().filter(|row| head.is_again(&row.cells.iter().map(String::as_str))).count();
        head.page_titles.drop_usual(rows, headers);
        let is_of_table = |row: &&SampleRecord| !head.is_of_page(row);
        head.typical = header::typical(rows.iter().filter(is_of_table), width);
        let mut below_case = false;
        let (cases, titles): (Vec<_>, Vec<_>) = above().partition(|line| {
            let is_like = head.typical.is_like(line);
            below_case |= is_like;
            // A full line below a case is one too, even if it lacks dates or numbers.
            is_like || (below_case && line.filled() * 2 > head.typical.filled)
        });
        head.cases_above = cases.into_iter().map(title).collect();
        head.page_titles = Titles::of(titles.into_iter());
        head.page_titles.drop_usual(rows, headers);
        let names = head.rows.iter().flatten().map(|name| bare(name.as_bytes()));
        head.endings = names.filter_map(<[u8]>::last).fold(0, |bits, last| bits | ending(*last));
        let table_rows = head.table_rows(rows);
        head.shape.columns = ColumnKinds::of(&table_rows, width).map(Arc::new);
        head.telling = header::telling_columns(&table_rows, width);
        head.few = ColumnKinds::of_few(&table_rows, width).map(Arc::new);
        head.shape.cut_short = CutShort::of(&table_rows, width).map(Arc::new);
        Ok(head)
    }

    /// The rows of the sample that show what the columns hold.
    fn table_rows<'r>(&self, rows: &'r [SampleRecord]) -> Vec<&'r SampleRecord> {
        // Our own files have all their cells. If the header is wider than the rows, any row may be.
        if self.returned.is_some() || self.columns.len() != self.shape.width {
            return Vec::new();
        }
        let table_rows = rows.iter().filter(|row| !self.is_of_page(row));
        // Rows below another header belong to another table.
        table_rows.take_while(|row| row.filled() < 2 || !header::looks_like_header(row)).collect()
    }

    /// Whether a row repeats the header or a title line, as on each page of a report.
    fn is_of_page(&self, row: &SampleRecord) -> bool {
        let cells = row.cells.iter().map(String::as_str);
        self.is_again(&cells) || self.repeats_title(&cells.map(str::as_bytes))
    }

    /// Whether a row repeats a title line but for its date and page number.
    pub(super) fn repeats_title<'c>(&self, cells: &(impl Iterator<Item = &'c [u8]> + Clone)) -> bool {
        self.page_titles.have(cells)
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

    /// Whether a row is the header of another table: this header in another order or in other words, or header words
    /// where this table has values. Cheap, because rows with digits, which is nearly all of them, never have the latter.
    pub(super) fn begins_other_table(&self, cells: &ByteRecord) -> bool {
        let first = cells.iter().map(bare).find(|cell| !cell.is_empty());
        let may_be_name = first.and_then(<[u8]>::last).is_some_and(|last| self.endings & ending(*last) != 0);
        if may_be_name && self.rows.iter().any(|header| reorders(header, cells) || begins_like(header, cells))
        {
            return true;
        }
        if self.telling.is_empty() || cells.as_slice().iter().any(u8::is_ascii_digit) {
            return false;
        }
        let cells_as_text = || cells.iter().map(String::from_utf8_lossy).collect::<Vec<_>>();
        let fits_nothing = self.shape.columns.as_ref().is_some_and(|columns| columns.fits_nothing(cells));
        let names = || self.columns.iter().filter(|name| !name.is_empty()).count();
        (fits_nothing && header::names_columns(&cells_as_text()))
            || (self.has_only_words(cells) && header::names_every_column(&cells_as_text(), names()))
    }

    /// Whether a row has words in each filled cell of the columns with ids, dates or numbers, at least in one.
    fn has_only_words(&self, cells: &ByteRecord) -> bool {
        let kind =
            |column: &usize| CellKind::of(&String::from_utf8_lossy(cells.get(*column).unwrap_or_default()));
        let mut filled = self.telling.iter().map(kind).filter(|kind| *kind != CellKind::Empty).peekable();
        filled.peek().is_some() && filled.all(|kind| kind == CellKind::Words)
    }

    /// Whether an unquoted delimiter may have shifted the cells of a row with only empty cells beyond the header.
    pub(super) fn may_be_shifted(&self, cells: &ByteRecord) -> bool {
        // Our own files have all their cells.
        self.returned.is_none() && {
            let delimiter = self.shape.dialect.delimiter.0;
            may_be_shifted(self.few.as_deref(), cells, self.columns.len(), delimiter)
        }
    }
}

/// A cell without spaces around it, and without the mark at the start of a joined file.
fn bare(cell: &[u8]) -> &[u8] {
    cell.strip_prefix("\u{feff}".as_bytes()).unwrap_or(cell).trim_ascii()
}

/// The bit of the last byte of a name. Ids end with digits, names seldom do.
fn ending(last: u8) -> u128 {
    1 << (last.to_ascii_lowercase() & 0x7F)
}

/// Whether a row has at least two names of a header in their columns, the first cell included, and else only words.
fn begins_like(header: &[String], cells: &ByteRecord) -> bool {
    let filled = header.iter().zip(cells).map(|(name, cell)| (bare(name.as_bytes()), bare(cell)));
    let mut filled = filled.filter(|(_, cell)| !cell.is_empty()).peekable();
    filled.peek().is_some_and(|(name, cell)| name.eq_ignore_ascii_case(cell))
        && !cells.as_slice().iter().any(u8::is_ascii_digit)
        && filled.filter(|(name, cell)| name.eq_ignore_ascii_case(cell)).count() > 1
}

/// Whether a row has nearly only names of a header, and at least one in another column: joined files have their columns
/// in different orders.
fn reorders(header: &[String], cells: &ByteRecord) -> bool {
    let names = header.iter().map(|name| bare(name.as_bytes()));
    let filled = cells.iter().map(bare).enumerate().filter(|(_, cell)| !cell.is_empty());
    let starts = filled.clone().next();
    if !starts.is_some_and(|(_, first)| names.clone().any(|name| name.eq_ignore_ascii_case(first))) {
        return false;
    }
    let total = names.clone().filter(|name| !name.is_empty()).count();
    let mut left: Vec<&[u8]> = names.clone().collect();
    let (mut moved, mut others, mut is_certain) = (0_usize, 0_usize, false);
    for (column, cell) in filled {
        let known = left.iter().position(|name| name.eq_ignore_ascii_case(cell));
        others += usize::from(known.is_none());
        // `Claim Number` can only be the header again, but `First` may be someone's name.
        is_certain |= known.is_some() && cell.contains(&b' ');
        if let Some(at) = known {
            left.swap_remove(at);
            let in_place = names.clone().nth(column).is_some_and(|name| name.eq_ignore_ascii_case(cell));
            moved += usize::from(!in_place);
        }
    }
    let known = header.len() - left.len();
    moved > 0 && known >= 2 && known * 2 >= total && others * (if is_certain { 1 } else { 3 }) <= known
}

fn title(record: &SampleRecord) -> (u64, String) {
    let cells = record.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    (record.start.line, cells.collect::<Vec<_>>().join(" "))
}
