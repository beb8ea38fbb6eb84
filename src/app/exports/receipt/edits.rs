//! The user's changes to the rows of an import, counted for the receipt.

use serde::Serialize;

use crate::case::Recipe;
use crate::text::plural;

/// Number of changes to the rows, as the recipe has them. The file itself doesn't change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ReceiptEdits {
    /// Cells edited in one row.
    pub cells: u64,
    /// Values replaced in every row of their column.
    pub values: u64,
    /// Rows skipped one by one.
    pub skipped_rows: u64,
    /// Values whose rows are skipped.
    pub skipped_values: u64,
    /// Possible duplicates sent anyway.
    pub sent_anyway: u64,
}

impl ReceiptEdits {
    pub(super) fn of(recipe: &Recipe) -> Self {
        let cells = recipe.fixes.iter().filter(|fix| fix.row.is_some()).count();
        let rows = recipe.skipped_rows().count();
        Self {
            cells: cells as u64,
            values: (recipe.fixes.len() - cells) as u64,
            skipped_rows: rows as u64,
            skipped_values: (recipe.leave_out.len() - rows) as u64,
            sent_anyway: recipe.send_anyway.len() as u64,
        }
    }

    /// Describes the changes in one line; `None` if there are none.
    #[must_use]
    pub fn describe(&self) -> Option<String> {
        let parts = [
            (self.cells, format!("{} edited", plural(self.cells, "cell"))),
            (self.values, format!("{} replaced in every row", plural(self.values, "value"))),
            (self.skipped_rows, format!("{} skipped", plural(self.skipped_rows, "row"))),
            (self.skipped_values, format!("rows with {} skipped", plural(self.skipped_values, "value"))),
            (self.sent_anyway, format!("{} sent anyway", plural(self.sent_anyway, "possible duplicate"))),
        ];
        let parts: Vec<String> =
            parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, part)| part).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Fix;
    use crate::case::SkipRule;

    #[test]
    fn changes_are_counted_by_kind() {
        let mut recipe = Recipe::new("x");
        assert_eq!(ReceiptEdits::of(&recipe).describe(), None);
        let fix = |row| Fix { column: "Due".into(), row, from: "x".into(), to: "y".into() };
        recipe.fixes = vec![fix(Some(1)), fix(Some(2)), fix(None)];
        recipe.leave_out =
            vec![SkipRule::Row(3), SkipRule::Value { column: "Services".into(), value: "Test".into() }];
        recipe.send_anyway = vec![4];
        let text = "2 cells edited, 1 value replaced in every row, 1 row skipped, rows with 1 value skipped, \
                    1 possible duplicate sent anyway";
        assert_eq!(ReceiptEdits::of(&recipe).describe().as_deref(), Some(text));
    }
}
