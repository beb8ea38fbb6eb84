//! Sources of the token and their order, and that it appears nowhere else.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use caseload::sandbox::{Sandbox, SandboxOptions};
use common::{Finished, World, bare_command, csv, everything_below, finish};

const TOKEN: &str = "s3cret-t0ken-value";

/// A home whose account has additional settings, and a sandbox with the token.
struct Home {
    folder: tempfile::TempDir,
    sandbox: Sandbox,
}

impl Home {
    async fn new(lines: &str) -> Self {
        let options = SandboxOptions {
            token: TOKEN.into(),
            latency: std::time::Duration::from_millis(20),
            ..SandboxOptions::default()
        };
        let (folder, sandbox) = (tempfile::tempdir().unwrap(), Sandbox::start(options).await.unwrap());
        let home = Self { folder, sandbox };
        let config = format!(
            "default_account = \"test\"\n[accounts.test]\nurl = \"{}\"\nusername = \"sandbox\"\nper_minute = 0\n{}\n",
            home.sandbox.url(),
            lines.replace("HOME", home.folder.path().to_str().unwrap())
        );
        home.file("config/config.toml", &config, 0o600);
        home
    }

    fn file(&self, name: &str, text: &str, mode: u32) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = bare_command(arguments);
        command.env("CASELOAD_HOME", self.folder.path());
        command
    }

    fn doctor(&self) -> Finished {
        finish(self.command(&["doctor"]).output().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn token_sources_have_an_order() {
    let both = "token_command = \"cat HOME/from-command\"\ntoken_file = \"HOME/from-file\"";
    let home = Home::new(both).await;
    home.file("from-command", &format!("{TOKEN}\nmore\n"), 0o600);
    home.file("from-file", "wr0ng", 0o600);
    assert_eq!(home.doctor().status, 0, "{:?}", home.doctor());
    let mut command = home.command(&["doctor"]);
    let wrong = finish(command.env("CASELOAD_TOKEN", "wr0ng").output().unwrap());
    assert_eq!(wrong.status, 1, "{wrong:?}");

    let home = Home::new("token_file = \"HOME/from-file\"").await;
    home.file("from-file", TOKEN, 0o600);
    assert_eq!(home.doctor().status, 0);
    let config = home.folder.path().join("config/config.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace(home.folder.path().to_str().unwrap(), "~")).unwrap();
    let mut command = home.command(&["doctor"]);
    let at_home = finish(command.env("HOME", home.folder.path()).output().unwrap());
    assert_eq!(at_home.status, 0, "{at_home:?}");
    fs::write(&config, text).unwrap();
    home.file("from-file", TOKEN, 0o644);
    let open = home.doctor();
    assert!(open.status == 2 && open.stderr.contains("chmod 600"), "{open:?}");
}

/// Tests have no keyring. A script ahead in PATH replaces the program that asks it, and answers only the question that
/// the real one understands.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_keyring_is_asked_last_with_the_account_name() {
    let home = Home::new("token_keyring = true").await;
    let ask = |path: &str| {
        let mut command = home.command(&["doctor"]);
        finish(command.env("PATH", path).output().unwrap())
    };
    let none = ask(home.folder.path().to_str().unwrap());
    assert_eq!(none.status, 2, "{none:?}");
    assert!(none.stderr.contains("can't be started"), "{none:?}");
    let store = "secret-tool store --label=caseload service caseload account test";
    assert!(none.stderr.contains(store), "{none:?}");
    let script = format!(
        "#!/bin/sh\n[ \"$*\" = 'lookup service caseload account test' ] || exit 1\nprintf %s {TOKEN}\n"
    );
    home.file("bin/secret-tool", &script, 0o700);
    let path = format!("{}/bin:/usr/bin:/bin", home.folder.path().display());
    let let_in = ask(&path);
    assert_eq!(let_in.status, 0, "{let_in:?}");
    assert!(!let_in.stdout.contains(TOKEN) && !let_in.stderr.contains(TOKEN));
    // A token file comes before the keyring.
    home.file("from-file", "wr0ng", 0o600);
    let config = home.folder.path().join("config/config.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}token_file = \"{}/from-file\"\n", home.folder.path().display()))
        .unwrap();
    assert_eq!(ask(&path).status, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_token_is_not_sent_if_others_can_change_the_config() {
    let home = Home::new("token_file = \"HOME/from-file\"").await;
    home.file("from-file", TOKEN, 0o600);
    let config = home.folder.path().join("config/config.toml");
    fs::set_permissions(&config, fs::Permissions::from_mode(0o666)).unwrap();
    let open = home.doctor();
    assert!(open.status == 2 && open.stderr.contains("chmod 600"), "{open:?}");
    assert_eq!(home.sandbox.stats().connections, 0);
    fs::set_permissions(&config, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(home.doctor().status, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_token_command_is_reported_in_one_sentence() {
    let home = Home::new(&format!("token_command = \"echo {TOKEN}; echo {TOKEN} >&2; exit 7\"")).await;
    let failed = home.doctor();
    assert_eq!((failed.status, failed.stdout.as_str()), (2, ""), "{failed:?}");
    assert!(failed.stderr.contains("exit status 7") && !failed.stderr.contains(TOKEN), "{failed:?}");
    assert_eq!(home.sandbox.stats().unauthorized, 0, "nothing is requested without a token");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_command_runs_only_for_its_address_and_with_a_private_config() {
    let home = Home::new("token_command = \"touch HOME/ran; cat HOME/token\"").await;
    home.file("token", TOKEN, 0o600);
    let ran = home.folder.path().join("ran");
    let mut elsewhere = home.command(&["doctor", "--url", "http://127.0.0.1:9"]);
    let elsewhere = finish(elsewhere.output().unwrap());
    assert!(elsewhere.status == 2 && elsewhere.stderr.contains("no token"), "{elsewhere:?}");
    let config = home.folder.path().join("config/config.toml");
    fs::set_permissions(&config, fs::Permissions::from_mode(0o666)).unwrap();
    let open = home.doctor();
    assert!(
        open.status == 2
            && open.stderr.contains("other users can change")
            && open.stderr.contains("run: chmod 600"),
        "{open:?}"
    );
    assert!(!ran.exists(), "the command doesn't run");
    fs::set_permissions(&config, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(home.doctor().status, 0);
    assert!(ran.exists());
}

/// Reports whether bytes contain the token, plain or as sent.
fn holds_token(bytes: &[u8]) -> bool {
    let needles = [TOKEN.as_bytes(), b"c2FuZGJveC90b2tlbjpzM2NyZXQ"];
    needles.iter().any(|needle| bytes.windows(needle.len()).any(|window| window == *needle))
}

/// Returns the arguments of a process and its descendants.
#[cfg(target_os = "linux")]
fn arguments(pid: u32) -> Vec<u8> {
    let of = |name: &str| fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
    let mut all = of("cmdline");
    let children = String::from_utf8(of(&format!("task/{pid}/children"))).unwrap();
    for child in children.split_whitespace() {
        all.extend(arguments(child.parse().unwrap()));
    }
    all
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_nowhere_during_and_after_a_run() {
    for from in ["environment", "token_command", "token_file"] {
        let outside = tempfile::tempdir().unwrap();
        let kept = outside.path().join("token");
        fs::write(&kept, TOKEN).unwrap();
        fs::set_permissions(&kept, fs::Permissions::from_mode(0o600)).unwrap();
        let kept = kept.to_str().unwrap();
        let line = match from {
            "token_command" => format!("token_command = \"cat '{kept}'\""),
            "token_file" => format!("token_file = \"{kept}\""),
            _ => String::new(),
        };
        let home = Home::new(&line).await;
        home.file("recipe.toml", common::RECIPE, 0o600);
        home.file("cases.csv", &csv(40, &[3], &[4]), 0o600);
        let path = |name: &str| home.folder.path().join(name).to_str().unwrap().to_owned();
        let (file, recipe) = (path("cases.csv"), path("recipe.toml"));
        let mut command =
            home.command(&["run", &file, "--recipe", &recipe, "--on-error", "skip", "--concurrency", "1"]);
        if line.is_empty() {
            command.env("CASELOAD_TOKEN", TOKEN);
        }
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut seen = 0;
        common::until(|| {
            let arguments = arguments(child.id());
            assert!(!holds_token(&arguments), "{from}");
            seen += usize::from(arguments.windows(3).any(|window| window == b"run"));
            home.sandbox.stats().created >= 30
        })
        .await;
        assert!(seen > 0, "the process list was read during the run");
        let output = child.wait_with_output().unwrap();
        assert!(!holds_token(&output.stdout) && !holds_token(&output.stderr), "{from}");
        assert_eq!((output.status.code(), home.sandbox.stats().created), (Some(1), 38), "{from}: {output:?}");
        assert_no_token_below(home.folder.path(), from);
        let again = home.doctor();
        assert!(!holds_token(format!("{again:?}").as_bytes()), "{from}");
    }
}

fn assert_no_token_below(folder: &Path, from: &str) {
    for (path, bytes) in everything_below(folder) {
        assert!(!holds_token(&bytes), "{from}: {}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_leaves_no_trace() {
    let world = World::new().await;
    world.file("cases.csv", &csv(2, &[], &[]));
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let mut command = world.command(&["run", &file, "--recipe", &recipe]);
    let refused = finish(command.env("CASELOAD_TOKEN", TOKEN).output().unwrap());
    assert_eq!(refused.status, 2);
    assert!(!holds_token(format!("{refused:?}").as_bytes()));
    assert_no_token_below(world.home.path(), "refused");
}
