//! Effects of faults on requests and answers.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use hyper::header::{CONNECTION, LOCATION, RETRY_AFTER};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use super::answer::{DraftResponse, FaultyBody, server_error, unauthorized};
use super::assumptions::FIRST_CASE_ID;
use super::kinds::FaultKind;
use super::quirks::Quirks;
use super::validate::Problems;

/// Delay of an answer with `slow`.
const SLOW: Duration = Duration::from_secs(3);
/// Target of redirects. A client that follows one is noticed in the number of GETs.
const ELSEWHERE: &str = "/api/v1/clients";

const FIREWALL: &str = "<!DOCTYPE html><html><head><title>Attention Required! | Firewall</title></head>\
    <body><h1>Sorry, you have been blocked</h1></body></html>";
const LOGIN: &str = "<!DOCTYPE html><html><head><title>Sign in</title></head>\
    <body><h1>Please sign in</h1></body></html>";
const BAD_GATEWAY: &str = "<html><head><title>502 Bad Gateway</title></head>\
    <body><center><h1>502 Bad Gateway</h1></center></body></html>";
const DOWN: &str = "<html><head><title>503 Service Temporarily Unavailable</title></head>\
    <body><center><h1>503 Service Temporarily Unavailable</h1></center></body></html>";
const TIMED_OUT: &str = "<html><head><title>504 Gateway Time-out</title></head>\
    <body><center><h1>504 Gateway Time-out</h1></center></body></html>";

/// Ends the connection without a complete answer from hyper.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectionEnd {
    #[error("connection closed without an answer")]
    Close,
    #[error("connection reset")]
    Reset,
    #[error("request could not be read")]
    Unreadable,
    /// Sends these bytes first, which hyper wouldn't write.
    #[error("connection closed after some bytes")]
    After(Bytes),
}

