//! Codes of problems, exceptions and exclusions: the word for scripts, and what follows from it.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};
use strum::VariantArray;

use crate::sheet::damage::Damage;
use crate::sheet::{NotACase, RowDoubt, RowFault};

/// Subject of a code. It decides whether the row is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CodeFamily {
    /// The row's cells and how they are written.
    Cells,
    /// May not be a case, or may already exist: reported before the first row is sent.
    Doubt,
    /// Not a case: excluded.
    NoCase,
    /// Skipped by the user: excluded.
    Skipped,
    /// Held by the duplicate guard: excluded.
    Duplicate,
    /// Noticed by the duplicate guard, but not excluded.
    Guard,
    /// What happened after the row was sent.
    Sent,
}

/// Declares [`Code`] from a table of its own codes: name, word, family and cause.
macro_rules! codes {
    ($($code:ident, $word:literal, $family:ident, $cause:literal;)*) => {
        /// Kind of a problem, an exception or an exclusion. Scripts, the ledger and reports use its word.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $word, "`: ", $cause, ".")] $code,)*
            /// The sheet found that the row isn't a case.
            NotACase(NotACase),
            /// The sheet found that the row may not be a case.
            RowDoubt(RowDoubt),
            /// The row or a cell is malformed.
            Fault(RowFault),
            /// The cell was damaged before caseload read it.
            Damage(Damage),
            /// `trackops.422`: Trackops answered with this status.
            Trackops(u16),
            /// A word in the ledger that this version doesn't know; a later version wrote it.
            Other(Box<str>),
        }

        impl Code {
            /// The codes of the table.
            const OWN: &'static [Self] = &[$(Self::$code,)*];

            /// Returns the word for scripts.
            #[must_use]
            pub fn word(&self) -> Cow<'_, str> {
                Cow::Borrowed(match self {
                    $(Self::$code => $word,)*
                    Self::NotACase(reason) => reason.code(),
                    Self::RowDoubt(doubt) => doubt.code(),
                    Self::Fault(fault) => fault.code(),
                    Self::Damage(damage) => damage.code(),
                    Self::Trackops(status) => return Cow::Owned(format!("{TRACKOPS}{status}")),
                    Self::Other(word) => word,
                })
            }

            /// Describes in a few words what problems with this code have in common: “47 rows: “Due” isn't a date”.
            /// Most causes follow the name of a column; those of whole rows stand alone.
            #[must_use]
            pub fn cause(&self) -> Cow<'_, str> {
                Cow::Borrowed(match self {
                    $(Self::$code => $cause,)*
                    Self::NotACase(reason) => reason.cause(),
                    Self::RowDoubt(doubt) => doubt.cause(),
                    Self::Fault(fault) => fault.cause(),
                    Self::Damage(damage) => damage.cause(),
                    Self::Trackops(_) | Self::Other(_) => return self.word(),
                })
            }

            fn family(&self) -> CodeFamily {
                match self {
                    $(Self::$code => CodeFamily::$family,)*
                    Self::NotACase(_) => CodeFamily::NoCase,
                    Self::RowDoubt(_) => CodeFamily::Doubt,
                    Self::Fault(_) | Self::Damage(_) | Self::Other(_) => CodeFamily::Cells,
                    Self::Trackops(_) => CodeFamily::Sent,
                }
            }
        }
    };
}

/// Prefix of the status in the word of an answer.
const TRACKOPS: &str = "trackops.";

