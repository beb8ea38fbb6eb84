//! Promise 4: created is what the server has, value by value.

mod verify;
