//! Source of the bytes: the file, or the text that a worksheet was converted to.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::blocks::{Blocks, VerifiedFile};
use super::encoding::{self, Detected, Doubt, Encoding, EncodingReason};
use super::error::{SheetError, SheetFault};
use super::layout::Layout;
use super::record::Lines;
use super::text::{Checkpoint, Text};
use super::workbook::WorksheetStart;
use crate::home::open_without_waiting;

/// A file that can be opened repeatedly, with detection of changes.
#[derive(Debug, Clone)]
pub(super) struct SheetSource {
    pub(super) path: PathBuf,
    /// Worksheets as text; `None` to read the file itself.
    pub(super) worksheet: Option<Arc<Worksheet>>,
    pub(super) encoding: Encoding,
    /// Evidence for another encoding.
    pub(super) doubt: Option<Arc<Doubt>>,
    /// Length of the byte order mark, in bytes.
    pub(super) mark: u64,
    /// Hashes of the file's blocks.
    blocks: Blocks,
    /// Time of its last change, as of its first opening.
    modified: Option<SystemTime>,
}

/// Worksheets as text, and facts that aren't in the text.
#[derive(Debug)]
pub(super) struct Worksheet {
    pub(super) text: Arc<[u8]>,
    /// Records of hidden rows, from 1, in order.
    pub(super) hidden_rows: Vec<u64>,
    /// Records with a cell that is struck through, from 1, in order.
    pub(super) struck_rows: Vec<u64>,
    /// Cells of which a part is struck through, by record and by column from 0, in order.
    pub(super) struck_parts: Vec<(u64, usize)>,
    /// Start of each worksheet, if there are several.
    pub(super) origins: Vec<WorksheetStart>,
    /// Whether days count from 1904.
    pub(super) from_1904: bool,
}

impl SheetSource {
    /// Opens a file for the first time; its encoding isn't known yet.
    pub(super) fn open(path: &Path) -> Result<Self, SheetError> {
        let fail = |error: io::Error| SheetFault::io(&error).at(path);
        let file = open_without_waiting(path).map_err(fail)?;
        let about = file.metadata().map_err(fail)?;
        if about.is_dir() {
            return Err(fail(io::ErrorKind::IsADirectory.into()));
        }
        // It is read more than once, from several positions.
        if !about.is_file() {
            let message = "it is a pipe or a device; choose a file, or - to read standard input";
            return Err(fail(io::Error::other(message)));
        }
        Ok(Self {
            path: path.to_path_buf(),
            worksheet: None,
            encoding: Encoding::UTF_8,
            doubt: None,
            mark: 0,
            blocks: Blocks::of_length(about.len()),
            // Taken before the first byte is read, so that a file written to meanwhile counts as changed.
            modified: about.modified().ok(),
        })
    }

    /// Detects the encoding, unless it is chosen. `file` begins with the bytes of `start`.
    pub(super) fn detect_encoding(
        &mut self,
        file: &mut VerifiedFile,
        start: &[u8],
        layout: &Layout,
    ) -> Result<EncodingReason, SheetError> {
        let found = match layout.encoding {
            Some(encoding) if !layout.encoding_guessed => Detected::certain(encoding, EncodingReason::Chosen),
            given => encoding::detect(file, self.length(), given).map_err(|error| self.fail(&error))?,
        };
        self.encoding = found.encoding;
        self.doubt = found.doubt.map(Arc::new);
        self.mark = if self.encoding == Encoding::UTF_8 {
            // Concatenated files have several marks.
            let utf8_mark = [0xEF, 0xBB, 0xBF];
            start.chunks(3).take_while(|bytes| **bytes == utf8_mark).count() as u64 * 3
        } else {
            self.encoding.mark(start) as u64
        };
        Ok(found.why)
    }

    /// Length of the bytes to read.
    pub(super) fn length(&self) -> u64 {
        self.worksheet.as_ref().map_or(self.blocks.length(), |worksheet| worksheet.text.len() as u64)
    }

    /// Whether a record is hidden or filtered out in the workbook.
    pub(super) fn is_hidden(&self, record: u64) -> bool {
        self.worksheet.as_ref().is_some_and(|worksheet| worksheet.hidden_rows.binary_search(&record).is_ok())
    }

