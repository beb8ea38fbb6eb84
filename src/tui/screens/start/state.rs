//! State of the Start dialog.

use std::fmt::Write as _;

use crate::app::{Expected, RetryRows};
use crate::ledger::{Import, ImportId, OnError};
use crate::text::plural;
use crate::tui::core::cursor::next_in;

/// Focus in the Start dialog.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum StartFocus {
    /// Button that goes to the first error instead.
    FixFirst,
    OnError(OnError),
    Duplicates,
    LookUp,
    /// The button. Every dialog opens on it, unless there is something to fix first.
    #[default]
    Start,
    Cancel,
}

/// What the dialog asks.
#[derive(Debug)]
pub(super) enum StartQuestion {
    /// Whether to create the cases; holds client and host.
    New(String),
    /// Whether to resume an import; holds the question.
    Resume(String),
}

/// Dialog that confirms sending.
#[derive(Debug)]
pub(crate) struct StartDialog {
    pub(super) import: ImportId,
    /// What the question depends on.
    pub(super) expected: Expected,
    /// Number of rows to send regardless of the choices.
    pub(super) to_send: u64,
    /// Number of rows that look like existing cases.
    pub(super) duplicates: u64,
    pub(super) send_duplicates: bool,
    /// Whether cases already in Trackops are skipped.
    pub(super) look_up: bool,
    pub(super) question: StartQuestion,
    /// Rejected rows to resend.
    pub(super) retry: RetryRows,
    /// Excluded rows to send anyway.
    pub(super) send_anyway: Vec<u64>,
    /// Number of excluded rows, possible duplicates included.
    pub(super) left_out: u64,
    /// Number of rows with errors, which will be rejected.
    pub(super) with_errors: u64,
    /// Further notes.
    pub(super) note: String,
    pub(super) on_error: OnError,
    pub(super) focus: StartFocus,
}

impl StartDialog {
    /// Returns the dialog that asks `question` before an import is resumed.
    pub(crate) fn to_resume(import: &Import, question: String, retry: RetryRows) -> Self {
        let question = StartQuestion::Resume(question);
        Self { retry, ..Self::new(import, question, import.counts.not_sent) }
    }

    pub(super) fn new(import: &Import, question: StartQuestion, to_send: u64) -> Self {
        Self {
            import: import.id,
            expected: Expected::of(import),
            to_send,
            duplicates: 0,
            send_duplicates: false,
            look_up: true,
            question,
            retry: RetryRows::None,
            send_anyway: Vec::new(),
            left_out: 0,
            with_errors: 0,
            note: String::new(),
            on_error: import.on_error,
            focus: StartFocus::default(),
        }
    }

    /// Adds excluded rows to send anyway.
    pub(crate) fn sending(mut self, rows: Vec<u64>) -> Self {
        self.send_anyway.extend(rows);
        self
    }

    pub(crate) fn question(&self) -> String {
        match &self.question {
            StartQuestion::Resume(question) => question.clone(),
            StartQuestion::New(target) => {
                let count = self.to_send + if self.send_duplicates { self.duplicates } else { 0 };
                format!("Create {}{target}?", plural(count, "case"))
            }
        }
    }

    /// Returns the word for the button.
    pub(super) fn verb(&self) -> &'static str {
        match self.question {
            StartQuestion::New(_) => "Start",
            StartQuestion::Resume(_) => "Resume",
        }
    }

    /// Returns the notes for the current choices.
    pub(crate) fn note(&self) -> String {
        let mut note = self.note.clone();
        if self.with_errors > 0 {
            let rows = plural(self.with_errors, "row");
            let _ = match self.on_error {
                OnError::Skip => write!(note, " {rows} with errors will be rejected, not sent."),
                OnError::Halt => write!(note, " {rows} with errors: the import stops at the first one."),
            };
        }
        let sent = if self.send_duplicates { self.duplicates } else { 0 };
        if let rows @ 1.. = self.left_out.saturating_sub(sent) {
            let _ = write!(note, " {} excluded.", plural(rows, "row"));
        }
        if !self.look_up {
            note += " Duplicates in Trackops aren't looked for: a second case is possible.";
        }
        note.trim_start().to_owned()
    }

    /// Returns whether the import would halt at a known error.
    pub(crate) fn is_to_fix(&self) -> bool {
        self.with_errors > 0 && self.on_error == OnError::Halt
    }

    /// Moves to the button, or to the one that goes to the first error.
    pub(super) fn go_to_button(&mut self) {
        self.focus = if self.is_to_fix() { StartFocus::FixFirst } else { StartFocus::Start };
    }

    pub(super) fn step(&mut self, forward: bool) {
        let all = [
            (StartFocus::OnError(OnError::Halt), true),
            (StartFocus::OnError(OnError::Skip), true),
            (StartFocus::Duplicates, self.duplicates > 0),
            (StartFocus::LookUp, true),
            (StartFocus::FixFirst, self.is_to_fix()),
            (StartFocus::Start, true),
            (StartFocus::Cancel, true),
        ];
        let all: Vec<StartFocus> = all.iter().filter(|(_, is)| *is).map(|(focus, _)| *focus).collect();
        self.focus = next_in(&all, self.focus, forward);
    }
}

/// What tests of several screens look at.
#[cfg(test)]
impl StartDialog {
    pub(crate) fn import(&self) -> ImportId {
        self.import
    }

    pub(crate) fn to_send(&self) -> u64 {
        self.to_send
    }

    pub(crate) fn on_error(&self) -> OnError {
        self.on_error
    }
}
