//! How a file is read: what was detected, and what the user sets instead.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::dialect::{Escape, Mark};
use super::encoding::Encoding;
use crate::serde_text::serde_as_text;

/// How to read a file; what isn't set is detected. With everything set it is how a file *was* read, so that an import
/// always reads its file the same way. The `[sheet]` of a recipe.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Layout {
    /// The encoding of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Whether the encoding was detected before, so that a doubt about it is still reported. Never saved: the recipe
    /// has only what the user set.
    #[serde(skip)]
    pub encoding_guessed: bool,
    /// Character between two cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Mark>,
    /// Character around cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// How a quote inside a quoted cell is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escape: Option<Escape>,
    /// Whether spaces after a delimiter belong to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub padded: Option<bool>,
    /// Position of the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// Number of footer rows at the end, such as totals, which are skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<u64>,
    /// The worksheet of a workbook, or several to read as one table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worksheet: Option<Worksheets>,
    /// What to do with rows that are hidden or filtered out in a workbook; included if not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<HiddenRows>,
    /// Whether to clean up what can be fixed with certainty: odd spaces, invisible characters, garbled letters.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub repair: bool,
}

impl Layout {
    /// The format before there was detection: UTF-8, commas, header in the first line.
    #[must_use]
    pub fn plain() -> Self {
        let super::Dialect { delimiter, quote, escape, padded } = super::Dialect::default();
        Self {
            encoding: Some(Encoding::UTF_8),
            delimiter: Some(delimiter),
            quote: Some(Quote(quote)),
            escape: Some(escape),
            padded: Some(padded),
            header: Some(Header::Lines(1, 1)),
            footer: Some(0),
            ..Self::default()
        }
    }

    /// Whether nothing is set.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Fills in what isn't set from `under`.
    #[must_use]
    pub fn over(self, under: Self) -> Self {
        Self {
            encoding: self.encoding.or(under.encoding),
            encoding_guessed: self.encoding_guessed || under.encoding_guessed,
            delimiter: self.delimiter.or(under.delimiter),
            quote: self.quote.or(under.quote),
            escape: self.escape.or(under.escape),
            padded: self.padded.or(under.padded),
            header: self.header.or(under.header),
            footer: self.footer.or(under.footer),
            worksheet: self.worksheet.or(under.worksheet),
            hidden: self.hidden.or(under.hidden),
            repair: self.repair || under.repair,
        }
    }

    /// Writes TOML, for the ledger.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // Strings, numbers and booleans can always be written as TOML.
        toml::to_string(self).unwrap_or_default()
    }

    /// Reads what [`to_toml`](Self::to_toml) wrote; nothing is set if that fails.
    #[must_use]
    pub fn from_toml(text: &str) -> Self {
        toml::from_str(text).unwrap_or_default()
    }
}

/// What to do with rows that are hidden or filtered out in a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HiddenRows {
    /// Import them like other rows.
    Include,
    /// Exclude them.
    Exclude,
}

/// Names of worksheets to read as one table; written as one name, or as a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "OneOrMore", into = "OneOrMore")]
pub struct Worksheets(pub Vec<String>);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl From<OneOrMore> for Worksheets {
    fn from(names: OneOrMore) -> Self {
        match names {
            OneOrMore::One(name) => Self(vec![name]),
            OneOrMore::More(names) => Self(names),
        }
    }
}

impl From<Worksheets> for OneOrMore {
    fn from(Worksheets(mut names): Worksheets) -> Self {
        match names.len() {
            1 => names.pop().map_or_else(|| Self::More(Vec::new()), Self::One),
            _ => Self::More(names),
        }
    }
}

impl fmt::Display for Worksheets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" + "))
    }
}

/// Character around cells; written as itself, or as `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quote(pub Option<Mark>);

serde_as_text!(Quote, Header);

impl fmt::Display for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(mark) => mark.fmt(f),
            None => f.write_str("none"),
        }
    }
}

impl std::str::FromStr for Quote {
    type Err = super::dialect::MarkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("none") {
            Ok(Self(None))
        } else {
            text.parse().map(|mark| Self(Some(mark)))
        }
    }
}

/// Position of the header: `3`, `3-4` for two lines, `none`, or `none from 3` if the rows begin at line 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Header {
    /// First and last line, from 1.
    Lines(u64, u64),
    /// No header; the rows begin at this line, from 1.
    None(u64),
}

/// A text that isn't the position of a header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” isn't a header row; use a line such as 3, lines such as 3-4, or none")]
pub struct HeaderError(String);

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lines(first, last) if first == last => write!(f, "{first}"),
            Self::Lines(first, last) => write!(f, "{first}-{last}"),
            Self::None(1) => f.write_str("none"),
            Self::None(line) => write!(f, "none from {line}"),
        }
    }
}

impl std::str::FromStr for Header {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        let line = |text: &str| text.trim().parse::<u64>().ok().filter(|line| *line > 0);
        let lower = text.trim().to_lowercase();
        let found = if lower == "none" {
            Some(Self::None(1))
        } else if let Some(from) = lower.strip_prefix("none from") {
            line(from).map(Self::None)
        } else if let Some((first, last)) = lower.split_once('-') {
            line(first).zip(line(last)).filter(|(a, b)| a <= b && b - a < 10).map(|(a, b)| Self::Lines(a, b))
        } else {
            line(&lower).map(|line| Self::Lines(line, line))
        };
        found.ok_or_else(|| HeaderError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_reads_back_as_it_was_written() {
        let layout = Layout {
            encoding: Some("windows-1252".parse().unwrap()),
            encoding_guessed: false,
            delimiter: Some("tab".parse().unwrap()),
            quote: Some(Quote(None)),
            escape: Some(Escape::Backslash),
            padded: Some(true),
            header: Some(Header::Lines(3, 4)),
            footer: Some(2),
            worksheet: Some(Worksheets(vec!["Cases “March”".into()])),
            hidden: Some(HiddenRows::Exclude),
            repair: true,
        };
        assert_eq!(Layout::from_toml(&layout.to_toml()), layout);
        assert_eq!(Layout::from_toml(&Layout::default().to_toml()), Layout::default());
        let several: Layout = toml::from_str("worksheet = [\"Jan\", \"Feb\"]\nhidden = \"include\"").unwrap();
        assert_eq!(several.worksheet, Some(Worksheets(vec!["Jan".into(), "Feb".into()])));
        assert_eq!(Layout::from_toml(&several.to_toml()), several);
        let chosen = Layout { delimiter: Some("|".parse().unwrap()), ..Layout::default() };
        let over = chosen.clone().over(layout.clone());
        assert_eq!((over.delimiter, over.header), (chosen.delimiter, layout.header));
    }

    #[test]
    fn headers() {
        for header in [Header::Lines(3, 3), Header::Lines(1, 2), Header::None(1), Header::None(7)] {
            assert_eq!(header.to_string().parse(), Ok(header));
        }
        for wrong in ["", "0", "4-3", "x", "none from", "1-99"] {
            assert!(wrong.parse::<Header>().is_err(), "{wrong}");
        }
    }
}
