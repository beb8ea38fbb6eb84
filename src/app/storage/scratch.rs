//! The temporary folder of a demo.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::app::storage::old_files::{is_older, is_own};

/// The folder of the samples, in the data folder.
pub(in crate::app) const SAMPLES: &str = "samples";

/// A demo's temporary folder, removed at the end. Locked, so that another program can tell it from the folder of a
/// killed demo.
pub(in crate::app) struct Scratch {
    _locked: File,
    folder: tempfile::TempDir,
}

impl Scratch {
    const PREFIX: &str = "caseload-demo-";
    const LOCK: &str = "demo.lock";

    pub(in crate::app) fn new() -> io::Result<Self> {
        // The next demo removes the folders of killed ones.
        for folder in Self::stray(i64::MAX) {
            let _ = fs::remove_dir_all(folder);
        }
        let folder = tempfile::Builder::new().prefix(Self::PREFIX).tempdir()?;
        let locked = crate::home::new_private_file(&folder.path().join(Self::LOCK))?;
        // Where files can't be locked, only its age protects it.
        let _ = locked.lock();
        Ok(Self { _locked: locked, folder })
    }

    pub(in crate::app) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Finds folders of killed demos, last changed before a time (seconds since 1970, UTC).
    pub(super) fn stray(before: i64) -> Vec<PathBuf> {
        let entries = fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
        let is_demo = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(Self::PREFIX) && path.is_dir() && is_own(path) && is_older(path, before)
        };
        let is_held = |path: &PathBuf| match File::open(path.join(Self::LOCK)) {
            Ok(file) => file.try_lock().is_err(),
            // A new demo has no lock file yet.
            Err(_) => !is_older(path, jiff::Timestamp::now().as_second() - 24 * 3600),
        };
        let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_demo).collect();
        found.retain(|path| !is_held(path));
        found.sort();
        found
    }
}
