//! The text of a file as UTF-8, from any position without reading what is before it.

use std::io::{self, Read};

use encoding_rs::CoderResult;

use super::encoding::{Encoding, EncodingFamily, decode_dos};

/// Number of bytes decoded at a time, and so the approximate distance between checkpoints.
const BLOCK: usize = 1 << 16;

/// A position in the text and in the file where decoding can begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Checkpoint {
    /// Byte of the text, from 0.
    pub(super) text: u64,
    /// Byte of the file, from 0.
    pub(super) raw: u64,
}

/// Reads a file's text as UTF-8. A UTF-8 file is passed through unchanged, including damaged characters, so that
/// positions are the file's own.
pub(super) struct Text<R> {
    raw: R,
    decoding: Option<Decoding>,
}

enum Decoder {
    Web(encoding_rs::Decoder),
    /// The characters from 0x80 on.
    Dos(Box<[char; 128]>),
}

impl Decoder {
    fn new(encoding: Encoding) -> Self {
        match encoding.0 {
            EncodingFamily::Web(encoding) => Self::Web(encoding.new_decoder_without_bom_handling()),
            EncodingFamily::Dos(page) => Self::Dos(Box::new(page.chars())),
        }
    }

    /// Appends the text of some bytes, and returns the number of bytes decoded.
    fn decode(&mut self, bytes: &[u8], last: bool, out: &mut String) -> usize {
        match self {
            Self::Web(decoder) => {
                out.reserve(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3));
                let (result, read, _) = decoder.decode_to_string(bytes, out, last);
                debug_assert_eq!(result, CoderResult::InputEmpty);
                read
            }
            Self::Dos(high) => {
                decode_dos(high, bytes, out);
                bytes.len()
            }
        }
    }
}

struct Decoding {
    encoding: Encoding,
    decoder: Decoder,
    /// Start of the next block.
    next: Checkpoint,
    /// Whether the decoder isn't inside a character.
    clean: bool,
    /// Bytes of an incomplete character at the end of the last block.
    waiting: Vec<u8>,
    out: String,
    /// Number of bytes of `out` already returned.
    taken: usize,
    eof: bool,
    /// Checkpoints since they were last taken.
    checkpoints: Vec<Checkpoint>,
}

impl<R: Read> Text<R> {
    /// Creates a reader; `raw` must be at the checkpoint.
    pub(super) fn new(raw: R, encoding: Encoding, at: Checkpoint) -> Self {
        let decoding = (encoding != Encoding::UTF_8).then(|| Decoding {
            encoding,
            decoder: Decoder::new(encoding),
            next: at,
            clean: true,
            waiting: Vec::new(),
            out: String::new(),
            taken: 0,
            eof: false,
            checkpoints: Vec::new(),
        });
        Self { raw, decoding }
    }

    pub(super) fn raw(&mut self) -> &mut R {
        &mut self.raw
    }

    /// Returns the checkpoints passed since the last call.
    pub(super) fn take_checkpoints(&mut self) -> Vec<Checkpoint> {
        self.decoding.as_mut().map(|decoding| std::mem::take(&mut decoding.checkpoints)).unwrap_or_default()
    }
}

