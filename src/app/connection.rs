//! From settings to an account, its token and a client.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use secrecy::ExposeSecret;

use super::{App, AppError, Inner, locked};
use crate::home::{Home, read_small_text, replace_file};
use crate::ledger::Ledger;
use crate::sandbox::{self, Sandbox};
use crate::trackops::{
    Account, AccountError, ApiUrl, Catalog, Client, Clock, Config, Fault, Token, read_token_file,
    run_token_command,
};

/// What arguments and environment say; arguments go before the environment, and both before the config file.
#[derive(Default)]
pub struct Settings {
    /// Config and data live here instead of the platform's folders.
    pub home: Option<PathBuf>,
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

impl Settings {
    /// Whether they say which account is meant; otherwise it is the config file's.
    #[must_use]
    pub fn name_an_account(&self) -> bool {
        self.account.is_some() || self.url.is_some() || self.sandbox
    }
}

/// What the first run's form asks for.
pub struct AccountForm {
    /// Address or subdomain.
    pub url: String,
    /// The user.
    pub username: String,
    /// The token.
    pub token: Token,
    /// Keep the token in a file only its owner can read.
    pub remember: bool,
}

/// An account in use.
pub(super) struct Connection {
    pub(super) name: String,
    pub(super) account: Account,
    /// From the environment, or typed in for this run.
    token: Option<Token>,
    /// What the command printed, and when.
    printed: Option<(Token, Instant)>,
}

/// What a command printed is taken for so long, so that a store which asks its owner does not ask at every step.
const PRINTED: Duration = Duration::from_secs(300);

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
        scratch: Option<tempfile::TempDir>,
    ) -> Result<Self, AppError> {
        let config = Config::load(&home.config.join("config.toml"))?;
        let (connection, sandbox) = if settings.sandbox {
            let options = sandbox::Options {
                store: Some(home.data.join("sandbox.jsonl")),
                latency,
                ..sandbox::Options::default()
            };
            let token = Token::from(options.token.as_str());
            let username = options.username.clone();
            let sandbox = Sandbox::start(options).await?;
            let account = Account::new(sandbox.url().parse()?, username);
            (
                Some(Connection { name: "sandbox".into(), account, token: Some(token), printed: None }),
                Some(sandbox),
            )
        } else {
            (resolve(settings, &config, &home)?, None)
        };
        let app = Self {
            inner: Arc::new(Inner {
                ledger: Ledger::open(&home.data)?,
                home,
                config: Mutex::new(config),
                connection: Mutex::new(connection),
                catalog: Mutex::default(),
                learned: std::sync::atomic::AtomicBool::default(),
                clock: Clock::default(),
                sandbox,
                _scratch: scratch,
            }),
        };
        app.load_catalog()?;
        Ok(app)
    }

    /// A client for the account in use.
    pub(super) fn client(&self, concurrency: usize) -> Result<Client, AppError> {
        let (name, account) = self.account().ok_or(AppError::NoAccount)?;
        if account.username.is_empty() {
            return Err(AppError::NoUsername);
        }
        let token = match (self.held(), &account.token_command, &account.token_file) {
            (Some(token), ..) => token,
            (None, Some(command), _) => self.printed(&name, command)?,
            (None, None, Some(path)) => read_token_file(path)?,
            (None, None, None) => return Err(AppError::NoToken(name)),
        };
        Ok(Client::new(&account, &token, concurrency, self.inner.clock.clone())?)
    }

    /// The token of this run, or what the command printed not long ago.
    fn held(&self) -> Option<Token> {
        let connection = locked(&self.inner.connection);
        let Connection { token, printed, .. } = connection.as_ref()?;
        let recent = || printed.as_ref().filter(|(_, at)| at.elapsed() < PRINTED).map(|(token, _)| token);
        token.as_ref().or_else(recent).cloned()
    }

    /// Runs the token command of an account. Nobody waits for it but who needs the token.
    fn printed(&self, name: &str, command: &str) -> Result<Token, AppError> {
        own_alone(&self.inner.home.config.join("config.toml"))?;
        let token = run_token_command(command)?;
        if let Some(connection) = locked(&self.inner.connection).as_mut().filter(|c| c.name == name) {
            connection.printed = Some((token.clone(), Instant::now()));
        }
        Ok(token)
    }

    /// Tries the account in use without changing anything.
    pub async fn test(&self) -> Result<(), AppError> {
        let tested = self.client(1)?.test().await;
        // The store may have another by now.
        if tested == Err(Fault::Unauthorized)
            && let Some(connection) = locked(&self.inner.connection).as_mut()
        {
            connection.printed = None;
        }
        Ok(tested?)
    }

    /// Tries what the form says, keeps it in the config file, and uses it from now on.
    pub async fn connect(&self, form: AccountForm) -> Result<Account, AppError> {
        let url: ApiUrl = form.url.parse()?;
        if form.username.trim().is_empty() {
            return Err(AppError::NoUsername);
        }
        let known = locked(&self.inner.config)
            .accounts
            .iter()
            .find(|(_, a)| a.url == url)
            .map(|(n, a)| (n.clone(), a.clone()));
        // What was set for this account before stays; a file of before may hold another token.
        let (name, account) = known.unwrap_or_else(|| (name_of(&url), Account::new(url, "")));
        let mut account = Account { username: form.username.trim().to_owned(), token_file: None, ..account };
        if form.token.expose_secret().trim().is_empty() {
            return Err(AppError::NoToken(name));
        }
        let token = Token::from(form.token.expose_secret().trim());
        Client::new(&account, &token, 1, self.inner.clock.clone())?.test().await?;
        if form.remember {
            let path = self.inner.home.config.join(format!("{}.token", file_name(&name)));
            replace_file(&path, token.expose_secret()).map_err(|error| AccountError::TokenFile {
                path: path.display().to_string(),
                reason: error.to_string(),
            })?;
            account.token_file = Some(path);
            account.token_command = None;
        }
        {
            let mut config = locked(&self.inner.config);
            config.accounts.insert(name.clone(), account.clone());
            config.default_account = Some(name.clone());
            config.save(&self.inner.home.config.join("config.toml"))?;
        }
        *locked(&self.inner.connection) =
            Some(Connection { name, account: account.clone(), token: Some(token), printed: None });
        self.load_catalog()?;
        Ok(account)
    }

    fn catalog_path(&self) -> Option<PathBuf> {
        let (name, _) = self.account()?;
        Some(self.inner.home.config.join(format!("{}.catalog.toml", file_name(&name))))
    }

    /// Reads the account's catalog; the sandbox's comes with the program.
    fn load_catalog(&self) -> Result<(), AppError> {
        let Some(path) = self.catalog_path() else { return Ok(()) };
        let fail = |reason: String| AccountError::Config { path: path.display().to_string(), reason };
        let text =
            match read_small_text(&path, LONGEST_CATALOG) {
                Ok(text) => text,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    if self.inner.sandbox.is_some() { super::demo::CATALOG.to_owned() } else { String::new() }
                }
                Err(error) => return Err(fail(error.to_string()).into()),
            };
        let catalog: Catalog = toml::from_str(&text).map_err(|error| fail(error.message().to_owned()))?;
        *locked(&self.inner.catalog) = catalog;
        Ok(())
    }

    pub(super) fn save_catalog(&self, catalog: &Catalog) -> Result<(), AppError> {
        let Some(path) = self.catalog_path() else { return Ok(()) };
        let fail = |reason: String| AccountError::Config { path: path.display().to_string(), reason };
        let text = toml::to_string(catalog).map_err(|error| fail(error.to_string()))?;
        replace_file(&path, &text).map_err(|error| fail(error.to_string()))?;
        Ok(())
    }
}

