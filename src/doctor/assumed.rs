//! The assumptions, as a table: what is KNOWN and not to be relied on blindly, what is INFERRED, and what is UNKNOWN.

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
    /// A word for scripts.
    pub(super) id: &'static str,
    /// The assumption.
    pub(super) what: &'static str,
    /// Whether caseload needs it.
    pub(super) needed: bool,
    /// What follows when it does not hold; empty when what is seen says so.
    pub(super) otherwise: &'static str,
    /// Why it was not tested, unless a probe knows better.
    pub(super) untested: &'static str,
}

const NOTHING_ASKED: &str = "nothing could be asked";
const NO_CASE: &str = "the account shows no case to try it with; --create-test-case makes one";
const NEEDS_A_CASE: &str = "only a new case tells: --create-test-case";

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

/// Every assumption, in the order in which they are tried.
pub(super) const ASSUMED: &[Assumed] = &[
    needs(About::Connection, "connection", "The address can be reached.", NOTHING_ASKED),
    needs(About::Tls, "tls", "The line is encrypted, with a certificate this machine trusts.", NOTHING_ASKED),
    needs(
        About::Redirects,
        "redirects",
        "The address answers itself, and sends nobody elsewhere.",
        NOTHING_ASKED,
    ),
    needs(
        About::Firewall,
        "firewall",
        "Answers come from Trackops, not from something on the way.",
        NOTHING_ASKED,
    ),
    needs(About::Api, "api", "There is a Trackops API at the address.", NOTHING_ASKED),
    needs(About::Authentication, "authentication", "User name and token are accepted.", NOTHING_ASKED),
    needs(About::Limits, "limits", "Trackops does not ask for fewer requests than are made.", NOTHING_ASKED),
    copes(
        About::Clock,
        "clock",
        "Answers say what time it is, so that a wrong clock here does not matter.",
        "look-ups go by this machine's clock: keep it right",
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
        "type them in on the catalog screen",
        NOTHING_ASKED,
    ),
    needs(About::Ids, "ids", "Every record has its id under “id”.", "no list has a record"),
    needs(About::Paging, "paging", "A list is read page by page, without gaps.", "no list has two records"),
    needs(About::PageSize, "page_size", "A page has as many records as were asked for.", NOTHING_ASKED),
    copes(
        About::Count,
        "count",
        "mode=count tells how many records a list has.",
        "caseload counts by reading",
        NOTHING_ASKED,
    ),
    copes(
        About::Relations,
        "relations",
        "A contact names its location as client_id, a location its client as root_id.",
        "the choice of contacts may be empty; type their ids in",
        "the account lists no contact",
    ),
    needs(About::ClientId, "client_id", "client_id in a case is what the setting says.", NO_CASE),
    needs(About::ById, "filter.id", "A case is found by its id.", NO_CASE),
    copes(
        About::NoRequests,
        "filter.requests",
        "The filter is_request=false leaves no case out.",
        "caseload does without it, and looks at each record",
        NO_CASE,
    ),
    needs(About::ByReference, "filter.reference", "A case is found by its first reference.", NO_CASE),
    copes(
        About::ExactReference,
        "filter.reference.exact",
        "The filter by reference finds no case with another one.",
        "caseload compares references itself",
        NO_CASE,
    ),
    needs(
        About::ByTime,
        "filter.time",
        "The filter created_from_system hides no case that is as new.",
        NO_CASE,
    ),
    copes(
        About::ExactTime,
        "filter.time.exact",
        "The filter created_from_system leaves out older cases.",
        "caseload compares times itself, and look-ups read more pages",
        NO_CASE,
    ),
    copes(
        About::Shows,
        "case.shows",
        "A listed case shows what a look-up compares: reference, client, time of creation.",
        "a row whose answer is lost may stay unknown",
        NO_CASE,
    ),
    copes(
        About::TimeFormat,
        "time.format",
        "Times are written as 2026-11-23 15:04:05, or with T and a zone.",
        "caseload cannot tell cases apart by their time",
        NO_CASE,
    ),
    copes(
        About::TimeZone,
        "time.zone",
        "Times are shown in UTC.",
        "caseload learns the difference from the cases of an import",
        NEEDS_A_CASE,
    ),
    copes(
        About::Notes,
        "case.admin_notes",
        "A listed case shows its administrative notes, and with them a row token.",
        "map a column to the first reference rather than rely on row tokens",
        NO_CASE,
    ),
    copes(
        About::Parts,
        "values.parts",
        "Names and addresses in custom fields come with their parts, when they are asked for.",
        "caseload compares them as one text",
        "no listed case has a name or an address in a custom field",
    ),
    copes(
        About::Labels,
        "case.labels",
        "A listed case shows names, such as that of its case type, beside ids.",
        "names are typed in once; Trackops shows them with their ids in its settings",
        NO_CASE,
    ),
    needs(About::Created, "create", "A created case is answered with 2xx and its id.", NEEDS_A_CASE),
    needs(
        About::Visible,
        "create.visible",
        "A new case shows in look-ups within settle_seconds.",
        NEEDS_A_CASE,
    ),
    copes(
        About::Stored,
        "create.stored",
        "What is sent comes back as it was sent.",
        "`caseload run FILE --first 1` shows value by value what becomes of a row",
        NEEDS_A_CASE,
    ),
    copes(
        About::Refusals,
        "refusals",
        "A case that is refused is answered with 400, 409 or 422 and the reason.",
        "",
        "no wrong case is sent on purpose; the first refused row of an import shows it",
    ),
    copes(
        About::Values,
        "values",
        "Numbers, check boxes, yes and no, and countries in custom fields are taken in the forms that are set.",
        "set another form in [accounts.NAME.values]",
        "it depends on the custom fields; `caseload run FILE --first 1` shows what is stored",
    ),
    copes(
        About::Notices,
        "notices",
        "Nobody gets an e-mail for a case that is created.",
        "",
        "nothing in the API tells; ask in the office after the first case, before a large import",
    ),
];

const TYPE_IDS: &str = "the choice stays empty; type ids in";

#[cfg(test)]
impl About {
    /// Every assumption there is.
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
