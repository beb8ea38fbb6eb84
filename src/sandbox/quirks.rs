//! How else Trackops may behave: where the vendor documents nothing, the opposite of an assumption.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use super::lists::View;

/// How far the clock of `clock-ahead` is ahead.
const AHEAD: Duration = Duration::from_secs(90);
/// How far the clock of `clock-behind` is behind.
const LATE: Duration = Duration::from_secs(60 * 60);
/// How far the time zone of `local-time` is behind UTC.
const BEHIND: Duration = Duration::from_secs(5 * 60 * 60);
/// Largest page of `small-pages`.
const SMALL_PAGE: usize = 10;
/// Largest page of `five-pages`.
const FIVE_PAGE: usize = 5;
/// How far `created_at` of `created-behind` is behind the clock that dates answers.
const CREATED_BEHIND: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// One way in which the sandbox behaves otherwise; several hold together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quirk {
    /// A created case is answered with 200.
    Status200,
    /// A created case comes back inside `casefile`.
    Wrapped,
    /// Ids are texts wherever they are answered.
    StringIds,
    /// The answer to a created case has a `Location`.
    LocationHeader,
    /// Validation errors are 400.
    Errors400,
    /// Validation errors are a list of sentences.
    ErrorsList,
    /// Validation errors are plain text.
    ErrorsText,
    /// Validation errors are a bare list of objects.
    ErrorsNested,
    /// New cases show late in lists.
    ListLag,
    /// The filters of references look for a part, whatever its case.
    PartialFilter,
    /// The filters of references are ignored.
    NoFilter,
    /// References are kept in capitals.
    UpperReferences,
    /// References of digits are kept as numbers.
    NumberReferences,
    /// References are kept with `&` escaped.
    EscapedReferences,
    /// References are cut.
    ShortReferences,
    /// References are kept decomposed.
    DecomposedReferences,
    /// References are kept without punctuation and blanks.
    PlainReferences,
    /// References are kept without blanks around them.
    TrimmedReferences,
    /// Administrative notes are cut.
    ShortNotes,
    /// Due dates are a day off.
    DayEarly,
    /// Numbers lose their decimals.
    RoundedNumbers,
    /// Every second GET shows no new cases.
    Replicas,
    /// A cache answers GETs, unless asked for something new.
    CachedGets,
    /// A cache answers GETs, whatever it is asked.
    StubbornCache,
    /// The order of lists is another one for each request.
    Shuffled,
    /// A page behind the end is 404.
    End404,
    /// A page behind the end is 204.
    End204,
    /// A page behind the end is null.
    EndNull,
    /// Pages are tiny.
    FivePages,
    /// Cases are dated by a clock far behind.
    CreatedBehind,
    /// Cases in lists do not say when they were created.
    NoCreatedAt,
    /// The system timestamps are not in UTC.
    LocalTime,
    /// The server's clock is ahead.
    ClockAhead,
    /// The server's clock is behind.
    ClockBehind,
    /// Answers are dated by another clock than cases.
    DateAhead,
    /// Cases in lists have hardly any keys.
    BareCases,
    /// Cases in lists do not show their administrative notes.
    NoAdminNotes,
    /// Pages are smaller than was asked for.
    SmallPages,
    /// Every page is the first.
    NoPages,
    /// Counts are not told.
    NoCount,
    /// The filters by system timestamps are ignored.
    NoTimeFilter,
    /// System timestamps are written as in the United States.
    UsTimes,
    /// Answers do not say what time it is.
    NoDate,
    /// A contact names its client and not its location.
    ContactClient,
    /// A case is for a client and not for a location.
    CaseClient,
    /// Records have their ids under another key.
    OddIds,
    /// Cases show names beside ids.
    Labels,
    /// Values of custom fields have no parts in lists, whatever is asked.
    FlatValues,
    /// Custom fields are not listed.
    NoFields,
    /// The filter of requests is read the wrong way.
    TurnedRequests,
    /// Numbers and amounts are wanted as texts.
    TextNumbers,
    /// Check boxes are wanted as one text.
    TextCheckboxes,
    /// Yes and no are wanted as texts.
    TextYesNo,
    /// A contact and a service are deleted.
    Gone,
}