/// Custom fields of a large account with all their choices are a tenth of it.
const LONGEST_CATALOG: usize = 8 << 20;

/// The account that settings and config name; none when they name none. Each setting stands by itself: an address
/// from the environment goes with the user of the config file.
fn resolve(settings: &Settings, config: &Config, home: &Home) -> Result<Option<Connection>, AppError> {
    let only = || if config.accounts.len() == 1 { config.accounts.keys().next().cloned() } else { None };
    let url: Option<ApiUrl> = settings.url.as_deref().map(str::parse).transpose()?;
    // An address the config knows is that account, however it is named here: one account, one ledger.
    let at = |url: &ApiUrl| config.accounts.iter().find(|(_, a)| a.url == *url).map(|(name, _)| name.clone());
    let by_url = url.as_ref().and_then(at);
    let name = settings.account.clone().or(by_url).or_else(|| config.default_account.clone()).or_else(only);
    let kept = match &name {
        Some(name) => Some(config.accounts.get(name).cloned().ok_or_else(|| AppError::NoSuchAccount {
            name: name.clone(),
            path: home.config.join("config.toml"),
            have: match config.accounts.len() {
                0 => "none".to_owned(),
                _ => config.accounts.keys().cloned().collect::<Vec<_>>().join(", "),
            },
        })?),
        None => None,
    };
    let (name, mut account) = match (name.zip(kept), url) {
        (Some((name, kept)), url) if url.as_ref().is_none_or(|url| *url == kept.url) => (name, kept),
        // Another address is another account for the ledger, and a kept token is not sent there.
        (Some((_, kept)), Some(url)) => {
            (name_of(&url), Account { url, token_command: None, token_file: None, ..kept })
        }
        (None, Some(url)) => (name_of(&url), Account::new(url, String::new())),
        (_, None) => return Ok(None),
    };
    if let Some(username) = settings.username.clone() {
        account.username = username;
    }
    Ok(Some(Connection { name, account, token: settings.token.clone(), printed: None }))
}

/// A config file that names a command must be its owner's alone to change.
#[cfg(unix)]
fn own_alone(config: &Path) -> Result<(), AccountError> {
    use std::os::unix::fs::PermissionsExt;
    let open = std::fs::metadata(config).is_ok_and(|file| file.permissions().mode() & 0o022 != 0);
    if open { Err(AccountError::ConfigOpen { path: config.display().to_string() }) } else { Ok(()) }
}

#[cfg(not(unix))]
fn own_alone(_: &Path) -> Result<(), AccountError> {
    Ok(())
}

/// What an account is called that nobody named: its subdomain, or host and port.
fn name_of(url: &ApiUrl) -> String {
    let host = url.host();
    host.strip_suffix(".viewcases.com").map_or_else(|| host.clone(), str::to_owned)
}

/// A name as part of a file name.
fn file_name(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '.') { c } else { '_' }).collect()
}
