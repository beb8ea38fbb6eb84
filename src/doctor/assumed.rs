//! Table of assumptions: KNOWN ones that still need a check, INFERRED and UNKNOWN ones.

/// An assumption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    Connection,
    Tls,
    Redirects,
    Firewall,
    Api,
    Authentication,
    Limits,
    Clock,
    CaseList,
    ClientList,
    LocationList,
    ContactList,
    FieldList,
    Ids,
    Paging,
    PageSize,
    Count,
    Relations,
    ClientId,
    ById,
    NoRequests,
    ByReference,
    ExactReference,
    ByTime,
    ExactTime,
    Shows,
    TimeFormat,
    TimeZone,
    Notes,
    Parts,
    Labels,
    Created,
    Visible,
    Stored,
    Refusals,
    Values,
    Notices,
}

/// A line of the table.
pub(super) struct Assumed {
    pub(super) about: About,
    /// Identifier for scripts.
    pub(super) id: &'static str,
    /// The assumption.
    pub(super) what: &'static str,
    /// True if caseload needs it.
    pub(super) needed: bool,
    /// Consequence if it doesn't hold; empty if the observation says it already.
    pub(super) otherwise: &'static str,
    /// Why it wasn't tested, unless a probe gives another reason.
    pub(super) untested: &'static str,
}

const NOTHING_ASKED: &str = "Trackops couldn't be asked";
const NO_CASE: &str = "the account lists no case to test with; --create-test-case creates one";
const NEEDS_A_CASE: &str = "only a new case can tell; add --create-test-case";

const fn needs(about: About, id: &'static str, what: &'static str, untested: &'static str) -> Assumed {
    Assumed { about, id, what, needed: true, otherwise: "", untested }
}

const fn copes(
    about: About,
    id: &'static str,
    what: &'static str,
    otherwise: &'static str,
    untested: &'static str,
) -> Assumed {
    Assumed { about, id, what, needed: false, otherwise, untested }
}

