//! What is known of a file and an account, and what is made of it.

use super::vocabulary::Words;
use crate::case::mapping::field::{CaseField, Target};
use crate::case::mapping::recipe::{ColumnRule, CustomField, OtherSubject};
use crate::sheet::{Column, Row};

/// What a column is guessed to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// The rule; to `ignore` where nothing is sure enough.
    pub rule: ColumnRule,
    /// The best idea there is, also where it is not sure enough.
    pub idea: Option<Idea>,
    /// The subject that the idea is for, when it is not the primary one; a recipe with the rule has to describe it.
    pub subject: Option<OtherSubject>,
}

/// A field a column may belong to.
#[derive(Debug, Clone, PartialEq)]
pub struct Idea {
    /// The field.
    pub to: Target,
    /// How sure it is, from 0 to 1.
    pub confidence: f64,
    /// Why, in words.
    pub why: String,
    /// Whether it is what an earlier import made of the header, so that it can be forgotten.
    pub remembered: bool,
}

impl Idea {
    /// An idea that no earlier import had.
    #[must_use]
    pub fn new(to: Target, confidence: f64, why: String) -> Self {
        Self { to, confidence, why, remembered: false }
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
pub struct Known<'a> {
    /// The file's columns.
    pub columns: &'a [Column],
    /// The first rows.
    pub rows: &'a [Row],
    /// The account's custom fields.
    pub custom: &'a [CustomField],
    /// What the account calls the three references; none when that is not known.
    pub references: [Option<&'a str>; 3],
    /// The subjects beside the primary one that the recipe has, or that earlier imports had.
    pub subjects: &'a [OtherSubject],
    /// Texts that stand for ids of a field: the catalog's labels.
    pub labels: &'a [(CaseField, &'a str, u64)],
    /// The firm's own words; none where it has none.
    pub words: Option<&'a Words>,
    /// Rules of earlier imports, the newest first.
    pub memory: &'a [Remembered],
}
