//! Requests of the doctor: limited in time, at the account's pace, and none after the connection failed.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep_until, timeout};

use crate::trackops::account::Account;
use crate::trackops::client::Client;
use crate::trackops::fault::Fault;
use crate::trackops::pages::page_of;

/// Longest wait for an answer.
const MAX_WAIT: Duration = Duration::from_secs(15);
/// Time after which no more requests are made.
const TOTAL_TIME: Duration = Duration::from_secs(150);

/// Makes requests, and remembers why the connection failed.
pub(super) struct Prober<'a> {
    pub(super) client: &'a Client,
    pub(super) account: &'a Account,
    /// Number of requests made.
    pub(super) asked: u32,
    /// Why no more requests are made.
    pub(super) closed: Option<Fault>,
    until: Instant,
    next: Instant,
}

impl<'a> Prober<'a> {
    pub(super) fn new(client: &'a Client, account: &'a Account) -> Self {
        let now = Instant::now();
        Self { client, account, asked: 0, closed: None, until: now + TOTAL_TIME, next: now }
    }

    /// Waits for the account's pace. Returns how long an answer may take.
    pub(super) async fn turn(&mut self) -> Result<Duration, Fault> {
        if let Some(fault) = &self.closed {
            return Err(fault.clone());
        }
        sleep_until(self.next.min(self.until)).await;
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Fault::InvalidAnswer("the time limit for all tests is over".to_owned()));
        }
        let pause = match self.account.per_minute {
            0 => Duration::ZERO,
            limit => Duration::from_secs(60) / limit,
        };
        self.next = Instant::now() + pause;
        self.asked += 1;
        Ok(left.min(MAX_WAIT))
    }

    /// Returns the answer to a GET.
    pub(super) async fn get(&mut self, path: &str, query: &[(&str, String)]) -> Result<Value, Fault> {
        let most = self.turn().await?;
        let answer = timeout(most, self.client.get(path, query)).await;
        let slow = answer.is_err();
        let answer = answer.unwrap_or_else(|_| {
            Err(Fault::InvalidAnswer(format!("no complete answer for {path} in {} s", most.as_secs())))
        });
        if let Err(fault) = &answer
            && (slow || closes(fault))
        {
            self.closed = Some(fault.clone());
        }
        answer
    }

    /// Reads a page of a list.
    pub(super) async fn page(
        &mut self,
        path: &str,
        page: usize,
        size: usize,
        filters: &[(&str, String)],
    ) -> Result<Vec<Value>, Fault> {
        match self.get(path, &page_of(page, size, filters)).await? {
            Value::Array(records) => Ok(records),
            _ => Err(Fault::InvalidAnswer(format!("{path} isn't a list"))),
        }
    }

    /// Reads the first records that match filters.
    pub(super) async fn find(&mut self, path: &str, filters: &[(&str, String)]) -> Result<Vec<Value>, Fault> {
        self.page(path, 1, self.account.page_size, filters).await
    }
}

/// Returns true if no more requests are useful after this fault.
fn closes(fault: &Fault) -> bool {
    match fault {
        Fault::NoConnection { .. }
        | Fault::Tls { .. }
        | Fault::Unauthorized
        | Fault::Redirect(_)
        | Fault::Busy { .. }
        | Fault::Firewall { status: 401 | 403 | 429 | 503, .. } => true,
        Fault::Forbidden
        | Fault::Firewall { .. }
        | Fault::NotFound
        | Fault::NoCaseList
        | Fault::Unexpected { .. }
        | Fault::TooMany { .. }
        | Fault::FilterIgnored { .. }
        | Fault::InvalidAnswer(_) => false,
    }
}
