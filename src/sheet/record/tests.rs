use super::*;
use crate::sheet::dialect::{Escape, Mark};

/// Line, cells and fault of every record, read a few bytes at a time.
fn read(text: &str, width: usize) -> Vec<(u64, Vec<String>, Option<RowFault>)> {
    read_as(text.as_bytes(), Dialect::default(), width)
}

fn shape(dialect: Dialect, width: usize) -> RecordFormat {
    RecordFormat { width, ..RecordFormat::of(dialect, Lines::Breaks) }
}

struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(3).min(buffer.len());
        let (now, later) = self.0.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

fn read_as(text: &[u8], dialect: Dialect, width: usize) -> Vec<(u64, Vec<String>, Option<RowFault>)> {
    fn all(
        input: impl Read,
        dialect: Dialect,
        width: usize,
    ) -> Vec<(u64, u64, Vec<String>, Option<RowFault>)> {
        let mut records = RecordReader::new(input, shape(dialect, width), (0, 1));
        let (mut record, mut found) = (ByteRecord::new(), Vec::new());
        while let Some(start) = records.read(&mut record).unwrap() {
            let cells = record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
            found.push((start.byte, start.line, cells, start.fault));
        }
        found
    }
    let whole = all(text, dialect, width);
    assert_eq!(whole, all(Drip(text), dialect, width), "{:?}", String::from_utf8_lossy(text));
    // A record read from its position is the same as when read in order.
    for (byte, line, cells, fault) in &whole {
        let rest = &text[usize::try_from(*byte).unwrap()..];
        let mut records = RecordReader::new(rest, shape(dialect, width), (*byte, *line));
        let mut record = ByteRecord::new();
        let start = records.read(&mut record).unwrap().unwrap();
        assert_eq!((start.byte, start.line, start.fault), (*byte, *line, *fault));
        assert_eq!(record.len(), cells.len());
    }
    whole.into_iter().map(|(_, line, cells, fault)| (line, cells, fault)).collect()
}

fn cells(text: &str, width: usize) -> Vec<Vec<String>> {
    read(text, width).into_iter().map(|(_, cells, _)| cells).collect()
}

#[test]
fn a_record_is_on_the_line_where_it_begins() {
    let lines = |text: &str| read(text, 2).into_iter().map(|(line, ..)| line).collect::<Vec<_>>();
    assert_eq!(lines("a,b\n\"x\ny\",1\n2,2\n"), [1, 2, 4]);
    assert_eq!(lines("a,b\r\n\"x\r\ny\r\nz\",1\r\n2,2\r\n3,\"p\r\nq\""), [1, 2, 5, 6]);
    assert_eq!(lines("a,b\r\r1,1\r\"x\ry\",2\r3,3"), [1, 3, 4, 6]);
    assert_eq!(lines("\n\na,b\n1,1\n\r\n2,2"), [3, 4, 6]);
}

#[test]
fn an_unclosed_quote_swallows_no_neighbors() {
    let got = read("a,b,c\n1,2,3\n4,5,\"oops\n7,8,9\nx,y,z\n", 3);
    assert_eq!(got[2], (3, vec!["4".into(), "5".into(), "\"oops".into()], Some(RowFault::OpenQuote)));
    assert_eq!(got[3].1, ["7", "8", "9"]);
    assert_eq!(got.len(), 5);
    // Even if a later quote seems to close it.
    let got = read("a,b,c\n4,5,\"oops\n7,\"8\",9\nx,y,z\n", 3);
    assert_eq!(got.len(), 4);
    assert_eq!(got[2].1, ["7", "8", "9"]);
    let got = read("1,2,3,4\n4,5,6,\"oops\n7,8,9,\"\nx,y,z,0\n", 4);
    assert_eq!(got.len(), 4, "{got:?}");
    assert_eq!(got[1].2, Some(RowFault::OpenQuote));
}

