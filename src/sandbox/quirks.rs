//! Quirks: the opposites of assumptions, because Trackops may behave differently where the vendor documents nothing.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use strum::VariantArray;

use super::lists::View;

/// Lead of the clock with `clock-ahead`.
const AHEAD: Duration = Duration::from_secs(90);
/// Lag of the clock with `clock-behind`.
const LATE: Duration = Duration::from_secs(60 * 60);
/// Lag of the time zone behind UTC with `local-time`.
const BEHIND: Duration = Duration::from_secs(5 * 60 * 60);
/// Maximum page size with `small-pages`.
const SMALL_PAGE: usize = 10;
/// Maximum page size with `five-pages`.
const FIVE_PAGE: usize = 5;
/// Lag of `created_at` behind the `Date` header with `created-behind`.
const CREATED_BEHIND: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// A deviation from the assumptions. Several can be combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum Quirk {
    /// Creating a case answers 200.
    Status200,
    /// A created case comes back inside `casefile`.
    Wrapped,
    /// Ids are strings in every answer.
    StringIds,
    /// Creating a case answers with a `Location` header.
    LocationHeader,
    /// The same, with `.json` at the end of the address.
    LocationJson,
    /// The same, with the case number instead of the id.
    LocationNumber,
    /// Errors in JSON are called HTML.
    HtmlErrors,
    /// Validation errors have status 400.
    Errors400,
    /// Validation errors are a list of sentences.
    ErrorsList,
    /// Validation errors are plain text.
    ErrorsText,
    /// Validation errors are a bare list of objects.
    ErrorsNested,
    /// New cases appear late in lists.
    ListLag,
    /// The reference filters match any part, ignoring letter case.
    PartialFilter,
    /// The reference filters are ignored.
    NoFilter,
    /// The filter by id is ignored in lists of cases.
    NoIdFilter,
    /// Lists of cases show only the newest few.
    NewestOnly,
    /// References are stored in upper case.
    UpperReferences,
    /// References of digits only are stored as numbers.
    NumberReferences,
    /// References are stored with `&` escaped.
    EscapedReferences,
    /// References are cut.
    ShortReferences,
    /// References are stored decomposed.
    DecomposedReferences,
    /// References are stored without punctuation and blanks.
    PlainReferences,
    /// References are stored without outer blanks.
    TrimmedReferences,
    /// Administrative notes are cut.
    ShortNotes,
    /// Due dates are stored a day early.
    DayEarly,
    /// Numbers lose their decimals.
    RoundedNumbers,
    /// Every second GET hides new cases.
    Replicas,
    /// A cache answers GETs, unless the request says `no-cache`.
    CachedGets,
    /// A cache answers GETs, even if the request says `no-cache`.
    StubbornCache,
    /// The order of lists changes with every request.
    Shuffled,
    /// A page after the end is 404.
    End404,
    /// A page after the end is 204.
    End204,
    /// A page after the end is null.
    EndNull,
    /// An empty list is 404.
    Empty404,
    /// An empty list is 204.
    Empty204,
    /// Cases in lists have a value that changes with every request.
    ChangingField,
    /// Pages are tiny.
    FivePages,
    /// Cases are dated by a clock that is far behind.
    CreatedBehind,
    /// Cases in lists have no creation time.
    NoCreatedAt,
    /// System timestamps aren't in UTC.
    LocalTime,
    /// The server's clock is ahead.
    ClockAhead,
    /// The server's clock is behind.
    ClockBehind,
    /// Answers are dated by another clock than cases.
    DateAhead,
    /// Cases in lists have hardly any keys.
    BareCases,
    /// Cases in lists don't show their administrative notes.
    NoAdminNotes,
    /// Cases in lists don't show their references.
    NoReferences,
    /// Cases show their client instead of their location.
    RootClients,
    /// Creating a case answers with another id than lists show.
    RequestIds,
    /// Pages are smaller than requested.
    SmallPages,
    /// Every page is the first page.
    NoPages,
    /// Counts aren't supported.
    NoCount,
    /// The filters by system timestamps are ignored.
    NoTimeFilter,
    /// System timestamps have the US format.
    UsTimes,
    /// Answers have no `Date` header.
    NoDate,
    /// A contact names its client instead of its location.
    ContactClient,
    /// A case is for a client instead of a location.
    CaseClient,
    /// Records have their ids under another key.
    OddIds,
    /// Cases show names beside ids.
    Labels,
    /// Custom field values in lists are flat, even if parts are requested.
    FlatValues,
    /// Custom fields aren't listed.
    NoFields,
    /// The filter `is_request` is misread.
    TurnedRequests,
    /// Numbers and amounts must be strings.
    TextNumbers,
    /// Checkboxes must be one string.
    TextCheckboxes,
    /// Yes and no must be strings.
    TextYesNo,
    /// A contact and a service are deleted.
    Gone,
}

