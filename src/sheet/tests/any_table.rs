//! Tables of any content, dialect and encoding read back as they were written.

use proptest::prelude::*;

use super::*;

/// The table written in a dialect and an encoding.
fn write(rows: &[Vec<String>], dialect: Dialect, end: &str, encoding: usize) -> Vec<u8> {
    let delimiter = char::from(dialect.delimiter.0);
    let quote = dialect.quote.map_or('"', |quote| char::from(quote.0));
    let cell = |cell: &String| {
        let escaped = match dialect.escape {
            Escape::Doubled => cell.replace(quote, &format!("{quote}{quote}")),
            Escape::Backslash => cell.replace('\\', "\\\\").replace(quote, &format!("\\{quote}")),
        };
        let needs = |c: char| c == delimiter || c == quote || matches!(c, '\r' | '\n' | '\\');
        if cell.contains(needs) || cell.is_empty() {
            format!("{quote}{escaped}{quote}")
        } else {
            cell.clone()
        }
    };
    let line = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string());
    let text: String = rows.iter().map(|row| line(row) + end).collect();
    match encoding {
        0 => text.into_bytes(),
        1 => format!("\u{feff}{text}").into_bytes(),
        2 => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        3 => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect(),
        4 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
    }
}

/// Words as people write them: random letters aren't names, and their encoding can't be told.
const WORDS: [&str; 24] = [
    "José",
    "Muñoz",
    "Müller",
    "Zoë",
    "O’Neil",
    "“left”",
    "–",
    "café",
    "call",
    "a,b",
    ";",
    "|",
    "'",
    "it's",
    // Not `""` alone: between other quotes it can't be told from an empty cell.
    "5\" pipe",
    "say \"yes\"",
    "two\nlines",
    "\r\n",
    "\t",
    "\r",
    "x;y|z",
    ",",
    "",
    "12°",
];

/// Cells as people write them; the second column distinguishes the rows.
fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    let notes = prop::collection::vec(prop::sample::select(&WORDS[..]), 0..7);
    let name = prop::sample::select(vec!["", " José", " Núñez", " Müller", " Günther", " Gómez"]);
    let row = (
        "[A-Z]{1,3}-[0-9]{3,6}",
        ("[A-Z][a-z]{2,8}", name).prop_map(|(first, last)| first + last),
        "[0-9]{1,2}/[0-9]{1,2}/20[0-9]{2}",
        notes.prop_map(|words| words.join(" ")),
        "[0-9]{1,4}\\.[0-9]{2}",
    );
    let rows = prop::collection::vec(row, 4..40);
    rows.prop_map(|rows| {
        let header = ["Claim", "Name", "Due", "Notes", "Budget"].map(str::to_owned).to_vec();
        let cells = |(a, b, c, d, e): (String, String, String, String, String)| vec![a, b, c, d, e];
        std::iter::once(header).chain(rows.into_iter().map(cells)).collect()
    })
}

proptest! {
    #![proptest_config(crate::sheet::cases(150))]

    /// Any table, written in any supported dialect and encoding, reads back cell by cell without warnings.
    #[test]
    fn reads_back_the_same(
        rows in table(),
        delimiter in prop::sample::select(b",;\t|".to_vec()),
        quote in prop::sample::select(b"\"'".to_vec()),
        backslash: bool,
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        encoding in 0_usize..6,
    ) {
        let escape = if backslash { Escape::Backslash } else { Escape::Doubled };
        let dialect = Dialect { delimiter: Mark(delimiter), quote: Some(Mark(quote)), escape, padded: false };
        let bytes = write(&rows, dialect, end, encoding);
        let open = open(&bytes);
        prop_assert_eq!(open.headers(), rows[0].clone());
        let got: Vec<Vec<String>> = open.cells_from(1).into_iter().map(|(_, _, cells)| cells).collect();
        prop_assert_eq!(&got[..], &rows[1..], "{:?}", open.sheet.layout());
    }

    /// Any bytes: nothing panics, and every row counted by the scan can be read, from any position.
    #[test]
    fn any_bytes(bytes in prop::collection::vec(
        prop::sample::select(b"ab1,;|\t\"'\\\r\n \0\xFF\xC3\xA9/-.".to_vec()), 0..300)) {
        let Ok(open) = open_as(&bytes, &Layout::default()) else { return Ok(()) };
        let rows = open.sheet.scan().unwrap().rows;
        let all = open.rows_from(1);
        prop_assert_eq!(all.len() as u64, rows);
        if rows > 1 {
            prop_assert_eq!(&open.rows_from(rows)[..], &all[all.len() - 1..]);
        }
    }
}
