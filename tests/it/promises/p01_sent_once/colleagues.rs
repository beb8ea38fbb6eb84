//! Promise 1 beyond one home: cases created by colleagues, the web page or other machines aren't created again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use caseload::ledger::{Ledger, Retry};
use common::{Finished, World, counts, csv};
use serde_json::Value;

/// Another person's home, with the same account.
fn colleague(world: &World) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join("config")).unwrap();
    let config = world.home.path().join("config/config.toml");
    std::fs::copy(config, home.path().join("config/config.toml")).unwrap();
    home
}

fn run_in(world: &World, home: &tempfile::TempDir, more: &[&str]) -> Finished {
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let arguments = [&["run", &file, "--recipe", &recipe, "--json"], more].concat();
    common::finish(world.command(&arguments).env("CASELOAD_HOME", home.path()).output().unwrap())
}

async fn world_with_quirks(quirks: &[&str]) -> World {
    World::with(|options| options.quirks = quirks.iter().map(|name| name.parse().unwrap()).collect()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_import_the_same_file_create_each_case_once() {
    let world = World::new().await;
    let first = world.run_file(&csv(40, &[], &[]), &["--json"]);
    assert_eq!(counts(&first.json()), [40, 40, 0, 0, 0, 0], "{first:?}");
    let home = colleague(&world);
    let gets = world.sandbox.stats().gets;
    let second = run_in(&world, &home, &[]);
    let shown = second.json();
    assert_eq!((second.status, counts(&shown)), (0, [40, 0, 0, 40, 0, 0]), "{second:?}");
    assert!(
        shown["exclusions"][0]["reason"].as_str().unwrap().contains("already in Trackops: case"),
        "{shown}"
    );
    assert_eq!(shown["exclusions"][0]["code"], "duplicate.trackops");
    let gets = world.sandbox.stats().gets - gets;
    assert!(gets <= 8, "{gets} requests for 40 rows and 40 cases");
    assert!(world.references().values().all(|times| *times == 1), "{:?}", world.references());

    // One row is sent anyway, on request.
    let home = colleague(&world);
    let anyway = run_in(&world, &home, &["--send-anyway", "7"]);
    assert_eq!(counts(&anyway.json()), [40, 1, 0, 39, 0, 0], "{anyway:?}");
    assert_eq!(world.references()["C-0007"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_lookup_a_colleagues_rows_are_created_again() {
    let world = World::new().await;
    world.run_file(&csv(3, &[], &[]), &[]);
    let home = colleague(&world);
    let second = run_in(&world, &home, &["--look-up", "off"]);
    assert_eq!(counts(&second.json()), [3, 3, 0, 0, 0, 0], "{second:?}");
    let config = home.path().join("config/config.toml");
    let text = std::fs::read_to_string(&config)
        .unwrap()
        .replace("settle_seconds", "look_back_days = 0\nsettle_seconds");
    std::fs::write(config, text).unwrap();
    std::fs::remove_dir_all(home.path().join("data")).unwrap();
    assert_eq!(counts(&run_in(&world, &home, &[]).json()), [3, 3, 0, 0, 0, 0]);
    assert_eq!(world.references()["C-0001"], 3, "no lookup");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reference_is_looked_up_if_the_list_is_longer_than_the_file() {
    let world = World::new().await;
    world.configure_account("page_size = 10");
    world.run_file(&csv(41, &[], &[]), &["--on-error", "skip"]);
    world.file("cases.csv", &csv(2, &[], &[]));
    let [chosen, each] = [&[][..], &["--look-up", "each"]].map(|look_up| {
        let gets = world.sandbox.stats().gets;
        let second = run_in(&world, &colleague(&world), look_up);
        assert_eq!(counts(&second.json()), [2, 0, 0, 2, 0, 0], "{second:?}");
        world.sandbox.stats().gets - gets
    });
    // The request that counts the cases.
    assert!(chosen <= each + 1, "{chosen} requests instead of {each}; five pages of cases aren't read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lookup_of_each_reference_excludes_what_may_be_there_for_the_client() {
    // Finds the reference in any letter case.
    let world = world_with_quirks(&["partial-filter"]).await;
    world.configure_account("page_size = 10");
    world.run_file(&csv(41, &[], &[]).replace("C-", "N-"), &["--on-error", "skip"]);
    let home = colleague(&world);
    let text = csv(3, &[], &[]);
    create_for_another_client(&world, &text);
    let case = world.create_by_colleague(&csv(1, &[], &[]).replace("C-", "X-"))[0];
    assert!(world.sandbox.change_case(case, "reference_value_1", "c-0002".into()));
    world.create_by_colleague(&csv(1, &[], &[]));
    world.file("cases.csv", &text);
    let second = run_in(&world, &home, &[]);
    let shown = second.json();
    // A server that lists references changed would hide its cases otherwise. Those of another client don't count.
    assert_eq!(counts(&shown), [3, 1, 0, 2, 0, 0], "{second:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lookup_that_fails_for_a_moment_does_not_pause_the_import() {
    let world = World::with_faults(&["get:502/7", "get:reset/9"]).await;
    let ran = world.run_file(&csv(20, &[], &[]), &["--look-up", "each", "--json"]);
    assert_eq!((ran.status, counts(&ran.json())), (0, [20, 20, 0, 0, 0, 0]), "{ran:?}");
    assert!(world.sandbox.stats().faulted_gets > 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_in_another_format_is_reported_and_sent() {
    let world = World::new().await;
    world.run_file(&csv(2, &[], &[]), &[]);
    let home = colleague(&world);
    world.file("cases.csv", &csv(2, &[], &[]).replace("C-0002", "c 2"));
    let second = run_in(&world, &home, &[]);
    let shown = second.json();
    assert_eq!(counts(&shown), [2, 1, 0, 1, 0, 0], "{second:?}");
    let note = shown["note"].as_str().unwrap();
    assert!(
        note.contains("Possible duplicates in Trackops") && note.contains("row 2 (line 3), case"),
        "{note}"
    );
    // The same reference at another client is another case.
    world.file("cases.csv", &csv(1, &[], &[]));
    let other = common::RECIPE
        .replace("client_id = 100", "client_id = 110")
        .replace("contact_id = 1000", "contact_id = 1030");
    world.file("recipe.toml", &other);
    assert_eq!(counts(&run_in(&world, &home, &[]).json()), [1, 1, 0, 0, 0, 0]);
}

/// Lets a colleague create the cases of `csv` for the sandbox's second client.
fn create_for_another_client(world: &World, text: &str) {
    let home = colleague(world);
    let other = common::RECIPE
        .replace("client_id = 100", "client_id = 110")
        .replace("contact_id = 1000", "contact_id = 1030");
    let (file, recipe) = (home.path().join("other.csv"), home.path().join("other.toml"));
    std::fs::write(&file, text).unwrap();
    std::fs::write(&recipe, other).unwrap();
    let arguments = ["run", file.to_str().unwrap(), "--recipe", recipe.to_str().unwrap(), "--json"];
    let ran = common::finish(world.command(&arguments).env("CASELOAD_HOME", home.path()).output().unwrap());
    assert_eq!(ran.status, 0, "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_clients_case_with_the_same_reference_is_not_taken_for_a_rows_own() {
    let world = World::with_faults(&["422@3"]).await;
    let ran = world.run_file(&csv(5, &[], &[]), &["--on-error", "skip", "--json"]);
    assert_eq!(counts(&ran.json()), [5, 4, 1, 0, 0, 0], "{ran:?}");
    create_for_another_client(&world, &csv(5, &[], &[]));
    let verified = world.run(&["verify", "1", "--json"]);
    let shown = verified.json();
    assert_eq!(counts(&shown), [5, 4, 1, 0, 0, 0], "the refused row stays rejected: {shown}");
    assert_eq!(shown["doubled"], serde_json::json!([]), "{shown}");
    assert_eq!(verified.status, 0, "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incomplete_list_stops_the_run_until_you_decide() {
    let world = world_with_quirks(&["no-pages"]).await;
    world.run_file(&csv(120, &[], &[]), &["--look-up", "off", "--on-error", "skip"]);
    let home = colleague(&world);
    let second = run_in(&world, &home, &[]);
    let shown: Value = second.json();
    assert_eq!((second.status, counts(&shown)), (1, [120, 0, 0, 0, 0, 120]), "{second:?}");
    assert!(shown["note"].as_str().unwrap().contains("--look-up each"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_stored_or_listed_differently_are_found_again() {
    for quirk in [
        "small-pages",
        "no-count",
        "no-time-filter",
        "string-ids",
        "shuffled",
        "local-time",
        "trimmed-references",
        "us-times",
    ] {
        let world = world_with_quirks(&[quirk]).await;
        world.run_file(&csv(12, &[], &[]), &[]);
        let home = colleague(&world);
        let second = run_in(&world, &home, &[]);
        assert_eq!(counts(&second.json()), [12, 0, 0, 12, 0, 0], "{quirk}: {second:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_restored_from_an_old_backup_resends_nothing() {
    let world = World::new().await;
    let home = colleague(&world);
    world.file("cases.csv", &csv(5, &[], &[]));
    assert_eq!(counts(&run_in(&world, &home, &[]).json())[1], 5);
    // As from a backup made before the run: without the ledger and its lock files.
    std::fs::remove_dir_all(home.path().join("data")).unwrap();
    assert_eq!(counts(&run_in(&world, &home, &[]).json()), [5, 0, 0, 5, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_behind_a_lagging_list_is_reported_with_both_case_numbers() {
    let world = World::with(|options| {
        options.quirks = vec!["list-lag".parse().unwrap()];
        options.lag = std::time::Duration::from_secs(2);
    })
    .await;
    world.change_config(|text| text.replace("settle_seconds = 0", "settle_seconds = 3"));
    let (one, other) = (colleague(&world), colleague(&world));
    world.file("cases.csv", &csv(3, &[], &[]));
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let start = |home: &tempfile::TempDir| {
        let mut command = world.command(&["run", &file, "--recipe", &recipe, "--json"]);
        command.env("CASELOAD_HOME", home.path()).stdout(std::process::Stdio::piped()).spawn().unwrap()
    };
    let running = [start(&one), start(&other)];
    let ended = running.map(|run| common::finish(run.wait_with_output().unwrap()));
    for (reference, times) in world.references() {
        let reporting = ended.iter().filter(|run| {
            let doubled = run.json()["doubled"].as_array().unwrap().clone();
            doubled.iter().any(|row| row["reference"] == reference.as_str() && row["cases"][1].is_string())
        });
        assert!(times == 1 || reporting.count() >= 1, "{reference}, {times} times: {ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn review_shows_cases_already_in_trackops() {
    let world = World::new().await;
    world.run_file(&csv(4, &[], &[]), &[]);
    let home = colleague(&world);
    let settings = caseload::app::Settings {
        home: Some(home.path().to_path_buf()),
        token: Some("sandbox".into()),
        ..caseload::app::Settings::default()
    };
    let app = caseload::app::App::open(settings).await.unwrap();
    let text = csv(4, &[], &[]) + "N-1,\"Roe, Kim\",11/02/2026,\n";
    let id = world.import(&app, &text, caseload::ledger::OnError::Halt);
    let sheet = app.imports().sheet(id).unwrap();
    let before = app.checks().check(id, &sheet, 99, None, || false).unwrap();
    assert_eq!(before.found().report.to_send, 5, "before the lookup");
    assert!(app.checks().look_back(id).await);
    let after = app.checks().check(id, &sheet, 99, Some(before), || false).unwrap().found();
    assert_eq!((after.report.to_send, after.report.excluded), (1, 4), "{after:?}");
    assert!(after.problems[0].code.may_be_sent_anyway(), "{after:?}");
    assert!(!app.checks().look_back(id).await, "the lookup isn't repeated at every key");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_corrected_to_a_colleagues_reference_is_not_sent() {
    let world = World::new().await;
    world.run_file(&csv(3, &[], &[]), &[]);
    let home = colleague(&world);
    world.file("cases.csv", &csv(1, &[], &[1]).replace("C-0001", "N-0001"));
    assert_eq!(counts(&run_in(&world, &home, &["--on-error", "skip"]).json()), [1, 0, 1, 0, 0, 0]);
    let run = |arguments: &[&str]| {
        common::finish(world.command(arguments).env("CASELOAD_HOME", home.path()).output().unwrap())
    };
    for (column, value) in [("Contact", ""), ("Claim", "C-0002")] {
        assert_eq!(run(&["fix", "1", "--row", "1", "--column", column, "--value", value]).status, 0);
    }
    let ledger = home.path().join("data/ledger.sqlite3");
    let before = home.path().join("before.sqlite3");
    let copied = rusqlite::Connection::open(&ledger).unwrap();
    copied.execute("VACUUM INTO ?1", [before.to_str().unwrap()]).unwrap();
    drop(copied);
    let resumed = run(&["resume", "1", "--rejected", "--json"]);
    assert_eq!(counts(&resumed.json()), [1, 0, 0, 1, 0, 0], "{resumed:?}");
    // The same holds if the program was killed after the row was queued again.
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(home.path().join(format!("data/ledger.sqlite3{end}")));
    }
    std::fs::write(&ledger, std::fs::read(before).unwrap()).unwrap();
    let retry = Retry { row: 1, sent: None };
    Ledger::open(&home.path().join("data")).unwrap().requeue(1, vec![retry]).await.unwrap();
    let resumed = run(&["resume", "1", "--json"]);
    assert_eq!(counts(&resumed.json()), [1, 0, 0, 1, 0, 0], "{resumed:?}");
    assert_eq!(world.references()["C-0002"], 1);
}
