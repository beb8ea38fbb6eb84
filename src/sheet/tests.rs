use std::io::Write;
use std::path::PathBuf;

use super::*;

mod any_table;
mod around_the_table;
mod odd_rows;

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// A file and its open sheet.
struct OpenedFile {
    sheet: Sheet,
    file: tempfile::NamedTempFile,
}

fn open_as(bytes: &[u8], layout: &Layout) -> Result<OpenedFile, SheetError> {
    let file = file(bytes);
    let sheet = Sheet::open_as(file.path(), layout)?;
    sheet.scan()?;
    Ok(OpenedFile { sheet, file })
}

fn open(bytes: &[u8]) -> OpenedFile {
    open_as(bytes, &Layout::default()).unwrap()
}

impl OpenedFile {
    fn headers(&self) -> Vec<String> {
        self.sheet.columns().into_iter().map(|column| column.header).collect()
    }

    fn rows_from(&self, number: u64) -> Vec<Row> {
        self.sheet.rows_from(number).unwrap().map(|row| row.unwrap()).collect()
    }

    /// Number, line and cells of every row from `from` on.
    fn cells_from(&self, from: u64) -> Vec<(u64, u64, Vec<String>)> {
        let rows = self.rows_from(from).into_iter();
        rows.map(|row| (row.number, row.line, row.cells.iter().map(String::from).collect())).collect()
    }
}

#[test]
fn byte_order_mark_line_ends_and_a_missing_last_one() {
    for bytes in [
        &b"a,b\n1,2\n3,4\n"[..],
        b"a,b\r\n1,2\r\n3,4\r\n",
        b"a,b\r1,2\r3,4\r",
        b"a,b\n1,2\n3,4",
        b"a,b\r\n1,2\r\n3,4",
        b"\xEF\xBB\xBFa,b\n1,2\n3,4\n",
        b"\xEF\xBB\xBF\xEF\xBB\xBFa,b\n1,2\n3,4\n",
        b"\xEF\xBB\xBF\"a\",b\r\n1,\"2\"\r\n3,4\r\n",
        b"\xFF\xFEa\0,\0b\0\n\x001\0,\x002\0\n\x003\0,\x004\0",
    ] {
        let open = open(bytes);
        assert_eq!(open.headers(), ["a", "b"], "{:?}", String::from_utf8_lossy(bytes));
        let want =
            [(1, 2, vec!["1".to_owned(), "2".to_owned()]), (2, 3, vec!["3".to_owned(), "4".to_owned()])];
        assert_eq!(open.cells_from(1), want, "{:?}", String::from_utf8_lossy(bytes));
        assert_eq!(open.cells_from(2), want[1..]);
        assert_eq!(open.sheet.scan().unwrap().rows, 2);
    }
}

#[test]
fn empty_lines_are_reported_and_blank_rows_are_rows() {
    let open = open(b"\n\na,b\n\n1,2\n,\n\n3,4\n");
    let scan = open.sheet.scan().unwrap();
    assert_eq!((scan.rows, scan.columns[0].filled), (3, 2));
    assert_eq!((scan.empty_lines.count, &scan.empty_lines.first[..]), (2, &[(0, 4), (0, 7)][..]));
}

