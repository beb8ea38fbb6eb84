use super::super::test_files::{break_everywhere, file, room, text};
use super::*;

fn record(kind: u16, bodies: &[&[u8]]) -> Vec<u8> {
    let body = bodies.concat();
    [&kind.to_le_bytes(), &short(body.len()), body.as_slice()].concat()
}

/// A length in two bytes.
fn short(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap().to_le_bytes()
}

fn n(number: u16) -> [u8; 2] {
    number.to_le_bytes()
}

/// Text with a length of two bytes, and one byte per letter.
fn narrow(text: &str) -> Vec<u8> {
    [&short(text.len()), [0].as_slice(), text.as_bytes()].concat()
}

fn cell(kind: u16, at: (u16, u16), style: u16, value: &[u8]) -> Vec<u8> {
    record(kind, &[&n(at.0), &n(at.1), &n(style), value])
}

fn real(at: (u16, u16), style: u16, value: f64) -> Vec<u8> {
    cell(0x0203, at, style, &value.to_le_bytes())
}

/// A formula with its result; `flags` of 3 ask to calculate it.
fn formula(at: (u16, u16), result: [u8; 8], flags: u16) -> Vec<u8> {
    stamped_formula(at, result, flags, 0)
}

/// A formula with the stamp by which Excel knows when it was calculated.
fn stamped_formula(at: (u16, u16), result: [u8; 8], flags: u16, stamp: u8) -> Vec<u8> {
    cell(0x0006, at, 0, &[result.as_slice(), &n(flags), &[0, 0, 0, stamp], &n(0)].concat())
}

const TEXT_RESULT: [u8; 8] = [0, 0, 0, 0, 0, 0, 0xFF, 0xFF];
const EMPTY_RESULT: [u8; 8] = [3, 0, 0, 0, 0, 0, 0xFF, 0xFF];

fn row(number: u16, flags: u16) -> Vec<u8> {
    record(0x0208, &[&n(number), &n(0), &n(9), &n(255), &n(0), &n(0), &n(flags), &n(0)])
}

fn style(format: u16) -> Vec<u8> {
    record(0x00E0, &[&n(0), &n(format), &[0; 16]])
}

/// A workbook with a macro sheet, the worksheet, and a hidden worksheet.
fn workbook(globals: &[Vec<u8>], cells: &[Vec<u8>]) -> Vec<u8> {
    let begin = |kind: u16| record(0x0809, &[&n(0x0600), &n(kind), &[0; 12]]);
    let end = record(0x000A, &[]);
    let sheet = |start: usize, state: u8, kind: u8, name: &str| {
        let start = u32::try_from(start).unwrap().to_le_bytes();
        record(0x0085, &[&start, &[state, kind, u8::try_from(name.len()).unwrap(), 0], name.as_bytes()])
    };
    let sheets = |starts: [usize; 3]| {
        let [macros, cases, lists] = starts;
        [sheet(macros, 0, 1, "Macros"), sheet(cases, 0, 0, "Cases"), sheet(lists, 1, 0, "Lists")].concat()
    };
    let first = [begin(5), globals.concat()].concat();
    let at = first.len() + sheets([0; 3]).len() + end.len();
    let other = [begin(0x10), real((0, 0), 0, 1.0), end.clone()].concat();
    let starts = [at, at + 2 * other.len(), at + other.len()];
    [first, sheets(starts), end.clone(), other.clone(), other, begin(0x10), cells.concat(), end].concat()
}

fn cases(globals: &[Vec<u8>], cells: &[Vec<u8>]) -> Result<Grid, SheetFault> {
    let file = file(&workbook(globals, cells));
    let path = file.path();
    Xls::open(path)?.grid("Cases", room())
}

fn formats() -> Vec<Vec<u8>> {
    let mut globals = vec![
        record(0x041E, &[&n(170), &narrow("00000")]),
        record(0x041E, &[&n(171), &narrow("$#,##0")]),
        // Not a text: shown as it is.
        record(0x041E, &[&n(172), &n(50), &[8, 9]]),
    ];
    globals.extend([0, 170, 171, 14, 172].map(style));
    globals
}

