//! Promises 1, 2, 4, 6 and 7: complete imports in this process, against the sandbox and its faults.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use std::time::Duration;

use caseload::app::AppError;
use caseload::case::Code;
use caseload::engine::Event;
use caseload::ledger::{Counts, OnError, Status};
use caseload::trackops::List;
use common::{World, assert_true_counts, csv, options, run, watch};

fn counts(rows: u64, created: u64, rejected: u64, excluded: u64, unknown: u64, not_sent: u64) -> Counts {
    Counts { rows, created, rejected, excluded, unknown, not_sent }
}

#[tokio::test(flavor = "multi_thread")]
async fn skip_processes_every_row() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(40, &[7, 31], &[12]), OnError::Skip);
    let (ended, reported) = watch(app.runs().start(id, options(OnError::Skip)).unwrap()).await;
    assert_eq!((ended.status, ended.counts), (Status::Complete, counts(40, 37, 3, 0, 0, 0)));
    assert_eq!(world.sandbox.stats().created, 37);
    let log = app.imports().exceptions(id, 0, 100).unwrap();
    assert_eq!(reported, log, "the exceptions reported are those in the ledger");
    let mut rows: Vec<_> = log.iter().map(|e| (e.row, e.line, e.column.as_deref(), &e.code)).collect();
    rows.sort_unstable_by_key(|row| row.0);
    assert_eq!(
        rows,
        [
            (7, 8, Some("Assigned"), &Code::DateInvalid),
            (12, 13, Some("Contact"), &Code::Trackops(422)),
            (31, 32, Some("Assigned"), &Code::DateInvalid),
        ]
    );
    assert_true_counts(&world, &app.imports().get(id).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn halt_starts_no_row_after_a_bad_one() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(40, &[17, 20], &[]), OnError::Halt);
    let ended = run(&app, id, OnError::Halt).await;
    assert_eq!((ended.status, ended.counts), (Status::Error, counts(40, 16, 1, 0, 0, 23)));
    assert!(ended.note.contains("row 17 (line 18)"), "{}", ended.note);
    assert_eq!(world.sandbox.stats().posts, 16);
    assert!(!world.references().contains_key("C-0018"));
    // Resume continues after the bad row, and halts at the next one.
    let ended = run(&app, id, OnError::Halt).await;
    assert_eq!((ended.status, ended.counts), (Status::Error, counts(40, 18, 2, 0, 0, 20)));
    let ended = run(&app, id, OnError::Halt).await;
    assert_eq!((ended.status, ended.counts), (Status::Complete, counts(40, 38, 2, 0, 0, 0)));
    assert_true_counts(&world, &app.imports().get(id).unwrap());
    assert!(matches!(app.runs().start(id, options(OnError::Halt)), Err(AppError::NothingLeft(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn halt_stops_after_trackops_refuses_a_row() {
    // Every answer takes equally long, so that no slot sends many rows while another waits.
    let world = World::with(|options| options.latency = Duration::from_millis(20)).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(60, &[], &[9]), OnError::Halt);
    let ended = run(&app, id, OnError::Halt).await;
    assert_eq!((ended.status, ended.counts.rejected), (Status::Error, 1));
    // The rows in flight meanwhile were sent already, one or two in each of the three other slots.
    assert!((8..=14).contains(&ended.counts.created), "{ended:?}");
    assert_eq!(world.sandbox.stats().created, ended.counts.created);
    assert_true_counts(&world, &app.imports().get(id).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_answers_are_looked_up_and_never_sent_again() {
    for fault in ["lost/7", "cut/7", "no-id/7", "500-created/7"] {
        for on_error in [OnError::Skip, OnError::Halt] {
            let world = World::with_faults(&[fault]).await;
            let app = world.app().await;
            let id = world.import(&app, &csv(30, &[], &[]), on_error);
            let ended = run(&app, id, on_error).await;
            assert_eq!(
                (ended.status, ended.counts),
                (Status::Complete, counts(30, 30, 0, 0, 0, 0)),
                "{fault}"
            );
            assert_eq!(world.sandbox.stats().posts, 30, "{fault}: every row is sent once");
            assert!(
                app.imports().exceptions(id, 0, 9).unwrap().is_empty(),
                "{fault}: settled rows aren't exceptions"
            );
            assert_true_counts(&world, &app.imports().get(id).unwrap());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_lost_before_they_arrived_are_resent_after_a_lookup() {
    for fault in ["reset/7", "500/7", "503/7"] {
        let world = World::with_faults(&[fault]).await;
        let app = world.app().await;
        let id = world.import(&app, &csv(30, &[], &[]), OnError::Skip);
        let ended = run(&app, id, OnError::Skip).await;
        assert_eq!((ended.status, ended.counts), (Status::Complete, counts(30, 30, 0, 0, 0, 0)), "{fault}");
        assert!(world.sandbox.stats().posts > 30, "{fault}");
        assert_true_counts(&world, &app.imports().get(id).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_row_without_a_reference_stays_unknown() {
    let world = World::with_faults(&["lost@3"]).await;
    let recipe = common::RECIPE.replace("to = \"reference_value_1\"", "to = \"ignore\"");
    world.file("recipe.toml", &recipe);
    let app = world.app().await;
    let id = world.import(&app, &csv(6, &[], &[]), OnError::Skip);
    let ended = run(&app, id, OnError::Skip).await;
    assert_eq!((ended.status, ended.counts), (Status::Complete, counts(6, 5, 0, 0, 1, 0)));
    let log = app.imports().exceptions(id, 0, 9).unwrap();
    assert_eq!((log.len(), &log[0].code), (1, &Code::Unknown));
    assert!(log[0].message.contains("neither a reference nor a token"), "{}", log[0].message);
    let ended = run(&app, id, OnError::Skip).await;
    assert_eq!((ended.counts.unknown, world.sandbox.stats().posts), (1, 6), "resume doesn't resend it");
}

#[tokio::test(flavor = "multi_thread")]
async fn system_faults_reject_no_row_and_resume_continues() {
    for (fault, says) in [
        ("401@5-", "user name or token"),
        ("403-html@5-", "firewall"),
        ("lost@5-", "answers to 3 rows in a row were lost"),
        ("500@5-", "Trackops failed 3 times in a row"),
    ] {
        let world = World::with_faults(&[fault]).await;
        let app = world.app().await;
        let id = world.import(&app, &csv(30, &[], &[]), OnError::Skip);
        let ended = run(&app, id, OnError::Skip).await;
        assert_eq!((ended.status, ended.counts.rejected), (Status::Paused, 0), "{fault}: {ended:?}");
        assert!(ended.note.contains(says), "{fault}: {}", ended.note);
        assert!(world.sandbox.stats().posts < 15, "{fault}: the run stops soon");
        world.sandbox.set_faults(Vec::new());
        let ended = run(&app, id, OnError::Skip).await;
        assert_eq!((ended.status, ended.counts), (Status::Complete, counts(30, 30, 0, 0, 0, 0)), "{fault}");
        assert_true_counts(&world, &app.imports().get(id).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_waited_for() {
    let world = World::with_faults(&["429@6", "503-wait@9"]).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(20, &[], &[]), OnError::Halt);
    let mut run = app.runs().start(id, options(OnError::Halt)).unwrap();
    let mut waits = 0;
    let ended = loop {
        match run.events.recv().await.unwrap() {
            Event::Waiting { seconds, .. } => {
                assert_eq!(seconds, 1);
                waits += 1;
            }
            Event::Ended(ended) => break ended,
            _ => {}
        }
    };
    assert_eq!((ended.status, ended.counts), (Status::Complete, counts(20, 20, 0, 0, 0, 0)));
    assert!((1..=2).contains(&waits), "{waits}");
    assert_true_counts(&world, &app.imports().get(id).unwrap());
}

#[tokio::test]
async fn an_unreachable_server_pauses_the_import() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(5, &[], &[]), OnError::Halt);
    let World { sandbox, home: _home } = world;
    sandbox.stop().await;
    // With a paused clock, the waits between tries pass at once.
    tokio::time::pause();
    let ended = run(&app, id, OnError::Halt).await;
    assert_eq!((ended.status, ended.counts), (Status::Paused, counts(5, 0, 0, 0, 0, 5)));
    assert!(ended.note.contains("can't be reached"), "{}", ended.note);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_waits_for_the_rows_awaiting_reply() {
    let world = World::with(|options| options.latency = Duration::from_millis(3)).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(60, &[], &[]), OnError::Skip);
    let mut run_1 = app.runs().start(id, options(OnError::Skip)).unwrap();
    while let Some(event) = run_1.events.recv().await {
        if matches!(event, Event::Progress(progress) if progress.counts.created > 0) {
            break;
        }
    }
    run_1.control.stop();
    let (ended, _) = watch(run_1).await;
    assert_eq!((ended.status, ended.counts.unknown), (Status::Paused, 0), "{ended:?}");
    assert_eq!(world.sandbox.stats().created, ended.counts.created);
    let ended = run(&app, id, OnError::Skip).await;
    assert_eq!(ended.counts, counts(60, 60, 0, 0, 0, 0));
    assert_true_counts(&world, &app.imports().get(id).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_are_excluded_unless_you_send_them() {
    let world = World::new().await;
    let app = world.app().await;
    let first = world.import(&app, &csv(10, &[], &[]), OnError::Halt);
    run(&app, first, OnError::Halt).await;
    // An edited copy with other cells and three new claims, one of them twice.
    let text = csv(13, &[], &[]).replace("Jane", "Janet") + "C-0013,\"Doe, Jim\",11/02/2026,\n,,,\n";
    let second = world.import(&app, &text, OnError::Halt);
    let ended = run(&app, second, OnError::Halt).await;
    assert_eq!((ended.status, ended.counts), (Status::Complete, counts(15, 3, 0, 12, 0, 0)));
    assert_true_counts(&world, &app.imports().get(second).unwrap());
    let third = world.import(&app, &text, OnError::Halt);
    let anyway = caseload::app::StartOptions { send_duplicates: true, ..options(OnError::Halt) };
    let (ended, _) = watch(app.runs().start(third, anyway).unwrap()).await;
    assert_eq!(ended.counts, counts(15, 14, 0, 1, 0, 0));
    assert_eq!(world.references()["C-0013"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_cannot_run_twice_at_once() {
    let world = World::with(|options| options.latency = Duration::from_millis(3)).await;
    let (app, other) = (world.app().await, world.app().await);
    let id = world.import(&app, &csv(50, &[], &[]), OnError::Skip);
    let run = app.runs().start(id, options(OnError::Skip)).unwrap();
    let refused = other.runs().start(id, options(OnError::Skip)).err().map(|error| error.to_string());
    let (ended, _) = watch(run).await;
    assert_eq!(ended.counts, counts(50, 50, 0, 0, 0, 0));
    assert!(refused.is_some_and(|why| why.contains("another caseload")));
    assert_true_counts(&world, &app.imports().get(id).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_racing_imports_of_one_file_create_each_case_once() {
    let world = World::new().await;
    let (app, other) = (world.app().await, world.app().await);
    let text = csv(120, &[], &[]);
    let (first, second) =
        (world.import(&app, &text, OnError::Skip), world.import(&other, &text, OnError::Skip));
    let slow = caseload::app::StartOptions { concurrency: Some(2), ..options(OnError::Skip) };
    let fast = caseload::app::StartOptions { concurrency: Some(16), ..options(OnError::Skip) };
    let (one, two) = (app.runs().start(first, slow).unwrap(), other.runs().start(second, fast).unwrap());
    let ((one, _), (two, _)) = tokio::join!(watch(one), watch(two));
    assert_eq!(one.counts.created + two.counts.created, 120, "{one:?} {two:?}");
    assert_eq!(world.sandbox.stats().created, 120);
    for id in [first, second] {
        assert_true_counts(&world, &app.imports().get(id).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_with_the_default_reference_are_not_duplicates() {
    let world = World::new().await;
    let recipe = common::RECIPE
        .replace("to = \"reference_value_1\"", "to = \"ignore\"")
        .replace("client_id = 100", "client_id = 100\nreference_value_1 = \"BATCH\"");
    world.file("recipe.toml", &recipe);
    let app = world.app().await;
    let id = world.import(&app, &csv(5, &[], &[]), OnError::Skip);
    assert_eq!(run(&app, id, OnError::Skip).await.counts, counts(5, 5, 0, 0, 0, 0));
    assert_eq!(world.references()["BATCH"], 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_answers_found_again_do_not_halt_the_import() {
    let world = World::with_faults(&["lost/10"]).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(100, &[], &[]), OnError::Halt);
    let ended = run(&app, id, OnError::Halt).await;
    assert_eq!((ended.status, ended.counts), (Status::Complete, counts(100, 100, 0, 0, 0, 0)), "{ended:?}");
    assert_eq!(world.sandbox.stats().posts, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_loses_every_request_is_not_retried_forever() {
    let world = World::with_faults(&["reset"]).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(2, &[], &[]), OnError::Skip);
    let ended = run(&app, id, OnError::Skip).await;
    assert_eq!((ended.status, ended.counts), (Status::Complete, counts(2, 0, 0, 0, 2, 0)), "{ended:?}");
    let log = app.imports().exceptions(id, 0, 9).unwrap();
    assert!(log[0].message.contains("no case of this import that was sent later"), "{log:?}");
    assert!(world.sandbox.stats().posts <= 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changed_is_not_sent() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(5, &[], &[]), OnError::Halt);
    world.file("cases.csv", &csv(6, &[], &[]));
    assert!(matches!(app.runs().start(id, options(OnError::Halt)), Err(AppError::FileChanged { .. })));
    assert_eq!(world.sandbox.stats().posts, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_per_minute_are_respected() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(4, &[], &[]), OnError::Halt);
    let slow = caseload::app::StartOptions { per_minute: Some(600), ..options(OnError::Halt) };
    let began = std::time::Instant::now();
    let (ended, _) = watch(app.runs().start(id, slow).unwrap()).await;
    assert_eq!(ended.counts.created, 4);
    // Four requests, a tenth of a second apart. A slow machine only takes longer.
    assert!(began.elapsed() >= Duration::from_millis(300));
}

#[tokio::test(flavor = "multi_thread")]
async fn pickers_offer_what_client_id_means() {
    let world = World::new().await;
    let names = async |app: &caseload::app::App, list, within| {
        app.knowledge()
            .pick(list, within, true)
            .await
            .unwrap()
            .entries
            .into_iter()
            .map(|entry| (entry.id, entry.label))
            .collect::<Vec<_>>()
    };
    let app = world.app().await;
    let locations = names(&app, List::Clients, None).await;
    assert_eq!((locations.len(), &locations[0]), (20, &(100, "Summit Ridge Mutual - Denver".to_owned())));
    assert_eq!(names(&app, List::Contacts, Some(100)).await.len(), 3);

    let config = world.home.path().join("config/config.toml");
    let text = std::fs::read_to_string(&config).unwrap() + "client_id_means = \"client\"\n";
    std::fs::write(&config, text).unwrap();
    let app = world.app().await;
    let clients = names(&app, List::Clients, None).await;
    assert_eq!((clients.len(), &clients[0]), (8, &(1, "Summit Ridge Mutual".to_owned())));
    assert_eq!(names(&app, List::Contacts, Some(1)).await.len(), 9, "those of all three locations");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_refused_for_the_same_reason_pause_the_import() {
    let world = World::new().await;
    let wrong = common::RECIPE.replace("primary_contact_id = 1000", "primary_contact_id = 1030");
    world.file("recipe.toml", &wrong);
    let app = world.app().await;
    let id = world.import(&app, &csv(40, &[2], &[]), OnError::Skip);
    let ended = run(&app, id, OnError::Skip).await;
    assert_eq!((ended.status, ended.counts), (Status::Paused, counts(40, 0, 1, 0, 0, 39)), "{ended:?}");
    assert!(ended.note.contains("1030 is not a contact of client location 100"), "{}", ended.note);
    assert!(world.sandbox.stats().posts < 20, "{:?}", world.sandbox.stats());
    // Resuming means to go on in spite of the refusals.
    let ended = run(&app, id, OnError::Skip).await;
    assert_eq!((ended.status, ended.counts), (Status::Complete, counts(40, 0, 40, 0, 0, 0)), "{ended:?}");
    assert_true_counts(&world, &app.imports().get(id).unwrap());

    // If one row is created, the rows themselves are at fault. A short file ends before it can pause.
    let all_but: Vec<u64> = (1..=30).filter(|row| *row != 5).collect();
    world.file("recipe.toml", common::RECIPE);
    for (rows, refused, created) in [(30, all_but, 1), (6, (1..=6).collect(), 0)] {
        let text = csv(rows, &[], &refused).replace("C-00", &format!("D{rows}-"));
        let id = world.import(&app, &text, OnError::Skip);
        let ended = run(&app, id, OnError::Skip).await;
        let expected = counts(rows, created, rows - created, 0, 0, 0);
        assert_eq!((ended.status, ended.counts), (Status::Complete, expected), "{ended:?}");
    }
}

/// A lost row among the first refused ones doesn't hide that all are refused for the same reason.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_row_among_the_refused_ones_does_not_keep_the_import_from_pausing() {
    for fault in ["lost@5", "slow@5", "429@5"] {
        let world = World::with_faults(&[fault]).await;
        let wrong = common::RECIPE.replace("primary_contact_id = 1000", "primary_contact_id = 1030");
        world.file("recipe.toml", &wrong);
        let app = world.app().await;
        let id = world.import(&app, &csv(40, &[], &[]), OnError::Skip);
        let ended = run(&app, id, OnError::Skip).await;
        assert_eq!((ended.status, ended.counts.rejected), (Status::Paused, 0), "{fault}: {ended:?}");
        assert!(ended.note.contains("1030 is not a contact"), "{fault}: {ended:?}");
        assert!(world.sandbox.stats().posts < 20, "{fault}: {:?}", world.sandbox.stats());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_without_a_reference_is_found_again_by_its_token() {
    for (fault, posts) in [("lost@3", 6), ("reset@3", 7)] {
        let world = World::with_faults(&[fault]).await;
        let recipe = common::RECIPE.replace("to = \"reference_value_1\"", "to = \"ignore\"");
        world
            .file("recipe.toml", &recipe.replacen("name = \"Test\"", "name = \"Test\"\nrow_token = true", 1));
        let app = world.app().await;
        let id = world.import(&app, &csv(6, &[], &[]), OnError::Skip);
        let ended = run(&app, id, OnError::Skip).await;
        assert_eq!((ended.status, ended.counts), (Status::Complete, counts(6, 6, 0, 0, 0, 0)), "{fault}");
        assert_eq!((world.sandbox.stats().posts, world.sandbox.stats().created), (posts, 6), "{fault}");
        let notes: Vec<_> = world
            .sandbox
            .cases()
            .iter()
            .map(|case| case["admin_notes"].as_str().unwrap().to_owned())
            .collect();
        let seed = app.imports().get(id).unwrap().seed;
        assert!((1..=6).all(|row| notes.contains(&format!("[caseload {seed}-{row}]"))), "{notes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_tokens_leaves_a_row_unknown() {
    let world = World::with(|options| {
        options.quirks = vec!["no-admin-notes".parse().unwrap()];
        options.faults = vec!["lost@3".parse().unwrap()];
    })
    .await;
    let recipe = common::RECIPE.replace("to = \"reference_value_1\"", "to = \"ignore\"");
    world.file("recipe.toml", &recipe.replacen("name = \"Test\"", "name = \"Test\"\nrow_token = true", 1));
    let app = world.app().await;
    let id = world.import(&app, &csv(6, &[], &[]), OnError::Skip);
    assert_eq!(run(&app, id, OnError::Skip).await.counts, counts(6, 5, 0, 0, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_connection_is_reported_in_plain_words() {
    for fault in ["lost@2", "reset@2", "cut@2", "cut-head@2"] {
        // The list can't be read, so that the row stays unknown.
        let world = World::with_faults(&[fault, "get:500"]).await;
        let ran = world.run_file(&csv(2, &[], &[]), &["--look-up", "off", "--concurrency", "1", "--json"]);
        let exception = &ran.json()["exceptions"][0];
        let message = exception["message"].as_str().unwrap();
        assert_eq!(exception["row"], 2, "{fault}: {ran:?}");
        assert!(
            message.contains("the connection dropped; it may or may not be in Trackops"),
            "{fault}: {message}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_totals_row_is_no_case_even_if_it_fills_reference_and_name() {
    let world = World::new().await;
    let named = "C-0003,\"Doe, Jane\",11/02/2026,\n";
    for last in ["Total,3 claims,,", "Total,3,,", "Records: 3,3,,", "Count,3,,\nGrand total,3,,"] {
        let text = csv(2, &[], &[]) + named + last + "\n";
        let footer = u64::try_from(last.lines().count()).unwrap();
        let run = world.run_file(&text, &["--send-anyway", "1,2,3", "--json"]);
        let shown = run.json();
        let excluded = shown["exclusions"].as_array().unwrap();
        assert_eq!(shown["created"], 3, "{last}: {run:?}");
        assert_eq!((&shown["rows"], &shown["excluded"]), (&(3 + footer).into(), &footer.into()), "{last}");
        assert!(excluded.iter().all(|row| row["code"] == "row.footer"), "{last}: {run:?}");
    }
    // A row that names a case is one, even if the recipe expects a footer there.
    let recipe = common::RECIPE.replace("[defaults]", "[sheet]\nfooter = 1\n\n[defaults]");
    world.file("recipe.toml", &recipe);
    let text = csv(2, &[], &[]) + named;
    let shown = world.run_file(&text, &["--send-anyway", "1,2,3", "--json"]).json();
    assert_eq!((&shown["rows"], &shown["created"]), (&3.into(), &3.into()), "{shown}");
}
