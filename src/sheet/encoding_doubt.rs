//! Doubt about a file's encoding, shown by cells that read differently in another one.

use std::fmt;

use csv::ByteRecord;

use super::damage::Example;
use super::encoding::{Doubt, Encoding, TwoReadings, in_other};
use super::head::DetectedFormat;
use super::source::SheetSource;
use super::warning::{Warning, WarningCode};
use super::{Header, Sheet};
use crate::text::{clip, hide_ssns};

/// Maximum number of example cells per column.
const EXAMPLES: usize = 3;
/// Maximum number of words shown of a long cell, and of characters.
const WORDS: usize = 3;
const MAX_SHOWN: usize = 40;

/// Another possible encoding of the file, and the cells that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodingDoubt {
    /// The encoding the file is read in.
    pub read: Encoding,
    /// The other one.
    pub other: Encoding,
    /// Whether the encoding is certain and only some cells are garbled, as in a file combined from two.
    pub mixed: bool,
    /// The first cells that differ, at most three per column. Until the scan ends, a single word without its place.
    pub examples: Vec<DoubtfulCell>,
}

/// A cell that reads differently in two encodings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtfulCell {
    /// Data row from 1, 0 for the header.
    pub row: u64,
    /// Physical line from 1, 0 if unknown.
    pub line: u64,
    /// Name of the column.
    pub column: String,
    /// The cell in both encodings.
    pub reading: TwoReadings,
}

/// The doubtful cells of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DoubtfulCells {
    /// Number of cells, including the header.
    pub count: u64,
    /// The first of them: row, line, and the cell in both encodings.
    pub first: Vec<(u64, u64, TwoReadings)>,
}

/// Collects the doubtful cells during the scan.
pub(super) struct DoubtTally<'a> {
    doubt: &'a Doubt,
    read: Encoding,
    columns: Vec<DoubtfulCells>,
}

impl<'a> DoubtTally<'a> {
    /// Creates a tally; `None` if the encoding is certain.
    pub(super) fn new(source: &'a SheetSource, head: &DetectedFormat) -> Option<Self> {
        let doubt = source.doubt.as_deref()?;
        let columns = vec![DoubtfulCells::default(); head.columns.len()];
        let mut tally = Self { doubt, read: source.encoding, columns };
        if let Header::Lines(line, _) = head.header {
            for (index, name) in head.columns.iter().enumerate() {
                tally.add_cell(index, 0, line, name);
            }
        }
        Some(tally)
    }

    pub(super) fn add(&mut self, row: u64, line: u64, record: &ByteRecord) {
        if record.as_slice().is_ascii() {
            return;
        }
        for (index, cell) in record.iter().enumerate().filter(|(_, cell)| !cell.is_ascii()) {
            if let Ok(text) = std::str::from_utf8(cell) {
                self.add_cell(index, row, line, text);
            }
        }
    }

    fn add_cell(&mut self, index: usize, row: u64, line: u64, text: &str) {
        let Some(column) = self.columns.get_mut(index) else { return };
        let mangled = &self.doubt.mangled;
        if !mangled.is_empty() && !mangled.iter().any(|word| text.contains(word.as_str())) {
            return;
        }
        if let Some(other) = in_other(text, self.read, self.doubt.other) {
            column.count += 1;
            if column.first.len() < EXAMPLES {
                column.first.push((row, line, TwoReadings { read: text.trim().to_owned(), other }));
            }
        }
    }

    pub(super) fn finish(self) -> Vec<DoubtfulCells> {
        self.columns
    }
}

impl Sheet {
    /// Returns the doubt about the encoding, unless it is certain or set by the user.
    #[must_use]
    pub fn encoding_doubt(&self) -> Option<EncodingDoubt> {
        let source = &self.inner.source;
        let doubt = source.doubt.as_deref()?;
        let mut examples = Vec::new();
        if let Some(scan) = self.inner.scanned() {
            for (index, (cells, column)) in scan.doubtful.iter().zip(&scan.columns).enumerate() {
                examples.extend(cells.first.iter().map(|(row, line, reading)| DoubtfulCell {
                    row: *row,
                    line: *line,
                    column: column.name(index),
                    reading: reading.clone(),
                }));
            }
        }
        if examples.is_empty() {
            let reading = doubt.word.clone();
            examples.push(DoubtfulCell { row: 0, line: 0, column: String::new(), reading });
        }
        let mixed = !doubt.mangled.is_empty();
        Some(EncodingDoubt { read: source.encoding, other: doubt.other, mixed, examples })
    }

