//! `caseload guide`, `man` and `completions`: the manual. None of them needs an account.

use std::io;
use std::path::Path;

use clap::CommandFactory;

use super::CommandOutcome;
use super::output::{print, print_file, report_line};
use crate::app::AppError;
use crate::cli::args::GuideArgs;
use crate::cli::{Cli, Shell};
use crate::guide::{self, Hit, PAGES, Page};
use crate::text::plural;

/// Prints a page of the guide, the sections with some words, or the list of pages.
pub(super) fn guide(args: &GuideArgs) -> Result<CommandOutcome, AppError> {
    if let Some(topic) = &args.topic {
        print(&format!("{}\n", Page::of(topic)?.text.trim_end()))?;
        return Ok(CommandOutcome::Done);
    }
    let Some(words) = &args.search else {
        let line = |page: &Page| format!("{:16}{}\n", page.topic, page.summary());
        let pages: String = PAGES.iter().map(line).collect();
        print(&format!(
            "{pages}\nRead a page: caseload guide TOPIC. Search: caseload guide --search WORDS\n"
        ))?;
        return Ok(CommandOutcome::Done);
    };
    let hits = guide::search(words);
    let describe = |hit: &Hit| {
        let text = hit.text.trim_start_matches(['#', '|', ' ']);
        format!("{} › {}\n    {text}\n", hit.page.topic, hit.heading)
    };
    let text: String = hits.iter().map(describe).collect();
    print(&text)?;
    if hits.is_empty() {
        report_line(&format!("no section of the guide has all of “{words}”. Try fewer words"));
        return Ok(CommandOutcome::Left);
    }
    report_line(&format!("{}. Read one: caseload guide TOPIC", plural(hits.len() as u64, "section")));
    Ok(CommandOutcome::Done)
}

/// Prints the man page, or writes one for every command into a folder.
pub(super) fn man(folder: Option<&Path>) -> Result<CommandOutcome, AppError> {
    let fail = |source: io::Error| AppError::File { what: "can't write the man pages", source };
    let command = Cli::command();
    let Some(folder) = folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).map_err(fail)?;
        print_file(&String::from_utf8_lossy(&page))?;
        return Ok(CommandOutcome::Done);
    };
    std::fs::create_dir_all(folder).map_err(fail)?;
    clap_mangen::generate_to(command, folder).map_err(fail)?;
    report_line(&format!(
        "man pages are in {}. Read one: man {}/caseload.1",
        folder.display(),
        folder.display()
    ));
    Ok(CommandOutcome::Done)
}

/// Prints the script that completes commands in a shell.
pub(super) fn completions(shell: Shell) -> Result<CommandOutcome, AppError> {
    let script =
        shell.script().map_err(|source| AppError::File { what: "can't write the script", source })?;
    print_file(&String::from_utf8_lossy(&script))?;
    Ok(CommandOutcome::Done)
}
