//! Promise 4: a created row is a case in Trackops, with the values that were sent.

mod edited;
mod verify;
