//! Tests the assumptions about the API on a live account. Requests only read; one case is created if a person agrees.
//!
//! ```text
//! way ──► lists ──► (trial: one case, created and found again) ──► relations ──► cases
//!   each reports to Findings what it saw; ASSUMED describes the assumptions
//! ```

mod assumed;
mod cases;
mod lists;
mod look;
mod relations;
mod trial;
mod way;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::trackops::Account;
use crate::trackops::client::Client;
use assumed::{ASSUMED, About};
use look::Look;

pub use trial::Trial;

/// Result of testing an assumption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
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
pub struct Finding {
    /// Identifier for scripts.
    pub assumption: &'static str,
    /// The assumption, in a sentence.
    pub what: &'static str,
    /// True if caseload needs it; otherwise it copes.
    pub needed: bool,
    /// The result.
    pub verdict: Verdict,
    /// What was observed, or why nothing was.
    pub seen: String,
    /// The setting to change, if another value fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<Setting>,
}

/// Results for an account: all assumptions, in the order of their tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// True if there was a connection at all.
    pub connected: bool,
    /// True if nothing that caseload needs failed.
    pub works: bool,
    /// The assumptions.
    pub findings: Vec<Finding>,
}

impl Client {
    /// Tests every assumption that can be tested by reading; with a trial, also those that need a case. `tell` receives
    /// the progress.
    pub async fn examine(
        &self,
        account: &Account,
        trial: Option<&Trial>,
        tell: &mut (dyn FnMut(&str) + Send),
    ) -> Report {
        let mut look = Look::new(self, account);
        let mut findings = Findings::default();
        tell("testing the connection");
        if way::examine(&mut look, &mut findings).await {
            tell("reading the first page of each list");
            let mut lists = lists::examine(&mut look, &mut findings).await;
            let mut shows = None;
            if let Some(trial) = trial {
                tell("creating the test case and looking it up");
                shows = trial::create(&mut look, &mut findings, trial).await;
                // Tests on cases can use this one.
                lists.cases.extend(shows.iter().map(|shows| shows.record.clone()));
            }
            tell("checking how contacts, locations and clients are linked");
            relations::examine(&mut look, &mut findings, &lists).await;
            tell("looking up cases");
            cases::examine(&mut look, &mut findings, &lists.cases).await;
            // Last, because a new case shows more than an old one.
            if let Some((trial, shows)) = trial.zip(shows) {
                trial::examine(&mut look, &mut findings, trial, &shows).await;
            }
        }
        way::sum_up(&look, &mut findings);
        findings.report()
    }
}

/// Maximum number of characters shown of a server's text.
const LONGEST: usize = 600;

/// Observations so far.
#[derive(Default)]
struct Findings(BTreeMap<About, Seen>);

struct Seen {
    verdict: Verdict,
    told: String,
    setting: Option<Setting>,
}

impl Findings {
    fn holds(&mut self, about: About, seen: impl Into<String>) {
        self.put(about, Verdict::Holds, seen.into());
    }

    fn fails(&mut self, about: About, seen: impl Into<String>) {
        self.put(about, Verdict::DoesNotHold, seen.into());
    }

    fn untested(&mut self, about: About, why: impl Into<String>) {
        self.put(about, Verdict::NotTested, why.into());
    }

    fn put(&mut self, about: About, verdict: Verdict, mut told: String) {
        if let Some((end, _)) = told.char_indices().nth(LONGEST) {
            told.truncate(end);
        }
        self.0.insert(about, Seen { verdict, told, setting: None });
    }

    /// Adds the value of a setting that fits the observation.
    fn fits(&mut self, about: About, name: &'static str, fits: &impl ToString, now: &impl ToString) {
        if let Some(seen) = self.0.get_mut(&about) {
            seen.setting = Some(Setting { name, fits: fits.to_string(), now: now.to_string() });
        }
    }

    fn verdict(&self, about: About) -> Verdict {
        self.0.get(&about).map_or(Verdict::NotTested, |seen| seen.verdict)
    }

    fn report(mut self) -> Report {
        let mut finding = |assumed: &assumed::Assumed| {
            let nothing =
                || Seen { verdict: Verdict::NotTested, told: assumed.untested.to_owned(), setting: None };
            let Seen { verdict, told: mut seen, setting } =
                self.0.remove(&assumed.about).unwrap_or_else(nothing);
            if verdict == Verdict::DoesNotHold && !assumed.otherwise.is_empty() {
                seen = format!("{seen}; {}", assumed.otherwise);
            }
            let (assumption, what, needed) = (assumed.id, assumed.what, assumed.needed);
            Finding { assumption, what, needed, verdict, seen, setting }
        };
        let findings: Vec<Finding> = ASSUMED.iter().map(&mut finding).collect();
        let fails = |finding: &&Finding| finding.verdict == Verdict::DoesNotHold;
        Report {
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
    fn every_assumption_appears_once_and_in_order() {
        let order: Vec<About> = ASSUMED.iter().map(|assumed| assumed.about).collect();
        assert!(order.is_sorted(), "{order:?}");
        assert_eq!(order, About::ALL, "each has a line of the table");
        let report = Findings::default().report();
        assert!(report.works && report.findings.iter().all(|f| f.verdict == Verdict::NotTested));
        assert!(report.findings.iter().all(|f| !f.what.is_empty() && !f.seen.is_empty()), "{report:?}");
    }

    #[test]
    fn only_what_is_needed_counts_against_an_account() {
        let mut findings = Findings::default();
        findings.fails(About::Labels, "ids only");
        let report = findings.report();
        assert!(report.works && report.connected);
        let mut findings = Findings::default();
        findings.fails(About::Paging, "the same page again");
        assert!(!findings.report().works);
    }
}
