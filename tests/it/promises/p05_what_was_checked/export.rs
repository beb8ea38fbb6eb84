//! Promise 5: exported rows have their reasons and can be imported again without edits. The receipt has the result of
//! every row.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;

use caseload::sheet::{REASON_HEADERS, Sheet};
use common::{World, counts, csv};
use serde_json::json;

/// A typical messy file: a title line, semicolons, umlauts, and cells that look like formulas.
const MESSY: &str = "Weekly list;;;\nClaim;Claimant;Assigned;Contact\nM-1;\"Müller, Jörg\";11/02/2026;\n\
                     M-2;\"=1+1, Jo\";02/31/2026;\nM-3;\"-Doe, Al\";11/03/2026;1030\nM-4;\"Doe, Bo\";11/04/2026;\n";

#[tokio::test(flavor = "multi_thread")]
async fn exported_rejected_rows_can_be_corrected_and_imported_again() {
    let world = World::new().await;
    let recipe = common::RECIPE.replace(
        "[defaults]",
        "[sheet]\ndelimiter = \"semicolon\"\nheader = \"2\"\nencoding = \"UTF-8\"\n\n[defaults]",
    );
    world.file("recipe.toml", &recipe);
    let run = world.run_file(MESSY, &["--on-error", "skip", "--json"]).json();
    assert_eq!(counts(&run), [4, 2, 2, 0, 0, 0]);
    let rejects = world.run(&["rejects", "1"]);
    assert_eq!((rejects.status, rejects.stderr.as_str()), (0, "2 rows exported\n"));
    let mut lines = rejects.stdout.lines();
    let header =
        ["Claim", "Claimant", "Assigned", "Contact"].into_iter().chain(REASON_HEADERS).collect::<Vec<_>>();
    assert_eq!(
        lines.next(),
        Some(header.join(",").as_str()),
        "the file's headers in their order, then our own"
    );
    assert!(
        lines.next().unwrap().starts_with("M-2,\"'=1+1, Jo\",02/31/2026,,2,4,Assigned,"),
        "{}",
        rejects.stdout
    );
    assert!(lines.next().unwrap().starts_with("M-3,\"'-Doe, Al\",11/03/2026,1030,3,5,Contact,"));

    // Unchanged, the rows are rejected again for the same reasons: nothing was lost.
    let back = world.file("back.csv", &rejects.stdout);
    let sheet = Sheet::open(&back).unwrap();
    assert_eq!(sheet.columns().len(), 4, "our own columns aren't read");
    let row = sheet.rows_from(1).unwrap().next().unwrap().unwrap();
    assert_eq!(row.cells.iter().collect::<Vec<_>>(), ["M-2", "=1+1, Jo", "02/31/2026", ""]);
    let again =
        world.run(&["run", back.to_str().unwrap(), "--like", "1", "--on-error", "skip", "--json"]).json();
    assert_eq!(counts(&again), [2, 0, 2, 0, 0, 0]);

    // Corrected in place and saved with semicolons, as spreadsheet programs do in other countries.
    let corrected =
        rejects.stdout.replace("02/31/2026", "02/28/2026").replace(",1030,", ",1000,").replace(',', ";");
    let corrected =
        corrected.replace("\"'=1+1; Jo\"", "\"'=1+1, Jo\"").replace("\"'-Doe; Al\"", "\"'-Doe, Al\"");
    let back = world.file("corrected.csv", &corrected);
    let third = world.run(&["run", back.to_str().unwrap(), "--like", "1", "--json"]);
    assert_eq!((third.status, counts(&third.json())), (0, [2, 2, 0, 0, 0, 0]), "{third:?}");
    // The rejected rows are linked to the import that created them.
    for earlier in ["1", "2"] {
        let shown = world.run(&["show", earlier, "--json"]).json();
        assert_eq!(shown["created_later"], json!([{"import": 3, "rows": 2}]), "{shown}");
    }
    let shown = world.run(&["show", "1"]).stdout;
    assert!(shown.contains("of the rejected rows, 2 created later by import 3"), "{shown}");
    assert_eq!(world.run(&["show", "3", "--json"]).json()["created_later"], json!(null));
    let cases = world.sandbox.cases();
    assert_eq!(cases.len(), 4);
    let second = cases.iter().find(|case| case["reference_value_1"] == "M-2").unwrap();
    let name = &second["subjects"][0]["custom_fields"][0]["value"];
    assert_eq!((&name["last_name"], &name["first_name"]), (&json!("=1+1"), &json!("Jo")), "{name}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_remaining_rows_are_those_neither_created_nor_excluded() {
    let world = World::with_faults(&["lost@2", "401@4-"]).await;
    let text = csv(8, &[3], &[]).replace("C-0005,", ",") + ",,,\n";
    let recipe = common::RECIPE.replace("to = \"reference_value_1\"", "to = \"reference_value_2\"");
    world.file("recipe.toml", &recipe);
    let run = world.run_file(&text, &["--on-error", "skip", "--concurrency", "1", "--json"]).json();
    let [rows, created, rejected, excluded, unknown, not_sent] = counts(&run);
    assert!(unknown == 1 && rejected == 1 && not_sent > 0, "{run}");
    let remaining = world.run(&["remaining", "1"]);
    // The blank row at the end isn't a case, so it isn't exported.
    assert_eq!(remaining.stdout.lines().count() as u64 - 1, rejected + unknown + not_sent - 1);
    assert_eq!(rows, created + excluded + rejected + unknown + not_sent);
    assert!(remaining.stdout.contains(",2,3,,\"unknown: sent, but"), "{}", remaining.stdout);
    assert!(remaining.stdout.contains(",6,7,,not sent"), "{}", remaining.stdout);

    // When imported again, the row that may be in Trackops isn't resent.
    world.sandbox.set_faults(Vec::new());
    let back = world.file("back.csv", &remaining.stdout.replace("02/31/2026", "02/28/2026"));
    let again =
        world.run(&["run", back.to_str().unwrap(), "--like", "1", "--on-error", "skip", "--json"]).json();
    assert_eq!(again["exceptions"][0]["code"], "duplicate.unknown", "{again}");
    assert_eq!((rows, world.sandbox.stats().created), (9, 8), "each row once, except the blank one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_with_too_many_cells_keeps_them() {
    let world = World::new().await;
    let text = csv(2, &[], &[]) + "C-9,Doe,Jo,11/02/2026,,more\n";
    let run = world.run_file(&text, &["--on-error", "skip", "--json"]).json();
    assert_eq!(counts(&run), [3, 2, 1, 0, 0, 0]);
    let rejects = world.run(&["rejects", "1"]).stdout;
    let back = world.file("back.csv", &rejects);
    let row = Sheet::open(&back).unwrap().rows_from(1).unwrap().next().unwrap().unwrap();
    assert_eq!(row.cells.iter().collect::<Vec<_>>(), ["C-9", "Doe", "Jo", "11/02/2026", "", "more"]);
    let again = world.run(&["run", back.to_str().unwrap(), "--like", "1", "--send-valid", "--json"]).json();
    assert_eq!(again["exceptions"][0]["code"], "row.too_long");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_has_the_result_of_every_row() {
    let world = World::new().await;
    let text = csv(5, &[2], &[]).replace("C-0004", "C-0003");
    world.run_file(&text, &["--on-error", "skip"]);
    let receipt = world.run(&["receipt", "1", "--json"]).json();
    assert_eq!(counts(&receipt), [5, 3, 1, 1, 0, 0]);
    let cases = receipt["cases"].as_array().unwrap();
    let words: Vec<_> = cases.iter().map(|case| case["outcome"].as_str().unwrap()).collect();
    assert_eq!(words, ["created", "rejected", "created", "excluded", "created"]);
    let stored = world.sandbox.cases();
    for case in cases.iter().filter(|case| case["outcome"] == "created") {
        let stored = stored.iter().find(|stored| stored["reference_value_1"] == case["reference"]).unwrap();
        assert_eq!(case["case_id"], stored["id"].to_string());
        assert_eq!(case["case_number"], stored["case_number"]);
    }
    let references: Vec<_> = cases.iter().map(|case| case["reference"].as_str().unwrap()).collect();
    assert_eq!(
        references,
        ["C-0001", "C-0002", "C-0003", "C-0003", "C-0005"],
        "also for rows that weren't sent"
    );
    assert_eq!(receipt["username"], "sandbox");
    let hash = world.run(&["sheet", &world.path("cases.csv"), "--json"]).json()["sha256"].clone();
    assert_eq!(receipt["sha256"], hash);
    let page = world.run(&["receipt", "1"]).stdout;
    assert!(
        page.contains("Rows     5 rows = 3 created + 1 rejected + 1 excluded + 0 unknown + 0 not sent"),
        "{page}"
    );
    assert_eq!(world.run(&["receipt", "1", "--csv"]).stdout.lines().count(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_counts_rows_that_were_never_sent_and_lists_no_try_of_them() {
    let world = World::with_faults(&["401@3"]).await;
    world.run_file(&csv(40, &[2], &[]), &["--on-error", "skip", "--concurrency", "4"]);
    let receipt = world.run(&["receipt", "1", "--json"]).json();
    let [rows, created, rejected, .., not_sent] = counts(&receipt);
    let cases = receipt["cases"].as_array().unwrap();
    assert!(not_sent > 30, "{receipt}");
    assert_eq!((created + rejected + not_sent, cases.len() as u64), (rows, created + rejected), "{receipt}");
    for case in cases {
        assert_eq!(case["tries"], u64::from(case["outcome"] == "created"), "{case}");
    }
    let page = world.run(&["receipt", "1"]).stdout;
    assert!(page.contains(&format!("{not_sent} more rows not sent")), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_row_without_a_reference_is_recognized_again() {
    let world = World::with_faults(&["lost@2"]).await;
    let recipe = common::RECIPE.replace("to = \"reference_value_1\"", "to = \"reference_value_2\"");
    world.file(
        "recipe.toml",
        &(recipe + "\n[[fixes]]\ncolumn = \"Claim\"\nrow = 2\nfrom = \"S-2\"\nto = \"S-9\"\n"),
    );
    // A short row, with a fix of its own.
    let text = "Claim,Claimant,Assigned,Contact\nS-1,\"Doe, Jo\",11/02/2026,\nS-2,\"Doe, Al\",11/02/2026\n";
    let run = world.run_file(text, &["--on-error", "skip", "--concurrency", "1", "--json"]).json();
    assert_eq!(counts(&run), [2, 1, 0, 0, 1, 0], "{run}");
    let back = world.file("back.csv", &world.run(&["remaining", "1"]).stdout);
    let again =
        world.run(&["run", back.to_str().unwrap(), "--like", "1", "--on-error", "skip", "--json"]).json();
    assert_eq!(
        (counts(&again), &again["exceptions"][0]["code"]),
        ([1, 0, 1, 0, 0, 0], &json!("duplicate.unknown"))
    );
    assert_eq!(world.sandbox.stats().created, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn skipped_rows_are_not_among_the_remaining_rows() {
    let world = World::with_faults(&["401@2-"]).await;
    world.file("recipe.toml", &(common::RECIPE.to_owned() + "\n[[leave_out]]\nrow = 4\n"));
    world.run_file(&csv(5, &[], &[]), &["--on-error", "skip", "--concurrency", "1"]);
    let remaining = world.run(&["remaining", "1"]).stdout;
    assert_eq!(remaining.lines().count(), 4, "{remaining}");
    assert!(!remaining.contains("C-0004"), "{remaining}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_can_list_the_clients_own_rows_with_their_cases() {
    let world = World::new().await;
    let file = "Claim,Claimant,Assigned,Contact\nR-1,\"Müller, Jo\",11/02/2026,\nR-2,\"Doe, Al\",02/31/2026,\n,,,\n\
                R-3,\"=1+1, Bo\",11/03/2026,,beyond\nR-4,\"Doe, Cy\",11/03/2026,1000\n";
    let run = world.run_file(file, &["--on-error", "skip", "--json"]).json();
    assert_eq!(counts(&run), [5, 2, 2, 1, 0, 0], "{run}");
    let refused = world.run(&["receipt", "1", "--with-columns"]);
    assert_eq!((refused.status, refused.stderr.contains("--csv")), (2, true), "{refused:?}");
    let results = world.run(&["receipt", "1", "--csv", "--with-columns"]);
    assert_eq!((results.status, results.stderr.as_str()), (0, "5 rows exported\n"));
    let cases = world.sandbox.cases();
    let text = results.stdout.strip_prefix('\u{feff}').unwrap();
    let mut read = csv::Reader::from_reader(text.as_bytes());
    let header = read.headers().unwrap().clone();
    assert_eq!(header.iter().skip(5).collect::<Vec<_>>(), ["case number", "case id", "outcome"]);
    let rows: Vec<Vec<String>> =
        read.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let first = cases.iter().find(|case| case["reference_value_1"] == "R-1").unwrap();
    assert_eq!(rows[0][1], "Müller, Jo");
    assert_eq!(rows[0][5], first["case_number"].as_str().unwrap());
    assert_eq!(rows[0][6], first["id"].to_string());
    assert_eq!((rows[1][5].as_str(), rows[1][7].as_str()), ("", "rejected"));
    assert_eq!((rows[2][0].as_str(), rows[2][7].as_str()), ("", "excluded"), "every row keeps its place");
    assert_eq!((rows[3][1].as_str(), rows[3][4].as_str()), ("'=1+1, Bo", "beyond"));
    assert_eq!((rows.len(), rows[4][7].as_str()), (5, "created"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_undo_page_lists_every_case() {
    let world = World::new().await;
    world
        .file("recipe.toml", &common::RECIPE.replace("name = \"Test\"", "name = \"Test\"\nrow_token = true"));
    world.run_file(&csv(3, &[2], &[]), &["--on-error", "skip"]);
    let page = world.run(&["receipt", "1", "--undo"]);
    assert_eq!(page.status, 0, "{page:?}");
    for case in world.sandbox.cases() {
        let notes = case["admin_notes"].as_str().unwrap();
        let token = notes.split_once('-').unwrap().0;
        assert!(page.stdout.contains(&format!("that contain {token}-\n")), "{notes}: {}", page.stdout);
        let line =
            page.stdout.lines().find(|line| line.starts_with(case["case_number"].as_str().unwrap())).unwrap();
        assert!(
            line.contains(&case["id"].to_string())
                && line.contains(case["reference_value_1"].as_str().unwrap())
        );
    }
    assert!(
        page.stdout.contains("Delete these 2 cases in Trackops itself, at ")
            && !page.stdout.contains("C-0002"),
        "{}",
        page.stdout
    );
    assert!(
        page.stdout.contains("created between 20") && page.stdout.contains("(UTC), by "),
        "{}",
        page.stdout
    );
    world.run_file(&csv(1, &[1], &[]).replace("C-00", "D-00"), &["--on-error", "skip"]);
    let nothing = world.run(&["receipt", "2", "--undo"]).stdout;
    assert!(nothing.contains("nothing to undo"), "{nothing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_page_agrees_with_show_and_shows_nothing_private() {
    let world = World::new().await;
    let private = "[[fields]]\nkey = \"subject.4\"\nlabel = \"Date of birth\"\nkind = \"date\"\n\
                   [[fields]]\nkey = \"subject.7\"\nlabel = \"SSN\"\nkind = \"ssn\"\n\
                   [[columns]]\nfrom = \"Born\"\nto = \"subject.4\"\ndate = \"mdy\"\n\
                   [[columns]]\nfrom = \"SSN\"\nto = \"subject.7\"\n";
    world.file("recipe.toml", &(common::RECIPE.to_owned() + private));
    // Rows 2 and 5 have a date that doesn't exist, row 4 a contact of another client, row 6 an invalid date of birth.
    let with_private = |(at, line): (usize, &str)| match at {
        0 => format!("{line},Born,SSN\n"),
        6 => format!("{line},31/31/1959,078-05-1126\n"),
        _ => format!("{line},3/14/1959,078-05-112{at}\n"),
    };
    let text: String = csv(8, &[2, 5], &[4]).lines().enumerate().map(with_private).collect();
    world.run_file(&text, &["--on-error", "skip", "--json"]);
    let fix = |row: &str, how: &[&str]| world.run(&[&["fix", "1", "--row", row], how].concat()).status;
    assert_eq!(fix("2", &["--column", "Assigned", "--value", "02/28/2026"]), 0);
    assert_eq!(fix("5", &["--skip"]), 0);
    world.run(&["resume", "1", "--rejected", "all"]);
    let shown = world.run(&["show", "1", "--json"]).json();
    assert_eq!(counts(&shown), [8, 5, 2, 1, 0, 0], "{shown}");

    let page = world.run(&["receipt", "1", "--html"]);
    assert_eq!((page.status, page.stderr.as_str()), (0, ""));
    let html = page.stdout;
    let number = |text: &str| text.split_once('"').unwrap().0.parse::<u64>().unwrap();
    let numbers: Vec<u64> = html.split("<data value=\"").skip(1).map(number).collect();
    let [rows, outcomes @ ..] = counts(&shown);
    assert_eq!((&numbers[..5], numbers[5]), (&outcomes[..], rows));
    assert!(html.contains("5 of 8 rows are cases in Trackops. 2 rows need attention."), "{html}");
    for (title, count) in [("Exceptions", 2), ("Excluded rows", 1), ("Cases", 5), ("Earlier rejections", 3)] {
        assert!(html.contains(&format!("<h2>{title} ({count})</h2>")), "{title}: {html}");
    }
    for case in world.sandbox.cases() {
        let has_cell = |key: &str, end: &str| {
            html.contains(&format!("<td class=\"whole\">{}{end}", case[key].as_str().unwrap()))
        };
        assert!(has_cell("reference_value_1", "<") && has_cell("case_number", "</td>"), "{case}: {html}");
    }
    assert!(html.contains("<td class=\"text\">Born</td><td class=\"whole\">••/••/••••<"), "{html}");
    for private in ["/1959", "1959-", "078-05", "Jane"] {
        assert!(!html.contains(private), "{private}: {html}");
    }
    let both = world.run(&["receipt", "1", "--html", "--json"]);
    assert_eq!(both.status, 2, "{both:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_export_of_remaining_rows_says_how_many_of_them_are_no_cases() {
    let world = World::new().await;
    // Halts at row 2; a blank row and a total come after it.
    let text = csv(4, &[], &[2]) + ",,,\nTotal,,,4\n";
    let halted = world.run_file(&text, &["--json"]);
    assert_eq!(counts(&halted.json()), [6, 1, 1, 0, 0, 4], "{halted:?}");
    let remaining = world.run(&["remaining", "1"]);
    assert_eq!(remaining.stderr, "3 rows (without 2 that aren't cases) exported\n", "{remaining:?}");
    assert_eq!(remaining.stdout.lines().count(), 4, "{remaining:?}");
    let rejected = world.run(&["rejects", "1"]);
    assert_eq!(rejected.stderr, "1 row exported\n", "{rejected:?}");
}

/// A workbook whose formats round, scale or hide the amounts, and rows that are refused for their date.
fn rounded_workbook(path: &str) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["Claim", "Claimant", "Assigned", "Budget", "Hours"]).unwrap();
    let rows =
        [(1500.756, "$#,##0", 7.5, "0"), (1_234_567.0, "#,##0,", 7.25, "0.0"), (0.125, "0.0%", 1.25, "0.00")];
    for (row, (budget, money, hours, time)) in (1..).zip(rows) {
        sheet.write_row(row, 0, [&format!("C-{row}"), "Doe, Jane", "soon"]).unwrap();
        let format = |text| rust_xlsxwriter::Format::new().set_num_format(text);
        sheet.write_with_format(row, 3, budget, &format(money)).unwrap();
        sheet.write_with_format(row, 4, hours, &format(time)).unwrap();
    }
    book.save(path).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn exported_rows_of_a_workbook_are_sent_with_its_numbers_not_with_rounded_ones() {
    let columns = "[[columns]]\nfrom = \"Budget\"\nto = \"budget_money\"\n\n[[columns]]\nfrom = \"Hours\"\nto = \
                   \"budget_hours\"\ndecimal = \"comma\"\n";
    let recipe =
        common::RECIPE.replace("[[columns]]\nfrom = \"Contact\"\nto = \"primary_contact_id\"\n", columns);
    let world = World::new().await;
    world.file("recipe.toml", &recipe);
    let file = world.path("march.xlsx");
    rounded_workbook(&file);
    let recipe = world.path("recipe.toml");
    let run = world.run(&["run", &file, "--recipe", &recipe, "--on-error", "skip", "--json"]).json();
    assert_eq!(counts(&run), [3, 0, 3, 0, 0, 0]);
    for command in [&["rejects", "1"][..], &["receipt", "1", "--csv", "--with-columns"]] {
        let text = world.run(command).stdout;
        for numbers in ["1500.756,\"7,5\"", "1234567,\"7,25\"", "0.125,\"1,25\""] {
            assert!(text.contains(numbers), "{text}");
        }
    }
    let csv = world.run(&["sheet", &file, "--csv"]);
    assert!(
        csv.stdout.contains("1500.756,7.5\n")
            && csv.stdout.contains(",7.25\n")
            && csv.stderr.contains("5 cells"),
        "{csv:?}"
    );

    let rejects = world.run(&["rejects", "1"]).stdout.replace("soon", "11/02/2026");
    let back = world.file("back.csv", &rejects);
    let again = world.run(&["run", back.to_str().unwrap(), "--recipe", &recipe, "--json"]);
    assert_eq!((again.status, counts(&again.json())), (0, [3, 3, 0, 0, 0, 0]), "{again:?}");
    let stored = |key: &str| world.sandbox.cases().iter().map(|case| case[key].clone()).collect::<Vec<_>>();
    assert_eq!(stored("budget_money"), [json!(1500.756), json!(1_234_567), json!(0.125)]);
    assert_eq!(stored("budget_hours"), [json!(7.5), json!(7.25), json!(1.25)]);
}
