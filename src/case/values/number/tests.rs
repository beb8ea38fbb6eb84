use proptest::prelude::*;

use super::NumberStyle::{Comma, Point};
use super::*;

/// Returns the number, or a word for the error.
fn word(result: &Result<f64, NumberError>) -> String {
    match result {
        Ok(number) => number.to_string(),
        Err(NumberError::NotANumber(_)) => "not".to_owned(),
        Err(NumberError::Percent(_)) => "percent".to_owned(),
        Err(NumberError::TooManyDigits(_)) => "long".to_owned(),
        Err(NumberError::OtherStyle { style, .. }) => format!("needs {}", style.other().word()),
    }
}

#[test]
fn amounts_with_either_mark() {
    for (text, point, comma) in [
        ("1500", "1500", "1500"),
        ("0", "0", "0"),
        ("-0", "0", "0"),
        ("(0)", "0", "0"),
        ("1,500", "1500", "1.5"),
        ("1.500", "1.5", "1500"),
        ("1,500.00", "1500", "needs point"),
        ("1.500,00", "needs comma", "1500"),
        ("1500,5", "needs comma", "1500.5"),
        ("1,5", "needs comma", "1.5"),
        ("1500.5", "1500.5", "needs point"),
        (".5", "0.5", "needs point"),
        (",5", "needs comma", "0.5"),
        ("8.", "8", "needs point"),
        ("0,500", "needs comma", "0.5"),
        ("0.500", "0.5", "needs point"),
        ("1,500,000", "1500000", "needs point"),
        ("1.500.000", "needs comma", "1500000"),
        ("1.500.000,25", "needs comma", "1500000.25"),
        ("$1,500.00", "1500", "needs point"),
        ("$ 1,500.00", "1500", "needs point"),
        ("$1500", "1500", "1500"),
        ("-$1500", "-1500", "-1500"),
        ("$-1500", "-1500", "-1500"),
        ("(250)", "-250", "-250"),
        ("( 250 )", "-250", "-250"),
        ("($1,500.00)", "-1500", "needs point"),
        ("$(1,500.00)", "-1500", "needs point"),
        ("1,500.00-", "-1500", "needs point"),
        ("250-", "-250", "-250"),
        ("−250", "-250", "-250"),
        ("+250", "250", "250"),
        ("1 500,00", "needs comma", "1500"),
        ("1\u{a0}500,00", "needs comma", "1500"),
        ("1\u{202f}500", "1500", "1500"),
        ("1'500.00", "1500", "needs point"),
        ("1’500", "1500", "1500"),
        ("USD 1500", "1500", "1500"),
        ("1500 USD", "1500", "1500"),
        ("usd1500", "1500", "1500"),
        ("$1,500.00 USD", "1500", "needs point"),
        ("$1,500.00 (USD)", "1500", "needs point"),
        ("($1500) (CAD)", "-1500", "-1500"),
        ("US$ 1500", "1500", "1500"),
        ("€ 1.500,00", "needs comma", "1500"),
        ("1.500,00 €", "needs comma", "1500"),
        ("1500 EUR", "1500", "1500"),
        ("-1.500,00 €", "needs comma", "-1500"),
        ("£99.99", "99.99", "needs point"),
        ("123456789012345", "123456789012345", "123456789012345"),
        ("1234567890123456", "long", "long"),
        ("1234567890123.456", "long", "needs point"),
        ("0002500.00+", "2500", "needs point"),
        ("2500,00+", "needs comma", "2500"),
        ("02500+", "2500", "2500"),
        ("'1500", "1500", "1500"),
        ("\u{200e}1500", "1500", "1500"),
        ("12%", "percent", "percent"),
        ("12.5 %", "percent", "percent"),
    ] {
        assert_eq!(word(&read_number(text, Point)), point, "{text:?} with a point");
        assert_eq!(word(&read_number(text, Comma)), comma, "{text:?} with a comma");
    }
}

#[test]
fn what_is_no_amount() {
    let page = "1,".repeat(100_000);
    for text in [
        "",
        " ",
        "$",
        ".",
        ",",
        "--",
        "()",
        "$-$",
        "1,50,000",
        "1,5000.0",
        "1500,000.00",
        "1,500 000",
        "1  500",
        "01,500,000",
        "1.2.3",
        "1,2.3,4",
        "12 h",
        "7:30",
        "1e3",
        "1E3",
        "NaN",
        "inf",
        "10-15",
        "$5 $6",
        "--5",
        "-5-",
        "500+",
        "1,500+",
        "+500.00+",
        "500\t600",
        "500\n600",
        "-(5)",
        "((5))",
        "(5",
        "5)",
        "1500 -",
        "1.5k",
        "0x10",
        "five",
        "5 or 6",
        "USD EUR 5",
        "%",
        "5%%",
        "1 5",
        "١٥٠٠",
        "5 kr",
        ",500",
        page.as_str(),
    ] {
        // A comma before three digits is a decimal mark in the one style, and invalid in the other.
        let expected = if text == ",500" { "needs comma" } else { "not" };
        assert_eq!(word(&read_number(text, Point)), expected, "{text:?}");
    }
}

