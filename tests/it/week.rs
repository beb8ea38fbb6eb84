//! A week in the life of an office: three clients' files, two people at one machine, and what goes wrong between Monday
//! and Friday. In the end, every row of every file has one outcome, and Trackops has one case for every claim.
//!
//! The page `week` of the guide tells the same week. Its commands are those typed here, and the output it shows is
//! compared with what they print.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod claims;
mod office;
mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::common::{counts, until};
use claims::{
    Claim, HARBORLINE, List, PRAIRIE, SUMMIT, WRONG, claims, harborline, plain_csv, plain_list, us_date,
};
use office::Office;
use page::assert_page_is_true;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn a_week_in_the_life_of_an_office() {
    let mut office = Office::open().await;
    let mut lists = vec![last_friday(&mut office)];
    lists.push(monday(&mut office, &lists));
    lists.push(tuesday(&mut office, &lists));
    lists.push(wednesday(&mut office, &lists).await);
    lists.extend(thursday(&mut office, &lists).await);
    friday(&mut office, &lists);
    assert_page_is_true(&office.typed);
}

/// Last Friday. Ann works alone and imports Prairie's first list, without a hitch.
fn last_friday(office: &mut Office) -> List {
    let list = plain_list("prairie-week44.csv", claims(&PRAIRIE, 44, 1..=12, (10, 26)));
    office.save(list.file, &plain_csv(&PRAIRIE, &list.claims().cloned().collect::<Vec<_>>()));
    office.save("prairie.toml", PRAIRIE.recipe("").as_bytes());
    let ran = office.types("ann$ caseload run prairie-week44.csv --recipe prairie.toml");
    assert_eq!((ran.status, office.sandbox().stats().created), (0, list.len()), "{ran:?}");
    list
}

/// Monday. Ben joins. Ann moves her ledger to a folder that both share, and imports Summit's list. In the middle, the
/// connection drops.
fn monday(office: &mut Office, before: &[List]) -> List {
    // Both add the line that `team init` prints to their config.
    let made = office.types("ann$ caseload team init /srv/caseload --group intake --move");
    assert!(made.status == 0 && made.stderr.contains("1 import moved"), "{made:?}");
    let line = made.stdout.lines().last().unwrap();
    for person in ["ann", "ben"] {
        let path = office.world.path(&format!("{person}/config/config.toml"));
        let config = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{line}\n{config}")).unwrap();
    }
    // Ben, the engineer, tries his connection, and sees Ann's import.
    let tried = office.types("ben$ caseload doctor");
    assert!(tried.status == 0 && tried.stdout.contains("User name and token are accepted"), "{tried:?}");
    office.assert_shown(1, "complete", [before[0].len(), before[0].len(), 0, 0, 0, 0]);

    // Summit's list is clean: the check has nothing to say.
    let list = plain_list("summit-week45.csv", claims(&SUMMIT, 45, 1..=24, (11, 2)));
    office.save(list.file, &plain_csv(&SUMMIT, &list.claims().cloned().collect::<Vec<_>>()));
    office.save("summit.toml", SUMMIT.recipe("").as_bytes());
    let checked = office.types("ann$ caseload check summit-week45.csv --recipe summit.toml");
    assert_eq!(checked.status, 0, "{checked:?}");
    assert!(checked.stdout.contains(&format!("{0} rows = {0} to send", list.len())), "{checked:?}");

    // From the eighth row on, no request arrives. After three in a row the import pauses.
    let (good, unanswered) = (7, 3);
    office.trouble(&[&format!("reset@{}-", office.sandbox().stats().posts + good + 1)]);
    let ran = office.types("ann$ caseload run summit-week45.csv --recipe summit.toml --on-error skip");
    assert_eq!(ran.status, 1, "{ran:?}");
    office.assert_shown(2, "paused", [list.len(), good, 0, 0, unanswered, list.len() - good - unanswered]);
    office.assert_cases(before[0].claims().chain(list.claims().take(usize::try_from(good).unwrap())));

    // The network is back. The three rows are looked up, aren't in Trackops, and are sent.
    office.trouble(&[]);
    let resumed = office.types("ann$ caseload resume 2");
    assert_eq!(resumed.status, 0, "{resumed:?}");
    office.assert_shown(2, "complete", [list.len(), list.len(), 0, 0, 0, 0]);
    office.assert_cases(before[0].claims().chain(list.claims()));
    list
}

