//! `caseload map`: proposes a recipe, with the confidence for each column.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::output::{print_file, print_json};
use super::{CommandOutcome, InputSheet, progress};
use crate::app::{App, AppError, IdColumnValues, Proposal};
use crate::case::{
    CaseField, ColumnNames, ColumnRule, Drift, Guess, Plan, PlanContext, PlanError, Recipe, Target,
    match_label, normalize,
};
use crate::cli::args::MapArgs;
use crate::sheet::Sheet;
use crate::text::{plural, visible};
use crate::trackops::{Catalog, List};

pub(super) fn map(app: &App, args: &MapArgs) -> Result<CommandOutcome, AppError> {
    let chosen = args.reading.layout();
    let layout = match args.like {
        Some(id) => chosen.clone().over(app.imports().recipe(id)?.for_other_files().sheet),
        None => chosen.clone(),
    };
    let opened = InputSheet::open(Some(app), &args.file, &layout)?;
    let sheet = &opened.sheet;
    progress::while_scanning(sheet);
    sheet.scan()?;
    for header in &args.forget {
        if !app.knowledge().forget_header(header)? {
            return Err(AppError::NotRemembered(header.clone()));
        }
    }
    let mut proposal = app.drafts().propose(sheet, args.like)?;
    let drift = args.like.map(|id| app.drafts().drift(sheet, id)).transpose()?.unwrap_or_default();
    proposal.recipe.sheet = layout;
    let looks_like = match args.like {
        Some(_) => None,
        None => app.drafts().resembling(sheet)?,
    };
    let mut mapping =
        JsonMapping::of(sheet, &proposal, &drift, looks_like.map(|import| (import.id, import.name)));
    let texts = app.drafts().id_column_values(sheet, &proposal.recipe)?;
    let columns = sheet.columns();
    mapping.look_at(&texts, &proposal.recipe, &ColumnNames::new(&columns), &app.knowledge().catalog());
    if args.json { print_json(&mapping) } else { print_file(&mapping.to_toml(&proposal.recipe)) }?;
    Ok(CommandOutcome::Done)
}

/// The proposal, for scripts.
#[derive(Serialize)]
struct JsonMapping {
    columns: Vec<JsonMappedColumn>,
    /// Required fields with neither a default nor a column.
    missing: Vec<String>,
    /// Columns that only the import it starts from has, and those that only the file has.
    gone: Vec<String>,
    new: Vec<String>,
    /// All differences from that import.
    drift: Vec<JsonDrift>,
    /// An earlier import with nearly the same columns: its number and name.
    looks_like: Option<(i64, String)>,
}

#[derive(Serialize)]
struct JsonDrift {
    code: &'static str,
    message: String,
}

#[derive(Serialize)]
struct JsonMappedColumn {
    from: String,
    to: String,
    confidence: f64,
    why: String,
    /// The suggestion, if it isn't sure enough to be the mapping.
    maybe: Option<String>,
    /// Unmapped values.
    unmapped: Vec<JsonUnmappedValue>,
    /// Number of different values that set the client or the case type; 0 for other columns.
    groups: usize,
}

#[derive(Serialize)]
struct JsonUnmappedValue {
    text: String,
    count: u64,
    /// The most similar label and its id.
    maybe: Option<(String, u64)>,
}

impl JsonMapping {
    fn of(sheet: &Sheet, proposal: &Proposal, drift: &[Drift], looks_like: Option<(i64, String)>) -> Self {
        let missing =
            Plan::new(&proposal.recipe, &sheet.columns(), &PlanContext::default()).err().unwrap_or_default();
        let missing = missing.iter().filter_map(|error| match error {
            PlanError::Missing { key, .. } => Some((*key).to_owned()),
            _ => None,
        });
        let guesses: HashMap<&str, &Guess> =
            proposal.guesses.iter().map(|guess| (guess.rule.from.as_str(), guess)).collect();
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        for found in drift {
            match found {
                Drift::Gone(name, _) => gone.push(name.clone()),
                Drift::New(name) => new.push(name.clone()),
                Drift::Renamed { from, to, .. } => {
                    gone.push(from.clone());
                    new.push(to.clone());
                }
                _ => {}
            }
        }
        Self {
            columns: proposal
                .recipe
                .columns
                .iter()
                .map(|rule| {
                    JsonMappedColumn::of(rule, guesses.get(rule.from.as_str()).copied(), proposal.like)
                })
                .collect(),
            missing: missing.collect(),
            gone,
            new,
            drift: drift.iter().map(|of| JsonDrift { code: of.code(), message: of.describe() }).collect(),
            looks_like,
        }
    }

