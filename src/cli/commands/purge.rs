//! `caseload purge`: lists old imports, then deletes them from history.

use super::Outcome;
use super::ask::agreed;
use super::output::{print, say};
use crate::app::{App, AppError, Left, Leftovers, Old};
use crate::cli::args::PurgeArgs;
use crate::ledger::Forget;
use crate::text::{plural, utc};

const DAY: i64 = 24 * 3600;

/// Deletes imports of the account in use, or of all accounts.
pub(super) fn purge(app: &App, of_one: bool, args: &PurgeArgs) -> Result<Outcome, AppError> {
    let Some(older_than) = args.older_than else { return accept_losses(app, args.yes) };
    let account = if of_one { app.account().map(|(name, _)| name) } else { None };
    let account = account.as_deref();
    let before = jiff::Timestamp::now().as_second() - i64::from(older_than) * DAY;
    let (stay, go): (Vec<Old>, Vec<Old>) = app
        .old_imports(account, before)?
        .into_iter()
        .partition(|old| old.stays(args.even_unknown, args.even_others).is_some());
    let kept_before = if args.forget_identities { app.identities(account, before)? } else { 0 };
    for old in &stay {
        say(&format!(
            "{}: kept, {}",
            told(old),
            old.stays(args.even_unknown, args.even_others).unwrap_or_default()
        ));
    }
    let going: Vec<_> = go.iter().map(|old| old.import.id).collect();
    let left = app.leftovers(account, before, &going)?;
    if let Some(why) = &left.practice_stays {
        say(&format!("practice server cases kept: {why}"));
    }
    if go.is_empty() && kept_before == 0 && left.files.is_empty() && left.practice_cases == 0 {
        print(&format!("Nothing to delete: no other import is older than {}.\n", days(older_than)))?;
        return Ok(Outcome::Done);
    }
    if !go.is_empty() || kept_before > 0 {
        say_what_goes(args, &go, kept_before);
    }
    for (kind, path) in &left.files {
        say(&format!("{}: will be deleted ({}, used by no import)", path.display(), kind.told()));
    }
    let imports = Some(plural(go.len() as u64, "import")).filter(|_| !go.is_empty() || kept_before > 0);
    let what = imports.into_iter().chain(beside(&left)).collect::<Vec<_>>().join(", ");
    if !agreed(args.yes, &format!("Delete {what} permanently?"))? {
        say("nothing was deleted");
        return Ok(Outcome::Left);
    }
    carry_out(app, args, &go, &left, account, before)
}

/// Counts what is deleted besides imports.
fn beside(left: &Leftovers) -> Vec<String> {
    let files = [Left::StandardInput, Left::Unfinished, Left::Samples, Left::Demo].map(|kind| {
        let count = left.files.iter().filter(|(other, _)| *other == kind).count() as u64;
        (count, kind.told(), kind.told_of_several())
    });
    let cases = (left.practice_cases, "practice server case", "practice server cases");
    let told = |(count, one, several)| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {several}")),
    };
    files.into_iter().chain([cases]).filter_map(told).collect()
}

/// `--lost`: explains what losing records means, then accepts the loss.
fn accept_losses(app: &App, yes: bool) -> Result<Outcome, AppError> {
    let losses = app.losses()?;
    if app.is_copied_ledger()? {
        say(
            "the ledger was copied or restored from a backup, and doesn't know what was sent later. That's why every row \
             is looked up in Trackops before it is sent",
        );
        if !agreed(yes, "Are you sure that nothing was sent after the copy was made?")? {
            say("nothing was changed");
            return Ok(Outcome::Left);
        }
        app.accept_copy()?;
        print("The ledger counts as complete again.\n")?;
        if losses.is_empty() {
            return Ok(Outcome::Done);
        }
    }
    if losses.is_empty() {
        print("Nothing is lost: the ledger has a record of every row sent.\n")?;
        return Ok(Outcome::Done);
    }
    for loss in &losses {
        say(&loss.to_string());
    }
    say(
        "rows without a record have no duplicate protection: importing their file sends them again. Import it with \
         --look-up, which skips cases already in Trackops",
    );
    if !agreed(yes, "Accept that these records are lost?")? {
        say("nothing was changed");
        return Ok(Outcome::Left);
    }
    let imports = plural(app.accept_losses()?.len() as u64, "import");
    print(&format!("Accepted the lost records of {imports}. Other imports can run again.\n"))?;
    Ok(Outcome::Done)
}

fn say_what_goes(args: &PurgeArgs, go: &[Old], kept_before: u64) {
    for old in go {
        say(&format!("{}: will be deleted", told(old)));
    }
    let created: u64 = go.iter().map(|old| old.import.counts.created).sum();
    let unknown: u64 = go.iter().map(|old| old.import.counts.unknown).sum();
    say("rows, exceptions, notes and recipes are deleted permanently. Print any receipts you need first");
    if args.forget_identities {
        let sum = plural(created + unknown + kept_before, "row");
        say(&format!(
            "duplicate protection is dropped for {sum}: importing the file again would create every case twice"
        ));
    } else {
        say(&format!(
            "duplicate protection is kept for {} (hashes and case ids); --forget-identities drops it too",
            plural(created + unknown, "row")
        ));
    }
    if unknown > 0 {
        say(&format!("the result of {} can't be looked up after that", plural(unknown, "unknown row")));
    }
}

fn carry_out(
    app: &App,
    args: &PurgeArgs,
    go: &[Old],
    left: &Leftovers,
    account: Option<&str>,
    before: i64,
) -> Result<Outcome, AppError> {
    let how = Forget { keep_identities: !args.forget_identities, even_unknown: args.even_unknown };
    let (mut imports, mut rows) = (0, 0);
    for old in go {
        match app.forget_as(old.import.id, how) {
            Ok(()) => {
                imports += 1;
                rows += old.import.counts.rows;
            }
            // Someone may have resumed it meanwhile: delete the others all the same.
            Err(error) => say(&error.to_string()),
        }
    }
    if args.forget_identities {
        app.forget_identities(account, before)?;
    }
    let removed = app.remove_leftovers(left, before)?;
    let forgotten = format!("{} deleted, with {}", plural(imports, "import"), plural(rows, "row"));
    let told: Vec<String> = std::iter::once(forgotten).chain(beside(&removed)).collect();
    print(&(told.join(", ") + "\n"))?;
    let shrunk = app.shrink();
    match &shrunk {
        Ok(true) => {}
        Ok(false) => {
            say("some deleted data stays in the ledger's file until every other caseload is closed");
        }
        Err(error) => say(&error.to_string()),
    }
    let all = imports == go.len() as u64 && shrunk.is_ok_and(|whole| whole);
    Ok(if all { Outcome::Done } else { Outcome::Left })
}

fn told(old: &Old) -> String {
    let date: String = utc(old.at).chars().take(10).collect();
    let import = &old.import;
    let left = match import.counts.not_sent {
        0 => String::new(),
        rows => format!(", {rows} not sent"),
    };
    format!(
        "import {} “{}”, {}, of {date}: {}, {} created{left}",
        import.id,
        import.name,
        import.file_name(),
        plural(import.counts.rows, "row"),
        import.counts.created
    )
}

fn days(number: u32) -> String {
    plural(number.into(), "day")
}
