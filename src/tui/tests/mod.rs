//! Helpers for the screen tests: a model with a sample import, keys as text, and a picture of a frame.

mod files;
mod find;
mod flow;
pub(crate) mod loops;
mod new_id;
mod palette;
mod panics;
mod pictures;
mod private;
mod rules;
mod runs;
mod scroll;
mod selected;
mod sizes;
mod snapshots;

use crate::tui::core::click::ListArea;
use crate::tui::screens;
pub(crate) use std::fmt::Write as _;

pub(crate) use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
pub(crate) use jiff::tz::TimeZone;
pub(crate) use ratatui::Terminal;
pub(crate) use ratatui::backend::TestBackend;
pub(crate) use ratatui::buffer::{Buffer, Cell};
pub(crate) use ratatui::style::{Color, Modifier};
pub(crate) use unicode_width::UnicodeWidthStr;

pub(crate) use crate::app::{CheckResult, KnownAccount, ReviewRow, TokenFrom};
pub(crate) use crate::case::{
    Code, CustomField, Faceted, FieldKind, Guess, Plan, PlanContext, Recipe, Severity, Suggestion, split_list,
};
pub(crate) use crate::engine::{CheckReport, Facet, ProblemGroup};
pub(crate) use crate::ledger::{Counts, Exception, ExceptionSource, Import, OnError, Status};
pub(crate) use crate::sheet::{Column, FormatFact, Layout, Row};
pub(crate) use crate::trackops::{Catalog, CatalogEntry, List};
pub(crate) use crate::tui::core::effect::{Effect, Query};
pub(crate) use crate::tui::core::keys;
pub(crate) use crate::tui::core::model::Model;
pub(crate) use crate::tui::core::msg::{Msg, Opened, Origin, Reply, SheetFacts, Who};
pub(crate) use crate::tui::core::theme::{Colours, Theme};
pub(crate) use crate::tui::core::update::update;

/// 2026-11-23 12:00 UTC.
pub(crate) const NOON: i64 = 1_795_435_200;

pub(crate) const HEADERS: [&str; 7] =
    ["Claim Number", "Claimant", "Assigned", "Due", "Services", "City", "Internal"];
pub(crate) const ROWS: [[&str; 7]; 4] = [
    ["A-1", "Smith, John", "3/4/2026", "3/20/2026", "Surveillance", "Denver", "x"],
    ["A-2", "Jane Doe", "3/5/2026", "31/02/2026", "Background", "Boulder", "y"],
    ["A-3", "José \u{1b}[31mEvil", "3/6/2026", "", "1;2", "東京", ""],
    ["", "", "3/7/2026", "", "Trial", "", "z"],
];

pub(crate) const RECIPE: &str = r#"
caseload = 1
name = "Acme weekly"
[defaults]
case_type_id = 1
client_id = 100
primary_contact_id = 1000
subject_type_id = 1
due_on = "+14d"
[[fields]]
key = "subject.1"
label = "Claimant name"
kind = "name"
[[columns]]
from = "Claim Number"
to = "reference_value_1"
[[columns]]
from = "Claimant"
to = "subject.1"
[[columns]]
from = "Assigned"
to = "created_on"
[[columns]]
from = "Due"
to = "due_on"
[[columns]]
from = "Services"
to = "case_services_list"
values = { "Surveillance" = 1 }
[[columns]]
from = "City"
to = "case_location"
[[columns]]
from = "Internal"
to = "ignore"
"#;

pub(crate) fn import(id: i64, status: Status, counts: Counts) -> Import {
    Import {
        id,
        name: "Acme weekly".into(),
        account: "sandbox".into(),
        file: Some(format!("/files/march-{id}.csv").into()),
        layout: String::new(),
        sha256: None,
        profile: String::new(),
        duplicated_from: None,
        made_by: String::new(),
        recipe: RECIPE.into(),
        on_error: OnError::Halt,
        status,
        username: String::new(),
        os_user: String::new(),
        seed: String::new(),
        note: if status == Status::Paused {
            "401: the token is not valid; press a on Imports".into()
        } else {
            String::new()
        },
        created_at: NOON,
        started_at: (status != Status::Draft && status != Status::Ready).then_some(NOON + 60),
        ended_at: (status == Status::Complete).then_some(NOON + 3_600),
        counts,
        amendments: 0,
        corrected: 0,
        in_doubt: 0,
        doubled: 0,
    }
}

pub(crate) fn counts(rows: u64, created: u64, rejected: u64, unknown: u64) -> Counts {
    Counts { rows, created, rejected, excluded: 0, unknown, not_sent: rows - created - rejected - unknown }
}

