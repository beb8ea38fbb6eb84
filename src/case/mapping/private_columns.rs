//! Detection of private columns: social security numbers and dates of birth.

use super::column_ref::ColumnNames;
use super::field::Target;
use super::recipe::{ColumnRule, Recipe};
use crate::case::values::kind::{ApiType, FieldKind};
use crate::case::values::words::{alphanumeric, split};
use crate::sheet::{Column, Row};
use crate::text::is_ssn;

/// Maximum number of rows sampled to detect private columns.
pub const SAMPLED: usize = 200;

/// Parts of words about birth, also in Spanish, French, Portuguese and German.
const BIRTH: [&str; 6] = ["birth", "dob", "nacimiento", "naissance", "nascimento", "geburt"];

/// Returns for each column whether it is private. If the recipe doesn't say so, a column is private if its field is
/// an SSN, if its header or field mentions SSNs or birth, or if most of its values look like SSNs.
#[must_use]
pub fn private_columns(recipe: &Recipe, columns: &[Column], rows: &[Row]) -> Vec<bool> {
    let (rules, _) = ColumnNames::new(columns).rules(&recipe.columns);
    let is_private = |(index, column): (usize, &Column)| {
        let rules = rules.get(&index).map_or(&[][..], Vec::as_slice);
        let is_set = |wanted| rules.iter().any(|rule| rule.private == Some(wanted));
        if is_set(true) || is_set(false) {
            return is_set(true);
        }
        looks_private(&column.header)
            || rules.iter().any(|rule| field_looks_private(recipe, rule))
            || (rules.iter().all(|rule| is_text(recipe, rule.to)) && has_mostly_ssns(rows, index))
    };
    columns.iter().enumerate().map(is_private).collect()
}

fn looks_private(text: &str) -> bool {
    looks_like_ssn(text) || looks_like_birth_date(text)
}

fn field_looks_private(recipe: &Recipe, rule: &ColumnRule) -> bool {
    let Target::Custom(place, _) = rule.to else { return false };
    recipe.field(place.key()).is_some_and(|field| {
        matches!(field.kind, FieldKind::Ssn | FieldKind::Birthday) || looks_private(&field.label)
    })
}

/// Returns true if a header or label mentions birth.
pub(super) fn looks_like_birth_date(text: &str) -> bool {
    let lower = text.to_lowercase();
    let letters: String = lower.split(|c: char| !c.is_alphabetic()).collect();
    BIRTH.iter().any(|word| letters.contains(word))
        || letters == "bday"
        || split(text).contains(&"born".to_owned())
}

/// Returns true if a header or label mentions a social security, social insurance or tax number.
fn looks_like_ssn(text: &str) -> bool {
    const WORDS: [&str; 6] = ["ssn", "ssns", "sin", "tin", "itin", "ss"];
    const OTHERS: [&str; 13] = [
        "media", "worker", "workers", "work", "wrk", "services", "service", "svc", "svcs", "srv", "srvc",
        "network", "networks",
    ];
    const PLAIN: [&str; 6] = ["socialsec", "socialinsurance", "socsec", "taxid", "taxpayer", "taxnumber"];
    let (plain, words) = (alphanumeric(text), split(text));
    // Also without spaces: “claimantssn”, “ssnumber”. “business” isn't one.
    let word =
        |word: &String| WORDS.contains(&word.as_str()) || word.ends_with("ssn") || word.starts_with("ssn");
    // “Social media” and “social worker” mean something else.
    let social = |at: usize| {
        let next = words.get(at + 1).map_or("", String::as_str);
        words.get(at).is_some_and(|word| word == "social" || word == "soc") && !OTHERS.contains(&next)
    };
    (0..words.len()).any(social)
        || PLAIN.iter().any(|part| plain.contains(part))
        || words.iter().any(word)
        // S.S.N.
        || words.windows(3).any(|three| three == ["s", "s", "n"])
}

/// Returns true if a target takes text or is ignored.
fn is_text(recipe: &Recipe, to: Target) -> bool {
    match to {
        Target::Ignore => true,
        Target::Case(field) => field.spec().shape == ApiType::Text,
        Target::SubjectType(_) => false,
        Target::Custom(place, part) => {
            part.is_none() && matches!(recipe.kind_of(place.key()), Some(FieldKind::Text | FieldKind::Long))
        }
    }
}

/// Returns true if most of the filled cells look like SSNs.
fn has_mostly_ssns(rows: &[Row], column: usize) -> bool {
    let cells = rows.iter().take(SAMPLED).filter_map(|row| row.cells.get(column));
    let filled = cells.filter(|cell| !cell.trim().is_empty());
    let (like, all) = filled.fold((0, 0), |(like, all), cell| (like + usize::from(is_ssn(cell)), all + 1));
    like * 2 > all
}
