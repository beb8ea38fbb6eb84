//! `caseload catalog`: shows, shares and updates the account's catalog.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::{self, IsTerminal};

use serde::Serialize;

use super::CommandOutcome;
use super::output::{joined, print, print_json, report_line};
use crate::app::{App, AppError, Knowledge, LearnedCatalog};
use crate::cli::args::{CatalogAction, CatalogArgs};
use crate::text::{plural, utc, visible, visible_lines};
use crate::trackops::{Catalog, CatalogEntry, List, Merged};

pub(super) async fn catalog(app: &App, args: &CatalogArgs) -> Result<CommandOutcome, AppError> {
    let (account, _) = app.accounts().require()?;
    let knowledge = app.knowledge();
    match &args.action {
        None => show(knowledge, &account, args.json),
        Some(CatalogAction::Export) => {
            let text = knowledge.saved_catalog().for_sharing().to_toml();
            // A terminal gets safe text; a file gets it unchanged.
            print(&if io::stdout().is_terminal() { visible_lines(&text) } else { text })?;
            Ok(CommandOutcome::Done)
        }
        Some(CatalogAction::Import { file }) => {
            report(&knowledge.import_catalog(file)?, args.json)?;
            Ok(CommandOutcome::Done)
        }
        Some(CatalogAction::Learn) => {
            report(&learn(knowledge).await?.merged, args.json)?;
            Ok(CommandOutcome::Done)
        }
        Some(CatalogAction::Refresh) => refresh(knowledge, args.json).await,
    }
}

/// Learns the custom fields, and the ids and names that cases show.
async fn learn(knowledge: &Knowledge) -> Result<LearnedCatalog, AppError> {
    let learned = knowledge.learn_from_cases().await?;
    match &learned.refused {
        None => report_line(&format!("the account has {}", plural(learned.fields as u64, "custom field"))),
        Some(why) => {
            report_line(&format!(
                "Trackops didn't list the custom fields ({why}). Enter them on the catalog screen"
            ));
        }
    }
    report_line(&format!("read {}", plural(learned.cases as u64, "case")));
    if learned.merged == Merged::default() {
        report_line("found no new names. Enter them on the catalog screen, or import a colleague's catalog");
    }
    let guessed = knowledge.saved_catalog().guessed.len() as u64;
    if guessed > 0 {
        report_line(&format!(
            "caseload guessed the place of {} (case or primary subject). Check the marked ones with `caseload catalog`",
            plural(guessed, "custom field")
        ));
    }
    Ok(learned)
}

/// Prints the changes to the catalog.
fn report(merged: &Merged, json: bool) -> Result<(), AppError> {
    #[derive(Serialize)]
    struct JsonMerged<'a> {
        new: u64,
        same: u64,
        changed: &'a [String],
    }
    let Merged { new, same, changed } = merged;
    if json {
        return print_json(&JsonMerged { new: *new, same: *same, changed });
    }
    let mut text = format!("{new} new, {} changed, {same} unchanged\n", changed.len());
    for change in changed {
        let _ = writeln!(text, "  {}", visible(change));
    }
    print(&text)
}

async fn refresh(knowledge: &Knowledge, json: bool) -> Result<CommandOutcome, AppError> {
    let mut read = BTreeMap::new();
    for (key, list) in [("clients", List::Clients), ("contacts", List::Contacts)] {
        report_line(&format!("reading {} …", list.title().to_lowercase()));
        let picked = knowledge.pick(list, None, true).await?;
        if let Some(failed) = picked.failed {
            report_line(&failed);
            return Ok(CommandOutcome::NotStarted);
        }
        read.insert(key, picked.entries.len());
    }
    let learned = learn(knowledge).await?;
    if learned.refused.is_none() {
        read.insert("custom_fields", learned.fields);
    }
    if json {
        print_json(&read)?;
    } else {
        let counts = read.iter().map(|(key, count)| format!("{count} {}", key.replace('_', " ")));
        print(&format!("{}\n", counts.collect::<Vec<_>>().join(", ")))?;
    }
    Ok(CommandOutcome::Done)
}

fn show(knowledge: &Knowledge, account: &str, json: bool) -> Result<CommandOutcome, AppError> {
    #[derive(Serialize)]
    struct JsonLiveList {
        read_at: Option<String>,
        entries: Vec<CatalogEntry>,
    }
    #[derive(Serialize)]
    struct JsonCatalog<'a> {
        account: &'a str,
        #[serde(flatten)]
        kept: &'a Catalog,
        live: BTreeMap<List, JsonLiveList>,
    }
    let kept = knowledge.saved_catalog();
    let live = [List::Clients, List::Contacts].map(|list| (list, knowledge.listed(list, None)));
    if json {
        let live = live.into_iter().map(|(list, listed)| {
            (list, JsonLiveList { read_at: listed.read_at.map(utc), entries: listed.entries })
        });
        print_json(&JsonCatalog { account, kept: &kept, live: live.collect() })?;
        return Ok(CommandOutcome::Done);
    }
    let mut lines = vec![format!("Catalog of {account}")];
    for list in List::TYPED {
        let entries = kept.entries(list);
        lines.push(format!("{}: {}", list.title(), count(entries.len())));
        lines
            .extend(entries.iter().map(|entry| format!("{:>8}  {}", entry.id, kept.entry_text(list, entry))));
    }
    let listed = knowledge.fields_read_at().map_or_else(
        || "; run `caseload catalog refresh` to load them".to_owned(),
        |at| format!(", updated {}", utc(at)),
    );
    lines.push(format!("Custom fields: {}{listed}", count(kept.fields.len())));
    lines.extend(
        kept.fields.iter().map(|field| format!("  {:<11} {}", field.key.to_string(), kept.field_text(field))),
    );
    for (list, listed) in live {
        lines.push(match listed.read_at {
            Some(at) => {
                format!("{}: {}, updated {}", list.title(), listed.entries.len(), utc(at))
            }
            None => format!("{}: not loaded yet; run `caseload catalog refresh`", list.title()),
        });
    }
    print(&joined(lines))?;
    Ok(CommandOutcome::Done)
}

fn count(entries: usize) -> String {
    if entries == 0 { "none".to_owned() } else { entries.to_string() }
}
