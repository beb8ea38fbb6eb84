//! Files that caseload wrote for correction: the columns of the original, and behind them columns that say where each
//! row came from and why it is there. When such a file comes back, those are known and not read.
//!
//! ```text
//! Claim,Due,caseload: row,caseload: line,caseload: column,caseload: reason
//! C-17,31/02/2026,17,18,Due,there is no such day
//! ```
//!
//! A spreadsheet program takes a cell that begins with `=` for a formula. Such a cell is written with an apostrophe
//! before it, and read without.

use std::borrow::Cow;

use csv::ByteRecord;

use super::{Header, Layout};

/// The headers of the columns behind the original ones, in their order.
pub const MARKS: [&str; 4] = ["caseload: row", "caseload: line", "caseload: column", "caseload: reason"];
/// The header over cells that stand beyond the last header of the original.
pub const BEYOND: &str = "caseload: beyond the header";
/// What a cell of text may begin with that a spreadsheet program takes for a formula; the wide ones where that is the
/// script.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// Where a cell may end for a program that takes other signs than commas for the ends. Before a formula it passes over
/// them.
const ENDS: [char; 4] = [';', '\t', '\r', '\n'];
/// What may stand before a formula and be taken away.
const QUOTES: [char; 2] = ['\'', '"'];

/// How many columns of a file that came back are the original's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Returned {
    /// Those with a header of the original.
    pub(super) columns: usize,
    /// Those beyond it.
    beyond: usize,
}

impl Returned {
    /// Looks at a header whether it is one of ours.
    pub(super) fn of(header: &[String]) -> Option<Self> {
        let same = |(have, want): (&String, &&str)| have.trim() == *want;
        let kept = header.len().checked_sub(MARKS.len())?;
        let is_ours = header.get(kept..)?.iter().zip(&MARKS).all(same);
        let own = header.get(..kept).filter(|_| is_ours)?;
        let beyond = own.iter().rev().take_while(|name| name.trim() == BEYOND).count();
        Some(Self { columns: kept - beyond, beyond })
    }

    /// Leaves of a record what the original had.
    pub(super) fn cut(self, record: &mut ByteRecord) {
        record.truncate(self.columns + self.beyond);
        let overhang = record.iter().skip(self.columns).rev().take_while(|cell| cell.is_empty()).count();
        record.truncate(record.len() - overhang);
        if record.as_slice().contains(&b'\'') {
            // A cell with damaged text stays as it is.
            let own =
                |cell| std::str::from_utf8(cell).map_or(Cow::Borrowed(cell), |text| bytes(unguarded(text)));
            *record = record.iter().map(own).collect();
        }
    }
}

/// Whether a text begins as one of our files does. The choices of how a file is read were made for another one then.
pub(super) fn is_ours(start: &[u8]) -> bool {
    // A header may have line breaks in it, so its end cannot be told yet.
    MARKS.iter().all(|mark| memchr::memmem::find(start, mark.as_bytes()).is_some())
}

/// How one of our files is read, also after a spreadsheet program saved it another way.
pub(super) fn layout(chosen: &Layout) -> Layout {
    Layout {
        header: Some(Header::Lines(1, 1)),
        footer: Some(0),
        worksheet: chosen.worksheet.clone(),
        hidden: chosen.hidden,
        repair: chosen.repair,
        ..Layout::default()
    }
}

/// A cell as it is written, so that a spreadsheet program takes it for text or a number, never for a formula; nor a part
/// of it, where the program ends cells at semicolons, tabs or line breaks.
#[must_use]
pub fn guarded(cell: &str) -> Cow<'_, str> {
    let number = |rest: &str| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
    };
    let is_number = |part: &str| part.trim_end_matches(ENDS).strip_prefix(['-', '+']).is_some_and(number);
    let guard = |(at, part)| if is_formula(at, part) && !is_number(part) { ["'", part] } else { ["", part] };
    if parts(cell).any(|(at, part)| is_formula(at, part)) {
        Cow::Owned(parts(cell).flat_map(guard).collect())
    } else {
        Cow::Borrowed(cell)
    }
}

