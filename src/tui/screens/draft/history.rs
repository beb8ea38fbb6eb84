//! Undo history of a recipe.

use std::collections::VecDeque;

use crate::case::{Recipe, Target};

/// Maximum number of changes that can be undone.
pub(super) const MOST: usize = 100;

/// Recipes before and after the current one.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(super) before: VecDeque<Recipe>,
    pub(super) now: Recipe,
    pub(super) after: Vec<Recipe>,
}

impl History {
    pub(crate) fn new(recipe: &Recipe) -> Self {
        Self { before: VecDeque::new(), now: recipe.clone(), after: Vec::new() }
    }

    /// Records the current recipe.
    pub(crate) fn note(&mut self, recipe: &Recipe) {
        if self.now == *recipe {
            return;
        }
        self.before.push_back(std::mem::replace(&mut self.now, recipe.clone()));
        self.after.clear();
        if self.before.len() > MOST {
            self.before.pop_front();
        }
    }

    /// Undoes or redoes a change. Returns the recipe and a description of the change.
    pub(crate) fn step(&mut self, back: bool) -> Option<(Recipe, String)> {
        let other = if back { self.before.pop_back() } else { self.after.pop() }?;
        let left = std::mem::replace(&mut self.now, other.clone());
        let what = difference(&left, &other);
        if back {
            self.after.push(left);
        } else {
            self.before.push_back(left);
        }
        Some((other, what))
    }

    pub(crate) fn can_step(&self, back: bool) -> bool {
        if back { !self.before.is_empty() } else { !self.after.is_empty() }
    }
}

/// Describes the difference between two recipes in a few words.
pub(super) fn difference(one: &Recipe, other: &Recipe) -> String {
    if one.fixes != other.fixes {
        "an edit".to_owned()
    } else if one.leave_out != other.leave_out
        || one.only != other.only
        || one.send_anyway != other.send_anyway
    {
        "which rows are sent".to_owned()
    } else if one.row_token != other.row_token {
        "row tokens".to_owned()
    } else if one.columns != other.columns && one.defaults != other.defaults {
        "defaults and field map".to_owned()
    } else if one.columns != other.columns {
        let new = other.columns.iter().find(|rule| !one.columns.contains(rule));
        let old = one.columns.iter().find(|rule| !other.columns.contains(rule));
        let of = new.or(old).map(|rule| format!("“{}” in the field map", rule.from));
        of.unwrap_or_else(|| "the field map".to_owned())
    } else {
        let targets = one.defaults.keys().chain(other.defaults.keys());
        let changed = targets.into_iter().find(|to| one.defaults.get(to) != other.defaults.get(to));
        match changed {
            Some(Target::Case(field)) => format!("{} in the case defaults", field.spec().label),
            Some(to) => format!("{to} in the case defaults"),
            None => "the case defaults".to_owned(),
        }
    }
}
