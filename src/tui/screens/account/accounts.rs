//! The list of accounts, switching between them, and imports that belong to another account.

use crate::app::KnownAccount;
use crate::ledger::ImportId;
use crate::tui::core::effect::{DataChange, Effect};
use crate::tui::core::goto::{Goto, WantedStep};
use crate::tui::core::model::{Model, Mood};
use crate::tui::core::msg::{InUse, Lasting, Sentence, Ticket};
use crate::tui::dialogs::{Choice, Confirm, Picker};
use crate::tui::screens::account;

/// Lists the accounts, or shows the form if there are none.
pub(crate) fn choose(model: &mut Model) -> Vec<Effect> {
    model.wanted = None;
    if model.accounts.all.is_empty() {
        return account::open(model, None);
    }
    let used = model.who.as_ref().map(|who| who.name.clone());
    let is_used = |known: &KnownAccount| Some(&known.name) == used.as_ref();
    let line = |known: &KnownAccount| {
        let label = format!("{}: {} at {}", known.name, known.username, known.url.host());
        Choice::new(AccountLine::Use(known.name.clone()), label, if is_used(known) { "in use" } else { "" })
    };
    let mut choices: Vec<_> = model.accounts.all.iter().map(line).collect();
    let cursor = model.accounts.all.iter().position(is_used);
    if let Some(used) = &used {
        let label = format!("Edit {used} or test its connection…");
        choices.push(Choice::new(AccountLine::Form(Some(used.clone())), label, ""));
    }
    choices.push(Choice::new(AccountLine::Form(None), "Add an account…", ""));
    Picker::new("Accounts", choices, chosen).at(cursor).open(model)
}

/// A line of the list of accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
enum AccountLine {
    Use(String),
    /// The form for the account in use, or for a new one.
    Form(Option<String>),
}

fn chosen(model: &mut Model, line: AccountLine) -> Vec<Effect> {
    match line {
        AccountLine::Use(name) => switch(model, &name, None),
        AccountLine::Form(name) => account::open(model, name),
    }
}

/// Switches to another account, then takes the wanted step. Without a token, the form asks for it.
pub(crate) fn switch(model: &mut Model, name: &str, wanted: Option<WantedStep>) -> Vec<Effect> {
    if model.who.as_ref().is_some_and(|who| who.name == name) {
        model.say(Mood::Good, format!("Already using {name}."));
        return Vec::new();
    }
    model.wanted = wanted;
    if model.accounts.named(name).is_none_or(|known| known.token.is_none() || known.username.is_empty()) {
        let effects = account::open(model, Some(name.to_owned()));
        model.say(Mood::Plain, format!("No token for {name} in this session. Enter or paste it."));
        return effects;
    }
    let ticket = model.wait_for("Switching accounts");
    // Opening an import of another account doesn't make that account the default.
    let lasting = if wanted.is_some() { Lasting::Run } else { Lasting::Always };
    vec![Effect::Change(DataChange::Use(ticket, name.to_owned(), lasting))]
}

/// Handles the result of switching accounts.
pub(crate) fn used(model: &mut Model, ticket: Ticket, answer: Result<InUse, Sentence>) -> Vec<Effect> {
    let awaited = model.awaited(ticket);
    match answer {
        Ok(in_use) => {
            let message =
                format!("Now using {}: {} at {}.", in_use.who.name, in_use.who.username, in_use.who.host);
            model.say(Mood::Good, message);
            model.use_account(in_use);
            let wanted = model.wanted.take().filter(|_| awaited);
            wanted.map_or_else(Vec::new, |wanted| model.go(Goto::Step(wanted)))
        }
        Err(sentence) => {
            model.say(Mood::Bad, sentence);
            Vec::new()
        }
    }
}

/// Takes a step with an import. If it belongs to another account, asks before switching.
pub(crate) fn want(model: &mut Model, wanted: WantedStep) -> Vec<Effect> {
    let (id, used) = (wanted.import(), model.who.as_ref().map(|who| who.name.as_str()));
    let Some(name) = account_of(model, id).filter(|name| Some(*name) != used).map(str::to_owned) else {
        return model.go(Goto::Step(wanted));
    };
    if model.accounts.named(&name).is_none() {
        model.say(
            Mood::Bad,
            format!(
                "Import {id} belongs to {name}, which isn't an account in the config file. Press a and choose “Add an \
                 account…”, or restart caseload with the --url or --sandbox used then."
            ),
        );
        return Vec::new();
    }
    let question = format!(
        "Import {id} belongs to {name}. Switch to {name}? The next start uses the default account again."
    );
    let switch = move |model: &mut Model| switch(model, &name, Some(wanted));
    Confirm::new("Switch accounts?", question, switch).open(model);
    Vec::new()
}

/// Returns the account an import belongs to, if known.
fn account_of(model: &Model, id: ImportId) -> Option<&str> {
    model.import(id).map(|import| import.account.as_str())
}
