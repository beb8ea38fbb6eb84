//! Masks private cells wherever they are shown or stored.

use csv::StringRecord;
use jiff::civil::Date;

use super::secrets::{MIN_LEN, MIN_LEN_INSIDE_WORD, Secrets, hide_finding};
use crate::case::mapping::field::Target;
use crate::case::mapping::placed::{Case, Placed};
use crate::case::mapping::plan::Plan;
use crate::case::mapping::read::read_single;
use crate::case::mapping::recipe::MappedValue;
use crate::case::mapping::slot::{Dest, Slot, ValueReading};
use crate::case::problem::Problem;
use crate::case::values::kind::{FieldKind, PartedValue};
use crate::case::values::name::PersonName;
use crate::case::values::value::Value;
use crate::sheet::Row;
use crate::text::{hide_ssns, mask};

impl Plan {
    /// Returns true if a column is private.
    #[must_use]
    pub fn is_private(&self, column: usize) -> bool {
        self.private.get(column).copied().unwrap_or(false)
    }

    /// Returns a cell's text as it is shown and stored. Masks all of it if its column is private, and otherwise what
    /// looks like an SSN, unless the user marked the column as not private.
    #[must_use]
    pub fn masked_cell(&self, column: Option<usize>, text: &str) -> String {
        match column {
            Some(column) if self.is_private(column) => mask(text),
            Some(column) if self.open.contains(&column) => text.to_owned(),
            _ => hide_ssns(text).into_owned(),
        }
    }

    /// Returns a primary subject's name as it is shown: masked if its column is private.
    #[must_use]
    pub fn shown_name(&self, name: &PersonName) -> String {
        let parts = [&name.first_name, &name.middle_name, &name.last_name];
        let filled: Vec<&str> =
            parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        let slot = self.slots.iter().find(|slot| slot.dest.names_subject());
        let mut columns = slot.into_iter().flat_map(|slot| &slot.sources).map(|source| source.column);
        let text = filled.join(" ");
        if columns.any(|column| self.is_private(column)) {
            mask(&text)
        } else {
            hide_ssns(&text).into_owned()
        }
    }

    /// Masks private values in a message about a cell.
    pub(in crate::case) fn masked_message(
        &self,
        column: Option<usize>,
        cell: &str,
        message: String,
    ) -> String {
        match column {
            Some(column) if self.is_private(column) => hide_finding(&message, cell),
            Some(column) if self.open.contains(&column) => message,
            _ => hide_ssns(&message).into_owned(),
        }
    }

    /// Masks in all problems of a row, given with their columns, what its private cells hold: columns may be shifted,
    /// and texts may repeat a value.
    pub(in crate::case) fn mask_problems(
        &self,
        problems: &mut [(Option<usize>, Problem)],
        row: &Row,
        today: Date,
    ) {
        if problems.is_empty() || !self.private.contains(&true) {
            return;
        }
        let is_open = |column: &Option<usize>| column.is_some_and(|column| self.open.contains(&column));
        // A cheap test rules out most problems: a number or a date has at least four digits, whatever its form.
        let may_hold = |text: &str| {
            let is_there = |column: usize| {
                let cell = row.cells.get(column).unwrap_or("").trim();
                cell.len() >= MIN_LEN && text.contains(cell)
            };
            text.bytes().filter(u8::is_ascii_digit).count() >= 4
                || (0..self.headers.len()).any(|column| self.is_private(column) && is_there(column))
        };
        let mut secrets = None;
        for (_, problem) in problems.iter_mut().filter(|(column, _)| !is_open(column)) {
            if may_hold(&problem.value) || may_hold(&problem.message) {
                let secrets = secrets.get_or_insert_with(|| self.secrets(&row.cells, today));
                problem.value = secrets.hide(&problem.value);
                problem.message = secrets.hide(&problem.message);
            }
        }
    }

    /// Returns true if a private column is mapped to a field.
    pub(in crate::case) fn has_private_source(&self, slot: &Slot) -> bool {
        slot.sources.iter().any(|source| self.is_private(source.column))
    }

