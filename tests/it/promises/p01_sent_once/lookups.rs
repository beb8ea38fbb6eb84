//! Lookups on servers that are slow, lose answers or show several cases: which case is a row's own, and for how long it is
//! looked for.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use super::odd_servers::run_to_the_end;
use crate::common;

use std::fmt::Write;
use std::time::Duration;

use caseload::app::{App, StartOptions};
use caseload::engine::{Event, Run};
use caseload::ledger::{ImportId, OnError, Status};
use caseload::sandbox::SandboxOptions;
use common::{World, csv, options, run, watch};

fn one_at_a_time() -> StartOptions {
    StartOptions { concurrency: Some(1), ..options(OnError::Skip) }
}

/// Starts a sandbox with faults, quirks and other options.
async fn server(faults: &[&str], quirks: &[&str], say: impl FnOnce(&mut SandboxOptions)) -> World {
    World::with(|options| {
        options.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        options.quirks = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
        say(options);
    })
    .await
}

/// Only the wait keeps a row that is committed late from becoming two cases.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_wait_a_late_commit_makes_duplicates() {
    for (late_commit, is_doubled) in [(0, true), (5, false)] {
        let world = server(&["504-late/7"], &[], |options| options.late = Duration::from_millis(2500)).await;
        world.change_config(|text| {
            text.replace("late_commit_seconds = 0", &format!("late_commit_seconds = {late_commit}"))
        });
        let app = world.app().await;
        let id = world.import(&app, &csv(20, &[], &[]), OnError::Skip);
        let ended = run(&app, id, OnError::Skip).await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(ended.counts.created, 20, "{ended:?}");
        assert_eq!(
            world.sandbox.stats().created > 20,
            is_doubled,
            "{late_commit}: {:?}",
            world.sandbox.stats()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_returns_ids_does_not_pause_the_import() {
    for (faults, quirks, rows) in [
        (&["no-id"][..], &[][..], 120),
        (&["200-html"], &["small-pages"], 60),
        (&["no-id"], &["location-header"], 40),
        (&["303-created"], &[], 40),
    ] {
        let world = server(faults, quirks, |_| {}).await;
        let app = world.app().await;
        let id = world.import(&app, &csv(rows, &[], &[]), OnError::Halt);
        let ended = run(&app, id, OnError::Halt).await;
        let stats = world.sandbox.stats();
        assert_eq!((ended.status, ended.counts.created), (Status::Complete, rows), "{faults:?}: {ended:?}");
        assert_eq!((stats.posts, stats.created), (rows, rows), "{faults:?}");
        // A case named by a Location header needs no lookup.
        let is_named = quirks.contains(&"location-header") || faults == ["303-created"];
        assert_eq!(stats.gets < 20, is_named, "{faults:?} {quirks:?}: {stats:?}");
        common::assert_true_counts(&world, &app.imports().get(id).unwrap());
    }
}

/// Returns the number of GETs of an import of 60 rows whose last but one is lost, on a server with pages of five.
async fn gets_with(faults: &[&str]) -> u64 {
    let world = server(&[&["lost@59"], faults].concat(), &["five-pages"], |_| {}).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(60, &[], &[]), OnError::Skip);
    let (ended, _) = watch(app.runs().start(id, one_at_a_time()).unwrap()).await;
    assert_eq!((ended.status, ended.counts.created), (Status::Complete, 60), "{faults:?}: {ended:?}");
    assert_eq!(world.sandbox.stats().posts, 60);
    world.sandbox.stats().gets
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_lookup_continues_at_the_same_page() {
    let undisturbed = gets_with(&[]).await;
    assert!(undisturbed > 12, "{undisturbed}: one for each page of the list");
    let middle = undisturbed - 5;
    for fault in ["429", "503-wait", "502", "reset"] {
        let disturbed = gets_with(&[&format!("get:{fault}@{middle}")]).await;
        assert_eq!(disturbed, undisturbed + 1, "{fault}: only the failed page is read again");
    }
}

/// A row that Trackops turned away is looked up once before it is sent again. A list that shows its case late must have
/// had the time for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_turned_away_is_not_sent_again_before_its_case_would_be_listed() {
    for fault in ["401-created@3", "405-created@3"] {
        let world =
            server(&[fault], &["list-lag"], |options| options.lag = Duration::from_millis(1500)).await;
        world.change_config(|text| text.replace("settle_seconds = 0", "settle_seconds = 3"));
        let app = world.app().await;
        let id = world.import(&app, &csv(4, &[], &[]), OnError::Skip);
        let start = StartOptions { concurrency: Some(1), ..options(OnError::Skip) };
        let (ended, _) = watch(app.runs().start(id, start.clone()).unwrap()).await;
        assert_eq!((ended.status, ended.counts.created), (Status::Paused, 2), "{fault}: {ended:?}");
        let (ended, _) = watch(app.runs().start(id, start).unwrap()).await;
        assert_eq!((ended.status, ended.counts.created), (Status::Complete, 4), "{fault}: {ended:?}");
        assert_eq!(world.sandbox.stats().created, 4, "{fault}");
    }
}

/// Starts an import whose last row is lost, on a server with many slow pages, and waits until the lookup has read some
/// of them.
async fn long_look_up(world: &World, app: &App) -> (ImportId, Run) {
    let id = world.import(app, &csv(40, &[], &[]), OnError::Skip);
    let mut run = app.runs().start(id, options(OnError::Skip)).unwrap();
    loop {
        let settles = |event: &Event| matches!(event, Event::Settling { left: 1.., .. });
        if settles(&run.events.recv().await.unwrap()) {
            break;
        }
    }
    let pages = world.sandbox.stats().gets + 6;
    common::until(|| world.sandbox.stats().gets >= pages).await;
    (id, run)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_soon_stops_a_long_lookup() {
    for by_another in [false, true] {
        let world =
            server(&["lost@40"], &["five-pages"], |options| options.latency = Duration::from_millis(150))
                .await;
        let (app, other) = (world.app().await, world.app().await);
        let (id, run) = long_look_up(&world, &app).await;
        if by_another {
            other.runs().ask_to_pause(id).unwrap();
        } else {
            run.control.stop();
        }
        let gets = world.sandbox.stats().gets;
        let (ended, _) = watch(run).await;
        let more = world.sandbox.stats().gets - gets;
        // A run checks for requests of other programs every half second.
        assert!(more <= if by_another { 5 } else { 1 }, "{more} pages more");
        assert_eq!((ended.status, ended.counts.unknown), (Status::Paused, 1), "{ended:?}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_soon_stops_a_long_lookup() {
    let world =
        server(&["lost@40"], &["five-pages"], |options| options.latency = Duration::from_millis(150)).await;
    let file = world.file("cases.csv", &csv(40, &[], &[]));
    let recipe = world.path("recipe.toml");
    let arguments = ["run", file.to_str().unwrap(), "--recipe", &recipe, "--json"];
    let child = world
        .command(&arguments)
        .stderr(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    common::until(|| world.sandbox.stats().created == 40).await;
    let gets = world.sandbox.stats().gets;
    common::until(|| world.sandbox.stats().gets >= gets + 6).await;
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let gets = world.sandbox.stats().gets;
    let finished = common::finish(tokio::task::block_in_place(|| child.wait_with_output()).unwrap());
    let more = world.sandbox.stats().gets - gets;
    assert!(more <= 2, "{more} pages more");
    let shown = finished.json();
    assert_eq!(
        (finished.status, &shown["status"], common::counts(&shown)),
        (1, &"paused".into(), [40, 39, 0, 0, 1, 0])
    );
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn resume_waits_for_a_row_the_server_was_working_on_when_killed() {
    let world = server(&["hang-late@5"], &[], |options| options.late = Duration::from_millis(2500)).await;
    world.change_config(|text| text.replace("late_commit_seconds = 0", "late_commit_seconds = 5"));
    let file = world.file("cases.csv", &csv(40, &[], &[]));
    let recipe = world.path("recipe.toml");
    let arguments = ["run", file.to_str().unwrap(), "--recipe", &recipe, "--on-error", "skip"];
    let null = std::process::Stdio::null;
    let mut child = world.command(&arguments).stderr(null()).stdout(null()).spawn().unwrap();
    common::until(|| world.sandbox.stats().posts >= 5).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let resumed = tokio::task::block_in_place(|| world.run(&["resume", "1", "--json"]));
    assert_eq!((resumed.status, common::counts(&resumed.json())), (0, [40, 40, 0, 0, 0, 0]), "{resumed:?}");
    assert_eq!(world.references().len(), 40);
    assert!(world.references().values().all(|count| *count == 1), "{:?}", world.references());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reused_id_is_not_mistaken_for_the_case_of_an_older_row() {
    // With the same references seconds later, nobody can tell whose case it is.
    tokio::join!(ids_begin_anew("D-", 0), ids_begin_anew("C-", 20));
}

/// Empties an account between two imports, so that its ids start over. At most `unknown` rows of the second import may
/// stay unknown.
async fn ids_begin_anew(second: &str, unknown: u64) {
    let world = World::new().await;
    let app = world.app().await;
    let first = world.import(&app, &csv(20, &[], &[]), OnError::Skip);
    assert_eq!(run(&app, first, OnError::Skip).await.counts.created, 20);
    world.sandbox.reset().unwrap();
    // Longer than the margin for two clocks, within which earlier and later cases can't be told apart.
    tokio::time::sleep(Duration::from_secs(6)).await;
    world.sandbox.set_faults(["lost@25", "500-created@35"].map(|fault| fault.parse().unwrap()).into());
    let id = world.import(&app, &csv(20, &[], &[]).replace("C-", second), OnError::Skip);
    let all = StartOptions { send_duplicates: true, ..one_at_a_time() };
    let gets = world.sandbox.stats().gets;
    let outcome = run_to_the_end(&world, &app, id, (8, u64::MAX), &all).await;
    let counts = outcome.counts;
    let gets = world.sandbox.stats().gets - gets;
    let at = format!("{second}: {outcome:?} {:?}", app.imports().exceptions(id, 0, 3));
    assert!(gets < 200, "{gets} lookups; {at}");
    assert_eq!(counts.created + counts.unknown, 20, "{at}");
    assert!(counts.unknown <= unknown && (outcome.starts == 1 || unknown > 0), "{at}");
    assert_eq!(world.references().len(), 20, "{at}");
    assert!(world.references().values().all(|count| *count == 1), "{second}: {:?}", world.references());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_with_several_cases_is_reported_with_all_of_them() {
    let world = World::with_faults(&["twice@2"]).await;
    let ran = world.run_file(&csv(4, &[], &[]), &["--concurrency", "1", "--json"]);
    let shown = ran.json();
    assert_eq!((ran.status, common::counts(&shown)), (1, [4, 4, 0, 0, 0, 0]), "{ran:?}");
    let numbers: Vec<String> = world
        .sandbox
        .cases()
        .iter()
        .filter(|case| case["reference_value_1"] == "C-0002")
        .map(|case| case["case_number"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(numbers.len(), 2);
    let doubled = &shown["doubled"][0];
    assert_eq!((&doubled["row"], &doubled["reference"]), (&2.into(), &"C-0002".into()), "{shown}");
    assert_eq!(doubled["cases"], serde_json::json!(numbers));
    let note = shown["note"].as_str().unwrap();
    assert!(note.contains(&format!("Row 2 (line 3) has 2 cases: {}", numbers.join(", "))), "{note}");
    assert!(note.contains("Keep one and delete the other in Trackops."), "{note}");
    let shown = world.run(&["show", "1", "--json"]);
    assert_eq!((shown.status, &shown.json()["doubled"][0]["cases"]), (1, &serde_json::json!(numbers)));
    let receipt = world.run(&["receipt", "1"]).stdout;
    assert!(receipt.contains(&format!("more than one case: {}", numbers.join(", "))), "{receipt}");
    assert!(receipt.contains("Doubled  1 row with more than one case in Trackops: 2\n"), "{receipt}");
    assert!(receipt.contains("4 the same, 1 with a second case"), "{receipt}");
    let list = world.run(&["imports"]).stdout;
    assert!(list.contains("    1  1 doubled  "), "{list}");
    assert_eq!(world.run(&["imports", "--json"]).json()[0]["doubled_rows"], 1);
    // Two rows with the same reference that were both sent on purpose aren't reported as duplicates.
    let plain = World::new().await;
    let (header, rows) = ("Claim,Claimant,Assigned,Contact\n", "C-1,\"Doe, Jane\",11/02/2026,\n".repeat(2));
    let ran = plain.run_file(&format!("{header}{rows}"), &["--json", "--send-anyway", "all"]);
    assert_eq!(common::counts(&ran.json()), [2, 2, 0, 0, 0, 0]);
    assert!(ran.json()["doubled"].as_array().is_some_and(Vec::is_empty), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_case_with_a_rows_reference_is_not_taken_for_its_own() {
    // Without times and without a filter by time, nobody can tell which case is older.
    for (quirks, unknown) in [
        (&["no-created-at"][..], 0),
        (&["us-times"], 0),
        (&["bare-cases", "small-pages"], 0),
        (&["no-created-at", "no-time-filter"], 3),
    ] {
        let world = server(&[], quirks, |_| {}).await;
        let theirs = csv(9, &[], &[]);
        let old = world.create_by_colleague(&theirs);
        for id in &old {
            assert!(world.sandbox.change_case(*id, "created_at", "2024-11-23 15:04:05".into()));
        }
        // The colleague's POSTs are 1 to 9.
        world
            .sandbox
            .set_faults(["429@12", "lost@15", "no-id@18"].map(|fault| fault.parse().unwrap()).into());
        let app = world.app().await;
        let id = world.import(&app, &csv(12, &[], &[]), OnError::Skip);
        let start = StartOptions { look_up: caseload::app::LookUpChoice::Off, ..one_at_a_time() };
        let ended = watch(app.runs().start(id, start).unwrap()).await.0;
        let (counts, at) = (ended.counts, format!("{quirks:?}: {ended:?}"));
        assert_eq!((counts.created, counts.unknown), (12 - unknown, unknown), "{at}");
        for line in app.exports().receipt(id).unwrap().cases {
            let taken = old.iter().any(|id| line.case_id == Some(id.to_string()));
            assert!(!taken, "row {} has an old case; {at}", line.row);
        }
        assert_eq!(world.sandbox.stats().created, 9 + if unknown == 0 { 12 } else { 11 }, "{at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_one_of_two_similar_rows_is_given_to_neither() {
    // Only the first row's case is created; Trackops stores its reference like the second row's.
    for (quirk, references) in [
        ("upper-references", ["abc-1", "ABC-1", "X-1", "X-2"]),
        ("upper-references", ["X-1", "abc-1", "ABC-1", "X-2"]),
        ("number-references", ["0012", "12", "88", "99"]),
    ] {
        let first =
            references.iter().position(|reference| ["abc-1", "0012"].contains(reference)).unwrap() + 1;
        let world =
            server(&[&format!("lost@{first}"), &format!("reset@{}", first + 1)], &[quirk], |_| {}).await;
        // No value but the reference tells the rows apart.
        let file =
            references.iter().fold("Claim,Claimant,Assigned,Contact\n".to_owned(), |mut text, reference| {
                writeln!(text, "{reference},\"Doe, Jane\",11/02/2026,").unwrap();
                text
            });
        let ran = world.run_file(&file, &["--on-error", "skip", "--concurrency", "1", "--json"]);
        let resumed = world.run(&["resume", "1", "--json"]);
        for shown in [ran.json(), resumed.json()] {
            let [rows, created, _, _, unknown, _] = common::counts(&shown);
            assert_eq!((rows, created, unknown), (4, 2, 2), "{references:?}: {shown}");
        }
        assert_eq!(world.sandbox.stats().created, 3, "{references:?}: no row is sent again");
    }
}
