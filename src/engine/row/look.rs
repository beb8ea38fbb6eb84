//! First step: a row by itself, whatever was sent before. Runs on any thread.

use std::borrow::Cow;
use std::hash::RandomState;

use jiff::civil::Date;

use super::Ready;
use super::identity::{Identified, content_hash, mark, own_reference};
use super::reasons::no_case;
use super::seen::Mark;
use crate::case::{Plan, Problem};
use crate::ledger::Forgotten;
use crate::sheet::Row;
use crate::trackops::{self, Request, ValueForms};

/// Builds single rows.
pub(crate) struct Looker {
    pub(super) plan: Plan,
    pub(super) today: Date,
    pub(super) hasher: RandomState,
    /// Cases of deleted imports.
    pub(super) forgotten: Forgotten,
    /// JSON forms of custom fields; `None` if nothing is sent, so that no body is written.
    pub(super) forms: Option<ValueForms>,
}

/// Result of the first step. It holds no case, so that many fit in memory.
pub(crate) struct Looked {
    pub(super) row: u64,
    pub(super) line: u64,
    /// The fixed cells, if there are fixes.
    pub(super) fixed: Option<csv::StringRecord>,
    /// `reference_value_1`, if a cell of the row gave it.
    pub(super) reference: Option<String>,
    pub(super) found: Found,
}

pub(super) enum Found {
    /// A case that can be sent, with warnings.
    Case(Candidate, Vec<Problem>),
    /// Exclude the row.
    Exclude(Problem),
    /// The row can't be sent.
    Reject(Vec<Problem>),
}

/// A case that can be sent unless it was sent before.
pub(super) struct Candidate {
    pub(super) ready: Ready,
    /// Hashes by which it is remembered.
    pub(super) mark: Mark,
    /// True if a deleted import sent it.
    pub(super) forgotten: bool,
}

impl Looker {
    pub(crate) fn look(&self, row: &Row) -> Looked {
        let edited = self.plan.edits().apply(row);
        let at =
            |fixed, reference, found| Looked { row: row.number, line: row.line, fixed, reference, found };
        if let Some(problem) = no_case(&self.plan, row, &edited.row) {
            return at(fixed(edited.row), None, Found::Exclude(problem));
        }
        let built = self.plan.build_edited(&edited, self.today);
        let reference = own_reference(&built.case);
        let fixed = fixed(edited.row);
        if !built.is_sendable() {
            return at(fixed, reference, Found::Reject(built.problems));
        }
        let token = self.plan.token(row.number);
        let Identified { identity, client } =
            Identified::of(&built.case, token.as_deref(), || content_hash(&row.cells));
        let request = self.forms.map(|forms| trackops::request(&built.case, forms)).unwrap_or_default();
        let candidate = Candidate {
            mark: mark(&identity, &self.hasher),
            forgotten: self.forgotten.has(&identity),
            ready: Ready { request, identity, client, token, anyway: self.plan.is_sent_anyway(row.number) },
        };
        at(fixed, reference, Found::Case(candidate, built.problems))
    }
}

fn fixed(row: Cow<'_, Row>) -> Option<csv::StringRecord> {
    match row {
        Cow::Owned(row) => Some(row.cells),
        Cow::Borrowed(_) => None,
    }
}

impl Looked {
    /// Returns the mark of a case, and whether a cell gave its reference; `None` for a row that is no case.
    pub(crate) fn identity(&self) -> Option<(Mark, bool)> {
        match &self.found {
            Found::Case(case, _) => Some((case.mark, case.ready.reference().is_some())),
            Found::Exclude(_) | Found::Reject(_) => None,
        }
    }

    /// Returns true if a deleted import sent it.
    pub(crate) fn is_forgotten(&self) -> bool {
        matches!(&self.found, Found::Case(case, _) if case.forgotten)
    }

    /// Returns its request; `None` for a row that can't be sent.
    pub(crate) fn request(&self) -> Option<&Request> {
        match &self.found {
            Found::Case(case, _) => Some(&case.ready.request),
            Found::Exclude(_) | Found::Reject(_) => None,
        }
    }

    /// Returns true if the row is excluded.
    pub(crate) fn is_excluded(&self) -> bool {
        matches!(self.found, Found::Exclude(_))
    }

    /// Returns what is wrong with the row by itself, or why it is excluded.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        match self.found {
            Found::Case(_, problems) | Found::Reject(problems) => problems,
            Found::Exclude(problem) => vec![problem],
        }
    }
}
