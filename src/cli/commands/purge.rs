//! `caseload purge`: old imports are forgotten, after it was said which.

use super::Outcome;
use super::ask::agreed;
use super::output::{print, say};
use crate::app::{App, AppError, Left, Leftovers, Old};
use crate::cli::args::PurgeArgs;
use crate::ledger::Forget;
use crate::text::{plural, utc};

const DAY: i64 = 24 * 3600;

/// Forgets imports of the account in use, or of every account.
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
            "{}: stays, {}",
            told(old),
            old.stays(args.even_unknown, args.even_others).unwrap_or_default()
        ));
    }
    let going: Vec<_> = go.iter().map(|old| old.import.id).collect();
    let left = app.leftovers(account, before, &going)?;
    if let Some(why) = &left.practice_stays {
        say(&format!("cases of the practice server stay: {why}"));
    }
    if go.is_empty() && kept_before == 0 && left.files.is_empty() && left.practice_cases == 0 {
        print(&format!("nothing to forget: no other import is older than {}\n", days(older_than)))?;
        return Ok(Outcome::Done);
    }
    if !go.is_empty() || kept_before > 0 {
        say_what_goes(args, &go, kept_before);
    }
    for (kind, path) in &left.files {
        say(&format!("{}: goes ({} that no import has)", path.display(), kind.told()));
    }
    let imports = Some(plural(go.len() as u64, "import")).filter(|_| !go.is_empty() || kept_before > 0);
    let what = imports.into_iter().chain(beside(&left)).collect::<Vec<_>>().join(", ");
    if !agreed(args.yes, &format!("Forget {what} for good?"))? {
        say("nothing was forgotten");
        return Ok(Outcome::Left);
    }
    carry_out(app, args, &go, &left, account, before)
}

/// What goes besides imports.
fn beside(left: &Leftovers) -> Vec<String> {
    let files = [Left::StandardInput, Left::Unfinished, Left::Samples, Left::Demo].map(|kind| {
        let count = left.files.iter().filter(|(other, _)| *other == kind).count() as u64;
        (count, kind.told(), kind.told_of_several())
    });
    let cases = (left.practice_cases, "case of the practice server", "cases of the practice server");
    let told = |(count, one, several)| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {several}")),
    };
    files.into_iter().chain([cases]).filter_map(told).collect()
}

/// `--lost`: what the ledger lost is taken for lost, after it was said what that means.
fn accept_losses(app: &App, yes: bool) -> Result<Outcome, AppError> {
    let losses = app.losses()?;
    if app.is_copied_ledger()? {
        say(
            "the ledger was copied or restored from a backup, and doesn't know what was sent later; that's why every row \
             is looked up in Trackops before it is sent",
        );
        if !agreed(yes, "Was nothing sent after the copy was made?")? {
            say("nothing was changed");
            return Ok(Outcome::Left);
        }
        app.accept_copy()?;
        print("the ledger counts as complete again\n")?;
        if losses.is_empty() {
            return Ok(Outcome::Done);
        }
    }
    if losses.is_empty() {
        print("nothing is lost: the ledger has a record of every row that was sent\n")?;
        return Ok(Outcome::Done);
    }
    for loss in &losses {
        say(&loss.to_string());
    }
    say(
        "the duplicate guard doesn't know the rows without a record, and an import of their file sends them again. Import \
         it with --look-up, which skips cases that Trackops has already",
    );
    if !agreed(yes, "Accept that these records are lost?")? {
        say("nothing was changed");
        return Ok(Outcome::Left);
    }
    let imports = plural(app.accept_losses()?.len() as u64, "import");
    print(&format!("the lost records of {imports} are accepted; other imports can run again\n"))?;
    Ok(Outcome::Done)
}

fn say_what_goes(args: &PurgeArgs, go: &[Old], kept_before: u64) {
    for old in go {
        say(&format!("{}: goes", told(old)));
    }
    let created: u64 = go.iter().map(|old| old.import.counts.created).sum();
    let unknown: u64 = go.iter().map(|old| old.import.counts.unknown).sum();
    say("rows, exceptions, notes and recipes go for good, and no receipt can be made of them any more");
    if args.forget_identities {
        let sum = plural(created + unknown + kept_before, "row");
        say(&format!(
            "the duplicate guard will not know {sum} any more: their file would be sent again, and every case made twice"
        ));
    } else {
        say(&format!(
            "the duplicate guard still knows {}, by hashes and case ids; --forget-identities drops those too",
            plural(created + unknown, "row")
        ));
    }
    if unknown > 0 {
        say(&format!(
            "{}: nobody will be able to look up what became of them",
            plural(unknown, "unknown row")
        ));
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
            // Somebody may have resumed it meanwhile: the others go all the same.
            Err(error) => say(&error.to_string()),
        }
    }
    if args.forget_identities {
        app.forget_identities(account, before)?;
    }
    let removed = app.remove_leftovers(left, before)?;
    let forgotten = format!("{} forgotten, with {}", plural(imports, "import"), plural(rows, "row"));
    let told: Vec<String> = std::iter::once(forgotten).chain(beside(&removed)).collect();
    print(&(told.join(", ") + "\n"))?;
    let shrunk = app.shrink();
    match &shrunk {
        Ok(true) => {}
        Ok(false) => {
            say("a part of what was deleted stays in the ledger's file until nobody else has it open");
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
