use std::path::PathBuf;

use rust_xlsxwriter::{ExcelDateTime as Moment, Format, Workbook};

use super::*;
use crate::sheet::Worksheets;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/workbooks").join(name)
}

fn saved(mut book: Workbook) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    book.save(file.path()).unwrap();
    file
}

/// Names of the worksheets that were read.
pub(super) fn read_worksheets(facts: &WorkbookFacts) -> Vec<String> {
    facts.read.clone().unwrap().0
}

fn text(path: &Path, worksheet: Option<&str>) -> String {
    let wanted = worksheet.map(|name| Worksheets(vec![name.to_owned()]));
    let text = String::from_utf8(convert(path, wanted.as_ref(), MAX_BYTES).unwrap().worksheet.text.to_vec())
        .unwrap();
    // The shown text; the numbers after it have their own test.
    let mut parts = text.split('\u{fdd0}');
    let first = parts.next().unwrap().to_owned();
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | 'E' | '+');
    parts.fold(first, |text, part| text + part.trim_start_matches(digits))
}

#[test]
fn cells_come_in_as_a_person_sees_them() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let format = |code: &str| Format::new().set_num_format(code);
    for (column, header) in (0..).zip(["Claim", "Zip", "SSN", "Due", "At", "Paid", "Open", "Note"]) {
        sheet.write(0, column, header).unwrap();
    }
    let due = Moment::parse_from_str("2026-03-04").unwrap();
    let at = Moment::parse_from_str("2026-03-04 10:20:00").unwrap();
    sheet.write(1, 0, 123_456_789_012_f64).unwrap();
    sheet.write_with_format(1, 1, 802, &format("00000")).unwrap();
    sheet.write_with_format(1, 2, 23_456_789, &format("000\\-00\\-0000")).unwrap();
    sheet.write_with_format(1, 3, &due, &format("m/d/yyyy")).unwrap();
    sheet.write_with_format(1, 4, &at, &format("m/d/yyyy h:mm")).unwrap();
    sheet.write_with_format(1, 5, 1500.5, &format("$#,##0.00")).unwrap();
    sheet.write(1, 6, true).unwrap();
    sheet.write(1, 7, "said \"no\",\nleft").unwrap();
    sheet.write_with_format(2, 4, 0.4375, &format("h:mm AM/PM")).unwrap();
    sheet.write_with_format(2, 5, 1.5, &format("[h]:mm")).unwrap();
    sheet.write(2, 6, 0.1 + 0.2).unwrap();
    let file = saved(book);
    assert_eq!(
        text(file.path(), None),
        "Claim,Zip,SSN,Due,At,Paid,Open,Note\n\
         123456789012,00802,023-45-6789,2026-03-04,2026-03-04 10:20:00,\"$1,500.50\",TRUE,\"said \"\"no\"\",\nleft\"\n\
         ,,,,10:30:00,36:00:00,0.3\n"
    );
}

#[test]
fn record_n_is_row_n() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(2, 1, "Claim").unwrap();
    sheet.write(5, 1, "C-1").unwrap();
    sheet.write(5, 3, "x").unwrap();
    let file = saved(book);
    assert_eq!(text(file.path(), None), "\"\"\n\"\"\n,Claim\n\"\"\n\"\"\n,C-1,,x\n");
}

#[test]
fn the_worksheet_with_the_table_is_read() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Cover").unwrap().write(0, 0, "March claims").unwrap();
    let letter = book.add_worksheet().set_name("Letter").unwrap();
    letter.write_row(0, 0, ["From:", "Acme"]).unwrap();
    letter.write_row(1, 0, ["To:", "Us"]).unwrap();
    let hidden = book.add_worksheet().set_name("Lists").unwrap();
    hidden.set_hidden(true).write(0, 0, "a").unwrap();
    for name in ["Cases", "More"] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.write_row(0, 0, ["Claim", "Name", "Due"]).unwrap();
        sheet.write_row(1, 0, [name, "Ann", "x"]).unwrap();
    }
    let file = saved(book);
    let found = convert(file.path(), None, MAX_BYTES).unwrap();
    assert_eq!((read_worksheets(&found.facts)[0].as_str(), found.facts.worksheets.len()), ("Cases", 5));
    assert_eq!(found.notes, ["hidden worksheets aren't read: “Lists”"]);
    assert!(text(file.path(), Some(" more")).contains("More,Ann"));
    let missing = convert(file.path(), Some(&Worksheets(vec!["April".to_owned()])), MAX_BYTES).unwrap_err();
    assert!(missing.to_string().contains("“Cover”, “Letter”, “Lists”, “Cases”, “More”"), "{missing}");
}

