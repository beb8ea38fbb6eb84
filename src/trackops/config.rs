//! The config file. People write it, so the program changes only what it must: comments and order stay.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::account::Account;
use super::account_error::{AccountError, at_line};
use super::preferences::{Background, Notify, OnHangUp, Verify};
use super::value_forms::is_default;
use crate::case::Words;
use crate::home::read_small_text;
use crate::io_reason::{io_reason, write_reason};

/// Maximum size of a config file, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// The config file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Account to use if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_account: Option<String>,
    /// Folder of a ledger shared by a team; by default, each user has their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// Whether a run continues when the connection to the terminal drops.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_hang_up: OnHangUp,
    /// Whether to compare created cases with the rows at the end of a run; by default, up to a thousand rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<Verify>,
    /// Background that the colors must be readable on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub background: Background,
    /// Notification at the end of a run on the screen.
    #[serde(default, skip_serializing_if = "is_default")]
    pub notify: Notify,
    /// Whether to draw the screen with ASCII characters only; by default, the locale decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ascii: Option<bool>,
    /// Whether wheel and clicks of the mouse move the cursor. If so, selecting text needs the terminal's own modifier key.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mouse: bool,
    /// Words that this firm's clients use in the headers of their lists, besides the usual ones.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub vocabulary: Words,
    /// Accounts by name.
    #[serde(default)]
    pub accounts: BTreeMap<String, Account>,
}

impl Config {
    /// Reads the config file. A missing file counts as empty.
    pub fn load(path: &Path) -> Result<Self, AccountError> {
        let text = read(path)?;
        toml::from_str(&text).map_err(|error| AccountError::file(path, &at_line(&text, &error)))
    }

    /// Writes the differences from `before` to the config file. Everything else that is in it by now stays as it is.
    pub fn save(&self, before: &Self, path: &Path) -> Result<(), AccountError> {
        let current = read(path)?;
        let mut text = document(&current, path)?;
        change(text.as_table_mut(), before.written(path)?.as_table(), self.written(path)?.as_table());
        let text = text.to_string();
        if text == current {
            return Ok(());
        }
        // Never replace what the user wrote with something that can't be read again.
        toml::from_str::<Self>(&text).map_err(|error| AccountError::file(path, &error.message()))?;
        // If it is a link, as in a dotfiles collection, it stays one.
        let file = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        crate::home::replace_file(&file, &text)
            .map_err(|error| AccountError::file(path, &write_reason(&error)))
    }

    /// Returns the file as the program alone would write it.
    fn written(&self, path: &Path) -> Result<DocumentMut, AccountError> {
        document(&toml::to_string(self).map_err(|error| AccountError::file(path, &error))?, path)
    }
}

fn document(text: &str, path: &Path) -> Result<DocumentMut, AccountError> {
    text.parse().map_err(|error: toml_edit::TomlError| AccountError::file(path, &error.message()))
}

fn read(path: &Path) -> Result<String, AccountError> {
    match read_small_text(path, MAX_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(|error| AccountError::file(path, &io_reason(&error))),
    }
}

/// Applies the difference between two tables to a document.
fn change(text: &mut dyn TableLike, before: &Table, after: &Table) {
    for (gone, _) in before.iter().filter(|(key, _)| !after.contains_key(key)) {
        text.remove(gone);
    }
    let changed = after.iter().filter(|(key, new)| !before.get(key).is_some_and(|old| same(old, new)));
    for (key, new) in changed {
        let (old, none) = (before.get(key), Table::new());
        let inner = text.get_mut(key);
        match (new, inner) {
            (Item::Table(new), Some(Item::Table(inner))) => change(inner, table_of(old, &none), new),
            (Item::Table(new), Some(Item::Value(Value::InlineTable(inner)))) => {
                change(inner, table_of(old, &none), new);
            }
            (Item::Value(new), Some(Item::Value(inner))) => {
                // A comment after the value belongs to it.
                let decor = inner.decor().clone();
                *inner = new.clone();
                *inner.decor_mut() = decor;
            }
            (new, _) => _ = text.insert(key, fresh(new)),
        }
    }
}

