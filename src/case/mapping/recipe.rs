//! The recipe: case defaults and field map as a TOML file. Duplicate copies it, and scripts run it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::changes::{Fix, GroupFilter, SkipRule};
use super::field::{CustomKey, Target};
use super::subject_no::SubjectNo;
use crate::case::values::date::DateOrder;
use crate::case::values::kind::FieldKind;
use crate::case::values::number::NumberStyle;
use crate::case::values::words::normalize;
use crate::sheet::Layout;

/// Version of the recipe format, the only one this program reads and writes.
const VERSION: u32 = 1;

/// Case defaults, field map, and the custom fields they use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Format version, always 1.
    caseload: u32,
    /// Label for people.
    #[serde(default)]
    pub name: String,
    /// Whether every case carries a unique token in its administrative notes, so that it can be found if its answer
    /// is lost. For files without a reference.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub row_token: bool,
    /// Whether rows with neither a reference nor a subject's name are sent. By default they are errors.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_unidentified: bool,
    /// Rows, from 1, that are sent even if the duplicate guard objects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub send_anyway: Vec<u64>,
    /// File format, as far as the user set it.
    #[serde(default, skip_serializing_if = "Layout::is_open")]
    pub sheet: Layout,
    /// Values every case gets unless a column gives one.
    #[serde(default)]
    pub defaults: BTreeMap<Target, DefaultText>,
    /// The custom fields used below.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<CustomField>,
    /// Subjects other than the primary one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<OtherSubject>,
    /// The field map.
    #[serde(default)]
    pub columns: Vec<ColumnRule>,
    /// The group of a mixed file to import; every row if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<GroupFilter>,
    /// Replaced values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Fix>,
    /// Skipped rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leave_out: Vec<SkipRule>,
}

/// A default as written in the recipe. Its meaning depends on its field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DefaultText {
    /// An id or a whole number.
    Whole(u64),
    /// A number with a fraction.
    Number(f64),
    /// Any text; for dates also `+14d`, days after creation.
    Text(String),
    /// Several ids.
    Ids(Vec<u64>),
}

/// A custom field of the account, as far as it is needed to read cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomField {
    /// Its owner and id.
    pub key: CustomKey,
    /// Label in Trackops.
    #[serde(default)]
    pub label: String,
    /// How its cells are read.
    pub kind: FieldKind,
    /// Whether Trackops requires it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Possible values; empty if it can have any or if they aren't known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// Subject type that has it, for a field of subjects; `None` if not known. KNOWN: a field has one use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<u64>,
}

impl CustomField {
    /// Creates a field of which only label and kind are known.
    #[must_use]
    pub fn new(key: CustomKey, label: impl Into<String>, kind: FieldKind) -> Self {
        Self { key, label: label.into(), kind, required: false, choices: Vec::new(), subject_type: None }
    }
}

/// A subject other than the primary one. Rows in which all its columns are empty are sent without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherSubject {
    /// Its key: `subject2`, with fields such as `subject2.1.last_name`.
    pub key: SubjectNo,
    /// Label for people: `Employer`, `Witness 1`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Its type. KNOWN: every subject has one, and only the primary one's depends on the case type.
    pub subject_type_id: u64,
}

/// Maps a column to a field, and says how its cells are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnRule {
    /// Header text, or `#5` for the fifth column.
    pub from: String,
    /// The field.
    pub to: Target,
    /// Order of day, month and year; month first if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<DateOrder>,
    /// Decimal mark: `point` (the default) or `comma`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<NumberStyle>,
    /// Separator of several values in a cell; `;` or `,` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// Whether the cells are right as they are: apparent damage to a reference is a warning, not an error.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_is: bool,
    /// Whether error cells, such as `#N/A`, are read as blank. By default such a row can't be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<ErrorCells>,
    /// Whether the cells are private, such as SSNs and dates of birth: masked on screen, and in no log. If not given,
    /// detected by header, field and cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Whether the user set this rule on the screen. Later guesses, with a fuller catalog, don't change it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
    /// Values in the file → ids or texts to send.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, MappedValue>,
}

impl ColumnRule {
    /// Adds matches for values that have none yet.
    pub fn learn(&mut self, values: BTreeMap<String, MappedValue>) {
        let known: Vec<String> = self.values.keys().map(|text| normalize(text)).collect();
        self.values.extend(values.into_iter().filter(|(text, _)| !known.contains(&normalize(text))));
    }

    /// Returns what a value is mapped to. Small and capital letters are the same.
    #[must_use]
    pub fn match_of(&self, text: &str) -> Option<&MappedValue> {
        let text = normalize(text);
        self.values.iter().find(|(known, _)| normalize(known) == text).map(|(_, value)| value)
    }

    /// Creates a plain rule that maps a column to a field.
    #[must_use]
    pub fn new(from: impl Into<String>, to: Target) -> Self {
        Self {
            from: from.into(),
            to,
            date: None,
            decimal: None,
            separator: None,
            as_is: false,
            errors: None,
            private: None,
            by_hand: false,
            values: BTreeMap::new(),
        }
    }
}

/// Handling of cells that are errors of the spreadsheet program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ErrorCells {
    /// Read it as blank.
    Blank,
}

/// Match of a value in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MappedValue {
    /// An id to send.
    Id(u64),
    /// A text to send.
    Text(String),
}

/// A recipe that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecipeError {
    /// Not TOML, an unknown key, or a value of the wrong type.
    #[error("line {line}: {message}")]
    Toml {
        /// Line in the file, from 1.
        line: usize,
        /// Message of the TOML parser.
        message: String,
    },
    /// Written by a later version of the program.
    #[error("it has caseload = {0}, but this version reads caseload = {VERSION}; use a newer caseload")]
    Version(u32),
}

