//! Folders and files that others created or can change: nothing is read from them or written through them, and the
//! token isn't sent where they say.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Stdio;

use common::{World, csv};

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_anyone_can_change_is_refused() {
    let world = World::new().await;
    for folder in ["", "config", "data"] {
        let path = world.home.path().join(folder);
        fs::create_dir_all(&path).unwrap();
        let before = mode(&path);
        set_mode(&path, 0o777);
        let refused = world.run(&["imports"]);
        assert_eq!(refused.status, 2, "{folder}: {refused:?}");
        let explained =
            refused.stderr.contains("anyone can change") && refused.stderr.contains("run: chmod 700 ");
        assert!(explained, "{folder}: {refused:?}");
        set_mode(&path, before);
        assert_eq!(world.run(&["imports"]).status, 0, "{folder}");
    }
    // Like /tmp: with the sticky bit, nobody can rename the files of others.
    set_mode(world.home.path(), 0o1777);
    assert_eq!(world.run(&["imports"]).status, 0);
    // If others can only read the folder, its rights are tightened.
    set_mode(&world.home.path().join("data"), 0o755);
    assert_eq!(world.run(&["imports"]).status, 0);
    assert_eq!(mode(&world.home.path().join("data")), 0o700);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_leaves_no_core_file_with_the_token() {
    let world = World::new().await;
    let script = "ulimit -c unlimited; exec \"$@\"";
    let sandbox = ["-c", script, "sh", env!("CARGO_BIN_EXE_caseload"), "sandbox", "--port", "0"];
    let mut command = common::bare_program("sh", &sandbox);
    command.env("CASELOAD_HOME", world.home.path()).stdout(Stdio::piped());
    let mut running = command.spawn().unwrap();
    let mut said = BufReader::new(running.stdout.take().unwrap()).lines();
    said.next().unwrap().unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", running.id())).unwrap();
    running.kill().unwrap();
    running.wait().unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).collect::<Vec<_>>(), ["0", "0", "bytes"], "{core}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_of_another_user_is_refused() {
    let world = World::new().await;
    let data = world.home.path().join("data");
    fs::create_dir_all(&data).unwrap();
    if chown(&data, Some(12_345), None).is_err() {
        // Only root can give a folder away. Other users test with a folder of root's.
        fs::remove_dir(&data).unwrap();
        symlink("/usr", &data).unwrap();
    }
    let refused = world.run(&["imports"]);
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(refused.stderr.contains("data belongs to another user"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_not_followed_when_writing_files() {
    for (name, arguments) in [("import-1.lock", &["resume", "1"][..]), ("ledger.sqlite3", &["imports"])] {
        let world = World::new().await;
        assert_eq!(world.run_file(&csv(2, &[], &[]), &["--dry-run"]).status, 0);
        let app = world.app().await;
        world.import(&app, &csv(2, &[], &[]), caseload::ledger::OnError::Skip);
        drop(app);
        let (link, other) = (world.home.path().join("data").join(name), world.file("other", ""));
        let _ = fs::remove_file(&link);
        symlink(&other, &link).unwrap();
        let refused = world.run(arguments);
        assert_ne!(refused.status, 0, "{name}: {refused:?}");
        assert!(
            refused.stderr.contains("it is a link, which caseload didn't create. Remove it"),
            "{name}: {refused:?}"
        );
        assert_eq!(fs::read(&other).unwrap(), b"", "{name}");
        assert_eq!(world.sandbox.stats().posts, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_is_sent_if_others_can_change_the_config() {
    let world = World::new().await;
    let config = world.home.path().join("config/config.toml");
    for open in [0o666, 0o622, 0o660, 0o602] {
        set_mode(&config, open);
        // The token is in the environment, but the file says where it is sent.
        let refused = world.run_file(&csv(2, &[], &[]), &[]);
        assert_eq!(refused.status, 2, "{open:o}: {refused:?}");
        assert!(
            refused.stderr.contains("other users can change") && refused.stderr.contains("chmod 600"),
            "{refused:?}"
        );
        assert_eq!(world.run(&["catalog", "refresh"]).status, 2);
    }
    assert_eq!(world.sandbox.stats().posts, 0);
    set_mode(&config, 0o644);
    let sent = world.run_file(&csv(2, &[], &[]), &[]);
    assert_eq!(sent.status, 0, "{sent:?}");
}
