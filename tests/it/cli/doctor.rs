//! The doctor: each assumption about the API holds on the sandbox, and is reported if an account breaks it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;

use std::io::{Read, Write};
use std::net::TcpListener;

use common::{Finished, World, bare_command, csv, finish};
use serde_json::{Value, json};

/// Returns an account with quirks and three cases.
async fn account(quirks: &[&str]) -> World {
    let world = World::with(|options| {
        options.quirks = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
    })
    .await;
    if quirks.contains(&"case-client") {
        world.file("recipe.toml", &common::RECIPE.replace("client_id = 100", "client_id = 1"));
    }
    let imported = world.run_file(&csv(3, &[], &[]), &["--json"]);
    assert_eq!(imported.json()["created"], 3, "{quirks:?}: {imported:?}");
    world
}

fn verdict<'a>(report: &'a Value, assumption: &str) -> &'a Value {
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| finding["assumption"] == assumption);
    found.unwrap_or_else(|| panic!("{assumption} is not in {report}"))
}

fn failed_assumptions(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap();
    let fails = findings.iter().filter(|finding| finding["verdict"] == "does_not_hold");
    fails.map(|finding| finding["assumption"].as_str().unwrap()).collect()
}

/// Quirks of an account, failed assumptions besides the labels, exit status, and the setting that helps.
type QuirkResult =
    (&'static [&'static str], &'static [&'static str], i32, Option<(&'static str, &'static str)>);

const TABLE: [QuirkResult; 19] = [
    (&[], &[], 0, None),
    (&["string-ids", "wrapped", "200"], &[], 0, None),
    (&["small-pages"], &["paging"], 1, Some(("page_size", "10"))),
    (&["no-pages"], &["paging"], 1, None),
    (&["no-count"], &["count"], 0, None),
    (&["no-date"], &["clock"], 0, None),
    (&["clock-ahead"], &[], 0, None),
    (&["contact-client"], &["relations"], 0, None),
    (&["root-clients"], &[], 0, None),
    (&["odd-ids"], &["ids"], 1, Some(("id_key", "uid"))),
    (&["no-filter"], &["filter.reference.exact"], 0, None),
    (&["partial-filter"], &["filter.reference.exact"], 0, None),
    (&["no-time-filter"], &["filter.time.exact"], 0, None),
    (&["bare-cases"], &["case.shows", "case.admin_notes"], 0, None),
    (&["no-created-at"], &["case.shows"], 0, None),
    (&["no-fields"], &["list.fields"], 0, None),
    (&["flat-values"], &["values.parts"], 0, None),
    (&["turned-requests"], &["filter.requests"], 0, None),
    (&["us-times"], &["time.format"], 0, Some(("time_format", "%m/%d/%Y %H:%M"))),
];

