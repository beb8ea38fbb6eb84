//! The catalog: ids that the account lacks are found before sending, names come from every possible source, and all of
//! it works offline.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;

use caseload::app::Correction;
use caseload::case::{CustomField, FieldKind, Recipe, Target};
use caseload::ledger::OnError;
use caseload::sheet::Sheet;
use caseload::trackops::{CatalogEntry, List};
use common::{World, counts, csv};

async fn world_with_quirks(quirks: &[&str]) -> World {
    World::with(|options| options.quirks = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect()).await
}

const SERVICES: &str = "case_services_list = [2]\n\n[[fields]]";

#[tokio::test(flavor = "multi_thread")]
async fn ids_deleted_in_trackops_are_reported_before_a_row_is_sent() {
    let world = world_with_quirks(&["gone"]).await;
    let finished = world.run_file(&csv(3, &[], &[]), &["--json"]);
    let reported =
        finished.stderr.find("Primary contact (case default): contact 1000 isn't in Trackops").unwrap();
    let began = finished.stderr.find("import 1: 3 rows").unwrap();
    assert!(reported < began, "{}", finished.stderr);
    // The finding is kept, so the offline check reports it too.
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let report = world.run(&["check", &file, "--recipe", &recipe, "--json"]).json();
    let doubts = report["doubts"].to_string();
    assert!(doubts.contains("contact 1000 isn't in Trackops"), "{doubts}");
    // Existing contacts aren't mentioned, whatever their client.
    assert_eq!(report["warnings"], 0, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_with_deleted_ids_are_not_sent_if_configured() {
    let world = world_with_quirks(&["gone"]).await;
    world.change_config(|text| format!("{text}unknown_ids = \"refuse\"\n"));
    let shown = world.run_file(&csv(3, &[], &[]), &["--on-error", "skip", "--json"]).json();
    assert_eq!(common::counts(&shown), [3, 0, 3, 0, 0, 0], "{shown}");
    assert_eq!((&shown["exceptions"][0]["code"], world.sandbox.stats().posts), (&"id.unknown".into(), 0));
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    assert_eq!(world.run(&["check", &file, "--recipe", &recipe]).status, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_finds_contacts_of_another_client() {
    let world = World::new().await;
    assert_eq!(world.run(&["catalog", "refresh"]).stdout, "20 clients, 60 contacts, 32 custom fields\n");
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    world.file("cases.csv", &csv(4, &[], &[2]));
    let report = world.run(&["check", &file, "--recipe", &recipe, "--json"]).json();
    let problem = &report["problems"][0];
    assert_eq!((&problem["row"], &problem["code"]), (&2.into(), &"contact.elsewhere".into()), "{report}");
    assert_eq!(report["problems"].as_array().unwrap().len(), 1);
    world.file("cases.csv", &csv(4, &[], &[]).replace("11/02/2026,\n", "11/02/2026,4711\n"));
    let report = world.run(&["check", &file, "--recipe", &recipe, "--json"]).json();
    assert_eq!(report["warnings"], 4);
    let message = report["problems"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("contact 4711 isn't in the list updated on 20"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_with_a_service_marked_as_deleted_are_not_sent() {
    let world = World::new().await;
    world.file("recipe.toml", &common::RECIPE.replacen("\n[[fields]]", SERVICES, 1));
    world.file(
        "catalog.toml",
        "[lists]\nservices = [{ id = 1, label = \"Surveillance\" }, { id = 2, label = \"Canvass\", deleted = true }]\n",
    );
    assert_eq!(
        world.run(&["catalog", "import", &world.path("catalog.toml")]).stdout,
        "2 new, 0 changed, 0 unchanged\n"
    );
    let finished = world.run_file(&csv(2, &[], &[]), &["--on-error", "skip", "--json"]);
    let shown = finished.json();
    assert_eq!((finished.status, common::counts(&shown)), (1, [2, 0, 2, 0, 0, 0]), "{shown}");
    assert_eq!(shown["exceptions"][0]["code"], "id.deleted");
    assert_eq!(world.sandbox.stats().posts, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_lists_every_id_is_accepted() {
    // Records without ids and unreadable lists say nothing about an id, so nothing is reported.
    for quirks in [&["odd-ids"][..], &["no-pages", "small-pages"]] {
        let world = world_with_quirks(quirks).await;
        let finished = world.run_file(&csv(2, &[], &[]), &["--json"]);
        assert!(!finished.stderr.contains("(case default):"), "{quirks:?}: {}", finished.stderr);
        assert_eq!(finished.json()["created"], 2);
    }
    let world = World::with_faults(&["get:404@2-99"]).await;
    let finished = world.run_file(&csv(2, &[], &[]), &["--json"]);
    assert!(!finished.stderr.contains("(case default):"), "{}", finished.stderr);
    assert_eq!(finished.json()["created"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_learned_from_cases_that_show_them() {
    let world = world_with_quirks(&["labels", "no-fields"]).await;
    world.file("recipe.toml", &common::RECIPE.replacen("\n[[fields]]", SERVICES, 1));
    assert_eq!(world.run_file(&csv(3, &[], &[]), &["--json"]).json()["created"], 3);
    // A name entered by hand is kept.
    world.file("own.toml", "[lists]\ncase_types = [{ id = 1, label = \"Watching\" }]\n");
    world.run(&["catalog", "import", &world.path("own.toml")]);
    let learned = world.run(&["catalog", "learn"]);
    assert!(learned.stderr.contains("read 3 cases"), "{learned:?}");
    assert!(learned.stdout.starts_with("6 new, 0 changed"), "{learned:?}");
    let shown = world.run(&["catalog"]);
    for line in [
        "1  Watching: Claim #, Policy #; primary subjects: Claimant",
        "1  National",
        "2  Background",
        "1  Claimant",
    ] {
        assert!(shown.stdout.contains(line), "{line} in {}", shown.stdout);
    }
    assert!(shown.stdout.contains("subject.1   Name, name, subject type 1"), "{}", shown.stdout);

    let plain = world_with_quirks(&["no-fields"]).await;
    plain.run_file(&csv(1, &[], &[]), &[]);
    let types = plain.run(&["catalog", "learn"]);
    assert!(
        types.stdout.starts_with("1 new"),
        "the subject type of a case type is learned even without names: {types:?}"
    );
    let nothing = plain.run(&["catalog", "learn"]);
    assert!(nothing.stderr.contains("found no new names"), "{nothing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_primary_subject_of_another_type_is_an_error_before_anything_is_sent() {
    let world = World::new().await;
    world.run_file(&csv(1, &[], &[]), &[]);
    world.run(&["catalog", "learn"]);
    assert!(
        world.run(&["catalog", "export"]).stdout.contains("[primary_subjects]\n1 = 1"),
        "learned from the case"
    );
    world.file("recipe.toml", &common::RECIPE.replace("subject_type_id = 1", "subject_type_id = 2"));
    let checked = world.run_file(&csv(2, &[], &[]).replace("C-", "D-"), &[]);
    assert_eq!(checked.status, 2, "{checked:?}");
    assert!(
        checked.stderr.contains("the subject type is 2, but cases of type 1 can only have 1"),
        "{}",
        checked.stderr
    );
    assert_eq!(world.sandbox.stats().posts, 1);
    // If a column gives the type, it is an error of the row.
    let recipe = common::RECIPE.replace("subject_type_id = 1\n", "");
    world.file("recipe.toml", &(recipe + "\n[[columns]]\nfrom = \"Type\"\nto = \"subject_type_id\"\n"));
    let rows = "Claim,Claimant,Assigned,Contact,Type\nE-1,\"Doe, Jo\",11/02/2026,,1\nE-2,\"Doe, Al\",11/02/2026,,2\n";
    let run = world.run_file(rows, &["--on-error", "skip", "--json"]);
    assert_eq!(counts(&run.json()), [2, 1, 1, 0, 0, 0], "{run:?}");
    assert_eq!(
        (run.json()["exceptions"][0]["code"].as_str(), world.sandbox.stats().posts),
        (Some("id.other_subject"), 2)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalog_can_be_shared_as_a_file() {
    let (mine, theirs) = (World::new().await, World::new().await);
    mine.file(
        "catalog.toml",
        "[references]\n1 = [\"Claim #\", \"\", \"\"]\n[lists]\nflags = [{ id = 1, label = \"Rush\" }]\n[[fields]]\nkey = \
         \"custom.25\"\nlabel = \"Line\"\nkind = \"choice\"\nrequired = true\nchoices = [\"Auto\", \"Life\"]\n",
    );
    mine.run(&["catalog", "import", &mine.path("catalog.toml")]);
    let exported = mine.run(&["catalog", "export"]).stdout;
    theirs.file("theirs.toml", &exported.replace("Rush", "Hurry"));
    assert_eq!(
        theirs.run(&["catalog", "import", &theirs.path("theirs.toml")]).stdout,
        "3 new, 0 changed, 0 unchanged\n"
    );
    theirs.file("mine.toml", &exported);
    let again = theirs.run(&["catalog", "import", &theirs.path("mine.toml")]).stdout;
    assert_eq!(again, "0 new, 1 changed, 2 unchanged\n  Flags 1: “Hurry” → “Rush”\n");
    assert_eq!(theirs.run(&["catalog", "export"]).stdout, exported);

    theirs.file("wrong.toml", "[lists]\nflags = [\n{ id = \"one\", label = \"Rush\" }]\n");
    let wrong = theirs.run(&["catalog", "import", &theirs.path("wrong.toml")]);
    assert_eq!(wrong.status, 2);
    assert!(wrong.stderr.contains("wrong.toml: line 3: "), "{wrong:?}");
    for (text, expected) in [
        ("[lists]\nflags = [{ id = 0, label = \"Rush\" }]", "Flags, “Rush”: the id must be above 0"),
        ("[lists]\nflags = [{ id = 4, label = \" \" }]", "Flags, id 4: the label is missing"),
        (
            "[lists]\nflags = [{ id = 4, label = \"Rush\" }, { id = 4, label = \"Late\" }]",
            "Flags, id 4 (“Late”): listed twice",
        ),
        ("[references]\none = [\"Claim\", \"\", \"\"]", "“one” isn't the id of a case type"),
    ] {
        theirs.file("wrong.toml", text);
        let wrong = theirs.run(&["catalog", "import", &theirs.path("wrong.toml")]);
        assert!(wrong.status == 2 && wrong.stderr.contains(expected), "{wrong:?}");
    }
    assert_eq!(theirs.run(&["catalog", "export"]).stdout, exported, "nothing of an invalid file is imported");
}

#[tokio::test(flavor = "multi_thread")]
async fn saved_lists_are_used_without_a_connection() {
    let world = World::new().await;
    let app = world.app().await;
    app.knowledge().pick(List::Clients, None, false).await.unwrap();
    let contacts = app.knowledge().pick(List::Contacts, Some(100), false).await.unwrap();
    assert_eq!((contacts.entries.len(), contacts.failed), (3, None));
    let gets = world.sandbox.stats().gets;
    app.knowledge().pick(List::Contacts, Some(100), false).await.unwrap();
    assert_eq!(world.sandbox.stats().gets, gets, "a list that was just read isn't requested again");

    let World { home, sandbox } = world;
    let port = sandbox.url();
    sandbox.stop().await;
    // A later program needs no token either.
    let settings = caseload::app::Settings { home: Some(home.path().into()), ..Default::default() };
    let app = caseload::app::App::open(settings).await.unwrap();
    let clients = app.knowledge().pick(List::Clients, None, true).await.unwrap();
    assert_eq!(clients.entries.len(), 20);
    assert!(clients.read_at.is_some() && clients.failed.is_some(), "{port}: {clients:?}");
    assert_eq!(app.knowledge().pick(List::Contacts, Some(100), false).await.unwrap().entries.len(), 3);
    assert_eq!(app.knowledge().catalog().label(List::Clients, 100), Some("Summit Ridge Mutual - Denver"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalog_filled_later_maps_columns_not_ignored_by_hand() {
    let world = World::new().await;
    let app = world.app().await;
    let text = "Claim Number,Claimant,Peril,Plate\nC-1,\"Doe, Jane\",Fall,7KX\n";
    world.file("new.csv", text);
    let (import, sheet) = app.drafts().create(&world.home.path().join("new.csv")).unwrap();
    let mut recipe = app.imports().recipe(import.id).unwrap();
    let to = |recipe: &Recipe, header: &str| {
        recipe.columns.iter().find(|rule| rule.from == header).map(|rule| rule.to.to_string()).unwrap()
    };
    assert_eq!([to(&recipe, "Peril"), to(&recipe, "Plate")], ["ignore", "ignore"]);
    recipe.columns.iter_mut().filter(|rule| rule.from == "Plate").for_each(|rule| rule.by_hand = true);
    let import = app.drafts().save(import.id, "New", &recipe, &sheet).unwrap();
    app.knowledge()
        .change_catalog(|catalog| {
            for (id, label) in [(71, "Peril"), (72, "Plate")] {
                let key = format!("custom.{id}").parse().unwrap();
                catalog.declare(CustomField::new(key, label, FieldKind::Text));
            }
        })
        .unwrap();
    let (import, guessed) = app.drafts().guess_later(import, &sheet).unwrap();
    let recipe = app.imports().recipe(import.id).unwrap();
    assert_eq!(
        ([to(&recipe, "Peril"), to(&recipe, "Plate")], guessed),
        (["custom.71".to_owned(), "ignore".to_owned()], vec!["Peril".to_owned()])
    );
    assert!(app.drafts().guess_later(import, &sheet).unwrap().1.is_empty(), "a column is guessed only once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_a_recipe_ignores_or_omits_is_never_mapped_later() {
    let world = World::new().await;
    world.run(&["catalog", "refresh"]);
    let app = world.app().await;
    let sheet = Sheet::open(
        &world.file("a.csv", "Claim,Claimant,SSN,DOB\nC-1,\"Doe, Jane\",123-45-6789,02/03/1980\n"),
    );
    let sheet = sheet.unwrap();
    let mut recipe = app.drafts().propose(&sheet, None).unwrap().recipe;
    let guessed = ["SSN", "DOB"].map(|from| recipe.fields_of(from).len());
    assert_eq!(guessed, [1, 1], "both columns have a field of their own");
    recipe.defaults = Recipe::from_toml(common::RECIPE).unwrap().defaults;
    recipe.columns.retain(|rule| rule.from != "DOB");
    recipe.columns.iter_mut().filter(|rule| rule.from == "SSN").for_each(|rule| rule.to = Target::Ignore);
    let import = app.drafts().create_with(&sheet, &recipe, OnError::Halt).unwrap();
    let (import, guessed) = app.drafts().guess_later(import, &sheet).unwrap();
    let recipe = app.imports().recipe(import.id).unwrap();
    assert_eq!((recipe.fields_of("SSN"), recipe.fields_of("DOB"), guessed), (vec![], vec![], vec![]));
    // Nor with another recipe for the same draft.
    let mut other = recipe.clone();
    other.columns.iter_mut().for_each(|rule| rule.by_hand = false);
    app.runs().correct(import.id, Correction::Recipe(Box::new(other))).unwrap();
    let (import, guessed) = app.drafts().guess_later(app.imports().get(import.id).unwrap(), &sheet).unwrap();
    assert_eq!(guessed, Vec::<String>::new());
    // Nor in the next file, where only new columns are guessed.
    let text = "Claim,Claimant,SSN,DOB,Phone\nC-2,\"Doe, Jo\",123-45-6780,02/04/1980,303-555-0101\n";
    let next = Sheet::open(&world.file("b.csv", text)).unwrap();
    let recipe = app.drafts().propose(&next, Some(import.id)).unwrap().recipe;
    let fields = ["SSN", "DOB", "Phone"].map(|from| recipe.fields_of(from).len());
    assert_eq!(fields, [0, 0, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_can_edit_the_catalog_at_the_same_time() {
    let world = World::new().await;
    let (one, other) = (world.app().await, world.app().await);
    one.knowledge()
        .change_catalog(|catalog| catalog.remember(List::Flags, CatalogEntry::new(1, "Rush")))
        .unwrap();
    other
        .knowledge()
        .change_catalog(|catalog| catalog.remember(List::Flags, CatalogEntry::new(2, "Litigated")))
        .unwrap();
    assert_eq!(world.app().await.knowledge().catalog().entries(List::Flags).len(), 2);
    let id = world.import(&one, &csv(1, &[], &[]), OnError::Halt);
    assert_eq!(common::run(&one, id, OnError::Halt).await.counts.created, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_fields_come_from_the_account() {
    let world = World::new().await;
    // The first map of an account, without entering or requesting anything beforehand.
    world.file(
        "first.csv",
        "Claim Number,Claimant,DOB,SSN,Date of Loss\nA-1,\"Doe, Jo\",02/03/1980,123-45-6789,01/02/2026\n",
    );
    let mapped = world.run(&["map", &world.path("first.csv"), "--json"]).json();
    let to: Vec<&str> =
        mapped["columns"].as_array().unwrap().iter().map(|c| c["to"].as_str().unwrap()).collect();
    assert_eq!(to[0], "reference_value_1");
    assert!(
        to[1].starts_with("subject.") && to[2].starts_with("subject.") && to[3] == "subject.7",
        "{mapped}"
    );
    assert_eq!(to[4], "custom.21");
    let refreshed = world.run(&["catalog", "refresh"]);
    assert!(refreshed.stdout.contains("custom fields"), "{refreshed:?}");
    let shown = world.run(&["catalog"]).stdout;
    for line in [
        "custom.21   Date of loss, date (owner guessed)",
        "subject.3   Home address, address (owner guessed",
        "subject.7   SSN, ssn",
    ] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    // A case shows the owner of its fields and the type of its subjects.
    let warned = world.run_file(&csv(1, &[], &[]), &[]);
    assert!(warned.stderr.contains("have a guessed owner: Name (primary subject)"), "{}", warned.stderr);
    let learned = world.run(&["catalog", "learn"]);
    assert!(learned.stderr.contains("the account has "), "{learned:?}");
    let shown = world.run(&["catalog"]).stdout;
    assert!(
        shown.contains("subject.1   Name, name, subject type 1\n"),
        "the owner is no longer guessed: {shown}"
    );
    assert!(world.run(&["catalog", "export"]).stdout.contains("guessed = ["));

    let shut = world_with_quirks(&["no-fields"]).await;
    let refused = shut.run(&["catalog", "refresh"]);
    assert!(
        refused.status == 0 && refused.stderr.contains("didn't list the custom fields (Trackops refused"),
        "{refused:?}"
    );
    assert!(!refused.stdout.contains("custom fields"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_column_that_somebody_ignored_is_remembered_as_ignored() {
    let world = World::new().await;
    let app = world.app().await;
    let text = "Claim,Claimant,Services,Due\nC-1,\"Doe, Jane\",1,12/01/2026\n";
    let (import, sheet) = app.drafts().create(&world.file("a.csv", text)).unwrap();
    let mut recipe = app.imports().recipe(import.id).unwrap();
    recipe.defaults = Recipe::from_toml(common::RECIPE).unwrap().defaults;
    for rule in recipe.columns.iter_mut().filter(|rule| ["Services", "Due"].contains(&rule.from.as_str())) {
        (rule.to, rule.by_hand) = (Target::Ignore, rule.from == "Due");
    }
    let id = app.drafts().save(import.id, "First", &recipe, &sheet).unwrap().id;
    assert_eq!(common::run(&app, id, OnError::Halt).await.counts.created, 1);
    let next = Sheet::open(&world.file("b.csv", &text.replace("C-1", "C-2"))).unwrap();
    let guesses = app.drafts().propose(&next, None).unwrap().guesses;
    let [services, due] = [2, 3].map(|at: usize| guesses[at].suggestion.clone());
    assert!(services.is_none_or(|idea| idea.to != Target::Ignore), "{guesses:?}");
    let due = due.unwrap();
    assert_eq!((due.to, due.why.as_str()), (Target::Ignore, "you chose not to import it in import 1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_needs_no_fields_that_the_catalog_has() {
    let world = World::new().await;
    let fields = common::RECIPE.split_once("[[fields]]").unwrap();
    let (_, columns) = fields.1.split_once("[[columns]]").unwrap();
    world.file("recipe.toml", &format!("{}[[columns]]{columns}", fields.0));
    let file = world.file("cases.csv", &csv(2, &[], &[]));
    let check =
        || world.run(&["check", file.to_str().unwrap(), "--recipe", &world.path("recipe.toml"), "--json"]);
    let before = check();
    assert!(before.status == 2 && before.stderr.contains("subject.1 is used but not declared"), "{before:?}");
    assert_eq!(world.run(&["catalog", "refresh"]).status, 0);
    assert_eq!(check().json()["to_send"], 2);
}
