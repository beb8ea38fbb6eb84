//! Table of assumptions: KNOWN ones that still need a check, INFERRED and UNKNOWN ones.

/// An assumption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum AssumptionId {
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
pub(super) struct AssumptionSpec {
    pub(super) about: AssumptionId,
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

const fn required(
    about: AssumptionId,
    id: &'static str,
    what: &'static str,
    untested: &'static str,
) -> AssumptionSpec {
    AssumptionSpec { about, id, what, needed: true, otherwise: "", untested }
}

const fn tolerated(
    about: AssumptionId,
    id: &'static str,
    what: &'static str,
    otherwise: &'static str,
    untested: &'static str,
) -> AssumptionSpec {
    AssumptionSpec { about, id, what, needed: false, otherwise, untested }
}

/// All assumptions, in the order of their tests.
pub(super) const ASSUMPTIONS: &[AssumptionSpec] = &[
    required(AssumptionId::Connection, "connection", "The address can be reached.", NOTHING_ASKED),
    required(
        AssumptionId::Tls,
        "tls",
        "The connection is encrypted, with a certificate this machine trusts.",
        NOTHING_ASKED,
    ),
    required(
        AssumptionId::Redirects,
        "redirects",
        "The address answers directly, without redirects.",
        NOTHING_ASKED,
    ),
    required(
        AssumptionId::Firewall,
        "firewall",
        "Answers come from Trackops, not from a firewall or proxy.",
        NOTHING_ASKED,
    ),
    required(AssumptionId::Api, "api", "There is a Trackops API at the address.", NOTHING_ASKED),
    required(
        AssumptionId::Authentication,
        "authentication",
        "User name and token are accepted.",
        NOTHING_ASKED,
    ),
    required(AssumptionId::Limits, "limits", "Requests stay below the rate limit.", NOTHING_ASKED),
    tolerated(
        AssumptionId::Clock,
        "clock",
        "Answers include the time, so a wrong clock on this machine doesn't matter.",
        "lookups use this machine's clock; keep it correct",
        NOTHING_ASKED,
    ),
    required(AssumptionId::CaseList, "list.cases", "Cases can be listed.", NOTHING_ASKED),
    tolerated(AssumptionId::ClientList, "list.clients", "Clients can be listed.", TYPE_IDS, NOTHING_ASKED),
    tolerated(
        AssumptionId::LocationList,
        "list.locations",
        "Client locations can be listed.",
        TYPE_IDS,
        NOTHING_ASKED,
    ),
    tolerated(
        AssumptionId::ContactList,
        "list.contacts",
        "Client contacts can be listed.",
        TYPE_IDS,
        NOTHING_ASKED,
    ),
    tolerated(
        AssumptionId::FieldList,
        "list.fields",
        "Custom fields can be listed, with id, name and kind.",
        "enter them on the catalog screen",
        NOTHING_ASKED,
    ),
    required(AssumptionId::Ids, "ids", "Every record has its id under “id”.", "every list is empty"),
    required(
        AssumptionId::Paging,
        "paging",
        "Lists can be read page by page, without gaps.",
        "no list has two records",
    ),
    required(AssumptionId::PageSize, "page_size", "A page has as many records as requested.", NOTHING_ASKED),
    tolerated(
        AssumptionId::Count,
        "count",
        "mode=count returns the number of records in a list.",
        "caseload counts by reading the list",
        NOTHING_ASKED,
    ),
    tolerated(
        AssumptionId::Relations,
        "relations",
        "A contact names its location as client_id, a location its client as root_id.",
        "the list of contacts to choose from may be empty; enter their ids",
        "the account lists no contact",
    ),
    required(
        AssumptionId::ClientId,
        "client_id",
        "client_id in a case means what client_id_means says.",
        NO_CASE,
    ),
    required(AssumptionId::ById, "filter.id", "A case can be found by its id.", NO_CASE),
    tolerated(
        AssumptionId::NoRequests,
        "filter.requests",
        "The filter is_request=false hides no case.",
        "caseload doesn't use it, and checks each record",
        NO_CASE,
    ),
    required(
        AssumptionId::ByReference,
        "filter.reference",
        "A case can be found by its first reference.",
        NO_CASE,
    ),
    tolerated(
        AssumptionId::ExactReference,
        "filter.reference.exact",
        "The filter by reference finds exact matches only.",
        "caseload compares references itself",
        NO_CASE,
    ),
    required(
        AssumptionId::ByTime,
        "filter.time",
        "The filter created_from_system finds every newer case.",
        NO_CASE,
    ),
    tolerated(
        AssumptionId::ExactTime,
        "filter.time.exact",
        "The filter created_from_system hides older cases.",
        "caseload compares times itself; lookups read more pages",
        NO_CASE,
    ),
    tolerated(
        AssumptionId::Shows,
        "case.shows",
        "Listed cases show what a lookup compares: reference, client, creation time.",
        "a row with a lost answer may stay unknown",
        NO_CASE,
    ),
    tolerated(
        AssumptionId::TimeFormat,
        "time.format",
        "Times look like 2026-11-23 15:04:05, or have a T and a time zone.",
        "caseload can't tell cases apart by their time",
        NO_CASE,
    ),
    tolerated(
        AssumptionId::TimeZone,
        "time.zone",
        "Times are shown in UTC.",
        "caseload works out the difference from an import's cases",
        NEEDS_A_CASE,
    ),
    tolerated(
        AssumptionId::Notes,
        "case.admin_notes",
        "Listed cases show administrative notes, including row tokens.",
        "don't rely on row tokens; map a column to the first reference",
        NO_CASE,
    ),
    tolerated(
        AssumptionId::Parts,
        "values.parts",
        "Names and addresses in custom fields are returned in parts, on request.",
        "caseload compares them as a single value",
        "no listed case has a name or an address in a custom field",
    ),
    tolerated(
        AssumptionId::Labels,
        "case.labels",
        "Listed cases show names with their ids, such as the case type's.",
        "enter names once; Trackops shows them with their ids in its settings",
        NO_CASE,
    ),
    required(AssumptionId::Created, "create", "Creating a case returns 2xx and its id.", NEEDS_A_CASE),
    required(
        AssumptionId::Visible,
        "create.visible",
        "Lookups find a new case within settle_seconds.",
        NEEDS_A_CASE,
    ),
    tolerated(
        AssumptionId::Stored,
        "create.stored",
        "Values are stored as sent.",
        "run `caseload run FILE --first 1` to compare a row value by value",
        NEEDS_A_CASE,
    ),
    tolerated(
        AssumptionId::Refusals,
        "refusals",
        "A refused case returns 400, 409 or 422 and the reason.",
        "",
        "caseload sends no invalid case on purpose; the first refused row of an import shows it",
    ),
    tolerated(
        AssumptionId::Values,
        "values",
        "Trackops accepts the configured formats of numbers, check boxes, yes/no and countries in custom fields.",
        "set another format in [accounts.NAME.values]",
        "it depends on the custom fields; `caseload run FILE --first 1` shows what is stored",
    ),
    tolerated(
        AssumptionId::Notices,
        "notices",
        "Creating a case sends no e-mail.",
        "",
        "the API doesn't tell; ask the office after the first case, before a large import",
    ),
];

const TYPE_IDS: &str = "there is nothing to choose from; enter ids";

#[cfg(test)]
impl AssumptionId {
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
