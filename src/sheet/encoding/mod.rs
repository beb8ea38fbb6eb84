//! The encoding of a file's text.
//!
//! ```text
//! detect: byte order mark? UTF-8? UTF-16?  ─ else ─► guess: reads every special word in every encoding
//!                                                      │      and adds up the costs of the readings
//!                                                      ├─ word: how likely it is that a name or note looks like this
//!                                                      │   └─ latin, han: the letters of each language
//!                                                      └─► the best reading, and a doubt if another is nearly as good
//! ```

mod detect;
mod dos;
mod guess;
mod han;
mod latin;
mod word;

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use crate::serde_text::serde_as_text;

pub(super) use detect::{Detected, detect};
pub(super) use dos::{CodePage, decode as decode_dos};
pub use guess::TwoReadings;
pub(super) use guess::{Doubt, in_other};

/// The encoding of a file's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Encoding(pub(super) EncodingFamily);

/// Decoder family of an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum EncodingFamily {
    Web(&'static encoding_rs::Encoding),
    Dos(CodePage),
}

impl Encoding {
    /// UTF-8.
    pub const UTF_8: Self = Self::web(encoding_rs::UTF_8);

    /// Encodings to choose from, the most common first. Others can be set by name.
    pub const USUAL: [Self; 16] = [
        Self::UTF_8,
        Self::web(encoding_rs::WINDOWS_1252),
        Self::web(encoding_rs::UTF_16LE),
        Self::web(encoding_rs::UTF_16BE),
        Self::web(encoding_rs::MACINTOSH),
        Self::dos(CodePage::Cp437),
        Self::dos(CodePage::Cp850),
        Self::dos(CodePage::Cp852),
        Self::web(encoding_rs::WINDOWS_1250),
        Self::web(encoding_rs::WINDOWS_1251),
        Self::web(encoding_rs::WINDOWS_1254),
        Self::web(encoding_rs::WINDOWS_1257),
        Self::web(encoding_rs::GBK),
        Self::web(encoding_rs::BIG5),
        Self::web(encoding_rs::SHIFT_JIS),
        Self::web(encoding_rs::EUC_KR),
    ];

    pub(super) const fn web(encoding: &'static encoding_rs::Encoding) -> Self {
        Self(EncodingFamily::Web(encoding))
    }

    pub(super) const fn dos(page: CodePage) -> Self {
        Self(EncodingFamily::Dos(page))
    }

    /// Length of this encoding's byte order mark at the start of the file, 0 if there is none.
    pub(super) fn mark(self, start: &[u8]) -> usize {
        encoding_rs::Encoding::for_bom(start)
            .filter(|(encoding, _)| Self::web(encoding) == self)
            .map_or(0, |(_, n)| n)
    }

    /// Decodes bytes; `None` if some are invalid in this encoding.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        match self.0 {
            EncodingFamily::Web(encoding) => {
                encoding.decode_without_bom_handling_and_without_replacement(bytes)
            }
            EncodingFamily::Dos(page) => {
                let mut text = String::with_capacity(bytes.len());
                dos::decode(&page.chars(), bytes, &mut text);
                Some(text.into())
            }
        }
    }

    /// Encodes a text; `None` if the encoding lacks one of its characters.
    pub(super) fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        match self.0 {
            EncodingFamily::Web(encoding) => {
                let (bytes, _, unmappable) = encoding.encode(text);
                (!unmappable).then_some(bytes)
            }
            EncodingFamily::Dos(page) => {
                text.chars().map(|c| page.byte(c)).collect::<Option<Vec<u8>>>().map(Cow::Owned)
            }
        }
    }
}

serde_as_text!(Encoding);

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            // The web standard writes “windows” in lower case, Windows itself doesn't.
            EncodingFamily::Web(encoding) => f.write_str(&encoding.name().replace("windows", "Windows")),
            EncodingFamily::Dos(page) => f.write_str(page.name()),
        }
    }
}

/// A name that isn't an encoding's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” isn't an encoding; use one such as UTF-8, Windows-1252, CP437 or UTF-16LE")]
pub struct EncodingError(String);

impl std::str::FromStr for Encoding {
    type Err = EncodingError;

    fn from_str(text: &str) -> Result<Self, EncodingError> {
        if let Some(found) = of_code_page(text.trim()) {
            return Ok(found);
        }
        // `replacement` is the web standard's way to refuse; it decodes to nothing.
        let found = encoding_rs::Encoding::for_label(text.trim().as_bytes());
        found
            .filter(|e| *e != encoding_rs::REPLACEMENT)
            .map(Self::web)
            .ok_or_else(|| EncodingError(text.to_owned()))
    }
}

