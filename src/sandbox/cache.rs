//! A cache like that of a proxy: it answers a GET with an earlier answer for the same address.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, DATE};
use hyper::{Request, StatusCode};
use tokio::time::Instant;

use super::answer::DraftResponse;
use super::quirks::{Quirk, Quirks};

/// Cached answers by path and query, each with the time it was cached.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<String, (Instant, DraftResponse)>>);

impl Cache {
    /// Returns the cached answer to a request, if there is one that may be used.
    pub(super) fn kept(&self, request: &Request<Incoming>, quirks: Quirks) -> Option<DraftResponse> {
        let wants_new = request
            .headers()
            .get(CACHE_CONTROL)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains("no-cache") || value.contains("no-store"));
        if !quirks.caches() || (wants_new && !quirks.has(Quirk::StubbornCache)) {
            return None;
        }
        let answers = self.answers();
        let (at, answer) = answers.get(&request.uri().to_string())?;
        (at.elapsed() < quirks.lag()).then(|| answer.clone())
    }

    /// Caches an answer and returns it as it is to be sent. A cached answer has the date when it was created.
    pub(super) fn keep(
        &self,
        request: &Request<Incoming>,
        quirks: Quirks,
        answer: DraftResponse,
    ) -> DraftResponse {
        if !quirks.caches() || answer.status != StatusCode::OK {
            return answer;
        }
        let answer = answer.with(DATE, &httpdate::fmt_http_date(quirks.dated()));
        self.answers().insert(request.uri().to_string(), (Instant::now(), answer.clone()));
        answer
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<String, (Instant, DraftResponse)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
