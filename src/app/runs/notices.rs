//! Notices about what Trackops may do on its own for every created case.

use crate::ledger::Import;
use crate::trackops::ApiUrl;

/// Shown before the first import into an account. Assignment and e-mails are KNOWN for the product, and INFERRED for
/// cases created through the API.
const FIRST: &str = "This is the first import into this account. Trackops may assign each case to the default case manager and \
                     salesperson of its contact, location or client, and e-mail them a Case Assignment Notice (you can turn \
                     it off in that template, or by assignment type). Webhooks on case statuses may run too. Ask the office \
                     before a large import.";
/// Shown before every later import.
const AGAIN: &str = "Trackops may assign staff to each case and e-mail them.";

/// Returns the notice to show before an import starts: the long one for the account's first import, then one line. None
/// for an address on this machine, because a sandbox sends no e-mail.
#[must_use]
pub fn notice(imports: &[Import], account: &str, url: &str) -> Option<&'static str> {
    if url.parse::<ApiUrl>().is_ok_and(|url| url.is_loopback()) {
        return None;
    }
    let was_used = |import: &Import| import.account == account && import.started_at.is_some();
    Some(if imports.iter().any(was_used) { AGAIN } else { FIRST })
}
