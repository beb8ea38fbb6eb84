//! The created cases on disk, one JSON object per line. After a purge, the first line has the next ids instead, so that
//! no case gets the id of a removed one.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use jiff::civil::DateTime;
use serde_json::{Value, json};

use super::Error;
use super::assumptions::TIMESTAMP;

/// An open store, locked against other processes until it is dropped.
pub(super) struct Store {
    file: File,
    /// Length of all complete lines, in bytes.
    len: u64,
}

impl Store {
    /// Opens or creates the store and passes every line to `each`.
    /// An incomplete last line was never acknowledged, so it is cut off.
    pub(super) fn open(path: &Path, mut each: impl FnMut(Value, &[u8])) -> Result<Self, Error> {
        let failed = failed_at(path);
        // Created as a private file, because cases have personal data.
        crate::home::open_private(path).map_err(failed)?;
        let file = OpenOptions::new().read(true).append(true).open(path).map_err(failed)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => Error::StoreInUse { path: path.to_owned() },
            TryLockError::Error(source) => failed(source),
        })?;
        let mut reader = BufReader::new(&file);
        let (mut len, mut line, mut number) = (0, Vec::new(), 0);
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).map_err(failed)?;
            let Some(json) = line.strip_suffix(b"\n") else { break };
            number += 1;
            let damaged = |source| Error::StoreDamaged { path: path.to_owned(), line: number, source };
            each(serde_json::from_slice(json).map_err(damaged)?, json);
            len += read as u64;
        }
        file.set_len(len).map_err(failed)?;
        Ok(Self { file, len })
    }

    /// Removes the cases that were created before a time, in seconds since 1970; with `count_only`, only counts them.
    /// Fails while a sandbox uses the store.
    pub(super) fn purge(path: &Path, before: i64, count_only: bool) -> Result<u64, Error> {
        if !path.try_exists().map_err(failed_at(path))? {
            return Ok(0);
        }
        let (mut ids, mut kept, mut gone) = (NextIds::default(), String::new(), 0);
        let _open = Self::open(path, |line, text| {
            ids.take(&line);
            if NextIds::is_line(&line) {
                return;
            }
            if created_at(&line).is_some_and(|at| at < before) {
                gone += 1;
            } else {
                kept.push_str(&String::from_utf8_lossy(text));
                kept.push('\n');
            }
        })?;
        if gone > 0 && !count_only {
            crate::home::replace_file(path, &(ids.line() + &kept)).map_err(failed_at(path))?;
        }
        Ok(gone)
    }

    /// Removes every case.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.len = 0;
        Ok(())
    }

    /// Adds a case. If it fails, nothing is added.
    pub(super) fn append(&mut self, json: &[u8]) -> io::Result<()> {
        let mut line = Vec::with_capacity(json.len() + 1);
        line.extend_from_slice(json);
        line.push(b'\n');
        if let Err(error) = self.file.write_all(&line) {
            self.file.set_len(self.len)?;
            return Err(error);
        }
        self.len += line.len() as u64;
        Ok(())
    }
}

fn failed_at(path: &Path) -> impl Fn(io::Error) -> Error + Copy + '_ {
    |source| Error::Store { path: path.to_owned(), source }
}

/// Returns the creation time of a case, in seconds since 1970.
fn created_at(case: &Value) -> Option<i64> {
    let at = DateTime::strptime(TIMESTAMP, case.get("created_at")?.as_str()?).ok()?;
    Some(jiff::tz::TimeZone::UTC.to_timestamp(at).ok()?.as_second())
}

/// Ids of the next case and the next subject.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct NextIds {
    pub(super) case: i64,
    pub(super) subject: i64,
}

impl NextIds {
    /// Returns true if a line of the store has ids instead of a case.
    pub(super) fn is_line(line: &Value) -> bool {
        line.get("next_case").is_some()
    }

    /// Raises the ids above those of a line.
    pub(super) fn take(&mut self, line: &Value) {
        let number = |of: &Value, key: &str| of.get(key).and_then(Value::as_i64).unwrap_or(0);
        let after = |of: &Value| of.get("id").and_then(Value::as_i64).map_or(0, |id| id + 1);
        let subjects = line.get("subjects").and_then(Value::as_array).into_iter().flatten();
        let subject = subjects.map(after).fold(number(line, "next_subject"), i64::max);
        self.case = self.case.max(number(line, "next_case")).max(after(line));
        self.subject = self.subject.max(subject);
    }

    fn line(&self) -> String {
        json!({ "next_case": self.case, "next_subject": self.subject }).to_string() + "\n"
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // A program that is being started may still share the open file, and with it the lock.
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &Path) -> Result<(Store, Vec<i64>), Error> {
        let mut ids = Vec::new();
        let store = Store::open(path, |value, _| ids.extend(value["id"].as_i64()))?;
        Ok((store, ids))
    }

    #[test]
    fn a_torn_last_line_is_cut_off_and_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases");
        std::fs::write(&path, "{\"id\":1}\n{\"id\":2}\n{\"id\":3,\"ref").unwrap();
        let (mut store, ids) = read(&path).unwrap();
        assert_eq!(ids, [1, 2]);
        store.append(b"{\"id\":3}").unwrap();
        drop(store);
        assert_eq!(read(&path).unwrap().1, [1, 2, 3]);
    }

    #[test]
    fn a_damaged_line_in_the_middle_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases");
        std::fs::write(&path, "{\"id\":1}\n{\"id\n{\"id\":3}\n").unwrap();
        assert!(matches!(read(&path), Err(Error::StoreDamaged { line: 2, .. })));
    }

    #[test]
    fn a_store_is_open_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases");
        let first = read(&path).unwrap();
        assert!(matches!(read(&path), Err(Error::StoreInUse { .. })));
        drop(first);
        read(&path).unwrap();
    }

    #[test]
    fn old_cases_go_and_their_ids_are_not_given_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases");
        assert_eq!(Store::purge(&path, 9_999_999_999, false).unwrap(), 0);
        assert!(!path.exists(), "nothing is made");
        let case = |id: i64, at: &str| {
            json!({ "id": id, "created_at": at, "subjects": [{ "id": 10 * id }], "notes": "Whitmore" })
                .to_string()
                + "\n"
        };
        let text = case(7, "2026-11-01 10:00:00") + &case(8, "2026-11-03 10:00:00");
        std::fs::write(&path, text).unwrap();
        let november = |day: i64| 1_793_491_200 + day * 24 * 3600;
        assert_eq!(Store::purge(&path, november(1), true).unwrap(), 1);
        assert_eq!(read(&path).unwrap().1, [7, 8]);
        assert_eq!(Store::purge(&path, november(1), false).unwrap(), 1);
        assert_eq!(read(&path).unwrap().1, [8]);
        assert_eq!(Store::purge(&path, november(9), false).unwrap(), 1);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"next_case\":9,\"next_subject\":81}\n");
        assert_eq!(Store::purge(&path, november(9), false).unwrap(), 0);
        let open = read(&path).unwrap();
        assert!(matches!(Store::purge(&path, november(9), false), Err(Error::StoreInUse { .. })));
        drop(open);
    }
}
