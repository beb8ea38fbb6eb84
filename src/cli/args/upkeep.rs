//! Arguments of `doctor`, `catalog` and `purge`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::ledger::ImportId;

/// Arguments of `doctor`.
#[derive(Args)]
pub struct DoctorArgs {
    /// Create one case as well, and look for it: only a new case tells how soon it shows, and in which time zone
    #[arg(long)]
    pub create_test_case: bool,
    /// Take the case defaults of the test case from this recipe
    #[arg(long, value_name = "FILE", conflicts_with = "like", requires = "create_test_case")]
    pub recipe: Option<PathBuf>,
    /// Take them from this import
    #[arg(long, value_name = "IMPORT", requires = "create_test_case")]
    pub like: Option<ImportId>,
    /// Create it without being asked
    #[arg(long, requires = "create_test_case")]
    pub yes: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `catalog`.
#[derive(Args)]
pub struct CatalogArgs {
    /// What to do with it; nothing to show it
    #[command(subcommand)]
    pub action: Option<CatalogAction>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// What can be done with a catalog.
#[derive(Subcommand)]
pub enum CatalogAction {
    /// Print it as a file, to keep or to give to a colleague
    Export,
    /// Take over such a file: its names go before those known, what it does not name stays
    Import {
        /// The file
        file: PathBuf,
    },
    /// Take over the ids and names that the newest cases show; names that are known stay
    Learn,
    /// Read clients, locations and contacts from Trackops again
    Refresh,
}

/// Actions of `team`.
#[derive(Subcommand)]
pub enum TeamAction {
    /// Create the folder of the team's ledger, and print the line for the config file
    ///
    /// The group shares imports, outcomes and catalogs. Config, token and practice cases stay private. An import runs with
    /// the token of whoever starts it. The folder must be on a local disk.
    ///
    /// Example: caseload team init /srv/caseload --group intake
    Init {
        /// The folder
        folder: PathBuf,
        /// The Unix group of the team
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
    /// Forget imports that ended longer ago than this: days as 90d, or weeks as 12w
    #[arg(long, value_name = "90d", value_parser = days, required_unless_present = "lost")]
    pub older_than: Option<u32>,
    /// Forget also those of which it is not known what became of every row
    #[arg(long)]
    pub even_unknown: bool,
    /// Also forget imports made by someone else
    #[arg(long)]
    pub even_others: bool,
    /// Keep nothing: the duplicate guard will not know these rows, and sends them again
    #[arg(long)]
    pub forget_identities: bool,
    /// Accept that records of the ledger are lost, so that other imports can run again
    #[arg(long, conflicts_with_all = ["older_than", "even_unknown", "even_others", "forget_identities"])]
    pub lost: bool,
    /// Forget without being asked
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
