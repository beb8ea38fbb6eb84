//! The encoding under which the special words of a file are the likeliest, and what speaks against it.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashSet;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::dos::CodePage;
use super::word;
use super::{Encoding, Family};

/// Points, ten for each factor of e; of sums also below zero.
type Sum = i64;

/// Every encoding that is tried, and how much rarer than Windows-1252 it is in the files we get.
const CANDIDATES: [(Encoding, Sum); 24] = [
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
/// Cost of an encoding that only the detector of web pages thinks of.
const UNUSUAL: Sum = 50;
/// Bonus of the encoding that detector finds. It knows how often letters follow one another in running text of most languages,
/// but no DOS code page and nothing of names.
const DETECTOR: Sum = 15;

/// Another reading is a doubt when it is less than this behind: one name that both make plausible.
const MARGIN: Sum = 35;
/// A word that costs this much is mangled, and one that costs no more than that is fine.
const MANGLED: Sum = 60;
const FINE: Sum = 45;

/// This many different words settle the encoding, and this many are searched for mangled ones.
const WORDS: usize = 400;
const SEARCHED: usize = 8_000;
/// Mangled words that are kept.
const KEPT: usize = 50;

/// Another encoding in which a file, or some words of it, could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sheet) struct Doubt {
    /// The other encoding.
    pub(in crate::sheet) other: Encoding,
    /// The words that are mangled as the file is read, when the rest of it is certain; none when everything that
    /// differs is in doubt.
    pub(in crate::sheet) mangled: Vec<String>,
    /// A word as it is read and as it could be.
    pub(in crate::sheet) word: OtherReading,
}

/// A text as it is read, and as it would be in another encoding.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OtherReading {
    /// As it is read.
    pub read: String,
    /// As the other encoding has it.
    pub other: String,
}

/// The words in one encoding.
struct Reading<'a> {
    encoding: Encoding,
    prior: Sum,
    words: Vec<Option<Cow<'a, str>>>,
    costs: Vec<Sum>,
    sum: Sum,
}

impl<'a> Reading<'a> {
    fn new(encoding: Encoding, prior: Sum, words: &[&'a [u8]]) -> Self {
        let words: Vec<_> = words.iter().map(|word| (encoding.decode(word), most(word))).collect();
        let costs: Vec<Sum> = words
            .iter()
            .map(|(text, most)| match text {
                Some(text) => Sum::from(word::cost(text)).min(*most),
                None => *most,
            })
            .collect();
        let sum = prior + costs.iter().sum::<Sum>();
        Self { encoding, prior, words: words.into_iter().map(|(text, _)| text).collect(), costs, sum }
    }

    fn pair(&self, other: &Self, at: usize) -> Option<OtherReading> {
        let text = |reading: &Self| reading.words.get(at).cloned().flatten().map(Cow::into_owned);
        let (read, other) = (text(self)?, text(other)?);
        (read != other).then_some(OtherReading { read, other })
    }

    fn fine(&self, at: usize) -> bool {
        self.costs.get(at).is_some_and(|cost| *cost <= FINE)
    }
}

/// No word decides beyond this, however odd it is.
fn most(word: &[u8]) -> Sum {
    100 + 12 * Sum::try_from(word.len()).unwrap_or(0)
}

/// The encoding of text with special characters, which is not UTF-8, and the doubt that is left. `given`: the encoding
/// the file is read in whatever is found, so that only the doubt is wanted.
pub(super) fn guess(special: &[u8], given: Option<Encoding>) -> (Encoding, Option<Doubt>) {
    let words = words(special);
    let (first, later) = words.split_at(words.len().min(WORDS));
    let detected = detector(special);
    let mut readings: Vec<Reading<'_>> = candidates(detected, given)
        .into_iter()
        .map(|(encoding, prior)| Reading::new(encoding, prior, first))
        .collect();
    // It takes `Geneviève` for Windows-1250, so it is asked only where Windows-1252 makes no sense.
    let western = Encoding::web(encoding_rs::WINDOWS_1252);
    let is_western =
        |reading: &Reading<'_>| reading.encoding == western && reading.costs.iter().all(|cost| *cost <= FINE);
    if detected != western && !readings.iter().any(is_western) {
        readings
            .iter_mut()
            .filter(|reading| reading.encoding == detected)
            .for_each(|reading| reading.sum -= DETECTOR);
    }
    // Stable: of equal ones the more common stays first.
    readings.sort_by_key(|reading| (Some(reading.encoding) != given, reading.sum));
    let Some((best, others)) = readings.split_first() else { return (Encoding::UTF_8, None) };
    let doubt = near(best, others).or_else(|| mangled(best, others, first, later));
    (best.encoding, doubt)
}

fn candidates(detected: Encoding, given: Option<Encoding>) -> Vec<(Encoding, Sum)> {
    let mut all = CANDIDATES.to_vec();
    for more in [Some(detected), given].into_iter().flatten() {
        if all.iter().all(|(encoding, _)| *encoding != more) {
            all.push((more, UNUSUAL));
        }
    }
    all
}

/// What a web browser would take it for.
fn detector(special: &[u8]) -> Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(special, true);
    Encoding::web(detector.guess(None, Utf8Detection::Deny))
}

