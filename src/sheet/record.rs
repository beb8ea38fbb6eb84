//! Splits text into records and cells, each with the place where it really begins.
//!
//! Written by hand instead of using the CSV reader, because files made by people need what that hides: the line where
//! a row begins, whether its quotes are well formed, and where the next row begins if they aren't. On well-formed
//! text both give the same result (a test compares them).

use std::io::{self, Read};
use std::sync::Arc;

use csv::ByteRecord;
use memchr::{memchr, memchr2};

use super::align::{ColumnKinds, CutShort};
use super::cell_kind::CellKind;
use super::cells::{Parsed, Quotes, count_breaks, line_break, parse};
use super::dialect::Dialect;
use super::row_fault::RowFault;
use super::scan::LineEnd;
use super::stored::{self, StoredDate, StoredNumber};

/// Maximum length of a record, in bytes. A longer one is cut off and can't be sent.
const MAX_RECORD_LEN: usize = 32 << 20;
/// Number of bytes searched for the end of a cell with malformed quotes.
const LOOK_AHEAD: usize = 1 << 14;
/// Maximum number of pieces that line breaks split a row into.
const MAX_PIECES: usize = 50;
const BUFFER: usize = 1 << 18;
const EMPTY_LINES_KEPT: usize = 100;
/// Minimum number of columns; with fewer, a line of prose too easily looks like a row.
const TELLING_WIDTH: usize = 4;

/// Start of a record, and its fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RecordStart {
    /// Byte in the text, from 0.
    pub(super) byte: u64,
    /// Line, from 1.
    pub(super) line: u64,
    pub(super) fault: Option<RowFault>,
}

impl Endings {
    /// Returns the usual line ending; `None` if endings are mixed or lines are too few.
    pub(super) fn usual(self) -> Option<LineEnd> {
        let all = self.lf + self.crlf + self.cr;
        let mostly = |count: u64| all >= 3 && count * 10 >= all * 6;
        let kinds = [(self.lf, LineEnd::Lf), (self.crlf, LineEnd::CrLf), (self.cr, LineEnd::Cr)];
        kinds.into_iter().find(|(count, _)| mostly(*count)).map(|(_, end)| end)
    }
}

/// Meaning of “line”.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// Up to a line break, as an editor shows it.
    Breaks,
    /// A record: a row of a worksheet.
    Records,
}

/// Number of lines with each ending.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Endings {
    pub(super) lf: u64,
    pub(super) crlf: u64,
    pub(super) cr: u64,
}

/// Result of joining the pieces of a split row.
enum JoinResult {
    /// Joined, from this many bytes.
    Yes(usize),
    No,
    /// More text is needed to tell.
    More,
}

/// What is known about the form of records before reading them.
#[derive(Debug, Clone)]
pub(super) struct RecordFormat {
    pub(super) dialect: Dialect,
    /// Number of cells a row should have; 0 while unknown. Decides between readings of a malformed row.
    pub(super) width: usize,
    pub(super) lines: Lines,
    /// The usual line ending, if there is one.
    pub(super) end: Option<LineEnd>,
    /// Kind of cells in each column, once known. Decides between readings of a row with wrong delimiters.
    pub(super) columns: Option<Arc<ColumnKinds>>,
    /// Signs of rows whose cells are shifted and whose last cells were left off, in files that may have such rows.
    pub(super) cut_short: Option<Arc<CutShort>>,
}

impl RecordFormat {
    /// Records of any width.
    pub(super) fn of(dialect: Dialect, lines: Lines) -> Self {
        Self { dialect, width: 0, lines, end: None, columns: None, cut_short: None }
    }
}

/// Reader of records.
pub(super) struct RecordReader<R> {
    input: R,
    shape: RecordFormat,
    buffer: Vec<u8>,
    /// Start of the next record in the buffer.
    at: usize,
    /// End of the filled part of the buffer.
    end: usize,
    /// Position of the buffer's first byte in the text.
    base: u64,
    line: u64,
    eof: bool,
    /// Whether it is inside the rest of a record that was too long.
    skipping: bool,
    pub(super) endings: Endings,
    pub(super) empty_lines: EmptyLines,
    /// Cells of the last record that are numbers, in a worksheet.
    pub(super) numbers: Vec<StoredNumber>,
    /// Columns of the dates of the last record that are only partly shown, in a worksheet.
    pub(super) dates: Vec<StoredDate>,
}

