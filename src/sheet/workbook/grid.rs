//! Builds a worksheet's text: a record for each row of the worksheet, and facts that aren't in the text.

use std::borrow::Cow;

use calamine::{ExcelDateTime, ExcelDateTimeType};

use super::super::number_format::{FormatKind, NumberFormat, general};
use super::super::stored::{self, MARK};
use super::merged::MergedRows;
use super::spans::Spans;
use super::strike::StruckCells;
use crate::sheet::SheetFault;

/// Rows and columns of the largest possible worksheet, XFD1048576.
pub(super) const MAX_ROWS: u32 = 1 << 20;
pub(super) const MAX_COLUMNS: u32 = 1 << 14;

/// Numbers that are dates, from Excel's first day up to the last of the year 9999.
const DATES: std::ops::Range<f64> = 0.0..2_958_466.0;

/// A row without cells: an empty line wouldn't be a record.
const BLANK: &[u8] = b"\"\"\n";

/// Seconds in a day.
const DAY: f64 = 86_400.0;

/// Placeholder for a formula that was never calculated by the program that wrote the file.
pub(super) const NOT_CALCULATED: &str = "#NOT CALCULATED!";

/// Error for a cell beyond the largest worksheet. `row` and `column` count from 0.
pub(super) fn beyond(row: u32, column: u32) -> SheetFault {
    // Readers can't count beyond this.
    const LAST: u32 = u32::MAX - 1;
    let shown = |number: u32| match number {
        LAST.. => format!("{} or more", u32::MAX),
        number => (number + 1).to_string(),
    };
    let (row, column) = (shown(row), shown(column));
    SheetFault::Damaged(format!(
        "it has a cell in row {row}, column {column}; a worksheet ends at XFD1048576"
    ))
}

/// Limit on the text of all worksheets of a workbook, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextLimit {
    most: usize,
    left: usize,
}

impl TextLimit {
    pub(super) fn new(most: usize) -> Self {
        Self { most, left: most }
    }

    /// Fails if a text is longer than what is left.
    pub(super) fn hold(self, length: usize) -> Result<(), SheetFault> {
        if length <= self.left {
            return Ok(());
        }
        let most = self.most >> 20;
        let message =
            format!("its cells, with the empty ones between them, take more than {most} MiB as text");
        Err(SheetFault::TooLarge(message))
    }

    /// What is left beside a worksheet.
    pub(super) fn beside(self, grid: &Grid) -> Self {
        Self { left: self.left.saturating_sub(grid.bytes.len()), ..self }
    }
}

/// Builder of a worksheet's text. Rows and columns without cells are filled in.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) bytes: Vec<u8>,
    room: TextLimit,
    /// Current row and its next column, both from 0.
    row: u32,
    column: u32,
    /// Number of rows that aren't empty.
    pub(super) rows: u64,
    /// Number of cells in the widest row.
    pub(super) widest: u32,
    /// Whether days count from 1904.
    pub(super) from_1904: bool,
    /// Hidden or filtered rows, from 0, including those without cells.
    pub(super) hidden_rows: Spans,
    /// Hidden columns, from 0.
    pub(super) hidden_columns: Spans,
    /// Cells merged over several rows.
    pub(super) merged: MergedRows,
    /// Cells that are struck through.
    pub(super) struck: StruckCells,
}

impl Grid {
    /// Creates an empty worksheet, whose days count from 1904 or 1900.
    pub(super) fn new(room: TextLimit, from_1904: bool) -> Self {
        Self {
            bytes: Vec::new(),
            room,
            row: 0,
            column: 0,
            rows: 0,
            widest: 0,
            from_1904,
            hidden_rows: Spans::default(),
            hidden_columns: Spans::default(),
            merged: MergedRows::default(),
            struck: StruckCells::default(),
        }
    }

    /// Adds a text cell. Cells must come in the order of their rows, and of their columns within a row.
    pub(super) fn text(&mut self, at: (u32, u32), text: &str) -> Result<(), SheetFault> {
        self.put(at, &text_cell(text))
    }

    /// Adds a text cell as its format shows it: `WC-00123` for `00123` under `"WC-"@`.
    pub(super) fn formatted_text(
        &mut self,
        at: (u32, u32),
        text: &str,
        format: &NumberFormat,
    ) -> Result<(), SheetFault> {
        self.text(at, &format.show_text(text))
    }

    /// Adds a number as its format shows it, with the number itself if the shown text differs; a date or a time as
    /// text.
    pub(super) fn number(
        &mut self,
        at: (u32, u32),
        value: f64,
        format: &NumberFormat,
    ) -> Result<(), SheetFault> {
        if !value.is_finite() {
            return self.text(at, "#NUM!");
        }
        match format.shows() {
            // Excel fills the cell with # if there is no such date; keep the number.
            FormatKind::Moment if !DATES.contains(&value) => self.shown_number(at, value, &general(value)),
            FormatKind::Moment => {
                let value = whole_seconds(value * DAY) / DAY;
                let shown = moment(self.excel_time(value, ExcelDateTimeType::DateTime));
                // Below 1 is a time.
                if value < 1.0 {
                    return self.text(at, &shown);
                }
                self.put(at, &stored::dated(&shown, format.shows_part_of_date()))
            }
            FormatKind::Duration => {
                self.text(at, &moment(self.excel_time(value, ExcelDateTimeType::TimeDelta)))
            }
            FormatKind::Number => self.shown_number(at, value, &format.show(value)),
        }
    }

    /// Notes that a cell is merged over the rows from `first` to `last`, from 0.
    pub(super) fn merge(&mut self, first: u32, last: u32) {
        self.merged.add(first, last);
    }

