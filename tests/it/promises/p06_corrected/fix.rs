//! Correcting and resending rejected rows with `fix` and `resume --rejected`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use caseload::app::Correction;
use common::{Finished, World, counts, csv};

/// Runs six rows: rows 2 and 5 have a date that doesn't exist, row 4 a contact of another client.
async fn rejected(on_error: &str) -> (World, Finished) {
    let world = World::new().await;
    let ran = world.run_file(&csv(6, &[2, 5], &[4]), &["--on-error", on_error, "--send-valid", "--json"]);
    (world, ran)
}

fn fix(world: &World, arguments: &[&str]) -> Finished {
    world.run(&[&["fix", "1"], arguments].concat())
}

fn date(world: &World, row: &str, value: &str) -> Finished {
    fix(world, &["--row", row, "--column", "Assigned", "--value", value, "--json"])
}

fn resume(world: &World, more: &[&str]) -> Finished {
    world.run(&[&["resume", "1", "--json"], more].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_row_is_sent_again_and_each_try_is_kept() {
    let (world, ran) = rejected("skip").await;
    assert_eq!(counts(&ran.json()), [6, 3, 3, 0, 0, 0], "{ran:?}");

    // Another invalid date leaves the row rejected.
    let wrong = date(&world, "2", "02/30/2026");
    assert_eq!((wrong.status, &wrong.json()["rows"][0]["standing"]), (1, &"rejected".into()), "{wrong:?}");
    let fixed = date(&world, "2", "02/28/2026");
    assert_eq!((fixed.status, &fixed.json()["rows"][0]["standing"]), (0, &"corrected".into()), "{fixed:?}");
    let fixed = fix(&world, &["--row", "4", "--column", "Contact", "--value", "", "--json"]);
    assert_eq!((fixed.status, &fixed.json()["corrected"]), (0, &2.into()), "{fixed:?}");
    let shown = world.run(&["show", "1", "--json"]).json();
    assert_eq!(counts(&shown), [6, 3, 3, 0, 0, 0], "nothing is sent before resume");
    assert_eq!(shown["exceptions"][0]["corrected"], true, "{shown}");

    let resumed = resume(&world, &["--rejected"]);
    let shown = resumed.json();
    assert_eq!((resumed.status, counts(&shown)), (1, [6, 5, 1, 0, 0, 0]), "{resumed:?}");
    let tries = shown["tries"].as_array().unwrap();
    let of = |row: u64| tries.iter().find(|earlier| earlier["row"] == row).unwrap();
    assert_eq!((tries.len(), &of(2)["sent"]), (2, &serde_json::Value::Null), "row 2 was never sent");
    assert_eq!(of(4)["sent"]["primary_contact_id"], "1030", "{shown}");
    assert!(of(4)["sent_at"].is_string() && of(4)["code"] == "trackops.422", "{shown}");
    let sent = world.sandbox.cases();
    let of = |reference: &str| sent.iter().find(|case| case["reference_value_1"] == reference).unwrap();
    assert_eq!(of("C-0002")["created_on"].as_str().map(|date| &date[..10]), Some("2026-02-28"));
    assert!(world.references().values().all(|times| *times == 1), "{:?}", world.references());

    // The last one is skipped.
    assert_eq!(fix(&world, &["--row", "5", "--skip"]).status, 0);
    let resumed = resume(&world, &["--rejected"]);
    assert_eq!((resumed.status, counts(&resumed.json())), (0, [6, 5, 0, 1, 0, 0]), "{resumed:?}");
    let receipt = world.run(&["receipt", "1", "--json"]).json();
    let tries: Vec<u64> =
        receipt["cases"].as_array().unwrap().iter().map(|c| c["tries"].as_u64().unwrap()).collect();
    assert_eq!(
        tries,
        [1, 1, 1, 2, 0, 1],
        "rows 2 and 5 were rejected by the check first, and row 5 was never sent"
    );
    let changes = "2 cells edited, 1 row skipped";
    assert_eq!((&receipt["edits"]["cells"], &receipt["edits"]["skipped_rows"]), (&2.into(), &1.into()));
    assert!(world.run(&["receipt", "1"]).stdout.contains(changes));
    assert!(world.run(&["receipt", "1", "--html"]).stdout.contains(changes));
    assert!(world.run(&["show", "1"]).stdout.contains("rejected by the check before, not sent: row 2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_halt_the_corrected_row_is_sent_first() {
    let (world, ran) = rejected("halt").await;
    assert_eq!((&ran.json()["status"], counts(&ran.json())[1]), (&"error".into(), 1), "{ran:?}");
    assert_eq!(date(&world, "2", "02/28/2026").status, 0);
    let resumed = resume(&world, &[]);
    // Rows 2 and 3 are created; row 4 halts the import again.
    assert_eq!(counts(&resumed.json()), [6, 3, 1, 0, 0, 2], "{resumed:?}");
    assert!(world.references().contains_key("C-0002"), "{:?}", world.references());
    assert!(!world.references().contains_key("C-0005"), "nothing after row 4 is sent");
    // Without a terminal, rejected rows are reported and passed over.
    let resumed = resume(&world, &["--on-error", "skip"]);
    assert!(resumed.stderr.contains("row 4 stays rejected, and the rows after it are sent"), "{resumed:?}");
    assert!(
        resumed.stderr.contains("caseload fix 1 --row 4 --column \"Contact\" --value VALUE"),
        "{resumed:?}"
    );
    assert_eq!(counts(&resumed.json()), [6, 4, 2, 0, 0, 0], "{resumed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_error_that_halted_an_import_is_printed_once() {
    let (world, ran) = rejected("halt").await;
    let message = ran.json()["exceptions"][0]["message"].as_str().unwrap().to_owned();
    let shown = world.run(&["show", "1"]).stdout;
    assert!(shown.contains("Stopped at row 2 (line 3). No further rows were sent.\n"), "{shown}");
    assert_eq!(shown.matches(&message).count(), 1, "{shown}");
    let resumed = world.run(&["resume", "1"]);
    let printed = resumed.stderr.clone() + &resumed.stdout;
    assert_eq!(printed.matches(&message).count(), 1, "{printed}");
    let halted_again = world.run(&["show", "1", "--json"]).json()["exceptions"][1]["message"].clone();
    assert_eq!(printed.matches(halted_again.as_str().unwrap()).count(), 1, "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_never_resends_a_row_that_is_or_may_be_a_case() {
    let world = World::with_faults(&["lost@2-", "get:500"]).await;
    let ran = world.run_file(
        &csv(3, &[2], &[]),
        &["--on-error", "skip", "--concurrency", "1", "--look-up", "off", "--json"],
    );
    assert_eq!(counts(&ran.json()), [3, 1, 1, 0, 1, 0], "{ran:?}");
    for (row, why) in
        [("1", "is already case "), ("3", "may already be in Trackops"), ("4", "the file has rows 1 to 3")]
    {
        let refused = date(&world, row, "11/02/2026");
        assert!(refused.status == 2 && refused.stderr.contains(why), "{refused:?}");
    }
    let refused = fix(&world, &["--row", "2", "--column", "Assinged", "--value", "x"]);
    assert!(refused.status == 2 && refused.stderr.contains("Claim, Claimant, Assigned"), "{refused:?}");
    // A fix for every row applies only to rows that aren't sent.
    let every = ["--column", "Contact", "--from", "", "--value", "1001"];
    assert_eq!(fix(&world, &every).status, 1);
    let posts = world.sandbox.stats().posts;
    assert_eq!(date(&world, "2", "11/02/2026").status, 0);
    let resumed = resume(&world, &["--rejected"]);
    assert!(resumed.json()["unknown"].as_u64() >= Some(1), "{resumed:?}");
    assert!(world.sandbox.stats().posts <= posts + 1, "only row 2 is sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_corrected_to_a_reference_with_a_case_creates_no_second_case() {
    let world = World::new().await;
    let text = csv(3, &[], &[1]).replace("C-0001", "C-0009");
    assert_eq!(counts(&world.run_file(&text, &["--on-error", "skip", "--json"]).json()), [3, 2, 1, 0, 0, 0]);
    for (column, value) in [("Contact", ""), ("Claim", "C-0003")] {
        assert_eq!(fix(&world, &["--row", "1", "--column", column, "--value", value]).status, 0);
    }
    // Without a lookup, only the ledger can tell.
    let resumed = resume(&world, &["--rejected", "--look-up", "off"]);
    let shown = resumed.json();
    assert_eq!(counts(&shown), [3, 2, 0, 1, 0, 0], "{resumed:?}");
    assert!(shown["exclusions"][0]["reason"].as_str().unwrap().contains("import 1 (row 3)"), "{shown}");
    assert_eq!(world.references()["C-0003"], 1);
}

/// A row may have been created in spite of an answer that turned it away, under the reference it had then.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_turned_away_is_looked_up_by_the_reference_it_was_sent_with() {
    let world = World::with_faults(&["403-created@2"]).await;
    let ran = world.run_file(&csv(3, &[], &[]), &["--concurrency", "1", "--json"]);
    assert_eq!(common::counts(&ran.json()), [3, 1, 0, 0, 0, 2], "{ran:?}");
    let fixed = world.run(&["fix", "1", "--row", "2", "--column", "Claim", "--value", "C-9000"]);
    assert_eq!(fixed.status, 0, "{fixed:?}");
    let resumed = world.run(&["resume", "1", "--json"]);
    assert_eq!(world.sandbox.stats().created, 3, "{resumed:?}");
    assert_eq!(common::counts(&resumed.json())[5], 0, "{resumed:?}");
    assert!(!world.references().contains_key("C-9000"), "{:?}", world.references());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_recipe_fixes_every_row_at_once() {
    let (world, _) = rejected("skip").await;
    assert_eq!(date(&world, "5", "02/27/2026").status, 0);
    let recipe = common::RECIPE
        .replace("to = \"primary_contact_id\"", "to = \"primary_contact_id\"\nvalues = { \"1030\" = 1000 }");
    world.file("mended.toml", &recipe);
    let fixed = fix(&world, &["--recipe", &world.path("mended.toml"), "--json"]);
    let standing = |at: usize| fixed.json()["rows"][at]["standing"].clone();
    assert_eq!([0, 1, 2].map(standing), ["rejected", "corrected", "corrected"], "{fixed:?}");
    let resumed = resume(&world, &["--rejected"]);
    assert_eq!(counts(&resumed.json()), [6, 5, 1, 0, 0, 0], "{resumed:?}");
    // --fixes adds the fixes of single rows; a recipe for the next file has none.
    assert!(world.run(&["recipe", "1", "--fixes"]).stdout.contains("02/27/2026"));
    assert!(!world.run(&["recipe", "1"]).stdout.contains("02/27/2026"));
    world.file("other.toml", &format!("{}\n[sheet]\nheader = \"2\"\n", common::RECIPE));
    let refused = fix(&world, &["--recipe", &world.path("other.toml")]);
    assert!(refused.status == 2 && refused.stderr.contains("[sheet]"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_recipe_keeps_earlier_fixes_of_values() {
    let (world, _) = rejected("skip").await;
    let value = ["--column", "Contact", "--from", "1030", "--value", "1000", "--json"];
    assert_eq!(fix(&world, &value).json()["corrected"], 1);
    world.file("same.toml", common::RECIPE);
    let fixed = fix(&world, &["--recipe", &world.path("same.toml"), "--json"]).json();
    assert_eq!((&fixed["corrected"], &fixed["kept_fixes"]), (&1.into(), &serde_json::json!(["Contact"])));
    let output = fix(&world, &["--recipe", &world.path("same.toml")]).stdout;
    assert!(output.contains("are kept: “Contact” (1). To undo one"), "{output}");
    // The recipe has another fix of the same value, or says that it stays.
    let fix_with = |to: &str| {
        let entry = format!("\n[[fixes]]\ncolumn = \"Contact\"\nfrom = \"1030\"\nto = \"{to}\"\n");
        world.file("other.toml", &(common::RECIPE.to_owned() + &entry));
        let result = fix(&world, &["--recipe", &world.path("other.toml"), "--json"]).json();
        let row = result["rows"].as_array().unwrap().iter().find(|row| row["row"] == 4).cloned();
        (row.unwrap()["standing"].clone(), world.run(&["recipe", "1"]).stdout)
    };
    let (standing, recipe) = fix_with("1001");
    assert!(standing == "corrected" && recipe.contains("to = \"1001\""), "{standing} {recipe}");
    let (standing, recipe) = fix_with("1030");
    assert!(standing == "unchanged" && !recipe.contains("fixes"), "{standing} {recipe}");
}

#[tokio::test(flavor = "multi_thread")]
async fn unchanged_refused_rows_are_resent_only_on_request() {
    let (world, _) = rejected("skip").await;
    let none = resume(&world, &["--rejected"]);
    assert!(none.status == 2 && none.stderr.contains("is corrected yet"), "{none:?}");
    let posts = world.sandbox.stats().posts;
    assert_eq!(resume(&world, &[]).status, 1);
    assert_eq!(world.sandbox.stats().posts, posts);
    let all = resume(&world, &["--rejected", "all"]);
    assert_eq!((all.status, counts(&all.json())), (1, [6, 3, 3, 0, 0, 0]), "{all:?}");
    assert_eq!(
        world.sandbox.stats().posts,
        posts + 1,
        "only row 4 is sent, because the check still rejects 2 and 5"
    );
    assert_eq!(all.json()["tries"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_can_come_from_standard_input_and_a_skipped_row_be_included() {
    let (world, _) = rejected("skip").await;
    assert_eq!(fix(&world, &["--row", "2", "--skip"]).status, 0);
    let arguments = ["fix", "1", "--row", "2", "--column", "Assigned", "--value", "-", "--json"];
    let mut command = world.command(&arguments);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"02/28/2026\n").unwrap();
    let fixed = common::finish(child.wait_with_output().unwrap());
    assert_eq!(fixed.json()["rows"][0]["standing"], "corrected", "{fixed:?}");
    assert_eq!(counts(&resume(&world, &["--rejected"]).json()), [6, 4, 2, 0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_tries_are_kept_without_private_values() {
    let world = World::new().await;
    let recipe = common::RECIPE.to_owned()
        + "[[fields]]\nkey = \"subject.7\"\nlabel = \"SSN\"\nkind = \"ssn\"\n[[columns]]\nfrom = \"SSN\"\nto = \"subject.7\"\n";
    world.file("recipe.toml", &recipe);
    let text = "Claim,Claimant,Assigned,Contact,SSN\nC-1,\"Doe, Jane\",11/02/2026,1030,078-05-1121\n";
    let ran = world.run_file(text, &["--on-error", "skip", "--json"]);
    assert_eq!(counts(&ran.json()), [1, 0, 1, 0, 0, 0], "{ran:?}");
    let ssn = fix(&world, &["--row", "1", "--column", "SSN", "--value", "078051122", "--json"]);
    assert!(!ssn.stdout.contains("078") && !ssn.stderr.contains("078"), "{ssn:?}");
    let all = resume(&world, &["--rejected"]);
    let shown = all.json();
    let sent = shown["tries"][0]["sent"].to_string();
    assert!(sent.contains("subject.7") && !sent.contains("1121"), "{sent}");
    assert!(!all.stdout.contains("078") && !all.stderr.contains("078"), "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_value_can_be_discarded() {
    let (world, _) = rejected("skip").await;
    let app = world.app().await;
    let recipe = || app.imports().get(1).unwrap().recipe;
    let (before, column) = (recipe(), "Assigned".to_owned());
    let cell = |value: &str| Correction::Cell { row: 2, column: column.clone(), value: value.to_owned() };
    let refused = app.runs().correct_if_accepted(1, cell("02/30/2026")).unwrap();
    assert_eq!((recipe() == before, refused.rows[0].is_corrected()), (true, false));
    let every = |value: &str| Correction::Value {
        column: column.clone(),
        from: "02/31/2026".to_owned(),
        value: value.to_owned(),
    };
    assert_eq!(app.runs().correct_if_accepted(1, every("02/30/2026")).unwrap().rows.len(), 2);
    assert_eq!(recipe(), before);
    let saved = app.runs().correct_if_accepted(1, cell("02/28/2026")).unwrap();
    assert_eq!((recipe() == before, saved.rows[0].is_corrected()), (false, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_of_one_value_reports_only_the_rows_that_have_it() {
    let world = World::new().await;
    let ran = world.run_file(&csv(4, &[2, 3], &[4]), &["--on-error", "skip", "--send-valid", "--json"]);
    assert_eq!(counts(&ran.json())[2], 3, "{ran:?}");
    let fix = ["fix", "1", "--column", "Assigned", "--from", "02/31/2026", "--value", "02/28/2026", "--json"];
    let fixed = world.run(&fix);
    let rows: Vec<u64> =
        fixed.json()["rows"].as_array().unwrap().iter().map(|row| row["row"].as_u64().unwrap()).collect();
    assert_eq!((fixed.status, rows), (0, vec![2, 3]), "row 4 was refused for another reason: {fixed:?}");
    // A value that an earlier fix put there counts as the value of the row.
    let again =
        ["fix", "1", "--column", "Assigned", "--from", "02/28/2026", "--value", "02/27/2026", "--json"];
    let again = world.run(&again);
    assert_eq!((again.status, again.json()["rows"].as_array().unwrap().len()), (0, 2), "{again:?}");
    let none = world.run(&["fix", "1", "--column", "Assigned", "--from", "nowhere", "--value", "02/28/2026"]);
    assert!(none.stdout.contains("No rejected rows affected"), "{none:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_row_is_no_second_case_of_the_row_that_has_its_reference_too() {
    let world = World::new().await;
    let text = csv(3, &[2], &[]).replace("C-0003", "C-0002");
    let (file, recipe) = (world.file("twice.csv", &text), world.path("recipe.toml"));
    let checked = world.run(&["check", file.to_str().unwrap(), "--recipe", &recipe, "--json"]).json();
    let found = checked["problems"].as_array().unwrap();
    let twice = found.iter().find(|problem| problem["code"] == "reference.of_rejected").unwrap();
    assert_eq!((&twice["row"], &twice["severity"]), (&3.into(), &"warning".into()), "{checked}");
    assert!(twice["message"].as_str().unwrap().contains("row 2"), "{checked}");

    let ran = world.run_file(&text, &["--on-error", "skip", "--json"]);
    assert_eq!(counts(&ran.json()), [3, 2, 1, 0, 0, 0], "{ran:?}");
    assert!(ran.stderr.contains("is also the reference of a row with an error"), "{ran:?}");
    assert_eq!(date(&world, "2", "02/28/2026").status, 0);
    let resumed = resume(&world, &["--rejected"]);
    assert_eq!(counts(&resumed.json()), [3, 2, 0, 1, 0, 0], "{resumed:?}");
    assert!(world.references().values().all(|times| *times == 1), "{:?}", world.references());
}
