//! A text that is typed and never shown: the API token. It is wiped from memory when it is taken or given up.

use secrecy::SecretString;
use secrecy::zeroize::{Zeroize, Zeroizing};
use tui_input::InputRequest;

/// Longer than any token, so that the text never moves and leaves a copy behind.
const ROOM: usize = 4096;

/// What is typed so far. The place to type is always its end: who does not see a text cannot correct its middle.
pub(crate) struct HiddenText(Zeroizing<String>);

impl Default for HiddenText {
    fn default() -> Self {
        Self(Zeroizing::new(String::with_capacity(ROOM)))
    }
}

impl HiddenText {
    pub(crate) fn handle(&mut self, request: InputRequest) {
        match request {
            InputRequest::InsertChar(c) if self.0.len() + c.len_utf8() <= ROOM => self.0.push(c),
            InputRequest::DeletePrevChar => _ = self.0.pop(),
            InputRequest::DeleteLine | InputRequest::DeleteFromStart | InputRequest::DeletePrevWord => {
                self.wipe();
            }
            _ => {}
        }
    }

    pub(crate) fn wipe(&mut self) {
        self.0.zeroize();
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// How many characters it has: what is shown of it.
    pub(crate) fn count(&self) -> usize {
        self.0.chars().count()
    }

    /// The token, without outer spaces.
    pub(crate) fn token(&self) -> SecretString {
        SecretString::from(self.0.trim())
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
    fn it_is_typed_at_its_end_and_given_up_whole() {
        let mut hidden = typed(" s3cret! ");
        hidden.handle(InputRequest::DeletePrevChar);
        hidden.handle(InputRequest::GoToStart);
        hidden.handle(InputRequest::DeletePrevChar);
        assert_eq!((hidden.token().expose_secret(), hidden.count()), ("s3cret", 7));
        hidden.handle(InputRequest::DeletePrevWord);
        assert!(hidden.is_blank() && hidden.count() == 0);
    }

    #[test]
    fn it_never_moves() {
        let mut hidden = typed("s3cret");
        let place = hidden.0.as_ptr();
        "é".repeat(ROOM).chars().for_each(|c| hidden.handle(InputRequest::InsertChar(c)));
        assert_eq!(hidden.0.as_ptr(), place);
        assert!(hidden.0.len() <= ROOM);
    }
}
