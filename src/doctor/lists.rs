//! Tests on lists: reading, paging, counting, and ids of records.

use serde_json::Value;

use super::Observations;
use super::assumptions::AssumptionId;
use super::prober::Prober;
use crate::text::plural;
use crate::trackops::forms::id_key;
use crate::trackops::record::id_text;

/// Number of records requested to find the largest page.
const MANY: usize = 500;

/// The first page of each list; empty if it can't be read.
#[derive(Default)]
pub(super) struct Lists {
    pub(super) clients: Vec<Value>,
    pub(super) locations: Vec<Value>,
    pub(super) contacts: Vec<Value>,
    pub(super) cases: Vec<Value>,
}

pub(super) async fn examine(prober: &mut Prober<'_>, findings: &mut Observations) -> Lists {
    let lists = Lists {
        cases: first_page(prober, findings, "cases", AssumptionId::CaseList).await,
        clients: first_page(prober, findings, "clients", AssumptionId::ClientList).await,
        locations: first_page(prober, findings, "client/locations", AssumptionId::LocationList).await,
        contacts: first_page(prober, findings, "client/contacts", AssumptionId::ContactList).await,
    };
    let fields = first_page(prober, findings, "fields", AssumptionId::FieldList).await;
    let named = |field: &&Value| id_text(field).is_some() && field.get("name").is_some_and(Value::is_string);
    if let without @ 1.. = fields.iter().filter(|field| !named(field)).count() {
        findings
            .fails(AssumptionId::FieldList, format!("{without} of {} have no id or no name", fields.len()));
    }
    parts(findings, &lists.cases, &fields);
    ids(findings, &lists);
    // The largest of the lists that people choose from, so that paging shows; cases are long records.
    let choices = [
        ("client/contacts", &lists.contacts),
        ("client/locations", &lists.locations),
        ("clients", &lists.clients),
        ("cases", &lists.cases),
    ];
    if let Some((path, records)) = choices.into_iter().find(|(_, records)| records.len() >= 2) {
        paging(prober, findings, path, records).await;
        count(prober, findings, path, records.len()).await;
    }
    lists
}

/// Tests whether listed cases show names and addresses in parts.
fn parts(findings: &mut Observations, cases: &[Value], fields: &[Value]) {
    let has_parts = |id: &str| {
        let field = fields.iter().find(|field| id_text(field).as_deref() == Some(id));
        let tag = field.and_then(|field| field.get("field_type_tag")?.as_str());
        tag.is_some_and(|tag| matches!(tag.to_ascii_uppercase().as_str(), "NAME" | "ADDRESS"))
    };
    let subjects = |case: &Value| case.get("subjects").and_then(Value::as_array).cloned().unwrap_or_default();
    let owners = cases.iter().flat_map(|case| subjects(case).into_iter().chain([case.clone()]));
    let values = owners
        .flat_map(|owner| owner.get("custom_fields").and_then(Value::as_array).cloned().unwrap_or_default());
    let values: Vec<Value> = values.filter(|value| id_text(value).is_some_and(|id| has_parts(&id))).collect();
    let objects = values.iter().filter(|value| value.get("value").is_some_and(Value::is_object)).count();
    let all = values.len();
    if all > 0 && all == objects {
        findings.holds(AssumptionId::Parts, format!("in all {}", plural(all as u64, "value")));
    } else if all > 0 {
        let evidence = format!("{} of {} came as a single value", all - objects, plural(all as u64, "value"));
        findings.fails(AssumptionId::Parts, evidence);
    }
}

async fn first_page(
    prober: &mut Prober<'_>,
    findings: &mut Observations,
    path: &str,
    about: AssumptionId,
) -> Vec<Value> {
    match prober.page(path, 1, prober.account.page_size, &[]).await {
        Ok(records) => {
            let count = plural(records.len() as u64, "record");
            findings.holds(about, format!("{count} on the first page"));
            records
        }
        // A failed connection is reported once.
        Err(_) if prober.closed.is_some() => Vec::new(),
        Err(fault) => {
            findings.fails(about, fault.to_string());
            Vec::new()
        }
    }
}

