//! The diagnostic log: requests, decisions and timings, so that a bug report can be answered. Off unless asked for.
//!
//! It never has the token, a cell, a reference, a name, or anything else that a file or a server said: only methods,
//! resources, statuses, row numbers, codes, counts and times. Each call that writes to it keeps to that; a test runs an
//! import with private values and looks for them.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::path::Path;
use std::sync::Mutex;

use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Reasons why the log can't be written.
#[derive(Debug, thiserror::Error)]
#[error(
    "can't write the diagnostic log {path}: {}. Choose another file with --log",
    crate::io_reason::write_reason(source)
)]
pub struct LogError {
    path: String,
    source: io::Error,
}

/// Starts the log. Lines are added to an existing file; a new one can be read by its owner only. Must be called once.
pub fn start(path: &Path) -> Result<(), LogError> {
    let fail = |source| LogError { path: path.display().to_string(), source };
    let mut file = crate::home::open_private(path).map_err(fail)?;
    file.seek(SeekFrom::End(0)).map_err(fail)?;
    let lines = tracing_subscriber::fmt::layer::<_>()
        .with_ansi(false)
        .with_writer(Mutex::<File>::new(file))
        // Libraries log what they send and receive.
        .with_filter(Targets::new().with_target("caseload", Level::DEBUG));
    tracing_subscriber::registry().with(lines).try_init().map_err(|error| fail(io::Error::other(error)))?;
    tracing::info!(version = env!("CASELOAD_VERSION"), os = std::env::consts::OS, "started");
    Ok(())
}
