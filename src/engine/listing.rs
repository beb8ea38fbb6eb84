//! Reads lists of cases page by page, at the pace of the run. It can be stopped between pages, and a failed page is
//! requested again: only reads may be repeated.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use serde_json::Value;

use super::event::Event;
use super::runner::{Runner, Stop};
use crate::trackops::{CaseQuery, Fault, record_key};

/// Maximum number of pages, for a server whose list never ends.
const MAX_PAGES: usize = 200;
/// Seconds.
const YEAR: i64 = 365 * 24 * 3600;

/// A list, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct CaseList {
    /// Its records, without duplicates.
    pub(super) records: Vec<Value>,
    /// Why a case that is missing here may still be in Trackops.
    pub(super) incomplete_because: Option<String>,
}

/// How much of a list was read.
#[derive(Debug)]
pub(super) enum Coverage {
    /// All records.
    Complete,
    /// Fewer records than there are, as a sentence.
    Partial(String),
    /// The list has too many pages.
    TooLong,
}

/// Reason why there is no answer.
#[derive(Debug)]
pub(super) enum ReadFailure {
    /// The run must stop.
    Stop(Stop),
    /// Trackops doesn't answer this request, but may answer others.
    Refused(String),
}

impl From<Stop> for ReadFailure {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl Runner {
    /// Sends a request that changes nothing, and repeats it after a fault that may pass.
    pub(super) async fn read_with_retries<T, F>(&mut self, question: impl Fn() -> F) -> Result<T, ReadFailure>
    where
        F: Future<Output = Result<T, Fault>> + Send,
        T: Send,
    {
        let mut tries = 0;
        loop {
            self.wait_turn().await?;
            let answer = tokio::select! {
                biased;
                () = self.stopped() => return Err(ReadFailure::Stop(Stop::Requested)),
                answer = question() => answer,
            };
            let fault = match answer {
                Ok(answer) => {
                    self.pace.record_success();
                    return Ok(answer);
                }
                // Every such request is about cases.
                Err(Fault::NotFound) => Fault::NoCaseList,
                Err(fault) => fault,
            };
            if let Fault::Unexpected { status: 400 | 422, message } = &fault {
                return Err(ReadFailure::Refused(format!("Trackops refuses the lookup{message}")));
            }
            if matches!(fault, Fault::TooMany { .. } | Fault::FilterIgnored { .. }) {
                return Err(ReadFailure::Refused(fault.to_string()));
            }
            if self.wait_if_transient(&fault).await {
                continue;
            }
            let Some(wait) = fault.wait_before_retry(tries) else {
                return Err(ReadFailure::Stop(Stop::of(&fault)));
            };
            self.sleep_or_stop(wait).await?;
            tries += 1;
        }
    }

    /// Reads a list of cases to its end. Returns its records.
    pub(super) async fn list_cases(&mut self, query: &CaseQuery, turn: u32) -> Result<CaseList, ReadFailure> {
        let mut records = Vec::new();
        let lacks = self.each_case(query, turn, MAX_PAGES, |record| records.push(record)).await?;
        Ok(CaseList { records, incomplete_because: lacks })
    }

    /// Calls `show` once for every record of a list of cases. Returns why a case that wasn't shown may still be in
    /// Trackops. KNOWN: Trackops returns the number of records of a list; if fewer are listed, absence proves
    /// nothing.
    pub(super) async fn each_case(
        &mut self,
        query: &CaseQuery,
        turn: u32,
        most_pages: usize,
        show: impl FnMut(Value) + Send,
    ) -> Result<Option<String>, ReadFailure> {
        let count = self.count_cases(query).await?;
        match self.each_page(query, turn, (count, most_pages), show).await? {
            Coverage::Complete => Ok(None),
            Coverage::Partial(lacks) => Ok(Some(lacks)),
            Coverage::TooLong => Err(ReadFailure::Refused(format!(
                "the list of cases has more than {most_pages} pages, too many to search"
            ))),
        }
    }

    /// [`each_case`](Self::each_case) for a list whose number of records is known.
    pub(super) async fn each_page(
        &mut self,
        query: &CaseQuery,
        turn: u32,
        (count, most_pages): (Option<u64>, usize),
        mut show: impl FnMut(Value) + Send,
    ) -> Result<Coverage, ReadFailure> {
        let client = self.job.client.clone();
        // Hashes of the records: a list may be long.
        let (hasher, mut seen) = (RandomState::new(), HashSet::new());
        for page in 1..=most_pages {
            let records = self.read_with_retries(|| client.page_of_cases(query, page, turn)).await?;
            let before = seen.len();
            // New cases may push records from one page to the next, and a server without paging returns the first
            // page again.
            let new = records.into_iter().filter(|record| seen.insert(hasher.hash_one(record_key(record))));
            new.for_each(&mut show);
            self.send_event(Event::ReadingBack { read: seen.len() as u64, of: count }).await;
            if seen.len() == before {
                let read = before as u64;
                let lacks = |count| format!("the list shows {read} of {count} cases, so some may be missing");
                return Ok(match count.filter(|count| *count > read) {
                    Some(count) => Coverage::Partial(lacks(count)),
                    None => Coverage::Complete,
                });
            }
        }
        Ok(Coverage::TooLong)
    }

    /// Returns true if lists by time leave out other cases, so that they date a case that shows no time.
    pub(super) async fn filters_by_time(&mut self) -> Result<bool, Stop> {
        if let Some(filters) = self.filters_by_time {
            return Ok(filters);
        }
        // No case is created in ten years' time.
        let query = CaseQuery::Since(self.job.client.clock().millis() / 1000 + 10 * YEAR);
        let client = self.job.client.clone();
        let filters = match self.read_with_retries(|| client.page_of_cases(&query, 1, 0)).await {
            Ok(records) => records.is_empty(),
            Err(ReadFailure::Refused(_)) => false,
            Err(ReadFailure::Stop(stop)) => return Err(stop),
        };
        self.filters_by_time = Some(filters);
        Ok(filters)
    }

    /// Returns the number of records of a list. Called before the list is read: new cases make it longer, never
    /// shorter.
    pub(super) async fn count_cases(&mut self, query: &CaseQuery) -> Result<Option<u64>, ReadFailure> {
        let client = self.job.client.clone();
        match self.read_with_retries(|| client.count_cases(query)).await {
            // Without a count, only the end of the list shows that it is complete. If the server can't be reached, reading
            // the list fails as well.
            Err(ReadFailure::Refused(_) | ReadFailure::Stop(Stop::Fault(_))) => Ok(None),
            answer => answer,
        }
    }
}
