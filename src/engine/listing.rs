//! Lists of cases, read page by page at the pace of the run. Between two pages a person may stop it, and a page that
//! failed is asked for again: only reading may be repeated.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use serde_json::Value;

use super::event::Event;
use super::runner::{Runner, Stop};
use crate::trackops::{Client, Fault, Query, id_text};

/// Pages read at most, so that a server that never ends does not hold us.
const MOST_PAGES: usize = 200;
/// Number of times a read that failed is tried again.
const READ_AGAIN: u32 = 3;
/// The wait before the first of them; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// A list as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// Its records, each once.
    pub(super) records: Vec<Value>,
    /// Why a case that is missing here may be in Trackops all the same.
    pub(super) lacks: Option<String>,
}

/// What a list has shown of its records.
#[derive(Debug)]
pub(super) enum Shown {
    /// All of them.
    All,
    /// Fewer than there are, in a sentence.
    Fewer(String),
    /// It has more pages than are read.
    TooMany,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum NotRead {
    /// Nothing may start any more.
    Stop(Stop),
    /// Trackops does not answer this question; others may have an answer.
    Refused(String),
}

impl Runner {
    /// Asks Trackops something that changes nothing, again after a fault that may pass.
    pub(super) async fn ask<T, F>(&mut self, question: impl Fn(Client) -> F) -> Result<T, NotRead>
    where
        F: Future<Output = Result<T, Fault>> + Send,
        T: Send,
    {
        let mut tries = 0;
        loop {
            if self.stopped_before_turn().await {
                return Err(NotRead::Stop(Stop::Asked));
            }
            let answer = tokio::select! {
                biased;
                () = self.stopped() => return Err(NotRead::Stop(Stop::Asked)),
                answer = question(self.job.client.clone()) => answer,
            };
            let fault = match answer {
                Ok(answer) => {
                    self.pace.good();
                    return Ok(answer);
                }
                Err(fault) => fault,
            };
            if let Fault::Unexpected { status: 400 | 422, message } = &fault {
                return Err(NotRead::Refused(format!("Trackops refuses the lookup{message}")));
            }
            if matches!(fault, Fault::TooMany { .. }) {
                return Err(NotRead::Refused(fault.to_string()));
            }
            if self.may_wait(&fault).await {
                continue;
            }
            if !may_pass(&fault) || tries == READ_AGAIN {
                return Err(NotRead::Stop(Stop::of(&fault)));
            }
            if self.stopped_within(FIRST_WAIT * 2_u32.pow(tries)).await {
                return Err(NotRead::Stop(Stop::Asked));
            }
            tries += 1;
        }
    }

    /// Reads a list of cases to its end, and keeps its records.
    pub(super) async fn list_cases(&mut self, query: &Query, turn: u32) -> Result<Listed, NotRead> {
        let mut records = Vec::new();
        let lacks = self.each_case(query, turn, MOST_PAGES, |record| records.push(record)).await?;
        Ok(Listed { records, lacks })
    }

    /// Shows every record of a list of cases once, page by page. Returns why a case that wasn't shown may be in
    /// Trackops all the same. KNOWN: a list can be asked for its number of records; absence is not concluded from
    /// fewer.
    pub(super) async fn each_case(
        &mut self,
        query: &Query,
        turn: u32,
        most_pages: usize,
        show: impl FnMut(Value) + Send,
    ) -> Result<Option<String>, NotRead> {
        let count = self.count_cases(query).await?;
        match self.each_page(query, turn, (count, most_pages), show).await? {
            Shown::All => Ok(None),
            Shown::Fewer(lacks) => Ok(Some(lacks)),
            Shown::TooMany => Err(NotRead::Refused(format!(
                "the list of cases has more than {most_pages} pages, too many to search"
            ))),
        }
    }

    /// The same for a list whose number of records was asked for.
    pub(super) async fn each_page(
        &mut self,
        query: &Query,
        turn: u32,
        (count, most_pages): (Option<u64>, usize),
        mut show: impl FnMut(Value) + Send,
    ) -> Result<Shown, NotRead> {
        // Of each record its hash: a list may be long.
        let (hasher, mut seen) = (RandomState::new(), HashSet::new());
        for page in 1..=most_pages {
            let query = query.clone();
            let read = move |client: Client| {
                let query = query.clone();
                async move { client.page_of_cases(&query, page, turn).await }
            };
            let records = self.ask(read).await?;
            let before = seen.len();
            // What is created meanwhile may push records from one page to the next; and a server that does not know
            // pages answers with the first one again.
            let key = |record: &Value| match id_text(record) {
                Some(id) => hasher.hash_one(id),
                None => hasher.hash_one(record.to_string()),
            };
            let new = records.into_iter().filter(|record| seen.insert(key(record)));
            new.for_each(&mut show);
            self.tell(Event::ReadingBack { read: seen.len() as u64, of: count }).await;
            if seen.len() == before {
                let read = before as u64;
                let lacks = |count| format!("the list shows {read} of {count} cases, so some may be missing");
                return Ok(match count.filter(|count| *count > read) {
                    Some(count) => Shown::Fewer(lacks(count)),
                    None => Shown::All,
                });
            }
        }
        Ok(Shown::TooMany)
    }

    /// Number of records of a list. Asked before it is read: what is created meanwhile makes the list longer, never
    /// shorter.
    pub(super) async fn count_cases(&mut self, query: &Query) -> Result<Option<u64>, NotRead> {
        let query = query.clone();
        let counted = move |client: Client| {
            let query = query.clone();
            async move { client.count_cases(&query).await }
        };
        match self.ask(counted).await {
            Err(NotRead::Refused(_)) => Ok(None),
            answer => answer,
        }
    }
}

/// Whether the same question may have an answer in a moment. A page with 502 or 503 is a gateway's, whose server is
/// away for a moment, and no firewall's.
fn may_pass(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Garbled(_) | Fault::Unexpected { status: 500.., .. } | Fault::Firewall { status: 500.., .. }
    )
}
