//! The values of one column, and what each of them means.

use crate::app::Picked;
use crate::case::CaseField;
use crate::engine::Facet;
use crate::tui::core::pending::Pending;

/// The texts of one column.
#[derive(Debug)]
pub(crate) struct Values {
    /// The column, from 0.
    pub(crate) column: usize,
    /// The line of the field map whose ids the texts stand for.
    pub(crate) line: Option<usize>,
    pub(crate) field: Option<CaseField>,
    /// What the whole file holds; none until it was read.
    pub(crate) facet: Pending<Facet>,
    /// Trackops' own list of the ids, for clients and contacts.
    pub(crate) names: Pending<Picked>,
    /// The texts: those that stand for nothing yet first, then by how often.
    pub(crate) texts: Vec<(String, u64)>,
    pub(crate) cursor: usize,
}

impl Values {
    /// The name of an id in Trackops' own list.
    pub(crate) fn listed_name(&self, id: u64) -> Option<&str> {
        let entry = self.names.value()?.entries.iter().find(|entry| entry.id == id)?;
        Some(&entry.label)
    }
}

/// What a text stands for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Meaning {
    /// Rows with it are left out.
    LeftOut,
    /// What the value map says.
    Mapped(String),
    /// It is an id already.
    Id,
    /// No id, and no label that looks like it.
    Nothing,
    /// No id yet; a label looks like it.
    Maybe(String, u64),
    /// Itself; some other texts may be read as it.
    Itself(Vec<String>),
}

impl Meaning {
    /// Whether rows with it cannot be sent.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Nothing | Self::Maybe(..))
    }
}
