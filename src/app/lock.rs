//! Locking of values that several tasks share.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a value. A panic in another thread left it consistent, because every change is a single store.
pub(in crate::app) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
