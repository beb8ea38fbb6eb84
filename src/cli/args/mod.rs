//! Command-line arguments.

mod fix;
mod pace;
mod reading;
mod upkeep;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use secrecy::zeroize::Zeroizing;

use crate::app::Settings;
use crate::cli::complete::{self, Shell};
use crate::ledger::{Decision, ImportId};
use crate::sandbox::{self, InjectedFault, Quirk};
use crate::trackops::Token;

pub use fix::{FixArgs, RejectedArg};
pub use pace::{LookUpArg, OnErrorArg, PaceArgs, SendAnyway};
pub use reading::{EscapeArg, FormatArgs};
pub use upkeep::{CatalogAction, CatalogArgs, DoctorArgs, PurgeArgs, TeamAction};

/// Import cases from a spreadsheet into Trackops and account for every row
///
/// Without a command, caseload opens full-screen on the list of imports. The API token is never an argument: set
/// `CASELOAD_TOKEN`, name a token command or file in the config file, or enter it on the first screen.
#[derive(Parser)]
#[command(version = env!("CASELOAD_VERSION"), about, max_term_width = 100)]
pub struct Cli {
    /// Folders and account.
    #[command(flatten)]
    pub global: Global,
    /// The command; without one, the full-screen program.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Arguments of every command.
#[derive(Args)]
pub struct Global {
    /// Keep config and data in this folder instead of the default ones
    #[arg(long, global = true, env = "CASELOAD_HOME", hide_env_values = true, value_name = "DIR")]
    home: Option<PathBuf>,
    /// Use this account from the config file
    #[arg(long, global = true, value_name = "NAME", add = complete::accounts())]
    account: Option<String>,
    /// Trackops address: a subdomain, or https://...
    #[arg(long, global = true, env = "CASELOAD_URL", hide_env_values = true, value_name = "URL")]
    url: Option<String>,
    /// Trackops user name, of an active employee with Full Access
    #[arg(long, global = true, env = "CASELOAD_USERNAME", hide_env_values = true, value_name = "NAME")]
    username: Option<String>,
    /// Write a log for bug reports to this file: requests, decisions and times, without private data
    #[arg(long, global = true, env = "CASELOAD_LOG", hide_env_values = true, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Use the practice server: a built-in Trackops with sample data
    #[arg(long, global = true)]
    sandbox: bool,
}

impl Global {
    /// Returns the file of the diagnostic log, if one is wanted.
    #[must_use]
    pub fn log(&self) -> Option<&Path> {
        self.log.as_deref().filter(|path| !path.as_os_str().is_empty())
    }

