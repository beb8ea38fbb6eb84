//! Faults in the way a row is written.

use strum::VariantArray;

use super::problem_texts::problem_texts;

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
    /// A cell that looks like the rest of the one before it, in a row without its last cell.
    MaybeShifted,
    /// A row below the header of another table.
    OtherTable,
    /// A line of one text that goes on like a sentence: the rest of an unquoted cell with a line break.
    RestOfCell,
    /// Longer than any row can be. The rest is cut off.
    TooLong,
    /// A cell with characters that are invalid in the file's encoding; each is replaced by �.
    BrokenText,
    /// A cell with NUL characters.
    Nul,
    /// A cell of which a part is struck through in a workbook.
    Struck,
}

problem_texts! { RowFault:
    OpenQuote, "row.open_quote", "with a quote that is never closed", "a quote in this row is never closed",
        "close the quote or remove it; the rows after it are read as usual";
    StrayQuote, "row.stray_quote", "with a quote in the middle of a cell",
        "a quote in the middle of a cell is read as text", "double each quote inside a quoted cell";
    LooseBreak, "row.loose_break", "split by a line break",
        "a line break splits this row; it is read as part of a cell", "put quotes around a cell with several lines";
    OtherDelimiter, "row.other_separator", "with different delimiters than the file",
        "the row has different delimiters than the file; it is split at them",
        "compare its cells with the file, and use one delimiter throughout";
    ExtraDelimiter, "row.extra_separator", "with an extra delimiter",
        "the row has an extra delimiter; an empty cell is dropped",
        "compare its cells with the file, and remove the extra delimiter";
    MissingDelimiter, "row.missing_separator", "with a missing delimiter",
        "the row has a missing delimiter; its cells are placed by what other rows have in each column",
        "compare its cells with the file, and add the missing delimiter";
    LooseDelimiter, "row.loose_separator", "with delimiters in a cell without quotes",
        "a cell has delimiters but no quotes; they are read as part of it",
        "compare its cells with the file, and put the cell in quotes";
    MaybeShifted, "row.maybe_shifted", "with cells that may be in the wrong columns",
        "a cell looks like the rest of the one before it, so the cells after it may be in the wrong columns",
        "compare the row's cells with the header; if they are shifted, put quotes around the cell with the delimiter, or \
         correct the cells (e)";
    OtherTable, "row.other_table", "below the header of another table", "the row is below the header of another table",
        "save each table as a separate file, or skip these rows";
    RestOfCell, "row.rest_of_cell", "that may be the rest of the cell above",
        "the line seems to be the rest of the cell above, whose text has a line break but no quotes",
        "put quotes around that text in the file; or add the line to the row above (e) and skip this one (x; in a script: \
         leave_out in the recipe)";
    TooLong, "row.endless", "longer than 32 MB", "the row is longer than 32 MB; the rest is cut off",
        "check whether the file lost its line breaks";
    BrokenText, "cell.broken_text", "has damaged characters",
        "the cell has characters that are damaged or in another encoding, shown as �",
        "fix the cell, or choose another encoding for the file";
    Nul, "cell.nul", "has NUL characters", "the cell has NUL characters, which don't belong in text",
        "remove them, or export the file again";
    Struck, "cell.struck", "has text that is struck through",
        "a part of the cell is struck through in the workbook, but is read like the rest",
        "remove that part in the workbook, or correct the cell (e)";
}

impl RowFault {
    /// Whether it concerns a single cell rather than the whole row.
    #[must_use]
    pub fn is_of_cell(self) -> bool {
        matches!(self, Self::BrokenText | Self::Nul | Self::Struck)
    }

    /// Whether the row can't be sent; otherwise it is only a warning.
    #[must_use]
    pub fn is_error(self) -> bool {
        matches!(self, Self::OpenQuote | Self::OtherTable | Self::RestOfCell | Self::TooLong | Self::Nul)
    }
}

/// Whether the cells of a row have NUL characters. A row of nothing else is padding.
pub(super) fn has_nul(cells: &[u8]) -> bool {
    memchr::memchr(0, cells).is_some() && cells.iter().any(|byte| *byte != 0)
}
