//! Readings only for custom fields: yes or no, and lists of choices.

use super::slot::MappedColumn;
use crate::case::code::Code;
use crate::case::problem::Finding;
use crate::case::values::value::{Value, distinct, split_list};
use crate::case::values::yes_no::{yes_no_words, yes_or_no};

pub(in crate::case) fn read_yes_no(text: &str, or_na: bool) -> Result<Value, Finding> {
    let neither = || {
        let message = format!("“{text}” is neither yes nor no (caseload reads {})", yes_no_words(or_na));
        let hint = concat!(
            "match the value to yes or no (v on the column; in a script: values in the recipe), or ",
            edit_cell!()
        );
        Finding::error(Code::YesNoInvalid, message, hint)
    };
    yes_or_no(text, or_na).map(Value::YesNo).ok_or_else(neither)
}

/// Reads a cell that is a list: each distinct value, mapped by the column's values.
pub(in crate::case) fn read_choices(text: &str, source: &MappedColumn) -> Value {
    let parts = split_list(text, source.separator.as_deref());
    let matched: Vec<String> = parts.map(|part| source.match_or_text(part).into_owned()).collect();
    Value::Choices(distinct(matched.iter().map(String::as_str)))
}

#[cfg(test)]
mod tests;
