//! What comes out of an import again: rows to be corrected or sent.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

use super::{App, AppError};
use crate::case::{Edits, Recipe};
use crate::ledger::{Exception, ImportId, RowState};
use crate::sheet::{BEYOND, MARKS, Row, Sheet, guarded};
use crate::text::visible;

/// Which rows are written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those that were refused, to be corrected.
    Rejected,
    /// Those that are neither created nor excluded, to be imported again.
    Remaining,
}

/// The columns of a written exception log; the names are those of `show --json`.
const EXCEPTION: [&str; 9] =
    ["row", "line", "column", "field", "value", "code", "message", "source", "http_status"];

impl App {
    /// Writes rows of an import as CSV: the columns of its file, and behind them where each row came from and why it
    /// is there. Such a file can be imported again as it is. Gives how many rows were written.
    pub fn write_rows(
        &self,
        id: ImportId,
        wanted: Wanted,
        out: &mut (impl Write + ?Sized),
    ) -> Result<u64, AppError> {
        let sheet = self.sheet(id)?;
        self.measure(id, &sheet)?;
        let reasons = Reasons {
            wanted,
            states: self.inner.ledger.row_states(id)?,
            exceptions: self.exceptions(id, 0, u64::MAX)?.into_iter().map(|e| (e.row, e)).collect(),
        };
        let recipe = self.recipe(id)?;
        let edits = RowEdits {
            all: Edits::new(&recipe, &sheet.columns()).map_err(AppError::Plan)?,
            fixes: row_fixes(&recipe, &sheet)?,
        };
        let (width, ascii) = reasons.measure(&sheet, &edits)?;
        reasons.write(&sheet, &edits, width, ascii, out)
    }

    /// Writes the exception log of an import as CSV, and gives how many there are.
    pub fn write_exceptions(&self, id: ImportId, out: &mut (impl Write + ?Sized)) -> Result<u64, AppError> {
        let fail = |source| AppError::File { what: "the exceptions cannot be written", source };
        // Without it a spreadsheet program takes the text for another encoding.
        out.write_all("\u{feff}".as_bytes()).map_err(fail)?;
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(EXCEPTION).map_err(|error| fail(io_error(error)))?;
        let exceptions = self.exceptions(id, 0, u64::MAX)?;
        for found in &exceptions {
            let text = |text: &Option<String>| safe(text.as_deref().unwrap_or(""));
            csv.write_record([
                found.row.to_string(),
                found.line.to_string(),
                text(&found.column),
                text(&found.field),
                text(&found.value),
                found.code.to_string(),
                safe(&found.message),
                found.source.word().to_owned(),
                found.http_status.map(|status| status.to_string()).unwrap_or_default(),
            ])
            .map_err(|error| fail(io_error(error)))?;
        }
        csv.flush().map_err(fail)?;
        Ok(exceptions.len() as u64)
    }
}

/// A text that is told, and no cell to be read again: it can steer neither a terminal nor a spreadsheet program.
pub(super) fn safe(text: &str) -> String {
    guarded(&visible(text)).into_owned()
}

/// The fixes of single rows: they would be lost with the file they were made for. Those of whole columns go with the
/// recipe, and find the text they were made for.
fn row_fixes(recipe: &Recipe, sheet: &Sheet) -> Result<Edits, AppError> {
    let mut own = Recipe::new("");
    own.fixes.extend(recipe.fixes.iter().filter(|fix| fix.row.is_some()).cloned());
    Edits::new(&own, &sheet.columns()).map_err(AppError::Plan)
}

/// What a person changed about the rows.
struct RowEdits {
    /// All of it: rows that are left out are not wanted here either.
    all: Edits,
    /// The fixes of single rows.
    fixes: Edits,
}

impl RowEdits {
    /// Whether a row is none that would ever be sent.
    fn is_no_case(&self, row: &Row) -> bool {
        row.is_blank() || row.aside.is_some() || self.all.left_out(&self.all.apply(row).row).is_some()
    }
}

/// Which rows are wanted, and why each is there.
struct Reasons {
    wanted: Wanted,
    states: HashMap<u64, RowState>,
    exceptions: HashMap<u64, Exception>,
}

