//! Cases already in Trackops: the account's recent cases are listed once before rows are sent, so that cases created
//! by colleagues, on the web page or on other machines aren't created again. Costs one request per hundred cases. If
//! that is more than one per row, each reference is looked up instead.

use super::job::{LookBack, LookUp};
use super::listing::{Coverage, ReadFailure};
use super::row::{
    OtherCases, Prepared, RecentCases, RecentMatch, TokenedCases, Verdict, exclude, in_trackops,
    maybe_sent_by_original,
};
use super::runner::{Interruption, Runner, Stop, without_resume};
use crate::case::{CaseField, Plan};
use crate::ledger::TurnedAway;
use crate::trackops::{CaseQuery, Client, Fault, FoundCase, created_at};

/// Maximum number of rows named in the note of an import.
const MAX_NAMED: usize = 3;
/// Maximum number of our own recent cases that a list is tested with.
const MAX_TESTED: u64 = 1_000;
/// Maximum number of them that are requested because the list doesn't show them.
const MAX_HIDDEN_READS: usize = 3;
const MILLISECONDS_PER_DAY: i64 = 24 * 3600 * 1000;
/// Note for a server whose list leaves out cases.
const HIDES_CASES: &str =
    "Trackops' list of cases leaves out cases of earlier imports, so references were looked up one by one.";
/// Note for a server that doesn't show what time it is.
const UNDATED: &str = "Trackops doesn't show its time. If this computer's clock is ahead, cases that others created weren't found.";
/// Minimum number of pages of recent cases that are searched for row tokens.
const MIN_TOKEN_PAGES: u64 = 100;
/// Note for an import with row tokens that wasn't compared with all recent cases.
const NOT_COMPARED: &str =
    "Not all recent cases could be read, so rows that others created with row tokens may be created again.";

/// Lists the account's recent cases for a check of `rows` rows. Returns `None` if they can't be listed in full, or if
/// that takes more requests than there are rows.
pub async fn recent_cases(client: &Client, back: LookBack, rows: u64) -> Option<RecentCases> {
    let now = client.clock().millis();
    let query = CaseQuery::last_days(now, back);
    let count = client.count_cases(&query).await.ok()??;
    if count.div_ceil(client.page_size() as u64) > rows.max(1) {
        return None;
    }
    // Also if there are none: a server may misread the filter when it counts.
    let records = client.list_cases(&query).await.ok()?;
    if (records.len() as u64) < count {
        return None;
    }
    let mut recent = RecentCases::new(now);
    for record in &records {
        recent.add(record);
    }
    Some(recent)
}

impl Runner {
    /// Lists the account's recent cases, or decides to look up each reference. Returns why nothing may start.
    pub(super) async fn list_recent(&mut self) -> Option<Stop> {
        let days = match self.job.options.look_up {
            LookUp::Recent(days) => days,
            LookUp::Tokens(days) => return self.list_tokened(days).await,
            LookUp::Off | LookUp::Each => return None,
        };
        let now = self.present().await;
        let query = CaseQuery::last_days(now, days);
        let count = match self.count_cases(&query).await {
            Ok(count) => count,
            Err(ReadFailure::Stop(stop)) => return Some(stop),
            Err(ReadFailure::Refused(_)) => None,
        };
        if count.is_none() && !self.lists_cases(&query).await {
            self.notes.push(
                "Trackops lists no cases at this address, so cases that others created weren't looked for."
                    .to_owned(),
            );
            return None;
        }
        let most_pages = self.counts.not_sent.max(1);
        let mut recent = RecentCases::new(now);
        let page_size = self.job.client.page_size() as u64;
        if count.is_some_and(|count| count.div_ceil(page_size) > most_pages) {
            self.others = OtherCases::AskEach;
            return None;
        }
        // One more page shows that there are no others.
        let pages = usize::try_from(most_pages).unwrap_or(usize::MAX).saturating_add(1);
        match self.each_page(&query, 0, (count, pages), |record| recent.add(&record)).await {
            // Rows can't be compared with what the list shows of any case.
            Ok(Coverage::Complete) if recent.hides_references() => self.others = OtherCases::listed(recent),
            Ok(Coverage::Complete) => match self.hides_own_case(&recent, now, days).await {
                Ok(true) => {
                    self.notes.push(HIDES_CASES.to_owned());
                    self.others = OtherCases::AskEach;
                }
                Ok(false) => self.others = OtherCases::listed(recent),
                Err(Interruption::Stop(stop)) => return Some(stop),
                Err(Interruption::Ledger(error)) => return Some(Stop::Fault(error.to_string())),
            },
            Ok(Coverage::TooLong) => self.others = OtherCases::AskEach,
            Ok(Coverage::Partial(why)) | Err(ReadFailure::Refused(why)) => return Some(cannot_exclude(&why)),
            // Only the list fails if other requests are answered.
            Err(ReadFailure::Stop(Stop::Fault(why))) if self.job.client.test().await.is_ok() => {
                return Some(cannot_exclude(without_resume(&why).trim_end_matches('.')));
            }
            Err(ReadFailure::Stop(stop)) => return Some(stop),
        }
        None
    }

