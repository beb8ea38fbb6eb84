//! Which requests a fault strikes.

use std::fmt;
use std::str::FromStr;

use super::kinds::FaultKind;

/// Which POSTs a fault strikes; the first since the start is number 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strikes {
    Between { first: u64, last: u64 },
    Every(u64),
}

/// One fault and the POSTs it strikes, written `KIND`, `KIND@N`, `KIND@N-M`, `KIND@N-` or `KIND/N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    kind: FaultKind,
    strikes: Strikes,
}

impl Fault {
    /// What goes wrong.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        self.kind
    }

    /// Whether it strikes the `post`th POST since the start, counted from 1.
    #[must_use]
    pub fn strikes(&self, post: u64) -> bool {
        match self.strikes {
            Strikes::Between { first, last } => (first..=last).contains(&post),
            Strikes::Every(n) => post.is_multiple_of(n),
        }
    }
}

/// A fault that could not be read; its sentence lists what is possible.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{given}\" is no fault: write KIND for every POST, KIND@17 for the 17th, KIND@17-20 or KIND@17- for a range, \
     KIND/30 for every 30th; KIND is one of {}",
    kinds()
)]
pub struct ParseFaultError {
    given: String,
}

fn kinds() -> String {
    FaultKind::ALL.map(|(_, name, _)| name).join(", ")
}

impl FromStr for Fault {
    type Err = ParseFaultError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        parse(given).ok_or_else(|| ParseFaultError { given: given.to_owned() })
    }
}

fn parse(given: &str) -> Option<Fault> {
    let number = |text: &str| text.parse::<u64>().ok().filter(|n| *n > 0);
    let (name, strikes) = if let Some((name, every)) = given.split_once('/') {
        (name, Strikes::Every(number(every)?))
    } else if let Some((name, range)) = given.split_once('@') {
        let (first, last) = match range.split_once('-') {
            None => (number(range)?, number(range)?),
            Some((first, "")) => (number(first)?, u64::MAX),
            Some((first, last)) => (number(first)?, number(last)?),
        };
        (first <= last).then_some((name, Strikes::Between { first, last }))?
    } else {
        (given, Strikes::Between { first: 1, last: u64::MAX })
    };
    let (kind, ..) = FaultKind::ALL.into_iter().find(|(_, known, _)| *known == name)?;
    Some(Fault { kind, strikes })
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name =
            FaultKind::ALL.iter().find(|(kind, ..)| *kind == self.kind).map_or("", |(_, name, _)| name);
        match self.strikes {
            Strikes::Between { first: 1, last: u64::MAX } => write!(f, "{name}"),
            Strikes::Between { first, last: u64::MAX } => write!(f, "{name}@{first}-"),
            Strikes::Between { first, last } if first == last => write!(f, "{name}@{first}"),
            Strikes::Between { first, last } => write!(f, "{name}@{first}-{last}"),
            Strikes::Every(n) => write!(f, "{name}/{n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(text: &str) -> Vec<u64> {
        let fault: Fault = text.parse().unwrap();
        assert_eq!(fault.to_string(), text);
        (1..=10).filter(|post| fault.strikes(*post)).collect()
    }

    #[test]
    fn a_fault_strikes_the_posts_it_names() {
        assert_eq!(struck("lost").len(), 10);
        assert_eq!(struck("lost@7"), [7]);
        assert_eq!(struck("503-wait@3-5"), [3, 4, 5]);
        assert_eq!(struck("403-html@9-"), [9, 10]);
        assert_eq!(struck("no-id/4"), [4, 8]);
    }

    #[test]
    fn every_kind_is_read_and_written() {
        for (kind, name, _) in FaultKind::ALL {
            assert_eq!(name.parse::<Fault>().unwrap().kind(), kind);
            assert_eq!(struck(name).len(), 10);
        }
    }

    #[test]
    fn anything_else_is_refused_with_what_is_possible() {
        for text in
            ["", "lots", "lost@", "lost@0", "lost/0", "lost@9-3", "lost@a", "lost/3@2", "LOST", "lost@-4"]
        {
            let error = text.parse::<Fault>().unwrap_err().to_string();
            assert!(error.contains("KIND@17") && error.contains("403-html"), "{text}: {error}");
        }
    }
}
