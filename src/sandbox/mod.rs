//! The sandbox: an embedded Trackops, a real HTTP/1.1 server on loopback with a fictional account.
//!
//! It reads raw JSON and shares no types with the client, so a wrong key fails here as it would there.
//! Everything the vendor doesn't document is listed in [`ASSUMPTIONS`]; a [`Quirk`] reverses one of them.
//!
//! ```text
//! http ── auth, routes, effects of faults
//!  ├──► cases ── validate ── values ──► world (assets/sandbox/world.toml)
//!  │      └──► store     one JSON line a case, before the answer
//!  └──► fetched ── lists ── filters     pages and counts
//!                    └──► stored        quirks of how a case is stored
//! shape, flatten, labels: quirks of the form of answers and lists; cache: a proxy between client and server
//! quirks, faults, kinds: their names and syntax; answer: a response as it is written
//! ```

mod answer;
mod assumptions;
mod cache;
mod cases;
mod effects;
mod faults;
mod fetched;
mod filters;
mod flatten;
mod http;
mod kinds;
mod labels;
mod lists;
mod quirks;
mod shape;
mod store;
mod stored;
mod validate;
mod values;
mod world;

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Serialize;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use assumptions::{ASSUMPTIONS, Assumption};
pub use faults::{InjectedFault, ParseFaultError};
pub use kinds::FaultKind;
pub use quirks::{ParseQuirkError, Quirk};
pub use world::WORLD;

use cache::Cache;
use cases::{Resource, SandboxAccount};
use http::Server;
use quirks::Quirks;

/// Options of a sandbox. No `Debug`, because that would print the token.
#[derive(Clone)]
pub struct SandboxOptions {
    /// Port on 127.0.0.1; 0 for any free port.
    pub port: u16,
    /// Delay of each answer of the API.
    pub latency: Duration,
    /// Faults. The first one that applies to a request wins.
    pub faults: Vec<InjectedFault>,
    /// Seed for faults that apply at random.
    pub seed: u64,
    /// Deviations from the assumptions.
    pub quirks: Vec<Quirk>,
    /// Delay after the answer with which faults ending in `-late` create their case.
    pub late: Duration,
    /// Time for which quirks of lists hide a new case or cache an answer.
    pub lag: Duration,
    /// User name, without the `/token` that the API wants after it.
    pub username: String,
    /// API token.
    pub token: String,
    /// File that keeps the cases for the next start; without one they are lost.
    pub store: Option<PathBuf>,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        Self {
            port: 0,
            latency: Duration::ZERO,
            faults: Vec::new(),
            seed: 0,
            quirks: Vec::new(),
            late: Duration::from_millis(700),
            lag: Duration::from_millis(1500),
            username: "sandbox".to_owned(),
            token: "sandbox".to_owned(),
            store: None,
        }
    }
}

/// Counters since the start, unless noted otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// POSTs to the cases with the right token, whatever their result.
    pub posts: u64,
    /// Cases created.
    pub created: u64,
    /// POSTs refused because of their contents.
    pub rejected: u64,
    /// POSTs that a fault applied to.
    pub faulted: u64,
    /// Requests without the right username and token.
    pub unauthorized: u64,
    /// GETs of the API.
    pub gets: u64,
    /// GETs that a fault applied to.
    pub faulted_gets: u64,
    /// Connections accepted.
    pub connections: u64,
    /// POSTs being handled now.
    pub in_flight: u64,
    /// Maximum number of POSTs handled at the same time.
    pub max_in_flight: u64,
    /// Cases in the account, including those from the store.
    pub cases: u64,
    /// Cases in the account, by root client id.
    pub cases_by_client: BTreeMap<i64, u64>,
}

