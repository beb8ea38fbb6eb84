//! ODS workbooks: all worksheets are in one part, which is read once, from start to end.
//!
//! calamine reads neither the shown text of numbers nor hidden rows, and holds all cells of all worksheets in memory.

mod cell;
mod table;

use std::collections::HashSet;
use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::grid::{Grid, TextLimit};
use super::parts::PackageParts;
use super::xml::{self, Guarded};
use super::{Input, few_worksheets};
use crate::sheet::SheetFault;
use cell::OdsCell;
pub(super) use cell::{duration, iso};
use table::OdsTable;

const CONTENT: &str = "content.xml";
/// Maximum depth of nested elements; spreadsheet programs need about twenty.
const DEEPEST: usize = 1000;
/// Maximum length of a cell's text, in bytes.
const MAX_BYTES: usize = 16 << 20;

/// An open workbook.
pub(super) struct Ods {
    sheets: Vec<OdsSheet>,
}

/// A worksheet that was read.
struct OdsSheet {
    name: String,
    visible: bool,
    /// Its text, until it is asked for.
    grid: Option<Result<Grid, SheetFault>>,
}

impl Ods {
    pub(super) fn open(input: Input, room: TextLimit) -> Result<Self, SheetFault> {
        let mut parts = PackageParts::open(input)?;
        let manifest = "META-INF/manifest.xml";
        if parts.has(manifest) && parts.text(manifest)?.contains("encryption-data") {
            return Err(SheetFault::Encrypted);
        }
        let sheets = parts.part(CONTENT).and_then(|part| read(part, room))?;
        Ok(Self { sheets })
    }

    /// The worksheets, and whether each is visible.
    pub(super) fn sheets(&self) -> Vec<(String, bool)> {
        self.sheets.iter().map(|sheet| (sheet.name.clone(), sheet.visible)).collect()
    }

    /// Takes a worksheet out.
    pub(super) fn grid(&mut self, name: &str) -> Result<Grid, SheetFault> {
        let sheet = self.sheets.iter_mut().find(|sheet| sheet.name == name && sheet.grid.is_some());
        let grid = sheet.and_then(|sheet| sheet.grid.take());
        grid.unwrap_or_else(|| Err(SheetFault::Damaged(format!("worksheet “{name}” is missing"))))
    }
}

fn read(input: impl Read, room: TextLimit) -> Result<Vec<OdsSheet>, SheetFault> {
    let mut xml = Reader::from_reader(BufReader::with_capacity(1 << 16, Guarded::new(input)));
    let (mut content, mut buffer) = (Content::new(room), Vec::new());
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|_| xml::broken(CONTENT))? {
            Event::Start(tag) => content.start(&tag)?,
            Event::Empty(tag) => {
                content.start(&tag)?;
                content.end()?;
            }
            Event::End(_) => content.end()?,
            Event::Text(text) => content.text(&text.xml10_content())?,
            Event::CData(text) => content.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => content.text(&xml::resolved(&reference, CONTENT)?)?,
            Event::Eof => break,
            _ => {}
        }
    }
    if content.complete {
        Ok(content.sheets)
    } else {
        Err(SheetFault::Damaged(format!("{CONTENT} is cut short")))
    }
}

/// Meaning of an open element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OdsElement {
    /// An element around the styles and the worksheets.
    Document,
    Styles,
    Style,
    Worksheets,
    Table,
    /// Rows or columns that belong together, such as those of the header.
    Group,
    Row,
    Cell,
    List,
    Paragraph,
    /// A part of a paragraph: text of another color, a link.
    Inline,
    /// Notes, drawings, tracked changes, worksheets of other files: not part of what the cells show.
    Ignored,
}

/// State of reading the content.
struct Content {
    /// Room left for the remaining worksheets.
    room: TextLimit,
    open: Vec<OdsElement>,
    /// The current style, and the styles of hidden worksheets.
    style: String,
    hidden: HashSet<String>,
    sheets: Vec<OdsSheet>,
    table: OdsTable,
    cell: OdsCell,
    /// Whether the end of the worksheets was reached.
    complete: bool,
}

