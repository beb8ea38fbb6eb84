//! Ledgers written by earlier versions.

use std::path::Path;

use super::*;

/// Creates a ledger as an earlier version left it when killed during a run: rows in every state, with and without
/// reference.
fn ledger_of(version: usize, folder: &Path) {
    let connection = rusqlite::Connection::open(folder.join("ledger.sqlite3")).unwrap();
    // Version 11 has other columns, so the data is inserted before and migrated.
    let filled = version.min(10);
    let steps = |range: std::ops::Range<usize>| {
        schema::MIGRATIONS[range].iter().for_each(|step| connection.execute_batch(step).unwrap());
    };
    steps(0..filled);
    connection.pragma_update(None, "user_version", i64::try_from(version).unwrap()).unwrap();
    connection.execute_batch(include_str!("fixture.sql")).unwrap();
    if filled == 10 {
        // What later versions added.
        connection
            .execute_batch(
                "UPDATE rows SET same_values = 'values 00112233445566778899aabbccddeeff' WHERE row = 7;
                 UPDATE rows SET code = 'row.blank' WHERE row = 4;
                 UPDATE rows SET token = '[caseload 5eed-5]', first_sent_at = 900 WHERE row = 5;",
            )
            .unwrap();
    }
    steps(filled..version);
}

/// Returns the form of every table and index: what a statement can notice.
fn form(connection: &rusqlite::Connection) -> Vec<String> {
    let list = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let tables =
        "SELECT json_array(type, name, ncol, wr, strict) FROM pragma_table_list WHERE schema = 'main'
                  ORDER BY name";
    let columns =
        "SELECT json_array(tables.name, cid, columns.name, columns.type, \"notnull\", dflt_value, pk, hidden)
                   FROM pragma_table_list AS tables, pragma_table_xinfo(tables.name) AS columns
                   WHERE tables.schema = 'main' ORDER BY tables.name, cid";
    let references = "SELECT json_array(tables.name, keys.\"table\", \"from\", \"to\", on_delete)
                      FROM pragma_table_list AS tables, pragma_foreign_key_list(tables.name) AS keys
                      WHERE tables.schema = 'main' ORDER BY tables.name";
    let indexes =
        "SELECT json_array(tbl_name, name, sql) FROM sqlite_schema WHERE type = 'index' ORDER BY name";
    [tables, columns, references, indexes].map(list).concat()
}

#[test]
fn a_new_ledger_has_the_tables_of_a_migrated_one() {
    let (new, migrated) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    ledger_of(1, migrated.path());
    let of = |folder: &tempfile::TempDir| {
        drop(Ledger::open(folder.path()).unwrap());
        form(&rusqlite::Connection::open(folder.path().join("ledger.sqlite3")).unwrap())
    };
    let (new, migrated) = (of(&new), of(&migrated));
    assert!(new.len() > 100, "{new:?}");
    assert_eq!(new, migrated);
}

#[test]
fn a_ledger_of_every_version_becomes_todays_and_keeps_what_it_has() {
    for version in 1..schema::MIGRATIONS.len() {
        let folder = tempfile::tempdir().unwrap();
        ledger_of(version, folder.path());
        let ledger = Ledger::open(folder.path()).unwrap();
        let import = &ledger.imports().unwrap()[0];
        assert_eq!(
            (import.name.as_str(), import.layout.as_str(), import.status),
            ("March", "", Status::Interrupted)
        );
        assert_eq!((import.profile.as_str(), import.duplicated_from), ("", None));
        assert_eq!(
            import.counts,
            Counts { rows: 9, created: 3, rejected: 1, excluded: 1, unknown: 2, not_sent: 2 },
            "version {version}"
        );
        assert_eq!(ledger.pauses_asked(import.id).unwrap(), 0);
        let same = ledger.imports_of_file("acme", [7; 32]).unwrap();
        assert_eq!(same.iter().map(|import| import.id).collect::<Vec<_>>(), [import.id]);
        assert!(ledger.imports_of_file("other", [7; 32]).unwrap().is_empty());

        let receipt = ledger.receipt(1).unwrap();
        let of = |row: u64| receipt.iter().find(|record| record.row == row).unwrap();
        assert_eq!(
            (of(1).line, of(1).state, of(1).case_id.as_deref()),
            (2, RowState::Created, Some("100001"))
        );
        assert_eq!(of(2).case_id.as_deref(), Some("007"), "an id is kept as it was written");
        assert_eq!((of(4).state, of(4).reason.as_deref()), (RowState::Excluded, Some("the row is blank")));
        let unsettled = ledger.unsettled(1).unwrap();
        assert_eq!(
            unsettled.iter().map(|row| (row.row, row.sent_at)).collect::<Vec<_>>(),
            [(5, 1_500), (6, 1_600)]
        );
        assert_eq!(ledger.exceptions(1, 0, 9).unwrap().len(), 3);
        let claims =
            |id| ledger.claims("acme", id).unwrap().iter().map(|claim| claim.row).collect::<Vec<_>>();
        assert_eq!((claims("100001"), claims("007"), claims("7")), (vec![1], vec![2], vec![]));

        let mut guard = ledger.guard("acme", 99);
        let mut earlier =
            |identity: Identity| guard.earlier(&identity).unwrap().map(|found| (found.row, found.created));
        let reference = |client, text: &str| Identity::Reference { client, text: text.into() };
        assert_eq!(earlier(reference(100, "A-1")), Some((1, true)));
        assert_eq!(earlier(reference(100, "A-5")), Some((5, false)));
        assert_eq!(earlier(reference(101, "A-1")), None, "another client's");
        assert_eq!(earlier(reference(100, "A-3")), None, "it was refused");
        let row = |content, values| Identity::Row { content: [content; 16], values };
        assert_eq!(earlier(row(7, None)), Some((7, true)));
        assert_eq!(earlier(row(1, None)), None, "a row with a reference is known by that alone");
        let values = u128::from_str_radix("00112233445566778899aabbccddeeff", 16).unwrap().to_be_bytes();
        let known = (version >= 10).then_some((7, true));
        assert_eq!(earlier(row(9, Some(values))), known, "version {version}");
    }
}

#[tokio::test]
async fn an_interrupted_import_of_an_earlier_version_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    ledger_of(10, folder.path());
    let ledger = Ledger::open(folder.path()).unwrap();
    let open = &ledger.unsettled(1).unwrap()[0];
    assert_eq!((open.token.as_deref(), open.first_sent_at), (Some("[caseload 5eed-5]"), 900));
    assert!(ledger.commit(1, intents([1])).await.is_err(), "it is created");
    ledger.settle(1, vec![created(5), outcome(6, Outcome::NotSent)]).await.unwrap();
    ledger.commit(1, intents([6, 8, 9])).await.unwrap();
    ledger.settle(1, [6, 8, 9].map(created).to_vec()).await.unwrap();
    assert_eq!(
        ledger.import(1).unwrap().counts,
        Counts { rows: 9, created: 7, rejected: 1, excluded: 1, unknown: 0, not_sent: 0 }
    );
}
