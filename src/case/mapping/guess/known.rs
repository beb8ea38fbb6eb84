//! What is known of a file and an account, and guesses based on it.

use super::vocabulary::Words;
use crate::case::mapping::field::{CaseField, Target};
use crate::case::mapping::recipe::{ColumnRule, CustomField, OtherSubject};
use crate::sheet::{Column, Row};

/// Guess for a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// The rule; `ignore` if no idea is certain enough.
    pub rule: ColumnRule,
    /// The best idea, even if it isn't certain enough.
    pub suggestion: Option<Suggestion>,
    /// The subject of the idea, unless it is the primary one. A recipe with the rule has to describe it.
    pub subject: Option<OtherSubject>,
}

/// A field that a column may map to.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The field.
    pub to: Target,
    /// Confidence from 0 to 1.
    pub confidence: f64,
    /// Reason, for people.
    pub why: String,
    /// Whether it is the mapping of an earlier import, which can be forgotten.
    pub remembered: bool,
}

impl Suggestion {
    /// Creates an idea that isn't from an earlier import.
    #[must_use]
    pub fn new(to: Target, confidence: f64, why: String) -> Self {
        Self { to, confidence, why, remembered: false }
    }
}

impl Suggestion {
    /// Returns the idea for a header that several columns have: an earlier import had only one of them.
    pub(super) fn unless_repeated(self) -> Self {
        let why = format!("{}, but several columns have this header", self.why);
        Self { confidence: 0.5, why, ..self }
    }
}

/// A rule of an earlier import.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// The rule.
    pub rule: ColumnRule,
    /// The import.
    pub import: i64,
    /// Whether it was for the same client.
    pub same_client: bool,
}

/// What is known of the file and the account.
#[derive(Debug, Clone, Default)]
pub struct GuessInput<'a> {
    /// The file's columns.
    pub columns: &'a [Column],
    /// The first rows of the file.
    pub rows: &'a [Row],
    /// The account's custom fields.
    pub custom: &'a [CustomField],
    /// The account's names for the three references, if known.
    pub references: [Option<&'a str>; 3],
    /// Subjects, other than the primary one, of the recipe or of earlier imports.
    pub subjects: &'a [OtherSubject],
    /// The catalog's labels for ids of a field.
    pub labels: &'a [(CaseField, &'a str, u64)],
    /// The firm's own words, if it has any.
    pub words: Option<&'a Words>,
    /// Rules of earlier imports, newest first.
    pub memory: &'a [Remembered],
}
