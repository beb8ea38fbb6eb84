//! ```text
//!  caseload  Import 12 › Processing 4/4 › march.csv
//!  » Processing   Halt on Error                     12.5 rows/s, about 3 min left
//!  ██████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  42 of 112 rows  37%
//!  created 40  rejected 2  excluded 0  unknown 0  awaiting reply 4  not sent 66
//!  rows per second ▁▂▂▃▅▇█▇▇ at most 24
//!
//!  Exceptions: 2, following
//!      row  line  column         what happened
//!       17    19  Due            “31/02/2026” isn't a real date …
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::ledger::{CreatedLater, Exception, Status};
use crate::text::{capitalized, on_screen, plural, sentence};
use crate::tui::core::click::ListArea;
use crate::tui::core::model::Model;
use crate::tui::screens::processing::log::Log;
use crate::tui::screens::processing::panels::{bar, causes_panel, counts, rows_panel, sparkline};
use crate::tui::screens::processing::state::{Activity, Board};
use crate::tui::widgets::panel::{WIDE, side_by_side};
use crate::tui::widgets::table::{self, cells, widths};
use crate::tui::widgets::text::{below, cut, paragraph, put, rule, wrap};

/// Minimum height of the screen for panels, and the height of the panels.
const TALL: u16 = 26;
const PANELS: u16 = 8;
/// Width of the causes panel in percent.
const CAUSES_PART: u16 = 66;

pub(crate) fn draw(model: &Model, frame: &mut Frame, area: Rect) -> Option<ListArea> {
    let board = model.board()?;
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    // On the status, unless the log has a cursor.
    frame.set_cursor_position((inner.x, inner.y));
    headline(model, board, frame, inner);
    bar(board, frame, inner);
    let mut used = 2;
    if area.width >= WIDE && area.height >= TALL {
        let panels = Rect { y: area.y + used, height: PANELS, ..area };
        let (rows, causes) = side_by_side(panels, CAUSES_PART);
        rows_panel(model, board, frame, rows);
        causes_panel(model, board, frame, causes);
        used += PANELS;
    } else {
        used += counts(model, board, frame, below(inner, 2));
    }
    used += sparkline(board, frame, below(inner, used));
    let note = note(model, board);
    if !note.is_empty() {
        used += paragraph(frame, below(inner, used), 0, &note, model.theme.warning).min(5);
    }
    if let Some((text, style)) = read_back(model, board) {
        used += paragraph(frame, below(inner, used), 0, &text, style).min(5);
    }
    log(model, board, frame, below(area, used + 1))
}

fn headline(model: &Model, board: &Board, frame: &mut Frame, area: Rect) {
    let (mark, text, style) = match board.status() {
        Some(Status::Processing) if board.stopping => {
            ("»", "Pausing: waiting for the last replies".to_owned(), model.theme.strong)
        }
        Some(status @ Status::Processing) => {
            let text = match board.activity {
                Activity::Sending | Activity::Waiting { .. } => status.to_string(),
                Activity::LookingUp { .. } => "Looking up unknown rows".to_owned(),
                Activity::ReadingBack { .. } => "Reading back".to_owned(),
            };
            ("»", text, model.theme.strong)
        }
        Some(status @ Status::Complete) => {
            let counts = board.progress.counts;
            match (counts.rejected, counts.unknown) {
                (0, 0) if board.differs() => {
                    ("!", format!("{status}, READ BACK DIFFERENTLY"), model.theme.warning)
                }
                (0, 0) => ("✓", status.to_string(), model.theme.good),
                (0, unknown) => ("!", format!("{status}, {unknown} UNKNOWN"), model.theme.warning),
                (rejected, _) => ("!", format!("{status}, {rejected} REJECTED"), model.theme.warning),
            }
        }
        Some(status @ Status::Error) => ("✗", format!("{status}: halted"), model.theme.bad),
        Some(status) => ("!", status.to_string(), model.theme.warning),
        None => (" ", "Reading…".to_owned(), model.theme.strong),
    };
    let handling = board.import.as_ref().map(|import| import.on_error.to_string()).unwrap_or_default();
    let left = format!("{mark} {text}");
    let right = if board.running { pace(model, board) } else { ended(model, board) };
    let room = usize::from(area.width).saturating_sub(left.width() + right.width() + 3);
    // The current state takes priority over the error handling.
    let handling = if handling.width() < room { handling } else { String::new() };
    let gap = room - handling.width();
    let line = Line::from(vec![
        Span::styled(left, style),
        Span::raw(format!("   {handling}{}", " ".repeat(gap))),
        Span::raw(right),
    ]);
    put(frame, area, 0, line);
}

