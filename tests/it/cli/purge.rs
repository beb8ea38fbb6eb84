//! Purging old imports: their values are gone from every file, and their rows still can't become a second case.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};

use caseload::app::AppError;
use caseload::ledger::{Decision, Ledger, LedgerError, OnError, Person};
use common::{World, counts, csv, everything_below, finish, run};

/// Moves everything in the ledger back in time.
fn make_older(world: &World, days: i64) {
    let seconds = days * 24 * 3600;
    let ledger = rusqlite::Connection::open(world.home.path().join("data/ledger.sqlite3")).unwrap();
    ledger
        .execute_batch(&format!(
            "UPDATE imports SET created_at = created_at - {seconds}, started_at = started_at - {seconds},
                                ended_at = ended_at - {seconds};
             UPDATE rows SET sent_at = sent_at - {seconds} * 1000;"
        ))
        .unwrap();
}

/// Returns the files below the data folder that contain a text.
fn files_containing(world: &World, text: &str) -> Vec<String> {
    let holds = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    let all = everything_below(&world.home.path().join("data"));
    all.into_iter().filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path.display().to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn purged_rows_are_not_sent_again_and_cannot_be_read() {
    let world = World::new().await;
    let text = csv(30, &[3], &[4]).replace("02/31/2026", "Whitmore-Kowalski");
    let first = world.run_file(&text, &["--on-error", "skip", "--json"]);
    assert_eq!(counts(&first.json()), [30, 28, 2, 0, 0, 0], "{first:?}");
    assert!(
        !files_containing(&world, "Whitmore-Kowalski").is_empty()
            && !files_containing(&world, "C-0017").is_empty()
    );
    make_older(&world, 100);

    let purged = world.run(&["purge", "--older-than", "90d", "--yes"]);
    assert_eq!(
        (purged.status, purged.stdout.as_str()),
        (0, "1 import deleted, with 30 rows\n"),
        "{purged:?}"
    );
    assert!(
        purged.stderr.contains("import 1 “Test”, cases.csv")
            && purged.stderr.contains("28 created: will be deleted"),
        "{purged:?}"
    );
    assert!(purged.stderr.contains("duplicate protection is kept for 28 rows"), "{}", purged.stderr);
    for gone in ["Whitmore-Kowalski", "C-0017", "c-0017", "primary_contact_id", "cases.csv"] {
        assert_eq!(files_containing(&world, gone), [] as [&str; 0], "{gone}");
    }
    assert_eq!(world.run(&["imports", "--json"]).stdout, "[]\n");
    assert!(world.run(&["show", "1"]).stderr.contains("no import 1"));
    assert!(!world.home.path().join("data/import-1.lock").exists());

    // The check and the run recognize the rows, also in an edited copy of the file.
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let checked = world.run(&["check", &file, "--recipe", &recipe, "--json"]).json();
    assert_eq!((&checked["to_send"], &checked["excluded"]), (&1.into(), &28.into()), "{checked}");
    let again =
        world.run_file(&(text.clone() + "C-0031,Doe,11/02/2026,\n"), &["--on-error", "skip", "--json"]);
    let again = again.json();
    assert_eq!((again["import"].as_i64(), counts(&again)), (Some(2), [31, 1, 2, 28, 0, 0]), "{again}");
    assert!(world.references().values().all(|count| *count == 1), "{:?}", world.references());
    // You can still send a duplicate.
    let anyway = world.run_file(&text, &["--on-error", "skip", "--send-anyway", "1", "--json"]);
    assert_eq!(counts(&anyway.json()), [30, 1, 2, 27, 0, 0], "{anyway:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn identities_are_dropped_only_on_request_after_a_warning() {
    let world = World::new().await;
    world.run_file(&csv(5, &[], &[]), &[]);
    make_older(&world, 100);
    assert_eq!(world.run(&["purge", "--older-than", "90d", "--yes"]).status, 0);
    let unasked = world.run(&["purge", "--older-than", "90d", "--forget-identities"]);
    assert!(unasked.status == 2 && unasked.stderr.contains("--yes"), "{unasked:?}");
    assert!(
        unasked.stderr.contains("duplicate protection is dropped for 5 rows"),
        "the warning comes before the deletion: {unasked:?}"
    );
    assert_eq!(counts(&world.run_file(&csv(5, &[], &[]), &["--json"]).json()), [5, 0, 0, 5, 0, 0]);

    let asked = world.run(&["purge", "--older-than", "90d", "--forget-identities", "--yes"]);
    assert_eq!(asked.status, 0, "{asked:?}");
    let again = world.run_file(&csv(5, &[], &[]), &["--look-up", "off", "--json"]);
    assert_eq!(counts(&again.json()), [5, 5, 0, 0, 0, 0]);
    assert!(world.references().values().all(|count| *count == 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn recent_imports_and_those_with_unknown_rows_are_kept() {
    let world = World::with_faults(&["lost@3", "get:500"]).await;
    let unknown = world.run_file(&csv(4, &[], &[]), &["--look-up", "off", "--json"]).json();
    assert_eq!(unknown["unknown"], 1, "{unknown}");
    make_older(&world, 100);
    world.sandbox.set_faults(Vec::new());
    world.run_file(&csv(2, &[], &[]).replace("C-", "Y-"), &[]);

    let purged = world.run(&["purge", "--older-than", "90d", "--yes"]);
    assert_eq!(purged.status, 0, "{purged:?}");
    assert!(
        purged.stdout.contains("Nothing to delete") && purged.stderr.contains("kept, it has unknown rows"),
        "{purged:?}"
    );
    assert_eq!(world.run(&["imports", "--json"]).json().as_array().unwrap().len(), 2);

    let purged = world.run(&["purge", "--older-than", "12w", "--even-unknown", "--yes"]);
    assert_eq!((purged.status, purged.stdout.as_str()), (0, "1 import deleted, with 4 rows\n"), "{purged:?}");
    assert!(purged.stderr.contains("can't be looked up after that"), "{}", purged.stderr);
    // The unknown row may be in Trackops, so it isn't resent either.
    let before = world.sandbox.stats().created;
    let again = world.run_file(&csv(4, &[], &[]), &["--on-error", "skip", "--json"]).json();
    assert_eq!(again["created"].as_u64().unwrap() + before, 4 + 2, "{again}");
    assert!(world.references().values().all(|count| *count == 1), "{:?}", world.references());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_with_a_doubled_row_is_kept() {
    let world = World::new().await;
    assert_eq!(world.run_file(&csv(2, &[], &[]), &[]).status, 0);
    let ledger = rusqlite::Connection::open(world.path("data/ledger.sqlite3")).unwrap();
    ledger.execute_batch("INSERT INTO doubled (import, row, case_id) VALUES (1, 2, '9')").unwrap();
    make_older(&world, 100);
    let purged = world.run(&["purge", "--older-than", "90d", "--yes"]);
    assert!(purged.stderr.contains("kept, a row has several cases in Trackops"), "{purged:?}");
    assert_eq!(world.run(&["imports", "--json"]).json().as_array().unwrap().len(), 1);
    let purged = world.run(&["purge", "--older-than", "90d", "--even-unknown", "--yes"]);
    assert_eq!(purged.stdout, "1 import deleted, with 2 rows\n", "{purged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_import_is_not_purged() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(3, &[], &[]), OnError::Skip);
    run(&app, id, OnError::Skip).await;
    let other = Ledger::open(&world.home.path().join("data")).unwrap();
    let lock = other.lock(id).unwrap();
    let refused = app.storage().delete_import(id).unwrap_err();
    assert!(matches!(refused, AppError::Ledger(LedgerError::Busy { import: 1, .. })), "{refused}");
    drop(lock);
    app.storage().delete_import(id).unwrap();
    assert!(matches!(app.imports().get(id), Err(AppError::Ledger(LedgerError::NoSuchImport(1)))));
    assert!(matches!(app.storage().delete_import(id), Err(AppError::Ledger(LedgerError::NoSuchImport(1)))));
    // Its number isn't reused, its rows are recognized, and its cases can't be claimed by other rows.
    let next = world.import(&app, &csv(3, &[], &[]), OnError::Skip);
    assert_eq!(next, 2);
    assert_eq!(run(&app, next, OnError::Skip).await.counts.excluded, 3);
    assert_eq!(other.claims("test", "5001").unwrap().len(), 1);
    assert!(other.claims("else", "5001").unwrap().is_empty());
    let taken = other
        .decide(next, 1, Decision::Created { case: "5001".into(), anyway: false }, None, Person::default())
        .unwrap_err();
    assert!(matches!(taken, LedgerError::CaseTaken { import: 1, .. }), "{taken}");
}

/// Starts an import of standard input, which the test writes.
fn import_from_stdin(world: &World) -> Child {
    let recipe = world.path("recipe.toml");
    let mut command = world.command(&["run", "-", "--recipe", &recipe, "--send-valid"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn purge_removes_copies_of_standard_input() {
    let world = World::new().await;
    let mut child = import_from_stdin(&world);
    child.stdin.take().unwrap().write_all(csv(3, &[], &[]).as_bytes()).unwrap();
    finish(child.wait_with_output().unwrap());
    assert!(files_containing(&world, "C-0002,").iter().any(|place| place.contains("stdin-")));
    make_older(&world, 1);
    assert_eq!(world.run(&["purge", "--older-than", "0d", "--yes"]).status, 0);
    assert_eq!(files_containing(&world, "C-0002"), [] as [&str; 0]);
    // The user's own file is never removed.
    world.run_file(&csv(3, &[], &[]).replace("C-", "F-"), &[]);
    make_older(&world, 1);
    assert_eq!(world.run(&["purge", "--older-than", "0d", "--yes"]).status, 0);
    assert!(world.home.path().join("cases.csv").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn purging_shrinks_the_ledger_file() {
    let world = World::new().await;
    let app = world.app().await;
    let rows = csv(1000, &[], &[]).replace("11/02/2026", "02/31/2026");
    let id = world.import(&app, &rows, OnError::Skip);
    run(&app, id, OnError::Skip).await;
    let path = world.home.path().join("data/ledger.sqlite3");
    let before = fs::metadata(&path).unwrap().len();
    app.storage().delete_import(id).unwrap();
    // Deleting overwrites the values at once; shrinking then frees the space.
    assert_eq!(files_containing(&world, "C-0999"), [] as [&str; 0]);
    assert!(app.storage().shrink().unwrap());
    assert!(fs::metadata(&path).unwrap().len() < before / 2);
    assert_eq!(files_containing(&world, "C-0999"), [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_ages_are_refused() {
    let world = World::new().await;
    for age in ["90", "soon", "-1d"] {
        let refused = world.run(&["purge", &format!("--older-than={age}"), "--yes"]);
        assert!(refused.status == 2 && refused.stderr.contains("90d"), "{refused:?}");
    }
    let nothing = world.run(&["purge", "--older-than", "90d"]);
    assert!(nothing.status == 0 && nothing.stdout.contains("Nothing to delete"), "{nothing:?}");
}

#[cfg(debug_assertions)]
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_purge_causes_no_duplicates() {
    for at in ["begin:1", "inside:1", "before:1", "after:1"] {
        let world = World::new().await;
        world.run_file(&csv(3, &[], &[]), &[]);
        make_older(&world, 100);
        let mut purge = world.command(&["purge", "--older-than", "90d", "--yes"]);
        let killed = finish(purge.env("CASELOAD_DIE_AT", at).output().unwrap());
        assert_eq!(killed.status, -1, "{at}: {killed:?}");
        let again = world.run_file(&csv(3, &[], &[]), &["--json"]);
        assert_eq!(counts(&again.json()), [3, 0, 0, 3, 0, 0], "{at}: {again:?}");
        assert_eq!(world.run(&["purge", "--older-than", "90d", "--yes"]).status, 0, "{at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn purge_is_limited_to_a_named_account() {
    let world = World::new().await;
    world.run_file(&csv(3, &[], &[]), &[]);
    let config = world.home.path().join("config/config.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text + "[accounts.other]\nurl = \"http://127.0.0.1:9\"\nusername = \"u\"\n").unwrap();
    make_older(&world, 100);
    let other = world.run(&["purge", "--older-than", "90d", "--account", "other", "--yes"]);
    assert!(other.status == 0 && other.stdout.contains("Nothing to delete"), "{other:?}");
    let ours = world.run(&["purge", "--older-than", "90d", "--account", "test", "--yes"]);
    assert!(ours.status == 0 && ours.stdout.contains("1 import deleted"), "{ours:?}");
}

/// Moves the modification time of a file back.
fn age_file(path: &std::path::Path, days: u64) {
    let at = std::time::SystemTime::now() - std::time::Duration::from_secs(days * 24 * 3600);
    fs::OpenOptions::new().write(true).open(path).unwrap().set_modified(at).unwrap();
}

fn age_folder(path: &std::path::Path, days: u64) {
    let at = std::time::SystemTime::now() - std::time::Duration::from_secs(days * 24 * 3600);
    fs::File::open(path).unwrap().set_modified(at).unwrap();
}

/// Returns the copies of standard input. Other files of the folder may come and go meanwhile.
fn spools(world: &World) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(world.home.path().join("data")).into_iter().flatten().flatten();
    let is_spool = |name: &str| name.starts_with("stdin-");
    entries.filter(|entry| is_spool(&entry.file_name().to_string_lossy())).map(|entry| entry.path()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn purge_removes_a_killed_programs_copy_of_standard_input() {
    let world = World::new().await;
    let mut child = import_from_stdin(&world);
    let mut input = child.stdin.take().unwrap();
    let text = csv(3, &[], &[]);
    input.write_all(text.as_bytes()).unwrap();
    while spools(&world).first().is_none_or(|path| fs::metadata(path).unwrap().len() < text.len() as u64) {
        assert!(child.try_wait().unwrap().is_none());
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    age_file(&spools(&world)[0], 100);
    // While the program runs, its file is kept.
    let early = world.run(&["purge", "--older-than", "90d", "--yes"]);
    assert!(early.status == 0 && early.stdout.contains("Nothing to delete"), "{early:?}");
    child.kill().unwrap();
    child.wait().unwrap();
    drop(input);
    assert_eq!(spools(&world).len(), 1);

    let young = world.run(&["purge", "--older-than", "101d", "--yes"]);
    assert!(young.stdout.contains("Nothing to delete"), "{young:?}");
    let unasked = world.run(&["purge", "--older-than", "90d"]);
    assert!(
        unasked.status == 2
            && unasked.stderr.contains("will be deleted (copy of standard input, used by no import)"),
        "{unasked:?}"
    );
    let purged = world.run(&["purge", "--older-than", "90d", "--yes"]);
    let summary = "0 imports deleted, with 0 rows, 1 copy of standard input\n";
    assert_eq!((purged.status, purged.stdout.as_str()), (0, summary), "{purged:?}");
    assert_eq!(files_containing(&world, "C-0002"), [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn purge_keeps_copies_that_imports_use() {
    let world = World::new().await;
    let mut child = import_from_stdin(&world);
    child.stdin.take().unwrap().write_all(csv(3, &[2], &[]).as_bytes()).unwrap();
    child.wait().unwrap();
    age_file(&spools(&world)[0], 100);
    assert!(world.run(&["purge", "--older-than", "90d", "--yes"]).stdout.contains("Nothing to delete"));
    assert_eq!(world.run(&["resume", "1", "--on-error", "skip", "--json"]).json()["created"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn purge_removes_old_practice_server_cases() {
    let world = World::new().await;
    world.file("cases.csv", &csv(3, &[], &[]));
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let practice = |text: &str| {
        fs::write(&file, text).unwrap();
        world.run(&["run", &file, "--recipe", &recipe, "--sandbox", "--json"]).json()
    };
    practice(&csv(3, &[], &[]));
    make_older(&world, 100);
    let store = world.home.path().join("data/sandbox.jsonl");
    let text = fs::read_to_string(&store).unwrap();
    let year = jiff::Timestamp::now().strftime("%Y-").to_string();
    fs::write(&store, text.replace(&format!("\"created_at\":\"{year}"), "\"created_at\":\"2020-")).unwrap();
    practice(&csv(2, &[], &[]).replace("C-", "Y-"));

    let purged = world.run(&["purge", "--older-than", "90d", "--yes"]);
    let summary = "1 import deleted, with 3 rows, 3 practice server cases\n";
    assert_eq!((purged.status, purged.stdout.as_str()), (0, summary), "{purged:?}");
    assert_eq!(files_containing(&world, "C-0002"), [] as [&str; 0]);
    assert!(!files_containing(&world, "Y-0002").is_empty(), "recent cases are kept");
    // The ids of deleted cases aren't reused.
    let again = practice(&csv(1, &[], &[]).replace("C-", "Z-"));
    assert_eq!(again["created"], 1, "{again}");
    let receipt = world.run(&["receipt", &again["import"].to_string(), "--json"]).json();
    assert!(receipt.to_string().contains("5006"), "{receipt}");
    let other = world.run(&["purge", "--older-than", "0d", "--account", "test", "--yes"]);
    assert!(other.stdout.contains("Nothing to delete"), "of another account: {other:?}");
}

/// Returns the demos' folders among the temporary files.
fn demos(world: &World) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(world.home.path()).unwrap().flatten().map(|entry| entry.path());
    entries.filter(|path| path.to_string_lossy().contains("caseload-demo-")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_demo_or_a_purge_removes_the_folder_of_a_killed_demo() {
    let world = World::new().await;
    let killed = || {
        let mut demo = world.command(&["demo"]);
        demo.env_remove("CASELOAD_HOME").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut demo = demo.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(demo.stderr.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("sample import"), "{line}");
        assert!(
            world.run(&["purge", "--older-than", "0d", "--yes"]).stdout.contains("Nothing to delete"),
            "the demo still runs"
        );
        demo.kill().unwrap();
        demo.wait().unwrap();
        let left = demos(&world);
        assert_eq!(left.len(), 1, "{left:?}");
        left[0].clone()
    };
    let left = killed();
    #[cfg(unix)]
    for (path, _) in common::everything_below(&left) {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
    let again = finish(world.command(&["demo"]).env_remove("CASELOAD_HOME").output().unwrap());
    assert_eq!((again.status, demos(&world)), (0, vec![]), "{again:?}");

    let left = killed();
    age_folder(&left, 100);
    let purged = world.run(&["purge", "--older-than", "90d", "--yes"]);
    assert!(purged.stdout.contains(", 1 folder of a demo\n"), "{purged:?}");
    assert_eq!(demos(&world), [] as [std::path::PathBuf; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn purge_removes_old_unfinished_files_and_samples() {
    let world = World::new().await;
    let demo = world.run(&["demo"]);
    assert_eq!(demo.status, 0, "{demo:?}");
    let data = world.home.path().join("data");
    let half = data.join(".tmpAbC123");
    fs::write(&half, "s3cret").unwrap();
    age_file(&half, 100);
    age_folder(&data.join("samples"), 100);
    // A copy made without a home is among the temporary files, which are in the home here.
    let spool = world.home.path().join("caseload-stdin-Ab12.csv");
    fs::write(&spool, "s3cret").unwrap();
    age_file(&spool, 100);
    let stays = world.run(&["purge", "--older-than", "90d", "--yes"]);
    let summary = "0 imports deleted, with 0 rows, 1 copy of standard input, 1 unfinished file\n";
    assert_eq!((stays.stdout.as_str(), spool.exists()), (summary, false), "{stays:?}");
    assert!(!half.exists() && data.join("samples").exists(), "an import uses a sample");
    make_older(&world, 100);
    let goes = world.run(&["purge", "--older-than", "90d", "--yes"]);
    assert!(goes.stdout.starts_with("1 import deleted"), "{goes:?}");
    assert!(goes.stdout.contains("1 folder of sample files"), "{goes:?}");
    assert!(!data.join("samples").exists());
}
