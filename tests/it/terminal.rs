//! The real binary in a real terminal.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;
use crate::pty;

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use caseload::app::App;
use caseload::ledger::{Import, ImportId, OnError, Status};
use common::{World, csv};
use portable_pty::CommandBuilder;
use pty::Pty;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const DOWN: &str = "\x1b[B";

fn command(arguments: &[&str]) -> CommandBuilder {
    common::terminal_command(env!("CARGO_BIN_EXE_caseload"), arguments)
}

/// Goes from Case defaults to the end of the run, key by key.
fn walk_to_the_end(pty: &mut Pty, sum: &str) {
    pty.wait_for("Case defaults 1/4");
    pty.send("c");
    pty.wait_for("Field map 2/4");
    pty.send("c");
    pty.wait_for("Review 3/4");
    start(pty);
    pty.wait_for(" Complete");
    pty.wait_for(sum);
}

/// Waits on Review for the check, then starts the import and confirms.
fn start(pty: &mut Pty) {
    pty.wait_for(" rows: ");
    pty.send("s");
    pty.wait_for("Create ");
    pty.wait_for("▸[ Start ]");
    pty.send(ENTER);
}

fn leave(pty: &mut Pty) {
    pty.send("q");
    assert!(pty.wait().success());
    pty.assert_restored();
}