#[test]
fn any_row_of_a_long_file_with_its_number_and_line() {
    let row = |n: u64| format!("{n},\"two\nlinés\"\n{}", if n.is_multiple_of(100) { "\n" } else { "" });
    let text = format!("n,t\n{}", (1..=10_000).map(row).collect::<String>());
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
    for bytes in [text.into_bytes(), utf16, latin] {
        let open = open(&bytes);
        for number in [1, 2, 63, 64, 65, 66, 128, 129, 500, 999, 9_999, 10_000] {
            let row = open.sheet.rows_from(number).unwrap().next().unwrap().unwrap();
            assert_eq!(
                (row.number, &row.cells[0], &row.cells[1]),
                (number, &*number.to_string(), "two\nlinés")
            );
            assert_eq!(row.line, 2 * number + (number - 1) / 100, "row {number}");
        }
        let mut reader = RowReader::new(&open.sheet);
        for number in [7, 8, 10, 10, 9, 109, 210, 312, 64, 10_000, 1, 9_999] {
            let expected = open.sheet.rows_from(number).unwrap().next().unwrap().unwrap();
            assert_eq!(reader.read(number).unwrap(), expected);
        }
        for missing in [10_001, 50_000] {
            assert_eq!(reader.read(missing).err().map(|error| error.fault), Some(SheetFault::Changed));
        }
        assert_eq!(reader.read(3).unwrap().number, 3, "a missing row does no harm");
        assert!(open.sheet.rows_from(10_001).unwrap().next().is_none());
        assert!(open.sheet.rows_from(50_000).unwrap().next().is_none());
    }
}

#[test]
fn unreadable_files_say_why() {
    let kind = |bytes| open_as(bytes, &Layout::default()).err().unwrap();
    assert!(matches!(kind(b""), SheetError { fault: SheetFault::Empty, .. }));
    assert!(matches!(kind(b"\xEF\xBB\xBF"), SheetError { fault: SheetFault::Empty, .. }));
    assert!(matches!(kind(b"\n\n"), SheetError { fault: SheetFault::Empty, .. }));
    for other in [
        &b"%PDF-1.7 junk"[..],
        b"\xEF\xBB\xBF\n<HTML><body><table>",
        b"<?xml version=\"1.0\"?>",
        b"[{\"a\":1}]",
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0",
        b"\xb2Ri\xe3\xef\x88\x05q(;\xbb\x8d#M\xf8\xfag%\xdc\x07\x91\x02|^b\xf6\x8d\xd0\x11\xc3J:\xae\n",
    ] {
        assert!(
            matches!(kind(other), SheetError { fault: SheetFault::NotATable(_), .. }),
            "{}",
            String::from_utf8_lossy(other)
        );
    }
    // UTF-16 without a mark, and text with a few stray bytes.
    let utf_16 =
        "Имя,Дата\nИванов,1\nПетров,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    assert!(open_as(&utf_16, &Layout::default()).is_ok());
    assert!(
        open_as(&b"a,b\n1,2\x07 and a longer text\n3,\0 and more text\n"[..], &Layout::default()).is_ok()
    );
    assert!(matches!(open(b"a,b\n").sheet.require_rows(), Err(SheetError { fault: SheetFault::NoRows, .. })));
    let wide = |columns: usize| vec!["a"; columns].join(",") + "\n1\n";
    assert!(matches!(kind(wide(16_385).as_bytes()), SheetError { fault: SheetFault::TooManyColumns, .. }));
    assert_eq!(open(wide(16_384).as_bytes()).headers().len(), 16_384);
    let missing = Sheet::open(&PathBuf::from("no/such/file.csv")).err().unwrap();
    assert!(matches!(missing, SheetError { fault: SheetFault::Missing, .. }));
    let folder = tempfile::tempdir().unwrap();
    assert!(Sheet::open(folder.path()).err().unwrap().to_string().contains("it is a folder"));
}

#[test]
fn a_growing_file_is_not_read_further() {
    let mut open = open(b"a\n1\n");
    open.file.write_all(b"2\n").unwrap();
    assert!(matches!(open.sheet.rows_from(1), Err(SheetError { fault: SheetFault::Changed, .. })));
}

