//! Doubts about references, compared with the others of their column.

use super::date::{DateLikeness, date_likeness};
use super::plausible;
use super::reference_shape::{OddShape, ShapeProfile, are_alike};
use crate::sheet::damage::is_day_month;

/// What the first references of a column look like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::case) struct ReferenceProfile {
    cells: usize,
    with_digits: usize,
    /// With a slash, but not a date.
    slashed: usize,
    bracketed: usize,
    /// With a word or a mark behind the number.
    noted: usize,
    joined: usize,
    emails: usize,
    amounts: usize,
    /// Digits only.
    bare: usize,
    /// Stored as a date by a workbook.
    date_cells: usize,
    shapes: ShapeProfile,
}

impl ReferenceProfile {
    /// Creates the profile of the first references of a column, or of all (`is_whole`).
    pub(in crate::case) fn of<'c>(cells: impl Iterator<Item = &'c str> + Clone, is_whole: bool) -> Self {
        let mut profile = Self { shapes: ShapeProfile::of(cells.clone(), is_whole), ..Self::default() };
        cells.for_each(|cell| profile.add(cell));
        profile
    }

    /// Adds the number of cells that a workbook stores as dates.
    pub(in crate::case) fn with_date_cells(self, date_cells: usize) -> Self {
        Self { date_cells, ..self }
    }

    /// Returns true if dates are rare, so that Excel made them of references.
    pub(in crate::case) fn are_dates_made(&self) -> bool {
        self.date_cells * 2 < self.cells
    }

    fn add(&mut self, cell: &str) {
        let cell = cell.trim();
        if cell.is_empty() {
            return;
        }
        self.cells += 1;
        self.with_digits += usize::from(has_digit(cell));
        self.slashed += usize::from(cell.contains('/') && !is_date(cell));
        self.bracketed += usize::from(is_bracketed(cell));
        self.noted += usize::from(note_of(cell).is_some());
        self.joined += usize::from(is_joined(cell));
        self.emails += usize::from(cell.contains('@'));
        self.amounts += usize::from(cell.starts_with('$'));
        self.bare += usize::from(cell.bytes().all(|byte| byte.is_ascii_digit()));
    }

    /// Returns true for a date as Excel writes it, `11/3/2045` or `12-Mar`, unless other references have slashes too.
    pub(in crate::case) fn is_made_date(&self, text: &str) -> bool {
        // Nearly every reference is decided by its first test.
        let may_be = text.len() <= 10 && (text.contains('/') || text.contains('-'));
        may_be && (is_day_month(text) || (self.slashed == 0 && text.contains('/') && is_date(text)))
    }

    /// Describes what looks wrong about a reference.
    pub(in crate::case) fn doubt(&self, text: &str) -> Option<&'static str> {
        let is_rare = |count: usize| count * 5 <= self.cells.max(5);
        // Several of one client would be the same case.
        let note = note_of(text).filter(|note| *note == ReferenceNote::Open || is_rare(self.noted));
        if let Some(note) = note {
            return Some(note.message());
        }
        let odd = self.shapes.oddity(text);
        let is_plain =
            || text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && has_digit(text);
        if odd.is_none() && is_plain() {
            return None;
        }
        Some(match () {
            () if text.contains(['\n', '\r', '\t']) => "has a line break or a tab in it",
            () if begins_with_label(text) => "begins with a label",
            () if text.contains('@') && is_rare(self.emails) => "is an e-mail address",
            () if text.starts_with('\'') => "begins with an apostrophe, as a spreadsheet marks text",
            () if text.starts_with('$') && self.cells >= 3 && is_rare(self.amounts) => {
                "is an amount of money"
            }
            () if is_joined(text) && self.joined * 3 <= self.cells.max(3) && !self.shapes.has_usual(text) => {
                "seems to be two references"
            }
            () if is_bracketed(text) && is_rare(self.bracketed) => "has a note in brackets",
            () if !has_digit(text) && self.has_usual_digits() => {
                "has no digits, unlike the others in the column"
            }
            () => match odd? {
                OddShape::Other => "is written unlike nearly all others in the column",
                OddShape::FewerDigits => "has fewer digits than the others in the column",
            },
        })
    }

    /// Returns true for nine digits that may be a social security number, where others aren't only digits.
    pub(in crate::case) fn is_bare_ssn(&self, text: &str) -> bool {
        let is_bare = text.len() == 9 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_bare && self.cells >= 4 && self.bare * 5 <= self.cells && plausible::ssn(text).is_none()
    }

    /// Returns true if nearly all of several references have digits.
    fn has_usual_digits(&self) -> bool {
        self.cells >= 4 && self.with_digits * 10 >= self.cells * 7
    }

    /// Returns true if none of several references has a digit, as in a column of names.
    pub(in crate::case) fn has_no_digits(&self) -> bool {
        self.cells >= 3 && self.with_digits == 0
    }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_date(text: &str) -> bool {
    date_likeness(text) == Some(DateLikeness::Certain)
}

/// What follows a reference in its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReferenceNote {
    /// A word that may mean that the case isn't wanted: `WC-12 VOID`.
    Status,
    /// `WC-12*`, `WC-12?`
    Mark,
    /// A number that isn't assigned yet: `WC-26-TBD`, `WC-26-????`.
    Open,
}

impl ReferenceNote {
    fn message(self) -> &'static str {
        match self {
            Self::Status => "has a word behind the number that may mean the case isn't wanted",
            Self::Mark => "has a mark behind the number",
            Self::Open => "seems to be a number that isn't assigned yet",
        }
    }
}

/// Words behind a reference that may mean that the case isn't wanted.
const STATUS_WORDS: [&str; 17] = [
    "void",
    "voided",
    "cancelled",
    "canceled",
    "cancel",
    "cxl",
    "closed",
    "duplicate",
    "dup",
    "dupe",
    "withdrawn",
    "deleted",
    "delete",
    "rescinded",
    "hold",
    "test",
    "inactive",
];

