//! Adjacent rows or columns, stored as spans.

use std::ops::Range;

/// Numbers of rows or columns, from 0. A file of a few bytes can name a million of them, repeatedly.
#[derive(Debug, Default)]
pub(super) struct Spans(Vec<Range<u32>>);

impl Spans {
    /// Adds the numbers of a span.
    pub(super) fn add(&mut self, span: Range<u32>) {
        match self.0.last_mut() {
            _ if span.is_empty() => {}
            Some(last) if (last.start..=last.end).contains(&span.start) => last.end = last.end.max(span.end),
            _ => self.0.push(span),
        }
    }

    /// The numbers below `end`, in order, each once.
    pub(super) fn below(&self, end: u32) -> impl Iterator<Item = u32> {
        let mut spans = self.0.clone();
        spans.sort_by_key(|span| span.start);
        let mut next = 0;
        spans.into_iter().flat_map(move |span| {
            let new = span.start.max(next)..span.end.min(end);
            next = next.max(new.end);
            new
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_comes_once_and_in_order() {
        let mut spans = Spans::default();
        for span in [7..9, 0..2, 2..3, 8..12, 5..5, 1..2, 30..40] {
            spans.add(span);
        }
        assert_eq!(spans.below(11).collect::<Vec<_>>(), [0, 1, 2, 7, 8, 9, 10]);
    }

    #[test]
    fn what_is_listed_again_takes_no_room() {
        let mut spans = Spans::default();
        for row in 0..1000 {
            spans.add(0..1 << 20);
            spans.add(row..row + 1);
        }
        assert_eq!(spans.0.len(), 1);
    }
}
