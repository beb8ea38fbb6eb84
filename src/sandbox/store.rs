//! The created cases on disk, one JSON object a line.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use serde_json::Value;

use super::Error;

/// An open store, locked against other processes for as long as it lives.
pub(super) struct Store {
    file: File,
    /// Bytes of whole lines.
    len: u64,
}

impl Store {
    /// Opens or makes the store and hands every case in it to `each`.
    /// A last line without its end was never acknowledged, so it is cut off.
    pub(super) fn open(path: &Path, mut each: impl FnMut(Value, &[u8])) -> Result<Self, Error> {
        let failed = |source| Error::Store { path: path.to_owned(), source };
        // Made by the one function that makes private files: cases have people in them.
        crate::home::private_file(path).map_err(failed)?;
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

    /// Removes every case.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.len = 0;
        Ok(())
    }

    /// Adds a case. When it fails, nothing is added.
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
}
