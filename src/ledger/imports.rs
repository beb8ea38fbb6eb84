//! Imports: made, changed, listed.

use std::collections::HashMap;
use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::deeds::{self, Deed};
use super::place;
use super::row::{signed, unsigned};
use super::tally::tally;
use super::{Counts, Import, ImportId, Ledger, LedgerError, OnError, Status};

/// What a new import begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct NewImport {
    /// What people call it.
    pub name: String,
    /// Name of the account.
    pub account: String,
    /// The source file, absolute.
    pub file: PathBuf,
    /// Case defaults and field map, as recipe TOML.
    pub recipe: String,
    /// Draft or Ready.
    pub status: Status,
    /// What to do when a row is refused.
    pub on_error: OnError,
    /// The import whose defaults and field map it begins with.
    pub made_like: Option<ImportId>,
    /// What the file is, when it was read to its end already.
    pub facts: Option<FileFacts>,
    /// Who makes it.
    pub who: Who,
}

/// Who acts.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Who {
    /// The user name in Trackops.
    pub username: String,
    /// The user of the machine.
    pub os_user: String,
}

/// What a file is and how it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Data rows.
    pub rows: u64,
    /// How it is read, as layout TOML.
    pub layout: String,
    /// Its columns, as JSON.
    pub profile: String,
}

const COLUMNS: &str = "id, name, account, file, sha256, row_count, recipe, on_error, status, note, created_at, \
                       started_at, ended_at, layout, profile, made_like, username, os_user, seed, \
                       (SELECT count(*) FROM amendments WHERE import = imports.id) AS amendments, \
                       (SELECT os_user FROM deeds WHERE import = imports.id AND deed = 'made') AS made_by";

