//! Filling blank cells and ditto marks from the row above.

use crate::case::Fix;
use crate::engine::{FilledCell, MAX_FILLED, is_to_fill};
use crate::text::{grouped, plural};
use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood};
use crate::tui::core::msg::{FillTarget, Sentence, Ticket};
use crate::tui::dialogs::Confirm;

/// Checks whether the cell under the cursor can be filled; fails with the reason.
pub(super) fn availability(model: &Model) -> Result<(), String> {
    model.review.editable()?;
    let cell = model.review.selected().zip(model.column_under());
    let text = cell.and_then(|(seen, column)| seen.read.cells.get(column)).unwrap_or("");
    if is_to_fill(text) { Ok(()) } else { Err("The cell has a value. Press e to edit it.".to_owned()) }
}

/// Looks for the values above.
pub(super) fn ask(model: &mut Model, every_row: bool) -> Vec<Effect> {
    let (Some(job), Some(column)) = (&model.job, model.column_under()) else { return Vec::new() };
    let row = if every_row { None } else { model.review.number(model.review.cursor) };
    let target = FillTarget { import: job.import().id, column, row };
    vec![Effect::Query(Query::FillDown(model.wait_for("Reading the rows above"), target))]
}

/// Fills the cell of one row, or asks before the cells of every row are filled.
pub(crate) fn found(
    model: &mut Model,
    ticket: Ticket,
    target: FillTarget,
    answer: Result<Vec<FilledCell>, Sentence>,
) -> Vec<Effect> {
    let Some(cells) = model.take_answer(ticket, answer) else { return Vec::new() };
    let Some(job) = model.job.as_ref().filter(|job| job.import().id == target.import) else {
        return Vec::new();
    };
    let (header, column) = (job.header(target.column), job.column_name(target.column));
    let fixes: Vec<Fix> = cells
        .into_iter()
        .map(|FilledCell { row, from, to }| Fix { column: column.clone(), row: Some(row), from, to })
        .collect();
    match (target.row, fixes.as_slice()) {
        (Some(_), []) => model.say(Mood::Plain, format!("No value above can be copied in “{header}”.")),
        (None, []) => {
            model.say(Mood::Plain, format!("“{header}” has no blank cell or ditto mark below a value."));
        }
        (Some(row), [fix, ..]) => {
            let shown = model.mask_named(&fix.column).apply(&fix.to);
            let message = format!("Row {row}, “{header}”: filled with “{shown}” from above. u to undo.");
            return apply(model, fixes, message);
        }
        (None, [_, ..]) if fixes.len() > MAX_FILLED => {
            let most = grouped(MAX_FILLED as u64);
            let text =
                format!("“{header}” has more than {most} blank cells. Fill them in the file, then open it.");
            model.say(Mood::Plain, text);
        }
        (None, [_, ..]) => {
            let question = format!("Fill {} of “{header}” from the row above each?", describe(&fixes));
            let done = format!("{} of “{header}” filled from above. u to undo.", describe(&fixes));
            let fill = move |model: &mut Model| apply(model, fixes, done);
            Confirm::new("Fill from above?", question, fill).open(model);
        }
    }
    Vec::new()
}

/// Returns the number of cells of each kind.
fn describe(fixes: &[Fix]) -> String {
    let blank = fixes.iter().filter(|fix| fix.from.is_empty()).count() as u64;
    let dittos = fixes.len() as u64 - blank;
    let kinds = [(blank, "blank cell"), (dittos, "ditto mark")];
    let kinds = kinds.into_iter().filter(|(count, _)| *count > 0);
    kinds.map(|(count, kind)| plural(count, kind)).collect::<Vec<_>>().join(" and ")
}

/// Makes the edits as one change.
fn apply(model: &mut Model, fixes: Vec<Fix>, message: String) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let recipe = job.recipe_mut();
    for fix in fixes {
        recipe.fix(fix);
    }
    let mut effects = model.draft_changed();
    model.say(Mood::Good, message);
    effects.extend(model.go(Goto::Recount));
    effects
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::core::model::Overlay;
    use crate::tui::tests::*;

    /// Review with the cursor on the blank Due of row 3.
    fn on_blank_cell() -> Model {
        let mut model = defaults();
        let effects = press(&mut model, "c c");
        answer_review(&mut model, effects);
        let effects = press(&mut model, "Down Down Right Right Right");
        answer_review(&mut model, effects);
        model
    }

    fn cell(row: u64, from: &str) -> FilledCell {
        FilledCell { row, from: from.to_owned(), to: "3/20/2026".to_owned() }
    }

    /// Presses a key and delivers the cells it asks for; returns the edits.
    fn fill(model: &mut Model, key: &str, row: Option<u64>, cells: Vec<FilledCell>) -> Vec<Option<u64>> {
        let effects = press(model, key);
        let [Effect::Query(Query::FillDown(ticket, target))] = effects.as_slice() else {
            panic!("{effects:?}")
        };
        assert_eq!(*target, FillTarget { import: 13, column: 3, row });
        update(model, Msg::Reply(Reply::FilledDown(*ticket, *target, Ok(cells))));
        rows(model)
    }

    fn rows(model: &Model) -> Vec<Option<u64>> {
        model.job.as_ref().unwrap().recipe().fixes.iter().map(|fix| fix.row).collect()
    }

    #[test]
    fn a_blank_cell_is_filled_from_above_with_one_key() {
        let mut model = on_blank_cell();
        assert_eq!(fill(&mut model, "b", Some(3), Vec::new()), []);
        assert_eq!(status(&model), "No value above can be copied in “Due”.");
        assert_eq!(fill(&mut model, "b", Some(3), vec![cell(3, "")]), [Some(3)]);
        assert!(status(&model).contains("“Due”: filled with “3/20/2026” from above"), "{}", status(&model));
        press(&mut model, "u");
        assert_eq!(rows(&model), []);
        press(&mut model, "k");
        assert!(press(&mut model, "b").is_empty(), "the cell has a value");
        assert_eq!(status(&model), "The cell has a value. Press e to edit it.");
    }

    #[test]
    fn the_cells_of_a_column_are_filled_after_a_question_with_their_number() {
        let mut model = on_blank_cell();
        let cells = vec![cell(2, "ditto"), cell(3, ""), cell(4, "")];
        assert_eq!(fill(&mut model, "B", None, cells.clone()), []);
        let Some(Overlay::Confirm(confirm)) = model.overlays.last() else { panic!("no question") };
        assert_eq!(confirm.question, "Fill 2 blank cells and 1 ditto mark of “Due” from the row above each?");
        press(&mut model, "Esc");
        assert_eq!(rows(&model), []);
        fill(&mut model, "B", None, cells);
        press(&mut model, "Enter");
        assert_eq!(rows(&model), [Some(2), Some(3), Some(4)]);
        press(&mut model, "u");
        assert_eq!(rows(&model), [], "one step of undo");
        fill(&mut model, "B", None, vec![cell(2, ""); MAX_FILLED + 1]);
        assert!(
            model.overlays.is_empty() && status(&model).contains("more than 2,000"),
            "{}",
            status(&model)
        );
        fill(&mut model, "B", None, Vec::new());
        assert!(status(&model).contains("no blank cell or ditto mark"), "{}", status(&model));
    }
}
