//! Architecture rules that the compiler doesn't check.

use std::collections::{BTreeMap, BTreeSet};
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

/// Returns the files below `src`, except tests, that contain one of the words.
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
    assert_eq!(
        inside(&["tokio::spawn", "spawn_blocking("]),
        ["tui/core/effects.rs", "tui/core/effects/runner.rs", "tui/mod.rs"]
    );
    assert_eq!(inside(&["Timestamp::now", "ZonedDateTime::now"]), ["tui/core/event_loop.rs", "tui/mod.rs"]);
}

/// Returns the modules below a folder of `src`, each with those of them it names.
fn dependencies(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root.join(folder), &mut found);
    let prefix = format!("crate::{folder}::");
    let module = |path: &Path| {
        let name =
            path.strip_prefix(&root).unwrap().with_extension("").to_string_lossy().replace(['/', '\\'], "::");
        name.trim_end_matches("::mod").to_owned()
    };
    let files: BTreeMap<String, String> = found
        .iter()
        .filter(|path| !path.to_string_lossy().contains("tests"))
        .map(|path| {
            let text = fs::read_to_string(path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            // The rooms that may see a field are no imports.
            let code = code.replace('\n', " ").replace("pub(in crate::", "pub(in ");
            (module(path), code)
        })
        .collect();
    let named = |folder: &str, code: &str| -> BTreeSet<String> {
        // Re-exports of a folder.
        let handed_on = code.split("pub(crate) use ").skip(1).chain(code.split("pub use ").skip(1));
        let handed_on = handed_on.filter_map(|rest| rest.split("::").next());
        let handed_on =
            handed_on.map(|file| format!("{folder}::{file}")).filter(|name| files.contains_key(name));
        let mut all: BTreeSet<String> = handed_on.collect();
        for (at, _) in code.match_indices(&prefix) {
            let path = &code[at + "crate::".len()..];
            let end = path.find([';', '(', ')', '<', '>', ' ', ',']).unwrap_or(path.len());
            let brace = path.find('{').filter(|brace| *brace < end);
            let names: Vec<String> = match brace {
                None => vec![path[..end].to_owned()],
                Some(brace) => {
                    let inner = path[brace + 1..].split('}').next().unwrap_or_default();
                    inner.split(',').map(|name| format!("{}{}", &path[..brace], name.trim())).collect()
                }
            };
            // The longest part of a path that is a file.
            all.extend(names.iter().filter_map(|name| {
                let parts: Vec<&str> = name.split("::").collect();
                (1..=parts.len())
                    .rev()
                    .map(|len| parts[..len].join("::"))
                    .find(|part| files.contains_key(part))
            }));
        }
        all
    };
    files.iter().map(|(name, code)| (name.clone(), named(name, code))).collect()
}

/// Returns all modules reachable from one.
fn reached(from: &str, all: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(module) = next.pop() {
        next.extend(all[module].iter().filter(|name| seen.insert((*name).clone())).map(String::as_str));
    }
    seen
}

/// Returns the modules that can be reached from themselves.
fn circles(all: &BTreeMap<String, BTreeSet<String>>) -> Vec<&String> {
    all.keys().filter(|name| reached(name, all).contains(*name)).collect()
}

#[test]
fn no_file_of_the_services_imports_in_a_circle() {
    assert_eq!(circles(&dependencies("app")), Vec::<&String>::new());
}

/// The services, each after those it may use.
const SERVICES: [&str; 8] =
    ["accounts", "knowledge", "imports", "drafts", "checks", "runs", "exports", "storage"];

#[test]
fn no_service_uses_one_that_uses_it() {
    let service = |module: &str| {
        let folder = module.split("::").nth(1).unwrap_or_default().to_owned();
        SERVICES.iter().position(|name| *name == folder)
    };
    let mut upward = Vec::new();
    for (module, named) in dependencies("app") {
        for name in named {
            match (service(&module), service(&name)) {
                (Some(own), Some(other)) if other > own => upward.push(format!("{module} uses {name}")),
                (Some(_), None) if name == "app" => upward.push(format!("{module} uses the whole app")),
                _ => {}
            }
        }
    }
    assert_eq!(upward, Vec::<String>::new());
}

#[test]
fn no_file_of_the_screens_imports_in_a_circle() {
    let all = dependencies("tui");
    let circle = circles(&all);
    // A dialog hands its result to a closure over the model, and the model contains the dialogs.
    let known = [
        "tui::core::model",
        "tui::dialogs",
        "tui::dialogs::chooser",
        "tui::dialogs::confirm",
        "tui::dialogs::picker",
        "tui::dialogs::prompt",
        "tui::screens::catalog::declare",
    ];
    assert_eq!(circle, known);
}