codes! {
    AddressOdd, "address.odd", Cells, "has an address that looks wrong";
    AddressShifted, "address.shifted", Cells, "has address parts in the wrong places";
    AddressTooManyParts, "address.too_many_parts", Cells, "has an address with too many parts";
    AddressUnclear, "address.unclear", Cells, "has an address whose parts can't be told apart";
    ChoiceUnknown, "choice.unknown", Cells, "isn't one of the field's choices";
    ContactElsewhere, "contact.elsewhere", Cells, "is a contact of another client";
    CountryUnknown, "country.unknown", Cells, "isn't a known country";
    DateDueBefore, "date.due_before", Cells, "is before the case is opened";
    DateFormat, "date.format", Cells, "shows only a part of the date the cell holds";
    DateFuture, "date.future", Cells, "is a date in the future";
    DateInvalid, "date.invalid", Cells, "isn't a date";
    DateContradicts, "date.contradicts", Cells, "contradicts another date of the row";
    DateOddYear, "date.odd_year", Cells, "has an unlikely year";
    DuplicateEarlier, "duplicate.earlier", Duplicate, "was already created by an earlier import";
    DuplicateFile, "duplicate.file", Duplicate, "appears twice in the file";
    DuplicateNear, "duplicate.near", Duplicate, "is probably the reference of a later import, written differently";
    DuplicateSentAnyway, "duplicate.sent_anyway", Guard, "is a duplicate that you chose to send";
    DuplicatePossible, "duplicate.possible", Duplicate, "may already be in Trackops";
    DuplicateTrackops, "duplicate.trackops", Duplicate, "is already in Trackops";
    DuplicateUnknown, "duplicate.unknown", Guard, "was sent by an earlier import, result unknown";
    DuplicateCopied, "duplicate.copied", Guard, "without a reference, in a copied ledger";
    EmailOdd, "email.odd", Cells, "isn't a valid e-mail address";
    FieldOtherSubject, "field.other_subject", Cells, "maps to a field of another subject type";
    FieldRequired, "field.required", Cells, "is empty, but Trackops requires it";
    FixStale, "fix.stale", Cells, "has an edit made for another value";
    IdDeleted, "id.deleted", Cells, "has an id marked as deleted";
    IdInvalid, "id.invalid", Cells, "isn't an id";
    IdOtherSubject, "id.other_subject", Cells, "has a subject type that doesn't fit the case type";
    IdUnknown, "id.unknown", Cells, "has an unknown id";
    LinkOdd, "link.odd", Cells, "isn't a web address";
    NameMissing, "name.missing", Cells, "is empty, so the case has no subject's name";
    NameOdd, "name.odd", Cells, "doesn't look like a person's name";
    NumberAmbiguous, "number.ambiguous", Cells, "has an amount that may be another number";
    NumberFormat, "number.format", Cells, "shows a different number than the cell holds";
    NumberInvalid, "number.invalid", Cells, "isn't a number";
    NumberNegative, "number.negative", Cells, "is below zero";
    NumberPercent, "number.percent", Cells, "is a percentage";
    PartReplaced, "part.replaced", Cells, "differs from the column with the whole value";
    PhoneOdd, "phone.odd", Cells, "isn't a valid phone number";
    ReferenceMissing, "reference.missing", Cells, "is empty, so the case has no reference";
    ReferenceNear, "reference.near", Doubt, "is probably an existing reference, written differently";
    ReferenceOdd, "reference.odd", Cells, "doesn't look like a reference";
    ReferenceOfRejected, "reference.of_rejected", Doubt, "is also the reference of a row with an error";
    ReferencePlaceholder, "reference.placeholder", Cells, "is a placeholder, not a reference";
    ReferenceSsn, "reference.ssn", Cells, "looks like an SSN, and references aren't masked";
    RequiredMissing, "required.missing", Cells, "is empty, but every case needs it";
    RowBlank, "row.blank", NoCase, "blank";
    RowInvalid, "row.invalid", Cells, "can't be sent";
    RowRepeated, "row.repeated", Doubt, "the same as another row of the file";
    RowSkipped, "row.left_out", Skipped, "skipped by hand";
    RowNotImported, "row.not_imported", NoCase, "with nothing in the imported columns";
    RowOtherGroup, "row.other_group", Skipped, "belongs to another group";
    RowTooLong, "row.too_long", Cells, "with more cells than the header";
    RowTooShort, "row.too_short", Cells, "with fewer cells than the header";
    RowUnidentified, "row.unidentified", Cells, "with neither a reference nor a subject's name";
    SsnOdd, "ssn.odd", Cells, "isn't a valid SSN";
    SubjectNotPrimary, "subject.not_primary", Cells, "has a second subject but no primary one";
    Unknown, "unknown", Sent, "unknown";
    ValueNone, "value.none", Cells, "says that there is no value";
    ValueNull, "value.null", Cells, "has what databases write for an empty cell";
    ValueSkipped, "value.left_out", Skipped, "has a value that you skipped";
    ValueUnmapped, "value.unmapped", Cells, "has an unmapped value";
    YesNoInvalid, "yesno.invalid", Cells, "is neither yes nor no";
}

