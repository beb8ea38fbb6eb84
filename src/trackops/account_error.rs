//! Errors in account settings and the config file.

use std::fmt::Display;
use std::path::Path;

use crate::home::quoted;

/// An error in an account's settings or in the config file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// The address isn't valid or isn't safe to use.
    #[error("“{url}” can't be used as the Trackops address: {why}")]
    Url {
        /// The address.
        url: String,
        /// The problem.
        why: &'static str,
    },
    /// The address contains a user name or token. It isn't repeated.
    #[error(
        "the Trackops address contains a user name or token. Remove it, and put the token in CASELOAD_TOKEN"
    )]
    UrlWithToken,
    /// The config file, a catalog or a list can't be read or saved.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// The system's error, or the mistake with its line.
        reason: String,
    },
    /// The token file can't be read.
    #[error("the token file {path} can't be used: {reason}")]
    TokenFile {
        /// The file.
        path: String,
        /// The system's error.
        reason: String,
    },
    /// Other users could read the token.
    #[error("other users can read the token file {path}. Run: chmod 600 {}", quoted(path))]
    TokenFileOpen {
        /// The file.
        path: String,
    },
    /// The certificates named in the config file can't be used.
    #[error(
        "the ca_file {path} can't be used: {reason}. Ask for the certificate as a PEM file, or remove ca_file from the \
         config file"
    )]
    CaFile {
        /// The file.
        path: String,
        /// The problem.
        reason: String,
    },
    /// There are no certificates to check a server against.
    #[error(
        "encryption can't be set up ({0}). Install this machine's certificates (package ca-certificates), or set ca_file \
         in the config file to a PEM file"
    )]
    Client(String),
    /// The token command gave no token. Neither the command nor its output is repeated.
    #[error("token_command in the config file gave no token: {0}. Run it in a shell to see why")]
    TokenCommand(String),
    /// The keyring gave no token.
    #[error("the keyring gave no token: {reason}. Store the token with: {store}")]
    TokenKeyring {
        /// The failure.
        reason: String,
        /// The command that stores the token.
        store: String,
    },
    /// Other users could redirect the token, or make caseload run their command.
    #[error(
        "other users can change {path}, which says where the token is sent. Check that you own it and that nothing in it \
         was changed, then run: chmod 600 {}",
        quoted(path)
    )]
    ConfigOpen {
        /// The config file.
        path: String,
    },
}

impl AccountError {
    pub(crate) fn file(path: &Path, reason: &dyn Display) -> Self {
        Self::File { path: path.display().to_string(), reason: reason.to_string() }
    }
}

/// Describes a mistake in a TOML text, with its line.
pub(super) fn at_line(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let line = 1 + text.bytes().take(start).filter(|b| *b == b'\n').count();
    format!("line {line}: {}", error.message())
}
