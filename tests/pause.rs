//! An import that one caseload runs is paused by another of the same home.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use caseload::app::{AppError, StartOptions};
use caseload::engine::{Ended, Event, Run};
use caseload::ledger::{Ledger, LedgerError, OnError, Status};
use common::{World, assert_true_counts, csv, options, run, watch};

/// Slow enough never to come to its end while a test looks.
fn slow(per_minute: u32) -> StartOptions {
    StartOptions { per_minute: Some(per_minute), ..options(OnError::Skip) }
}

/// Waits for news of a kind.
async fn until(run: &mut Run, wanted: impl Fn(&Event) -> bool) {
    while !wanted(&run.events.recv().await.unwrap()) {}
}

fn assert_paused_from_outside(ended: &Ended) {
    assert_eq!((ended.status, ended.counts.unknown), (Status::Paused, 0), "{ended:?}");
    assert!(ended.note.contains("from another caseload"), "{}", ended.note);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_caseload_pauses_a_run_and_no_later_one() {
    let world = World::new().await;
    let (app, other) = (world.app().await, world.app().await);
    let id = world.import(&app, &csv(500, &[], &[]), OnError::Skip);
    let mut first = app.start(id, slow(600)).unwrap();
    until(&mut first, |event| matches!(event, Event::Progress(p) if p.counts.created > 0)).await;
    other.ask_to_pause(id).unwrap();
    let (ended, _) = watch(first).await;
    assert_paused_from_outside(&ended);
    assert!(ended.counts.not_sent > 400, "it stopped soon: {ended:?}");
    assert_eq!(world.sandbox.stats().created, ended.counts.created);
    assert!(matches!(other.ask_to_pause(id), Err(AppError::Ledger(LedgerError::NotRunning(_)))));
    let ended = run(&app, id, OnError::Skip).await;
    assert_eq!((ended.status, ended.counts.created), (Status::Complete, 500), "{ended:?}");
    assert_true_counts(&world, &app.import(id).unwrap());
}

/// Asks a run to pause that dies before it hears of it.
fn asked_in_vain(world: &World, id: i64) {
    let ledger = Ledger::open(&world.home.path().join("data")).unwrap();
    let lock = ledger.lock(id).unwrap();
    ledger.ask_to_pause(id).unwrap();
    drop(lock);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_nobody_heard_does_not_stop_the_next_run() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(20, &[], &[]), OnError::Skip);
    asked_in_vain(&world, id);
    // Two seconds long: it looks for requests several times.
    let (ended, _) = watch(app.start(id, slow(600)).unwrap()).await;
    assert_eq!((ended.status, ended.counts.created), (Status::Complete, 20), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_is_paused_too() {
    // For a busy server, which would be given up only later; for its pace; and for a case to show in a list.
    for (fault, per_minute) in [("429@3-", 0), ("429@999", 1), ("reset@2", 0)] {
        let world = World::with_faults(&[fault]).await;
        let config = world.home.path().join("config/config.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        std::fs::write(&config, text.replace("settle_seconds = 0", "settle_seconds = 600")).unwrap();
        let (app, other) = (world.app().await, world.app().await);
        let id = world.import(&app, &csv(4, &[], &[]), OnError::Skip);
        let mut waits = app.start(id, slow(per_minute)).unwrap();
        if per_minute == 0 {
            until(&mut waits, |event| matches!(event, Event::Waiting { .. } | Event::Settling { .. })).await;
        }
        other.ask_to_pause(id).unwrap();
        let (ended, _) = watch(waits).await;
        assert!(ended.note.contains("from another caseload"), "{fault}: {ended:?}");
        assert_eq!((ended.status, ended.counts.rejected), (Status::Paused, 0), "{fault}: {ended:?}");
        assert!(ended.counts.not_sent > 0 || fault == "reset@2", "{fault}: {ended:?}");
    }
}
