//! Cells of a workbook that show a text and store a number.
//!
//! The text of a worksheet has both, `$1,501` and `1500.75`, separated by a mark that no text has. They are split when
//! records are read, so that other code sees the text, and asks for the number where it needs one. A date is text; that
//! the workbook stores it as a date, and whether its format shows only a part of it, `Mar-26`, is noted behind the mark.

use csv::ByteRecord;

/// Mark after the text of a numeric cell. Unicode reserves this character for such uses.
pub(super) const MARK: char = '\u{fdd0}';
const MARK_BYTES: [u8; 3] = [0xEF, 0xB7, 0x90];

/// Behind the mark of a date, and of one that is only partly shown.
const DATE: &str = ".";
const PARTLY: &str = "...";

/// A cell that a workbook stores as a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredDate {
    /// Column, from 0.
    pub column: usize,
    /// Whether its format shows only a part of it.
    pub is_partly_shown: bool,
}

/// Number stored in a cell of a workbook, whatever its format shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StoredNumber {
    /// Column, from 0.
    pub column: usize,
    /// The stored number.
    pub value: f64,
}

impl StoredNumber {
    /// Shows the number with all its digits, up to the fifteen Excel keeps.
    #[must_use]
    pub fn digits(&self) -> String {
        super::number_format::general(self.value)
    }

    /// Whether a text shows this number: `$1,500.00` does for 1500 and `00802` for 802, `1501` and `1.5M` don't.
    #[must_use]
    pub fn reads_as(&self, shown: &str) -> bool {
        let digits = self.digits();
        if shown == digits {
            return true;
        }
        let only = |text: &str, more: &[char]| -> String {
            text.chars().filter(|c| c.is_ascii_digit() || more.contains(c)).collect()
        };
        let negative = shown.contains('-') || (shown.contains('(') && shown.contains(')'));
        let amount: Option<f64> = only(shown, &['.']).parse().ok();
        if self.value.is_sign_negative() || self.value == 0.0 {
            return !shown.contains('%')
                && amount == Some(self.value.abs())
                && (negative || self.value == 0.0);
        }
        // An identifier may have characters between its digits that look like a sign.
        let same_digits = || only(shown, &[]).trim_start_matches('0') == digits;
        !shown.contains('%') && ((amount == Some(self.value) && !negative) || same_digits())
    }
}

/// Joins the shown text and the digits of a cell for the text of a worksheet.
pub(super) fn joined(shown: &str, digits: &str) -> String {
    let behind = if shown == digits { "" } else { digits };
    format!("{shown}{MARK}{behind}")
}

/// Returns the shown text of a cell.
pub(super) fn shown(cell: &str) -> &str {
    cell.split_once(MARK).map_or(cell, |(shown, _)| shown)
}

/// Marks a date.
pub(super) fn dated(date: &str, is_partly_shown: bool) -> String {
    format!("{date}{MARK}{}", if is_partly_shown { PARTLY } else { DATE })
}

/// Moves the numbers out of a record, leaving the shown texts; also notes the dates.
pub(super) fn take(record: &mut ByteRecord, numbers: &mut Vec<StoredNumber>, dates: &mut Vec<StoredDate>) {
    numbers.clear();
    dates.clear();
    let marked = |cell: &[u8]| memchr::memmem::find(cell, &MARK_BYTES);
    if marked(record.as_slice()).is_none() {
        return;
    }
    let mut texts = ByteRecord::with_capacity(record.as_slice().len(), record.len());
    for (column, cell) in record.iter().enumerate() {
        let Some(at) = marked(cell) else {
            texts.push_field(cell);
            continue;
        };
        let (shown, behind) = (cell.get(..at).unwrap_or_default(), cell.get(at + 3..).unwrap_or_default());
        let digits = std::str::from_utf8(if behind.is_empty() { shown } else { behind });
        let is_partly_shown = behind == PARTLY.as_bytes();
        if is_partly_shown || behind == DATE.as_bytes() {
            dates.push(StoredDate { column, is_partly_shown });
        }
        if let Some(value) = digits.ok().and_then(|digits| digits.parse().ok()) {
            numbers.push(StoredNumber { column, value });
        }
        texts.push_field(shown);
    }
    *record = texts;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_number_is_shown_as() {
        for (value, shown, reads) in [
            (1500.0, "1500", true),
            (1500.0, "$1,500.00", true),
            (1500.0, "1.500,00 €", false),
            (802.0, "00802", true),
            (3_035_550_100.0, "(303) 555-0100", true),
            (123_456_789.0, "123-45-6789", true),
            (7.0, "CLM-00007", true),
            (-250.0, "(250.00)", true),
            (-250.0, "-250", true),
            (-250.0, "250", false),
            (1500.75, "1501", false),
            (1_500_000.0, "1.5M", false),
            (12_345.0, "12", false),
            (0.125, "12.5%", false),
            (0.0, "$-", false),
            (0.0, "0.00", true),
            (0.0, "", false),
        ] {
            assert_eq!(StoredNumber { column: 0, value }.reads_as(shown), reads, "{value} {shown}");
        }
    }

    #[test]
    fn numbers_are_taken_out_of_a_record() {
        let cells = [
            "A-1".to_owned(),
            joined("1,501", "1500.75"),
            joined("7", "7"),
            joined("", "0"),
            dated("2026-03-04", true),
            dated("2026-03-05", false),
        ];
        let mut record = ByteRecord::from(cells.to_vec());
        let (mut numbers, mut dates) = (Vec::new(), Vec::new());
        take(&mut record, &mut numbers, &mut dates);
        assert_eq!(record, ByteRecord::from(vec!["A-1", "1,501", "7", "", "2026-03-04", "2026-03-05"]));
        let at = |column, is_partly_shown| StoredDate { column, is_partly_shown };
        assert_eq!(dates, [at(4, true), at(5, false)]);
        let found: Vec<_> = numbers.iter().map(|number| (number.column, number.value)).collect();
        assert_eq!(found, [(1, 1500.75), (2, 7.0), (3, 0.0)]);
        take(&mut record, &mut numbers, &mut dates);
        assert!(numbers.is_empty() && dates.is_empty());
    }
}
