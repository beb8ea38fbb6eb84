//! Columns that may not be what they are mapped to: a header names a unit that the field doesn't have, `Reserve (in
//! thousands)`; a reference has no digits.

use super::field::CaseField;
use super::plan::Plan;
use super::slot::{Dest, MappedColumn, ValueReading};

impl Plan {
    /// Reports a column of references that seems to be another one: none of its first cells has a digit.
    pub(super) fn reference_doubts(&self) -> Vec<String> {
        let wordy = self
            .slot(Dest::Case(CaseField::Reference1))
            .into_iter()
            .flat_map(|slot| &slot.sources)
            .filter(|source| !source.as_is && source.evidence.references.has_no_digits());
        let describe = |source: &MappedColumn| {
            format!("“{}” has no digits, so it may not be the reference", self.header(source.column))
        };
        wordy.map(describe).collect()
    }

    /// Reports a name whose column has no value, as under a header that stands beside its column.
    pub(super) fn blank_name_doubt(&self) -> Option<String> {
        let column = self.usual_identity.blank_name?;
        let beside = [Some(column + 1), column.checked_sub(1)].into_iter().flatten();
        let mut beside = beside.map(|other| (other, self.header(other)));
        // A header may begin with `#` too.
        let is_unnamed = |other: usize, header: &str| header == format!("#{}", other + 1);
        let unnamed =
            beside.find(|(other, header)| is_unnamed(*other, header) && self.not_imported.contains(other));
        let unnamed = unnamed.map(|(_, header)| {
            format!("; {header} beside it has values but no header: map that column instead")
        });
        Some(format!(
            "“{}” is blank in every row, so no case has a subject's name{}",
            self.header(column),
            unnamed.unwrap_or_default()
        ))
    }

    /// Reports columns whose header names a unit that isn't taken into account.
    pub(super) fn unit_doubts(&self) -> Vec<String> {
        let doubts = self.slots.iter().flat_map(|slot| {
            let (reading, is_money) = (slot.dest.reading(), slot.dest.is_money());
            slot.sources.iter().filter(|source| !source.as_is).filter_map(move |source| {
                let header = self.header(source.column);
                let of_time = || unit_of_time(header).filter(|_| is_money);
                let unit = unit_of(header, reading).or_else(of_time)?;
                Some(format!(
                    "“{header}” is in {unit} by its header, but its numbers are sent as they are in the file; convert \
                     them in the file, or if they are right, say so (i on the field map; in a script: as_is = true on \
                     the column)"
                ))
            })
        });
        doubts.collect()
    }
}

/// Returns the unit that a header names and a field with this reading doesn't have.
fn unit_of(header: &str, reading: ValueReading) -> Option<&'static str> {
    let is_amount = matches!(reading, ValueReading::Number | ValueReading::Hours);
    if !is_amount {
        return None;
    }
    let header = header.to_ascii_lowercase();
    let mut words = header.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.find_map(|word| match (word, reading) {
        ("thousand" | "thousands" | "000" | "000s" | "k", _) => Some("thousands"),
        ("million" | "millions" | "mio", _) => Some("millions"),
        ("cents", ValueReading::Number) => Some("cents"),
        ("min" | "mins" | "minutes", ValueReading::Hours) => Some("minutes"),
        ("days", ValueReading::Hours) => Some("days"),
        _ => None,
    })
}

/// Returns the unit of time of an amount, in brackets or at the end of its header: `Budget (days)`, but not `Budget for 3
/// days`.
fn unit_of_time(header: &str) -> Option<&'static str> {
    let header = header.to_ascii_lowercase();
    let is_word = |word: &&str| !word.is_empty();
    let words: Vec<&str> = header.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_word).collect();
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let last = match words.as_slice() {
        [.., before, last] if !is_number(before) => *last,
        _ => return None,
    };
    match last {
        "minutes" | "mins" => Some("minutes"),
        "hours" | "hrs" => Some("hours"),
        "days" => Some("days"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_time_of_amounts_of_money() {
        for (header, unit) in [
            ("Budget (days)", Some("days")),
            ("Authorized Minutes", Some("minutes")),
            ("Budget - Hrs", Some("hours")),
            ("Budget for 3 days", None),
            ("Budget (min)", None),
            ("Days Budget", None),
            ("Budget", None),
        ] {
            assert_eq!(unit_of_time(header), unit, "{header}");
        }
    }

    #[test]
    fn units_of_amounts() {
        for (header, reading, unit) in [
            ("Reserve (in thousands)", ValueReading::Number, Some("thousands")),
            ("Budget ($000)", ValueReading::Number, Some("thousands")),
            ("Reserve $K", ValueReading::Number, Some("thousands")),
            ("Budget Hours (min)", ValueReading::Hours, Some("minutes")),
            ("Budget Hours", ValueReading::Hours, None),
            ("Budget (min)", ValueReading::Number, None),
            ("Reserve", ValueReading::Number, None),
            ("Notes in thousands", ValueReading::Text, None),
        ] {
            assert_eq!(unit_of(header, reading), unit, "{header}");
        }
    }
}
