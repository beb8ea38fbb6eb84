//! Steps of a row: edit → build → judge → send → interpret. Each step is one file, used by the check, by a run, and
//! for a row that is sent first.
//!
//! ```text
//! sheet ─ build (any thread) ─► judge (in order: the duplicate guard) ─► Verdict
//!                                   send ─► SendResult ─ interpret ─► Interpretation
//! ```

mod build;
mod exceptions;
mod identity;
mod interpret;
mod judge;
mod lost_zeros;
mod names;
mod reasons;
mod recent_cases;
mod references;
mod send;
mod tokened_cases;

use crate::case::{CaseField, NameKey, Plan, Problem};
use crate::ledger::{Earlier, Identity, Intent, Outcome, RowOutcome, TurnedAway};
use crate::trackops::{CaseRequest, FoundCase, Lookup};

pub(super) use build::{BuiltRow, RowBuilder};
pub(super) use exceptions::{belongs_to_another, rejected_by_check, still_unknown};
pub(super) use interpret::{Interpretation, interpret, looked_up, names_another_case};
pub use judge::{Duplicates, Judge};
pub(super) use reasons::{exclude, in_trackops, judge_sent_before, maybe_sent_by_original};
pub use recent_cases::RecentCases;
pub(super) use recent_cases::{OtherCases, RecentMatch, Refreshing};
pub(super) use send::{LookUpBefore, SendResult, Sending};
pub(super) use tokened_cases::TokenedCases;

/// A judged row, ready for the sender.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Prepared {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// Name of its worksheet, if several are read as one table.
    pub worksheet: Option<String>,
    /// The cells after fixes, for the exception log.
    pub cells: csv::StringRecord,
    /// `reference_value_1`, if a cell of the row gave it, even for a row that isn't sent.
    pub reference: Option<String>,
    /// Listed cases with its reference that show another client, to compare before it is sent.
    pub of_others: Vec<FoundCase>,
    /// Listed cases with its reference, one of them created since its earlier try: it isn't sent.
    pub listed: Vec<FoundCase>,
    /// Its verdict.
    pub verdict: Verdict,
}

impl Prepared {
    /// Returns the intent to record before the row is sent; `None` for a row that isn't sent.
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
            person: ready.person,
        })
    }

    /// Returns the reference sent with its case; `None` for a row that isn't sent.
    pub(super) fn reference_sent(&self) -> Option<&str> {
        match &self.verdict {
            Verdict::Send(ready, _) => ready.reference(),
            Verdict::Exclude(_) | Verdict::InDoubt(..) | Verdict::Reject(_) => None,
        }
    }

    /// Returns the record of its outcome.
    pub(super) fn with_outcome(&self, outcome: Outcome) -> RowOutcome {
        RowOutcome { row: self.row, line: self.line, reference: self.reference.clone(), outcome }
    }
}

/// What to do with a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// Send it. The problems are warnings.
    Send(Ready, Vec<Problem>),
    /// Exclude it: blank, skipped by the user, or sent before. The problem says which.
    Exclude(Problem),
    /// Another import sent it, and has no result yet. It can't be sent before that.
    InDoubt(Problem, Earlier),
    /// It can't be sent. At least one problem is an error.
    Reject(Vec<Problem>),
}

impl Verdict {
    /// Returns what is wrong with the row, or why it is excluded.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        match self {
            Self::Send(_, problems) | Self::Reject(problems) => problems,
            Self::Exclude(problem) | Self::InDoubt(problem, _) => vec![problem],
        }
    }
}

/// A row ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ready {
    /// The request; empty if nothing is sent.
    pub request: CaseRequest,
    /// Identity of the case within its account.
    pub identity: Identity,
    /// `client_id`.
    pub client: Option<u64>,
    /// The row token in its administrative notes, by which a case without a reference can be found.
    pub token: Option<String>,
    /// True if the user chose to send it although its case was sent before.
    pub anyway: bool,
    /// Name of the primary subject, if the row has a reference.
    pub person: Option<NameKey>,
}

impl Ready {
    /// Returns `reference_value_1`, if a cell of the row gave it.
    pub(super) fn reference(&self) -> Option<&str> {
        self.identity.reference()
    }

    /// Returns true if the same reference was sent for someone with another name.
    pub(super) fn is_other_person(&self, earlier: &Earlier) -> bool {
        matches!((self.person, earlier.person), (Some(own), Some(other)) if own.is_other_person(other))
    }

    /// Returns the words for a row that is identified like this one; a private reference is masked.
    pub(super) fn describe_identity(&self, plan: &Plan) -> String {
        let Some(reference) = self.reference() else { return "a row with the same values".to_owned() };
        let column = plan.column_of_key(CaseField::Reference1.key());
        format!("reference “{}”", plan.masked_cell(column, reference))
    }

    /// Returns the lookup for its own case, sent at this time (milliseconds since 1970 by the server's clock) or
    /// later.
    pub(super) fn own_lookup(&self, sent_at: i64) -> Lookup {
        Lookup::of_sent(self.reference(), self.token.as_deref(), self.client, sent_at)
    }

    /// Returns the record of a try that wasn't accepted.
    pub(super) fn turned_away(&self, sent_at: i64) -> TurnedAway {
        let (reference, token) = (self.reference().map(str::to_owned), self.token.clone());
        TurnedAway { sent_at, reference, token, client: self.client }
    }

    /// Returns the lookup for its case before it is sent; `None` for a row that the user sends anyway, and for one
    /// without a reference.
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
