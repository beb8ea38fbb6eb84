//! How the values of custom fields are sent, where that is only inferred: a setting for each.

use serde::{Deserialize, Serialize};

/// The forms of an account's values: `[accounts.NAME.values]` in the config file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ValueForms {
    /// Numbers and amounts of money.
    #[serde(skip_serializing_if = "is_default")]
    pub numbers: NumberForm,
    /// Check boxes.
    #[serde(skip_serializing_if = "is_default")]
    pub checkboxes: ListForm,
    /// Yes and no.
    #[serde(skip_serializing_if = "is_default")]
    pub yes_no: NumberForm,
    /// Countries, also those of addresses.
    #[serde(skip_serializing_if = "is_default")]
    pub countries: CountryForm,
}

/// How a number is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberForm {
    /// As a JSON number.
    #[default]
    Number,
    /// As a text of its digits.
    Text,
}

/// How several choices are sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListForm {
    /// As a JSON array of texts.
    #[default]
    List,
    /// As one text, with `, ` between them.
    Text,
}

/// How a country is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountryForm {
    /// As its two-letter ISO code.
    #[default]
    Code,
    /// As the file has it.
    AsWritten,
}

pub(super) fn is_default<T: Default + PartialEq>(form: &T) -> bool {
    *form == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_the_default_is_written() {
        assert_eq!(toml::to_string(&ValueForms::default()).unwrap(), "");
        let text = "yes_no = \"text\"\ncountries = \"as_written\"\n";
        let forms: ValueForms = toml::from_str(text).unwrap();
        assert_eq!((forms.numbers, forms.yes_no), (NumberForm::Number, NumberForm::Text));
        assert_eq!(toml::to_string(&forms).unwrap(), text);
        assert!(toml::from_str::<ValueForms>("yes_no = \"true\"").is_err());
        assert!(toml::from_str::<ValueForms>("dates = \"us\"").is_err());
    }
}
