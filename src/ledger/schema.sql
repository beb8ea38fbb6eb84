-- The ledger's tables as they are today. A new ledger begins with them; an older one gets there by the migrations in
-- schema.rs, and a test compares the results. Times without a unit are seconds since 1970, UTC.

CREATE TABLE imports (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL,
    account      TEXT NOT NULL,
    file         TEXT,             -- absolute path of the source file
    sha256       BLOB,             -- of the source file when the import was made ready
    row_count    INTEGER NOT NULL, -- data rows in the source file
    recipe       TEXT NOT NULL,    -- case defaults and field map, TOML
    on_error     TEXT NOT NULL,
    status       TEXT NOT NULL,
    note         TEXT NOT NULL,    -- why it is paused or halted
    created_at   INTEGER NOT NULL,
    started_at   INTEGER,
    ended_at     INTEGER,
    layout       TEXT NOT NULL DEFAULT '', -- how the source file is read, with every setting, TOML
    profile      TEXT NOT NULL DEFAULT '', -- columns of the source file: header and number of filled cells, JSON
    made_like    INTEGER,                  -- import that its defaults and field map were copied from
    username     TEXT NOT NULL DEFAULT '', -- who started it: in Trackops
    os_user      TEXT NOT NULL DEFAULT '', -- and on this machine
    seed         TEXT NOT NULL DEFAULT '', -- random; with the row number it is the row token
    pauses_asked INTEGER NOT NULL DEFAULT 0, -- how often other programs asked it to pause
    machine      TEXT,    -- where the ledger was when the import was started last, as in place
    inode        INTEGER
) STRICT;
CREATE INDEX imports_by_file ON imports (sha256);

