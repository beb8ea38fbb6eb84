//! Promise 1 without a reference: a row is recognized when it comes again in another form.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use common::{Finished, World, counts, csv};

const HEADER: &str = "Claimant,Assigned,Remark\n";
const ROWS: [&str; 3] =
    ["\"Doe, Jane A\",11/02/2026,call first\n", "\"Roe, Rick\",11/03/2026,\n", "\"Poe, Pat\",,dog\n"];

/// Returns the common recipe without the reference and with a column for notes.
fn recipe(date: &str) -> String {
    let (head, columns) = common::RECIPE.split_once("[[columns]]").unwrap();
    let columns = columns.split_once("[[columns]]").unwrap().1.replace("\"mdy\"", &format!("\"{date}\""));
    let columns = columns.split("[[columns]]\nfrom = \"Contact\"").next().unwrap().to_owned();
    format!("{head}[[columns]]{columns}[[columns]]\nfrom = \"Remark\"\nto = \"notes\"\n")
}

async fn world() -> World {
    let world = World::new().await;
    world.file("recipe.toml", &recipe("mdy"));
    let first = world.run_file(&(HEADER.to_owned() + &ROWS.concat()), &["--json"]);
    assert_eq!(counts(&first.json()), [3, 3, 0, 0, 0, 0], "{first:?}");
    world
}