#[test]
fn a_text_formula_is_the_text_it_shows() {
    assert_eq!(cells("=\"00815\",\"=\"\"0042\"\"\",=A1,a=\"b\"\n", 4), [["00815", "0042", "=A1", "a=\"b\""]]);
    let text = "\"=\"\"0042\"\"\",a\n";
    let worksheet = RecordFormat { lines: Lines::Records, ..shape(Dialect::default(), 2) };
    let mut records = RecordReader::new(text.as_bytes(), worksheet, (0, 1));
    let mut record = ByteRecord::new();
    records.read(&mut record).unwrap();
    assert_eq!(record.get(0), Some(&b"=\"0042\""[..]), "in a worksheet it is what the cell shows");
}

#[test]
fn an_unclosed_quote_swallows_no_row_split_by_a_note() {
    let text = "A-1,Ann,\"1 Elm St, Denver,01/01/1980,\nA-2,Bob,\"2 Oak St, Denver\",02/02/1980,\"left, came back\n\
                with a ladder\"\nA-3,Cy,\"3 Ash St, Reno\",03/03/1980,ok\n";
    let got = read(text, 5);
    assert_eq!(got.iter().map(|(_, cells, _)| cells[0].as_str()).collect::<Vec<_>>(), ["A-1", "A-2", "A-3"]);
    assert_eq!(got[0].2, Some(RowFault::OpenQuote));
    assert_eq!(got[1].1[4], "left, came back\nwith a ladder");
}

#[test]
fn a_cell_of_several_lines_stays_one() {
    let text = "a,b,c,d\n1,\"Denver, CO, 80202, US\nsecond, third, fourth, fifth\",3,4\n5,6,7,8\n";
    let got = read(text, 4);
    assert_eq!(got.len(), 3);
    assert_eq!(got[1].1[1], "Denver, CO, 80202, US\nsecond, third, fourth, fifth");
    assert_eq!(got[1].2, None);
    // Even with inner quotes that should have been doubled.
    let got = read("a,b\n1,\"He \"said\" hi\nand left\"\n2,b\n", 2);
    assert_eq!(got[1], (2, vec!["1".into(), "He \"said\" hi\nand left".into()], Some(RowFault::StrayQuote)));
    assert_eq!(got[2].1, ["2", "b"]);
}

#[test]
fn stray_quotes_are_text_where_that_makes_a_whole_row() {
    // A quote that opens an unquoted cell.
    assert_eq!(
        cells("9,\"CC-9259,48,\"Throw, Wood\",x\n", 5),
        [["9", "\"CC-9259", "48", "Throw, Wood", "x"]]
    );
    // A quote before a quoted cell.
    assert_eq!(cells("9,\"\"Add fun, to\",x\n", 3), [["9", "\"Add fun, to", "x"]]);
    // Inches.
    assert_eq!(cells("\"Boots, 10\" Lined\",x\n", 2), [["Boots, 10\" Lined", "x"]]);
    assert_eq!(cells("\"drill 1/2\"\",x\n", 2), [["drill 1/2\"", "x"]]);
    assert_eq!(cells("x,\"drill 1/2\"\"\n1,2\n", 2), [["x", "drill 1/2\""], ["1", "2"]]);
    assert_eq!(cells("1,5\" pipe\n", 2), [["1", "5\" pipe"]]);
    assert_eq!(read("\"a\"b,c\n", 2)[0].2, Some(RowFault::StrayQuote));
    // Spaces after a closing quote are no fault.
    assert_eq!(read("\"a\" ,c\n", 2)[0], (1, vec!["a".into(), "c".into()], None));
}

