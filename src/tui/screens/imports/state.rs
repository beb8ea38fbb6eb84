//! State of the list of imports.

use tui_input::Input;

use crate::ledger::{Import, ImportId, several_people};

/// List of imports, with filter and cursor.
#[derive(Debug, Default)]
pub(crate) struct ImportList {
    /// Newest first.
    pub(super) all: Vec<Import>,
    /// Whether the ledger has answered yet.
    pub(super) loaded: bool,
    pub(super) cursor: usize,
    pub(super) filter: Input,
    pub(super) filtering: bool,
    /// Import the user came from; the cursor moves to it once the list is loaded.
    pub(super) came_from: Option<ImportId>,
}

impl ImportList {
    /// Returns the imports that match the filter.
    pub(crate) fn shown(&self) -> Vec<&Import> {
        let wanted = self.filter.value().trim().to_lowercase();
        self.all.iter().filter(|import| wanted.is_empty() || words(import).contains(&wanted)).collect()
    }

    /// Returns whether an import belongs to another account than the one in use.
    pub(crate) fn of_several_accounts(&self, current: Option<&str>) -> bool {
        let current = current.or(self.all.first().map(|import| import.account.as_str()));
        self.all.iter().any(|import| Some(import.account.as_str()) != current)
    }

    /// Returns whether several users of the machine created the imports.
    pub(crate) fn of_several_people(&self) -> bool {
        several_people(&self.all)
    }

    /// Returns the imports, newest first.
    pub(crate) fn all(&self) -> &[Import] {
        &self.all
    }

    pub(crate) fn get(&self, id: ImportId) -> Option<&Import> {
        self.all.iter().find(|import| import.id == id)
    }

    /// Returns the filter while the user types it.
    pub(crate) fn input(&mut self) -> Option<&mut Input> {
        self.filtering.then_some(&mut self.filter)
    }

    pub(crate) fn is_filtering(&self) -> bool {
        self.filtering
    }

    /// Moves the cursor to the first import that matches what was typed.
    pub(crate) fn typed(&mut self) {
        if self.filtering {
            self.cursor = 0;
        }
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

    /// Replaces the earlier state of an import.
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

/// What tests of several screens look at.
#[cfg(test)]
impl ImportList {
    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    pub(crate) fn all_mut(&mut self) -> &mut [Import] {
        &mut self.all
    }
}
