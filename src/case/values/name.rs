//! Person's names, read from the text of a cell.

use serde::Serialize;

use super::kind::{PartedValue, ValuePart};
pub(in crate::case) use super::name_doubt::NameDoubt;
use super::name_words::NameWords;
use super::word_map::equals;
use crate::text::is_lone_dash;

/// Commas, also as East Asian keyboards write them.
pub(super) const COMMAS: [char; 2] = [',', '，'];

/// Maximum length of a form of company after a comma, in bytes: `L.L.P.`.
const MAX_FORM: usize = 6;

/// Value of a name field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PersonName {
    /// First name.
    pub first_name: String,
    /// Middle name or names.
    pub middle_name: String,
    /// Last name.
    pub last_name: String,
}

impl PersonName {
    /// Parses a whole name: `Last, First Middle` or `First Middle Last`. A single word is a last name.
    ///
    /// Keeps every word of the text; only commas and repeated spaces are lost.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let parts: Vec<Vec<&str>> =
            text.split(COMMAS).map(|part| part.split_whitespace().collect()).collect();
        if is_company(&parts.concat()) || ends_in_company_form(text) {
            return Self { last_name: parts.concat().join(" "), ..Self::default() };
        }
        let mut suffixes: Vec<&str> = Vec::new();
        let mut rest: Vec<Vec<&str>> = Vec::new();
        let mut comma = false;
        for part in parts {
            // `John Smith, Jr.`: a comma before a suffix isn't the one of `Last, First`.
            if let Some(last) = rest.first()
                && is_all_suffixes(&part, has_first_name(last) || rest.len() > 1)
            {
                suffixes.extend(part);
            } else if !part.is_empty() || rest.is_empty() {
                comma |= !rest.is_empty();
                rest.push(part);
            } else {
                // `Smith,` comes from two joined columns, of which the second was empty.
                comma |= suffixes.is_empty();
            }
        }
        let mut rest = rest.into_iter();
        let mut first_part = rest.next().unwrap_or_default();
        if comma {
            let mut given: Vec<&str> = rest.flatten().collect();
            let mut last = first_part;
            let last_suffixes = take_suffixes(&mut last, true);
            let given_suffixes = take_suffixes(&mut given, false);
            // `Souza, Anna Maria de`, as in alphabetical lists.
            let from = given.iter().rposition(|word| !is_lower_particle(word)).map_or(0, |at| at + 1);
            let before = if from == 0 || !starts_upper(&last) { Vec::new() } else { given.split_off(from) };
            return Self::of(&given, &[before, last, last_suffixes, given_suffixes, suffixes].concat());
        }
        if let [last, first] = first_part.as_slice()
            && is_family_first(last)
        {
            return Self::of(&[first], &[&[*last], suffixes.as_slice()].concat());
        }
        let name_suffixes = take_suffixes(&mut first_part, false);
        // A title alone is the whole name.
        let titles = count_titles(&first_part).min(first_part.len().saturating_sub(1));
        let given = first_part.len() - last_name_len(first_part.get(titles..).unwrap_or_default());
        let last = first_part.split_off(given);
        Self::of(&first_part, &[last, name_suffixes, suffixes].concat())
    }

    /// Returns true if a part has a digit.
    #[must_use]
    pub(crate) fn has_digits(&self) -> bool {
        let parts = [&self.first_name, &self.middle_name, &self.last_name];
        parts.iter().any(|part| part.bytes().any(|byte| byte.is_ascii_digit()))
    }

    fn of(given: &[&str], last: &[&str]) -> Self {
        let titles = count_titles(given);
        let (first, middle) = given.split_at((titles + 1).min(given.len()));
        Self { first_name: first.join(" "), middle_name: middle.join(" "), last_name: last.join(" ") }
    }
}

/// Splits a name into words at spaces and commas.
pub(super) fn split_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| COMMAS.contains(&c) || c.is_whitespace()).filter(|word| !word.is_empty())
}

pub(super) fn is_suffix(word: &str) -> bool {
    NameWords::get().suffixes.has(word)
}

/// Returns true if a part between commas has only suffixes. `V` and `Md` are first names too (`Rahman, Md`), so they
/// count only after a first name.
pub(super) fn is_all_suffixes(part: &[&str], named: bool) -> bool {
    let is_one = |word: &&str| match *word {
        "V" | "Md" | "Md." => named,
        word => is_suffix(word),
    };
    !part.is_empty() && (part.iter().all(is_one) || is_spaced_phd(part))
}

fn is_spaced_phd(words: &[&str]) -> bool {
    matches!(words, [ph, d] if ph.eq_ignore_ascii_case("Ph.") && d.eq_ignore_ascii_case("D."))
}

/// Returns true if the words before a comma are more than a last name.
pub(super) fn has_first_name(words: &[&str]) -> bool {
    let titles = count_titles(words);
    last_name_len(words.get(titles..).unwrap_or_default()) + titles < words.len()
}

/// Removes the suffixes at the end, but never the only word. A `V` counts beside another suffix.
fn take_suffixes<'a>(words: &mut Vec<&'a str>, is_last_name: bool) -> Vec<&'a str> {
    let mut from = words.len();
    while from > 1 {
        let head = words.get(..from).unwrap_or_default();
        let ends_in_phd = head.len() > 2 && is_spaced_phd(head.get(from - 2..).unwrap_or_default());
        let is_one = head
            .last()
            .is_some_and(|word| is_suffix(word) || (*word == "V" && (from < words.len() || is_last_name)));
        if ends_in_phd {
            from -= 2;
        } else if is_one {
            from -= 1;
        } else {
            break;
        }
    }
    words.split_off(from)
}

