//! Splits a record into cells.

use csv::ByteRecord;
use memchr::{memchr, memchr2, memchr3};

use super::dialect::{Dialect, Escape};

/// Maximum length of a quoted cell, in bytes; beyond it the quote was never closed.
const MAX_CELL_LEN: usize = 16 << 20;
/// Number of bytes searched for a quote or line break at once: more than most rows have.
const NEAR: usize = 1 << 12;

/// How to treat malformed quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Report them.
    Strict,
    /// A quote inside a quoted cell is text.
    Inner,
    /// Like `Inner`, and of two quotes before a delimiter the first is text and the second ends the cell: `"10"",`.
    Ends,
    /// The quote that opened the cell is text.
    Opening,
    /// Every quote is text.
    None,
}

pub(super) enum Parsed {
    /// A record of `length` bytes with its line break; `breaks` says whether a cell has line breaks.
    Done {
        length: usize,
        breaks: bool,
    },
    More,
    /// A quote that is closed in the middle of its cell, or never (`open`).
    Malformed {
        open: bool,
    },
}

/// Splits the first record of a text into cells. `eof` says that nothing follows the text.
pub(super) fn parse(
    text: &[u8],
    eof: bool,
    dialect: Dialect,
    quotes: Quotes,
    record: &mut ByteRecord,
) -> Parsed {
    parse_each(text, eof, dialect, quotes, record, |_| {})
}

/// Like [`parse`], and tells `seen` of every cell whether it was quoted.
pub(super) fn parse_each(
    text: &[u8],
    eof: bool,
    dialect: Dialect,
    quotes: Quotes,
    record: &mut ByteRecord,
    mut seen: impl FnMut(bool),
) -> Parsed {
    record.clear();
    let (mut at, mut breaks) = (0, false);
    let delimiter = dialect.delimiter.0;
    let quote = dialect.quote.filter(|_| quotes != Quotes::None).map(|mark| mark.0);
    loop {
        let rest = text.get(at..).unwrap_or_default();
        at += if dialect.padded {
            rest.iter().take_while(|byte| **byte == b' ').count()
        } else {
            plain_cells(rest, delimiter, quote, record, &mut seen)
        };
        let rest = text.get(at..).unwrap_or_default();
        let next = match (rest.first(), quote) {
            (None, _) if eof => {
                record.push_field(b"");
                seen(false);
                return Parsed::Done { length: text.len(), breaks };
            }
            (None, _) => return Parsed::More,
            (Some(byte), Some(quote)) if *byte == quote => {
                match quoted(rest, eof, dialect, quote, quotes, record) {
                    Quoted::Closed { next, broken } => {
                        breaks |= broken;
                        seen(true);
                        next
                    }
                    Quoted::More => return Parsed::More,
                    Quoted::Malformed { .. } if quotes == Quotes::Opening => {
                        match unquoted(rest, eof, delimiter, record) {
                            Some(next) => {
                                seen(false);
                                next
                            }
                            None => return Parsed::More,
                        }
                    }
                    Quoted::Malformed { open } => return Parsed::Malformed { open },
                }
            }
            _ => match unquoted(rest, eof, delimiter, record) {
                Some(next) => {
                    seen(false);
                    next
                }
                None => return Parsed::More,
            },
        };
        at += next;
        match text.get(at) {
            Some(byte) if *byte == delimiter => at += 1,
            Some(_) => match line_break(text.get(at..).unwrap_or_default(), eof) {
                Some(length) => return Parsed::Done { length: at + length, breaks },
                None => return Parsed::More,
            },
            None => return Parsed::Done { length: at, breaks },
        }
    }
}

/// Reads an unquoted cell; returns the position of what ends it, or `None` if that isn't in the text.
fn unquoted(text: &[u8], eof: bool, delimiter: u8, record: &mut ByteRecord) -> Option<usize> {
    let end = match memchr3(delimiter, b'\n', b'\r', text) {
        Some(end) => end,
        None if eof => text.len(),
        None => return None,
    };
    record.push_field(text.get(..end)?);
    Some(end)
}