/// One fault each: its place, and that its neighbors are unchanged.
#[test]
fn a_bad_row_is_reported_and_its_neighbors_are_intact() {
    let table = |bad: &[u8]| {
        let mut text = b"id,name,city,due\n1,Ann,Boise,3/4/2026\n".to_vec();
        text.extend(bad);
        text.extend(b"\n3,Cy,Provo,3/6/2026\n4,Dee,Butte,3/7/2026\n".as_slice());
        text
    };
    let long = "x".repeat(10 << 20);
    for (bad, code, cells) in [
        (&b"2,Bob"[..], "", vec!["2", "Bob"]),
        (b"2,Bob,Nampa,3/5/2026,extra,", "", vec!["2", "Bob", "Nampa", "3/5/2026", "extra", ""]),
        (b"2,\"Bob,Nampa,3/5/2026", "row.open_quote", vec!["2", "\"Bob", "Nampa", "3/5/2026"]),
        (b"2,Bo\"b,Nampa,3/5/2026", "", vec!["2", "Bo\"b", "Nampa", "3/5/2026"]),
        (
            b"2,\"Bob \"B\" B\",Nampa,3/5/2026",
            "row.stray_quote",
            vec!["2", "Bob \"B\" B", "Nampa", "3/5/2026"],
        ),
        (b"2,B\0b,Nampa,3/5/2026", "cell.nul", vec!["2", "B\0b", "Nampa", "3/5/2026"]),
        (format!("2,{long},Nampa,3/5/2026").as_bytes(), "", vec!["2", &long, "Nampa", "3/5/2026"]),
        ("2,Zoë é".as_bytes(), "", vec!["2", "Zoë é"]),
    ] {
        let open = open(&table(bad));
        let rows = open.rows_from(1);
        let codes: Vec<&str> = rows[1].faults.iter().map(|(fault, _)| fault.code()).collect();
        assert_eq!(codes.join(" "), code);
        assert_eq!(rows[1].cells.iter().collect::<Vec<_>>(), cells);
        assert_eq!((rows[1].number, rows[1].line), (2, 3));
        assert_eq!(rows.iter().map(|row| &row.cells[0]).collect::<Vec<_>>(), ["1", "2", "3", "4"]);
        assert_eq!(rows[2].cells[3], *"3/6/2026");
        let scan = open.sheet.scan().unwrap();
        assert_eq!(scan.faults.keys().copied().collect::<Vec<_>>().join(" "), code);
        if let Some((_, tally)) = scan.faults.get(code) {
            assert_eq!((tally.count, tally.first[0]), (1, (2, 3)));
        }
    }
}

fn open_text(text: &str) -> OpenedFile {
    open(text.as_bytes())
}

/// Rows of claims, `first..=last`, cut by commas.
fn claims(first: u32, last: u32) -> String {
    (first..=last).fold(String::new(), |text, n| text + &format!("C-{n},Ann Lee,3/{n}/2026,{n}00\n"))
}

#[test]
fn a_row_with_other_delimiters_is_split_and_reported() {
    let text = format!("Claim,Name,Due,Budget\n{}C-15;Bob;3/15/2026;9\n{}", claims(1, 9), claims(16, 18));
    let open = open(text.as_bytes());
    let rows = open.rows_from(1);
    assert_eq!(rows[9].cells.iter().collect::<Vec<_>>(), ["C-15", "Bob", "3/15/2026", "9"]);
    assert_eq!((rows[9].line, &rows[9].faults[..]), (11, &[(RowFault::OtherDelimiter, None)][..]));
    assert_eq!((rows.len(), rows.iter().filter(|row| !row.faults.is_empty()).count()), (13, 1));
    assert_eq!(open.sheet.scan().unwrap().faults["row.other_separator"].1.first, [(10, 11)]);
    assert!(!RowFault::OtherDelimiter.is_error());
}

