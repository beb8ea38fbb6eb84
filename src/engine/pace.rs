//! Limits how fast rows start: requests per minute, and slower after Trackops asks for it.

use std::time::Duration;

use tokio::time::Instant;

/// Maximum number of waits in a row for a busy server, and for one that can't be reached.
pub(super) const BUSY_WAITS: u32 = 5;
pub(super) const CONNECT_WAITS: u32 = 3;
/// Longest single wait. If Trackops asks for more, the run pauses.
pub(super) const MAX_WAIT: Duration = Duration::from_secs(300);

/// Time of the next request, and number of requests that may be in flight.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    next: Option<Instant>,
    /// Nothing starts before this time, because Trackops asked for it.
    not_before: Option<Instant>,
    max: usize,
    /// Requests in flight at most for now: halved on every request to slow down, and raised by one after enough good
    /// answers.
    allowed: usize,
    successes: usize,
    /// Number of waits in a row.
    pub(super) waits: u32,
}

impl Pace {
    /// `per_minute` 0 means no limit.
    pub(super) fn new(concurrency: usize, per_minute: u32) -> Self {
        let max = concurrency.max(1);
        let interval = Duration::from_secs(60).checked_div(per_minute).unwrap_or_default();
        Self { interval, next: None, not_before: None, max, allowed: max, successes: 0, waits: 0 }
    }

    pub(super) fn allowed(&self) -> usize {
        self.allowed
    }

    /// Returns when the next request may start; `None` if it may start now.
    pub(super) fn wait_until(&self, now: Instant) -> Option<Instant> {
        self.next.max(self.not_before).filter(|next| *next > now)
    }

    /// Returns how many requests may start within this time, once one may start.
    pub(super) fn requests_within(&self, time: Duration) -> usize {
        match time.as_millis().checked_div(self.interval.as_millis()) {
            Some(requests) => usize::try_from(requests).unwrap_or(usize::MAX).max(1),
            None => usize::MAX,
        }
    }

    /// Records the start of a request.
    pub(super) fn started(&mut self, now: Instant) {
        if !self.interval.is_zero() {
            self.next = Some(self.next.map_or(now, |next| next.max(now)) + self.interval);
        }
    }

    /// Records an answer that is neither a fault nor lost.
    pub(super) fn record_success(&mut self) {
        self.waits = 0;
        self.successes += 1;
        if self.allowed < self.max && self.successes >= 10 * self.allowed {
            self.allowed += 1;
            self.successes = 0;
        }
    }

    /// Slows down because Trackops is busy or can't be reached. Returns the length of the wait; `None` if a row in
    /// flight at the same time already caused it.
    pub(super) fn slow_down(&mut self, now: Instant, requested: Option<Duration>) -> Option<Duration> {
        if self.not_before.is_some_and(|until| until > now) {
            return None;
        }
        let growing = Duration::from_secs(1 << self.waits.min(5));
        // A server that rounds down asks for no wait at all.
        let wait = requested.map_or(growing, |wait| wait.max(growing));
        self.waits += 1;
        self.allowed = (self.allowed / 2).max(1);
        self.successes = 0;
        self.not_before = Some(now + wait);
        Some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_per_minute_are_limited() {
        let mut pace = Pace::new(4, 120);
        let now = Instant::now();
        assert_eq!(pace.wait_until(now), None);
        pace.started(now);
        pace.started(now);
        assert_eq!(pace.wait_until(now), Some(now + Duration::from_secs(1)));
        assert_eq!(Pace::new(4, 0).wait_until(now), None);
        let within = |per_minute| Pace::new(4, per_minute).requests_within(Duration::from_secs(5));
        assert_eq!((within(0), within(60), within(6)), (usize::MAX, 5, 1));
    }

    #[test]
    fn slows_down_when_asked_and_recovers() {
        let mut pace = Pace::new(4, 0);
        let now = Instant::now();
        let later = now + Duration::from_secs(7);
        assert_eq!(pace.slow_down(now, Some(Duration::from_secs(7))), Some(Duration::from_secs(7)));
        assert_eq!(pace.slow_down(now, None), None, "rows in flight together count once");
        assert_eq!((pace.wait_until(now), pace.wait_until(later)), (Some(later), None));
        assert_eq!(pace.slow_down(later, None), Some(Duration::from_secs(2)));
        assert_eq!((pace.allowed(), pace.waits), (1, 2));
        assert_eq!(
            pace.slow_down(later + Duration::from_secs(2), Some(Duration::ZERO)),
            Some(Duration::from_secs(4))
        );
        for _ in 0..100 {
            pace.record_success();
        }
        assert_eq!((pace.allowed(), pace.waits), (4, 0));
    }
}
