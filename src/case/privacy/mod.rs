//! What is private: social security numbers and dates of birth. They are masked on screen until a person wants to see
//! them, and are in no log, exception or report.

mod masks;
pub(super) mod secrets;
