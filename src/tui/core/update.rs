//! Applies messages to the model. No IO, no clock, no spawn.

use tui_input::{Input, InputRequest};

use crate::tui::core::action::Action;
use crate::tui::core::click::Click;
use crate::tui::core::cursor::moved;
use crate::tui::core::effect::Effect;
use crate::tui::core::goto::{Goto, WantedStep};
use crate::tui::core::keymap::{self, Key};
use crate::tui::core::model::{Model, Mood, Overlay, TerminalRequest};
use crate::tui::core::msg::{Msg, Origin, Reply};
use crate::tui::core::place::{Place, Screen};
use crate::tui::core::{leave, palette};
use crate::tui::dialogs::{chooser, confirm, picker, prompt};
use crate::tui::screens::account::{self, accounts};
use crate::tui::screens::catalog::{self, declare};
use crate::tui::screens::draft::{changes, file_format, refresh};
use crate::tui::screens::field_map::{self, rematch, split, values};
use crate::tui::screens::processing::{self, correct, exceptions, excluded, export};
use crate::tui::screens::review::{self, arrange, fill, filter, first, row_view};
use crate::tui::screens::{self, defaults, guide, imports, start};

/// Applies a message to the model and returns the effects to run.
pub(crate) fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    model.quiet = false;
    // Only these change the catalog, or show the field map.
    let rematches = matches!(msg, Msg::Act(_) | Msg::Reply(_));
    let mut effects = take(model, msg);
    while let Some(to) = model.next_goto() {
        effects.extend(go(model, to));
    }
    if rematches {
        effects.extend(rematch::if_catalog_changed(model));
    }
    clear_refusal(model);
    effects
}

const LEDGER_WAIT: &str = "Waiting for another program that writes to the ledger.";

/// Clears the reason why an action isn't available, once it isn't true any more.
fn clear_refusal(model: &mut Model) {
    let Some((action, why)) = model.refused.take() else { return };
    if model.status.as_ref().is_none_or(|(_, text)| *text != why) {
        return;
    }
    if screens::availability(action, model).err().as_ref() == Some(&why) {
        model.refused = Some((action, why));
    } else {
        (model.status, model.quiet) = (None, false);
    }
}

fn take(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Act(action) => {
            model.status = None;
            act(model, action)
        }
        Msg::Click(click) => {
            model.status = None;
            clicked(model, click)
        }
        Msg::Edit(request) => edit(model, request),
        Msg::Paste(text) => paste(model, &text),
        Msg::Resize(columns, rows) => {
            model.size = (columns, rows);
            Vec::new()
        }
        Msg::Tick(now) => {
            model.now = now;
            processing::tick(model)
        }
        Msg::Run(id, event) => processing::event(model, id, event),
        Msg::Reply(reply) => answered(model, reply),
        Msg::LedgerWait(true) => {
            model.say(Mood::Plain, LEDGER_WAIT);
            Vec::new()
        }
        Msg::LedgerWait(false) => {
            model.unsay(LEDGER_WAIT);
            Vec::new()
        }
        Msg::Terminate => leave::stop_and_leave(model),
    }
}

/// Handles a click like the keys that have the same effect.
fn clicked(model: &mut Model, click: Click) -> Vec<Effect> {
    match click {
        Click::Enter => {
            keymap::find(model.place(), Key::Enter).map_or_else(Vec::new, |action| act(model, action))
        }
        Click::Move(lines) => {
            let direction = if lines < 0 { Action::Up } else { Action::Down };
            // A list without a cursor gets one.
            (0..lines.unsigned_abs().max(1)).flat_map(|_| act(model, direction)).collect()
        }
    }
}

