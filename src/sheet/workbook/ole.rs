//! OLE2 compound files: detects old workbooks, and extracts their stream.

use std::{fs::File, io::Read, path::Path};

use super::bytes::{u16_at, u32_at, usize_at};
use crate::sheet::SheetFault;

/// Maximum size of a file, in bytes. Excel's old format ends at 65,536 rows of 256 columns, far below this.
const MAX_FILE: u64 = 1 << 30;
/// Minimum length of a stream that has its own sectors.
const CUTOFF: usize = 4096;
/// Numbers from here on aren't sectors.
const NO_SECTOR: u32 = 0xFFFF_FFFA;
/// Kind of directory entry.
const STREAM: u8 = 2;

/// Reads the records of an old workbook; fails for other documents. Some programs write just the records.
pub(super) fn workbook_stream(path: &Path) -> Result<Vec<u8>, SheetFault> {
    let fail = |error: std::io::Error| SheetFault::io(&error);
    let mut bytes = Vec::new();
    File::open(path).map_err(fail)?.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(SheetFault::TooLarge("the file is larger than 1 GiB".to_owned()));
    }
    if !bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Ok(bytes);
    }
    let broken = || SheetFault::damaged("its parts don't fit together");
    let file = Compound::new(&bytes).ok_or_else(broken)?;
    if file.find("EncryptedPackage").is_some() {
        return Err(SheetFault::Encrypted);
    }
    // Excel 97 could write both, for itself and for older versions.
    let Some(entry) = file.find("Workbook").or_else(|| file.find("Book")) else {
        let what =
            if file.find("WordDocument").is_some() { "a Word document" } else { "another kind of document" };
        return Err(SheetFault::NotWorkbook(what));
    };
    file.stream(entry).ok_or_else(broken)
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).filter_map(|chunk| u32_at(chunk, 0))
}

/// A compound file: chains of sectors, and a directory of them.
struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    directory: Vec<u8>,
}

/// First sector and length of a stream.
#[derive(Clone, Copy)]
struct StreamEntry {
    start: u32,
    length: usize,
}

impl<'a> Compound<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut file = Self { bytes, sector, fat: Vec::new(), directory: Vec::new() };
        let mut fat_sectors: Vec<u32> = numbers(bytes.get(76..512)?).collect();
        let (mut next, mut seen) = (u32_at(bytes, 68)?, 0);
        while next < NO_SECTOR {
            seen += 1;
            let listed = file.sector(next).filter(|_| seen <= bytes.len() / sector)?;
            fat_sectors.extend(numbers(listed));
            next = fat_sectors.pop()?;
        }
        for id in fat_sectors.into_iter().filter(|id| *id < NO_SECTOR) {
            file.fat.extend(numbers(file.sector(id)?));
            // More entries than sectors: a sector of the table is listed repeatedly.
            (file.fat.len() / (sector / 4) <= bytes.len() / sector).then_some(())?;
        }
        file.directory = file.chain(u32_at(bytes, 48)?)?;
        Some(file)
    }

    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let from = usize::try_from(id).ok()?.checked_add(1)?.checked_mul(self.sector)?;
        // The last sector may be cut short.
        self.bytes
            .get(from..self.bytes.len().min(from.checked_add(self.sector)?))
            .filter(|part| !part.is_empty())
    }

    fn chain(&self, start: u32) -> Option<Vec<u8>> {
        let (mut chain, mut id) = (Vec::new(), start);
        while id < NO_SECTOR {
            chain.extend_from_slice(self.sector(id)?);
            id = *self.fat.get(usize::try_from(id).ok()?)?;
            // A chain that loops.
            (chain.len() <= self.bytes.len()).then_some(())?;
        }
        Some(chain)
    }

    /// Finds a stream of the file itself, or else of an embedded document, in case the directory is out of order.
    fn find(&self, name: &str) -> Option<StreamEntry> {
        let named = |entry: &[u8]| {
            let units = entry.chunks_exact(2).filter_map(|unit| u16_at(unit, 0)).take(32);
            let found: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
            String::from_utf16_lossy(&found).eq_ignore_ascii_case(name)
        };
        let fits = |entry: &&[u8]| named(entry) && entry.get(66) == Some(&STREAM);
        let own = self.own_entries().into_iter().find(fits);
        own.or_else(|| self.directory.chunks_exact(128).find(fits)).and_then(entry)
    }

    /// The entries directly in the root: a binary tree.
    fn own_entries(&self) -> Vec<&[u8]> {
        let at = |id: u32| self.directory.chunks_exact(128).nth(usize::try_from(id).ok()?);
        let (mut entries, mut next) = (Vec::new(), Vec::new());
        next.extend(at(0).and_then(|root| u32_at(root, 76)));
        while let Some(id) = next.pop() {
            // A tree that loops.
            if entries.len() > self.directory.len() / 128 {
                break;
            }
            if let Some(entry) = at(id) {
                next.extend([u32_at(entry, 68), u32_at(entry, 72)].into_iter().flatten());
                entries.push(entry);
            }
        }
        entries
    }

    fn stream(&self, StreamEntry { start, length }: StreamEntry) -> Option<Vec<u8>> {
        let mut stream = if length >= CUTOFF {
            self.chain(start)?
        } else {
            let minis = self.chain(entry(self.directory.get(..128)?)?.start)?;
            let fat: Vec<u32> = numbers(&self.chain(u32_at(self.bytes, 60)?)?).collect();
            let (mut stream, mut id) = (Vec::new(), start);
            while id < NO_SECTOR && stream.len() < length {
                let at = usize::try_from(id).ok()?;
                stream.extend_from_slice(minis.chunks(64).nth(at)?);
                id = *fat.get(at)?;
            }
            stream
        };
        stream.truncate(length);
        Some(stream)
    }
}

