//! Answers to GETs.

use bytes::Bytes;
use hyper::StatusCode;
use serde_json::json;

use super::answer::DraftResponse;
use super::cases::Resource;
use super::flatten::{flatten_body, is_expanded};
use super::lists::{Collection, Listing, View};
use super::quirks::{Quirk, Quirks};
use super::world::World;

/// Result of a GET, read while the account was locked and serialized afterwards.
pub(super) enum Fetched {
    List(Listing),
    Record(Bytes),
    Refused(DraftResponse),
}

impl Fetched {
    pub(super) fn new(records: &Collection, id: Option<i64>, query: &str, view: View) -> Self {
        match id {
            Some(id) => records.get(id).cloned().map_or_else(
                || Self::Refused(DraftResponse::error(StatusCode::NOT_FOUND, "there is no such record")),
                Self::Record,
            ),
            None => records.list(query, view).map_or_else(
                |bad| {
                    let errors = json!({ "errors": { bad.name: [bad.message] } });
                    Self::Refused(DraftResponse::json(StatusCode::BAD_REQUEST, &errors))
                },
                Self::List,
            ),
        }
    }

    /// Converts it to the form that the API shows for a query.
    pub(super) fn shown(self, quirks: Quirks, resource: Resource, world: &World, query: &str) -> Self {
        let has_parts = matches!(resource, Resource::Cases | Resource::Subjects);
        let is_flat = has_parts && (quirks.has(Quirk::FlatValues) || !is_expanded(query));
        let reshape = |json| if is_flat { flatten_body(json) } else { json };
        match self {
            Self::List(Listing::Page(records)) => {
                let shown = records.into_iter().map(|json| quirks.in_list(resource, reshape(json), world));
                Self::List(Listing::Page(shown.collect()))
            }
            Self::Record(json) => Self::Record(quirks.alone(reshape(json))),
            other => other,
        }
    }

    pub(super) fn into_answer(self, quirks: Quirks) -> DraftResponse {
        let body = match self {
            Self::Refused(answer) => return answer,
            Self::Record(json) => json,
            Self::List(Listing::End) => return quirks.behind_the_end(),
            Self::List(Listing::Count { records, pages }) => {
                json!({ "record_count": records, "page_count": pages }).to_string().into()
            }
            Self::List(Listing::Page(records)) => {
                if let Some(answer) = quirks.empty_list().filter(|_| records.is_empty()) {
                    return answer;
                }
                Bytes::from([&b"["[..], &records.join(&b','), &b"]"[..]].concat())
            }
        };
        DraftResponse::text(StatusCode::OK, body)
    }
}
