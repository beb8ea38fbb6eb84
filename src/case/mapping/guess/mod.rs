//! Guesses a first field map from earlier imports, from names in the account and in the trade, and from the cells.
//! Each guess has a confidence and a reason.
//!
//! ```text
//! header ─► words ─► owner + thing ─┐
//! cells ─► what they look like ─────┴─► ideas for each column ─► the surest first, one field a column
//! ```

mod account;
mod cells;
mod field_match;
mod fields;
mod header;
mod known;
mod labels;
mod misfit;
mod others;
mod people;
mod pieces;
mod thing;
pub(super) mod vocabulary;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::column_ref::ColumnNames;
use super::field::{CaseField, CustomFieldOwner as Side, Target};
use super::recipe::{ColumnRule, MappedValue};
use crate::case::mapping::guess::labels::value_map;
use crate::case::values::date::{DateOrder, DateProfile, DateVerdict};
use crate::case::values::kind::{ApiType, FieldKind};
use crate::case::values::number::{AmountEvidence, NumberStyle};
use crate::case::values::value::split_list;
use crate::case::values::words::alphanumeric;
use cells::CellStats;
use fields::Fields;
use header::{BARE, HeaderReading};
pub use known::{Guess, GuessInput, Remembered, Suggestion};
pub use labels::{LabelMatch, match_label};
pub use misfit::misfits;
use thing::Thing;
pub use vocabulary::Words;
use vocabulary::{HeaderOwner, Vocabulary};

/// Minimum confidence of a guess; below it, the idea is only suggested.
pub const SURE_ENOUGH: f64 = 0.6;

/// Confidence for a column with the same header as another of the same field.
const OF_REPEATED: f64 = 0.55;

/// Confidence for the address of whoever sent a form.
const OF_SENDER: f64 = 0.45;

/// Returns a guess for every column, in the file's order. Only notes may be mapped to several columns, and a list to
/// columns whose headers differ only in numbers: `Service 1`, `Service 2`.
#[must_use]
pub fn guess(known: &GuessInput<'_>) -> Vec<Guess> {
    let memory = RulesByHeader::of(known.memory);
    let vocabulary = known.words.map_or(Cow::Borrowed(Vocabulary::get()), Vocabulary::with);
    let all = known.columns.len();
    let most = cells::sample(all);
    let stats: Vec<CellStats> = (0..all).map(|index| CellStats::of(known.cells(index).take(most))).collect();
    let fields = Fields::of(known, &vocabulary, &stats);
    let mut ideas: Vec<(usize, Suggestion)> = Vec::new();
    for (index, column) in known.columns.iter().enumerate() {
        let mut suggestions = fields.suggestions(index);
        if let Ok(to) = column.header.trim().parse::<Target>() {
            suggestions.push(Suggestion::new(to, 1.0, "the header is the field's key".to_owned()));
        }
        if let Some(to) = vocabulary.header(&column.header) {
            suggestions.push(Suggestion::new(
                to,
                0.96,
                "set under [vocabulary] in the config file".to_owned(),
            ));
        }
        let is_repeated = || known.columns.iter().filter(|other| other.header == column.header).count() > 1;
        suggestions.extend(memory.of_header(&column.header).map(|remembered| {
            let suggestion = remembered.suggestion();
            if is_repeated() { suggestion.unless_repeated() } else { suggestion }
        }));
        if known.is_of_sender(index) {
            suggestions.iter_mut().for_each(Suggestion::doubt_sender);
        }
        ideas.extend(suggestions.into_iter().map(|suggestion| (index, suggestion)));
    }
    let (of_others, subjects) = fields.others();
    ideas.extend(of_others);
    // Most certain first; of equals, the first column.
    ideas.sort_by(|a, b| b.1.confidence.total_cmp(&a.1.confidence).then(a.0.cmp(&b.0)));
    let mut given: Vec<Option<Suggestion>> = vec![None; known.columns.len()];
    let mut taken: Vec<(Target, usize)> = Vec::new();
    let mut texts: HashSet<(&str, Target)> = HashSet::new();
    let header = |index: usize| known.columns.get(index).map_or("", |column| column.header.as_str());
    for (index, suggestion) in ideas {
        let to = suggestion.to;
        let Some(place) = given.get_mut(index).filter(|place| place.is_none()) else { continue };
        let is_list = matches!(known.shape(to), Some(ApiType::Ids | ApiType::Choices));
        let clashes = |(other, of): &(Target, usize)| {
            if is_list && to == *other {
                without_number(header(index)) != without_number(header(*of))
            } else {
                to.clashes(*other)
            }
        };
        if taken.iter().any(clashes) {
            continue;
        }
        if is_list || to.clashes(to) {
            taken.push((to, index));
        }
        // Such as the notes of another person, or of a second table beside the first.
        let is_repeated = !is_list && !suggestion.remembered && !texts.insert((header(index), to));
        *place = Some(if is_repeated { suggestion.of_repeated() } else { suggestion });
    }
    fields.pull_reference(&mut given);
    fields.add_pieces(&mut given);
    let names = ColumnNames::new(known.columns);
    let to_guess = |(index, suggestion): (usize, Option<Suggestion>)| {
        let number = suggestion.as_ref().and_then(|suggestion| suggestion.to.other_subject());
        let subject =
            number.and_then(|number| subjects.iter().find(|subject| subject.key == number).cloned());
        Guess { subject, ..known.guess_for(index, suggestion, &memory, &names) }
    };
    given.into_iter().enumerate().map(to_guess).collect()
}

