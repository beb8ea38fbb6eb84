//! Arguments of `fix`, and which rejected rows `resume` sends again.

use std::io::{self, BufRead, Read};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::app::{App, AppError, Correction, RetryRows};
use crate::ledger::ImportId;

/// Arguments of `fix`.
#[derive(Args)]
pub struct FixArgs {
    /// The import's number
    pub import: ImportId,
    /// The row to correct
    #[arg(long, value_name = "ROW", value_parser = clap::value_parser!(u64).range(1..), required_unless_present_any = ["from", "recipe"])]
    row: Option<u64>,
    /// Header of the column to correct; #5 is the fifth column
    #[arg(long, value_name = "COLUMN", required_unless_present_any = ["skip", "recipe"])]
    column: Option<String>,
    /// What to read instead of the cell; - reads it from standard input, so that nobody sees it in a list of processes
    #[arg(long, value_name = "VALUE", requires = "column", required_unless_present_any = ["skip", "recipe"])]
    value: Option<String>,
    /// Correct every cell of the column that has this value
    #[arg(long, value_name = "VALUE", conflicts_with = "row", requires = "column")]
    from: Option<String>,
    /// Skip the row instead of sending it
    #[arg(long, requires = "row", conflicts_with_all = ["column", "value", "from"])]
    skip: bool,
    /// Use this recipe from now on; fixes of single rows are kept
    #[arg(long, value_name = "FILE", conflicts_with_all = ["row", "column", "value", "from", "skip"])]
    recipe: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

impl FixArgs {
    /// Returns what is to be corrected. Fails when the recipe can't be read.
    pub fn correction(&self) -> Result<Correction, AppError> {
        if let Some(path) = &self.recipe {
            return Ok(Correction::Recipe(Box::new(App::read_recipe(path)?)));
        }
        // Which of these are given together is settled by the rules above.
        let row = self.row.unwrap_or_default();
        if self.skip {
            return Ok(Correction::Skip { row });
        }
        let column = self.column.clone().unwrap_or_default();
        let value = match self.value.as_deref() {
            Some("-") => typed()?,
            value => value.unwrap_or_default().to_owned(),
        };
        Ok(match &self.from {
            Some(from) => Correction::Value { column, from: from.clone(), value },
            None => Correction::Cell { row, column, value },
        })
    }
}

/// Longest value that is read from standard input, in bytes.
const LONGEST: u64 = 1 << 20;

/// A line of standard input.
fn typed() -> Result<String, AppError> {
    let mut line = String::new();
    let read = io::stdin().lock().take(LONGEST).read_line(&mut line);
    read.map_err(|source| AppError::File { what: "the value can't be read from standard input", source })?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Which rejected rows are sent again.
#[derive(Clone, Copy, ValueEnum)]
pub enum RejectedArg {
    /// Those that were corrected
    Corrected,
    /// Those, and all that Trackops refused
    All,
}

impl From<RejectedArg> for RetryRows {
    fn from(arg: RejectedArg) -> Self {
        match arg {
            RejectedArg::Corrected => Self::Corrected,
            RejectedArg::All => Self::Refused,
        }
    }
}
