//! Finds the header, the title lines above it, and the names of the columns.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::iter::repeat;

use super::cell_kind::CellKind;
use super::footer;
use super::layout::Header;
use super::not_a_case::UsualRow;
use super::sniff::SampleRecord;
use super::words::TableWords;

/// Minimum number of rows below a second header line, to tell it from a row.
const MIN_BODY: usize = 2;
/// Maximum number of rows in a header.
const MAX_ROWS: usize = 3;
/// Number of rows searched for a header if the first full row isn't one.
const LOOK_DOWN: usize = 5;
/// Minimum number of cells of a header in other words, among rows.
const MIN_NAMED: usize = 3;
/// Minimum number of rows above such a header.
const MIN_ROWS: usize = 3;
/// Number of rows sampled to learn what a column holds.
const BODY: usize = 100;

/// The header of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableHeader {
    pub(super) header: Header,
    /// Name of every column; blank if it has none.
    pub(super) columns: Vec<String>,
    /// Index of the first record below the header; the number of records if there is none.
    pub(super) body: usize,
    /// Index of the first record that isn't a title line.
    pub(super) first: usize,
}

/// Finds the header among the first records of a file, unless it is `chosen`. `width` is the number of cells in most
/// rows.
pub(super) fn find(records: &[SampleRecord], width: usize, chosen: Option<Header>) -> TableHeader {
    let at_line = |line: u64| {
        records.iter().position(|record| record.start.line >= line).unwrap_or(records.len().saturating_sub(1))
    };
    let (first, rows) = match chosen {
        Some(Header::None(line)) => (at_line(line), 0),
        Some(Header::Lines(from, to)) => {
            let first = at_line(from);
            let more = records.iter().skip(first + 1).take_while(|record| record.start.line <= to).count();
            (first, 1 + more)
        }
        None => detect(records, width),
    };
    let head = records.get(first..(first + rows).min(records.len())).unwrap_or_default();
    let line = |index: usize| records.get(index).map_or(1, |record| record.start.line);
    let header = match head.last() {
        Some(last) => Header::Lines(line(first), last.start.line),
        None => Header::None(line(first)),
    };
    TableHeader { header, columns: names(head, width), body: first + rows, first }
}

/// Returns the number of cells of a header if rows have more, but not all of them, and all of those are cut within a
/// number, as in `R-1,Doe,1,500`: then there is no further column without a name.
pub(super) fn narrower_width(records: &[SampleRecord], found: &TableHeader, width: usize) -> Option<usize> {
    let head = records.get(found.first..found.body)?;
    let length = head.iter().map(|record| record.cells.len()).max().filter(|length| *length < width)?;
    let is_named = |column: usize| {
        head.iter().any(|record| record.cells.get(column).is_some_and(|cell| !cell.trim().is_empty()))
    };
    let rows = || records.iter().skip(found.body).filter(|record| record.filled() > 1);
    let is_whole = |record: &SampleRecord| record.cells.len() == length;
    let is_longer = |record: &SampleRecord| {
        record.cells.len() > length && record.cells.iter().skip(length).any(|cell| !cell.trim().is_empty())
    };
    let is_cut = |record: &SampleRecord| {
        let cell = |at: usize| record.cells.get(at).map_or("", |cell| cell.trim());
        ends_in_digits(cell(length - 1)) && begins_with_thousands(cell(length))
    };
    let fits = length >= 2 && (0..length).all(is_named);
    let are_cut = rows().any(is_longer) && rows().filter(|row| is_longer(row)).all(is_cut);
    (fits && rows().any(is_whole) && are_cut).then_some(length)
}

/// Returns true if a text ends in one to three digits, as `1` of `1,500` does.
fn ends_in_digits(text: &str) -> bool {
    (1..=3).contains(&text.bytes().rev().take_while(u8::is_ascii_digit).count())
}

/// Returns true if a text is `500` or `500.00`.
fn begins_with_thousands(text: &str) -> bool {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    whole.len() == 3 && whole.bytes().chain(rest.bytes()).all(|byte| byte.is_ascii_digit())
}

