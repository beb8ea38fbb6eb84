//! Several accounts in one home: each import uses its own account, and no token reaches another one.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;

use std::fs;

use caseload::app::{AccountDetails, App, AppError, Settings, TokenFrom, read_recipe};
use caseload::ledger::{ImportId, OnError, Status};
use caseload::sandbox::{Sandbox, SandboxOptions};
use caseload::sheet::Sheet;
use caseload::trackops::Fault;
use common::{Finished, bare_command, csv, finish, options, watch};

const ACME: &str = "acme-t0ken";
const BETA: &str = "beta-t0ken";

/// A home with two accounts, acme (the default) and beta, and a server for each.
struct Two {
    home: tempfile::TempDir,
    acme: Sandbox,
    beta: Sandbox,
}

impl Two {
    /// Adds the given lines to each account's settings.
    async fn new(acme_has: &str, beta_has: &str) -> Self {
        let start = async |token: &str| {
            Sandbox::start(SandboxOptions { token: token.into(), ..SandboxOptions::default() }).await.unwrap()
        };
        let (acme, beta) = (start(ACME).await, start(BETA).await);
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join("config")).unwrap();
        let account = |name: &str, at: &Sandbox, more: &str| {
            format!(
                "[accounts.{name}] # {name}'s own\nusername = \"sandbox\"\nurl = \"{}\"\nper_minute = 0\n{more}\n",
                at.url()
            )
        };
        let config = format!(
            "# whose is whose\ndefault_account = \"acme\"\n{}{}",
            account("acme", &acme, acme_has),
            account("beta", &beta, beta_has)
        );
        fs::write(home.path().join("config/config.toml"), config).unwrap();
        fs::write(home.path().join("recipe.toml"), common::RECIPE).unwrap();
        fs::write(home.path().join("cases.csv"), csv(3, &[], &[])).unwrap();
        Self { home, acme, beta }
    }

    fn config(&self) -> String {
        fs::read_to_string(self.home.path().join("config/config.toml")).unwrap()
    }

    async fn open(&self, account: Option<&str>, token: Option<&str>) -> App {
        let settings = Settings {
            home: Some(self.home.path().into()),
            account: account.map(str::to_owned),
            token: token.map(Into::into),
            ..Settings::default()
        };
        App::open(settings).await.unwrap()
    }

    /// Creates an import of the account in use.
    fn import(&self, app: &App) -> ImportId {
        let sheet = Sheet::open(&self.home.path().join("cases.csv")).unwrap();
        let recipe = read_recipe(&self.home.path().join("recipe.toml")).unwrap();
        app.drafts().create_with(&sheet, &recipe, OnError::Halt).unwrap().id
    }

    fn run(&self, arguments: &[&str], token: Option<&str>) -> Finished {
        let mut command = bare_command(arguments);
        command.env("CASELOAD_HOME", self.home.path());
        if let Some(token) = token {
            command.env("CASELOAD_TOKEN", token);
        }
        finish(command.output().unwrap())
    }

    /// Asserts that no server received the other account's token.
    fn assert_apart(&self) {
        assert_eq!((self.acme.stats().unauthorized, self.beta.stats().unauthorized), (0, 0));
    }
}

