//! Which encoding a file is in.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use serde::{Deserialize, Serialize};

/// The encoding of a file's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Encoding(pub(super) &'static encoding_rs::Encoding);

impl Encoding {
    /// UTF-8.
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);

    /// Encodings a person may choose from, those met most often first. Every other one can be named.
    pub const USUAL: [Self; 8] = [
        Self(encoding_rs::UTF_8),
        Self(encoding_rs::WINDOWS_1252),
        Self(encoding_rs::UTF_16LE),
        Self(encoding_rs::UTF_16BE),
        Self(encoding_rs::MACINTOSH),
        Self(encoding_rs::WINDOWS_1250),
        Self(encoding_rs::BIG5),
        Self(encoding_rs::SHIFT_JIS),
    ];

    /// Bytes of a byte order mark at the start of the file, when there is one of this encoding.
    pub(super) fn mark(self, start: &[u8]) -> usize {
        encoding_rs::Encoding::for_bom(start)
            .filter(|(encoding, _)| *encoding == self.0)
            .map_or(0, |(_, n)| n)
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The standard writes it in small letters, Windows itself does not.
        f.write_str(&self.0.name().replace("windows", "Windows"))
    }
}

/// A name no encoding has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no encoding; write one such as UTF-8, Windows-1252 or UTF-16LE")]
pub struct EncodingError(String);

impl std::str::FromStr for Encoding {
    type Err = EncodingError;

    fn from_str(text: &str) -> Result<Self, EncodingError> {
        // `replacement` is the standard's way to refuse; it decodes to nothing.
        let found = encoding_rs::Encoding::for_label(text.trim().as_bytes());
        found
            .filter(|e| *e != encoding_rs::REPLACEMENT)
            .map(Self)
            .ok_or_else(|| EncodingError(text.to_owned()))
    }
}

impl TryFrom<String> for Encoding {
    type Error = EncodingError;

    fn try_from(text: String) -> Result<Self, EncodingError> {
        text.parse()
    }
}

impl From<Encoding> for String {
    fn from(encoding: Encoding) -> Self {
        encoding.to_string()
    }
}

/// Why a file is taken to be in its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EncodingWhy {
    /// A person said so.
    Chosen,
    /// A byte order mark at the start.
    Mark,
    /// It has no character above 127, so that it reads the same in nearly all.
    Ascii,
    /// Everything above 127 is well-formed UTF-8.
    Valid,
    /// Nearly everything above 127 is well-formed UTF-8; the rest is damaged.
    NearlyValid,
    /// Every second byte is NUL.
    Nuls,
    /// By the characters it would have, and how often they stand together.
    Guessed,
}

impl EncodingWhy {
    /// In words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Chosen => "as chosen",
            Self::Mark => "it has a byte order mark",
            Self::Ascii => "it has no special characters",
            Self::Valid => "every special character fits",
            Self::NearlyValid => "nearly every special character fits; the others are damaged",
            Self::Nuls => "every second byte says so",
            Self::Guessed => "guessed from its special characters",
        }
    }
}

/// Up to here the whole file is looked at, beyond it this much at the start and windows of the rest.
const WHOLE: u64 = 64 << 20;
const START: u64 = 16 << 20;
const WINDOWS: u64 = 48;
const WINDOW: usize = 1 << 20;
/// So much text around special characters is enough to guess from.
const ENOUGH: usize = 1 << 20;
const BLOCK: usize = 4096;

/// Decides the encoding of a file of `length` bytes from all of it, or from a large sample.
pub(super) fn detect(file: &mut (impl Read + Seek), length: u64) -> io::Result<(Encoding, EncodingWhy)> {
    let mut seen = Seen::default();
    let mut window = vec![0; WINDOW];
    let mut start = [0; 4];
    file.seek(SeekFrom::Start(0))?;
    let count = read_full(file, &mut start)?;
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(start.get(..count).unwrap_or_default()) {
        return Ok((Encoding(encoding), EncodingWhy::Mark));
    }
    let whole = if length <= WHOLE { length } else { START };
    let windows = (whole..length).step_by(usize::try_from((length - whole) / WINDOWS).unwrap_or(1).max(1));
    file.seek(SeekFrom::Start(0))?;
    let mut left = whole;
    while left > 0 {
        let want = window.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = read_full(file, window.get_mut(..want).unwrap_or_default())?;
        if count == 0 {
            break;
        }
        seen.add(window.get(..count).unwrap_or_default());
        left -= count as u64;
    }
    for at in windows {
        // Even, so that the bytes of a pair stay together.
        file.seek(SeekFrom::Start(at & !1))?;
        let count = read_full(file, &mut window)?;
        seen.jump();
        seen.add(window.get(..count).unwrap_or_default());
    }
    Ok(seen.decide())
}

