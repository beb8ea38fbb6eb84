//! The ledger's files: who may read them, which are refused, and how programs wait for each other.

use super::*;

#[test]
fn a_pause_request_goes_to_the_lock_holder() {
    let (folder, ledger) = ledger();
    let id = import(&ledger, 1);
    let other = Ledger::open(folder.path()).unwrap();
    assert_eq!(other.ask_to_pause(id, Person::default()), Err(LedgerError::NotRunning(id)));
    assert_eq!(other.ask_to_pause(9, Person::default()), Err(LedgerError::NoSuchImport(9)));
    let before = ledger.pauses_asked(id).unwrap();
    // From the lock on, before anything else of the run is in the ledger.
    let lock = ledger.lock(id).unwrap();
    other.ask_to_pause(id, Person::default()).unwrap();
    assert!(ledger.pauses_asked(id).unwrap() > before);
    drop(lock);
    let after = ledger.pauses_asked(id).unwrap();
    assert_eq!(other.ask_to_pause(id, Person::default()), Err(LedgerError::NotRunning(id)));
    assert_eq!(ledger.pauses_asked(id).unwrap(), after, "a failed request isn't delivered later");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, ledger) = ledger();
    import(&ledger, 1);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
}

#[test]
fn a_ledger_of_a_newer_program_is_refused() {
    let (folder, ledger) = ledger();
    ledger
        .write_now(|connection| {
            connection.pragma_update(None, "user_version", 99)?;
            Ok(())
        })
        .unwrap();
    assert_eq!(Ledger::open(folder.path()).err(), Some(LedgerError::Newer));
}

#[test]
fn a_file_that_is_no_ledger_is_reported_as_damaged() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ledger.sqlite3"), [b'x'; 5000]).unwrap();
    assert!(matches!(Ledger::open(folder.path()), Err(LedgerError::Damaged { .. })));
}

#[test]
fn programs_that_begin_a_ledger_together_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| import(&Ledger::open(folder.path()).unwrap(), 1));
        }
    });
    assert_eq!(Ledger::open(folder.path()).unwrap().imports().unwrap().len(), 8);
}

#[tokio::test]
async fn lock_files_of_earlier_versions_are_understood() {
    let (folder, ledger) = ledger();
    let id = import(&ledger, 3);
    ledger.commit(id, intents([1, 2])).await.unwrap();
    let file = folder.path().join("import-1.lock");
    for (text, lost) in [("", false), ("00000000000000000002", false), ("00000000000000000003", true)] {
        std::fs::write(&file, text).unwrap();
        assert_eq!(ledger.require_no_losses().is_err(), lost, "{text}");
    }
    // An empty lock file of a missing import doesn't show that anything was sent.
    std::fs::write(&file, "").unwrap();
    std::fs::write(folder.path().join("import-7.lock"), "").unwrap();
    std::fs::write(folder.path().join("import-x.lock"), "1").unwrap();
    ledger.require_no_losses().unwrap();
    std::fs::write(folder.path().join("import-7.lock"), "00000000000000000001").unwrap();
    let message = ledger.require_no_losses().unwrap_err().to_string();
    assert!(message.contains("import 7 sent rows, but it is missing. Nothing was sent"), "{message}");
}

#[tokio::test]
async fn a_change_waits_while_another_program_writes() {
    let (folder, ledger) = ledger();
    let id = import(&ledger, 1);
    // Without SQLite's own wait.
    let change = |connection: &Connection| Ok(connection.busy_timeout(Duration::ZERO).map(|()| 0)?);
    ledger.write(change).await.unwrap();
    let other = Connection::open(folder.path().join(relocate::FILE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let commit = tokio::spawn({
        let ledger = ledger.clone();
        async move { ledger.commit(id, intents([1])).await.map(|_| ()) }
    });
    tokio::task::yield_now().await;
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(commit.await.unwrap(), Ok(()));
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = LedgerError::from(
        ledger.read().execute_batch("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE").unwrap_err(),
    );
    assert_eq!(error, LedgerError::InUse);
}
