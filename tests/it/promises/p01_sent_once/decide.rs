//! Decisions by hand: sending a duplicate anyway, skipping cases already in Trackops, resolving an unknown row.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;

use common::{World, counts, csv};

/// Runs five rows that can't be looked up, because they have no reference; one stays unknown.
async fn one_unknown(fault: &str) -> World {
    let world = World::with_faults(&[fault]).await;
    let recipe = common::RECIPE.replace("to = \"reference_value_1\"", "to = \"reference_value_2\"");
    world.file("recipe.toml", &recipe);
    let run = world.run_file(&csv(5, &[], &[]), &["--on-error", "skip", "--concurrency", "1", "--json"]);
    assert_eq!((run.status, counts(&run.json())), (1, [5, 4, 0, 0, 1, 0]), "{run:?}");
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_row_can_be_marked_as_a_case_by_its_id() {
    let world = one_unknown("lost@3").await;
    let third =
        world.sandbox.cases().iter().find(|case| case["reference_value_2"] == "C-0003").unwrap()["id"]
            .clone();
    let first = world.sandbox.cases()[0]["id"].to_string();
    let taken = world.run(&["resume", "1", "--treat-unknown-as", &format!("created={first}")]);
    assert_eq!(taken.status, 2);
    assert!(taken.stderr.contains(&format!("row 1 of import 1 already created case {first}")), "{taken:?}");
    for nobody in ["99999", "abc", "05003", "0"] {
        let resumed = world.run(&["resume", "1", "--treat-unknown-as", &format!("created={nobody}")]);
        assert!(
            (resumed.status, resumed.stderr.contains("has no case with the id")) == (2, true),
            "{resumed:?}"
        );
    }
    let other = world.run(&["resume", "1", "--treat-unknown-as", "send", "--row", "2"]);
    assert!(
        (other.status, other.stderr.contains("row 2 of import 1 isn't unknown")) == (2, true),
        "{other:?}"
    );
    let resumed = world.run(&["resume", "1", "--treat-unknown-as", &format!("created={third}"), "--json"]);
    assert_eq!((resumed.status, counts(&resumed.json())), (0, [5, 5, 0, 0, 0, 0]), "{resumed:?}");
    assert_eq!((world.sandbox.stats().posts, world.sandbox.stats().created), (5, 5));
    let receipt = world.run(&["receipt", "1", "--json"]).json();
    assert_eq!(receipt["cases"][2]["reason"], "marked as created by hand");
    assert_eq!(receipt["cases"][2]["case_id"], third.to_string());
    let again = world.run(&["resume", "1", "--treat-unknown-as", "send"]);
    assert_eq!((again.status, again.stderr.contains("has no unknown row")), (2, true), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_marked_as_a_case_with_another_reference_only_if_wanted_anyway() {
    let world = World::with_faults(&["lost@5"]).await;
    // A colleague's cases: one that could be the row's, so that a person must decide, and one whose id is typed by
    // mistake.
    let rows =
        "Claim,Claimant,Assigned,Contact\nC-0003,\"Doe, Jane\",11/02/2026,\nZ-1,\"Roe, Al\",11/02/2026,\n";
    let others = world.create_by_colleague(rows)[1];
    let run = world.run_file(
        &csv(5, &[], &[]),
        &["--on-error", "skip", "--look-up", "off", "--concurrency", "1", "--json"],
    );
    assert_eq!(counts(&run.json()), [5, 4, 0, 0, 1, 0], "{run:?}");
    let mark =
        |word: &str| world.run(&["resume", "1", "--treat-unknown-as", &format!("{word}={others}"), "--json"]);
    let refused = mark("created");
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(refused.stderr.contains("has another reference"), "{refused:?}");
    let marked = mark("created-anyway");
    assert_eq!(counts(&marked.json()), [5, 5, 0, 0, 0, 0], "{marked:?}");
    // It is read back as the other rows are.
    let verified = world.run(&["verify", "1", "--json"]);
    assert!(verified.status == 1 && verified.stdout.contains("Z-1"), "{verified:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_row_decided_as_missing_is_sent_again() {
    // No other row was sent, so nothing proves that a lookup would find this one.
    let world = World::with_faults(&["reset@1"]).await;
    let run = world.run_file(&csv(1, &[], &[]), &["--json"]);
    assert_eq!((run.status, counts(&run.json())), (1, [1, 0, 0, 0, 1, 0]), "{run:?}");
    let resumed = world.run(&["resume", "1", "--treat-unknown-as", "send", "--json"]);
    assert_eq!((resumed.status, counts(&resumed.json())), (0, [1, 1, 0, 0, 0, 0]), "{resumed:?}");
    assert_eq!((world.sandbox.stats().posts, world.sandbox.stats().created), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lookup_comes_before_a_decision_by_hand() {
    let world = World::with_faults(&["lost@3", "get:500"]).await;
    let run = world.run_file(&csv(5, &[], &[]), &["--on-error", "skip", "--look-up", "off", "--json"]);
    assert_eq!(counts(&run.json())[4], 1, "{run:?}");
    let blocked = world.run(&["resume", "1", "--treat-unknown-as", "send"]);
    assert!(blocked.stderr.contains("nothing was decided"), "{blocked:?}");
    world.sandbox.set_faults(Vec::new());
    let resumed = world.run(&["resume", "1", "--treat-unknown-as", "send", "--json"]);
    assert_eq!((resumed.status, counts(&resumed.json())), (0, [5, 5, 0, 0, 0, 0]), "{resumed:?}");
    assert_eq!(world.sandbox.stats().posts, 5, "the case was found, whatever the decision");
    assert!(resumed.stderr.contains("Nothing was left to decide"), "{resumed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_case_id_cannot_resolve_several_rows() {
    let world = World::with_faults(&["lost@2", "lost@4"]).await;
    let recipe = common::RECIPE.replace("to = \"reference_value_1\"", "to = \"reference_value_2\"");
    world.file("recipe.toml", &recipe);
    let run = world.run_file(&csv(5, &[], &[]), &["--on-error", "skip", "--concurrency", "1", "--json"]);
    assert_eq!(counts(&run.json())[4], 2, "{run:?}");
    let resumed = world.run(&["resume", "1", "--treat-unknown-as", "created=1"]);
    assert_eq!(
        (resumed.status, resumed.stderr.contains("rows 2, 4 of import 1 are unknown")),
        (2, true),
        "{resumed:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_are_sent_one_by_one_or_all() {
    let world = World::new().await;
    assert_eq!(world.run_file(&csv(4, &[], &[]), &["--json"]).status, 0);
    // Two of the four rows again, and a new row twice.
    let text = csv(2, &[], &[]) + "C-0009,\"Doe, Jo\",11/02/2026,\nC-0009,\"Doe, Jo\",11/02/2026,\n";
    let one = world.run_file(&text, &["--send-anyway", "2", "--json"]);
    assert_eq!((one.status, counts(&one.json())), (0, [4, 2, 0, 2, 0, 0]), "{one:?}");
    assert_eq!((world.references()["C-0001"], world.references()["C-0002"]), (1, 2));
    let codes: Vec<_> =
        one.json()["exclusions"].as_array().unwrap().iter().map(|e| e["code"].clone()).collect();
    assert_eq!(codes, ["duplicate.earlier", "duplicate.file"]);
    // An excluded row can be included later.
    let more = world.run(&["resume", "2", "--send-anyway", "4", "--json"]);
    assert_eq!((more.status, counts(&more.json())), (0, [4, 3, 0, 1, 0, 0]), "{more:?}");
    let rest = world.run(&["resume", "2", "--send-anyway", "all", "--json"]);
    assert_eq!((rest.status, counts(&rest.json())), (0, [4, 4, 0, 0, 0, 0]), "{rest:?}");
    assert_eq!((world.references()["C-0001"], world.references()["C-0009"]), (2, 2));
    // Decisions about rows of this file don't apply to the next.
    assert!(!world.run(&["recipe", "2"]).stdout.contains("send_anyway"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_already_in_trackops_are_excluded_on_request() {
    let world = World::new().await;
    assert_eq!(world.run_file(&csv(3, &[], &[]), &["--json"]).status, 0);
    // Another machine, whose ledger doesn't have these rows.
    let other = World::new().await;
    let config = std::fs::read_to_string(world.path("config/config.toml")).unwrap();
    std::fs::write(other.path("config/config.toml"), config).unwrap();
    let run = other.run_file(&csv(5, &[], &[]), &["--look-up", "--json"]);
    assert_eq!((run.status, counts(&run.json())), (0, [5, 2, 0, 3, 0, 0]), "{run:?}");
    let reason = run.json()["exclusions"][0].clone();
    assert_eq!(reason["code"], "duplicate.trackops");
    assert!(reason["reason"].as_str().unwrap().contains("is already in Trackops: case 2026-"), "{reason}");
    assert!(world.references().values().all(|times| *times == 1));
    let anyway = other.run(&["resume", "1", "--look-up", "--send-anyway", "1", "--json"]);
    assert_eq!(counts(&anyway.json()), [5, 3, 0, 2, 0, 0], "{anyway:?}");
    assert_eq!(world.references()["C-0001"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_applies_to_the_rows_unknown_at_that_time() {
    let world = World::with_faults(&["reset@3", "401@5-"]).await;
    let recipe = common::RECIPE.replace("to = \"reference_value_1\"", "to = \"reference_value_2\"");
    world.file("recipe.toml", &recipe);
    let run =
        world.run_file(&csv(9, &[], &[]), &["--on-error", "skip", "--concurrency", "1", "--json"]).json();
    assert_eq!(counts(&run), [9, 3, 0, 0, 1, 5], "{run}");
    // Row 5 is lost in the same run that applies the decision about row 3.
    world.sandbox.set_faults(vec![format!("lost@{}", world.sandbox.stats().posts + 2).parse().unwrap()]);
    let resumed = world.run(&["resume", "1", "--treat-unknown-as", "send", "--concurrency", "1", "--json"]);
    assert_eq!((resumed.status, counts(&resumed.json())), (1, [9, 8, 0, 0, 1, 0]), "{resumed:?}");
    assert_eq!(resumed.json()["exceptions"][0]["row"], 5);
    assert_eq!(world.sandbox.stats().created, 9, "each row once");
}

#[tokio::test(flavor = "multi_thread")]
async fn impossible_requests_fail_before_anything_is_sent() {
    let world = World::new().await;
    let far = world.run_file(&csv(3, &[], &[]), &["--send-anyway", "9"]);
    assert_eq!((far.status, far.stderr.contains("there is no row 9")), (2, true), "{far:?}");
    let dry = world.run_file(&csv(3, &[], &[]), &["--look-up", "--dry-run"]);
    assert_eq!((dry.status, dry.stderr.contains("--dry-run asks and sends nothing")), (2, true), "{dry:?}");
    world.file("recipe.toml", &common::RECIPE.replace("to = \"reference_value_1\"", "to = \"ignore\""));
    let none = world.run_file(&csv(3, &[], &[]), &["--look-up"]);
    assert_eq!((none.status, none.stderr.contains("no case can be looked up")), (2, true), "{none:?}");
    assert_eq!(world.sandbox.stats().posts, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_waited_for_while_a_lost_answer_is_looked_up() {
    let world = World::with(|options| {
        options.faults = ["lost@3", "503-wait@4"].map(|fault| fault.parse().unwrap()).into();
        options.latency = std::time::Duration::from_millis(20);
    })
    .await;
    let run = world.run_file(&csv(12, &[], &[]), &["--on-error", "halt", "--concurrency", "2", "--json"]);
    assert_eq!((run.status, counts(&run.json())), (0, [12, 12, 0, 0, 0, 0]), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_row_sent_first_is_looked_up_too() {
    let world = World::new().await;
    assert_eq!(world.run_file(&csv(1, &[], &[]), &["--json"]).status, 0);
    let other = World::new().await;
    let config = std::fs::read_to_string(world.path("config/config.toml")).unwrap();
    std::fs::write(other.path("config/config.toml"), config).unwrap();
    let first = other.run_file(&csv(2, &[], &[]), &["--look-up", "--first", "1", "--json"]).json();
    assert_eq!(
        (&first["first"]["outcome"], &first["status"]),
        (&"left_out".into(), &"ready".into()),
        "{first}"
    );
    assert_eq!(world.sandbox.stats().created, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_about_rows_follow_them_when_the_file_format_changes() {
    let world = World::new().await;
    world.file(
        "recipe.toml",
        &common::RECIPE.replacen("name = \"Test\"", "name = \"Test\"\nsend_anyway = [3]", 1),
    );
    let app = world.app().await;
    let id = world.import(&app, &csv(4, &[], &[]), caseload::ledger::OnError::Halt);
    let header = caseload::sheet::Header::Lines(1, 2);
    let layout = caseload::sheet::Layout { header: Some(header), ..caseload::sheet::Layout::default() };
    app.drafts().change_format(id, &layout).unwrap();
    assert_eq!(app.imports().recipe(id).unwrap().send_anyway, [2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_does_not_look_like_a_case_is_sent_later_if_it_is_named() {
    let world = World::new().await;
    let text = csv(2, &[], &[]) + "Total,3 claims,,\nC-0009,\"Doe, Jo\",11/02/2026,\n";
    let ran = world.run_file(&text, &["--json"]).json();
    assert_eq!(counts(&ran), [4, 3, 0, 1, 0, 0], "{ran}");
    assert_eq!(
        (&ran["exclusions"][0]["row"], &ran["exclusions"][0]["code"]),
        (&3.into(), &"row.total".into())
    );
    let all = world.run(&["resume", "1", "--send-anyway", "all", "--json"]).json();
    assert_eq!(counts(&all), [4, 3, 0, 1, 0, 0], "{all}");
    let named = world.run(&["resume", "1", "--send-anyway", "3", "--json"]).json();
    assert_eq!(counts(&named), [4, 4, 0, 0, 0, 0], "{named}");
}
