//! The HTTP client. Sends once and reports the result: no retries, no redirects, time limits on everything.

use std::{
    error::Error,
    sync::{Arc, Once, PoisonError, RwLock, atomic::AtomicU16},
    time::{Duration, Instant},
};

use base64::Engine;
use bytes::{Buf, Bytes, BytesMut};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, LOCATION, PRAGMA,
    RETRY_AFTER,
};
use secrecy::{ExposeSecret, zeroize::Zeroizing};
use serde_json::Value;
use tracing::debug;

use super::account::{Account, ApiUrl, ClientIdMeans, Token};
use super::account_error::AccountError;
use super::answer::{Answer, CompleteAnswer, fault, html, interpret, is_json};
use super::client_ids::KnownClients;
use super::clock::Clock;
use super::echo::Echo;
use super::fault::Fault;
use super::find::Lookup;
use super::forms::AnswerForms;
use super::token_mask::TokenMask;
use super::trust::{tls_fault, with_trust};

/// Time limit for connecting.
const CONNECT: Duration = Duration::from_secs(10);
/// Time limit from the first byte of a request to the last byte of its answer.
const TOTAL: Duration = Duration::from_secs(60);
/// Maximum size of an answer, in bytes. Trackops needs a few kilobytes per record.
const MAX_ANSWER_BYTES: usize = 4 << 20;
/// A connection to one account. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    /// Replaced when a connection can't be trusted any more: the pool has no other way to drop one.
    http: Arc<RwLock<reqwest::Client>>,
    /// Creates a new one.
    builder: Arc<dyn Fn() -> Result<reqwest::Client, AccountError> + Send + Sync>,
    url: ApiUrl,
    clock: Clock,
    /// Records per page.
    page_size: usize,
    /// The account's deviations from the assumed forms.
    forms: AnswerForms,
    echo: Echo,
    /// What `client_id` of a case is.
    pub(super) case_owner: ClientIdMeans,
    pub(super) known_clients: KnownClients,
    /// Status of answers without a list that mean an empty list; 0 as long as there was none.
    pub(super) empty_status: Arc<AtomicU16>,
    token: Arc<TokenMask>,
}

impl Client {
    /// Creates a client for an account, without connecting yet.
    ///
    /// `clock` outlives the client, so that what one client of the account learns of the server's clock is known to the
    /// next.
    pub fn new(
        account: &Account,
        token: &Token,
        concurrency: usize,
        clock: Clock,
    ) -> Result<Self, AccountError> {
        static PROVIDER: Once = Once::new();
        // Fails only if one is already installed, which is as good.
        PROVIDER.call_once(|| _ = rustls::crypto::ring::default_provider().install_default());

        let (headers, owned) = (headers(account, token)?, account.clone());
        let builder = move || build_http_client(&owned, headers.clone(), concurrency);
        let http = Arc::new(RwLock::new(builder()?));
        let (url, page_size) = (account.url.clone(), account.page_size.max(1));
        let forms = AnswerForms::of(account);
        let token = Arc::new(TokenMask::new(&user_part(account), token));
        Ok(Self {
            http,
            builder: Arc::new(builder),
            url,
            clock,
            page_size,
            forms,
            echo: Echo::default(),
            case_owner: account.client_id_means,
            known_clients: KnownClients::default(),
            empty_status: Arc::default(),
            token,
        })
    }

