//! Detects the dialect: tries every likely one on a piece of the file, and picks the one with the most even rows and
//! cells that look like whole values.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use csv::ByteRecord;

use super::align::ColumnKinds;
use super::cell_kind::CellKind;
use super::dialect::{Dialect, Escape, Mark};
use super::layout::Layout;
use super::record::{Endings, Lines, RecordFormat, RecordReader, RecordStart};
use super::row_fault::RowFault;

/// Delimiters that are always tried.
const USUAL: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Delimiters tried if they are on about every line, with their likelihood compared to the usual ones.
const OTHERS: [(u8, f64); 10] = [
    (0x1f, 1.0),
    (0x1e, 1.0),
    (0x01, 1.0),
    (b'^', 0.9),
    (b'~', 0.9),
    (b':', 0.7),
    (b'!', 0.7),
    (b'#', 0.7),
    (b'*', 0.7),
    (b' ', 0.6),
];
/// Number of bytes, and of records, that are enough to judge by.
const MAX_BYTES: usize = 1 << 17;
const MAX_RECORDS: usize = 400;
/// Likelihood that names, `Smith, Ann`, are a table of two columns rather than a list.
const LIST_OF_NAMES: f64 = 0.05;
/// Minimum width of a table delimited by spaces; anything narrower could be a sentence.
const MIN_SPACED: usize = 4;
/// Score of a table of one column, compared to one of several.
const ONE_COLUMN: f64 = 0.05;

/// A record of the sample at the start of the file.
#[derive(Debug, Clone)]
pub(super) struct SampleRecord {
    pub(super) start: RecordStart,
    pub(super) cells: Vec<String>,
    /// Kind of each cell, computed on first use.
    kinds: OnceCell<Vec<CellKind>>,
}

impl SampleRecord {
    /// Kind of each cell.
    pub(super) fn kinds(&self) -> &[CellKind] {
        self.kinds.get_or_init(|| self.cells.iter().map(|cell| CellKind::of(cell)).collect())
    }

    /// Each cell with its kind.
    pub(super) fn cells_with_kinds(&self) -> impl Iterator<Item = (&str, CellKind)> + Clone {
        self.cells.iter().map(String::as_str).zip(self.kinds().iter().copied())
    }

    /// Number of filled cells.
    pub(super) fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.trim().is_empty()).count()
    }
}

/// Detects what the layout leaves open of the dialect. `text` is the start of the file, or all of it if `whole`.
pub(super) fn sniff(text: &[u8], whole: bool, settled: &Layout) -> Dialect {
    let whole = whole && text.len() <= MAX_BYTES;
    let text = text.get(..text.len().min(MAX_BYTES)).unwrap_or(text);
    let mut best = (Dialect::default(), f64::MIN);
    for (dialect, prior) in candidates(text, settled) {
        // The likelihood is the best possible score.
        if prior <= best.1 {
            continue;
        }
        let score = score(text, whole, dialect) * prior;
        // In a tie the earlier, more usual one wins.
        if score > best.1 + 1e-9 {
            best = (dialect, score);
        }
    }
    best.0
}

/// Returns the dialects to try, the most usual first, each with its prior likelihood.
fn candidates(text: &[u8], settled: &Layout) -> Vec<(Dialect, f64)> {
    let count = |byte: u8| memchr::memchr_iter(byte, text).count();
    let lines = count(b'\n').max(count(b'\r')).max(1);
    let follows = |first: u8, second: u8| text.windows(2).filter(|pair| *pair == [first, second]).count();
    let delimiters: Vec<(u8, f64)> = if let Some(mark) = settled.delimiter {
        vec![(mark.0, 1.0)]
    } else {
        let others = OTHERS.into_iter().filter(|(byte, _)| lines > 2 && count(*byte) * 3 > lines * 2);
        USUAL.map(|byte| (byte, 1.0)).into_iter().chain(others).collect()
    };
    let mut found = Vec::new();
    for (delimiter, prior) in delimiters {
        let apostrophes =
            follows(delimiter, b'\'') + follows(b'\n', b'\'') > 0 && follows(b'\'', delimiter) > 0;
        let quotes: Vec<Option<Mark>> = match settled.quote {
            Some(quote) => vec![quote.0],
            None if apostrophes => vec![Some(Mark(b'"')), Some(Mark(b'\''))],
            None => vec![Some(Mark(b'"'))],
        };
        let spaced = delimiter != b' ' && follows(delimiter, b' ') * 10 > count(delimiter) * 8;
        let first_line = text.split(|byte| matches!(byte, b'\r' | b'\n')).find(|line| !line.is_empty());
        let once = count(delimiter) <= lines;
        let names = spaced && once && first_line.is_some_and(|line| !line.contains(&delimiter));
        let prior = if names && settled.delimiter.is_none() { prior * LIST_OF_NAMES } else { prior };
        for quote in quotes {
            let has_backslash = quote.is_some_and(|quote| follows(b'\\', quote.0) > 0);
            let escapes = match settled.escape {
                Some(escape) => vec![escape],
                None if has_backslash => vec![Escape::Doubled, Escape::Backslash],
                None => vec![Escape::Doubled],
            };
            for escape in escapes {
                let padded = match settled.padded {
                    Some(padded) => vec![padded],
                    None if spaced => vec![true, false],
                    None => vec![false],
                };
                let dialect = |padded| Dialect { delimiter: Mark(delimiter), quote, escape, padded };
                found.extend(padded.into_iter().map(|padded| (dialect(padded), prior)));
            }
        }
    }
    found
}

