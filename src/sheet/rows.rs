//! A row, and an iterator over rows from a known place.

use std::mem;
use std::sync::Arc;

use csv::{ByteRecord, StringRecord};

use super::dialect::Mark;
use super::footer;
use super::not_a_case::{self, NotACase};
use super::record::RecordReader;
use super::row_doubt::RowDoubt;
use super::row_fault::{RowFault, has_nul};
use super::source::Raw;
use super::stored::{StoredDate, StoredNumber};
use super::text::Text;
use super::{HiddenRows, SharedSheet, SheetError, damage};

/// A data row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// Data row, from 1.
    pub number: u64,
    /// Physical line in the file where it begins, from 1; in a workbook the worksheet's row.
    pub line: u64,
    /// Its worksheet, if several are read as one table.
    pub worksheet: Option<String>,
    /// The cells as they are in the file, or cleaned up if that is on.
    pub cells: StringRecord,
    /// Numeric cells of a workbook, in the order of the columns; `cells` has them as shown.
    pub numbers: Vec<StoredNumber>,
    /// Dates of a workbook, in the order of the columns; `cells` has the whole date even if only a part is shown.
    pub dates: Vec<StoredDate>,
    /// Whether the days of the workbook's numbers count from 1904 rather than 1900.
    pub from_1904: bool,
    /// Faults in the way it is written, each with its column (from 0) if it is in one cell.
    pub faults: Vec<(RowFault, Option<usize>)>,
    /// Reason why it isn't a case.
    pub not_a_case: Option<NotACase>,
    /// Reason why it may not be a case.
    pub doubt: Option<RowDoubt>,
    /// Delimiter of the file; `None` for a row of a worksheet.
    pub delimiter: Option<Mark>,
    /// Whether empty cells beyond the header may mean that an unquoted delimiter shifted the others.
    pub may_be_shifted: bool,
}

impl Row {
    /// The number stored in a cell of a workbook, whatever it shows.
    #[must_use]
    pub fn number(&self, column: usize) -> Option<&StoredNumber> {
        self.numbers.iter().find(|number| number.column == column)
    }

    /// The date stored in a cell of a workbook.
    #[must_use]
    pub fn date(&self, column: usize) -> Option<&StoredDate> {
        self.dates.iter().find(|date| date.column == column)
    }

    /// Prefixes a sentence with the row's worksheet if several are read: the line alone doesn't say which one.
    #[must_use]
    pub fn placed(&self, sentence: String) -> String {
        on_worksheet(self.worksheet.as_deref(), sentence)
    }

    /// Whether all cells hold only spaces and padding.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(not_a_case::is_blank)
    }

    /// Whether its cells say that it is a footer: a total, a count or a note. `columns` is the number of columns.
    #[must_use]
    pub fn says_footer(&self, columns: usize) -> bool {
        footer::is_footer(&self.cells, columns)
    }
}

/// Prefixes a sentence about a row with its worksheet, unless the sentence names it already.
#[must_use]
pub fn on_worksheet(worksheet: Option<&str>, sentence: String) -> String {
    match worksheet.map(|name| format!("worksheet “{name}”: ")) {
        Some(place) if !sentence.contains(&place) => format!("{place}{sentence}"),
        _ => sentence,
    }
}

/// Bytes by which a row may be longer than the one before it without another allocation.
const SLACK: usize = 64;

/// Iterator over rows from a known place, in order.
pub struct Rows {
    sheet: Arc<SharedSheet>,
    records: Option<RecordReader<Text<Raw>>>,
    record: ByteRecord,
    /// Number of the next row.
    number: u64,
    /// First row of the footer, once known.
    footer: Option<u64>,
}

impl Rows {
    /// Creates an iterator; `records` begin at row `number`, and with `None` there are no rows.
    pub(super) fn new(
        sheet: Arc<SharedSheet>,
        records: Option<RecordReader<Text<Raw>>>,
        number: u64,
    ) -> Self {
        Self { sheet, records, record: ByteRecord::new(), number, footer: None }
    }

    /// Number of the next row.
    pub(super) fn next_number(&self) -> u64 {
        self.number
    }

    /// Skips rows until `number` is next.
    pub(super) fn skip_to(&mut self, number: u64) -> Result<(), SheetError> {
        while self.number < number && self.advance()?.is_some() {}
        Ok(())
    }

    fn advance(&mut self) -> Result<Option<(u64, Option<RowFault>)>, SheetError> {
        let Some(records) = self.records.as_mut() else { return Ok(None) };
        let start = records.read(&mut self.record).map_err(|error| self.sheet.source.fail(&error))?;
        self.number += u64::from(start.is_some());
        Ok(start.map(|start| (start.line, start.fault)))
    }

