//! Creates a team's data folder, and moves a home's ledger into it.

use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::app::storage::spool::PREFIX;
use crate::home::{Home, HomeError, make_team_folder, replace_file};
use crate::ledger::{Ledger, has_ledger, relocate};

/// Contents of a home that can move into a team's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movable {
    /// A ledger with this number of imports.
    Imports(usize),
    /// The team has a ledger already.
    Occupied,
    /// No imports.
    Nothing,
}

/// A home and its team's folder.
#[derive(Debug)]
pub struct Team {
    home: Home,
    /// The folder, absolute.
    pub folder: PathBuf,
}

impl Team {
    /// Creates the folder, unless it is shared already.
    pub fn init(home: Option<&Path>, folder: &Path, group: &str) -> Result<Self, AppError> {
        let home = Home::open(home)?;
        let folder = make_team_folder(folder, group).map_err(HomeError::from)?;
        Ok(Self { home, folder })
    }

    /// Returns what can be moved.
    pub fn movable(&self) -> Result<Movable, AppError> {
        if has_ledger(&self.folder) {
            return Ok(Movable::Occupied);
        }
        if !has_ledger(&self.home.data) {
            return Ok(Movable::Nothing);
        }
        Ok(match Ledger::open(&self.home.data)?.imports()?.len() {
            0 => Movable::Nothing,
            imports => Movable::Imports(imports),
        })
    }

    /// Moves the home's ledger into the folder, and copies its catalogs. Returns the number of imports.
    pub fn move_in(&self) -> Result<usize, AppError> {
        let moved = relocate(&self.home.data, &self.folder, PREFIX)?;
        for (from, end) in [(&self.home.config, ".catalog.toml"), (&self.home.data, ".directory.json")] {
            copy_all(from, &self.folder, end)
                .map_err(|source| AppError::File { what: "can't copy the catalogs", source })?;
        }
        Ok(moved)
    }
}

/// Copies the files whose names have this ending, unless they exist.
fn copy_all(from: &Path, to: &Path, end: &str) -> std::io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_name().to_string_lossy().ends_with(end) && !target.exists() {
            replace_file(&target, &std::fs::read_to_string(entry.path())?)?;
        }
    }
    Ok(())
}
