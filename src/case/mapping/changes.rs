//! What a person changed about the rows of a file, as it stands in a recipe.

use serde::{Deserialize, Serialize};

/// A text that is read in place of another: in one row, or in every row of the column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fix {
    /// Header text, or `#5` for the fifth column.
    pub column: String,
    /// Data row, from 1; every row when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// The cell as it is in the file, without outer spaces. In another file the same row may be another case, and
    /// then the fix is not made.
    pub from: String,
    /// What is read instead.
    pub to: String,
}

/// Rows that are left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "RawLeaveOut", into = "RawLeaveOut")]
pub enum LeaveOut {
    /// This data row, from 1.
    Row(u64),
    /// Every row with this text in the column; case does not matter, and in a list one part is enough.
    Value {
        /// Header text, or `#5` for the fifth column.
        column: String,
        /// The text.
        value: String,
    },
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLeaveOut {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    row: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

impl TryFrom<RawLeaveOut> for LeaveOut {
    type Error = &'static str;

    fn try_from(raw: RawLeaveOut) -> Result<Self, Self::Error> {
        match raw {
            RawLeaveOut { row: Some(row), column: None, value: None } => Ok(Self::Row(row)),
            RawLeaveOut { row: None, column: Some(column), value: Some(value) } => {
                Ok(Self::Value { column, value })
            }
            _ => Err("leave_out needs either a row, or a column and a value"),
        }
    }
}

impl From<LeaveOut> for RawLeaveOut {
    fn from(leave_out: LeaveOut) -> Self {
        match leave_out {
            LeaveOut::Row(row) => Self { row: Some(row), column: None, value: None },
            LeaveOut::Value { column, value } => Self { row: None, column: Some(column), value: Some(value) },
        }
    }
}

/// The one group of a mixed file that an import takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// Header text, or `#5` for the fifth column.
    pub column: String,
    /// The texts of the group; case does not matter, and an empty one is an empty cell.
    pub values: Vec<String>,
}