#[test]
fn spaces_between_cells_and_in_them() {
    let row = |n: u32, name: &str| format!("C-{n} 3/{n}/2026 {n}:15 {name} \"left, came back\" {n}00\n");
    let names = ["Ann", "Van der Berg", "Bob", "Cy", "Lee", "Di", "Eve", "Fay", "Mary Ann"];
    let rows = (1..).zip(names).fold(String::new(), |rows, (n, name)| rows + &row(n, name));
    let open = open(format!("Claim Date Time Name Notes Budget\n{rows}").as_bytes());
    assert_eq!(open.sheet.dialect().delimiter.to_string(), "space");
    assert_eq!(open.headers(), ["Claim", "Date", "Time", "Name", "Notes", "Budget"]);
    let rows = open.rows_from(1);
    assert_eq!(rows.iter().map(|row| &row.cells[3]).collect::<Vec<_>>(), names);
    let faulty: Vec<u64> = rows.iter().filter(|row| !row.faults.is_empty()).map(|row| row.number).collect();
    assert_eq!(faulty, [2, 9]);
}

#[test]
fn rows_of_another_table_are_not_part_of_the_first() {
    let others =
        "\nAdjuster,Phone,E-mail,Region\nDana Whit,303-555-0101,d@acme.com,West\nEli Orr,,e@acme.com,East\n";
    let header = "Claim,Name,Due,Budget\n";
    let text = format!("{header}{}{others}{header}{}", claims(1, 6), claims(7, 8));
    let open = open(text.as_bytes());
    let rows = open.rows_from(1);
    let other: Vec<u64> =
        rows.iter().filter(|row| row.faults == [(RowFault::OtherTable, None)]).map(|r| r.number).collect();
    assert_eq!((rows.len(), other), (12, vec![7, 8, 9]));
    assert_eq!(rows[9].not_a_case, Some(NotACase::HeaderAgain));
    assert!(rows[10].faults.is_empty() && RowFault::OtherTable.is_error());
    let scan = open.sheet.scan().unwrap();
    assert_eq!((scan.faults["row.other_table"].1.count, &scan.other_tables[..]), (3, &[(7, 9)][..]));
    // A table that continues below its own header, or with one more column, is the same table.
    for again in [header, "Claim,Name,Due\n", "Claim,Name,Due,Budget,Region\n"] {
        let text = format!("{header}{}{again}{}", claims(1, 6), claims(7, 8));
        let rows = open_text(&text).rows_from(1);
        assert_eq!(rows[6].not_a_case, Some(NotACase::HeaderAgain));
        assert!(rows.iter().all(|row| row.faults.is_empty()), "{rows:?}");
    }
    // A case with unknown values is still a case.
    let text = format!("{header}{}Pending,Status Inc,unknown,none\n{}", claims(1, 6), claims(7, 8));
    assert!(open_text(&text).sheet.scan().unwrap().other_tables.is_empty());
}

#[test]
fn a_line_break_in_an_unquoted_cell_does_not_end_the_row() {
    let rows = |text: &str| -> Vec<(u64, u64, Vec<String>)> { open(text.as_bytes()).cells_from(1) };
    let table = "id,name,note,state\r\n1,Ann,one{}two,CO\r\n2,Bob,x,TX\r\n3,Cy,y{}z{}w,NM\r\n4,Dee,v,UT\r\n";
    for loose in ["\n", "\r"] {
        let got = rows(&table.replace("{}", loose));
        assert_eq!(got.len(), 4, "{got:?}");
        assert_eq!(got[0], (1, 2, ["1", "Ann", "one\ntwo", "CO"].map(String::from).to_vec()));
        assert_eq!(got[2].2[2], "y\nz\nw");
        assert_eq!((got[1].1, got[3].1), (4, 8));
    }
    let mended = open(table.replace("{}", "\n").as_bytes());
    assert_eq!(mended.sheet.scan().unwrap().faults["row.loose_break"].1.first, [(1, 2), (3, 5)]);
    // Lines with another ending are lines, and short rows stay short.
    let mixed = "a,b\r\n1,2\r\n3,4\r\n5,6\r\n7,8\n9\n10,11\n";
    assert_eq!(rows(mixed).iter().map(|(_, line, _)| *line).collect::<Vec<_>>(), [2, 3, 4, 5, 6, 7]);
    let lf = "a,b,c\n1,2,3\n4\n5,6\n7,8,9\n";
    assert_eq!(rows(lf).len(), 4);
}

