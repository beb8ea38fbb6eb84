//! Verifies created cases: builds every row again from the file and the recipe it was sent with, and compares each
//! value with what Trackops lists.

use std::collections::{BTreeMap, HashMap, btree_map::Entry};

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use super::check::{CheckError, read_row};
use super::job::RunJob;
use super::listing::ReadFailure;
use super::row::{Duplicates, Judge, RowBuilder};
use super::runner::{Runner, Stop};
use crate::case::Plan;
use crate::ledger::{CreatedRow, FindingKind, LedgerError, Verification, VerificationFinding};
use crate::sheet::{Row, Sheet};
use crate::trackops::{CaseRequest, Client, ComparedValue, Comparison, ValueForms, compare_values, id_text};

/// Maximum number of unlisted cases that are requested one by one.
const MAX_SINGLE_READS: usize = 20;

/// Compares the rows of an import with their cases.
pub(super) struct Verifier {
    sheet: Sheet,
    forms: ValueForms,
    today: Date,
    /// Plans by the number of amendments at the time.
    plans: BTreeMap<u64, Plan>,
    builders: BTreeMap<(u64, Date), RowBuilder>,
    /// Rows whose case wasn't listed yet, by case id.
    remaining: HashMap<String, CreatedRow>,
    counts: Verification,
    findings: Vec<VerificationFinding>,
}

impl Verifier {
    pub(super) fn new(job: &RunJob, rows: Vec<CreatedRow>) -> Self {
        let mut plans = job.earlier_plans.clone();
        plans.insert(job.import.amendments, job.plan.clone());
        Self {
            sheet: job.sheet.clone(),
            forms: job.options.forms,
            today: job.today,
            plans,
            builders: BTreeMap::new(),
            counts: Verification { created: rows.len() as u64, ..Verification::default() },
            remaining: rows.into_iter().map(|row| (row.case_id.clone(), row)).collect(),
            findings: Vec::new(),
        }
    }

    /// Compares a listed record with its row, if it has one.
    pub(super) fn compare_record(&mut self, record: &Value) -> Result<(), CheckError> {
        let Some(row) = id_text(record).and_then(|id| self.remaining.remove(&id)) else { return Ok(()) };
        let lines = self.compare(&row, record)?;
        let differs = lines.iter().any(|line| line.same == Comparison::Differs);
        let shows = lines.iter().any(|line| line.same == Comparison::Same);
        let count = match (differs, shows) {
            (true, _) => &mut self.counts.different,
            (false, true) => &mut self.counts.same,
            (false, false) => &mut self.counts.not_shown,
        };
        *count += 1;
        Ok(())
    }

    /// Compares the values of a sent row with those of its case; differences become findings.
    fn compare(&mut self, row: &CreatedRow, record: &Value) -> Result<Vec<ComparedValue>, CheckError> {
        let cells = read_row(&self.sheet, row.row)?;
        let day = day_of(row.sent_at);
        // A run that continues past midnight keeps the day it began with, and may have begun in a zone further east.
        let days = [Some(day), day.yesterday().ok(), day.tomorrow().ok()];
        let mut best: Option<(Vec<ComparedValue>, usize)> = None;
        for day in days.into_iter().flatten() {
            let Some(request) = self.request(row.amendment, day, &cells)? else { continue };
            let mut lines = compare_values(&request, record);
            for line in lines.iter_mut().filter(|line| line.same == Comparison::Differs) {
                if difference(&line.sent, &line.stored).is_none() {
                    line.same = Comparison::Same;
                }
            }
            let differ = lines.iter().filter(|line| line.same == Comparison::Differs).count();
            if best.as_ref().is_none_or(|(_, least)| differ < *least) {
                best = Some((lines, differ));
            }
            if differ == 0 {
                break;
            }
        }
        let lines = best.map(|(lines, _)| lines).unwrap_or_default();
        self.note(row, &cells, &lines);
        Ok(lines)
    }

