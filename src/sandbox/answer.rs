//! Answers, including bodies that are cut off, drip or never end.

use std::fmt::Write;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::time::{Instant, Sleep};

pub(super) const JSON: &str = "application/json";

/// Pause between two bytes of a dripping body.
const DRIP: Duration = Duration::from_millis(50);
/// Continuation of an endless body. JSON allows trailing blanks.
const BLANKS: &[u8] = &[b' '; 16 * 1024];

/// An answer before it becomes a response.
#[derive(Clone)]
pub(super) struct DraftResponse {
    pub(super) status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl DraftResponse {
    fn new(status: StatusCode, kind: &'static str, body: Bytes) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
        Self { status, headers, body }
    }

    pub(super) fn json(status: StatusCode, body: &Value) -> Self {
        Self::text(status, body.to_string().into())
    }

    /// Creates an answer from JSON text.
    pub(super) fn text(status: StatusCode, body: Bytes) -> Self {
        Self::new(status, JSON, body)
    }

    pub(super) fn error(status: StatusCode, message: &str) -> Self {
        Self::json(status, &json!({ "error": message }))
    }

    pub(super) fn html(status: StatusCode, page: &'static str) -> Self {
        Self::new(status, "text/html; charset=utf-8", page.into())
    }

    pub(super) fn plain(status: StatusCode, text: String) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text.into())
    }

    pub(super) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = value.parse() {
            self.headers.insert(name, value);
        }
        self
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Replaces status and body, and keeps the headers.
    pub(super) fn with_body(self, status: StatusCode, body: Bytes) -> Self {
        Self { status, body, ..self }
    }

    /// Sends only half of the body it announces.
    pub(super) fn cut(mut self) -> Response<FaultyBody> {
        let withheld = self.body.split_off(self.body.len() / 2).len() as u64;
        self.respond(Rest::Withheld { bytes: withheld, flushed: false })
    }

    /// Sends the body with a pause before every byte.
    pub(super) fn dripping(self) -> Response<FaultyBody> {
        self.respond(Rest::Dripping(Box::pin(tokio::time::sleep(DRIP))))
    }

    /// Sends a body that never ends.
    pub(super) fn endless(self) -> Response<FaultyBody> {
        self.respond(Rest::Endless)
    }

    fn respond(self, rest: Rest) -> Response<FaultyBody> {
        let mut response = Response::new(FaultyBody { data: self.body, rest });
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }

    /// Returns the head as bytes, for answers that hyper wouldn't write.
    pub(super) fn raw_head(&self, now: SystemTime) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {}\r\n", self.status);
        for (name, value) in &self.headers {
            // Writing to a `String` never fails.
            let _ = write!(head, "{name}: {}\r\n", value.to_str().unwrap_or_default());
        }
        let _ = write!(
            head,
            "content-length: {}\r\ndate: {}\r\n\r\n",
            self.body.len(),
            httpdate::fmt_http_date(now)
        );
        head.into_bytes()
    }

    /// Returns head and body as bytes.
    pub(super) fn raw(&self, now: SystemTime) -> Bytes {
        [&self.raw_head(now), &*self.body].concat().into()
    }
}

impl From<DraftResponse> for Response<FaultyBody> {
    fn from(answer: DraftResponse) -> Self {
        answer.respond(Rest::Nothing)
    }
}

pub(super) fn unauthorized() -> DraftResponse {
    DraftResponse::error(StatusCode::UNAUTHORIZED, "the username or API token is wrong")
}

pub(super) fn server_error() -> DraftResponse {
    DraftResponse::error(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong")
}

/// A body that may misbehave.
pub(super) struct FaultyBody {
    data: Bytes,
    rest: Rest,
}

/// How a body continues after or between its bytes.
enum Rest {
    Nothing,
    /// More was announced than is sent.
    Withheld {
        bytes: u64,
        flushed: bool,
    },
    /// The pause before the next byte.
    Dripping(Pin<Box<Sleep>>),
    Endless,
}

type Framed = Poll<Option<Result<Frame<Bytes>, io::Error>>>;

impl Body for FaultyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Framed {
        let Self { data, rest } = &mut *self;
        if !data.is_empty() {
            let mut sent = data.len();
            if let Rest::Dripping(pause) = rest {
                ready!(pause.as_mut().poll(context));
                pause.as_mut().reset(Instant::now() + DRIP);
                sent = 1;
            }
            return Poll::Ready(Some(Ok(Frame::data(data.split_to(sent)))));
        }
        match rest {
            Rest::Nothing | Rest::Dripping(_) | Rest::Withheld { bytes: 0, .. } => Poll::Ready(None),
            Rest::Withheld { flushed: flushed @ false, .. } => {
                // hyper flushes its buffer while waiting, but drops it on an error.
                *flushed = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Rest::Withheld { .. } => Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into()))),
            Rest::Endless => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(BLANKS))))),
        }
    }

    fn is_end_stream(&self) -> bool {
        let more = match self.rest {
            Rest::Nothing | Rest::Dripping(_) => false,
            Rest::Withheld { bytes, .. } => bytes > 0,
            Rest::Endless => true,
        };
        self.data.is_empty() && !more
    }

    fn size_hint(&self) -> SizeHint {
        let here = self.data.len() as u64;
        match self.rest {
            Rest::Nothing | Rest::Dripping(_) => SizeHint::with_exact(here),
            Rest::Withheld { bytes, .. } => SizeHint::with_exact(here + bytes),
            Rest::Endless => SizeHint::default(),
        }
    }
}
