//! What can be wrong with the way a row is written.

use strum::VariantArray;

/// What is wrong with the way a row is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, VariantArray)]
pub enum Fault {
    /// A quote is opened and never closed. The row is read to the end of its line, the quote as text.
    OpenQuote,
    /// A quote stands where none may. It is read as text.
    StrayQuote,
    /// A line break stands inside a cell without quotes. The row is read over its lines.
    LooseBreak,
    /// The row has other separators than the file. It is cut by them.
    OtherSeparator,
    /// A separator too many. The empty cell before it is left out.
    ExtraSeparator,
    /// A separator is missing. Two cells that stand in one are cut apart, or an empty one is put in.
    MissingSeparator,
    /// Separators stand inside a cell without quotes. They are read as part of it.
    LooseSeparator,
    /// The row stands below the header of another table.
    OtherTable,
    /// Longer than any row can be. It is cut.
    TooLong,
    /// A cell has characters that are no text in the file's encoding; each is replaced by �.
    BrokenText,
    /// A cell has NUL characters.
    Nul,
}

impl Fault {
    /// A word for scripts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OpenQuote => "row.open_quote",
            Self::StrayQuote => "row.stray_quote",
            Self::LooseBreak => "row.loose_break",
            Self::OtherSeparator => "row.other_separator",
            Self::ExtraSeparator => "row.extra_separator",
            Self::MissingSeparator => "row.missing_separator",
            Self::LooseSeparator => "row.loose_separator",
            Self::OtherTable => "row.other_table",
            Self::TooLong => "row.endless",
            Self::BrokenText => "cell.broken_text",
            Self::Nul => "cell.nul",
        }
    }

    /// What rows or cells like it are, in a few words.
    #[must_use]
    pub fn cause(self) -> &'static str {
        match self {
            Self::OpenQuote => "with a quote that is never closed",
            Self::StrayQuote => "with a quote in the middle of a cell",
            Self::LooseBreak => "cut by a line break",
            Self::OtherSeparator => "with other separators than the file",
            Self::ExtraSeparator => "with a separator too many",
            Self::MissingSeparator => "with a separator missing",
            Self::LooseSeparator => "with separators in a cell without quotes",
            Self::OtherTable => "below the header of another table",
            Self::TooLong => "longer than 32 MB",
            Self::BrokenText => "has damaged characters",
            Self::Nul => "has NUL characters",
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::OpenQuote => "a quote is opened in this row and never closed",
            Self::StrayQuote => "a quote stands in the middle of a cell; it is read as text",
            Self::LooseBreak => "a line break cuts this row; it is read as part of a cell",
            Self::OtherSeparator => "the row has other separators than the file; it is cut by them",
            Self::ExtraSeparator => "the row has a separator too many; an empty cell is dropped",
            Self::MissingSeparator => {
                "a separator is missing in the row; its cells are placed by what the columns hold"
            }
            Self::LooseSeparator => "a cell has separators but no quotes; they are read as part of it",
            Self::OtherTable => "the row is below the header of another table",
            Self::TooLong => "the row is longer than 32 MB; what is beyond is left out",
            Self::BrokenText => "the cell has characters that are damaged or in another encoding, shown as �",
            Self::Nul => "the cell has NUL characters, which no text has",
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::OpenQuote => "close the quote or take it out; the rows behind it are read as usual",
            Self::StrayQuote => "write a quote inside a quoted cell twice",
            Self::LooseBreak => "put a cell of several lines in quotes",
            Self::OtherSeparator => "compare its cells with the file, and use one separator throughout",
            Self::ExtraSeparator => "compare its cells with the file, and take the extra separator out",
            Self::MissingSeparator => "compare its cells with the file, and put the separator back in",
            Self::LooseSeparator => "compare its cells with the file, and put the cell in quotes",
            Self::OtherTable => "save each table to a file of its own, or skip these rows",
            Self::TooLong => "look whether the line breaks of the file are lost",
            Self::BrokenText => "correct the cell, or choose the encoding of the file",
            Self::Nul => "export the file again, or take them out",
        }
    }

    /// Whether a single cell is meant; otherwise the whole row.
    #[must_use]
    pub fn is_of_cell(self) -> bool {
        matches!(self, Self::BrokenText | Self::Nul)
    }

    /// Whether the row cannot be sent; otherwise somebody should look.
    #[must_use]
    pub fn is_error(self) -> bool {
        matches!(self, Self::OpenQuote | Self::OtherTable | Self::TooLong | Self::Nul)
    }
}
