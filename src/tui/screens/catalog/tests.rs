//! The catalog screen: adding, marking, removing and finding entries; lists from Trackops and their age.

use crate::app::Picked;
use crate::trackops::{CatalogChange, Merged};
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::model::Overlay;
use crate::tui::core::place::Screen;
use crate::tui::screens::catalog::state::Tab;
use crate::tui::tests::*;

pub(crate) fn lists() -> Model {
    let mut model = home(true);
    press(&mut model, "C");
    assert_eq!(model.screen, Screen::Catalog);
    model
}

pub(crate) fn live() -> Model {
    let mut model = lists();
    let effects = press(&mut model, "BackTab BackTab");
    let [
        Effect::Query(Query::Pick(_, List::Contacts, None, false)),
        Effect::Query(Query::Pick(ticket, List::Clients, None, false)),
    ] = effects[..]
    else {
        panic!("{effects:?}")
    };
    let entries =
        vec![CatalogEntry::new(100, "Acme Insurance — Denver"), CatalogEntry::new(101, "Acme\u{1b}[2J")];
    let picked = Picked { entries, read_at: Some(NOON), failed: Some("no connection".into()) };
    update(&mut model, Msg::Reply(Reply::Picked(ticket, Ok(picked))));
    model
}

fn changes(effects: Vec<Effect>) -> Vec<CatalogChange> {
    let change = |effect| match effect {
        Effect::Change(DataChange::Catalog(change)) => change,
        other => panic!("{other:?}"),
    };
    effects.into_iter().map(change).collect()
}

#[test]
fn entries_are_typed_one_after_the_other() {
    let mut model = lists();
    press(&mut model, "Tab Tab Tab Tab n");
    let first = changes(press(&mut model, "'3 Space 'Canvass Enter"));
    assert_eq!(first, [CatalogChange::Entry(List::Services, CatalogEntry::new(3, "Canvass"))]);
    let second = changes(press(&mut model, "'Statement Space '4 Enter"));
    assert_eq!(second, [CatalogChange::Entry(List::Services, CatalogEntry::new(4, "Statement"))]);
    assert_eq!(press(&mut model, "'3 Space 'Again Enter").len(), 0);
    let Some(Overlay::Prompt(prompt)) = model.overlays.last() else { panic!() };
    assert!(prompt.error.as_ref().unwrap().contains("3 is already “Canvass”"), "{:?}", prompt.error);
    press(&mut model, "Esc");
    let labels: Vec<&str> = model.catalog.entries(List::Services).iter().map(|e| e.label.as_str()).collect();
    assert_eq!(labels, ["Surveillance", "Background", "Canvass", "Statement"]);
}

#[test]
fn a_name_is_changed_and_a_mark_stays_with_it() {
    let mut model = lists();
    press(&mut model, "Down");
    let marked = CatalogEntry { deleted: true, ..CatalogEntry::new(2, "Workers' compensation") };
    assert_eq!(changes(press(&mut model, "x")), [CatalogChange::Entry(List::CaseTypes, marked)]);
    assert!(status(&model).contains("Rows using it won't be sent"), "{}", status(&model));
    let renamed = changes(press(&mut model, "Enter End Space '(WC) Enter"));
    let [CatalogChange::Entry(List::CaseTypes, entry)] = &renamed[..] else { panic!("{renamed:?}") };
    assert_eq!((entry.label.as_str(), entry.deleted), ("Workers' compensation (WC)", true));
    assert_eq!(changes(press(&mut model, "x")).len(), 1);
    assert!(!model.catalog.entries(List::CaseTypes)[1].deleted);
}

#[test]
fn removing_an_entry_asks_first() {
    let mut model = lists();
    assert_eq!(press(&mut model, "Delete Esc").len(), 0);
    assert_eq!(changes(press(&mut model, "Delete Enter")), [CatalogChange::Remove(List::CaseTypes, 1)]);
    assert_eq!(model.catalog.entries(List::CaseTypes).len(), 1);
}

#[test]
fn references_are_three_at_most() {
    let mut model = lists();
    press(&mut model, "o");
    let Some(Overlay::Prompt(prompt)) = model.overlays.last() else { panic!() };
    assert_eq!(prompt.input.value(), "Claim number; Policy; ");
    assert_eq!(press(&mut model, "'SIU;more Enter").len(), 0);
    let effects = press(&mut model, "Ctrl-u 'File Enter");
    let labels = ["File".to_owned(), String::new(), String::new()];
    assert_eq!(changes(effects), [CatalogChange::References(1, labels)]);
}