impl Recipe {
    /// Returns the fields that a column is mapped to.
    #[must_use]
    pub fn fields_of(&self, column: &str) -> Vec<Target> {
        let rules = self.columns.iter().filter(|rule| rule.from.trim() == column);
        rules.map(|rule| rule.to).filter(|to| *to != Target::Ignore).collect()
    }

    /// Creates an empty recipe.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            caseload: VERSION,
            name: name.into(),
            sheet: Layout::default(),
            defaults: BTreeMap::new(),
            fields: Vec::new(),
            subjects: Vec::new(),
            columns: Vec::new(),
            only: None,
            row_token: false,
            allow_unidentified: false,
            send_anyway: Vec::new(),
            fixes: Vec::new(),
            leave_out: Vec::new(),
        }
    }

    /// Parses the text of a recipe file.
    pub fn from_toml(text: &str) -> Result<Self, RecipeError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let recipe: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            RecipeError::Toml {
                line: 1 + text.bytes().take(start).filter(|b| *b == b'\n').count(),
                message: error.message().replace('\n', " "),
            }
        })?;
        if recipe.caseload == VERSION { Ok(recipe) } else { Err(RecipeError::Version(recipe.caseload)) }
    }

    /// Returns the text of the recipe file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // It has only text keys, texts and numbers, so it can always be written as TOML.
        toml::to_string(self).unwrap_or_default()
    }

    /// Returns the description of a subject other than the primary one.
    #[must_use]
    pub fn subject(&self, number: SubjectNo) -> Option<&OtherSubject> {
        self.subjects.iter().find(|subject| subject.key == number)
    }

    /// Adds descriptions of used subjects that have none yet.
    pub fn describe<'s>(&mut self, subjects: impl IntoIterator<Item = &'s OtherSubject>) {
        for subject in subjects {
            if self.has_values_for(subject.key) && self.subject(subject.key).is_none() {
                self.subjects.push(subject.clone());
            }
        }
    }

    /// Returns the targets of all columns and defaults.
    pub fn targets(&self) -> impl Iterator<Item = Target> + '_ {
        self.columns.iter().map(|rule| rule.to).chain(self.defaults.keys().copied())
    }

    /// Removes custom fields and subjects that nothing is mapped to.
    pub fn remove_unused(&mut self) {
        let fields = std::mem::take(&mut self.fields);
        self.fields = fields.into_iter().filter(|field| self.uses(field.key)).collect();
        let subjects = std::mem::take(&mut self.subjects);
        self.subjects = subjects.into_iter().filter(|subject| self.has_values_for(subject.key)).collect();
    }

    /// Returns true if a column or a default is mapped to a field of a subject.
    fn has_values_for(&self, number: SubjectNo) -> bool {
        self.targets()
            .any(|target| matches!(target, Target::Custom(place, _) if place.subject() == Some(number)))
    }

    /// Returns true if a column or a default is mapped to a custom field of any record.
    #[must_use]
    pub fn uses(&self, key: CustomKey) -> bool {
        self.targets().any(|target| matches!(target, Target::Custom(place, _) if place.key() == key))
    }

    /// Returns the declaration of a custom field.
    #[must_use]
    pub fn field(&self, key: CustomKey) -> Option<&CustomField> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// Returns the declared kind of a custom field.
    #[must_use]
    pub fn kind_of(&self, key: CustomKey) -> Option<FieldKind> {
        self.field(key).map(|field| field.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = r##"
caseload = 1
name = "Acme weekly"

[sheet]
delimiter = "tab"
header = "3-4"
repair = true

[defaults]
case_type_id = 1
case_services_list = [1, 2]
due_on = "+14d"
budget_hours = 7.5

[[fields]]
key = "subject.3"
label = "Home address"
kind = "address"

[[subjects]]
key = "subject2"
label = "Employer"
subject_type_id = 4

[[columns]]
from = "Employer"
to = "subject2.9.last_name"

[[columns]]
from = "#5"
to = "subject.3.city"

[[columns]]
from = "SSN"
to = "ignore"
private = false

[[columns]]
from = "Services"
to = "case_services_list"
separator = ";"
values = { "Surveillance" = 1, "Background" = "B" }

[only]
column = "Carrier"
values = ["Acme"]

[[fixes]]
column = "State"
from = "Calif."
to = "CA"

[[fixes]]
column = "Due"
row = 17
from = "31/02/2026"
to = "2026-02-28"

[[leave_out]]
column = "Status"
value = "Closed"

[[leave_out]]
row = 18
"##;

    #[test]
    fn a_recipe_reads_back_as_it_was_written() {
        let recipe = Recipe::from_toml(EXAMPLE).unwrap();
        assert_eq!(recipe.defaults.len(), 4);
        assert_eq!(Recipe::from_toml(&recipe.to_toml()).unwrap(), recipe);
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let wrong =
            |from: &str, to: &str| Recipe::from_toml(&EXAMPLE.replace(from, to)).unwrap_err().to_string();
        assert_eq!(
            wrong("separator =", "seperator ="),
            "line 42: unknown field `seperator`, expected one of `from`, `to`, `date`, `decimal`, `separator`, `as_is`, `errors`, `private`, `by_hand`, `values`"
        );
        assert_eq!(wrong("subject.3.city", "subject.3.town"), "line 32: “subject.3.town” isn't a field");
        assert_eq!(wrong("case_type_id", "case_typ_id"), "line 11: “case_typ_id” isn't a field");
        assert!(wrong("caseload = 1", "caseload = 2").contains("caseload = 2"));
        assert_eq!(
            wrong("value = \"Closed\"", ""),
            "line 60: leave_out needs either a row, or a column and a value"
        );
    }
}
