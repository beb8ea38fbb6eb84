//! Texts that were seen before, each with what was found out about it.

/// Maximum number of texts kept.
const MOST: usize = 2_048;
/// Maximum length of a text kept, in bytes. Longer ones are seldom repeated.
const MAX_LEN: usize = 8 * KEY_WORDS - 1;
const KEY_WORDS: usize = 4;
/// Number of lookups after which a column is judged: if fewer than one in eight finds its text, none is kept any more.
const TRIAL: u32 = 1_024;

/// Texts of a column with what was found out about each, in bounded memory. Most columns repeat few texts, and a lookup
/// costs less than looking at a text again. A table of its own, because it is asked about every cell of a file.
#[derive(Debug, Clone)]
pub(crate) struct KnownTexts<V> {
    texts: Vec<(Key, V)>,
    /// By hash: a position in `texts` plus 1, or 0. At least half are 0, and their number is a power of two.
    places: Vec<u16>,
    lookups: u32,
    hits: u32,
}

impl<V> Default for KnownTexts<V> {
    fn default() -> Self {
        Self { texts: Vec::new(), places: Vec::new(), lookups: 0, hits: 0 }
    }
}

impl<V> KnownTexts<V> {
    /// Returns what is known about a text.
    pub(crate) fn get(&mut self, text: &str) -> Option<&V> {
        if self.is_given_up() {
            (self.texts, self.places) = (Vec::new(), Vec::new());
            return None;
        }
        let is_trial = u32::from(self.lookups < TRIAL);
        self.lookups += is_trial;
        let (_, found) = self.texts.get(self.find(&Key::of(text)?).ok()?)?;
        self.hits += is_trial;
        Some(found)
    }

    fn is_given_up(&self) -> bool {
        self.lookups == TRIAL && self.hits * 8 < TRIAL
    }

    /// Keeps what was found out about a text that isn't known, if there is room for it.
    pub(crate) fn insert_with(&mut self, text: &str, found: impl FnOnce() -> V) {
        if self.is_given_up() || self.texts.len() >= MOST {
            return;
        }
        let Some(key) = Key::of(text) else { return };
        if self.texts.len() * 2 >= self.places.len() {
            self.places = vec![0; (self.places.len() * 2).max(64)];
            for position in 0..self.texts.len() {
                self.place(position);
            }
        }
        if self.find(&key).is_err() {
            self.texts.push((key, found()));
            self.place(self.texts.len() - 1);
        }
    }

    /// Finds the position of a text, or the place where it belongs.
    fn find(&self, key: &Key) -> Result<usize, usize> {
        let mut at = key.hash();
        loop {
            at &= self.places.len().wrapping_sub(1);
            let position = usize::from(self.places.get(at).copied().unwrap_or(0));
            match position.checked_sub(1).and_then(|position| self.texts.get(position)) {
                None => return Err(at),
                Some((known, _)) if known.is(key) => return Ok(position - 1),
                Some(_) => at += 1,
            }
        }
    }

    /// Enters a text by its hash.
    fn place(&mut self, position: usize) {
        let free = self.texts.get(position).and_then(|(key, _)| self.find(key).err());
        if let Some(place) = free.and_then(|at| self.places.get_mut(at)) {
            *place = u16::try_from(position + 1).unwrap_or(0);
        }
    }
}

/// The bytes of a text, filled up with zeros, and at the end its length. Compared and hashed word by word.
#[derive(Debug, Clone, Copy)]
struct Key([u64; KEY_WORDS]);

impl Key {
    fn of(text: &str) -> Option<Self> {
        let mut bytes = [0; MAX_LEN + 1];
        let [place @ .., length] = &mut bytes;
        place.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        *length = u8::try_from(text.len()).ok()?;
        let (words, _) = bytes.as_chunks();
        let mut key = [0; KEY_WORDS];
        key.iter_mut().zip(words).for_each(|(key, word)| *key = u64::from_le_bytes(*word));
        Some(Self(key))
    }

    fn is(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).fold(0, |differ, (word, other)| differ | (word ^ other)) == 0
    }

    /// Texts crafted to collide slow the check down, but tables are small.
    fn hash(&self) -> usize {
        let mix = |hash: u64, word: &u64| (hash.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        // The highest bits of a product depend on all of its factors.
        (self.0.iter().fold(0, mix) >> 48) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_texts_are_known() {
        let mut known = KnownTexts::default();
        for round in 0..2 * TRIAL {
            let text = (round % 500).to_string();
            assert_eq!(known.get(&text).copied(), (round >= 500).then_some(round % 500));
            known.insert_with(&text, || round % 500);
        }
        assert_eq!(known.get("50"), Some(&50));
        for other in ["050", "50\0", ""] {
            assert_eq!(known.get(other), None, "{other}");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let mut known = KnownTexts::default();
        known.insert_with(&"x".repeat(MAX_LEN + 1), || 0);
        known.insert_with(&"é".repeat(MAX_LEN + 1), || 0);
        assert!(known.texts.is_empty(), "long texts aren't kept");
        for number in 0..10_000 {
            known.insert_with(&number.to_string(), || number);
            known.insert_with(&number.to_string(), || 0);
        }
        assert_eq!((known.texts.len(), known.places.len()), (MOST, 2 * MOST));
        assert_eq!(known.get("2047"), Some(&2047));
        assert_eq!(known.get("2048"), None);
    }

    #[test]
    fn a_column_without_repeated_texts_is_given_up() {
        let mut known = KnownTexts::default();
        for number in 0..2 * TRIAL {
            assert_eq!(known.get(&number.to_string()), None);
            known.insert_with(&number.to_string(), || number);
        }
        assert_eq!(known.get("0"), None);
        assert!(known.texts.is_empty());
    }
}
