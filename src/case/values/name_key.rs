//! What is remembered of a name to notice another person.

use super::name::PersonName;

/// The beginnings of a first and a last name in 22 bits: enough to tell most people apart, too little to read a name from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameKey(u32);

/// Number of bits of one part: its first letter, and six of a hash.
const PART: u32 = 11;
const HASH: u32 = 6;

impl NameKey {
    /// Returns the key of a name; `None` if the name is empty or has digits, because then something else may be in its
    /// place.
    #[must_use]
    pub fn of(name: &PersonName) -> Option<Self> {
        let key = part(&name.first_name) << PART | part(&name.last_name);
        (key != 0 && !name.has_digits()).then_some(Self(key))
    }

    /// Returns the key as the ledger stores it.
    #[must_use]
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Returns the key that the ledger stored.
    #[must_use]
    pub fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Returns true if two names can't be ways to write one: a part that one lacks, or has only the initial of, doesn't
    /// count, nor does their order.
    #[must_use]
    pub fn is_other_person(self, other: Self) -> bool {
        let parts = |key: Self| (key.0 >> PART, key.0 & ((1 << PART) - 1));
        let ((first, last), (other_first, other_last)) = (parts(self), parts(other));
        let is_same = fits(first, other_first) && fits(last, other_last);
        let is_swapped = fits(first, other_last) && fits(last, other_first);
        !is_same && !is_swapped
    }
}

/// Returns the key of a part of a name: its first letter, and a hash of its first three characters if it has so many; 0 for
/// none. Ledgers keep it, so it never changes.
fn part(text: &str) -> u32 {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    let mut letters = letters.flat_map(char::to_lowercase).map(u32::from);
    let Some(first) = letters.next() else { return 0 };
    let hash = match (letters.next(), letters.next()) {
        (Some(second), Some(third)) => 1 + (first * 7 + second * 31 + third) % 63,
        _ => 0,
    };
    (1 + first % 31) << HASH | hash
}

fn fits(one: u32, other: u32) -> bool {
    let hash = |part: u32| part & ((1 << HASH) - 1);
    let is_begun_alike = hash(one) == 0 || hash(other) == 0 || hash(one) == hash(other);
    one == 0 || other == 0 || (one >> HASH == other >> HASH && is_begun_alike)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> NameKey {
        NameKey::of(&PersonName::parse(text)).unwrap()
    }

    #[test]
    fn ways_to_write_one_name_are_one_person() {
        for (one, other) in [
            ("Adams, Ann", "ANN ADAMS"),
            ("Adams, Ann", "Adams, Ann M."),
            ("Adams, A.", "Adams, Ann"),
            ("Adams", "Adams, Ann"),
            ("Adams, Ann", "Adams Jr, Ann"),
            ("Adams, Ann", "Ann, Adams"),
            ("O'Neil, Bo", "ONEIL, BO"),
        ] {
            assert!(!key(one).is_other_person(key(other)), "{one} {other}");
        }
    }

    #[test]
    fn other_names_are_other_people() {
        for (one, other) in [
            ("Adams, Ann", "Adams, Bob"),
            ("Roe, Jane", "Adams, Ann"),
            ("Zed, Zoe", "Adams, Ann"),
            ("Smith, John", "Smith, Mary"),
            ("Smith, John", "Smith, Jane"),
        ] {
            assert!(key(one).is_other_person(key(other)), "{one} {other}");
        }
    }

    #[test]
    fn keys_in_ledgers_stay_the_same() {
        assert_eq!(key("Adams, Ann").bits(), 741_730);
        assert_eq!(NameKey::of(&PersonName::parse("")), None);
        assert_eq!(NameKey::of(&PersonName::parse("Adams 3")), None);
        assert!(key("Zzz, Žžž").bits() < 1 << 22, "three bytes in the ledger");
    }
}
