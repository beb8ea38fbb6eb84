//! `caseload purge`: lists old imports, then deletes them from history.

use super::CommandOutcome;
use super::ask::confirm;
use super::output::{print, report_line};
use crate::app::{App, AppError, LeftoverKind, Leftovers, OldImport, Storage};
use crate::cli::args::PurgeArgs;
use crate::ledger::DeleteOptions;
use crate::text::{plural, utc};

const DAY: i64 = 24 * 3600;

/// Deletes imports of the account in use, or of all accounts.
pub(super) fn purge(app: &App, of_one: bool, args: &PurgeArgs) -> Result<CommandOutcome, AppError> {
    let Some(older_than) = args.older_than else { return accept_losses(app.storage(), args.yes) };
    let account = if of_one { app.accounts().in_use().map(|(name, _)| name) } else { None };
    let account = account.as_deref();
    let before = jiff::Timestamp::now().as_second() - i64::from(older_than) * DAY;
    let storage = app.storage();
    let (stay, go): (Vec<OldImport>, Vec<OldImport>) = storage
        .old_imports(account, before)?
        .into_iter()
        .partition(|old| old.reason_to_keep(args.even_unknown, args.even_others).is_some());
    let kept_before = if args.forget_identities { storage.count_identities(account, before)? } else { 0 };
    for old in &stay {
        report_line(&format!(
            "{}: kept, {}",
            describe(old),
            old.reason_to_keep(args.even_unknown, args.even_others).unwrap_or_default()
        ));
    }
    let going: Vec<_> = go.iter().map(|old| old.import.id).collect();
    let left = storage.leftovers(account, before, &going)?;
    if let Some(why) = &left.practice_stays {
        report_line(&format!("practice server cases kept: {why}"));
    }
    if go.is_empty() && kept_before == 0 && left.files.is_empty() && left.practice_cases == 0 {
        print(&format!("Nothing to delete: no other import is older than {}.\n", days(older_than)))?;
        return Ok(CommandOutcome::Done);
    }
    if !go.is_empty() || kept_before > 0 {
        report_what_goes(args, &go, kept_before);
    }
    for (kind, path) in &left.files {
        report_line(&format!("{}: will be deleted ({}, used by no import)", path.display(), kind.singular()));
    }
    let imports = Some(plural(go.len() as u64, "import")).filter(|_| !go.is_empty() || kept_before > 0);
    let what = imports.into_iter().chain(describe_leftovers(&left)).collect::<Vec<_>>().join(", ");
    if !confirm(args.yes, &format!("Delete {what} permanently?"))? {
        report_line("nothing was deleted");
        return Ok(CommandOutcome::Left);
    }
    carry_out(storage, args, &go, &left, account, before)
}

/// Counts what is deleted besides imports.
fn describe_leftovers(left: &Leftovers) -> Vec<String> {
    let files =
        [LeftoverKind::StandardInput, LeftoverKind::Unfinished, LeftoverKind::Samples, LeftoverKind::Demo]
            .map(|kind| {
                let count = left.files.iter().filter(|(other, _)| *other == kind).count() as u64;
                (count, kind.singular(), kind.plural())
            });
    let cases = (left.practice_cases, "practice server case", "practice server cases");
    let describe = |(count, one, several)| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {several}")),
    };
    files.into_iter().chain([cases]).filter_map(describe).collect()
}

/// `--lost`: explains what losing records means, then accepts the loss.
fn accept_losses(storage: &Storage, yes: bool) -> Result<CommandOutcome, AppError> {
    let losses = storage.losses()?;
    if storage.is_copied_ledger()? {
        report_line(
            "the ledger was copied or restored from a backup, and doesn't know what was sent later. That's why every row \
             is looked up in Trackops before it is sent",
        );
        if !confirm(yes, "Are you sure that nothing was sent after the copy was made?")? {
            report_line("nothing was changed");
            return Ok(CommandOutcome::Left);
        }
        storage.accept_copy()?;
        print("The ledger counts as complete again.\n")?;
        if losses.is_empty() {
            return Ok(CommandOutcome::Done);
        }
    }
    if losses.is_empty() {
        print("Nothing is lost: the ledger has a record of every row sent.\n")?;
        return Ok(CommandOutcome::Done);
    }
    for loss in &losses {
        report_line(&loss.to_string());
    }
    report_line(
        "rows without a record have no duplicate protection: importing their file sends them again. Import it with \
         --look-up, which skips cases already in Trackops",
    );
    if !confirm(yes, "Accept that these records are lost?")? {
        report_line("nothing was changed");
        return Ok(CommandOutcome::Left);
    }
    let imports = plural(storage.accept_losses()?.len() as u64, "import");
    print(&format!("Accepted the lost records of {imports}. Other imports can run again.\n"))?;
    Ok(CommandOutcome::Done)
}

fn report_what_goes(args: &PurgeArgs, go: &[OldImport], kept_before: u64) {
    for old in go {
        report_line(&format!("{}: will be deleted", describe(old)));
    }
    let created: u64 = go.iter().map(|old| old.import.counts.created).sum();
    let unknown: u64 = go.iter().map(|old| old.import.counts.unknown).sum();
    report_line(
        "rows, exceptions, notes and recipes are deleted permanently. Print any receipts you need first",
    );
    if args.forget_identities {
        let sum = plural(created + unknown + kept_before, "row");
        report_line(&format!(
            "duplicate protection is dropped for {sum}: importing the file again would create every case twice"
        ));
    } else {
        report_line(&format!(
            "duplicate protection is kept for {} (hashes and case ids); --forget-identities drops it too",
            plural(created + unknown, "row")
        ));
    }
    if unknown > 0 {
        report_line(&format!(
            "the result of {} can't be looked up after that",
            plural(unknown, "unknown row")
        ));
    }
}

fn carry_out(
    storage: &Storage,
    args: &PurgeArgs,
    go: &[OldImport],
    left: &Leftovers,
    account: Option<&str>,
    before: i64,
) -> Result<CommandOutcome, AppError> {
    let how = DeleteOptions { keep_identities: !args.forget_identities, even_unknown: args.even_unknown };
    let (mut imports, mut rows) = (0, 0);
    for old in go {
        match storage.delete_import_with(old.import.id, how) {
            Ok(()) => {
                imports += 1;
                rows += old.import.counts.rows;
            }
            // Someone may have resumed it meanwhile: delete the others all the same.
            Err(error) => report_line(&error.to_string()),
        }
    }
    if args.forget_identities {
        storage.delete_identities(account, before)?;
    }
    let removed = storage.remove_leftovers(left, before)?;
    let forgotten = format!("{} deleted, with {}", plural(imports, "import"), plural(rows, "row"));
    let deleted: Vec<String> = std::iter::once(forgotten).chain(describe_leftovers(&removed)).collect();
    print(&(deleted.join(", ") + "\n"))?;
    let shrunk = storage.shrink();
    match &shrunk {
        Ok(true) => {}
        Ok(false) => {
            report_line("some deleted data stays in the ledger's file until every other caseload is closed");
        }
        Err(error) => report_line(&error.to_string()),
    }
    let all = imports == go.len() as u64 && shrunk.is_ok_and(|whole| whole);
    Ok(if all { CommandOutcome::Done } else { CommandOutcome::Left })
}

fn describe(old: &OldImport) -> String {
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
