//! Cells of a workbook that show one text and hold a number.
//!
//! The text of a worksheet carries both, `$1,501` and `1500.75`, with a mark between them that no text can have. They
//! are taken apart where records are read, so that everything above sees the text, and asks for the number where a
//! number is wanted.

use csv::ByteRecord;

/// Stands behind the text of a cell that is a number. Unicode sets this character aside for such uses.
pub(super) const MARK: char = '\u{fdd0}';
const MARK_BYTES: [u8; 3] = [0xEF, 0xB7, 0x90];

/// A number in a cell of a workbook, whatever its format makes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StoredNumber {
    /// Column, from 0.
    pub column: usize,
    /// The number the cell holds.
    pub value: f64,
}

impl StoredNumber {
    /// The number with all its digits, up to the fifteen Excel keeps.
    #[must_use]
    pub fn digits(&self) -> String {
        super::number_format::general(self.value)
    }

    /// Whether a cell that shows `shown` reads as this number: `$1,500.00` does for 1500, `1501` and `1.5M` don't.
    #[must_use]
    pub fn reads_as(&self, shown: &str) -> bool {
        let digits = self.digits();
        if shown == digits {
            return true;
        }
        let bracketed = shown.contains('(') && shown.contains(')');
        let mut plain: String =
            shown.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
        if bracketed && !plain.starts_with('-') {
            plain.insert(0, '-');
        }
        let scaled = shown.contains('%');
        !scaled
            && match (plain.parse::<f64>(), digits.parse::<f64>()) {
                (Ok(shown), Ok(held)) => shown.to_bits() == held.to_bits(),
                _ => false,
            }
    }
}

/// A cell as it is written into the text of a worksheet.
pub(super) fn joined(shown: &str, digits: &str) -> String {
    let behind = if shown == digits { "" } else { digits };
    format!("{shown}{MARK}{behind}")
}

/// Takes the numbers out of a record, and leaves the texts.
pub(super) fn take(record: &mut ByteRecord, numbers: &mut Vec<StoredNumber>) {
    numbers.clear();
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
        if let Some(value) = digits.ok().and_then(|digits| digits.parse().ok()) {
            numbers.push(StoredNumber { column, value });
        }
        texts.push_field(shown);
    }
    *record = texts;
}
