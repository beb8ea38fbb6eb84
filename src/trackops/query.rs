//! Lists of cases to request in lookups.
//!
//! The filters by reference and by creation time are KNOWN, but not whether they are exact, so the results are
//! [compared](super::find).

use serde_json::Value;

use super::account::LookBack;
use super::client::Client;
use super::fault::Fault;
use super::find::{ANY_ZONE, FoundCase, ListingTraits, Lookup, SKEW, earliest_creation};
use super::record::id_of;

/// A list of cases that may contain the one looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseQuery {
    /// Cases with a reference, of any age.
    Reference(String),
    /// Cases created at this time or later, in seconds since 1970, by the server's idea of UTC.
    Since(i64),
    /// Cases created between two times, both included.
    Between(i64, i64),
}

/// Number of page sizes that lookups cycle through.
const SIZES: usize = 10;
/// A day, in seconds.
const DAY: i64 = 24 * 3600;
/// Seconds to read beyond the time when the last row was sent, for a list that doesn't end now.
const LATE: i64 = 2 * 24 * 3600;

impl CaseQuery {
    /// Returns the list of cases created since `sent_at`, in milliseconds since 1970 by the server's clock. Each `turn`
    /// gives a different query, so that no cache answers with an older result.
    #[must_use]
    pub fn since(sent_at: i64, learned: ListingTraits, turn: u32) -> Self {
        let margin = if learned.ahead.is_some() { SKEW } else { ANY_ZONE };
        Self::Since(earliest_creation(sent_at) - margin + learned.ahead.unwrap_or(0) - i64::from(turn))
    }

    /// Returns the list of cases created from a time on, in seconds since 1970, by the server's idea of UTC.
    fn from_time(seconds: i64) -> Self {
        // Covers any zone in which the server may report its times.
        Self::Since(seconds - ANY_ZONE)
    }

    /// Returns the list of cases of the last days. `now` is in milliseconds since 1970 by the server's clock.
    #[must_use]
    pub fn last_days(now: i64, back: LookBack) -> Self {
        match back {
            LookBack::Days(days) => Self::from_time(now.div_euclid(1000) - i64::from(days) * DAY),
            LookBack::All => Self::Since(0),
        }
    }

    /// Returns the list of cases created between the first and the last time something was sent. If the last time is
    /// recent, the list has no upper limit, so that cases created late appear as well.
    #[must_use]
    pub fn between((first, last): (i64, i64), now: i64, learned: ListingTraits) -> Self {
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
    /// Finds the cases that match a lookup, and those that may match. Needs a reference, or a row token and the time of
    /// sending.
    ///
    /// The client is compared but not used as a filter: whether `client_id` means the location or the client is only
    /// INFERRED, and the wrong filter would hide the case.
    pub async fn find_cases(&self, lookup: &Lookup, learned: ListingTraits) -> Result<Vec<FoundCase>, Fault> {
        let query = match (&lookup.reference, lookup.sent_at) {
            (Some(reference), _) => CaseQuery::Reference(reference.clone()),
            (None, sent_at) => CaseQuery::since(sent_at.unwrap_or(0), learned, 0),
        };
        let records = self.list_to_the_end("cases", &query.filters()).await?;
        Ok(lookup.among(&records, learned))
    }

    /// Reads a page of a list of cases, from 1; empty after its end. Each `turn` asks for another page size, so that no
    /// cache answers with an older result.
    pub async fn page_of_cases(
        &self,
        query: &CaseQuery,
        page: usize,
        turn: u32,
    ) -> Result<Vec<Value>, Fault> {
        let fewer = usize::try_from(turn).unwrap_or_default() % SIZES;
        let size =
            self.page_size().checked_sub(fewer).filter(|size| *size > SIZES).unwrap_or(self.page_size());
        self.sized_page("cases", page, size, &query.filters()).await
    }

    /// Reads a list of cases to its end.
    pub async fn list_cases(&self, query: &CaseQuery) -> Result<Vec<Value>, Fault> {
        self.list_to_the_end("cases", &query.filters()).await
    }

    /// Returns the number of cases in a list; `None` if the server doesn't report it.
    pub async fn count_cases(&self, query: &CaseQuery) -> Result<Option<u64>, Fault> {
        let mut filters = query.filters();
        filters.push(("mode", "count".to_owned()));
        match self.get("cases", &filters).await {
            Ok(answer) => Ok(answer.get("record_count").and_then(id_of)),
            // The count is KNOWN to exist, but not that every account may ask for it.
            Err(Fault::Unexpected { status: ..500, .. } | Fault::NotFound) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

/// INFERRED format of timestamps: `2026-11-23 15:04:05`, UTC.
pub(crate) fn timestamp(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
