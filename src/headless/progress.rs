//! Progress on standard error: one line that is written over in a terminal, a line now and then elsewhere.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

use super::output::{entry, say};
use crate::engine::{Event, Progress};
use crate::text::visible;

const IN_TERMINAL: Duration = Duration::from_millis(200);
const ELSEWHERE: Duration = Duration::from_secs(1);

pub(super) struct ProgressLine {
    terminal: bool,
    last: Option<Instant>,
    /// Whether a line stands that is to be written over.
    standing: bool,
}

impl ProgressLine {
    pub(super) fn new(terminal: bool) -> Self {
        Self { terminal, last: None, standing: false }
    }

    pub(super) fn show(&mut self, event: &Event) {
        match event {
            Event::Progress(progress) => self.progress(progress),
            Event::Exceptions(exceptions) => {
                for exception in exceptions {
                    self.note(&entry(exception));
                }
            }
            Event::Waiting { why, seconds } => self.note(&format!("waiting {seconds} s: {why}")),
            Event::Settling { left } => {
                self.note(&format!("looking up rows whose answer is unknown, {left} left"));
            }
            Event::Ended(_) => {}
        }
    }

    fn progress(&mut self, progress: &Progress) {
        let every = if self.terminal { IN_TERMINAL } else { ELSEWHERE };
        if self.last.is_some_and(|last| last.elapsed() < every) {
            return;
        }
        self.last = Some(Instant::now());
        let counts = &progress.counts;
        let mut text = format!(
            "{} of {} rows, {} created, {} rejected, {} excluded, {} in flight, {:.0} rows/s",
            counts.rows - counts.not_sent - progress.in_flight,
            counts.rows,
            counts.created,
            counts.rejected,
            counts.excluded,
            progress.in_flight,
            progress.rows_per_second,
        );
        if let Some(left) = progress.seconds_left() {
            text = format!("{text}, about {left} s left");
        }
        if self.terminal {
            let _ = write!(io::stderr().lock(), "\r\x1b[K{}", visible(&text));
            self.standing = true;
        } else {
            say(&text);
        }
    }

    /// A line that stays.
    pub(super) fn note(&mut self, text: &str) {
        self.end();
        say(text);
    }

    /// Ends the standing line.
    pub(super) fn end(&mut self) {
        if self.standing {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
            self.standing = false;
        }
    }
}
