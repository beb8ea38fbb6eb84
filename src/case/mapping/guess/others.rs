//! Columns about people and firms other than the primary subject: `Employer`, `Employer City`, `Witness 2 Phone`. They
//! become further subjects if the account has a matching subject type.

use std::collections::BTreeMap;

use super::field_match::{holds, penalize};
use super::fields::{Fields, NOT_UNDERSTOOD, PLAIN, count};
use super::header::HeaderReading;
use super::known::Suggestion;
use super::thing::Thing;
use super::vocabulary::HeaderOwner;
use crate::case::mapping::field::{CaseField, CustomFieldOwner as Side, CustomFieldRef, Target};
use crate::case::mapping::recipe::{CustomField, OtherSubject};
use crate::case::mapping::subject_no::SubjectNo;
use crate::case::values::kind::{FieldKind, ValuePart};
use crate::case::values::words::normalize;

/// Words in the label of a field for a firm's name, apart from those of its type: `Company`, `Employer Name`.
const OF_A_FIRM: [&str; 7] = ["name", "company", "business", "firm", "organization", "full", "legal"];

/// Higher than the confidence of a header that equals a field's name.
const CERTAIN: f64 = 0.995;

/// Words and number that identify a person or firm in the headers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Party {
    words: Vec<String>,
    number: Option<String>,
}

/// Index, header and content of a column about a person or firm.
type PartyColumn<'r> = (usize, &'r HeaderReading, Thing);

