//! System faults: what stands between this program and Trackops, in sentences. None of them is a row's fault.

use std::time::Duration;

/// Why a request was not carried out, through no fault of the row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No connection, and no byte left.
    #[error("{host} cannot be reached ({reason}); check the network and the address")]
    NoConnection {
        /// Host and port.
        host: String,
        /// What the system says.
        reason: String,
    },
    /// A connection, and no encryption that can be trusted. No byte of a request left.
    #[error("{host} cannot be trusted ({reason}); {advice}")]
    Tls {
        /// Host and port.
        host: String,
        /// What is wrong with it.
        reason: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// 401. The causes are KNOWN from the vendor's help.
    #[error(
        "Trackops does not accept the user name or token (401): check both; a token may also have been disabled, reset or \
         deleted, which a Chief Operator sees under Settings → API Tokens"
    )]
    Unauthorized,
    /// 403 from Trackops. That it needs Full Access and is bound by its role is KNOWN, the rest INFERRED.
    #[error(
        "Trackops refuses this user (403): it must be an active employee with the access level Full Access (Full Location \
         Access may not be enough), its role must permit cases and clients, and a firewall may stand between; ask an \
         administrator of the account"
    )]
    Forbidden,
    /// An HTML answer: something on the way blocks.
    #[error(
        "a firewall on the way blocked the request ({status}{title}); ask Trackops or your network people to allow it"
    )]
    Firewall {
        /// The status.
        status: u16,
        /// The page's title, as `: Title`; empty when it has none.
        title: String,
    },
    /// 404 on the collection.
    #[error("there is no Trackops API at this address (404); check the subdomain, it may have been renamed")]
    NotFound,
    /// 3xx. Never followed: the token would go along.
    #[error("the address answers with a redirect ({0}), which is not followed; check the subdomain")]
    Redirect(u16),
    /// 429, or 503 with `Retry-After`.
    #[error("Trackops asks for fewer requests ({status}); wait, or set a lower limit")]
    Busy {
        /// The status.
        status: u16,
        /// How long to wait, if it said.
        retry_after: Option<Duration>,
    },
    /// Any other answer that means nothing was done.
    #[error(
        "Trackops answered {status}{message}; try again later, and ask Trackops if it stays (if that is how it refuses a row, say so with refused_statuses in the config file)"
    )]
    Unexpected {
        /// The status.
        status: u16,
        /// What it said, as `: text`; empty when nothing.
        message: String,
    },
    /// A list does not come to an end.
    #[error("the list of {path} has more than {pages} pages, too many to look through")]
    TooMany {
        /// The list.
        path: String,
        /// So many pages were read.
        pages: usize,
    },
    /// A request for data was not answered as data.
    #[error("the answer was lost or is not what Trackops sends ({0}); check the address and the network")]
    Garbled(String),
}

impl Fault {
    /// Whether it is an answer to a request that arrived: what gave it may not know what became of the request.
    #[must_use]
    pub fn is_an_answer(&self) -> bool {
        !matches!(self, Self::NoConnection { .. } | Self::Tls { .. })
    }
}
