//! Terminal title, progress, and notifications.

use std::env;

use crate::ledger::ImportId;
use crate::text::visible;
use crate::tui::core::model::Model;
use crate::tui::core::place::Screen;

/// Maximum length of a file name in the title, in characters.
const LONGEST_NAME: usize = 60;

/// Title and progress of the terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TitleAndProgress {
    pub(crate) title: String,
    /// Progress of the running imports, in percent.
    pub(crate) percent: Option<u64>,
}

impl TitleAndProgress {
    /// Returns title and progress for a model. Several runs are added up.
    pub(crate) fn of(model: &Model) -> Self {
        let running: Vec<(ImportId, u64, u64)> = model
            .boards
            .iter()
            .filter(|(_, board)| board.is_running())
            .map(|(id, board)| (*id, board.done(), board.counts().rows))
            .collect();
        let (done, rows) = running.iter().fold((0, 0), |(done, rows), run| (done + run.1, rows + run.2));
        let percent = (!running.is_empty()).then(|| done * 100 / rows.max(1));
        let name = match running.as_slice() {
            [(id, ..)] => file_of(model, *id),
            [] => match model.screen {
                Screen::Processing => file_of(model, model.watched),
                Screen::Imports | Screen::Account | Screen::Catalog => None,
                Screen::Defaults | Screen::FieldMap | Screen::Review => {
                    model.job.as_ref().map(|job| job.import().file_name())
                }
            },
            several => Some(format!("{} imports", several.len())),
        };
        let percent_told = percent.map(|percent| format!("{percent}%"));
        let parts =
            ["caseload".to_owned()].into_iter().chain(percent_told).chain(name.map(|name| short(&name)));
        Self { title: parts.collect::<Vec<_>>().join(" · "), percent }
    }
}

fn file_of(model: &Model, id: ImportId) -> Option<String> {
    Some(model.boards.get(&id)?.import()?.file_name())
}

fn short(name: &str) -> String {
    let shown = visible(name);
    let cut: String = shown.chars().take(LONGEST_NAME).collect();
    if cut.len() < shown.len() { cut + "…" } else { cut }
}

/// Codes that a terminal supports, judging by its environment variables. Over SSH only TERM is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TerminalSupport {
    title: bool,
    progress: bool,
    /// Notifications use OSC 777 instead of OSC 9.
    notifies_777: bool,
}

impl TerminalSupport {
    /// Reads the environment.
    pub(crate) fn of_env() -> Self {
        Self::of(|name| env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        const TITLED: [&str; 14] = [
            "xterm",
            "screen",
            "tmux",
            "rxvt",
            "alacritty",
            "foot",
            "wezterm",
            "ghostty",
            "kitty",
            "konsole",
            "gnome",
            "vte",
            "st-",
            "contour",
        ];
        // Other terminals would show OSC 9;4 as a notification at every step.
        const WITH_PROGRESS: [&str; 3] = ["WezTerm", "ghostty", "Windows_Terminal"];
        let term = variable("TERM").unwrap_or_default();
        let program = variable("TERM_PROGRAM").unwrap_or_default();
        let is_wrapped = variable("STY").is_some() || variable("TMUX").is_some();
        let progress = variable("WT_SESSION").is_some()
            || variable("ConEmuANSI").as_deref() == Some("ON")
            || term.contains("ghostty")
            || WITH_PROGRESS.contains(&program.as_str());
        Self {
            title: TITLED.iter().any(|known| term.starts_with(known)),
            progress: progress && !is_wrapped,
            notifies_777: ["rxvt", "foot"].iter().any(|known| term.starts_with(known)),
        }
    }

    /// Returns the codes for a change of title or progress.
    pub(crate) fn change(self, from: &TitleAndProgress, to: &TitleAndProgress) -> String {
        let title = self.title && from.title != to.title;
        let progress = self.progress && from.percent != to.percent;
        let title = title.then(|| format!("\x1b]2;{}\x07", to.title));
        let progress = progress.then(|| match to.percent {
            Some(percent) => format!("\x1b]9;4;1;{percent}\x07"),
            None => "\x1b]9;4;0;\x07".to_owned(),
        });
        title.into_iter().chain(progress).collect()
    }

    /// Returns the code that saves the current title.
    pub(crate) fn begin(self) -> &'static str {
        if self.title { "\x1b[22;2t" } else { "" }
    }

