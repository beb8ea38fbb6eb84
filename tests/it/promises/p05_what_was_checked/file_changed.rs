//! The file is saved during its import: only checked rows are sent.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use caseload::app::AppError;
use caseload::engine::{Ended, Event};
use caseload::ledger::{OnError, Status};
use caseload::sheet::{SheetError, SheetFault};
use common::{World, assert_true_counts, counts, csv, options, run, watch};

const ROWS: u64 = 300;

/// Returns a file longer than the read-ahead. Its last column isn't imported.
fn long() -> String {
    let text = csv(ROWS, &[], &[]).replace("Contact\n", "Contact,Report\n");
    text.replace(",\n", &format!(",,{}\n", "seen at noon ".repeat(100)))
}

/// Overwrites the file in place, as editors do that keep the inode.
fn overwrite(file: &Path, text: &str) {
    OpenOptions::new().write(true).truncate(true).open(file).unwrap().write_all(text.as_bytes()).unwrap();
}

/// Runs an import and changes its file after the first rows are sent, but before it is read to its end.
async fn changed_in_mid_run(change: impl FnOnce(&Path)) -> (World, Ended) {
    let world = World::with(|options| options.latency = Duration::from_millis(10)).await;
    let app = world.app().await;
    let id = world.import(&app, &long(), OnError::Skip);
    let mut run = app.runs().start(id, options(OnError::Skip)).unwrap();
    while let Some(event) = run.events.recv().await {
        if matches!(event, Event::Progress(progress) if progress.counts.created > 0) {
            break;
        }
    }
    change(&world.home.path().join("cases.csv"));
    let (ended, _) = watch(run).await;
    assert_eq!(ended.counts, app.imports().get(id).unwrap().counts);
    assert_true_counts(&world, &app.imports().get(id).unwrap());
    assert_eq!(world.sandbox.stats().created, ended.counts.created);
    (world, ended)
}

