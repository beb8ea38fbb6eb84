//! Ideas for the field of a column, by its header, its owner, and its cells.

use std::collections::{BTreeMap, HashSet};

use strum::VariantArray;

use super::cells::CellStats;
use super::field_match::{holds, penalize, same_words, sounds_alike};
use super::header::HeaderReading;
use super::known::{GuessInput, Suggestion};
use super::people::{
    assign_one_address, assign_one_person, assign_the_address, is_of_events, mark_cities_of_places,
    mark_others_columns, primary, split_names, without_codes, without_form_sender,
};
use super::thing::Thing;
use super::vocabulary::{HeaderOwner, Vocabulary};
use crate::case::mapping::field::{CaseField, CustomFieldOwner as Side, Target};
use crate::case::mapping::recipe::CustomField;
use crate::case::values::kind::{ApiType, FieldKind, ValuePart};
use crate::case::values::words::alphanumeric;

/// Confidence of a header in known words.
pub(super) const PLAIN: f64 = 0.93;
/// Reduction for each unknown word.
pub(super) const NOT_UNDERSTOOD: f64 = 0.16;
/// Reduction for each unknown word before something a person has: it may be anyone's.
const SOMEBODYS: f64 = 0.4;
/// Confidence lost for each unknown word between a person and something personal, such as a phone number.
const STRANGERS: f64 = 0.19;
/// More for a whole address than for a part of one.
const WHOLE: f64 = 0.04;
/// Reduction for each typo.
const SLIP: f64 = 0.08;
/// Reduction for the last four digits of an SSN as a whole one.
const PART_OF_SSN: f64 = 0.4;
/// Minimum confidence of an idea worth showing.
const WORTH_SHOWING: f64 = 0.3;

