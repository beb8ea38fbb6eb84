//! Sending one row: the look-ups before it, the request, and the look-up after an answer that leaves its case open.

use bytes::Bytes;

use super::Ready;
use crate::trackops::{Answer, Client, Found, Learned, Lookup};

/// What comes back of a row that left.
pub(crate) enum Landed {
    /// The answer to its case.
    Answered(Answer),
    /// It was not sent: these cases in Trackops may be its own.
    There(Vec<Found>),
    /// The answer leaves its case open, and it can be looked up.
    Open(Answer, Box<Sending>),
    /// Its answer left its case open, and it was looked up: these cases may be its own.
    LookedUp(Answer, Vec<Found>),
    /// It was turned away before, and is not sent again: these cases may be its own.
    Earlier(Vec<Found>),
}

/// A row on its way.
pub(crate) struct Sending {
    client: Client,
    body: Bytes,
    /// What asks for its reference first, where that is wanted.
    before: Option<Lookup>,
    /// What finds the case of an earlier try that was turned away.
    earlier: Option<Lookup>,
    /// What finds its own case.
    own: Lookup,
    learned: Learned,
}

impl Sending {
    /// `look_up`: whether its reference is asked for first. `turned_away`: when an earlier try of it was sent that was
    /// turned away, in milliseconds since 1970 by the server's clock.
    pub(crate) fn new(
        client: &Client,
        ready: &Ready,
        look_up: bool,
        turned_away: Option<i64>,
        learned: Learned,
    ) -> Self {
        let earlier = turned_away.map(|sent_at| ready.own_lookup(sent_at));
        Self {
            client: client.clone(),
            body: ready.request.body.clone(),
            before: if look_up { ready.lookup_before() } else { None },
            earlier: earlier.filter(Lookup::is_named),
            own: ready.own_lookup(client.clock().millis()),
            learned,
        }
    }

    /// Number of requests it takes when all goes well.
    pub(crate) fn requests(&self) -> usize {
        1 + usize::from(self.before.is_some()) + usize::from(self.earlier.is_some())
    }

    /// Sends the case, after the look-ups that are to find nothing. An answer without a usable id comes from a server
    /// that is done with the request, so that the case can be looked up at once.
    pub(crate) async fn send(self) -> Landed {
        if let Some(lookup) = &self.earlier {
            match self.client.find_cases(lookup, self.learned).await {
                Ok(found) if found.is_empty() => {}
                Ok(found) => return Landed::Earlier(found),
                Err(fault) => return Landed::Answered(Answer::NotSent(fault)),
            }
        }
        if let Some(lookup) = &self.before {
            match self.client.find_cases(lookup, self.learned).await {
                Ok(found) if found.is_empty() => {}
                Ok(found) => return Landed::There(found),
                Err(fault) => return Landed::Answered(Answer::NotSent(fault)),
            }
        }
        let answer = self.client.create_case(self.body.clone(), &self.own).await;
        if self.own.is_named() && calls_for_look_up(&answer) {
            Landed::Open(answer, Box::new(self))
        } else {
            Landed::Answered(answer)
        }
    }

    /// Looks for the row's own case. A look-up that fails finds nothing, and leaves the answer as it is.
    pub(crate) async fn look_up(self) -> Vec<Found> {
        self.client.find_cases(&self.own, self.learned).await.unwrap_or_default()
    }
}

/// Whether the case is looked up at once: a server may create a case and answer without its id, or refuse it all the
/// same. A 409 is looked up by settling.
fn calls_for_look_up(answer: &Answer) -> bool {
    match answer {
        Answer::Unknown { status, .. } => matches!(status, Some(200..=299)),
        Answer::Rejected { status, .. } => *status != 409,
        Answer::Created { .. } | Answer::NotSent(_) => false,
    }
}
