//! Vocabulary of headers, read from `assets/vocabulary/headers.toml`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::thing::Thing;
use crate::case::mapping::field::Target;
use crate::case::values::words::{alphanumeric, is_typo, split};

/// Person or thing a column is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum HeaderOwner {
    /// A person that a list may be about; of several, the one with the lowest rank.
    Subject(usize),
    /// The client's contact who sends the case.
    Contact,
    /// The client.
    Client,
    /// An event, such as the loss.
    Event,
    /// Someone or something without a standard field in a case.
    Other,
}

/// Words of headers and their meanings: those of `assets/vocabulary/headers.toml`, or a firm's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// Fields of whole headers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, Target>,
    /// Abbreviations and their long forms.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    short: BTreeMap<String, String>,
    owners: Owners,
    /// Phrases for the content of a column.
    things: BTreeMap<Thing, Vec<String>>,
    references: References,
}

/// Phrases for the owner of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Owners {
    /// Phrases for each person.
    subject: Vec<Vec<String>>,
    contact: Vec<String>,
    client: Vec<String>,
    event: Vec<String>,
    other: Vec<String>,
}

/// Words before “number” that make it the list's own number, most certain first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct References {
    words: Vec<String>,
    /// Words for someone else's number, used if the list has no own number.
    others: Vec<String>,
}

impl Words {
    /// Returns true if there are no words.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The vocabulary, ready for lookups. Phrases are found by their words in any order.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    headers: HashMap<String, Target>,
    short: HashMap<String, Vec<String>>,
    owners: HashMap<String, HeaderOwner>,
    things: HashMap<String, Thing>,
    references: HashMap<String, usize>,
    /// Number of people with phrases.
    persons: usize,
    /// Every word of a phrase.
    words: HashSet<String>,
}

/// Words that say nothing about the content of a column.
const EMPTY: [&str; 31] = [
    "of", "the", "a", "an", "for", "s", "to", "be", "is", "was", "are", "and", "their", "did", "do", "does",
    "please", "enter", "has", "have", "been", "were", "de", "del", "el", "la", "los", "du", "des", "le",
    "les",
];
/// Maximum length of a phrase, in words.
pub(super) const MAX_PHRASE: usize = 6;
/// Rank of someone else's number.
pub(super) const OTHERS: usize = usize::MAX;
/// Minimum length of a word to be split or corrected as a typo.
const MIN_WORD_LEN: usize = 5;
/// Minimum length and maximum number of the parts of a split word.
const MIN_PART_LEN: usize = 2;
const MAX_PARTS: usize = 4;

