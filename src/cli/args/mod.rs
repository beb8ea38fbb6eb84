//! The arguments.

mod fix;
mod pace;
mod reading;
mod upkeep;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use secrecy::zeroize::Zeroizing;

use crate::app::Settings;
use crate::ledger::{Decision, ImportId};
use crate::sandbox::{self, Fault, Quirk};
use crate::trackops::Token;

pub use fix::{FixArgs, RejectedArg};
pub use pace::{LookUpArg, OnErrorArg, Pace, SendAnyway};
pub use reading::{EscapeArg, Reading};
pub use upkeep::{CatalogAction, CatalogArgs, DoctorArgs, PurgeArgs, TeamAction};

/// Load a spreadsheet of cases into Trackops, and prove it: nothing lost, nothing doubled.
///
/// Without a command it opens full-screen on the list of imports. The API token is never an argument: set
/// `CASELOAD_TOKEN`, name a command or a file in the config file, or enter it on the first screen.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
pub struct Cli {
    /// Where everything lives, and which account.
    #[command(flatten)]
    pub global: Global,
    /// What to do; nothing for the full-screen program.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Arguments of every command.
#[derive(Args)]
pub struct Global {
    /// Keep config and data in this folder instead of the platform's
    #[arg(long, global = true, env = "CASELOAD_HOME", hide_env_values = true, value_name = "DIR")]
    home: Option<PathBuf>,
    /// Use this account of the config file
    #[arg(long, global = true, value_name = "NAME")]
    account: Option<String>,
    /// Address of Trackops: a subdomain, or https://...
    #[arg(long, global = true, env = "CASELOAD_URL", hide_env_values = true, value_name = "URL")]
    url: Option<String>,
    /// An active Trackops employee with Full Access
    #[arg(long, global = true, env = "CASELOAD_USERNAME", hide_env_values = true, value_name = "NAME")]
    username: Option<String>,
    /// Use the embedded, made-up Trackops
    #[arg(long, global = true)]
    sandbox: bool,
}

impl Global {
    /// The settings, with the token from the environment.
    #[must_use]
    pub fn settings(self) -> Settings {
        let given = |text: &String| !text.trim().is_empty();
        let token = std::env::var("CASELOAD_TOKEN").ok().map(Zeroizing::new);
        Settings {
            home: self.home.filter(|path| !path.as_os_str().is_empty()),
            team: std::env::var_os("CASELOAD_DATA").filter(|path| !path.is_empty()).map(PathBuf::from),
            account: self.account,
            url: self.url.filter(given),
            username: self.username.filter(given),
            token: token.filter(|text| given(text)).map(|text| Token::from(text.trim())),
            sandbox: self.sandbox,
        }
    }
}

/// A command.
#[derive(Subcommand)]
pub enum Command {
    /// Try it: the made-up Trackops with a sample import ready to review and start
    Demo,
    /// Import a file: check, send, and show what became of every row
    Run(RunArgs),
    /// Go on where an import stopped; what is unknown is looked up first
    Resume {
        /// The import's number
        import: ImportId,
        /// How to send
        #[command(flatten)]
        pace: Pace,
        /// What to do when a row is refused; as at the start unless given
        #[arg(long, value_enum)]
        on_error: Option<OnErrorArg>,
        /// What a row is that stays unknown after the look-up: created=ID (it is that case), or send (it is not there)
        #[arg(long, value_name = "created=ID|send", value_parser = decision)]
        treat_unknown_as: Option<Decision>,
        /// Of several unknown rows, the one that is meant
        #[arg(long, value_name = "ROW", requires = "treat_unknown_as")]
        row: Option<u64>,
        /// Send corrected rows again; all: also rows that Trackops refused, unchanged
        #[arg(long, value_name = "all", value_enum, num_args = 0..=1, default_missing_value = "corrected",
              conflicts_with = "treat_unknown_as")]
        rejected: Option<RejectedArg>,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Correct rejected rows of an import, in the import; its file stays as it is
    ///
    /// `caseload resume IMPORT --rejected` sends the corrected rows. Exit status: 0 when every row concerned passes the
    /// check now, or is skipped; 1 when one doesn't; 2 when nothing could be corrected.
    ///
    /// Example: caseload fix 12 --row 17 --column "Due Date" --value 2027-03-01
    Fix(FixArgs),
    /// Read the created cases back, and compare every value with what was sent
    ///
    /// It takes about one request for every hundred cases. Exit status: 0 when every case is found as it was sent, once; 1
    /// when one is different, doubled, not shown or gone; 2 when nothing could be read.
    Verify {
        /// The import's number
        import: ImportId,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Pause an import that another caseload runs, and wait until it has stopped
    ///
    /// The rows in flight get their answers first. Exit status: 0 when it is paused, or came to its end before that; 1
    /// when it ended otherwise; 2 when nobody runs it.
    Pause {
        /// The import's number
        import: ImportId,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Build and judge every row; nothing is sent
    Check {
        /// The file and how it is read
        #[command(flatten)]
        source: Source,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show how a file is read: encoding, separator, header, columns, and what was damaged
    Sheet(SheetArgs),
    /// Propose a recipe for a file: which column goes where, how sure that is, and why
    Map(MapArgs),
    /// List the imports, newest first
    Imports {
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one import with its counts and exceptions
    Show {
        /// The import's number
        import: ImportId,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the rejected rows with reasons, as a CSV file to be corrected and imported again
    Rejects {
        /// The import's number
        import: ImportId,
    },
    /// Print every row that is neither created nor excluded, as a CSV file to be imported again
    Remaining {
        /// The import's number
        import: ImportId,
    },
    /// Print what became of every row: reference, case id and number; and the file, who, when, counts
    Receipt {
        /// The import's number
        import: ImportId,
        /// Print the rows as CSV
        #[arg(long, conflicts_with = "json")]
        csv: bool,
        /// With --csv: every row of the file with its own columns, and the case it became, for the client
        #[arg(long, requires = "csv")]
        with_columns: bool,
        /// Print what is needed to delete its cases in Trackops: dates, row token, case numbers
        #[arg(long, conflicts_with_all = ["json", "csv"])]
        undo: bool,
        /// Print a web page in one file, for a client or a manager, to be sent or put on paper
        #[arg(long, conflicts_with_all = ["json", "csv", "undo"])]
        html: bool,
        /// Print all of it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print an import's recipe, for the next file of the kind
    Recipe {
        /// The import's number
        import: ImportId,
        /// With what was said of single rows of its own file
        #[arg(long)]
        fixes: bool,
    },
    /// Try the connection, and say which assumptions about the API hold; nothing is sent unless told to
    Doctor(DoctorArgs),
    /// Show, exchange or fill the account's catalog: the ids of case types, services, custom fields and so on
    Catalog(CatalogArgs),
    /// Forget old imports: rows, exceptions, notes and recipes; the duplicate guard still knows what was created
    Purge(PurgeArgs),
    /// Share one ledger with the members of a group on this machine
    Team {
        /// What to do
        #[command(subcommand)]
        action: TeamAction,
    },
    /// Run the made-up Trackops alone, until Ctrl-C
    Sandbox(SandboxArgs),
}

fn decision(argument: &str) -> Result<Decision, &'static str> {
    match argument.split_once('=') {
        Some(("created", id)) if !id.trim().is_empty() => Ok(Decision::Created(id.trim().to_owned())),
        None if argument == "send" => Ok(Decision::Send),
        _ => Err("write created=ID with the id of the case in Trackops, or send"),
    }
}

/// Arguments of `run`.
#[derive(Args)]
pub struct RunArgs {
    /// The file and how it is read
    #[command(flatten)]
    pub source: Source,
    /// What to do when a row is refused
    #[arg(long, value_enum, default_value = "halt")]
    pub on_error: OnErrorArg,
    /// How to send
    #[command(flatten)]
    pub pace: Pace,
    /// Send this row alone and show what was stored; resume sends the rest
    #[arg(long, value_name = "ROW", conflicts_with = "dry_run", value_parser = clap::value_parser!(u64).range(1..))]
    pub first: Option<u64>,
    /// With --on-error halt, send the rows before the first one that has an error; without it a file with errors isn't
    /// started
    #[arg(long)]
    pub send_valid: bool,
    /// Check only; send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// A file, and how its rows become cases.
#[derive(Args)]
pub struct Source {
    /// The CSV file or workbook; - for standard input
    pub file: PathBuf,
    /// How to read it
    #[command(flatten)]
    pub reading: Reading,
    /// Case defaults and field map, a TOML file
    #[arg(long, value_name = "FILE", conflicts_with = "like")]
    pub recipe: Option<PathBuf>,
    /// Take them from this import
    #[arg(long, value_name = "IMPORT")]
    pub like: Option<ImportId>,
    /// Take only the rows with this text in that column; may be repeated for one column
    #[arg(long, value_name = "COLUMN=TEXT", value_parser = column_and_text)]
    pub only: Vec<(String, String)>,
}

fn column_and_text(argument: &str) -> Result<(String, String), &'static str> {
    let (column, text) = argument.split_once('=').ok_or("there is no “=” between column and text")?;
    Ok((column.trim().to_owned(), text.trim().to_owned()))
}

/// Arguments of `map`.
#[derive(Args)]
pub struct MapArgs {
    /// The CSV file or workbook; - for standard input
    pub file: PathBuf,
    /// How to read it
    #[command(flatten)]
    pub reading: Reading,
    /// Start from this import, and say what changed since
    #[arg(long, value_name = "IMPORT")]
    pub like: Option<ImportId>,
    /// Remember no more what earlier imports made of this header; may be repeated
    #[arg(long, value_name = "HEADER")]
    pub forget: Vec<String>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `sheet`.
#[derive(Args)]
pub struct SheetArgs {
    /// The CSV file or workbook; - for standard input
    pub file: PathBuf,
    /// How to read it
    #[command(flatten)]
    pub reading: Reading,
    /// Write it out as clean UTF-8 comma CSV
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `sandbox`.
#[derive(Args)]
pub struct SandboxArgs {
    /// Port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Hold every answer back so long
    #[arg(long, default_value_t = 0, value_name = "MS")]
    latency_ms: u64,
    /// Time after its answer at which a -late fault creates its case
    #[arg(long, default_value_t = 700, value_name = "MS")]
    late_ms: u64,
    /// Time for which list-lag and replicas hide a new case, and a cache keeps an answer
    #[arg(long, default_value_t = 1500, value_name = "MS")]
    lag_ms: u64,
    /// Let something go wrong: KIND, KIND@17, KIND@17-20, KIND/30, KIND%2.5, get:KIND; may be repeated
    #[arg(long, value_name = "FAULT", long_help = Fault::help())]
    fault: Vec<Fault>,
    /// Let KIND%2.5 strike other requests; the same number strikes the same ones
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
    /// Behave otherwise where the vendor documents nothing; may be repeated; --help lists them
    #[arg(long, value_name = "NAME", long_help = Quirk::help())]
    quirk: Vec<Quirk>,
}

impl SandboxArgs {
    /// The options of a sandbox that is run so.
    #[must_use]
    pub fn options(self) -> sandbox::Options {
        sandbox::Options {
            port: self.port,
            latency: Duration::from_millis(self.latency_ms),
            late: Duration::from_millis(self.late_ms),
            lag: Duration::from_millis(self.lag_ms),
            faults: self.fault,
            seed: self.seed,
            quirks: self.quirk,
            ..sandbox::Options::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_token_has_no_flag_and_no_value_is_shown() {
        let help = Cli::command().render_long_help().to_string();
        assert!(!help.contains("--token"));
        for global in Cli::command().get_arguments().filter(|arg| arg.get_env().is_some()) {
            assert!(global.is_hide_env_values_set(), "{}", global.get_id());
        }
    }
}
