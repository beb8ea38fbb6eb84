//! Workbooks of a few kilobytes that claim more than any memory holds, of each kind and in each format.

use super::test_files::zipped;
use super::*;
use crate::sheet::SheetFault;

const XLSX: &[u8] = b"<Types><Override PartName='/xl/workbook.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>";

/// An XLSX workbook: `worksheets` times the same worksheet, with other parts.
pub(super) fn xlsx(sheet: &str, worksheets: usize, beside: &[(&str, &str)]) -> tempfile::NamedTempFile {
    const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id='{id}' Type='{RELATION}/{kind}' Target='{target}'/>")
    };
    let root = relation("a", "officeDocument", "xl/workbook.xml");
    let parts = ["worksheet", "sharedStrings", "styles"];
    let parts = parts.map(|kind| relation(kind, kind, &format!("{kind}.xml"))).concat();
    let list = |n: usize| format!("<sheet name='{n}' sheetId='{n}' r:id='worksheet'/>");
    let book = format!(
        "<workbook xmlns:r='{RELATION}'><sheets>{}</sheets></workbook>",
        (1..=worksheets).map(list).collect::<String>()
    );
    let relations = |all: &str| format!("<Relationships>{all}</Relationships>").into_bytes();
    let (root, parts) = (relations(&root), relations(&parts));
    let sheet = if sheet.starts_with("<worksheet") {
        sheet.to_owned()
    } else {
        format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>")
    };
    let mut all: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", XLSX),
        ("_rels/.rels", &root),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", &parts),
        ("xl/worksheet.xml", sheet.as_bytes()),
    ];
    all.extend(beside.iter().map(|(name, text)| (*name, text.as_bytes())));
    zipped(&all)
}

fn ods(tables: &str) -> tempfile::NamedTempFile {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>\
         </office:document-content>"
    );
    let kind = b"application/vnd.oasis.opendocument.spreadsheet";
    zipped(&[("mimetype", kind), ("content.xml", content.as_bytes())])
}

fn refusal(file: &tempfile::NamedTempFile) -> String {
    refusal_beyond(file, MAX_BYTES)
}

fn refusal_beyond(file: &tempfile::NamedTempFile, most: usize) -> String {
    convert(file.path(), None, most).unwrap_err().to_string()
}

const HEAD: &str = "<row r='1'><c r='A1'><v>1</v></c></row>";

#[test]
fn cells_beyond_the_last_one_are_refused() {
    for far in [
        "<row r='4294967295'><c r='A4294967295'><v>1</v></c></row>",
        // Counted in 32 bits, these would be rows 2, 3 and 4, and column C.
        "<row r='2'><c r='A4294967298'><v>1</v></c></row>",
        "<row r='4294967299'><c><v>1</v></c></row>",
        "<row r='2'><c r='A79228162514264337593543950340'><v>1</v></c></row>",
        "<row r='2'><c r='MWLQKWV2'><v>1</v></c></row>",
        "<row r='2'><c r='ZZZZZZZ2'><v>1</v></c></row>",
        "<row r='1048577'><c r='A1048577'><v>1</v></c></row>",
        "<row r='2'><c r='XFE2'/></row>",
        "<row r='2'><c r='XFD2'/><c><v>1</v></c></row>",
    ] {
        let message = refusal(&xlsx(&format!("{HEAD}{far}"), 1, &[]));
        assert!(message.contains("a worksheet ends at XFD1048576; open it in Excel"), "{far}: {message}");
    }
}

#[test]
fn a_position_too_large_to_count_is_reported_as_such() {
    let message = |far: &str| refusal(&xlsx(&format!("{HEAD}{far}"), 1, &[]));
    let far = message("<row r='2'><c r='ZZZZZZZ2'><v>1</v></c></row>");
    assert!(far.contains("row 2, column 4294967295 or more;"), "{far}");
    let near = message("<row r='2'><c r='XFE2'/></row>");
    assert!(near.contains("row 2, column 16385;"), "{near}");
}