fn assert_known(world: &World, again: &Finished, what: &str) {
    assert_eq!(counts(&again.json()), [3, 0, 0, 3, 0, 0], "{what}: {again:?}");
    assert_eq!(world.sandbox.stats().created, 3, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_without_a_reference_is_recognized_in_another_form() {
    let world = world().await;
    let plain = HEADER.to_owned() + &ROWS.concat();
    let forms = [
        ("unchanged", "mdy", plain.clone()),
        ("dates in another form", "ymd", plain.replace("11/02/2026", "2026-11-02").replace("11/03/2026", "2026-11-03")),
        ("a space at the end", "mdy", plain.replace("Roe, Rick", "Roe, Rick ")),
        ("names in another form", "mdy", plain.replace("\"Poe, Pat\"", "Pat Poe")),
        (
            "another column order and one more column",
            "mdy",
            "Remark,Fax,Assigned,Claimant\ncall first,555,11/02/2026,\"Doe, Jane A\"\n,,11/03/2026,\"Roe, Rick\"\n\
             dog,556,,\"Poe, Pat\"\n"
                .to_owned(),
        ),
    ];
    for (what, date, text) in forms {
        world.file("recipe.toml", &recipe(date));
        let (file, recipe) = (world.file("again.csv", &text), world.path("recipe.toml"));
        let checked = world.run(&["check", file.to_str().unwrap(), "--recipe", &recipe, "--json"]).json();
        assert_eq!(checked["excluded"], 3, "{what}: the check recognizes it too: {checked}");
        assert_known(&world, &world.run_file(&text, &["--json"]), what);
    }
    // Neither other defaults nor a row token make it a different row.
    let other = recipe("mdy").replace("+14d", "+30d").replacen("name = \"Test\"", "row_token = true", 1);
    world.file("recipe.toml", &other);
    assert_known(&world, &world.run_file(&plain.replace(",dog", ",  dog"), &["--json"]), "other defaults");
    // Rows with other values are other cases.
    world.file("recipe.toml", &recipe("mdy"));
    let new = world.run_file(&plain.replace("Jane A", "Jane B").replace("11/03", "11/04"), &["--json"]);
    assert_eq!(counts(&new.json()), [3, 2, 0, 1, 0, 0], "{new:?}");
    // You can still send a duplicate.
    let anyway = world.run_file(&plain, &["--send-anyway", "2", "--json"]);
    assert_eq!(counts(&anyway.json()), [3, 1, 0, 2, 0, 0], "{anyway:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_the_same_as_an_earlier_one_of_its_file_is_sent_with_a_warning() {
    let world = World::new().await;
    let with_fax = recipe("mdy") + "[[columns]]\nfrom = \"Fax\"\nto = \"ignore\"\n";
    world.file("recipe.toml", &with_fax);
    let row = "\"Roe, Rick\",11/03/2026,call";
    let text = format!("Claimant,Assigned,Remark,Fax\n{row},1\n\"Poe, Pat\",,,1\n{row},1\n{row} ,2\n");
    let file = world.file("twice.csv", &text);
    let checked =
        world.run(&["check", file.to_str().unwrap(), "--recipe", &world.path("recipe.toml"), "--json"]);
    let shown = checked.json();
    let problems: Vec<_> = shown["problems"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|found| found["code"] == "row.repeated")
        .collect();
    let words: Vec<_> =
        problems.iter().map(|found| (found["row"].as_u64(), found["message"].as_str())).collect();
    assert_eq!(
        words,
        [
            (Some(3), Some("the row is the same as row 1 in every column")),
            (Some(4), Some("the row gives its case the same values as row 1"))
        ],
        "{shown}"
    );
    let ran = world.run_file(&text, &["--json"]);
    assert_eq!((ran.status, counts(&ran.json())), (0, [4, 4, 0, 0, 0, 0]), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_recognized_in_another_form_after_its_import_was_deleted() {
    let world = world().await;
    let app = world.app().await;
    app.storage().delete_import(1).unwrap();
    drop(app);
    let text = "Remark,Assigned,Claimant\ncall first,2026-11-02,\"Doe, Jane A\"\n,2026-11-03,\"Roe, Rick\"\n\
                dog,,\"Poe, Pat\"\n";
    world.file("recipe.toml", &recipe("ymd"));
    assert_known(&world, &world.run_file(text, &["--json"]), "deleted");
}

/// Downgrades the ledger and its lock file to the version that recognized rows only by their cells.
fn make_older(world: &World) {
    let lock = world.path("data/import-1.lock");
    if std::path::Path::new(&lock).exists() {
        std::fs::write(lock, "00000000000000000003").unwrap();
    }
    let ledger = rusqlite::Connection::open(world.path("data/ledger.sqlite3")).unwrap();
    ledger
        .execute_batch(
            "CREATE TABLE old (
                 import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE, row INTEGER NOT NULL,
                 line INTEGER NOT NULL, content BLOB NOT NULL, state TEXT NOT NULL, identity TEXT, reference TEXT,
                 client INTEGER, sent_at INTEGER, case_id TEXT, case_number TEXT, reason TEXT, code TEXT, token TEXT,
                 PRIMARY KEY (import, row)
             ) STRICT, WITHOUT ROWID;
             INSERT INTO old SELECT rows.import, rows.row, line, content, 'created', 'content ' || lower(hex(content)),
                 NULL, client, sent_at, cast(case_id AS TEXT), case_number, NULL, NULL, token
                 FROM rows JOIN unreferenced AS u ON u.import = rows.import AND u.row = rows.row;
             DROP TABLE rows; DROP TABLE unreferenced; DROP TABLE remarks; DROP TABLE tallies;
             ALTER TABLE old RENAME TO rows;
             CREATE INDEX rows_by_identity ON rows (identity);
             DROP INDEX kept_by_values; ALTER TABLE kept DROP COLUMN same_values;
             DROP TABLE amendments; DROP TABLE tries; DROP TABLE verifications; DROP TABLE findings;
             DROP INDEX exceptions_in_doubt; DROP INDEX exceptions_corrected; ALTER TABLE exceptions DROP COLUMN corrected;
             DROP TABLE deeds; DROP TABLE place; ALTER TABLE imports DROP COLUMN machine; ALTER TABLE imports DROP COLUMN inode;
             DROP TABLE sends; DROP TABLE accepted_losses; DROP TABLE doubled;
             PRAGMA user_version = 7;",
        )
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_an_older_ledger_are_recognized_by_their_cells() {
    for forgotten in [false, true] {
        let world = world().await;
        if forgotten {
            world.app().await.storage().delete_import(1).unwrap();
        }
        make_older(&world);
        let text = HEADER.to_owned() + &ROWS.concat();
        assert_known(&world, &world.run_file(&text, &["--json"]), "older");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_row_is_recognized_by_its_cells_and_by_its_values() {
    let world = world().await;
    let fix = "[[fixes]]\ncolumn = \"Remark\"\nfrom = \"dog\"\nto = \"two dogs\"\n";
    world.file("recipe.toml", &(recipe("mdy") + fix));
    let text = HEADER.to_owned() + &ROWS.concat();
    assert_known(&world, &world.run_file(&text, &["--json"]), "the cells are the same");
    world.file(
        "recipe.toml",
        &(recipe("mdy") + &fix.replace("\"dog\"", "\"hound\"").replace("two dogs", "dog")),
    );
    assert_known(
        &world,
        &world.run_file(&text.replace("dog", "hound"), &["--json"]),
        "the values are the same",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_of_the_same_host_is_the_same_server() {
    let world = world().await;
    let url = world.sandbox.url().replace("127.0.0.1", "localhost");
    let text = HEADER.to_owned() + &ROWS.concat();
    let again = world.run_file(&text, &["--url", &url, "--username", "sandbox", "--json"]);
    assert_known(&world, &again, "localhost");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_person_under_an_earlier_imports_reference_is_told() {
    let world = World::new().await;
    let first = world.run_file(&common::csv(4, &[], &[]), &["--json"]);
    assert_eq!(counts(&first.json()), [4, 4, 0, 0, 0, 0], "{first:?}");
    // The same name in another form, another one, and one with only an initial.
    let text = common::csv(4, &[], &[]);
    let text = text.replace("\"Doe, Jane B\"", "JANE DOE").replace("\"Doe, Jane C\"", "\"Zed, Zoe\"");
    let text = text.replace("\"Doe, Jane D\"", "\"Doe, J.\"");
    let (file, recipe) = (world.file("week2.csv", &text), world.path("recipe.toml"));
    let checked = world.run(&["check", file.to_str().unwrap(), "--recipe", &recipe, "--json"]).json();
    let doubts = checked["doubts"].to_string();
    assert!(
        doubts.contains(
            "1 row repeats a reference that an earlier import sent with another name, first in row 2"
        ),
        "{checked}"
    );
    let again = world.run_file(&text, &["--json"]).json();
    assert_eq!(counts(&again), [4, 0, 0, 4, 0, 0], "{again}");
    let reasons: Vec<bool> = again["exclusions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            row["reason"].as_str().unwrap().ends_with("created by import 1 (row 2), but with another name")
        })
        .collect();
    assert_eq!(reasons, [false, true, false, false], "{again}");
    let sent = world.run_file(&text, &["--send-anyway", "2", "--json"]).json();
    assert_eq!(counts(&sent), [4, 1, 0, 3, 0, 0], "{sent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_references_all_lost_their_zeros_is_told() {
    let world = World::new().await;
    let padded = |text: String| text.replace("C-", "008");
    assert_eq!(world.run_file(&padded(common::csv(6, &[], &[])), &[]).status, 0);
    let rows = common::csv(9, &[], &[]);
    let new: Vec<&str> = rows.lines().take(1).chain(rows.lines().skip(7)).collect();
    let next = new.join("\n");
    let (file, recipe) = (world.path("next.csv"), world.path("recipe.toml"));
    let check = |text: &str| {
        world.file("next.csv", text);
        world.run(&["check", &file, "--recipe", &recipe, "--json"]).json()["doubts"].to_string()
    };
    let told = "3 references are shorter than those of earlier imports, which begin with 0 and have 7 digits, first in row 1;";
    let doubts = check(&next.replace("C-", "8"));
    assert!(doubts.contains(told), "{doubts}");
    assert!(!check(&padded(next)).contains("shorter"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_a_later_import_sent_with_its_reference_written_differently_is_excluded() {
    let world = World::new().await;
    let zeros = csv(6, &[], &[2]).replace("C-0", "");
    let halted = world.run_file(&zeros, &["--json"]);
    assert_eq!(counts(&halted.json()), [6, 1, 1, 0, 0, 4], "{halted:?}");
    // The rest as Excel exports it, but for the last row.
    let stripped = csv(5, &[], &[]).replace("C-000", "").replacen("\n1,", "\n7,", 1);
    let stripped = world.file("remaining.csv", &stripped);
    let arguments =
        ["run", stripped.to_str().unwrap(), "--recipe", &world.path("recipe.toml"), "--send-valid", "--json"];
    let other = world.run(&arguments);
    assert_eq!(counts(&other.json()), [5, 5, 0, 0, 0, 0], "{other:?}");

    let resumed = world.run(&["resume", "1", "--json"]);
    let shown = resumed.json();
    assert_eq!(counts(&shown), [6, 2, 1, 3, 0, 0], "{resumed:?}");
    let found = &shown["exclusions"][0];
    assert_eq!(found["code"], "duplicate.near", "{shown}");
    let reason = found["reason"].as_str().unwrap();
    assert!(reason.contains("import 2, which was sent after this import was started"), "{reason}");
    // Fixed, the rejected row is compared too; and you can send one anyway.
    world.run(&["fix", "1", "--row", "2", "--column", "Contact", "--value", ""]);
    let resumed = world.run(&["resume", "1", "--rejected", "--send-anyway", "4", "--json"]);
    assert_eq!(counts(&resumed.json()), [6, 3, 0, 3, 0, 0], "{resumed:?}");
    assert_eq!(world.sandbox.stats().created, 8);
}
