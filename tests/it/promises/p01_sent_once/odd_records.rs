//! Records that show a case's client, reference or id otherwise than it was sent: colleagues' cases still aren't created
//! again, doubles are told, and nothing else is called one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common;

use common::{Finished, World, counts, csv};
use serde_json::{Value, json};

async fn world(quirks: &[&str], faults: &[&str]) -> World {
    World::with(|options| {
        options.quirks = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
        options.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    })
    .await
}

/// Returns a recipe for the sandbox's second client.
fn for_another_client() -> String {
    common::RECIPE
        .replace("client_id = 100", "client_id = 110")
        .replace("contact_id = 1000", "contact_id = 1030")
}

/// Runs a file in a new home, as a colleague does.
fn run_by_colleague(world: &World, text: &str, recipe: &str, more: &[&str]) -> Finished {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join("config")).unwrap();
    std::fs::copy(world.path("config/config.toml"), home.path().join("config/config.toml")).unwrap();
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let (file, with) = (path("theirs.csv"), path("theirs.toml"));
    std::fs::write(&file, text).unwrap();
    std::fs::write(&with, recipe).unwrap();
    let arguments = [&["run", &file, "--recipe", &with, "--json"], more].concat();
    common::finish(world.command(&arguments).env("CASELOAD_HOME", home.path()).output().unwrap())
}