    /// A warning for each column with doubtful cells.
    pub(super) fn encoding_warnings(&self) -> Vec<Warning> {
        let (Some(doubt), Some(scan)) = (self.encoding_doubt(), self.inner.scanned()) else {
            return Vec::new();
        };
        let (code, hint) = if doubt.mixed {
            (
                WarningCode::EncodingMixed,
                "the file was likely combined from two; fix these cells, or save it again in one encoding",
            )
        } else {
            (WarningCode::EncodingDoubtful, CHOOSE)
        };
        let mut warnings = Vec::new();
        for (index, (cells, column)) in scan.doubtful.iter().zip(&scan.columns).enumerate() {
            let Some((_, _, reading)) = cells.first.first() else { continue };
            let example = |(row, line, reading): &(u64, u64, TwoReadings)| Example {
                row: *row,
                line: *line,
                value: reading.read.clone(),
            };
            warnings.push(Warning {
                code,
                column: Some(column.name(index)),
                count: cells.count,
                message: doubt.sentence(reading),
                hint,
                examples: cells.first.iter().map(example).collect(),
            });
        }
        if warnings.is_empty() {
            let message = doubt.examples.first().map(|cell| doubt.sentence(&cell.reading));
            warnings.extend(message.map(|message| Warning {
                code,
                column: None,
                count: 1,
                message,
                hint,
                examples: Vec::new(),
            }));
        }
        warnings
    }
}

/// How to settle the doubt.
const CHOOSE: &str =
    "press f to choose (in a script: --encoding, or encoding = \"…\" under [sheet] in the recipe)";

impl EncodingDoubt {
    fn sentence(&self, reading: &TwoReadings) -> String {
        let (now, then) = reading.short();
        let Self { read, other, .. } = self;
        if self.mixed {
            format!("“{now}” looks garbled in {read}; in {other} it reads “{then}”")
        } else {
            format!("read as {read}: “{now}”; in {other} it reads “{then}”")
        }
    }

    /// Describes the other encoding by a cell: `or Windows-1252: “Peña” would read “Pe¤a”`.
    #[must_use]
    pub fn alternative(&self) -> String {
        let Some(cell) = self.examples.first() else { return format!("or {}", self.other) };
        let (now, then) = cell.reading.short();
        let place = cell.place();
        if self.mixed {
            format!("“{now}”{place} looks garbled; in {} it reads “{then}”", self.other)
        } else {
            format!("or {}: “{now}”{place} would read “{then}”", self.other)
        }
    }
}

/// One sentence, with what to do.
impl fmt::Display for EncodingDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.mixed {
            write!(f, "the file is read as {}, but {}", self.read, self.alternative())
        } else {
            write!(f, "the encoding isn't certain: {} ({}); {CHOOSE}", self.read, self.alternative())
        }
    }
}

impl DoubtfulCell {
    fn place(&self) -> String {
        match (self.row, self.line) {
            (_, 0) => String::new(),
            (0, line) => format!(" (header, line {line})"),
            (row, line) => format!(" ({}, row {row}, line {line})", self.column),
        }
    }
}

impl TwoReadings {
    /// Both readings, short enough for a line: only the words that differ, with social security numbers hidden.
    #[must_use]
    pub fn short(&self) -> (String, String) {
        let words = |text: &str| text.split_ascii_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (read, other) = (words(&self.read), words(&self.other));
        let pairs: Vec<(String, String)> = if read.len() == other.len() {
            read.into_iter().zip(other).filter(|(a, b)| a != b).take(WORDS).collect()
        } else {
            vec![(read.join(" "), other.join(" "))]
        };
        let (read, other): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
        (shown(&read.join(" ")), shown(&other.join(" ")))
    }
}

fn shown(text: &str) -> String {
    let text = hide_ssns(text);
    clip(text.trim_matches([',', ';', '"']), MAX_SHOWN)
}
