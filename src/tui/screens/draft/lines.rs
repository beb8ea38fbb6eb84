//! Lines of the field map: which column goes to which field.

use std::collections::BTreeSet;

use crate::case::{
    ApiType, CaseField, ColumnNames, ColumnRule, FieldKind, PlanError, Suggestion, Target, mapping_doubts,
};
use crate::trackops::Catalog;
use crate::tui::screens::draft::job::Job;

/// A line of the field map: a column of the file, a rule of the recipe, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MapLine {
    /// Index of the column; none when the file lacks it.
    pub(crate) column: Option<usize>,
    /// Index of the rule; none when the recipe does not name the column.
    pub(crate) rule: Option<usize>,
}

impl Job {
    /// Returns the lines of the field map: the file's columns in order, each with its rules, then the rules without a
    /// column.
    pub(crate) fn lines(&self) -> Vec<MapLine> {
        let mut lines = Vec::new();
        let (names, mut orphans) = (ColumnNames::new(&self.columns), Vec::new());
        let mut rules: Vec<Vec<usize>> = vec![Vec::new(); self.columns.len()];
        for (rule, column) in self.recipe.columns.iter().map(|rule| names.called(&rule.from)).enumerate() {
            match column.and_then(|column| rules.get_mut(column)) {
                Some(column_rules) => column_rules.push(rule),
                None => orphans.push(MapLine { column: None, rule: Some(rule) }),
            }
        }
        for (index, column_rules) in rules.iter().enumerate() {
            if column_rules.is_empty() {
                lines.push(MapLine { column: Some(index), rule: None });
            }
            lines.extend(column_rules.iter().map(|rule| MapLine { column: Some(index), rule: Some(*rule) }));
        }
        lines.extend(orphans);
        lines
    }

    /// Whether a column is mapped to a field.
    pub(crate) fn is_mapped(&self, column: usize) -> bool {
        self.mapped_columns().contains(&column)
    }

    /// Returns the columns that are mapped to a field.
    fn mapped_columns(&self) -> BTreeSet<usize> {
        let rules = self.recipe.columns.iter().filter(|rule| rule.to != Target::Ignore);
        let names = ColumnNames::new(&self.columns);
        rules.filter_map(|rule| names.called(&rule.from)).collect()
    }

    /// Returns the columns in the order of Review: mapped ones first.
    pub(crate) fn review_order(&self) -> Vec<usize> {
        let somewhere = self.mapped_columns();
        let (mut order, others): (Vec<usize>, Vec<usize>) =
            (0..self.columns.len()).partition(|column| somewhere.contains(column));
        order.extend(others);
        order
    }

    /// Returns the line of the field map at a position.
    pub(crate) fn line_at(&self, at: usize) -> Option<MapLine> {
        self.lines().get(at).copied()
    }

    /// Returns the rule of the line at a position.
    pub(crate) fn rule_at(&self, at: usize) -> Option<&ColumnRule> {
        self.rule(self.line_at(at)?)
    }

    pub(crate) fn rule(&self, line: MapLine) -> Option<&ColumnRule> {
        line.rule.and_then(|index| self.recipe.columns.get(index))
    }

    /// Makes the field of a line the user's own choice, so that nothing else changes it.
    pub(crate) fn confirm(&mut self, line: MapLine) {
        if let Some(rule) = line.rule.and_then(|rule| self.recipe.columns.get_mut(rule)) {
            rule.by_hand = true;
        }
    }

    /// Returns the rule of a line for the user to change, new if the column has none. A field that is to be confirmed
    /// remains so.
    pub(crate) fn rule_mut(&mut self, line: MapLine) -> Option<&mut ColumnRule> {
        let index = match (line.rule, line.column) {
            (Some(rule), _) => rule,
            (None, Some(column)) => {
                let rule = ColumnRule::new(self.column_name(column), Target::Ignore);
                self.recipe.columns.push(rule);
                self.recipe.columns.len() - 1
            }
            (None, None) => return None,
        };
        let is_doubted = self.doubt(line).is_some();
        let rule = self.recipe.columns.get_mut(index)?;
        rule.by_hand |= !is_doubted;
        Some(rule)
    }

