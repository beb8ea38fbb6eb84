//! Reading of headers: the owner and the content of a column.

use super::thing::Thing;
use super::vocabulary::{HeaderOwner, MAX_PHRASE, Vocabulary};

/// A header as understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct HeaderReading {
    /// All its words, with abbreviations expanded.
    pub(super) words: Vec<String>,
    pub(super) thing: Option<Thing>,
    pub(super) owner: Option<HeaderOwner>,
    /// Words that name the owner.
    pub(super) whose: Vec<String>,
    /// Whether the header names the thing, not just the owner.
    pub(super) says_thing: bool,
    /// For a number: how certain the words make it the list's own; 0 is the most certain.
    pub(super) reference: Option<usize>,
    /// Unknown words.
    pub(super) rest: Vec<String>,
    /// Unknown words right after a person. They may name someone else: “Rep” in “Claimant Rep Phone”.
    strangers: Vec<String>,
    /// Words of a remark in brackets, if they aren't among `words`.
    in_brackets: Vec<String>,
    /// Whether it is a number of things: “No. of Services”, “Flag Count”.
    pub(super) is_count: bool,
    /// Whether it stands behind the column of another person or a place, and so may belong to that one.
    pub(super) is_behind_another: bool,
    /// Number of corrected typos.
    pub(super) slips: usize,
}

/// Maximum number of words read. Longer headers are questions, whose beginning says enough.
const MAX_WORDS: usize = 12;

/// Words that only distinguish one of several.
const WHICH: [&str; 39] = [
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
    "dd",
    "mm",
    "mmm",
    "yy",
    "yyyy",
];

/// Words that may follow a person without naming someone else, and aren't in the vocabulary: “Claimant Daytime Phone”.
const WHICH_OF_A_PERSON: [&str; 19] = [
    "day",
    "daytime",
    "evening",
    "night",
    "preferred",
    "best",
    "landline",
    "latest",
    "updated",
    "verified",
    "local",
    "street",
    "temporary",
    "temp",
    "confirmed",
    "valid",
    "correct",
    "listed",
    "reported",
];

impl HeaderReading {
    /// Reads a header. Brackets count only if their words are known: `SSN (last 4)` is read in full,
    /// `DOB (MM/DD/YYYY)` as `DOB`.
    pub(super) fn of(vocabulary: &Vocabulary, header: &str) -> Self {
        let is_count = is_count(header);
        let whole = Self { is_count, ..Self::of_text(vocabulary, header) };
        if whole.rest.is_empty() || !header.contains(['(', '[']) {
            return whole;
        }
        let short = Self::of_text(vocabulary, &without_brackets(header));
        if short.thing.is_some() && short.rest.len() < whole.rest.len() {
            let in_brackets = whole.words.into_iter().filter(|word| !short.words.contains(word)).collect();
            Self { in_brackets, is_count, ..short }
        } else {
            whole
        }
    }

    fn of_text(vocabulary: &Vocabulary, header: &str) -> Self {
        let (mut words, slips) = vocabulary.words(header);
        words.truncate(MAX_WORDS);
        // “address.addressLine” is one address.
        words.dedup();
        // The last known address is the address.
        if let Some(at) =
            words.windows(2).position(|two| two == ["last", "known"]).filter(|_| words.len() > 2)
        {
            words.drain(at..at + 2);
        }
        let mut read = Self { words: words.clone(), slips, ..Self::default() };
        if words.is_empty() {
            return read;
        }
        // A phrase for an owner stays whole even if a part of it could be a thing.
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
            // Just “Claim”.
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
        while let Some((owner, phrase)) = take(&mut rest, |words| vocabulary.owner(words)) {
            read.whose.extend_from_slice(&phrase);
            owners.push((owner, phrase));
        }
        read.owner = owner_of(&words, &owners);
        if read.thing == Some(Thing::Number)
            && read.reference.is_none()
            && read.owner.is_none()
            && rest.is_empty()
        {
            // “Reference”, “ID”: only the list's own.
            read.reference = Some(BARE);
        }
        if read.thing.is_none()
            && matches!(
                read.owner,
                Some(HeaderOwner::Subject(_) | HeaderOwner::Contact | HeaderOwner::Client)
            )
        {
            read.thing = Some(Thing::Name);
        }
        rest.retain(|word| !WHICH.contains(&word.as_str()));
        read.rest = rest;
        read.strangers = read.unknown_after_person();
        read
    }