/// Returns the letters of a header: those of `Service 1` and `Service #2` are the same.
fn without_number(header: &str) -> String {
    alphanumeric(header).chars().filter(|c| c.is_alphabetic()).collect()
}

/// Returns the owner of a custom field by its name and kind, and a more specific kind if a text field's name implies
/// one.
pub fn owner_by_name(label: &str, kind: FieldKind) -> (Side, FieldKind) {
    let read = HeaderReading::of(Vocabulary::get(), label);
    let kind = match read.thing {
        Some(Thing::Phone | Thing::Mobile | Thing::WorkPhone) if kind == FieldKind::Text => FieldKind::Phone,
        Some(Thing::Ssn) if kind == FieldKind::Text => FieldKind::Ssn,
        _ => kind,
    };
    let is_persons = read.thing.is_some_and(Thing::is_of_a_person);
    let is_others =
        read.is_of_event() || matches!(read.owner, Some(HeaderOwner::Contact | HeaderOwner::Client));
    let is_subjects = (is_persons && !is_others) || matches!(read.owner, Some(HeaderOwner::Subject(_)));
    (if is_subjects { Side::Subject } else { Side::Case }, kind)
}

/// Returns true if a header stands for the name of the person a case is about.
pub(super) fn names_the_person(header: &str) -> bool {
    let read = HeaderReading::of(Vocabulary::get(), header);
    matches!(read.thing, Some(Thing::Name | Thing::LastName))
        && matches!(read.owner, None | Some(HeaderOwner::Subject(_)))
}

/// Returns true if two headers mean different things, or things of different people: “Phone” and “Attorney Phone”. An
/// unknown header may mean anything.
pub(super) fn means_another(header: &str, other: &str) -> bool {
    let [one, other] = [header, other].map(|header| HeaderReading::of(Vocabulary::get(), header));
    // “Contact” and “Contact Person”.
    let says = |read: &HeaderReading| {
        read.words.iter().filter(|word| *word != "person").cloned().collect::<Vec<_>>()
    };
    let is_unknown = one.thing.is_none() || (other.thing.is_none() && other.owner.is_none());
    if is_unknown || says(&one) == says(&other) {
        return false;
    }
    other.thing.is_some_and(|thing| one.thing != Some(thing))
        || (other.thing.is_some() && one.reference.is_some() != other.reference.is_some())
        || owner_or_claimant(one.owner) != owner_or_claimant(other.owner)
}

/// Without an owner, it is usually the claimant's.
fn owner_or_claimant(owner: Option<HeaderOwner>) -> HeaderOwner {
    owner.unwrap_or(HeaderOwner::Subject(0))
}

/// Returns true if two headers are known to mean the same.
pub(super) fn means_the_same(header: &str, other: &str) -> bool {
    let is_known = |header: &str| HeaderReading::of(Vocabulary::get(), header).thing.is_some();
    is_known(header) && is_known(other) && !means_another(header, other)
}

/// Returns true if headers are those of cases: one has claim numbers and the like, or the name of a claimant.
#[must_use]
pub fn looks_like_cases(headers: &[String]) -> bool {
    headers.iter().map(|header| HeaderReading::of(Vocabulary::get(), header)).any(|read| {
        let is_name = matches!(read.thing, Some(Thing::Name | Thing::LastName));
        read.reference.is_some_and(|rank| rank < BARE)
            || (is_name && matches!(read.owner, Some(HeaderOwner::Subject(_))))
    })
}

/// Returns true if a header or label means the date of a loss.
pub(super) fn names_the_loss(header: &str) -> bool {
    HeaderReading::of(Vocabulary::get(), header).thing == Some(Thing::LossDate)
}

/// Rules of earlier imports by header.
struct RulesByHeader<'m>(HashMap<String, &'m Remembered>);

impl<'m> RulesByHeader<'m> {
    fn of(rules: &'m [Remembered]) -> Self {
        let mut by_header: HashMap<String, &Remembered> = HashMap::new();
        for known in rules {
            let header = alphanumeric(&known.rule.from);
            // The newest for the same client, or else the newest of all.
            let first = by_header.entry(header).or_insert(known);
            if known.same_client && !first.same_client {
                *first = known;
            }
        }
        Self(by_header)
    }

    fn of_header(&self, header: &str) -> Option<&'m Remembered> {
        self.0.get(&alphanumeric(header)).copied().filter(|known| !alphanumeric(&known.rule.from).is_empty())
    }
}

