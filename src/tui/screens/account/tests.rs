//! The first account, several accounts, and imports of another account.

use crate::app::KnownAccounts;
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::model::{Mood, Overlay};
use crate::tui::core::msg::{AccountField, Credentials, InUse, Watched};
use crate::tui::core::place::{Place, Screen};
use crate::tui::screens::account;
use crate::tui::tests::*;

/// Model without any account.
pub(crate) fn first_run() -> Model {
    let mut model = home(true);
    (model.who, model.accounts) = (None, KnownAccounts::default());
    account::first(&mut model, None);
    model
}

/// Like `first_run`, with a token in the environment and a user.
pub(crate) fn first_run_with_token() -> Model {
    let mut model = first_run();
    model.accounts.spare_token = true;
    account::first(&mut model, Some("kim"));
    press(&mut model, "'acme Enter Enter");
    model
}

/// The sandbox in use, beta with a token command, gamma without a token. Import 12 is beta's, 10 is gamma's.
pub(crate) fn two() -> Model {
    let mut model = home(true);
    model.accounts.all = vec![
        known("beta", "beta", Some(TokenFrom::Command)),
        known("gamma", "gamma", None),
        known("sandbox", "http://127.0.0.1:4711", Some(TokenFrom::Environment)),
    ];
    let mut imports = model.imports.all().to_vec();
    for import in &mut imports {
        match import.id {
            12 => import.account = "beta".into(),
            10 => import.account = "gamma".into(),
            _ => {}
        }
    }
    update(&mut model, Msg::Reply(Reply::Imports(Ok(imports))));
    press(&mut model, "g");
    model
}

/// The answer that an account is in use.
fn in_use(model: &Model, name: &str) -> Box<InUse> {
    let host = format!("{name}.viewcases.com");
    let who = Who { name: name.into(), url: format!("https://{host}/api/v1/"), host, username: "kim".into() };
    Box::new(InUse { who, catalog: Catalog::default(), accounts: model.accounts.clone() })
}

/// Presses keys that connect. Returns the ticket and the credentials to test.
fn connects(model: &mut Model, keys: &str) -> (u64, Credentials) {
    match press(model, keys).pop() {
        Some(Effect::Query(Query::Connect(ticket, credentials))) => (ticket, credentials),
        other => panic!("{other:?}: {}", status(model)),
    }
}

fn refuse(model: &mut Model, ticket: u64, field: Option<AccountField>) {
    update(model, Msg::Reply(Reply::Connected(ticket, Err(("refused (401).".into(), field)))));
}

#[test]
fn an_account_is_tested_before_it_is_used() {
    let mut model = first_run();
    press(&mut model, "'acme Enter 'kim Enter Ctrl-S");
    assert_eq!(model.account.focus, AccountField::Token);
    assert!(status(&model).contains("token"));
    update(&mut model, Msg::Paste("s3cret\n".into()));
    let (ticket, credentials) = connects(&mut model, "Enter Enter");
    assert!(credentials.remember);
    let shown = format!("{model:?} {credentials:?}");
    assert!(!shown.contains("s3cret"), "the token must not be in any debug output");
    refuse(&mut model, ticket, Some(AccountField::Url));
    assert_eq!((model.screen, status(&model)), (Screen::Account, "refused (401)."));
    assert_eq!(model.account.focus, AccountField::Url, "the cursor goes to the field to correct");
    let (ticket, _) = connects(&mut model, "Ctrl-S");
    let in_use = in_use(&model, "acme");
    let effects = update(&mut model, Msg::Reply(Reply::Connected(ticket, Ok(in_use))));
    assert!(matches!(effects.as_slice(), [Effect::Query(Query::LoadImports)]));
    assert_eq!((model.screen, model.account.token.count()), (Screen::Imports, 0));
}

#[test]
fn the_environment_s_token_needs_no_typing() {
    let mut model = first_run_with_token();
    assert!(!model.account.remember);
    assert!(picture(&model, 80, 24).contains("from CASELOAD_TOKEN; type to replace"));
    let (ticket, credentials) = connects(&mut model, "Enter Enter");
    assert!(!credentials.remember && secrecy::ExposeSecret::expose_secret(&credentials.token).is_empty());
    refuse(&mut model, ticket, Some(AccountField::Token));
    assert!(
        status(&model).ends_with("The token is from CASELOAD_TOKEN. Enter another one."),
        "{}",
        status(&model)
    );
}

