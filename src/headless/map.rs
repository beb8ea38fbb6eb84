//! `caseload map`: a proposed recipe, and how sure each column is.

use serde::Serialize;

use super::output::{print, print_json};
use super::{Opened, Outcome, progress};
use crate::app::{App, AppError, Proposal};
use crate::case::{Guess, Plan, PlanError, Recipe, Target};
use crate::cli::MapArgs;
use crate::sheet::Sheet;
use crate::text::visible;

pub(super) fn map(app: &App, args: &MapArgs) -> Result<Outcome, AppError> {
    let chosen = args.reading.layout();
    let layout = match args.like {
        Some(id) => chosen.clone().over(app.recipe(id)?.sheet),
        None => chosen.clone(),
    };
    let opened = Opened::open(Some(app), &args.file, &layout)?;
    let sheet = opened.sheet();
    progress::while_scanning(sheet);
    sheet.scan()?;
    let mut proposal = app.propose(sheet, args.like)?;
    proposal.recipe.sheet = layout;
    let looks_like = match args.like {
        Some(_) => None,
        None => app.resembling(sheet)?,
    };
    let told = Told::of(sheet, &proposal, looks_like.map(|import| (import.id, import.name)));
    if args.json { print_json(&told) } else { print(&told.to_toml(&proposal.recipe)) }?;
    Ok(Outcome::Done)
}

/// The proposal, for scripts.
#[derive(Serialize)]
struct Told {
    columns: Vec<ColumnTold>,
    /// Required fields with neither default nor column.
    missing: Vec<String>,
    /// Columns of the import it starts from that the file lacks, and the other way round.
    gone: Vec<String>,
    new: Vec<String>,
    /// An earlier import with nearly the same columns: its number and name.
    looks_like: Option<(i64, String)>,
}

#[derive(Serialize)]
struct ColumnTold {
    from: String,
    to: String,
    confidence: f64,
    why: String,
    /// The best idea, where it is not sure enough to be made.
    maybe: Option<String>,
}

impl Told {
    fn of(sheet: &Sheet, proposal: &Proposal, looks_like: Option<(i64, String)>) -> Self {
        let rules = proposal.recipe.columns.iter().zip(&proposal.guesses);
        let missing = Plan::new(&proposal.recipe, &sheet.columns()).err().unwrap_or_default();
        let missing = missing.iter().filter_map(|error| match error {
            PlanError::Missing { key, .. } => Some((*key).to_owned()),
            _ => None,
        });
        Self {
            columns: rules
                .map(|(rule, guess)| ColumnTold::of(&rule.from, rule.to, guess, proposal))
                .collect(),
            missing: missing.collect(),
            gone: proposal.gone.clone(),
            new: proposal.new.clone(),
            looks_like,
        }
    }

    /// The recipe with a comment at every column.
    fn to_toml(&self, recipe: &Recipe) -> String {
        let mut bare = recipe.clone();
        bare.columns.clear();
        let mut text = bare.to_toml().replace("columns = []\n", "");
        let missing =
            self.missing.iter().map(|key| format!("# {key} =      # required, and still missing\n"));
        text = text.replacen("[defaults]\n", &format!("[defaults]\n{}", missing.collect::<String>()), 1);
        let mut comments = Vec::new();
        if let Some((id, name)) = &self.looks_like {
            comments.push(format!("it looks like “{name}”: caseload map FILE --like {id}"));
        }
        comments.extend(self.gone.iter().map(|name| format!("no longer in the file: “{name}”")));
        for comment in comments {
            text = text + "\n# " + &visible(&comment);
        }
        text += "\n";
        for (rule, told) in recipe.columns.iter().zip(&self.columns) {
            let mut only = Recipe::new("");
            only.columns.push(rule.clone());
            let only = only.to_toml();
            let rule = only.split_once("[[columns]]").map_or("", |(_, rule)| rule).trim();
            let sure = match (&told.maybe, told.why.as_str()) {
                (Some(to), why) => format!("maybe {to} ({} %): {why}", percent(told.confidence)),
                (None, "") => "nothing speaks for a field".to_owned(),
                (None, why) => format!("{} % sure: {why}", percent(told.confidence)),
            };
            // A comment ends with its line.
            text = format!("{text}\n# {}\n[[columns]]\n{rule}\n", visible(&sure));
        }
        text
    }
}

impl ColumnTold {
    fn of(from: &str, to: Target, guess: &Guess, proposal: &Proposal) -> Self {
        let like = proposal.like.filter(|_| proposal.new.iter().all(|new| new != from));
        let (confidence, why, maybe) = match (&guess.idea, like) {
            (_, Some(id)) => (1.0, format!("as in import {id}"), None),
            (Some(idea), None) if idea.to == to => (idea.confidence, idea.why.clone(), None),
            (Some(idea), None) => (idea.confidence, idea.why.clone(), Some(idea.to.to_string())),
            (None, None) => (0.0, String::new(), None),
        };
        let confidence = (confidence * 100.0).round() / 100.0;
        Self { from: from.to_owned(), to: to.to_string(), confidence, why, maybe }
    }
}

fn percent(confidence: f64) -> String {
    format!("{:.0}", confidence * 100.0)
}