impl Quirk {
    /// Returns name and description.
    const fn spec(self) -> (&'static str, &'static str) {
        match self {
            Self::Status200 => ("200", "creating a case answers 200"),
            Self::Wrapped => ("wrapped", "a created case comes back as {\"casefile\": {...}}"),
            Self::StringIds => ("string-ids", "ids are strings in every answer"),
            Self::LocationHeader => ("location-header", "creating a case answers with a Location header"),
            Self::LocationJson => ("location-json", "the same, with .json at the end of the address"),
            Self::LocationNumber => ("location-number", "the same, with the case number instead of the id"),
            Self::HtmlErrors => ("html-errors", "errors in JSON have the content type text/html"),
            Self::Errors400 => ("errors-400", "validation errors are 400"),
            Self::ErrorsList => ("errors-list", "validation errors are {\"errors\": [\"Due on is bad\"]}"),
            Self::ErrorsText => ("errors-text", "validation errors are plain text"),
            Self::ErrorsNested => {
                ("errors-nested", "validation errors are [{\"field\": ..., \"message\": ...}]")
            }
            Self::ListLag => ("list-lag", "a new case appears in lists only after --lag-ms"),
            Self::PartialFilter => ("partial-filter", "the reference filters match any part, ignoring case"),
            Self::NoFilter => ("no-filter", "the reference filters are ignored"),
            Self::NoIdFilter => ("no-id-filter", "the filter by id is ignored in lists of cases"),
            Self::NewestOnly => {
                ("newest-only", "lists of cases show only the 5 newest, unless filtered by id or reference")
            }
            Self::UpperReferences => ("upper-references", "references are stored in upper case"),
            Self::NumberReferences => {
                ("number-references", "references of digits only are stored as numbers, so 007 becomes 7")
            }
            Self::EscapedReferences => ("escaped-references", "references are stored with &amp; for &"),
            Self::ShortReferences => ("short-references", "references are cut to 12 characters"),
            Self::DecomposedReferences => ("decomposed-references", "references are stored decomposed (NFD)"),
            Self::PlainReferences => {
                ("plain-references", "references are stored without punctuation and spaces")
            }
            Self::TrimmedReferences => ("trimmed-references", "references are stored without outer spaces"),
            Self::ShortNotes => ("short-notes", "admin_notes is cut to 60 characters"),
            Self::DayEarly => ("day-early", "due dates are stored a day early"),
            Self::RoundedNumbers => ("rounded-numbers", "numbers in cases are stored without decimals"),
            Self::Replicas => ("replicas", "every second GET hides cases newer than --lag-ms"),
            Self::CachedGets => (
                "cached-gets",
                "a GET repeated within --lag-ms gets the same answer, unless sent with no-cache",
            ),
            Self::StubbornCache => ("stubborn-cache", "a GET repeated within --lag-ms gets the same answer"),
            Self::Shuffled => ("shuffled", "the order of lists changes with every request"),
            Self::End404 => ("end-404", "a page past the end is 404"),
            Self::End204 => ("end-204", "a page past the end is 204 without a body"),
            Self::EndNull => ("end-null", "a page past the end is null"),
            Self::Empty404 => ("empty-404", "an empty list is 404"),
            Self::Empty204 => ("empty-204", "an empty list is 204 without a body"),
            Self::ChangingField => {
                ("changing-field", "cases in lists have viewed_at, which changes with every request")
            }
            Self::FivePages => ("five-pages", "at most 5 records per page, whatever per_page says"),
            Self::CreatedBehind => {
                ("created-behind", "created_at and its filters are two days behind the Date header")
            }
            Self::NoCreatedAt => ("no-created-at", "list records have no created_at"),
            Self::LocalTime => ("local-time", "created_at and its filters are 5 hours behind UTC"),
            Self::ClockAhead => ("clock-ahead", "the Date header and created_at are 90 s ahead"),
            Self::ClockBehind => ("clock-behind", "the Date header and created_at are an hour behind"),
            Self::DateAhead => ("date-ahead", "the Date header is 90 s ahead, created_at is not"),
            Self::BareCases => ("bare-cases", "list records hold only id, case_number, reference_value_1"),
            Self::NoAdminNotes => ("no-admin-notes", "admin_notes is null in lists"),
            Self::NoReferences => ("no-references", "list records have no references"),
            Self::RootClients => {
                ("root-clients", "records of cases show the client as client_id, and no location")
            }
            Self::RequestIds => {
                ("request-ids", "creating a case answers with the id of the request, not of the case")
            }
            Self::SmallPages => ("small-pages", "at most 10 records per page, whatever per_page says"),
            Self::NoPages => ("no-pages", "every page is the first page"),
            Self::NoCount => ("no-count", "mode=count returns the list"),
            Self::NoTimeFilter => ("no-time-filter", "created_from_system and created_to_system are ignored"),
            Self::UsTimes => ("us-times", "created_at in lists is written 11/23/2026 15:04"),
            Self::NoDate => ("no-date", "answers have no Date header"),
            Self::ContactClient => {
                ("contact-client", "client_id of a contact is the client, not the location")
            }
            Self::CaseClient => ("case-client", "client_id in a case is the client, not the location"),
            Self::OddIds => ("odd-ids", "records in lists have their id under the key uid"),
            Self::Labels => {
                ("labels", "cases in lists have names beside ids: {\"case_type\": {\"name\": ...}}")
            }
            Self::FlatValues => {
                ("flat-values", "names and addresses in lists are one string, even when parts are requested")
            }
            Self::NoFields => ("no-fields", "custom fields are not listed: GET fields answers 403"),
            Self::TurnedRequests => {
                ("turned-requests", "is_request=false lists requests, as if any value meant true")
            }
            Self::TextNumbers => {
                ("text-numbers", "numbers in custom fields must be strings, not JSON numbers")
            }
            Self::TextCheckboxes => {
                ("text-checkboxes", "checkboxes must be one string with commas, not an array")
            }
            Self::TextYesNo => ("text-yes-no", "yes and no must be the strings 1 and 0, not numbers"),
            Self::Gone => ("gone", "contact 1000 and service 2 are deleted: not in lists, refused in cases"),
        }
    }

