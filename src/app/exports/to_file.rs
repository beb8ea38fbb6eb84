//! Exports to a new file that only its owner can read.

use std::io::Write;
use std::path::{Path, PathBuf};

use strum::VariantArray;

use crate::app::error::AppError;
use crate::app::export_error::ExportError;
use crate::app::exports::Exports;
use crate::app::exports::rows::RowSelection;
use crate::case::{SAMPLED, private_columns};
use crate::home::{expand_path, new_private_file};
use crate::ledger::ImportId;
use crate::text::{plural, visible_lines};

/// Part of an import that can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::VariantArray)]
pub enum ExportKind {
    /// Rejected rows with their reasons, as CSV to import again.
    Rejected,
    /// Rows neither created nor excluded, as CSV to import again.
    Remaining,
    /// The exception log as CSV.
    Exceptions,
    /// The receipt as text.
    Receipt,
    /// The receipt as a web page.
    ReceiptHtml,
    /// The receipt as CSV.
    ReceiptCsv,
    /// All rows with their case numbers.
    Results,
    /// Instructions to delete the created cases.
    Undo,
}

impl ExportKind {
    /// Returns the end of the file name that is proposed.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Rejected => "rejected.csv",
            Self::Remaining => "remaining.csv",
            Self::Exceptions => "exceptions.csv",
            Self::Receipt => "receipt.txt",
            Self::ReceiptHtml => "receipt.html",
            Self::ReceiptCsv => "receipt.csv",
            Self::Results => "results.csv",
            Self::Undo => "undo.txt",
        }
    }

    /// Returns true if a file has a name that is proposed for an export, such as `march-rejected-2.csv`.
    #[must_use]
    pub fn is_name_of_one(file_name: &str) -> bool {
        let Some((stem, ending)) = file_name.rsplit_once('.') else { return false };
        let unnumbered = stem.trim_end_matches(|c: char| c.is_ascii_digit());
        let stem = unnumbered.strip_suffix('-').filter(|_| unnumbered != stem).unwrap_or(stem);
        let name = format!("{stem}.{ending}");
        let ends = |kind: &Self| name.strip_suffix(kind.ending()).is_some_and(|start| start.ends_with('-'));
        Self::VARIANTS.iter().any(ends)
    }
}

impl Exports {
    /// Exports a part of an import to a new file. Returns what was written, and the file. Removes a file that couldn't
    /// be written completely.
    pub fn to_file(
        &self,
        id: ImportId,
        kind: ExportKind,
        path: &Path,
    ) -> Result<(String, PathBuf), ExportError> {
        let path = expand_path(path);
        let mut file = new_private_file(&path).map_err(|error| ExportError::file(&path, error))?;
        let written = self.write_export(id, kind, &mut file).map_err(|error| match error {
            AppError::File { source, .. } => ExportError::file(&path, source),
            error => ExportError::App(error),
        });
        let synced = written.and_then(|what| {
            file.sync_all().map_err(|error| ExportError::file(&path, error))?;
            Ok(what)
        });
        if synced.is_err() {
            let _ = std::fs::remove_file(&path);
        }
        Ok((synced?, path))
    }

    /// Writes a part of an import. Returns what was written.
    fn write_export(&self, id: ImportId, kind: ExportKind, out: &mut impl Write) -> Result<String, AppError> {
        let page = |text: String, out: &mut _| write_all(out, &text).map(|()| "the receipt".to_owned());
        match kind {
            ExportKind::Rejected => {
                let rows = self.write_rows(id, RowSelection::Rejected, out)?;
                Ok(format!("{rows}{}", self.in_clear(id)?))
            }
            ExportKind::Remaining => {
                let rows = self.write_rows(id, RowSelection::Remaining, out)?;
                Ok(format!("{rows}{}", self.in_clear(id)?))
            }
            ExportKind::Exceptions => self.write_exceptions(id, out).map(|n| plural(n, "exception")),
            ExportKind::Results => {
                let rows = plural(self.write_results(id, out)?, "row");
                Ok(format!("{rows}{}", self.in_clear(id)?))
            }
            ExportKind::Receipt => page(visible_lines(&self.receipt(id)?.to_text()), out),
            ExportKind::ReceiptHtml => page(self.receipt_page(id)?.to_html(), out),
            ExportKind::ReceiptCsv => page(self.receipt(id)?.to_csv(), out),
            ExportKind::Undo => {
                write_all(out, &visible_lines(&self.receipt(id)?.to_undo()))?;
                Ok("the undo instructions".to_owned())
            }
        }
    }

    /// Names the file's private columns, which an export of its rows has in clear; empty if there are none.
    fn in_clear(&self, id: ImportId) -> Result<String, AppError> {
        let sheet = self.imports.sheet(id)?;
        let columns = sheet.columns();
        let private = private_columns(&self.imports.recipe(id)?, &columns, &sheet.first_rows(SAMPLED)?);
        let shown = columns.iter().enumerate().zip(private).filter(|(_, private)| *private);
        let names: Vec<String> = shown.map(|((at, column), _)| format!("“{}”", column.name(at))).collect();
        Ok(if names.is_empty() { String::new() } else { format!(" (with {} in clear)", names.join(", ")) })
    }
}

fn write_all(out: &mut impl Write, text: &str) -> Result<(), AppError> {
    let fail = |source| AppError::File { what: "can't write the file", source };
    out.write_all(text.as_bytes()).map_err(fail)
}