/// The cell that was written so.
fn unguarded(cell: &str) -> Cow<'_, str> {
    if !cell.contains('\'') {
        return Cow::Borrowed(cell);
    }
    let own = |(at, part): (usize, &str)| match part.strip_prefix('\'') {
        Some(rest) if is_formula(at, rest) => rest.to_owned(),
        _ => part.to_owned(),
    };
    Cow::Owned(parts(cell).map(own).collect())
}

fn bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// Whether a part of a cell may be taken for a formula.
fn is_formula(at: usize, part: &str) -> bool {
    let text = part.trim_start_matches(QUOTES);
    // An empty part behind the first holds nothing but its end.
    text.starts_with(FORMULA) || (at == 0 && text.starts_with(ENDS))
}

/// What of a cell a spreadsheet program may take for cells of their own, each with the sign that ends it.
fn parts(cell: &str) -> impl Iterator<Item = (usize, &str)> {
    cell.split_inclusive(ENDS).enumerate()
}

/// The header that was written so.
pub(super) fn unguarded_header(header: &str) -> String {
    unguarded(header).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().chain(&MARKS).map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn our_columns_are_known_at_the_end_only() {
        assert_eq!(Returned::of(&header(&["A", "B"])), Some(Returned { columns: 2, beyond: 0 }));
        assert_eq!(Returned::of(&header(&["A", "B", BEYOND])), Some(Returned { columns: 2, beyond: 1 }));
        let mut moved = header(&["A", "B"]);
        moved.rotate_right(1);
        assert_eq!(Returned::of(&moved), None);
        assert_eq!(Returned::of(&["A".to_owned()]), None);
    }

    #[test]
    fn a_record_is_cut_to_what_the_original_had() {
        let cut = |cells: &[&str]| {
            let mut record: ByteRecord = cells.iter().map(|cell| cell.as_bytes()).collect();
            Returned { columns: 2, beyond: 2 }.cut(&mut record);
            record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(cut(&["a", "", "", "", "17", "18", "", "why"]), ["a", ""]);
        assert_eq!(cut(&["a", "b", "c", "", "17", "18", "", "why"]), ["a", "b", "c"]);
        assert_eq!(cut(&["'=1+1", "'tis"]), ["=1+1", "'tis"]);
    }

    #[test]
    fn formulas_are_text_and_numbers_stay_numbers() {
        for cell in [
            "=1+1",
            "+1 (303) 555-0100",
            "-cmd",
            "@SUM(A1)",
            "\tx",
            "'=1",
            "''@x",
            "-1+1",
            "--1",
            "＝1+1",
            "＠x",
            "\"=1",
        ] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        for cell in [
            "",
            "A-17",
            "-12.50",
            "+5",
            "-1,200.00",
            "'tis",
            "O'Neil",
            "3/4/2026",
            "a;b; -1",
            "a;-5;+1",
            "a\n\nb",
        ] {
            assert_eq!(guarded(cell), cell);
        }
    }

    /// Programs take semicolons or tabs for the ends of cells where commas are decimal signs, and line breaks too then.
    #[test]
    fn no_part_of_a_cell_becomes_a_formula() {
        for (cell, out) in [
            ("x;=cmd", "x;'=cmd"),
            ("x;\"=cmd", "x;'\"=cmd"),
            ("x;'=cmd", "x;''=cmd"),
            ("x\t@y;;+z", "x\t'@y;;'+z"),
            ("one\r\n=two\n\n-three", "one\r\n'=two\n\n'-three"),
            ("\n=1", "'\n'=1"),
            ("=1;=2", "'=1;'=2"),
        ] {
            assert_eq!(guarded(cell), out);
            assert_eq!(unguarded(out), cell);
        }
    }

    proptest! {
        #![proptest_config(super::super::cases(256))]

        #[test]
        fn what_goes_out_comes_back(cell in "['\";=+@a1. \t\r\n＝＋－＠-]{0,8}") {
            let out = guarded(&cell);
            prop_assert_eq!(unguarded(&out), cell.as_str());
            for part in out.split(ENDS) {
                let number = part.strip_prefix(['-', '+']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
                prop_assert!(!part.trim_start_matches('"').starts_with(FORMULA) || number, "{}", out);
            }
        }
    }
}
