//! Text that is struck through, as people cross out what no longer holds. calamine joins it with the rest of its cell.

use std::collections::HashMap;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::grid::MAX_ROWS;
use super::parts::PackageParts;
use super::spans::Spans;
use super::xml;
use crate::sheet::SheetFault;

/// Maximum number of cells, and of shared texts, that are noted as struck in part.
const MOST: usize = 1 << 20;

/// How much of a text is struck through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strike {
    Part,
    Whole,
}

/// Shared texts that are struck through, by number.
pub(super) type StruckTexts = HashMap<u32, Strike>;

/// Cells of a worksheet that are struck through. Rows and columns count from 0.
#[derive(Debug, Default)]
pub(super) struct StruckCells {
    /// Rows with a cell that is struck through as a whole.
    pub(super) rows: Spans,
    /// Cells of which a part is, in the order of their rows.
    pub(super) parts: Vec<(u32, u32)>,
}

impl StruckCells {
    /// Adds a cell.
    pub(super) fn add(&mut self, at: (u32, u32), strike: Strike) {
        match strike {
            Strike::Whole => self.rows.add(at.0..at.0 + 1),
            Strike::Part if self.parts.len() < MOST => self.parts.push(at),
            Strike::Part => {}
        }
    }

    /// Adds those of another worksheet; `moved` returns where a row of it is now.
    pub(super) fn append(&mut self, other: &Self, moved: impl Fn(u32) -> Option<u32>) {
        for row in other.rows.below(MAX_ROWS).filter_map(&moved) {
            self.rows.add(row..row + 1);
        }
        self.parts.extend(other.parts.iter().filter_map(|(row, column)| Some((moved(*row)?, *column))));
    }
}

/// Whether the start of a tag in `bytes` may strike text through.
pub(super) fn may_strike(bytes: &[u8]) -> bool {
    let mut found = memchr::memmem::find_iter(bytes, b"strike");
    found.any(|at| at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(|c| b"<:".contains(c)))
}

/// Whether a tag says that its text is struck through.
fn strikes(tag: &BytesStart<'_>) -> bool {
    let is_off = || {
        let mut attributes = tag.attributes();
        let value = attributes.with_checks(false).flatten().find(|found| found.key.as_ref() == "val");
        value.is_some_and(|value| matches!(value.value.as_ref(), "0" | "false"))
    };
    tag.local_name().as_ref() == "strike" && !is_off()
}

/// The runs of a text, as they are read.
#[derive(Debug, Default)]
pub(super) struct TextRuns {
    /// Number of bytes that are struck through, and of others.
    struck: usize,
    plain: usize,
    /// Whether the current run is struck through.
    is_struck: bool,
    in_text: bool,
}

impl TextRuns {
    /// Processes the start of a tag; `si` and `is` begin a text.
    pub(super) fn open(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "si" | "is" => *self = Self::default(),
            "r" => self.is_struck = false,
            "t" => self.in_text = true,
            _ => self.format(tag),
        }
    }

    /// Processes a tag that may be empty, inside a run's properties.
    pub(super) fn format(&mut self, tag: &BytesStart<'_>) {
        self.is_struck |= strikes(tag);
    }

    pub(super) fn text(&mut self, text: &str) {
        let length = if self.in_text { text.trim().len() } else { 0 };
        *(if self.is_struck { &mut self.struck } else { &mut self.plain }) += length;
    }

    /// Processes the end of a tag; returns how much of the text is struck through if it ends with it.
    pub(super) fn close(&mut self, tag: &str) -> Option<Strike> {
        self.in_text = false;
        let whole = if self.plain == 0 { Strike::Whole } else { Strike::Part };
        (matches!(tag, "si" | "is") && self.struck > 0).then_some(whole)
    }
}

/// Reads which shared texts are struck through; none if the package's structure differs from what calamine finds.
pub(super) fn struck_texts(parts: &mut PackageParts) -> Result<StruckTexts, SheetFault> {
    let Some(main) = parts.main()?.filter(|main| parts.has(main)) else { return Ok(StruckTexts::new()) };
    let shared = parts.relations(&main)?.into_iter().find(|relation| relation.kind == "sharedStrings");
    match shared.map(|relation| relation.target).filter(|target| parts.has(target)) {
        Some(name) => Ok(read(std::io::BufReader::new(xml::Guarded::new(parts.part(&name)?)))),
        None => Ok(StruckTexts::new()),
    }
}

