//! The exception log: follows the newest exception or stays under a cursor; shows all or one cause.

use std::collections::{HashMap, HashSet};

use crate::case::Code;
use crate::engine::{Rechecked, RetryState};
use crate::ledger::{Exception, ExceptionSource};
use crate::text::on_screen;
use crate::tui::core::action::Action;
use crate::tui::core::cursor::moved;

/// Maximum number of exceptions in the log; the ledger has them all.
pub(crate) const LOG: usize = 5_000;

/// Common cause of exceptions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Cause {
    pub(super) code: Code,
    pub(super) column: Option<String>,
    /// Trackops' message without its numbers; none for findings of the check.
    pub(super) said: Option<String>,
}

impl Cause {
    pub(super) fn of(found: &Exception) -> Self {
        let words = found.message.split(|c: char| c.is_ascii_digit()).filter(|text| !text.is_empty());
        let said = words.collect::<Vec<_>>().join("#");
        Self {
            code: found.code.clone(),
            column: found.column.clone(),
            said: (found.source == ExceptionSource::Trackops && found.code != Code::Unknown).then_some(said),
        }
    }

    /// Describes the cause in a few words.
    pub(crate) fn describe(&self) -> String {
        let column = self.column.as_ref().map(|column| format!("“{column}” ")).unwrap_or_default();
        match &self.said {
            Some(said) => format!("{column}{said}"),
            None if self.code == Code::Unknown => "unknown: sent, but no answer arrived".to_owned(),
            None => format!("{column}{}", self.code.cause()),
        }
    }
}

/// The newest exceptions of an import.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(super) all: Vec<Exception>,
    /// Number of older exceptions no longer in the log.
    pub(super) dropped: u64,
    /// Cursor among the shown exceptions; none while the log follows the newest.
    pub(super) cursor: Option<usize>,
    pub(super) only: Option<Cause>,
    /// Positions of the shown exceptions; none if all are shown.
    pub(super) places: Option<Vec<usize>>,
    /// Rows that the user skips.
    pub(super) skipped: HashSet<u64>,
}

impl Log {
    /// Returns the number of shown exceptions.
    pub(crate) fn len(&self) -> usize {
        self.places.as_ref().map_or(self.all.len(), Vec::len)
    }

    pub(crate) fn get(&self, index: usize) -> Option<&Exception> {
        match &self.places {
            Some(places) => self.all.get(*places.get(index)?),
            None => self.all.get(index),
        }
    }

    /// Returns the number of all exceptions, including those only in the ledger.
    pub(crate) fn total(&self) -> u64 {
        self.all.len() as u64 + self.dropped
    }

    /// Returns the number of unknown rows; none if older exceptions are only in the ledger.
    pub(super) fn unknown(&self) -> Option<u64> {
        let is_unknown = |found: &&Exception| found.code == Code::Unknown;
        (self.dropped == 0).then(|| self.all.iter().filter(is_unknown).count() as u64)
    }

    /// Returns the number of rows that were not sent because another copy of the ledger may have sent them.
    pub(super) fn held_back(&self) -> u64 {
        self.all.iter().filter(|found| found.code == Code::DuplicateCopied).count() as u64
    }

    /// Returns the exception under the cursor, or the newest while the log follows.
    pub(crate) fn under(&self) -> Option<&Exception> {
        self.get(self.cursor.unwrap_or(self.len().saturating_sub(1)))
    }

    #[cfg(test)]
    pub(crate) fn cursor(&self) -> Option<usize> {
        self.cursor
    }

    /// Returns the cause the log is filtered by.
    pub(crate) fn only(&self) -> Option<&Cause> {
        self.only.as_ref()
    }