/// Returns the index of the table's first row, and its number of header rows.
fn detect(records: &[SampleRecord], width: usize) -> (usize, usize) {
    let typical = typical_fill(records, width);
    let full = |record: &SampleRecord| record.filled() * 2 > typical;
    let Some(start) = records.iter().position(full) else { return (0, usize::from(!records.is_empty())) };
    let mut first = start;
    let is_labels = records.get(first).is_some_and(has_labels);
    if is_labels || has_values(records.get(first)) || !is_header(records, first, width) {
        // A line above the table may be as full as a row.
        let here = evidence(records, first, width);
        let lower = (first + 1..=first + LOOK_DOWN).find(|index| {
            records.get(*index).is_some_and(|row| full(row) && looks_like_header(row) && !has_labels(row))
                && evidence(records, *index, width) >= here.max(2.0)
        });
        match lower {
            Some(index) => first = index,
            None if is_header(records, first, width) => {}
            None => return (first, 0),
        }
    }
    let mut rows = 1;
    while rows < MAX_ROWS && continues_header(records, first, first + rows, width, typical) {
        rows += 1;
    }
    if groups_above(records, first) { (first - 1, rows + 1) } else { (first, rows) }
}

/// Whether a row has a number, a date, or anything else headers don't have.
fn has_values(row: Option<&SampleRecord>) -> bool {
    row.is_some_and(|row| row.kinds().iter().any(|kind| kind.is_value()) && !is_years(row))
}

/// Whether a row has the words of a header, and no values.
pub(super) fn looks_like_header(row: &SampleRecord) -> bool {
    !has_values(Some(row)) && names_columns(&row.cells)
}

/// Whether a row has labels before their values, as lines above a table do: `To:,Us,From:,Acme`.
fn has_labels(row: &SampleRecord) -> bool {
    let is_label = |cell: &String| cell.trim_end().ends_with(':');
    let mut pairs = row.cells.iter().zip(row.cells.iter().skip(1));
    pairs.any(|(label, value)| is_label(label) && !is_label(value) && !value.trim().is_empty())
}

/// Whether the numbers of a row are consecutive years, as in headers.
fn is_years(row: &SampleRecord) -> bool {
    let numbers = row.cells_with_kinds().filter(|(_, kind)| kind.is_value());
    let years: Vec<u16> = numbers.map(|(cell, _)| cell.trim().parse().unwrap_or(0)).collect();
    years.len() >= 3
        && years.iter().all(|year| (1900..2100).contains(year))
        && years.is_sorted_by(|a, b| a < b)
}

/// Number of cells usually filled in a row.
fn typical_fill(records: &[SampleRecord], width: usize) -> usize {
    let mut fills: Vec<usize> =
        records.iter().filter(|r| r.cells.len() == width).map(SampleRecord::filled).collect();
    fills.sort_unstable();
    fills.get(fills.len() / 2).copied().unwrap_or(1).max(1)
}

/// The usual look of rows below a header.
pub(super) fn typical<'r>(body: impl Iterator<Item = &'r SampleRecord>, width: usize) -> UsualRow {
    // Headings and notes have one cell; they and totals show nothing about cases.
    let is_case =
        |row: &&SampleRecord| row.filled() > 1 && !footer::may_be_total(&row.cells.iter().collect());
    let rows: Vec<SampleRecord> = body.filter(is_case).take(BODY).cloned().collect();
    UsualRow {
        filled: typical_fill(&rows, width),
        kinds: (0..width).map(|column| column_kind(&rows, column)).collect(),
    }
}

/// Kind of most cells in a column below a row; `None` if they differ.
fn column_kind<R: Borrow<SampleRecord>>(body: &[R], column: usize) -> Option<CellKind> {
    let mut counts: HashMap<CellKind, usize> = HashMap::new();
    for kind in body.iter().filter_map(|record| record.borrow().kinds().get(column)) {
        *counts.entry(*kind).or_default() += 1;
    }
    counts.remove(&CellKind::Empty);
    let filled: usize = counts.values().sum();
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .filter(|(_, count)| count * 10 >= filled * 7)
        .map(|(k, _)| k)
}

fn body_below(records: &[SampleRecord], index: usize) -> &[SampleRecord] {
    let rest = records.get(index + 1..).unwrap_or_default();
    rest.get(..rest.len().min(BODY)).unwrap_or(rest)
}

fn is_header(records: &[SampleRecord], index: usize, width: usize) -> bool {
    let Some(record) = records.get(index) else { return false };
    let evidence = evidence(records, index, width);
    // Trackops' own import uses the first row as the header; so do we, unless it looks like a case.
    let body = body_below(records, index);
    let is_id = |(column, cell): (usize, &String)| {
        CellKind::of(cell) == CellKind::Id
            && column_kind(body, column) == Some(CellKind::Id)
            && !has_header_word(cell)
    };
    let like_a_row = has_values(Some(record)) || record.cells.iter().enumerate().any(is_id);
    if like_a_row && !names_columns(&record.cells) { evidence > 2.0 } else { evidence > -0.5 }
}