#[test]
fn other_workbooks() {
    let old = "\"\"\nClaim,Zip,Due,Paid\nC-1,802,2026-03-04,TRUE\nC-2,80203,2026-03-05,FALSE\n";
    assert_eq!(text(&fixture("small.xls"), None), old);
    assert_eq!(read_worksheets(&convert(&fixture("small.xls"), None, MAX_BYTES).unwrap().facts), ["Fälle"]);
    let open = "Claim,Zip,Due\n\"\"\nC-1,00802,2026-03-04\nC-2,80203,2026-03-05\n";
    assert_eq!(text(&fixture("small.ods"), None), open);
}

#[test]
fn unreadable_workbooks_say_why() {
    let failed = |bytes: &[u8]| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        convert(file.path(), None, MAX_BYTES).unwrap_err()
    };
    let locked = convert(&fixture("locked.xlsx"), None, MAX_BYTES).unwrap_err();
    assert!(matches!(locked, SheetFault::Encrypted), "{locked}");
    assert!(matches!(failed(b"PK\x03\x04junk"), SheetFault::Damaged(_)));
    for name in ["small.ods", "small.xls"] {
        let whole = std::fs::read(fixture(name)).unwrap();
        // Nothing in the last sector of an old workbook is read.
        for length in (8..whole.len() * 3 / 4).step_by(whole.len() / 40) {
            assert!(matches!(failed(&whole[..length]), SheetFault::Damaged(_)), "{name} {length}");
        }
        // A wrong byte: the file is read or refused, but the program never crashes.
        for at in (0..whole.len()).step_by(7) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), &bytes).unwrap();
            let _ = convert(file.path(), None, MAX_BYTES);
        }
    }
    let mut book = Workbook::new();
    book.add_worksheet();
    assert!(matches!(convert(saved(book).path(), None, MAX_BYTES).unwrap_err(), SheetFault::EmptyWorkbook));
    // A packed file of another kind: only the end of a zip without a file in it.
    let empty_zip = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    assert!(matches!(failed(&empty_zip), SheetFault::NotWorkbook(_)));
}

/// A file of 3 kB that would be a gigabyte.
#[test]
fn a_workbook_that_is_larger_than_it_looks_is_refused() {
    use std::io::Write;
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut zip = zip::ZipWriter::new(std::fs::File::create(file.path()).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("[Content_Types].xml", options).unwrap();
    zip.write_all(b"<Override ContentType=\"application/spreadsheetml.sheet.main+xml\"/>").unwrap();
    for name in ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"] {
        zip.start_file(name, options).unwrap();
        let blanks = vec![b' '; 1 << 20];
        (0..100).for_each(|_| zip.write_all(&blanks).unwrap());
    }
    zip.finish().unwrap();
    let refused = convert(file.path(), None, MAX_BYTES).unwrap_err();
    assert!(matches!(refused, SheetFault::TooLarge(_)), "{refused}");
}

#[test]
fn a_formula_without_a_result_is_not_an_empty_cell() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["Claim", "Due"]).unwrap();
    sheet.write(1, 0, "A-1").unwrap();
    sheet.write_formula(1, 1, rust_xlsxwriter::Formula::new("=TODAY()+14").set_result("")).unwrap();
    sheet.write(2, 0, "A-2").unwrap();
    sheet.write_formula(2, 1, rust_xlsxwriter::Formula::new("=1+1").set_result("2")).unwrap();
    sheet.merge_range(3, 0, 4, 0, "A-3", &Format::new()).unwrap();
    let file = saved(book);
    let found = convert(file.path(), None, MAX_BYTES).unwrap();
    assert_eq!(text(file.path(), None), "Claim,Due\nA-1,0\nA-2,2\nA-3\n");
    let merged = found.facts.merged.describe_below(1).unwrap();
    assert!(merged.contains("1 found, the first in rows 4 to 5"), "{merged}");
}

