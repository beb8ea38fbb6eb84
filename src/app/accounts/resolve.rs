//! Finds the account that the program is opened with.

use crate::app::accounts::session::SessionAccounts;
use crate::app::error::AppError;
use crate::app::settings::Settings;
use crate::home::Home;
use crate::trackops::{Account, ApiUrl, Config, Token};

/// Account name of the embedded Trackops.
pub(in crate::app) const SANDBOX: &str = "sandbox";

impl SessionAccounts {
    /// Returns the accounts of a config file, with the one that settings name.
    pub(in crate::app) fn from_settings(
        settings: &Settings,
        config: Config,
        home: &Home,
    ) -> Result<Self, AppError> {
        let started = resolve(settings, &config, home)?;
        Ok(Self::new(config, started, settings.token.clone()))
    }

    /// Returns the accounts of a config file, and the embedded Trackops, which is used.
    pub(in crate::app) fn of_sandbox(config: Config, account: Account, token: Token) -> Self {
        let mut accounts = Self::new(config, Some((SANDBOX.to_owned(), account)), None);
        accounts.remember_token(SANDBOX, token);
        accounts
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
            SessionAccounts::name_for(config, &url),
            Account { url, token_command: None, token_file: None, token_keyring: false, ..kept },
        ),
        (None, Some(url)) => (SessionAccounts::name_for(config, &url), Account::new(url, String::new())),
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
