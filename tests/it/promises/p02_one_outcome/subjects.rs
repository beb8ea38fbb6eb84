//! Promise 2 for cases with several subjects: they are guessed, sent, refused, corrected and read back with their case.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use common::World;
use serde_json::{Value, json};

const FILE: &str = "Claim,Claimant,Employer,Employer City,Witness 2\n\
    C-1,\"Doe, Jane\",Acme,Denver,\"Lee, Ann\"\n\
    C-2,\"Roe, John\",,,\n\
    C-3,\"Poe, Max\",Summit,,\n";

fn recipe() -> String {
    format!(
        "{}{}",
        common::RECIPE.split("[[columns]]\nfrom = \"Assigned\"").next().unwrap(),
        r#"
[[subjects]]
key = "subject2"
label = "Employer"
subject_type_id = 3

[[subjects]]
key = "subject3"
label = "Witness"
subject_type_id = 4

[[fields]]
key = "subject.40"
label = "Company"
kind = "text"

[[fields]]
key = "subject.41"
label = "Company address"
kind = "address"

[[fields]]
key = "subject.45"
label = "Witness name"
kind = "name"

[[columns]]
from = "Employer"
to = "subject2.40"

[[columns]]
from = "Employer City"
to = "subject2.41.city"

[[columns]]
from = "Witness 2"
to = "subject3.45"
"#
    )
}

/// Returns the types of a case's subjects.
fn types(case: &Value) -> Vec<i64> {
    let subjects = case["subjects"].as_array().unwrap();
    subjects.iter().map(|subject| subject["subject_type_id"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_case_gets_the_subjects_of_its_row_and_they_are_read_back() {
    let world = World::new().await;
    world.file("recipe.toml", &recipe());
    let ran = world.run_file(FILE, &["--json"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let mut cases = world.sandbox.cases();
    cases.sort_by_key(|case| case["reference_value_1"].as_str().unwrap().to_owned());
    assert_eq!(cases.iter().map(types).collect::<Vec<_>>(), [vec![1, 3, 4], vec![1], vec![1, 3]]);
    assert_eq!(cases[0]["subjects"][1]["custom_fields"][0], json!({"id": 40, "value": "Acme"}));
    assert_eq!(cases[0]["subjects"][2]["is_primary"], json!(false));
    let verified = world.run(&["verify", "1", "--json"]).json();
    assert_eq!(
        (verified["verified"]["same"].as_u64(), verified["verified"]["different"].as_u64()),
        (Some(3), Some(0))
    );
    // A second run sends nothing.
    let again = world.run_file(FILE, &["--json"]);
    assert_eq!(again.json()["excluded"], json!(3), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_subject_names_its_cell_and_can_be_corrected() {
    let world = World::new().await;
    // A field of another subject type, which the account refuses.
    world.file("recipe.toml", &recipe().replace("subject3.45", "subject3.40"));
    let ran = world.run_file(FILE, &["--on-error", "skip", "--json"]);
    let exceptions = ran.json()["exceptions"].as_array().unwrap().clone();
    let [exception] = exceptions.as_slice() else { panic!("{ran:?}") };
    assert_eq!((&exception["row"], &exception["field"]), (&json!(1), &json!("subject3.40")), "{exception}");
    assert_eq!(exception["column"], json!("Witness 2"));
    world.file("mended.toml", &recipe());
    let fixed = world.run(&["fix", "1", "--recipe", &world.path("mended.toml")]);
    assert_eq!(fixed.status, 0, "{fixed:?}");
    let sent = world.run(&["resume", "1", "--rejected", "--json"]);
    assert_eq!((sent.status, sent.json()["created"].as_u64()), (0, Some(3)), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_file_is_mapped_to_subjects_by_its_headers() {
    let world = World::new().await;
    world.run(&["catalog", "refresh"]);
    world.file("catalog.toml", CATALOG);
    let taken = world.run(&["catalog", "import", &world.path("catalog.toml")]);
    assert_eq!(taken.status, 0, "{taken:?}");
    world.file("new.csv", FILE);
    let mapped = world.run(&["map", &world.path("new.csv")]);
    for line in
        ["to = \"subject2.40\"", "to = \"subject2.41.city\"", "to = \"subject3.45\"", "label = \"Witness 2\""]
    {
        assert!(mapped.stdout.contains(line), "{line}: {}", mapped.stdout);
    }
    assert!(
        mapped.stdout.contains("[[subjects]]\nkey = \"subject2\"\nlabel = \"Employer\"\nsubject_type_id = 3")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_subjects_of_one_type_are_remembered_as_two() {
    let world = World::new().await;
    let recipe = recipe()
        .replace("label = \"Employer\"\nsubject_type_id = 3", "subject_type_id = 4")
        .replace("label = \"Witness\"\n", "")
        .replace("subject2.40", "subject2.45")
        .replace("from = \"Employer\"", "from = \"Seen by\"")
        .replace("subject2.41.city", "ignore");
    world.file("recipe.toml", &recipe);
    let file = FILE.replace("Claimant,Employer,", "Claimant,Seen by,");
    let ran = world.run_file(&file, &["--json"]);
    assert_eq!((ran.status, types(&world.sandbox.cases()[0])), (0, vec![1, 4, 4]), "{ran:?}");
    world.file("new.csv", &file);
    let mapped = world.run(&["map", &world.path("new.csv")]).stdout;
    for to in ["subject2.45", "subject3.45"] {
        assert!(mapped.contains(&format!("to = \"{to}\"")), "{to}: {mapped}");
    }
    let like = world.run(&["map", &world.path("new.csv"), "--like", "1"]).stdout;
    assert_eq!(like.matches("[[subjects]]").count(), 2, "{like}");
}

const CATALOG: &str = r#"
[lists]
subject_types = [{ id = 1, label = "Claimant" }, { id = 3, label = "Employer" }, { id = 4, label = "Witness" }]

[[fields]]
key = "subject.40"
label = "Company"
kind = "text"
subject_type = 3
[[fields]]
key = "subject.41"
label = "Company address"
kind = "address"
subject_type = 3
[[fields]]
key = "subject.45"
label = "Witness name"
kind = "name"
subject_type = 4
"#;
