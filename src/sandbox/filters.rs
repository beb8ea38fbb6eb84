//! Filters of each collection.

/// Comparison of a filter's value with the record's.
#[derive(Clone, Copy)]
pub(super) enum FilterTest {
    /// The same number, text or flag.
    Same,
    /// Contained, ignoring letter case.
    Contains,
    /// True or false.
    Flag,
    /// On or after a date or timestamp, whichever the record has.
    From,
    /// On or before it.
    To,
}

/// A query parameter: its name, the record's key, and the comparison.
pub(super) type Filter = (&'static str, &'static str, FilterTest);

/// Filters of a collection, and the one key worth an index.
pub(super) struct FilterTable {
    pub(super) filters: &'static [Filter],
    pub(super) indexed: &'static str,
}

pub(super) const CASES: FilterTable = FilterTable {
    indexed: "reference_value_1",
    filters: &[
        ("id", "id", FilterTest::Same),
        ("client", "root_id", FilterTest::Same),
        ("location", "location_id", FilterTest::Same),
        ("case_region", "case_region_id", FilterTest::Same),
        ("case_status", "case_status_id", FilterTest::Same),
        ("created_from", "created_on", FilterTest::From),
        ("created_to", "created_on", FilterTest::To),
        ("from", "created_on", FilterTest::From),
        ("to", "created_on", FilterTest::To),
        ("created_from_system", "created_at", FilterTest::From),
        ("created_to_system", "created_at", FilterTest::To),
        ("due_from", "due_on", FilterTest::From),
        ("due_to", "due_on", FilterTest::To),
        ("updated_from", "updated_at", FilterTest::From),
        ("updated_to", "updated_at", FilterTest::To),
        ("is_request", "is_request", FilterTest::Flag),
        ("primary_contact", "primary_contact_id", FilterTest::Same),
        ("primary_investigator", "primary_investigator_id", FilterTest::Same),
        ("primary_manager", "primary_manager_id", FilterTest::Same),
        ("primary_salesperson", "primary_salesperson_id", FilterTest::Same),
        ("primary_subject", "primary_subject_id", FilterTest::Same),
        ("reference_value_1", "reference_value_1", FilterTest::Same),
        ("reference_value_2", "reference_value_2", FilterTest::Same),
        ("reference_value_3", "reference_value_3", FilterTest::Same),
    ],
};

pub(super) const SUBJECTS: FilterTable = FilterTable {
    indexed: "case_id",
    filters: &[
        ("id", "id", FilterTest::Same),
        ("case", "case_id", FilterTest::Same),
        ("is_primary", "is_primary", FilterTest::Flag),
        ("name", "name", FilterTest::Contains),
        ("subject_type", "subject_type_id", FilterTest::Same),
    ],
};

pub(super) const CLIENTS: FilterTable = FilterTable {
    indexed: "id",
    filters: &[
        ("id", "id", FilterTest::Same),
        ("name", "name", FilterTest::Contains),
        ("account_code", "account_code", FilterTest::Same),
        ("salesperson", "salesperson_id", FilterTest::Same),
        ("case_manager", "case_manager_id", FilterTest::Same),
        ("created_from", "created_on", FilterTest::From),
        ("created_to", "created_on", FilterTest::To),
        ("updated_from", "updated_at", FilterTest::From),
        ("updated_to", "updated_at", FilterTest::To),
    ],
};

pub(super) const LOCATIONS: FilterTable = FilterTable {
    indexed: "root_id",
    filters: &[
        ("id", "id", FilterTest::Same),
        ("name", "name", FilterTest::Contains),
        ("parent", "root_id", FilterTest::Same),
        ("is_primary", "is_primary", FilterTest::Flag),
    ],
};

pub(super) const CONTACTS: FilterTable = FilterTable {
    indexed: "client_id",
    filters: &[
        ("id", "id", FilterTest::Same),
        ("first_name", "first_name", FilterTest::Contains),
        ("last_name", "last_name", FilterTest::Contains),
        ("email", "email", FilterTest::Contains),
        ("client", "root_id", FilterTest::Same),
        ("client_location", "client_id", FilterTest::Same),
    ],
};

pub(super) const FIELDS: FilterTable = FilterTable {
    indexed: "id",
    filters: &[
        ("id", "id", FilterTest::Same),
        ("name", "name", FilterTest::Contains),
        ("field_type", "field_type", FilterTest::Same),
        ("field_type_tag", "field_type_tag", FilterTest::Same),
    ],
};

pub(super) const STAFF: FilterTable = FilterTable {
    indexed: "id",
    filters: &[
        ("id", "id", FilterTest::Same),
        ("first_name", "first_name", FilterTest::Contains),
        ("last_name", "last_name", FilterTest::Contains),
        ("email", "email", FilterTest::Contains),
        ("role", "role", FilterTest::Same),
        ("is_vendor", "is_vendor", FilterTest::Flag),
    ],
};
