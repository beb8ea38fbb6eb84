//! The thread that reads: cuts the text into records, notes where rows begin, and hashes the file.

use std::io::{self, Read};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender};

use sha2::{Digest, Sha256};

use super::batch::RowBatch;
use super::{BATCH, LineEnd, RowStart, STRIDE, SharedScan, Tally};
use crate::sheet::SheetError;
use crate::sheet::head::DetectedFormat;
use crate::sheet::record::RecordReader;
use crate::sheet::source::SheetSource;
use crate::sheet::text::{Checkpoint, Text};

/// What reading finds beside the rows.
pub(super) struct ReadSummary {
    pub(super) rows: u64,
    pub(super) hidden: u64,
    pub(super) sha256: [u8; 32],
    pub(super) empty_lines: Tally,
    pub(super) line_end: Option<LineEnd>,
}

/// Reads every row, and hands it on to be counted. `spare` gives batches back.
pub(super) fn read(
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
            // The thread that counts ends only when the sender is gone.
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
