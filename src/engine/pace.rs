//! How fast rows may start: so many a minute, and slower after Trackops asked for it.

use std::time::Duration;

use tokio::time::Instant;

/// Waiting so often in vain is enough: for a busy server, and for one that cannot be reached.
pub(super) const BUSY_WAITS: u32 = 5;
pub(super) const CONNECT_WAITS: u32 = 3;
/// Nobody is kept waiting longer than this at a time.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// When the next request may start, and how many may be in flight.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    next: Option<Instant>,
    /// Nothing starts before this, because Trackops asked for it.
    held: Option<Instant>,
    most: usize,
    /// In flight at present at most; halved when asked to slow down, one more after every so many good answers.
    allowed: usize,
    good: usize,
    /// Faults in a row that passed by waiting.
    pub(super) waits: u32,
}

impl Pace {
    /// `per_minute` 0 is no limit.
    pub(super) fn new(concurrency: usize, per_minute: u32) -> Self {
        let most = concurrency.max(1);
        let interval = Duration::from_secs(60).checked_div(per_minute).unwrap_or_default();
        Self { interval, next: None, held: None, most, allowed: most, good: 0, waits: 0 }
    }

    pub(super) fn allowed(&self) -> usize {
        self.allowed
    }

    /// When the next request may start; none for at once.
    pub(super) fn wait_until(&self, now: Instant) -> Option<Instant> {
        self.next.max(self.held).filter(|next| *next > now)
    }

    /// A request starts.
    pub(super) fn started(&mut self, now: Instant) {
        if !self.interval.is_zero() {
            self.next = Some(self.next.map_or(now, |next| next.max(now)) + self.interval);
        }
    }

    /// An answer that is neither a fault nor lost.
    pub(super) fn good(&mut self) {
        self.waits = 0;
        self.good += 1;
        if self.allowed < self.most && self.good >= 10 * self.allowed {
            self.allowed += 1;
            self.good = 0;
        }
    }

    /// Trackops is busy or cannot be reached: gives how long nothing starts. None while that was said already
    /// by another row that was in flight at the same time.
    pub(super) fn slow_down(&mut self, now: Instant, asked: Option<Duration>) -> Option<Duration> {
        if self.held.is_some_and(|held| held > now) {
            return None;
        }
        let growing = Duration::from_secs(1 << self.waits.min(5));
        let wait = asked.unwrap_or(growing);
        self.waits += 1;
        self.allowed = (self.allowed / 2).max(1);
        self.good = 0;
        self.held = Some(now + wait);
        Some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_a_minute() {
        let mut pace = Pace::new(4, 120);
        let now = Instant::now();
        assert_eq!(pace.wait_until(now), None);
        pace.started(now);
        pace.started(now);
        assert_eq!(pace.wait_until(now), Some(now + Duration::from_secs(1)));
        assert_eq!(Pace::new(4, 0).wait_until(now), None);
    }

    #[test]
    fn slower_when_asked_and_back_afterwards() {
        let mut pace = Pace::new(4, 0);
        let now = Instant::now();
        let later = now + Duration::from_secs(7);
        assert_eq!(pace.slow_down(now, Some(Duration::from_secs(7))), Some(Duration::from_secs(7)));
        assert_eq!(pace.slow_down(now, None), None, "rows in flight together say it once");
        assert_eq!((pace.wait_until(now), pace.wait_until(later)), (Some(later), None));
        assert_eq!(pace.slow_down(later, None), Some(Duration::from_secs(2)));
        assert_eq!((pace.allowed(), pace.waits), (1, 2));
        for _ in 0..100 {
            pace.good();
        }
        assert_eq!((pace.allowed(), pace.waits), (4, 0));
    }
}
