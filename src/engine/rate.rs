//! Rows per second, over the last few seconds.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// Time over which the rate is measured.
const OVER: Duration = Duration::from_secs(5);

/// Measures the growth of a count.
#[derive(Debug, Default)]
pub(super) struct Rate {
    looks: VecDeque<(Instant, u64)>,
}

impl Rate {
    /// Adds a measurement. Returns the rate per second since the oldest recent one.
    pub(super) fn update(&mut self, now: Instant, count: u64) -> f64 {
        self.looks.push_back((now, count));
        while self.looks.len() > 2 && self.looks.front().is_some_and(|(at, _)| now - *at > OVER) {
            self.looks.pop_front();
        }
        let Some((from, first)) = self.looks.front() else { return 0.0 };
        let seconds = (now - *from).as_secs_f64();
        // A difference of row counts is far below 2^53.
        #[expect(clippy::cast_precision_loss)]
        let more = count.saturating_sub(*first) as f64;
        if seconds > 0.0 { more / seconds } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_measurements_do_not_count() {
        let mut rate = Rate::default();
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        assert_eq!(rate.update(at(0), 0).to_bits(), 0.0f64.to_bits());
        assert!((rate.update(at(2), 20) - 10.0).abs() < 1e-9);
        rate.update(at(6), 24);
        assert!((rate.update(at(10), 28) - 1.0).abs() < 1e-9);
    }
}
