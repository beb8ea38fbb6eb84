//! Identity of a case for the duplicate guard.
//!
//! With a reference of its own, it is the client and the reference. Without one it is the row, in two forms: its
//! cells as in the file, and the values its cells give the case. The second form survives another column order,
//! another date format and an additional column; the first survives a changed field map.

use std::hash::{BuildHasher, Hash as _, Hasher, RandomState};

use icu_normalizer::ComposingNormalizerBorrowed;
use sha2::{Digest, Sha256};

use super::references::{IdentityHashes, NearHashes};
use crate::case::{Case, CaseField, Dest, Placed, Value};
use crate::ledger::{Hash, Identity, IdentityForm, half_sha256};

/// The identity of a case within its account.
pub(super) struct Identified {
    pub(super) identity: Identity,
    /// `client_id`.
    pub(super) client: Option<u64>,
}

impl Identified {
    /// `token` is the row token in the administrative notes. `cells` hashes the row's cells.
    pub(super) fn of(case: &Case, token: Option<&str>, cells: impl FnOnce() -> Hash) -> Self {
        let client = match case.get(CaseField::Client) {
            Some(Value::Id(id)) => Some(*id),
            _ => None,
        };
        let identity = match own_reference(case) {
            Some(text) => Identity::Reference { client: client.unwrap_or(0), text },
            None => Identity::Row { content: cells(), values: values_hash(case, token) },
        };
        Self { identity, client }
    }
}

/// Returns the hashes by which an identity is remembered.
pub(super) fn identity_hashes(identity: &Identity, hasher: &RandomState) -> IdentityHashes {
    match identity {
        Identity::Reference { client, text } => IdentityHashes {
            identity: hasher.hash_one(IdentityForm::Reference(*client, text)),
            near: NearHashes::of(hasher, *client, text),
        },
        Identity::Row { content, values } => {
            let identity = hasher.hash_one(IdentityForm::Content(*content));
            let near = values.map_or(identity, |values| hasher.hash_one(IdentityForm::Values(values)));
            IdentityHashes { identity, near: NearHashes::single(near) }
        }
    }
}

/// Returns the reference from a cell of the row. One from the case defaults is the same for every row.
pub(super) fn own_reference(case: &Case) -> Option<String> {
    let placed = case.values.iter().find(|placed| placed.dest == Dest::Case(CaseField::Reference1))?;
    match &placed.value {
        Value::Text(text) if !placed.by_default => Some(text.clone()),
        _ => None,
    }
}

/// Hashes the cells. Lengths are included, so that moving a comma makes a different row. Empty cells at the end don't
/// count: a short row gets them when it is exported, and must be the same row when it comes back.
pub(super) fn content_hash(cells: &csv::StringRecord) -> Hash {
    let mut sha = Sha256::new();
    let filled =
        cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).last().map_or(0, |(at, _)| at + 1);
    for cell in cells.iter().take(filled) {
        add(&mut sha, cell);
    }
    half_sha256(sha.finalize().into())
}

/// Hashes the values that come from cells of the row. Case defaults and the row token don't count: a row with other
/// defaults, or on another day, is the same row.
///
/// Returns `None` for a row with nothing but ids, dates and numbers: many cases share them.
///
/// Ledgers store these hashes. If they change, they need a new prefix, or rows of earlier imports aren't recognized.
fn values_hash(case: &Case, token: Option<&str>) -> Option<Hash> {
    let mut sha = Sha256::new();
    let mut tells_apart = false;
    for Placed { dest, value, .. } in case.values.iter().filter(|placed| !placed.by_default) {
        let text = match value {
            Value::Text(text) => text_form(text, token),
            value => plain_form(value),
        };
        if text.is_empty() {
            continue;
        }
        tells_apart |= matches!(value, Value::Text(_) | Value::Name(_) | Value::Address(_));
        add(&mut sha, &dest.target().to_string());
        add(&mut sha, &text);
    }
    tells_apart.then(|| half_sha256(sha.finalize().into()))
}

/// Hashes the values that come from cells of the row, to compare it with rows of the same file. Much faster than
/// [`values_hash`].
pub(super) fn hash_values(case: &Case, hasher: &RandomState) -> u64 {
    let mut state = hasher.build_hasher();
    for placed in case.values.iter().filter(|placed| !placed.by_default) {
        match &placed.value {
            Value::Id(id) => id.hash(&mut state),
            Value::Ids(ids) => ids.hash(&mut state),
            Value::Text(text) => text.trim().hash(&mut state),
            Value::Date(date) => date.hash(&mut state),
            Value::Number(number) => number.to_bits().hash(&mut state),
            Value::Choices(choices) => choices.hash(&mut state),
            Value::YesNo(answer) => answer.hash(&mut state),
            Value::Name(name) => [&name.first_name, &name.middle_name, &name.last_name].hash(&mut state),
            Value::Address(address) => {
                [&address.address_1, &address.address_2, &address.city, &address.state, &address.zip]
                    .hash(&mut state);
            }
        }
    }
    state.finish()
}

/// Returns a text without the row token and without what programs change: spaces, composition of letters, and the
/// order of the lines, which follows that of the columns.
fn text_form(text: &str, token: Option<&str>) -> String {
    let text = token.map_or_else(|| text.to_owned(), |token| text.replace(token, ""));
    let text = if text.is_ascii() {
        text
    } else {
        ComposingNormalizerBorrowed::new_nfc().normalize(&text).into_owned()
    };
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut lines: Vec<String> = text.lines().map(words).filter(|line| !line.is_empty()).collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// Returns any other value in a canonical form.
fn plain_form(value: &Value) -> String {
    match value {
        Value::Id(id) => id.to_string(),
        Value::Ids(ids) => {
            let mut ids = ids.clone();
            ids.sort_unstable();
            ids.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
        }
        Value::Date(date) => date.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Choices(choices) => {
            let mut choices = choices.clone();
            choices.sort_unstable();
            choices.join("\n")
        }
        Value::YesNo(_) => value.yes_no().to_owned(),
        Value::Text(text) => text_form(text, None),
        Value::Name(name) => parts([&name.first_name, &name.middle_name, &name.last_name]),
        Value::Address(address) => parts([
            &address.address_1,
            &address.address_2,
            &address.city,
            &address.state,
            &address.zip,
            &address.country,
        ]),
    }
}

/// Returns the parts of a name or an address, one per line.
fn parts<const N: usize>(parts: [&String; N]) -> String {
    parts.map(|part| text_form(part, None).replace('\n', " ")).join("\n")
}

fn add(sha: &mut Sha256, text: &str) {
    sha.update((text.len() as u64).to_le_bytes());
    sha.update(text);
}

#[cfg(test)]
mod tests;