/// Knowledge of all columns together.
pub(super) struct Fields<'k> {
    pub(super) known: &'k GuessInput<'k>,
    pub(super) read: Vec<HeaderReading>,
    pub(super) stats: &'k [CellStats],
    /// The custom fields of the primary subject's type and of cases, with their labels as read.
    pub(super) custom: Vec<(&'k CustomField, HeaderReading)>,
    /// The custom fields of all subject types, with their labels as read.
    pub(super) all_custom: Vec<(&'k CustomField, HeaderReading)>,
    /// Words and id of each subject type.
    pub(super) subject_types: Vec<(Vec<String>, u64)>,
    /// The account's names for the references.
    pub(super) references: [Option<(&'k str, HeaderReading)>; 3],
    /// Names of the account's ids by field; empty if not known.
    pub(super) names: BTreeMap<CaseField, HashSet<String>>,
    /// Rank of the person whose columns map to the primary subject; `None` if only columns without an owner do.
    primary: Option<usize>,
    /// Whether the list is about events and not people: columns without an owner then belong to the place.
    is_of_events: bool,
    /// Whether a location without an owner is where it happened.
    locations_are_places: bool,
    /// Owners that have a city.
    has_city: HashSet<Option<HeaderOwner>>,
}

impl<'k> Fields<'k> {
    pub(super) fn of(known: &'k GuessInput<'k>, vocabulary: &Vocabulary, stats: &'k [CellStats]) -> Self {
        let read = |header: &str| HeaderReading::of(vocabulary, header);
        let mut read_all: Vec<HeaderReading> =
            known.columns.iter().map(|column| read(&column.header)).collect();
        without_form_sender(&mut read_all, known.columns);
        without_codes(&mut read_all);
        split_names(&mut read_all, stats);
        assign_one_address(&mut read_all);
        assign_one_person(&mut read_all);
        assign_the_address(&mut read_all);
        let primary = primary(&read_all);
        mark_others_columns(&mut read_all, primary);
        mark_cities_of_places(&mut read_all);
        let ids = CaseField::VARIANTS
            .iter()
            .filter(|field| matches!(field.spec().shape, ApiType::Id | ApiType::Ids));
        let mut names: BTreeMap<CaseField, HashSet<String>> =
            ids.map(|field| (*field, HashSet::new())).collect();
        for (field, label, _) in known.labels {
            names.entry(*field).or_default().insert(alphanumeric(label));
        }
        let all: Vec<_> = known.custom.iter().map(|field| (field, read(&field.label))).collect();
        let mut fields = Self {
            known,
            stats,
            custom: Vec::new(),
            all_custom: Vec::new(),
            subject_types: known
                .labels
                .iter()
                .filter(|(field, ..)| *field == CaseField::SubjectType)
                .map(|(_, label, id)| (vocabulary.words(label).0, *id))
                .collect(),
            references: known.references.map(|label| {
                let label = label.filter(|label| !label.trim().is_empty())?;
                Some((label, read(label)))
            }),
            names,
            primary,
            is_of_events: is_of_events(&read_all),
            locations_are_places: false,
            has_city: read_all
                .iter()
                .filter(|one| matches!(one.thing, Some(Thing::City | Thing::Zip | Thing::CityStateZip)))
                .map(|one| one.owner)
                .collect(),
            read: read_all,
        };
        let subject_type = fields.subject_type(&all);
        let is_of_type = |field: &CustomField| {
            field.key.owner != Side::Subject
                || field.subject_type.is_none()
                || field.subject_type == subject_type
        };
        fields.custom = all.iter().filter(|(field, _)| is_of_type(field)).cloned().collect();
        fields.all_custom = all;
        let has = |thing| fields.read.iter().any(|one| one.thing == Some(thing));
        fields.locations_are_places =
            fields.has_field_for_places() && has(Thing::LossDate) && !has(Thing::Place);
        fields
    }

    /// Returns the subject type whose fields fit most of the person's columns; the first of equals.
    fn subject_type(&self, all: &[(&CustomField, HeaderReading)]) -> Option<u64> {
        let things: Vec<Thing> = self
            .read
            .iter()
            .filter(|read| self.is_primary(read.owner))
            .filter_map(|read| read.thing)
            .collect();
        let mut counts: Vec<(u64, usize)> = Vec::new();
        for (field, read) in all.iter().filter(|(field, _)| field.key.owner == Side::Subject) {
            let Some(kind) = field.subject_type else { continue };
            let places = things.iter().filter(|thing| holds(field, read, **thing).is_some()).count();
            match counts.iter_mut().find(|(other, _)| *other == kind) {
                Some((_, count)) => *count += places,
                None => counts.push((kind, places)),
            }
        }
        let most = counts.iter().map(|(_, count)| *count).max()?;
        counts.into_iter().find(|(_, count)| *count == most).map(|(kind, _)| kind)
    }

    /// Returns true if columns of this owner map to the primary subject.
    pub(super) fn is_primary(&self, owner: Option<HeaderOwner>) -> bool {
        match owner {
            None => !self.is_of_events,
            Some(HeaderOwner::Subject(rank)) => self.primary == Some(rank),
            _ => false,
        }
    }

    /// Returns all ideas for a column.
    pub(super) fn suggestions(&self, index: usize) -> Vec<Suggestion> {
        let (Some(read), Some(stats), Some(column)) =
            (self.read.get(index), self.stats.get(index), self.known.columns.get(index))
        else {
            return Vec::new();
        };
        let header = column.header.trim();
        let mut suggestions = self.called(header, read, stats);
        for (field, label) in &self.custom {
            suggestions.extend(self.custom_field(field, label, header, read, stats));
        }
        let unknown = read.rest.len();
        // “Budget (days)” has its unit in brackets.
        let is_measured = matches!(read.thing, Some(Thing::Budget | Thing::Hours)) && read.is_in_other_unit();
        // There are many kinds of dates and amounts, and one more word makes a different one.
        let each = match read.thing {
            Some(Thing::Created | Thing::Due) => 0.35,
            Some(Thing::Budget | Thing::Hours) if read.is_other_measure() => 0.35,
            _ => NOT_UNDERSTOOD,
        };
        let sure = PLAIN - each * count(if is_measured { unknown.max(1) } else { unknown });
        if let Some((field, less)) = read.thing.and_then(|thing| self.case_field(read, thing)) {
            let thing = read.thing.unwrap_or(Thing::Nothing);
            // Notes are notes, regardless of their topic.
            let named = if read.says_text() { 0.02 } else { 0.0 };
            let sure = if thing.is_text() { 0.86 + named - 0.03 * count(unknown) } else { sure };
            // The day it came to the adjuster isn't the day it came to the firm.
            let less =
                if thing == Thing::Created && read.owner == Some(HeaderOwner::Contact) { 0.05 } else { less };
            let suggestion = Suggestion::new(Target::Case(field), sure - less, why(read, field));
            // “Offense description” is often just a word or two, not an instruction.
            let may_be_word = unknown > 0
                || (read.words.len() > 1 && read.words.last().is_some_and(|word| word == "description"));
            let is_word = thing.is_text() && may_be_word && !stats.holds_sentences();
            suggestions.push(penalize(suggestion, stats.misfit(thing).or(is_word.then_some("text"))));
        }
        suggestions.extend(self.number(index, read, stats, header));
        suggestions.extend(self.names(index, read));
        for suggestion in &mut suggestions {
            suggestion.confidence -= SLIP * count(read.slips);
            if read.is_behind_another && suggestion.confidence > BEHIND_ANOTHER {
                suggestion.confidence = BEHIND_ANOTHER;
                suggestion.why = format!("{}, but it may belong to the column before it", suggestion.why);
            }
        }
        suggestions.retain(|suggestion| suggestion.confidence >= WORTH_SHOWING);
        suggestions
    }

    /// Returns an idea for a custom field or a part of it.
    fn custom_field(
        &self,
        field: &CustomField,
        label: &HeaderReading,
        header: &str,
        read: &HeaderReading,
        stats: &CellStats,
    ) -> Option<Suggestion> {
        // “Home address and postcode” ends in a part but is the whole.
        let is_whole = stats.holds_addresses() && read.words.iter().any(|word| word == "address");
        let thing = match read.thing {
            _ if self.is_place(read) => Some(Thing::Place),
            Some(thing) if is_whole && thing.part().is_some() => Some(Thing::Address),
            thing => thing,
        };
        let found = thing.and_then(|thing| Some((thing, holds(field, label, thing)?)));
        // A thing without a standard field may have a custom one, but only with the same words, such as a status.
        let is_same = |thing: Thing| thing != Thing::Nothing || same_words(label, read);
        let found = found.filter(|(thing, _)| is_same(*thing) && self.is_owner(field, label, read));
        let Some((thing, part)) = found else {
            return sounds_alike(field, label, read, header, stats);
        };
        // “Address” is only the street if the city has a separate column.
        let part = match part {
            None if field.kind == FieldKind::Address && self.is_street(thing, read, stats) => {
                Some(ValuePart::Address1)
            }
            None if thing == Thing::Name
                && field.kind != FieldKind::Name
                && field.kind != FieldKind::Text =>
            {
                return None;
            }
            part => part,
        };
        let but = match (thing, field.kind) {
            (Thing::Mobile, _) => 0.06,
            // Four digits aren't a number of nine, unless the field is for them.
            (Thing::Ssn, _) if read.says_last_four() && !label.says_last_four() => PART_OF_SSN,
            (Thing::Phone | Thing::Email, _) if self.may_be_contacts(read) => 0.35,
            // `Body Part` and `Nature of Injury` are both about the injury.
            (Thing::Injury, _) if read.says_body() != label.says_body() => 0.05,
            (Thing::Reserve, _) if self.is_one_of_reserves(read) && !same_words(label, read) => 0.35,
            (Thing::Address, _) if read.is_for_mail() && !label.is_for_mail() => 0.03,
            (thing, _) if thing.continues_address() && read.is_for_mail() && !label.is_for_mail() => 0.03,
            _ => 0.0,
        };
        // Without an owner it may also be someone else's.
        let ownerless = if read.owner.is_none() && thing.weight_of_person() > 0 { 0.02 } else { 0.0 };
        let more = label.rest.iter().filter(|word| !read.words.contains(word)).count() + read.rest.len();
        let is_somebodys = thing.is_persons() && (read.owner.is_none() || !read.says_thing);
        let each = if is_somebodys { SOMEBODYS } else { NOT_UNDERSTOOD };
        let strangers = STRANGERS * count(read.strangers(&label.words));
        // Beside a whole address, city and state are the same again, or another's.
        let whole =
            if thing == Thing::Address && part.is_none() && stats.holds_addresses() { WHOLE } else { 0.0 };
        let sure = PLAIN + whole - but - ownerless - each * count(more) - strangers;
        let why = match part {
            Some(_) => format!("“{header}” is a part of “{}”", field.label),
            None => format!("“{header}” matches “{}”", field.label),
        };
        let misfit = match part {
            Some(ValuePart::Address1) => stats.misfit(Thing::Address1),
            // `Vehicle` is a number of vehicles in one list, and a make in another.
            None if matches!(field.kind, FieldKind::Number | FieldKind::Money) => {
                stats.misfit(thing).or(stats.misfit(Thing::Reserve))
            }
            _ => stats.misfit(thing),
        };
        Some(penalize(Suggestion::new(Target::Custom(field.key.into(), part), sure, why), misfit))
    }

    /// Returns true if an “Address” is only the street, because the city has a separate column.
    pub(super) fn is_street(&self, thing: Thing, read: &HeaderReading, stats: &CellStats) -> bool {
        let is_address = matches!(thing, Thing::Address | Thing::Place);
        is_address && !stats.holds_addresses() && self.has_city_of(thing, read)
    }

    /// Returns true if the city has a separate column.
    fn has_city_of(&self, thing: Thing, read: &HeaderReading) -> bool {
        match thing {
            Thing::Place => {
                self.has_city.contains(&Some(HeaderOwner::Event))
                    || (self.is_of_events && self.has_city.contains(&None))
            }
            _ => self.has_city.contains(&read.owner),
        }
    }

    /// Returns true if a location without an owner is where it happened: the list has a date of it, and the account a
    /// field for it.
    fn is_place(&self, read: &HeaderReading) -> bool {
        self.locations_are_places && read.thing == Some(Thing::Location) && read.owner.is_none()
    }

    fn has_field_for_places(&self) -> bool {
        self.custom.iter().any(|(_, label)| label.thing == Some(Thing::Place))
    }

    /// Returns true if a column and a field have the same owner.
    fn is_owner(&self, field: &CustomField, label: &HeaderReading, read: &HeaderReading) -> bool {
        match (label.owner, read.owner) {
            (Some(HeaderOwner::Other), Some(HeaderOwner::Other)) => {
                label.whose.iter().all(|word| read.whose.contains(word))
            }
            (Some(HeaderOwner::Event) | None, owner) if label.is_of_event() => {
                let of_place = self.is_of_events || read.is_of_event() || self.is_place(read);
                owner == Some(HeaderOwner::Event) || (owner.is_none() && of_place)
            }
            (None | Some(HeaderOwner::Subject(_)), owner) if field.key.owner == Side::Subject => {
                self.is_primary(owner) && !read.is_of_event() && !self.is_of_another(field, label, owner)
            }
            (Some(HeaderOwner::Contact | HeaderOwner::Client | HeaderOwner::Subject(_)), owner) => {
                owner == label.owner
            }
            // Things that have no owner by nature.
            (None, owner) => {
                !matches!(owner, Some(HeaderOwner::Other))
                    && !label.thing.is_some_and(|thing| thing.weight_of_person() > 0 && owner.is_some())
            }
            _ => false,
        }
    }

    /// Returns true for `Contact Phone` in a list whose other columns say whose they are: more likely the adjuster's.
    fn may_be_contacts(&self, read: &HeaderReading) -> bool {
        let has_contact = || self.read.iter().any(|other| other.owner == Some(HeaderOwner::Contact));
        read.owner.is_none()
            && read.words.first().is_some_and(|word| word == "contact")
            && (self.primary.is_some() || has_contact())
    }

    /// Returns true for one of several reserves, such as `Medical Reserve`: a field takes their total.
    fn is_one_of_reserves(&self, read: &HeaderReading) -> bool {
        let is_part = |read: &HeaderReading| read.words.iter().any(|word| RESERVES.contains(&word.as_str()));
        let reserves = self.read.iter().filter(|other| other.thing == Some(Thing::Reserve));
        is_part(read) && reserves.count() > 1
    }

    /// Returns true if a field belongs to another person than the column: `Witness phone`, where the subject has a plain
    /// `Phone` too.
    fn is_of_another(&self, field: &CustomField, label: &HeaderReading, owner: Option<HeaderOwner>) -> bool {
        let is_person = matches!(label.owner, Some(HeaderOwner::Subject(_)));
        let is_plain = |other: &(&CustomField, HeaderReading)| {
            let (other, read) = other;
            other.key.owner == field.key.owner
                && read.thing == label.thing
                && read.owner != label.owner
                && (read.owner.is_none() || self.is_primary(read.owner))
        };
        is_person && owner != label.owner && self.custom.iter().any(is_plain)
    }

    /// Returns the case field for a thing, and the reduction because it may be another one.
    fn case_field(&self, read: &HeaderReading, thing: Thing) -> Option<(CaseField, f64)> {
        let free = !matches!(read.owner, Some(HeaderOwner::Other));
        Some(match thing {
            Thing::Created => (CaseField::CreatedOn, 0.0),
            Thing::Due => (CaseField::DueOn, 0.0),
            Thing::Notes => (CaseField::Notes, 0.0),
            Thing::Scheduling => (CaseField::SchedulingNotes, 0.0),
            Thing::Admin => (CaseField::AdminNotes, 0.0),
            Thing::Budget => (CaseField::BudgetMoney, 0.0),
            Thing::Hours => (CaseField::BudgetHours, 0.0),
            Thing::Location if free && !self.is_place(read) && !read.is_coded() => {
                (CaseField::CaseLocation, 0.0)
            }
            Thing::Place if !self.has_field_for_places() => (CaseField::CaseLocation, 0.1),
            _ => return None,
        })
    }
}

fn why(read: &HeaderReading, field: CaseField) -> String {
    format!("“{}” is a common name for {}", read.words.join(" "), field.spec().label)
}

/// Words of a reserve that isn't the whole one.
const RESERVES: [&str; 9] =
    ["indemnity", "medical", "med", "expense", "expenses", "legal", "rehab", "initial", "net"];

/// Confidence for a phone, e-mail or address behind the column of another person or a place: too little to map it.
const BEHIND_ANOTHER: f64 = 0.55;

#[expect(clippy::cast_precision_loss, reason = "a few words or cells")]
pub(super) fn count(of: usize) -> f64 {
    of as f64
}