    /// Lists the account's recent cases that another ledger created with row tokens, as far as the list can be read.
    pub(super) async fn list_tokened(&mut self, days: LookBack) -> Option<Stop> {
        let mut cases = match self.job.ledger.seeds() {
            Ok(seeds) => TokenedCases::new(seeds),
            Err(error) => return Some(Stop::Fault(error.to_string())),
        };
        let query = CaseQuery::last_days(self.present().await, days);
        let pages = usize::try_from(self.counts.not_sent.max(MIN_TOKEN_PAGES)).unwrap_or(usize::MAX);
        let read = self.each_page(&query, 0, (None, pages), |record| cases.add(record)).await;
        self.others = OtherCases::WithTokens(Box::new(cases));
        match read {
            Ok(Coverage::Complete) => return None,
            Err(ReadFailure::Stop(Stop::Requested)) => return Some(Stop::Requested),
            Ok(Coverage::TooLong | Coverage::Partial(_))
            | Err(ReadFailure::Stop(_) | ReadFailure::Refused(_)) => self.notes.push(NOT_COMPARED.to_owned()),
        }
        None
    }

    /// Returns true if Trackops has a recent case of the account's imports that a list, read to its end, doesn't show. Such a
    /// list may hide cases of colleagues too.
    async fn hides_own_case(
        &mut self,
        recent: &RecentCases,
        now: i64,
        days: LookBack,
    ) -> Result<bool, Interruption> {
        let since = match days {
            // The list may begin a day later in another time zone.
            LookBack::Days(days) => now - (i64::from(days) - 1) * MILLISECONDS_PER_DAY,
            LookBack::All => 0,
        };
        // A list may show the newest late.
        let listed_late = self.job.options.late_commit.max(self.job.options.settle_delay);
        let until = now.saturating_sub(i64::try_from(listed_late.as_millis()).unwrap_or(i64::MAX));
        let own = self.job.ledger.recent_case_ids(&self.job.import.account, (since, until), MAX_TESTED)?;
        let client = self.job.client.clone();
        for id in own.into_iter().filter(|id| !recent.has_id(id)).take(MAX_HIDDEN_READS) {
            match self.read_with_retries(|| client.read_case(&id)).await {
                Ok(Some(_)) => return Ok(true),
                // Somebody deleted it.
                Ok(None) | Err(ReadFailure::Refused(_)) => {}
                Err(ReadFailure::Stop(stop)) => return Err(stop.into()),
            }
        }
        Ok(false)
    }

    /// Returns the time by the server's clock, in milliseconds since 1970. If its answers don't show that, this machine's
    /// clock may be far ahead, so it is no later than the newest case of a list of one page.
    async fn present(&mut self) -> i64 {
        let (client, now) = (self.job.client.clone(), self.job.client.clock().millis());
        if client.clock().is_known() {
            return now;
        }
        let first_page = CaseQuery::Since(0);
        // A list that can't be read fails again below.
        let read = self.read_with_retries(|| client.page_of_cases(&first_page, 1, 0)).await;
        let records = read.unwrap_or_default();
        let is_whole = records.len() < self.job.client.page_size();
        let newest = records.iter().filter_map(created_at).max().filter(|_| is_whole);
        if newest.is_none() && !records.is_empty() {
            self.notes.push(UNDATED.to_owned());
        }
        newest.map_or(now, |newest| now.min(newest.saturating_mul(1000)))
    }

