//! Sends one row: lookups before it, the request, and a lookup after an unclear answer.

use std::time::Duration;

use bytes::Bytes;

use tokio::time::{Instant, sleep};

use super::Ready;
use crate::ledger::TurnedAway;
use crate::trackops::{Answer, Client, Fault, FoundCase, ListingTraits, Lookup};

/// Result of sending a row.
pub(crate) enum SendResult {
    /// An answer to its request.
    Answered(Answer),
    /// It wasn't sent: these cases in Trackops may be its own.
    AlreadyThere(Vec<FoundCase>),
    /// The answer is unclear, and the case can be looked up.
    Unclear(Answer, Box<Sending>),
    /// The answer was unclear, and the case was looked up: these cases may be its own. `None` if the lookup failed.
    LookedUp(Answer, Option<Vec<FoundCase>>),
    /// An earlier try wasn't accepted, and the row isn't sent again: these cases may be its own.
    EarlierTry(Vec<FoundCase>),
    /// It wasn't sent, because the lookup before it failed.
    LookupFailed(Fault),
}

/// Time within which a failed lookup before sending is repeated.
const REPEATED_WITHIN: Duration = Duration::from_secs(4);

/// How the reference of a row is looked up before it is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LookUpBefore {
    /// It isn't.
    No,
    /// Instead of in the list of recent cases, and of the same age. The same reference for another client is a different
    /// case.
    AsRecent {
        /// Milliseconds since 1970 by the server's clock; `None` for a case of any age.
        since: Option<i64>,
    },
    /// Any case that may be the row's counts: the ledger may lack rows that were sent.
    Strictly,
}

/// A row being sent.
pub(crate) struct Sending {
    client: Client,
    body: Bytes,
    how: LookUpBefore,
    /// Lookup of its reference before sending, if enabled.
    before: Option<Lookup>,
    /// Listed cases with its reference that show another client, to compare before sending.
    of_others: Vec<FoundCase>,
    /// Listed cases because of which it isn't sent.
    listed: Vec<FoundCase>,
    /// Lookup of the case of an earlier try that wasn't accepted.
    earlier: Option<Lookup>,
    /// Lookup of its own case.
    own: Lookup,
    learned: ListingTraits,
}

impl Sending {
    /// `how` says how its reference is looked up first. `turned_away` is an earlier try that wasn't accepted.
    pub(crate) fn new(
        client: &Client,
        ready: &Ready,
        how: LookUpBefore,
        turned_away: Option<&TurnedAway>,
        learned: ListingTraits,
    ) -> Self {
        Self {
            client: client.clone(),
            body: ready.request.body.clone(),
            how,
            before: match how {
                LookUpBefore::No => None,
                LookUpBefore::AsRecent { since } => {
                    ready.lookup_before().map(|lookup| Lookup { sent_at: since, ..lookup })
                }
                LookUpBefore::Strictly => ready.lookup_before(),
            },
            of_others: Vec::new(),
            listed: Vec::new(),
            earlier: turned_away.map(lookup_of).filter(Lookup::is_named),
            own: ready.own_lookup(client.clock().millis()),
            learned,
        }
    }

    /// Sends it only if these listed cases are another client's.
    pub(crate) fn after_comparing(self, of_others: Vec<FoundCase>) -> Self {
        Self { of_others, ..self }
    }

    /// Sends it only if there are no such listed cases. One may be that of its earlier try.
    pub(crate) fn unless_listed(self, listed: Vec<FoundCase>) -> Self {
        Self { listed, ..self }
    }

    /// Returns the number of requests if all goes well.
    pub(crate) fn requests(&self) -> usize {
        let asks = |id: u64| !self.of_others.is_empty() && self.client.must_ask_for(id);
        let compares = self.own.client.is_some_and(asks);
        1 + [self.before.is_some(), self.earlier.is_some(), compares].into_iter().filter(|is| *is).count()
    }

    /// Sends the case, if the lookups before it find nothing. After an answer without a usable id the server is done with
    /// the request, so the case can be looked up immediately.
    pub(crate) async fn send(self) -> SendResult {
        match self.found_before().await {
            Ok(Some(found)) => return found,
            Ok(None) => {}
            Err(fault) => return SendResult::LookupFailed(fault),
        }
        let answer = self.client.create_case(self.body.clone(), &self.own).await;
        if self.own.is_named() && calls_for_look_up(&answer) {
            SendResult::Unclear(answer, Box::new(self))
        } else {
            SendResult::Answered(answer)
        }
    }

    /// Looks up cases because of which the row isn't sent.
    async fn found_before(&self) -> Result<Option<SendResult>, Fault> {
        if let Some(lookup) = &self.earlier {
            let found = self.find(lookup).await?;
            if !found.is_empty() {
                return Ok(Some(SendResult::EarlierTry(found)));
            }
        }
        if !self.listed.is_empty() {
            return Ok(Some(SendResult::AlreadyThere(self.listed.clone())));
        }
        let mut found = self.of_others.clone();
        if let Some(lookup) = &self.before {
            found.extend(self.find(lookup).await?);
        }
        // A server may list a reference changed or not at all, so any other case that it returns for it counts.
        if self.how != LookUpBefore::Strictly {
            found = self.client.drop_other_clients(found, self.own.client).await;
        }
        Ok((!found.is_empty()).then_some(SendResult::AlreadyThere(found)))
    }

    /// Finds cases. A lookup that fails at once is repeated: it changes nothing. One that took long isn't, because the
    /// row's intent must not be old when it is sent.
    async fn find(&self, lookup: &Lookup) -> Result<Vec<FoundCase>, Fault> {
        let began = Instant::now();
        let mut retries = 0;
        loop {
            match self.client.find_cases(lookup, self.learned).await {
                Err(fault) => match fault.wait_before_retry(retries) {
                    Some(wait) if began.elapsed() + wait < REPEATED_WITHIN => sleep(wait).await,
                    _ => return Err(fault),
                },
                found => return found,
            }
            retries += 1;
        }
    }

    /// Looks up the row's own case. Returns `None` if the lookup failed and a later one may not. If Trackops has no such
    /// list, nothing is found.
    pub(crate) async fn look_up(self) -> Option<Vec<FoundCase>> {
        match self.client.find_cases(&self.own, self.learned).await {
            Ok(found) => Some(found),
            Err(Fault::NoConnection { .. } | Fault::Tls { .. } | Fault::Busy { .. }) => None,
            Err(fault) if fault.is_transient() => None,
            Err(_) => Some(Vec::new()),
        }
    }
}

/// Returns the lookup for the case of a try that wasn't accepted.
fn lookup_of(earlier: &TurnedAway) -> Lookup {
    let TurnedAway { sent_at, reference, token, client } = earlier;
    Lookup::of_sent(reference.as_deref(), token.as_deref(), *client, *sent_at)
}

/// Returns true if the case is looked up immediately: a server may create a case and answer without its id, or with a
/// refusal. A 409 is looked up by settling.
fn calls_for_look_up(answer: &Answer) -> bool {
    match answer {
        Answer::Unknown { status, .. } => matches!(status, Some(200..=299)),
        Answer::Rejected { status, .. } => *status != 409,
        Answer::Created { .. } | Answer::NotSent(_) => false,
    }
}
