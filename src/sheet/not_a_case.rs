//! Rows below the header that aren't cases: totals, headings, notes, separators, repeated headers.
//!
//! Such rows are excluded, so this must be certain. Rows that only might not be cases get a warning from the check.

use csv::StringRecord;
use strum::VariantArray;

use super::cell_kind::CellKind;
use super::footer;
use super::problem_texts::problem_texts;
use super::row_doubt::RowDoubt;
use super::sniff::SampleRecord;
use super::words::{TableWords, begins_with_any};
use crate::text::is_dash;

/// Reason why a row below the header isn't a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, VariantArray)]
pub enum NotACase {
    /// A total or a note below the table.
    Footer,
    /// A repeated header.
    HeaderAgain,
    /// A title line of the file, repeated above a repeated header.
    TitleAgain,
    /// A total between the rows.
    Total,
    /// A group's name, alone above its rows.
    Heading,
    /// `# exported by ...`, alone in its row.
    Comment,
    /// `-----`.
    Separator,
    /// Instructions below the header of a template: `required`, `MM/DD/YYYY`.
    Instructions,
    /// A sample row in a template.
    Example,
    /// Hidden or filtered out in a workbook, and not to be imported.
    Hidden,
}

const SEND_ANYWAY: &str =
    "no action needed; if it is a case, send it anyway (y on the row; in a script: --send-anyway)";

problem_texts! { NotACase:
    Footer, "row.footer", "a total or a note below the table", "the row looks like a total or a note below the table",
        "no action needed; if it is a case, set footer rows to 0 (f; in a script: footer = 0)";
    HeaderAgain, "row.header_again", "a repeated header", "the row repeats the header", "no action needed";
    TitleAgain, "row.title_again", "a repeated title line", "the row repeats a title line above a repeated header",
        SEND_ANYWAY;
    Total, "row.total", "a total", "the row is a total", SEND_ANYWAY;
    Heading, "row.heading", "a group heading",
        "the row is a group heading: a single value, unlike the others in its column", SEND_ANYWAY;
    Comment, "row.comment", "a comment", "the row is a comment", SEND_ANYWAY;
    Separator, "row.separator", "a separator line", "the row is a separator line", SEND_ANYWAY;
    Instructions, "row.instructions", "instructions for filling in the columns",
        "the row has instructions for filling in the columns", SEND_ANYWAY;
    Example, "row.example", "an example of a filled-in row", "the row is an example of a filled-in row", SEND_ANYWAY;
    Hidden, "row.hidden", "hidden or filtered out in the workbook", "the row is hidden or filtered out in the workbook",
        "no action needed; to import such rows, press f (in a script: hidden = \"include\" under [sheet])";
}

impl NotACase {
    /// Whether the user can send the row as a case anyway.
    #[must_use]
    pub fn may_be_sent(self) -> bool {
        match self {
            Self::TitleAgain
            | Self::Total
            | Self::Heading
            | Self::Comment
            | Self::Separator
            | Self::Instructions
            | Self::Example => true,
            Self::Footer | Self::HeaderAgain | Self::Hidden => false,
        }
    }
}

/// The usual look of a table's rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct UsualRow {
    /// Number of cells usually filled.
    pub(super) filled: usize,
    /// Kind of most cells in each column; `None` where they differ.
    pub(super) kinds: Vec<Option<CellKind>>,
}

/// Minimum number of usually filled cells that makes a row of one cell stand out.
const TELLING: usize = 3;
/// Number of rows below the header that can be instructions or examples.
const FIRST_ROWS: u64 = 3;

