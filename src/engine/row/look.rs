//! First look: a row by itself, whatever was sent before. On any thread.

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

/// Looks at single rows.
pub(crate) struct Looker {
    pub(super) plan: Plan,
    pub(super) today: Date,
    pub(super) hasher: RandomState,
    /// Cases of imports that were forgotten.
    pub(super) forgotten: Forgotten,
    /// How custom fields are sent; `None` if nothing is sent, so that no body is written.
    pub(super) forms: Option<ValueForms>,
}

/// What the first look found. It holds no case, so that many fit in memory.
pub(crate) struct Looked {
    pub(super) row: u64,
    pub(super) line: u64,
    /// The cells with their fixes made, where there are any.
    pub(super) fixed: Option<csv::StringRecord>,
    /// `reference_value_1`, when a cell of the row gave it.
    pub(super) reference: Option<String>,
    pub(super) found: Found,
}

pub(super) enum Found {
    /// A case that can be sent, with warnings.
    Case(Candidate, Vec<Problem>),
    /// Leave it out.
    Exclude(Problem),
    /// It cannot be sent.
    Reject(Vec<Problem>),
}

/// A case that can be sent unless it was sent before.
pub(super) struct Candidate {
    pub(super) ready: Ready,
    /// What it is remembered by.
    pub(super) mark: Mark,
    /// Whether an import that was forgotten sent it.
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
    /// What a case is remembered by, and whether a cell gave its reference; none for a row that is none.
    pub(crate) fn identity(&self) -> Option<(Mark, bool)> {
        match &self.found {
            Found::Case(case, _) => Some((case.mark, case.ready.reference().is_some())),
            Found::Exclude(_) | Found::Reject(_) => None,
        }
    }

    /// Whether an import that was forgotten sent it.
    pub(crate) fn is_forgotten(&self) -> bool {
        matches!(&self.found, Found::Case(case, _) if case.forgotten)
    }

    /// Returns its request; none for a row that can't be sent.
    pub(crate) fn request(&self) -> Option<&Request> {
        match &self.found {
            Found::Case(case, _) => Some(&case.ready.request),
            Found::Exclude(_) | Found::Reject(_) => None,
        }
    }

    /// Whether the row is skipped.
    pub(crate) fn is_excluded(&self) -> bool {
        matches!(self.found, Found::Exclude(_))
    }

    /// What is wrong with the row by itself, or why it is left out.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        match self.found {
            Found::Case(_, problems) | Found::Reject(problems) => problems,
            Found::Exclude(problem) => vec![problem],
        }
    }
}
