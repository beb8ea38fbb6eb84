use super::super::*;
use Damage::{
    BecameDate, CutShort, DecimalId, ErrorValue, Hashes, LostZeros, MixedDateOrder, NoBreakSpace, Rounded,
    SerialDate, ShortZip, TwoDigitYear,
};

pub(super) fn profile<S: AsRef<str>>(cells: &[S]) -> Profile {
    let mut profile = Profile::default();
    for (row, cell) in (1..).zip(cells) {
        profile.add(row, row + 1, cell.as_ref());
    }
    profile
}

/// The damaged cells, in the order of the column.
fn damaged(header: &str, cells: &[String]) -> Vec<(Damage, String)> {
    let usual = profile(cells).usual(header);
    cells.iter().filter_map(|cell| Some((usual.judge(cell)?, cell.clone()))).collect()
}

/// `cells` is a list; `word*3` is the word three times, `~7*30` thirty numbers of seven digits.
fn column(cells: &str) -> Vec<String> {
    let mut seed = 7_u64;
    let mut number = |length: u32| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let low = 10_u64.pow(length - 1);
        (low + (seed >> 11) % (9 * low)).to_string()
    };
    let mut out = Vec::new();
    for word in cells.split('|').map(|word| word.trim_matches(' ')) {
        let (word, times) =
            word.rsplit_once('*').map_or((word, 1), |(word, times)| (word, times.parse().unwrap()));
        for _ in 0..times {
            let length = word.strip_prefix('~').map(|length| length.parse().unwrap());
            out.push(length.map_or_else(|| word.to_owned(), &mut number));
        }
    }
    out
}

fn assert_damaged(damage: Damage, rows: &[(&str, &str, &[&str])]) {
    for (header, cells, expected) in rows {
        let found = damaged(header, &column(cells));
        let expected: Vec<_> = expected.iter().map(|cell| (damage, (*cell).to_owned())).collect();
        assert_eq!(found, expected, "{header}: {cells}");
    }
}

fn assert_undamaged(rows: &[(&str, &str)]) {
    for (header, cells) in rows {
        assert_eq!(damaged(header, &column(cells)), [], "{header}: {cells}");
    }
}

#[test]
fn lost_zeros() {
    assert_damaged(
        LostZeros,
        &[
            // Other cells have kept theirs.
            ("", "0081512 | 0471122 | ~7*6 | 471122 | 123", &["471122", "123"]),
            ("Claim No", "0081512 | ~7*6 | 471122", &["471122"]),
            ("Code", "001|002|015|120|121|15", &["15"]),
            // The header says it's an id.
            ("Claim Number", "~7*20 | 471122", &["471122"]),
            ("PolicyNo", "~8*20 | 1234567 | 123456", &["1234567", "123456"]),
            ("Acct", "~9*30 | 12345678", &["12345678"]),
            ("FileRef", "~6*30 | 31415", &["31415"]),
            // Nine digits, with nothing to compare to.
            ("SSN", "12345678", &["12345678"]),
            ("Claimant SSN#", "123-45-6789*3 | 12345678", &["12345678"]),
            ("ClaimantSSN", "~9*3 | 1234567", &["1234567"]),
            ("Social Security Number", "12345678 | 1234567", &["12345678", "1234567"]),
            // No-break spaces don't matter.
            ("Claim Number", "~7*20 | 471122\u{A0}", &["471122\u{A0}"]),
        ],
    );
}

#[test]
fn no_zeros_lost() {
    assert_undamaged(&[
        ("Claim Number", "9998|9999|10000|10001"),
        ("Claim Number", "99997|99998|99999|100000|100001|100002|100003|100004"),
        (
            "Claim Number",
            "98765|~6*0|101234|134567|150000|167890|178901|189012|190123|201234|212345|223456|145454",
        ),
        ("Amount", "~5*30|4711"),
        ("Claim Amount", "0012345*3|~7*20|471122"),
        ("Quantity", "05|10|12|11|10|10|3"),
        ("Age", "34|56|45|67|8|29"),
        ("Year", "2024*20|998"),
        ("Ext", "0123*5|456"),
        ("Phone Ext.", "~4*20|456"),
        ("Phone", "~10*20|5551234"),
        ("Policy", "~7*10|~6*5|~5*5"),
        ("Claim", "~5*20|1234.50|4711"),
        ("Claim", "~5*20|-1234|4711"),
        ("", "~7*20|471122"),
        ("Notes", "~7*20|471122"),
        ("Claim Number", "~7*20|47"),
        ("Claim Number", "~7*20|471122X"),
        ("Claim Number", "1234567|1234568|123456"),
        ("Claim Number", "0081512*8|081512"),
        ("SSN", "1234|2345|3456|345"),
        ("SSN", "123-45-6789|123456789"),
        ("lossnumber", "12345678"),
        ("Social Media", "12345678"),
        ("Number of Employees", "~5*20|4711"),
        ("Unit", "0102*1|~4*8|101"),
        ("Days open", "100*20|99"),
    ]);
    let running: Vec<_> = (1..=20_000).map(|n: u32| n.to_string()).collect();
    assert_eq!(damaged("Claim ID", &running), []);
}

