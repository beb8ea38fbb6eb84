//! The office: a machine with two people's homes, a folder with the clients' files, and Trackops.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use caseload::sandbox::{Sandbox, SandboxOptions as Options};
use serde_json::Value;

use super::claims::Claim;
use crate::common::{Finished, World, bare_command, counts, finish};

/// The office: the machine with both people's homes, the folder with the files, and Trackops.
pub(super) struct Office {
    pub(super) world: World,
    /// Folder with the cases of Trackops, which outlive a restart.
    kept: tempfile::TempDir,
    /// Our group, which the team's folder belongs to.
    group: String,
    /// Tokens of Ann and Ben.
    pub(super) tokens: BTreeMap<&'static str, &'static str>,
    /// Lines typed, with what they printed.
    pub(super) typed: Vec<(String, String)>,
}

impl Office {
    pub(super) async fn open() -> Self {
        let kept = tempfile::tempdir().unwrap();
        let world = World::with(|options| options.store = Some(store(&kept))).await;
        // One row at a time, so that the same row meets the same fault every time.
        world.change_config(|text| {
            text.replace("\"test\"", "\"firm\"").replace("accounts.test", "accounts.firm")
        });
        world.change_config(|text| text.replace("concurrency = 4", "concurrency = 1"));
        let config = fs::read_to_string(world.path("config/config.toml")).unwrap();
        fs::create_dir(world.path("inbox")).unwrap();
        for person in ["ann", "ben"] {
            let folder = world.home.path().join(person).join("config");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("config.toml"), &config).unwrap();
            fs::set_permissions(folder.join("config.toml"), fs::Permissions::from_mode(0o600)).unwrap();
        }
        let tokens = BTreeMap::from([("ann", "sandbox"), ("ben", "sandbox")]);
        let group = finish(Command::new("id").arg("-gn").output().unwrap()).stdout.trim().to_owned();
        Self { world, kept, group, tokens, typed: Vec::new() }
    }

    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.world.sandbox
    }

    /// Sets what goes wrong from the next request on.
    pub(super) fn trouble(&self, faults: &[&str]) {
        self.sandbox().set_faults(faults.iter().map(|fault| fault.parse().unwrap()).collect());
    }

    /// Restarts Trackops at the same address, with the same cases and another token.
    pub(super) async fn replace_token(&mut self, token: &'static str) {
        let port =
            self.sandbox().url().trim_end_matches("/api/v1").rsplit_once(':').unwrap().1.parse().unwrap();
        let elsewhere = Sandbox::start(Options::default()).await.unwrap();
        std::mem::replace(&mut self.world.sandbox, elsewhere).stop().await;
        let options =
            Options { port, token: token.to_owned(), store: Some(store(&self.kept)), ..Options::default() };
        self.world.sandbox = Sandbox::start(options).await.unwrap();
    }

    /// Saves a file in the inbox.
    pub(super) fn save(&self, name: &str, bytes: &[u8]) {
        fs::write(self.world.home.path().join("inbox").join(name), bytes).unwrap();
    }

    fn team(&self) -> String {
        self.world.path("team")
    }

    /// Returns the command for a line such as `ann$ caseload imports`, in the folder with the files.
    fn command(&self, line: &str) -> Command {
        let (person, line) = line.split_once("$ caseload ").unwrap();
        let arguments = words(line).into_iter().map(|word| match word.as_str() {
            "/srv/caseload" => self.team(),
            "intake" => self.group.clone(),
            _ => word,
        });
        let arguments: Vec<String> = arguments.collect();
        let mut command = bare_command(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        command.current_dir(self.world.path("inbox"));
        command.env("CASELOAD_HOME", self.world.path(person)).env("CASELOAD_TOKEN", self.tokens[person]);
        command.env("TMPDIR", self.world.home.path());
        command
    }

    /// Runs a line that a person types, such as `ann$ caseload receipt 1 > receipt.txt`.
    pub(super) fn types(&mut self, line: &str) -> Finished {
        let (command, file) = match line.split_once(" > ") {
            Some((command, file)) => (command, Some(file)),
            None => (line, None),
        };
        let finished = finish(self.command(command).output().unwrap());
        let shown = match file {
            Some(file) => {
                self.save(file, finished.stdout.as_bytes());
                finished.stderr.clone()
            }
            None => format!("{}{}", finished.stderr, finished.stdout),
        };
        self.typed.push((line.to_owned(), shown.replace(&self.team(), "/srv/caseload")));
        finished
    }

    /// Starts a line that a person types.
    pub(super) fn starts(&mut self, line: &str) -> Child {
        self.typed.push((line.to_owned(), String::new()));
        self.command(line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Returns the JSON of `show`.
    pub(super) fn shown(&self, import: usize) -> Value {
        finish(self.command(&format!("ben$ caseload show {import} --json")).output().unwrap()).json()
    }

    /// Asserts the status and counts of an import: rows, created, rejected, excluded, unknown, not sent.
    pub(super) fn assert_shown(&self, import: usize, status: &str, wanted: [u64; 6]) -> Value {
        let shown = self.shown(import);
        assert_eq!((&shown["status"], counts(&shown)), (&status.into(), wanted), "{shown}");
        shown
    }

    /// Asserts that Trackops has one case for each of these claims, and no other.
    pub(super) fn assert_cases<'a>(&self, claims: impl IntoIterator<Item = &'a Claim>) {
        let wanted: BTreeMap<String, u64> =
            claims.into_iter().map(|claim| (claim.number.clone(), 1)).collect();
        assert_eq!(self.world.references(), wanted);
    }
}

/// Returns the file with the cases of Trackops.
fn store(kept: &tempfile::TempDir) -> PathBuf {
    kept.path().join("trackops.jsonl")
}

/// Splits a line into words, as a shell does with double quotes.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut is_quoted, mut last) = (Vec::new(), false, None::<String>);
    for c in line.chars() {
        match c {
            '"' => {
                is_quoted = !is_quoted;
                last.get_or_insert_default();
            }
            ' ' if !is_quoted => words.extend(last.take()),
            c => last.get_or_insert_default().push(c),
        }
    }
    words.extend(last);
    words
}