    fn row(&mut self, line: u64, fault: Option<RowFault>) -> Row {
        let mut faults: Vec<_> = fault.map(|fault| (fault, None)).into_iter().collect();
        let number = self.number - 1;
        // The next row is about as long: its record need not grow.
        let next = ByteRecord::with_capacity(self.record.as_slice().len() + SLACK, self.record.len());
        let mut record = mem::replace(&mut self.record, next);
        if let Some(returned) = self.sheet.head.returned {
            returned.cut(&mut record);
        }
        if self.sheet.source.worksheet.is_some() {
            // A worksheet doesn't say where its rows end.
            (record.len()..self.sheet.head.columns.len()).for_each(|_| record.push_field(b""));
        }
        let may_be_shifted = self.may_be_shifted(&record);
        if has_nul(record.as_slice()) {
            let is_of_nul = |(_, cell): &(usize, &[u8])| cell.contains(&0);
            faults.extend(
                record.iter().enumerate().filter(is_of_nul).map(|(index, _)| (RowFault::Nul, Some(index))),
            );
        }
        let struck = self.sheet.source.struck_parts(line);
        faults.extend(struck.map(|column| (RowFault::Struck, Some(column))));
        let mut cells = StringRecord::from_byte_record_lossy(record);
        if cells.as_slice().contains('\u{fffd}') {
            let broken = |(_, cell): &(usize, &str)| cell.contains('\u{fffd}');
            let broken = cells.iter().enumerate().filter(broken);
            faults.extend(broken.map(|(index, _)| (RowFault::BrokenText, Some(index))));
        }
        if self.sheet.layout.repair && cells.iter().any(|cell| damage::repaired(cell).is_some()) {
            cells =
                cells.iter().map(|cell| damage::repaired(cell).unwrap_or_else(|| cell.to_owned())).collect();
        }
        if self.footer.is_none() {
            self.footer = self.sheet.scanned().map(|scan| scan.rows - scan.footer.min(scan.rows) + 1);
        }
        let typical = &self.sheet.head.typical;
        let reason = if self.footer.is_some_and(|first| number >= first) {
            Some(NotACase::Footer)
        } else if self.sheet.layout.hidden == Some(HiddenRows::Exclude) && self.sheet.source.is_hidden(line) {
            Some(NotACase::Hidden)
        } else if self.sheet.head.is_again(&cells.iter()) {
            Some(NotACase::HeaderAgain)
        } else if self.sheet.scanned().is_some_and(|scan| scan.is_page_title(number))
            && typical.is_page_title(&cells)
        {
            Some(NotACase::TitleAgain)
        } else {
            typical.judge(number, &cells)
        };
        if reason.is_none() && self.sheet.scanned().is_some_and(|scan| scan.is_other_table(number)) {
            faults.push((RowFault::OtherTable, None));
        }
        if typical.is_rest_of_cell(cells.len(), cells.get(0).unwrap_or_default()) {
            faults.push((RowFault::RestOfCell, None));
        }
        let below_gap = self.sheet.scanned().and_then(|scan| scan.below_gap);
        let repeats_title = self.sheet.head.repeats_title(&cells.iter().map(str::as_bytes));
        let doubt = if repeats_title && typical.is_unlike(&cells) {
            Some(RowDoubt::MaybeTitle)
        } else {
            let is_struck = self.sheet.source.is_struck(line);
            let doubt = typical.doubt(number, &cells, below_gap.is_some_and(|first| number >= first));
            doubt.or(is_struck.then_some(RowDoubt::Struck))
        };
        let (line, worksheet) = self.sheet.source.place(line);
        let worksheet = worksheet.map(str::to_owned);
        let stored = self.records.as_mut();
        let stored = stored.map(|records| (mem::take(&mut records.numbers), mem::take(&mut records.dates)));
        let (numbers, dates) = stored.unwrap_or_default();
        Row {
            number,
            line,
            worksheet,
            cells,
            numbers,
            dates,
            from_1904: self.sheet.source.worksheet.as_ref().is_some_and(|worksheet| worksheet.from_1904),
            faults,
            not_a_case: reason,
            doubt,
            delimiter: self
                .sheet
                .source
                .worksheet
                .is_none()
                .then_some(self.sheet.head.shape.dialect.delimiter),
            may_be_shifted,
        }
    }

    /// Whether an unquoted delimiter may have shifted a row's cells. Unknown, and false, until the scan ends.
    fn may_be_shifted(&self, record: &ByteRecord) -> bool {
        let SharedSheet { head, source, .. } = &*self.sheet;
        let width = head.columns.len();
        record.len() > width
            && source.worksheet.is_none()
            && record.iter().skip(width).all(|cell| cell.trim_ascii().is_empty())
            && self.sheet.scanned().is_some_and(|scan| !scan.trailing)
            && head.may_be_shifted(record)
    }
}

impl Iterator for Rows {
    type Item = Result<Row, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.advance() {
            Ok(None) => None,
            Ok(Some((line, fault))) => Some(Ok(self.row(line, fault))),
            Err(error) => Some(Err(error)),
        }
    }
}
