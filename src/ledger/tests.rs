mod amend;
mod drafts;
mod files;
mod past;

use super::*;
use crate::case::Code;

fn ledger() -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path()).unwrap();
    (folder, ledger)
}

fn facts(sha256: [u8; 32], rows: u64) -> FileFacts {
    FileFacts { sha256, rows, layout: String::new(), profile: String::new() }
}

fn import(ledger: &Ledger, rows: u64) -> ImportId {
    let new = NewImport {
        name: "March".into(),
        account: "acme".into(),
        file: "/tmp/march.csv".into(),
        recipe: "caseload = 1".into(),
        status: Status::Ready,
        on_error: OnError::Halt,
        duplicated_from: None,
        facts: None,
        who: Person::default(),
    };
    let id = ledger.create(new).unwrap();
    ledger.set_file(id, facts([7; 32], rows)).unwrap();
    id
}

fn intent(row: u64) -> Intent {
    Intent {
        row,
        line: row + 1,
        identity: Identity::Reference { client: 100, text: format!("C-{row}") },
        client: Some(100),
        sent_at: 1_000,
        token: None,
        anyway: false,
        person: None,
    }
}

fn outcome(row: u64, outcome: Outcome) -> RowOutcome {
    RowOutcome { row, line: row + 1, reference: None, outcome }
}

/// Intents alone.
fn intents(rows: impl IntoIterator<Item = u64>) -> Batch {
    Batch { intents: rows.into_iter().map(intent).collect(), ..Batch::default() }
}

fn created(row: u64) -> RowOutcome {
    outcome(row, Outcome::Created { case_id: format!("9{row}"), case_number: None })
}

fn exception(row: u64, code: Code) -> Exception {
    Exception {
        row,
        line: row + 1,
        column: Some("Due".into()),
        field: Some("due_on".into()),
        value: Some("x".into()),
        code,
        message: "no".into(),
        source: ExceptionSource::Check,
        http_status: None,
        corrected: false,
    }
}

#[tokio::test]
async fn every_row_has_one_outcome_and_the_sum_is_the_rows() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 6);
    ledger.commit(id, intents(1..=4)).await.unwrap();
    let outcomes = vec![
        created(1),
        outcome(2, Outcome::Unknown(exception(2, Code::Unknown))),
        outcome(3, Outcome::NotSent),
        outcome(5, Outcome::Rejected(exception(5, Code::DateInvalid))),
        outcome(6, Outcome::Excluded { code: Code::RowBlank, reason: "blank".into() }),
    ];
    ledger.settle(id, outcomes).await.unwrap();
    let counts = ledger.import(id).unwrap().counts;
    // Row 4 is in flight: sent, and no answer known.
    assert_eq!(counts, Counts { rows: 6, created: 1, rejected: 1, excluded: 1, unknown: 2, not_sent: 1 });
    let log = ledger.exceptions(id, 0, 10).unwrap();
    assert_eq!(
        log.iter().map(|e| (e.row, e.code.clone())).collect::<Vec<_>>(),
        [(2, Code::Unknown), (5, Code::DateInvalid), (4, Code::Unknown)]
    );
    assert_eq!(ledger.unsettled(id).unwrap().iter().map(|u| u.row).collect::<Vec<_>>(), [2, 4]);
}

#[tokio::test]
async fn a_processed_row_cannot_be_intended_again() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 3);
    ledger.commit(id, intents([1, 2, 3])).await.unwrap();
    ledger
        .settle(
            id,
            vec![
                created(1),
                outcome(2, Outcome::NotSent),
                outcome(3, Outcome::Unknown(exception(3, Code::Unknown))),
            ],
        )
        .await
        .unwrap();
    assert!(ledger.commit(id, intents([1])).await.is_err());
    assert!(ledger.commit(id, intents([3])).await.is_err());
    ledger.commit(id, intents([2])).await.unwrap();
    assert!(ledger.commit(id, intents([2])).await.is_err(), "in flight");
}

#[tokio::test]
async fn a_created_row_stays_created() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 1);
    ledger.commit(id, intents([1])).await.unwrap();
    ledger.settle(id, vec![created(1)]).await.unwrap();
    ledger.settle(id, vec![outcome(1, Outcome::NotSent)]).await.unwrap();
    assert_eq!(ledger.import(id).unwrap().counts.created, 1);
    assert_eq!(ledger.claims("acme", "91").unwrap().len(), 1);
    assert!(ledger.claims("other", "91").unwrap().is_empty());
}

