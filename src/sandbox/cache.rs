//! A cache on the way, as a proxy has one: it answers a GET with what it kept of the same address.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, DATE};
use hyper::{Request, StatusCode};
use tokio::time::Instant;

use super::answer::Answer;
use super::quirks::{Quirk, Quirks};

/// Answers by path and query, each with the time at which it was kept.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<String, (Instant, Answer)>>);

impl Cache {
    /// Returns the kept answer to a request, if there is one that may be used.
    pub(super) fn kept(&self, request: &Request<Incoming>, quirks: Quirks) -> Option<Answer> {
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

    /// Keeps an answer, and gives it back as it goes out. A kept answer tells the time at which it was made.
    pub(super) fn keep(&self, request: &Request<Incoming>, quirks: Quirks, answer: Answer) -> Answer {
        if !quirks.caches() || answer.status != StatusCode::OK {
            return answer;
        }
        let answer = answer.with(DATE, &httpdate::fmt_http_date(quirks.dated()));
        self.answers().insert(request.uri().to_string(), (Instant::now(), answer.clone()));
        answer
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<String, (Instant, Answer)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