    /// Whether a record has a cell that is struck through as a whole.
    pub(super) fn is_struck(&self, record: u64) -> bool {
        self.worksheet.as_ref().is_some_and(|worksheet| worksheet.struck_rows.binary_search(&record).is_ok())
    }

    /// Columns of a record's cells of which a part is struck through.
    pub(super) fn struck_parts(&self, record: u64) -> impl Iterator<Item = usize> {
        let parts = self.worksheet.as_ref().map_or(&[][..], |worksheet| &worksheet.struck_parts);
        let parts = parts.get(parts.partition_point(|(of, _)| *of < record)..).unwrap_or_default();
        parts.iter().take_while(move |(of, _)| *of == record).map(|(_, column)| *column)
    }

    /// Returns the line of a record as the user sees it: if several worksheets are read, the row in its own
    /// worksheet, and that worksheet's name.
    pub(super) fn place(&self, line: u64) -> (u64, Option<&str>) {
        let origins = self.worksheet.as_ref().map_or(&[][..], |worksheet| &worksheet.origins);
        let after = origins.partition_point(|origin| origin.record <= line);
        match after.checked_sub(1).and_then(|at| origins.get(at)) {
            Some(origin) => (line - origin.record + origin.row, Some(&origin.worksheet)),
            None => (line, None),
        }
    }

    pub(super) fn lines(&self) -> Lines {
        if self.worksheet.is_some() { Lines::Records } else { Lines::Breaks }
    }

    /// Opens the file; reading it fails where its bytes have changed.
    pub(super) fn file(&self) -> Result<VerifiedFile, SheetError> {
        let file = open_without_waiting(&self.path).map_err(|error| self.fail(&error))?;
        let length = file.metadata().map_err(|error| self.fail(&error))?.len();
        if length == self.blocks.length() { Ok(self.blocks.read(file)) } else { Err(self.changed()) }
    }

    /// Fails if the file was written to since it was first opened: what was read may be half old and half new.
    pub(super) fn unwritten(&self) -> Result<(), SheetError> {
        let about = std::fs::metadata(&self.path).map_err(|error| self.fail(&error))?;
        let same = (about.len(), about.modified().ok()) == (self.blocks.length(), self.modified);
        if same { Ok(()) } else { Err(self.changed()) }
    }

    pub(super) fn changed(&self) -> SheetError {
        self.error(SheetFault::Changed)
    }

    /// Opens the bytes to read.
    pub(super) fn raw(&self) -> Result<Raw, SheetError> {
        match &self.worksheet {
            Some(worksheet) => Ok(Raw::Memory(Cursor::new(worksheet.text.clone()))),
            None => self.file().map(Raw::File),
        }
    }

    /// Opens the text from one of its bytes on. `checkpoints` are places where decoding can begin, in order.
    pub(super) fn text_at(&self, byte: u64, checkpoints: &[Checkpoint]) -> Result<Text<Raw>, SheetError> {
        let mut raw = self.raw()?;
        let at = if self.encoding == Encoding::UTF_8 {
            Checkpoint { text: byte, raw: self.mark + byte }
        } else {
            let after = checkpoints.partition_point(|checkpoint| checkpoint.text <= byte);
            let last = after.checked_sub(1).and_then(|index| checkpoints.get(index)).copied();
            last.unwrap_or(Checkpoint { text: 0, raw: self.mark })
        };
        raw.seek(SeekFrom::Start(at.raw)).map_err(|error| self.fail(&error))?;
        let mut text = Text::new(raw, self.encoding, at);
        let skip = byte - at.text;
        io::copy(&mut text.by_ref().take(skip), &mut io::sink()).map_err(|error| self.fail(&error))?;
        Ok(text)
    }

    pub(super) fn fail(&self, error: &io::Error) -> SheetError {
        self.error(SheetFault::io(error))
    }

    pub(super) fn error(&self, fault: SheetFault) -> SheetError {
        fault.at(&self.path)
    }
}

/// Bytes that can be read from any position.
#[derive(Debug)]
pub(super) enum Raw {
    File(VerifiedFile),
    Memory(Cursor<Arc<[u8]>>),
}

impl Read for Raw {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Memory(text) => text.read(buffer),
        }
    }
}

impl Seek for Raw {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Memory(text) => text.seek(to),
        }
    }
}
