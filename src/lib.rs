//! Loads a spreadsheet of cases into Trackops, and can prove it: nothing lost, nothing doubled.

pub mod case;
pub mod engine;
pub mod home;
pub mod ledger;
pub mod sandbox;
pub mod sheet;
pub mod trackops;