impl Quirk {
    /// Every quirk with its name and what it does.
    pub const ALL: [(Self, &'static str, &'static str); 54] = [
        (Self::Status200, "200", "a created case is answered with 200"),
        (Self::Wrapped, "wrapped", "a created case comes back as {\"casefile\": {...}}"),
        (Self::StringIds, "string-ids", "ids are texts in every answer"),
        (Self::LocationHeader, "location-header", "a created case is answered with a Location header"),
        (Self::Errors400, "errors-400", "validation errors are 400"),
        (Self::ErrorsList, "errors-list", "validation errors are {\"errors\": [\"Due on is bad\"]}"),
        (Self::ErrorsText, "errors-text", "validation errors are plain text"),
        (Self::ErrorsNested, "errors-nested", "validation errors are [{\"field\": ..., \"message\": ...}]"),
        (Self::ListLag, "list-lag", "a new case shows in lists --lag-ms after it was created"),
        (Self::PartialFilter, "partial-filter", "a reference is found by a part of it, whatever its case"),
        (Self::NoFilter, "no-filter", "the reference filters are ignored"),
        (Self::UpperReferences, "upper-references", "references are stored in capitals"),
        (
            Self::NumberReferences,
            "number-references",
            "references of digits are stored as numbers, so that 007 is 7",
        ),
        (Self::EscapedReferences, "escaped-references", "references are stored with &amp; for &"),
        (Self::ShortReferences, "short-references", "references are cut to 12 characters"),
        (Self::DecomposedReferences, "decomposed-references", "references are stored decomposed (NFD)"),
        (Self::PlainReferences, "plain-references", "references are stored without punctuation and spaces"),
        (Self::TrimmedReferences, "trimmed-references", "references are stored without spaces around them"),
        (Self::ShortNotes, "short-notes", "admin_notes is cut to 60 characters"),
        (Self::Replicas, "replicas", "every second GET shows no case younger than --lag-ms"),
        (
            Self::CachedGets,
            "cached-gets",
            "the same GET within --lag-ms has the same answer, unless sent with no-cache",
        ),
        (Self::StubbornCache, "stubborn-cache", "the same GET within --lag-ms has the same answer"),
        (Self::Shuffled, "shuffled", "lists have another order at every request"),
        (Self::End404, "end-404", "a page past the end is 404"),
        (Self::End204, "end-204", "a page past the end is 204 without a body"),
        (Self::EndNull, "end-null", "a page past the end is null"),
        (Self::FivePages, "five-pages", "at most 5 records a page, whatever per_page says"),
        (
            Self::CreatedBehind,
            "created-behind",
            "created_at and its filters are two days behind the Date header",
        ),
        (Self::NoCreatedAt, "no-created-at", "created_at is not in list records"),
        (Self::LocalTime, "local-time", "created_at and its filters are 5 hours behind UTC"),
        (Self::ClockAhead, "clock-ahead", "the Date header and created_at are 90 s ahead"),
        (Self::ClockBehind, "clock-behind", "the Date header and created_at are an hour behind"),
        (Self::DateAhead, "date-ahead", "the Date header is 90 s ahead, created_at is not"),
        (Self::BareCases, "bare-cases", "list records hold only id, case_number, reference_value_1"),
        (Self::NoAdminNotes, "no-admin-notes", "admin_notes is null in lists"),
        (Self::SmallPages, "small-pages", "at most 10 records a page, whatever per_page says"),
        (Self::NoPages, "no-pages", "every page is the first one again"),
        (Self::NoCount, "no-count", "mode=count answers the list"),
        (Self::NoTimeFilter, "no-time-filter", "created_from_system and created_to_system are ignored"),
        (Self::UsTimes, "us-times", "created_at in lists is written 11/23/2026 15:04"),
        (Self::NoDate, "no-date", "answers have no Date header"),
        (Self::ContactClient, "contact-client", "client_id of a contact is the client, not the location"),
        (Self::CaseClient, "case-client", "client_id in a case is the client, not the location"),
        (Self::OddIds, "odd-ids", "records in lists have their id under the key uid"),
        (Self::Labels, "labels", "cases in lists name what their ids mean: {\"case_type\": {\"name\": ...}}"),
        (
            Self::FlatValues,
            "flat-values",
            "names and addresses in lists are one text, also when asked for parts",
        ),
        (Self::NoFields, "no-fields", "custom fields are not listed: their address is 403"),
        (
            Self::TurnedRequests,
            "turned-requests",
            "is_request=false lists what is a request, as when any text is true",
        ),
        (Self::TextNumbers, "text-numbers", "numbers in custom fields are texts, and refused as numbers"),
        (
            Self::TextCheckboxes,
            "text-checkboxes",
            "check boxes are one text with commas, and refused as arrays",
        ),
        (Self::TextYesNo, "text-yes-no", "yes and no are the texts 1 and 0, and refused as numbers"),
        (Self::DayEarly, "day-early", "due dates are stored a day earlier"),
        (Self::RoundedNumbers, "rounded-numbers", "numbers of cases are stored without decimals"),
        (Self::Gone, "gone", "contact 1000 and service 2 are deleted: not in lists, refused in cases"),
    ];