impl UsualRow {
    /// Returns why a row isn't a case, if that is certain. `number` counts data rows from 1.
    pub(super) fn judge(&self, number: u64, cells: &StringRecord) -> Option<NotACase> {
        let mut filled = cells.iter().enumerate().filter(|(_, cell)| !is_blank(cell));
        let (at, first) = filled.next()?;
        let first = first.trim();
        let alone = filled.next().is_none();
        if first.starts_with(|c: char| c.is_ascii_punctuation() || !c.is_ascii()) {
            if cells.iter().all(|cell| is_blank(cell) || is_rule(cell)) {
                return Some(NotACase::Separator);
            }
            if alone && is_comment(first) {
                return Some(NotACase::Comment);
            }
        }
        if number <= FIRST_ROWS
            && let Some(reason) = self.template_row(at, first, cells)
        {
            return Some(reason);
        }
        let says_total = || footer::is_total(first) && footer::is_footer(cells, self.kinds.len());
        let stands_out = || self.is_heading(at, first) && footer::is_sparse(cells, self.kinds.len());
        if says_total() || (footer::may_be_total(cells) && stands_out()) {
            return Some(NotACase::Total);
        }
        let is_unlike = || self.is_heading(at, first) || self.is_day(at, first);
        let is_heading = alone && self.filled >= TELLING && is_unlike();
        (is_heading && !self.is_rest_of_cell(cells.len(), first)).then_some(NotACase::Heading)
    }

    /// Whether a line, of which this is the first cell, is the rest of an unquoted text with a line break: it has no
    /// delimiter, and goes on like a sentence where the rows have an id, a date or a number. A group's name begins with
    /// a capital letter.
    pub(super) fn is_rest_of_cell(&self, cells: usize, first: &str) -> bool {
        let first = first.trim();
        let goes_on = || first.starts_with(char::is_lowercase) || first.ends_with(['.', '!', '?', ';', ',']);
        cells == 1 && self.filled >= TELLING && goes_on() && self.is_heading(0, first)
    }

    /// Returns why a row may not be a case, which is worth a warning. `number` counts data rows from 1; `set_apart` says
    /// whether the row is among the last ones, below an empty line.
    pub(super) fn doubt(&self, number: u64, cells: &StringRecord, set_apart: bool) -> Option<RowDoubt> {
        if number <= FIRST_ROWS
            && let Some((at, first)) = cells.iter().enumerate().find(|(_, cell)| !is_blank(cell))
            && self.may_be_name(at, &first.trim().to_lowercase())
        {
            Some(RowDoubt::MaybeExample)
        } else if self.is_rest_of_cell(cells.len(), cells.get(0).unwrap_or_default()) {
            None
        } else if self.filled >= TELLING && cells.iter().filter(|cell| !is_blank(cell)).nth(1).is_none() {
            Some(RowDoubt::LoneCell)
        } else if footer::may_be_total(cells) {
            Some(RowDoubt::MaybeTotal)
        } else {
            (set_apart && self.is_unlike(cells)).then_some(RowDoubt::BelowTable)
        }
    }

    /// Whether a line looks like one of the rows: every cell may be in its column, and two are ids, dates or numbers as
    /// there.
    pub(super) fn is_like(&self, line: &SampleRecord) -> bool {
        let mut telling = 0;
        let mut cells = line.kinds().iter().zip(&self.kinds).filter(|(kind, _)| **kind != CellKind::Empty);
        cells.all(|(kind, usual)| match usual {
            Some(usual) if usual == kind => {
                telling += usize::from(usual.is_telling());
                true
            }
            // `4711` may be a claim number among others such as `WC-4711`.
            Some(usual) if usual.is_telling() => is_number(*usual) && is_number(*kind),
            Some(_) => !kind.is_value(),
            None => true,
        }) && telling >= 2
    }

    /// Whether a row that repeats a page's title is certainly no case: it has words where others have ids, dates or
    /// numbers, and no id.
    pub(super) fn is_page_title(&self, cells: &StringRecord) -> bool {
        let is_id = |(usual, cell): (&Option<CellKind>, &str)| {
            *usual == Some(CellKind::Id) && CellKind::of(cell) == CellKind::Id
        };
        self.is_unlike(cells) && !self.kinds.iter().zip(cells).any(is_id)
    }

    /// Whether a row has words where its columns have ids, dates or numbers, in at least half of these cells.
    pub(super) fn is_unlike(&self, cells: &StringRecord) -> bool {
        let filled = cells.iter().enumerate().filter(|(_, cell)| !is_blank(cell));
        let (mut unlike, mut like) = (0_usize, 0_usize);
        for (column, cell) in filled {
            unlike += usize::from(self.is_heading(column, cell.trim()));
            let kind = self.kinds.get(column).copied().flatten();
            like += usize::from(kind.is_some_and(|kind| kind.is_telling() && kind == CellKind::of(cell)));
        }
        unlike > 0 && unlike >= like
    }