fn read_full(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Encodings of Latin letters that differ from Windows-1252 in a few of them: a few names are too little to tell.
const LATIN: [&encoding_rs::Encoding; 9] = [
    encoding_rs::WINDOWS_1250,
    encoding_rs::WINDOWS_1254,
    encoding_rs::WINDOWS_1257,
    encoding_rs::WINDOWS_1258,
    encoding_rs::ISO_8859_2,
    encoding_rs::ISO_8859_3,
    encoding_rs::ISO_8859_4,
    encoding_rs::ISO_8859_10,
    encoding_rs::ISO_8859_16,
];

/// Whether text, read in an encoding, has only the special characters that English, Spanish, French and German
/// use: then that is what it is.
fn is_usual(text: &[u8], encoding: &'static encoding_rs::Encoding) -> bool {
    const LETTERS: &str = "áàâäåãéèêëíìîïóòôöõúùûüñçßæœÿÁÀÂÄÅÃÉÈÊËÍÎÏÓÔÖÕÚÛÜÑÇÆŒ";
    const WITHIN_WORDS: &str = "’‘“”–—…™®©°•ªº·\u{a0}\u{ad}";
    const ALONE: &str = "€£¢§¶½¼¾²³¹«»±×÷¿¡†‡‹›µ¬´¨¥";
    let (text, _) = encoding.decode_without_bom_handling(text);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let letter_follows = chars.peek().is_some_and(|next| next.is_alphabetic());
        let usual = c.is_ascii()
            || LETTERS.contains(c)
            || WITHIN_WORDS.contains(c)
            || (ALONE.contains(c) && (!letter_follows || matches!(c, '¿' | '¡' | '«')));
        if !usual {
            return false;
        }
    }
    true
}

/// What was seen of a file.
#[derive(Default)]
struct Seen {
    bytes: u64,
    /// NUL at even and at odd places.
    nuls: [u64; 2],
    /// Well-formed characters of several bytes, and bytes that belong to none.
    valid: u64,
    invalid: u64,
    /// A character that may go on in the next piece.
    pending: Vec<u8>,
    /// The next piece does not follow on the last: it may begin inside a character.
    jumped: bool,
    /// Pieces with special characters.
    special: Vec<u8>,
}

impl Seen {
    fn jump(&mut self) {
        self.pending.clear();
        self.jumped = true;
    }

