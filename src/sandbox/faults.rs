//! Faults, and the requests they apply to.

use std::fmt;
use std::str::FromStr;

use strum::VariantArray;

use super::kinds::FaultKind;

/// Requests that are counted together, from 1 since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FaultTarget {
    /// POSTs to the cases.
    Posts,
    /// GETs of the API.
    Gets,
}

/// Prefix of a fault that applies to GETs.
const GET: &str = "get:";

/// The requests of its target that a fault applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RequestSelection {
    Between {
        first: u64,
        last: u64,
    },
    Every(u64),
    /// A random share, as a part of [`WHOLE`].
    Share(u32),
}

/// The share that means all requests: percent with four decimals.
const WHOLE: u32 = 100 * PERCENT;
const PERCENT: u32 = 10_000;

/// A fault and the requests it applies to, written `KIND`, `KIND@N`, `KIND@N-M`, `KIND@N-`, `KIND/N` or `KIND%P` for
/// POSTs, and with the prefix `get:` for GETs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InjectedFault {
    kind: FaultKind,
    target: FaultTarget,
    selection: RequestSelection,
}

impl InjectedFault {
    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        self.kind
    }

    /// Returns a help text that explains the syntax and every kind.
    #[must_use]
    pub fn help() -> String {
        let kinds: Vec<_> = FaultKind::VARIANTS
            .iter()
            .map(|kind| format!("{:<16} {}", kind.name(), kind.describe()))
            .collect();
        format!(
            "Simulate a fault in requests that create cases. Can be repeated; the first fault that applies wins. \
             KIND applies to every POST, KIND@17 to the 17th, KIND@17-20 and KIND@17- to a range, KIND/30 to every \
             30th, KIND%2.5 to that percentage at random. Put get: before it, as in get:500@1-3, for GETs, which \
             are counted separately. KIND is one of:\n\n{}",
            kinds.join("\n")
        )
    }

    /// Returns true if it applies to the `number`th request of its target since the start, counted from 1.
    /// `chance` is a random number for this fault and request.
    fn applies(&self, target: FaultTarget, number: u64, chance: u64) -> bool {
        self.target == target
            && match self.selection {
                RequestSelection::Between { first, last } => (first..=last).contains(&number),
                RequestSelection::Every(n) => number.is_multiple_of(n),
                RequestSelection::Share(share) => chance % u64::from(WHOLE) < u64::from(share),
            }
    }
}

/// Returns the first fault that applies to a request. The same seed selects the same numbers on every machine, in
/// whatever order the requests arrive.
pub(super) fn first(
    faults: &[InjectedFault],
    seed: u64,
    target: FaultTarget,
    number: u64,
) -> Option<FaultKind> {
    let chance = |index| mixed(mixed(mixed(seed) ^ index) ^ number);
    (0..)
        .zip(faults)
        .find(|(index, fault)| fault.applies(target, number, chance(*index)))
        .map(|(_, f)| f.kind)
}

/// One step of splitmix64.
pub(super) fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Error for a fault that can't be parsed. Its message lists the possible forms.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseFaultError {
    /// It doesn't have the form of a fault.
    #[error(
        "\"{given}\" isn't a fault. Use KIND for every POST, KIND@17 for the 17th, KIND@17-20 or KIND@17- for a range, \
         KIND/30 for every 30th, KIND%2.5 for that percentage at random, or get:KIND for GETs. KIND is one of {}",
        kinds(|_| true)
    )]
    Unreadable {
        /// The given text.
        given: String,
    },
    /// The kind can't apply to a GET.
    #[error(
        "\"{kind}\" can't apply to a GET, because it is about creating a case. These can: {}",
        kinds(|kind| !kind.is_for_posts())
    )]
    PostsOnly {
        /// The name of the kind.
        kind: &'static str,
    },
}

fn kinds(wanted: impl Fn(FaultKind) -> bool) -> String {
    let kinds = FaultKind::VARIANTS.iter().copied().filter(|kind| wanted(*kind));
    kinds.map(FaultKind::name).collect::<Vec<_>>().join(", ")
}

impl FromStr for InjectedFault {
    type Err = ParseFaultError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        let unreadable = || ParseFaultError::Unreadable { given: given.to_owned() };
        let (target, rest) = match given.strip_prefix(GET) {
            Some(rest) => (FaultTarget::Gets, rest),
            None => (FaultTarget::Posts, given),
        };
        let (name, strikes) = parse_selection(rest).ok_or_else(unreadable)?;
        let known = FaultKind::VARIANTS.iter().copied().find(|kind| kind.name() == name);
        let kind = known.ok_or_else(unreadable)?;
        if target == FaultTarget::Gets && kind.is_for_posts() {
            return Err(ParseFaultError::PostsOnly { kind: kind.name() });
        }
        Ok(Self { kind, target, selection: strikes })
    }
}

/// Parses the name of a kind and the requests it applies to.
fn parse_selection(given: &str) -> Option<(&str, RequestSelection)> {
    let number = |text: &str| text.parse::<u64>().ok().filter(|n| *n > 0);
    if let Some((name, every)) = given.split_once('/') {
        return Some((name, RequestSelection::Every(number(every)?)));
    }
    if let Some((name, percent)) = given.split_once('%') {
        return Some((name, RequestSelection::Share(share(percent)?)));
    }
    let Some((name, range)) = given.split_once('@') else {
        return Some((given, RequestSelection::Between { first: 1, last: u64::MAX }));
    };
    let (first, last) = match range.split_once('-') {
        None => (number(range)?, number(range)?),
        Some((first, "")) => (number(first)?, u64::MAX),
        Some((first, last)) => (number(first)?, number(last)?),
    };
    (first <= last).then_some((name, RequestSelection::Between { first, last }))
}

