use super::AddressForm::{Free, Lines, Vendor};
use super::*;

/// Street, unit, city, state, ZIP, country.
type Want = [&'static str; 6];

fn check(form: AddressForm, table: &[(&str, Want)]) {
    let mut wrong = Vec::new();
    for (text, want) in table {
        let got = Address::parse(text)
            .map(|(a, form)| ([a.address_1, a.address_2, a.city, a.state, a.zip, a.country], form));
        if got != Ok((want.map(str::to_owned), form)) {
            wrong.push(format!("{text:?}: {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_vendors_form() {
    check(
        Vendor,
        &[
            ("12 Main St,Denver,CO,80202,US", ["12 Main St", "", "Denver", "CO", "80202", "US"]),
            ("12 Main St, Denver, CO, 80202", ["12 Main St", "", "Denver", "CO", "80202", ""]),
            (",Denver,CO,80202", ["", "", "Denver", "CO", "80202", ""]),
            (",,CO,80202", ["", "", "", "CO", "80202", ""]),
            (",,,80202", ["", "", "", "", "80202", ""]),
            ("12 Main St", ["12 Main St", "", "", "", "", ""]),
            ("1 A St,Denver,CO,80202,US,,", ["1 A St", "", "Denver", "CO", "80202", "US"]),
            ("", ["", "", "", "", "", ""]),
            ("12 Main St, Denver", ["12 Main St", "", "Denver", "", "", ""]),
            ("12 Main St, Denver, Colorado", ["12 Main St", "", "Denver", "Colorado", "", ""]),
            ("12 Main St, Denver,, 80202", ["12 Main St", "", "Denver", "", "80202", ""]),
            (
                "12 Main St Apt 4, Denver, co, 80202-1234",
                ["12 Main St Apt 4", "", "Denver", "co", "80202-1234", ""],
            ),
            ("1 Elm St, Newark, NJ, 7102", ["1 Elm St", "", "Newark", "NJ", "7102", ""]),
            ("1 Elm St, O'Fallon, MO, 63366", ["1 Elm St", "", "O'Fallon", "MO", "63366", ""]),
            ("1 Elm St, St. Louis, MO, 63101", ["1 Elm St", "", "St. Louis", "MO", "63101", ""]),
            ("1 Elm St, Federal Way, WA, 98003", ["1 Elm St", "", "Federal Way", "WA", "98003", ""]),
            ("1 Elm St, Detroit, Mich.", ["1 Elm St", "", "Detroit", "Mich.", "", ""]),
            ("1 Elm St; Denver; CO; 80202", ["1 Elm St", "", "Denver", "CO", "80202", ""]),
            ("1 Elm St, New York, NY", ["1 Elm St", "", "New York", "NY", "", ""]),
            ("1 Elm St, New York, New York, 10001", ["1 Elm St", "", "New York", "New York", "10001", ""]),
            ("1 Elm St, Washington, D.C., 20001", ["1 Elm St", "", "Washington", "D.C.", "20001", ""]),
            (
                "1 Elm St, Toronto, ON, M5V 2T6, Canada",
                ["1 Elm St", "", "Toronto", "ON", "M5V 2T6", "Canada"],
            ),
            (
                "1 Elm St, Toronto, Ontario, M5V2T6, CA",
                ["1 Elm St", "", "Toronto", "Ontario", "M5V2T6", "CA"],
            ),
            (
                "1 High St, London, Greater London, SW1A 2AA, UK",
                ["1 High St", "", "London", "Greater London", "SW1A 2AA", "UK"],
            ),
            ("Hauptstr. 5, Berlin, BE, 10115, DE", ["Hauptstr. 5", "", "Berlin", "BE", "10115", "DE"]),
            (
                "1 Calle Sol, San Juan, PR, 00901, Puerto Rico",
                ["1 Calle Sol", "", "San Juan", "PR", "00901", "Puerto Rico"],
            ),
            ("PO Box 12345", ["PO Box 12345", "", "", "", "", ""]),
            ("1200 County Rd 45200", ["1200 County Rd 45200", "", "", "", "", ""]),
            ("12 Main St Apt 10001", ["12 Main St Apt 10001", "", "", "", "", ""]),
            ("PO Box 12345, Boise, ID, 83701", ["PO Box 12345", "", "Boise", "ID", "83701", ""]),
            ("Rural Route 2 Box 15", ["Rural Route 2 Box 15", "", "", "", "", ""]),
            ("12 1/2 Main St", ["12 1/2 Main St", "", "", "", "", ""]),
            ("500 12th St Capitol Hill NE", ["500 12th St Capitol Hill NE", "", "", "", "", ""]),
            ("12 Main\nStreet, Denver, CO, 80202", ["12 Main Street", "", "Denver", "CO", "80202", ""]),
        ],
    );
}

#[test]
fn several_lines() {
    check(
        Lines,
        &[
            ("12 Main St\nApt 4\nDenver, CO 80202", ["12 Main St", "Apt 4", "Denver", "CO", "80202", ""]),
            (
                "12 Main St\r\nApt 4\r\nDenver, CO 80202\r\n",
                ["12 Main St", "Apt 4", "Denver", "CO", "80202", ""],
            ),
            ("12 Main St\nDenver CO 80202\nUSA", ["12 Main St", "", "Denver", "CO", "80202", "USA"]),
            (
                "12 Main St\n\nGrand Junction CO 81501",
                ["12 Main St", "", "Grand Junction", "CO", "81501", ""],
            ),
            (
                "12 Main St\nBack House\nDenver, CO 80202",
                ["12 Main St", "Back House", "Denver", "CO", "80202", ""],
            ),
            (
                "c/o Jane Doe\n12 Main St\nDenver, CO 80202",
                ["12 Main St", "c/o Jane Doe", "Denver", "CO", "80202", ""],
            ),
            ("12 Main St, Apt 4\nDenver, CO", ["12 Main St", "Apt 4", "Denver", "CO", "", ""]),
            (
                "12 Main St, Apt 4\nNew York, New York",
                ["12 Main St", "Apt 4", "New York", "New York", "", ""],
            ),
            ("12 Main St\nDenver, Colorado", ["12 Main St", "", "Denver", "Colorado", "", ""]),
            ("12 Main St\nApt 4", ["12 Main St", "Apt 4", "", "", "", ""]),
            ("PO Box 5\nBoise, ID 83701", ["PO Box 5", "", "Boise", "ID", "83701", ""]),
            ("1 Elm St\nToronto ON  M5V 2T6\nCanada", ["1 Elm St", "", "Toronto", "ON", "M5V 2T6", "Canada"]),
        ],
    );
}

#[test]
fn in_one_line() {
    check(
        Free,
        &[
            ("12 Main St, Apt 4, Denver, CO 80202", ["12 Main St", "Apt 4", "Denver", "CO", "80202", ""]),
            ("12 Main St, Apt 4, Denver, CO, 80202", ["12 Main St", "Apt 4", "Denver", "CO", "80202", ""]),
            ("1 A St, Unit 2, Denver, CO, 80202, US", ["1 A St", "Unit 2", "Denver", "CO", "80202", "US"]),
            ("12 Main St, Apt 4", ["12 Main St", "Apt 4", "", "", "", ""]),
            ("12 Main St, Apt 4, Denver", ["12 Main St", "Apt 4", "Denver", "", "", ""]),
            (
                "12 Main St, Suite One, Denver, CO, 80202",
                ["12 Main St", "Suite One", "Denver", "CO", "80202", ""],
            ),
            (
                "12 Main St, Bldg 2, Apt 4, Denver, CO 80202",
                ["12 Main St", "Bldg 2, Apt 4", "Denver", "CO", "80202", ""],
            ),
            ("12 Main St, Rear, Denver, CO 80202", ["12 Main St", "Rear", "Denver", "CO", "80202", ""]),
            ("12 Main St #4, Denver, CO 80202", ["12 Main St", "#4", "Denver", "CO", "80202", ""]),
            (
                "12 Main St, 2nd Floor, Denver, CO 80202",
                ["12 Main St", "2nd Floor", "Denver", "CO", "80202", ""],
            ),
            ("12 Main St, Denver, CO 80202, USA", ["12 Main St", "", "Denver", "CO", "80202", "USA"]),
            ("12 Main St, Denver, CO 80202 U.S.A.", ["12 Main St", "", "Denver", "CO", "80202", "U.S.A."]),
            ("12 Main St,,Denver,CO,80202", ["12 Main St", "", "Denver", "CO", "80202", ""]),
            ("12 Main St Denver CO 80202-1234", ["12 Main St", "", "Denver", "CO", "80202-1234", ""]),
            ("12 Main St Denver, CO 80202", ["12 Main St", "", "Denver", "CO", "80202", ""]),
            ("12 Main St Denver, CO, 80202", ["12 Main St", "", "Denver", "CO", "80202", ""]),
            ("12 Main St Denver CO", ["12 Main St", "", "Denver", "CO", "", ""]),
            ("12 Main St, Denver CO, 80202", ["12 Main St", "", "Denver", "CO", "80202", ""]),
            ("12 Main St, Apt 4 Denver, CO 80202", ["12 Main St", "Apt 4", "Denver", "CO", "80202", ""]),
            ("12 Main St N Apt 4 Denver CO 80202", ["12 Main St N", "Apt 4", "Denver", "CO", "80202", ""]),
            ("12 Broadway # 4 Denver CO 80202", ["12 Broadway", "# 4", "Denver", "CO", "80202", ""]),
            ("PO Box 5, Boise ID 83701", ["PO Box 5", "", "Boise", "ID", "83701", ""]),
            ("P.O. Box 5 Boise ID 83701", ["P.O. Box 5", "", "Boise", "ID", "83701", ""]),
            ("12 Main St, PO Box 5, Boise, ID 83701", ["12 Main St", "PO Box 5", "Boise", "ID", "83701", ""]),
            ("Rural Route 2 Box 15 Boise ID 83701", ["Rural Route 2 Box 15", "", "Boise", "ID", "83701", ""]),
            ("12 Main St, Toronto, ON M5V 2T6", ["12 Main St", "", "Toronto", "ON", "M5V 2T6", ""]),
            ("12 Main St Toronto ON M5V 2T6 CA", ["12 Main St", "", "Toronto", "ON", "M5V 2T6", "CA"]),
            ("100 W 5th St, O'Fallon, MO 63366", ["100 W 5th St", "", "O'Fallon", "MO", "63366", ""]),
            ("100 W 5th St St. Louis MO 63101", ["100 W 5th St", "", "St. Louis", "MO", "63101", ""]),
            (
                "12 1/2 Main St, Winston-Salem, NC 27101",
                ["12 1/2 Main St", "", "Winston-Salem", "NC", "27101", ""],
            ),
            ("12 Main St Coeur d'Alene ID 83814", ["12 Main St", "", "Coeur d'Alene", "ID", "83814", ""]),
            ("12 Main St New York NY 10001", ["12 Main St", "", "New York", "NY", "10001", ""]),
            ("12 Main St, New York, New York 10001", ["12 Main St", "", "New York", "New York", "10001", ""]),
            (
                "1600 Pennsylvania Ave NW, Washington, DC 20500",
                ["1600 Pennsylvania Ave NW", "", "Washington", "DC", "20500", ""],
            ),
            (
                "1600 Pennsylvania Ave NW Washington DC 20500",
                ["1600 Pennsylvania Ave NW", "", "Washington", "DC", "20500", ""],
            ),
            ("12 Main St Federal Way WA 98003", ["12 Main St", "", "Federal Way", "WA", "98003", ""]),
            ("12 Main St, Port St. Lucie, FL 34952", ["12 Main St", "", "Port St. Lucie", "FL", "34952", ""]),
            ("12 Main St Ste Genevieve MO 63670", ["12 Main St", "", "Ste Genevieve", "MO", "63670", ""]),
            ("12 Park Place Dr Denver CO 80202", ["12 Park Place Dr", "", "Denver", "CO", "80202", ""]),
            ("1200 Hwy 50 Gunnison CO 81230", ["1200 Hwy 50", "", "Gunnison", "CO", "81230", ""]),
            ("Hwy 50 & County Rd 7, Gunnison CO", ["Hwy 50 & County Rd 7", "", "Gunnison", "CO", "", ""]),
            (
                "c/o Jane Doe, 12 Main St, Denver, CO 80202",
                ["12 Main St", "c/o Jane Doe", "Denver", "CO", "80202", ""],
            ),
            (
                "Acme Inc, 12 Main St, Denver, CO 80202",
                ["12 Main St", "Acme Inc", "Denver", "CO", "80202", ""],
            ),
            (
                "Empire State Building, New York, NY 10118",
                ["Empire State Building", "", "New York", "NY", "10118", ""],
            ),
            ("Denver, CO 80202", ["", "", "Denver", "CO", "80202", ""]),
            ("Denver, CO", ["", "", "Denver", "CO", "", ""]),
            ("St. Louis, MO 63101", ["", "", "St. Louis", "MO", "63101", ""]),
            (
                "12 Main St, Port Washington, NY 11050",
                ["12 Main St", "", "Port Washington", "NY", "11050", ""],
            ),
            ("1 Elm St, Charleston, W. Va. 25301", ["1 Elm St", "", "Charleston", "W. Va.", "25301", ""]),
            ("1 Elm St, Miami, Fla 33101", ["1 Elm St", "", "Miami", "Fla", "33101", ""]),
            ("1 Elm St, Denver, CO 80202-", ["1 Elm St", "", "Denver", "CO", "80202", ""]),
            (
                "1 Elm St, Reno, Washoe County, NV 89501",
                ["1 Elm St", "Washoe County", "Reno", "NV", "89501", ""],
            ),
            ("1 Elm St, Orange County, CA 92868", ["1 Elm St", "", "Orange County", "CA", "92868", ""]),
            ("PSC 12, Box 56, APO, AE 09204", ["PSC 12", "Box 56", "APO", "AE", "09204", ""]),
            (
                "1 Luna St, Urb. Flores, Ponce, PR 00716",
                ["1 Luna St", "Urb. Flores", "Ponce", "PR", "00716", ""],
            ),
            ("12 Main St, Newark, NJ 7102", ["12 Main St", "", "Newark", "NJ", "7102", ""]),
            ("Unit 2050 Box 4190, APO, AP 96278", ["Unit 2050 Box 4190", "", "APO", "AP", "96278", ""]),
        ],
    );
}

#[test]
fn what_is_not_certain_is_refused() {
    for text in [
        "12 Broadway Denver CO 80202",
        "Colorado Springs CO 80903",
        "12 Main St 80202",
        "12 Main St Denver CO 80202 1234",
        "12 Main St Denver 80202 USA",
        "12 Main St Port St Lucie FL 34952",
        "12 Main St N Charleston SC 29405",
        "12 Main St West Chester PA 19380",
        "12 Main St New York 10001",
        "12 Main St Circle Pines MN 55014",
        "12 Main St\nDenver",
        "12 Main St\n14 Oak St\nDenver",
    ] {
        let read = Address::parse(text);
        assert!(matches!(read, Err(AddressError::Unclear(_))), "{text}: {read:?}");
    }
    for text in [
        "12 Main St, Back House, Denver, CO, 80202",
        "12 Main St, Denver, 80202",
        "12 Main St, Denver CO 80202 1234",
        "12 Main St, Denver, XX, 80202",
        "12 Main St, Denver, CO, Soon",
        "12 Broadway Denver, CO 80202",
        "12 Main St, CO 80202",
        "12 Main St, Port Washington 11050",
        "Acme Inc, 12 Main St, New York",
        "12 Main St, 14 Oak St, Denver, CO 80202",
        "1 A St, Unit 2, London, , UK",
    ] {
        let read = Address::parse(text);
        assert!(matches!(read, Err(AddressError::Shifted { .. })), "{text}: {read:?}");
    }
    let six = Address::parse("1 A St, Back House, Denver, CO, 80202, US");
    assert_eq!(six, Err(AddressError::TooManyParts(6)));
    let message = Address::parse("12 Main St, Back House, Denver, CO, 80202").unwrap_err().to_string();
    assert_eq!(
        message,
        "street would be “12 Main St”, city would be “Back House”, state would be “Denver”, ZIP would be “CO”, \
         country would be “80202”: “80202” is a ZIP, not a country, and one part is neither a street, a unit nor a city"
    );
}

#[test]
fn doubtful_addresses() {
    use crate::case::values::address::doubt::AddressDoubt::*;
    let doubts = |slots: [&str; 5]| {
        let [address_1, city, state, zip, country] = slots.map(str::to_owned);
        Address { address_1, address_2: String::new(), city, state, zip, country }.doubts()
    };
    assert_eq!(doubts(["12 Main St", "Denver", "CO", "80202", "US"]), []);
    assert_eq!(doubts(["1 Elm St", "Newark", "NJ", "7102", ""]), [ShortZip]);
    assert_eq!(doubts(["Homeless", "Denver", "CO", "", ""]), [SaysNoStreet]);
    let in_county = Address { address_2: "Apt 4, Adams County".to_owned(), ..Address::default() };
    assert_eq!(in_county.doubts(), [County]);
    assert_eq!(doubts(["1 Elm St", "Denver", "CO", "8020", ""]), [ShortZip, ZipOfOtherState]);
    assert_eq!(doubts(["1 Elm St", "Denver", "CO", "8", ""]), [UnknownZip]);
    assert_eq!(doubts(["1 Elm St", "Denver", "XX", "80202", ""]), [UnknownState]);
    assert_eq!(doubts(["1 Elm St", "Denver", "CO", "10001", ""]), [ZipOfOtherState]);
    assert_eq!(doubts(["1 Elm St", "Toronto", "ON", "M5V 2T6", "Canada"]), []);
    assert_eq!(doubts(["1 Elm St", "El Paso", "TX", "88510", ""]), []);
    assert_eq!(doubts(["1 Elm St", "Holtsville", "NY", "00501", ""]), []);
    assert_eq!(doubts(["1 Elm St", "London", "", "SW1A 2AA", "UK"]), []);
    assert_eq!(doubts(["1 Elm St", "Denver", "CO", "", "80202"]), [ZipInCountry]);
    assert_eq!(doubts(["Denver", "Colorado", "", "", ""]), [StateInCity]);
    assert_eq!(doubts(["1 Elm St", "Denver CO", "", "", ""]), [StateInCity]);
    assert_eq!(doubts(["12 Broadway Denver CO", "", "", "", ""]), [StateInStreet]);
    assert_eq!(doubts(["500 12th St NE", "", "", "", ""]), []);
    for street in ["80202", "80202-1234", "CO", "Colorado"] {
        assert_eq!(doubts([street, "", "", "", ""]), [NoStreet], "{street}");
    }
    // It may be a house number; damage to it is reported by itself.
    assert_eq!(doubts(["3014", "", "", "", ""]), []);
    assert_eq!(doubts(["Washington", "Denver", "CO", "80202", ""]), []);
    assert_eq!(doubts(["12 Main St|Denver|CO|80202", "", "", "", ""]), [PartsInStreet]);
    assert_eq!(doubts(["12 Main St; Denver; CO 80202", "", "", "", ""]), [PartsInStreet]);
    assert_eq!(doubts(["12 Main St; rear", "Denver", "CO", "80202", ""]), []);
    assert_eq!(doubts(["1 Elm St", "Denver, CO 80202", "", "", ""]), [ZipInCity]);
    assert_eq!(doubts(["1 Elm St", "80202", "", "", ""]), [ZipInCity]);
    assert_eq!(doubts(["1 Elm St", "Apt 4", "", "", ""]), [UnitInCity]);
    for city in ["London SW1A 2AA", "80331 München", "-104.9903"] {
        assert_eq!(doubts(["1 Elm St", city, "", "", ""]), [DigitsInCity], "{city}");
    }
    assert_eq!(doubts(["1 Elm St", "80331 München", "", "", "Germany"]), [DigitsInCity]);
    assert_eq!(doubts(["1 Elm St", "Dublin 2", "", "", "Ireland"]), []);
    assert_eq!(doubts(["Av. Reforma 1", "Col. Juárez", "Cuauhtémoc", "CDMX 06600", "Mexico"]), [WordInZip]);
    let shifted = ["Calle 5 #123", "Col. Centro", "06000 Ciudad de México", "CDMX", "Mexico"];
    assert_eq!(doubts(shifted), [NoZip, DigitsInState]);
    for zip in ["1012 AB", "SE-111 22", "D02 X285", "SW1A 2AA"] {
        assert_eq!(doubts(["1 Elm St", "Elsewhere", "", zip, "France"]), [], "{zip}");
    }
    assert_eq!(doubts(["1 Elm St", "0", "", "", ""]), []);
    for zip in ["802021234", "80202-1234"] {
        assert_eq!(doubts(["1 Elm St", "Denver", "CO", zip, ""]), [], "{zip}");
    }
    assert_eq!(doubts(["1 Elm St", "London", "Greater London", "SW1A 2AA", ""]), []);
    assert_eq!(doubts(["1 Elm St", "London", "CO", "SW1A 2AA", ""]), [UnknownZip]);
    assert_eq!(doubts(["1 Elm St", "Denver, CO", "CO", "80202", ""]), [StateInCity]);
    assert_eq!(doubts(["Denver", "1 Main St", "CO", "80202", ""]), [StreetInCity]);
    assert_eq!(doubts(["1 Main St #4 Denver CO 80202", "", "", "", ""]), [WholeInStreet]);
    assert_eq!(doubts(["1 Main St, Denver, CO 80202", "Denver", "CO", "80202", ""]), [WholeInStreet]);
    for city in ["100 Mile House", "St. Louis", "Park City", "29 Palms"] {
        assert_eq!(doubts(["1 Elm St", city, "", "", ""]), [], "{city}");
    }
    assert!(!ShortZip.message().is_empty());
}

/// In quadratic time, each text would take minutes.
#[test]
fn a_long_text_is_read_at_once() {
    for piece in [
        "a ",
        "a,",
        "12 Main St ",
        "Apt 4 ",
        "Apt 4,",
        "\n",
        "a\n",
        "CO ",
        "80202 ",
        "#1 ",
        "é",
        "c/o,",
        "CO,80202,",
        "1",
    ] {
        let text = piece.repeat(30_000 / piece.len());
        for text in [text.clone(), format!("12 Main St, {text}"), format!("{text}, Denver, CO 80202")] {
            if let Ok((address, _)) = Address::parse(&text) {
                let _ = address.doubts();
            }
        }
    }
}

#[test]
fn states_in_the_country_are_no_foreign_countries() {
    use crate::case::values::address::doubt::AddressDoubt::{
        ShortZip, StateInCountry, StateOfOtherCountry, ZipOfOtherState,
    };
    let doubts = |[city, state, zip, country]: [&str; 4]| {
        let text = str::to_owned;
        let (city, state, zip, country) = (text(city), text(state), text(zip), text(country));
        Address { address_1: text("1 Elm St"), address_2: String::new(), city, state, zip, country }.doubts()
    };
    for [state, zip, country] in [
        ["CA", "90001", "CA"],
        ["CA", "", "CA"],
        ["", "90001", "CA"],
        ["DE", "19801", "DE"],
        ["GA", "30301", "Georgia"],
        ["CO", "80202", "CA"],
        ["Indiana", "46204", "IN"],
    ] {
        assert_eq!(doubts(["City", state, zip, country]), [StateInCountry], "{state} {zip} {country}");
    }
    for [state, zip, country] in [
        ["ON", "M5V 2T6", "CA"],
        ["", "M5V 2T6", "CA"],
        ["", "80331", "DE"],
        ["CO", "80202", "US"],
        ["CO", "80202", "N/A"],
        ["", "SW1A 2AA", "UK"],
        ["Jalisco", "44100", "Mexico"],
        ["CO", "25000", "MX"],
    ] {
        assert_eq!(doubts(["City", state, zip, country]), [], "{state} {zip} {country}");
    }
    assert_eq!(doubts(["Denver", "CO", "80202", "Namibia"]), [StateOfOtherCountry]);
    assert_eq!(doubts(["Denver", "CO", "80202", "NA"]), [StateOfOtherCountry]);
    assert_eq!(doubts(["Denver", "CO", "10001", "CA"]), [StateInCountry, ZipOfOtherState]);
    assert_eq!(doubts(["Newark", "NJ", "7102", "CA"]), [ShortZip]);
}

#[test]
fn the_rest_of_an_address_is_read_beside_its_street() {
    for (text, city, state, zip) in [
        ("Denver, CO 80202", "Denver", "CO", "80202"),
        ("Denver CO 80202-1234", "Denver", "CO", "80202-1234"),
        ("San Diego CA 92101", "San Diego", "CA", "92101"),
        ("St. Louis, Missouri, 63101", "St. Louis", "Missouri", "63101"),
        ("Austin, TX", "Austin", "TX", ""),
        ("New York", "New York", "", ""),
        ("New York 10001", "New York", "", "10001"),
        ("Boulder", "Boulder", "", ""),
        ("NV", "", "NV", ""),
        ("89501", "", "", "89501"),
        ("Toronto, ON M5V 2T6", "Toronto", "ON", "M5V 2T6"),
        ("Denver; CO; 80202", "Denver", "CO", "80202"),
        ("Denver\nCO 80202", "Denver", "CO", "80202"),
    ] {
        let found = Address::parse_city(text).unwrap_or_else(|| panic!("{text}"));
        let parts = [found.city.as_str(), found.state.as_str(), found.zip.as_str()];
        assert_eq!((parts, found.address_1.as_str()), ([city, state, zip], ""), "{text}");
    }
    for text in ["12 Main St, Denver, CO 80202", "12 Main St", "Apt 4, Denver, CO 80202", "", ","] {
        assert_eq!(Address::parse_city(text), None, "{text}");
    }
}
