//! A row on its way: edit → look → judge → send → interpret. Each stage is one file, and the same for every end: the check,
//! a run, and a row that is sent first.
//!
//! ```text
//! sheet ─ look (any thread: edit, build) ─► judge (in order: the duplicate guard) ─► Verdict
//!                                                     send ─► Landed ─ interpret ─► Told
//! ```

mod exceptions;
mod identity;
mod interpret;
mod judge;
mod look;
mod reasons;
mod seen;
mod send;

use crate::case::Problem;
use crate::ledger::{Identity, Intent, Outcome, RowOutcome};
use crate::trackops::{Lookup, Request};

pub(super) use exceptions::{anothers_case, rejected_by_check, still_unknown};
pub(super) use interpret::{Told, another_rows, interpret, looked_up};
pub use judge::{Duplicates, Judge};
pub(super) use look::{Looked, Looker};
pub(super) use reasons::{held_back, in_trackops, sent_before};
pub(super) use send::{Landed, Sending};

/// A row that had its turn before the sender.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Prepared {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// Name of its worksheet, where several are read as one table.
    pub worksheet: Option<String>,
    /// The cells with their fixes made, for the exception log.
    pub cells: csv::StringRecord,
    /// `reference_value_1`, when a cell of the row gave it: also of a row that is not sent.
    pub reference: Option<String>,
    /// What is to become of it.
    pub verdict: Verdict,
}

impl Prepared {
    /// What the ledger is told before the row leaves; none for a row that will not.
    pub(super) fn intent(&self, sent_at: i64) -> Option<Intent> {
        let Verdict::Send(ready, _) = &self.verdict else { return None };
        Some(Intent {
            row: self.row,
            line: self.line,
            identity: ready.identity.clone(),
            client: ready.client,
            sent_at,
            token: ready.token.clone(),
            anyway: ready.anyway,
        })
    }

    /// The reference that goes with its case; none for a row that is not sent.
    fn reference_sent(&self) -> Option<&str> {
        match &self.verdict {
            Verdict::Send(ready, _) => ready.reference(),
            Verdict::Exclude(_) | Verdict::Reject(_) => None,
        }
    }

    /// What the ledger is told of what became of it.
    pub(super) fn became(&self, outcome: Outcome) -> RowOutcome {
        RowOutcome { row: self.row, line: self.line, reference: self.reference.clone(), outcome }
    }
}

/// What is to become of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// Send it. The problems are warnings.
    Send(Ready, Vec<Problem>),
    /// Leave it out: blank, left out by a person, or sent before. The problem says which.
    Exclude(Problem),
    /// It cannot be sent. At least one problem is an error.
    Reject(Vec<Problem>),
}

impl Verdict {
    /// What is wrong with the row, or why it is left out.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        match self {
            Self::Send(_, problems) | Self::Reject(problems) => problems,
            Self::Exclude(problem) => vec![problem],
        }
    }
}

/// A row ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ready {
    /// The request; empty where nothing is sent.
    pub request: Request,
    /// What tells this case from another of the account.
    pub identity: Identity,
    /// `client_id`.
    pub client: Option<u64>,
    /// The token in its administrative notes, by which the case can be found again without a reference.
    pub token: Option<String>,
    /// Whether a person said to send it although its case was sent before.
    pub anyway: bool,
}

impl Ready {
    /// `reference_value_1`, when a cell of the row gave it.
    pub(super) fn reference(&self) -> Option<&str> {
        self.identity.reference()
    }

    pub(super) fn told(&self) -> String {
        self.reference()
            .map_or_else(|| "a row with the same values".to_owned(), |text| format!("reference “{text}”"))
    }

    /// What finds its own case, sent at this time (milliseconds since 1970 by the server's clock) or later.
    pub(super) fn own_lookup(&self, sent_at: i64) -> Lookup {
        let reference = self.reference().filter(|reference| !reference.trim().is_empty()).map(str::to_owned);
        Lookup { reference, token: self.token.clone(), client: self.client, sent_at: Some(sent_at) }
    }

    /// What asks whether its case is there before it is sent; none for a row that a person wants sent, and for one without
    /// a reference.
    pub(super) fn lookup_before(&self) -> Option<Lookup> {
        let reference = self.reference().filter(|_| !self.anyway)?;
        Some(Lookup {
            reference: Some(reference.to_owned()),
            token: None,
            client: self.client,
            sent_at: None,
        })
    }
}