fn form(name: Option<&str>, url: &str, token: &str) -> AccountDetails {
    let (name, url) = (name.map(str::to_owned), url.to_owned());
    AccountDetails { name, url, username: "sandbox".into(), token: token.into(), remember: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_are_found_under_every_name_of_an_account() {
    let world = common::World::new().await;
    let run = |account: &str| {
        let shown = world.run_file(&csv(2, &[], &[]), &["--json", "--account", account]).json();
        (shown["created"].as_u64().unwrap(), shown["excluded"].as_u64().unwrap())
    };
    assert_eq!(run("test"), (2, 0));
    // The account is renamed, and later configured a second time under another name.
    world.change_config(|text| text.replace("test", "acme"));
    assert_eq!(run("acme"), (0, 2));
    let url = world.sandbox.url();
    world.change_config(|text| format!("{text}[accounts.bob]\nurl = \"{url}\"\nusername = \"sandbox\"\n"));
    assert_eq!(run("bob"), (0, 2));
    assert!(world.references().values().all(|count| *count == 1), "{:?}", world.references());
    // Rows of a deleted import are recognized under every name too.
    let purged = world.run(&["purge", "--older-than", "0d", "--yes"]);
    assert_eq!(purged.status, 0, "{purged:?}");
    assert_eq!(run("bob"), (0, 2));
    // An account at another address has other cases.
    let other = Sandbox::start(SandboxOptions::default()).await.unwrap();
    world.change_config(|text| {
        format!("{text}[accounts.other]\nurl = \"{}\"\nusername = \"sandbox\"\n", other.url())
    });
    assert_eq!(run("other"), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_of_one_server_is_not_used_for_another() {
    let start = async |quirk: &[&str], faults: &[&str]| {
        let quirks = quirk.iter().map(|quirk| quirk.parse().unwrap()).collect();
        let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        Sandbox::start(SandboxOptions { quirks, faults, ..SandboxOptions::default() }).await.unwrap()
    };
    // With the other server's clock, cases of the late server would look older than their requests.
    let (late, right) =
        (start(&["clock-behind", "no-admin-notes"], &["lost@1"]).await, start(&[], &[]).await);
    let two = Two::new("", "").await;
    let config = two.config().replace(&two.acme.url(), &late.url()).replace(&two.beta.url(), &right.url());
    fs::write(two.home.path().join("config/config.toml"), config).unwrap();
    let app = two.open(Some("beta"), None).await;
    app.connect(form(Some("beta"), &right.url(), "sandbox")).await.unwrap();
    app.connect(form(Some("acme"), &late.url(), "sandbox")).await.unwrap();
    app.switch_account("beta").unwrap();
    app.accounts().test().await.unwrap();
    app.switch_account("acme").unwrap();
    fs::write(two.home.path().join("cases.csv"), csv(8, &[], &[])).unwrap();
    let id = two.import(&app);
    // One at a time, because later rows use the clock learned from earlier answers.
    let alone = caseload::app::StartOptions { concurrency: Some(1), ..options(OnError::Skip) };
    let (ended, _) = watch(app.runs().start(id, alone).unwrap()).await;
    assert_eq!((ended.counts.created, late.cases().len()), (8, 8), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_resumed_with_its_own_account() {
    let two = Two::new("", &format!("token_command = \"echo {BETA}\"")).await;
    let id = two.import(&two.open(Some("beta"), None).await).to_string();
    let config = two.config();
    // Reported before any request is sent.
    let wrong = two.run(&["resume", &id, "--account", "acme"], None);
    assert!(wrong.status == 2 && wrong.stderr.contains("belongs to the account beta"), "{wrong:?}");
    // No account is named and acme is the default, so the environment's token belongs to acme.
    let resumed = two.run(&["resume", &id], Some(ACME));
    assert_eq!((resumed.status, two.beta.stats().created), (0, 3), "{resumed:?}");
    assert_eq!(two.acme.stats().connections, 0, "acme gets no request");
    assert_eq!(two.config(), config, "the config is unchanged");
    two.assert_apart();
}

#[tokio::test(flavor = "multi_thread")]
async fn with_several_accounts_one_must_be_named() {
    let two = Two::new("", "").await;
    for name in ["acme", "beta"] {
        two.import(&two.open(Some(name), None).await);
    }
    let listed = two.run(&["imports"], None);
    assert!(
        listed.stdout.contains("  acme: Test, cases.csv") && listed.stdout.contains("  beta: Test,"),
        "{listed:?}"
    );
    let config = two.config().replace("default_account", "# default_account");
    fs::write(two.home.path().join("config/config.toml"), config).unwrap();
    let which = two.run(&["doctor"], Some(ACME));
    assert!(which.status == 2 && which.stderr.contains("--account: acme, beta"), "{which:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_token_is_not_sent_to_another_account() {
    let two = Two::new("", "").await;
    let id = two.import(&two.open(Some("beta"), None).await).to_string();
    let refused = two.run(&["resume", &id], Some(BETA));
    assert!(refused.status == 2 && refused.stderr.contains("CASELOAD_TOKEN belongs to acme"), "{refused:?}");
    assert!(refused.stderr.contains("--account beta"), "{refused:?}");
    assert_eq!(two.beta.stats().connections, 0);
    let named = two.run(&["resume", &id, "--account", "beta"], Some(BETA));
    assert_eq!((named.status, two.beta.stats().created), (0, 3), "{named:?}");

    let app = two.open(None, Some(ACME)).await;
    app.accounts().test().await.unwrap();
    let nothing_typed = app.connect(form(None, &two.beta.url(), "")).await;
    assert!(matches!(nothing_typed, Err(AppError::NoToken(name)) if name == "beta"));
    app.use_account("beta").unwrap();
    assert!(matches!(app.accounts().test().await, Err(AppError::TokenOfAnother { of, .. }) if of == "acme"));
    two.assert_apart();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_token_is_used_for_its_account_until_the_program_ends() {
    let two = Two::new("", "").await;
    let app = two.open(None, None).await;
    app.connect(form(Some("acme"), &two.acme.url(), ACME)).await.unwrap();
    app.connect(form(None, &two.beta.url(), BETA)).await.unwrap();
    for name in ["acme", "beta", "acme"] {
        app.use_account(name).unwrap();
        app.accounts().test().await.unwrap();
        assert_eq!(app.accounts().known().named(name).unwrap().token, Some(TokenFrom::Run));
        assert!(two.config().contains(&format!("default_account = \"{name}\"")));
    }
    let wrong = app.connect(form(None, &two.beta.url(), ACME)).await;
    assert!(matches!(wrong, Err(AppError::Fault(Fault::Unauthorized))));
    assert_eq!(app.accounts().in_use().unwrap().0, "acme", "a refused token changes nothing");
    app.use_account("beta").unwrap();
    app.accounts().test().await.unwrap();
    let config = two.config();
    assert!(config.contains("# whose is whose") && config.contains("# beta's own"), "{config}");
    assert!(!config.contains("t0ken"), "{config}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_form_without_a_token_keeps_the_token_source() {
    let two = Two::new(&format!("token_command = \"echo {ACME}\""), "token_file = \"HOME/beta.token\"").await;
    let path = two.home.path().join("beta.token");
    fs::write(&path, BETA).unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let config = two.config().replace("HOME", two.home.path().to_str().unwrap());
    fs::write(two.home.path().join("config/config.toml"), &config).unwrap();
    let app = two.open(None, None).await;
    app.connect(form(Some("acme"), &two.acme.url(), "")).await.unwrap();
    assert_eq!(two.config(), config, "the config is unchanged");
    app.connect(form(Some("beta"), &two.beta.url(), "")).await.unwrap();
    assert_eq!(two.config(), config.replace("default_account = \"acme\"", "default_account = \"beta\""));
    // The saved token is only for its address and user.
    let other = AccountDetails { username: "other".into(), ..form(Some("beta"), &two.beta.url(), "") };
    assert!(matches!(app.connect(other).await, Err(AppError::NoToken(_))));
    two.assert_apart();
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_first_run_the_environment_token_is_used_for_the_new_account() {
    let two = Two::new("", "").await;
    let home = tempfile::tempdir().unwrap();
    let settings =
        Settings { home: Some(home.path().into()), token: Some(ACME.into()), ..Settings::default() };
    let app = App::open(settings).await.unwrap();
    assert!(app.accounts().in_use().is_none() && app.accounts().known().spare_token);
    app.connect(form(None, &two.acme.url(), "")).await.unwrap();
    app.accounts().test().await.unwrap();
    assert!(matches!(app.connect(form(None, &two.beta.url(), "")).await, Err(AppError::NoToken(_))));
    assert_eq!(two.beta.stats().connections, 0);
    two.assert_apart();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_practice_server_is_never_saved_as_an_account() {
    let home = tempfile::tempdir().unwrap();
    let settings = Settings {
        home: Some(home.path().into()),
        sandbox: true,
        token: Some(ACME.into()),
        ..Settings::default()
    };
    let app = App::open(settings).await.unwrap();
    let url = app.sandbox().unwrap().url();
    app.connect(AccountDetails { remember: true, ..form(Some("sandbox"), &url, "") }).await.unwrap();
    assert_eq!(fs::read_dir(home.path().join("config")).unwrap().count(), 0);
    let two = Two::new("", "").await;
    // With --sandbox, a token in the environment belongs to no account.
    assert!(matches!(app.connect(form(None, &two.acme.url(), "")).await, Err(AppError::NoToken(_))));
    app.connect(form(None, &two.acme.url(), ACME)).await.unwrap();
    app.use_account("sandbox").unwrap();
    app.accounts().test().await.unwrap();
    assert!(!app.knowledge().catalog().entries(caseload::trackops::List::CaseTypes).is_empty());
    app.use_account(&app.accounts().known().all[0].name).unwrap();
    assert!(
        app.knowledge().catalog().entries(caseload::trackops::List::CaseTypes).is_empty(),
        "the sandbox's ids stay its own"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_keeps_its_account_after_a_switch_to_another() {
    let two = Two::new("concurrency = 1", &format!("token_command = \"echo {BETA}\"")).await;
    let app = two.open(None, Some(ACME)).await;
    let id = two.import(&app);
    let run = app.runs().start(id, options(OnError::Halt)).unwrap();
    app.use_account("beta").unwrap();
    let other = two.import(&app);
    let (ended, _) = watch(run).await;
    assert_eq!((ended.status, two.acme.stats().created, two.beta.stats().created), (Status::Complete, 3, 0));
    let (ended, _) = watch(app.runs().start(other, options(OnError::Halt)).unwrap()).await;
    assert_eq!((ended.status, two.acme.stats().created, two.beta.stats().created), (Status::Complete, 3, 3));
    let refused = app.runs().start(id, options(OnError::Halt)).map(|_| ());
    assert!(matches!(refused, Err(AppError::OtherAccount { .. })), "{refused:?}");
    two.assert_apart();
}