    fn note(&mut self, row: &CreatedRow, cells: &Row, lines: &[ComparedValue]) {
        let mut differing = lines.iter().filter(|line| line.same == Comparison::Differs).peekable();
        if differing.peek().is_none() {
            return;
        }
        let Some(plan) = self.plans.get(&row.amendment) else { return };
        let secrets = plan.secrets(&plan.edits().apply(cells).row.cells, self.today);
        for line in differing {
            let masked = |text: &str| plan.masked_text(&line.key, text, &secrets);
            self.findings.push(VerificationFinding {
                row: row.row,
                line: row.line,
                field: Some(line.key.clone()),
                kind: difference(&line.sent, &line.stored).unwrap_or(FindingKind::Other),
                sent: masked(&line.sent),
                stored: masked(&line.stored),
            });
        }
    }

    /// Returns the request of a row as it was sent on a day.
    fn request(&mut self, amendment: u64, day: Date, cells: &Row) -> Result<Option<CaseRequest>, CheckError> {
        let Some(plan) = self.plans.get(&amendment) else { return Ok(None) };
        let looker = match self.builders.entry((amendment, day)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                new.insert(Judge::new(plan.clone(), day, Duplicates::Send).row_builder(Some(self.forms))?)
            }
        };
        Ok(looker.build(cells).request().cloned())
    }

    /// Returns true if a case wasn't listed yet.
    pub(super) fn is_waiting(&self) -> bool {
        !self.remaining.is_empty()
    }

    /// Returns the rows whose case wasn't listed, in order.
    fn not_listed(&self) -> Vec<CreatedRow> {
        let mut rows: Vec<CreatedRow> = self.remaining.values().cloned().collect();
        rows.sort_by_key(|row| row.row);
        rows
    }

    fn record_missing(&mut self, row: &CreatedRow) {
        self.remaining.remove(&row.case_id);
        self.counts.missing += 1;
        self.findings.push(VerificationFinding {
            row: row.row,
            line: row.line,
            field: None,
            kind: FindingKind::Missing,
            sent: String::new(),
            stored: row.case_id.clone(),
        });
    }
}

impl Runner {
    /// Requests the cases the list doesn't show, and records the result. Returns a sentence about what is wrong, if
    /// anything.
    pub(super) async fn verified(
        &mut self,
        mut verifier: Verifier,
    ) -> Result<Result<Option<String>, Stop>, LedgerError> {
        // A list that shows none of our cases proves nothing about one.
        if verifier.counts.found() > 0 {
            let mut absent = verifier.not_listed();
            absent.truncate(MAX_SINGLE_READS);
            for last_time in [false, true] {
                if !absent.is_empty() && last_time && self.sleep_or_stop(self.job.options.settle_delay).await
                {
                    return Ok(Err(Stop::Requested));
                }
                match self.still_absent(&mut verifier, absent).await {
                    Ok(still) => absent = still,
                    Err(ReadFailure::Stop(stop)) => return Ok(Err(stop)),
                    Err(ReadFailure::Refused(_)) => {
                        absent = Vec::new();
                        break;
                    }
                }
            }
            for row in &absent {
                verifier.record_missing(row);
            }
        }
        verifier.counts.not_listed = verifier.remaining.len() as u64;
        verifier.findings.sort_by_key(|finding| finding.row);
        let sentence = problem_sentence(&verifier.counts, &verifier.findings);
        let (import, findings) = (self.job.import.id, verifier.findings);
        self.job.ledger.set_verification(import, verifier.counts, findings).await?;
        Ok(Ok(sentence))
    }