/// Returns when the import ended, or else when it started.
fn ended(model: &Model, board: &Board) -> String {
    let Some(import) = &board.import else { return String::new() };
    match (import.ended_at, import.started_at) {
        (Some(at), _) => format!("ended {}", model.moment(at)),
        (None, Some(at)) => format!("started {}", model.moment(at)),
        (None, None) => String::new(),
    }
}

/// Number of seconds by which an estimate may be wrong before it is withdrawn.
const LATE: f64 = 10.0;

/// Number of seconds without an answer after which the rate says nothing any more.
const SILENT: i64 = 8;

/// Returns the rate and the time left, or dashes if unknown; empty when no rows are sent.
fn pace(model: &Model, board: &Board) -> String {
    if matches!(board.activity, Activity::LookingUp { .. } | Activity::ReadingBack { .. }) {
        return String::new();
    }
    let silent = model.now.saturating_sub(board.progressed_at);
    if board.progressed_at > 0 && board.in_flight() > 0 && silent >= SILENT {
        return format!("no answer for {silent} s");
    }
    let rate = board.progress.rows_per_second;
    let left = board.progress.counts.not_sent;
    if left == 0 && board.done() > 0 {
        return "almost done".to_owned();
    }
    if rate <= 0.0 || !rate.is_finite() {
        return "– rows/s, time left –".to_owned();
    }
    // Estimates for people: the loss beyond 2^52 rows or seconds doesn't matter.
    #[expect(clippy::cast_precision_loss)]
    let (seconds, since) = (left as f64 / rate, model.now.saturating_sub(board.progressed_at).max(0) as f64);
    // Nothing arrived for longer than all of it should take: the rate isn't true any more.
    if since > seconds + LATE {
        return "– rows/s, time left –".to_owned();
    }
    format!("{rate:.1} rows/s, {}", about(seconds - since))
}

/// Formats the time left, rounded to a sensible precision.
fn about(seconds: f64) -> String {
    if left_out(seconds) {
        return "time left –".to_owned();
    }
    // Bounded above, never negative.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let seconds = seconds.max(0.0) as u64;
    match seconds {
        0..10 => "a few seconds left".to_owned(),
        10..90 => format!("about {} s left", seconds.div_ceil(10) * 10),
        90..5_400 => format!("about {} min left", (seconds + 30) / 60),
        _ => format!("about {} h left", (seconds + 1_800) / 3_600),
    }
}

/// Returns whether a time is too long to be credible.
fn left_out(seconds: f64) -> bool {
    !seconds.is_finite() || seconds > 3_600.0 * 24.0 * 30.0
}

/// Returns why the import is waiting or stopped, and what to do.
fn note(model: &Model, board: &Board) -> String {
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
        return format!("! {}", capitalized(&sentence(on_screen(why))));
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
        (_, note) => {
            let more = [unknown(counts.unknown), rejected(board)].into_iter().flatten();
            more.fold(format!("! {}", on_screen(note)), |text, more| format!("{text} {more}"))
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
        format!("{} excluded: the receipt (w) says why, y sends a duplicate.", plural(rows, "row"))
    }
}

