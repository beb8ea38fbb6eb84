//! Cost of reading a piece of text as it is: the less likely, the higher.

use super::han;
use super::latin::{self, Points};

/// Cost of a symbol that doesn't belong in a word, such as ¤ in `Pe¤a`.
const IN_WORD: Points = 70;
/// Cost of letters of two scripts in one word.
const MIXED_SCRIPTS: Points = 70;
/// Cost of a character that isn't text.
const NO_TEXT: Points = 80;
/// Cost of a special letter next to a digit.
const AT_DIGIT: Points = 40;
/// Cost of a box drawing, mathematical or similar symbol on its own.
const ODD_SYMBOL: Points = 50;

/// Cost of one letter repeated, such as a line of dots or dashes in another encoding.
const REPEATED: Points = 70;
/// Number of times a letter must be repeated for that.
const RUN: usize = 4;

/// A script, as far as the encodings need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    /// Chinese and Japanese.
    Han,
    Hangul,
    /// Greek, Hebrew, Arabic, Thai and others.
    Other,
}

fn script(c: char) -> Script {
    match c {
        '\0'..='\u{24F}' | '\u{300}'..='\u{36F}' | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
        '\u{400}'..='\u{52F}' => Script::Cyrillic,
        '\u{2E80}'..='\u{2FDF}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFF}' => Script::Han,
        '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7AF}' => Script::Hangul,
        _ => Script::Other,
    }
}

fn is_letter(c: char) -> bool {
    (c.is_alphabetic() && !matches!(c, 'ª' | 'º' | 'µ' | 'ˆ' | 'ˇ')) || matches!(c, '\u{300}'..='\u{36F}')
}

/// Cost of a piece of text, in points.
pub(super) fn cost(text: &str) -> Points {
    let chars: Vec<char> = text.chars().collect();
    let mut sum = 0;
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
        let rest = chars.get(at..).unwrap_or_default();
        let length = rest.iter().take_while(|c| is_letter(**c)).count();
        let behind = rest.get(length.max(1)).copied();
        let word = rest.get(..length).unwrap_or_default();
        if word.iter().any(|c| !c.is_ascii()) {
            sum += self::word(word) + at_digit(word, before, behind);
        } else if word.is_empty() && !c.is_ascii() && before != Some(c) {
            // A line of symbols is one.
            sum += symbol(&chars, at);
        }
        at += length.max(1);
    }
    sum
}

fn at_digit(word: &[char], before: Option<char>, behind: Option<char>) -> Points {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let special = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii() && script(*c) == Script::Latin);
    let touches = (digit(before) && special(word.first())) || (digit(behind) && special(word.last()));
    if touches { AT_DIGIT } else { 0 }
}

fn word(word: &[char]) -> Points {
    if word.len() >= RUN && word.iter().all(|c| word.first() == Some(c)) {
        return REPEATED;
    }
    let Some(script) = word.iter().map(|c| script(*c)).reduce(|a, b| if a == b { a } else { Script::Other })
    else {
        return 0;
    };
    let mixed = word.windows(2).any(|pair| matches!(pair, [a, b] if self::script(*a) != self::script(*b)));
    match script {
        _ if mixed => MIXED_SCRIPTS + 25 * word.iter().map(|c| Points::from(!c.is_ascii())).sum::<Points>(),
        Script::Latin => latin::cost(word),
        Script::Cyrillic => cyrillic(word),
        Script::Han => han::chinese_or_japanese(word),
        Script::Hangul => han::korean(word),
        Script::Other => word.iter().map(|c| if is_private(*c) { NO_TEXT } else { 8 }).sum(),
    }
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}')
}

/// Endings of Russian, Ukrainian and Bulgarian family names.
const CYRILLIC_ENDINGS: [&str; 14] =
    ["ов", "ев", "ёв", "ин", "ва", "на", "ко", "ий", "ая", "ич", "ук", "юк", "ян", "дзе"];

