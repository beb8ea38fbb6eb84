//! Accounts of this session: known ones, the one in use, and the token of each.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::trackops::{Account, ApiUrl, Config, Token};

/// Source of an account's token, unless one is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFrom {
    /// Typed earlier in this session.
    Run,
    /// `CASELOAD_TOKEN`.
    Environment,
    /// The account's `token_command`.
    Command,
    /// The account's `token_file`.
    File,
    /// The system's keyring.
    Keyring,
}

impl TokenFrom {
    /// Returns the words that follow “the token is”.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Run => "from this session",
            Self::Environment => "from CASELOAD_TOKEN",
            Self::Command => "from token_command",
            Self::File => "from the token file",
            Self::Keyring => "from the keyring",
        }
    }
}

/// Public data of an account: nothing secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAccount {
    /// Its name in the config file.
    pub name: String,
    /// Its address.
    pub url: ApiUrl,
    /// The user.
    pub username: String,
    /// Source of its token; `None` if it has to be typed.
    pub token: Option<TokenFrom>,
}

/// All known accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownAccounts {
    /// The accounts, by name.
    pub all: Vec<KnownAccount>,
    /// True if the environment's token goes to the first account that is used.
    pub spare_token: bool,
}

impl KnownAccounts {
    /// Returns the account with a name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&KnownAccount> {
        self.all.iter().find(|known| known.name == name)
    }

    /// Returns the account at an address. Of several, the one named `meant`, or else the one of the user.
    #[must_use]
    pub fn at(&self, url: &ApiUrl, username: &str, meant: Option<&str>) -> Option<&KnownAccount> {
        let there = || self.all.iter().filter(|known| known.url == *url);
        let named = there().find(|known| Some(known.name.as_str()) == meant);
        named.or_else(|| there().find(|known| known.username == username)).or_else(|| there().next())
    }

    /// Returns the source of the token for an address and a user, unless one is typed. A stored token is for its
    /// account's address and user; the environment's token is for one account, with any user.
    #[must_use]
    pub fn token_for(&self, url: &ApiUrl, username: &str, meant: Option<&str>) -> Option<TokenFrom> {
        let Some(known) = self.at(url, username, meant) else {
            return self.spare_token.then_some(TokenFrom::Environment);
        };
        known.token.filter(|from| *from == TokenFrom::Environment || known.username == username)
    }
}

/// Accounts of this session.
#[derive(Default)]
pub(super) struct Accounts {
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

impl Accounts {
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
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn account(url: &str) -> Account {
        Account::new(url.parse().unwrap(), "imports")
    }

    fn accounts(started: Option<&str>) -> Accounts {
        let mut config = Config::default();
        config.accounts.insert("acme".into(), account("acme"));
        let beta = Account { token_command: Some("pass show beta".into()), ..account("beta") };
        config.accounts.insert("beta".into(), beta);
        let started = started.map(|name| (name.to_owned(), account(name)));
        Accounts::new(config, started, Some(Token::from("s3cret")))
    }

    fn token_for(accounts: &Accounts, url: &str, username: &str) -> Option<TokenFrom> {
        accounts.known().token_for(&url.parse().unwrap(), username, None)
    }

    #[test]
    fn the_environment_s_token_is_for_one_account() {
        let accounts_of_acme = accounts(Some("acme"));
        assert_eq!(token_for(&accounts_of_acme, "acme", "another"), Some(TokenFrom::Environment));
        assert_eq!(token_for(&accounts_of_acme, "beta", "imports"), Some(TokenFrom::Command));
        assert_eq!(token_for(&accounts_of_acme, "beta", "another"), None);
        assert_eq!(token_for(&accounts_of_acme, "gamma", "imports"), None);
        assert_eq!(accounts_of_acme.environment_of_another("beta").as_deref(), Some("acme"));

        let mut nobodys = accounts(None);
        assert_eq!(token_for(&nobodys, "gamma", "x"), Some(TokenFrom::Environment));
        nobodys.switch_to("gamma".into(), account("gamma"));
        assert_eq!(token_for(&nobodys, "acme", "imports"), None, "it is gamma's now");
        assert_eq!(token_for(&nobodys, "delta", "x"), None);
    }

    #[test]
    fn two_users_at_one_address_are_two_accounts() {
        let mut accounts = accounts(Some("acme"));
        let bob = Account { username: "bob".into(), token_file: Some("bob".into()), ..account("acme") };
        accounts.config.accounts.insert("bob".into(), bob);
        let (known, url) = (accounts.known(), "acme".parse().unwrap());
        let at = |username, meant| known.at(&url, username, meant).unwrap().name.as_str();
        assert_eq!([at("bob", None), at("imports", None), at("x", None)], ["bob", "acme", "acme"]);
        assert_eq!(at("x", Some("bob")), "bob");
        assert_eq!(known.token_for(&url, "bob", None), Some(TokenFrom::File));
    }

    #[test]
    fn a_typed_token_comes_first_and_stays_with_its_account() {
        let mut accounts = accounts(Some("acme"));
        accounts.remember_token("beta", Token::from("typed"));
        assert_eq!(token_for(&accounts, "beta", "imports"), Some(TokenFrom::Run));
        assert_eq!(accounts.available_token("beta", TokenFrom::Run).unwrap().expose_secret(), "typed");
        assert!(accounts.available_token("acme", TokenFrom::Run).is_none());
    }

    #[test]
    fn an_address_never_gets_the_name_of_another_account() {
        let mut config = Config::default();
        let name = |config: &Config| Accounts::name_for(config, &"acme".parse().unwrap());
        assert_eq!(name(&config), "acme");
        config.accounts.insert("acme".into(), account("elsewhere"));
        assert_eq!(name(&config), "acme.viewcases.com");
        config.accounts.insert("acme.viewcases.com".into(), account("elsewhere"));
        assert_eq!(name(&config), "https://acme.viewcases.com/api/v1/");
    }
}
