use super::*;

fn judge(cells: &[&str]) -> DateVerdict {
    let mut profile = DateProfile::default();
    for cell in cells {
        profile.add(cell);
    }
    profile.verdict()
}

fn order(order: DateOrder, sure: bool) -> DateVerdict {
    DateVerdict::Order { order, sure }
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
    assert_eq!(judge(&["44927", "44928.5"]), order(DateOrder::Mdy, true));
}

#[test]
fn years_of_two_digits_may_come_first() {
    assert_eq!(judge(&["12/31/26", "1/2/26"]), order(DateOrder::Mdy, true));
    assert_eq!(judge(&["31/12/26", "13/1/26"]), order(DateOrder::Dmy, false));
    assert_eq!(judge(&["31/12/26", "1/2/26"]), order(DateOrder::Dmy, true));
    assert_eq!(judge(&["31/12/85"]), order(DateOrder::Dmy, true));
    assert_eq!(judge(&["26-03-04", "85-03-04"]), order(DateOrder::Ymd, true));
    assert_eq!(judge(&["85-03-04", "12/31/2026", "1/2/2026"]), order(DateOrder::Mdy, false));
    assert_eq!(judge(&["4-Mar-26"]), order(DateOrder::Mdy, true));
}

#[test]
fn mixed_date_orders_are_reported() {
    let cells = ["12/31/2026", "31/12/2026", "30/12/2026", "1/2/2026"];
    assert_eq!(judge(&cells), DateVerdict::Mixed { mdy_only: 1, dmy_only: 2 });
}

#[test]
fn a_column_of_something_else() {
    assert_eq!(judge(&[]), DateVerdict::NoDates);
    assert_eq!(judge(&["", " "]), DateVerdict::NoDates);
    let cells = ["3/4/2026", "x", "y", "31/02/2026", ""];
    assert_eq!(judge(&cells), DateVerdict::NoDates);
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
        doubt(&["3/4/2026", "5/6/2026"], DateOrder::Ymd).unwrap(),
        "“Loss” is read as year-month-day, but its dates are month/day/year"
    );
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

fn conflict(cells: &[&str], read_as: DateOrder, chosen: bool) -> Option<DateConflict> {
    let mut profile = DateProfile::default();
    for cell in cells {
        profile.add(cell);
    }
    profile.conflict(read_as, chosen)
}

#[test]
fn half_converted_dates_are_in_conflict_with_any_order() {
    let cells = ["2027-03-04", "25/04/2027", "14/04/2027", "2027-05-04 00:00:00"];
    for (order, chosen) in [(DateOrder::Dmy, true), (DateOrder::Mdy, false), (DateOrder::Ymd, true)] {
        let found = conflict(&cells, order, chosen);
        assert_eq!(found, Some(DateConflict::HalfConverted { converted: 2, text: 2 }));
    }
    let of = |cells: &[&str]| conflict(cells, DateOrder::Dmy, true);
    assert!(of(&["2027-03-04", "04/25/2027"]).is_some(), "as text in a program with the day first");
    for clean in [
        &["2027-03-14", "2027-03-04", "25/04/2027"][..],
        &["2027-03-04", "25/04/2027", "5/4/2027"],
        &["2027-03-04", "25/04/2027", "5/5/2027"],
        &["2027-03-04", "2027-05-04"],
        &["25/04/2027", "14/04/2027"],
        &["Mar 4, 2027", "25/04/2027"],
    ] {
        assert_eq!(of(clean), None, "{clean:?}");
    }
}

