//! Names of the files that belong to one account.

use sha2::{Digest, Sha256};

use crate::text::hex;

/// Returns a name as part of a file name. A changed name gets a hash, because “a b” isn't “a-b”.
pub(in crate::app) fn file_name(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '.' | '_') { c } else { '-' })
        .collect();
    if plain == name {
        return plain;
    }
    let hash = hex(&Sha256::digest(name.as_bytes()));
    format!("{plain}-{}", hash.get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests;
