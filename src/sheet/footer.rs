//! What stands below the table: totals, counts, “end of report”.

use super::Row;

/// So many rows at the end can be a footer at most.
pub(super) const MOST: u64 = 20;

/// How the first text of a footer begins.
const BEGINNINGS: [&str; 20] = [
    "total",
    "grand total",
    "sub total",
    "subtotal",
    "sub-total",
    "sum",
    "count",
    "record",
    "rows",
    "number of",
    "end of",
    "page",
    "report",
    "generated",
    "printed",
    "exported",
    "run date",
    "confidential",
    "***",
    "---",
];

/// How many of the last rows are a footer. `tail`: the last rows, in order; `width`: how many columns there are;
/// `gap`: whether an empty line stands before a line.
pub(super) fn rows(tail: &[Row], width: usize, gap: impl Fn(u64) -> bool) -> usize {
    let (mut sure, mut seen) = (0, 0);
    let mut below: Vec<&Row> = Vec::new();
    for row in tail.iter().rev() {
        seen += 1;
        if row.is_blank() {
            // What is below a blank row may be set apart by it.
            if !below.is_empty() && below.iter().all(|row| is_sparse(row, width)) {
                sure = seen;
            }
            continue;
        }
        if says_so(row, width) {
            sure = seen;
        } else if !is_sparse(row, width) {
            break;
        }
        below.push(row);
        if gap(row.line) && below.iter().all(|row| is_sparse(row, width)) {
            sure = seen;
        }
    }
    // A table is more than its footer.
    if sure < tail.len() || tail.len() as u64 == MOST { sure } else { 0 }
}

fn filled(row: &Row) -> usize {
    row.cells.iter().filter(|cell| !cell.trim().is_empty()).count()
}

/// Whether a row has too little for a row of the table.
fn is_sparse(row: &Row, width: usize) -> bool {
    width >= 3 && filled(row) * 3 <= width
}

/// Whether a row says that it is a footer.
fn says_so(row: &Row, width: usize) -> bool {
    let Some(text) = row.cells.iter().map(str::trim).find(|cell| !cell.is_empty()) else { return false };
    let lower = text.to_lowercase();
    let begins = BEGINNINGS.iter().any(|beginning| {
        lower
            .strip_prefix(beginning)
            .is_some_and(|rest| !rest.starts_with(char::is_alphabetic) || rest.starts_with('s'))
    });
    // One cell alone with a sentence in it, where rows have several.
    let sentence = width >= 4 && row.cells.len() == 1 && text.contains(' ') && text.len() > 8;
    (begins && filled(row) * 2 <= width.max(3)) || sentence
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
        let table = "A,b,c,d,e\nB,b,c,d,e\nC,,c,,e\n";
        for (below, gaps, want) in [
            ("", vec![], 0),
            ("Total,,,,375", vec![], 1),
            ("Grand Total: 3,,,,", vec![], 1),
            ("\n,,,,375", vec![], 2),
            (",,,,375", vec![4], 1),
            (",,,,375", vec![], 0),
            ("*** 3 records ***", vec![], 1),
            ("Confidential - for Acme only", vec![], 1),
            (",,,,\nTotals,3,,,\nPrinted 3/4/2026,,,,", vec![], 2),
            // A case whose first cell only looks so.
            ("Total Care Inc,b,c,d,e", vec![], 0),
            ("Summers,b,,,", vec![], 0),
            // A row cut off at the end of the file is no footer.
            ("CLM-0099", vec![], 0),
        ] {
            assert_eq!(of(&format!("{table}{below}"), &gaps), want, "{below}");
        }
        assert_eq!(of("Total,,,,1", &[]), 0);
    }
}
