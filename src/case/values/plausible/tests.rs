use proptest::prelude::*;

use super::*;

type Check = fn(&str) -> Option<&'static str>;

fn assert_plausible(check: Check, texts: &[&str]) {
    for text in texts {
        assert_eq!(check(text), None, "{text:?}");
    }
}

fn assert_odd(check: Check, table: &[(&str, &str)]) {
    for (text, part) in table {
        let message = check(text).unwrap_or_else(|| panic!("{text:?} passes"));
        assert!(message.contains(part), "{text:?} {message}");
    }
}

#[test]
fn phones() {
    assert_plausible(
        phone,
        &[
            "",
            "303-555-0100",
            "(303) 555-0100",
            "(303)555-0100",
            "303.555.0100",
            "303 555 0100",
            "3035550100",
            "1-303-555-0100",
            "13035550100",
            "+1 303 555 0100",
            "+1 (303) 555-0100",
            "555-0123",
            "303-555-0100 x123",
            "303-555-0100x123",
            "303-555-0100 ext. 12345",
            "303-555-0100, ext 5",
            "303-555-0100 #12",
            "303-555-0100 / 303-555-0101",
            "303-555-0100/0101",
            "303-555-0100; (720) 555-0101",
            "303-555-0100 303-555-0101",
            "303-555-0100 - 303-555-0101",
            "(303) 555-0100 (720) 555-0101",
            "(303)555-0100(720)555-0101",
            "303-555-0100\n720-555-0101",
            "303-555-0100 or 720-555-0101",
            "Cell: 303-555-0100, Home: 720-555-0101",
            "1: 303-555-0100 2: 303-555-0101",
            "303-555-0100 (wife Mary, after 5pm)",
            "c 303-555-0100",
            "tel:+13035550100",
            "+44 20 7946 0958",
            "+44 (0)20 7946 0958",
            "011 44 20 7946 0958",
            "0044 20 7946 0958",
            "+52 55 1234 5678",
            "+49-30-901820",
            "1-800-FLOWERS",
            "800-GET-HELP",
            "303–555–0100",
        ],
    );
    assert_odd(
        phone,
        &[
            ("12/31/1969", "too few"),
            ("1969-12-31", "too few"),
            ("303-555-010", "too few"),
            ("303-555", "too few"),
            ("123-45-6789", "too few"),
            ("303-555-01000", "too many"),
            ("3035550100.0", "too many"),
            ("30355501003035550101", "too many"),
            ("3.04E+09", "too few"),
            ("0000000000", "one digit repeated"),
            ("555-555-5555", "one digit repeated"),
            ("999-9999", "one digit repeated"),
            ("103-555-0100", "area code"),
            ("1-103-555-0100", "area code"),
            ("303-155-0100", "after the area code"),
            ("+1 303 155 0100", "after the area code"),
            ("+1 303-555-010", "area code"),
            ("+44 20", "too few"),
            ("XXX-XXX-0100", "too few"),
            ("n/a", "no phone number"),
            ("none", "no phone number"),
            ("john@example.com", "no phone number"),
            ("303-555-0100 / 303-555-01011", "too many"),
        ],
    );
}

#[test]
fn emails() {
    assert_plausible(
        email,
        &[
            "",
            "john@example.com",
            "J.O'Neil+case@mail.example.co.uk",
            "a@b.com; c@d.com",
            "a@b.com;c@d.com;",
            "a@b.com, c@d.com",
            "a@b.com / c@d.com",
            "a@b.com\nc@d.com",
            "a@b.com or c@d.com",
            "a@b.com (work)",
            "work: a@b.com",
            "John Smith <john@example.com>",
            "Smith, John <john@example.com>; <c@d.com>",
            "mailto:john@example.com",
            "jörg@müller.de",
            "a@b.museum",
            "a@xn--bcher-kva.xn--p1ai",
        ],
    );
    assert_odd(
        email,
        &[
            ("john@example", "no dot"),
            ("john.example.com", "without an @"),
            ("john smith@example.com", "without an @"),
            ("n/a", "without an @"),
            ("none", "without an @"),
            ("john@@example.com", "two @"),
            ("a@b.com c@d", "no dot"),
            ("a@b.comc@d.com", "two @"),
            ("@example.com", "nothing before"),
            ("john@example.", "dot at the end"),
            ("john.@example.com", "dot at the end"),
            ("john@.com", "extra dot"),
            ("jo..hn@example.com", "extra dot"),
            ("john@example..com", "extra dot"),
            ("john@gmail.con", ".con"),
            ("john@gmail.c", "doesn't exist"),
            ("john@10.0.0.1", "doesn't exist"),
            ("john@exam_ple.com", "a character"),
            ("john@example.com>", "a character"),
            ("John <john@example>", "no dot"),
            (";", "no e-mail"),
        ],
    );
}

