//! Zip files: which kind of workbook one is, and whether it can be unpacked without filling the memory.
//!
//! Everything is unpacked once here and thrown away, because what a zip file says of its own sizes need not be true;
//! this also proves its checksums. What the readers keep in memory is counted on the way.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use zip::{ZipArchive, result::ZipError};

use super::WorkbookError;
use super::parts::Parts;

/// What is unpacked may always be this large,
const FREE: u64 = 64 << 20;
/// beyond that it may be so many times as large as the file,
const RATIO: u64 = 200;
/// but never larger than this.
const MAX_UNPACKED: u64 = 4 << 30;
/// How many elements are kept at once of each part that the readers hold in memory.
const MAX_STYLES: u64 = 1_000_000;
const MAX_STRINGS: u64 = 60_000_000;
/// What the cells of an ODS file may take, all worksheets together.
const MAX_CELLS: u64 = 1 << 30;
/// What an empty cell takes, twice: as a value and as a formula.
const CELL: u64 = 56;

/// A kind of workbook that is a zip file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Xlsb,
    Ods,
}

/// Finds out the kind, and refuses what cannot be unpacked.
pub(super) fn inspect(path: &Path, file: File, parts: &mut Parts) -> Result<Kind, WorkbookError> {
    let size = file.metadata().map_err(|error| WorkbookError::io(path, &error))?.len();
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| zip_error(path, &error))?;
    let kind = kind(path, parts)?;
    let limit = FREE.max(size.saturating_mul(RATIO)).min(MAX_UNPACKED);
    let mut left = limit;
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).map_err(|error| zip_error(path, &error))?;
        let name = part.name().map_err(|error| zip_error(path, &error))?.to_ascii_lowercase();
        // Pictures and the like are not read.
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
    }
    Ok(kind)
}

pub(super) fn zip_error(path: &Path, error: &ZipError) -> WorkbookError {
    match error {
        ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED => {
            WorkbookError::encrypted(path)
        }
        error => WorkbookError::damaged(path, error),
    }
}

/// Which kind of workbook the package's relations name. Words in its list of content types prove nothing: a plain
/// XLSX may list the type of binary parts it does not have.
fn kind(path: &Path, parts: &mut Parts) -> Result<Kind, WorkbookError> {
    let fail = |error: ZipError| zip_error(path, &error);
    let mimetype = parts.text("mimetype").map_err(fail)?;
    if mimetype.starts_with("application/vnd.oasis.opendocument.spreadsheet") {
        return Ok(Kind::Ods);
    }
    let main = parts.main().map_err(fail)?.unwrap_or_default();
    let content = parts.content_type(&main).map_err(fail)?;
    let is = |word: &str| content.contains(word);
    let what = if is("wordprocessingml") || main.starts_with("word/") {
        "a Word document"
    } else if is("presentationml") || main.starts_with("ppt/") {
        "a PowerPoint presentation"
    } else if is("ms-excel.sheet.binary") || main.rsplit('.').next() == Some("bin") {
        return Ok(Kind::Xlsb);
    } else if is("spreadsheetml") || is("ms-excel") || main.starts_with("xl/") {
        return Ok(Kind::Xlsx);
    } else if !mimetype.is_empty() {
        "another kind of document"
    } else if parts.has("Index/Document.iwa") {
        "an Apple Numbers document"
    } else {
        "a zip file; unpack it first"
    };
    Err(WorkbookError::NotWorkbook { path: path.to_path_buf(), what })
}

/// What is counted of a part while it is unpacked.
enum Count {
    Nothing,
    Elements { seen: u64, most: u64, start: Vec<u8> },
    Cells(Tags, Box<Cells>),
}

/// Why a part is not read.
enum Refusal {
    TooMany,
    Contradiction,
}

impl Refusal {
    fn at(&self, path: &Path) -> WorkbookError {
        match self {
            Self::TooMany => {
                WorkbookError::too_large(path, "it has more cells or formats than fit in memory")
            }
            Self::Contradiction => WorkbookError::damaged(path, "its parts do not fit together"),
        }
    }
}

