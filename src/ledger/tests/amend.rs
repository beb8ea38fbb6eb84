//! Corrections after the start, and resent rows.

use super::*;

fn change(before: &str, recipe: &str, corrected: &[u64]) -> Amendment {
    let (before, recipe) = (before.to_owned(), recipe.to_owned());
    Amendment {
        before,
        recipe,
        corrected: corrected.to_vec(),
        uncorrected: Vec::new(),
        who: Person::default(),
    }
}

fn retry(row: u64) -> Retry {
    Retry { row, sent: None }
}

#[tokio::test]
async fn only_a_rejected_row_is_tried_again() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 5);
    ledger.commit(id, intents(1..=3)).await.unwrap();
    let refused = Exception { source: ExceptionSource::Trackops, ..exception(4, Code::Trackops(422)) };
    let outcomes = vec![
        created(1),
        outcome(2, Outcome::Unknown(exception(2, Code::Unknown))),
        outcome(4, Outcome::Rejected(refused.clone())),
        outcome(5, Outcome::Excluded { code: Code::RowBlank, reason: "blank".into() }),
    ];
    ledger.settle(id, outcomes).await.unwrap();
    // Row 3 is in flight.
    ledger.requeue(id, (1..=9).map(retry).collect()).await.unwrap();
    let counts = ledger.import(id).unwrap().counts;
    assert_eq!(counts, Counts { rows: 5, created: 1, rejected: 0, excluded: 1, unknown: 2, not_sent: 1 });
    let tries = ledger.tries(id).unwrap();
    assert_eq!((tries.len(), tries[0].number, &tries[0].exception), (1, Some(1), &refused));
    assert!(ledger.exceptions(id, 0, 9).unwrap().iter().all(|found| found.row != 4));

    ledger.commit(id, intents([4])).await.unwrap();
    ledger.settle(id, vec![outcome(4, Outcome::Rejected(refused))]).await.unwrap();
    ledger.requeue(id, vec![retry(4)]).await.unwrap();
    assert_eq!(
        ledger.tries(id).unwrap().iter().map(|earlier| earlier.number).collect::<Vec<_>>(),
        [Some(1), Some(2)]
    );
    assert!(ledger.commit(id, intents([1])).await.is_err(), "a created row stays one");
}

#[tokio::test]
async fn a_rejection_by_the_check_is_no_try() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 2);
    let by_check = Exception { source: ExceptionSource::Check, ..exception(1, Code::DateInvalid) };
    let by_trackops = Exception { source: ExceptionSource::Trackops, ..exception(1, Code::Trackops(422)) };
    for refused in [&by_check, &by_trackops, &by_check] {
        if refused.source == ExceptionSource::Trackops {
            ledger.commit(id, intents([1])).await.unwrap();
        }
        ledger.settle(id, vec![outcome(1, Outcome::Rejected(refused.clone()))]).await.unwrap();
        ledger.requeue(id, vec![retry(1)]).await.unwrap();
    }
    let tries = ledger.tries(id).unwrap();
    assert_eq!(tries.iter().map(|earlier| earlier.number).collect::<Vec<_>>(), [None, Some(1), None]);
    assert_eq!(
        tries.iter().map(|earlier| earlier.sent_at.is_some()).collect::<Vec<_>>(),
        [false, true, false]
    );
}

#[tokio::test]
async fn each_row_is_known_by_the_recipe_it_was_sent_with() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 3);
    ledger.settle(id, vec![outcome(1, Outcome::Rejected(exception(1, Code::DateInvalid)))]).await.unwrap();
    ledger.amend(id, change("caseload = 1", "second", &[1])).unwrap();
    assert_eq!(ledger.amend(id, change("caseload = 1", "third", &[])), Err(LedgerError::Changed(id)));
    let import = ledger.import(id).unwrap();
    assert_eq!((import.recipe.as_str(), import.amendments, import.corrected), ("second", 1, 1));
    ledger.amend(id, change("second", "third", &[])).unwrap();
    let recipes: Vec<String> = (0..4).map(|after| ledger.recipe_after(id, after).unwrap()).collect();
    assert_eq!(recipes, ["caseload = 1", "second", "third", "third"]);

    ledger.commit(id, Batch { amendment: 1, ..intents([2]) }).await.unwrap();
    let refused = |row| outcome(row, Outcome::Rejected(exception(row, Code::Trackops(422))));
    ledger.settle(id, vec![refused(2), refused(3)]).await.unwrap();
    let known: Vec<_> = ledger.rejected(id).unwrap().iter().map(|of| (of.row, of.amendment)).collect();
    assert_eq!(known, [(1, 0), (2, 1), (3, 0)]);
}

#[test]
fn a_running_import_is_not_changed() {
    let (folder, ledger) = ledger();
    let id = import(&ledger, 3);
    let elsewhere = Ledger::open(folder.path()).unwrap();
    let _running = elsewhere.lock(id).unwrap();
    let refused = ledger.amend(id, change("caseload = 1", "second", &[]));
    assert!(matches!(refused, Err(LedgerError::Busy { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_reference_that_another_row_of_the_import_has_is_given_back() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 3);
    ledger.commit(id, intents([2])).await.unwrap();
    ledger.settle(id, vec![created(2)]).await.unwrap();
    let twin = Intent { identity: intent(2).identity, ..intent(1) };
    let batch = Batch {
        intents: vec![twin.clone()],
        account: Some("acme".into()),
        guarded: true,
        ..Batch::default()
    };
    let given_back = ledger.commit(id, batch.clone()).await.unwrap();
    assert_eq!(given_back.sent[&1], Earlier { import: id, row: 2, created: true, person: None });
    let anyway = Batch { intents: vec![Intent { anyway: true, ..twin }], ..batch };
    assert!(ledger.commit(id, anyway).await.unwrap().sent.is_empty());
}