/// Empty lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct EmptyLines {
    pub(super) count: u64,
    /// The first of them; more are only counted.
    pub(super) first: Vec<u64>,
}

impl EmptyLines {
    fn push(&mut self, line: u64) {
        self.count += 1;
        if self.first.len() < EMPTY_LINES_KEPT {
            self.first.push(line);
        }
    }
}

impl<R: Read> RecordReader<R> {
    /// Creates a reader of an input that begins at `byte` and `line` of the text.
    pub(super) fn new(input: R, shape: RecordFormat, (byte, line): (u64, u64)) -> Self {
        Self {
            input,
            shape,
            buffer: Vec::new(),
            at: 0,
            end: 0,
            base: byte,
            line,
            eof: false,
            skipping: false,
            endings: Endings::default(),
            empty_lines: EmptyLines::default(),
            numbers: Vec::new(),
            dates: Vec::new(),
        }
    }

    pub(super) fn input(&mut self) -> &mut R {
        &mut self.input
    }

    /// Reads the next record; `None` at the end.
    pub(super) fn read(&mut self, record: &mut ByteRecord) -> io::Result<Option<RecordStart>> {
        loop {
            if self.skipping {
                self.skip_line()?;
            }
            let rest = self.rest();
            let Some(first) = rest.first() else {
                if self.eof {
                    return Ok(None);
                }
                self.fill()?;
                continue;
            };
            if matches!(first, b'\r' | b'\n') && self.shape.lines == Lines::Breaks {
                match line_break(rest, self.eof) {
                    Some(length) => {
                        self.empty_lines.push(self.line);
                        self.step(length, 1);
                    }
                    None => self.fill()?,
                }
                continue;
            }
            let (length, breaks, fault) =
                match parse(rest, self.eof, self.shape.dialect, Quotes::Strict, record) {
                    Parsed::Done { length, breaks: false } if self.is_cut(length, record) => {
                        match self.join(length, record) {
                            JoinResult::Yes(length) => (length, true, Some(RowFault::LooseBreak)),
                            JoinResult::No => (length, false, None),
                            JoinResult::More => {
                                self.fill()?;
                                continue;
                            }
                        }
                    }
                    Parsed::Done { length, breaks } if !(breaks && self.hides_unclosed_quote(length)) => {
                        (length, breaks, None)
                    }
                    Parsed::More if rest.len() > MAX_RECORD_LEN => {
                        let _ = parse(self.rest(), true, self.shape.dialect, Quotes::None, record);
                        self.skipping = true;
                        (self.rest().len(), false, Some(RowFault::TooLong))
                    }
                    Parsed::More => {
                        self.fill()?;
                        continue;
                    }
                    Parsed::Done { .. } | Parsed::Malformed { .. } => {
                        let Some(mended) = self.read_malformed(record) else {
                            self.fill()?;
                            continue;
                        };
                        mended
                    }
                };
            let fault = fault.or_else(|| self.realign(length, record));
            // A worksheet has real formulas: there, such a cell is text that someone typed.
            if self.shape.lines == Lines::Breaks && memchr(b'=', record.as_slice()).is_some() {
                unwrap_text_formulas(record);
            }
            if self.shape.lines == Lines::Records {
                stored::take(record, &mut self.numbers, &mut self.dates);
            }
            let start = RecordStart { byte: self.base + self.at as u64, line: self.line, fault };
            let lines = match self.shape.lines {
                Lines::Breaks if breaks => count_breaks(self.rest().get(..length).unwrap_or_default()),
                Lines::Breaks if self.skipping => 0,
                _ => 1,
            };
            self.count_ending(length);
            self.step(length, lines);
            // An empty row of a worksheet.
            if self.shape.lines == Lines::Records && record.len() == 1 && record.as_slice().is_empty() {
                self.empty_lines.push(start.line);
                continue;
            }
            return Ok(Some(start));
        }
    }

    /// Whether a short record ends with a line break other than the file's usual one, which may be inside a cell.
    fn is_cut(&self, length: usize, record: &ByteRecord) -> bool {
        let ended = self.rest().get(..length).unwrap_or_default();
        let foreign = match (ended, self.shape.end) {
            ([.., b'\r', b'\n'], _) | (_, None) => false,
            ([.., b'\n'], Some(end)) => end == LineEnd::CrLf,
            ([.., b'\r'], Some(end)) => matches!(end, LineEnd::CrLf | LineEnd::Lf),
            _ => false,
        };
        foreign && record.len() < self.shape.width
    }

