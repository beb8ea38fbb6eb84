//! Files and folders are private to their owner, whatever the umask. The test runs in a process of its own, because a
//! umask applies to a whole process.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use crate::common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use caseload::app::{AccountDetails, App, Settings, read_recipe};
use caseload::ledger::OnError;
use caseload::trackops::Config;
use common::{World, csv, finish, run};

fn modes_below(folder: &Path) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        found.push((path.display().to_string(), mode));
        if path.is_dir() {
            found.extend(modes_below(&path));
        }
    }
    found
}

#[test]
fn files_are_private_whatever_the_umask() {
    let place = module_path!().trim_start_matches("it::");
    let alone = format!("umask 000; exec \"$0\" --exact {place}::files_are_private --ignored --nocapture");
    let mut shell = Command::new("/bin/sh");
    let ran = finish(shell.arg("-c").arg(alone).arg(std::env::current_exe().unwrap()).output().unwrap());
    assert!(ran.status == 0 && ran.stdout.contains("1 passed"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above"]
async fn files_are_private() {
    let world = World::new().await;
    let outside = tempfile::tempdir().unwrap();
    let home = outside.path().join("home");
    let app = App::open(Settings { home: Some(home.clone()), ..Settings::default() }).await.unwrap();
    let form = |remember| AccountDetails {
        name: None,
        url: world.sandbox.url(),
        username: "sandbox".into(),
        token: "sandbox".into(),
        remember,
    };
    app.connect(form(true)).await.unwrap();
    let sheet = caseload::sheet::Sheet::open(&world.file("cases.csv", &csv(3, &[], &[]))).unwrap();
    let recipe = read_recipe(&world.home.path().join("recipe.toml")).unwrap();
    let id = app.drafts().create_with(&sheet, &recipe, OnError::Skip).unwrap().id;
    run(&app, id, OnError::Skip).await;
    app.storage().spool(&b"a,b\n"[..]).unwrap().keep().unwrap();
    // The binary too, with the account saved just before.
    let mut doctor = common::bare_command(&["doctor"]);
    let doctor = finish(doctor.env("CASELOAD_HOME", &home).output().unwrap());
    assert_eq!(doctor.status, 0, "{doctor:?}");
    app.storage().delete_import(id).unwrap();
    app.storage().shrink().unwrap();
    let modes = modes_below(outside.path());
    for part in ["config.toml", ".token", "ledger.sqlite3-wal", "ledger.sqlite3-shm", "stdin-"] {
        assert!(modes.iter().any(|(path, _)| path.contains(part)), "{part} isn't among {modes:?}");
    }
    for (path, mode) in modes {
        assert_eq!(mode & 0o077, 0, "{path}: {mode:o}");
    }
    assert_settings_kept(&app, &home.join("config/config.toml"), form).await;
}

/// Asserts that entering the token again changes no other setting of its account.
async fn assert_settings_kept(app: &App, config: &Path, form: impl Fn(bool) -> AccountDetails) {
    let text = fs::read_to_string(config).unwrap();
    let more = "token_command = \"exit 1\"\npage_size = 50\n";
    let text = text.replace("settle_seconds = 5", "settle_seconds = 9");
    fs::write(config, text.replace("token_file", &format!("{more}token_file"))).unwrap();
    let home = config.parent().and_then(Path::parent).map(Path::to_path_buf);
    let again = App::open(Settings { home, ..Settings::default() }).await.unwrap();
    let account = again.connect(form(false)).await.unwrap();
    assert_eq!((account.page_size, account.settle_seconds), (50, 9));
    assert!(account.token_command.is_some() && account.token_file.is_none(), "{account:?}");
    let account = again.connect(form(true)).await.unwrap();
    assert!(account.token_command.is_none() && account.token_file.is_some(), "{account:?}");
    assert_eq!(Config::load(config).unwrap().accounts.len(), 1);
    assert!(app.accounts().in_use().is_some());
}
