//! The current date.

use jiff::civil::Date;

/// Returns today's date in the local time zone.
pub(in crate::app) fn today() -> Date {
    jiff::ZonedDateTime::now().date()
}
