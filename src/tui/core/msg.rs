//! Messages to the model, and replies to effects.

use std::path::PathBuf;

use secrecy::SecretString;
use tui_input::InputRequest;

use crate::app::{
    AppError, CheckResult, Corrected, CurrentRow, KnownAccounts, LaterGuesses, Picked, ReadBack, ReviewRow,
};
use crate::case::{Drift, Guess, Recipe};
use crate::engine::{Event, Facet, FilledCell, FirstResult};
use crate::ledger::{CreatedLater, Exception, Exclusion, Import, ImportId};
use crate::sheet::{Column, EncodingDoubt, FormatFact, Layout, Row, Worksheets};
use crate::trackops::{Catalog, Merged};
use crate::tui::core::action::Action;
use crate::tui::core::click::Click;

/// A message to the model.
#[derive(Debug)]
pub(crate) enum Msg {
    /// A key bound to an action.
    Act(Action),
    /// A click on a line of the list in front.
    Click(Click),
    /// A key that edits the text field in focus.
    Edit(InputRequest),
    /// Text pasted in one piece.
    Paste(String),
    /// New size of the window: columns and rows.
    Resize(u16, u16),
    /// Seconds since 1970; sent every second while the screen may change by itself.
    Tick(i64),
    /// An event of a run.
    Run(ImportId, Event),
    /// A reply to an effect.
    Reply(Reply),
    /// Whether another program keeps this one waiting for the ledger.
    LedgerWait(bool),
    /// The system asks the program to terminate.
    Terminate,
}

/// A failure as a sentence, ready to display.
pub(crate) type Sentence = String;

/// Number of a request; a reply with an outdated number is ignored.
pub(crate) type Ticket = u64;

/// The account in use: who is connected where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) url: String,
    pub(crate) username: String,
}

/// An account that has just been put to use.
#[derive(Debug)]
pub(crate) struct InUse {
    pub(crate) who: Who,
    pub(crate) catalog: Catalog,
    pub(crate) accounts: KnownAccounts,
}

/// An import with its open file.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) import: Import,
    pub(crate) recipe: Recipe,
    pub(crate) columns: Vec<Column>,
    /// Rows found so far.
    pub(crate) rows: u64,
    /// First rows of the file, as samples.
    pub(crate) samples: Vec<Row>,
    /// Guessed field of each column, with the reason.
    pub(crate) guesses: Vec<Guess>,
    /// Columns mapped when the draft was opened, because the catalog has new entries.
    pub(crate) guessed_later: Vec<String>,
    /// Format of the file.
    pub(crate) sheet: SheetFacts,
    /// Whether the whole file has been read.
    pub(crate) measured: bool,
}

/// Format of a file, described for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SheetFacts {
    pub(crate) layout: Layout,
    /// Other possible encoding of the file.
    pub(crate) encoding_doubt: Option<EncodingDoubt>,
    pub(crate) worksheets: Vec<String>,
    /// Other visible worksheets with the same columns.
    pub(crate) alike: Vec<String>,
    /// Number of rows hidden or filtered out in a workbook.
    pub(crate) hidden: u64,
    /// Label and description of every part of the format.
    pub(crate) how: Vec<(FormatFact, String)>,
    /// Unusual things about the file, a sentence each.
    pub(crate) odd: Vec<String>,
    /// Earlier imports of the same file, or of one with the same columns, a sentence each.
    pub(crate) earlier: Vec<String>,
    /// Earlier import with nearly the same columns, and its name.
    pub(crate) looks_like: Option<(ImportId, String)>,
    /// Differences from the import this one was duplicated from.
    pub(crate) drift: Vec<Drift>,
}

impl SheetFacts {
    /// Returns all worksheets with the same columns, in workbook order; none if there is only one.
    pub(crate) fn together(&self) -> Option<Worksheets> {
        let read = self.layout.worksheet.as_ref().map(|read| read.0.as_slice()).unwrap_or_default();
        let names = self.worksheets.iter().filter(|name| read.contains(name) || self.alike.contains(name));
        let names: Vec<String> = names.cloned().collect();
        (names.len() > 1).then_some(Worksheets(names))
    }
}

/// An import as recorded in the ledger.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    pub(crate) import: Import,
    /// Newest exceptions, oldest first.
    pub(crate) log: Vec<Exception>,
    /// Number of older exceptions.
    pub(crate) older: u64,
    /// Version of the ledger at that time.
    pub(crate) version: i64,
    /// Result of reading the cases back.
    pub(crate) read_back: ReadBack,
    /// Later imports that created cases for its rejected rows.
    pub(crate) created_later: Vec<CreatedLater>,
}

/// Cells to fill from the row above: of an import's column (from 0), in one row or in every row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FillTarget {
    pub(crate) import: ImportId,
    pub(crate) column: usize,
    pub(crate) row: Option<u64>,
}

