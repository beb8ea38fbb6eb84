//! Servers that answer, keep, list or repeat oddly: whatever they do, every row of the file becomes at most one case,
//! the case of every created row is its own, and what a look-up can tell does not stay unknown.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use caseload::app::{App, StartOptions};
use caseload::engine::{Event, Run};
use caseload::ledger::{Counts, ImportId, OnError, Status};
use caseload::sandbox::Options;
use common::{RECIPE, World, csv, options, run, watch};

const ROWS: u64 = 30;

/// A column that tells the source row of a case, whatever became of its reference.
const ROW_COLUMN: &str = "\n[[columns]]\nfrom = \"Row\"\nto = \"notes\"\n";

/// How the rows of a file are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    /// `{}` is the number of the row, with four digits.
    By(&'static str),
    /// No reference, and a row token in the administrative notes.
    Token,
}

/// A server, and what may become of an import of 30 rows.
struct Odd {
    faults: &'static [&'static str],
    quirks: &'static [&'static str],
    named: Named,
    /// Seconds.
    late_commit: u64,
    /// Milliseconds.
    lag: u64,
    /// Starts until nothing is left to send.
    starts: u64,
    /// Rows that may stay unknown.
    unknown: u64,
    /// Cases beyond one for each row.
    doubled: u64,
}

const C: Named = Named::By("c-{}");

const fn odd(faults: &'static [&'static str], quirks: &'static [&'static str]) -> Odd {
    Odd { faults, quirks, named: C, late_commit: 0, lag: 1500, starts: 1, unknown: 0, doubled: 0 }
}

impl Odd {
    const fn named(self, by: &'static str) -> Self {
        Self { named: Named::By(by), ..self }
    }

    const fn with_tokens(self) -> Self {
        Self { named: Named::Token, ..self }
    }

    const fn late_commit(self, late_commit: u64) -> Self {
        Self { late_commit, ..self }
    }

    const fn lag(self, lag: u64) -> Self {
        Self { lag, ..self }
    }

    const fn starts(self, starts: u64) -> Self {
        Self { starts, ..self }
    }

    const fn unknown(self, unknown: u64) -> Self {
        Self { unknown, ..self }
    }

    const fn doubled(self, doubled: u64) -> Self {
        Self { doubled, ..self }
    }

    fn name(&self) -> String {
        format!("{} {}", self.faults.join("+"), self.quirks.join("+"))
    }

    fn file(&self) -> String {
        (1..=ROWS).fold("Claim,Claimant,Assigned,Contact,Row\n".to_owned(), |text, row| {
            let reference = match self.named {
                Named::By(pattern) => pattern.replace("{}", &format!("{row:04}")),
                Named::Token => String::new(),
            };
            let letter = char::from(b'A' + u8::try_from(row % 26).unwrap());
            text + &format!("\"{reference}\",\"Doe, Jane {letter}\",11/02/2026,,row {row}\n")
        })
    }

    fn recipe(&self) -> String {
        let recipe = format!("{RECIPE}{ROW_COLUMN}");
        match self.named {
            Named::By(_) => recipe,
            Named::Token => recipe
                .replace("name = \"Test\"", "name = \"Test\"\nrow_token = true")
                .replace("to = \"reference_value_1\"", "to = \"ignore\""),
        }
    }
}

/// Lost before and after the case was created: what must be found is, and what must be sent again is. Far enough apart
/// that no three in a row are lost, which pauses.
const LOST: &[&str] = &["lost/9", "500-created@5", "500-created@14", "reset@22"];

