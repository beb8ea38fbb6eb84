//! Doubts about names: cells that seem to hold something else than one person's name.

use super::name::{
    COMMAS, PersonName, count_titles, ends_in_company_form, is_all_suffixes, is_and, is_company, is_suffix,
    split_words,
};
use super::name_words::NameWords;
use super::placeholder::{is_placeholder, is_placeholder_name, may_begin_placeholder};
use super::word_map::equals;
use crate::text::{is_dash, is_lone_dash};

/// Why someone should check a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameDoubt {
    /// Two people in one cell.
    TwoPersons,
    /// A company, an estate or a trust.
    Company,
    /// Digits among the words.
    Digits,
    /// A note beside the name: in brackets, or saying that the person has died.
    Note,
    /// A quotation mark, a picture or another sign around it.
    Sign,
    /// A question mark in place of a letter.
    LostLetter,
    /// Another name: also known as, formerly, born.
    Alias,
    /// Someone who acts for the person: care of, a guardian, the parent of a minor.
    OnBehalf,
    /// A title, which is sent as part of the first name.
    Title,
    /// Only a last name, or one with a title.
    NoFirstName,
    /// A text such as `Not Provided`.
    Missing,
    /// A word that says that a part isn't known: `LNU`, `NMI`.
    UnknownPart,
    /// The last name seems to come first, without a comma.
    LastNameFirst,
    /// The header says that the last name comes first, and it may be more than the first word.
    FirstWordLast,
    /// Only a first name.
    NoLastName,
    /// A whole name where only a part of it is expected.
    WholeInPart,
}

impl NameDoubt {
    /// Describes the doubt in one sentence.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::TwoPersons => "the cell seems to name two people, but a name field holds one",
            Self::Company => {
                "this looks like a company, an estate or a trust; all of it is sent as the last name"
            }
            Self::Digits => "the name has digits",
            Self::Note => "the cell has a note, which is sent as part of the name",
            Self::Sign => {
                "the name has a sign that isn't part of it, such as a quotation mark, and it is sent"
            }
            Self::LostLetter => "the name has a question mark where an export likely lost a letter",
            Self::Alias => "the cell has a second name; both are sent as one",
            Self::OnBehalf => "the cell also names someone who acts for the person, such as a guardian",
            Self::Title => "the name has a title, which is sent as part of the first name",
            Self::NoFirstName => "there is no first name",
            Self::NoLastName => "there is no last name",
            Self::Missing => "the cell says that there is no name",
            Self::UnknownPart => "a word says that a part of the name isn't known, but it is sent as a name",
            Self::LastNameFirst => "the name has no comma, so its last word is sent as the last name",
            Self::FirstWordLast => {
                "the header says that last names come first, so the first word is sent as the last name"
            }
            Self::WholeInPart => "a part of the name seems to be a whole name",
        }
    }
}

/// Returns what a word means that isn't part of a name.
fn beside(word: &str) -> Option<NameDoubt> {
    let known = &NameWords::get().beside;
    let bare = word.trim_matches(['(', ')', '[', ']', ';']);
    let lists = [
        (&known.alias, NameDoubt::Alias),
        (&known.company, NameDoubt::Company),
        (&known.on_behalf, NameDoubt::OnBehalf),
        (&known.note, NameDoubt::Note),
        (&known.unknown, NameDoubt::UnknownPart),
    ];
    lists.into_iter().find(|(list, _)| list.has(bare)).map(|(_, doubt)| doubt)
}

/// Finds words beside a name that aren't part of it. The first word may always be a name.
fn find_doubt(words: &[&str]) -> Option<NameDoubt> {
    if is_marked(words) || has_role(words) {
        return Some(NameDoubt::Note);
    }
    // Words of the pairs below.
    let short =
        words.iter().any(|word| word.len() <= 5 && word.starts_with(|c: char| "oOaAmMcC".contains(c)));
    let pair = |a: &str, b: &str| {
        short && words.windows(2).any(|two| matches!(two, [x, y] if equals(x, a) && equals(y, b)))
    };
    let first = words.first().and_then(|word| match beside(word) {
        Some(NameDoubt::UnknownPart) => Some(NameDoubt::UnknownPart),
        found => found.filter(|_| word.contains('/') || words.len() == 1),
    });
    let bracket = |word: &&str| word.contains(['(', '[', '{', '<', '@']);
    first.or_else(|| words.iter().skip(1).find_map(|word| beside(word))).or_else(|| match () {
        () if pair("care", "of") || pair("child", "of") || pair("by", "and") || pair("behalf", "of") => {
            Some(NameDoubt::OnBehalf)
        }
        () if ["mother", "father", "parent", "parents", "wife", "husband", "son", "daughter"]
            .iter()
            .any(|relative| pair(relative, "of")) =>
        {
            Some(NameDoubt::OnBehalf)
        }
        () if pair("a", "minor") || pair("minor", "child") => Some(NameDoubt::OnBehalf),
        () if pair("estate", "of") => Some(NameDoubt::Company),
        () if pair("known", "as") => Some(NameDoubt::Alias),
        () if words.iter().any(bracket) || words.iter().any(|word| word.ends_with(':')) => {
            Some(NameDoubt::Note)
        }
        () if has_word_between(words) => Some(NameDoubt::Note),
        () => None,
    })
}