/// A workbook of two sheets with the same columns, one with a title above, and hidden and filtered rows.
fn hidden_and_alike() -> tempfile::NamedTempFile {
    let mut book = Workbook::new();
    let jan = book.add_worksheet().set_name("Jan").unwrap();
    jan.write_row(0, 0, ["Claim", "Name", "Due"]).unwrap();
    for (row, claim) in (1..).zip(["A-1", "A-2", "A-3"]) {
        jan.write_row(row, 0, [claim, "Ann Lee", "3/4/2026"]).unwrap();
    }
    jan.set_row_hidden(2).unwrap();
    jan.set_column_hidden(1).unwrap();
    let feb = book.add_worksheet().set_name("Feb").unwrap();
    feb.write(0, 0, "February").unwrap();
    feb.write_row(2, 0, ["claim ", "NAME", "Due"]).unwrap();
    feb.write_row(3, 0, ["B-1", "Bo Li", "3/5/2026"]).unwrap();
    feb.write_row(5, 0, ["B-2", "Cy Poe", "3/6/2026"]).unwrap();
    feb.set_row_hidden(5).unwrap();
    let other = book.add_worksheet().set_name("Rates").unwrap();
    other.write_row(0, 0, ["Service", "Rate", "From"]).unwrap();
    other.write_row(1, 0, ["Surveillance", "80", "2026"]).unwrap();
    saved(book)
}

#[test]
fn hidden_rows_and_worksheets_of_the_same_columns_are_found() {
    let file = hidden_and_alike();
    let found = convert(file.path(), None, MAX_BYTES).unwrap();
    let facts = found.facts;
    assert_eq!((read_worksheets(&facts), found.worksheet.hidden_rows), (vec!["Jan".to_owned()], vec![3]));
    assert_eq!(facts.hidden_columns, [1]);
    assert_eq!(facts.alike, [("Feb".to_owned(), 2)]);
}

/// A workbook of these worksheets, each with its rows.
fn book_of(worksheets: &[(&str, &[&str])]) -> tempfile::NamedTempFile {
    let mut book = Workbook::new();
    for (name, rows) in worksheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (row, text) in (0..).zip(*rows) {
            sheet.write_row(row, 0, text.split(',')).unwrap();
        }
    }
    saved(book)
}

#[test]
fn worksheets_like_the_one_that_is_read_are_found() {
    let cases: &[&str] = &["Claim,Name,DOB,Notes", "A-1,Ann Lee,1/13/1970,x", "A-2,Bo Li,1/14/1970,y"];
    let others = |other: &[&str]| {
        let file = book_of(&[("Cases", cases), ("Other", other)]);
        convert(file.path(), None, MAX_BYTES).unwrap().facts.others
    };
    let found = |other: &[&str]| others(other).iter().map(|o| (o.rows, o.resembles)).collect::<Vec<_>>();
    // Fewer columns, in another order.
    assert_eq!(found(&["Name,Claim,DOB", "Cy Poe,B-1,1/15/1970"]), [(1, true)]);
    assert_eq!(found(&["March", "Claim,Name", "B-1,Cy Poe", "B-2,Di Orr"]), [(2, true)]);
    // A second page without a header.
    assert_eq!(found(&["B-1,Cy Poe,1/15/1970,x", "B-2,Di Orr,1/16/1970,x"]), [(2, true)]);
    assert_eq!(found(&["Code,Service", "1,Surveillance", "2,Background"]), [(2, false)]);
    assert_eq!(found(&["Claim #,Claimant", "B-1,Cy Poe"]), [(1, false)]);
    assert_eq!(others(&["Claim #,Claimant", "B-1,Cy Poe"])[0].header, ["claim #", "claimant"]);
    assert_eq!(found(&["Name,Claim,DOB"]), []);
    assert_eq!(found(&["Notes", "none"]), []);
}

#[test]
fn a_worksheet_of_cases_is_read_rather_than_a_longer_list() {
    let cases: &[&str] = &["Claim Number,Claimant,DOB", "C-1,Ann Lee,1/13/1970", "C-2,Bo Li,1/14/1970"];
    let rows: Vec<String> = (0..30).map(|row| format!("P{row},Person,Street {row},Denver,CO")).collect();
    let list: Vec<&str> = std::iter::once("Adjuster ID,Name,Street,City,State")
        .chain(rows.iter().map(String::as_str))
        .collect();
    for order in [[("Cases", cases), ("List", &list)], [("List", &list), ("Cases", cases)]] {
        let facts = convert(book_of(&order).path(), None, MAX_BYTES).unwrap().facts;
        assert_eq!((read_worksheets(&facts), facts.others[0].rows), (vec!["Cases".to_owned()], 30));
    }
}

