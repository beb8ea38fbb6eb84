//! Progress on standard error: a line that is overwritten in a terminal, a new line now and then elsewhere.

use std::{
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

use super::output::{entry, report_line};
use crate::engine::{self, Event};
use crate::sheet::{ScanProgress, Sheet};
use crate::text::{plural, visible};

const IN_TERMINAL: Duration = Duration::from_millis(200);
const ELSEWHERE: Duration = Duration::from_secs(1);

pub(super) struct ProgressLine {
    terminal: bool,
    last: Option<Instant>,
    /// True while there is a line to overwrite.
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
            Event::Settling { left, seconds } => {
                let rows = plural(*left, "row");
                self.note(&match seconds {
                    0 => format!("looking up {rows} with lost answers"),
                    _ => format!(
                        "looking up {rows} with lost answers. Trackops may still create a case for {seconds} s; it's \
                         safe to stop and resume later"
                    ),
                });
            }
            Event::ReadingBack { read, of } => self.reading_back(*read, *of),
            Event::Ended(_) => {}
        }
    }

    /// Returns whether the next line is due, and if so, starts the next interval.
    fn is_due(&mut self) -> bool {
        let every = if self.terminal { IN_TERMINAL } else { ELSEWHERE };
        let due = self.last.is_none_or(|last| last.elapsed() >= every);
        if due {
            self.last = Some(Instant::now());
        }
        due
    }

    fn reading_back(&mut self, read: u64, of: Option<u64>) {
        // A short read-back isn't worth a line.
        self.last.get_or_insert_with(Instant::now);
        if !self.is_due() {
            return;
        }
        let of = of.map_or_else(String::new, |of| format!(" of {of}"));
        self.standing(&format!("reading back: {read}{of} cases"));
    }

    fn progress(&mut self, progress: &engine::Progress) {
        if !self.is_due() {
            return;
        }
        let counts = &progress.counts;
        let unknown = match counts.unknown.saturating_sub(progress.in_flight) {
            0 => String::new(),
            unknown => format!(" {unknown} unknown,"),
        };
        let mut text = format!(
            "{} of {} rows, {} created, {} rejected, {} excluded,{unknown} {} awaiting reply, {:.0} rows/s",
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
        self.standing(&text);
    }

    /// Shows a line; in a terminal, the next one replaces it.
    fn standing(&mut self, text: &str) {
        if self.terminal {
            let _ = write!(io::stderr().lock(), "\r\x1b[K{}", visible(text));
            self.standing = true;
        } else {
            report_line(text);
        }
    }

    /// Shows a line that stays.
    pub(super) fn note(&mut self, text: &str) {
        self.end();
        report_line(text);
    }

    /// Clears the line to overwrite.
    pub(super) fn end(&mut self) {
        if self.standing {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
            self.standing = false;
        }
    }
}

/// Reads the file to its end and shows the progress.
pub(super) fn while_scanning(sheet: &Sheet) {
    let mut line = ProgressLine::new(io::stderr().is_terminal());
    let begun = Instant::now();
    while sheet.scan_within(IN_TERMINAL).is_none() {
        if begun.elapsed() >= ELSEWHERE && line.is_due() {
            let ScanProgress { rows, bytes, of } = sheet.progress();
            let part = bytes.saturating_mul(100) / of.max(1);
            line.standing(&format!("reading the file: {part}%, {rows} rows"));
        }
    }
    line.end();
}
