//! Guesses the encoding in which the special words of a file are likeliest, and the doubt about it.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashSet;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::dos::CodePage;
use super::word;
use super::{Encoding, EncodingFamily};

/// A sum of points, ten for each factor of e; may be negative.
type Score = i64;

/// Encodings that are tried, and how much rarer than Windows-1252 they are in the files we get.
const CANDIDATES: [(Encoding, Score); 24] = [
    (Encoding::web(encoding_rs::WINDOWS_1252), 0),
    (Encoding::dos(CodePage::Cp437), 30),
    (Encoding::web(encoding_rs::MACINTOSH), 30),
    (Encoding::dos(CodePage::Cp850), 33),
    (Encoding::dos(CodePage::Cp858), 40),
    (Encoding::web(encoding_rs::WINDOWS_1250), 33),
    (Encoding::dos(CodePage::Cp852), 34),
    (Encoding::web(encoding_rs::ISO_8859_2), 40),
    (Encoding::web(encoding_rs::ISO_8859_15), 36),
    (Encoding::web(encoding_rs::WINDOWS_1254), 34),
    (Encoding::web(encoding_rs::WINDOWS_1257), 40),
    (Encoding::web(encoding_rs::WINDOWS_1258), 45),
    (Encoding::web(encoding_rs::WINDOWS_1251), 30),
    (Encoding::web(encoding_rs::IBM866), 38),
    (Encoding::web(encoding_rs::KOI8_U), 40),
    (Encoding::web(encoding_rs::ISO_8859_5), 45),
    (Encoding::web(encoding_rs::X_MAC_CYRILLIC), 45),
    (Encoding::web(encoding_rs::GBK), 30),
    (Encoding::web(encoding_rs::GB18030), 34),
    (Encoding::web(encoding_rs::BIG5), 33),
    (Encoding::web(encoding_rs::SHIFT_JIS), 33),
    (Encoding::web(encoding_rs::EUC_KR), 33),
    (Encoding::web(encoding_rs::EUC_JP), 40),
    (Encoding::web(encoding_rs::WINDOWS_1253), 45),
];
/// Cost of an encoding that only the web page detector suggests.
const UNUSUAL: Score = 50;
/// Bonus of the encoding that detector suggests. It knows the letter sequences of running text in most languages, but
/// no DOS code pages and no names.
const DETECTOR: Score = 15;

/// Another reading is a doubt if it costs less than this more: a single name that is plausible in both.
const MARGIN: Score = 35;
/// Minimum cost of a garbled word, and maximum cost of a fine one.
const MANGLED: Score = 60;
const FINE: Score = 45;

/// Number of different words that settle the encoding, and number searched for garbled ones.
const WORDS: usize = 400;
const SEARCHED: usize = 8_000;
/// Maximum number of garbled words kept.
const KEPT: usize = 50;

/// Another possible encoding of a file, or of some of its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sheet) struct Doubt {
    /// The other encoding.
    pub(in crate::sheet) other: Encoding,
    /// Words that are garbled in the encoding used, if the rest of the file is certain; empty if everything that
    /// differs is in doubt.
    pub(in crate::sheet) mangled: Vec<String>,
    /// A word in both encodings.
    pub(in crate::sheet) word: TwoReadings,
}

/// A text in the encoding used and in another one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TwoReadings {
    /// Text in the encoding used.
    pub read: String,
    /// Text in the other encoding.
    pub other: String,
}

/// The words in one encoding.
struct EncodingReading<'a> {
    encoding: Encoding,
    prior: Score,
    words: Vec<Option<Cow<'a, str>>>,
    costs: Vec<Score>,
    sum: Score,
}

impl<'a> EncodingReading<'a> {
    fn new(encoding: Encoding, prior: Score, words: &[&'a [u8]]) -> Self {
        let words: Vec<_> = words.iter().map(|word| (encoding.decode(word), most(word))).collect();
        let costs: Vec<Score> = words
            .iter()
            .map(|(text, most)| match text {
                Some(text) => Score::from(word::cost(text)).min(*most),
                None => *most,
            })
            .collect();
        let sum = prior + costs.iter().sum::<Score>();
        Self { encoding, prior, words: words.into_iter().map(|(text, _)| text).collect(), costs, sum }
    }

    fn pair(&self, other: &Self, at: usize) -> Option<TwoReadings> {
        let text = |reading: &Self| reading.words.get(at).cloned().flatten().map(Cow::into_owned);
        let (read, other) = (text(self)?, text(other)?);
        (read != other).then_some(TwoReadings { read, other })
    }

    fn fine(&self, at: usize) -> bool {
        self.costs.get(at).is_some_and(|cost| *cost <= FINE)
    }
}

/// Maximum cost of a word, however odd it is.
fn most(word: &[u8]) -> Score {
    100 + 12 * Score::try_from(word.len()).unwrap_or(0)
}

/// Guesses the encoding of text with special characters that isn't UTF-8, and the remaining doubt. `given` is an
/// encoding that the file is read in anyway; then only the doubt is new.
pub(super) fn guess(special: &[u8], given: Option<Encoding>) -> (Encoding, Option<Doubt>) {
    let words = words(special);
    let (first, later) = words.split_at(words.len().min(WORDS));
    let detected = detector(special);
    let mut readings: Vec<EncodingReading<'_>> = candidates(detected, given)
        .into_iter()
        .map(|(encoding, prior)| EncodingReading::new(encoding, prior, first))
        .collect();
    // It takes `Geneviève` for Windows-1250, so it is used only if Windows-1252 makes no sense.
    let western = Encoding::web(encoding_rs::WINDOWS_1252);
    let is_western = |reading: &EncodingReading<'_>| {
        reading.encoding == western && reading.costs.iter().all(|cost| *cost <= FINE)
    };
    if detected != western && !readings.iter().any(is_western) {
        readings
            .iter_mut()
            .filter(|reading| reading.encoding == detected)
            .for_each(|reading| reading.sum -= DETECTOR);
    }
    // Stable: in a tie the more common one stays first.
    readings.sort_by_key(|reading| (Some(reading.encoding) != given, reading.sum));
    let Some((best, others)) = readings.split_first() else { return (Encoding::UTF_8, None) };
    let doubt = close_reading(best, others).or_else(|| mangled(best, others, first, later));
    (best.encoding, doubt)
}