#[test]
fn several_worksheets_are_one_table() {
    let file = hidden_and_alike();
    let names = |names: &[&str]| Worksheets(names.iter().map(|name| (*name).to_owned()).collect());
    let found = convert(file.path(), Some(&names(&["Jan", "feb"])), MAX_BYTES).unwrap();
    let text = String::from_utf8(found.worksheet.text.to_vec()).unwrap();
    let due = ",Name,Due\nA-1,Ann Lee,3/4/2026\nA-2,Ann Lee,3/4/2026\nA-3,Ann Lee,3/4/2026\n";
    assert_eq!(text, format!("Claim{due}B-1,Bo Li,3/5/2026\n\"\"\nB-2,Cy Poe,3/6/2026\n"));
    assert_eq!((found.worksheet.hidden_rows.as_slice(), found.facts.alike), (&[3, 7][..], vec![]));
    let origins: Vec<_> =
        found.worksheet.origins.iter().map(|o| (o.record, o.worksheet.as_str(), o.row)).collect();
    assert_eq!(origins, [(1, "Jan", 1), (5, "Feb", 4)]);
    let wrong = convert(file.path(), Some(&names(&["Jan", "Rates"])), MAX_BYTES).unwrap_err();
    assert!(
        wrong.to_string().contains("worksheet “Rates” doesn't have the same columns as “Jan”"),
        "{wrong}"
    );
}

#[test]
fn numbers_are_kept_behind_what_is_shown() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let format = |code: &str| Format::new().set_num_format(code);
    sheet.write_row(0, 0, ["Budget", "Zip", "Id"]).unwrap();
    sheet.write_with_format(1, 0, 1500.75, &format("$#,##0")).unwrap();
    sheet.write_with_format(1, 1, 802, &format("00000")).unwrap();
    sheet.write_with_format(1, 2, 123_456_789_012_f64, &format("0.00E+00")).unwrap();
    let file = saved(book);
    let text =
        String::from_utf8(convert(file.path(), None, MAX_BYTES).unwrap().worksheet.text.to_vec()).unwrap();
    let mark = '\u{fdd0}';
    assert_eq!(text, format!("Budget,Zip,Id\n\"$1,501{mark}1500.75\",00802{mark}802,123456789012{mark}\n"));
}

#[test]
fn error_values_of_newer_programs_are_read() {
    let text_cell = |text: &str| format!("<c t='str'><v>{text}</v></c>");
    let sheet = format!(
        "<row>{}{}{}{}</row><row>{}<c t='e'><f>A1#</f><v>#SPILL!</v></c><c t=\"e\"><v>#N/A</v></c>{}</row>",
        text_cell("Ref"),
        text_cell("Due"),
        text_cell("Paid"),
        text_cell("Notes"),
        text_cell("R-1"),
        text_cell("a t=&quot;e&quot; b")
    );
    let file = bounds_tests::xlsx(&sheet, 1, &[]);
    assert_eq!(text(file.path(), None), "Ref,Due,Paid,Notes\nR-1,#SPILL!,#N/A,\"a t=\"\"e\"\" b\"\n");
}

#[test]
fn a_macro_sheet_next_to_worksheets_is_skipped() {
    use std::io::Read as _;

    let mut book = Workbook::new();
    book.add_worksheet().set_name("Cases").unwrap().write_row(0, 0, ["Claim", "Name"]).unwrap();
    book.add_worksheet().set_name("Macro1").unwrap().write(0, 0, "=ALERT()").unwrap();
    let plain = saved(book);
    let mut zip = zip::ZipArchive::new(std::fs::File::open(plain.path()).unwrap()).unwrap();
    let mixed = tempfile::NamedTempFile::new().unwrap();
    let mut copy = zip::ZipWriter::new(mixed.reopen().unwrap());
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        if name.ends_with("workbook.xml.rels") {
            // As Excel writes it: another type of relation, another folder.
            let macros = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet";
            let sheet = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
            let at = text.find("worksheets/sheet2.xml").unwrap();
            let kind = text[..at].rfind(sheet).unwrap();
            text.replace_range(at..at + "worksheets/sheet2.xml".len(), "macrosheets/sheet2.xml");
            text.replace_range(kind..kind + sheet.len(), macros);
        }
        let name = name.replace("worksheets/sheet2.xml", "macrosheets/sheet2.xml");
        copy.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut copy, text.as_bytes()).unwrap();
    }
    copy.finish().unwrap();
    let found = convert(mixed.path(), None, MAX_BYTES).unwrap();
    assert_eq!(
        (found.facts.worksheets, text(mixed.path(), None)),
        (vec!["Cases".to_owned()], "Claim,Name\n".to_owned())
    );
}
