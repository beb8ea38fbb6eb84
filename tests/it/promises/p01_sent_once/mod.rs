//! Promise 1: a row never becomes two cases unless you choose to resend it.

mod again;
mod colleagues;
mod copied;
mod decide;
mod elsewhere;
mod first;
mod lookups;
mod loss;
mod odd_records;
mod odd_servers;
mod quirks;
mod team;
