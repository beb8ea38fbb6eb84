//! Reports that another program keeps this one waiting for the ledger.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Time after which a wait is reported.
pub(super) const REPORT_AFTER: Duration = Duration::from_secs(3);

type Listener = Arc<dyn Fn(bool) + Send + Sync>;

/// One for the program, because it is set before the first ledger is opened.
static LISTENER: Mutex<Option<Listener>> = Mutex::new(None);

/// Sets who hears of long waits: with true when one is long, and with false when it is over. Replaces the previous one.
pub fn on_wait(listener: impl Fn(bool) + Send + Sync + 'static) {
    *LISTENER.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(listener));
}

fn report(is_waiting: bool) {
    let listener = LISTENER.lock().unwrap_or_else(PoisonError::into_inner).clone();
    listener.inspect(|listener| listener(is_waiting));
}

/// A wait for another program.
pub(super) struct Wait {
    began: Instant,
    is_reported: bool,
}

impl Wait {
    pub(super) fn begin() -> Self {
        Self { began: Instant::now(), is_reported: false }
    }

    /// Returns true if it may go on, and reports it once it is long.
    pub(super) fn goes_on(&mut self, most: Duration) -> bool {
        let waited = self.began.elapsed();
        if waited >= REPORT_AFTER && !self.is_reported {
            self.is_reported = true;
            report(true);
        }
        waited < most
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if self.is_reported {
            report(false);
        }
    }
}
