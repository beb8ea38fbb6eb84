//! The records of an XLS workbook.

use super::super::bytes::u16_at;
use crate::sheet::SheetFault;

/// Kinds of records. Some were renumbered between versions of Excel, and some programs mix the versions.
pub(super) mod kind {
    pub(in super::super) const FORMULA: u16 = 0x0006;
    pub(in super::super) const FORMULA_3: u16 = 0x0206;
    pub(in super::super) const FORMULA_4: u16 = 0x0406;
    pub(in super::super) const RESULT_2: u16 = 0x0007;
    pub(in super::super) const RESULT: u16 = 0x0207;
    pub(in super::super) const END: u16 = 0x000A;
    pub(in super::super) const DATE_MODE: u16 = 0x0022;
    pub(in super::super) const PASSWORD: u16 = 0x002F;
    pub(in super::super) const CONTINUE: u16 = 0x003C;
    pub(in super::super) const CODE_PAGE: u16 = 0x0042;
    pub(in super::super) const COLUMNS: u16 = 0x007D;
    pub(in super::super) const RK_5: u16 = 0x007E;
    pub(in super::super) const SHEET: u16 = 0x0085;
    pub(in super::super) const SEVERAL_RK: u16 = 0x00BD;
    pub(in super::super) const RICH_TEXT: u16 = 0x00D6;
    pub(in super::super) const STYLE: u16 = 0x00E0;
    pub(in super::super) const MERGED: u16 = 0x00E5;
    pub(in super::super) const SHARED_TEXTS: u16 = 0x00FC;
    pub(in super::super) const SHARED_TEXT: u16 = 0x00FD;
    pub(in super::super) const REAL: u16 = 0x0203;
    pub(in super::super) const TEXT: u16 = 0x0204;
    pub(in super::super) const BOOL_OR_ERROR: u16 = 0x0205;
    pub(in super::super) const ROW: u16 = 0x0208;
    pub(in super::super) const USUAL_ROW: u16 = 0x0225;
    pub(in super::super) const RK: u16 = 0x027E;
    pub(in super::super) const FORMAT: u16 = 0x041E;
    pub(in super::super) const BEGIN: u16 = 0x0809;
    pub(in super::super) const BEGIN_2: u16 = 0x0009;
    pub(in super::super) const BEGIN_3: u16 = 0x0209;
    pub(in super::super) const BEGIN_4: u16 = 0x0409;
}

/// A record.
#[derive(Debug, Clone, Copy)]
pub(super) struct XlsRecord<'a> {
    pub(super) kind: u16,
    pub(super) body: &'a [u8],
}

/// Iterator over records from a position in the stream.
pub(super) struct XlsRecords<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> XlsRecords<'a> {
    pub(super) fn new(stream: &'a [u8], at: usize) -> Self {
        Self { stream, at }
    }

    pub(super) fn cut_short() -> SheetFault {
        SheetFault::Damaged("one of its records is cut short".to_owned())
    }

    fn peek(&self) -> Option<XlsRecord<'a>> {
        let kind = u16_at(self.stream, self.at)?;
        let start = self.at.checked_add(4)?;
        let length = usize::from(u16_at(self.stream, self.at + 2)?);
        Some(XlsRecord { kind, body: self.stream.get(start..start.checked_add(length)?)? })
    }

    /// Returns the next record; `None` after the last one.
    pub(super) fn next(&mut self) -> Result<Option<XlsRecord<'a>>, SheetFault> {
        let record = self.peek();
        match record {
            Some(record) => self.at += 4 + record.body.len(),
            None if self.at < self.stream.len() => return Err(Self::cut_short()),
            None => {}
        }
        Ok(record)
    }

    /// Returns the body of the last record, followed by those that continue it.
    pub(super) fn continued(&mut self, body: &'a [u8]) -> Vec<&'a [u8]> {
        let mut pieces = vec![body];
        while let Some(XlsRecord { kind: kind::CONTINUE, body }) = self.peek() {
            pieces.push(body);
            self.at += 4 + body.len();
        }
        pieces
    }
}
