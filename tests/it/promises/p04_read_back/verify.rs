//! Promise 4: each value sent is compared with each value stored.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use common::{World, csv};
use serde_json::{Value, json};

async fn world_with_quirks(quirks: &[&str]) -> World {
    World::with(|options| options.quirks = quirks.iter().map(|name| name.parse().unwrap()).collect()).await
}

fn verify(world: &World) -> (i32, Value) {
    let verified = world.run(&["verify", "1", "--json"]);
    (verified.status, verified.json())
}

/// Returns the counts of the read-back: created, same, different, not shown, not listed, missing.
fn verified_counts(shown: &Value) -> [u64; 6] {
    ["created", "same", "different", "not_shown", "not_listed", "missing"]
        .map(|key| shown["verified"][key].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_is_read_back_with_few_requests() {
    let world = World::new().await;
    let ran = world.run_file(&csv(230, &[5], &[7]), &["--on-error", "skip", "--json"]);
    assert_eq!(
        verified_counts(&ran.json()),
        [228, 228, 0, 0, 0, 0],
        "read back automatically at the end: {ran:?}"
    );
    let before = world.sandbox.stats().gets;
    let (status, shown) = verify(&world);
    assert_eq!((status, verified_counts(&shown)), (0, [228, 228, 0, 0, 0, 0]), "{shown}");
    let gets = world.sandbox.stats().gets - before;
    assert!(gets <= 12, "{gets} requests for 228 cases");
    let text = world.run(&["show", "1"]).stdout;
    assert!(text.contains("228 created, 228 found, 228 the same"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn differences_are_classified() {
    let recipe = common::RECIPE.replace("due_on = \"+14d\"", "due_on = \"+14d\"\nbudget_hours = 7.25");
    for (quirk, field, kind) in [
        ("day-early", "due_on", "one_day"),
        ("rounded-numbers", "budget_hours", "rounded"),
        ("upper-references", "reference_value_1", "letter_case"),
        ("short-references", "reference_value_1", "cut"),
    ] {
        let world = world_with_quirks(&[quirk]).await;
        world.file("recipe.toml", &recipe);
        let text = csv(3, &[], &[]).replace("C-0002", "c-0002-and-a-long-tail");
        world.run_file(&text, &["--json"]);
        let (status, shown) = verify(&world);
        assert_eq!(status, 1, "{quirk}: {shown}");
        let finding = shown["findings"].as_array().unwrap().iter().find(|found| found["row"] == 2).unwrap();
        assert_eq!((&finding["field"], &finding["kind"]), (&json!(field), &json!(kind)), "{quirk}: {shown}");
    }
    // A list that shows little else is compared by the reference alone.
    let world = world_with_quirks(&["bare-cases"]).await;
    world.run_file(&csv(3, &[], &[]), &[]);
    let (status, shown) = verify(&world);
    assert_eq!(
        (status, verified_counts(&shown)),
        (0, [3, 3, 0, 0, 0, 0]),
        "only the reference is shown: {shown}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_case_is_reported_loudly() {
    let world = World::new().await;
    assert_eq!(world.run_file(&csv(4, &[], &[]), &[]).status, 0);
    let id = world.sandbox.cases()[2]["id"].as_i64().unwrap();
    assert!(world.sandbox.delete_case(id));
    // A list may be late for some of the cases.
    world.change_config(|config| config.replace("late_commit_seconds = 0", "late_commit_seconds = 600"));
    let (status, shown) = verify(&world);
    assert_eq!((status, verified_counts(&shown)), (1, [4, 3, 0, 0, 1, 0]), "{shown}");
    world.change_config(|config| config.replace("late_commit_seconds = 600", "late_commit_seconds = 0"));
    let verified = world.run(&["verify", "1"]);
    assert!(verified.status == 1 && verified.stdout.contains("1 NOT IN TRACKOPS"), "{verified:?}");
    assert!(verified.stdout.contains("row 3 (line 4): case"), "{verified:?}");
    assert_eq!(world.run(&["show", "1", "--json"]).status, 1);
    // An empty list says nothing about a single case.
    world.sandbox.reset().unwrap();
    let (status, shown) = verify(&world);
    assert_eq!((status, verified_counts(&shown)), (1, [4, 0, 0, 0, 4, 0]), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_to_read_back_is_no_failure() {
    let world = World::new().await;
    world.run_file(&csv(2, &[], &[1, 2]), &["--on-error", "skip"]);
    let verified = world.run(&["verify", "1"]);
    assert_eq!((verified.status, verified.stdout.as_str()), (0, "Nothing was created.\n"), "{verified:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_result_is_not_reported_when_the_cases_cannot_be_read() {
    let world = World::new().await;
    world.run_file(&csv(4, &[], &[]), &[]);
    assert!(world.sandbox.delete_case(world.sandbox.cases()[2]["id"].as_i64().unwrap()));
    let before = world.sandbox.stats().gets;
    let (_, shown) = verify(&world);
    assert_eq!(shown["findings"].as_array().unwrap().len(), 1, "{shown}");
    let requests = world.sandbox.stats().gets - before;
    let refuse_the_last_request = || {
        let last = world.sandbox.stats().gets + requests;
        world.sandbox.set_faults(vec![format!("get:401@{last}-").parse().unwrap()]);
    };
    refuse_the_last_request();
    let verified = world.run(&["verify", "1"]);
    assert_eq!((verified.status, verified.stdout.as_str()), (1, "Not verified.\n"), "{verified:?}");
    let told = verified.stderr.contains("Then verify again.");
    assert!(told && !verified.stderr.contains("resume"), "{verified:?}");
    refuse_the_last_request();
    let (status, shown) = verify(&world);
    assert_eq!((status, &shown["verified"], &shown["findings"]), (1, &Value::Null, &json!([])), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_compared_with_the_recipe_it_was_sent_with() {
    let world = World::new().await;
    world.run_file(&csv(4, &[2], &[]), &["--on-error", "skip"]);
    let mended = common::RECIPE.replace("+14d", "+30d");
    world.file("mended.toml", &mended);
    assert_eq!(world.run(&["fix", "1", "--recipe", &world.path("mended.toml")]).status, 1);
    let date = ["fix", "1", "--row", "2", "--column", "Assigned", "--value", "11/05/2026"];
    assert_eq!(world.run(&date).status, 0);
    assert_eq!(world.run(&["resume", "1", "--rejected"]).status, 0);
    let (status, shown) = verify(&world);
    assert_eq!((status, verified_counts(&shown)), (0, [4, 4, 0, 0, 0, 0]), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn private_values_are_masked_in_differences() {
    let world = World::new().await;
    let recipe = common::RECIPE.to_owned()
        + "[[fields]]\nkey = \"subject.7\"\nlabel = \"SSN\"\nkind = \"ssn\"\n[[columns]]\nfrom = \"SSN\"\nto = \"subject.7\"\n";
    world.file("recipe.toml", &recipe);
    world.file(
        "cases.csv",
        "Claim,Claimant,Assigned,Contact,SSN\nC-1,\"Doe, Jane\",11/02/2026,,078-05-1121\n",
    );
    let (file, path) = (world.path("cases.csv"), world.path("recipe.toml"));
    assert_eq!(world.run(&["run", &file, "--recipe", &path]).status, 0);
    // Changing the row after it was sent imitates a server that stores another value.
    let ledger = world.home.path().join("data/ledger.sqlite3");
    let connection = rusqlite::Connection::open(ledger).unwrap();
    let fix = "\n[[fixes]]\ncolumn = \"SSN\"\nfrom = \"078-05-1121\"\nto = \"078-05-1129\"\n";
    connection.execute("UPDATE imports SET recipe = recipe || ?1", [fix]).unwrap();
    drop(connection);
    let verified = world.run(&["verify", "1", "--json"]);
    assert_eq!(verified.json()["findings"][0]["field"], "subject.7", "{verified:?}");
    assert!(!verified.stdout.contains("112") && !verified.stderr.contains("112"), "{verified:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_config_decides_whether_an_import_is_read_back() {
    for (line, is_read) in [("", true), ("verify = \"never\"", false)] {
        let world = World::new().await;
        world.configure(line);
        let ran = world.run_file(&csv(3, &[], &[]), &["--json"]);
        assert_eq!((ran.status, ran.json()["verified"].is_object()), (0, is_read), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_says_so_if_no_case_is_listed() {
    let world = World::with(|options| {
        options.quirks = vec!["list-lag".parse().unwrap()];
        options.lag = std::time::Duration::from_secs(600);
    })
    .await;
    let ran = world.run_file(&csv(3, &[], &[]), &["--json"]);
    let shown = ran.json();
    assert_eq!((ran.status, verified_counts(&shown)), (0, [3, 0, 0, 0, 3, 0]), "{shown}");
    let note = shown["note"].as_str().unwrap();
    assert!(note.contains("Read back: 3 created, 0 found"), "{shown}");
    assert!(note.contains("Run `caseload verify 1` later."), "{shown}");
    assert_eq!(verify(&world).0, 1);
}