    /// Returns its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.spec().0
    }

    /// Returns a help text that explains every quirk.
    #[must_use]
    pub fn help() -> String {
        let quirks = Self::VARIANTS.iter().map(|quirk| {
            let (name, does) = quirk.spec();
            format!("{name:<22} {does}")
        });
        format!(
            "Change behavior that the vendor doesn't document. Can be repeated. NAME is one of:\n\n{}",
            quirks.collect::<Vec<_>>().join("\n")
        )
    }
}

/// Error for an unknown quirk. Its message lists the known ones.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{given}\" isn't a quirk. Use one of {}", names().join(", "))]
pub struct ParseQuirkError {
    given: String,
}

fn names() -> Vec<&'static str> {
    Quirk::VARIANTS.iter().map(|quirk| quirk.name()).collect()
}

impl FromStr for Quirk {
    type Err = ParseQuirkError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        let known = Self::VARIANTS.iter().copied().find(|quirk| quirk.name() == given);
        known.ok_or_else(|| ParseQuirkError { given: given.to_owned() })
    }
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The quirks of a sandbox.
#[derive(Clone, Copy, Default)]
pub(super) struct Quirks {
    /// One bit per quirk.
    bits: u128,
    lag: Duration,
}

impl Quirks {
    /// `lag` is the time for which lists hide a new case or a cache keeps an answer.
    pub(super) fn new(quirks: &[Quirk], lag: Duration) -> Self {
        Self { bits: Self::bits(quirks), lag }
    }

