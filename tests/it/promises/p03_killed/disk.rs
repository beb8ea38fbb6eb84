//! A ledger that can't be trusted or written: nothing is sent from it, and rows sent before aren't forgotten.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;

use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use common::{World, counts, csv, finish};

/// Runs an import with a limit on the size of files, in blocks of 512 bytes, which acts like a full disk.
fn run_in(world: &World, blocks: u64) -> common::Finished {
    let program = env!("CARGO_BIN_EXE_caseload");
    let script = format!("trap \"\" XFSZ; ulimit -f {blocks}; exec \"$@\"");
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let run = ["run", &file, "--recipe", &recipe, "--on-error", "skip", "--json"];
    let mut command = common::bare_program("sh", &[&["-c", &script, "sh", program], &run[..]].concat());
    command.env("CASELOAD_HOME", world.home.path()).env("CASELOAD_TOKEN", "sandbox");
    finish(tokio::task::block_in_place(|| command.output()).unwrap())
}

/// How a run ended for which the disk was full.
#[derive(Debug, PartialEq, Eq)]
enum Full {
    /// It never began.
    Refused,
    Stopped,
    Complete,
}

/// Runs an import whose ledger may only have `blocks`, and resumes it with room again.
async fn with_a_full_disk(blocks: u64) -> Full {
    let world = World::new().await;
    world.file("cases.csv", &csv(150, &[], &[]));
    let run = run_in(&world, blocks);
    let sent = world.sandbox.stats().created;
    if world.run(&["imports", "--json"]).json().as_array().unwrap().is_empty() {
        assert_eq!((run.status, sent), (2, 0), "{blocks}: {run:?}");
        return Full::Refused;
    }
    let shown = world.run(&["show", "1", "--json"]).json();
    let [rows, created, .., unknown, not_sent] = counts(&shown);
    assert!(created <= sent && sent <= created + unknown, "{blocks}: {shown} {run:?}");
    assert_eq!(rows, created + unknown + not_sent, "{blocks}");
    if not_sent > 0 {
        assert!((run.stdout.clone() + &run.stderr).contains("the ledger"), "{blocks}: {run:?}");
    }
    let resumed = world.run(&["resume", "1", "--json"]);
    if created < rows {
        assert_eq!(
            (resumed.status, counts(&resumed.json())),
            (0, [150, 150, 0, 0, 0, 0]),
            "{blocks}: {resumed:?}"
        );
    }
    assert!(world.references().values().all(|times| *times == 1), "{blocks}");
    assert_eq!(world.references().len(), 150, "{blocks}");
    if not_sent > 0 { Full::Stopped } else { Full::Complete }
}

