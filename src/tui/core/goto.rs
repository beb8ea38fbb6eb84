//! Ways from one screen to another. A screen asks for the next one here and doesn't know it; `update` takes it there.

use crate::ledger::{ImportId, OnError};

/// Where to go, or what another screen has to do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goto {
    /// The list of imports.
    Imports,
    /// The list of accounts.
    Accounts,
    Catalog,
    /// A step of an import, once the account it belongs to is in use.
    Want(WantedStep),
    /// The same step, now that its account is in use.
    Step(WantedStep),
    /// Review; checks anew what has changed.
    Review,
    /// Checks again after a change of the rows; the earlier findings stay until then.
    Recheck,
    /// Checks a file that is read another way.
    CheckAnew,
    /// The first cell in Review that keeps a row from being sent.
    FirstError,
    /// Counts the values of the open column again.
    Recount,
    /// Processing, for an import that is about to start.
    Begin(ImportId, OnError),
    /// Processing, for an import that was started before.
    Processing(ImportId),
}

/// A step of an import that only the account it belongs to can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WantedStep {
    Open(ImportId),
    Resume(ImportId),
    Duplicate(ImportId),
    /// Resolves the unknown row under the cursor.
    Decide(ImportId),
}

impl WantedStep {
    pub(crate) fn import(self) -> ImportId {
        match self {
            Self::Open(id) | Self::Resume(id) | Self::Duplicate(id) | Self::Decide(id) => id,
        }
    }
}