/// Tuesday. Harborline's list is a mess, and Trackops loses every fifth answer. Four rows are rejected, fixed and resent.
fn tuesday(office: &mut Office, before: &[List]) -> List {
    let (list, bytes) = harborline();
    office.save(list.file, &bytes);
    let contact = "\n[[columns]]\nfrom = \"Contact\"\nto = \"primary_contact_id\"\n";
    office.save("harborline.toml", HARBORLINE.recipe(contact).as_bytes());
    let claims = list.claims().count() as u64;
    let others = list.len() - claims;

    // Ben looks at how the file is read, and at what the check finds.
    let read = office.types("ben$ caseload sheet harborline-week45.csv");
    for part in ["Windows-1252", "semicolon", "line 2", "Harborline Insurance Group", "“Total 18 claims”"]
    {
        assert!(read.stdout.contains(part), "{part}: {read:?}");
    }
    let checked = office.types("ben$ caseload check harborline-week45.csv --recipe harborline.toml");
    let found = format!("{} rows = {} to send + {others} excluded + 2 with errors", list.len(), claims - 2);
    assert!(checked.status == 1 && checked.stdout.contains(&found), "{found}: {checked:?}");

    // A file with known errors isn't started unless he says to skip them.
    let refused = office.types("ben$ caseload run harborline-week45.csv --recipe harborline.toml");
    assert_eq!(refused.status, 2, "{refused:?}");
    let sent = office.sandbox().stats();
    office.trouble(&["lost/5"]);
    let ran =
        office.types("ben$ caseload run harborline-week45.csv --recipe harborline.toml --on-error skip");
    assert_eq!(ran.status, 1, "{ran:?}");
    let rejected = WRONG.len() as u64;
    let shown = office.assert_shown(3, "complete", [list.len(), claims - rejected, rejected, others, 0, 0]);
    // Of each lost answer the case was found. No row was sent twice, and two weren't sent at all.
    let stats = office.sandbox().stats();
    assert!(stats.faulted >= sent.faulted + 3, "{stats:?}");
    assert_eq!((stats.posts - sent.posts, stats.created - sent.created), (claims - 2, claims - rejected));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let exceptions = shown["exceptions"].as_array().unwrap().iter().map(|exception| {
        let [column, value, code] = ["column", "value", "code"].map(|key| text(&exception[key]));
        (exception["row"].as_u64().unwrap(), column, value, code)
    });
    let exceptions: Vec<_> = exceptions.collect();
    let wanted = WRONG.map(|(number, column, value, code)| {
        (list.row_of(number), column.to_owned(), value.to_owned(), code.to_owned())
    });
    assert_eq!(exceptions, wanted);
    let codes = shown["exclusions"].as_array().unwrap().iter().map(|row| text(&row["code"]));
    let codes: Vec<String> = codes.collect();
    assert_eq!(codes, ["row.blank", "row.blank", "row.footer"]);

    // Ben asks Harborline about the four rows and fixes them. Answers still get lost.
    assert_eq!(WRONG.map(|(number, ..)| list.row_of(number)), [4, 8, 12, 17]);
    for line in [
        "ben$ caseload fix 3 --row 4 --column Assigned --value 11/03/2026",
        "ben$ caseload fix 3 --row 12 --column Contact --value 1010",
        "ben$ caseload fix 3 --row 17 --column \"Service Requested\" --value Surveillance",
        "ben$ caseload fix 3 --column \"Service Requested\" --from Surv. --value Background",
    ] {
        let fixed = office.types(line);
        assert_eq!(fixed.status, 0, "{line}: {fixed:?}");
    }
    let resumed = office.types("ben$ caseload resume 3 --rejected");
    assert_eq!(resumed.status, 0, "{resumed:?}");
    let shown = office.assert_shown(3, "complete", [list.len(), claims, 0, others, 0, 0]);
    assert_eq!(shown["tries"].as_array().unwrap().len(), WRONG.len(), "every first try is kept: {shown}");
    office.trouble(&[]);
    office.assert_cases(before.iter().chain([&list]).flat_map(List::claims));
    list
}

