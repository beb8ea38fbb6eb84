//! Verifies created cases: builds every row again from the file and the recipe it was sent with, and compares each
//! value with what Trackops lists.

use std::collections::HashMap;
use std::mem::take;

use jiff::civil::Date;
use serde_json::Value;

use super::case_numbers::CaseNumbers;
use super::job::RunJob;
use super::listing::ReadFailure;
use super::past_requests::{PastRequests, day_of};
use super::runner::{Interruption, Runner};
use crate::case::{ApiType, CaseField};
use crate::ledger::{CreatedRow, FindingKind, ImportId, Verification, VerificationFinding};
use crate::sheet::{Row, RowReader, SheetError};
use crate::text::plural;
use crate::trackops::{
    ComparedValue, Comparison, FoundCase, ShownAs, case_number, compare_values, id_text, shown_day,
};

/// Maximum number of unlisted cases that are requested one by one.
pub(super) const MAX_SINGLE_READS: usize = 20;
/// Number of records that are collected, so that their rows can be read in the order of the file.
const COMPARED_AT_ONCE: usize = 100;

/// Compares the rows of an import with their cases.
pub(super) struct Verifier {
    /// Reads the rows' file; without it, values aren't compared.
    rows: Option<RowReader>,
    today: Date,
    past: PastRequests,
    /// Rows whose case wasn't listed yet, by case id.
    remaining: HashMap<String, CreatedRow>,
    /// Rows to compare with the records of their cases.
    listed: Vec<(CreatedRow, Value)>,
    /// Records with the number of a row's case.
    numbers: CaseNumbers<Value>,
    counts: Verification,
    findings: Vec<VerificationFinding>,
    /// Clients shown under another id than the one sent.
    clients: Vec<ShownClient>,
}

/// A client that a record shows under another id than the one sent.
struct ShownClient {
    sent: u64,
    case: FoundCase,
    /// The difference, unless it is the same client.
    finding: VerificationFinding,
    /// Whether other values differ, and whether any is the same.
    others: (bool, bool),
}

impl Verifier {
    pub(super) fn new(job: &RunJob, rows: Vec<CreatedRow>) -> Self {
        let mut plans = job.earlier_plans.clone();
        plans.insert(job.import.amendments, job.plan.clone());
        Self {
            rows: job.sheet.as_ref().ok().map(RowReader::new),
            today: job.today,
            past: PastRequests::new(plans, job.options.forms),
            counts: Verification { created: rows.len() as u64, ..Verification::default() },
            numbers: CaseNumbers::new(
                rows.iter().map(|row| (row.case_id.as_str(), row.case_number.as_deref())),
            ),
            remaining: rows.into_iter().map(|row| (row.case_id.clone(), row)).collect(),
            listed: Vec::new(),
            findings: Vec::new(),
            clients: Vec::new(),
        }
    }

    /// Compares a listed record with its row, if it has one, now or at the latest at the end of the list.
    pub(super) fn compare_record(&mut self, record: Value) -> Result<(), SheetError> {
        if let Some(row) = id_text(&record).and_then(|id| self.remaining.remove(&id)) {
            self.listed.push((row, record));
            return if self.listed.len() < COMPARED_AT_ONCE { Ok(()) } else { self.compare_listed() };
        }
        let number = record.as_object().and_then(case_number);
        if let Some(id) = self.numbers.id(number).filter(|id| self.remaining.contains_key(id)) {
            self.numbers.hold(id, record);
        }
        Ok(())
    }

    fn compare_listed(&mut self) -> Result<(), SheetError> {
        let mut listed = take(&mut self.listed);
        listed.sort_by_key(|(row, _)| row.row);
        listed.iter().try_for_each(|(row, record)| self.compare_with(row, record))
    }

    /// Compares the rows that are left, and those whose case a list, now read to its end, shows under another id.
    pub(super) fn end_list(&mut self) -> Result<(), SheetError> {
        self.compare_listed()?;
        let (own, _) = self.numbers.take(|id| !self.remaining.contains_key(id));
        for (id, record) in own {
            if let Some(row) = self.remaining.remove(&id) {
                self.compare_with(&row, &record)?;
            }
        }
        Ok(())
    }

    fn compare_with(&mut self, row: &CreatedRow, record: &Value) -> Result<(), SheetError> {
        let lines = self.compare(row, record)?;
        let differs = lines.iter().any(|line| line.same == Comparison::Differs);
        let shows = lines.iter().any(|line| line.same == Comparison::Same);
        *self.count(differs, shows) += 1;
        let (client, others): (Vec<_>, Vec<_>) =
            lines.iter().partition(|line| line.key == CaseField::Client.key());
        let sent =
            client.first().filter(|line| line.same == Comparison::Differs).map(|line| line.sent.parse());
        if let Some(Ok(sent)) = sent
            && let Some(at) = self.findings.iter().rposition(|finding| is_client_of(finding, row.row))
        {
            let differs = others.iter().any(|line| line.same == Comparison::Differs);
            let finding = self.findings.remove(at);
            let (case, others) = (FoundCase::listed(record), (differs, shows));
            self.clients.push(ShownClient { sent, case, finding, others });
        }
        Ok(())
    }