    /// Adds a number with its shown text.
    pub(super) fn shown_number(&mut self, at: (u32, u32), value: f64, shown: &str) -> Result<(), SheetFault> {
        self.put(at, &number_cell(value, shown))
    }

    fn excel_time(&self, value: f64, kind: ExcelDateTimeType) -> ExcelDateTime {
        ExcelDateTime::new(value, kind, self.from_1904)
    }

    /// Adds a cell written by [`text_cell`] or [`number_cell`].
    pub(super) fn put(&mut self, (row, column): (u32, u32), cell: &str) -> Result<(), SheetFault> {
        if cell.is_empty() {
            return Ok(());
        }
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            return Err(beyond(row, column));
        }
        if row < self.row || (row == self.row && column < self.column) {
            return Err(SheetFault::Damaged("its cells are not in order".to_owned()));
        }
        self.fill_rows(row)?;
        self.rows += u64::from(self.column == 0);
        let blank = column.saturating_sub(self.column);
        self.bytes.extend(std::iter::repeat_n(b',', blank as usize));
        if self.column > 0 {
            self.bytes.push(b',');
        }
        if cell.contains(['"', ',', '\r', '\n']) {
            self.bytes.push(b'"');
            self.bytes.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            self.bytes.push(b'"');
        } else {
            self.bytes.extend_from_slice(cell.as_bytes());
        }
        self.column = column + 1;
        self.widest = self.widest.max(self.column);
        self.room.hold(self.bytes.len())
    }

    /// Scores how much the worksheet looks like a table of cases: wide, with more than one row.
    pub(super) fn like_a_table(&self) -> u64 {
        u64::from(self.widest) * u64::from(self.widest) * u64::from((self.rows + 1).ilog2())
    }

    /// Moves on to a row, filling in rows without cells.
    fn fill_rows(&mut self, row: u32) -> Result<(), SheetFault> {
        if self.row < row && self.column > 0 {
            self.end_row();
        }
        let blank = row.saturating_sub(self.row) as usize;
        self.room.hold(self.bytes.len() + blank * BLANK.len())?;
        self.bytes.extend_from_slice(&BLANK.repeat(blank));
        self.row = row;
        Ok(())
    }

    fn end_row(&mut self) {
        self.bytes.push(b'\n');
        self.row += 1;
        self.column = 0;
    }

    /// Number of records in the finished text.
    pub(super) fn records(&self) -> u64 {
        u64::from(self.row)
    }

    /// Counts records appended to the text, and how many of them aren't empty.
    pub(super) fn add_records(&mut self, records: u64, rows: u64) {
        self.row = self.row.saturating_add(u32::try_from(records).unwrap_or(u32::MAX));
        self.rows += rows;
    }

    /// Ends the last row.
    pub(super) fn end(mut self) -> Self {
        if self.column > 0 {
            self.end_row();
        }
        self
    }
}

/// Rounds to a second, as Excel shows it: calculated times are slightly off. Databases end a day at 23:59:59.997, and
/// that day must not change.
fn whole_seconds(seconds: f64) -> f64 {
    let rounded = seconds.round();
    let next_day = rounded % DAY == 0.0 && rounded - seconds > 0.000_5;
    if next_day { seconds.floor() } else { rounded }
}

/// Writes a text as a worksheet's cell.
pub(super) fn text_cell(text: &str) -> Cow<'_, str> {
    if text.contains(MARK) { Cow::Owned(text.replace(MARK, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// Writes a number as a worksheet's cell, with its shown text.
pub(super) fn number_cell(value: f64, shown: &str) -> String {
    if value.is_finite() { stored::joined(shown, &general(value)) } else { "#NUM!".to_owned() }
}

/// Writes a date, a date with its time, a time or a duration. Dates are written as `2026-03-04` whatever their format,
/// because that can't be misread in any order of day and month.
pub(super) fn moment(value: ExcelDateTime) -> String {
    let days = value.as_f64();
    if value.is_duration() {
        // Far below 2^53 seconds, and never negative here.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let seconds = (days.abs() * DAY).round() as u64;
        let sign = if days < 0.0 { "-" } else { "" };
        return format!("{sign}{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    match ((0.0..1.0).contains(&days), time.as_str()) {
        (true, _) => time,
        (false, "00:00:00") => format!("{year:04}-{month:02}-{day:02}"),
        (false, _) => format!("{year:04}-{month:02}-{day:02} {time}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: f64, code: &str) -> String {
        let mut grid = Grid::new(TextLimit::new(1 << 20), false);
        grid.number((0, 0), value, &NumberFormat::parse(code)).unwrap();
        String::from_utf8(grid.bytes).unwrap().replace(MARK, "|")
    }

    #[test]
    fn dates_and_what_is_none() {
        let second = 1.0 / DAY;
        for (value, want) in [
            (46_085.0, "2026-03-04|."),
            (46_085.0 + 37_199.6 * second, "2026-03-04 10:20:00|."),
            (46_085.0 - second / 10_000.0, "2026-03-04|."),
            (46_086.0 - 0.003 * second, "2026-03-04 23:59:59|."),
            (-1.0, "-1|"),
            (2_958_466.0, "2958466|"),
            (f64::NAN, "#NUM!"),
            (f64::INFINITY, "#NUM!"),
        ] {
            assert_eq!(shown(value, "m/d/yyyy"), want, "{value}");
        }
        assert_eq!(shown(46_085.0, "mmm-yy"), "2026-03-04|...");
        assert_eq!(shown(0.5, "mmm-yy"), "12:00:00");
        assert_eq!(shown(f64::NEG_INFINITY, "[h]:mm"), "#NUM!");
        assert_eq!(shown(1500.75, "$#,##0"), "\"$1,501|1500.75\"");
    }
}
