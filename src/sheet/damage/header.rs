//! Meaning of a column's header for its cells.

use std::collections::HashSet;

use crate::sheet::words::{TableWords, begins_with_any};

/// Meaning of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeaderMeaning {
    Nothing,
    Zip,
    /// A postal code of any country.
    Postal,
    Ssn,
    /// A number that identifies something.
    Id,
    /// A count, a measure or a phone number: its length means nothing.
    Measure,
    Date,
    /// A date, or an amount: `Loss`, `Due`.
    MaybeDate,
}

/// Reads a header. Of several meanings the strictest wins: `Claim Amount` is a measure.
pub(super) fn read(header: &str) -> HeaderMeaning {
    let known = TableWords::get();
    let words = words(header);
    let any = |test: &dyn Fn(&str) -> bool| words.iter().any(|word| test(word));
    let is = |list: &[&str]| any(&|word| list.contains(&word));
    let is_known = |list: &HashSet<String>| any(&|word| list.contains(word));
    // Not inside a word: `lossnumber` has an `ssn` in it.
    let ssn = any(&|word| word.starts_with("ssn") || word.ends_with("ssn"))
        || (is(&["social"]) && (words.len() == 1 || is(&["security", "sec"])));
    let date = any(&|word| (word.ends_with("date") && word != "candidate") || word.starts_with("dateof"))
        || is_known(&known.dates);
    if is_known(&known.measures) || (is(&["number", "no"]) && is(&["of"]) && !date) {
        HeaderMeaning::Measure
    } else if ssn {
        HeaderMeaning::Ssn
    } else if any(&|word| word.starts_with("zip") || word.ends_with("zip")) {
        HeaderMeaning::Zip
    } else if any(&|word| begins_with_any(word, &known.postal_stems)) {
        HeaderMeaning::Postal
    } else if date {
        HeaderMeaning::Date
    } else if is_known(&known.ids) || any(&|word| begins_with_any(word, &known.id_stems)) {
        HeaderMeaning::Id
    } else if is_known(&known.dates_or_amounts) {
        HeaderMeaning::MaybeDate
    } else {
        HeaderMeaning::Nothing
    }
}

/// Whether a header names something that only tables of cases have: `Claim No`, `Claimant`, `Policy #`.
pub(in crate::sheet) fn names_cases(header: &str) -> bool {
    words(header).iter().any(|word| begins_with_any(word, &TableWords::get().case_stems))
}

/// Splits a header into lower-case words: `ClaimantSSN`, `claimant_ssn` and `Claimant SSN#` give the same.
fn words(header: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_small = false;
    for c in header.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_small) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before_small = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}