fn entry(bytes: &[u8]) -> Option<StreamEntry> {
    Some(StreamEntry { start: u32_at(bytes, 116)?, length: usize_at(bytes, 120)? })
}

#[cfg(test)]
mod tests {
    use super::super::test_files::file;
    use super::*;

    /// An entry of the directory: its two neighbors, its child, the first sector of its stream.
    fn directory_entry(name: &str, kind: u8, [left, right, child]: [u32; 3], start: u32) -> Vec<u8> {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry.resize(66, 0);
        entry.extend([kind, 1]);
        entry.extend([left, right, child].map(u32::to_le_bytes).concat());
        entry.resize(116, 0);
        entry.extend(start.to_le_bytes());
        entry.extend(4096_u32.to_le_bytes());
        entry.resize(128, 0);
        entry
    }

    /// A compound file of two workbooks of eight sectors each, of which the first lies in a folder.
    fn compound(entries: &[Vec<u8>; 4]) -> Vec<u8> {
        const END: u32 = 0xFFFF_FFFE;
        let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0];
        bytes.resize(30, 0);
        bytes.extend([9, 0]);
        bytes.resize(48, 0);
        bytes.extend(1_u32.to_le_bytes());
        bytes.resize(68, 0);
        bytes.extend(END.to_le_bytes());
        bytes.resize(76, 0);
        bytes.extend(0_u32.to_le_bytes());
        bytes.resize(512, 0xFF);
        let chain = |from: u32| (from + 1..from + 8).chain([END]);
        let fat = [0xFFFF_FFFD, END].into_iter().chain(chain(2)).chain(chain(10));
        bytes.extend(fat.flat_map(u32::to_le_bytes));
        bytes.resize(1024, 0xFF);
        bytes.extend(entries.concat());
        bytes.extend([1; 4096]);
        bytes.extend([2; 4096]);
        bytes
    }

    #[test]
    fn the_workbook_of_the_file_itself_is_read() {
        const NONE: u32 = u32::MAX;
        let entries = |child: u32| {
            [
                directory_entry("Root Entry", 5, [NONE, NONE, child], NONE),
                directory_entry("MBD0001", 1, [NONE, 3, 2], NONE),
                directory_entry("Workbook", STREAM, [NONE, NONE, NONE], 2),
                directory_entry("WORKBOOK", STREAM, [1, 1, NONE], 10),
            ]
        };
        let stream = |child: u32| workbook_stream(file(&compound(&entries(child))).path()).unwrap();
        // The tree of the root loops, and is missing.
        assert_eq!(stream(1), [2; 4096]);
        assert_eq!(stream(NONE), [1; 4096]);
        // A stream of 4 GiB, in a chain of eight sectors that loops.
        let mut endless = entries(NONE);
        endless[2][120..124].fill(0xFF);
        let mut bytes = compound(&endless);
        bytes[512 + 9 * 4] = 2;
        bytes[512 + 9 * 4 + 1..512 + 10 * 4].fill(0);
        let error = workbook_stream(file(&bytes).path()).unwrap_err();
        assert!(error.to_string().contains("its parts don't fit together"), "{error}");
        let mut other = entries(1);
        other[3] = directory_entry("WordDocument", STREAM, [NONE, NONE, NONE], 10);
        other[2] = directory_entry("Text", STREAM, [NONE, NONE, NONE], 2);
        let error = workbook_stream(file(&compound(&other)).path()).unwrap_err();
        assert!(error.to_string().contains("a Word document"), "{error}");
    }
}