    fn bits(quirks: &[Quirk]) -> u128 {
        quirks.iter().fold(0, |bits, quirk| bits | 1 << *quirk as u128)
    }

    pub(super) fn has(self, quirk: Quirk) -> bool {
        self.bits & 1 << quirk as u128 != 0
    }

    pub(super) fn has_any(self, quirks: &[Quirk]) -> bool {
        self.bits & Self::bits(quirks) != 0
    }

    /// Returns the time by the server's clock.
    pub(super) fn now(self) -> SystemTime {
        let now = SystemTime::now();
        match (self.has(Quirk::ClockAhead), self.has(Quirk::ClockBehind)) {
            (true, _) => now + AHEAD,
            (false, true) => now - LATE,
            (false, false) => now,
        }
    }

    /// Returns true if the clock differs from the machine's.
    pub(super) fn has_own_clock(self) -> bool {
        self.has_any(&[Quirk::ClockAhead, Quirk::ClockBehind, Quirk::DateAhead])
    }

    /// Returns the time for the `Date` header.
    pub(super) fn dated(self) -> SystemTime {
        if self.has(Quirk::DateAhead) { self.now() + AHEAD } else { self.now() }
    }

    /// Returns the time for the account's timestamps.
    pub(super) fn account_time(self) -> SystemTime {
        let zone = if self.has(Quirk::LocalTime) { BEHIND } else { Duration::ZERO };
        let clock = if self.has(Quirk::CreatedBehind) { CREATED_BEHIND } else { Duration::ZERO };
        self.now() - zone - clock
    }

    pub(super) fn lag(self) -> Duration {
        self.lag
    }

    /// Returns true if a cache answers GETs.
    pub(super) fn caches(self) -> bool {
        self.has_any(&[Quirk::CachedGets, Quirk::StubbornCache])
    }

    /// Returns the view of lists for the `number`th GET.
    pub(super) fn view(self, number: u64) -> View {
        let lags = self.has(Quirk::ListLag) || (self.has(Quirk::Replicas) && number.is_multiple_of(2));
        View {
            hidden: if lags { self.lag } else { Duration::ZERO },
            shuffled: self.has(Quirk::Shuffled).then_some(number),
        }
    }

    /// Returns the page to send for the requested one.
    pub(super) fn page(self, requested: usize) -> usize {
        if self.has(Quirk::NoPages) { 1 } else { requested }
    }

    pub(super) fn page_size(self, requested: usize) -> usize {
        match (self.has(Quirk::FivePages), self.has(Quirk::SmallPages)) {
            (true, _) => requested.min(FIVE_PAGE),
            (false, true) => requested.min(SMALL_PAGE),
            (false, false) => requested,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quirk_is_read_written_and_told_from_the_others() {
        for quirk in Quirk::VARIANTS.iter().copied() {
            let name = quirk.name();
            assert_eq!(name.parse(), Ok(quirk));
            assert_eq!(quirk.to_string(), name);
            assert!(Quirk::help().contains(name));
            let one = Quirks::new(&[quirk], Duration::ZERO);
            assert!(Quirk::VARIANTS.iter().all(|other| one.has(*other) == (*other == quirk)), "{name}");
        }
    }

    #[test]
    fn other_values_are_refused_with_the_allowed_ones() {
        for text in ["", "201", "Wrapped", "list-lag@3"] {
            let error = text.parse::<Quirk>().unwrap_err().to_string();
            assert!(error.contains("isn't a quirk") && error.contains("small-pages"), "{error}");
        }
    }
}
