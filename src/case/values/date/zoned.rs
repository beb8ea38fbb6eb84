//! Times with a zone beside dates: the day in UTC may be another day here.

/// Minimum length of a date and a time with a zone: `20260105T0212Z`.
const MIN_LEN: usize = 14;

/// Hours in UTC, one bit each, at which a day begins in the Americas.
const AMERICAN_MIDNIGHTS: u32 = 0b111_1111 << 4;
/// Hours in UTC, one bit each, at which the next day begins in Europe and around.
const EASTERN_MIDNIGHTS: u32 = 0b111 << 21;
/// Minimum number of times that show that all dates of a column were written so.
const ENOUGH: u64 = 5;

/// The times with a zone in a column of dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ZonedTimes {
    /// Number of filled cells.
    cells: u64,
    /// Number of times in UTC other than midnight.
    in_utc: u64,
    /// Their hours, one bit each.
    hours: u32,
    /// Whether some of them aren't full hours.
    has_minutes: bool,
    /// The first time in UTC other than midnight, with its row.
    first: Option<(u64, String)>,
    /// Smallest and largest offset from UTC of all times that have one, in minutes, with the row of the first.
    offsets: Option<(i32, i32, u64)>,
}

impl ZonedTimes {
    /// Adds a cell. Nearly every one is too short to have a zone, or has none.
    pub fn add(&mut self, row: u64, cell: &str) {
        self.cells += u64::from(!cell.is_empty());
        if cell.len() < MIN_LEN {
            return;
        }
        let Some((hour, minutes, offset)) = zoned_time(cell.trim()) else { return };
        self.add_offset(offset, offset, row);
        if offset != 0 || (hour == 0 && !minutes) {
            return;
        }
        self.in_utc += 1;
        self.hours |= 1 << hour;
        self.has_minutes |= minutes;
        self.first.get_or_insert_with(|| (row, cell.trim().to_owned()));
    }

    fn add_offset(&mut self, least: i32, most: i32, row: u64) {
        let offsets = self.offsets.get_or_insert((least, most, row));
        *offsets = (offsets.0.min(least), offsets.1.max(most), offsets.2);
    }

    /// Adds the times of the rows that follow.
    pub fn merge(&mut self, next: Self) {
        self.cells += next.cells;
        self.in_utc += next.in_utc;
        self.hours |= next.hours;
        self.has_minutes |= next.has_minutes;
        self.first = self.first.take().or(next.first);
        if let Some((least, most, row)) = next.offsets {
            self.add_offset(least, most, row);
        }
    }

    /// Describes the doubt about a column; `show` masks a cell of it.
    #[must_use]
    pub fn doubt(&self, header: &str, show: impl Fn(&str) -> String) -> Option<String> {
        let one_or_two = !self.has_minutes && self.hours.count_ones() <= 2;
        let only_in = |hours: u32| one_or_two && self.hours & !hours == 0;
        if let Some((row, cell)) = self.first.as_ref().filter(|_| !only_in(AMERICAN_MIDNIGHTS)) {
            let first = show(cell);
            let are_all = self.in_utc >= ENOUGH && self.in_utc * 10 >= self.cells * 9;
            return Some(if are_all && only_in(EASTERN_MIDNIGHTS) {
                format!(
                    "the dates in “{header}” may all be one day early: their times may be midnight of the next day \
                     elsewhere, written in UTC; export the column as dates only; first in row {row}: “{first}”"
                )
            } else {
                format!(
                    "“{header}” has {} in UTC, sent as the day in UTC, which may be another day where it happened; \
                     export the column in local time or as dates only; first in row {row}: “{first}”",
                    crate::text::plural(self.in_utc, "time")
                )
            });
        }
        let (least, most, row) = self.offsets?;
        // An hour apart is summer time.
        (most - least > 60 && self.first.is_none()).then(|| {
            format!(
                "“{header}” has times of several time zones, each sent as its day there, which may be another day here; \
                 export the column in one time zone or as dates only; first in row {row}"
            )
        })
    }
}

/// Returns the hour, whether there are minutes or seconds, and the offset from UTC in minutes; `None` without a zone.
fn zoned_time(cell: &str) -> Option<(u32, bool, i32)> {
    let (clock, offset) = without_zone(cell)?;
    let start = clock.rfind(['T', 't', ' '])?;
    let clock = clock.get(start + 1..)?;
    let mut numbers = clock.split([':', '.', ',']);
    let first = numbers.next().filter(|first| first.bytes().all(|byte| byte.is_ascii_digit()))?;
    let hour: u32 = first.get(..2)?.parse().ok().filter(|hour| *hour < 24)?;
    let is_set = |text: &str| text.bytes().any(|byte| byte != b'0');
    Some((hour, first.get(2..).is_some_and(is_set) || numbers.any(is_set), offset))
}

/// Returns the text before a zone, and the offset of that zone in minutes.
fn without_zone(cell: &str) -> Option<(&str, i32)> {
    for utc in ["Z", "z", " UTC", " GMT", "UTC", "GMT"] {
        if let Some(clock) = cell.strip_suffix(utc) {
            return Some((clock.trim_end(), 0));
        }
    }
    // Not the dashes of the date.
    let at =
        cell.rfind(['+', '-']).filter(|at| cell.get(..*at).is_some_and(|before| before.contains(':')))?;
    let (clock, offset) = cell.split_at_checked(at)?;
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4).unwrap_or("0").parse().ok()?;
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    Some((clock.trim_end(), sign * (hours * 60 + minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doubt(cells: &[&str]) -> Option<String> {
        let (mut all, mut rest) = (ZonedTimes::default(), ZonedTimes::default());
        for (row, cell) in (1..).zip(cells) {
            let part = if row == 1 { &mut all } else { &mut rest };
            part.add(row, cell);
        }
        all.merge(rest);
        all.doubt("Loss", str::to_owned)
    }

    #[test]
    fn times_in_utc_may_be_of_another_day() {
        let found = doubt(&["2026-01-05", "2026-01-05T02:12:00Z", "2026-01-05 14:12:00+00:00"]).unwrap();
        assert!(
            found.contains("2 times in UTC") && found.ends_with("in row 2: “2026-01-05T02:12:00Z”"),
            "{found}"
        );
        let early = |cells: &[&str]| doubt(cells).unwrap().contains("one day early");
        let berlin = ["1980-12-30T23:00:00.000Z", "1980-06-30T22:00:00.000Z"];
        assert!(early(&berlin.repeat(3)) && !early(&berlin));
        assert!(!early(&["2026-01-05T12:00:00Z"; 6]), "noon is a way to keep the day");
        assert!(!early(&[&["2026-01-05"; 6][..], &berlin.repeat(3)].concat()));
        assert!(doubt(&["2026-01-05T23:12:00-07:00", "2026-01-05T23:12:00+02:00"]).is_some());
        assert!(doubt(&["20260105T0212Z", "20260105T0312Z"]).is_some());
    }

    #[test]
    fn other_times_are_sent_as_their_day() {
        for cells in [
            ["2026-01-05T00:00:00Z", "2026-01-05T00:00:00.000Z"],
            ["2026-01-05T23:12:00", "2026-01-05 23:12:00"],
            ["2026-01-05T23:12:00-07:00", "2026-06-05T23:12:00-06:00"],
            // Midnight in Denver.
            ["2026-01-05T07:00:00Z", "2026-06-05T06:00:00Z"],
            ["Monday, January 5, 2026", "12-January-2026 10:15"],
            ["", "2026-01-05"],
        ] {
            assert_eq!(doubt(&cells), None, "{cells:?}");
        }
    }
}
