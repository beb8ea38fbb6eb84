//! The one dangerous question, as far as it is answered.

use std::fmt::Write as _;

use crate::app::RetryRows;
use crate::ledger::{ImportId, OnError};
use crate::text::plural;
use crate::tui::core::cursor::next_in;

/// Where the focus of the Start dialog is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum StartFocus {
    /// Go back to the first error instead.
    FixFirst,
    #[default]
    OnError,
    Duplicates,
    LookUp,
    Start,
    Cancel,
}

/// The one dangerous question.
#[derive(Debug)]
pub(crate) struct StartDialog {
    pub(crate) import: ImportId,
    /// Cases that are created in any case.
    pub(crate) to_send: u64,
    /// Rows that look like cases that exist already.
    pub(crate) duplicates: u64,
    pub(crate) send_duplicates: bool,
    /// Whether cases that Trackops has already are skipped.
    pub(crate) look_up: bool,
    /// For whom, and where.
    pub(crate) target: String,
    /// The question when the import was started before.
    pub(crate) resume: Option<String>,
    /// Rejected rows that are sent again.
    pub(crate) retry: RetryRows,
    /// Rows that are left out, those that look like cases that exist among them.
    pub(crate) left_out: u64,
    /// Rows that will be refused for certain.
    pub(crate) with_errors: u64,
    /// What else should be known before.
    pub(crate) note: String,
    pub(crate) on_error: OnError,
    pub(crate) focus: StartFocus,
}

impl StartDialog {
    pub(crate) fn question(&self) -> String {
        if let Some(question) = &self.resume {
            return question.clone();
        }
        let count = self.to_send + if self.send_duplicates { self.duplicates } else { 0 };
        format!("Create {}{}?", plural(count, "case"), self.target)
    }

    /// What should be known before, by what is ticked now.
    pub(crate) fn note(&self) -> String {
        let mut note = self.note.clone();
        if self.with_errors > 0 {
            let rows = plural(self.with_errors, "row");
            let _ = match self.on_error {
                OnError::Skip => write!(note, " {rows} with errors will be rejected, not sent."),
                OnError::Halt => write!(note, " {rows} with errors: it stops at the first of them."),
            };
        }
        let sent = if self.send_duplicates { self.duplicates } else { 0 };
        if let rows @ 1.. = self.left_out.saturating_sub(sent) {
            let _ = write!(note, " {} left out.", plural(rows, "row"));
        }
        note.trim_start().to_owned()
    }

    /// Whether it would halt at an error that is known now.
    pub(crate) fn is_to_fix(&self) -> bool {
        self.with_errors > 0 && self.on_error == OnError::Halt
    }

    pub(super) fn step(&mut self, forward: bool) {
        let all = [
            (StartFocus::OnError, true),
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
