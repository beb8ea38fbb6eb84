use super::*;
use crate::sheet::Quote;

fn of(text: &str) -> Dialect {
    sniff(text.as_bytes(), true, &Layout::default())
}

fn delimiter(text: &str) -> char {
    char::from(of(text).delimiter.0)
}

#[test]
fn delimiters_by_whole_rows() {
    for (text, want) in [
        ("a,b,c\n1,2,3\n4,5,6\n", ','),
        ("a;b;c\n1,5;2,5;3\n4,5;5;6,25\n", ';'),
        ("name\tnote\nAnn, B.\tcame, saw, left\nBob\twent\n", '\t'),
        ("a|b|c\n1|2|3\n", '|'),
        ("a^b^c\n1^2^3\n4^5^6\n", '^'),
        ("id~name~due\n1~Ann, B.~2026-03-04\n2~Bob~2026-03-05\n", '~'),
        // The first line has another delimiter.
        (
            "Report: claims; open, all\nno;name;city\n1;Smith, John;Boise\n2;Doe, Jane;Butte\n3;Roe, Rae;Provo\n",
            ';',
        ),
        // Dates with times and colons in them.
        ("when,what\n2026-03-04 10:30:00,a\n2026-03-04 11:30:00,b\n", ','),
        // One column of names, as the header says.
        ("Name\nSmith\nDoe\nRoe\n", ','),
        ("only one line of text", ','),
        ("", ','),
        ("Claimant Name\nAnn Lee\nBob Ray\nCy Poe\n", ','),
        ("Date Time\n03/04/2026 10:30\n03/05/2026 11:30\n03/06/2026 12:30\n", ','),
        ("Claim,Notes\nA-1,a; b; c\nA-2,d; e; f\nA-3,g; h; i\n", ','),
        // Quoted cells full of the other delimiter.
        ("a,b\n\"x;y;z\",1\n\"p;q;r\",2\n", ','),
        // Amounts grouped by commas between tabs.
        ("a\tb\n1,500\t2,500\n3,500\t4,500\n", '\t'),
    ] {
        assert_eq!(delimiter(text), want, "{text}");
    }
}

#[test]
fn most_rows_say_how_wide_a_table_is() {
    let width = |text: &str| {
        let shape = RecordFormat::of(of(text), Lines::Breaks);
        usual_width(&sample(text.as_bytes(), true, shape))
    };
    let row = "A-1,Ann,3/4/2026,CO,x\n";
    let prose = format!("A-2,Bob,3/4/2026,CO,{}\n", "and, ".repeat(70));
    assert_eq!(width(&(row.repeat(6) + &prose + &row.repeat(4))), 5);
    assert_eq!(width(&("Instruction line: fill in all\n".repeat(20) + &row.repeat(11))), 5);
    assert_eq!(width(&("a title\n".repeat(3) + &row.repeat(2))), 5);
}

#[test]
fn a_list_of_names_is_one_column() {
    let text = "Claimant\nLee, Ann\nRay, Bob\nPoe, Cy\nOrr, Di\n";
    let records = sample(text.as_bytes(), true, RecordFormat::of(of(text), Lines::Breaks));
    assert!(records.iter().all(|record| record.cells.len() == 1), "{records:?}");
}

#[test]
fn quotes_and_escapes() {
    let plain = of("a,b\n\"x, y\",1\n\"p, q\",2\n");
    assert_eq!(plain, Dialect::default());
    let apostrophes = of("a,b\n'x, y',1\n'p, q',2\n'r',3\n");
    assert_eq!(apostrophes.quote, Some(Mark(b'\'')));
    // Apostrophes in names aren't quotes.
    assert_eq!(of("a,b\nO'Neil,1\nD'Arcy,'2\n").quote, Some(Mark(b'"')));
    let backslash = of("a,b\n\"say \\\"hi\\\", he said\",1\n\"x\",2\n");
    assert_eq!(backslash.escape, Escape::Backslash);
    // A folder's name ends with a backslash.
    assert_eq!(of("a,b\n\"C:\\dir\\\",1\n\"C:\\\",2\n").escape, Escape::Doubled);
    assert!(of("a, b, c\n1, \"x, y\", 3\n4, \"p, q\", 6\n").padded);
    assert!(!of("a,b\nSmith, J,1\n").padded);
}

#[test]
fn what_is_settled_is_kept() {
    let settled = Layout { delimiter: Some(Mark(b';')), quote: Some(Quote(None)), ..Layout::default() };
    let dialect = sniff(b"a,b\n1,2\n", true, &settled);
    assert_eq!((dialect.delimiter, dialect.quote), (Mark(b';'), None));
}

#[test]
fn one_quoted_cell_is_enough() {
    assert_eq!(of("a,b,c\n1,x,2\n3,';''',4\n5,y,6\n").quote, Some(Mark(b'\'')));
    assert_eq!(of("a,b,c\n1,x,2\n3,\"p, q\",4\n5,'y',6\n").quote, Some(Mark(b'"')));
}
