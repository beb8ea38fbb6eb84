//! The file chooser: a typed path with completion, and the spreadsheets of its folder.

use std::fmt;
use std::path::PathBuf;

use tui_input::Input;

use crate::case::{Recipe, private_columns};
use crate::sheet::{Column, Row};
use crate::tui::core::action::Action;
use crate::tui::core::cursor::moved;
use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::msg::{FileEntry, Sentence, Ticket};
use crate::tui::core::pending::Pending;

/// A typed path, and the contents of its folder.
pub(crate) struct Chooser {
    pub(crate) title: String,
    /// Called with the chosen path, and again with another one if the file doesn't open.
    on_path: OnPath,
    pub(crate) input: Input,
    /// Folder of the entries, as typed: everything up to the last `/`.
    pub(super) folder: String,
    pub(super) entries: Pending<Vec<FileEntry>>,
    /// Cursor among the shown entries; none while the typed path is used.
    pub(super) cursor: Option<usize>,
    /// Recently imported files of other folders, as full paths.
    recent: Vec<FileEntry>,
    /// First lines of the file under the cursor.
    pub(super) preview: Pending<Vec<Vec<String>>>,
    /// Whether each of its columns holds SSNs or dates of birth.
    pub(super) private: Vec<bool>,
}

type OnPath = Box<dyn FnMut(&mut Model, PathBuf) -> Vec<Effect> + Send>;

impl fmt::Debug for Chooser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chooser").field("input", &self.input).finish_non_exhaustive()
    }
}

/// Maximum number of recent files offered.
const RECENT: usize = 6;

/// Splits a typed path into its folder (with the `/`) and the beginning of a name.
fn split(text: &str) -> (&str, &str) {
    match text.rfind('/') {
        Some(at) => text.split_at(at + 1),
        None if text == "~" => ("~", ""),
        None => ("", text),
    }
}

impl Chooser {
    /// Returns folders and spreadsheets whose name starts with the typed one, then those that contain it; hidden ones
    /// only after a typed dot.
    pub(crate) fn shown(&self) -> Vec<&FileEntry> {
        let (_, name) = split(self.input.value());
        let wanted = name.to_lowercase();
        let entries = self.entries.value().into_iter().flatten();
        let fitting = entries.filter(|entry| {
            let name = entry.name.to_lowercase();
            name.contains(&wanted) && (!name.starts_with('.') || wanted.starts_with('.'))
        });
        let (mut shown, containing): (Vec<&FileEntry>, Vec<&FileEntry>) =
            fitting.partition(|entry| entry.name.to_lowercase().starts_with(&wanted));
        shown.extend(containing);
        if wanted.is_empty() {
            shown.extend(&self.recent);
        }
        shown
    }

    fn path_of(&self, entry: &FileEntry) -> String {
        if entry.name.starts_with('/') {
            return entry.name.clone();
        }
        let (folder, _) = split(self.input.value());
        let folder = if folder == "~" { "~/" } else { folder };
        format!("{folder}{}{}", entry.name, if entry.folder { "/" } else { "" })
    }

    /// Returns the typed path, completed as far as the entries that start with it agree; or the only entry that contains
    /// the typed name.
    fn completed(&self) -> Option<String> {
        let mut shown = self.shown();
        shown.retain(|entry| !entry.name.starts_with('/'));
        if let [only] = shown.as_slice() {
            return Some(self.path_of(only));
        }
        let wanted = split(self.input.value()).1.to_lowercase();
        shown.retain(|entry| entry.name.to_lowercase().starts_with(&wanted));
        let first = shown.first()?;
        if shown.len() == 1 {
            return Some(self.path_of(first));
        }
        let common = shown.iter().fold(first.name.as_str(), |common, entry| {
            let same = common.chars().zip(entry.name.chars()).take_while(|(a, b)| a == b);
            let bytes: usize = same.map(|(c, _)| c.len_utf8()).sum();
            common.get(..bytes).unwrap_or("")
        });
        let (folder, name) = split(self.input.value());
        (common.len() > name.len()).then(|| format!("{folder}{common}"))
    }
}

/// Opens the chooser in the folder of the last file.
pub(crate) fn open(
    model: &mut Model,
    title: impl Into<String>,
    on_path: impl FnMut(&mut Model, PathBuf) -> Vec<Effect> + Send + 'static,
) -> Vec<Effect> {
    let last =
        model.imports.all().iter().find_map(|import| import.file.as_ref()?.parent().map(ToOwned::to_owned));
    let folder = last.map(|path| format!("{}/", path.display().to_string().trim_end_matches('/')));
    let folder = folder.unwrap_or_default();
    let ticket = model.ticket();
    let mut entries = Pending::default();
    entries.ask(ticket);
    model.overlays.push(Overlay::Chooser(Chooser {
        title: title.into(),
        on_path: Box::new(on_path),
        input: Input::new(folder.clone()),
        folder: folder.clone(),
        entries,
        cursor: None,
        recent: recent(model, &folder),
        preview: Pending::default(),
        private: Vec::new(),
    }));
    vec![Effect::Query(Query::Folder(ticket, folder))]
}

/// Returns recently imported files of other folders, newest first.
fn recent(model: &Model, folder: &str) -> Vec<FileEntry> {
    let mut recent: Vec<FileEntry> = Vec::new();
    let files =
        model.imports.all().iter().filter_map(|import| Some((import.file.as_ref()?, import.created_at)));
    for (file, changed) in files {
        let name = file.display().to_string();
        let in_folder = name.strip_prefix(folder).is_some_and(|rest| !rest.contains('/'));
        if !in_folder && recent.len() < RECENT && recent.iter().all(|known| known.name != name) {
            recent.push(FileEntry { name, folder: false, bytes: 0, changed });
        }
    }
    recent
}

