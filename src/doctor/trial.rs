//! The test case: created once, if the user agrees, and looked up.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::assumptions::AssumptionId;
use super::cases::{exact, has};
use super::connection::duration;
use super::prober::Prober;
use super::{Observations, TestResult};
use crate::case::CaseField;
use crate::trackops::answer::{Answer, FieldMessage, interpret};
use crate::trackops::compare::{ComparedValue, Comparison, compare_values};
use crate::trackops::fault::Fault;
use crate::trackops::find::ANY_ZONE;
use crate::trackops::query::timestamp;
use crate::trackops::record::{id_of, id_text, seconds_of};
use crate::trackops::wire::CaseRequest;

/// Longest wait for the new case to appear.
const TIMEOUT: Duration = Duration::from_secs(40);
/// First pause between two lookups; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const MAX_PAUSE: Duration = Duration::from_secs(4);
/// Time zones are multiples of this, in seconds.
const QUARTER: i64 = 15 * 60;

/// A test case to create, once the user agrees.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Its first reference, unique among cases.
    pub reference: String,
    /// The token in its administrative notes.
    pub token: String,
    /// Request that creates it.
    pub request: CaseRequest,
}

impl Trial {
    /// Returns its `client_id`.
    pub(super) fn client(&self) -> Option<u64> {
        let sent: Value = serde_json::from_slice(&self.request.body).ok()?;
        sent.get("casefile")?.get("client_id").and_then(id_of)
    }
}

/// The test case, once a list shows it.
pub(super) struct ListedTrial {
    /// Its record.
    pub(super) record: Value,
    /// True if its reference finds it.
    by_reference: bool,
    /// Time it was sent, in seconds since 1970 by the server's clock.
    sent_at: i64,
}

/// Creates the test case, and looks it up until it appears.
pub(super) async fn create(
    prober: &mut Prober<'_>,
    findings: &mut Observations,
    case: &Trial,
) -> Option<ListedTrial> {
    if let Err(fault) = prober.turn().await {
        findings.untested(AssumptionId::Created, fault.to_string());
        return None;
    }
    let sent_at = prober.client.clock().millis().div_euclid(1000);
    let posted = prober.client.post_case(case.request.body.clone()).await;
    let answered = Instant::now();
    let (status, answer) = match posted {
        Ok(read) => (read.status, interpret(&read, prober.client.forms())),
        Err(answer) => (0, answer),
    };
    let id = match answer {
        Answer::Created { id, number } => {
            let number = number.map_or_else(String::new, |number| format!(", number {number}"));
            findings.holds(AssumptionId::Created, format!("answered {status} with id {id}{number}"));
            Some(id)
        }
        Answer::Rejected { status, messages } => {
            let why = format!("the test case was refused with {status}: {}", describe(&messages));
            findings.holds(AssumptionId::Refusals, why.as_str());
            findings.untested(AssumptionId::Created, why);
            return None;
        }
        Answer::NotSent(fault) => {
            findings.fails(AssumptionId::Created, fault.to_string());
            return None;
        }
        Answer::Unknown { why, .. } => {
            let reference = &case.reference;
            let message = format!("{why}. The test case may still be in Trackops: search for {reference}");
            findings.fails(AssumptionId::Created, message);
            None
        }
    };
    let sent = SentTrial { case, id, at: sent_at, answered };
    let (record, by_reference) = sent.find(prober, findings).await?;
    Some(ListedTrial { record, by_reference, sent_at })
}

/// Tests that need a new case.
pub(super) async fn examine(
    prober: &mut Prober<'_>,
    findings: &mut Observations,
    case: &Trial,
    shows: &ListedTrial,
) {
    compare_stored(prober, findings, case, &shows.record, shows.sent_at);
    by_id(prober, findings, &shows.record).await;
    by_reference(prober, findings, case, shows).await;
}

