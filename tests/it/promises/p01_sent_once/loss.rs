//! Promise 1 with a ledger that was deleted or restored from a copy: nothing is sent and no import is created until a
//! newer copy is restored or the loss is accepted.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use std::fs;

use common::{Finished, World, counts, csv};

const SIDES: [&str; 3] = ["ledger.sqlite3", "ledger.sqlite3-wal", "ledger.sqlite3-shm"];

/// Copies the ledger into a folder beside the data folder.
fn back_up(world: &World, to: &str) {
    let folder = world.home.path().join(to);
    fs::create_dir_all(&folder).unwrap();
    for side in SIDES.into_iter().filter(|side| world.home.path().join("data").join(side).exists()) {
        fs::copy(world.home.path().join("data").join(side), folder.join(side)).unwrap();
    }
}

fn delete_ledger(world: &World) {
    for side in SIDES {
        let _ = fs::remove_file(world.home.path().join("data").join(side));
    }
}

fn restore(world: &World, from: &str) {
    delete_ledger(world);
    for entry in fs::read_dir(world.home.path().join(from)).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, world.home.path().join("data").join(path.file_name().unwrap())).unwrap();
    }
}

fn imports(world: &World) -> usize {
    world.run(&["imports", "--json"]).json().as_array().unwrap().len()
}

/// Asserts that a command is refused with instructions, before anything is sent or an import is created.
fn assert_refused(world: &World, refused: &Finished, sent: u64, had: usize) {
    assert_eq!(refused.status, 2, "{refused:?}");
    for part in
        ["has lost records", "Nothing was sent", "Restore the newest copy of it", "caseload purge --lost"]
    {
        assert!(refused.stderr.contains(part), "{part}: {refused:?}");
    }
    assert_eq!((world.sandbox.stats().posts, imports(world)), (sent, had), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_restored_from_a_copy_resends_nothing() {
    let world = World::new().await;
    // Row 7 halts the import; the rest is sent after the copy is made.
    let text = csv(20, &[7], &[]);
    world.run_file(&text, &["--send-valid"]);
    back_up(&world, "copy");
    let resumed = world.run(&["resume", "1", "--json"]);
    assert_eq!(counts(&resumed.json()), [20, 19, 1, 0, 0, 0], "{resumed:?}");
    back_up(&world, "newest");

    restore(&world, "copy");
    assert_refused(&world, &world.run(&["resume", "1"]), 19, 1);
    for _ in 0..2 {
        assert_refused(&world, &world.run_file(&text, &["--on-error", "skip"]), 19, 1);
    }
    // Unrelated files wait too, because nobody can know what the lost records sent.
    assert_refused(&world, &world.run_file(&csv(3, &[], &[]).replace("C-", "N-"), &[]), 19, 1);
    assert_eq!(world.run(&["show", "1"]).status, 1, "the import can be viewed");

    restore(&world, "newest");
    let again = world.run_file(&text, &["--on-error", "skip", "--json"]);
    assert_eq!(counts(&again.json()), [20, 0, 1, 19, 0, 0], "{again:?}");
    assert!(world.references().values().all(|times| *times == 1), "{:?}", world.references());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_missing_from_a_restored_copy_is_noticed() {
    let world = World::new().await;
    world.run_file(&csv(3, &[], &[]), &[]);
    back_up(&world, "copy");
    let second = csv(5, &[], &[]).replace("C-", "S-");
    world.run_file(&second, &[]);
    restore(&world, "copy");
    let refused = world.run_file(&second, &[]);
    assert_refused(&world, &refused, 8, 1);
    assert!(refused.stderr.contains("import 2 sent rows, but it is missing"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_ledger_every_run_is_refused_until_the_loss_is_accepted() {
    let world = World::new().await;
    let text = csv(5, &[], &[]);
    world.run_file(&text, &[]);
    delete_ledger(&world);
    for _ in 0..3 {
        assert_refused(&world, &world.run_file(&text, &[]), 5, 0);
    }
    let app = world.app().await;
    let sheet = caseload::sheet::Sheet::open(&world.home.path().join("cases.csv")).unwrap();
    assert!(app.drafts().create(sheet.path()).err().unwrap().to_string().contains("has lost records"));
    drop(app);

    let unasked = world.run(&["purge", "--lost"]);
    assert!(unasked.status == 2 && unasked.stderr.contains("--yes"), "{unasked:?}");
    assert!(
        unasked.stderr.contains("import 1 sent rows, but it is missing")
            && unasked.stderr.contains("--look-up"),
        "{unasked:?}"
    );
    assert_refused(&world, &world.run_file(&text, &[]), 5, 0);
    let accepted = world.run(&["purge", "--lost", "--yes"]);
    assert_eq!(accepted.status, 0, "{accepted:?}");
    assert!(!world.home.path().join("data/import-1.lock").exists());
    let nothing = world.run(&["purge", "--lost"]);
    assert!(nothing.status == 0 && nothing.stdout.contains("Nothing is lost"), "{nothing:?}");

    // As the message says, cases already in Trackops are skipped. The lost import's number isn't reused.
    let again = world.run_file(&(text + "C-0006,Doe,11/02/2026,\n"), &["--look-up", "--json"]).json();
    assert_eq!((again["import"].as_i64(), counts(&again)), (Some(2), [6, 1, 0, 5, 0, 0]), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_cannot_continue_after_its_loss_is_accepted() {
    let world = World::new().await;
    let text = csv(20, &[7], &[]);
    world.run_file(&text, &["--send-valid"]);
    back_up(&world, "copy");
    world.run(&["resume", "1"]);
    restore(&world, "copy");
    assert_eq!(world.run(&["purge", "--lost", "--yes"]).status, 0);
    let resumed = world.run(&["resume", "1"]);
    assert_eq!(
        (resumed.status, resumed.stderr.contains("import 1 can't continue")),
        (2, true),
        "{resumed:?}"
    );
    assert!(resumed.stderr.contains("--look-up"), "{resumed:?}");
    assert_eq!(world.sandbox.stats().posts, 19);
    let again = world.run_file(&text, &["--look-up", "--on-error", "skip", "--json"]);
    assert_eq!(counts(&again.json()), [20, 0, 1, 19, 0, 0], "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_deleted_on_purpose_is_not_reported_as_lost() {
    let world = World::new().await;
    for prefix in ["C-", "D-", "E-"] {
        world.run_file(&csv(3, &[], &[]).replace("C-", prefix), &[]);
    }
    let app = world.app().await;
    // The lock file of one is left behind, as after a kill between the two deletions.
    let lock = world.home.path().join("data/import-1.lock");
    let left = fs::read(&lock).unwrap();
    app.storage().delete_import(1).unwrap();
    fs::write(&lock, left).unwrap();
    app.storage().delete_import(3).unwrap();
    drop(app);
    let again = world.run_file(&csv(4, &[], &[]), &["--json"]);
    assert_eq!(counts(&again.json()), [4, 1, 0, 3, 0, 0], "{again:?}");
    assert_eq!(again.json()["import"], 4);
}
