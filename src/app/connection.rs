//! Finds the account, its token and a client from the settings.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::accounts::{Accounts, KnownAccounts, TokenFrom};
use super::{App, AppError, AppState, locked};
use crate::home::{Home, expand_path};
use crate::ledger::{Import, Ledger};
use crate::sandbox::{self, Sandbox};
use crate::text::hex;
use crate::trackops::{
    Account, AccountError, ApiUrl, Client, Clock, Config, Fault, Token, ask_keyring, read_token_file,
    run_token_command,
};

/// `late_commit_seconds` of the embedded Trackops.
const EMBEDDED_LATE_COMMIT: u64 = 2;

/// Settings from arguments and environment. Arguments override the environment, and both override the config file.
#[derive(Default)]
pub struct Settings {
    /// Folder for config and data, instead of the platform's.
    pub home: Option<PathBuf>,
    /// The folder of a team's ledger; overrides the config file's `data_dir`.
    pub team: Option<PathBuf>,
    /// Name of an account in the config file.
    pub account: Option<String>,
    /// Address of the API.
    pub url: Option<String>,
    /// The user.
    pub username: Option<String>,
    /// The token, from the environment.
    pub token: Option<Token>,
    /// Use the embedded Trackops.
    pub sandbox: bool,
}

/// The file in the data folder that keeps the cases of the embedded Trackops.
pub(super) const SANDBOX_STORE: &str = "sandbox.jsonl";
/// Account name of the embedded Trackops.
pub(super) const SANDBOX: &str = "sandbox";