impl Decoding {
    /// Decodes the next block.
    fn advance(&mut self, raw: &mut impl Read) -> io::Result<()> {
        self.out.clear();
        self.taken = 0;
        let had = self.waiting.len();
        self.waiting.resize(had + BLOCK, 0);
        let count = raw.read(self.waiting.get_mut(had..).unwrap_or_default());
        self.waiting.truncate(had + *count.as_ref().unwrap_or(&0));
        self.eof = count? == 0;
        let cut = if self.eof { None } else { safe_cut(self.encoding, &self.waiting) };
        if self.clean && !self.waiting.is_empty() {
            self.checkpoints.push(self.next);
        }
        let now = self.waiting.get(..cut.unwrap_or(self.waiting.len())).unwrap_or_default();
        let read = self.decoder.decode(now, self.eof, &mut self.out);
        self.clean = cut.is_some();
        self.next.raw += read as u64;
        self.next.text += self.out.len() as u64;
        self.waiting.drain(..read);
        Ok(())
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(decoding) = &mut self.decoding else { return self.raw.read(buffer) };
        while decoding.taken == decoding.out.len() {
            if decoding.eof {
                return Ok(0);
            }
            decoding.advance(&mut self.raw)?;
        }
        let rest = decoding.out.as_bytes().get(decoding.taken..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        let (now, _) = rest.split_at(count);
        if let Some(place) = buffer.get_mut(..count) {
            place.copy_from_slice(now);
        }
        decoding.taken += count;
        Ok(count)
    }
}

/// Returns the last position in a piece of the file that is certainly between two characters.
fn safe_cut(encoding: Encoding, piece: &[u8]) -> Option<usize> {
    let utf16 = |high: fn(&[u8]) -> Option<&u8>| {
        let whole = piece.len() & !1;
        let last = piece.get(..whole)?.rchunks_exact(2).next()?;
        // A high surrogate needs the low one that follows.
        Some(if high(last).is_some_and(|byte| (0xD8..0xDC).contains(byte)) { whole - 2 } else { whole })
    };
    let EncodingFamily::Web(encoding) = encoding.0 else { return Some(piece.len()).filter(|cut| *cut > 0) };
    let cut = if encoding == encoding_rs::UTF_16LE {
        utf16(<[u8]>::last)
    } else if encoding == encoding_rs::UTF_16BE {
        utf16(<[u8]>::first)
    } else if encoding.is_single_byte() {
        Some(piece.len())
    } else if encoding == encoding_rs::ISO_2022_JP {
        None
    } else {
        // In all other multi-byte encodings, no byte below 0x30 is part of a longer character.
        piece.iter().rposition(|byte| *byte < 0x30).map(|at| at + 1)
    };
    cut.filter(|cut| *cut > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reading from any checkpoint gives the rest of the text.
    #[test]
    fn reading_can_begin_at_every_checkpoint() {
        let line = "Zoë, “Łódź” – 王小明 𝄞, x\n";
        for (name, line) in [
            ("UTF-16LE", line),
            ("UTF-16BE", line),
            ("Windows-1252", "Zoë, “Müller” – O’Neil\n"),
            ("CP437", "Zoë, Müller ¿½ Peña\n"),
            ("CP850", "GARCÍA ÁLVAREZ, João\n"),
            ("CP852", "Łukasz, Dvořák, Erdős\n"),
            ("Big5", "王小明,台北市\n"),
            ("Shift_JIS", "山田,東京ソ\n"),
            ("GB18030", "王小明,北京 𝄞\n"),
            ("EUC-KR", "김철수,서울\n"),
        ] {
            let encoding: Encoding = name.parse().unwrap();
            let text = line.repeat(9_000);
            let raw: Vec<u8> = match name {
                "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                _ => encoding.encode(&text).unwrap().into_owned(),
            };
            let mut whole = String::new();
            let mut reader = Text::new(raw.as_slice(), encoding, Checkpoint::default());
            reader.read_to_string(&mut whole).unwrap();
            assert!(whole == text, "{name}");
            let checkpoints = reader.take_checkpoints();
            assert!(checkpoints.len() >= raw.len() / BLOCK, "{name}: {}", checkpoints.len());
            for at in checkpoints {
                let rest = &raw[usize::try_from(at.raw).unwrap()..];
                let mut tail = String::new();
                Text::new(rest, encoding, at).read_to_string(&mut tail).unwrap();
                assert!(tail == text[usize::try_from(at.text).unwrap()..], "{name} at {at:?}");
            }
        }
    }

    #[test]
    fn half_a_character_is_replaced_and_the_rest_is_read() {
        let mut text = String::new();
        let raw = b"a\0\x00\xD8b\0c";
        let mut reader =
            Text::new(raw.as_slice(), Encoding::web(encoding_rs::UTF_16LE), Checkpoint::default());
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "a\u{fffd}b\u{fffd}");
    }
}
