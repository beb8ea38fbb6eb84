//! Why something could not be done, in sentences a person can act on. Nothing was sent.

use std::{io, path::PathBuf};

use crate::case::{PlanError, RecipeError};
use crate::engine::{CheckError, FirstError};
use crate::home::HomeError;
use crate::ledger::{ImportId, LedgerError};
use crate::sandbox;
use crate::sheet::SheetError;
use crate::text::plural;
use crate::trackops::{AccountError, Fault};

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A workbook has hidden or filtered rows, and the recipe does not say whether to import them.
    #[error(
        "{hidden} of {rows} rows are hidden or filtered out in the workbook; say whether to import them: \
         --hidden include or --hidden exclude, or hidden = \"include\" or \"exclude\" under [sheet] in the recipe"
    )]
    HiddenRows {
        /// Hidden or filtered rows.
        hidden: u64,
        /// All rows.
        rows: u64,
    },
    /// Standard input has no end, or more than there is room for.
    #[error("standard input has more than {most} MiB, {why}; save it to a file and name the file")]
    LongInput {
        /// The most that is kept of it.
        most: u64,
        /// Why it is no more.
        why: &'static str,
    },
    /// Another program changed a draft after it was opened.
    #[error(
        "import {0} was changed by someone else after you opened it, so your last change wasn't saved; press Esc and open it \
         again"
    )]
    DraftChanged(ImportId),
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
    /// The way to Trackops.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The sandbox.
    #[error(transparent)]
    Sandbox(#[from] sandbox::Error),
    /// A recipe file that cannot be read.
    #[error("the recipe {} cannot be read: {source}", path.display())]
    RecipeFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A recipe that is not one.
    #[error("the recipe {name}, {source}")]
    Recipe {
        /// The file, or the import it belongs to.
        name: String,
        /// What is wrong.
        source: RecipeError,
    },
    /// Neither a recipe nor an import to take it from.
    #[error(
        "say what becomes of the columns: --recipe FILE, or --like IMPORT; `caseload map FILE > R.toml` proposes a recipe"
    )]
    NoRecipe,
    /// The recipe does not fit the file.
    #[error("{}", listed(.0))]
    Plan(Vec<PlanError>),
    /// Groups by two columns at once.
    #[error("--only takes the texts of one column, and “{0}” and “{1}” are two")]
    TwoGroups(String, String),
    /// The dates of a file are in another order than the recipe of an earlier import says.
    #[error(
        "{told}; nothing was sent. `caseload map FILE --like {like} > R.toml` makes a recipe with the right order: look \
         at it, then use --recipe R.toml"
    )]
    OtherOrder {
        /// Which column, and the orders.
        told: String,
        /// The import.
        like: ImportId,
    },
    /// No row is of the group that is wanted.
    #[error("no row has “{value}” in “{column}”; its texts are: {have}")]
    NoSuchGroup {
        /// The column.
        column: String,
        /// The text.
        value: String,
        /// What the column holds.
        have: String,
    },
    /// No earlier import made anything of a header.
    #[error("nothing is remembered of “{0}”: no earlier import has a column of that name")]
    NotRemembered(String),
    /// Standard input, or a file of our own.
    #[error("{what}: {source}")]
    File {
        /// What could not be done.
        what: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// No account.
    #[error(
        "no Trackops account is set up; run caseload without arguments to enter one, or set CASELOAD_URL, \
         CASELOAD_USERNAME and CASELOAD_TOKEN; --sandbox tries it without one"
    )]
    NoAccount,
    /// Several accounts, and nobody says which.
    #[error("there are several accounts, and none is the default: say which with --account; there are {0}")]
    WhichAccount(String),
    /// An account without a user.
    #[error("the account has no user name; give --username or CASELOAD_USERNAME")]
    NoUsername,
    /// A test case that its defaults do not make.
    #[error("a test case is made of case defaults alone, and these are not enough: {}", .0.join("; "))]
    Trial(Vec<String>),
    /// A test case without anything to make it of.
    #[error(
        "a test case needs case defaults: --recipe FILE, or --like IMPORT; the recipe may be no more than caseload = 1 and \
         [defaults] with case_type_id, client_id and primary_contact_id"
    )]
    TrialOfNothing,
    /// A question that nobody is there to answer.
    #[error("nobody is at a terminal to be asked; --yes says yes beforehand, and nothing was done")]
    NeedsYes,
    /// An account without a token.
    #[error(
        "no token for {0}; set CASELOAD_TOKEN, or token_command, token_file or token_keyring in the config file"
    )]
    NoToken(String),
    /// 401, and where the token was from.
    #[error(
        "Trackops does not accept the user name or token of {name} (401); the token is {}: check both; it may also have been \
         disabled, reset or deleted, which a Chief Operator sees under Settings → API Tokens",
        from.told()
    )]
    NotLetIn {
        /// The account.
        name: String,
        /// Where its token is from.
        from: super::TokenFrom,
    },
    /// An account without a token, while there is one of another account.
    #[error(
        "CASELOAD_TOKEN is taken for {of}, and not sent to {name}; add --account {name} if it is {name}’s, or set \
         token_command or token_file in the config file"
    )]
    TokenOfAnother {
        /// Whose the token is.
        of: String,
        /// The account without one.
        name: String,
    },
    /// A name that is not in the config file.
    #[error("there is no account “{name}” in {}; it has: {have}", path.display())]
    NoSuchAccount {
        /// The name.
        name: String,
        /// The config file.
        path: PathBuf,
        /// The names there are.
        have: String,
    },
    /// An import of another account.
    #[error(
        "import {id} belongs to the account {theirs}, and this is {ours}; choose it with --account, --url or --sandbox"
    )]
    OtherAccount {
        /// The import.
        id: ImportId,
        /// Its account.
        theirs: String,
        /// The account in use.
        ours: String,
    },
    /// The source file is no longer what it was.
    #[error(
        "{} is not the file import {id} was made from any more; put the original back, or duplicate the import",
        path.display()
    )]
    FileChanged {
        /// The file.
        path: PathBuf,
        /// The import.
        id: ImportId,
    },
    /// Cases are to be looked up, and none has a reference.
    #[error(
        "no column goes to the first reference, so no case can be looked up in Trackops; start it without --look-up"
    )]
    NothingToLookUp,
    /// Cases are to be looked up before they are sent, and nothing is sent.
    #[error(
        "--look-up asks Trackops before a case is sent; with --dry-run nothing is sent and nothing asked"
    )]
    LookUpDryRun,
    /// A person names a case that is not there.
    #[error("Trackops shows no case with the id {0}; look the id up there: it is in the address of the case")]
    NoSuchCase(String),
    /// A person decides about unknown rows, and there are none.
    #[error("import {0} has no unknown row")]
    NothingUnknown(ImportId),
    /// One case cannot be several rows'.
    #[error(
        "rows {} of import {id} are unknown, and a case is one row's; say which with --row",
        rows.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
    )]
    SeveralUnknown {
        /// The import.
        id: ImportId,
        /// Its unknown rows.
        rows: Vec<u64>,
    },
    /// A file with errors is to be run with Halt on Error.
    #[error(
        "{} with errors{}, and nothing was sent. Correct them in the file or in the recipe, or choose: \
         --on-error skip sends the other rows, --send-valid sends the rows before the first error",
        plural(*rows, "row"),
        if *more == 0 { String::new() } else { format!(" ({more} more errors: `caseload check` lists them)") }
    )]
    HasErrors {
        /// Rows with an error.
        rows: u64,
        /// Errors that were not listed.
        more: u64,
    },
    /// Rejected rows are to be sent again, and none was corrected.
    #[error(
        "no rejected row of import {0} is corrected yet: caseload fix {0} --row ROW --column COLUMN --value VALUE; \
         --rejected all also sends rows that Trackops refused, unchanged"
    )]
    NothingCorrected(ImportId),
    /// A fix for a row that can't be changed any more.
    #[error("row {row} of import {id} {why}")]
    NotFixable {
        /// The import.
        id: ImportId,
        /// The row.
        row: u64,
        /// Why, and what to do instead.
        why: String,
    },
    /// A fix for a column that the file lacks, or has several of.
    #[error("the file has no column “{name}”, or several; its columns are: {have}. #5 names the fifth")]
    NoSuchColumn {
        /// The name.
        name: String,
        /// The columns there are.
        have: String,
    },
    /// A mended recipe that reads the file another way.
    #[error(
        "import {0} has started, so its file can't be read another way: take [sheet] out of the recipe, or duplicate the \
         import"
    )]
    OtherLayout(ImportId),
    /// Nothing left to do.
    #[error("import {0} has no row left to send")]
    NothingLeft(ImportId),
}

/// Several errors, one a line.
fn listed(errors: &[PlanError]) -> String {
    match errors {
        [only] => only.to_string(),
        several => several.iter().fold("the recipe does not fit the file:".to_owned(), |text, error| {
            text + "\n  - " + &error.to_string()
        }),
    }
}
