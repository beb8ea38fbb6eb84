//! Text that is typed but never shown: the API token. It's wiped from memory after use.

use secrecy::SecretString;
use secrecy::zeroize::{Zeroize, Zeroizing};
use tui_input::InputRequest;

/// Capacity in bytes. Longer than any token, so the text never moves and leaves a copy behind.
const ROOM: usize = 4096;

/// Text typed so far. It's edited only at its end: nobody can correct the middle of a hidden text.
pub(crate) struct HiddenText {
    text: Zeroizing<String>,
    /// Whether the next character starts a new text.
    is_replaced: bool,
}

impl Default for HiddenText {
    fn default() -> Self {
        Self { text: Zeroizing::new(String::with_capacity(ROOM)), is_replaced: false }
    }
}

impl HiddenText {
    pub(crate) fn handle(&mut self, request: InputRequest) {
        if std::mem::take(&mut self.is_replaced) && matches!(request, InputRequest::InsertChar(_)) {
            self.wipe();
        }
        match request {
            InputRequest::InsertChar(c) if self.text.len() + c.len_utf8() <= ROOM => self.text.push(c),
            InputRequest::DeletePrevChar => _ = self.text.pop(),
            InputRequest::DeleteLine | InputRequest::DeleteFromStart | InputRequest::DeletePrevWord => {
                self.wipe();
            }
            _ => {}
        }
    }

    /// Keeps the text until something else is typed, as it may not be the one at fault.
    pub(crate) fn replace_on_typing(&mut self) {
        self.is_replaced = true;
    }

    pub(crate) fn wipe(&mut self) {
        self.text.zeroize();
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Number of characters, shown as dots.
    pub(crate) fn count(&self) -> usize {
        self.text.chars().count()
    }

    /// Returns the token without surrounding spaces.
    pub(crate) fn token(&self) -> SecretString {
        SecretString::from(self.text.trim())
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn typed(text: &str) -> HiddenText {
        let mut hidden = HiddenText::default();
        text.chars().for_each(|c| hidden.handle(InputRequest::InsertChar(c)));
        hidden
    }

    #[test]
    fn it_is_edited_at_its_end_and_deleted_whole() {
        let mut hidden = typed(" s3cret! ");
        hidden.handle(InputRequest::DeletePrevChar);
        hidden.handle(InputRequest::GoToStart);
        hidden.handle(InputRequest::DeletePrevChar);
        assert_eq!((hidden.token().expose_secret(), hidden.count()), ("s3cret", 7));
        hidden.handle(InputRequest::DeletePrevWord);
        assert!(hidden.is_blank() && hidden.count() == 0);
    }

    #[test]
    fn a_refused_text_stays_until_another_one_is_typed() {
        let mut hidden = typed("s3cret");
        hidden.replace_on_typing();
        assert_eq!(hidden.token().expose_secret(), "s3cret");
        hidden.handle(InputRequest::InsertChar('x'));
        hidden.handle(InputRequest::InsertChar('y'));
        assert_eq!(hidden.token().expose_secret(), "xy");
    }

    #[test]
    fn the_hidden_text_is_never_reallocated() {
        let mut hidden = typed("s3cret");
        let place = hidden.text.as_ptr();
        "é".repeat(ROOM).chars().for_each(|c| hidden.handle(InputRequest::InsertChar(c)));
        assert_eq!(hidden.text.as_ptr(), place);
        assert!(hidden.text.len() <= ROOM);
    }
}
