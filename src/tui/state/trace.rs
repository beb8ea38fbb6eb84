//! One row whole: as the case that will be sent, as the cells of the file, and as JSON.

use crate::app::Seen;
use crate::case::{Case, Plan, PlanContext, Target};
use crate::tui::action::Action;
use crate::tui::cursor::moved;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Overlay};

use super::job::Job;
use super::names::value_text;

/// What is shown of the row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Face {
    /// Each value with the cells it comes from.
    #[default]
    Case,
    /// Each cell with where it goes.
    Cells,
    /// The body of the request.
    Json,
}

impl Face {
    pub(crate) const ALL: [Self; 3] = [Self::Case, Self::Cells, Self::Json];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Cells => "cells",
            Self::Json => "JSON",
        }
    }
}

/// A row over the whole screen.
#[derive(Debug)]
pub(crate) struct OneRow {
    pub(crate) seen: Seen,
    pub(crate) face: Face,
    pub(crate) scroll: usize,
}

/// How far a text can be scrolled; the view stops at its end.
const SCROLL: usize = 5_000;

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let Some(Overlay::Row(one)) = model.overlays.last_mut() else { return Vec::new() };
    one.scroll = moved(one.scroll, action, SCROLL, page);
    match action {
        Action::Next | Action::Previous => {
            one.face = crate::tui::cursor::next_in(&Face::ALL, one.face, action == Action::Next);
            one.scroll = 0;
        }
        Action::Back => _ = model.overlays.pop(),
        _ => {}
    }
    Vec::new()
}

/// A value of the case, and what it comes from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ValueLine {
    pub(crate) field: String,
    pub(crate) value: String,
    pub(crate) from: String,
}

/// A cell of the file, and where it goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CellLine {
    pub(crate) column: String,
    /// As it is in the file.
    pub(crate) text: String,
    /// As it was fixed.
    pub(crate) fixed: Option<String>,
    /// The fields it goes to; none goes nowhere.
    pub(crate) to: Vec<String>,
}

/// Every value of a row's case with where it comes from.
pub(crate) fn values(model: &Model, seen: &Seen) -> Vec<ValueLine> {
    let Some(job) = &model.job else { return Vec::new() };
    let Ok(plan) = Plan::new(&job.recipe, &job.columns, &PlanContext::default()) else { return Vec::new() };
    let case = shown(model, seen);
    let line = |placed: &crate::case::Placed| ValueLine {
        field: job.target_label(placed.dest.target(), &model.catalog),
        value: value_text(&placed.value, placed.dest, &model.catalog),
        from: if placed.by_default {
            "default".to_owned()
        } else {
            plan.columns_of(placed.dest).map(|index| plan.header(index)).collect::<Vec<_>>().join(", ")
        },
    };
    case.values.iter().map(line).collect()
}

/// The case as it is shown now: with what is private masked, unless a person wants to see it.
fn shown(model: &Model, seen: &Seen) -> Case {
    let plan = model.job.as_ref().and_then(|job| {
        let context = PlanContext { rows: &job.samples, ..PlanContext::default() };
        Plan::new(&job.recipe, &job.columns, &context).ok()
    });
    match plan {
        Some(plan) if !model.private_shown => {
            plan.masked(&seen.built.case, &plan.secrets(&seen.read.cells, model.today()))
        }
        _ => seen.built.case.clone(),
    }
}

/// Every cell of a row with where it goes.
pub(crate) fn cells(model: &Model, seen: &Seen) -> Vec<CellLine> {
    let Some(job) = &model.job else { return Vec::new() };
    let lines = job.lines();
    let line = |index: usize| CellLine {
        column: job.header(index),
        text: cell_text(model, job, seen, index),
        fixed: seen
            .fixed
            .contains(&index)
            .then(|| model.told(index, seen.read.cells.get(index).unwrap_or("").trim())),
        to: lines
            .iter()
            .filter(|line| line.column == Some(index))
            .filter_map(|line| job.rule(*line))
            .filter(|rule| rule.to != Target::Ignore)
            .map(|rule| job.target_label(rule.to, &model.catalog))
            .collect(),
    };
    (0..seen.read.cells.len().max(job.columns.len())).map(line).collect()
}

/// A cell as it is shown, and the number it holds where that is another one.
fn cell_text(model: &Model, job: &Job, seen: &Seen, column: usize) -> String {
    let shown = seen.row.cells.get(column).unwrap_or("").trim();
    match seen.row.number(column) {
        Some(number) if !number.reads_as(shown) && !job.is_private(column) => {
            format!("{}, holds {}", model.told(column, shown), number.digits())
        }
        _ => model.told(column, shown),
    }
}

/// The body of the request, line by line.
pub(crate) fn json(model: &Model, seen: &Seen) -> Vec<String> {
    let body = crate::trackops::request(&shown(model, seen), seen.forms).body;
    let body: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
    let text = body.and_then(|body| serde_json::to_string_pretty(&body).ok()).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}
