//! A row of an import as it reads now, to be corrected.

use std::collections::BTreeSet;

use crate::app::error::AppError;
use crate::app::runs::Runs;
use crate::app::runs::corrections::{cell, read};
use crate::app::today::today;
use crate::case::{ApiType, CaseField, ColumnNames, ColumnRule, Severity, Target, Value, column_name};
use crate::ledger::ImportId;

/// A row as it reads now, to be corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentRow {
    /// Data row, from 1.
    pub row: u64,
    /// Its cells that are mapped to a field, in file order.
    pub cells: Vec<CurrentCell>,
    /// Index of the cell to correct: the first one with an error, otherwise the one that was named.
    pub at: Option<usize>,
    /// The client of the row's case.
    pub client: Option<u64>,
    /// What is wrong with the row now; `None` if it passes the check.
    pub reason: Option<String>,
}

/// A cell as it reads now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentCell {
    /// Header of its column.
    pub header: String,
    /// The name by which a recipe finds the column.
    pub column: String,
    /// Its text, with fixes applied.
    pub text: String,
    /// True if it is private and must not be shown.
    pub private: bool,
    /// The field of ids that the column is mapped to.
    pub ids: Option<IdsOf>,
}

/// A field of ids, and the format of its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdsOf {
    /// The field.
    pub field: CaseField,
    /// Separator between ids; `None` if the field takes one.
    pub separator: Option<String>,
}

impl IdsOf {
    fn of(rule: &ColumnRule) -> Option<Self> {
        let Target::Case(field) = rule.to else { return None };
        let separator = match field.spec().shape {
            ApiType::Id => None,
            ApiType::Ids => Some(rule.separator.clone().unwrap_or_else(|| ";".to_owned())),
            _ => return None,
        };
        Some(Self { field, separator })
    }
}

impl Runs {
    /// Returns a row of an import's file as it reads now; `column`: the name of the one that was at fault.
    pub fn current_row(&self, id: ImportId, row: u64, column: Option<&str>) -> Result<CurrentRow, AppError> {
        let (recipe, sheet) = (self.imports.recipe(id)?, self.imports.sheet(id)?);
        self.require_fixable(id, row, &sheet)?;
        let plan = self.checks.plan(&recipe, &sheet, "", &[])?;
        let raw = read(&sheet, row)?;
        let edited = plan.edits().apply(&raw);
        let built = plan.build_edited(&edited, today());
        let error = built.problems.iter().find(|problem| problem.severity == Severity::Error);
        let columns = sheet.columns();
        let names = ColumnNames::new(&columns);
        let used = recipe.columns.iter().filter(|rule| rule.to != Target::Ignore);
        let used: BTreeSet<usize> = used.filter_map(|rule| names.called(&rule.from)).collect();
        let cells: Vec<CurrentCell> = used
            .into_iter()
            .map(|at| CurrentCell {
                header: plan.header(at).to_owned(),
                column: column_name(&columns, at),
                text: cell(&edited.row, at),
                private: plan.is_private(at),
                ids: recipe
                    .columns
                    .iter()
                    .filter(|rule| names.called(&rule.from) == Some(at))
                    .find_map(IdsOf::of),
            })
            .collect();
        let wanted = error.map_or(column, |error| error.column.as_deref());
        let at = wanted.and_then(|wanted| cells.iter().position(|cell| cell.column == wanted));
        let client = match built.case.get(CaseField::Client) {
            Some(Value::Id(id)) => Some(*id),
            _ => None,
        };
        Ok(CurrentRow { row, cells, at, client, reason: error.map(|error| error.message.clone()) })
    }
}
