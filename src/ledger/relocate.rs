//! Moving a ledger into another folder, with all it knows.

use std::fs;
use std::io;
use std::path::Path;

use rusqlite::{Connection, params};

use super::place::Place;
use super::{Ledger, LedgerError, Status};
use crate::home::kept_file;

/// What the file of a ledger is called.
pub(super) const FILE: &str = "ledger.sqlite3";
/// What says where the ledger of a folder went.
const MOVED: &str = "ledger.moved";
/// What the old file is called from then on; nobody opens it by itself.
const KEPT: &str = "ledger.moved.sqlite3";
/// The new file until it is whole.
const UNFINISHED: &str = "ledger.unfinished";

/// Whether a folder has a ledger.
#[must_use]
pub fn has_ledger(folder: &Path) -> bool {
    folder.join(FILE).exists()
}

/// Fails for a folder whose ledger was moved: an empty one in its place would know of nothing that was sent.
pub(super) fn require_not_moved(folder: &Path) -> Result<(), LedgerError> {
    match fs::read_to_string(folder.join(MOVED)) {
        Ok(to) if !has_ledger(folder) => Err(LedgerError::Moved { to: to.trim().to_owned() }),
        _ => Ok(()),
    }
}

/// Moves the ledger of one folder into another that has none, with the copies of standard input (files beginning with
/// `spool`) that imports are made of. Gives the number of its imports. Fails while an import runs, and when records are
/// lost. The old file stays under another name.
pub fn relocate(from: &Path, to: &Path, spool: &str) -> Result<usize, LedgerError> {
    let fail = |error: &io::Error| LedgerError::open(to, error);
    if has_ledger(to) {
        return Err(LedgerError::Occupied { path: to.display().to_string() });
    }
    let ledger = Ledger::open(from)?;
    ledger.require_whole()?;
    let imports = ledger.imports()?;
    // Nobody starts or changes one meanwhile. Those that are complete have nothing to send.
    let unfinished = imports.iter().filter(|import| import.status != Status::Complete);
    let locks: Vec<_> = unfinished.map(|import| ledger.lock(import.id)).collect::<Result<_, _>>()?;
    let whole = to.join(UNFINISHED);
    // Left by a program that was killed.
    let _ = fs::remove_file(&whole);
    kept_file(&whole).map_err(|error| fail(&error))?;
    ledger.read().execute("VACUUM INTO ?1", [whole.display().to_string()])?;
    let new = Place::of(&whole);
    let connection = Connection::open(&whole)?;
    settle(&connection, ledger.place(), &new, (from, to))?;
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
    rename_new(&whole, &to.join(FILE)).map_err(|error| fail(&error))?;
    ledger.checkpoint();
    fs::write(from.join(MOVED), to.display().to_string()).map_err(|error| fail(&error))?;
    fs::rename(from.join(FILE), from.join(KEPT)).map_err(|error| fail(&error))?;
    drop(locks);
    for name in copied {
        // What stays is of no use, and does no harm.
        let _ = fs::remove_file(from.join(name));
    }
    Ok(imports.len())
}

/// Brings the places in a copied ledger up to date.
fn settle(
    connection: &Connection,
    old: &Place,
    new: &Place,
    (from, to): (&Path, &Path),
) -> Result<(), LedgerError> {
    let sql = "UPDATE imports SET machine = ?3, inode = ?4 WHERE machine = ?1 AND inode = ?2";
    connection.execute(sql, params![old.machine, old.inode, new.machine, new.inode])?;
    let sql = "UPDATE place SET machine = ?3, inode = ?4 WHERE machine = ?1 AND inode = ?2";
    connection.execute(sql, params![old.machine, old.inode, new.machine, new.inode])?;
    // Copies of standard input move along.
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
    let mut file = kept_file(to)?;
    file.set_len(0)?;
    io::copy(&mut fs::File::open(from)?, &mut file)?;
    file.sync_all()
}

/// Gives a file its name, unless another has it by now.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    // A link fails where the name is taken; a rename would take it.
    fs::hard_link(from, to)?;
    fs::remove_file(from)
}
