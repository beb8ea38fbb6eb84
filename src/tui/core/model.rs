//! Everything the screens show. Written by `update` alone.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};

use crate::app::KnownAccounts;
use crate::ledger::{Exception, ImportId};
use crate::text::{hide_ssns, mask};
use crate::trackops::{Catalog, Change, Notify};
use crate::tui::core::effect::{DataChange, Effect};
use crate::tui::core::goto::{Goto, WantedStep};
use crate::tui::core::msg::{InUse, Ticket, Who};
use crate::tui::core::place::{Place, Screen};
use crate::tui::core::theme::Theme;
use crate::tui::dialogs::chooser::Chooser;
use crate::tui::dialogs::{Confirm, Picker, Prompt};
use crate::tui::screens::account::state::AccountForm;
use crate::tui::screens::catalog::declare::Declare;
use crate::tui::screens::catalog::state::CatalogView;
use crate::tui::screens::draft::file_form::FileForm;
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::field_map::state::Values;
use crate::tui::screens::imports::state::ImportList;
use crate::tui::screens::processing::state::Board;
use crate::tui::screens::review::state::{Review, RowView, SentFirst};
use crate::tui::screens::start::state::StartDialog;

/// What lies over a screen.
#[derive(Debug)]
pub(crate) enum Overlay {
    Picker(Picker),
    Chooser(Chooser),
    Prompt(Prompt),
    Declare(Declare),
    Values(Values),
    Start(StartDialog),
    Confirm(Confirm),
    /// What was changed about the rows; the cursor.
    Changes(usize),
    /// A row over the whole screen.
    Row(Box<RowView>),
    /// A row that is being sent alone, or was.
    First(SentFirst),
    /// An exception of the log, and how far it is scrolled.
    Exception(Box<Exception>, usize),
    /// What is different from the import it was made like; how far it is scrolled.
    Drift(usize),
    /// The format of the file.
    Sheet(FileForm),
    /// How far it is scrolled.
    Help(usize),
}

/// A request to the terminal itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TerminalRequest {
    /// To wait in the background of the shell.
    Suspend,
    /// To take a text to the clipboard of the person's own machine.
    Copy(String),
    /// To say that a run has ended, by a bell or on the desktop.
    Notify(Notify, String),
}

/// How far the user is on the way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Open,
    /// The user left; the program ends when the last run has.
    Leaving,
    /// The program ends.
    Over,
    /// The program ends without waiting for the rows in flight.
    Abandoned,
}

/// How good the news in the status line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Good,
    Plain,
    Bad,
}

/// The model.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) size: (u16, u16),
    pub(crate) theme: Theme,
    /// Notification at the end of a run.
    pub(crate) notify: Notify,
    /// Seconds since 1970 at the last tick.
    pub(crate) now: i64,
    /// Whether the last message left everything on the screen as it was: then nothing is drawn.
    pub(crate) quiet: bool,
    pub(crate) zone: TimeZone,
    pub(crate) who: Option<Who>,
    pub(crate) accounts: KnownAccounts,
    /// What is done once another account is in use.
    pub(crate) wanted: Option<WantedStep>,
    pub(crate) catalog: Catalog,
    pub(crate) screen: Screen,
    pub(crate) overlays: Vec<Overlay>,
    pub(crate) status: Option<(Mood, String)>,
    /// What is being waited for, in a few words.
    pub(crate) busy: Option<(Ticket, &'static str)>,
    pub(crate) account: AccountForm,
    pub(crate) imports: ImportList,
    pub(crate) lists: CatalogView,
    pub(crate) job: Option<Job>,
    pub(crate) review: Review,
    /// Imports that run or were looked at, by number.
    pub(crate) boards: BTreeMap<ImportId, Board>,
    /// The import the Processing screen shows.
    pub(crate) watched: ImportId,
    /// When an import that does not run here was last looked at, in seconds since 1970.
    pub(crate) looked_at: i64,
    pub(crate) phase: Phase,
    pub(crate) asked: Option<TerminalRequest>,
    /// Whether SSNs and dates of birth are shown.
    pub(crate) private_shown: bool,
    /// Whether the import that is being opened is looked through from its first step on.
    pub(crate) from_start: bool,
    /// Where the last message leads, in order.
    going: Vec<Goto>,
    last_ticket: Ticket,
}

