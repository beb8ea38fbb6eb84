//! What a header says: whose a column is, and what of theirs.

use super::thing::Thing;
use super::vocabulary::{LONGEST, Owner, Vocabulary};

/// A header as it is understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Reading {
    /// All its words, short forms written out.
    pub(super) words: Vec<String>,
    pub(super) thing: Option<Thing>,
    pub(super) owner: Option<Owner>,
    /// The words that say whose it is.
    pub(super) whose: Vec<String>,
    /// Whether the thing is said, and not only whose it is.
    pub(super) says_thing: bool,
    /// Before a number: how sure the words make it the list's own, 0 is the surest.
    pub(super) reference: Option<usize>,
    /// Words that were not understood.
    pub(super) rest: Vec<String>,
    /// How many words were taken for others that are written nearly so.
    pub(super) slips: usize,
}

/// Longer headers are questions, and their beginning says enough.
const MOST_WORDS: usize = 12;

/// Words that only say which of several.
const WHICH: [&str; 34] = [
    "current",
    "primary",
    "home",
    "full",
    "known",
    "legal",
    "mailing",
    "residence",
    "permanent",
    "present",
    "physical",
    "new",
    "main",
    "total",
    "estimated",
    "1",
    "line",
    "personal",
    "code",
    "list",
    "data",
    "time",
    "information",
    "indicator",
    "actual",
    "01",
    "address",
    "correspondence",
    "corr",
    "happen",
    "happened",
    "on",
    "person",
    "from",
];

impl Reading {
    /// Reads a header. Brackets count only if their words are known: those of `SSN (last 4)` do, `DOB (MM/DD/YYYY)` is read as `DOB`.
    pub(super) fn of(vocabulary: &Vocabulary, header: &str) -> Self {
        let whole = Self::of_text(vocabulary, header);
        if whole.rest.is_empty() || !header.contains(['(', '[']) {
            return whole;
        }
        let short = Self::of_text(vocabulary, &without_brackets(header));
        if short.thing.is_some() && short.rest.len() < whole.rest.len() { short } else { whole }
    }

    fn of_text(vocabulary: &Vocabulary, header: &str) -> Self {
        let (mut words, slips) = vocabulary.words(header);
        words.truncate(MOST_WORDS);
        // “address.addressLine” is one address.
        words.dedup();
        // Where somebody was last known to live is where they live.
        if let Some(at) =
            words.windows(2).position(|two| two == ["last", "known"]).filter(|_| words.len() > 2)
        {
            words.drain(at..at + 2);
        }
        let mut read = Self { words: words.clone(), slips, ..Self::default() };
        if words.is_empty() {
            return read;
        }
        // A phrase for somebody is one also where a part of it could be a thing.
        let whole = if vocabulary.thing(&words).is_none() { vocabulary.owner(&words) } else { None };
        let (mut rest, thing) = match whole {
            Some(_) => (words.clone(), None),
            None => match thing_in(vocabulary, &words) {
                Some((start, end, thing)) => {
                    let rest = words.iter().enumerate().filter(|(at, _)| !(start..end).contains(at));
                    (rest.map(|(_, word)| word.clone()).collect(), Some(thing))
                }
                None => (words.clone(), None),
            },
        };
        read.thing = thing;
        read.says_thing = thing.is_some();
        match thing {
            // “Region ID” is a column of regions.
            Some(Thing::Number)
                if vocabulary.reference(&rest).is_none()
                    && vocabulary.thing(&rest).is_some_and(Thing::is_list) =>
            {
                read.thing = vocabulary.thing(&rest);
                rest.clear();
            }
            Some(Thing::Number) => {
                read.reference = take(&mut rest, |words| vocabulary.reference(words)).map(|(rank, _)| rank);
            }
            // “Claim”, and nothing else.
            None if whole.is_none() => {
                read.reference = vocabulary.reference(&rest);
                if read.reference.is_some() {
                    read.thing = Some(Thing::Number);
                    rest.clear();
                }
            }
            // “Claim Assigned Date”, “File Notes”.
            Some(thing) if thing.is_of_case() => {
                let _ = take(&mut rest, |words| vocabulary.reference(words));
                rest.retain(|word| word != "date");
            }
            _ => {}
        }
        let mut owners = Vec::new();
        while let Some((owner, words)) = take(&mut rest, |words| vocabulary.owner(words)) {
            owners.push(owner);
            read.whose.extend(words);
        }
        // The employer of a claimant is not the claimant.
        let first_of = |kind: fn(&Owner) -> bool| owners.iter().copied().find(kind);
        read.owner = first_of(|owner| *owner == Owner::Other)
            .or_else(|| first_of(|owner| matches!(owner, Owner::Subject(_))))
            .or_else(|| owners.first().copied());
        if read.thing == Some(Thing::Number)
            && read.reference.is_none()
            && read.owner.is_none()
            && rest.is_empty()
        {
            // “Reference”, “ID”: nobody's but the list's.
            read.reference = Some(BARE);
        }
        if read.thing.is_none()
            && matches!(read.owner, Some(Owner::Subject(_) | Owner::Contact | Owner::Client))
        {
            read.thing = Some(Thing::Name);
        }
        rest.retain(|word| !WHICH.contains(&word.as_str()));
        read.rest = rest;
        read
    }
}

