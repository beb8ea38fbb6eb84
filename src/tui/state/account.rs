//! The account screen's form.

use secrecy::SecretString;
use tui_input::{Input, InputRequest};

use crate::tui::action::Action;
use crate::tui::model::{Model, Mood, Screen};
use crate::tui::msg::{Credentials, Effect};

/// The fields, in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum AccountField {
    #[default]
    Url,
    Username,
    Token,
    Remember,
}

const ORDER: [AccountField; 4] =
    [AccountField::Url, AccountField::Username, AccountField::Token, AccountField::Remember];

/// What has been typed so far.
#[derive(Default)]
pub(crate) struct AccountForm {
    pub(crate) url: Input,
    pub(crate) username: Input,
    /// Wiped by nobody while it is typed; it leaves as a `SecretString`.
    pub(crate) token: Input,
    pub(crate) remember: bool,
    pub(crate) focus: AccountField,
}

impl std::fmt::Debug for AccountForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountForm").field("focus", &self.focus).finish_non_exhaustive()
    }
}

impl AccountForm {
    /// The text field in focus.
    pub(crate) fn input(&mut self) -> Option<&mut Input> {
        match self.focus {
            AccountField::Url => Some(&mut self.url),
            AccountField::Username => Some(&mut self.username),
            AccountField::Token => Some(&mut self.token),
            AccountField::Remember => None,
        }
    }

    fn step(&mut self, forward: bool) {
        let at = ORDER.iter().position(|field| *field == self.focus).unwrap_or(0);
        let to = if forward { at + 1 } else { at + ORDER.len() - 1 };
        self.focus = ORDER.get(to % ORDER.len()).copied().unwrap_or_default();
    }

    /// The first thing that is missing.
    fn missing(&self) -> Option<(AccountField, &'static str)> {
        let blank = |input: &Input| input.value().trim().is_empty();
        [
            (AccountField::Url, blank(&self.url), "type the address of your Trackops, or its subdomain"),
            (AccountField::Username, blank(&self.username), "type the user name of the API token"),
            (AccountField::Token, blank(&self.token), "type or paste the API token"),
        ]
        .into_iter()
        .find_map(|(field, blank, text)| blank.then_some((field, text)))
    }
}

/// Shows the form, filled with the present account.
pub(crate) fn open(model: &mut Model) -> Vec<Effect> {
    let who = model.who.clone().unwrap_or_default();
    model.account = AccountForm {
        url: Input::new(who.url),
        username: Input::new(who.username),
        remember: true,
        ..AccountForm::default()
    };
    model.screen = Screen::Account;
    Vec::new()
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Next | Action::Down => model.account.step(true),
        Action::Previous | Action::Up => model.account.step(false),
        Action::Accept if model.account.focus != AccountField::Remember => model.account.step(true),
        Action::Accept | Action::Save => return connect(model),
        Action::Back if model.who.is_some() => {
            model.busy = None;
            model.account.token.reset();
            model.screen = Screen::Imports;
            return vec![Effect::LoadImports];
        }
        // Without an account there is nowhere to go back to.
        Action::Back => return super::dialogs::leave(model),
        _ => {}
    }
    Vec::new()
}

/// A typed key: text, or Space on the toggle.
pub(crate) fn edit(model: &mut Model, request: InputRequest) {
    match model.account.input() {
        Some(input) => _ = input.handle(request),
        None if request == InputRequest::InsertChar(' ') => model.account.remember = !model.account.remember,
        None => {}
    }
}

fn connect(model: &mut Model) -> Vec<Effect> {
    if let Some((field, text)) = model.account.missing() {
        model.account.focus = field;
        model.say(Mood::Bad, text);
        return Vec::new();
    }
    let ticket = model.ticket();
    model.busy = Some((ticket, "testing the connection"));
    let form = &model.account;
    let credentials = Credentials {
        url: form.url.value().trim().to_owned(),
        username: form.username.value().trim().to_owned(),
        token: SecretString::from(form.token.value().trim().to_owned()),
        remember: form.remember,
    };
    vec![Effect::Connect(ticket, credentials)]
}
