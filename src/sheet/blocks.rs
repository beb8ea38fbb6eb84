//! Makes sure that a file has the same bytes each time it is read: people save the file while it is being imported.
//! The first read of a block records its hash; a later read gets the same bytes or an error.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, OnceLock};

/// Size of a block with its own hash, in bytes.
const BLOCK: usize = 1 << 16;

/// Known hashes of a file's blocks, shared by all clones.
#[derive(Debug, Clone)]
pub(super) struct Blocks {
    length: u64,
    hashes: Arc<[OnceLock<u64>]>,
    /// Random for each file, so that other bytes with the same hashes can't be crafted.
    key: RandomState,
}

/// The file's bytes are no longer the same.
#[derive(Debug, thiserror::Error)]
#[error("the file has changed")]
pub(super) struct Changed;

impl Blocks {
    /// Creates the hashes of a file of `length` bytes, with no block known yet.
    pub(super) fn of_length(length: u64) -> Self {
        let hashes = (0..length.div_ceil(BLOCK as u64)).map(|_| OnceLock::new()).collect();
        Self { length, hashes, key: RandomState::new() }
    }

    /// Length of the file, in bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Reads the file from its start.
    pub(super) fn read(&self, file: File) -> VerifiedFile {
        VerifiedFile { file, blocks: self.clone(), at: 0, block: Vec::new(), start: 0 }
    }

    /// Whether `bytes` match the first read of the block at `index`; records them if this is the first.
    fn holds(&self, index: usize, bytes: &[u8]) -> bool {
        let hash = self.key.hash_one(bytes);
        self.hashes.get(index).is_some_and(|known| *known.get_or_init(|| hash) == hash)
    }
}

/// Reader of a file whose bytes match their first read. Fails with [`Changed`] rather than return others.
#[derive(Debug)]
pub(super) struct VerifiedFile {
    file: File,
    blocks: Blocks,
    /// Position of the next byte in the file.
    at: u64,
    /// A block that was read and checked against its hash, and its start.
    block: Vec<u8>,
    start: u64,
}

impl VerifiedFile {
    /// Reads the block that holds the next byte.
    fn load(&mut self) -> io::Result<()> {
        let changed = || io::Error::other(Changed);
        let index = self.at / BLOCK as u64;
        self.start = index * BLOCK as u64;
        self.block.clear();
        // A longer file has changed too, and no block shows that.
        if self.file.metadata()?.len() != self.blocks.length {
            return Err(changed());
        }
        self.file.seek(SeekFrom::Start(self.start))?;
        let length = (BLOCK as u64).min(self.blocks.length - self.start);
        self.file.by_ref().take(length).read_to_end(&mut self.block)?;
        let whole = self.block.len() as u64 == length;
        if !whole || !usize::try_from(index).is_ok_and(|index| self.blocks.holds(index, &self.block)) {
            self.block.clear();
            return Err(changed());
        }
        Ok(())
    }
}

impl Read for VerifiedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.blocks.length || buffer.is_empty() {
            return Ok(0);
        }
        if !(self.start..self.start + self.block.len() as u64).contains(&self.at) {
            self.load()?;
        }
        let from = usize::try_from(self.at - self.start).unwrap_or(usize::MAX);
        let count = self.block.get(from..).unwrap_or_default().read(buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for VerifiedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.blocks.length.checked_add_signed(by),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const LENGTH: usize = 3 * BLOCK - 5;

    /// Reads a file of three blocks, changes it and reads it again: bytes of the second read, and whether it failed.
    fn again(change: impl FnOnce(&mut File), from: u64) -> (usize, bool) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let bytes: Vec<u8> = (0..=250).cycle().take(LENGTH).collect();
        file.write_all(&bytes).unwrap();
        let blocks = Blocks::of_length(LENGTH as u64);
        let mut first = Vec::new();
        blocks.read(file.reopen().unwrap()).read_to_end(&mut first).unwrap();
        assert!(first == bytes);
        change(&mut file.as_file().try_clone().unwrap());
        let (mut reader, mut second) = (blocks.read(file.reopen().unwrap()), Vec::new());
        reader.seek(SeekFrom::Start(from)).unwrap();
        let result = reader.read_to_end(&mut second);
        let start = usize::try_from(from).unwrap();
        assert!(bytes[start..].starts_with(&second), "other bytes were returned");
        if let Err(error) = &result {
            assert_eq!(error.to_string(), Changed.to_string());
        }
        (second.len(), result.is_err())
    }

    fn write_at(at: usize, byte: u8) -> impl FnOnce(&mut File) {
        move |file| {
            file.seek(SeekFrom::Start(at as u64)).unwrap();
            file.write_all(&[byte]).unwrap();
        }
    }

    #[test]
    fn the_same_bytes_are_given_from_any_place() {
        assert_eq!(again(|_| (), 0), (LENGTH, false));
        assert_eq!(again(|_| (), 70_000), (LENGTH - 70_000, false));
        assert_eq!(again(|_| (), 2 * BLOCK as u64), (LENGTH - 2 * BLOCK, false));
        assert_eq!(again(|_| (), LENGTH as u64), (0, false));
        // Saved again as it was.
        assert_eq!(again(write_at(9, 9), 0), (LENGTH, false));
    }

    #[test]
    fn no_byte_of_a_changed_block_is_given() {
        assert_eq!(again(write_at(0, 1), 0), (0, true));
        assert_eq!(again(write_at(LENGTH - 1, 0), 0), (2 * BLOCK, true));
        assert_eq!(again(write_at(BLOCK, 0), 0), (BLOCK, true));
        assert_eq!(again(write_at(BLOCK, 0), 2 * BLOCK as u64), (LENGTH - 2 * BLOCK, false));
    }

    #[test]
    fn another_length_is_seen_at_once() {
        assert_eq!(again(|file| file.set_len(LENGTH as u64 + 1).unwrap(), 0), (0, true));
        assert_eq!(again(|file| file.set_len(LENGTH as u64 - 1).unwrap(), 0), (0, true));
        assert_eq!(again(|file| file.set_len(0).unwrap(), 5), (0, true));
    }

    /// The first reader to reach a block decides for a reader that is further behind.
    #[test]
    fn the_first_read_fixes_the_content_of_a_block() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&vec![b'a'; LENGTH]).unwrap();
        let blocks = Blocks::of_length(LENGTH as u64);
        let mut ahead = blocks.read(file.reopen().unwrap());
        ahead.seek(SeekFrom::Start(2 * BLOCK as u64)).unwrap();
        ahead.read_to_end(&mut Vec::new()).unwrap();
        write_at(LENGTH - 1, b'b')(file.as_file_mut());
        let mut behind = Vec::new();
        assert!(blocks.read(file.reopen().unwrap()).read_to_end(&mut behind).is_err());
        assert_eq!(behind.len(), 2 * BLOCK);
    }
}
