//! Copies standard input to a file: an import must read it again to resume.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::{io, io::Read};

use crate::app::error::AppError;
use crate::app::storage::Storage;
use crate::app::storage::old_files::{is_older, is_own};

pub(super) const PREFIX: &str = "stdin-";
/// Prefix in the system's temporary folder.
const PREFIX_ELSEWHERE: &str = "caseload-stdin-";
const SUFFIX: &str = ".csv";

/// A copy of standard input, removed unless it is kept. Locked as long as the program may need it, so that another
/// program can tell it from the copy of a killed program.
pub struct Spool {
    path: tempfile::TempPath,
    _locked: File,
}

impl Spool {
    /// Returns its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps the file for an import.
    pub fn keep(self) -> Result<PathBuf, AppError> {
        self.path.keep().map_err(|error| fail(error.error))
    }
}

fn fail(source: io::Error) -> AppError {
    AppError::File { what: "can't save standard input", source }
}

/// Maximum size of standard input, in bytes, and the reason.
#[derive(Debug, Clone, Copy)]
struct Limit(u64, &'static str);

/// Maximum size of standard input: a million rows of thirty columns take an eighth of it.
const MAX_SIZE: Limit = Limit(4 << 30, "the largest size allowed");

impl Limit {
    /// The limit for a folder, whose disk must have room for the ledger as well.
    fn of(folder: &Path) -> Self {
        match free_space(folder) {
            Some(free) if free / 2 < MAX_SIZE.0 => Self(free / 2, "half of the free disk space"),
            _ => MAX_SIZE,
        }
    }
}

/// Returns the free bytes on a folder's disk, if the system reports them.
#[cfg(unix)]
fn free_space(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free_space(_: &Path) -> Option<u64> {
    None
}

/// Copies input to a private file in the system's temporary folder. Removes it if it is too large.
pub fn spool_elsewhere(input: impl Read) -> Result<Spool, AppError> {
    let folder = std::env::temp_dir();
    spool_within(&folder, PREFIX_ELSEWHERE, input, Limit::of(&folder))
}

fn spool_within(
    folder: &Path,
    prefix: &str,
    input: impl Read,
    Limit(most, why): Limit,
) -> Result<Spool, AppError> {
    let file = tempfile::Builder::new().prefix(prefix).suffix(SUFFIX).tempfile_in(folder).map_err(fail)?;
    let (mut file, path) = file.into_parts();
    crate::home::share_with_team(&file, &path).map_err(fail)?;
    // Locked from the start: standard input may take long. Where files can't be locked, only its age protects it.
    let _ = file.lock();
    let kept = io::copy(&mut input.take(most.saturating_add(1)), &mut file).map_err(fail)?;
    if kept > most {
        return Err(AppError::LongInput { most: most >> 20, why });
    }
    // A shared lock: some systems refuse to read a file under an exclusive one.
    let _ = file.unlock().and_then(|()| file.lock_shared());
    Ok(Spool { path, _locked: file })
}

impl Storage {
    /// Copies standard input to the app's files.
    pub fn spool(&self, input: impl Read) -> Result<Spool, AppError> {
        let folder = self.home.ledger();
        spool_within(folder, PREFIX, input, Limit::of(folder))
    }

    /// Finds copies of standard input left by killed programs: last written before a time (seconds since 1970, UTC),
    /// and used by no import or program.
    pub(super) fn stray_spools(&self, before: i64) -> Result<Vec<PathBuf>, AppError> {
        let fail = |source| AppError::File { what: "can't read the data folder", source };
        let folder = self.home.ledger().canonicalize().map_err(fail)?;
        let mut stray = Vec::new();
        for entry in fs::read_dir(&folder).map_err(fail)? {
            stray.extend(Some(entry.map_err(fail)?.path()).filter(|path| is_spool(path)));
        }
        let elsewhere = fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
        let is_ours = |path: &PathBuf| has_name(path, PREFIX_ELSEWHERE) && is_own(path);
        stray.extend(elsewhere.map(|entry| entry.path()).filter(is_ours));
        stray.retain(|path| is_older(path, before) && !is_locked(path));
        // Read last: a program that released its lock meanwhile has created its import before.
        let imports = self.imports.all()?;
        stray.retain(|path| imports.iter().all(|import| import.file.as_ref() != Some(path)));
        stray.sort();
        Ok(stray)
    }
}

/// Returns true if a file has the name of a copy of standard input.
pub(super) fn is_spool(path: &Path) -> bool {
    has_name(path, PREFIX)
}

fn has_name(path: &Path, prefix: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(prefix) && name.ends_with(SUFFIX)
}

fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock().is_err())
}

#[cfg(test)]
mod tests;