    /// Joins a row split by such line breaks, if that gives the right number of cells.
    fn join(&self, mut length: usize, record: &mut ByteRecord) -> JoinResult {
        let (mut joined, mut next) = (record.clone(), ByteRecord::new());
        for _ in 0..MAX_PIECES {
            if !self.is_cut(length, &joined) {
                break;
            }
            let behind = self.rest().get(length..).unwrap_or_default();
            let more = match parse(behind, self.eof, self.shape.dialect, Quotes::Strict, &mut next) {
                Parsed::Done { length, breaks: false } if length > 0 && next.len() < self.shape.width => {
                    length
                }
                Parsed::More if !self.eof && behind.len() < LOOK_AHEAD => return JoinResult::More,
                _ => break,
            };
            let last = joined.len().saturating_sub(1);
            let cell =
                [joined.get(last).unwrap_or_default(), b"\n", next.get(0).unwrap_or_default()].concat();
            let before: ByteRecord = joined.iter().take(last).collect();
            joined = before.iter().chain([cell.as_slice()]).chain(next.iter().skip(1)).collect();
            length += more;
            if joined.len() == self.shape.width {
                *record = joined;
                return JoinResult::Yes(length);
            }
        }
        JoinResult::No
    }

    /// Repairs a row with wrong delimiters, if the kinds of its columns show how; otherwise reports whether its cells may
    /// be shifted.
    fn realign(&self, length: usize, record: &mut ByteRecord) -> Option<RowFault> {
        // A worksheet has no delimiters that could go wrong.
        if self.shape.lines != Lines::Breaks {
            return None;
        }
        let line = self.rest().get(..length)?;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let columns = self.shape.columns.as_ref().filter(|_| record.len() != self.shape.width);
        if let Some((cells, fault)) = columns.and_then(|of| of.repair(line, self.shape.dialect, record)) {
            *record = cells;
            return Some(fault);
        }
        let cut_short = self.shape.cut_short.as_ref()?;
        cut_short.may_be_shifted(line, self.shape.dialect, record).then_some(RowFault::MaybeShifted)
    }

