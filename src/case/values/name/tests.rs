use proptest::prelude::*;

use super::*;

#[test]
fn whole_names() {
    for (text, first, middle, last) in [
        ("Smith, John A", "John", "A", "Smith"),
        ("John A. Smith", "John", "A.", "Smith"),
        ("Mary-Ann O'Neil", "Mary-Ann", "", "O'Neil"),
        ("van der Berg, Jan", "Jan", "", "van der Berg"),
        ("Smith", "", "", "Smith"),
        ("", "", "", ""),
        (" , ", "", "", ""),
        ("  Anna  Maria   de Souza ", "Anna", "Maria", "de Souza"),
        ("SMITH JOHN", "SMITH", "", "JOHN"),
        ("Smith,John", "John", "", "Smith"),
        ("Smith,", "", "", "Smith"),
        ("De La Cruz,", "", "", "De La Cruz"),
        (",John", "John", "", ""),
        ("Smith, John, A", "John", "A", "Smith"),
        // Suffixes.
        ("O'Neil, Mary-Ann Jr.", "Mary-Ann", "", "O'Neil Jr."),
        ("Smith Jr., John A", "John", "A", "Smith Jr."),
        ("Smith, Jr., John A", "John", "A", "Smith Jr."),
        ("John A. Smith, Jr.", "John", "A.", "Smith Jr."),
        ("John Smith Jr", "John", "", "Smith Jr"),
        ("JOHN SMITH III", "JOHN", "", "SMITH III"),
        ("John Smith, II", "John", "", "Smith II"),
        ("Smith, John, Sr.", "John", "", "Smith Sr."),
        ("Smith, Jr.", "", "", "Smith Jr."),
        ("Smith Jr", "", "", "Smith Jr"),
        ("Jr", "", "", "Jr"),
        ("John Smith 2nd", "John", "", "Smith 2nd"),
        ("John Smith, Esq.", "John", "", "Smith Esq."),
        ("Ann Lee, M.D., Ph.D.", "Ann", "", "Lee M.D. Ph.D."),
        ("Ann Lee MD PhD", "Ann", "", "Lee MD PhD"),
        ("Ann Lee, Ph. D.", "Ann", "", "Lee Ph. D."),
        ("John Smith V", "John", "Smith", "V"),
        ("John Smith, V", "John", "", "Smith V"),
        ("John Smith V, Esq.", "John", "Smith", "V Esq."),
        ("John Smith V MD", "John", "", "Smith V MD"),
        ("Smith V, John", "John", "", "Smith V"),
        ("Smith, V", "V", "", "Smith"),
        ("Smith, John V", "John", "V", "Smith"),
        ("Rahman, Md", "Md", "", "Rahman"),
        ("John Smith, Jr.,", "John", "", "Smith Jr."),
        // Titles.
        ("Dr. Ann Lee", "Dr. Ann", "", "Lee"),
        ("Mr John A Smith", "Mr John", "A", "Smith"),
        ("Smith, Mrs. Jane B", "Mrs. Jane", "B", "Smith"),
        ("Smith, Mr., John", "Mr. John", "", "Smith"),
        ("Mr. Smith", "Mr.", "", "Smith"),
        ("Dr", "", "", "Dr"),
        ("Mr. & Mrs. John Smith", "Mr. & Mrs. John", "", "Smith"),
        // Particles.
        ("Ludwig van Beethoven", "Ludwig", "", "van Beethoven"),
        ("Maria de la Cruz", "Maria", "", "de la Cruz"),
        ("Jan van der Berg Jr.", "Jan", "", "van der Berg Jr."),
        ("van Dyck", "", "", "van Dyck"),
        ("Van Morrison", "Van", "", "Morrison"),
        ("De La Cruz", "", "", "De La Cruz"),
        ("Jean Du Bois", "Jean", "", "Du Bois"),
        ("Mary St. John", "Mary", "", "St. John"),
        ("Eva Marie Saint", "Eva", "Marie", "Saint"),
        ("Pat O' Brien", "Pat", "", "O' Brien"),
        ("Souza, Anna Maria de", "Anna", "Maria", "de Souza"),
        ("Omar ibn Said", "Omar", "", "ibn Said"),
        ("Ana De Los Santos", "Ana", "", "De Los Santos"),
        ("ANA MARIA DE LAS CASAS", "ANA", "MARIA", "DE LAS CASAS"),
        ("De Los Santos", "", "", "De Los Santos"),
        ("Carlos Las Heras", "Carlos", "Las", "Heras"),
        ("Maria Garcia - Lopez", "Maria", "", "Garcia - Lopez"),
        // Other letters and other spaces.
        ("José García", "José", "", "García"),
        ("Nguyễn Văn An", "Nguyễn", "Văn", "An"),
        ("Kowalski, Łukasz", "Łukasz", "", "Kowalski"),
        // Last names come first.
        ("李 小龍", "小龍", "", "李"),
        ("山田 太郎", "太郎", "", "山田"),
        ("김 민준", "민준", "", "김"),
        ("ジョン スミス", "ジョン", "", "スミス"),
        ("John\u{a0}\u{a0}Q.\tSmith", "John", "Q.", "Smith"),
        ("John\r\nSmith", "John", "", "Smith"),
        ("Smith,\u{a0}John", "John", "", "Smith"),
        ("John (Jack) Smith", "John", "(Jack)", "Smith"),
        // More than a name.
        ("Doe, Jane & John", "Jane", "& John", "Doe"),
        ("Jane and John Doe", "Jane", "and John", "Doe"),
        ("Acme Trucking, LLC", "", "", "Acme Trucking LLC"),
        ("Smith, P.C.", "", "", "Smith P.C."),
        ("Wells Fargo Bank, NA", "", "", "Wells Fargo Bank NA"),
        ("Li, Na", "Na", "", "Li"),
        ("LI, NA", "NA", "", "LI"),
        ("Smith, J.A.", "J.A.", "", "Smith"),
        ("Estate of John Smith", "", "", "Estate of John Smith"),
    ] {
        let name = PersonName::parse(text);
        let want = [first, middle, last];
        assert_eq!([name.first_name, name.middle_name, name.last_name], want, "{text:?}");
    }
}

