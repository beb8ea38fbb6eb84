//! Order of first and last names in a column, and the names that are written unlike the others.

use super::name::{COMMAS, has_first_name, is_all_suffixes, is_company, split_words};
use super::name_doubt::{NameDoubt, has_inner_generation, is_particle};

/// How the names of a column are written: `SMITH JOHN A` and `DOE SR JOHN` show that last names come first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::case) struct NameOrder {
    begins_with_last: bool,
    initial_inside: bool,
    /// `Last, First`
    with_comma: usize,
    /// Several words without a comma.
    without_comma: usize,
}

impl NameOrder {
    /// Adds a whole name.
    pub(in crate::case) fn add(&mut self, text: &str) {
        let words: Vec<&str> = split_words(text).collect();
        let [_, inside @ .., last] = words.as_slice() else { return };
        if is_company(&words) {
            return;
        }
        if text.contains(COMMAS) {
            let mut after = text.split(COMMAS).skip(1).map(|part| split_words(part).collect::<Vec<_>>());
            let is_given = |part: Vec<&str>| !part.is_empty() && !is_all_suffixes(&part, true);
            self.with_comma += usize::from(after.any(is_given));
            return;
        }
        self.without_comma += 1;
        self.initial_inside |= inside.iter().any(|word| is_initial(word));
        self.begins_with_last |= !inside.is_empty() && is_initial(last) || has_inner_generation(&words);
    }

    /// Returns the doubt about a name that is written unlike the others of its column, or like them in an order that
    /// only a comma could show.
    pub(in crate::case) fn doubt(self, text: &str) -> Option<NameDoubt> {
        if text.contains(COMMAS) {
            return (self.is_first_name_first() && is_two_names(text)).then_some(NameDoubt::TwoPersons);
        }
        (self.is_last_name_first() && is_unordered(text)).then_some(NameDoubt::LastNameFirst)
    }

    /// Returns true if the names begin with the last name.
    fn is_last_name_first(self) -> bool {
        let is_usual = self.with_comma >= 5 && self.with_comma * 3 >= self.without_comma * 7;
        is_usual || self.begins_with_last && !self.initial_inside
    }

    fn is_first_name_first(self) -> bool {
        self.without_comma >= 3 && self.without_comma * 2 >= self.with_comma * 3
    }
}

/// Returns true for a name of two or more words without a comma that doesn't show its order, as `John A. Smith` does.
fn is_unordered(text: &str) -> bool {
    let words: Vec<&str> = split_words(text).collect();
    matches!(words.as_slice(), [_, inside @ .., _] if !inside.iter().any(|word| is_initial(word)))
}

/// Returns true for one letter. A `V` or an `I` may be a numeral.
fn is_initial(word: &str) -> bool {
    let word = word.strip_suffix('.').unwrap_or(word);
    word.len() == 1 && word.starts_with(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'V' | 'I'))
}

/// Returns true if both sides of a comma are whole names: `John Doe, Jane Roe`.
fn is_two_names(text: &str) -> bool {
    let parts: Vec<Vec<&str>> = text.split(COMMAS).map(|part| split_words(part).collect()).collect();
    let is_whole = |words: &Vec<&str>| {
        has_first_name(words)
            && !is_all_suffixes(words, true)
            && words.last().is_some_and(|last| !is_initial(last))
    };
    // `Van Dyke, Mary Ann` is one person.
    let is_last_name = parts.first().and_then(|words| words.first()).is_some_and(|word| is_particle(word));
    parts.len() == 2 && !is_last_name && parts.iter().all(is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(names: &[&str]) -> NameOrder {
        let mut order = NameOrder::default();
        for name in names {
            order.add(name);
        }
        order
    }

    #[test]
    fn initials_and_suffixes_show_that_last_names_come_first() {
        for names in [&["SMITH JOHN A", "DOE JANE"][..], &["Smith John A."], &["DOE SR JOHN"]] {
            assert!(order(names).is_last_name_first(), "{names:?}");
        }
        for names in [
            &["JOHN A SMITH", "DOE JANE B"][..],
            &["John Smith V"],
            &["John Smith Jr"],
            &["Jane D."],
            &["SMITH, JOHN A"],
            &["John Smith", "Anna Maria Souza"],
            &["John Smith Jr & Mary Smith"],
            &["Jane Doe 2nd claim"],
        ] {
            assert!(!order(names).is_last_name_first(), "{names:?}");
        }
    }

    #[test]
    fn a_name_without_a_comma_is_doubtful_where_most_have_one() {
        let usual = ["Doe, John", "Roe, Jane", "Poe, Ed", "Kim, Al", "Lee, Bo"];
        let mixed = order(&[&usual[..], &["SMITH MARY", "Acme Trucking Inc", "Cher"]].concat());
        assert_eq!(mixed.doubt("SMITH MARY"), Some(NameDoubt::LastNameFirst));
        for text in ["Smith, Mary", "Mary A. Smith", "Smith"] {
            assert_eq!(mixed.doubt(text), None, "{text}");
        }
        let even = order(&[&usual[..], &["Mary Smith", "Jose Garcia", "Ann Lee"]].concat());
        assert_eq!(even.doubt("Mary Smith"), None);
        assert_eq!(order(&usual[..4]).doubt("Mary Smith"), None);
    }

    #[test]
    fn a_comma_between_whole_names_is_two_people_where_others_have_none() {
        let plain = order(&["John Doe", "Mary Smith", "Ann Lee", "Sue Poe, Ed Poe"]);
        assert_eq!(plain.doubt("Sue Poe, Ed Poe"), Some(NameDoubt::TwoPersons));
        for text in
            ["Poe, Ed", "Van Dyke, Mary Ann", "John Doe, Jr.", "Garcia Lopez, Ana M.", "Garcia Lopez, Ana"]
        {
            assert_eq!(plain.doubt(text), None, "{text}");
        }
        let usual = order(&["Doe, John", "Roe, Jane", "Garcia Lopez, Ana Maria", "Ann Lee"]);
        assert_eq!(usual.doubt("Garcia Lopez, Ana Maria"), None);
    }
}
