//! Reading: the one scan at opening, and the rows from a known place.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord};
use sha2::{Digest, Sha256};

use super::{Column, Place, Row, STRIDE, Sheet, SheetError};

/// How many empty lines are remembered one by one; more are only counted.
const EMPTY_LINES_KEPT: usize = 100;
const BUFFER: usize = 1 << 16;

/// Reads the whole file once.
pub(super) fn scan(path: &Path) -> Result<Sheet, SheetError> {
    let fail = |error: io::Error| SheetError::io(path, &error);
    let file = File::open(path).map_err(fail)?;
    if file.metadata().map_err(fail)?.is_dir() {
        return Err(fail(io::ErrorKind::IsADirectory.into()));
    }
    // Taken before the first byte: a file that is written to meanwhile is seen as changed.
    let stamp = super::stamp(&file).map_err(fail)?;
    let hashing = Hashing { inner: file, sha: Sha256::new(), start: Vec::new() };
    let mut records = Records::new(hashing, 1);
    let mut record = ByteRecord::new();

    let header = records.read(path, &mut record)?;
    refuse_other_formats(path, &records.source().start)?;
    if header.is_none() {
        return Err(SheetError::Empty { path: path.to_path_buf() });
    }
    let header = text(path, &record, records.start)?;
    let mut columns: Vec<Column> =
        header.iter().map(|h| Column { header: h.to_owned(), filled: 0 }).collect();

    let (mut rows, mut places) = (0, Vec::new());
    while let Some(byte) = records.read(path, &mut record)? {
        if rows % STRIDE == 0 {
            places.push(Place { byte, line: records.start });
        }
        rows += 1;
        if !record.as_slice().is_ascii() {
            text(path, &record, records.start)?;
        }
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.filled += u64::from(!cell.trim_ascii().is_empty());
        }
    }
    if records.quote_open {
        return Err(SheetError::OpenQuote { path: path.to_path_buf(), line: records.start });
    }
    if rows == 0 {
        return Err(SheetError::NoRows { path: path.to_path_buf() });
    }
    let sha256 = records.source().sha.clone().finalize().into();
    Ok(Sheet {
        path: path.to_path_buf(),
        columns,
        rows,
        places,
        empty_lines: records.empty,
        empty_line_count: records.empty_count,
        sha256,
        stamp,
    })
}

/// Says what a file is that is plainly not CSV, from its first bytes.
fn refuse_other_formats(path: &Path, start: &[u8]) -> Result<(), SheetError> {
    let what = match start {
        [b'P', b'K', 3, 4, ..] => "an Excel or OpenDocument workbook",
        [0xD0, 0xCF, 0x11, 0xE0, ..] => "an old Excel workbook",
        [b'%', b'P', b'D', b'F', ..] => "a PDF",
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "text in UTF-16",
        _ => return Ok(()),
    };
    Err(SheetError::NotCsv { path: path.to_path_buf(), what })
}

fn text(path: &Path, record: &ByteRecord, line: u64) -> Result<StringRecord, SheetError> {
    StringRecord::from_byte_record(record.clone()).map_err(|error| SheetError::NotUtf8 {
        path: path.to_path_buf(),
        line,
        column: error.utf8_error().field() + 1,
    })
}

/// Reads records and knows where each really begins.
///
/// The CSV reader skips empty lines at the start of the *next* record, gives that record the line of the first
/// of them, and leaves the line feed of a CR LF pair behind. So the raw bytes of each record are looked at.
struct Records<R> {
    reader: Reader<Tap<R>>,
    /// Line on which the last record began.
    start: u64,
    /// Line after the last record.
    next: u64,
    after_cr: bool,
    /// Where the last record's bytes are.
    last: (u64, u64),
    /// At the end: whether the last record ended inside quotes. No other can.
    quote_open: bool,
    empty: Vec<u64>,
    empty_count: u64,
}

impl<R: Read> Records<R> {
    /// `line` is the line that begins where `inner` stands.
    fn new(inner: R, line: u64) -> Self {
        // Headers are read as a row of their own, so that a row's number and place are ours alone.
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(Tap { inner, raw: Vec::new(), from: 0, done: 0 });
        Self {
            reader,
            start: line,
            next: line,
            after_cr: false,
            last: (0, 0),
            quote_open: false,
            empty: Vec::new(),
            empty_count: 0,
        }
    }