fn describe(messages: &[FieldMessage]) -> String {
    let texts = messages.iter().map(|message| match &message.field {
        Some(field) => format!("{field} {}", message.text),
        None => message.text.clone(),
    });
    texts.collect::<Vec<_>>().join(", ")
}

/// A test case that was sent.
struct SentTrial<'a> {
    case: &'a Trial,
    /// Its id; `None` if the answer was lost.
    id: Option<String>,
    /// Time it was sent, in seconds since 1970 by the server's clock.
    at: i64,
    answered: Instant,
}

impl SentTrial<'_> {
    /// Looks it up until it appears, by its reference and otherwise. Returns its record, and true if its reference
    /// finds it.
    async fn find(&self, prober: &mut Prober<'_>, findings: &mut Observations) -> Option<(Value, bool)> {
        let mut pause = FIRST_PAUSE;
        loop {
            let found = match self.look_once(prober).await {
                Ok(found) => found,
                Err(fault) => {
                    findings.untested(AssumptionId::Visible, fault.to_string());
                    return None;
                }
            };
            let after = self.answered.elapsed();
            if found.is_some() {
                visible(findings, pause == FIRST_PAUSE, after, prober.account.settle_seconds);
                return found;
            }
            if after > TIMEOUT {
                findings.fails(AssumptionId::Visible, format!("it wasn't found after {} s", after.as_secs()));
                return None;
            }
            sleep(pause).await;
            pause = (pause * 2).min(MAX_PAUSE);
        }
    }

    /// Looks it up once. Returns its record, and true if its reference finds it.
    async fn look_once(&self, prober: &mut Prober<'_>) -> Result<Option<(Value, bool)>, Fault> {
        // Like the lookup of a row whose answer was lost.
        let since = ("created_from_system", timestamp(self.at - ANY_ZONE));
        let by_reference = [("reference_value_1", self.case.reference.clone()), since.clone()];
        if let Some(record) = self.among(&prober.find("cases", &by_reference).await?) {
            return Ok(Some((record, true)));
        }
        let otherwise = match &self.id {
            Some(id) => ("id", id.clone()),
            None => since,
        };
        let Some(record) = self.among(&prober.find("cases", &[otherwise]).await?) else { return Ok(None) };
        // It may have appeared between the two.
        let again = self.among(&prober.find("cases", &by_reference).await?);
        Ok(Some((record, again.is_some())))
    }

    /// Finds it among cases. Trackops may store a reference in another letter case.
    fn among(&self, found: &[Value]) -> Option<Value> {
        let is_it = |record: &&Value| {
            reference_of(record).is_some_and(|text| text.eq_ignore_ascii_case(&self.case.reference))
        };
        found.iter().find(is_it).cloned()
    }
}

async fn by_reference(
    prober: &mut Prober<'_>,
    findings: &mut Observations,
    case: &Trial,
    shows: &ListedTrial,
) {
    if !shows.by_reference {
        let stored = reference_of(&shows.record).unwrap_or_default();
        let message =
            format!("the test case is listed, but not found by its reference, which is stored as “{stored}”");
        return findings.fails(AssumptionId::ByReference, message);
    }
    findings.holds(AssumptionId::ByReference, "the test case is found by its reference");
    if let Some(id) = id_text(&shows.record) {
        exact(prober, findings, &id, &case.reference).await;
    }
}

fn reference_of(record: &Value) -> Option<&str> {
    record.get("reference_value_1").and_then(Value::as_str)
}

async fn by_id(prober: &mut Prober<'_>, findings: &mut Observations, record: &Value) {
    let Some(id) = id_text(record) else { return };
    match prober.find("cases", &[("id", id.clone())]).await {
        Ok(found) if has(&found, &id) => findings.holds(AssumptionId::ById, format!("case {id} is found")),
        Ok(_) => findings.fails(AssumptionId::ById, format!("case {id} is listed, but not found by its id")),
        Err(fault) => findings.untested(AssumptionId::ById, fault.to_string()),
    }
}

