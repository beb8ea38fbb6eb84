//! What the cells of a column look like, and whether that fits its header.

use std::collections::HashSet;

use super::thing::Thing;
use crate::case::mapping::read::is_empty_date;
use crate::case::values::address::Address;
use crate::case::values::date::{DateLikeness, date_likeness};
use crate::case::values::name::PersonName;
use crate::case::values::number::{NumberStyle, read_hours, read_number};

/// Maximum number of cells read per column; fewer if there are very many columns.
const CELLS: usize = 50;
const FEWEST: usize = 5;
const ALL_CELLS: usize = 100_000;

/// Returns the number of cells to sample per column.
pub(super) fn sample(columns: usize) -> usize {
    (ALL_CELLS / columns.max(1)).clamp(FEWEST, CELLS)
}

/// Counts of what the first cells look like. Blank ones don't count.
#[derive(Debug, Clone, Default)]
pub(super) struct CellStats {
    pub(super) cells: usize,
    /// All that may be dates, day numbers included.
    maybe_dates: usize,
    dates: usize,
    /// Dates that may be ids: `26-01-11`.
    dashed_dates: usize,
    numbers: usize,
    emails: usize,
    phones: usize,
    ssns: usize,
    addresses: usize,
    /// A letter and no digit.
    words: usize,
    /// A digit and no space, not only letters.
    identifiers: usize,
    zips: usize,
    states: usize,
    suffixes: usize,
    /// `Smith, John`
    with_comma: usize,
    different: usize,
    /// A word alone, without a digit.
    lone_words: usize,
    /// Three words or more.
    sentences: usize,
    /// Each a whole number, and one more than the one before.
    counts_up: bool,
}

