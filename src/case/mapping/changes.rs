//! Changes the user made to the rows of a file, as stored in a recipe.

use serde::{Deserialize, Serialize};

use crate::case::values::words::normalize;

/// A value that replaces another, in one row or in every row of the column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fix {
    /// Header text, or `#5` for the fifth column.
    pub column: String,
    /// Data row, from 1; every row if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// The cell as in the file, trimmed. The fix isn't applied to another value: in another file the same row may be
    /// another case.
    pub from: String,
    /// The replacement.
    pub to: String,
}

/// Skipped rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "RawSkipRule", into = "RawSkipRule")]
pub enum SkipRule {
    /// This data row, from 1.
    Row(u64),
    /// Every row with this value in the column, ignoring case; in a list one entry is enough.
    Value {
        /// Header text, or `#5` for the fifth column.
        column: String,
        /// The value.
        value: String,
    },
}

impl SkipRule {
    /// Returns true if it skips the rows with a value in the column of this name.
    #[must_use]
    pub fn skips(&self, name: &str, text: &str) -> bool {
        matches!(self, Self::Value { column, value } if column == name && normalize(value) == normalize(text))
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSkipRule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    row: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

impl TryFrom<RawSkipRule> for SkipRule {
    type Error = &'static str;

    fn try_from(raw: RawSkipRule) -> Result<Self, Self::Error> {
        match raw {
            RawSkipRule { row: Some(row), column: None, value: None } => Ok(Self::Row(row)),
            RawSkipRule { row: None, column: Some(column), value: Some(value) } => {
                Ok(Self::Value { column, value })
            }
            _ => Err("leave_out needs either a row, or a column and a value"),
        }
    }
}

impl From<SkipRule> for RawSkipRule {
    fn from(leave_out: SkipRule) -> Self {
        match leave_out {
            SkipRule::Row(row) => Self { row: Some(row), column: None, value: None },
            SkipRule::Value { column, value } => Self { row: None, column: Some(column), value: Some(value) },
        }
    }
}

/// The group of a mixed file that an import takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupFilter {
    /// Header text, or `#5` for the fifth column.
    pub column: String,
    /// Values of the group, ignoring case; an empty one stands for empty cells.
    pub values: Vec<String>,
}
