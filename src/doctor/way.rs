//! Tests on the connection to Trackops: encryption, redirects, firewall, login.

use super::Findings;
use super::assumed::About;
use super::look::Look;
use crate::text::plural;
use crate::trackops::fault::Fault;

/// Stages of a request, in order.
const WAY: [About; 6] =
    [About::Connection, About::Tls, About::Redirects, About::Firewall, About::Api, About::Authentication];

/// Requests one client, the same way as later requests. Returns true if Trackops answers.
pub(super) async fn examine(look: &mut Look<'_>, findings: &mut Findings) -> bool {
    let mut fault = look.page("clients", 1, 1, &[]).await.err();
    // An account may not list clients; its cases settle it.
    if fault.is_some() && look.closed.is_none() {
        fault = look.page("cases", 1, 1, &[]).await.err().and(fault);
    }
    let at = fault.as_ref().map(place);
    let passed = WAY.iter().filter(|about| at.is_none_or(|at| **about < at));
    passed.for_each(|about| say_passed(*about, look, findings));
    let (Some(fault), Some(at)) = (fault, at) else { return true };
    findings.fails(at, fault.to_string());
    false
}

/// Returns the stage of a fault.
fn place(fault: &Fault) -> About {
    match fault {
        Fault::NoConnection { .. } => About::Connection,
        Fault::Tls { .. } => About::Tls,
        Fault::Redirect(_) => About::Redirects,
        Fault::Firewall { .. } => About::Firewall,
        Fault::NotFound | Fault::Unexpected { .. } | Fault::TooMany { .. } | Fault::Garbled(_) => About::Api,
        Fault::Unauthorized | Fault::Forbidden => About::Authentication,
        Fault::Busy { .. } => About::Limits,
    }
}

fn say_passed(about: About, look: &Look<'_>, findings: &mut Findings) {
    let host = look.account.url.host();
    match about {
        About::Tls if !look.account.url.is_encrypted() => {
            findings.untested(about, "the address is on this machine, so nothing leaves it");
        }
        About::Connection => findings.holds(about, format!("{host} answers")),
        About::Tls => findings.holds(about, format!("{host} has a certificate that this machine trusts")),
        About::Redirects => findings.holds(about, "no answer was a redirect"),
        About::Firewall => findings.holds(about, "answers are JSON, not a firewall's page"),
        About::Api => findings.holds(about, format!("{} answers as expected", look.account.url)),
        About::Authentication => findings.holds(about, format!("{} is accepted", look.account.username)),
        _ => {}
    }
}

/// Reports what all answers show together: the rate limit and the clock.
pub(super) fn sum_up(look: &Look<'_>, findings: &mut Findings) {
    let per_minute = look.account.per_minute;
    match &look.closed {
        Some(fault @ Fault::Busy { .. }) => {
            findings.fails(About::Limits, format!("at request {}: {fault}", look.asked));
            // Half of what was too much.
            let fits = if per_minute == 0 { 60 } else { (per_minute / 2).max(1) };
            findings.fits(About::Limits, "per_minute", &fits, &per_minute);
        }
        // The first requests got through.
        Some(fault) if findings.verdict(place(fault)) == super::Verdict::Holds => {
            findings.fails(place(fault), format!("at request {}: {fault}", look.asked));
        }
        None if look.asked > 2 => {
            let seen = format!("{} got through, one at a time", plural(look.asked.into(), "request"));
            findings.holds(About::Limits, seen);
        }
        Some(_) | None => {}
    }
    match look.client.clock().ahead() {
        Some(ahead) => {
            let seen = match ahead {
                -2..=2 => "the server's clock and this machine's agree".to_owned(),
                3.. => format!("the server's clock is {} ahead of this machine's", duration(ahead)),
                _ => format!("the server's clock is {} behind this machine's", duration(-ahead)),
            };
            findings.holds(About::Clock, seen + "; caseload uses the server's");
        }
        // After a failure, no answer may have had the time.
        None if findings.verdict(About::Authentication) == super::Verdict::Holds && look.closed.is_none() => {
            findings.fails(About::Clock, "answers have no Date header");
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
