//! Damage visible in a single cell.

use super::{
    Damage,
    shape::{CUT, DIGIT, EXPONENT, HASH, MEND, SPACE, SUSPECT, classify, has, look},
    usual::Usual,
};

/// Returns the damage visible in the cell alone; if there are several, the worst, in the order of [`Damage`].
/// Spaces around the text count only for its length.
#[must_use]
pub fn of_cell(text: &str) -> Option<Damage> {
    if is_plain(text) { None } else { Usual::default().verdict(classify(text)?) }
}

/// Whether a cell is plain, as most are: decided in one pass, without classifying it.
fn is_plain(text: &str) -> bool {
    if text.len() >= CUT {
        return false;
    }
    let text = text.trim_ascii();
    let number = text.starts_with(|c: char| c.is_ascii_digit() || "#+-=Ee".contains(c));
    if !number {
        return !text.starts_with(['{', ';', '\'']) && has(text) & (MEND | SUSPECT) == 0;
    }
    let seen = look(text);
    !text.starts_with('=')
        && seen & (MEND | HASH | SUSPECT) == 0
        && seen & (EXPONENT | DIGIT) != EXPONENT | DIGIT
        && (seen & !(DIGIT | SPACE) != 0 || text.len() < 16)
}
