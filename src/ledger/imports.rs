//! Creating, changing and listing imports.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::actions::{self, ActionKind};
use super::location;
use super::relocate::require_not_moved;
use super::row::{signed, unsigned};
use super::tally::tally;
use super::{Counts, Import, ImportId, Ledger, LedgerError, OnError, Status};

/// Values of a new import.
#[derive(Debug, Clone, PartialEq)]
pub struct NewImport {
    /// Name for display.
    pub name: String,
    /// Name of the account.
    pub account: String,
    /// Absolute path of the source file.
    pub file: PathBuf,
    /// Case defaults and field map, as recipe TOML.
    pub recipe: String,
    /// Draft or Ready.
    pub status: Status,
    /// Error handling.
    pub on_error: OnError,
    /// Import that it is duplicated from.
    pub duplicated_from: Option<ImportId>,
    /// Facts about the file, if it was already read to its end.
    pub facts: Option<FileFacts>,
    /// Who creates it.
    pub who: Person,
}

/// The person who acts.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Person {
    /// The user name in Trackops.
    pub username: String,
    /// The user of the machine.
    pub os_user: String,
}

/// Contents and format of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Number of data rows.
    pub rows: u64,
    /// File format, as layout TOML.
    pub layout: String,
    /// Its columns, as JSON.
    pub profile: String,
}

/// A change of an import that hasn't started.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftChange {
    /// Its name.
    pub name: String,
    /// Case defaults and field map, as recipe TOML.
    pub recipe: String,
    /// Draft or Ready.
    pub status: Status,
    /// The recipe that the change was made to. Fails if it is another by now.
    pub before: Option<String>,
    /// Contents and format of its file, if the format changes. Fails once a row has a record, because row numbers would
    /// change.
    pub facts: Option<FileFacts>,
    /// Import that it is duplicated from, if that changes.
    pub duplicated_from: Option<ImportId>,
}

const COLUMNS: &str = "id, name, account, file, sha256, row_count, recipe, on_error, status, note, created_at, \
                       started_at, ended_at, layout, profile, made_like, username, os_user, seed, \
                       (SELECT count(*) FROM amendments WHERE import = imports.id) AS amendments, \
                       (SELECT os_user FROM deeds WHERE import = imports.id AND deed = 'made') AS made_by, \
                       (SELECT count(DISTINCT row) FROM doubled WHERE import = imports.id) AS doubled";

impl Ledger {
    /// Returns the part of its row tokens that each import has for itself.
    pub fn seeds(&self) -> Result<HashSet<String>, LedgerError> {
        self.list("SELECT seed FROM imports WHERE seed <> ''", [], |row| row.get(0))
    }