    /// Requests cases by their ids. Returns the rows whose case isn't found.
    async fn still_absent(
        &mut self,
        verifier: &mut Verifier,
        rows: Vec<CreatedRow>,
    ) -> Result<Vec<CreatedRow>, ReadFailure> {
        let mut absent = Vec::new();
        for row in rows {
            let id = row.case_id.clone();
            let read = move |client: Client| {
                let id = id.clone();
                async move { client.read_case(&id).await }
            };
            match self.read_with_retries(read).await? {
                Some(record) => {
                    verifier
                        .compare_record(&record)
                        .map_err(|error| ReadFailure::Refused(error.to_string()))?;
                }
                None => absent.push(row),
            }
        }
        Ok(absent)
    }
}

/// Returns a sentence about what is wrong, if anything.
fn problem_sentence(counts: &Verification, findings: &[VerificationFinding]) -> Option<String> {
    if counts.is_clean() {
        return None;
    }
    let mut text = format!("Read back: {}", counts.summary());
    if let Some(first) = findings.first() {
        text = format!("{text}: {}", first.describe());
    }
    Some(text + ".")
}

impl Verification {
    /// Returns the counts in words: “300 created, 300 found, 298 the same, 2 different”.
    #[must_use]
    pub fn summary(&self) -> String {
        let Self { created, same, different, not_shown, not_listed, missing, .. } = self;
        let mut parts = vec![format!("{created} created, {} found, {same} the same", self.found())];
        let more = [
            (*different, "different"),
            (*not_shown, "listed without values"),
            (*not_listed, "not listed"),
            (*missing, "NO LONGER IN TRACKOPS"),
        ];
        parts.extend(
            more.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")),
        );
        parts.join(", ")
    }
}

impl VerificationFinding {
    /// Describes the finding in one line: row, field, value sent, value stored.
    #[must_use]
    pub fn describe(&self) -> String {
        let Self { row, line, field, kind, sent, stored } = self;
        match field {
            Some(field) => {
                format!("row {row} (line {line}) {field}: sent {sent}, stored {stored}; {}", kind.describe())
            }
            None => format!("row {row} (line {line}): case {stored} is no longer in Trackops"),
        }
    }
}

/// Returns how the stored value differs from the one sent; `None` if it is equivalent.
fn difference(sent: &str, stored: &str) -> Option<FindingKind> {
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (plain_sent, plain_stored) = (squeezed(sent), squeezed(stored));
    if sent.lines().eq(stored.lines()) || shows_date(sent, stored) || shows_amount(sent, stored) {
        return None;
    }
    if let (Some(one), Some(other)) = (date(sent), date(stored)) {
        return match one.until(other).map(|span| span.get_days().abs()) {
            Ok(0) => None,
            Ok(1) => Some(FindingKind::OneDay),
            _ => Some(FindingKind::Other),
        };
    }
    Some(if plain_sent == plain_stored {
        FindingKind::Spaces
    } else if plain_sent.to_lowercase() == plain_stored.to_lowercase() {
        FindingKind::LetterCase
    } else if is_rounded(&plain_sent, &plain_stored) {
        FindingKind::Rounded
    } else if !plain_stored.is_empty() && plain_sent.starts_with(&plain_stored) {
        FindingKind::Cut
    } else {
        FindingKind::Other
    })
}

/// Returns true if the stored text is the date sent in the form of a country. The day comes first only if it can't be a
/// month: the server may have swapped the two.
fn shows_date(sent: &str, stored: &str) -> bool {
    let day = |form| Date::strptime(form, stored).ok();
    let stored = day("%m/%d/%Y").or_else(|| day("%d/%m/%Y")).or_else(|| day("%Y/%m/%d"));
    stored.is_some() && stored == date(sent)
}

/// Returns true if the stored text is the number sent as an amount of money, such as $1,250.00.
fn shows_amount(sent: &str, stored: &str) -> bool {
    let plain = stored.trim_start_matches(|c: char| matches!(c, '$' | '€' | '£') || c.is_whitespace());
    let whole = plain.split('.').next().unwrap_or_default();
    let are_thousands = whole.split(',').skip(1).all(|group| group.len() == 3);
    let digits = plain.replace(',', "");
    let numbers = (sent.parse::<f64>(), digits.parse::<f64>());
    are_thousands
        && digits != stored
        && matches!(numbers, (Ok(sent), Ok(stored)) if sent.to_bits() == stored.to_bits())
}

