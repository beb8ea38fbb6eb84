//! Servers that answer, store, list or repeat oddly: every row still becomes at most one case, every created row has
//! its own case, and no row stays unknown that a lookup can resolve.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use caseload::app::{App, StartOptions};
use caseload::ledger::{Counts, ImportId, OnError, Status};
use common::{RECIPE, World, options, watch};

const ROWS: u64 = 20;

/// A column that identifies a case's source row, whatever happened to its reference.
const ROW_COLUMN: &str = "\n[[columns]]\nfrom = \"Row\"\nto = \"notes\"\n";

/// Identification of the rows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Identified {
    /// Reference in which `{}` is the four-digit row number.
    ByReference(&'static str),
    /// No reference, but a row token in the administrative notes.
    Token,
}

/// A server, and the allowed results of an import of [`ROWS`] rows.
struct OddServer {
    faults: &'static [&'static str],
    quirks: &'static [&'static str],
    identified: Identified,
    /// Late commit, in seconds.
    late_commit: u64,
    /// Lag of lists, in milliseconds.
    lag: u64,
    /// Runs until nothing is left to send.
    starts: u64,
    /// Rows that may stay unknown.
    unknown: u64,
    /// Cases in excess of one per row.
    duplicates: u64,
}

const C: Identified = Identified::ByReference("c-{}");

const fn odd(faults: &'static [&'static str], quirks: &'static [&'static str]) -> OddServer {
    OddServer {
        faults,
        quirks,
        identified: C,
        late_commit: 0,
        lag: 1500,
        starts: 1,
        unknown: 0,
        duplicates: 0,
    }
}

impl OddServer {
    const fn named(self, filter: &'static str) -> Self {
        Self { identified: Identified::ByReference(filter), ..self }
    }

    const fn with_tokens(self) -> Self {
        Self { identified: Identified::Token, ..self }
    }

    const fn late_commit(self, late_commit: u64) -> Self {
        Self { late_commit, ..self }
    }

    const fn lag(self, lag: u64) -> Self {
        Self { lag, ..self }
    }

    const fn starting(self, starts: u64) -> Self {
        Self { starts, ..self }
    }

    /// Runs that an import may need. On a slow machine a list may lag behind longer than a run waits for it, and the
    /// next run settles the rows that stay unknown.
    fn starts(&self) -> u64 {
        let lags = ["list-lag", "replicas", "cached-gets", "stubborn-cache"];
        if self.quirks.iter().any(|quirk| lags.contains(quirk)) { self.starts + 2 } else { self.starts }
    }

    const fn unknown(self, unknown: u64) -> Self {
        Self { unknown, ..self }
    }

    const fn doubled(self, doubled: u64) -> Self {
        Self { duplicates: doubled, ..self }
    }

    fn name(&self) -> String {
        format!("{} {}", self.faults.join("+"), self.quirks.join("+"))
    }

    fn file(&self) -> String {
        (1..=ROWS).fold("Claim,Claimant,Assigned,Contact,Row\n".to_owned(), |text, row| {
            let reference = match self.identified {
                Identified::ByReference(pattern) => pattern.replace("{}", &format!("{row:04}")),
                Identified::Token => String::new(),
            };
            let letter = char::from(b'A' + u8::try_from(row % 26).unwrap());
            text + &format!("\"{reference}\",\"Doe, Jane {letter}\",11/02/2026,,row {row}\n")
        })
    }

    fn recipe(&self) -> String {
        let recipe = format!("{RECIPE}{ROW_COLUMN}");
        match self.identified {
            Identified::ByReference(_) => recipe,
            Identified::Token => recipe
                .replace("name = \"Test\"", "name = \"Test\"\nrow_token = true")
                .replace("to = \"reference_value_1\"", "to = \"ignore\""),
        }
    }
}

/// Answers lost before and after the case was created: some rows must be found, others resent. They are far enough
/// apart that no three in a row are lost, which would pause the import.
const LOST: &[&str] = &["lost/9", "500-created@5", "500-created@12", "reset@15"];

