//! Faults of the sandbox, as a client sees them.

use std::io;
use std::time::Duration;

use caseload::sandbox::{InjectedFault, Sandbox, SandboxOptions};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::common::until;

use super::{LOGIN, case, connect, get, parsed, post, raw, request};

async fn faulty(fault: &str) -> Sandbox {
    let faults = vec![fault.parse::<InjectedFault>().unwrap()];
    Sandbox::start(SandboxOptions { faults, ..SandboxOptions::default() }).await.unwrap()
}

async fn post_raw(sandbox: &Sandbox) -> io::Result<Vec<u8>> {
    let body = json!({ "casefile": case("CLM-1") }).to_string();
    raw(sandbox, LOGIN, "POST", "/api/v1/cases", &body).await
}

#[tokio::test]
async fn faults_with_an_answer_have_their_status() {
    for (fault, status, cases, sign) in [
        ("302", 302, 0, "location: /api/v1/clients"),
        ("308", 308, 0, "location: /api/v1/clients"),
        ("401", 401, 0, "application/json"),
        ("403", 403, 0, "application/json"),
        ("403-html", 403, 0, "text/html"),
        ("404", 404, 0, "application/json"),
        ("405", 405, 0, "application/json"),
        ("408", 408, 0, "connection: close"),
        ("409", 409, 0, "application/json"),
        ("409-created", 409, 1, "application/json"),
        ("413", 413, 0, "application/json"),
        ("422", 422, 0, "application/json"),
        ("429", 429, 0, "retry-after: 1\r\n"),
        ("429-date", 429, 0, "retry-after: "),
        ("429-now", 429, 0, "retry-after: 0\r\n"),
        ("429-long", 429, 0, "retry-after: 3600"),
        ("500", 500, 0, "application/json"),
        ("500-created", 500, 1, "application/json"),
        ("502", 502, 0, "text/html"),
        ("503", 503, 0, "text/html"),
        ("503-wait", 503, 0, "retry-after: 1\r\n"),
        ("504-created", 504, 1, "text/html"),
        ("200-html", 200, 1, "text/html"),
        ("200-empty", 200, 1, "content-length: 0"),
        ("no-id", 200, 1, "content-length: 2"),
        ("same-id", 200, 1, "application/json"),
        ("error-with-id", 200, 1, "application/json"),
        ("user-id", 200, 1, "application/json"),
        ("null-id", 200, 1, "application/json"),
        ("twice", 201, 2, "application/json"),
        ("302-created", 302, 1, "location: /api/v1/clients"),
        ("303-created", 303, 1, "location: /api/v1/cases/5001"),
        ("400-html", 400, 0, "text/html"),
        ("400-html-created", 400, 1, "text/html"),
        ("401-created", 401, 1, "application/json"),
        ("403-created", 403, 1, "application/json"),
        ("404-created", 404, 1, "application/json"),
        ("405-created", 405, 1, "application/json"),
        ("422-created", 422, 1, "application/json"),
        ("429-created", 429, 1, "retry-after: 1\r\n"),
        ("503-wait-created", 503, 1, "retry-after: 1\r\n"),
    ] {
        let sandbox = faulty(fault).await;
        let reply = post(&sandbox, &case("CLM-1")).await;
        assert_eq!(reply.status, status, "{fault}");
        assert!(reply.head.contains(sign), "{fault}: {}", reply.head);
        assert_eq!(sandbox.cases().len(), cases, "{fault}");
        assert_eq!(sandbox.stats().faulted, 1);
    }
}

#[tokio::test]
async fn a_refused_case_stays_refused_under_a_fault() {
    for fault in ["no-id", "200-html", "200-empty", "409-created", "401-created", "303-created", "user-id"] {
        let sandbox = faulty(fault).await;
        assert_eq!(post(&sandbox, &json!({})).await.status, 422, "{fault}");
        assert_eq!((sandbox.stats().rejected, sandbox.stats().created), (1, 0));
    }
}

#[tokio::test]
async fn lost_creates_and_does_not_answer() {
    let sandbox = faulty("lost").await;
    assert_eq!(post_raw(&sandbox).await.unwrap(), b"");
    assert_eq!(sandbox.cases().len(), 1);
}