#[test]
fn dialects() {
    let dialect = |delimiter: u8, quote: u8, escape, padded| Dialect {
        delimiter: Mark(delimiter),
        quote: Some(Mark(quote)),
        escape,
        padded,
    };
    let read =
        |text: &str, d| read_as(text.as_bytes(), d, 2).into_iter().map(|(_, c, _)| c).collect::<Vec<_>>();
    assert_eq!(read("'a;''b';c\n", dialect(b';', b'\'', Escape::Doubled, false)), [["a;'b", "c"]]);
    assert_eq!(
        read("\"a\\\"b\\\\\\n\"\tc\n", dialect(b'\t', b'"', Escape::Backslash, false)),
        [["a\"b\\\\n", "c"]]
    );
    assert_eq!(
        read("a, \"b, c\" \nd,  e\n", dialect(b',', b'"', Escape::Doubled, true)),
        [["a", "b, c"], ["d", "e"]]
    );
    assert_eq!(read("a \"b c\"\n", dialect(b' ', b'"', Escape::Doubled, false)), [["a", "b c"]]);
}

#[test]
fn an_endless_row_is_cut_off_and_the_next_is_intact() {
    let long = "x".repeat(MAX_RECORD_LEN + 2 * BUFFER);
    let text = format!("a,b\n1,{long}\n2,3\n");
    let mut records = RecordReader::new(text.as_bytes(), shape(Dialect::default(), 2), (0, 1));
    let mut record = ByteRecord::new();
    let mut next =
        || records.read(&mut record).unwrap().map(|start| (start.line, start.fault, record[0].to_vec()));
    assert_eq!(next(), Some((1, None, b"a".to_vec())));
    assert_eq!(next(), Some((2, Some(RowFault::TooLong), b"1".to_vec())));
    assert_eq!(next(), Some((3, None, b"2".to_vec())));
    assert_eq!(next(), None);
}

mod against_the_csv_reader {
    use proptest::prelude::*;

    use super::*;

    /// Bytes next to a delimiter that differ from it by one bit, at every distance from the start of a word.
    #[test]
    fn cells_are_cut_only_at_delimiters() {
        for length in 0..20 {
            let cell = "x".repeat(length);
            let row = format!("{cell},-{cell}-,,+{cell},\"a,{cell}\",{cell},-,z\n");
            let cells = ["", "-", "", "+", "a,", "", "-", "z"].map(str::to_owned);
            let [first, second, third, fourth, fifth, sixth, rest @ ..] = cells;
            let wanted =
                [first + &cell, second + &cell + "-", third, fourth + &cell, fifth + &cell, sixth + &cell];
            assert_eq!(read(&row, 8), [(1, wanted.into_iter().chain(rest).collect(), None)]);
        }
    }

    proptest! {
        #![proptest_config(crate::sheet::cases(600))]

        /// Any text: nothing panics or hangs, every byte is read once, and reading from a record's position gives that
        /// record (inside `read_as`).
        #[test]
        fn any_bytes(text in prop::collection::vec(prop::sample::select(b"ab,;\"'\\\r\n \0\xFF".to_vec()), 0..60),
                     width in 0usize..4, quote in prop::sample::select(vec![b'"', b'\'']), backslash: bool, padded: bool) {
            let escape = if backslash { Escape::Backslash } else { Escape::Doubled };
            let dialect = Dialect { delimiter: Mark(b','), quote: Some(Mark(quote)), escape, padded };
            read_as(&text, dialect, width);
        }

        /// Text with well-formed quoted cells reads as it does in the csv crate.
        #[test]
        fn well_formed_text(rows in prop::collection::vec(prop::collection::vec("[a-c\"',;\r\n ]{0,5}", 1..5), 0..20),
                            all_quoted: bool, ending in prop::sample::select(vec!["\n", "\r\n", "\r"])) {
            let quoted = |cell: &String| {
                if all_quoted || cell.is_empty() || cell.contains(['"', ',', '\r', '\n']) {
                    format!("\"{}\"", cell.replace('"', "\"\""))
                } else {
                    cell.clone()
                }
            };
            let text: String =
                rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + ending).collect();
            let mut theirs = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> =
                theirs.records().map(|record| record.unwrap().iter().map(String::from).collect()).collect();
            prop_assert_eq!(cells(&text, 0), theirs, "no cell here is a formula");
        }
    }
}
