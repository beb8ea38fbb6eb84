//! Real-world files through the binary: read correctly without questions, with the format reported and nothing lost.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use std::{io::Write, process::Stdio};

use common::{RECIPE, World, counts, csv, finish};
use serde_json::{Value, json};

/// Returns a file as web portals export it: title, semicolons, Windows-1252, a repeated header row, a total.
fn portal() -> Vec<u8> {
    let text = "March claims;;;\n\nClaim;Claimant;Assigned;Contact\nC-1;\"N\u{fa}\u{f1}ez, Mar\u{ed}a\";11/02/2026;\n\
                C-2;O\u{2019}Neil, Pat;11/03/2026;\nClaim;Claimant;Assigned;Contact\nC-3;\"Lee; Ann\";11/04/2026;\n\
                Total: 3;;;\n";
    let byte = |c: char| match c {
        '\u{2019}' => 0x92,
        c => u8::try_from(u32::from(c)).unwrap(),
    };
    text.replace('\n', "\r\n").chars().map(byte).collect()
}

fn codes(shown: &Value) -> Vec<&str> {
    shown["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portals_file_is_imported_unchanged() {
    let world = World::new().await;
    let (file, recipe) = (world.path("portal.csv"), world.path("recipe.toml"));
    std::fs::write(&file, portal()).unwrap();
    let sheet = world.run(&["sheet", &file, "--json"]).json();
    assert_eq!(
        [&sheet["encoding"], &sheet["dialect"]["delimiter"], &sheet["header"], &sheet["line_end"]],
        ["Windows-1252", ";", "3", "crlf"]
    );
    assert_eq!(sheet["above"], json!([{"line": 1, "text": "March claims"}]));
    assert_eq!(sheet["footer"], json!([{"line": 8, "text": "Total: 3"}]));
    let clean = world.run(&["sheet", &file, "--csv"]);
    assert_eq!(
        clean.stdout,
        "Claim,Claimant,Assigned,Contact\nC-1,\"Núñez, María\",11/02/2026,\nC-2,\"O’Neil, Pat\",11/03/2026,\n\
         C-3,Lee; Ann,11/04/2026,\n"
    );
    assert!(clean.stderr.contains("1 row skipped: line 8 “Total: 3”"), "{}", clean.stderr);
    let before = std::fs::read(&file).unwrap();

    let ran = world.run(&["run", &file, "--recipe", &recipe, "--json"]);
    assert_eq!((ran.status, counts(&ran.json())), (0, [5, 3, 0, 2, 0, 0]), "{ran:?}");
    let names = world.sandbox.cases().iter().map(|case| case["subjects"][0].to_string()).collect::<String>();
    assert!(names.contains("María") && names.contains("O’Neil"), "{names}");
    assert_eq!(std::fs::read(&file).unwrap(), before, "the source file never changes");

    let again = world.run(&["sheet", &file]);
    assert!(
        again.stdout.contains("this file was imported on ") && again.stdout.contains("3 created"),
        "{}",
        again.stdout
    );
    // An edited copy in another format.
    std::fs::write(
        world.path("copy.csv"),
        clean.stdout.replace("O’Neil", "ONeil") + "C-9,New One,11/05/2026,\n",
    )
    .unwrap();
    let check = world.run(&["check", &world.path("copy.csv"), "--recipe", &recipe, "--json"]).json();
    assert_eq!(check["notes"][0], "3 of 4 rows are already in Trackops, created by import 1");
    assert_eq!(world.run(&["check", &file, "--recipe", &recipe]).status, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn given_file_settings_override_detected_ones() {
    let world = World::new().await;
    let text = "a;b,c\n1;2,3\n4;5,6\n";
    let file = world.file("odd.csv", text);
    let out = |more: &[&str]| world.run(&[&["sheet", file.to_str().unwrap(), "--csv"], more].concat()).stdout;
    assert_eq!(out(&["--delimiter", ";"]), "a,\"b,c\"\n1,\"2,3\"\n4,\"5,6\"\n");
    assert_eq!(out(&["--delimiter", ",", "--header-row", "none"]), "a;b,c\n1;2,3\n4;5,6\n");
    assert_eq!(out(&["--delimiter", ",", "--header-row", "2"]), "1;2,3\n4;5,6\n");
    assert_eq!(out(&["--delimiter", ",", "--footer", "1"]), "a;b,c\n1;2,3\n");
    let wrong = world.run(&["sheet", file.to_str().unwrap(), "--delimiter", "ab"]);
    assert!(wrong.status == 2 && wrong.stderr.contains("isn't a single character"), "{wrong:?}");
    let wrong = world.run(&["sheet", file.to_str().unwrap(), "--encoding", "klingon"]);
    assert!(wrong.status == 2 && wrong.stderr.contains("isn't an encoding"), "{wrong:?}");
    // From a recipe, and kept in the import.
    world.file("recipe.toml", &RECIPE.replace("[defaults]", "[sheet]\ndelimiter = \"|\"\n\n[defaults]"));
    let ran =
        world.run_file(&csv(3, &[], &[]).replace("\"Doe, Jane", "\"Doe Jane").replace(',', "|"), &["--json"]);
    assert_eq!((ran.status, counts(&ran.json())[1]), (0, 3), "{ran:?}");
    assert!(world.run(&["recipe", "1"]).stdout.contains("delimiter = \"|\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_input_is_read_like_a_file() {
    let world = World::new().await;
    let mut child = world
        .command(&["sheet", "-", "--csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&portal()).unwrap();
    let finished = finish(child.wait_with_output().unwrap());
    assert!(finished.status == 0 && finished.stdout.contains("O’Neil"), "{finished:?}");
    let left = std::fs::read_dir(world.home.path().join("data")).unwrap();
    assert!(left.flatten().all(|entry| !entry.file_name().to_string_lossy().starts_with("stdin-")));
}

/// 4,096 columns are a quarter of a worksheet's limit. The guess took an hour when each rule searched all columns for
/// each column.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_thousands_of_columns_is_mapped() {
    let world = World::new().await;
    let row = |cell: &str| (0..1500).map(|n| format!("{cell} {n}")).collect::<Vec<_>>().join(",");
    let file = world.file("wide.csv", &format!("{}\n{}\n", row("Column"), row("cell")));
    let mapped = world.run(&["map", file.to_str().unwrap(), "--json"]);
    assert_eq!(mapped.json()["columns"].as_array().unwrap().len(), 1500, "{mapped:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_row_is_an_exception_and_its_neighbors_become_cases() {
    let world = World::new().await;
    let text = "Claim,Claimant,Assigned,Contact\nC-1,Ann,11/02/2026,\nC-2,\"Bob,11/02/2026,\nC-3,Cy,11/02/2026,\n\
                C-4,Dee\nC-5,Eve,11/02/2026,,extra\nC-6,Fay \"F\" Ray,11/02/2026,\nC-7,G\0us,11/02/2026,\n\
                C-8,Hal,11/02/2026,\n";
    let ran = world.run_file(text, &["--on-error", "skip", "--json"]);
    let shown = ran.json();
    assert_eq!((ran.status, counts(&shown)), (1, [8, 5, 3, 0, 0, 0]), "{ran:?}");
    let exceptions: Vec<_> = shown["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["row"].as_u64(), e["line"].as_u64(), &e["code"]))
        .collect();
    assert_eq!(
        exceptions,
        [
            (Some(2), Some(3), &json!("row.open_quote")),
            (Some(5), Some(6), &json!("row.too_long")),
            (Some(7), Some(8), &json!("cell.nul"))
        ]
    );
    let sheet = world.run(&["sheet", &world.path("cases.csv"), "--json"]).json();
    assert_eq!(codes(&sheet), ["row.too_short", "row.too_long", "cell.nul", "row.open_quote"]);
    assert_eq!(sheet["warnings"][3]["cells"], json!([{"row": 2, "line": 3, "value": null}]));
}

#[tokio::test(flavor = "multi_thread")]
async fn excel_damage_to_a_reference_is_an_error_unless_accepted() {
    let world = World::new().await;
    let text = "Claim,Claimant,Assigned,Contact\n4711001,Ann Lee,11/02/2026,\n1.23E+11,Bob Roy,11/02/2026,\n\
                4711003,Cy\u{a0}Ray,11/02/2026,\n";
    let check = |recipe: &str, more: &[&str]| {
        world.file("recipe.toml", recipe);
        world.file("cases.csv", text);
        let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
        let shown = world.run(&[&["check", &file, "--recipe", &recipe, "--json"], more].concat()).json();
        let problems = shown["problems"].as_array().unwrap().clone();
        let describe = |p: &Value| {
            format!("{} {} {} {}", p["row"], p["severity"], p["column"], p["code"]).replace('"', "")
        };
        problems.iter().map(describe).collect::<Vec<_>>()
    };
    let space = "3 warning Claimant text.no_break_space";
    assert_eq!(check(RECIPE, &[]), ["2 error Claim excel.scientific", space]);
    assert_eq!(check(RECIPE, &["--repair"]), ["2 error Claim excel.scientific"]);
    let as_is = RECIPE.replace("to = \"reference_value_1\"", "to = \"reference_value_1\"\nas_is = true");
    assert_eq!(check(&as_is, &[]), ["2 warning Claim excel.scientific", space]);
    let ran = world.run_file(text, &["--repair", "--json"]);
    assert_eq!((ran.status, counts(&ran.json())), (0, [3, 3, 0, 0, 0, 0]), "{ran:?}");
    assert!(
        world.sandbox.cases().iter().any(|case| case.to_string().contains("\"Cy\"")),
        "cleaned up before sending"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_is_imported_with_its_row_numbers() {
    let world = World::new().await;
    let mut book = rust_xlsxwriter::Workbook::new();
    let date = rust_xlsxwriter::Format::new().set_num_format("m/d/yyyy");
    book.add_worksheet().set_name("Notes").unwrap().write(0, 0, "see the other sheet").unwrap();
    let sheet = book.add_worksheet().set_name("March").unwrap();
    sheet.write(0, 0, "March claims").unwrap();
    sheet.write_row(2, 0, ["Claim", "Claimant", "Assigned", "Contact"]).unwrap();
    for (row, claim) in [(3, "C-1"), (4, "C-2"), (6, "C-3")] {
        sheet.write_row(row, 0, [claim, "Doe,\nJane"]).unwrap();
        sheet.write_with_format(row, 2, 46_087, &date).unwrap();
    }
    sheet.write(7, 0, "Total: 3").unwrap();
    let (file, recipe) = (world.path("march.xlsx"), world.path("recipe.toml"));
    book.save(&file).unwrap();
    let report = world.run(&["sheet", &file, "--json"]).json();
    assert_eq!([&report["format"], &report["worksheet"], &report["header"]], ["workbook", "March", "3"]);
    assert_eq!((&report["rows"], &report["empty_lines"]), (&json!(4), &json!(1)));
    assert_eq!(report["footer"], json!([{"line": 8, "text": "Total: 3"}]));
    let ran = world.run(&["run", &file, "--recipe", &recipe, "--json"]);
    let shown = ran.json();
    assert_eq!((ran.status, counts(&shown)), (0, [4, 3, 0, 1, 0, 0]), "{ran:?}");
    assert_eq!(shown["exclusions"][0]["line"], 8, "the row number of the worksheet");
    assert!(world.sandbox.cases().iter().all(|case| case["created_on"] == "2026-03-06"));
    let other = world.run(&["sheet", &file, "--worksheet", "notes", "--csv"]);
    assert_eq!(other.stdout, "see the other sheet\n");
    let none = world.run(&["sheet", &file, "--worksheet", "May"]);
    assert!(none.status == 2 && none.stderr.contains("“Notes”, “March”"), "{none:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_row_names_its_worksheet() {
    let world = World::new().await;
    let mut book = rust_xlsxwriter::Workbook::new();
    for (month, contact) in [("Jan", ""), ("Feb", "1030")] {
        let sheet = book.add_worksheet().set_name(month).unwrap();
        sheet.write_row(0, 0, ["Claim", "Claimant", "Assigned", "Contact"]).unwrap();
        sheet.write_row(1, 0, [&format!("{month}-1"), "Doe, Jane", "11/02/2026", contact]).unwrap();
    }
    let (file, recipe) = (world.path("year.xlsx"), world.path("recipe.toml"));
    book.save(&file).unwrap();
    let several = ["--worksheet", "Jan", "--worksheet", "Feb", "--on-error", "skip", "--json"];
    let ran = world.run(&[&["run", &file, "--recipe", &recipe], &several[..]].concat());
    let shown = ran.json();
    assert_eq!((ran.status, counts(&shown)), (1, [2, 1, 1, 0, 0, 0]), "{ran:?}");
    let refused = &shown["exceptions"][0];
    assert_eq!((&refused["source"], &refused["line"]), (&json!("trackops"), &json!(2)), "{refused}");
    let message = refused["message"].as_str().unwrap();
    assert!(message.starts_with("worksheet “Feb”: "), "{message}");
    let rejects = world.run(&["rejects", "1"]).stdout;
    assert_eq!(rejects.matches("worksheet \"\"Feb\"\": ").count(), 1, "{rejects}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_with_other_delimiters_is_sent_with_a_warning() {
    let world = World::new().await;
    let row = |n: u32| format!("C-{n},Ann Lee,11/{n:02}/2026,\n");
    let rows: String = (1..=9).map(row).collect();
    let text = format!(
        "Claim,Claimant,Assigned,Contact\n{rows}C-10;Bob Ray;11/10/2026;\nC-11,Lee, Cy,11/11/2026,\n{}",
        "C-12,,Dee Orr,11/12/2026,\n"
    );
    let ran = world.run_file(&text, &["--json"]);
    assert_eq!((ran.status, counts(&ran.json())), (0, [12, 12, 0, 0, 0, 0]), "{ran:?}");
    let cases = world.sandbox.cases();
    let names: String = cases.iter().map(|case| case["subjects"][0].to_string()).collect();
    assert!(names.contains("Ray") && names.contains("Cy") && names.contains("Orr"), "{names}");
    let file = world.path("cases.csv");
    let sheet = world.run(&["sheet", &file, "--json"]).json();
    assert_eq!(codes(&sheet), ["row.extra_separator", "row.loose_separator", "row.other_separator"]);
    let check = world.run(&["check", &file, "--recipe", &world.path("recipe.toml"), "--json"]).json();
    let problems = check["problems"].as_array().unwrap();
    let warned = |line: u64| problems.iter().any(|p| p["line"] == line && p["severity"] == "warning");
    assert!([11, 12, 13].into_iter().all(warned), "{problems:?}");
    let clean = world.run(&["sheet", &file, "--csv"]);
    assert!(clean.stdout.contains("\nC-10,Bob Ray,11/10/2026,\nC-11,\"Lee, Cy\",11/11/2026,\nC-12,Dee Orr,"));
    assert!(clean.stderr.contains("Line 11: the row has different delimiters"), "{}", clean.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_another_table_are_not_sent() {
    let world = World::new().await;
    let row = |n: u32| format!("C-{n},Ann Lee,11/{n:02}/2026,\n");
    let rows: String = (1..=6).map(row).collect();
    let text = format!(
        "Claim,Claimant,Assigned,Contact\n{rows}\nAdjuster,Phone,Region,E-mail\nDana Whit,303-555-0101,West,\n"
    );
    let ran = world.run_file(&text, &["--on-error", "skip", "--json"]);
    let shown = ran.json();
    assert_eq!((ran.status, counts(&shown)), (1, [8, 6, 2, 0, 0, 0]), "{ran:?}");
    let exceptions: Vec<_> =
        shown["exceptions"].as_array().unwrap().iter().map(|e| (&e["line"], &e["code"])).collect();
    assert_eq!(exceptions[0], (&json!(9), &json!("row.other_table")));
    assert!(
        exceptions.iter().any(|place| *place == (&json!(10), &json!("row.other_table"))),
        "{exceptions:?}"
    );
}

/// One name in a DOS encoding among 40 plain rows is enough for a guess, but not for certainty.
#[tokio::test(flavor = "multi_thread")]
async fn a_doubtful_encoding_is_reported_with_its_cell() {
    let world = World::new().await;
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let mut bytes = b"Claim,Claimant,Assigned,Contact\n".to_vec();
    for row in 1..=40 {
        bytes.extend(format!("C-{row},\"Smith, Ann\",11/02/2026,\n").bytes());
    }
    bytes.extend(b"C-41,\"Hern\xA0ndez, Ann\",11/02/2026,\n");
    std::fs::write(&file, &bytes).unwrap();

    let sheet = world.run(&["sheet", &file, "--json"]).json();
    assert_eq!((&sheet["encoding"], codes(&sheet)), (&json!("CP437"), vec!["encoding.doubtful"]));
    let warning = &sheet["warnings"][0];
    assert_eq!(
        (&warning["column"], &warning["count"], &warning["cells"]),
        (&json!("Claimant"), &json!(1), &json!([{"row": 41, "line": 42, "value": "Hernández, Ann"}]))
    );
    let message = warning["message"].as_str().unwrap();
    assert!(message.contains("“Hernández”; in Windows-1252 it reads “Hern\u{a0}ndez”"), "{message}");

    let place = "Hernández” (Claimant, row 41, line 42) would read “Hern\u{a0}ndez”";
    let check = world.run(&["check", &file, "--recipe", &recipe, "--json"]).json();
    assert!(check["doubts"][0].as_str().unwrap().contains(place), "{check}");
    assert!(check["notes"].to_string().contains(place), "{check}");

    // With the encoding set in the recipe, there is no doubt.
    let chosen = std::fs::read_to_string(&recipe).unwrap() + "\n[sheet]\nencoding = \"dos-437\"\n";
    std::fs::write(&recipe, chosen).unwrap();
    let check = world.run(&["check", &file, "--recipe", &recipe, "--json"]).json();
    assert_eq!(check["doubts"], json!([]));
    let ran = world.run(&["run", &file, "--recipe", &recipe, "--json"]);
    assert_eq!((ran.status, counts(&ran.json())[1]), (0, 41), "{ran:?}");
    assert!(!ran.stderr.contains("encoding"), "{}", ran.stderr);
    assert!(world.sandbox.cases().iter().any(|case| case["subjects"][0].to_string().contains("Hernández")));
}

/// The encoding of the import was guessed, so every run warns of it again.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_warns_of_a_doubtful_encoding_and_of_rows_in_another() {
    let world = World::new().await;
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let header = b"Claim,Claimant,Assigned,Contact\n".as_slice();
    let row =
        |number: u8, name: &[u8]| [b"C-", [b'0' + number].as_slice(), b",", name, b",11/02/2026,\n"].concat();
    std::fs::write(&file, [header, &row(1, b"Mar\x97n")].concat()).unwrap();
    let ran = world.run(&["run", &file, "--recipe", &recipe, "--json"]);
    assert!(ran.stderr.contains("warning: the encoding isn't certain"), "{}", ran.stderr);

    let names: [&[u8]; 6] = [b"Nu\xF1ez", b"Garc\xEDa", b"M\xFCller", b"G\xF3mez", b"Pe\xA4a", b"Jos\x82"];
    let rows: Vec<u8> = (1..).zip(names).flat_map(|(number, name)| row(number, name)).collect();
    std::fs::write(&file, [header, &rows].concat()).unwrap();
    let sheet = world.run(&["sheet", &file, "--json"]).json();
    assert_eq!(sheet["encoding"], "Windows-1252");
    let mixed = &sheet["warnings"][0];
    assert_eq!((&mixed["code"], &mixed["count"]), (&json!("encoding.mixed"), &json!(2)));
    assert_eq!(
        mixed["cells"],
        json!([{"row": 5, "line": 6, "value": "Pe¤a"}, {"row": 6, "line": 7, "value": "Jos‚"}])
    );
    assert!(mixed["message"].as_str().unwrap().contains("in CP437 it reads “Peña”"), "{mixed}");
}
