//! Text values, and values made of parts.

use super::builder::Builder;
use crate::case::code::Code;
use crate::case::mapping::read::{TYPE_IN_VALUE, read_address};
use crate::case::mapping::slot::{Dest, MappedColumn, Slot};
use crate::case::privacy::secrets::hide_finding;
use crate::case::problem::Finding;
use crate::case::values::address::Address;
use crate::case::values::kind::{FieldKind, PartedValue, ValuePart};
use crate::case::values::name::{NameDoubt, PersonName};
use crate::case::values::placeholder::{is_ditto, is_placeholder, is_zeros};
use crate::case::values::plausible;
use crate::case::values::value::Value;
use crate::case::values::words::normalize;

const CLEAR_CELL: &str = concat!("if there is none, clear the cell: ", edit_cell!());

impl Builder<'_> {
    /// Reads a text and warns if it doesn't look like the phone number, e-mail address etc. it should be.
    pub(super) fn kept_text(&mut self, slot: &Slot) -> Option<Value> {
        let value = self.text(slot)?;
        let (code, check): (_, fn(&str) -> Option<&'static str>) = match slot.dest {
            Dest::Custom(_, FieldKind::Phone) => (Code::PhoneOdd, plausible::phone),
            Dest::Custom(_, FieldKind::Email) => (Code::EmailOdd, plausible::email),
            Dest::Custom(_, FieldKind::Ssn) => (Code::SsnOdd, plausible::ssn),
            Dest::Custom(_, FieldKind::Link) => (Code::LinkOdd, plausible::link),
            Dest::Custom(_, FieldKind::Country) => (Code::CountryUnknown, plausible::country),
            _ => return Some(value),
        };
        for source in &slot.sources {
            let cell = source.match_or_text(self.cell(source)).into_owned();
            let Some(what) = check(&cell).filter(|_| !cell.is_empty()) else { continue };
            let (message, hint) =
                (format!("“{cell}” {what}"), concat!(edit_cell!(), "; or send it as it is"));
            self.report(slot, source, Finding::warning(code.clone(), message, hint));
        }
        Some(value)
    }

    /// Reads a text: the cell of one column, or of several joined by line as `Header: value`.
    fn text(&self, slot: &Slot) -> Option<Value> {
        let text = match slot.sources.as_slice() {
            [] => String::new(),
            [only] => only.match_or_text(self.cell(only)).into_owned(),
            several => several
                .iter()
                .filter(|source| !self.cell(source).is_empty())
                .map(|source| {
                    format!(
                        "{}: {}",
                        self.plan.header(source.column),
                        source.match_or_text(self.cell(source))
                    )
                })
                .collect::<Vec<_>>()
                .join("\n"),
        };
        (!text.is_empty()).then_some(Value::Text(text))
    }

    /// Reads a name, and warns about one that looks wrong.
    pub(super) fn name(&mut self, slot: &Slot) -> Option<PersonName> {
        let name =
            self.compound(slot, |source, text| Ok(PersonName::parse(&source.evidence.names.ordered(text))))?;
        let mut is_told = false;
        for (index, source) in slot.sources.iter().enumerate() {
            let text = self.cell(source);
            let goes_on = || slot.sources.iter().take(index).any(|other| other.part == source.part);
            let doubt = match source.part {
                None => {
                    let names = source.evidence.names;
                    PersonName::doubts(&names.ordered(text)).or_else(|| names.doubt(text))
                }
                Some(_) if goes_on() && PersonName::is_suffix(text) => None,
                Some(part) => PersonName::part_doubts(text, part == ValuePart::LastName),
            };
            if let Some(doubt) = doubt {
                is_told = true;
                self.doubt_name(slot, Some(source), doubt);
            }
        }
        if !is_told && slot.sources.len() > 1 {
            self.doubt_parts(slot, &name);
        }
        Some(name)
    }

    /// Warns about the parts of a name that are fine each by itself.
    fn doubt_parts(&mut self, slot: &Slot, name: &PersonName) {
        let of = |part: ValuePart| slot.sources.iter().find(|source| source.part == Some(part));
        let last = of(ValuePart::LastName);
        if name.is_missing() {
            self.doubt_name(slot, slot.sources.first(), NameDoubt::Missing);
        } else if last.is_some() && name.last_name.is_empty() {
            self.doubt_name(slot, last, NameDoubt::NoLastName);
        } else if last.is_some() && name.repeats_first() {
            self.doubt_name(slot, last, NameDoubt::WholeInPart);
        }
    }

    fn doubt_name(&mut self, slot: &Slot, source: Option<&MappedColumn>, doubt: NameDoubt) {
        let is_ditto = source.is_some_and(|source| is_ditto(self.cell(source)));
        let (message, hint) = match doubt {
            NameDoubt::Missing if is_ditto => ("the cell refers to another row", TYPE_IN_VALUE),
            NameDoubt::Missing => (doubt.message(), CLEAR_CELL),
            NameDoubt::LastNameFirst => {
                (doubt.message(), concat!("if the last name comes first, write Last, First: ", edit_cell!()))
            }
            NameDoubt::FirstWordLast => {
                (doubt.message(), concat!("if there are two last names, write Last, First: ", edit_cell!()))
            }
            _ => (doubt.message(), "check whether it is one person's name"),
        };
        let column = source.map(|source| source.column);
        self.report_at(column, Some(slot.dest), Finding::warning(Code::NameOdd, message, hint));
    }

    /// Reads an address, and warns if it looks wrong, wherever its parts come from.
    pub(super) fn address(&mut self, slot: &Slot) -> Option<Address> {
        let has_street = slot.sources.iter().any(|source| source.part == Some(ValuePart::Address1));
        let address = self.compound(slot, |_, text| {
            // Beside the street, the rest may be in one column: `Denver, CO 80202`.
            Address::parse_city(text).filter(|_| has_street).map_or_else(|| read_address(text), Ok)
        })?;
        let has_text = |source: &&MappedColumn| {
            !matches!(source.part, Some(ValuePart::State | ValuePart::Zip | ValuePart::Country))
        };
        for source in slot.sources.iter().filter(has_text) {
            let text = self.cell(source);
            if is_placeholder(text) || is_zeros(text) {
                let (message, hint) = if is_ditto(text) {
                    ("the cell refers to another row", TYPE_IN_VALUE)
                } else {
                    ("the cell says that there is no address", CLEAR_CELL)
                };
                self.report(slot, source, Finding::warning(Code::AddressOdd, message, hint));
            }
        }
        let column_of = |part: Option<ValuePart>| {
            let of_part = slot.sources.iter().find(|source| part.is_some() && source.part == part);
            of_part.or(slot.sources.first()).map(|source| source.column)
        };
        for doubt in address.doubts() {
            let hint = "check whether each part is in its place";
            let finding = Finding::warning(Code::AddressOdd, doubt.message(), hint);
            self.report_at(column_of(doubt.part()), Some(slot.dest), finding);
        }
        if let Some(what) = plausible::country(&address.country) {
            let message = format!("“{}” {what}", address.country);
            let hint = "write the country's name or two-letter code, or send it as it is";
            let finding = Finding::warning(Code::CountryUnknown, message, hint);
            self.report_at(column_of(Some(ValuePart::Country)), Some(slot.dest), finding);
        }
        Some(address)
    }

    /// Reads a name or an address: first the whole cell, then the parts that have separate columns, of which several may
    /// make one part.
    fn compound<T: PartedValue>(
        &mut self,
        slot: &Slot,
        read: impl Fn(&MappedColumn, &str) -> Result<T, Finding>,
    ) -> Option<T> {
        let mut value = T::default();
        for source in slot.sources.iter().filter(|source| source.part.is_none()) {
            let text = self.cell(source);
            if text.is_empty() {
                continue;
            }
            match read(source, text) {
                Ok(whole) => value = whole,
                Err(finding) => {
                    self.report(slot, source, finding);
                    return None;
                }
            }
        }
        for (index, source) in slot.sources.iter().enumerate() {
            let text = self.cell(source);
            let Some(part) = source.part.and_then(|part| value.slot(part)) else { continue };
            if text.is_empty() {
                continue;
            }
            let mut before = slot.sources.iter().take(index).filter(|other| other.part == source.part);
            if before.any(|other| !self.cell(other).is_empty()) {
                part.push_str(source.part.and_then(ValuePart::joint).unwrap_or(" "));
                part.push_str(text);
                continue;
            }
            let whole = std::mem::replace(part, text.to_owned());
            if !whole.is_empty() && normalize(&whole) != normalize(part) {
                let mut message = format!("“{part}” replaces “{whole}” from the column with the whole value");
                if self.plan.has_private_source(slot) {
                    message = hide_finding(&message, &whole);
                }
                let hint =
                    "check whether both columns mean the same; if not, ignore one (x on the field map)";
                self.report(slot, source, Finding::warning(Code::PartReplaced, message, hint));
            }
        }
        (value != T::default()).then_some(value)
    }
}