/// Another reading of everything that is nearly as good.
fn near(best: &Reading<'_>, others: &[Reading<'_>]) -> Option<Doubt> {
    let differs = |other: &Reading<'_>| (0..best.words.len()).find_map(|at| best.pair(other, at));
    let mut close = others.iter().filter(|other| other.sum < best.sum + MARGIN);
    close.find_map(|other| Some((other, differs(other)?))).map(|(other, word)| Doubt {
        other: other.encoding,
        mangled: Vec::new(),
        word,
    })
}

/// Words that another encoding reads well and this one does not, as in a file that was put together from two.
fn mangled<'a>(
    best: &Reading<'_>,
    others: &[Reading<'_>],
    first: &[&'a [u8]],
    later: &[&'a [u8]],
) -> Option<Doubt> {
    let odd =
        |word: &&&[u8]| best.encoding.decode(word).is_none_or(|text| Sum::from(word::cost(&text)) >= MANGLED);
    let words: Vec<&[u8]> = first.iter().chain(later).filter(odd).take(KEPT).copied().collect();
    let read = Reading::new(best.encoding, 0, &words);
    let fits = |other: &Reading<'_>| {
        let other = Reading::new(other.encoding, other.prior, &words);
        let fine: Vec<OtherReading> =
            (0..words.len()).filter(|at| other.fine(*at)).filter_map(|at| read.pair(&other, at)).collect();
        (other.encoding, other.prior, fine)
    };
    // Of equal ones the more common.
    let (other, _, fine) =
        others.iter().map(fits).max_by_key(|(_, prior, fine)| (fine.len(), Reverse(*prior)))?;
    let word = fine.first()?.clone();
    Some(Doubt { other, mangled: fine.into_iter().map(|pair| pair.read).collect(), word })
}

/// The different words with special characters. They end at bytes that are part of no longer character in any encoding.
fn words(special: &[u8]) -> Vec<&[u8]> {
    let mut seen = HashSet::new();
    let ends = |byte: &u8| *byte < 0x30 || matches!(byte, b':' | b';');
    let all = special.split(ends).filter(|word| !word.is_ascii() && seen.insert(*word));
    let all: Vec<&[u8]> = all.take(SEARCHED).collect();
    // Characters of UTF-8 are none of these encodings; the check of cells finds them.
    let other = |word: &&[u8]| std::str::from_utf8(word).is_err();
    let others: Vec<&[u8]> = all.iter().copied().filter(other).collect();
    if others.is_empty() { all } else { others }
}

/// The text of a cell in another encoding, when it differs. None when it cannot be told.
pub(in crate::sheet) fn in_other(cell: &str, read: Encoding, other: Encoding) -> Option<String> {
    if cell.is_ascii() {
        return None;
    }
    let bytes = read.encode(cell)?;
    let text = match other.0 {
        Family::Web(web) => web.decode_without_bom_handling(&bytes).0,
        Family::Dos(_) => other.decode(&bytes)?,
    };
    (text != cell).then(|| text.into_owned())
}

#[cfg(test)]
mod tests;
