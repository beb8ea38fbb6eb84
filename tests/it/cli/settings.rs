//! Settings for accounts that behave differently than assumed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;
use crate::raw;

use std::io::Write;

use caseload::trackops::List;
use common::{World, counts, csv};
use raw::Server;

async fn account(quirk: &str, faults: &[&str], lines: &str) -> World {
    let world = World::with(|options| {
        options.quirks = vec![quirk.parse().unwrap()];
        options.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    })
    .await;
    world.change_config(|text| format!("{text}{lines}\n"));
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn times_in_another_format_are_read_and_cause_no_duplicates() {
    // The format has no seconds. A case must still not look older than its request.
    let world = account("us-times", &["lost/3", "500-created@1"], "time_format = \"%m/%d/%Y %H:%M\"").await;
    let shown = world.run_file(&csv(9, &[], &[]), &["--on-error", "skip", "--json"]).json();
    assert_eq!(counts(&shown), [9, 9, 0, 0, 0, 0], "{shown}");
    assert!(world.references().values().all(|count| *count == 1), "{:?}", world.references());
    assert_eq!(world.sandbox.stats().posts, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_can_have_another_key() {
    let world = account("odd-ids", &["lost@2"], "id_key = \"uid\"").await;
    let app = world.app().await;
    assert_eq!(app.knowledge().pick(List::Clients, None, true).await.unwrap().entries.len(), 20);
    let shown = world.run_file(&csv(4, &[], &[]), &["--json"]).json();
    assert_eq!(counts(&shown), [4, 4, 0, 0, 0, 0], "{shown}");
    assert!(world.references().values().all(|count| *count == 1), "{:?}", world.references());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configured_refusal_status_rejects_rows_instead_of_pausing() {
    let server = Server::start(|stream| {
        let body = "{\"error\": \"not like this\"}";
        write!(
            stream,
            "HTTP/1.1 406 No\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    });
    let world = World::new().await;
    world.change_config(|text| text.replace(&world.sandbox.url(), &server.url()));
    let off = ["--on-error", "skip", "--look-up", "off", "--json"];
    let paused = world.run_file(&csv(2, &[], &[]), &off);
    assert_eq!(counts(&paused.json()), [2, 0, 0, 0, 2, 0], "{paused:?}");
    assert!(paused.json()["note"].as_str().unwrap().contains("refused_statuses"), "{paused:?}");
    world.change_config(|text| format!("{text}refused_statuses = [406]\n"));
    let refused = world.run_file(&csv(3, &[], &[]).replace("C-", "N-"), &off);
    assert_eq!(counts(&refused.json()), [3, 0, 3, 0, 0, 0], "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_settings_are_reported_with_their_line() {
    let world = World::new().await;
    for (line, expected) in [
        ("refused_statuses = [404]", "404 never means that a row was refused"),
        ("refused_statuses = [500]", "500 never means that a row was refused"),
        ("time_format = \"HH:MM\"", "isn't a format with date and time"),
        ("id_keys = \"uid\"", "unknown field `id_keys`"),
    ] {
        let before = std::fs::read_to_string(world.home.path().join("config/config.toml")).unwrap();
        world.change_config(|text| format!("{text}{line}\n"));
        let run = world.run(&["imports"]);
        assert!(
            run.status == 2 && run.stderr.contains(expected) && run.stderr.contains("line 9: "),
            "{line}: {run:?}"
        );
        world.change_config(|_| before);
    }
}