    /// What each quirk does, as a help text.
    #[must_use]
    pub fn help() -> String {
        let quirks = Self::ALL.map(|(_, name, does)| format!("{name:<22} {does}"));
        format!(
            "Behave otherwise where the vendor documents nothing; may be repeated. NAME is one of:\n\n{}",
            quirks.join("\n")
        )
    }
}

/// A quirk that is not known; its sentence lists those that are.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{given}\" is no quirk: it is one of {}", Quirk::ALL.map(|(_, name, _)| name).join(", "))]
pub struct ParseQuirkError {
    given: String,
}

impl FromStr for Quirk {
    type Err = ParseQuirkError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|(_, name, _)| *name == given);
        known.map(|(quirk, ..)| quirk).ok_or_else(|| ParseQuirkError { given: given.to_owned() })
    }
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Self::ALL.iter().find(|(quirk, ..)| quirk == self);
        f.write_str(known.map_or("", |(_, name, _)| name))
    }
}

/// The quirks of a sandbox.
#[derive(Clone, Copy, Default)]
pub(super) struct Quirks {
    /// A bit each.
    bits: u64,
    lag: Duration,
}

impl Quirks {
    /// `lag`: how long lists hide a new case or a cache keeps an answer, for the quirks that do.
    pub(super) fn new(quirks: &[Quirk], lag: Duration) -> Self {
        Self { bits: Self::bits(quirks), lag }
    }

    fn bits(quirks: &[Quirk]) -> u64 {
        quirks.iter().fold(0, |bits, quirk| bits | 1 << *quirk as u64)
    }

    pub(super) fn has(self, quirk: Quirk) -> bool {
        self.bits & 1 << quirk as u64 != 0
    }

    pub(super) fn has_any(self, quirks: &[Quirk]) -> bool {
        self.bits & Self::bits(quirks) != 0
    }

    /// The server's clock.
    pub(super) fn now(self) -> SystemTime {
        let now = SystemTime::now();
        match (self.has(Quirk::ClockAhead), self.has(Quirk::ClockBehind)) {
            (true, _) => now + AHEAD,
            (false, true) => now - LATE,
            (false, false) => now,
        }
    }

    /// Whether the clock is not the machine's.
    pub(super) fn has_own_clock(self) -> bool {
        self.has_any(&[Quirk::ClockAhead, Quirk::ClockBehind, Quirk::DateAhead])
    }

    /// What an answer is dated by.
    pub(super) fn dated(self) -> SystemTime {
        if self.has(Quirk::DateAhead) { self.now() + AHEAD } else { self.now() }
    }

    /// The server's clock as the account writes it down.
    pub(super) fn account_time(self) -> SystemTime {
        let zone = if self.has(Quirk::LocalTime) { BEHIND } else { Duration::ZERO };
        let clock = if self.has(Quirk::CreatedBehind) { CREATED_BEHIND } else { Duration::ZERO };
        self.now() - zone - clock
    }

    pub(super) fn lag(self) -> Duration {
        self.lag
    }

    /// Whether a cache answers GETs.
    pub(super) fn caches(self) -> bool {
        self.has_any(&[Quirk::CachedGets, Quirk::StubbornCache])
    }

    /// How lists are shown to the `number`th GET.
    pub(super) fn view(self, number: u64) -> View {
        let lags = self.has(Quirk::ListLag) || (self.has(Quirk::Replicas) && number.is_multiple_of(2));
        View {
            hidden: if lags { self.lag } else { Duration::ZERO },
            shuffled: self.has(Quirk::Shuffled).then_some(number),
        }
    }

    /// The page that is given for the one that was asked for.
    pub(super) fn page(self, asked: usize) -> usize {
        if self.has(Quirk::NoPages) { 1 } else { asked }
    }

    pub(super) fn page_size(self, asked: usize) -> usize {
        match (self.has(Quirk::FivePages), self.has(Quirk::SmallPages)) {
            (true, _) => asked.min(FIVE_PAGE),
            (false, true) => asked.min(SMALL_PAGE),
            (false, false) => asked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quirk_is_read_written_and_told_from_the_others() {
        for (quirk, name, _) in Quirk::ALL {
            assert_eq!(name.parse(), Ok(quirk));
            assert_eq!(quirk.to_string(), name);
            assert!(Quirk::help().contains(name));
            let one = Quirks::new(&[quirk], Duration::ZERO);
            assert!(Quirk::ALL.iter().all(|(other, ..)| one.has(*other) == (*other == quirk)), "{name}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_what_is_possible() {
        for text in ["", "201", "Wrapped", "list-lag@3"] {
            let error = text.parse::<Quirk>().unwrap_err().to_string();
            assert!(error.contains("no quirk") && error.contains("small-pages"), "{error}");
        }
    }
}