    fn http(&self) -> reqwest::Client {
        self.http.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Abandons all open connections, because one of them delivered an answer that belongs to another request.
    pub fn drop_connections(&self) {
        // If this fails, the old one stays; it was built from the same settings.
        if let Ok(new) = (self.builder)() {
            *self.http.write().unwrap_or_else(PoisonError::into_inner) = new;
        }
    }

    /// Tests address, user and token without changing anything.
    pub async fn test(&self) -> Result<(), Fault> {
        match self.get("clients", &[("per_page", "1".to_owned())]).await {
            // The account needn't list its clients: only a fault that affects every request counts.
            Ok(_) | Err(Fault::Unexpected { .. } | Fault::NotFound | Fault::Busy { .. }) => Ok(()),
            // An HTML page: Trackops without that list, or not Trackops at all. The list of cases tells which.
            Err(Fault::Firewall { status, title }) if !matches!(status, 200..=299 | 401 | 403) => {
                match self.get("cases", &[("per_page", "1".to_owned())]).await {
                    Err(Fault::Firewall { .. }) => Err(Fault::Firewall { status, title }),
                    _ => Ok(()),
                }
            }
            Err(fault) => Err(fault),
        }
    }

    /// Sends the request to create a case, exactly once. `sent` holds the values that an answer may echo.
    pub async fn create_case(&self, body: Bytes, sent: &Lookup) -> Answer {
        match self.post_case(body.clone()).await {
            Ok(read) => match interpret(&read, &self.forms) {
                Answer::Created { .. } if self.echo.belongs_to_another_row(&read.body, sent, &body) => {
                    self.drop_connections();
                    let why = format!("answered {} with another row's case", read.status);
                    Answer::Unknown { status: Some(read.status), why }
                }
                answer => answer,
            },
            Err(answer) => answer,
        }
    }

    /// Sends the request to create a case, and returns the answer uninterpreted. Without a complete answer,
    /// returns what that means: not sent, or unknown.
    pub(crate) async fn post_case(&self, body: Bytes) -> Result<CompleteAnswer, Answer> {
        let (began, bytes) = (Instant::now(), body.len());
        let request =
            self.http().post(self.url.resource("cases")).header(CONTENT_TYPE, "application/json").body(body);
        let posted = self.posted(request).await;
        let status = match &posted {
            Ok(read) => Some(read.status),
            Err(Answer::Unknown { status, .. }) => *status,
            Err(_) => None,
        };
        let sent = !matches!(posted, Err(Answer::NotSent(_)));
        debug!(status, sent, bytes, milliseconds = began.elapsed().as_millis(), "POST cases");
        posted
    }

    async fn posted(&self, request: reqwest::RequestBuilder) -> Result<CompleteAnswer, Answer> {
        match request.send().await {
            Ok(response) => {
                let read = self.read(response).await;
                read.map_err(|(status, why)| Answer::Unknown { status: Some(status), why })
            }
            // The only error after which we can be sure that no byte was sent.
            Err(error) if error.is_connect() => Err(Answer::NotSent(no_connection(&self.url, &error))),
            Err(error) => Err(Answer::Unknown { status: None, why: reason(&error) }),
        }
    }

    /// Returns the number of records per page; at least 1.
    #[must_use]
    pub fn page_size(&self) -> usize {
        self.page_size
    }

    /// Returns the server's clock, as far as its answers have shown it.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) async fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Value, Fault> {
        self.json(path, &self.get_bytes(path, query).await?)
    }

    pub(super) async fn get_bytes(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<CompleteAnswer, Fault> {
        let request = self.http().get(self.url.resource(path)).query(query);
        // A cached answer might be older than a case we look for.
        let request = request.header(CACHE_CONTROL, "no-cache").header(PRAGMA, "no-cache");
        let began = Instant::now();
        let response = request.send().await.map_err(|error| {
            debug!(milliseconds = began.elapsed().as_millis(), "GET {path}: no answer");
            if error.is_connect() {
                no_connection(&self.url, &error)
            } else {
                Fault::InvalidAnswer(reason(&error))
            }
        })?;
        let read = self.read(response).await.map_err(|(_, why)| Fault::InvalidAnswer(why))?;
        let (status, bytes) = (read.status, read.body.len());
        debug!(status, bytes, milliseconds = began.elapsed().as_millis(), "GET {path}");
        if (200..300).contains(&read.status) { Ok(read) } else { Err(fault(&read)) }
    }

    /// Parses an answer and converts it to the assumed form.
    pub(super) fn json(&self, path: &str, read: &CompleteAnswer) -> Result<Value, Fault> {
        let mut answer = json(path, read)?;
        self.forms.normalize(&mut answer);
        Ok(answer)
    }

    pub(crate) fn forms(&self) -> &AnswerForms {
        &self.forms
    }

    /// Reads an answer to its end. The error has the status and what happened.
    async fn read(&self, mut response: reqwest::Response) -> Result<CompleteAnswer, (u16, String)> {
        let status = response.status().as_u16();
        let text =
            |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (retry_after, kind, date) = (text(RETRY_AFTER), text(CONTENT_TYPE), text(DATE));
        let location = text(LOCATION);
        let arrived = self.clock.local_millis();
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= MAX_ANSWER_BYTES => {
                    body.extend_from_slice(&chunk);
                }
                Ok(Some(_)) => return Err((status, format!("answered {status} with too much data"))),
                Ok(None) => break,
                Err(error) => return Err((status, format!("answered {status}, then {}", reason(&error)))),
            }
        }
        // Some servers begin a text with a byte order mark.
        if body.starts_with(b"\xEF\xBB\xBF") {
            body.advance(3);
        }
        // PHP sends JSON as `text/html` unless it is told otherwise.
        let is_html = kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
        let is_html = body.trim_ascii_start().starts_with(b"<") || (is_html && !is_json(&body));
        let is_data = (200..300).contains(&status);
        // A page or an error may come from a proxy, with its own clock.
        if let Some(date) = date.as_ref().filter(|_| is_data && !is_html) {
            self.clock.learn(date, arrived);
        }
        let masked = |text: &[u8]| self.token.mask(text, is_data);
        let location = location.map(|text| match masked(text.as_bytes()) {
            Some(masked) => String::from_utf8_lossy(&masked).into_owned(),
            None => text,
        });
        let body = masked(&body).map_or_else(|| body.freeze(), Bytes::from);
        Ok(CompleteAnswer { status, retry_after, date, location, is_html, body })
    }
}

