//! Text in XLS workbooks: UTF-16 or its lower bytes since Excel 97, a code page before.

use encoding_rs::{self as encoding, Encoding};

use super::super::bytes::u16_at;
use crate::sheet::SheetFault;

/// Encoding of a workbook's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// Excel 97 and later.
    Unicode,
    /// Excel 5 and 95: the number of a Windows code page.
    CodePage(u16),
}

/// Number of bytes that give a text's length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    One,
    Two,
}

/// Code page of most workbooks that don't name one.
pub(super) const USUAL_PAGE: u16 = 1252;

fn encoding(page: u16) -> Option<&'static Encoding> {
    Some(match page {
        367 | 1252 | 0x8001 => encoding::WINDOWS_1252,
        866 => encoding::IBM866,
        874 => encoding::WINDOWS_874,
        932 => encoding::SHIFT_JIS,
        936 => encoding::GBK,
        949 => encoding::EUC_KR,
        950 => encoding::BIG5,
        1250 => encoding::WINDOWS_1250,
        1251 => encoding::WINDOWS_1251,
        1253 => encoding::WINDOWS_1253,
        1254 => encoding::WINDOWS_1254,
        1255 => encoding::WINDOWS_1255,
        1256 => encoding::WINDOWS_1256,
        1257 => encoding::WINDOWS_1257,
        1258 => encoding::WINDOWS_1258,
        10_000 | 0x8000 => encoding::MACINTOSH,
        10_007 => encoding::X_MAC_CYRILLIC,
        65_001 => encoding::UTF_8,
        _ => return None,
    })
}

fn decoded(bytes: &[u8], page: u16) -> Result<String, SheetFault> {
    match encoding(page) {
        Some(encoding) => Ok(encoding.decode_without_bom_handling(bytes).0.into_owned()),
        None if bytes.is_ascii() => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
        None => Err(SheetFault::Damaged(format!("its text is in code page {page}, which can't be read"))),
    }
}

/// Bytes of a record and of those that continue it. A text that continues in the next one gives its encoding there
/// again.
pub(super) struct RecordPieces<'a> {
    pieces: Vec<&'a [u8]>,
}

impl<'a> RecordPieces<'a> {
    pub(super) fn new(mut pieces: Vec<&'a [u8]>) -> Self {
        pieces.reverse();
        Self { pieces }
    }

