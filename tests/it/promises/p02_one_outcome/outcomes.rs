//! The outcome of a row for every kind of answer or failure, over real sockets.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;

use std::time::Duration;

use strum::VariantArray;
use tokio::io::AsyncWriteExt;

use caseload::case::Code;
use caseload::engine::Event;
use caseload::ledger::{Exception, OnError, Status};
use caseload::sandbox::FaultKind;
use caseload::trackops::{Account, Answer, Client, Clock, Fault, Lookup, Token};
use common::{World, assert_true_counts, counts, csv, options};

/// Effect of a fault on its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// Created as usual.
    Created,
    /// Answered without an id, looked up at once, and created.
    LookedUp,
    /// Unknown, then created or resent after a lookup.
    Unknown,
    /// Rejected.
    Rejected,
    /// Not sent, then resent after a wait.
    Waits,
    /// Not sent, and the import pauses.
    Pauses,
    /// Unknown, and the import pauses.
    UnknownAndPauses,
}

use Effect::{Created, LookedUp, Pauses, Rejected, Unknown, UnknownAndPauses, Waits};

/// Every fault of the sandbox except those in [`ELSEWHERE`].
const TABLE: [(&str, Effect); 50] = [
    ("lost", Unknown),
    ("reset", Unknown),
    ("reset-early", Unknown),
    ("cut", LookedUp),
    ("cut-head", Unknown),
    ("big", LookedUp),
    ("no-id", LookedUp),
    ("200-empty", LookedUp),
    ("200-html", LookedUp),
    ("408", Unknown),
    ("500", Unknown),
    ("500-created", Unknown),
    ("502", Unknown),
    ("503", Unknown),
    ("504-created", Unknown),
    ("409-created", Unknown),
    ("409", Rejected),
    ("413", Rejected),
    ("422", Rejected),
    ("429", Waits),
    ("429-date", Waits),
    ("429-now", Waits),
    ("503-wait", Waits),
    ("429-long", Pauses),
    ("302", UnknownAndPauses),
    ("308", UnknownAndPauses),
    ("401", Pauses),
    ("403", Pauses),
    ("403-html", Pauses),
    ("403-cut", Unknown),
    ("404", Pauses),
    ("405", UnknownAndPauses),
    ("close-idle", Created),
    ("slow", Created),
    ("303-created", Created),
    ("302-created", UnknownAndPauses),
    ("400-html", Pauses),
    ("400-html-created", Pauses),
    ("401-created", Pauses),
    ("403-created", Pauses),
    ("404-created", Pauses),
    ("405-created", UnknownAndPauses),
    ("422-created", Unknown),
    ("429-created", Waits),
    ("503-wait-created", Waits),
    ("same-id", LookedUp),
    ("error-with-id", LookedUp),
    ("user-id", LookedUp),
    ("null-id", LookedUp),
    ("shifted", LookedUp),
];

/// Faults that last a minute, that need a wait before a case counts as absent, or that create two cases. Most of them
/// are tested in `p01_sent_once/odd_servers.rs`.
const ELSEWHERE: [&str; 7] = ["hang", "hang-late", "drip", "504-late", "lost-late", "shifted-late", "twice"];

#[test]
fn the_tables_cover_every_fault() {
    for name in FaultKind::VARIANTS.iter().map(|kind| kind.name()) {
        let is_known = TABLE.iter().any(|(known, _)| *known == name) || ELSEWHERE.contains(&name);
        assert!(is_known, "{name}");
    }
}

/// Runs an import; returns its status, the exceptions reported, and whether it waited.
async fn watched(app: &caseload::app::App, id: i64, on_error: OnError) -> (Status, Vec<Exception>, bool) {
    let look_up = caseload::app::LookUpChoice::Off;
    let alone = caseload::app::StartOptions { concurrency: Some(1), look_up, ..options(on_error) };
    let mut run = app.runs().start(id, alone).unwrap();
    let (mut reported, mut waited) = (Vec::new(), false);
    while let Some(event) = run.events.recv().await {
        match event {
            Event::Exceptions(exceptions) => reported.extend(exceptions),
            Event::Waiting { .. } => waited = true,
            Event::Ended(ended) => return (ended.status, reported, waited),
            _ => {}
        }
    }
    panic!("the run stopped without an Ended event");
}