#[test]
fn cells_of_every_kind() {
    let mut globals = formats();
    globals.push(record(0x00FC, &[&[2, 0, 0, 0, 2, 0, 0, 0], &narrow("Claim"), &n(6), &[0], b"two"]));
    globals.push(record(
        0x003C,
        &[&[1], "par".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice()],
    ));
    let cells = [
        record(0x007D, &[&n(1), &n(2), &n(0), &n(0), &n(1), &n(0)]),
        record(0x007D, &[&n(3), &n(256), &n(0), &n(0), &n(2), &n(0)]),
        row(0, 0),
        row(1, 0x20),
        row(9, 0x20),
        // Rows come in any order, and so do cells.
        cell(0x027E, (1, 0), 1, &(802_u32 << 2 | 2).to_le_bytes()),
        record(
            0x00BD,
            &[
                &n(1),
                &n(1),
                &n(0),
                &(1250_u32 << 2 | 3).to_le_bytes(),
                &n(0),
                &0x3FF8_0000_u32.to_le_bytes(),
                &n(2),
            ],
        ),
        real((1, 3), 2, 1500.75),
        real((1, 4), 3, 46_085.0),
        cell(0x0205, (1, 5), 0, &[1, 0]),
        cell(0x0205, (1, 6), 0, &[0x2A, 1]),
        real((1, 7), 4, 7.5),
        cell(0x00FD, (0, 1), 0, &1_u32.to_le_bytes()),
        cell(0x00FD, (0, 0), 0, &0_u32.to_le_bytes()),
        cell(0x0204, (0, 2), 0, &narrow("a\nb")),
        cell(0x00D6, (0, 3), 0, &[&n(4), [8].as_slice(), &n(1), b"rich", &[0; 4]].concat()),
        record(0x0201, &[&n(0), &n(4), &n(0)]),
        real((3, 0), 0, 1.0),
        real((3, 0), 0, 2.0),
        // A chart within the worksheet has its own cells.
        record(0x0809, &[&n(0x0600), &n(0x20), &[0; 12]]),
        real((2, 0), 0, 9.0),
        record(0x000A, &[]),
        record(0x00E5, &[&n(2), &n(0), &n(0), &n(0), &n(1), &n(1), &n(3), &n(0), &n(0)]),
    ];
    let grid = cases(&globals, &cells).unwrap();
    assert_eq!(
        text(&grid.bytes),
        "Claim,twopar,\"a\nb\",rich\n\
         00802|802,12.5|,1.5|,\"$1,501|1500.75\",2026-03-04|.,TRUE,#N/A,7.5|\n\
         \"\"\n\
         2|\n"
    );
    assert_eq!(grid.hidden_rows.below(u32::MAX).collect::<Vec<_>>(), [1, 9]);
    assert_eq!(grid.hidden_columns.below(u32::MAX).collect::<Vec<_>>(), [1, 2]);
    assert!(grid.merged.describe_below(0).unwrap().contains("1 found, the first in rows 2 to 4"));
}

#[test]
fn results_of_formulas() {
    let result = |bytes: &str| record(0x0207, &[&narrow(bytes)]);
    let cells = [
        formula((0, 0), TEXT_RESULT, 0),
        // A shared formula comes between the cell and its text.
        record(0x04BC, &[&[0; 10]]),
        result("made"),
        formula((0, 1), 1.5_f64.to_le_bytes(), 0),
        formula((0, 2), [1, 0, 1, 0, 0, 0, 0xFF, 0xFF], 0),
        formula((0, 3), [2, 0, 0x17, 0, 0, 0, 0xFF, 0xFF], 0),
        formula((0, 4), EMPTY_RESULT, 3),
        formula((0, 5), 0.0_f64.to_le_bytes(), 3),
        // No text follows.
        formula((0, 6), TEXT_RESULT, 0),
        real((0, 7), 0, 1.0),
        result("of no formula"),
        // Older versions numbered formulas differently; a text goes on in the next record.
        record(0x0406, &[&n(1), &n(0), &n(0), &TEXT_RESULT, &n(0), &n(0), &n(0)]),
        record(0x0207, &[&n(4), &[0], b"ab"]),
        record(0x003C, &[&[0], b"cd"]),
    ];
    let grid = cases(&[], &cells).unwrap();
    assert_eq!(text(&grid.bytes), "made,1.5|,TRUE,#REF!,,0|,#NOT CALCULATED!,1|\nabcd\n");
}

/// Libraries that can't calculate write a zero or nothing as the result of every formula.
#[test]
fn formulas_without_results() {
    let grid = |results: &[([u8; 8], u16, u8)]| {
        let cells = (0..).zip(results);
        let formulas =
            cells.map(|(column, &(result, flags, stamp))| stamped_formula((0, column), result, flags, stamp));
        text(&cases(&[], &formulas.collect::<Vec<_>>()).unwrap().bytes)
    };
    let zero = 0.0_f64.to_le_bytes();
    let neither = "#NOT CALCULATED!,#NOT CALCULATED!\n";
    assert_eq!(grid(&[(EMPTY_RESULT, 3, 0), (zero, 3, 0)]), neither);
    assert_eq!(grid(&[(EMPTY_RESULT, 0, 0), (zero, 0, 0)]), neither);
    // Excel and LibreOffice did calculate, and so did the program with another result.
    assert_eq!(grid(&[(EMPTY_RESULT, 0, 0xFC), (zero, 1, 0)]), ",0|\n");
    assert_eq!(grid(&[(EMPTY_RESULT, 2, 0), (zero, 3, 0)]), ",0|\n");
    assert_eq!(grid(&[(zero, 3, 0), (2.0_f64.to_le_bytes(), 3, 0)]), "0|,2|\n");
}