#[test]
fn dates_that_contradict_the_chosen_order_make_ambiguous_ones_doubtful() {
    let cells = ["03/04/2027", "05/04/2027", "25/04/2027", "26/04/2027"];
    let contradicted = DateConflict::Contradicted { order: DateOrder::Dmy, only: 2, ambiguous: 2 };
    assert_eq!(conflict(&cells, DateOrder::Mdy, true), Some(contradicted));
    assert_eq!(conflict(&cells, DateOrder::Dmy, true), None);
    assert_eq!(conflict(&cells, DateOrder::Mdy, false), None, "the default order has its own doubt");
    // Nothing that fits both orders, or a single slip among dates that prove the order.
    assert_eq!(conflict(&["25/04/2027", "26/04/2027"], DateOrder::Mdy, true), None);
    let slip = ["25/04/2027", "04/26/2027", "04/27/2027", "3/4/2027"];
    assert_eq!(conflict(&slip, DateOrder::Mdy, true), None);
    // A second one isn't a slip, and no one has to choose the order for that.
    let few = ["25/04/2027", "26/04/2027", "04/26/2027", "04/27/2027", "04/28/2027", "3/4/2027"];
    for chosen in [true, false] {
        let found = conflict(&few, DateOrder::Mdy, chosen);
        let contradicted = DateConflict::Contradicted { order: DateOrder::Dmy, only: 2, ambiguous: 1 };
        assert_eq!(found, Some(contradicted));
        assert!(contradicted.is_contradiction());
    }
    // Nothing is wrong with dates that are the same day.
    assert_eq!(conflict(&["25/04/2027", "26/04/2027", "3/3/2027", "5/5/2027"], DateOrder::Mdy, true), None);
    let short = ["25/04/27", "26/04/27", "04/26/27", "04/27/27", "3/4/27"];
    let Some(DateConflict::Contradicted { order: DateOrder::Dmy, .. }) =
        conflict(&short, DateOrder::Mdy, true)
    else {
        panic!("two digits may be a year or a day");
    };
    assert_eq!(
        contradicted.describe("Due", DateOrder::Mdy),
        "“Due” is read as month/day/year, but 2 of its dates fit only day/month/year; 2 that fit both may be sent as other \
         days"
    );
}

#[test]
fn dates_with_dots_among_others_are_doubtful_with_the_month_first() {
    let cells = ["3/4/2027", "5/24/2027", "6.4.2027", "7.4.2027", "8.8.2027 10:20:00.000"];
    for chosen in [true, false] {
        assert_eq!(conflict(&cells, DateOrder::Mdy, chosen), Some(DateConflict::Dotted { dotted: 2 }));
    }
    for clean in [
        &["3/4/2027", "6.4.2027", "6.24.2027"][..],
        &["3.4.2027", "6.4.2027"],
        &["3/4/2027 10:20:00.000", "5/24/2027"],
        &["3/4/2027", "6.6.2027"],
    ] {
        assert_eq!(conflict(clean, DateOrder::Mdy, true), None, "{clean:?}");
    }
    assert_eq!(conflict(&["3/4/2027", "6.4.2027"], DateOrder::Dmy, true), None);
}

#[test]
fn one_date_among_many_does_not_prove_that_the_day_comes_first() {
    let mut cells = vec!["3/4/2026"; 8];
    cells.push("13/5/2026");
    let few = DateConflict::FewProofs { only: 1, ambiguous: 8 };
    assert_eq!(conflict(&cells, DateOrder::Dmy, true), Some(few));
    assert!(few.describe("Due", DateOrder::Dmy).contains("only because of 1 date; 8 others also fit"));
    assert_eq!(conflict(&cells[1..], DateOrder::Dmy, true), None);
    // Nothing to doubt: days that are the same in both orders, dots, and months that come first.
    cells[..8].fill("4/4/2026");
    assert_eq!(conflict(&cells, DateOrder::Dmy, true), None);
    let mut dotted = vec!["3.4.2026"; 8];
    dotted.push("13.5.2026");
    assert_eq!(conflict(&dotted, DateOrder::Dmy, true), None);
    let mut american = vec!["3/4/2026"; 8];
    american.push("5/13/2026");
    assert_eq!(conflict(&american, DateOrder::Mdy, false), None);
}
