use tempfile::NamedTempFile;

use super::super::test_files::{input, room, text, zipped};
use super::*;

fn record(kind: u16, bodies: &[&[u8]]) -> Vec<u8> {
    let body = bodies.concat();
    let mut record = Vec::new();
    if kind < 0x80 {
        record.push(kind.to_le_bytes()[0]);
    } else {
        record.extend([kind.to_le_bytes()[0] | 0x80, (kind >> 7).to_le_bytes()[0]]);
    }
    let length = u16::try_from(body.len()).unwrap();
    // Two bytes say any length here.
    record.extend([length.to_le_bytes()[0] | 0x80, (length >> 7).to_le_bytes()[0]]);
    record.extend(body);
    record
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&u32::try_from(units.len() / 2).unwrap().to_le_bytes(), units.as_slice()].concat()
}

fn n(number: u32) -> [u8; 4] {
    number.to_le_bytes()
}

fn row(number: u32, hidden: bool) -> Vec<u8> {
    record(0, &[&n(number), &n(0), &[0x2C, 1, 0, if hidden { 0x10 } else { 0 }, 0], &n(0)])
}

/// A cell with its column; its style is the last number.
fn cell(kind: u16, column: u32, style: u32, value: &[u8]) -> Vec<u8> {
    record(kind, &[&n(column), &n(style), value])
}

fn sheet(records: &[Vec<u8>]) -> Vec<u8> {
    [record(129, &[]), record(145, &[]), records.concat(), record(146, &[]), record(130, &[])].concat()
}

fn bundle(state: u32, id: &str, name: &str) -> Vec<u8> {
    record(156, &[&n(state), &n(1), &wide(id), &wide(name)])
}

const TYPES: &[u8] = b"<Types><Override PartName=\"/xl/workbook.bin\" \
    ContentType=\"application/vnd.ms-excel.sheet.binary.macroEnabled.main\"/></Types>";

fn relations(kinds: &[(&str, &str, &str)]) -> Vec<u8> {
    let relation = |(id, kind, target): &(&str, &str, &str)| {
        format!("<Relationship Id='{id}' Type='http://schemas/{kind}' Target='{target}'/>")
    };
    format!("<Relationships>{}</Relationships>", kinds.iter().map(relation).collect::<String>()).into_bytes()
}

/// A workbook with one visible worksheet, a hidden one, a chart and a macro sheet.
fn workbook(cells: &[u8], from_1904: bool) -> NamedTempFile {
    let sheets = [
        bundle(0, "r1", "Macros"),
        bundle(0, "r2", "Cases"),
        bundle(2, "r3", "Lists"),
        bundle(0, "r4", "Chart"),
    ];
    let book = [record(153, &[&n(u32::from(from_1904)), &n(0), &n(0)]), sheets.concat()].concat();
    let related = relations(&[
        ("r1", "xlMacrosheet", "macrosheets/sheet1.bin"),
        ("r2", "worksheet", "/xl/worksheets/Sheet2.bin"),
        ("r3", "worksheet", "worksheets\\sheet3.bin"),
        ("r4", "chartsheet", "chartsheets/sheet1.bin"),
        ("r5", "sharedStrings", "sharedStrings.bin"),
        ("r6", "styles", "styles.bin"),
    ]);
    let strings = ["Claim", "plain and rich"].map(|text| record(19, &[&[1], &wide(text), &n(7)])).concat();
    let style = |format: u16| record(47, &[&[0, 0], &format.to_le_bytes(), &[0; 12]]);
    let styles = [
        record(44, &[&170_u16.to_le_bytes(), &wide("00000")]),
        record(44, &[&171_u16.to_le_bytes(), &wide("$#,##0")]),
        // Named styles: cells don't count these.
        record(626, &[&n(1)]),
        style(9),
        record(627, &[]),
        record(617, &[&n(4)]),
        [0, 170, 171, 14].map(style).concat(),
        record(618, &[]),
    ]
    .concat();
    zipped(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", &relations(&[("r1", "officeDocument", "xl/workbook.bin")])),
        ("xl/workbook.bin", &book),
        ("xl\\_rels\\workbook.bin.rels", &related),
        ("xl/SharedStrings.bin", &strings),
        ("xl/styles.bin", &styles),
        ("xl/worksheets/sheet2.bin", cells),
        ("xl/worksheets/sheet3.bin", &sheet(&[row(0, false), cell(6, 0, 0, &wide("x"))])),
    ])
}

fn cases(cells: &[Vec<u8>]) -> Result<Grid, SheetFault> {
    read(&sheet(cells))
}

fn read(sheet: &[u8]) -> Result<Grid, SheetFault> {
    let file = workbook(sheet, false);
    Xlsb::open(input(file.path())).unwrap().grid("Cases", room())
}

