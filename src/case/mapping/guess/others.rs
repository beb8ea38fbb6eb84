//! The people and firms that a list names beside the one it is about. They become subjects of their own where the account
//! has a type of subjects for them: `Employer`, `Employer City`, `Witness 2 Phone`.

use std::collections::BTreeMap;

use super::fields::{Fields, NOT_UNDERSTOOD, PLAIN, count, holds, weigh};
use super::header::Reading;
use super::known::Idea;
use super::thing::Thing;
use super::vocabulary::Owner;
use crate::case::mapping::field::{CaseField, Owner as Side, Place, Target};
use crate::case::mapping::recipe::{CustomField, OtherSubject};
use crate::case::mapping::subject_no::SubjectNo;
use crate::case::values::kind::{Kind, Part};
use crate::case::values::words::fold;

/// Words that a field for the name of a firm may have beside those of its type: `Company`, `Employer Name`.
const OF_A_FIRM: [&str; 7] = ["name", "company", "business", "firm", "organization", "full", "legal"];

/// Surer than a header that is a field's name.
const CERTAIN: f64 = 0.995;

/// Somebody a list names: the words for them, and which of several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Somebody {
    words: Vec<String>,
    number: Option<String>,
}

/// A column of somebody's, and what it holds of theirs.
type Column<'r> = (usize, &'r Reading, Thing);

impl Fields<'_> {
    /// What columns may be of other subjects, and these subjects: those that are known already, then new ones.
    pub(super) fn others(&self) -> (Vec<(usize, Idea)>, Vec<OtherSubject>) {
        let mut subjects = self.known.subjects.to_vec();
        let mut ideas = Vec::new();
        let groups = self.groups();
        for (somebody, columns) in &groups {
            let Some((label, subject_type)) = self.subject_type_of(somebody) else { continue };
            let placed: Vec<(Column<'_>, Place, Option<Part>)> = columns
                .iter()
                .filter_map(|column| {
                    let (place, part) = self.field_of(subject_type, somebody, column.2, columns)?;
                    Some((*column, place, part))
                })
                .collect();
            // A phone number without anybody to call is no subject.
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
                // Of somebody with an address, the name is no field of the case, whatever that is called.
                let sure = if has_more && unknown == 0 && thing.is_name() { CERTAIN } else { PLAIN };
                let sure = sure - NOT_UNDERSTOOD * count(unknown);
                let to = Target::Custom(place.of(number), part);
                let idea = Idea::new(to, sure, format!("the account has subjects of type “{label}”"));
                let misfit = self.looks.get(index).and_then(|looks| looks.misfit(thing));
                // A firm's name is no person's.
                ideas.push((index, weigh(idea, misfit.filter(|_| !thing.is_name()))));
            }
        }
        (ideas, subjects)
    }

    /// The columns of each person and firm that is not the primary subject.
    fn groups(&self) -> BTreeMap<Somebody, Vec<Column<'_>>> {
        let mut groups: BTreeMap<Somebody, Vec<Column<'_>>> = BTreeMap::new();
        for (index, read) in self.read.iter().enumerate() {
            if let Some((somebody, thing)) = self.somebody(read) {
                groups.entry(somebody).or_default().push((index, read, thing));
            }
        }
        groups
    }

    /// Whose a column is, when they are not the primary subject, and what of theirs.
    fn somebody(&self, read: &Reading) -> Option<(Somebody, Thing)> {
        // “Employer Phone” is the work phone of whom the list is about, where employers are no subjects.
        if let (None, Some(Thing::WorkPhone)) = (read.owner, read.thing) {
            let begins = |words: &Vec<String>| !words.is_empty() && read.words.starts_with(words);
            let (words, _) = self.subject_types.iter().find(|(words, _)| begins(words))?;
            return Some((Somebody { words: words.clone(), number: None }, Thing::Phone));
        }
        let words: Vec<String> = read.whose.iter().filter(|word| !is_number(word)).cloned().collect();
        let mut numbers = read.whose.iter().chain(&read.rest).filter(|word| is_number(word));
        let number = numbers.next().filter(|number| number.trim_start_matches('0') != "1").cloned();
        let is_another = match read.owner {
            Some(Owner::Other) => true,
            Some(Owner::Subject(_)) => !self.is_primary(read.owner) || number.is_some(),
            _ => false,
        };
        let is_bare = read.thing.is_none() && read.rest.iter().all(|word| is_number(word));
        let thing = if is_bare { Some(Thing::Name) } else { read.thing };
        let thing = thing.filter(|thing| thing.is_persons())?;
        (is_another && !words.is_empty()).then_some((Somebody { words, number }, thing))
    }

    /// The account's type of subjects for somebody.
    fn subject_type_of(&self, somebody: &Somebody) -> Option<(&str, u64)> {
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

    /// The field of a type of subjects that a column of somebody's goes to.
    fn field_of(
        &self,
        subject_type: u64,
        somebody: &Somebody,
        thing: Thing,
        columns: &[Column<'_>],
    ) -> Option<(Place, Option<Part>)> {
        let has_city = columns.iter().any(|(_, _, thing)| matches!(thing, Thing::City | Thing::Zip));
        self.all_custom.iter().find_map(|(field, label)| {
            if field.key.owner != Side::Subject || field.subject_type != Some(subject_type) {
                return None;
            }
            let part = match holds(field, label, thing) {
                Some(None) if thing == Thing::Name && !matches!(field.kind, Kind::Name | Kind::Text) => {
                    return None;
                }
                Some(None) if thing == Thing::Address && field.kind == Kind::Address && has_city => {
                    Some(Part::Address1)
                }
                Some(part) => part,
                None if thing == Thing::Name && is_firms_name(field, label, somebody) => None,
                None => return None,
            };
            Some((Place::from(field.key), part))
        })
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a plain text is for the name of somebody who has no field for names.
fn is_firms_name(field: &CustomField, label: &Reading, somebody: &Somebody) -> bool {
    let is_one = |word: &String| OF_A_FIRM.contains(&word.as_str()) || somebody.words.contains(word);
    field.kind == Kind::Text && !label.words.is_empty() && label.words.iter().all(is_one)
}

/// The number of a subject by its label and type; a new one gets the next that is free.
fn number_of(subjects: &mut Vec<OtherSubject>, label: &str, subject_type: u64) -> Option<SubjectNo> {
    let same =
        |known: &&OtherSubject| known.subject_type_id == subject_type && fold(&known.label) == fold(label);
    if let Some(known) = subjects.iter().find(same) {
        return Some(known.key);
    }
    let key = SubjectNo::others().find(|number| subjects.iter().all(|known| known.key != *number))?;
    subjects.push(OtherSubject { key, label: label.to_owned(), subject_type_id: subject_type });
    Some(key)
}

#[cfg(test)]
#[path = "others_tests.rs"]
mod tests;