/// Whether at least half of a row's cells have a header word.
pub(super) fn names_columns<C: AsRef<str>>(cells: &[C]) -> bool {
    let (named, filled) = named_columns(cells);
    named * 2 >= filled
}

/// Whether several cells of a row are filled, at least half as many as `columns` with a name, and have a header word each
/// and hardly any other: words such as `no` and `City` are also in cases.
pub(super) fn names_every_column<C: AsRef<str>>(cells: &[C], columns: usize) -> bool {
    let (named, filled) = named_columns(cells);
    let words = || cells.iter().flat_map(|cell| words(cell.as_ref()));
    let known = words().filter(|word| is_header_word(word)).count();
    named == filled && filled >= MIN_NAMED && filled * 2 >= columns && known * 4 >= words().count() * 3
}

/// Number of a row's cells with a header word, and of its filled cells.
fn named_columns<C: AsRef<str>>(cells: &[C]) -> (usize, usize) {
    let filled = cells.iter().map(AsRef::as_ref).filter(|cell: &&str| !cell.trim().is_empty());
    (filled.clone().filter(|cell| has_header_word(cell)).count(), filled.count())
}

/// Columns, from 0, of ids, dates or numbers; none if the rows are too few to show it.
pub(super) fn telling_columns(rows: &[&SampleRecord], width: usize) -> Vec<usize> {
    let rows = rows.get(..rows.len().min(BODY)).unwrap_or_default();
    if rows.len() < MIN_ROWS {
        return Vec::new();
    }
    let is_filled = |column: usize| {
        let has_cell = |row: &&&SampleRecord| row.kinds().get(column).is_some_and(|k| *k != CellKind::Empty);
        rows.iter().filter(has_cell).count() >= MIN_ROWS
    };
    let is_telling = |column: usize| column_kind(rows, column).is_some_and(CellKind::is_telling);
    (0..width).filter(|column| is_filled(*column) && is_telling(*column)).collect()
}

/// Scores how much a row looks like the header of what is below it; below zero, it looks like one of the rows.
fn evidence(records: &[SampleRecord], index: usize, width: usize) -> f64 {
    let (Some(record), body) = (records.get(index), body_below(records, index)) else { return 0.0 };
    let mut sum = 0.0;
    let years = is_years(record);
    for (column, cell) in record.cells.iter().enumerate().take(width.max(1)) {
        let below = column_kind(body, column);
        let kind = match CellKind::of(cell) {
            CellKind::Number if years => CellKind::Words,
            kind => kind,
        };
        if kind == CellKind::Empty {
            sum -= if below.is_some() { 0.25 } else { 0.0 };
            continue;
        }
        sum += match below {
            _ if kind.is_value() && below == Some(kind) => -2.0,
            _ if kind.is_value() => -1.0,
            Some(below) if below.is_value() => 1.0,
            Some(CellKind::Id) if kind == CellKind::Words => 1.0,
            Some(CellKind::Id) if kind == CellKind::Id && !has_header_word(cell) => -2.0,
            _ if kind == CellKind::Prose => -0.5,
            _ => 0.0,
        };
        if has_header_word(cell) {
            sum += 0.75;
        } else if body
            .iter()
            .any(|row| row.cells.get(column).is_some_and(|other| other.trim() == cell.trim()))
        {
            sum -= 0.5;
        }
    }
    sum
}

fn has_header_word(cell: &str) -> bool {
    cell.len() <= 40 && words(cell).any(is_header_word)
}