// Together, because each waits for the disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn a_full_disk_loses_and_duplicates_nothing() {
    let runs = [120, 200, 240, 320, 400, 700].map(|blocks| tokio::spawn(with_a_full_disk(blocks)));
    let mut ended = Vec::new();
    for run in runs {
        ended.push(run.await.unwrap());
    }
    let count = |how| ended.iter().filter(|ended| **ended == how).count();
    assert!(
        count(Full::Stopped) > 1 && count(Full::Refused) < 5,
        "the limits must hit at different moments: {ended:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_survive_a_disk_that_is_full_for_a_moment() {
    let world = World::with_faults(&["slow@3"]).await;
    // Without a reference no lookup could find the cases again.
    let recipe = common::RECIPE.replace("to = \"reference_value_1\"", "to = \"reference_value_2\"");
    world.file("recipe.toml", &recipe);
    let app = world.app().await;
    let id = world.import(&app, &csv(8, &[], &[]), caseload::ledger::OnError::Skip);
    let disk = rusqlite::Connection::open(world.home.path().join("data/ledger.sqlite3")).unwrap();
    disk.execute_batch(
        "CREATE TRIGGER full BEFORE UPDATE ON rows WHEN new.state = 1 BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    )
    .unwrap();
    let run = app.runs().start(id, common::options(caseload::ledger::OnError::Skip)).unwrap();
    // The third answer takes three seconds; the others can't be recorded until then.
    let stats = || world.sandbox.stats();
    common::until(|| stats().posts >= 4 && stats().in_flight == 1).await;
    disk.execute_batch("DROP TRIGGER full").unwrap();
    let ended = common::watch(run).await.0;
    assert_eq!((ended.counts.created, ended.counts.unknown), (stats().created, 0), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_for_another_program_is_told() {
    let world = World::new().await;
    let (file, recipe) = (world.file("cases.csv", &csv(3, &[], &[])), world.path("recipe.toml"));
    assert_eq!(world.run(&["imports"]).status, 0);
    let other = rusqlite::Connection::open(world.path("data/ledger.sqlite3")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut run = world
        .command(&["run", file.to_str().unwrap(), "--recipe", &recipe])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(run.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line == "waiting for another program that writes to the ledger"));
    other.execute_batch("ROLLBACK").unwrap();
    said.for_each(drop);
    assert_eq!((run.wait().unwrap().code(), world.sandbox.stats().created), (Some(0), 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_with_a_damaged_ledger() {
    let world = World::new().await;
    assert_eq!(world.run_file(&csv(120, &[], &[]), &["--json"]).status, 0);
    let path = world.home.path().join("data/ledger.sqlite3");
    let size = std::fs::metadata(&path).unwrap().len();
    let mut file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    // A damaged page in the middle, as after a power loss.
    file.seek(SeekFrom::Start(size / 4096 / 2 * 4096)).unwrap();
    file.write_all(&[0xA5; 4096]).unwrap();
    drop(file);
    for arguments in [&["imports"][..], &["show", "1"], &["resume", "1"]] {
        let refused = world.run(arguments);
        assert_eq!(
            (refused.status, refused.stderr.contains(" is damaged")),
            (2, true),
            "{arguments:?}: {refused:?}"
        );
    }
    let text = csv(3, &[], &[]).replace("C-", "N-");
    let run = world.run_file(&text, &["--json"]);
    assert_eq!((run.status, world.sandbox.stats().posts), (2, 120), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_lost_from_a_truncated_file_are_noticed() {
    let world = World::with(|options| options.latency = std::time::Duration::from_millis(2)).await;
    world.file("cases.csv", &csv(150, &[], &[]));
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let mut run = world
        .command(&["run", &file, "--recipe", &recipe])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    common::until(|| world.sandbox.stats().created >= 60).await;
    run.kill().unwrap();
    run.wait().unwrap();
    // Cuts the log as if its last writes had never reached the disk.
    let log = std::fs::OpenOptions::new().write(true).open(world.path("data/ledger.sqlite3-wal")).unwrap();
    log.set_len(log.metadata().unwrap().len() / 2).unwrap();
    let posts = world.sandbox.stats().posts;
    let resumed = world.run(&["resume", "1"]);
    assert_eq!(
        (resumed.status, resumed.stderr.contains("has lost records: import 1 sent rows up to row")),
        (2, true),
        "{resumed:?}"
    );
    let again = world.run(&["run", &file, "--recipe", &recipe]);
    assert_eq!((again.status, again.stderr.contains("has lost records")), (2, true), "{again:?}");
    assert_eq!(world.sandbox.stats().posts, posts, "nothing is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_with_a_read_only_ledger() {
    // Root can write to read-only files.
    if rustix::process::geteuid().is_root() {
        return;
    }
    let world = World::new().await;
    assert_eq!(world.run_file(&csv(2, &[], &[]), &["--json"]).status, 0);
    let data = world.home.path().join("data");
    for path in [data.join("ledger.sqlite3"), data.clone()] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o500)).unwrap();
    }
    let run = world.run_file(&csv(3, &[], &[]).replace("C-", "N-"), &[]);
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!((run.status, world.sandbox.stats().posts), (2, 2), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_cannot_run_one_import_at_once() {
    let world = World::with(|options| options.latency = std::time::Duration::from_millis(5)).await;
    world.file("cases.csv", &csv(60, &[], &[]));
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let mut first = world
        .command(&["run", &file, "--recipe", &recipe, "--on-error", "skip", "--concurrency", "1"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    common::until(|| world.sandbox.stats().created >= 5).await;
    let second = tokio::task::block_in_place(|| world.run(&["resume", "1"]));
    assert_eq!(
        (second.status, second.stderr.contains("another caseload is running import")),
        (2, true),
        "{second:?}"
    );
    let decided = tokio::task::block_in_place(|| world.run(&["resume", "1", "--treat-unknown-as", "send"]));
    assert_eq!(decided.status, 2, "rows in flight can't be decided: {decided:?}");
    let watched = tokio::task::block_in_place(|| world.run(&["show", "1", "--json"])).json();
    assert_eq!(watched["status"], "processing");
    // After a kill, the next program can take over at once.
    first.kill().unwrap();
    first.wait().unwrap();
    let taken = tokio::task::block_in_place(|| world.run(&["resume", "1", "--json"]));
    assert_eq!((taken.status, counts(&taken.json())), (0, [60, 60, 0, 0, 0, 0]), "{taken:?}");
    assert!(world.references().values().all(|times| *times == 1));
}