/// Returns true for a mark that isn't part of a name: `*`, or a question mark at an end, `Smith?`. Inside a word, and in
/// others then, it is a lost letter; after `#` an error of Excel.
fn is_marked(words: &[&str]) -> bool {
    let inside =
        |word: &&str| word.trim_matches('?').contains('?') || word.starts_with('#') || has_lost_first(word);
    let at_end = |word: &&str| word.starts_with('?') || word.ends_with('?');
    words.iter().any(|word| word.contains(['*', '~']))
        || (words.iter().any(at_end) && !words.iter().any(inside))
}

/// Returns true for a question mark in place of the first letter: `?ukasz`.
fn has_lost_first(word: &str) -> bool {
    word.strip_prefix('?').is_some_and(|rest| rest.len() > 1 && rest.starts_with(char::is_lowercase))
}

/// Returns true for a name in quotation marks, or with half of a pair, a semicolon at its end or a picture. A nickname
/// has its quotation marks inside, and an apostrophe may begin `'t Hooft` and end `Jones'`.
fn has_sign(text: &str) -> bool {
    let text = text.trim();
    // Nearly every name is plain.
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b',' | b'.' | b'-')) {
        return false;
    }
    let is_double = |c: char| matches!(c, '"' | '“' | '”' | '„' | '«' | '»');
    let doubles = text.chars().filter(|c| is_double(*c)).count();
    let inner = text.strip_prefix(['\'', '‘', '’']);
    let closed = text.strip_suffix(['\'', '‘', '’']);
    let is_possessive = closed.is_some_and(|before| before.ends_with(['s', 'S', 'x', 'z']));
    let begins_word = inner.is_some_and(|after| after.starts_with(['t', 's', 'n']) && after.contains(' '));
    doubles % 2 == 1
        || (text.starts_with(is_double) && text.ends_with(is_double))
        || (inner.is_some() && closed.is_some())
        || (closed.is_some() && !is_possessive)
        || (inner.is_some() && !begins_word)
        || text.ends_with(';')
        || text.chars().any(is_picture)
}

/// Returns true for arrows, pictures and emoji.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21FF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Returns true if a word between two others begins a note: `Jane Doe for Acme`.
fn has_word_between(words: &[&str]) -> bool {
    let inner = words.get(1..words.len().saturating_sub(1)).unwrap_or_default();
    inner.iter().any(|word| NameWords::get().beside.between.has(word))
}

/// Returns true if a dash separates a name from a word that says what the person or the case is: `Smith - Claimant`,
/// `RUSH - Smith`, `Smith-DECEASED`. Also for such a word in capitals behind a name in small letters.
fn has_role(words: &[&str]) -> bool {
    let is_role = |word: &str| NameWords::get().beside.roles.has(word.trim_end_matches([',', '.', ':']));
    let is_capital = |word: &str| !word.contains(char::is_lowercase);
    if let [_, before, last] = words.get(words.len().saturating_sub(3)..).unwrap_or_default()
        && is_capital(last)
        && !is_capital(before)
        && is_role(last)
    {
        return true;
    }
    let beside_dash = |pair: &[&str]| {
        matches!(pair, [word, dash] if is_lone_dash(dash) && is_role(word))
            || matches!(pair, [dash, word] if is_lone_dash(dash) && is_role(word))
    };
    let joined = |word: &&str| {
        word.rsplit_once('-')
            .is_some_and(|(_, end)| end.len() > 3 && end.chars().all(char::is_uppercase) && is_role(end))
    };
    words.windows(2).any(beside_dash) || words.iter().any(joined)
}