fn cyrillic(word: &[char]) -> Points {
    let text: String = word.iter().flat_map(|c| c.to_lowercase()).collect();
    let letter = |c: char| match c {
        'ъ' | 'э' | 'щ' | 'ф' | 'ц' | 'ё' => 12,
        'а'..='я' => 6,
        'і' | 'ї' | 'є' | 'ґ' => 9,
        _ => 20,
    };
    let vowel = |c: &char| "аеёиоуыэюяіїє".contains(*c);
    let lower: Vec<char> = text.chars().collect();
    let clusters = lower.split(vowel).filter(|run| run.len() >= 4).count();
    let none = lower.len() >= 3 && !lower.iter().any(vowel);
    let broken =
        word.windows(2).filter(|pair| matches!(pair, [a, b] if a.is_lowercase() && b.is_uppercase()));
    let signs = text.starts_with(['ъ', 'ь', 'ы']);
    let sum = text.chars().map(letter).sum::<Points>()
        + 15 * Points::try_from(clusters).unwrap_or(0)
        + 50 * Points::from(broken.count() > 0)
        + 30 * (Points::from(none) + Points::from(signs));
    let name = lower.len() > 4 && CYRILLIC_ENDINGS.iter().any(|ending| text.ends_with(ending));
    sum.saturating_sub(if name { 10 } else { 0 })
}

/// Cost of a symbol between its neighbors.
fn symbol(piece: &[char], at: usize) -> Points {
    let Some(c) = piece.get(at).copied() else { return 0 };
    let before = at.checked_sub(1).and_then(|at| piece.get(at)).copied();
    let behind = piece.get(at + 1).copied();
    let long = piece.iter().filter(|c| is_letter(**c)).count() > 2;
    let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let (after_letter, before_letter) = (letter(before), letter(behind));
    let between = after_letter && before_letter;
    match c {
        _ if is_private(c) || c.is_control() => NO_TEXT,
        '’' if between => apostrophe(piece, at),
        '’' => {
            if after_letter {
                8
            } else {
                12
            }
        }
        '‘' if between => 25,
        '´' | '`' | '\u{ad}' if between => 20,
        '«' if !after_letter => 20,
        '‘' | '“' if !after_letter => 8,
        '”' | '»' | '™' if !before_letter => 8,
        // Quotes open before a word and close after it.
        '‘' | '“' | '”' | '«' | '»' => 60,
        '‚' | '„' | '‹' if !after_letter => 25,
        '›' if !before_letter => 25,
        '¿' | '¡' if before.is_none_or(|c| c.is_ascii() && !after_letter) => 20,
        '–' | '—' | '\u{2015}' | '…' | '•' | '·' | '\u{a0}' if between => joint(piece, at),
        '·' if after_letter => 30,
        '–' | '—' | '•' | '·' if before_letter => 20,
        '…' if before_letter || after_letter => 16,
        '–' | '—' | '\u{2015}' | '…' | '•' | '·' => 8,
        '\u{a0}' => 5,
        // Nº, Mª: abbreviations of one or two letters, and numbers.
        'º' | 'ª' if !before_letter && after_letter => {
            if long {
                IN_WORD
            } else {
                15
            }
        }
        'º' | 'ª' if before.is_some_and(|c| c.is_ascii_digit()) => 12,
        'º' | 'ª' if between => IN_WORD,
        '®' | '©' if !before_letter => {
            if after_letter {
                30
            } else {
                8
            }
        }
        '°' | '½' | '¼' | '¾' if !between => {
            if before_letter || after_letter {
                30
            } else {
                8
            }
        }
        '€' | '£' if !after_letter && !before_letter => 8,
        // “5 µg”, “50µm”.
        'µ' if !after_letter && is_unit(piece.get(at + 1..).unwrap_or_default()) => 5,
        'µ' if before_letter => IN_WORD,
        '²' | '³' | 'µ' if (!after_letter || !before_letter) && before.is_none_or(|c| c.is_ascii()) => {
            if after_letter || before_letter {
                30
            } else {
                12
            }
        }
        '±' | '×' | '§' | '¢' if !after_letter && !before_letter => 12,
        '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FF65}' => {
            let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
            if ascii(before) || ascii(behind) { IN_WORD } else { 12 }
        }
        '¤' | '¥' | '¦' | '¬' | '¯' | '¨' | '¸' | '¹' | '¶' | '÷' | '†' | '‡' | '‰' | '´' | '`' | 'ƒ'
        | 'ˆ' | '˜'
            if !after_letter && !before_letter =>
        {
            25
        }
        _ if after_letter || before_letter => IN_WORD,
        _ => ODD_SYMBOL,
    }
}

