//! State of the catalog: the list shown and its cursor.

use strum::EnumCount;

use crate::app::Picked;
use crate::trackops::{Catalog, CatalogEntry, List};
use crate::tui::core::msg::Ticket;
use crate::tui::core::pending::Pending;
use crate::tui::core::place::Screen;

/// A list of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    /// A list maintained by hand.
    Own(List),
    /// The custom fields.
    Fields,
    /// A list read from Trackops.
    FromTrackops(List),
}

impl Tab {
    /// Every list, and the custom fields.
    pub(crate) const ALL: [Self; List::COUNT + 1] = [
        Self::Own(List::CaseTypes),
        Self::Own(List::SubjectTypes),
        Self::Own(List::Regions),
        Self::Own(List::CompanyLocations),
        Self::Own(List::Services),
        Self::Own(List::Flags),
        Self::Fields,
        Self::FromTrackops(List::Clients),
        Self::FromTrackops(List::Contacts),
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Own(list) | Self::FromTrackops(list) => list.title(),
            Self::Fields => "Custom fields",
        }
    }
}

/// List shown, and its cursor.
#[derive(Debug, Default)]
pub(crate) struct CatalogView {
    pub(super) at: usize,
    pub(super) cursor: usize,
    /// Step the catalog was opened from; none for the list of imports.
    pub(super) came_from: Option<Screen>,
    /// Entries read from Trackops, if such a list is shown.
    pub(super) live: Pending<Picked>,
}

impl CatalogView {
    pub(crate) fn tab(&self) -> Tab {
        Tab::ALL.get(self.at).copied().unwrap_or(Tab::Fields)
    }

    /// Returns the entries of the list; empty for the custom fields.
    pub(crate) fn entries<'m>(&'m self, catalog: &'m Catalog) -> &'m [CatalogEntry] {
        match self.tab() {
            Tab::Own(list) => catalog.entries(list),
            Tab::FromTrackops(_) => self.live.value().map_or(&[], |live| &live.entries),
            Tab::Fields => &[],
        }
    }

    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.live.awaits(ticket)
    }

    /// Moves the cursor to the last line if it is behind it.
    pub(crate) fn keep_cursor_in(&mut self, catalog: &Catalog) {
        self.cursor = self.cursor.min(self.len(catalog).saturating_sub(1));
    }

    /// Number of lines in the list.
    pub(crate) fn len(&self, catalog: &Catalog) -> usize {
        match self.tab() {
            Tab::Fields => catalog.fields.len(),
            _ => self.entries(catalog).len(),
        }
    }
}
