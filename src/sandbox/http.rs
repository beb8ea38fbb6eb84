//! The server: connections, authentication, routes, and faults.

use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::Stats;
use super::answer::{DraftResponse, FaultyBody, JSON, unauthorized};
use super::assumptions::{ASSUMPTIONS, MAX_BODY};
use super::cache::Cache;
use super::cases::{Refused, Resource, SandboxAccount};
use super::effects::{self, ConnectionEnd, ShiftedConnection};
use super::faults::{self, FaultTarget, InjectedFault};
use super::fetched::Fetched;
use super::kinds::FaultKind;
use super::lists::Listing;
use super::quirks::{Quirk, Quirks};

/// State that all connections share.
pub(super) struct Server {
    pub(super) account: SandboxAccount,
    /// The only accepted `Authorization` header.
    pub(super) authorization: String,
    pub(super) latency: Duration,
    pub(super) faults: Mutex<Vec<InjectedFault>>,
    pub(super) seed: u64,
    pub(super) quirks: Quirks,
    /// Delay between an answer and the creation of a late case.
    pub(super) late: Duration,
    pub(super) cache: Cache,
    pub(super) stats: Mutex<Stats>,
}

/// Accepts connections until its task is dropped, which also drops theirs.
pub(super) async fn accept(server: Arc<Server>, listener: TcpListener) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                server.stats().connections += 1;
                connections.spawn(connection(Arc::clone(&server), stream));
            }
            // Most likely out of file descriptors. Connections that end free theirs.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(server: Arc<Server>, stream: TcpStream) {
    // Otherwise small answers may wait for an acknowledgment.
    let _ = stream.set_nodelay(true);
    let dated = !server.quirks.has(Quirk::NoDate);
    let wire = Arc::new(ShiftedConnection::default());
    let service =
        service_fn(move |request| Box::pin(respond(Arc::clone(&server), Arc::clone(&wire), request)));
    let mut builder = http1::Builder::new();
    let mut connection = builder.auto_date_header(dated).serve_connection(TokioIo::new(stream), service);
    let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let Err(error) = ended else { return };
    let mut stream = connection.into_parts().io.into_inner();
    match std::error::Error::source(&error).and_then(|cause| cause.downcast_ref()) {
        Some(ConnectionEnd::Reset) => {
            let _ = stream.set_zero_linger();
        }
        Some(ConnectionEnd::After(bytes)) => {
            let _ = stream.write_all(bytes).await;
        }
        _ => {}
    }
}

async fn respond(
    server: Arc<Server>,
    wire: Arc<ShiftedConnection>,
    request: Request<Incoming>,
) -> Result<Response<FaultyBody>, ConnectionEnd> {
    let quirks = server.quirks;
    let mut response = answer(server, &wire, request).await?;
    let is_json = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == JSON);
    if quirks.has(Quirk::HtmlErrors) && is_json && response.status().is_client_error() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    }
    // hyper adds the correct date if there is none.
    if quirks.has_own_clock()
        && let Ok(date) = httpdate::fmt_http_date(quirks.dated()).parse()
    {
        response.headers_mut().insert(DATE, date);
    }
    Ok(response)
}

async fn answer(
    server: Arc<Server>,
    wire: &ShiftedConnection,
    request: Request<Incoming>,
) -> Result<Response<FaultyBody>, ConnectionEnd> {
    let path = request.uri().path();
    if !path.starts_with("/api/") {
        return Ok(server.about(path).into());
    }
    let authorization = request.headers().get(AUTHORIZATION).map(HeaderValue::as_bytes);
    if authorization != Some(server.authorization.as_bytes()) {
        server.stats().unauthorized += 1;
        server.wait().await;
        return Ok(unauthorized().into());
    }
    let resource = path.strip_prefix("/api/v1/").and_then(Resource::at);
    match (resource, request.method()) {
        (None, _) => {
            Ok(DraftResponse::error(StatusCode::NOT_FOUND, "there is nothing at this address").into())
        }
        (Some((Resource::Cases, None)), &Method::POST) => server.post(wire, request).await,
        (Some((resource, id)), &Method::GET) => server.get(wire, resource, id, &request).await,
        (Some(known), _) => {
            let allow = if known == (Resource::Cases, None) { "GET, POST" } else { "GET" };
            let refused =
                DraftResponse::error(StatusCode::METHOD_NOT_ALLOWED, "this method is not allowed here");
            Ok(refused.with(ALLOW, allow).into())
        }
    }
}

impl Server {
    pub(super) fn stats(&self) -> MutexGuard<'_, Stats> {
        self.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the counters, with the account's totals.
    pub(super) fn all_stats(&self) -> Stats {
        let by_client = self.account.by_client();
        let cases = by_client.values().sum();
        Stats { cases, cases_by_client: by_client, ..self.stats().clone() }
    }

    /// Counts a GET and returns its number.
    fn count_get(&self) -> u64 {
        let mut stats = self.stats();
        stats.gets += 1;
        stats.gets
    }

    /// Delays an answer. Sleeping for zero time would still last until the timer's next millisecond.
    async fn wait(&self) {
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
    }

    async fn get(
        &self,
        wire: &ShiftedConnection,
        resource: Resource,
        id: Option<i64>,
        request: &Request<Incoming>,
    ) -> Result<Response<FaultyBody>, ConnectionEnd> {
        let number = self.count_get();
        if resource == Resource::Fields && self.quirks.has(Quirk::NoFields) {
            return Ok(DraftResponse::error(StatusCode::FORBIDDEN, "you may not see this").into());
        }
        if let Some(answer) = self.cache.kept(request, self.quirks) {
            return Ok(answer.into());
        }
        let fault = self.fault(FaultTarget::Gets, number);
        let query = request.uri().query().unwrap_or_default();
        let view = self.quirks.view(number);
        let read = || self.account.read(resource, |records| Fetched::new(records, id, query, view));
        let handle = || {
            let shown = read().shown(self.quirks, resource, self.account.world(), query);
            Ok(self.cache.keep(request, self.quirks, shown.into_answer(self.quirks)))
        };
        self.through(wire, fault, handle).await
    }