impl Model {
    pub(crate) fn new(size: (u16, u16), theme: Theme, now: i64, zone: TimeZone) -> Self {
        Self {
            size,
            theme,
            notify: Notify::Off,
            now,
            quiet: false,
            zone,
            who: None,
            accounts: KnownAccounts::default(),
            wanted: None,
            catalog: Catalog::default(),
            screen: Screen::Imports,
            overlays: Vec::new(),
            status: None,
            busy: None,
            account: AccountForm::default(),
            imports: ImportList::default(),
            lists: CatalogView::default(),
            job: None,
            review: Review::default(),
            boards: BTreeMap::new(),
            watched: 0,
            looked_at: 0,
            phase: Phase::Open,
            asked: None,
            private_shown: false,
            from_start: false,
            going: Vec::new(),
            last_ticket: 0,
        }
    }

    /// Where the keys go now.
    pub(crate) fn place(&self) -> Place {
        self.place_at(self.overlays.len())
    }

    /// Where the keys would go with only so many overlays.
    pub(crate) fn place_at(&self, overlays: usize) -> Place {
        match overlays.checked_sub(1).and_then(|last| self.overlays.get(last)) {
            Some(Overlay::Picker(picker)) if picker.marked.is_some() => Place::MultiPicker,
            Some(Overlay::Picker(_)) => Place::Picker,
            Some(Overlay::Chooser(_)) => Place::Chooser,
            Some(Overlay::Prompt(_)) => Place::Prompt,
            Some(Overlay::Declare(_)) => Place::Declare,
            Some(Overlay::Values(_)) => Place::Values,
            Some(Overlay::Start(_)) => Place::StartDialog,
            Some(Overlay::Confirm(_)) => Place::Confirm,
            Some(Overlay::Changes(_)) => Place::Changes,
            Some(Overlay::Row(_)) => Place::RowView,
            Some(Overlay::First(_)) => Place::First,
            Some(Overlay::Exception(..)) => Place::OneException,
            Some(Overlay::Drift(_)) => Place::Drift,
            Some(Overlay::Sheet(_)) => Place::Sheet,
            Some(Overlay::Help(_)) => Place::Help,
            None => self.screen_place(),
        }
    }

    /// Where the keys go when nothing lies over the screen.
    pub(crate) fn screen_place(&self) -> Place {
        match self.screen {
            Screen::Account => Place::Account,
            Screen::Imports if self.imports.filtering => Place::Filter,
            Screen::Imports => Place::Imports,
            Screen::Catalog => Place::Catalog,
            Screen::Defaults => Place::Defaults,
            Screen::FieldMap => Place::FieldMap,
            Screen::Review => Place::Review,
            Screen::Processing => Place::Processing,
        }
    }

    /// Whether the cells of a column of the open import (from 0) are masked now.
    pub(crate) fn hides(&self, column: usize) -> bool {
        !self.private_shown && self.job.as_ref().is_some_and(|job| job.is_private(column))
    }

    /// A cell of a column of the open import as it is shown now.
    pub(crate) fn told(&self, column: usize, text: &str) -> String {
        if self.hides(column) {
            return mask(text);
        }
        let open = self.private_shown || self.job.as_ref().is_some_and(|job| job.is_open(column));
        if open { text.to_owned() } else { hide_ssns(text).into_owned() }
    }

    pub(crate) fn ticket(&mut self) -> Ticket {
        self.last_ticket += 1;
        self.last_ticket
    }