async fn line((quirks, fails, status, setting): QuirkResult) {
    let world = account(quirks).await;
    let posts = world.sandbox.stats().posts;
    let finished = world.run(&["doctor", "--json"]);
    let report = finished.json();
    let fails: Vec<&str> = fails.iter().copied().chain(["case.labels"]).collect();
    // Without ids no record can be followed, so more assumptions fail.
    if quirks == ["odd-ids"] {
        assert!(failed_assumptions(&report).contains(&"ids"), "{report}");
    } else {
        assert_eq!(failed_assumptions(&report), fails, "{quirks:?}: {report}");
    }
    assert_eq!(
        (finished.status, &report["works"]),
        (status, &json!(status == 0)),
        "{quirks:?}: {finished:?}"
    );
    if let Some((name, fits)) = setting {
        let named = &verdict(&report, fails[0])["setting"];
        assert_eq!((&named["name"], &named["fits"]), (&json!(name), &json!(fits)), "{quirks:?}");
        // With that setting the assumption holds.
        let config = world.home.path().join("config/config.toml");
        let value = if fits.parse::<u64>().is_ok() { fits.to_owned() } else { format!("\"{fits}\"") };
        let text = std::fs::read_to_string(&config).unwrap();
        std::fs::write(&config, format!("{text}{name} = {value}\n")).unwrap();
        let again = world.run(&["doctor", "--json"]);
        assert_eq!(verdict(&again.json(), fails[0])["verdict"], "holds", "{quirks:?}: {again:?}");
        assert_eq!(again.status, 0);
    }
    assert_eq!(world.sandbox.stats().posts, posts, "{quirks:?}: nothing is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_assumptions_are_reported_and_nothing_is_sent() {
    futures_util::future::join_all(TABLE.map(line)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn assumptions_that_hold_are_reported_with_observations() {
    let world = account(&["labels"]).await;
    let report = world.run(&["doctor", "--json"]).json();
    assert_eq!(failed_assumptions(&report), [] as [&str; 0], "{report}");
    for (assumption, expected) in [
        ("authentication", "sandbox is accepted"),
        ("clock", "agree"),
        ("ids", "it is a number"),
        ("paging", "continues where page 1 ends; its 60 records fit on one page"),
        ("count", "client/contacts has 60 records"),
        ("relations", "contact 1002 is at location 100 of client 1"),
        ("client_id", "the location of the contact"),
        ("filter.reference", "case 5001 is found by its reference"),
        ("list.fields", "records on the first page"),
        ("values.parts", "in all"),
        ("filter.requests", "is found with the filter"),
        ("case.labels", "case_type"),
    ] {
        let finding = verdict(&report, assumption);
        assert_eq!(finding["verdict"], "holds", "{assumption}");
        assert!(finding["seen"].as_str().unwrap().contains(expected), "{finding}");
    }
    for untested in ["tls", "create", "create.visible", "refusals", "values", "notices"] {
        assert_eq!(verdict(&report, untested)["verdict"], "not_tested", "{untested}");
    }
    let text = world.run(&["doctor"]);
    assert!(
        text.stdout.contains("holds          A case can be found by its first reference."),
        "{}",
        text.stdout
    );
    assert!(text.stdout.contains("not tested     Creating a case sends no e-mail"), "{}", text.stdout);
    assert!(text.stderr.contains("testing the connection"), "{}", text.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_page_shows_the_largest_page_size() {
    let world = World::new().await;
    let config = world.home.path().join("config/config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text + "page_size = 50\n").unwrap();
    let report = world.run(&["doctor", "--json"]).json();
    let finding = verdict(&report, "paging");
    assert_eq!(finding["verdict"], "holds");
    let seen = finding["seen"].as_str().unwrap();
    assert!(seen.ends_with("50 requested, 50 returned; 500 requested, 60 returned"), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_cases_many_assumptions_are_not_tested() {
    let world = World::new().await;
    let finished = world.run(&["doctor", "--json"]);
    let report = finished.json();
    assert_eq!((finished.status, failed_assumptions(&report)), (0, vec![]), "{report}");
    let seen = verdict(&report, "filter.reference")["seen"].as_str().unwrap();
    assert!(seen.contains("--create-test-case"), "{seen}");
}

/// Asserts that only one assumption fails and that everything after it isn't tested.
fn assert_only_failure(finished: &Finished, assumption: &str, expected: &str, status: i32) {
    let report = finished.json();
    assert_eq!((finished.status, failed_assumptions(&report)), (status, vec![assumption]), "{finished:?}");
    let seen = verdict(&report, assumption)["seen"].as_str().unwrap();
    assert!(seen.contains(expected), "{seen}");
    for later in ["list.cases", "filter.reference", "paging", "limits"] {
        if later != assumption {
            assert_eq!(verdict(&report, later)["verdict"], "not_tested", "{assumption}: {later}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_connection_is_one_sentence() {
    let world = World::new().await;
    for (fault, assumption, expected) in [
        ("get:403-html", "firewall", "a firewall blocked the request"),
        ("get:302", "redirects", "redirects elsewhere (302)"),
        ("get:403", "authentication", "Full Access"),
        ("get:404", "api", "there's no Trackops API"),
        ("get:500", "api", "answered 500"),
        ("get:cut", "api", "isn't from Trackops"),
        ("get:big", "api", "isn't from Trackops"),
        ("get:200-html", "firewall", "blocked"),
        ("get:429", "limits", "rate limit"),
    ] {
        world.sandbox.set_faults(vec![fault.parse().unwrap()]);
        assert_only_failure(&world.run(&["doctor", "--json"]), assumption, expected, 1);
    }
    world.sandbox.set_faults(Vec::new());
    let mut wrong = world.command(&["doctor", "--json"]);
    let wrong = finish(wrong.env("CASELOAD_TOKEN", "wr0ng").output().unwrap());
    assert_only_failure(&wrong, "authentication", "didn't accept the user name or token (401)", 1);
    assert!(!format!("{wrong:?}").contains("wr0ng"));

    let gone = finish(
        world
            .command(&["doctor", "--json", "--url", "http://127.0.0.1:9", "--username", "u"])
            .output()
            .unwrap(),
    );
    assert_only_failure(&gone, "connection", "can't be reached", 2);
    assert_eq!(gone.json()["connected"], json!(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_is_not_waited_for_long() {
    let world = World::with_faults(&["get:hang"]).await;
    let begun = std::time::Instant::now();
    assert_only_failure(&world.run(&["doctor", "--json"]), "api", "no complete answer", 1);
    assert!(begun.elapsed().as_secs() < 30 && world.sandbox.stats().gets == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_fails_later_is_reported_with_the_request() {
    let world = account(&[]).await;
    let before = world.sandbox.stats().gets;
    world.sandbox.set_faults(vec![format!("get:429@{}-", before + 6).parse().unwrap()]);
    let report = world.run(&["doctor", "--json"]).json();
    let limits = verdict(&report, "limits");
    assert!(limits["seen"].as_str().unwrap().contains("at request 6"), "{limits}");
    assert_eq!(limits["setting"]["name"], "per_minute");
    assert_eq!(world.sandbox.stats().gets, before + 6, "nothing more is requested");
}

#[test]
fn a_host_without_a_certificate_is_not_trusted() {
    // The host answers, but without TLS.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 64]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        }
    });
    let home = tempfile::tempdir().unwrap();
    let mut command = bare_command(&["--home", home.path().to_str().unwrap(), "doctor", "--json"]);
    command.args(["--url", &format!("https://{address}"), "--username", "u"]).env("CASELOAD_TOKEN", "t");
    let finished = finish(command.output().unwrap());
    assert_only_failure(&finished, "tls", "can't be trusted", 1);
    assert_eq!(verdict(&finished.json(), "connection")["verdict"], "holds");
}

#[test]
fn the_doctor_does_not_start_without_an_account() {
    let home = tempfile::tempdir().unwrap();
    let finished =
        finish(bare_command(&["--home", home.path().to_str().unwrap(), "doctor"]).output().unwrap());
    assert_eq!((finished.status, finished.stdout.as_str()), (2, ""), "{finished:?}");
    assert!(finished.stderr.contains("no Trackops account is set up"), "{finished:?}");
}

/// Creates the test case on an account with quirks.
async fn trial(quirks: &[&str]) -> (World, Value, i32) {
    let quirks = quirks.iter().chain(&["labels"]).map(|quirk| quirk.parse().unwrap()).collect();
    let world = World::with(|options| options.quirks = quirks).await;
    let recipe = world.path("recipe.toml");
    let finished = world.run(&["doctor", "--create-test-case", "--recipe", &recipe, "--yes", "--json"]);
    let case = world.sandbox.cases().pop().unwrap();
    assert_eq!(world.sandbox.stats().created, 1);
    assert!(
        finished.stderr.contains("one test case will be created at http://127.0.0.1"),
        "{}",
        finished.stderr
    );
    assert!(finished.stderr.contains("client_id: 100"), "{}", finished.stderr);
    let report = finished.json();
    let reference = report["test_case"].as_str().unwrap();
    assert!(reference.eq_ignore_ascii_case(case["reference_value_1"].as_str().unwrap()), "{case}");
    assert!(case["notes"].as_str().unwrap().contains("can be deleted"), "{case}");
    (world, report, finished.status)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_test_case_is_created_once_and_found_again() {
    let (_world, report, status) = trial(&[]).await;
    assert_eq!((status, failed_assumptions(&report)), (0, vec![]), "{report}");
    for (assumption, expected) in [
        ("create", "answered 201 with id 5001"),
        ("create.visible", "immediately"),
        ("create.stored", "values"),
        ("time.zone", "UTC"),
        ("case.admin_notes", "token"),
        ("filter.reference", "found"),
        // Assumptions that need a case are tested with this one.
        ("client_id", "the location of the contact"),
        ("filter.time", "is found by a time before its own"),
        ("case.shows", "are shown"),
        ("time.format", "can be read"),
    ] {
        let finding = verdict(&report, assumption);
        assert!(finding["seen"].as_str().unwrap().contains(expected), "{finding}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_test_case_shows_lag_time_zone_and_stored_values() {
    let quirks =
        [&["list-lag"][..], &["local-time"], &["upper-references"], &["no-admin-notes"], &["date-ahead"]];
    let [lag, local, upper, notes, date] =
        <[_; 5]>::try_from(futures_util::future::join_all(quirks.map(trial)).await).ok().unwrap();
    // The account of the world has settle_seconds = 0.
    assert_eq!((lag.2, failed_assumptions(&lag.1)), (1, vec!["create.visible"]));
    assert_eq!(verdict(&lag.1, "create.visible")["setting"]["name"], "settle_seconds");
    assert_eq!((local.2, failed_assumptions(&local.1)), (0, vec!["time.zone"]));
    assert!(verdict(&local.1, "time.zone")["seen"].as_str().unwrap().contains("5 h behind UTC"));
    assert_eq!((upper.2, failed_assumptions(&upper.1)), (1, vec!["filter.reference", "create.stored"]));
    assert!(verdict(&upper.1, "create.stored")["seen"].to_string().contains("reference_value_1"));
    assert_eq!(failed_assumptions(&notes.1), ["case.admin_notes", "create.stored"]);
    let seen = verdict(&date.1, "time.zone")["seen"].as_str().unwrap().to_owned();
    assert!(seen.contains("off the clock of the answers"), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_client_id_means_is_what_a_new_case_was_accepted_for() {
    let (_world, report, status) = trial(&["root-clients"]).await;
    assert_eq!((status, failed_assumptions(&report)), (0, vec![]), "{report}");
    let finding = verdict(&report, "client_id");
    assert_eq!(finding["verdict"], "holds", "{finding}");
    assert!(finding["seen"].as_str().unwrap().contains("accepted for a location"), "{finding}");
    // Reading alone doesn't tell the two accounts apart.
    for quirk in ["root-clients", "case-client"] {
        let world = account(&[quirk]).await;
        let report = world.run(&["doctor", "--json"]).json();
        let finding = verdict(&report, "client_id");
        assert_eq!(
            (&finding["verdict"], &finding["setting"]),
            (&json!("not_tested"), &Value::Null),
            "{quirk}"
        );
        assert!(finding["seen"].as_str().unwrap().contains("--create-test-case"), "{finding}");
    }
    let world = account(&["case-client"]).await;
    let recipe = world.path("recipe.toml");
    let finished = world.run(&["doctor", "--create-test-case", "--recipe", &recipe, "--yes", "--json"]);
    let finding = verdict(&finished.json(), "client_id").clone();
    assert_eq!((finished.status, &finding["verdict"]), (1, &json!("does_not_hold")), "{finding}");
    assert_eq!(finding["setting"], json!({"name": "client_id_means", "fits": "client", "now": "location"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_case_needs_a_confirmation_and_case_defaults() {
    let world = World::new().await;
    let recipe = world.path("recipe.toml");
    let unasked = world.run(&["doctor", "--create-test-case", "--recipe", &recipe]);
    assert!(unasked.status == 2 && unasked.stderr.contains("--yes"), "{unasked:?}");
    let of_nothing = world.run(&["doctor", "--create-test-case", "--yes"]);
    assert!(of_nothing.status == 2 && of_nothing.stderr.contains("--recipe FILE"), "{of_nothing:?}");
    let thin = world.file("thin.toml", "caseload = 1\n[defaults]\ncase_type_id = 1\n");
    let thin = world.run(&["doctor", "--create-test-case", "--yes", "--recipe", thin.to_str().unwrap()]);
    assert!(thin.status == 2 && thin.stderr.contains("client_id"), "{thin:?}");
    assert_eq!(world.sandbox.stats().posts, 0);
    // A refusal is reported, but isn't a failed assumption.
    let other = common::RECIPE.replace("primary_contact_id = 1000", "primary_contact_id = 1030");
    let other = world.file("other.toml", &other);
    let refused =
        world.run(&["doctor", "--create-test-case", "--yes", "--recipe", other.to_str().unwrap(), "--json"]);
    let report = refused.json();
    assert!(
        verdict(&report, "create")["seen"].as_str().unwrap().contains("1030 is not a contact"),
        "{report}"
    );
    assert_eq!(world.sandbox.stats().created, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_does_not_hide_the_test_case() {
    let world = World::with_faults(&["lost"]).await;
    let recipe = world.path("recipe.toml");
    let finished = world.run(&["doctor", "--create-test-case", "--recipe", &recipe, "--yes", "--json"]);
    let report = finished.json();
    assert_eq!((finished.status, world.sandbox.stats().created), (1, 1), "{report}");
    assert!(verdict(&report, "create")["seen"].to_string().contains("Caseload-Test-"), "{report}");
    assert_eq!(verdict(&report, "create.visible")["verdict"], "holds");
}
