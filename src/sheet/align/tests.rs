use super::*;
use crate::sheet::record::{Lines, RecordFormat};
use crate::sheet::sniff::sample;

const ROWS: &str = "A-101,Smith,03/04/2026,09:15,$100.50,left early\nA-102,Doe,03/05/2026,10:00,$7.25,\n\
                    A-103,Roe,03/06/2026,11:30,$75,\nA-104,\"Fox, Ann\",03/07/2026,08:45,$1500,came back\n\
                    A-105,Ray,03/08/2026,09:00,$20,\nA-106,Lee,03/09/2026,13:05,$9.99,\n";

/// Reads a line below those rows: its cells, joined by `·`, and its fault.
fn read(line: &str) -> (String, Option<RowFault>) {
    read_below(ROWS, line, b',')
}

fn read_below(rows: &str, line: &str, delimiter: u8) -> (String, Option<RowFault>) {
    let dialect = Dialect { delimiter: Mark(delimiter), ..Dialect::default() };
    let shape = RecordFormat { width: 6, ..RecordFormat::of(dialect, Lines::Breaks) };
    let known = sample(rows.as_bytes(), true, shape.clone());
    let columns = ColumnKinds::of(&known.iter().collect::<Vec<_>>(), 6).map(std::sync::Arc::new);
    let records = sample(format!("{line}\r\n").as_bytes(), true, RecordFormat { columns, ..shape });
    let [record] = &records[..] else { panic!("{records:?}") };
    (record.cells.join("·"), record.start.fault)
}

fn assert_repaired(line: &str, want: &str, fault: RowFault) {
    assert_eq!(read(line), (want.to_owned(), Some(fault)), "{line}");
}

fn assert_unchanged(line: &str) {
    assert_eq!(read(line), (line.replace('"', "").replace(',', "·"), None), "{line}");
}

#[test]
fn a_row_with_other_delimiters_is_split_at_them() {
    let want = "A-107·Poe·03/10/2026·14:00·$3·note";
    for separator in [";", "\t", "|", " "] {
        let line = want.replace('·', separator);
        assert_repaired(&line, want, RowFault::OtherDelimiter);
    }
    assert_repaired(
        "A-107 Van der Berg 03/10/2026 14:00 $3 \"left, came back\"",
        "A-107·Van der Berg·03/10/2026·14:00·$3·left, came back",
        RowFault::OtherDelimiter,
    );
    assert_repaired(
        "A-107;Poe, Sam;03/10/2026;14:00;$3;",
        "A-107·Poe, Sam·03/10/2026·14:00·$3·",
        RowFault::OtherDelimiter,
    );
    let tabs = read_below(
        &ROWS.replace("Fox, Ann", "Fox").replace(',', "\t"),
        "A-1,Poe,03/10/2026,14:00,$3,",
        b'\t',
    );
    assert_eq!(tabs, ("A-1·Poe·03/10/2026·14:00·$3·".to_owned(), Some(RowFault::OtherDelimiter)));
}

#[test]
fn a_note_or_a_total_is_not_split() {
    for line in [
        "Total; 6; $1712.74",
        "Prepared by Dana on 03/10/2026 at 14:00 for $3 only",
        "A-107;Poe;unknown;14:00;$3;",
        "end of list",
    ] {
        assert_unchanged(line);
    }
}

#[test]
fn an_extra_delimiter_is_dropped() {
    assert_repaired(
        "A-107,Poe,,03/10/2026,14:00,$3,note",
        "A-107·Poe·03/10/2026·14:00·$3·note",
        RowFault::ExtraDelimiter,
    );
    assert_repaired(
        ",A-107,Poe,03/10/2026,14:00,$3,",
        "A-107·Poe·03/10/2026·14:00·$3·",
        RowFault::ExtraDelimiter,
    );
    // A delimiter after the last cell does no harm.
    assert_unchanged("A-107,Poe,03/10/2026,14:00,$3,note,");
    // A cell beyond the columns doesn't move the others.
    assert_unchanged("A-107,Poe,03/10/2026,14:00,$3,,x");
}

