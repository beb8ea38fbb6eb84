//! Key bindings: one table for the keyboard, the footer and the help.

use crate::tui::core::action::Action;
use crate::tui::core::place::Place;

/// A key that terminals can tell apart from all others.
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

/// An entry of the key table.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) action: Action,
    pub(crate) keys: &'static [Key],
    /// Keys as displayed.
    pub(crate) shown: &'static str,
    /// Label in the footer; if empty, the footer leaves it out.
    pub(crate) text: &'static str,
    pub(crate) help: &'static str,
    /// Places where the action exists; everywhere if empty.
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
    P::Guide,
];
const TYPED: &[Place] = &[P::Picker, P::MultiPicker, P::Chooser, P::Account, P::Declare, P::Filter];
/// Long lists with a text field: Ctrl-U and Ctrl-D edit the text there.
const LONG: &[Place] = &[P::Picker, P::MultiPicker, P::Chooser];
/// Places where cells of a file are shown, and a few that explain why none are.
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
#[rustfmt::skip] // one line per action reads as a table
pub(crate) const ACTIONS: &[Spec] = &[
    // Main actions of each screen.
    spec(Action::Accept, &[Enter], "Enter", "open", "Open the import.", &[P::Imports]),
    spec(Action::New, &[Char('n')], "n", "new", "Start a new import from a file.", &[P::Imports]),
    spec(Action::Duplicate, &[Char('d')], "d", "duplicate", "Use this import's settings for another file.", &[P::Imports, P::Processing]),
    spec(Action::Resume, &[Char('r')], "r", "resume", "Send corrected rows and the rows not sent yet. Unknown rows are checked first.", &[P::Imports, P::Processing]),
    spec(Action::Fix, &[Char('e')], "e", "edit", "Edit the cell that made this row fail; the file doesn't change. Then press r to resend.", &[P::Processing, P::OneException]),
    spec(Action::FixAll, &[Char('E')], "E", "", "Replace this value in every rejected row.", &[P::Processing, P::OneException]),
    spec(Action::Skip, &[Char('x')], "x", "skip", "Skip the row, or include it again.", &[P::Processing, P::OneException]),
    spec(Action::Verify, &[Char('V')], "V", "verify", "Read the created cases back, and compare every value with what was sent.", &[P::Processing]),
    spec(Action::SendAnyway, &[Char('y')], "y", "", "Send a row that was held back as a possible duplicate.", &[P::Processing]),
    spec(Action::Decide, &[Char('t')], "t", "decide", "Resolve the unknown row: mark as created, or send again.", &[P::Processing]),
    spec(Action::Export, &[Char('w')], "w", "export", "Export rejected or remaining rows, exceptions or the receipt.", &[P::Imports, P::Processing]),
    spec(Action::Rename, &[Char('e')], "e", "", "Rename the import.", &[P::Imports]),
    spec(Action::Delete, &[Delete], "Del", "delete", "Delete this import record; asks first. Duplicate protection is kept.", &[P::Imports]),
    spec(Action::EditAccount, &[Char('a')], "a", "account", "Switch to another account, change one, or test the connection.", &[P::Imports]),
    spec(Action::EditAccount, &[Char('a')], "a", "", "Switch to another account, change one, or test the connection.", &[P::Processing]),
    spec(Action::Catalog, &[Char('C')], "C", "catalog", "Show the catalog: case types, services, custom fields, clients and more.", &[P::Imports]),
    spec(Action::Catalog, &[Char('C')], "C", "", "Show the catalog. Esc comes back here.", &[P::Defaults, P::FieldMap]),
    spec(Action::Filter, &[Char('/')], "/", "filter", "Filter by name, file, account or status.", &[P::Imports]),
    spec(Action::New, &[Char('n')], "n", "new", "Add entries by id and name, or a custom field.", &[P::Catalog]),
    spec(Action::Accept, &[Enter], "Enter", "edit", "Rename the entry, or edit the custom field.", &[P::Catalog]),
    spec(Action::Next, &[Tab], "Tab", "next list", "Go to the next list.", &[P::Catalog]),
    spec(Action::Previous, &[BackTab], "Shift-Tab", "", "Go to the previous list.", &[P::Catalog]),
    spec(Action::Skip, &[Char('x')], "x", "deleted", "Mark as deleted in Trackops, or unmark. Rows using it won't be sent.", &[P::Catalog]),
    spec(Action::Clear, &[Delete, Backspace], "Del", "", "Remove the entry from the catalog; asks first.", &[P::Catalog]),
    spec(Action::Format, &[Char('o')], "o", "references", "Name the three references of the case type.", &[P::Catalog]),
    spec(Action::Learn, &[Char('L')], "L", "learn", "Learn custom fields and names from new cases. Known names stay.", &[P::Catalog]),
    spec(Action::Import, &[Char('f')], "f", "import", "Import a catalog file, such as a colleague's.", &[P::Catalog]),
    spec(Action::Export, &[Char('w')], "w", "export", "Export the catalog to a file.", &[P::Catalog]),
    spec(Action::Refresh, &[Ctrl('r')], "Ctrl-R", "refresh", "Refresh the list from Trackops.", &[P::Catalog]),
    spec(Action::Filter, &[Char('/')], "/", "find", "Go to an entry by its name or id.", &[P::Catalog]),
    spec(Action::Accept, &[Enter], "Enter", "edit", "Edit the value under the cursor.", &[P::Defaults]),
    spec(Action::NextProblem, &[Char('n')], "n/N", "", "Go to the next required field that is missing.", &[P::Defaults]),
    spec(Action::PreviousProblem, &[Char('N')], "N", "", "Go to the previous required field that is missing.", &[P::Defaults]),
    spec(Action::Accept, &[Enter], "Enter", "field", "Choose the field this column maps to.", &[P::FieldMap]),
    spec(Action::AcceptSuggestion, &[Char(' ')], "Space", "accept", "Accept the suggestion, or confirm the field.", &[P::FieldMap]),
    spec(Action::Save, &[Char('c'), Ctrl('s')], "c", "continue", "Continue to the next step.", STEPS),
    spec(Action::Values, &[Char('v')], "v", "values", "Show the column's values with their counts, and match them to ids.", &[P::FieldMap]),
    spec(Action::Format, &[Char('o')], "o", "format", "Change the cell format: date order, decimal mark or separator.", &[P::FieldMap]),
    spec(Action::Clear, &[Delete, Backspace], "Del", "clear", "Clear the default.", &[P::Defaults]),
    spec(Action::Clear, &[Char('x'), Delete, Backspace], "x", "ignore", "Don't import this column.", &[P::FieldMap]),
    spec(Action::AnotherField, &[Char('a')], "a", "also map", "Map the column to one more field.", &[P::FieldMap]),
    spec(Action::Declare, &[Char('+')], "+", "new field", "Add a custom field of your Trackops account.", &[P::FieldMap]),
    spec(Action::Forget, &[Char('F')], "F", "", "Forget this header's remembered mapping, and guess again.", &[P::FieldMap]),
    spec(Action::CopySettings, &[Char('L')], "L", "", "Use the settings of another import: the one whose columns are most like this file's.", &[P::Defaults, P::FieldMap]),
    spec(Action::Differences, &[Char('D')], "D", "differences", "List the differences, compared with the import it was duplicated from.", &[P::Defaults, P::FieldMap, P::Review]),
    spec(Action::Private, &[Char('H')], "H", "", "Mark the column as private (masked, like SSNs), or unmark it.", &[P::FieldMap]),
    spec(Action::AsIs, &[Char('i')], "i", "", "Import the cells as they are: damaged references become warnings, not errors.", &[P::FieldMap]),
    spec(Action::Right, &[Right, Char('l'), Char(' ')], "→", "change", "Choose the next setting.", &[P::Sheet]),
    spec(Action::Left, &[Left, Char('h')], "←", "", "Choose the previous setting.", &[P::Sheet]),
    spec(Action::Start, &[Char('s')], "s", "start", "Start the import.", &[P::Review]),
    spec(Action::SendFirst, &[Char('1')], "1", "send one", "Send only this row, then compare it with what Trackops stored.", &[P::Review]),
    spec(Action::Accept, &[Enter], "Enter", "details", "Show the row as the case to be sent.", &[P::Review]),
    spec(Action::Fix, &[Char('e')], "e", "edit", "Edit the cell; the file doesn't change.", &[P::Review]),
    spec(Action::FixAll, &[Char('E')], "E", "edit all", "Replace this value everywhere in this column.", &[P::Review]),
    spec(Action::FillDown, &[Char('b')], "b", "fill", "Fill this blank or ditto cell from the row above.", &[P::Review]),
    spec(Action::FillDownAll, &[Char('B')], "B", "", "Fill blank and ditto cells of this column; asks first.", &[P::Review]),
    spec(Action::Skip, &[Char('x')], "x", "skip", "Skip the row, or include it again.", &[P::Review]),
    spec(Action::SendAnyway, &[Char('y')], "y", "send anyway", "Send this possible duplicate, or exclude it again.", &[P::Review]),
    spec(Action::Values, &[Char('v')], "v", "values", "Show the column's values with their counts.", &[P::Review]),
    spec(Action::RowToken, &[Char('T')], "T", "", "Toggle row tokens (added to administrative notes so a lost case can be found).", &[P::Review]),
    spec(Action::NextProblem, &[Char('n')], "n/N", "next problem", "Go to the next error or warning; rows that are only excluded come last.", &[P::Review]),
    spec(Action::PreviousProblem, &[Char('N')], "N", "", "Go to the previous row with a problem.", &[P::Review]),
    spec(Action::Problems, &[Char('P')], "P", "only problems", "Show only rows with problems, or all rows.", &[P::Review]),
    spec(Action::Filter, &[Char('/')], "/", "find", "Filter by kind of problem, or find a text.", &[P::Review]),
    spec(Action::GoTo, &[Char('#')], "#", "", "Go to a row by its number, or to a column by its name.", &[P::Review]),
    spec(Action::Toggle, &[Char(' ')], "Space", "", "Show the row's cells in full, with the fields they map to.", &[P::Review]),
    spec(Action::SortUp, &[Char('[')], "[", "", "Sort the rows by this column, lowest first; again for the order of the file.", &[P::Review]),
    spec(Action::SortDown, &[Char(']')], "]", "", "Sort the rows by this column, highest first; again for the order of the file.", &[P::Review]),
    spec(Action::HideColumn, &[Char('-')], "-", "", "Hide the column here; it's sent all the same.", &[P::Review]),
    spec(Action::ShowColumns, &[Char('=')], "=", "", "Show all columns again.", &[P::Review]),
    spec(Action::WidenColumn, &[Char('_')], "_", "", "Show the column in full width, or in its usual width.", &[P::Review]),
    spec(Action::FreezeColumns, &[Char('|')], "|", "", "Keep the columns up to this one in sight, or only the first.", &[P::Review]),
    spec(Action::Zoom, &[Char('z')], "z", "", "Give the table the full width, or show the case beside it again.", &[P::Review]),
    spec(Action::Filter, &[Char('/')], "/", "find", "Go to a column by its name or field.", &[P::FieldMap]),
    spec(Action::Changes, &[Char('m')], "m", "changes", "List the edits and skipped rows, and undo any of them.", &[P::FieldMap, P::Review]),
    spec(Action::FileFormat, &[Char('f')], "f", "file", "Show and change the file format: encoding, delimiter, header, footer.", &[P::Defaults, P::FieldMap, P::Review]),
    spec(Action::Pause, &[Char('p')], "p", "pause", "Pause once the rows awaiting reply are answered.", &[P::Processing]),
    spec(Action::Accept, &[Enter], "Enter", "details", "Show the exception in full.", &[P::Processing]),
    spec(Action::Follow, &[Char('F'), Char(' ')], "F", "follow", "Pause scrolling of the exception log, or follow the newest again.", &[P::Processing]),
    spec(Action::Filter, &[Char('/')], "/", "by cause", "Group the exceptions by cause, and show one.", &[P::Processing]),
    spec(Action::Copy, &[Char('Y')], "Y", "copy", "Copy the exception to your terminal's clipboard (OSC 52).", &[P::Processing, P::OneException]),
    spec(Action::Copy, &[Char('Y')], "Y", "", "Copy the cell to your terminal's clipboard (OSC 52).", &[P::Review]),
    spec(Action::Accept, &[Enter], "Enter", "choose", "Match the value to an id, or replace it where there are no ids.", &[P::Values]),
    spec(Action::AcceptSuggestion, &[Char(' ')], "Space", "accept", "Accept the suggestion.", &[P::Values]),
    spec(Action::FixAll, &[Char('e')], "e", "replace", "Replace this value in every row.", &[P::Values]),
    spec(Action::Skip, &[Char('x')], "x", "skip", "Skip the rows with this value, or include them again.", &[P::Values]),
    spec(Action::Split, &[Char('S')], "S", "split", "Split into one import per value, for files with several clients or case types.", &[P::Values]),
    spec(Action::Clear, &[Delete, Backspace], "Del", "clear", "Clear the match.", &[P::Values]),
    spec(Action::Clear, &[Delete, Backspace], "Del", "undo this", "Undo the change under the cursor.", &[P::Changes]),
    spec(Action::Next, &[Tab], "Tab", "next view", "Show the row as a case, as cells of the file, or as JSON.", &[P::RowView]),
    spec(Action::Previous, &[BackTab], "Shift-Tab", "", "Show the previous view of the row.", &[P::RowView]),
    spec(Action::Undo, &[Char('u')], "u", "undo", "Undo the last change.", &[P::Defaults, P::FieldMap, P::Review, P::Values, P::Changes]),
    spec(Action::Redo, &[Ctrl('r')], "Ctrl-R", "", "Redo the change you undid.", &[P::Defaults, P::FieldMap, P::Review, P::Values, P::Changes]),
    // Dialogs.
    spec(Action::Toggle, &[Char(' ')], "Space", "mark", "Mark or unmark the entry.", &[P::MultiPicker]),
    spec(Action::Accept, &[Enter], "Enter", "choose", "Choose the entry under the cursor, or the marked ones.", &[P::Picker, P::MultiPicker]),
    spec(Action::Refresh, &[Ctrl('r')], "Ctrl-R", "refresh", "Refresh the list from Trackops, or from its newest cases if it offers no list.", &[P::Picker, P::MultiPicker]),
    spec(Action::Catalog, &[Ctrl('o')], "Ctrl-O", "catalog", "Open this list in the catalog, to add many entries or import a colleague's. Esc comes back.", &[P::Picker, P::MultiPicker]),
    spec(Action::Next, &[Tab], "Tab", "complete", "Complete the path.", &[P::Chooser]),
    spec(Action::Accept, &[Enter], "Enter", "choose", "Open the file or folder.", &[P::Chooser]),
    spec(Action::Accept, &[Enter], "Enter", "accept", "Accept the text.", &[P::Prompt, P::Filter]),
    spec(Action::Accept, &[Enter], "Enter", "accept", "Press the button. On a choice, move to the button.", &[P::StartDialog]),
    spec(Action::Accept, &[Enter], "Enter", "next", "Go to the next field; on the last one, save.", FORMS),
    spec(Action::Save, &[Ctrl('s')], "Ctrl-S", "connect", "Test the connection and save the account.", &[P::Account]),
    spec(Action::Save, &[Ctrl('s')], "Ctrl-S", "save", "Save the field.", &[P::Declare]),
    spec(Action::Next, &[Tab], "Tab", "next field", "Go to the next field.", FIELDS),
    spec(Action::Previous, &[BackTab], "Shift-Tab", "", "Go to the previous field.", FIELDS),
    spec(Action::Toggle, &[Char(' ')], "Space", "change", "Change the choice.", &[P::StartDialog]),
    spec(Action::Accept, &[Enter], "Enter", "keep", "Keep these settings.", &[P::Sheet]),
    spec(Action::Back, &[Esc], "Esc", "cancel", "Restore the previous settings.", &[P::Sheet]),
    spec(Action::Accept, &[Enter, Char('y')], "Enter", "yes", "Answer yes.", &[P::Confirm]),
    spec(Action::Back, &[Esc, Char('n')], "Esc", "no", "Answer no. Nothing changes.", &[P::Confirm]),
    // Common to most places.
    spec(Action::Accept, &[Enter, Char('c')], "Enter", "continue", "Close this page and go on.", &[P::Drift]),
    spec(Action::Accept, &[Enter], "Enter", "", "Close this page.", &[P::OneException]),
    spec(Action::Back, &[Esc], "Esc", "back", "Go back. Nothing is lost.", &[P::Catalog, P::Defaults, P::FieldMap, P::Review, P::Processing, P::Picker, P::MultiPicker, P::Chooser, P::Prompt, P::Filter, P::Account, P::Declare, P::StartDialog, P::Values, P::Changes, P::RowView, P::First, P::Drift, P::OneException, P::Help, P::Guide]),
    spec(Action::Back, &[Esc], "Esc", "", "Clear the filter.", &[P::Imports]),
    spec(Action::Up, &[Up, Char('k')], "↑ k", "", "Move up.", &[P::Imports, P::Catalog, P::Defaults, P::FieldMap, P::Review, P::Processing, P::Values, P::Changes, P::RowView, P::First, P::Drift, P::OneException, P::Sheet, P::Help, P::Guide, P::StartDialog]),
    spec(Action::Down, &[Down, Char('j')], "↓ j", "", "Move down.", &[P::Imports, P::Catalog, P::Defaults, P::FieldMap, P::Review, P::Processing, P::Values, P::Changes, P::RowView, P::First, P::Drift, P::OneException, P::Sheet, P::Help, P::Guide, P::StartDialog]),
    spec(Action::Up, &[Up], "↑", "", "Move up.", TYPED),
    spec(Action::Down, &[Down], "↓", "", "Move down.", TYPED),
    spec(Action::Left, &[Left, Char('h')], "← h", "", "Go to the previous column, or change the choice.", &[P::Review, P::StartDialog]),
    spec(Action::Left, &[Left, Char('h')], "← h", "", "Preview the previous sample.", &[P::FieldMap]),
    spec(Action::Right, &[Right, Char('l')], "→ l", "", "Go to the next column, or change the choice.", &[P::Review, P::StartDialog]),
    spec(Action::Right, &[Right, Char('l')], "→ l", "", "Preview the next sample.", &[P::FieldMap]),
    spec(Action::Left, &[Left, Char('h')], "← h", "", "Go to the previous list.", &[P::Catalog]),
    spec(Action::Right, &[Right, Char('l')], "→ l", "", "Go to the next list.", &[P::Catalog]),
    spec(Action::FirstColumn, &[Char('0')], "0", "", "Go to the first column.", &[P::Review]),
    spec(Action::LastColumn, &[Char('$')], "$", "", "Go to the last column.", &[P::Review]),
    spec(Action::PageUp, &[PageUp], "PgUp", "", "Move a page up.", LONG),
    spec(Action::PageDown, &[PageDown], "PgDn", "", "Move a page down.", LONG),
    spec(Action::PageUp, &[PageUp, Ctrl('u')], "PgUp", "", "Move a page up.", LISTS),
    spec(Action::PageDown, &[PageDown, Ctrl('d')], "PgDn", "", "Move a page down.", LISTS),
    spec(Action::First, &[Home, Char('g')], "g", "", "Go to the top.", LISTS),
    spec(Action::Last, &[End, Char('G')], "G", "", "Go to the bottom.", LISTS),
    spec(Action::Next, &[Tab], "Tab", "", "Go to the next step or field.", STEPS),
    spec(Action::Previous, &[BackTab], "Shift-Tab", "", "Go to the previous step or field.", &[P::FieldMap, P::Review]),
    spec(Action::Quit, &[Char('q')], "q", "quit", "Quit; asks first while an import runs.", &[P::Imports, P::Catalog, P::Defaults, P::FieldMap, P::Review, P::Processing]),
    spec(Action::Guide, &[Enter], "Enter", "guide", "Read the guide: how each screen works, and what a message means.", &[P::Help]),
    spec(Action::Guide, &[Enter, Char('/')], "Enter", "sections", "Choose another section of the guide, or find words in it.", &[P::Guide]),
    spec(Action::Help, &[Char('?')], "?", "all keys", "Show every key of this screen.", HELPED),
    spec(Action::Palette, &[Char(':'), Ctrl('p')], ":", "", "Open the command palette.", HELPED),
    spec(Action::ShowPrivate, &[Char('M')], "M", "", "Show or hide SSNs and dates of birth.", CELLS),
    spec(Action::Suspend, &[Ctrl('z')], "Ctrl-Z", "", "Suspend to the shell; `fg` resumes. Sending stops meanwhile.", &[]),
    spec(Action::Redraw, &[Ctrl('l')], "Ctrl-L", "", "Draw the screen anew, if another program wrote over it.", &[]),
    spec(Action::Interrupt, &[Ctrl('c')], "Ctrl-C", "", "Quit from anywhere.", &[]),
];

impl Spec {
    pub(crate) fn exists_in(&self, place: Place) -> bool {
        self.places.is_empty() || self.places.contains(&place)
    }
}

/// Returns the actions of a place, in order.
pub(crate) fn actions_of(place: Place) -> impl Iterator<Item = &'static Spec> {
    ACTIONS.iter().filter(move |spec| spec.exists_in(place))
}

/// Returns the action of a key in a place.
pub(crate) fn find(place: Place, key: Key) -> Option<Action> {
    actions_of(place).find(|spec| spec.keys.contains(&key)).map(|spec| spec.action)
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for place in Place::VARIANTS.iter().copied() {
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
        for place in Place::VARIANTS.iter().copied().filter(|place| place.is_text()) {
            for spec in actions_of(place) {
                let letters = spec.keys.iter().filter(|key| matches!(key, Char(c) if *c != ' '));
                assert_eq!(letters.count(), 0, "{place:?} {:?}", spec.action);
            }
        }
    }
}
