//! Three clients, their claims, and the files in which these come.

use serde_json::{Value, json};

/// Names of services in the files, with their ids in Trackops.
const SERVICES: [(&str, u64); 3] = [("Surveillance", 1), ("Background", 2), ("Activity Check", 3)];

const NAMES: [(&str, &str); 8] = [
    ("Abbott", "Ruth"),
    ("Müller", "Jörg"),
    ("Castillo", "Inés"),
    ("Dawson", "Lee"),
    ("Peña", "José"),
    ("Foster", "Ian"),
    ("Côté", "Zoë"),
    ("Hughes", "Cal"),
];

/// Who sends a file: the client location and contact that the recipe names, and the headers of the columns.
pub(super) struct Client {
    name: &'static str,
    location: u64,
    contact: u64,
    /// Headers of claim number, name, date and service.
    headers: [&'static str; 4],
}

pub(super) const SUMMIT: Client = Client {
    name: "Summit",
    location: 100,
    contact: 1000,
    headers: ["Claim Number", "Claimant", "Date Assigned", "Service"],
};
pub(super) const HARBORLINE: Client = Client {
    name: "Harborline",
    location: 103,
    contact: 1009,
    headers: ["Claim No", "Insured", "Assigned", "Service Requested"],
};
pub(super) const PRAIRIE: Client = Client {
    name: "Prairie",
    location: 106,
    contact: 1018,
    headers: ["Claim #", "Claimant", "Date Assigned", "Service"],
};

impl Client {
    /// Returns the recipe the office has for this client, with `more` columns.
    pub(super) fn recipe(&self, more: &str) -> String {
        let [claim, claimant, date, service] = self.headers;
        let (name, location, contact) = (self.name, self.location, self.contact);
        format!(
            r#"caseload = 1
name = "{name} weekly"

[defaults]
case_type_id = 1
client_id = {location}
primary_contact_id = {contact}
subject_type_id = 1
due_on = "+14d"

[[fields]]
key = "subject.1"
label = "Name"
kind = "name"

[[columns]]
from = "{claim}"
to = "reference_value_1"

[[columns]]
from = "{claimant}"
to = "subject.1"

[[columns]]
from = "{date}"
to = "created_on"
date = "mdy"

[[columns]]
from = "{service}"
to = "case_services_list"
values = {{ "Surveillance" = 1, "Background" = 2, "Activity Check" = 3, "Asset Search" = 6 }}
{more}"#
        )
    }
}

/// A claim as it is in truth, and as its case must be.
#[derive(Clone)]
pub(super) struct Claim {
    location: u64,
    pub(super) number: String,
    name: (&'static str, &'static str),
    /// Month and day of the year 2026.
    date: (u8, u8),
    service: (&'static str, u64),
    /// Contact named in the row instead of the default.
    contact: Option<u64>,
    pub(super) due: Option<(u8, u8)>,
}

/// Returns the claims of a client with these numbers.
pub(super) fn claims(
    client: &Client,
    week: u64,
    numbers: std::ops::RangeInclusive<u64>,
    date: (u8, u8),
) -> Vec<Claim> {
    let letter = &client.name[..1];
    let pick = |number: u64, of: usize| usize::try_from(number).unwrap() % of;
    numbers
        .map(|number| Claim {
            location: client.location,
            number: format!("{letter}-{week}{number:02}"),
            name: NAMES[pick(number, NAMES.len())],
            date,
            service: SERVICES[pick(number, SERVICES.len())],
            contact: None,
            due: None,
        })
        .collect()
}

impl Claim {
    /// Returns the cells of its row: claim number, name, date, service.
    pub(super) fn cells(&self) -> [String; 4] {
        let (last, first) = self.name;
        [self.number.clone(), format!("{last}, {first}"), us_date(self.date), self.service.0.to_owned()]
    }

