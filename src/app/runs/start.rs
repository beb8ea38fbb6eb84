//! Starts runs of an import.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::app::accounts::person;
use crate::app::error::AppError;
use crate::app::imports::profile::columns_of;
use crate::app::imports::recipe::recipe_of;
use crate::app::runs::Runs;
use crate::app::runs::options::{LookUpChoice, RetryRows, StartOptions};
use crate::app::today::today;
use crate::case::{CaseField, Dest};
use crate::engine::{self, FirstResult, LookUp, Run, RunJob, RunOptions};
use crate::ledger::{Import, ImportId, OnError};
use crate::sheet::Sheet;
use crate::trackops::{LookBack, Verify};

/// Imports of up to this many rows are read back at the end of a run, unless the config says otherwise.
const VERIFIED: u64 = 1_000;

impl Runs {
    /// Starts or resumes an import. Rows without a known outcome are looked up first.
    pub fn start(&self, id: ImportId, options: StartOptions) -> Result<Run, AppError> {
        self.start_with(id, None, options)
    }

    /// [`start`](Self::start) with the import's file, already open in the right format.
    pub fn start_with(
        &self,
        id: ImportId,
        sheet: Option<Sheet>,
        options: StartOptions,
    ) -> Result<Run, AppError> {
        Ok(engine::start(self.job(id, sheet, options)?)?)
    }

    /// Compares the created cases of an import with what Trackops lists; sends nothing.
    pub fn verify(&self, id: ImportId) -> Result<Run, AppError> {
        let import = self.imports.get(id)?;
        let started = import.started_at.is_some();
        let (import, sheet) = self.file_of(import, None, started)?;
        let options = StartOptions { settle_only: true, ..StartOptions::default() };
        let mut job = self.job_of(import, sheet, options)?;
        job.verify = true;
        Ok(engine::verify(job)?)
    }

    /// Sends a single row of an import that wasn't started, and reads it back. The import is then ready for the rest,
    /// and its recipe can still change.
    pub async fn send_first(
        &self,
        id: ImportId,
        row: u64,
        options: StartOptions,
    ) -> Result<FirstResult, AppError> {
        let on_error = self.imports.get(id)?.on_error;
        let (runs, options) = (self.clone(), StartOptions { on_error, ..options });
        // This reads the whole file again, so it runs in the background.
        let job = tokio::task::spawn_blocking(move || runs.job(id, None, options))
            .await
            .map_err(|source| AppError::File { what: "can't read the file", source: source.into() })??;
        Ok(engine::send_first(job, row).await?)
    }

    /// Fails if the ledger has lost records: then nothing may be sent.
    pub fn require_whole_ledger(&self) -> Result<(), AppError> {
        Ok(self.ledger.require_no_losses()?)
    }

    /// Builds the job of a run. Without the unchanged file, it settles unknown rows and sends nothing.
    fn job(&self, id: ImportId, sheet: Option<Sheet>, options: StartOptions) -> Result<RunJob, AppError> {
        // Before the file is read, its rows aren't known, and none would be left.
        let import = self.imports.ensure_measured(id)?;
        options.require_expected(&import)?;
        self.require_whole_ledger()?;
        self.accounts.account_of(&import)?;
        let may_retry = options.retry != RetryRows::None && import.counts.rejected > 0;
        if !import.has_something_left() && !options.resends_excluded() && !may_retry {
            return Err(AppError::NothingLeft(id));
        }
        let has_unknown = import.counts.unknown > 0;
        let (import, sheet) = self.file_of(import, sheet, has_unknown)?;
        // Reading a large file takes a while, in which another program may run the import.
        options.require_expected(&import)?;
        let retries = match &sheet {
            Ok(sheet) => self.retries(&import, sheet, options.retry)?,
            Err(_) => Vec::new(),
        };
        if retries.is_empty() && !import.has_something_left() && !options.resends_excluded() {
            return Err(AppError::NothingCorrected(id));
        }
        let never_ran = import.started_at.is_none();
        let job = RunJob { retries, ..self.job_of(import, sheet, options)? };
        // An import that was started goes on with what was sent.
        if never_ran {
            job.plan.require_identity().map_err(|error| AppError::Plan(vec![error]))?;
        }
        Ok(job)
    }

