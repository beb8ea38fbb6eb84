//! The HTTP client. Sends once and says what was seen: no retry, no redirect, time limits on everything.

use std::{
    collections::HashSet,
    error::Error,
    sync::{Arc, Once, PoisonError, RwLock},
    time::Duration,
};

use base64::Engine;
use bytes::{Bytes, BytesMut};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, LOCATION, PRAGMA,
    RETRY_AFTER,
};
use secrecy::{ExposeSecret, zeroize::Zeroizing};
use serde_json::Value;

use super::account::{Account, ApiUrl, Token};
use super::account_error::AccountError;
use super::answer::{Answer, Seen, fault, html, judge};
use super::authority::{believing, distrust};
use super::catalog::Entry;
use super::clock::Clock;
use super::echo::Echo;
use super::fault::Fault;
use super::find::Lookup;
use super::forms::Forms;
use super::token_mask::TokenMask;

/// A connection is waited for so long.
const CONNECT: Duration = Duration::from_secs(10);
/// From the first byte of a request to the last of its answer, however slowly they come.
const TOTAL: Duration = Duration::from_secs(60);
/// An answer longer than this is not read on: Trackops' are a few kilobytes a record.
const LONGEST_ANSWER: usize = 4 << 20;
/// Nor is a list of more than this: it would fill the memory.
const LONGEST_LIST: usize = 32 << 20;
/// A longer name is cut: it is shown in a list.
const LONGEST_LABEL: usize = 500;
/// Records on a page at most; as many as were asked for is the rule, and not KNOWN to be kept.
const MOST_RECORDS: usize = 20_000;
/// Pages read at most, so that a server that never ends does not hold us.
const MOST_PAGES: usize = 200;

/// A connection to one account. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    /// Replaced when a connection can't be trusted any more: the pool has no other way to drop one.
    http: Arc<RwLock<reqwest::Client>>,
    /// What makes a new one.
    builder: Arc<dyn Fn() -> Result<reqwest::Client, AccountError> + Send + Sync>,
    url: ApiUrl,
    clock: Clock,
    /// Records a page.
    page_size: usize,
    /// What the account does otherwise.
    forms: Forms,
    echo: Echo,
    token: Arc<TokenMask>,
}

impl Client {
    /// A client for an account. No connection is made yet.
    ///
    /// `clock` outlives the client: what one client of the account learns of the server's clock is known
    /// to the next.
    pub fn new(
        account: &Account,
        token: &Token,
        concurrency: usize,
        clock: Clock,
    ) -> Result<Self, AccountError> {
        static PROVIDER: Once = Once::new();
        // Fails only when one is installed already, which is as good.
        PROVIDER.call_once(|| _ = rustls::crypto::ring::default_provider().install_default());

        let (headers, owned) = (headers(account, token)?, account.clone());
        let builder = move || http(&owned, headers.clone(), concurrency);
        let http = Arc::new(RwLock::new(builder()?));
        let (url, page_size) = (account.url.clone(), account.page_size.max(1));
        let forms = Forms::of(account);
        let token = Arc::new(TokenMask::new(&user_part(account), token));
        let (builder, echo) = (Arc::new(builder), Echo::default());
        Ok(Self { http, builder, url, clock, page_size, forms, echo, token })
    }