/// Returns true if two items written by the program mean the same.
fn same(one: &Item, other: &Item) -> bool {
    match (one, other) {
        (Item::Table(one), Item::Table(other)) => {
            let each = |(key, item)| other.get(key).is_some_and(|other| same(item, other));
            one.len() == other.len() && one.iter().all(each)
        }
        _ => one.to_string() == other.to_string(),
    }
}

fn table_of<'a>(item: Option<&'a Item>, none: &'a Table) -> &'a Table {
    item.and_then(Item::as_table).unwrap_or(none)
}

/// Copies an item without its position in the document it comes from.
fn fresh(item: &Item) -> Item {
    let Item::Table(table) = item else { return item.clone() };
    let mut new: Table = table.iter().map(|(key, item)| (key, fresh(item))).collect();
    // Gets a header line only if it has values of its own.
    new.set_implicit(true);
    Item::Table(new)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn account(url: &str) -> Account {
        Account::new(url.parse().unwrap(), "imports")
    }

    #[test]
    fn the_config_reads_back_and_names_mistakes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let empty = Config::load(&path).unwrap();
        let mut config = empty.clone();
        config.default_account = Some("acme".into());
        config.on_hang_up = OnHangUp::Pause;
        config.accounts.insert("acme".into(), account("acme"));
        config.accounts.insert("127.0.0.1:80".into(), account("http://127.0.0.1:80"));
        config.save(&empty, &path).unwrap();
        assert_eq!(Config::load(&path).unwrap(), config);
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("[accounts]") && text.contains("[accounts.acme]\nurl = "), "{text}");
        fs::write(&path, "[accounts.acme]\nurl = \"acme\"\nusername = \"u\"\ntoken = \"x\"\n").unwrap();
        let error = Config::load(&path).unwrap_err().to_string();
        assert!(error.contains("line 4: unknown field `token`"), "{error}");
        for (text, expected) in [
            ("on_hang_up = \"stop\"", "line 1: unknown variant `stop`, expected `continue` or `pause`"),
            (
                "[vocabulary.things]\ncreatd = [\"in\"]",
                "line 2: unknown variant `creatd`, expected one of `name`",
            ),
            ("on_hangup = \"pause\"", "line 1: unknown field `on_hangup`"),
        ] {
            fs::write(&path, text).unwrap();
            let error = Config::load(&path).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn comments_and_formatting_in_the_config_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let written = "# ours\nbackground = \"light\" # the old terminal\n\n[accounts.beta]\n# slow one\nusername = \
                       \"b\"   # Bea\nurl = \"beta\"\nper_minute = 30\n";
        fs::write(&path, written).unwrap();
        let before = Config::load(&path).unwrap();
        let mut after = before.clone();
        // Someone changes it while the program runs.
        fs::write(&path, written.replace("30", "40")).unwrap();
        after.default_account = Some("beta".into());
        let beta = after.accounts.get_mut("beta").unwrap();
        (beta.username, beta.token_command) = ("c".into(), Some("pass show beta".into()));
        after.save(&before, &path).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let wanted = written
            .replace("30", "40")
            .replace("\"b\"", "\"c\"")
            .replace("\n\n[acc", "\ndefault_account = \"beta\"\n\n[acc")
            + "token_command = \"pass show beta\"\n";
        assert_eq!(text, wanted);
        let mut less = after.clone();
        less.accounts.get_mut("beta").unwrap().token_command = None;
        less.accounts.insert("acme".into(), account("acme"));
        less.save(&after, &path).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("# slow one") && !text.contains("pass show"), "{text}");
        assert!(Config::load(&path).unwrap().accounts.contains_key("acme"));
        fs::write(&path, "accounts = { beta = { url = \"beta\", username = \"b\" } } # in one line\n")
            .unwrap();
        less.save(&after, &path).unwrap();
        assert!(fs::read_to_string(&path).unwrap().contains("# in one line"));
        assert_eq!(Config::load(&path).unwrap().accounts.len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, "# mine\n").unwrap();
        let config = Config { default_account: Some("acme".into()), ..Config::default() };
        config.save(&Config::default(), &path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(fs::read_to_string(&path).unwrap().contains("# mine"));
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        Config::default().save(&config, &link).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap().trim_end(), "# mine");
        // Nothing is written if nothing changed.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        Config::default().save(&Config::default(), &path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o400);
    }
}
