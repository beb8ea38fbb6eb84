//! The open import: its recipe checked against the columns of its file.

use std::collections::BTreeSet;

use strum::VariantArray;

use crate::case::{
    ApiType, CaseField, ColumnNames, ColumnRule, CustomField, CustomFieldOwner, CustomFieldRef, CustomKey,
    DefaultText, Guess, Plan, PlanContext, PlanError, Recipe, Suggestion, Target, column_name,
    private_columns,
};
use crate::ledger::Import;
use crate::sheet::{Column, Row};
use crate::trackops::Catalog;
use crate::tui::core::effect::{DataChange, Effect};
use crate::tui::core::msg::{Opened, SheetFacts, Ticket};
use crate::tui::screens::draft::history::History;

/// The open import.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) import: Import,
    pub(crate) recipe: Recipe,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: u64,
    pub(crate) samples: Vec<Row>,
    /// Guess for each column, with its reason.
    pub(crate) guesses: Vec<Guess>,
    /// Facts about the file and its format.
    pub(crate) sheet: SheetFacts,
    /// Percent of the file read so far; none once all of it is.
    pub(crate) reading: Option<u64>,
    /// Cursor on Case defaults.
    pub(crate) field: usize,
    /// Cursor on Field map.
    pub(crate) line: usize,
    /// Index of the sample in the preview.
    pub(crate) sample: usize,
    /// Everything wrong between recipe and file.
    pub(crate) errors: Vec<PlanError>,
    /// Catalog that the field map was matched with.
    pub(crate) matched_with: Catalog,
    /// Whether each column holds SSNs or dates of birth.
    private: Vec<bool>,
    /// Undo history of the recipe.
    pub(crate) history: History,
    /// Pending restore of the file format, and the history to restore with it.
    pub(crate) restoring: Option<(Ticket, History)>,
}

/// A line of the case defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormRow {
    /// The import's name.
    Name,
    Case(CaseField),
    Custom(CustomFieldRef),
}

/// A line of the field map: a column of the file, a rule of the recipe, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MapLine {
    /// Index of the column; none when the file lacks it.
    pub(crate) column: Option<usize>,
    /// Index of the rule; none when the recipe does not name the column.
    pub(crate) rule: Option<usize>,
}

impl Job {
    pub(crate) fn new(opened: Opened, catalog: &Catalog) -> Self {
        let Opened { import, recipe, columns, rows, samples, guesses, sheet, measured, .. } = opened;
        let reading = (!measured).then_some(0);
        let (field, line, sample, errors, private) = (0, 0, 0, Vec::new(), Vec::new());
        let history = History::new(&recipe);
        let mut job = Self {
            import,
            recipe,
            columns,
            rows,
            samples,
            guesses,
            sheet,
            reading,
            field,
            line,
            sample,
            errors,
            matched_with: catalog.clone(),
            private,
            history,
            restoring: None,
        };
        job.judge(catalog);
        job.field = job.missing_lines(catalog).first().copied().unwrap_or(0);
        job
    }

    /// Applies new facts about the file; the recipe and the cursors stay.
    pub(crate) fn reread(&mut self, opened: Opened, catalog: &Catalog) {
        let Opened { import, columns, rows, samples, guesses, sheet, measured, .. } = opened;
        // The name may have been edited since it was sent to be saved.
        let name = std::mem::take(&mut self.import.name);
        self.import = Import { name, ..import };
        (self.columns, self.rows, self.samples, self.sheet) = (columns, rows, samples, sheet);
        self.guesses = guesses;
        self.reading = (!measured).then_some(0);
        self.judge(catalog);
    }

    fn judge(&mut self, catalog: &Catalog) {
        self.errors =
            Plan::new(&self.recipe, &self.columns, &PlanContext::default()).err().unwrap_or_default();
        self.errors.extend(catalog.subject_type_mismatch(&self.recipe));
        self.private = private_columns(&self.recipe, &self.columns, &self.samples);
    }

    /// Whether a column (from 0) holds SSNs or dates of birth.
    pub(crate) fn is_private(&self, column: usize) -> bool {
        self.private.get(column).copied().unwrap_or(false)
    }

    /// Whether the user marked a column (from 0) as not private.
    pub(crate) fn is_open(&self, column: usize) -> bool {
        let is_public = |line: MapLine| {
            line.column == Some(column) && self.rule(line).is_some_and(|r| r.private == Some(false))
        };
        self.lines().into_iter().any(is_public)
    }

    /// Like `is_private`, by the column's name in the recipe. A column the file lacks is judged by its name alone.
    pub(crate) fn is_private_name(&self, name: &str) -> bool {
        let names = ColumnNames::new(&self.columns);
        let is = |at: &usize| names.name(*at) == name || format!("#{}", at + 1) == name;
        if let Some(column) = (0..self.columns.len()).find(is) {
            return self.is_private(column);
        }
        let column = Column { header: name.to_owned(), filled: 0 };
        private_columns(&self.recipe, &[column], &[]).contains(&true)
    }

    /// Number of rows in the table, without the footer.
    pub(crate) fn table_rows(&self) -> u64 {
        self.rows.saturating_sub(self.sheet.layout.footer.unwrap_or(0))
    }

    /// Checks the recipe after a change, and saves it.
    pub(crate) fn changed(&mut self, catalog: &Catalog) -> Vec<Effect> {
        self.recipe.remove_unused();
        self.judge(catalog);
        self.history.note(&self.recipe);
        self.save()
    }

    pub(crate) fn save(&self) -> Vec<Effect> {
        vec![Effect::Change(DataChange::Save(
            self.import.id,
            self.import.name.clone(),
            Box::new(self.recipe.clone()),
        ))]
    }

