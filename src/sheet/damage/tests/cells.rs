use super::super::*;
use Damage::{
    Control, CutShort, ErrorValue, EscapedControl, Garbled, Hashes, Mojibake, NoBreakSpace, Rounded,
    Scientific, TextMark, ZeroWidth,
};

/// Whether [`repaired`] restores the text.
pub(super) fn is_repairable(damage: Damage) -> bool {
    matches!(damage, TextMark | Mojibake | EscapedControl | Control | ZeroWidth | NoBreakSpace)
}

pub(super) fn assert_damaged(damage: Damage, cells: &[&str]) {
    for cell in cells {
        assert_eq!(of_cell(cell), Some(damage), "{cell:?}");
        assert_eq!(repaired(cell).is_some(), is_repairable(damage), "{cell:?}");
    }
}

pub(super) fn assert_undamaged(cells: &[&str]) {
    for cell in cells {
        assert_eq!(of_cell(cell), None, "{cell:?}");
        assert_eq!(repaired(cell), None, "{cell:?}");
    }
}

#[test]
fn numbers_in_e_notation() {
    assert_damaged(
        Scientific,
        &[
            "1.23E+11",
            "1,23E+11",
            "1.23457E+15",
            "1E+05",
            "1e+5",
            "1.23E11",
            "-4.5E+08",
            "+1.0e+12",
            "9E+15",
            " 1.23E+11 ",
            "1.00E-10",
        ],
    );
    assert_undamaged(&[
        "12E4",
        "1E10",
        "1E-10",
        "3E-7",
        "1E",
        "E+11",
        "1.2E+",
        "1.23E+1234",
        "12.3E+11",
        "1.5E3",
        "1.E+05",
        "EE",
        "1E+4",
        "1.23F+11",
        "2E+",
        "A1.23E+11",
        "1.23E+11 USD",
    ]);
}

#[test]
fn numbers_of_more_than_fifteen_digits() {
    assert_damaged(
        Rounded,
        &["1234567890123450", "12345678901234500000", "1000000000000000", "123456789012345000"],
    );
    assert_undamaged(&[
        "123456789012345",
        "123456789012340",
        "1234567890123456",
        "12345678901234560",
        "0234567890123450",
        "0000000000000000",
        "123456789012345000000",
        "1234-5678-9012-3450",
        "A1234567890123450",
    ]);
}

#[test]
fn hashes_and_failed_formulas() {
    assert_damaged(Hashes, &["##", "####", "##########", " ### "]);
    assert_damaged(
        ErrorValue,
        &[
            "#N/A",
            "#REF!",
            "#VALUE!",
            "#DIV/0!",
            "#NAME?",
            "#NUM!",
            "#NULL!",
            "#SPILL!",
            "#CALC!",
            "#GETTING_DATA",
            "#n/a",
            "Err:502",
            // In other languages.
            "#NV",
            "#WERT!",
            "#BEZUG!",
            "#VALEUR!",
            "#NOM?",
            "#¿NOMBRE?",
            "#¡VALOR!",
            "#ССЫЛКА!",
        ],
    );
    assert_undamaged(&[
        "#", "#1", "#12-B", "#RUSH!", "#NVX", "Unit #4", "#N/A yet", "N/A", "REF!", "## 3", "C##",
        "#hashtag", "Err:5", "Err: 502",
    ]);
}

#[test]
fn texts_as_long_as_a_cell() {
    for length in [32_767, 32_759] {
        assert_eq!(of_cell(&"ab ".repeat(length)[..length]), Some(CutShort), "{length}");
        assert_eq!(of_cell(&"é".repeat(length)), Some(CutShort), "{length}");
    }
    for length in [255, 32_758, 32_766, 32_768, 65_535] {
        assert_eq!(of_cell(&"a".repeat(length)), None, "{length}");
    }
    // Excel counts in UTF-16.
    assert_eq!(of_cell(&("😀".repeat(16_383) + "a")), Some(CutShort));
    // The spaces around it count.
    assert_eq!(of_cell(&("a".repeat(32_766) + " ")), Some(CutShort));
    // The worse damage is reported, and the rest is still fixed.
    assert_eq!(of_cell(&("\u{A0}".to_owned() + &"a".repeat(32_766))), Some(CutShort));
}

#[test]
fn escaped_control_characters() {
    assert_damaged(
        EscapedControl,
        &["one_x000D_\ntwo", "_x0000_", "a_x000d_b", "_x005F_", "x_x001F_", "tab_x0009_"],
    );
    assert_undamaged(&[
        "_x0041_",
        "_x000D",
        "x000D_",
        "_x00D_",
        "_x000G_",
        "claim_x",
        "_X000D_",
        "max_x00_y",
        "_x+00D_",
        "a_b_c",
        "_x00é_",
    ]);
    for (text, mended) in [
        ("one_x000D_\ntwo", "one\ntwo"),
        ("one_x000D_\r\ntwo", "one\r\ntwo"),
        ("one_x000D__x000A_two", "one\ntwo"),
        ("one_x000d__x000a_two", "one\ntwo"),
        ("one_x000D_two", "one\ntwo"),
        ("one\n_x000D_two", "one\ntwo"),
        ("one_x000D_", "one"),
        ("_x000D_one", "one"),
        ("a_x0009_b", "a\tb"),
        ("a_x0007_b", "ab"),
        ("a_x005F_b", "a_b"),
        ("a_x005F_x000D_", "a"),
        ("_x000_x000A_", "_x000\n"),
        ("é_x000A_é", "é\né"),
    ] {
        assert_eq!(repaired(text).as_deref(), Some(mended), "{text:?}");
    }
}

