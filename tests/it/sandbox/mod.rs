//! The sandbox over real HTTP, as a client sees it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test helpers are tests")]

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine};
use caseload::sandbox::{Error, Sandbox, SandboxOptions};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

mod faults;
mod quirks;

struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

async fn connect(sandbox: &Sandbox) -> io::Result<TcpStream> {
    let url = sandbox.url();
    TcpStream::connect(url.strip_prefix("http://").unwrap().strip_suffix("/api/v1").unwrap()).await
}

/// Returns a request as text; `headers` are complete lines.
fn request(login: &str, method: &str, path: &str, headers: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: sandbox\r\n{headers}Authorization: Basic {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        BASE64_STANDARD.encode(login),
        body.len()
    )
}

/// Sends one request on its own connection; returns everything received until the connection closes.
async fn raw(sandbox: &Sandbox, login: &str, method: &str, path: &str, body: &str) -> io::Result<Vec<u8>> {
    let mut stream = connect(sandbox).await?;
    let request = request(login, method, path, "Connection: close\r\n", body);
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

fn parsed(answer: Vec<u8>) -> Reply {
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head: head.to_owned(), body: body.to_owned() }
}

async fn ask(sandbox: &Sandbox, login: &str, method: &str, path: &str, body: &str) -> Reply {
    parsed(raw(sandbox, login, method, path, body).await.unwrap())
}

const LOGIN: &str = "sandbox/token:sandbox";

/// Requests values in parts, as they were sent.
async fn get(sandbox: &Sandbox, path: &str) -> Reply {
    let behind = if path.contains('?') { '&' } else { '?' };
    get_as_is(sandbox, &format!("{path}{behind}expand_field_values=1")).await
}

async fn get_as_is(sandbox: &Sandbox, path: &str) -> Reply {
    ask(sandbox, LOGIN, "GET", &format!("/api/v1/{path}"), "").await
}

async fn post(sandbox: &Sandbox, casefile: &Value) -> Reply {
    let body = json!({ "casefile": casefile }).to_string();
    ask(sandbox, LOGIN, "POST", "/api/v1/cases", &body).await
}

fn case(reference: &str) -> Value {
    json!({
        "case_type_id": 1, "client_id": 100, "primary_contact_id": 1000, "reference_value_1": reference,
        "case_services_list": [1, 2],
        "subjects": [{"subject_type_id": 1, "is_primary": true, "custom_fields": [
            {"id": 1, "value": {"first_name": "Ann", "middle_name": "", "last_name": "Lee"}},
        ]}]
    })
}

async fn start() -> Sandbox {
    Sandbox::start(SandboxOptions::default()).await.unwrap()
}

async fn stored(store: PathBuf) -> Result<Sandbox, Error> {
    Sandbox::start(SandboxOptions { store: Some(store), ..SandboxOptions::default() }).await
}

#[tokio::test]
async fn only_the_username_followed_by_token_is_accepted() {
    let sandbox = start().await;
    for login in ["sandbox:sandbox", "sandbox/token:", "sandbox/token:Sandbox", "other/token:sandbox", ""] {
        let refused = ask(&sandbox, login, "GET", "/api/v1/clients", "").await;
        assert_eq!(refused.status, 401, "{login}");
        assert!(refused.json()["error"].is_string());
    }
    assert_eq!(get(&sandbox, "clients").await.status, 200);
    assert_eq!((sandbox.stats().unauthorized, sandbox.stats().gets), (5, 1));
}