impl Count {
    fn new(kind: Kind, name: &str) -> Self {
        match kind {
            Kind::Ods if name == "content.xml" => Self::Cells(Tags::default(), Box::default()),
            Kind::Xlsx if name.ends_with("/styles.xml") => {
                Self::Elements { seen: 0, most: MAX_STYLES, start: Vec::new() }
            }
            Kind::Xlsx if name.ends_with("/sharedstrings.xml") => {
                Self::Elements { seen: 0, most: MAX_STRINGS, start: Vec::new() }
            }
            _ => Self::Nothing,
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        match self {
            Self::Nothing => Ok(()),
            Self::Elements { seen, most, start } => {
                let wanted = 4096_usize.saturating_sub(start.len());
                start.extend(bytes.iter().take(wanted));
                *seen += bytes.iter().map(|byte| u64::from(*byte == b'<')).sum::<u64>();
                if seen > most { Err(Refusal::TooMany) } else { Ok(()) }
            }
            Self::Cells(tags, cells) => tags.take(bytes, cells),
        }
    }

    fn end(self) -> Result<(), Refusal> {
        match self {
            // Room is made for as many strings as a file says it has, before one is seen.
            Self::Elements { seen, start, .. } => match attribute(&start, "uniqueCount") {
                Some(said) if said > seen.saturating_add(1_000_000) => Err(Refusal::Contradiction),
                _ => Ok(()),
            },
            // A table that never ends would be waited for until the end of days.
            Self::Cells(tags, cells) if tags.tag.is_some() || cells.open != (false, false) => {
                Err(Refusal::Contradiction)
            }
            _ => Ok(()),
        }
    }
}

/// XML cut into tags.
#[derive(Default)]
struct Tags {
    /// The tag that is open, and the quote inside it.
    tag: Option<Vec<u8>>,
    quote: Option<u8>,
}

impl Tags {
    fn take(&mut self, bytes: &[u8], cells: &mut Cells) -> Result<(), Refusal> {
        for byte in bytes {
            match (&mut self.tag, self.quote) {
                (None, _) if *byte == b'<' => self.tag = Some(Vec::new()),
                (None, _) => cells.text()?,
                (Some(tag), None) if *byte == b'>' => {
                    cells.tag(tag)?;
                    self.tag = None;
                }
                (Some(tag), quote) => {
                    tag.push(*byte);
                    self.quote = match quote {
                        Some(quote) => (quote != *byte).then_some(quote),
                        None => matches!(byte, b'"' | b'\'').then_some(*byte),
                    };
                }
            }
        }
        Ok(())
    }
}

/// What the cells of an ODS file take in memory: a cell may say that it stands for thousands.
#[derive(Default)]
struct Cells {
    /// Inside of a table, and of a note in a cell.
    open: (bool, bool),
    total: u64,
    /// Of the table: its rows down to the last one with content, empty ones behind that, and its width.
    rows: u64,
    empty_rows: u64,
    widest: u64,
    /// Of the row: how often it stands, what it takes, how wide it is, and empty cells behind that.
    repeat: u64,
    weight: u64,
    width: u64,
    empty: u64,
    /// How often the cell stands.
    copies: u64,
}

impl Cells {
    fn text(&mut self) -> Result<(), Refusal> {
        self.add_weight(self.copies)
    }

    fn add_weight(&mut self, weight: u64) -> Result<(), Refusal> {
        self.weight = self.weight.saturating_add(weight);
        if self.weight > MAX_CELLS { Err(Refusal::TooMany) } else { Ok(()) }
    }

    fn tag(&mut self, tag: &[u8]) -> Result<(), Refusal> {
        // Neither comments nor raw text are in what spreadsheet programs write, and both could hide tags.
        if tag.starts_with(b"!--") || tag.starts_with(b"![") {
            return Err(Refusal::Contradiction);
        }
        let closed = tag.ends_with(b"/");
        let name =
            tag.split(|byte| byte.is_ascii_whitespace() || *byte == b'/').find(|part| !part.is_empty());
        match (name.unwrap_or_default(), tag.starts_with(b"/")) {
            (b"table:table", false) => {
                (self.rows, self.empty_rows, self.widest, self.open.0) = (0, 0, 0, !closed);
            }
            (b"table:table", true) => {
                self.open.0 = false;
                let area = self.rows.saturating_mul(self.widest).saturating_mul(CELL);
                self.total = self.total.saturating_add(area);
            }
            (b"office:annotation", end) => self.open.1 = !end && !closed,
            (b"table:table-row", false) => {
                self.repeat = attribute(tag, "table:number-rows-repeated").unwrap_or(1);
                (self.weight, self.width, self.empty, self.copies) = (0, 0, 0, 0);
                if closed {
                    self.end_row();
                }
            }
            (b"table:table-row", true) => self.end_row(),
            (b"table:table-cell" | b"table:covered-table-cell", false) => {
                let copies = attribute(tag, "table:number-columns-repeated").unwrap_or(1).min(16_384);
                let has = |name: &[u8]| tag.windows(name.len()).any(|part| part == name);
                if has(b"office:") || has(b"table:formula") {
                    self.width = self.width.saturating_add(self.empty).saturating_add(copies);
                    self.empty = 0;
                    self.copies = copies;
                    let length = u64::try_from(tag.len()).unwrap_or(u64::MAX);
                    self.add_weight(copies.saturating_mul(length))?;
                } else {
                    self.empty = self.empty.saturating_add(copies);
                    self.copies = 0;
                }
            }
            (b"table:table-cell" | b"table:covered-table-cell", true) => self.copies = 0,
            (b"text:s", false) => {
                let blanks = attribute(tag, "text:c").unwrap_or(1);
                self.add_weight(self.copies.saturating_mul(blanks))?;
            }
            _ => {}
        }
        if self.total > MAX_CELLS { Err(Refusal::TooMany) } else { Ok(()) }
    }

    fn end_row(&mut self) {
        if self.width == 0 {
            self.empty_rows = self.empty_rows.saturating_add(self.repeat);
            return;
        }
        self.rows = self.rows.saturating_add(self.empty_rows).saturating_add(self.repeat);
        (self.empty_rows, self.widest) = (0, self.widest.max(self.width));
        let copies = self.repeat.saturating_add(1);
        // Cells are held as they are read, and again as a table.
        let weight = self.weight.saturating_mul(copies).saturating_add(self.width.saturating_mul(CELL));
        self.total = self.total.saturating_add(weight);
    }
}

/// The number an attribute has; more than can be said is the largest.
fn attribute(tag: &[u8], name: &str) -> Option<u64> {
    let at = tag.windows(name.len()).position(|part| part == name.as_bytes())?;
    let rest = tag.get(at + name.len()..)?;
    let digits =
        rest.iter().skip_while(|byte| !byte.is_ascii_digit()).take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'))))
}
