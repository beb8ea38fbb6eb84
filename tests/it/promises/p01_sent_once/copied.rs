//! Promise 1 with a data folder that was restored as a whole: rows are found in Trackops by their reference, or aren't
//! sent.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Finished, RECIPE, World, counts, csv, finish};

/// A recipe whose cases have no reference, but the name of the row in their notes.
fn recipe(tokens: bool) -> String {
    let recipe = RECIPE.replace("to = \"reference_value_1\"", "to = \"notes\"");
    if tokens { recipe.replace("name = \"Test\"", "name = \"Test\"\nrow_token = true") } else { recipe }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy_folder(&path, &target) } else { _ = fs::copy(&path, &target).unwrap() }
    }
}

/// A world whose import of 12 rows was paused after 4, with a copy of its folder.
async fn half_sent(recipe: &str, quirks: &[&str]) -> (World, PathBuf) {
    let world = World::with(|options| {
        options.faults = vec!["401@5".parse().unwrap()];
        options.quirks = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
    })
    .await;
    fs::write(world.path("recipe.toml"), recipe).unwrap();
    let ran = world.run_file(&csv(12, &[], &[]), &["--on-error", "skip", "--concurrency", "1", "--json"]);
    assert_eq!(counts(&ran.json()), [12, 4, 0, 0, 0, 8], "{ran:?}");
    world.sandbox.set_faults(Vec::new());
    let copy = world.home.path().join("copy");
    for folder in ["data", "config"] {
        copy_folder(&world.home.path().join(folder), &copy.join(folder));
    }
    (world, copy)
}

fn run_in(world: &World, home: &Path, arguments: &[&str]) -> Finished {
    finish(world.command(arguments).env("CASELOAD_HOME", home).output().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_folder_sends_nothing_without_references() {
    for tokens in [false, true] {
        let (world, copy) = half_sent(&recipe(tokens), &[]).await;
        assert_eq!(counts(&world.run(&["resume", "1", "--json"]).json()), [12, 12, 0, 0, 0, 0]);
        let refused = run_in(&world, &copy, &["resume", "1"]);
        assert_eq!((refused.status, world.sandbox.stats().created), (2, 12), "{refused:?}");
        for part in ["copied or restored", "have no reference", "`caseload purge --lost`"] {
            assert!(refused.stderr.contains(part), "{part}: {refused:?}");
        }
        let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
        let again = run_in(&world, &copy, &["run", &file, "--recipe", &recipe]);
        assert_eq!((again.status, world.sandbox.stats().created), (2, 12), "{again:?}");
        // Nothing is sent to read the cases back.
        let verified = run_in(&world, &copy, &["verify", "1"]);
        assert!(verified.stdout.contains("4 created, 4 found"), "{verified:?}");
        // A person may say that nothing was sent after the copy was made.
        let accepted = run_in(&world, &copy, &["purge", "--lost", "--yes"]);
        assert_eq!(accepted.status, 0, "{accepted:?}");
        let resumed = run_in(&world, &copy, &["resume", "1", "--json"]);
        assert_eq!(counts(&resumed.json()), [12, 12, 0, 0, 0, 0], "{resumed:?}");
    }
}

/// A restored folder with an import of 12 rows whose third has no reference, so that it wasn't sent. Returns its number.
async fn with_a_row_held_back() -> (World, PathBuf, String) {
    let (world, copy) = half_sent(RECIPE, &[]).await;
    world.file("next.csv", &csv(12, &[], &[]).replace("C-0003", "").replace("C-", "N-"));
    let (file, recipe) = (world.path("next.csv"), world.path("recipe.toml"));
    let arguments = ["run", &file, "--recipe", &recipe, "--json", "--on-error", "skip"];
    let shown = run_in(&world, &copy, &arguments).json();
    assert_eq!(counts(&shown), [12, 11, 1, 0, 0, 0], "{shown}");
    let exception = &shown["exceptions"][0];
    assert_eq!((&exception["row"], &exception["code"]), (&3.into(), &"duplicate.copied".into()), "{shown}");
    assert!(exception["message"].as_str().unwrap().contains("with --send-anyway 3"), "{exception}");
    (world, copy, shown["import"].to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_without_a_reference_is_sent_from_a_restored_folder_only_if_asked() {
    let (world, copy, id) = with_a_row_held_back().await;
    let sent = run_in(&world, &copy, &["resume", &id, "--send-anyway", "3", "--json"]);
    assert_eq!(counts(&sent.json()), [12, 12, 0, 0, 0, 0], "{sent:?}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_row_held_back_in_a_restored_folder_is_sent_with_a_key() {
    let (world, copy, id) = with_a_row_held_back().await;
    let mut program = common::terminal_command(env!("CARGO_BIN_EXE_caseload"), &[]);
    program.env("CASELOAD_HOME", copy.to_str().unwrap());
    program.env("CASELOAD_TOKEN", "sandbox");
    let mut pty = crate::pty::Pty::start(program, 80, 24);
    pty.wait_for("next.csv");
    pty.send("\r");
    pty.wait_for("Exceptions: 1");
    pty.send("y");
    pty.wait_for("Send a row that was held back");
    pty.send("\r");
    pty.wait_for("may already have one?");
    pty.send("\r");
    pty.wait_for("created 12");
    pty.wait_for(" Complete");
    pty.send("q");
    assert!(pty.wait().success());
    let shown = run_in(&world, &copy, &["show", &id, "--json"]);
    assert_eq!(counts(&shown.json()), [12, 12, 0, 0, 0, 0], "{shown:?}");
}