#[test]
fn spaces_that_are_not_plain() {
    assert_damaged(
        NoBreakSpace,
        &["John\u{A0}Smith", "1\u{202F}500", "1\u{2007}500", "\u{A0}02134", "02134\u{A0}"],
    );
    assert_undamaged(&["John Smith", "a\u{2009}b", "a\u{3000}b", "a\tb"]);
    assert_eq!(repaired("John\u{A0}\u{202F}Smith").as_deref(), Some("John  Smith"));
    // Blank to everyone.
    assert_eq!(of_cell("\u{A0}"), None);
}

#[test]
fn invisible_characters() {
    assert_damaged(
        ZeroWidth,
        &[
            "Smith\u{200B}",
            "\u{FEFF}CLM-1",
            "12\u{2060}34",
            "insu\u{AD}rance",
            "john\u{200C}son",
            "a\u{200D}",
            "\u{200E}5",
        ],
    );
    assert_undamaged(&[
        "👩\u{200D}👩\u{200D}👧",
        "می\u{200C}خواهم",
        "क्\u{200D}ष",
        "❤\u{FE0F}\u{200D}🔥",
        "שלום\u{200F}!",
        "…",
        "naïve",
    ]);
    assert_eq!(repaired("\u{FEFF}CLM\u{200B}-1").as_deref(), Some("CLM-1"));
    assert_eq!(repaired("\u{200B}").as_deref(), Some(""));
}

#[test]
fn characters_that_are_not_text() {
    for (text, mended) in [
        ("Jane\u{1b}[2J Doe", "Jane[2J Doe"),
        ("12\u{7}", "12"),
        ("12345\u{7f}", "12345"),
        ("\u{202A}555-1234\u{202C}", "555-1234"),
        ("שלום \u{202E}abc", "שלום abc"),
        ("a\u{2066}b\u{2069}", "ab"),
        ("Fell on ice.\u{b}Called back.", "Fell on ice.\nCalled back."),
        // Windows-1252 that was read as Latin-1.
        ("Don\u{92}t \u{80}5", "Don’t €5"),
        ("\u{81}\u{9b}31mx", "›31mx"),
    ] {
        assert_eq!(of_cell(text), Some(Control), "{text:?}");
        assert_eq!(repaired(text).as_deref(), Some(mended), "{text:?}");
    }
    assert_undamaged(&["a\tb", "a\nb", "a\r\nb", "שלום\u{200F}!"]);
    // A NUL stays: its row isn't sent.
    assert_eq!(repaired("a\0b"), None);
    assert_eq!(
        Control.message("Jane\u{1b}[2J"),
        "“Jane [2J” has the control character ESC (U+001B) at position 5, which isn't text"
    );
    let turned = Control.message("a\u{202e}b");
    assert_eq!(turned, "“a b” has a text-direction mark (U+202E) at position 2, which isn't text");
}

#[test]
fn symbols_inside_words() {
    assert_damaged(
        Garbled,
        &[
            "Pe¤a",
            "Jos‚",
            "Pe§a",
            "Pe±a",
            "JosΘ",
            "Garc¡a",
            "Mu¥oz",
            "Pe╤a",
            "G„rard",
            "J\u{4CF}WIAK",
            "R\u{7A6}A",
            "\u{5A4}iguez",
            "POSP\u{34A}IL",
            "Ksi±¿ek",
            "Su‡rez",
        ],
    );
    // Worse than what can be fixed.
    assert_eq!(of_cell("Jos‚\u{A0}Lee"), Some(Garbled));
    assert_undamaged(&[
        "§ 12a",
        "12a§",
        "„Ja“",
        "Aunt ‚Jo‘",
        "Foo†",
        "5kΩ",
        "10 μg",
        "Jose\u{301}",
        "Łódź",
        "A ± B",
        "£500",
        "¿Qué?",
        "Brand®",
        "98.6°",
        "N°A",
        "Иван",
        "Παπάς",
        "O´Brien",
        "Nº 5",
        "│ note │",
        "王¤",
    ]);
}