impl Fields<'_> {
    /// Returns ideas for columns about further subjects, and all known subjects followed by the new ones.
    pub(super) fn others(&self) -> (Vec<(usize, Suggestion)>, Vec<OtherSubject>) {
        let mut subjects = self.known.subjects.to_vec();
        let mut suggestions = Vec::new();
        let groups = self.groups();
        for (somebody, columns) in &groups {
            let Some((label, subject_type)) = self.subject_type_of(somebody) else { continue };
            let placed: Vec<(PartyColumn<'_>, CustomFieldRef, Option<ValuePart>)> = columns
                .iter()
                .filter_map(|column| {
                    let (place, part) = self.field_of(subject_type, somebody, column.2, columns)?;
                    Some((*column, place, part))
                })
                .collect();
            // A phone number without a name isn't a subject.
            if !placed.iter().any(|((_, _, thing), ..)| thing.is_name()) {
                continue;
            }
            let several = groups.keys().filter(|other| other.words == somebody.words).count() > 1;
            let label = match &somebody.number {
                Some(number) => format!("{label} {number}"),
                None if several => format!("{label} 1"),
                None => label.to_owned(),
            };
            let Some(number) = number_of(&mut subjects, &label, subject_type) else { continue };
            let has_more = placed.len() > 1;
            for ((index, read, thing), place, part) in placed {
                let unknown = read.rest.iter().filter(|word| !is_number(word)).count();
                // With an address beside it, the name belongs to the subject even if a case field has that label.
                let sure = if has_more && unknown == 0 && thing.is_name() { CERTAIN } else { PLAIN };
                let sure = sure - NOT_UNDERSTOOD * count(unknown);
                let to = Target::Custom(place.of(number), part);
                let suggestion =
                    Suggestion::new(to, sure, format!("the account has subjects of type “{label}”"));
                let misfit = self.stats.get(index).and_then(|looks| looks.misfit(thing));
                // The check of names expects people, and firms fail it.
                suggestions.push((index, penalize(suggestion, misfit.filter(|_| !thing.is_name()))));
            }
        }
        (suggestions, subjects)
    }

    /// Groups the columns by person or firm, without the primary subject.
    fn groups(&self) -> BTreeMap<Party, Vec<PartyColumn<'_>>> {
        let mut groups: BTreeMap<Party, Vec<PartyColumn<'_>>> = BTreeMap::new();
        for (index, read) in self.read.iter().enumerate() {
            if let Some((somebody, thing)) = self.somebody(read) {
                groups.entry(somebody).or_default().push((index, read, thing));
            }
        }
        groups
    }

    /// Returns the person or firm of a column and its content; `None` for the primary subject.
    fn somebody(&self, read: &HeaderReading) -> Option<(Party, Thing)> {
        // Without a subject type for employers, “Employer Phone” is the primary subject's work phone.
        if let (None, Some(Thing::WorkPhone)) = (read.owner, read.thing) {
            let begins = |words: &Vec<String>| !words.is_empty() && read.words.starts_with(words);
            let (words, _) = self.subject_types.iter().find(|(words, _)| begins(words))?;
            return Some((Party { words: words.clone(), number: None }, Thing::Phone));
        }
        let words: Vec<String> = read.whose.iter().filter(|word| !is_number(word)).cloned().collect();
        let mut numbers = read.whose.iter().chain(&read.rest).filter(|word| is_number(word));
        let number = numbers.next().filter(|number| number.trim_start_matches('0') != "1").cloned();
        let is_another = match read.owner {
            Some(HeaderOwner::Other) => true,
            Some(HeaderOwner::Subject(_)) => !self.is_primary(read.owner) || number.is_some(),
            _ => false,
        };
        let is_bare = read.thing.is_none() && read.rest.iter().all(|word| is_number(word));
        let thing = if is_bare { Some(Thing::Name) } else { read.thing };
        let thing = thing.filter(|thing| thing.is_persons())?;
        (is_another && !words.is_empty()).then_some((Party { words, number }, thing))
    }

    /// Returns the matching subject type of the account.
    fn subject_type_of(&self, somebody: &Party) -> Option<(&str, u64)> {
        let same = |words: &Vec<String>| {
            let sorted = |words: &[String]| {
                let mut words = words.to_vec();
                words.sort_unstable();
                words
            };
            sorted(words) == sorted(&somebody.words)
        };
        let found = self.subject_types.iter().find(|(words, _)| same(words))?;
        let labels = self.known.labels.iter().filter(|(field, ..)| *field == CaseField::SubjectType);
        labels.map(|(_, label, id)| (*label, *id)).find(|(_, id)| *id == found.1)
    }

    /// Returns the field of a subject type for a column.
    fn field_of(
        &self,
        subject_type: u64,
        somebody: &Party,
        thing: Thing,
        columns: &[PartyColumn<'_>],
    ) -> Option<(CustomFieldRef, Option<ValuePart>)> {
        let has_city = columns.iter().any(|(_, _, thing)| matches!(thing, Thing::City | Thing::Zip));
        self.all_custom.iter().find_map(|(field, label)| {
            if field.key.owner != Side::Subject || field.subject_type != Some(subject_type) {
                return None;
            }
            let part = match holds(field, label, thing) {
                Some(None)
                    if thing == Thing::Name && !matches!(field.kind, FieldKind::Name | FieldKind::Text) =>
                {
                    return None;
                }
                Some(None) if thing == Thing::Address && field.kind == FieldKind::Address && has_city => {
                    Some(ValuePart::Address1)
                }
                Some(part) => part,
                None if thing == Thing::Name && is_firms_name(field, label, somebody) => None,
                None => return None,
            };
            Some((CustomFieldRef::from(field.key), part))
        })
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns true for a plain-text field that holds the subject's name.
fn is_firms_name(field: &CustomField, label: &HeaderReading, somebody: &Party) -> bool {
    let is_one = |word: &String| OF_A_FIRM.contains(&word.as_str()) || somebody.words.contains(word);
    field.kind == FieldKind::Text && !label.words.is_empty() && label.words.iter().all(is_one)
}

/// Returns the number of a subject by label and type, adding the subject if it is new.
fn number_of(subjects: &mut Vec<OtherSubject>, label: &str, subject_type: u64) -> Option<SubjectNo> {
    let same = |known: &&OtherSubject| {
        known.subject_type_id == subject_type && normalize(&known.label) == normalize(label)
    };
    if let Some(known) = subjects.iter().find(same) {
        return Some(known.key);
    }
    let key = SubjectNo::others().find(|number| subjects.iter().all(|known| known.key != *number))?;
    subjects.push(OtherSubject { key, label: label.to_owned(), subject_type_id: subject_type });
    Some(key)
}

#[cfg(test)]
mod tests;