impl Ledger {
    /// Begins an import; gives its number. Its file is yet to be [measured](Self::set_file).
    /// Fails when records are lost: what the import would send again can't be known.
    pub fn create(&self, new: NewImport) -> Result<ImportId, LedgerError> {
        self.require_whole()?;
        self.write_now(move |connection| {
            connection.execute(
                "INSERT INTO imports (name, account, file, row_count, recipe, on_error, status, note, created_at,
                                      made_like, seed)
                 VALUES (:name, :account, :file, 0, :recipe, :on_error, :status, '', unixepoch(), :made_like,
                         lower(hex(randomblob(6))))",
                named_params! {
                    ":name": new.name, ":account": new.account, ":file": new.file.to_string_lossy(),
                    ":recipe": new.recipe, ":on_error": new.on_error.word(), ":status": new.status.word(),
                    ":made_like": new.made_like,
                },
            )?;
            let id = connection.last_insert_rowid();
            // In one go: an import without its rows would have nothing to send.
            deeds::note(connection, id, Deed::Made, &new.who)?;
            if let Some(facts) = &new.facts {
                write_facts(connection, id, facts)?;
            }
            Ok(id)
        })
    }

    /// Says what the file of a draft is and how it is read. Refused once a row has a record, because row numbers
    /// would move.
    pub fn set_file(&self, id: ImportId, file: FileFacts) -> Result<(), LedgerError> {
        self.change_draft(id, move |connection| {
            no_rows(connection, id)?;
            write_facts(connection, id, &file)
        })
    }

    /// Says which import's defaults and field map a draft has.
    pub fn set_made_like(&self, id: ImportId, like: ImportId) -> Result<(), LedgerError> {
        self.change_draft(id, move |connection| {
            let sql = "UPDATE imports SET made_like = ?2 WHERE id = ?1 AND started_at IS NULL";
            Ok(connection.execute(sql, params![id, like])?)
        })
    }

    /// Remembers no more what imports so far made of a header.
    pub fn forget(&self, account: &str, header: &str) -> Result<(), LedgerError> {
        let (account, header) = (account.to_owned(), header.to_owned());
        self.write_now(move |connection| {
            connection.execute(
                "INSERT INTO forgotten (account, header, upto) SELECT ?1, ?2, coalesce(max(id), 0) FROM imports WHERE true
                 ON CONFLICT (account, header) DO UPDATE SET upto = excluded.upto",
                params![account, header],
            )?;
            Ok(0)
        })?;
        Ok(())
    }

    /// Headers that were forgotten, each with the last import that is not remembered for it.
    pub fn forgotten(&self, account: &str) -> Result<HashMap<String, ImportId>, LedgerError> {
        let connection = self.read();
        let mut statement =
            connection.prepare_cached("SELECT header, upto FROM forgotten WHERE account = ?1")?;
        let rows = statement.query_map([account], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Refuses when a row of the import has a record, so that its file must stay read as it is.
    pub fn may_read_again(&self, id: ImportId) -> Result<(), LedgerError> {
        no_rows(&self.read(), id)
    }

    /// The imports of an account that were started with the same file, newest first.
    pub fn imports_of_file(&self, account: &str, sha256: [u8; 32]) -> Result<Vec<Import>, LedgerError> {
        let sql = "SELECT id FROM imports WHERE sha256 = ?1 AND account = ?2 AND started_at IS NOT NULL ORDER BY id DESC";
        let ids: Vec<ImportId> = {
            let connection = self.read();
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map(params![sha256, account], |row| row.get(0))?;
            rows.collect::<Result<_, _>>()?
        };
        ids.into_iter().map(|id| self.import(id)).collect()
    }

    /// Makes a change that only an import which was never started allows.
    fn change_draft(
        &self,
        id: ImportId,
        change: impl FnOnce(&Connection) -> Result<usize, LedgerError> + Send + 'static,
    ) -> Result<(), LedgerError> {
        self.write_now(
            move |connection| {
                if change(connection)? == 1 { Ok(0) } else { Err(LedgerError::Started(id)) }
            },
        )?;
        Ok(())
    }

    /// Changes a draft: its name, its recipe, and whether everything is mapped. An import that was started keeps
    /// what it was started with.
    pub fn save_draft(
        &self,
        id: ImportId,
        name: &str,
        recipe: String,
        status: Status,
    ) -> Result<(), LedgerError> {
        let name = name.to_owned();
        self.change_draft(id, move |connection| {
            Ok(connection.execute(
                "UPDATE imports SET name = ?2, recipe = ?3, status = ?4
                 WHERE id = ?1 AND started_at IS NULL AND status IN ('draft', 'ready')",
                params![id, name, recipe, status.word()],
            )?)
        })
    }

    /// Changes the name of an import, and its recipe's.
    pub fn rename(&self, id: ImportId, name: &str, recipe: String) -> Result<(), LedgerError> {
        let name = name.to_owned();
        self.write_now(move |connection| {
            let sql = "UPDATE imports SET name = ?2, recipe = ?3 WHERE id = ?1";
            connection.execute(sql, params![id, name, recipe])?;
            Ok(0)
        })?;
        Ok(())
    }

    /// Marks an import as being run. Held by the [`RunLock`](super::RunLock) of whoever calls.
    pub async fn begin_run(&self, id: ImportId, on_error: OnError, who: Who) -> Result<(), LedgerError> {
        let place = self.place.clone();
        self.write(move |connection| {
            deeds::note(connection, id, Deed::Started, &who)?;
            place::note(connection, id, &place)?;
            connection.execute(
                "UPDATE imports SET status = 'processing', note = '', on_error = ?2, ended_at = NULL,
                                    started_at = coalesce(started_at, unixepoch()), username = ?3, os_user = ?4
                 WHERE id = ?1",
                params![id, on_error.word(), who.username, who.os_user],
            )?;
            Ok(0)
        })
        .await?;
        Ok(())
    }

    /// Marks an import as no longer being run.
    pub async fn end_run(&self, id: ImportId, status: Status, note: String) -> Result<(), LedgerError> {
        self.write(move |connection| {
            connection.execute(
                "UPDATE imports SET status = ?2, note = ?3, ended_at = unixepoch() WHERE id = ?1",
                params![id, status.word(), note],
            )?;
            tally(connection, id)?;
            Ok(0)
        })
        .await?;
        self.checkpoint();
        Ok(())
    }

    /// All of it into the one file, so that a copy of that is a copy of the ledger. Not possible while somebody reads;
    /// then it is done the next time.
    pub(super) fn checkpoint(&self) {
        let _ = self.read().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }

    /// Makes an import of which one row was sent first ready once more, as if it had never been started: its
    /// recipe can be changed, and the row keeps its record.
    pub async fn put_back(&self, id: ImportId) -> Result<(), LedgerError> {
        self.write(move |connection| {
            connection.execute(
                "UPDATE imports SET status = 'ready', note = '', started_at = NULL, ended_at = NULL WHERE id = ?1",
                [id],
            )?;
            Ok(0)
        })
        .await?;
        Ok(())
    }

    /// All imports, newest first.
    pub fn imports(&self) -> Result<Vec<Import>, LedgerError> {
        let mut imports = {
            let connection = self.read();
            let sql = format!("SELECT {COLUMNS} FROM imports ORDER BY id DESC");
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map([], from_row)?;
            rows.collect::<Result<Vec<_>, _>>()?
        };
        for import in &mut imports {
            self.complete(import)?;
        }
        Ok(imports)
    }

    /// One import.
    pub fn import(&self, id: ImportId) -> Result<Import, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM imports WHERE id = ?1");
        let found = self.read().prepare_cached(&sql)?.query_row([id], from_row).optional()?;
        let mut import = found.ok_or(LedgerError::NoSuchImport(id))?;
        self.complete(&mut import)?;
        Ok(import)
    }

    /// Fills in what is not in the table: the counts, and whether a run is alive.
    fn complete(&self, import: &mut Import) -> Result<(), LedgerError> {
        import.counts = self.counts(import.id, import.counts.rows)?;
        if import.amendments > 0 {
            import.corrected = self.corrected(import.id)?;
        }
        if import.status == Status::Processing && !self.is_running(import.id) {
            // It may have ended between the two looks.
            let sql = "SELECT status, note FROM imports WHERE id = ?1";
            let (status, note): (String, String) = self
                .read()
                .prepare_cached(sql)?
                .query_row([import.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
            import.status = Status::from_word(&status).unwrap_or(Status::Draft);
            import.note = note;
            if import.status == Status::Processing {
                import.status = Status::Interrupted;
                "The program stopped while rows were being sent. Resume looks up what became of them first."
                    .clone_into(&mut import.note);
            }
            import.counts = self.counts(import.id, import.counts.rows)?;
        }
        Ok(())
    }
}

fn write_facts(connection: &Connection, id: ImportId, file: &FileFacts) -> Result<usize, LedgerError> {
    Ok(connection.execute(
        "UPDATE imports SET sha256 = ?2, row_count = ?3, layout = ?4, profile = ?5
         WHERE id = ?1 AND started_at IS NULL",
        params![id, file.sha256, signed(file.rows), file.layout, file.profile],
    )?)
}

fn no_rows(connection: &Connection, id: ImportId) -> Result<(), LedgerError> {
    let found: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM rows WHERE import = ?1)")?
        .query_row([id], |row| row.get(0))?;
    if found { Err(LedgerError::HasRows(id)) } else { Ok(()) }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Import> {
    let rows = unsigned(row.get("row_count")?);
    Ok(Import {
        id: row.get("id")?,
        name: row.get("name")?,
        account: row.get("account")?,
        file: row.get::<_, Option<String>>("file")?.map(PathBuf::from),
        sha256: row.get("sha256")?,
        recipe: row.get("recipe")?,
        layout: row.get("layout")?,
        profile: row.get("profile")?,
        made_by: row.get::<_, Option<String>>("made_by")?.unwrap_or_default(),
        made_like: row.get("made_like")?,
        on_error: OnError::from_word(&row.get::<_, String>("on_error")?).unwrap_or_default(),
        status: Status::from_word(&row.get::<_, String>("status")?).unwrap_or(Status::Draft),
        note: row.get("note")?,
        username: row.get("username")?,
        os_user: row.get("os_user")?,
        seed: row.get("seed")?,
        created_at: row.get("created_at")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        counts: Counts { rows, not_sent: rows, ..Counts::default() },
        amendments: unsigned(row.get("amendments")?),
        corrected: 0,
    })
}