    /// Returns the private texts of a row with its fixes applied, as they are in the row and as they are sent.
    #[must_use]
    pub fn secrets(&self, cells: &StringRecord, today: Date) -> Secrets {
        let mut secrets = Secrets::default();
        let cell = |column: usize| cells.get(column).unwrap_or("").trim();
        for column in (0..self.headers.len()).filter(|column| self.is_private(*column)) {
            secrets.add(cell(column));
            let digits: String = cell(column).chars().filter(char::is_ascii_digit).collect();
            if digits.len() >= MIN_LEN_INSIDE_WORD {
                secrets.add(&digits);
            }
            // “Ending in 1120”.
            if let Some(last) = digits.get(5..).filter(|_| digits.len() == 9) {
                secrets.add(last);
            }
        }
        for slot in &self.slots {
            for source in slot.sources.iter().filter(|source| self.is_private(source.column)) {
                let text = cell(source.column);
                if let Some(MappedValue::Text(sent)) = source.matched(text) {
                    secrets.add(sent);
                }
                match slot.dest.reading() {
                    ValueReading::Date => {
                        if let Ok(Value::Date(date)) = read_single(text, source, ValueReading::Date, today) {
                            for form in DAYS {
                                secrets.add(&date.strftime(form).to_string());
                            }
                        }
                    }
                    // Their parts are sent separately.
                    ValueReading::Name | ValueReading::Address => {
                        for part in text.split([',', ' ']) {
                            secrets.add(part);
                        }
                    }
                    _ => {}
                }
            }
        }
        secrets
    }

    /// Returns the case with its private values masked, for display only.
    #[must_use]
    pub fn masked(&self, case: &Case, secrets: &Secrets) -> Case {
        let masked = |placed: &Placed| {
            let value = match (self.privacy(placed.dest), placed.by_default) {
                (_, true) => placed.value.clone(),
                (Privacy::None, _) if self.is_open(placed.dest) => placed.value.clone(),
                // A private text may also be in another column.
                (Privacy::None, _) => match &placed.value {
                    value @ (Value::Text(_) | Value::Name(_) | Value::Address(_)) => {
                        value.map_texts(|text| secrets.hide(text))
                    }
                    other => other.clone(),
                },
                (Privacy::Whole, _) => placed.value.map_texts(mask),
                (Privacy::Part, _) => placed.value.map_texts(|text| secrets.hide(text)),
            };
            Placed { value, ..placed.clone() }
        };
        Case { values: case.values.iter().map(masked).collect() }
    }

    /// Masks what is private in a text of the field with this key, such as `subject.3.city`.
    #[must_use]
    pub fn masked_text(&self, key: &str, text: &str, secrets: &Secrets) -> String {
        let whole = match key.parse::<Target>() {
            Ok(Target::Custom(key, _)) => Target::Custom(key, None),
            Ok(target) => target,
            Err(_) => return secrets.hide(text),
        };
        let slot = self.slots.iter().find(|slot| slot.dest.target() == whole);
        match slot.map_or(Privacy::None, |slot| self.privacy(slot.dest)) {
            Privacy::Whole => mask(text),
            Privacy::None | Privacy::Part => secrets.hide(text),
        }
    }

    /// Returns true if the user marked a column of a field as not private.
    fn is_open(&self, dest: Dest) -> bool {
        self.columns_of(dest).any(|column| self.open.contains(&column))
    }

    fn privacy(&self, dest: Dest) -> Privacy {
        let Some(slot) = self.slot(dest) else { return Privacy::None };
        let private = slot.sources.iter().filter(|source| self.is_private(source.column)).count();
        match private {
            0 => Privacy::None,
            all if all == slot.sources.len() && all == 1 => Privacy::Whole,
            _ => Privacy::Part,
        }
    }
}

/// Forms in which a server may repeat a date.
const DAYS: [&str; 20] = [
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%-m/%-d/%Y",
    "%d/%m/%Y",
    "%B %-d, %Y",
    "%b %-d, %Y",
    "%Y%m%d",
    "%B %d, %Y",
    "%b %d, %Y",
    "%-d %B %Y",
    "%-d %b %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%b %d %Y",
    "%m-%d-%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%-m/%-d/%y",
    "%m/%d/%y",
];

/// Share of a value that comes from private columns.
enum Privacy {
    None,
    Part,
    Whole,
}

impl Value {
    /// Returns the value with its texts changed.
    fn map_texts(&self, change: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Id(_) | Self::Ids(_) => self.clone(),
            Self::Text(text) => Self::Text(change(text)),
            Self::Date(date) => Self::Text(change(&date.to_string())),
            Self::Number(number) => Self::Text(change(&number.to_string())),
            Self::Choices(choices) => Self::Choices(choices.iter().map(|choice| change(choice)).collect()),
            Self::YesNo(_) => Self::Text(change(self.yes_no())),
            Self::Name(name) => Self::Name(map_parts(name, FieldKind::Name, change)),
            Self::Address(address) => {
                Self::Address(Box::new(map_parts(&**address, FieldKind::Address, change)))
            }
        }
    }
}

/// Returns a value of a kind with its parts changed.
fn map_parts<T: PartedValue + Clone>(value: &T, kind: FieldKind, change: impl Fn(&str) -> String) -> T {
    let mut value = value.clone();
    for part in kind.parts() {
        if let Some(text) = value.slot(*part) {
            *text = change(text);
        }
    }
    value
}

#[cfg(test)]
mod tests;