pub(crate) fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    for (list, id, label) in [
        (List::CaseTypes, 1, "Auto claim"),
        (List::CaseTypes, 2, "Workers' compensation"),
        (List::Clients, 100, "Acme Insurance — Denver"),
        (List::Contacts, 1000, "Dana Whitfield"),
        (List::Services, 1, "Surveillance"),
        (List::Services, 2, "Background"),
        (List::SubjectTypes, 1, "Claimant"),
    ] {
        catalog.remember(list, CatalogEntry::new(id, label));
    }
    catalog.fields.push(CustomField::new("subject.1".parse().unwrap(), "Claimant name", FieldKind::Name));
    catalog.references.insert("1".into(), ["Claim number".into(), "Policy".into(), String::new()]);
    catalog
}

pub(crate) fn row(number: u64) -> Row {
    let cells = ROWS[usize::try_from(number - 1).unwrap() % ROWS.len()];
    Row { number, line: number + 1, cells: cells.to_vec().into(), ..Row::default() }
}

/// One certain guess, one less certain, and one that is only a suggestion.
pub(crate) fn guesses() -> Vec<Guess> {
    let idea = |to: &str, confidence, why: &str| {
        Some(Suggestion::new(to.parse().unwrap(), confidence, why.to_owned()))
    };
    let rules = Recipe::from_toml(RECIPE).unwrap().columns;
    let mut guesses: Vec<Guess> =
        rules.into_iter().map(|rule| Guess { rule, suggestion: None, subject: None }).collect();
    guesses[0].suggestion = idea("reference_value_1", 0.97, "the header is the field's name, “Claim #”");
    guesses[2].suggestion =
        idea("created_on", 0.65, "the header is similar to the field's name, “Created on”");
    guesses[6].suggestion =
        idea("admin_notes", 0.45, "“Internal” is a common name for it, but its values aren't text");
    guesses
}

/// Format facts of a plain file.
pub(crate) fn facts() -> SheetFacts {
    let how = [
        (FormatFact::Encoding, "UTF-8 (no special characters)"),
        (FormatFact::Delimiter, "comma"),
        (FormatFact::LineEndings, "CR LF"),
        (FormatFact::Header, "line 1"),
    ];
    SheetFacts {
        layout: Layout { repair: false, footer: Some(0), ..Layout::plain() },
        how: how.map(|(what, how)| (what, how.to_owned())).to_vec(),
        ..SheetFacts::default()
    }
}

pub(crate) fn opened(id: i64, status: Status) -> Opened {
    let columns = HEADERS.iter().enumerate().map(|(index, header)| Column {
        header: (*header).into(),
        filled: ROWS.iter().filter(|row| !row[index].is_empty()).count() as u64,
    });
    Opened {
        import: import(id, status, counts(4, 0, 0, 0)),
        recipe: Recipe::from_toml(RECIPE).unwrap(),
        columns: columns.collect(),
        rows: 4,
        samples: (1..=4).map(row).collect(),
        guesses: guesses(),
        guessed_later: Vec::new(),
        sheet: facts(),
        measured: true,
    }
}

/// A model on the list of imports.
pub(crate) fn home(colour: bool) -> Model {
    let mut model = Model::new(
        (80, 24),
        Theme::new(if colour { Colours::OnDark } else { Colours::None }),
        NOON,
        TimeZone::UTC,
    );
    let (name, url) = ("sandbox".into(), "http://127.0.0.1:4711/api/v1/".into());
    model.who = Some(Who { name, host: "127.0.0.1:4711".into(), url, username: "kim".into() });
    model.accounts.all = vec![known("sandbox", "http://127.0.0.1:4711", Some(TokenFrom::Run))];
    model.catalog = catalog();
    let imports = vec![
        import(12, Status::Paused, counts(112, 40, 2, 0)),
        import(11, Status::Complete, counts(98, 97, 1, 0)),
        import(13, Status::Ready, counts(4, 0, 0, 0)),
        import(10, Status::Interrupted, counts(50, 20, 0, 3)),
    ];
    update(&mut model, Msg::Reply(Reply::Imports(Ok(imports))));
    model
}

/// A known account.
pub(crate) fn known(name: &str, url: &str, token: Option<TokenFrom>) -> KnownAccount {
    KnownAccount { name: name.into(), url: url.parse().unwrap(), username: "kim".into(), token }
}

