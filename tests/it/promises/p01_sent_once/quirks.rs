//! Accounts that behave differently where the vendor documents nothing: no row becomes two cases, no missing case is
//! reported as created, and undecidable rows stay unknown.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;

use caseload::ledger::{OnError, Status};
use common::{World, assert_true_counts, csv, options, run, watch};

/// Quirks of the account, and how many of 18 rows may stay unknown after lost answers.
const TABLE: [(&[&str], u64); 25] = [
    (&["200"], 0),
    (&["wrapped", "200"], 0),
    (&["string-ids", "wrapped"], 0),
    (&["location-header"], 0),
    (&["errors-400", "errors-list"], 0),
    (&["errors-400", "errors-text"], 0),
    (&["errors-nested"], 0),
    (&["html-errors"], 0),
    (&["html-errors", "errors-400"], 0),
    (&["partial-filter"], 0),
    (&["no-filter", "small-pages"], 0),
    (&["no-created-at"], 0),
    (&["empty-204"], 0),
    (&["empty-404"], 0),
    (&["no-pages", "changing-field"], 0),
    (&["no-id-filter"], 0),
    (&["newest-only"], 0),
    (&["local-time"], 0),
    (&["clock-ahead"], 0),
    (&["clock-behind"], 0),
    (&["clock-behind", "local-time"], 0),
    // Cases look older than their requests, by an amount not known to the second.
    (&["date-ahead"], 0),
    // The list shows too little of a case to tell it from another with the same reference.
    (&["upper-references"], 0),
    (&["bare-cases"], 0),
    // Nothing waits for the list here, and a late case doesn't count as absent.
    (&["list-lag"], 6),
];

async fn account(quirks: &[&str], may_be_unknown: u64, settle: &str) {
    let world = World::with(|options| {
        options.quirks = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
        options.faults = ["lost/6", "500-created/10", "reset/15"].map(|fault| fault.parse().unwrap()).into();
    })
    .await;
    let config = world.home.path().join("config/config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("settle_seconds = 0", settle)).unwrap();
    let app = world.app().await;
    // Row 4 is refused. Lower case, so that upper-casing changes the reference.
    let text = csv(18, &[], &[4]).replace("C-", "c-");
    let id = world.import(&app, &text, OnError::Skip);
    // One at a time, so that no fault affects the refused row.
    let alone = caseload::app::StartOptions { concurrency: Some(1), ..options(OnError::Skip) };
    let (ended, _) = watch(app.runs().start(id, alone).unwrap()).await;
    let at = format!("{quirks:?}: {ended:?}");
    let counts = ended.counts;
    let on_server = world.sandbox.stats().created;
    assert!(counts.created <= on_server && on_server <= counts.created + counts.unknown, "{at}");
    assert!(counts.unknown <= may_be_unknown, "{at}");
    assert_eq!((counts.rejected, ended.status), (1, Status::Complete), "{at}");
    assert_true_counts(&world, &app.imports().get(id).unwrap());
    let log = app.imports().exceptions(id, 0, 99).unwrap();
    let refused = log.iter().find(|exception| exception.row == 4).unwrap();
    assert!(refused.message.to_lowercase().contains("1030 is not a contact"), "{at}: {refused:?}");

    // A second run may send rows that never arrived, but creates no case twice.
    if counts.unknown > 0 {
        let counts = run(&app, id, OnError::Skip).await.counts;
        assert_true_counts(&world, &app.imports().get(id).unwrap());
        let on_server = world.sandbox.stats().created;
        assert!(counts.created <= on_server && on_server <= counts.created + counts.unknown, "{at}");
    }
    let on_server = world.sandbox.stats().created;
    let again = world.import(&app, &text, OnError::Skip);
    let ended = run(&app, again, OnError::Skip).await;
    assert_eq!((ended.counts.created, world.sandbox.stats().created), (0, on_server), "{at}");
}

#[tokio::test(flavor = "multi_thread")]
async fn however_an_account_behaves_there_are_no_duplicates() {
    let runs = TABLE.iter().map(|(quirks, unknown)| account(quirks, *unknown, "settle_seconds = 0"));
    futures_util::future::join_all(runs).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_listed_late_is_waited_for() {
    account(&["list-lag"], 0, "settle_seconds = 2").await;
}
