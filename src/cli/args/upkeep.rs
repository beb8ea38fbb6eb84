//! Arguments of `doctor`, `catalog`, `purge` and `team`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::ledger::ImportId;

/// Arguments of `doctor`.
#[derive(Args)]
pub struct DoctorArgs {
    /// Also create one case and look it up: only a new case shows the delay and the time zone of lists
    #[arg(long)]
    pub create_test_case: bool,
    /// Use the case defaults of this recipe for the test case
    #[arg(long, value_name = "FILE", conflicts_with = "like", requires = "create_test_case")]
    pub recipe: Option<PathBuf>,
    /// Use the case defaults of this import
    #[arg(long, value_name = "IMPORT", requires = "create_test_case")]
    pub like: Option<ImportId>,
    /// Create it without asking
    #[arg(long, requires = "create_test_case")]
    pub yes: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `catalog`.
#[derive(Args)]
pub struct CatalogArgs {
    /// What to do with it; without this, show it
    #[command(subcommand)]
    pub action: Option<CatalogAction>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Actions of `catalog`.
#[derive(Subcommand)]
pub enum CatalogAction {
    /// Print the catalog as a file, to keep or to share with a colleague
    Export,
    /// Import a catalog file; its names replace yours, entries it lacks stay
    #[command(after_help = "Example: caseload catalog import acme.catalog.toml")]
    Import {
        /// Catalog file
        file: PathBuf,
    },
    /// Add the ids and names found in the newest cases; known names stay
    Learn,
    /// Refresh clients, locations, contacts and custom fields from Trackops
    Refresh,
}

/// Actions of `team`.
#[derive(Subcommand)]
pub enum TeamAction {
    /// Create the folder for the team's ledger, and print the line for the config file
    ///
    /// The group shares imports, outcomes and catalogs. Config, token and practice cases stay private. An import runs
    /// with the token of whoever starts it. The folder must be on a local disk.
    #[command(after_help = "Example: caseload team init /srv/caseload --group intake")]
    Init {
        /// Folder for the ledger
        folder: PathBuf,
        /// Unix group of the team
        #[arg(long, value_name = "NAME")]
        group: String,
        /// Move your own ledger into the folder, without asking
        #[arg(long = "move")]
        r#move: bool,
    },
}

/// Arguments of `purge`.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct PurgeArgs {
    /// Delete imports that ended longer ago than this: days as 90d, or weeks as 12w
    #[arg(long, value_name = "90d", value_parser = days, required_unless_present = "lost")]
    pub older_than: Option<u32>,
    /// Also delete imports with unknown rows, or with rows that have several cases
    #[arg(long)]
    pub even_unknown: bool,
    /// Also delete imports made by someone else
    #[arg(long)]
    pub even_others: bool,
    /// Also drop duplicate protection: these rows would be sent again
    #[arg(long)]
    pub forget_identities: bool,
    /// Accept that the ledger lost records, so that other imports can run again
    #[arg(long, conflicts_with_all = ["older_than", "even_unknown", "even_others", "forget_identities"])]
    pub lost: bool,
    /// Delete without asking
    #[arg(long)]
    pub yes: bool,
}

fn days(argument: &str) -> Result<u32, &'static str> {
    let text = argument.trim();
    let (number, each) = match (text.strip_suffix('d'), text.strip_suffix('w')) {
        (Some(days), _) => (days, 1),
        (None, Some(weeks)) => (weeks, 7),
        (None, None) => (text, 0),
    };
    let days = number.parse::<u32>().ok().filter(|_| each > 0).and_then(|number| number.checked_mul(each));
    days.ok_or("write days as 90d, or weeks as 12w")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_days_or_weeks() {
        assert_eq!((days("90d"), days("12w"), days(" 0d ")), (Ok(90), Ok(84), Ok(0)));
        for text in ["90", "d", "-1d", "1.5w", "3m", "4294967295w"] {
            assert!(days(text).is_err(), "{text}");
        }
    }
}