    /// Returns the guess for a line, unless something else was chosen.
    pub(crate) fn idea(&self, line: MapLine) -> Option<&Suggestion> {
        let guess = self.guesses.get(line.column?)?;
        let to = self.rule(line).map_or(Target::Ignore, |rule| rule.to);
        guess.suggestion.as_ref().filter(|_| to == guess.rule.to)
    }

    /// Returns why the field of a line is to be confirmed: in the import this one was duplicated from, its column may have
    /// been another one.
    pub(crate) fn doubt(&self, line: MapLine) -> Option<String> {
        let at = line.rule.filter(|_| line.column.is_some())?;
        self.doubts().into_iter().find(|(rule, _)| *rule == at).map(|(_, why)| why)
    }

    /// Returns the first line whose field is to be confirmed.
    pub(super) fn first_doubt(&self) -> Option<usize> {
        let (rule, _) = self.doubts().into_iter().next()?;
        self.lines().iter().position(|line| line.rule == Some(rule) && line.column.is_some())
    }

    /// Returns the fields to be confirmed, by rule.
    pub(crate) fn doubts(&self) -> Vec<(usize, String)> {
        mapping_doubts(&self.recipe, &self.sheet.drift)
    }

    /// Returns the name of a line: its header, or its name in the recipe.
    pub(crate) fn line_name(&self, line: MapLine) -> String {
        match (line.column, self.rule(line)) {
            (Some(index), _) => self.columns.get(index).map_or_else(String::new, |c| c.name(index)),
            (None, Some(rule)) => rule.from.clone(),
            (None, None) => String::new(),
        }
    }

    /// Returns the shape of a target's values.
    pub(crate) fn shape(&self, target: Target, catalog: &Catalog) -> Option<ApiType> {
        let kind_of = |key| {
            let fields = self.custom_fields(catalog);
            let field = fields.iter().find(|field| field.key == key);
            Some(field.map_or(FieldKind::Text, |field| field.kind))
        };
        target.shape(kind_of)
    }

    /// Returns the line of the field map under the cursor.
    pub(crate) fn line_under(&self) -> Option<MapLine> {
        self.line_at(self.line)
    }

    /// Returns the line of the field map that an error is about.
    pub(crate) fn line_of(&self, error: &PlanError) -> Option<usize> {
        let lines = self.lines();
        let rule = |fits: &dyn Fn(&ColumnRule) -> bool| {
            lines.iter().position(|line| self.rule(*line).is_some_and(fits))
        };
        match error {
            PlanError::NoSuchColumn { from, .. }
            | PlanError::RepeatedHeader { from, .. }
            | PlanError::TwoColumns { second: from, .. } => rule(&|rule| rule.from == *from),
            PlanError::BlankHeader(number) => {
                lines.iter().position(|line| line.column.is_some_and(|index| index + 1 == *number))
            }
            PlanError::Undeclared(key) | PlanError::DeclaredTwice(key) => {
                rule(&|rule| matches!(rule.to, Target::Custom(place, _) if place.key() == *key))
            }
            PlanError::NoSubject(number) | PlanError::SubjectTwice(number) => {
                rule(&|rule| matches!(rule.to, Target::Custom(place, _) if place.subject() == Some(*number)))
            }
            PlanError::NoSuchPart { to, .. } => rule(&|rule| rule.to == *to),
            PlanError::BadDefault { .. }
            | PlanError::Missing { .. }
            | PlanError::NoIdentity
            | PlanError::OtherSubject { .. } => None,
        }
    }
}

/// Returns the case field that a target's ids belong to.
pub(crate) fn id_field(target: Target) -> Option<CaseField> {
    match target {
        Target::Case(field) if matches!(field.spec().shape, ApiType::Id | ApiType::Ids) => Some(field),
        Target::SubjectType(_) => Some(CaseField::SubjectType),
        _ => None,
    }
}
