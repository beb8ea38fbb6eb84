//! Promise 1 and 2 for two imports of the same rows at the same time.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use caseload::ledger::{Ledger, Outcome, RowOutcome};

use crate::common;

use common::{World, counts};

/// A world whose first import sent one of two rows without an answer, in a file without references.
async fn world() -> (World, Ledger) {
    let world = World::with_faults(&["lost@2"]).await;
    let recipe = common::RECIPE.replace("to = \"reference_value_1\"", "to = \"reference_value_2\"");
    world.file("recipe.toml", &recipe);
    let first = world.run_file(&text(), &["--on-error", "skip", "--concurrency", "1", "--json"]);
    assert_eq!(counts(&first.json()), [2, 1, 0, 0, 1, 0], "{first:?}");
    let ledger = Ledger::open(&world.home.path().join("data")).unwrap();
    (world, ledger)
}

fn text() -> String {
    common::csv(2, &[], &[])
}

/// Settles the open row of the first import, as that import would.
async fn settle(world: &World, ledger: &Ledger) {
    let cases = world.sandbox.cases();
    let id = cases.iter().map(|case| case["id"].to_string()).max().unwrap();
    let outcome = Outcome::Created { case_id: id, case_number: None };
    let settled = RowOutcome { row: 2, line: 3, reference: None, outcome };
    ledger.settle(1, vec![settled]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_another_import_is_sending_is_neither_rejected_nor_sent() {
    for on_error in ["skip", "halt"] {
        let (world, ledger) = world().await;
        let running = ledger.lock(1).unwrap();
        let second = world.run_file(&text(), &["--send-valid", "--on-error", on_error, "--json"]);
        assert_eq!(second.status, 1, "{second:?}");
        let shown = second.json();
        assert_eq!((&shown["status"], counts(&shown)), (&"paused".into(), [2, 0, 0, 1, 0, 1]), "{shown}");
        assert_eq!(shown["exceptions"].as_array().unwrap().len(), 0, "{shown}");
        let told = "1 row not sent, because import 1 is still running and has no result for the same";
        assert!(shown["note"].as_str().unwrap().contains(told), "{shown}");

        // Resume asks again: as long as the other runs, nothing changes.
        let again = world.run(&["resume", "2", "--on-error", on_error, "--json"]);
        assert_eq!((again.status, counts(&again.json())), (1, [2, 0, 0, 1, 0, 1]), "{again:?}");
        settle(&world, &ledger).await;
        let again = world.run(&["resume", "2", "--on-error", on_error, "--json"]);
        assert_eq!((again.status, counts(&again.json())), (0, [2, 0, 0, 2, 0, 0]), "{again:?}");
        drop(running);
        assert_eq!(world.sandbox.stats().created, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_waits_for_the_result_of_another_import() {
    let (world, ledger) = world().await;
    let running = ledger.lock(1).unwrap();
    let file = world.file("again.csv", &text());
    let recipe = world.path("recipe.toml");
    let mut second = world
        .command(&["run", file.to_str().unwrap(), "--recipe", &recipe, "--on-error", "skip", "--json"])
        .env("CASELOAD_LATE_COMMIT_SECONDS", "60")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(second.stderr.take().unwrap()).lines();
    let mut said = lines.map(Result::unwrap);
    assert!(said.any(|line| line.contains("import 1 is sending 1 row of this import too")));
    settle(&world, &ledger).await;
    said.for_each(drop);
    assert_eq!(second.wait().unwrap().code(), Some(0));
    drop(running);
    assert_eq!(counts(&world.run(&["show", "2", "--json"]).json()), [2, 0, 0, 2, 0, 0]);
    assert_eq!(world.sandbox.stats().created, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn resume_asks_again_for_a_row_that_another_import_has_settled() {
    let (world, ledger) = world().await;
    let second = world.run_file(&text(), &["--on-error", "skip", "--json"]);
    let shown = second.json();
    assert_eq!((second.status, counts(&shown)), (1, [2, 0, 1, 1, 0, 0]), "{shown}");
    assert_eq!(shown["exceptions"][0]["code"], "duplicate.unknown", "{shown}");
    assert!(!shown["exceptions"][0]["message"].as_str().unwrap().contains("is unknown"), "{shown}");
    // Nothing has changed.
    let again = world.run(&["resume", "2", "--on-error", "skip", "--json"]);
    assert_eq!((again.status, counts(&again.json())), (1, [2, 0, 1, 1, 0, 0]), "{again:?}");
    settle(&world, &ledger).await;
    let again = world.run(&["resume", "2", "--on-error", "skip", "--json"]);
    assert_eq!((again.status, counts(&again.json())), (0, [2, 0, 0, 2, 0, 0]), "{again:?}");
    assert_eq!(world.sandbox.stats().created, 2);
}