fn candidates(detected: Encoding, given: Option<Encoding>) -> Vec<(Encoding, Score)> {
    let mut all = CANDIDATES.to_vec();
    for more in [Some(detected), given].into_iter().flatten() {
        if all.iter().all(|(encoding, _)| *encoding != more) {
            all.push((more, UNUSUAL));
        }
    }
    all
}

/// Encoding a web browser would detect.
fn detector(special: &[u8]) -> Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(special, true);
    Encoding::web(detector.guess(None, Utf8Detection::Deny))
}

/// Finds another reading of the whole that is nearly as good.
fn close_reading(best: &EncodingReading<'_>, others: &[EncodingReading<'_>]) -> Option<Doubt> {
    let differs = |other: &EncodingReading<'_>| (0..best.words.len()).find_map(|at| best.pair(other, at));
    let close = others.iter().filter(|other| other.sum < best.sum + MARGIN);
    let mut close: Vec<_> = close.filter_map(|other| Some((other, differs(other)?))).collect();
    // Of several, the most common one says most.
    close.sort_by_key(|(other, _)| other.encoding != Encoding::web(encoding_rs::WINDOWS_1252));
    close.into_iter().next().map(|(other, word)| Doubt { other: other.encoding, mangled: Vec::new(), word })
}

/// Finds words that read well only in another encoding, as in a file combined from two.
fn mangled<'a>(
    best: &EncodingReading<'_>,
    others: &[EncodingReading<'_>],
    first: &[&'a [u8]],
    later: &[&'a [u8]],
) -> Option<Doubt> {
    let is_mangled = |word: &&&[u8]| {
        best.encoding.decode(word).is_none_or(|text| Score::from(word::cost(&text)) >= MANGLED)
    };
    let words: Vec<&[u8]> = first.iter().chain(later).filter(is_mangled).take(KEPT).copied().collect();
    let read = EncodingReading::new(best.encoding, 0, &words);
    let fits = |other: &EncodingReading<'_>| {
        let other = EncodingReading::new(other.encoding, other.prior, &words);
        let fine: Vec<TwoReadings> =
            (0..words.len()).filter(|at| other.fine(*at)).filter_map(|at| read.pair(&other, at)).collect();
        (other.encoding, other.prior, fine)
    };
    // In a tie, the more common one.
    let (other, _, fine) =
        others.iter().map(fits).max_by_key(|(_, prior, fine)| (fine.len(), Reverse(*prior)))?;
    let word = fine.first()?.clone();
    Some(Doubt { other, mangled: fine.into_iter().map(|pair| pair.read).collect(), word })
}

/// Splits text into different words with special characters. They end at bytes that are never part of a longer
/// character.
fn words(special: &[u8]) -> Vec<&[u8]> {
    let mut seen = HashSet::new();
    let ends = |byte: &u8| *byte < 0x30 || matches!(byte, b':' | b';');
    let all = special.split(ends).filter(|word| !word.is_ascii() && seen.insert(*word));
    let all: Vec<&[u8]> = all.take(SEARCHED).collect();
    // Characters of UTF-8 are in none of these encodings; the check of cells finds them.
    let other = |word: &&[u8]| std::str::from_utf8(word).is_err();
    let others: Vec<&[u8]> = all.iter().copied().filter(other).collect();
    if others.is_empty() { all } else { others }
}

/// Returns the text of a cell in another encoding; `None` if it is the same or can't be told.
pub(in crate::sheet) fn in_other(cell: &str, read: Encoding, other: Encoding) -> Option<String> {
    if cell.is_ascii() {
        return None;
    }
    let bytes = read.encode(cell)?;
    let text = match other.0 {
        EncodingFamily::Web(web) => web.decode_without_bom_handling(&bytes).0,
        EncodingFamily::Dos(_) => other.decode(&bytes)?,
    };
    (text != cell).then(|| text.into_owned())
}

#[cfg(test)]
mod tests;