    /// Opens and measures the file of an import, if it isn't open yet. If the ledger alone leaves something to do, a file
    /// that is gone or was changed is no error, but the reason why its rows can't be sent.
    fn file_of(
        &self,
        import: Import,
        sheet: Option<Sheet>,
        ledger_will_do: bool,
    ) -> Result<(Import, Result<Sheet, String>), AppError> {
        let id = import.id;
        let opened = sheet.map_or_else(|| self.imports.sheet(id), Ok);
        match opened.and_then(|sheet| Ok((self.imports.measure(id, &sheet)?, sheet))) {
            Ok((import, sheet)) => Ok((import, Ok(sheet))),
            // The columns of very old imports aren't in the ledger.
            Err(why @ (AppError::Sheet(_) | AppError::FileChanged { .. }))
                if ledger_will_do && !columns_of(&import).is_empty() =>
            {
                Ok((import, Err(why.to_string())))
            }
            Err(error) => Err(error),
        }
    }

    /// [`job`](Self::job) for an import whose file was measured, even if no row is left to send.
    fn job_of(
        &self,
        import: Import,
        sheet: Result<Sheet, String>,
        options: StartOptions,
    ) -> Result<RunJob, AppError> {
        let (name, account) = self.accounts.account_of(&import)?;
        let wanted = options.send_anyway;
        let (plan, earlier_plans) = match &sheet {
            Ok(sheet) => (
                self.checks.plan(&recipe_of(&import)?, sheet, &import.seed, &wanted)?,
                self.earlier_plans(&import, sheet)?,
            ),
            Err(_) => (self.checks.plan_without_file(&import)?, BTreeMap::new()),
        };
        let settle_only = options.settle_only || sheet.is_err();
        let has_reference = plan.columns_of(Dest::Case(CaseField::Reference1)).next().is_some();
        let elsewhere = self.ledger.was_moved(import.id)?;
        let sends = !settle_only && !options.send_duplicates;
        let look_up = match (options.look_up, account.look_back_days) {
            (LookUpChoice::Auto | LookUpChoice::Each, _) if elsewhere && sends && !has_reference => {
                return Err(AppError::CopiedLedger(import.id));
            }
            (LookUpChoice::Each, _) if !has_reference => return Err(AppError::NothingToLookUp),
            (LookUpChoice::Each, _) => LookUp::Each,
            (LookUpChoice::Auto, _) if elsewhere && has_reference && !options.send_duplicates => LookUp::Each,
            (LookUpChoice::Off, _) | (LookUpChoice::Auto, LookBack::Days(0)) => LookUp::Off,
            (LookUpChoice::Auto, _) if options.send_duplicates || !plan.can_be_looked_up() => LookUp::Off,
            (LookUpChoice::Auto, back) if !has_reference => LookUp::Tokens(back),
            (LookUpChoice::Auto, back) => LookUp::Recent(back),
        };
        // With Halt on Error, no row after a refused one may be sent, unless --concurrency asks for speed.
        let usual = if options.on_error == OnError::Halt { 1 } else { account.concurrency };
        let concurrency = options.concurrency.unwrap_or(usual).max(1);
        let options = RunOptions {
            on_error: options.on_error,
            concurrency,
            per_minute: options.per_minute.unwrap_or(account.per_minute),
            send_duplicates: options.send_duplicates,
            look_up,
            settle_only,
            settle_delay: Duration::from_secs(account.settle_seconds),
            late_commit: Duration::from_secs(late_commit_seconds().unwrap_or(account.late_commit_seconds)),
            forms: account.values,
        };
        // For this account, whichever is in use by now.
        let client = self.accounts.client_of(&name, &account, concurrency)?;
        let ledger = self.ledger.clone();
        let who = person(&account.username);
        let verify = reads_back(self.accounts.verify(), import.counts.rows);
        Ok(RunJob {
            import,
            sheet,
            plan,
            earlier_plans,
            today: today(),
            client,
            ledger,
            who,
            is_copied: elsewhere,
            send_anyway: wanted,
            retries: Vec::new(),
            verify,
            options,
        })
    }
}

/// Returns true if the created cases of an import of this many rows are compared with them at the end of a run.
fn reads_back(verify: Option<Verify>, rows: u64) -> bool {
    match verify {
        Some(Verify::Always) => true,
        Some(Verify::Never) => false,
        None => rows <= VERIFIED,
    }
}

/// Returns the override of every account's `late_commit_seconds`, for scripts and tests.
fn late_commit_seconds() -> Option<u64> {
    std::env::var("CASELOAD_LATE_COMMIT_SECONDS").ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_imports_are_read_back_only_if_configured() {
        assert!(reads_back(None, 1_000) && !reads_back(None, 1_001));
        assert!(reads_back(Some(Verify::Always), 1_001) && !reads_back(Some(Verify::Never), 1));
    }
}
