//! Repairs rows with wrong delimiters by what the columns usually hold.
//!
//! A row with a missing, extra or different delimiter has its cells in the wrong columns. If the other rows show what
//! each column holds, and exactly one reading puts every cell in a column of its kind, that reading is used. It is a
//! guess, so there is a warning. Otherwise the row stays as it is.

mod cut_short;
mod surplus;

use csv::ByteRecord;

use super::cell_kind::CellKind;
use super::cells::{Parsed, Quotes, parse_each};
use super::dialect::{Dialect, Mark};
use super::row_fault::RowFault;
use super::sniff::SampleRecord;

pub(super) use cut_short::CutShort;
pub(super) use surplus::may_be_shifted;

/// Minimum number of rows that show what a column holds.
const MIN_ROWS: usize = 5;
/// The same where cells stay as they are, so that no guess is made.
const FEW_ROWS: usize = 2;
/// Minimum number of columns with ids, dates, numbers and the like, to tell one reading from another.
const MIN_TELLING: usize = 2;
/// Maximum number of extra pieces joined into one cell.
const MAX_EXTRA: usize = 12;
/// Maximum length of a cell that is split in two, in bytes; longer ones are prose.
const MAX_SPLIT_LEN: usize = 200;
/// Delimiters a single row may have instead of the file's own.
const SEPARATORS: [u8; 5] = [b',', b';', b'\t', b'|', b' '];

/// Kind of cells in a column, as far as it sets the column apart from others.
#[derive(Debug, Clone, Copy)]
struct ColumnKind {
    /// Kind of nearly all cells, if few other columns have it: an id, a date.
    telling: Option<CellKind>,
    /// Whether most cells are words.
    is_text: bool,
    /// Whether nearly all cells are filled.
    is_filled: bool,
    /// Length in bytes, if all cells have the same.
    length: Option<usize>,
    /// Whether the column holds numbers, dates and the like besides words.
    has_values: bool,
}

/// Kind of cells in each column.
#[derive(Debug)]
pub(super) struct ColumnKinds(Vec<ColumnKind>);

/// A reading of a row: its cells, and whether each was quoted.
struct RowReading {
    cells: ByteRecord,
    quoted: Vec<bool>,
}

impl ColumnKinds {
    /// Learns from the rows with the right number of cells; `None` if they show too little.
    pub(super) fn of(rows: &[&SampleRecord], width: usize) -> Option<Self> {
        let whole = |row: &&SampleRecord| row.cells.len() == width && row.start.fault.is_none();
        Self::of_rows(&rows.iter().copied().filter(whole).collect::<Vec<_>>(), width, MIN_ROWS)
    }

    /// Learns from few rows, to see whether the cells of another row are where they should be.
    pub(super) fn of_few(rows: &[&SampleRecord], width: usize) -> Option<Self> {
        let whole =
            |row: &&SampleRecord| row.cells.len() == width && row.start.fault.is_none() && row.filled() > 0;
        Self::of_rows(&rows.iter().copied().filter(whole).collect::<Vec<_>>(), width, FEW_ROWS)
    }

    fn of_rows(rows: &[&SampleRecord], width: usize, least: usize) -> Option<Self> {
        let columns = ColumnKind::of_all(rows, width, least);
        let telling = columns.iter().filter(|column| column.telling.is_some()).count();
        (rows.len() >= least && telling >= MIN_TELLING).then_some(Self(columns))
    }

    fn width(&self) -> usize {
        self.0.len()
    }

    /// Whether every cell fits its column, and enough of them are proof. Missing cells count as empty; cells beyond the
    /// last column don't count.
    fn fits(&self, cells: &ByteRecord) -> bool {
        let mut telling = 0;
        let mut cells = cells.iter();
        self.0.iter().all(|column| {
            let fit = column.accepts(cells.next().unwrap_or_default());
            telling += usize::from(fit == Some(true));
            fit.is_some()
        }) && telling >= MIN_TELLING
    }

    /// Whether no cell fits its column: words where other rows have ids, dates, numbers.
    pub(super) fn fits_nothing(&self, cells: &ByteRecord) -> bool {
        let filled =
            self.0.iter().zip(cells).filter(|(column, cell)| column.telling.is_some() && !cell.is_empty());
        let misses = filled.clone().filter(|(column, cell)| column.accepts(cell).is_none()).count();
        misses >= MIN_TELLING && misses == filled.count()
    }