/// Requests a preview of the file under the cursor.
fn look(model: &mut Model) -> Vec<Effect> {
    let ticket = model.ticket();
    let Some(Overlay::Chooser(chooser)) = model.overlays.last_mut() else { return Vec::new() };
    chooser.preview.ask_anew(ticket);
    let under = chooser.cursor.and_then(|at| chooser.shown().get(at).copied()).filter(|entry| !entry.folder);
    under.map(|entry| Effect::Query(Query::Preview(ticket, chooser.path_of(entry)))).into_iter().collect()
}

pub(crate) fn previewed(model: &mut Model, ticket: Ticket, answer: Result<Vec<Vec<String>>, Sentence>) {
    if let Some(Overlay::Chooser(chooser)) = model.overlays.last_mut()
        && chooser.preview.answer(ticket, answer)
    {
        chooser.private = chooser.preview.value().map_or_else(Vec::new, |lines| private(lines));
    }
}

/// Returns whether each column is private, judging by header and first rows.
fn private(lines: &[Vec<String>]) -> Vec<bool> {
    let Some((header, rows)) = lines.split_first() else { return Vec::new() };
    let columns: Vec<Column> =
        header.iter().map(|header| Column { header: header.clone(), filled: 0 }).collect();
    let rows: Vec<Row> =
        rows.iter().map(|cells| Row { cells: cells.iter().collect(), ..Row::default() }).collect();
    private_columns(&Recipe::new(""), &columns, &rows)
}

pub(crate) fn listed(model: &mut Model, ticket: Ticket, answer: Result<Vec<FileEntry>, Sentence>) {
    if let Some(Overlay::Chooser(chooser)) = model.overlays.last_mut() {
        chooser.entries.answer(ticket, answer);
    }
}

/// Handles a change of the path; reads the folder if it's another one.
pub(crate) fn typed(model: &mut Model) -> Vec<Effect> {
    let ticket = model.ticket();
    let Some(Overlay::Chooser(chooser)) = model.overlays.last_mut() else { return Vec::new() };
    (chooser.cursor, chooser.preview) = (None, Pending::default());
    if let Some(path) = anew(chooser.input.value()) {
        chooser.input = Input::new(path);
    }
    let (folder, _) = split(chooser.input.value());
    if folder == chooser.folder {
        return Vec::new();
    }
    folder.clone_into(&mut chooser.folder);
    chooser.entries.ask_anew(ticket);
    vec![Effect::Query(Query::Folder(ticket, chooser.folder.clone()))]
}

/// Returns a full path typed or pasted after another one: `/here//there/a.csv` is `/there/a.csv`.
fn anew(typed: &str) -> Option<String> {
    let root = typed.rfind("//").map(|at| at + 1);
    let home = typed.rfind("/~/").map(|at| at + 1);
    typed.get(root.max(home)?..).map(str::to_owned)
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let Some(Overlay::Chooser(chooser)) = model.overlays.last_mut() else { return Vec::new() };
    let len = chooser.shown().len();
    match action {
        Action::Back => _ = model.overlays.pop(),
        Action::Down if chooser.cursor.is_none() && len > 0 => {
            chooser.cursor = Some(0);
            return look(model);
        }
        Action::Up if chooser.cursor == Some(0) => {
            (chooser.cursor, chooser.preview) = (None, Pending::default());
        }
        Action::Up | Action::Down | Action::PageUp | Action::PageDown => {
            chooser.cursor = chooser.cursor.map(|at| moved(at, action, len, page));
            return look(model);
        }
        Action::Next => {
            if let Some(path) = chooser.completed() {
                chooser.input = Input::new(path);
                return typed(model);
            }
        }
        Action::Accept => return accept(model),
        _ => {}
    }
    Vec::new()
}

fn accept(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Chooser(chooser)) = model.overlays.last_mut() else { return Vec::new() };
    let shown = chooser.shown();
    let (_, name) = split(chooser.input.value());
    // Part of one name is enough, but a name with an extension means that file, even if it's missing.
    let is_part = chooser.cursor.is_none() && !name.is_empty() && !name.contains('.');
    let only = match shown.as_slice() {
        [only] if is_part => Some(*only),
        _ => None,
    };
    let chosen = chooser.cursor.and_then(|at| shown.get(at).copied()).or(only);
    let under = chosen.map(|entry| chooser.path_of(entry));
    let path = under.unwrap_or_else(|| chooser.input.value().trim().to_owned());
    if path.is_empty() {
        model.say(Mood::Bad, "Type the path of a spreadsheet, or choose one with the arrow keys.");
        return Vec::new();
    }
    let known = chooser
        .entries
        .value()
        .into_iter()
        .flatten()
        .any(|entry| entry.folder && chooser.path_of(entry) == format!("{path}/"));
    if path == chooser.folder && !chooser.shown().is_empty() {
        // The folder is already shown: go to its first entry.
        chooser.cursor = Some(0);
        return look(model);
    }
    if path.ends_with('/') || known || path == "~" {
        let path = if path.ends_with('/') { path } else { path + "/" };
        chooser.input = Input::new(path);
        return typed(model);
    }
    // One file is opened at a time.
    if model.busy.is_some() {
        return Vec::new();
    }
    // The chooser stays until the file is open, so that the path isn't lost if it can't be opened.
    let Some(Overlay::Chooser(mut chooser)) = model.overlays.pop() else { return Vec::new() };
    let effects = (chooser.on_path)(model, path.into());
    model.overlays.push(Overlay::Chooser(chooser));
    effects
}