impl Code {
    /// Returns the code with this word. Unknown words get one too, so that nothing in the ledger is lost.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        let of_sheet = || {
            let no_cases = NotACase::VARIANTS.iter().copied().map(Self::NotACase);
            let doubts = RowDoubt::VARIANTS.iter().copied().map(Self::RowDoubt);
            let faults = RowFault::VARIANTS.iter().copied().map(Self::Fault);
            no_cases.chain(doubts).chain(faults).chain(Damage::VARIANTS.iter().copied().map(Self::Damage))
        };
        let of_answer = || word.strip_prefix(TRACKOPS)?.parse().ok().map(Self::Trackops);
        let known = Self::OWN.iter().cloned().chain(of_sheet()).chain(of_answer());
        // `trackops.0422` isn't the same word as `trackops.422`.
        let mut known = known.filter(|code| code.word() == word);
        known.next().unwrap_or_else(|| Self::Other(word.into()))
    }

    /// Returns true if it is a reason to exclude a row.
    #[must_use]
    pub fn excludes(&self) -> bool {
        match self.family() {
            CodeFamily::NoCase | CodeFamily::Skipped | CodeFamily::Duplicate => true,
            CodeFamily::Cells | CodeFamily::Doubt | CodeFamily::Guard | CodeFamily::Sent => false,
        }
    }

    /// Returns true if the user chose to exclude the row.
    #[must_use]
    pub fn is_on_purpose(&self) -> bool {
        self.family() == CodeFamily::Skipped
    }

    /// Returns true if it compares the row with another row or an earlier import.
    #[must_use]
    pub fn is_about_others(&self) -> bool {
        match self.family() {
            CodeFamily::Duplicate | CodeFamily::Guard => true,
            _ => self.is_about_another_row(),
        }
    }

    /// Returns true if it compares the row with another row of the file.
    #[must_use]
    pub fn is_about_another_row(&self) -> bool {
        matches!(
            self,
            Self::DuplicateFile | Self::ReferenceNear | Self::ReferenceOfRejected | Self::RowRepeated
        )
    }

    /// Returns true if the row may not be a case, or may already exist, and is sent unless the user decides
    /// otherwise.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.family() == CodeFamily::Doubt
    }

    /// Returns true if the duplicate guard doesn't send the row.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.family() == CodeFamily::Duplicate
            || matches!(self, Self::DuplicateUnknown | Self::DuplicateCopied)
    }

    /// Returns true if the user can choose to send the row anyway: a duplicate, or a row that doesn't look like a
    /// case.
    #[must_use]
    pub fn may_be_sent_anyway(&self) -> bool {
        match self.family() {
            CodeFamily::Duplicate | CodeFamily::Guard => true,
            _ => matches!(self, Self::NotACase(reason) if reason.may_be_sent()),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.word())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.word())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_has_its_own_word_that_reads_back() {
        let no_cases = NotACase::VARIANTS.iter().map(|reason| Code::NotACase(*reason));
        let faults = RowFault::VARIANTS.iter().map(|fault| Code::Fault(*fault));
        let damages = Damage::VARIANTS.iter().map(|damage| Code::Damage(*damage));
        let doubts = RowDoubt::VARIANTS.iter().map(|doubt| Code::RowDoubt(*doubt));
        let of_sheet = no_cases.chain(doubts).chain(faults).chain(damages);
        let all: Vec<Code> = Code::OWN.iter().cloned().chain(of_sheet).collect();
        let words: HashSet<String> = all.iter().map(Code::to_string).collect();
        assert_eq!((words.len(), all.len()), (116, 116));
        for code in all {
            assert_eq!(Code::from_word(&code.word()), code);
            assert!(!code.cause().is_empty());
        }
        assert_eq!(Code::from_word("trackops.422"), Code::Trackops(422));
    }

    #[test]
    fn an_unknown_code_reads_back_unchanged() {
        for word in
            ["", "date.lunar", "duplicate.", "Date.Invalid", "trackops.", "trackops.0422", "trackops.+1"]
        {
            let code = Code::from_word(word);
            assert_eq!((code.to_string(), &*code.cause()), (word.to_owned(), word));
            assert_eq!(serde_json::to_value(&code).unwrap(), word);
            assert!(!code.excludes() && !code.may_be_sent_anyway());
        }
    }

    #[test]
    fn codes_decide_the_outcome_of_a_row() {
        let codes = |what: fn(&Code) -> bool| {
            let words = Code::OWN.iter().filter(|code| what(code)).map(Code::to_string);
            words.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            codes(Code::excludes),
            "duplicate.earlier duplicate.file duplicate.near duplicate.possible duplicate.trackops row.blank \
             row.left_out row.not_imported row.other_group value.left_out"
        );
        assert_eq!(codes(Code::is_on_purpose), "row.left_out row.other_group value.left_out");
        assert_eq!(codes(Code::is_doubtful), "reference.near reference.of_rejected row.repeated");
        assert!(RowDoubt::VARIANTS.iter().all(|doubt| Code::RowDoubt(*doubt).is_doubtful()));
        assert_eq!(
            codes(Code::is_held),
            "duplicate.earlier duplicate.file duplicate.near duplicate.possible duplicate.trackops duplicate.unknown \
             duplicate.copied"
        );
        assert!(
            Code::NotACase(NotACase::Total).may_be_sent_anyway()
                && Code::NotACase(NotACase::Hidden).excludes()
        );
        assert!(!Code::NotACase(NotACase::Hidden).may_be_sent_anyway());
    }
}
