use super::*;

const MDY: (DateOrder, u8) = (DateOrder::Mdy, 69);
const DMY: (DateOrder, u8) = (DateOrder::Dmy, 69);
const YMD: (DateOrder, u8) = (DateOrder::Ymd, 69);

/// Returns the date as text, or a word for the error.
fn read(text: &str, (order, pivot): (DateOrder, u8)) -> String {
    match read_date(text, order, pivot) {
        Ok(date) => date.to_string(),
        Err(DateError::NotADate { .. }) => "not".to_owned(),
        Err(DateError::NoSuchDay { .. }) => "no day".to_owned(),
        Err(DateError::OtherOrder { fits, .. }) => fits.to_string(),
        Err(DateError::WrongWeekday { weekday, .. }) => weekday.to_owned(),
    }
}

fn all(reading: (DateOrder, u8), table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(read(text, reading), *expected, "{text:?}");
    }
}

#[test]
fn the_strict_reading_is_what_it_was() {
    let date = |y, m, d| Some(Date::constant(y, m, d));
    assert_eq!(parse_date("3/4/2026", DateOrder::Mdy), date(2026, 3, 4));
    assert_eq!(parse_date("3/4/2026", DateOrder::Dmy), date(2026, 4, 3));
    assert_eq!(parse_date("31.12.2026", DateOrder::Dmy), date(2026, 12, 31));
    assert_eq!(parse_date("2026-12-31", DateOrder::Mdy), date(2026, 12, 31));
    assert_eq!(parse_date("2026/1/2", DateOrder::Ymd), date(2026, 1, 2));
    for wrong in ["31/02/2026", "3/4/26", "3/4", "3/4/2026/1", "", "x/y/2026", "+3/4/2026", "44927"] {
        assert_eq!(parse_date(wrong, DateOrder::Mdy), None, "{wrong}");
    }
}

#[test]
fn numbers_in_the_order_of_the_column() {
    all(
        MDY,
        &[
            ("3/4/2026", "2026-03-04"),
            ("03-04-2026", "2026-03-04"),
            ("3.4.2026", "2026-03-04"),
            ("3 4 2026", "2026-03-04"),
            (" 3 / 4 / 2026 ", "2026-03-04"),
            ("12/31/2026", "2026-12-31"),
            ("2/29/2024", "2024-02-29"),
            ("2026-03-04", "2026-03-04"),
            ("2026/3/4", "2026-03-04"),
            ("2026.03.04", "2026-03-04"),
            ("31/12/2026", "day/month/year"),
            ("31/02/2026", "no day"),
            ("02/31/2026", "no day"),
            ("2/29/2026", "no day"),
            ("13/13/2026", "no day"),
            ("00/00/0000", "no day"),
            ("2026-31-12", "no day"),
            ("2026-02-30", "no day"),
        ],
    );
    all(DMY, &[("3/4/2026", "2026-04-03"), ("12/31/2026", "month/day/year"), ("2026-03-04", "2026-03-04")]);
    all(YMD, &[("2026/3/4", "2026-03-04"), ("12/31/2026", "month/day/year")]);
    all(YMD, &[("3/4/2026", "month/day/year and day/month/year")]);
}

