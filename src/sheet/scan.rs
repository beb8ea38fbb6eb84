//! Scans the whole file once, in the background: positions of rows, counts, and findings for warnings.

mod batch;
mod count;
mod read;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::sync_channel;
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tracing::debug;

use super::damage::{DamageFinding, Usual};
use super::encoding_doubt::DoubtfulCells;
use super::head::DetectedFormat;
use super::row_fault::RowFault;
use super::rows::Row;
use super::source::SheetSource;
use super::text::Checkpoint;
use super::{Column, SheetError};
use batch::AHEAD;
use count::count;
use read::{ReadSummary, read};

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

    /// Takes out a row that is among the first, or known to be counted.
    fn remove(&mut self, row: u64, is_counted: bool) {
        let listed = self.first.iter().position(|(number, _)| *number == row);
        if let Some(at) = listed {
            self.first.remove(at);
        }
        self.count -= u64::from(listed.is_some() || is_counted).min(self.count);
    }

    /// Adds other places among its own.
    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.first.extend(&other.first);
        self.first.sort_unstable();
        self.first.truncate(KEPT);
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
    /// Rows with values beyond the last header, or shifted by an unquoted delimiter.
    pub long: Tally,
    /// Whether most rows have empty cells beyond the last header, so that these show no shift.
    pub trailing: bool,
    /// Faults in the way rows are written, by code.
    pub faults: BTreeMap<&'static str, (RowFault, Tally)>,
    /// First and last row of each further table, including its header.
    pub other_tables: Vec<(u64, u64)>,
    /// Rows that repeat a title line just above a repeated header, in order.
    pub(super) page_titles: Vec<u64>,
    /// Cells that read differently in another encoding, for each column; empty if the encoding is certain.
    pub doubtful: Vec<DoubtfulCells>,
    /// Number of last rows that are a footer.
    pub footer: u64,
    /// First of the last rows that an empty line sets apart, if there is one.
    pub(super) below_gap: Option<u64>,
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

    /// Whether a row repeats a title line just above a repeated header.
    pub(super) fn is_page_title(&self, row: u64) -> bool {
        self.page_titles.binary_search(&row).is_ok()
    }

    /// Marks the last rows as the footer: they don't count as rows with missing or extra cells or other faults, nor as
    /// filling columns.
    pub(super) fn with_footer(mut self, footer: &[Row]) -> Self {
        self.footer = footer.len() as u64;
        for row in footer {
            let extra_filled = row.cells.iter().skip(self.columns.len()).any(|cell| !cell.trim().is_empty());
            self.short.remove(row.number, row.cells.len() < self.columns.len());
            self.long.remove(row.number, extra_filled);
            for (fault, tally) in self.faults.values_mut() {
                tally.remove(row.number, row.faults.iter().any(|(of, _)| of == fault));
            }
            for (column, cell) in self.columns.iter_mut().zip(&row.cells) {
                column.filled -= u64::from(!cell.trim().is_empty()).min(column.filled);
            }
        }
        self.faults.retain(|_, (_, tally)| tally.count > 0);
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

    /// Runs the scan and shares its result. After a panic that is `broken`, or its readers would wait forever.
    pub(super) fn finish_with(&self, scan: impl FnOnce() -> Result<Scan, SheetError>, broken: SheetError) {
        let result = catch_unwind(AssertUnwindSafe(scan)).unwrap_or(Err(broken));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::SheetFault;

    #[test]
    fn a_panic_ends_the_scan_with_an_error() {
        let (shared, path) = (SharedScan::default(), std::path::PathBuf::from("a.csv"));
        let broken = SheetError { path, fault: SheetFault::Empty };
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| shared.place(1).map(|_| ()));
            shared.finish_with(|| std::panic::resume_unwind(Box::new(())), broken.clone());
            assert_eq!(reader.join().unwrap(), Err(broken.clone()));
        });
        assert_eq!(shared.wait().as_ref().map(|_| ()), Err(&broken));
    }
}