#[test]
fn garbled_letters() {
    for (text, mended) in [
        ("donâ€™t", "don’t"),
        ("donâ\u{80}\u{99}t", "don’t"),
        ("JosÃ©", "José"),
        ("MarÃ\u{AD}a", "María"),
        ("Ã\u{A0} la carte", "à la carte"),
        ("â€œyesâ€\u{9D}", "“yes”"),
        ("25Â°C", "25°C"),
        ("SmithÂ\u{A0}John", "Smith John"),
        ("Å½iÅ¾ek", "Žižek"),
        ("MÃ¼ller â€“ Ã„rzte", "Müller – Ärzte"),
        ("ðŸ˜€", "😀"),
        ("ï»¿Claim", "Claim"),
        ("Ð˜Ð²Ð°Ð½", "Иван"),
        ("JosÃƒÂ©", "José"),
        ("JosÃƒÆ’Ã‚Â©", "José"),
        ("donÃ¢â‚¬â„¢t", "don’t"),
        // Next to correct letters.
        ("JosÃ© Peña", "José Peña"),
        ("JosÃ© in 東京", "José in 東京"),
        ("Müller – GÃ¶tz", "Müller – Götz"),
        // Read as code page 437, as 850, as Mac Roman; and twice.
        ("Pe├▒a, Jos├⌐", "Peña, José"),
        ("Jos├®", "José"),
        ("donΓÇÖt", "don’t"),
        ("donÔÇÖt", "don’t"),
        ("┼üukasz", "Łukasz"),
        ("Jos√©", "José"),
        ("don‚Äôt", "don’t"),
        ("≈Åukasz", "Łukasz"),
        ("Jos├â┬®", "José"),
    ] {
        assert_eq!(of_cell(text), Some(Mojibake), "{text}");
        assert_eq!(repaired(text).as_deref(), Some(mended), "{text}");
    }
    assert_undamaged(&[
        "São Paulo",
        "Ångström",
        "naïve",
        "â",
        "Ã",
        "Ä",
        "SÃO PAULO",
        "pâté",
        "Müller",
        "Zoë",
        "CAFÉ™",
        "£5 – €6",
        "“quoted”",
        "François Ñandú",
        "Ðorđe",
        "25°C",
        "東京",
        "Иван",
        "½ ×",
        "Â",
        "Ça va…",
        "“KÖPÅ”",
        "√9 ≈ 3",
        "5 ƒ",
        "Übergröße",
        "ESPAÑ’A",
        "résumé",
    ]);
}

#[test]
fn the_worst_of_several_damages_is_reported() {
    assert_eq!(of_cell("\u{A0}1.23E+11"), Some(Scientific));
    assert_eq!(of_cell("####\u{200B}"), Some(Hashes));
    assert_eq!(of_cell("JosÃ©\u{200B}"), Some(Mojibake));
    assert_eq!(of_cell("a_x000D_\u{A0}b"), Some(EscapedControl));
    assert_eq!(repaired("JosÃ©\u{200B}\u{A0}_x000D_").as_deref(), Some("José "));
}

#[test]
fn what_is_plain_stays() {
    assert_undamaged(&[
        "",
        " ",
        "CLM-2026-0001",
        "Smith, John A",
        "123-45-6789",
        "02134",
        "2134",
        "3/4/26",
        "1-Mar",
        "44927",
        "$1,500.00",
        "12 Main St, Apt #4, Denver, CO",
        "https://example.com/a_b?x=1",
        "user_x@example.com",
        "Fell on ice; see file.\nCalled back.",
        "O'Neil",
        "-",
        "--",
        "0",
        "E",
        "TRUE",
    ]);
}

#[test]
fn words_for_every_damage() {
    let mut codes = std::collections::BTreeSet::new();
    for &damage in Damage::VARIANTS {
        assert!(codes.insert(damage.code()));
        assert!(!damage.title().is_empty() && !damage.hint().is_empty());
        assert!(damage.message("2134").starts_with("“2134” "), "{damage:?}");
        let long = damage.message(&"long ".repeat(30));
        assert!(long.starts_with("This value ") && !long.contains("long long"), "{long}");
        assert!(!damage.message("a\u{1b}[31m\nb").contains(char::is_control));
    }
    for (damage, cell, message) in [
        (
            Scientific,
            "1.23E+11",
            "“1.23E+11” was a long number that Excel shortened; its last digits are lost",
        ),
        (Damage::ShortZip, "2134", "“2134” is too short for a ZIP code; it was likely 02134"),
        (Damage::ShortZip, "2134-1234", "“2134-1234” is too short for a ZIP code; it was likely 02134-1234"),
        (Damage::ShortZip, "21341234", "“21341234” is too short for a ZIP code; it was likely 021341234"),
        (Damage::ShortZip, "x", "“x” is too short for a ZIP code; its leading zero is likely lost"),
        (
            Damage::SerialDate,
            "44927.25",
            "“44927.25” is Excel's day number for a date, most likely 2023-01-01",
        ),
        (
            Damage::SerialDate,
            "40570",
            "“40570” is read as Excel's day number for 2011-01-27, but could be a date without separators that lost its \
             leading zero",
        ),
        (Mojibake, "JosÃ©", "“JosÃ©” was garbled by an export; it should be “José”"),
        (CutShort, "", "This value is 0 characters long, where exports cut text; its end is likely missing"),
    ] {
        assert_eq!(damage.message(cell), message);
    }
}