/// Returns the day of a date, or of a time that starts with one.
fn date(text: &str) -> Option<Date> {
    let (day, rest) = text.split_at_checked(10)?;
    let is_time = rest.is_empty() || rest.starts_with(['T', ' ']);
    day.parse().ok().filter(|_| is_time)
}

/// Returns true if a stored number is the one sent with fewer decimals.
fn is_rounded(sent: &str, stored: &str) -> bool {
    let (Ok(sent_number), Ok(stored_number)) = (sent.parse::<f64>(), stored.parse::<f64>()) else {
        return false;
    };
    let decimals =
        |text: &str| text.split_once('.').map_or(0, |(_, decimals)| decimals.trim_end_matches('0').len());
    let step = 10_f64.powi(-i32::try_from(decimals(stored)).unwrap_or(0));
    decimals(stored) < decimals(sent) && (sent_number - stored_number).abs() <= step
}

/// Returns the local day of a time in milliseconds since 1970.
pub(super) fn day_of(sent_at: i64) -> Date {
    let at = Timestamp::from_millisecond(sent_at).unwrap_or_default();
    at.to_zoned_datetime(TimeZone::system()).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_back_differences_are_classified() {
        let of = |sent, stored| difference(sent, stored);
        assert_eq!(of("2026-03-04", "2026-03-04 00:00:00"), None);
        assert_eq!((of("2026-03-04", "03/04/2026"), of("one\ntwo", "one\r\ntwo")), (None, None));
        assert_eq!((of("1250", "$1,250.00"), of("1250.5", "1,250.50")), (None, None));
        assert_eq!((of("2026-03-14", "14/03/2026"), of("2026-03-14", "2026/03/14")), (None, None));
        assert_eq!(of("2026-03-04", "04/03/2026"), Some(FindingKind::Other));
        assert_eq!(of("1250", "$1,251.00"), Some(FindingKind::Other));
        for (sent, stored) in [("1250", "X1250"), ("15", "1,5"), ("50", ".50")] {
            assert!(of(sent, stored).is_some(), "{stored}");
        }
        assert_eq!(of("2026-03-04", "03/05/2026"), Some(FindingKind::Other));
        assert_eq!(of("2026-03-04", "2026-03-03"), Some(FindingKind::OneDay));
        assert_eq!(of("2026-03-04", "2026-04-03"), Some(FindingKind::Other));
        assert_eq!(of("Doe  Inc ", "Doe Inc"), Some(FindingKind::Spaces));
        assert_eq!(of("Doe", "DOE"), Some(FindingKind::LetterCase));
        assert_eq!(of("12.345", "12.35"), Some(FindingKind::Rounded));
        assert_eq!(of("12.345", "12"), Some(FindingKind::Rounded));
        assert_eq!(of("7.25", "7.0"), Some(FindingKind::Rounded));
        assert_eq!(of("12", "13"), Some(FindingKind::Other));
        assert_eq!(of("a long note", "a long"), Some(FindingKind::Cut));
        assert_eq!(of("a", ""), Some(FindingKind::Other));
    }

    #[test]
    fn a_summary_omits_zero_counts() {
        let counts = Verification { created: 300, same: 298, different: 2, ..Verification::default() };
        assert_eq!(counts.summary(), "300 created, 300 found, 298 the same, 2 different");
        let gone = Verification { created: 3, same: 1, missing: 1, not_listed: 1, ..Verification::default() };
        assert_eq!(gone.summary(), "3 created, 1 found, 1 the same, 1 not listed, 1 NO LONGER IN TRACKOPS");
    }
}
