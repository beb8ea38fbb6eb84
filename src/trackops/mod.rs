//! Trackops as this program knows it: accounts, the client, the wire format and the catalog. Everything that is
//! assumed of the API is in this folder, and `doctor` tries it.

mod account;
mod answer;
mod authority;
mod catalog;
mod client;
mod clock;
mod compare;
mod doctor;
mod fault;
mod find;
mod token;
mod wire;

pub use account::{Account, AccountError, ApiUrl, Background, ClientIdMeans, Config, OnHangUp, Token};
pub use answer::{Answer, FieldMessage};
pub use catalog::{Catalog, Entry, List};
pub use client::Client;
pub use clock::Clock;
pub use compare::{Line, Same, side_by_side};
pub use doctor::{Finding, Report, Setting, Trial, Verdict};
pub use fault::Fault;
pub use find::{Found, Lookup};
pub use token::{read_token_file, run_token_command};
pub use wire::body;
