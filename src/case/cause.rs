//! What many problems of one kind have in common, in a few words: “47 rows: “Due” is not a date”.

/// Code and cause. With a column before it the cause is what its cells are or do; without, it stands alone.
const CAUSES: [(&str, &str); 85] = [
    ("address.odd", "has an odd part of an address"),
    ("address.shifted", "has an address whose parts are in the wrong places"),
    ("address.too_many_parts", "has an address of too many parts"),
    ("address.unclear", "has an address that cannot be told apart"),
    ("cell.broken_text", "has damaged characters"),
    ("cell.nul", "has NUL characters"),
    ("choice.unknown", "is none of the field's choices"),
    ("contact.elsewhere", "is a contact of another client"),
    ("country.unknown", "is no country that is known"),
    ("date.due_before", "is before the case is opened"),
    ("date.future", "is a date of birth in the future"),
    ("date.invalid", "is not a date"),
    ("date.mixed_order", "has day and month in the other order"),
    ("date.odd_year", "has an unlikely year"),
    ("date.two_digit_year", "has years of two digits"),
    ("duplicate.earlier", "is in Trackops already, created by an earlier import"),
    ("duplicate.file", "stands in the file twice"),
    ("duplicate.sent_anyway", "is the same as another, and is sent all the same"),
    ("duplicate.trackops", "is in Trackops already"),
    ("duplicate.unknown", "was sent by an earlier import, and no answer is known"),
    ("email.odd", "is no usual e-mail address"),
    ("excel.became_date", "was turned into a date by Excel"),
    ("excel.cut_short", "is cut short"),
    ("excel.error_value", "is a formula that failed"),
    ("excel.escaped_control", "has control characters written out"),
    ("excel.hashes", "is only # signs"),
    ("excel.lost_zeros", "lost its leading zeros"),
    ("excel.rounded", "is a long number rounded by Excel"),
    ("excel.scientific", "is a number in E-notation"),
    ("excel.serial_date", "is a date turned into a day number"),
    ("excel.short_zip", "is a ZIP code without its leading zero"),
    ("field.other_subject", "goes to a field of another type of subjects"),
    ("field.required", "is empty, and Trackops requires it"),
    ("fix.stale", "has a fix made for another text"),
    ("id.deleted", "names an id that is deleted in Trackops"),
    ("id.invalid", "is not an id"),
    ("id.other_subject", "has a type of subjects that cases of its type cannot have"),
    ("id.unknown", "names an id that nobody knows"),
    ("link.odd", "is no web address"),
    ("name.odd", "is no usual name"),
    ("number.format", "shows another number than the cell holds"),
    ("number.invalid", "is not a number"),
    ("number.negative", "is below zero"),
    ("number.percent", "is a percentage"),
    ("part.replaced", "is another than in the whole cell"),
    ("phone.odd", "is no usual phone number"),
    ("reference.near", "is probably a reference that is there already, written another way"),
    ("reference.ssn", "is a social security number, and references are kept in clear"),
    ("required.missing", "is empty, and every case needs it"),
    ("row.blank", "blank"),
    ("row.comment", "a comment"),
    ("row.endless", "longer than 32 MB"),
    ("row.example", "an example of how to fill in the columns"),
    ("row.extra_separator", "with a separator too many"),
    ("row.footer", "a total or a note below the table"),
    ("row.header_again", "the header again"),
    ("row.heading", "the heading of a group"),
    ("row.hidden", "hidden or filtered out in the workbook"),
    ("row.instructions", "how to fill in the columns"),
    ("row.invalid", "cannot be sent"),
    ("row.left_out", "left out by a person"),
    ("row.lone_cell", "with one cell filled, maybe a heading or a note"),
    ("row.loose_break", "cut by a line break"),
    ("row.loose_separator", "with separators in a cell without quotes"),
    ("row.missing_separator", "with a separator missing"),
    ("row.not_imported", "with nothing in the columns that are imported"),
    ("row.open_quote", "with a quote that is never closed"),
    ("row.other_group", "is of another group"),
    ("row.other_separator", "with other separators than the file"),
    ("row.other_table", "below the header of another table"),
    ("row.separator", "a separator line"),
    ("row.stray_quote", "with a quote in the middle of a cell"),
    ("row.too_long", "with more cells than the header"),
    ("row.too_short", "with fewer cells than the header"),
    ("row.total", "a total"),
    ("row.unidentified", "with neither a reference nor a subject's name"),
    ("ssn.odd", "is no usual social security number"),
    ("text.control", "has control characters"),
    ("text.garbled", "has symbols inside words"),
    ("text.mojibake", "has garbled letters"),
    ("text.no_break_space", "has no-break spaces"),
    ("text.zero_width", "has invisible characters"),
    ("value.left_out", "has a text whose rows are left out"),
    ("value.unmapped", "has a text without an id"),
    ("yesno.invalid", "is neither yes nor no"),
];

/// The cause of problems with this code; the code itself where there is none.
#[must_use]
pub fn cause(code: &str) -> &str {
    CAUSES.iter().find(|(of, _)| *of == code).map_or(code, |(_, cause)| cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, fs, path::Path};

    /// Every text in the sources that looks like a code: a known family, a point, a word.
    fn codes(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                codes(&path, found);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for quoted in text.split('"') {
                let family = CAUSES.iter().any(|(code, _)| {
                    let family = code.split_once('.').unwrap().0;
                    quoted.strip_prefix(family).is_some_and(|rest| rest.starts_with('.'))
                });
                let word = |c: char| c.is_ascii_lowercase() || c == '_' || c == '.';
                if family
                    && quoted.matches('.').count() == 1
                    && !quoted.ends_with('.')
                    && quoted.chars().all(word)
                {
                    found.insert(quoted.to_owned());
                }
            }
        }
    }

    #[test]
    fn every_code_has_its_cause() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut found = BTreeSet::new();
        for part in ["case", "engine", "sheet"] {
            codes(&source.join(part), &mut found);
        }
        let known: BTreeSet<String> = CAUSES.iter().map(|(code, _)| (*code).to_owned()).collect();
        let missing: Vec<_> = found.difference(&known).filter(|code| !code.starts_with("header.")).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(CAUSES.is_sorted(), "in order, so that one finds them");
    }
}
