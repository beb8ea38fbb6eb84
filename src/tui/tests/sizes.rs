//! Windows of any size work, and no sequence of keys breaks anything.

use ratatui::backend::{Backend, CrosstermBackend};

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::*;
use crate::engine::{Event as RunEvent, Progress};
use crate::tui::core::effect::{Effect, Query};

/// Models with every kind of screen and dialog.
fn models() -> Vec<Model> {
    let ways = [
        "",
        "c",
        "c Down Enter",
        "c v",
        "c +",
        "Enter",
        "Down Enter",
        "?",
        "c c",
        "c c Enter",
        "c c s",
        "c c s Tab Enter",
        "Esc n",
    ];
    let mut models: Vec<Model> = Vec::new();
    for way in ways {
        let mut model = defaults();
        for word in way.split(' ') {
            let effects = press(&mut model, word);
            answer_review(&mut model, effects);
        }
        let progress = Progress { counts: counts(4, 1, 1, 1), in_flight: 1, rows_per_second: 2.0 };
        update(&mut model, Msg::Run(13, RunEvent::Progress(progress)));
        update(&mut model, Msg::Run(13, RunEvent::Exceptions(vec![exception(2)])));
        models.push(model);
    }
    models
}

#[test]
fn no_size_panics() {
    // A smaller window shows the same message on every screen.
    for width in (0..=12).chain((13..60).step_by(9)) {
        for height in (0..=8).chain((9..=45).step_by(5)) {
            draw(&home(true), width, height);
        }
    }
    let all = snapshots::all().into_iter().map(|(_, model)| model);
    for model in models().into_iter().chain(all) {
        for width in (60..=130).step_by(23) {
            for height in (16..=45).step_by(14) {
                draw(&model, width, height);
            }
        }
        for (width, height) in [(59, 16), (60, 15), (61, 17), (80, 24)] {
            draw(&model, width, height);
        }
    }
}

#[test]
fn a_small_window_shows_a_message() {
    let terminal = draw(&home(true), 59, 16);
    assert_eq!(lines(terminal.backend().buffer())[0], "The window is 59x16. caseload needs at least 60x16.");
}

#[test]
fn the_title_cursor_and_back_key_are_visible_at_any_size() {
    for (width, height) in [(60, 16), (80, 24), (100, 30), (120, 40), (200, 50)] {
        for (name, mut model) in snapshots::all() {
            update(&mut model, Msg::Resize(width, height));
            let mut terminal = draw(&model, width, height);
            let at = terminal.get_cursor_position().unwrap();
            let drawn = lines(terminal.backend().buffer());
            let place = format!("{name} at {width}x{height}:\n{}", drawn.join("\n"));
            assert!(at.x < width && at.y < height && (at.x, at.y) != (0, 0), "no cursor in {place}");
            let (title, footer) = (drawn.first().unwrap(), drawn.last().unwrap());
            assert!(title.starts_with(" caseload") || !model.overlays.is_empty(), "no title in {place}");
            assert!(footer.contains("? all keys") || footer.contains("Esc "), "no way on in {place}");
            assert!(!footer.contains('…'), "a key that is cut in {place}");
            // The status message is never cut off.
            if let Some((_, said)) = &model.status {
                let last = said.split_whitespace().last().unwrap();
                assert!(drawn.iter().rev().take(5).any(|line| line.contains(last)), "cut news in {place}");
            }
        }
    }
}

#[test]
fn a_terminal_without_unicode_gets_none() {
    for (name, mut model) in snapshots::all() {
        model.theme.ascii = true;
        let frame = lines(draw(&model, 120, 40).backend().buffer()).join("\n");
        assert!(frame.is_ascii(), "{name}:\n{frame}");
    }
}

#[test]
fn the_wheel_and_a_click_move_the_cursor_and_a_click_on_it_is_enter() {
    let mut model = home(true);
    let mut at = |kind, row| {
        let effects = mouse(&mut model, kind, (3, row));
        (model.imports.cursor(), effects.len())
    };
    let click = MouseEventKind::Down(MouseButton::Left);
    assert_eq!(at(MouseEventKind::ScrollDown, 5), (1, 0));
    assert_eq!(at(MouseEventKind::ScrollUp, 5), (0, 0));
    assert_eq!(at(click, 4), (2, 0), "two lines below the titles");
    assert_eq!(at(click, 1), (2, 0), "on the titles");
    assert_eq!(at(click, 15), (2, 0), "below the list");
    assert_eq!(at(MouseEventKind::Down(MouseButton::Right), 3), (2, 0));
    assert_eq!(at(click, 4), (2, 1), "opens it");
}