#[test]
fn short_zips() {
    assert_damaged(
        ShortZip,
        &[
            ("ZIP", "2134", &["2134"]),
            ("Zip Code", "80202|2134|601|10001", &["2134", "601"]),
            ("InsuredZip", "02134-1234|2134-1234|21341234", &["2134-1234", "21341234"]),
            ("Postal Code", "80202|10001|2134", &["2134"]),
            ("", "02134|80202*6|10001|2134", &["2134"]),
            ("loc", "02134|80202-1234*6|10001|601", &["601"]),
        ],
    );
    assert_undamaged(&[
        ("Postcode", "2000|3000|8001|0800"),
        ("Zip", "K1A 0B1|80202|02134|0213|21|N/A"),
        ("", "80202*8|2134"),
        ("Amount", "~5*8|2134"),
        ("House", "2134|12|601"),
        ("Policy zipper", "12345*6"),
    ]);
}

#[test]
fn ids_that_became_dates() {
    assert_damaged(
        BecameDate,
        &[
            ("Claim", "3-12|4-15|5-77|12-1|3-44|1-Mar", &["1-Mar"]),
            ("Unit", "A1|B2|12|14|C-3|16|Mar-01", &["Mar-01"]),
            ("Policy", "~6*9|3-Jan-24", &["3-Jan-24"]),
            ("Policy", "~6*9|03-Jan-2024", &["03-Jan-2024"]),
            ("SSN", "123-45-6789*9|Sep-99", &["Sep-99"]),
            // Whole dates, as workbooks hold them and Excel exports them.
            ("Claim", "~6*9|3/1/2024|2024-03-01|3.1.2024", &["3/1/2024", "2024-03-01", "3.1.2024"]),
            ("Ref", "WC-26-101*7|2026-03-04|2026-03-05 00:00:00", &["2026-03-04", "2026-03-05 00:00:00"]),
            ("", "WC-26-101*9|2026-03-04", &["2026-03-04"]),
        ],
    );
    assert_undamaged(&[
        ("Loss", "1-Mar|2-Mar|3-Mar|4-Apr|5-May"),
        ("Claim", "3-12|4-15|1-Mar"),
        ("Claim", "~6*9|MAR-24"),
        ("Claim", "~6*9|32-Mar"),
        ("Claim", "~6*9|1-March"),
        ("Claim", "~6*9|1-Foo"),
        ("", "~6*9|3/1/2024"),
        ("Claim", "24-05-12|24-05-133|24-13-07|2024-05-44|2024-05-12*2|4711*9"),
        ("Claim", "12/5/2024|WC-1|WC-2"),
        ("Notes", "fell on ice|called back|see file|closed|open|1-Mar"),
        ("Date", "3/1/2024*3|1-Mar"),
        ("Due", "~6*9|1-Mar"),
        ("Name", "April May*6|May-01"),
    ]);
}

/// Whoever maps a column to a reference says that its cells are ids.
#[test]
fn in_a_reference_a_date_or_a_decimal_is_damage_whatever_the_header() {
    let of = |cells: &str, cell: &str| profile(&column(cells)).usual("Vorgang").judge_id(cell);
    assert_eq!(of("~6*9|3/1/2024", "3/1/2024"), Some(BecameDate));
    assert_eq!(of("WC-1|WC-2|2024-03-01", "2024-03-01"), Some(BecameDate));
    assert_eq!(of("8915111.0|8915112.0", "8915111.0"), Some(DecimalId));
    assert_eq!(of("~6*9", "123456"), None);
    assert_eq!(of("100234.00|100234.01|100235.00", "100234.00"), None);
    assert_eq!(of("100,234|100,235|999", "100,234"), Some(DecimalId));
    assert_eq!(of("100,234.00|100,235.00", "100,234.00"), Some(DecimalId));
    assert_eq!(of("100,234|100,235.50", "100,234"), None);
    assert_eq!(of("WC-1|WC-2|100,234", "100,234"), None);
    assert_eq!(of("26,1234|26,1235", "26,1234"), None);
    assert_eq!(of("2024-05-12|2024-05-133|2024-05-14", "2024-05-12"), None);
    assert_eq!(of("2024-05-12|2024-05-13|2024-05-14", "2024-05-12"), None);
}