#[test]
fn social_security_numbers() {
    assert_plausible(
        ssn,
        &[
            "",
            "123-45-6789",
            "123456789",
            "123 45 6789",
            // A Canadian number, with its check digit.
            "046 454 286",
            "046-454-286",
            "123.45.6789",
            "123-456789",
            "XXX-XX-6789",
            "xxx-xx-6789",
            "***-**-6789",
            "XXXXX6789",
            "###-##-6789",
            "6789",
            "001-01-0001",
        ],
    );
    assert_odd(
        ssn,
        &[
            ("12345678", "leading zero"),
            ("1234567", "leading zero"),
            ("12-345-678", "leading zero"),
            ("1234567890", "more than nine"),
            ("12345", "too few"),
            ("-", "too few"),
            ("000-45-6789", "000 or 666"),
            ("666-45-6789", "000 or 666"),
            ("900-45-6789", "ITIN"),
            ("123-00-6789", "00 in the middle"),
            ("123-45-0000", "0000"),
            ("XXX-XX-0000", "0000"),
            ("XXX-XX-XXXX", "fully masked"),
            ("111-11-1111", "nine times"),
            ("078-05-1120", "advertisements"),
            ("12-3456789", "employer"),
            ("1234-5-6789", "isn't grouped"),
            ("046-454-287", "isn't grouped"),
            ("n/a", "a character"),
            ("123-45-6789.0", "more than nine"),
            ("1.23E+08", "a character"),
        ],
    );
}

#[test]
fn web_addresses_and_countries() {
    assert_plausible(link, &["", "https://acme.example/a?b=c#d", "HTTP://10.0.0.1:80", " http://x "]);
    for text in
        ["acme.example", "www.acme.example", "ftp://acme.example", "http://", "see file", "mailto:a@b.co"]
    {
        assert_odd(link, &[(text, "isn't a web address")]);
    }
    assert_plausible(country, &["", "USA", "México", "de"]);
    assert_odd(
        country,
        &[
            ("Narnia", "isn't a known country"),
            ("80202", "isn't a known country"),
            ("unknown", "isn't a known country"),
            ("N/A", "isn't a known country"),
            ("No", "isn't a known country"),
            ("NA", "may mean that there is none, but is the code of Namibia"),
        ],
    );
}

#[test]
fn days_that_no_case_has() {
    use DateMeaning::{Birth, Case, Loss, Other};
    let today = Date::constant(2026, 11, 29);
    for (year, of, odd) in [
        (226, Other, true),
        (2926, Other, true),
        (9999, Case, true),
        (1899, Birth, true),
        (1900, Birth, true),
        (1901, Birth, false),
        (1926, Birth, false),
        (1900, Other, true),
        (1926, Other, false),
        (2037, Other, true),
        (2036, Case, false),
        (2037, Case, true),
        (2015, Case, true),
        (2016, Case, false),
        (1985, Loss, true),
        (1986, Loss, false),
    ] {
        assert_eq!(day(Date::constant(year, 3, 4), today, of).is_some(), odd, "{year} {of:?}");
    }
}

proptest! {
    #[test]
    fn numbers_of_north_america_pass(
        area in "[2-9][0-9]{2}", exchange in "[2-9][0-9]{2}", line in "[0-9]{3}1",
        form in prop::sample::select(vec!["A-E-L", "(A) E-L", "AEL", "A.E.L", "+1 A E L", "1-A-E-L", "A-E-L x12", "A-E-L / A-E-L", "A E L A E L"]),
    ) {
        prop_assume!(area != exchange);
        let text = form.replace('A', &area).replace('E', &exchange).replace('L', &line);
        prop_assert_eq!(phone(&text), None, "{}", text);
    }

    #[test]
    fn no_text_breaks_it(text in r"(\PC|[0-9@.<>;+()xX* -]|[\u{a0}\n\t]){0,40}") {
        for check in [phone, email, ssn, link, country] {
            let _ = check(&text);
        }
    }
}

/// In quadratic time, this would take hours.
#[test]
fn long_cells_are_read_once() {
    for piece in ["1", "303-555-0100 ", "(", "<", "a@", ".", "a@b.com;", "-", " ", "x", "<a@b.com>", "•", "ü"]
    {
        let text = piece.repeat(500_000 / piece.len());
        for check in [phone, email, ssn, link, country] {
            let _ = check(&text);
        }
    }
}
