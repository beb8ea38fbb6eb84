//! A first field map for a file nobody has mapped: headers that say what they are, and nothing less certain.

use super::field::{CASE_FIELDS, CaseField, Target};
use super::recipe::{ColumnRule, CustomField};
use crate::sheet::Column;

/// What the trade calls a field, in small letters and digits only.
const ALIASES: [(&str, CaseField); 24] = [
    ("claim", CaseField::Reference1),
    ("claimno", CaseField::Reference1),
    ("claimnum", CaseField::Reference1),
    ("claimnumber", CaseField::Reference1),
    ("fileno", CaseField::Reference1),
    ("filenumber", CaseField::Reference1),
    ("reference", CaseField::Reference1),
    ("policy", CaseField::Reference2),
    ("policyno", CaseField::Reference2),
    ("policynumber", CaseField::Reference2),
    ("assigned", CaseField::CreatedOn),
    ("dateassigned", CaseField::CreatedOn),
    ("datereceived", CaseField::CreatedOn),
    ("receiveddate", CaseField::CreatedOn),
    ("due", CaseField::DueOn),
    ("duedate", CaseField::DueOn),
    ("datedue", CaseField::DueOn),
    ("location", CaseField::CaseLocation),
    ("venue", CaseField::CaseLocation),
    ("budget", CaseField::BudgetMoney),
    ("hours", CaseField::BudgetHours),
    ("instructions", CaseField::Notes),
    ("services", CaseField::Services),
    ("flags", CaseField::Flags),
];

/// A rule for every column, in the file's order. A column nothing speaks for goes to `ignore`; no field is
/// given to two columns.
#[must_use]
pub fn guess(columns: &[Column], custom: &[CustomField]) -> Vec<ColumnRule> {
    let mut taken = Vec::new();
    let mut rules = Vec::with_capacity(columns.len());
    for (index, column) in columns.iter().enumerate() {
        let target = target_of(&column.header, custom).filter(|target| !taken.contains(target));
        taken.extend(target);
        let repeated = columns.iter().filter(|other| other.header.trim() == column.header.trim()).count() > 1;
        let from = if repeated { format!("#{}", index + 1) } else { column.name(index) };
        rules.push(ColumnRule::new(from, target.unwrap_or(Target::Ignore)));
    }
    rules
}

fn target_of(header: &str, custom: &[CustomField]) -> Option<Target> {
    if let Ok(target) = header.trim().parse::<Target>() {
        return Some(target);
    }
    let plain = plain(header);
    if plain.is_empty() {
        return None;
    }
    let labels = || custom.iter().map(|field| (Target::Custom(field.key, None), field.label.as_str()));
    let fields = CASE_FIELDS.iter().map(|spec| (Target::Case(spec.field), spec.label));
    let label = labels().chain(fields).find(|(_, label)| self::plain(label) == plain);
    let alias = || ALIASES.iter().find(|(alias, _)| *alias == plain).map(|(_, field)| Target::Case(*field));
    label.map(|(target, _)| target).or_else(alias)
}

/// Small letters and digits only, so that `Claim #` is `Claim`.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{CustomKey, Kind, Owner};

    #[test]
    fn headers_that_say_what_they_are() {
        let field = CustomField {
            key: CustomKey { owner: Owner::Subject, id: 1 },
            label: "Claimant".into(),
            kind: Kind::Name,
        };
        let columns = ["Claim #", "Claim Number", "CLAIMANT", "Due Date", "mystery", "", "custom.7"];
        let columns = columns.map(|header| Column { header: header.into(), filled: 1 });
        let rules = guess(&columns, &[field]);
        let got: Vec<(String, String)> = rules.iter().map(|r| (r.from.clone(), r.to.to_string())).collect();
        let want = [
            ("Claim #", "reference_value_1"),
            ("Claim Number", "ignore"),
            ("CLAIMANT", "subject.1"),
            ("Due Date", "due_on"),
            ("mystery", "ignore"),
            ("#6", "ignore"),
            ("custom.7", "custom.7"),
        ];
        assert_eq!(got, want.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }
}
