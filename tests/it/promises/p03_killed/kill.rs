//! Promise 3: after a kill at any moment, the next start tells the truth or says unknown. Promise 1 still holds.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use std::{process::Stdio, time::Duration};

use caseload::ledger::Counts;
use caseload::sandbox::{Sandbox, SandboxOptions};
use common::{World, csv};
use tokio::task::block_in_place;

const ROWS: u64 = 40;

/// Kills a run with SIGKILL once the sandbox has seen `posts` rows; returns what `show` then prints.
async fn killed_after(world: &World, posts: u64) -> serde_json::Value {
    let file = world.file("cases.csv", &csv(ROWS, &[5], &[]));
    let recipe = world.home.path().join("recipe.toml");
    let arguments =
        ["run", file.to_str().unwrap(), "--recipe", recipe.to_str().unwrap(), "--on-error", "skip"];
    let mut child = world.command(&arguments).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    common::until(|| world.sandbox.stats().posts >= posts || child.try_wait().unwrap().is_some()).await;
    child.kill().unwrap();
    child.wait().unwrap();
    world.run(&["show", "1", "--json"]).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_killed_anywhere_tells_the_truth_and_resumes_without_duplicates() {
    for posts in [1, 2, 3, 7, 19, 30, 38, 39] {
        let mut world = World::new().await;
        // Some latency, so that rows are in flight at the kill.
        let options = SandboxOptions { latency: Duration::from_millis(3), ..SandboxOptions::default() };
        world.sandbox = Sandbox::start(options).await.unwrap();
        let config = world.home.path().join("config/config.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        let url = text.lines().find(|line| line.starts_with("url")).unwrap();
        std::fs::write(&config, text.replace(url, &format!("url = \"{}\"", world.sandbox.url()))).unwrap();

        let shown = killed_after(&world, posts).await;
        let count = |key: &str| shown[key].as_u64().unwrap();
        let on_server = world.sandbox.stats().created;
        // On a busy machine the last rows may be done before the kill comes.
        let was_done = posts > 35 && count("created") + count("rejected") == ROWS;
        assert!(shown["status"] == "interrupted" || was_done, "{shown}");
        assert_eq!(
            count("created") + count("rejected") + count("excluded") + count("unknown") + count("not_sent"),
            ROWS
        );
        assert!(count("created") <= on_server, "no missing case is reported as created");
        assert!(count("created") + count("unknown") >= on_server, "no existing case is reported as not sent");

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
async fn resume_looks_up_a_first_row_that_was_being_sent_when_killed() {
    let world = World::with_faults(&["hang@1"]).await;
    let file = world.file("cases.csv", &csv(4, &[], &[]));
    let recipe = world.path("recipe.toml");
    let arguments = ["run", file.to_str().unwrap(), "--recipe", &recipe, "--first", "3"];
    let mut child = world.command(&arguments).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    common::until(|| world.sandbox.stats().created >= 1 || child.try_wait().unwrap().is_some()).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let shown = world.run(&["show", "1", "--json"]).json();
    assert_eq!((&shown["status"], common::counts(&shown)), (&"interrupted".into(), [4, 0, 0, 0, 1, 3]));
    let resumed = world.run(&["resume", "1", "--json"]);
    assert_eq!((resumed.status, common::counts(&resumed.json())), (0, [4, 4, 0, 0, 0, 0]), "{resumed:?}");
    assert_eq!((world.sandbox.stats().posts, world.references().len()), (4, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn starting_over_instead_of_resuming_duplicates_nothing() {
    let world = World::new().await;
    killed_after(&world, 20).await;
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
async fn a_stop_signal_waits_for_the_rows_awaiting_reply() {
    let world = World::with(|options| options.latency = Duration::from_millis(3)).await;
    let file = world.file("cases.csv", &csv(200, &[], &[]));
    let recipe = world.home.path().join("recipe.toml");
    let arguments = ["run", file.to_str().unwrap(), "--recipe", recipe.to_str().unwrap(), "--json"];
    let child = world.command(&arguments).stderr(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    common::until(|| world.sandbox.stats().posts >= 20).await;
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

/// Runs an import and sends SIGHUP after 20 rows, as a dropped connection does.
async fn hung_up(world: &World, rows: u64, pace: &str) -> common::Finished {
    let file = world.file("cases.csv", &csv(rows, &[], &[]));
    let recipe = world.path("recipe.toml");
    let arguments = ["run", file.to_str().unwrap(), "--recipe", &recipe, "--per-minute", pace, "--json"];
    let child = world.command(&arguments).stderr(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    common::until(|| world.sandbox.stats().posts >= 20).await;
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::HUP).unwrap();
    common::finish(child.wait_with_output().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_connection_does_not_stop_a_run() {
    let world = World::with(|options| options.latency = Duration::from_millis(1)).await;
    let finished = hung_up(&world, 60, "0").await;
    assert_eq!((finished.status, common::counts(&finished.json())), (0, [60, 60, 0, 0, 0, 0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_connection_pauses_a_run_if_configured() {
    let world = World::new().await;
    world.configure("on_hang_up = \"pause\"");
    // At ten rows a second the import would take half a minute.
    let finished = hung_up(&world, 300, "600").await;
    let shown = finished.json();
    assert_eq!((finished.status, &shown["status"], &shown["unknown"]), (1, &"paused".into(), &0.into()));
    assert!(shown["note"].as_str().unwrap().contains("the connection dropped"), "{shown}");
    assert_eq!(shown["created"], world.sandbox.stats().created);
}

/// Returns a small hash, so that a seed determines a run.
fn mixed(seed: u64, salt: u64) -> u64 {
    let mut z =
        seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(salt.wrapping_mul(0xbf58_476d_1ce4_e5b9));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const FAULTS: [&[&str]; 10] = [
    &[],
    &["lost/5"],
    &["reset/7", "500-created/9"],
    &["cut/6", "no-id/11"],
    &["200-html/8", "504-created/13"],
    &["429/9"],
    &["503-wait/7", "lost/10"],
    &["401@14-"],
    &["403-html@9-"],
    &["lost%20", "get:500%20"],
];

/// Returns the counts of the only import, if there is one. Asserts that they are true of the server.
async fn true_counts(world: &World, at: &str) -> Option<Counts> {
    let c = world.app().await.imports().all().unwrap().first()?.counts;
    assert_eq!(c.rows, c.created + c.rejected + c.excluded + c.unknown + c.not_sent, "{at}: {c:?}");
    let on_server = world.sandbox.stats().created;
    assert!(c.created <= on_server, "{at}: no missing case is reported as created: {c:?}");
    assert!(c.created + c.unknown >= on_server, "{at}: no existing case is reported as not sent: {c:?}");
    Some(c)
}

/// Asserts that nothing is lost and nothing doubled: these counts, and one case for each created row.
fn assert_all(world: &World, counts: Option<Counts>, expected: Counts, at: &str) {
    assert_eq!(counts, Some(expected), "{at}");
    assert!(world.references().values().all(|times| *times == 1), "{at}: {:?}", world.references());
    assert_eq!(world.references().len() as u64, expected.created, "{at}");
}

/// Kills a run at steps of the ledger, up to three times, and resumes it until it ends. Returns the number of kills.
async fn killed_and_resumed(seed: u64) -> u32 {
    const STEPS: [&str; 5] = ["begin", "between", "inside", "before", "after"];
    let faults = FAULTS[usize::try_from(mixed(seed, 1) % 10).unwrap()];
    let world = World::with(|options| {
        options.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        options.seed = seed;
    })
    .await;
    let file = world.file("cases.csv", &csv(16, &[5], &[15]));
    let (file, recipe) = (file.to_str().unwrap().to_owned(), world.path("recipe.toml"));
    let flight = (1 + mixed(seed, 2) % 8).to_string();
    let on_error = if mixed(seed, 3).is_multiple_of(2) { "skip" } else { "halt" };
    let die = |turn: u64| {
        let step = STEPS[usize::try_from(mixed(seed, 10 + turn) % 5).unwrap()];
        format!("{step}:{}", 1 + mixed(seed, 20 + turn) % 12)
    };
    let (mut turn, mut deaths) = (0, 0);
    let mut counts = None;
    let last = loop {
        let at = format!("seed {seed}, {faults:?}, {on_error}, {flight} in flight, {}", die(turn));
        let mut arguments = match counts {
            None => vec!["run", &file, "--recipe", &recipe, "--send-valid"],
            Some(_) => vec!["resume", "1"],
        };
        arguments.extend(["--on-error", on_error, "--concurrency", &flight, "--json"]);
        let mut command = world.command(&arguments);
        if turn < 3 {
            command.env("CASELOAD_DIE_AT", die(turn));
        } else {
            world.sandbox.set_faults(Vec::new());
        }
        let output = common::finish(block_in_place(|| command.output()).unwrap());
        deaths += u32::from(output.status == -1);
        counts = true_counts(&world, &at).await;
        assert!(counts.is_some() || world.sandbox.stats().posts == 0, "{at}: no import, but rows were sent");
        if turn >= 3 && counts.is_some_and(|c| c.not_sent + c.unknown == 0) {
            break counts;
        }
        turn += 1;
        assert!(turn < 12, "{at}: the import doesn't end: {output:?}");
    };
    let at = format!("seed {seed}, {faults:?}, {on_error}, after {deaths} deaths");
    assert_all(&world, last, Counts { rows: 16, created: 14, rejected: 2, ..Counts::default() }, &at);
    deaths
}

/// Returns the step of the ledger at which a command is killed, by seed.
fn kill_step(seed: u64, turn: u64) -> String {
    const STEPS: [&str; 5] = ["begin", "between", "inside", "before", "after"];
    let step = STEPS[usize::try_from(mixed(seed, 10 + turn) % 5).unwrap()];
    format!("{step}:{}", 1 + mixed(seed, 20 + turn) % 6)
}

/// Corrects rejected rows and resends them up to twice. Every command is killed at a step of the ledger and repeated.
/// Returns the number of kills.
async fn killed_while_corrected(seed: u64) -> u32 {
    let faults = FAULTS[usize::try_from(mixed(seed, 1) % 10).unwrap()];
    let world = World::with(|options| options.seed = seed).await;
    let first = block_in_place(|| world.run_file(&csv(12, &[5], &[3, 9]), &["--on-error", "skip", "--json"]));
    assert_eq!(common::counts(&first.json()), [12, 9, 3, 0, 0, 0], "{first:?}");
    // The sandbox counts requests from its start.
    world.sandbox.set_faults(faults.iter().map(|fault| fault.parse().unwrap()).collect());
    let fix = |row: &'static str, column: &'static str, value: &'static str| {
        ["fix", "1", "--row", row, "--column", column, "--value", value, "--json"]
    };
    let resume = ["resume", "1", "--rejected", "--on-error", "skip", "--json"];
    let (dates, contact, still_wrong) =
        (fix("5", "Assigned", "11/03/2026"), fix("9", "Contact", ""), fix("3", "Contact", "1031"));
    let right = fix("3", "Contact", "");
    let commands: [&[&str]; 6] = [&dates, &contact, &still_wrong, &resume, &right, &resume];
    let mut deaths = 0;
    for (turn, arguments) in commands.into_iter().enumerate() {
        let at = kill_step(seed, turn as u64);
        let mut command = world.command(arguments);
        command.env("CASELOAD_DIE_AT", &at);
        let mut output = common::finish(block_in_place(|| command.output()).unwrap());
        let place = format!("seed {seed}, {faults:?}, {arguments:?}, {at}");
        while output.status == -1 {
            deaths += 1;
            true_counts(&world, &place).await.unwrap();
            output = block_in_place(|| world.run(arguments));
        }
        true_counts(&world, &place).await.unwrap();
    }
    world.sandbox.set_faults(Vec::new());
    let at = format!("seed {seed}, {faults:?}, after {deaths} deaths");
    let expected = Counts { rows: 12, created: 12, ..Counts::default() };
    let mut last = true_counts(&world, &at).await;
    for _ in 0..4 {
        if last == Some(expected) {
            break;
        }
        // A row may have been unknown, and then it couldn't be corrected.
        for arguments in [&["resume", "1", "--on-error", "skip"][..], &right, &resume] {
            block_in_place(|| world.run(arguments));
        }
        last = true_counts(&world, &at).await;
    }
    assert_all(&world, last, expected, &at);
    let shown = block_in_place(|| world.run(&["show", "1", "--json"])).json();
    assert_eq!(common::counts(&shown), [12, 12, 0, 0, 0, 0], "{at}");
    deaths
}

/// Runs each seed, four at a time. `KILL_SEEDS` sets another number of seeds.
async fn over_seeds<F>(usual: u64, run: fn(u64) -> F)
where
    F: Future<Output = u32> + Send + 'static,
{
    let seeds = std::env::var("KILL_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (mut running, mut deaths) = (tokio::task::JoinSet::new(), 0);
    for seed in 0..seeds {
        running.spawn(run(seed));
        if running.len() >= 4 {
            deaths += running.join_next().await.unwrap().unwrap();
        }
    }
    while let Some(ended) = running.join_next().await {
        deaths += ended.unwrap();
    }
    println!("{deaths} deaths in {seeds} runs");
    assert!(u64::from(deaths) >= seeds, "most runs are killed, some several times: {deaths}");
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_while_corrected_rows_are_sent_leave_one_case_per_row() {
    over_seeds(8, killed_while_corrected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_any_step_of_the_ledger_leave_one_case_per_row() {
    over_seeds(25, killed_and_resumed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_with_halt_on_error_leaves_only_the_row_being_sent_unknown() {
    // Row 4 is never answered; row 5 would be refused.
    let world = World::with_faults(&["hang@4"]).await;
    let file = world.file("cases.csv", &csv(8, &[], &[5]));
    let recipe = world.path("recipe.toml");
    let arguments = ["run", file.to_str().unwrap(), "--recipe", &recipe, "--on-error", "halt"];
    let mut child = world.command(&arguments).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    common::until(|| world.sandbox.stats().created >= 4 || child.try_wait().unwrap().is_some()).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let shown = world.run(&["show", "1", "--json"]).json();
    assert_eq!(
        (&shown["created"], &shown["unknown"], &shown["not_sent"]),
        (&3.into(), &1.into(), &4.into()),
        "{shown}"
    );
    // The refused row stops the import before any row behind it exists.
    world.sandbox.set_faults(Vec::new());
    let resumed = world.run(&["resume", "1", "--json"]).json();
    assert_eq!(
        (&resumed["status"], &resumed["created"], &resumed["rejected"], &resumed["not_sent"]),
        (&"error".into(), &4.into(), &1.into(), &3.into()),
        "{resumed}"
    );
    assert_eq!(world.sandbox.stats().created, 4);
}
