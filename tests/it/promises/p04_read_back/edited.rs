//! Promise 4 when people work on the created cases: an edited reference changes no outcome, and nobody is advised to
//! delete a good case.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use common::{World, counts, csv};
use serde_json::{Value, json};

/// Returns the id of each case, in the order of creation.
fn ids(world: &World) -> Vec<i64> {
    world.sandbox.cases().iter().map(|case| case["id"].as_i64().unwrap()).collect()
}

fn set(world: &World, id: i64, key: &str, value: &str) {
    assert!(world.sandbox.change_case(id, key, value.into()));
}

/// Reads an import back; returns what it shows and the note.
fn verify(world: &World, import: &str) -> (Value, String) {
    let verified = world.run(&["verify", import, "--json"]);
    (verified.json(), verified.stderr)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_reference_changes_no_outcome() {
    for swapped in [false, true] {
        // Row 3 is refused, so that the import can be resumed.
        let world = World::new().await;
        let alone = ["--on-error", "skip", "--concurrency", "1"];
        assert_eq!(world.run_file(&csv(3, &[], &[3]), &alone).status, 1);
        let ids = ids(&world);
        set(&world, ids[0], "reference_value_1", "C-0002");
        if swapped {
            set(&world, ids[1], "reference_value_1", "C-0001");
        }
        let (shown, note) = verify(&world, "1");
        assert_eq!(counts(&shown), [3, 2, 1, 0, 0, 0], "{swapped}: {shown}");
        assert_eq!(shown["doubled"], json!([]), "{swapped}: {shown}");
        assert!(note.contains("Row 1 (line 2): its case") && note.contains("“C-0002”"), "{note}");
        let resumed = world.run(&["resume", "1", "--rejected", "all", "--json"]).json();
        assert_eq!(counts(&resumed), [3, 2, 1, 0, 0, 0], "{swapped}: {resumed}");
        assert_eq!((world.sandbox.stats().posts, world.sandbox.stats().created), (4, 2), "{swapped}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_with_a_similar_reference_is_not_called_a_duplicate() {
    let world = World::new().await;
    let text = "Claim,Claimant,Assigned,Contact\n1-11,\"Doe, Jane\",11/02/2026,\n";
    assert_eq!(world.run_file(text, &[]).status, 0);
    let case = world.create_by_colleague(&text.replace("1-11", "11-1"))[0];
    let (shown, note) = verify(&world, "1");
    assert_eq!(shown["doubled"], json!([]), "{shown}");
    assert!(note.contains("similar reference; compare the two"), "{note}");
    set(&world, case, "reference_value_1", "1-11");
    let (shown, _) = verify(&world, "1");
    assert_eq!(shown["doubled"][0]["row"], 1, "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_another_import_is_not_called_a_duplicate() {
    let world = World::new().await;
    assert_eq!(world.run_file(&csv(1, &[], &[]).replace("C-", "N-"), &[]).status, 0);
    let text = csv(1, &[], &[]);
    assert_eq!(world.run_file(&text, &[]).status, 0);
    set(&world, ids(&world)[0], "reference_value_1", "C-0001");
    let (shown, note) = verify(&world, "2");
    assert_eq!(shown["doubled"], json!([]), "{shown}");
    assert!(note.contains("compare the two"), "{note}");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_cases_of_a_refused_row_are_reported() {
    let world = World::with_faults(&["422@2"]).await;
    assert_eq!(world.run_file(&csv(4, &[], &[]), &["--on-error", "skip", "--concurrency", "1"]).status, 1);
    for id in world.create_by_colleague(&csv(2, &[], &[]).replace("C-", "N-")) {
        set(&world, id, "reference_value_1", "C-0002");
    }
    let (shown, note) = verify(&world, "1");
    assert_eq!(counts(&shown), [4, 3, 1, 0, 0, 0], "{shown}");
    assert_eq!(note.matches("Row 2 (line 3) was refused, but case").count(), 2, "{note}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_sent_before_a_pause_are_read_back_by_the_next_run() {
    let world = World::with_faults(&["twice@3", "lost@6", "get:500@2-"]).await;
    let alone = ["--on-error", "skip", "--concurrency", "1", "--look-up", "off", "--json"];
    let ran = world.run_file(&csv(6, &[], &[]), &alone).json();
    assert_eq!((counts(&ran), &ran["status"]), ([6, 5, 0, 0, 1, 0], &json!("paused")), "{ran}");
    world.sandbox.set_faults(Vec::new());
    let resumed = world.run(&["resume", "1", "--json"]).json();
    assert_eq!((counts(&resumed), &resumed["status"]), ([6, 6, 0, 0, 0, 0], &json!("complete")), "{resumed}");
    assert_eq!(resumed["doubled"][0]["row"], 3, "{resumed}");
    assert_eq!(resumed["verified"]["created"], 6, "{resumed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_cannot_be_looked_up_by_id_is_not_called_gone() {
    let quirks = ["no-id-filter", "small-pages"].map(|quirk| quirk.parse().unwrap());
    let world = World::with(|options| options.quirks = quirks.into()).await;
    assert_eq!(world.run_file(&csv(12, &[], &[]), &[]).status, 0);
    // The list of the time of the import doesn't show it, and the first page of all cases doesn't either.
    set(&world, ids(&world)[11], "created_at", "2020-01-01 00:00:00");
    let (shown, _) = verify(&world, "1");
    assert_eq!(
        (&shown["verified"]["missing"], &shown["verified"]["not_listed"]),
        (&json!(0), &json!(1)),
        "{shown}"
    );
}