/// Goes to another screen, or has it do its part.
fn go(model: &mut Model, to: Goto) -> Vec<Effect> {
    match to {
        Goto::Imports => imports::show(model),
        Goto::Accounts => accounts::choose(model),
        Goto::Catalog => catalog::open(model),
        Goto::CatalogList(list) => catalog::open_at(model, list),
        Goto::Want(step) => accounts::want(model, step),
        Goto::Step(WantedStep::Open(id)) => imports::open(model, Origin::Existing(id)),
        Goto::Step(WantedStep::Resume(id)) => processing::resume(model, id),
        Goto::Step(WantedStep::Duplicate(id)) => imports::choose_file(model, Some(id)),
        Goto::Step(WantedStep::Decide(_)) => export::ask_decision(model),
        Goto::Review => review::show(model),
        Goto::Recheck if model.screen == Screen::Review => review::again(model),
        Goto::CheckAnew if model.screen == Screen::Review => review::check_anew(model),
        // Review checks when it is shown.
        Goto::Recheck | Goto::CheckAnew => Vec::new(),
        Goto::FirstError => review::first_error(model),
        Goto::Recount => values::recount(model),
        Goto::Begin(id, on_error) => {
            processing::begin(model, id, on_error);
            Vec::new()
        }
        Goto::Processing(id) => processing::show(model, id),
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Err(why) = screens::availability(action, model) {
        model.refuse(action, why);
        return Vec::new();
    }
    if let Some(effects) = act_everywhere(model, action) {
        return effects;
    }
    scroll(model, action);
    if model.overlays.is_empty() { act_on_screen(model, action) } else { act_on_overlay(model, action) }
}

/// Carries out an action that has the same effect on every screen; returns none if it is another one.
fn act_everywhere(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    match action {
        Action::Quit | Action::Interrupt => return Some(leave::leave(model)),
        Action::Suspend => model.terminal_request = Some(TerminalRequest::Suspend),
        Action::Redraw => model.terminal_request = Some(TerminalRequest::Redraw),
        Action::Palette => return Some(palette::open(model, act)),
        Action::Guide => return Some(guide::open(model)),
        Action::Help => model.overlays.push(Overlay::Help(0)),
        // Waiting can always be cancelled; the reply is ignored then.
        Action::Back if model.busy.take().is_some() => {
            if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() {
                prompt.give_up();
            }
        }
        Action::ShowPrivate => {
            model.private_shown = !model.private_shown;
            let now = if model.private_shown {
                "shown. Press M to hide them."
            } else {
                "hidden. Press M to show them."
            };
            model.say(Mood::Plain, format!("SSNs and dates of birth are {now}"));
        }
        Action::FileFormat => return Some(file_format::open(model)),
        Action::CopySettings => return Some(file_format::take_over(model)),
        Action::Differences => model.overlays.push(Overlay::Drift(0)),
        _ => return None,
    }
    Some(Vec::new())
}

/// Scrolls the text in front, never past its end.
fn scroll(model: &mut Model, action: Action) {
    let (Some(last), page) = (screens::last_scroll(model), model.page()) else { return };
    if let Some(scroll) = model.overlays.last_mut().and_then(Overlay::scroll_mut) {
        // The window may have become larger.
        *scroll = moved((*scroll).min(last), action, last + 1, page);
    }
}

fn act_on_overlay(model: &mut Model, action: Action) -> Vec<Effect> {
    match model.overlays.last() {
        None => return Vec::new(),
        Some(Overlay::Picker(_)) => return picker::act(model, action),
        Some(Overlay::Chooser(_)) => return chooser::act(model, action),
        Some(Overlay::Prompt(_)) => return prompt::act(model, action),
        Some(Overlay::Declare(_)) => return declare::act(model, action),
        Some(Overlay::Values(_)) => return values::act(model, action),
        Some(Overlay::Start(_)) => return start::act(model, action),
        Some(Overlay::Confirm(_)) => return confirm::act(model, action),
        Some(Overlay::Sheet(_)) => return file_format::act(model, action),
        Some(Overlay::Changes(_)) => return changes::act(model, action),
        Some(Overlay::Row(_)) => return row_view::act(model, action),
        Some(Overlay::First(_)) => return first::act(model, action),
        Some(Overlay::Exception(found, _)) if action == Action::Copy => {
            let found = found.clone();
            exceptions::copy(model, &found);
        }
        Some(Overlay::Exception(..)) if matches!(action, Action::Fix | Action::FixAll | Action::Skip) => {
            return correct::act(model, action);
        }
        Some(Overlay::Exception(..) | Overlay::Drift(_) | Overlay::Help(_) | Overlay::Guide(..)) => {
            if matches!(action, Action::Back | Action::Accept) {
                model.overlays.pop();
            }
        }
    }
    Vec::new()
}

fn act_on_screen(model: &mut Model, action: Action) -> Vec<Effect> {
    match model.screen {
        Screen::Account => account::act(model, action),
        Screen::Imports => imports::act(model, action),
        Screen::Catalog => catalog::act(model, action),
        Screen::Defaults => defaults::act(model, action),
        Screen::FieldMap => field_map::act(model, action),
        Screen::Review => review::act(model, action),
        Screen::Processing => processing::act(model, action),
    }
}

/// Returns the text field in focus.
fn input(model: &mut Model) -> Option<&mut Input> {
    match model.overlays.last_mut() {
        Some(Overlay::Picker(picker)) => Some(&mut picker.filter),
        Some(Overlay::Chooser(chooser)) => Some(&mut chooser.input),
        Some(Overlay::Declare(form)) => form.input(),
        None if model.screen == Screen::Account => model.account.input(),
        None if model.screen == Screen::Imports => model.imports.input(),
        _ => None,
    }
}

fn edit(model: &mut Model, request: InputRequest) -> Vec<Effect> {
    match model.overlays.last_mut() {
        Some(Overlay::Declare(form)) => form.edit(request),
        Some(Overlay::Prompt(prompt)) => prompt.edit(request),
        None if model.screen == Screen::Account => account::edit(model, request),
        _ => {
            if let Some(input) = input(model) {
                input.handle(request);
            }
        }
    }
    edited(model)
}

/// Reacts to a changed text.
fn edited(model: &mut Model) -> Vec<Effect> {
    match model.overlays.last_mut() {
        Some(Overlay::Picker(picker)) => {
            picker.cursor = Some(0);
            model.status = None;
        }
        Some(Overlay::Chooser(_)) => return chooser::typed(model),
        Some(Overlay::Prompt(prompt)) => prompt.error = None,
        Some(Overlay::Declare(form)) => form.typed(),
        Some(_) => {}
        None => model.imports.typed(),
    }
    Vec::new()
}

/// Inserts a paste as one line of text, never as commands.
fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let line = text.trim_matches(['\r', '\n']).replace("\r\n", " ").replace(['\r', '\n', '\t'], " ");
    let letters = line.chars().filter(|c| !c.is_control()).map(InputRequest::InsertChar);
    if model.place() == Place::Account && model.account.is_on_token() {
        letters.for_each(|letter| account::edit(model, letter));
        return Vec::new();
    }
    if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() {
        letters.for_each(|letter| prompt.edit(letter));
        return edited(model);
    }
    let Some(input) = input(model) else {
        model.say(Mood::Plain, "There is no text field here to paste into.");
        return Vec::new();
    };
    letters.for_each(|letter| _ = input.handle(letter));
    edited(model)
}

