//! The thread that counts: what is in the columns, and what is wrong with rows.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender};

use csv::ByteRecord;

use super::batch::{BATCH_BYTES, ReadRow, RowBatch};
use super::{LineEnd, Scan, Tally};
use crate::sheet::Column;
use crate::sheet::damage::Profile;
use crate::sheet::encoding_doubt::{DoubtTally, DoubtfulCells};
use crate::sheet::head::DetectedFormat;
use crate::sheet::row_fault::{RowFault, has_nul};
use crate::sheet::source::SheetSource;

/// Number of rows above a repeated header that may be title lines of its page.
const PAGE_HEAD: u64 = 5;
/// Maximum number of such rows that are kept; more have only a doubt.
const MAX_PAGE_TITLES: usize = 1 << 20;

/// Counts what is in the rows. Batches go back to be filled again, except those with long rows, which would keep their
/// memory.
pub(super) fn count(
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
            tallies.look_at_surplus(*row, place, head, record);
            tallies.look_for_tables(*row, place, head, record);
            tallies.look_for_rests(*row, place, head, record);
            tallies.look_for_titles(*row, head, record);
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
pub(super) struct Tallies {
    profiles: Vec<Profile>,
    /// True for a worksheet. It doesn't say where its rows end, so none is short.
    worksheet: bool,
    short: Tally,
    long: Tally,
    /// Number of rows with only empty cells beyond the header, and those of them that may be shifted.
    trailing: u64,
    shifted: Tally,
    faults: BTreeMap<&'static str, (RowFault, Tally)>,
    other_tables: Vec<(u64, u64)>,
    /// Whether the current rows belong to another table.
    in_other_table: bool,
    /// Rows just read that repeat a title line, and those of them above a repeated header.
    titles: Vec<u64>,
    page_titles: Vec<u64>,
}

impl Tallies {
    fn new(columns: usize, worksheet: bool) -> Self {
        let profiles = vec![Profile::default(); columns];
        Self {
            profiles,
            worksheet,
            short: Tally::default(),
            long: Tally::default(),
            trailing: 0,
            shifted: Tally::default(),
            faults: BTreeMap::new(),
            other_tables: Vec::new(),
            in_other_table: false,
            titles: Vec::new(),
            page_titles: Vec::new(),
        }
    }

    fn fault(&mut self, fault: RowFault, row: u64, line: u64) {
        self.faults.entry(fault.code()).or_insert_with(|| (fault, Tally::default())).1.add(row, line);
    }

    fn add(&mut self, row: u64, line: u64, fault: Option<RowFault>, record: &ByteRecord) {
        if let Some(fault) = fault {
            self.fault(fault, row, line);
        }
        if has_nul(record.as_slice()) {
            self.fault(RowFault::Nul, row, line);
        }
        // One look at the whole record is much faster than one at each cell.
        let whole = std::str::from_utf8(record.as_slice()).ok();
        let mut broken = whole.is_none_or(|text| text.contains('\u{fffd}'));
        for (index, (cell, profile)) in record.iter().zip(&mut self.profiles).enumerate() {
            let text = match whole.zip(record.range(index)) {
                Some((whole, range)) => whole.get(range),
                None => std::str::from_utf8(cell).ok(),
            };
            if let Some(text) = text {
                profile.add(row, line, text);
            } else {
                broken = true;
                profile.add(row, line, &String::from_utf8_lossy(cell));
            }
        }
        if broken {
            self.fault(RowFault::BrokenText, row, line);
        }
        if record.len() < self.profiles.len() && !self.worksheet {
            self.short.add(row, line);
        }
    }

    /// Counts a row with cells beyond the header.
    fn look_at_surplus(&mut self, row: u64, line: u64, head: &DetectedFormat, record: &ByteRecord) {
        let width = self.profiles.len();
        if record.len() <= width {
        } else if record.iter().skip(width).any(|cell| !cell.trim_ascii().is_empty()) {
            self.long.add(row, line);
        } else if !self.worksheet {
            self.trailing += 1;
            if head.may_be_shifted(record) {
                self.shifted.add(row, line);
            }
        }
    }

    /// Records a line that is the rest of a cell above.
    fn look_for_rests(&mut self, row: u64, line: u64, head: &DetectedFormat, record: &ByteRecord) {
        let first = record.get(0).and_then(|cell| std::str::from_utf8(cell).ok()).unwrap_or_default();
        if !self.worksheet && head.typical.is_rest_of_cell(record.len(), first) {
            self.fault(RowFault::RestOfCell, row, line);
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

    /// Records the rows of a page's titles: those that repeat a title line just above a repeated header.
    fn look_for_titles(&mut self, row: u64, head: &DetectedFormat, record: &ByteRecord) {
        let text = |cell| std::str::from_utf8(cell).unwrap_or_default();
        if head.repeats_title(&record.iter()) {
            self.titles.push(row);
        } else if self.titles.is_empty() {
            return;
        } else if head.is_again(&record.iter().map(text)) && self.page_titles.len() < MAX_PAGE_TITLES {
            self.page_titles.append(&mut self.titles);
        }
        self.titles.retain(|title| title + PAGE_HEAD > row);
    }

    pub(super) fn finish(
        self,
        rows: u64,
        head: &DetectedFormat,
        sha256: [u8; 32],
        empty_lines: Tally,
        line_end: Option<LineEnd>,
    ) -> Scan {
        let columns = head.columns.iter().zip(&self.profiles);
        let trailing = self.trailing * 2 >= rows;
        let mut long = self.long;
        if !trailing {
            long.merge(&self.shifted);
        }
        Scan {
            rows,
            columns: columns
                .clone()
                .map(|(header, profile)| Column { header: header.clone(), filled: profile.filled() })
                .collect(),
            sha256,
            empty_lines,
            short: self.short,
            long,
            trailing,
            faults: self.faults,
            other_tables: self.other_tables,
            page_titles: self.page_titles,
            doubtful: Vec::new(),
            footer: 0,
            below_gap: None,
            hidden: 0,
            line_end,
            findings: columns.clone().map(|(header, profile)| profile.findings(header)).collect(),
            usual: columns.map(|(header, profile)| profile.usual(header)).collect(),
        }
    }
}
