//! Inspects zip files: which kind of workbook one is, and whether it fits in memory when unpacked.
//!
//! Everything is unpacked once and thrown away, because the sizes a zip file claims need not be true. This also
//! verifies the checksums, and counts what the readers will keep in memory.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::parts::{PackageParts, zip_trouble};
use super::{strike, xml};
use crate::sheet::SheetFault;

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

/// What unpacking a zip file shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InspectedPackage {
    pub(super) kind: WorkbookKind,
    /// Whether parts of its shared texts may be struck through.
    pub(super) may_strike: bool,
}

/// Detects the kind, and fails if the file can't be unpacked.
pub(super) fn inspect(file: File, parts: &mut PackageParts) -> Result<InspectedPackage, SheetFault> {
    let size = file.metadata().map_err(|error| SheetFault::io(&error))?.len();
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| zip_trouble(&error))?;
    let kind = kind(parts)?;
    let limit = FREE.max(size.saturating_mul(RATIO)).min(MAX_UNPACKED);
    let (mut left, mut may_strike) = (limit, false);
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).map_err(|error| zip_trouble(&error))?;
        let name = part.name().map_err(|error| zip_trouble(&error))?.to_ascii_lowercase();
        // Pictures and the like aren't read.
        if ![".xml", ".rels", ".bin"].iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let too_much = || SheetFault::TooLarge(format!("it unpacks to more than {} MiB", limit >> 20));
        if part.size() > left {
            return Err(too_much());
        }
        let mut count = Count::new(kind, &name);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = part.read(&mut buffer).map_err(|error| SheetFault::damaged(&error))?;
            if read == 0 {
                break;
            }
            left = left.checked_sub(read.try_into().unwrap_or(u64::MAX)).ok_or_else(too_much)?;
            count.take(buffer.get(..read).unwrap_or_default())?;
        }
        may_strike |= count.end()?;
        drop(part);
        if kind == WorkbookKind::Xlsx && name.ends_with("/styles.xml") {
            let styles = zip.by_index(index).map_err(|error| zip_trouble(&error))?;
            few_styles(BufReader::new(styles), &name)?;
        }
    }
    Ok(InspectedPackage { kind, may_strike })
}

/// Fails if the styles don't fit in memory: each cell style gets a copy of its font's name and of its number format.
fn few_styles(part: impl BufRead, name: &str) -> Result<(), SheetFault> {
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
        return Err(SheetFault::TooLarge("it has more cell styles than fit in memory".to_owned()));
    }
    Ok(())
}

/// Detects the kind from the package's relations. Its list of content types alone proves nothing: a plain XLSX may list
/// the type of binary parts it doesn't have.
fn kind(parts: &mut PackageParts) -> Result<WorkbookKind, SheetFault> {
    let mimetype = parts.mimetype()?;
    if mimetype.starts_with("application/vnd.oasis.opendocument.spreadsheet") {
        return Ok(WorkbookKind::Ods);
    }
    let main = parts.main()?.unwrap_or_default();
    let content = parts.content_type(&main)?;
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
    Err(SheetFault::NotWorkbook(what))
}

/// Counter for a part while it is unpacked.
enum Count {
    Nothing,
    Elements {
        seen: u64,
        most: u64,
        start: Vec<u8>,
        /// Whether text may be struck through; and the last bytes, where a tag may begin.
        may_strike: bool,
        last: Vec<u8>,
    },
}

/// Number of bytes in which `<strike` may begin without ending.
const LAST: usize = 6;

impl Count {
    fn new(kind: WorkbookKind, name: &str) -> Self {
        let most = match kind {
            WorkbookKind::Xlsx if name.ends_with("/styles.xml") => MAX_STYLES,
            WorkbookKind::Xlsx if name.ends_with("/sharedstrings.xml") => MAX_STRINGS,
            _ => return Self::Nothing,
        };
        Self::Elements { seen: 0, most, start: Vec::new(), may_strike: false, last: Vec::new() }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), SheetFault> {
        match self {
            Self::Nothing => Ok(()),
            Self::Elements { seen, most, start, may_strike, last } => {
                if !*may_strike {
                    last.extend_from_slice(bytes);
                    *may_strike = strike::may_strike(last);
                    last.drain(..last.len().saturating_sub(LAST));
                }
                let wanted = 4096_usize.saturating_sub(start.len());
                start.extend(bytes.iter().take(wanted));
                *seen += bytes.iter().map(|byte| u64::from(*byte == b'<')).sum::<u64>();
                if seen > most {
                    Err(SheetFault::TooLarge("it has more cells or formats than fit in memory".to_owned()))
                } else {
                    Ok(())
                }
            }
        }
    }

    /// Returns whether text may be struck through.
    fn end(self) -> Result<bool, SheetFault> {
        match self {
            // The reader allocates memory for the claimed number of strings before it sees one.
            Self::Elements { seen, start, may_strike, .. } => match attribute(&start, "uniqueCount") {
                Some(said) if said > seen.saturating_add(1_000_000) => {
                    Err(SheetFault::damaged("its parts don't fit together"))
                }
                _ => Ok(may_strike),
            },
            Self::Nothing => Ok(false),
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
