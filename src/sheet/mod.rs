//! Reads a spreadsheet: a text file in any encoding and dialect, or a workbook, with its header on any line.
//!
//! ```text
//! file ─► encoding ─► text (UTF-8, from any place) ─► record ─► rows
//!    └─► workbook ─► text (one record per row) ┘ │
//!                      sniff, header: the file format, from the first part
//!                      scan: the whole file, once, in the background
//!                            └─ damage: cells that were damaged before we got them
//! ```
//!
//! [`Sheet::open`] reads just enough to detect the file format, and returns; the rest is read in the background.
//! Rows are available as soon as the scan has reached them; [`Sheet::scan`] waits for its end.

mod align;
mod blocks;
mod cell_kind;
mod cells;
pub mod damage;
mod describe;
mod dialect;
mod encoding;
mod encoding_doubt;
mod error;
mod exported;
mod footer;
mod head;
mod header;
mod layout;
mod not_a_case;
mod number_format;
mod problem_texts;
mod record;
mod row_doubt;
mod row_fault;
mod row_reader;
mod rows;
mod scan;
mod sniff;
mod source;
mod stored;
mod table_doubts;
mod text;
mod titles;
mod warning;
mod words;
mod workbook;

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

pub use describe::FormatFact;
pub use dialect::{Dialect, Escape, Mark, MarkError};
pub use encoding::{Encoding, EncodingError, EncodingReason, TwoReadings};
pub use encoding_doubt::{DoubtfulCell, DoubtfulCells, EncodingDoubt};
pub use error::{SheetError, SheetFault};
pub use exported::{EXTRA_HEADER, REASON_HEADERS, escape_formula};
pub use layout::{Header, HeaderError, HiddenRows, Layout, Quote, Worksheets};
pub use not_a_case::NotACase;
pub use row_doubt::RowDoubt;
pub use row_fault::RowFault;
pub use row_reader::RowReader;
pub use rows::{Row, Rows, on_worksheet};
pub use scan::{LineEnd, Scan, ScanProgress, Tally};
pub use stored::{StoredDate, StoredNumber};
pub use warning::{Warning, WarningCode};
pub use workbook::OtherWorksheet;

use head::DetectedFormat;
use record::RecordReader;
use scan::SharedScan;
use source::SheetSource;
use workbook::{Converted, WorkbookFacts};

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The header as it is in the file.
    pub header: String,
    /// Number of rows with a value in this column.
    pub filled: u64,
}

impl Column {
    /// Returns the header, or `#5` when it is blank. `index` counts from 0.
    #[must_use]
    pub fn name(&self, index: usize) -> String {
        match self.header.trim() {
            "" => format!("#{}", index + 1),
            header => header.to_owned(),
        }
    }
}

/// State shared by all clones of a sheet.
struct SharedSheet {
    source: SheetSource,
    encoding_why: EncodingReason,
    workbook: WorkbookFacts,
    notes: Vec<String>,
    head: Arc<DetectedFormat>,
    /// The format to read it in, before anything is detected.
    layout: Layout,
    shared: Arc<SharedScan>,
}

impl Drop for SharedSheet {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }
}

impl SharedSheet {
    fn scanned(&self) -> Option<&Scan> {
        self.shared.done().and_then(|result| result.as_ref().ok())
    }
}

/// An open spreadsheet. Cheap to clone.
#[derive(Clone)]
pub struct Sheet {
    inner: Arc<SharedSheet>,
}

impl Sheet {
    /// Opens a file and detects its format.
    pub fn open(path: &Path) -> Result<Self, SheetError> {
        Self::open_as(path, &Layout::default())
    }

    /// Opens a file and detects whatever `layout` leaves open.
    pub fn open_as(path: &Path, layout: &Layout) -> Result<Self, SheetError> {
        Self::open_within(path, layout, workbook::MAX_BYTES)
    }

