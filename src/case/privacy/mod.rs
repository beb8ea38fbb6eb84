//! Privacy of social security numbers and dates of birth. They are masked on screen until a person shows them, and in
//! every log, exception and report.

mod masks;
pub(super) mod secrets;
