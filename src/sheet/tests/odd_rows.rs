//! Rows that would be sent wrong without a word: shifted cells, totals, other tables, signatures.

use super::*;

/// Numbers of the rows that may be shifted.
fn shifted(open: &OpenedFile) -> Vec<u64> {
    open.rows_from(1).iter().filter(|row| row.may_be_shifted).map(|row| row.number).collect()
}

#[test]
fn an_unquoted_delimiter_before_an_empty_last_cell_is_noticed() {
    let small =
        open_text("Ref,Name,Amt,Notes\nR-1,Jane Doe,1,500,\nR-2,Ann Lee,750,call\nR-3,Bob Ray,900,\n");
    assert_eq!(shifted(&small), [1]);
    assert_eq!(small.sheet.scan().unwrap().long.first, [(1, 2)]);
    // Two rows are enough to show that a delimiter at the end is just that.
    let dates =
        open_text("Ref,Name,Due,Notes\nR-1,Doe,3/4/2026,\nR-2,Lee,3/5/2026,call\nR-3,Ray,3/6/2026,,\n");
    assert!(shifted(&dates).is_empty());
    let table = |row: &str| {
        format!("Claim,Name,Due,Budget,Notes\n{}{row}\n", claims(1, 9).replace("00\n", "00,call\n"))
    };
    let cut = open_text(&table("C-10,Ann Lee,3/10/2026,1,500,"));
    assert_eq!((shifted(&cut), cut.sheet.scan().unwrap().long.count), (vec![10], 1));
    for harmless in [
        "C-10,Ann Lee,3/10/2026,1500,call,",
        "C-10,Ann Lee,3/10/2026,1500,call,,,",
        ",,,,,,,",
        "Total,,,900,,",
    ] {
        let open = open_text(&table(harmless));
        assert_eq!((shifted(&open), open.sheet.scan().unwrap().long.count), (vec![], 0), "{harmless}");
    }
}

#[test]
fn delimiters_at_the_end_of_most_rows_show_no_shift() {
    let rows = (1..40).fold("Ref,Name,Amt\n".to_owned(), |text, n| text + &format!("R-{n},Ann,{n}00\n"));
    let more = |count: u32| (40..40 + count).fold(rows.clone(), |text, n| text + &format!("R-{n},1,{n},\n"));
    assert_eq!(shifted(&open_text(&more(3))), [40, 41, 42]);
    assert!(shifted(&open_text(&more(60))).is_empty());
}

fn not_cases(open: &OpenedFile) -> Vec<(u64, NotACase)> {
    open.rows_from(1).iter().filter_map(|row| Some((row.number, row.not_a_case?))).collect()
}

fn doubts(open: &OpenedFile) -> Vec<(u64, RowDoubt)> {
    let rows = open.rows_from(1).into_iter().filter(|row| !row.is_blank());
    rows.filter_map(|row| Some((row.number, row.doubt?))).collect()
}

#[test]
fn totals_of_groups_are_no_cases_and_names_like_totals_are() {
    use NotACase::{Footer, Total};
    let groups = "Ref,Name,Notes,Amt\nR-1,Jane Doe,x,100\nR-2,Ann Lee,y,200\nDenver Total,,,300\nR-3,Bob Ray,z,50\n\
                  Subtotal Golden,,,50\nTotal Boulder,,,0\nR-4,Tom Fox,z,70\nGrand Total,,,420\n";
    assert_eq!(not_cases(&open_text(groups)), [(3, Total), (5, Total), (6, Total), (8, Footer)]);
    let firms = "Employer,City,Claims,Amt\nAcme Inc,Reno,3,100\nTotal Care Inc,Elko,1,50\nTotal Care Inc,,1,70\n\
                 Bob Sum,Ely,2,30\nOrr Ltd,Ely,4,10\nPoe Inc,Reno,1,5\n";
    let firms = open_text(firms);
    assert_eq!((not_cases(&firms), doubts(&firms)), (vec![], vec![(3, RowDoubt::MaybeTotal)]));
}

#[test]
fn the_header_in_another_order_begins_another_table() {
    let people = |first: u32, last: u32, names: &str| {
        (first..=last).fold(String::new(), |text, n| text + &format!("WC-{n},{names}\n"))
    };
    let of_other = |open: &OpenedFile| -> Vec<u64> {
        let other = |row: &&Row| row.faults.contains(&(RowFault::OtherTable, None));
        open.rows_from(1).iter().filter(other).map(|row| row.number).collect()
    };
    for header in [
        "Ref,Last,First",
        "REF, last ,First",
        "\u{feff}Ref,Last,First",
        "Last,Ref,First",
        "Ref,Last,First,DOB",
    ] {
        let text =
            format!("Ref,First,Last\n{}{header}\n{}", people(1, 3, "Jane,Doe"), people(4, 5, "Doe,Jane"));
        assert_eq!(of_other(&open_text(&text)), [4, 5, 6], "{header}");
    }
    // The first table goes on below its own header.
    let text = format!(
        "Ref,First,Last\n{}Ref,Last,First\n{}Ref,First,Last\n{}",
        people(1, 1, "Jane,Doe"),
        people(2, 2, "Doe,Jane"),
        people(3, 3, "Ann,Lee")
    );
    assert_eq!(of_other(&open_text(&text)), [2, 3]);
    for same in ["Ref,First,Last", "Ref,First", "Ref,First,Last,DOB", "First,Orr,Last", "Last,First,WC-9"] {
        let text = format!("Ref,First,Last\n{}{same}\n{}", people(1, 3, "Jane,Doe"), people(4, 5, "Ann,Lee"));
        assert!(of_other(&open_text(&text)).is_empty(), "{same}");
    }
}