impl Remembered {
    fn suggestion(&self) -> Suggestion {
        let confidence = if self.same_client { 0.985 } else { 0.97 };
        let why = match self.rule.to {
            Target::Ignore => format!("you chose not to import it in import {}", self.import),
            _ => format!("as in import {}", self.import),
        };
        Suggestion { remembered: true, ..Suggestion::new(self.rule.to, confidence, why) }
    }
}

impl Suggestion {
    /// Lowers the confidence of a guess for a column whose header another column of the field has too.
    fn of_repeated(mut self) -> Self {
        self.confidence = self.confidence.min(OF_REPEATED);
        self.why = format!("{}, but another column has the same header", self.why);
        self
    }

    /// Lowers the confidence of a guess for the address of whoever sent a form.
    fn doubt_sender(&mut self) {
        if !self.remembered && self.confidence >= SURE_ENOUGH {
            self.confidence = OF_SENDER;
            self.why = format!("{}, but after a timestamp it is of whoever sent the form", self.why);
        }
    }
}

impl GuessInput<'_> {
    /// Returns true for the e-mail address that Google Forms adds behind its timestamp.
    fn is_of_sender(&self, index: usize) -> bool {
        let is = |at: usize, header: &str| {
            self.columns.get(at).is_some_and(|column| column.header.trim() == header)
        };
        index == 1 && is(0, "Timestamp") && (is(1, "Email Address") || is(1, "Username"))
    }

    /// Creates the guess for a column from its best idea.
    fn guess_for(
        &self,
        index: usize,
        suggestion: Option<Suggestion>,
        memory: &RulesByHeader<'_>,
        names: &ColumnNames<'_>,
    ) -> Guess {
        let from = names.name(index);
        let sure = suggestion.as_ref().filter(|suggestion| suggestion.confidence >= SURE_ENOUGH);
        let remembered = || memory.of_header(&self.columns.get(index)?.header);
        let mut rule = match sure {
            Some(suggestion) => match remembered().filter(|remembered| remembered.rule.to == suggestion.to) {
                // With its settings then: date order, values.
                Some(remembered) => ColumnRule { from, by_hand: false, ..remembered.rule.clone() },
                None => ColumnRule::new(from, suggestion.to),
            },
            None => ColumnRule::new(from, Target::Ignore),
        };
        if let Target::Case(field) = rule.to {
            rule.learn(self.values(index, field));
        }
        if self.shape(rule.to) == Some(ApiType::Date) {
            let of_header =
                || self.columns.get(index).and_then(|column| DateOrder::of_header(&column.header));
            // Unambiguous cells outweigh an earlier file, and that the header, if a date fits their order.
            let dates = self.dates(index);
            let fits = |order: &DateOrder| !dates.excludes(*order);
            let known = rule.date.filter(fits).or_else(|| of_header().filter(fits));
            rule.date = match dates.verdict() {
                DateVerdict::Order { order, sure: true, .. } => Some(order),
                // The order of most cells; the others become problems. The usual one is left open, so that the doubt is
                // shown.
                DateVerdict::Mixed { mdy_only, dmy_only } if mdy_only < dmy_only => {
                    known.or(Some(DateOrder::Dmy))
                }
                _ => known,
            };
        }
        if self.shape(rule.to) == Some(ApiType::Number) && rule.decimal.is_none() {
            rule.decimal = self.decimal(index);
        }
        Guess { rule, suggestion, subject: None }
    }

    /// Returns the value map of a column of ids.
    fn values(&self, index: usize, field: CaseField) -> BTreeMap<String, MappedValue> {
        let labels: Vec<(&str, u64)> =
            self.labels.iter().filter(|(of, ..)| *of == field).map(|(_, label, id)| (*label, *id)).collect();
        value_map(self.cells(index).flat_map(|cell| split_list(cell, None)), &labels)
    }

    /// Returns the shape in which the plan reads a target.
    fn shape(&self, to: Target) -> Option<ApiType> {
        to.shape(|key| self.custom.iter().find(|field| field.key == key).map(|field| field.kind))
    }

    fn cells(&self, index: usize) -> impl Iterator<Item = &str> {
        let cells = self.rows.iter().filter_map(move |row| row.cells.get(index));
        cells.map(str::trim).filter(|cell| !cell.is_empty())
    }

    fn dates(&self, index: usize) -> DateProfile {
        let mut profile = DateProfile::default();
        self.cells(index).for_each(|cell| profile.add(cell));
        profile
    }

    /// Returns the decimal mark of a column if it isn't a point.
    fn decimal(&self, index: usize) -> Option<NumberStyle> {
        let mut marks = AmountEvidence::new(NumberStyle::Point);
        self.cells(index).for_each(|cell| marks.add_mark(cell));
        marks.proof_of_other().map(|_| NumberStyle::Comma)
    }
}

#[cfg(test)]
mod column_tests;
#[cfg(test)]
mod tests;