#[test]
fn hours() {
    for (text, expected) in [
        ("12", "12"),
        ("12 h", "12"),
        ("12h", "12"),
        ("12 hr", "12"),
        ("12 hrs", "12"),
        ("12 hrs.", "12"),
        ("12 Hours", "12"),
        ("1 hour", "1"),
        ("12.5 hours", "12.5"),
        (".5h", "0.5"),
        ("12,5 h", "needs comma"),
        ("1,500 h", "1500"),
        ("7:30", "7.5"),
        ("07:30", "7.5"),
        ("7:30:00", "7.5"),
        ("7:45 hrs", "7.75"),
        ("0:15", "0.25"),
        ("-7:30", "-7.5"),
        ("-0:00", "0"),
        ("120:00", "120"),
        ("7:60", "not"),
        ("7:5", "not"),
        ("7:30:60", "not"),
        ("7:30 AM", "not"),
        ("8h 30m", "8.5"),
        ("8h30m", "8.5"),
        ("8 Hrs. 15 min.", "8.25"),
        ("0 hours 45 minutes", "0.75"),
        ("8h 60m", "not"),
        ("8h 30", "not"),
        ("30m", "not"),
        ("8h 30m 10s", "not"),
        ("1:2:3:4", "not"),
        (":30", "not"),
        ("h", "not"),
        ("hours", "not"),
        ("12 days", "not"),
        ("12 h h", "not"),
        ("$12 h", "not"),
        ("12 USD", "not"),
        ("12 h 30", "not"),
        ("12 %", "percent"),
        ("8.", "8"),
        ("", "not"),
    ] {
        assert_eq!(word(&read_hours(text, Point)), expected, "{text:?}");
    }
    assert_eq!(read_hours("12,5 h", Comma), Ok(12.5));
}

#[test]
fn sentences_for_the_clerk() {
    let say = |text, style| read_number(text, style).unwrap_err().to_string();
    assert_eq!(say("soon", Point), "“soon” isn't a number");
    assert_eq!(say("12%", Point), "“12%” is a percentage, not an amount");
    assert_eq!(
        say("1234567890123456", Point),
        "“1234567890123456” has more than 15 digits, too many for an exact number"
    );
    assert_eq!(
        say("1.500,00", Point),
        "“1.500,00” needs a decimal comma, but the column has a decimal point"
    );
}

/// Formats cents as people of that style do.
fn written(cents: u64, style: NumberStyle, separator: Option<char>, decimals: bool) -> String {
    let (mark, _) = style.marks();
    let whole = (cents / 100).to_string();
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if let (Some(separator), true, 0) = (separator, at > 0, (whole.len() - at) % 3) {
            text.push(separator);
        }
        text.push(digit);
    }
    if decimals { format!("{text}{mark}{:02}", cents % 100) } else { text }
}

fn style() -> impl Strategy<Value = NumberStyle> {
    prop::sample::select(vec![Point, Comma])
}

