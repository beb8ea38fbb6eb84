//! Settings for the forms of custom field values, where the form is only INFERRED.

use serde::{Deserialize, Serialize};

/// Forms of an account's values: `[accounts.NAME.values]` in the config file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ValueForms {
    /// Numbers and amounts of money.
    #[serde(skip_serializing_if = "is_default")]
    pub numbers: NumberForm,
    /// Checkboxes.
    #[serde(skip_serializing_if = "is_default")]
    pub checkboxes: ListForm,
    /// Yes and no.
    #[serde(skip_serializing_if = "is_default")]
    pub yes_no: NumberForm,
    /// Countries, including those of addresses.
    #[serde(skip_serializing_if = "is_default")]
    pub countries: CountryForm,
}

/// Form of a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberForm {
    /// A JSON number.
    #[default]
    Number,
    /// A string of its digits.
    Text,
}

/// Form of several choices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListForm {
    /// A JSON array of strings.
    #[default]
    List,
    /// One string, separated by `, `.
    Text,
}

/// Form of a country.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountryForm {
    /// Its two-letter ISO code.
    #[default]
    Code,
    /// As written in the file.
    AsWritten,
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
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