    /// Returns the count of rows like this.
    fn count(&mut self, differs: bool, shows: bool) -> &mut u64 {
        match (differs, shows) {
            (true, _) => &mut self.counts.different,
            (false, true) => &mut self.counts.same,
            (false, false) => &mut self.counts.not_shown,
        }
    }

    /// Compares the values of a sent row with those of its case; differences become findings.
    fn compare(&mut self, row: &CreatedRow, record: &Value) -> Result<Vec<ComparedValue>, SheetError> {
        let Some(rows) = &mut self.rows else { return Ok(Vec::new()) };
        let cells = rows.read(row.row)?;
        let day = day_of(row.sent_at);
        // A run that continues past midnight keeps the day it began with, and may have begun in a zone further east.
        let days = [Some(day), day.yesterday().ok(), day.tomorrow().ok()];
        let mut best: Option<(Vec<ComparedValue>, usize)> = None;
        for day in days.into_iter().flatten() {
            let Some(request) = self.past.request(row.amendment, day, &cells) else { continue };
            let lines = compare_values(&request, record);
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
        let Some(plan) = self.past.plan(row.amendment) else { return };
        let secrets = plan.secrets(&plan.edits().apply(cells).row.cells, self.today);
        for line in differing {
            let masked = |text: &str| plan.masked_text(&line.key, text, &secrets);
            self.findings.push(VerificationFinding {
                row: row.row,
                line: row.line,
                field: Some(line.key.clone()),
                kind: kind_of(line),
                sent: masked(&line.sent),
                stored: masked(&line.stored),
            });
        }
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

    /// Compares a client that is shown under another id than the one sent. If it may be the same, it counts as not shown.
    fn compare_client(&mut self, client: ShownClient, shown_as: ShownAs) {
        if client.case.may_show_client(Some(client.sent), shown_as) {
            let (differs, shows) = client.others;
            *self.count(true, true) -= 1;
            *self.count(differs, shows) += 1;
        } else {
            self.findings.push(client.finding);
        }
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

fn is_client_of(finding: &VerificationFinding, row: u64) -> bool {
    finding.row == row && finding.field.as_deref() == Some(CaseField::Client.key())
}

impl Runner {
    /// Requests the cases the list doesn't show, and records the result. `is_whole` says that the list was read to its
    /// end. Returns a sentence about what is wrong, if anything.
    pub(super) async fn verified(
        &mut self,
        mut verifier: Verifier,
        is_whole: bool,
    ) -> Result<Option<String>, Interruption> {
        let (mut left_out, mut unread) = (0, 0);
        // A list that shows none of our cases proves nothing about one.
        if verifier.counts.found() > 0 {
            let listed = verifier.counts.found();
            let mut absent = verifier.not_listed();
            unread = absent.len().saturating_sub(MAX_SINGLE_READS);
            absent.truncate(MAX_SINGLE_READS);
            for last_time in [false, true] {
                if !absent.is_empty() && last_time {
                    self.sleep_or_stop(self.job.options.settle_delay).await?;
                }
                match self.still_absent(&mut verifier, absent).await {
                    Ok(still) => absent = still,
                    Err(ReadFailure::Stop(stop)) => return Err(stop.into()),
                    Err(ReadFailure::Refused(_)) => {
                        absent = Vec::new();
                        break;
                    }
                }
            }
            // A list, or a search of it, may lag for some cases only.
            let now = self.job.client.clock().millis();
            let late = self.late_commit();
            for row in absent.iter().filter(|row| now.saturating_sub(row.sent_at) > late) {
                verifier.record_missing(row);
            }
            left_out = verifier.counts.found() - listed;
        }
        for client in take(&mut verifier.clients) {
            let shown_as = self.shown_as(client.sent).await?;
            verifier.compare_client(client, shown_as);
        }
        // Of rows with the same case, only one was compared with it; the others have none of their own.
        let counts = &mut verifier.counts;
        counts.not_listed = counts.created.saturating_sub(counts.found() + counts.missing);
        verifier.findings.sort_by_key(|finding| finding.row);
        if let Err(why) = &self.job.sheet {
            // An earlier result, with values compared, says more than this one.
            return Ok(Some(found_sentence(&verifier.counts, &verifier.findings, why)));
        }
        let problem = problem_sentence(self.job.import.id, &verifier.counts, &verifier.findings);
        let hidden = left_out_sentence(left_out, unread > 0, verifier.counts.created).filter(|_| is_whole);
        let (import, findings) = (self.job.import.id, verifier.findings);
        self.job.ledger.set_verification(import, verifier.counts, findings).await?;
        let sentences: Vec<String> = problem.into_iter().chain(hidden).collect();
        Ok((!sentences.is_empty()).then(|| sentences.join(" ")))
    }

    /// Requests cases by their ids. Returns the rows whose case isn't found.
    async fn still_absent(
        &mut self,
        verifier: &mut Verifier,
        rows: Vec<CreatedRow>,
    ) -> Result<Vec<CreatedRow>, ReadFailure> {
        let (client, mut absent) = (self.job.client.clone(), Vec::new());
        let refused = |error: SheetError| ReadFailure::Refused(error.to_string());
        for row in rows {
            match self.read_with_retries(|| client.read_case(&row.case_id)).await? {
                Some(record) => verifier.compare_record(record).map_err(refused)?,
                None => absent.push(row),
            }
        }
        verifier.compare_listed().map_err(refused)?;
        Ok(absent)
    }
}

/// Returns a sentence about cases that exist but weren't listed, if there are any; some may not have been read.
fn left_out_sentence(left_out: u64, may_be_more: bool, created: u64) -> Option<String> {
    (left_out > 0).then(|| {
        let at_least = if may_be_more { "at least " } else { "" };
        format!(
            "Trackops' list didn't show {at_least}{left_out} of the {} of this import, so it may also hide a second case of \
             a row, and cases of colleagues.",
            plural(created, "case")
        )
    })
}

/// Returns a sentence about the cases found without the rows' file, so that no value was compared.
fn found_sentence(counts: &Verification, findings: &[VerificationFinding], why: &str) -> String {
    let Verification { created, not_listed, missing, .. } = counts;
    let mut parts = vec![format!("{created} created, {} found", counts.found())];
    parts.extend((*not_listed > 0).then(|| format!("{not_listed} not listed")));
    let first = findings.first().map(|first| format!(": {}", first.describe())).unwrap_or_default();
    parts.extend((*missing > 0).then(|| format!("{missing} NO LONGER IN TRACKOPS{first}")));
    let (counts, why) = (parts.join(", "), why.trim_end_matches('.'));
    format!("Only the number of cases was read back: {counts}. Their values weren't compared: {why}.")
}

/// Returns a sentence about what is wrong, if anything.
fn problem_sentence(
    import: ImportId,
    counts: &Verification,
    findings: &[VerificationFinding],
) -> Option<String> {
    if counts.found_none() {
        let later = format!("Run `caseload verify {import}` later");
        return Some(format!("Read back: {}. {later}.", counts.summary()));
    }
    if counts.is_clean() {
        return None;
    }
    let mut text = format!("Read back: {}", counts.summary());
    if let Some(first) = findings.first() {
        text = format!("{text}: {}", first.describe());
    }
    Some(text + ".")
}

/// Returns the kind of a difference. An id isn't a text that can be cut or rounded.
fn kind_of(line: &ComparedValue) -> FindingKind {
    let is_id = CaseField::from_key(&line.key)
        .is_some_and(|field| matches!(field.spec().shape, ApiType::Id | ApiType::Ids));
    if is_id { FindingKind::Other } else { difference(&line.sent, &line.stored) }
}

/// Returns how the stored value differs from the one sent.
fn difference(sent: &str, stored: &str) -> FindingKind {
    if let Some(days) = days_between(sent, stored) {
        return if days == 1 { FindingKind::OneDay } else { FindingKind::Other };
    }
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (sent, stored) = (squeezed(sent), squeezed(stored));
    if sent == stored {
        FindingKind::Spaces
    } else if sent.to_lowercase() == stored.to_lowercase() {
        FindingKind::LetterCase
    } else if is_rounded(&sent, &stored) {
        FindingKind::Rounded
    } else if !stored.is_empty() && sent.starts_with(&stored) {
        FindingKind::Cut
    } else {
        FindingKind::Other
    }
}

/// Returns the number of days between two dates.
fn days_between(sent: &str, stored: &str) -> Option<i32> {
    Some(shown_day(sent)?.until(shown_day(stored)?).ok()?.get_days().abs())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_back_differences_are_classified() {
        for (sent, stored, kind) in [
            ("2026-03-04", "2026-03-03", FindingKind::OneDay),
            ("2026-03-04", "2026-03-03 00:00:00", FindingKind::OneDay),
            ("2026-03-04", "2026-04-03", FindingKind::Other),
            ("Doe  Inc ", "Doe Inc", FindingKind::Spaces),
            ("Doe", "DOE", FindingKind::LetterCase),
            ("12.345", "12.35", FindingKind::Rounded),
            ("12.345", "12", FindingKind::Rounded),
            ("7.25", "7.0", FindingKind::Rounded),
            ("12", "13", FindingKind::Other),
            ("a long note", "a long", FindingKind::Cut),
            ("a", "", FindingKind::Other),
        ] {
            assert_eq!(difference(sent, stored), kind, "{sent} {stored}");
        }
        let kind = |key: &str| {
            let (sent, stored) = ("100".to_owned(), "1".to_owned());
            kind_of(&ComparedValue { key: key.to_owned(), sent, stored, same: Comparison::Differs })
        };
        assert_eq!((kind("client_id"), kind("notes")), (FindingKind::Other, FindingKind::Cut));
    }
}