    /// Reads a record; gives the byte at which it begins, none at the end.
    fn read(&mut self, path: &Path, record: &mut ByteRecord) -> Result<Option<u64>, SheetError> {
        let from = self.reader.position().byte();
        let more = self.reader.read_byte_record(record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => SheetError::io(path, &error),
            _ => {
                SheetError::Unreadable { path: path.to_path_buf(), reason: "it cannot be read as CSV".into() }
            }
        })?;
        let to = self.reader.position().byte();
        let leading = self.walk(from, to);
        if more {
            self.last = (from, to);
        } else {
            let (from, to) = self.last;
            self.quote_open = ends_in_quotes(self.reader.get_ref().raw(from, to));
        }
        // The last record is kept: at the end of the file it is looked at once more.
        self.reader.get_mut().done = self.last.0;
        Ok(more.then_some(from + leading))
    }

    fn source(&self) -> &R {
        &self.reader.get_ref().inner
    }

    /// Counts the lines of one record's bytes; gives how many bytes of empty lines stand before it.
    fn walk(&mut self, from: u64, to: u64) -> u64 {
        let (mut leading, mut line, mut after_cr, mut begun) = (0, self.next, self.after_cr, false);
        for byte in self.reader.get_ref().raw(from, to) {
            let ends_line = *byte == b'\r' || (*byte == b'\n' && !after_cr);
            after_cr = *byte == b'\r';
            if !begun && matches!(byte, b'\r' | b'\n') {
                leading += 1;
                if ends_line {
                    self.empty_count += 1;
                    if self.empty.len() < EMPTY_LINES_KEPT {
                        self.empty.push(line);
                    }
                }
            } else if !begun {
                begun = true;
                self.start = line;
            }
            line += u64::from(ends_line);
        }
        self.next = line;
        self.after_cr = after_cr;
        leading
    }
}

/// Whether a record's bytes end inside a quoted cell.
fn ends_in_quotes(raw: &[u8]) -> bool {
    let (mut quoted, mut at_start) = (false, true);
    for byte in raw {
        match byte {
            // A doubled quote leaves the cell and enters it again.
            b'"' if quoted || at_start => {
                quoted = !quoted;
                at_start = true;
            }
            b',' | b'\r' | b'\n' if !quoted => at_start = true,
            _ if !quoted => at_start = false,
            _ => {}
        }
    }
    quoted
}

/// Passes bytes on and keeps those whose record has not been looked at. Places count from where it began.
struct Tap<R> {
    inner: R,
    raw: Vec<u8>,
    /// Place of the first byte kept.
    from: u64,
    /// Place of the first byte still needed.
    done: u64,
}

impl<R> Tap<R> {
    fn raw(&self, from: u64, to: u64) -> &[u8] {
        let at = |place: u64| usize::try_from(place.saturating_sub(self.from)).unwrap_or(usize::MAX);
        self.raw.get(at(from)..at(to)).unwrap_or_default()
    }
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Once a buffer, not once a record: moving what is left costs as much as it is long.
        let done = usize::try_from(self.done.saturating_sub(self.from)).unwrap_or(usize::MAX);
        let done = done.min(self.raw.len());
        self.raw.drain(..done);
        self.from += done as u64;
        let count = self.inner.read(buffer)?;
        self.raw.extend_from_slice(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

/// The rows from a known place, in order.
pub struct Rows {
    path: PathBuf,
    records: Option<Records<File>>,
    record: ByteRecord,
    /// Number of the row that comes next.
    number: u64,
}

impl Rows {
    pub(super) fn none(path: &Path) -> Self {
        Self { path: path.to_path_buf(), records: None, record: ByteRecord::new(), number: 0 }
    }

    /// `place` is that of the nearest row up to `number` whose place is kept.
    pub(super) fn at(path: &Path, mut file: File, place: Place, number: u64) -> Result<Self, SheetError> {
        file.seek(SeekFrom::Start(place.byte)).map_err(|error| SheetError::io(path, &error))?;
        let first = (number - 1) / STRIDE * STRIDE + 1;
        let records = Some(Records::new(file, place.line));
        let mut rows = Self { path: path.to_path_buf(), records, record: ByteRecord::new(), number: first };
        while rows.number < number && rows.advance()? {}
        Ok(rows)
    }

    fn advance(&mut self) -> Result<bool, SheetError> {
        let Some(records) = self.records.as_mut() else { return Ok(false) };
        let more = records.read(&self.path, &mut self.record)?.is_some();
        self.number += u64::from(more);
        Ok(more)
    }
}

impl Iterator for Rows {
    type Item = Result<Row, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.advance() {
            Ok(false) => None,
            Ok(true) => {
                let line = self.records.as_ref().map_or(0, |records| records.start);
                let cells = text(&self.path, &self.record, line);
                Some(cells.map(|cells| Row { number: self.number - 1, line, cells }))
            }
            Err(error) => Some(Err(error)),
        }
    }
}

/// Hashes what passes through it, and keeps the first bytes.
struct Hashing {
    inner: File,
    sha: Sha256,
    start: Vec<u8>,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let read = buffer.get(..count).unwrap_or_default();
        self.sha.update(read);
        if self.start.len() < 8 {
            self.start.extend(read.iter().take(8 - self.start.len()));
        }
        Ok(count)
    }
}