fn note(shown: &Value) -> &str {
    shown["note"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleagues_case_is_not_created_again_whatever_records_show() {
    // If the list has more pages than the file has rows, each reference is looked up instead.
    for (quirk, listed, word) in [
        ("root-clients", 12, "may already be"),
        ("root-clients", 41, "may already be"),
        ("no-references", 12, "may already be"),
        ("no-references", 41, "may already be"),
        ("odd-ids", 12, "may already be"),
        ("bare-cases", 12, "is already"),
    ] {
        let world = world(&[quirk], &[]).await;
        world.configure_account("page_size = 10");
        let first = world.run_file(&csv(listed, &[], &[]), &["--on-error", "skip", "--json"]);
        assert_eq!(counts(&first.json())[1], listed, "{quirk}: {first:?}");
        let second = run_by_colleague(&world, &csv(3, &[], &[]), common::RECIPE, &[]);
        let shown = second.json();
        assert_eq!((second.status, counts(&shown)), (0, [3, 0, 0, 3, 0, 0]), "{quirk} {listed}: {shown}");
        let reason = shown["exclusions"][0]["reason"].as_str().unwrap();
        assert!(reason.contains(&format!("{word} in Trackops: case")), "{quirk} {listed}: {reason}");
        assert_eq!(world.sandbox.stats().created, listed, "{quirk} {listed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_reference_for_another_client_is_another_case_whatever_id_is_shown() {
    for (quirks, listed, rows) in [(&[][..], 20, 20), (&["root-clients"], 20, 20), (&["root-clients"], 41, 3)]
    {
        let world = world(quirks, &[]).await;
        world.configure_account("page_size = 10");
        world.run_file(&csv(listed, &[], &[]), &["--on-error", "skip"]);
        let other = run_by_colleague(&world, &csv(rows, &[], &[]), &for_another_client(), &[]);
        let shown = other.json();
        assert_eq!((other.status, counts(&shown)), (0, [rows, rows, 0, 0, 0, 0]), "{quirks:?}: {shown}");
        assert_eq!((note(&shown), &shown["doubled"]), ("", &json!([])), "{quirks:?}: {shown}");
    }
}

/// Passes requests on to the sandbox of a world, but answers those for one location with `instead`, if it is given.
/// Returns the number of the latter.
fn answer_locations(world: &World, instead: Option<&'static str>) -> Arc<AtomicUsize> {
    let (listener, count) = (TcpListener::bind("127.0.0.1:0").unwrap(), Arc::new(AtomicUsize::new(0)));
    let address = world.sandbox.url();
    let host = address.trim_start_matches("http://").split('/').next().unwrap().to_owned();
    let own = listener.local_addr().unwrap().to_string();
    world.change_config(|text| text.replace(&host, &own));
    let counted = count.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (host, counted) = (host.clone(), counted.clone());
            std::thread::spawn(move || pass_on(stream, &host, &counted, instead));
        }
    });
    count
}

fn pass_on(
    mut stream: TcpStream,
    host: &str,
    counted: &AtomicUsize,
    instead: Option<&str>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut head, mut length) = (String::new(), 0);
    reader.read_line(&mut head)?;
    let is_for_location = head.contains("client/locations") && head.contains("&id=");
    head.push_str("connection: close\r\n");
    while !head.ends_with("\r\n\r\n") {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    counted.fetch_add(usize::from(is_for_location), Ordering::SeqCst);
    if let Some(answer) = instead.filter(|_| is_for_location) {
        return stream.write_all(answer.as_bytes());
    }
    let mut server = TcpStream::connect(host)?;
    server.write_all(head.as_bytes())?;
    server.write_all(&body)?;
    std::io::copy(&mut server, &mut stream)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_location_that_cannot_be_read_changes_nothing() {
    for instead in [
        "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>",
        "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "",
    ] {
        let world = world(&[], &[]).await;
        world.run_file(&csv(6, &[], &[]), &["--on-error", "skip"]);
        let asked = answer_locations(&world, Some(instead));
        let other = run_by_colleague(&world, &csv(6, &[], &[]), &for_another_client(), &[]);
        let shown = other.json();
        assert_eq!((other.status, counts(&shown)), (0, [6, 6, 0, 0, 0, 0]), "{instead}: {shown}");
        assert_eq!((note(&shown), &shown["doubled"]), ("", &json!([])), "{instead}: {shown}");
        assert!(asked.load(Ordering::SeqCst) > 0, "{instead}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_location_is_asked_for_once_and_only_if_another_id_is_shown() {
    let mut asked = Vec::new();
    for others in [None, Some(csv(6, &[], &[]))] {
        let world = world(&[], &[]).await;
        if let Some(others) = others {
            world.run_file(&others, &["--on-error", "skip"]);
        }
        let count = answer_locations(&world, None);
        let other = run_by_colleague(&world, &csv(6, &[], &[]), &for_another_client(), &[]);
        assert_eq!(counts(&other.json()), [6, 6, 0, 0, 0, 0], "{other:?}");
        asked.push(count.load(Ordering::SeqCst));
    }
    assert_eq!(asked[1], asked[0] + 1, "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_shown_under_its_other_id_is_compared_with_what_was_sent() {
    let world = world(&["root-clients"], &["twice@2"]).await;
    let ran = world.run_file(&csv(4, &[], &[]), &["--concurrency", "1", "--json"]);
    let shown = ran.json();
    assert_eq!(counts(&shown), [4, 4, 0, 0, 0, 0], "{shown}");
    assert_eq!(shown["doubled"][0]["row"], 2, "the double is told: {shown}");
    assert_eq!(shown["doubled"].as_array().unwrap().len(), 1, "{shown}");
    // Another client's cases with the same references aren't doubles.
    run_by_colleague(&world, &csv(4, &[], &[]), &for_another_client(), &["--look-up", "off"]);
    let shown = world.run(&["verify", "1", "--json"]).json();
    assert_eq!((&shown["verified"]["same"], &shown["findings"]), (&json!(4), &json!([])), "{shown}");
    assert_eq!(shown["doubled"].as_array().unwrap().len(), 1, "{shown}");
    // A client that is certainly another one is a difference, and isn't called cut.
    assert!(world.sandbox.change_case(5001, "root_id", 2.into()));
    let shown = world.run(&["verify", "1", "--json"]).json();
    let finding = &shown["findings"][0];
    assert_eq!((&finding["field"], &finding["kind"]), (&json!("client_id"), &json!("other")), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_cannot_show_doubles_is_reported() {
    let world = world(&["no-references"], &["twice@2"]).await;
    let ran = world.run_file(&csv(4, &[], &[]), &["--concurrency", "1", "--json"]).json();
    assert_eq!((counts(&ran), &ran["doubled"]), ([4, 4, 0, 0, 0, 0], &json!([])), "{ran}");
    assert!(note(&ran).contains("can't be found by reading back"), "{ran}");
    // The next run finds it out before it sends, and says what it does instead.
    let again = run_by_colleague(&world, &csv(3, &[], &[]), common::RECIPE, &[]).json();
    assert!(note(&again).contains("references were looked up one by one"), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_case_under_two_ids_is_one_case() {
    let world = world(&["request-ids"], &[]).await;
    let ran = world.run_file(&csv(4, &[], &[]), &["--json"]);
    let shown = ran.json();
    assert_eq!((ran.status, counts(&shown), note(&shown)), (0, [4, 4, 0, 0, 0, 0], ""), "{shown}");
    assert_eq!((&shown["doubled"], &shown["verified"]["same"]), (&json!([]), &json!(4)), "{shown}");
    // Nor is it two if nothing but the reference tells.
    assert!(world.sandbox.change_case(5001, "case_number", "W-9".into()));
    let verified = world.run(&["verify", "1", "--json"]);
    assert_eq!((&verified.json()["doubled"], verified.status), (&json!([]), 1), "{verified:?}");
    assert!(verified.stderr.contains("which isn't listed; case W-9 in Trackops could be it"), "{verified:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_case_of_a_row_is_not_called_its_second_one() {
    let world = world(&[], &[]).await;
    world.run_file(&csv(4, &[], &[]), &["--concurrency", "1"]);
    // As if the answer had named another id: the case with that id doesn't exist, one with the reference does.
    let id = world.sandbox.cases()[1]["id"].as_i64().unwrap();
    assert!(world.sandbox.delete_case(id));
    let row =
        csv(2, &[], &[]).lines().filter(|line| !line.starts_with("C-0001")).collect::<Vec<_>>().join("\n");
    assert_eq!(world.create_by_colleague(&row).len(), 1);
    let verified = world.run(&["verify", "1", "--json"]);
    assert_eq!(verified.json()["doubled"], json!([]), "{verified:?}");
    let told = verified.stderr.contains("which isn't listed; case");
    assert!(told && !verified.stderr.contains("delete"), "{verified:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_leaves_out_our_own_cases_is_reported() {
    let world = world(&["newest-only"], &[]).await;
    let ran = world.run_file(&csv(8, &[], &[]), &["--json"]).json();
    assert_eq!((counts(&ran), &ran["verified"]["same"]), ([8, 8, 0, 0, 0, 0], &json!(8)), "{ran}");
    assert!(note(&ran).contains("didn't show 3 of the 8 cases of this import"), "{ran}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_an_earlier_try_may_have_made_late_is_told() {
    let world = world(&[], &["422@2"]).await;
    let ran = world.run_file(&csv(4, &[], &[]), &["--concurrency", "1", "--on-error", "skip", "--json"]);
    assert_eq!(counts(&ran.json()), [4, 3, 1, 0, 0, 0], "{ran:?}");
    let fixed = world.run(&["fix", "1", "--row", "2", "--column", "Claim", "--value", "N-1"]);
    assert_eq!(fixed.status, 0, "{fixed:?}");
    let resumed = world.run(&["resume", "1", "--rejected", "--json"]).json();
    assert_eq!((counts(&resumed), &resumed["doubled"]), ([4, 4, 0, 0, 0, 0], &json!([])), "{resumed}");
    // As if the server carried the refused request out only now.
    let late =
        csv(2, &[], &[]).lines().filter(|line| !line.starts_with("C-0001")).collect::<Vec<_>>().join("\n");
    assert_eq!(world.create_by_colleague(&late).len(), 1);
    let verified = world.run(&["verify", "1"]);
    for part in ["Row 2 (line 3) was created as case 20", "may have created case 20", "compare the two"] {
        assert!(verified.stderr.contains(part), "{part}: {verified:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_late_case_of_a_refused_row_is_its_own_when_the_row_is_sent_again() {
    let world = world(&[], &["422@2"]).await;
    let ran = world.run_file(&csv(4, &[], &[]), &["--concurrency", "1", "--on-error", "skip", "--json"]);
    assert_eq!(counts(&ran.json()), [4, 3, 1, 0, 0, 0], "{ran:?}");
    // As if the server carried the refused request out now.
    let late =
        csv(2, &[], &[]).lines().filter(|line| !line.starts_with("C-0001")).collect::<Vec<_>>().join("\n");
    assert_eq!(world.create_by_colleague(&late).len(), 1);
    let fixed = world.run(&["fix", "1", "--row", "2", "--column", "Assigned", "--value", "11/03/2026"]);
    assert_eq!(fixed.status, 0, "{fixed:?}");
    let shown = world.run(&["resume", "1", "--rejected", "--json"]).json();
    assert_eq!((counts(&shown), world.sandbox.stats().created), ([4, 4, 0, 0, 0, 0], 4), "{shown}");
    // The correction isn't stored.
    assert_eq!(shown["verified"]["different"], json!(1), "{shown}");
    assert!(note(&shown).contains("row 2 (line 3) created_on"), "{shown}");
}

/// Rows 11 to 20, of a colleague.
fn of_a_colleague() -> String {
    let text = csv(20, &[], &[]);
    let rows = text.lines().enumerate().filter(|(at, _)| *at == 0 || *at > 10);
    rows.map(|(_, line)| line).collect::<Vec<_>>().join("\n") + "\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_hides_our_own_cases_is_not_trusted_with_a_colleagues() {
    let world = world(&["newest-only"], &[]).await;
    assert_eq!(world.run_file(&csv(8, &[], &[]), &[]).status, 0);
    // A list may show the newest cases late. Whether these are older, two estimates of the server's clock must agree on.
    let ledger = rusqlite::Connection::open(world.path("data/ledger.sqlite3")).unwrap();
    ledger.execute_batch("UPDATE rows SET sent_at = sent_at - 60000").unwrap();
    drop(ledger);
    assert_eq!(world.create_by_colleague(&of_a_colleague()).len(), 10);
    let shown = world.run_file(&of_a_colleague(), &["--json"]).json();
    assert_eq!((counts(&shown), world.sandbox.stats().created), ([10, 0, 0, 10, 0, 0], 18), "{shown}");
    assert!(note(&shown).contains("leaves out cases of earlier imports"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_case_says_nothing_against_the_list() {
    let world = world(&[], &[]).await;
    assert_eq!(world.run_file(&csv(8, &[], &[]), &[]).status, 0);
    assert!(world.sandbox.delete_case(world.sandbox.cases()[3]["id"].as_i64().unwrap()));
    let shown = world.run_file(&of_a_colleague(), &["--json"]).json();
    assert_eq!(counts(&shown), [10, 10, 0, 0, 0, 0], "{shown}");
    assert!(!note(&shown).contains("leaves out"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_servers_time_a_colleagues_cases_are_found_by_a_clock_that_is_ahead() {
    // As seen from the server, our clock is more than two days ahead.
    let world = world(&["no-date", "created-behind", "local-time"], &[]).await;
    world.change_config(|config| config.replace("settle_seconds", "look_back_days = 1\nsettle_seconds"));
    assert_eq!(world.create_by_colleague(&csv(4, &[], &[])).len(), 4);
    let shown = world.run_file(&csv(4, &[], &[]), &["--json"]).json();
    assert_eq!((counts(&shown), world.sandbox.stats().created), ([4, 0, 0, 4, 0, 0], 4), "{shown}");
    assert!(!note(&shown).contains("clock"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_nothing_confirms_is_told() {
    let world = world(&["no-date", "no-created-at"], &[]).await;
    assert_eq!(world.create_by_colleague(&csv(2, &[], &[])).len(), 2);
    let text = csv(3, &[], &[]);
    let shown = world.run_file(&text, &["--json"]).json();
    assert_eq!(counts(&shown), [3, 1, 0, 2, 0, 0], "{shown}");
    assert!(note(&shown).contains("If this computer's clock is ahead"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_list_the_address_is_not_called_wrong() {
    let world = world(&[], &["get:404@2-"]).await;
    let shown = world.run_file(&csv(3, &[], &[]), &["--look-up", "off", "--json"]).json();
    assert_eq!(counts(&shown), [3, 3, 0, 0, 0, 0], "{shown}");
    assert!(note(&shown).contains("can't be looked up or read back"), "{shown}");
    assert!(!note(&shown).contains("subdomain"), "{shown}");
}

/// A recipe whose cases have a row token and no reference.
fn with_tokens() -> String {
    let recipe = common::RECIPE.replace("to = \"reference_value_1\"", "to = \"notes\"");
    recipe.replace("name = \"Test\"", "name = \"Test\"\nrow_token = true")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_case_with_the_same_row_token_is_found() {
    let world = world(&[], &["twice@2"]).await;
    world.file("recipe.toml", &with_tokens());
    let ran = world.run_file(&csv(4, &[], &[]), &["--concurrency", "1", "--json"]);
    let shown = ran.json();
    assert_eq!(
        (ran.status, counts(&shown), world.sandbox.stats().created),
        (1, [4, 4, 0, 0, 0, 0], 5),
        "{shown}"
    );
    assert_eq!(shown["doubled"][0]["row"], json!(2), "{shown}");
    assert!(note(&shown).contains("Row 2 (line 3) has 2 cases"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_with_the_row_token_of_another_row_creates_nothing() {
    let world = world(&[], &["shifted@2"]).await;
    world.file("recipe.toml", &with_tokens());
    let options = ["--concurrency", "1", "--on-error", "skip", "--json"];
    let shown = world.run_file(&csv(4, &[], &[]), &options).json();
    assert_eq!((counts(&shown), &shown["doubled"]), ([4, 4, 0, 0, 0, 0], &json!([])), "{shown}");
    assert_eq!((world.sandbox.stats().created, &shown["verified"]["same"]), (4, &json!(4)), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_case_of_an_unknown_row_is_not_called_another_rows_double() {
    let world = world(&["number-references"], &["lost@2"]).await;
    let references =
        ["77", "0012", "12", "88"].map(|reference| format!("{reference},\"Doe, Jane\",11/02/2026,\n"));
    let text = format!("Claim,Claimant,Assigned,Contact\n{}", references.concat());
    let ran = world.run_file(&text, &["--concurrency", "1", "--on-error", "skip", "--json"]);
    let shown = ran.json();
    assert_eq!((counts(&shown), world.sandbox.stats().created), ([4, 3, 0, 0, 1, 0], 4), "{shown}");
    assert_eq!(shown["doubled"], json!([]), "{shown}");
    assert!(
        note(&shown)
            .contains("is a second case of row 3 (line 4), or the case of row 2 (line 3), which is unknown."),
        "{shown}"
    );
    assert!(note(&shown).contains("then decide row 2: mark it as created with case 5"), "{shown}");
    assert!(!note(&shown).contains("delete"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_unknown_row_explains_one_surplus_case() {
    // Row 1 is lost, and row 2, with nearly the same reference, is created twice.
    for (faults, doubled) in [(&["lost@1"][..], 0), (&["reset@1", "twice@2"], 0), (&["lost@1", "twice@2"], 1)]
    {
        let world = world(&["number-references"], faults).await;
        let rows = ["0012", "12", "88"].map(|reference| format!("{reference},\"Doe, Jane\",11/02/2026,\n"));
        let text = format!("Claim,Claimant,Assigned,Contact\n{}", rows.concat());
        let ran = world.run_file(&text, &["--concurrency", "1", "--on-error", "skip", "--json"]);
        let shown = ran.json();
        assert_eq!(counts(&shown), [3, 2, 0, 0, 1, 0], "{faults:?}: {shown}");
        assert_eq!(shown["doubled"].as_array().unwrap().len(), doubled, "{faults:?}: {shown}");
        assert!(note(&shown).contains("or the case of row 1 (line 2)"), "{faults:?}: {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_that_another_ledger_created_with_tokens_are_not_created_again() {
    let world = world(&[], &[]).await;
    world.file("recipe.toml", &with_tokens());
    assert_eq!(world.run_file(&csv(4, &[], &[]), &["--json"]).status, 0);
    let text = csv(5, &[], &[]).replace("C-0001,\"Doe, Jane B\"", "C-0001,\"Roe, Rita\"");
    let ran = run_by_colleague(&world, &text, &with_tokens(), &["--send-anyway", "3"]);
    let shown = ran.json();
    // Row 1 has another name, row 3 is sent anyway, and row 5 is new.
    assert_eq!((counts(&shown), world.sandbox.stats().created), ([5, 3, 0, 2, 0, 0], 7), "{shown}");
    assert_eq!(shown["exclusions"][0]["code"], "duplicate.possible", "{shown}");
    let told = shown["exclusions"][0]["reason"].as_str().unwrap();
    assert!(told.contains("a row with the same values may already be in Trackops: case 20"), "{shown}");
    let notes = shown["check"]["notes"].to_string();
    assert!(
        notes.contains("cases created by colleagues or from another ledger can't be recognized, nor"),
        "{shown}"
    );
    // This ledger knows its own.
    let again = world.run(&["resume", "1"]);
    assert_eq!(again.status, 0, "{again:?}");
}