/// Parses an answer as JSON.
fn json(path: &str, read: &CompleteAnswer) -> Result<Value, Fault> {
    serde_json::from_slice(&read.body).map_err(|_| {
        if read.is_html { html(read) } else { Fault::InvalidAnswer(format!("{path} is not JSON")) }
    })
}

/// Creates the HTTP client of an account.
fn build_http_client(
    account: &Account,
    headers: HeaderMap,
    concurrency: usize,
) -> Result<reqwest::Client, AccountError> {
    let mut builder = reqwest::Client::builder()
        .default_headers(headers)
        .user_agent(concat!("caseload/", env!("CARGO_PKG_VERSION")))
        .retry(reqwest::retry::never())
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT)
        .timeout(TOTAL)
        .tcp_nodelay(true)
        .pool_max_idle_per_host(concurrency.max(1));
    if account.url.is_loopback() {
        builder = builder.no_proxy();
    }
    with_trust(builder, account)?.build().map_err(|error| AccountError::Client(reason(&error)))
}

/// Returns the part of the credentials before the token.
fn user_part(account: &Account) -> String {
    format!("{}/token:", account.username)
}

/// Returns the headers with basic authentication as `{username}/token`, marked as sensitive so that nothing prints it.
fn headers(account: &Account, token: &Token) -> Result<HeaderMap, AccountError> {
    let plain = Zeroizing::new(user_part(account) + token.expose_secret());
    let coded = Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(plain.as_bytes()));
    let mut value = HeaderValue::from_str(&Zeroizing::new(format!("Basic {}", *coded)))
        .map_err(|error| AccountError::Client(error.to_string()))?;
    value.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, value);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    Ok(headers)
}

fn no_connection(url: &ApiUrl, error: &reqwest::Error) -> Fault {
    let host = url.host();
    match encryption(error) {
        Some(error) => tls_fault(host, error),
        None => Fault::NoConnection { host, reason: refusal_of_proxy(&reason(error)) },
    }
}

/// Variables that name the proxy, the first one that is set counts.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// Names the proxy in the reason why it passes no connection on; any other reason stays as it is.
fn refusal_of_proxy(reason: &str) -> String {
    let Some(why) = reason.strip_prefix("tunnel error: ") else { return reason.to_owned() };
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let Some((name, value)) = PROXY_VARIABLES.iter().find_map(|name| Some((name, set(name)?))) else {
        return format!("the proxy refused the connection: {why}");
    };
    // Without its user and password.
    let place = value.rsplit(['@', '/']).find(|part| !part.is_empty()).unwrap_or_default();
    format!("the proxy {place} in {name} refused the connection: {why}")
}

/// Returns the TLS error in the chain of causes, if there is one. An `io::Error` doesn't show its inner error as source.
fn encryption(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut at: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = at {
        if let Some(error) = error.downcast_ref() {
            return Some(error);
        }
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        at = inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source());
    }
    None
}

/// Returns the innermost cause, without the address: in plain words for the most frequent ones, else in the system's.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut inner: &(dyn Error + 'static) = error;
    while let Some(source) = inner.source() {
        inner = source;
        if is_drop(inner) {
            return "the connection dropped".to_owned();
        }
    }
    inner.to_string()
}

/// Returns true if the other side, or something on the way, ended the connection in the middle of an answer.
fn is_drop(error: &(dyn Error + 'static)) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let kind = error.downcast_ref().map(std::io::Error::kind);
    matches!(kind, Some(BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof))
        || error.downcast_ref().is_some_and(hyper::Error::is_incomplete_message)
}