    /// Asserts that a case in Trackops is this claim.
    pub(super) fn assert_is(&self, case: &Value) {
        let name = &case["subjects"][0]["custom_fields"][0]["value"];
        let stored = json!({
            "reference": case["reference_value_1"], "client": case["client_id"], "last": name["last_name"],
            "first": name["first_name"], "date": case["created_on"], "services": case["case_services_list"],
        });
        let wanted = json!({
            "reference": self.number, "client": self.location, "last": self.name.0, "first": self.name.1,
            "date": iso_date(self.date), "services": [self.service.1],
        });
        assert_eq!(stored, wanted, "{case}");
        if let Some(contact) = self.contact {
            assert_eq!(case["primary_contact_id"], contact, "{case}");
        }
        if let Some(due) = self.due {
            assert_eq!(case["due_on"], iso_date(due), "{case}");
        }
    }
}

pub(super) fn us_date((month, day): (u8, u8)) -> String {
    format!("{month:02}/{day:02}/2026")
}

fn iso_date((month, day): (u8, u8)) -> String {
    format!("2026-{month:02}-{day:02}")
}

/// A client's file: its rows below the header, each with its claim unless it is none, such as a total.
pub(super) struct List {
    pub(super) file: &'static str,
    pub(super) rows: Vec<Option<Claim>>,
}

impl List {
    pub(super) fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.rows.iter().flatten()
    }

    /// Returns the number of the row with a claim, from 1.
    pub(super) fn row_of(&self, number: &str) -> u64 {
        let at = self.rows.iter().position(|row| row.as_ref().is_some_and(|claim| claim.number == number));
        at.unwrap() as u64 + 1
    }

    pub(super) fn len(&self) -> u64 {
        self.rows.len() as u64
    }
}

/// Claim number, column, cell in the file, and the code of its exception.
pub(super) const WRONG: [(&str, &str, &str, &str); 4] = [
    ("H-4504", "Assigned", "02/31/2026", "date.invalid"),
    ("H-4507", "Service Requested", "Surv.", "value.unmapped"),
    ("H-4511", "Contact", "1030", "trackops.422"),
    ("H-4515", "Service Requested", "Asset Search", "trackops.422"),
];

/// Returns Harborline's list and its file: a title, semicolons, Windows-1252, blank rows, a total, four wrong cells.
pub(super) fn harborline() -> (List, Vec<u8>) {
    let mut all = claims(&HARBORLINE, 45, 1..=18, (11, 3));
    all[10].contact = Some(1010);
    let mut lines = vec!["Harborline Insurance Group - weekly assignments;;;;".to_owned()];
    lines.push(format!("{};Contact", HARBORLINE.headers.join(";")));
    let mut rows = Vec::new();
    for (at, claim) in all.into_iter().enumerate() {
        let headers = HARBORLINE.headers.into_iter().chain(["Contact"]);
        let cells = claim.cells().into_iter().chain([String::new()]);
        let cells = headers.zip(cells).map(|(header, cell)| {
            let wrong = WRONG.iter().find(|wrong| wrong.0 == claim.number && wrong.1 == header);
            wrong.map_or(cell, |wrong| wrong.2.to_owned())
        });
        lines.push(cells.collect::<Vec<_>>().join(";"));
        rows.push(Some(claim));
        if [5, 11].contains(&at) {
            lines.push(";;;;".to_owned());
            rows.push(None);
        }
    }
    lines.push(format!("Total;{} claims;;;", rows.iter().flatten().count()));
    rows.push(None);
    let text = lines.join("\r\n");
    let (bytes, _, has_losses) = encoding_rs::WINDOWS_1252.encode(&text);
    assert!(!has_losses && std::str::from_utf8(&bytes).is_err(), "the file has letters that aren't UTF-8");
    (List { file: "harborline-week45.csv", rows }, bytes.into_owned())
}

/// Returns a CSV of claims, with the client's headers.
pub(super) fn plain_csv(client: &Client, claims: &[Claim]) -> Vec<u8> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(client.headers).unwrap();
    for claim in claims {
        csv.write_record(claim.cells()).unwrap();
    }
    csv.into_inner().unwrap()
}

pub(super) fn plain_list(file: &'static str, claims: Vec<Claim>) -> List {
    List { file, rows: claims.into_iter().map(Some).collect() }
}
