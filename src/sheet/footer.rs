//! Finds the footer below the table: totals, counts, “end of report”.
//!
//! Footer rows are skipped, so this must be certain: the row says so, or it is set apart by an empty line and nothing
//! in it is like the cells above.

use std::collections::HashMap;

use csv::StringRecord;

use super::Row;
use super::cell_kind::CellKind;
use super::words::{TableWords, begins_with_any};

/// Maximum number of rows in a footer.
pub(super) const MAX_ROWS: u64 = 20;

/// Counts the footer rows among the last rows, `tail`, which are in order. `width` is the number of columns; `gap` says
/// whether there is an empty line before a line.
pub(super) fn rows(tail: &[Row], width: usize, gap: impl Fn(u64) -> bool) -> usize {
    let (mut sure, mut seen, mut any) = (0, 0, false);
    for row in tail.iter().rev() {
        seen += 1;
        if row.is_blank() {
            // A blank row sets apart what is below it.
            if any {
                sure = seen;
            }
            continue;
        }
        if is_footer(&row.cells, width) {
            sure = seen;
        } else if !is_strange(row, tail, width) {
            break;
        } else if gap(row.line) {
            sure = seen;
        }
        any = true;
    }
    // A table can't be all footer.
    if sure < tail.len() || tail.len() as u64 == MAX_ROWS { sure } else { 0 }
}

/// Returns the number of the first row among the last ones, `tail`, that an empty line or a blank row sets apart.
pub(super) fn below_gap(tail: &[Row], gap: impl Fn(u64) -> bool) -> Option<u64> {
    let pairs = tail.iter().zip(tail.iter().skip(1));
    let mut below = pairs.filter(|(above, row)| above.is_blank() || gap(row.line));
    below.next().map(|(_, row)| row.number)
}

fn filled(cells: &StringRecord) -> impl Iterator<Item = (usize, &str)> + Clone {
    cells.iter().enumerate().map(|(at, cell)| (at, cell.trim())).filter(|(_, cell)| !cell.is_empty())
}

/// Whether a row is unlike all rows above it: a single note unlike its column, or sums without their labels.
fn is_strange(row: &Row, tail: &[Row], width: usize) -> bool {
    let mut cells = filled(&row.cells);
    let (Some((at, text)), rest) = (cells.next(), cells.count()) else { return false };
    if rest == 0 && is_note(text) {
        return column_kind(tail, at).is_none_or(|usual| usual != CellKind::of(text));
    }
    at > 0
        && width >= 3
        && (rest + 1) * 3 <= width
        && filled(&row.cells).all(|(_, cell)| CellKind::of(cell) == CellKind::Number)
}

fn is_note(text: &str) -> bool {
    CellKind::of(text) == CellKind::Prose || text.split_whitespace().count() >= 4 || text.ends_with(':')
}

/// Kind of most cells in a column.
fn column_kind(tail: &[Row], column: usize) -> Option<CellKind> {
    let mut counts: HashMap<CellKind, usize> = HashMap::new();
    for cell in tail.iter().filter_map(|row| row.cells.get(column)) {
        *counts.entry(CellKind::of(cell)).or_default() += 1;
    }
    counts.remove(&CellKind::Empty);
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(kind, _)| kind)
}

/// Whether the rest of a text is what a footer says after its first words.
fn follows(rest: &str) -> bool {
    let rest = rest.trim_start();
    let word = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    rest.is_empty()
        || rest.starts_with([':', '=', '(', '*', '-', '—'])
        || TableWords::get().footer_words.contains(word)
}

/// `10 records found`, `(2 rows affected)`
fn is_count(text: &str) -> bool {
    let lower = text.to_lowercase();
    let lower = lower.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(&lower);
    let rest = lower.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < lower.len() && rest.starts_with(' ') && follows(rest)
}

/// Whether a number follows the first words of a footer.
fn is_counted(rest: &str) -> bool {
    rest.starts_with(' ') && rest.trim_start().starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a text begins like that of a total, anywhere in the table.
pub(super) fn is_total(text: &str) -> bool {
    let begins =
        |total: &String| text.get(..total.len()).is_some_and(|start| start.eq_ignore_ascii_case(total));
    TableWords::get().totals.iter().any(begins)
}

/// Whether a text is one of the words of a group's total, `Sum` or `Count`. An id is never one.
fn is_total_word(text: &str) -> bool {
    let word = text.trim_matches(|c: char| c.is_ascii_punctuation());
    !word.is_empty()
        && word.chars().all(char::is_alphabetic)
        && TableWords::get().group_totals.contains(&word.to_lowercase())
}

/// Whether the cells behind a total's label are numbers, the first maybe below a word such as `Sum`, as Salesforce
/// writes it: `Subtotal,Sum,300`.
fn are_sums<'a>(mut cells: impl Iterator<Item = &'a str>) -> bool {
    let is_sum = |cell: &str| CellKind::of(cell) == CellKind::Number;
    let first = match cells.next() {
        Some(word) if is_total_word(word) => cells.next(),
        first => first,
    };
    first.is_some_and(is_sum) && cells.all(is_sum)
}

