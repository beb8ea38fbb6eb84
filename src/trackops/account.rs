//! Accounts: address, user and limits. The token is never part of one.

use std::{fmt, path::PathBuf, str::FromStr};

use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};
use url::{Host, Url};

use super::account_error::AccountError;
use super::value_forms::{ValueForms, is_default};
use crate::serde_text::serde_as_text;

/// API token. Can't be printed; wiped from memory when dropped.
pub type Token = SecretString;

/// Address of an account's API, such as `https://acme.viewcases.com/api/v1/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiUrl(Url);

impl ApiUrl {
    /// Returns the address of a resource of the API, such as `client/contacts`.
    #[must_use]
    pub fn resource(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        // Fails only for an address without a path, such as `mailto:`, which this type never holds.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/'));
        }
        url
    }

    /// Returns host and port, for display.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Returns true if requests to it are encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Returns true if it is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        }
    }
}

serde_as_text!(ApiUrl);

impl fmt::Display for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl FromStr for ApiUrl {
    type Err = AccountError;

    /// Accepts a subdomain (`acme`), a host, or a whole address. The path defaults to `/api/v1/`.
    fn from_str(text: &str) -> Result<Self, AccountError> {
        let text = text.trim();
        // First of all: the part before an @ may be a token, so it must not be repeated in an error.
        if text.contains('@') {
            return Err(AccountError::UrlWithToken);
        }
        // A query or fragment may hold one, too.
        let shown = text.split(['?', '#']).next().unwrap_or_default();
        let bad = |why| AccountError::Url { url: shown.to_owned(), why };
        let is_subdomain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let whole = if is_subdomain && text != "localhost" {
            format!("https://{text}.viewcases.com")
        } else if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let mut url = Url::parse(&whole).map_err(|_| bad("it isn't a web address"))?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("remove everything from the ? or # on"));
        }
        let host = url.host_str().map(|host| host.trim_end_matches('.').to_owned());
        if host.is_none_or(|host| url.set_host(Some(&host)).is_err()) {
            return Err(bad("it has no host name"));
        }
        let parts = url.path().split('/').filter(|part| !part.is_empty());
        let path = parts.fold(String::new(), |path, part| path + "/" + part);
        url.set_path(&if path.is_empty() { "/api/v1/".to_owned() } else { path + "/" });
        let url = Self(url);
        match url.0.scheme() {
            "https" => Ok(url),
            "http" if url.is_loopback() => Ok(url),
            "http" => Err(bad("http:// sends the token unencrypted; use https://")),
            _ => Err(bad("enter an https:// address or a subdomain")),
        }
    }
}

/// Meaning of `client_id` in a case. INFERRED to be the location; a setting, because it is only inferred.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientIdMeans {
    /// The client's location.
    #[default]
    Location,
    /// The client itself.
    Client,
}

/// How to treat rows with an id that, as far as we know, the account doesn't have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownIds {
    /// Warn and send them: a list may be incomplete.
    #[default]
    Warn,
    /// Don't send them.
    Refuse,
}

/// How far back the cases in Trackops are compared with the rows before sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookBack {
    /// A number of days; 0 for no comparison.
    Days(u32),
    /// Back to the first case.
    All,
}

impl Default for LookBack {
    fn default() -> Self {
        Self::Days(30)
    }
}

impl Serialize for LookBack {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Days(days) => serializer.serialize_u32(*days),
            Self::All => serializer.serialize_str("all"),
        }
    }
}

impl<'de> Deserialize<'de> for LookBack {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum DaysOrWord {
            Days(u32),
            Word(String),
        }
        match DaysOrWord::deserialize(deserializer) {
            Ok(DaysOrWord::Days(days)) => Ok(Self::Days(days)),
            Ok(DaysOrWord::Word(word)) if word == "all" => Ok(Self::All),
            _ => Err(serde::de::Error::custom(
                "look_back_days must be a number of days, 0 for none, or \"all\"",
            )),
        }
    }
}

