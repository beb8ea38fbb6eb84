//! Several accounts: the list of them, and imports that belong to another account than the one in use.

use crate::app::KnownAccount;
use crate::ledger::{Import, ImportId};
use crate::tui::core::effect::{DataChange, Effect};
use crate::tui::core::goto::{Goto, WantedStep};
use crate::tui::core::model::{Model, Mood};
use crate::tui::core::msg::{InUse, Lasting, Sentence, Ticket};
use crate::tui::dialogs::{Choice, Confirm, Picker};
use crate::tui::screens::account;

/// Lists the accounts; without any there is only the form.
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
        let label = format!("change {used}, or test its connection…");
        choices.push(Choice::new(AccountLine::Form(Some(used.clone())), label, ""));
    }
    choices.push(Choice::new(AccountLine::Form(None), "another account…", ""));
    Picker::new("Accounts", choices, chosen).at(cursor).open(model)
}

/// A line of the list of accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
enum AccountLine {
    Use(String),
    /// The form: of the account in use, or of a new one.
    Form(Option<String>),
}

fn chosen(model: &mut Model, line: AccountLine) -> Vec<Effect> {
    match line {
        AccountLine::Use(name) => switch(model, &name, None),
        AccountLine::Form(name) => account::open(model, name),
    }
}

/// Uses another account, and then does what is wanted. When its token is not to be had, the form asks for it.
pub(crate) fn switch(model: &mut Model, name: &str, wanted: Option<WantedStep>) -> Vec<Effect> {
    if model.who.as_ref().is_some_and(|who| who.name == name) {
        model.say(Mood::Good, format!("{name} is in use"));
        return Vec::new();
    }
    model.wanted = wanted;
    if model.accounts.named(name).is_none_or(|known| known.token.is_none() || known.username.is_empty()) {
        let effects = account::open(model, Some(name.to_owned()));
        model.say(Mood::Plain, format!("{name} has no token in this run yet: type or paste it"));
        return effects;
    }
    let ticket = model.ticket();
    model.busy = Some((ticket, "changing the account"));
    // Who looks at an import of another account has not chosen it for scripts and the next start.
    let lasting = if wanted.is_some() { Lasting::Run } else { Lasting::Always };
    vec![Effect::Change(DataChange::Use(ticket, name.to_owned(), lasting))]
}

/// The answer to it.
pub(crate) fn used(model: &mut Model, ticket: Ticket, answer: Result<InUse, Sentence>) -> Vec<Effect> {
    let awaited = model.awaited(ticket);
    match answer {
        Ok(in_use) => {
            let told =
                format!("{} is in use: {} at {}", in_use.who.name, in_use.who.username, in_use.who.host);
            model.say(Mood::Good, told);
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

/// Does what is wanted of an import; of another account than the one in use, it is asked first.
pub(crate) fn want(model: &mut Model, wanted: WantedStep) -> Vec<Effect> {
    let (id, used) = (wanted.import(), model.who.as_ref().map(|who| who.name.as_str()));
    let Some(name) = account_of(model, id).filter(|name| Some(*name) != used).map(str::to_owned) else {
        return model.go(Goto::Step(wanted));
    };
    if model.accounts.named(&name).is_none() {
        model.say(
            Mood::Bad,
            format!(
                "import {id} belongs to {name}, which is no account of the config file; start caseload with --url or \
                 --sandbox as it was then, or add the account: a, then “another account…”"
            ),
        );
        return Vec::new();
    }
    let question = format!(
        "Import {id} belongs to {name}. Switch to {name}? The next start begins with the default account again."
    );
    let switch = move |model: &mut Model| switch(model, &name, Some(wanted));
    Confirm::new("Another account", question, switch).open(model);
    Vec::new()
}

/// The account an import belongs to, as far as it is known.
fn account_of(model: &Model, id: ImportId) -> Option<&str> {
    let listed = model.imports.all.iter().find(|import| import.id == id);
    let shown = || model.boards.get(&id).and_then(|board| board.import.as_ref());
    listed.or_else(shown).map(|import: &Import| import.account.as_str())
}
