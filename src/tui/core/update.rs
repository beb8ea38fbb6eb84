//! The only writer of the model: no IO, no clock, no spawn.

use crate::ledger::{Import, Status};
use crate::tui::core::action::{self, Action};
use crate::tui::core::cursor::moved;
use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::model::{Model, Mood, Overlay, Place, Screen, TerminalRequest};
use crate::tui::core::msg::{Msg, Opened, Reply, Sentence, Ticket};
use crate::tui::core::{leave, palette};
use crate::tui::dialogs::{chooser, confirm, picker, prompt};
use crate::tui::screens::account::state::AccountField;
use crate::tui::screens::account::{self, accounts};
use crate::tui::screens::catalog::{self, declare};
use crate::tui::screens::draft::{Job, changes, file_format};
use crate::tui::screens::field_map::{self, split, values};
use crate::tui::screens::processing::{self, correct, exceptions, export};
use crate::tui::screens::review::{self, filter, first, row_view};
use crate::tui::screens::{defaults, imports, start};
use tui_input::{Input, InputRequest};

/// One step: the message into the model, and what has to be done for it.
pub(crate) fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    model.quiet = false;
    match msg {
        Msg::Act(action) => {
            model.status = None;
            act(model, action)
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
        Msg::Terminate => leave::stop_and_leave(model),
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Err(why) = action::availability(action, model) {
        model.say(Mood::Plain, why);
        return Vec::new();
    }
    match action {
        Action::Leave | Action::Interrupt => return leave::leave(model),
        Action::Suspend => {
            model.asked = Some(TerminalRequest::Suspend);
            return Vec::new();
        }
        Action::Palette => return palette::open(model),
        Action::Help => {
            model.overlays.push(Overlay::Help(0));
            return Vec::new();
        }
        // Waiting can always be given up; the answer is then of no interest.
        Action::Back if model.busy.take().is_some() => {
            if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() {
                prompt.give_up();
            }
            return Vec::new();
        }
        Action::ShowPrivate => {
            model.private_shown = !model.private_shown;
            let now = if model.private_shown { "shown; M hides them" } else { "hidden; M shows them" };
            model.say(Mood::Plain, format!("SSNs and dates of birth are {now}"));
            return Vec::new();
        }
        Action::Sheet => return file_format::open(model),
        Action::TakeOver => return file_format::take_over(model),
        Action::Drift => {
            model.overlays.push(Overlay::Drift(0));
            return Vec::new();
        }
        _ => {}
    }
    let page = model.page();
    match model.overlays.last_mut() {
        None => act_on_screen(model, action),
        Some(Overlay::Picker(_)) => picker::act(model, action),
        Some(Overlay::Chooser(_)) => chooser::act(model, action),
        Some(Overlay::Prompt(_)) => prompt::act(model, action),
        Some(Overlay::Declare(_)) => declare::act(model, action),
        Some(Overlay::Values(_)) => values::act(model, action),
        Some(Overlay::Start(_)) => start::act(model, action),
        Some(Overlay::Confirm(_)) => confirm::act(model, action),
        Some(Overlay::Sheet(_)) => file_format::act(model, action),
        Some(Overlay::Changes(_)) => changes::act(model, action),
        Some(Overlay::Row(_)) => row_view::act(model, action),
        Some(Overlay::First(_)) => first::act(model, action),
        Some(Overlay::Exception(found, _)) if action == Action::Copy => {
            let found = found.clone();
            exceptions::copy(model, &found);
            Vec::new()
        }
        Some(Overlay::Exception(..)) if matches!(action, Action::Fix | Action::FixAll | Action::LeaveOut) => {
            correct::act(model, action)
        }
        Some(Overlay::Exception(_, scroll) | Overlay::Drift(scroll) | Overlay::Help(scroll)) => {
            *scroll = moved(*scroll, action, SCROLL, page);
            if action == Action::Back {
                model.overlays.pop();
            }
            Vec::new()
        }
    }
}

/// How far a text can be scrolled; the view stops at its end.
const SCROLL: usize = 500;

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

/// The text field that has the focus.
fn input(model: &mut Model) -> Option<&mut Input> {
    match model.overlays.last_mut() {
        Some(Overlay::Picker(picker)) => Some(&mut picker.filter),
        Some(Overlay::Chooser(chooser)) => Some(&mut chooser.input),
        Some(Overlay::Prompt(prompt)) => Some(&mut prompt.input),
        Some(Overlay::Declare(form)) => form.input(),
        None if model.screen == Screen::Account => model.account.input(),
        None if model.screen == Screen::Imports && model.imports.filtering => Some(&mut model.imports.filter),
        _ => None,
    }
}

fn edit(model: &mut Model, request: InputRequest) -> Vec<Effect> {
    match model.overlays.last_mut() {
        Some(Overlay::Declare(form)) => form.edit(request),
        None if model.screen == Screen::Account => account::edit(model, request),
        _ => {
            if let Some(input) = input(model) {
                input.handle(request);
            }
        }
    }
    edited(model)
}

/// What follows from a changed text.
fn edited(model: &mut Model) -> Vec<Effect> {
    match model.overlays.last_mut() {
        Some(Overlay::Picker(picker)) => picker.cursor = 0,
        Some(Overlay::Chooser(_)) => return chooser::typed(model),
        Some(Overlay::Prompt(prompt)) => prompt.error = None,
        Some(Overlay::Declare(form)) => form.error = None,
        Some(_) => {}
        None => model.imports.cursor = if model.imports.filtering { 0 } else { model.imports.cursor },
    }
    Vec::new()
}

/// A paste is text, never commands; a field has one line.
fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let line = text.trim_matches(['\r', '\n']).replace("\r\n", " ").replace(['\r', '\n', '\t'], " ");
    let letters = line.chars().filter(|c| !c.is_control()).map(InputRequest::InsertChar);
    if model.place() == Place::Account && model.account.focus == AccountField::Token {
        letters.for_each(|letter| account::edit(model, letter));
        return Vec::new();
    }
    let Some(input) = input(model) else {
        model.say(Mood::Plain, "there is no text field here to paste into");
        return Vec::new();
    };
    letters.for_each(|letter| _ = input.handle(letter));
    edited(model)
}

