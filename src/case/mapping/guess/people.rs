//! The people a list is about.

use std::collections::{HashMap, HashSet};

use super::cells::CellStats;
use super::header::HeaderReading;
use super::thing::Thing;
use super::vocabulary::HeaderOwner;
use crate::sheet::Column;

/// Marks the name and the e-mail address of whoever filled in a form, which Microsoft Forms adds.
pub(super) fn without_form_sender(read: &mut [HeaderReading], columns: &[Column]) {
    let place =
        |name: &str| columns.iter().position(|column| column.header.trim().eq_ignore_ascii_case(name));
    let last =
        [place("Last modified time"), place("Completion time").filter(|_| place("Start time").is_some())];
    let Some(last) = last.into_iter().flatten().next() else { return };
    for (header, column) in read.iter_mut().zip(columns).take(last + 3) {
        if matches!(column.header.trim(), "Email" | "Name") {
            (header.thing, header.is_behind_another) = (Some(Thing::Nothing), true);
        }
    }
}

/// Makes columns that begin with the same word, one of them a name, the primary person's: `D1_NAME`, `D1_CITY`, or
/// `Client SSN` in a law firm's list. Not if the list has a person with a known word.
pub(super) fn assign_one_person(read: &mut [HeaderReading]) {
    let weight = |header: &HeaderReading| header.thing.map_or(0, Thing::weight_of_person);
    let is_known =
        |header: &HeaderReading| matches!(header.owner, Some(HeaderOwner::Subject(_))) && weight(header) > 0;
    let is_name = |header: &HeaderReading| {
        matches!(header.thing, Some(Thing::Name | Thing::LastName)) && header.says_thing
    };
    let has_plain_name =
        read.iter().any(|header| header.owner.is_none() && header.rest.is_empty() && is_name(header));
    if has_plain_name || read.iter().any(is_known) {
        return;
    }
    let words = |header: &HeaderReading| [header.whose.clone(), header.rest.clone()].concat();
    let mut groups: HashMap<Vec<String>, (usize, u32, bool)> = HashMap::new();
    for header in
        read.iter().filter(|header| weight(header) > 0 && header.owner != Some(HeaderOwner::Contact))
    {
        let group = groups.entry(words(header)).or_default();
        *group = (group.0 + 1, group.1 + weight(header), group.2 || is_name(header));
    }
    let whole = groups
        .into_iter()
        .filter(|(words, (columns, _, named))| !words.is_empty() && *columns >= GROUP && *named);
    let most = whole.max_by(|(a, (_, of_a, _)), (b, (_, of_b, _))| of_a.cmp(of_b).then(b.cmp(a)));
    let Some((person, _)) = most else { return };
    let is_persons = |header: &HeaderReading| header.thing.is_some_and(Thing::is_persons);
    for header in read.iter_mut().filter(|header| is_persons(header) && words(header) == person) {
        header.owner = None;
        header.rest.clear();
    }
}

/// Makes the only address of a list the primary person's, whatever its name: `Premises Address`, `Premises City`.
pub(super) fn assign_the_address(read: &mut [HeaderReading]) {
    let is_address = |header: &HeaderReading| {
        let begins = matches!(header.thing, Some(Thing::Address | Thing::Address1));
        begins || header.thing.is_some_and(Thing::continues_address)
    };
    let is_known = |header: &HeaderReading| match header.owner {
        None => header.rest.is_empty(),
        Some(owner) => matches!(owner, HeaderOwner::Subject(_) | HeaderOwner::Event),
    };
    if read.iter().any(|header| is_address(header) && is_known(header)) {
        return;
    }
    let begins = |header: &&HeaderReading| {
        header.owner.is_none() && matches!(header.thing, Some(Thing::Address | Thing::Address1))
    };
    let Some(words) = read.iter().find(begins).map(|header| header.rest.clone()) else { return };
    let same = |header: &HeaderReading| header.owner.is_none() && is_address(header) && header.rest == words;
    if read.iter().filter(|header| same(header)).count() > 1 {
        read.iter_mut().filter(|header| same(header)).for_each(|header| header.rest.clear());
    }
}

/// Minimum number of columns with the same beginning that form a group.
const GROUP: usize = 3;