#[test]
fn every_part_of_a_custom_field_can_be_edited() {
    let mut model = lists();
    press(&mut model, "Tab Tab Tab Tab Tab Tab Enter");
    // From its label: kind, choices, required.
    let effects = press(&mut model, "Enter Enter 'A;B Enter Space Ctrl-s");
    let [CatalogChange::Field(field)] = &changes(effects)[..] else { panic!() };
    assert_eq!((field.choices.as_slice(), field.required), (&["A".to_owned(), "B".to_owned()][..], true));
    assert_eq!(field.kind, FieldKind::Name);
    // With another id it's a different field, and the old one is gone.
    let effects = changes(press(&mut model, "Enter Up Ctrl-u '77 Ctrl-s"));
    let [CatalogChange::RemoveField(before), CatalogChange::Field(after)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((before.to_string().as_str(), after.key.to_string().as_str()), ("subject.1", "subject.77"));
}

#[test]
fn lists_from_trackops_cannot_be_changed_and_show_their_age() {
    let mut model = live();
    assert_eq!(model.lists.tab(), Tab::FromTrackops(List::Clients));
    let screen = picture(&model, 80, 24);
    assert!(screen.contains("List from 2026-11-23"), "{screen}");
    assert!(!screen.contains('\u{1b}'));
    for key in ["n", "Enter", "x", "Delete", "o"] {
        assert_eq!(press(&mut model, key).len(), 0, "{key}");
        assert!(!status(&model).is_empty() && model.overlays.is_empty(), "{key}");
    }
    assert!(matches!(
        press(&mut model, "Ctrl-r")[..],
        [Effect::Query(Query::Pick(_, List::Clients, None, true))]
    ));
}

#[test]
fn a_late_list_is_not_shown_in_another() {
    let mut model = lists();
    let effects = press(&mut model, "BackTab");
    let [Effect::Query(Query::Pick(ticket, List::Contacts, ..))] = effects[..] else { panic!("{effects:?}") };
    press(&mut model, "BackTab");
    let picked = Picked { entries: vec![CatalogEntry::new(1, "Dana")], ..Picked::default() };
    update(&mut model, Msg::Reply(Reply::Picked(ticket, Ok(picked))));
    assert!(model.lists.entries(&model.catalog).is_empty());
}

#[test]
fn names_are_found_learned_and_exchanged() {
    let mut model = lists();
    press(&mut model, "/ 'comp Enter");
    assert_eq!(model.lists.cursor, 1);
    let effects = press(&mut model, "L");
    let [Effect::Change(DataChange::Learn(ticket))] = effects[..] else { panic!("{effects:?}") };
    let mut catalog = model.catalog.clone();
    catalog.remember(List::Flags, CatalogEntry::new(1, "Rush"));
    let merged = Merged { new: 1, same: 3, changed: Vec::new() };
    update(&mut model, Msg::Reply(Reply::Merged(ticket, Ok((merged, catalog)))));
    assert_eq!(status(&model), "1 new, 3 unchanged.");
    assert_eq!(model.catalog.label(List::Flags, 1), Some("Rush"));
    let effects = press(&mut model, "f 'a.toml Enter");
    let [Effect::Change(DataChange::ImportCatalog(ticket, _))] = effects[..] else { panic!("{effects:?}") };
    update(&mut model, Msg::Reply(Reply::Merged(ticket, Err("no such file".into()))));
    let Some(Overlay::Prompt(prompt)) = model.overlays.last() else { panic!("the path is corrected there") };
    assert_eq!((prompt.error.as_deref(), prompt.input.value()), (Some("no such file"), "a.toml"));
    press(&mut model, "Esc");
    let effects = press(&mut model, "w Enter");
    let [.., Effect::Query(Query::ExportCatalog(ticket, path))] = &effects[..] else { panic!("{effects:?}") };
    assert!(path.ends_with("sandbox.catalog.toml"));
    // A file name that is taken can be edited.
    update(&mut model, Msg::Reply(Reply::Written(*ticket, Err("it is there already".into()))));
    let Some(Overlay::Prompt(prompt)) = model.overlays.last() else { panic!() };
    assert_eq!(
        (prompt.error.as_deref(), prompt.input.value()),
        (Some("it is there already"), "sandbox.catalog.toml")
    );
    let effects = press(&mut model, "'2 Enter");
    let [.., Effect::Query(Query::ExportCatalog(ticket, _))] = &effects[..] else { panic!("{effects:?}") };
    update(&mut model, Msg::Reply(Reply::Written(*ticket, Ok("the catalog is there".into()))));
    assert!(model.overlays.is_empty() && status(&model) == "the catalog is there");
    assert!(matches!(press(&mut model, "Esc")[..], [Effect::Query(Query::LoadImports)]));
}

#[test]
fn a_deleted_default_is_marked_as_deleted_in_the_picker() {
    let mut model = defaults();
    let deleted = CatalogEntry { deleted: true, ..CatalogEntry::new(1, "Auto claim") };
    model.catalog.remember(List::CaseTypes, deleted);
    assert!(picture(&model, 80, 24).contains("Auto claim (1), deleted in"), "{}", picture(&model, 80, 24));
}

#[test]
fn an_entry_is_read_however_it_is_written() {
    for text in [
        "12 Recorded Statement",
        "12, Recorded Statement",
        "Recorded Statement 12",
        "12\tRecorded Statement",
        "12: Recorded Statement ",
    ] {
        assert_eq!(
            crate::tui::screens::catalog::actions::read_entry(text),
            Some(CatalogEntry::new(12, "Recorded Statement")),
            "{text}"
        );
    }
    for text in ["", "12", "Recorded Statement", "0 Nothing", "-3 Less", "12 ,"] {
        assert_eq!(crate::tui::screens::catalog::actions::read_entry(text), None, "{text}");
    }
}