const TABLE: &[Odd] = &[
    // Part 1: cases that come or show late.
    odd(&["504-late/5"], &[]).late_commit(2),
    // Requests 5, 7 and 10 are lost. With four in flight their answers may be the next three to arrive, which pauses.
    odd(&["lost-late/5", "504-late/7"], &[]).late_commit(2).starts(2),
    odd(LOST, &["list-lag"]).late_commit(4).lag(2500),
    odd(&["504-late/7"], &["list-lag"]).late_commit(5),
    odd(LOST, &["replicas"]).late_commit(3),
    odd(LOST, &["cached-gets"]).late_commit(3),
    odd(LOST, &["stubborn-cache"]).late_commit(3),
    odd(&["504-late/5"], &["stubborn-cache"]).late_commit(3),
    // Part 2: refused or sent elsewhere, and created.
    odd(&["303-created/3"], &[]),
    odd(&["302-created/14"], &[]).starts(3),
    odd(&["401-created/14"], &[]).starts(3),
    odd(&["403-created/14"], &[]).starts(3),
    odd(&["404-created/14"], &[]).starts(3),
    odd(&["400-html-created/14"], &[]).starts(3),
    odd(&["429-created/9"], &[]),
    odd(&["503-wait-created/9"], &[]),
    odd(&["422-created/5"], &[]),
    odd(&["409-created/5"], &[]),
    // Part 3: never an id.
    odd(&["no-id"], &[]),
    odd(&["200-empty"], &[]),
    odd(&["200-html"], &[]),
    odd(&["no-id"], &["location-header"]),
    // Part 4: answers that are not the row's.
    odd(&["shifted/9"], &[]),
    odd(&["same-id@2-"], &[]),
    odd(&["error-with-id"], &[]),
    odd(&["user-id"], &[]),
    odd(&["null-id"], &[]),
    // Part 5: references kept otherwise.
    odd(LOST, &["upper-references"]),
    odd(LOST, &["number-references"]).named("00{}"),
    odd(LOST, &["escaped-references"]).named("A&B-{}"),
    odd(LOST, &["short-references"]).named("{}-CLAIM-2026"),
    odd(LOST, &["decomposed-references"]).named("é-{}"),
    odd(LOST, &["plain-references"]).named("WC/26-{}"),
    odd(LOST, &["trimmed-references"]).named(" C {} "),
    // All references are the same when they are cut.
    odd(LOST, &["short-references"]).named("CLAIM-2026-{}").unknown(7),
    odd(LOST, &["short-notes"]).with_tokens(),
    odd(LOST, &["created-behind"]),
    odd(LOST, &["shuffled", "small-pages"]).unknown(5),
    // Part 6: the second case is found when the run is read back.
    odd(&["twice/10"], &[]).doubled(3),
    // Part 10 and 11: pages and ends of lists.
    odd(LOST, &["five-pages"]),
    odd(LOST, &["five-pages", "upper-references", "no-filter", "local-time"]),
    odd(LOST, &["small-pages", "partial-filter", "trimmed-references", "local-time"]).named(" C {} "),
    odd(LOST, &["end-404"]),
    odd(LOST, &["end-204"]),
    odd(LOST, &["end-null", "small-pages"]),
    odd(&["lost/6", "get:503@3-4", "get:reset@6", "get:cut@8"], &[]),
    odd(&["lost/6", "get:429@2-4"], &["small-pages"]),
];

/// How an import ended on a server.
#[derive(Debug)]
struct Outcome {
    counts: Counts,
    posts: u64,
    cases: u64,
    starts: u64,
}

async fn world_of(odd: &Odd) -> World {
    let world = World::with(|options| {
        options.faults = odd.faults.iter().map(|fault| fault.parse().unwrap()).collect();
        options.quirks = odd.quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
        options.lag = Duration::from_millis(odd.lag);
    })
    .await;
    world.change_config(|text| {
        text.replace("late_commit_seconds = 0", &format!("late_commit_seconds = {}", odd.late_commit))
    });
    std::fs::write(world.home.path().join("recipe.toml"), odd.recipe()).unwrap();
    world
}

