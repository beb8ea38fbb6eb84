//! Reading of rows by their numbers.

use super::{Row, Rows, Sheet, SheetError, SheetFault};

/// Most rows that are read over instead of opening the file again, which costs about as much.
const MAX_SKIPPED: u64 = 100;

/// Reads rows of a sheet by number. Rows that are asked for in their order, and close together, are read in one go.
pub struct RowReader {
    sheet: Sheet,
    /// Where it last read.
    rows: Option<Rows>,
}

impl RowReader {
    /// Creates it; the file is opened when the first row is read.
    #[must_use]
    pub fn new(sheet: &Sheet) -> Self {
        Self { sheet: sheet.clone(), rows: None }
    }

    /// Returns a row, counted from 1. Fails if the file has no such row.
    pub fn read(&mut self, number: u64) -> Result<Row, SheetError> {
        let is_ahead =
            |rows: &Rows| (rows.next_number()..=rows.next_number() + MAX_SKIPPED).contains(&number);
        let mut rows = match self.rows.take().filter(is_ahead) {
            Some(rows) => rows,
            None => self.sheet.rows_from(number)?,
        };
        rows.skip_to(number)?;
        let row = rows.next().transpose()?;
        self.rows = Some(rows);
        row.ok_or_else(|| SheetError { path: self.sheet.path().to_path_buf(), fault: SheetFault::Changed })
    }
}
