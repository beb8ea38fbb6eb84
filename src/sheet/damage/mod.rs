//! Detects damage that Excel or a bad export did to a sheet before we got it.
//!
//! [`of_cell`] judges a single cell. [`Profile`] collects a column and then knows what is [`Usual`] in it, to tell
//! `2134` among ZIP codes from `2134` among amounts. A false alarm holds up a claim: without proof from the column
//! there is no warning.
//!
//! | damage           | such as                    | seen from                                   | repaired |
//! |------------------|----------------------------|---------------------------------------------|----------|
//! | `Scientific`     | `1.23E+11`                 | the cell                                    |          |
//! | `Rounded`        | `1234567890123450`         | the cell; its column may clear it           |          |
//! | `LostZeros`      | `4711` beside `00815`      | the column                                  |          |
//! | `ShortZip`       | `2134`, `2134-1234`        | the column                                  |          |
//! | `BecameDate`     | `1-Mar` beside `3-12`      | the column                                  |          |
//! | `SerialDate`     | `44927` beside dates       | the column                                  |          |
//! | `Hashes`         | `####`                     | the cell                                    |          |
//! | `ErrorValue`     | `#REF!`                    | the cell                                    |          |
//! | `Formula`        | `=A2&"-1"`                 | the cell                                    |          |
//! | `DecimalId`      | `8915111.0`, `8,915,111`   | the column                                  |          |
//! | `CutShort`       | 255 or 32,767 characters   | the column; the cell                        |          |
//! | `MixedDateOrder` | `13/02/2026`, `02/14/2026` | the column                                  |          |
//! | `TwoDigitYear`   | `3/4/26`                   | the column                                  |          |
//! | `Mojibake`       | `donâ€™t`                  | the cell                                    | yes      |
//! | `LostLetter`     | `Mu?oz`                    | the cell                                    |          |
//! | `HtmlEntity`     | `&amp;`, `<br>`, `{\rtf1`  | the cell                                    |          |
//! | `ListId`         | `3;#Denver`                | the cell                                    |          |
//! | `TextMark`       | `'+1 303-555-0100`         | the cell                                    | yes      |
//! | `Garbled`        | `Pe¤a`, `Jos‚`             | the cell                                    |          |
//! | `EscapedControl` | `one_x000D_two`            | the cell                                    | yes      |
//! | `Control`        | ESC, U+202E, ...           | the cell                                    | yes      |
//! | `ZeroWidth`      | U+200B, U+FEFF, ...        | the cell                                    | yes      |
//! | `NoBreakSpace`   | U+00A0, ...                | the cell                                    | yes      |

mod cell;
mod cleanup;
mod column;
mod date;
mod header;
mod leftovers;
mod messages;
mod mojibake;
mod shape;
mod usual;

use strum::VariantArray;

pub use cell::of_cell;
pub use cleanup::repaired;
pub use column::{DamageFinding, Example, Profile};
pub use date::{is_day_month, may_lack_zero};
pub(super) use header::names_cases;
pub use shape::is_shown_as_amount;
pub use usual::Usual;

/// Damage to a cell before we got it. Ordered by severity, the worst first: what is lost, then what must be guessed,
/// then what [`repaired`] restores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, VariantArray)]
pub enum Damage {
    /// E-notation instead of digits: `1.23E+11`.
    Scientific,
    /// Sixteen digits or more, with only zeros after the fifteenth.
    Rounded,
    /// Only digits, and fewer than other cells in the column have.
    LostZeros,
    /// A ZIP code without its first zero.
    ShortZip,
    /// `1-Mar` instead of an id, or a whole date.
    BecameDate,
    /// Excel's day number instead of a date: `44927`.
    SerialDate,
    /// `####`: the column was too narrow.
    Hashes,
    /// The result of a failed formula: `#REF!`.
    ErrorValue,
    /// A formula instead of its result: `=A2&"-1"`.
    Formula,
    /// Exactly as long as a cell can be, so that the rest is likely missing.
    CutShort,
    /// An id that a program wrote as a number with decimals: `8915111.0`.
    DecimalId,
    /// A date that fits only the rarer order of day and month in its column.
    MixedDateOrder,
    /// A date whose century is a guess.
    TwoDigitYear,
    /// A question mark instead of a letter: `Mu?oz`.
    LostLetter,
    /// A symbol, or a letter of another script, instead of a letter: `Pe¤a`.
    Garbled,
    /// Text as a web page or a word processor writes it: `&amp;`, `<br>`, `{\rtf1`.
    HtmlEntity,
    /// An id of a list before its text, as another program exports it: `3;#Denver`.
    ListId,
    /// The apostrophe that keeps a text from being read as a formula: `'=see notes`.
    TextMark,
    /// UTF-8 that was read as another encoding: `â€™`, `├®`, `√©`.
    Mojibake,
    /// A control character as Excel's files escape it: `_x000D_`.
    EscapedControl,
    /// A character that controls a terminal, or changes the direction of text.
    Control,
    /// An invisible character: zero width space, soft hyphen.
    ZeroWidth,
    /// A space that doesn't match a normal one: U+00A0.
    NoBreakSpace,
}

#[cfg(test)]
mod tests;