impl PersonName {
    /// Returns the first doubt about a text that was read as a name.
    #[must_use]
    pub fn doubts(text: &str) -> Option<NameDoubt> {
        let words: Vec<&str> = split_words(text).collect();
        if words.is_empty() {
            return None;
        }
        doubt_in(text, &words, NameDoubt::Company).or_else(|| {
            // `Smith - John`; but `Maria Garcia - Lopez`.
            let is_dash_between = matches!(words.as_slice(), [_, dash, _] if is_lone_dash(dash));
            if is_dash_between || has_dashed_note(text) {
                return Some(NameDoubt::Note);
            }
            if !text.contains(COMMAS) && (has_inner_generation(&words) || has_uncertain_end(&words)) {
                return Some(NameDoubt::LastNameFirst);
            }
            let name = Self::parse(text);
            // `PHAM, N/A`; but Na is a name.
            let is_sure = name.first_name.len() > 4 || name.first_name.contains(|c: char| !c.is_alphabetic());
            if text.contains(COMMAS) && is_sure && is_placeholder(&name.first_name) {
                return Some(NameDoubt::NoFirstName);
            }
            let given: Vec<&str> = name.first_name.split(' ').filter(|word| !word.is_empty()).collect();
            match count_titles(&given) {
                titles if titles == given.len() => Some(NameDoubt::NoFirstName),
                0 => None,
                _ => Some(NameDoubt::Title),
            }
        })
    }

    /// Returns true for `Jr.` or `III`, as in a column of its own.
    #[must_use]
    pub fn is_suffix(text: &str) -> bool {
        is_all_suffixes(&text.split_whitespace().collect::<Vec<_>>(), true)
    }

    /// Returns the first doubt about a text that was read as a part of a name.
    #[must_use]
    pub fn part_doubts(text: &str, is_last_name: bool) -> Option<NameDoubt> {
        let words: Vec<&str> = split_words(text).collect();
        if words.is_empty() {
            return None;
        }
        // In a first name, it is the beginning of `Estate of Jane Doe`.
        let of_company = if is_last_name { NameDoubt::Company } else { NameDoubt::Note };
        doubt_in(text, &words, of_company).or_else(|| {
            if !is_last_name && count_titles(&words) == words.len() {
                return Some(NameDoubt::NoFirstName);
            }
            // `Smith, Jr.` is a last name.
            let mut after =
                text.split(COMMAS).skip(1).map(|part| part.split_whitespace().collect::<Vec<_>>());
            let is_whole = after.any(|part| !part.is_empty() && !is_all_suffixes(&part, true));
            is_whole.then_some(NameDoubt::WholeInPart)
        })
    }

    /// Returns true if the last name begins with the first name: `John` and `John Smith`.
    #[must_use]
    pub(in crate::case) fn repeats_first(&self) -> bool {
        let mut words = self.last_name.split_whitespace();
        let is_first = words.next().is_some_and(|word| equals(word, self.first_name.trim()));
        is_first && words.next().is_some()
    }

    /// Returns true if the parts of a name together say that there is none: `Not` and `Provided`.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        let parts = [&self.first_name, &self.middle_name, &self.last_name];
        let mut words = parts.into_iter().flat_map(|part| part.split_whitespace()).peekable();
        // Most names are ruled out by their first word.
        if !words.peek().is_some_and(|word| may_begin_placeholder(word)) {
            return false;
        }
        let words: Vec<&str> = words.collect();
        words.len() > 1 && is_placeholder_name(&words.join(" "))
    }
}

/// Returns the first doubt about a whole name or a part, which has these words; `of_company` if it is a company's.
fn doubt_in(text: &str, words: &[&str], of_company: NameDoubt) -> Option<NameDoubt> {
    if is_placeholder_name(text) {
        return Some(NameDoubt::Missing);
    }
    // Nearly every part of a name is one word of letters.
    if let [word] = words
        && word.bytes().all(|byte| byte.is_ascii_alphabetic())
    {
        return beside(word);
    }
    if words.iter().any(|word| has_lost_first(word)) {
        return Some(NameDoubt::LostLetter);
    }
    if is_company(words) || ends_in_company_form(text) || has_article(words) {
        Some(of_company)
    } else if let Some(doubt) = find_doubt(words) {
        Some(doubt)
    } else if is_two_people(words) || is_two_lines(text) || is_listed(text) {
        Some(NameDoubt::TwoPersons)
    } else if has_digits(words) {
        Some(NameDoubt::Digits)
    } else {
        has_sign(text).then_some(NameDoubt::Sign)
    }
}