/// A header without its remarks in brackets. `Service(s)` has none.
fn without_brackets(header: &str) -> String {
    let mut left = String::new();
    let mut rest = header;
    while let Some(start) = rest.find(['(', '[']) {
        let (before, inner) = rest.split_at(start);
        left.push_str(before);
        let Some(end) = inner.find([')', ']']) else { return left };
        rest = inner.get(end + 1..).unwrap_or_default();
    }
    left + rest
}

/// How sure a bare “ID” is the list's own number.
const BARE: usize = 12;

/// Where in a header its thing is: the longest phrase, the last of equals; but at its end a part of a name or an
/// address, a number or a date of birth before any longer one: in “Loss Location City” it is the city.
fn thing_in(vocabulary: &Vocabulary, words: &[String]) -> Option<(usize, usize, Thing)> {
    let all = words.len();
    let at =
        |start: usize, end: usize| vocabulary.thing(words.get(start..end)?).map(|thing| (start, end, thing));
    let tail = (all.saturating_sub(LONGEST)..all).find_map(|start| at(start, all));
    if let Some((start, end, thing)) = tail.filter(|(_, _, thing)| thing.is_part()) {
        return Some((start, end, thing));
    }
    let lengths = (1..=LONGEST.min(all)).rev();
    lengths
        .flat_map(|length| (0..=all - length).rev().map(move |start| (start, start + length)))
        .find_map(|(start, end)| at(start, end))
}

/// Takes the longest phrase out of the words that is one; the first of equals.
fn take<T>(words: &mut Vec<String>, is: impl Fn(&[String]) -> Option<T>) -> Option<(T, Vec<String>)> {
    for length in (1..=LONGEST.min(words.len())).rev() {
        for start in 0..=words.len() - length {
            if let Some(found) = words.get(start..start + length).and_then(&is) {
                return Some((found, words.drain(start..start + length).collect()));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_an_owner_and_a_thing() {
        let subject = |phrase: &str| Vocabulary::get().owner(&[phrase.to_owned()]);
        for (header, thing, owner) in [
            ("Claimant Phone #", Some(Thing::Phone), subject("claimant")),
            ("Claimant", Some(Thing::Name), subject("claimant")),
            ("Client Address 1 City", Some(Thing::City), Some(Owner::Client)),
            ("Employer City", Some(Thing::City), Some(Owner::Other)),
            ("Loss Location City", Some(Thing::City), Some(Owner::Event)),
            ("Date of Loss", Some(Thing::LossDate), None),
            ("Assigned Adjuster", Some(Thing::Name), Some(Owner::Contact)),
            ("debtor_email", Some(Thing::Email), subject("debtor")),
            ("Mystery", None, None),
            ("", None, None),
        ] {
            let read = Reading::of(Vocabulary::get(), header);
            assert_eq!((read.thing, read.owner), (thing, owner), "{header}: {read:?}");
        }
        let number = Reading::of(Vocabulary::get(), "Incident Report #");
        assert!(number.thing == Some(Thing::Number) && number.reference.is_some(), "{number:?}");
        assert!(Reading::of(Vocabulary::get(), "Client Job #").owner == Some(Owner::Client));
    }
}
