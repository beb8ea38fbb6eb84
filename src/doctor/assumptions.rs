//! Table of assumptions: KNOWN ones that still need a check, INFERRED and UNKNOWN ones.

use strum::VariantArray;

/// An assumption. They are in the order of their tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, VariantArray)]
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

/// An entry of the table.
pub(super) struct AssumptionSpec {
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

const fn required(id: &'static str, what: &'static str, untested: &'static str) -> AssumptionSpec {
    AssumptionSpec { id, what, needed: true, otherwise: "", untested }
}

const fn tolerated(
    id: &'static str,
    what: &'static str,
    otherwise: &'static str,
    untested: &'static str,
) -> AssumptionSpec {
    AssumptionSpec { id, what, needed: false, otherwise, untested }
}
const TYPE_IDS: &str = "there is nothing to choose from; enter ids";

impl AssumptionId {
    /// Returns its entry.
    #[expect(clippy::too_many_lines, reason = "one entry per assumption")]
    pub(super) const fn spec(self) -> AssumptionSpec {
        match self {
            Self::Connection => required("connection", "The address can be reached.", NOTHING_ASKED),
            Self::Tls => required(
                "tls",
                "The connection is encrypted, with a certificate this machine trusts.",
                NOTHING_ASKED,
            ),
            Self::Redirects => {
                required("redirects", "The address answers directly, without redirects.", NOTHING_ASKED)
            }
            Self::Firewall => required(
                "firewall",
                "Answers come from Trackops, not from a firewall or proxy.",
                NOTHING_ASKED,
            ),
            Self::Api => required("api", "There is a Trackops API at the address.", NOTHING_ASKED),
            Self::Authentication => {
                required("authentication", "User name and token are accepted.", NOTHING_ASKED)
            }
            Self::Limits => required("limits", "Requests stay below the rate limit.", NOTHING_ASKED),
            Self::Clock => tolerated(
                "clock",
                "Answers include the time, so a wrong clock on this machine doesn't matter.",
                "lookups use this machine's clock; keep it correct",
                NOTHING_ASKED,
            ),
            Self::CaseList => required("list.cases", "Cases can be listed.", NOTHING_ASKED),
            Self::ClientList => tolerated("list.clients", "Clients can be listed.", TYPE_IDS, NOTHING_ASKED),
            Self::LocationList => {
                tolerated("list.locations", "Client locations can be listed.", TYPE_IDS, NOTHING_ASKED)
            }
            Self::ContactList => {
                tolerated("list.contacts", "Client contacts can be listed.", TYPE_IDS, NOTHING_ASKED)
            }
            Self::FieldList => tolerated(
                "list.fields",
                "Custom fields can be listed, with id, name and kind.",
                "enter them on the catalog screen",
                NOTHING_ASKED,
            ),
            Self::Ids => required("ids", "Every record has its id under “id”.", "every list is empty"),
            Self::Paging => required(
                "paging",
                "Lists can be read page by page, without gaps, with as many records to a page as requested.",
                "no list has two records",
            ),
            Self::Count => tolerated(
                "count",
                "mode=count returns the number of records in a list.",
                "caseload counts by reading the list",
                NOTHING_ASKED,
            ),
            Self::Relations => tolerated(
                "relations",
                "A contact names its location as client_id, a location its client as root_id.",
                "the list of contacts to choose from may be empty; enter their ids",
                "the account lists no contact",
            ),
            Self::ClientId => {
                required("client_id", "client_id in a case means what client_id_means says.", NO_CASE)
            }
            Self::ById => required("filter.id", "A case can be found by its id.", NO_CASE),
            Self::NoRequests => tolerated(
                "filter.requests",
                "The filter is_request=false hides no case.",
                "caseload doesn't use it, and checks each record",
                NO_CASE,
            ),
            Self::ByReference => {
                required("filter.reference", "A case can be found by its first reference.", NO_CASE)
            }
            Self::ExactReference => tolerated(
                "filter.reference.exact",
                "The filter by reference finds exact matches only.",
                "caseload compares references itself",
                NO_CASE,
            ),
            Self::ByTime => {
                required("filter.time", "The filter created_from_system finds every newer case.", NO_CASE)
            }
            Self::ExactTime => tolerated(
                "filter.time.exact",
                "The filter created_from_system hides older cases.",
                "caseload compares times itself; lookups read more pages",
                NO_CASE,
            ),
            Self::Shows => tolerated(
                "case.shows",
                "Listed cases show what a lookup compares: reference, client, creation time.",
                "a row with a lost answer may stay unknown",
                NO_CASE,
            ),
            Self::TimeFormat => tolerated(
                "time.format",
                "Times look like 2026-11-23 15:04:05, or have a T and a time zone.",
                "caseload can't tell cases apart by their time",
                NO_CASE,
            ),
            Self::TimeZone => tolerated(
                "time.zone",
                "Times are shown in UTC.",
                "caseload works out the difference from an import's cases",
                NEEDS_A_CASE,
            ),
            Self::Notes => tolerated(
                "case.admin_notes",
                "Listed cases show administrative notes, including row tokens.",
                "don't rely on row tokens; map a column to the first reference",
                NO_CASE,
            ),
            Self::Parts => tolerated(
                "values.parts",
                "Names and addresses in custom fields are returned in parts, on request.",
                "caseload compares them as a single value",
                "no listed case has a name or an address in a custom field",
            ),
            Self::Labels => tolerated(
                "case.labels",
                "Listed cases show names with their ids, such as the case type's.",
                "enter names once; Trackops shows them with their ids in its settings",
                NO_CASE,
            ),
            Self::Created => required("create", "Creating a case returns 2xx and its id.", NEEDS_A_CASE),
            Self::Visible => {
                required("create.visible", "Lookups find a new case within settle_seconds.", NEEDS_A_CASE)
            }
            Self::Stored => tolerated(
                "create.stored",
                "Values are stored as sent.",
                "run `caseload run FILE --first 1` to compare a row value by value",
                NEEDS_A_CASE,
            ),
            Self::Refusals => tolerated(
                "refusals",
                "A refused case returns 400, 409 or 422 and the reason.",
                "",
                "caseload sends no invalid case on purpose; the first refused row of an import shows it",
            ),
            Self::Values => tolerated(
                "values",
                "Trackops accepts the configured formats of numbers, check boxes, yes/no and countries in custom fields.",
                "set another format in [accounts.NAME.values]",
                "it depends on the custom fields; `caseload run FILE --first 1` shows what is stored",
            ),
            Self::Notices => tolerated(
                "notices",
                "Creating a case sends no e-mail.",
                "",
                "the API doesn't tell; ask the office after the first case, before a large import",
            ),
        }
    }
}
