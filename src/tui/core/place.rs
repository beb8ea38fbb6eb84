//! Screens, and places that receive keys.

/// The screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Screen {
    Account,
    Imports,
    Catalog,
    Defaults,
    FieldMap,
    Review,
    Processing,
}

/// Receiver of keys: a screen or an overlay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Account,
    Imports,
    Catalog,
    /// Filter line of the imports.
    Filter,
    Defaults,
    FieldMap,
    Review,
    Processing,
    Picker,
    MultiPicker,
    Chooser,
    Prompt,
    Declare,
    Values,
    Changes,
    StartDialog,
    Confirm,
    RowView,
    First,
    OneException,
    Drift,
    /// Format of the file.
    Sheet,
    Help,
    /// A page of the guide.
    Guide,
}

impl Place {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 24] = [
        Self::Account,
        Self::Imports,
        Self::Catalog,
        Self::Filter,
        Self::Defaults,
        Self::FieldMap,
        Self::Review,
        Self::Processing,
        Self::Picker,
        Self::MultiPicker,
        Self::Chooser,
        Self::Prompt,
        Self::Declare,
        Self::Values,
        Self::Changes,
        Self::StartDialog,
        Self::Confirm,
        Self::RowView,
        Self::First,
        Self::OneException,
        Self::Drift,
        Self::Sheet,
        Self::Help,
        Self::Guide,
    ];

    /// Returns whether keys are text here.
    pub(crate) fn is_text(self) -> bool {
        matches!(
            self,
            Self::Account
                | Self::Filter
                | Self::Picker
                | Self::MultiPicker
                | Self::Chooser
                | Self::Prompt
                | Self::Declare
        )
    }
}
