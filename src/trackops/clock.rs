//! The server's clock, as far as its answers show it. We look for a lost case among those created since it was sent, so a
//! wrong or jumping clock on this machine must not make it seem older than it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// Estimate of the server's clock. Cheap to clone; all clones share what they learn.
#[derive(Debug, Clone)]
pub struct Clock(Arc<ClockState>);

#[derive(Debug)]
struct ClockState {
    /// Time by [`steady`] when it was created.
    began: Duration,
    /// Milliseconds since 1970 at that time.
    at: i64,
    /// Seconds the server's clock is ahead of ours.
    ahead: AtomicI64,
}

/// Value of `ahead` before any answer has shown it.
const UNKNOWN: i64 = i64::MIN;
/// Seconds. Smaller differences come from the header, which has whole seconds, and from slow answers. If they counted, a
/// row could seem to be sent later than the next one, and its case prove that the next one's would be listed.
const JITTER: u64 = 10;

impl Default for Clock {
    fn default() -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let at = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Self(Arc::new(ClockState { began: steady(), at, ahead: AtomicI64::new(UNKNOWN) }))
    }
}

impl Clock {
    /// Returns true once an answer has shown it.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.ahead().is_some()
    }

    /// Returns the seconds by which the server's clock is ahead of ours; `None` until an answer has shown it.
    #[must_use]
    pub fn ahead(&self) -> Option<i64> {
        Some(self.0.ahead.load(Ordering::Relaxed)).filter(|ahead| *ahead != UNKNOWN)
    }

    /// Returns milliseconds since 1970 by the server's clock; by ours until an answer has shown it.
    #[must_use]
    pub fn millis(&self) -> i64 {
        self.local_millis() + self.ahead().unwrap_or(0).saturating_mul(1000)
    }

    /// Returns milliseconds since 1970 by our clock.
    pub(super) fn local_millis(&self) -> i64 {
        let passed = steady().saturating_sub(self.0.began).as_millis();
        self.0.at.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX))
    }

    /// Learns from a `Date` header that arrived at this time by [`local_millis`](Self::local_millis).
    pub(super) fn learn(&self, date: &str, arrived: i64) {
        let Ok(theirs) = httpdate::parse_http_date(date) else { return };
        let Ok(since) = theirs.duration_since(SystemTime::UNIX_EPOCH) else { return };
        let ahead = i64::try_from(since.as_secs()).unwrap_or(i64::MAX) - arrived.div_euclid(1000);
        if self.ahead().is_none_or(|known| known.abs_diff(ahead) > JITTER) {
            self.0.ahead.store(ahead, Ordering::Relaxed);
        }
    }
}

/// Returns the time by a clock that ignores changes of the machine's clock. It goes on while the machine sleeps, which
/// [`std::time::Instant`] doesn't: rows sent afterwards would seem to be sent too early, and their cases too new.
#[cfg(unix)]
fn steady() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    #[cfg(target_os = "linux")]
    let clock = ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    let clock = ClockId::Monotonic;
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}

#[cfg(not(unix))]
fn steady() -> Duration {
    use std::{sync::LazyLock, time::Instant};
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_clock_is_learned_and_ours_does_not_matter() {
        let clock = Clock::default();
        assert!(!clock.is_known());
        let is_close = |a: i64, b: i64| (a - b).abs() <= 2_000;
        assert!(is_close(clock.millis(), clock.local_millis()));
        clock.learn("no date", clock.local_millis());
        assert!(!clock.is_known());
        clock.learn("Sun, 06 Nov 1994 08:49:37 GMT", clock.local_millis());
        assert!(clock.is_known() && is_close(clock.millis(), 784_111_777_000), "{}", clock.millis());
    }

    #[test]
    fn a_slow_answer_changes_nothing_and_another_time_does() {
        let clock = Clock::default();
        let ahead = |second: u64, arrived: i64| {
            let date = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
            clock.learn(&httpdate::fmt_http_date(date), arrived);
            clock.ahead()
        };
        assert_eq!(ahead(1_000, 999_990), Some(1));
        assert_eq!(ahead(1_000, 1_000_010), Some(1), "a second began while the answer was on its way");
        assert_eq!(ahead(1_000, 1_009_000), Some(1));
        assert_eq!(ahead(1_060, 1_000_000), Some(60));
    }
}
