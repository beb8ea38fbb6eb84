//! Doubts whether a row is a case. Such a row is sent unless the user skips it.

/// Reason why a row may not be a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowDoubt {
    /// Only one cell is filled while other rows have several.
    LoneCell,
    /// A cell that begins or ends like a total's, and numbers: `Denver Total`, or the firm Total Care.
    MaybeTotal,
    /// Below an empty line, with words where the rows above have ids, dates or numbers: a signature, a contact.
    BelowTable,
}
