//! `caseload team`: a ledger shared by the members of a group.

use std::path::Path;

use super::CommandOutcome;
use super::ask::answer;
use super::output::{print, report_line};
use crate::app::{AppError, Movable, Team};
use crate::cli::args::TeamAction;
use crate::text::plural;

/// Creates the folder, offers to move the home's ledger into it, and prints the line for the config file.
pub(super) fn team(home: Option<&Path>, action: &TeamAction) -> Result<CommandOutcome, AppError> {
    let TeamAction::Init { folder, group, r#move } = action;
    let team = Team::init(home, folder, group)?;
    let shown = team.folder.display();
    match team.movable()? {
        Movable::Imports(imports) => {
            let imports = plural(imports as u64, "import");
            let question = format!(
                "Your home has a ledger with {imports}. Move it to {shown}, where everyone in the group {group} sees it? [y/N]"
            );
            let wanted = *r#move || answer(&question)?.is_some_and(|answer| answer.eq_ignore_ascii_case("y"));
            if wanted {
                team.move_in()?;
                report_line(&format!("{imports} moved, with all outcomes"));
            } else {
                report_line(&format!("your ledger with {imports} stays in your home; add --move to move it"));
            }
        }
        Movable::Occupied => {
            report_line("the team already has a ledger; imports in your home stay there");
        }
        Movable::Nothing => {}
    }
    // As a TOML string.
    let path = toml::Value::String(team.folder.display().to_string());
    print(&format!(
        "{shown} is shared by the group {group}. Everyone in the group adds this line at the top of their config.toml:\n\
         data_dir = {path}\n"
    ))?;
    Ok(CommandOutcome::Done)
}