#[test]
fn months_by_name() {
    for text in [
        "Mar 4, 2026",
        "Mar 4,2026",
        "Mar. 4, 2026",
        "March 4 2026",
        "march 4th, 2026",
        "MARCH 4, 2026",
        "4 March 2026",
        "4-Mar-2026",
        "04-MAR-26",
        "4-Mar-26",
        "04MAR2026",
        "4/Mar/2026",
        "4. March 2026",
        "4th of March 2026",
        "the 4th of March, 2026",
        "Wed, Mar 4 2026",
        "Wednesday, March 4, 2026",
        "Wed Mar 4 2026",
        "2026-Mar-04",
        "2026 March 4",
    ] {
        for reading in [MDY, DMY, YMD] {
            assert_eq!(read(text, reading), "2026-03-04", "{text:?}");
        }
    }
    all(
        MDY,
        &[
            ("Sept 1, 2026", "2026-09-01"),
            ("Sep 1 2026", "2026-09-01"),
            ("May 31, 1985", "1985-05-31"),
            ("Feb 30, 2026", "no day"),
            ("June 31 2026", "no day"),
            ("Tue, Mar 4 2026", "Wednesday"),
            ("Mar 2026", "not"),
            ("4 March", "not"),
            ("Mar-26", "not"),
            ("March 4 2026 5", "not"),
            ("Ma 4, 2026", "not"),
            ("Marsh 4, 2026", "not"),
            ("Mar Apr 4 2026", "not"),
            ("12 de enero de 2026", "2026-01-12"),
            ("12 ene. 2026", "2026-01-12"),
            ("3-dic-25", "2025-12-03"),
            ("1er févr. 2026", "2026-02-01"),
            ("14 AOÛT 2026", "2026-08-14"),
            ("5. März 2026", "2026-03-05"),
            ("5 mai 2026", "2026-05-05"),
            ("5 jui 2026", "not"),
            ("mar 3 feb 2026", "not"),
            ("4 of 5 2026", "not"),
            ("March 2026 4", "not"),
            ("March 4, 202", "not"),
        ],
    );
}

#[test]
fn a_weekday_must_be_the_right_one() {
    all(MDY, &[("Wed 3/4/2026", "2026-03-04"), ("Wednesday, 3/4/26", "2026-03-04")]);
    all(DMY, &[("Wed 3/4/2026", "Friday"), ("Fri 3/4/2026", "2026-04-03"), ("Mon Tue 3/4/2026", "not")]);
}

#[test]
fn a_time_of_day_is_passed_over_when_it_is_one() {
    for text in [
        "2026-03-04T10:20:00Z",
        "2026-03-04T10:20:00.000Z",
        "2026-03-04T10:20:00-07:00",
        "2026-03-04T10:20",
        "2026-03-04 10:20:00",
        "2026-03-04 10:20:00+00",
        "2026-03-04 10:20:00 UTC",
        "20260304T102000Z",
        "20260304T1020",
        "20260304 10:20",
        "3/4/2026 10:20 AM",
        "3/4/2026 10:20AM",
        "3/4/2026 10:20:30 p.m.",
        "3/4/2026 10:20\u{202f}PM",
        "3/4/2026, 10:20:30 PM",
        "3/4/2026 0:00",
        "3/4/2026 12:00:00 AM",
        "3/4/26 23:59",
        "Mar 4, 2026 10:20 am",
        "March 4, 2026 at 10:20 AM",
        "Mar 4, 2026 @ 11pm",
        "3/4/2026 @10:20",
        "3/4/2026 11 PM",
        "3/4/2026 24:00",
        "2026-03-04T24:00:00",
        "2026-03-04+01:00",
        "Wed, 4 Mar 2026 10:20:00 -0700",
        "04-MAR-26 02.30.00.000000 PM",
        "04-MAR-26 10.20.00.000000000 PM -07:00",
        "04-MAR-2026 14.30.00",
        "3/4/2026 10.20.30 AM",
    ] {
        assert_eq!(read(text, MDY), "2026-03-04", "{text:?}");
    }
    for text in [
        "3/4/2026 25:00",
        "3/4/2026 10:60",
        "3/4/2026 10:2",
        "3/4/2026 13:00 PM",
        "3/4/2026 10:20 XM",
        "3/4/2026 10:20:30:40",
        "3/4/2026 :20",
        "3/4/2026 10:",
        "3/4/2026 10:20 or so",
        "10:20",
        "10:20 AM",
        "20260304T252000Z",
        "20260304T106000",
        "2026-03-04T",
        "04-MAR-26 02.60.00.000000 PM",
        "04-MAR-26 25.30.00",
        "04-MAR-26 10.20",
    ] {
        assert_eq!(read(text, MDY), "not", "{text:?}");
    }
}

