//! ```text
//!  caseload  Import 12 › Case defaults 1/4 ! 1 missing › march.csv
//!   field (* required)        default value                     mapped column
//! ▸ Import name               Acme weekly
//!   Case type *               Auto claim (1)
//!   Client *                  Acme Insurance — Denver (100)
//!   Primary contact *         ✗ missing
//!   Due on                    +14d, 14 days after creation
//!  ✗ 1 required field missing (n): Primary contact
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::case::{CaseField, PlanError, Target};
use crate::text::plural;
use crate::tui::core::click::ListArea;
use crate::tui::core::model::Model;
use crate::tui::screens::draft::job::{FormRow, Job};
use crate::tui::widgets::table::{self, cells, widths};
use crate::tui::widgets::text::{below, cut, fit, put};

pub(crate) fn draw(model: &Model, frame: &mut Frame, area: Rect) -> Option<ListArea> {
    let job = model.job.as_ref()?;
    let rows = job.form(&model.catalog);
    let width = usize::from(area.width).saturating_sub(1);
    let label = (width / 3).min(34);
    let columns = widths(&[label, width / 3 + 6, 1], width);
    let head = cells(&["field (* required)", "default value", "mapped column"], &columns);
    let missing = missing(model, job, width);
    let hints = u16::from(!missing.is_empty()) + 1;
    let list = Rect { height: area.height.saturating_sub(hints), ..area };
    let drawn = table::draw(frame, list, model.theme, &head, (rows.len(), Some(job.field)), |index| {
        rows.get(index).map_or_else(Line::default, |row| line(model, job, *row, &columns))
    });
    let hint = below(area, list.height);
    if !missing.is_empty() {
        put(frame, hint, 0, Span::styled(missing, model.theme.bad));
    }
    let note = " A default is used where no column is mapped or the cell is empty.";
    put(frame, hint, hints - 1, Span::styled(note, model.theme.faint));
    drawn
}

/// Names the required fields that are missing, and the key to the next one if there is room; empty if none is.
fn missing(model: &Model, job: &Job, width: usize) -> String {
    let form = job.form(&model.catalog);
    let lines = job.missing_lines(&model.catalog);
    let fields = lines.iter().filter_map(|line| match form.get(*line)? {
        FormRow::Case(field) => Some(job.target_label(Target::Case(*field), &model.catalog)),
        FormRow::Name | FormRow::Custom(_) => None,
    });
    let names = fields.collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        return names;
    }
    let count = plural(lines.len() as u64, "required field");
    let text = format!(" ✗ {count} missing (n): {names}");
    if text.width() <= width { text } else { cut(&format!(" ✗ {count} missing: {names}"), width) }
}

fn line(model: &Model, job: &Job, row: FormRow, columns: &[usize]) -> Line<'static> {
    let width = |index: usize| columns.get(index).copied().unwrap_or(0);
    let (label, target, required) = match row {
        FormRow::Name => ("Import name".to_owned(), None, false),
        FormRow::Case(field) => {
            let target = Target::Case(field);
            let required = field.spec().required || job.is_missing(field);
            (job.target_label(target, &model.catalog), Some(target), required)
        }
        FormRow::Custom(place) => {
            let target = Target::Custom(place, None);
            (format!("{} · {place}", job.target_label(target, &model.catalog)), Some(target), false)
        }
    };
    let from = target.map(|target| columns_of(job, target)).unwrap_or_default();
    let value = target
        .map_or_else(|| Some(job.import().name.clone()), |target| job.default_text(target, &model.catalog));
    let missing = matches!(row, FormRow::Case(field) if job.is_missing(field));
    let is_other = |error: &PlanError| matches!(error, PlanError::OtherSubject { .. });
    let other = matches!(row, FormRow::Case(CaseField::SubjectType)) && job.errors().iter().any(is_other);
    let (value, style) = match value {
        Some(value) if other => (format!("✗ {value}: not for this case type"), model.theme.bad),
        Some(value) => (value, model.theme.strong),
        None if missing => ("✗ missing".to_owned(), model.theme.bad),
        None => ("–".to_owned(), ratatui::style::Style::new()),
    };
    let label = if required { format!("{label} *") } else { label };
    Line::from(vec![
        Span::raw(format!("{} ", fit(&label, width(0)))),
        Span::styled(fit(&value, width(1)), style),
        Span::raw(format!(" {}", fit(&from, width(2)))),
    ])
}

/// Returns the columns mapped to a field or to a part of it.
fn columns_of(job: &Job, target: Target) -> String {
    let feeds = |to: Target| match (to, target) {
        (Target::Custom(a, _), Target::Custom(b, _)) => a == b,
        _ => to == target,
    };
    let lines = job.lines().into_iter().filter(|line| job.rule(*line).is_some_and(|rule| feeds(rule.to)));
    lines.map(|line| job.line_name(line)).collect::<Vec<_>>().join(", ")
}
