//! Filters of each collection.

/// Comparison of a filter's value with the record's.
#[derive(Clone, Copy)]
pub(super) enum Test {
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
pub(super) type Filter = (&'static str, &'static str, Test);

/// Filters of a collection, and the one key worth an index.
pub(super) struct Table {
    pub(super) filters: &'static [Filter],
    pub(super) indexed: &'static str,
}

pub(super) const CASES: Table = Table {
    indexed: "reference_value_1",
    filters: &[
        ("id", "id", Test::Same),
        ("client", "root_id", Test::Same),
        ("location", "location_id", Test::Same),
        ("case_region", "case_region_id", Test::Same),
        ("case_status", "case_status_id", Test::Same),
        ("created_from", "created_on", Test::From),
        ("created_to", "created_on", Test::To),
        ("from", "created_on", Test::From),
        ("to", "created_on", Test::To),
        ("created_from_system", "created_at", Test::From),
        ("created_to_system", "created_at", Test::To),
        ("due_from", "due_on", Test::From),
        ("due_to", "due_on", Test::To),
        ("updated_from", "updated_at", Test::From),
        ("updated_to", "updated_at", Test::To),
        ("is_request", "is_request", Test::Flag),
        ("primary_contact", "primary_contact_id", Test::Same),
        ("primary_investigator", "primary_investigator_id", Test::Same),
        ("primary_manager", "primary_manager_id", Test::Same),
        ("primary_salesperson", "primary_salesperson_id", Test::Same),
        ("primary_subject", "primary_subject_id", Test::Same),
        ("reference_value_1", "reference_value_1", Test::Same),
        ("reference_value_2", "reference_value_2", Test::Same),
        ("reference_value_3", "reference_value_3", Test::Same),
    ],
};

pub(super) const SUBJECTS: Table = Table {
    indexed: "case_id",
    filters: &[
        ("id", "id", Test::Same),
        ("case", "case_id", Test::Same),
        ("is_primary", "is_primary", Test::Flag),
        ("name", "name", Test::Contains),
        ("subject_type", "subject_type_id", Test::Same),
    ],
};

pub(super) const CLIENTS: Table = Table {
    indexed: "id",
    filters: &[
        ("id", "id", Test::Same),
        ("name", "name", Test::Contains),
        ("account_code", "account_code", Test::Same),
        ("salesperson", "salesperson_id", Test::Same),
        ("case_manager", "case_manager_id", Test::Same),
        ("created_from", "created_on", Test::From),
        ("created_to", "created_on", Test::To),
        ("updated_from", "updated_at", Test::From),
        ("updated_to", "updated_at", Test::To),
    ],
};

pub(super) const LOCATIONS: Table = Table {
    indexed: "root_id",
    filters: &[
        ("id", "id", Test::Same),
        ("name", "name", Test::Contains),
        ("parent", "root_id", Test::Same),
        ("is_primary", "is_primary", Test::Flag),
    ],
};

pub(super) const CONTACTS: Table = Table {
    indexed: "client_id",
    filters: &[
        ("id", "id", Test::Same),
        ("first_name", "first_name", Test::Contains),
        ("last_name", "last_name", Test::Contains),
        ("email", "email", Test::Contains),
        ("client", "root_id", Test::Same),
        ("client_location", "client_id", Test::Same),
    ],
};

pub(super) const FIELDS: Table = Table {
    indexed: "id",
    filters: &[
        ("id", "id", Test::Same),
        ("name", "name", Test::Contains),
        ("field_type", "field_type", Test::Same),
        ("field_type_tag", "field_type_tag", Test::Same),
    ],
};

pub(super) const STAFF: Table = Table {
    indexed: "id",
    filters: &[
        ("id", "id", Test::Same),
        ("first_name", "first_name", Test::Contains),
        ("last_name", "last_name", Test::Contains),
        ("email", "email", Test::Contains),
        ("role", "role", Test::Same),
        ("is_vendor", "is_vendor", Test::Flag),
    ],
};
