//! The keys: one table that feeds the keyboard, the footer and the help.

use crate::tui::core::action::Action;
use crate::tui::core::place::Place;

/// A key as a terminal can tell it apart from every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Char(char),
    Ctrl(char),
    Up,
    Down,
    Left,
    Right,
    WordLeft,
    WordRight,
    Home,
    End,
    PageUp,
    PageDown,
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) action: Action,
    pub(crate) keys: &'static [Key],
    /// The keys as people read them.
    pub(crate) shown: &'static str,
    /// A word or two for the footer; none keeps it out of the footer.
    pub(crate) text: &'static str,
    pub(crate) help: &'static str,
    /// Where it exists; everywhere when empty.
    pub(crate) places: &'static [Place],
}

const fn spec(
    action: Action,
    keys: &'static [Key],
    shown: &'static str,
    text: &'static str,
    help: &'static str,
    places: &'static [Place],
) -> Spec {
    Spec { action, keys, shown, text, help, places }
}

use Key::{
    BackTab, Backspace, Char, Ctrl, Delete, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab,
    Up,
};
use Place as P;

const STEPS: &[Place] = &[P::Defaults, P::FieldMap];
const LISTS: &[Place] = &[
    P::Imports,
    P::Catalog,
    P::Defaults,
    P::FieldMap,
    P::Review,
    P::Processing,
    P::Values,
    P::Changes,
    P::RowView,
    P::First,
    P::Drift,
    P::OneException,
    P::Help,
];
const TYPED: &[Place] = &[P::Picker, P::MultiPicker, P::Chooser, P::Account, P::Declare, P::Filter];
/// Long lists beside a text one types: Ctrl-U and Ctrl-D belong to the text.
const LONG: &[Place] = &[P::Picker, P::MultiPicker, P::Chooser];
/// Where cells of a file are shown; on the others to say why there is nothing to show.
const CELLS: &[Place] = &[
    P::Imports,
    P::Catalog,
    P::Defaults,
    P::FieldMap,
    P::Review,
    P::Processing,
    P::Values,
    P::Changes,
    P::RowView,
    P::First,
    P::OneException,
];
const FORMS: &[Place] = &[P::Account, P::Declare];
const FIELDS: &[Place] = &[P::Account, P::Declare, P::StartDialog];

const HELPED: &[Place] = &[
    P::Imports,
    P::Catalog,
    P::Defaults,
    P::FieldMap,
    P::Review,
    P::Processing,
    P::Values,
    P::Changes,
    P::RowView,
    P::First,
    P::Drift,
    P::OneException,
    P::StartDialog,
];

