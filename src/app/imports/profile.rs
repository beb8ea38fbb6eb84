//! The columns of a file, as the ledger stores them.

use crate::ledger::Import;
use crate::sheet::Column;

/// Returns the columns of a file as the ledger stores them.
pub(in crate::app) fn profile(columns: &[Column]) -> String {
    let columns: Vec<(&str, u64)> =
        columns.iter().map(|column| (column.header.as_str(), column.filled)).collect();
    // Strings and numbers only: serializing can't fail.
    serde_json::to_string(&columns).unwrap_or_default()
}

/// Returns the columns of an import's file; empty if they weren't stored.
pub(in crate::app) fn columns_of(import: &Import) -> Vec<Column> {
    let kept: Vec<(String, u64)> = serde_json::from_str(&import.profile).unwrap_or_default();
    kept.into_iter().map(|(header, filled)| Column { header, filled }).collect()
}