/// Scores a dialect from 0 to 1: evenness of the rows, times how much the cells look like whole values.
fn score(text: &[u8], whole: bool, dialect: Dialect) -> f64 {
    let mut shape = RecordFormat::of(dialect, Lines::Breaks);
    let mut records = sample(text, whole, shape.clone());
    let width = usual_width(&records);
    if dialect.delimiter.0 == b' ' && width >= MIN_SPACED {
        // Unquoted words contain spaces too: such rows count if the kinds of columns tell where the words are.
        shape.width = width;
        shape.columns = ColumnKinds::of(&records.iter().skip(1).collect::<Vec<_>>(), width).map(Arc::new);
        records = sample(text, whole, shape);
    }
    let (mut even, mut faults, mut cells, mut empty, mut weight) = (0_u32, 0_u32, 0_u32, 0_u32, 0.0);
    for record in &records {
        even += u32::from(record.cells.len() == width);
        faults += u32::from(record.start.fault.is_some_and(|fault| fault != RowFault::LooseDelimiter));
        if record.cells.len() == width {
            for (column, cell) in record.cells.iter().enumerate() {
                cells += 1;
                // An empty cell at the end of each line doesn't count.
                empty += u32::from(cell.is_empty() && column + 1 < width);
                // Other quotes left around a cell.
                let left = |mark: char| {
                    dialect.quote.is_none_or(|quote| char::from(quote.0) != mark)
                        && cell.len() > 1
                        && cell.starts_with(mark)
                        && cell.ends_with(mark)
                };
                let over = left('\'') || left('"');
                weight += match CellKind::of(cell) {
                    _ if over => -0.2,
                    // `A-1,a` if commas aren't the delimiter.
                    CellKind::Words | CellKind::Id if has_bare_comma(cell) && dialect.delimiter.0 != b',' => {
                        0.3
                    }
                    kind => kind.weight(),
                };
            }
        }
    }
    let all = f64::from(u32::try_from(records.len()).unwrap_or(u32::MAX).max(1));
    let (even, faults) = (f64::from(even) / all, f64::from(faults) / all);
    let wide = f64::from(u32::try_from(width).unwrap_or(u32::MAX).max(1));
    let sentence = dialect.delimiter.0 == b' ' && (width < MIN_SPACED || empty * 10 > cells);
    // An unusual delimiter must be on nearly every line; otherwise it is part of the text: `10:30`.
    let text = !USUAL.contains(&dialect.delimiter.0) && even < 0.9;
    let table = if width <= 1 || sentence || text { ONE_COLUMN } else { (wide - 1.0) / wide };
    even * table * (weight / f64::from(cells.max(1))) * (1.0 - faults / 2.0)
}

fn has_bare_comma(cell: &str) -> bool {
    cell.split(',').skip(1).any(|rest| rest.starts_with(|c: char| !c.is_whitespace()))
}

/// Number of cells in most rows; wide rows weigh more than narrow ones, which may be titles.
pub(super) fn usual_width(records: &[SampleRecord]) -> usize {
    let mut widths: HashMap<usize, usize> = HashMap::new();
    for record in records.iter().filter(|record| record.filled() > 0) {
        *widths.entry(record.cells.len()).or_default() += 1;
    }
    // The weight grows more slowly than the width, so that a few wide rows don't beat many narrow ones.
    let worth = |width: usize, count: usize| match width {
        0 | 1 => as_float(count) * 0.35,
        _ => as_float(count) * (1.0 + (as_float(width) / 2.0).ln()),
    };
    let best =
        widths.into_iter().max_by(|(a, n), (b, m)| worth(*a, *n).total_cmp(&worth(*b, *m)).then(a.cmp(b)));
    best.map_or(1, |(width, _)| width)
}

fn as_float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// Reads the first records of a text.
pub(super) fn sample(text: &[u8], whole: bool, shape: RecordFormat) -> Vec<SampleRecord> {
    sample_with_endings(text, whole, shape).0
}

/// Reads the first records of a text, and counts their line endings.
pub(super) fn sample_with_endings(
    text: &[u8],
    whole: bool,
    shape: RecordFormat,
) -> (Vec<SampleRecord>, Endings) {
    let mut records = RecordReader::new(text, shape, (0, 1));
    let (mut record, mut found) = (ByteRecord::new(), Vec::new());
    // Reading from memory can't fail.
    while let Ok(Some(start)) = records.read(&mut record) {
        let cells = record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        found.push(SampleRecord { start, cells, kinds: OnceCell::new() });
        if found.len() >= MAX_RECORDS {
            return (found, records.endings);
        }
    }
    // The last record of a piece may be incomplete.
    if !whole && found.len() > 1 {
        found.pop();
    }
    (found, records.endings)
}

#[cfg(test)]
mod tests;