    fn http(&self) -> reqwest::Client {
        self.http.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Uses no connection again that is open now: on one of them answers have come that belong to other requests.
    pub fn drop_connections(&self) {
        // Without a new client the old one stays; it was built from the same settings.
        if let Ok(new) = (self.builder)() {
            *self.http.write().unwrap_or_else(PoisonError::into_inner) = new;
        }
    }

    /// Tries address, user and token, without changing anything.
    pub async fn test(&self) -> Result<(), Fault> {
        match self.get("clients", &[("per_page", "1".to_owned())]).await {
            // Whether an account lists its clients is not what is tried: only what keeps every request out counts.
            Ok(_) | Err(Fault::Unexpected { .. } | Fault::NotFound | Fault::Busy { .. }) => Ok(()),
            // A page instead of the list: Trackops without that list, or no Trackops at all. Its cases tell.
            Err(Fault::Firewall { status, title }) if !matches!(status, 200..=299 | 401 | 403) => {
                match self.get("cases", &[("per_page", "1".to_owned())]).await {
                    Err(Fault::Firewall { .. }) => Err(Fault::Firewall { status, title }),
                    _ => Ok(()),
                }
            }
            Err(fault) => Err(fault),
        }
    }

    /// Asks for a case to be created, exactly once. `sent`: what of it an answer may show.
    pub async fn create_case(&self, body: Bytes, sent: &Lookup) -> Answer {
        match self.post_case(body.clone()).await {
            Posted::Answer(read) => match judge(&read.seen(), &self.forms) {
                Answer::Created { .. } if self.echo.is_of_another(&read.body, sent, &body) => {
                    self.drop_connections();
                    let why = format!("answered {} with the case of another row", read.status);
                    Answer::Unknown { status: Some(read.status), why }
                }
                answer => answer,
            },
            Posted::NotSent(fault) => Answer::NotSent(fault),
            Posted::Unknown { status, why } => Answer::Unknown { status, why },
        }
    }

    /// The same, with the answer as it is.
    pub(crate) async fn post_case(&self, body: Bytes) -> Posted {
        let request =
            self.http().post(self.url.resource("cases")).header(CONTENT_TYPE, "application/json").body(body);
        match request.send().await {
            Ok(response) => match self.read(response).await {
                Ok(read) => Posted::Answer(read),
                Err((status, why)) => Posted::Unknown { status: Some(status), why },
            },
            // The only error after which certainly no byte left.
            Err(error) if error.is_connect() => Posted::NotSent(no_connection(&self.url, &error)),
            Err(error) => Posted::Unknown { status: None, why: reason(&error) },
        }
    }

    /// Records a page.
    pub(super) fn page_size(&self) -> usize {
        self.page_size
    }

    /// The server's clock, as far as its answers have shown it.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The record of a case; none while the list does not show it. KNOWN: the list can be asked for an id; that a
    /// case has an address of its own is not.
    pub async fn read_case(&self, id: &str) -> Result<Option<Value>, Fault> {
        let records = self.page("cases", 1, &[("id", id.to_owned())]).await?;
        // A server that ignores the filter must not have another case taken for this one.
        Ok(records.into_iter().find(|record| record.get("id").and_then(text_of).as_deref() == Some(id)))
    }

    /// A list that absence is concluded from: read until a page is empty, or brings nothing new. That fewer records
    /// than asked for are the last page is KNOWN of pages as large as we ask for, and not of smaller ones.
    pub(super) async fn list_to_the_end(
        &self,
        path: &str,
        filters: &[(&str, String)],
    ) -> Result<Vec<Value>, Fault> {
        let mut all: Vec<Value> = Vec::new();
        let mut seen = HashSet::new();
        let mut room = LONGEST_LIST;
        for page in 1..=MOST_PAGES {
            let records = self.next_page(path, (page, self.page_size), filters, &mut room).await?;
            let before = all.len();
            // What is created meanwhile may push records from one page to the next; and a server that does not know
            // pages answers with the first one again.
            all.extend(records.into_iter().filter(|record| seen.insert(record.to_string())));
            if all.len() == before {
                return Ok(all);
            }
        }
        Err(Fault::TooMany { path: path.to_owned(), pages: MOST_PAGES })
    }

    /// Reads one page of a list.
    pub(super) async fn page(
        &self,
        path: &str,
        page: usize,
        filters: &[(&str, String)],
    ) -> Result<Vec<Value>, Fault> {
        self.sized_page(path, page, self.page_size, filters).await
    }

    /// Reads one page of so many records; empty behind the end of the list.
    pub(super) async fn sized_page(
        &self,
        path: &str,
        page: usize,
        size: usize,
        filters: &[(&str, String)],
    ) -> Result<Vec<Value>, Fault> {
        self.next_page(path, (page, size), filters, &mut LONGEST_LIST.clone()).await
    }

    /// Reads a page of a list, for which there is so much `room` yet.
    async fn next_page(
        &self,
        path: &str,
        (page, size): (usize, usize),
        filters: &[(&str, String)],
        room: &mut usize,
    ) -> Result<Vec<Value>, Fault> {
        let query = page_of(page, size, filters);
        let read = match self.get_bytes(path, &query).await {
            Ok(read) if page > 1 && matches!(read.body.trim_ascii(), b"" | b"null") => return Ok(Vec::new()),
            // How a server says that a list has no such page is UNKNOWN; that it has a first one was seen.
            Err(Fault::NotFound) if page > 1 => return Ok(Vec::new()),
            read => read?,
        };
        *room = room.checked_sub(read.body.len()).ok_or_else(|| {
            Fault::Garbled(format!("{path} is a list of more than {} MiB", LONGEST_LIST >> 20))
        })?;
        match self.json(path, &read)? {
            Value::Array(records) if records.len() > MOST_RECORDS => {
                Err(Fault::Garbled(format!("{path} has {} records on a page", records.len())))
            }
            Value::Array(records) => Ok(records),
            _ => Err(Fault::Garbled(format!("{path} is not a list"))),
        }
    }

    pub(super) async fn list(&self, path: &str, filters: &[(&str, String)]) -> Result<Vec<Value>, Fault> {
        let mut all = Vec::new();
        let mut room = LONGEST_LIST;
        for page in 1..=MOST_PAGES {
            let records = self.next_page(path, (page, self.page_size), filters, &mut room).await?;
            let last = records.len() < self.page_size;
            all.extend(records);
            if last {
                return Ok(all);
            }
        }
        Err(Fault::Garbled(format!("{path} has more than {MOST_PAGES} pages")))
    }

    pub(crate) async fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Value, Fault> {
        self.json(path, &self.get_bytes(path, query).await?)
    }

    async fn get_bytes(&self, path: &str, query: &[(&str, String)]) -> Result<Read, Fault> {
        let request = self.http().get(self.url.resource(path)).query(query);
        // A kept answer would show the account as it was before a case was created.
        let request = request.header(CACHE_CONTROL, "no-cache").header(PRAGMA, "no-cache");
        let response = request.send().await.map_err(|error| {
            if error.is_connect() { no_connection(&self.url, &error) } else { Fault::Garbled(reason(&error)) }
        })?;
        let read = self.read(response).await.map_err(|(_, why)| Fault::Garbled(why))?;
        if (200..300).contains(&read.status) { Ok(read) } else { Err(fault(&read.seen())) }
    }

    /// What an answer says, in the assumed form.
    fn json(&self, path: &str, read: &Read) -> Result<Value, Fault> {
        let mut answer = json(path, read)?;
        self.forms.assume(&mut answer);
        Ok(answer)
    }

    pub(crate) fn forms(&self) -> &Forms {
        &self.forms
    }

    /// Reads an answer to its end. On failure: the status and what happened.
    async fn read(&self, mut response: reqwest::Response) -> Result<Read, (u16, String)> {
        let status = response.status().as_u16();
        let text =
            |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (retry_after, kind, date) = (text(RETRY_AFTER), text(CONTENT_TYPE), text(DATE));
        let location = text(LOCATION);
        // A page, or a refusal, may be of something on the way, and by its clock.
        let is_page = kind.as_ref().is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
        if let Some(date) = date.filter(|_| (200..300).contains(&status) && !is_page) {
            self.clock.learn(&date);
        }
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= LONGEST_ANSWER => {
                    body.extend_from_slice(&chunk);
                }
                Ok(Some(_)) => return Err((status, format!("answered {status} with more than it should"))),
                Ok(None) => break,
                Err(error) => return Err((status, format!("answered {status}, then {}", reason(&error)))),
            }
        }
        let is_html = kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
        let is_html = is_html || body.trim_ascii_start().starts_with(b"<");
        let is_data = (200..300).contains(&status);
        let masked = |text: &[u8]| self.token.mask(text, is_data);
        let location = location.map(|text| match masked(text.as_bytes()) {
            Some(masked) => String::from_utf8_lossy(&masked).into_owned(),
            None => text,
        });
        let body = masked(&body).map_or_else(|| body.freeze(), Bytes::from);
        Ok(Read { status, retry_after, location, is_html, body })
    }
}

