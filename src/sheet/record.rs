//! Text cut into records and cells, each with the place where it really begins.
//!
//! Written by hand rather than taken from the CSV reader, because a file made by people needs what that hides: the
//! line on which a row begins, whether its quotes are well formed, and where the next row begins when they are not.
//! On well-formed text both read the same (a test holds them against each other).

use std::io::{self, Read};
use std::sync::Arc;

use csv::ByteRecord;
use memchr::{memchr, memchr2};

use super::align::ColumnKinds;
use super::cells::{Parsed, Quotes, count_breaks, line_break, parse};
use super::dialect::Dialect;
use super::fault::Fault;
use super::kind::Kind;
use super::scan::LineEnd;
use super::stored::{self, StoredNumber};

/// A record longer than this is cut; it cannot be sent.
const LONGEST_RECORD: usize = 32 << 20;
/// So far ahead is looked for the end of a cell whose quotes are not well formed.
const LOOK_AHEAD: usize = 1 << 14;
/// A row is cut into so many pieces at most.
const MOST_PIECES: usize = 50;
const BUFFER: usize = 1 << 18;
const EMPTY_LINES_KEPT: usize = 100;
/// With fewer columns than this, a line of prose too easily looks like a row.
const TELLING_WIDTH: usize = 4;

/// Where a record begins, and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    /// Byte in the text, from 0.
    pub(super) byte: u64,
    /// Line, from 1.
    pub(super) line: u64,
    pub(super) fault: Option<Fault>,
}

impl Endings {
    /// How lines end nearly everywhere; none when they end in several ways, or are too few.
    pub(super) fn usual(self) -> Option<LineEnd> {
        let all = self.lf + self.crlf + self.cr;
        let mostly = |count: u64| all >= 3 && count * 10 >= all * 6;
        let kinds = [(self.lf, LineEnd::Lf), (self.crlf, LineEnd::CrLf), (self.cr, LineEnd::Cr)];
        kinds.into_iter().find(|(count, _)| mostly(*count)).map(|(_, end)| end)
    }
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// Up to a line break, as an editor shows it.
    Breaks,
    /// A record: a row of a worksheet.
    Records,
}

/// How many lines end in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Endings {
    pub(super) lf: u64,
    pub(super) crlf: u64,
    pub(super) cr: u64,
}

/// Whether a cut row could be put together.
enum Joined {
    /// With what so many bytes hold.
    Yes(usize),
    No,
    /// More of the text is needed to tell.
    More,
}

/// What is known of how records are written before any is read.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) dialect: Dialect,
    /// How many cells a row should have; 0 while that is not known. Decides between readings of a malformed row.
    pub(super) width: usize,
    pub(super) lines: Lines,
    /// How lines end nearly everywhere, when that is so.
    pub(super) end: Option<LineEnd>,
    /// What the columns hold, once that is known. Decides between readings of a row with other separators.
    pub(super) columns: Option<Arc<ColumnKinds>>,
}

impl Shape {
    /// Records of any width.
    pub(super) fn of(dialect: Dialect, lines: Lines) -> Self {
        Self { dialect, width: 0, lines, end: None, columns: None }
    }
}

/// Reads records one after the other.
pub(super) struct Records<R> {
    input: R,
    shape: Shape,
    buffer: Vec<u8>,
    /// The next record begins here in the buffer.
    at: usize,
    /// The buffer is filled up to here.
    end: usize,
    /// Place of the buffer's first byte in the text.
    base: u64,
    line: u64,
    eof: bool,
    /// Inside the rest of a record that was too long.
    skipping: bool,
    pub(super) endings: Endings,
    pub(super) empty_lines: EmptyLines,
    /// Cells of the last record that are numbers, in a worksheet.
    pub(super) numbers: Vec<StoredNumber>,
}

/// Lines that have nothing on them.
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

