//! What all amounts of a column say about each of them: which mark is the decimal mark, and which currency they have.

use std::collections::BTreeMap;

use crate::text::unmarked;

use super::{Amount, NumberStyle, parts, with_cents, without_unit};

/// Evidence about a column's amounts. Keeps the first examples only, however long the column is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AmountEvidence {
    /// The decimal mark that the column is read with.
    style: NumberStyle,
    /// Number of amounts that can only have the column's mark: `12.5`, `0.500`.
    own: u64,
    /// Number of amounts that can only have the other mark.
    others: u64,
    /// Number of amounts whose mark may also separate thousands.
    eithers: u64,
    /// Number of amounts whose thousands may also be decimals of the other mark: `1,500`.
    grouped: u64,
    /// The first amount that can only have the other mark: `1.250,50`.
    other: Option<String>,
    /// The first amount whose mark may also separate thousands: `1.500`.
    either: Option<String>,
    /// The first amount of each currency.
    currencies: BTreeMap<&'static str, String>,
}

impl AmountEvidence {
    /// Starts without evidence, for a column that is read with this decimal mark.
    #[must_use]
    pub fn new(style: NumberStyle) -> Self {
        Self { style, ..Self::default() }
    }

    /// Adds an amount that is written as text.
    pub fn add_mark(&mut self, cell: &str) {
        if self.own > 0 && self.is_own(cell) {
            self.own += 1;
            return;
        }
        match MarkReading::of(cell, self.style) {
            MarkReading::Own => self.own += 1,
            MarkReading::Other => {
                self.others += 1;
                keep_first(&mut self.other, cell);
            }
            MarkReading::Either => {
                self.eithers += 1;
                keep_first(&mut self.either, cell);
            }
            MarkReading::Grouped => self.grouped += 1,
            MarkReading::Neither => {}
        }
    }

    /// Returns true for most amounts that can only have the column's mark: `12.50`. False isn't certain.
    fn is_own(&self, cell: &str) -> bool {
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (mark, _) = self.style.marks();
        cell.split_once(mark)
            .is_some_and(|(whole, rest)| is_digits(whole) && rest.len() < 3 && is_digits(rest))
    }

    /// Adds the currency of an amount, as the cell shows it.
    pub fn add_currency(&mut self, cell: &str) {
        let is_plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b' ' | b'-');
        if cell.bytes().all(is_plain) {
            return;
        }
        let currency = Amount::of(cell.trim()).and_then(|amount| amount.currency);
        if let Some(currency) = currency.filter(|currency| !self.currencies.contains_key(currency)) {
            self.currencies.insert(currency, cell.trim().to_owned());
        }
    }

    /// Adds the evidence of the cells that follow.
    pub fn merge(&mut self, next: Self) {
        self.own += next.own;
        self.others += next.others;
        self.eithers += next.eithers;
        self.grouped += next.grouped;
        self.other = self.other.take().or(next.other);
        self.either = self.either.take().or(next.either);
        for (currency, cell) in next.currencies {
            self.currencies.entry(currency).or_insert(cell);
        }
    }

    /// Returns the first amount that may be read with the wrong mark; `None` if others show what the mark is. One amount
    /// among more that are ambiguous may be a typo.
    #[must_use]
    pub fn ambiguous(&self) -> Option<&str> {
        let is_shown = self.other.is_none() && self.own > 0 && self.own >= self.eithers;
        if is_shown { None } else { self.either.as_deref() }
    }

    /// Returns true if the column's mark is likely wrong: an amount can only have the other one, or the mark is a comma,
    /// which few amounts with three decimals have.
    #[must_use]
    pub fn is_likely_other(&self) -> bool {
        self.other.is_some() || self.style == NumberStyle::Comma
    }

    /// Returns an amount that proves that the column has the other mark, if nothing speaks against it: neither an amount
    /// with the column's mark, nor as many that look grouped, `$1,500`, so that it may be a typo among them.
    #[must_use]
    pub fn proof_of_other(&self) -> Option<&str> {
        if self.own > 0 || self.grouped > 0 && self.grouped >= self.others {
            None
        } else {
            self.other.as_deref()
        }
    }

    /// Describes the doubt about the decimal mark of a column; `None` if there is none.
    #[must_use]
    pub fn mark_doubt(&self, header: &str) -> Option<String> {
        let amount = self.ambiguous()?;
        let (mark, other) = (self.style.word(), self.style.other().word());
        let start =
            format!("“{header}” is ambiguous: the {mark} in {amount} is read as a decimal {mark}, but");
        let (why, condition) = match &self.other {
            Some(proof) => (format!("{proof} has a decimal {other}"), "all are written that way"),
            None => ("it could also separate thousands".to_owned(), "it does"),
        };
        Some(format!(
            "{start} {why}; if {condition}, change the column's decimal mark (o on the field map; in a script: \
             decimal = \"{other}\" on the column in the recipe)"
        ))
    }

    /// Describes a column with amounts in several currencies; `None` if there is at most one.
    #[must_use]
    pub fn currency_doubt(&self, header: &str) -> Option<String> {
        if self.currencies.len() < 2 {
            return None;
        }
        let examples: Vec<&str> = self.currencies.values().take(4).map(String::as_str).collect();
        Some(format!(
            "“{header}” has amounts in different currencies, such as {}; only the numbers are sent",
            examples.join(" and ")
        ))
    }
}

pub(super) fn keep_first(first: &mut Option<String>, cell: &str) {
    if first.is_none() {
        *first = Some(cell.trim().to_owned());
    }
}

/// What the marks of an amount can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MarkReading {
    /// The amount has no mark, or isn't a number.
    Neither,
    /// Only the column's mark fits.
    Own,
    /// Only the other mark fits.
    Other,
    /// The column's decimal mark may separate thousands: one mark before three digits.
    Either,
    /// The column's thousands may be decimals of the other mark.
    Grouped,
}

impl MarkReading {
    pub(super) fn of(cell: &str, style: NumberStyle) -> Self {
        let cell = &*unmarked(cell);
        // Most amounts have no mark.
        if !cell.contains(['.', ',']) {
            return Self::Neither;
        }
        let cell = with_cents(cell);
        let Some(amount) = Amount::of(without_unit(&cell).unwrap_or(&cell)) else { return Self::Neither };
        let (mark, _) = style.marks();
        match (parts(amount.digits, style), parts(amount.digits, style.other())) {
            (Some(_), Some(_)) if amount.digits.contains(mark) => Self::Either,
            (Some(_), Some(_)) if amount.digits.contains(style.other().marks().0) => Self::Grouped,
            (Some(_), None) => Self::Own,
            (None, Some(_)) => Self::Other,
            _ => Self::Neither,
        }
    }
}

/// Returns true if the decimal mark of an amount may also separate thousands: `1.500`, `1.500 €`.
#[must_use]
pub(in crate::case) fn has_ambiguous_mark(cell: &str, style: NumberStyle) -> bool {
    MarkReading::of(cell, style) == MarkReading::Either
}