    /// Returns the only reading that fits, if the row as it is doesn't. `line` is the row without its line break.
    /// A row that fits but continues beyond the last column is left alone: its owner knows where the rest belongs.
    pub(super) fn repair(
        &self,
        line: &[u8],
        dialect: Dialect,
        record: &ByteRecord,
    ) -> Option<(ByteRecord, RowFault)> {
        if self.fits(record) {
            return None;
        }
        let unique = |readings: Vec<ByteRecord>, fault| match self.only(readings) {
            UniqueReading::One(cells) => Some(Some((cells, fault))),
            UniqueReading::Several => Some(None),
            UniqueReading::None => None,
        };
        unique(self.cut_at_quotes(line, dialect), RowFault::MissingDelimiter)
            .or_else(|| self.has_two_readings(line, dialect, record).then_some(None))
            .or_else(|| unique(self.without_an_empty_cell(record), RowFault::ExtraDelimiter))
            .or_else(|| unique(self.joined(&pieces(line, dialect)?, dialect), RowFault::LooseDelimiter))
            .or_else(|| unique(self.cut_in_a_cell(record), RowFault::MissingDelimiter))
            .or_else(|| unique(self.with_other_separators(line, dialect), RowFault::OtherDelimiter))
            .flatten()
    }

    /// Whether a row that is too long can be read in several ways: without an empty cell, or with delimiters as part of
    /// one cell or another, be it an amount as in `1,500`.
    fn has_two_readings(&self, line: &[u8], dialect: Dialect, record: &ByteRecord) -> bool {
        let Some(extra @ 1..=MAX_EXTRA) = record.len().checked_sub(self.width()) else { return false };
        let dropped = self.without_an_empty_cell(record).iter().any(|cells| self.fits(cells));
        let joined = match pieces(line, dialect) {
            Some(RowReading { cells, quoted }) => {
                self.joined_readings(&trimmed(&cells), &quoted, extra, dialect.delimiter.0)
            }
            None => self.joined_readings(&trimmed(record), &[], extra, dialect.delimiter.0),
        };
        joined.saturating_add(u8::from(dropped)) > 1
    }

    fn only(&self, readings: Vec<ByteRecord>) -> UniqueReading {
        let mut fitting = readings.into_iter().filter(|cells| self.fits(cells));
        match fitting.next() {
            None => UniqueReading::None,
            Some(first) if fitting.all(|other| other == first) => UniqueReading::One(first),
            Some(_) => UniqueReading::Several,
        }
    }

    /// An extra delimiter: `1,,2` for `1,2`.
    fn without_an_empty_cell(&self, record: &ByteRecord) -> Vec<ByteRecord> {
        if record.len() != self.width() + 1 {
            return Vec::new();
        }
        let empty = (0..record.len()).filter(|at| record.get(*at).is_some_and(<[u8]>::is_empty));
        let without = |at: usize| record.iter().take(at).chain(record.iter().skip(at + 1));
        empty.map(|at| without(at).collect()).collect()
    }

    /// Delimiters inside an unquoted cell: `Lee, Ann`.
    fn joined(&self, pieces: &RowReading, dialect: Dialect) -> Vec<ByteRecord> {
        let RowReading { cells, quoted } = pieces;
        let Some(extra @ 1..=MAX_EXTRA) = cells.len().checked_sub(self.width()) else { return Vec::new() };
        if self.joined_readings(&trimmed(cells), quoted, extra, dialect.delimiter.0) > 1 {
            return Vec::new();
        }
        let between: &[u8] =
            if dialect.padded { &[dialect.delimiter.0, b' '] } else { &[dialect.delimiter.0] };
        let mut found = Vec::new();
        for (at, _) in self.0.iter().enumerate().filter(|(_, column)| column.is_text) {
            let last = at + extra;
            let text: Vec<&[u8]> = cells.iter().skip(at).take(extra + 1).collect();
            let is_quoted = quoted.get(at..=last).is_some_and(|quoted| quoted.contains(&true));
            let open =
                text.first().is_some_and(|c| c.is_empty()) || text.last().is_some_and(|c| c.is_empty());
            if is_quoted || open {
                continue;
            }
            let text = text.join(between);
            let before = cells.iter().take(at).chain([text.as_slice()]);
            found.push(before.chain(cells.iter().skip(last + 1)).collect());
        }
        found
    }

    /// A delimiter missing before or after a quoted cell: `Boots"With laces"`.
    fn cut_at_quotes(&self, line: &[u8], dialect: Dialect) -> Vec<ByteRecord> {
        let Some(quote) = dialect.quote else { return Vec::new() };
        let delimiter = dialect.delimiter.0;
        let mut found = Vec::new();
        for at in memchr::memchr_iter(quote.0, line).filter(|at| *at > 0) {
            if line.get(at - 1) == Some(&delimiter) {
                continue;
            }
            let (before, behind) = line.split_at(at);
            let text = [before, &[delimiter], behind].concat();
            found.extend(pieces(&text, dialect).map(|pieces| pieces.cells));
        }
        found.retain(|cells| cells.len() == self.width());
        found
    }