/// All assumptions, in the order of their tests.
pub(super) const ASSUMED: &[Assumed] = &[
    needs(About::Connection, "connection", "The address can be reached.", NOTHING_ASKED),
    needs(
        About::Tls,
        "tls",
        "The connection is encrypted, with a certificate this machine trusts.",
        NOTHING_ASKED,
    ),
    needs(About::Redirects, "redirects", "The address answers directly, without redirects.", NOTHING_ASKED),
    needs(
        About::Firewall,
        "firewall",
        "Answers come from Trackops, not from a firewall or proxy.",
        NOTHING_ASKED,
    ),
    needs(About::Api, "api", "There is a Trackops API at the address.", NOTHING_ASKED),
    needs(About::Authentication, "authentication", "User name and token are accepted.", NOTHING_ASKED),
    needs(About::Limits, "limits", "Requests stay below the rate limit.", NOTHING_ASKED),
    copes(
        About::Clock,
        "clock",
        "Answers include the time, so a wrong clock on this machine doesn't matter.",
        "lookups use this machine's clock; keep it correct",
        NOTHING_ASKED,
    ),
    needs(About::CaseList, "list.cases", "Cases can be listed.", NOTHING_ASKED),
    copes(About::ClientList, "list.clients", "Clients can be listed.", TYPE_IDS, NOTHING_ASKED),
    copes(About::LocationList, "list.locations", "Client locations can be listed.", TYPE_IDS, NOTHING_ASKED),
    copes(About::ContactList, "list.contacts", "Client contacts can be listed.", TYPE_IDS, NOTHING_ASKED),
    copes(
        About::FieldList,
        "list.fields",
        "Custom fields can be listed, with id, name and kind.",
        "enter them on the catalog screen",
        NOTHING_ASKED,
    ),
    needs(About::Ids, "ids", "Every record has its id under “id”.", "every list is empty"),
    needs(
        About::Paging,
        "paging",
        "Lists can be read page by page, without gaps.",
        "no list has two records",
    ),
    needs(About::PageSize, "page_size", "A page has as many records as requested.", NOTHING_ASKED),
    copes(
        About::Count,
        "count",
        "mode=count returns the number of records in a list.",
        "caseload counts by reading the list",
        NOTHING_ASKED,
    ),
    copes(
        About::Relations,
        "relations",
        "A contact names its location as client_id, a location its client as root_id.",
        "the list of contacts to choose from may be empty; enter their ids",
        "the account lists no contact",
    ),
    needs(About::ClientId, "client_id", "client_id in a case means what client_id_means says.", NO_CASE),
    needs(About::ById, "filter.id", "A case can be found by its id.", NO_CASE),
    copes(
        About::NoRequests,
        "filter.requests",
        "The filter is_request=false hides no case.",
        "caseload doesn't use it, and checks each record",
        NO_CASE,
    ),
    needs(About::ByReference, "filter.reference", "A case can be found by its first reference.", NO_CASE),
    copes(
        About::ExactReference,
        "filter.reference.exact",
        "The filter by reference finds exact matches only.",
        "caseload compares references itself",
        NO_CASE,
    ),
    needs(About::ByTime, "filter.time", "The filter created_from_system finds every newer case.", NO_CASE),
    copes(
        About::ExactTime,
        "filter.time.exact",
        "The filter created_from_system hides older cases.",
        "caseload compares times itself; lookups read more pages",
        NO_CASE,
    ),
    copes(
        About::Shows,
        "case.shows",
        "Listed cases show what a lookup compares: reference, client, creation time.",
        "a row with a lost answer may stay unknown",
        NO_CASE,
    ),
    copes(
        About::TimeFormat,
        "time.format",
        "Times look like 2026-11-23 15:04:05, or have a T and a time zone.",
        "caseload can't tell cases apart by their time",
        NO_CASE,
    ),
    copes(
        About::TimeZone,
        "time.zone",
        "Times are shown in UTC.",
        "caseload works out the difference from an import's cases",
        NEEDS_A_CASE,
    ),
    copes(
        About::Notes,
        "case.admin_notes",
        "Listed cases show administrative notes, including row tokens.",
        "don't rely on row tokens; map a column to the first reference",
        NO_CASE,
    ),
    copes(
        About::Parts,
        "values.parts",
        "Names and addresses in custom fields are returned in parts, on request.",
        "caseload compares them as a single value",
        "no listed case has a name or an address in a custom field",
    ),
    copes(
        About::Labels,
        "case.labels",
        "Listed cases show names with their ids, such as the case type's.",
        "enter names once; Trackops shows them with their ids in its settings",
        NO_CASE,
    ),
    needs(About::Created, "create", "Creating a case returns 2xx and its id.", NEEDS_A_CASE),
    needs(About::Visible, "create.visible", "Lookups find a new case within settle_seconds.", NEEDS_A_CASE),
    copes(
        About::Stored,
        "create.stored",
        "Values are stored as sent.",
        "run `caseload run FILE --first 1` to compare a row value by value",
        NEEDS_A_CASE,
    ),
    copes(
        About::Refusals,
        "refusals",
        "A refused case returns 400, 409 or 422 and the reason.",
        "",
        "caseload sends no invalid case on purpose; the first refused row of an import shows it",
    ),
    copes(
        About::Values,
        "values",
        "Trackops accepts the configured formats of numbers, check boxes, yes/no and countries in custom fields.",
        "set another format in [accounts.NAME.values]",
        "it depends on the custom fields; `caseload run FILE --first 1` shows what is stored",
    ),
    copes(
        About::Notices,
        "notices",
        "Creating a case sends no e-mail.",
        "",
        "the API doesn't tell; ask the office after the first case, before a large import",
    ),
];

const TYPE_IDS: &str = "there is nothing to choose from; enter ids";

#[cfg(test)]
impl About {
    /// All assumptions.
    pub(super) const ALL: [Self; 37] = [
        Self::Connection,
        Self::Tls,
        Self::Redirects,
        Self::Firewall,
        Self::Api,
        Self::Authentication,
        Self::Limits,
        Self::Clock,
        Self::CaseList,
        Self::ClientList,
        Self::LocationList,
        Self::ContactList,
        Self::FieldList,
        Self::Ids,
        Self::Paging,
        Self::PageSize,
        Self::Count,
        Self::Relations,
        Self::ClientId,
        Self::ById,
        Self::NoRequests,
        Self::ByReference,
        Self::ExactReference,
        Self::ByTime,
        Self::ExactTime,
        Self::Shows,
        Self::TimeFormat,
        Self::TimeZone,
        Self::Notes,
        Self::Parts,
        Self::Labels,
        Self::Created,
        Self::Visible,
        Self::Stored,
        Self::Refusals,
        Self::Values,
        Self::Notices,
    ];
}
