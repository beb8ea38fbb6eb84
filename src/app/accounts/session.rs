//! Accounts of this session: known ones, the one in use, and the token of each.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::app::accounts::known::{KnownAccount, KnownAccounts, TokenFrom};
use crate::trackops::{Account, ApiUrl, Config, Token};

/// Accounts of this session.
#[derive(Default)]
pub(in crate::app) struct SessionAccounts {
    pub(super) config: Config,
    in_use: Option<(String, Account)>,
    /// The account the program was started with, from arguments and environment, until it is saved.
    started: Option<(String, Account)>,
    /// Tokens typed in this session, by the account's name.
    typed: BTreeMap<String, Token>,
    /// Tokens from commands and the keyring, and when they came.
    printed: BTreeMap<String, (Token, Instant)>,
    environment: Option<Token>,
    /// The account that has the environment's token: the first one used.
    environment_of: Option<String>,
}

/// Time for which a token from a command or the keyring is cached, so that a password store doesn't ask at every step.
const PRINTED: Duration = Duration::from_secs(300);

impl SessionAccounts {
    pub(super) fn new(
        config: Config,
        started: Option<(String, Account)>,
        environment: Option<Token>,
    ) -> Self {
        let environment_of = started.as_ref().map(|(name, _)| name.clone());
        Self { config, in_use: started.clone(), started, environment, environment_of, ..Self::default() }
    }

    pub(super) fn in_use(&self) -> Option<&(String, Account)> {
        self.in_use.as_ref()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Account> {
        let started =
            self.started.as_ref().filter(|(started, _)| started == name).map(|(_, account)| account);
        started.or_else(|| self.config.accounts.get(name))
    }

    /// Uses an account from now on.
    pub(super) fn switch_to(&mut self, name: String, account: Account) {
        self.environment_of.get_or_insert_with(|| name.clone());
        if self.config.accounts.get(&name) == Some(&account) {
            self.started = self.started.take().filter(|(started, _)| *started != name);
        }
        self.in_use = Some((name, account));
    }

    /// Keeps a token for this session.
    pub(super) fn remember_token(&mut self, name: &str, token: Token) {
        self.typed.insert(name.to_owned(), token);
    }

    pub(super) fn cache_token(&mut self, name: &str, token: Token) {
        self.printed.insert(name.to_owned(), (token, Instant::now()));
    }

    /// Forgets a cached token: the store may have another by now.
    pub(super) fn drop_cached_token(&mut self, name: &str) {
        self.printed.remove(name);
    }

    /// Returns the token of an account if no command or file is needed.
    pub(super) fn available_token(&self, name: &str, from: TokenFrom) -> Option<Token> {
        match from {
            TokenFrom::Run => self.typed.get(name).cloned(),
            TokenFrom::Environment => self.environment.clone(),
            TokenFrom::Command | TokenFrom::Keyring => {
                let recent = self.printed.get(name).filter(|(_, at)| at.elapsed() < PRINTED);
                recent.map(|(token, _)| token.clone())
            }
            TokenFrom::File => None,
        }
    }

    /// Returns the account that has the environment's token, if it is another one.
    pub(super) fn environment_of_another(&self, name: &str) -> Option<String> {
        self.environment.as_ref()?;
        self.environment_of.clone().filter(|of| of != name)
    }

    pub(super) fn token_from(&self, name: &str, account: &Account) -> Option<TokenFrom> {
        let given = self.environment.is_some() && self.environment_of.as_deref().is_none_or(|of| of == name);
        let ways = [
            (TokenFrom::Run, self.typed.contains_key(name)),
            (TokenFrom::Environment, given),
            (TokenFrom::Command, account.token_command.is_some()),
            (TokenFrom::File, account.token_file.is_some()),
            (TokenFrom::Keyring, account.token_keyring),
        ];
        ways.into_iter().find_map(|(from, there)| there.then_some(from))
    }

    /// Returns all accounts, including the one the program was started with.
    pub(super) fn known(&self) -> KnownAccounts {
        let started = self.started.iter().map(|(name, _)| name);
        let mut names: Vec<&String> = self.config.accounts.keys().chain(started).collect();
        names.sort_unstable();
        names.dedup();
        let known = names.into_iter().filter_map(|name| {
            let account = self.get(name)?;
            let token = self.token_from(name, account);
            let (url, username) = (account.url.clone(), account.username.clone());
            Some(KnownAccount { name: name.clone(), url, username, token })
        });
        let spare_token = self.environment.is_some() && self.environment_of.is_none();
        KnownAccounts { all: known.collect(), spare_token }
    }

    /// Returns a name for the account of a new address: its subdomain, or host and port, or the whole address if those
    /// names are taken.
    pub(super) fn name_for(config: &Config, url: &ApiUrl) -> String {
        let host = url.host();
        let short = host.strip_suffix(".viewcases.com").map_or_else(|| host.clone(), str::to_owned);
        let free = |name: &String| config.accounts.get(name).is_none_or(|account| account.url == *url);
        [short, host].into_iter().find(free).unwrap_or_else(|| url.to_string())
    }
}

#[cfg(test)]
mod tests;