#[test]
fn rows_below_an_empty_line_that_are_unlike_the_others_are_doubtful() {
    let below = "Prepared by,Jane Boss,,\nAdjuster,Bob Boss,303-555-0199,\nAverage,,,150\n";
    let table =
        (1..9).fold("Ref,Name,Notes,Amt\n".to_owned(), |text, n| text + &format!("WC-{n},Ann,call,1{n}\n"));
    for gap in ["\n", ",,,\n"] {
        let open = open_text(&format!("{table}{gap}{below}"));
        let first = if gap.len() == 1 { 9 } else { 10 };
        assert_eq!(
            doubts(&open).into_iter().filter(|(row, _)| *row < first + 2).collect::<Vec<_>>(),
            [(first, RowDoubt::BelowTable), (first + 1, RowDoubt::BelowTable)]
        );
        assert_eq!(not_cases(&open), [(first + 2, NotACase::Total)]);
    }
    // Without a gap they may be cases; and cases below a gap are cases, whatever their ids look like.
    assert!(doubts(&open_text(&format!("{table}Adjuster,Bob Boss,x,\n"))).is_empty());
    for cases in ["WC-9,Cy,call,9\n", "4711,Cy,call,9\n", "Pending,Cy,,9\n\n", ",Cy,call,\n"] {
        let found = doubts(&open_text(&format!("{table}\n{cases}")));
        let unlike = cases.starts_with("Pending").then_some((9, RowDoubt::BelowTable));
        assert_eq!(found, unlike.into_iter().collect::<Vec<_>>(), "{cases}");
    }
}

/// Returns the number of columns of a file, and its doubts.
fn shape(text: &str) -> (usize, Vec<String>) {
    let sheet = open_text(text).sheet;
    let columns = sheet.scan().unwrap().columns.len();
    (columns, sheet.pre_send_warnings().unwrap())
}

#[test]
fn amounts_cut_in_the_last_column_add_no_column() {
    let head = "Claim Number,Claimant,Reserve\n";
    let cut = (1..9).map(|n| format!("V-{n},Ann Able,{n},500\n")).collect::<Vec<_>>().concat();
    let (columns, doubts) = shape(&format!("{head}{cut}V-9,Cal Cole,900\n"));
    assert_eq!((columns, doubts.len()), (3, 0), "the long rows are errors: {doubts:?}");
    // Without a row like the header, it may be a column without a name.
    let (columns, doubts) = shape(&format!("{head}{cut}"));
    assert!(
        columns == 4 && doubts[0].starts_with("the header has 3 cells, but the rows have 4"),
        "{doubts:?}"
    );
    let (columns, doubts) = shape("Claim Number,Claimant,\nV-1,Ann Able,x\nV-2,Bob Baker,\n");
    assert_eq!((columns, doubts.len()), (3, 0), "{doubts:?}");
}

#[test]
fn a_second_table_beside_the_first_is_doubtful() {
    let doubts = |text: &str| shape(text).1;
    let two = doubts("Ref,Name,DOB,,Ref,Name,DOB\nR-1,Ann,x,,R-3,Cy,y\nR-2,Bo,x,,R-4,Di,y\n");
    assert!(two.len() == 1 && two[0].starts_with("the header begins again in column 5"), "{two:?}");
    for one in [
        "Ref,Name,DOB,,Ref,Name,DOB\nR-1,Ann,x,,,,\n",
        "Ref,Name,Phone,,Adjuster,Name,Phone\nR-1,Ann,x,,Jo,Al,y\n",
        "Name,Phone,Name,Phone\nAnn,303,Al,304\n",
        "Ref,Name,DOB,,Notes\nR-1,Ann,x,,a\n",
    ] {
        assert!(doubts(one).is_empty(), "{one}");
    }
}

#[test]
fn the_header_of_another_table_may_have_a_column_of_its_own() {
    let text = "Claim Number,Claimant,Reserve\nC-1,Ann Able,100\nC-2,Bob Baker,200\n\nClosed claims,,\n\
                Claim Number,Closed On,Claimant\nC-3,11/02/2026,Cal Cole\n";
    let file = open_text(text);
    let rows = file.rows_from(1);
    let last = rows.last().unwrap();
    assert!(last.faults.iter().any(|(fault, _)| *fault == RowFault::OtherTable), "{last:?}");
    assert!(rows[0].faults.is_empty() && rows[1].faults.is_empty());
}

#[test]
fn remarks_behind_the_table_are_a_column_without_a_name() {
    let width = |odd: &str| {
        let row = |n: u32| {
            let rest = if n.is_multiple_of(3) { "Ann Able,900" } else { odd };
            format!(
                "R-{n},{rest}
"
            )
        };
        let open = open_text(&("Ref,Name,Reserve\n".to_owned() + &(1..20).map(row).collect::<String>()));
        (open.sheet.columns().len(), open.sheet.scan().unwrap().long.count)
    };
    assert_eq!(width("Bob Ray,1,500"), (3, 13));
    for remark in ["Bob Ray,1500,call first", "Bob Ray,1500,12", "Bob Ray,,500"] {
        assert_eq!(width(remark), (4, 0), "{remark}");
    }
}
