use super::*;

fn judge(cells: &[&str]) -> DateVerdict {
    let mut profile = DateProfile::default();
    for cell in cells {
        profile.add(cell);
    }
    profile.verdict()
}

fn order(order: DateOrder, sure: bool) -> DateVerdict {
    DateVerdict::Order { order, sure, two_digit_years: 0, serials: 0 }
}

#[test]
fn one_day_above_twelve_decides() {
    assert_eq!(judge(&["3/4/2026", "5/13/2026", ""]), order(DateOrder::Mdy, true));
    assert_eq!(judge(&["3/4/2026", "13/5/2026"]), order(DateOrder::Dmy, true));
    assert_eq!(judge(&["2026-03-04", "13/5/2026"]), order(DateOrder::Dmy, true));
    assert_eq!(judge(&["3/4/2026", "Fri 3/4/2026"]), order(DateOrder::Dmy, true));
}

#[test]
fn without_evidence_the_usual_date_order_is_guessed_but_unsure() {
    assert_eq!(judge(&["3/4/2026", "5/6/2026", "7/8/2026"]), order(DateOrder::Mdy, false));
    assert_eq!(judge(&["3/3/2026"]), order(DateOrder::Mdy, false));
    assert_eq!(judge(&["2026-03-15", "Mar 15, 2026", "5/6/2026"]), order(DateOrder::Mdy, false));
}

#[test]
fn dates_that_need_no_order() {
    assert_eq!(judge(&["2026-03-04", "20260305", "2026-03-04T10:20:00Z"]), order(DateOrder::Ymd, true));
    assert_eq!(judge(&["Mar 4, 2026", "4-Mar-2026"]), order(DateOrder::Mdy, true));
    let serials = DateVerdict::Order { order: DateOrder::Mdy, sure: true, two_digit_years: 0, serials: 2 };
    assert_eq!(judge(&["44927", "44928.5"]), serials);
}

#[test]
fn years_of_two_digits_may_come_first() {
    let verdict = |order, sure, n| DateVerdict::Order { order, sure, two_digit_years: n, serials: 0 };
    assert_eq!(judge(&["12/31/26", "1/2/26"]), verdict(DateOrder::Mdy, true, 2));
    assert_eq!(judge(&["31/12/26", "13/1/26"]), verdict(DateOrder::Dmy, false, 2));
    assert_eq!(judge(&["31/12/26", "1/2/26"]), verdict(DateOrder::Dmy, true, 2));
    assert_eq!(judge(&["31/12/85"]), verdict(DateOrder::Dmy, true, 1));
    assert_eq!(judge(&["26-03-04", "85-03-04"]), verdict(DateOrder::Ymd, true, 2));
    assert_eq!(judge(&["85-03-04", "12/31/2026", "1/2/2026"]), verdict(DateOrder::Mdy, false, 1));
    assert_eq!(judge(&["4-Mar-26"]), verdict(DateOrder::Mdy, true, 1));
}

#[test]
fn mixed_date_orders_are_reported() {
    let cells = ["12/31/2026", "31/12/2026", "30/12/2026", "1/2/2026"];
    assert_eq!(judge(&cells), DateVerdict::Mixed { mdy_only: 1, dmy_only: 2 });
}

#[test]
fn a_column_of_something_else() {
    assert_eq!(judge(&[]), DateVerdict::NoDates { dates: 0, filled: 0 });
    assert_eq!(judge(&["", " "]), DateVerdict::NoDates { dates: 0, filled: 0 });
    let cells = ["3/4/2026", "x", "y", "31/02/2026", ""];
    assert_eq!(judge(&cells), DateVerdict::NoDates { dates: 1, filled: 4 });
    assert_eq!(judge(&["13/4/2026", "TBD"]), order(DateOrder::Dmy, true));
}

#[test]
fn an_unchosen_date_order_is_doubted() {
    let doubt = |cells: &[&str], read_as: DateOrder| {
        let (first, last) = cells.split_at(cells.len() / 2);
        let of = |cells: &[&str]| {
            let mut profile = DateProfile::default();
            for cell in cells {
                profile.add(cell);
            }
            profile
        };
        // Two joined parts of a column equal the whole.
        let mut joined = of(first);
        joined.merge(&of(last));
        assert_eq!(joined, of(cells));
        joined.doubt(read_as).map(|doubt| doubt.describe("Loss", read_as))
    };
    assert_eq!(
        doubt(&["3/4/2026", "5/6/2026"], DateOrder::Mdy).unwrap(),
        "“Loss” is ambiguous: it is read as month/day/year, but every date also fits day/month/year"
    );
    assert_eq!(
        doubt(&["3/4/2026", "15/6/2026"], DateOrder::Mdy).unwrap(),
        "“Loss” is read as month/day/year, but its dates are day/month/year"
    );
    assert_eq!(
        doubt(&["3/14/2026", "15/6/2026", "1/2/2026"], DateOrder::Mdy).unwrap(),
        "“Loss” has mixed dates: 1 with the month first, 1 with the day first; it is read as month/day/year"
    );
    for cells in [&["3/14/2026", "5/6/2026"][..], &["2026-03-04"], &["4-Mar-2026"], &["x", "y"], &[]] {
        assert_eq!(doubt(cells, DateOrder::Mdy), None, "{cells:?}");
    }
}
