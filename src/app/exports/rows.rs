//! Exports of rows to correct or to send.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::io::Write;

use crate::app::error::AppError;
use crate::app::exports::Exports;
use crate::app::exports::csv_file::{CsvFile, filled_len, without_control_codes};
use crate::app::exports::stored_texts::StoredTexts;
use crate::case::{Edits, Recipe};
use crate::ledger::{Exception, ImportId, RowState};
use crate::sheet::{REASON_HEADERS, Row, Sheet};
use crate::text::plural;

/// Rows to export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowSelection {
    /// Rejected rows, to correct.
    Rejected,
    /// Rows neither created nor excluded, to import again.
    Remaining,
}

/// Number of rows that an export wrote, to show in a sentence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExportedRows {
    /// Rows written.
    pub rows: u64,
    /// Rows that count as not sent but were left out, because they aren't cases: blank, a total, or skipped.
    pub not_cases: u64,
}

impl fmt::Display for ExportedRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plural(self.rows, "row"))?;
        match self.not_cases {
            0 => {}
            1 => f.write_str(" (without 1 that isn't a case)")?,
            count => write!(f, " (without {count} that aren't cases)")?,
        }
        Ok(())
    }
}

impl Exports {
    /// Writes rows of an import as CSV: the columns of its file, followed by the original place of each row and the
    /// reason. Such a file can be imported again unchanged.
    pub fn write_rows(
        &self,
        id: ImportId,
        wanted: RowSelection,
        out: &mut (impl Write + ?Sized),
    ) -> Result<ExportedRows, AppError> {
        let sheet = self.imports.sheet(id)?;
        self.imports.measure(id, &sheet)?;
        let reasons = Reasons {
            wanted,
            states: self.ledger.row_states(id)?,
            exceptions: self.imports.exceptions(id, 0, u64::MAX)?.into_iter().map(|e| (e.row, e)).collect(),
        };
        let recipe = self.imports.recipe(id)?;
        let edits = RowEdits {
            all: Edits::new(&recipe, &sheet.columns()).map_err(AppError::Plan)?,
            fixes: row_fixes(&recipe, &sheet)?,
            texts: StoredTexts::new(&recipe, &sheet),
        };
        let (width, ascii) = reasons.measure(&sheet, &edits)?;
        reasons.write(&sheet, &edits, width, ascii, out)
    }
}

/// Returns the fixes to single rows: they would be lost with the file they were made for. Fixes to whole columns stay
/// in the recipe, and find the same values again.
fn row_fixes(recipe: &Recipe, sheet: &Sheet) -> Result<Edits, AppError> {
    let mut own = Recipe::new("");
    own.fixes.extend(recipe.fixes.iter().filter(|fix| fix.row.is_some()).cloned());
    Edits::new(&own, &sheet.columns()).map_err(AppError::Plan)
}

/// Changes that the user made to rows.
struct RowEdits {
    /// All changes: skipped rows aren't exported either.
    all: Edits,
    /// Fixes to single rows.
    fixes: Edits,
    /// How to write the numbers of a workbook.
    texts: StoredTexts,
}

impl RowEdits {
    /// Returns true if a row would never be sent.
    fn is_no_case(&self, row: &Row) -> bool {
        row.is_blank() || row.not_a_case.is_some() || self.all.skip_reason(&self.all.apply(row).row).is_some()
    }
}

/// Rows to export, and the reason for each.
struct Reasons {
    wanted: RowSelection,
    states: HashMap<u64, RowState>,
    exceptions: HashMap<u64, Exception>,
}

impl Reasons {
    /// Returns the column at fault and the reason, for a row to export.
    fn of(&self, row: &Row, edits: &RowEdits) -> Option<(String, String)> {
        let state = self.states.get(&row.number).copied().unwrap_or(RowState::NotSent);
        let logged = || {
            let exception = self.exceptions.get(&row.number);
            let column = exception.and_then(|exception| exception.column.clone());
            (column.unwrap_or_default(), exception.map(|e| e.message.clone()).unwrap_or_default())
        };
        match (self.wanted, state) {
            (_, RowState::Rejected) => Some(logged()),
            (RowSelection::Remaining, RowState::Unknown | RowState::Sending) => {
                let (column, message) = logged();
                Some((column, format!("unknown: {message}")))
            }
            (RowSelection::Remaining, RowState::NotSent) if !edits.is_no_case(row) => {
                Some((String::new(), "not sent".to_owned()))
            }
            _ => None,
        }
    }

    /// Returns the row with its own fixes, and with the numbers that would be sent. A row that may be in Trackops stays
    /// as in the file, so that it is recognized.
    fn as_written<'r>(&self, row: &'r Row, edits: &RowEdits) -> Cow<'r, Row> {
        match self.states.get(&row.number) {
            Some(RowState::Unknown | RowState::Sending) if !edits.texts.has_own_text(row) => {
                Cow::Borrowed(row)
            }
            Some(RowState::Unknown | RowState::Sending) => edits.texts.apply(Cow::Borrowed(row)),
            _ => edits.texts.apply(edits.fixes.apply(row).row),
        }
    }

    /// Returns the number of cells of the longest row to export, and true if everything is ASCII.
    fn measure(&self, sheet: &Sheet, edits: &RowEdits) -> Result<(usize, bool), AppError> {
        let columns = sheet.columns();
        let (mut width, mut ascii) = (columns.len(), columns.iter().all(|column| column.header.is_ascii()));
        for row in sheet.rows_from(1)? {
            let row = row?;
            let Some((column, reason)) = self.of(&row, edits) else { continue };
            let written = self.as_written(&row, edits);
            width = width.max(filled_len(&written));
            ascii &= written.cells.iter().all(str::is_ascii) && column.is_ascii();
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
    ) -> Result<ExportedRows, AppError> {
        let mut file = CsvFile::new(out, "can't write the rows", !ascii)?;
        file.header(&sheet.columns(), width, &REASON_HEADERS)?;
        let mut not_cases = 0;
        for row in sheet.rows_from(1)? {
            let row = row?;
            let Some((column, reason)) = self.of(&row, edits) else {
                not_cases += u64::from(self.counts_as_not_sent(&row));
                continue;
            };
            let edited = self.as_written(&row, edits);
            let reason = plain(&row.placed(reason)).into_owned();
            let place = [row.number.to_string(), row.line.to_string(), column, reason];
            file.row(&edited, width, place.iter().map(|text| without_control_codes(text)))?;
        }
        Ok(ExportedRows { rows: file.finish()?, not_cases })
    }

    /// Returns true if a row that isn't exported is among the remaining rows that the counts show.
    fn counts_as_not_sent(&self, row: &Row) -> bool {
        let state = self.states.get(&row.number).copied().unwrap_or(RowState::NotSent);
        self.wanted == RowSelection::Remaining && state == RowState::NotSent
    }
}

/// Replaces typographic characters in a reason, so that it alone doesn't make the file non-ASCII.
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
