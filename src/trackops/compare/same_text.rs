//! The same value as another text: line ends, times of a day, dates and amounts in the form of a country.

use jiff::civil::Date;

/// Returns true if the stored text is what was sent, in another form.
pub(super) fn is_same_text(sent: &str, stored: &str) -> bool {
    let same_day = || date_alone(sent).is_some_and(|day| shown_day(stored) == Some(day));
    sent.lines().eq(stored.lines()) || same_day() || shows_date(sent, stored) || shows_amount(sent, stored)
}

/// Returns true if the stored text is the date sent in the form of a country. The day comes first only if it can't be a
/// month: the server may have swapped the two.
fn shows_date(sent: &str, stored: &str) -> bool {
    let day = |form| Date::strptime(form, stored).ok();
    let stored = day("%m/%d/%Y").or_else(|| day("%d/%m/%Y")).or_else(|| day("%Y/%m/%d"));
    stored.is_some() && stored == date_alone(sent)
}

/// Returns true if the stored text is the number sent as an amount of money, such as $1,250.00.
fn shows_amount(sent: &str, stored: &str) -> bool {
    let plain = stored.trim_start_matches(|c: char| matches!(c, '$' | '€' | '£') || c.is_whitespace());
    let whole = plain.split('.').next().unwrap_or_default();
    let are_thousands = whole.split(',').skip(1).all(|group| group.len() == 3);
    let digits = plain.replace(',', "");
    let numbers = (sent.parse::<f64>(), digits.parse::<f64>());
    are_thousands
        && digits != stored
        && matches!(numbers, (Ok(sent), Ok(stored)) if sent.to_bits() == stored.to_bits())
}

/// Returns the date that a text is, without a time of day.
fn date_alone(text: &str) -> Option<Date> {
    shown_day(text).filter(|_| text.len() == DATE_LEN)
}

/// Length of 2026-03-04.
const DATE_LEN: usize = 10;

/// Returns the day of a date such as 2026-03-04, or of a time that starts with one, however that ends.
#[must_use]
pub fn shown_day(text: &str) -> Option<Date> {
    let (day, rest) = text.split_at_checked(DATE_LEN)?;
    let is_time = matches!(
        rest.as_bytes(),
        [] | [b'T' | b' ', b'0'..=b'9', b'0'..=b'9', b':', b'0'..=b'9', b'0'..=b'9', ..]
    );
    day.parse().ok().filter(|_| is_time)
}

#[cfg(test)]
mod tests {
    use super::is_same_text;

    #[test]
    fn a_text_in_another_form_is_the_same() {
        for (sent, stored) in [
            ("one\ntwo", "one\r\ntwo"),
            ("2026-03-04", "2026-03-04 00:00:00"),
            ("2026-03-04", "2026-03-04T00:00:00.000Z"),
            ("2026-03-04", "2026-03-04 00:00:00 UTC"),
            ("2026-03-04", "2026-03-04 12:00:00 AM"),
            ("2026-03-04", "03/04/2026"),
            ("2026-03-14", "14/03/2026"),
            ("2026-03-14", "2026/03/14"),
            ("1250", "$1,250.00"),
            ("1250.5", "1,250.50"),
        ] {
            assert!(is_same_text(sent, stored), "{sent} {stored}");
        }
        for (sent, stored) in [
            ("2026-03-04", "2026-03-05 00:00:00"),
            ("2026-03-04", "04/03/2026"),
            ("2026-03-04", "03/05/2026"),
            ("2026-03-04 called the insured", "2026-03-04 called the adjuster"),
            ("2026-03-04", "2026-03-04 called"),
            ("2026-03-04 09:00", "2026-03-04 17:00"),
            ("2026-03-04 09:00", "03/04/2026"),
            ("1250", "$1,251.00"),
            ("1250", "X1250"),
            ("15", "1,5"),
            ("50", ".50"),
            ("7", "007"),
        ] {
            assert!(!is_same_text(sent, stored), "{sent} {stored}");
        }
    }
}
