//! Leftover files that belong to no import: from killed programs, the practice server and demos.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::app::accounts::resolve::SANDBOX;
use crate::app::error::AppError;
use crate::app::storage::old_files::is_older;
use crate::app::storage::scratch::{SAMPLES, Scratch};
use crate::app::storage::{SANDBOX_STORE, Storage};
use crate::ledger::{Import, ImportId};

/// Kind of a file or folder that is no longer needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftoverKind {
    /// A copy of standard input that a killed program made.
    StandardInput,
    /// A file that was being written when the program was killed.
    Unfinished,
    /// Sample files of a demo, in a home of its own.
    Samples,
    /// The folder of a demo that was killed.
    Demo,
}

impl LeftoverKind {
    /// Returns the kind in the singular.
    #[must_use]
    pub fn singular(self) -> &'static str {
        match self {
            Self::StandardInput => "copy of standard input",
            Self::Unfinished => "unfinished file",
            Self::Samples => "folder of sample files",
            Self::Demo => "folder of a demo",
        }
    }

    /// Returns the kind in the plural.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::StandardInput => "copies of standard input",
            Self::Unfinished => "unfinished files",
            Self::Samples => "folders of sample files",
            Self::Demo => "folders of demos",
        }
    }
}

/// Old data that belongs to no import.
#[derive(Debug, Default)]
pub struct Leftovers {
    /// Files and folders.
    pub files: Vec<(LeftoverKind, PathBuf)>,
    /// Number of the practice server's cases.
    pub practice_cases: u64,
    /// Why the practice server's cases are kept.
    pub practice_stays: Option<crate::sandbox::Error>,
}

impl Storage {
    /// Finds data older than a time (seconds since 1970, UTC) that belongs to no import, once some are deleted. Cases
    /// of the practice server belong to its account.
    pub fn leftovers(
        &self,
        account: Option<&str>,
        before: i64,
        forgotten: &[ImportId],
    ) -> Result<Leftovers, AppError> {
        let home = &self.home;
        let fail = |source| AppError::File { what: "can't read caseload's folders", source };
        let mut found = Leftovers::default();
        let mut add =
            |left, paths: Vec<PathBuf>| found.files.extend(paths.into_iter().map(|path| (left, path)));
        add(LeftoverKind::StandardInput, self.stray_spools(before)?);
        for folder in [&home.config, &home.data].into_iter().chain(&home.team) {
            add(LeftoverKind::Unfinished, unfinished(folder, before).map_err(fail)?);
        }
        add(LeftoverKind::Samples, self.stray_samples(before, forgotten)?);
        add(LeftoverKind::Demo, Scratch::stray(before));
        if account.is_none_or(|account| account == SANDBOX) {
            match crate::sandbox::purge_store(&home.data.join(SANDBOX_STORE), before, true) {
                Ok(cases) => found.practice_cases = cases,
                Err(error) => found.practice_stays = Some(error),
            }
        }
        Ok(found)
    }

    /// Removes leftovers. Returns what was removed.
    pub fn remove_leftovers(&self, found: &Leftovers, before: i64) -> Result<Leftovers, AppError> {
        let mut gone = Leftovers::default();
        if found.practice_cases > 0 {
            let store = self.home.data.join(SANDBOX_STORE);
            gone.practice_cases = crate::sandbox::purge_store(&store, before, false)?;
        }
        for (left, path) in &found.files {
            let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            removed.map_err(|source| AppError::File { what: "can't remove leftover files", source })?;
            gone.files.push((*left, path.clone()));
        }
        Ok(gone)
    }

    /// Returns the folder of a demo's samples, if no import uses one.
    fn stray_samples(&self, before: i64, forgotten: &[ImportId]) -> Result<Vec<PathBuf>, AppError> {
        let folder = self.home.data.join(SAMPLES);
        let Some(real) = folder.canonicalize().ok().filter(|_| is_older(&folder, before)) else {
            return Ok(Vec::new());
        };
        let is_used = |import: &Import| {
            let is_there = import.file.as_ref().is_some_and(|file| file.starts_with(&real));
            is_there && !forgotten.contains(&import.id)
        };
        let used = self.imports.all()?.iter().any(is_used);
        Ok(if used { Vec::new() } else { vec![folder] })
    }
}

/// Finds temporary files, as named by `tempfile`, of programs that were killed while replacing a file.
fn unfinished(folder: &Path, before: i64) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_ours = entry.file_name().to_string_lossy().starts_with(".tmp") && entry.file_type()?.is_file();
        // A living program finishes with it in an instant.
        if is_ours && is_older(&entry.path(), before) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}