fn answered(model: &mut Model, reply: Reply) -> Vec<Effect> {
    match reply {
        Reply::Imports(Ok(imports)) => model.imports.replace(imports),
        Reply::Opened(ticket, answer) => return imports::opened(model, ticket, answer.map(|opened| *opened)),
        Reply::Reading(id, rows, part) => file_format::reading(model, id, rows, part),
        Reply::Measured(id, answer) => file_format::measured(model, id, answer.map(|opened| *opened)),
        Reply::ReadAs(ticket, answer) => {
            return file_format::read_as(model, ticket, answer.map(|opened| *opened));
        }
        Reply::Guesses(id, header, answer) => return field_map::forgotten(model, id, &header, answer),
        Reply::GuessedAgain(id, answer) => return rematch::guessed(model, id, answer),
        Reply::Refreshed(ticket, answer) => {
            return refresh::answered(model, ticket, answer.map(|opened| opened.map(|opened| *opened)));
        }
        Reply::First(answer) => return first::answered(model, answer),
        Reply::Split(ticket, answer) => return split::made(model, ticket, answer),
        Reply::Saved(Ok(import)) => imports::saved(model, *import),
        Reply::Checked(ticket, answer) => return review::checked(model, ticket, answer.map(|found| *found)),
        Reply::Rows(ticket, answer) => return review::fetched(model, ticket, answer),
        Reply::Facet(ticket, answer) => {
            let answer = answer.map(|facet| *facet);
            if !review::counted(model, ticket, &answer) {
                return values::answered(model, ticket, answer);
            }
        }
        Reply::FilledDown(ticket, target, answer) => return fill::found(model, ticket, target, answer),
        Reply::Found(ticket, text, answer) => return filter::found(model, ticket, text, answer),
        Reply::Sorted(ticket, by, answer) => return arrange::sorted(model, ticket, by, answer),
        Reply::Renamed(Ok(import)) => {
            model.say(Mood::Good, format!("Import {} is now called “{}”.", import.id, import.name));
            imports::saved(model, *import);
        }
        Reply::Deleted(id, answer) => return imports::deleted(model, id, answer),
        Reply::Watched(id, answer) => return processing::watched(model, id, answer.map(|watched| *watched)),
        Reply::Picked(ticket, answer) if model.lists.awaits(ticket) => {
            catalog::listed(model, ticket, answer);
        }
        Reply::Picked(ticket, answer) => match values::listed(model, ticket, &answer) {
            Some(effects) => return effects,
            None => picker::answered(model, ticket, answer),
        },
        Reply::HeldBack(ticket, answer) => return excluded::listed(model, ticket, answer),
        Reply::Merged(ticket, answer) => {
            if model.awaited(ticket) {
                catalog::merged(model, ticket, answer);
            }
        }
        Reply::Catalog(Ok(catalog)) => model.catalog = catalog,
        Reply::Connected(ticket, answer) => {
            return account::connected(model, ticket, answer.map(|in_use| *in_use));
        }
        Reply::Using(ticket, answer) => return accounts::used(model, ticket, answer.map(|in_use| *in_use)),
        Reply::Started(id, answer) => return processing::started(model, id, answer),
        Reply::AskedToPause(id, answer) => return processing::asked_to_pause(model, id, answer),
        Reply::Written(ticket, answer) => export::written(model, ticket, answer),
        Reply::UnusedPath(ticket, path) => prompt::propose(model, ticket, path),
        Reply::RowNow(ticket, id, every_row, answer) => {
            return correct::read(model, ticket, id, every_row, answer.map(|now| *now));
        }
        Reply::Corrected(ticket, id, answer) => {
            return correct::corrected(model, ticket, id, answer.map(|corrected| *corrected));
        }
        Reply::Decided(id, answer) => return export::decided(model, id, answer),
        Reply::Folder(ticket, answer) => chooser::listed(model, ticket, answer),
        Reply::Preview(ticket, answer) => chooser::previewed(model, ticket, answer),
        Reply::Saved(Err(sentence)) => {
            model.say(Mood::Bad, sentence);
            return refresh::ask(model);
        }
        Reply::Imports(Err(sentence)) | Reply::Renamed(Err(sentence)) | Reply::Catalog(Err(sentence)) => {
            model.say(Mood::Bad, sentence);
        }
    }
    Vec::new()
}
