//! Settings that the program is opened with.

use std::path::PathBuf;

use crate::trackops::Token;

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

impl Settings {
    /// Returns true if they name an account; otherwise the config file does.
    #[must_use]
    pub fn name_an_account(&self) -> bool {
        self.account.is_some() || self.url.is_some() || self.sandbox
    }
}