impl Content {
    fn new(room: TextLimit) -> Self {
        Self {
            room,
            open: Vec::new(),
            style: String::new(),
            hidden: HashSet::new(),
            sheets: Vec::new(),
            table: OdsTable::new(room),
            cell: OdsCell::default(),
            complete: false,
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), SheetFault> {
        if self.open.len() >= DEEPEST {
            return Err(SheetFault::Damaged(format!("{CONTENT} has too many nested elements")));
        }
        let parent = self.open.last().copied().unwrap_or(OdsElement::Document);
        let name = tag.name();
        let place = match (parent, name.as_ref()) {
            (OdsElement::Document, "office:document-content" | "office:body") => OdsElement::Document,
            (OdsElement::Document, "office:automatic-styles") => OdsElement::Styles,
            (OdsElement::Document, "office:spreadsheet") => OdsElement::Worksheets,
            (OdsElement::Styles, "style:style") => {
                let style = &mut self.style;
                style.clear();
                xml::attributes(tag, CONTENT, |name, value| {
                    if name == "style:name" {
                        value.clone_into(style);
                    }
                })?;
                OdsElement::Style
            }
            (OdsElement::Style, "style:table-properties") => {
                let (hidden, style) = (&mut self.hidden, &self.style);
                xml::attributes(tag, CONTENT, |name, value| {
                    if (name, value) == ("table:display", "false") {
                        hidden.insert(style.clone());
                    }
                })?;
                OdsElement::Ignored
            }
            (OdsElement::Worksheets, "table:table") => {
                self.start_table(tag)?;
                OdsElement::Table
            }
            (OdsElement::Table | OdsElement::Group, name) => match name {
                "table:table-row-group"
                | "table:table-header-rows"
                | "table:table-rows"
                | "table:table-column-group"
                | "table:table-header-columns"
                | "table:table-columns" => OdsElement::Group,
                "table:table-column" => {
                    self.table.columns(tag)?;
                    OdsElement::Ignored
                }
                "table:table-row" => {
                    self.table.start_row(tag)?;
                    OdsElement::Row
                }
                _ => OdsElement::Ignored,
            },
            (OdsElement::Row, "table:table-cell") => {
                self.cell = OdsCell::new(tag)?;
                OdsElement::Cell
            }
            // Hidden below the cell merged over it.
            (OdsElement::Row, "table:covered-table-cell") => {
                let cell = OdsCell::new(tag)?;
                self.table.skip(&cell);
                OdsElement::Ignored
            }
            (OdsElement::Cell | OdsElement::List, "text:p" | "text:h") => {
                self.cell.start_paragraph();
                OdsElement::Paragraph
            }
            (OdsElement::Cell | OdsElement::List, "text:list" | "text:list-item") => OdsElement::List,
            (OdsElement::Paragraph | OdsElement::Inline, name) => self.start_inline(name, tag)?,
            _ => OdsElement::Ignored,
        };
        self.open.push(place);
        Ok(())
    }

    fn start_table(&mut self, tag: &BytesStart<'_>) -> Result<(), SheetFault> {
        let (mut name, mut visible) = (String::new(), true);
        let hidden = &self.hidden;
        xml::attributes(tag, CONTENT, |attribute, value| match attribute {
            "table:name" => value.clone_into(&mut name),
            "table:style-name" => visible = !hidden.contains(value),
            _ => {}
        })?;
        self.table = OdsTable::new(self.room);
        self.sheets.push(OdsSheet { name, visible, grid: None });
        few_worksheets(self.sheets.len())
    }

    fn start_inline(&mut self, name: &str, tag: &BytesStart<'_>) -> Result<OdsElement, SheetFault> {
        Ok(match name {
            "text:s" => {
                let mut count = 1;
                xml::attributes(tag, CONTENT, |name, value| {
                    if name == "text:c" {
                        count = cell::count(value, cell::MAX_SPACES);
                    }
                })?;
                self.text(&" ".repeat(count.try_into().unwrap_or(0)))?;
                OdsElement::Ignored
            }
            "text:tab" => {
                self.cell.text.push('\t');
                OdsElement::Ignored
            }
            "text:line-break" => {
                self.cell.text.push('\n');
                OdsElement::Ignored
            }
            "text:note" | "text:ruby-text" => OdsElement::Ignored,
            // Dates, worksheet names and other fields show their text.
            name if name.starts_with("text:") => OdsElement::Inline,
            _ => OdsElement::Ignored,
        })
    }

    fn text(&mut self, text: &str) -> Result<(), SheetFault> {
        if matches!(self.open.last(), Some(OdsElement::Paragraph | OdsElement::Inline)) {
            if self.cell.text.len() + text.len() > MAX_BYTES {
                let message = format!("it has a cell with more than {} MiB of text", MAX_BYTES >> 20);
                return Err(SheetFault::Damaged(message));
            }
            self.cell.text.push_str(text);
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), SheetFault> {
        match self.open.pop() {
            Some(OdsElement::Cell) => self.table.add(std::mem::take(&mut self.cell)),
            Some(OdsElement::Row) => self.table.end_row(),
            Some(OdsElement::Table) => {
                let grid = std::mem::replace(&mut self.table, OdsTable::new(self.room)).end();
                match &grid {
                    Ok(grid) => self.room = self.room.beside(grid),
                    Err(SheetFault::TooLarge(reason)) => return Err(SheetFault::TooLarge(reason.clone())),
                    Err(_) => {}
                }
                if let Some(sheet) = self.sheets.last_mut() {
                    sheet.grid = Some(grid);
                }
            }
            Some(OdsElement::Worksheets) => self.complete = true,
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