    /// A date where the column has ids, above the rows of that day.
    fn is_day(&self, column: usize, text: &str) -> bool {
        self.kinds.get(column) == Some(&Some(CellKind::Id)) && CellKind::of(text) == CellKind::Date
    }

    /// Words where the column has ids, numbers or dates.
    fn is_heading(&self, column: usize, text: &str) -> bool {
        let telling = self.kinds.get(column).copied().flatten().is_some_and(CellKind::is_telling);
        telling
            && matches!(CellKind::of(text), CellKind::Words | CellKind::Prose)
            && text.chars().any(char::is_alphabetic)
    }

    /// Why a row belongs to a template: instructions or an example below the header. `first` is its first filled cell,
    /// at `at`.
    fn template_row(&self, at: usize, first: &str, cells: &StringRecord) -> Option<NotACase> {
        let lower = first.to_lowercase();
        let words = TableWords::get();
        if words.examples.contains(lower.trim_end_matches(['-', '>', ' '])) && !self.may_be_name(at, &lower) {
            return Some(NotACase::Example);
        }
        if self.is_numbering(cells) {
            return Some(NotACase::Instructions);
        }
        let (mut hints, mut filled) = (0_usize, 0_usize);
        for cell in cells.iter().filter(|cell| !is_blank(cell)) {
            filled += 1;
            let cell = cell.trim().to_lowercase();
            if words.hints.contains(&cell) || begins_with_any(&cell, &words.hint_beginnings) {
                hints += 1;
            } else if CellKind::of(&cell).is_value() {
                return None;
            }
        }
        (hints >= 2 && hints * 2 >= filled).then_some(NotACase::Instructions)
    }

    /// Whether `sample` or `example` may be a last name: in a column of words.
    fn may_be_name(&self, column: usize, lower: &str) -> bool {
        self.kinds.get(column).copied().flatten() == Some(CellKind::Words)
            && TableWords::get().example_names.contains(lower)
    }

    /// Whether a row only numbers its columns, `1,2,3`, which are no columns of numbers.
    fn is_numbering(&self, cells: &StringRecord) -> bool {
        let is_number =
            |(at, cell): (usize, &str)| cell.trim().trim_matches(['(', ')']) == (at + 1).to_string();
        let others = self.kinds.iter().flatten().filter(|kind| **kind != CellKind::Number).count();
        others > 1 && cells.len() >= TELLING && cells.iter().enumerate().all(is_number)
    }
}

/// Whether cells of this kind can be numbers of cases.
fn is_number(kind: CellKind) -> bool {
    matches!(kind, CellKind::Id | CellKind::Number)
}

/// Whether a cell is empty. Truncated or padded files have NULs.
pub(super) fn is_blank(cell: &str) -> bool {
    cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{1a}' | '\u{feff}')).is_empty()
}

/// `-----`, `=====`, `* * *`; also a single dash, which means nothing.
fn is_rule(cell: &str) -> bool {
    let line = |c: char| is_dash(c) || matches!(c, '=' | '_' | '*' | '~' | '#' | '.' | '+' | '|' | '─' | '═');
    cell.chars().all(|c| line(c) || c.is_whitespace())
}

