//! Answers, and bodies that break off.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

pub(super) const JSON: &str = "application/json";

/// An answer before it becomes a response.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    body: Bytes,
    kind: &'static str,
    header: Option<(HeaderName, &'static str)>,
}

impl Answer {
    pub(super) fn json(status: StatusCode, body: &Value) -> Self {
        Self::text(status, body.to_string().into())
    }

    /// JSON that is text already.
    pub(super) fn text(status: StatusCode, body: Bytes) -> Self {
        Self { status, body, kind: JSON, header: None }
    }

    pub(super) fn error(status: StatusCode, message: &str) -> Self {
        Self::json(status, &json!({ "error": message }))
    }

    pub(super) fn html(status: StatusCode, page: &'static str) -> Self {
        Self { status, body: page.into(), kind: "text/html; charset=utf-8", header: None }
    }

    pub(super) fn with(self, name: HeaderName, value: &'static str) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    /// The answer with only half of the body it announces.
    pub(super) fn cut(mut self) -> Response<Reply> {
        let withheld = self.body.split_off(self.body.len() / 2).len();
        self.respond(withheld)
    }

    fn respond(self, withheld: usize) -> Response<Reply> {
        let body = Reply { data: Some(self.body), withheld: withheld as u64, flushed: false };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

impl From<Answer> for Response<Reply> {
    fn from(answer: Answer) -> Self {
        answer.respond(0)
    }
}

pub(super) fn unauthorized() -> Answer {
    Answer::error(StatusCode::UNAUTHORIZED, "the username or API token is wrong")
}

pub(super) fn server_error() -> Answer {
    Answer::error(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong")
}

/// A body that may announce more bytes than it sends.
pub(super) struct Reply {
    data: Option<Bytes>,
    withheld: u64,
    flushed: bool,
}

impl Body for Reply {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(data) = self.data.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        if self.withheld == 0 {
            return Poll::Ready(None);
        }
        if !self.flushed {
            // hyper writes out what it has while it waits, and drops it on an error.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none() && self.withheld == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.data.as_ref().map_or(0, |data| data.len() as u64) + self.withheld)
    }
}