/// Wednesday. Prairie's list has changed since last week: a column has another name, one is new, and last week's rows
/// come again. While it runs, the token expires.
async fn wednesday(office: &mut Office, before: &[List]) -> List {
    let old: Vec<Claim> = before[0].claims().cloned().collect();
    let mut all = old.clone();
    all.extend(claims(&PRAIRIE, 45, 1..=10, (11, 4)));
    for claim in &mut all {
        claim.due = Some((11, 25));
    }
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["Claim #", "Claimant Name", "Date Assigned", "Service", "Due Date"]).unwrap();
    for claim in &all {
        csv.write_record(claim.cells().into_iter().chain(claim.due.map(us_date))).unwrap();
    }
    office.save("prairie-week45.csv", &csv.into_inner().unwrap());
    let (again, new) = (old.len() as u64, (all.len() - old.len()) as u64);

    // Last week's settings don't fit. `map` follows the renamed column and maps the new one; Ann reads it through.
    let refused = office.types("ann$ caseload run prairie-week45.csv --like 1");
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(refused.stderr.contains("“Claimant” seems to be named “Claimant Name” now"), "{refused:?}");
    let mapped = office.types("ann$ caseload map prairie-week45.csv --like 1 > prairie.toml");
    assert_eq!(mapped.status, 0, "{mapped:?}");
    let checked = office.types("ann$ caseload check prairie-week45.csv --recipe prairie.toml");
    let found = format!("{} rows = {new} to send + {again} excluded", all.len());
    assert!(checked.status == 0 && checked.stdout.contains(&found), "{found}: {checked:?}");

    // After four rows, Trackops refuses the token. The import pauses; no row is rejected for that.
    let good = 4;
    office.trouble(&[&format!("401@{}-", office.sandbox().stats().posts + good + 1)]);
    let ran = office.types("ann$ caseload run prairie-week45.csv --recipe prairie.toml");
    assert!(ran.status == 1 && ran.stdout.contains("(401)"), "{ran:?}");
    office.assert_shown(4, "paused", [again + new, good, 0, again, 0, new - good]);

    // A Chief Operator makes a new token. With the old one, nothing is sent.
    office.replace_token("new-token").await;
    let refused = office.types("ann$ caseload resume 4");
    assert!(refused.status == 2 && refused.stderr.contains("(401)"), "{refused:?}");
    assert_eq!((office.sandbox().stats().posts, office.sandbox().stats().unauthorized), (0, 1));
    office.tokens = BTreeMap::from([("ann", "new-token"), ("ben", "new-token")]);
    let resumed = office.types("ann$ caseload resume 4");
    assert_eq!(resumed.status, 0, "{resumed:?}");
    assert_eq!(office.sandbox().stats().posts, new - good);
    office.assert_shown(4, "complete", [again + new, new, 0, again, 0, 0]);
    let list = plain_list("prairie-week45.csv", all);
    office.assert_cases(before.iter().chain([&list]).flat_map(List::claims));
    list
}

