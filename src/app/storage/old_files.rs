//! Tells whether a file is old, and whether it is ours.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Returns true if it is ours and not a link: anyone can put anything into the system's temporary folder.
pub(super) fn is_own(path: &Path) -> bool {
    let Ok(about) = fs::symlink_metadata(path) else { return false };
    #[cfg(unix)]
    let is_own = std::os::unix::fs::MetadataExt::uid(&about) == rustix::process::geteuid().as_raw();
    #[cfg(not(unix))]
    let is_own = true;
    !about.is_symlink() && is_own
}

/// Returns true if a file was last written before a time, in seconds since 1970.
pub(super) fn is_older(path: &Path, before: i64) -> bool {
    let before = UNIX_EPOCH + Duration::from_secs(u64::try_from(before).unwrap_or(0));
    fs::metadata(path).and_then(|about| about.modified()).is_ok_and(|at: SystemTime| at < before)
}
