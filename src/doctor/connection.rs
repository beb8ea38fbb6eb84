//! Tests on the connection to Trackops: encryption, redirects, firewall, login.

use super::Observations;
use super::assumptions::AssumptionId;
use super::prober::Prober;
use crate::text::plural;
use crate::trackops::fault::Fault;

/// Stages of a request, in order.
const WAY: [AssumptionId; 6] = [
    AssumptionId::Connection,
    AssumptionId::Tls,
    AssumptionId::Redirects,
    AssumptionId::Firewall,
    AssumptionId::Api,
    AssumptionId::Authentication,
];

/// Requests one client, the same way as later requests. Returns true if Trackops answers.
pub(super) async fn examine(prober: &mut Prober<'_>, findings: &mut Observations) -> bool {
    let mut fault = prober.page("clients", 1, 1, &[]).await.err();
    // An account may not list clients; its cases settle it.
    if fault.is_some() && prober.closed.is_none() {
        fault = prober.page("cases", 1, 1, &[]).await.err().and(fault);
    }
    let at = fault.as_ref().map(place);
    let passed = WAY.iter().filter(|about| at.is_none_or(|at| **about < at));
    passed.for_each(|about| report_passed(*about, prober, findings));
    let (Some(fault), Some(at)) = (fault, at) else { return true };
    findings.fails(at, fault.to_string());
    false
}

/// Returns the stage of a fault.
fn place(fault: &Fault) -> AssumptionId {
    match fault {
        Fault::NoConnection { .. } => AssumptionId::Connection,
        Fault::Tls { .. } => AssumptionId::Tls,
        Fault::Redirect(_) => AssumptionId::Redirects,
        Fault::Firewall { .. } => AssumptionId::Firewall,
        Fault::NotFound
        | Fault::NoCaseList
        | Fault::Unexpected { .. }
        | Fault::TooMany { .. }
        | Fault::FilterIgnored { .. }
        | Fault::InvalidAnswer(_) => AssumptionId::Api,
        Fault::Unauthorized | Fault::Forbidden => AssumptionId::Authentication,
        Fault::Busy { .. } => AssumptionId::Limits,
    }
}

fn report_passed(about: AssumptionId, prober: &Prober<'_>, findings: &mut Observations) {
    let host = prober.account.url.host();
    match about {
        AssumptionId::Tls if !prober.account.url.is_encrypted() => {
            findings.untested(about, "the address is on this machine, so nothing leaves it");
        }
        AssumptionId::Connection => findings.holds(about, format!("{host} answers")),
        AssumptionId::Tls => {
            findings.holds(about, format!("{host} has a certificate that this machine trusts"));
        }
        AssumptionId::Redirects => findings.holds(about, "no answer was a redirect"),
        AssumptionId::Firewall => findings.holds(about, "answers are JSON, not a firewall's page"),
        AssumptionId::Api => findings.holds(about, format!("{} answers as expected", prober.account.url)),
        AssumptionId::Authentication => {
            findings.holds(about, format!("{} is accepted", prober.account.username));
        }
        _ => {}
    }
}

/// Reports what all answers show together: the rate limit and the clock.
pub(super) fn sum_up(prober: &Prober<'_>, findings: &mut Observations) {
    let per_minute = prober.account.per_minute;
    match &prober.closed {
        Some(fault @ Fault::Busy { .. }) => {
            findings.fails(AssumptionId::Limits, format!("at request {}: {fault}", prober.asked));
            // Half of what was too much.
            let fits = if per_minute == 0 { 60 } else { (per_minute / 2).max(1) };
            findings.fits(AssumptionId::Limits, "per_minute", &fits, &per_minute);
        }
        // The first requests got through.
        Some(fault) if findings.verdict(place(fault)) == super::TestResult::Holds => {
            findings.fails(place(fault), format!("at request {}: {fault}", prober.asked));
        }
        None if prober.asked > 2 => {
            let seen = format!("{} got through, one at a time", plural(prober.asked.into(), "request"));
            findings.holds(AssumptionId::Limits, seen);
        }
        Some(_) | None => {}
    }
    match prober.client.clock().ahead() {
        Some(ahead) => {
            let seen = match ahead {
                -2..=2 => "the server's clock and this machine's agree".to_owned(),
                3.. => format!("the server's clock is {} ahead of this machine's", duration(ahead)),
                _ => format!("the server's clock is {} behind this machine's", duration(-ahead)),
            };
            findings.holds(AssumptionId::Clock, seen + "; caseload uses the server's");
        }
        // After a failure, no answer may have had the time.
        None if findings.verdict(AssumptionId::Authentication) == super::TestResult::Holds
            && prober.closed.is_none() =>
        {
            findings.fails(AssumptionId::Clock, "answers have no Date header");
        }
        None => {}
    }
}

/// Formats seconds in words, rounded.
pub(super) fn duration(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..5400 => format!("{} min", (seconds + 30) / 60),
        _ if (seconds + 450) % 3600 < 900 => format!("{} h", (seconds + 450) / 3600),
        _ => format!("{} h {} min", (seconds + 30) / 3600, (seconds + 30) % 3600 / 60),
    }
}