/// Ignores a column of codes that has its text in another column: `Body Part Code` beside `Body Part Description`.
pub(super) fn without_codes(read: &mut [HeaderReading]) {
    let ends = |header: &HeaderReading, ends: &[&str]| {
        header.words.last().is_some_and(|word| ends.contains(&word.as_str()))
    };
    let stem = |header: &HeaderReading| header.words.split_last().map(|(_, stem)| stem.to_vec());
    let texts = read.iter().filter(|header| ends(header, &["description", "name", "text"])).filter_map(stem);
    let texts: HashSet<Vec<String>> = texts.collect();
    for header in read.iter_mut().filter(|header| ends(header, &["code"])) {
        if stem(header).is_some_and(|stem| texts.contains(&stem)) {
            (header.thing, header.reference) = (Some(Thing::Nothing), None);
        }
    }
}

/// Makes a column of single words named “Name” the first names beside last ones, and the last names beside first ones:
/// `Name`, `Surname`; `Nom`, `Prénom`.
pub(super) fn split_names(read: &mut [HeaderReading], stats: &[CellStats]) {
    let of = |one: &HeaderReading, thing| {
        let same = |other: &&HeaderReading| {
            (other.owner, &other.rest) == (one.owner, &one.rest) && other.thing == Some(thing)
        };
        read.iter().filter(same).count()
    };
    let part_of = |(header, stats): (&HeaderReading, &CellStats)| {
        let is_part = header.says_thing && stats.holds_lone_words() && of(header, Thing::Name) == 1;
        match (of(header, Thing::FirstName), of(header, Thing::LastName)) {
            _ if header.thing != Some(Thing::Name) || !is_part => header.thing,
            (0, 1) => Some(Thing::FirstName),
            (1, 0) => Some(Thing::LastName),
            _ => header.thing,
        }
    };
    let things: Vec<Option<Thing>> = read.iter().zip(stats).map(part_of).collect();
    for (header, thing) in read.iter_mut().zip(things) {
        header.thing = thing;
    }
}

/// Gives city, state and ZIP after a street the owner of the street: `Employer Address`, `City`, `State`.
pub(super) fn assign_one_address(read: &mut [HeaderReading]) {
    let mut address: Option<(HeaderOwner, Vec<String>)> = None;
    let mut behind_street = false;
    for header in read {
        // A unit belongs to an address only right after a street.
        if !behind_street
            && header.thing == Some(Thing::Address2)
            && header.words.first().is_some_and(|word| word == "unit")
        {
            header.thing = Some(Thing::Nothing);
        }
        behind_street = matches!(header.thing, Some(Thing::Address | Thing::Address1 | Thing::Address2));
        let Some(thing) = header.thing else {
            address = None;
            continue;
        };
        match (header.owner, &address) {
            (None, Some((owner, whose))) if thing.continues_address() && header.rest.is_empty() => {
                header.owner = Some(*owner);
                header.whose.clone_from(whose);
            }
            (None, _) if thing == Thing::Place => address = Some((HeaderOwner::Event, Vec::new())),
            (Some(owner), _) if matches!(thing, Thing::Address | Thing::Address1 | Thing::Place) => {
                address = Some((owner, header.whose.clone()));
            }
            (Some(_), Some(_)) if thing.continues_address() => {}
            _ => address = None,
        }
    }
}

/// Words about a person or a firm that say whose column it is no more than a phone number does.
const ATTRIBUTES: [&str; 21] = [
    "firm",
    "title",
    "dept",
    "department",
    "facility",
    "relationship",
    "relation",
    "company",
    "organization",
    "region",
    "occupation",
    "office",
    "branch",
    "position",
    "fax",
    "specialty",
    "policy",
    "license",
    "extension",
    "agency",
    "team",
];

/// People beside the subject who may have a birth date in a list.
const FAMILY: [&str; 10] = [
    "spouse",
    "wife",
    "husband",
    "child",
    "children",
    "dependent",
    "beneficiary",
    "relative",
    "mother",
    "father",
];

