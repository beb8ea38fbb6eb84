//! Open files: facts known at once, and facts known after the whole file was read.

use std::sync::PoisonError;
use std::time::Duration;

use crate::app::AppError;
use crate::case::{Recipe, SAMPLED};
use crate::home::expand_path;
use crate::ledger::{Import, ImportId};
use crate::sheet::Sheet;
use crate::tui::core::effects::runner::EffectRunner;
use crate::tui::core::msg::{Opened, Origin, Reply, Sentence, SheetFacts};

/// Time within which a file is read without reporting progress.
const AT_ONCE: Duration = Duration::from_millis(200);
/// Interval between progress reports while a file is read.
const BETWEEN_NEWS: Duration = Duration::from_millis(250);

impl EffectRunner {
    pub(crate) fn open(&self, origin: &Origin) -> Result<Opened, AppError> {
        let app = &self.app;
        // Other imports may have run since.
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let (import, sheet) = match origin {
            Origin::Existing(id) => {
                let sheet = app.imports().sheet(*id)?;
                (app.imports().get(*id)?, sheet)
            }
            Origin::New(path) => app.drafts().create(&expand_path(path))?,
            Origin::Duplicate(id, path) => app.drafts().duplicate(*id, &expand_path(path))?,
        };
        let (import, guessed_later) = match origin {
            Origin::Existing(_) => app.drafts().guess_later(import, &sheet)?,
            Origin::New(_) | Origin::Duplicate(..) => (import, Vec::new()),
        };
        Ok(Opened { guessed_later, ..self.hold(import, &sheet)? })
    }

    /// Keeps a file open and returns what is known so far.
    pub(crate) fn hold(&self, import: Import, sheet: &Sheet) -> Result<Opened, AppError> {
        self.app.drafts().open(&import);
        self.facts_at_once(import, sheet)
    }

    /// Reads an open draft again if another program has changed or started it. Changes still apply to the earlier one,
    /// until the screen shows this one.
    pub(crate) fn refresh(&self, id: ImportId) -> Result<Option<Opened>, AppError> {
        let import = self.app.imports().get(id)?;
        if self.app.drafts().is_as_opened(&import) {
            return Ok(None);
        }
        let sheet = self.app.imports().sheet(id)?;
        self.facts_at_once(import, &sheet).map(Some)
    }

    /// Keeps a file open, and returns what is known about it at once.
    fn facts_at_once(&self, import: Import, sheet: &Sheet) -> Result<Opened, AppError> {
        *self.sheet.lock().unwrap_or_else(PoisonError::into_inner) = Some((import.id, sheet.clone()));
        // Nearly every file is read before anyone notices.
        match sheet.scan_within(AT_ONCE) {
            Some(_) => self.facts(import.id, sheet),
            None => self.facts_so_far(import, sheet),
        }
    }

    /// Returns the facts of a file after reading it whole.
    pub(crate) fn facts(&self, id: ImportId, sheet: &Sheet) -> Result<Opened, AppError> {
        let import = self.app.imports().measure(id, sheet)?;
        let mut opened = self.facts_so_far(import, sheet)?;
        opened.rows = opened.import.counts.rows;
        opened.sheet.how = sheet.format_lines(true)?;
        opened.sheet.hidden = sheet.scan()?.hidden;
        opened.sheet.odd = sheet.format_notes()?;
        opened.sheet.earlier = self.app.imports().earlier(sheet, opened.import.id)?;
        if let Some(like) = opened.import.duplicated_from {
            // A deleted import has nothing to compare with.
            opened.sheet.drift = self.app.drafts().drift(sheet, like).unwrap_or_default();
        }
        if let Some(like) = self.app.drafts().resembling(sheet)?.filter(|like| like.id != id) {
            opened.sheet.looks_like = Some((like.id, like.name));
        }
        opened.measured = true;
        Ok(opened)
    }

    fn facts_so_far(&self, import: Import, sheet: &Sheet) -> Result<Opened, AppError> {
        let recipe = self.app.imports().recipe(import.id)?;
        let samples = sheet.first_rows(SAMPLED)?;
        let facts = SheetFacts {
            layout: sheet.layout(),
            encoding_doubt: sheet.encoding_doubt(),
            worksheets: sheet.worksheets().0.to_vec(),
            alike: sheet.same_columns().iter().map(|(name, _)| name.clone()).collect(),
            ..SheetFacts::default()
        };
        let guesses = self.app.drafts().suggestions(sheet, &recipe)?;
        let (columns, rows) = (sheet.columns(), sheet.progress().rows);
        let guessed_later = Vec::new();
        Ok(Opened {
            import,
            recipe,
            columns,
            rows,
            samples,
            guesses,
            guessed_later,
            sheet: facts,
            measured: false,
        })
    }

    /// Waits until the whole file has been read, reporting progress.
    pub(crate) async fn measure(&self, id: ImportId) -> Result<Opened, Sentence> {
        let sheet = self.blocking(move |runner| runner.sheet(id)).await?;
        while sheet.scanned().is_none() {
            tokio::time::sleep(BETWEEN_NEWS).await;
            let progress = sheet.progress();
            let part = progress.bytes.saturating_mul(100) / progress.of.max(1);
            self.tell(Reply::Reading(id, progress.rows, part)).await;
        }
        self.blocking(move |runner| runner.facts(id, &sheet)).await
    }

    /// Returns the open file of an import.
    pub(crate) fn sheet(&self, id: ImportId) -> Result<Sheet, AppError> {
        let known = self.sheet.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some((open, sheet)) if open == id => Ok(sheet),
            _ => self.app.imports().sheet(id),
        }
    }

    pub(crate) fn sheet_and_recipe(&self, id: ImportId) -> Result<(Sheet, Recipe), AppError> {
        Ok((self.sheet(id)?, self.app.imports().recipe(id)?))
    }
}