    /// Whether an answer is the one that is waited for; then it is no more.
    pub(crate) fn awaited(&mut self, ticket: Ticket) -> bool {
        self.busy.take_if(|(busy, _)| *busy == ticket).is_some()
    }

    /// The column under the cursor of Review, from 0.
    pub(crate) fn column_under(&self) -> Option<usize> {
        let order = self.job.as_ref()?.review_order();
        order.get(self.review.column.min(order.len().saturating_sub(1))).copied()
    }

    /// Goes somewhere once the message is dealt with. Returns no effects, as the last word of an action.
    pub(crate) fn go(&mut self, to: Goto) -> Vec<Effect> {
        self.going.push(to);
        Vec::new()
    }

    /// The next place to go to.
    pub(crate) fn next_goto(&mut self) -> Option<Goto> {
        (!self.going.is_empty()).then(|| self.going.remove(0))
    }

    /// What follows from a change of the open import's recipe: it is saved, and Review checks again.
    pub(crate) fn draft_changed(&mut self) -> Vec<Effect> {
        let Some(job) = self.job.as_mut() else { return Vec::new() };
        let effects = job.changed(&self.catalog);
        self.go(Goto::Recheck);
        effects
    }

    /// Changes the catalog, here at once and on disk soon.
    pub(crate) fn change_catalog(&mut self, change: Change) -> Vec<Effect> {
        self.catalog.apply(change.clone());
        self.lists.cursor = self.lists.cursor.min(self.lists.len(&self.catalog).saturating_sub(1));
        vec![Effect::Change(DataChange::Catalog(change))]
    }

    /// Shows whoever is in use, whether somebody still waited for it or not.
    pub(crate) fn use_account(&mut self, in_use: InUse) {
        self.who = Some(in_use.who);
        self.accounts = in_use.accounts;
        self.catalog = in_use.catalog;
    }

    pub(crate) fn say(&mut self, mood: Mood, text: impl Into<String>) {
        self.status = Some((mood, text.into()));
    }

    /// The board of the import the Processing screen shows.
    pub(crate) fn board(&self) -> Option<&Board> {
        self.boards.get(&self.watched)
    }

    pub(crate) fn board_mut(&mut self) -> Option<&mut Board> {
        self.boards.get_mut(&self.watched)
    }

    /// Whether an import runs in this program.
    pub(crate) fn is_running(&self) -> bool {
        self.boards.values().any(|board| board.running)
    }

    /// Whether something on the screen may change without a key.
    pub(crate) fn wants_ticks(&self) -> bool {
        self.is_running() || self.is_watching() || self.imports_run_elsewhere()
    }

    /// Whether the Processing screen shows an import that does not run here: another caseload may run it, or begin to.
    pub(crate) fn is_watching(&self) -> bool {
        self.screen == Screen::Processing && self.board().is_some_and(|board| !board.running)
    }

    /// Whether the list shows an import that another caseload runs.
    pub(crate) fn imports_run_elsewhere(&self) -> bool {
        let elsewhere = |import: &crate::ledger::Import| {
            import.status == crate::ledger::Status::Processing
                && !self.boards.get(&import.id).is_some_and(|board| board.running)
        };
        self.screen == Screen::Imports && self.imports.all.iter().any(elsewhere)
    }

    /// How many lines a page of a list is.
    pub(crate) fn page(&self) -> usize {
        usize::from(self.size.1.saturating_sub(8)).max(1)
    }

    /// Today, where the user is.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        let now = Timestamp::from_second(self.now).unwrap_or(Timestamp::UNIX_EPOCH);
        now.to_zoned_datetime(self.zone.clone()).date()
    }

    /// A moment as the user's clock shows it.
    pub(crate) fn moment(&self, seconds: i64) -> String {
        Timestamp::from_second(seconds)
            .map(|t| t.to_zoned_datetime(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string())
            .unwrap_or_default()
    }
}
