//! What the ledger holds, as the rest of the program sees it.

use std::{fmt, path::PathBuf};

use serde::Serialize;

use crate::case::Code;

/// Number of an import, from 1, never used again.
pub type ImportId = i64;

/// What to do when a row is refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnError {
    /// Start no further row.
    #[default]
    Halt,
    /// Log the exception and go on to the end.
    Skip,
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Not everything is mapped.
    Draft,
    /// Mapped and never started.
    Ready,
    /// Rows are being sent now.
    Processing,
    /// Stopped by a person or by a system fault; can be resumed.
    Paused,
    /// The program died while rows were being sent; can be resumed.
    Interrupted,
    /// Every row had its turn.
    Complete,
    /// Halted by an exception; can be resumed.
    Error,
}

impl OnError {
    const WORDS: [(Self, &'static str); 2] = [(Self::Halt, "halt"), (Self::Skip, "skip")];

    /// The word in the ledger and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(&Self::WORDS, &self)
    }

    pub(super) fn from_word(text: &str) -> Option<Self> {
        from_word(&Self::WORDS, text)
    }
}

impl Status {
    const WORDS: [(Self, &'static str); 7] = [
        (Self::Draft, "draft"),
        (Self::Ready, "ready"),
        (Self::Processing, "processing"),
        (Self::Paused, "paused"),
        (Self::Interrupted, "interrupted"),
        (Self::Complete, "complete"),
        (Self::Error, "error"),
    ];

    /// The word in the ledger and in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(&Self::WORDS, &self)
    }

    pub(super) fn from_word(text: &str) -> Option<Self> {
        from_word(&Self::WORDS, text)
    }
}

/// The word for a value: the tables above are complete (a test holds them to that).
fn word<T: PartialEq>(words: &[(T, &'static str)], value: &T) -> &'static str {
    words.iter().find(|(v, _)| v == value).map_or("", |(_, word)| word)
}

fn from_word<T: Copy>(words: &[(T, &'static str)], text: &str) -> Option<T> {
    words.iter().find(|(_, word)| *word == text).map(|(value, _)| *value)
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

/// How many rows have which outcome; they add up to `rows`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All data rows of the import.
    pub rows: u64,
    /// Trackops gave an id.
    pub created: u64,
    /// Refused, by the check or by Trackops.
    pub rejected: u64,
    /// Left out: blank, by a person, or by the duplicate guard.
    pub excluded: u64,
    /// Sent, and no answer is known; while an import runs, the rows in flight.
    pub unknown: u64,
    /// Certainly not sent.
    pub not_sent: u64,
}

impl Counts {
    /// The counts as a sum that can be checked.
    #[must_use]
    pub fn sum(&self) -> String {
        let Self { rows, created, rejected, excluded, unknown, not_sent } = self;
        format!(
            "{rows} rows = {created} created + {rejected} rejected + {excluded} excluded + {unknown} unknown + \
             {not_sent} not sent"
        )
    }

    /// Whether nothing is left to do: every row is created or excluded.
    #[must_use]
    pub fn all_done(&self) -> bool {
        self.created + self.excluded == self.rows
    }
}

/// Who found an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The check, before sending.
    Check,
    /// Trackops, or the way there.
    Trackops,
}

impl Source {
    const WORDS: [(Self, &'static str); 2] = [(Self::Check, "check"), (Self::Trackops, "trackops")];

    /// The word in the ledger and in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(&Self::WORDS, &self)
    }

    pub(super) fn from_word(text: &str) -> Option<Self> {
        from_word(&Self::WORDS, text)
    }
}

/// A rejected or unknown row, as the exception log shows it. One a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exception {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// Header of the column; none when the whole row is meant.
    pub column: Option<String>,
    /// Key of the field; none when the whole row is meant.
    pub field: Option<String>,
    /// The cell as it is in the file.
    pub value: Option<String>,
    /// What it is, for scripts; [`Code::Unknown`] for a row without a known outcome.
    pub code: Code,
    /// What happened, and what to do.
    pub message: String,
    /// Who found it.
    pub source: Source,
    /// The status of Trackops' answer, when there was one.
    pub http_status: Option<u16>,
    /// Whether the row was corrected since, passes the check now, and waits to be sent again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub corrected: bool,
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exclusion {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// Why, for scripts.
    pub code: Code,
    /// Why.
    pub reason: String,
}

/// One import: a job as the ledger knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// Its number.
    pub id: ImportId,
    /// What people call it.
    pub name: String,
    /// Name of the account it belongs to.
    pub account: String,
    /// The source file, absolute; none until one is chosen.
    pub file: Option<PathBuf>,
    /// How the file is read, as layout TOML; empty until it was read once.
    pub layout: String,
    /// SHA-256 of the file; none until it was read once.
    pub sha256: Option<[u8; 32]>,
    /// Case defaults and field map, as recipe TOML.
    pub recipe: String,
    /// The columns of the file, as JSON; empty until it was read once, or by an earlier caseload.
    pub profile: String,
    /// User of the machine who created the import; empty if unknown.
    pub made_by: String,
    /// The import whose defaults and field map it began with.
    pub made_like: Option<ImportId>,
    /// What to do when a row is refused.
    pub on_error: OnError,
    /// Where it stands. A dead program's `Processing` is shown as `Interrupted`.
    pub status: Status,
    /// Why it is paused or halted, in a sentence; empty otherwise.
    pub note: String,
    /// Who started it, by the user name in Trackops; empty before the first start, or by an earlier caseload.
    pub username: String,
    /// Who started it, by the user of the machine; empty as above.
    pub os_user: String,
    /// Random: the first part of the tokens its cases may carry.
    pub seed: String,
    /// Seconds since 1970, UTC.
    pub created_at: i64,
    /// Seconds since 1970, UTC; none before the first start.
    pub started_at: Option<i64>,
    /// Seconds since 1970, UTC; none while it is not at an end.
    pub ended_at: Option<i64>,
    /// Outcomes so far.
    pub counts: Counts,
    /// Number of times its recipe was changed after the start.
    pub amendments: u64,
    /// Number of rejected rows that were corrected and wait to be sent again.
    pub corrected: u64,
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

    /// Whether a run has something to do: rows to send or to look up, or to read back what an earlier run created that
    /// died before it came to that.
    #[must_use]
    pub fn has_something_left(&self) -> bool {
        self.counts.unknown + self.counts.not_sent > 0 || self.status == Status::Interrupted
    }

    /// The file's name without its folder; empty when none is chosen.
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
    fn every_status_has_a_word_of_its_own() {
        for (status, word) in Status::WORDS {
            assert_eq!((status.word(), Status::from_word(word)), (word, Some(status)));
        }
        assert_eq!(Status::Interrupted.to_string(), "Interrupted");
        assert_eq!(OnError::from_word("stop"), None);
    }
}
