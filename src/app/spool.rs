//! Standard input, kept in a file: an import needs to read it again when it is resumed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{io, io::Read};

use super::{App, AppError};

const PREFIX: &str = "stdin-";
const SUFFIX: &str = ".csv";

/// A copy of standard input; removed again unless it is kept. Locked for as long as the program may need it, so that
/// another one can tell it from one that a killed program left behind.
pub struct Spool {
    path: tempfile::TempPath,
    _locked: File,
}

impl Spool {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps the file: an import was made of it.
    pub fn keep(self) -> Result<PathBuf, AppError> {
        self.path.keep().map_err(|error| fail(error.error))
    }
}

fn fail(source: io::Error) -> AppError {
    AppError::File { what: "standard input cannot be kept", source }
}

/// Keeps what is read in a file that only its owner can read.
pub fn spool_in(folder: &Path, mut input: impl Read) -> Result<Spool, AppError> {
    let file = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder).map_err(fail)?;
    let (mut file, path) = file.into_parts();
    // From the start: standard input may take long. Where files can't be locked, only its age protects it.
    let _ = file.lock();
    io::copy(&mut input, &mut file).map_err(fail)?;
    // A shared lock: some systems refuse to read a file under an exclusive one.
    let _ = file.unlock().and_then(|()| file.lock_shared());
    Ok(Spool { path, _locked: file })
}

impl App {
    /// Keeps standard input among the app's files.
    pub fn spool(&self, input: impl Read) -> Result<Spool, AppError> {
        spool_in(&self.inner.home.data, input)
    }

    /// Copies of standard input that no import was made of and no program needs, last written before a time (seconds
    /// since 1970, UTC). A program that was killed left them.
    pub(super) fn stray_spools(&self, before: i64) -> Result<Vec<PathBuf>, AppError> {
        let fail = |source| AppError::File { what: "the data folder cannot be read", source };
        let folder = self.inner.home.data.canonicalize().map_err(fail)?;
        let mut stray = Vec::new();
        for entry in fs::read_dir(&folder).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            if is_spool(&path) && is_older(&path, before) && !is_locked(&path) {
                stray.push(path);
            }
        }
        // Asked for last: whoever gave up its lock meanwhile has made an import before.
        let imports = self.imports()?;
        stray.retain(|path| imports.iter().all(|import| import.file.as_ref() != Some(path)));
        stray.sort();
        Ok(stray)
    }
}

/// Whether a file has the name of a copy of standard input.
pub(super) fn is_spool(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

/// Whether a file was last written before a time, in seconds since 1970.
pub(super) fn is_older(path: &Path, before: i64) -> bool {
    let before = UNIX_EPOCH + Duration::from_secs(u64::try_from(before).unwrap_or(0));
    fs::metadata(path).and_then(|about| about.modified()).is_ok_and(|at: SystemTime| at < before)
}

fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock().is_err())
}
