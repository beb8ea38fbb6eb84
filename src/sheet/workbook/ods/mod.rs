//! ODS workbooks: all worksheets are in one part, which is read once, from start to end.
//!
//! calamine reads neither the shown text of numbers nor hidden rows, and holds all cells of all worksheets in memory.

mod cell;
mod table;

use std::collections::HashSet;
use std::io::{BufReader, Read};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::grid::{Grid, Room, Trouble};
use super::parts::Parts;
use super::xml::{self, Guarded};
use super::{Input, WorkbookError, few_worksheets};
use cell::Cell;
pub(super) use cell::{duration, iso};
use table::Table;

const CONTENT: &str = "content.xml";
/// Maximum depth of nested elements; spreadsheet programs need about twenty.
const DEEPEST: usize = 1000;
/// Maximum length of a cell's text, in bytes.
const LONGEST: usize = 16 << 20;

/// An open workbook.
pub(super) struct Ods {
    sheets: Vec<Sheet>,
}

/// A worksheet that was read.
struct Sheet {
    name: String,
    visible: bool,
    /// Its text, until it is asked for.
    grid: Option<Result<Grid, Trouble>>,
}

impl Ods {
    pub(super) fn open(input: Input, path: &Path, room: Room) -> Result<Self, WorkbookError> {
        let fail = |trouble: Trouble| trouble.at(path);
        let mut parts = Parts::open(input).map_err(fail)?;
        let manifest = "META-INF/manifest.xml";
        if parts.has(manifest) && parts.text(manifest).map_err(fail)?.contains("encryption-data") {
            return Err(WorkbookError::encrypted(path));
        }
        let sheets = parts.part(CONTENT).and_then(|part| read(part, room)).map_err(fail)?;
        Ok(Self { sheets })
    }

    /// The worksheets, and whether each is visible.
    pub(super) fn sheets(&self) -> Vec<(String, bool)> {
        self.sheets.iter().map(|sheet| (sheet.name.clone(), sheet.visible)).collect()
    }

    /// Takes a worksheet out.
    pub(super) fn grid(&mut self, name: &str) -> Result<Grid, Trouble> {
        let sheet = self.sheets.iter_mut().find(|sheet| sheet.name == name && sheet.grid.is_some());
        let grid = sheet.and_then(|sheet| sheet.grid.take());
        grid.unwrap_or_else(|| Err(Trouble::Broken(format!("worksheet “{name}” is missing"))))
    }
}

fn read(input: impl Read, room: Room) -> Result<Vec<Sheet>, Trouble> {
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
        Err(Trouble::Broken(format!("{CONTENT} is cut short")))
    }
}

/// Meaning of an open element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
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
    room: Room,
    open: Vec<Place>,
    /// The current style, and the styles of hidden worksheets.
    style: String,
    hidden: HashSet<String>,
    sheets: Vec<Sheet>,
    table: Table,
    cell: Cell,
    /// Whether the end of the worksheets was reached.
    complete: bool,
}