/// An answer as data.
/// What asks for a page of a list. Values of custom fields come with their parts, where they have some (KNOWN).
pub(crate) fn page_of<'q>(page: usize, size: usize, filters: &[(&'q str, String)]) -> Vec<(&'q str, String)> {
    let mut query = vec![
        ("page", page.to_string()),
        ("per_page", size.to_string()),
        ("expand_field_values", "1".to_owned()),
    ];
    query.extend_from_slice(filters);
    query
}

fn json(path: &str, read: &Read) -> Result<Value, Fault> {
    serde_json::from_slice(&read.body).map_err(|_| {
        if read.is_html { html(&read.seen()) } else { Fault::Garbled(format!("{path} is not JSON")) }
    })
}

/// What became of a request to create a case.
pub(crate) enum Posted {
    /// An answer that arrived whole.
    Answer(Read),
    /// No byte left.
    NotSent(Fault),
    /// Perhaps carried out.
    Unknown { status: Option<u16>, why: String },
}

/// An answer that arrived whole.
pub(crate) struct Read {
    pub(crate) status: u16,
    retry_after: Option<String>,
    location: Option<String>,
    is_html: bool,
    body: Bytes,
}

impl Read {
    pub(crate) fn seen(&self) -> Seen<'_> {
        let retry_after = self.retry_after.as_deref();
        let location = self.location.as_deref();
        Seen { status: self.status, retry_after, location, is_html: self.is_html, body: &self.body }
    }
}

