//! Pausing an import from another caseload with the same home.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;

use std::process::{Child, Stdio};

use caseload::app::{App, AppError, StartOptions};
use caseload::engine::{Ended, Event, Run};
use caseload::ledger::{Ledger, LedgerError, OnError, Person, RunLock, Status};
use common::{Finished, World, assert_true_counts, csv, finish, options, run, watch};
use tokio::task::block_in_place;

/// Returns options for a run slow enough to outlast its test.
fn slow(per_minute: u32) -> StartOptions {
    StartOptions { per_minute: Some(per_minute), ..options(OnError::Skip) }
}

/// Waits for a kind of event.
async fn wait_for_event(run: &mut Run, wanted: impl Fn(&Event) -> bool) {
    while !wanted(&run.events.recv().await.unwrap()) {}
}

fn assert_paused_from_outside(ended: &Ended) {
    assert_eq!((ended.status, ended.counts.unknown), (Status::Paused, 0), "{ended:?}");
    assert!(ended.note.contains("from another window"), "{}", ended.note);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_from_another_program_does_not_affect_later_runs() {
    let world = World::new().await;
    let (app, other) = (world.app().await, world.app().await);
    let id = world.import(&app, &csv(120, &[], &[]), OnError::Skip);
    let mut first = app.runs().start(id, slow(600)).unwrap();
    wait_for_event(&mut first, |event| matches!(event, Event::Progress(p) if p.counts.created > 0)).await;
    other.runs().ask_to_pause(id).unwrap();
    let (ended, _) = watch(first).await;
    assert_paused_from_outside(&ended);
    assert!(ended.counts.not_sent > 60, "the run stops soon: {ended:?}");
    assert_eq!(world.sandbox.stats().created, ended.counts.created);
    // A child that another test starts just now holds every lock until it is another program.
    let is_over = || {
        let asked = other.runs().ask_to_pause(id);
        matches!(asked, Err(AppError::Ledger(LedgerError::NotRunning(_))))
    };
    common::until(is_over).await;
    let ended = run(&app, id, OnError::Skip).await;
    assert_eq!((ended.status, ended.counts.created), (Status::Complete, 120), "{ended:?}");
    assert_true_counts(&world, &app.imports().get(id).unwrap());
}

/// Asks a run to pause that ends before it reads the request.
fn ask_too_late(world: &World, id: i64) {
    let ledger = Ledger::open(&world.home.path().join("data")).unwrap();
    let lock = ledger.lock(id).unwrap();
    ledger.ask_to_pause(id, Person::default()).unwrap();
    drop(lock);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_pause_request_does_not_stop_the_next_run() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(20, &[], &[]), OnError::Skip);
    ask_too_late(&world, id);
    // The run takes two seconds, and checks for requests several times.
    let (ended, _) = watch(app.runs().start(id, slow(600)).unwrap()).await;
    assert_eq!((ended.status, ended.counts.created), (Status::Complete, 20), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_run_can_be_paused() {
    // Waits for a busy server, for the rate limit, and for a case to be listed.
    for (fault, per_minute) in [("429@3-", 0), ("429@999", 1), ("reset@2", 0)] {
        let world = World::with_faults(&[fault]).await;
        world.change_config(|text| text.replace("settle_seconds = 0", "settle_seconds = 600"));
        let (app, other) = (world.app().await, world.app().await);
        let id = world.import(&app, &csv(4, &[], &[]), OnError::Skip);
        let mut waits = app.runs().start(id, slow(per_minute)).unwrap();
        if per_minute == 0 {
            wait_for_event(&mut waits, |event| {
                matches!(event, Event::Waiting { .. } | Event::Settling { .. })
            })
            .await;
        }
        other.runs().ask_to_pause(id).unwrap();
        let (ended, _) = watch(waits).await;
        assert!(ended.note.contains("from another window"), "{fault}: {ended:?}");
        assert_eq!((ended.status, ended.counts.rejected), (Status::Paused, 0), "{fault}: {ended:?}");
        assert!(ended.counts.not_sent > 0 || fault == "reset@2", "{fault}: {ended:?}");
    }
}

/// Waits until a condition holds for a running import.
async fn wait_while_running(app: &App, id: i64, so: impl Fn(&App) -> bool) {
    common::until(|| so(app)).await;
    assert!(app.runs().is_running(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pause_command_pauses_the_run_of_another_program() {
    let world = World::new().await;
    let app = world.app().await;
    world.file("cases.csv", &csv(120, &[], &[]));
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let running = world
        .command(&["run", &file, "--recipe", &recipe, "--per-minute", "600", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_while_running(&app, 1, |app| app.imports().get(1).is_ok_and(|import| import.counts.created > 0))
        .await;
    let paused = block_in_place(|| world.run(&["pause", "1", "--json"]));
    assert_eq!((paused.status, &paused.json()["status"]), (0, &"paused".into()), "{paused:?}");
    assert!(paused.json()["note"].as_str().unwrap().contains("from another window"));
    let ran = finish(running.wait_with_output().unwrap());
    assert_eq!(ran.status, 1, "rows are left: {ran:?}");
    assert_eq!(common::counts(&ran.json()), common::counts(&paused.json()));
    assert_eq!(paused.json()["created"], world.sandbox.stats().created);

    let again = world.run(&["pause", "1"]);
    assert_eq!((again.status, again.stdout.as_str()), (2, ""), "{again:?}");
    assert!(again.stderr.contains("import 1 isn't running"), "{again:?}");
    let nothing = world.run(&["pause", "7"]);
    assert!(nothing.status == 2 && nothing.stderr.contains("no import 7"), "{nothing:?}");
}

/// Begins a run that does nothing, and starts `caseload pause`, which waits for it.
async fn ask_to_pause_idle_run(world: &World, app: &App, id: i64) -> (Ledger, RunLock, Child) {
    let ledger = Ledger::open(&world.home.path().join("data")).unwrap();
    let lock = ledger.lock(id).unwrap();
    ledger.begin_run(id, OnError::Halt, Person::default()).await.unwrap();
    let before = ledger.pauses_asked(id).unwrap();
    let mut command = world.command(&["pause", &id.to_string()]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_while_running(app, id, |_| ledger.pauses_asked(id).unwrap() > before).await;
    (ledger, lock, child)
}

fn end(lock: RunLock, child: Child) -> Finished {
    drop(lock);
    finish(child.wait_with_output().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn pause_reports_how_the_run_ended() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(3, &[], &[]), OnError::Halt);
    for (status, code) in [(Status::Paused, 0), (Status::Complete, 0), (Status::Error, 1)] {
        let (ledger, lock, child) = ask_to_pause_idle_run(&world, &app, id).await;
        ledger.end_run(id, status, String::new()).await.unwrap();
        let ended = end(lock, child);
        assert_eq!(ended.status, code, "{status}: {ended:?}");
        assert!(ended.stdout.contains(&format!("“Test”: {status}. 3 rows = 0 created")), "{ended:?}");
    }
    // The run is killed.
    let (_ledger, lock, child) = ask_to_pause_idle_run(&world, &app, id).await;
    let ended = end(lock, child);
    assert_eq!((ended.status, ended.stdout.contains("Interrupted")), (1, true), "{ended:?}");
}
