//! Navigation between screens. A screen requests the next one here without depending on it; `update` goes there.

use crate::ledger::{ImportId, OnError};
use crate::trackops::List;

/// A screen to go to, or work another screen has to do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goto {
    /// The list of imports.
    Imports,
    /// The list of accounts.
    Accounts,
    Catalog,
    /// A list of the catalog.
    CatalogList(List),
    /// A step of an import, which needs its account to be in use first.
    Want(WantedStep),
    /// A step of an import whose account is in use.
    Step(WantedStep),
    /// Review; checks again if something changed.
    Review,
    /// Checks again after rows changed; earlier findings stay until then.
    Recheck,
    /// Checks a file again after its format changed.
    CheckAnew,
    /// The first cell with an error, in Review.
    FirstError,
    /// Counts the values of the open column again.
    Recount,
    /// Processing, for an import that is about to start.
    Begin(ImportId, OnError),
    /// Processing, for an import that was started before.
    Processing(ImportId),
}

/// A step of an import that needs the account the import belongs to.
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
