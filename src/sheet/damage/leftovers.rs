//! What other programs leave in a text: formulas instead of their results, codes of HTML and RTF, ids of lists, question
//! marks instead of letters.

use super::{Damage, shape::all_digits};

/// Returns what a program left in a text. `is_suspect` says whether it has a `?`, `&` or `<`.
pub(super) fn find(text: &str, is_suspect: bool) -> Option<Damage> {
    if text.starts_with('=') && is_formula(text) {
        Some(Damage::Formula)
    } else if begins_with_list_id(text) {
        Some(Damage::ListId)
    } else if is_marked_as_text(text) {
        Some(Damage::TextMark)
    } else if text.starts_with("{\\rtf") {
        Some(Damage::HtmlEntity)
    } else if !is_suspect {
        None
    } else if text.split_ascii_whitespace().any(has_lost_letter) {
        Some(Damage::LostLetter)
    } else {
        (has_entity(text) || has_tag(text)).then_some(Damage::HtmlEntity)
    }
}

/// `'=see notes`, `'+1 303-555-0100`: as this program and others write what a spreadsheet would read as a formula.
pub(super) fn is_marked_as_text(text: &str) -> bool {
    text.strip_prefix('\'').is_some_and(|rest| rest.starts_with(['=', '+', '-', '@']))
}

/// `=HYPERLINK("…";"CLM-1")`, `=A2&"-1"`, `=1+1`; not `= see file` or `=====`.
fn is_formula(text: &str) -> bool {
    let rest = text.trim_start_matches(['=', '+', '-', '(', '@']);
    let part_of_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '$' | ':' | '!');
    let (name, after) =
        rest.split_at_checked(rest.find(|c| !part_of_name(c)).unwrap_or(rest.len())).unwrap_or_default();
    let calls = || {
        name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && after.starts_with('(')
            && after.contains(')')
    };
    let ends = || {
        let after = after.trim_start_matches([' ', ')']);
        after.is_empty() || after.starts_with(['&', '+', '-', '*', '/', '^', '<', '>', '='])
    };
    let is_number = || name.split('.').all(all_digits);
    calls() || rest.starts_with('"') || ((is_place(name) || is_number()) && ends())
}

/// `A2`, `$B$3`, `A1:B7`, `Sheet1!C4`.
fn is_place(name: &str) -> bool {
    let (sheet, places) = name.rsplit_once('!').unwrap_or(("A", name));
    let is_cell = |cell: &str| {
        let (column, row) =
            cell.split_at_checked(cell.find(|c: char| c.is_ascii_digit()).unwrap_or(0)).unwrap_or_default();
        let column = column.trim_matches('$');
        (1..=3).contains(&column.len()) && column.bytes().all(|b| b.is_ascii_alphabetic()) && all_digits(row)
    };
    !sheet.is_empty() && places.split(':').count() <= 2 && places.split(':').all(is_cell)
}

/// `Mu?oz`, `Ren?e`, `it?s`; not `Really? Yes`, `approved?Yes` or a web address.
fn has_lost_letter(word: &str) -> bool {
    if !word.contains('?') || word.contains(['/', '=', '&', '@']) {
        return false;
    }
    // A letter of two bytes may have become two.
    let word = word.replace("??", "?");
    let pieces: Vec<&str> = word.split('?').collect();
    pieces.windows(2).any(|pair| {
        let [left, right] = pair else { return false };
        let (before, behind) = (left.chars().next_back(), right.chars().next());
        let (Some(before), Some(behind)) = (before, behind) else { return false };
        // `Y?N` is a question.
        let letters = left.chars().rev().take_while(|c| c.is_alphabetic()).count()
            + right.chars().take_while(|c| c.is_alphabetic()).count();
        letters > 2
            && before.is_alphabetic()
            && (behind.is_lowercase() || (before.is_uppercase() && behind.is_uppercase()))
    })
}

/// `3;#Denver`, `;#Denver;#`.
fn begins_with_list_id(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    text.len() - rest.len() < 10 && rest.starts_with(";#")
}

/// `<br/>`, `</div>`, `<p class="a">`; not `a < b` or `<ann@example.com>`.
fn has_tag(text: &str) -> bool {
    const TAGS: [&str; 18] = [
        "p", "div", "br", "span", "b", "i", "u", "strong", "em", "a", "ul", "ol", "li", "table", "tr", "td",
        "font", "html",
    ];
    let is_tag = |rest: &str| {
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end).unwrap_or_default();
        TAGS.iter().any(|tag| name.eq_ignore_ascii_case(tag))
            && after.starts_with([' ', '/', '>'])
            && after.contains('>')
    };
    text.split('<').skip(1).any(is_tag)
}

/// `&amp;`, `&#39;`, `&eacute;`.
fn has_entity(text: &str) -> bool {
    const NAMES: [&str; 24] = [
        "amp", "lt", "gt", "quot", "apos", "nbsp", "ndash", "mdash", "lsquo", "rsquo", "sbquo", "ldquo",
        "rdquo", "bdquo", "laquo", "raquo", "hellip", "bull", "copy", "reg", "trade", "euro", "deg", "szlig",
    ];
    const ACCENTS: [&str; 8] = ["acute", "grave", "circ", "uml", "tilde", "cedil", "slash", "ring"];
    let is_code = |code: &str| match code.strip_prefix(['x', 'X']) {
        Some(hex) => (2..=6).contains(&hex.len()) && hex.bytes().all(|b| b.is_ascii_hexdigit()),
        None => (2..=7).contains(&code.len()) && all_digits(code),
    };
    let is_accented = |name: &str| {
        let ends = |accent: &str| name.strip_suffix(accent).is_some_and(|letter| letter.len() == 1);
        ACCENTS.into_iter().any(ends)
    };
    let is_entity = |name: &str| {
        name.strip_prefix('#').is_some_and(is_code) || NAMES.contains(&name) || is_accented(name)
    };
    text.split('&').skip(1).filter_map(|rest| rest.split_once(';')).any(|(name, _)| is_entity(name))
}