impl Vocabulary {
    /// Returns the built-in vocabulary.
    pub(super) fn get() -> &'static Self {
        static VOCABULARY: OnceLock<Vocabulary> = OnceLock::new();
        VOCABULARY.get_or_init(|| {
            // A test parses the file. Without it, nothing would be guessed from headers.
            Self::read(include_str!("../../../../assets/vocabulary/headers.toml")).unwrap_or_default()
        })
    }

    /// Returns the built-in vocabulary with a firm's own words, which take precedence.
    pub(super) fn with(own: &Words) -> Cow<'static, Self> {
        if own.is_empty() {
            return Cow::Borrowed(Self::get());
        }
        let mut all = Self::get().clone();
        all.add(own);
        Cow::Owned(all)
    }

    fn read(text: &str) -> Result<Self, toml::de::Error> {
        let mut made = Self::default();
        made.add(&toml::from_str(text)?);
        Ok(made)
    }

    fn add(&mut self, own: &Words) {
        self.headers.extend(own.headers.iter().map(|(header, to)| (alphanumeric(header), *to)));
        for (short, long) in &own.short {
            self.words.extend(split(long));
            self.short.insert(short.to_lowercase(), split(long));
        }
        let Owners { subject, contact, client, event, other } = &own.owners;
        for same in subject {
            let same = self.phrases(same);
            let known = same.iter().find_map(|phrase| match self.owner(phrase) {
                Some(HeaderOwner::Subject(rank)) => Some(rank),
                _ => None,
            });
            let rank = known.unwrap_or(self.persons);
            self.persons = self.persons.max(rank + 1);
            self.owned(same, HeaderOwner::Subject(rank));
        }
        for (list, owner) in [
            (contact, HeaderOwner::Contact),
            (client, HeaderOwner::Client),
            (event, HeaderOwner::Event),
            (other, HeaderOwner::Other),
        ] {
            self.owned(self.phrases(list), owner);
        }
        for (thing, list) in &own.things {
            for phrase in self.phrases(list) {
                self.things.insert(key(&phrase), *thing);
                self.words.extend(phrase);
            }
        }
        let ranks = self.phrases(&own.references.words).into_iter().enumerate();
        let others = self.phrases(&own.references.others).into_iter().map(|phrase| (OTHERS, phrase));
        for (rank, phrase) in ranks.chain(others).collect::<Vec<_>>() {
            self.references.insert(key(&phrase), rank);
            self.words.extend(phrase);
        }
    }

    fn owned(&mut self, phrases: Vec<Vec<String>>, owner: HeaderOwner) {
        for phrase in phrases {
            self.owners.insert(key(&phrase), owner);
            self.words.extend(phrase);
        }
    }

    /// Returns the words of a name, with abbreviations expanded.
    pub(super) fn long(&self, name: &str) -> Vec<String> {
        let long = |word: String| self.short.get(&word).cloned().unwrap_or_else(|| vec![word]);
        split(name).into_iter().flat_map(long).collect()
    }

    /// Returns the words of phrases, with abbreviations expanded.
    fn phrases(&self, phrases: &[String]) -> Vec<Vec<String>> {
        let words = phrases.iter().map(|phrase| self.long(phrase));
        let words = words.map(|words| words.into_iter().filter(|word| !is_empty(word)).collect::<Vec<_>>());
        words.filter(|words| !words.is_empty()).collect()
    }

    /// Returns the field of a whole header, if the vocabulary has it.
    pub(super) fn header(&self, header: &str) -> Option<Target> {
        self.headers.get(&alphanumeric(header)).copied()
    }

    pub(super) fn thing(&self, words: &[String]) -> Option<Thing> {
        self.things.get(&key(words)).copied()
    }

    pub(super) fn owner(&self, words: &[String]) -> Option<HeaderOwner> {
        self.owners.get(&key(words)).copied()
    }

    /// Returns how certain these words before “number” make it the list's own number; 0 is the most certain.
    pub(super) fn reference(&self, words: &[String]) -> Option<usize> {
        self.references.get(&key(words)).copied()
    }

    /// Returns the words of a header, with abbreviations expanded, and the number of corrected typos.
    pub(super) fn words(&self, header: &str) -> (Vec<String>, usize) {
        let header = &*unescaped(header);
        // “(A) Case no.”, “3. Claimant”: the number of a question in a form.
        let header = match header.trim_start().split_once([' ', '.']) {
            Some((first, rest)) if is_counting(first) && rest.chars().any(char::is_alphanumeric) => rest,
            _ => header,
        };
        let tokens = header.split_whitespace().flat_map(|token| {
            // “Rec'd” is one word; “Worker's” means a worker, and “l'assuré” an insured.
            let token = &match token.split_once(['\'', '’']) {
                Some(("l" | "d" | "L" | "D", rest)) => rest.to_owned(),
                Some((word, rest)) if !rest.starts_with(['s', 'S']) => format!("{word}{rest}"),
                _ => token.to_owned(),
            };
            let letters = token.chars().filter(|c| c.is_alphanumeric()).count();
            let is_dotted = token.contains('.') && token.split('.').all(|part| part.chars().count() <= 1);
            let is_slashed = token.chars().count() == 3 && letters == 2 && token.contains('/');
            // “D/Injury” is a date, as “D/L” is.
            let is_lettered =
                token.split('/').count() > 2 && token.split('/').all(|part| part.chars().count() <= 1);
            if let Some(("D" | "d", of)) = token.split_once('/').filter(|_| letters > 2 && !is_lettered) {
                return [vec!["date".to_owned()], split(of)].concat();
            }
            match (is_dotted, is_slashed) {
                _ if is_lettered => vec![token.replace('/', "").to_lowercase()],
                (true, _) => vec![token.replace('.', "").to_lowercase()],
                (_, true) => vec![token.to_lowercase()],
                _ => split(token),
            }
        });
        let mut slips = 0;
        let mut words = Vec::new();
        for token in tokens {
            // “addres” is a typo, not “add” and “res”.
            if let Some(long) = self.written_out(&token) {
                words.extend(long);
            } else if let Some(meant) = self.correct_typo(&token) {
                slips += 1;
                words.push(meant.to_owned());
            } else {
                words.extend(self.parts(&token).unwrap_or_else(|| vec![token]));
            }
        }
        words.retain(|word| !is_empty(word));
        (words, slips)
    }

    /// Returns a word as the vocabulary has it, if it does.
    fn written_out(&self, word: &str) -> Option<Vec<String>> {
        if let Some(long) = self.short.get(word) {
            return Some(long.clone());
        }
        if self.words.contains(word) || is_empty(word) {
            return Some(vec![word.to_owned()]);
        }
        if let Some(one) = word.strip_suffix('s').filter(|one| self.words.contains(*one)) {
            return Some(vec![one.to_owned()]);
        }
        None
    }

    /// Splits words written together, such as `claimno`; `None` if a part isn't known.
    fn parts(&self, word: &str) -> Option<Vec<String>> {
        let parts = self.cut(word, MAX_PARTS).filter(|_| word.len() >= MIN_WORD_LEN)?;
        Some(
            parts.into_iter().flat_map(|part| self.short.get(&part).cloned().unwrap_or(vec![part])).collect(),
        )
    }

    /// Returns the only known word that a typo may mean; `None` if there are several.
    fn correct_typo(&self, word: &str) -> Option<&str> {
        let length = word.chars().count();
        if length < MIN_WORD_LEN {
            return None;
        }
        let is_near = |known: &&String| {
            known.len().abs_diff(length) <= 1
                && known.chars().next() == word.chars().next()
                && slipped(word, known)
        };
        let mut similar = self.words.iter().filter(is_near);
        let first = similar.next()?;
        similar.next().is_none().then_some(first.as_str())
    }

    /// Splits words written together, such as `claimno`, into the smallest number of known parts.
    fn cut(&self, word: &str, most: usize) -> Option<Vec<String>> {
        if self.words.contains(word) || self.short.contains_key(word) || is_empty(word) {
            return Some(vec![word.to_owned()]);
        }
        if most < 2 || !word.is_ascii() {
            return None;
        }
        let ends = (MIN_PART_LEN..word.len().saturating_sub(MIN_PART_LEN - 1)).rev();
        let cuts = ends.filter_map(|end| {
            let (first, rest) = word.split_at_checked(end)?;
            let is_word = first.len() > MIN_PART_LEN && self.words.contains(first);
            let is_known = is_word || self.short.contains_key(first) || first == "of";
            let mut parts = self.cut(rest, most - 1).filter(|_| is_known)?;
            parts.insert(0, first.to_owned());
            Some(parts)
        });
        cuts.min_by_key(Vec::len)
    }
}

