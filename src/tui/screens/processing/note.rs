//! Sentences on Processing about the import: why it waits or stopped, what to do, and the result of reading back.

use ratatui::style::Style;

use crate::ledger::{CreatedLater, Status, VerificationFinding};
use crate::text::{capitalized, on_screen, plural, sentence};
use crate::tui::core::model::Model;
use crate::tui::screens::processing::state::{Activity, Board};

/// Returns why the import is waiting or stopped, and what to do.
pub(super) fn note(model: &Model, board: &Board) -> String {
    let seconds = |until: i64| until.saturating_sub(model.now).max(0);
    match &board.activity {
        Activity::Sending => {}
        Activity::Waiting { why, until } => {
            return format!("! {why}; sending again in {} s", seconds(*until));
        }
        Activity::LookingUp { left, until } => {
            let rows = plural(*left, "row");
            return match until {
                None => format!("! Checking {rows} to avoid duplicates"),
                Some(until) => format!(
                    "! Checking {rows} to avoid duplicates: Trackops may still create a case for {} s. It's safe to quit.",
                    seconds(*until)
                ),
            };
        }
        Activity::ReadingBack { read, of } => {
            let of = of.map_or_else(String::new, |of| format!(" of {of}"));
            return format!("Reading back {read}{of} cases");
        }
    }
    if board.runs_elsewhere() {
        return "! Running in another window. Press p to pause it.".to_owned();
    }
    if let Some(why) = &board.not_started {
        let back = if board.can_be_reviewed() { " Press Esc to return to Review." } else { "" };
        return format!("! {}{back}", capitalized(&sentence(on_screen(why))));
    }
    let counts = board.progress.counts;
    match (board.status(), board.note.as_str()) {
        (Some(Status::Processing) | None, _) | (Some(Status::Draft | Status::Ready), "") => String::new(),
        (Some(Status::Interrupted), "") => {
            "! caseload ended while rows were being sent. Press r to check the unknown rows and resume."
                .to_owned()
        }
        (Some(Status::Complete), "") if counts.rejected + counts.unknown > 0 => {
            let rejected = rejected(board).map(|text| format!("{text} "));
            let unknown = unknown(counts.unknown).unwrap_or_default();
            let sentence = format!("! All rows processed. {}{unknown}", rejected.unwrap_or_default());
            format!("{} {}", sentence.trim_end(), excluded(counts.excluded)).trim_end().to_owned()
        }
        (Some(Status::Complete), "") => {
            let excluded = excluded(counts.excluded);
            let done = if board.differs() { "All rows processed." } else { "Done." };
            format!("{done} {excluded} Press d to reuse this setup for another file.").replace("  ", " ")
        }
        (Some(Status::Paused | Status::Error), "") => "! Press r to send the remaining rows.".to_owned(),
        (status, note) => {
            let next = [unknown(counts.unknown), rejected(board)].into_iter().flatten();
            let note = Some(on_screen(note).into_owned());
            // The note about complete rows may be long, and the next key comes first.
            let parts: Vec<String> = match status {
                Some(Status::Complete) => next.chain(note).collect(),
                _ => note.into_iter().chain(next).collect(),
            };
            format!("! {}", parts.join(" "))
        }
    }
}

/// Returns the number of unknown rows and what to do about them.
fn unknown(rows: u64) -> Option<String> {
    (rows > 0).then(|| format!("{} unknown: press r to look up, t to decide.", plural(rows, "row")))
}

/// Returns the number of excluded rows and where to find the reasons.
fn excluded(rows: u64) -> String {
    if rows == 0 {
        String::new()
    } else {
        format!("{} excluded: the receipt (w) says why, y lists held-back duplicates.", plural(rows, "row"))
    }
}

/// Returns the result of reading the cases back, with its time; none while rows are sent, none about no cases, and none
/// that is older than the note.
pub(super) fn read_back(model: &Model, board: &Board) -> Option<(String, Style)> {
    if board.status() == Some(Status::Processing) {
        return None;
    }
    let seen = board.read_back.verified.filter(|seen| seen.created > 0);
    if let Some(why) = &board.unread {
        let why = capitalized(&sentence(on_screen(why)));
        let last = seen.map(|seen| format!(" Last read back {}: {}.", model.moment(seen.at), seen.summary()));
        let text =
            format!("✗ The cases weren't read back. {why} Press V to try again.{}", last.unwrap_or_default());
        return Some((text, model.theme.bad));
    }
    let seen = seen?;
    let ended = board.import.as_ref().and_then(|import| import.ended_at);
    if !board.note.is_empty() && ended.is_some_and(|ended| seen.at < ended) {
        return None;
    }
    let doubled = board.doubled();
    let (mark, style) = if seen.is_confirmed() && doubled == 0 {
        ("✓", model.theme.good)
    } else {
        ("!", model.theme.warning)
    };
    let (at, summary) = (model.moment(seen.at), seen.summary_with(doubled));
    let first = board.read_back.findings.first().map(VerificationFinding::describe);
    let first = first.map(|finding| format!(" First: {}", sentence(on_screen(&finding)))).unwrap_or_default();
    // A list may lag behind, so nothing is proven yet.
    let again = if seen.not_listed > 0 { " Press V in a while to read back again." } else { "" };
    Some((format!("{mark} Read back {at}: {summary}.{again}{first}"), style))
}

/// Returns the number of rejected rows and what to do about them.
fn rejected(board: &Board) -> Option<String> {
    let rejected = board.progress.counts.rejected;
    let corrected = board.import.as_ref().map_or(0, |import| import.corrected);
    // Rows that are ready to finish come first.
    let later = CreatedLater::describe(&board.created_later).filter(|_| rejected > 0 && corrected == 0);
    if let Some(later) = later {
        let rows: u64 = board.created_later.iter().map(|later| later.rows).sum();
        let rest = if rows < rejected { " Press e to edit the others." } else { "" };
        return Some(format!("{} rejected: {later}.{rest}", plural(rejected, "row")));
    }
    match (rejected, corrected) {
        (0, _) => None,
        (n, 0) if board.log.held_back() >= n => {
            Some(format!("{} held back: y sends one or all, x skips one.", plural(n, "row")))
        }
        (n, 0) => Some(format!("{} rejected: press e to edit, x to skip, w to export.", plural(n, "row"))),
        (n, c) if n == c => {
            Some(format!("{} fixed or skipped: press r to finish.", plural(n, "rejected row")))
        }
        (n, c) => Some(format!(
            "{c} of {} fixed or skipped: e edits the next, r finishes.",
            plural(n, "rejected row")
        )),
    }
}
