//! What Trackops may do by itself for every case that is created.

use crate::ledger::Import;
use crate::trackops::ApiUrl;

/// Before the first import of an account. That cases are assigned and mails go to staff is KNOWN of the product, and
/// INFERRED of cases that come by the API.
const FIRST: &str = "This is the first import into this account. Trackops may assign each case to the default case manager and \
                     salesperson of its contact, location or client, and mail them a Case Assignment Notice (turned off in \
                     that template, or by assignment type); webhooks on case statuses may act too. Ask in the office before \
                     a large import.";
/// Before every other.
const AGAIN: &str = "Trackops may assign staff to each case, and mail them.";

/// What to say before an import into the account at an address starts: all of it once, and then one line. Nothing for an
/// address on this machine, because a sandbox sends no mail.
#[must_use]
pub fn notice(imports: &[Import], account: &str, url: &str) -> Option<&'static str> {
    if url.parse::<ApiUrl>().is_ok_and(|url| url.is_loopback()) {
        return None;
    }
    let was_used = |import: &Import| import.account == account && import.started_at.is_some();
    Some(if imports.iter().any(was_used) { AGAIN } else { FIRST })
}
