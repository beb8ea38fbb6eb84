//! Scans the whole file once, in the background: positions of rows, counts, and findings for warnings.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use csv::ByteRecord;
use sha2::{Digest, Sha256};
use tracing::debug;

use super::damage::{DamageFinding, Profile, Usual};
use super::doubt::{DoubtTally, DoubtfulCells};
use super::head::DetectedFormat;
use super::record::{RecordReader, RecordStart};
use super::row_fault::RowFault;
use super::rows::Row;
use super::source::SheetSource;
use super::text::{Checkpoint, Text};
use super::{Column, SheetError};

/// Number of rows per position kept: 16 bytes for 64 rows.
pub(super) const STRIDE: u64 = 64;
/// Number of rows read before they are shared with readers.
const BATCH: u64 = 4096;
/// Maximum number of places kept per kind; more are only counted.
const KEPT: usize = 100;

/// Start of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowStart {
    pub(super) byte: u64,
    pub(super) line: u64,
}

/// Number of occurrences, and the first places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Number of occurrences.
    pub count: u64,
    /// Row and line of the first hundred; the row is 0 for a line that isn't a row.
    pub first: Vec<(u64, u64)>,
}

impl Tally {
    fn add(&mut self, row: u64, line: u64) {
        self.count += 1;
        if self.first.len() < KEPT {
            self.first.push((row, line));
        }
    }
}

/// A line ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// LF, as on Unix.
    Lf,
    /// CR LF, as on Windows.
    CrLf,
    /// CR, as on old Macs.
    Cr,
    /// Different endings.
    Mixed,
}

/// Result of a scan of the whole file.
#[derive(Debug, Clone)]
pub struct Scan {
    /// Number of data rows, including blank ones and the footer, but not empty lines.
    pub rows: u64,
    /// The columns, with the number of rows that fill each.
    pub columns: Vec<Column>,
    /// SHA-256 of the file's bytes.
    pub sha256: [u8; 32],
    /// Empty lines below the header.
    pub empty_lines: Tally,
    /// Rows with fewer cells than the header.
    pub short: Tally,
    /// Rows with values beyond the last header.
    pub long: Tally,
    /// Faults in the way rows are written, by code.
    pub faults: BTreeMap<&'static str, (RowFault, Tally)>,
    /// First and last row of each further table, including its header.
    pub other_tables: Vec<(u64, u64)>,
    /// Cells that read differently in another encoding, for each column; empty if the encoding is certain.
    pub doubtful: Vec<DoubtfulCells>,
    /// Number of last rows that are a footer.
    pub footer: u64,
    /// Number of rows that are hidden or filtered out in a workbook.
    pub hidden: u64,
    /// The line ending; `None` for a file of one line.
    pub line_end: Option<LineEnd>,
    /// Damage to cells before we got them, for each column.
    pub findings: Vec<Vec<DamageFinding>>,
    /// What is usual in each column.
    pub usual: Vec<Usual>,
}

impl Scan {
    /// Whether a row is part of another table.
    pub(super) fn is_other_table(&self, row: u64) -> bool {
        self.other_tables.iter().any(|(first, last)| (*first..=*last).contains(&row))
    }

    /// Marks the last rows as the footer: they don't count as rows with missing cells, nor as filling columns.
    pub(super) fn with_footer(mut self, footer: &[Row]) -> Self {
        self.footer = footer.len() as u64;
        for row in footer {
            if row.cells.len() < self.columns.len() {
                self.short.count = self.short.count.saturating_sub(1);
                self.short.first.retain(|(number, _)| *number != row.number);
            }
            for (column, cell) in self.columns.iter_mut().zip(&row.cells) {
                column.filled -= u64::from(!cell.trim().is_empty()).min(column.filled);
            }
        }
        self
    }
}

/// Progress of a scan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScanProgress {
    /// Rows found so far.
    pub rows: u64,
    /// Bytes read so far.
    pub bytes: u64,
    /// Total number of bytes.
    pub of: u64,
}

/// State shared between the scan and its readers.
#[derive(Debug, Default)]
pub(super) struct SharedScan {
    state: Mutex<ScanState>,
    changed: Condvar,
    done: OnceLock<Result<Scan, SheetError>>,
    /// Set once the last clone of the sheet is gone.
    pub(super) stop: AtomicBool,
}

