//! Errors, as sentences that say what to do. Nothing was sent.

use std::{io, path::PathBuf};

use crate::app::accounts::known::TokenFrom;
use crate::case::{PlanError, RecipeError};
use crate::engine::{CheckError, FirstError};
use crate::home::HomeError;
use crate::io_reason::io_reason;
use crate::ledger::{ImportId, LedgerError, Status};
use crate::sandbox;
use crate::sheet::SheetError;
use crate::text::plural;
use crate::trackops::{AccountError, Fault};

/// Reasons why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A workbook has hidden or filtered rows, and the recipe doesn't say whether to import them.
    #[error(
        "{hidden} of {rows} rows are hidden or filtered out in the workbook. Choose whether to import them: \
         --hidden include or --hidden exclude, or hidden = \"include\" or \"exclude\" under [sheet] in the recipe"
    )]
    HiddenRows {
        /// Number of hidden or filtered rows.
        hidden: u64,
        /// Number of all rows.
        rows: u64,
    },
    /// Standard input is too large.
    #[error("standard input is larger than {most} MiB, {why}. Save it to a file and import the file")]
    LongInput {
        /// Maximum size, in MiB.
        most: u64,
        /// Reason for the limit.
        why: &'static str,
    },
    /// Another program changed a draft after it was opened.
    #[error(
        "Import {0} was changed in another window or by a colleague after you opened it, so your last change wasn't \
         saved. Check it, then make your change again"
    )]
    DraftChanged(ImportId),
    /// Another program changed a draft after the user was asked whether to send it.
    #[error(
        "Import {0} was changed in another window or by a colleague after you opened it, so nothing was sent. Review it \
         again, then start it"
    )]
    ChangedElsewhere(ImportId),
    /// The guide.
    #[error(transparent)]
    Guide(#[from] crate::guide::UnknownTopic),
    /// The folders.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The account's settings.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The file.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The check.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// Sending one first.
    #[error(transparent)]
    First(#[from] FirstError),
    /// The connection to Trackops.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The sandbox.
    #[error(transparent)]
    Sandbox(#[from] sandbox::Error),
    /// A recipe file that can't be read.
    #[error("can't read the recipe {}: {}", path.display(), io_reason(source))]
    RecipeFile {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// An invalid recipe.
    #[error("the recipe {name}: {source}")]
    Recipe {
        /// The file, or the import it belongs to.
        name: String,
        /// What is wrong.
        source: RecipeError,
    },
    /// Neither a recipe nor an import with one.
    #[error(
        "no recipe was given. Add --recipe FILE or --like IMPORT; `caseload map FILE > R.toml` proposes a recipe"
    )]
    NoRecipe,
    /// The recipe doesn't fit the file.
    #[error("{}", listed(.0))]
    Plan(Vec<PlanError>),
    /// Groups by two columns at once.
    #[error("--only takes values of one column, but “{0}” and “{1}” are two")]
    TwoGroups(String, String),
    /// A column named by number is another one in this file.
    #[error(
        "{told}. Nothing was sent. Run `caseload map FILE --like {like} > R.toml`, correct the columns there, then use \
         --recipe R.toml"
    )]
    OtherColumn {
        /// The column, its header before and now.
        told: String,
        /// The import.
        like: ImportId,
    },
    /// The dates of a file are in another order than in the recipe of an earlier import.
    #[error(
        "{told}. Nothing was sent. Run `caseload map FILE --like {like} > R.toml` for a recipe with the right order, \
         review it, then use --recipe R.toml"
    )]
    OtherOrder {
        /// The column and the orders.
        told: String,
        /// The import.
        like: ImportId,
    },
    /// No row has the wanted value.
    #[error("no row has “{value}” in “{column}”. Its values are: {have}")]
    NoSuchGroup {
        /// The column.
        column: String,
        /// The value.
        value: String,
        /// Values of the column.
        have: String,
    },
    /// No mapping is remembered for a header.
    #[error("nothing is remembered for “{0}”: no earlier import has a column with that name")]
    NotRemembered(String),
    /// Standard input, or a file of our own.
    #[error("{what}: {}", io_reason(source))]
    File {
        /// What failed.
        what: &'static str,
        /// The system's error.
        source: io::Error,
    },
    /// No account.
    #[error(
        "no Trackops account is set up. Run caseload without arguments to enter one, or set CASELOAD_URL, \
         CASELOAD_USERNAME and CASELOAD_TOKEN. To try it without an account, add --sandbox"
    )]
    NoAccount,
    /// Several accounts, and none was chosen.
    #[error("there are several accounts, and none is the default. Choose one with --account: {0}")]
    WhichAccount(String),
    /// An account without a user.
    #[error("the account has no user name. Add --username, or set CASELOAD_USERNAME")]
    NoUsername,
    /// Case defaults that don't make a test case.
    #[error("these case defaults aren't enough for a test case: {}", .0.join("; "))]
    Trial(Vec<String>),
    /// A test case without case defaults.
    #[error(
        "a test case needs case defaults. Add --recipe FILE or --like IMPORT; a recipe with just caseload = 1 and \
         [defaults] with case_type_id, client_id and primary_contact_id is enough"
    )]
    TrialWithoutDefaults,
    /// A question without a terminal to ask it.
    #[error(
        "nothing was done, because there is no terminal to ask for confirmation. Add --yes to confirm in advance"
    )]
    NeedsYes,
    /// An account without a token.
    #[error(
        "no token for {0}. Set CASELOAD_TOKEN, or token_command, token_file or token_keyring in the config file"
    )]
    NoToken(String),
    /// 401, and the source of the token.
    #[error(
        "Trackops didn't accept the user name or token of {name} (401). Check both; the token is {}. It may also have been \
         disabled, reset or deleted: a Chief Operator can check under Settings → API Tokens",
        from.describe()
    )]
    TokenRefused {
        /// The account.
        name: String,
        /// Source of its token.
        from: TokenFrom,
    },
    /// An account without a token, while another account has one from the environment.
    #[error(
        "CASELOAD_TOKEN belongs to {of}, so it isn't sent to {name}. Add --account {name} if it is {name}’s, or set \
         token_command or token_file in the config file"
    )]
    TokenOfAnother {
        /// The account that has the token.
        of: String,
        /// The account without one.
        name: String,
    },
    /// A name that isn't in the config file.
    #[error("there is no account “{name}” in {}. It has: {have}", path.display())]
    NoSuchAccount {
        /// The name.
        name: String,
        /// The config file.
        path: PathBuf,
        /// The existing names.
        have: String,
    },
    /// An import of another account.
    #[error(
        "import {id} belongs to the account {theirs}, but you are using {ours}. Switch accounts (in a script: --account, --url or --sandbox)"
    )]
    OtherAccount {
        /// The import.
        id: ImportId,
        /// Its account.
        theirs: String,
        /// The account in use.
        ours: String,
    },
    /// The source file has changed.
    #[error(
        "{} has changed since import {id} was created from it. Put the original back, or duplicate the import",
        path.display()
    )]
    FileChanged {
        /// The file.
        path: PathBuf,
        /// The import.
        id: ImportId,
    },
    /// Cases should be looked up, but none has a reference.
    #[error(
        "no column is mapped to the first reference, so no case can be looked up in Trackops. Start without --look-up"
    )]
    NothingToLookUp,
    /// The ledger was copied or restored, and no row of an import has a reference to look it up by.
    #[error(
        "the ledger was copied or restored from a backup, and the rows of import {0} have no reference to look them up by. \
         Nothing was sent, because rows that were sent after the copy was made would become second cases. If none were, \
         start again and turn off “Skip cases already in Trackops” (in a script: `caseload purge --lost`, then start again)"
    )]
    CopiedLedger(ImportId),
    /// Cases should be looked up before they are sent, but nothing is sent.
    #[error(
        "--look-up asks Trackops before a case is sent, but --dry-run asks and sends nothing. Remove one of them"
    )]
    LookUpInDryRun,
    /// A decision names a case that doesn't exist.
    #[error("Trackops has no case with the id {0}. Find the id there: it is in the address of the case")]
    NoSuchCase(String),
    /// A decision names a case that is another row's.
    #[error(
        "case {case} has another reference or row token than row {row} was sent with, so it is probably another row's. \
         Nothing was marked. If it is this row's case, use created-anyway={case}"
    )]
    AnothersCase {
        /// The row to decide.
        row: u64,
        /// Id of the case.
        case: String,
    },
    /// A decision about unknown rows, but there are none.
    #[error("import {0} has no unknown rows")]
    NothingUnknown(ImportId),
    /// A decision for one case, but several rows are unknown.
    #[error(
        "rows {} of import {id} are unknown, but a case can only belong to one. Choose it with --row",
        rows.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
    )]
    SeveralUnknown {
        /// The import.
        id: ImportId,
        /// Its unknown rows.
        rows: Vec<u64>,
    },
    /// A run with Halt on Error of a file with errors.
    #[error(
        "{} with errors{}. Nothing was sent. Fix them in the file or the recipe, or choose: \
         --on-error skip sends the other rows, --send-valid sends the rows before the first error",
        plural(*rows, "row"),
        if *more == 0 { String::new() } else { format!(" ({}: `caseload check` lists them)", plural(*more, "more error")) }
    )]
    HasErrors {
        /// Number of rows with an error.
        rows: u64,
        /// Number of errors not listed.
        more: u64,
    },
    /// Rejected rows should be resent, but none is corrected.
    #[error(
        "no rejected row of import {0} is corrected yet. To fix one: caseload fix {0} --row ROW --column COLUMN --value VALUE. \
         --rejected all also resends unchanged rows that Trackops refused"
    )]
    NothingCorrected(ImportId),
    /// A fix for a row that can no longer be changed.
    #[error("row {row} of import {id} {why}")]
    NotFixable {
        /// The import.
        id: ImportId,
        /// The row.
        row: u64,
        /// Why, and what to do instead.
        why: String,
    },
    /// A fix for a column that the file lacks, or has more than once.
    #[error("the file has no column “{name}”, or more than one. Its columns are: {have}. #5 is the fifth")]
    NoSuchColumn {
        /// The name.
        name: String,
        /// The existing columns.
        have: String,
    },
    /// A corrected recipe with another file format.
    #[error(
        "import {0} has started, so its file format can't change. Remove [sheet] from the recipe, or duplicate the import"
    )]
    OtherLayout(ImportId),
    /// Another program ran the import after the user was asked whether to start or resume it.
    #[error("Import {id} {}", ran_elsewhere(*status))]
    RanElsewhere {
        /// The import.
        id: ImportId,
        /// Its status now.
        status: Status,
    },
    /// Nothing left to do.
    #[error("import {0} has no rows left to send")]
    NothingLeft(ImportId),
}

/// Describes what became of an import that another program ran, and the key that goes on.
fn ran_elsewhere(status: Status) -> &'static str {
    match status {
        Status::Draft | Status::Ready => {
            "was run in another window and can be started again. Press Enter on it in the list of imports."
        }
        Status::Processing => "is running in another window. Press p to pause it.",
        Status::Paused => {
            "was run in another window and is paused. Nothing was sent now. Press r to resume it."
        }
        Status::Interrupted => {
            "was run in another window and was interrupted. Nothing was sent now. Press r to resume it."
        }
        Status::Error => {
            "was run in another window and has halted. Nothing was sent now. Press r to resume it."
        }
        Status::Complete => {
            "was run in another window and is complete. Nothing was sent now. Press Esc for the list of imports."
        }
    }
}

/// Lists several errors, one per line.
fn listed(errors: &[PlanError]) -> String {
    match errors {
        [only] => only.to_string(),
        several => several.iter().fold("the recipe doesn't fit the file:".to_owned(), |text, error| {
            text + "\n  - " + &error.to_string()
        }),
    }
}