#[test]
fn doubtful_names() {
    use NameDoubt::{Alias, Company, Digits, NoFirstName, Note, OnBehalf, Title, TwoPersons};
    for (text, doubt) in [
        ("Acme Trucking LLC", Some(Company)),
        ("Acme Trucking, Inc.", Some(Company)),
        ("Doe, John (deceased)", Some(Note)),
        ("Smith - John", Some(Note)),
        ("PHAM, N/A", Some(NoFirstName)),
        ("Garcia Landscaping", Some(Company)),
        ("Doe, John [DEC]", Some(Note)),
        ("John Doe, Deceased", Some(Note)),
        ("Unknown", Some(NameDoubt::Missing)),
        ("LNU, John", Some(NameDoubt::UnknownPart)),
        ("FNU LNU", Some(NameDoubt::UnknownPart)),
        ("Smith, John NMI", Some(NameDoubt::UnknownPart)),
        ("Officer J. Smith", Some(Title)),
        ("Hon. John Smith", Some(Title)),
        ("The Hon. John Smith", None),
        ("Sra. Ana Perez", Some(Title)),
        ("Sr. Juan Perez", Some(Title)),
        ("Smith, Sr., John", None),
        ("Smith, Estate of John", Some(Company)),
        ("João da Silva e Souza", Some(NameDoubt::LastNameFirst)),
        ("Silva e Souza, João", None),
        ("Smith A.", Some(NameDoubt::LastNameFirst)),
        ("Smith, A.", None),
        ("Smith, Mr. John", Some(Title)),
        ("Mrs. Ana Parker", Some(Title)),
        ("Lee, Ann c/o Bob Lee", Some(OnBehalf)),
        ("C/O Bob Lee", Some(OnBehalf)),
        ("minor child of Ann Lee", Some(OnBehalf)),
        ("Lee, Tim, a minor", Some(OnBehalf)),
        ("Jane Roe aka Jane Doe", Some(Alias)),
        ("Jane Roe A.K.A. Janie", Some(Alias)),
        ("Roe, Jane (f/k/a Doe)", Some(Alias)),
        ("Jane Roe née Doe", Some(Alias)),
        ("John Doe DBA Doe Trucking", Some(Company)),
        ("John Doe d/b/a Doe Trucking", Some(Company)),
        ("Est. of Jane Doe", Some(Company)),
        // Names that only look like it.
        ("Minor, Ann", None),
        ("Ann Minor", None),
        ("Guardian, Pat", None),
        ("Estelle of Bow", None),
        ("Estate of John Smith", Some(Company)),
        ("The Estate of John Smith", Some(Company)),
        ("Miller & Sons", Some(Company)),
        ("Smith Family Trust", Some(Company)),
        ("Ford Motor Co.", Some(Company)),
        ("Acme L.L.C.", Some(Company)),
        ("Trust, John", None),
        ("Co, Ann", None),
        ("Doe, Jane & John", Some(TwoPersons)),
        ("Jane and John Doe", Some(TwoPersons)),
        ("Jane Doe / John Doe", Some(TwoPersons)),
        ("Jane Doe; John Doe", Some(TwoPersons)),
        ("Jane&John Doe", Some(TwoPersons)),
        ("Smith, John et al", Some(TwoPersons)),
        ("John Smith, Mary Smith", Some(TwoPersons)),
        ("John A. Smith, Mary B. SMITH", Some(TwoPersons)),
        ("Smith, John, Smith, Mary", Some(TwoPersons)),
        ("The Home Depot", Some(Company)),
        ("State Farm a/s/o John Smith", Some(OnBehalf)),
        ("John Smith - VIP", Some(Note)),
        ("No claimant", Some(NameDoubt::Missing)),
        ("Mr. & Mrs. Smith", Some(TwoPersons)),
        ("John Smith 2nd", None),
        ("John Smith 44", Some(Digits)),
        ("Smith", Some(NoFirstName)),
        ("Mr. Smith", Some(NoFirstName)),
        ("Smith, Jr.", Some(NoFirstName)),
        ("van Dyck", Some(NoFirstName)),
        ("", None),
        (" , ", None),
        ("Anderson, Andy", None),
        ("O'Neil, Mary-Ann Jr.", None),
        ("Nguyễn Văn An", None),
        ("Inc Ann", None),
    ] {
        assert_eq!(PersonName::doubts(text), doubt, "{text:?}");
    }
    for doubt in [TwoPersons, Company, Digits, NoFirstName] {
        assert!(!doubt.message().is_empty());
    }
}

