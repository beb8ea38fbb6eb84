//! Lists of cases that look-ups ask for.
//!
//! KNOWN are the filters by reference and by time of creation, not whether they are exact: what comes back is
//! [compared](super::find).

use serde_json::Value;

use super::account::LookBack;
use super::client::{Client, id_of};
use super::fault::Fault;
use super::find::{ANY_ZONE, Found, Learned, Lookup, SKEW, since};

/// A list of cases that may show the one looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Those with a reference, of any age.
    Reference(String),
    /// Those created at this time or later; seconds since 1970, UTC as the server tells it.
    Since(i64),
    /// Those created between two times, both included.
    Between(i64, i64),
}

/// Number of page sizes that look-ups go through.
const SIZES: usize = 10;
/// Seconds.
const DAY: i64 = 24 * 3600;
/// Seconds after the last row was sent up to which a list is read that need not go up to now.
const LATE: i64 = 2 * 24 * 3600;

impl Query {
    /// The cases created since something was sent, milliseconds since 1970 by the server's clock. Every `turn` asks in
    /// a form of its own, so that no cache on the way answers with what it kept of another.
    #[must_use]
    pub fn since(sent_at: i64, learned: Learned, turn: u32) -> Self {
        let margin = if learned.ahead.is_some() { SKEW } else { ANY_ZONE };
        Self::Since(since(sent_at) - margin + learned.ahead.unwrap_or(0) - i64::from(turn))
    }

    /// The cases created from this time on: seconds since 1970, UTC as the server tells it.
    #[must_use]
    pub fn from_time(seconds: i64) -> Self {
        // Whatever zone the server tells its times in.
        Self::Since(seconds - ANY_ZONE)
    }

    /// The cases of the last days; `now` in milliseconds since 1970 by the server's clock.
    #[must_use]
    pub fn last_days(now: i64, back: LookBack) -> Self {
        match back {
            LookBack::Days(days) => Self::from_time(now.div_euclid(1000) - i64::from(days) * DAY),
            LookBack::All => Self::Since(0),
        }
    }

    /// The cases created between two times when something was sent. Up to today nothing limits them: what is created
    /// late shows as well.
    #[must_use]
    pub fn between((first, last): (i64, i64), now: i64, learned: Learned) -> Self {
        let since = Self::since(first, learned, 0);
        let until = last.div_euclid(1000) + LATE;
        match since {
            Self::Since(from) if until < now.div_euclid(1000) - ANY_ZONE => Self::Between(from, until),
            since => since,
        }
    }

    fn filters(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Reference(reference) => vec![("reference_value_1", reference.clone())],
            Self::Since(seconds) => vec![("created_from_system", timestamp(*seconds))],
            Self::Between(from, to) => {
                vec![("created_from_system", timestamp(*from)), ("created_to_system", timestamp(*to))]
            }
        }
    }
}

impl Client {
    /// The cases that have the values of a look-up, and those that cannot be told from them. Needs a reference, or a
    /// token and the time of sending.
    ///
    /// The client is compared and not filtered by: whether `client_id` means the location or the client is only
    /// inferred, and the wrong filter would hide the case.
    pub async fn find_cases(&self, lookup: &Lookup, learned: Learned) -> Result<Vec<Found>, Fault> {
        let query = match (&lookup.reference, lookup.sent_at) {
            (Some(reference), _) => Query::Reference(reference.clone()),
            (None, sent_at) => Query::since(sent_at.unwrap_or(0), learned, 0),
        };
        let records = self.list_to_the_end("cases", &query.filters()).await?;
        Ok(lookup.among(&records, learned))
    }

    /// A page of a list of cases, from 1; empty behind its end. Every `turn` asks for pages of another size, so that no
    /// cache on the way answers with what it kept of another.
    pub async fn page_of_cases(&self, query: &Query, page: usize, turn: u32) -> Result<Vec<Value>, Fault> {
        let fewer = usize::try_from(turn).unwrap_or_default() % SIZES;
        let size =
            self.page_size().checked_sub(fewer).filter(|size| *size > SIZES).unwrap_or(self.page_size());
        self.sized_page("cases", page, size, &query.filters()).await
    }

    /// The cases of a list, read to its end.
    pub async fn list_cases(&self, query: &Query) -> Result<Vec<Value>, Fault> {
        self.list_to_the_end("cases", &query.filters()).await
    }

    /// Number of cases that a list says it has; `None` when it does not say.
    pub async fn count_cases(&self, query: &Query) -> Result<Option<u64>, Fault> {
        let mut filters = query.filters();
        filters.push(("mode", "count".to_owned()));
        match self.get("cases", &filters).await {
            Ok(answer) => Ok(answer.get("record_count").and_then(id_of)),
            // KNOWN, and still no reason to know less than without it.
            Err(Fault::Unexpected { .. } | Fault::NotFound | Fault::Garbled(_)) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

/// INFERRED format of timestamps: `2026-11-23 15:04:05`, UTC.
pub(crate) fn timestamp(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
