//! Rows with only empty cells beyond the last column: delimiters at the end, as Excel writes them, or an unquoted
//! delimiter that shifted the cells before an empty last one (`1,500,` for `"1,500",`).

use csv::ByteRecord;

use super::{ColumnKinds, MAX_EXTRA, trimmed};

/// Whether an unquoted delimiter may have shifted the cells of a row with only empty cells beyond its `width` columns.
/// False only if no two cells can belong together, or if every cell is proven to be in its column and no other reading
/// fits.
pub(in crate::sheet) fn may_be_shifted(
    columns: Option<&ColumnKinds>,
    cells: &ByteRecord,
    width: usize,
    delimiter: u8,
) -> bool {
    let cells = trimmed(cells);
    let surplus = cells.len().saturating_sub(width).min(MAX_EXTRA);
    let has_neighbor = |(at, cell): (usize, &&[u8])| {
        let behind = cells.iter().skip(at + 1).take(surplus);
        !cell.is_empty() && behind.into_iter().any(|other| !other.is_empty())
    };
    cells.iter().enumerate().any(has_neighbor)
        && columns.is_none_or(|columns| {
            !columns.fits(&cells.iter().collect()) || columns.fits_joined(&cells, surplus, delimiter)
        })
}

impl ColumnKinds {
    /// Whether the cells also fit their columns if at most `surplus` delimiters are part of cells.
    fn fits_joined(&self, cells: &[&[u8]], surplus: usize, delimiter: u8) -> bool {
        (1..=surplus).any(|joined| self.joined_readings(cells, &[], joined, delimiter) > 0)
    }

    /// Counts the readings of a row that fit the columns with exactly `joined` delimiters as part of cells; more than
    /// 255 count as 255. Cells that were `quoted` are whole.
    pub(super) fn joined_readings(
        &self,
        cells: &[&[u8]],
        quoted: &[bool],
        joined: usize,
        delimiter: u8,
    ) -> u8 {
        // Number of readings of the columns so far, for each number of delimiters they have.
        let mut readings = [0_u8; MAX_EXTRA + 1];
        readings.iter_mut().take(1).for_each(|first| *first = 1);
        for (at, column) in self.0.iter().enumerate() {
            let mut next = [0_u8; MAX_EXTRA + 1];
            for (before, count) in readings.iter().enumerate().filter(|(_, count)| **count > 0) {
                for (after, sum) in next.iter_mut().enumerate().take(joined + 1).skip(before) {
                    let Some(pieces) = cells.get(at + before..=at + after) else { break };
                    let is_open = [pieces.first(), pieces.last()].contains(&Some(&&b""[..]));
                    let is_quoted =
                        || quoted.get(at + before..=at + after).is_some_and(|quoted| quoted.contains(&true));
                    // An id or an amount isn't joined with a word: `A-1,Doe`, but `1,500`.
                    let is_of_kind = || {
                        column.telling.is_none()
                            || pieces.iter().all(|piece| column.accepts(piece) == Some(true))
                    };
                    let is_cell = after == before || !(is_open || is_quoted()) && is_of_kind();
                    if is_cell && column.accepts(&pieces.join(&delimiter)).is_some() {
                        *sum = sum.saturating_add(*count);
                    }
                }
            }
            readings = next;
        }
        readings.get(joined).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::dialect::Dialect;
    use crate::sheet::record::{Lines, RecordFormat};
    use crate::sheet::sniff::sample;

    const ROWS: &str = "R-1,Jane Doe,3/4/2026,500,Reno,call\nR-2,Ann Lee,3/5/2026,75,Elko,visit two days\n\
                        R-3,Bob Ray,3/6/2026,1250,Ely,\nR-4,Tom Fox,3/7/2026,90,Reno,call\n\
                        R-5,Sam Poe,3/8/2026,80,,call first\n";

    fn is_doubtful(row: &str) -> bool {
        let format = RecordFormat { width: 6, ..RecordFormat::of(Dialect::default(), Lines::Breaks) };
        let known = sample(ROWS.as_bytes(), true, format);
        let columns = ColumnKinds::of_few(&known.iter().collect::<Vec<_>>(), 6);
        assert!(columns.is_some());
        may_be_shifted(columns.as_ref(), &row.split(',').collect::<Vec<_>>().into(), 6, b',')
    }

    #[test]
    fn an_amount_cut_in_two_is_doubtful() {
        for row in [
            "R-6,Cy Orr,3/9/2026,1,500,Reno,",
            "R-6,Cy Orr,3/9/2026,1,500,,",
            "R-6,Cy Orr,3/9/2026,1,500,000,,",
            // Two texts or three: “Lee, Ann” in Elko, or Lee in “Ann, Elko”.
            "R-6,Orr,Cy,3/9/2026,90,Elko,",
            "R-6,Cy Orr,3/9/2026,90,Elko,Reno,",
        ] {
            assert!(is_doubtful(row), "{row}");
        }
    }

    #[test]
    fn delimiters_at_the_end_are_harmless_if_every_cell_is_in_its_column() {
        for row in [
            "R-6,Cy Orr,3/9/2026,90,,call,",
            "R-6,Cy Orr,3/9/2026,90,,,,,,",
            ",,,,,,,,,",
            "Total,,,,500,,",
            "Golden office,,,,,,,",
        ] {
            assert!(!is_doubtful(row), "{row}");
        }
    }

    #[test]
    fn without_columns_to_compare_neighbors_are_doubtful() {
        let doubtful = |row: &str| may_be_shifted(None, &row.split(',').collect::<Vec<_>>().into(), 3, b',');
        assert!(doubtful("R-1,1,500,") && doubtful("R-1,,500,,"));
        assert!(!doubtful("R-1,,500,") && !doubtful(",,,,"));
    }
}