proptest! {
    #[test]
    fn amounts_read_back(
        cents in 0_u64..1_000_000_000_000_000, style in style(), group in 0_usize..6, decimals: bool,
        around in prop::sample::select(vec![
            ("", "", false), ("$", "", false), ("$ ", " USD", false), ("", " €", false), ("EUR ", "", false),
            ("-", "", true), ("-$", "", true), ("(", ")", true), ("($", ")", true), ("", "-", true), ("$", "-", true),
        ]),
    ) {
        let (before, after, negative) = around;
        let separator = [None, Some(style.marks().1), Some(' '), Some('\u{a0}'), Some('\''), Some('’')][group];
        let cents = if decimals { cents } else { cents / 100 * 100 };
        let plain: f64 = format!("{}.{:02}", cents / 100, cents % 100).parse().unwrap();
        let text = format!("{before}{}{after}", written(cents, style, separator, decimals));
        prop_assert_eq!(read_number(&text, style), Ok(if negative { -plain } else { plain }), "{}", text);
    }

    #[test]
    fn hours_read_back(quarters in 0_u32..4000, unit in prop::sample::select(vec!["", " h", "h", " hrs", " hours", " hrs."])) {
        let hours = f64::from(quarters) / 4.0;
        let clock = format!("{}:{:02}{unit}", quarters / 4, quarters % 4 * 15);
        prop_assert_eq!(read_hours(&clock, Point), Ok(hours));
        let text = format!("{hours}{unit}");
        prop_assert_eq!(read_hours(&text, Point), Ok(hours));
        prop_assert_eq!(read_hours(&text.replacen('.', ",", 1).replace("hrs,", "hrs."), Comma), Ok(hours));
    }

    #[test]
    fn one_style_with_a_decisive_cell_is_found(
        cells in prop::collection::vec((0_u64..100_000_000, any::<bool>(), any::<bool>()), 0..30),
        decisive in 0_u64..100_000_000, at in any::<prop::sample::Index>(), style in style(),
    ) {
        let thousands = Some(style.marks().1);
        let mut cells: Vec<String> = cells
            .into_iter()
            .map(|(cents, grouped, decimals)| written(cents, style, thousands.filter(|_| grouped), decimals))
            .collect();
        cells.insert(at.index(cells.len() + 1), written(decisive, style, thousands, true));
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        prop_assert!(evidence(style.other(), &cells).proof_of_other().is_some());
        prop_assert!(evidence(style, &cells).proof_of_other().is_none());
    }

    #[test]
    fn no_text_breaks_it(text in r"(\PC|[0-9.,'() $%:-]|USD|hrs|€|[\u{a0}\n\t]){0,30}", style in style()) {
        let _ = (read_number(&text, style), read_hours(&text, style));
        let _ = evidence(style, &[&text]).proof_of_other();
    }
}

/// Reading a very long cell takes linear time.
#[test]
fn long_cells_are_read_once() {
    // Reading a cell once per character would never finish here.
    for piece in ["1,", "1", "1.", "(", ")", "$", "USD", "- ", "h", ":", "1:", " ", "'", "€", ".h"] {
        for text in [piece.repeat(60_000), format!("1{}", piece.repeat(60_000))] {
            let _ = (read_number(&text, Point), read_hours(&text, Comma), evidence(Point, &[&text]));
        }
    }
}

#[test]
fn an_accountants_zero_is_zero() {
    for text in ["$-", "$ -", " $-   ", "- $", "(-)", "USD -", "€ –", "$\u{2212}"] {
        assert!(is_accounting_zero(text), "{text}");
        assert_eq!(read_number(text, NumberStyle::Point), Ok(0.0), "{text}");
        assert_eq!(read_hours(text, NumberStyle::Comma), Ok(0.0), "{text}");
    }
    // A lone dash is an empty cell.
    for text in ["-", "–", "\u{2212}", "", "$", "--", "-5", "- 5", "$-x", "n/a", "()"] {
        assert!(!is_accounting_zero(text), "{text}");
    }
}

fn evidence(style: NumberStyle, cells: &[&str]) -> AmountEvidence {
    let mut evidence = AmountEvidence::new(style);
    for cell in cells {
        evidence.add_mark(cell);
        evidence.add_currency(cell);
    }
    evidence
}

#[test]
fn a_decimal_mark_before_three_digits_may_separate_thousands() {
    let first = |style, cells: &[&str]| evidence(style, cells).ambiguous().map(str::to_owned);
    for (cells, ambiguous) in [
        (&["1500", "1.500", "12.250"][..], "1.500"),
        (&["$2.750"], "$2.750"),
        (&["1.500 €", "12.000 €"], "1.500 €"),
        (&["EUR 1.500"], "EUR 1.500"),
        (&["(1.500)"], "(1.500)"),
        (&["1.500 hrs"], "1.500 hrs"),
        (&["1.500", "12.5", "1.250,50"], "1.500"),
    ] {
        assert_eq!(first(Point, cells).as_deref(), Some(ambiguous), "{cells:?}");
    }
    for clear in
        [&["1500", ""][..], &["1.500", "12.5"], &["1.500", "0.500"], &["1.500", "1500.000"], &["1,500"]]
    {
        assert_eq!(first(Point, clear), None, "{clear:?}");
    }
    assert_eq!(first(Comma, &["1,500", "12,250"]).as_deref(), Some("1,500"));
    assert_eq!(first(Comma, &["$1,500"]).as_deref(), Some("$1,500"));
    assert_eq!(first(Comma, &["1.500", "1500"]), None);
    assert_eq!(first(Comma, &["1,500", "12,5"]), None);
    assert_eq!(first(Comma, &["$1,500", "$2,500", "1.500,00"]).as_deref(), Some("$1,500"));
    assert_eq!(first(Point, &["1.500", "2.500", "12.5"]).as_deref(), Some("1.500"));
}

