//! What may be shown of the accounts: nothing secret.

use crate::trackops::ApiUrl;

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
