//! Numbers of a workbook in an export, which has only texts.

use std::borrow::Cow;

use crate::app::today::today;
use crate::case::{Plan, PlanContext, Recipe};
use crate::sheet::{Row, Sheet};

/// Writes the numbers of a workbook so that they are read back as the values that would be sent.
pub(super) struct StoredTexts {
    /// `None` for a draft, whose recipe doesn't say yet what is sent.
    plan: Option<Plan>,
}

impl StoredTexts {
    pub(super) fn new(recipe: &Recipe, sheet: &Sheet) -> Self {
        Self { plan: Plan::new(recipe, &sheet.columns(), &PlanContext::default()).ok() }
    }

    /// Returns the row with the texts to write.
    pub(super) fn apply<'r>(&self, row: Cow<'r, Row>) -> Cow<'r, Row> {
        let texts = match &self.plan {
            Some(plan) => plan.stored_texts(&row, today()),
            None => Vec::new(),
        };
        if texts.is_empty() {
            return row;
        }
        let text_of = |column| texts.iter().find(|(at, _)| *at == column).map(|(_, text)| text.as_str());
        let cells = (0..row.cells.len())
            .map(|column| text_of(column).unwrap_or_else(|| row.cells.get(column).unwrap_or("")));
        let cells = cells.collect();
        Cow::Owned(Row { cells, ..row.into_owned() })
    }

    /// Returns true if a row is recognized by its texts when its numbers are written differently.
    pub(super) fn has_own_text(&self, row: &Row) -> bool {
        self.plan.as_ref().is_some_and(|plan| plan.has_own_text(row))
    }
}
