//! Trackops as this program knows it: accounts, the client, the wire format and the catalog. Everything that is
//! assumed of the API is in this folder, and `doctor` tries it.

mod account;
mod account_error;
mod answer;
mod authority;
mod catalog;
mod client;
mod clock;
mod compare;
mod config;
mod directory;
mod doctor;
mod echo;
mod fault;
mod fields;
mod find;
mod forms;
mod learn;
mod likeness;
mod preferences;
mod query;
mod token;
mod token_mask;
mod value_forms;
mod wire;

pub use account::{Account, ApiUrl, ClientIdMeans, LookBack, Token, UnknownIds};
pub use account_error::AccountError;
pub use answer::{Answer, FieldMessage};
pub use catalog::{Catalog, Change, Entry, List, Merged, field_text};
pub use client::{Client, id_text};
pub use clock::Clock;
pub use compare::{Line, Same, side_by_side};
pub use config::Config;
pub use directory::{Answered, Directory, Known, Listed};
pub use doctor::{Finding, Report, Setting, Trial, Verdict};
pub use fault::Fault;
pub use find::{Found, Learned, Lookup, created_at, shown_reference};
pub use likeness::{Changes, changes, reference_core};
pub use preferences::{Background, Notify, OnHangUp, Verify};
pub use query::Query;
pub use token::{ask_keyring, read_token_file, run_token_command};
pub use value_forms::{CountryForm, ListForm, NumberForm, ValueForms};
pub use wire::{Request, request};