/// Finds an encoding by the number of its code page, such as `CP437`, `ibm-437`, `DOS 437` or `437`, or by a common
/// name that the web standard lacks.
fn of_code_page(text: &str) -> Option<Encoding> {
    let word: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let prefix = word.get(..word.len() - digits.len())?;
    if !["", "cp", "ibm", "dos", "msdos", "oem", "codepage", "csibm", "cspc"].contains(&prefix) {
        return (word == "macroman").then_some(Encoding::web(encoding_rs::MACINTOSH));
    }
    let digits = digits.trim_start_matches('0');
    if let Some(page) = CodePage::of_number(digits) {
        return Some(Encoding::dos(page));
    }
    let web = match digits {
        "866" => encoding_rs::IBM866,
        "932" => encoding_rs::SHIFT_JIS,
        "936" => encoding_rs::GBK,
        "949" => encoding_rs::EUC_KR,
        "950" => encoding_rs::BIG5,
        "10000" => encoding_rs::MACINTOSH,
        "65001" => encoding_rs::UTF_8,
        _ => return None,
    };
    Some(Encoding::web(web))
}

/// Reason why a file is read in its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EncodingReason {
    /// Set by the user.
    Chosen,
    /// A byte order mark at the start.
    Mark,
    /// No character above 127, so that it reads the same in nearly all encodings.
    Ascii,
    /// Everything above 127 is well-formed UTF-8.
    Valid,
    /// Nearly everything above 127 is well-formed UTF-8; the rest is damaged.
    NearlyValid,
    /// Every second byte is NUL.
    Nuls,
    /// The names and words in it are likeliest in this encoding.
    Guessed,
}

impl EncodingReason {
    /// In words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Chosen => "set by you",
            Self::Mark => "from the byte order mark",
            Self::Ascii => "no special characters",
            Self::Valid => "all special characters are valid",
            Self::NearlyValid => "nearly all special characters are valid; the others are damaged",
            Self::Nuls => "every second byte is NUL",
            Self::Guessed => "guessed from its special characters",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        let all = [encoding_rs::IBM866, encoding_rs::GB18030, encoding_rs::KOI8_R].map(Encoding::web);
        for encoding in Encoding::USUAL.into_iter().chain(all).chain([Encoding::dos(CodePage::Cp858)]) {
            assert_eq!(encoding.to_string().parse(), Ok(encoding));
            let json = serde_json::to_string(&encoding).unwrap();
            assert_eq!(serde_json::from_str::<Encoding>(&json).unwrap(), encoding);
        }
        for (text, name) in [
            ("latin1", "Windows-1252"),
            ("cp437", "CP437"),
            ("IBM-437", "CP437"),
            ("dos-437", "CP437"),
            ("DOS 850", "CP850"),
            ("oem852", "CP852"),
            ("ibm00858", "CP858"),
            ("cp866", "IBM866"),
            ("cp936", "GBK"),
            ("cp1250", "Windows-1250"),
            ("MacRoman", "macintosh"),
            ("iso8859-2", "ISO-8859-2"),
        ] {
            assert_eq!(text.parse::<Encoding>().map(|e| e.to_string()).as_deref(), Ok(name), "{text}");
        }
        for wrong in ["utf-99", "iso-2022-kr", "cp999", "437x", "dos", ""] {
            assert!(wrong.parse::<Encoding>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn bytes_and_text_convert_both_ways() {
        for (name, bytes, text) in [
            ("CP437", &b"Pe\xA4a, Jos\x82"[..], "Peña, José"),
            ("CP850", b"GARC\xD6A \xB5LVAREZ", "GARCÍA ÁLVAREZ"),
            ("CP852", b"\x9Dukasz Wi\x98niewski", "Łukasz Wiśniewski"),
            ("CP858", b"5 \xD5", "5 €"),
            ("macintosh", b"Nu\x96ez", "Nuñez"),
            ("GBK", b"\xCD\xF5", "王"),
        ] {
            let encoding: Encoding = name.parse().unwrap();
            assert_eq!(encoding.decode(bytes).as_deref(), Some(text));
            assert_eq!(encoding.encode(text).as_deref(), Some(bytes));
        }
        assert_eq!(Encoding::dos(CodePage::Cp437).encode("Łukasz"), None);
        assert_eq!(Encoding::web(encoding_rs::BIG5).decode(b"\xFF\xFF"), None);
    }
}
