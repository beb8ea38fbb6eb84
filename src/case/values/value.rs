//! Values, and lists in a cell.

use jiff::civil::Date;

use super::address::Address;
use super::name::PersonName;

/// Value as the API wants it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// One id.
    Id(u64),
    /// Several distinct ids, in the order of the cell.
    Ids(Vec<u64>),
    /// Text, never empty.
    Text(String),
    /// A date.
    Date(Date),
    /// A finite number.
    Number(f64),
    /// Several distinct texts, in the order of the cell; never empty.
    Choices(Vec<String>),
    /// Yes or no; `None` for “not applicable”.
    YesNo(Option<bool>),
    /// A person's name.
    Name(PersonName),
    /// An address. Boxed because it is several times as large as the other values, and values are moved more than
    /// once.
    Address(Box<Address>),
}

impl Value {
    /// Returns the word for yes, no or not applicable; empty for other values.
    #[must_use]
    pub fn yes_no(&self) -> &'static str {
        match self {
            Self::YesNo(Some(true)) => "yes",
            Self::YesNo(Some(false)) => "no",
            Self::YesNo(None) => "n/a",
            _ => "",
        }
    }

    /// Returns this list with the entries of another that are new; the first of two other values.
    pub(in crate::case) fn and_new(mut self, other: Self) -> Self {
        match (&mut self, other) {
            (Self::Ids(ids), Self::Ids(others)) => add_new(ids, others),
            (Self::Choices(choices), Self::Choices(others)) => add_new(choices, others),
            _ => {}
        }
        self
    }
}

fn add_new<T: PartialEq>(entries: &mut Vec<T>, others: Vec<T>) {
    for entry in others {
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
}

/// Splits a cell that is a list into its trimmed, non-empty entries. `None` splits at `;` and `,`; an empty separator
/// doesn't split.
pub fn split_list<'a>(text: &'a str, separator: Option<&str>) -> impl Iterator<Item = &'a str> + use<'a> {
    let parts: Vec<&str> = match separator {
        Some("") => vec![text],
        Some(separator) => text.split(separator).collect(),
        None => text.split([';', ',']).collect(),
    };
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty())
}

/// Returns the distinct, non-blank texts in their order.
pub(in crate::case) fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for text in texts.map(str::trim).filter(|text| !text.is_empty()) {
        if !distinct.iter().any(|known| known == text) {
            distinct.push(text.to_owned());
        }
    }
    distinct
}

/// A column whose values are counted, and how its cells are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faceted {
    /// The column, from 0.
    pub column: usize,
    /// Whether a cell is a list.
    pub list: bool,
    /// Separator of the list; `;` or `,` if not given.
    pub separator: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_a_cell() {
        let list = |text, separator| split_list(text, separator).collect::<Vec<_>>();
        assert_eq!(list(" a; b,c ;;", None), ["a", "b", "c"]);
        assert_eq!(list("a, b; c", Some(";")), ["a, b", "c"]);
        assert_eq!(list("a|b", Some("")), ["a|b"]);
        assert!(list(" ; ", None).is_empty());
    }
}
