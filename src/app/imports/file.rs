//! The file of an import.

use crate::app::error::AppError;
use crate::app::imports::Imports;
use crate::app::imports::profile::profile;
use crate::app::imports::recipe::recipe_of;
use crate::ledger::{FileFacts, Import, ImportId};
use crate::sheet::{Layout, Scan, Sheet, SheetError};

impl Imports {
    /// Opens the file of an import in the same format as before. [`measure`](Self::measure) tests whether it is still
    /// the same file.
    pub fn sheet(&self, id: ImportId) -> Result<Sheet, AppError> {
        let import = self.get(id)?;
        let layout = match (import.layout.as_str(), import.sha256) {
            ("", Some(_)) => Layout::plain(),
            ("", None) => recipe_of(&import)?.sheet,
            (layout, _) => Layout::from_toml(layout),
        };
        let encoding_guessed = recipe_of(&import)?.sheet.encoding.is_none();
        let layout = Layout { encoding_guessed, ..layout };
        Ok(Sheet::open_as(&import.file.unwrap_or_default(), &layout)?)
    }

    /// Waits until the whole file was read. For a new import, records its hash, rows and format. Fails if the file no
    /// longer matches the one this import was created from.
    pub fn measure(&self, id: ImportId, sheet: &Sheet) -> Result<Import, AppError> {
        let scan = sheet.scan()?;
        sheet.require_rows()?;
        let import = self.get(id)?;
        match import.sha256 {
            Some(sha256) if sha256 != scan.sha256 => {
                Err(AppError::FileChanged { path: sheet.path().to_path_buf(), id })
            }
            Some(_) => Ok(import),
            None => {
                self.ledger.set_file(id, facts(sheet)?)?;
                self.get(id)
            }
        }
    }

    /// Returns an import after measuring its file, unless that was done: the program that created it may have died
    /// before.
    pub fn ensure_measured(&self, id: ImportId) -> Result<Import, AppError> {
        let import = self.get(id)?;
        match import.sha256 {
            Some(_) => Ok(import),
            None => self.measure(id, &self.sheet(id)?),
        }
    }

    /// Describes the account's earlier imports of the same file, a sentence each, newest first.
    pub fn earlier(&self, sheet: &Sheet, but: ImportId) -> Result<Vec<String>, AppError> {
        let Some((account, _)) = self.accounts.in_use() else { return Ok(Vec::new()) };
        let imports = self.ledger.imports_of_file(&account, sheet.scan()?.sha256)?;
        Ok(imports.iter().filter(|import| import.id != but).map(describe_earlier).collect())
    }
}

/// Returns the facts about a file that the ledger stores.
pub(in crate::app) fn facts(sheet: &Sheet) -> Result<FileFacts, SheetError> {
    let Scan { sha256, rows, columns, .. } = sheet.scan()?;
    let (layout, profile) = (sheet.layout().to_toml(), profile(columns));
    Ok(FileFacts { sha256: *sha256, rows: *rows, layout, profile })
}

/// Describes an earlier import of the same file.
fn describe_earlier(import: &Import) -> String {
    let at = jiff::Timestamp::from_second(import.started_at.unwrap_or(import.created_at)).unwrap_or_default();
    let at = at.to_zoned_datetime(jiff::tz::TimeZone::system());
    format!(
        "this file was imported on {} (import {}, {}): {} created, {} rejected, {} excluded, {} unknown, {} not sent",
        at.strftime("%A %Y-%m-%d at %H:%M"),
        import.id,
        import.status,
        import.counts.created,
        import.counts.rejected,
        import.counts.excluded,
        import.counts.unknown,
        import.counts.not_sent,
    )
}