    async fn post(
        self: Arc<Self>,
        wire: &ShiftedConnection,
        request: Request<Incoming>,
    ) -> Result<Response<FaultyBody>, ConnectionEnd> {
        let (_flight, number) = InFlightGuard::start(&self);
        let fault = self.fault(FaultTarget::Posts, number);
        if fault == Some(FaultKind::ResetEarly) {
            return Err(ConnectionEnd::Reset);
        }
        let body = read_body(request).await?;
        let repeated = body.clone().ok().filter(|_| fault == Some(FaultKind::Twice));
        let handle = || match fault {
            Some(fault) if fault.is_late() => {
                self.create_later(body);
                // Sent only if the connection has no other answer to send instead.
                Ok(effects::timed_out())
            }
            _ => {
                let answer = self.handle(body)?;
                if let Some(body) = repeated {
                    self.create(body)?;
                }
                Ok(answer)
            }
        };
        self.through(wire, fault, handle).await
    }

    /// Creates a case after a delay, like a server behind a gateway that gave up. If it is refused, nobody notices.
    fn create_later(self: &Arc<Self>, body: Result<Value, DraftResponse>) {
        let server = Arc::clone(self);
        tokio::spawn(async move {
            tokio::time::sleep(server.late).await;
            let _ = server.handle(body);
        });
    }

    /// Returns the fault that applies to a request, and counts it.
    fn fault(&self, target: FaultTarget, number: u64) -> Option<FaultKind> {
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = faults::first(&faults, self.seed, target, number)?;
        let mut stats = self.stats();
        match target {
            FaultTarget::Posts => stats.faulted += 1,
            FaultTarget::Gets => stats.faulted_gets += 1,
        }
        Some(fault)
    }

    /// Handles a request and sends its answer, as far as the fault allows.
    async fn through(
        &self,
        wire: &ShiftedConnection,
        fault: Option<FaultKind>,
        handle: impl FnOnce() -> Result<DraftResponse, ConnectionEnd>,
    ) -> Result<Response<FaultyBody>, ConnectionEnd> {
        let instead = fault.map_or(Ok(None), |fault| effects::instead(fault, self.quirks))?;
        let answer = instead.map_or_else(handle, Ok)?;
        self.wait().await;
        let answer = wire.sent(answer, fault);
        match fault {
            Some(fault) => effects::send(answer, fault, self.quirks).await,
            None => Ok(answer.into()),
        }
    }

    fn handle(&self, body: Result<Value, DraftResponse>) -> Result<DraftResponse, ConnectionEnd> {
        let answer = body.map_or_else(Ok, |body| self.create(body))?;
        if answer.status.is_client_error() {
            self.stats().rejected += 1;
        }
        Ok(answer)
    }

    fn create(&self, body: Value) -> Result<DraftResponse, ConnectionEnd> {
        match self.account.create(body) {
            Ok(json) => {
                self.stats().created += 1;
                Ok(self.quirks.created(json))
            }
            Err(Refused::Invalid(problems)) => Ok(self.quirks.invalid(problems)),
            Err(Refused::Store(error)) => {
                let message = format!("the case could not be stored: {error}");
                Ok(DraftResponse::error(StatusCode::INTERNAL_SERVER_ERROR, &message))
            }
            Err(Refused::Stopped) => Err(ConnectionEnd::Close),
        }
    }

    /// Answers requests outside the API, which scripts use to check their own counts.
    fn about(&self, path: &str) -> DraftResponse {
        match path {
            "/sandbox/stats" => DraftResponse::json(StatusCode::OK, &json!(self.all_stats())),
            "/sandbox/assumptions" => DraftResponse::json(StatusCode::OK, &json!(ASSUMPTIONS)),
            "/sandbox/cases" => {
                let all = self.account.read(Resource::Cases, |cases| cases.all().cloned().collect());
                Fetched::List(Listing::Page(all)).into_answer(self.quirks)
            }
            _ => DraftResponse::error(StatusCode::NOT_FOUND, "there is nothing at this address"),
        }
    }
}

/// A POST that is being handled; counted as in flight until dropped.
struct InFlightGuard(Arc<Server>);

impl InFlightGuard {
    /// Counts a POST. Also returns its number since the start, from 1.
    fn start(server: &Arc<Server>) -> (Self, u64) {
        let mut stats = server.stats();
        stats.posts += 1;
        stats.in_flight += 1;
        stats.max_in_flight = stats.max_in_flight.max(stats.in_flight);
        (Self(Arc::clone(server)), stats.posts)
    }
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.0.stats().in_flight -= 1;
    }
}

/// Reads the request's JSON, or returns an error answer.
async fn read_body(request: Request<Incoming>) -> Result<Result<Value, DraftResponse>, ConnectionEnd> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_json = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(JSON));
    let bytes = match Limited::new(request.into_body(), MAX_BODY).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Ok(Err(DraftResponse::error(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large")));
        }
        Err(_) => return Err(ConnectionEnd::Unreadable),
    };
    if !is_json {
        let message = "the body must be application/json";
        return Ok(Err(DraftResponse::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)));
    }
    Ok(serde_json::from_slice(&bytes).map_err(|error| {
        DraftResponse::error(StatusCode::BAD_REQUEST, &format!("the body is not JSON: {error}"))
    }))
}