#[tokio::test]
async fn reset_creates_nothing() {
    let sandbox = faulty("reset").await;
    assert_eq!(post_raw(&sandbox).await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(sandbox.cases().len(), 0);
}

#[tokio::test]
async fn cut_creates_and_sends_half() {
    let sandbox = faulty("cut").await;
    let reply = post(&sandbox, &case("CLM-1")).await;
    let announced: usize = reply.header("content-length").unwrap().parse().unwrap();
    assert_eq!((reply.status, reply.body.len()), (201, announced / 2));
    assert_eq!(sandbox.cases().len(), 1);
}

#[tokio::test]
async fn a_date_to_retry_after_is_in_the_future() {
    let sandbox = faulty("429-date").await;
    let reply = post(&sandbox, &case("CLM-1")).await;
    let after = httpdate::parse_http_date(reply.header("retry-after").unwrap()).unwrap();
    assert!(after > httpdate::parse_http_date(reply.header("date").unwrap()).unwrap());
}

#[tokio::test]
async fn reset_early_does_not_wait_for_the_body() {
    let sandbox = faulty("reset-early").await;
    let whole = request(LOGIN, "POST", "/api/v1/cases", "", "a body that is never sent");
    let (head, _) = whole.split_once("a body").unwrap();
    let mut stream = connect(&sandbox).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let error = stream.read_to_end(&mut Vec::new()).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert_eq!((sandbox.stats().posts, sandbox.stats().created), (1, 0));
}

#[tokio::test]
async fn cut_head_creates_and_sends_half_a_head() {
    let sandbox = faulty("cut-head").await;
    let answer = String::from_utf8(post_raw(&sandbox).await.unwrap()).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n") && !answer.contains("\r\n\r\n"), "{answer:?}");
    assert_eq!(sandbox.cases().len(), 1);
}

#[tokio::test]
async fn close_idle_answers_and_closes_unannounced() {
    let sandbox = faulty("close-idle").await;
    let body = json!({ "casefile": case("CLM-1") }).to_string();
    let mut stream = connect(&sandbox).await.unwrap();
    stream.write_all(request(LOGIN, "POST", "/api/v1/cases", "", &body).as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let reply = parsed(answer);
    assert_eq!((reply.status, reply.header("connection")), (201, None));
    assert_eq!(reply.header("content-length").unwrap(), reply.body.len().to_string());
    assert!(httpdate::parse_http_date(reply.header("date").unwrap()).is_ok());
    assert_eq!(sandbox.cases(), [reply.json()]);
}

#[tokio::test]
async fn big_creates_and_never_ends() {
    let sandbox = faulty("big").await;
    let body = json!({ "casefile": case("CLM-1") }).to_string();
    let mut stream = connect(&sandbox).await.unwrap();
    stream.write_all(request(LOGIN, "POST", "/api/v1/cases", "", &body).as_bytes()).await.unwrap();
    let mut start = vec![0; 4 << 20];
    stream.read_exact(&mut start).await.unwrap();
    assert!(start.starts_with(b"HTTP/1.1 201 Created\r\n"));
    assert_eq!(sandbox.cases().len(), 1);
}

/// The waits use a paused clock, which advances when there is nothing else to do.
#[tokio::test(start_paused = true)]
async fn slow_and_drip_create_and_keep_the_client_waiting() {
    for fault in ["slow", "drip"] {
        let sandbox = faulty(fault).await;
        let before = tokio::time::Instant::now();
        let reply = post(&sandbox, &case("CLM-1")).await;
        assert_eq!(reply.status, 201, "{fault}");
        assert_eq!(sandbox.cases(), [reply.json()], "{fault}");
        assert!(before.elapsed() >= Duration::from_secs(3), "{fault}");
    }
}

#[tokio::test]
async fn hang_creates_and_never_answers() {
    let sandbox = faulty("hang").await;
    let both = async { tokio::join!(post_raw(&sandbox), post_raw(&sandbox)) };
    tokio::select! {
        answer = both => panic!("{answer:?}"),
        () = until(|| sandbox.stats().created == 2) => {}
    }
    assert_eq!(sandbox.stats().max_in_flight, 2);
    until(|| sandbox.stats().in_flight == 0).await;
}

#[tokio::test]
async fn faults_apply_to_the_posts_they_name_and_can_be_changed() {
    let sandbox = faulty("500@2").await;
    let mut statuses = Vec::new();
    for n in 1..=6 {
        if n == 5 {
            sandbox.set_faults(vec!["503/6".parse().unwrap(), "429@5-".parse().unwrap()]);
        }
        statuses.push(post(&sandbox, &case("CLM-1")).await.status);
    }
    assert_eq!(statuses, [201, 500, 201, 201, 429, 503]);
}

#[tokio::test]
async fn faults_of_gets_apply_to_gets() {
    let sandbox = faulty("get:500@1").await;
    assert_eq!(post(&sandbox, &case("CLM-1")).await.status, 201);
    let statuses = [get(&sandbox, "cases").await.status, get(&sandbox, "cases").await.status];
    assert_eq!(statuses, [500, 200]);
    assert_eq!((sandbox.stats().faulted, sandbox.stats().faulted_gets), (0, 1));
    for (fault, status, sign) in [
        ("get:401", 401, "application/json"),
        ("get:403-html", 403, "text/html"),
        ("get:429", 429, "retry-after: 1\r\n"),
        ("get:200-html", 200, "text/html"),
    ] {
        sandbox.set_faults(vec![fault.parse().unwrap()]);
        let reply = get(&sandbox, "cases").await;
        assert_eq!(reply.status, status, "{fault}");
        assert!(reply.head.contains(sign), "{fault}: {}", reply.head);
    }
}

#[tokio::test]
async fn a_get_can_be_reset_cut_or_left_without_an_answer() {
    let sandbox = faulty("get:reset@1").await;
    let get_raw = || raw(&sandbox, LOGIN, "GET", "/api/v1/clients", "");
    assert_eq!(get_raw().await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);

    sandbox.set_faults(vec!["get:cut@2".parse().unwrap(), "get:hang".parse().unwrap()]);
    let cut = parsed(get_raw().await.unwrap());
    let announced: usize = cut.header("content-length").unwrap().parse().unwrap();
    assert_eq!((cut.status, cut.body.len()), (200, announced / 2));
    tokio::select! {
        answer = get_raw() => panic!("{answer:?}"),
        () = until(|| sandbox.stats().faulted_gets == 3) => {}
    }
}

#[tokio::test]
async fn the_same_seed_selects_the_same_posts() {
    let mut struck = Vec::new();
    for seed in [1, 1, 2] {
        let faults = vec!["500%40".parse().unwrap()];
        let sandbox =
            Sandbox::start(SandboxOptions { faults, seed, ..SandboxOptions::default() }).await.unwrap();
        let mut statuses = Vec::new();
        for _ in 0..30 {
            statuses.push(post(&sandbox, &case("CLM-1")).await.status);
        }
        struck.push(statuses);
    }
    assert_eq!(struck[0], struck[1]);
    assert_ne!(struck[0], struck[2]);
}

/// The wait uses a paused clock, which goes on by itself only while no blocking task runs.
#[tokio::test(start_paused = true)]
async fn a_late_fault_answers_first_and_creates_after_that() {
    for fault in ["504-late", "lost-late"] {
        let sandbox = faulty(fault).await;
        let (let_go, held) = std::sync::mpsc::channel::<()>();
        let stopped_clock = tokio::task::spawn_blocking(move || held.recv());
        let reply = post_raw(&sandbox).await.unwrap();
        assert_eq!((reply.is_empty(), sandbox.stats().created), (fault == "lost-late", 0), "{fault}");
        drop(let_go);
        assert!(stopped_clock.await.unwrap().is_err());
        tokio::time::sleep(Duration::from_millis(701)).await;
        assert_eq!(sandbox.stats().created, 1, "{fault}");
    }
}

#[tokio::test]
async fn a_shifted_connection_answers_the_previous_request() {
    let sandbox = faulty("shifted@2").await;
    let mut stream = connect(&sandbox).await.unwrap();
    for (reference, answered) in [("CLM-1", "CLM-1"), ("CLM-2", "CLM-1"), ("CLM-3", "CLM-2")] {
        let body = json!({ "casefile": case(reference) }).to_string();
        let sent = request(LOGIN, "POST", "/api/v1/cases", "", &body);
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut read = vec![0; 16 << 10];
        let length = stream.read(&mut read).await.unwrap();
        let text = String::from_utf8(read[..length].to_vec()).unwrap();
        assert!(text.contains(answered), "{reference}: {text}");
    }
    // A new connection isn't shifted, and the cases are those that were sent.
    assert_eq!(post(&sandbox, &case("CLM-4")).await.json()["reference_value_1"], "CLM-4");
    assert_eq!(sandbox.stats().created, 4);
}