#[test]
fn ids_with_decimals() {
    assert_damaged(
        DecimalId,
        &[
            ("Ref", "8915111.0|8915112.0", &["8915111.0", "8915112.0"]),
            ("Claim Number", "~7*9|8915111.00", &["8915111.00"]),
        ],
    );
    assert_undamaged(&[
        ("Amount", "8915111.0|8915112.0"),
        ("", "8915111.0|8915112.0"),
        ("Claim", "8915111.0|8915112.5"),
        ("Claim Amount", "1500.00|75.00"),
        ("Claim", "1,500|2,750"),
        ("Number of Employees", "12.0|75.0"),
        ("Section no.", "4.1|4.2|5.0"),
    ]);
}

#[test]
fn day_numbers() {
    assert_damaged(
        SerialDate,
        &[
            ("", "3/1/2024|2024-03-01|3 Jan 2024|44927|45000.5", &["44927", "45000.5"]),
            ("DOB", "20000|44927", &["20000", "44927"]),
            ("LossDate", "44927", &["44927"]),
            ("Date of Loss", "44927|3/1/2024|45000|45001", &["44927", "45000", "45001"]),
            ("Assigned", "44927|44930|45001", &["44927", "44930", "45001"]),
        ],
    );
}

#[test]
fn numbers_that_are_not_days() {
    assert_undamaged(&[
        ("", "44927|45000|45001"),
        ("Amount due", "44927|45000|45001"),
        ("Loss Amount", "44927|45000|45001"),
        ("Loss", "44927|45000"),
        ("Loss", "44927|45000|45001|52000"),
        ("Loss", "44927|45000|45001|1500.00"),
        ("Candidate", "44927|45000|45001"),
        ("Date", "44927|pending"),
        ("Date", "19999|60001"),
        ("Date", "3/1/2024*3|449270|4492"),
        ("ZIP", "44927|45000|45001"),
        ("Claim", "44927|45000|45001"),
    ]);
}

#[test]
fn years_of_two_digits() {
    assert_damaged(
        TwoDigitYear,
        &[
            ("", "3/4/26", &["3/4/26"]),
            ("Date", "3/4/2026|3-4-26|03.04.26|3/4/26 12:30 PM", &["3-4-26", "03.04.26", "3/4/26 12:30 PM"]),
            ("Date", "3/4/2026|2026-03-04|3-Jan-24", &["3-Jan-24"]),
        ],
    );
    assert_undamaged(&[
        ("Date", "3/4/2026|2026-03-04|2026-03-04T10:00:00Z|March 4, 2026|3/4/2026 3:45 PM|2026/3/4"),
        ("Claim", "~6*9|3/4/26"),
        ("Claim", "11-22-33|44-55-66|12-34-56|3/4/26"),
        ("Version", "1.2.3|1.2.4"),
        ("Date", "3/4/026|3/4/1626|3/4|3/4/26/1|0/4/26|3/32/26"),
    ]);
}

#[test]
fn day_and_month_in_two_orders() {
    assert_damaged(
        MixedDateOrder,
        &[
            ("", "02/13/2026*3|13/02/2026|3/4/2026", &["13/02/2026"]),
            ("", "13/02/2026*3|02/13/2026|3/4/2026", &["02/13/2026"]),
            ("", "13/02/2026|02/13/2026", &["13/02/2026"]),
            ("", "13-02-2026 08:00|02/13/2026*2|13.2.2026", &["13-02-2026 08:00", "13.2.2026"]),
        ],
    );
    assert_undamaged(&[
        ("", "13/02/2026|3/4/2026|31.12.2026|5/5/2026"),
        ("", "02/13/2026|3/4/2026"),
        ("", "2026-02-13|2026-13-02|2026-02-13"),
        ("Notes", "13/02/2026|02/13/2026|called|called|back"),
        ("", "13/13/2026|1/2/2026"),
        ("", "31/02/2026|02/13/2026*3"),
        ("", "04/31/2026|13/02/2026*3"),
    ]);
    // A short year in the rarer order: the order is worse.
    let found = profile(&["13/02/26", "02/13/2026", "02/13/26", "02/14/2026"]).findings("Date");
    let found: Vec<_> = found.iter().map(|f| (f.damage, f.count)).collect();
    assert_eq!(found, [(MixedDateOrder, 1), (TwoDigitYear, 1)]);
}