/// The HTTP client of an account.
fn http(account: &Account, headers: HeaderMap, concurrency: usize) -> Result<reqwest::Client, AccountError> {
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
    believing(builder, account)?.build().map_err(|error| AccountError::Client(reason(&error)))
}

/// What stands before the token in the credentials.
fn user_part(account: &Account) -> String {
    format!("{}/token:", account.username)
}

/// Basic authentication as `{username}/token`, marked so that nothing prints it.
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
        Some(error) => distrust(host, error),
        None => Fault::NoConnection { host, reason: reason(error) },
    }
}

/// What failed of the encryption, if that did. An error of input and output hides what it holds from the chain of causes.
fn encryption(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut at: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = at {
        if let Some(error) = error.downcast_ref() {
            return Some(error);
        }
        let held = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        at = held.map(|held| held as &(dyn Error + 'static)).or_else(|| error.source());
    }
    None
}

/// The innermost cause, in the system's words, without the address.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut inner: &dyn Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

/// The id of a record as text; `None` when it shows none.
#[must_use]
pub fn id_text(record: &Value) -> Option<String> {
    record.get("id").and_then(text_of)
}

/// A text, or a number as text.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Reads `2026-11-23 15:04:05`, UTC, also with `T` and with a zone behind it; none for any other form. A day alone is
/// no time: taken for its midnight, a case could seem older than the moment it was sent.
pub(crate) fn seconds_of(text: &str) -> Option<i64> {
    let text = text.trim();
    if !text.contains([':', 'T', 't']) {
        return None;
    }
    let zoned: Option<jiff::Timestamp> = text.parse().ok();
    let civil =
        || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok();
    zoned.or_else(|| civil().map(|time| time.timestamp())).map(jiff::Timestamp::as_second)
}

pub(crate) fn id_of(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Records as entries; those without an id are left out. The label joins the texts under the keys.
pub(super) fn entries(records: &[Value], keys: &[&str]) -> Vec<Entry> {
    let label = |record: &Value| {
        let texts = keys.iter().filter_map(|key| record.get(*key)?.as_str());
        let label = texts.map(str::trim).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        if label.len() > LONGEST_LABEL { label.chars().take(LONGEST_LABEL).collect() } else { label }
    };
    records
        .iter()
        .filter_map(|record| Some(Entry::new(record.get("id").and_then(id_of)?, label(record))))
        .collect()
}