/// Whether a text begins with the rest of a unit: `g`, `mol`.
fn is_unit(text: &[char]) -> bool {
    let letters = text.iter().take_while(|c| c.is_alphabetic());
    matches!(letters.clone().count(), 1..=3)
        && letters.clone().next().is_some_and(|unit| "gmlLsAVFCM".contains(*unit))
}

/// Cost of an apostrophe. `O’Neil`, `D’Angelo` and `don’t` are the rule.
fn apostrophe(piece: &[char], at: usize) -> Points {
    let (start, end) = halves(piece, at);
    match (start.as_str(), end.to_ascii_lowercase().as_str()) {
        (_, "s" | "t" | "d" | "m" | "re" | "ve" | "ll")
        | ("c" | "d" | "j" | "l" | "m" | "n" | "o" | "s" | "y" | "qu", _) => 3,
        ("O" | "D" | "L" | "M" | "N", end) if end.len() > 2 => 4,
        _ if end.starts_with(char::is_uppercase) => 12,
        _ => 40,
    }
}

/// Cost of a dash, dots or a no-break space that join two words. If one of them has no vowel, they are halves of a word
/// whose vowel was lost: `L—pez`, `Hern ndez`.
fn joint(piece: &[char], at: usize) -> Points {
    let (start, end) = halves(piece, at);
    let speakable = |half: &str| half.chars().any(latin::is_vowel);
    let capital = |half: &str| half.starts_with(char::is_uppercase);
    let capitals = |half: &str| half.chars().all(char::is_uppercase);
    let dash = matches!(piece.get(at), Some('–' | '—' | '\u{a0}'));
    if !speakable(&start) || !speakable(&end) || begins_oddly(&end) || (piece.get(at) == Some(&'·')) {
        45
    } else if capitals(&start) && capitals(&end) {
        20
    } else if !capital(&start) || (capital(&end) && start.ends_with(char::is_lowercase)) {
        5
    } else if dash {
        12
    } else {
        20
    }
}

/// Whether a half begins with consonants that no word begins with: `ndez`, `rdenas`.
fn begins_oddly(half: &str) -> bool {
    let mut letters = half.chars().map(|c| c.to_ascii_lowercase());
    let (first, second) = (letters.next(), letters.next());
    let vowel_or_glide = |c: char| "aeiouyhlrw'".contains(c) || !c.is_ascii();
    first.is_some_and(|c| "nmrlzxjvb".contains(c)) && second.is_some_and(|c| !vowel_or_glide(c))
}

/// The letters before and after a symbol.
fn halves(piece: &[char], at: usize) -> (String, String) {
    let (start, rest) = piece.split_at(at.min(piece.len()));
    let mut start: Vec<char> = start.iter().rev().take_while(|c| c.is_alphabetic()).copied().collect();
    start.reverse();
    (start.into_iter().collect(), rest.iter().skip(1).take_while(|c| c.is_alphabetic()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_cost_less_than_what_another_encoding_makes_of_them() {
        for (right, wrong) in [
            ("José", "Jos‚"),
            ("Peña", "Pe¤a"),
            ("Peña", "Pe±a"),
            ("Müller", "M\u{81}ller"),
            ("Götz", "G”tz"),
            ("don’t", "donÆt"),
            ("O’Neil", "OíNeil"),
            ("“He", "ôHe"),
            ("12°", "12░"),
            ("£500", "ú500"),
            ("王小明", "ÍõÐ¡Ã÷"),
            ("김철수", "辫枚荐"),
            ("山田太郎", "ŽR“c‘¾˜Y"),
            ("Иванов", "хБЮМНБ"),
            ("Иванов", "Èâàíîâ"),
            ("Иванов", "€ванов"),
            ("……………………", "ЕЕЕЕЕЕЕЕ"),
            ("50µg", "50痢"),
        ] {
            assert!(cost(right) + 20 <= cost(wrong), "{right} {} {wrong} {}", cost(right), cost(wrong));
        }
        for (text, most) in [("’s", 15), ("98.6°", 10), ("N\u{ba}", 20), ("¿Qué", 30), ("ABC", 0)] {
            assert!(cost(text) <= most, "{text} {}", cost(text));
        }
    }
}
