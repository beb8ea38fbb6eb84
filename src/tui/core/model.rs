//! State of the screens. Only `update` changes it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::{Timestamp, tz::TimeZone};

use crate::app::KnownAccounts;
use crate::guide::Page;
use crate::ledger::{Exception, Import, ImportId};
use crate::trackops::{Catalog, CatalogChange, Notify};
use crate::tui::core::action::Action;
use crate::tui::core::cell_mask::CellMask;
use crate::tui::core::effect::{DataChange, Effect};
use crate::tui::core::goto::{Goto, WantedStep};
use crate::tui::core::msg::{InUse, Sentence, Ticket, Who};
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
use crate::tui::screens::review::state::{BesideTable, Review, RowView, SentFirst};
use crate::tui::screens::start::state::StartDialog;

/// A layer over a screen.
#[derive(Debug)]
pub(crate) enum Overlay {
    Picker(Picker),
    Chooser(Chooser),
    Prompt(Prompt),
    Declare(Declare),
    Values(Values),
    Start(StartDialog),
    Confirm(Confirm),
    /// Edits and skipped rows; holds the cursor.
    Changes(usize),
    /// Full-screen view of a row.
    Row(Box<RowView>),
    /// Row that is sent first, and its result.
    First(SentFirst),
    /// An exception of the log and the scroll offset.
    Exception(Box<Exception>, usize),
    /// Differences from the import this one was duplicated from; holds the scroll offset.
    Drift(usize),
    /// Format of the file.
    Sheet(FileForm),
    /// Key help; holds the scroll offset.
    Help(usize),
    /// A page of the guide, and the scroll offset.
    Guide(Page, usize),
}

impl Overlay {
    /// Returns the scroll offset of a full-screen text; none for other overlays.
    pub(crate) fn scroll_mut(&mut self) -> Option<&mut usize> {
        match self {
            Self::Row(one) => Some(&mut one.scroll),
            Self::First(sent) => Some(&mut sent.scroll),
            Self::Exception(_, scroll)
            | Self::Drift(scroll)
            | Self::Help(scroll)
            | Self::Guide(_, scroll) => Some(scroll),
            _ => None,
        }
    }
}

/// A request to the terminal itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TerminalRequest {
    /// Suspend to the shell.
    Suspend,
    /// Draw everything anew, over what another program wrote there.
    Redraw,
    /// Copy a text to the clipboard of the user's own machine.
    Copy(String),
    /// Announce the end of a run, by bell or desktop notification.
    Notify(Notify, String),
}

/// Stage of quitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Open,
    /// The user quit; the program ends when the last run has ended.
    Leaving,
    /// The program ends now.
    Over,
    /// The program ends now, without waiting for the rows in flight.
    Abandoned,
}

/// Tone of the message in the status line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Good,
    Plain,
    Bad,
}

/// Folder of a demo, removed at the end.
#[derive(Debug)]
pub(crate) struct TemporaryFolder {
    pub(crate) folder: PathBuf,
    /// Folder the program was started in, for exports.
    pub(crate) exports: PathBuf,
}

