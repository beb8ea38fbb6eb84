//! Commands as scripts use them: results, exit statuses, and messages for bad input.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use std::{io::Write, path::Path, process::Stdio};

use common::{World, bare_command, counts, csv, everything_below, finish};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn run_prints_one_object_and_exits_with_a_status() {
    let world = World::new().await;
    let halted = world.run_file(&csv(20, &[17], &[]), &["--send-valid", "--json"]);
    let shown = halted.json();
    assert_eq!((halted.status, &shown["status"]), (1, &json!("error")), "{halted:?}");
    assert_eq!(counts(&shown), [20, 16, 1, 0, 0, 3]);
    assert_eq!(world.sandbox.stats().created, 16);
    let exception = &shown["exceptions"][0];
    assert_eq!(
        exception,
        &json!({"row": 17, "line": 18, "column": "Assigned", "field": "created_on", "value": "02/31/2026",
                "code": "date.invalid", "message": exception["message"], "source": "check", "http_status": null})
    );
    let mut later = shown.clone();
    let check = later.as_object_mut().and_then(|keys| keys.remove("check")).unwrap();
    assert_eq!(
        (&check["rows"], &check["to_send"], &check["with_errors"]),
        (&json!(20), &json!(19), &json!(1))
    );
    assert_eq!(later.as_object_mut().and_then(|keys| keys.remove("created_with_warnings")), Some(json!(0)));
    assert_eq!(world.run(&["show", "1", "--json"]).json(), later);

    let resumed = world.run(&["resume", "1", "--on-error", "skip", "--json"]);
    assert_eq!((resumed.status, counts(&resumed.json())), (1, [20, 19, 1, 0, 0, 0]));
    let good = world.run_file(&csv(25, &[], &[]).replace("C-00", "D-00"), &["--json", "--concurrency", "16"]);
    assert_eq!((good.status, counts(&good.json())), (0, [25, 25, 0, 0, 0, 0]), "{good:?}");
    let skipped = world.run_file(&csv(9, &[3], &[4]).replace("C-00", "E-00"), &["--on-error", "skip"]);
    assert_eq!(skipped.status, 1);
    assert!(skipped.stdout.contains("9 rows = 7 created + 2 rejected + 0 excluded + 0 unknown + 0 not sent"));
    assert!(skipped.stdout.contains("row 4 (line 5), Contact “1030”"), "{}", skipped.stdout);
    let list = world.run(&["imports", "--json"]).json();
    assert_eq!(list.as_array().unwrap().iter().map(|i| &i["import"]).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(world.sandbox.stats().created, 19 + 25 + 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printed_recipe_imports_the_next_file() {
    let world = World::new().await;
    world.run_file(&csv(3, &[], &[]), &[]);
    let recipe = world.run(&["recipe", "1"]);
    assert_eq!(recipe.status, 0);
    world.file("again.toml", &recipe.stdout);
    world.file("next.csv", &csv(3, &[], &[]).replace("C-00", "N-00"));
    let (next, again) = (world.path("next.csv"), world.path("again.toml"));
    assert_eq!(world.run(&["check", &next, "--recipe", &again]).status, 0);
    let run = world.run(&["run", &next, "--like", "1", "--json"]);
    assert_eq!((run.status, counts(&run.json())), (0, [3, 3, 0, 0, 0, 0]), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_input_can_be_imported_and_resumed() {
    let world = World::new().await;
    let recipe = world.path("recipe.toml");
    let mut child = world
        .command(&["run", "-", "--recipe", &recipe, "--send-valid", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(csv(6, &[4], &[]).as_bytes()).unwrap();
    let halted = finish(child.wait_with_output().unwrap());
    assert_eq!(counts(&halted.json()), [6, 3, 1, 0, 0, 2], "{halted:?}");
    assert_eq!(counts(&world.run(&["resume", "1", "--json"]).json()), [6, 5, 1, 0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn check_and_dry_run_send_nothing() {
    let world = World::new().await;
    let text =
        csv(4, &[2], &[]) + ",,,\nC-0009\n\nC-0004,Again,11/02/2026,,\nC-0010,Jo Doe,11/02/2026,,stray\n";
    let dry = world.run_file(&text, &["--dry-run", "--json"]);
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let checked = world.run(&["check", &file, "--recipe", &recipe, "--json"]);
    assert_eq!((dry.status, checked.status), (1, 1));
    assert_eq!(dry.json(), checked.json());
    assert_eq!((world.sandbox.stats().posts, world.run(&["imports", "--json"]).json()), (0, json!([])));
    let report = checked.json();
    assert_eq!(
        ["rows", "to_send", "excluded", "with_errors"].map(|k| report[k].as_u64().unwrap()),
        [8, 4, 2, 2]
    );
    let problems: Vec<_> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| {
            (
                p["severity"].as_str().unwrap(),
                p["row"].as_u64().unwrap(),
                p["line"].as_u64().unwrap(),
                p["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        problems,
        [
            ("error", 2, 3, "date.invalid"),
            ("warning", 5, 6, "row.blank"),
            ("warning", 6, 7, "row.too_short"),
            ("warning", 6, 7, "row.lone_cell"),
            ("warning", 7, 9, "duplicate.file"),
            ("error", 8, 10, "row.too_long"),
        ]
    );
    assert!(report["notes"].to_string().contains("line 8"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn control_codes_of_a_file_do_not_reach_the_terminal() {
    let world = World::new().await;
    let text = "Claim,Claimant,Assigned,Contact\nC-1,x,\"\u{9b}31m\u{1b}[2J\u{202e}\",\n\u{9b}A,b,11/02/2026,\u{1b}[5m\n";
    for more in [
        &["--on-error", "skip", "--json"][..],
        &["--on-error", "skip"],
        &["--dry-run", "--json"],
        &["--dry-run"],
    ] {
        let finished = world.run_file(text, more);
        let all = finished.stdout + &finished.stderr;
        assert!(!all.contains(['\u{9b}', '\u{1b}', '\u{202e}']), "{more:?}: {all:?}");
    }
    let value = &world.run(&["show", "1", "--json"]).json()["exceptions"][0]["value"];
    assert_eq!(value, "\u{9b}31m\u{1b}[2J\u{202e}", "JSON has the unchanged value");
}

/// Each case: what is wrong with the input, and what the message must contain. Nothing is sent.
#[tokio::test(flavor = "multi_thread")]
async fn bad_input_gets_a_message_and_status_2() {
    let world = World::new().await;
    let good = csv(2, &[], &[]);
    let recipe = common::RECIPE;
    let cases: &[(&str, &str, &str, &[&str])] = &[
        ("empty file", "", recipe, &["is empty"]),
        ("no rows", "Claim,Claimant,Assigned,Contact\n", recipe, &["header row but no data rows"]),
        (
            "repeated header",
            "Claim,Claim,Claimant,Assigned,Contact\na,b,c,11/02/2026,\n",
            recipe,
            &["“Claim”", "columns 1 and 2", "#1"],
        ),
        (
            "blank header",
            "Claim,Claimant,Assigned,Contact,\na,b,11/02/2026,,x\n",
            recipe,
            &["column 5 has no header", "#5"],
        ),
        (
            "missing column",
            &good.replace("Assigned", "Given"),
            recipe,
            &["no column “Assigned”", "Claim, Claimant, Given"],
        ),
        (
            "unknown key",
            &good,
            &recipe.replace("date = \"mdy\"", "dates = \"mdy\""),
            &["recipe.toml", "line 28", "unknown field `dates`"],
        ),
        (
            "unknown field",
            &good,
            &recipe.replace("created_on", "created_at"),
            &["“created_at” isn't a field"],
        ),
        (
            "bad default",
            &good,
            &recipe.replace("client_id = 100", "client_id = \"Acme\""),
            &["client_id", "“Acme”"],
        ),
    ];
    for (what, text, recipe, expected) in cases {
        world.file("recipe.toml", recipe);
        let finished = world.run_file(text, &[]);
        assert_eq!((finished.status, finished.stdout.as_str()), (2, ""), "{what}: {finished:?}");
        for words in *expected {
            assert!(finished.stderr.contains(words), "{what}: {words} not in {}", finished.stderr);
        }
    }
    world.file("recipe.toml", recipe);
    world.file("cases.csv", &good);
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let missing = world.run(&["run", "nowhere.csv", "--recipe", &recipe]);
    assert!(missing.status == 2 && missing.stderr.contains("nowhere.csv doesn't exist"), "{missing:?}");
    let folder = world.run(&["check", world.home.path().to_str().unwrap(), "--recipe", &recipe]);
    assert!(folder.status == 2 && folder.stderr.contains("it is a folder"), "{folder:?}");
    let no_recipe = world.run(&["run", &file, "--recipe", "nowhere.toml"]);
    assert!(no_recipe.status == 2 && no_recipe.stderr.contains("nowhere.toml"), "{no_recipe:?}");
    assert!(world.run(&["show", "77"]).stderr.contains("no import 77"));
    assert_eq!(world.sandbox.stats().posts, 0);
    assert_eq!(world.run(&["imports", "--json"]).json(), json!([]), "no import is created");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_account_is_reported_before_anything_is_sent() {
    let world = World::new().await;
    world.file("cases.csv", &csv(2, &[], &[]));
    let (file, recipe, home) = (world.path("cases.csv"), world.path("recipe.toml"), world.path("other"));
    let run = |url: &str, token: &str| {
        let mut command = bare_command(&["--home", &home, "run", &file, "--recipe", &recipe]);
        command.args(["--url", url, "--username", "sandbox"]);
        if !token.is_empty() {
            command.env("CASELOAD_TOKEN", token);
        }
        finish(command.output().unwrap())
    };
    let url = world.sandbox.url();
    for (url, token, expected) in [
        (url.as_str(), "wrong-t0ken", "(401)"),
        (url.as_str(), "", "CASELOAD_TOKEN"),
        ("http://127.0.0.1:9", "wrong-t0ken", "can't be reached"),
        ("http://acme.viewcases.com", "wrong-t0ken", "http:// sends the token unencrypted"),
        ("https://me:wrong-t0ken@acme.viewcases.com", "", "contains a user name or token. Remove it"),
    ] {
        let finished = run(url, token);
        assert_eq!(finished.status, 2, "{finished:?}");
        assert!(finished.stderr.contains(expected), "{expected} not in {}", finished.stderr);
        assert!(!finished.stderr.contains("wrong-t0ken"), "{}", finished.stderr);
    }
    let none = finish(bare_command(&["--home", &home, "run", &file, "--recipe", &recipe]).output().unwrap());
    assert!(none.status == 2 && none.stderr.contains("no Trackops account is set up"), "{none:?}");
    assert_eq!((world.sandbox.stats().posts, world.sandbox.stats().unauthorized), (0, 1));
    assert_eq!(
        finish(bare_command(&["--home", &home, "imports", "--json"]).output().unwrap()).stdout,
        "[]\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_in_no_output_and_in_no_file() {
    let sandbox = caseload::sandbox::Sandbox::start(caseload::sandbox::SandboxOptions {
        token: "s3cret-t0ken-value".into(),
        ..Default::default()
    })
    .await
    .unwrap();
    let world = World::new().await;
    world.file("cases.csv", &csv(5, &[2], &[3]));
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let mut command = world.command(&["run", &file, "--recipe", &recipe, "--on-error", "skip"]);
    command.env("CASELOAD_TOKEN", "s3cret-t0ken-value").env("CASELOAD_URL", sandbox.url());
    let finished = finish(command.output().unwrap());
    assert_eq!((finished.status, sandbox.stats().created), (1, 3), "{finished:?}");
    assert!(!finished.stdout.contains("s3cret") && !finished.stderr.contains("s3cret"));
    for (path, bytes) in everything_below(world.home.path()) {
        for needle in [&b"s3cret-t0ken-value"[..], b"c2FuZGJveC90b2tlbjpzM2NyZXQ"] {
            assert!(!bytes.windows(needle.len()).any(|w| w == needle), "{}", path.display());
        }
    }
}

#[test]
fn the_demo_runs_without_a_terminal() {
    let finished = finish(bare_command(&["demo"]).output().unwrap());
    assert_eq!(finished.status, 0, "{finished:?}");
    let sum = "64 rows = 58 created + 4 rejected + 2 excluded + 0 unknown + 0 not sent";
    assert!(finished.stdout.contains("Complete") && finished.stdout.contains(sum), "{}", finished.stdout);
    assert!(!finished.stdout.contains("caseload "), "no command can go on with it: {}", finished.stdout);
    assert!(finished.stderr.contains("the practice server counts 58 cases created"), "{}", finished.stderr);
}

#[test]
fn the_practice_server_keeps_its_cases_between_commands() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("cases.csv"), csv(4, &[], &[])).unwrap();
    std::fs::write(path("recipe.toml"), common::RECIPE).unwrap();
    let run = || {
        let (home, file, recipe) = (path("home"), path("cases.csv"), path("recipe.toml"));
        finish(
            bare_command(&["--home", &home, "--sandbox", "run", &file, "--recipe", &recipe, "--json"])
                .output()
                .unwrap(),
        )
    };
    assert_eq!(counts(&run().json()), [4, 4, 0, 0, 0, 0]);
    let again = run();
    assert_eq!((again.status, counts(&again.json())), (0, [4, 0, 0, 4, 0, 0]), "{again:?}");
    assert_eq!(std::fs::read_to_string(path("home/data/sandbox.jsonl")).unwrap().lines().count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_prints_its_address_and_refuses_a_port_in_use() {
    let world = World::new().await;
    let url = world.sandbox.url();
    let port = url.trim_end_matches("/api/v1").rsplit(':').next().unwrap();
    let finished = finish(bare_command(&["sandbox", "--port", port]).output().unwrap());
    assert!(
        finished.status == 2 && finished.stderr.contains(&format!("port {port} is in use")),
        "{finished:?}"
    );
    let wrong = finish(bare_command(&["sandbox", "--fault", "sunspots"]).output().unwrap());
    assert!(wrong.status == 2 && wrong.stderr.contains("lost"), "{wrong:?}");
}

#[test]
fn the_screens_do_not_start_without_a_terminal() {
    let home = tempfile::tempdir().unwrap();
    let finished = finish(bare_command(&["--home", home.path().to_str().unwrap()]).output().unwrap());
    assert_eq!(finished.status, 2, "{finished:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn map_proposes_a_recipe_with_confidences() {
    let world = World::new().await;
    let demo = std::fs::read_to_string("assets/demo/summit-march.csv").unwrap();
    world.file("march.csv", &demo);
    // The practice server's account has a catalog; this world's account doesn't.
    let demo = |arguments: &[&str]| {
        let mut command = bare_command(arguments);
        command.env("CASELOAD_HOME", world.home.path().join("demo"));
        finish(command.arg("--sandbox").output().unwrap())
    };
    let map = demo(&["map", &world.path("march.csv"), "--json"]).json();
    let column =
        |name: &str| map["columns"].as_array().unwrap().iter().find(|c| c["from"] == name).unwrap().clone();
    assert_eq!(column("Claim Number")["to"], "reference_value_1");
    assert_eq!(
        (&column("Home Address")["to"], &column("Home Address")["confidence"]),
        (&json!("subject.3"), &json!(0.99))
    );
    assert_eq!((&column("Internal ID")["to"], &column("Internal ID")["why"]), (&json!("ignore"), &json!("")));
    assert_eq!(map["missing"], json!(["case_type_id", "client_id", "primary_contact_id", "subject_type_id"]));

    let unmapped = &column("Services")["unmapped"];
    assert_eq!(unmapped, &json!([{ "text": "Surveilance", "count": 1, "maybe": ["Surveillance", 1] }]));

    // The output is a recipe once its blanks are filled in.
    let printed = demo(&["map", &world.path("march.csv")]).stdout;
    assert!(printed.contains("# 93% sure: “Claimant” matches “Name”\n[[columns]]\nfrom = \"Claimant\""));
    let ids = [("case_type_id", 1), ("client_id", 100), ("primary_contact_id", 1000), ("subject_type_id", 1)];
    let filled = ids
        .iter()
        .fold(printed, |text, (key, id)| text.replace(&format!("# {key} = "), &format!("{key} = {id}")));
    world.file("mapped.toml", &filled);
    let checked =
        demo(&["check", &world.path("march.csv"), "--recipe", &world.path("mapped.toml"), "--json"]).json();
    assert_eq!((&checked["rows"], &checked["with_errors"]), (&json!(64), &json!(3)), "{checked}");
}

#[test]
fn map_uses_the_vocabulary_of_the_config() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("cases.csv"), "Az,Eingang bei uns,Rest\nA-1,2026-03-01,x\nA-2,2026-03-02,y\n")
        .unwrap();
    let map = || {
        let run = finish(
            bare_command(&["--home", &path("home"), "--sandbox", "map", &path("cases.csv"), "--json"])
                .output()
                .unwrap(),
        );
        (run.stderr.clone(), run.stdout)
    };
    let to = |out: &str| -> Vec<String> {
        let guess: serde_json::Value = serde_json::from_str(out).unwrap();
        guess["columns"].as_array().unwrap().iter().map(|c| c["to"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(to(&map().1), ["ignore", "ignore", "ignore"]);
    let config = home.path().join("home/config/config.toml");
    std::fs::create_dir_all(config.parent().unwrap()).unwrap();
    let words = "[vocabulary.headers]\nAZ = \"reference_value_1\"\n[vocabulary.things]\ncreated = [\"eingang uns\", \"eingang bei uns\"]\n";
    std::fs::write(&config, words).unwrap();
    assert_eq!(to(&map().1), ["reference_value_1", "created_on", "ignore"]);
    std::fs::write(&config, "[vocabulary.headers]\nAZ = \"reference_9\"\n").unwrap();
    let (err, _) = map();
    assert!(err.contains("line 2") && err.contains("reference_9"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn map_remembers_imports_and_reports_changes() {
    let world = World::new().await;
    world.run_file(&csv(2, &[], &[]), &[]);
    world.file(
        "next.csv",
        &csv(2, &[], &[])
            .replace("Claim,", "Claim,Paid,")
            .replace(",\"Doe", ",,\"Doe")
            .replace("Contact\n", "Contact Person\n"),
    );
    let next = world.path("next.csv");
    let fresh = world.run(&["map", &next, "--json"]).json();
    let to = |shown: &serde_json::Value, at: usize| shown["columns"][at]["to"].as_str().unwrap().to_owned();
    assert_eq!(
        (to(&fresh, 2), &fresh["columns"][2]["why"]),
        ("subject.1".to_owned(), &json!("as in import 1"))
    );
    assert_eq!(fresh["columns"][0]["why"], "as in import 1");
    let like = world.run(&["map", &next, "--like", "1", "--json"]).json();
    let drift: Vec<_> = like["drift"].as_array().unwrap().iter().map(|found| &found["message"]).collect();
    assert_eq!(
        drift,
        [
            "“Contact” seems to be named “Contact Person” now: it is in the same place",
            "“Paid” is a new column"
        ]
    );
    assert_eq!((&like["new"], &like["gone"]), (&json!(["Contact Person", "Paid"]), &json!(["Contact"])));
    assert_eq!((to(&like, 3), &like["missing"]), ("created_on".to_owned(), &json!([])));
    // The rule follows the renamed column, with a lower confidence.
    assert_eq!(
        (to(&like, 4), &like["columns"][4]["confidence"]),
        ("primary_contact_id".to_owned(), &json!(0.85))
    );
    // A column whose header is clear doesn't inherit the rule of the column it replaced.
    world.file("other.csv", &csv(2, &[], &[]).replace("Contact\n", "Due Date\n"));
    let other = world.run(&["map", &world.path("other.csv"), "--like", "1", "--json"]).json();
    assert_eq!(to(&other, 3), "due_on");
    let check = world.run(&["check", &world.path("cases.csv"), "--like", "1", "--json"]).json();
    assert!(!check["notes"].to_string().contains("compared"), "the same file has no differences: {check}");
    world.file("same.csv", &csv(3, &[], &[]));
    assert_eq!(
        world.run(&["map", &world.path("same.csv"), "--json"]).json()["looks_like"],
        json!([1, "Test"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn differences_in_the_next_file_are_reported_before_it_is_sent() {
    let world = World::new().await;
    world.run_file(&csv(30, &[], &[]), &[]);
    world.run_file(&csv(30, &[], &[]).replace("C-", "D-"), &[]);
    // Day first, and far fewer rows.
    let next = csv(8, &[], &[]).replace("C-", "E-").replace("11/02/2026", "22/11/2026");
    world.file("next.csv", &next);
    let arguments = ["check", &world.path("next.csv"), "--like", "1", "--json"];
    let notes = world.run(&arguments).json()["notes"].to_string();
    for note in [
        "compared with import 1: 8 rows instead of the usual 30",
        "compared with import 1: “Assigned” is read as month/day/year, but its dates are day/month/year",
    ] {
        assert!(notes.contains(note), "{notes}");
    }
    let run = world.run(&["run", &world.path("next.csv"), "--like", "1"]);
    assert!(run.stderr.contains("8 rows instead of the usual 30"), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remembered_guess_is_forgotten_until_it_is_learned_again() {
    let world = World::new().await;
    let text = csv(2, &[], &[]).replace("Claimant", "Zzz");
    let recipe = world.path("recipe.toml");
    world.file("recipe.toml", &common::RECIPE.replace("\"Claimant\"", "\"Zzz\""));
    world.run_file(&text, &[]);
    let cases = world.path("cases.csv");
    let zzz = |more: &[&str]| {
        let map = world.run(&[&["map", &cases, "--json"], more].concat()).json();
        map["columns"][1]["to"].as_str().unwrap().to_owned()
    };
    assert_eq!(zzz(&[]), "subject.1");
    assert_eq!(zzz(&["--forget", "zzz"]), "ignore");
    assert_eq!(zzz(&[]), "ignore", "the guess stays forgotten");
    world.file("next.csv", &text.replace("C-", "D-"));
    assert_eq!(world.run(&["run", &world.path("next.csv"), "--recipe", &recipe]).status, 0);
    assert_eq!(zzz(&[]), "subject.1", "a later import teaches it again");
    let unknown = world.run(&["map", &cases, "--forget", "Nobody"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.contains("nothing is remembered for “Nobody”"), "{unknown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_problem_says_what_to_do() {
    let world = World::new().await;
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let text = std::fs::read_to_string(demo.join("summit-march.csv")).unwrap();
    // Damage of every kind that a column of the demo can have.
    let broken = text
        .replacen("8/21/1989", "8/21/2089", 1)
        .replacen("1500", "12%", 1)
        .replacen("$2,250.00", "(5)", 1)
        .replacen("Surveillance", "#REF!", 1)
        .replacen("3/17/2026", "46098", 1)
        .replacen("CLM-2026-03-0005", "CLM-2026-03-0004", 1)
        .replacen("CLM-2026-03-0007", "", 1)
        + "CLM-2026-03-0099,POL-1,Jane \u{fffd}oe\nTotal,,,,,,,,,,,,64\n";
    let (file, recipe) = (world.file("broken.csv", &broken), demo.join("summit-weekly.toml"));
    let check = ["check", file.to_str().unwrap(), "--recipe", recipe.to_str().unwrap(), "--json"];
    let checked = world.run(&check).json();
    let problems = checked["problems"].as_array().unwrap();
    let codes: std::collections::BTreeSet<&str> =
        problems.iter().map(|problem| problem["code"].as_str().unwrap()).collect();
    assert!(codes.len() >= 10, "{codes:?}");
    for problem in problems {
        let (message, hint) = (problem["message"].as_str().unwrap(), problem["hint"].as_str().unwrap());
        assert!(!hint.trim().is_empty() && !message.contains(hint), "{problem}");
        assert!(!message.ends_with('.') && !hint.ends_with('.'), "joined by a semicolon: {problem}");
    }
}
