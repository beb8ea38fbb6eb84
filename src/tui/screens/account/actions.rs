//! Actions of the account form.

use tui_input::Input;
use tui_input::InputRequest;

use crate::app::TokenFrom;
use crate::trackops::ApiUrl;
use crate::tui::core::action::Action;
use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood};
use crate::tui::core::msg::{AccountField, Credentials, InUse, Sentence, Ticket};
use crate::tui::core::place::Screen;
use crate::tui::screens::account::state::AccountForm;

/// Returns the source of the token when none is typed, for the address and user typed so far.
pub(crate) fn token_from(model: &Model) -> Option<TokenFrom> {
    let form = &model.account;
    match form.url.value().parse::<ApiUrl>() {
        Ok(url) => model.accounts.token_for(&url, form.username.value().trim(), form.name.as_deref()),
        Err(_) => model.accounts.spare_token.then_some(TokenFrom::Environment),
    }
}

/// Returns the first required field that is empty, with a message.
fn missing(model: &Model) -> Option<(AccountField, &'static str)> {
    let form = &model.account;
    let blank = |input: &Input| input.value().trim().is_empty();
    let no_token = form.token.is_blank() && token_from(model).is_none();
    [
        (AccountField::Url, blank(&form.url), "Enter the address of your Trackops, or its subdomain."),
        (AccountField::Username, blank(&form.username), "Enter the user name of the API token."),
        (AccountField::Token, no_token, "Enter or paste the API token."),
    ]
    .into_iter()
    .find_map(|(field, blank, text)| blank.then_some((field, text)))
}

/// Shows the form for an account, or an empty one for a new account.
pub(crate) fn open(model: &mut Model, name: Option<String>) -> Vec<Effect> {
    let known = name.as_deref().and_then(|name| model.accounts.named(name));
    let (url, username) =
        known.map(|known| (known.url.to_string(), known.username.clone())).unwrap_or_default();
    fill(model, name, url, username);
    Vec::new()
}

/// Shows the form for the very first account.
pub(crate) fn first(model: &mut Model, username: Option<&str>) {
    fill(model, None, String::new(), username.unwrap_or_default().to_owned());
}

/// Shows the form if the account in use lacks something that only the user can enter.
pub(crate) fn ask_for_missing(model: &mut Model) {
    let Some(name) = model.who.as_ref().map(|who| who.name.clone()) else { return };
    open(model, Some(name.clone()));
    match missing(model) {
        Some((AccountField::Token, _)) => {
            model.say(
                Mood::Plain,
                format!("No saved token for {name}. Enter or paste it, or press Esc for the list."),
            );
        }
        Some(_) => {}
        None => model.screen = Screen::Imports,
    }
}

fn fill(model: &mut Model, name: Option<String>, url: String, username: String) {
    model.account = AccountForm {
        name,
        url: Input::new(url),
        username: Input::new(username),
        over_processing: model.screen == Screen::Processing,
        ..AccountForm::default()
    };
    // A token from another source stays there.
    model.account.remember = token_from(model).is_none();
    model.account.focus = missing(model).map_or(AccountField::Url, |(field, _)| field);
    model.screen = Screen::Account;
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Next | Action::Down => model.account.step(true),
        Action::Previous | Action::Up => model.account.step(false),
        Action::Accept if model.account.focus != AccountField::Remember => model.account.step(true),
        Action::Accept | Action::Save => return connect(model),
        Action::Back if model.who.is_some() || !model.accounts.all.is_empty() => {
            model.busy = None;
            model.wanted = None;
            return leave(model);
        }
        // Without an account there is nowhere to go back to.
        Action::Back => model.say(Mood::Plain, "This is the first screen. Press Ctrl-C to quit."),
        _ => {}
    }
    Vec::new()
}

/// Goes back to where the form was opened.
fn leave(model: &mut Model) -> Vec<Effect> {
    model.account.token.wipe();
    if model.account.over_processing {
        model.screen = Screen::Processing;
        return Vec::new();
    }
    model.go(Goto::Imports)
}

/// Handles a typed key: text, or Space on the toggle.
pub(crate) fn edit(model: &mut Model, request: InputRequest) {
    if model.account.focus == AccountField::Token {
        return model.account.token.handle(request);
    }
    match model.account.input() {
        Some(input) => _ = input.handle(request),
        None if request == InputRequest::InsertChar(' ') => model.account.remember = !model.account.remember,
        None => {}
    }
}

fn connect(model: &mut Model) -> Vec<Effect> {
    if let Some((field, text)) = missing(model) {
        model.account.focus = field;
        model.say(Mood::Bad, text);
        return Vec::new();
    }
    let ticket = model.wait_for("Testing the connection");
    let form = &model.account;
    let credentials = Credentials {
        name: form.name.clone(),
        url: form.url.value().trim().to_owned(),
        username: form.username.value().trim().to_owned(),
        token: form.token.token(),
        remember: form.remember,
    };
    vec![Effect::Query(Query::Connect(ticket, credentials))]
}

/// Handles the result of the connection test. A failure names the field to correct.
pub(crate) fn connected(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<InUse, (Sentence, Option<AccountField>)>,
) -> Vec<Effect> {
    let awaited = model.awaited(ticket);
    match answer {
        Ok(in_use) => {
            model.say(Mood::Good, format!("Connected to {} as {}.", in_use.who.host, in_use.who.username));
            model.use_account(in_use);
            if !awaited {
                return Vec::new();
            }
            let mut effects = leave(model);
            if let Some(wanted) = model.wanted.take() {
                effects.extend(model.go(Goto::Step(wanted)));
            }
            effects
        }
        Err((sentence, field)) if awaited => {
            let elsewhere = model.account.token.is_blank().then(|| token_from(model)).flatten();
            let sentence = match (field, elsewhere) {
                (Some(AccountField::Token), Some(from)) => format!(
                    "{}. The token is {}. Enter another one.",
                    sentence.trim_end_matches('.'),
                    from.describe()
                ),
                _ => sentence,
            };
            if field == Some(AccountField::Token) {
                // A hidden token can't be edited, so typing replaces it. Until then it stays: the user name may be
                // the wrong one of the two.
                model.account.token.replace_on_typing();
            }
            model.account.focus = field.unwrap_or(model.account.focus);
            model.say(Mood::Bad, sentence);
            Vec::new()
        }
        Err(_) => Vec::new(),
    }
}
