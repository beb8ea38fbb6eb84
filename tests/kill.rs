//! Promise 3: killed at any instant, the next start tells the truth or says unknown; and promise 1 still holds.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use std::{process::Stdio, time::Duration};

use caseload::sandbox::{Options, Sandbox};
use common::{World, csv};

const ROWS: u64 = 60;

/// Kills the program with SIGKILL once the sandbox has seen so many rows, and gives what the ledger then says.
async fn killed_after(world: &World, posts: u64) -> serde_json::Value {
    let file = world.file("cases.csv", &csv(ROWS, &[5], &[]));
    let recipe = world.home.path().join("recipe.toml");
    let arguments =
        ["run", file.to_str().unwrap(), "--recipe", recipe.to_str().unwrap(), "--on-error", "skip"];
    let mut child = world.command(&arguments).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    while world.sandbox.stats().posts < posts && child.try_wait().unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    world.run(&["show", "1", "--json"]).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_anywhere_it_tells_the_truth_and_resumes_without_a_double() {
    for posts in [1, 2, 3, 7, 19, 40, 58, 59] {
        let mut world = World::new().await;
        // A little latency, so that rows are in flight when the kill comes.
        let options = Options { latency: Duration::from_millis(3), ..Options::default() };
        world.sandbox = Sandbox::start(options).await.unwrap();
        let config = world.home.path().join("config/config.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        let url = text.lines().find(|line| line.starts_with("url")).unwrap();
        std::fs::write(&config, text.replace(url, &format!("url = \"{}\"", world.sandbox.url()))).unwrap();

        let shown = killed_after(&world, posts).await;
        let count = |key: &str| shown[key].as_u64().unwrap();
        let on_server = world.sandbox.stats().created;
        assert_eq!(shown["status"], "interrupted", "{shown}");
        assert_eq!(
            count("created") + count("rejected") + count("excluded") + count("unknown") + count("not_sent"),
            ROWS
        );
        assert!(count("created") <= on_server, "nothing is called created that is not there");
        assert!(count("created") + count("unknown") >= on_server, "nothing is called not sent that is there");

        let resumed = world.run(&["resume", "1", "--json"]);
        let shown = resumed.json();
        assert_eq!((resumed.status, &shown["status"]), (1, &"complete".into()), "{resumed:?}");
        assert_eq!((&shown["created"], &shown["rejected"]), (&(ROWS - 1).into(), &1.into()), "{shown}");
        assert_eq!(world.references().len() as u64, ROWS - 1);
        assert!(
            world.references().values().all(|times| *times == 1),
            "after {posts}: {:?}",
            world.references()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_one_row_is_sent_first_it_is_looked_up_by_resume() {
    let world = World::with_faults(&["hang@1"]).await;
    let file = world.file("cases.csv", &csv(4, &[], &[]));
    let recipe = world.path("recipe.toml");
    let arguments = ["run", file.to_str().unwrap(), "--recipe", &recipe, "--first", "3"];
    let mut child = world.command(&arguments).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    while world.sandbox.stats().created < 1 && child.try_wait().unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let shown = world.run(&["show", "1", "--json"]).json();
    assert_eq!((&shown["status"], common::counts(&shown)), (&"interrupted".into(), [4, 0, 0, 0, 1, 3]));
    let resumed = world.run(&["resume", "1", "--json"]);
    assert_eq!((resumed.status, common::counts(&resumed.json())), (0, [4, 4, 0, 0, 0, 0]), "{resumed:?}");
    assert_eq!((world.sandbox.stats().posts, world.references().len()), (4, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn started_over_instead_of_resumed_it_doubles_nothing() {
    let world = World::new().await;
    killed_after(&world, 30).await;
    let file = world.home.path().join("cases.csv");
    let recipe = world.home.path().join("recipe.toml");
    let arguments =
        ["run", file.to_str().unwrap(), "--recipe", recipe.to_str().unwrap(), "--on-error", "skip", "--json"];
    let shown = world.run(&arguments).json();
    assert_eq!(shown["import"], 2);
    assert!(world.references().values().all(|times| *times == 1), "{:?}", world.references());
    let resumed = world.run(&["resume", "1", "--json"]).json();
    assert_eq!(resumed["unknown"], 0, "{resumed}");
    assert_eq!(world.references().len() as u64, ROWS - 1);
    assert!(world.references().values().all(|times| *times == 1), "{:?}", world.references());
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_it_waits_for_the_rows_in_flight() {
    let world = World::new().await;
    let file = world.file("cases.csv", &csv(5000, &[], &[]));
    let recipe = world.home.path().join("recipe.toml");
    let arguments = ["run", file.to_str().unwrap(), "--recipe", recipe.to_str().unwrap(), "--json"];
    let child = world.command(&arguments).stderr(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    while world.sandbox.stats().posts < 20 {
        tokio::task::yield_now().await;
    }
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let finished = common::finish(child.wait_with_output().unwrap());
    let shown = finished.json();
    assert_eq!(
        (finished.status, &shown["status"], &shown["unknown"]),
        (1, &"paused".into(), &0.into()),
        "{shown}"
    );
    assert_eq!(shown["created"], world.sandbox.stats().created);
}
