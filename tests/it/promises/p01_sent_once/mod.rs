//! Promise 1: a row never becomes two cases unless a person said so.

mod again;
mod decide;
mod first;
mod loss;
mod odd;
mod others;
mod standin;
mod team;
