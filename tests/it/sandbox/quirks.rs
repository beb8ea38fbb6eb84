//! Quirks of the sandbox, as a client sees them.

use std::time::{Duration, SystemTime};

use caseload::sandbox::{Quirk, Sandbox, SandboxOptions};
use jiff::Timestamp;
use serde_json::{Value, json};

use strum::VariantArray;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{LOGIN, Reply, case, connect, get, get_as_is, parsed, post, request, start};

async fn sandbox_with_quirks(quirks: &[&str]) -> Sandbox {
    let quirks = quirks.iter().map(|name| name.parse::<Quirk>().unwrap()).collect();
    Sandbox::start(SandboxOptions { quirks, ..SandboxOptions::default() }).await.unwrap()
}

fn references(reply: &Reply) -> Vec<String> {
    let records = reply.json();
    let references =
        records.as_array().unwrap().iter().map(|case| case["reference_value_1"].as_str().unwrap());
    references.map(str::to_owned).collect()
}

/// A casefile with two mistakes.
fn wrong_case() -> Value {
    let mut wrong = case("CLM-1");
    wrong["due_on"] = json!("soon");
    wrong["client_id"] = json!("100");
    wrong
}

/// Returns the seconds by which a time of the account is ahead of this machine's UTC.
fn seconds_ahead(created_at: &Value) -> i64 {
    let at: Timestamp = (created_at.as_str().unwrap().replace(' ', "T") + "Z").parse().unwrap();
    at.as_second() - Timestamp::now().as_second()
}

#[tokio::test]
async fn creating_a_case_can_be_answered_differently() {
    let sandbox = sandbox_with_quirks(&["200"]).await;
    assert_eq!(post(&sandbox, &case("CLM-1")).await.status, 200);

    let sandbox = sandbox_with_quirks(&["wrapped"]).await;
    let created = post(&sandbox, &case("CLM-1")).await;
    assert_eq!((created.status, created.json()), (201, json!({ "casefile": sandbox.cases()[0] })));

    let sandbox = sandbox_with_quirks(&["location-header"]).await;
    let created = post(&sandbox, &case("CLM-1")).await;
    let location = format!("/api/v1/cases/{}", created.json()["id"]);
    assert_eq!((created.status, created.header("location")), (201, Some(&*location)));
}

#[tokio::test]
async fn ids_can_be_strings_everywhere() {
    let sandbox = sandbox_with_quirks(&["string-ids", "wrapped"]).await;
    let created = post(&sandbox, &case("CLM-1")).await.json()["casefile"].take();
    assert_eq!((&created["id"], &created["client_id"]), (&json!("5001"), &json!("100")));
    assert_eq!(
        (&created["case_services_list"], &created["primary_manager_id"]),
        (&json!(["1", "2"]), &json!(null))
    );
    assert_eq!(created["subjects"][0]["custom_fields"][0]["id"], "1");
    assert_eq!(get(&sandbox, "cases?client=1").await.json(), json!([created]));
    assert_eq!(get(&sandbox, "cases/5001").await.json(), created);
    assert_eq!(get(&sandbox, "client/contacts?client=1&per_page=1").await.json()[0]["id"], "1000");
}

#[tokio::test]
async fn validation_errors_can_have_other_forms() {
    let due = ("due_on", "is not a valid date (YYYY-MM-DD)");
    let client = ("client_id", "must be an integer");
    let texts = ["Client must be an integer", "Due on is not a valid date (YYYY-MM-DD)"];
    let nested = [client, due].map(|(field, message)| json!({ "field": field, "message": message }));
    let plain = json!({ "errors": { client.0: [client.1], due.0: [due.1] } });
    for (quirks, status, kind, body) in [
        (&["errors-400"][..], 400, "application/json", plain.to_string()),
        (&["errors-list"], 422, "application/json", json!({ "errors": texts }).to_string()),
        (&["errors-text"], 422, "text/plain; charset=utf-8", texts.join("\n")),
        (&["errors-nested"], 422, "application/json", json!(nested).to_string()),
        (&["errors-400", "errors-text"], 400, "text/plain; charset=utf-8", texts.join("\n")),
    ] {
        let sandbox = sandbox_with_quirks(quirks).await;
        let refused = post(&sandbox, &wrong_case()).await;
        assert_eq!((refused.status, refused.header("content-type")), (status, Some(kind)), "{quirks:?}");
        assert_eq!(refused.body, body, "{quirks:?}");
        assert_eq!((sandbox.stats().created, sandbox.stats().rejected), (0, 1));
    }
}

