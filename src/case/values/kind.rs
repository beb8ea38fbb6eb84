//! Kinds of values: the shapes the API wants, the kinds of custom fields (Trackops' sixteen, and two for plain text
//! that the check validates), and the parts of names and addresses.

use std::fmt;
use std::str::FromStr;

use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::serde_text::serde_as_text;

/// Type of a field's value in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiType {
    /// One id.
    Id,
    /// A list of ids.
    Ids,
    /// A string.
    Text,
    /// A date.
    Date,
    /// A number.
    Number,
    /// A list of texts.
    Choices,
}

/// A part of a name or an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ValuePart {
    /// First name.
    FirstName,
    /// Middle name or names.
    MiddleName,
    /// Last name.
    LastName,
    /// Street address.
    #[strum(serialize = "address_1")]
    Address1,
    /// Unit, building, suite.
    #[strum(serialize = "address_2")]
    Address2,
    /// City.
    City,
    /// State or province.
    State,
    /// ZIP or postal code.
    Zip,
    /// Country.
    Country,
}

impl ValuePart {
    /// Returns the key in the API and in a recipe.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.into()
    }

    pub(in crate::case) fn from_key(key: &str) -> Option<Self> {
        key.parse().ok()
    }

    /// Returns what joins the cells of several columns to this part: street number and street, last name and suffix, ZIP
    /// and its last four digits. `None` if only one column can be mapped to it.
    pub(in crate::case) fn joint(self) -> Option<&'static str> {
        match self {
            Self::FirstName | Self::MiddleName | Self::LastName | Self::Address1 => Some(" "),
            Self::Address2 => Some(", "),
            Self::Zip => Some("-"),
            Self::City | Self::State | Self::Country => None,
        }
    }
}

/// A value made of parts that can be mapped separately.
pub(in crate::case) trait PartedValue: Default + PartialEq {
    /// Returns the slot of a part; `None` if the part belongs to another kind.
    fn slot(&mut self, part: ValuePart) -> Option<&mut String>;
}

/// Kind of a custom field: how its text is read and sent. A picker shows the kinds in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum FieldKind {
    /// Any text.
    Text,
    /// Text of many lines.
    Long,
    /// A person's name in three parts.
    Name,
    /// An address in six parts.
    Address,
    /// A country, sent as its ISO code.
    Country,
    /// A date.
    Date,
    /// A date of birth: never in the future, and private.
    Birthday,
    /// A phone number, sent as typed.
    Phone,
    /// An e-mail address, sent as typed.
    Email,
    /// A social security number, sent as typed.
    Ssn,
    /// A web address, sent as typed.
    Link,
    /// A number.
    Number,
    /// An amount of money.
    Money,
    /// One of several texts, from a drop-down list.
    Choice,
    /// One of several texts, from radio buttons.
    Radio,
    /// Any of several texts.
    Checkbox,
    /// Yes or no.
    YesNo,
    /// Yes, no, or not applicable.
    YesNoNa,
}

/// Names of a kind.
#[derive(Debug, Clone, Copy)]
struct KindSpec {
    /// Word in a recipe or a catalog.
    word: &'static str,
    /// Trackops' `field_type_tag`.
    tag: &'static str,
    /// Label for people.
    label: &'static str,
}

const fn spec(word: &'static str, tag: &'static str, label: &'static str) -> KindSpec {
    KindSpec { word, tag, label }
}

impl FieldKind {
    /// Returns its names. INFERRED: Trackops has no tag for phone numbers and SSNs.
    const fn spec(self) -> KindSpec {
        match self {
            Self::Text => spec("text", "INPUT", "Text"),
            Self::Long => spec("long", "LONG", "Long text"),
            Self::Name => spec("name", "NAME", "Name"),
            Self::Address => spec("address", "ADDRESS", "Address"),
            Self::Country => spec("country", "COUNTRY", "Country"),
            Self::Date => spec("date", "DATE", "Date"),
            Self::Birthday => spec("birthday", "BIRTHDAY", "Date of birth"),
            Self::Phone => spec("phone", "INPUT", "Phone number"),
            Self::Email => spec("email", "EMAIL", "E-mail address"),
            Self::Ssn => spec("ssn", "INPUT", "Social security number"),
            Self::Link => spec("link", "LINK", "Web address"),
            Self::Number => spec("number", "NUMBER", "Number"),
            Self::Money => spec("money", "CURRENCY", "Amount of money"),
            Self::Choice => spec("choice", "SELECT", "Drop-down list"),
            Self::Radio => spec("radio", "RADIO", "Radio buttons"),
            Self::Checkbox => spec("checkbox", "CHECKBOX", "Check boxes"),
            Self::YesNo => spec("yesno", "YESNO", "Yes or no"),
            Self::YesNoNa => spec("yesnona", "YESNONA", "Yes, no or n/a"),
        }
    }