#[tokio::test]
async fn a_created_case_comes_back_whole_and_can_be_found_again() {
    let sandbox = start().await;
    let created = post(&sandbox, &case("CLM-1")).await;
    assert_eq!(created.status, 201);
    assert!(httpdate::parse_http_date(created.header("date").unwrap()).is_ok());
    let created = created.json();
    assert_eq!(created["reference_value_1"], "CLM-1");
    assert_eq!((&created["client_id"], &created["root_id"]), (&json!(100), &json!(1)));
    assert_eq!(created["case_region_id"], 1);
    assert_eq!(created["case_services_list"], json!([1, 2]));
    assert_eq!((&created["due_on"], &created["case_flags_list"]), (&json!(null), &json!([])));
    assert!(created["case_number"].as_str().unwrap().ends_with("-00001-01"));
    let at = created["created_at"].as_str().unwrap().replace(' ', "+");
    let found =
        get(&sandbox, &format!("cases?reference_value_1=CLM-1&client=1&created_from_system={at}")).await;
    assert_eq!(found.json(), json!([created]));
    assert_eq!(get(&sandbox, &format!("cases/{}", created["id"])).await.json(), created);
    let subjects = get(&sandbox, &format!("subjects?case={}&name=ann+lee", created["id"])).await.json();
    assert_eq!(subjects[0], created["subjects"][0]);
    assert_eq!(subjects[0]["id"], created["primary_subject_id"]);
    assert_eq!(sandbox.cases(), [created]);
}

#[tokio::test]
async fn the_same_reference_twice_makes_two_cases() {
    let sandbox = start().await;
    let first = post(&sandbox, &case("CLM-1")).await.json();
    let second = post(&sandbox, &case("CLM-1")).await.json();
    assert_ne!(first["id"], second["id"]);
    assert!(first["case_number"].as_str() < second["case_number"].as_str());
    let count = get(&sandbox, "cases?reference_value_1=CLM-1&mode=count").await.json();
    assert_eq!(count, json!({"record_count": 2, "page_count": 1}));
}

#[tokio::test]
async fn a_wrong_casefile_is_refused_with_the_paths_of_its_problems() {
    let sandbox = start().await;
    let mut wrong = case("CLM-1");
    wrong["client_id"] = json!("100");
    wrong["claim_number"] = json!("CLM-1");
    wrong["subjects"][0]["custom_fields"][0]["id"] = json!(20);
    let refused = post(&sandbox, &wrong).await;
    assert_eq!(refused.status, 422);
    assert_eq!(
        refused.json(),
        json!({"errors": {
            "claim_number": ["is not a parameter of this API"],
            "client_id": ["must be an integer"],
            "subjects.0.custom_fields.0.id": ["20 (Injury type) belongs to the case"],
            "subjects.0.custom_fields.0.value": ["must be a string"],
        }})
    );
    assert_eq!((sandbox.stats().created, sandbox.stats().rejected), (0, 1));
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let sandbox = start().await;
    for (method, path, status) in [
        ("GET", "/api/v1/case_types", 404),
        ("GET", "/api/v1/cases.json", 404),
        ("GET", "/api/v1/cases/", 404),
        ("GET", "/api/v1/cases/1", 404),
        ("GET", "/api/v2/cases", 404),
        ("GET", "/", 404),
        ("PUT", "/api/v1/cases/1", 405),
        ("POST", "/api/v1/cases/1", 405),
        ("DELETE", "/api/v1/cases", 405),
        ("POST", "/api/v1/clients", 405),
        ("POST", "/api/v1/cases", 400),
        ("GET", "/api/v1/cases?page=0", 400),
    ] {
        let refused = ask(&sandbox, LOGIN, method, path, "").await;
        assert_eq!(refused.status, status, "{method} {path}");
        assert!(refused.json().is_object());
    }
    let huge = format!("{{\"casefile\": \"{}\"}}", "x".repeat(1 << 20));
    assert_eq!(ask(&sandbox, LOGIN, "POST", "/api/v1/cases", &huge).await.status, 413);
}

#[tokio::test]
async fn lists_can_be_paged_and_filtered() {
    let sandbox = start().await;
    let ids = |reply: Reply| -> Vec<i64> {
        reply.json().as_array().unwrap().iter().map(|record| record["id"].as_i64().unwrap()).collect()
    };
    assert_eq!(ids(get(&sandbox, "clients?per_page=3&page=2").await), [4, 5, 6]);
    assert_eq!(ids(get(&sandbox, "client/locations?parent=1").await), [100, 101, 102]);
    assert_eq!(ids(get(&sandbox, "client/locations?name=salt+LAKE").await), [101]);
    assert_eq!(ids(get(&sandbox, "client/contacts?client_location=100").await), [1000, 1001, 1002]);
    assert_eq!(get(&sandbox, "client/contacts?client=1&mode=count").await.json()["record_count"], 9);
    assert_eq!(
        ids(get(&sandbox, "client/contacts?last_name=whitfield&expand_field_values=true").await),
        [1000]
    );
    assert_eq!(get(&sandbox, "client/contacts?per_page=500").await.json().as_array().unwrap().len(), 60);
    assert_eq!(ids(get(&sandbox, "staff?is_vendor=true").await), [14]);
    let contact = get(&sandbox, "client/contacts/1000").await.json();
    assert_eq!((&contact["client_id"], contact.get("root_id")), (&json!(100), None));
}