/// A model with the sample import open on its first step.
pub(crate) fn defaults() -> Model {
    let mut model = home(true);
    let origin = Origin::New("x.csv".into());
    let effects = crate::tui::screens::imports::open(&mut model, origin);
    answer_open(&mut model, &effects, opened(13, Status::Ready));
    model
}

pub(crate) fn answer_open(model: &mut Model, effects: &[Effect], opened: Opened) {
    let Some(Effect::Query(Query::Open(ticket, _))) = effects.first() else {
        panic!("nothing is opened: {effects:?}")
    };
    update(model, Msg::Reply(Reply::Opened(*ticket, Ok(Box::new(opened)))));
}

/// Answers Review's queries.
pub(crate) fn answer_review(model: &mut Model, effects: Vec<Effect>) {
    for effect in effects {
        match effect {
            Effect::Query(Query::Check(ticket, _)) => {
                let checked = Box::new(checked(model));
                let more = update(model, Msg::Reply(Reply::Checked(ticket, Ok(checked))));
                answer_review(model, more);
            }
            Effect::Query(Query::Rows(ticket, _, numbers)) => {
                let rows = numbers.into_iter().map(|number| seen(model, number)).collect();
                update(model, Msg::Reply(Reply::Rows(ticket, Ok(rows))));
            }
            Effect::Query(Query::Facet(ticket, _, of)) => {
                let facet = Box::new(facet(model, &of));
                let more = update(model, Msg::Reply(Reply::Facet(ticket, Ok(facet))));
                answer_review(model, more);
            }
            _ => {}
        }
    }
}

/// A row, read and built as the app does it.
pub(crate) fn seen(model: &Model, number: u64) -> ReviewRow {
    let job = model.job.as_ref().unwrap();
    let plan = Plan::new(job.recipe(), job.columns(), &PlanContext::default()).unwrap();
    let row = row(number);
    let edited = plan.edits().apply(&row);
    let (read, fixed) = (edited.row.clone().into_owned(), edited.fixed.clone());
    let built = plan.build(&row, model.today());
    ReviewRow { row, read, fixed, built, created: false, forms: crate::trackops::ValueForms::default() }
}

/// Value counts of a sample column.
pub(crate) fn facet(model: &Model, of: &Faceted) -> Facet {
    let mut facet = Facet::default();
    for number in 1..=4 {
        let text = seen(model, number).read.cells[of.column].to_owned();
        facet.empty += u64::from(text.is_empty());
        let separator = if of.list { of.separator.as_deref() } else { Some("") };
        for part in split_list(&text, separator) {
            match facet.texts.iter_mut().find(|(known, _)| known == part) {
                Some((_, count)) => *count += 1,
                None => facet.texts.push((part.to_owned(), 1)),
            }
        }
    }
    facet.filled = 4 - facet.empty;
    facet.shapes = vec![("Aa".to_owned(), facet.filled)];
    facet
}

pub(crate) fn checked(model: &Model) -> CheckResult {
    let job = model.job.as_ref().unwrap();
    let plan = Plan::new(job.recipe(), job.columns(), &PlanContext::default()).unwrap();
    let built = job.samples().iter().map(|row| plan.build(row, model.today()));
    let problems: Vec<_> = built.flat_map(|built| built.problems).collect();
    let group = |code: Code| {
        let mut of = problems.iter().filter(|problem| problem.code == code);
        let first = of.next()?.clone();
        let column = first.column.clone();
        let count = of.count() as u64 + 1;
        Some(ProblemGroup { severity: Severity::Error, code, column, count, first })
    };
    let groups = [Code::ValueUnmapped, Code::DateInvalid].into_iter().filter_map(group).collect();
    let errors = problems.len() as u64;
    let mut wrong: Vec<u64> = problems.iter().map(|problem| problem.row).collect();
    wrong.dedup();
    let with_errors = wrong.len() as u64;
    let created = job.import().counts.created;
    let to_send = 4 - with_errors - created;
    let report =
        CheckReport { rows: 4, created, to_send, with_errors, errors, groups, ..CheckReport::default() };
    CheckResult { report, problems }
}

pub(crate) fn exception(row: u64) -> Exception {
    Exception {
        row,
        line: row + 1,
        column: Some("Due".into()),
        field: Some("due_on".into()),
        value: Some("31/02/2026\u{1b}[2J".into()),
        code: Code::DateInvalid,
        message: "“31/02/2026” isn't a real date; edit the cell (e), or fix it in the file".into(),
        source: ExceptionSource::Check,
        http_status: None,
        corrected: false,
    }
}

