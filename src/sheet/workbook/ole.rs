//! OLE2 compound files: whether one is an old workbook that can be read without filling the memory.
//!
//! The reader believes what a workbook says of its own size before it has seen a cell, and does not know the oldest
//! kind of password; both are found here first.

use std::{fs::File, io::Read, path::Path};

use super::WorkbookError;

/// Excel writes nothing near this; its old format ends at 65,536 rows of 256 columns.
const MAX_FILE: u64 = 1 << 30;
const MAX_ROWS: u32 = 65_536;
const MAX_COLUMNS: u16 = 256;
/// The smallest stream that lies in sectors of its own.
const CUTOFF: usize = 4096;
/// From here on a sector number is none.
const NO_SECTOR: u32 = 0xFFFF_FFFA;

/// Refuses what is not a workbook, is encrypted, or is not what it says.
pub(super) fn inspect(path: &Path) -> Result<(), WorkbookError> {
    let fail = |error: std::io::Error| WorkbookError::io(path, &error);
    let mut bytes = Vec::new();
    File::open(path).map_err(fail)?.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(WorkbookError::too_large(path, "the file has more than 1 GiB"));
    }
    let broken = || WorkbookError::damaged(path, "its parts do not fit together");
    let file = Compound::new(&bytes).ok_or_else(broken)?;
    if file.find("EncryptedPackage").is_some() {
        return Err(WorkbookError::encrypted(path));
    }
    let Some(entry) = file.find("Workbook").or_else(|| file.find("Book")) else {
        let what =
            if file.find("WordDocument").is_some() { "a Word document" } else { "another kind of document" };
        return Err(WorkbookError::NotWorkbook { path: path.to_path_buf(), what });
    };
    let stream = file.stream(entry).ok_or_else(broken)?;
    match records(&stream) {
        Some(true) => Ok(()),
        Some(false) => Err(WorkbookError::encrypted(path)),
        None => Err(broken()),
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn usize_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).filter_map(|chunk| u32_at(chunk, 0))
}

/// A compound file: sectors in chains, and a directory of them.
struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    directory: Vec<u8>,
}

/// Where a stream begins and how long it is.
#[derive(Clone, Copy)]
struct Entry {
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
            // More entries than there are sectors: a sector of the table is named again and again.
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
            // A chain that bites its own tail.
            (chain.len() <= self.bytes.len()).then_some(())?;
        }
        Some(chain)
    }

    fn find(&self, name: &str) -> Option<Entry> {
        let entries = self.directory.chunks_exact(128);
        let named = |entry: &&[u8]| {
            let units = entry.chunks_exact(2).filter_map(|unit| u16_at(unit, 0)).take(32);
            let found: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
            String::from_utf16_lossy(&found).eq_ignore_ascii_case(name)
        };
        entries.into_iter().find(named).and_then(entry)
    }

    fn stream(&self, Entry { start, length }: Entry) -> Option<Vec<u8>> {
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

fn entry(bytes: &[u8]) -> Option<Entry> {
    Some(Entry { start: u32_at(bytes, 116)?, length: usize_at(bytes, 120)? })
}

/// Walks through a workbook: whether it can be read without a password; nothing when it contradicts itself.
fn records(stream: &[u8]) -> Option<bool> {
    let (mut at, mut sheets, mut starts) = (0, Vec::new(), Vec::new());
    while let (Some(kind), Some(length)) = (u16_at(stream, at), u16_at(stream, at + 2)) {
        let Some(data) = stream.get(at + 4..at + 4 + usize::from(length)) else { break };
        match kind {
            // FilePass
            0x002F => return Some(false),
            // BoundSheet8
            0x0085 => sheets.push(usize_at(data, 0)?),
            // BOF
            0x0809 => starts.push(at),
            // Dimensions, of 14 bytes since Excel 97
            0x0200 if length >= 14 => {
                let (first, last) = (u32_at(data, 0)?, u32_at(data, 4)?);
                let fits = first <= last && last <= MAX_ROWS && u16_at(data, 10)? <= MAX_COLUMNS;
                (fits || last == 0).then_some(())?;
            }
            0x0200 => {
                let (first, last) = (u16_at(data, 0)?, u16_at(data, 2)?);
                let fits = first <= last && u16_at(data, 6)? <= MAX_COLUMNS;
                (fits || last == 0).then_some(())?;
            }
            // Cells: formula, several numbers, label, string, number, bool or error, short number
            0x0006 | 0x00BD | 0x00D6 | 0x00FD | 0x0203..=0x0205 | 0x027E => {
                (u16_at(data, 2)? < MAX_COLUMNS).then_some(())?;
                let end = data.len().checked_sub(2)?;
                (kind != 0x00BD || u16_at(data, end)? < MAX_COLUMNS).then_some(())?;
            }
            _ => {}
        }
        at += 4 + usize::from(length);
    }
    // A worksheet that begins inside of a record would be read as something that was not looked at here.
    sheets.iter().all(|sheet| starts.contains(sheet)).then_some(true)
}