    fn add(&mut self, piece: &[u8]) {
        self.bytes += piece.len() as u64;
        if memchr::memchr(0, piece).is_some() {
            for (index, _) in piece.iter().enumerate().filter(|(_, byte)| **byte == 0) {
                if let Some(count) = self.nuls.get_mut(index % 2) {
                    *count += 1;
                }
            }
        }
        if piece.is_ascii() && self.pending.is_empty() {
            return;
        }
        for block in piece.chunks(BLOCK).filter(|block| !block.is_ascii()) {
            if self.special.len() < ENOUGH {
                self.special.extend_from_slice(block);
            }
        }
        let inside = piece.iter().take_while(|byte| (0x80..0xC0).contains(*byte)).count();
        let piece =
            if std::mem::take(&mut self.jumped) { piece.get(inside..).unwrap_or_default() } else { piece };
        let mut joined = std::mem::take(&mut self.pending);
        joined.extend_from_slice(piece);
        let mut rest = joined.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.count(text);
                    return;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    self.count(std::str::from_utf8(good).unwrap_or_default());
                    let Some(length) = error.error_len() else {
                        self.pending = bad.to_vec();
                        return;
                    };
                    self.invalid += 1;
                    rest = bad.get(length..).unwrap_or_default();
                }
            }
        }
    }

    fn count(&mut self, text: &str) {
        // The first byte of a character of several bytes is 0xC2 or above, the others are below 0xC0.
        self.valid += text.bytes().filter(|byte| *byte >= 0xC0).count() as u64;
    }

    fn decide(mut self) -> (Encoding, EncodingWhy) {
        self.invalid += u64::from(!self.pending.is_empty());
        let [even, odd] = self.nuls;
        // Latin letters, digits and commas have a NUL each; in other scripts still the commas and line breaks have.
        let mostly = |some: u64, other: u64| some * 40 > self.bytes && some > other * 8;
        match (self.valid, self.invalid) {
            _ if mostly(odd, even) => (Encoding(encoding_rs::UTF_16LE), EncodingWhy::Nuls),
            _ if mostly(even, odd) => (Encoding(encoding_rs::UTF_16BE), EncodingWhy::Nuls),
            (0, 0) => (Encoding::UTF_8, EncodingWhy::Ascii),
            (_, 0) => (Encoding::UTF_8, EncodingWhy::Valid),
            (valid, invalid) if valid >= invalid => (Encoding::UTF_8, EncodingWhy::NearlyValid),
            _ => {
                let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
                detector.feed(&self.special, true);
                let guessed = detector.guess(None, Utf8Detection::Deny);
                let usual = |encoding| is_usual(&self.special, encoding);
                let encoding = match guessed {
                    latin if LATIN.contains(&latin) && usual(encoding_rs::WINDOWS_1252) => {
                        encoding_rs::WINDOWS_1252
                    }
                    // Excel on a Mac; the detector does not know it.
                    windows
                        if windows == encoding_rs::WINDOWS_1252
                            && !usual(windows)
                            && usual(encoding_rs::MACINTOSH) =>
                    {
                        encoding_rs::MACINTOSH
                    }
                    other => other,
                };
                (Encoding(encoding), EncodingWhy::Guessed)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn of(bytes: &[u8]) -> (String, EncodingWhy) {
        let (encoding, why) = detect(&mut Cursor::new(bytes), bytes.len() as u64).unwrap();
        (encoding.to_string(), why)
    }

    #[test]
    fn encodings_are_told_apart() {
        use EncodingWhy::{Ascii, Guessed, Mark, NearlyValid, Nuls, Valid};
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let swapped =
            |bytes: Vec<u8>| bytes.chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect::<Vec<u8>>();
        let table = "Claim,Name\nA-1,Zoë\nA-2,Łukasz\n";
        for (bytes, want) in [
            (b"Claim,Name\nA-1,Ann\n".to_vec(), ("UTF-8", Ascii)),
            (b"\xEF\xBB\xBFClaim\n".to_vec(), ("UTF-8", Mark)),
            (table.into(), ("UTF-8", Valid)),
            ([table.as_bytes(), b"A-3,\xC3\n", table.as_bytes()].concat(), ("UTF-8", NearlyValid)),
            (utf16(&format!("\u{feff}{table}")), ("UTF-16LE", Mark)),
            (utf16(table), ("UTF-16LE", Nuls)),
            (swapped(utf16(table)), ("UTF-16BE", Nuls)),
            (utf16("姓名,城市\n王小明,台北市\n李小華,高雄市\n"), ("UTF-16LE", Nuls)),
            (b"Claim,Name\nA-1,Jos\xE9\n".to_vec(), ("Windows-1252", Guessed)),
            (b"Claim,Name\nA-1,O\x92Neil\n".to_vec(), ("Windows-1252", Guessed)),
            (b"Notes\n\x93He left\x94 \x96 at 5\n".to_vec(), ("Windows-1252", Guessed)),
            (b"Name\nM\xFCller\nG\xF6tz\n".to_vec(), ("Windows-1252", Guessed)),
            (b"Name\nNu\xF1ez, Mar\xEDa\n".to_vec(), ("Windows-1252", Guessed)),
            (b"Temp\n12\xB0\n".to_vec(), ("Windows-1252", Guessed)),
            (b"Note\n98.6\xB0 \xBD cup \xA9 2026 \xAE\n".to_vec(), ("Windows-1252", Guessed)),
            (b"Name\nC\xF1\xE9h\xFC\nAk\xE9\n".to_vec(), ("Windows-1252", Guessed)),
            (b"Name\rJos\x8E N\x9C\x96ez\rFran\x8Dois\r".to_vec(), ("macintosh", Guessed)),
            (b"Name\n\xA3ukasz Wi\x9Cniewski\n".to_vec(), ("Windows-1250", Guessed)),
            (b"Name\nJi\xF8\xED Dvo\xF8\xE1k\n".to_vec(), ("Windows-1250", Guessed)),
            (b"Name\n\xDDbrahim \xC7a\xF0lar\n\xDE\xFCkr\xFC\n".to_vec(), ("Windows-1254", Guessed)),
            (
                b"\xA9m\xA6W,\xAB\xB0\xA5\xAB\n\xA4\xFD\xA4p\xA9\xFA,\xA5x\xA5_\xA5\xAB\n".to_vec(),
                ("Big5", Guessed),
            ),
        ] {
            assert_eq!(of(&bytes), (want.0.to_owned(), want.1), "{:?}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn a_special_character_late_in_the_file_counts() {
        let mut bytes = b"Claim,Name\n".to_vec();
        bytes.extend(b"A-1,Ann\n".repeat(200_000));
        bytes.extend(b"A-2,Jos\xE9\n");
        assert_eq!(of(&bytes).0, "Windows-1252");
    }

    #[test]
    fn a_few_nuls_are_no_encoding() {
        assert_eq!(of(&[b"a,b\n1,2\0\n".as_slice(), &b"3,4\n".repeat(50)].concat()).0, "UTF-8");
    }

    #[test]
    fn names_are_read_back() {
        for encoding in Encoding::USUAL {
            assert_eq!(encoding.to_string().parse(), Ok(encoding));
        }
        assert_eq!("latin1".parse::<Encoding>().unwrap().to_string(), "Windows-1252");
        assert!("utf-99".parse::<Encoding>().is_err());
        assert!("iso-2022-kr".parse::<Encoding>().is_err());
    }
}
