//! Opens the program: its folders, the ledger and the account.

use std::sync::Arc;
use std::time::Duration;

use crate::app::accounts::session::SessionAccounts;
use crate::app::accounts::{Accounts, CONFIG};
use crate::app::checks::Checks;
use crate::app::drafts::Drafts;
use crate::app::error::AppError;
use crate::app::exports::Exports;
use crate::app::imports::Imports;
use crate::app::knowledge::Knowledge;
use crate::app::runs::Runs;
use crate::app::settings::Settings;
use crate::app::storage::scratch::Scratch;
use crate::app::storage::{SANDBOX_STORE, Storage};
use crate::app::{App, Services};
use crate::home::Home;
use crate::ledger::Ledger;
use crate::sandbox::{self, Sandbox};
use crate::trackops::{Account, Config, Token};

/// `late_commit_seconds` of the embedded Trackops.
const EMBEDDED_LATE_COMMIT: u64 = 2;

impl App {
    /// Opens the folders, the ledger and the account. A missing account is no error yet.
    pub async fn open(settings: Settings) -> Result<Self, AppError> {
        let home = Home::open(settings.home.as_deref())?;
        Self::open_in(home, &settings, Duration::ZERO, None).await
    }

    pub(super) async fn open_in(
        home: Home,
        settings: &Settings,
        latency: Duration,
        scratch: Option<Scratch>,
    ) -> Result<Self, AppError> {
        let config = Config::load(&home.config.join(CONFIG))?;
        // Practice cases stay private.
        let team = settings.team.as_ref().or(config.data_dir.as_ref()).filter(|_| !settings.sandbox);
        let home = match team {
            Some(folder) => home.with_team(folder)?,
            None => home,
        };
        let (session, sandbox) = if settings.sandbox {
            let options = sandbox::SandboxOptions {
                store: Some(home.data.join(SANDBOX_STORE)),
                latency,
                ..sandbox::SandboxOptions::default()
            };
            let (token, username) = (Token::from(options.token.as_str()), options.username.clone());
            let sandbox = Sandbox::start(options).await?;
            let account = Account::new(sandbox.url().parse()?, username);
            // It finishes a request before it answers.
            let account = Account { late_commit_seconds: EMBEDDED_LATE_COMMIT, ..account };
            (SessionAccounts::of_sandbox(config, account, token), Some(sandbox))
        } else {
            (SessionAccounts::from_settings(settings, config, &home)?, None)
        };
        let ledger = Ledger::open(home.ledger())?;
        let accounts = Arc::new(Accounts::new(
            session,
            settings.username.clone(),
            sandbox.is_some(),
            home.clone(),
            ledger.clone(),
        ));
        let knowledge = Arc::new(Knowledge::new(Arc::clone(&accounts), home.clone(), ledger.clone()));
        let imports = Arc::new(Imports::new(Arc::clone(&accounts), ledger.clone()));
        let drafts = Arc::new(Drafts::new(
            Arc::clone(&accounts),
            Arc::clone(&knowledge),
            Arc::clone(&imports),
            ledger.clone(),
        ));
        let checks = Arc::new(Checks::new(
            Arc::clone(&accounts),
            Arc::clone(&knowledge),
            Arc::clone(&imports),
            ledger.clone(),
        ));
        let runs = Runs::new(
            Arc::clone(&accounts),
            Arc::clone(&imports),
            Arc::clone(&drafts),
            Arc::clone(&checks),
            ledger.clone(),
        );
        let exports = Exports::new(Arc::clone(&imports), ledger.clone());
        let storage = Storage::new(Arc::clone(&imports), home, ledger);
        let app = Self {
            inner: Arc::new(Services {
                accounts,
                knowledge,
                imports,
                drafts,
                checks,
                runs,
                exports,
                storage,
                sandbox,
                scratch,
            }),
        };
        if let Some((name, account)) = app.accounts().in_use() {
            app.inner.knowledge.switch_to(name, account)?;
        }
        Ok(app)
    }
}