#[test]
fn a_kept_token_is_for_its_own_address_and_user() {
    let change = || {
        let mut model = two();
        model.who = Some(Who { name: "beta".into(), ..Who::default() });
        press(&mut model, "a PgDn Up Enter");
        assert_eq!(model.account.name.as_deref(), Some("beta"));
        model
    };
    assert!(picture(&change(), 80, 24).contains("from token_command"));
    connects(&mut change(), "Ctrl-S");
    for keys in ["Ctrl-U 'gamma Ctrl-S", "Ctrl-U 'elsewhere Ctrl-S", "Tab 'x Ctrl-S"] {
        let mut model = change();
        assert!(press(&mut model, keys).is_empty(), "{keys}");
        assert_eq!(model.account.focus, AccountField::Token, "{keys}");
    }
    // The environment's token is for one account, whoever the user is, and for no other.
    let mut model = two();
    press(&mut model, "a PgDn Up Enter Tab 'x");
    connects(&mut model, "Ctrl-S");
    let mut model = two();
    assert!(press(&mut model, "a PgDn Enter 'delta Tab 'kim Ctrl-S").is_empty());
    assert_eq!((model.account.name.clone(), model.account.focus), (None, AccountField::Token));
}

#[test]
fn one_of_several_accounts_is_chosen_from_a_list() {
    let mut model = two();
    press(&mut model, "a");
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { panic!() };
    assert_eq!((picker.lines.len(), picker.cursor), (5, Some(2)), "the cursor is on the one in use");
    press(&mut model, "Enter");
    assert_eq!(status(&model), "Already using sandbox.");
    let effects = press(&mut model, "a 'beta Enter");
    let [Effect::Change(DataChange::Use(ticket, name, _))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(name, "beta");
    let beta = in_use(&model, "beta");
    update(&mut model, Msg::Reply(Reply::Using(*ticket, Ok(beta))));
    assert_eq!(model.who.as_ref().unwrap().host, "beta.viewcases.com");
    assert_eq!((model.catalog.clone(), model.screen), (Catalog::default(), Screen::Imports));
    // An account without a token asks for it.
    assert!(press(&mut model, "a 'gamma Enter").is_empty());
    assert_eq!((model.screen, model.account.focus), (Screen::Account, AccountField::Token));
    press(&mut model, "Esc");
    assert_eq!((model.screen, model.who.as_ref().unwrap().name.as_str()), (Screen::Imports, "beta"));
}

#[test]
fn without_accounts_the_account_form_opens() {
    let mut model = home(true);
    (model.who, model.accounts) = (None, KnownAccounts::default());
    press(&mut model, "a");
    assert_eq!((model.place(), model.account.focus), (Place::Account, AccountField::Url));
}

#[test]
fn an_import_of_another_account_asks_once_and_goes_on() {
    for (keys, goes_on) in [("Down r", "Resume"), ("Down d", "Chooser"), ("Down Enter r", "Resume")] {
        let mut model = two();
        press(&mut model, keys);
        assert_eq!(model.place(), Place::Confirm, "{keys}");
        assert!(picture(&model, 80, 24).contains("Import 12 belongs to beta. Switch to beta?"), "{keys}");
        let effects = press(&mut model, "Enter");
        let [Effect::Change(DataChange::Use(ticket, _, _))] = effects.as_slice() else {
            panic!("{effects:?}")
        };
        let beta = in_use(&model, "beta");
        update(&mut model, Msg::Reply(Reply::Using(*ticket, Ok(beta))));
        let shown = match model.overlays.last() {
            Some(Overlay::Start(dialog)) if dialog.question().contains("beta.viewcases.com") => "Resume",
            Some(Overlay::Chooser(chooser)) if chooser.title.contains("Duplicate import 12") => "Chooser",
            _ => "",
        };
        assert_eq!(shown, goes_on, "{keys}");
    }
    let mut model = two();
    model.who = Some(Who { name: "beta".into(), ..Who::default() });
    assert!(press(&mut model, "Enter").is_empty());
    let effects = press(&mut model, "Enter");
    let [Effect::Change(DataChange::Use(ticket, _, _))] = effects.as_slice() else { panic!("{effects:?}") };
    let own = in_use(&model, "sandbox");
    let effects = update(&mut model, Msg::Reply(Reply::Using(*ticket, Ok(own))));
    assert!(matches!(effects.as_slice(), [Effect::Query(Query::Open(_, Origin::Existing(13)))]));
    let mut model = two();
    press(&mut model, "Down r Esc");
    assert_eq!((model.overlays.len(), model.who.as_ref().unwrap().name.as_str()), (0, "sandbox"));
    // No question for the account in use, nor for watching.
    assert!(matches!(press(&mut model, "g Enter").as_slice(), [Effect::Query(Query::Open(..))]));
    assert!(matches!(press(&mut two(), "Down Enter").as_slice(), [Effect::Query(Query::Watch(12))]));
    press(&mut two(), "Down w");
}

#[test]
fn an_unknown_row_is_decided_in_its_own_account() {
    let mut model = two();
    press(&mut model, "Down Enter");
    let import = model.imports.get(12).cloned().unwrap();
    let log = vec![Exception { code: Code::Unknown, ..exception(3) }];
    let watched = Box::new(Watched {
        import,
        log,
        older: 0,
        version: 1,
        read_back: crate::app::ReadBack::default(),
        created_later: Vec::new(),
    });
    update(&mut model, Msg::Reply(Reply::Watched(12, Ok(watched))));
    assert!(picture(&model, 80, 24).lines().next().unwrap().trim_end().ends_with("beta"));
    press(&mut model, "t");
    assert_eq!(model.place(), Place::Confirm);
    let effects = press(&mut model, "Enter");
    let [Effect::Change(DataChange::Use(ticket, _, _))] = effects.as_slice() else { panic!("{effects:?}") };
    let beta = in_use(&model, "beta");
    update(&mut model, Msg::Reply(Reply::Using(*ticket, Ok(beta))));
    assert!(
        matches!(model.overlays.last(), Some(Overlay::Picker(p)) if p.title == "Row 3 of import 12 is unknown")
    );
}

#[test]
fn without_an_account_in_use_one_is_chosen_first() {
    let mut model = two();
    model.who = None;
    press(&mut model, "n");
    assert_eq!((status(&model), model.overlays.len()), ("No account is in use. Press a to choose one.", 0));
    assert_eq!(press(&mut model, "a Enter").len(), 1);
}

#[test]
fn an_import_whose_account_needs_its_token_continues_after_the_form() {
    let mut model = two();
    press(&mut model, "G Enter r Enter");
    assert_eq!((model.screen, model.account.focus), (Screen::Account, AccountField::Token));
    assert!(status(&model).contains("gamma"), "{}", status(&model));
    let (ticket, _) = connects(&mut model, "'t0ken Ctrl-S");
    let gamma = in_use(&model, "gamma");
    update(&mut model, Msg::Reply(Reply::Connected(ticket, Ok(gamma))));
    assert!(matches!(model.overlays.last(), Some(Overlay::Start(dialog)) if dialog.import() == 10));
    assert_eq!(model.screen, Screen::Processing);
    // Canceling the form drops the wanted step.
    let mut model = two();
    press(&mut model, "G r Enter Esc");
    assert_eq!((model.screen, model.wanted), (Screen::Imports, None));
}

#[test]
fn an_import_of_a_missing_account_says_so() {
    let mut model = two();
    model.accounts.all.remove(0);
    assert!(press(&mut model, "Down d").is_empty());
    assert_eq!(model.status.as_ref().map(|(mood, _)| *mood), Some(Mood::Bad));
    assert!(status(&model).contains("beta, which isn't an account in the config file"), "{}", status(&model));
}

#[test]
fn an_account_that_answers_late_is_still_shown() {
    let mut model = two();
    let effects = press(&mut model, "Down r Enter");
    let [Effect::Change(DataChange::Use(ticket, _, _))] = effects.as_slice() else { panic!("{effects:?}") };
    press(&mut model, "Esc");
    let beta = in_use(&model, "beta");
    assert!(update(&mut model, Msg::Reply(Reply::Using(*ticket, Ok(beta)))).is_empty());
    assert_eq!((model.who.as_ref().unwrap().name.as_str(), model.overlays.len()), ("beta", 0));
}

#[test]
fn the_list_names_the_account_when_there_are_several() {
    assert!(!picture(&home(true), 80, 24).contains("account   "), "one is no news");
    let mut model = two();
    let shown = picture(&model, 80, 24);
    assert!(shown.contains("account   ") && shown.contains("beta") && shown.contains("gamma"), "{shown}");
    assert!(picture(&model, 60, 16).contains("gamma"));
    press(&mut model, "/ 'gam Enter");
    assert_eq!(model.imports.shown().iter().map(|import| import.id).collect::<Vec<_>>(), [10]);
}
