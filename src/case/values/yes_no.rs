//! Yes or no, and neither.

/// Words for yes, no and “not applicable”, in lower case and without points.
///
/// Access writes -1 for yes.
const YES: [&str; 10] = ["yes", "y", "true", "1", "-1", "x", "checked", "✓", "✔", "☑"];
const NO: [&str; 6] = ["no", "n", "false", "0", "unchecked", "☐"];
const NOT_APPLICABLE: [&str; 4] = ["n/a", "na", "none", "not applicable"];

/// Reads yes or no. `Some(None)` is “not applicable”, which only some fields have.
#[expect(clippy::option_option, reason = "not read; read as neither")]
pub(in crate::case) fn yes_or_no(text: &str, or_na: bool) -> Option<Option<bool>> {
    let word = text.trim().replace('.', "").to_lowercase();
    let is_one_of = |words: &[&str]| words.contains(&word.as_str());
    match () {
        () if is_one_of(&YES) => Some(Some(true)),
        () if is_one_of(&NO) => Some(Some(false)),
        () if or_na && (word.is_empty() || is_one_of(&NOT_APPLICABLE)) => Some(None),
        () => None,
    }
}

/// Returns the words read as yes or no, to complete “enter …” and “reads …”.
pub(in crate::case) fn yes_no_words(or_na: bool) -> &'static str {
    if or_na {
        "yes, y, true, 1, -1, x or checked; no, n, false, 0 or unchecked; n/a, na, none or not applicable"
    } else {
        "yes, y, true, 1, -1, x or checked; no, n, false, 0 or unchecked"
    }
}
