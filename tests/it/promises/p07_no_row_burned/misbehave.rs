//! Malicious or badly broken servers: whatever they answer, caseload keeps little of it, reports it in one sentence,
//! and calls a row created only if the answer has an id.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;
use crate::raw;

use std::io::Write;
use std::net::TcpStream;

use bytes::Bytes;
use caseload::trackops::{
    Account, Answer, CatalogEntry, Client, ClientIdMeans, Clock, Directory, Fault, List, Lookup, Token,
};
use common::{World, counts, csv};
use raw::Server;

/// Writes the answer to every request.
type Says = fn(&mut TcpStream) -> std::io::Result<()>;

fn respond_with(stream: &mut TcpStream, status: &str, head: &str, body: &[u8]) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {status}\r\n{head}content-length: {}\r\n\r\n", body.len())?;
    stream.write_all(body)
}

const JSON: &str = "content-type: application/json\r\n";

/// Repeats a text until the client stops reading.
fn endless(stream: &mut TcpStream, text: &str) -> std::io::Result<()> {
    let block = text.repeat((64 << 10) / text.len());
    loop {
        stream.write_all(block.as_bytes())?;
    }
}

/// Malformed answers, and the error each causes for a list.
const TABLE: [(&str, Says, &str); 12] = [
    (
        "an endless body",
        |s| {
            write!(s, "HTTP/1.1 200 OK\r\n{JSON}\r\n[")?;
            endless(s, "{\"id\": 1}, ")
        },
        "too much data",
    ),
    (
        "a body of 10 GB",
        |s| {
            write!(s, "HTTP/1.1 200 OK\r\n{JSON}content-length: 10737418240\r\n\r\n")?;
            endless(s, " ")
        },
        "too much data",
    ),
    (
        "endless chunks",
        |s| {
            write!(s, "HTTP/1.1 201 Created\r\n{JSON}transfer-encoding: chunked\r\n\r\n")?;
            endless(s, &format!("400\r\n{}\r\n", "[".repeat(1024)))
        },
        "too much data",
    ),
    (
        "an endless head",
        |s| {
            write!(s, "HTTP/1.1 200 OK\r\n")?;
            endless(s, "x-more: and more\r\n")
        },
        "lost",
    ),
    (
        "a header line of megabytes",
        |s| write!(s, "HTTP/1.1 200 OK\r\nx-long: {}\r\ncontent-length: 2\r\n\r\n[]", "x".repeat(8 << 20)),
        "lost",
    ),
    (
        "deeply nested lists",
        |s| respond_with(s, "200 OK", JSON, "[".repeat(100_000).as_bytes()),
        "is not JSON",
    ),
    (
        "deeply nested objects",
        |s| respond_with(s, "200 OK", JSON, "{\"id\":".repeat(100_000).as_bytes()),
        "is not JSON",
    ),
    (
        "a compressed body",
        |s| {
            respond_with(
                s,
                "200 OK",
                &format!("{JSON}content-encoding: gzip\r\n"),
                b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x8b\x8e\x05\0",
            )
        },
        "is not JSON",
    ),
    ("not HTTP", |s| s.write_all(b"\0\x1b]0;owned\x07\r\n\r\n"), "lost"),
    (
        "an id of megabytes",
        |s| {
            respond_with(
                s,
                "201 Created",
                JSON,
                format!("{{\"id\": \"{}\"}}", "7".repeat(3 << 20)).as_bytes(),
            )
        },
        "is not a list",
    ),
    (
        "an id with control codes",
        |s| respond_with(s, "201 Created", JSON, br#"{"id": "\u001b[2J"}"#),
        "is not a list",
    ),
    ("an id beyond any number", |s| respond_with(s, "201 Created", JSON, br#"{"id": 1e999}"#), "is not JSON"),
];

fn client(server: &Server) -> Client {
    let account = Account::new(server.url().parse().unwrap(), "u");
    Client::new(&account, &Token::from("t"), 1, Clock::default()).unwrap()
}

/// Reads the clients from the server.
async fn clients(client: &Client) -> Result<Vec<CatalogEntry>, Fault> {
    let mut directory = Directory::default();
    client.read_clients(&mut directory, ClientIdMeans::Client).await?;
    Ok(directory.entries(List::Clients, ClientIdMeans::Client, None))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_answer_is_reported_and_creates_no_case() {
    for (what, respond, sentence) in TABLE {
        let server = Server::start(respond);
        let client = client(&server);
        let fault = clients(&client).await.unwrap_err().to_string();
        assert!(fault.contains(sentence) && fault.len() < 500, "{what}: {fault}");
        match client.create_case(Bytes::from_static(b"{}"), &Lookup::default()).await {
            Answer::Unknown { why, .. } => assert!(why.len() < 500, "{what}: {why}"),
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_an_endless_list_is_abandoned() {
    // Each page is full, and none repeats a record.
    let server = Server::start(|stream| {
        let record = |n: u64| format!("{{\"id\": {n}, \"name\": \"x\"}}");
        let records: Vec<_> = (0..100).map(|n| record(raw::next() * 100 + n)).collect();
        respond_with(stream, "200 OK", JSON, format!("[{}]", records.join(",")).as_bytes())
    });
    let fault = clients(&client(&server)).await.unwrap_err().to_string();
    assert!(fault.contains("more than 200 pages"), "{fault}");

    // With pages of megabytes, reading stops much earlier.
    let server = Server::start(|stream| {
        let record = format!("{{\"id\": {}, \"name\": \"{}\"}}", raw::next(), "x".repeat(30 << 10));
        respond_with(stream, "200 OK", JSON, format!("[{}]", vec![record; 100].join(",")).as_bytes())
    });
    let fault = clients(&client(&server)).await.unwrap_err().to_string();
    assert!(fault.contains("larger than 32 MiB"), "{fault}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_hundred_thousand_records_is_refused() {
    let server = Server::start(|stream| {
        let records: Vec<_> = (1..100_000).map(|n| format!("{{\"id\":{n}}}")).collect();
        respond_with(stream, "200 OK", JSON, format!("[{}]", records.join(",")).as_bytes())
    });
    let fault = clients(&client(&server)).await.unwrap_err().to_string();
    assert!(fault.contains("99999 records on a page"), "{fault}");
    let fault = client(&server).learn_from_cases(&[], &[]).await.unwrap_err().to_string();
    assert!(fault.contains("99999 records on a page"), "{fault}");
}

#[tokio::test(flavor = "multi_thread")]
async fn long_names_and_refusals_are_truncated() {
    let server = Server::start(|stream| {
        let name = "\\u0000\\u001b]0;x\\u0007".repeat(100_000);
        respond_with(stream, "200 OK", JSON, format!("[{{\"id\": 1, \"name\": \"{name}\"}}]").as_bytes())
    });
    let clients = clients(&client(&server)).await.unwrap();
    assert!(clients.len() == 1 && clients[0].label.chars().count() <= 500);

    let server = Server::start(|stream| {
        let text = "\\u0000\\u001b]0;x\\u0007".repeat(2_000);
        let errors: Vec<_> =
            (0..10).map(|n| format!("\"{text}{n}\": [\"{text}\", \"{text}\", \"{text}\"]")).collect();
        respond_with(stream, "422 No", JSON, format!("{{\"errors\": {{{}}}}}", errors.join(",")).as_bytes())
    });
    match client(&server).create_case(Bytes::from_static(b"{}"), &Lookup::default()).await {
        Answer::Rejected { messages, .. } => {
            let length = |text: &str| text.chars().count();
            assert!(messages.len() <= 20, "{}", messages.len());
            assert!(
                messages.iter().all(|m| length(&m.text) <= 500 && length(m.field.as_deref().unwrap()) <= 500)
            );
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn extreme_times_cause_no_failure() {
    let server = Server::start(|stream| {
        let head = "retry-after: 18446744073709551615\r\ndate: Fri, 31 Dec 9999 23:59:59 GMT\r\n";
        respond_with(stream, "429 Wait", head, b"")
    });
    match client(&server).create_case(Bytes::from_static(b"{}"), &Lookup::default()).await {
        Answer::NotSent(Fault::Busy { .. }) => {}
        other => panic!("{other:?}"),
    }
    // The import pauses instead of waiting that long.
    let world = World::new().await;
    world.change_config(|text| text.replace(&world.sandbox.url(), &server.url()));
    let run = world.run_file(&csv(2, &[], &[]), &["--json"]);
    assert_eq!((run.status, counts(&run.json())), (1, [2, 0, 0, 0, 0, 2]), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_stored_and_shown_without_control_codes() {
    let server = Server::start(|stream| {
        respond_with(
            stream,
            "422 No",
            JSON,
            br#"{"errors": {"due_on\u001b[2J": "no\u0000w \u001b]0;owned\u0007\u202e"}}"#,
        )
    });
    let world = World::new().await;
    world.change_config(|text| text.replace(&world.sandbox.url(), &server.url()));
    let run = world.run_file(&csv(1, &[], &[]), &["--json", "--on-error", "skip"]);
    // The server refuses lists too, so the run doesn't start or the row is rejected.
    assert!(run.status > 0, "{run:?}");
    let shown = world.run(&["show", "1"]);
    for output in [&run.stderr, &run.stdout, &shown.stdout, &shown.stderr] {
        assert!(!output.contains(['\0', '\u{1b}', '\u{7}', '\u{202e}']), "{output:?}");
    }
    assert!(shown.stdout.contains("no␀w ␛]0;owned␇"), "{shown:?}");
}
