//! Changes of drafts, also by several programs at once.

use super::*;

fn april() -> DraftChange {
    DraftChange {
        name: "April".into(),
        recipe: "caseload = 1".into(),
        status: Status::Ready,
        before: None,
        facts: None,
        duplicated_from: None,
    }
}

#[tokio::test]
async fn a_draft_changes_as_a_whole_or_not_at_all() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 2);
    let with_format = || DraftChange { facts: Some(facts([8; 32], 5)), duplicated_from: Some(1), ..april() };
    let before = ledger.import(id).unwrap();
    let outdated = DraftChange { before: Some("caseload = 1\nname = \"Old\"".into()), ..with_format() };
    assert_eq!(ledger.save_draft(id, outdated.clone()), Err(LedgerError::Changed(id)));
    assert_eq!(ledger.save_draft(99, outdated), Err(LedgerError::NoSuchImport(99)));
    assert_eq!(ledger.import(id).unwrap(), before);
    ledger.save_draft(id, DraftChange { before: Some(before.recipe), ..with_format() }).unwrap();
    let changed = ledger.import(id).unwrap();
    assert_eq!((changed.counts.rows, changed.duplicated_from, changed.name.as_str()), (5, Some(1), "April"));
    // A row is sent alone, so the format can't change any more: neither does the recipe.
    ledger.begin_run(id, OnError::Halt, Person::default()).await.unwrap();
    ledger.commit(id, intents([2])).await.unwrap();
    ledger.settle(id, vec![created(2)]).await.unwrap();
    ledger.return_to_ready(id).await.unwrap();
    let before = ledger.import(id).unwrap();
    let renamed = DraftChange { name: "May".into(), ..with_format() };
    assert_eq!(ledger.save_draft(id, renamed), Err(LedgerError::HasRows(id)));
    assert_eq!(ledger.import(id).unwrap(), before);
}

#[test]
fn a_new_name_undoes_no_change_of_another_program() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 2);
    let read = ledger.import(id).unwrap().recipe;
    ledger
        .save_draft(id, DraftChange { recipe: "caseload = 1\nrow_token = true".into(), ..april() })
        .unwrap();
    let renamed = ledger.rename(id, "May", read, "caseload = 1\nname = \"May\"".into());
    assert_eq!(renamed, Err(LedgerError::Changed(id)));
    assert!(ledger.import(id).unwrap().recipe.contains("row_token"));
}

#[test]
fn a_draft_is_changed_until_it_is_started() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 2);
    ledger.save_draft(id, DraftChange { status: Status::Draft, ..april() }).unwrap();
    assert_eq!(ledger.import(id).unwrap().status, Status::Draft);
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
        ledger.begin_run(id, OnError::Halt, Person::default()).await.unwrap();
    });
    assert_eq!(ledger.save_draft(id, april()), Err(LedgerError::Started(id)));
    assert_eq!(ledger.import(99), Err(LedgerError::NoSuchImport(99)));
}

#[tokio::test]
async fn an_import_put_back_can_be_changed_and_its_file_cannot() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 3);
    ledger.begin_run(id, OnError::Halt, Person::default()).await.unwrap();
    ledger.commit(id, intents([2])).await.unwrap();
    let save = || ledger.save_draft(id, april());
    assert_eq!(save(), Err(LedgerError::Started(id)), "while the row is sent");
    ledger.settle(id, vec![created(2)]).await.unwrap();
    ledger.return_to_ready(id).await.unwrap();
    let import = ledger.import(id).unwrap();
    assert_eq!((import.status, import.started_at, import.ended_at), (Status::Ready, None, None));
    assert_eq!((import.counts.created, import.counts.not_sent), (1, 2));
    save().unwrap();
    assert_eq!(ledger.set_file(id, facts([8; 32], 4)), Err(LedgerError::HasRows(id)));
    assert_eq!(ledger.import(id).unwrap().counts.rows, 3);
}
