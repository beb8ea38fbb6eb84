//! Actions on Processing: a run, its progress and its exceptions.

use std::collections::HashSet;

use crate::app::RetryRows;
use crate::engine::{Ended, Event, Progress};
use crate::ledger::{Import, ImportId, OnError, Status};
use crate::text::{capitalized, plural};
use crate::trackops::Notify;
use crate::tui::core::action::Action;
use crate::tui::core::effect::{Effect, Query, RunCommand};
use crate::tui::core::goto::{Goto, WantedStep};
use crate::tui::core::model::{Model, Mood, Overlay, Phase, TerminalRequest};
use crate::tui::core::msg::{Sentence, Watched};
use crate::tui::core::place::Screen;
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::processing::state::{Activity, Board, Rates};
use crate::tui::screens::processing::{correct, exceptions, excluded, export, log};
use crate::tui::screens::resumable;
use crate::tui::screens::start::state::StartDialog;

/// Interval in seconds between polls of an idle import, which another process may change or resume.
const LOOK_EVERY: i64 = 2;

/// Shows an import that was started before.
pub(crate) fn show(model: &mut Model, id: ImportId) -> Vec<Effect> {
    let known = model.imports.get(id).cloned();
    let board = model.boards.entry(id).or_insert_with(|| Board::new(known));
    board.follow();
    let running = board.running;
    if !running {
        // Rows processed while the screen was closed must not count as a rate.
        board.rates = Rates::default();
    }
    model.watched = id;
    model.screen = Screen::Processing;
    if running { Vec::new() } else { vec![Effect::Query(Query::Watch(id))] }
}

/// Shows an import that is about to start.
pub(crate) fn begin(model: &mut Model, id: ImportId, on_error: OnError) {
    let open = model.job.as_ref().map(Job::import).filter(|import| import.id == id);
    let shown = model.boards.get(&id).and_then(|board| board.import.as_ref());
    let listed = model.imports.get(id);
    // The list may date from before the rows were counted.
    let known = [shown, listed, open].into_iter().flatten().max_by_key(|import| import.counts.rows).cloned();
    let rows = model.job.as_ref().filter(|job| job.import().id == id).map(Job::rows);
    let mut board = Board::new(known);
    if let Some(rows) = rows {
        board.progress.counts.rows = rows;
        let counts = board.progress.counts;
        let known = counts.created + counts.rejected + counts.excluded + counts.unknown;
        board.progress.counts.not_sent = rows.saturating_sub(known);
    }
    if let Some(import) = &mut board.import {
        import.on_error = on_error;
    }
    board.running = true;
    board.note.clear();
    model.boards.insert(id, board);
    model.watched = id;
    model.screen = Screen::Processing;
    model.job = None;
    model.overlays.clear();
}

/// Asks, then resumes an import.
pub(crate) fn resume(model: &mut Model, id: ImportId) -> Vec<Effect> {
    let Some(import) = model.import(id) else { return Vec::new() };
    let (counts, corrected) = (import.counts, import.corrected);
    let host = model.at_host();
    let unknown = match counts.unknown {
        0 => String::new(),
        n => format!(" Checks {} first to avoid duplicates.", plural(n, "unknown row")),
    };
    let rest = format!("{} of {} rows are not sent yet.", counts.not_sent, counts.rows);
    let ready = plural(corrected, "row");
    let details = model.boards.get(&id).and_then(Board::fixed_and_skipped);
    let finish = details.map_or_else(
        || "Fixed rows are sent, skipped ones are excluded.".to_owned(),
        |(fixed, skipped)| correct::describe_finish(fixed, &skipped),
    );
    let question = match (corrected, counts.not_sent) {
        (1.., 0) => {
            format!("Finish {ready} of import {id}{host}? {finish}{unknown}")
        }
        (1.., _) => {
            format!(
                "Resume import {id}{host}? It first finishes {ready} you fixed or skipped. {finish} {rest}{unknown}"
            )
        }
        (0, 0) if counts.unknown > 0 => format!(
            "Look up {} of import {id}{host}? Nothing else is left to send.",
            plural(counts.unknown, "unknown row")
        ),
        (0, 0) if import.in_doubt > 0 => format!(
            "Check {} of import {id}{host} again? Another import sent the same, and may have a result now.",
            plural(import.in_doubt, "rejected row")
        ),
        (0, _) if import.in_doubt > 0 => format!(
            "Resume import {id}{host}? Rows that another import sent are checked again, and sent if they aren't cases. \
             {rest}{unknown}"
        ),
        (0, _) if import.status == Status::Error && counts.rejected > 0 => format!(
            "Resume import {id}{host} past the row that stopped it? That row stays rejected (Esc, then e to edit it). {rest}{unknown}"
        ),
        _ => format!("Resume import {id}{host}? {rest}{unknown}"),
    };
    let retry = if corrected > 0 { RetryRows::Corrected } else { RetryRows::None };
    let dialog = StartDialog::to_resume(import, question, retry);
    model.overlays.push(Overlay::Start(dialog));
    Vec::new()
}

pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let Some(board) = model.board() else { return Err("No import is open.".to_owned()) };
    match action {
        Action::Fix | Action::FixAll | Action::Skip => correct::availability(model),
        Action::Verify if board.running || board.runs_elsewhere() => {
            Err("The import is running. Its cases are read back at the end.".to_owned())
        }
        Action::Verify if board.progress.counts.created == 0 => {
            Err("No case was created yet, so there is nothing to compare.".to_owned())
        }
        Action::SendAnyway => excluded::availability(board),
        Action::Pause if board.stopping => {
            Err("Pausing… It stops once the rows awaiting reply are answered.".to_owned())
        }
        Action::Pause if board.running || board.runs_elsewhere() => Ok(()),
        Action::Pause => Err("The import isn't running.".to_owned()),
        Action::Resume => match &board.import {
            _ if board.running => Err("The import is running.".to_owned()),
            Some(import) => resumable::can_resume(import, model),
            None => Err("Still reading the import. Try again in a moment.".to_owned()),
        },
        Action::Duplicate if board.running => {
            Err("The import is running. Wait for its end, or duplicate it from the list.".to_owned())
        }
        Action::Follow if board.status() != Some(Status::Processing) => {
            Err("Nothing to follow: the import isn't running.".to_owned())
        }
        Action::Accept | Action::Copy | Action::Filter | Action::Follow if board.log.total() == 0 => {
            Err("There are no exceptions.".to_owned())
        }
        _ => Ok(()),
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    if matches!(action, Action::Fix | Action::FixAll | Action::Skip) {
        return correct::act(model, action);
    }
    let (page, id) = (model.page(), model.watched);
    let Some(board) = model.board_mut() else { return model.go(Goto::Imports) };
    match action {
        Action::Back if board.log.only().is_some() => board.limit(None),
        Action::Back if board.can_be_reviewed() => return model.go(Goto::Want(WantedStep::Open(id))),
        Action::Back => return model.go(Goto::Imports),
        Action::Pause => {
            board.stop();
            return vec![if board.running {
                Effect::Run(RunCommand::Stop(id))
            } else {
                Effect::Run(RunCommand::AskToPause(id))
            }];
        }
        Action::Verify => {
            board.verify();
            return vec![Effect::Run(RunCommand::Verify(id))];
        }
        Action::SendAnyway => return excluded::ask(model),
        Action::EditAccount => return model.go(Goto::Accounts),
        Action::Resume => return model.go(Goto::Want(WantedStep::Resume(id))),
        Action::Duplicate => return model.go(Goto::Want(WantedStep::Duplicate(id))),
        Action::Follow if board.log.cursor.is_some() => board.log.cursor = None,
        Action::Follow => log::moves(&mut board.log, Action::Last, page),
        Action::Filter => return exceptions::choose(model),
        Action::Copy => {
            if let Some(found) = board.log.under().cloned() {
                exceptions::copy(model, &found);
            }
        }
        Action::Export => return export::ask(model),
        Action::Decide => return model.go(Goto::Want(WantedStep::Decide(id))),
        Action::Accept => {
            log::moves(&mut board.log, action, page);
            if let Some(found) = board.log.under().cloned() {
                model.overlays.push(Overlay::Exception(Box::new(found), 0));
            }
        }
        Action::Up | Action::Down | Action::PageUp | Action::PageDown | Action::First | Action::Last => {
            log::moves(&mut board.log, action, page);
        }
        _ => {}
    }
    Vec::new()
}