#[test]
fn a_click_reaches_every_line_of_every_list() {
    let mut lists = 0;
    for (name, mut model) in snapshots::all() {
        let Some(list) = drawn(&model, 80, 24).1 else { continue };
        lists += 1;
        for index in (list.first..list.len).take(usize::from(list.lines.height)) {
            let now = drawn(&model, 80, 24).1.unwrap();
            // The list may have moved under the cursor.
            let Some(line) = index.checked_sub(now.first).filter(|at| *at < usize::from(now.lines.height))
            else {
                continue;
            };
            if now.cursor != Some(index) {
                let row = now.lines.y + u16::try_from(line).unwrap();
                mouse(&mut model, MouseEventKind::Down(MouseButton::Left), (now.lines.x, row));
            }
            assert_eq!(drawn(&model, 80, 24).1.unwrap().cursor, Some(index), "{name}");
        }
    }
    assert!(lists > 20, "only {lists} lists");
}

fn mouse(model: &mut Model, kind: MouseEventKind, (column, row): (u16, u16)) -> Vec<Effect> {
    let mouse = MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE };
    let msg = keys::translate(Event::Mouse(mouse), model.place(), drawn(model, 80, 24).1);
    msg.map_or_else(Vec::new, |msg| update(model, msg))
}

/// A reproducible pseudo-random sequence (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

#[test]
fn random_keys_break_nothing() {
    const KEYS: [&str; 53] = [
        "Enter",
        "Enter",
        "Enter",
        "Esc",
        "Tab",
        "BackTab",
        "Up",
        "Down",
        "Down",
        "Left",
        "Right",
        "Home",
        "End",
        "PgUp",
        "PgDn",
        "Backspace",
        "Space",
        "Ctrl-S",
        "Ctrl-U",
        "Ctrl-W",
        "a",
        "c",
        "d",
        "f",
        "g",
        "G",
        "h",
        "j",
        "k",
        "l",
        "n",
        "N",
        "o",
        "p",
        "r",
        "s",
        "v",
        "x",
        "y",
        "/",
        "?",
        "+",
        "1",
        "7",
        ":",
        "#",
        "0",
        "$",
        "e",
        "E",
        "w",
        "F",
        "Ctrl-P",
    ];
    for seed in 1..=40 {
        let mut dice = Dice(seed * 7_919);
        let mut model = defaults();
        for _ in 0..150 {
            let word = KEYS[dice.roll(KEYS.len())];
            let effects = press(&mut model, word);
            let opens = effects.iter().any(|effect| matches!(effect, Effect::Query(Query::Open(..))));
            if opens {
                let status = if dice.roll(2) == 0 { Status::Ready } else { Status::Draft };
                answer_open(&mut model, &effects, opened(13, status));
            } else if model.job.as_ref().is_some_and(|job| job.errors().is_empty()) {
                answer_review(&mut model, effects);
            }
            let tokens = (model.screen, model.place());
            assert!(model.overlays.len() < 8, "seed {seed}: {tokens:?}");
        }
        draw(&model, 80, 24);
        draw(&model, 60, 16);
    }
}

#[test]
fn the_first_frame_of_any_screen_is_small() {
    for (name, model) in snapshots::all() {
        for (width, height) in [(80, 24), (120, 40)] {
            let frame = draw(&model, width, height).backend().buffer().clone();
            let mut bytes = Vec::new();
            let cells = Buffer::empty(frame.area);
            CrosstermBackend::new(&mut bytes).draw(cells.diff(&frame).into_iter()).unwrap();
            assert!((1..8_000).contains(&bytes.len()), "{name} at {width}x{height}: {} bytes", bytes.len());
        }
    }
}

#[test]
fn news_of_a_run_costs_a_slow_line_little() {
    let mut model = models().remove(11);
    let mut frame = |created: u64, rate: f64| {
        let counts =
            Counts { rows: 5_000, created, unknown: 4, not_sent: 4_996 - created, ..Counts::default() };
        let progress = Progress { counts, in_flight: 4, rows_per_second: rate };
        update(&mut model, Msg::Run(13, RunEvent::Progress(progress)));
        draw(&model, 80, 24).backend().buffer().clone()
    };
    let (one, next) = (frame(1_200, 23.4), frame(1_206, 24.1));
    let mut bytes = Vec::new();
    CrosstermBackend::new(&mut bytes).draw(one.diff(&next).into_iter()).unwrap();
    // Four frames a second must stay under 1 kB.
    assert!((1..200).contains(&bytes.len()), "{} bytes", bytes.len());
}
