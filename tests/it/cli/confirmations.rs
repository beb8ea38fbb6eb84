//! Confirmations at a terminal before anything that can't be undone.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use crate::common;
use crate::pty;

use common::{World, csv};
use pty::Pty;

/// Runs a command, waits for its question, and answers it. Returns the exit status and the screen.
fn run_and_answer(world: &World, arguments: &[&str], question: &str, answer: &str) -> (u32, String) {
    let mut command = common::terminal_command(env!("CARGO_BIN_EXE_caseload"), arguments);
    command.env("CASELOAD_HOME", world.home.path());
    command.env("CASELOAD_TOKEN", "sandbox");
    let mut pty = Pty::start(command, 200, 100);
    pty.wait_for(question);
    pty.send(answer);
    (pty.wait().exit_code(), pty.shown())
}

#[tokio::test(flavor = "multi_thread")]
async fn purge_asks_for_confirmation() {
    let world = World::new().await;
    world.run_file(&csv(3, &[], &[]), &[]);
    let ledger = rusqlite::Connection::open(world.home.path().join("data/ledger.sqlite3")).unwrap();
    let age = "UPDATE imports SET created_at = 1, started_at = 1, ended_at = 1; UPDATE rows SET sent_at = 1";
    ledger.execute_batch(age).unwrap();
    drop(ledger);
    let purge = ["purge", "--older-than", "90d"];
    for no in ["\n", "n\n", "what?\n"] {
        let (status, shown) = run_and_answer(&world, &purge, "Delete 1 import permanently? [y/N]", no);
        assert!(status == 1 && shown.contains("nothing was deleted"), "{shown}");
    }
    assert_eq!(world.run(&["show", "1"]).status, 0);
    let (status, shown) = run_and_answer(&world, &purge, "Delete 1 import permanently? [y/N]", "y\n");
    assert!(status == 0 && shown.contains("1 import deleted, with 3 rows"), "{shown}");
    assert_eq!(world.run(&["show", "1"]).status, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_case_is_described_and_confirmed() {
    let world = World::new().await;
    let recipe = world.path("recipe.toml");
    let doctor = ["doctor", "--create-test-case", "--recipe", &recipe];
    let (status, shown) = run_and_answer(&world, &doctor, "Create it? [y/N]", "n\n");
    assert!(status == 0 && shown.contains("no case was created"), "{shown}");
    assert!(shown.contains("primary_contact_id: 1000") && shown.contains(&world.sandbox.url()), "{shown}");
    assert_eq!(world.sandbox.stats().posts, 0);
    let (status, shown) = run_and_answer(&world, &doctor, "Create it? [y/N]", "yes\n");
    assert!(status == 0 && shown.contains("answered 201 with id 5001"), "{shown}");
    assert_eq!(world.sandbox.stats().created, 1);
}