fn words(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

fn is_header_word(word: &str) -> bool {
    TableWords::get().header_words.contains(&word.to_lowercase())
}

/// Whether the row after a header belongs to it too: words over columns of values.
fn continues_header(
    records: &[SampleRecord],
    first: usize,
    next: usize,
    width: usize,
    typical: usize,
) -> bool {
    let (Some(head), Some(row)) = (records.get(first), records.get(next)) else { return false };
    let body = body_below(records, next);
    if body.len() < MIN_BODY || row.filled() * 2 <= typical || has_values(Some(row)) {
        return false;
    }
    let same = |a: &SampleRecord, b: &SampleRecord| {
        a.cells.iter().map(|c| c.trim()).eq(b.cells.iter().map(|c| c.trim()))
    };
    let tells = |column: &usize| {
        let kind = row.cells.get(*column).map(|cell| CellKind::of(cell));
        kind == Some(CellKind::Words)
            && column_kind(body, *column).is_some_and(|kind| kind.is_value() || kind == CellKind::Id)
    };
    let occurs = |column: usize| {
        let cell = row.cells.get(column).map_or("", |cell| cell.trim());
        !cell.is_empty() && body.iter().any(|below| below.cells.get(column).is_some_and(|c| c.trim() == cell))
    };
    // A case that only lacks values, `A-0,Poe,unknown,none`, must not be lost in a header.
    let tells =
        || (0..width).filter(tells).count() >= 2 && names_columns(&row.cells) && !(0..width).any(occurs);
    same(head, row) || tells()
}

/// Whether the line above a header names groups: whose columns they are, `,Insured Information,,Claimant,`, or anything for
/// repeated names, `Before,,After,`.
fn groups_above(records: &[SampleRecord], first: usize) -> bool {
    let (Some(above), Some(head)) = (first.checked_sub(1).and_then(|at| records.get(at)), records.get(first))
    else {
        return false;
    };
    let words =
        above.cells.iter().all(|cell| matches!(CellKind::of(cell), CellKind::Words | CellKind::Empty));
    let is_blank = |column: usize| above.cells.get(column).is_none_or(|cell| cell.trim().is_empty());
    // A title is alone in the first column, and a label has its value beside it. A worksheet has no cells behind the last
    // filled one.
    let owned = (above.filled() >= 2 || is_blank(0))
        && above.cells.iter().enumerate().any(|(column, cell)| is_owner(cell) && is_blank(column + 1))
        && !above.cells.iter().any(|cell| cell.trim_end().ends_with(':'))
        && above.filled() < head.filled()
        && above.cells.len() <= head.cells.len();
    let repeated = above.filled() >= 2
        && above.cells.len() == head.cells.len()
        && head.cells.iter().any(|cell| is_repeated(cell, head));
    words && (owned || repeated)
}

/// Whether a header cell is in several columns.
fn is_repeated(cell: &str, head: &SampleRecord) -> bool {
    let cell = cell.trim();
    !cell.is_empty() && head.cells.iter().filter(|other| other.trim() == cell).count() > 1
}

/// Whether a cell says whose columns are below it: `Insured Information`.
fn is_owner(cell: &str) -> bool {
    let lists = TableWords::get();
    let words: Vec<String> = words(cell).map(str::to_lowercase).collect();
    words.iter().any(|word| lists.owners.contains(word))
        && words.iter().all(|word| lists.owners.contains(word) || lists.owner_words.contains(word))
}

/// Whether a header is about a person or firm: `Phone`, but not `Received`.
fn is_personal(cell: &str) -> bool {
    words(cell).any(|word| TableWords::get().personal_words.contains(&word.to_lowercase()))
}

/// Returns a name for each cell of a row: its header texts joined by spaces, each text once.
fn names(head: &[SampleRecord], width: usize) -> Vec<String> {
    let longest = head.iter().map(|record| record.cells.len()).max().unwrap_or(0);
    let mut names = vec![Vec::<String>::new(); longest.max(width)];
    for (index, record) in head.iter().enumerate() {
        // A group's name is over its first column only.
        let below = head.get(index + 1).filter(|below| record.filled() < below.cells.len());
        let mut last = "";
        let cells = record.cells.iter().map(String::as_str).chain(repeat(""));
        for (column, (cell, name)) in cells.zip(&mut names).enumerate() {
            let header = below.and_then(|below| Some((below.cells.get(column)?, below)));
            let text = match (cell.trim(), header) {
                // Columns about the case may come after those about a person.
                ("", Some((cell, below)))
                    if !is_owner(last) || is_personal(cell) || is_repeated(cell, below) =>
                {
                    last
                }
                (text, _) => text,
            };
            if !text.is_empty() || header.is_none() {
                last = text;
            }
            if !text.is_empty() && !name.iter().any(|known| known == text) {
                name.push(text.to_owned());
            }
        }
    }
    let mut names: Vec<String> = names.into_iter().map(|parts| parts.join(" ")).collect();
    while names.len() > width && names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    names
}

#[cfg(test)]
mod tests;