impl Settings {
    /// Returns true if they name an account; otherwise the config file does.
    #[must_use]
    pub fn name_an_account(&self) -> bool {
        self.account.is_some() || self.url.is_some() || self.sandbox
    }
}

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
        scratch: Option<super::demo::Scratch>,
    ) -> Result<Self, AppError> {
        let config = Config::load(&home.config.join("config.toml"))?;
        // Practice cases stay private.
        let team = settings.team.as_ref().or(config.data_dir.as_ref()).filter(|_| !settings.sandbox);
        let home = match team {
            Some(folder) => home.with_team(folder)?,
            None => home,
        };
        let (accounts, sandbox) = if settings.sandbox {
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
            let mut accounts = Accounts::new(config, Some((SANDBOX.to_owned(), account)), None);
            accounts.remember_token(SANDBOX, token);
            (accounts, Some(sandbox))
        } else {
            let started = resolve(settings, &config, &home)?;
            (Accounts::new(config, started, settings.token.clone()), None)
        };
        let app = Self {
            inner: Arc::new(AppState {
                ledger: Ledger::open(home.ledger())?,
                home,
                accounts: Mutex::new(accounts),
                catalog: Mutex::default(),
                directory: Mutex::default(),
                roster: Mutex::default(),
                known: std::sync::atomic::AtomicU64::default(),
                drafts: Mutex::default(),
                recent: Mutex::default(),
                asked: Mutex::default(),
                reading: tokio::sync::Mutex::default(),
                learned: std::sync::atomic::AtomicBool::default(),
                clocks: Mutex::default(),
                username: settings.username.clone(),
                sandbox,
                _scratch: scratch,
            }),
        };
        if let Some((name, account)) = app.account() {
            app.switch_to(name, account)?;
        }
        Ok(app)
    }

    /// Returns a client for the account in use.
    pub(super) fn client(&self, concurrency: usize) -> Result<Client, AppError> {
        let (name, account) = self.require_account()?;
        self.client_of(&name, &account, concurrency)
    }

    pub(super) fn client_of(
        &self,
        name: &str,
        account: &Account,
        concurrency: usize,
    ) -> Result<Client, AppError> {
        self.client_with(account, &self.token(name, account)?, concurrency)
    }

    /// Returns a client with a given token.
    pub(super) fn client_with(
        &self,
        account: &Account,
        token: &Token,
        concurrency: usize,
    ) -> Result<Client, AppError> {
        if account.username.is_empty() {
            return Err(AppError::NoUsername);
        }
        Ok(Client::new(account, token, concurrency, self.clock_of(account))?)
    }

    /// Returns the clock of an account's server; each server has its own.
    fn clock_of(&self, account: &Account) -> Clock {
        locked(&self.inner.clocks).entry(account.url.to_string()).or_default().clone()
    }

    /// Returns the token of an account. May wait for its command.
    pub(super) fn token(&self, name: &str, account: &Account) -> Result<Token, AppError> {
        if !self.is_embedded(name) {
            // Whoever can change it could redirect the token, or run a command.
            own_alone(&self.config_path())?;
        }
        let (from, at_hand) = {
            let accounts = locked(&self.inner.accounts);
            let Some(from) = accounts.token_from(name, account) else {
                return Err(match accounts.environment_of_another(name) {
                    Some(of) => AppError::TokenOfAnother { of, name: name.to_owned() },
                    None => AppError::NoToken(name.to_owned()),
                });
            };
            (from, accounts.available_token(name, from))
        };
        match (at_hand, from, &account.token_command, &account.token_file) {
            (Some(token), ..) => Ok(token),
            (None, TokenFrom::Command, Some(command), _) => {
                let token = run_token_command(command)?;
                locked(&self.inner.accounts).cache_token(name, token.clone());
                Ok(token)
            }
            (None, TokenFrom::Keyring, ..) => {
                let token = ask_keyring(name)?;
                locked(&self.inner.accounts).cache_token(name, token.clone());
                Ok(token)
            }
            (None, TokenFrom::File, _, Some(path)) => Ok(read_token_file(&expand_path(path))?),
            _ => Err(AppError::NoToken(name.to_owned())),
        }
    }

    /// [`token`](Self::token) in the background: a command may take a while.
    pub(super) async fn wait_for_token(&self, name: &str, account: &Account) -> Result<Token, AppError> {
        let (app, name, account) = (self.clone(), name.to_owned(), account.clone());
        tokio::task::spawn_blocking(move || app.token(&name, &account))
            .await
            .map_err(|source| AppError::File { what: "can't get the token", source: source.into() })?
    }

    /// Tests the account in use without changing anything.
    pub async fn test(&self) -> Result<(), AppError> {
        let (name, account) = self.require_account()?;
        let client = self.client_of(&name, &account, 1)?;
        let from = locked(&self.inner.accounts).token_from(&name, &account);
        match (self.test_with(&name, &client).await, from) {
            (Err(AppError::Fault(Fault::Unauthorized)), Some(from)) => {
                Err(AppError::TokenRefused { name, from })
            }
            (tested, _) => tested,
        }
    }

    pub(super) async fn test_with(&self, name: &str, client: &Client) -> Result<(), AppError> {
        let tested = client.test().await;
        if tested == Err(Fault::Unauthorized) {
            locked(&self.inner.accounts).drop_cached_token(name);
        }
        Ok(tested?)
    }

    /// Returns the user that arguments or environment name, for any account.
    #[must_use]
    pub fn given_username(&self) -> Option<&str> {
        self.inner.username.as_deref()
    }

    /// Returns the account in use, or why there is none.
    pub fn require_account(&self) -> Result<(String, Account), AppError> {
        self.account().ok_or_else(|| {
            let names: Vec<String> = self.known_accounts().all.into_iter().map(|known| known.name).collect();
            if names.is_empty() { AppError::NoAccount } else { AppError::WhichAccount(names.join(", ")) }
        })
    }

    /// Returns all accounts.
    #[must_use]
    pub fn known_accounts(&self) -> KnownAccounts {
        locked(&self.inner.accounts).known()
    }

    /// Returns the account in use, if the import belongs to it. Colleagues may use another name for the same account.
    pub fn account_of(&self, import: &Import) -> Result<(String, Account), AppError> {
        let (name, account) = self.require_account()?;
        let is_known = locked(&self.inner.accounts).get(&import.account).is_some();
        let is_own =
            import.account == name || (!is_known && self.inner.ledger.are_same(&name, &import.account)?);
        if is_own {
            return Ok((name, account));
        }
        Err(AppError::OtherAccount { id: import.id, theirs: import.account.clone(), ours: name })
    }

    /// Switches to an account and its catalog together, so that one account's names are never used for another.
    pub(super) fn switch_to(&self, name: String, account: Account) -> Result<(), AppError> {
        let (read, listed) = (self.catalog_of(&name)?, self.directory_of(&name));
        self.note_address(&name, &account);
        {
            let (mut catalog, mut directory) = (locked(&self.inner.catalog), locked(&self.inner.directory));
            locked(&self.inner.accounts).switch_to(name, account);
            (*catalog, *directory) = (read, listed);
        }
        locked(&self.inner.asked).clear();
        self.invalidate_roster();
        self.inner.learned.store(false, std::sync::atomic::Ordering::Relaxed);
        Ok(())
    }

    /// Tells the duplicate guard the account's address, which identifies it under any name. An error doesn't matter
    /// here: with a ledger that can't be written, nothing is sent.
    fn note_address(&self, name: &str, account: &Account) {
        // The embedded Trackops has another port at every start, and its cases stay.
        if !self.is_embedded(name) {
            let _ = self.inner.ledger.at_address(name, &account.url.to_string());
        }
    }

    pub(super) fn is_embedded(&self, name: &str) -> bool {
        self.inner.sandbox.is_some() && name == SANDBOX
    }

    pub(super) fn config_path(&self) -> PathBuf {
        self.inner.home.config.join("config.toml")
    }
}