const TABLE: &[OddServer] = &[
    // Part 1: cases that are created or listed late.
    odd(&["504-late/5"], &[]).late_commit(2),
    // Three answers are lost. With four in flight, they may be the next three, which pauses the import.
    odd(&["shifted-late@10-11"], &[]).late_commit(2).starting(2),
    odd(&["lost-late/5", "504-late/7"], &[]).late_commit(2).starting(2),
    odd(LOST, &["list-lag"]).late_commit(4).lag(2500),
    odd(&["504-late/7"], &["list-lag"]).late_commit(5),
    odd(LOST, &["replicas"]).late_commit(3),
    odd(LOST, &["cached-gets"]).late_commit(3),
    odd(LOST, &["stubborn-cache"]).late_commit(3),
    odd(&["504-late/5"], &["stubborn-cache"]).late_commit(3),
    // Part 2: refused or redirected, but created.
    odd(&["303-created/3"], &[]),
    odd(&["302-created/9"], &[]).starting(3),
    odd(&["401-created/9"], &[]).starting(3),
    odd(&["403-created/9"], &[]).starting(3),
    odd(&["404-created/9"], &[]).starting(3),
    odd(&["405-created/9"], &[]).starting(3),
    odd(&["400-html-created/9"], &[]).starting(3),
    odd(&["429-created/9"], &[]),
    odd(&["503-wait-created/9"], &[]),
    odd(&["422-created/5"], &[]),
    odd(&["409-created/5"], &[]),
    // Part 3: answers without an id.
    odd(&["no-id"], &[]),
    odd(&["200-empty"], &[]),
    odd(&["200-html"], &[]),
    odd(&["no-id"], &["location-header"]),
    odd(&["no-id"], &["location-json"]),
    odd(&["no-id"], &["location-number"]),
    // Part 4: answers that belong to another row, or have a wrong id.
    odd(&["shifted/9"], &[]),
    odd(&["same-id@2-"], &[]),
    odd(&["error-with-id"], &[]),
    odd(&["user-id"], &[]),
    odd(&["null-id"], &[]),
    // Part 5: references stored in another form.
    odd(LOST, &["upper-references"]),
    odd(LOST, &["number-references"]).named("00{}"),
    odd(LOST, &["escaped-references"]).named("A&B-{}"),
    odd(LOST, &["short-references"]).named("{}-CLAIM-2026"),
    odd(LOST, &["decomposed-references"]).named("é-{}"),
    odd(LOST, &["plain-references"]).named("WC/26-{}"),
    odd(LOST, &["trimmed-references"]).named(" C {} "),
    // Truncated, all references are the same.
    odd(LOST, &["short-references"]).named("CLAIM-2026-{}").unknown(5),
    odd(LOST, &["short-notes"]).with_tokens(),
    odd(LOST, &["created-behind"]),
    odd(LOST, &["shuffled", "small-pages"]).unknown(5),
    // Part 6: the second case is found by reading back.
    odd(&["twice/7"], &[]).doubled(2),
    // Part 7: pages and ends of lists.
    odd(LOST, &["five-pages"]),
    odd(LOST, &["five-pages", "upper-references", "no-filter", "local-time"]),
    odd(LOST, &["small-pages", "partial-filter", "trimmed-references", "local-time"]).named(" C {} "),
    odd(LOST, &["end-404"]),
    odd(LOST, &["end-204"]),
    odd(LOST, &["end-null", "small-pages"]),
    odd(&["lost/6", "get:503@3-4", "get:reset@6", "get:cut@8"], &[]),
    odd(&["lost/6", "get:429@2-4"], &["small-pages"]),
];

/// Result of an import on a server.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) counts: Counts,
    posts: u64,
    cases: u64,
    pub(super) starts: u64,
}

async fn world_of(server: &OddServer) -> World {
    let world = World::with(|options| {
        options.faults = server.faults.iter().map(|fault| fault.parse().unwrap()).collect();
        options.quirks = server.quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
        options.lag = Duration::from_millis(server.lag);
    })
    .await;
    world.change_config(|text| {
        text.replace("late_commit_seconds = 0", &format!("late_commit_seconds = {}", server.late_commit))
    });
    std::fs::write(world.home.path().join("recipe.toml"), server.recipe()).unwrap();
    world
}

