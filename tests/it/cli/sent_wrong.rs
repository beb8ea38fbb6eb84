//! Files that were once sent wrong without a word: what the check says about each.

#![allow(clippy::unwrap_used)]

use caseload::ledger::{OnError, Status};

use crate::common::{World, options};

/// A file, the columns of its recipe, and the doubts and codes that the check must report.
struct DoubtfulFile {
    text: &'static str,
    columns: &'static [(&'static str, &'static str, &'static str)],
    doubts: &'static [&'static str],
    codes: &'static [(u64, &'static str)],
}

const REF: (&str, &str, &str) = ("Ref", "reference_value_1", "");

const FILES: [DoubtfulFile; 10] = [
    DoubtfulFile {
        text: "Ref,Amt,Notes\nR-1,1,500,\nR-2,750,call\nR-3,900,\n",
        columns: &[REF, ("Amt", "budget_money", ""), ("Notes", "notes", "")],
        doubts: &[],
        codes: &[(1, "row.too_long")],
    },
    DoubtfulFile {
        text: "Ref,Firm,Injury,Notes\nR-1,Acme LLC,Back,ok\nR-2,Foo, Inc.,Knee\nR-3,UPS,Neck\n",
        columns: &[
            REF,
            ("Firm", "case_location", ""),
            ("Injury", "scheduling_notes", ""),
            ("Notes", "notes", ""),
        ],
        doubts: &[],
        codes: &[(2, "row.maybe_shifted"), (3, "row.too_short")],
    },
    DoubtfulFile {
        text: "Ref,Due\nR-1,2027-03-04\nR-2,25/04/2027\n",
        columns: &[REF, ("Due", "due_on", "dmy")],
        doubts: &["“Due” may have day and month swapped"],
        codes: &[],
    },
    DoubtfulFile {
        text: "Ref,Due\nR-1,03/04/2027\nR-2,25/04/2027\n",
        columns: &[REF, ("Due", "due_on", "mdy")],
        doubts: &["“Due” is read as month/day/year, but 1 of its dates fit"],
        codes: &[(2, "date.invalid")],
    },
    DoubtfulFile {
        text: "Ref,Due\nR-1,5/24/2027\nR-2,6.4.2027\n",
        columns: &[REF, ("Due", "due_on", "")],
        doubts: &["“Due” is ambiguous: 1 of its dates has dots"],
        codes: &[],
    },
    DoubtfulFile {
        text: "R-1,Surveillance,call first\nR-2,Background,\nR-3,Surveillance,2 days\n",
        columns: &[("#1", "reference_value_1", ""), ("#2", "notes", ""), ("#3", "scheduling_notes", "")],
        doubts: &[],
        codes: &[],
    },
    DoubtfulFile {
        text: "Acme,Surveillance,call first\nOrr,Background,\nPoe,Surveillance,2 days\n",
        columns: &[("#1", "reference_value_1", ""), ("#2", "notes", ""), ("#3", "scheduling_notes", "")],
        doubts: &["line 1 “Acme | Surveillance | call first” is read as the header"],
        codes: &[],
    },
    DoubtfulFile {
        text: "Claim,Service,Notes\nOrr,Background,\nPoe,Surveillance,2 days\n",
        columns: &[("#1", "reference_value_1", ""), ("#2", "notes", ""), ("#3", "scheduling_notes", "")],
        doubts: &[],
        codes: &[],
    },
    DoubtfulFile {
        text: "Ref,Notes,Amt\nWC-1,call,14\nWC-2,call,15\nWC-3,call,16\n\nPrepared by,Jane Boss,\nAverage,,15\n",
        columns: &[REF, ("Amt", "budget_money", ""), ("Notes", "notes", "")],
        doubts: &["1 row: below the table, maybe a note or a signature"],
        codes: &[(4, "row.below_table"), (4, "reference.odd"), (5, "row.total")],
    },
    DoubtfulFile {
        text: "N-1,call,9\nN-2,call,9\nRef,Notes,Amt\nWC-1,call,14\nWC-2,call,15\nWC-3,call,16\n",
        columns: &[REF, ("Amt", "budget_money", ""), ("Notes", "notes", "")],
        doubts: &[
            "2 lines above the header look like cases and aren't imported: line 1 “N-1 call 9”, line 2",
        ],
        codes: &[],
    },
];