    /// A delimiter missing between two cells of different kinds: `9CC-9259`.
    fn cut_in_a_cell(&self, record: &ByteRecord) -> Vec<ByteRecord> {
        if record.len() + 1 != self.width() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (at, cell) in record.iter().enumerate() {
            let cells = |middle: &[&[u8]]| -> ByteRecord {
                let before = record.iter().take(at).chain(middle.iter().copied());
                before.chain(record.iter().skip(at + 1)).collect()
            };
            // Prefer a missing empty cell.
            let blank = cells(&[b"", cell]);
            if self.fits(&blank) {
                found.push(blank);
            }
            let (Some(left), Some(right)) = (self.0.get(at), self.0.get(at + 1)) else { continue };
            if cell.len() > MAX_SPLIT_LEN || (left.telling.is_none() && right.telling.is_none()) {
                continue;
            }
            for (a, b) in (1..cell.len()).map(|cut| cell.split_at(cut)) {
                let measured = left.length.is_some() || right.length.is_some();
                let long = |column: &ColumnKind, part: &[u8]| column.length.is_none_or(|l| l == part.len());
                if long(left, a) && long(right, b) && (measured || changes(a, b)) {
                    found.push(cells(&[a, b]));
                }
            }
        }
        found
    }

    /// The row split at another delimiter than the file's.
    fn with_other_separators(&self, line: &[u8], dialect: Dialect) -> Vec<ByteRecord> {
        let others = SEPARATORS.iter().filter(|other| **other != dialect.delimiter.0);
        let mut found = Vec::new();
        for other in others.map(|other| Dialect { delimiter: Mark(*other), padded: false, ..dialect }) {
            let Some(pieces) = pieces(line, other) else { continue };
            found.extend(self.joined(&pieces, other));
            if pieces.cells.len() == self.width() {
                found.push(pieces.cells);
            }
        }
        found
    }
}

enum UniqueReading {
    None,
    One(ByteRecord),
    Several,
}

impl ColumnKind {
    fn of_all(rows: &[&SampleRecord], width: usize, least: usize) -> Vec<Self> {
        (0..width).map(|column| Self::of(rows, column, least)).collect()
    }

    fn of(rows: &[&SampleRecord], column: usize, least: usize) -> Self {
        let cells = rows.iter().filter_map(|row| Some((*row.kinds().get(column)?, row.cells.get(column)?)));
        let kinds: Vec<(CellKind, &String)> = cells.filter(|(kind, _)| *kind != CellKind::Empty).collect();
        let count =
            |wanted: &dyn Fn(CellKind) -> bool| kinds.iter().filter(|(kind, _)| wanted(*kind)).count();
        let nearly_all = |count: usize, of: usize| of >= least && count * 20 >= of * 19;
        let first = kinds.first().map(|(kind, _)| *kind);
        let most = kinds.get(kinds.len() / 2).map(|(kind, _)| *kind);
        let telling = first.into_iter().chain(most).filter(|kind| kind.is_telling());
        let telling =
            telling.into_iter().find(|kind| nearly_all(count(&|other| other == *kind), kinds.len()));
        let length = kinds.first().map(|(_, cell)| cell.len());
        Self {
            telling,
            is_text: count(&|kind| matches!(kind, CellKind::Words | CellKind::Prose)) * 10 > kinds.len() * 6,
            is_filled: nearly_all(kinds.len(), rows.len()),
            length: length
                .filter(|length| telling.is_some() && kinds.iter().all(|(_, cell)| cell.len() == *length)),
            has_values: count(&CellKind::is_value) > 0,
        }
    }

    /// Whether a cell is proof of this column; `None` if it can't be in it.
    fn accepts(&self, cell: &[u8]) -> Option<bool> {
        let kind = CellKind::of(&String::from_utf8_lossy(cell));
        match self.telling {
            _ if kind == CellKind::Empty => (!self.is_filled).then_some(false),
            Some(telling) => (kind == telling).then_some(true),
            None => (self.has_values || !kind.is_value()).then_some(false),
        }
    }
}

/// Cells without the spaces around them.
fn trimmed(cells: &ByteRecord) -> Vec<&[u8]> {
    cells.iter().map(<[u8]>::trim_ascii).collect()
}

/// Splits a line into cells; `None` if it isn't one well-formed row.
fn pieces(line: &[u8], dialect: Dialect) -> Option<RowReading> {
    let (mut cells, mut quoted) = (ByteRecord::new(), Vec::new());
    match parse_each(line, true, dialect, Quotes::Strict, &mut cells, |is_quoted| quoted.push(is_quoted)) {
        Parsed::Done { length, .. } if length == line.len() => Some(RowReading { cells, quoted }),
        _ => None,
    }
}

/// Whether one value seems to end and another to begin: letters after digits, or an amount.
fn changes(left: &[u8], right: &[u8]) -> bool {
    let (Some(last), Some(first)) = (left.last(), right.first()) else { return false };
    let ends = last.is_ascii_alphanumeric() || matches!(last, b')' | b'%');
    let begins = first.is_ascii_alphanumeric() || matches!(first, b'$' | b'#' | b'(' | b'+');
    let same = (last.is_ascii_digit() && first.is_ascii_digit())
        || (last.is_ascii_alphabetic() && first.is_ascii_alphabetic());
    ends && begins && !same
}

#[cfg(test)]
mod tests;