#[tokio::test]
async fn cases_outlive_the_sandbox_if_there_is_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("cases.jsonl");
    let first = stored(store.clone()).await.unwrap();
    post(&first, &case("CLM-1")).await;
    post(&first, &case("CLM-2")).await;
    let before = first.cases();
    let second = stored(store.clone()).await.err().unwrap();
    assert!(matches!(&second, Error::StoreInUse { .. }), "{second}");
    drop(first);

    let second = stored(store).await.unwrap();
    assert_eq!(second.cases(), before);
    let third = post(&second, &case("CLM-1")).await.json();
    assert_eq!(third["id"].as_i64(), before[1]["id"].as_i64().map(|id| id + 1));
    assert_eq!(get(&second, "cases?reference_value_1=CLM-1").await.json().as_array().unwrap().len(), 2);
    assert_eq!(get(&second, "subjects?name=lee&mode=count").await.json()["record_count"], 3);
    assert_eq!((second.stats().created, second.stats().cases), (1, 3));
}

#[tokio::test]
async fn a_half_written_case_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("cases.jsonl");
    let first = stored(store.clone()).await.unwrap();
    post(&first, &case("CLM-1")).await;
    post(&first, &case("CLM-2")).await;
    drop(first);
    let whole = std::fs::read(&store).unwrap();
    std::fs::write(&store, &whole[..whole.len() - 20]).unwrap();

    let second = stored(store.clone()).await.unwrap();
    assert_eq!(second.cases().len(), 1);
    post(&second, &case("CLM-3")).await;
    drop(second);
    let references: Vec<_> =
        stored(store).await.unwrap().cases().iter().map(|case| case["reference_value_1"].clone()).collect();
    assert_eq!(references, ["CLM-1", "CLM-3"]);
}

#[tokio::test]
async fn a_port_in_use_is_named_and_a_stopped_sandbox_gives_it_back() {
    let sandbox = start().await;
    let port = sandbox.url().rsplit_once(':').unwrap().1.split_once('/').unwrap().0.parse().unwrap();
    let options = SandboxOptions { port, ..SandboxOptions::default() };
    let error = Sandbox::start(options.clone()).await.err().unwrap();
    assert!(error.to_string().contains(&format!("port {port} is in use")), "{error}");
    sandbox.stop().await;
    // A program that another test starts in this moment holds the port until it runs.
    let started_again = async {
        while Sandbox::start(options.clone()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), started_again).await.unwrap();
}

#[tokio::test]
async fn scripts_can_compare_counts_without_a_token() {
    let sandbox = start().await;
    post(&sandbox, &case("CLM-1")).await;
    let stats = ask(&sandbox, "", "GET", "/sandbox/stats", "").await.json();
    assert_eq!((&stats["created"], &stats["cases_by_client"]), (&json!(1), &json!({"1": 1})));
    assert_eq!(ask(&sandbox, "", "GET", "/sandbox/cases", "").await.json(), json!(sandbox.cases()));
    assert!(ask(&sandbox, "", "GET", "/sandbox/assumptions", "").await.json().as_array().unwrap().len() > 20);
}

#[tokio::test]
async fn latency_delays_answers_and_is_off_by_default() {
    let latency = Duration::from_millis(30);
    let slow = Sandbox::start(SandboxOptions { latency, ..SandboxOptions::default() }).await.unwrap();
    let start_of_one = Instant::now();
    post(&slow, &case("CLM-1")).await;
    assert!(start_of_one.elapsed() >= latency);
    assert!(SandboxOptions::default().latency.is_zero());
}
