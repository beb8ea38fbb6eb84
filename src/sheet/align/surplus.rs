//! Rows with only empty cells beyond the last column: delimiters at the end, as Excel writes them, or an unquoted
//! delimiter that shifted the cells before an empty last one (`1,500,` for `"1,500",`).

use csv::ByteRecord;

use super::{ColumnKinds, MAX_EXTRA};

/// Whether an unquoted delimiter may have shifted the cells of a row with only empty cells beyond its `width` columns.
/// False only if no two cells can belong together, or if every cell is proven to be in its column and no other reading
/// fits.
pub(in crate::sheet) fn may_be_shifted(
    columns: Option<&ColumnKinds>,
    cells: &ByteRecord,
    width: usize,
    delimiter: u8,
) -> bool {
    let cells: Vec<&[u8]> = cells.iter().map(<[u8]>::trim_ascii).collect();
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
        // A bit for each number of delimiters that the columns so far can have; it is below 32.
        let mut joined = 1_u32;
        for (at, column) in self.0.iter().enumerate() {
            let mut next = 0;
            for before in (0..=surplus).filter(|before| joined & 1 << before != 0) {
                for after in before..=surplus {
                    let Some(pieces) = cells.get(at + before..=at + after) else { break };
                    let ends_empty = [pieces.first(), pieces.last()].contains(&Some(&&b""[..]));
                    if (after == before || !ends_empty) && column.accepts(&pieces.join(&delimiter)).is_some()
                    {
                        next |= 1 << after;
                    }
                }
            }
            joined = next;
        }
        joined > 1
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
