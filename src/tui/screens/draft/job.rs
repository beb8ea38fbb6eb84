//! The open import: its recipe checked against the columns of its file.

use strum::VariantArray;

use crate::app::LaterGuesses;
use crate::case::{
    CaseField, ColumnNames, CustomField, CustomFieldOwner, CustomFieldRef, CustomKey, DefaultText, Guess,
    Plan, PlanContext, PlanError, Recipe, Target, column_name, private_columns,
};
use crate::ledger::Import;
use crate::sheet::{Column, Row};
use crate::trackops::{Catalog, List};
use crate::tui::core::cell_mask::CellMask;
use crate::tui::core::effect::{DataChange, Effect};
use crate::tui::core::msg::{Opened, SheetFacts, Ticket};
use crate::tui::screens::draft::history::History;

/// The open import.
#[derive(Debug)]
pub(crate) struct Job {
    pub(super) import: Import,
    pub(super) recipe: Recipe,
    pub(super) columns: Vec<Column>,
    pub(super) rows: u64,
    pub(super) samples: Vec<Row>,
    /// Guess for each column, with its reason.
    pub(super) guesses: Vec<Guess>,
    /// Facts about the file and its format.
    pub(super) sheet: SheetFacts,
    /// Percent of the file read so far; none once all of it is.
    pub(super) reading: Option<u64>,
    /// Cursor on Case defaults.
    pub(in crate::tui::screens) field: usize,
    /// Cursor on Field map.
    pub(in crate::tui::screens) line: usize,
    /// Index of the sample in the preview.
    pub(in crate::tui::screens) sample: usize,
    /// Everything wrong between recipe and file.
    pub(super) errors: Vec<PlanError>,
    /// Catalog that the field map was matched with.
    pub(super) matched_with: Catalog,
    /// Whether each column holds SSNs or dates of birth.
    private: Vec<bool>,
    /// Undo history of the recipe.
    pub(super) history: History,
    /// Pending restore of the file format, and the history to restore with it.
    pub(super) restoring: Option<(Ticket, History)>,
}

/// A line of the case defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormRow {
    /// The import's name.
    Name,
    Case(CaseField),
    Custom(CustomFieldRef),
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
        job.line = job.first_doubt().unwrap_or(0);
        job.field = job.missing_lines(catalog).first().copied().unwrap_or(0);
        job
    }

    pub(crate) fn import(&self) -> &Import {
        &self.import
    }

    pub(crate) fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// Returns the recipe to edit. [`Job::changed`] checks and saves it afterwards.
    pub(crate) fn recipe_mut(&mut self) -> &mut Recipe {
        &mut self.recipe
    }

    /// Takes over the saved state of the import.
    pub(crate) fn saved(&mut self, import: Import) {
        // The name may have been edited again since it was sent to be saved.
        let name = std::mem::take(&mut self.import.name);
        self.import = Import { name, ..import };
    }

    pub(crate) fn rename(&mut self, name: String) -> Vec<Effect> {
        self.import.name = name;
        self.save()
    }

    pub(crate) fn set_guesses(&mut self, guesses: Vec<Guess>) {
        self.guesses = guesses;
    }

    /// Maps ignored columns by the guesses of a newer catalog, and returns their names.
    pub(crate) fn guessed_later(&mut self, later: LaterGuesses) -> Vec<String> {
        let mapped = later.apply(&mut self.recipe, &self.columns);
        self.guesses = later.guesses;
        mapped
    }

    /// Returns whether the catalog has changed since the field map was matched with it, and remembers this one.
    pub(crate) fn match_with(&mut self, catalog: &Catalog) -> bool {
        let changed = self.matched_with != *catalog;
        if changed {
            self.matched_with.clone_from(catalog);
        }
        changed
    }

    /// Returns the columns of the file.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Returns the number of rows in the file.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Returns the first rows of the file.
    pub(crate) fn samples(&self) -> &[Row] {
        &self.samples
    }

    /// Returns the guess for each column.
    pub(crate) fn guesses(&self) -> &[Guess] {
        &self.guesses
    }

    /// Returns facts about the file and its format.
    pub(crate) fn sheet(&self) -> &SheetFacts {
        &self.sheet
    }

    /// Returns the percent of the file read so far; none once all of it is.
    pub(crate) fn reading(&self) -> Option<u64> {
        self.reading
    }

    /// Returns everything wrong between recipe and file.
    pub(crate) fn errors(&self) -> &[PlanError] {
        &self.errors
    }

    /// Applies new facts about the file; the recipe and the cursors stay.
    pub(crate) fn reread(&mut self, opened: Opened, catalog: &Catalog) {
        let Opened { import, columns, rows, samples, guesses, sheet, measured, .. } = opened;
        self.saved(import);
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

    /// Returns how the cells of a column (from 0) are masked while private values are hidden. A column that the user marked
    /// as not private shows everything.
    pub(crate) fn cell_mask(&self, column: usize) -> CellMask {
        let of_column = self.lines().into_iter().filter(|line| line.column == Some(column));
        let is_open = of_column.filter_map(|line| self.rule(line)).any(|rule| rule.private == Some(false));
        match self.is_private(column) {
            false if is_open => CellMask::Nothing,
            is_private => CellMask::of(is_private),
        }
    }

    /// Like `cell_mask`, by the column's name in the recipe. A column the file lacks is judged by its name alone.
    pub(crate) fn cell_mask_named(&self, name: &str) -> CellMask {
        let names = ColumnNames::new(&self.columns);
        let is = |at: &usize| names.name(*at) == name || format!("#{}", at + 1) == name;
        if let Some(column) = (0..self.columns.len()).find(is) {
            return self.cell_mask(column);
        }
        let column = Column { header: name.to_owned(), filled: 0 };
        CellMask::of(private_columns(&self.recipe, &[column], &[]).contains(&true))
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

    /// Returns the client whose contacts the file may name: the default one, if no column has clients.
    pub(crate) fn only_client(&self, list: List) -> Option<u64> {
        let is_mapped = self.recipe.columns.iter().any(|rule| rule.to == Target::Case(CaseField::Client));
        if list == List::Contacts && !is_mapped { self.default_id(CaseField::Client) } else { None }
    }

    /// Returns the name of a column on screen.
    pub(crate) fn header(&self, index: usize) -> String {
        self.columns.get(index).map_or_else(|| format!("#{}", index + 1), |column| column.name(index))
    }

    /// Returns the name of a column in the recipe.
    pub(crate) fn column_name(&self, index: usize) -> String {
        column_name(&self.columns, index)
    }
}

/// What tests of several screens look at.
#[cfg(test)]
impl Job {
    /// Returns the cursors on Case defaults and Field map.
    pub(crate) fn cursors(&self) -> (usize, usize) {
        (self.field, self.line)
    }

    pub(crate) fn sheet_mut(&mut self) -> &mut SheetFacts {
        &mut self.sheet
    }
}