/// Runs an import until nothing is left to send, or so many times.
async fn run_to_the_end(world: &World, app: &App, id: ImportId, most: u64, start: &StartOptions) -> Outcome {
    let mut starts = 0;
    loop {
        starts += 1;
        let (ended, _) = watch(app.start(id, start.clone()).unwrap()).await;
        let seen = world.sandbox.stats();
        let outcome = Outcome { counts: ended.counts, posts: seen.posts, cases: seen.created, starts };
        if (ended.status == Status::Complete && ended.counts.not_sent == 0) || starts == most {
            return outcome;
        }
    }
}

/// Every case by its id, with the source row it was made of.
fn cases(world: &World) -> BTreeMap<String, String> {
    let of = |case: &serde_json::Value| {
        (case["id"].to_string(), case["notes"].as_str().unwrap().trim_start_matches("row ").to_owned())
    };
    world.sandbox.cases().iter().map(of).collect()
}

/// What is wrong with an outcome, in a line each.
fn faults_of(odd: &Odd, world: &World, app: &App, id: ImportId, outcome: &Outcome) -> String {
    let mut wrong = String::new();
    let mut say = |text: &str| writeln!(wrong, "  {text}").unwrap();
    let (c, cases) = (outcome.counts, cases(world));
    let mut of_row: BTreeMap<&str, u64> = BTreeMap::new();
    for row in cases.values() {
        *of_row.entry(row).or_default() += 1;
    }
    let doubled = cases.len() as u64 - of_row.len() as u64;
    if doubled != odd.doubled {
        say(&format!("{doubled} doubled"));
    }
    let told = app.doubled(id).unwrap();
    if told.iter().map(|row| row.cases.len() as u64 - 1).sum::<u64>() != doubled {
        say(&format!("told as doubled: {told:?}"));
    }
    let receipt = app.receipt(id).unwrap();
    let created: Vec<_> =
        receipt.cases.iter().filter_map(|line| Some((line.row, line.case_id.clone()?))).collect();
    if created.len() as u64 != c.created {
        say(&format!("the receipt has {} of {} created rows", created.len(), c.created));
    }
    for (row, case) in &created {
        if cases.get(case) != Some(&row.to_string()) {
            say(&format!("row {row} has case {case}, which is of row {:?}", cases.get(case)));
        }
    }
    if c.created + c.rejected + c.excluded + c.unknown + c.not_sent != ROWS {
        say("the sum is wrong");
    }
    if c.unknown > odd.unknown || c.rejected + c.excluded + c.not_sent > 0 {
        say("too few are created");
    }
    if c.created + c.unknown < of_row.len() as u64 {
        say(&format!("{} rows have a case", of_row.len()));
    }
    if !wrong.is_empty() {
        for exception in app.exceptions(id, 0, 3).unwrap() {
            writeln!(wrong, "  row {}: {}", exception.row, exception.message).unwrap();
        }
        writeln!(wrong, "  note: {}", app.import(id).unwrap().note).unwrap();
    }
    wrong
}

/// A line of the table of outcomes, and what is wrong with it.
async fn tried(odd: &Odd) -> (String, String) {
    let world = world_of(odd).await;
    let app = world.app().await;
    let began = std::time::Instant::now();
    let id = world.import(&app, &odd.file(), OnError::Skip);
    let outcome = run_to_the_end(&world, &app, id, odd.starts, &options(OnError::Skip)).await;
    let wrong = faults_of(odd, &world, &app, id, &outcome);
    let c = outcome.counts;
    let line = format!(
        "{:<60} posts {:>3} cases {:>3} created {:>2} unknown {:>2} starts {} {:>5.1} s",
        odd.name(),
        outcome.posts,
        outcome.cases,
        c.created,
        c.unknown,
        outcome.starts,
        began.elapsed().as_secs_f32(),
    );
    (line, wrong)
}

