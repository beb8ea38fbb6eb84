//! First step: a row by itself, whatever was sent before. Runs on any thread.

use std::borrow::Cow;
use std::hash::RandomState;

use jiff::civil::Date;

use super::Ready;
use super::identity::{Identified, content_hash, hash_values, identity_hashes, own_reference};
use super::names::Person;
use super::reasons::no_case;
use super::references::IdentityHashes;
use crate::case::{Edits, NameKey, PersonName, Plan, Problem};
use crate::ledger::{DeletedCases, Identity};
use crate::sheet::Row;
use crate::trackops::{self, CaseRequest, ValueForms};

/// Builds single rows.
pub(crate) struct RowBuilder {
    pub(super) plan: Plan,
    /// Unmapped column (from 0) that says what each person is in the case.
    pub(super) role: Option<usize>,
    pub(super) today: Date,
    pub(super) hasher: RandomState,
    /// Cases of deleted imports.
    pub(super) forgotten: DeletedCases,
    /// JSON forms of custom fields; `None` if nothing is sent, so that no body is written.
    pub(super) forms: Option<ValueForms>,
}

/// Result of the first step. It holds no case, so that many fit in memory.
pub(crate) struct BuiltRow {
    pub(in crate::engine) row: u64,
    pub(super) line: u64,
    /// The fixed cells, if there are fixes.
    pub(super) fixed: Option<csv::StringRecord>,
    /// `reference_value_1`, if a cell of the row gave it.
    pub(super) reference: Option<String>,
    pub(super) result: BuildResult,
}

pub(super) enum BuildResult {
    /// A case that can be sent, with warnings.
    Case(Candidate, Vec<Problem>),
    /// Exclude the row.
    Exclude(Problem),
    /// The row can't be sent. The hashes are those of its reference, if it has one.
    Reject(Vec<Problem>, Option<IdentityHashes>),
}

/// A case that can be sent unless it was sent before.
pub(super) struct Candidate {
    pub(super) ready: Ready,
    /// Hashes by which it is remembered.
    pub(super) hashes: IdentityHashes,
    /// True if a deleted import sent it.
    pub(super) forgotten: bool,
    /// The primary subject, if its cells gave a name.
    pub(super) person: Option<Person>,
    /// Hash of the values that its cells give.
    pub(super) values: u64,
}

impl RowBuilder {
    /// Builds requests of rows whatever other rows or imports sent.
    pub(crate) fn alone(plan: Plan, today: Date, forms: ValueForms) -> Self {
        let (hasher, forgotten) = (RandomState::new(), DeletedCases::default());
        Self { plan, role: None, today, hasher, forgotten, forms: Some(forms) }
    }

    /// Returns the changes that the user made to the rows.
    pub(crate) fn edits(&self) -> &Edits {
        self.plan.edits()
    }

    pub(crate) fn build(&self, row: &Row) -> BuiltRow {
        let edited = self.plan.edits().apply(row);
        let at = |fixed, reference, found| BuiltRow {
            row: row.number,
            line: row.line,
            fixed,
            reference,
            result: found,
        };
        if let Some(problem) = no_case(&self.plan, row, &edited.row) {
            return at(fixed(edited.row), None, BuildResult::Exclude(problem));
        }
        let built = self.plan.build_edited(&edited, self.today);
        let reference = own_reference(&built.case);
        let fixed = fixed(edited.row);
        let token = self.plan.token(row.number);
        let identified = || Identified::of(&built.case, token.as_deref(), || content_hash(&row.cells));
        if !built.is_sendable() {
            let hashes = reference.as_ref().map(|_| identity_hashes(&identified().identity, &self.hasher));
            return at(fixed, reference, BuildResult::Reject(built.problems, hashes));
        }
        let Identified { identity, client } = identified();
        let request = self.forms.map(|forms| trackops::request(&built.case, forms)).unwrap_or_default();
        let values = hash_values(&built.case, &self.hasher);
        let name = built.case.into_subject_name();
        let (forgotten, anyway) = (self.forgotten.has(&identity), self.plan.is_sent_anyway(row.number));
        let person = name.as_ref().filter(|_| reference.is_some()).and_then(NameKey::of);
        let candidate = Candidate {
            hashes: identity_hashes(&identity, &self.hasher),
            forgotten,
            ready: Ready { request, identity, client, token, anyway, person },
            person: name.map(|name| Person { name, role: self.role_of(row) }),
            values,
        };
        at(fixed, reference, BuildResult::Case(candidate, built.problems))
    }
}

impl RowBuilder {
    /// Returns what the person of a row is in the case.
    fn role_of(&self, row: &Row) -> String {
        let cell = self.role.and_then(|column| row.cells.get(column));
        cell.map_or_else(String::new, |cell| self.plan.masked_cell(self.role, cell.trim()))
    }
}

fn fixed(row: Cow<'_, Row>) -> Option<csv::StringRecord> {
    match row {
        Cow::Owned(row) => Some(row.cells),
        Cow::Borrowed(_) => None,
    }
}

impl BuiltRow {
    /// Returns the hashes of a case, and whether a cell gave its reference; `None` for a row that is no case.
    pub(crate) fn identity(&self) -> Option<(IdentityHashes, bool)> {
        match &self.result {
            BuildResult::Case(case, _) => Some((case.hashes, case.ready.reference().is_some())),
            BuildResult::Exclude(_) | BuildResult::Reject(..) => None,
        }
    }

    /// Returns true for a case without a reference of its own.
    pub(crate) fn lacks_reference(&self) -> bool {
        matches!(self.identity(), Some((_, false)))
    }

    /// Returns the hashes of the reference of a row that can't be sent.
    pub(crate) fn rejected_reference(&self) -> Option<IdentityHashes> {
        match &self.result {
            BuildResult::Reject(_, hashes) => *hashes,
            BuildResult::Case(..) | BuildResult::Exclude(_) => None,
        }
    }

    /// Returns true if a deleted import sent it.
    pub(crate) fn is_forgotten(&self) -> bool {
        matches!(&self.result, BuildResult::Case(case, _) if case.forgotten)
    }

    /// Returns the name of its primary subject; `None` for a row that is no case.
    pub(crate) fn subject_name(&self) -> Option<&PersonName> {
        match &self.result {
            BuildResult::Case(case, _) => case.person.as_ref().map(|person| &person.name),
            BuildResult::Exclude(_) | BuildResult::Reject(..) => None,
        }
    }

    /// Returns the identity of its case; `None` for a row that can't be sent.
    pub(crate) fn case_identity(&self) -> Option<&Identity> {
        match &self.result {
            BuildResult::Case(case, _) => Some(&case.ready.identity),
            BuildResult::Exclude(_) | BuildResult::Reject(..) => None,
        }
    }

    /// Returns its request; `None` for a row that can't be sent.
    pub(crate) fn request(&self) -> Option<&CaseRequest> {
        match &self.result {
            BuildResult::Case(case, _) => Some(&case.ready.request),
            BuildResult::Exclude(_) | BuildResult::Reject(..) => None,
        }
    }

    /// Returns true if the row is excluded.
    pub(crate) fn is_excluded(&self) -> bool {
        matches!(self.result, BuildResult::Exclude(_))
    }

    /// Returns what is wrong with the row by itself, or why it is excluded.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        match self.result {
            BuildResult::Case(_, problems) | BuildResult::Reject(problems, _) => problems,
            BuildResult::Exclude(problem) => vec![problem],
        }
    }
}
