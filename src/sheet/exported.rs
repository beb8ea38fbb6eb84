//! Files that caseload exported for correction: the original's columns, followed by columns that say where each row
//! came from and why it was rejected. When such a file comes back, these are recognized and ignored.
//!
//! ```text
//! Claim,Due,caseload: row,caseload: line,caseload: column,caseload: reason
//! C-17,31/02/2026,17,18,Due,there is no such day
//! ```
//!
//! To a spreadsheet program a cell that begins with `=` is a formula. Such a cell is written with an apostrophe before
//! it, and read without.

use std::borrow::Cow;

use csv::ByteRecord;

use super::{Header, Layout};

/// Headers of the columns added after the original ones, in order.
pub const REASON_HEADERS: [&str; 4] =
    ["caseload: row", "caseload: line", "caseload: column", "caseload: reason"];
/// Header over cells beyond the original's last header.
pub const EXTRA_HEADER: &str = "caseload: beyond the header";
/// Characters that begin a formula in a spreadsheet program; the full-width ones in East Asian versions.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// Characters that end a cell in a program with another delimiter than commas. It skips them before a formula.
const ENDS: [char; 4] = [';', '\t', '\r', '\n'];
/// Characters that may be stripped from before a formula.
const QUOTES: [char; 2] = ['\'', '"'];

/// Number of original columns in a file that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ExportedFile {
    /// Columns with a header of the original.
    pub(super) columns: usize,
    /// Columns beyond it.
    beyond: usize,
}

impl ExportedFile {
    /// Checks whether a header is one of ours.
    pub(super) fn of(header: &[String]) -> Option<Self> {
        let same = |(have, want): (&String, &&str)| have.trim() == *want;
        let length = header.len().checked_sub(REASON_HEADERS.len())?;
        let is_ours = header.get(length..)?.iter().zip(&REASON_HEADERS).all(same);
        let own = header.get(..length).filter(|_| is_ours)?;
        let beyond = own.iter().rev().take_while(|name| name.trim() == EXTRA_HEADER).count();
        Some(Self { columns: length - beyond, beyond })
    }

    /// Cuts a record down to the original's cells.
    pub(super) fn cut(self, record: &mut ByteRecord) {
        record.truncate(self.columns + self.beyond);
        let overhang = record.iter().skip(self.columns).rev().take_while(|cell| cell.is_empty()).count();
        record.truncate(record.len() - overhang);
        if record.as_slice().contains(&b'\'') {
            // A cell with damaged text stays as it is.
            let original = |cell| {
                std::str::from_utf8(cell).map_or(Cow::Borrowed(cell), |text| bytes(unescape_formula(text)))
            };
            *record = record.iter().map(original).collect();
        }
    }
}

/// Whether a text begins like a file of ours. If so, the file options don't apply: they were set for another file.
pub(super) fn is_ours(start: &[u8]) -> bool {
    // A header may contain line breaks, so its end isn't known yet.
    REASON_HEADERS.iter().all(|mark| memchr::memmem::find(start, mark.as_bytes()).is_some())
}

/// Returns the layout of one of our files, even if a spreadsheet program saved it another way.
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

/// Escapes a cell so that a spreadsheet program reads it as text or a number, never as a formula; nor a part of it, if
/// the program ends cells at semicolons, tabs or line breaks.
#[must_use]
pub fn escape_formula(cell: &str) -> Cow<'_, str> {
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

/// Undoes [`escape_formula`].
fn unescape_formula(cell: &str) -> Cow<'_, str> {
    if !cell.contains('\'') {
        return Cow::Borrowed(cell);
    }
    let unescaped = |(at, part): (usize, &str)| match part.strip_prefix('\'') {
        Some(rest) if is_formula(at, rest) => rest.to_owned(),
        _ => part.to_owned(),
    };
    Cow::Owned(parts(cell).map(unescaped).collect())
}

fn bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// Whether a part of a cell may be read as a formula.
fn is_formula(at: usize, part: &str) -> bool {
    let text = part.trim_start_matches(QUOTES);
    // An empty part after the first is only its end.
    text.starts_with(FORMULA) || (at == 0 && text.starts_with(ENDS))
}

/// Splits a cell into the parts that a spreadsheet program may read as separate cells, each with the character that
/// ends it.
fn parts(cell: &str) -> impl Iterator<Item = (usize, &str)> {
    cell.split_inclusive(ENDS).enumerate()
}

/// Undoes [`escape_formula`] for a header.
pub(super) fn unescape_header(header: &str) -> String {
    unescape_formula(header).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().chain(&REASON_HEADERS).map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn our_columns_are_known_at_the_end_only() {
        assert_eq!(ExportedFile::of(&header(&["A", "B"])), Some(ExportedFile { columns: 2, beyond: 0 }));
        assert_eq!(
            ExportedFile::of(&header(&["A", "B", EXTRA_HEADER])),
            Some(ExportedFile { columns: 2, beyond: 1 })
        );
        let mut moved = header(&["A", "B"]);
        moved.rotate_right(1);
        assert_eq!(ExportedFile::of(&moved), None);
        assert_eq!(ExportedFile::of(&["A".to_owned()]), None);
    }

    #[test]
    fn a_record_is_cut_to_what_the_original_had() {
        let cut = |cells: &[&str]| {
            let mut record: ByteRecord = cells.iter().map(|cell| cell.as_bytes()).collect();
            ExportedFile { columns: 2, beyond: 2 }.cut(&mut record);
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
            assert_eq!(escape_formula(cell), format!("'{cell}"));
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
            assert_eq!(escape_formula(cell), cell);
        }
    }

    /// Programs end cells at semicolons or tabs where commas are decimal points, and then at line breaks too.
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
            assert_eq!(escape_formula(cell), out);
            assert_eq!(unescape_formula(out), cell);
        }
    }

    proptest! {
        #![proptest_config(super::super::cases(256))]

        #[test]
        fn escaped_formulas_unescape_to_the_same_text(cell in "['\";=+@a1. \t\r\n＝＋－＠-]{0,8}") {
            let out = escape_formula(&cell);
            prop_assert_eq!(unescape_formula(&out), cell.as_str());
            for part in out.split(ENDS) {
                let number = part.strip_prefix(['-', '+']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
                prop_assert!(!part.trim_start_matches('"').starts_with(FORMULA) || number, "{}", out);
            }
        }
    }
}