    /// Returns true if Trackops has a list of cases at all.
    async fn lists_cases(&mut self, query: &CaseQuery) -> bool {
        let client = self.job.client.clone();
        let read = || async {
            match client.page_of_cases(query, 1, 0).await {
                Err(Fault::NotFound) => Ok(false),
                read => read.map(|_| true),
            }
        };
        // Any other fault occurs again when the list is read.
        self.read_with_retries(read).await.unwrap_or(true)
    }

    /// Excludes a row whose case is in Trackops, or remembers the case if it was created at the time of an earlier try;
    /// remembers one with nearly the same reference as a case, and cases whose client must be compared before the row is
    /// sent.
    pub(super) fn exclude_known(&mut self, row: &mut Prepared, earlier: Option<&TurnedAway>) {
        let matched = self.others.match_row(row, self.learned);
        let Verdict::Send(ready, _) = &row.verdict else { return };
        let looks_up = self.job.options.look_up == LookUp::Each;
        if self.job.is_copied && looks_up && ready.reference().is_none() && !ready.anyway {
            row.verdict = exclude(maybe_sent_by_original((row.row, row.line)));
            return;
        }
        match matched {
            // A lookup tells whether it is the case of that try.
            Some(RecentMatch::There(found)) if self.has_case_of(earlier, &found) => row.listed = found,
            Some(RecentMatch::There(found)) => {
                let problem = in_trackops(&self.job.plan, (row.row, row.line), ready, &found);
                row.verdict = Verdict::Exclude(problem);
            }
            Some(RecentMatch::Similar { of_others, nearly }) => {
                if let Some(case) = nearly {
                    self.note_near_duplicate(row, &case);
                }
                row.of_others = of_others;
            }
            None => {}
        }
    }

    /// Returns true if one of the cases was certainly created when an earlier try was made.
    fn has_case_of(&self, earlier: Option<&TurnedAway>, cases: &[FoundCase]) -> bool {
        let Some(TurnedAway { sent_at, .. }) = earlier else { return false };
        cases.iter().any(|case| self.is_created_then(case, *sent_at, *sent_at))
    }

    /// Remembers a row that is sent although a case has nearly the same reference.
    fn note_near_duplicate(&mut self, row: &Prepared, case: &FoundCase) {
        let described = describe(&self.job.plan, row, case);
        self.near_duplicates.insert(row.row, described);
    }

    /// Describes the rows that were sent although a case has nearly the same reference.
    pub(super) fn nearly_there(&self) -> Option<String> {
        let first: Vec<&str> = self.near_duplicates.values().take(MAX_NAMED).map(String::as_str).collect();
        let more = self.near_duplicates.len().saturating_sub(MAX_NAMED);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        (!first.is_empty()).then(|| {
            format!(
                "Possible duplicates in Trackops, with the reference written differently: {}{more}. Compare them.",
                first.join("; ")
            )
        })
    }
}

/// Stop because recent cases can't be listed: the user decides how to continue.
fn cannot_exclude(why: &str) -> Stop {
    Stop::Fault(format!(
        "Cases that others created can't be excluded: {why}. Nothing was sent. To send without looking, turn \
         off “Skip cases already in Trackops” when you resume (in a script: --look-up off, or --look-up each to look up \
         each reference)."
    ))
}

fn describe(plan: &Plan, row: &Prepared, case: &FoundCase) -> String {
    let column = plan.column_of_key(CaseField::Reference1.key());
    let shown = plan.masked_cell(column, case.reference.as_deref().unwrap_or_default());
    let number = case.shown_number();
    format!("row {} (line {}), case {number} “{shown}”", row.row, row.line)
}