#[tokio::test]
async fn counts_are_the_same_whether_kept_or_counted() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 4);
    let tally_count =
        || ledger.read().query_row("SELECT count(*) FROM tallies", [], |row| row.get::<_, i64>(0)).unwrap();
    let counts = || ledger.import(id).unwrap().counts;
    ledger.commit(id, intents(1..=3)).await.unwrap();
    ledger
        .settle(id, vec![created(1), outcome(2, Outcome::Unknown(exception(2, Code::Unknown)))])
        .await
        .unwrap();
    let counted = counts();
    assert_eq!(counted, Counts { rows: 4, created: 1, unknown: 2, not_sent: 1, ..Counts::default() });
    assert_eq!(tally_count(), 0);
    ledger.end_run(id, Status::Paused, String::new()).await.unwrap();
    assert_eq!((counts(), tally_count()), (counted, 3));
    ledger.decide(id, 2, Decision::Send, None, Person::default()).unwrap();
    assert_eq!(counts(), Counts { unknown: 1, not_sent: 2, ..counted });
    ledger.commit(id, intents([2])).await.unwrap();
    assert_eq!((counts(), tally_count()), (counted, 0), "a row changed, so nothing is kept");
}

#[tokio::test]
async fn a_case_of_another_row_is_given_back_and_not_recorded() {
    let (_folder, ledger) = ledger();
    let (first, second) = (import(&ledger, 1), import(&ledger, 2));
    ledger.commit(first, intents([1])).await.unwrap();
    ledger.settle(first, vec![created(1)]).await.unwrap();
    ledger.commit(second, intents([1, 2])).await.unwrap();
    let outcomes = vec![created(1), created(2)];
    let batch = Batch { outcomes, account: Some("acme".to_owned()), ..Batch::default() };
    let given_back = ledger.commit(second, batch.clone()).await.unwrap();
    assert_eq!(given_back.taken, [1].into());
    assert_eq!(ledger.unsettled(second).unwrap().iter().map(|row| row.row).collect::<Vec<_>>(), [1]);
    let elsewhere = Batch { account: Some("other".to_owned()), ..batch };
    assert!(
        ledger.commit(second, elsewhere).await.unwrap().taken.is_empty(),
        "another account's cases are others"
    );
}

#[tokio::test]
async fn a_dead_run_is_interrupted_and_a_live_one_is_not() {
    let (folder, ledger) = ledger();
    let id = import(&ledger, 1);
    let lock = ledger.lock(id).unwrap();
    ledger.begin_run(id, OnError::Skip, Person::default()).await.unwrap();
    assert_eq!(ledger.import(id).unwrap().status, Status::Processing);
    let other = Ledger::open(folder.path()).unwrap();
    assert!(matches!(other.lock(id), Err(LedgerError::Busy { .. })));
    drop(lock);
    assert_eq!(other.imports().unwrap()[0].status, Status::Interrupted);
    let _lock = other.lock(id).unwrap();
    assert_eq!(ledger.import(id).unwrap().status, Status::Processing);
    ledger.end_run(id, Status::Paused, "by a person".into()).await.unwrap();
    let import = ledger.import(id).unwrap();
    assert_eq!(
        (import.status, import.note.as_str(), import.on_error),
        (Status::Paused, "by a person", OnError::Skip)
    );
}

#[test]
fn the_version_changes_with_the_ledger_alone() {
    let (folder, ledger) = ledger();
    let other = Ledger::open(folder.path()).unwrap();
    let first = ledger.version().unwrap();
    assert_eq!(ledger.imports().unwrap(), []);
    assert_eq!(ledger.version().unwrap(), first, "reading is no change");
    import(&other, 1);
    let second = ledger.version().unwrap();
    assert_ne!(second, first, "by another program");
    import(&ledger, 1);
    assert_ne!(ledger.version().unwrap(), second, "by this one");
}