    /// Number of required fields with neither default nor column.
    pub(crate) fn missing(&self) -> usize {
        self.errors.iter().filter(|error| matches!(error, PlanError::Missing { .. })).count()
    }

    pub(crate) fn is_missing(&self, field: CaseField) -> bool {
        self.errors.iter().any(|error| matches!(error, PlanError::Missing { key, .. } if *key == field.key()))
    }

    /// Returns the lines of the case defaults whose required field is missing.
    pub(crate) fn missing_lines(&self, catalog: &Catalog) -> Vec<usize> {
        let is_missing = |row: &FormRow| matches!(row, FormRow::Case(field) if self.is_missing(*field));
        let form = self.form(catalog);
        form.iter().enumerate().filter(|(_, row)| is_missing(row)).map(|(at, _)| at).collect()
    }

    /// Returns the custom fields of the account and of the recipe, each once.
    pub(crate) fn custom_fields<'a>(&'a self, catalog: &'a Catalog) -> Vec<&'a CustomField> {
        let recipe_fields =
            self.recipe.fields.iter().filter(|f| catalog.fields.iter().all(|known| known.key != f.key));
        let mut fields: Vec<&CustomField> = catalog.fields.iter().chain(recipe_fields).collect();
        fields.sort_by_key(|field| field.key);
        fields
    }

    /// Returns the custom fields for each record that can have them: the case, the primary subject, others by type.
    pub(crate) fn places<'a>(&'a self, catalog: &'a Catalog) -> Vec<(CustomFieldRef, &'a CustomField)> {
        let fields = self.custom_fields(catalog);
        let mut places: Vec<_> =
            fields.iter().map(|field| (CustomFieldRef::from(field.key), *field)).collect();
        for subject in &self.recipe.subjects {
            // Fields of its type first, then those without a type.
            for of in [Some(subject.subject_type_id), None] {
                let theirs = fields
                    .iter()
                    .filter(|field| field.key.owner == CustomFieldOwner::Subject && field.subject_type == of);
                places.extend(theirs.map(|field| (CustomFieldRef::from(field.key).of(subject.key), *field)));
            }
        }
        places
    }

    /// Declares a custom field of the catalog in the recipe, where the plan looks for it.
    pub(crate) fn use_field(&mut self, key: CustomKey, catalog: &Catalog) {
        if self.recipe.kind_of(key).is_none()
            && let Some(field) = catalog.fields.iter().find(|field| field.key == key)
        {
            self.recipe.fields.push(field.clone());
        }
    }

    /// Returns the lines of the case defaults.
    pub(crate) fn form(&self, catalog: &Catalog) -> Vec<FormRow> {
        let cases = CaseField::VARIANTS.iter().copied().map(FormRow::Case);
        let customs = self.places(catalog).into_iter().map(|(place, _)| FormRow::Custom(place));
        std::iter::once(FormRow::Name).chain(cases).chain(customs).collect()
    }

    pub(crate) fn set_default(&mut self, target: Target, text: Option<DefaultText>, catalog: &Catalog) {
        if let Target::Custom(place, _) = target {
            self.use_field(place.key(), catalog);
        }
        match text {
            Some(text) => _ = self.recipe.defaults.insert(target, text),
            None => _ = self.recipe.defaults.remove(&target),
        }
    }

    /// Returns the default id of a case field.
    pub(crate) fn default_id(&self, field: CaseField) -> Option<u64> {
        match self.recipe.defaults.get(&Target::Case(field)) {
            Some(DefaultText::Whole(id)) => Some(*id),
            _ => None,
        }
    }

    /// Returns the name of a column on screen.
    pub(crate) fn header(&self, index: usize) -> String {
        self.columns.get(index).map_or_else(|| format!("#{}", index + 1), |column| column.name(index))
    }

    /// Returns the name of a column in the recipe.
    pub(crate) fn column_name(&self, index: usize) -> String {
        column_name(&self.columns, index)
    }

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

    pub(crate) fn rule(&self, line: MapLine) -> Option<&ColumnRule> {
        line.rule.and_then(|index| self.recipe.columns.get(index))
    }

    /// Returns the rule of a line for the user to change, new if the column has none.
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
        let rule = self.recipe.columns.get_mut(index)?;
        rule.by_hand = true;
        Some(rule)
    }

    /// Returns the guess for a line, unless something else was chosen.
    pub(crate) fn idea(&self, line: MapLine) -> Option<&Suggestion> {
        let guess = self.guesses.get(line.column?)?;
        let to = self.rule(line).map_or(Target::Ignore, |rule| rule.to);
        guess.suggestion.as_ref().filter(|_| to == guess.rule.to)
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
        match target {
            Target::Case(field) => Some(field.spec().shape),
            Target::SubjectType(_) => Some(ApiType::Id),
            Target::Custom(place, None) => {
                let fields = self.custom_fields(catalog);
                let field = fields.iter().find(|field| field.key == place.key());
                Some(field.map_or(ApiType::Text, |field| field.kind.shape()))
            }
            Target::Custom(..) => Some(ApiType::Text),
            Target::Ignore => None,
        }
    }

    /// Returns the line of the field map under the cursor.
    pub(crate) fn line_under(&self) -> Option<MapLine> {
        self.lines().get(self.line).copied()
    }

    /// Returns the line of the field map that an error is about.
    pub(crate) fn line_of(&self, error: &PlanError) -> Option<usize> {
        let lines = self.lines();
        let rule = |fits: &dyn Fn(&crate::case::ColumnRule) -> bool| {
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
            PlanError::BadDefault { .. } | PlanError::Missing { .. } | PlanError::OtherSubject { .. } => None,
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