fn visible(findings: &mut Observations, at_once: bool, after: Duration, settle: u64) {
    let seconds = after.as_secs() + 1;
    if at_once {
        findings.holds(AssumptionId::Visible, "it was found immediately");
    } else if seconds <= settle {
        findings.holds(AssumptionId::Visible, format!("it was found after {:.1} s", after.as_secs_f64()));
    } else {
        findings.fails(AssumptionId::Visible, format!("it was found after {:.1} s", after.as_secs_f64()));
        // A single wait isn't the longest possible.
        findings.fits(AssumptionId::Visible, "settle_seconds", &(seconds * 2), &settle);
    }
}

/// Tests the values that the list shows for the test case.
fn compare_stored(
    prober: &Prober<'_>,
    findings: &mut Observations,
    case: &Trial,
    found: &Value,
    sent_at: i64,
) {
    let lines = compare_values(&case.request, found);
    // The client of a location may be shown under either id.
    let is_client = |key: &str| key == CaseField::Client.key();
    let knows_client = findings.verdict(AssumptionId::ClientId) == TestResult::Holds;
    let is_compared =
        |line: &&ComparedValue| line.same != Comparison::Added && !(knows_client && is_client(&line.key));
    let sent: Vec<_> = lines.iter().filter(is_compared).collect();
    let other: Vec<_> =
        sent.iter().filter(|line| line.same == Comparison::Differs).map(|line| &*line.key).collect();
    let hidden: Vec<_> =
        sent.iter().filter(|line| line.same == Comparison::NotShown).map(|line| &*line.key).collect();
    if other.is_empty() && hidden.is_empty() {
        findings.holds(AssumptionId::Stored, format!("all {} values match", sent.len()));
    } else {
        let describe = |what: &str, keys: &[&str]| match keys {
            [] => None,
            keys => Some(format!("{what}: {}", keys.join(", "))),
        };
        let parts = [describe("stored differently", &other), describe("not shown", &hidden)];
        findings.fails(AssumptionId::Stored, parts.into_iter().flatten().collect::<Vec<_>>().join("; "));
    }
    match found.get("admin_notes").and_then(Value::as_str) {
        Some(notes) if notes.contains(&case.token) => {
            findings.holds(AssumptionId::Notes, "the token of the test case is shown");
        }
        _ => findings.fails(AssumptionId::Notes, "the token of the test case isn't shown"),
    }
    zone(prober, findings, found, sent_at);
}

/// Tests the time zone in which the creation time is shown.
fn zone(prober: &Prober<'_>, findings: &mut Observations, found: &Value, sent_at: i64) {
    let Some(text) = found.get("created_at").and_then(Value::as_str) else {
        return findings.untested(AssumptionId::TimeZone, "the test case doesn't show when it was created");
    };
    let Some(at) = seconds_of(text) else {
        return findings.untested(AssumptionId::TimeZone, format!("can't read “{text}”"));
    };
    let ahead = at - sent_at;
    let zone = (ahead + QUARTER / 2).div_euclid(QUARTER) * QUARTER;
    let clocks = match ahead - zone {
        -5..=5 => String::new(),
        by => format!("; case times are {by} s off the clock of the answers"),
    };
    let known = if prober.client.clock().is_known() { "" } else { " by this machine's clock" };
    match zone {
        0 => findings
            .holds(AssumptionId::TimeZone, format!("the test case shows “{text}”, UTC{known}{clocks}")),
        1.. => {
            findings.fails(
                AssumptionId::TimeZone,
                format!("the test case shows “{text}”, {} ahead of UTC{known}{clocks}", duration(zone)),
            );
        }
        _ => {
            findings.fails(
                AssumptionId::TimeZone,
                format!("the test case shows “{text}”, {} behind UTC{known}{clocks}", duration(-zone)),
            );
        }
    }
}
