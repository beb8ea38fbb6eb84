//! The first rows of the open file: their cells, and the values they become.

use jiff::civil::Date;
use strum::VariantArray;

use crate::case::{ApiType, CaseField, ColumnRule, DefaultText, Plan, PlanContext, Recipe, Target};
use crate::sheet::{Column, Row, StoredNumber};
use crate::text::on_screen;
use crate::trackops::Catalog;
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::draft::labels::value_text;
use crate::tui::screens::draft::lines::MapLine;

impl Job {
    /// Returns the first different values of a column, at most `count`.
    pub(crate) fn texts(&self, column: usize, count: usize) -> Vec<&str> {
        let mut texts: Vec<&str> = Vec::new();
        for row in &self.samples {
            let text = row.cells.get(column).unwrap_or("").trim();
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
                if texts.len() == count {
                    break;
                }
            }
        }
        texts
    }

    /// Returns the number stored in a sample cell, if its text shows another one.
    pub(crate) fn held(&self, column: usize, text: &str) -> Option<&StoredNumber> {
        let row =
            self.samples.iter().find(|row| row.cells.get(column).is_some_and(|cell| cell.trim() == text))?;
        row.number(column).filter(|number| !number.reads_as(text))
    }

    /// Returns a sample cell as shown, with its stored number if that is another one.
    pub(crate) fn sample_text(&self, column: usize, text: &str) -> String {
        match self.held(column, text) {
            Some(number) if !self.is_private(column) => format!("{text} (holds {})", number.digits()),
            _ => text.to_owned(),
        }
    }

    /// Returns a sample cell and the value built from it, or what is wrong with it. `display` masks private text.
    pub(crate) fn preview(
        &self,
        line: MapLine,
        today: Date,
        catalog: &Catalog,
        display: impl Fn(&str) -> String,
    ) -> Option<(String, String)> {
        let texts = self.texts(line.column?, usize::MAX);
        let text = *texts.get(self.sample % texts.len().max(1))?;
        self.preview_of(line, text, today, catalog, display)
    }

    /// Like `preview`, for one value.
    pub(crate) fn preview_of(
        &self,
        line: MapLine,
        text: &str,
        today: Date,
        catalog: &Catalog,
        display: impl Fn(&str) -> String,
    ) -> Option<(String, String)> {
        let (column, rule) = (line.column?, self.rule(line)?);
        let built = match rule.to {
            Target::Ignore => "nothing: this column isn't imported".to_owned(),
            _ => self
                .read_alone(rule, column, text, today, catalog)
                .map_or_else(|wrong| wrong, |built| display(&built)),
        };
        Some((display(&self.sample_text(column, text)), built))
    }

    /// Builds one cell by its rule alone, as the rest of the recipe may be unfinished. `Err` says why there's no value.
    fn read_alone(
        &self,
        rule: &ColumnRule,
        column: usize,
        text: &str,
        today: Date,
        catalog: &Catalog,
    ) -> Result<String, String> {
        let mut alone = Recipe::new("");
        alone.fields.clone_from(&self.recipe.fields);
        alone.allow_unidentified = true;
        alone.columns.push(ColumnRule {
            from: "#1".into(),
            private: Some(self.is_private(column)),
            // A field is built the same for every subject.
            to: rule.to.of_primary(),
            ..rule.clone()
        });
        for field in CaseField::VARIANTS.iter().filter(|field| field.spec().shape == ApiType::Id) {
            let target = Target::Case(*field);
            if target != rule.to.of_primary() {
                alone.defaults.insert(target, DefaultText::Whole(1));
            }
        }
        let columns = [Column { header: String::new(), filled: 1 }];
        let plan = match Plan::new(&alone, &columns, &PlanContext::default()) {
            Ok(plan) => plan,
            Err(errors) => return Err(errors.first().map(ToString::to_string).unwrap_or_default()),
        };
        let mut row = Row { number: 1, line: 1, ..Row::default() };
        row.cells.push_field(text);
        row.numbers
            .extend(self.held(column, text).map(|number| StoredNumber { column: 0, value: number.value }));
        let built = plan.build(&row, today);
        if let Some(problem) = built.problems.first() {
            return Err(format!("✗ {}; {}", problem.message, on_screen(&problem.hint)));
        }
        let name = self.header(column);
        let placed = built.case.values.iter().find(|placed| !placed.by_default);
        placed.map_or_else(
            || Err(format!("nothing: “{name}” is empty here")),
            |placed| Ok(value_text(&placed.value, placed.dest, catalog)),
        )
    }
}