#[tokio::test]
async fn the_guard_sees_other_imports_of_the_account() {
    let (_folder, ledger) = ledger();
    let (first, second) = (import(&ledger, 2), import(&ledger, 2));
    ledger.commit(first, intents([1, 2])).await.unwrap();
    ledger.settle(first, vec![created(1)]).await.unwrap();
    let mut guard = ledger.guard("acme", second);
    assert_eq!(
        guard.earlier(&intent(1).identity).unwrap(),
        Some(Earlier { import: first, row: 1, created: true, person: None })
    );
    assert_eq!(
        guard.earlier(&intent(2).identity).unwrap(),
        Some(Earlier { import: first, row: 2, created: false, person: None })
    );
    assert_eq!(guard.earlier(&intent(3).identity).unwrap(), None);
    assert_eq!(ledger.guard("acme", first).earlier(&intent(1).identity).unwrap(), None);
    assert_eq!(ledger.guard("other", second).earlier(&intent(1).identity).unwrap(), None);
}

#[tokio::test]
async fn the_second_of_two_racing_imports_is_given_the_row_back() {
    let (_folder, ledger) = ledger();
    let (first, second) = (import(&ledger, 2), import(&ledger, 2));
    let guarded = |rows: &[u64]| Batch {
        account: Some("acme".to_owned()),
        guarded: true,
        ..intents(rows.iter().copied())
    };
    assert!(ledger.commit(first, guarded(&[1])).await.unwrap().sent.is_empty());
    let given_back = ledger.commit(second, guarded(&[1, 2])).await.unwrap().sent;
    assert_eq!(
        given_back.into_iter().collect::<Vec<_>>(),
        [(1, Earlier { import: first, row: 1, created: false, person: None })]
    );
    assert_eq!(ledger.import(second).unwrap().counts.unknown, 1, "row 2 alone is intended");
}

#[tokio::test]
async fn the_outcome_of_one_row() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 6);
    ledger.commit(id, intents(1..=4)).await.unwrap();
    let outcomes = [
        created(1),
        outcome(2, Outcome::Unknown(exception(2, Code::Unknown))),
        outcome(3, Outcome::NotSent),
        outcome(5, Outcome::Rejected(exception(5, Code::DateInvalid))),
        outcome(6, Outcome::Excluded { code: Code::RowBlank, reason: "blank".into() }),
    ];
    ledger.settle(id, outcomes.to_vec()).await.unwrap();
    for RowOutcome { row, outcome, .. } in outcomes {
        assert_eq!(ledger.outcome(id, row).unwrap(), Some(outcome), "{row}");
    }
    assert_eq!(ledger.outcome(id, 4).unwrap(), None, "in flight");
    assert_eq!(ledger.outcome(id, 7).unwrap(), None);
}

#[test]
fn a_forgotten_header_is_learned_only_from_later_imports() {
    let (_folder, ledger) = ledger();
    let first = import(&ledger, 1);
    ledger.forget_header("acme", "claimno").unwrap();
    assert_eq!(ledger.forgotten_headers("acme").unwrap(), [("claimno".to_owned(), first)].into());
    assert!(ledger.forgotten_headers("other").unwrap().is_empty());
    let second = import(&ledger, 1);
    ledger.forget_header("acme", "claimno").unwrap();
    assert_eq!(ledger.forgotten_headers("acme").unwrap()["claimno"], second);
}

#[tokio::test]
async fn a_row_that_was_sent_again_is_missed_as_well() {
    let (folder, ledger) = ledger();
    let id = import(&ledger, 3);
    let lock = ledger.lock(id).unwrap();
    ledger.commit(id, intents(1..=3)).await.unwrap();
    ledger.settle(id, vec![created(1), outcome(2, Outcome::NotSent), created(3)]).await.unwrap();
    // A separate folder, because this process writes to the ledger as long as it has it open.
    let later = tempfile::tempdir().unwrap();
    ledger.checkpoint();
    std::fs::copy(folder.path().join("ledger.sqlite3"), later.path().join("ledger.sqlite3")).unwrap();
    assert_eq!(ledger.losses().unwrap(), [], "a running import has lost nothing");
    ledger.commit(id, intents([2])).await.unwrap();
    ledger.settle(id, vec![created(2)]).await.unwrap();
    drop(lock);
    std::fs::copy(folder.path().join("import-1.lock"), later.path().join("import-1.lock")).unwrap();

    let ledger = Ledger::open(later.path()).unwrap();
    let losses = ledger.losses().unwrap();
    assert_eq!(losses[0].to_string(), "import 1 sent rows that have no record");
    assert!(matches!(ledger.require_sendable(id), Err(LedgerError::Lost { .. })));
    assert!(matches!(ledger.lock(id), Err(LedgerError::Lost { .. })));
    let how = DeleteOptions { keep_identities: true, even_unknown: true };
    assert!(
        matches!(ledger.delete_import(id, how), Err(LedgerError::Lost { .. })),
        "the loss would be hidden"
    );
    assert_eq!(ledger.accept_losses().unwrap(), losses);
    assert_eq!(ledger.losses().unwrap(), []);
    assert_eq!(ledger.require_sendable(id), Err(LedgerError::Incomplete(id)));
    let next = import(&ledger, 3);
    ledger.require_sendable(next).unwrap();
    ledger.delete_import(id, how).unwrap();
    assert_eq!(ledger.losses().unwrap(), []);
}

