//! Names and notes in their encodings.

use super::*;

/// The name among 40 plain ones, as rows of a file.
fn among_forty(encoding: &str, name: &str) -> Vec<u8> {
    let encoding: Encoding = encoding.parse().unwrap();
    let plain = b"A-17,\"Smith, James\",120 Elm St,3/4/2026\r\n".repeat(20);
    let name = encoding.encode(name).unwrap();
    [plain.as_slice(), b"A-18,\"", &name, b"\",Call first\r\n", &plain].concat()
}

fn read(bytes: &[u8]) -> (String, Option<Doubt>) {
    let (encoding, doubt) = guess(bytes, None);
    (encoding.to_string(), doubt)
}

#[test]
fn a_line_of_dots_and_a_unit_are_windows_1252() {
    for note in ["……………………………………", "5 µg", "50µg", "10 µmol/l"] {
        assert_eq!(read(&among_forty("Windows-1252", note)).0, "Windows-1252", "{note}");
    }
}

/// Encoding of the file, the name, the encoding found, and the other one of the doubt.
const ONE_NAME: [(&str, &str, &str, Option<&str>); 42] = [
    ("Windows-1252", "José", "Windows-1252", None),
    ("Windows-1252", "Núñez, María", "Windows-1252", None),
    ("Windows-1252", "Müller", "Windows-1252", None),
    ("Windows-1252", "François", "Windows-1252", None),
    ("Windows-1252", "Geneviève", "Windows-1252", None),
    ("Windows-1252", "O’Neil", "Windows-1252", None),
    ("Windows-1252", "“He left” – at 5 …", "Windows-1252", None),
    ("Windows-1252", "98.6°, ½ cup, £500, §12", "Windows-1252", None),
    ("Windows-1252", "SCHRÖDER", "Windows-1252", Some("CP850")),
    ("ISO-8859-15", "Lebœuf", "ISO-8859-15", Some("Windows-1252")),
    ("CP437", "Peña, José", "CP437", None),
    ("CP437", "Müller", "CP437", None),
    ("CP437", "Hernández", "CP437", Some("Windows-1252")),
    ("CP437", "Weiß", "Windows-1252", Some("CP437")),
    ("CP850", "MARÍN", "Windows-1252", Some("CP850")),
    ("CP850", "ÁLVAREZ GARCÍA", "CP850", None),
    ("CP858", "Peña, José", "CP437", None),
    ("CP852", "Wiśniewski", "CP852", Some("Windows-1252")),
    ("CP852", "Erdős", "CP852", Some("Windows-1252")),
    ("macintosh", "Núñez", "macintosh", Some("Windows-1252")),
    ("macintosh", "Gómez", "macintosh", Some("Windows-1252")),
    ("macintosh", "Müller", "macintosh", Some("Windows-1250")),
    ("Windows-1250", "Łukasz Wiśniewski", "Windows-1250", None),
    ("Windows-1250", "Dvořák, Jiří", "Windows-1250", None),
    ("Windows-1250", "Szűcs", "Windows-1252", Some("Windows-1250")),
    ("Windows-1250", "Kovačević", "Windows-1250", Some("Windows-1252")),
    ("ISO-8859-2", "Wiśniewski", "ISO-8859-2", Some("Windows-1252")),
    ("Windows-1254", "İbrahim Çağlar", "Windows-1254", None),
    ("Windows-1254", "Şahin", "Windows-1252", Some("Windows-1254")),
    ("Windows-1257", "Žukauskienė", "Windows-1257", Some("Windows-1252")),
    ("Windows-1251", "Иванов", "Windows-1251", None),
    ("KOI8-R", "Иванов", "KOI8-U", None),
    ("IBM866", "Иванов", "IBM866", None),
    ("x-mac-cyrillic", "Иванов", "x-mac-cyrillic", Some("IBM866")),
    ("GBK", "王小明", "GBK", None),
    ("GB18030", "张伟", "GBK", None),
    ("Big5", "王小明", "Big5", None),
    ("Big5", "陳怡君", "Big5", None),
    ("Shift_JIS", "山田太郎", "Shift_JIS", None),
    ("EUC-JP", "山田太郎", "EUC-JP", None),
    ("EUC-KR", "김철수", "EUC-KR", None),
    ("Windows-1253", "Παπαδόπουλος", "Windows-1253", Some("EUC-KR")),
];

