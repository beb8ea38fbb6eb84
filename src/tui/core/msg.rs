//! Messages that reach the model, and the answers to effects.

use std::path::PathBuf;

use secrecy::SecretString;
use tui_input::InputRequest;

use crate::app::{Checked, Corrected, KnownAccounts, Picked, ReadBack, RowNow, Seen};
use crate::case::{Guess, Recipe};
use crate::engine::{Event, Facet, First};
use crate::ledger::{Exception, Import, ImportId};
use crate::sheet::{Column, EncodingDoubt, Layout, Row, Worksheets};
use crate::trackops::{Catalog, Merged};
use crate::tui::core::action::Action;

/// Everything that can happen to the model.
#[derive(Debug)]
pub(crate) enum Msg {
    /// A key that means an action where the user is.
    Act(Action),
    /// A key that edits the text field in focus.
    Edit(InputRequest),
    /// Text pasted in one piece.
    Paste(String),
    /// The window's columns and rows.
    Resize(u16, u16),
    /// Seconds since 1970, once a second while something may change by itself.
    Tick(i64),
    /// News of a run.
    Run(ImportId, Event),
    /// The answer to an effect.
    Reply(Reply),
    /// The system asks the program to end.
    Terminate,
}

/// A failure in a sentence, ready to be shown.
pub(crate) type Sentence = String;

/// The number of a request; an answer with an old number is of no interest any more.
pub(crate) type Ticket = u64;

/// Who is connected where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) url: String,
    pub(crate) username: String,
}

/// An account that is in use from now on.
#[derive(Debug)]
pub(crate) struct InUse {
    pub(crate) who: Who,
    pub(crate) catalog: Catalog,
    pub(crate) accounts: KnownAccounts,
}

/// An import with its file open.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) import: Import,
    pub(crate) recipe: Recipe,
    pub(crate) columns: Vec<Column>,
    /// Rows found so far.
    pub(crate) rows: u64,
    /// The first rows of the file, for samples.
    pub(crate) samples: Vec<Row>,
    /// What each column is guessed to be, and why.
    pub(crate) guesses: Vec<Guess>,
    /// Columns that got a field when the draft was opened, because the catalog knows more by now.
    pub(crate) guessed_later: Vec<String>,
    /// How the file is read.
    pub(crate) sheet: SheetFacts,
    /// Whether the whole file was read.
    pub(crate) measured: bool,
}

/// How a file is read, as people read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SheetFacts {
    pub(crate) layout: Layout,
    /// The other encoding the file may be in.
    pub(crate) encoding_doubt: Option<EncodingDoubt>,
    pub(crate) worksheets: Vec<String>,
    /// Other visible worksheets with the same columns.
    pub(crate) alike: Vec<String>,
    /// Rows that are hidden or filtered out in a workbook.
    pub(crate) hidden: u64,
    /// What, and how; all of it.
    pub(crate) how: Vec<(&'static str, String)>,
    /// What is not as everybody expects, a sentence each.
    pub(crate) odd: Vec<String>,
    /// What earlier imports made of the same file, or of one with the same columns.
    pub(crate) earlier: Vec<String>,
    /// An earlier import with nearly the same columns, and its name.
    pub(crate) looks_like: Option<(ImportId, String)>,
    /// What is different from the import it was made like, a sentence each.
    pub(crate) drift: Vec<String>,
}

impl SheetFacts {
    /// All worksheets with the same columns, in the order of the workbook; none where there is one.
    pub(crate) fn together(&self) -> Option<Worksheets> {
        let read = self.layout.worksheet.as_ref().map(|read| read.0.as_slice()).unwrap_or_default();
        let names = self.worksheets.iter().filter(|name| read.contains(name) || self.alike.contains(name));
        let names: Vec<String> = names.cloned().collect();
        (names.len() > 1).then_some(Worksheets(names))
    }
}

