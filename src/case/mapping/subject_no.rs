//! Numbers of the subjects of a case.

use std::{fmt, str::FromStr};

use crate::serde_text::serde_as_text;

/// Not the key of a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” isn't a field")]
pub struct UnknownKey(pub String);

/// The number of a subject in its case, from 1. In a recipe `subject` is the primary one, `subject2` the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectNo(u8);

impl SubjectNo {
    /// The primary subject.
    pub const PRIMARY: Self = Self(1);
    /// Highest number in a recipe. The vendor documents no limit.
    const LAST: u8 = 9;

    /// Returns all numbers, the primary one first.
    pub fn all() -> impl Iterator<Item = Self> {
        (Self::PRIMARY.0..=Self::LAST).map(Self)
    }

    /// Returns the numbers after the primary one.
    pub fn others() -> impl Iterator<Item = Self> {
        Self::all().skip(1)
    }

    /// Returns the number, from 1.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

serde_as_text!(SubjectNo);

impl fmt::Display for SubjectNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::PRIMARY { f.write_str("subject") } else { write!(f, "subject{}", self.0) }
    }
}

impl FromStr for SubjectNo {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        Self::all().find(|number| number.to_string() == text).ok_or_else(|| UnknownKey(text.to_owned()))
    }
}

/// Set of subjects of a case. They are sent in the order of their numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Subjects(u16);

impl Subjects {
    /// The primary subject alone.
    pub const PRIMARY: Self = Self(1 << SubjectNo::PRIMARY.0);

    /// Returns the numbers, in order.
    pub fn iter(self) -> impl Iterator<Item = SubjectNo> {
        SubjectNo::all().filter(move |number| self.has(*number))
    }

    /// Returns true if the subject is in the set.
    #[must_use]
    pub fn has(self, number: SubjectNo) -> bool {
        self.0 & (1 << number.0) != 0
    }

    /// Returns true if the set is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<SubjectNo> for Subjects {
    fn from_iter<I: IntoIterator<Item = SubjectNo>>(numbers: I) -> Self {
        Self(numbers.into_iter().fold(0, |all, number| all | (1 << number.0)))
    }
}