/// In quadratic time, each text would take minutes.
#[test]
fn a_long_text_is_read_at_once() {
    for piece in ["a ", "a,", "Jr. ", "van ", ",Jr", "é", "V ", "Mr & ", "Ph. D. "] {
        let text = piece.repeat(30_000 / piece.len());
        let _ = (PersonName::parse(&text), PersonName::doubts(&text));
    }
}

fn sorted<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut words: Vec<String> = words.map(str::to_owned).collect();
    words.sort();
    words
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_word_is_in_the_result(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "John", "smith", "Jr.", ",", "V", "van", "de", "Dr.", "&", "Md", "Ph.", "D.", "LLC", "é", "\n",
                "O'Neil,", "III,", "Trust", "st", "\u{a0}", "x;y", "2",
            ]),
            0..9,
        ),
        any in any::<String>(),
    ) {
        for text in [words.join(" "), any] {
            let name = PersonName::parse(&text);
            let _ = PersonName::doubts(&text);
            let parts = [&name.first_name, &name.middle_name, &name.last_name];
            prop_assert_eq!(sorted(split_words(&text)), sorted(parts.iter().flat_map(|p| p.split(' ')).filter(|w| !w.is_empty())));
        }
    }

    #[test]
    fn without_a_comma_the_order_stays(text in "[A-Za-z.&' ]{0,40}") {
        let name = PersonName::parse(&text);
        let joined = [name.first_name, name.middle_name, name.last_name].join(" ");
        prop_assert_eq!(
            joined.split_whitespace().collect::<Vec<_>>(),
            text.split_whitespace().collect::<Vec<_>>()
        );
    }
}

#[test]
fn cells_with_more_or_less_than_one_name() {
    use NameDoubt::{Company, Digits, Missing, Note, OnBehalf, TwoPersons, WholeInPart};
    for (text, doubt) in [
        ("Doe, Jane\nRoe, John", TwoPersons),
        ("Jane Doe\r\nJohn Roe", TwoPersons),
        ("Jane Doe or John Roe", TwoPersons),
        ("JANE DOE OR JOHN ROE", TwoPersons),
        ("Jane Doe vs. Acme", TwoPersons),
        ("Jane Doe v. Roe", TwoPersons),
        ("Jane Doe on behalf of Jim Doe", OnBehalf),
        ("Not Provided", Missing),
        ("N/A", Missing),
        ("Unknown", Missing),
        ("TBD", Missing),
        ("-", Missing),
        ("Name: Jane Doe", Note),
        ("Jane Doe Phone:", Note),
    ] {
        assert_eq!(PersonName::doubts(text), Some(doubt), "{text}");
    }
    for text in [
        "Doe,\nJane",
        "Jane\nDoe",
        "Jane Or Doe",
        "Jane V Doe",
        "Jane V. Doe",
        "Jane Doe\n",
        "Ji-woo No",
        "Mary Ann\nDoe",
    ] {
        assert_eq!(PersonName::doubts(text), None, "{text}");
    }
    let part = PersonName::part_doubts;
    for (text, is_last, doubt) in [
        ("John and Mary", false, TwoPersons),
        ("Fox, Tom", false, WholeInPart),
        ("Doe, Jane", true, WholeInPart),
        ("Fox DOB 3/4/70", true, Digits),
        ("Estate of", false, Note),
        ("Acme LLC", true, Company),
        ("N/A", false, Missing),
        ("NULL", false, Missing),
        ("Fox (deceased)", true, Note),
        ("Fox c/o Lee", true, OnBehalf),
    ] {
        assert_eq!(part(text, is_last), Some(doubt), "{text}");
    }
    for (text, is_last) in [
        ("Smith, Jr.", true),
        ("Smith III", true),
        ("de la Cruz", true),
        ("Mary Ann", false),
        ("Dr. Jane", false),
        ("No", true),
        ("J.", false),
        ("Smith,", true),
    ] {
        assert_eq!(part(text, is_last), None, "{text}");
    }
    let name = |first: &str, last: &str| PersonName {
        first_name: first.to_owned(),
        middle_name: String::new(),
        last_name: last.to_owned(),
    };
    assert!(name("Not", "Provided").is_missing());
    assert!(!name("Jane", "Doe").is_missing() && !name("", "No").is_missing());
}