/// The ledger's account of an import.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    pub(crate) import: Import,
    /// The newest exceptions, oldest first.
    pub(crate) log: Vec<Exception>,
    /// How many older ones there are.
    pub(crate) older: u64,
    /// The ledger's version at that time.
    pub(crate) version: i64,
    /// What reading the cases back has shown.
    pub(crate) read_back: ReadBack,
}

/// A line of the file chooser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileEntry {
    pub(crate) name: String,
    pub(crate) folder: bool,
    pub(crate) bytes: u64,
    /// When it was changed: seconds since 1970, UTC.
    pub(crate) changed: i64,
}

/// Answers to effects.
#[derive(Debug)]
pub(crate) enum Reply {
    Imports(Result<Vec<Import>, Sentence>),
    Opened(Ticket, Result<Box<Opened>, Sentence>),
    /// How far the reading of a file is: rows, and how much of 100.
    Reading(ImportId, u64, u64),
    /// The whole file was read.
    Measured(ImportId, Result<Box<Opened>, Sentence>),
    /// The file is read another way.
    ReadAs(Ticket, Result<Box<Opened>, Sentence>),
    /// What the columns are guessed to be, now that a header was forgotten.
    Guesses(ImportId, String, Result<Vec<Guess>, Sentence>),
    /// An import was made of each group.
    Split(Ticket, Result<Vec<Import>, Sentence>),
    /// What became of the row that was sent alone, and where the import stands.
    First(Result<Box<(Import, First)>, Sentence>),
    Saved(Result<Box<Import>, Sentence>),
    Checked(Ticket, Result<Box<Checked>, Sentence>),
    Rows(Ticket, Result<Vec<Seen>, Sentence>),
    Facet(Ticket, Result<Box<Facet>, Sentence>),
    /// The rows that hold a text.
    Found(Ticket, String, Result<Vec<u64>, Sentence>),
    /// An import has another name.
    Renamed(Result<Box<Import>, Sentence>),
    /// An import is forgotten.
    Deleted(ImportId, Result<(), Sentence>),
    Watched(ImportId, Result<Box<Watched>, Sentence>),
    Picked(Ticket, Result<Picked, Sentence>),
    Catalog(Result<Catalog, Sentence>),
    /// Names were taken over.
    Merged(Ticket, Result<(Merged, Catalog), Sentence>),
    /// What the test of a connection gave; of a failure, which field of the form is to be corrected.
    Connected(Ticket, Result<Box<InUse>, (Sentence, Option<AccountField>)>),
    /// Another account is in use.
    Using(Ticket, Result<Box<InUse>, Sentence>),
    Started(ImportId, Result<(), Sentence>),
    /// Whether there was somebody to ask.
    AskedToPause(ImportId, Result<(), Sentence>),
    /// What was written, and where.
    Written(Ticket, Result<String, Sentence>),
    /// A row that is about to be corrected, in an import; whether the value is to change in every row.
    RowNow(Ticket, ImportId, bool, Result<Box<RowNow>, Sentence>),
    /// Rows were corrected.
    Corrected(Ticket, ImportId, Result<Box<Corrected>, Sentence>),
    /// A person's word was taken.
    Decided(ImportId, Result<String, Sentence>),
    Folder(Ticket, Result<Vec<FileEntry>, Sentence>),
    /// The header and the first rows of a file.
    Preview(Ticket, Result<Vec<Vec<String>>, Sentence>),
}

/// What the user typed on the account screen.
#[derive(Debug)]
pub(crate) struct Credentials {
    /// The account that is changed; none for another one.
    pub(crate) name: Option<String>,
    pub(crate) url: String,
    pub(crate) username: String,
    /// Empty for the one there is already.
    pub(crate) token: SecretString,
    pub(crate) remember: bool,
}

/// How long another account is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// In this run, for an import that belongs to it.
    Run,
    /// Also when the program starts the next time.
    Always,
}

/// What an import is opened from.
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