    fn unknown_after_person(&self) -> Vec<String> {
        let mut behind = false;
        let mut unknown = Vec::new();
        for word in &self.words {
            let is_unknown = self.rest.contains(word);
            behind = self.whose.contains(word) || (behind && (is_unknown || WHICH.contains(&word.as_str())));
            let is_which =
                WHICH_OF_A_PERSON.contains(&word.as_str()) || word.bytes().all(|b| b.is_ascii_digit());
            if behind && is_unknown && !is_which {
                unknown.push(word.clone());
            }
        }
        unknown
    }

    /// Returns the number of unknown words, apart from these, that may make something personal someone else's.
    pub(super) fn strangers(&self, apart_from: &[String]) -> usize {
        let is_personal = self.thing.is_some_and(Thing::is_personal);
        let of_subject = matches!(self.owner, Some(HeaderOwner::Subject(_)));
        let strangers = self.strangers.iter().filter(|word| !apart_from.contains(word));
        if is_personal && of_subject { strangers.count() } else { 0 }
    }
}

/// Returns the owner of a header that may name several, with their words: the employer of a claimant isn't the claimant,
/// nor is their adjuster. But “Claimant Contact Phone” is the claimant's.
fn owner_of(words: &[String], owners: &[(HeaderOwner, Vec<String>)]) -> Option<HeaderOwner> {
    let first_of = |kind: fn(&HeaderOwner) -> bool| {
        owners.iter().find(|(owner, _)| kind(owner)).map(|(owner, _)| *owner)
    };
    let is_last = |phrase: &[String]| {
        let at = |phrase: &[String]| words.iter().rposition(|word| phrase.contains(word));
        owners.iter().all(|(_, other)| at(other) <= at(phrase))
    };
    let is_others = |(owner, phrase): &&(HeaderOwner, Vec<String>)| {
        let is_bare = phrase.last().is_some_and(|word| word == "contact");
        matches!(owner, HeaderOwner::Contact | HeaderOwner::Client) && !is_bare && is_last(phrase)
    };
    first_of(|owner| *owner == HeaderOwner::Other)
        .or_else(|| owners.iter().find(is_others).map(|(owner, _)| *owner))
        .or_else(|| first_of(|owner| matches!(owner, HeaderOwner::Subject(_))))
        .or_else(|| owners.first().map(|(owner, _)| *owner))
}

impl HeaderReading {
    fn has_word(&self, any: &[&str]) -> bool {
        self.words.iter().any(|word| any.contains(&word.as_str()))
    }

    /// Returns true for the last four digits of a number.
    pub(super) fn says_last_four(&self) -> bool {
        self.has_word(&["last"]) || self.has_word(&["ssn4"])
    }

    /// Returns true for codes of something: `Location Code`.
    pub(super) fn is_coded(&self) -> bool {
        self.words.last().is_some_and(|word| matches!(word.as_str(), "code" | "id" | "number"))
    }

    /// Returns true for an address that only gets mail.
    pub(super) fn is_for_mail(&self) -> bool {
        self.has_word(&["mail", "mailing", "correspondence"])
    }

    /// Returns true if an amount isn't what may be spent: `Budget Used`, `Days Authorized`.
    pub(super) fn is_other_measure(&self) -> bool {
        let measures = [
            "used",
            "remaining",
            "spent",
            "left",
            "billed",
            "by",
            "count",
            "type",
            "code",
            "percent",
            "status",
            "available",
        ];
        self.has_word(&measures) || self.is_in_other_unit()
    }

    /// Returns true for `Scheduling Notes`, but not for `Preferred Days`.
    pub(super) fn says_text(&self) -> bool {
        let texts =
            ["notes", "note", "instructions", "instruction", "comments", "comment", "remarks", "description"];
        self.has_word(&texts)
    }

