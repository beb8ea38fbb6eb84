//! The list of imports, its filter and cursor.

use tui_input::Input;

use crate::ledger::{Import, ImportId, several_people};

/// The list and its cursor.
#[derive(Debug, Default)]
pub(crate) struct ImportList {
    /// Newest first.
    pub(crate) all: Vec<Import>,
    /// Whether the ledger has answered at all.
    pub(crate) loaded: bool,
    pub(crate) cursor: usize,
    pub(crate) filter: Input,
    pub(crate) filtering: bool,
    /// The import one comes from: the cursor goes to it when the list is there.
    pub(crate) came_from: Option<ImportId>,
}

impl ImportList {
    /// The imports the filter lets through.
    pub(crate) fn shown(&self) -> Vec<&Import> {
        let wanted = self.filter.value().trim().to_lowercase();
        self.all.iter().filter(|import| wanted.is_empty() || words(import).contains(&wanted)).collect()
    }

    /// Whether they belong to more than one account.
    pub(crate) fn of_several_accounts(&self) -> bool {
        self.all.windows(2).any(|two| matches!(two, [one, other] if one.account != other.account))
    }

    /// Whether several users of the machine made them.
    pub(crate) fn of_several_people(&self) -> bool {
        several_people(&self.all)
    }

    pub(crate) fn selected(&self) -> Option<&Import> {
        self.shown().get(self.cursor).copied()
    }

    pub(crate) fn replace(&mut self, mut imports: Vec<Import>) {
        let selected = self.came_from.take().or_else(|| self.selected().map(|import| import.id));
        imports.sort_by_key(|import| std::cmp::Reverse(import.id));
        self.all = imports;
        self.loaded = true;
        let shown = self.shown();
        let at = shown.iter().position(|import| Some(import.id) == selected);
        self.cursor = at.unwrap_or(self.cursor).min(shown.len().saturating_sub(1));
    }

    /// Puts one import in the place of its earlier state.
    pub(crate) fn update(&mut self, import: &Import) {
        if let Some(known) = self.all.iter_mut().find(|known| known.id == import.id) {
            known.clone_from(import);
        }
    }
}

pub(super) fn words(import: &Import) -> String {
    let Import { id, name, status, account, .. } = import;
    format!("{id} {name} {status} {account} {}", import.file_name()).to_lowercase()
}
