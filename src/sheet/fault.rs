//! What can be wrong with the way a row is written.

/// What is wrong with the way a row is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// A quote is opened and never closed. The row is read to the end of its line, the quote as text.
    OpenQuote,
    /// A quote stands where none may. It is read as text.
    StrayQuote,
    /// A line break stands inside a cell without quotes. The row is read over its lines.
    LooseBreak,
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
            Self::TooLong => "row.endless",
            Self::BrokenText => "cell.broken_text",
            Self::Nul => "cell.nul",
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::OpenQuote => "a quote is opened in this row and never closed",
            Self::StrayQuote => "a quote stands in the middle of a cell; it is read as text",
            Self::LooseBreak => "a line break cuts this row; it is read as part of a cell",
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
            Self::TooLong => "look whether the line breaks of the file are lost",
            Self::BrokenText => "correct the cell, or choose the encoding of the file",
            Self::Nul => "export the file again, or take them out",
        }
    }

    /// Whether the row cannot be sent; otherwise somebody should look.
    #[must_use]
    pub fn is_error(self) -> bool {
        matches!(self, Self::OpenQuote | Self::TooLong | Self::Nul)
    }
}
