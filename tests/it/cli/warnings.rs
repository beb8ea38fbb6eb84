//! Warnings of `run` before it sends, and in its result.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use common::{World, csv};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_says_what_the_check_says_before_it_sends() {
    let world = World::new().await;
    let recipe = common::RECIPE.replace("\ndate = \"mdy\"", "");
    world.file("recipe.toml", &recipe);
    let text = "Claim;Claimant;Assigned;Contact\nC-1;John and Mary Smith;11/02/2026;\nC-2;Doe, Jane;11/03/2026;\n\
                C-3;Jane or John Roe;11/04/2026;\n";
    let run = world.run_file(text, &[]);
    assert_eq!(run.status, 0, "{run:?}");
    let before = run.stderr.split("import 1: ").next().unwrap();
    for line in [
        "Delimiter: semicolon",
        "“Assigned” is ambiguous: it is read as month/day/year",
        "warning: 2 rows: “Claimant” doesn't look like a person's name, first in row 1",
    ] {
        assert!(before.contains(line), "{line}: {run:?}");
    }
    assert!(run.stdout.contains("2 rows created with warnings: 1, 3\n"), "{run:?}");
    let shown = world.run_file(&text.replace("C-", "D-"), &["--json"]).json();
    assert_eq!(shown["created_with_warnings"], 2);
    let group = &shown["check"]["groups"][0];
    assert_eq!(
        (&group["code"], &group["count"], &group["first"]["row"]),
        (&json!("name.odd"), &json!(2), &json!(1))
    );
    assert!(shown["check"]["notes"].to_string().contains("ambiguous"), "{shown}");
    let first = world.run_file(&text.replace("C-", "E-"), &["--first", "1", "--json"]);
    assert_eq!(first.json()["created_with_warnings"], 1, "{first:?}");
    assert!(first.stderr.contains("warning: 2 rows: “Claimant”"), "{first:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_file_with_rules_for_rows_says_so() {
    let world = World::new().await;
    let rules = "send_anyway = [1]\n\n[[leave_out]]\nrow = 2\n";
    let (first, rest) = common::RECIPE.split_once("\n[defaults]").unwrap();
    let (anyway, skipped) = rules.split_once("\n\n").unwrap();
    world.file("recipe.toml", &format!("{first}{anyway}\n[defaults]{rest}\n{skipped}"));
    let says = "warning: the recipe skips row 2 and sends row 1, even if already in Trackops, in any file";
    let run = world.run_file(&csv(3, &[], &[]), &[]);
    assert!(run.stderr.contains(says), "{run:?}");
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    assert!(world.run(&["check", &file, "--recipe", &recipe]).stdout.contains(says));
    let like = world.run(&["check", &file, "--like", "1"]);
    assert!(!like.stdout.contains("in any file"), "{like:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_in_a_chosen_footer_are_imported_and_told() {
    let world = World::new().await;
    let (file, recipe) = (world.file("cases.csv", &csv(4, &[], &[])), world.path("recipe.toml"));
    let check = |footer: &str| {
        world
            .run(&["check", file.to_str().unwrap(), "--recipe", &recipe, "--footer", footer, "--json"])
            .json()
    };
    let checked = check("2");
    assert_eq!(checked["to_send"], 4, "{checked}");
    let told = "2 rows of the footer have a reference and a name and so will be imported, lines 4, 5;";
    assert!(checked["doubts"].to_string().contains(told), "{checked}");
    assert!(!check("0")["doubts"].to_string().contains("footer"));
}