impl<R: Read> Records<R> {
    /// `byte` and `line` say where in the text the input stands.
    pub(super) fn new(input: R, shape: Shape, (byte, line): (u64, u64)) -> Self {
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
        }
    }

    pub(super) fn input(&mut self) -> &mut R {
        &mut self.input
    }

    /// Reads the next record; none at the end.
    pub(super) fn read(&mut self, record: &mut ByteRecord) -> io::Result<Option<Start>> {
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
                            Joined::Yes(length) => (length, true, Some(Fault::LooseBreak)),
                            Joined::No => (length, false, None),
                            Joined::More => {
                                self.fill()?;
                                continue;
                            }
                        }
                    }
                    Parsed::Done { length, breaks } if !(breaks && self.swallowed(length)) => {
                        (length, breaks, None)
                    }
                    Parsed::More if rest.len() > LONGEST_RECORD => {
                        let _ = parse(self.rest(), true, self.shape.dialect, Quotes::None, record);
                        self.skipping = true;
                        (self.rest().len(), false, Some(Fault::TooLong))
                    }
                    Parsed::More => {
                        self.fill()?;
                        continue;
                    }
                    Parsed::Done { .. } | Parsed::Malformed { .. } => {
                        let Some(mended) = self.mend(record) else {
                            self.fill()?;
                            continue;
                        };
                        mended
                    }
                };
            let fault = fault.or_else(|| self.realign(length, record));
            // A worksheet has formulas of its own: there, such a cell is a text that a person typed.
            if self.shape.lines == Lines::Breaks && memchr(b'=', record.as_slice()).is_some() {
                take_text_formulas(record);
            }
            if self.shape.lines == Lines::Records {
                stored::take(record, &mut self.numbers);
            }
            let start = Start { byte: self.base + self.at as u64, line: self.line, fault };
            let lines = match self.shape.lines {
                Lines::Breaks if breaks => count_breaks(self.rest().get(..length).unwrap_or_default()),
                Lines::Breaks if self.skipping => 0,
                _ => 1,
            };
            self.count_ending(length);
            self.step(length, lines);
            // A row of a worksheet that has nothing in it.
            if self.shape.lines == Lines::Records && record.len() == 1 && record.as_slice().is_empty() {
                self.empty_lines.push(start.line);
                continue;
            }
            return Ok(Some(start));
        }
    }

    /// Whether a short record ends with a line break that is not the file's own: it may stand inside a cell.
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

    /// Puts a row together again that such line breaks cut, when that makes as many cells as a row should have.
    fn join(&self, mut length: usize, record: &mut ByteRecord) -> Joined {
        let (mut joined, mut next) = (record.clone(), ByteRecord::new());
        for _ in 0..MOST_PIECES {
            if !self.is_cut(length, &joined) {
                break;
            }
            let behind = self.rest().get(length..).unwrap_or_default();
            let more = match parse(behind, self.eof, self.shape.dialect, Quotes::Strict, &mut next) {
                Parsed::Done { length, breaks: false } if length > 0 && next.len() < self.shape.width => {
                    length
                }
                Parsed::More if !self.eof && behind.len() < LOOK_AHEAD => return Joined::More,
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
                return Joined::Yes(length);
            }
        }
        Joined::No
    }

    /// Sets a row right whose separators went wrong, where what the columns hold says how.
    fn realign(&self, length: usize, record: &mut ByteRecord) -> Option<Fault> {
        // A worksheet has no separators that could go wrong.
        let is_odd = record.len() != self.shape.width && self.shape.lines == Lines::Breaks;
        let columns = self.shape.columns.as_ref().filter(|_| is_odd)?;
        let line = self.rest().get(..length)?;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (cells, fault) = columns.realign(line, self.shape.dialect, record)?;
        *record = cells;
        Some(fault)
    }

    /// What is in the buffer and not yet read.
    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }

    fn step(&mut self, bytes: usize, lines: u64) {
        self.at += bytes;
        self.line += lines;
    }

    /// Reads on; what is not yet read stays.
    fn fill(&mut self) -> io::Result<()> {
        if self.at > 0 {
            self.buffer.copy_within(self.at..self.end, 0);
            self.base += self.at as u64;
            self.end -= self.at;
            self.at = 0;
        }
        if self.end == self.buffer.len() {
            // Doubling: a long record is looked at again each time, and so in all only about twice.
            let length = (self.buffer.len() * 2).clamp(BUFFER, LONGEST_RECORD + BUFFER);
            self.buffer.resize(length, 0);
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

    /// Passes over the rest of a line.
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

    /// Whether a well-formed record over several lines is rather a quote that was forgotten: its first line, and
    /// one of the lines it swallowed, are each a row by themselves, with cells of the same kinds.
    fn swallowed(&self, length: usize) -> bool {
        if self.shape.width < TELLING_WIDTH {
            return false;
        }
        let (mut first, mut other) = (ByteRecord::new(), ByteRecord::new());
        // Words stand in every text; numbers, dates and ids in the same places do not.
        let telling = |(a, b): &(&[u8], &[u8])| kind_of(a) == kind_of(b) && kind_of(a).is_telling();
        let differs = |(a, b): &(&[u8], &[u8])| {
            kind_of(a) != kind_of(b) && kind_of(a) != Kind::Odd && kind_of(b) != Kind::Odd
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

    /// Reads a record whose quotes are not well formed: of the readings there are, the one that gives as many
    /// cells as a row should have. None when more of the text is needed to tell.
    fn mend(&self, record: &mut ByteRecord) -> Option<(usize, bool, Option<Fault>)> {
        let rest = self.rest();
        let (line, length) = match memchr2(b'\r', b'\n', rest) {
            Some(at) => (rest.get(..at)?, at + line_break(rest.get(at..)?, self.eof)?),
            None if self.eof || rest.len() > LONGEST_RECORD => (rest, rest.len()),
            None => return None,
        };
        let fits = |quotes: Quotes, record: &mut ByteRecord| {
            matches!(parse(line, true, self.shape.dialect, quotes, record), Parsed::Done { .. })
                && record.len() == self.shape.width
        };
        if fits(Quotes::Inner, record) || fits(Quotes::Ends, record) {
            return Some((length, false, Some(Fault::StrayQuote)));
        }
        let open = matches!(
            parse(line, true, self.shape.dialect, Quotes::Strict, record),
            Parsed::Malformed { open: true }
        );
        let fault = if open { Fault::OpenQuote } else { Fault::StrayQuote };
        // A cell of several lines, none of which is a row by itself.
        let near = rest.get(..rest.len().min(LOOK_AHEAD)).unwrap_or_default();
        match parse(near, self.eof && near.len() == rest.len(), self.shape.dialect, Quotes::Inner, record) {
            Parsed::More if near.len() < LOOK_AHEAD && !self.eof => return None,
            Parsed::Done { length, breaks } if record.len() == self.shape.width => {
                let mut other = ByteRecord::new();
                let first = record.get(0).map(kind_of);
                // Also one that a note of several lines cuts: it begins with the same kind of id.
                let begins = |line: &[u8], other: &ByteRecord| {
                    let alike = other.get(0).map(kind_of) == first && first.is_some_and(Kind::is_telling);
                    alike && other.len() > 1 && !line.is_empty()
                };
                let mut lines = near.get(..length)?.split(|byte| matches!(byte, b'\r' | b'\n')).skip(1);
                if !lines.any(|line| self.is_row(line, &mut other) || begins(line, &other)) {
                    return Some((length, breaks, Some(Fault::StrayQuote)));
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

/// Cells such as `="00815"`: a way to make Excel keep the zeros. The text is what it shows.
fn take_text_formulas(record: &mut ByteRecord) {
    fn text(cell: &[u8]) -> Option<&[u8]> {
        let inside = cell.strip_prefix(b"=\"")?.strip_suffix(b"\"")?;
        (!inside.contains(&b'"')).then_some(inside)
    }
    if record.iter().any(|cell| text(cell).is_some()) {
        *record = record.iter().map(|cell| text(cell).unwrap_or(cell)).collect();
    }
}

fn kind_of(cell: &[u8]) -> Kind {
    Kind::of(&String::from_utf8_lossy(cell))
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