/// Runs an import until nothing is left to send and at most `unknown` rows are unknown, but at most `most` times.
pub(super) async fn run_to_the_end(
    world: &World,
    app: &App,
    id: ImportId,
    (most, unknown): (u64, u64),
    start: &StartOptions,
) -> Outcome {
    let mut starts = 0;
    loop {
        starts += 1;
        let (ended, _) = watch(app.runs().start(id, start.clone()).unwrap()).await;
        let seen = world.sandbox.stats();
        let outcome = Outcome { counts: ended.counts, posts: seen.posts, cases: seen.created, starts };
        let is_settled = ended.counts.not_sent == 0 && ended.counts.unknown <= unknown;
        if (ended.status == Status::Complete && is_settled) || starts == most {
            return outcome;
        }
    }
}

/// Returns the source row of each case, by case id.
fn cases(world: &World) -> BTreeMap<String, String> {
    let of = |case: &serde_json::Value| {
        (case["id"].to_string(), case["notes"].as_str().unwrap().trim_start_matches("row ").to_owned())
    };
    world.sandbox.cases().iter().map(of).collect()
}

/// Returns everything that is wrong with an outcome, one line each.
fn faults_of(server: &OddServer, world: &World, app: &App, id: ImportId, outcome: &Outcome) -> String {
    let mut wrong = String::new();
    let mut say = |text: &str| writeln!(wrong, "  {text}").unwrap();
    let (c, cases) = (outcome.counts, cases(world));
    let mut of_row: BTreeMap<&str, u64> = BTreeMap::new();
    for row in cases.values() {
        *of_row.entry(row).or_default() += 1;
    }
    let doubled = cases.len() as u64 - of_row.len() as u64;
    if doubled != server.duplicates {
        say(&format!("{doubled} duplicate cases"));
    }
    let reported = app.imports().duplicate_cases(id).unwrap();
    if reported.iter().map(|row| row.cases.len() as u64 - 1).sum::<u64>() != doubled {
        say(&format!("reported as duplicates: {reported:?}"));
    }
    let receipt = app.exports().receipt(id).unwrap();
    let created: Vec<_> =
        receipt.cases.iter().filter_map(|line| Some((line.row, line.case_id.clone()?))).collect();
    if created.len() as u64 != c.created {
        say(&format!("the receipt has {} of {} created rows", created.len(), c.created));
    }
    for (row, case) in &created {
        if cases.get(case) != Some(&row.to_string()) {
            say(&format!("row {row} has case {case}, which belongs to row {:?}", cases.get(case)));
        }
    }
    if c.created + c.rejected + c.excluded + c.unknown + c.not_sent != ROWS {
        say("the counts don't add up");
    }
    if c.unknown > server.unknown || c.rejected + c.excluded + c.not_sent > 0 {
        say("too few rows are created");
    }
    if c.created + c.unknown < of_row.len() as u64 {
        say(&format!("{} rows have a case", of_row.len()));
    }
    if !wrong.is_empty() {
        for exception in app.imports().exceptions(id, 0, 3).unwrap() {
            writeln!(wrong, "  row {}: {}", exception.row, exception.message).unwrap();
        }
        writeln!(wrong, "  note: {}", app.imports().get(id).unwrap().note).unwrap();
    }
    wrong
}

/// Runs one line of [`TABLE`]; returns a line for the log, and everything that is wrong.
async fn run_line(server: &OddServer) -> (String, String) {
    let world = world_of(server).await;
    let app = world.app().await;
    let began = std::time::Instant::now();
    let id = world.import(&app, &server.file(), OnError::Skip);
    let outcome =
        run_to_the_end(&world, &app, id, (server.starts(), server.unknown), &options(OnError::Skip)).await;
    let wrong = faults_of(server, &world, &app, id, &outcome);
    let c = outcome.counts;
    let line = format!(
        "{:<60} posts {:>3} cases {:>3} created {:>2} unknown {:>2} starts {} {:>5.1} s",
        server.name(),
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
async fn on_odd_servers_every_row_becomes_one_case_and_is_reported_correctly() {
    let tried = futures_util::future::join_all(TABLE.iter().map(run_line)).await;
    // Shown by `cargo test --test it odd_servers -- --nocapture`.
    for (line, _) in &tried {
        println!("{line}");
    }
    let wrong: Vec<_> = tried.iter().filter(|(_, wrong)| !wrong.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
