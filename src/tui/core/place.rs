//! Screens, and places that receive keys.

use strum::VariantArray;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
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
