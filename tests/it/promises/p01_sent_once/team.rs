//! Promise 1 for a team: one ledger for many people and programs, accessible to their group. It can be moved and copied
//! without losing a row or sending one twice.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use caseload::ledger::{Ledger, NewImport, OnError, Person};
use caseload::trackops::{CatalogEntry, List};
use common::{Finished, World, bare_command, csv, finish};
use serde_json::json;

/// Returns a group of the user who runs the tests.
fn group() -> String {
    let output = Command::new("id").arg("-gn").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Creates the team's folder below a world's home.
fn init(world: &World, more: &[&str]) -> (PathBuf, Finished) {
    let folder = world.home.path().join("team");
    let made = world.run(&[&["team", "init", folder.to_str().unwrap(), "--group", &group()], more].concat());
    (folder, made)
}

/// Returns a command of a member, with a home of their own and the team's ledger.
fn member(world: &World, name: &str, folder: &Path, arguments: &[&str]) -> Command {
    let home = world.home.path().join(name);
    if !home.exists() {
        fs::create_dir_all(home.join("config")).unwrap();
        let config = fs::read_to_string(world.home.path().join("config/config.toml")).unwrap();
        fs::write(home.join("config/config.toml"), config).unwrap();
        fs::set_permissions(home.join("config/config.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let mut command = bare_command(arguments);
    command.env("CASELOAD_HOME", home).env("CASELOAD_TOKEN", "sandbox").env("CASELOAD_DATA", folder);
    command.env("TMPDIR", world.home.path());
    command
}

fn done(mut command: Command) -> Finished {
    finish(command.output().unwrap())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_sent_by_one_member_are_not_resent_by_another() {
    let world = World::new().await;
    let (folder, made) = init(&world, &[]);
    assert_eq!(made.status, 0, "{made:?}");
    assert!(made.stdout.contains(&format!("data_dir = \"{}\"", folder.display())), "{made:?}");
    let (file, recipe) = (world.file("a.csv", &csv(5, &[], &[])), world.path("recipe.toml"));
    let run = ["run", file.to_str().unwrap(), "--recipe", &recipe, "--look-up", "off", "--json"];
    let first = done(member(&world, "ann", &folder, &run));
    assert_eq!((first.status, &first.json()["created"]), (0, &json!(5)), "{first:?}");
    let second = done(member(&world, "ben", &folder, &run));
    assert_eq!(second.json()["excluded"], json!(5), "{second:?}");
    assert_eq!(world.references().values().sum::<u64>(), 5);
    // Both see the other's import and who created it.
    let shown = done(member(&world, "ben", &folder, &["show", "1", "--json"])).json();
    let user = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
    assert_eq!((&shown["made_by"], &shown["started_by"]), (&json!(user.trim()), &json!(user.trim())));
    let deeds: Vec<_> = shown["deeds"].as_array().unwrap().iter().map(|done| done["deed"].clone()).collect();
    assert_eq!(deeds, ["made", "started"]);
    // The team shares the catalog.
    assert_eq!(done(member(&world, "ann", &folder, &["catalog", "refresh"])).status, 0);
    let theirs = done(member(&world, "ben", &folder, &["catalog"]));
    assert!(theirs.stdout.contains("20"), "{theirs:?}");
    // The config file can name the folder instead of the environment.
    let config = world.home.path().join("ben/config/config.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("data_dir = \"{}\"\n{text}", folder.display())).unwrap();
    let mut listed = member(&world, "ben", &folder, &["imports", "--json"]);
    assert_eq!(done_without_data(&mut listed).json().as_array().unwrap().len(), 2);
    // The practice server's imports stay private.
    let mut practice = member(&world, "ben", &folder, &["--sandbox", "imports", "--json"]);
    assert_eq!(done_without_data(&mut practice).json(), json!([]));
}

fn done_without_data(command: &mut Command) -> Finished {
    finish(command.env_remove("CASELOAD_DATA").output().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_belongs_to_the_group_whatever_the_umask() {
    for umask in ["000", "077"] {
        let world = World::new().await;
        let (folder, _) = init(&world, &[]);
        let file = world.file("a.csv", &csv(3, &[], &[]));
        let program = env!("CARGO_BIN_EXE_caseload");
        let recipe = world.path("recipe.toml");
        // Copies of standard input are shared, because any member may resume the import.
        let script = format!(
            "umask {umask}; {program} run {} --recipe {recipe} && {program} catalog refresh && \
             {program} run - --recipe {recipe} < {} ; true",
            file.display(),
            file.display()
        );
        let mut command = common::bare_program("sh", &["-c", &script]);
        let ran = member(&world, "ann", &folder, &[]);
        for (name, value) in ran.get_envs().filter_map(|(name, value)| Some((name, value?))) {
            command.env(name, value);
        }
        let ran = finish(command.output().unwrap());
        assert_eq!(ran.status, 0, "{ran:?}");
        assert_eq!(mode(&folder), 0o2770, "umask {umask}");
        let group = fs::metadata(&folder).unwrap().gid();
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o660, "umask {umask}: {}", path.display());
            assert_eq!(fs::metadata(&path).unwrap().gid(), group);
            names.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
        for part in ["ledger.sqlite3", "import-1.lock", "test.catalog.toml", "test.directory.json", "stdin-"]
        {
            assert!(names.iter().any(|name| name.starts_with(part)), "{part}: {names:?}");
        }
        // A member's own folder stays private.
        let own = world.home.path().join("ann/data");
        assert_eq!(mode(&own), 0o700);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_open_to_others_is_refused_with_instructions() {
    let world = World::new().await;
    let (folder, _) = init(&world, &[]);
    let list = || done(member(&world, "ann", &folder, &["imports"]));
    for (rights, message) in [
        (0o2777, "people outside the team can open"),
        (0o2775, "chmod 2770"),
        (0o770, "isn't shared by its group"),
        (0o2750, "isn't shared by its group"),
    ] {
        fs::set_permissions(&folder, fs::Permissions::from_mode(rights)).unwrap();
        let refused = list();
        assert!(refused.status == 2 && refused.stderr.contains(message), "{rights:o}: {refused:?}");
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o2770)).unwrap();
    assert_eq!(list().status, 0);
    let missing = done(member(&world, "ann", &folder.join("no"), &["imports"]));
    assert!(missing.stderr.contains("caseload team init"), "{missing:?}");
    // A folder with other files is refused.
    let taken = world.home.path().join("full");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("x"), "x").unwrap();
    let refused = world.run(&["team", "init", taken.to_str().unwrap(), "--group", &group()]);
    assert!(refused.status == 2 && refused.stderr.contains("isn't yours to share"), "{refused:?}");
    let refused = world.run(&["team", "init", &world.path("new"), "--group", "no-such-group-here"]);
    assert!(refused.status == 2 && refused.stderr.contains("has no group"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_moves_to_the_team_with_every_outcome_and_remembers_where() {
    let world = World::new().await;
    assert_eq!(world.run_file(&csv(6, &[2], &[]), &["--on-error", "skip"]).status, 1);
    let before = world.run(&["show", "1", "--json"]).json();
    let (folder, made) = init(&world, &[]);
    assert!(
        made.stderr.contains("your ledger with 1 import stays in your home"),
        "nothing moves without --move: {made:?}"
    );
    let (_, moved) = init(&world, &["--move"]);
    assert!(moved.status == 0 && moved.stderr.contains("1 import moved"), "{moved:?}");
    let after = done(member(&world, "ann", &folder, &["show", "1", "--json"])).json();
    assert_eq!(after, before);
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let run = ["run", &file, "--recipe", &recipe, "--on-error", "skip", "--look-up", "off", "--json"];
    let again = done(member(&world, "ann", &folder, &run));
    assert_eq!((&again.json()["created"], &again.json()["excluded"]), (&json!(0), &json!(5)), "{again:?}");
    assert!(!again.stderr.contains("copied"), "a moved ledger isn't treated as a copy: {again:?}");
    // The old home refuses to start an empty ledger.
    let old = world.run(&["imports"]);
    assert!(old.status == 2 && old.stderr.contains("was moved to"), "{old:?}");
    // A second move does nothing.
    let (_, again) = init(&world, &["--move"]);
    assert!(again.stderr.contains("already has a ledger"), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_was_open_while_the_ledger_moved_sends_nothing() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(3, &[], &[]), OnError::Skip);
    let (_, moved) = init(&world, &["--move"]);
    assert_eq!(moved.status, 0, "{moved:?}");
    let refused = app.runs().start(id, common::options(OnError::Skip)).err().map(|error| error.to_string());
    assert!(refused.as_ref().is_some_and(|why| why.contains("was moved to")), "{refused:?}");
    assert_eq!(world.sandbox.stats().created, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_ledger_looks_up_every_row_before_sending_it() {
    let world = World::new().await;
    // Yesterday's backup, made before most rows were sent.
    world.file("first.csv", &csv(2, &[], &[]));
    let recipe = world.path("recipe.toml");
    world.run(&["run", &world.path("first.csv"), "--recipe", &recipe]);
    let (ledger, backup) = (world.home.path().join("data/ledger.sqlite3"), world.home.path().join("backup"));
    fs::copy(&ledger, &backup).unwrap();
    // After the backup, another file is imported.
    let sent = world.run_file(&csv(8, &[], &[]), &["--look-up", "off", "--json"]);
    assert_eq!(sent.json()["created"], json!(6), "{sent:?}");
    // The backup is restored on another machine, without the lock files that would reveal the loss.
    let other = world.home.path().join("other");
    fs::create_dir_all(other.join("data")).unwrap();
    fs::create_dir_all(other.join("config")).unwrap();
    fs::copy(world.home.path().join("config/config.toml"), other.join("config/config.toml")).unwrap();
    let config = fs::read_to_string(other.join("config/config.toml")).unwrap();
    // Without looking back, so that only the copy's own protection counts.
    let config = config.replace("per_minute = 0", "per_minute = 0\nlook_back_days = 0");
    fs::write(other.join("config/config.toml"), config).unwrap();
    fs::set_permissions(other.join("config/config.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::copy(&backup, other.join("data/ledger.sqlite3")).unwrap();
    let at = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        finish(command.env("CASELOAD_HOME", &other).output().unwrap())
    };
    let file = world.path("cases.csv");
    let ran = at(&["run", &file, "--recipe", &recipe, "--json"]).json();
    assert_eq!((&ran["created"], &ran["excluded"]), (&json!(0), &json!(8)), "{ran}");
    assert!(ran["note"].as_str().unwrap().contains("copied or restored from a backup"), "{ran}");
    assert!(world.references().values().all(|count| *count == 1), "{:?}", world.references());
    // Every row is looked up until the loss is accepted.
    world.file("last.csv", &csv(9, &[], &[]));
    let next = at(&["run", &world.path("last.csv"), "--recipe", &recipe, "--json"]).json();
    assert_eq!((&next["created"], &next["excluded"]), (&json!(1), &json!(8)), "{next}");
    let accepted = at(&["purge", "--lost", "--yes"]);
    assert!(accepted.status == 0 && accepted.stdout.contains("complete again"), "{accepted:?}");
    world.file("new.csv", &csv(1, &[], &[]).replace("C-", "N-"));
    let new = at(&["run", &world.path("new.csv"), "--recipe", &recipe, "--json"]).json();
    assert_eq!((&new["created"], &new["note"]), (&json!(1), &json!("")), "{new}");
}

/// A run of a file that looks nothing up.
fn run(world: &World, name: &str, folder: &Path, file: &Path) -> Command {
    let recipe = world.path("recipe.toml");
    let run = ["run", file.to_str().unwrap(), "--recipe", &recipe, "--look-up", "off", "--on-error", "skip"];
    member(world, name, folder, &run)
}

/// Starts a run of a file.
fn start(world: &World, name: &str, folder: &Path, file: &Path) -> Child {
    run(world, name, folder, file).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_programs_lose_and_duplicate_nothing_even_if_some_are_killed() {
    const ROWS: u64 = 12;
    let world = World::with(|options| options.latency = std::time::Duration::from_millis(20)).await;
    let (folder, _) = init(&world, &[]);
    // Ten have a file of their own, ten share one.
    let files: Vec<PathBuf> = (0..20)
        .map(|n| {
            let text = csv(ROWS, &[], &[]);
            let own = if n < 10 { format!("{n}-C-") } else { "same-C-".to_owned() };
            world.file(&format!("{n}.csv"), &text.replace("C-", &own))
        })
        .collect();
    let names: Vec<String> = (0..20).map(|n| format!("user{n}")).collect();
    let mut running: Vec<Child> =
        files.iter().zip(&names).map(|(file, name)| start(&world, name, &folder, file)).collect();
    // Every third is killed while cases arrive.
    let mut created = 0;
    for victim in (0..20).step_by(3) {
        created += 6;
        common::until(|| {
            world.sandbox.cases().len() as u64 >= created
                || running.iter_mut().all(|child| child.try_wait().unwrap().is_some())
        })
        .await;
        running[victim].kill().unwrap();
    }
    for child in &mut running {
        child.wait().unwrap();
    }
    let list = || done(member(&world, "user0", &folder, &["imports", "--json"])).json();
    for import in list().as_array().unwrap() {
        let id = import["import"].to_string();
        let resumed = done(member(&world, "user1", &folder, &["resume", &id, "--look-up", "off"]));
        assert!(resumed.status < 2 || resumed.stderr.contains("nothing"), "{id}: {resumed:?}");
    }
    // Programs killed before they had an import start over.
    let over: Vec<Finished> =
        files.iter().zip(&names).map(|(file, name)| done(run(&world, name, &folder, file))).collect();
    assert!(over.iter().all(|run| run.status < 2), "{over:?}");
    let references = world.references();
    assert_eq!(references.len() as u64, 11 * ROWS, "rows are lost: {references:?} {over:?}");
    assert!(references.values().all(|count| *count == 1), "rows are duplicated: {references:?}");
    for import in list().as_array().unwrap() {
        let [rows, sum @ ..] = common::counts(import);
        assert_eq!(rows, sum.iter().sum::<u64>(), "{import}");
        assert_eq!(import["status"], json!("complete"), "{import}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_people_editing_one_draft_the_second_is_refused() {
    let world = World::new().await;
    let (mine, theirs) = (world.app().await, world.app().await);
    let id = world.import(&mine, &csv(3, &[], &[]), caseload::ledger::OnError::Halt);
    let sheet = mine.imports().sheet(id).unwrap();
    let import = mine.imports().get(id).unwrap();
    mine.drafts().open(&import);
    theirs.drafts().open(&import);
    let mut recipe = mine.imports().recipe(id).unwrap();
    recipe.row_token = true;
    mine.drafts().save_opened(id, "Mine", &recipe, &sheet).unwrap();
    recipe.row_token = false;
    let refused = theirs.drafts().save_opened(id, "Theirs", &recipe, &sheet).unwrap_err().to_string();
    assert!(refused.contains("was changed in another window"), "{refused}");
    assert!(theirs.imports().recipe(id).unwrap().row_token, "the first change is kept");
    // After opening it again, the second can save; then the first one's copy is outdated.
    theirs.drafts().open(&theirs.imports().get(id).unwrap());
    theirs.drafts().save_opened(id, "Theirs", &recipe, &sheet).unwrap();
    mine.drafts().save_opened(id, "Mine", &recipe, &sheet).unwrap_err();
    // A new name doesn't make it current.
    mine.drafts().rename(id, "Mine").unwrap();
    mine.drafts().save_opened(id, "Mine", &recipe, &sheet).unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_name_ids_at_once_keep_all_names() {
    const EACH: u64 = 25;
    let world = World::new().await;
    let apps = [world.app().await, world.app().await];
    std::thread::scope(|scope| {
        for (app, first) in apps.iter().zip([5_000, 6_000]) {
            scope.spawn(move || {
                for id in first..first + EACH {
                    let entry = CatalogEntry::new(id, format!("Flag {id}"));
                    app.knowledge().change_catalog(|catalog| catalog.remember(List::Flags, entry)).unwrap();
                }
            });
        }
    });
    let catalog = world.app().await.knowledge().saved_catalog();
    let named = catalog.entries(List::Flags).iter().filter(|entry| entry.id >= 5_000).count();
    assert_eq!(named as u64, 2 * EACH);
}

#[tokio::test(flavor = "multi_thread")]
async fn actions_name_their_person_if_there_are_several() {
    let world = World::new().await;
    let app = world.app().await;
    let id = world.import(&app, &csv(2, &[], &[]), caseload::ledger::OnError::Halt);
    let plain = world.run(&["imports"]);
    assert!(!plain.stdout.contains("made by"), "{plain:?}");
    let ledger = Ledger::open(&world.home.path().join("data")).unwrap();
    let ann = Person { username: "ann@firm".into(), os_user: "ann".into() };
    let lock = ledger.lock(id).unwrap();
    ledger.ask_to_pause(id, ann.clone()).unwrap();
    ledger.begin_run(id, caseload::ledger::OnError::Halt, ann.clone()).await.unwrap();
    let refused = world.run(&["resume", "1"]);
    assert!(refused.stderr.contains("ann is running import 1. Wait"), "{refused:?}");
    drop(lock);
    let shown = world.run(&["show", "1"]).stdout;
    assert!(shown.contains(" paused by ann (ann@firm in Trackops)"), "{shown}");
    assert!(world.run(&["receipt", "1"]).stdout.contains(" paused by ann"), "the receipt says so too");
    // An import of hers is marked, and isn't purged without --even-others.
    let import = app.imports().get(id).unwrap();
    let hers = NewImport {
        name: "Hers".into(),
        account: "test".into(),
        file: import.file.unwrap(),
        recipe: import.recipe,
        status: import.status,
        on_error: import.on_error,
        duplicated_from: None,
        facts: None,
        who: ann,
    };
    ledger.create(hers).unwrap();
    let listed = world.run(&["imports"]).stdout;
    assert!(listed.contains("made by") && listed.contains("cases.csv, ann"), "{listed}");
    rusqlite::Connection::open(world.home.path().join("data/ledger.sqlite3"))
        .unwrap()
        .execute_batch(
            "UPDATE imports SET created_at = created_at - 864000, started_at = started_at - 864000",
        )
        .unwrap();
    let purged = world.run(&["purge", "--older-than", "7d", "--yes"]);
    assert!(
        purged.stderr.contains("import 1 “Test”") && purged.stderr.contains("someone else made it"),
        "{purged:?}"
    );
    let left = world.run(&["imports", "--json"]).json();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["made_by"]), (1, &json!("ann")), "{left}");
    assert_eq!(world.run(&["purge", "--older-than", "7d", "--even-others", "--yes"]).status, 0);
    assert_eq!(world.run(&["imports", "--json"]).json(), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_with_another_account_name_can_resume() {
    let world = World::new().await;
    let (folder, _) = init(&world, &[]);
    let (file, recipe) = (world.file("a.csv", &csv(6, &[], &[3])), world.path("recipe.toml"));
    let run = ["run", file.to_str().unwrap(), "--recipe", &recipe];
    let halted = done(member(&world, "ann", &folder, &run));
    assert_eq!((halted.status, world.sandbox.cases().len()), (1, 2), "{halted:?}");
    done(member(&world, "ben", &folder, &["imports"]));
    let config = world.home.path().join("ben/config/config.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("accounts.test", "accounts.firm").replace("\"test\"", "\"firm\""))
        .unwrap();
    let resumed = done(member(&world, "ben", &folder, &["resume", "1", "--on-error", "skip", "--json"]));
    assert_eq!((resumed.status, &resumed.json()["created"]), (1, &json!(5)), "{resumed:?}");
    let again = done(member(
        &world,
        "ben",
        &folder,
        &[&run[..], &["--look-up", "off", "--on-error", "skip", "--json"]].concat(),
    ));
    assert_eq!(again.json()["excluded"], json!(5), "{again:?}");
    // An account at another address has other cases.
    assert_eq!(done(member(&world, "cleo", &folder, &["imports"])).status, 0);
    let other = world.home.path().join("cleo/config/config.toml");
    let text = fs::read_to_string(&other).unwrap().replace("accounts.test", "accounts.other");
    let text = text.replace("\"test\"", "\"other\"").replace("/api/v1", "/api/v2");
    fs::write(&other, text).unwrap();
    let refused = done(member(&world, "cleo", &folder, &["resume", "1", "--rejected", "all"]));
    assert!(refused.status == 2 && refused.stderr.contains("other"), "{refused:?}");
}
