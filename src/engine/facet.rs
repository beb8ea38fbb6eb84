//! Distinct values of a column and their shapes, with counts.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;

use serde::Serialize;

use super::in_order::in_order;
use crate::case::{DateProfile, Edits, Faceted, SkipReason, split_list};
use crate::sheet::{Row, Sheet, SheetError};

/// Maximum number of distinct values, and of shapes.
const MAX_DISTINCT: usize = 10_000;

/// Values of a column. `filled + empty` is the number of rows of this group that are cases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// Number of cells with a value.
    pub filled: u64,
    /// Number of empty cells.
    pub empty: u64,
    /// Distinct values after fixes, most frequent first; for a list, its parts.
    pub texts: Vec<(String, u64)>,
    /// Shapes of the values, most frequent first: digits as 9, letters as A or a.
    pub shapes: Vec<(String, u64)>,
    /// Number of values not in `texts`, because there are too many distinct ones.
    pub others: u64,
}

/// Counts the values of a column in the whole file. Includes rows the user skipped, but not those of other groups.
pub fn facet(sheet: &Sheet, edits: &Edits, of: &Faceted) -> Result<Facet, SheetError> {
    let (mut facets, _) = survey(sheet, edits, std::slice::from_ref(of), &[])?;
    Ok(facets.pop().unwrap_or_default())
}

/// Counts the values of several columns in one pass, and profiles the date order of others (`dates`, from 0).
pub fn survey(
    sheet: &Sheet,
    edits: &Edits,
    of: &[Faceted],
    dates: &[usize],
) -> Result<(Vec<Facet>, Vec<DateProfile>), SheetError> {
    let begin = || -> (Vec<ValueCounts>, Vec<DateProfile>) {
        (of.iter().map(|_| ValueCounts::default()).collect(), vec![DateProfile::default(); dates.len()])
    };
    let (mut whole, mut orders) = begin();
    in_order(
        sheet,
        sheet.scan()?.rows,
        |rows| {
            let (mut counted, mut orders) = begin();
            for row in rows {
                let row = row?;
                let Some(row) = case_of_group(&row, edits) else { continue };
                for (counted, of) in counted.iter_mut().zip(of) {
                    counted.add(&row, of);
                }
                for (order, column) in orders.iter_mut().zip(dates) {
                    order.add(row.cells.get(*column).unwrap_or(""));
                }
            }
            Ok((counted, orders))
        },
        |(counted, part)| {
            whole.iter_mut().zip(counted).for_each(|(whole, part)| whole.merge(part));
            orders.iter_mut().zip(&part).for_each(|(order, part)| order.merge(part));
            Ok::<(), SheetError>(())
        },
    )?;
    Ok((whole.into_iter().map(ValueCounts::into_facet).collect(), orders))
}

/// Returns the row with its fixes if it is a case of this group.
pub(super) fn case_of_group<'r>(row: &'r Row, edits: &Edits) -> Option<Cow<'r, Row>> {
    if row.not_a_case.is_some() || row.is_blank() {
        return None;
    }
    let row = edits.apply(row).row;
    let other = matches!(edits.skip_reason(&row), Some(SkipReason::OtherGroup(..)));
    (!other).then_some(row)
}

fn by_count(counts: HashMap<String, u64>) -> Vec<(String, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
    counts
}

#[derive(Default)]
struct ValueCounts {
    filled: u64,
    empty: u64,
    texts: HashMap<String, u64>,
    shapes: HashMap<String, u64>,
    others: u64,
}

impl ValueCounts {
    fn add(&mut self, row: &Row, of: &Faceted) {
        let cell = row.cells.get(of.column).unwrap_or("").trim();
        if cell.is_empty() {
            self.empty += 1;
            return;
        }
        self.filled += 1;
        if of.list {
            split_list(cell, of.separator.as_deref()).for_each(|part| self.count(part, 1));
        } else {
            self.count(cell, 1);
        }
    }

    fn count(&mut self, text: &str, times: u64) {
        if !count_up(&mut self.texts, text, times) {
            self.others += times;
        }
        count_up(&mut self.shapes, &shape(text), times);
    }