#[test]
fn worksheets_days_and_hidden_rows() {
    let mut globals = formats();
    globals.push(record(0x0022, &[&n(1)]));
    // All rows are hidden except those that say otherwise.
    let cells =
        [record(0x0225, &[&n(2), &n(0)]), row(1, 0), real((0, 0), 3, 38_717.25), real((1, 0), 0, 1.0)];
    let file = file(&workbook(&globals, &cells));
    let book = Xls::open(file.path()).unwrap();
    assert_eq!(book.sheets(), [("Cases".to_owned(), true), ("Lists".to_owned(), false)]);
    let grid = book.grid("Cases", room()).unwrap();
    assert_eq!(text(&grid.bytes), "2010-01-01 06:00:00|.\n1|\n");
    assert_eq!(grid.hidden_rows.below(u32::MAX).collect::<Vec<_>>(), [0]);
    assert_eq!(text(&book.grid("Lists", room()).unwrap().bytes), "1|\n");
}

#[test]
fn workbooks_of_excel_5_are_in_a_code_page() {
    let begin = |kind: u16| record(0x0809, &[&n(0x0500), &n(kind), &[0; 4]]);
    let end = record(0x000A, &[]);
    let globals = |start: u32| {
        [
            begin(5),
            record(0x0042, &[&n(1251)]),
            record(0x041E, &[&n(170), &[5], b"00000"]),
            record(0x00E0, &[&n(0), &n(170), &[0; 12]]),
            record(0x0085, &[&start.to_le_bytes(), &[0, 0, 3], b"\xC4\xE5\xEB"]),
            end.clone(),
        ]
        .concat()
    };
    let cells = [
        cell(0x0204, (0, 0), 0, &[&n(2), b"\xC4\xE0".as_slice()].concat()),
        cell(0x007E, (0, 1), 0, &(802_u32 << 2 | 2).to_le_bytes()),
        formula((0, 2), TEXT_RESULT, 0),
        record(0x0207, &[&n(2), b"\xED\xE5"]),
    ];
    let start = u32::try_from(globals(0).len()).unwrap();
    let whole = [globals(start), begin(0x10), cells.concat(), end.clone()].concat();
    let converted = super::super::read(file(&whole).path(), None, super::super::MAX_BYTES).unwrap();
    assert_eq!(
        (super::super::tests::read_worksheets(&converted.facts)[0].as_str(), text(&converted.worksheet.text)),
        ("Дел", "Да,00802|802,не\n".to_owned())
    );
}

#[test]
fn old_and_broken_workbooks_say_so() {
    for (kind, version) in [(0x0009, 2), (0x0209, 3), (0x0409, 4)] {
        let old = record(kind, &[&n(0), &n(0x10), &n(0)]);
        assert!(super::super::is_workbook(&old));
        let error = super::super::convert(file(&old).path(), None, super::super::MAX_BYTES).unwrap_err();
        assert!(error.to_string().contains(&format!("an Excel {version} workbook")), "{error}");
    }
    let locked = workbook(&[record(0x002F, &[&[0; 6]])], &[]);
    assert!(matches!(Xls::open(file(&locked).path()), Err(SheetFault::Encrypted)));
    let broken = |cells: &[Vec<u8>]| cases(&[], cells).map(|_| ()).unwrap_err().to_string();
    assert!(broken(&[real((0, 256), 0, 1.0)]).contains("column IV"));
    assert!(broken(&[cell(0x00FD, (0, 0), 0, &[9, 0, 0, 0])]).contains("text 9"));
    assert!(broken(&[cell(0x0203, (0, 0), 0, &[0; 7])]).contains("cut short"));
    assert!(broken(&[cell(0x0204, (0, 0), 0, &[9, 0, 0])]).contains("cut short"));
    // The end is missing, and the worksheet begins within another record.
    let whole = workbook(&[], &[real((0, 0), 0, 1.0)]);
    let cut = file(&whole[..whole.len() - 4]);
    assert!(Xls::open(cut.path()).unwrap().grid("Cases", room()).is_err());
    let mut moved = whole.clone();
    let at = moved.windows(5).position(|part| part == b"Cases").unwrap() - 8;
    moved[at] += 4;
    assert!(Xls::open(file(&moved).path()).unwrap().grid("Cases", room()).is_err());
}

#[test]
fn broken_bytes_never_crash() {
    let mut globals = formats();
    globals.push(record(0x00FC, &[&[1, 0, 0, 0, 1, 0, 0, 0], &narrow("Claim")]));
    let cells = [
        cell(0x00FD, (0, 0), 0, &[0; 4]),
        formula((0, 1), TEXT_RESULT, 0),
        record(0x0207, &[&narrow("ab")]),
        record(0x00BD, &[&n(1), &n(1), &n(0), &[2, 0, 0, 0], &n(1)]),
    ];
    break_everywhere(&workbook(&globals, &cells));
}