/// Marks phone, e-mail and address behind the column of another person than the primary one: `Adjuster`, `Title`,
/// `Phone`. Birth dates and SSNs only behind people who may have one in a claim. A name without an owner is another
/// person's if the primary one has a name: whoever sent the list.
pub(super) fn mark_others_columns(read: &mut [HeaderReading], primary: Option<usize>) {
    let is_primary = |header: &HeaderReading| matches!(header.owner, Some(HeaderOwner::Subject(rank)) if primary == Some(rank));
    let is_part = |header: &HeaderReading| {
        matches!(header.thing, Some(Thing::Name | Thing::FirstName | Thing::MiddleName | Thing::LastName))
    };
    let is_named = read.iter().any(|header| is_primary(header) && is_part(header));
    let is_senders = |header: &HeaderReading| {
        is_named && header.owner.is_none() && header.rest.is_empty() && header.says_thing && is_part(header)
    };
    mark_details_before(read, is_senders);
    mark_rivals_of_subject(read, primary);
    // With the answer to whether they may have a birth date.
    let mut other: Option<(HeaderOwner, bool)> = None;
    for header in read {
        let is_name = header.thing.is_none() || is_part(header);
        let is_detail = match header.thing {
            Some(Thing::Birth | Thing::Ssn) => other.is_some_and(|(_, has_birth)| has_birth),
            Some(thing) => thing.is_persons() && !is_name,
            None => false,
        };
        let says = |any: &[&str]| header.words.iter().any(|word| any.contains(&word.as_str()));
        let owner = if is_senders(header) { Some(HeaderOwner::Other) } else { header.owner };
        match owner {
            Some(_) if is_primary(header) => other = None,
            None | Some(HeaderOwner::Client) if other.is_some() && !is_detail && says(&ATTRIBUTES) => {}
            Some(HeaderOwner::Event | HeaderOwner::Client) => other = None,
            Some(owner) if is_name => {
                let has_birth =
                    matches!(owner, HeaderOwner::Subject(_)) || header.owner.is_none() || says(&FAMILY);
                other = Some((owner, has_birth));
            }
            Some(owner) if other.is_some_and(|(other, _)| other == owner) => {}
            // A home is rarely asked of anyone but the subject.
            None if says(&["home"]) => other = None,
            None if other.is_some() && is_detail => header.is_behind_another = true,
            _ => other = None,
        }
    }
}

/// Marks names without an owner beside a column `Subject`, if they would be taken for the primary person's: the column may
/// have the subject's name, or what a message is about.
fn mark_rivals_of_subject(read: &mut [HeaderReading], primary: Option<usize>) {
    let is_subject = |header: &HeaderReading| header.words == ["subject"];
    if primary.is_none() && read.iter().any(is_subject) {
        let is_name =
            |header: &&mut HeaderReading| header.owner.is_none() && header.thing == Some(Thing::Name);
        read.iter_mut().filter(is_name).for_each(|header| header.is_behind_another = true);
    }
}

/// Marks phone and e-mail right before the name of whoever sent the list, if they begin it: `Email`, `Name`.
fn mark_details_before(read: &mut [HeaderReading], is_senders: impl Fn(&HeaderReading) -> bool) {
    let is_contact = |header: &HeaderReading| {
        header.owner.is_none() && matches!(header.thing, Some(Thing::Phone | Thing::Mobile | Thing::Email))
    };
    for at in 0..read.len() {
        if !read.get(at).is_some_and(&is_senders) {
            continue;
        }
        let before = read.get(..at).unwrap_or_default();
        let details = before.iter().rev().take_while(|header| is_contact(header)).count();
        let is_anyones =
            |header: &HeaderReading| header.thing.is_some_and(Thing::is_persons) || header.owner.is_some();
        if before.get(..at - details).unwrap_or_default().last().is_some_and(is_anyones) {
            continue;
        }
        read.get_mut(at - details..at)
            .unwrap_or_default()
            .iter_mut()
            .for_each(|header| header.is_behind_another = true);
    }
}

/// Words of a place that isn't anyone's home, or of what happened there.
const PLACES: [&str; 24] = [
    "accident",
    "crash",
    "incident",
    "loss",
    "occurrence",
    "offense",
    "location",
    "site",
    "jobsite",
    "worksite",
    "store",
    "plant",
    "facility",
    "warehouse",
    "branch",
    "office",
    "premises",
    "yard",
    "terminal",
    "restaurant",
    "hotel",
    "building",
    "depot",
    "department",
];

