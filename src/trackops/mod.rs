//! Trackops as this program knows it: accounts, the client, the wire format and the catalog.

mod catalog;

pub use catalog::{Catalog, Entry, List};
