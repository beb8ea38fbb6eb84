//! What cannot be taken back is asked once, at a terminal.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use crate::common;
use crate::pty;

use common::{World, csv};
use portable_pty::CommandBuilder;
use pty::Pty;

/// Runs a command, waits for a question, and answers it. Gives the status and what was shown.
fn asked(world: &World, arguments: &[&str], question: &str, answer: &str) -> (u32, String) {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_caseload"));
    command.args(arguments);
    command.env("CASELOAD_HOME", world.home.path());
    command.env("CASELOAD_TOKEN", "sandbox");
    for name in ["CASELOAD_URL", "CASELOAD_USERNAME"] {
        command.env_remove(name);
    }
    let mut pty = Pty::start(command, 200, 100);
    pty.wait_for(question);
    pty.send(answer);
    (pty.wait().exit_code(), pty.shown())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_is_asked_once() {
    let world = World::new().await;
    world.run_file(&csv(3, &[], &[]), &[]);
    let ledger = rusqlite::Connection::open(world.home.path().join("data/ledger.sqlite3")).unwrap();
    let age = "UPDATE imports SET created_at = 1, started_at = 1, ended_at = 1; UPDATE rows SET sent_at = 1";
    ledger.execute_batch(age).unwrap();
    drop(ledger);
    let purge = ["purge", "--older-than", "90d"];
    for no in ["\n", "n\n", "what?\n"] {
        let (status, shown) = asked(&world, &purge, "Forget 1 import for good? [y/N]", no);
        assert!(status == 1 && shown.contains("nothing was forgotten"), "{shown}");
    }
    assert_eq!(world.run(&["show", "1"]).status, 0);
    let (status, shown) = asked(&world, &purge, "Forget 1 import for good? [y/N]", "y\n");
    assert!(status == 0 && shown.contains("1 import forgotten, with 3 rows"), "{shown}");
    assert_eq!(world.run(&["show", "1"]).status, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_case_is_asked_once_with_what_and_where() {
    let world = World::new().await;
    let recipe = world.path("recipe.toml");
    let doctor = ["doctor", "--create-test-case", "--recipe", &recipe];
    let (status, shown) = asked(&world, &doctor, "Create it? [y/N]", "n\n");
    assert!(status == 0 && shown.contains("no case is created"), "{shown}");
    assert!(shown.contains("primary_contact_id: 1000") && shown.contains(&world.sandbox.url()), "{shown}");
    assert_eq!(world.sandbox.stats().posts, 0);
    let (status, shown) = asked(&world, &doctor, "Create it? [y/N]", "yes\n");
    assert!(status == 0 && shown.contains("answered 201 with id 5001"), "{shown}");
    assert_eq!(world.sandbox.stats().created, 1);
}
