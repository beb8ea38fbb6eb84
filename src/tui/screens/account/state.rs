//! State of the account form.

use tui_input::Input;

use crate::tui::core::cursor::next_in;
use crate::tui::core::msg::AccountField;
use crate::tui::screens::account::hidden::HiddenText;

pub(super) const ORDER: [AccountField; 4] =
    [AccountField::Url, AccountField::Username, AccountField::Token, AccountField::Remember];

/// Text typed into the form so far.
#[derive(Default)]
pub(crate) struct AccountForm {
    /// Account being edited; none for a new one.
    pub(super) name: Option<String>,
    pub(super) url: Input,
    pub(super) username: Input,
    pub(super) token: HiddenText,
    pub(super) remember: bool,
    pub(super) focus: AccountField,
    /// Whether the form was opened from Processing, not from the list.
    pub(super) over_processing: bool,
}

impl std::fmt::Debug for AccountForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountForm").field("focus", &self.focus).finish_non_exhaustive()
    }
}

impl AccountForm {
    /// Returns whether the cursor is in the hidden text.
    pub(crate) fn is_on_token(&self) -> bool {
        self.focus == AccountField::Token
    }

    /// Returns the focused text field, unless its text is hidden.
    pub(crate) fn input(&mut self) -> Option<&mut Input> {
        match self.focus {
            AccountField::Url => Some(&mut self.url),
            AccountField::Username => Some(&mut self.username),
            AccountField::Token | AccountField::Remember => None,
        }
    }

    pub(super) fn step(&mut self, forward: bool) {
        self.focus = next_in(&ORDER, self.focus, forward);
    }
}