    /// Opens a file; fails if it is a workbook that converts to more than `most` bytes of text.
    pub fn open_within(path: &Path, layout: &Layout, most: usize) -> Result<Self, SheetError> {
        let mut source = SheetSource::open(path)?;
        let mut file = source.file()?;
        let mut start = Vec::new();
        file.by_ref().take(START).read_to_end(&mut start).map_err(|error| source.fail(&error))?;
        let workbook = if workbook::is_workbook(&start) {
            Some(workbook::convert(path, layout.worksheet.as_ref(), most))
        } else {
            refuse_other_formats(&start).map_err(|fault| fault.at(path))?;
            None
        };
        let workbook = workbook.transpose().map_err(|fault| fault.at(path))?;
        // A file we exported is read the way we wrote it, whatever was set for the original.
        let text = workbook.as_ref().map_or(start.as_slice(), |found| &found.worksheet.text);
        let layout = if exported::is_ours(text) { exported::layout(layout) } else { layout.clone() };
        let (mut notes, mut workbook_facts) = (Vec::new(), WorkbookFacts::default());
        let encoding_why = if let Some(Converted { worksheet, facts, notes: found }) = workbook {
            source.worksheet = Some(Arc::new(worksheet));
            (workbook_facts, notes) = (facts, found);
            EncodingReason::Chosen
        } else {
            source.detect_encoding(&mut file, &start, &layout)?
        };
        let head = Arc::new(DetectedFormat::of(&source, &layout)?);
        if head.returned.is_some() {
            notes.push("exported by caseload; the columns with reasons are ignored".to_owned());
        }
        let shared = Arc::new(SharedScan::default());
        let footer = layout.footer;
        let inner =
            SharedSheet { source, encoding_why, workbook: workbook_facts, notes, head, layout, shared };
        let sheet = Self { inner: Arc::new(inner) };
        sheet.begin_scan(footer)?;
        Ok(sheet)
    }

    /// Scans the whole file in a background thread, which ends with the last clone of the sheet.
    fn begin_scan(&self, footer: Option<u64>) -> Result<(), SheetError> {
        let (shared, weak) = (self.inner.shared.clone(), Arc::downgrade(&self.inner));
        let (source, head) = (self.inner.source.clone(), self.inner.head.clone());
        let thread = std::thread::Builder::new().name("scan".into());
        let broken = source.fail(&io::Error::other("an internal error in caseload; please report it"));
        let run = move || {
            let scan = || {
                scan::run(&source, &head, &shared).and_then(|scan| match weak.upgrade() {
                    Some(inner) => Self { inner }.leave_footer(scan, footer),
                    None => Ok(scan),
                })
            };
            shared.finish_with(scan, broken);
        };
        thread.spawn(run).map_err(|error| self.inner.source.fail(&error))?;
        Ok(())
    }

    /// Finds the footer among the last rows, unless its number of rows is `chosen`.
    fn leave_footer(&self, scan: Scan, chosen: Option<u64>) -> Result<Scan, SheetError> {
        let most = chosen.unwrap_or(0).max(footer::MAX_ROWS).min(scan.rows);
        if most == 0 {
            return Ok(scan);
        }
        let tail: Vec<Row> = self.rows_from(scan.rows - most + 1)?.collect::<Result<_, _>>()?;
        let gaps: Vec<u64> = scan.empty_lines.first.iter().map(|(_, line)| line + 1).collect();
        let is_gap = |line| gaps.contains(&line);
        let found = || footer::rows(&tail, scan.columns.len(), is_gap);
        let rows = chosen.map_or_else(found, |rows| usize::try_from(rows.min(most)).unwrap_or(0));
        let (below_gap, footer) = (footer::below_gap(&tail, is_gap), tail.get(tail.len() - rows..));
        Ok(Scan { below_gap, ..scan }.with_footer(footer.unwrap_or_default()))
    }