-- One record for every processed row. A row without a record wasn't sent.
CREATE TABLE rows (
    import        INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row           INTEGER NOT NULL, -- data row, from 1
    lines         INTEGER NOT NULL, -- physical line minus data row
    state         INTEGER NOT NULL, -- 0 sending, 1 created, 2 rejected, 3 excluded, 4 unknown, 5 not sent
    reference     TEXT,             -- reference_value_1, if a cell of the row gave it
    client        INTEGER,          -- client_id as sent
    sent_at       INTEGER,          -- milliseconds since 1970, UTC, before the request left
    first_sent_at INTEGER,          -- the same for the first try, if it was sent more than once
    case_id       ANY,              -- an integer if it is written as one
    case_number   TEXT,
    token         TEXT,             -- row token sent with the case
    line          INTEGER GENERATED ALWAYS AS (row + lines) VIRTUAL,
    amendment     INTEGER,          -- number of amendments before it was sent last; NULL for none
    tail          TEXT GENERATED ALWAYS AS (substr(reference, -6)) VIRTUAL, -- the end, where references differ
    person        INTEGER,          -- beginnings of the primary subject's name, as a number; NULL if unknown
    PRIMARY KEY (import, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX rows_by_tail ON rows (tail) WHERE tail IS NOT NULL;
CREATE INDEX rows_by_case ON rows (case_id) WHERE case_id IS NOT NULL;

-- By what the duplicate guard recognizes a row without a reference, once it was about to be sent.
CREATE TABLE unreferenced (
    import      INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row         INTEGER NOT NULL,
    content     BLOB NOT NULL, -- hash of the cells
    same_values BLOB,          -- hash of the values they give the case; NULL if many rows have the same
    PRIMARY KEY (import, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX unreferenced_by_content ON unreferenced (content);
CREATE INDEX unreferenced_by_values ON unreferenced (same_values) WHERE same_values IS NOT NULL;

-- Why a row is excluded, or by whose decision it is created.
CREATE TABLE remarks (
    import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row    INTEGER NOT NULL,
    code   TEXT, -- of the reason for excluding it
    reason TEXT NOT NULL,
    PRIMARY KEY (import, row)
) STRICT, WITHOUT ROWID;

-- Number of rows of an import in each state. No records for an import whose rows may have changed since the count.
CREATE TABLE tallies (
    import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    state  INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (import, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE exceptions (
    id          INTEGER PRIMARY KEY, -- in the order in which they became known
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
    corrected   INTEGER NOT NULL DEFAULT 0, -- whether the row was corrected since, and passes the check
    UNIQUE (import, row)
) STRICT;
CREATE INDEX exceptions_in_doubt ON exceptions (import, row) WHERE code = 'duplicate.unknown';
CREATE INDEX exceptions_corrected ON exceptions (import) WHERE corrected;

-- Earlier tries of rejected rows: what was sent, and why it was rejected.
CREATE TABLE tries (
    import      INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row         INTEGER NOT NULL,
    number      INTEGER NOT NULL, -- from 1
    line        INTEGER NOT NULL,
    sent_at     INTEGER, -- as in rows; NULL for a row that wasn't sent
    sent        TEXT,    -- field to value, JSON, private values masked; NULL for a row that wasn't sent
    column_name TEXT,
    field       TEXT,
    value       TEXT,
    code        TEXT NOT NULL,
    message     TEXT NOT NULL,
    source      TEXT NOT NULL,
    http_status INTEGER,
    PRIMARY KEY (import, row, number)
) STRICT, WITHOUT ROWID;

-- The recipe before each change after the start. The newest recipe is in imports.
CREATE TABLE amendments (
    import   INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    number   INTEGER NOT NULL, -- from 1
    recipe   TEXT NOT NULL,    -- before the change
    at       INTEGER NOT NULL,
    username TEXT NOT NULL,    -- who changed it: in Trackops
    os_user  TEXT NOT NULL,    -- and on this machine
    PRIMARY KEY (import, number)
) STRICT, WITHOUT ROWID;

-- Cases that Trackops has besides a row's own, found by reading the import back.
CREATE TABLE doubled (
    import      INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row         INTEGER NOT NULL,
    case_id     TEXT NOT NULL,
    case_number TEXT,
    PRIMARY KEY (import, row, case_id)
) STRICT, WITHOUT ROWID;

-- Result of reading an import's cases back last.
CREATE TABLE verifications (
    import     INTEGER PRIMARY KEY REFERENCES imports (id) ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    created    INTEGER NOT NULL, -- number of rows, the sum of the following
    same       INTEGER NOT NULL,
    different  INTEGER NOT NULL,
    not_shown  INTEGER NOT NULL,
    not_listed INTEGER NOT NULL,
    missing    INTEGER NOT NULL
) STRICT;

-- Values that are stored differently from what was sent, and cases that are gone.
CREATE TABLE findings (
    import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    row    INTEGER NOT NULL,
    line   INTEGER NOT NULL,
    field  TEXT NOT NULL, -- empty for the case as a whole
    kind   TEXT NOT NULL,
    sent   TEXT NOT NULL, -- masked if private
    stored TEXT NOT NULL, -- masked if private
    PRIMARY KEY (import, row, field)
) STRICT, WITHOUT ROWID;

-- What users did with an import, in order.
CREATE TABLE deeds (
    id       INTEGER PRIMARY KEY,
    import   INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    at       INTEGER NOT NULL,
    deed     TEXT NOT NULL, -- made, started, paused, corrected, decided
    username TEXT NOT NULL, -- who: in Trackops
    os_user  TEXT NOT NULL  -- and on this machine
) STRICT;
CREATE INDEX deeds_by_import ON deeds (import);

-- How often an import sent a row out of order: again, or after a later one. Its lock file says it too. No record is none.
CREATE TABLE sends (
    import INTEGER PRIMARY KEY REFERENCES imports (id) ON DELETE CASCADE,
    count  INTEGER NOT NULL
) STRICT;

-- Imports whose lock file may say more than the ledger: deleted ones, and those whose loss the user accepted. Up to
-- which row, and up to how many sends out of order.
CREATE TABLE accepted_losses (
    import INTEGER PRIMARY KEY,
    row    INTEGER NOT NULL,
    sends  INTEGER NOT NULL
) STRICT;

-- Cases of deleted imports: only what the duplicate guard recognizes them by.
CREATE TABLE kept (
    import      INTEGER NOT NULL, -- its number, which no other import gets
    row         INTEGER NOT NULL,
    account     TEXT NOT NULL,
    identity    BLOB NOT NULL,    -- hash of the case's identity within the account
    case_id     TEXT,             -- NULL for a row that was unknown
    at          INTEGER NOT NULL, -- when the import was last used
    same_values BLOB,
    PRIMARY KEY (import, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_by_identity ON kept (identity);
CREATE INDEX kept_by_case ON kept (case_id);
CREATE INDEX kept_by_values ON kept (same_values) WHERE same_values IS NOT NULL;

-- Headers whose remembered targets were forgotten: only those of imports after `upto` count.
CREATE TABLE forgotten (
    account TEXT NOT NULL,
    header  TEXT NOT NULL, -- letters and digits only, in lower case
    upto    INTEGER NOT NULL,
    PRIMARY KEY (account, header)
) STRICT, WITHOUT ROWID;

-- Where accounts are or were: two accounts at one address have the same cases, whatever their names.
CREATE TABLE addresses (
    account TEXT NOT NULL,
    url     TEXT NOT NULL,
    PRIMARY KEY (account, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_by_url ON addresses (url);

-- Machine and file of the ledger when it last had every record; no record before that. A copy, or a file restored from
-- a backup, is in another place.
CREATE TABLE place (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    machine TEXT NOT NULL,
    inode   INTEGER NOT NULL
) STRICT;
