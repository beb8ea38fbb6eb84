//! Rows no longer than the header although an unquoted delimiter shifted their cells, because their last cells were
//! empty and left off: `R-1,Foo, Inc.,Knee` for `R-1,"Foo, Inc.",Knee,`.

use csv::ByteRecord;

use super::{ColumnKind, FEW_ROWS, pieces};
use crate::sheet::dialect::Dialect;
use crate::sheet::sniff::SampleRecord;
use crate::sheet::words::TableWords;

/// At least one row in this many must have an empty last cell, or lack it.
const CUT_SHORT: usize = 4;

/// Signs of such rows, in a file whose rows often lack their last cell.
#[derive(Debug)]
pub(in crate::sheet) struct CutShort {
    columns: Vec<ColumnKind>,
    /// Columns whose cells often begin like the rest of a cell, so that this shows nothing.
    often: Vec<bool>,
}

impl CutShort {
    /// Learns from the rows of a table; `None` if nearly all have their last cell.
    pub(in crate::sheet) fn of(rows: &[&SampleRecord], width: usize) -> Option<Self> {
        let is_row = |row: &&&SampleRecord| row.cells.len() <= width && row.filled() > 1;
        let rows: Vec<&SampleRecord> = rows.iter().filter(is_row).copied().collect();
        let is_cut = |row: &&&SampleRecord| {
            let last = width.checked_sub(1).and_then(|last| row.cells.get(last));
            last.is_none_or(|cell| cell.trim().is_empty())
        };
        let cut = rows.iter().filter(is_cut).count();
        // Where the last cell is always there, and always empty, no row is cut short.
        let is_spare = cut == rows.len() && rows.iter().all(|row| row.cells.len() == width);
        if rows.len() < FEW_ROWS || cut * CUT_SHORT < rows.len() || is_spare {
            return None;
        }
        let often = |at: usize| {
            let count = |is: &dyn Fn(&str) -> bool| {
                rows.iter().filter_map(|row| row.cells.get(at)).filter(|cell| is(cell)).count()
            };
            count(&|cell| continues(cell.as_bytes())) * 2 > count(&|cell| !cell.trim().is_empty())
        };
        let often = (0..width).map(often).collect();
        Some(Self { columns: ColumnKind::of_all(&rows, width, FEW_ROWS), often })
    }

    /// Whether a delimiter in an unquoted cell may have shifted the cells of a row: a cell looks like the rest of the
    /// one before it, and they fit their columns as one. `line` is the row without its line break.
    pub(in crate::sheet) fn may_be_shifted(
        &self,
        line: &[u8],
        dialect: Dialect,
        record: &ByteRecord,
    ) -> bool {
        let begins =
            |(at, cell): &(usize, &[u8])| continues(cell) && self.often.get(*at).is_some_and(|often| !often);
        let mut suspects = record.iter().enumerate().skip(1).filter(begins).peekable();
        if suspects.peek().is_none() || record.len() > self.columns.len() {
            return false;
        }
        let Some(reading) = pieces(line, dialect) else { return false };
        let is_quoted = |at: usize| reading.quoted.get(at - 1..=at).is_none_or(|pair| pair.contains(&true));
        suspects.any(|(at, cell)| !is_quoted(at) && self.fits_joined(record, at, cell, dialect))
    }

    /// Whether the cells fit their columns if the one at `at` is the rest of the one before it.
    fn fits_joined(&self, record: &ByteRecord, at: usize, cell: &[u8], dialect: Dialect) -> bool {
        let before = record.get(at - 1).unwrap_or_default().trim_ascii();
        let whole = [before, &[dialect.delimiter.0], cell].concat();
        let cells = record.iter().take(at - 1).chain([whole.as_slice()]).chain(record.iter().skip(at + 1));
        let mut cells = cells.map(<[u8]>::trim_ascii);
        !before.is_empty()
            && self.columns.iter().all(|column| column.accepts(cells.next().unwrap_or_default()).is_some())
    }
}

/// Whether a cell looks like the rest of another: a space before its text, or only `Inc.`.
fn continues(cell: &[u8]) -> bool {
    match cell {
        [b' ', rest @ ..] => !rest.trim_ascii().is_empty(),
        // Every cell of such a file is looked at, and most are longer or numbers.
        [first, ..] if (2..=4).contains(&cell.len()) && first.is_ascii_alphabetic() => {
            TableWords::get().name_endings.iter().any(|ending| cell.eq_ignore_ascii_case(ending.as_bytes()))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::record::{Lines, RecordFormat};
    use crate::sheet::sniff::sample;

    const ROWS: &str = "R-1,Ann Lee,Acme LLC,Back,ok\nR-2,Bob Ray,Target,Knee\nR-3,Sue Kim,Bar Co,Neck,\n\
                        R-4,Al Poe,UPS,Neck,call first\nR-5,Ed Fox,Ace Corp,Leg,x\n";

    fn is_doubtful(rows: &str, row: &str) -> bool {
        let rows = sample(rows.as_bytes(), true, RecordFormat::of(Dialect::default(), Lines::Breaks));
        let [record] = &sample(row.as_bytes(), true, RecordFormat::of(Dialect::default(), Lines::Breaks))[..]
        else {
            panic!("{row}")
        };
        CutShort::of(&rows.iter().collect::<Vec<_>>(), 5).is_some_and(|cut_short| {
            let record = record.cells.iter().map(String::as_str).collect::<Vec<_>>().into();
            cut_short.may_be_shifted(row.as_bytes(), Dialect::default(), &record)
        })
    }

    #[test]
    fn a_cell_that_looks_like_the_rest_of_another_is_doubtful() {
        for row in [
            "R-6,Jo Day,Foo, Inc.,Knee",
            "R-6,Jo Day,Roe, Doe & Co,Wrist",
            "R-6,Jo Day,Foo,Inc,Knee",
            "R-6,Day, Jo,UPS,Arm",
        ] {
            assert!(is_doubtful(ROWS, row), "{row}");
        }
    }

    #[test]
    fn other_rows_are_not() {
        for row in [
            "R-6,Jo Day,UPS,Knee",
            "R-6,Jo Day,\"Foo, Inc.\",Knee",
            "R-6,Jo Day,Foo,\" Inc.\",Knee",
            "R-6,Jo Day,,Inc.,Knee",
            "R-6,Jo Day,UPS, ,x",
            "R-6, Jo Day,UPS,Knee,x",
        ] {
            assert!(!is_doubtful(ROWS, row), "{row}");
        }
    }

    #[test]
    fn a_space_before_cells_shows_nothing_where_it_is_usual_or_rows_have_their_last_cell() {
        let row = "R-6,Jo Day,Foo, Inc.,Knee";
        let spaced = ROWS.replace(",Back", ", Back").replace(",Neck", ", Neck").replace(",Leg", ", Leg");
        let whole = ROWS.replace(",Knee\n", ",Knee,y\n").replace(",Neck,\n", ",Neck,y\n");
        assert!(!is_doubtful(&spaced, row) && !is_doubtful(&whole, row));
        let spare = "R-1,Ann Lee,UPS,Back,\n".repeat(8);
        assert!(!is_doubtful(&spare, row) && is_doubtful(&spare.replace("Back,\n", "Back\n"), row));
    }
}
