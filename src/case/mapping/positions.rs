//! Recipes that name columns by number, for a file whose headers are in another order.

use super::field::Target;
use super::guess::{GuessInput, guess};
use super::recipe::{ColumnRule, Recipe};
use crate::sheet::Column;
use crate::text::join_few;

/// Minimum confidence of a header that contradicts the number of its column.
const CLEAR: f64 = 0.9;
/// Maximum number of columns named in a sentence.
const MAX_NAMED: usize = 3;

/// Returns the doubt about a recipe that names columns by number only: a header clearly means a field that the recipe
/// takes from another column.
pub(super) fn order_doubt(recipe: &Recipe, columns: &[Column]) -> Option<String> {
    let rules: Vec<(usize, &ColumnRule)> =
        recipe.columns.iter().filter_map(|rule| Some((position(rule)?, rule))).collect();
    if rules.len() < recipe.columns.len() || columns.iter().all(|column| column.header.trim().is_empty()) {
        return None;
    }
    let known = GuessInput { columns, custom: &recipe.fields, ..GuessInput::default() };
    let guesses = guess(&known);
    let is_of = |index: usize, to: Target| rules.iter().any(|(at, rule)| *at == index && rule.to == to);
    let elsewhere = rules.iter().filter(|(_, rule)| rule.to != Target::Ignore).filter_map(|(index, rule)| {
        let said = guesses.get(*index)?.suggestion.as_ref().filter(|said| said.confidence >= CLEAR)?;
        rules.iter().find(|(at, other)| at != index && other.to == said.to)?;
        let header = columns.get(*index)?.header.trim();
        (!is_of(*index, said.to))
            .then(|| format!("column {} “{header}” goes to {} instead of {}", index + 1, rule.to, said.to))
    });
    let elsewhere: Vec<String> = elsewhere.collect();
    (!elsewhere.is_empty()).then(|| {
        format!(
            "the recipe goes by column numbers, but the headers are in another order: {}; map the columns by header",
            join_few(elsewhere, MAX_NAMED)
        )
    })
}

/// Returns the column (from 0) of a rule that names it by number.
fn position(rule: &ColumnRule) -> Option<usize> {
    rule.from.trim().strip_prefix('#')?.parse::<usize>().ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_may_contradict_the_numbers_of_the_columns() {
        let rule = |from: &str, to: &str| ColumnRule::new(from, to.parse().unwrap());
        let mut recipe = Recipe::new("");
        recipe.columns = vec![rule("#1", "reference_value_1"), rule("#2", "due_on"), rule("#3", "notes")];
        let doubt = |recipe: &Recipe, headers: &[&str]| {
            let column = |header: &&str| Column { header: (*header).to_owned(), filled: 1 };
            order_doubt(recipe, &headers.iter().map(column).collect::<Vec<_>>())
        };
        let found = doubt(&recipe, &["Due Date", "Claim Number", "Notes"]).unwrap();
        assert!(found.contains("column 1 “Due Date” goes to reference_value_1 instead of due_on"), "{found}");
        for headers in [["Claim Number", "Due Date", "Notes"], ["", "", ""], ["A", "B", "C"]] {
            assert_eq!(doubt(&recipe, &headers), None);
        }
        // Another field than usual isn't another order.
        recipe.columns = vec![rule("#1", "reference_value_2"), rule("#2", "created_on")];
        assert_eq!(doubt(&recipe, &["Claim Number", "Due Date"]), None);
        recipe.columns.push(rule("Notes", "notes"));
        assert_eq!(doubt(&recipe, &["Due Date", "Claim Number", "Notes"]), None);
    }
}
