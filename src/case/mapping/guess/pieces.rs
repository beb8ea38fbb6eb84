//! Columns with a piece of a value whose rest is in another column: a house number, `Jr.`, city, state and ZIP together.

use super::fields::Fields;
use super::known::Suggestion;
use super::thing::Thing;
use crate::case::mapping::field::Target;
use crate::case::values::kind::ValuePart;

/// Confidence of a piece beside the rest of its value.
const OF_VALUE: f64 = 0.88;

impl Fields<'_> {
    /// Maps columns that hold a piece of a value to the field of the column with the rest, if that is the one beside them.
    pub(super) fn add_pieces(&self, given: &mut [Option<Suggestion>]) {
        for index in 0..given.len() {
            let Some((to, rest)) = self.rest_of(index, given) else { continue };
            let sure =
                given.get(rest).and_then(Option::as_ref).map_or(0.0, |suggestion| suggestion.confidence);
            let Some(place) = given.get_mut(index).filter(|place| place.is_none()) else { continue };
            let header = |at: usize| self.known.columns.get(at).map_or("", |column| column.header.trim());
            let why = format!("“{}” and “{}” make one value", header(index), header(rest));
            // Without the rest, a piece is wrong.
            *place = Some(Suggestion::new(to, sure.min(OF_VALUE), why));
        }
    }

    /// Returns the field of a column with a piece of a value, and the column with the rest.
    fn rest_of(&self, index: usize, given: &[Option<Suggestion>]) -> Option<(Target, usize)> {
        let read = self.read.get(index).filter(|read| read.rest.is_empty())?;
        let stats = self.stats.get(index)?;
        let (part, beside) = match read.thing? {
            // A number is written before the street.
            Thing::StreetNumber if stats.holds_numbers() => (ValuePart::Address1, index + 1),
            Thing::Suffix if stats.holds_suffixes() => (ValuePart::LastName, self.last_name_before(index)?),
            Thing::Zip4 if stats.holds_numbers() => (ValuePart::Zip, index.checked_sub(1)?),
            Thing::CityStateZip if !stats.holds_numbers() => {
                (ValuePart::Address1, self.street_before(index)?)
            }
            _ => return None,
        };
        let owner = self.read.get(beside).map(|other| other.owner)?;
        let to = given.get(beside)?.as_ref().map(|suggestion| suggestion.to)?;
        let Target::Custom(place, Some(of)) = to else { return None };
        let to = if read.thing == Some(Thing::CityStateZip) { Target::Custom(place, None) } else { to };
        let is_taken = given.iter().flatten().any(|suggestion| suggestion.to == Target::Custom(place, None));
        (of == part && !is_taken && (read.owner.is_none() || read.owner == owner)).then_some((to, beside))
    }

    /// Returns the last name before a suffix: right before it, or with first and middle name between.
    fn last_name_before(&self, index: usize) -> Option<usize> {
        self.nearest_before(index, Thing::LastName, &[Thing::FirstName, Thing::MiddleName])
    }

    /// Returns the street before the rest of an address.
    fn street_before(&self, index: usize) -> Option<usize> {
        let street = [Thing::Address1, Thing::Address];
        street.into_iter().find_map(|thing| self.nearest_before(index, thing, &[Thing::Address2]))
    }

    /// Returns the nearest column before another that holds a thing, with nothing but `between` between them.
    fn nearest_before(&self, index: usize, thing: Thing, between: &[Thing]) -> Option<usize> {
        let before = (0..index).rev().map(|at| (at, self.read.get(at).and_then(|read| read.thing)));
        let mut before = before.skip_while(|(_, other)| other.is_some_and(|other| between.contains(&other)));
        before.next().filter(|(_, other)| *other == Some(thing)).map(|(at, _)| at)
    }
}