    /// Whether all bytes are read.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.iter().all(|piece| piece.is_empty())
    }

    /// Takes at most `most` bytes, all from one piece.
    fn some(&mut self, most: usize) -> Option<&'a [u8]> {
        loop {
            let piece = self.pieces.last_mut()?;
            if piece.is_empty() {
                self.pieces.pop();
                continue;
            }
            let (taken, left) = piece.split_at_checked(most).unwrap_or((piece, &[]));
            *piece = left;
            return Some(taken);
        }
    }

    pub(super) fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            count -= self.some(count)?.len();
        }
        Some(())
    }

    fn number(&mut self, bytes: u32) -> Option<usize> {
        let mut number = 0;
        for at in 0..bytes {
            number |= usize::from(*self.some(1)?.first()?) << (8 * at);
        }
        Some(number)
    }

    /// Reads the text that begins here.
    pub(super) fn text(&mut self, length: Length, writing: Writing) -> Result<String, SheetFault> {
        let cut_short = || SheetFault::Damaged("one of its texts is cut short".to_owned());
        let count = self.number(if length == Length::One { 1 } else { 2 }).ok_or_else(cut_short)?;
        match writing {
            Writing::Unicode => self.unicode(count).ok_or_else(cut_short),
            Writing::CodePage(page) => {
                let mut bytes = Vec::new();
                while bytes.len() < count {
                    bytes.extend_from_slice(self.some(count - bytes.len()).ok_or_else(cut_short)?);
                }
                decoded(&bytes, page)
            }
        }
    }

    fn unicode(&mut self, mut count: usize) -> Option<String> {
        // Some programs end an empty text here.
        if count == 0 && self.is_empty() {
            return Some(String::new());
        }
        let mut flags = self.number(1)?;
        let runs = if flags & 8 != 0 { self.number(2)? } else { 0 };
        let phonetic = if flags & 4 != 0 { self.number(4)? } else { 0 };
        let mut units: Vec<u16> = Vec::new();
        let mut first = true;
        while count > 0 {
            // Each piece is used up before the next one gives its encoding.
            if self.pieces.last()?.is_empty() {
                self.pieces.pop();
                flags = if first && self.pieces.is_empty() { return None } else { self.number(1)? };
            }
            first = false;
            let wide = flags & 1 != 0;
            let part = self.some(if wide { count * 2 } else { count })?;
            if wide {
                units.extend(part.chunks(2).map(|unit| u16_at(unit, 0).unwrap_or(0xFFFD)));
                count -= part.len().div_ceil(2);
            } else {
                units.extend(part.iter().map(|byte| u16::from(*byte)));
                count -= part.len();
            }
        }
        self.skip(runs.checked_mul(4)?)?;
        self.skip(phonetic)?;
        Some(String::from_utf16_lossy(&units))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]], writing: Writing) -> Vec<Result<String, String>> {
        let mut pieces = RecordPieces::new(pieces.to_vec());
        let mut texts = Vec::new();
        while !pieces.is_empty() && texts.last().is_none_or(Result::is_ok) {
            texts.push(pieces.text(Length::Two, writing).map_err(|error| format!("{error:?}")));
        }
        texts
    }

    #[test]
    fn texts_go_on_in_the_next_record() {
        let good = |texts: &[&str]| texts.iter().map(|text| Ok((*text).to_owned())).collect::<Vec<_>>();
        let unicode = |pieces: &[&[u8]]| read(pieces, Writing::Unicode);
        assert_eq!(unicode(&[b"\x02\0\0ab\x01\0\x01\x4D\x01"]), good(&["ab", "ō"]));
        // In bytes, then in UTF-16, then in bytes again; the next text begins in the same record.
        assert_eq!(unicode(&[b"\x06\0\0ab", b"\x01\x4D\x01e\0", b"\0cd\x01\0\0x"]), good(&["abōecd", "x"]));
        // Nothing of the text was in the first record.
        assert_eq!(unicode(&[b"\x02\0\0", b"\x01a\0b\0"]), good(&["ab"]));
        // It ends with the record, and the next one begins with another text.
        assert_eq!(unicode(&[b"\x02\0\0ab", b"\x01\0\0c"]), good(&["ab", "c"]));
        // Its formats and phonetic text follow it, even across records.
        let rich = b"\x02\0\x0C\x01\0\x03\0\0\0ab\0\0";
        assert_eq!(unicode(&[rich, b"\0\0...\x01\0\0c"]), good(&["ab", "c"]));
        assert_eq!(unicode(&[b"\0\0", b""]), good(&[""]));
    }

    #[test]
    fn texts_that_end_too_early() {
        for pieces in [
            [b"\x02\0\0a".as_slice(), b""],
            [b"\x02\0\0a", b"\0"],
            [b"\x02\0\x08", b""],
            [b"\x02\0\x04\xFF\xFF\xFF\xFFab", b"c"],
            [b"\x02", b""],
        ] {
            assert!(read(&pieces, Writing::Unicode).iter().any(Result::is_err), "{pieces:?}");
        }
    }

    #[test]
    fn code_pages() {
        let page = |page| read(&[b"\x02\0M\x81"], Writing::CodePage(page)).remove(0);
        assert_eq!(page(10_000).unwrap(), "MÅ");
        assert_eq!(page(1251).unwrap(), "MЃ");
        assert!(page(437).unwrap_err().contains("code page 437"));
        assert_eq!(read(&[b"\x02\0ab"], Writing::CodePage(437)), [Ok("ab".to_owned())]);
    }
}