    /// Path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.source.path
    }

    /// The columns, from the header. Until the scan ends, `filled` counts only the first part of the file.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        if let Some(scan) = self.inner.scanned() {
            return scan.columns.clone();
        }
        let DetectedFormat { columns, filled, .. } = &*self.inner.head;
        let column = |(header, filled): (&String, &u64)| Column { header: header.clone(), filled: *filled };
        columns.iter().zip(filled).map(column).collect()
    }

    /// Waits for the scan of the whole file, and returns it.
    pub fn scan(&self) -> Result<&Scan, SheetError> {
        self.inner.shared.wait().as_ref().map_err(Clone::clone)
    }

    /// Waits for the scan at most `limit`; returns `None` if it hasn't ended by then.
    #[must_use]
    pub fn scan_within(&self, limit: Duration) -> Option<&Result<Scan, SheetError>> {
        self.inner.shared.wait_for(limit)
    }

    /// Returns the scan if it has ended, without waiting.
    #[must_use]
    pub fn scanned(&self) -> Option<&Result<Scan, SheetError>> {
        self.inner.shared.done()
    }

    /// Progress of the scan.
    #[must_use]
    pub fn progress(&self) -> ScanProgress {
        self.inner.shared.progress(self.inner.source.length())
    }

    /// Fails if the file has no rows below its header.
    pub fn require_rows(&self) -> Result<(), SheetError> {
        let empty = self.inner.scanned().map_or(self.inner.head.no_rows, |scan| scan.rows == 0);
        if empty { Err(self.inner.source.error(SheetFault::NoRows)) } else { Ok(()) }
    }

    /// Returns the rows from `number` on, counted from 1. Waits until the scan has reached it.
    pub fn rows_from(&self, number: u64) -> Result<Rows, SheetError> {
        let number = number.max(1);
        let inner = &self.inner;
        let Some((place, first, checkpoints)) = inner.shared.place(number)? else {
            return Ok(Rows::new(inner.clone(), None, number));
        };
        let text = inner.source.text_at(place.byte, &checkpoints)?;
        let at = (place.byte, place.line);
        let records = RecordReader::new(text, inner.head.shape.clone(), at);
        let mut rows = Rows::new(inner.clone(), Some(records), first);
        rows.skip_to(number)?;
        Ok(rows)
    }

    /// Returns the first rows, at most `most`.
    pub fn first_rows(&self, most: usize) -> Result<Vec<Row>, SheetError> {
        self.rows_from(1)?.take(most).collect()
    }

    /// The file format in use, with every option filled in.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let inner = &self.inner;
        let Dialect { delimiter, quote, escape, padded } = inner.head.shape.dialect;
        let text = inner.workbook.read.is_none();
        Layout {
            encoding: text.then_some(inner.source.encoding),
            encoding_guessed: false,
            delimiter: text.then_some(delimiter),
            quote: text.then_some(Quote(quote)),
            escape: text.then_some(escape),
            padded: text.then_some(padded),
            header: Some(inner.head.header),
            footer: inner.scanned().map(|scan| scan.footer),
            worksheet: inner.workbook.read.clone(),
            hidden: inner.layout.hidden,
            repair: inner.layout.repair,
        }
    }

    /// Delimiter, quotes and escapes of the file.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.inner.head.shape.dialect
    }

    /// The encoding, whether the file has a byte order mark, and why this encoding was picked.
    #[must_use]
    pub fn encoding(&self) -> (Encoding, bool, EncodingReason) {
        (self.inner.source.encoding, self.inner.source.mark > 0, self.inner.encoding_why)
    }

    /// Title lines above the table: line number and text.
    #[must_use]
    pub fn titles(&self) -> &[(u64, String)] {
        &self.inner.head.titles
    }

    /// Title lines that look like cases: line number and text.
    #[must_use]
    pub fn cases_above(&self) -> &[(u64, String)] {
        &self.inner.head.cases_above
    }

    /// All worksheets of a workbook, and those that are read.
    #[must_use]
    pub fn worksheets(&self) -> (&[String], Option<&Worksheets>) {
        (&self.inner.workbook.worksheets, self.inner.workbook.read.as_ref())
    }

    /// Other visible worksheets with the same columns, each with its number of rows.
    #[must_use]
    pub fn same_columns(&self) -> &[(String, u64)] {
        &self.inner.workbook.alike
    }

    /// Other visible worksheets with other columns.
    #[must_use]
    pub fn other_worksheets(&self) -> &[OtherWorksheet] {
        &self.inner.workbook.others
    }

    /// Indexes of a workbook's hidden columns, from 0.
    #[must_use]
    pub fn hidden_columns(&self) -> &[usize] {
        &self.inner.workbook.hidden_columns
    }

    /// Number of hidden or filtered rows as long as it isn't set whether to import them. Waits for the scan.
    pub fn undecided_hidden(&self) -> Result<u64, SheetError> {
        let hidden = self.scan()?.hidden;
        Ok(if self.inner.layout.hidden.is_none() { hidden } else { 0 })
    }

    /// Further notes about how the file is read.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.inner.notes
    }
}