    /// Adds the unmapped values of columns of ids.
    fn look_at(
        &mut self,
        texts: &[IdColumnValues],
        recipe: &Recipe,
        names: &ColumnNames<'_>,
        catalog: &Catalog,
    ) {
        for (column, rule) in self.columns.iter_mut().zip(&recipe.columns) {
            let Target::Case(field) = rule.to else { continue };
            let index = names.called(&rule.from);
            let Some((_, texts)) = texts.iter().find(|(of, _)| Some(*of) == index) else { continue };
            if matches!(field, CaseField::Client | CaseField::CaseType) && texts.len() > 1 {
                column.groups = texts.len();
            }
            let labels = List::of(field).map_or(&[][..], |list| catalog.entries(list));
            let labels = labels.iter().map(|entry| (entry.label.as_str(), entry.id));
            let mapped: HashSet<String> = rule.values.keys().map(|known| normalize(known)).collect();
            let known = |text: &str| text.parse::<u64>().is_ok() || mapped.contains(&normalize(text));
            let open = texts.iter().filter(|(text, _)| !known(text));
            column.unmapped = open
                .map(|(text, count)| {
                    let maybe =
                        match_label(text, labels.clone()).map(|meant| (meant.label.to_owned(), meant.id));
                    JsonUnmappedValue { text: text.clone(), count: *count, maybe }
                })
                .collect();
        }
    }

    /// Returns the recipe with a comment for every column.
    fn to_toml(&self, recipe: &Recipe) -> String {
        let mut bare = recipe.clone();
        bare.columns.clear();
        let mut text = bare.to_toml().replace("columns = []\n", "");
        let missing = self.missing.iter().map(|key| format!("# {key} =      # required, still missing\n"));
        text = text.replacen("[defaults]\n", &format!("[defaults]\n{}", missing.collect::<String>()), 1);
        let mut comments = Vec::new();
        if let Some((id, name)) = &self.looks_like {
            comments.push(format!(
                "looks like import {id} “{name}”; to start from it: caseload map FILE --like {id}"
            ));
        }
        comments.extend(self.drift.iter().map(|drift| format!("changed: {}", drift.message)));
        for comment in comments {
            text = text + "\n# " + &visible(&comment);
        }
        text += "\n";
        for (rule, column) in recipe.columns.iter().zip(&self.columns) {
            let mut only = Recipe::new("");
            only.columns.push(rule.clone());
            let only = only.to_toml();
            let rule = only.split_once("[[columns]]").map_or("", |(_, rule)| rule).trim();
            let sure = match (&column.maybe, column.why.as_str()) {
                (Some(to), why) => format!("suggestion: {to} ({}% sure): {why}", percent(column.confidence)),
                (None, "") => "no matching field found".to_owned(),
                (None, why) => format!("{}% sure: {why}", percent(column.confidence)),
            };
            let comments = std::iter::once(sure).chain(column.comments());
            // A line break would end the comment.
            text += "\n";
            for comment in comments {
                text = text + "# " + &visible(&comment) + "\n";
            }
            text = text + "[[columns]]\n" + rule + "\n";
        }
        text
    }
}

impl JsonMappedColumn {
    fn of(rule: &ColumnRule, guess: Option<&Guess>, like: Option<i64>) -> Self {
        let suggestion = guess.and_then(|guess| guess.suggestion.as_ref());
        let (confidence, why, maybe) = match (suggestion, like) {
            (Some(suggestion), _) if suggestion.to == rule.to => {
                (suggestion.confidence, suggestion.why.clone(), None)
            }
            // An earlier import may map a column to more than one field.
            (Some(suggestion), Some(id)) if suggestion.confidence >= 1.0 => {
                (1.0, format!("as in import {id}"), None)
            }
            (Some(suggestion), _) => {
                (suggestion.confidence, suggestion.why.clone(), Some(suggestion.to.to_string()))
            }
            (None, _) => (0.0, String::new(), None),
        };
        let confidence = (confidence * 100.0).round() / 100.0;
        let (from, to) = (rule.from.clone(), rule.to.to_string());
        Self { from, to, confidence, why, maybe, unmapped: Vec::new(), groups: 0 }
    }

    /// Describes the column's unmapped values and groups.
    fn comments(&self) -> Vec<String> {
        let mut comments: Vec<String> = self
            .unmapped
            .iter()
            .take(MAX_UNMAPPED)
            .map(|JsonUnmappedValue { text, count, maybe }| match maybe {
                Some((label, id)) => {
                    format!("unmapped value: “{text}” ({count} ×); suggestion: {label} = {id}")
                }
                None => format!("unmapped value: “{text}” ({count} ×)"),
            })
            .collect();
        let more = self.unmapped.len().saturating_sub(MAX_UNMAPPED);
        if more > 0 {
            comments.push(format!("and {}", plural(more as u64, "more unmapped value")));
        }
        if self.groups > 0 {
            let Self { from, to, groups, .. } = self;
            comments
                .push(format!("{groups} values set {to}; to import one at a time: --only \"{from}=VALUE\""));
        }
        comments
    }
}

/// Maximum number of unmapped values listed for a column.
const MAX_UNMAPPED: usize = 20;

fn percent(confidence: f64) -> String {
    format!("{:.0}", confidence * 100.0)
}