    /// Returns the codes that restore the title and remove the progress.
    pub(crate) fn end(self) -> &'static str {
        match (self.title, self.progress) {
            (true, true) => "\x1b]9;4;0;\x07\x1b[23;2t",
            (true, false) => "\x1b[23;2t",
            (false, true) => "\x1b]9;4;0;\x07",
            (false, false) => "",
        }
    }

    /// Returns the code of a desktop notification.
    pub(crate) fn notification(self, text: &str) -> String {
        // Semicolons separate the parts of the code.
        let text = visible(text).replace(';', ",");
        if self.notifies_777 {
            format!("\x1b]777;notify;caseload;{text}\x07")
        } else {
            format!("\x1b]9;caseload: {text}\x07")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knows(said: &[(&str, &str)]) -> TerminalSupport {
        TerminalSupport::of(|name| {
            said.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_is_sent_that_a_terminal_would_show_as_letters() {
        let (from, to) =
            (TitleAndProgress::default(), TitleAndProgress { title: "caseload".into(), percent: Some(45) });
        assert_eq!(knows(&[("TERM", "linux")]).change(&from, &to), "");
        assert_eq!(knows(&[("TERM", "linux")]).begin().to_owned() + knows(&[]).end(), "");
        assert_eq!(knows(&[("TERM", "xterm-256color")]).change(&from, &to), "\x1b]2;caseload\x07");
        let ghostty = knows(&[("TERM", "xterm-ghostty")]);
        assert_eq!(ghostty.change(&from, &to), "\x1b]2;caseload\x07\x1b]9;4;1;45\x07");
        assert_eq!(ghostty.change(&to, &to), "", "nothing changed");
        assert_eq!(ghostty.change(&to, &TitleAndProgress { percent: None, ..to.clone() }), "\x1b]9;4;0;\x07");
        let inside = knows(&[("TERM", "tmux-256color"), ("TMUX", "x"), ("TERM_PROGRAM", "WezTerm")]);
        assert_eq!(inside.change(&from, &to), "\x1b]2;caseload\x07");
    }

    #[test]
    fn rows_awaiting_a_reply_are_not_done() {
        use crate::ledger::{Counts, Status};
        use crate::tui::screens::processing::state::Board;
        use crate::tui::tests::{home, import};
        let mut model = home(true);
        let counts = Counts { rows: 52, created: 51, unknown: 1, ..Counts::default() };
        let mut board = Board::new(Some(import(12, Status::Processing, counts)));
        board.set_running(true, 1);
        model.boards.insert(12, board);
        assert_eq!(TitleAndProgress::of(&model).percent, Some(98), "as on the screen: 51 of 52 rows");
    }

    #[test]
    fn the_title_says_what_runs_and_how_far_it_is() {
        use crate::ledger::{Counts, Status};
        use crate::tui::screens::processing::state::Board;
        use crate::tui::tests::home;
        use crate::tui::tests::import;
        let mut model = home(true);
        assert_eq!(
            TitleAndProgress::of(&model),
            TitleAndProgress { title: "caseload".into(), percent: None }
        );
        let counts = Counts { rows: 300, created: 134, not_sent: 166, ..Counts::default() };
        crate::tui::screens::processing::show(&mut model, 12);
        let running = |id, counts| {
            let mut board = Board::new(Some(import(id, Status::Processing, counts)));
            board.set_running(true, 0);
            board
        };
        model.boards.insert(12, running(12, counts));
        let shown = TitleAndProgress::of(&model);
        assert_eq!((shown.title.as_str(), shown.percent), ("caseload · 44% · march-12.csv", Some(44)));
        model.boards.insert(13, running(13, Counts { not_sent: 300, created: 0, ..counts }));
        assert_eq!(TitleAndProgress::of(&model).title, "caseload · 22% · 2 imports");
        for board in model.boards.values_mut() {
            board.set_running(false, 0);
        }
        assert_eq!(TitleAndProgress::of(&model).title, "caseload · march-12.csv");
        // A name can't end the title and begin a code.
        let file = Some("/x/a\u{7}\u{1b}]0;b".into());
        let named = crate::ledger::Import { file, ..import(12, Status::Complete, counts) };
        model.boards.insert(12, Board::new(Some(named)));
        assert!(!TitleAndProgress::of(&model).title.contains(['\u{7}', '\u{1b}']));
    }

    #[test]
    fn a_notification_holds_no_code_of_its_own() {
        assert_eq!(
            knows(&[("TERM", "foot")]).notification("a;b\x1b]0;c"),
            "\x1b]777;notify;caseload;a,b\u{241b}]0,c\x07"
        );
        assert!(knows(&[("TERM", "xterm")]).notification("done").starts_with("\x1b]9;caseload: done"));
    }
}