/// Thursday. Summit sends one list to Ann, and its Denver branch another to Ben. Three claims are in both. Ann's run is
/// killed while a row awaits its answer.
async fn thursday(office: &mut Office, before: &[List]) -> [List; 2] {
    let summit = claims(&SUMMIT, 46, 1..=20, (11, 5));
    // In both: the first, one that awaits its answer when the run is killed, and the last.
    let good = 8;
    let mut denver: Vec<Claim> = [0, good, 19].map(|at| summit[at].clone()).into();
    denver.extend(claims(&SUMMIT, 47, 1..=5, (11, 5)));
    let lists = [plain_list("summit-thursday.csv", summit), plain_list("summit-denver.csv", denver)];
    for list in &lists {
        office.save(list.file, &plain_csv(&SUMMIT, &list.claims().cloned().collect::<Vec<_>>()));
    }
    let [summit, denver] = &lists;

    let good = good as u64;
    let (posts, created) = (office.sandbox().stats().posts, office.sandbox().stats().created);
    office.trouble(&[&format!("hang@{}", posts + good + 1)]);
    let mut running = office.starts("ann$ caseload run summit-thursday.csv --like 2");
    // The ninth case is created, but its answer doesn't come. By then, the ledger has the eight before it.
    let is_waiting = |office: &Office| {
        office.sandbox().stats().created == created + good + 1 && office.shown(5)["created"] == good
    };
    until(|| is_waiting(office) || running.try_wait().unwrap().is_some()).await;
    running.kill().unwrap();
    running.wait().unwrap();
    office.trouble(&[]);
    let shown = office.shown(5);
    let [rows, sent, rejected, excluded, unknown, not_sent] = counts(&shown);
    assert_eq!((&shown["status"], rows, sent), (&"interrupted".into(), summit.len(), good), "{shown}");
    assert_eq!((rejected, excluded, unknown + not_sent), (0, 0, summit.len() - good), "{shown}");
    assert!(unknown >= 1, "the ninth row may be a case: {shown}");

    // Ben, meanwhile. The first claim is a case already, and is excluded. The second may be one, and isn't sent.
    let seen = office.types("ben$ caseload imports");
    assert!(seen.stdout.contains("Interrupted") && seen.stdout.contains("summit-thursday.csv"), "{seen:?}");
    let ran = office.types("ben$ caseload run summit-denver.csv --like 2 --on-error skip");
    assert_eq!(ran.status, 1, "{ran:?}");
    let shown = office.assert_shown(6, "complete", [denver.len(), denver.len() - 2, 1, 1, 0, 0]);
    assert_eq!(
        (&shown["exceptions"][0]["row"], &shown["exceptions"][0]["code"]),
        (&2.into(), &"duplicate.unknown".into()),
        "{shown}"
    );
    assert_eq!(shown["exclusions"][0]["code"], "duplicate.earlier", "{shown}");

    // Ann is back. The ninth row is found in Trackops, and the last one has become Ben's case.
    let resumed = office.types("ann$ caseload resume 5");
    assert_eq!(resumed.status, 0, "{resumed:?}");
    let shown = office.assert_shown(5, "complete", [summit.len(), summit.len() - 1, 0, 1, 0, 0]);
    assert_eq!(shown["exclusions"][0]["row"], summit.len(), "{shown}");
    // Now Ben's open row is known to be Ann's case.
    let resumed = office.types("ben$ caseload resume 6");
    assert_eq!(resumed.status, 0, "{resumed:?}");
    office.assert_shown(6, "complete", [denver.len(), denver.len() - 2, 0, 2, 0, 0]);
    office.assert_cases(before.iter().chain(&lists).flat_map(List::claims));
    lists
}