fn ids(findings: &mut Observations, lists: &Lists) {
    let Lists { clients, locations, contacts, cases } = lists;
    let all = || [clients, locations, contacts, cases].into_iter().flatten();
    let without = all().filter(|record| id_text(record).is_none()).count();
    if without > 0 {
        let keys = all().find(|record| id_text(record).is_none()).and_then(Value::as_object);
        let keys: Vec<_> = keys.into_iter().flatten().map(|(key, _)| key.as_str()).take(8).collect();
        findings.fails(
            AssumptionId::Ids,
            format!("{} of {} have no “id”; their keys are {}", without, all().count(), keys.join(", ")),
        );
        let filled = [clients, locations, contacts, cases].map(Vec::as_slice);
        let filled: Vec<&[Value]> = filled.into_iter().filter(|list| !list.is_empty()).collect();
        if let Some(key) = id_key(&filled) {
            findings.fits(AssumptionId::Ids, "id_key", &key, &"id");
        }
    } else if all().next().is_some() {
        let texts = all().filter(|record| record.get("id").is_some_and(Value::is_string)).count();
        let kind = if texts == 0 { "a number" } else { "a text" };
        findings.holds(
            AssumptionId::Ids,
            format!("it is {kind} in all {}", plural(all().count() as u64, "record")),
        );
    }
}

/// `first`: the first page of the usual size.
async fn paging(prober: &mut Prober<'_>, findings: &mut Observations, path: &str, first: &[Value]) {
    let (one, two) = match (prober.page(path, 1, 1, &[]).await, prober.page(path, 2, 1, &[]).await) {
        (Ok(one), Ok(two)) => (one, two),
        (Err(fault), _) | (_, Err(fault)) => {
            return findings.untested(AssumptionId::Paging, fault.to_string());
        }
    };
    if two.iter().any(|record| one.contains(record)) {
        let seen = format!("page 2 of {path} repeats page 1, so only the first page can be read");
        return findings.fails(AssumptionId::Paging, seen);
    }
    if two.is_empty() {
        let seen = format!("page 2 of {path} is empty, but there are more records");
        return findings.fails(AssumptionId::Paging, seen);
    }
    let (requested, came) = (prober.account.page_size, first.len());
    if came >= requested {
        let most = prober.page(path, 1, MANY, &[]).await.map_or(came, |records| records.len());
        let seen = format!(
            "page 2 of {path} continues where page 1 ends; {requested} requested, {requested} returned; {MANY} \
             requested, {most} returned"
        );
        return findings.holds(AssumptionId::Paging, seen);
    }
    let next = match prober.page(path, 2, requested, &[]).await {
        Ok(records) => records.into_iter().filter(|record| !first.contains(record)).count(),
        Err(fault) => return findings.untested(AssumptionId::Paging, fault.to_string()),
    };
    if next > 0 {
        let seen =
            format!("{requested} requested, {came} returned, and there are more: lists would end too early");
        findings.fails(AssumptionId::Paging, seen);
        findings.fits(AssumptionId::Paging, "page_size", &came, &requested);
    } else {
        let all = plural(came as u64, "record");
        let seen = format!("page 2 of {path} continues where page 1 ends; its {all} fit on one page");
        findings.holds(AssumptionId::Paging, seen);
    }
}

async fn count(prober: &mut Prober<'_>, findings: &mut Observations, path: &str, listed: usize) {
    let answer = match prober.get(path, &[("mode", "count".to_owned())]).await {
        Ok(answer) => answer,
        Err(fault) => return findings.fails(AssumptionId::Count, fault.to_string()),
    };
    // An integer or a text: UNKNOWN.
    let count = answer.get("record_count").and_then(|count| match count {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    });
    match count {
        Some(count) if count >= listed as u64 => {
            findings.holds(AssumptionId::Count, format!("{path} has {}", plural(count, "record")));
        }
        Some(count) => {
            findings.fails(
                AssumptionId::Count,
                format!("the count of {path} is {count}, but {listed} are listed"),
            );
        }
        None => findings.fails(AssumptionId::Count, "the answer has no record_count"),
    }
}
