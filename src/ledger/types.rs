//! Types of the ledger that the rest of the program uses.

use std::{fmt, path::PathBuf};

use serde::Serialize;
use strum::{EnumString, IntoStaticStr};

use crate::case::Code;

/// Number of an import, from 1, never reused.
pub type ImportId = i64;

/// Error handling: what to do when a row is refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum OnError {
    /// Send no further row.
    #[default]
    Halt,
    /// Log the exception and continue to the end.
    Skip,
}

/// Status of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Status {
    /// Not everything is mapped.
    Draft,
    /// Mapped but never started.
    Ready,
    /// Rows are being sent now.
    Processing,
    /// Paused by the user or by a system fault; can be resumed.
    Paused,
    /// The program died while rows were being sent; can be resumed.
    Interrupted,
    /// Every row was processed.
    Complete,
    /// Halted by an exception; can be resumed.
    Error,
}

impl OnError {
    /// Returns the word used in the ledger and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    pub(super) fn from_word(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Status {
    /// Returns the word used in the ledger and in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    pub(super) fn from_word(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl fmt::Display for OnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Halt => "Halt on Error",
            Self::Skip => "Skip Row and Continue",
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.word();
        let (first, rest) = word.split_at(word.len().min(1));
        write!(f, "{}{rest}", first.to_uppercase())
    }
}

/// Number of rows with each outcome. They add up to `rows`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All data rows of the import.
    pub rows: u64,
    /// Trackops returned an id.
    pub created: u64,
    /// Refused by the check or by Trackops.
    pub rejected: u64,
    /// Blank, or skipped by the user or by the duplicate guard.
    pub excluded: u64,
    /// Sent, but no answer is known. While an import is running, this includes the rows in flight.
    pub unknown: u64,
    /// Certainly not sent.
    pub not_sent: u64,
}

impl Counts {
    /// Returns the counts as a sum that a reader can check.
    #[must_use]
    pub fn sum(&self) -> String {
        let Self { rows, created, rejected, excluded, unknown, not_sent } = self;
        format!(
            "{rows} rows = {created} created + {rejected} rejected + {excluded} excluded + {unknown} unknown + \
             {not_sent} not sent"
        )
    }

    /// Returns true if nothing is left to do: every row is created or excluded.
    #[must_use]
    pub fn all_done(&self) -> bool {
        self.created + self.excluded == self.rows
    }
}

/// Origin of an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum ExceptionSource {
    /// The check before sending.
    Check,
    /// Trackops, or the connection to it.
    Trackops,
}

impl ExceptionSource {
    /// Returns the word used in the ledger and in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    pub(super) fn from_word(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// An entry of the exception log: a rejected or unknown row. A row has at most one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exception {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// Header of the column; `None` if the whole row is meant.
    pub column: Option<String>,
    /// Key of the field; `None` if the whole row is meant.
    pub field: Option<String>,
    /// The cell as it is in the file.
    pub value: Option<String>,
    /// Code for scripts; [`Code::Unknown`] for a row without a known outcome.
    pub code: Code,
    /// What happened, and what to do.
    pub message: String,
    /// Where it comes from.
    pub source: ExceptionSource,
    /// Status of Trackops' answer, if there was one.
    pub http_status: Option<u16>,
    /// Whether the row was corrected since, passes the check now, and waits to be sent again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub corrected: bool,
}

/// A skipped row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exclusion {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// Code of the reason, for scripts.
    pub code: Code,
    /// The reason.
    pub reason: String,
}

/// An import.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// Its number.
    pub id: ImportId,
    /// Name for display.
    pub name: String,
    /// Name of the account it belongs to.
    pub account: String,
    /// Absolute path of the source file; `None` until one is chosen.
    pub file: Option<PathBuf>,
    /// File format, as layout TOML; empty until the file was read once.
    pub layout: String,
    /// SHA-256 of the file; `None` until it was read once.
    pub sha256: Option<[u8; 32]>,
    /// Case defaults and field map, as recipe TOML.
    pub recipe: String,
    /// Columns of the file, as JSON; empty until it was read once, or for an import of an earlier version.
    pub profile: String,
    /// User of the machine who created the import; empty if unknown.
    pub made_by: String,
    /// Import that it was duplicated from.
    pub duplicated_from: Option<ImportId>,
    /// Error handling.
    pub on_error: OnError,
    /// Its status. A dead program's `Processing` becomes `Interrupted`.
    pub status: Status,
    /// Reason why it is paused or halted, in a sentence; empty otherwise.
    pub note: String,
    /// Trackops user who started it; empty before the first start, or for an import of an earlier version.
    pub username: String,
    /// User of the machine who started it; empty in the same cases.
    pub os_user: String,
    /// Random first part of its row tokens.
    pub seed: String,
    /// Time of creation, in seconds since 1970, UTC.
    pub created_at: i64,
    /// Time of the first start, in seconds since 1970, UTC; `None` before it.
    pub started_at: Option<i64>,
    /// Time when the last run ended, in seconds since 1970, UTC; `None` before the first start and during a run.
    pub ended_at: Option<i64>,
    /// Outcomes so far.
    pub counts: Counts,
    /// Number of times its recipe was changed after the start.
    pub amendments: u64,
    /// Number of rejected rows that were corrected and wait to be sent again.
    pub corrected: u64,
    /// Number of rejected rows that another import sent and had no result for.
    pub in_doubt: u64,
    /// Number of rows with more than one case in Trackops, as far as it was read back.
    pub doubled: u64,
}

/// Returns true if these imports were created by more than one user of the machine, as far as known.
#[must_use]
pub fn several_people(imports: &[Import]) -> bool {
    let mut makers = imports.iter().map(|import| &import.made_by).filter(|maker| !maker.is_empty());
    let first = makers.next();
    makers.any(|maker| Some(maker) != first)
}

impl Import {
    /// Returns true if this user of the machine created the import, or if its creator is unknown.
    #[must_use]
    pub fn is_of(&self, os_user: &str) -> bool {
        self.made_by.is_empty() || self.made_by == os_user
    }

    /// Returns true if a run has something to do: rows to send, to look up or to judge again, or cases to read back after a
    /// run that died.
    #[must_use]
    pub fn has_something_left(&self) -> bool {
        self.counts.unknown + self.counts.not_sent + self.in_doubt > 0 || self.status == Status::Interrupted
    }

    /// Returns its status for a list; for a complete import with doubled rows their number, which no count shows.
    #[must_use]
    pub fn status_in_list(&self) -> String {
        match self.status {
            Status::Complete if self.doubled > 0 => format!("{} doubled", self.doubled),
            status => status.to_string(),
        }
    }

    /// Returns the file's name without its folder; empty if none is chosen.
    #[must_use]
    pub fn file_name(&self) -> String {
        let name = self.file.as_ref().and_then(|path| path.file_name());
        name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_statuses_are_capitalized() {
        let words = "draft ready processing paused interrupted complete error";
        for word in words.split(' ') {
            assert_eq!(Status::from_word(word).map(Status::word), Some(word));
        }
        assert_eq!(Status::Interrupted.to_string(), "Interrupted");
        assert_eq!(OnError::from_word("stop"), None);
    }
}