/// Words instead of the last part of a reference.
const OPEN_WORDS: [&str; 7] = ["tbd", "tba", "tbc", "xxx", "xxxx", "pending", "unknown"];

/// Returns what follows a reference with digits.
fn note_of(text: &str) -> Option<ReferenceNote> {
    let text = text.trim_end();
    let last = text.chars().next_back()?;
    // Nearly every reference ends with a digit.
    if last.is_ascii_digit() || !has_digit(text) {
        return None;
    }
    if text.ends_with("??") {
        return Some(ReferenceNote::Open);
    }
    if matches!(last, '*' | '?' | '!' | '†') {
        return Some(ReferenceNote::Mark);
    }
    let (before, word) = text.rsplit_once(|c: char| !c.is_ascii_alphabetic())?;
    let is_one_of = |words: &[&str]| words.iter().any(|other| other.eq_ignore_ascii_case(word));
    match () {
        () if !has_digit(before) => None,
        () if is_one_of(&STATUS_WORDS) => Some(ReferenceNote::Status),
        () => is_one_of(&OPEN_WORDS).then_some(ReferenceNote::Open),
    }
}

/// Returns true for `Claim #: WC-12`: words, a colon and a number.
fn begins_with_label(text: &str) -> bool {
    text.split_once(": ").is_some_and(|(label, rest)| {
        label.chars().any(char::is_alphabetic) && !has_digit(label) && has_digit(rest)
    })
}

fn is_bracketed(text: &str) -> bool {
    text.ends_with(')') && text.contains(" (")
}

/// Returns true for two texts with digits and a word or sign between them; without spaces, only if they look alike:
/// “A&B-12” and “12/345” are one.
fn is_joined(text: &str) -> bool {
    let spaced = [" / ", " & ", " and ", "; "].iter().any(|between| {
        text.split_once(between).is_some_and(|(one, other)| has_digit(one) && has_digit(other))
    });
    spaced
        || [',', ';', '&', '/'].iter().any(|between| {
            let mut parts = text.split(*between).map(str::trim);
            let Some(first) = parts.next().filter(|first| may_be_reference(first)) else { return false };
            // “2026/1234” is a number of a year.
            if *between == '/' && first.parse().is_ok_and(|year: u16| (1990..2100).contains(&year)) {
                return false;
            }
            let mut others = parts.peekable();
            others.peek().is_some() && others.all(|other| are_alike(first, other))
        })
}

/// Returns true for a text that may be a reference by itself: it has digits, but not just one to three of them.
fn may_be_reference(text: &str) -> bool {
    has_digit(text) && (text.len() > 3 || text.bytes().any(|byte| !byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(cells: &[&str]) -> ReferenceProfile {
        ReferenceProfile::of(cells.iter().copied(), false)
    }

    #[test]
    fn dates_made_by_excel_are_no_references() {
        let plain = profile(&["11/3/2045", "10/4/2045", "12-Mar", "12-345"]);
        for text in ["11/3/2045", "12-Mar", "Mar-12", "1-Jan"] {
            assert!(plain.is_made_date(text), "{text}");
        }
        for text in ["12-345", "11-3-2045", "26-01-11", "12-MAR", "MAR-12", "Mar-2045-1", "2026/17"] {
            assert!(!plain.is_made_date(text), "{text}");
        }
        assert!(!profile(&["2026/17", "11/3/2045"]).is_made_date("11/3/2045"));
    }

    #[test]
    fn a_reference_is_compared_with_its_column() {
        let usual = profile(&["12-345", "12-346", "12-347", "12-348", "12-349"]);
        for text in [
            "ann@example.com",
            "$500",
            "12-345 / 12-346",
            "12-347 & 12-348",
            "12-345,12-346",
            "12-345, 12-346, 12-347",
            "12-345;12-346",
            "12-345&12-346",
            "12-345/12-346",
            "1234/1235",
            "12-349 (old 12-100)",
            "12-349 VOID",
            "WC-12-349-cancelled",
            "12-349 / on hold",
            "12-349*",
            "12-349 ?",
            "Claim #: 12-349",
            "WC-26-TBD",
            "WC-26-????",
            "'12-354",
            "12\n345",
            "Ann Able",
        ] {
            assert!(usual.doubt(text).is_some(), "{text}");
        }
        for text in [
            "12-345",
            "WC 12-345",
            "12/345",
            "C.12.345",
            "A&B-12",
            "№ 12",
            "123,456",
            "26/17",
            "12-345/6",
            "2026/1234",
            "12-349-WC",
            "12-349A",
            "12:349",
        ] {
            assert_eq!(usual.doubt(text), None, "{text}");
        }
        assert!(
            usual.is_bare_ssn("123456789")
                && !usual.is_bare_ssn("000456789")
                && !usual.is_bare_ssn("12345678")
        );
        let bare = profile(&["123456780", "123456781", "A-1", "A-2", "A-3"]);
        assert!(!bare.is_bare_ssn("123456789"));
        let named = profile(&["Smith v. Jones", "Able v. Baker", "In re Cole"]);
        assert!(named.doubt("Able v. Baker").is_none() && named.has_no_digits());
        // Two of six, in a file too short to have a usual shape.
        let joined = profile(&["12-1", "12-2", "12-3", "12-4", "12-55 & 56", "12-57/12-58"]);
        assert!(joined.doubt("12-55 & 56").is_some() && joined.doubt("12-57/12-58").is_some());
        let noted = profile(&["12-1 (WC)", "12-2 (WC)"]);
        assert_eq!(noted.doubt("12-3 (WC)"), None);
    }
}