impl Content {
    fn new(room: Room) -> Self {
        Self {
            room,
            open: Vec::new(),
            style: String::new(),
            hidden: HashSet::new(),
            sheets: Vec::new(),
            table: Table::new(room),
            cell: Cell::default(),
            complete: false,
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Trouble> {
        if self.open.len() >= DEEPEST {
            return Err(Trouble::Broken(format!("{CONTENT} has too many nested elements")));
        }
        let parent = self.open.last().copied().unwrap_or(Place::Document);
        let name = tag.name();
        let place = match (parent, name.as_ref()) {
            (Place::Document, "office:document-content" | "office:body") => Place::Document,
            (Place::Document, "office:automatic-styles") => Place::Styles,
            (Place::Document, "office:spreadsheet") => Place::Worksheets,
            (Place::Styles, "style:style") => {
                let style = &mut self.style;
                style.clear();
                xml::attributes(tag, CONTENT, |name, value| {
                    if name == "style:name" {
                        value.clone_into(style);
                    }
                })?;
                Place::Style
            }
            (Place::Style, "style:table-properties") => {
                let (hidden, style) = (&mut self.hidden, &self.style);
                xml::attributes(tag, CONTENT, |name, value| {
                    if (name, value) == ("table:display", "false") {
                        hidden.insert(style.clone());
                    }
                })?;
                Place::Ignored
            }
            (Place::Worksheets, "table:table") => {
                self.start_table(tag)?;
                Place::Table
            }
            (Place::Table | Place::Group, name) => match name {
                "table:table-row-group"
                | "table:table-header-rows"
                | "table:table-rows"
                | "table:table-column-group"
                | "table:table-header-columns"
                | "table:table-columns" => Place::Group,
                "table:table-column" => {
                    self.table.columns(tag)?;
                    Place::Ignored
                }
                "table:table-row" => {
                    self.table.start_row(tag)?;
                    Place::Row
                }
                _ => Place::Ignored,
            },
            (Place::Row, "table:table-cell") => {
                self.cell = Cell::new(tag)?;
                Place::Cell
            }
            // Hidden below the cell merged over it.
            (Place::Row, "table:covered-table-cell") => {
                let cell = Cell::new(tag)?;
                self.table.skip(&cell);
                Place::Ignored
            }
            (Place::Cell | Place::List, "text:p" | "text:h") => {
                self.cell.start_paragraph();
                Place::Paragraph
            }
            (Place::Cell | Place::List, "text:list" | "text:list-item") => Place::List,
            (Place::Paragraph | Place::Inline, name) => self.start_inline(name, tag)?,
            _ => Place::Ignored,
        };
        self.open.push(place);
        Ok(())
    }

    fn start_table(&mut self, tag: &BytesStart<'_>) -> Result<(), Trouble> {
        let (mut name, mut visible) = (String::new(), true);
        let hidden = &self.hidden;
        xml::attributes(tag, CONTENT, |attribute, value| match attribute {
            "table:name" => value.clone_into(&mut name),
            "table:style-name" => visible = !hidden.contains(value),
            _ => {}
        })?;
        self.table = Table::new(self.room);
        self.sheets.push(Sheet { name, visible, grid: None });
        few_worksheets(self.sheets.len())
    }

    fn start_inline(&mut self, name: &str, tag: &BytesStart<'_>) -> Result<Place, Trouble> {
        Ok(match name {
            "text:s" => {
                let mut count = 1;
                xml::attributes(tag, CONTENT, |name, value| {
                    if name == "text:c" {
                        count = cell::count(value, cell::LONGEST);
                    }
                })?;
                self.text(&" ".repeat(count.try_into().unwrap_or(0)))?;
                Place::Ignored
            }
            "text:tab" => {
                self.cell.text.push('\t');
                Place::Ignored
            }
            "text:line-break" => {
                self.cell.text.push('\n');
                Place::Ignored
            }
            "text:note" | "text:ruby-text" => Place::Ignored,
            // Dates, worksheet names and other fields show their text.
            name if name.starts_with("text:") => Place::Inline,
            _ => Place::Ignored,
        })
    }

    fn text(&mut self, text: &str) -> Result<(), Trouble> {
        if matches!(self.open.last(), Some(Place::Paragraph | Place::Inline)) {
            if self.cell.text.len() + text.len() > LONGEST {
                let told = format!("it has a cell with more than {} MiB of text", LONGEST >> 20);
                return Err(Trouble::Broken(told));
            }
            self.cell.text.push_str(text);
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Trouble> {
        match self.open.pop() {
            Some(Place::Cell) => self.table.add(std::mem::take(&mut self.cell)),
            Some(Place::Row) => self.table.end_row(),
            Some(Place::Table) => {
                let grid = std::mem::replace(&mut self.table, Table::new(self.room)).end();
                match &grid {
                    Ok(grid) => self.room = self.room.beside(grid),
                    Err(Trouble::TooLarge(reason)) => return Err(Trouble::TooLarge(reason.clone())),
                    Err(_) => {}
                }
                if let Some(sheet) = self.sheets.last_mut() {
                    sheet.grid = Some(grid);
                }
            }
            Some(Place::Worksheets) => self.complete = true,
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
