//! Every kind of custom field: the cell, the value sent, and the value stored.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;

use common::{World, counts};
use serde_json::{Value, json};

/// Key, kind in the recipe, cell, the value stored, and the value stored with the other value formats set.
type Line = (&'static str, &'static str, &'static str, fn() -> Value, fn() -> Value);

const KINDS: [Line; 16] = [
    ("subject.1", "name", "Doe, Jane", name, name),
    ("subject.2", "text", "007", || json!("007"), || json!("007")),
    (
        "subject.3",
        "address",
        "1 Main St, Denver, CO, 80202, United States",
        || address("US"),
        || address("United States"),
    ),
    ("subject.4", "birthday", "3/4/80", || json!("1980-03-04"), || json!("1980-03-04")),
    ("subject.6", "email", "jane@example.com", || json!("jane@example.com"), || json!("jane@example.com")),
    ("subject.8", "country", "Deutschland", || json!("DE"), || json!("Deutschland")),
    ("custom.21", "date", "1/2/2026", || json!("2026-01-02"), || json!("2026-01-02")),
    ("custom.24", "money", "\"$1,500.50\"", || json!(1500.5), || json!("1500.5")),
    ("custom.25", "choice", "Auto", || json!("Auto"), || json!("Auto")),
    ("custom.27", "yesno", "Y", || json!(1), || json!("1")),
    ("custom.28", "yesnona", "N/A", || json!(""), || json!("")),
    ("custom.29", "checkbox", "Neck; Back; Neck", || json!(["Neck", "Back"]), || json!("Neck, Back")),
    ("custom.34", "radio", "Open", || json!("Open"), || json!("Open")),
    (
        "custom.35",
        "link",
        "https://acme.example/7",
        || json!("https://acme.example/7"),
        || json!("https://acme.example/7"),
    ),
    ("custom.36", "long", "\"one\ntwo\"", || json!("one\ntwo"), || json!("one\ntwo")),
    ("custom.37", "number", "2", || json!(2), || json!("2")),
];

fn name() -> Value {
    json!({"first_name": "Jane", "middle_name": "", "last_name": "Doe"})
}

fn address(country: &str) -> Value {
    json!({"address_1": "1 Main St", "address_2": "", "city": "Denver", "state": "CO", "zip": "80202", "country": country})
}

/// Returns a recipe with a column for each kind, whose header is the key.
fn recipe() -> String {
    let head = "caseload = 1\nname = \"Kinds\"\n\n[defaults]\ncase_type_id = 1\nclient_id = 100\nprimary_contact_id = 1000\n\
                subject_type_id = 1\n\n[[columns]]\nfrom = \"Claim\"\nto = \"reference_value_1\"\n";
    KINDS.iter().fold(head.to_owned(), |text, (key, kind, ..)| {
        text + &format!(
            "\n[[fields]]\nkey = \"{key}\"\nlabel = \"{key}\"\nkind = \"{kind}\"\n\n[[columns]]\nfrom = \"{key}\"\nto = \"{key}\"\n"
        )
    })
}

fn file(cells: impl Fn(usize) -> String) -> String {
    let headers: Vec<&str> = KINDS.iter().map(|(key, ..)| *key).collect();
    let cells: Vec<String> = (0..KINDS.len()).map(|at| quoted(&cells(at))).collect();
    format!("Claim,{}\nK-1,{}\n", headers.join(","), cells.join(","))
}

fn quoted(cell: &str) -> String {
    if cell.contains(',') && !cell.starts_with('"') { format!("\"{cell}\"") } else { cell.to_owned() }
}

/// Returns the value a case has under a key.
fn stored(case: &Value, key: &str) -> Value {
    let (owner, id) = key.split_once('.').unwrap();
    let fields =
        if owner == "custom" { &case["custom_fields"] } else { &case["subjects"][0]["custom_fields"] };
    let id: u64 = id.parse().unwrap();
    let of = |field: &&Value| field["id"] == id;
    fields.as_array().unwrap().iter().find(of).unwrap_or_else(|| panic!("{key} in {case}"))["value"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_is_read_sent_and_stored() {
    let world = World::new().await;
    world.file("recipe.toml", &recipe());
    let first = world.run_file(&file(|at| KINDS[at].2.to_owned()), &["--first", "1", "--json"]);
    let shown = first.json();
    assert_eq!(counts(&shown), [1, 1, 0, 0, 0, 0], "{first:?}");
    let case = &world.sandbox.cases()[0];
    for (key, _, cell, want, _) in KINDS {
        assert_eq!(stored(case, key), want(), "{key}: {cell}");
    }
    // Each value returned is the value sent.
    for field in shown["first"]["fields"].as_array().unwrap() {
        assert!(matches!(field["same"].as_str(), Some("same" | "added")), "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inferred_value_formats_can_be_switched_in_the_config() {
    let quirks = ["text-numbers", "text-checkboxes", "text-yes-no"];
    let world =
        World::with(|options| options.quirks = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect())
            .await;
    world.file("recipe.toml", &recipe());
    let cells = file(|at| KINDS[at].2.to_owned());
    let refused = world.run_file(&cells, &["--on-error", "skip", "--json"]);
    assert_eq!(counts(&refused.json()), [1, 0, 1, 0, 0, 0], "{refused:?}");
    world.change_config(|text| {
        text + "\n[accounts.test.values]\nnumbers = \"text\"\ncheckboxes = \"text\"\nyes_no = \"text\"\ncountries = \"as_written\"\n"
    });
    // For a country field, the sandbox requires a code anyway.
    let cells = cells.replace("Deutschland", "DE");
    let run = world.run_file(&cells, &["--on-error", "skip", "--json"]);
    assert_eq!(counts(&run.json()), [1, 1, 0, 0, 0, 0], "{run:?}");
    let case = &world.sandbox.cases()[0];
    for (key, _, cell, _, want) in KINDS.into_iter().filter(|(key, ..)| *key != "subject.8") {
        assert_eq!(stored(case, key), want(), "{key}: {cell}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_do_not_fit_their_kind_are_reported_before_sending() {
    let world = World::new().await;
    world.file("recipe.toml", &recipe());
    world.run(&["catalog", "refresh"]);
    let wrong = |at: usize| {
        let cell = match KINDS[at].1 {
            "birthday" => "2/30/1980",
            "date" => "soon",
            "money" => "about 500",
            "number" => "several",
            "yesno" => "perhaps",
            "yesnona" => "maybe",
            "country" => "Narnia",
            "link" => "see below",
            _ => KINDS[at].2,
        };
        cell.to_owned()
    };
    world.file("wrong.csv", &file(wrong));
    let checked = world
        .run(&["check", &world.path("wrong.csv"), "--recipe", &world.path("recipe.toml"), "--json"])
        .json();
    let problems: Vec<(String, String, String)> = checked["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| {
            let text = |key: &str| problem[key].as_str().unwrap_or_default().to_owned();
            (text("field"), text("code"), text("severity"))
        })
        .collect();
    for (field, code, severity) in [
        ("subject.4", "date.invalid", "error"),
        ("custom.21", "date.invalid", "error"),
        ("custom.24", "number.invalid", "error"),
        ("custom.37", "number.invalid", "error"),
        ("custom.27", "yesno.invalid", "error"),
        ("custom.28", "yesno.invalid", "error"),
        ("subject.8", "country.unknown", "warning"),
        ("custom.35", "link.odd", "warning"),
    ] {
        let wanted = (field.to_owned(), code.to_owned(), severity.to_owned());
        assert!(problems.contains(&wanted), "{wanted:?} in {problems:?}");
    }
    assert_eq!(world.sandbox.stats().posts, 0);
}
