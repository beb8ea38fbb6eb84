use super::super::test_files::{input, room, text, zipped};
use super::*;
use crate::sheet::SheetFault;

const KIND: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

fn content(sheets: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='UTF-8'?><office:document-content><office:automatic-styles>\
         <style:style style:name='ta1' style:family='table'><style:table-properties table:display='true'/></style:style>\
         <style:style style:name='ta2' style:family='table'><style:table-properties table:display='false'/>\
         </style:style></office:automatic-styles><office:body><office:spreadsheet>{sheets}\
         <table:dde-links><table:table><table:table-row><table:table-cell><text:p>other file</text:p>\
         </table:table-cell></table:table-row></table:table></table:dde-links>\
         </office:spreadsheet></office:body></office:document-content>"
    )
}

fn open(content: &[u8]) -> Result<Ods, SheetFault> {
    let file = zipped(&[("mimetype", KIND), ("content.xml", content)]);
    Ods::open(input(file.path()), room())
}

fn sheet(rows: &str) -> Result<Grid, SheetFault> {
    open(content(&format!("<table:table table:name='Cases'>{rows}</table:table>")).as_bytes())
        .unwrap()
        .grid("Cases")
}

/// The one cell of a worksheet.
fn cell(attributes: &str, inside: &str) -> String {
    let cell = format!(
        "<table:table-row><table:table-cell {attributes}>{inside}</table:table-cell></table:table-row>"
    );
    text(&sheet(&cell).unwrap().bytes)
}

#[test]
fn cells_of_every_type() {
    let number = |attributes: &str, shown: &str| {
        cell(&format!("office:value-type='float' {attributes}"), &format!("<text:p>{shown}</text:p>"))
    };
    assert_eq!(number("office:value='802'", "00802"), "00802|802\n");
    assert_eq!(number("office:value='1500.75'", "$1,501"), "\"$1,501|1500.75\"\n");
    assert_eq!(number("office:value='42'", "42"), "42|\n");
    // No text, a narrow column, E-notation and Python's way to write a number hide the digits.
    for shown in ["", "###", "1.23E+11", "123456789012.0"] {
        assert_eq!(number("office:value='123456789012'", shown), "123456789012|\n");
    }
    assert_eq!(number("office:value='0'", "#N/A"), "#N/A\n");
    assert_eq!(number("office:value='0'", "Err:502"), "#VALUE!\n");
    assert_eq!(number("office:value='ten'", "ten"), "ten\n");
    let typed = |kind: &str, value: &str| {
        cell(&format!("office:value-type='{kind}' {value}"), "<text:p>as shown</text:p>")
    };
    assert_eq!(typed("percentage", "office:value='0.125'"), "as shown|0.125\n");
    assert_eq!(typed("currency", "office:value='5'"), "as shown|5\n");
    assert_eq!(typed("date", "office:date-value='2026-03-04'"), "2026-03-04|.\n");
    assert_eq!(typed("date", "office:date-value='2026-03-04T10:20:00'"), "2026-03-04 10:20:00|.\n");
    assert_eq!(typed("date", "office:date-value=''"), "as shown\n");
    // The mark behind a date never comes from the file.
    assert_eq!(typed("date", "office:date-value='x\u{fdd0}7'"), "x\u{fffd}7|.\n");
    assert_eq!(typed("time", "office:time-value='PT10H20M00S'"), "10:20:00\n");
    assert_eq!(typed("boolean", "office:boolean-value='true'"), "TRUE\n");
    assert_eq!(typed("string", "office:string-value='other'"), "as shown\n");
    assert_eq!(cell("office:value-type='string' office:string-value='a &amp; b'", ""), "a & b\n");
    assert_eq!(
        cell("office:value-type='string' calcext:value-type='error'", "<text:p>Err:503</text:p>"),
        "#NUM!\n"
    );
}

#[test]
fn formulas() {
    let formula =
        |attributes: &str, inside: &str| cell(&format!("table:formula='of:=[.A1]' {attributes}"), inside);
    assert_eq!(formula("office:value-type='float' office:value='2'", "<text:p>2</text:p>"), "2|\n");
    assert_eq!(formula("", ""), "#NOT CALCULATED!\n");
    assert_eq!(formula("office:value-type='float'", ""), "#NOT CALCULATED!\n");
    // An empty text is a result.
    assert_eq!(formula("office:value-type='string' office:string-value=''", "<text:p/>"), "");
}

#[test]
fn text_is_what_the_cell_shows() {
    let shows = |inside: &str| cell("office:value-type='string'", inside);
    assert_eq!(shows("<text:p>a</text:p><text:p>b</text:p>"), "\"a\nb\"\n");
    assert_eq!(
        shows("<text:p>a<text:s text:c='3'/>b<text:s/><text:tab/>c<text:line-break/>d</text:p>"),
        "\"a   b \tc\nd\"\n"
    );
    assert_eq!(
        shows(
            "<text:p><text:span>Ann <text:a xlink:href='x'>Lee</text:a></text:span>, &lt;1&#233;<![CDATA[<&>]]></text:p>"
        ),
        "\"Ann Lee, <1é<&>\"\n"
    );
    assert_eq!(
        shows(
            "<office:annotation><text:p>a note</text:p></office:annotation><text:p>a</text:p><draw:frame><text:p>x</text:p></draw:frame>"
        ),
        "a\n"
    );
    assert_eq!(
        shows("<!-- <text:p>no</text:p> --><text:p>a<text:note><text:p>no</text:p></text:note></text:p>"),
        "a\n"
    );
}

