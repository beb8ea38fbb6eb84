use std::{io::Write, path::PathBuf};

use super::*;

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn open(bytes: &[u8]) -> Result<Sheet, SheetError> {
    Sheet::open(file(bytes).path())
}

/// Number, line and cells of every row, read from `from` on.
fn rows(bytes: &[u8], from: u64) -> Vec<(u64, u64, Vec<String>)> {
    let file = file(bytes);
    let sheet = Sheet::open(file.path()).unwrap();
    let rows = sheet.rows_from(from).unwrap();
    rows.map(|r| r.unwrap()).map(|r| (r.number, r.line, r.cells.iter().map(String::from).collect())).collect()
}

fn lines(bytes: &[u8]) -> Vec<u64> {
    rows(bytes, 1).into_iter().map(|(_, line, _)| line).collect()
}

#[test]
fn byte_order_mark_line_ends_and_a_missing_last_one() {
    for bytes in [
        &b"a,b\n1,2\n3,4\n"[..],
        b"a,b\r\n1,2\r\n3,4\r\n",
        b"a,b\n1,2\n3,4",
        b"a,b\r\n1,2\r\n3,4",
        b"\xEF\xBB\xBFa,b\n1,2\n3,4\n",
        b"\xEF\xBB\xBF\"a\",b\r\n1,\"2\"\r\n3,4\r\n",
    ] {
        let sheet = open(bytes).unwrap();
        assert_eq!(sheet.columns().iter().map(|c| c.header.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(sheet.rows(), 2);
        let want =
            [(1, 2, vec!["1".to_owned(), "2".to_owned()]), (2, 3, vec!["3".to_owned(), "4".to_owned()])];
        assert_eq!(rows(bytes, 1), want, "{:?}", String::from_utf8_lossy(bytes));
        assert_eq!(rows(bytes, 2), want[1..]);
    }
}

#[test]
fn a_row_is_on_the_line_where_it_begins() {
    assert_eq!(lines(b"a,b\n\"x\ny\",1\n2,2\n"), [2, 4]);
    assert_eq!(lines(b"a,b\r\n\"x\r\ny\r\nz\",1\r\n2,2\r\n3,\"p\r\nq\""), [2, 5, 6]);
    assert_eq!(lines(b"a,b\n\n\n1,1\n\n2,2\n"), [4, 6]);
    assert_eq!(lines(b"a,b\r\n\r\n1,1\r\n\r\n\r\n2,2"), [3, 6]);
    assert_eq!(lines(b"\n\na,b\n1,1\n"), [4]);
    assert_eq!(lines(b"a,b\n1,1\n\n\"x\ny\",2\n\n"), [2, 4]);
}

#[test]
fn empty_lines_are_reported_and_blank_rows_are_rows() {
    let sheet = open(b"a,b\n\n1,2\n,\n\n3,4\n").unwrap();
    assert_eq!(sheet.rows(), 3);
    assert_eq!(sheet.empty_lines(), (&[2, 5][..], 2));
    assert_eq!(sheet.columns()[0].filled, 2);
}

#[test]
fn any_row_of_a_long_file_with_its_number_and_line() {
    let row = |n: u64| format!("{n},\"two\nlines\"\n{}", if n.is_multiple_of(100) { "\n" } else { "" });
    let text = format!("n,t\n{}", (1..=1000).map(row).collect::<String>());
    let file = file(text.as_bytes());
    let sheet = Sheet::open(file.path()).unwrap();
    for number in [1, 2, 63, 64, 65, 66, 128, 129, 500, 999, 1000] {
        let row = sheet.rows_from(number).unwrap().next().unwrap().unwrap();
        assert_eq!((row.number, &row.cells[0]), (number, number.to_string().as_str()));
        assert_eq!(row.line, 2 * number + (number - 1) / 100, "row {number}");
    }
    assert!(sheet.rows_from(1001).unwrap().next().is_none());
    assert!(sheet.rows_from(5000).unwrap().next().is_none());
}

#[test]
fn files_that_cannot_be_imported_say_why() {
    let kind = |bytes| open(bytes).unwrap_err();
    assert!(matches!(kind(b""), SheetError::Empty { .. }));
    assert!(matches!(kind(b"\xEF\xBB\xBF"), SheetError::Empty { .. }));
    assert!(matches!(kind(b"\n\n"), SheetError::Empty { .. }));
    assert!(matches!(kind(b"a,b\n"), SheetError::NoRows { .. }));
    assert!(matches!(kind(b"a,b\n1,2\n\n3,caf\xE9\n"), SheetError::NotUtf8 { line: 4, column: 2, .. }));
    assert!(matches!(kind(b"a,caf\xE9\n1,2\n"), SheetError::NotUtf8 { line: 1, column: 2, .. }));
    assert!(matches!(kind(b"PK\x03\x04junk"), SheetError::NotCsv { .. }));
    assert!(matches!(kind(b"\xFF\xFEa\0,\0b\0\n\0"), SheetError::NotCsv { .. }));
    let missing = Sheet::open(&PathBuf::from("no/such/file.csv")).unwrap_err();
    assert!(matches!(missing, SheetError::Missing { .. }));
    let folder = tempfile::tempdir().unwrap();
    assert!(Sheet::open(folder.path()).unwrap_err().to_string().contains("it is a folder"));
}

#[test]
fn a_quote_that_is_never_closed_does_not_swallow_rows() {
    for text in ["a,b\n1,2\n3,\"oops\n4,5\n6,7\n", "a,b\n\"x\"\"\n", "\"a,b\n1,2\n", "a\n1\n\""] {
        assert!(matches!(open(text.as_bytes()), Err(SheetError::OpenQuote { .. })), "{text}");
    }
    let line = |text: &str| match open(text.as_bytes()) {
        Err(SheetError::OpenQuote { line, .. }) => line,
        other => panic!("{other:?}"),
    };
    assert_eq!(line("a,b\n1,2\n\n3,\"oops\n4,5\n"), 4);
    for text in
        ["a,b\n1,5\" pipe", "a,b\n1,\"2\"", "a,b\n1,\"say \"\"hi\"\"\"\n", "a,b\n1,\"\"", "a\n\"x\"y\"\n"]
    {
        assert!(open(text.as_bytes()).is_ok(), "{text}");
    }
}

#[test]
fn a_file_that_grows_is_not_read_on() {
    let mut file = file(b"a\n1\n");
    let sheet = Sheet::open(file.path()).unwrap();
    file.write_all(b"2\n").unwrap();
    assert!(matches!(sheet.rows_from(1), Err(SheetError::Changed { .. })));
}

mod any_table {
    use proptest::prelude::*;

    use super::*;

    /// Line breaks as an editor counts them: CR LF is one.
    fn breaks(text: &str) -> u64 {
        text.replace("\r\n", "\n").matches(['\r', '\n']).count() as u64
    }

    proptest! {
        #[test]
        fn reads_back_with_its_lines(
            columns in 1usize..5,
            cells in prop::collection::vec("[a-c\"',;é\r\n ]{0,4}", 1..400),
            crlf: bool,
            mark: bool,
            last_break: bool,
        ) {
            let end = if crlf { "\r\n" } else { "\n" };
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let rows: Vec<&[String]> = cells.chunks(columns).collect();
            let mut text = if mark { "\u{feff}".to_owned() } else { String::new() };
            text += &(0..columns).map(|n| format!("h{n}")).collect::<Vec<_>>().join(",");
            let mut want = Vec::new();
            for (number, row) in (1..).zip(&rows) {
                text += end;
                want.push((number, breaks(&text) + 1, row.to_vec()));
                text += &row.iter().map(quoted).collect::<Vec<_>>().join(",");
            }
            if last_break {
                text += end;
            }
            prop_assert_eq!(&rows_of(&text, 1), &want);
            let middle = want.len() / 2;
            prop_assert_eq!(&rows_of(&text, middle as u64 + 1)[..], &want[middle..]);
        }
    }

    fn rows_of(text: &str, from: u64) -> Vec<(u64, u64, Vec<String>)> {
        rows(text.as_bytes(), from)
    }
}
