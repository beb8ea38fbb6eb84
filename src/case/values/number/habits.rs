//! How the first amounts of a column are written, to notice one that may be another number than the one it is read as.

use crate::text::unmarked;

use super::evidence::{MarkReading, has_ambiguous_mark, keep_first};
use super::{Amount, NumberStyle, is_number, with_cents, without_unit};

/// Minimum number of amounts with cents that show that all have them.
const MIN_CENTS: u32 = 3;

/// How the first amounts of a column are written. No one chose its decimal mark, so it is read with the usual one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::case) struct AmountHabits {
    /// The first amount that can only have the other decimal mark: `1.250,50`.
    other_mark: Option<String>,
    /// Numbers of amounts with two decimals, and with another number of them.
    cents: u32,
    other_decimals: u32,
    /// Numbers of amounts that one space groups, and of other amounts with four digits or more.
    spaced: u32,
    unspaced: u32,
    /// Whether spaces certainly group: `1 250 000`.
    has_spaces: bool,
}

/// Why an amount may be another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) enum OddAmount<'a> {
    /// `1.500`, although this amount of the column has the other decimal mark.
    Mark(&'a str),
    /// `1.500`, although all amounts have two decimals.
    Cents,
    /// `1,500`, read with a decimal comma.
    Thousandths,
    /// `100 300`, although spaces don't group other amounts.
    TwoNumbers,
}

impl OddAmount<'_> {
    /// Returns why an amount of money may be another one in a column with a decimal comma. With a point, three decimals are
    /// what programs write.
    pub(in crate::case) fn of_money(cell: &str, mark: NumberStyle) -> Option<Self> {
        (mark == NumberStyle::Comma && has_ambiguous_mark(cell, mark)).then_some(Self::Thousandths)
    }
}

impl AmountHabits {
    /// Adds an amount that is written as text.
    pub(in crate::case) fn add(&mut self, cell: &str) {
        let Some(digits) = digits(cell) else { return };
        let style = NumberStyle::default();
        let (mark, _) = style.marks();
        match (MarkReading::of(cell, style), digits.split_once(mark).map(|(_, cents)| cents.len())) {
            (MarkReading::Other, _) => keep_first(&mut self.other_mark, cell),
            (MarkReading::Own, Some(2)) => self.cents += 1,
            (MarkReading::Own, Some(1..)) => self.other_decimals += 1,
            _ => {}
        }
        match digits.chars().filter(|c| c.is_whitespace()).count() {
            0 => {
                let whole = digits.split(mark).next().unwrap_or_default();
                self.unspaced += u32::from(whole.bytes().filter(u8::is_ascii_digit).count() > 3);
            }
            1 if digits.contains(' ') => self.spaced += 1,
            _ => self.has_spaces = true,
        }
    }

    /// Returns why an amount, read as a number, may be another one. Only an amount of money has cents.
    pub(in crate::case) fn doubt(&self, cell: &str, is_money: bool) -> Option<OddAmount<'_>> {
        let has_cents = is_money && self.cents >= MIN_CENTS && self.other_decimals == 0;
        if (has_cents || self.other_mark.is_some()) && has_ambiguous_mark(cell, NumberStyle::default()) {
            return Some(self.other_mark.as_deref().map_or(OddAmount::Cents, OddAmount::Mark));
        }
        let is_usual = self.has_spaces || (self.spaced > 1 && self.spaced >= self.unspaced);
        let is_known = self.spaced + self.unspaced > 0;
        let is_two = || {
            digits(cell).is_some_and(|digits| {
                digits.contains(' ') && digits.chars().filter(|c| c.is_whitespace()).count() == 1
            })
        };
        (is_known && !is_usual && cell.contains(' ') && is_two()).then_some(OddAmount::TwoNumbers)
    }
}

/// Returns an amount without sign, currency and unit; `None` if it isn't a number.
fn digits(cell: &str) -> Option<String> {
    let plain = unmarked(cell);
    let plain = with_cents(&plain);
    let amount = Amount::of(without_unit(&plain).unwrap_or(&plain))?;
    is_number(amount.digits).then(|| amount.digits.to_owned())
}
