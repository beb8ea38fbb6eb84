//! The dialect of a file: its delimiter, and how a cell with that character is written.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::serde_text::serde_as_text;

/// How rows are split into cells. Lines end with LF, CR or CR LF in every dialect, even mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dialect {
    /// Character between two cells.
    pub delimiter: Mark,
    /// Character around a cell with a delimiter or a line break; `None` if no cell is quoted.
    pub quote: Option<Mark>,
    /// How a quote inside a quoted cell is written.
    pub escape: Escape,
    /// Whether spaces after a delimiter belong to it: `a, b`.
    pub padded: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { delimiter: Mark(b','), quote: Some(Mark(b'"')), escape: Escape::Doubled, padded: false }
    }
}

/// How a quote inside a quoted cell is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Escape {
    /// Twice: `""`.
    Doubled,
    /// With a backslash before it: `\"`.
    Backslash,
}

/// A single ASCII character with a role in the dialect. Written as itself, or by name if it is invisible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark(pub(crate) u8);

/// Names of marks that are invisible or hard to type.
const NAMES: [(&str, u8); 3] = [("tab", b'\t'), ("space", b' '), ("unit separator", 0x1f)];

/// Common names of marks, for display.
const WORDS: [(u8, &str); 9] = [
    (b',', "comma"),
    (b';', "semicolon"),
    (b'\t', "tab"),
    (b'|', "pipe"),
    (b':', "colon"),
    (b' ', "space"),
    (b'"', "double quote"),
    (b'\'', "apostrophe"),
    (0x1f, "unit separator"),
];

impl Mark {
    /// Delimiters to choose from, the usual ones first.
    pub const DELIMITERS: [Self; 9] = [
        Self(b','),
        Self(b';'),
        Self(b'\t'),
        Self(b'|'),
        Self(b':'),
        Self(b'^'),
        Self(b'~'),
        Self(0x1f),
        Self(b' '),
    ];
    /// Quotes to choose from.
    pub const QUOTES: [Self; 2] = [Self(b'"'), Self(b'\'')];

    /// Returns its common name, `comma`, or itself, `“^”`.
    #[must_use]
    pub fn word(self) -> String {
        let word = WORDS.iter().find(|(byte, _)| *byte == self.0).map(|(_, word)| (*word).to_owned());
        word.unwrap_or_else(|| format!("“{}”", char::from(self.0)))
    }
}

serde_as_text!(Mark);

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMES.iter().find(|(_, byte)| *byte == self.0) {
            Some((name, _)) => f.write_str(name),
            None => write!(f, "{}", char::from(self.0)),
        }
    }
}

/// A text that isn't a mark.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” isn't a single character; use one such as ; or the word tab, comma, semicolon, pipe or space")]
pub struct MarkError(String);

impl std::str::FromStr for Mark {
    type Err = MarkError;

    fn from_str(text: &str) -> Result<Self, MarkError> {
        let wanted = text.to_lowercase();
        let named = NAMES.iter().chain(&[("\\t", b'\t')]).find(|(name, _)| *name == wanted);
        let spoken = WORDS.iter().find(|(_, word)| *word == wanted).map(|(byte, _)| *byte);
        match (named.map(|(_, byte)| *byte).or(spoken), text.as_bytes()) {
            (Some(byte), _) => Ok(Self(byte)),
            (None, [byte])
                if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'\r' | b'\n' | 0) =>
            {
                Ok(Self(*byte))
            }
            _ => Err(MarkError(text.to_owned())),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.delimiter.word())?;
        if self.padded {
            f.write_str(" followed by a space")?;
        }
        match (self.quote, self.escape) {
            (None, _) => f.write_str(", no quotes"),
            (Some(quote), Escape::Backslash) => write!(f, ", {}s escaped with a backslash", quote.word()),
            (Some(Mark(b'"')), Escape::Doubled) => Ok(()),
            (Some(quote), Escape::Doubled) => write!(f, ", {}s as quotes", quote.word()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_written_and_read_back() {
        for byte in 1..=127u8 {
            if let Ok(mark) = char::from(byte).to_string().parse::<Mark>() {
                assert_eq!(mark.to_string().parse::<Mark>(), Ok(mark), "{byte}");
            }
        }
        for (text, byte) in
            [("tab", b'\t'), ("\\t", b'\t'), ("Semicolon", b';'), ("|", b'|'), ("space", b' ')]
        {
            assert_eq!(text.parse::<Mark>(), Ok(Mark(byte)));
        }
        for wrong in ["", "ab", "a", "7", "\n", "§"] {
            assert!(wrong.parse::<Mark>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn dialects_in_words() {
        let plain = Dialect::default();
        assert_eq!(plain.to_string(), "comma");
        let odd = Dialect {
            delimiter: Mark(b'^'),
            quote: Some(Mark(b'\'')),
            escape: Escape::Backslash,
            padded: true,
        };
        assert_eq!(odd.to_string(), "“^” followed by a space, apostrophes escaped with a backslash");
    }
}