    /// Returns the word in a recipe.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.spec().word
    }

    /// Returns Trackops' name for it, the `field_type_tag`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.spec().tag
    }

    /// Returns the label for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.spec().label
    }

    /// Returns the kind with this `field_type_tag`, ignoring case.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|kind| kind.tag().eq_ignore_ascii_case(tag.trim()))
    }

    /// Returns the kind with this word or tag, ignoring case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let same = |kind: &Self| kind.word().eq_ignore_ascii_case(word.trim());
        Self::VARIANTS.iter().copied().find(same).or_else(|| Self::of_tag(word))
    }

    /// Returns the shape of its values, which decides how a column is read.
    #[must_use]
    pub fn shape(self) -> ApiType {
        match self {
            Self::Date | Self::Birthday => ApiType::Date,
            Self::Number | Self::Money => ApiType::Number,
            Self::Checkbox => ApiType::Choices,
            _ => ApiType::Text,
        }
    }

    /// Returns the parts that can be mapped separately.
    #[must_use]
    pub fn parts(self) -> &'static [ValuePart] {
        match self {
            Self::Name => &[ValuePart::FirstName, ValuePart::MiddleName, ValuePart::LastName],
            Self::Address => &[
                ValuePart::Address1,
                ValuePart::Address2,
                ValuePart::City,
                ValuePart::State,
                ValuePart::Zip,
                ValuePart::Country,
            ],
            _ => &[],
        }
    }
}

serde_as_text!(FieldKind);

impl fmt::Display for FieldKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for FieldKind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        Self::from_word(word).ok_or_else(|| UnknownKind(word.to_owned()))
    }
}

/// Not the word of a kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” isn't a kind of field; use one of {words}", words = words().join(", "))]
pub struct UnknownKind(pub String);

fn words() -> Vec<&'static str> {
    FieldKind::VARIANTS.iter().map(|kind| kind.word()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for kind in FieldKind::VARIANTS.iter().copied() {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
    }

    #[test]
    fn the_vendors_tags_are_read_in_any_case() {
        let tags = "ADDRESS COUNTRY DATE BIRTHDAY EMAIL LONG INPUT CURRENCY CHECKBOX SELECT RADIO NAME NUMBER LINK \
                    YESNO YESNONA";
        for tag in tags.split(' ') {
            let kind = FieldKind::of_tag(tag).unwrap();
            assert_eq!((kind.tag(), FieldKind::of_tag(&tag.to_lowercase())), (tag, Some(kind)));
            assert_eq!(FieldKind::from_word(&tag.to_lowercase()), Some(kind), "{tag}");
        }
        assert_eq!(FieldKind::of_tag(" Input "), Some(FieldKind::Text));
        assert_eq!(
            (FieldKind::of_tag("phone"), FieldKind::of_tag("money"), FieldKind::of_tag("")),
            (None, None, None)
        );
    }

    #[test]
    fn old_kind_words_are_still_read_and_written() {
        let old = "text name address date phone email ssn number money choice";
        for word in old.split(' ') {
            assert_eq!(FieldKind::from_word(word).unwrap().word(), word);
        }
        for (other, word) in
            [("currency", "money"), ("select", "choice"), ("input", "text"), ("YesNo", "yesno")]
        {
            assert_eq!(FieldKind::from_word(other).unwrap().word(), word);
        }
        let wrong = "colour".parse::<FieldKind>().unwrap_err().to_string();
        assert!(wrong.starts_with("“colour” isn't a kind of field; use one of text, long,"), "{wrong}");
    }
}
