//! Order of the rows by a column, to look through them.

use jiff::civil::Date;

use super::in_order::in_order;
use crate::case::{Plan, SortKey};
use crate::sheet::{Sheet, SheetError};

/// Returns the numbers of all rows, sorted by a column (from 0) with its edits applied. Rows with equal cells stay in the
/// order of the file.
pub fn sorted(
    sheet: &Sheet,
    plan: &Plan,
    (column, descending): (usize, bool),
    today: Date,
) -> Result<Vec<u64>, SheetError> {
    let rows = sheet.scan()?.rows;
    let mut keys: Vec<(SortKey, u64)> = Vec::with_capacity(usize::try_from(rows).unwrap_or(0));
    in_order(
        sheet,
        rows,
        |rows| {
            let key = |row: Result<crate::sheet::Row, SheetError>| {
                let row = row?;
                let read = plan.edits().apply(&row).row;
                Ok((plan.sort_key(column, read.cells.get(column).unwrap_or(""), today), row.number))
            };
            rows.map(key).collect::<Result<Vec<_>, SheetError>>()
        },
        |chunk| {
            keys.extend(chunk);
            Ok::<(), SheetError>(())
        },
    )?;
    keys.sort_by(|(a, row), (b, other)| a.compare(b, descending).then(row.cmp(other)));
    Ok(keys.into_iter().map(|(_, row)| row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{PlanContext, Recipe};
    use crate::engine::test_sheet::sheet;

    #[test]
    fn a_column_is_sorted_as_it_is_read_with_its_edits_and_blanks_last() {
        let (_file, sheet) =
            sheet("Claim,Due,Note\nC-10,12/1/2026,b\nC-9,2/1/2027,\nC-1,,B\nC-2,1/1/2026,a\n");
        sheet.scan().unwrap();
        let recipe = "caseload = 1\n[defaults]\ncase_type_id = 1\nclient_id = 1\nprimary_contact_id = 1\n\
                      [[columns]]\nfrom = \"Claim\"\nto = \"reference_value_1\"\n\
                      [[columns]]\nfrom = \"Due\"\nto = \"due_on\"\n\
                      [[fixes]]\ncolumn = \"Due\"\nfrom = \"1/1/2026\"\nto = \"1/1/2028\"\n";
        let recipe = Recipe::from_toml(recipe).unwrap();
        let plan = Plan::new(&recipe, &sheet.columns(), &PlanContext::default()).unwrap();
        let today = jiff::civil::date(2026, 11, 30);
        let order = |column, descending| sorted(&sheet, &plan, (column, descending), today).unwrap();
        assert_eq!(order(0, false), [3, 4, 2, 1], "C-1, C-2, C-9, C-10");
        assert_eq!(order(1, false), [1, 2, 4, 3], "by date, with the edit, and the empty cell last");
        assert_eq!(order(1, true), [4, 2, 1, 3]);
        assert_eq!(order(2, false), [4, 1, 3, 2], "equal texts stay in the order of the file");
    }
}
