//! Arguments for the file format.

use clap::{Args, ValueEnum};

use crate::sheet::{Encoding, Escape, Header, HiddenRows, Layout, Mark, Quote, Worksheets};

/// File format, where it shouldn't be detected.
#[derive(Args, Clone)]
pub struct FormatArgs {
    /// Encoding, such as UTF-8 or Windows-1252
    #[arg(long, value_name = "NAME", help_heading = READING)]
    encoding: Option<Encoding>,
    /// Delimiter between cells: a character, or tab, comma, semicolon, pipe, space
    #[arg(long, value_name = "CHAR", help_heading = READING)]
    delimiter: Option<Mark>,
    /// Quote around cells: a character, or none
    #[arg(long, value_name = "CHAR", help_heading = READING)]
    quote: Option<Quote>,
    /// How a quote inside a quoted cell is escaped
    #[arg(long, value_enum, value_name = "HOW", help_heading = READING)]
    escape: Option<EscapeArg>,
    /// Line of the header row; 3-4 for two lines, none for no header
    #[arg(long, value_name = "LINE", help_heading = READING)]
    header_row: Option<Header>,
    /// Number of footer rows at the end; 0 for none
    #[arg(long, value_name = "ROWS", help_heading = READING)]
    footer: Option<u64>,
    /// Worksheet of a workbook; repeat to read several with the same columns as one table
    #[arg(long, value_name = "NAME", help_heading = READING)]
    worksheet: Vec<String>,
    /// Whether to import rows that are hidden or filtered out in a workbook
    #[arg(long, value_enum, value_name = "WHAT", help_heading = READING)]
    hidden: Option<HiddenArg>,
    /// Clean up odd spaces, invisible characters and wrongly decoded text
    #[arg(long, help_heading = READING)]
    repair: bool,
}

/// How a quote inside a quoted cell is escaped.
#[derive(Clone, Copy, ValueEnum)]
pub enum EscapeArg {
    /// Doubled
    Doubled,
    /// With a backslash
    Backslash,
}

/// What to do with hidden rows.
#[derive(Clone, Copy, ValueEnum)]
pub enum HiddenArg {
    /// Import them like the others
    Include,
    /// Exclude them
    Exclude,
}

impl From<HiddenArg> for HiddenRows {
    fn from(arg: HiddenArg) -> Self {
        match arg {
            HiddenArg::Include => Self::Include,
            HiddenArg::Exclude => Self::Exclude,
        }
    }
}

impl From<EscapeArg> for Escape {
    fn from(arg: EscapeArg) -> Self {
        match arg {
            EscapeArg::Doubled => Self::Doubled,
            EscapeArg::Backslash => Self::Backslash,
        }
    }
}

const READING: &str = "File format (detected unless given)";

impl FormatArgs {
    /// Returns the given choices.
    #[must_use]
    pub fn layout(&self) -> Layout {
        Layout {
            encoding: self.encoding,
            delimiter: self.delimiter,
            quote: self.quote,
            escape: self.escape.map(Into::into),
            header: self.header_row,
            footer: self.footer,
            worksheet: (!self.worksheet.is_empty()).then(|| Worksheets(self.worksheet.clone())),
            hidden: self.hidden.map(Into::into),
            repair: self.repair,
            ..Layout::default()
        }
    }
}