/// Returns the account that settings and config name. Each setting is independent: an address from the environment is
/// combined with the user of the config file.
fn resolve(settings: &Settings, config: &Config, home: &Home) -> Result<Option<(String, Account)>, AppError> {
    let only = || if config.accounts.len() == 1 { config.accounts.keys().next().cloned() } else { None };
    let url: Option<ApiUrl> = settings.url.as_deref().map(str::parse).transpose()?;
    // A known address is that account, whatever its name here: one account, one ledger.
    let at = |url: &ApiUrl| config.accounts.iter().find(|(_, a)| a.url == *url).map(|(name, _)| name.clone());
    let by_url = url.as_ref().and_then(at);
    let name = settings.account.clone().or(by_url).or_else(|| config.default_account.clone()).or_else(only);
    let kept = match &name {
        Some(name) => Some(config.accounts.get(name).cloned().ok_or_else(|| no_such(name, config, home))?),
        None => None,
    };
    let (name, mut account) = match (name.zip(kept), url) {
        (Some((name, kept)), url) if url.as_ref().is_none_or(|url| *url == kept.url) => (name, kept),
        // Another address is another account for the ledger, and a stored token isn't sent there.
        (Some((_, kept)), Some(url)) => (
            Accounts::name_for(config, &url),
            Account { url, token_command: None, token_file: None, token_keyring: false, ..kept },
        ),
        (None, Some(url)) => (Accounts::name_for(config, &url), Account::new(url, String::new())),
        (_, None) => return Ok(None),
    };
    if let Some(username) = settings.username.clone() {
        account.username = username;
    }
    Ok(Some((name, account)))
}

pub(super) fn no_such(name: &str, config: &Config, home: &Home) -> AppError {
    let have = match config.accounts.len() {
        0 => "none".to_owned(),
        _ => config.accounts.keys().cloned().collect::<Vec<_>>().join(", "),
    };
    AppError::NoSuchAccount { name: name.to_owned(), path: home.config.join("config.toml"), have }
}

/// Fails if others can change the config file, which decides where the token goes.
#[cfg(unix)]
fn own_alone(config: &Path) -> Result<(), AccountError> {
    use std::os::unix::fs::MetadataExt;
    let ours = rustix::process::geteuid().as_raw();
    let is_open = |file: std::fs::Metadata| file.mode() & 0o022 != 0 || ![0, ours].contains(&file.uid());
    let open = std::fs::metadata(config).is_ok_and(is_open);
    if open { Err(AccountError::ConfigOpen { path: config.display().to_string() }) } else { Ok(()) }
}

#[cfg(not(unix))]
fn own_alone(_: &Path) -> Result<(), AccountError> {
    Ok(())
}

/// Returns a name as part of a file name. A changed name gets a hash, because “a b” isn't “a-b”.
pub(super) fn file_name(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '.' | '_') { c } else { '-' })
        .collect();
    if plain == name {
        return plain;
    }
    let hash = hex(&Sha256::digest(name.as_bytes()));
    format!("{plain}-{}", hash.get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_accounts_share_a_file() {
        assert_eq!(file_name("acme-east_2.west"), "acme-east_2.west");
        let names = ["acme east", "acme_east", "acme-east", "acme/east", "acme:east", "../acme"];
        let files: std::collections::HashSet<String> = names.iter().map(|name| file_name(name)).collect();
        assert_eq!(files.len(), names.len(), "{files:?}");
        assert!(files.iter().all(|file| !file.contains(['/', ':', ' '])));
    }
}
