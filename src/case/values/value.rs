//! Values and how they are read from the text of a cell.

use jiff::civil::Date;

use super::address::Address;
use super::name::PersonName;

/// A value as the API wants it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// One id.
    Id(u64),
    /// Several ids, in the order of the cell, each once.
    Ids(Vec<u64>),
    /// A text, never empty.
    Text(String),
    /// A date.
    Date(Date),
    /// A finite number.
    Number(f64),
    /// Several texts, in the order of the cell, each once; never empty.
    Choices(Vec<String>),
    /// Yes or no; none for “not applicable”.
    YesNo(Option<bool>),
    /// A person's name.
    Name(PersonName),
    /// An address. In a box: it is several times as large as the other values, and every value moves more than once.
    Address(Box<Address>),
}

impl Value {
    /// The word for yes, no, or neither; empty for any other value.
    #[must_use]
    pub fn yes_no(&self) -> &'static str {
        match self {
            Self::YesNo(Some(true)) => "yes",
            Self::YesNo(Some(false)) => "no",
            Self::YesNo(None) => "n/a",
            _ => "",
        }
    }
}

/// The texts of a cell that holds a list, without outer spaces and without empty ones. No separator is `;` or
/// `,`; an empty one is none at all.
pub fn split_list<'a>(text: &'a str, separator: Option<&str>) -> impl Iterator<Item = &'a str> + use<'a> {
    let parts: Vec<&str> = match separator {
        Some("") => vec![text],
        Some(separator) => text.split(separator).collect(),
        None => text.split([';', ',']).collect(),
    };
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty())
}

/// Texts without blank ones and repetitions, in their order.
pub(in crate::case) fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for text in texts.map(str::trim).filter(|text| !text.is_empty()) {
        if !distinct.iter().any(|known| known == text) {
            distinct.push(text.to_owned());
        }
    }
    distinct
}

/// A column whose texts are counted, and how its cells are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faceted {
    /// The column, from 0.
    pub column: usize,
    /// Whether a cell is a list.
    pub list: bool,
    /// What stands between the parts of a list; `;` or `,` when not given.
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