#[test]
fn a_demo_runs_to_complete_and_again_through_duplicate() {
    let mut pty = Pty::start(command(&["demo"]), 80, 24);
    walk_to_the_end(&mut pty, "created 58  rejected 4  excluded 2  unknown 0  awaiting reply 0  not sent 0");
    let shown = pty.wait_for("Exceptions: 4");
    assert!(shown.contains("Due Date") && shown.contains("Line of Busine"), "{shown}");
    pty.send("d");
    pty.wait_for("summit-april.csv");
    pty.send(ENTER);
    pty.wait_for("▸summit-april.csv");
    pty.send(ENTER);
    pty.wait_for("Import 2 ");
    walk_to_the_end(&mut pty, "created 46  rejected 1  excluded 1  unknown 0  awaiting reply 0  not sent 0");
    pty.send(ESC);
    pty.wait_until("both imports", |list| list.contains("summit-marc") && list.contains("summit-apri"));
    leave(&mut pty);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_run_gets_from_an_empty_home_to_created_cases() {
    let world = World::new().await;
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("config")).unwrap();
    let config = home.path().join("config/config.toml");
    std::fs::write(&config, "notify = \"desktop\"\n").unwrap();
    std::fs::set_permissions(&config, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    world.file(
        "claims.csv",
        "case_type_id,client_id,primary_contact_id,Claim #\n1,100,1000,C-1\n1,100,1000,C-2\n",
    );
    let url = world.sandbox.url();
    let mut pty = Pty::start(command(&["--home", home.path().to_str().unwrap()]), 80, 24);
    pty.wait_for("token");
    pty.send(&format!("{url}\tsandbox\tsandbox"));
    let form = pty.wait_for("•••••••");
    let token = form.lines().find(|line| line.contains("API token")).unwrap();
    assert!(!token.contains("sandbox"), "the token is shown as dots\n{form}");
    pty.send("\x13");
    pty.wait_for("Connected to");
    pty.send("n");
    pty.wait_for("CSV file");
    pty.send("\x15");
    // A pasted path may end in a line break, which must not count as Enter.
    let path = world.home.path().join("claims.csv");
    pty.send(&format!("\x1b[200~{}\n\x1b[201~", path.display()));
    pty.wait_for("claims.csv");
    pty.send(ENTER);
    walk_to_the_end(&mut pty, "created 2  rejected 0  excluded 0  unknown 0  awaiting reply 0  not sent 0");
    assert_eq!(world.sandbox.stats().created, 2);
    // The window title names the file, and a desktop notification reports the end.
    pty.wait_for_bytes("\x1b]2;caseload · claims.csv\x07");
    pty.wait_for_bytes("\x1b]9;caseload: Import 1 is complete: 2 rows = 2 created");
    leave(&mut pty);
    let bytes = String::from_utf8_lossy(&pty.bytes()).into_owned();
    assert!(
        bytes.contains("\x1b[22;2t") && bytes.contains("\x1b[23;2t"),
        "the previous window title is restored"
    );
}

#[test]
fn the_screen_survives_every_size_and_quick_resizing() {
    let mut pty = Pty::start(command(&["demo"]), 80, 24);
    pty.wait_for("Case defaults 1/4");
    for (columns, rows) in [(1, 1), (200, 60), (2, 50), (60, 16), (59, 16), (300, 1), (1, 100), (80, 24)] {
        pty.resize(columns, rows);
        pty.send("j");
    }
    pty.resize(40, 10);
    pty.wait_for("60x16");
    pty.resize(100, 30);
    pty.wait_for("Case defaults 1/4");
    leave(&mut pty);
}

#[test]
fn a_terminated_program_restores_the_terminal() {
    let mut pty = Pty::start(command(&["demo"]), 80, 24);
    pty.wait_for("Case defaults 1/4");
    let pid = Pid::from_raw(i32::try_from(pty.process_id()).unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    assert!(pty.wait().success());
    pty.assert_restored();
}

/// Not a test of its own: the owner of the terminal in [`dropped_line`]. Starts an import in the home given by the
/// environment, reports that it runs, and waits to be killed.
#[test]
#[ignore = "run by the tests below"]
fn holds_a_terminal() {
    let mut program = command(&["--home", &std::env::var("TEST_HOME").unwrap()]);
    program.env("CASELOAD_TOKEN", "sandbox");
    let mut pty = Pty::start(program, 80, 24);
    pty.wait_for("cases.csv");
    pty.send(ENTER);
    start(&mut pty);
    pty.wait_for("Processing 4/4");
    println!("started {}", pty.process_id());
    pty.wait();
}

/// Starts an import in a terminal and closes the terminal, as a dropped SSH connection does. Returns the program, which
/// goes on without a terminal.
async fn dropped_line(world: &World, rows: u64) -> (App, ImportId, Pid) {
    let app = world.app().await;
    let id = world.import(&app, &csv(rows, &[9], &[]), OnError::Skip);
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "terminal::holds_a_terminal", "--ignored", "--nocapture"])
        .env("TEST_HOME", world.home.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines().map(Result::unwrap);
    let started = lines.find(|line| line.contains("started ")).unwrap();
    holder.kill().unwrap();
    holder.wait().unwrap();
    (app, id, started.rsplit(' ').next().unwrap().parse().ok().and_then(Pid::from_raw).unwrap())
}

/// Waits until the program has ended by itself; returns the import.
async fn at_the_end(world: &World, (app, id, pid): (App, ImportId, Pid)) -> Import {
    // The program is no longer our child, so its end can only be polled.
    common::until(|| test_kill_process(pid).is_err()).await;
    let import = app.imports().get(id).unwrap();
    common::assert_true_counts(world, &import);
    assert_eq!(import.counts.created, world.sandbox.stats().created);
    import
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_connection_does_not_stop_the_import() {
    let world = World::new().await;
    let import = at_the_end(&world, dropped_line(&world, 1500).await).await;
    assert_eq!((import.status, import.counts.created), (Status::Complete, 1499), "{import:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_connection_pauses_the_import_if_configured() {
    let world = World::new().await;
    world.configure("on_hang_up = \"pause\"");
    // At ten rows a second the import would take minutes.
    world.pace(600);
    let import = at_the_end(&world, dropped_line(&world, 3000).await).await;
    assert_eq!((import.status, import.counts.unknown), (Status::Paused, 0), "{import:?}");
    assert!(import.note.contains("the connection dropped"), "{}", import.note);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_a_terminal_can_be_paused_from_outside() {
    let world = World::new().await;
    world.pace(600);
    let dropped = dropped_line(&world, 3000).await;
    common::until(|| dropped.0.runs().is_running(dropped.1)).await;
    let paused = tokio::task::block_in_place(|| world.run(&["pause", &dropped.1.to_string()]));
    assert_eq!(
        (paused.status, paused.stdout.contains("Paused from another window")),
        (0, true),
        "{paused:?}"
    );
    let import = at_the_end(&world, dropped).await;
    assert_eq!((import.status, import.counts.unknown), (Status::Paused, 0), "{import:?}");
}

#[test]
fn no_color_removes_colors_but_not_the_cursor() {
    let mut no_color = command(&["demo"]);
    no_color.env("NO_COLOR", "1");
    let mut pty = Pty::start(no_color, 80, 24);
    pty.wait_for("Case defaults 1/4");
    pty.send(DOWN);
    pty.wait_for("▸Case type");
    pty.send("q");
    assert!(pty.wait().success());
    let bytes = String::from_utf8_lossy(&pty.bytes()).into_owned();
    let has_color = |text: &str| {
        text.split("\x1b[").skip(1).filter_map(|rest| rest.split_once('m')).any(|(codes, _)| {
            codes.bytes().all(|b| b.is_ascii_digit() || b == b';')
                && codes
                    .split(';')
                    .any(|code| matches!(code.parse(), Ok(30..=38 | 40..=48 | 90..=97 | 100..=107)))
        })
    };
    assert!(!has_color(&bytes), "{bytes:?}");
    assert!(bytes.contains("\x1b[7m"), "the cursor line is reversed");
}

/// Runs caseload in a shell with job control: Ctrl-Z gives the terminal back to the shell, `fg` returns it.
#[test]
fn suspending_and_resuming_restores_the_screen() {
    let job = "set -m; \"$CASELOAD\" demo; echo \"it $(stty -a | grep -o -- '-*icanon')\"; fg";
    let mut shell = common::terminal_command("sh", &["-c", job]);
    shell.env("CASELOAD", env!("CARGO_BIN_EXE_caseload"));
    let mut pty = Pty::start(shell, 80, 24);
    pty.wait_for("Case defaults 1/4");
    pty.send("c");
    pty.wait_for("Field map 2/4");
    pty.send("\x1a");
    // Before caseload resumes, the shell prints on the main screen with the terminal in line mode.
    pty.wait_for_bytes("it icanon");
    pty.wait_for("Field map 2/4");
    pty.send("\x1b");
    pty.wait_for("Case defaults 1/4");
    leave(&mut pty);
}

/// What a killed program left on the screen is gone at the start, and what another program writes goes with Ctrl-L.
#[test]
fn only_caseload_is_on_its_screen() {
    let folder = tempfile::tempdir().unwrap();
    let gate = folder.path().join("gate");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &gate,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    let job = "printf '\\033[?1049h\\033[5;5Hleft behind'; (read go < \"$GATE\"; \
               printf '\\033[12;5Hbroadcast' > /dev/tty) & exec \"$CASELOAD\" demo";
    let mut shell = common::terminal_command("sh", &["-c", job]);
    shell.env("CASELOAD", env!("CARGO_BIN_EXE_caseload"));
    shell.env("GATE", &gate);
    let mut pty = Pty::start(shell, 80, 24);
    let shown = pty.wait_for("Case defaults 1/4");
    assert!(!shown.contains("left behind"), "{shown}");
    std::fs::write(&gate, "go\n").unwrap();
    pty.wait_for("broadcast");
    pty.send("\x0c");
    pty.wait_until("nothing but caseload", |shown| !shown.contains("broadcast"));
    leave(&mut pty);
}
