//! Loads a spreadsheet of cases into Trackops, and can prove it: nothing lost, nothing doubled.
//!
//! Data flows one way:
//!
//! ```text
//! sheet ─► case ─► engine ─► ledger ─► events ─► tui | cli
//!                    └─────► trackops ─► (Trackops, or the sandbox)
//! ```
//!
//! | folder | what it is |
//! |---|---|
//! | `sheet` | the spreadsheet as it is: encoding, dialect, header, any row from its place, and what Excel did to it |
//! | `case` | what a case is: fields, recipe, a row built into a case, and the codes of what is wrong with it. Pure |
//! | `trackops` | account, client, wire format, catalog, what Trackops listed: all that is assumed of the API |
//! | `ledger` | the durable record of imports and outcomes; from `case` it takes the codes alone |
//! | `engine` | check, run, send again, read back; knows no terminal |
//! | `sandbox` | an embedded Trackops; shares no type with `trackops` |
//! | `app` | what both faces do |
//! | `doctor` | the assumptions about the API, tried on an account |
//! | `cli` | the script face: arguments and commands |
//! | `tui` | the screens; nobody else names a terminal crate |
//! | `home`, `text` | folders and files, private or a team's; text made safe to show |

pub mod app;
pub mod case;
pub mod cli;
pub mod doctor;
pub mod engine;
pub mod home;
pub mod ledger;
pub mod sandbox;
pub mod sheet;
pub mod text;
pub mod trackops;
pub mod tui;
