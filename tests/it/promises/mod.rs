//! Tests of the promises in the README, in one folder per promise.

mod p01_sent_once;
mod p02_one_outcome;
mod p03_killed;
mod p04_read_back;
mod p05_what_was_checked;
mod p06_corrected;
mod p07_no_row_burned;
mod p08_secrets;
mod p09_no_control_codes;