fn recipe(columns: &[(&str, &str, &str)]) -> String {
    let defaults = "caseload = 1\n[defaults]\ncase_type_id = 1\nclient_id = 100\nprimary_contact_id = 1000\n\
                    case_region_id = 6\ncompany_location_id = 1\nsubject_type_id = 1\ncase_services_list = [1]\n\
                    due_on = \"+14d\"\n";
    columns.iter().fold(defaults.to_owned(), |text, (from, to, date)| {
        let date = if date.is_empty() { String::new() } else { format!("date = \"{date}\"\n") };
        text + &format!("[[columns]]\nfrom = \"{from}\"\nto = \"{to}\"\n{date}")
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_on_other_worksheets_are_told() {
    let world = World::new().await;
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in [
        ("WC", &["Ref,Claimant,DOB,Notes", "A-1,Ann Lee,1/13/1970,x", "A-2,Bo Li,1/14/1970,y"][..]),
        ("Auto", &["Claim Number,Insured Name", "B-1,Cy Poe"]),
        ("Codes", &["Code,Service", "1,Surveillance"]),
    ] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (row, text) in (0..).zip(rows) {
            sheet.write_row(row, 0, text.split(',')).unwrap();
        }
    }
    book.save(world.path("cases.xlsx")).unwrap();
    let recipe = world.file("recipe.toml", &recipe(&[REF, ("Notes", "notes", "")])).display().to_string();
    let doubts =
        &world.run(&["check", &world.path("cases.xlsx"), "--recipe", &recipe, "--json"]).json()["doubts"];
    let told = "not imported, although it may have more cases: worksheet “Auto” (1 row)";
    assert!(doubts.as_array().unwrap().iter().any(|doubt| doubt == told), "{doubts}");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_would_be_sent_wrong_are_doubtful() {
    let world = World::new().await;
    for DoubtfulFile { text, columns, doubts, codes } in FILES {
        let file = world.file("cases.csv", text).display().to_string();
        let recipe = world.file("recipe.toml", &recipe(columns)).display().to_string();
        let checked = world.run(&["check", &file, "--recipe", &recipe, "--json"]).json();
        let texts = |key: &str| checked[key].as_array().unwrap().clone();
        let told = texts("doubts");
        assert_eq!(told.len(), doubts.len(), "{text}{told:?}");
        for (told, doubt) in told.iter().zip(doubts) {
            assert!(told.as_str().unwrap().starts_with(doubt), "{told}");
        }
        let found: Vec<_> = texts("problems")
            .iter()
            .map(|problem| (problem["row"].as_u64().unwrap(), problem["code"].as_str().unwrap().to_owned()))
            .collect();
        let codes: Vec<_> = codes.iter().map(|(row, code)| (*row, (*code).to_owned())).collect();
        assert_eq!(found, codes, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_header_settles_what_is_above_it() {
    let world = World::new().await;
    let text = "N-1,call,9\nRef,Notes,Amt\nWC-1,call,14\nWC-2,call,15\nWC-3,call,16\n";
    let file = world.file("cases.csv", text).display().to_string();
    let columns = [REF, ("Amt", "budget_money", ""), ("Notes", "notes", "")];
    let recipe = world.file("recipe.toml", &recipe(&columns)).display().to_string();
    let doubts = |more: &[&str]| {
        let checked = [&["check", &file, "--recipe", &recipe, "--json"], more].concat();
        world.run(&checked).json()["doubts"].as_array().unwrap().len()
    };
    assert_eq!((doubts(&[]), doubts(&["--header-row", "2"])), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_that_identifies_no_case_starts_nothing() {
    let world = World::new().await;
    let file = world.file("cases.csv", "Kind,Notes\nA,call first\nB,2 days\n").display().to_string();
    let refused = |columns: &[(&str, &str, &str)], why: &str| {
        let recipe = world.file("recipe.toml", &recipe(columns)).display().to_string();
        for command in ["check", "run"] {
            let refused = world.run(&[command, &file, "--recipe", &recipe]);
            assert!(refused.status == 2 && refused.stderr.contains(why), "{command}: {refused:?}");
        }
    };
    let why = "no column is mapped to a reference or a subject's name";
    refused(&[("Kind", "ignore", ""), ("Notes", "ignore", "")], why);
    refused(&[("Notes", "notes", "")], why);
    // Nor does a draft that someone made.
    let app = world.app().await;
    let draft = world.import(&app, "Kind,Notes\nA,call first\n", OnError::Skip);
    assert_eq!(app.imports().get(draft).unwrap().status, Status::Draft);
    let started = app.runs().start(draft, options(OnError::Skip)).err().unwrap().to_string();
    assert!(started.contains(why), "{started}");
    assert_eq!(world.sandbox.stats().posts, 0);
    let named = recipe(&[("Notes", "notes", "")]);
    for way in ["row_token = true", "allow_unidentified = true"] {
        let recipe = named.replace("caseload = 1", &format!("caseload = 1\n{way}"));
        let recipe = world.file("recipe.toml", &recipe).display().to_string();
        assert_eq!(world.run(&["check", &file, "--recipe", &recipe]).status, 0, "{way}");
    }
}