    /// Adds exceptions. A row has one entry: the newest takes the place of an earlier one.
    pub(crate) fn push(&mut self, exceptions: Vec<Exception>) {
        let mut places: HashMap<u64, usize> =
            self.all.iter().enumerate().map(|(place, known)| (known.row, place)).collect();
        for exception in exceptions {
            let place = *places.entry(exception.row).or_insert(self.all.len());
            match self.all.get_mut(place) {
                Some(known) => *known = exception,
                None => self.all.push(exception),
            }
        }
        let over = self.all.len().saturating_sub(LOG);
        let gone = match &self.places {
            Some(places) => places.partition_point(|place| *place < over),
            None => over,
        };
        self.all.drain(..over);
        self.dropped += over as u64;
        self.find();
        self.cursor = self.cursor.map(|at| at.saturating_sub(gone).min(self.len().saturating_sub(1)));
    }

    /// Replaces the log with the ledger's exceptions.
    pub(crate) fn replace(&mut self, all: Vec<Exception>, dropped: u64) {
        let selected = self.cursor.and_then(|_| self.under()).map(|found| found.row);
        (self.all, self.dropped) = (Vec::new(), dropped);
        self.push(all);
        let at = (0..self.len()).find(|at| self.get(*at).map(|found| found.row) == selected);
        self.cursor = self.cursor.map(|cursor| at.unwrap_or(cursor).min(self.len().saturating_sub(1)));
    }

    /// Returns whether the log already equals these exceptions.
    pub(crate) fn is(&self, all: &[Exception], dropped: u64) -> bool {
        (self.all.as_slice(), self.dropped) == (all, dropped)
    }

    /// Marks rows as corrected or not, and moves to the next uncorrected one. After a skipped row it goes down only: the
    /// key pressed once more must not skip a row out of sight.
    pub(crate) fn corrected(&mut self, rows: &[Rechecked]) {
        let is_corrected: HashMap<u64, bool> = rows.iter().map(|row| (row.row, row.is_corrected())).collect();
        for found in &mut self.all {
            found.corrected = is_corrected.get(&found.row).copied().unwrap_or(found.corrected);
        }
        let current = self.cursor.unwrap_or(self.len().saturating_sub(1));
        let next = (current..self.len()).find(|at| self.waits(*at));
        let is_skip = matches!(rows, [row] if row.state == RetryState::Skipped);
        let next = next.or_else(|| self.first_waiting().filter(|_| !is_skip));
        self.cursor = next.or(Some(current)).filter(|_| self.len() > 0);
    }

    /// Returns whether an exception is one to fix.
    fn waits(&self, at: usize) -> bool {
        self.get(at).is_some_and(|found| !found.corrected && found.code != Code::Unknown)
    }

    /// Returns the number of exceptions to fix above the cursor, if there is none below.
    pub(super) fn waiting_above(&self) -> usize {
        let cursor = self.cursor.unwrap_or(0);
        if (cursor..self.len()).any(|at| self.waits(at)) {
            return 0;
        }
        (0..cursor).filter(|at| self.waits(*at)).count()
    }

    /// Returns the rows that are skipped when the import goes on; none if some may only be in the ledger.
    pub(super) fn rows_to_skip(&self) -> Option<Vec<u64>> {
        let is_skipped = |found: &&Exception| found.corrected && self.skipped.contains(&found.row);
        let rows = self.all.iter().filter(is_skipped).map(|found| found.row);
        (self.dropped == 0).then(|| rows.collect())
    }

    fn first_waiting(&self) -> Option<usize> {
        (0..self.len()).find(|at| self.waits(*at))
    }

    /// Puts the cursor of a log that no longer grows on the first exception to fix, or else on the first one.
    pub(crate) fn settle(&mut self) {
        if self.cursor.is_none() && self.len() > 0 {
            self.cursor = self.first_waiting().or(Some(0));
        }
    }

    /// Returns copies of the exceptions of these rows.
    pub(super) fn of_rows(&self, rows: &HashSet<u64>) -> Vec<Exception> {
        self.all.iter().filter(|found| rows.contains(&found.row)).cloned().collect()
    }

    pub(crate) fn limit(&mut self, only: Option<Cause>) {
        self.only = only;
        self.cursor = None;
        self.find();
    }

    pub(super) fn find(&mut self) {
        let fits = |only: &Cause| {
            let places = self.all.iter().enumerate().filter(|(_, found)| Cause::of(found) == *only);
            places.map(|(place, _)| place).collect()
        };
        self.places = self.only.as_ref().map(fits);
    }