#[test]
fn the_last_cell_of_a_worksheet_is_read() {
    let last = format!("{HEAD}<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>");
    let size =
        format!("<worksheet><dimension ref='A1:XFD4294967295'/><sheetData>{last}</sheetData></worksheet>");
    for sheet in [last, size] {
        let found = convert(xlsx(&sheet, 1, &[]).path(), None, MAX_BYTES).unwrap().worksheet;
        assert!(found.text.len() < 4 << 20 && found.text.ends_with(b",1\xEF\xB7\x90\n"));
    }
}

#[test]
fn a_small_file_is_not_gigabytes_of_text() {
    let wide = |row: usize| format!("<row r='{row}'><c r='XFD{row}'><v>1</v></c></row>");
    let sparse: String = (1..3000).map(wide).collect();
    let shared = "<row><c t='s'><v>0</v></c></row>".repeat(2000);
    let text = format!("<sst uniqueCount='1'><si><t>{}</t></si></sst>", "abcdefghij".repeat(3000));
    let last = format!("{HEAD}<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>");
    let table = |rows: &str| format!("<table:table>{rows}</table:table>");
    let cell = |columns: u32| {
        format!(
            "<table:table-cell table:number-columns-repeated='{columns}'><text:p>x</text:p></table:table-cell>"
        )
    };
    let far = "<table:table-row table:number-rows-repeated='1048575'/>";
    let far = table(&format!("{far}<table:table-row>{}</table:table-row>", cell(1)));
    let full =
        format!("<table:table-row table:number-rows-repeated='1048576'>{}</table:table-row>", cell(16_384));
    for (file, mib) in [
        (xlsx(&sparse, 1, &[]), 4),
        (xlsx(&shared, 1, &[("xl/sharedStrings.xml", &text)]), 4),
        (xlsx(&last, 20, &[]), 4),
        (ods(&far.repeat(20)), 4),
        (ods(&table(&full)), 4),
        // The limit of a small file.
        (xlsx(&sparse, 1, &[]), 32),
    ] {
        let message = refusal_beyond(&file, if mib == 32 { MAX_BYTES } else { mib << 20 });
        let reason = "too large: its cells, with the empty ones between them, take more than";
        assert!(message.contains(&format!("{reason} {mib} MiB as text; save")), "{message}");
    }
}

#[test]
fn other_things_a_small_file_has_too_many_of() {
    let format = format!("<numFmts><numFmt numFmtId='200' formatCode='{}'/></numFmts>", "0;".repeat(10_000));
    let styles = "<xf numFmtId='200'></xf>".repeat(10_000);
    let styles = format!("<styleSheet>{format}<cellXfs>{styles}</cellXfs></styleSheet>");
    let table = "<table:table></table:table>";
    let blanks = "<text:s text:c='65536'/>".repeat(300);
    let cell = format!(
        "<table:table-row><table:table-cell><text:p>{blanks}</text:p></table:table-cell></table:table-row>"
    );
    for (file, reason) in [
        (xlsx(HEAD, 1, &[("xl/styles.xml", &styles)]), "more cell styles than fit in memory"),
        (xlsx(HEAD, 1001, &[]), "more than 1000 worksheets"),
        (ods(&table.repeat(1001)), "more than 1000 worksheets"),
        (ods(&format!("<table:table>{cell}</table:table>")), "a cell with more than 16 MiB of text"),
    ] {
        let message = refusal(&file);
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn a_caller_may_want_less() {
    let file = xlsx(&format!("{HEAD}<row r='9'><c r='XFD9'><v>1</v></c></row>"), 1, &[]);
    assert!(convert(file.path(), None, 20_000).is_ok());
    assert!(matches!(convert(file.path(), None, 10_000), Err(SheetFault::TooLarge(_))));
}

#[test]
fn rows_are_counted_before_they_are_filled() {
    let mut grid = Grid::new(TextLimit::new(1000), false);
    assert!(grid.text((0, 0), "a").is_ok());
    assert!(matches!(grid.text((1_000_000, 0), "b"), Err(SheetFault::TooLarge(_))));
    assert!(grid.bytes.capacity() < 1000);
}
