//! Detects the encoding from a file's bytes.

use std::io::{self, Read, Seek, SeekFrom};

use super::guess::{Doubt, guess};
use super::{Encoding, EncodingReason};

/// Detected encoding of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sheet) struct Detected {
    pub(in crate::sheet) encoding: Encoding,
    pub(in crate::sheet) why: EncodingReason,
    /// Another possible encoding.
    pub(in crate::sheet) doubt: Option<Doubt>,
}

impl Detected {
    pub(in crate::sheet) fn certain(encoding: Encoding, why: EncodingReason) -> Self {
        Self { encoding, why, doubt: None }
    }
}

/// Files up to `WHOLE` bytes are examined completely, larger ones at the start and in windows of the rest.
const WHOLE: u64 = 64 << 20;
const START: u64 = 16 << 20;
const WINDOWS: u64 = 48;
const WINDOW: usize = 1 << 20;
/// Number of bytes around special characters that is enough for a guess.
const ENOUGH: usize = 1 << 20;
const BLOCK: usize = 4096;

/// Detects the encoding of a file of `length` bytes from all of it, or from a large sample. `given` is the encoding
/// it was read in before, and will be again.
pub(in crate::sheet) fn detect(
    file: &mut (impl Read + Seek),
    length: u64,
    given: Option<Encoding>,
) -> io::Result<Detected> {
    let mut seen = ByteStats::default();
    let mut window = vec![0; WINDOW];
    let mut start = [0; 4];
    file.seek(SeekFrom::Start(0))?;
    let count = read_full(file, &mut start)?;
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(start.get(..count).unwrap_or_default()) {
        let encoding = given.unwrap_or(Encoding::web(encoding));
        return Ok(Detected::certain(encoding, EncodingReason::Mark));
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
    Ok(seen.decide(given))
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

/// Statistics of a file's bytes.
#[derive(Default)]
struct ByteStats {
    bytes: u64,
    /// Number of NULs at even and at odd positions.
    nuls: [u64; 2],
    /// Number of well-formed multi-byte characters, and of bytes that belong to none.
    valid: u64,
    invalid: u64,
    /// A character that may continue in the next piece.
    pending: Vec<u8>,
    /// Whether the next piece doesn't follow the last one, so that it may begin inside a character.
    jumped: bool,
    /// Pieces with special characters.
    special: Vec<u8>,
}

impl ByteStats {
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
            self.skip();
            return;
        }
        for block in piece.chunks(BLOCK) {
            if block.is_ascii() || self.special.len() >= ENOUGH {
                self.skip();
            } else {
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

    /// Keeps the text before and after a skipped block from forming a word.
    fn skip(&mut self) {
        if self.special.last().is_some_and(|byte| *byte != b'\n') {
            self.special.push(b'\n');
        }
    }

    fn count(&mut self, text: &str) {
        // The first byte of a multi-byte character is 0xC2 or above, the others are below 0xC0.
        self.valid += text.bytes().filter(|byte| *byte >= 0xC0).count() as u64;
    }

    fn decide(mut self, given: Option<Encoding>) -> Detected {
        self.invalid += u64::from(!self.pending.is_empty());
        let [even, odd] = self.nuls;
        // Latin letters, digits and commas have a NUL each; in other scripts at least commas and line breaks do.
        let mostly = |some: u64, other: u64| some * 40 > self.bytes && some > other * 8;
        let (encoding, why) = match (self.valid, self.invalid) {
            _ if mostly(odd, even) => (Encoding::web(encoding_rs::UTF_16LE), EncodingReason::Nuls),
            _ if mostly(even, odd) => (Encoding::web(encoding_rs::UTF_16BE), EncodingReason::Nuls),
            (0, 0) => (Encoding::UTF_8, EncodingReason::Ascii),
            (_, 0) => (Encoding::UTF_8, EncodingReason::Valid),
            (valid, invalid) if valid >= invalid => (Encoding::UTF_8, EncodingReason::NearlyValid),
            _ => {
                let (encoding, doubt) = guess(&self.special, given);
                return Detected { encoding, why: EncodingReason::Guessed, doubt };
            }
        };
        Detected::certain(given.unwrap_or(encoding), why)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn of(bytes: &[u8]) -> (String, EncodingReason) {
        let found = detect(&mut Cursor::new(bytes), bytes.len() as u64, None).unwrap();
        (found.encoding.to_string(), found.why)
    }

    #[test]
    fn encodings_are_told_apart() {
        use EncodingReason::{Ascii, Guessed, Mark, NearlyValid, Nuls, Valid};
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
    fn a_few_nuls_do_not_make_an_encoding() {
        assert_eq!(of(&[b"a,b\n1,2\0\n".as_slice(), &b"3,4\n".repeat(50)].concat()).0, "UTF-8");
    }
}