#[test]
fn dates_of_either_order_amid_the_rarer_one() {
    let amid = |cells: &str| {
        let cells = column(cells);
        let usual = profile(&cells).usual("Date of Loss");
        let found = (1..).zip(&cells).filter(|(row, cell)| usual.is_amid_other_order(*row, cell));
        found.map(|(row, _)| row).collect::<Vec<u64>>()
    };
    let both = "3/4/2026|5/5/2026";
    // A block of the other order at the end, at the start and in the middle, up to the next dates that are certain.
    assert_eq!(
        amid(&format!("{both}|02/13/2026*4|{both}|13/02/2026|{both}|13/02/2026*2|{both}")),
        [7, 10, 14]
    );
    assert_eq!(amid(&format!("{both}|13/02/2026*2|{both}|02/13/2026*4|{both}")), [1, 5]);
    assert_eq!(amid(&format!("02/13/2026*4|{both}|13/02/2026|02/13/2026|{both}")), [5]);
    assert_eq!(amid(&format!("13/02/2026*4|{both}|02/13/2026|13/02/2026|{both}|2026-03-04")), [5]);
    // One order, and dates among other things.
    for fine in [&format!("{both}|02/13/2026*4")[..], both, "02/13/2026|3/4/2026|13/02/2026|called*9"] {
        assert_eq!(amid(fine), [0; 0], "{fine}");
    }
    // Dates that alternate without end are all in doubt after a while.
    let cells = "13/02/2026|02/13/2026|".repeat(500) + "02/13/2026|02/14/2026|3/4/2026";
    assert_eq!(amid(&cells), [1003]);
    assert_eq!(
        MixedDateOrder.message("3/4/2026"),
        "“3/4/2026” could also be read with day and month swapped, as the dates around it have a different order than \
         most in their column"
    );
}

#[test]
fn texts_cut_at_255() {
    let word = "word ".repeat(51);
    let mid_word = "x".repeat(255);
    let count = |cells: &[&str]| {
        profile(cells).findings("Notes").iter().filter(|f| f.damage == CutShort).map(|f| f.count).sum::<u64>()
    };
    assert_eq!(count(&[&word, &word, "short"]), 2);
    assert_eq!(count(&[&mid_word, "short"]), 1);
    assert_eq!(count(&[&format!("{}.", "x".repeat(254))]), 0);
    assert_eq!(count(&[&word]), 0);
    assert_eq!(count(&[&mid_word, &mid_word, &"x".repeat(256)]), 0);
    assert_eq!(count(&[&mid_word, &"x".repeat(32_767)]), 1);
    assert_eq!(count(&[&"x".repeat(254), &"x".repeat(254)]), 0);
}

#[test]
fn a_column_clears_zeros_by_chance() {
    assert_damaged(Rounded, &[("Account", "1234567890123450|1234567890123451", &[])]);
    assert_damaged(Rounded, &[("Account", "1234567890123450*3|1234567890123451", &["1234567890123450"; 3])]);
    assert_damaged(Rounded, &[("Account", "12345678901234500|12345678901234501", &["12345678901234500"])]);
    assert_undamaged(&[("Account", "~16*40"), ("", "12345678901234500|12345678901234501*9")]);
}

#[test]
fn findings_have_counts_and_the_first_cells() {
    let mut cells =
        column("~7*20|471122|####|~7*5|471123|#N/A|  |4711\u{A0}x|471124|31415|471125|471126|471127");
    cells.insert(0, String::new());
    let profile = profile(&cells);
    assert_eq!((profile.filled(), profile.blank()), (35, 2));
    let found = profile.findings("Claim Number");
    let counts: Vec<_> = found.iter().map(|f| (f.damage, f.count)).collect();
    // Too many are short for chance alone, so lost zeros aren't reported.
    assert_eq!(counts, [(Hashes, 1), (ErrorValue, 1), (NoBreakSpace, 1)]);
    assert_eq!(found[0].examples, [Example { row: 23, line: 24, value: "####".into() }]);

    let cells: Vec<_> = (0..7).flat_map(|_| column("~7*20|471122|31415")).collect();
    let found = self::profile(&cells).findings("Claim Number");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].damage, found[0].count), (LostZeros, 14));
    let rows: Vec<_> = found[0].examples.iter().map(|e| (e.row, e.value.as_str())).collect();
    assert_eq!(rows, [(21, "471122"), (22, "31415"), (43, "471122"), (44, "31415"), (65, "471122")]);

    let long = format!("  {}\u{A0}", "é ".repeat(100));
    let example = &self::profile(&[long]).findings("")[0].examples[0];
    assert_eq!(example.value.chars().count(), 60);
    assert!(example.value.ends_with('…') && example.value.starts_with('é'));
}

#[test]
fn cells_that_tell_nothing_do_not_hide_a_column() {
    let found = |header, cells| {
        let found = profile(&column(cells)).findings(header);
        found.iter().map(|f| (f.damage, f.count)).collect::<Vec<_>>()
    };
    assert_eq!(found("DOL", "44927|####*9"), [(SerialDate, 1), (Hashes, 9)]);
    assert_eq!(found("", "3/4/26|####*9"), [(Hashes, 9), (TwoDigitYear, 1)]);
    assert_eq!(found("Claim", "~7*20|1.2E+11*20|471122"), [(Damage::Scientific, 20), (LostZeros, 1)]);
    assert_eq!(profile::<&str>(&[]).findings("ZIP"), []);
}
