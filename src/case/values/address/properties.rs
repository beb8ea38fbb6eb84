use proptest::prelude::*;

use super::*;

fn street() -> impl Strategy<Value = String> {
    (
        1..9999u32,
        "(N |SW |1/2 )?[A-Z][b-z]{3,7}ing",
        prop::sample::select(vec!["St", "Ave", "Blvd", "Ln", "Street"]),
    )
        .prop_map(|(number, name, suffix)| format!("{number} {name} {suffix}"))
}

fn city() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "Denver",
        "O'Fallon",
        "St. Louis",
        "Winston-Salem",
        "Coeur d'Alene",
        "New York",
        "Washington",
        "Federal Way",
        "Ste. Genevieve",
        "Salt Lake City",
        "Española",
        "Grand Terrace",
        "Circle Pines",
    ])
    .prop_map(str::to_owned)
}

fn end() -> impl Strategy<Value = (String, String)> {
    let states = vec![
        ("CO", "80202"),
        ("NJ", "07102"),
        ("DC", "20001-1234"),
        ("ON", "M5V 2T6"),
        ("New York", "10001"),
    ];
    prop::sample::select(states).prop_map(|(state, zip)| (state.to_owned(), zip.to_owned()))
}

fn unit() -> impl Strategy<Value = String> {
    "(Apt|Unit|Suite|Ste|Bldg|#|Apt #) [1-9][0-9]{0,2}[A-Z]?|#[1-9]|Apt [A-D]|[45]th Floor"
}

fn country() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "USA", "US", "Canada", "United States"]).prop_map(str::to_owned)
}

fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Nothing is lost or added; only a part before the street moves.
fn check_nothing_is_lost(text: &str) -> Result<(), TestCaseError> {
    let Ok((a, form)) = Address::parse(text) else { return Ok(()) };
    let _ = a.doubts();
    let all =
        [&a.address_1, &a.address_2, &a.city, &a.state, &a.zip, &a.country].map(String::as_str).concat();
    let (mut given, mut got) = (letters(text), letters(&all));
    let start = text.trim_start_matches([',', ' ', '\n', '\r', '\t']);
    if form == AddressForm::Vendor || letters(start).starts_with(&letters(&a.address_1)) {
        prop_assert_eq!(&given, &got, "{:?}", text);
    }
    given.sort_unstable();
    got.sort_unstable();
    prop_assert_eq!(given, got, "{:?}", text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "12", "Main", "St", "Apt", "4", "#", ",", ", ", "\n", "Denver", "CO", "80202", "USA", "PO Box 5", "c/o",
                "Hwy", "&", "NE", "7102", "New York", "M5V", "2T6", "Unit 2", "Rear", "é", "\r\n", "Acme",
            ]),
            0..14,
        ),
        any in any::<String>(),
    ) {
        check_nothing_is_lost(&words.join(" "))?;
        check_nothing_is_lost(&any)?;
    }

    #[test]
    fn clean_slots_read_back(
        street in street(), city in city(), (state, zip) in end(), country in country(), from in 0..4usize,
    ) {
        let mut slots = [street, city, state, zip, country];
        slots[..from].fill(String::new());
        let text = slots.join(",");
        let (read, form) = Address::parse(&text).unwrap();
        let [address_1, city, state, zip, country] = slots;
        prop_assert_eq!(read, Address { address_1, address_2: String::new(), city, state, zip, country }, "{}", text);
        prop_assert_eq!(form, AddressForm::Vendor);
    }

    #[test]
    fn lines_and_one_line_say_the_same(
        street in street(), unit in unit(), city in city(), (state, zip) in end(), country in country(),
        care_of in any::<bool>(),
    ) {
        let front = if care_of { "c/o Jane Doe" } else { "" };
        let rest = [street.clone(), unit.clone(), format!("{city}, {state} {zip}"), country.clone()];
        let all: Vec<&str> =
            std::iter::once(front).chain(rest.iter().map(String::as_str)).filter(|t| !t.is_empty()).collect();
        let address_2 = if care_of { format!("{front}, {unit}") } else { unit.clone() };
        let want = Address { address_1: street.clone(), address_2, city: city.clone(), state, zip, country };
        for (between, form) in [("\n", AddressForm::Lines), ("\r\n", AddressForm::Lines), (", ", AddressForm::Free)] {
            let text = all.join(between);
            prop_assert_eq!(Address::parse(&text), Ok((want.clone(), form)), "{}", text);
        }
        let text = format!("{street} {unit} {city} {} {} {}", want.state, want.zip, want.country);
        let want = Address { address_2: unit, ..want };
        prop_assert_eq!(Address::parse(&text), Ok((want, AddressForm::Free)), "{}", text);
    }
}
