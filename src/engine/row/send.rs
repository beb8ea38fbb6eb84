//! Sends one row: lookups before it, the request, and a lookup after an unclear answer.

use bytes::Bytes;

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
}

/// A row being sent.
pub(crate) struct Sending {
    client: Client,
    body: Bytes,
    /// Lookup of its reference before sending, if enabled.
    before: Option<Lookup>,
    /// Lookup of the case of an earlier try that wasn't accepted.
    earlier: Option<Lookup>,
    /// Lookup of its own case.
    own: Lookup,
    learned: ListingTraits,
}

impl Sending {
    /// `look_up` says whether its reference is looked up first. `turned_away` is an earlier try that wasn't accepted.
    pub(crate) fn new(
        client: &Client,
        ready: &Ready,
        look_up: bool,
        turned_away: Option<&TurnedAway>,
        learned: ListingTraits,
    ) -> Self {
        Self {
            client: client.clone(),
            body: ready.request.body.clone(),
            before: if look_up { ready.lookup_before() } else { None },
            earlier: turned_away.map(lookup_of).filter(Lookup::is_named),
            own: ready.own_lookup(client.clock().millis()),
            learned,
        }
    }

    /// Returns the number of requests if all goes well.
    pub(crate) fn requests(&self) -> usize {
        1 + usize::from(self.before.is_some()) + usize::from(self.earlier.is_some())
    }

    /// Sends the case, if the lookups before it find nothing. After an answer without a usable id the server is done
    /// with the request, so the case can be looked up immediately.
    pub(crate) async fn send(self) -> SendResult {
        if let Some(lookup) = &self.earlier {
            match self.client.find_cases(lookup, self.learned).await {
                Ok(found) if found.is_empty() => {}
                Ok(found) => return SendResult::EarlierTry(found),
                Err(fault) => return SendResult::Answered(Answer::NotSent(fault)),
            }
        }
        if let Some(lookup) = &self.before {
            match self.client.find_cases(lookup, self.learned).await {
                Ok(found) if found.is_empty() => {}
                Ok(found) => return SendResult::AlreadyThere(found),
                Err(fault) => return SendResult::Answered(Answer::NotSent(fault)),
            }
        }
        let answer = self.client.create_case(self.body.clone(), &self.own).await;
        if self.own.is_named() && calls_for_look_up(&answer) {
            SendResult::Unclear(answer, Box::new(self))
        } else {
            SendResult::Answered(answer)
        }
    }

    /// Looks up the row's own case. Returns `None` if the lookup failed and a later one may not. If Trackops has no such
    /// list, nothing is found.
    pub(crate) async fn look_up(self) -> Option<Vec<FoundCase>> {
        match self.client.find_cases(&self.own, self.learned).await {
            Ok(found) => Some(found),
            Err(
                Fault::NoConnection { .. }
                | Fault::Tls { .. }
                | Fault::Busy { .. }
                | Fault::InvalidAnswer(_)
                | Fault::Unexpected { status: 500.., .. },
            ) => None,
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