/// The wait uses a paused clock.
#[tokio::test(start_paused = true)]
async fn a_new_case_can_appear_late_in_lists() {
    let sandbox = sandbox_with_quirks(&["list-lag"]).await;
    let created = post(&sandbox, &case("CLM-1")).await.json();
    let count = async || get(&sandbox, "cases?mode=count").await.json()["record_count"].take();
    assert_eq!(references(&get(&sandbox, "cases?reference_value_1=CLM-1").await), [] as [&str; 0]);
    assert_eq!(count().await, 0);
    assert_eq!(get(&sandbox, &format!("cases/{}", created["id"])).await.json(), created);
    tokio::time::advance(Duration::from_millis(1500)).await;
    assert_eq!(references(&get(&sandbox, "cases?reference_value_1=CLM-1").await), ["CLM-1"]);
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn the_reference_filter_can_find_parts_or_everything() {
    for (quirks, found) in [
        (&[][..], &["CLM-1"][..]),
        (&["partial-filter"], &["CLM-1", "clm-12"]),
        (&["no-filter"], &["CLM-1", "clm-12", "POL-7"]),
    ] {
        let sandbox = sandbox_with_quirks(quirks).await;
        for reference in ["CLM-1", "clm-12", "POL-7"] {
            post(&sandbox, &case(reference)).await;
        }
        assert_eq!(references(&get(&sandbox, "cases?reference_value_1=CLM-1").await), found, "{quirks:?}");
        assert_eq!(
            references(&get(&sandbox, "cases?client=2&reference_value_1=CLM-1").await),
            [] as [&str; 0]
        );
    }
}

#[tokio::test]
async fn references_can_be_stored_in_upper_case() {
    let sandbox = sandbox_with_quirks(&["upper-references"]).await;
    assert_eq!(post(&sandbox, &case("clm-1é")).await.json()["reference_value_1"], "CLM-1É");
    assert_eq!(references(&get(&sandbox, "cases?reference_value_1=CLM-1%C3%89").await), ["CLM-1É"]);
    assert_eq!(sandbox.cases()[0]["reference_value_1"], "CLM-1É");
}

#[tokio::test]
async fn lists_can_omit_keys_that_the_case_has() {
    let keys = |record: &Value| record.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut noted = case("CLM-1");
    noted["admin_notes"] = json!("batch 7");
    for quirk in ["no-created-at", "bare-cases", "no-admin-notes"] {
        let sandbox = sandbox_with_quirks(&[quirk]).await;
        let created = post(&sandbox, &noted).await.json();
        let listed = get(&sandbox, "cases?created_from_system=2000-01-01").await.json()[0].take();
        let mut expected = created.clone();
        match quirk {
            "bare-cases" => {
                assert_eq!(keys(&listed), ["id", "case_number", "reference_value_1"]);
                expected = listed.clone();
            }
            "no-created-at" => expected.as_object_mut().unwrap().retain(|key, _| key != "created_at"),
            _ => expected["admin_notes"] = Value::Null,
        }
        assert_eq!(listed, expected, "{quirk}");
        assert_eq!(get(&sandbox, &format!("cases/{}", created["id"])).await.json(), created, "{quirk}");
        assert_eq!(created["admin_notes"], "batch 7");
    }
}

#[tokio::test]
async fn the_clock_can_be_ahead_and_the_timestamps_local() {
    for (quirks, date_ahead, created_ahead) in [
        (&[][..], 0, 0),
        (&["clock-ahead"], 90, 90),
        (&["local-time"], 0, -5 * 3600),
        (&["clock-ahead", "local-time"], 90, 90 - 5 * 3600),
    ] {
        let sandbox = sandbox_with_quirks(quirks).await;
        let created = post(&sandbox, &case("CLM-1")).await;
        let date = httpdate::parse_http_date(created.header("date").unwrap()).unwrap();
        let sent = SystemTime::now() + Duration::from_secs(date_ahead);
        let apart = sent.duration_since(date).unwrap_or_else(|error| error.duration());
        // Tolerant of a slow machine, but far below the differences to detect.
        assert!(apart < Duration::from_secs(40), "{quirks:?}: {apart:?}");
        let created_at = created.json()["created_at"].take();
        assert!(seconds_ahead(&created_at).abs_diff(created_ahead) < 40, "{quirks:?}: {created_at}");
        let from = created_at.as_str().unwrap().replace(' ', "+");
        let found =
            get(&sandbox, &format!("cases?created_from_system={from}&created_to_system={from}")).await;
        assert_eq!(references(&found), ["CLM-1"], "{quirks:?}");
    }
}

#[tokio::test]
async fn every_answer_has_the_clock_that_is_ahead() {
    let sandbox = sandbox_with_quirks(&["clock-ahead"]).await;
    for fault in ["", "401", "close-idle"] {
        sandbox.set_faults(fault.parse().into_iter().collect());
        let date = post(&sandbox, &case("CLM-1")).await.header("date").map(str::to_owned).unwrap();
        assert!(httpdate::parse_http_date(&date).unwrap() > SystemTime::now(), "{fault}");
    }
}

#[tokio::test]
async fn pages_can_be_smaller_than_requested() {
    let sandbox = sandbox_with_quirks(&["small-pages"]).await;
    let ids = async |query: &str| get(&sandbox, query).await.json().as_array().unwrap().len();
    assert_eq!(ids("client/contacts?per_page=100").await, 10);
    assert_eq!(ids("client/contacts").await, 10);
    assert_eq!(ids("client/contacts?per_page=100&page=6").await, 10);
    assert_eq!(ids("client/contacts?per_page=3").await, 3);
    let counted = get(&sandbox, "client/contacts?per_page=100&mode=count").await.json();
    assert_eq!(counted, json!({ "record_count": 60, "page_count": 6 }));
}

#[tokio::test]
async fn quirks_do_not_change_the_cases_that_scripts_compare() {
    // Two quirks change which cases are accepted; those accounts need another case.
    let names = Quirk::VARIANTS.iter().map(|quirk| quirk.name());
    let names: Vec<_> = names.filter(|name| !["case-client", "gone"].contains(name)).collect();
    let (sandbox, plain) = (sandbox_with_quirks(&names).await, start().await);
    let (quirky, usual) = (post(&sandbox, &case("CLM-1")).await, post(&plain, &case("CLM-1")).await);
    assert_eq!((quirky.status, usual.status), (200, 201));
    let listed = super::ask(&sandbox, "", "GET", "/sandbox/cases", "").await.json();
    assert_eq!(listed, json!(sandbox.cases()));
    assert_eq!(listed[0]["id"], usual.json()["id"]);
}

#[tokio::test]
async fn lists_can_behave_differently() {
    let sandbox =
        sandbox_with_quirks(&["no-pages", "no-count", "contact-client", "odd-ids", "no-date"]).await;
    let first = get(&sandbox, "client/contacts?per_page=2").await;
    assert_eq!(first.header("date"), None);
    assert_eq!(first.json(), get(&sandbox, "client/contacts?per_page=2&page=2").await.json());
    assert_eq!((&first.json()[0]["uid"], &first.json()[0]["client_id"]), (&json!(1000), &json!(1)));
    assert!(get(&sandbox, "clients?mode=count").await.json().is_array());
}

#[tokio::test]
async fn cases_can_be_listed_differently() {
    let sandbox = sandbox_with_quirks(&["us-times", "labels", "no-time-filter", "case-client"]).await;
    let mut of_client = case("CLM-1");
    assert_eq!(post(&sandbox, &of_client).await.status, 422, "a location isn't a client");
    of_client["client_id"] = json!(1);
    assert_eq!(post(&sandbox, &of_client).await.status, 201);
    let listed = get(&sandbox, "cases?created_from_system=2999-01-01").await.json();
    assert_eq!(
        (&listed[0]["client_id"], &listed[0]["case_type"]["name"]),
        (&json!(1), &json!("Surveillance"))
    );
    assert_eq!(listed[0]["created_at"].as_str().unwrap().find('/'), Some(2));
    assert_eq!(listed[0]["subjects"][0]["custom_fields"][0]["name"], json!("Name"));
}

#[tokio::test]
async fn values_come_in_parts_on_request() {
    for (quirks, with_parts) in [(&[][..], true), (&["flat-values"], false)] {
        let sandbox = sandbox_with_quirks(quirks).await;
        assert_eq!(post(&sandbox, &case("CLM-1")).await.status, 201);
        let name = async |path: &str| {
            get_as_is(&sandbox, path).await.json()[0]["subjects"][0]["custom_fields"][0]["value"].take()
        };
        assert!(name("cases").await.is_string(), "{quirks:?}");
        for query in ["cases?expand_field_values=1", "cases?expand_field_values=true"] {
            assert_eq!(name(query).await.is_object(), with_parts, "{query}, {quirks:?}");
        }
    }
}

#[tokio::test]
async fn deleted_records_are_not_listed_and_their_ids_are_refused() {
    let sandbox = sandbox_with_quirks(&["gone"]).await;
    assert_eq!(get(&sandbox, "client/contacts?id=1000").await.json(), json!([]));
    let mut of_nobody = case("CLM-1");
    of_nobody["primary_contact_id"] = json!(1000);
    assert_eq!(post(&sandbox, &of_nobody).await.status, 422);
}

/// The wait uses a paused clock.
#[tokio::test(start_paused = true)]
async fn every_second_get_can_show_an_older_state() {
    let sandbox = sandbox_with_quirks(&["replicas"]).await;
    post(&sandbox, &case("CLM-1")).await;
    let count = async || get(&sandbox, "cases?mode=count").await.json()["record_count"].take();
    assert_eq!([count().await, count().await, count().await], [1, 0, 1]);
    tokio::time::advance(Duration::from_millis(1500)).await;
    assert_eq!(count().await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_cache_can_answer_gets() {
    for (quirk, asked_for_new, seen) in
        [("cached-gets", false, 1), ("cached-gets", true, 2), ("stubborn-cache", true, 1)]
    {
        let sandbox = sandbox_with_quirks(&[quirk]).await;
        let headers = if asked_for_new { "Cache-Control: no-cache\r\n" } else { "" };
        let count = async |path: &str| {
            let mut stream = connect(&sandbox).await.unwrap();
            let headers = format!("Connection: close\r\n{headers}");
            let sent = request(LOGIN, "GET", &format!("/api/v1/{path}"), &headers, "");
            stream.write_all(sent.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            parsed(answer).json()["record_count"].take()
        };
        post(&sandbox, &case("CLM-1")).await;
        assert_eq!(count("cases?mode=count").await, 1);
        post(&sandbox, &case("CLM-2")).await;
        assert_eq!(count("cases?mode=count").await, seen, "{quirk}");
        assert_eq!(count("cases?mode=count&page=1").await, 2, "{quirk} distinguishes addresses");
        tokio::time::advance(Duration::from_millis(1500)).await;
        assert_eq!(count("cases?mode=count").await, 2, "{quirk}");
    }
}

#[tokio::test]
async fn a_page_after_the_end_can_be_answered_differently() {
    for (quirk, status, body) in [("end-404", 404, "{"), ("end-204", 204, ""), ("end-null", 200, "null")] {
        let sandbox = sandbox_with_quirks(&[quirk]).await;
        assert_eq!(get(&sandbox, "cases").await.body, "[]", "{quirk}: the first page isn't after the end");
        let reply = get(&sandbox, "cases?page=2").await;
        assert_eq!(reply.status, status, "{quirk}");
        assert!(reply.body.starts_with(body) && reply.body.is_empty() == body.is_empty(), "{quirk}");
    }
}

#[tokio::test]
async fn the_order_of_a_list_can_change_from_page_to_page() {
    let sandbox = sandbox_with_quirks(&["shuffled", "five-pages"]).await;
    for number in 1..=12 {
        post(&sandbox, &case(&format!("CLM-{number}"))).await;
    }
    let mut read = Vec::new();
    for page in 1..=3 {
        read.extend(references(&get(&sandbox, &format!("cases?page={page}")).await));
    }
    assert_eq!(read.len(), 12, "5, 5 and 2");
    read.sort();
    read.dedup();
    assert!(read.len() < 12, "some twice, others not at all: {read:?}");
}

#[tokio::test]
async fn ids_restart_after_a_reset() {
    let sandbox = sandbox_with_quirks(&[]).await;
    assert_eq!(post(&sandbox, &case("CLM-1")).await.json()["id"], 5001);
    sandbox.reset().unwrap();
    assert_eq!(get(&sandbox, "cases").await.body, "[]");
    assert_eq!(post(&sandbox, &case("CLM-2")).await.json()["id"], 5001);
    assert_eq!(sandbox.stats().cases, 1);
}