#[test]
fn half_a_character_is_reported_with_its_cell() {
    let text =
        ["id,name\n1,Zoë\n2,Ren\u{e9}\n3,Łódź\n".as_bytes(), b"4,B\xC3\n5,Zo\xC3\xAB\n", "6,é\n".as_bytes()];
    let open = open(&text.concat());
    assert_eq!(open.sheet.encoding(), (Encoding::UTF_8, false, EncodingReason::NearlyValid));
    let rows = open.rows_from(1);
    assert_eq!(rows[3].faults, [(RowFault::BrokenText, Some(1))]);
    assert_eq!(&rows[3].cells[1], "B\u{fffd}");
    assert_eq!(&rows[4].cells[1], "Zoë");
    assert_eq!(open.sheet.scan().unwrap().faults["cell.broken_text"].1.first, [(4, 5)]);
}

#[test]
fn the_footer_counts_in_no_tally() {
    let text = "Claim,Name,Due,Hours,Budget\nA-1,Ann,3/4/2026,2,100\nA-2,Bob,3/5/2026,3,200\nA-3,Cy,3/6/2026,4,300\n\
                Total\0,,,,1,500\n";
    let tallies = |footer| {
        let open = open_as(text.as_bytes(), &Layout { footer: Some(footer), ..Layout::default() }).unwrap();
        let scan = open.sheet.scan().unwrap();
        (scan.rows, scan.long.count, scan.long.first.len(), scan.faults.len())
    };
    assert_eq!(tallies(0), (4, 1, 1, 1));
    assert_eq!(tallies(1), (4, 0, 0, 0));
}

#[test]
fn a_row_of_nul_characters_is_padding() {
    let open = open(b"a,b\n1,x\n2,\0y\n\0\0,\0\n");
    let faults: Vec<usize> = open.rows_from(1).iter().map(|row| row.faults.len()).collect();
    assert_eq!(faults, [0, 1, 0]);
    assert_eq!(open.sheet.scan().unwrap().faults["cell.nul"].1.count, 1);
}

#[test]
fn text_around_the_table_is_not_a_row() {
    let text = "March claims,,,\n,,,\nClaim,Name,Due,Budget\nA-1,Ann,3/4/2026,100\nA-2,Bob,3/5/2026,200\n\
                Claim,Name,Due,Budget\nA-3,Cy,3/6/2026,300\n,,,\nTotal,,,600\n";
    let open = open(text.as_bytes());
    assert_eq!(open.headers(), ["Claim", "Name", "Due", "Budget"]);
    assert_eq!(open.sheet.titles(), [(1, "March claims".to_owned()), (2, String::new())]);
    let rows = open.rows_from(1);
    let asides: Vec<_> = rows.iter().map(|row| row.not_a_case).collect();
    assert_eq!(
        asides,
        [None, None, Some(NotACase::HeaderAgain), None, Some(NotACase::Footer), Some(NotACase::Footer)]
    );
    assert_eq!((rows[0].number, rows[0].line), (1, 4));
    let scan = open.sheet.scan().unwrap();
    assert_eq!((scan.footer, scan.columns[0].filled, scan.columns[3].filled), (2, 4, 4));
    let kept = open_as(text.as_bytes(), &Layout { footer: Some(0), ..Layout::default() }).unwrap();
    let below: Vec<_> = kept.rows_from(5).iter().map(|row| row.not_a_case).collect();
    assert_eq!(below, [None, Some(NotACase::Total)], "a total isn't a case even without a footer");
}