/// Returns reference and last name of each row of a text.
fn rows_of(text: &str) -> BTreeSet<(String, String)> {
    let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    rows.map(|cells| (cells[0].to_owned(), cells[1].trim_matches('"').to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_changed_during_a_run_stops_it_before_a_changed_row_is_sent() {
    let original = long();
    let replaced = |from: &str, to: &str| original.replace(from, to);
    let changes: [(&str, String); 6] = [
        ("other names, as long", replaced("Doe", "Roe")),
        ("other references", replaced("\nC-", "\nX-")),
        ("a row inserted", replaced("\nC-0002", "\nNEW-1,\"Doe, Jane\",11/02/2026,,\nC-0002")),
        ("a row appended", format!("{original}NEW-1,\"Doe, Jane\",11/02/2026,,\n")),
        ("cut in the midst of a row", original[..original.len() - 20].to_owned()),
        ("emptied", String::new()),
    ];
    for (what, text) in changes {
        let (world, ended) = changed_in_mid_run(|file| overwrite(file, &text)).await;
        let counts = ended.counts;
        assert!(counts.created < ROWS && counts.not_sent > 0, "{what}: {ended:?}");
        assert_eq!(
            (ended.status, counts.rows, counts.unknown),
            (Status::Paused, ROWS, 0),
            "{what}: {ended:?}"
        );
        for word in ["cases.csv was changed while it was being imported", "Put the original back and resume"]
        {
            assert!(ended.note.contains(word), "{what}: {}", ended.note);
        }
        let checked = rows_of(&original);
        for case in world.sandbox.cases() {
            let reference = case["reference_value_1"].as_str().unwrap().to_owned();
            let name = case["subjects"][0]["custom_fields"][0]["value"]["last_name"].as_str().unwrap();
            assert!(checked.contains(&(reference, name.to_owned())), "{what}: {case}");
        }
        if !["a row inserted", "cut in the midst of a row"].contains(&what) {
            continue;
        }
        // The changed file can't be resumed. With the original, the remaining rows are sent.
        let app = world.app().await;
        let id = app.imports().all().unwrap()[0].id;
        let refused = app.runs().start(id, options(OnError::Skip)).err();
        let is_told = matches!(
            refused,
            Some(
                AppError::FileChanged { .. }
                    | AppError::Sheet(SheetError { fault: SheetFault::NoRows | SheetFault::Empty, .. })
            )
        );
        assert!(is_told, "{what}: {refused:?}");
        overwrite(&world.home.path().join("cases.csv"), &original);
        let ended = run(&app, id, OnError::Skip).await;
        assert_eq!((ended.status, ended.counts.created), (Status::Complete, ROWS), "{what}: {ended:?}");
        assert_true_counts(&world, &app.imports().get(id).unwrap());
        assert_eq!(world.references().len() as u64, ROWS, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_replaced_during_a_run_is_read_to_its_old_end() {
    let (world, ended) = changed_in_mid_run(|file| {
        let other = file.with_extension("new");
        fs::write(&other, long().replace("\nC-", "\nX-")).unwrap();
        fs::rename(other, file).unwrap();
    })
    .await;
    // The run still reads the old file, which it has open.
    assert_eq!((ended.status, ended.counts.created), (Status::Complete, ROWS), "{ended:?}");
    assert!(world.references().keys().all(|reference| reference.starts_with("C-")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_saved_without_changes_does_not_stop_the_run() {
    let (world, ended) = changed_in_mid_run(|file| {
        let mut same = OpenOptions::new().write(true).open(file).unwrap();
        same.write_all(long().as_bytes()).unwrap();
    })
    .await;
    assert_eq!((ended.status, ended.counts.created), (Status::Complete, ROWS), "{ended:?}");
    assert_eq!(world.references().len() as u64, ROWS);
}

/// The screens' reads of an open sheet, and an export.
#[tokio::test(flavor = "multi_thread")]
async fn preview_search_and_export_refuse_a_changed_file() {
    let world = World::new().await;
    let app = world.app().await;
    let original = csv(ROWS, &[1], &[]).replace("Doe, Jane", &format!("{}, Jane", "Doe".repeat(60)));
    let id = world.import(&app, &original, OnError::Skip);
    let (sheet, recipe) = (app.imports().sheet(id).unwrap(), app.imports().recipe(id).unwrap());
    app.imports().measure(id, &sheet).unwrap();
    // Same length as before, so that only the bytes differ.
    overwrite(sheet.path(), &original.replace("Doe", "Roe"));
    let is_changed = |error: Option<AppError>| {
        matches!(error, Some(AppError::Sheet(SheetError { fault: SheetFault::Changed, .. })))
    };
    assert!(is_changed(app.checks().preview(id, &sheet, &recipe, &[1, 2]).err()));
    assert!(is_changed(app.checks().find(&sheet, &recipe, "roe").err()));
    assert!(matches!(sheet.first_rows(3), Err(SheetError { fault: SheetFault::Changed, .. })));
    let refused = app.exports().write_rows(id, caseload::app::RowSelection::Rejected, &mut Vec::new()).err();
    assert!(matches!(refused, Some(AppError::FileChanged { .. })), "{refused:?}");
}

/// Pauses an import of six rows with its third row unknown and the last two not sent, and then lets the file change.
async fn without_its_file(recipe: &str, lost: &str, change: fn(&Path)) -> World {
    let world = World::with_faults(&[lost, "401@5-"]).await;
    world.file("recipe.toml", recipe);
    let ran = world.run_file(&csv(6, &[], &[]), &["--on-error", "skip", "--concurrency", "1", "--json"]);
    assert_eq!(counts(&ran.json()), [6, 3, 0, 0, 1, 2], "{ran:?}");
    world.sandbox.set_faults(Vec::new());
    change(&world.home.path().join("cases.csv"));
    world
}

fn edit(file: &Path) {
    overwrite(file, &csv(7, &[], &[]));
}

fn delete(file: &Path) {
    fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_file_unknown_rows_are_resolved_and_nothing_is_sent() {
    for change in [edit as fn(&Path), delete] {
        let world = without_its_file(common::RECIPE, "lost@3", change).await;
        let posts = world.sandbox.stats().posts;
        let resumed = world.run(&["resume", "1", "--json"]);
        assert_eq!((resumed.status, counts(&resumed.json())), (1, [6, 4, 0, 0, 0, 2]), "{resumed:?}");
        let note = resumed.json()["note"].as_str().unwrap().to_owned();
        assert!(note.contains("The rest can't be sent: ") && note.contains("cases.csv"), "{note}");
        assert_eq!(world.sandbox.stats().posts, posts);
        // Now there is nothing left that the ledger alone can settle.
        let again = world.run(&["resume", "1"]);
        assert!(again.status == 2 && again.stderr.contains("cases.csv"), "{again:?}");
        let verified = world.run(&["verify", "1"]);
        let told = ["4 created, 4 found", "Their values weren't compared: ", "cases.csv"];
        assert!(told.iter().all(|part| verified.stderr.contains(part)), "{verified:?}");
        assert_eq!((verified.status, verified.stdout.as_str()), (1, "Not verified.\n"), "{verified:?}");
        // The edited file can be imported.
        let next = world.run_file(&csv(7, &[], &[]), &["--json"]);
        assert_eq!((next.status, counts(&next.json())), (0, [7, 3, 0, 4, 0, 0]), "{next:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_file_a_decision_about_an_unknown_row_is_recorded() {
    let recipe = common::RECIPE.replace("to = \"reference_value_1\"", "to = \"reference_value_2\"");
    for (lost, decision, left) in
        [("reset@3", "send", [6, 3, 0, 0, 0, 3]), ("lost@3", "created=", [6, 4, 0, 0, 0, 2])]
    {
        let world = without_its_file(&recipe, lost, delete).await;
        let third = world.sandbox.cases().into_iter().find(|case| case["reference_value_2"] == "C-0003");
        let id = third.map(|case| case["id"].to_string()).unwrap_or_default();
        let posts = world.sandbox.stats().posts;
        let treated = format!("{decision}{id}");
        let resumed = world.run(&["resume", "1", "--treat-unknown-as", &treated, "--json"]);
        assert_eq!((resumed.status, counts(&resumed.json())), (1, left), "{decision}: {resumed:?}");
        assert!(resumed.stderr.contains("the rest can't be sent: "), "{decision}: {resumed:?}");
        assert_eq!(world.sandbox.stats().posts, posts, "{decision}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_comparison_is_kept_when_the_file_is_gone() {
    let world = World::new().await;
    assert_eq!(world.run_file(&csv(3, &[], &[]), &[]).status, 0);
    delete(&world.home.path().join("cases.csv"));
    assert!(world.sandbox.delete_case(world.sandbox.cases()[1]["id"].as_i64().unwrap()));
    let verified = world.run(&["verify", "1"]);
    assert!(
        verified.status == 1 && verified.stderr.contains("1 NO LONGER IN TRACKOPS: row 2"),
        "{verified:?}"
    );
    let shown = world.run(&["show", "1"]).stdout;
    assert!(shown.contains("3 created, 3 found, 3 the same"), "{shown}");
}
