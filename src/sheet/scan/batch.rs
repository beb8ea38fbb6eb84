//! Batches of rows, handed from the thread that reads to the one that counts.

use csv::ByteRecord;

use crate::sheet::record::RecordStart;
use crate::sheet::row_fault::RowFault;

/// Rows in a batch that is handed from the thread that reads to the one that counts.
const BATCH_ROWS: usize = 256;
/// Bytes of cells after which a batch of fewer rows is handed over.
pub(super) const BATCH_BYTES: usize = 1 << 20;
/// Batches that may wait to be counted.
pub(super) const AHEAD: usize = 2;

/// Rows as they were read.
#[derive(Default)]
pub(super) struct RowBatch {
    pub(super) rows: Vec<ReadRow>,
    /// Number of `rows` in this batch; the others are spare records.
    pub(super) len: usize,
    pub(super) bytes: usize,
}

/// One row as it was read.
#[derive(Default)]
pub(super) struct ReadRow {
    pub(super) row: u64,
    pub(super) line: u64,
    pub(super) fault: Option<RowFault>,
    pub(super) record: ByteRecord,
}

impl RowBatch {
    /// The next place for a row.
    pub(super) fn slot(&mut self) -> Option<&mut ReadRow> {
        if self.rows.len() == self.len {
            self.rows.push(ReadRow::default());
        }
        self.rows.get_mut(self.len)
    }

    /// Keeps the row in that place.
    pub(super) fn keep(&mut self, row: u64, start: &RecordStart) {
        if let Some(found) = self.rows.get_mut(self.len) {
            (found.row, found.line, found.fault) = (row, start.line, start.fault);
            self.bytes += found.record.as_slice().len();
            self.len += 1;
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.len >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }
}
