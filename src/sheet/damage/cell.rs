//! What one cell shows.

use super::{
    Damage,
    shape::{CUT, DIGIT, EXPONENT, HASH, MEND, SPACE, classify, has, look},
    usual::Usual,
};

/// What can be seen from the cell alone. Of several damages the worst is returned, in the order of [`Damage`].
/// Spaces around the text count only for its length.
#[must_use]
pub fn of_cell(text: &str) -> Option<Damage> {
    if is_plain(text) { None } else { Usual::default().verdict(classify(text)?) }
}

/// Most cells are plain: one pass decides that, without looking at what they are.
fn is_plain(text: &str) -> bool {
    if text.len() >= CUT {
        return false;
    }
    let text = text.trim_ascii();
    let number = text.starts_with(|c: char| c.is_ascii_digit() || "#+-Ee".contains(c));
    if !number {
        return has(text) & MEND == 0;
    }
    let seen = look(text);
    seen & (MEND | HASH) == 0
        && seen & (EXPONENT | DIGIT) != EXPONENT | DIGIT
        && (seen & !(DIGIT | SPACE) != 0 || text.len() < 16)
}
