//! Creation of the tables, and the migration of older files.

use rusqlite::Connection;

use super::LedgerError;

/// Today's tables, for a new file.
const TABLES: &str = include_str!("schema.sql");

/// Migrations, one per version. The file's `user_version` is the number of steps already taken.
pub(super) const MIGRATIONS: [&str; 16] = [
    "
CREATE TABLE imports (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    account    TEXT NOT NULL,
    file       TEXT,             -- absolute path of the source file
    sha256     BLOB,             -- of the source file when the import was made ready
    row_count  INTEGER NOT NULL, -- data rows in the source file
    recipe     TEXT NOT NULL,    -- case defaults and field map, TOML
    on_error   TEXT NOT NULL,
    status     TEXT NOT NULL,
    note       TEXT NOT NULL,    -- why it is paused or halted
    created_at INTEGER NOT NULL, -- seconds since 1970, UTC
    started_at INTEGER,
    ended_at   INTEGER
) STRICT;

-- One record for every row that had its turn. A row without a record was not sent.
CREATE TABLE rows (
    import      INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row         INTEGER NOT NULL, -- data row, from 1
    line        INTEGER NOT NULL, -- physical line, from 1
    content     BLOB NOT NULL,    -- hash of the cells: with the row number, the row's identity
    state       TEXT NOT NULL,    -- sending, created, rejected, excluded, unknown, not_sent
    identity    TEXT,             -- what tells this case from another of the account: client and reference
    reference   TEXT,             -- reference_value_1 as sent
    client      INTEGER,          -- client_id as sent
    sent_at     INTEGER,          -- milliseconds since 1970, UTC: before the request left
    case_id     TEXT,
    case_number TEXT,
    reason      TEXT,             -- why it was excluded
    PRIMARY KEY (import, row)
) STRICT, WITHOUT ROWID;

CREATE INDEX rows_by_identity ON rows (identity);

CREATE TABLE exceptions (
    id          INTEGER PRIMARY KEY, -- the order in which they became known
    import      INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row         INTEGER NOT NULL,
    line        INTEGER NOT NULL,
    column_name TEXT,
    field       TEXT,
    value       TEXT,
    code        TEXT NOT NULL,
    message     TEXT NOT NULL,
    source      TEXT NOT NULL,
    http_status INTEGER,
    UNIQUE (import, row)
) STRICT;
",
    "
-- How the source file is read, TOML, with everything said: the same way for as long as the import lives.
ALTER TABLE imports ADD COLUMN layout TEXT NOT NULL DEFAULT '';
CREATE INDEX imports_by_file ON imports (sha256);
",
    "
-- The columns of the source file, JSON: header and number of filled cells each. What a later file is held against.
ALTER TABLE imports ADD COLUMN profile TEXT NOT NULL DEFAULT '';
-- The import whose defaults and field map it began with.
ALTER TABLE imports ADD COLUMN made_like INTEGER;
-- Headers of which nothing is remembered but what imports after `upto` made of them.
CREATE TABLE forgotten (
    account TEXT NOT NULL,
    header  TEXT NOT NULL, -- letters and digits only, in lower case
    upto    INTEGER NOT NULL,
    PRIMARY KEY (account, header)
) STRICT, WITHOUT ROWID;
",
    "
-- Who started it: the user name in Trackops, and the user of this machine.
ALTER TABLE imports ADD COLUMN username TEXT NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN os_user TEXT NOT NULL DEFAULT '';
-- Random. With the row number it is the token that a case without a reference can be found again by.
ALTER TABLE imports ADD COLUMN seed TEXT NOT NULL DEFAULT '';
UPDATE imports SET seed = lower(hex(randomblob(6)));
-- Why a row was excluded, in a word.
ALTER TABLE rows ADD COLUMN code TEXT;
-- The token that went with the case.
ALTER TABLE rows ADD COLUMN token TEXT;
",
    "
-- How often somebody asked the one who runs it to pause.
ALTER TABLE imports ADD COLUMN pauses_asked INTEGER NOT NULL DEFAULT 0;
",
    "
-- Cases of imports that were forgotten: by what the duplicate guard knows them again, and nothing to read.
CREATE TABLE kept (
    import   INTEGER NOT NULL, -- its number, which no other import gets
    row      INTEGER NOT NULL,
    account  TEXT NOT NULL,
    identity BLOB NOT NULL,    -- hash of what tells the case from another of the account
    case_id  TEXT,             -- none when it was not known what became of the row
    at       INTEGER NOT NULL, -- when something last happened with the import: seconds since 1970, UTC
    PRIMARY KEY (import, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_by_identity ON kept (identity);
CREATE INDEX kept_by_case ON kept (case_id);
",
    "
-- Where accounts are or were: two at one address have the same cases, whatever they are called.
CREATE TABLE addresses (
    account TEXT NOT NULL,
    url     TEXT NOT NULL,
    PRIMARY KEY (account, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_by_url ON addresses (url);
",
    "
-- When a row was sent first, where it was sent more than once: milliseconds since 1970, UTC.
ALTER TABLE rows ADD COLUMN first_sent_at INTEGER;
CREATE INDEX rows_by_case ON rows (case_id) WHERE case_id IS NOT NULL;
-- Cases that Trackops has beside a row's own: found when the import was read back.
CREATE TABLE doubled (
    import      INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row         INTEGER NOT NULL,
    case_id     TEXT NOT NULL,
    case_number TEXT,
    PRIMARY KEY (import, row, case_id)
) STRICT, WITHOUT ROWID;
",
    "
-- Of a row without a reference, whose identity is a hash of its cells: a hash of the values that they give the case.
-- Rows of earlier versions have none.
ALTER TABLE rows ADD COLUMN same_values TEXT;
CREATE INDEX rows_by_values ON rows (same_values) WHERE same_values IS NOT NULL;
ALTER TABLE kept ADD COLUMN same_values BLOB;
CREATE INDEX kept_by_values ON kept (same_values) WHERE same_values IS NOT NULL;
",
    "
-- How often an import sent a row out of order: again, or after one behind it. Its lock file says so too, outside of
-- this file. No record is none.
CREATE TABLE sends (
    import INTEGER PRIMARY KEY REFERENCES imports (id) ON DELETE CASCADE,
    count  INTEGER NOT NULL
) STRICT;
-- Imports whose lock file may say more than the ledger knows: those that were deleted, and those whose records are lost
-- by a person's word. Up to which row, and up to how many rows out of order.
CREATE TABLE accepted_losses (
    import INTEGER PRIMARY KEY,
    row    INTEGER NOT NULL,
    sends  INTEGER NOT NULL
) STRICT;
INSERT INTO accepted_losses SELECT DISTINCT import, 9223372036854775807, 9223372036854775807 FROM kept;
",
    // Half the space: numbers instead of words, one column instead of two, and separate tables for what few rows have.
    "
ALTER TABLE rows RENAME TO old_rows;
DROP INDEX rows_by_identity;
DROP INDEX rows_by_values;
DROP INDEX rows_by_case;
-- One record for every row that had its turn. A row without a record was not sent.
CREATE TABLE rows (
    import        INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row           INTEGER NOT NULL, -- data row, from 1
    lines         INTEGER NOT NULL, -- by how much its physical line is ahead of it
    state         INTEGER NOT NULL, -- 0 sending, 1 created, 2 rejected, 3 excluded, 4 unknown, 5 not sent
    reference     TEXT,             -- reference_value_1, where a cell of the row gave one
    client        INTEGER,          -- client_id as sent
    sent_at       INTEGER,          -- milliseconds since 1970, UTC: before the request left
    first_sent_at INTEGER,          -- the same of the first try, where it was sent more than once
    case_id       ANY,              -- a number where it is written as one
    case_number   TEXT,
    token         TEXT,             -- that went with the case
    line          INTEGER GENERATED ALWAYS AS (row + lines) VIRTUAL,
    PRIMARY KEY (import, row)
) STRICT, WITHOUT ROWID;
-- What the duplicate guard knows a row without a reference by, once it was about to be sent.
CREATE TABLE unreferenced (
    import      INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row         INTEGER NOT NULL,
    content     BLOB NOT NULL, -- hash of the cells
    same_values BLOB,          -- hash of the values that they give the case; none where many rows have the same
    PRIMARY KEY (import, row)
) STRICT, WITHOUT ROWID;
-- Why a row is left out, or by whose word it is created.
CREATE TABLE remarks (
    import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row    INTEGER NOT NULL,
    code   TEXT,          -- why it is left out, in a word
    reason TEXT NOT NULL,
    PRIMARY KEY (import, row)
) STRICT, WITHOUT ROWID;
-- How many rows of an import are in each state; nothing of an import whose rows may have changed since they were counted.
CREATE TABLE tallies (
    import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    state  INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (import, state)
) STRICT, WITHOUT ROWID;
INSERT INTO rows (import, row, lines, state, reference, client, sent_at, first_sent_at, case_id, case_number, token)
SELECT import, row, line - row,
       CASE state WHEN 'sending' THEN 0 WHEN 'created' THEN 1 WHEN 'rejected' THEN 2 WHEN 'excluded' THEN 3
                  WHEN 'not_sent' THEN 5 ELSE 4 END,
       reference, client, sent_at, first_sent_at,
       iif(cast(cast(case_id AS INTEGER) AS TEXT) = case_id, cast(case_id AS INTEGER), case_id), case_number, token
FROM old_rows ORDER BY import, row;
INSERT INTO unreferenced SELECT import, row, content, unhex(substr(same_values, 8)) FROM old_rows
    WHERE identity LIKE 'content %';
INSERT INTO remarks SELECT import, row, code, reason FROM old_rows WHERE reason IS NOT NULL;
INSERT INTO tallies SELECT import, state, count(*) FROM rows GROUP BY import, state;
DROP TABLE old_rows;
CREATE INDEX rows_by_reference ON rows (reference) WHERE reference IS NOT NULL;
CREATE INDEX rows_by_case ON rows (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX unreferenced_by_content ON unreferenced (content);
CREATE INDEX unreferenced_by_values ON unreferenced (same_values) WHERE same_values IS NOT NULL;
",
    // Corrections after the start.
    "
-- The recipe an import had before each change made after its start. Its newest recipe is in imports.
CREATE TABLE amendments (
    import   INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    number   INTEGER NOT NULL, -- from 1
    recipe   TEXT NOT NULL,    -- before the change
    at       INTEGER NOT NULL, -- seconds since 1970, UTC
    username TEXT NOT NULL,    -- who made it: in Trackops
    os_user  TEXT NOT NULL,    -- and on this machine
    PRIMARY KEY (import, number)
) STRICT, WITHOUT ROWID;
-- Number of amendments made before the row was sent last; NULL for none.
ALTER TABLE rows ADD COLUMN amendment INTEGER;
-- Whether the row was corrected after it was rejected, and passes the check now.
ALTER TABLE exceptions ADD COLUMN corrected INTEGER NOT NULL DEFAULT 0;
-- Earlier tries of rejected rows: what was sent, and why it was rejected.
CREATE TABLE tries (
    import      INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row         INTEGER NOT NULL,
    number      INTEGER NOT NULL, -- from 1
    line        INTEGER NOT NULL,
    sent_at     INTEGER,          -- as in rows; NULL for a row that never left
    sent        TEXT,             -- field to value, JSON, private values masked; NULL for a row that never left
    column_name TEXT,
    field       TEXT,
    value       TEXT,
    code        TEXT NOT NULL,
    message     TEXT NOT NULL,
    source      TEXT NOT NULL,
    http_status INTEGER,
    PRIMARY KEY (import, row, number)
) STRICT, WITHOUT ROWID;
-- What reading an import's cases back has shown last.
CREATE TABLE verifications (
    import     INTEGER PRIMARY KEY REFERENCES imports (id) ON DELETE CASCADE,
    at         INTEGER NOT NULL, -- seconds since 1970, UTC
    created    INTEGER NOT NULL, -- numbers of rows, the sum of those that follow
    same       INTEGER NOT NULL,
    different  INTEGER NOT NULL,
    not_shown  INTEGER NOT NULL,
    not_listed INTEGER NOT NULL,
    missing    INTEGER NOT NULL
) STRICT;
-- Values that are stored otherwise than they were sent, and cases that are gone.
CREATE TABLE findings (
    import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row    INTEGER NOT NULL,
    line   INTEGER NOT NULL,
    field  TEXT NOT NULL, -- empty when the whole case is meant
    kind   TEXT NOT NULL,
    sent   TEXT NOT NULL, -- masked when private, as is what is stored
    stored TEXT NOT NULL,
    PRIMARY KEY (import, row, field)
) STRICT, WITHOUT ROWID;
",
    // Log of actions, and the place of the file.
    "
-- What people did with an import, in order.
CREATE TABLE deeds (
    id       INTEGER PRIMARY KEY,
    import   INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    at       INTEGER NOT NULL, -- seconds since 1970, UTC
    deed     TEXT NOT NULL,    -- made, started, paused, corrected, decided
    username TEXT NOT NULL,    -- who: in Trackops
    os_user  TEXT NOT NULL     -- and on this machine
) STRICT;
CREATE INDEX deeds_by_import ON deeds (import);
INSERT INTO deeds (import, at, deed, username, os_user)
SELECT id, started_at, 'started', username, os_user FROM imports WHERE started_at IS NOT NULL AND os_user <> ''
UNION ALL SELECT import, at, 'corrected', username, os_user FROM amendments ORDER BY 2;
-- The machine and the file in which the ledger was when it was last known to have every record; NULL before that. A copy,
-- or a file that was put back from a backup, is another one.
CREATE TABLE place (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    machine TEXT NOT NULL,
    inode   INTEGER NOT NULL
) STRICT;
-- The same of each import, when it was started last.
ALTER TABLE imports ADD COLUMN machine TEXT;
ALTER TABLE imports ADD COLUMN inode INTEGER;
",
    // Ten bytes a row less: the index holds the end of a reference, which is where references differ.
    "
ALTER TABLE rows ADD COLUMN tail TEXT GENERATED ALWAYS AS (substr(reference, -6)) VIRTUAL;
DROP INDEX rows_by_reference;
CREATE INDEX rows_by_tail ON rows (tail) WHERE tail IS NOT NULL;
",
    // The list of imports counts these few exceptions of each; without indexes it would read all of them.
    "
CREATE INDEX exceptions_in_doubt ON exceptions (import, row) WHERE code = 'duplicate.unknown';
CREATE INDEX exceptions_corrected ON exceptions (import) WHERE corrected;
",
    // Another person with the same reference is another case.
    "
ALTER TABLE rows ADD COLUMN person INTEGER; -- beginnings of the primary subject's name, as a number; NULL if unknown
",
];

/// Creates the tables of a new file, or migrates an older one to the current version. Fails if a later version wrote it.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), LedgerError> {
    let version =
        |connection: &Connection| connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0));
    // Writes only if needed, so that the ledger can still be read on a full disk.
    if usize::try_from(version(connection)?).is_ok_and(|taken| taken == MIGRATIONS.len()) {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let taken = usize::try_from(version(&transaction)?).unwrap_or(usize::MAX);
    match MIGRATIONS.get(taken..) {
        Some(_) if taken == 0 => transaction.execute_batch(TABLES)?,
        Some(steps) => {
            for step in steps {
                transaction.execute_batch(step)?;
            }
        }
        None => return Err(LedgerError::Newer),
    }
    transaction.pragma_update(None, "user_version", i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX))?;
    transaction.commit()?;
    Ok(())
}
