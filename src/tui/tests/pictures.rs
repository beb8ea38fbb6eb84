//! Pictures for the README and the list of keys, generated from what the program draws and compared with the files in
//! assets/. `CASELOAD_PICTURES=write cargo test --lib pictures` writes them again.

use std::fs;
use std::path::PathBuf;

use strum::VariantArray;
use tokio::sync::mpsc;

use super::*;
use crate::app::{App, Settings};
use crate::engine::{Event as RunEvent, Progress};
use crate::tui::core::effects::Effects;
use crate::tui::core::keymap::{ACTIONS, actions_of};
use crate::tui::core::place::{Place, Screen};
use crate::tui::{Start, begin};

const SIZE: (u16, u16) = (92, 26);
/// Size of a cell, in units of the picture.
const CELL: (f32, f32) = (8.4, 18.0);

/// Colours of a common dark terminal.
const INK: &str = "#d6d6d6";
const PAPER: &str = "#1c1c1c";

/// Compares the file in assets/ with the generated text, or writes it if requested.
fn compare(name: &str, generated: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets").join(name);
    if std::env::var_os("CASELOAD_PICTURES").is_some_and(|wish| wish == "write") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, generated).unwrap();
    }
    let saved = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(saved == generated, "{name} is outdated; run CASELOAD_PICTURES=write cargo test --lib pictures");
}

