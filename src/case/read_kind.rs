//! Readings that only custom fields have: yes or no, and lists of choices.

use super::code::Code;
use super::plan::Source;
use super::read::Finding;
use super::value::{Value, split_list};

/// What means yes, no and “not applicable”, in small letters and without points.
const YES: [&str; 9] = ["yes", "y", "true", "1", "x", "checked", "✓", "✔", "☑"];
const NO: [&str; 6] = ["no", "n", "false", "0", "unchecked", "☐"];
const NOT_APPLICABLE: [&str; 4] = ["n/a", "na", "none", "not applicable"];

/// Reads yes or no; a none inside is “not applicable”, which only some fields have.
#[expect(clippy::option_option, reason = "not read; read as neither")]
pub(super) fn yes_or_no(text: &str, or_na: bool) -> Option<Option<bool>> {
    let word = text.trim().replace('.', "").to_lowercase();
    let is_one_of = |words: &[&str]| words.contains(&word.as_str());
    match () {
        () if is_one_of(&YES) => Some(Some(true)),
        () if is_one_of(&NO) => Some(Some(false)),
        () if or_na && (word.is_empty() || is_one_of(&NOT_APPLICABLE)) => Some(None),
        () => None,
    }
}

/// What is read as yes or no, to complete “it needs …” and “write …”.
pub(super) fn yes_no_words(or_na: bool) -> &'static str {
    if or_na {
        "yes, y, true, 1, x or checked; no, n, false, 0 or unchecked; n/a, na, none or not applicable"
    } else {
        "yes, y, true, 1, x or checked; no, n, false, 0 or unchecked"
    }
}

pub(super) fn read_yes_no(text: &str, or_na: bool) -> Result<Value, Finding> {
    let neither = || Finding {
        code: Code::YesNoInvalid,
        message: format!("“{text}” is neither yes nor no; caseload understands {}", yes_no_words(or_na)),
        hint: "correct the cell, or say in the column's values what it means: \"Ja\" = \"yes\"",
    };
    yes_or_no(text, or_na).map(Value::YesNo).ok_or_else(neither)
}

/// The texts of a cell that is a list, each as the column's values have it, and once.
pub(super) fn read_choices(text: &str, source: &Source) -> Value {
    let parts = split_list(text, source.separator.as_deref());
    let meant: Vec<String> = parts.map(|part| source.meant(part).into_owned()).collect();
    Value::Choices(distinct(meant.iter().map(String::as_str)))
}

/// Texts without blank ones and repetitions, in their order.
pub(super) fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for text in texts.map(str::trim).filter(|text| !text.is_empty()) {
        if !distinct.iter().any(|known| known == text) {
            distinct.push(text.to_owned());
        }
    }
    distinct
}

#[cfg(test)]
#[path = "read_kind_tests.rs"]
mod tests;