impl CellStats {
    /// Counts what some non-blank cells of a column look like.
    pub(super) fn of<'c>(cells: impl Iterator<Item = &'c str>) -> Self {
        let (mut looks, mut seen, mut before) =
            (Self { counts_up: true, ..Self::default() }, HashSet::new(), None);
        for cell in cells.filter(|cell| !(cell.contains(['/', '-', '_']) && is_empty_date(cell))) {
            let digits = cell.bytes().filter(u8::is_ascii_digit).count();
            let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
            looks.cells += 1;
            let date = if digits > 1 { date_likeness(cell) } else { None };
            let is_date = date.is_some_and(|date| date > DateLikeness::Digits);
            looks.maybe_dates += usize::from(date.is_some());
            looks.dates += usize::from(is_date);
            looks.dashed_dates += usize::from(date == Some(DateLikeness::Dashes));
            looks.numbers += usize::from(digits > 0 && is_number(cell));
            looks.emails += usize::from(cell.contains('@'));
            looks.phones += usize::from(digits >= 7);
            looks.ssns += usize::from((4..=9).contains(&digits));
            looks.addresses += usize::from(digits > 0 && is_whole_address(cell));
            looks.words += usize::from(digits == 0 && letters > 0);
            looks.identifiers +=
                usize::from(digits > 0 && cell.chars().count() <= 40 && !is_date && !cell.contains('@'));
            // `SW1A 2AA` has two digits.
            let is_code = digits >= 4 || (digits >= 2 && letters >= 2);
            looks.zips += usize::from(is_code && cell.chars().count() <= 10);
            looks.states += usize::from(digits == 0 && cell.chars().count() <= 20);
            looks.with_comma += usize::from(digits == 0 && cell.contains(", "));
            looks.suffixes += usize::from(digits == 0 && PersonName::is_suffix(cell));
            looks.lone_words += usize::from(digits == 0 && !cell.trim().contains([' ', ',']));
            looks.sentences += usize::from(cell.split_whitespace().nth(2).is_some());
            looks.different += usize::from(seen.insert(cell));
            let number = cell.parse::<u64>().ok();
            looks.counts_up &=
                number.is_some() && before.is_none_or(|before: Option<u64>| number == before.map(|n| n + 1));
            before = Some(number);
        }
        looks
    }

    /// Returns true if the count is at least half of the cells, or if there are none.
    fn mostly(&self, count: usize) -> bool {
        count * 2 >= self.cells
    }

    pub(super) fn holds_addresses(&self) -> bool {
        self.cells > 0 && self.mostly(self.addresses)
    }

    pub(super) fn holds_dates(&self) -> bool {
        self.mostly(self.maybe_dates)
    }

    pub(super) fn holds_numbers(&self) -> bool {
        self.mostly(self.numbers)
    }

    /// Returns true if they are suffixes of names, or if there are none.
    pub(super) fn holds_suffixes(&self) -> bool {
        self.mostly(self.suffixes)
    }

    /// Returns true if they are single words, as parts of names are.
    pub(super) fn holds_lone_words(&self) -> bool {
        self.cells > 0 && self.mostly(self.lone_words)
    }

    /// Returns true if they may be case numbers: nearly all different, with digits, and not just counting the rows.
    pub(super) fn holds_references(&self) -> bool {
        self.mostly(self.identifiers) && self.are_unique()
    }

    /// Like [`holds_references`](Self::holds_references), if the header says that they are numbers: then `26-01-11` may
    /// be one too.
    pub(super) fn holds_dated_references(&self) -> bool {
        self.mostly(self.identifiers + self.dashed_dates) && self.are_unique()
    }

    fn are_unique(&self) -> bool {
        self.different * 10 >= self.cells * 9 && !self.counts_up()
    }

    /// Returns true if each is one more than the one before.
    pub(super) fn counts_up(&self) -> bool {
        self.counts_up && self.cells > 2
    }

    /// Returns what the cells should be but aren't, to complete “its values aren't …”.
    pub(super) fn misfit(&self, thing: Thing) -> Option<&'static str> {
        let (fits, what) = match thing {
            Thing::Birth | Thing::Created | Thing::Due | Thing::LossDate => (self.holds_dates(), "dates"),
            Thing::Budget | Thing::Hours | Thing::Reserve => {
                (self.holds_numbers() && !self.only_dates(), "numbers")
            }
            Thing::Email => (self.mostly(self.emails), "e-mail addresses"),
            Thing::Phone | Thing::Mobile | Thing::WorkPhone => (self.mostly(self.phones), "phone numbers"),
            Thing::Ssn => (self.mostly(self.ssns), "social security numbers"),
            Thing::FirstName if self.cells > 0 && self.mostly(self.with_comma) => {
                (false, "first names but whole names")
            }
            Thing::Name | Thing::FirstName | Thing::LastName | Thing::MiddleName | Thing::Alias => {
                (self.mostly(self.words), "names")
            }
            Thing::City => (self.mostly(self.words), "cities"),
            Thing::State => (self.mostly(self.states), "states"),
            Thing::Zip => (self.mostly(self.zips), "ZIP codes"),
            Thing::Address1 if self.holds_addresses() => (false, "streets but whole addresses"),
            Thing::Address | Thing::Address1 => {
                (!self.only_dates() && !self.mostly(self.emails), "addresses")
            }
            Thing::Number | Thing::Policy => {
                (self.mostly(self.identifiers + self.dashed_dates), "case numbers")
            }
            Thing::Notes | Thing::Scheduling | Thing::Admin | Thing::Injury => (!self.only_dates(), "text"),
            _ => return None,
        };
        (self.cells > 0 && !fits).then_some(what)
    }

    /// Returns true if a cell is longer than two words, or if there are none.
    pub(super) fn holds_sentences(&self) -> bool {
        self.cells == 0 || self.sentences > 0
    }

    fn only_dates(&self) -> bool {
        self.cells > 0 && self.dates == self.cells
    }
}

fn is_whole_address(cell: &str) -> bool {
    // Street and city have at least three words.
    if cell.split_whitespace().nth(2).is_none() {
        return false;
    }
    Address::parse(cell).is_ok_and(|(read, _)| !read.address_1.is_empty() && !read.city.is_empty())
}

fn is_number(cell: &str) -> bool {
    let mut styles = [NumberStyle::Point, NumberStyle::Comma].into_iter();
    styles.any(|style| read_number(cell, style).is_ok() || read_hours(cell, style).is_ok())
}
