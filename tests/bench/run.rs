//! Whole commands against the least code that does the same work: a check against a bare loop over the records, a run
//! against a loop that posts the same rows. Quote the ratios; times depend on the machine.
//!
//! ```sh
//! cargo bench --bench run
//! ```
//!
//! The sandbox runs in this process. CPU and memory are those of the child alone.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    missing_docs
)]

#[path = "../it/common/mod.rs"]
mod common;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use common::{World, csv};
use futures_util::{StreamExt, stream};

/// Clock ticks per second in /proc on Linux.
const TICKS: f64 = 100.0;

/// Cost of a child process.
struct Cost {
    wall: f64,
    cpu: f64,
    /// Peak memory in MiB.
    peak: f64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, least, what, file, url, in_flight] = arguments.as_slice()
        && least == "least"
    {
        return run_baseline(what, file, url, in_flight.parse().unwrap());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        println!("| | least | caseload | ratio |\n|---|---|---|---|");
        check(200_000).await;
        for (latency, in_flight, rows) in
            [(20, 16, 2_000), (20, 1, 200), (0, 16, 2_000), (0, 4, 2_000), (0, 1, 1_000)]
        {
            run(latency, in_flight, rows).await;
        }
        one_row().await;
        list(1_000).await;
    });
}

/// Does the bare work of a command.
fn run_baseline(what: &str, file: &str, url: &str, in_flight: usize) {
    if what == "check" {
        let mut reader = csv::Reader::from_path(file).unwrap();
        let mut record = csv::ByteRecord::new();
        let mut bytes = 0;
        while reader.read_byte_record(&mut record).unwrap() {
            bytes += record.as_slice().len();
        }
        return println!("{bytes}");
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, login) = (reqwest::Client::new(), base64::prelude::BASE64_STANDARD.encode("sandbox/token:sandbox"));
        let mut reader = csv::Reader::from_path(file).unwrap();
        stream::iter(reader.records().map(Result::unwrap))
            .for_each_concurrent(in_flight, |row| {
                let case = serde_json::json!({"casefile": {"case_type_id": 1, "client_id": 100, "primary_contact_id": 1000,
                    "created_on": "2026-11-02", "due_on": "2026-11-16", "reference_value_1": &row[0], "subjects": [
                        {"subject_type_id": 1, "custom_fields": [{"id": 1, "value": {"last_name": &row[1]}}]}]}});
                let post = client.post(format!("{url}/cases")).header("authorization", format!("Basic {login}"));
                async move {
                    let answer = post.header("content-type", "application/json").body(case.to_string()).send().await;
                    answer.unwrap().bytes().await.unwrap();
                }
            })
            .await;
    });
}

fn baseline(what: &str, file: &Path, url: &str, in_flight: usize) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["least", what, file.to_str().unwrap(), url, &in_flight.to_string()]);
    command
}

/// Returns user plus system time of ended children, in seconds.
fn children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .map(|f| f.parse().unwrap_or(0.0))
        .collect();
    fields.get(13..15).map_or(0.0, |times| times.iter().sum::<f64>() / TICKS)
}

/// Runs a command until it ends; returns its cost.
fn cost(mut command: Command) -> Cost {
    let (before, begun) = (children(), Instant::now());
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak: f64 = 0.0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let kib = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
        peak = peak.max(kib.unwrap_or(0.0) / 1024.0);
        std::thread::sleep(Duration::from_millis(2));
    }
    Cost { wall: begun.elapsed().as_secs_f64(), cpu: children() - before, peak }
}

async fn costs(commands: [Command; 2]) -> [Cost; 2] {
    tokio::task::spawn_blocking(move || commands.map(cost)).await.unwrap()
}

async fn check(rows: u64) {
    let world = World::new().await;
    // As wide as insurers' lists usually are.
    let wide = |(at, line): (usize, &str)| {
        let more = |column| if at == 0 { format!(",Column {column}") } else { format!(",text {column}") };
        line.to_owned() + &(5..28).map(more).collect::<String>() + "\n"
    };
    let text: String = csv(rows, &[], &[]).lines().enumerate().map(wide).collect();
    let file = world.file("cases.csv", &text);
    let check = world.command(&["check", file.to_str().unwrap(), "--recipe", &world.path("recipe.toml")]);
    let [bare, ours] = costs([baseline("check", &file, "", 1), check]).await;
    let ratio = ours.wall / bare.wall;
    println!(
        "| check {rows} rows of 27 columns, wall | {:.2} s | {:.2} s | {ratio:.1} |",
        bare.wall, ours.wall
    );
    println!("| same check, peak memory | {:.0} MiB | {:.0} MiB | |", bare.peak, ours.peak);
}

