//! Rules of the architecture that the compiler does not see.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// The files below `src` that hold one of the words, without the tests.
fn files_with(words: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    let mut files = Vec::new();
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        if !name.contains("/tests") && words.iter().any(|word| text.contains(word)) {
            files.push(name);
        }
    }
    files.sort();
    files
}

#[test]
fn nobody_but_the_tui_names_a_terminal_library() {
    let outside: Vec<String> = files_with(&["ratatui::", "crossterm::", "tui_input::"])
        .into_iter()
        .filter(|f| !f.starts_with("tui/"))
        .collect();
    assert_eq!(outside, Vec::<String>::new());
}

#[test]
fn each_thing_has_one_place() {
    assert_eq!(files_with(&["KeyCode"]), ["tui/core/keys.rs"]);
    assert_eq!(files_with(&["execute!", "queue!"]), ["tui/core/terminal.rs"]);
    let inside = |words: &[&str]| -> Vec<String> {
        files_with(words).into_iter().filter(|name| name.starts_with("tui/")).collect()
    };
    assert_eq!(inside(&["tokio::spawn", "spawn_blocking("]), ["tui/core/effects.rs", "tui/mod.rs"]);
    assert_eq!(inside(&["Timestamp::now", "ZonedDateTime::now"]), ["tui/core/event_loop.rs", "tui/mod.rs"]);
}
