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
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::ledger::{Exception, Status};
use crate::text::{on_screen, plural};
use crate::tui::core::click::ListArea;
use crate::tui::core::model::Model;
use crate::tui::screens::processing::log::Log;
use crate::tui::screens::processing::note;
use crate::tui::screens::processing::panels::{bar, causes_panel, counts, rows_panel, sparkline};
use crate::tui::screens::processing::state::{Activity, Board};
use crate::tui::widgets::panel::{WIDE, side_by_side};
use crate::tui::widgets::table::{self, cells, widths};
use crate::tui::widgets::text::{below, cut, put, rule, short_paragraph, wrap};

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
    used += notes(model, board, frame, below(inner, used));
    log(model, board, frame, below(area, used + 1))
}

/// Where the rest of a note is.
const MORE: &str = "w, the web page, has them";
/// Number of lines that the log keeps: its title, the head and two rows.
const LOG_LINES: u16 = 5;
/// Maximum number of lines of a note.
const NOTE_LINES: u16 = 5;

/// Draws the note and the result of reading back, as far as the log leaves room; returns the number of lines used.
fn notes(model: &Model, board: &Board, frame: &mut Frame, area: Rect) -> u16 {
    let read_back = note::read_back(model, board);
    let room = area.height.saturating_sub(LOG_LINES);
    let mut used = 0;
    let text = note::note(model, board);
    if !text.is_empty() {
        let most = room.saturating_sub(u16::from(read_back.is_some())).clamp(1, NOTE_LINES);
        used += short_paragraph(frame, area, most, &text, model.theme.warning, MORE);
    }
    if let Some((text, style)) = read_back {
        let most = room.saturating_sub(used).clamp(1, NOTE_LINES);
        used += short_paragraph(frame, below(area, used), most, &text, style, MORE);
    }
    used
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
        Some(status @ Status::Complete) => match board.complaints() {
            none if none.is_empty() => ("✓", status.to_string(), model.theme.good),
            some => ("!", format!("{status}, {}", some.join(", ")), model.theme.warning),
        },
        Some(status @ Status::Error) => ("✗", format!("{status}: halted"), model.theme.bad),
        Some(status) => ("!", status.to_string(), model.theme.warning),
        None => (" ", "Reading…".to_owned(), model.theme.strong),
    };
    let handling = board.import.as_ref().map(|import| import.on_error.to_string()).unwrap_or_default();
    let left = format!("{mark} {text}");
    let right = if board.running { pace(model, board) } else { ended(model, board) };
    let room = usize::from(area.width).saturating_sub(left.width() + 3);
    // The current state takes priority over its time.
    let right = if right.width() <= room { right } else { String::new() };
    let room = room - right.width();
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
                    "No exceptions. {rows} excluded: w for the receipt with the reasons, y lists held-back duplicates"
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
        log.get(index).map_or_else(Line::default, |found| line(log, found, &columns))
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

fn line(log: &Log, found: &Exception, columns: &[usize]) -> Line<'static> {
    let message = on_screen(&found.message);
    let parts = [
        format!("{:>6}", found.row),
        format!("{:>7}", found.line),
        found.column.clone().unwrap_or_default(),
        match found.corrected {
            true if log.skipped.contains(&found.row) => format!("– will be skipped · {message}"),
            true => format!("✓ ready · {message}"),
            false => message.into_owned(),
        },
    ];
    Line::from(cells(&parts, columns))
}
