//! Imports cases from a spreadsheet into Trackops and accounts for every row: nothing lost, nothing doubled.
//!
//! Data flows one way:
//!
//! ```text
//! sheet ─► case ─► engine ─► ledger ─► events ─► tui | cli
//!                    └─────► trackops ─► (Trackops, or the sandbox)
//! ```
//!
//! | folder | contents |
//! |---|---|
//! | `sheet` | the spreadsheet: encoding, dialect, header, rows by number, and damage done by Excel |
//! | `case` | cases: fields, recipe, building a case from a row, and problem codes. Pure |
//! | `trackops` | account, client, wire format, catalog, lists from Trackops: all assumptions about the API |
//! | `ledger` | the durable record of imports and outcomes; from `case` it uses only the codes |
//! | `engine` | check, run, resend, read back; knows nothing of terminals |
//! | `sandbox` | the practice server, an embedded Trackops; shares no type with `trackops` |
//! | `app` | operations shared by commands and screens |
//! | `doctor` | tests of the assumptions about the API, run against an account |
//! | `diagnostics` | the log for bug reports |
//! | `guide` | the pages of the guide, for commands and screens |
//! | `cli` | arguments and commands, for scripts |
//! | `tui` | the screens; the only user of terminal crates |
//! | `home`, `text` | folders and files, private or shared by a team; text made safe to show |
//! | `io_reason` | errors of the operating system in words |
//! | `known_texts` | texts seen before: a repeated cell is looked at once |
//! | `serde_text` | serde for types that are stored as text |

pub mod app;
pub mod case;
pub mod cli;
pub mod diagnostics;
pub mod doctor;
pub mod engine;
pub mod guide;
pub mod home;
mod io_reason;
mod known_texts;
pub mod ledger;
pub mod sandbox;
mod serde_text;
pub mod sheet;
pub mod text;
pub mod trackops;
pub mod tui;
