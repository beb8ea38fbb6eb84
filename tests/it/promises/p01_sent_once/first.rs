//! Send one first: a single row is sent, read back and compared; then the rest is sent, each row once.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use caseload::app::{App, AppError, LookUpChoice, StartOptions};
use caseload::case::Code;
use caseload::engine::{FirstError, FirstOutcome, FirstResult};
use caseload::ledger::{ExceptionSource, LedgerError, OnError, Status};
use caseload::sheet::Layout;
use caseload::trackops::Comparison;
use common::{World, assert_true_counts, counts, csv, run};
use serde_json::json;

/// Sends a row; returns the result and the import's status after it.
async fn first(app: &App, id: i64, row: u64) -> (FirstResult, Status) {
    let sender = app.clone();
    // On a task of its own, as the screens do it.
    let options = StartOptions { look_up: LookUpChoice::Off, ..StartOptions::default() };
    let first =
        tokio::spawn(async move { sender.runs().send_first(id, row, options).await }).await.unwrap().unwrap();
    (first, app.imports().get(id).unwrap().status)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_row_is_sent_and_compared_and_the_rest_is_sent_once() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(12, &[], &[]), OnError::Halt);
    let (sent, status) = first(&app, id, 5).await;
    assert_eq!((&sent.outcome, status, sent.row, sent.line), (&FirstOutcome::Created, Status::Ready, 5, 6));
    let case = &world.sandbox.cases()[0];
    assert_eq!(sent.case_id, Some(case["id"].to_string()));
    assert_eq!(sent.case_number.as_deref(), case["case_number"].as_str());
    let line = |key: &str| sent.lines.iter().find(|line| line.key == key).unwrap();
    assert_eq!(
        (line("reference_value_1").sent.as_str(), line("reference_value_1").same),
        ("C-0005", Comparison::Same)
    );
    assert_eq!(
        (line("subject.1.last_name").stored.as_str(), line("client_id").same),
        ("Doe", Comparison::Same)
    );
    assert_eq!(line("case_region_id").same, Comparison::Added);
    assert!(
        sent.lines.iter().all(|line| matches!(line.same, Comparison::Same | Comparison::Added)),
        "{:?}",
        sent.lines
    );
    let import = app.imports().get(id).unwrap();
    assert_eq!((import.started_at, import.counts.created, import.counts.not_sent), (None, 1, 11));

    assert!(matches!(
        app.runs().send_first(id, 5, StartOptions::default()).await,
        Err(AppError::First(FirstError::SentBefore { row: 5, .. }))
    ));
    assert!(matches!(
        app.runs().send_first(id, 13, StartOptions::default()).await,
        Err(AppError::First(FirstError::NoSuchRow { .. }))
    ));
    let ended = run(&app, id, OnError::Halt).await;
    assert_eq!((ended.status, ended.counts.created), (Status::Complete, 12));
    assert_eq!(world.sandbox.stats().posts, 12);
    assert_true_counts(&world, &app.imports().get(id).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_new_import_can_send_one_row_first() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(4, &[2], &[]), OnError::Halt);
    assert_eq!(run(&app, id, OnError::Halt).await.status, Status::Error);
    assert!(matches!(
        app.runs().send_first(id, 3, StartOptions::default()).await,
        Err(AppError::First(FirstError::Started(_)))
    ));
    assert_eq!(world.sandbox.stats().posts, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_row_completes_the_import() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(1, &[], &[]), OnError::Halt);
    let (sent, status) = first(&app, id, 1).await;
    assert_eq!((sent.outcome, status), (FirstOutcome::Created, Status::Complete));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_first_row_can_be_fixed_in_the_recipe_and_sent() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(6, &[], &[3]), OnError::Halt);
    let (sent, status) = first(&app, id, 3).await;
    let FirstOutcome::Refused(exception) = &sent.outcome else { panic!("{sent:?}") };
    assert_eq!((exception.source, exception.column.as_deref()), (ExceptionSource::Trackops, Some("Contact")));
    assert_eq!((status, world.sandbox.stats().created), (Status::Ready, 0));
    let import = app.imports().get(id).unwrap();
    assert_eq!((import.counts.not_sent, import.started_at), (6, None));
    assert!(
        app.imports().exceptions(id, 0, 9).unwrap().is_empty(),
        "the refusal is shown, but the row isn't rejected"
    );

    let (mut recipe, sheet) = (app.imports().recipe(id).unwrap(), app.imports().sheet(id).unwrap());
    recipe.columns.retain(|rule| rule.from != "Contact");
    app.drafts().save(id, "Test", &recipe, &sheet).unwrap();
    let (sent, status) = first(&app, id, 3).await;
    assert_eq!((sent.outcome, status), (FirstOutcome::Created, Status::Ready));
    let ended = run(&app, id, OnError::Halt).await;
    assert_eq!((ended.status, ended.counts.created), (Status::Complete, 6));
    assert_true_counts(&world, &app.imports().get(id).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_row_that_must_not_be_sent_leaves_no_record() {
    let world = World::new().await;
    let app = world.app().await;
    let earlier = world.import(&app, &csv(1, &[], &[]), OnError::Halt);
    run(&app, earlier, OnError::Halt).await;
    // Row 1 was created by the earlier import, row 2 has a bad date, row 4 repeats row 3, row 5 is blank.
    let text = csv(3, &[2], &[]) + "C-0003,\"Doe, Jim\",11/02/2026,\n,,,\n";
    let id = world.import(&app, &text, OnError::Halt);
    for (row, expected) in [(1, "created by import 1"), (4, "in row 3 of this file"), (5, "Nothing was sent")]
    {
        let (sent, status) = first(&app, id, row).await;
        assert_eq!((&sent.outcome, status), (&FirstOutcome::Excluded, Status::Ready), "{row}");
        assert!(sent.note.contains(expected), "{row}: {}", sent.note);
    }
    let (sent, _) = first(&app, id, 2).await;
    assert!(matches!(&sent.outcome, FirstOutcome::Refused(why) if why.code == Code::DateInvalid), "{sent:?}");
    assert_eq!(world.sandbox.stats().posts, 1);
    // No row has a record, so the file format can still change.
    app.drafts().change_format(id, &Layout::default()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_looked_up_and_the_row_is_not_resent() {
    for fault in ["lost@1", "cut@1", "no-id@1", "500-created@1"] {
        let world = World::with_faults(&[fault]).await;
        let app = world.app().await;
        let id = world.import(&app, &csv(5, &[], &[]), OnError::Halt);
        let (sent, status) = first(&app, id, 2).await;
        assert_eq!((&sent.outcome, status), (&FirstOutcome::Created, Status::Ready), "{fault}");
        assert_eq!(sent.case_id, Some(world.sandbox.cases()[0]["id"].to_string()), "{fault}");
        assert!(!sent.lines.is_empty(), "{fault}: it is read back");
        run(&app, id, OnError::Halt).await;
        assert_eq!((world.sandbox.stats().posts, world.references().len()), (5, 5), "{fault}");
        assert_true_counts(&world, &app.imports().get(id).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_row_stopped_by_a_system_fault_can_be_sent_again() {
    let faults = [("401@1", "user name or token"), ("403-html@1", "firewall"), ("429@1", "rate limit")];
    for (fault, expected) in faults {
        let world = World::with_faults(&[fault]).await;
        let app = world.app().await;
        let id = world.import(&app, &csv(3, &[], &[]), OnError::Halt);
        let (sent, status) = first(&app, id, 2).await;
        assert_eq!((&sent.outcome, status), (&FirstOutcome::NotSent, Status::Ready), "{fault}");
        assert!(sent.note.contains(expected), "{fault}: {}", sent.note);
        assert_eq!(app.imports().get(id).unwrap().counts.not_sent, 3, "{fault}");
        let (sent, _) = first(&app, id, 2).await;
        assert_eq!(sent.outcome, FirstOutcome::Created, "{fault}");
        assert_true_counts(&world, &app.imports().get(id).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_row_that_was_created_in_spite_of_its_answer_is_not_created_again() {
    for fault in ["403-created@1", "429-created@1"] {
        let world = World::with_faults(&[fault]).await;
        let app = world.app().await;
        let id = world.import(&app, &csv(3, &[], &[]), OnError::Halt);
        // Without lookups before sending.
        let (sent, status) = first(&app, id, 2).await;
        assert_eq!((&sent.outcome, status), (&FirstOutcome::NotSent, Status::Ready), "{fault}: {sent:?}");
        let (again, _) = first(&app, id, 2).await;
        assert_ne!(again.outcome, FirstOutcome::Created, "{fault}: {again:?}");
        assert_eq!(world.sandbox.stats().created, 1, "{fault}: {again:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_row_with_a_lost_answer_is_resent_once_later_cases_prove_it_absent() {
    for fault in ["reset@1", "503@1"] {
        let world = World::with_faults(&[fault]).await;
        let app = world.app().await;
        let id = world.import(&app, &csv(3, &[], &[]), OnError::Halt);
        let (sent, status) = first(&app, id, 2).await;
        assert_eq!((&sent.outcome, status), (&FirstOutcome::Unknown, Status::Paused), "{fault}");
        assert!(sent.note.contains("Resume looks it up again"), "{fault}: {}", sent.note);
        let ended = run(&app, id, OnError::Halt).await;
        assert_eq!((ended.status, ended.counts.created), (Status::Complete, 3), "{fault}: {ended:?}");
        assert_eq!(world.sandbox.stats().posts, 4, "{fault}");
        assert_true_counts(&world, &app.imports().get(id).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_row_that_cannot_be_looked_up_pauses_the_import_and_is_not_resent() {
    let world = World::with_faults(&["lost@1"]).await;
    world.file("recipe.toml", &common::RECIPE.replace("to = \"reference_value_1\"", "to = \"ignore\""));
    let app = world.app().await;
    let id = world.import(&app, &csv(4, &[], &[]), OnError::Skip);
    let (sent, status) = first(&app, id, 2).await;
    assert_eq!((&sent.outcome, status), (&FirstOutcome::Unknown, Status::Paused));
    assert_eq!(app.imports().get(id).unwrap().note, sent.note);
    assert!(sent.note.contains("Resume looks it up again"), "{}", sent.note);
    let ended = run(&app, id, OnError::Skip).await;
    assert_eq!((ended.counts.created, ended.counts.unknown), (3, 1));
    let log = app.imports().exceptions(id, 0, 9).unwrap();
    assert!(log[0].message.contains("neither a reference nor a token"), "{log:?}");
    assert_eq!(world.sandbox.stats().posts, 4, "each row once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_format_cannot_change_once_a_row_was_sent() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(4, &[], &[]), OnError::Halt);
    first(&app, id, 4).await;
    let before = app.imports().get(id).unwrap();
    let layout = Layout { header: Some("none".parse().unwrap()), ..Layout::default() };
    let refused = app.drafts().change_format(id, &layout).err();
    assert!(matches!(refused, Some(AppError::Ledger(LedgerError::HasRows(_)))), "{refused:?}");
    assert_eq!(app.imports().get(id).unwrap(), before, "the import is unchanged");
}

#[tokio::test(flavor = "multi_thread")]
async fn first_prints_sent_and_stored_values_and_resume_sends_the_rest() {
    let world = World::new().await;
    let sent = world.run_file(&csv(5, &[], &[]), &["--first", "2", "--json"]);
    let shown = sent.json();
    assert_eq!((sent.status, &shown["status"], counts(&shown)), (1, &json!("ready"), [5, 1, 0, 0, 0, 4]));
    let row = &shown["first"];
    assert_eq!((&row["row"], &row["line"], &row["outcome"]), (&json!(2), &json!(3), &json!("created")));
    assert_eq!(row["case_number"], world.sandbox.cases()[0]["case_number"]);
    let reference =
        json!({"field": "reference_value_1", "sent": "C-0002", "stored": "C-0002", "same": "same"});
    assert!(row["fields"].as_array().unwrap().contains(&reference), "{shown}");
    let resumed = world.run(&["resume", "1", "--json"]);
    assert_eq!((resumed.status, counts(&resumed.json())), (0, [5, 5, 0, 0, 0, 0]), "{resumed:?}");
    assert_eq!((world.sandbox.stats().posts, world.references().len()), (5, 5));

    let text = csv(2, &[], &[]).replace("C-00", "D-00").replace("Doe", "D\u{9b}31moe");
    let sent = world.run_file(&text, &["--first", "1"]);
    assert!(sent.stdout.contains("D␦31moe") && !sent.stdout.contains('\u{9b}'), "{}", sent.stdout);
    assert!(sent.stdout.contains("To send: caseload resume 2"), "{}", sent.stdout);
    let only = world.run_file(&csv(1, &[], &[]).replace("C-00", "E-00"), &["--first", "1"]);
    assert_eq!((only.status, only.stdout.contains("resume")), (0, false), "{only:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_returned_as_one_text_count_as_the_same() {
    for quirks in [&[][..], &["flat-values"]] {
        let quirks = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
        let world = World::with(|options| options.quirks = quirks).await;
        let sent = world.run_file(&csv(2, &[], &[]), &["--first", "1", "--json"]).json();
        let differs = |field: &&serde_json::Value| field["same"] == "differs";
        assert_eq!(sent["first"]["fields"].as_array().unwrap().iter().find(differs), None, "{sent}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn first_reports_why_the_row_was_not_sent() {
    let world = World::new().await;
    let beyond = world.run_file(&csv(3, &[], &[]), &["--first", "4"]);
    assert_eq!((beyond.status, beyond.stderr.contains("rows 1 to 3")), (2, true), "{beyond:?}");
    assert_eq!(world.run(&["imports", "--json"]).json(), json!([]), "no import is created");
    let refused = world.run_file(&csv(3, &[], &[2]), &["--first", "2"]);
    assert_eq!((refused.status, world.sandbox.stats().created), (1, 0), "{refused:?}");
    assert!(
        refused.stdout.contains("Trackops refused row 2 (line 3), “Contact” “1030”: "),
        "{}",
        refused.stdout
    );
    assert!(
        refused.stdout.contains("0 rejected + 0 excluded + 0 unknown + 3 not sent"),
        "{}",
        refused.stdout
    );
    assert!(refused.stdout.contains("Nothing sent yet. To send: caseload resume 1"), "{}", refused.stdout);
    let bad = world.run_file(&csv(3, &[1], &[]), &["--first", "1", "--json"]);
    let shown = bad.json();
    assert_eq!((bad.status, &shown["first"]["exception"]["code"]), (1, &json!("date.invalid")), "{shown}");
    assert_eq!(world.run_file(&csv(3, &[], &[]), &["--first", "0"]).status, 2);
}

/// Fixed answers of a stand-in for Trackops: status and body for a POST, the list for a GET.
#[derive(Clone, Copy)]
struct Fixed {
    post: (&'static str, &'static str),
    list: &'static str,
}

/// Starts such a server; returns a home that uses it, and the first lines of its requests.
async fn fixed(answers: Fixed) -> (World, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let world = World::new().await;
    let config = world.home.path().join("config/config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
    std::fs::write(&config, text.replace(&world.sandbox.url(), &url)).unwrap();
    let (seen, requests) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let request = answer(stream, answers).await;
            let _ = seen.send(request);
        }
    });
    (world, requests)
}

/// Reads and answers one request; returns its first line.
async fn answer(stream: tokio::net::TcpStream, answers: Fixed) -> String {
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
    let mut stream = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        head += &line;
    }
    stream.read_exact(&mut vec![0; length]).await.unwrap();
    let (status, body) = if head.starts_with("POST") { answers.post } else { ("200 OK", answers.list) };
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
    head.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_missing_from_the_list_still_counts_as_created() {
    // The server ignores the filter: the case it lists is another one.
    let list = r#"[{"id": 8, "reference_value_1": "C-0001"}]"#;
    let (world, mut requests) = fixed(Fixed { post: ("201 Created", r#"{"id": 7}"#), list }).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(2, &[], &[]), OnError::Halt);
    let (sent, status) = first(&app, id, 1).await;
    assert_eq!((&sent.outcome, status, sent.lines.len()), (&FirstOutcome::Created, Status::Ready, 0));
    assert_eq!((sent.case_id.as_deref(), sent.case_number), (Some("7"), None));
    assert!(sent.note.contains("doesn't show it yet"), "{}", sent.note);
    assert!(requests.recv().await.unwrap().starts_with("GET /api/v1/clients"), "for the server's clock");
    assert!(requests.recv().await.unwrap().starts_with("POST "));
    let mut seen = Vec::new();
    while seen.len() < 3 {
        seen.push(requests.recv().await.unwrap());
    }
    assert!(requests.try_recv().is_err(), "the lookup isn't repeated forever");
    assert!(seen.iter().all(|line| line.starts_with("GET ") && line.contains("&id=7 ")), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_refused_as_already_existing_is_looked_up() {
    let post = ("409 Conflict", r#"{"error": "is there already"}"#);
    let (world, _requests) = fixed(Fixed { post, list: "[]" }).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(2, &[], &[]), OnError::Halt);
    let (sent, status) = first(&app, id, 1).await;
    assert!(
        matches!(&sent.outcome, FirstOutcome::Refused(why) if why.code == Code::Trackops(409)),
        "{sent:?}"
    );
    let import = app.imports().get(id).unwrap();
    assert_eq!((status, import.counts.not_sent), (Status::Ready, 2));
    assert!(app.imports().exceptions(id, 0, 9).unwrap().is_empty());

    // A case without a creation time may be the older one that blocks the row, or the row's own.
    let undated = r#"[{"id": 9, "client_id": 100, "reference_value_1": "C-0001"}]"#;
    let (world, _requests) = fixed(Fixed { post, list: undated }).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(2, &[], &[]), OnError::Halt);
    assert_eq!(first(&app, id, 1).await.0.outcome, FirstOutcome::Unknown);

    let now = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S");
    let dated = undated.replace("\"id\": 9,", &format!("\"id\": 9, \"created_at\": \"{now}\","));
    let (world, _requests) = fixed(Fixed { post, list: dated.leak() }).await;
    let app = world.app().await;
    let id = world.import(&app, &csv(2, &[], &[]), OnError::Halt);
    let (sent, status) = first(&app, id, 1).await;
    assert_eq!((&sent.outcome, status), (&FirstOutcome::Created, Status::Ready));
    assert_eq!(sent.case_id.as_deref(), Some("9"));
    assert!(sent.lines.iter().any(|line| line.key == "due_on" && line.same == Comparison::NotShown));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_sent_first_stays_created_whatever_is_edited_later() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(6, &[], &[]), OnError::Halt);
    let sheet = app.imports().sheet(id).unwrap();
    let counted = |kept| {
        let kept = app.checks().check(id, &sheet, 100, kept, || false).unwrap();
        let report = kept.found().report;
        assert_eq!(report.created + report.to_send + report.excluded + report.with_errors, report.rows);
        ([report.created, report.to_send, report.excluded, report.warnings], kept)
    };
    let (counts, kept) = counted(None);
    assert_eq!(counts, [0, 6, 0, 0]);
    first(&app, id, 2).await;
    let (counts, kept) = counted(Some(kept));
    assert_eq!(counts, [1, 5, 0, 0], "a cached check includes the row sent since");
    // Skipped or with another reference, the row stays created. Skipping another row isn't a warning.
    let changes = "\n[[leave_out]]\nrow = 2\n[[leave_out]]\nrow = 3\n[[fixes]]\ncolumn = \"Claim\"\nrow = 2\n\
                   from = \"C-0002\"\nto = \"Z\"\n";
    let recipe = app.imports().recipe(id).unwrap().to_toml() + changes;
    app.drafts().save(id, "Test", &caseload::case::Recipe::from_toml(&recipe).unwrap(), &sheet).unwrap();
    assert_eq!(counted(Some(kept)).0, [1, 4, 1, 0]);
    assert_eq!(counted(None).0, [1, 4, 1, 0]);
    assert_eq!(run(&app, id, OnError::Halt).await.counts.created, 5);
    assert_eq!(world.references().len(), 5);
}