/// Reads the texts as far as they are well-formed: whoever reads the workbook's cells judges the rest.
fn read(xml: impl BufRead) -> StruckTexts {
    let (mut reader, mut buffer) = (Reader::from_reader(xml), Vec::new());
    let (mut found, mut number, mut runs) = (StruckTexts::new(), 0_u32, TextRuns::default());
    while found.len() < MOST {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => runs.open(&tag),
            Ok(Event::Empty(tag)) => {
                runs.format(&tag);
                number = number.saturating_add(u32::from(tag.local_name().as_ref() == "si"));
            }
            Ok(Event::Text(text)) => runs.text(&text),
            Ok(Event::End(tag)) => {
                let name = tag.local_name();
                found.extend(runs.close(name.as_ref()).map(|strike| (number, strike)));
                number = number.saturating_add(u32::from(name.as_ref() == "si"));
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{Format, Workbook};

    use super::super::bounds_tests::xlsx;
    use super::super::{MAX_BYTES, convert};
    use super::*;
    use crate::sheet::{Row, RowDoubt, RowFault, Sheet, Worksheets};

    fn rows(path: &std::path::Path) -> Vec<Row> {
        Sheet::open(path).unwrap().rows_from(1).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn struck_cells_are_told_and_read_like_others() {
        let (struck, plain) = (Format::new().set_font_strikethrough(), Format::new());
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["Claim", "Name", "Paid", "Notes"]).unwrap();
        sheet.write_row(1, 0, ["C-1", "Ann Lee", "100", "x"]).unwrap();
        sheet.write_row_with_format(2, 0, ["C-2", "Bo Li", "200", "x"], &struck).unwrap();
        sheet.write_row(3, 0, ["C-3", "Cy Poe"]).unwrap();
        sheet.write_rich_string(3, 2, &[(&struck, "15"), (&plain, "20")]).unwrap();
        sheet.write_row(4, 0, ["C-4", "Di Orr", "300"]).unwrap();
        sheet.write_rich_string(4, 3, &[(&struck, "call"), (&struck, " first")]).unwrap();
        // An empty cell has nothing to strike.
        sheet.write_row(5, 0, ["C-5", "Ed Fay", "300"]).unwrap();
        sheet.write_blank(5, 3, &struck).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        book.save(file.path()).unwrap();
        let rows = rows(file.path());
        let doubts: Vec<_> = rows.iter().map(|row| row.doubt).collect();
        let struck = Some(RowDoubt::Struck);
        assert_eq!(doubts, [None, struck, None, struck, None]);
        let faults: Vec<_> = rows.iter().flat_map(|row| row.faults.clone()).collect();
        assert_eq!(faults, [(RowFault::Struck, Some(2))]);
        assert_eq!((&rows[2].cells[2], &rows[3].cells[3]), ("1520", "call first"));
        let doubts = Sheet::open(file.path()).unwrap().pre_send_warnings().unwrap();
        assert_eq!(doubts.len(), 1);
        let advice =
            "its cell: 1 cell, the first in row 4; remove it in the workbook, or correct the cells (e)";
        assert!(doubts[0].ends_with(advice), "{doubts:?}");
    }

    #[test]
    fn struck_cells_of_several_worksheets_keep_their_rows() {
        let cell = |text: &str| format!("<c t='inlineStr'><is><t>{text}</t></is></c>");
        let half = "<c t='inlineStr'><is><r><rPr><strike/></rPr><t>B</t></r><r><t>A</t></r></is></c>";
        let sheet = format!(
            "<row>{}{}</row><row>{}{half}</row><row>{}{}</row>",
            cell("Claim"),
            cell("Name"),
            cell("C-1"),
            cell("C-2"),
            cell("x")
        );
        let file = xlsx(&sheet, 2, &[]);
        let both = Worksheets(vec!["1".to_owned(), "2".to_owned()]);
        let found = convert(file.path(), Some(&both), MAX_BYTES).unwrap().worksheet;
        assert_eq!(String::from_utf8_lossy(&found.text), "Claim,Name\nC-1,BA\nC-2,x\nC-1,BA\nC-2,x\n");
        assert_eq!(found.struck_parts, [(2, 1), (4, 1)]);
    }

    #[test]
    fn texts_in_cells_are_struck_by_their_runs() {
        let run = |strike: &str, text: &str| format!("<r><rPr>{strike}</rPr><t>{text}</t></r>");
        let cell = |runs: &str| format!("<c t='inlineStr'><is>{runs}</is></c>");
        let (a, b, plain) = (run("<strike/>", "A"), run("<strike/>", "B"), run("", "C"));
        let sheet = format!(
            "<row>{0}{0}</row><row>{0}{1}</row><row>{2}{0}</row>",
            cell("<t>x</t>"),
            cell(&format!("{a}{plain}{b}")),
            cell(&format!("{a}{b}"))
        );
        let found = convert(xlsx(&sheet, 1, &[]).path(), None, MAX_BYTES).unwrap().worksheet;
        assert_eq!(String::from_utf8_lossy(&found.text), "x,x\nx,ACB\nAB,x\n");
        assert_eq!((found.struck_parts, found.struck_rows), (vec![(2, 1)], vec![3]));
    }

    #[test]
    fn shared_texts_are_struck_by_their_runs() {
        let run = |strike: &str, text: &str| format!("<r><rPr>{strike}<b/></rPr><t>{text}</t></r>");
        let texts = [
            "<si><t>plain strike</t></si>".to_owned(),
            format!("<si>{}{}</si>", run("<strike/>", "1500"), run("", "2000")),
            format!("<si>{}{}</si>", run("<x:strike val=\"1\"/>", "all"), run("", " ")),
            "<si/>".to_owned(),
            format!("<si>{}</si>", run("<strike val=\"0\"/>", "none")),
            format!("<si><r><t>first</t></r>{}</si>", run("<strike></strike>", "last")),
        ];
        let struck = HashMap::from([(1, Strike::Part), (2, Strike::Whole), (5, Strike::Part)]);
        assert_eq!(read(format!("<sst>{}</sst>", texts.concat()).as_bytes()), struck);
        // What comes before an error counts.
        assert_eq!(read(format!("<sst>{}</si>", texts.concat()).as_bytes()), struck);
    }

    #[test]
    fn only_a_tag_may_strike() {
        for (text, may) in
            [("<strike/>", true), ("<x:strike/>", true), ("on strike", false), ("strike", false)]
        {
            assert_eq!(may_strike(text.as_bytes()), may, "{text}");
        }
    }
}
