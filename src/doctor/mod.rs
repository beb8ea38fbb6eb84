//! Tests the assumptions about the API on a live account. Requests only read; one case is created if the user agrees.
//!
//! ```text
//! connection ──► lists ──► (trial: one case, created and found again) ──► relations ──► cases
//!   each reports to Observations what it saw; AssumptionId describes the assumptions
//! ```

mod assumptions;
mod cases;
mod connection;
mod lists;
mod prober;
mod relations;
mod trial;

use std::collections::BTreeMap;

use serde::Serialize;
use strum::VariantArray;

use crate::trackops::Account;
use crate::trackops::client::Client;
use assumptions::AssumptionId;
use prober::Prober;

pub use trial::Trial;

/// Result of testing an assumption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TestResult {
    /// It was observed.
    Holds,
    /// The opposite was observed.
    DoesNotHold,
    /// Nothing was observed either way.
    NotTested,
}

/// A setting of the account, and the value that fits the observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Its name in the config file.
    pub name: &'static str,
    /// The value that fits, as written there.
    pub fits: String,
    /// The current value.
    pub now: String,
}

/// An assumption and what was observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssumptionResult {
    /// Identifier for scripts.
    pub assumption: &'static str,
    /// The assumption, in a sentence.
    pub what: &'static str,
    /// True if caseload needs it; otherwise it copes.
    pub needed: bool,
    /// The result.
    pub verdict: TestResult,
    /// What was observed, or why nothing was.
    pub seen: String,
    /// The setting to change, if another value fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<Setting>,
}

/// Results for an account: all assumptions, in the order of their tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DoctorReport {
    /// True if there was a connection at all.
    pub connected: bool,
    /// True if nothing that caseload needs failed.
    pub works: bool,
    /// The assumptions.
    pub findings: Vec<AssumptionResult>,
}

impl Client {
    /// Tests every assumption that can be tested by reading; with a trial, also those that need a case. `tell` receives
    /// the progress.
    pub async fn examine(
        &self,
        account: &Account,
        trial: Option<&Trial>,
        tell: &mut (dyn FnMut(&str) + Send),
    ) -> DoctorReport {
        let mut prober = Prober::new(self, account);
        let mut findings = Observations::default();
        tell("testing the connection");
        if connection::examine(&mut prober, &mut findings).await {
            tell("reading the first page of each list");
            let mut lists = lists::examine(&mut prober, &mut findings).await;
            let mut shows = None;
            if let Some(trial) = trial {
                tell("creating the test case and looking it up");
                shows = trial::create(&mut prober, &mut findings, trial).await;
                // Tests on cases can use this one.
                lists.cases.extend(shows.iter().map(|shows| shows.record.clone()));
            }
            tell("checking how contacts, locations and clients are linked");
            let accepted = trial.filter(|_| findings.verdict(AssumptionId::Created) == TestResult::Holds);
            let client = accepted.and_then(Trial::client);
            relations::examine(&mut prober, &mut findings, &lists, client).await;
            tell("looking up cases");
            cases::examine(&mut prober, &mut findings, &lists.cases).await;
            // Last, because a new case shows more than an old one.
            if let Some((trial, shows)) = trial.zip(shows) {
                trial::examine(&mut prober, &mut findings, trial, &shows).await;
            }
        }
        connection::sum_up(&prober, &mut findings);
        findings.report()
    }
}

/// Maximum number of characters shown of a server's text.
const MAX_CHARS: usize = 600;

/// Observations so far.
#[derive(Default)]
struct Observations(BTreeMap<AssumptionId, Observation>);

struct Observation {
    verdict: TestResult,
    text: String,
    setting: Option<Setting>,
}

impl Observations {
    fn holds(&mut self, about: AssumptionId, seen: impl Into<String>) {
        self.put(about, TestResult::Holds, seen.into());
    }

    fn fails(&mut self, about: AssumptionId, seen: impl Into<String>) {
        self.put(about, TestResult::DoesNotHold, seen.into());
    }

    fn untested(&mut self, about: AssumptionId, why: impl Into<String>) {
        self.put(about, TestResult::NotTested, why.into());
    }

    fn put(&mut self, about: AssumptionId, verdict: TestResult, mut text: String) {
        if let Some((end, _)) = text.char_indices().nth(MAX_CHARS) {
            text.truncate(end);
        }
        self.0.insert(about, Observation { verdict, text, setting: None });
    }

    /// Adds the value of a setting that fits the observation.
    fn fits(&mut self, about: AssumptionId, name: &'static str, fits: &impl ToString, now: &impl ToString) {
        if let Some(seen) = self.0.get_mut(&about) {
            seen.setting = Some(Setting { name, fits: fits.to_string(), now: now.to_string() });
        }
    }

    fn verdict(&self, about: AssumptionId) -> TestResult {
        self.0.get(&about).map_or(TestResult::NotTested, |seen| seen.verdict)
    }

    fn report(mut self) -> DoctorReport {
        let mut finding = |about: &AssumptionId| {
            let assumed = about.spec();
            let nothing = || Observation {
                verdict: TestResult::NotTested,
                text: assumed.untested.to_owned(),
                setting: None,
            };
            let Observation { verdict, text: mut seen, setting } =
                self.0.remove(about).unwrap_or_else(nothing);
            if verdict == TestResult::DoesNotHold && !assumed.otherwise.is_empty() {
                seen = format!("{seen}; {}", assumed.otherwise);
            }
            let (assumption, what, needed) = (assumed.id, assumed.what, assumed.needed);
            AssumptionResult { assumption, what, needed, verdict, seen, setting }
        };
        let findings: Vec<AssumptionResult> = AssumptionId::VARIANTS.iter().map(&mut finding).collect();
        let fails = |finding: &&AssumptionResult| finding.verdict == TestResult::DoesNotHold;
        DoctorReport {
            connected: !findings.iter().filter(fails).any(|finding| finding.assumption == "connection"),
            works: !findings.iter().filter(fails).any(|finding| finding.needed),
            findings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_observations_every_assumption_is_untested() {
        let report = Observations::default().report();
        assert!(report.works && report.findings.iter().all(|f| f.verdict == TestResult::NotTested));
        assert!(report.findings.iter().all(|f| !f.what.is_empty() && !f.seen.is_empty()), "{report:?}");
    }

    #[test]
    fn only_what_is_needed_counts_against_an_account() {
        let mut findings = Observations::default();
        findings.fails(AssumptionId::Labels, "ids only");
        let report = findings.report();
        assert!(report.works && report.connected);
        let mut findings = Observations::default();
        findings.fails(AssumptionId::Paging, "the same page again");
        assert!(!findings.report().works);
    }
}
