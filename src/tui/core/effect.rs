//! What `update` asks for, by the way it is done: changes in order, queries beside them, commands to runs.

use std::path::PathBuf;

use crate::app::{Correction, ExportKind, StartOptions};
use crate::case::{Faceted, Recipe};
use crate::ledger::{Decision, ImportId};
use crate::sheet::Layout;
use crate::trackops::{Change, List};
use crate::tui::core::msg::{Credentials, Lasting, Origin, Ticket};

/// Something to be done outside the model; only `effects` does it.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Done one after the other, so that whatever is asked for next sees the change.
    Change(DataChange),
    /// Answered beside everything else.
    Query(Query),
    /// Begins or ends the sending of rows.
    Run(RunCommand),
}

/// A change of what is stored.
#[derive(Debug)]
pub(crate) enum DataChange {
    /// Saves an import's name and recipe.
    Save(ImportId, String, Box<Recipe>),
    /// Reads the file with another layout.
    ReadAs(Ticket, ImportId, Box<Layout>),
    /// Gives the import a recipe it had before, with the layout of its file.
    Restore(Ticket, ImportId, Box<Recipe>),
    /// Copies defaults and field map of an earlier import, the second, to the first.
    TakeOver(Ticket, ImportId, ImportId),
    /// Forgets the remembered mapping for a header.
    Forget(ImportId, String),
    /// Makes an import for each group of rows: the column's name, and its values.
    Split(Ticket, ImportId, String, Vec<String>),
    /// Resolves an unknown row.
    Decide(ImportId, u64, Decision),
    /// Corrects rejected rows.
    Correct(Ticket, ImportId, Correction),
    Rename(ImportId, String),
    /// Deletes an import from the history.
    Delete(ImportId),
    /// Switches to another account.
    Use(Ticket, String, Lasting),
    /// Reads the catalog's names from the newest cases.
    Learn(Ticket),
    /// Imports a catalog file.
    ImportCatalog(Ticket, PathBuf),
    Catalog(Change),
}

/// A question whose answer is a `Reply`.
#[derive(Debug)]
pub(crate) enum Query {
    LoadImports,
    Open(Ticket, Origin),
    /// Waits until the whole file was read.
    Measure(ImportId),
    Check(Ticket, ImportId),
    /// Rows by their numbers, rising.
    Rows(Ticket, ImportId, Vec<u64>),
    /// Values of a column of the whole file, counted.
    Facet(Ticket, ImportId, Faceted),
    /// Numbers of the rows that contain a text.
    Find(Ticket, ImportId, String),
    /// Counts and exceptions of an import.
    Watch(ImportId),
    /// The same, and no answer while the ledger is still at this version.
    WatchChanges(ImportId, i64),
    /// Entries of a list, or of the part of it that belongs to an id; the flag asks Trackops again.
    Pick(Ticket, List, Option<u64>, bool),
    /// Cells of a row that is about to be corrected.
    RowNow {
        ticket: Ticket,
        import: ImportId,
        row: u64,
        /// Header of the cell that was at fault.
        column: Option<String>,
        every_row: bool,
    },
    /// Tests a connection, and keeps the account if it works.
    Connect(Ticket, Credentials),
    /// Exports rows or the receipt to a new file.
    Export(Ticket, ImportId, ExportKind, PathBuf),
    /// Exports the catalog to a new file.
    ExportCatalog(Ticket, PathBuf),
    /// Entries of a folder.
    Folder(Ticket, String),
    /// First rows of a file.
    Preview(Ticket, String),
}

/// A command to a run.
#[derive(Debug)]
pub(crate) enum RunCommand {
    Start(ImportId, StartOptions),
    /// Sends one row alone.
    SendFirst(ImportId, u64),
    /// Reads the created cases back and compares them.
    Verify(ImportId),
    /// Stops after the rows in flight.
    Stop(ImportId),
    /// Asks another caseload, which runs the import, to pause it.
    AskToPause(ImportId),
    /// Pauses every run; the connection to the terminal dropped.
    PauseAll,
}