    /// Returns the settings, with the token from the environment.
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
    /// Try a sample import on the practice server
    #[command(after_help = "Example: caseload demo")]
    Demo,
    /// Import a file: check it, send the rows, and report the result of every row
    ///
    /// Exit status: 0 if every row is created or excluded; 1 if some rows are left; 2 if the import couldn't start.
    #[command(after_help = "Example: caseload run weekly.csv --recipe acme.toml --on-error skip")]
    Run(RunArgs),
    /// Resume an import; unknown rows are looked up first
    #[command(after_help = "Example: caseload resume 12")]
    Resume {
        /// Number of the import
        #[arg(add = complete::imports(), value_parser = import_number)]
        import: ImportId,
        /// How to send
        #[command(flatten)]
        pace: PaceArgs,
        /// What to do when a row is refused; defaults to the import's own setting
        #[arg(long, value_enum)]
        on_error: Option<OnErrorArg>,
        /// Decide a row that the lookup leaves unknown: created=ID (it is that case), created-anyway=ID (even if that case
        /// shows another reference), or send (it isn't in Trackops)
        #[arg(long, value_name = "created=ID|send", value_parser = decision)]
        treat_unknown_as: Option<Decision>,
        /// Row to decide, if several are unknown
        #[arg(long, value_name = "ROW", requires = "treat_unknown_as")]
        row: Option<u64>,
        /// Resend corrected rows; `all` also resends the unchanged rows that Trackops refused
        #[arg(long, value_name = "all", value_enum, num_args = 0..=1, default_missing_value = "corrected",
              conflicts_with = "treat_unknown_as")]
        rejected: Option<RejectedArg>,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Fix rejected rows in the import; its file doesn't change
    ///
    /// Then `caseload resume IMPORT --rejected` sends the corrected rows. Exit status: 0 if every row concerned now
    /// passes the check or is skipped; 1 if one doesn't; 2 if nothing could be fixed.
    #[command(after_help = "Example: caseload fix 12 --row 17 --column \"Due Date\" --value 2027-03-01")]
    Fix(FixArgs),
    /// Read the created cases back and compare every value with what was sent
    ///
    /// This takes about one request per hundred cases. Exit status: 0 if every row is one case, stored as sent; 1 if a
    /// case is different, not listed or deleted, or a row has more than one; 2 if nothing could be read.
    #[command(after_help = "Example: caseload verify 12")]
    Verify {
        /// Number of the import
        #[arg(add = complete::imports(), value_parser = import_number)]
        import: ImportId,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Pause an import that another caseload is running, and wait until it stops
    ///
    /// Rows already sent get their answers first. Exit status: 0 if it is paused, or was complete before that; 1 if it
    /// ended in another way; 2 if it isn't running.
    #[command(after_help = "Example: caseload pause 12")]
    Pause {
        /// Number of the import
        #[arg(add = complete::imports(), value_parser = import_number)]
        import: ImportId,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Validate every row without sending anything
    #[command(after_help = "Example: caseload check weekly.csv --recipe acme.toml")]
    Check {
        /// The file and its format
        #[command(flatten)]
        source: SourceArgs,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the format of a file: encoding, delimiter, header, columns, and any damage
    #[command(after_help = "Example: caseload sheet weekly.csv")]
    Sheet(SheetArgs),
    /// Propose a recipe for a file: the field for each column, how sure that is, and why
    #[command(after_help = "Example: caseload map weekly.csv > acme.toml")]
    Map(MapArgs),
    /// List the imports, newest first
    #[command(after_help = "Example: caseload imports --json")]
    Imports {
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show an import with its counts and exceptions
    #[command(after_help = "Example: caseload show 12")]
    Show {
        /// Number of the import
        #[arg(add = complete::imports(), value_parser = import_number)]
        import: ImportId,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the rejected rows with their reasons as CSV, to fix and import again
    #[command(after_help = "Example: caseload rejects 12 > rejected.csv")]
    Rejects {
        /// Number of the import
        #[arg(add = complete::imports(), value_parser = import_number)]
        import: ImportId,
    },
    /// Print the remaining rows (neither created nor excluded) as CSV, to import again
    #[command(after_help = "Example: caseload remaining 12 > remaining.csv")]
    Remaining {
        /// Number of the import
        #[arg(add = complete::imports(), value_parser = import_number)]
        import: ImportId,
    },
    /// Print the result of every row, with file, user, times and counts
    #[command(after_help = "Example: caseload receipt 12 --html > receipt.html")]
    Receipt {
        /// Number of the import
        #[arg(add = complete::imports(), value_parser = import_number)]
        import: ImportId,
        /// Print the rows as CSV
        #[arg(long, conflicts_with = "json")]
        csv: bool,
        /// With --csv: print every row of the file with its own columns, SSNs included, and its case, for the client
        #[arg(long, requires = "csv")]
        with_columns: bool,
        /// Print what you need to delete its cases in Trackops: dates, row token, case numbers
        #[arg(long, conflicts_with_all = ["json", "csv"])]
        undo: bool,
        /// Print a web page in one file, to print or to send to a client or manager
        #[arg(long, conflicts_with_all = ["json", "csv", "undo"])]
        html: bool,
        /// Print everything as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print an import's recipe, to use for similar files
    #[command(after_help = "Example: caseload recipe 12 > acme.toml")]
    Recipe {
        /// Number of the import
        #[arg(add = complete::imports(), value_parser = import_number)]
        import: ImportId,
        /// Include the fixes to single rows of its own file
        #[arg(long)]
        fixes: bool,
    },
    /// Test the connection and the assumptions about the API; creates no case unless told to
    #[command(after_help = "Example: caseload doctor")]
    Doctor(DoctorArgs),
    /// Show, share or update the account's catalog: ids of case types, services, custom fields and so on
    #[command(after_help = "Example: caseload catalog export > acme.catalog.toml")]
    Catalog(CatalogArgs),
    /// Delete old imports from history; duplicate protection is kept
    #[command(after_help = "Example: caseload purge --older-than 90d")]
    Purge(PurgeArgs),
    /// Share one ledger with the members of a group on this machine
    #[command(after_help = "Example: caseload team init /srv/caseload --group intake")]
    Team {
        /// What to do
        #[command(subcommand)]
        action: TeamAction,
    },
    /// Run the practice server on its own, until Ctrl-C
    #[command(after_help = "Example: caseload sandbox --port 8080 --latency-ms 100")]
    Sandbox(SandboxArgs),
    /// Read the guide: list its pages, print one, or search them
    #[command(after_help = "Example: caseload guide troubleshooting")]
    Guide(GuideArgs),
    /// Print the man page, or write one for every command into a folder
    #[command(after_help = "Example: caseload man ~/.local/share/man/man1")]
    Man {
        /// Folder for the pages
        folder: Option<PathBuf>,
    },
    /// Print a script that completes commands, import numbers and account names in your shell
    #[command(after_help = COMPLETIONS)]
    Completions {
        /// Your shell
        shell: Shell,
    },
}

const COMPLETIONS: &str = "Examples, to load it in every shell:
  bash        echo 'source <(caseload completions bash)' >> ~/.bashrc
  zsh         echo 'source <(caseload completions zsh)' >> ~/.zshrc
  fish        echo 'caseload completions fish | source' > ~/.config/fish/completions/caseload.fish
  PowerShell  'caseload completions powershell | Out-String | Invoke-Expression' >> $PROFILE";

/// Arguments of `guide`.
#[derive(Args)]
pub struct GuideArgs {
    /// Page to print, or the beginning of its name; without it, the list of pages
    #[arg(add = complete::topics())]
    pub topic: Option<String>,
    /// Find the sections that contain these words
    #[arg(long, value_name = "WORDS", conflicts_with = "topic")]
    pub search: Option<String>,
}

/// Parses the number of an import.
pub(super) fn import_number(argument: &str) -> Result<ImportId, &'static str> {
    argument.parse().map_err(|_| "not the number of an import; `caseload imports` lists them")
}

fn decision(argument: &str) -> Result<Decision, &'static str> {
    match argument.split_once('=') {
        Some((word @ ("created" | "created-anyway"), id)) if !id.trim().is_empty() => {
            Ok(Decision::Created { case: id.trim().to_owned(), anyway: word == "created-anyway" })
        }
        None if argument == "send" => Ok(Decision::Send),
        _ => Err("write created=ID (the id of the case in Trackops), or send"),
    }
}

/// Arguments of `run`.
#[derive(Args)]
pub struct RunArgs {
    /// The file and how it is read
    #[command(flatten)]
    pub source: SourceArgs,
    /// What to do when a row is refused
    #[arg(long, value_enum, default_value = "halt")]
    pub on_error: OnErrorArg,
    /// How to send
    #[command(flatten)]
    pub pace: PaceArgs,
    /// Send only this row and show what Trackops stored; resume sends the rest
    #[arg(long, value_name = "ROW", conflicts_with = "dry_run", value_parser = clap::value_parser!(u64).range(1..))]
    pub first: Option<u64>,
    /// With --on-error halt, send the rows before the first error; otherwise a file with errors isn't started
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
pub struct SourceArgs {
    /// CSV file or workbook; - for standard input
    pub file: PathBuf,
    /// How to read it
    #[command(flatten)]
    pub reading: FormatArgs,
    /// Recipe (a TOML file): case defaults and field map
    #[arg(long, value_name = "FILE", conflicts_with = "like")]
    pub recipe: Option<PathBuf>,
    /// Use the recipe of this import
    #[arg(long, value_name = "IMPORT", add = complete::imports(), value_parser = import_number)]
    pub like: Option<ImportId>,
    /// Import only the rows with this value in that column; repeat for more values of the same column
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = column_and_text)]
    pub only: Vec<(String, String)>,
}

fn column_and_text(argument: &str) -> Result<(String, String), &'static str> {
    let (column, text) = argument.split_once('=').ok_or("missing “=” between column and value")?;
    Ok((column.trim().to_owned(), text.trim().to_owned()))
}

/// Arguments of `map`.
#[derive(Args)]
pub struct MapArgs {
    /// CSV file or workbook; - for standard input
    pub file: PathBuf,
    /// How to read it
    #[command(flatten)]
    pub reading: FormatArgs,
    /// Start from this import's recipe, and report what changed since
    #[arg(long, value_name = "IMPORT", add = complete::imports(), value_parser = import_number)]
    pub like: Option<ImportId>,
    /// Forget the remembered mapping for this header; can be repeated
    #[arg(long, value_name = "HEADER")]
    pub forget: Vec<String>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `sheet`.
#[derive(Args)]
pub struct SheetArgs {
    /// CSV file or workbook; - for standard input
    pub file: PathBuf,
    /// How to read it
    #[command(flatten)]
    pub reading: FormatArgs,
    /// Print the rows as clean CSV (UTF-8, commas)
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `sandbox`.
#[derive(Args)]
pub struct SandboxArgs {
    /// Port on 127.0.0.1; 0 picks a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Delay every answer by this time
    #[arg(long, default_value_t = 0, value_name = "MS")]
    latency_ms: u64,
    /// Time after its answer at which a -late fault creates its case
    #[arg(long, default_value_t = 700, value_name = "MS")]
    late_ms: u64,
    /// Time for which list-lag and replicas hide a new case, and a cache keeps an answer
    #[arg(long, default_value_t = 1500, value_name = "MS")]
    lag_ms: u64,
    /// Simulate a fault: KIND, KIND@17, KIND@17-20, KIND/30, KIND%2.5, get:KIND; can be repeated
    #[arg(long, value_name = "FAULT", long_help = InjectedFault::help())]
    fault: Vec<InjectedFault>,
    /// Seed that picks the requests for KIND%2.5; the same seed picks the same ones
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
    /// Change behavior that the vendor doesn't document; can be repeated; --help lists the names
    #[arg(long, value_name = "NAME", long_help = Quirk::help())]
    quirk: Vec<Quirk>,
}

impl SandboxArgs {
    /// Returns the sandbox's options.
    #[must_use]
    pub fn options(self) -> sandbox::SandboxOptions {
        sandbox::SandboxOptions {
            port: self.port,
            latency: Duration::from_millis(self.latency_ms),
            late: Duration::from_millis(self.late_ms),
            lag: Duration::from_millis(self.lag_ms),
            faults: self.fault,
            seed: self.seed,
            quirks: self.quirk,
            ..sandbox::SandboxOptions::default()
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