#[test]
fn repeated_hidden_and_covered() {
    let text_cell = |attributes: &str, shown: &str| {
        format!(
            "<table:table-cell office:value-type='string' {attributes}><text:p>{shown}</text:p></table:table-cell>"
        )
    };
    let row =
        |attributes: &str, cells: &str| format!("<table:table-row {attributes}>{cells}</table:table-row>");
    let rows = [
        "<table:table-header-columns><table:table-column table:number-columns-repeated='2'/></table:table-header-columns>\
         <table:table-column table:visibility='collapse' table:number-columns-repeated='2'/>\
         <table:table-column table:number-columns-repeated='99999'/>",
        "<table:table-header-rows>",
        &row("", &text_cell("table:number-columns-repeated='2'", "a")),
        "</table:table-header-rows>",
        &row("table:visibility='filter' table:number-rows-repeated='2'", &format!("<table:table-cell/>{}", text_cell("", "b"))),
        &row("", &(text_cell("table:number-rows-spanned='3'", "c") + "<table:covered-table-cell table:number-columns-repeated='2'><text:p>under</text:p></table:covered-table-cell>" + &text_cell("", "d"))),
        "<table:table-row-group>",
        &row("table:visibility='collapse' table:number-rows-repeated='4'", "<table:table-cell table:number-columns-repeated='16384'/>"),
        "</table:table-row-group>",
        &row("", &text_cell("", "e")),
        &row("table:number-rows-repeated='1048567'", "<table:table-cell table:number-columns-repeated='16384' table:style-name='x'/>"),
    ]
    .concat();
    let grid = sheet(&rows).unwrap();
    assert_eq!(text(&grid.bytes), "a,a\n,b\n,b\nc,,,d\n\"\"\n\"\"\n\"\"\n\"\"\ne\n");
    assert_eq!(grid.hidden_rows.below(u32::MAX).collect::<Vec<_>>(), [1, 2, 4, 5, 6, 7]);
    assert_eq!(grid.hidden_columns.below(u32::MAX).collect::<Vec<_>>(), [2, 3]);
    assert!(grid.merged.describe_below(0).unwrap().contains("rows 4 to 6"));
}

#[test]
fn worksheets() {
    let table = |name: &str, style: &str| {
        let cell = format!("<table:table-cell><text:p>{name}</text:p></table:table-cell>");
        format!(
            "<table:table table:name='{name}' table:style-name='{style}'><table:table-row>{cell}</table:table-row></table:table>"
        )
    };
    let mut book =
        open(content(&(table("One", "ta1") + &table("Two", "ta2") + &table("Three", ""))).as_bytes())
            .unwrap();
    let names = [("One", true), ("Two", false), ("Three", true)];
    assert_eq!(book.sheets(), names.map(|(name, visible)| (name.to_owned(), visible)));
    for (name, _) in names {
        assert_eq!(text(&book.grid(name).unwrap().bytes), format!("{name}\n"));
    }
}

/// Files of a few hundred bytes that claim to hold more than any memory.
#[test]
fn what_is_repeated_has_bounds() {
    let reason = |rows: &str| match sheet(rows) {
        Err(SheetFault::Damaged(reason)) => reason,
        other => panic!("{other:?}"),
    };
    let cell = "<table:table-cell table:number-columns-repeated='16384' office:value-type='float' office:value='1'/>";
    let wide = cell.replace("16384", "99999999999999999999");
    assert!(reason(&format!("<table:table-row>{wide}</table:table-row>")).contains("XFD1048576"));
    let below = format!(
        "<table:table-row table:number-rows-repeated='4294967295'/><table:table-row>{cell}</table:table-row>"
    );
    assert!(reason(&below).contains("XFD1048576"));
    let blanks = "<table:table-row><table:table-cell><text:p>a<text:s text:c='4294967295'/></text:p></table:table-cell></table:table-row>";
    assert!(sheet(blanks).unwrap().bytes.len() < 1 << 17);
    let deep = "<text:span>".repeat(2000);
    assert!(
        open(content(&format!("<table:table><table:table-row><table:table-cell><text:p>{deep}")).as_bytes())
            .is_err()
    );
}

#[test]
fn broken_content_is_refused() {
    let whole = content(
        "<table:table table:name='Cases'><table:table-row><table:table-cell office:value-type='float' office:value='1'><text:p>1</text:p></table:table-cell></table:table-row></table:table>",
    );
    let end = whole.find("</office:spreadsheet>").unwrap();
    for at in 0..whole.len() {
        assert!(read(&whole.as_bytes()[..at], room()).is_err() || at > end, "{at}");
        for change in [0x02, 0x55, 0x80] {
            let mut bytes = whole.clone().into_bytes();
            bytes[at] ^= change;
            _ = read(bytes.as_slice(), room());
        }
    }
    let entity = whole.replace("<text:p>1<", "<text:p>&who;<");
    assert!(
        open(entity.as_bytes())
            .is_err_and(|error| error.to_string().contains("content.xml is not well-formed"))
    );
    let locked = zipped(&[
        ("mimetype", KIND),
        ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
        ("content.xml", b"\xFF\xFE\x00"),
    ]);
    let error = super::super::convert(locked.path(), None, super::super::MAX_BYTES).unwrap_err();
    assert!(matches!(error, SheetFault::Encrypted), "{error}");
}