impl Reasons {
    /// The column at fault and the reason, for a row that is wanted.
    fn of(&self, row: &Row, edits: &RowEdits) -> Option<(String, String)> {
        let state = self.states.get(&row.number).copied().unwrap_or(RowState::NotSent);
        let logged = || {
            let exception = self.exceptions.get(&row.number);
            let column = exception.and_then(|exception| exception.column.clone());
            (column.unwrap_or_default(), exception.map(|e| e.message.clone()).unwrap_or_default())
        };
        match (self.wanted, state) {
            (_, RowState::Rejected) => Some(logged()),
            (Wanted::Remaining, RowState::Unknown | RowState::Sending) => {
                let (column, message) = logged();
                Some((column, format!("unknown: {message}")))
            }
            (Wanted::Remaining, RowState::NotSent) if !edits.is_no_case(row) => {
                Some((String::new(), "not sent".to_owned()))
            }
            _ => None,
        }
    }

    /// The row with its own fixes. One that may be in Trackops stays as it is in the file, by which it is known again.
    fn as_written<'r>(&self, row: &'r Row, edits: &RowEdits) -> Cow<'r, Row> {
        match self.states.get(&row.number) {
            Some(RowState::Unknown | RowState::Sending) => Cow::Borrowed(row),
            _ => edits.fixes.apply(row).row,
        }
    }

    /// How many cells the longest wanted row has, and whether all of it is plain ASCII.
    fn measure(&self, sheet: &Sheet, edits: &RowEdits) -> Result<(usize, bool), AppError> {
        let columns = sheet.columns();
        let (mut width, mut ascii) = (columns.len(), columns.iter().all(|column| column.header.is_ascii()));
        for row in sheet.rows_from(1)? {
            let row = row?;
            let Some((column, reason)) = self.of(&row, edits) else { continue };
            let cells = &self.as_written(&row, edits).cells;
            let filled = cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).last();
            width = width.max(filled.map_or(0, |(last, _)| last + 1));
            ascii &= cells.iter().all(str::is_ascii) && column.is_ascii();
            ascii &= plain(&row.placed(reason)).is_ascii();
        }
        Ok((width, ascii))
    }

    fn write(
        &self,
        sheet: &Sheet,
        edits: &RowEdits,
        width: usize,
        ascii: bool,
        out: &mut (impl Write + ?Sized),
    ) -> Result<u64, AppError> {
        let fail = |source| AppError::File { what: "the rows cannot be written", source };
        if !ascii {
            // Without it a spreadsheet program takes the text for another encoding.
            out.write_all("\u{feff}".as_bytes()).map_err(fail)?;
        }
        let mut csv = csv::Writer::from_writer(out);
        let columns = sheet.columns();
        let names: Vec<String> = (0..width)
            .map(|index| columns.get(index).map_or_else(|| BEYOND.to_owned(), |column| column.header.clone()))
            .collect();
        let header = names.iter().map(|name| guarded(name)).chain(MARKS.iter().map(|mark| Cow::from(*mark)));
        csv.write_record(header.map(Cow::into_owned)).map_err(|error| fail(io_error(error)))?;
        let mut written = 0;
        for row in sheet.rows_from(1)? {
            let row = row?;
            let Some((column, reason)) = self.of(&row, edits) else { continue };
            let edited = self.as_written(&row, edits);
            let cells = (0..width).map(|index| guarded(edited.cells.get(index).unwrap_or("")).into_owned());
            let reason = plain(&row.placed(reason)).into_owned();
            let place = [row.number.to_string(), row.line.to_string(), column, reason];
            let marks = place.iter().map(|text| safe(text));
            csv.write_record(cells.chain(marks)).map_err(|error| fail(io_error(error)))?;
            written += 1;
        }
        csv.flush().map_err(fail)?;
        Ok(written)
    }
}

/// A reason in plain signs, so that it alone does not make a file one of another encoding.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let sign = |c| match c {
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '–' | '—' => '-',
        c => c,
    };
    Cow::Owned(text.chars().map(sign).collect())
}

pub(super) fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("a row cannot be written"),
    }
}