#[tokio::test]
async fn rows_that_an_earlier_version_sent_beyond_the_last_count_as_well() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 2);
    ledger.commit(id, intents(1..=3)).await.unwrap();
    ledger.settle(id, (1..=3).map(created).collect()).await.unwrap();
    let counts = ledger.import(id).unwrap().counts;
    assert_eq!((counts.rows, counts.created, counts.not_sent), (3, 3, 0));
}

#[tokio::test]
async fn rows_excluded_by_the_duplicate_guard_are_included_and_a_later_versions_code_stays() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 3);
    let excluded = |row, code: &str| {
        outcome(row, Outcome::Excluded { code: Code::from_word(code), reason: "no".into() })
    };
    let logged = exception(3, Code::from_word("date.lunar"));
    let rows = vec![excluded(1, "duplicate.file"), excluded(2, "row.lunar")];
    ledger.settle(id, [rows, vec![outcome(3, Outcome::Rejected(logged.clone()))]].concat()).await.unwrap();
    ledger.include_duplicates(id, None).await.unwrap();
    let left: Vec<_> =
        ledger.exclusions(id).unwrap().iter().map(|of| (of.row, of.code.to_string())).collect();
    assert_eq!(left, [(2, "row.lunar".to_owned())]);
    assert_eq!(ledger.exceptions(id, 0, 9).unwrap(), [logged]);
}

#[test]
fn the_few_rows_of_a_kind_are_found_by_an_index() {
    let (_folder, ledger) = ledger();
    let connection = ledger.read();
    for (sql, used) in [
        (report::created_later_sql(), "later USING INDEX rows_by_tail"),
        (super::amend::in_doubt_sql(), "exceptions USING COVERING INDEX exceptions_in_doubt"),
        (super::amend::CORRECTED.to_owned(), "exceptions USING INDEX exceptions_corrected"),
    ] {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let values = vec!["1"; statement.parameter_count()];
        let plan = statement
            .query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3))
            .unwrap()
            .map(Result::unwrap)
            .collect::<Vec<_>>();
        assert!(plan.iter().any(|line| line.contains(used)), "{sql}: {plan:?}");
    }
}

#[tokio::test]
async fn a_refused_change_leaves_the_others_of_its_transaction_alone() {
    let (_folder, ledger) = ledger();
    let id = import(&ledger, 3);
    ledger.commit(id, intents(1..=3)).await.unwrap();
    // Waits, so that the next changes share a transaction.
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let blocker = tokio::spawn({
        let ledger = ledger.clone();
        async move { ledger.write(move |_| wait.recv().map(|()| 0).map_err(|_| writer::gone())).await }
    });
    tokio::task::yield_now().await;
    let commits = [created(1), created(2)].map(|created| {
        let ledger = ledger.clone();
        tokio::spawn(async move { ledger.settle(id, vec![created]).await })
    });
    let refused = tokio::spawn({
        let ledger = ledger.clone();
        async move {
            ledger
                .write::<()>(move |connection| {
                    connection.execute("DELETE FROM rows", [])?;
                    Err(LedgerError::NotUnknown { import: id, row: 9 })
                })
                .await
        }
    });
    let last = tokio::spawn({
        let ledger = ledger.clone();
        async move { ledger.settle(id, vec![created(3)]).await }
    });
    tokio::task::yield_now().await;
    go.send(()).unwrap();
    assert_eq!(blocker.await.unwrap(), Ok(0));
    assert_eq!(refused.await.unwrap(), Err(LedgerError::NotUnknown { import: id, row: 9 }));
    for commit in commits.into_iter().chain([last]) {
        assert_eq!(commit.await.unwrap(), Ok(()));
    }
    assert_eq!(ledger.import(id).unwrap().counts.created, 3);
}