async fn run(latency: u64, in_flight: usize, rows: u64) {
    let with_latency = || World::with(|options| options.latency = Duration::from_millis(latency));
    // Each has an account of its own.
    let (empty, world) = (with_latency().await, with_latency().await);
    world.configure("verify = \"never\"");
    let file = world.file("cases.csv", &csv(rows, &[], &[]));
    let (recipe, at_a_time) = (world.path("recipe.toml"), in_flight.to_string());
    let ours = world.command(&[
        "run",
        file.to_str().unwrap(),
        "--recipe",
        &recipe,
        "--concurrency",
        &at_a_time,
        "--look-up",
        "off",
    ]);
    let [bare, ours] = costs([baseline("run", &file, &empty.sandbox.url(), in_flight), ours]).await;
    assert_eq!((empty.sandbox.stats().created, world.sandbox.stats().created), (rows, rows));
    let (rate, per) = (|cost: &Cost| rows as f64 / cost.wall, |cost: &Cost| cost.cpu * 1000.0 / rows as f64);
    let name = format!("{latency} ms, {in_flight} in flight");
    println!(
        "| rows/s, {name} | {:.0} | {:.0} | {:.2} |",
        rate(&bare),
        rate(&ours),
        rate(&ours) / rate(&bare)
    );
    println!(
        "| CPU s/1,000 rows, {name} | {:.3} | {:.3} | {:.1} |",
        per(&bare),
        per(&ours),
        per(&ours) / per(&bare)
    );
    let ledger = std::fs::metadata(world.path("data/ledger.sqlite3")).unwrap().len();
    println!(
        "| peak memory; ledger per row, {rows} rows | {:.0} MiB | {:.0} MiB; {} B | |",
        bare.peak,
        ours.peak,
        ledger / rows
    );
}

async fn one_row() {
    let world = World::new().await;
    let file = world.file("cases.csv", &csv(1, &[], &[]));
    let ours = world.command(&["run", file.to_str().unwrap(), "--recipe", &world.path("recipe.toml")]);
    let [bare, ours] = costs([baseline("run", &file, &world.sandbox.url(), 1), ours]).await;
    let millis = |cost: &Cost| format!("{:.0} ms, {:.0} ms CPU", cost.wall * 1e3, cost.cpu * 1e3);
    println!("| one row, start to finish | {} | {} | |", millis(&bare), millis(&ours));
}

/// Measures the list of many imports with outcomes.
async fn list(imports: u64) {
    let world = World::new().await;
    world.run_file(&csv(100, &[], &[]), &["--look-up", "off"]);
    let ledger = rusqlite::Connection::open(world.path("data/ledger.sqlite3")).unwrap();
    for table in ["imports", "rows", "tallies"] {
        let columns: Vec<String> = {
            let mut statement =
                ledger.prepare(&format!("SELECT name FROM pragma_table_info('{table}')")).unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let key = if table == "imports" { "id" } else { "import" };
        let values =
            columns.iter().map(|name| if name == key { "n.value".to_owned() } else { format!("t.{name}") });
        let (names, values) = (columns.join(", "), values.collect::<Vec<_>>().join(", "));
        let of = format!(
            "WITH RECURSIVE n(value) AS (SELECT 2 UNION ALL SELECT value + 1 FROM n WHERE value < {imports})
             INSERT INTO {table} ({names}) SELECT {values} FROM {table} AS t, n WHERE t.{key} = 1"
        );
        ledger.execute(&of, []).unwrap();
    }
    drop(ledger);
    let [ours, again] = costs([world.command(&["imports"]), world.command(&["imports"])]).await;
    println!("| `imports`, {imports} imports of 100 rows | | {:.0} ms | |", ours.wall.min(again.wall) * 1e3);
}