#[test]
fn a_file_is_read_again_as_it_was_read() {
    let text = "Liste\n\nno;name;due\n1;Zo\u{eb};3.4.2026\n2;M\u{fc}ller;4.4.2026\n3;'x';5.4.2026\nSumme;;\n";
    let bytes = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let first = open(&bytes);
    let layout = Layout::from_toml(&first.sheet.layout().to_toml());
    assert_eq!(layout, first.sheet.layout());
    let again = open_as(&bytes, &layout).unwrap();
    assert_eq!(again.sheet.layout(), layout);
    assert_eq!((again.headers(), again.cells_from(1)), (first.headers(), first.cells_from(1)));
    assert_eq!(again.cells_from(1)[1].2, ["2", "Müller", "4.4.2026"]);
}

#[test]
fn the_layout_of_an_old_import_reads_its_file_as_before() {
    let text = b"March;x\nA,B\n1,2\nTotal,\n";
    let plain = open_as(text, &Layout::plain()).unwrap();
    assert_eq!(plain.headers()[0], "March;x");
    assert_eq!(plain.cells_from(1).len(), 3);
    let asides: Vec<_> = plain.rows_from(1).iter().map(|row| row.not_a_case).collect();
    assert_eq!(asides, [None, None, Some(NotACase::Total)]);
    assert_eq!(plain.rows_from(1)[0].line, 2);
}

#[test]
fn a_doubt_lasts_until_an_encoding_is_set() {
    let bytes = [b"id,n\xA4mes\n".as_slice(), b"1,Smith\n2,M\x81ller\n3,Hern\xA0ndez\n"].concat();
    let found = open(&bytes).sheet;
    assert_eq!(found.encoding().0.to_string(), "CP437");
    let western = "Windows-1252".parse().ok();
    let chosen = open_as(&bytes, &Layout { encoding: western, ..Layout::default() }).unwrap().sheet;
    assert_eq!(chosen.encoding_doubt(), None);
    // Read before in a guessed encoding: the encoding stays, and so does the doubt.
    let again = Layout { encoding: western, encoding_guessed: true, ..Layout::default() };
    let again = open_as(&bytes, &again).unwrap().sheet;
    again.scan().unwrap();
    assert_eq!(again.encoding().0.to_string(), "Windows-1252");
    let doubt = again.encoding_doubt().unwrap();
    let cells: Vec<_> =
        doubt.examples.iter().map(|cell| (cell.row, cell.line, cell.reading.other.as_str())).collect();
    assert_eq!(cells, [(0, 1, "nñmes"), (2, 3, "Müller"), (3, 4, "Hernández")]);
    let warnings = again.warnings().unwrap();
    assert_eq!((warnings[0].code, warnings[0].count), (WarningCode::EncodingDoubtful, 3));
    assert!(open("1,José\n".as_bytes()).sheet.encoding_doubt().is_none());
}

#[test]
fn cells_are_cleaned_up_only_when_asked() {
    let text = "id,name\n1,Ann\u{a0}Lee\n2,don\u{e2}\u{20ac}\u{2122}t\n";
    assert_eq!(&open(text.as_bytes()).rows_from(1)[0].cells[1], "Ann\u{a0}Lee");
    let mended = open_as(text.as_bytes(), &Layout { repair: true, ..Layout::default() }).unwrap();
    let cells: Vec<_> = mended.rows_from(1).iter().map(|row| row.cells[1].to_owned()).collect();
    assert_eq!(cells, ["Ann Lee", "don’t"]);
}

#[test]
fn rows_can_be_read_while_the_file_is_still_being_read() {
    let text = (1..=200_000).fold("n,t\n".to_owned(), |text, n| text + &format!("{n},text\n"));
    let file = file(text.as_bytes());
    let sheet = Sheet::open(file.path()).unwrap();
    let first = sheet.rows_from(1).unwrap().next().unwrap().unwrap();
    assert_eq!(first.number, 1);
    // Waits until the scan has reached it.
    let last = sheet.rows_from(200_000).unwrap().next().unwrap().unwrap();
    assert_eq!(&last.cells[0], "200000");
    let other = sheet.clone();
    drop(sheet);
    assert_eq!(other.scan().unwrap().rows, 200_000);
}
