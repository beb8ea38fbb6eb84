//! Arguments of `fix`, and the rejected rows that `resume` resends.

use std::io::{self, BufRead, Read};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::app::{AppError, Correction, RetryRows, read_recipe};
use crate::cli::args::import_number;
use crate::cli::complete;
use crate::ledger::ImportId;

/// Arguments of `fix`.
#[derive(Args)]
pub struct FixArgs {
    /// Number of the import
    #[arg(add = complete::imports(), value_parser = import_number)]
    pub import: ImportId,
    /// Row to fix
    #[arg(long, value_name = "ROW", value_parser = clap::value_parser!(u64).range(1..), required_unless_present_any = ["from", "recipe"])]
    row: Option<u64>,
    /// Header of the column to fix; #5 is the fifth column
    #[arg(long, value_name = "COLUMN", required_unless_present_any = ["skip", "recipe"])]
    column: Option<String>,
    /// New value of the cell; - reads it from standard input, so that it appears in no process list
    #[arg(long, value_name = "VALUE", requires = "column", required_unless_present_any = ["skip", "recipe"])]
    value: Option<String>,
    /// Change every cell of the column that has this value
    #[arg(long, value_name = "VALUE", conflicts_with = "row", requires = "column")]
    from: Option<String>,
    /// Skip the row instead of sending it
    #[arg(long, requires = "row", conflicts_with_all = ["column", "value", "from"])]
    skip: bool,
    /// Use this recipe from now on; earlier fixes are kept, unless the recipe has others for the same values
    #[arg(long, value_name = "FILE", conflicts_with_all = ["row", "column", "value", "from", "skip"])]
    recipe: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

impl FixArgs {
    /// Returns the correction to make. Fails if the recipe can't be read.
    pub fn correction(&self) -> Result<Correction, AppError> {
        if let Some(path) = &self.recipe {
            return Ok(Correction::Recipe(Box::new(read_recipe(path)?)));
        }
        // The rules above settle which of these come together.
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

/// Maximum length of a value read from standard input, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Reads a line of standard input.
fn typed() -> Result<String, AppError> {
    let mut line = String::new();
    let read = io::stdin().lock().take(MAX_BYTES).read_line(&mut line);
    read.map_err(|source| AppError::File { what: "can't read the value from standard input", source })?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Rejected rows to resend.
#[derive(Clone, Copy, ValueEnum)]
pub enum RejectedArg {
    /// Corrected rows
    Corrected,
    /// Corrected rows, and all rows that Trackops refused
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