/// Friday. Each import is compared with Trackops, and its receipt is filed in three forms. Then every row of every file
/// is looked for.
fn friday(office: &mut Office, lists: &[List]) {
    let listed = office.types("ben$ caseload imports");
    assert_eq!(listed.stdout.matches("Complete").count(), lists.len(), "{listed:?}");
    // Cases by id, less those that a receipt has named.
    let cases = office.sandbox().cases();
    let mut unnamed: BTreeMap<String, &Value> =
        cases.iter().map(|case| (case["id"].to_string(), case)).collect();
    for (import, list) in (1..).zip(lists) {
        let verified = office.types(&format!("ben$ caseload verify {import}"));
        let shown = office.shown(import);
        let created = counts(&shown)[1];
        let same = format!("{created} created, {created} found, {created} the same");
        assert!(verified.status == 0 && verified.stdout.contains(&same), "{verified:?}");
        assert_receipts(office, import, list, &shown);
        name_cases(office, import, list, &mut unnamed);
    }
    assert!(unnamed.is_empty(), "no receipt has these cases: {unnamed:?}");
    office.assert_cases(lists.iter().flat_map(List::claims));
    let numbers: BTreeSet<&String> = lists.iter().flat_map(List::claims).map(|claim| &claim.number).collect();
    assert_eq!(cases.len(), numbers.len());
}

/// Prints the receipt of an import as text, CSV and web page, and asserts that their counts are those of the file.
fn assert_receipts(office: &mut Office, import: usize, list: &List, shown: &Value) {
    let [rows, created, rejected, excluded, unknown, not_sent] = counts(shown);
    assert_eq!((rows, rejected, unknown, not_sent), (list.len(), 0, 0, 0), "{shown}");
    assert_eq!(created + excluded, rows, "{shown}");
    let text = office.types(&format!("ben$ caseload receipt {import}")).stdout;
    let sum = format!(
        "{rows} rows = {created} created + 0 rejected + {excluded} excluded + 0 unknown + 0 not sent"
    );
    assert!(text.contains(&sum) && text.contains(list.file), "{sum}: {text}");
    let html = office.types(&format!("ben$ caseload receipt {import} --html > receipt-{import}.html"));
    assert_eq!(html.status, 0, "{html:?}");
    let number = |text: &str| text.split_once('"').unwrap().0.parse::<u64>().unwrap();
    let numbers: Vec<u64> = html.stdout.split("<data value=\"").skip(1).take(6).map(number).collect();
    assert_eq!(numbers, [created, 0, excluded, 0, 0, rows], "{}", html.stdout);
    office.types(&format!("ben$ caseload receipt {import} --csv > receipt-{import}.csv"));
}

/// Asserts that the receipt has every row of a file once, with its claim and one outcome, and that what it calls created
/// is the claim's case in Trackops. Takes these cases out of `unnamed`.
fn name_cases(office: &Office, import: usize, list: &List, unnamed: &mut BTreeMap<String, &Value>) {
    let receipt = office.world.path(&format!("inbox/receipt-{import}.csv"));
    let mut receipt = csv::Reader::from_path(receipt).unwrap();
    let at = receipt.headers().unwrap().clone();
    let at = |name: &str| at.iter().position(|header| header == name).unwrap();
    let [row, reference, outcome, id, number] =
        ["row", "reference", "outcome", "case id", "case number"].map(at);
    let lines: Vec<csv::StringRecord> = receipt.records().map(Result::unwrap).collect();
    assert_eq!(lines.len(), list.rows.len(), "{}", list.file);
    for (wanted, (line, claim)) in (1..).zip(lines.iter().zip(&list.rows)) {
        assert_eq!(line[row].parse(), Ok(wanted), "{line:?}");
        match (claim, &line[outcome]) {
            (Some(claim), "created") => {
                let case =
                    unnamed.remove(&line[id]).unwrap_or_else(|| panic!("no case of its own: {line:?}"));
                assert_eq!(
                    (&line[reference], &line[number]),
                    (&*claim.number, case["case_number"].as_str().unwrap())
                );
                claim.assert_is(case);
            }
            // The case belongs to another row, whose receipt names it.
            (Some(claim), "excluded") => assert_eq!(&line[reference], claim.number, "{line:?}"),
            (None, "excluded") => {}
            _ => panic!("{}: {line:?}", list.file),
        }
    }
}