/// An entry of the file chooser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileEntry {
    pub(crate) name: String,
    pub(crate) folder: bool,
    pub(crate) bytes: u64,
    /// Last change, in seconds since 1970 (UTC).
    pub(crate) changed: i64,
}

/// A reply to an effect.
#[derive(Debug)]
pub(crate) enum Reply {
    Imports(Result<Vec<Import>, Sentence>),
    Opened(Ticket, Result<Box<Opened>, Sentence>),
    /// Progress of reading a file: rows and percent.
    Reading(ImportId, u64, u64),
    /// The whole file has been read.
    Measured(ImportId, Result<Box<Opened>, Sentence>),
    /// The file was read with a different layout.
    ReadAs(Ticket, Result<Box<Opened>, Sentence>),
    /// Guesses for the columns after a remembered mapping was forgotten.
    Guesses(ImportId, String, Result<Vec<Guess>, Sentence>),
    /// Guesses for the columns with the catalog of now.
    GuessedAgain(ImportId, Result<LaterGuesses, Sentence>),
    /// One import was created per group.
    Split(Ticket, Result<Vec<Import>, Sentence>),
    /// The open draft, if another program has changed it.
    Refreshed(Ticket, Result<Option<Box<Opened>>, Sentence>),
    /// Result of the row sent first, and the state of the import.
    First(Result<Box<(Import, FirstResult)>, Sentence>),
    Saved(Result<Box<Import>, Sentence>),
    Checked(Ticket, Result<Box<CheckResult>, Sentence>),
    Rows(Ticket, Result<Vec<ReviewRow>, Sentence>),
    Facet(Ticket, Result<Box<Facet>, Sentence>),
    /// Cells to fill from the row above.
    FilledDown(Ticket, FillTarget, Result<Vec<FilledCell>, Sentence>),
    /// Numbers of the rows that contain a text.
    Found(Ticket, String, Result<Vec<u64>, Sentence>),
    /// Numbers of all rows, sorted by a column; true if the highest value is first.
    Sorted(Ticket, (usize, bool), Result<Vec<u64>, Sentence>),
    /// An import was renamed.
    Renamed(Result<Box<Import>, Sentence>),
    /// An import was deleted from the history.
    Deleted(ImportId, Result<(), Sentence>),
    Watched(ImportId, Result<Box<Watched>, Sentence>),
    Picked(Ticket, Result<Picked, Sentence>),
    /// Rows of an import that were held back.
    HeldBack(Ticket, Result<Vec<Exclusion>, Sentence>),
    Catalog(Result<Catalog, Sentence>),
    /// Names were merged into the catalog.
    Merged(Ticket, Result<(Merged, Catalog), Sentence>),
    /// Result of a connection test; on failure, also the form field to correct.
    Connected(Ticket, Result<Box<InUse>, (Sentence, Option<AccountField>)>),
    /// The account was switched.
    Using(Ticket, Result<Box<InUse>, Sentence>),
    Started(ImportId, Result<(), Sentence>),
    /// Whether another process could be asked to pause.
    AskedToPause(ImportId, Result<(), Sentence>),
    /// What was exported, and where to.
    Written(Ticket, Result<String, Sentence>),
    UnusedPath(Ticket, String),
    /// A row to be corrected; the flag replaces the value in every rejected row.
    RowNow(Ticket, ImportId, bool, Result<Box<CurrentRow>, Sentence>),
    /// Rows were corrected.
    Corrected(Ticket, ImportId, Result<Box<Corrected>, Sentence>),
    /// The user's decision on an unknown row was recorded.
    Decided(ImportId, Result<String, NotDecided>),
    Folder(Ticket, Result<Vec<FileEntry>, Sentence>),
    /// Header and first rows of a file.
    Preview(Ticket, Result<Vec<Vec<String>>, Sentence>),
}

/// Why a decision on an unknown row wasn't recorded.
#[derive(Debug)]
pub(crate) enum NotDecided {
    /// The case is probably another row's: its id, and the row to decide.
    Anothers(String, u64),
    Failed(Sentence),
}

impl From<AppError> for NotDecided {
    fn from(error: AppError) -> Self {
        match error {
            AppError::AnothersCase { row, case } => Self::Anothers(case, row),
            error => Self::Failed(error.to_string()),
        }
    }
}

/// Input of the account screen.
#[derive(Debug)]
pub(crate) struct Credentials {
    /// Account to change; none for a new one.
    pub(crate) name: Option<String>,
    pub(crate) url: String,
    pub(crate) username: String,
    /// Empty to keep the current token.
    pub(crate) token: SecretString,
    pub(crate) remember: bool,
}

/// How long an account switch lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// For this session, because an import belongs to the account.
    Run,
    /// Also when the program starts next time.
    Always,
}

/// Source of an import to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Existing(ImportId),
    New(PathBuf),
    Duplicate(ImportId, PathBuf),
}

/// Fields of the account form, in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum AccountField {
    #[default]
    Url,
    Username,
    Token,
    Remember,
}
