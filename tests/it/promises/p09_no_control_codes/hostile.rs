//! Text from files, servers and arguments never controls the terminal, wherever it is shown.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;
use crate::pty;

use std::fs;

use caseload::app::read_recipe;
use caseload::ledger::OnError;
use caseload::sheet::Sheet;
use common::World;
use pty::Pty;

/// A window title, a scroll region, a color by a C1 control, bidirectional overrides, and invisible characters.
const HOSTILE: &str = "x\u{1b}]0;owned\u{7}\u{1b}[3;7r\u{9b}31m\u{202e}\u{2067}\u{200b}y\u{7f}";
/// A file name with the same codes.
const FILE: &str = "ma\u{1b}]0;owned\u{7}\u{1b}[3;7r\u{9b}31m\u{202e}rch.csv";

/// Returns the first sequence that is neither text nor one that caseload draws with.
fn foreign(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        let excerpt = || Some(text[at..].chars().take(40).collect::<String>());
        match c {
            '\r' | '\n' => {}
            // The window title up to the bell that ends it, and the codes that save and restore the previous title.
            '\u{1b}' if text[at..].starts_with("\u{1b}]2;caseload") => {
                match rest.find(|(_, c)| c.is_control() || ('\u{202a}'..='\u{2069}').contains(c)) {
                    Some((_, '\u{7}')) => {}
                    _ => return excerpt(),
                }
            }
            '\u{1b}' if ["[22;2t", "[23;2t"].iter().any(|code| text[at + 1..].starts_with(code)) => {
                rest.nth("[22;2t".len() - 1);
            }
            '\u{1b}' => {
                let end = |c: char| !(c.is_ascii_digit() || "[;?".contains(c));
                // caseload itself only moves the cursor, erases, and sets colors and modes.
                match rest.find(|(_, c)| end(*c)) {
                    Some((end, 'A'..='H' | 'J' | 'K' | 'X' | 'd' | 'h' | 'l' | 'm'))
                        if text[at + 1..].starts_with('[') && end > at + 1 => {}
                    _ => return excerpt(),
                }
            }
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => return excerpt(),
            _ if c.is_control() => return excerpt(),
            _ => {}
        }
    }
    None
}

/// Returns a home in which every name is hostile, with a hostile file.
async fn world() -> World {
    let world = World::new().await;
    world.change_config(|text| {
        text.replace("\"test\"", "\"te\\u001b[3;7r\\u202est\"")
            .replace("accounts.test", "accounts.\"te\\u001b[3;7r\\u202est\"")
    });
    let toml =
        |text: &str| text.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect::<Vec<_>>().concat();
    let recipe = common::RECIPE
        .replace("\"Test\"", &format!("\"{}\"", toml(HOSTILE)))
        .replace("\"Claimant\"", &format!("\"{}\"", toml(HOSTILE)))
        .replace("\"Contact\"", "\"Contact\"\nvalues = { \"none\" = 1030 }");
    world.file("recipe.toml", &recipe.replace("[defaults]", "[sheet]\nheader = \"1\"\n[defaults]"));
    let line = |claim: &str, name: &str, date: &str, contact: &str| {
        format!("\"{claim}\",\"{name}\",\"{date}\",\"{contact}\",\"{HOSTILE}\"\n")
    };
    let text = format!("Claim,\"{HOSTILE}\",Assigned,Contact,\"Extra{HOSTILE}\"\n")
        + &line("C-1", "Doe, Jane", "11/02/2026", "")
        + &line("C-2", &format!("Doe, {HOSTILE}"), "11/02/2026", "")
        + &line("C-3", "Doe, Jane", HOSTILE, "")
        + &line(HOSTILE, "Doe, Jane", "11/02/2026", "")
        + &line("C-5", "Doe, Jane", "11/02/2026", HOSTILE)
        + &line("C-6", &format!("Doe, {HOSTILE}"), "11/02/2026", "none");
    world.file(FILE, &text);
    world
}

fn start(world: &World, arguments: &[&str]) -> Pty {
    let mut command = common::terminal_command(env!("CARGO_BIN_EXE_caseload"), arguments);
    command.env("CASELOAD_HOME", world.home.path());
    command.env("CASELOAD_TOKEN", "sandbox");
    Pty::start(command, 109, 40)
}

/// Runs a command in a terminal; asserts that it prints something, and no foreign codes.
fn output_of(world: &World, arguments: &[&str]) -> String {
    let mut pty = start(world, arguments);
    pty.wait();
    let bytes = pty.bytes();
    assert_eq!(foreign(&bytes), None, "{arguments:?}");
    assert!(!bytes.is_empty(), "{arguments:?}");
    String::from_utf8(bytes).unwrap()
}