    fn into_facet(self) -> Facet {
        let Self { filled, empty, texts, shapes, others } = self;
        Facet { filled, empty, texts: by_count(texts), shapes: by_count(shapes), others }
    }

    fn merge(&mut self, part: Self) {
        self.filled += part.filled;
        self.empty += part.empty;
        self.others += part.others;
        for (text, times) in part.texts {
            if !count_up(&mut self.texts, &text, times) {
                self.others += times;
            }
        }
        for (shape, times) in part.shapes {
            count_up(&mut self.shapes, &shape, times);
        }
    }
}

/// Counts a value. Returns false if it is new and there are already too many.
fn count_up(counts: &mut HashMap<String, u64>, text: &str, times: u64) -> bool {
    if let Some(count) = counts.get_mut(text) {
        *count += times;
        return true;
    }
    let room = counts.len() < MAX_DISTINCT;
    if room {
        counts.insert(text.to_owned(), times);
    }
    room
}

/// Returns the shape of a value: `A-9999` for `C-0017`, `Aa, Aa` for `Doe, Jane`.
fn shape(text: &str) -> String {
    let mut shape = String::new();
    for c in text.chars() {
        let class = match c {
            _ if c.is_numeric() => '9',
            _ if c.is_uppercase() => 'A',
            _ if c.is_alphabetic() => 'a',
            _ => c,
        };
        // Words of different length are alike, numbers aren't.
        if !(class.is_alphabetic() && shape.ends_with(class)) {
            shape.push(class);
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Recipe;
    use crate::engine::test_sheet::sheet;

    fn as_strs(counts: &[(String, u64)]) -> Vec<(&str, u64)> {
        counts.iter().map(|(text, count)| (text.as_str(), *count)).collect()
    }

    #[test]
    fn texts_are_counted_with_their_fixes_and_in_their_group() {
        let (_file, sheet) = sheet(
            "Claim,State,Services\nC-1,CA,a; b\nC-2,Calif.,b\nC-3,,a\n,,\nC-4,NV,a;c\nC-5, CA ,\nC-6,OR,x\n",
        );
        let recipe = "caseload = 1\n[only]\ncolumn = \"State\"\nvalues = [\"CA\", \"NV\", \"\"]\n\
                      [[fixes]]\ncolumn = \"State\"\nfrom = \"Calif.\"\nto = \"CA\"\n[[leave_out]]\nrow = 1\n";
        let edits = Edits::new(&Recipe::from_toml(recipe).unwrap(), &sheet.columns()).unwrap();
        let column = |column, list| Faceted { column, list, separator: None };
        let state = facet(&sheet, &edits, &column(1, false)).unwrap();
        assert_eq!(as_strs(&state.texts), [("CA", 3), ("NV", 1)]);
        assert_eq!((state.filled, state.empty, state.others), (4, 1, 0));
        let services = facet(&sheet, &edits, &column(2, true)).unwrap();
        assert_eq!(as_strs(&services.texts), [("a", 3), ("b", 2), ("c", 1)]);
        assert_eq!((services.filled, services.empty), (4, 1));
    }

    #[test]
    fn outliers_have_their_own_shape() {
        let shapes = ["C-0017", "Doe, Jane", "94110-12", "O'Neil", "Élan 3", ""].map(shape);
        assert_eq!(shapes, ["A-9999", "Aa, Aa", "99999-99", "A'Aa", "Aa 9", ""]);
    }

    #[test]
    fn a_column_of_many_different_texts_stays_small() {
        let rows = MAX_DISTINCT as u64 + 500;
        let (_file, sheet) =
            sheet(&(1..=rows).fold("N,M\n".to_owned(), |text, n| text + &format!("{n},x\n")));
        let of = Faceted { column: 0, list: false, separator: None };
        let facet = facet(&sheet, &Edits::default(), &of).unwrap();
        assert_eq!((facet.texts.len(), facet.others, facet.filled), (MAX_DISTINCT, 500, rows));
    }
}
