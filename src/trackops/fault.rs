//! System faults: failures between this program and Trackops. None of them is a row's fault.

use std::time::Duration;

/// Number of retries of a failed read.
const RETRIES: u32 = 3;
/// Wait before the first retry; it doubles for each further one.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// A reason why a request wasn't carried out that has nothing to do with the row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No connection; no byte was sent.
    #[error("{host} can't be reached ({reason}). Check the network and the address")]
    NoConnection {
        /// Host and port.
        host: String,
        /// The system's error.
        reason: String,
    },
    /// A connection without encryption that can be trusted. No byte of a request was sent.
    #[error("{host} can't be trusted ({reason}). {advice}")]
    Tls {
        /// Host and port.
        host: String,
        /// The problem.
        reason: String,
        /// Advice, as a sentence without a period.
        advice: &'static str,
    },
    /// Status 401. The causes are KNOWN from the vendor's help.
    #[error(
        "Trackops didn't accept the user name or token (401). Check both. The token may also have been disabled, reset or \
         deleted; a Chief Operator can check under Settings → API Tokens"
    )]
    Unauthorized,
    /// Status 403 from Trackops. That a user needs Full Access and is bound by their role is KNOWN, the rest INFERRED.
    #[error(
        "Trackops refused this user (403). The user must be an active employee with the access level Full Access (Full \
         Location Access may not be enough), in a role that allows cases and clients. A firewall can also be the cause. Ask \
         an administrator of the account"
    )]
    Forbidden,
    /// An HTML answer: something between us and Trackops blocks the request.
    #[error(
        "a firewall blocked the request ({status}{title}). Ask Trackops or your network administrator to allow it"
    )]
    Firewall {
        /// The status.
        status: u16,
        /// The page's title, as `: Title`; empty if it has none.
        title: String,
    },
    /// Status 404 for a collection.
    #[error("there's no Trackops API at this address (404). Check the subdomain; it may have been renamed")]
    NotFound,
    /// Status 404 for the list of cases, which doesn't say that creating cases is impossible too.
    #[error(
        "Trackops lists no cases at this address (404), so they can't be looked up or read back. Ask Trackops whether the API \
         may list cases"
    )]
    NoCaseList,
    /// Status 3xx. Never followed, because the token would be sent along.
    #[error(
        "the address redirects elsewhere ({0}), and caseload doesn't follow redirects. Check the subdomain"
    )]
    Redirect(u16),
    /// Status 429, or 503 with `Retry-After`.
    #[error("Trackops rate limit reached ({status}). Wait, or set a lower limit")]
    Busy {
        /// The status.
        status: u16,
        /// Time to wait, if the server named one.
        retry_after: Option<Duration>,
    },
    /// Any other answer that means nothing was done.
    #[error(
        "Trackops answered {status}{message}. Try again later; if it keeps happening, ask Trackops{}",
        refusal_hint(*status)
    )]
    Unexpected {
        /// The status.
        status: u16,
        /// Its message, as `: text`; empty if it has none.
        message: String,
    },
    /// A list doesn't end.
    #[error("the list of {path} has more than {pages} pages, too many to search")]
    TooMany {
        /// The list.
        path: String,
        /// Number of pages that were read.
        pages: usize,
    },
    /// A list shows other records than those asked for.
    #[error("Trackops lists other {path} than the one asked for by its id, so it can't be looked up")]
    FilterIgnored {
        /// The list.
        path: String,
    },
    /// A request for data wasn't answered with data.
    #[error("the answer was lost or isn't from Trackops ({0}). Check the address and the network")]
    InvalidAnswer(String),
}

/// Returns what to do if a status means that a row was refused. One from 500 on never does.
fn refusal_hint(status: u16) -> String {
    match status {
        ..500 => {
            format!(" (if this is how it refuses a row, add {status} to refused_statuses in the config file)")
        }
        _ => String::new(),
    }
}

impl Fault {
    /// Returns true if the same read may succeed in a moment. An HTML page with 502 or 503 comes from a gateway whose
    /// server is briefly away, not from a firewall.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::InvalidAnswer(_)
                | Self::Unexpected { status: 500.., .. }
                | Self::Firewall { status: 500.., .. }
        )
    }

    /// Returns the wait before a failed read is repeated, after this number of retries; `None` if that wouldn't help.
    #[must_use]
    pub fn wait_before_retry(&self, retries: u32) -> Option<Duration> {
        (self.is_transient() && retries < RETRIES).then(|| FIRST_WAIT * 2_u32.pow(retries))
    }

    /// Returns true if a request arrived and was answered. Whatever answered may not know what became of the request.
    #[must_use]
    pub fn was_answered(&self) -> bool {
        !matches!(self, Self::NoConnection { .. } | Self::Tls { .. })
    }
}