/// Returns true if a word is another with a typo: a letter too many, too few or wrong, or two swapped.
fn slipped(word: &str, known: &str) -> bool {
    let is_swapped = || {
        let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), known.chars().collect());
        let differ: Vec<usize> = (0..a.len()).filter(|at| a.get(*at) != b.get(*at)).collect();
        matches!(differ.as_slice(), [x, y] if y - x == 1 && a.len() == b.len() && a.get(*x) == b.get(*y) && a.get(*y) == b.get(*x))
    };
    is_typo(word, known) || is_swapped()
}

/// Returns true if it is a question number: `(A)`, `3.`, `b)`.
fn is_counting(word: &str) -> bool {
    let inner = word.trim_matches(['(', ')', '[', ']', '.', ':']);
    let is_number = !inner.is_empty() && inner.len() <= 2 && inner.bytes().all(|byte| byte.is_ascii_digit());
    let is_letter =
        inner.len() == 1 && inner.len() < word.len() && inner.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_number || is_letter
}

fn is_empty(word: &str) -> bool {
    EMPTY.contains(&word)
}

/// Returns a key that doesn't depend on the order of the words.
fn key(words: &[String]) -> String {
    let mut words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !is_empty(word)).collect();
    words.sort_unstable();
    words.join(" ")
}

/// Returns the words of a header or a name, with abbreviations expanded: `clmt_addr_1` is “claimant address 1”.
pub(in crate::case::mapping) fn words(name: &str) -> Vec<String> {
    Vocabulary::get().long(name)
}

/// Replaces the escapes in the internal names of a list's columns: `Claim_x0020_Number`.
///
/// Also takes off what Salesforce puts behind its own columns, `Claim_Number__c`, and Power Query before them,
/// `Table1.Claim Number`.
fn unescaped(header: &str) -> Cow<'_, str> {
    let header = header.strip_suffix("__c").unwrap_or(header);
    let of_table = header.strip_prefix("Table").and_then(|rest| {
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.strip_prefix('.').filter(|rest| rest.chars().any(char::is_alphabetic))
    });
    let header = of_table.unwrap_or(header);
    let Some((start, rest)) = header.split_once("_x00") else { return Cow::Borrowed(header) };
    let mut text = start.to_owned();
    for part in rest.split("_x00") {
        let code = part.get(..2).filter(|_| part.get(2..3) == Some("_"));
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                text.extend([char::from(byte).to_string().as_str(), part.get(3..).unwrap_or_default()]);
            }
            None => text.extend(["_x00", part]),
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vocabulary_can_be_read_and_every_phrase_means_one_thing() {
        let text = include_str!("../../../../assets/vocabulary/headers.toml");
        let read = Vocabulary::read(text).unwrap();
        let written: Words = toml::from_str(text).unwrap();
        let mut seen = HashMap::new();
        for (thing, phrases) in &written.things {
            for phrase in phrases {
                let other = seen.insert(key(&split(phrase)), thing).filter(|other| *other != thing);
                assert_eq!(other, None, "“{phrase}” is {thing:?} and another thing");
                let (long, _) = read.words(phrase);
                assert!(read.thing(&long).is_some(), "“{phrase}” is {long:?}, and never found so");
            }
        }
    }

    #[test]
    fn headers_are_cut_into_words_and_written_out() {
        let words = |header: &str| Vocabulary::get().words(header).0.join(" ");
        for (header, wanted) in [
            ("Clm No.", "claim number"),
            ("CLMT_ADDR_LN_1", "claimant address line 1"),
            ("Claimant.LastName", "claimant last name"),
            ("dateofloss", "date loss"),
            ("claimno", "claim number"),
            ("D.O.B.", "birth date"),
            ("D/L", "loss date"),
            ("SS#", "ss number"),
            ("Worker's Date of Birth", "worker date birth"),
            ("budget_dollars", "budget dollars"),
            ("Service(s) Requested", "service requested"),
        ] {
            assert_eq!(words(header), wanted, "{header}");
        }
    }
}