    /// Creates an import and returns its number. [`set_file`](Self::set_file) adds the facts about its file.
    /// Fails if records are lost, because nobody can know what the import would send again.
    pub fn create(&self, new: NewImport) -> Result<ImportId, LedgerError> {
        require_not_moved(&self.folder)?;
        self.require_no_losses()?;
        self.write_now(move |connection| {
            connection.execute(
                "INSERT INTO imports (name, account, file, row_count, recipe, on_error, status, note, created_at,
                                      made_like, seed)
                 VALUES (:name, :account, :file, 0, :recipe, :on_error, :status, '', unixepoch(), :made_like,
                         lower(hex(randomblob(6))))",
                named_params! {
                    ":name": new.name, ":account": new.account, ":file": new.file.to_string_lossy(),
                    ":recipe": new.recipe, ":on_error": new.on_error.word(), ":status": new.status.word(),
                    ":made_like": new.duplicated_from,
                },
            )?;
            let id = connection.last_insert_rowid();
            // In the same transaction: an import without facts would have no rows to send.
            actions::note(connection, id, ActionKind::Made, &new.who)?;
            if let Some(facts) = &new.facts {
                write_facts(connection, id, facts)?;
            }
            Ok(id)
        })
    }

    /// Sets contents and format of a draft's file. Fails once a row has a record, because row numbers would change.
    pub fn set_file(&self, id: ImportId, file: FileFacts) -> Result<(), LedgerError> {
        self.change_draft(id, move |connection| {
            no_rows(connection, id)?;
            write_facts(connection, id, &file)
        })
    }

    /// Forgets the remembered mapping for a header.
    pub fn forget_header(&self, account: &str, header: &str) -> Result<(), LedgerError> {
        let (account, header) = (account.to_owned(), header.to_owned());
        self.write_now(move |connection| {
            connection.execute(
                "INSERT INTO forgotten (account, header, upto) SELECT ?1, ?2, coalesce(max(id), 0) FROM imports WHERE true
                 ON CONFLICT (account, header) DO UPDATE SET upto = excluded.upto",
                params![account, header],
            )?;
            Ok(())
        })
    }

    /// Returns the forgotten headers, each with the last import whose mapping is forgotten.
    pub fn forgotten_headers(&self, account: &str) -> Result<HashMap<String, ImportId>, LedgerError> {
        self.list("SELECT header, upto FROM forgotten WHERE account = ?1", [account], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }

    /// Returns the imports of an account that were started with the same file, newest first.
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

    /// Makes a change that is allowed only before an import has started.
    fn change_draft(
        &self,
        id: ImportId,
        change: impl FnOnce(&Connection) -> Result<usize, LedgerError> + Send + 'static,
    ) -> Result<(), LedgerError> {
        self.write_now(
            move |connection| {
                if change(connection)? == 1 { Ok(()) } else { Err(LedgerError::Started(id)) }
            },
        )
    }

    /// Changes a draft in one transaction. Fails for an import that has started.
    pub fn save_draft(&self, id: ImportId, change: DraftChange) -> Result<(), LedgerError> {
        self.change_draft(id, move |connection| {
            if let Some(before) = &change.before {
                require_recipe(connection, id, before)?;
            }
            if let Some(facts) = &change.facts {
                no_rows(connection, id)?;
                write_facts(connection, id, facts)?;
            }
            Ok(connection.execute(
                "UPDATE imports SET name = ?2, recipe = ?3, status = ?4, made_like = coalesce(?5, made_like)
                 WHERE id = ?1 AND started_at IS NULL AND status IN ('draft', 'ready')",
                params![id, change.name, change.recipe, change.status.word(), change.duplicated_from],
            )?)
        })
    }

    /// Changes the name of an import and of its recipe. Fails if its recipe isn't `before` any more.
    pub fn rename(
        &self,
        id: ImportId,
        name: &str,
        before: String,
        recipe: String,
    ) -> Result<(), LedgerError> {
        let name = name.to_owned();
        self.write_now(move |connection| {
            require_recipe(connection, id, &before)?;
            let sql = "UPDATE imports SET name = ?2, recipe = ?3 WHERE id = ?1";
            connection.execute(sql, params![id, name, recipe])?;
            Ok(())
        })
    }

    /// Marks an import as running. The caller must hold its [`RunLock`](super::RunLock).
    pub async fn begin_run(&self, id: ImportId, on_error: OnError, who: Person) -> Result<(), LedgerError> {
        let place = self.place.clone();
        self.write(move |connection| {
            actions::note(connection, id, ActionKind::Started, &who)?;
            location::note(connection, id, &place)?;
            connection.execute(
                "UPDATE imports SET status = 'processing', note = '', on_error = ?2, ended_at = NULL,
                                    started_at = coalesce(started_at, unixepoch()), username = ?3, os_user = ?4
                 WHERE id = ?1",
                params![id, on_error.word(), who.username, who.os_user],
            )?;
            Ok(())
        })
        .await
    }

    /// Marks an import as no longer running.
    pub async fn end_run(&self, id: ImportId, status: Status, note: String) -> Result<(), LedgerError> {
        self.write(move |connection| {
            connection.execute(
                "UPDATE imports SET status = ?2, note = ?3, ended_at = unixepoch() WHERE id = ?1",
                params![id, status.word(), note],
            )?;
            tally(connection, id)?;
            Ok(())
        })
        .await?;
        self.checkpoint();
        Ok(())
    }

    /// Moves everything into the main file, so that a copy of it is a copy of the ledger. Postponed to the next time if
    /// another program is reading.
    pub(super) fn checkpoint(&self) {
        let _ = self.read().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }

    /// Returns an import to Ready after only its first row was sent, as if it had never started: its recipe can be
    /// changed, and the row keeps its record.
    pub async fn return_to_ready(&self, id: ImportId) -> Result<(), LedgerError> {
        self.write(move |connection| {
            connection.execute(
                "UPDATE imports SET status = 'ready', note = '', started_at = NULL, ended_at = NULL WHERE id = ?1",
                [id],
            )?;
            Ok(())
        })
        .await
    }

    /// Returns all imports, newest first.
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

    /// Returns one import.
    pub fn import(&self, id: ImportId) -> Result<Import, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM imports WHERE id = ?1");
        let found = self.read().prepare_cached(&sql)?.query_row([id], from_row).optional()?;
        let mut import = found.ok_or(LedgerError::NoSuchImport(id))?;
        self.complete(&mut import)?;
        Ok(import)
    }

    /// Fills in what isn't in the table: the counts, and whether the import is running.
    fn complete(&self, import: &mut Import) -> Result<(), LedgerError> {
        import.counts = self.counts(import.id, import.counts.rows)?;
        if import.amendments > 0 {
            import.corrected = self.corrected(import.id)?;
        }
        if import.counts.rejected > 0 {
            import.in_doubt = self.in_doubt(import.id)?.len() as u64;
        }
        if import.status == Status::Processing && !self.is_running(import.id) {
            // It may have ended between the two queries.
            let sql = "SELECT status, note FROM imports WHERE id = ?1";
            let (status, note): (String, String) = self
                .read()
                .prepare_cached(sql)?
                .query_row([import.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
            import.status = Status::from_word(&status).unwrap_or(Status::Draft);
            import.note = note;
            if import.status == Status::Processing {
                import.status = Status::Interrupted;
                "The program stopped while sending. Resume first looks up the rows without an answer."
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

/// Fails if the recipe of an import is another by now.
pub(super) fn require_recipe(connection: &Connection, id: ImportId, before: &str) -> Result<(), LedgerError> {
    let mut statement = connection.prepare_cached("SELECT recipe = ?2 FROM imports WHERE id = ?1")?;
    let is_same: Option<bool> = statement.query_row(params![id, before], |row| row.get(0)).optional()?;
    match is_same {
        Some(true) => Ok(()),
        Some(false) => Err(LedgerError::Changed(id)),
        None => Err(LedgerError::NoSuchImport(id)),
    }
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
        duplicated_from: row.get("made_like")?,
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
        in_doubt: 0,
        doubled: unsigned(row.get("doubled")?),
    })
}
