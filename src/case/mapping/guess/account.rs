//! Guesses by the names of the account: its fields, its references, and its ids by name.

use std::collections::HashSet;

use strum::VariantArray;

use super::cells::{CellStats, sample};
use super::field_match::penalize;
use super::fields::{Fields, NOT_UNDERSTOOD, PLAIN, count};
use super::header::HeaderReading;
use super::known::Suggestion;
use super::thing::Thing;
use super::vocabulary::{HeaderOwner, OTHERS};
use crate::case::mapping::field::{CaseField, Target};
use crate::case::mapping::recipe::CustomField;
use crate::case::values::kind::FieldKind;
use crate::case::values::value::split_list;
use crate::case::values::words::alphanumeric;

/// Minimum share of a column's values that must be names of the account to count without a matching header.
const NAMES: f64 = 0.8;
/// Confidence of values that are names of the account, under a header that says something else or nothing.
const BY_TEXTS: f64 = 0.75;
/// Confidence if they are names of several fields.
const UNDECIDED: f64 = 0.59;
/// Maximum confidence of numbers that may be the client's own codes.
const CLIENTS_CODES: f64 = 0.55;
/// Maximum number of choices that say nothing: many fields have Yes and No.
const FEW_CHOICES: usize = 2;

/// Last words of the header of a key: `Claim ID` beside `Claim Number`.
const KEYS: [&str; 7] = ["id", "key", "sequence", "seq", "sk", "uid", "guid"];
/// Reduction for these.
const OF_DATABASE: f64 = 0.05;

