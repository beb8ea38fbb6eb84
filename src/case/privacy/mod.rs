//! Privacy of social security numbers and dates of birth. They are masked on screen until the user shows them, and in
//! every log, exception and report.

mod masks;
pub(super) mod secrets;
