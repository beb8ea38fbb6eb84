use jiff::civil::Date;
use proptest::prelude::*;

use super::*;

fn date() -> impl Strategy<Value = Date> {
    (1900_i16..=2099, 1_i8..=12, 1_i8..=31).prop_filter_map("a day", |(y, m, d)| Date::new(y, m, d).ok())
}

fn order() -> impl Strategy<Value = DateOrder> {
    prop::sample::select(DateOrder::VARIANTS)
}

fn name(date: Date) -> String {
    date.strftime("%B").to_string()
}

/// Formats a date as three numbers in the order of the column.
fn numbers(date: Date, order: DateOrder, separator: &str, padded: bool, short: bool) -> String {
    let two = |n: i8| if padded { format!("{n:02}") } else { n.to_string() };
    let year = if short { format!("{:02}", date.year() % 100) } else { date.year().to_string() };
    let (month, day) = (two(date.month()), two(date.day()));
    match order {
        DateOrder::Mdy => [month, day, year],
        DateOrder::Dmy => [day, month, year],
        DateOrder::Ymd => [year, month, day],
    }
    .join(separator)
}

/// Returns every form that means the same in any order.
fn clear(date: Date) -> Vec<String> {
    let (month, day, year) = (name(date), date.day(), date.year());
    let abbreviated = &month[..3];
    let weekday = date.strftime("%a").to_string();
    vec![
        date.to_string(),
        date.to_string().replace('-', ""),
        format!("{abbreviated} {day}, {year}"),
        format!("{abbreviated}. {day}, {year}"),
        format!("{day}-{abbreviated}-{year}"),
        format!("{day:02}{}{year}", abbreviated.to_uppercase()),
        format!("{month} {day} {year}"),
        format!("{day} {month} {year}"),
        format!("{day}th of {month} {year}"),
        format!("{weekday}, {abbreviated} {day} {year}"),
        format!("{year}-{abbreviated}-{day:02}"),
    ]
}

const TIMES: [&str; 7] =
    ["", " 0:00", " 10:20", " 10:20:00", " 10:20 AM", ", 10:20:00 PM", " 10:20:00 +01:00"];

proptest! {
    #[test]
    fn every_form_reads_back_in_every_order(
        date in date(), order in order(), time in prop::sample::select(&TIMES[..]),
        separator in prop::sample::select(&["/", "-", ".", " ", " / "][..]), padded: bool,
    ) {
        let mut forms = clear(date);
        forms.push(numbers(date, order, separator, padded, false));
        for form in forms {
            let text = format!("{form}{time}");
            prop_assert_eq!(read_date(&text, order, 69), Ok(date), "{}", text);
        }
    }

    #[test]
    fn short_years_read_back_within_their_hundred_years(
        days in 0_i32..36_524, order in order(), separator in prop::sample::select(&["/", "-", "."][..]), padded: bool,
        offset in 0_u8..100,
    ) {
        let first = Date::new(1901 + i16::from(offset), 1, 1).unwrap();
        let date = first.checked_add(jiff::Span::new().days(days)).unwrap();
        let (day, month) = (date.day(), name(date));
        let named = format!("{day}-{}-{:02}", &month[..3], date.year() % 100);
        for text in [numbers(date, order, separator, padded, true), named] {
            prop_assert_eq!(read_date(&text, order, offset), Ok(date), "{}", text);
        }
    }

    #[test]
    fn serials_read_back(days in 20_000_i32..=60_000, tail in prop::sample::select(&["", ".0", ".5", ".999988"][..])) {
        let date = Date::constant(1899, 12, 30).checked_add(jiff::Span::new().days(days)).unwrap();
        prop_assert_eq!(read_date(&format!("{days}{tail}"), DateOrder::Mdy, 69), Ok(date));
    }

    #[test]
    fn what_was_read_before_is_read_the_same(text in "[0-9]{1,4}[-/. ]{1,2}[0-9]{1,4}[-/. ][0-9]{1,5}", order in order()) {
        if let Some(date) = parse_date(&text, order) {
            prop_assert_eq!(read_date(&text, order, 30), Ok(date));
        }
    }

    #[test]
    fn one_order_with_a_day_above_twelve_is_found(
        dates in prop::collection::vec((date(), 0_usize..14, any::<bool>()), 1..40),
        decisive in date().prop_filter("above twelve", |date| date.day() > 12),
        at in any::<prop::sample::Index>(),
        day_first: bool,
    ) {
        let order = if day_first { DateOrder::Dmy } else { DateOrder::Mdy };
        let mut cells: Vec<String> = dates
            .into_iter()
            .map(|(date, form, padded)| {
                clear(date).into_iter().nth(form).unwrap_or_else(|| numbers(date, order, "/", padded, false))
            })
            .collect();
        cells.insert(at.index(cells.len() + 1), numbers(decisive, order, "/", false, false));
        let mut profile = DateProfile::default();
        for cell in &cells {
 profile.add(cell);
 }
        let expected = DateVerdict::Order { order, sure: true };
        prop_assert_eq!(profile.verdict(), expected);
    }

    /// No cell contradicts an order that the profile is sure of: each is read in that order.
    #[test]
    fn the_judged_order_reads_every_date(texts in prop::collection::vec("[0-3]?[0-9]/[0-3]?[0-9]/(19|20)?[0-9]{2}", 1..12)) {
        let mut profile = DateProfile::default();
        for text in &texts {
 profile.add(text);
 }
        if let DateVerdict::Order { order, sure: true } = profile.verdict() {
            for text in texts {
                let read = read_date(&text, order, 99);
                let nothing = matches!(read, Err(DateError::NoSuchDay { .. } | DateError::NotADate { .. }));
                prop_assert!(read.is_ok() || nothing, "{}: {:?}", text, read);
            }
        }
    }

    #[test]
    fn no_text_breaks_it(text in r"(\PC|[0-9/\-. :,TZ]|Mar|Wed|th|AM|[\u{a0}\n\t]){0,40}", order in order(), pivot: u8) {
        let _ = read_date(&text, order, pivot);
        let mut profile = DateProfile::default();
        profile.add(&text);
        let _ = profile.verdict();
    }
}

/// In quadratic time, this would take hours.
#[test]
fn long_cells_are_read_once() {
    for piece in ["/", "1/", "Mar ", ":", "1:", "44927.", "T", " ", "ü", "(", "4th "] {
        let text = piece.repeat(500_000 / piece.len());
        let _ = read_date(&text, DateOrder::Mdy, 69);
        DateProfile::default().add(&text);
    }
}