#[test]
fn a_row_that_is_too_long_is_left_alone_if_two_readings_fit() {
    let rows = "R-1,Acme,1/13/1970,500,100,Jane\nR-2,Bolt,1/14/1970,75,,Jane\nR-3,Cole,1/15/1970,750,50,Jane\n\
                R-4,Dorn,1/16/1970,900,,Jane\nR-5,Elm,1/17/1970,300,20,Jane\n";
    let read = |line: &str| read_below(rows, line, b',');
    let unchanged = |line: &str| assert_eq!(read(line), (line.replace(',', "·"), None), "{line}");
    // 1 and 500, or 1,500 and nothing.
    unchanged("R-6,Fox,1/18/1970,1,500,,Jane");
    unchanged("R-6,Fox,1/18/1970,12,000,,Jane");
    assert_eq!(
        read("R-6,Fox,,1/18/1970,500,10,Jane"),
        ("R-6·Fox·1/18/1970·500·10·Jane".to_owned(), Some(RowFault::ExtraDelimiter))
    );
    // “Foo, Inc.” and nothing, or Foo with an injury “Inc.”.
    let rows = "R-1,1/13/1970,Acme,Back,ok,Open\nR-2,1/14/1970,Bolt,Neck,,Open\nR-3,1/15/1970,Cole,Back,call,Open\n\
                R-4,1/16/1970,Dorn,Leg,,Open\nR-5,1/17/1970,Elm,Arm,x,Open\n";
    let line = "R-6,1/18/1970,Foo, Inc.,Knee,,Open";
    assert_eq!(read_below(rows, line, b','), (line.replace(',', "·"), None));
    // The comma is in the name or in the note, and both may have one.
    let rows = "R-1,1/13/1970,Acme,500,ok\nR-2,1/14/1970,Bolt,75,no\nR-3,1/15/1970,Cole,60,call\n\
                R-4,1/16/1970,Dorn,90,ok\nR-5,1/17/1970,Elm,20,x\n"
        .replace('\n', ",2/2/2026\n");
    let line = "R-6,1/18/1970,Foo, 5,000,ok,2/2/2026";
    assert_eq!(read_below(&rows, line, b','), (line.replace(',', "·"), None));
}

#[test]
fn delimiters_in_an_unquoted_text_are_part_of_it() {
    assert_repaired(
        "A-107,Poe, Sam,03/10/2026,14:00,$3,",
        "A-107·Poe, Sam·03/10/2026·14:00·$3·",
        RowFault::LooseDelimiter,
    );
    let many = "A-107,Poe, Sam, Jr.,03/10/2026,14:00,$3,";
    assert_repaired(many, "A-107·Poe, Sam, Jr.·03/10/2026·14:00·$3·", RowFault::LooseDelimiter);
    // Quotes show where a cell ends.
    assert_eq!(read("A-107,\"Poe\",\"Sam\",03/10/2026,14:00,$3,").1, None);
    // Nothing before the last column shows that the end belongs to it.
    assert_unchanged("A-107,Poe,03/10/2026,14:00,$3,left, came back");
    // A value unlike the others is no reason to move the rest.
    assert_eq!(read("A-107,Poe, Sam,unknown,14:00,$3,").1, None);
}

#[test]
fn two_cells_in_one_are_split_if_there_is_one_way() {
    let want = "A-107·Poe·03/10/2026·14:00·$3·note";
    assert_repaired("A-107,Poe,03/10/202614:00,$3,note", want, RowFault::MissingDelimiter);
    assert_repaired("A-107,Poe,03/10/2026,14:00$3,note", want, RowFault::MissingDelimiter);
    assert_repaired("A-107,Poe,03/10/2026,14:00,$3note", want, RowFault::MissingDelimiter);
    assert_repaired("A-107,Poe,03/10/2026,14:00,$3\"note\"", want, RowFault::MissingDelimiter);
    // The last cells of a row may be missing.
    assert_unchanged("A-107,Poe,03/10/2026,14:00,$3");
    assert_unchanged("A-107,Poe");
    // All ids have five characters.
    assert_repaired("A-107Poe,03/10/2026,14:00,$3,note", want, RowFault::MissingDelimiter);
    // An amount, but which?
    assert_unchanged("A-107,Poe,03/10/2026,14:00$,note");
    // Also a cell missing with its delimiter, in a column where cells may be empty.
    let unnamed = ROWS.replace(",Doe,", ",,");
    assert_eq!(
        read_below(&unnamed, "A-107,03/10/2026,14:00,$3,note", b','),
        ("A-107··03/10/2026·14:00·$3·note".to_owned(), Some(RowFault::MissingDelimiter))
    );
}

#[test]
fn a_table_of_words_proves_nothing() {
    let rows = "Ann,Boise,red,x,y,z\n".repeat(9);
    assert_eq!(read_below(&rows, "Bob;Butte;blue;x;y;z", b',').1, None);
    let few = ROWS.lines().take(3).collect::<Vec<_>>().join("\n");
    assert_eq!(read_below(&few, "A-107;Poe;03/10/2026;14:00;$3;note", b',').1, None);
}

mod any_row {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(crate::sheet::cases(300))]

        /// Whatever is done to a row, nothing is lost: every character except delimiters and quotes is in a cell.
        #[test]
        fn loses_nothing(line in "(A-10[0-9]|Poe|03/10/2026|14:00|[$]3|[,; \"]){0,24}") {
            let text = |text: &str| text.chars().filter(|c| !", ;·\"".contains(*c)).collect::<String>();
            if !line.is_empty() {
                prop_assert_eq!(text(&read(&line).0), text(&line));
            }
        }
    }
}