#[test]
fn one_name_among_forty_is_read_or_doubted() {
    let mut wrong = Vec::new();
    for (written, name, want, other) in ONE_NAME {
        let (encoding, doubt) = read(&among_forty(written, name));
        let found = doubt.map(|doubt| doubt.other.to_string());
        if (encoding.as_str(), found.as_deref()) != (want, other) {
            wrong.push(format!("{written} {name}: {encoding} {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Names of several people leave no doubt.
#[test]
fn many_names_are_certain() {
    for (written, names) in [
        ("Windows-1252", "Hernández,Muñoz,García,Müller,François,Gonçalves,Sørensen,O’Neil"),
        ("CP437", "Hernández,Muñoz,García,Müller,François,Björn,Élie"),
        ("CP850", "HERNÁNDEZ,MUÑOZ,GARCÍA,GONÇALVES,SIMÕES,LÓPEZ"),
        ("CP852", "Wiśniewski,Dąbrowski,Dvořák,Kučera,Erdős,Černý"),
        ("macintosh", "Hernández,Muñoz,García,Müller,François,Gonçalves"),
        ("Windows-1250", "Wiśniewski,Dąbrowski,Dvořák,Kučera,Erdős,Černý"),
        ("ISO-8859-2", "Wiśniewski,Dąbrowski,Šimek,Kučera,Erdős,Černý,Książek"),
        ("Windows-1254", "Yılmaz,Şahin,Çağlar,İbrahim,Öztürk,Doğan"),
        ("Windows-1251", "Иванов,Смирнов,Кузнецов,Соколов"),
        ("IBM866", "Иванов,Смирнов,Кузнецов,Соколов"),
        ("GBK", "王小明,李娜,张伟,刘洋,陈静"),
        ("Big5", "王小明,李美玲,張志偉,劉德華"),
        ("Shift_JIS", "佐藤,鈴木,高橋,田中"),
        ("EUC-KR", "김철수,이영희,박지성"),
    ] {
        let encoding: Encoding = written.parse().unwrap();
        let bytes = encoding.encode(names).unwrap();
        assert_eq!(read(&bytes), (written.to_owned(), None), "{names}");
    }
}

/// A row in another encoding at the end of an otherwise certain file, even if it is the four-hundredth word.
#[test]
fn words_of_another_encoding_are_found() {
    let names = ["Hernández", "Muñoz", "García", "Müller", "François", "Gómez", "Núñez"];
    for many in [1, 80] {
        let numbered = |at: usize| names.iter().map(move |name| format!("{name}{}\n", "x".repeat(at)));
        let text: String = (0..many).flat_map(numbered).collect();
        let mut bytes = Encoding::web(encoding_rs::WINDOWS_1252).encode(&text).unwrap().into_owned();
        assert_eq!(read(&bytes), ("Windows-1252".to_owned(), None));
        bytes.extend(b"A-9,Pe\xA4a\nA-10,Jos\x82\n");
        let (encoding, doubt) = read(&bytes);
        let doubt = doubt.unwrap();
        assert_eq!((encoding.as_str(), doubt.other.to_string().as_str()), ("Windows-1252", "CP437"));
        assert_eq!(doubt.mangled, ["Pe¤a", "Jos‚"]);
        assert_eq!((doubt.word.read.as_str(), doubt.word.other.as_str()), ("Pe¤a", "Peña"));
    }
}

#[test]
fn a_given_encoding_is_kept_and_doubted() {
    let given = Encoding::web(encoding_rs::WINDOWS_1252);
    let (encoding, doubt) = guess(b"Pe\xA4a\nJos\x82\n", Some(given));
    assert_eq!((encoding, doubt.unwrap().other.to_string().as_str()), (given, "CP437"));
}

#[test]
fn another_reading_of_a_cell() {
    let [western, dos] = ["Windows-1252", "CP437"].map(|name| name.parse::<Encoding>().unwrap());
    assert_eq!(in_other("Pe¤a, Jos‚", western, dos).as_deref(), Some("Peña, José"));
    assert_eq!(in_other("Smith", western, dos), None);
    assert_eq!(in_other("王", western, dos), None);
}