/// Returns the result of reading the cases back, with its time; none while rows are sent, none about no cases, and none
/// that is older than the note.
fn read_back(model: &Model, board: &Board) -> Option<(String, Style)> {
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
    let (mark, style) =
        if seen.is_confirmed() { ("✓", model.theme.good) } else { ("!", model.theme.warning) };
    let first = board.read_back.findings.first().map(|finding| format!(": {}", finding.describe()));
    // A list may lag behind, so nothing is proven yet.
    let again = if seen.not_listed > 0 { ". Press V in a while to read back again." } else { "" };
    let (at, summary) = (model.moment(seen.at), seen.summary());
    Some((format!("{mark} Read back {at}: {summary}{}{again}", first.unwrap_or_default()), style))
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

fn log(model: &Model, board: &Board, frame: &mut Frame, area: Rect) -> Option<ListArea> {
    let log = &board.log;
    let live = board.status() == Some(Status::Processing);
    let state = match (log.cursor, live) {
        (Some(_), true) => ", scrolling paused (F follows)",
        (None, true) => ", following",
        _ => "",
    };
    let older = match log.dropped {
        0 => String::new(),
        n => format!(" (w exports the first {n} too)"),
    };
    let title = match log.only() {
        Some(cause) => {
            format!(
                " {} of {} exceptions{state}: {}; Esc shows all",
                log.len(),
                board.exceptions(),
                cause.describe()
            )
        }
        None => format!(" Exceptions: {}{state}{older}", board.exceptions()),
    };
    put(frame, area, 0, Span::styled(cut(&title, usize::from(area.width)), model.theme.strong));
    let area = below(area, 1);
    if log.len() == 0 {
        let none = match (board.exceptions(), live) {
            (1.., _) if matches!(board.activity, Activity::LookingUp { .. }) => "Being looked up".to_owned(),
            (1.., _) => "Reading…".to_owned(),
            (0, true) => "None so far".to_owned(),
            (0, false) if board.counts().excluded > 0 => {
                let rows = plural(board.counts().excluded, "row");
                format!(
                    "No exceptions. {rows} excluded: y to send a duplicate anyway, w for the receipt with the reasons"
                )
            }
            (0, false) => "No exceptions".to_owned(),
        };
        let none = cut(&format!("   {none}"), usize::from(area.width));
        put(frame, area, 0, Span::styled(none, model.theme.faint));
        return None;
    }
    let width = usize::from(area.width).saturating_sub(1);
    let columns = widths(&[6, 7, width / 5, 1], width);
    let area = detail(log, model, frame, area, columns.last().copied().unwrap_or(0));
    let head = cells(&["   row", "   line", "column", "what happened"], &columns);
    table::draw(frame, area, model.theme, &head, (log.len(), log.cursor), |index| {
        log.get(index).map_or_else(Line::default, |found| line(found, &columns))
    })
}

/// Draws the reason of the exception under the cursor in full, if the log cuts it at `shown` columns and there is room
/// below; returns the area above.
fn detail(log: &Log, model: &Model, frame: &mut Frame, area: Rect, shown: usize) -> Rect {
    let Some(found) = log.cursor.and_then(|at| log.get(at)) else { return area };
    let message = on_screen(&found.message);
    let text = wrap(&message, usize::from(area.width).saturating_sub(2));
    let height = u16::try_from(text.len()).unwrap_or(u16::MAX).saturating_add(1);
    let used = u16::try_from(log.len()).unwrap_or(u16::MAX).saturating_add(1);
    if message.width() <= shown || used.saturating_add(height) > area.height {
        return area;
    }
    let at = Rect { x: area.x + 1, y: area.bottom() - height, width: area.width.saturating_sub(2), height };
    rule(frame, at, model.theme);
    for (index, line) in (1..).zip(text) {
        put(frame, at, index, line);
    }
    Rect { height: area.height - height, ..area }
}

fn line(found: &Exception, columns: &[usize]) -> Line<'static> {
    let message = on_screen(&found.message);
    let parts = [
        format!("{:>6}", found.row),
        format!("{:>7}", found.line),
        found.column.clone().unwrap_or_default(),
        if found.corrected { format!("✓ ready · {message}") } else { message.into_owned() },
    ];
    Line::from(cells(&parts, columns))
}
