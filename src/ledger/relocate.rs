//! Moves a ledger to another folder.

use std::fs;
use std::io;
use std::path::Path;

use rusqlite::{Connection, params};

use super::location::LedgerLocation;
use super::{Ledger, LedgerError, Status};
use crate::home::open_private;

/// Name of a ledger's file.
pub(super) const FILE: &str = "ledger.sqlite3";
/// Name of the file with the new location of a moved ledger.
const MOVED: &str = "ledger.moved";
/// New name of the old file, which the program doesn't open.
const KEPT: &str = "ledger.moved.sqlite3";
/// Name of the new file until it is complete.
const UNFINISHED: &str = "ledger.unfinished";

/// Returns true if a folder has a ledger.
#[must_use]
pub fn has_ledger(folder: &Path) -> bool {
    folder.join(FILE).exists()
}

/// Fails for a folder whose ledger was moved: a new, empty one would send everything again. So would the old one, if
/// another program still has it open, or if moving it was interrupted after the new one was complete.
pub(super) fn require_not_moved(folder: &Path) -> Result<(), LedgerError> {
    let Ok(to) = fs::read_to_string(folder.join(MOVED)) else { return Ok(()) };
    let to = to.trim();
    if has_ledger(folder) && !has_ledger(Path::new(to)) {
        return Ok(());
    }
    Err(LedgerError::Moved { to: to.to_owned() })
}

/// Moves the ledger of one folder into another that has none, with the copies of standard input that its imports use
/// (files beginning with `spool`). Returns the number of imports. Fails while an import is running, or if records are
/// lost. The old file stays under another name.
pub fn relocate(from: &Path, to: &Path, spool: &str) -> Result<usize, LedgerError> {
    let fail = |error: &io::Error| LedgerError::open(to, error);
    if has_ledger(to) {
        return Err(LedgerError::Occupied { path: to.display().to_string() });
    }
    let ledger = Ledger::open(from)?;
    ledger.require_no_losses()?;
    let imports = ledger.imports()?;
    // Keeps other programs from starting them meanwhile. Complete imports have nothing to send.
    let unfinished = imports.iter().filter(|import| import.status != Status::Complete);
    let locks: Vec<_> = unfinished.map(|import| ledger.lock(import.id)).collect::<Result<_, _>>()?;
    let whole = to.join(UNFINISHED);
    // Left behind by a program that was killed.
    let _ = fs::remove_file(&whole);
    open_private(&whole).map_err(|error| fail(&error))?;
    ledger.read().execute("VACUUM INTO ?1", [whole.display().to_string()])?;
    let new = LedgerLocation::of(&whole);
    let connection = Connection::open(&whole)?;
    settle(&connection, &ledger.place, &new, (from, to))?;
    connection.close().map_err(|(_, error)| error)?;
    let mut copied = Vec::new();
    for entry in fs::read_dir(from).map_err(|error| fail(&error))? {
        let (path, name) =
            entry.map(|entry| (entry.path(), entry.file_name())).map_err(|error| fail(&error))?;
        let name = name.to_string_lossy();
        if (name.starts_with("import-") && name.ends_with(".lock")) || name.starts_with(spool) {
            copy(&path, &to.join(&*name)).map_err(|error| fail(&error))?;
            copied.push(name.into_owned());
        }
    }
    // It may have been moved from there before.
    let _ = fs::remove_file(to.join(MOVED));
    let absolute = to.canonicalize().map_err(|error| fail(&error))?;
    fs::write(from.join(MOVED), absolute.display().to_string()).map_err(|error| fail(&error))?;
    rename_new(&whole, &to.join(FILE)).map_err(|error| fail(&error))?;
    ledger.checkpoint();
    fs::rename(from.join(FILE), from.join(KEPT)).map_err(|error| fail(&error))?;
    drop(locks);
    for name in copied {
        // Leftovers are harmless.
        let _ = fs::remove_file(from.join(name));
    }
    Ok(imports.len())
}

/// Updates places and paths in the copied ledger.
fn settle(
    connection: &Connection,
    old: &LedgerLocation,
    new: &LedgerLocation,
    (from, to): (&Path, &Path),
) -> Result<(), LedgerError> {
    let sql = "UPDATE imports SET machine = ?3, inode = ?4 WHERE machine = ?1 AND inode = ?2";
    connection.execute(sql, params![old.machine, old.inode, new.machine, new.inode])?;
    let sql = "UPDATE place SET machine = ?3, inode = ?4 WHERE machine = ?1 AND inode = ?2";
    connection.execute(sql, params![old.machine, old.inode, new.machine, new.inode])?;
    // Copies of standard input move, too.
    let folder = |path: &Path| {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        format!("{}/", path.display())
    };
    let sql =
        "UPDATE imports SET file = ?2 || substr(file, length(?1) + 1) WHERE substr(file, 1, length(?1)) = ?1";
    connection.execute(sql, params![folder(from), folder(to)])?;
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut file = open_private(to)?;
    file.set_len(0)?;
    io::copy(&mut fs::File::open(from)?, &mut file)?;
    file.sync_all()
}

/// Renames a file, and fails if the name is taken.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    // A rename would replace the other file.
    fs::hard_link(from, to)?;
    fs::remove_file(from)
}
