//! Title lines that come again between the rows: reports print them on each page, with another date and page number.

use super::sniff::SampleRecord;

/// Minimum number of letters of a title that is recognized: fewer may be those of an id.
const MIN_LETTERS: usize = 4;

/// Share of the rows that a title of each page repeats at most, unless the header comes as often.
const ONE_IN: usize = 5;

/// Number of title lines that are kept, the last ones: pages have fewer.
const MOST: usize = 20;

/// The letters of title lines, each line in one piece.
#[derive(Debug, Default)]
pub(super) struct Titles(Vec<Vec<u8>>);

impl Titles {
    pub(super) fn of<'r>(lines: impl Iterator<Item = &'r SampleRecord>) -> Self {
        let all =
            lines.map(|line| line.cells.iter().flat_map(|cell| letters(cell.as_bytes())).collect::<Vec<_>>());
        let mut titles: Vec<_> = all.filter(|letters| letters.len() >= MIN_LETTERS).collect();
        titles.drain(..titles.len().saturating_sub(MOST));
        Self(titles)
    }

    /// Drops those with the letters of many rows, such as the name of the only client. `headers` is the number of repeated
    /// headers among the rows.
    pub(super) fn drop_usual(&mut self, rows: &[SampleRecord], headers: usize) {
        self.0.retain(|title| {
            let is_again = |row: &&SampleRecord| have(title, &row.cells.iter().map(String::as_bytes));
            let count = rows.iter().filter(is_again).count();
            count <= headers || count * ONE_IN <= rows.len()
        });
    }

    /// Whether a row has the letters of a title. Most rows differ in the first one.
    pub(super) fn have<'c>(&self, cells: &(impl Iterator<Item = &'c [u8]> + Clone)) -> bool {
        self.0.iter().any(|title| have(title, cells))
    }
}

fn have<'c>(title: &[u8], cells: &(impl Iterator<Item = &'c [u8]> + Clone)) -> bool {
    cells.clone().flat_map(letters).eq(title.iter().copied())
}

/// The letters of a text in lower case, without its digits, signs and spaces.
fn letters(text: &[u8]) -> impl Iterator<Item = u8> {
    let letters = text.iter().filter(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
    letters.map(u8::to_ascii_lowercase)
}