/// Presses keys: names (`Enter`, `Ctrl-S`, `Space`), single characters, or `'text'` letter by letter.
pub(crate) fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for word in keys.split(' ').filter(|word| !word.is_empty()) {
        if let Some(text) = word.strip_prefix('\'') {
            for c in text.trim_end_matches('\'').chars() {
                effects.extend(key(model, KeyCode::Char(c), KeyModifiers::NONE));
            }
            continue;
        }
        let (code, modifiers) = code(word);
        effects.extend(key(model, code, modifiers));
    }
    effects
}

pub(crate) fn code(word: &str) -> (KeyCode, KeyModifiers) {
    let plain = KeyModifiers::NONE;
    match word {
        "Enter" => (KeyCode::Enter, plain),
        "Esc" => (KeyCode::Esc, plain),
        "Tab" => (KeyCode::Tab, plain),
        "BackTab" => (KeyCode::BackTab, KeyModifiers::SHIFT),
        "Up" => (KeyCode::Up, plain),
        "Down" => (KeyCode::Down, plain),
        "Left" => (KeyCode::Left, plain),
        "Right" => (KeyCode::Right, plain),
        "Home" => (KeyCode::Home, plain),
        "End" => (KeyCode::End, plain),
        "PgUp" => (KeyCode::PageUp, plain),
        "PgDn" => (KeyCode::PageDown, plain),
        "Backspace" => (KeyCode::Backspace, plain),
        "Delete" => (KeyCode::Delete, plain),
        "Space" => (KeyCode::Char(' '), plain),
        _ => match word.strip_prefix("Ctrl-") {
            Some(c) => (KeyCode::Char(c.to_lowercase().chars().next().unwrap()), KeyModifiers::CONTROL),
            None => (KeyCode::Char(word.chars().next().unwrap()), plain),
        },
    }
}

pub(crate) fn key(model: &mut Model, code: KeyCode, modifiers: KeyModifiers) -> Vec<Effect> {
    let event = Event::Key(KeyEvent::new(code, modifiers));
    keys::translate(event, model.place(), None).map_or_else(Vec::new, |msg| update(model, msg))
}

pub(crate) fn draw(model: &Model, width: u16, height: u16) -> Terminal<TestBackend> {
    drawn(model, width, height).0
}

/// The frame, and the list in front.
pub(crate) fn drawn(model: &Model, width: u16, height: u16) -> (Terminal<TestBackend>, Option<ListArea>) {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let mut list = None;
    terminal.draw(|frame| list = screens::view(model, frame)).unwrap();
    (terminal, list)
}

/// The frame as text, followed by the styled runs of each line.
pub(crate) fn picture(model: &Model, width: u16, height: u16) -> String {
    let terminal = draw(model, width, height);
    let buffer = terminal.backend().buffer();
    let mut text = lines(buffer).join("\n");
    text.push_str("\n\nstyles:\n");
    for y in 0..height {
        let styled = runs(buffer, y);
        if !styled.is_empty() {
            writeln!(text, "{y:>3} {}", styled.join("; ")).unwrap();
        }
    }
    text
}

pub(crate) fn lines(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    let line = |y| {
        let mut text = String::new();
        let mut x = 0;
        while x < area.width {
            let symbol = buffer[(x, y)].symbol();
            text.push_str(symbol);
            // A wide character also occupies the next cell.
            x += u16::try_from(symbol.width()).unwrap().max(1);
        }
        text.trim_end().to_owned()
    };
    (0..area.height).map(line).collect()
}

pub(crate) fn runs(buffer: &Buffer, y: u16) -> Vec<String> {
    let name = |cell: &Cell| {
        let mut name = String::new();
        if cell.fg != Color::Reset {
            name = cell.fg.to_string().to_lowercase();
        }
        if cell.modifier != Modifier::empty() {
            name = format!("{name} {}", format!("{:?}", cell.modifier).to_lowercase()).trim().to_owned();
        }
        name
    };
    let mut runs: Vec<(u16, u16, String)> = Vec::new();
    for x in 0..buffer.area.width {
        let name = name(&buffer[(x, y)]);
        match runs.last_mut() {
            Some((_, end, last)) if *last == name => *end = x,
            _ => runs.push((x, x, name)),
        }
    }
    let styled = runs.into_iter().filter(|(.., name)| !name.is_empty());
    styled.map(|(from, to, name)| format!("{from}-{to} {name}")).collect()
}

/// The news in the status line.
pub(crate) fn status(model: &Model) -> &str {
    model.status.as_ref().map_or("", |(_, text)| text.as_str())
}
