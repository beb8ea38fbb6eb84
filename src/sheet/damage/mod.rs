//! What Excel, or a bad export, destroyed in a sheet before it came to us.
//!
//! [`of_cell`] sees what one cell shows. [`Profile`] gathers a column and then knows what is [`Usual`] in it,
//! so that `2134` among ZIP codes is told from `2134` among amounts. A false alarm holds up a claim: where the
//! column does not prove it, nothing is said.
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
//! | `CutShort`       | 255 or 32,767 characters   | the column; the cell                        |          |
//! | `MixedDateOrder` | `13/02/2026`, `02/14/2026` | the column                                  |          |
//! | `TwoDigitYear`   | `3/4/26`                   | the column                                  |          |
//! | `Mojibake`       | `donâ€™t`                  | the cell                                    | yes      |
//! | `Garbled`        | `Pe¤a`, `Jos‚`             | the cell                                    |          |
//! | `EscapedControl` | `one_x000D_two`            | the cell                                    | yes      |
//! | `Control`        | ESC, U+202E, ...           | the cell                                    | yes      |
//! | `ZeroWidth`      | U+200B, U+FEFF, ...        | the cell                                    | yes      |
//! | `NoBreakSpace`   | U+00A0, ...                | the cell                                    | yes      |

mod cell;
mod column;
mod date;
mod header;
mod mend;
mod mojibake;
mod shape;
mod usual;
mod words;

use strum::VariantArray;

pub use cell::of_cell;
pub use column::{Example, Finding, Profile};
pub use mend::repaired;
pub use usual::Usual;

/// What was done to a cell before it came to us. The order is that of severity, the worst first: what cannot
/// be brought back, then what must be guessed, then what [`repaired`] mends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, VariantArray)]
pub enum Damage {
    /// E-notation where digits were: `1.23E+11`.
    Scientific,
    /// Sixteen digits or more, and those behind the fifteenth are zeros.
    Rounded,
    /// Digits only, and fewer than the other cells of the column have.
    LostZeros,
    /// A ZIP code without its first zero.
    ShortZip,
    /// `1-Mar` where an id was.
    BecameDate,
    /// Excel's day number where a date was: `44927`.
    SerialDate,
    /// `####`: the column was too narrow.
    Hashes,
    /// The result of a formula that failed: `#REF!`.
    ErrorValue,
    /// As long as a cell may be, so that the rest is likely missing.
    CutShort,
    /// A date that fits only the order of day and month which is the rarer in its column.
    MixedDateOrder,
    /// A date whose century is a guess.
    TwoDigitYear,
    /// A symbol, or a letter of another script, where a letter was: `Pe¤a`.
    Garbled,
    /// UTF-8 that was read as another encoding: `â€™`, `├®`, `√©`.
    Mojibake,
    /// A control character as Excel's files write it: `_x000D_`.
    EscapedControl,
    /// A character that steers a terminal, or turns the direction of what stands beside it: no text.
    Control,
    /// A character that takes no room: zero width space, soft hyphen.
    ZeroWidth,
    /// A space that is no space to a comparison: U+00A0.
    NoBreakSpace,
}

impl Damage {
    /// Whether [`repaired`] brings the text back.
    #[must_use]
    pub fn is_repairable(self) -> bool {
        matches!(
            self,
            Self::Mojibake | Self::EscapedControl | Self::Control | Self::ZeroWidth | Self::NoBreakSpace
        )
    }

    /// Whether the cell was altered for certain, whatever its column. The others are inferred: one number of
    /// sixteen digits in ten ends in zero anyway, and a note may be just 255 characters long.
    #[must_use]
    pub fn is_certain(self) -> bool {
        matches!(
            self,
            Self::Scientific
                | Self::Hashes
                | Self::ErrorValue
                | Self::Mojibake
                | Self::EscapedControl
                | Self::Control
        )
    }
}

#[cfg(test)]
mod tests;
