//! Promise 1: a row never becomes two cases unless you choose to resend it.

mod again;
mod decide;
mod first;
mod loss;
mod odd;
mod others;
mod standin;
mod team;