    /// Returns the causes with their counts, most frequent first.
    pub(crate) fn causes(&self) -> Vec<(Cause, u64)> {
        let mut counts: HashMap<Cause, u64> = HashMap::new();
        for found in &self.all {
            *counts.entry(Cause::of(found)).or_default() += 1;
        }
        let mut causes: Vec<_> = counts.into_iter().collect();
        causes.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.describe().cmp(&b.describe())));
        causes
    }
}

/// Moves the cursor, which pauses scrolling.
pub(crate) fn moves(log: &mut Log, action: Action, page: usize) {
    if log.len() > 0 {
        let last = log.len().saturating_sub(1);
        log.cursor = Some(moved(log.cursor.unwrap_or(last), action, log.len(), page));
    }
}

/// Returns the labeled details of an exception.
pub(crate) fn parts(found: &Exception) -> Vec<(&'static str, String)> {
    let parts = [
        ("Where", Some(format!("row {} of the file, line {}", found.row, found.line))),
        ("Column", found.column.clone()),
        ("Field", found.field.clone()),
        ("Value", found.value.clone()),
        ("Reason", Some(on_screen(&found.message).into_owned())),
        ("Code", Some(found.code.to_string())),
        ("Found by", Some(found.source.word().to_owned())),
        ("Corrected", found.corrected.then(|| "fixed or skipped; press r to finish".to_owned())),
        ("HTTP status", found.http_status.map(|status| status.to_string())),
    ];
    parts.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
}

pub(super) fn as_text(found: &Exception) -> String {
    parts(found).iter().fold(String::new(), |text, (name, part)| text + name + ": " + part + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::tests::exception;

    fn refused(row: u64, message: &str) -> Exception {
        let (code, source) = (Code::Trackops(422), ExceptionSource::Trackops);
        Exception { code, source, message: message.to_owned(), ..exception(row) }
    }

    fn rows(log: &Log) -> Vec<u64> {
        (0..log.len()).filter_map(|at| log.get(at)).map(|found| found.row).collect()
    }

    #[test]
    fn refusals_that_differ_in_numbers_have_one_cause() {
        let mut log = Log::default();
        log.push(vec![
            refused(1, "no service 77"),
            exception(2),
            refused(3, "no service 9"),
            refused(4, "busy"),
        ]);
        let causes = log.causes();
        assert_eq!(causes.iter().map(|(_, rows)| *rows).collect::<Vec<_>>(), [2, 1, 1]);
        log.push(vec![refused(5, "no service 12")]);
        assert_eq!(log.causes()[0].1, 3, "{:?}", log.causes());
        log.limit(Some(log.causes()[0].0.clone()));
        assert_eq!(rows(&log), [1, 3, 5]);
        log.push(vec![refused(6, "no service 13"), exception(7)]);
        assert_eq!(rows(&log), [1, 3, 5, 6]);
        log.limit(None);
        assert_eq!(log.len(), 7);
    }

    #[test]
    fn a_row_has_one_entry_the_newest() {
        let mut log = Log::default();
        log.push(vec![Exception { code: Code::Unknown, ..exception(3) }, exception(4)]);
        log.push(vec![exception(5), refused(3, "busy")]);
        assert_eq!((rows(&log), log.total()), (vec![3, 4, 5], 3));
        assert_eq!(log.get(0).map(|found| found.message.as_str()), Some("busy"));
    }

    #[test]
    fn a_frozen_log_stays_on_its_row_while_old_ones_fall_out() {
        let mut log = Log::default();
        log.push((1..=LOG as u64).map(exception).collect());
        log.cursor = Some(99);
        log.push((1..=40).map(|row| exception(LOG as u64 + row)).collect());
        assert_eq!(
            (log.under().map(|found| found.row), log.dropped, log.total()),
            (Some(100), 40, LOG as u64 + 40)
        );
        log.replace((50..=200).map(exception).collect(), 49);
        assert_eq!(log.under().map(|found| found.row), Some(100));
    }
}
