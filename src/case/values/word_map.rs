//! Word lists of the vocabulary. Nearly every word of a file is looked up in several of them, so a lookup copies nothing
//! and rejects most words by their first letter and length.

use serde::Deserialize;

/// Number of first letters: `a` to `z`, and anything else.
const FIRSTS: usize = 27;

/// Words and short texts, in lower case.
pub(super) type WordSet = WordMap<()>;

/// Words and short texts in lower case, with what is known of them.
#[derive(Debug, Deserialize)]
#[serde(from = "Vec<String>", bound = "T: Default")]
pub(super) struct WordMap<T> {
    by_first: [Words<T>; FIRSTS],
}

#[derive(Debug)]
struct Words<T> {
    words: Vec<(String, T)>,
    /// Lengths of the words in bytes, a bit for each.
    lengths: u64,
}

impl<T> Default for WordMap<T> {
    fn default() -> Self {
        Self { by_first: std::array::from_fn(|_| Words { words: Vec::new(), lengths: 0 }) }
    }
}

impl<T> FromIterator<(String, T)> for WordMap<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(words: I) -> Self {
        let mut map = Self::default();
        for (word, known) in words {
            if let Some(of) = map.by_first.get_mut(place(word.bytes().next())) {
                of.lengths |= length_bit(word.len());
                of.words.push((word, known));
            }
        }
        map
    }
}

impl<T: Default> From<Vec<String>> for WordMap<T> {
    fn from(words: Vec<String>) -> Self {
        words.into_iter().map(|word| (word, T::default())).collect()
    }
}

impl<T> WordMap<T> {
    /// Returns what is known of a word, whatever its case and points: `Ph.D.` is `phd`.
    pub(super) fn get(&self, word: &str) -> Option<&T> {
        if is_plain(word) {
            return self.get_text(word);
        }
        let first = letters(word).next()?;
        let words = &self.by_first.get(place(u8::try_from(first).ok()))?.words;
        words.iter().find(|(known, _)| equals(word, known)).map(|(_, of)| of)
    }

    /// Returns what is known of a text, whatever the case of its ASCII letters.
    pub(super) fn get_text(&self, text: &str) -> Option<&T> {
        let of = self.by_first.get(place(text.bytes().next()))?;
        if of.lengths & length_bit(text.len()) == 0 {
            return None;
        }
        of.words.iter().find(|(known, _)| known.eq_ignore_ascii_case(text)).map(|(_, of)| of)
    }

    /// [`get`](Self::get) for several words with a space between them.
    pub(super) fn get_words(&self, words: &[&str]) -> Option<&T> {
        match words {
            [] => None,
            [word] => self.get(word),
            [first, ..] => {
                let of = self.by_first.get(place(first.bytes().next()))?;
                let length = words.iter().map(|word| word.len() + 1).sum::<usize>() - 1;
                let is_plain = words.iter().all(|word| is_plain(word));
                if is_plain && of.lengths & length_bit(length) == 0 {
                    return None;
                }
                self.get(&words.join(" "))
            }
        }
    }

    /// Returns true if the map has a word, whatever its case and points.
    pub(super) fn has(&self, word: &str) -> bool {
        self.get(word).is_some()
    }

    /// Returns true if the map has a text, whatever the case of its ASCII letters.
    pub(super) fn has_text(&self, text: &str) -> bool {
        self.get_text(text).is_some()
    }

    /// Returns each word.
    #[cfg(test)]
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.by_first.iter().flat_map(|of| &of.words).map(|(word, _)| word.as_str())
    }
}

/// Returns true if a word is `known`, whatever its case and points.
pub(super) fn equals(word: &str, known: &str) -> bool {
    if is_plain(word) { word.eq_ignore_ascii_case(known) } else { letters(word).eq(known.chars()) }
}

fn letters(word: &str) -> impl Iterator<Item = char> {
    word.chars().filter(|c| *c != '.').flat_map(char::to_lowercase)
}

/// Returns true for nearly every word: ASCII without points.
fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii() && byte != b'.')
}

/// Returns the place of the words that begin with this byte.
fn place(first: Option<u8>) -> usize {
    let letter = first.map_or(0, |byte| byte.to_ascii_lowercase());
    if letter.is_ascii_lowercase() { usize::from(letter - b'a') } else { FIRSTS - 1 }
}

fn length_bit(length: usize) -> u64 {
    1 << length.min(63)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> WordSet {
        ["phd", "née", "c/o", "2nd", "new york", "n.a."].map(str::to_owned).to_vec().into()
    }

    #[test]
    fn case_and_points_of_a_word_do_not_matter() {
        for word in ["phd", "PHD", "Ph.D.", ".phd", "NÉE", "Née", "C/O", "2ND", "New York"] {
            assert!(set().has(word), "{word}");
        }
        for word in ["", ".", "ph", "phds", "qhd", "nee", "1st", "na"] {
            assert!(!set().has(word), "{word}");
        }
    }

    #[test]
    fn the_points_of_a_text_matter() {
        assert!(set().has_text("N.A.") && !set().has_text("na") && !set().has_text("Ph.D"));
    }

    #[test]
    fn words_are_found_with_a_space_between_them() {
        for (words, is_there) in [
            (&["New", "York"][..], true),
            (&["N.e.w", "york"], true),
            (&["New"], false),
            (&["New", "York", "x"], false),
            (&["phd"], true),
            (&["x", "phd"], false),
            (&[], false),
        ] {
            assert_eq!(set().get_words(words).is_some(), is_there, "{words:?}");
        }
    }

    #[test]
    fn a_very_long_text_is_found_too() {
        let long = "x".repeat(100);
        let map: WordMap<u8> = [(long.clone(), 7)].into_iter().collect();
        assert_eq!((map.get(&long), map.get(&long.replace("xx", "xy"))), (Some(&7), None));
    }
}