/// Returns true if a dash is followed by something else than the second half of a last name: `Jane Doe - IV`,
/// `Jane Doe - VIP`, `Doe, Jane - do not contact`, but not `Maria Garcia - Lopez`.
fn has_dashed_note(text: &str) -> bool {
    let given = text.rsplit(COMMAS).next().unwrap_or_default();
    if !given.contains(is_dash) {
        return false;
    }
    let words: Vec<&str> = given.split_whitespace().collect();
    let Some(dash) = words.iter().rposition(|word| is_lone_dash(word)).filter(|dash| *dash > 0) else {
        return false;
    };
    // `IV` and `OK` are none, `Wu` is.
    let is_name =
        |word: &str| !is_suffix(word) && (word.chars().count() > 2 || word.ends_with(char::is_lowercase));
    let is_capital = |word: &str| !word.contains(char::is_lowercase);
    let is_shouted =
        |word: &str| is_capital(word) && !words.iter().take(dash).all(|before| is_capital(before));
    let is_second_half = matches!(words.get(dash + 1..), Some([particles @ .., word])
        if is_name(word) && !is_shouted(word) && particles.iter().all(|word| is_particle(word)));
    given.len() < text.len() || !is_second_half
}

/// Returns true for a word that may begin a last name: `De`, `van`.
pub(super) fn is_particle(word: &str) -> bool {
    NameWords::get().particles.has(word)
}

/// Returns true if `Sr.` and the like is between the first word and others: `DOE SR JOHN`. Further on, a note or another
/// person may follow: `John Smith Jr & Mary Smith`.
pub(super) fn has_inner_generation(words: &[&str]) -> bool {
    matches!(words, [_, second, .., last]
        if !is_suffix(last) && NameWords::get().generations.has(second) && !is_two_people(words))
}

/// Returns true if the last word may not be the last name: `Smith A.`, `João da Silva e Souza`.
fn has_uncertain_end(words: &[&str]) -> bool {
    let is_initial = |word: &str| matches!(word.as_bytes(), [letter, b'.'] if letter.is_ascii_uppercase());
    match words {
        [first, last] => !is_initial(first) && is_initial(last),
        [_, inner @ .., _] => inner.iter().any(|word| matches!(*word, "e" | "y")),
        _ => false,
    }
}

fn has_digits(words: &[&str]) -> bool {
    words.iter().any(|word| word.contains(|c: char| c.is_ascii_digit()) && !is_suffix(word))
}

/// Returns true for a word between two parties. `Or` and `V.` may be names, so case matters.
fn is_other_party(word: &str) -> bool {
    matches!(word, "or" | "OR" | "v" | "v." | "vs" | "vs." | "Vs" | "Vs." | "VS" | "VS." | "versus")
}

/// Returns true if several lines have a name of their own. A wrapped name has one word on a line.
fn is_two_lines(text: &str) -> bool {
    let lines = text.split(['\n', '\r']).filter(|line| split_words(line).nth(1).is_some());
    text.contains(['\n', '\r']) && lines.count() > 1
}

/// Returns true for two whole names that share their last one, divided by commas: `John Doe, Jane Doe`,
/// `Doe, John, Doe, Jane`. A last name of two words isn't a whole name.
fn is_listed(text: &str) -> bool {
    let parts = || text.split(COMMAS).map(str::trim);
    let last_names =
        || parts().filter_map(|part| part.rsplit_once(char::is_whitespace)).map(|(_, last)| last);
    let is_shared = |(at, last): (usize, &str)| {
        !is_suffix(last) && last_names().skip(at + 1).any(|other| equals(other, last))
    };
    let is_repeated = || parts().nth(3).is_some() && parts().next() == parts().nth(2);
    last_names().enumerate().any(is_shared) || is_repeated()
}

/// Returns true for `The Home Depot`, but not for `The Honorable Jane Doe`.
fn has_article(words: &[&str]) -> bool {
    let is_title =
        |word: &str| equals(word, "honorable") || equals(word, "reverend") || count_titles(&[word]) > 0;
    matches!(words, [the, second, ..] if equals(the, "the") && !is_title(second))
}

fn is_two_people(words: &[&str]) -> bool {
    let inner = words.get(1..words.len().saturating_sub(1)).unwrap_or_default();
    // `Jane&John`, `Jane/John` and `Jane Doe; John Doe`, but not `s/o`, `d/o` and the like.
    let joined = |word: &&str| {
        word.split_once(['&', '/', ';']).is_some_and(|(left, right)| {
            left.chars().count() > 1
                && !right.starts_with('#')
                && (right.chars().count() > 1 || word.ends_with(';'))
        })
    };
    let front = words.get(..words.len().saturating_sub(1)).unwrap_or_default();
    let others = words
        .windows(2)
        .any(|pair| matches!(pair, [et, who] if equals(et, "et") && ["al", "ux", "vir"].iter().any(|known| equals(who, known))));
    inner.iter().any(|word| is_and(word) || is_other_party(word))
        || front.iter().any(joined)
        || words.last().is_some_and(|word| joined(word) && !word.ends_with(';'))
        || others
}
