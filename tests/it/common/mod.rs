//! Shared helpers of tests: a sandbox, a home, and files with a matching recipe.
// Every test file uses only a part.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::indexing_slicing
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

#[cfg(unix)]
use portable_pty::CommandBuilder;

use caseload::app::{App, Settings, StartOptions, read_recipe};
use caseload::engine::{Ended, Event, Run};
use caseload::ledger::{Exception, Import, ImportId, OnError};
use caseload::sandbox::{Sandbox, SandboxOptions};
use caseload::sheet::Sheet;
use serde_json::Value;

/// Case defaults for the sandbox's first client, and a field map for the columns of [`csv`].
pub const RECIPE: &str = r#"
caseload = 1
name = "Test"

[defaults]
case_type_id = 1
client_id = 100
primary_contact_id = 1000
subject_type_id = 1
due_on = "+14d"

[[fields]]
key = "subject.1"
label = "Name"
kind = "name"

[[columns]]
from = "Claim"
to = "reference_value_1"

[[columns]]
from = "Claimant"
to = "subject.1"

[[columns]]
from = "Assigned"
to = "created_on"
date = "mdy"

[[columns]]
from = "Contact"
to = "primary_contact_id"
"#;

/// Returns a file with `rows` rows. `bad` rows have an impossible date; `refused` rows have a contact of another
/// client.
pub fn csv(rows: u64, bad: &[u64], refused: &[u64]) -> String {
    (1..=rows).fold("Claim,Claimant,Assigned,Contact\n".to_owned(), |text, row| {
        let date = if bad.contains(&row) { "02/31/2026" } else { "11/02/2026" };
        let contact = if refused.contains(&row) { "1030" } else { "" };
        let middle = char::from(b'A' + u8::try_from(row % 26).unwrap());
        text + &format!("C-{row:04},\"Doe, Jane {middle}\",{date},{contact}\n")
    })
}

/// A sandbox with its own home.
pub struct World {
    pub home: tempfile::TempDir,
    pub sandbox: Sandbox,
}

impl World {
    pub async fn new() -> Self {
        Self::with_faults(&[]).await
    }

    pub async fn with_faults(faults: &[&str]) -> Self {
        Self::with(|options| options.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect())
            .await
    }

    /// Starts a sandbox with options.
    pub async fn with(configure: impl FnOnce(&mut SandboxOptions)) -> Self {
        let mut options = SandboxOptions::default();
        configure(&mut options);
        let sandbox = Sandbox::start(options).await.unwrap();
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join("config")).unwrap();
        // No wait before concluding that a case is absent, because the sandbox lists a case at once.
        let config = format!(
            "default_account = \"test\"\n[accounts.test]\nurl = \"{}\"\nusername = \"sandbox\"\nconcurrency = 4\n\
             per_minute = 0\nsettle_seconds = 0\nlate_commit_seconds = 0\n",
            sandbox.url()
        );
        let path = home.path().join("config/config.toml");
        fs::write(&path, config).unwrap();
        // Independent of the umask: caseload rejects a config file that others can change.
        #[cfg(unix)]
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        fs::write(home.path().join("recipe.toml"), RECIPE).unwrap();
        Self { home, sandbox }
    }

    /// Adds a line at the top of the config file.
    pub fn configure(&self, line: &str) {
        self.change_config(|text| format!("{line}\n{text}"));
    }

    /// Adds a line to the settings of the account.
    pub fn configure_account(&self, line: &str) {
        self.change_config(|text| text.replace("per_minute = 0", &format!("{line}\nper_minute = 0")));
    }

    /// Sets the requests per minute.
    pub fn pace(&self, per_minute: u32) {
        self.change_config(|text| text.replace("per_minute = 0", &format!("per_minute = {per_minute}")));
    }

    /// Changes the config file.
    pub fn change_config(&self, change: impl FnOnce(String) -> String) {
        let path = self.home.path().join("config/config.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, change(text)).unwrap();
    }

    /// Opens the app in this process.
    pub async fn app(&self) -> App {
        let home = Some(self.home.path().to_path_buf());
        App::open(Settings { home, token: Some("sandbox".into()), ..Settings::default() }).await.unwrap()
    }

    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.home.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    pub fn import(&self, app: &App, text: &str, on_error: OnError) -> ImportId {
        let sheet = Sheet::open(&self.file("cases.csv", text)).unwrap();
        let recipe = read_recipe(&self.home.path().join("recipe.toml")).unwrap();
        app.drafts().create_with(&sheet, &recipe, on_error).unwrap().id
    }

    /// Returns the number of cases in the sandbox by reference.
    pub fn references(&self) -> std::collections::BTreeMap<String, u64> {
        let mut count = std::collections::BTreeMap::new();
        for case in self.sandbox.cases() {
            *count.entry(case["reference_value_1"].as_str().unwrap_or("").to_owned()).or_default() += 1;
        }
        count
    }

    /// Returns a command for the binary, with this home and the sandbox's token.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare_command(arguments);
        command.env("CASELOAD_HOME", self.home.path()).env("CASELOAD_TOKEN", "sandbox");
        // A temporary folder of its own, so that no test finds another's files.
        command.env("TMPDIR", self.home.path());
        command
    }

    pub fn path(&self, name: &str) -> String {
        self.home.path().join(name).to_str().unwrap().to_owned()
    }

    /// Runs the import of a file with the home's recipe.
    pub fn run_file(&self, text: &str, more: &[&str]) -> Finished {
        self.file("cases.csv", text);
        let (file, recipe) = (self.path("cases.csv"), self.path("recipe.toml"));
        self.run(&[&["run", &file, "--recipe", &recipe], more].concat())
    }

    /// Lets a colleague, with another home, create a file's cases with the home's recipe, whatever is in Trackops.
    /// Returns their ids.
    pub fn create_by_colleague(&self, text: &str) -> Vec<i64> {
        let ids =
            || -> Vec<i64> { self.sandbox.cases().iter().map(|case| case["id"].as_i64().unwrap()).collect() };
        let before = ids();
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join("config")).unwrap();
        fs::copy(self.path("config/config.toml"), home.path().join("config/config.toml")).unwrap();
        let file = home.path().join("theirs.csv");
        fs::write(&file, text).unwrap();
        let recipe = self.path("recipe.toml");
        let run =
            ["run", file.to_str().unwrap(), "--recipe", &recipe, "--look-up", "off", "--concurrency", "1"];
        let ran = finish(self.command(&run).env("CASELOAD_HOME", home.path()).output().unwrap());
        assert_eq!(ran.status, 0, "{ran:?}");
        ids().into_iter().filter(|id| !before.contains(id)).collect()
    }

    pub fn run(&self, arguments: &[&str]) -> Finished {
        finish(self.command(arguments).output().unwrap())
    }
}