fn answered(model: &mut Model, reply: Reply) -> Vec<Effect> {
    match reply {
        Reply::Imports(Ok(imports)) => model.imports.replace(imports),
        Reply::Opened(ticket, answer) => return opened(model, ticket, answer.map(|opened| *opened)),
        Reply::Reading(id, rows, part) => file_format::reading(model, id, rows, part),
        Reply::Measured(id, answer) => file_format::measured(model, id, answer.map(|opened| *opened)),
        Reply::ReadAs(ticket, answer) => {
            return file_format::read_as(model, ticket, answer.map(|opened| *opened));
        }
        Reply::Guesses(id, header, answer) => return field_map::forgotten(model, id, &header, answer),
        Reply::First(answer) => return first::answered(model, answer),
        Reply::Split(ticket, answer) => {
            if awaited(model, ticket) {
                return split::made(model, answer);
            }
        }
        Reply::Saved(Ok(import)) => saved(model, *import),
        Reply::Checked(ticket, answer) => return review::checked(model, ticket, answer.map(|found| *found)),
        Reply::Rows(ticket, answer) => return review::fetched(model, ticket, answer),
        Reply::Facet(ticket, answer) => {
            let answer = answer.map(|facet| *facet);
            if !review::counted(model, ticket, &answer) {
                return values::answered(model, ticket, answer);
            }
        }
        Reply::Found(ticket, text, answer) => return filter::found(model, ticket, text, answer),
        Reply::Renamed(Ok(import)) => {
            model.say(Mood::Good, format!("import {} is called “{}” now", import.id, import.name));
            saved(model, *import);
        }
        Reply::Deleted(id, answer) => return imports::deleted(model, id, answer),
        Reply::Watched(id, answer) => return processing::watched(model, id, answer.map(|watched| *watched)),
        Reply::Picked(ticket, answer) if model.lists.live.awaits(ticket) => {
            catalog::listed(model, ticket, answer);
        }
        Reply::Picked(ticket, answer) => picker::answered(model, ticket, answer),
        Reply::Merged(ticket, answer) => {
            if awaited(model, ticket) {
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
        Reply::RowNow(ticket, id, every_row, answer) => {
            return correct::read(model, ticket, id, every_row, answer.map(|now| *now));
        }
        Reply::Corrected(ticket, id, answer) => {
            return correct::corrected(model, ticket, id, answer.map(|corrected| *corrected));
        }
        Reply::Decided(id, answer) => return export::decided(model, id, answer),
        Reply::Folder(ticket, answer) => chooser::listed(model, ticket, answer),
        Reply::Preview(ticket, answer) => chooser::previewed(model, ticket, answer),
        Reply::Imports(Err(sentence))
        | Reply::Saved(Err(sentence))
        | Reply::Renamed(Err(sentence))
        | Reply::Catalog(Err(sentence)) => {
            model.say(Mood::Bad, sentence);
        }
    }
    Vec::new()
}

/// Whether an answer is the one that is waited for; then it is no more.
pub(crate) fn awaited(model: &mut Model, ticket: Ticket) -> bool {
    let awaited = model.busy.is_some_and(|(busy, _)| busy == ticket);
    if awaited {
        model.busy = None;
    }
    awaited
}

fn opened(model: &mut Model, ticket: Ticket, answer: Result<Opened, Sentence>) -> Vec<Effect> {
    if !awaited(model, ticket) {
        return Vec::new();
    }
    match answer {
        Ok(mut opened) => {
            let ready = opened.import.status == Status::Ready;
            let mut effects = Vec::new();
            if !opened.measured {
                effects.push(Effect::Query(Query::Measure(opened.import.id)));
            }
            let guessed = std::mem::take(&mut opened.guessed_later);
            let job = Job::new(opened, &model.catalog);
            // Other imports may have run since it was last checked.
            model.review = crate::tui::screens::review::state::Review::default();
            let complete = ready && job.errors.is_empty();
            let columns_only = !job.errors.is_empty() && job.missing() == 0 && !model.from_start;
            model.job = Some(job);
            model.screen = if columns_only { Screen::FieldMap } else { Screen::Defaults };
            model.overlays.clear();
            file_format::tell(model);
            // Whoever duplicates an import wants to know at once what is not as it was.
            if model.from_start && model.job.as_ref().is_some_and(|job| !job.sheet.drift.is_empty()) {
                model.overlays.push(Overlay::Drift(0));
            }
            if complete && !model.from_start {
                effects.extend(review::show(model));
            }
            if !guessed.is_empty() {
                let columns = guessed.join(", ");
                model
                    .say(Mood::Plain, format!("The catalog knows more now. New in the field map: {columns}"));
            }
            effects
        }
        Err(sentence) => {
            model.say(Mood::Bad, sentence);
            Vec::new()
        }
    }
}

fn saved(model: &mut Model, import: Import) {
    model.imports.update(&import);
    if let Some(job) = model.job.as_mut().filter(|job| job.import.id == import.id) {
        // The name may have been edited again since it was sent to be saved.
        let name = std::mem::take(&mut job.import.name);
        job.import = Import { name, ..import };
    }
}
