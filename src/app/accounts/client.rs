//! Clients and tokens of the accounts.

use std::path::Path;
use std::sync::Arc;

use crate::app::accounts::Accounts;
use crate::app::accounts::known::TokenFrom;
use crate::app::error::AppError;
use crate::app::lock::locked;
use crate::home::expand_path;
use crate::trackops::{
    Account, AccountError, Client, Clock, Fault, Token, ask_keyring, read_token_file, run_token_command,
};

impl Accounts {
    /// Returns a client for the account in use.
    pub(in crate::app) fn client(&self, concurrency: usize) -> Result<Client, AppError> {
        let (name, account) = self.require()?;
        self.client_of(&name, &account, concurrency)
    }

    pub(in crate::app) fn client_of(
        &self,
        name: &str,
        account: &Account,
        concurrency: usize,
    ) -> Result<Client, AppError> {
        self.client_with(account, &self.token(name, account)?, concurrency)
    }

    /// Returns a client with a given token.
    pub(in crate::app) fn client_with(
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
        locked(&self.clocks).entry(account.url.to_string()).or_default().clone()
    }

    /// Returns the token of an account. May wait for its command.
    fn token(&self, name: &str, account: &Account) -> Result<Token, AppError> {
        if !self.is_embedded(name) {
            // Anyone who can change it could redirect the token, or run a command.
            own_alone(&self.config_path())?;
        }
        let (from, at_hand) = {
            let session = locked(&self.session);
            let Some(from) = session.token_from(name, account) else {
                return Err(match session.environment_of_another(name) {
                    Some(of) => AppError::TokenOfAnother { of, name: name.to_owned() },
                    None => AppError::NoToken(name.to_owned()),
                });
            };
            (from, session.available_token(name, from))
        };
        match (at_hand, from, &account.token_command, &account.token_file) {
            (Some(token), ..) => Ok(token),
            (None, TokenFrom::Command, Some(command), _) => {
                let token = run_token_command(command)?;
                locked(&self.session).cache_token(name, token.clone());
                Ok(token)
            }
            (None, TokenFrom::Keyring, ..) => {
                let token = ask_keyring(name)?;
                locked(&self.session).cache_token(name, token.clone());
                Ok(token)
            }
            (None, TokenFrom::File, _, Some(path)) => Ok(read_token_file(&expand_path(path))?),
            _ => Err(AppError::NoToken(name.to_owned())),
        }
    }

    /// [`token`](Self::token) in the background: a command may take a while.
    pub(in crate::app) async fn wait_for_token(
        self: &Arc<Self>,
        name: &str,
        account: &Account,
    ) -> Result<Token, AppError> {
        let (accounts, name, account) = (Arc::clone(self), name.to_owned(), account.clone());
        tokio::task::spawn_blocking(move || accounts.token(&name, &account))
            .await
            .map_err(|source| AppError::File { what: "can't get the token", source: source.into() })?
    }

    /// Tests the account in use without changing anything.
    pub async fn test(&self) -> Result<(), AppError> {
        let (name, account) = self.require()?;
        let client = self.client_of(&name, &account, 1)?;
        let from = locked(&self.session).token_from(&name, &account);
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
            locked(&self.session).drop_cached_token(name);
        }
        Ok(tested?)
    }
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
