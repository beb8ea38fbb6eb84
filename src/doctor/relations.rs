//! Tests on the links between contacts, locations, clients and cases.

use serde_json::Value;

use super::Observations;
use super::assumptions::AssumptionId;
use super::lists::Lists;
use super::prober::Prober;
use crate::trackops::account::ClientIdMeans;
use crate::trackops::fault::Fault;
use crate::trackops::record::id_of;

/// Number of contacts and of cases to look at.
const FEW: usize = 3;

/// How to find out which id is accepted.
const ONLY_A_CASE: &str = "run doctor with --create-test-case to find out";

/// Location and client of a contact.
struct ContactPlace {
    location: u64,
    client: u64,
}

/// `accepted` is the `client_id` of a test case that was created.
pub(super) async fn examine(
    prober: &mut Prober<'_>,
    findings: &mut Observations,
    lists: &Lists,
    accepted: Option<u64>,
) {
    let contacts = lists.contacts.iter().filter_map(|record| Some((number(record, "id")?, record)));
    let mut seen = None;
    for (id, contact) in contacts.take(FEW) {
        match place(prober, lists, contact).await {
            Ok(Ok(place)) => seen = Some((id, place)),
            Ok(Err(otherwise)) => {
                return findings.fails(AssumptionId::Relations, format!("contact {id} {otherwise}"));
            }
            Err(fault) => return findings.untested(AssumptionId::Relations, fault.to_string()),
        }
    }
    let Some((id, ContactPlace { location, client })) = seen else { return };
    let observed = format!("contact {id} is at location {location} of client {client}");
    findings.holds(AssumptionId::Relations, observed);
    client_id(prober, findings, lists, accepted).await;
}

/// Follows a contact to its location and client, or describes what it has instead.
async fn place(
    prober: &mut Prober<'_>,
    lists: &Lists,
    contact: &Value,
) -> Result<Result<ContactPlace, String>, Fault> {
    let Some(location) = number(contact, "client_id") else {
        return Ok(Err("has no client_id".to_owned()));
    };
    let Some(record) = record(prober, &lists.locations, "client/locations", location).await? else {
        return Ok(Err(format!("has client_id {location}, but no location has that id")));
    };
    let Some(client) = number(&record, "root_id") else {
        return Ok(Err(format!("is at location {location}, which has no root_id")));
    };
    Ok(match self::record(prober, &lists.clients, "clients", client).await? {
        Some(_) => Ok(ContactPlace { location, client }),
        None => Err(format!("is at location {location} of client {client}, but no client has that id")),
    })
}

/// Finds the record of an id among those listed, or requests it.
async fn record(
    prober: &mut Prober<'_>,
    listed: &[Value],
    path: &str,
    id: u64,
) -> Result<Option<Value>, Fault> {
    let is_it = |record: &&Value| number(record, "id") == Some(id);
    if let Some(known) = listed.iter().find(is_it) {
        return Ok(Some(known.clone()));
    }
    let found = prober.find(path, &[("id", id.to_string())]).await?;
    Ok(found.iter().find(is_it).cloned())
}

/// Tests what `client_id` means: which id was accepted for a new case, or else whether listed cases show the location of
/// their contact. If they show its client, it stays open which of the two is accepted.
async fn client_id(
    prober: &mut Prober<'_>,
    findings: &mut Observations,
    lists: &Lists,
    accepted: Option<u64>,
) {
    let configured = prober.account.client_id_means;
    let shown = shown_in_cases(prober, lists).await;
    let accepted = match accepted {
        Some(id) => meaning(prober, lists, id).await,
        None => None,
    };
    let in_cases = |means| format!("in listed cases it is the {} of the contact", word(means));
    let for_new = |means| format!("a new case was accepted for a {}", word(means));
    match (accepted, shown) {
        (Some(means), _) if means != configured => {
            findings.fails(AssumptionId::ClientId, for_new(means));
            findings.fits(AssumptionId::ClientId, "client_id_means", &word(means), &word(configured));
        }
        (_, Some(means)) if means == configured => findings.holds(AssumptionId::ClientId, in_cases(means)),
        (Some(means), _) => findings.holds(AssumptionId::ClientId, for_new(means)),
        (None, Some(means)) => {
            let observed = in_cases(means);
            let open = format!("{observed}, but another id may be accepted for a new one; {ONLY_A_CASE}");
            findings.untested(AssumptionId::ClientId, open);
        }
        (None, None) => {}
    }
}

/// Returns what listed cases show as `client_id`: the location of their contact, or its client.
async fn shown_in_cases(prober: &mut Prober<'_>, lists: &Lists) -> Option<ClientIdMeans> {
    let ids = |case: &Value| Some((number(case, "client_id")?, number(case, "primary_contact_id")?));
    for (shown, contact) in lists.cases.iter().filter_map(ids).take(FEW) {
        let Ok(Some(contact)) = record(prober, &lists.contacts, "client/contacts", contact).await else {
            continue;
        };
        let Ok(Ok(place)) = place(prober, lists, &contact).await else { continue };
        match shown {
            // The same number for both settles nothing.
            _ if place.location == place.client => {}
            id if id == place.location => return Some(ClientIdMeans::Location),
            id if id == place.client => return Some(ClientIdMeans::Client),
            _ => {}
        }
    }
    None
}

/// Returns what an id is, unless it is both or neither.
async fn meaning(prober: &mut Prober<'_>, lists: &Lists, id: u64) -> Option<ClientIdMeans> {
    let location = record(prober, &lists.locations, "client/locations", id).await.ok()?;
    let client = record(prober, &lists.clients, "clients", id).await.ok()?;
    match (location, client) {
        (Some(_), None) => Some(ClientIdMeans::Location),
        (None, Some(_)) => Some(ClientIdMeans::Client),
        _ => None,
    }
}

fn word(means: ClientIdMeans) -> &'static str {
    match means {
        ClientIdMeans::Location => "location",
        ClientIdMeans::Client => "client",
    }
}

fn number(record: &Value, key: &str) -> Option<u64> {
    record.get(key).and_then(id_of)
}