/// `# page 2`, `// exported`, `-- 12 records`: a comment mark, not an id that begins with one.
fn is_comment(text: &str) -> bool {
    let rest = text.trim_start_matches(['#', '/', '-', ';', '*', '!']);
    let marks = text.len() - rest.len();
    let marked =
        text.starts_with("//") || text.starts_with("--") || text.starts_with('#') || text.starts_with("/*");
    marked
        && marks > 0
        && (rest.starts_with(char::is_whitespace) || marks >= 2)
        && rest.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(number: u64, row: &str) -> Option<NotACase> {
        let typical = UsualRow {
            filled: 5,
            kinds: vec![
                Some(CellKind::Id),
                Some(CellKind::Words),
                Some(CellKind::Date),
                Some(CellKind::Number),
                Some(CellKind::Prose),
            ],
        };
        typical.judge(number, &row.split('|').collect())
    }

    #[test]
    fn rows_that_are_no_cases() {
        use NotACase::{Comment, Example, Heading, Instructions, Separator, Total};
        for (row, reason) in [
            ("Aurora office||||", Heading),
            ("||Golden office||", Heading),
            ("Aurora office", Heading),
            ("call first||||", Heading),
            ("3/2/2026||||", Heading),
            ("# --- page 2 ---||||", Comment),
            ("// exported by report 7||||", Comment),
            ("-- 12 records --||||", Comment),
            ("-----|-----|-----|-----|-----", Separator),
            ("==========||||", Separator),
            ("-|-|-|-|-", Separator),
            ("* * *||||", Separator),
            ("Subtotal|||4500|", Total),
            ("TOTAL||||", Total),
            ("Grand Total:|||$4,500.00|", Total),
            ("Denver Total|||300|", Total),
            ("Total|40 assignments||62,800|", Total),
            ("Subtotal Golden|||$50.00|", Total),
            ("Total Boulder:|||0|", Total),
            ("Average|||150|", Total),
            ("||Denver Count|3|", Total),
            ("Subtotal|||Sum|300", Total),
            ("||Total|Count|3", Total),
            ("Total:||Avg|150.50|", Total),
            ("Required|Text|MM/DD/YYYY|Number|Optional", Instructions),
            ("(required)|max 50 characters|date||", Instructions),
            ("1|2|3|4|5", Instructions),
            ("(1)|(2)|(3)|(4)|(5)", Instructions),
            ("Example|Jane Doe|03/04/2026|100|Call first", Example),
            ("EXAMPLE:|Jane Doe|03/04/2026|100|Call first", Example),
            ("|Sample row|03/04/2026|100|Call first", Example),
        ] {
            assert_eq!(judged(1, row), Some(reason), "{row}");
        }
    }

    #[test]
    fn cases_that_only_look_so() {
        for row in [
            "A-105||||",
            "#4471||||",
            "#4471|Ann Lee|||",
            "Aurora office|Ann Lee|||",
            "|Ann Lee|||",
            "||||see page 2",
            "Total Care Inc|Ann|3/4/2026|1|x",
            "Total Care Inc||3/4/2026|1|",
            "|Total Care Inc||1|",
            "|Jane Total||1|",
            "Total|40 Oak St||62,800|",
            "Subtotal||Sum||",
            "Subtotal||Sum|Count|3",
            "WC Sum||Ann|300|",
            "Example Industries|Ann|3/4/2026|1|x",
            "SAMPLE-1|Ann|3/4/2026|1|x",
            "|Sample|3/4/2026|1|x",
            "|Example|3/4/2026|1|",
            "1|2|3|4|",
            "1|Ann|3|4|5",
            "A-1|Required|3/4/2026|1|x",
            "-5||||",
            "call first",
            "Thank you.",
        ] {
            assert_eq!(judged(1, row), None, "{row}");
        }
        let numbers = UsualRow { filled: 3, kinds: vec![Some(CellKind::Number); 3] };
        assert_eq!(numbers.judge(1, &vec!["1", "2", "3"].into()), None);
        assert_eq!(judged(9, "Required|Text|MM/DD/YYYY|Number|Optional"), None);
    }

    #[test]
    fn a_single_cell_stands_out_where_rows_have_several() {
        let doubt = |filled, row: &str| {
            UsualRow { filled, kinds: vec![None; 5] }.doubt(9, &row.split('|').collect(), false)
        };
        assert_eq!(doubt(5, "A-105||||"), Some(RowDoubt::LoneCell));
        assert_eq!(doubt(5, "A-105|Ann|||"), None);
        assert_eq!(doubt(2, "A-105||"), None);
    }

    #[test]
    fn a_name_that_is_also_the_word_for_an_example_is_doubtful_in_the_first_rows() {
        let usual = |first| UsualRow { filled: 3, kinds: vec![Some(first), None, None] };
        let row: StringRecord = ["Sample", "CLM-1", "3/4/2026"].iter().collect();
        assert_eq!(usual(CellKind::Words).doubt(2, &row, false), Some(RowDoubt::MaybeExample));
        assert_eq!(usual(CellKind::Words).judge(2, &row), None);
        assert_eq!(usual(CellKind::Words).doubt(4, &row, false), None);
    }

    #[test]
    fn padding_is_nothing() {
        assert!(is_blank("\0\0") && is_blank(" \u{1a}") && is_blank("\u{feff}") && !is_blank("0"));
    }
}
