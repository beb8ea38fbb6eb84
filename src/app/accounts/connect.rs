//! Tests the account of the form, and saves it in the config file.

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::ExposeSecret;

use crate::app::accounts::Accounts;
use crate::app::accounts::file_name::file_name;
use crate::app::accounts::known::TokenFrom;
use crate::app::accounts::session::SessionAccounts;
use crate::app::error::AppError;
use crate::app::lock::locked;
use crate::home::replace_file;
use crate::io_reason::write_reason;
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

/// An account that was tested and saved.
pub(in crate::app) struct SavedAccount {
    pub(in crate::app) name: String,
    pub(in crate::app) account: Account,
    /// The token, if it was typed.
    pub(in crate::app) typed: Option<Token>,
}

impl Accounts {
    /// Tests the account of the form, and saves it in the config file.
    pub(in crate::app) async fn save_tested(
        self: &Arc<Self>,
        form: AccountDetails,
    ) -> Result<SavedAccount, AppError> {
        let url: ApiUrl = form.url.parse()?;
        let username = form.username.trim();
        if username.is_empty() {
            return Err(AppError::NoUsername);
        }
        // Other settings of this account stay.
        let (name, kept) = self.account_at(url, username, form.name.as_deref());
        let typed = Some(form.token.expose_secret().trim()).filter(|text| !text.is_empty()).map(Token::from);
        let from = self.known().token_for(&kept.url, username, Some(&name));
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
        Ok(SavedAccount { name, account, typed })
    }

    /// Returns the account at an address, or a new one.
    fn account_at(&self, url: ApiUrl, username: &str, meant: Option<&str>) -> (String, Account) {
        let session = locked(&self.session);
        let known = session.known().at(&url, username, meant).map(|known| known.name.clone());
        let known = known.and_then(|name| Some((session.get(&name)?.clone(), name)));
        match known {
            Some((account, name)) => (name, account),
            None => (SessionAccounts::name_for(&session.config, &url), Account::new(url, "")),
        }
    }

    /// Makes an account the default in the config file, if it is there.
    pub(in crate::app) fn make_default(&self, name: &str) -> Result<(), AppError> {
        if locked(&self.session).config.accounts.contains_key(name) {
            self.save_account(name, None)?;
        }
        Ok(())
    }

    /// Keeps the token of an account for this session.
    pub(in crate::app) fn remember_token(&self, name: &str, token: Token) {
        locked(&self.session).remember_token(name, token);
    }

    /// Makes an account the default in the config file, with new settings if given.
    fn save_account(&self, name: &str, account: Option<&Account>) -> Result<(), AppError> {
        let mut session = locked(&self.session);
        let mut config = session.config.clone();
        if let Some(account) = account {
            config.accounts.insert(name.to_owned(), account.clone());
        }
        config.default_account = Some(name.to_owned());
        config.save(&session.config, &self.config_path())?;
        session.config = config;
        Ok(())
    }

    fn keep_token(&self, name: &str, token: &Token) -> Result<PathBuf, AccountError> {
        let path = self.home.config.join(format!("{}.token", file_name(name)));
        replace_file(&path, token.expose_secret()).map_err(|error| AccountError::TokenFile {
            path: path.display().to_string(),
            reason: write_reason(&error),
        })?;
        Ok(path)
    }
}
