//! Doubts whether a row is a case. Such a row is sent unless the user skips it.

use strum::VariantArray;

use super::problem_texts::problem_texts;

/// Reason why a row may not be a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, VariantArray)]
pub enum RowDoubt {
    /// Only one cell is filled while other rows have several.
    LoneCell,
    /// A cell that begins or ends like a total's, and numbers: `Denver Total`, or the firm Total Care.
    MaybeTotal,
    /// The words of a title line above the table.
    MaybeTitle,
    /// `Sample` or `Example` in the first cell of one of the first rows, in a column of words: maybe a last name.
    MaybeExample,
    /// Below an empty line, with words where the rows above have ids, dates or numbers: a signature, a contact.
    BelowTable,
    /// A cell that the workbook shows struck through.
    Struck,
}

const SKIP: &str = "if it isn't a case, skip the row (x; in a script: leave_out in the recipe)";

problem_texts! { RowDoubt:
    LoneCell, "row.lone_cell", "with only one cell filled, maybe a heading or a note",
        "only one cell of the row is filled, so it may be a heading or a note", SKIP;
    MaybeTotal, "row.maybe_total", "with only a label and numbers, maybe a total",
        "the row has only a label and numbers, so it may be a total", SKIP;
    MaybeTitle, "row.maybe_title", "like a title line, maybe not a case",
        "the row has the words of a title line above the table, so it may be a title", SKIP;
    MaybeExample, "row.maybe_example", "that begin like an example",
        "the row begins like the example row of a template", SKIP;
    BelowTable, "row.below_table", "below the table, maybe a note or a signature",
        "the row is below an empty line and unlike the rows above, so it may be a note or a signature", SKIP;
    Struck, "row.struck", "with cells that are struck through, maybe canceled",
        "cells of the row are struck through in the workbook, so the case may be canceled or done", SKIP;
}