#[test]
fn compact_dates_and_excels_numbers() {
    all(
        MDY,
        &[
            ("20260304", "2026-03-04"),
            ("20260230", "no day"),
            ("20261304", "not"),
            ("03042026", "not"),
            ("12312026", "not"),
            ("30426", "1983-04-20"),
            ("260304", "not"),
            ("44927", "2023-01-01"),
            ("44927.0", "2023-01-01"),
            ("44927.5", "2023-01-01"),
            ("20000", "1954-10-03"),
            ("60000", "2064-04-08"),
            ("19999", "not"),
            ("60001", "not"),
            ("80202", "not"),
            ("44927.", "not"),
            ("44927.5.1", "not"),
            ("-44927", "not"),
            ("44,927", "not"),
        ],
    );
}

#[test]
fn the_pivot_decides_the_century_of_a_two_digit_year() {
    all(
        (DateOrder::Mdy, 26),
        &[("3/4/26", "2026-03-04"), ("3/4/27", "1927-03-04"), ("3/4/00", "2000-03-04")],
    );
    all(MDY, &[("3/4/69", "2069-03-04"), ("3/4/70", "1970-03-04"), ("2/29/00", "2000-02-29")]);
    all(
        MDY,
        &[
            ("31/02/32", "no day"),
            ("31/12/26", "day/month/year and year-month-day"),
            ("99-12-31", "year-month-day"),
        ],
    );
    all(DMY, &[("31/12/26", "2026-12-31"), ("12/31/26", "month/day/year")]);
    all(YMD, &[("26-03-04", "2026-03-04"), ("26-3-4", "2026-03-04"), ("6-3-4", "not")]);
}

#[test]
fn marks_that_no_one_sees_are_passed_over() {
    for text in ["'3/4/2026", "\u{200e}3/\u{200e}4/\u{200e}2026", "\u{feff}3/4/2026 ", "'2026-03-04 10:20"] {
        assert_eq!(read(text, MDY), "2026-03-04", "{text:?}");
        assert_eq!(date_likeness(text), Some(DateLikeness::Certain), "{text:?}");
        let mut profile = DateProfile::default();
        profile.add(text);
        assert_ne!(profile.verdict(), DateVerdict::NoDates, "{text:?}");
    }
    assert!(is_day_number("'44927") && is_day_number("44927.5") && !is_day_number("3/4/2026"));
    all(MDY, &[("''3/4/2026", "not"), ("3/4/2026'", "not"), ("'", "not")]);
}

#[test]
fn what_is_no_date() {
    let page = "3/4/2026 ".repeat(10_000);
    for text in [
        "",
        " ",
        "n/a",
        "TBD",
        "-",
        "2026",
        "3/4",
        "3/2026",
        "303-555-0100",
        "123-45-6789",
        "192.168.1.20",
        "3,4,2026",
        "3/4/2026/1",
        "3/4/026",
        "٣/٤/2026",
        "3/4/2026?",
        "~3/4/2026",
        "3/2026/4",
        "day",
        "Wed",
        page.as_str(),
    ] {
        assert_eq!(read(text, MDY), "not", "{text:?}");
    }
}

#[test]
fn sentences_for_the_clerk() {
    let say = |text| read_date(text, DateOrder::Mdy, 69).unwrap_err().to_string();
    assert_eq!(
        say("31/12/2026"),
        "“31/12/2026” isn't a date in month/day/year order, but fits day/month/year"
    );
    assert_eq!(say("soon"), "“soon” isn't a date (expected month/day/year, with a four-digit year)");
    assert_eq!(say("31/02/2026"), "“31/02/2026” isn't a real date");
    assert_eq!(say("Tue, Mar 4 2026"), "“Tue, Mar 4 2026” has the wrong weekday: 2026-03-04 is a Wednesday");
    assert_eq!(say(&"ü".repeat(100_000)).chars().count(), 125);
}
