//! Servers whose texts repeat the token, or control a terminal or a spreadsheet program. The token is never shown or
//! stored, and the codes reach neither, not even through a pipe.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;
use crate::raw;

use std::fs;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{Finished, bare_command, csv, everything_below, finish};

const TOKEN: &str = "s3cret/t0ken+value=";

/// Returns every form in which a server could repeat the token and still reveal it.
fn forms() -> Vec<String> {
    let header = STANDARD.encode(format!("jane/token:{TOKEN}"));
    vec![
        TOKEN.to_owned(),
        "s3cret%2Ft0ken%2Bvalue%3D".to_owned(),
        r"s3cret\/t0ken+value=".to_owned(),
        r"s3cret\u002ft0ken\u002bvalue=".to_owned(),
        header.clone(),
        header.replace('=', "%3D"),
        header[..24].to_owned(),
        STANDARD.encode(TOKEN),
    ]
}

fn assert_nothing_leaked(what: &str, text: &str) {
    for form in forms() {
        assert!(!text.contains(&form), "{what} contains {form}:\n{text}");
    }
}

/// Runs two rows against a server that answers every request alike. Returns the run, and everything that commands
/// print about it.
fn run_against(status: &str, kind: &str, more: &str, body: &str) -> (Finished, String) {
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{more}\r\n{body}",
        body.len()
    );
    let server = raw::Server::start(move |stream| stream.write_all(answer.as_bytes()));
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("cases.csv"), csv(2, &[], &[])).unwrap();
    fs::write(path("recipe.toml"), common::RECIPE).unwrap();
    let command = |arguments: &[&str]| {
        let mut command = bare_command(arguments);
        command.env("CASELOAD_HOME", home.path()).env("CASELOAD_URL", server.url());
        command.env("CASELOAD_USERNAME", "jane").env("CASELOAD_TOKEN", TOKEN);
        command.env("CASELOAD_LATE_COMMIT_SECONDS", "0");
        finish(command.output().unwrap())
    };
    let (file, recipe) = (path("cases.csv"), path("recipe.toml"));
    let ran = command(&["run", &file, "--recipe", &recipe, "--on-error", "skip", "--look-up", "off"]);
    let mut printed = format!("{}{}", ran.stdout, ran.stderr);
    for arguments in [
        &["show", "1", "--json"][..],
        &["show", "1"],
        &["rejects", "1"],
        &["remaining", "1"],
        &["receipt", "1"],
        &["receipt", "1", "--json"],
        &["receipt", "1", "--csv"],
        &["catalog", "refresh"],
        &["doctor"],
    ] {
        let run = command(arguments);
        printed = printed + "\n" + &run.stdout + &run.stderr;
    }
    assert_nothing_leaked(&format!("the output for {status}"), &printed);
    for (path, bytes) in everything_below(home.path()) {
        assert_nothing_leaked(&path.display().to_string(), &String::from_utf8_lossy(&bytes));
    }
    (ran, printed)
}

#[test]
fn a_token_repeated_in_an_error_is_masked_everywhere() {
    let all = forms().join(" | ").replace('\\', "\\\\");
    for status in ["422 Unprocessable Entity", "500 Oops", "418 Teapot"] {
        let (_, printed) =
            run_against(status, "application/json", "", &format!("{{\"errors\":{{\"x\":[\"may {all}\"]}}}}"));
        assert!(printed.contains("may •••"), "{printed}");
    }
    let raw = forms().join("\",\"");
    run_against("422 Unprocessable Entity", "application/json", "", &format!("[\"{raw}\"]"));
    run_against("401 Unauthorized", "application/json", "", &format!("[\"{raw}\"]"));
    run_against("403 Forbidden", "text/html", "", &format!("<title>{}</title>", forms()[0]));
    run_against("422 Unprocessable Entity", "text/plain", "", &forms()[4]);
}

#[test]
fn a_token_repeated_as_an_id_number_or_name_is_masked_everywhere() {
    for form in [TOKEN, &forms()[4]] {
        let record = format!("{{\"id\":\"{form}\",\"case_number\":\"{form}\",\"name\":\"{form}\"}}");
        run_against("201 Created", "application/json", "", &record);
        run_against("200 OK", "application/json", "", &format!("[{record}]"));
    }
    let location = format!("Location: /cases/{}\r\n", TOKEN.replace('/', "%2F"));
    run_against("303 See Other", "text/plain", &location, "");
}

#[test]
fn server_texts_are_safe_in_piped_output() {
    let hostile = "x\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}y;=cmd|'/c calc'!A0";
    for status in ["422 Unprocessable Entity", "500 Oops"] {
        let (_, printed) = run_against(status, "text/plain", "", hostile);
        let steers =
            |c: &char| (c.is_control() && !"\r\n".contains(*c)) || ('\u{202a}'..='\u{202e}').contains(c);
        assert_eq!(printed.chars().find(steers), None, "{printed:?}");
        let rows = printed.lines().filter(|line| line.starts_with("C-0") || line.starts_with("1,2,"));
        let rows: Vec<_> = rows.filter(|line| line.contains("=cmd")).collect();
        assert!(!rows.is_empty() && rows.iter().all(|row| row.contains(";'=cmd")), "{rows:?}");
    }
    let record = format!("{{\"id\":7,\"case_number\":{}}}", serde_json::to_string(hostile).unwrap());
    let (_, printed) = run_against("201 Created", "application/json", "", &record);
    assert!(printed.contains(";'=cmd") && !printed.contains('\u{1b}'), "{printed}");
}