/// Returns the answer of a fault that prevents the request from being handled.
pub(super) fn instead(fault: FaultKind, quirks: Quirks) -> Result<Option<DraftResponse>, ConnectionEnd> {
    let error = |code, message| Some(DraftResponse::error(code, message));
    let many = |wait: &str| {
        Some(DraftResponse::error(StatusCode::TOO_MANY_REQUESTS, "too many requests").with(RETRY_AFTER, wait))
    };
    Ok(match fault {
        FaultKind::Reset | FaultKind::ResetEarly => return Err(ConnectionEnd::Reset),
        FaultKind::Status302 => Some(moved(StatusCode::FOUND)),
        FaultKind::Status308 => Some(moved(StatusCode::PERMANENT_REDIRECT)),
        FaultKind::Status400Html => Some(DraftResponse::html(StatusCode::BAD_REQUEST, FIREWALL)),
        FaultKind::Status401 => Some(unauthorized()),
        FaultKind::Status403 | FaultKind::Status403Cut => {
            error(StatusCode::FORBIDDEN, "this employee may not use the API")
        }
        FaultKind::Firewall => Some(DraftResponse::html(StatusCode::FORBIDDEN, FIREWALL)),
        FaultKind::Status404 => error(StatusCode::NOT_FOUND, "there is nothing at this address"),
        FaultKind::Status405 => error(StatusCode::METHOD_NOT_ALLOWED, "this isn't allowed here"),
        FaultKind::Status408 => error(StatusCode::REQUEST_TIMEOUT, "the request took too long")
            .map(|answer| answer.with(CONNECTION, "close")),
        FaultKind::Status409 => Some(conflict()),
        FaultKind::Status413 => error(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
        FaultKind::Status422 => {
            let mut problems = Problems::default();
            problems.add("due_on", "is not a valid date (YYYY-MM-DD)");
            Some(quirks.invalid(problems))
        }
        FaultKind::Status429 => many("1"),
        FaultKind::Status429Date => many(&httpdate::fmt_http_date(a_second_on(quirks.now()))),
        FaultKind::Status429Now => many("0"),
        FaultKind::Status429Long => many("3600"),
        FaultKind::Status500 => Some(server_error()),
        FaultKind::Status502 => Some(DraftResponse::html(StatusCode::BAD_GATEWAY, BAD_GATEWAY)),
        FaultKind::Status503 => Some(DraftResponse::html(StatusCode::SERVICE_UNAVAILABLE, DOWN)),
        FaultKind::Status503Wait => error(StatusCode::SERVICE_UNAVAILABLE, "busy, try again later")
            .map(|answer| answer.with(RETRY_AFTER, "1")),
        FaultKind::Lost
        | FaultKind::LostLate
        | FaultKind::Hang
        | FaultKind::HangLate
        | FaultKind::Slow
        | FaultKind::Drip
        | FaultKind::Twice
        | FaultKind::Cut
        | FaultKind::CutHead
        | FaultKind::Big
        | FaultKind::CloseIdle
        | FaultKind::NoId
        | FaultKind::Status200Empty
        | FaultKind::Status200Html
        | FaultKind::SameId
        | FaultKind::ErrorWithId
        | FaultKind::UserId
        | FaultKind::NullId
        | FaultKind::Shifted
        | FaultKind::ShiftedLate
        | FaultKind::Status302Created
        | FaultKind::Status303Created
        | FaultKind::Status400HtmlCreated
        | FaultKind::Status401Created
        | FaultKind::Status403Created
        | FaultKind::Status404Created
        | FaultKind::Status405Created
        | FaultKind::Status409Created
        | FaultKind::Status422Created
        | FaultKind::Status429Created
        | FaultKind::Status500Created
        | FaultKind::Status503WaitCreated
        | FaultKind::Status504Created
        | FaultKind::Status504Late => None,
    })
}

/// Sends an answer, changed by the fault. If the server itself answers, a refused case stays refused.
pub(super) async fn send(
    answer: DraftResponse,
    fault: FaultKind,
    quirks: Quirks,
) -> Result<Response<FaultyBody>, ConnectionEnd> {
    let went_well = answer.status.is_success();
    if let Some(refused) = fault.as_if().filter(|_| went_well) {
        return Ok(instead(refused, quirks)?.unwrap_or(answer).into());
    }
    let answer = match fault {
        FaultKind::Lost | FaultKind::LostLate => return Err(ConnectionEnd::Close),
        FaultKind::Hang | FaultKind::HangLate => std::future::pending().await,
        FaultKind::Slow => {
            tokio::time::sleep(SLOW).await;
            answer
        }
        FaultKind::Drip => return Ok(answer.dripping()),
        FaultKind::Cut | FaultKind::Status403Cut => return Ok(answer.cut()),
        FaultKind::Big => return Ok(answer.endless()),
        FaultKind::CutHead => {
            let mut head = answer.raw_head(quirks.now());
            head.truncate(head.len() / 2);
            return Err(ConnectionEnd::After(head.into()));
        }
        FaultKind::CloseIdle => return Err(ConnectionEnd::After(answer.raw(quirks.now()))),
        FaultKind::NoId if went_well => answer.with_body(StatusCode::OK, Bytes::from_static(b"{}")),
        FaultKind::Status200Empty if went_well => answer.with_body(StatusCode::OK, Bytes::new()),
        FaultKind::Status200Html if went_well => DraftResponse::html(StatusCode::OK, LOGIN),
        FaultKind::SameId if went_well => {
            DraftResponse::json(StatusCode::OK, &json!({ "id": FIRST_CASE_ID }))
        }
        FaultKind::ErrorWithId if went_well => {
            DraftResponse::json(StatusCode::OK, &json!({ "error": "something went wrong", "id": 7 }))
        }
        FaultKind::UserId if went_well => {
            DraftResponse::json(StatusCode::OK, &json!({ "user": { "id": 7 } }))
        }
        FaultKind::NullId if went_well => DraftResponse::json(StatusCode::OK, &json!({ "id": "null" })),
        FaultKind::Status303Created if went_well => {
            let location = address_of(answer.body());
            DraftResponse::error(StatusCode::SEE_OTHER, "see the case").with(LOCATION, &location)
        }
        FaultKind::Status500Created => server_error(),
        FaultKind::Status504Created | FaultKind::Status504Late => timed_out(),
        _ => answer,
    };
    Ok(answer.into())
}

/// Returns the address of the case in an answer.
fn address_of(body: &[u8]) -> String {
    let case: Value = serde_json::from_slice(body).unwrap_or_default();
    let id = case.get("id").or_else(|| case.get("casefile")?.get("id"));
    let id = id.map_or_else(String::new, |id| id.to_string().replace('"', ""));
    format!("/api/v1/cases/{id}")
}

/// Answers of one connection, in the order they are sent.
#[derive(Default)]
pub(super) struct ShiftedConnection(Mutex<ConnectionState>);

#[derive(Default)]
struct ConnectionState {
    last: Option<DraftResponse>,
    is_shifted: bool,
}

impl ShiftedConnection {
    /// Returns the answer to send: once the connection is shifted, the previous one. The first answer of a connection
    /// is sent twice, because none precedes it.
    pub(super) fn sent(&self, answer: DraftResponse, fault: Option<FaultKind>) -> DraftResponse {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sent.is_shifted |= matches!(fault, Some(FaultKind::Shifted | FaultKind::ShiftedLate));
        let before = sent.last.replace(answer.clone());
        before.filter(|_| sent.is_shifted).unwrap_or(answer)
    }
}

/// Returns the answer of a gateway whose server takes too long.
pub(super) fn timed_out() -> DraftResponse {
    DraftResponse::html(StatusCode::GATEWAY_TIMEOUT, TIMED_OUT)
}

fn moved(status: StatusCode) -> DraftResponse {
    DraftResponse::error(status, "this has moved").with(LOCATION, ELSEWHERE)
}

fn conflict() -> DraftResponse {
    DraftResponse::error(StatusCode::CONFLICT, "the case already exists")
}

/// Returns the time at least one second later, rounded up to whole seconds. Rounded down, an HTTP date might already be
/// past on arrival.
fn a_second_on(now: SystemTime) -> SystemTime {
    let part = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    now + Duration::from_secs(2) - Duration::from_nanos(part.into())
}
