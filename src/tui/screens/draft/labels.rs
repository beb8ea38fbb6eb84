//! Names of fields, ids and values in this account.

use crate::case::{Address, Dest, MappedValue, Value};
use crate::trackops::{Catalog, List};

/// Returns an id with its name, if it has one.
pub(crate) fn id_text(list: List, id: u64, catalog: &Catalog) -> String {
    match catalog.entries(list).iter().find(|entry| entry.id == id) {
        Some(entry) if entry.deleted => format!("{} ({id}), deleted in Trackops", entry.label),
        Some(entry) => format!("{} ({id})", entry.label),
        None => format!("{id}"),
    }
}

/// Returns a built value as text.
pub(crate) fn value_text(value: &Value, dest: Dest, catalog: &Catalog) -> String {
    let list = dest.id_field().and_then(List::of);
    let named = |id: u64| list.map_or_else(|| id.to_string(), |list| id_text(list, id, catalog));
    match value {
        Value::Id(id) => named(*id),
        Value::Ids(ids) => ids.iter().map(|id| named(*id)).collect::<Vec<_>>().join(", "),
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Choices(choices) => choices.join(", "),
        Value::YesNo(_) => value.yes_no().to_owned(),
        Value::Name(name) => {
            parts(&[("first", &name.first_name), ("middle", &name.middle_name), ("last", &name.last_name)])
        }
        Value::Address(address) => address_text(address),
    }
}

/// Returns the five parts of an address, even empty ones, so that a misplaced one shows.
fn address_text(address: &Address) -> String {
    let unit = if address.address_2.is_empty() { String::new() } else { format!(", {}", address.address_2) };
    let slot = |name: &str, text: &str| {
        if text.is_empty() { format!("{name} –") } else { format!("{name} “{text}”") }
    };
    [
        slot("street", &format!("{}{unit}", address.address_1)),
        slot("city", &address.city),
        slot("state", &address.state),
        slot("ZIP", &address.zip),
        slot("country", &address.country),
    ]
    .join(" · ")
}

fn parts(parts: &[(&str, &String)]) -> String {
    let filled = parts.iter().filter(|(_, text)| !text.is_empty());
    filled.map(|(name, text)| format!("{name} “{text}”")).collect::<Vec<_>>().join(", ")
}

/// Returns the target of a mapped value as text.
pub(crate) fn mapped_text(value: &MappedValue, list: Option<List>, catalog: &Catalog) -> String {
    match (value, list) {
        (MappedValue::Id(id), Some(list)) => id_text(list, *id, catalog),
        (MappedValue::Id(id), None) => id.to_string(),
        (MappedValue::Text(text), _) => text.clone(),
    }
}