/// Handles an event of a run.
pub(crate) fn event(model: &mut Model, id: ImportId, event: Event) -> Vec<Effect> {
    let now = model.now;
    let in_seconds = |seconds: u64| now.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX));
    let Some(board) = model.boards.get_mut(&id) else { return Vec::new() };
    match event {
        Event::Progress(progress) => {
            (board.progress, board.progressed_at) = (progress, now);
            if progress.in_flight > 0 || !matches!(board.activity, Activity::Waiting { .. }) {
                board.activity = Activity::Sending;
            }
            let exceptions = (board.progress.counts.rejected, board.unknown());
            if board.is_log_outdated() && board.reread.asked_for != exceptions {
                return reread(board, id);
            }
        }
        Event::Exceptions(exceptions) => {
            board.reread.since.extend(exceptions.iter().map(|found| found.row));
            board.log.push(exceptions);
        }
        // A lookup says itself how long it waits.
        Event::Waiting { .. } | Event::ReadingBack { .. }
            if matches!(board.activity, Activity::LookingUp { .. }) => {}
        Event::Waiting { why, seconds } => {
            board.activity = Activity::Waiting { why, until: in_seconds(seconds) };
        }
        Event::Settling { left: 0, .. } => board.activity = Activity::Sending,
        Event::Settling { left, seconds } => {
            let until = (seconds > 0).then_some(in_seconds(seconds));
            board.activity = Activity::LookingUp { left, until };
        }
        Event::ReadingBack { read, of } => board.activity = Activity::ReadingBack { read, of },
        Event::Ended(ended) => return end(model, id, ended),
    }
    Vec::new()
}

/// Requests the exception log from the ledger while rows are sent: a row that was an exception may be a case now.
fn reread(board: &mut Board, id: ImportId) -> Vec<Effect> {
    if std::mem::replace(&mut board.reread.waiting, true) {
        return Vec::new();
    }
    board.reread.asked_for = (board.progress.counts.rejected, board.unknown());
    board.reread.since.clear();
    vec![Effect::Query(Query::Watch(id))]
}

fn end(model: &mut Model, id: ImportId, ended: Ended) -> Vec<Effect> {
    let Some(board) = model.boards.get_mut(&id) else { return Vec::new() };
    let (verified, stopped) = board.end();
    let unread = verified && !ended.looked_up;
    if !verified {
        board.note = ended.note;
    } else if unread && !stopped {
        board.not_read(&ended.note);
    }
    board.progress = Progress { counts: ended.counts, in_flight: 0, rows_per_second: 0.0 };
    board.log.settle();
    let message =
        format!("Import {id} is {}: {}", ended.status.to_string().to_lowercase(), ended.counts.sum());
    if model.notify != Notify::Off {
        model.terminal_request = Some(TerminalRequest::Notify(model.notify, message));
    }
    if let Some(import) = board.import.as_mut() {
        import.status = ended.status;
        import.counts = ended.counts;
    }
    if model.phase == Phase::Leaving && !model.is_running() {
        model.phase = Phase::Over;
        return Vec::new();
    }
    let (mood, sentence) = match (unread, stopped) {
        (true, true) => (Mood::Plain, "The cases weren't read back, because you stopped it.".to_owned()),
        (true, false) => (Mood::Bad, unread_sentence(id)),
        (false, _) => {
            let mood = if ended.status == Status::Complete { Mood::Good } else { Mood::Bad };
            (mood, format!("Import {id} has ended: {}.", ended.status))
        }
    };
    if (unread && stopped) || !is_shown(model, id) {
        model.say(mood, sentence);
    }
    // Read the ledger again: resolved rows have left the log.
    let mut effects = vec![Effect::Query(Query::Watch(id))];
    if model.screen == Screen::Imports {
        effects.push(Effect::Query(Query::LoadImports));
    }
    effects
}

/// Returns whether the screen shows an import.
fn is_shown(model: &Model, id: ImportId) -> bool {
    model.screen == Screen::Processing && model.watched == id
}

/// Returns what other screens say about cases that couldn't be read back.
fn unread_sentence(id: ImportId) -> String {
    format!("The cases of import {id} weren't read back. Open it for the reason.")
}

/// Handles the reply to Start.
pub(crate) fn started(model: &mut Model, id: ImportId, answer: Result<(), Sentence>) -> Vec<Effect> {
    // Either way the ledger has news: the error handling, and earlier exceptions.
    let Err(sentence) = answer else {
        let board = model.boards.get_mut(&id).filter(|board| board.running);
        return board.map_or_else(|| vec![Effect::Query(Query::Watch(id))], |board| reread(board, id));
    };
    let shown = is_shown(model, id);
    let board = model.boards.get_mut(&id);
    let said = match board.map(|board| (board.end().0, board)) {
        Some((true, board)) => {
            board.not_read(&sentence);
            unread_sentence(id)
        }
        Some((false, board)) => {
            board.not_started = Some(sentence.clone());
            format!("Import {id} wasn't started. {}", capitalized(&sentence))
        }
        None => sentence,
    };
    if !shown {
        model.say(Mood::Bad, said);
    }
    if model.phase == Phase::Leaving && !model.is_running() {
        model.phase = Phase::Over;
    }
    vec![Effect::Query(Query::Watch(id))]
}