#[tokio::test(flavor = "multi_thread")]
async fn on_odd_servers_every_row_is_one_case_and_told_as_what_it_is() {
    let tried = futures_util::future::join_all(TABLE.iter().map(tried)).await;
    // For the record: `cargo test --test odd -- --nocapture` shows it.
    for (line, _) in &tried {
        println!("{line}");
    }
    let wrong: Vec<_> = tried.iter().filter(|(_, wrong)| !wrong.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn alone() -> StartOptions {
    StartOptions { concurrency: Some(1), ..options(OnError::Skip) }
}

/// A sandbox with these faults and quirks, and more said of it.
async fn server(faults: &[&str], quirks: &[&str], say: impl FnOnce(&mut Options)) -> World {
    World::with(|options| {
        options.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        options.quirks = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
        say(options);
    })
    .await
}

/// The wait is what keeps a late case from becoming two.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_wait_a_server_that_commits_late_makes_doubles() {
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
async fn a_server_that_never_names_its_cases_is_no_reason_to_pause() {
    for (faults, quirks, rows) in [
        (&["no-id"][..], &[][..], 300),
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
        // What a Location names need not be looked for.
        let is_named = quirks.contains(&"location-header") || faults == ["303-created"];
        assert_eq!(stats.gets <= 8, is_named, "{faults:?} {quirks:?}: {stats:?}");
        common::assert_true_counts(&world, &app.import(id).unwrap());
    }
}

/// Number of GETs of an import of 60 rows, the last but one of which is lost, on a server with pages of five.
async fn gets_with(faults: &[&str]) -> u64 {
    let world = server(&[&["lost@59"], faults].concat(), &["five-pages"], |_| {}).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(60, &[], &[]), OnError::Skip);
    let (ended, _) = watch(app.start(id, alone()).unwrap()).await;
    assert_eq!((ended.status, ended.counts.created), (Status::Complete, 60), "{faults:?}: {ended:?}");
    assert_eq!(world.sandbox.stats().posts, 60);
    world.sandbox.stats().gets
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_goes_on_at_the_page_where_it_was_stopped() {
    let undisturbed = gets_with(&[]).await;
    assert!(undisturbed > 12, "{undisturbed}: as many pages as the list has");
    let middle = undisturbed - 5;
    for fault in ["429", "503-wait", "502", "reset"] {
        let disturbed = gets_with(&[&format!("get:{fault}@{middle}")]).await;
        assert_eq!(disturbed, undisturbed + 1, "{fault}: only the page that failed was read again");
    }
}

/// Starts an import whose last row is lost, on a server that takes its time over each of many pages, and waits until it
/// is looked up page by page.
async fn long_look_up(world: &World, app: &App) -> (ImportId, Run) {
    let id = world.import(app, &csv(40, &[], &[]), OnError::Skip);
    let mut run = app.start(id, options(OnError::Skip)).unwrap();
    loop {
        let settles = |event: &Event| matches!(event, Event::Settling { left: 1.., .. });
        if settles(&run.events.recv().await.unwrap()) {
            break;
        }
    }
    let pages = world.sandbox.stats().gets + 6;
    while world.sandbox.stats().gets < pages {
        tokio::task::yield_now().await;
    }
    (id, run)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_is_heard_within_a_page_of_a_long_look_up() {
    for by_another in [false, true] {
        let world =
            server(&["lost@40"], &["five-pages"], |options| options.latency = Duration::from_millis(150))
                .await;
        let (app, other) = (world.app().await, world.app().await);
        let (id, run) = long_look_up(&world, &app).await;
        if by_another {
            other.ask_to_pause(id).unwrap();
        } else {
            run.control.stop();
        }
        let gets = world.sandbox.stats().gets;
        let (ended, _) = watch(run).await;
        let more = world.sandbox.stats().gets - gets;
        // The request of another program is looked for every half second.
        assert!(more <= if by_another { 5 } else { 1 }, "{more} pages more");
        assert_eq!((ended.status, ended.counts.unknown), (Status::Paused, 1), "{ended:?}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_is_heard_within_a_page_of_a_long_look_up() {
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
    let until = async |holds: &dyn Fn() -> bool| {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    until(&|| world.sandbox.stats().created == 40).await;
    let gets = world.sandbox.stats().gets;
    until(&|| world.sandbox.stats().gets >= gets + 6).await;
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
async fn killed_while_the_server_works_on_a_row_it_waits_for_that_row() {
    let world = server(&["hang-late@5"], &[], |options| options.late = Duration::from_millis(2500)).await;
    world.change_config(|text| text.replace("late_commit_seconds = 0", "late_commit_seconds = 5"));
    let file = world.file("cases.csv", &csv(40, &[], &[]));
    let recipe = world.path("recipe.toml");
    let arguments = ["run", file.to_str().unwrap(), "--recipe", &recipe, "--on-error", "skip"];
    let null = std::process::Stdio::null;
    let mut child = world.command(&arguments).stderr(null()).stdout(null()).spawn().unwrap();
    while world.sandbox.stats().posts < 5 {
        tokio::task::yield_now().await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let resumed = tokio::task::block_in_place(|| world.run(&["resume", "1", "--json"]));
    assert_eq!((resumed.status, common::counts(&resumed.json())), (0, [40, 40, 0, 0, 0, 0]), "{resumed:?}");
    assert_eq!(world.references().len(), 40);
    assert!(world.references().values().all(|count| *count == 1), "{:?}", world.references());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_begins_anew_is_not_that_of_the_older_row() {
    // Under the same references, seconds later, whose case it is cannot be told.
    tokio::join!(ids_begin_anew("D-", 0), ids_begin_anew("C-", 20));
}

/// An account that is emptied between two imports and counts its ids from the start; of the second one at most so many rows
/// are unknown.
async fn ids_begin_anew(second: &str, unknown: u64) {
    let world = World::new().await;
    let app = world.app().await;
    let first = world.import(&app, &csv(20, &[], &[]), OnError::Skip);
    assert_eq!(run(&app, first, OnError::Skip).await.counts.created, 20);
    world.sandbox.reset().unwrap();
    // The margin of two clocks: what is sent within it can't be told from what was sent before.
    tokio::time::sleep(Duration::from_secs(6)).await;
    world.sandbox.set_faults(["lost@25", "500-created@35"].map(|fault| fault.parse().unwrap()).into());
    let id = world.import(&app, &csv(20, &[], &[]).replace("C-", second), OnError::Skip);
    let all = StartOptions { send_duplicates: true, ..alone() };
    let outcome = run_to_the_end(&world, &app, id, 8, &all).await;
    let counts = outcome.counts;
    let at = format!("{second}: {outcome:?} {:?}", app.exceptions(id, 0, 3));
    assert_eq!(counts.created + counts.unknown, 20, "{at}");
    assert!(counts.unknown <= unknown && (outcome.starts == 1 || unknown > 0), "{at}");
    assert_eq!(world.references().len(), 20, "{at}");
    assert!(world.references().values().all(|count| *count == 1), "{second}: {:?}", world.references());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubled_row_is_told_with_all_its_cases() {
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
    let shown = world.run(&["show", "1", "--json"]);
    assert_eq!((shown.status, &shown.json()["doubled"][0]["cases"]), (1, &serde_json::json!(numbers)));
    let receipt = world.run(&["receipt", "1"]).out;
    assert!(receipt.contains(&format!("doubled: {}", numbers.join(", "))), "{receipt}");
    // Nothing is doubled where two rows have the same reference and were both sent.
    let plain = World::new().await;
    let (header, rows) = ("Claim,Claimant,Assigned,Contact\n", "C-1,\"Doe, Jane\",11/02/2026,\n".repeat(2));
    let ran = plain.run_file(&format!("{header}{rows}"), &["--json", "--send-anyway", "all"]);
    assert_eq!(common::counts(&ran.json()), [2, 2, 0, 0, 0, 0]);
    assert!(ran.json()["doubled"].as_array().is_some_and(Vec::is_empty), "{ran:?}");
}
