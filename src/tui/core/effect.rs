//! Effects that `update` requests: changes (in order), queries (concurrent) and commands to runs.

use std::path::PathBuf;

use crate::app::{Correction, Expected, ExportKind, StartOptions};
use crate::case::{Faceted, Recipe};
use crate::ledger::{Decision, Import, ImportId};
use crate::sheet::Layout;
use crate::trackops::{CatalogChange, List};
use crate::tui::core::msg::{Credentials, FillTarget, Lasting, Origin, Ticket};

/// Work outside the model, carried out by `effects` alone.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Applied one after the other, so that later requests see the change.
    Change(DataChange),
    /// Answered concurrently.
    Query(Query),
    /// Starts or stops sending rows.
    Run(RunCommand),
}

/// A change of stored data.
#[derive(Debug)]
pub(crate) enum DataChange {
    /// Saves an import's name and recipe.
    Save(ImportId, String, Box<Recipe>),
    /// Reads the file with a different layout.
    ReadAs(Ticket, ImportId, Box<Layout>),
    /// Changes apply to a draft as another program left it.
    Reopen(Box<Import>),
    /// Restores an earlier recipe of the import, including the layout of its file.
    Restore(Ticket, ImportId, Box<Recipe>),
    /// Copies defaults and field map of an earlier import (the second id) to the first.
    TakeOver(Ticket, ImportId, ImportId),
    /// Forgets the remembered mapping for a header.
    Forget(ImportId, String),
    /// Guesses the columns again after the catalog changed.
    GuessAgain(ImportId),
    /// Creates an import per group of rows: column name and values.
    Split(Ticket, ImportId, String, Vec<String>),
    /// Resolves an unknown row.
    Decide(ImportId, u64, Decision),
    /// Corrects rejected rows.
    Correct(Ticket, ImportId, Correction),
    Rename(ImportId, String),
    /// Deletes an import from the history.
    Delete(ImportId),
    /// Switches accounts.
    Use(Ticket, String, Lasting),
    /// Learns catalog names from the newest cases.
    Learn(Ticket),
    /// Imports a catalog file.
    ImportCatalog(Ticket, PathBuf),
    Catalog(CatalogChange),
}

/// A query, answered by a `Reply`.
#[derive(Debug)]
pub(crate) enum Query {
    LoadImports,
    Open(Ticket, Origin),
    /// Waits until the whole file is read.
    Measure(ImportId),
    /// Reads an open draft again if another program has changed it.
    Refresh(Ticket, ImportId),
    Check(Ticket, ImportId),
    /// Rows by number, in ascending order.
    Rows(Ticket, ImportId, Vec<u64>),
    /// Values of a column with their counts, over the whole file.
    Facet(Ticket, ImportId, Faceted),
    /// Cells to fill from the row above.
    FillDown(Ticket, FillTarget),
    /// Numbers of the rows that contain a text.
    Find(Ticket, ImportId, String),
    /// Numbers of all rows, sorted by a column; true if the highest value is first.
    Sort(Ticket, ImportId, usize, bool),
    /// Counts and exceptions of an import.
    Watch(ImportId),
    /// Like `Watch`, but unanswered while the ledger is still at this version.
    WatchChanges(ImportId, i64),
    /// Like `LoadImports`, but unanswered while the ledger hasn't changed since.
    ImportChanges,
    /// Entries of a list, optionally only those of one id; the flag forces a refresh from Trackops.
    Pick(Ticket, List, Option<u64>, bool),
    /// Rows of an import that were held back.
    HeldBack(Ticket, ImportId),
    /// Cells of a row to be corrected.
    RowNow {
        ticket: Ticket,
        import: ImportId,
        row: u64,
        /// Header of the cell that caused the rejection.
        column: Option<String>,
        every_row: bool,
    },
    /// Tests a connection and keeps the account if it works.
    Connect(Ticket, Credentials),
    /// Exports rows or the receipt to a new file.
    Export(Ticket, ImportId, ExportKind, PathBuf),
    /// Exports the catalog to a new file.
    ExportCatalog(Ticket, PathBuf),
    /// A name for a new file that isn't taken yet.
    UnusedPath(Ticket, String),
    /// Files and subfolders of a folder.
    Folder(Ticket, String),
    /// First rows of a file.
    Preview(Ticket, String),
}

/// A command to a run.
#[derive(Debug)]
pub(crate) enum RunCommand {
    Start(ImportId, StartOptions),
    /// Sends a single row.
    SendFirst(ImportId, u64, Expected),
    /// Reads the created cases back and compares them with what was sent.
    Verify(ImportId),
    /// Stops after the rows in flight.
    Stop(ImportId),
    /// Asks the other process that runs the import to pause it.
    AskToPause(ImportId),
    /// Pauses every run after the connection to the terminal dropped.
    PauseAll,
}
