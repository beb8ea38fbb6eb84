//! States, ZIPs and the two countries that have them.

/// States, provinces and the like: code, name, and the characters their ZIP or postal codes begin with.
const STATES: [(&str, &str, &str); 75] = [
    ("al", "alabama", "3"),
    ("ak", "alaska", "9"),
    ("az", "arizona", "8"),
    ("ar", "arkansas", "7"),
    ("ca", "california", "9"),
    ("co", "colorado", "8"),
    ("ct", "connecticut", "0"),
    ("de", "delaware", "1"),
    ("dc", "district of columbia", "2"),
    ("fl", "florida", "3"),
    ("ga", "georgia", "3"),
    ("hi", "hawaii", "9"),
    ("id", "idaho", "8"),
    ("il", "illinois", "6"),
    ("in", "indiana", "4"),
    ("ia", "iowa", "5"),
    ("ks", "kansas", "6"),
    ("ky", "kentucky", "4"),
    ("la", "louisiana", "7"),
    ("me", "maine", "0"),
    ("md", "maryland", "2"),
    ("ma", "massachusetts", "0"),
    ("mi", "michigan", "4"),
    ("mn", "minnesota", "5"),
    ("ms", "mississippi", "3"),
    ("mo", "missouri", "6"),
    ("mt", "montana", "5"),
    ("ne", "nebraska", "6"),
    ("nv", "nevada", "8"),
    ("nh", "new hampshire", "0"),
    ("nj", "new jersey", "0"),
    ("nm", "new mexico", "8"),
    // 005 and 06390 are in New York, 885 is in Texas.
    ("ny", "new york", "10"),
    ("nc", "north carolina", "2"),
    ("nd", "north dakota", "5"),
    ("oh", "ohio", "4"),
    ("ok", "oklahoma", "7"),
    ("or", "oregon", "9"),
    ("pa", "pennsylvania", "1"),
    ("ri", "rhode island", "0"),
    ("sc", "south carolina", "2"),
    ("sd", "south dakota", "5"),
    ("tn", "tennessee", "3"),
    ("tx", "texas", "78"),
    ("ut", "utah", "8"),
    ("vt", "vermont", "0"),
    ("va", "virginia", "2"),
    ("wa", "washington", "9"),
    ("wv", "west virginia", "2"),
    ("wi", "wisconsin", "5"),
    ("wy", "wyoming", "8"),
    ("pr", "puerto rico", "0"),
    ("gu", "guam", "9"),
    ("vi", "virgin islands", "0"),
    ("vi", "us virgin islands", "0"),
    ("as", "american samoa", "9"),
    ("mp", "northern mariana islands", "9"),
    ("aa", "armed forces americas", "3"),
    ("ae", "armed forces europe", "0"),
    ("ap", "armed forces pacific", "9"),
    ("ab", "alberta", "t"),
    ("bc", "british columbia", "v"),
    ("mb", "manitoba", "r"),
    ("nb", "new brunswick", "e"),
    ("nl", "newfoundland and labrador", "a"),
    ("nl", "newfoundland", "a"),
    ("ns", "nova scotia", "b"),
    ("nt", "northwest territories", "x"),
    ("nu", "nunavut", "x"),
    ("on", "ontario", "klmnp"),
    ("pe", "prince edward island", "c"),
    ("qc", "quebec", "ghj"),
    ("qc", "québec", "ghj"),
    ("sk", "saskatchewan", "s"),
    ("yt", "yukon", "y"),
];

const US: [&str; 5] = ["us", "usa", "united states", "united states of america", "america"];
const CANADA: [&str; 2] = ["canada", "can"];

/// A word as the tables have it.
pub(super) fn fold(word: &str) -> String {
    // No word or name of the tables is longer.
    if word.len() > 40 { String::new() } else { word.replace('.', "").to_lowercase() }
}

/// Several words as the tables have a name.
pub(super) fn fold_all(words: &[&str]) -> String {
    // No name has more words than `United States of America`.
    if words.len() > 4 { String::new() } else { fold(&words.join(" ")) }
}

/// Whether the words are a state or province, by code or name.
pub(super) fn is_state(words: &[&str]) -> bool {
    let text = fold_all(words);
    !text.is_empty() && STATES.iter().any(|(code, name, _)| *code == text || *name == text)
}

/// Whether the word is the two letters of a state.
pub(super) fn is_state_code(word: &str) -> bool {
    let word = fold(word);
    STATES.iter().any(|(code, ..)| *code == word)
}

/// Whether the word is a state's two letters in capitals.
pub(super) fn is_capital_code(word: &str) -> bool {
    is_state_code(word) && !word.contains(char::is_lowercase)
}

/// Whether such a ZIP can be in the state, as far as its first character tells.
pub(super) fn agree(state: &[&str], zip: &str) -> bool {
    let state = fold_all(state);
    // A ZIP that lost its zero began with one.
    let first =
        if is_short_zip(zip) { Some('0') } else { zip.chars().next().map(|c| c.to_ascii_lowercase()) };
    STATES.iter().any(|(code, name, starts)| {
        (*code == state || *name == state) && first.is_some_and(|c| starts.contains(c))
    })
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

/// `80202` or `80202-1234`.
pub(super) fn is_us_zip(text: &str) -> bool {
    text.split_once('-').map_or_else(|| digits(text, 5), |(zip, plus)| digits(zip, 5) && digits(plus, 4))
}

/// A ZIP of New England that a spreadsheet took for a number: `7102`, and with its four digits `7102-1234`.
pub(super) fn is_short_zip(text: &str) -> bool {
    text.split_once('-').map_or_else(|| digits(text, 4), |(zip, plus)| digits(zip, 4) && digits(plus, 4))
}

/// `M5V 2T6`, in one word or in two.
pub(super) fn is_canadian_code(words: &[&str]) -> bool {
    let joined = match words {
        [one] if one.len() <= 7 => one.replace('-', ""),
        [area, unit] if area.len() == 3 && unit.len() == 3 => [*area, *unit].concat(),
        _ => return false,
    };
    joined.len() == 6
        && joined
            .bytes()
            .enumerate()
            .all(|(at, b)| if at % 2 == 0 { b.is_ascii_alphabetic() } else { b.is_ascii_digit() })
}

/// Whether the words are a ZIP or a postal code, were it one that lost its zero.
pub(super) fn is_zip(words: &[&str]) -> bool {
    matches!(words, [word] if is_us_zip(word) || is_short_zip(word)) || is_canadian_code(words)
}

pub(super) fn is_us_or_canada(words: &[&str]) -> bool {
    let text = fold_all(words);
    US.contains(&text.as_str()) || CANADA.contains(&text.as_str())
}