impl Fields<'_> {
    /// Returns fields whose name equals the header.
    pub(super) fn called(&self, header: &str, read: &HeaderReading, stats: &CellStats) -> Vec<Suggestion> {
        let key = alphanumeric(header);
        let case = CaseField::VARIANTS.iter().map(|field| (Target::Case(*field), field.spec().label));
        let is_street = read.thing.is_some_and(|thing| self.is_street(thing, read, stats));
        let is_name_part = matches!(read.thing, Some(Thing::FirstName | Thing::LastName));
        let is_only_part = |(field, label): &&(&CustomField, HeaderReading)| match field.kind {
            FieldKind::Address => is_street,
            FieldKind::Name => is_name_part && label.thing == Some(Thing::Name),
            _ => false,
        };
        let whole = self.custom.iter().filter(|field| !is_only_part(field));
        let custom = whole.map(|(field, _)| (Target::Custom(field.key.into(), None), field.label.as_str()));
        let numbers = [CaseField::Reference1, CaseField::Reference2, CaseField::Reference3].into_iter();
        let references = numbers.zip(&self.references);
        let references =
            references.filter_map(|(field, label)| Some((Target::Case(field), label.as_ref()?.0)));
        let named = references
            .chain(case)
            .chain(custom)
            .filter(|(_, label)| !key.is_empty() && alphanumeric(label) == key);
        let thing = |to| match to {
            Target::Case(field) => Thing::of(field),
            Target::Custom(place, _) => {
                let kind = self
                    .custom
                    .iter()
                    .find(|(field, _)| field.key == place.key())
                    .map(|(field, _)| field.kind);
                kind.and_then(Thing::of_kind)
            }
            Target::SubjectType(_) | Target::Ignore => None,
        };
        // A column of ids is recognized by its cells.
        let named =
            named.filter(|(to, _)| !matches!(to, Target::Case(field) if self.names.contains_key(field)));
        let is_outdone = self.has_owned(read);
        let named = named.map(|(to, label)| {
            let confidence = match () {
                () if is_outdone && matches!(to, Target::Custom(..)) => 0.9,
                () if label.eq_ignore_ascii_case(header) => 0.99,
                () => 0.97,
            };
            let suggestion =
                Suggestion::new(to, confidence, format!("the header is the field's name, “{label}”"));
            penalize(suggestion, thing(to).and_then(|thing| stats.misfit(thing)))
        });
        named.collect()
    }

    /// Returns true if another column names the primary subject along with the same thing: `Claimant Name` beside `Name`,
    /// which may be anyone's.
    fn has_owned(&self, read: &HeaderReading) -> bool {
        let says_so = |other: &HeaderReading| {
            matches!(other.owner, Some(HeaderOwner::Subject(_)))
                && self.is_primary(other.owner)
                && other.thing == read.thing
                && other.rest.is_empty()
        };
        read.owner.is_none() && read.thing.is_some_and(Thing::is_persons) && self.read.iter().any(says_so)
    }

    /// Returns ideas for the number that identifies the cases of the list, or another reference of the account.
    pub(super) fn number(
        &self,
        index: usize,
        read: &HeaderReading,
        stats: &CellStats,
        header: &str,
    ) -> Vec<Suggestion> {
        let fields = [CaseField::Reference1, CaseField::Reference2, CaseField::Reference3];
        let named = self.references.iter().zip(fields).find_map(|(label, field)| {
            let (text, label) = label.as_ref()?;
            let is_number = read.thing == Some(Thing::Policy)
                || (read.thing == Some(Thing::Number)
                    && (read.owner == label.owner || read.is_claim_of_client()));
            let same = label.thing == read.thing && label.reference == read.reference && is_number;
            same.then_some((field, *text))
        });
        let says_number = read.words.iter().any(|word| matches!(word.as_str(), "number" | "id"));
        let are_references = stats.holds_references() || (says_number && stats.holds_dated_references());
        let against = (stats.cells > 0 && !are_references).then_some("case numbers");
        let against = stats.misfit(Thing::Number).or(against);
        let of_database = if self.is_key(read) || self.counts_beside(index) { OF_DATABASE } else { 0.0 };
        if let Some((field, label)) = named {
            let why = format!("“{header}” matches “{label}”");
            let sure = 0.95 - NOT_UNDERSTOOD * count(read.rest.len()) - of_database;
            return vec![penalize(
                Suggestion::new(Target::Case(field), sure, why),
                stats.misfit(Thing::Number),
            )];
        }
        let unnamed = self.references.iter().all(Option::is_none);
        if read.thing == Some(Thing::Policy) && unnamed && read.owner.is_none() {
            let why = format!("“{header}” is a common name for the second reference");
            return vec![penalize(
                Suggestion::new(Target::Case(CaseField::Reference2), 0.9, why),
                stats.misfit(Thing::Policy),
            )];
        }
        let Some(rank) = read.reference.filter(|_| read.thing == Some(Thing::Number)) else {
            return Vec::new();
        };
        let first = if index == 0 { 0.03 } else { 0.0 };
        let claim = if rank == 0 { 0.03 } else { 0.0 };
        let (rank, others) = if rank == OTHERS { (0, 0.2) } else { (rank, 0.0) };
        let is_own = matches!(read.owner, None | Some(HeaderOwner::Event | HeaderOwner::Subject(_)));
        let owned = if is_own || read.is_claim_of_client() { 0.0 } else { 0.35 };
        let sure = 0.9 + first + claim
            - others
            - 0.0005 * count(rank)
            - 0.12 * count(read.rest.len())
            - owned
            - of_database;
        let why = format!("“{header}” is a common name for the case's own number");
        vec![penalize(Suggestion::new(Target::Case(CaseField::Reference1), sure, why), against)]
    }

    /// Returns true for a column that counts the rows beside another one that may have the numbers.
    fn counts_beside(&self, index: usize) -> bool {
        let is_number = |read: &HeaderReading| (read.thing, read.reference) == (Some(Thing::Number), Some(0));
        let counts = |at: usize| self.stats.get(at).is_some_and(CellStats::counts_up);
        let other = |(at, read): (usize, &HeaderReading)| at != index && is_number(read) && !counts(at);
        counts(index) && self.read.iter().enumerate().any(other)
    }

    /// Returns true for the key of a database, which people don't use: the list has the number as well.
    fn is_key(&self, read: &HeaderReading) -> bool {
        let Some((_, stem)) = read.words.split_last().filter(|(last, _)| KEYS.contains(&last.as_str()))
        else {
            return false;
        };
        let is_number = |other: &HeaderReading| match other.words.split_last() {
            Some((last, of)) => of == stem && last == "number" || other.words == stem,
            None => false,
        };
        self.read.iter().any(is_number)
    }

    /// Returns fields of ids whose names are in the cells.
    pub(super) fn names(&self, index: usize, read: &HeaderReading) -> Vec<Suggestion> {
        let cells: Vec<&str> = self.known.cells(index).take(sample(self.read.len())).collect();
        let is_name = |names: &HashSet<String>, cell: &str| {
            split_list(cell, None).all(|text| names.contains(&alphanumeric(text)))
        };
        let (mut suggestions, mut by_texts) = (Vec::new(), self.choices(&cells, read));
        // “No. of Services” has no services.
        if read.is_count && read.thing.is_some_and(Thing::is_list) {
            return by_texts;
        }
        for (field, names) in &self.names {
            let spec = field.spec();
            let says_so = read.has_ids_of(*field) || alphanumeric(spec.label) == read.words.concat();
            let said_ids =
                says_so && read.words.iter().any(|word| matches!(word.as_str(), "id" | "number" | "code"));
            let of_account =
                |id: u64| self.known.labels.iter().any(|(of, _, known)| of == field && *known == id);
            let is_id = |cell: &str| cell.parse::<u64>().is_ok_and(|id| names.is_empty() || of_account(id));
            let may_be_id = |cell: &str| (names.is_empty() || said_ids) && is_id(cell);
            let named = cells.iter().filter(|cell| is_name(names, cell)).count();
            let fits = cells.iter().filter(|cell| is_name(names, cell) || may_be_id(cell)).count();
            // Codes and numbers are the client's own, unless the header says that they are ids.
            let says_ids = read.words.iter().any(|word| word == "id");
            let may_be_codes = read.is_coded() && !says_ids && named < fits;
            let share = if cells.is_empty() { 0.0 } else { count(fits) / count(cells.len()) };
            let label = spec.label.to_lowercase();
            let suggestion = |sure: f64, why: String| Suggestion::new(Target::Case(*field), sure, why);
            if says_so && (cells.is_empty() || share >= 0.5) {
                let sure = PLAIN - NOT_UNDERSTOOD * count(read.rest.len()) * (1.0 - share);
                let less = if names.is_empty() { 0.1 } else { 0.0 };
                let most = if may_be_codes { CLIENTS_CODES } else { 1.0 };
                let sure = (sure - less).min(most);
                suggestions.push(suggestion(sure, format!("the header says {label}, and the values fit")));
            } else if says_so {
                let why =
                    format!("the header says {label}, but the values aren't ids or names of the account");
                suggestions.push(suggestion(0.45, why));
            } else if share >= NAMES
                && cells.len() > 1
                && !names.is_empty()
                && !matches!(read.owner, Some(HeaderOwner::Other))
            {
                by_texts
                    .push(suggestion(BY_TEXTS, format!("its values match the account's names for {label}")));
            }
        }
        if by_texts.len() > 1 {
            for suggestion in &mut by_texts {
                suggestion.confidence = UNDECIDED;
            }
        }
        suggestions.extend(by_texts);
        suggestions
    }

    /// Returns custom fields whose choices are in the cells.
    fn choices(&self, cells: &[&str], read: &HeaderReading) -> Vec<Suggestion> {
        let fields = self.custom.iter().filter(|(field, _)| field.choices.len() > FEW_CHOICES);
        let suggestions = fields.filter_map(|(field, label)| {
            let choices: HashSet<String> = field.choices.iter().map(|choice| alphanumeric(choice)).collect();
            let fits = cells.iter().filter(|cell| choices.contains(&alphanumeric(cell))).count();
            let is_choice = cells.len() > 1 && count(fits) / count(cells.len()) >= NAMES;
            let differs =
                read.thing.is_some() && label.thing != read.thing && read.thing != Some(Thing::CaseType);
            let why = format!("its values are choices of “{}”", field.label);
            (is_choice && !differs)
                .then(|| Suggestion::new(Target::Custom(field.key.into(), None), BY_TEXTS, why))
        });
        suggestions.collect()
    }

    /// Gives the first reference, which matters most, to the most likely column if no column has it.
    pub(super) fn pull_reference(&self, given: &mut [Option<Suggestion>]) {
        let reference = Target::Case(CaseField::Reference1);
        let is_made = |suggestion: &Suggestion| {
            suggestion.to == reference && suggestion.confidence >= super::SURE_ENOUGH
        };
        if given.iter().flatten().any(is_made) {
            return;
        }
        let may_be = |index: usize, read: &HeaderReading| {
            let says_so = read.words.iter().any(|word| matches!(word.as_str(), "number" | "id"));
            let is_number = read.thing == Some(Thing::Number) || (read.thing.is_none() && says_so);
            let is_anothers = matches!(read.owner, Some(HeaderOwner::Other | HeaderOwner::Contact));
            let stats = self.stats.get(index);
            is_number
                && !is_anothers
                && stats.is_some_and(|stats| stats.cells > 1 && stats.holds_references())
        };
        let found =
            self.read.iter().enumerate().find(|(index, read)| may_be(*index, read)).map(|(index, _)| index);
        if let Some(place) = found.and_then(|index| given.get_mut(index))
            && place.as_ref().is_none_or(|suggestion| suggestion.confidence < super::SURE_ENOUGH)
        {
            let why = "it is the first column of unique numbers".to_owned();
            *place = Some(Suggestion::new(reference, 0.62, why));
        }
    }
}

impl HeaderReading {
    /// Returns true if it is about what happened.
    pub(super) fn is_of_event(&self) -> bool {
        self.owner == Some(HeaderOwner::Event) || self.thing == Some(Thing::Place)
    }

    /// Returns true if it is the client's claim number.
    fn is_claim_of_client(&self) -> bool {
        self.reference == Some(0) && self.owner == Some(HeaderOwner::Client)
    }

    /// Returns true if the header says that the column has ids of this field.
    fn has_ids_of(&self, field: CaseField) -> bool {
        match field {
            CaseField::Client => {
                self.owner == Some(HeaderOwner::Client)
                    && matches!(self.thing, Some(Thing::Name | Thing::Number))
            }
            CaseField::PrimaryContact => {
                self.owner == Some(HeaderOwner::Contact)
                    && matches!(self.thing, Some(Thing::Name | Thing::Number))
            }
            CaseField::CaseType => self.thing == Some(Thing::CaseType),
            CaseField::Services => self.thing == Some(Thing::Services),
            CaseField::Flags => self.thing == Some(Thing::Flags),
            CaseField::Region => self.thing == Some(Thing::Region),
            CaseField::CompanyLocation => self.thing == Some(Thing::Branch),
            _ => false,
        }
    }
}