    /// Unread part of the buffer.
    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }

    fn step(&mut self, bytes: usize, lines: u64) {
        self.at += bytes;
        self.line += lines;
    }

    /// Reads more input and keeps the unread part.
    fn fill(&mut self) -> io::Result<()> {
        if self.at > 0 {
            self.buffer.copy_within(self.at..self.end, 0);
            self.base += self.at as u64;
            self.end -= self.at;
            self.at = 0;
        }
        if self.end == self.buffer.len() {
            // Doubling, because a long record is parsed again each time: this makes it about twice in all.
            let length = (self.buffer.len() * 2).clamp(BUFFER, MAX_RECORD_LEN + BUFFER);
            // New memory is zeroed by the system; `resize` would write every zero.
            let mut longer = vec![0; length];
            let (kept, _) = longer.split_at_mut(self.end);
            kept.copy_from_slice(self.rest());
            self.buffer = longer;
        }
        let count = loop {
            match self.input.read(self.buffer.get_mut(self.end..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        self.end += count;
        self.eof |= count == 0;
        Ok(())
    }

    /// Skips the rest of a line.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let rest = self.rest();
            match memchr2(b'\r', b'\n', rest) {
                Some(at) => {
                    if let Some(length) = line_break(rest.get(at..).unwrap_or_default(), self.eof) {
                        self.skipping = false;
                        self.step(at + length, 1);
                        return Ok(());
                    }
                }
                None if self.eof => {
                    self.skipping = false;
                    self.at = self.end;
                    return Ok(());
                }
                None => self.at = self.end,
            }
            self.fill()?;
        }
    }

    fn count_ending(&mut self, length: usize) {
        match self.rest().get(..length).unwrap_or_default() {
            [.., b'\r', b'\n'] => self.endings.crlf += 1,
            [.., b'\n'] => self.endings.lf += 1,
            [.., b'\r'] => self.endings.cr += 1,
            _ => {}
        }
    }

    /// Whether a well-formed record over several lines is more likely an unclosed quote: its first line and one of the
    /// lines it swallowed are each a row by themselves, with cells of the same kinds.
    fn hides_unclosed_quote(&self, length: usize) -> bool {
        if self.shape.width < TELLING_WIDTH {
            return false;
        }
        let (mut first, mut other) = (ByteRecord::new(), ByteRecord::new());
        // Every text has words; numbers, dates and ids in the same places are proof.
        let telling = |(a, b): &(&[u8], &[u8])| kind_of(a) == kind_of(b) && kind_of(a).is_telling();
        let differs = |(a, b): &(&[u8], &[u8])| {
            kind_of(a) != kind_of(b) && kind_of(a) != CellKind::Odd && kind_of(b) != CellKind::Odd
        };
        let mut lines =
            self.rest().get(..length).unwrap_or_default().split(|byte| matches!(byte, b'\r' | b'\n'));
        lines.next().is_some_and(|line| self.is_row(line, &mut first))
            && lines.any(|line| {
                self.is_row(line, &mut other)
                    && first.iter().zip(&other).any(|pair| telling(&pair))
                    && first.iter().zip(&other).filter(differs).count() * 2 < self.shape.width
            })
    }

    /// Whether a line is a row by itself.
    fn is_row(&self, line: &[u8], record: &mut ByteRecord) -> bool {
        let parsed = parse(line, true, self.shape.dialect, Quotes::Opening, record);
        matches!(parsed, Parsed::Done { .. }) && record.len() == self.shape.width
    }

    /// Reads a record with malformed quotes: the reading that gives the right number of cells. `None` if more text is
    /// needed to tell.
    fn read_malformed(&self, record: &mut ByteRecord) -> Option<(usize, bool, Option<RowFault>)> {
        let rest = self.rest();
        let (line, length) = match memchr2(b'\r', b'\n', rest) {
            Some(at) => (rest.get(..at)?, at + line_break(rest.get(at..)?, self.eof)?),
            None if self.eof || rest.len() > MAX_RECORD_LEN => (rest, rest.len()),
            None => return None,
        };
        let fits = |quotes: Quotes, record: &mut ByteRecord| {
            matches!(parse(line, true, self.shape.dialect, quotes, record), Parsed::Done { .. })
                && record.len() == self.shape.width
        };
        if fits(Quotes::Inner, record) || fits(Quotes::Ends, record) {
            return Some((length, false, Some(RowFault::StrayQuote)));
        }
        let open = matches!(
            parse(line, true, self.shape.dialect, Quotes::Strict, record),
            Parsed::Malformed { open: true }
        );
        let fault = if open { RowFault::OpenQuote } else { RowFault::StrayQuote };
        // A cell with several lines, none of which is a row by itself.
        let ahead = rest.get(..rest.len().min(LOOK_AHEAD)).unwrap_or_default();
        match parse(ahead, self.eof && ahead.len() == rest.len(), self.shape.dialect, Quotes::Inner, record) {
            Parsed::More if ahead.len() < LOOK_AHEAD && !self.eof => return None,
            Parsed::Done { length, breaks } if record.len() == self.shape.width => {
                let mut other = ByteRecord::new();
                let first = record.get(0).map(kind_of);
                // Also a row split by a note with several lines: it begins with the same kind of id.
                let begins = |line: &[u8], other: &ByteRecord| {
                    let alike = other.get(0).map(kind_of) == first && first.is_some_and(CellKind::is_telling);
                    alike && other.len() > 1 && !line.is_empty()
                };
                let mut lines = ahead.get(..length)?.split(|byte| matches!(byte, b'\r' | b'\n')).skip(1);
                if !lines.any(|line| self.is_row(line, &mut other) || begins(line, &other)) {
                    return Some((length, breaks, Some(RowFault::StrayQuote)));
                }
            }
            _ => {}
        }
        if fits(Quotes::Opening, record) || (!open && fits(Quotes::None, record)) {
            return Some((length, false, Some(fault)));
        }
        let _ = parse(line, true, self.shape.dialect, Quotes::Opening, record);
        Some((length, false, Some(fault)))
    }
}

/// Replaces cells such as `="00815"`, which make Excel keep zeros, by the text they show.
fn unwrap_text_formulas(record: &mut ByteRecord) {
    fn text(cell: &[u8]) -> Option<&[u8]> {
        let inside = cell.strip_prefix(b"=\"")?.strip_suffix(b"\"")?;
        (!inside.contains(&b'"')).then_some(inside)
    }
    if record.iter().any(|cell| text(cell).is_some()) {
        *record = record.iter().map(|cell| text(cell).unwrap_or(cell)).collect();
    }
}

fn kind_of(cell: &[u8]) -> CellKind {
    CellKind::of(&String::from_utf8_lossy(cell))
}

#[cfg(test)]
mod tests;