async fn row_three(fault: &str, effect: Effect, on_error: OnError) {
    let world = World::with_faults(&[&format!("{fault}@3")]).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(6, &[], &[]), on_error);
    let (status, reported, waited) = watched(&app, id, on_error).await;
    let import = app.imports().get(id).unwrap();
    let log = app.imports().exceptions(id, 0, 9).unwrap();
    let at = format!("{fault}, {on_error}: {import:?} {reported:?}");
    assert_true_counts(&world, &import);
    // A case that was created in spite of its answer is found by resume.
    let is_there = fault.ends_with("-created");
    let hidden = u64::from(is_there && matches!(effect, Pauses | UnknownAndPauses));
    assert_eq!(import.counts.created + hidden, world.sandbox.stats().created, "{at}");
    assert_eq!(waited, effect == Waits, "{at}");
    let codes: Vec<(u64, &Code)> = reported.iter().map(|e| (e.row, &e.code)).collect();
    let halts = on_error == OnError::Halt;
    match effect {
        Created | LookedUp | Waits => {
            assert_eq!((status, import.counts.created), (Status::Complete, 6), "{at}");
            // A connection may close just as the next request leaves. That row is looked up.
            assert!(reported.is_empty() || (fault == "close-idle" && log.is_empty()), "{at}");
        }
        Unknown => {
            assert_eq!((status, import.counts.created), (Status::Complete, 6), "{at}");
            assert_eq!((codes, log.len()), (vec![(3, &Code::Unknown)], 0), "{at}");
        }
        Rejected => {
            let expected = if halts { (Status::Error, 2) } else { (Status::Complete, 5) };
            assert_eq!((status, import.counts.created), expected, "{at}");
            assert_eq!((log[0].row, log[0].source), (3, caseload::ledger::ExceptionSource::Trackops), "{at}");
            assert!(matches!(log[0].code, Code::Trackops(400..=499)), "{at}");
        }
        UnknownAndPauses => {
            assert_eq!(
                (status, import.counts.created, import.counts.unknown, import.counts.not_sent),
                (Status::Paused, 2, 1, 3),
                "{at}"
            );
            let reason = if fault.starts_with("405") { "Trackops answered 405" } else { "redirect" };
            assert!(import.note.contains(reason) && import.note.contains("Resume looks up row 3"), "{at}");
        }
        Pauses => {
            assert_eq!(
                (status, import.counts.created, import.counts.not_sent),
                (Status::Paused, 2, 4),
                "{at}"
            );
            assert!(reported.is_empty() && import.note.ends_with("Then resume."), "{at}");
        }
    }
    // Nothing below the ledger retries: a row is resent only after a lookup or a requested wait.
    let sent_again = matches!(fault, "reset" | "reset-early" | "403-cut" | "408" | "500" | "502" | "503")
        || (effect == Waits && !is_there);
    let posts = world.sandbox.stats().posts;
    let rows = import.counts.rows - import.counts.not_sent;
    let expected = rows + u64::from(sent_again) + u64::from(effect == Pauses);
    assert_eq!(posts, expected, "{at}");
    world.sandbox.set_faults(Vec::new());
    if import.counts.not_sent > 0 {
        assert_eq!(watched(&app, id, on_error).await.0, Status::Complete, "{at}");
    }
    let import = app.imports().get(id).unwrap();
    assert_eq!(import.counts.created + import.counts.rejected, 6, "{at}");
    assert_eq!(import.counts.created, world.sandbox.stats().created, "{at}");
    assert_true_counts(&world, &import);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_gives_a_row_the_outcome_of_the_table() {
    for on_error in [OnError::Skip, OnError::Halt] {
        let rows = TABLE.iter().filter(|(fault, _)| on_error == OnError::Skip || *fault != "slow");
        // In parallel, because some of them wait.
        let runs = rows.map(|(fault, effect)| row_three(fault, *effect, on_error));
        futures_util::future::join_all(runs).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_went_back_makes_no_run_wait_for_hours() {
    let world = World::with_faults(&["reset@3", "get:500@2-"]).await;
    let ran = world.run_file(&csv(6, &[], &[]), &["--on-error", "skip", "--look-up", "off", "--json"]);
    assert_eq!(counts(&ran.json())[4], 1, "{ran:?}");
    let ledger = rusqlite::Connection::open(world.home.path().join("data/ledger.sqlite3")).unwrap();
    ledger
        .execute_batch("UPDATE rows SET sent_at = sent_at + 3 * 3600 * 1000, first_sent_at = NULL")
        .unwrap();
    drop(ledger);
    world.sandbox.set_faults(Vec::new());
    world.change_config(|config| config.replace("late_commit_seconds = 0", "late_commit_seconds = 1"));
    let resumed = world.run(&["resume", "1", "--json"]);
    let [rows, created, _, _, unknown, not_sent] = counts(&resumed.json());
    assert_eq!((rows, not_sent, created + unknown), (6, 0, 6), "{resumed:?}");
    assert_eq!(world.sandbox.stats().created, created, "{resumed:?}");
}

/// Without a `Date` header nothing shows that our clock was set after the row was sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_went_forward_does_not_shorten_the_wait_for_a_late_case() {
    let world = World::with(|options| {
        options.faults = ["lost-late@3", "get:500@2-"].map(|fault| fault.parse().unwrap()).into();
        options.quirks = vec!["no-date".parse().unwrap()];
        options.late = std::time::Duration::from_secs(2);
    })
    .await;
    let ran = world.run_file(&csv(6, &[], &[]), &["--on-error", "skip", "--look-up", "off", "--json"]);
    assert_eq!(counts(&ran.json())[4], 1, "{ran:?}");
    let ledger = rusqlite::Connection::open(world.home.path().join("data/ledger.sqlite3")).unwrap();
    let earlier = "UPDATE rows SET sent_at = sent_at - 3 * 3600 * 1000, first_sent_at = NULL";
    ledger.execute_batch(earlier).unwrap();
    drop(ledger);
    world.sandbox.set_faults(Vec::new());
    world.change_config(|config| config.replace("late_commit_seconds = 0", "late_commit_seconds = 3"));
    let resumed = world.run(&["resume", "1", "--json"]);
    assert_eq!(
        (counts(&resumed.json()), world.sandbox.stats().created),
        ([6, 6, 0, 0, 0, 0], 6),
        "{resumed:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_lookup_leaves_the_row_unknown_until_resume() {
    for (fault, why) in [
        ("get:500@2-", "answered 500"),
        ("get:401@2-", "user name or token"),
        ("get:403-html@2-", "firewall"),
        ("get:reset@2-", "lost"),
        ("get:cut@2-", "lost"),
        ("get:200-html@2-", "firewall"),
        ("get:302@2-", "redirect"),
        ("get:404@2-", "404"),
    ] {
        let world = World::with_faults(&["lost@3", fault]).await;
        let app = world.app().await;
        let id = world.import(&app, &csv(6, &[], &[]), OnError::Skip);
        let (status, ..) = watched(&app, id, OnError::Skip).await;
        let import = app.imports().get(id).unwrap();
        assert_eq!(
            (status, import.counts.created, import.counts.unknown),
            (Status::Paused, 5, 1),
            "{fault}: {import:?}"
        );
        assert!(import.note.contains(why), "{fault}: {}", import.note);
        world.sandbox.set_faults(Vec::new());
        assert_eq!(watched(&app, id, OnError::Skip).await.0, Status::Complete, "{fault}");
        assert_eq!(
            (app.imports().get(id).unwrap().counts.created, world.sandbox.stats().posts),
            (6, 6),
            "{fault}"
        );
    }
}

/// A row that was turned away although its case was created, and a list that isn't there for a moment.
async fn without_a_list_at(get: u32) {
    let world = World::with_faults(&["429-created@3", &format!("get:404@{get}")]).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(6, &[], &[]), OnError::Skip);
    if watched(&app, id, OnError::Skip).await.0 != Status::Complete {
        assert_eq!(watched(&app, id, OnError::Skip).await.0, Status::Complete, "{get}");
    }
    let created = app.imports().get(id).unwrap().counts.created;
    assert_eq!((created, world.sandbox.stats().created), (6, 6), "{get}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_missing_for_a_moment_does_not_count_as_empty() {
    futures_util::future::join_all((1..=6).map(without_a_list_at)).await;
}

fn client(url: &str) -> Client {
    let account = Account::new(url.parse().unwrap(), "sandbox");
    Client::new(&account, &Token::from("sandbox"), 1, Clock::default()).unwrap()
}

fn not_sent(answer: &Answer) -> String {
    match answer {
        Answer::NotSent(fault @ (Fault::NoConnection { .. } | Fault::Tls { .. })) => fault.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_connection_that_fails_before_the_request_means_not_sent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // A server without TLS.
    let speaks = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            // Closing before everything is read would reset the connection.
            let _ = stream.shutdown().await;
            let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        }
    });
    let answer = client(&format!("https://{address}")).create_case("{}".into(), &Lookup::default()).await;
    assert!(not_sent(&answer).contains("can't be trusted"), "{answer:?}");
    speaks.abort();
    // A port that is taken, so that no other test gets it, and where nothing listens.
    let silent = tokio::net::TcpSocket::new_v4().unwrap();
    silent.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let nobody = client(&format!("http://{}", silent.local_addr().unwrap()));
    assert!(not_sent(&nobody.create_case("{}".into(), &Lookup::default()).await).contains("refused"));
}

