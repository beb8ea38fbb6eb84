//! Bytes written to the terminal, which matter on a slow connection, and time from a key to its frame. The real program
//! runs in a real terminal, against a sandbox in this process.
//!
//! ```sh
//! cargo bench --bench screen
//! ```
//!
//! Bytes are exact. Times depend on the machine, and include a pseudo-terminal and a terminal parser.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing, missing_docs)]

#[path = "../it/common/mod.rs"]
mod common;
#[path = "../it/common/pty.rs"]
mod pty;

use std::time::{Duration, Instant};

use caseload::ledger::OnError;
use common::{World, csv};
use portable_pty::CommandBuilder;
use pty::Pty;

const ENTER: &str = "\r";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for (columns, rows) in [(80, 24), (120, 40)] {
            first_and_idle(columns, rows).await;
            // A typical pace of two rows a second; a fast server; a fast server with every fourth row an exception.
            live(columns, rows, "2 rows/s", |_| false, 500, 1).await;
            live(columns, rows, "200 rows/s", |_| false, 20, 4).await;
            live(columns, rows, "200 rows/s, every 4th an exception", |row| row % 4 == 0, 20, 4).await;
        }
        keys().await;
    });
}

async fn world(latency: u64, in_flight: u64) -> World {
    let world = World::with(|options| options.latency = Duration::from_millis(latency)).await;
    world.change_config(|text| text.replace("concurrency = 4", &format!("concurrency = {in_flight}")));
    world
}

fn program(world: &World, columns: u16, rows: u16) -> Pty {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_caseload"));
    command.args(["--home", world.home.path().to_str().unwrap()]);
    command.env("CASELOAD_TOKEN", "sandbox");
    command.env_remove("NO_COLOR");
    Pty::start(command, columns, rows)
}

/// Starts the only import.
fn start(pty: &mut Pty) {
    pty.wait_for("cases.csv");
    pty.send(ENTER);
    pty.wait_for(" rows: ");
    pty.send("s");
    pty.wait_for("(•) Skip");
    pty.wait_for("▸[ Start ]");
    pty.send(ENTER);
    pty.wait_for("Processing 4/4");
}

/// Measures bytes per second over a time.
fn rate(pty: &Pty, seconds: u64) -> u64 {
    let before = pty.bytes().len();
    std::thread::sleep(Duration::from_secs(seconds));
    (pty.bytes().len() - before) as u64 / seconds
}

async fn first_and_idle(columns: u16, rows: u16) {
    let world = world(0, 4).await;
    let app = world.app().await;
    world.import(&app, &csv(3_000, &[3, 9], &[]), OnError::Skip);
    let began = Instant::now();
    let mut pty = program(&world, columns, rows);
    pty.wait_for("cases.csv");
    let took = began.elapsed();
    std::thread::sleep(Duration::from_millis(300));
    let first = pty.bytes().len();
    let idle = rate(&pty, 5);
    pty.send(ENTER);
    pty.wait_for(" rows: ");
    std::thread::sleep(Duration::from_millis(500));
    let review = pty.bytes().len() - first;
    let quiet = rate(&pty, 5);
    println!(
        "{columns}x{rows}  imports shown after {took:.0?}, {first} bytes; to Review {review} bytes; idle {idle} and \
         {quiet} B/s"
    );
    pty.send("q");
    pty.wait();
}

async fn live(columns: u16, rows: u16, name: &str, bad: impl Fn(u64) -> bool, latency: u64, in_flight: u64) {
    let world = world(latency, in_flight).await;
    let app = world.app().await;
    let bad: Vec<u64> = (1..=9_000).filter(|row| bad(*row)).collect();
    world.import(&app, &csv(9_000, &bad, &[]), OnError::Skip);
    let mut pty = program(&world, columns, rows);
    start(&mut pty);
    std::thread::sleep(Duration::from_secs(2));
    let live = rate(&pty, 15);
    let shown = pty.shown();
    let counts = shown.lines().find(|line| line.contains("created ")).unwrap_or("").trim();
    println!("{columns}x{rows}  live, {name}: {live} B/s over 15 s; then {counts}");
    leave(&mut pty);
}

/// Measures the time from a key to its frame while rows are sent at full speed.
async fn keys() {
    let world = world(0, 16).await;
    let app = world.app().await;
    world.import(&app, &csv(9_999, &[], &[]), OnError::Skip);
    let mut pty = program(&world, 80, 24);
    start(&mut pty);
    let mut times = Vec::new();
    let began = Instant::now();
    while times.len() < 400
        && pty.shown().contains("Processing 4/4")
        && began.elapsed() < Duration::from_secs(20)
    {
        for (key, shown) in [("?", true), ("\x1b", false)] {
            let began = Instant::now();
            pty.send(key);
            pty.wait_until("the help", |screen| screen.contains("Help: keys") == shown);
            // Escape is recognized only after a wait for the rest of a longer key, so its time isn't counted.
            if shown {
                times.push(began.elapsed());
            }
        }
        if pty.shown().contains("Complete") {
            break;
        }
    }
    times.sort_unstable();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
    println!(
        "key to frame while rows are sent, {} keys: median {:.1?}, 99th percentile {:.1?}, longest {:.1?}",
        times.len(),
        at(50),
        at(99),
        at(100)
    );
    leave(&mut pty);
}

/// Quits, even while rows are being sent.
fn leave(pty: &mut Pty) {
    pty.send("q\x03");
    pty.wait();
}