/// Takes the unquoted cells at the start of a text, as far as no quote or line break is near, and returns where the next
/// cell begins. Most cells are so short that eight bytes at a time are faster than a search for each end.
fn plain_cells(
    text: &[u8],
    delimiter: u8,
    quote: Option<u8>,
    record: &mut ByteRecord,
    seen: &mut impl FnMut(bool),
) -> usize {
    let near = text.get(..text.len().min(NEAR)).unwrap_or_default();
    let end = match quote {
        Some(quote) if near.first() == Some(&quote) => return 0,
        Some(quote) => memchr3(b'\n', b'\r', quote, near),
        None => memchr2(b'\n', b'\r', near),
    };
    let (words, _) = near.get(..end.unwrap_or(near.len())).unwrap_or_default().as_chunks();
    let (mut begun, mut at) = (0, 0);
    for word in words {
        let mut delimiters = hits(u64::from_le_bytes(*word), delimiter);
        while delimiters != 0 {
            let end = at + delimiters.trailing_zeros() as usize / 8;
            record.push_field(text.get(begun..end).unwrap_or_default());
            seen(false);
            begun = end + 1;
            delimiters &= delimiters - 1;
        }
        at += 8;
    }
    begun
}

/// Returns the highest bit of each byte of a word that is `wanted`.
fn hits(word: u64, wanted: u8) -> u64 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    let differs = word ^ (u64::from(wanted) * 0x0101_0101_0101_0101);
    !(((differs & LOW) + LOW) | differs | LOW)
}

enum Quoted {
    /// `next` is the position of what ends the cell; `broken` says whether the cell has line breaks.
    Closed {
        next: usize,
        broken: bool,
    },
    More,
    Malformed {
        open: bool,
    },
}

/// Reads a cell that begins with a quote.
fn quoted(
    text: &[u8],
    eof: bool,
    dialect: Dialect,
    quote: u8,
    quotes: Quotes,
    record: &mut ByteRecord,
) -> Quoted {
    let backslash = dialect.escape == Escape::Backslash;
    let find = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        let found = if backslash { memchr2(quote, b'\\', rest) } else { memchr(quote, rest) };
        found.map(|at| from + at)
    };
    // Only a cell with an escape is assembled; others are taken as they are.
    let mut joined: Option<Vec<u8>> = None;
    let (mut begun, mut from) = (1, 1);
    loop {
        let Some(at) = find(from) else {
            return if eof || text.len() > MAX_CELL_LEN {
                Quoted::Malformed { open: true }
            } else {
                Quoted::More
            };
        };
        let next = text.get(at + 1).copied();
        if next.is_none() && !eof {
            return Quoted::More;
        }
        let is_escape = text.get(at) != Some(&quote);
        let ends = |byte: u8| byte == dialect.delimiter.0 || byte == b'\n' || byte == b'\r';
        let doubled = !backslash && next == Some(quote);
        if doubled && quotes == Quotes::Ends && text.get(at + 2).copied().is_none_or(ends) {
            from = at + 1;
            continue;
        }
        if doubled || (is_escape && (next == Some(quote) || next == Some(b'\\'))) {
            let joined = joined.get_or_insert_default();
            joined.extend_from_slice(text.get(begun..at).unwrap_or_default());
            joined.extend(next);
            (begun, from) = (at + 2, at + 2);
            continue;
        }
        if is_escape {
            from = at + 1;
            continue;
        }
        let spaces = if next.is_some_and(ends) {
            0
        } else {
            text.get(at + 1..).unwrap_or_default().iter().take_while(|byte| **byte == b' ').count()
        };
        match text.get(at + 1 + spaces) {
            None if !eof => return Quoted::More,
            Some(byte) if !ends(*byte) => {
                if quotes != Quotes::Inner && quotes != Quotes::Ends {
                    return Quoted::Malformed { open: false };
                }
                from = at + 1;
            }
            _ => {
                let last = text.get(begun..at).unwrap_or_default();
                let cell = match &mut joined {
                    Some(joined) => {
                        joined.extend_from_slice(last);
                        joined.as_slice()
                    }
                    None => last,
                };
                record.push_field(cell);
                let broken = memchr2(b'\n', b'\r', text.get(..at).unwrap_or_default()).is_some();
                return Quoted::Closed { next: at + 1 + spaces, broken };
            }
        }
    }
}

/// Length of the line break at the start of a text, in bytes; `None` if more text is needed to tell.
pub(super) fn line_break(text: &[u8], eof: bool) -> Option<usize> {
    match text {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r'] if !eof => None,
        _ => Some(1),
    }
}

/// Counts line breaks as an editor does: CR LF is one.
pub(super) fn count_breaks(text: &[u8]) -> u64 {
    let pairs = text.windows(2).filter(|pair| pair == b"\r\n").count();
    (text.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count() - pairs) as u64
}
