//! Records that show a case's client, reference or id otherwise than it was sent: colleagues' cases still aren't created
//! again, doubles are told, and nothing else is called one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use common::{Finished, World, counts, csv};
use serde_json::{Value, json};

async fn world(quirks: &[&str], faults: &[&str]) -> World {
    World::with(|options| {
        options.quirks = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
        options.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    })
    .await
}

/// Returns a recipe for the sandbox's second client.
fn for_another_client() -> String {
    common::RECIPE
        .replace("client_id = 100", "client_id = 110")
        .replace("contact_id = 1000", "contact_id = 1030")
}

/// Runs a file in a new home, as a colleague does.
fn run_by_colleague(world: &World, text: &str, recipe: &str, more: &[&str]) -> Finished {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join("config")).unwrap();
    std::fs::copy(world.path("config/config.toml"), home.path().join("config/config.toml")).unwrap();
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let (file, with) = (path("theirs.csv"), path("theirs.toml"));
    std::fs::write(&file, text).unwrap();
    std::fs::write(&with, recipe).unwrap();
    let arguments = [&["run", &file, "--recipe", &with, "--json"], more].concat();
    common::finish(world.command(&arguments).env("CASELOAD_HOME", home.path()).output().unwrap())
}

fn note(shown: &Value) -> &str {
    shown["note"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleagues_case_is_not_created_again_whatever_records_show() {
    // With 350 cases in the list, each reference of a short file is looked up instead.
    for (quirk, listed, word) in [
        ("root-clients", 12, "may already be"),
        ("root-clients", 350, "may already be"),
        ("no-references", 12, "may already be"),
        ("no-references", 350, "may already be"),
        ("odd-ids", 12, "may already be"),
        ("bare-cases", 12, "is already"),
    ] {
        let world = world(&[quirk], &[]).await;
        let first = world.run_file(&csv(listed, &[], &[]), &["--on-error", "skip", "--json"]);
        assert_eq!(counts(&first.json())[1], listed, "{quirk}: {first:?}");
        let second = run_by_colleague(&world, &csv(3, &[], &[]), common::RECIPE, &[]);
        let shown = second.json();
        assert_eq!((second.status, counts(&shown)), (0, [3, 0, 0, 3, 0, 0]), "{quirk} {listed}: {shown}");
        let reason = shown["exclusions"][0]["reason"].as_str().unwrap();
        assert!(reason.contains(&format!("{word} in Trackops: case")), "{quirk} {listed}: {reason}");
        assert_eq!(world.sandbox.stats().created, listed, "{quirk} {listed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_reference_for_another_client_is_another_case_whatever_id_is_shown() {
    for (quirks, listed, rows) in
        [(&[][..], 40, 40), (&["root-clients"], 40, 40), (&["root-clients"], 350, 3)]
    {
        let world = world(quirks, &[]).await;
        world.run_file(&csv(listed, &[], &[]), &["--on-error", "skip"]);
        let gets = world.sandbox.stats().gets;
        let other = run_by_colleague(&world, &csv(rows, &[], &[]), &for_another_client(), &[]);
        let shown = other.json();
        assert_eq!((other.status, counts(&shown)), (0, [rows, rows, 0, 0, 0, 0]), "{quirks:?}: {shown}");
        assert_eq!((note(&shown), &shown["doubled"]), ("", &json!([])), "{quirks:?}: {shown}");
        let gets = world.sandbox.stats().gets - gets;
        assert!(gets <= 24, "{gets} requests: the client is asked for once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_shown_under_its_other_id_is_compared_with_what_was_sent() {
    let world = world(&["root-clients"], &["twice@2"]).await;
    let ran = world.run_file(&csv(4, &[], &[]), &["--concurrency", "1", "--json"]);
    let shown = ran.json();
    assert_eq!(counts(&shown), [4, 4, 0, 0, 0, 0], "{shown}");
    assert_eq!(shown["doubled"][0]["row"], 2, "the double is told: {shown}");
    assert_eq!(shown["doubled"].as_array().unwrap().len(), 1, "{shown}");
    // Another client's cases with the same references aren't doubles.
    run_by_colleague(&world, &csv(4, &[], &[]), &for_another_client(), &["--look-up", "off"]);
    let shown = world.run(&["verify", "1", "--json"]).json();
    assert_eq!((&shown["verified"]["same"], &shown["findings"]), (&json!(4), &json!([])), "{shown}");
    assert_eq!(shown["doubled"].as_array().unwrap().len(), 1, "{shown}");
    // A client that is certainly another one is a difference, and isn't called cut.
    assert!(world.sandbox.change_case(5001, "root_id", 2.into()));
    let shown = world.run(&["verify", "1", "--json"]).json();
    let finding = &shown["findings"][0];
    assert_eq!((&finding["field"], &finding["kind"]), (&json!("client_id"), &json!("other")), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_cannot_show_doubles_is_reported() {
    let world = world(&["no-references"], &["twice@2"]).await;
    let ran = world.run_file(&csv(4, &[], &[]), &["--concurrency", "1", "--json"]).json();
    assert_eq!((counts(&ran), &ran["doubled"]), ([4, 4, 0, 0, 0, 0], &json!([])), "{ran}");
    assert!(note(&ran).contains("can't be found by reading back"), "{ran}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_case_under_two_ids_is_one_case() {
    let world = world(&["request-ids"], &[]).await;
    let ran = world.run_file(&csv(4, &[], &[]), &["--json"]);
    let shown = ran.json();
    assert_eq!((ran.status, counts(&shown), note(&shown)), (0, [4, 4, 0, 0, 0, 0], ""), "{shown}");
    assert_eq!((&shown["doubled"], &shown["verified"]["same"]), (&json!([]), &json!(4)), "{shown}");
    // Nor is it two if nothing but the reference tells.
    assert!(world.sandbox.change_case(5001, "case_number", "W-9".into()));
    let verified = world.run(&["verify", "1", "--json"]);
    assert_eq!((&verified.json()["doubled"], verified.status), (&json!([]), 1), "{verified:?}");
    assert!(verified.stderr.contains("which isn't listed; case W-9 in Trackops could be it"), "{verified:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_case_of_an_unknown_row_is_not_called_another_rows_double() {
    let world = world(&["number-references"], &["lost@2"]).await;
    let references =
        ["77", "0012", "12", "88"].map(|reference| format!("{reference},\"Doe, Jane\",11/02/2026,\n"));
    let text = format!("Claim,Claimant,Assigned,Contact\n{}", references.concat());
    let ran = world.run_file(&text, &["--concurrency", "1", "--on-error", "skip", "--json"]);
    let shown = ran.json();
    assert_eq!((counts(&shown), world.sandbox.stats().created), ([4, 3, 0, 0, 1, 0], 4), "{shown}");
    assert_eq!(shown["doubled"], json!([]), "{shown}");
    assert!(note(&shown).contains("Row 2 (line 3) is unknown, and case"), "{shown}");
    assert!(!note(&shown).contains("delete"), "{shown}");
}
