//! Finds worksheets with the same columns, and joins them into one table.

use csv::{ByteRecord, ReaderBuilder};

use super::grid::{Grid, MAX_ROWS};
use crate::sheet::cell_kind::CellKind;
use crate::sheet::{damage, stored};

/// Number of records at the start of a worksheet that are searched for its header.
const HEAD: usize = 20;

/// A visible worksheet with other columns, which isn't read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherWorksheet {
    /// Its name.
    pub name: String,
    /// Cells of the line that is most likely its header, in lower case.
    pub header: Vec<String>,
    /// Number of rows below that line; with it, if it looks like a row.
    pub rows: u64,
    /// Whether the line has at least half of the columns of the table that is read, or looks like one of its rows.
    pub resembles: bool,
}

/// Start of a worksheet in the text of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sheet) struct WorksheetStart {
    /// Number of the first record, from 1.
    pub(in crate::sheet) record: u64,
    /// The worksheet.
    pub(in crate::sheet) worksheet: String,
    /// The row of that record in the worksheet, from 1.
    pub(in crate::sheet) row: u64,
}

/// A header that two worksheets have in common, in the second of them.
pub(super) struct SameHeader {
    /// Number of records up to and including the header.
    records: u64,
    /// Byte of the text where the record below the header begins.
    byte: usize,
    /// Number of rows below it that aren't empty.
    pub(super) rows: u64,
}

/// Finds the header of one worksheet in another; `None` if the columns differ.
pub(super) fn same_header(first: &Grid, other: &Grid) -> Option<SameHeader> {
    let known: Vec<Vec<String>> = head(first).into_iter().map(|(cells, _)| cells).collect();
    let mut filled = 0;
    for (index, (cells, end)) in head(other).into_iter().enumerate() {
        filled += u64::from(!cells.is_empty());
        let wide = cells.iter().filter(|cell| !cell.is_empty()).count() * 2 >= first.widest.max(3) as usize;
        if wide && known.contains(&cells) {
            return Some(SameHeader {
                records: index as u64 + 1,
                byte: end,
                rows: other.rows.saturating_sub(filled),
            });
        }
    }
    None
}

/// Describes a worksheet that isn't read beside the one that is; `None` if it has no rows.
pub(super) fn other_worksheet(read: &Grid, other: &Grid, name: String) -> Option<OtherWorksheet> {
    let (own, _) = header_of(read)?;
    let (header, above) = header_of(other)?;
    let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.is_empty()).count();
    let shared = header.iter().filter(|cell| !cell.is_empty() && own.contains(cell)).count();
    let kinds = |cells: &[String]| cells.iter().map(|cell| CellKind::of(cell)).collect::<Vec<_>>();
    let like = kinds(&header);
    let is_row = like.iter().filter(|kind| kind.is_telling()).count() >= 2
        && head(read).iter().any(|(cells, _)| kinds(cells) == like);
    let resembles = is_row || (shared >= 2 && shared * 2 >= filled(&own));
    let rows = other.rows.saturating_sub(above + u64::from(!is_row));
    (rows > 0).then_some(OtherWorksheet { name, header, rows, resembles })
}

/// Whether the line that is most likely the header names what only tables of cases have.
pub(super) fn names_cases(grid: &Grid) -> bool {
    header_of(grid).is_some_and(|(header, _)| header.iter().any(|cell| damage::names_cases(cell)))
}

/// The first record with at least half of the columns filled, and the number of filled ones above it.
fn header_of(grid: &Grid) -> Option<(Vec<String>, u64)> {
    let mut above = 0;
    for (cells, _) in head(grid) {
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        if filled > 1 && filled * 2 >= grid.widest as usize {
            return Some((cells, above));
        }
        above += u64::from(filled > 0);
    }
    None
}

/// The first records of a worksheet, normalized, each with the byte after it.
fn head(grid: &Grid) -> Vec<(Vec<String>, usize)> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).from_reader(grid.bytes.as_slice());
    let (mut record, mut found) = (ByteRecord::new(), Vec::new());
    while found.len() < HEAD && reader.read_byte_record(&mut record).unwrap_or(false) {
        let plain = |cell: &[u8]| {
            let text = String::from_utf8_lossy(cell);
            let text = stored::shown(&text);
            text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
        };
        let mut cells: Vec<String> = record.iter().map(plain).collect();
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        found.push((cells, usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)));
    }
    found
}

/// Appends the rows of a worksheet to another's, without its header, and returns where they begin.
pub(super) fn append(grid: &mut Grid, other: &Grid, header: &SameHeader, worksheet: &str) -> WorksheetStart {
    let record = grid.records() + 1;
    grid.bytes.extend_from_slice(other.bytes.get(header.byte..).unwrap_or_default());
    let moved =
        |row: u32| (u64::from(row) + 1).checked_sub(header.records + 1).map(|below| record - 1 + below);
    let moved = |row: u32| moved(row).and_then(|row| u32::try_from(row).ok());
    for row in other.hidden_rows.below(MAX_ROWS).filter_map(moved) {
        grid.hidden_rows.add(row..row + 1);
    }
    grid.struck.append(&other.struck, moved);
    grid.add_records(other.records().saturating_sub(header.records), header.rows);
    WorksheetStart { record, worksheet: worksheet.to_owned(), row: header.records + 1 }
}
