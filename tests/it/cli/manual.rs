//! The manual: guide, man pages, shell completion and the version.

use std::fs;

use crate::common::{World, bare_command, counts, csv, finish};

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_is_printed_and_searched_without_an_account_or_a_home() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        finish(bare_command(arguments).env("CASELOAD_HOME", home.path().join("none")).output().unwrap())
    };
    let pages = run(&["guide"]);
    assert!(pages.status == 0 && pages.stdout.contains("troubleshooting "), "{pages:?}");
    let page = run(&["guide", "trouble"]);
    assert!(page.status == 0 && page.stdout.starts_with("# Troubleshooting\n"), "{page:?}");
    let found = run(&["guide", "--search", "unknown decide"]);
    assert!(found.status == 0 && found.stdout.contains("duplicates › Decide an unknown row"), "{found:?}");
    let none = run(&["guide", "--search", "zyzzyva"]);
    assert!(none.status == 1 && none.stderr.contains("Try fewer words"), "{none:?}");
    let unknown = run(&["guide", "cooking"]);
    assert!(unknown.status == 2 && unknown.stderr.contains("Choose one of screens, "), "{unknown:?}");
    let version = run(&["--version"]);
    assert!(version.stdout.starts_with(concat!("caseload ", env!("CARGO_PKG_VERSION"))), "{version:?}");
    assert!(!home.path().join("none").exists(), "no folder is created");
}

#[test]
fn every_command_has_a_man_page_with_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("man1");
    let written = finish(bare_command(&["man", path.to_str().unwrap()]).output().unwrap());
    assert_eq!(written.status, 0, "{written:?}");
    let names: Vec<String> =
        fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    for name in ["caseload.1", "caseload-run.1", "caseload-team-init.1", "caseload-completions.1"] {
        assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
    }
    let run = fs::read_to_string(path.join("caseload-run.1")).unwrap();
    assert!(run.contains(".TH caseload-run 1") && run.contains("Example: caseload run"), "{run}");
    let main = finish(bare_command(&["man"]).output().unwrap());
    assert!(main.stdout.contains(".TH caseload 1"), "{main:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shell_completes_commands_and_import_numbers_and_creates_nothing() {
    let script = finish(bare_command(&["completions", "bash"]).output().unwrap());
    assert!(script.stdout.contains("CASELOAD_COMPLETE=\"bash\""), "{script:?}");
    let world = World::new().await;
    let complete = |home: &std::path::Path, words: &[&str]| {
        let index = (words.len() - 1).to_string();
        let mut command = bare_command(&["--"]);
        command.args(words).env("CASELOAD_HOME", home).env("CASELOAD_COMPLETE", "bash");
        command
            .env("_CLAP_COMPLETE_INDEX", index)
            .env("_CLAP_COMPLETE_COMP_TYPE", "9")
            .env("_CLAP_IFS", "\n");
        finish(command.output().unwrap()).stdout
    };
    let none = world.home.path().join("none");
    assert_eq!(complete(&none, &["caseload", "rejec"]), "rejects");
    assert!(!complete(&none, &["caseload", "resume", ""]).lines().any(|line| line == "1"));
    assert!(!none.exists(), "pressing Tab creates no folder");
    let ran = world.run_file(&csv(2, &[], &[]), &["--json"]);
    assert_eq!(counts(&ran.json())[1], 2, "{ran:?}");
    let numbers = complete(world.home.path(), &["caseload", "resume", ""]);
    assert_eq!(numbers.lines().next(), Some("1"), "{numbers}");
    assert!(complete(world.home.path(), &["caseload", "guide", "du"]).starts_with("duplicates"));
}