/// Marks city, state and ZIP without a street right behind a place or what happened: `Store #`, `City`, `State`.
pub(super) fn mark_cities_of_places(read: &mut [HeaderReading]) {
    let mut behind_place = false;
    for header in read {
        let is_rest = header.owner.is_none() && header.thing.is_some_and(Thing::continues_address);
        if !is_rest {
            let is_street = matches!(header.thing, Some(Thing::Address | Thing::Address1));
            let says_place = matches!(header.thing, Some(Thing::Location | Thing::Place | Thing::Branch))
                || header.is_of_event()
                || header.words.iter().any(|word| PLACES.contains(&word.as_str()));
            behind_place = says_place && !is_street;
        } else if behind_place {
            header.is_behind_another = true;
        }
    }
}

/// Words for the person a case is about, in a list that also has the name of whoever sent it.
const ABOUT: [&str; 7] = ["subject", "target", "claimant", "applicant", "candidate", "interest", "served"];

/// Returns the rank of the person a list is about: the one it says most about; of equals, the first in the
/// vocabulary.
pub(super) fn primary(read: &[HeaderReading]) -> Option<usize> {
    let mut weights: HashMap<usize, u32> = HashMap::new();
    // “Target completion” isn't the name of a target.
    for header in read.iter().filter(|header| header.says_thing || header.rest.is_empty()) {
        if let (Some(HeaderOwner::Subject(rank)), Some(thing)) = (header.owner, header.thing) {
            *weights.entry(rank).or_default() += thing.weight_of_person();
        }
    }
    // Insurers ask about claimants and the injured, even if the list says more about the insured.
    let weigh = |rank: usize, weight: u32| weight + if rank == 0 { 12 } else { 0 };
    let best = weights.into_iter().filter(|(_, weight)| *weight > 0);
    let (rank, weight) =
        best.max_by_key(|(rank, weight)| (weigh(*rank, *weight), std::cmp::Reverse(*rank)))?;
    let is_name = |header: &&HeaderReading| {
        header.owner.is_none() && matches!(header.thing, Some(Thing::Name | Thing::LastName))
    };
    let without = || read.iter().filter(|header| header.owner.is_none() && header.rest.is_empty());
    let plain: u32 = without().filter_map(|header| header.thing).map(Thing::weight_of_person).sum();
    // Names without an owner belong to the only person of the list if that one has no name.
    let nameless = |rank: usize| {
        let of = |header: &&HeaderReading| header.owner == Some(HeaderOwner::Subject(rank));
        !read
            .iter()
            .filter(of)
            .any(|header| matches!(header.thing, Some(Thing::Name | Thing::FirstName | Thing::LastName)))
    };
    let says_whom = |header: &HeaderReading| {
        let is_name = matches!(header.thing, Some(Thing::Name | Thing::FirstName | Thing::LastName));
        let is_about = header.whose.iter().any(|word| ABOUT.contains(&word.as_str()));
        header.owner == Some(HeaderOwner::Subject(rank)) && header.says_thing && is_name && is_about
    };
    // Names without an owner are the primary person's, unless the list says more about someone with an owner, or says
    // outright whom it is about.
    let has_names = without().any(|header| is_name(&header));
    let is_other = nameless(rank) || weigh(rank, weight) > plain || read.iter().any(says_whom);
    (!has_names || is_other).then_some(rank)
}

/// Returns true if columns say what happened, but none says to whom.
pub(super) fn is_of_events(read: &[HeaderReading]) -> bool {
    let is_event = |header: &HeaderReading| {
        let is_number = header.thing == Some(Thing::Number);
        let says_so = header
            .words
            .iter()
            .any(|word| matches!(word.as_str(), "incident" | "offense" | "crime" | "occurred"));
        matches!(header.thing, Some(Thing::LossDate | Thing::Place)) || (is_number && says_so)
    };
    let is_of_person = |thing| matches!(thing, Thing::Name | Thing::LastName | Thing::Birth | Thing::Ssn);
    let of_people = read
        .iter()
        .filter(|header| header.owner != Some(HeaderOwner::Other))
        .filter_map(|header| header.thing);
    read.iter().any(is_event) && !of_people.into_iter().any(is_of_person)
}
