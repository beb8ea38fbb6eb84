//! Errors in an account's settings and in the config file.

use crate::home::quoted;

/// What can be wrong with an account's settings, in sentences.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// Not an address that may be used.
    #[error("“{url}” cannot be used as the address of Trackops: {why}")]
    Url {
        /// The address.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The address carries a user name or token. It is not repeated.
    #[error(
        "the address of Trackops has a user name or token in it; take it out, and give the token in CASELOAD_TOKEN"
    )]
    UrlWithToken,
    /// The config file cannot be read.
    #[error("{path}: {reason}")]
    Config {
        /// The file.
        path: String,
        /// What is wrong, with its line.
        reason: String,
    },
    /// The token file can be neither read nor written.
    #[error("the token file {path} cannot be used: {reason}")]
    TokenFile {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// Others could read the token.
    #[error("the token file {path} can be read by others; run: chmod 600 {}", quoted(path))]
    TokenFileOpen {
        /// The file.
        path: String,
    },
    /// The certificates of the config file cannot be used.
    #[error(
        "the ca_file {path} cannot be used: {reason}; ask for the certificate as a PEM file, or take ca_file out of the \
         config file"
    )]
    CaFile {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing to check a certificate by.
    #[error(
        "encryption cannot be set up ({0}); install this machine's certificates (the package ca-certificates), or name \
         a file of them as ca_file in the config file"
    )]
    Client(String),
    /// A command gives no token. Neither it nor what it said is repeated.
    #[error("the token_command of the config file gave no token: {0}; run it in a shell to see why")]
    TokenCommand(String),
    /// The keyring gives no token.
    #[error("the keyring gave no token: {reason}; store it there with: {store}")]
    TokenKeyring {
        /// What failed.
        reason: String,
        /// The command that stores it.
        store: String,
    },
    /// Others could have the token sent elsewhere, or a command of theirs run.
    #[error(
        "{path} says where the token goes, and others can change it; check that it is still what you wrote and \
         that you own it, then run: chmod 600 {}",
        quoted(path)
    )]
    ConfigOpen {
        /// The config file.
        path: String,
    },
}

/// A mistake in a TOML text, with its line.
pub(super) fn at_line(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let line = 1 + text.bytes().take(start).filter(|b| *b == b'\n').count();
    format!("line {line}: {}", error.message())
}
