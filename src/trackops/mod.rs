//! Trackops as this program knows it: accounts, the client, the wire format and the catalog. Everything we assume about
//! the API is in this folder, and `doctor` tests it.

pub(crate) mod account;
mod account_error;
pub(crate) mod answer;
mod catalog;
pub(crate) mod client;
mod clock;
pub(crate) mod compare;
mod config;
mod directory;
mod echo;
pub(crate) mod fault;
mod fields;
pub(crate) mod find;
pub(crate) mod forms;
mod learn;
mod likeness;
pub(crate) mod pages;
mod preferences;
pub(crate) mod query;
pub(crate) mod record;
mod token;
mod token_mask;
mod trust;
mod value_forms;
pub(crate) mod wire;

pub use account::{Account, ApiUrl, ClientIdMeans, LookBack, Token, UnknownIds};
pub use account_error::AccountError;
pub use answer::{Answer, FieldMessage};
pub use catalog::{Catalog, CatalogChange, CatalogEntry, List, Merged, field_text};
pub use client::Client;
pub use clock::Clock;
pub use compare::{ComparedValue, Comparison, compare_values, shown_day};
pub use config::Config;
pub use directory::{CachedList, Directory, ListedRecord, RawRecords};
pub use fault::Fault;
pub use find::{FoundCase, ListingTraits, Lookup};
pub(crate) use find::{SKEW, earliest_creation};
pub use likeness::{Changes, changes, reference_core};
pub use preferences::{Background, Notify, OnHangUp, Verify};
pub use query::CaseQuery;
pub use record::{CASE_NUMBERS, case_number, created_at, id_text, record_key, shown_reference};
pub use token::{ask_keyring, read_token_file, run_token_command};
pub use value_forms::{CountryForm, ListForm, NumberForm, ValueForms};
pub use wire::{CaseRequest, request};
