//! What stays behind that belongs to no import: of programs that were killed, of the practice server, of demos.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::connection::{SANDBOX, SANDBOX_STORE};
use super::demo::{SAMPLES, Scratch};
use super::spool::{is_older, is_own};
use super::{App, AppError};
use crate::ledger::{Import, ImportId};

/// A file or folder that nothing needs any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// A copy of standard input that a killed program made.
    StandardInput,
    /// A file that was being written when the program was killed.
    Unfinished,
    /// Sample files of a demo, in a home of its own.
    Samples,
    /// The folder of a demo that was killed.
    Demo,
}

impl Left {
    /// What it is, as said of one.
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            Self::StandardInput => "copy of standard input",
            Self::Unfinished => "unfinished file",
            Self::Samples => "folder of sample files",
            Self::Demo => "folder of a demo",
        }
    }

    /// The same of several.
    #[must_use]
    pub fn told_of_several(self) -> &'static str {
        match self {
            Self::StandardInput => "copies of standard input",
            Self::Unfinished => "unfinished files",
            Self::Samples => "folders of sample files",
            Self::Demo => "folders of demos",
        }
    }
}

/// What is old and belongs to no import.
#[derive(Debug, Default)]
pub struct Leftovers {
    /// Files and folders.
    pub files: Vec<(Left, PathBuf)>,
    /// Cases of the practice server.
    pub practice_cases: u64,
    /// Why the cases of the practice server stay.
    pub practice_stays: Option<crate::sandbox::Error>,
}

impl App {
    /// Finds what no import has any more, once some are forgotten, and is older than a time (seconds since 1970, UTC).
    /// Cases of the practice server belong to its account.
    pub fn leftovers(
        &self,
        account: Option<&str>,
        before: i64,
        forgotten: &[ImportId],
    ) -> Result<Leftovers, AppError> {
        let home = &self.inner.home;
        let fail = |source| AppError::File { what: "the folders of caseload cannot be read", source };
        let mut found = Leftovers::default();
        let mut add =
            |left, paths: Vec<PathBuf>| found.files.extend(paths.into_iter().map(|path| (left, path)));
        add(Left::StandardInput, self.stray_spools(before)?);
        for folder in [&home.config, &home.data].into_iter().chain(&home.team) {
            add(Left::Unfinished, unfinished(folder, before).map_err(fail)?);
        }
        add(Left::Samples, self.stray_samples(before, forgotten)?);
        add(Left::Demo, Scratch::stray(before));
        if account.is_none_or(|account| account == SANDBOX) {
            match crate::sandbox::purge_store(&home.data.join(SANDBOX_STORE), before, true) {
                Ok(cases) => found.practice_cases = cases,
                Err(error) => found.practice_stays = Some(error),
            }
        }
        Ok(found)
    }

    /// Removes what was found. Returns what is removed.
    pub fn remove_leftovers(&self, found: &Leftovers, before: i64) -> Result<Leftovers, AppError> {
        let mut gone = Leftovers::default();
        if found.practice_cases > 0 {
            let store = self.inner.home.data.join(SANDBOX_STORE);
            gone.practice_cases = crate::sandbox::purge_store(&store, before, false)?;
        }
        for (left, path) in &found.files {
            let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            removed.map_err(|source| AppError::File {
                what: "what a killed program left cannot be removed",
                source,
            })?;
            gone.files.push((*left, path.clone()));
        }
        Ok(gone)
    }

    /// The folder of a demo's samples, when no import is made of one.
    fn stray_samples(&self, before: i64, forgotten: &[ImportId]) -> Result<Vec<PathBuf>, AppError> {
        let folder = self.inner.home.data.join(SAMPLES);
        let Some(real) = folder.canonicalize().ok().filter(|_| is_older(&folder, before)) else {
            return Ok(Vec::new());
        };
        let is_used = |import: &Import| {
            let is_there = import.file.as_ref().is_some_and(|file| file.starts_with(&real));
            is_there && !forgotten.contains(&import.id)
        };
        let used = self.imports()?.iter().any(is_used);
        Ok(if used { Vec::new() } else { vec![folder] })
    }
}

/// Files that were to take the place of another when the program was killed, as `tempfile` names them.
fn unfinished(folder: &Path, before: i64) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_ours = entry.file_name().to_string_lossy().starts_with(".tmp") && entry.file_type()?.is_file();
        // A program that is alive is done with it in an instant.
        if is_ours && is_older(&entry.path(), before) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

impl Scratch {
    /// Folders of demos that were killed, last changed before a time (seconds since 1970, UTC).
    pub(super) fn stray(before: i64) -> Vec<PathBuf> {
        let entries = fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
        let is_demo = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(Self::PREFIX) && path.is_dir() && is_own(path) && is_older(path, before)
        };
        let is_held = |path: &PathBuf| match File::open(path.join(Self::LOCK)) {
            Ok(file) => file.try_lock().is_err(),
            // It has none before it is locked.
            Err(_) => !is_older(path, jiff::Timestamp::now().as_second() - 24 * 3600),
        };
        let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_demo).collect();
        found.retain(|path| !is_held(path));
        found.sort();
        found
    }
}