/// Counts the words of titles at the front; `Mr. & Mrs.` are three.
pub(super) fn count_titles(words: &[&str]) -> usize {
    let titles = &NameWords::get().titles;
    let is_title = |word: &&str| titles.has(word);
    let mut count = words.iter().take_while(|word| is_title(word)).count();
    if count > 0
        && words.get(count).is_some_and(|word| is_and(word))
        && words.get(count + 1).is_some_and(is_title)
    {
        count += 2;
    }
    count
}

/// Returns the number of words at the end of `First Middle Last` that are the last name.
fn last_name_len(words: &[&str]) -> usize {
    let Some((last, before)) = words.split_last() else { return 0 };
    let particles = count_particles(before);
    if particles == 0 || particles < before.len() {
        return particles + 1;
    }
    // Only particles before it: `van Dyck` and `De la Cruz` are last names, `Van Morrison` has a first name.
    let written_small = before.iter().all(|word| is_lower_particle(word)) && starts_upper(&[*last]);
    let goes_on = matches!(before, [first, second, ..] if is_particle_pair(first, second));
    if written_small || goes_on { words.len() } else { particles }
}

/// Counts the words at the end that belong to the word after them: `van`, `De Los`, and `Garcia -` before `Lopez`.
fn count_particles(before: &[&str]) -> usize {
    let mut rest = before;
    while let Some((last, head)) = rest.split_last() {
        rest = match head {
            [front @ .., first] if is_particle_pair(first, last) => front,
            [front @ .., _] if is_lone_dash(last) && !front.is_empty() => front,
            _ if is_particle(last) => head,
            _ => break,
        };
    }
    before.len() - rest.len()
}

/// Returns the number of words at the front of `Last First Middle` that are the last name: its particles, a word and its
/// suffixes.
pub(super) fn last_name_end(words: &[&str]) -> usize {
    let is_before = |at: usize, word: &str| {
        let next = words.get(at + 1);
        is_particle(word) || next.is_some_and(|next| is_particle_pair(word, next))
    };
    let particles = words.iter().enumerate().take_while(|(at, word)| is_before(*at, word)).count();
    let suffixes = words.iter().skip(particles + 1).take_while(|word| is_suffix(word)).count();
    particles + 1 + suffixes
}

fn is_particle_pair(first: &str, second: &str) -> bool {
    let known = NameWords::get();
    known.second_particles.has(second) && known.first_particles.has(first)
}

/// Returns true for a word in Chinese characters or Hangul: the last name comes first, with or without a comma.
fn is_family_first(word: &str) -> bool {
    word.starts_with(
        |c| matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'),
    )
}

fn is_particle(word: &str) -> bool {
    let known = NameWords::get();
    known.particles.has(word) || known.lower_particles.has_text(word) && !word.contains(char::is_uppercase)
}

fn is_lower_particle(word: &str) -> bool {
    is_particle(word) && !word.contains(char::is_uppercase)
}

fn starts_upper(words: &[&str]) -> bool {
    words.first().and_then(|word| word.chars().next()).is_some_and(char::is_uppercase)
}

pub(super) fn is_and(word: &str) -> bool {
    matches!(word, "&" | "+" | "/" | ";") || word.eq_ignore_ascii_case("and")
}

pub(super) fn is_company(words: &[&str]) -> bool {
    let known = NameWords::get();
    let at = |at: usize, known: &str| words.get(at).is_some_and(|word| equals(word, known));
    // A single word never is: it may be a last name.
    let Some(last) = words.len().checked_sub(1).filter(|last| *last > 0) else { return false };
    // `Trust` and `Co` are last names too, so they need other words beside them.
    let is_trust = at(last, "trust") && last >= 2;
    let is_co =
        at(last, "co") && (words.last() == Some(&"Co.") || is_and(words.get(last - 1).unwrap_or(&"")));
    let and_sons = words.last().is_some_and(|word| known.company_after_and.has(word))
        && last >= 2
        && words.get(last - 1).is_some_and(|word| is_and(word));
    let estate =
        (at(0, "estate") || at(0, "est")) && at(1, "of") || at(0, "the") && at(1, "estate") && at(2, "of");
    // A city or a county, but not `Able, City of`.
    let place = ["city", "county", "town", "state", "village"].iter().any(|place| at(0, place))
        && at(1, "of")
        && last >= 2;
    let named = words.iter().skip(1).any(|word| known.company.has(word));
    estate || place || named || is_trust || is_co || and_sons
}

/// Returns true if a form of company is all that follows the last comma: `Smith, P.C.`, `Wells Fargo Bank, NA`. Without
/// points after a single word it may be a first name: `Li, Na`.
pub(super) fn ends_in_company_form(text: &str) -> bool {
    let Some((before, form)) = text.rsplit_once(COMMAS) else { return false };
    // A name with two commas is a person's: `Doe, Jane, PA`.
    if before.contains(COMMAS) {
        return false;
    }
    let form = form.trim();
    form.len() <= MAX_FORM
        && !form.contains(char::is_lowercase)
        && NameWords::get().company_after_comma.has(form)
        && (form.ends_with('.') || split_words(before).nth(1).is_some())
}

impl PartedValue for PersonName {
    fn slot(&mut self, part: ValuePart) -> Option<&mut String> {
        match part {
            ValuePart::FirstName => Some(&mut self.first_name),
            ValuePart::MiddleName => Some(&mut self.middle_name),
            ValuePart::LastName => Some(&mut self.last_name),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