#[test]
fn a_full_width_comma_is_a_comma() {
    let name = PersonName::parse("Doe， Jane");
    assert_eq!((name.first_name.as_str(), name.last_name.as_str()), ("Jane", "Doe"));
}

#[test]
fn notes_and_roles_beside_a_name_are_no_part_of_it() {
    use NameDoubt::*;
    for (text, doubt) in [
        ("John Smith - Claimant", Note),
        ("Employee - Smith, John", Note),
        ("RUSH - John Smith", Note),
        ("John Smith-DECEASED", Note),
        ("John Smith *", Note),
        ("*John Smith", Note),
        ("John Smith?", Note),
        ("Smith, John ~ rush", Note),
        ("Mother of John Smith", OnBehalf),
        ("Unknown Male", Missing),
        ("No Name", Missing),
        ("City of Denver", Company),
        ("St. Mary's Hospital", Company),
        ("State Farm Insurance", Company),
        ("Sgt. John Smith", Title),
        ("Smith, P.C.", Company),
        ("Wells Fargo Bank, N.A.", Company),
        ("Foo, S.A.", Company),
        ("Foo, L.P.", Company),
        ("Jane Smith, Trustee", OnBehalf),
        ("Jane Smith, Executor", OnBehalf),
        ("Jane Doe nee Roe", Note),
        ("Jane Doe - IV", Note),
        ("Jane Doe – 2nd claim", Note),
        ("JOHN DOE - DO NOT CONTACT", Note),
        ("Doe, John - WC", Note),
        ("John Doe RUSH", Note),
        ("Doe, John <j@x.example>", Note),
        ("j.doe@x.example", Note),
        ("Jane Doe @ Acme", Note),
        ("Jane Doe for Acme", Note),
        ("Jane Doe w/ Joe", Note),
        ("JANE DOE WITH JOE ROE", Note),
        ("DOE SR JOHN", LastNameFirst),
        ("Doe Jr. John A", LastNameFirst),
        ("0", Missing),
        ("Sample", NameDoubt::NoFirstName),
        ("\"Keller, Bob\"", Sign),
        ("“Keller, Bob”", Sign),
        ("\"Keller, Bob", Sign),
        ("'Keller, Bob'", Sign),
        ("'Keller, Bob", Sign),
        ("Adams, Ann'", Sign),
        ("Adams,Ann;", Sign),
        ("Adams, Ann 👍", Sign),
        ("★ Adams, Ann", Sign),
        ("?ukasz Kowalski", LostLetter),
        ("Kowalski, ?ukasz", LostLetter),
    ] {
        assert_eq!(PersonName::doubts(text), Some(doubt), "{text}");
    }
    for text in [
        "Geoffrey Rush",
        "MARY ANN RUSH",
        "Ann RUSH",
        "Mary Ann Rush",
        "Pat Nee",
        "Li, Na",
        "XIONG, PA",
        "John Smith Jr MD",
        "Rahman Md Ali",
        "Smith - Jones, Mary",
        "Sample, Ann",
        "Minnie Driver",
        "Maria Garcia - Lopez",
        "MARIA GARCIA - LOPEZ",
        "Garcia Lopez, Maria Jose",
        "Smith Jones, Mary Ann, Jr.",
        "Taro Aso",
        "Doe, Jane, Ann, Mary",
        "Ann Smith-Minor",
        "Mu?oz, Ana",
        "April Test-Jones",
        "Hope City",
        "Doe, Jane RN",
        "William \"Bill\" Smith",
        "Smith, William \"Bill\"",
        "O'Neil, D'Angelo",
        "'t Hooft, Jan",
        "Jones', Ann",
        "Ann Jones'",
        "O’Brien, Ann",
    ] {
        assert_eq!(PersonName::doubts(text), None, "{text}");
    }
    assert_eq!(PersonName::part_doubts("Mr.", false), Some(NoFirstName));
    assert_eq!(PersonName::part_doubts("\"Keller", true), Some(Sign));
    assert_eq!(PersonName::part_doubts("Bob\"", false), Some(Sign));
    assert_eq!(PersonName::part_doubts("O'Neil", true), None);
}
