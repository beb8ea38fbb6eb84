//! A value requested from outside the model: the last reply, and whether another is awaited.

use crate::tui::core::msg::{Sentence, Ticket};

/// The last reply, and the ticket of the awaited one.
#[derive(Debug)]
pub(crate) struct Pending<T> {
    awaited: Option<Ticket>,
    value: Option<T>,
    failure: Option<Sentence>,
}

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Self { awaited: None, value: None, failure: None }
    }
}

impl<T> Pending<T> {
    /// Awaits a reply; the earlier value stays until then.
    pub(crate) fn ask(&mut self, ticket: Ticket) {
        (self.awaited, self.failure) = (Some(ticket), None);
    }

    /// Awaits the reply to a different query, and drops the earlier value.
    pub(crate) fn ask_anew(&mut self, ticket: Ticket) {
        *self = Self { awaited: Some(ticket), value: None, failure: None };
    }

    /// Takes a reply; returns false if it is outdated. A failure leaves the earlier value.
    pub(crate) fn answer(&mut self, ticket: Ticket, answer: Result<T, Sentence>) -> bool {
        if self.awaited != Some(ticket) {
            return false;
        }
        self.awaited = None;
        match answer {
            Ok(value) => self.value = Some(value),
            Err(sentence) => self.failure = Some(sentence),
        }
        true
    }

    /// Returns whether the reply with this ticket is awaited.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.awaited == Some(ticket)
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.awaited.is_some()
    }

    pub(crate) fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Returns the failure of the last reply, if it failed.
    pub(crate) fn failure(&self) -> Option<&Sentence> {
        self.failure.as_ref()
    }
}

#[cfg(test)]
impl<T> Pending<T> {
    /// Returns the value for a test to change.
    pub(crate) fn value_mut(&mut self) -> Option<&mut T> {
        self.value.as_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_answer_is_accepted() {
        let mut pending = Pending::default();
        pending.ask(1);
        pending.ask(2);
        assert!(!pending.answer(1, Ok("old")) && pending.is_waiting());
        assert!(pending.answer(2, Ok("new")) && !pending.answer(2, Ok("again")));
        assert_eq!(pending.value(), Some(&"new"));
        pending.ask(3);
        assert!(pending.answer(3, Err("no".to_owned())));
        assert_eq!((pending.value(), pending.failure().map(String::as_str)), (Some(&"new"), Some("no")));
        pending.ask(4);
        assert!(pending.failure().is_none() && pending.awaits(4));
        pending.ask_anew(5);
        assert_eq!(pending.value(), None);
    }
}