#[derive(Debug, Default)]
struct ScanState {
    rows: u64,
    bytes: u64,
    /// Places of rows 1, 1 + STRIDE, 1 + 2 * STRIDE, ...
    places: Vec<RowStart>,
    checkpoints: Vec<Checkpoint>,
}

impl SharedScan {
    fn state(&self) -> MutexGuard<'_, ScanState> {
        // A panic while it was locked can't have broken it: every change is an append.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn finish(&self, result: Result<Scan, SheetError>) {
        let _ = self.done.set(result);
        let _held = self.state();
        self.changed.notify_all();
    }

    pub(super) fn done(&self) -> Option<&Result<Scan, SheetError>> {
        self.done.get()
    }

    /// Waits for the end of the scan.
    pub(super) fn wait(&self) -> &Result<Scan, SheetError> {
        let mut state = self.state();
        loop {
            if let Some(result) = self.done.get() {
                return result;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for the end of the scan at most `limit`.
    pub(super) fn wait_for(&self, limit: Duration) -> Option<&Result<Scan, SheetError>> {
        let pending = |_: &mut ScanState| self.done.get().is_none();
        let _ = self.changed.wait_timeout_while(self.state(), limit, pending);
        self.done.get()
    }

    pub(super) fn progress(&self, of: u64) -> ScanProgress {
        let state = self.state();
        ScanProgress { rows: state.rows, bytes: state.bytes, of }
    }

    /// Returns the last kept position up to row `number`, its row, and the checkpoints up to there. Waits until the
    /// scan has reached it; `None` if there is no such row.
    pub(super) fn place(&self, number: u64) -> Result<Option<(RowStart, u64, Vec<Checkpoint>)>, SheetError> {
        let index = usize::try_from((number - 1) / STRIDE).unwrap_or(usize::MAX);
        let mut state = self.state();
        loop {
            if let Some(place) = state.places.get(index) {
                let after = state.checkpoints.partition_point(|checkpoint| checkpoint.text <= place.byte);
                let checkpoints = after.checked_sub(1).and_then(|last| state.checkpoints.get(last)).copied();
                return Ok(Some((*place, index as u64 * STRIDE + 1, checkpoints.into_iter().collect())));
            }
            match self.done.get() {
                Some(Ok(_)) => return Ok(None),
                Some(Err(error)) => return Err(error.clone()),
                None => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// Scans the whole file: reads it on this thread and counts what it holds on another. The footer is found later, by
/// [`Sheet`](super::Sheet), which can read rows.
pub(super) fn run(
    source: &SheetSource,
    head: &DetectedFormat,
    shared: &SharedScan,
) -> Result<Scan, SheetError> {
    let began = Instant::now();
    std::thread::scope(|scope| {
        let (sender, batches) = sync_channel(AHEAD);
        let (used, spare) = sync_channel(AHEAD + 2);
        let counting = scope.spawn(move || count(source, head, &batches, &used));
        let read = read(source, head, shared, &sender, &spare);
        drop(sender);
        let (tallies, doubtful) = counting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let ReadSummary { rows, hidden, sha256, empty_lines, line_end } = read?;
        let columns = head.columns.len();
        debug!(rows, columns, milliseconds = began.elapsed().as_millis(), "file read");
        Ok(Scan { doubtful, hidden, ..tallies.finish(rows, head, sha256, empty_lines, line_end) })
    })
}

/// Rows in a batch that is handed from the thread that reads to the one that counts.
const BATCH_ROWS: usize = 256;
/// Bytes of cells after which a batch of fewer rows is handed over.
const BATCH_BYTES: usize = 1 << 20;
/// Batches that may wait to be counted.
const AHEAD: usize = 2;

/// Rows as they were read.
#[derive(Default)]
struct RowBatch {
    rows: Vec<ReadRow>,
    /// How many of `rows` belong to this batch; the others are spare records.
    len: usize,
    bytes: usize,
}

/// One row as it was read.
#[derive(Default)]
struct ReadRow {
    row: u64,
    line: u64,
    fault: Option<RowFault>,
    record: ByteRecord,
}

impl RowBatch {
    /// The next place for a row.
    fn slot(&mut self) -> Option<&mut ReadRow> {
        if self.rows.len() == self.len {
            self.rows.push(ReadRow::default());
        }
        self.rows.get_mut(self.len)
    }

    /// Keeps the row in that place.
    fn keep(&mut self, row: u64, start: &RecordStart) {
        if let Some(found) = self.rows.get_mut(self.len) {
            (found.row, found.line, found.fault) = (row, start.line, start.fault);
            self.bytes += found.record.as_slice().len();
            self.len += 1;
        }
    }

    fn is_full(&self) -> bool {
        self.len >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }
}

/// What reading finds beside the rows.
struct ReadSummary {
    rows: u64,
    hidden: u64,
    sha256: [u8; 32],
    empty_lines: Tally,
    line_end: Option<LineEnd>,
}

/// Reads every row, and hands it on to be counted. `spare` gives batches back.
fn read(
    source: &SheetSource,
    head: &DetectedFormat,
    shared: &SharedScan,
    sender: &SyncSender<RowBatch>,
    spare: &Receiver<RowBatch>,
) -> Result<ReadSummary, SheetError> {
    let fail = |error: io::Error| source.fail(&error);
    let mut raw = Hashing { inner: source.raw()?, sha: Sha256::new(), bytes: 0 };
    io::copy(&mut raw.by_ref().take(source.mark), &mut io::sink()).map_err(fail)?;
    let at = Checkpoint { text: 0, raw: source.mark };
    let text = Text::new(raw, source.encoding, at);
    let mut records = RecordReader::new(text, head.shape.clone(), (0, 1));
    let (mut batch, mut rows, mut places) = (RowBatch::default(), 0, Vec::new());
    let (mut above, mut hidden) = (0, 0);
    while let Some(found) = batch.slot() {
        let start = records.read(&mut found.record).map_err(fail)?;
        if let Some(start) = start.filter(|start| start.byte >= head.body) {
            if rows % STRIDE == 0 {
                places.push(RowStart { byte: start.byte, line: start.line });
            }
            rows += 1;
            if let Some(returned) = head.returned {
                returned.cut(&mut found.record);
            }
            hidden += u64::from(source.is_hidden(start.line));
            batch.keep(rows, &start);
        } else if start.is_some() {
            // Empty lines above the header don't matter.
            above = records.empty_lines.count;
            records.empty_lines.first.clear();
        }
        if start.is_none() || batch.is_full() {
            // Whoever counts ends with the sender only.
            let _ = sender.send(batch);
            batch = spare.try_recv().unwrap_or_default();
        }
        if start.is_none() || rows % BATCH == 0 || rows.is_power_of_two() {
            let mut state = shared.state();
            state.rows = rows;
            state.places.append(&mut places);
            state.checkpoints.append(&mut records.input().take_checkpoints());
            state.bytes = records.input().raw().bytes;
            shared.changed.notify_all();
        }
        if start.is_none() {
            break;
        }
        if shared.stop.load(Ordering::Relaxed) {
            return Err(source.changed());
        }
    }
    let sha256 = match &source.worksheet {
        // The text is our conversion; the hash must be the workbook's.
        Some(_) => {
            let mut whole = Hashing { inner: source.file()?, sha: Sha256::new(), bytes: 0 };
            io::copy(&mut whole, &mut io::sink()).map_err(fail)?;
            whole.sha.finalize().into()
        }
        None => records.input().raw().sha.clone().finalize().into(),
    };
    source.unwritten()?;
    let empty = &records.empty_lines;
    let empty_lines =
        Tally { count: empty.count - above, first: empty.first.iter().map(|line| (0, *line)).collect() };
    let endings = records.endings;
    let line_end = match (endings.lf > 0, endings.crlf > 0, endings.cr > 0) {
        (false, false, false) => None,
        (true, false, false) => Some(LineEnd::Lf),
        (false, true, false) => Some(LineEnd::CrLf),
        (false, false, true) => Some(LineEnd::Cr),
        _ => Some(LineEnd::Mixed),
    };
    Ok(ReadSummary { rows, hidden, sha256, empty_lines, line_end })
}

/// Counts what the rows hold. Batches go back to be filled again, unless one holds long rows: they would keep their memory.
fn count(
    source: &SheetSource,
    head: &DetectedFormat,
    batches: &Receiver<RowBatch>,
    used: &SyncSender<RowBatch>,
) -> (Tallies, Vec<DoubtfulCells>) {
    let mut tallies = Tallies::new(head.columns.len(), source.worksheet.is_some());
    let mut doubtful = DoubtTally::new(source, head);
    for mut batch in batches {
        for ReadRow { row, line, fault, record } in batch.rows.iter().take(batch.len) {
            let place = source.place(*line).0;
            tallies.add(*row, place, *fault, record);
            tallies.look_for_tables(*row, place, head, record);
            if let Some(doubtful) = &mut doubtful {
                doubtful.add(*row, *line, record);
            }
        }
        if batch.bytes < BATCH_BYTES {
            (batch.len, batch.bytes) = (0, 0);
            let _ = used.try_send(batch);
        }
    }
    (tallies, doubtful.map(DoubtTally::finish).unwrap_or_default())
}

/// Counts kept during a scan.
struct Tallies {
    profiles: Vec<Profile>,
    /// Whether it is a worksheet, which doesn't say where its rows end: none is short.
    worksheet: bool,
    short: Tally,
    long: Tally,
    faults: BTreeMap<&'static str, (RowFault, Tally)>,
    other_tables: Vec<(u64, u64)>,
    /// Whether the current rows belong to another table.
    in_other_table: bool,
}

impl Tallies {
    fn new(columns: usize, worksheet: bool) -> Self {
        let profiles = vec![Profile::default(); columns];
        Self {
            profiles,
            worksheet,
            short: Tally::default(),
            long: Tally::default(),
            faults: BTreeMap::new(),
            other_tables: Vec::new(),
            in_other_table: false,
        }
    }

    fn fault(&mut self, fault: RowFault, row: u64, line: u64) {
        self.faults.entry(fault.code()).or_insert_with(|| (fault, Tally::default())).1.add(row, line);
    }

    fn add(&mut self, row: u64, line: u64, fault: Option<RowFault>, record: &ByteRecord) {
        if let Some(fault) = fault {
            self.fault(fault, row, line);
        }
        let is_padding = || record.as_slice().iter().all(|byte| *byte == 0);
        if memchr::memchr(0, record.as_slice()).is_some() && !is_padding() {
            self.fault(RowFault::Nul, row, line);
        }
        let mut broken = false;
        for (cell, profile) in record.iter().zip(&mut self.profiles) {
            if let Ok(text) = std::str::from_utf8(cell) {
                broken |= !text.is_ascii() && text.contains('\u{fffd}');
                profile.add(row, line, text);
            } else {
                broken = true;
                profile.add(row, line, &String::from_utf8_lossy(cell));
            }
        }
        if broken {
            self.fault(RowFault::BrokenText, row, line);
        }
        match record.len().cmp(&self.profiles.len()) {
            std::cmp::Ordering::Less if self.worksheet => {}
            std::cmp::Ordering::Less => self.short.add(row, line),
            std::cmp::Ordering::Greater => {
                if record.iter().skip(self.profiles.len()).any(|cell| !cell.trim_ascii().is_empty()) {
                    self.long.add(row, line);
                }
            }
            std::cmp::Ordering::Equal => {}
        }
    }

    /// Records where another table begins, and where the first continues.
    fn look_for_tables(&mut self, row: u64, line: u64, head: &DetectedFormat, record: &ByteRecord) {
        let text = |cell| std::str::from_utf8(cell).unwrap_or_default();
        let begins = head.begins_other_table(record);
        if (begins || self.in_other_table) && head.is_again(&record.iter().map(text)) {
            self.in_other_table = false;
        } else if begins {
            self.other_tables.push((row, row));
            self.in_other_table = true;
        }
        if let Some((_, last)) = self.other_tables.last_mut().filter(|_| self.in_other_table) {
            *last = row;
            self.fault(RowFault::OtherTable, row, line);
        }
    }

    fn finish(
        self,
        rows: u64,
        head: &DetectedFormat,
        sha256: [u8; 32],
        empty_lines: Tally,
        line_end: Option<LineEnd>,
    ) -> Scan {
        let columns = head.columns.iter().zip(&self.profiles);
        Scan {
            rows,
            columns: columns
                .clone()
                .map(|(header, profile)| Column { header: header.clone(), filled: profile.filled() })
                .collect(),
            sha256,
            empty_lines,
            short: self.short,
            long: self.long,
            faults: self.faults,
            other_tables: self.other_tables,
            doubtful: Vec::new(),
            footer: 0,
            hidden: 0,
            line_end,
            findings: columns.clone().map(|(header, profile)| profile.findings(header)).collect(),
            usual: columns.map(|(header, profile)| profile.usual(header)).collect(),
        }
    }
}

/// Hashes what passes through it.
struct Hashing<R> {
    inner: R,
    sha: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.sha.update(buffer.get(..count).unwrap_or_default());
        self.bytes += count as u64;
        Ok(count)
    }
}