/// State of the whole screen interface.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) size: (u16, u16),
    pub(crate) theme: Theme,
    /// Notification at the end of a run.
    pub(crate) notify: Notify,
    /// Seconds since 1970 at the last tick.
    pub(crate) now: i64,
    /// Whether the last message changed nothing visible; if so, nothing is drawn.
    pub(crate) quiet: bool,
    pub(crate) zone: TimeZone,
    pub(crate) who: Option<Who>,
    pub(crate) accounts: KnownAccounts,
    /// Step to take once its account is in use.
    pub(crate) wanted: Option<WantedStep>,
    pub(crate) catalog: Catalog,
    pub(crate) screen: Screen,
    pub(crate) overlays: Vec<Overlay>,
    pub(crate) status: Option<(Mood, String)>,
    /// Action that isn't available, with the reason in the status line.
    pub(crate) refused: Option<(Action, String)>,
    /// Awaited reply and what it is for, such as "Reading the file".
    pub(crate) busy: Option<(Ticket, &'static str)>,
    pub(crate) account: AccountForm,
    pub(crate) imports: ImportList,
    pub(crate) lists: CatalogView,
    pub(crate) job: Option<Job>,
    pub(crate) review: Review,
    /// What Review shows beside its table.
    pub(crate) beside_table: BesideTable,
    /// Imports of which the last check found no row to send, with the recipe that was checked.
    pub(crate) nothing_to_send: BTreeMap<ImportId, String>,
    /// Imports that run or were viewed, by number.
    pub(crate) boards: BTreeMap<ImportId, Board>,
    /// Import shown on the Processing screen.
    pub(crate) watched: ImportId,
    /// Last poll of an import that doesn't run here, in seconds since 1970.
    pub(crate) polled_at: i64,
    pub(crate) phase: Phase,
    pub(crate) terminal_request: Option<TerminalRequest>,
    /// Whether SSNs and dates of birth are shown.
    pub(crate) private_shown: bool,
    /// Whether the import being opened starts at its first step.
    pub(crate) starts_at_first_step: bool,
    pub(crate) temporary: Option<TemporaryFolder>,
    /// Pending navigation, in order.
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
            refused: None,
            busy: None,
            account: AccountForm::default(),
            imports: ImportList::default(),
            lists: CatalogView::default(),
            job: None,
            review: Review::default(),
            beside_table: BesideTable::default(),
            nothing_to_send: BTreeMap::new(),
            boards: BTreeMap::new(),
            watched: 0,
            polled_at: 0,
            phase: Phase::Open,
            terminal_request: None,
            private_shown: false,
            starts_at_first_step: false,
            temporary: None,
            going: Vec::new(),
            last_ticket: 0,
        }
    }

    /// Returns the place that receives keys.
    pub(crate) fn place(&self) -> Place {
        self.place_at(self.overlays.len())
    }

    /// Returns the place that would receive keys with only `overlays` layers.
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
            Some(Overlay::Guide(..)) => Place::Guide,
            None => self.screen_place(),
        }
    }

    /// Returns the place of the screen itself, without overlays.
    pub(crate) fn screen_place(&self) -> Place {
        match self.screen {
            Screen::Account => Place::Account,
            Screen::Imports if self.imports.is_filtering() => Place::Filter,
            Screen::Imports => Place::Imports,
            Screen::Catalog => Place::Catalog,
            Screen::Defaults => Place::Defaults,
            Screen::FieldMap => Place::FieldMap,
            Screen::Review => Place::Review,
            Screen::Processing => Place::Processing,
        }
    }

    /// Returns whether the cells of a column (from 0) of the open import are masked now.
    pub(crate) fn hides(&self, column: usize) -> bool {
        !self.private_shown && self.job.as_ref().is_some_and(|job| job.is_private(column))
    }

    /// Returns a cell of the open import as displayed, masked if needed.
    pub(crate) fn displayed(&self, column: usize, text: &str) -> String {
        self.mask_now(|job| job.cell_mask(column)).apply(text)
    }

    /// Returns how the cells of a column of the open import are masked now; the column's name is that in the recipe.
    pub(crate) fn mask_named(&self, column: &str) -> CellMask {
        self.mask_now(|job| job.cell_mask_named(column))
    }

    fn mask_now(&self, mask: impl Fn(&Job) -> CellMask) -> CellMask {
        if self.private_shown { CellMask::Nothing } else { self.job.as_ref().map_or(CellMask::Ssns, mask) }
    }

    pub(crate) fn ticket(&mut self) -> Ticket {
        self.last_ticket += 1;
        self.last_ticket
    }

    /// Waits for a reply, as the status line says; Esc cancels. Returns the number for the request.
    pub(crate) fn wait_for(&mut self, what: &'static str) -> Ticket {
        let ticket = self.ticket();
        self.busy = Some((ticket, what));
        ticket
    }

    /// Returns the value of the awaited reply; none if it isn't that one, or if it failed, which is reported.
    pub(crate) fn take_answer<T>(&mut self, ticket: Ticket, answer: Result<T, Sentence>) -> Option<T> {
        if !self.awaited(ticket) {
            return None;
        }
        answer.map_err(|sentence| self.say(Mood::Bad, sentence)).ok()
    }

    /// Returns whether a reply is the awaited one, and stops waiting if so.
    pub(crate) fn awaited(&mut self, ticket: Ticket) -> bool {
        self.busy.take_if(|(busy, _)| *busy == ticket).is_some()
    }

    /// Returns the columns of Review's table, in display order, from 0.
    pub(crate) fn review_columns(&self) -> Vec<usize> {
        let mut order = self.job.as_ref().map(Job::review_order).unwrap_or_default();
        self.review.hide_columns(&mut order);
        order
    }

    /// Returns the column under the cursor in Review, from 0.
    pub(crate) fn column_under(&self) -> Option<usize> {
        let order = self.review_columns();
        self.review.column_under(&order)
    }

    /// Navigates once the message is handled. Returns no effects, so an action can end with it.
    pub(crate) fn go(&mut self, to: Goto) -> Vec<Effect> {
        self.going.push(to);
        Vec::new()
    }

    /// Removes and returns the next navigation request.
    pub(crate) fn next_goto(&mut self) -> Option<Goto> {
        (!self.going.is_empty()).then(|| self.going.remove(0))
    }

    /// Saves the open import's changed recipe and has Review check again.
    pub(crate) fn draft_changed(&mut self) -> Vec<Effect> {
        let Some(job) = self.job.as_mut() else { return Vec::new() };
        let effects = job.changed(&self.catalog);
        self.go(Goto::Recheck);
        effects
    }

    /// Changes the catalog: here at once, on disk by an effect.
    pub(crate) fn change_catalog(&mut self, change: CatalogChange) -> Vec<Effect> {
        self.catalog.apply(change.clone());
        self.lists.keep_cursor_in(&self.catalog);
        vec![Effect::Change(DataChange::Catalog(change))]
    }

    /// Shows the account in use, even if nothing waited for the switch.
    pub(crate) fn use_account(&mut self, in_use: InUse) {
        self.who = Some(in_use.who);
        self.accounts = in_use.accounts;
        self.catalog = in_use.catalog;
    }

    pub(crate) fn say(&mut self, mood: Mood, text: impl Into<String>) {
        self.status = Some((mood, text.into()));
    }

    /// Removes a message that isn't true any more.
    pub(crate) fn unsay(&mut self, text: &str) {
        if self.status.as_ref().is_some_and(|(_, said)| said == text) {
            self.status = None;
        }
    }

    /// Reports why an action isn't available, until it is.
    pub(crate) fn refuse(&mut self, action: Action, why: String) {
        self.say(Mood::Plain, why.clone());
        self.refused = Some((action, why));
    }

    /// Returns the board of the import shown on the Processing screen.
    pub(crate) fn board(&self) -> Option<&Board> {
        self.boards.get(&self.watched)
    }

    pub(crate) fn board_mut(&mut self) -> Option<&mut Board> {
        self.boards.get_mut(&self.watched)
    }

    /// Returns whether an import runs in this process.
    pub(crate) fn is_running(&self) -> bool {
        self.boards.values().any(Board::is_running)
    }

    /// Returns whether this import runs in this process.
    pub(crate) fn runs(&self, id: ImportId) -> bool {
        self.boards.get(&id).is_some_and(Board::is_running)
    }

    /// Returns whether the screen may change without a key.
    pub(crate) fn wants_ticks(&self) -> bool {
        self.is_running() || self.is_watching() || self.screen == Screen::Imports
    }

    /// Returns whether Processing shows an import that doesn't run here. Another process may be running it, or start to.
    pub(crate) fn is_watching(&self) -> bool {
        self.screen == Screen::Processing && self.board().is_some_and(|board| !board.is_running())
    }

    /// Returns whether the list shows an import that another process runs.
    pub(crate) fn imports_run_elsewhere(&self) -> bool {
        let elsewhere =
            |import: &Import| import.status == crate::ledger::Status::Processing && !self.runs(import.id);
        self.screen == Screen::Imports && self.imports.all().iter().any(elsewhere)
    }

    /// Returns an import of the list, or one that is viewed.
    pub(crate) fn import(&self, id: ImportId) -> Option<&Import> {
        self.imports.get(id).or_else(|| self.boards.get(&id)?.import())
    }

    /// Returns where cases are created, such as ` at acme.viewcases.com`; empty without an account.
    pub(crate) fn at_host(&self) -> String {
        self.who.as_ref().map_or_else(String::new, |who| format!(" at {}", who.host))
    }

    /// Returns the number of lines of a list page.
    pub(crate) fn page(&self) -> usize {
        usize::from(self.size.1.saturating_sub(8)).max(1)
    }

    /// Returns today's date in the user's time zone.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        let now = Timestamp::from_second(self.now).unwrap_or(Timestamp::UNIX_EPOCH);
        now.to_zoned_datetime(self.zone.clone()).date()
    }

    /// Formats a moment in the user's time zone.
    pub(crate) fn moment(&self, seconds: i64) -> String {
        Timestamp::from_second(seconds)
            .map(|t| t.to_zoned_datetime(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string())
            .unwrap_or_default()
    }
}