/// Number of bytes read to detect the kind of file: a header of hundreds of columns fits.
const START: u64 = 1 << 14;

/// Fails if the first bytes show that the file isn't a table.
fn refuse_other_formats(start: &[u8]) -> Result<(), SheetFault> {
    let what = match start {
        [b'%', b'P', b'D', b'F', ..] => "a PDF",
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => "text in UTF-32",
        [0x1F, 0x8B, ..] => "a compressed file (unpack it first)",
        [b'S', b'Q', b'L', b'i', b't', b'e', b' ', ..] | [0, 1, 0, 0, b'S', b't', b'a', b'n', ..] => {
            "a database"
        }
        [0x7F, b'E', b'L', b'F', ..] | [b'M', b'Z', 0x90, ..] => "a program",
        [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..] | [b'G', b'I', b'F', b'8', ..] => "a picture",
        [b'{', b'\\', b'r', b't', b'f', ..] => "a text document",
        _ => match text_format(start) {
            Some(what) => what,
            None if is_binary(start) => "binary data (damaged, or another kind of file)",
            None => return Ok(()),
        },
    };
    Err(SheetFault::NotATable(what))
}

/// Returns true if the first bytes can't be text: one in twenty is a control character that no text and no delimiter
/// needs. In UTF-16 any byte may be half of a letter.
fn is_binary(start: &[u8]) -> bool {
    let is_often = |is: fn(&&u8) -> bool| start.iter().filter(is).count() * 20 > start.len();
    let is_utf_16 = matches!(start, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) || is_often(|byte| **byte == 0);
    !is_utf_16 && is_often(|byte| matches!(byte, 2..=8 | 14..=26 | 127))
}

/// Recognizes text that isn't a table, whatever its name: portals name web pages `.xls`.
fn text_format(start: &[u8]) -> Option<&'static str> {
    let text =
        String::from_utf8_lossy(start).trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']).to_lowercase();
    let begins = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    if begins(&["<html", "<!doctype", "<head", "<table", "<meta"]) {
        Some("a web page (open it in Excel first)")
    } else if begins(&["<?xml", "<workbook"]) {
        Some("XML (open it in Excel first)")
    } else if begins(&["{\"", "[{\"", "[[\""]) {
        Some("JSON")
    } else if begins(&["mime-version:", "return-path:", "received: from"]) {
        Some("an email (save its attachment first)")
    } else {
        None
    }
}

/// Runs a property test with `usual` cases, or with `PROPTEST_CASES` if that is set.
#[cfg(test)]
fn cases(usual: u32) -> proptest::prelude::ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    proptest::prelude::ProptestConfig::with_cases(cases)
}

#[cfg(test)]
mod tests;