/// Handles the reply to a pause requested from another process.
pub(crate) fn asked_to_pause(model: &mut Model, id: ImportId, answer: Result<(), Sentence>) -> Vec<Effect> {
    let Err(sentence) = answer else { return Vec::new() };
    if let Some(board) = model.boards.get_mut(&id).filter(|board| !board.running) {
        board.stopping = false;
    }
    model.say(Mood::Bad, sentence);
    // It may have ended meanwhile.
    vec![Effect::Query(Query::Watch(id))]
}

/// Updates the board from the ledger.
pub(crate) fn watched(model: &mut Model, id: ImportId, answer: Result<Watched, Sentence>) -> Vec<Effect> {
    let Watched { import, log, older, version, read_back, created_later } = match answer {
        Ok(found) => found,
        Err(sentence) => {
            if let Some(board) = model.boards.get_mut(&id) {
                board.reread.waiting = false;
            }
            model.quiet = model.status.as_ref().is_some_and(|(_, last)| *last == sentence);
            model.say(Mood::Bad, sentence);
            return Vec::new();
        }
    };
    model.imports.update(&import);
    let shown = model.is_watching() && model.watched == id;
    let Some(board) = model.boards.get_mut(&id) else { return Vec::new() };
    let news = board.read_back != read_back || board.created_later != created_later;
    board.drop_outdated(&import, &read_back);
    (board.read_back, board.created_later) = (read_back, created_later);
    if board.running {
        // The ledger may have been read before the run wrote its choice there.
        let on_error = board.import.as_ref().map_or(import.on_error, |known| known.on_error);
        board.set_import(Import { on_error, ..import });
        board.reread.waiting = false;
        // The ledger was read before it had these, or it has them too.
        let known: HashSet<u64> = log.iter().map(|exception| exception.row).collect();
        let mut since = board.log.of_rows(&board.reread.since);
        since.retain(|exception| !known.contains(&exception.row));
        board.log.replace(log, older);
        board.log.push(since);
        return Vec::new();
    }
    board.version = version;
    let same = board.import.as_ref() == Some(&import)
        && (board.progress.counts, &board.note) == (import.counts, &import.note)
        && board.log.is(&log, older);
    if same && shown && !news {
        model.quiet = true;
        return Vec::new();
    }
    let over = import.status != Status::Processing;
    board.stopping &= !over;
    board.progress.counts = import.counts;
    board.note.clone_from(&import.note);
    // The log of an import that another process runs lacks the rows in flight, and its counts have them as unknown.
    let logged = log.len() as u64 + older;
    let unlogged = (import.counts.rejected + import.counts.unknown).saturating_sub(logged);
    board.progress.in_flight = if over { 0 } else { unlogged };
    board.set_import(import);
    board.log.replace(log, older);
    if over {
        board.log.settle();
    }
    Vec::new()
}

/// Handles a tick of one second.
pub(crate) fn tick(model: &mut Model) -> Vec<Effect> {
    for board in model.boards.values_mut().filter(|board| board.status() == Some(Status::Processing)) {
        board.rates.tick(board.done());
    }
    let outdated = |board: &Board| board.running && board.is_log_outdated();
    let effects: Vec<Effect> = model
        .boards
        .iter_mut()
        .filter(|(_, board)| outdated(board))
        .flat_map(|(id, board)| reread(board, *id))
        .collect();
    if !effects.is_empty() {
        return effects;
    }
    if model.imports_run_elsewhere() {
        return vec![Effect::Query(Query::LoadImports)];
    }
    let (id, now) = (model.watched, model.now);
    // What doesn't run here is drawn only when it changed.
    model.quiet = (model.is_watching() || model.screen == Screen::Imports) && !model.is_running();
    let watched = model.board().filter(|_| model.is_watching());
    let query = match watched {
        Some(board) if board.runs_elsewhere() => return vec![Effect::Query(Query::Watch(id))],
        Some(board) => Query::WatchChanges(id, board.version),
        None if model.screen == Screen::Imports => Query::ImportChanges,
        None => return Vec::new(),
    };
    if (0..LOOK_EVERY).contains(&now.saturating_sub(model.polled_at)) {
        return Vec::new();
    }
    model.polled_at = now;
    vec![Effect::Query(query)]
}