#[tokio::test]
async fn connecting_and_answering_have_separate_time_limits() {
    // A listener with a full queue that never accepts, so connecting takes forever.
    let full = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    rustix::net::listen(&full, 0).unwrap();
    let address = full.local_addr().unwrap();
    let _queued: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(move || {
                std::net::TcpStream::connect_timeout(&address, Duration::from_millis(50))
            })
        })
        .filter_map(|thread| thread.join().unwrap().ok())
        .collect();
    // The paused clock advances whenever there is nothing else to do.
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let answer = client(&format!("http://{address}")).create_case("{}".into(), &Lookup::default()).await;
    assert!(not_sent(&answer).contains("no answer in time"), "{answer:?}");
    let connecting = began.elapsed();

    // A server that accepts but never answers, so the request has left.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let began = tokio::time::Instant::now();
    let sending = tokio::spawn(async move {
        client(&format!("http://{address}")).create_case("{}".into(), &Lookup::default()).await
    });
    let (_held, _) = silent.accept().await.unwrap();
    let answer = sending.await.unwrap();
    assert!(
        matches!(&answer, Answer::Unknown { status: None, why } if why == "no answer in time"),
        "{answer:?}"
    );
    assert!(connecting < began.elapsed(), "the whole request has more time than connecting");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_a_long_wait_pauses_until_a_time() {
    let world = World::with_faults(&["429-long@3"]).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(6, &[], &[]), OnError::Skip);
    assert_eq!(watched(&app, id, OnError::Skip).await.0, Status::Paused);
    let note = app.imports().get(id).unwrap().note;
    let (_, until) = note.split_once("Trackops asks to wait until ").unwrap_or_else(|| panic!("{note}"));
    let (time, then) = until.split_once(" (429)").unwrap_or_else(|| panic!("{note}"));
    // An hour from now: after midnight, with the date.
    assert!(time.ends_with(|c: char| c.is_ascii_digit()) && time.contains(':'), "{note}");
    assert_eq!(then, ". Then resume.");
}