/// Every action, in the order of the footer and the help.
#[rustfmt::skip] // a line an action reads as the table it is
pub(crate) const ACTIONS: &[Spec] = &[
    // What each screen is for.
    spec(Action::Accept, &[Enter], "Enter", "open", "Open the import at the step it needs.", &[P::Imports]),
    spec(Action::New, &[Char('n')], "n", "new", "Choose a file and begin a new import.", &[P::Imports]),
    spec(Action::Duplicate, &[Char('d')], "d", "duplicate", "Take over defaults and field map, and choose a new file.", &[P::Imports, P::Processing]),
    spec(Action::Resume, &[Char('r')], "r", "resume", "Send corrected rows again, and the rows that are not sent; unknown rows are looked up first.", &[P::Imports, P::Processing]),
    spec(Action::Fix, &[Char('e')], "e", "edit", "Edit the cell that made this row fail; the file stays as it is. Then r sends the row again.", &[P::Processing, P::OneException]),
    spec(Action::FixAll, &[Char('E')], "E", "", "Change this value in every row of the column.", &[P::Processing, P::OneException]),
    spec(Action::LeaveOut, &[Char('x')], "x", "skip", "Skip the row instead of sending it again, or include it after all.", &[P::Processing, P::OneException]),
    spec(Action::Verify, &[Char('V')], "V", "", "Read the created cases back, and compare every value with what was sent.", &[P::Processing]),
    spec(Action::Decide, &[Char('t')], "t", "decide", "Say what the unknown row under the cursor is: in Trackops, or to be sent again.", &[P::Processing]),
    spec(Action::Export, &[Char('w')], "w", "write out", "Write rejected or remaining rows, the exceptions, or the receipt to a file.", &[P::Imports, P::Processing]),
    spec(Action::Rename, &[Char('e')], "e", "", "Give the import another name.", &[P::Imports]),
    spec(Action::Delete, &[Delete], "Del", "delete", "Delete this import record; asks first. Duplicate protection is kept.", &[P::Imports]),
    spec(Action::EditAccount, &[Char('a')], "a", "account", "Switch to another account, change one, or test the connection.", &[P::Imports]),
    spec(Action::EditAccount, &[Char('a')], "a", "", "Switch to another account, change one, or test the connection.", &[P::Processing]),
    spec(Action::Catalog, &[Char('C')], "C", "catalog", "Show the account's lists: case types, services, custom fields, clients and so on.", &[P::Imports]),
    spec(Action::Catalog, &[Char('C')], "C", "", "Show the account's lists; Esc comes back here.", &[P::Defaults, P::FieldMap]),
    spec(Action::Filter, &[Char('/')], "/", "filter", "Show only the imports with a text in their name, file, account or status.", &[P::Imports]),
    spec(Action::New, &[Char('n')], "n", "new", "Type in id and name of an entry, one after the other; or a custom field.", &[P::Catalog]),
    spec(Action::Accept, &[Enter], "Enter", "edit", "Change the name of the entry, or the custom field.", &[P::Catalog]),
    spec(Action::Next, &[Tab], "Tab", "next list", "Go to the next list.", &[P::Catalog]),
    spec(Action::Previous, &[BackTab], "Shift-Tab", "", "Go to the list before.", &[P::Catalog]),
    spec(Action::LeaveOut, &[Char('x')], "x", "deleted", "Mark the entry as deleted in Trackops, or no more: rows that name it are then not sent.", &[P::Catalog]),
    spec(Action::Clear, &[Delete, Backspace], "Del", "", "Take the entry out of the catalog; asks first.", &[P::Catalog]),
    spec(Action::Reading, &[Char('o')], "o", "references", "Say what the case type calls its three references.", &[P::Catalog]),
    spec(Action::Learn, &[Char('L')], "L", "learn", "Take over the custom fields, and ids and names that the newest cases show; names that are known stay.", &[P::Catalog]),
    spec(Action::Import, &[Char('f')], "f", "from file", "Take over a catalog file, such as a colleague's.", &[P::Catalog]),
    spec(Action::Export, &[Char('w')], "w", "to file", "Write the catalog to a file, to keep or for a colleague.", &[P::Catalog]),
    spec(Action::Refresh, &[Ctrl('r')], "Ctrl-R", "ask again", "Ask Trackops for the list again.", &[P::Catalog]),
    spec(Action::Filter, &[Char('/')], "/", "find", "Go to an entry by its name or id.", &[P::Catalog]),
    spec(Action::Accept, &[Enter], "Enter", "edit", "Edit the value under the cursor.", &[P::Defaults]),
    spec(Action::Accept, &[Enter], "Enter", "field", "Choose the field this column goes to.", &[P::FieldMap]),
    spec(Action::TakeIdea, &[Char(' ')], "Space", "take guess", "Take the guess that was not sure enough to be made.", &[P::FieldMap]),
    spec(Action::Save, &[Char('c'), Ctrl('s')], "c", "continue", "Go on to the next step.", STEPS),
    spec(Action::Values, &[Char('v')], "v", "values", "Show every text of the column with how often, and say which id it stands for.", &[P::FieldMap]),
    spec(Action::Reading, &[Char('o')], "o", "how read", "Change how the column is read: order of day and month, decimal mark, or what separates several values.", &[P::FieldMap]),
    spec(Action::Clear, &[Delete, Backspace], "Del", "clear", "Clear the default.", &[P::Defaults]),
    spec(Action::Clear, &[Char('x'), Delete, Backspace], "x", "ignore", "Don't import this column.", &[P::FieldMap]),
    spec(Action::AnotherField, &[Char('a')], "a", "also to", "Send the column to one more field.", &[P::FieldMap]),
    spec(Action::Declare, &[Char('+')], "+", "new field", "Tell caseload about a custom field of your Trackops account.", &[P::FieldMap]),
    spec(Action::Forget, &[Char('F')], "F", "", "Forget what earlier imports made of this header, and guess anew.", &[P::FieldMap]),
    spec(Action::TakeOver, &[Char('L')], "L", "", "Take over defaults and field map of the import the file looks like.", &[P::Defaults, P::FieldMap]),
    spec(Action::Drift, &[Char('D')], "D", "differences", "List the differences from the import it was duplicated from.", &[P::Defaults, P::FieldMap, P::Review]),
    spec(Action::Private, &[Char('H')], "H", "", "Mark the column as private, as SSNs and dates of birth are, or unmark it.", &[P::FieldMap]),
    spec(Action::AsIs, &[Char('i')], "i", "", "Take the cells as they are: what looks damaged on a reference is a warning, no error.", &[P::FieldMap]),
    spec(Action::Right, &[Right, Char('l'), Char(' ')], "→", "change", "Read the file with the next choice.", &[P::Sheet]),
    spec(Action::Left, &[Left, Char('h')], "←", "", "Read the file with the choice before.", &[P::Sheet]),
    spec(Action::Start, &[Char('s')], "s", "start", "Ask once, then create the cases.", &[P::Review]),
    spec(Action::SendFirst, &[Char('1')], "1", "send one", "Send the row under the cursor alone, and hold what is stored against what was sent.", &[P::Review]),
    spec(Action::Accept, &[Enter], "Enter", "whole row", "Show the row as the case that will be sent.", &[P::Review]),
    spec(Action::Fix, &[Char('e')], "e", "fix", "Read another text in place of the cell under the cursor; the file stays as it is.", &[P::Review]),
    spec(Action::FixAll, &[Char('E')], "E", "fix all", "Read another text in place of this one, in every row of the column.", &[P::Review]),
    spec(Action::LeaveOut, &[Char('x')], "x", "leave out", "Leave the row out, or take it in again.", &[P::Review]),
    spec(Action::Anyway, &[Char('y')], "y", "send anyway", "Send the row although its case was sent before, or leave it out again.", &[P::Review]),
    spec(Action::Values, &[Char('v')], "v", "values", "Show every text of the column with how often.", &[P::Review]),
    spec(Action::RowToken, &[Char('T')], "T", "", "Let each case carry a token in its administrative notes, by which it can be found again; or no more.", &[P::Review]),
    spec(Action::NextProblem, &[Char('n')], "n/N", "next problem", "Go to the next row with a problem.", &[P::Review]),
    spec(Action::PreviousProblem, &[Char('N')], "N", "", "Go to the row with a problem before this one.", &[P::Review]),
    spec(Action::Problems, &[Char('P')], "P", "only problems", "Show only the rows with a problem, or all again.", &[P::Review]),
    spec(Action::Filter, &[Char('/')], "/", "find", "Show only the rows with one kind of problem, or with a text in a cell.", &[P::Review]),
    spec(Action::GoTo, &[Char('#')], "#", "", "Go to a row by its number.", &[P::Review]),
    spec(Action::Toggle, &[Char(' ')], "Space", "", "Show every cell of the row in full, and where it goes.", &[P::Review]),
    spec(Action::Filter, &[Char('/')], "/", "find", "Go to a column by its name, or by the field it goes to.", &[P::FieldMap]),
    spec(Action::Changes, &[Char('m')], "m", "changes", "List what was fixed and left out, and take it back one by one.", &[P::FieldMap, P::Review]),
    spec(Action::Sheet, &[Char('f')], "f", "file", "Show how the file is read: encoding, separator, header, footer; and change it.", &[P::Defaults, P::FieldMap, P::Review]),
    spec(Action::Pause, &[Char('p')], "p", "pause", "Stop after the rows in flight; the rest can be resumed.", &[P::Processing]),
    spec(Action::Accept, &[Enter], "Enter", "whole exception", "Show the exception under the cursor in full.", &[P::Processing]),
    spec(Action::Follow, &[Char('F'), Char(' ')], "F", "follow", "Pause scrolling of the exception log, or follow the newest again.", &[P::Processing]),
    spec(Action::Filter, &[Char('/')], "/", "by cause", "Show the causes of the exceptions with how many rows each has, and only the rows of one.", &[P::Processing]),
    spec(Action::Copy, &[Char('Y')], "Y", "copy", "Copy the exception to the clipboard of your own terminal (OSC 52).", &[P::Processing, P::OneException]),
    spec(Action::Copy, &[Char('Y')], "Y", "", "Copy the cell to the clipboard of your own terminal (OSC 52).", &[P::Review]),
    spec(Action::Accept, &[Enter], "Enter", "choose", "Choose the id this text stands for; where there are no ids, what is read in its place.", &[P::Values]),
    spec(Action::TakeIdea, &[Char(' ')], "Space", "take guess", "Take the id whose name looks like the text.", &[P::Values]),
    spec(Action::FixAll, &[Char('e')], "e", "fix", "Read another text in place of this one, in every row.", &[P::Values]),
    spec(Action::LeaveOut, &[Char('x')], "x", "leave out", "Leave out the rows with this text, or take them in again.", &[P::Values]),
    spec(Action::Split, &[Char('S')], "S", "split", "Make an import for each text: for files with several clients or case types.", &[P::Values]),
    spec(Action::Clear, &[Delete, Backspace], "Del", "clear", "Let the text stand for itself again.", &[P::Values]),
    spec(Action::Clear, &[Delete, Backspace], "Del", "take back", "Take this change back.", &[P::Changes]),
    spec(Action::Next, &[Tab], "Tab", "case, cells, JSON", "Show the row as a case, as the cells of the file, or as JSON.", &[P::RowView]),
    spec(Action::Previous, &[BackTab], "Shift-Tab", "", "Show the row the way before.", &[P::RowView]),
    spec(Action::Undo, &[Char('u')], "u", "undo", "Undo the last change.", &[P::Defaults, P::FieldMap, P::Review, P::Values, P::Changes]),
    spec(Action::Redo, &[Ctrl('r')], "Ctrl-R", "", "Redo the change that was undone.", &[P::Defaults, P::FieldMap, P::Review, P::Values, P::Changes]),
    // Dialogs.
    spec(Action::Toggle, &[Char(' ')], "Space", "mark", "Mark or unmark the entry; several may be marked.", &[P::MultiPicker]),
    spec(Action::Accept, &[Enter], "Enter", "choose", "Take the entry under the cursor, or the marked ones.", &[P::Picker, P::MultiPicker]),
    spec(Action::Refresh, &[Ctrl('r')], "Ctrl-R", "refresh", "Ask Trackops for the list again; names of your own lists are learned from the newest cases.", &[P::Picker, P::MultiPicker]),
    spec(Action::Next, &[Tab], "Tab", "complete", "Complete the path as far as it is certain.", &[P::Chooser]),
    spec(Action::Accept, &[Enter], "Enter", "choose", "Open the file, or go into the folder.", &[P::Chooser]),
    spec(Action::Accept, &[Enter], "Enter", "accept", "Take what was typed.", &[P::Prompt, P::Filter]),
    spec(Action::Accept, &[Enter], "Enter", "accept", "On the choice: go on to Start. On a button: press it.", &[P::StartDialog]),
    spec(Action::Accept, &[Enter], "Enter", "next", "Go to the next field; on the last one, do it.", FORMS),
    spec(Action::Save, &[Ctrl('s')], "Ctrl-S", "connect", "Test the connection and keep the account.", &[P::Account]),
    spec(Action::Save, &[Ctrl('s')], "Ctrl-S", "declare", "Keep the field.", &[P::Declare]),
    spec(Action::Next, &[Tab], "Tab", "next field", "Go to the next field.", FIELDS),
    spec(Action::Previous, &[BackTab], "Shift-Tab", "", "Go to the field before.", FIELDS),
    spec(Action::Toggle, &[Char(' ')], "Space", "change", "Change the choice.", &[P::StartDialog]),
    spec(Action::Accept, &[Enter], "Enter", "keep", "Keep the file format as it is set now.", &[P::Sheet]),
    spec(Action::Back, &[Esc], "Esc", "cancel", "Read the file as before.", &[P::Sheet]),
    spec(Action::Accept, &[Enter, Char('y')], "Enter", "yes", "Do what the question says.", &[P::Confirm]),
    spec(Action::Back, &[Esc, Char('n')], "Esc", "no", "Do nothing.", &[P::Confirm]),
    // The same everywhere.
    spec(Action::Back, &[Esc], "Esc", "back", "Go back; nothing is lost.", &[P::Catalog, P::Defaults, P::FieldMap, P::Review, P::Processing, P::Picker, P::MultiPicker, P::Chooser, P::Prompt, P::Filter, P::Account, P::Declare, P::StartDialog, P::Values, P::Changes, P::RowView, P::First, P::Drift, P::OneException, P::Help]),
    spec(Action::Back, &[Esc], "Esc", "", "Clear the filter.", &[P::Imports]),
    spec(Action::Up, &[Up, Char('k')], "↑ k", "", "Move up.", &[P::Imports, P::Catalog, P::Defaults, P::FieldMap, P::Review, P::Processing, P::Values, P::Changes, P::RowView, P::First, P::Drift, P::OneException, P::Sheet, P::Help, P::StartDialog]),
    spec(Action::Down, &[Down, Char('j')], "↓ j", "", "Move down.", &[P::Imports, P::Catalog, P::Defaults, P::FieldMap, P::Review, P::Processing, P::Values, P::Changes, P::RowView, P::First, P::Drift, P::OneException, P::Sheet, P::Help, P::StartDialog]),
    spec(Action::Up, &[Up], "↑", "", "Move up.", TYPED),
    spec(Action::Down, &[Down], "↓", "", "Move down.", TYPED),
    spec(Action::Left, &[Left, Char('h')], "← h", "", "Go to the column before, or change the choice.", &[P::Review, P::StartDialog]),
    spec(Action::Left, &[Left, Char('h')], "← h", "", "Preview the sample before.", &[P::FieldMap]),
    spec(Action::Right, &[Right, Char('l')], "→ l", "", "Go to the next column, or change the choice.", &[P::Review, P::StartDialog]),
    spec(Action::Right, &[Right, Char('l')], "→ l", "", "Preview the next sample.", &[P::FieldMap]),
    spec(Action::Left, &[Left, Char('h')], "← h", "", "Go to the list before.", &[P::Catalog]),
    spec(Action::Right, &[Right, Char('l')], "→ l", "", "Go to the next list.", &[P::Catalog]),
    spec(Action::FirstColumn, &[Char('0')], "0", "", "Go to the first column.", &[P::Review]),
    spec(Action::LastColumn, &[Char('$')], "$", "", "Go to the last column.", &[P::Review]),
    spec(Action::PageUp, &[PageUp], "PgUp", "", "Move a page up.", LONG),
    spec(Action::PageDown, &[PageDown], "PgDn", "", "Move a page down.", LONG),
    spec(Action::PageUp, &[PageUp, Ctrl('u')], "PgUp", "", "Move a page up.", LISTS),
    spec(Action::PageDown, &[PageDown, Ctrl('d')], "PgDn", "", "Move a page down.", LISTS),
    spec(Action::First, &[Home, Char('g')], "g", "", "Go to the first.", LISTS),
    spec(Action::Last, &[End, Char('G')], "G", "", "Go to the last.", LISTS),
    spec(Action::Next, &[Tab], "Tab", "", "Go to the next step or field.", STEPS),
    spec(Action::Previous, &[BackTab], "Shift-Tab", "", "Go to the step or field before.", &[P::FieldMap, P::Review]),
    spec(Action::Leave, &[Char('q')], "q", "leave", "Leave caseload; asks first while an import runs.", &[P::Imports, P::Catalog, P::Defaults, P::FieldMap, P::Review, P::Processing]),
    spec(Action::Help, &[Char('?')], "?", "all keys", "Show every key of this screen.", HELPED),
    spec(Action::Palette, &[Char(':'), Ctrl('p')], ":", "", "Find an action by typing what it does, and do it.", HELPED),
    spec(Action::ShowPrivate, &[Char('M')], "M", "", "Show SSNs and dates of birth, or hide them again.", CELLS),
    spec(Action::Suspend, &[Ctrl('z')], "Ctrl-Z", "", "Wait in the background of the shell, rows and all, until `fg`.", &[]),
    spec(Action::Interrupt, &[Ctrl('c')], "Ctrl-C", "", "Leave caseload from anywhere.", &[]),
];

impl Spec {
    pub(crate) fn exists_in(&self, place: Place) -> bool {
        self.places.is_empty() || self.places.contains(&place)
    }
}

/// The actions of a place, in order.
pub(crate) fn actions_of(place: Place) -> impl Iterator<Item = &'static Spec> {
    ACTIONS.iter().filter(move |spec| spec.exists_in(place))
}

/// What a key means in a place.
pub(crate) fn find(place: Place, key: Key) -> Option<Action> {
    actions_of(place).find(|spec| spec.keys.contains(&key)).map(|spec| spec.action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for place in Place::ALL {
            let mut seen: Vec<Key> = Vec::new();
            for spec in actions_of(place) {
                for key in spec.keys {
                    assert!(!seen.contains(key), "{key:?} twice in {place:?}");
                    seen.push(*key);
                }
            }
        }
    }

    #[test]
    fn letters_are_no_commands_where_text_is_typed() {
        for place in Place::ALL.into_iter().filter(|place| place.is_text()) {
            for spec in actions_of(place) {
                let letters = spec.keys.iter().filter(|key| matches!(key, Char(c) if *c != ' '));
                assert_eq!(letters.count(), 0, "{place:?} {:?}", spec.action);
            }
        }
    }
}