#[test]
fn foreign_codes_are_detected() {
    for text in [HOSTILE, FILE, "\u{7}", "\u{1b}[3;7r", "\u{1b}c", "\u{9b}", "\u{202e}", "\u{1b}"] {
        assert!(foreign(text.as_bytes()).is_some(), "{text:?}");
    }
    assert_eq!(foreign("\u{1b}[?1049h\u{1b}[1;31mé\u{1b}[0m\r\n".as_bytes()), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_command_prints_foreign_codes() {
    let world = world().await;
    let (file, recipe) = (world.path(FILE), world.path("recipe.toml"));
    for arguments in [
        &["sheet", &file][..],
        &["sheet", &file, "--header-row", "1", "--csv"],
        &["sheet", &file, "--header-row", "1", "--json"],
        &["map", &file, "--header-row", "1"],
        &["map", &file, "--header-row", "1", "--json"],
        &["check", &file, "--recipe", &recipe],
        &["check", &file, "--recipe", &recipe, "--json"],
        &["run", &file, "--recipe", &recipe, "--first", "2"],
        &["run", &file, "--recipe", &recipe, "--on-error", "skip"],
    ] {
        output_of(&world, arguments);
    }
    let shown = output_of(&world, &["show", "2"]);
    assert!(shown.contains("1 created + 4 rejected"), "{shown}");
    for arguments in [
        &["imports"][..],
        &["imports", "--json"],
        &["show", "2", "--json"],
        &["rejects", "2"],
        &["remaining", "2"],
        &["receipt", "2"],
        &["receipt", "2", "--csv"],
        &["receipt", "2", "--json"],
        &["recipe", "2"],
        &["map", &file, "--like", "2"],
        &["check", &file, "--like", "2"],
        &["resume", "2"],
        &["doctor"],
        &["purge", "--older-than", "0d", "--yes"],
    ] {
        output_of(&world, arguments);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_error_prints_foreign_codes() {
    let world = world().await;
    let file = world.path(FILE);
    let bad = |name: &str, text: &str| world.file(name, text).to_str().unwrap().to_owned();
    let no_toml = bad("bad\u{1b}]0;x\u{7}.toml", &format!("caseload = 1\nna{HOSTILE} = [\n"));
    let unknown = bad("unknown.toml", "caseload = 1\n\"\\u001b[3;7r\\u202e\" = 1\n");
    let columns = "caseload = 1\nname = \"n\"\n[[columns]]\nfrom = \"\\u001b[3;7r\\u202e\"\nto = \"\\u001b]0;x\\u0007\"\n";
    let columns = bad("columns.toml", columns);
    for arguments in [
        &[HOSTILE][..],
        &["run", HOSTILE, HOSTILE, HOSTILE],
        &["run", HOSTILE, "--recipe", HOSTILE],
        &["run", &file, "--on-error", HOSTILE],
        &["run", &file, "--first", HOSTILE],
        &["sheet", HOSTILE],
        &["sheet", &file, "--encoding", HOSTILE],
        &["sheet", &file, "--worksheet", HOSTILE],
        &["sheet", &file, "--delimiter", HOSTILE],
        &["check", &file, "--recipe", &no_toml],
        &["check", &file, "--recipe", &unknown],
        &["check", &file, "--recipe", &columns],
        &["check", &file, "--like", "1", "--only", HOSTILE],
        &["check", &file, "--recipe", &world.path("recipe.toml"), "--only", &format!("{HOSTILE}={HOSTILE}")],
        &["map", &file, "--forget", HOSTILE],
        &["imports", "--account", HOSTILE],
        &["doctor", "--url", HOSTILE],
        &["doctor", "--url", "http://127.0.0.1:9", "--username", HOSTILE],
        &["sandbox", "--fault", HOSTILE],
        &["imports", "--home", &world.path("recipe.toml")],
    ] {
        output_of(&world, arguments);
    }
    world.configure(&format!("{HOSTILE} = "));
    output_of(&world, &["imports"]);
    world.change_config(|text| {
        format!("\"\\u001b]0;x\\u0007\\u202e\" = 1\n{}", text.split_once('\n').unwrap().1)
    });
    output_of(&world, &["imports"]);
}

/// Opens a dialog with keys and closes it. The window is too narrow for panels, so any corner belongs to a dialog.
fn open_and_close_dialog(pty: &mut Pty, keys: &str) {
    pty.send(keys);
    pty.wait_until(keys, |shown| shown.contains('╭'));
    go_back(pty, |shown| !shown.contains('╭'));
}

/// Sends Escape and waits, so that it isn't read as the beginning of a longer key.
fn go_back(pty: &mut Pty, to: impl Fn(&str) -> bool) {
    pty.send("\x1b");
    pty.wait_until("one step back", to);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_screen_prints_foreign_codes() {
    let world = world().await;
    {
        let app = world.app().await;
        let recipe = read_recipe(&world.home.path().join("recipe.toml")).unwrap();
        let sheet = Sheet::open_as(&world.home.path().join(FILE), &recipe.sheet).unwrap();
        app.drafts().create_with(&sheet, &recipe, OnError::Skip).unwrap();
    }
    let mut pty = start(&world, &[]);
    pty.wait_for("Ready");
    pty.send("\r");
    pty.wait_for("Review 3/4");
    pty.wait_for(" rows: ");
    open_and_close_dialog(&mut pty, " ");
    pty.send("jjjjj\r");
    pty.wait_for("· Tab:");
    pty.send("\t\t");
    go_back(&mut pty, |shown| !shown.contains("· Tab:"));
    pty.send("x");
    pty.wait_for("1 excluded");
    for keys in ["m", "/", "v"] {
        open_and_close_dialog(&mut pty, keys);
    }
    go_back(&mut pty, |shown| shown.contains("Field map 2/4"));
    pty.send("j");
    for keys in ["v", "\r"] {
        open_and_close_dialog(&mut pty, keys);
    }
    pty.send("c");
    // By now the account's fields are listed, but not their owners.
    pty.wait_for("Whose fields are these?");
    pty.send("\r");
    pty.wait_for("Review 3/4");
    pty.send("s");
    pty.wait_for("▸[ Start ]");
    pty.send("\r");
    pty.wait_for(" Complete");
    // The last output of the run.
    pty.wait_for("Read back ");
    for keys in ["\r", "/"] {
        open_and_close_dialog(&mut pty, keys);
    }
    go_back(&mut pty, |shown| shown.contains("Enter open"));
    // The file chooser, in the folder of the file.
    for keys in ["n", "d", "w", "\x1b[3~"] {
        open_and_close_dialog(&mut pty, keys);
    }
    pty.send("q");
    pty.wait();
    assert_eq!(foreign(&pty.bytes()), None);
    assert!(fs::read(world.home.path().join(FILE)).unwrap().contains(&7), "the file is unchanged");
}
