//! What Trackops may do by itself for every case that is created.

use crate::ledger::Import;

/// Before the first import of an account. That cases are assigned and mails go to staff is KNOWN of the product, and
/// INFERRED of cases that come by the API.
const FIRST: &str = "The first import into this account: Trackops may assign each case to the default case manager and \
                     salesperson of its contact, location or client, and mail them a Case Assignment Notice (turned off in \
                     that template, or by assignment type); webhooks on case statuses may act too. Ask in the office before \
                     a large import.";
/// Before every other.
const AGAIN: &str = "Trackops may assign and mail staff for each case.";

/// What to say before an import into an account starts: all of it once, and then one line.
#[must_use]
pub fn notice(imports: &[Import], account: &str) -> &'static str {
    let was_used = |import: &Import| import.account == account && import.started_at.is_some();
    if imports.iter().any(was_used) { AGAIN } else { FIRST }
}
