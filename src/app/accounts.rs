//! The accounts of this run: which there are, which is in use, and whose each token is.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::trackops::{Account, ApiUrl, Config, Token};

/// Where the token of an account comes from when nobody types one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFrom {
    /// It was typed in before, in this run.
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
    /// As it stands in a sentence: the token is ….
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            Self::Run => "the one of this run",
            Self::Environment => "from CASELOAD_TOKEN",
            Self::Command => "from token_command",
            Self::File => "from the token file",
            Self::Keyring => "from the keyring",
        }
    }
}

/// An account as others see it: nothing secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAccount {
    /// Its name in the config file.
    pub name: String,
    /// Its address.
    pub url: ApiUrl,
    /// The user.
    pub username: String,
    /// Where its token comes from; none when it has to be typed.
    pub token: Option<TokenFrom>,
}

/// The accounts there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownAccounts {
    /// Each of them, by name.
    pub all: Vec<KnownAccount>,
    /// Whether the first account that is used has the environment's token.
    pub spare_token: bool,
}

impl KnownAccounts {
    /// The account of a name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&KnownAccount> {
        self.all.iter().find(|known| known.name == name)
    }

    /// The account at an address; of several there, the one that is meant, or else the one of the user.
    #[must_use]
    pub fn at(&self, url: &ApiUrl, username: &str, meant: Option<&str>) -> Option<&KnownAccount> {
        let there = || self.all.iter().filter(|known| known.url == *url);
        let named = there().find(|known| Some(known.name.as_str()) == meant);
        named.or_else(|| there().find(|known| known.username == username)).or_else(|| there().next())
    }

    /// Where the token comes from for an address and a user, when none is typed. What is kept of an account is for its
    /// address and its user; the environment's token is for one account, whoever the user is.
    #[must_use]
    pub fn token_for(&self, url: &ApiUrl, username: &str, meant: Option<&str>) -> Option<TokenFrom> {
        let Some(known) = self.at(url, username, meant) else {
            return self.spare_token.then_some(TokenFrom::Environment);
        };
        known.token.filter(|from| *from == TokenFrom::Environment || known.username == username)
    }
}

/// The accounts of this run.
#[derive(Default)]
pub(super) struct Accounts {
    pub(super) config: Config,
    in_use: Option<(String, Account)>,
    /// The account the program was started with, as arguments and environment made it; until it is kept.
    started: Option<(String, Account)>,
    /// Tokens of this run, by the account's name.
    typed: BTreeMap<String, Token>,
    /// What commands and the keyring gave, and when.
    printed: BTreeMap<String, (Token, Instant)>,
    environment: Option<Token>,
    /// Whose the environment's token is: the account that was used first.
    environment_of: Option<String>,
}

/// What a command or the keyring printed is taken for so long, so that a store which asks its owner does not ask at every step.
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
    pub(super) fn enter(&mut self, name: String, account: Account) {
        self.environment_of.get_or_insert_with(|| name.clone());
        if self.config.accounts.get(&name) == Some(&account) {
            self.started = self.started.take().filter(|(started, _)| *started != name);
        }
        self.in_use = Some((name, account));
    }

    /// Keeps a token for this run.
    pub(super) fn hold(&mut self, name: &str, token: Token) {
        self.typed.insert(name.to_owned(), token);
    }

    pub(super) fn hold_printed(&mut self, name: &str, token: Token) {
        self.printed.insert(name.to_owned(), (token, Instant::now()));
    }

    /// The store may have another by now.
    pub(super) fn forget_printed(&mut self, name: &str) {
        self.printed.remove(name);
    }

    /// The token of an account that is at hand without asking a command or a file.
    pub(super) fn at_hand(&self, name: &str, from: TokenFrom) -> Option<Token> {
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

    /// Whose the environment's token is, when there is one and it is somebody else's.
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

    /// All there are; the one the program was started with among them.
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

    /// What an address is called that no account has yet: its subdomain, or host and port, and the whole address where
    /// another account is called so.
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
        nobodys.enter("gamma".into(), account("gamma"));
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
    fn what_was_typed_goes_first_and_stays_its_account_s() {
        let mut accounts = accounts(Some("acme"));
        accounts.hold("beta", Token::from("typed"));
        assert_eq!(token_for(&accounts, "beta", "imports"), Some(TokenFrom::Run));
        assert_eq!(accounts.at_hand("beta", TokenFrom::Run).unwrap().expose_secret(), "typed");
        assert!(accounts.at_hand("acme", TokenFrom::Run).is_none());
    }

    #[test]
    fn an_address_never_gets_the_name_of_another() {
        let mut config = Config::default();
        let name = |config: &Config| Accounts::name_for(config, &"acme".parse().unwrap());
        assert_eq!(name(&config), "acme");
        config.accounts.insert("acme".into(), account("elsewhere"));
        assert_eq!(name(&config), "acme.viewcases.com");
        config.accounts.insert("acme.viewcases.com".into(), account("elsewhere"));
        assert_eq!(name(&config), "https://acme.viewcases.com/api/v1/");
    }
}
