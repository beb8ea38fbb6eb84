//! Edits of the rows: fixed cells, skipped rows, one group only. The file never changes, and the counts add up.

use crate::common;

use caseload::ledger::{OnError, Status};
use common::{World, counts, csv, finish};
use serde_json::json;

/// Returns five rows; the third has a date that doesn't exist.
fn five() -> String {
    csv(5, &[3], &[])
}

fn add_to_recipe(world: &World, changes: &str) {
    let recipe = common::RECIPE.to_owned() + changes;
    world.file("recipe.toml", &recipe);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fixed_cell_is_sent_and_the_file_is_unchanged() {
    let world = World::new().await;
    let without = world.run_file(&five(), &["--on-error", "skip", "--json"]);
    assert_eq!(counts(&without.json()), [5, 4, 1, 0, 0, 0]);
    let fix = "\n[[fixes]]\ncolumn = \"Assigned\"\nrow = 3\nfrom = \"02/31/2026\"\nto = \"02/28/2026\"\n";
    add_to_recipe(&world, fix);
    let run = world.run_file(&five(), &["--json"]).json();
    // The rows that import 1 created are excluded, and its rejected row is sent.
    assert_eq!(counts(&run), [5, 1, 0, 4, 0, 0], "{run}");
    let cases = world.sandbox.cases();
    let third = cases.iter().find(|case| case["reference_value_1"] == "C-0003").unwrap();
    assert_eq!(third["created_on"], "2026-02-28");
    assert_eq!(std::fs::read_to_string(world.path("cases.csv")).unwrap(), five());

    // The recipe for the next file has no fixes for single rows of this one.
    assert!(!world.run(&["recipe", "2"]).stdout.contains("[[fixes]]"));
    assert!(world.run(&["recipe", "2", "--fixes"]).stdout.contains("row = 3"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_for_another_value_is_reported_and_not_applied() {
    let world = World::new().await;
    add_to_recipe(
        &world,
        "\n[[fixes]]\ncolumn = \"Assigned\"\nrow = 2\nfrom = \"1/1/2020\"\nto = \"2/2/2020\"\n",
    );
    world.file("cases.csv", &csv(2, &[], &[]));
    let check = world
        .run(&["check", &world.path("cases.csv"), "--recipe", &world.path("recipe.toml"), "--json"])
        .json();
    let problem = &check["problems"][0];
    assert_eq!(
        (&problem["code"], &problem["row"], &problem["column"], &problem["value"]),
        (&json!("fix.stale"), &json!(2), &json!("Assigned"), &json!("11/02/2026"))
    );
    assert_eq!(check["to_send"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_for_a_value_applies_to_every_row_and_to_the_next_file() {
    let world = World::new().await;
    add_to_recipe(&world, "\n[[fixes]]\ncolumn = \"Assigned\"\nfrom = \"02/31/2026\"\nto = \"\"\n");
    let run = world.run_file(&csv(4, &[1, 4], &[]), &["--json"]).json();
    assert_eq!(counts(&run), [4, 4, 0, 0, 0, 0], "a cell fixed to nothing is empty: {run}");
    world.file("next.csv", &csv(2, &[2], &[]).replace("C-00", "N-00"));
    let next = world.run(&["run", &world.path("next.csv"), "--like", "1", "--json"]).json();
    assert_eq!(counts(&next), [2, 2, 0, 0, 0, 0], "{next}");
}

#[tokio::test(flavor = "multi_thread")]
async fn skipped_rows_are_counted() {
    let world = World::new().await;
    add_to_recipe(
        &world,
        "\n[[leave_out]]\nrow = 3\n\n[[leave_out]]\ncolumn = \"Claim\"\nvalue = \"c-0005\"\n",
    );
    let run = world.run_file(&five(), &["--json"]);
    let shown = run.json();
    assert_eq!((run.status, counts(&shown)), (0, [5, 3, 0, 2, 0, 0]), "{shown}");
    let reasons: Vec<_> = shown["exclusions"].as_array().unwrap().iter().map(|e| &e["reason"]).collect();
    assert_eq!(reasons, ["you skipped this row", "you skipped the rows with “C-0005” in “Claim”"]);
    assert!(!world.references().contains_key("C-0003"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_groups_of_a_mixed_file_can_be_imported_separately() {
    let world = World::new().await;
    world.file("cases.csv", &csv(6, &[2], &[]));
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let only = |text: &str| {
        let group = format!("Assigned={text}");
        let run =
            world.run(&["run", &file, "--recipe", &recipe, "--on-error", "skip", "--json", "--only", &group]);
        counts(&run.json())
    };
    assert_eq!(only("11/02/2026"), [6, 5, 0, 1, 0, 0]);
    assert_eq!(only("02/31/2026"), [6, 0, 1, 5, 0, 0]);
    // The recipe keeps the group for the next mixed file.
    assert!(world.run(&["recipe", "1"]).stdout.contains("[only]\ncolumn = \"Assigned\""));
    let two = finish(
        world
            .command(&["check", &file, "--recipe", &recipe, "--only", "Claim=1", "--only", "Contact=2"])
            .output()
            .unwrap(),
    );
    assert_eq!(two.status, 2);
    let none = finish(
        world.command(&["run", &file, "--recipe", &recipe, "--only", "Assigned=11/2/2026"]).output().unwrap(),
    );
    assert_eq!(none.status, 2);
    let sentence = "no row has “11/2/2026” in “Assigned”. Its values are: 11/02/2026 (5), 02/31/2026 (1)";
    assert!(none.stderr.contains(sentence), "{none:?}");
    assert!(
        two.stderr.contains("--only takes values of one column, but “Claim” and “Contact” are two"),
        "{two:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn splitting_a_mixed_file_sends_every_row_once() {
    let world = World::new().await;
    let text =
        csv(6, &[], &[]).replacen("Contact", "Carrier", 1).replace("11/02/2026,\n", "11/02/2026,Acme\n");
    let text = text.replacen("Acme", "ACME", 1).replacen("Acme", "", 1).replacen("Acme", "Beta", 1);
    let recipe =
        common::RECIPE.replace("\n[[columns]]\nfrom = \"Contact\"\nto = \"primary_contact_id\"\n", "");
    world.file("recipe.toml", &recipe);
    let app = world.app().await;
    let id = world.import(&app, &text, OnError::Halt);
    let sheet = app.imports().sheet(id).unwrap();
    let texts = ["ACME", "Acme", "Beta", ""].map(str::to_owned);
    let made = app.drafts().split(id, &sheet, "Carrier", &texts).unwrap();
    assert_eq!(made.iter().map(|import| import.status).collect::<Vec<_>>(), [Status::Ready; 3]);
    assert_eq!(made[0].id, id);
    let mut created = 0;
    for import in made {
        assert_eq!(common::run(&app, import.id, OnError::Halt).await.status, Status::Complete);
        let counts = app.imports().get(import.id).unwrap().counts;
        assert_eq!(counts.created + counts.excluded, 6);
        created += counts.created;
    }
    assert_eq!((created, world.references().len()), (6, 6));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guessed_date_order_is_reported_if_the_whole_file_leaves_it_open() {
    let world = World::new().await;
    world.file("recipe.toml", &common::RECIPE.replace("date = \"mdy\"\n", ""));
    let notes = |text: &str| {
        world.file("cases.csv", text);
        let arguments = ["check", &world.path("cases.csv"), "--recipe", &world.path("recipe.toml"), "--json"];
        world.run(&arguments).json()["notes"].to_string()
    };
    let ambiguous = csv(500, &[], &[]);
    assert!(notes(&ambiguous).contains("“Assigned” is ambiguous: it is read as month/day/year"));
    let last = ambiguous.rfind("11/02/2026").unwrap();
    let decided = format!("{}11/22/2026{}", &ambiguous[..last], &ambiguous[last + 10..]);
    assert_eq!(notes(&decided), "[]");
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_in_the_other_order_are_not_sent_with_an_earlier_recipe() {
    let world = World::new().await;
    assert_eq!(world.run_file(&csv(3, &[], &[]), &["--json"]).status, 0);
    let other = "Claim,Claimant,Assigned,Contact\nD-1,\"Doe, Jo\",4/11/2026,\nD-2,\"Doe, Al\",25/11/2026,\n";
    world.file("next.csv", other);
    let refused = world.run(&["run", &world.path("next.csv"), "--like", "1"]);
    assert_eq!((refused.status, world.sandbox.stats().created), (2, 3), "{refused:?}");
    assert!(refused.stderr.contains("its dates are day/month/year"), "{refused:?}");
    let recipe = world.run(&["map", &world.path("next.csv"), "--like", "1"]).stdout;
    assert!(recipe.contains("date = \"dmy\""), "{recipe}");
    world.file("recipe.toml", &recipe);
    assert_eq!(world.run_file(other, &["--json"]).status, 0);
    let cases = world.sandbox.cases();
    let mut dates: Vec<_> = cases[3..].iter().map(|case| case["created_on"].as_str().unwrap()).collect();
    dates.sort_unstable();
    assert_eq!(dates, ["2026-11-04", "2026-11-25"]);
}

/// Dates of a workbook have the year first; those of next week's CSV may fit any other order.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_no_date_fits_is_not_taken_over() {
    let world = World::new().await;
    let first = "Claim,Claimant,Assigned,Contact\nD-1,\"Doe, Jo\",2026-11-04,\nD-2,\"Doe, Al\",2026-11-05,\n";
    world.file("recipe.toml", &common::RECIPE.replace("date = \"mdy\"", "date = \"ymd\""));
    assert_eq!(world.run_file(first, &["--json"]).status, 0);
    world
        .file("next.csv", &first.replace("D-", "E-").replace("2026-11-0", "11/0").replace(",\n", "/2026,\n"));
    let refused = world.run(&["run", &world.path("next.csv"), "--like", "1"]);
    assert_eq!((refused.status, world.sandbox.stats().created), (2, 2), "{refused:?}");
    assert!(refused.stderr.contains("its dates are month/day/year"), "{refused:?}");
    let recipe = world.run(&["map", &world.path("next.csv"), "--like", "1"]).stdout;
    assert!(!recipe.contains("date = \"ymd\""), "{recipe}");
}

/// What a header says of its dates is a guess; what an earlier file proved is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_header_does_not_overrule_the_order_of_an_earlier_file() {
    let world = World::new().await;
    let file = |key: &str, days: [u8; 2]| {
        let [one, two] = days;
        format!(
            "Claim,Claimant,Assigned (DD/MM/YYYY),Contact\n{key}-1,\"Doe, Jo\",11/{one:02}/2026,\n\
             {key}-2,\"Doe, Al\",11/{two:02}/2026,\n"
        )
    };
    world.file("recipe.toml", &common::RECIPE.replace("\"Assigned\"", "\"Assigned (DD/MM/YYYY)\""));
    assert_eq!(world.run_file(&file("D", [14, 15]), &["--json"]).status, 0);
    world.file("next.csv", &file("E", [3, 4]));
    let recipe = world.run(&["map", &world.path("next.csv"), "--like", "1"]).stdout;
    assert!(recipe.contains("date = \"mdy\""), "{recipe}");
    // Nor does it set an order that no date fits.
    world.file("new.csv", &file("F", [14, 15]).replace("DD/MM/YYYY", "YYYY-MM-DD"));
    let recipe = world.run(&["map", &world.path("new.csv")]).stdout;
    assert!(!recipe.contains("date = \"ymd\""), "{recipe}");
}
