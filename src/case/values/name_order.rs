//! Order of first and last names in a column, and the names that are written unlike the others.

use std::borrow::Cow;

use super::name::{COMMAS, has_first_name, is_all_suffixes, is_company, last_name_end, split_words};
use super::name_doubt::{NameDoubt, has_inner_generation, is_particle};
use super::words::split;

/// Words of a header for the two parts of a name.
const LAST: [&str; 5] = ["last", "surname", "lastname", "lname", "family"];
const FIRST: [&str; 5] = ["first", "forename", "firstname", "fname", "given"];

/// How the names of a column are written: `SMITH JOHN A` and `DOE SR JOHN` show that last names come first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::case) struct NameOrder {
    /// Whether the header says that last names come first.
    says_last_first: bool,
    begins_with_last: bool,
    initial_inside: bool,
    /// `Last, First`
    with_comma: usize,
    /// Several words without a comma.
    without_comma: usize,
}

impl NameOrder {
    /// Starts with what the header says: `Claimant (Last First MI)`.
    pub(in crate::case) fn of_header(header: &str) -> Self {
        let words = split(header);
        let place = |of: [&str; 5]| words.iter().position(|word| of.contains(&word.as_str()));
        let says_last_first = place(LAST).zip(place(FIRST)).is_some_and(|(last, first)| last < first);
        Self { says_last_first, ..Self::default() }
    }

    /// Returns a name as it must be read: with a comma after the last name if the header says that it comes first and no
    /// cell shows otherwise.
    pub(in crate::case) fn ordered<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !self.says_last_first || self.initial_inside || text.contains(COMMAS) {
            return Cow::Borrowed(text);
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.split_at_checked(last_name_end(&words)) {
            Some((last, given)) if !given.is_empty() && !is_company(&words) => {
                Cow::Owned(format!("{}, {}", last.join(" "), given.join(" ")))
            }
            _ => Cow::Borrowed(text),
        }
    }

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
        if matches!(self.ordered(text), Cow::Owned(_)) {
            return is_two_last_names(text).then_some(NameDoubt::FirstWordLast);
        }
        (self.is_last_name_first() && is_unordered(text)).then_some(NameDoubt::LastNameFirst)
    }

    /// Returns true if the names begin with the last name.
    fn is_last_name_first(self) -> bool {
        let is_usual = self.with_comma >= 5 && self.with_comma * 3 >= self.without_comma * 7;
        is_usual || self.says_last_first || self.begins_with_last && !self.initial_inside
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

/// Returns true if a name that begins with the last name may have two of them: `GARCIA LOPEZ MARIA`, but not
/// `SMITH JOHN A`.
fn is_two_last_names(text: &str) -> bool {
    let words: Vec<&str> = split_words(text).collect();
    let rest = words.get(last_name_end(&words)..).unwrap_or_default();
    rest.len() > 1 && rest.iter().all(|word| word.trim_end_matches('.').chars().nth(1).is_some())
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
    fn a_header_says_that_last_names_come_first() {
        for header in
            ["Claimant (Last First)", "Name (Last, First MI)", "LASTNAME_FIRSTNAME", "Surname Forename"]
        {
            let order = NameOrder::of_header(header);
            for (text, read) in [
                ("SMITH JOHN", "SMITH, JOHN"),
                ("Smith John A.", "Smith, John A."),
                ("DOE JR JOHN", "DOE JR, JOHN"),
                ("De la Cruz Maria", "De la Cruz, Maria"),
                ("Smith, John", "Smith, John"),
                ("Smith", "Smith"),
            ] {
                assert_eq!(order.ordered(text), read, "{header}");
                assert_eq!(order.doubt(text), None, "{header}: {text}");
            }
            assert_eq!(order.ordered("Acme Trucking Inc"), "Acme Trucking Inc", "{header}");
            assert_eq!(order.doubt("GARCIA LOPEZ MARIA"), Some(NameDoubt::FirstWordLast), "{header}");
        }
        for header in ["Claimant", "First and Last Name", "Insured Last Name"] {
            assert_eq!(NameOrder::of_header(header).ordered("SMITH JOHN"), "SMITH JOHN", "{header}");
        }
    }

    #[test]
    fn a_header_that_the_cells_belie_raises_a_doubt() {
        let mut order = NameOrder::of_header("Name (Last First)");
        order.add("John A. Smith");
        assert_eq!(order.ordered("Mary Jones"), "Mary Jones");
        assert_eq!(order.doubt("Mary Jones"), Some(NameDoubt::LastNameFirst));
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