/// Parses a percentage above 0 and at most 100, with up to four decimals, as a share.
fn share(percent: &str) -> Option<u32> {
    let (whole, decimals) = percent.split_once('.').unwrap_or((percent, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(decimals) || decimals.len() > 4 {
        return None;
    }
    let decimals: u32 = format!("{decimals:0<4}").parse().ok()?;
    let share = whole.parse::<u32>().ok()?.checked_mul(PERCENT)?.checked_add(decimals)?;
    (1..=WHOLE).contains(&share).then_some(share)
}

impl fmt::Display for InjectedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.target == FaultTarget::Gets {
            f.write_str(GET)?;
        }
        f.write_str(self.kind.name())?;
        match self.selection {
            RequestSelection::Between { first: 1, last: u64::MAX } => Ok(()),
            RequestSelection::Between { first, last: u64::MAX } => write!(f, "@{first}-"),
            RequestSelection::Between { first, last } if first == last => write!(f, "@{first}"),
            RequestSelection::Between { first, last } => write!(f, "@{first}-{last}"),
            RequestSelection::Every(n) => write!(f, "/{n}"),
            RequestSelection::Share(share) => {
                let percent = format!("{}.{:04}", share / PERCENT, share % PERCENT);
                write!(f, "%{}", percent.trim_end_matches('0').trim_end_matches('.'))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck_of(target: FaultTarget, seed: u64, text: &str, numbers: u64) -> Vec<u64> {
        let fault: InjectedFault = text.parse().unwrap();
        assert_eq!(fault.to_string(), text);
        (1..=numbers).filter(|number| first(&[fault], seed, target, *number).is_some()).collect()
    }

    fn struck(text: &str) -> Vec<u64> {
        struck_of(FaultTarget::Posts, 0, text, 10)
    }

    #[test]
    fn a_fault_strikes_the_posts_it_names() {
        assert_eq!(struck("lost").len(), 10);
        assert_eq!(struck("lost@7"), [7]);
        assert_eq!(struck("503-wait@3-5"), [3, 4, 5]);
        assert_eq!(struck("403-html@9-"), [9, 10]);
        assert_eq!(struck("no-id/4"), [4, 8]);
        assert_eq!(struck("lost%100").len(), 10);
    }

    #[test]
    fn a_fault_of_gets_strikes_them_alone() {
        assert_eq!(struck("get:500@1-3"), [] as [u64; 0]);
        assert_eq!(struck_of(FaultTarget::Gets, 0, "get:500@1-3", 10), [1, 2, 3]);
        assert_eq!(struck_of(FaultTarget::Gets, 0, "500", 10), [] as [u64; 0]);
    }

    #[test]
    fn a_percentage_strikes_about_as_many_and_the_same_for_the_same_seed() {
        let at_random = |seed, text| struck_of(FaultTarget::Posts, seed, text, 100_000);
        for (text, about) in [("lost%30", 30_000), ("lost%2.5", 2_500)] {
            let struck = at_random(7, text);
            assert!(struck.len().abs_diff(about) <= about / 10, "{text}: {}", struck.len());
            assert_eq!(struck, at_random(7, text));
        }
        assert_ne!(at_random(7, "lost%30"), at_random(8, "lost%30"));
        // The first number of splitmix64: a seed must always select the same requests.
        assert_eq!(mixed(0), 0xE220_A839_7B1D_CDAF);
    }

    #[test]
    fn two_faults_of_a_percentage_strike_apart() {
        let faults = ["lost%50", "cut%50"].map(|text| text.parse().unwrap());
        let kinds: Vec<_> = (1..=100).map(|number| first(&faults, 0, FaultTarget::Posts, number)).collect();
        for kind in [Some(FaultKind::Lost), Some(FaultKind::Cut), None] {
            assert!(kinds.contains(&kind), "{kind:?}");
        }
    }

    #[test]
    fn every_kind_is_read_and_written() {
        for kind in FaultKind::VARIANTS.iter().copied() {
            let name = kind.name();
            assert_eq!(name.parse::<InjectedFault>().unwrap().kind(), kind);
            assert_eq!(struck(name).len(), 10);
            assert!(InjectedFault::help().contains(name));
        }
    }

    #[test]
    fn a_kind_about_a_created_case_cannot_strike_gets() {
        for text in ["get:500-created", "get:409@3", "get:no-id/2", "get:reset-early%5"] {
            let error = text.parse::<InjectedFault>().unwrap_err().to_string();
            assert!(error.contains("can't apply to a GET") && error.contains("403-html"), "{error}");
        }
    }

    #[test]
    fn other_values_are_refused_with_the_allowed_ones() {
        for text in [
            "",
            "lots",
            "lost@",
            "lost@0",
            "lost/0",
            "lost@9-3",
            "lost@a",
            "lost/3@2",
            "LOST",
            "lost@-4",
            "lost%",
            "lost%0",
            "lost%100.1",
            "lost%-1",
            "lost%1e1",
            "lost%.5",
            "lost%5.",
            "lost%0.00001",
            "get:",
            "get:lots",
            "post:lost",
            "get:get:lost",
        ] {
            let error = text.parse::<InjectedFault>().unwrap_err().to_string();
            assert!(error.contains("KIND@17") && error.contains("403-html"), "{text}: {error}");
        }
    }
}
