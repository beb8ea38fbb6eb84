//! Inspects zip files: which kind of workbook one is, and whether it fits in memory when unpacked.
//!
//! Everything is unpacked once and thrown away, because the sizes a zip file claims need not be true. This also
//! verifies the checksums, and counts what the readers will keep in memory.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::grid::ReadError;
use super::parts::{PackageParts, zip_trouble};
use super::{WorkbookError, xml};

/// The unpacked size may always be this large,
const FREE: u64 = 64 << 20;
/// or this many times as large as the file,
const RATIO: u64 = 200;
/// but never larger than this.
const MAX_UNPACKED: u64 = 4 << 30;
/// Maximum number of elements in the parts that the readers hold in memory.
const MAX_STYLES: u64 = 1_000_000;
const MAX_STRINGS: u64 = 60_000_000;
/// Maximum text of all cell styles, in bytes: Excel allows 65,490 of them, and formats of 255 characters.
const MAX_STYLE_TEXT: usize = 128 << 20;

/// Kind of zipped workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WorkbookKind {
    Xlsx,
    Xlsb,
    Ods,
}

/// Detects the kind, and fails if the file can't be unpacked.
pub(super) fn inspect(
    path: &Path,
    file: File,
    parts: &mut PackageParts,
) -> Result<WorkbookKind, WorkbookError> {
    let size = file.metadata().map_err(|error| WorkbookError::io(path, &error))?.len();
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| zip_trouble(&error).at(path))?;
    let kind = kind(path, parts)?;
    let limit = FREE.max(size.saturating_mul(RATIO)).min(MAX_UNPACKED);
    let mut left = limit;
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).map_err(|error| zip_trouble(&error).at(path))?;
        let name = part.name().map_err(|error| zip_trouble(&error).at(path))?.to_ascii_lowercase();
        // Pictures and the like aren't read.
        if ![".xml", ".rels", ".bin"].iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let too_much =
            || WorkbookError::too_large(path, &format!("it unpacks to more than {} MiB", limit >> 20));
        if part.size() > left {
            return Err(too_much());
        }
        let mut count = Count::new(kind, &name);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = part.read(&mut buffer).map_err(|error| WorkbookError::damaged(path, &error))?;
            if read == 0 {
                break;
            }
            left = left.checked_sub(read.try_into().unwrap_or(u64::MAX)).ok_or_else(too_much)?;
            count.take(buffer.get(..read).unwrap_or_default()).map_err(|error| error.at(path))?;
        }
        count.end().map_err(|error| error.at(path))?;
        drop(part);
        if kind == WorkbookKind::Xlsx && name.ends_with("/styles.xml") {
            let styles = zip.by_index(index).map_err(|error| zip_trouble(&error).at(path))?;
            few_styles(BufReader::new(styles), &name).map_err(|trouble| trouble.at(path))?;
        }
    }
    Ok(kind)
}

/// Fails if the styles don't fit in memory: each cell style gets a copy of its font's name and of its number format.
fn few_styles(part: impl BufRead, name: &str) -> Result<(), ReadError> {
    let (mut xml, mut buffer) = (Reader::from_reader(part), Vec::new());
    let (mut styles, mut longest) = (0_usize, 0);
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|_| xml::broken(name))? {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "xf" => styles += 1,
                "numFmt" | "name" => longest = longest.max(tag.len()),
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if styles.saturating_mul(longest) > MAX_STYLE_TEXT {
        return Err(ReadError::TooLarge("it has more cell styles than fit in memory".to_owned()));
    }
    Ok(())
}

/// Detects the kind from the package's relations. Its list of content types alone proves nothing: a plain XLSX may list
/// the type of binary parts it doesn't have.
fn kind(path: &Path, parts: &mut PackageParts) -> Result<WorkbookKind, WorkbookError> {
    let fail = |trouble: ReadError| trouble.at(path);
    let mimetype = parts.mimetype().map_err(fail)?;
    if mimetype.starts_with("application/vnd.oasis.opendocument.spreadsheet") {
        return Ok(WorkbookKind::Ods);
    }
    let main = parts.main().map_err(fail)?.unwrap_or_default();
    let content = parts.content_type(&main).map_err(fail)?;
    let is = |word: &str| content.contains(word);
    let what = if is("wordprocessingml") || main.starts_with("word/") {
        "a Word document"
    } else if is("presentationml") || main.starts_with("ppt/") {
        "a PowerPoint presentation"
    } else if is("ms-excel.sheet.binary") || main.rsplit('.').next() == Some("bin") {
        return Ok(WorkbookKind::Xlsb);
    } else if is("spreadsheetml") || is("ms-excel") || main.starts_with("xl/") {
        return Ok(WorkbookKind::Xlsx);
    } else if !mimetype.is_empty() {
        "another kind of document"
    } else if parts.has("Index/Document.iwa") {
        "an Apple Numbers document"
    } else {
        "a zip file (unpack it first)"
    };
    Err(WorkbookError::NotWorkbook { path: path.to_path_buf(), what })
}

/// Counter for a part while it is unpacked.
enum Count {
    Nothing,
    Elements { seen: u64, most: u64, start: Vec<u8> },
}

/// Reason why a part is refused.
enum PartRefusal {
    TooMany,
    Contradiction,
}

impl PartRefusal {
    fn at(&self, path: &Path) -> WorkbookError {
        match self {
            Self::TooMany => {
                WorkbookError::too_large(path, "it has more cells or formats than fit in memory")
            }
            Self::Contradiction => WorkbookError::damaged(path, "its parts don't fit together"),
        }
    }
}

impl Count {
    fn new(kind: WorkbookKind, name: &str) -> Self {
        match kind {
            WorkbookKind::Xlsx if name.ends_with("/styles.xml") => {
                Self::Elements { seen: 0, most: MAX_STYLES, start: Vec::new() }
            }
            WorkbookKind::Xlsx if name.ends_with("/sharedstrings.xml") => {
                Self::Elements { seen: 0, most: MAX_STRINGS, start: Vec::new() }
            }
            _ => Self::Nothing,
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), PartRefusal> {
        match self {
            Self::Nothing => Ok(()),
            Self::Elements { seen, most, start } => {
                let wanted = 4096_usize.saturating_sub(start.len());
                start.extend(bytes.iter().take(wanted));
                *seen += bytes.iter().map(|byte| u64::from(*byte == b'<')).sum::<u64>();
                if seen > most { Err(PartRefusal::TooMany) } else { Ok(()) }
            }
        }
    }

    fn end(self) -> Result<(), PartRefusal> {
        match self {
            // The reader allocates memory for the claimed number of strings before it sees one.
            Self::Elements { seen, start, .. } => match attribute(&start, "uniqueCount") {
                Some(said) if said > seen.saturating_add(1_000_000) => Err(PartRefusal::Contradiction),
                _ => Ok(()),
            },
            Self::Nothing => Ok(()),
        }
    }
}

/// Returns the number in an attribute, capped at the largest possible.
fn attribute(tag: &[u8], name: &str) -> Option<u64> {
    let at = tag.windows(name.len()).position(|part| part == name.as_bytes())?;
    let rest = tag.get(at + name.len()..)?;
    let digits =
        rest.iter().skip_while(|byte| !byte.is_ascii_digit()).take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'))))
}