fn colour(of: Color) -> &'static str {
    match of {
        Color::Red => "#f2777a",
        Color::Green => "#99cc99",
        Color::Yellow => "#ffcc66",
        Color::Cyan => "#66cccc",
        Color::Blue => "#6699cc",
        Color::Magenta => "#cc99cc",
        _ => INK,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Appends a run of cells with the same style as SVG.
fn run(svg: &mut String, (x, y): (u16, u16), width: u16, text: &str, cell: &Cell) {
    let (left, top) = (f32::from(x) * CELL.0, f32::from(y) * CELL.1);
    let length = f32::from(width) * CELL.0;
    let reversed = cell.modifier.contains(Modifier::REVERSED);
    let ink = if reversed { PAPER } else { colour(cell.fg) };
    if reversed {
        let height = CELL.1;
        let paper = colour(cell.fg);
        writeln!(
            svg,
            r#"<rect x="{left:.1}" y="{top:.1}" width="{length:.1}" height="{height:.1}" fill="{paper}"/>"#
        )
        .unwrap();
    }
    if text.trim().is_empty() {
        return;
    }
    let mut style = String::new();
    if cell.modifier.contains(Modifier::BOLD) {
        style.push_str(r#" font-weight="bold""#);
    }
    if cell.modifier.contains(Modifier::DIM) {
        style.push_str(r#" opacity="0.65""#);
    }
    if cell.modifier.contains(Modifier::UNDERLINED) {
        style.push_str(r#" text-decoration="underline""#);
    }
    let (base, text) = (top + 13.5, escaped(text));
    writeln!(
        svg,
        r#"<text x="{left:.1}" y="{base:.1}" textLength="{length:.1}" fill="{ink}"{style} xml:space="preserve">{text}</text>"#
    )
    .unwrap();
}

/// Returns a frame as SVG.
fn svg(buffer: &Buffer) -> String {
    let (width, height) = (f32::from(SIZE.0) * CELL.0, f32::from(SIZE.1) * CELL.1);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-12 -12 {:.0} {:.0}\" font-family=\"ui-monospace, \
         Menlo, Consolas, DejaVu Sans Mono, monospace\" font-size=\"14\">\n<rect x=\"-12\" y=\"-12\" width=\"{:.0}\" \
         height=\"{:.0}\" rx=\"8\" fill=\"{PAPER}\"/>\n",
        width + 24.0,
        height + 24.0,
        width + 24.0,
        height + 24.0
    );
    for y in 0..SIZE.1 {
        let mut x = 0;
        while x < SIZE.0 {
            let first = &buffer[(x, y)];
            let same_style = |at: u16| {
                let cell = &buffer[(at, y)];
                cell.fg == first.fg && cell.modifier == first.modifier
            };
            let end = (x..SIZE.0).find(|at| !same_style(*at)).unwrap_or(SIZE.0);
            let text: String = (x..end).map(|at| buffer[(at, y)].symbol()).collect();
            run(&mut svg, (x, y), end - x, &text, first);
            x = end;
        }
    }
    svg + "</svg>\n"
}

/// The demo, running without a terminal.
struct Stage {
    model: Model,
    effects: Effects,
    msgs: mpsc::Receiver<Msg>,
}

impl Stage {
    async fn open() -> Self {
        let (app, import) = App::demo(Settings::default()).await.unwrap();
        let model = Model::new(SIZE, Theme::new(Colours::OnDark), NOON, TimeZone::UTC);
        let (model, first) = begin(&app, Start::Import(import.id), model);
        let (sender, msgs) = mpsc::channel(64);
        let effects = Effects::new(app, sender);
        for effect in first {
            effects.run(effect);
        }
        Self { model, effects, msgs }
    }

    fn press(&mut self, keys: &str) {
        for effect in press(&mut self.model, keys) {
            self.effects.run(effect);
        }
    }

    async fn until(&mut self, so: impl Fn(&Model) -> bool) {
        while !so(&self.model) {
            let msg = self.msgs.recv().await.unwrap();
            for effect in update(&mut self.model, msg) {
                self.effects.run(effect);
            }
        }
    }

    fn picture(&self, name: &str) {
        let terminal = draw(&self.model, SIZE.0, SIZE.1);
        compare(&format!("pictures/{name}.svg"), &svg(terminal.backend().buffer()));
    }
}

#[tokio::test]
async fn the_pictures_are_what_the_program_shows() {
    let mut stage = Stage::open().await;
    stage.until(|model| model.job.as_ref().is_some_and(|job| job.reading().is_none())).await;
    stage.press("Down");
    stage.picture("case-defaults");
    stage.press("c Down Down Down");
    stage.picture("field-map");
    stage.press("c");
    stage.until(|model| model.review.check().is_some() && model.review.selected().is_some()).await;
    stage.press("n");
    stage.picture("review");
    stage.press("s Enter");
    stage
        .until(|model| {
            model.board().is_some_and(|board| {
                board.import().is_some_and(|import| import.ended_at.is_some()) && board.log().len() == 4
            })
        })
        .await;
    stage.model.status = None;
    // The run ends too fast for a picture, so its middle is simulated.
    let board = stage.model.board_mut().unwrap();
    board.set_running(true, 0);
    for (second, created) in (0..).zip([0, 2, 5, 9, 15, 20, 26, 31, 33, 38]) {
        let counts =
            Counts { rows: 64, created, rejected: 4, excluded: 2, unknown: 2, not_sent: 56 - created };
        let progress = Progress { counts, in_flight: 2, rows_per_second: 4.1 };
        update(&mut stage.model, Msg::Run(1, RunEvent::Progress(progress)));
        update(&mut stage.model, Msg::Tick(NOON + second));
    }
    stage.picture("processing");
    stage.model.board_mut().unwrap().set_running(false, 0);
    stage.press("Esc");
    stage.until(|model| model.screen == Screen::Imports && !model.imports.all().is_empty()).await;
    let mut imports = stage.model.imports.all().to_vec();
    imports.extend(
        [(12, Status::Paused, counts(112, 40, 2, 0)), (11, Status::Complete, counts(98, 97, 1, 0))]
            .map(|(id, status, counts)| import(id, status, counts)),
    );
    for import in &mut imports {
        (import.created_at, import.started_at) = (NOON, import.started_at.map(|_| NOON));
    }
    update(&mut stage.model, Msg::Reply(Reply::Imports(Ok(imports))));
    stage.picture("imports");
    stage.press("C Tab Tab Tab Tab End x");
    stage.picture("catalog");
}

/// Headings of the places in the list of keys.
const NAMES: [(Place, &str); 24] = [
    (Place::Imports, "Imports"),
    (Place::Catalog, "Catalog"),
    (Place::Defaults, "Case defaults"),
    (Place::FieldMap, "Field map"),
    (Place::Review, "Review"),
    (Place::Processing, "Processing"),
    (Place::Values, "Column values"),
    (Place::RowView, "Row"),
    (Place::OneException, "Exception"),
    (Place::First, "Row sent first"),
    (Place::Changes, "Edits and skipped rows"),
    (Place::Drift, "Differences"),
    (Place::Sheet, "File format"),
    (Place::StartDialog, "Start"),
    (Place::Confirm, "Confirmation"),
    (Place::Chooser, "File chooser"),
    (Place::Picker, "List"),
    (Place::MultiPicker, "List with several choices"),
    (Place::Prompt, "Text prompt"),
    (Place::Declare, "Custom field"),
    (Place::Filter, "Filter of the imports"),
    (Place::Account, "Account"),
    (Place::Help, "Help"),
    (Place::Guide, "Guide"),
];

#[test]
fn the_list_of_keys_is_what_the_program_does() {
    let mut page =
        "# Keys\n\nGenerated from the program's table of actions. Press `?` on any screen to see its keys.\n"
            .to_owned();
    let everywhere = ACTIONS.iter().filter(|spec| spec.places.is_empty());
    let line = |spec: &crate::tui::core::keymap::Spec| format!("| `{}` | {} |\n", spec.shown, spec.help);
    let table = |title: &str, lines: String| format!("\n## {title}\n\n| key | action |\n|---|---|\n{lines}");
    page += &table("Everywhere", everywhere.map(line).collect());
    page += "\nIn a text field: arrows, Home and End (or `Ctrl-A` and `Ctrl-E`) move, `Ctrl-←` and `Ctrl-→` move by words, \
             `Ctrl-W`\ndeletes the word before the cursor, `Ctrl-U` and `Ctrl-K` everything before and after it.\n\
             Typing replaces a text that is selected; the other keys edit it.\n";
    for place in Place::VARIANTS {
        assert!(NAMES.iter().any(|(named, _)| named == place), "{place:?} has no name");
    }
    for (place, name) in NAMES {
        page += &table(name, actions_of(place).filter(|spec| !spec.places.is_empty()).map(line).collect());
    }
    compare("keys.md", &page);
}
