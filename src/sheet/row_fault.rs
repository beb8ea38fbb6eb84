//! Faults in the way a row is written.

use strum::VariantArray;

/// A fault in the way a row is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, VariantArray)]
pub enum RowFault {
    /// A quote that is never closed. It is read as text, and the row ends with its line.
    OpenQuote,
    /// A misplaced quote. It is read as text.
    StrayQuote,
    /// A line break inside an unquoted cell. The lines are read as one row.
    LooseBreak,
    /// Different delimiters than the file's. The row is split at them.
    OtherDelimiter,
    /// An extra delimiter. The empty cell before it is dropped.
    ExtraDelimiter,
    /// A missing delimiter. Two cells in one are split, or an empty one is added.
    MissingDelimiter,
    /// Delimiters inside an unquoted cell. They are read as part of it.
    LooseDelimiter,
    /// A row below the header of another table.
    OtherTable,
    /// Longer than any row can be. The rest is cut off.
    TooLong,
    /// A cell with characters that are invalid in the file's encoding; each is replaced by �.
    BrokenText,
    /// A cell with NUL characters.
    Nul,
}

impl RowFault {
    /// Code for scripts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OpenQuote => "row.open_quote",
            Self::StrayQuote => "row.stray_quote",
            Self::LooseBreak => "row.loose_break",
            Self::OtherDelimiter => "row.other_separator",
            Self::ExtraDelimiter => "row.extra_separator",
            Self::MissingDelimiter => "row.missing_separator",
            Self::LooseDelimiter => "row.loose_separator",
            Self::OtherTable => "row.other_table",
            Self::TooLong => "row.endless",
            Self::BrokenText => "cell.broken_text",
            Self::Nul => "cell.nul",
        }
    }

    /// Describes rows or cells with it in a few words.
    #[must_use]
    pub fn cause(self) -> &'static str {
        match self {
            Self::OpenQuote => "with a quote that is never closed",
            Self::StrayQuote => "with a quote in the middle of a cell",
            Self::LooseBreak => "split by a line break",
            Self::OtherDelimiter => "with different delimiters than the file",
            Self::ExtraDelimiter => "with an extra delimiter",
            Self::MissingDelimiter => "with a missing delimiter",
            Self::LooseDelimiter => "with delimiters in a cell without quotes",
            Self::OtherTable => "below the header of another table",
            Self::TooLong => "longer than 32 MB",
            Self::BrokenText => "has damaged characters",
            Self::Nul => "has NUL characters",
        }
    }

    /// Describes the fault.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::OpenQuote => "a quote in this row is never closed",
            Self::StrayQuote => "a quote in the middle of a cell is read as text",
            Self::LooseBreak => "a line break splits this row; it is read as part of a cell",
            Self::OtherDelimiter => "the row has different delimiters than the file; it is split at them",
            Self::ExtraDelimiter => "the row has an extra delimiter; an empty cell is dropped",
            Self::MissingDelimiter => {
                "the row has a missing delimiter; its cells are placed by what other rows have in each column"
            }
            Self::LooseDelimiter => "a cell has delimiters but no quotes; they are read as part of it",
            Self::OtherTable => "the row is below the header of another table",
            Self::TooLong => "the row is longer than 32 MB; the rest is cut off",
            Self::BrokenText => "the cell has characters that are damaged or in another encoding, shown as �",
            Self::Nul => "the cell has NUL characters, which don't belong in text",
        }
    }

    /// Advice on what to do.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::OpenQuote => "close the quote or remove it; the rows after it are read as usual",
            Self::StrayQuote => "double each quote inside a quoted cell",
            Self::LooseBreak => "put quotes around a cell with several lines",
            Self::OtherDelimiter => "compare its cells with the file, and use one delimiter throughout",
            Self::ExtraDelimiter => "compare its cells with the file, and remove the extra delimiter",
            Self::MissingDelimiter => "compare its cells with the file, and add the missing delimiter",
            Self::LooseDelimiter => "compare its cells with the file, and put the cell in quotes",
            Self::OtherTable => "save each table as a separate file, or skip these rows",
            Self::TooLong => "check whether the file lost its line breaks",
            Self::BrokenText => "fix the cell, or choose another encoding for the file",
            Self::Nul => "remove them, or export the file again",
        }
    }

    /// Whether it concerns a single cell rather than the whole row.
    #[must_use]
    pub fn is_of_cell(self) -> bool {
        matches!(self, Self::BrokenText | Self::Nul)
    }

    /// Whether the row can't be sent; otherwise it is only a warning.
    #[must_use]
    pub fn is_error(self) -> bool {
        matches!(self, Self::OpenQuote | Self::OtherTable | Self::TooLong | Self::Nul)
    }
}