/// Environment variables that change what the program does or shows. Tests must not inherit them.
pub const VARIABLES: [&str; 11] = [
    "CASELOAD_HOME",
    "CASELOAD_DATA",
    "CASELOAD_URL",
    "CASELOAD_USERNAME",
    "CASELOAD_TOKEN",
    "CASELOAD_LOG",
    "CASELOAD_DIE_AT",
    "CASELOAD_LATE_COMMIT_SECONDS",
    "CASELOAD_COMPLETE",
    "NO_COLOR",
    "LC_ALL",
];

/// Returns a command for the binary without any of its environment variables.
pub fn bare_command(arguments: &[&str]) -> Command {
    bare_program(env!("CARGO_BIN_EXE_caseload"), arguments)
}

/// Returns a command for a program that may run the binary, without any of the environment variables.
pub fn bare_program(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    for name in VARIABLES {
        command.env_remove(name);
    }
    command
}

/// Returns a command like `bare_program`, for a terminal.
#[cfg(unix)]
pub fn terminal_command(program: &str, arguments: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.args(arguments);
    for name in VARIABLES {
        command.env_remove(name);
    }
    command
}

#[test]
fn tests_inherit_no_setting() {
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for rest in text.split("\"CASELOAD_").skip(1) {
                let end = rest.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(rest.len());
                let name = format!("CASELOAD_{}", &rest[..end]);
                // One is set by the build, the other makes tests write pictures.
                let is_setting = !["CASELOAD_VERSION", "CASELOAD_PICTURES"].contains(&name.as_str());
                assert!(!is_setting || VARIABLES.contains(&name.as_str()), "{name} in {}", path.display());
            }
        }
    }
}

/// Returns the counts in an import's JSON: rows, created, rejected, excluded, unknown, not sent.
pub fn counts(shown: &Value) -> [u64; 6] {
    ["rows", "created", "rejected", "excluded", "unknown", "not_sent"].map(|key| shown[key].as_u64().unwrap())
}

/// Output and exit status of a command.
#[derive(Debug)]
pub struct Finished {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

pub fn finish(output: Output) -> Finished {
    Finished {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Starts an import and waits until it ends.
pub async fn run(app: &App, id: ImportId, on_error: OnError) -> Ended {
    watch(app.runs().start(id, options(on_error)).unwrap()).await.0
}

/// Waits until a condition holds. Checks every few milliseconds: without a pause, waiting would take a processor from
/// the program under test.
pub async fn until(mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(120), "the condition holds in time");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

pub fn options(on_error: OnError) -> StartOptions {
    StartOptions { on_error, ..StartOptions::default() }
}

/// Waits until a run ends; returns its end and the reported exceptions.
pub async fn watch(mut run: Run) -> (Ended, Vec<Exception>) {
    let mut reported = Vec::new();
    while let Some(event) = run.events.recv().await {
        match event {
            Event::Exceptions(exceptions) => reported.extend(exceptions),
            Event::Ended(ended) => return (ended, reported),
            Event::Progress(progress) => {
                let c = progress.counts;
                assert_eq!(
                    c.created + c.rejected + c.excluded + c.unknown + c.not_sent,
                    c.rows,
                    "{progress:?}"
                );
            }
            Event::Waiting { .. } | Event::Settling { .. } | Event::ReadingBack { .. } => {}
        }
    }
    panic!("the run stopped without an Ended event");
}

/// Asserts that the counts add up and that no reference is in the sandbox twice.
pub fn assert_true_counts(world: &World, import: &Import) {
    let c = import.counts;
    assert_eq!(c.created + c.rejected + c.excluded + c.unknown + c.not_sent, c.rows, "{c:?}");
    assert!(world.references().values().all(|count| *count == 1), "{:?}", world.references());
}

/// Returns the contents of every file below a folder, for searching.
pub fn everything_below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(everything_below(&path));
        } else {
            found.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    found
}
