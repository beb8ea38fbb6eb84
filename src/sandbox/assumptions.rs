//! Everything the sandbox had to invent. The vendor documents none of it, so a client that works with the sandbox is
//! shown to be consistent, not to work with Trackops.

use serde::Serialize;

/// Records per page if a list request has no `per_page`.
pub(super) const DEFAULT_PER_PAGE: usize = 25;
/// Maximum number of records per page; a larger `per_page` is reduced to it.
pub(super) const MAX_PER_PAGE: usize = 100;
/// Format of system timestamps, in UTC.
pub(super) const TIMESTAMP: &str = "%Y-%m-%d %H:%M:%S";
/// Status of every new case.
pub(super) const FIRST_STATUS_ID: i64 = 1;
/// Maximum length of a reference, case location or one-line custom value, in characters.
pub(super) const MAX_LINE: usize = 255;
/// Maximum length of notes, in characters.
pub(super) const MAX_NOTES: usize = 65_535;
/// Maximum size of a request body, in bytes.
pub(super) const MAX_BODY: usize = 1 << 20;
/// Id of the first case of an empty account.
pub(super) const FIRST_CASE_ID: i64 = 5001;
/// Id of the first subject of an empty account.
pub(super) const FIRST_SUBJECT_ID: i64 = 9001;

/// A behavior of the sandbox that the vendor doesn't document.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Assumption {
    /// Subject, in a word or two.
    pub about: &'static str,
    /// Behavior of the sandbox.
    pub assumed: &'static str,
}

const fn assume(about: &'static str, assumed: &'static str) -> Assumption {
    Assumption { about, assumed }
}

/// All assumptions, also served at `GET /sandbox/assumptions`.
pub const ASSUMPTIONS: &[Assumption] = &[
    assume("created status", "POST /cases answers 201 and the bare case object, without a Location header."),
    assume("created keys", "The case has `id`, `case_number`, every key of the casefile, and its defaults."),
    assume("absent values", "A key that was not sent comes back as null, a list as []."),
    assume(
        "client_id",
        "In `casefile` it is the client location; the case also has `location_id`, `root_id`.",
    ),
    assume("case number", "Year-month-series-instance, such as 2026-11-00123-01; the series never restarts."),
    assume("required", "`case_type_id`, `client_id` and `primary_contact_id` are required, nothing else is."),
    assume("unknown keys", "An unknown key at any depth is a validation error."),
    assume("null", "A null value is a validation error; omit the key instead."),
    assume("types", "Ids are JSON integers; \"1\" is refused. Money and hours may be a number or a string."),
    assume("lengths", "References, case location and custom values: 255 characters. Notes: 65,535."),
    assume("contact", "The primary contact must work at the location the case is for."),
    assume(
        "case type",
        "References, services, flags, fields and a subject type outside the case type are refused.",
    ),
    assume("repeated ids", "The same service, flag or custom field twice is a validation error."),
    assume(
        "custom values",
        "Dates: YYYY-MM-DD. SELECT, RADIO: one of its choices; CHECKBOX: an array of choices. NUMBER, CURRENCY, YESNO: JSON numbers. COUNTRY: two capital letters. The rest: any string.",
    ),
    assume("primary subject", "The first subject is primary; `is_primary: true` on a later one is refused."),
    assume("defaults", "`created_on` is today in UTC, the region is the default one, the status the first."),
    assume(
        "invalid case",
        "422 with {\"errors\": {\"field\": [\"message\"]}}; inside lists the field is a path, such as subjects.0.is_pinned.",
    ),
    assume("unreadable body", "400 for broken JSON, 413 above 1 MiB, 415 unless application/json."),
    assume("other errors", "401, 404 and 405 answer {\"error\": \"sentence\"}."),
    assume("timestamps", "`created_at`, `updated_at` and their filters: YYYY-MM-DD HH:MM:SS, UTC."),
    assume(
        "pages",
        "25 records per page, at most 100; a larger `per_page` is reduced; a page past the end is [].",
    ),
    assume("order", "By id, ascending unless `dir=desc` is given."),
    assume("counts", "`mode=count` answers integers; `page_count` follows `per_page`."),
    assume("names", "Cases have the ids of their case type, region and so on, but no names."),
    assume(
        "flat values",
        "Names and addresses in lists are one string, their parts in the order of their keys, unless expand_field_values is 1.",
    ),
    assume("fields", "GET fields has id, name, field_type_tag and dates, but neither owner nor choices."),
    assume("clock", "Every answer has a Date header."),
    assume("filters", "References match exactly, case included; names match any part, ignoring case."),
    assume("bad filters", "An unreadable date, flag or page is 400; a blank or unknown filter is ignored."),
    assume("visibility", "A new case is in every list at once, before its answer is sent."),
    assume("quirks", "All of this holds without --quirk; each quirk reverses one of these."),
    assume("throttling", "None; 429 comes only from a fault."),
];