/// Whether a row has a label that begins or ends like a group's total, `Denver Total`, and otherwise only numbers.
pub(super) fn may_be_total(row: &StringRecord) -> bool {
    let mut cells = filled(row);
    let Some((_, label)) = cells.next() else { return false };
    let mut words = label.split_whitespace();
    // Most labels are an id.
    let is_id = label.ends_with(|c: char| c.is_ascii_digit()) && !label.contains(char::is_whitespace);
    !is_id
        && (words.next().is_some_and(is_total_word) || words.next_back().is_some_and(is_total_word))
        && are_sums(cells.map(|(_, cell)| cell))
}

/// Whether a row is so sparse that it may be excluded as a total: at most two thirds of the columns are filled.
pub(super) fn is_sparse(row: &StringRecord, width: usize) -> bool {
    filled(row).count() * 3 <= width.max(3) * 2
}

/// Whether a row says that it is a footer; the rest of it is numbers and counts.
pub(super) fn is_footer(row: &StringRecord, width: usize) -> bool {
    let mut cells = filled(row);
    let Some((_, text)) = cells.next() else { return false };
    let are_sums = are_sums(cells.clone().map(|(_, cell)| cell));
    let rest: Vec<bool> =
        cells.map(|(_, cell)| CellKind::of(cell) == CellKind::Number || is_count(cell)).collect();
    if (!are_sums && rest.iter().any(|counts| !counts)) || (rest.len() + 1) * 3 > width.max(3) * 2 {
        return false;
    }
    let lower = text.to_lowercase();
    let words = TableWords::get();
    if begins_with_any(&lower, &words.footer_notes) {
        return rest.is_empty();
    }
    let starts = |beginnings: &[String], fits: fn(&str) -> bool| {
        beginnings.iter().any(|beginning| lower.strip_prefix(beginning.as_str()).is_some_and(fits))
    };
    let either: fn(&str) -> bool = |rest| follows(rest) || is_counted(rest);
    let begins = starts(&words.totals, either)
        || starts(&words.footer_beginnings, either)
        || starts(&words.before_number, is_counted)
        || starts(&words.before_word, follows)
        // Three of them, so not a minus sign.
        || lower.starts_with("***")
        || lower.starts_with("---");
    let counts = is_count(&lower);
    // A single cell with a sentence, in a table with several columns.
    begins || counts || (width >= 4 && row.len() == 1 && text.split_whitespace().count() >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, gaps: &[u64]) -> usize {
        let lines: Vec<Row> = (1..)
            .zip(text.lines())
            .map(|(number, line)| Row {
                number,
                line: number,
                cells: line.split(',').collect(),
                ..Row::default()
            })
            .collect();
        rows(&lines, 5, |line| gaps.contains(&line))
    }

    #[test]
    fn footers() {
        let table = "A-1,b,c,d,100\nA-2,b,c,d,200\nA-3,,c,,75\n";
        for (below, gaps, want) in [
            ("", vec![], 0),
            ("Total,,,,375", vec![], 1),
            ("Totals:,3,,,375.00", vec![], 1),
            ("Grand Total: 3,,,,", vec![], 1),
            ("Total claims,3,,,", vec![], 1),
            ("Summe,,,,375", vec![], 1),
            ("Total,,,Sum,375", vec![], 1),
            ("Total,Sum,x,,", vec![], 0),
            ("\n,,,,375", vec![], 2),
            (",,,,375", vec![4], 1),
            (",,,,375", vec![], 0),
            ("*** 3 records ***", vec![], 1),
            ("Confidential - for Acme only", vec![], 1),
            ("Prepared by: Dana Whitfield,,,,", vec![], 1),
            ("Page 1 of 2,,,,", vec![], 1),
            ("EOF", vec![], 1),
            ("TRAILER|3", vec![], 1),
            ("TRL,8,,,", vec![], 1),
            ("Grand Ttl,,,,300", vec![], 1),
            ("(2 rows affected)", vec![], 1),
            ("(2 rows affected)\nCompletion time: 2026-11-20T10:00:00", vec![], 2),
            ("<EOF>", vec![], 1),
            ("Trlica,Ana,,,", vec![], 0),
            ("TRL-8,Ann,,,", vec![], 0),
            ("3 records found,,,,", vec![], 1),
            ("12 Oaks Inc,,,,", vec![], 0),
            ("Records: 3,,,,", vec![], 1),
            ("end of report,,,,", vec![], 1),
            (",,,,\nTotals,3,,,\nPrinted 3/4/2026,,,,", vec![], 3),
            (",,,,\n\"Figures are those of the carrier as of March\",,,,", vec![], 2),
            // Cases that only look like a footer.
            ("Total Care Inc,b,c,d,e", vec![], 0),
            ("Total Care,Boise,ID,,", vec![], 0),
            ("Page, Sam,,,", vec![], 0),
            ("Page,Sam,,,", vec![], 0),
            ("Record-3,Cy,,,", vec![], 0),
            ("Record 99,,03/04/1980,,", vec![], 0),
            ("Summers,b,,,", vec![], 0),
            ("Reports Inc,,,,", vec![], 0),
            ("A-105,,,,", vec![4], 0),
            (",,,,\nA-7,Ann,,,", vec![], 0),
            ("A-7,Ann,,,", vec![4], 0),
            // A row cut off at the end of the file isn't a footer.
            ("CLM-0099", vec![], 0),
        ] {
            assert_eq!(of(&format!("{table}{below}"), &gaps), want, "{below}");
        }
        assert_eq!(of("Total,,,,1", &[]), 0);
    }
}