#[test]
fn cells_of_every_kind() {
    let real = |value: f64| value.to_le_bytes();
    let grid = cases(&[
        record(60, &[&n(1), &n(2), &n(256), &n(0), &[1, 0]]),
        record(60, &[&n(3), &n(3), &n(256), &n(0), &[2, 0]]),
        row(0, false),
        cell(7, 0, 0, &n(0)),
        cell(62, 1, 0, &[&[1], wide("a\nb").as_slice(), &n(1)].concat()),
        cell(1, 2, 0, &[]),
        cell(6, 4, 0, &wide("so \"it\" is")),
        row(1, true),
        // 802 as a whole number, 12.5 as hundredths, 1.5 as half a double.
        cell(2, 0, 1, &n(802 << 2 | 2)),
        cell(2, 1, 0, &n(1250 << 2 | 3)),
        cell(2, 2, 0, &n(0x3FF8_0000)),
        cell(5, 3, 2 | 0x0100_0000, &real(1500.75)),
        cell(5, 4, 3, &real(46_085.0)),
        cell(4, 5, 0, &[1]),
        cell(3, 6, 0, &[0x2A]),
        row(3, false),
        cell(8, 0, 0, &wide("made")),
        cell(9, 1, 3, &real(1.5)),
        cell(10, 2, 0, &[0]),
        cell(11, 3, 0, &[0x17]),
        cell(8, 4, 0, &wide("")),
        record(176, &[&n(1), &n(3), &n(0), &n(0)]),
    ])
    .unwrap();
    assert_eq!(
        text(&grid.bytes),
        "Claim,\"a\nb\",,,\"so \"\"it\"\" is\"\n\
         00802|802,12.5|,1.5|,\"$1,501|1500.75\",2026-03-04|.,TRUE,#N/A\n\
         \"\"\n\
         made,1900-01-01 12:00:00|.,FALSE,#REF!\n"
    );
    assert_eq!(grid.hidden_rows.below(u32::MAX).collect::<Vec<_>>(), [1]);
    assert_eq!(grid.hidden_columns.below(u32::MAX).collect::<Vec<_>>(), [1, 2]);
    assert!(grid.merged.describe_below(0).unwrap().contains("rows 2 to 4"));
}

/// `SheetJS` omits the column of a cell that directly follows another.
#[test]
fn short_cells_are_in_the_next_column() {
    let short = |kind: u16, style: u32, value: &[u8]| record(kind, &[&n(style), value]);
    let grid = cases(&[
        row(0, false),
        cell(7, 1, 0, &n(0)),
        short(18, 0, &n(1)),
        short(17, 0, &wide("own")),
        short(12, 0, &[]),
        short(16, 2, &1500.75_f64.to_le_bytes()),
        short(13, 1, &n(802 << 2 | 2)),
        short(15, 0, &[1]),
        short(14, 0, &[7]),
        row(1, false),
        short(17, 0, &wide("first")),
    ])
    .unwrap();
    let first = ",Claim,plain and rich,own,,\"$1,501|1500.75\",00802|802,TRUE,#DIV/0!\n";
    assert_eq!(text(&grid.bytes), first.to_owned() + "first\n");
}

#[test]
fn worksheets_and_days() {
    let cells = sheet(&[row(0, false), cell(5, 0, 3, &38_717.25_f64.to_le_bytes())]);
    let file = workbook(&cells, true);
    let mut book = Xlsb::open(input(file.path())).unwrap();
    assert_eq!(book.sheets(), [("Cases".to_owned(), true), ("Lists".to_owned(), false)]);
    assert_eq!(text(&book.grid("Cases", room()).unwrap().bytes), "2010-01-01 06:00:00|.\n");
    assert_eq!(text(&book.grid("Lists", room()).unwrap().bytes), "x\n");
    let facts = super::super::convert(file.path(), None, super::super::MAX_BYTES).unwrap().facts;
    assert_eq!(super::super::tests::read_worksheets(&facts), ["Cases"]);
}

#[test]
fn broken_records_are_refused() {
    let broken = |cells: &[Vec<u8>]| match cases(cells) {
        Err(SheetFault::Damaged(reason)) => reason,
        other => panic!("{other:?}"),
    };
    let good = cell(5, 0, 0, &1.0_f64.to_le_bytes());
    assert!(broken(&[row(0, false), cell(7, 0, 0, &n(9))]).contains("text 9"));
    assert!(broken(&[row(0, false), cell(5, 0, 0, &[0; 7])]).contains("cut short"));
    assert!(broken(&[row(0, false), cell(6, 0, 0, &n(u32::MAX - 1))]).contains("cut short"));
    assert!(broken(std::slice::from_ref(&good)).contains("outside of a row"));
    assert!(broken(&[row(1 << 20, false), good.clone()]).contains("XFD1048576"));
    assert!(broken(&[row(0, false), cell(4, 1 << 14, 0, &[1])]).contains("XFD1048576"));
    assert!(broken(&[row(1, false), good.clone(), row(0, false), good.clone()]).contains("not in order"));
    assert!(
        read(&[row(0, false), good].concat()).is_err_and(|error| format!("{error:?}").contains("“Cases”"))
    );
    // A record that claims to be longer than its part.
    assert!(broken(&[row(0, false), vec![5, 0xFF, 0xFF, 0xFF, 0x7F]]).contains("cut short"));
}

#[test]
fn broken_bytes_never_crash() {
    let cells = [row(0, false), cell(7, 0, 0, &n(0)), cell(5, 1, 2, &[9; 8]), cell(8, 2, 0, &wide("ab"))];
    let whole = sheet(&cells);
    for at in 0..whole.len() {
        for change in [1, 0x55, 0x80, 0xFF] {
            let mut bytes = whole.clone();
            bytes[at] ^= change;
            _ = read(&bytes);
        }
        assert!(read(&whole[..at]).is_err() || at >= whole.len() - 4);
    }
}