#[test]
fn one_amount_proves_the_decimal_mark_of_the_others() {
    let proof = |cells: &[&str]| evidence(Point, cells).proof_of_other().map(str::to_owned);
    assert_eq!(proof(&["1.500", "1.250,50"]).as_deref(), Some("1.250,50"));
    assert_eq!(proof(&["1.500 €", "12,5 €"]).as_deref(), Some("12,5 €"));
    assert_eq!(proof(&["1.500", "1.234.567"]).as_deref(), Some("1.234.567"));
    assert_eq!(proof(&["1.500", "1.500,-"]).as_deref(), Some("1.500,-"));
    assert_eq!(proof(&["1,500", "12,5 h", "7,5 h", "TBD"]).as_deref(), Some("12,5 h"));
    assert_eq!(proof(&["$1,500", "1.500,00"]), None, "as many");
    assert_eq!(proof(&["$1,500", "$2,500", "$900", "1.500,00"]), None, "a typo among grouped amounts");
    assert_eq!(proof(&["$1,500", "$2,500", "$12,5"]), None);
    assert_eq!(proof(&["1.500", "2.500", "1.250,50"]).as_deref(), Some("1.250,50"));
    assert_eq!(proof(&["0.000", "7:30", "(250)"]), None);
    assert_eq!(proof(&["1.500", "1,500"]), None);
    assert_eq!(proof(&["12.50", "1.250,50"]), None);
    assert_eq!(proof(&["1,500", "see notes, please."]), None);
}

#[test]
fn evidence_of_parts_of_a_column_is_merged() {
    let mut all = evidence(Point, &["1500", "$20"]);
    all.merge(evidence(Point, &["1.500", "€5"]));
    all.merge(evidence(Point, &["2.500", "1.250,50"]));
    assert_eq!((all.ambiguous(), all.proof_of_other()), (Some("1.500"), Some("1.250,50")));
    assert!(all.currency_doubt("Fee").is_some());
}

#[test]
fn different_currencies_in_a_column_are_noticed() {
    let doubt = |cells: &[&str]| evidence(Point, cells).currency_doubt("Fee");
    assert_eq!(
        doubt(&["$1,500", "CAD 500", "250"]).as_deref(),
        Some(
            "“Fee” has amounts in different currencies, such as CAD 500 and $1,500; only the numbers are sent"
        )
    );
    for other in ["€1,500", "¥100,000", "500 EUR", "C$20", "$500 CAD", "-£5"] {
        assert!(doubt(&["$1,500", other]).is_some(), "{other}");
    }
    for one in [&["$1,500", "USD 20", "US$ 5", "$5 USD", "12"][..], &["€5", "5 EUR"], &["1,500", "-2.5"]] {
        assert_eq!(doubt(one), None, "{one:?}");
    }
}

#[test]
fn a_dash_instead_of_cents_is_no_minus() {
    for text in ["1.500,-", "1500,-", "1.500,--", "1.500,– €", "€ 1.500,-", "EUR 1500,—"] {
        assert_eq!(read_number(text, Comma), Ok(1500.0), "{text}");
    }
    assert_eq!(read_number("1500.-", Point), Ok(1500.0));
    assert_eq!(word(&read_number("1.500,-", Point)), "needs comma");
    assert_eq!(read_number("-1.500,-", Comma), Ok(-1500.0));
    for (text, number) in [("1500-", -1500.0), ("1.500,00-", -1500.0)] {
        assert_eq!(read_number(text, Comma), Ok(number), "{text}");
    }
    for wrong in ["1,-2", ",-", "1.500,- x 3"] {
        assert_eq!(word(&read_number(wrong, Comma)), "not", "{wrong}");
    }
}

#[test]
fn decimals_that_a_spreadsheet_writes_for_a_fraction_are_exact_enough() {
    for (text, value) in [
        ("0.333333333333333", 0.333_333_333_333_333),
        ("0.0833333333333333", 0.083_333_333_333_333_3),
        ("0.33333333333333331", 1.0 / 3.0),
        ("12.333333333333334", 12.333_333_333_333_334),
    ] {
        assert_eq!(read_number(text, Point), Ok(value), "{text}");
        assert_eq!(read_hours(text, Point), Ok(value), "{text}");
    }
    for text in ["12345678901234.56", "1234567890123456", "0.3333333333333333333", "1234567890123456.5"] {
        assert!(read_number(text, Point).is_err(), "{text}");
    }
}

#[test]
fn a_doubt_about_the_decimal_mark_names_the_key_and_the_setting() {
    for cells in [&["1.500"][..], &["1.500", "1.250,50", "12.5"]] {
        let doubt = evidence(Point, cells).mark_doubt("Fee").unwrap();
        assert!(doubt.contains("decimal = \"comma\""), "{doubt}");
        let shown = crate::text::on_screen(&doubt);
        assert!(shown.contains("(o on the field map)") && !shown.contains('='), "{shown}");
    }
}
