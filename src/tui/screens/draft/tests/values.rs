//! Values of a column matched with ids of the catalog.

use super::*;

#[test]
fn values_are_matched_by_name_by_guess_and_by_hand() {
    let mut model = defaults();
    answered(&mut model, "c Down Down Down Down v");
    let values = |model: &Model| recipe(model).columns[4].values.clone();
    assert_eq!(values(&model)["Background"], MappedValue::Id(2), "it is the account's name for it");
    // Unmapped values come first.
    let Some(Overlay::Values(open)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
    assert_eq!(open.texts()[0], ("Trial".to_owned(), 1));
    press(&mut model, "Enter 'surv Enter");
    assert_eq!(values(&model)["Trial"], MappedValue::Id(1));
    // Enter again must not change it: the cursor is on the next value.
    press(&mut model, "Up Backspace");
    assert!(!values(&model).contains_key("Trial"));
    press(&mut model, "Space");
    assert_eq!(status(&model), "No suggestion for this value.");
    // Skipped, they are no problem.
    press(&mut model, "x");
    let closed = SkipRule::Value { column: "Services".into(), value: "Trial".into() };
    assert_eq!(recipe(&model).leave_out, [closed]);
    press(&mut model, "x");
    assert!(recipe(&model).leave_out.is_empty());
}

#[test]
fn a_suggestion_is_accepted_with_one_key() {
    let mut model = defaults();
    model.catalog.remember(List::Services, CatalogEntry::new(9, "Trial preparation"));
    answered(&mut model, "c Down Down Down Down v");
    assert!(!recipe(&model).columns[4].values.contains_key("Trial"), "not without being asked");
    press(&mut model, "Space");
    assert_eq!(recipe(&model).columns[4].values["Trial"], MappedValue::Id(9));
}

#[test]
fn a_misspelled_value_gets_the_nearest_name_as_a_suggestion() {
    let mut model = defaults();
    let job = model.job.as_mut().unwrap();
    let fix =
        |text: &str| Fix { column: "Services".into(), row: None, from: "Trial".into(), to: text.into() };
    job.recipe.fixes.push(fix("Survelliance"));
    answered(&mut model, "c Down Down Down Down v");
    assert!(picture(&model, 80, 24).contains("Space: Surveillance (1)?"), "{}", picture(&model, 80, 24));
    press(&mut model, "Space");
    assert_eq!(recipe(&model).columns[4].values["Survelliance"], MappedValue::Id(1));
}

#[test]
fn the_list_of_ids_begins_at_the_likeliest_and_the_cursor_goes_on() {
    let mut model = defaults();
    model.catalog.remember(List::Services, CatalogEntry::new(8, "Canvass"));
    model.catalog.remember(List::Services, CatalogEntry::new(9, "Trial preparation"));
    answered(&mut model, "c Down Down Down Down v");
    press(&mut model, "Enter");
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
    assert_eq!(picker.lines[picker.cursor.unwrap()].label, "Trial preparation");
    press(&mut model, "Enter");
    assert_eq!(recipe(&model).columns[4].values["Trial"], MappedValue::Id(9));
}

#[test]
fn missing_names_are_learned_from_the_picker() {
    let mut model = defaults();
    let effects = press(&mut model, "Down Enter Ctrl-R");
    let Some(Effect::Change(DataChange::Learn(ticket))) = effects.last() else { panic!("{effects:?}") };
    let mut catalog = model.catalog.clone();
    catalog.remember(List::CaseTypes, CatalogEntry::new(3, "Property claim"));
    let merged = crate::trackops::Merged { new: 1, same: 0, changed: Vec::new() };
    update(&mut model, Msg::Reply(Reply::Merged(*ticket, Ok((merged, catalog)))));
    assert!(picture(&model, 80, 24).contains("Property claim"));
}

#[test]
fn a_contact_is_matched_in_trackops_list_and_its_name_saved() {
    let mut model = home(true);
    let effects = crate::tui::screens::imports::open(&mut model, Origin::New("x.csv".into()));
    let mut opened = opened(13, Status::Ready);
    let city = opened.recipe.columns.iter_mut().find(|rule| rule.from == "City").unwrap();
    city.to = "primary_contact_id".parse().unwrap();
    answer_open(&mut model, &effects, opened);
    press(&mut model, "c");
    model.job.as_mut().unwrap().line = 5;
    let effects = press(&mut model, "v");
    let picks = |effect: &Effect| match effect {
        Effect::Query(Query::Pick(ticket, List::Contacts, Some(100), false)) => Some(*ticket),
        _ => None,
    };
    let ticket = effects.iter().find_map(picks).expect("the client's contacts are asked for");
    answer_review(&mut model, effects);
    let entries = vec![CatalogEntry::new(2001, "Denver"), CatalogEntry::new(2002, "Somebody Else")];
    let listed = crate::app::Picked { entries, read_at: None, failed: None };
    let effects = update(&mut model, Msg::Reply(Reply::Picked(ticket, Ok(listed))));
    assert_eq!(recipe(&model).columns[5].values["Denver"], MappedValue::Id(2001));
    assert_eq!(model.catalog.label(List::Contacts, 2001), Some("Denver"));
    assert_eq!(model.catalog.label(List::Contacts, 2002), None, "only what the file has");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Change(DataChange::Catalog(_)))));
}

#[test]
fn a_list_without_a_likely_entry_begins_with_its_first() {
    let mut model = defaults();
    for id in 20..80 {
        model.catalog.remember(List::Services, CatalogEntry::new(id, format!("Service {id}")));
    }
    answered(&mut model, "c Down Down Down Down v");
    press(&mut model, "Enter");
    let shown = picture(&model, 80, 24);
    assert!(shown.contains("Surveillance") && !shown.contains("▸Surveillance"), "{shown}");
    assert!(shown.contains(" ↓ ") && !shown.contains(" ↑ "), "{shown}");
    press(&mut model, "Down PgDn PgDn");
    let shown = picture(&model, 80, 24);
    assert!(shown.contains(" ↑ ") && shown.contains(" ↓ ") && !shown.contains("Surveillance"), "{shown}");
}
