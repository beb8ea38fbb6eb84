//! Errors of the operating system in words: what happened, and what to do.

use std::io::{Error, ErrorKind};

/// Describes why a file or folder can't be read.
#[must_use]
pub(crate) fn io_reason(error: &Error) -> String {
    if let Some(own) = own_words(error) {
        return own;
    }
    let known = match error.kind() {
        ErrorKind::NotFound => "it doesn't exist; check the name and the folder",
        ErrorKind::PermissionDenied => "permission denied; ask its owner, or use your own folder",
        ErrorKind::AlreadyExists => "it already exists; choose another name",
        ErrorKind::IsADirectory => "it is a folder; choose a file",
        ErrorKind::NotADirectory => "a part of its path is a file, not a folder; check the path",
        ErrorKind::InvalidFilename => "its name is too long or not allowed; choose another name",
        ErrorKind::StorageFull => "no space is left on its disk; free some and try again",
        ErrorKind::QuotaExceeded => "your disk quota is used up; free some space and try again",
        ErrorKind::FileTooLarge => "it is larger than its disk allows; use another folder",
        ErrorKind::ReadOnlyFilesystem => "its disk is read-only; use another folder",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => {
            "another program is using it; close it there and try again"
        }
        ErrorKind::StaleNetworkFileHandle
        | ErrorKind::TimedOut
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown => {
            "its network folder doesn't answer; connect the folder again and try again"
        }
        ErrorKind::OutOfMemory => "this machine is out of memory; close other programs and try again",
        ErrorKind::UnexpectedEof => "it ends too early; copy or download it again",
        ErrorKind::InvalidData => "it isn't UTF-8 text; save it as UTF-8",
        ErrorKind::Interrupted => "it was interrupted; try again",
        _ => return unusual(error),
    };
    known.to_owned()
}

/// Describes why a file or folder can't be created or written.
#[must_use]
pub(crate) fn write_reason(error: &Error) -> String {
    if let Some(own) = own_words(error) {
        return own;
    }
    match error.kind() {
        ErrorKind::NotFound => "its folder doesn't exist; check the path".to_owned(),
        ErrorKind::PermissionDenied => "you may not write there; use another folder".to_owned(),
        ErrorKind::IsADirectory => "it is a folder; add a file name".to_owned(),
        _ => io_reason(error),
    }
}

/// Number of an error of the system, as in its text.
const NUMBER: &str = " (os error";

/// Returns the text of an error made by this program. One that only wraps an error of the system isn't in our words.
fn own_words(error: &Error) -> Option<String> {
    error.get_ref().map(ToString::to_string).filter(|text| !text.contains(NUMBER))
}

/// Describes any other error in the system's own words, without its number.
fn unusual(error: &Error) -> String {
    let text = error.to_string();
    let words = text.split(NUMBER).next().unwrap_or_default();
    format!("the system reported “{words}”; try again, and if it comes back, ask whoever runs this machine")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_reason_shows_an_error_number() {
        for number in 1..=133 {
            let error = Error::from_raw_os_error(number);
            for reason in [io_reason(&error), write_reason(&error)] {
                assert!(!reason.contains("os error"), "{number}: {reason}");
                assert!(reason.contains("; "), "{number} says what to do: {reason}");
            }
        }
    }

    #[test]
    fn errors_of_our_own_keep_their_words() {
        let own = Error::new(ErrorKind::IsADirectory, "it is a folder of ours");
        assert_eq!((io_reason(&own), write_reason(&own)), (own.to_string(), own.to_string()));
        let wrapped = Error::new(ErrorKind::StorageFull, "No space left (os error 28) at path \"/x/.tmp\"");
        assert!(io_reason(&wrapped).starts_with("no space is left"));
    }

    #[cfg(unix)]
    #[test]
    fn a_full_disk_is_told_in_words() {
        let full = Error::from_raw_os_error(28);
        assert_eq!(write_reason(&full), "no space is left on its disk; free some and try again");
        assert_eq!(write_reason(&Error::from_raw_os_error(2)), "its folder doesn't exist; check the path");
    }
}
