//! Tests accounts, saves them in the config file, and switches between them.

use std::path::PathBuf;

use secrecy::ExposeSecret;

use super::accounts::{Accounts, TokenFrom};
use super::connection::{file_name, no_such};
use super::{App, AppError, locked};
use crate::home::replace_file;
use crate::ledger::Import;
use crate::trackops::{Account, AccountError, ApiUrl, Token};

/// Contents of the account form.
pub struct AccountDetails {
    /// The account to change; `None` for a new one.
    pub name: Option<String>,
    /// Address or subdomain.
    pub url: String,
    /// The user.
    pub username: String,
    /// The token; empty to use the existing one.
    pub token: Token,
    /// Save the token in a file only its owner can read.
    pub remember: bool,
}

impl App {
    /// Tests the account of the form, saves it in the config file, and switches to it.
    pub async fn connect(&self, form: AccountDetails) -> Result<Account, AppError> {
        let url: ApiUrl = form.url.parse()?;
        let username = form.username.trim();
        if username.is_empty() {
            return Err(AppError::NoUsername);
        }
        // Other settings of this account stay.
        let (name, kept) = self.account_at(url, username, form.name.as_deref());
        let typed = Some(form.token.expose_secret().trim()).filter(|text| !text.is_empty()).map(Token::from);
        let from = self.known_accounts().token_for(&kept.url, username, Some(&name));
        let token = match (&typed, from) {
            (Some(typed), _) => typed.clone(),
            (None, Some(_)) => self.wait_for_token(&name, &kept).await?,
            (None, None) => return Err(AppError::NoToken(name)),
        };
        let mut account = Account { username: username.to_owned(), ..kept };
        let client = self.client_with(&account, &token, 1)?;
        self.test_with(&name, &client).await?;
        // The embedded Trackops has another port next time, so it isn't saved.
        if !self.is_embedded(&name) {
            if typed.is_some() {
                // An older file may have another token.
                account.token_file = None;
            }
            let can_be_kept = matches!(from, Some(TokenFrom::Environment | TokenFrom::Run));
            if form.remember && (typed.is_some() || can_be_kept) {
                account.token_file = Some(self.keep_token(&name, &token)?);
                (account.token_command, account.token_keyring) = (None, false);
            }
            self.save_account(&name, Some(&account))?;
        }
        self.switch_to(name.clone(), account.clone())?;
        if let Some(token) = typed {
            locked(&self.inner.accounts).remember_token(&name, token);
        }
        Ok(account)
    }

    /// Returns the account at an address, or a new one.
    fn account_at(&self, url: ApiUrl, username: &str, meant: Option<&str>) -> (String, Account) {
        let accounts = locked(&self.inner.accounts);
        let known = accounts.known().at(&url, username, meant).map(|known| known.name.clone());
        let known = known.and_then(|name| Some((accounts.get(&name)?.clone(), name)));
        match known {
            Some((account, name)) => (name, account),
            None => (Accounts::name_for(&accounts.config, &url), Account::new(url, "")),
        }
    }

    /// Switches to another account, and makes it the default for the next start.
    pub fn use_account(&self, name: &str) -> Result<(), AppError> {
        self.catalog_of(name)?;
        if locked(&self.inner.accounts).config.accounts.contains_key(name) {
            self.save_account(name, None)?;
        }
        self.switch_account(name)
    }

    /// Switches to another account for this session.
    pub fn switch_account(&self, name: &str) -> Result<(), AppError> {
        let account = locked(&self.inner.accounts).get(name).cloned();
        let account =
            account.ok_or_else(|| no_such(name, &locked(&self.inner.accounts).config, &self.inner.home))?;
        self.switch_to(name.to_owned(), account)
    }

    /// Switches to the account of an import for this session.
    pub fn switch_to_owner(&self, import: &Import) -> Result<(), AppError> {
        let known = locked(&self.inner.accounts).get(&import.account).is_some();
        let other = self.account().is_none_or(|(name, _)| name != import.account);
        if known && other { self.switch_account(&import.account) } else { Ok(()) }
    }

    /// Makes an account the default in the config file, with new settings if given.
    fn save_account(&self, name: &str, account: Option<&Account>) -> Result<(), AppError> {
        let mut accounts = locked(&self.inner.accounts);
        let mut config = accounts.config.clone();
        if let Some(account) = account {
            config.accounts.insert(name.to_owned(), account.clone());
        }
        config.default_account = Some(name.to_owned());
        config.save(&accounts.config, &self.config_path())?;
        accounts.config = config;
        Ok(())
    }

    fn keep_token(&self, name: &str, token: &Token) -> Result<PathBuf, AccountError> {
        let path = self.inner.home.config.join(format!("{}.token", file_name(name)));
        replace_file(&path, token.expose_secret()).map_err(|error| AccountError::TokenFile {
            path: path.display().to_string(),
            reason: error.to_string(),
        })?;
        Ok(path)
    }
}