/// An account in the config file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// API address.
    pub url: ApiUrl,
    /// User name of an active employee with full access.
    pub username: String,
    /// Command that prints the token, such as `pass show trackops`. Takes precedence over the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_command: Option<String>,
    /// File that holds the token and that only its owner can read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// Whether the token is in the system's keyring, under `caseload` and the account's name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub token_keyring: bool,
    /// File with certificates to trust besides the system's: a company's own, or that of its network's inspection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Meaning of `client_id` in a case, and so what the client picker offers.
    #[serde(default)]
    pub client_id_means: ClientIdMeans,
    /// Maximum number of cases in flight. Gentle by default, because Trackops throttles in undocumented ways.
    #[serde(default = "gentle_concurrency")]
    pub concurrency: usize,
    /// Requests per minute; 0 for no limit.
    #[serde(default = "gentle_per_minute")]
    pub per_minute: u32,
    /// Seconds after which a new case is sure to appear in a list; UNKNOWN, so generous.
    #[serde(default = "generous_settle_seconds")]
    pub settle_seconds: u64,
    /// Seconds after which a request whose answer was lost can no longer create a case: a server may keep working on a
    /// request that a proxy gave up on. UNKNOWN, so generous.
    #[serde(default = "generous_late_commit_seconds")]
    pub late_commit_seconds: u64,
    /// Days of cases in Trackops to compare with the rows before sending, so that cases created by colleagues, on the web
    /// page or on other machines aren't created again.
    #[serde(default, skip_serializing_if = "is_default")]
    pub look_back_days: LookBack,
    /// Records per page of a list. 100 is KNOWN to be accepted. If an account returns fewer, its lists seem to end early.
    #[serde(default = "accepted_page_size", skip_serializing_if = "is_accepted_page_size")]
    pub page_size: usize,
    /// How to treat rows with an unknown id.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unknown_ids: UnknownIds,
    /// Key of a record's id, if it isn't `id`, which is INFERRED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_key: Option<String>,
    /// Format of times in records, such as `%m/%d/%Y %H:%M`, if it isn't `%Y-%m-%d %H:%M:%S`, which is INFERRED too.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "time_format")]
    pub time_format: Option<String>,
    /// Additional statuses that mean Trackops refused a row. 400, 409, 413 and 422 always do, INFERRED.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "refused_statuses")]
    pub refused_statuses: Vec<u16>,
    /// Form in which custom field values are sent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub values: ValueForms,
}

fn time_format<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let format = String::deserialize(deserializer)?;
    if super::forms::is_time_format(&format) {
        return Ok(Some(format));
    }
    let text = format!("“{format}” isn't a format with date and time, such as %m/%d/%Y %H:%M");
    Err(serde::de::Error::custom(text))
}

fn refused_statuses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u16>, D::Error> {
    let statuses = Vec::<u16>::deserialize(deserializer)?;
    match statuses.iter().find(|status| !super::forms::may_refuse(**status)) {
        Some(status) => Err(serde::de::Error::custom(format!("{status} never means that a row was refused"))),
        None => Ok(statuses),
    }
}

fn gentle_concurrency() -> usize {
    2
}

fn gentle_per_minute() -> u32 {
    120
}

fn generous_late_commit_seconds() -> u64 {
    120
}

fn generous_settle_seconds() -> u64 {
    5
}

fn accepted_page_size() -> usize {
    100
}

// The signature is serde's.
#[expect(clippy::trivially_copy_pass_by_ref)]
fn is_accepted_page_size(size: &usize) -> bool {
    *size == accepted_page_size()
}

impl Account {
    /// Creates an account with gentle limits, or without limits for a sandbox on this machine.
    #[must_use]
    pub fn new(url: ApiUrl, username: impl Into<String>) -> Self {
        let (concurrency, per_minute) =
            if url.is_loopback() { (4, 0) } else { (gentle_concurrency(), gentle_per_minute()) };
        let client_id_means = ClientIdMeans::default();
        Self {
            url,
            username: username.into(),
            token_command: None,
            token_file: None,
            token_keyring: false,
            ca_file: None,
            client_id_means,
            concurrency,
            per_minute,
            settle_seconds: generous_settle_seconds(),
            late_commit_seconds: generous_late_commit_seconds(),
            look_back_days: LookBack::default(),
            page_size: accepted_page_size(),
            unknown_ids: UnknownIds::default(),
            id_key: None,
            time_format: None,
            refused_statuses: Vec::new(),
            values: ValueForms::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Result<String, AccountError> {
        text.parse().map(|url: ApiUrl| url.to_string())
    }

    #[test]
    fn addresses_people_type() {
        assert_eq!(url("acme").unwrap(), "https://acme.viewcases.com/api/v1/");
        assert_eq!(url("acme.viewcases.com").unwrap(), "https://acme.viewcases.com/api/v1/");
        assert_eq!(url(" https://acme.viewcases.com/ ").unwrap(), "https://acme.viewcases.com/api/v1/");
        assert_eq!(url("http://127.0.0.1:8080/api/v1").unwrap(), "http://127.0.0.1:8080/api/v1/");
        assert_eq!(url("http://localhost:8080").unwrap(), "http://localhost:8080/api/v1/");
        assert_eq!(url("http://[::1]:1/x/").unwrap(), "http://[::1]:1/x/");
        assert_eq!(
            url("https://ACME.viewcases.com.:443//api//v1").unwrap(),
            "https://acme.viewcases.com/api/v1/"
        );
    }

    #[test]
    fn addresses_that_would_leak_the_token_are_refused() {
        for text in
            ["http://acme.viewcases.com", "ftp://acme", "http://10.0.0.1", "", "a b", "https://x/?q=1"]
        {
            assert!(url(text).is_err(), "{text}");
        }
        for text in
            ["https://acme?token=s3cret", "acme#s3cret", "http://acme/?s3cret", "a b?s3cret", "?s3cret"]
        {
            let error = url(text).unwrap_err().to_string();
            assert!(!error.contains("s3cret"), "{error}");
        }
        for text in
            ["https://me:s3cret@acme.viewcases.com", "http://jane/token:s3cret@acme", "me:s3 cret@a b"]
        {
            assert_eq!(url(text), Err(AccountError::UrlWithToken));
        }
    }
}