/// Reason why a sandbox didn't start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another program uses the port.
    #[error("port {port} is in use by another program. Choose another with --port, or 0 for any free port")]
    PortInUse {
        /// The port that was asked for.
        port: u16,
    },
    /// The port can't be opened for another reason.
    #[error("port {port} can't be opened")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// The reason.
        source: io::Error,
    },
    /// Another sandbox uses the store.
    #[error("{} is in use by another practice server. Stop that one first, or choose another file", path.display())]
    StoreInUse {
        /// The store.
        path: PathBuf,
    },
    /// The store can't be opened, read or truncated.
    #[error("the practice server's cases can't be read from {}", path.display())]
    Store {
        /// The store.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// A line of the store, other than the last, isn't a case.
    #[error("line {line} of {} is damaged. Move the file away to start without cases", path.display())]
    StoreDamaged {
        /// The store.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The reason.
        source: serde_json::Error,
    },
    /// The fictional account can't be parsed, which is a bug.
    #[error("the practice server's account can't be read")]
    World(#[from] toml::de::Error),
}

/// Removes the cases of a store that were created before a time, in seconds since 1970; with `count_only`, only counts
/// them. Returns their number. Fails while a sandbox uses the store.
pub fn purge_store(path: &Path, before: i64, count_only: bool) -> Result<u64, Error> {
    store::Store::purge(path, before, count_only)
}

/// A running sandbox. Dropping it stops it.
pub struct Sandbox {
    address: SocketAddr,
    server: Arc<Server>,
    task: JoinHandle<std::convert::Infallible>,
}

impl Sandbox {
    /// Starts a sandbox on the current tokio runtime. When this returns, it accepts connections.
    pub async fn start(options: SandboxOptions) -> Result<Self, Error> {
        let port = options.port;
        let listen = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => Error::PortInUse { port },
            _ => Error::Listen { port, source },
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let quirks = Quirks::new(&options.quirks, options.lag);
        let account = SandboxAccount::open(options.store.as_deref(), quirks)?;
        let credentials = BASE64_STANDARD.encode(format!("{}/token:{}", options.username, options.token));
        let server = Arc::new(Server {
            account,
            authorization: format!("Basic {credentials}"),
            latency: options.latency,
            faults: Mutex::new(options.faults),
            seed: options.seed,
            quirks,
            late: options.late,
            cache: Cache::default(),
            stats: Mutex::default(),
        });
        let task = tokio::spawn(http::accept(Arc::clone(&server), listener));
        Ok(Self { address, server, task })
    }

    /// Returns the API's base URL, such as `http://127.0.0.1:8080/api/v1`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/api/v1", self.address)
    }

    /// Returns the current counters.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.server.all_stats()
    }

    /// Returns every case in the account, in the order of creation.
    #[must_use]
    pub fn cases(&self) -> Vec<Value> {
        let all: Vec<_> = self.server.account.read(Resource::Cases, |cases| cases.all().cloned().collect());
        all.iter().filter_map(|json| serde_json::from_slice(json).ok()).collect()
    }

    /// Replaces the faults from the next request on. Requests are still counted from the start.
    pub fn set_faults(&self, faults: Vec<InjectedFault>) {
        *self.server.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// Deletes a case, as a person can in Trackops but not with the API. Returns true if it existed.
    #[must_use]
    pub fn delete_case(&self, id: i64) -> bool {
        self.server.account.delete_case(id)
    }

    /// Sets a value of a case, as a person can in Trackops but not with the API. Returns true if the case existed.
    #[must_use]
    pub fn change_case(&self, id: i64, key: &str, value: Value) -> bool {
        self.server.account.change_case(id, key, value)
    }

    /// Deletes every case and restarts the ids, as on a server that was set up again.
    pub fn reset(&self) -> io::Result<()> {
        self.server.account.reset()
    }

    /// Stops the sandbox and waits until the port is free.
    pub async fn stop(mut self) {
        self.shut();
        // Always an error: the task was aborted.
        let _ = (&mut self.task).await;
    }

    fn shut(&self) {
        self.server.account.close();
        self.task.abort();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.shut();
    }
}