    /// Returns true for `Body Part`.
    pub(super) fn says_body(&self) -> bool {
        self.words.iter().any(|word| matches!(word.as_str(), "body" | "bodypart"))
    }

    /// Returns true for a unit other than that of the field: `Authorized Minutes`, `Budget (hours)`.
    pub(super) fn is_in_other_unit(&self) -> bool {
        let units = ["days", "day", "minutes", "minute", "mins", "weeks", "visits", "units"];
        let is_in_hours =
            self.thing == Some(Thing::Budget) && self.in_brackets.iter().any(|word| word == "hours");
        self.has_word(&units)
            || is_in_hours
            || self.in_brackets.iter().any(|word| units.contains(&word.as_str()))
    }
}

/// Returns true for a header that counts things: `No. of Services`, `# of Flags`, `Service Count`, `Total Flags`.
fn is_count(header: &str) -> bool {
    let words = header.split(|c: char| !c.is_alphanumeric() && c != '#').filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_lowercase).collect();
    let says_number = |word: &String| {
        matches!(
            word.as_str(),
            "no" | "nos" | "num" | "nbr" | "number" | "numbers" | "#" | "count" | "total" | "quantity"
        )
    };
    let of_many = words.windows(3).any(|three| {
        matches!(three, [number, of, many] if says_number(number) && of == "of" && many.ends_with('s'))
    });
    let counted =
        words.last().is_some_and(|word| matches!(word.as_str(), "count" | "total" | "quantity" | "qty"));
    let total = matches!(words.as_slice(), [total, .., many] if total == "total" && many.ends_with('s'));
    of_many || counted || total
}

/// Removes remarks in brackets from a header.
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

/// Rank of a plain “ID” as the list's own number.
pub(super) const BARE: usize = 12;

/// Finds the thing of a header: the longest phrase, the last of equals. But a part of a name or an address, an SSN or
/// a date of birth at its end comes before any longer one: in “Loss Location City” it is the city.
fn thing_in(vocabulary: &Vocabulary, words: &[String]) -> Option<(usize, usize, Thing)> {
    let all = words.len();
    let at =
        |start: usize, end: usize| vocabulary.thing(words.get(start..end)?).map(|thing| (start, end, thing));
    let tail = (all.saturating_sub(MAX_PHRASE)..all).find_map(|start| at(start, all));
    if let Some((start, end, thing)) = tail.filter(|(_, _, thing)| thing.is_part()) {
        return Some((start, end, thing));
    }
    let lengths = (1..=MAX_PHRASE.min(all)).rev();
    lengths
        .flat_map(|length| (0..=all - length).rev().map(move |start| (start, start + length)))
        .find_map(|(start, end)| at(start, end))
}

/// Removes the longest known phrase from the words, the first of equals, and returns it.
fn take<T>(words: &mut Vec<String>, is: impl Fn(&[String]) -> Option<T>) -> Option<(T, Vec<String>)> {
    for length in (1..=MAX_PHRASE.min(words.len())).rev() {
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
            ("Client Address 1 City", Some(Thing::City), Some(HeaderOwner::Client)),
            ("Employer City", Some(Thing::City), Some(HeaderOwner::Other)),
            ("Loss Location City", Some(Thing::City), Some(HeaderOwner::Event)),
            ("Date of Loss", Some(Thing::LossDate), None),
            ("Assigned Adjuster", Some(Thing::Name), Some(HeaderOwner::Contact)),
            ("debtor_email", Some(Thing::Email), subject("debtor")),
            ("Mystery", None, None),
            ("", None, None),
        ] {
            let read = HeaderReading::of(Vocabulary::get(), header);
            assert_eq!((read.thing, read.owner), (thing, owner), "{header}: {read:?}");
        }
        let number = HeaderReading::of(Vocabulary::get(), "Incident Report #");
        assert!(number.thing == Some(Thing::Number) && number.reference.is_some(), "{number:?}");
        assert!(HeaderReading::of(Vocabulary::get(), "Client Job #").owner == Some(HeaderOwner::Client));
    }
}
