//! The word lists in `assets/vocabulary`.

use std::collections::HashSet;

/// Collects every list of a file with its name.
fn lists(name: &str, value: &toml::Value, found: &mut Vec<(String, Vec<String>)>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                lists(&format!("{name}: {key}"), value, found);
            }
        }
        toml::Value::Array(values) if values.iter().any(toml::Value::is_array) => {
            for value in values {
                lists(name, value, found);
            }
        }
        toml::Value::Array(values) => {
            let texts = values.iter().filter_map(toml::Value::as_str).map(str::to_owned);
            found.push((name.to_owned(), texts.collect()));
        }
        _ => {}
    }
}

#[test]
fn word_lists_have_lower_case_words_without_repeats() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/vocabulary");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let table: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let mut found = Vec::new();
        lists(&path.file_name().unwrap().to_string_lossy(), &table.into(), &mut found);
        assert!(!found.is_empty(), "{}", path.display());
        for (name, words) in found {
            assert!(!words.is_empty(), "{name} is empty");
            let mut seen = HashSet::new();
            for word in &words {
                assert!(seen.insert(word), "{name} has “{word}” twice");
                // Names of countries are capitalized, and some placeholders count only as programs write them.
                let is_exact = name.starts_with("countries") || name.contains(": exact: ");
                assert!(is_exact || *word == word.to_lowercase(), "{name}: “{word}” is not in lower case");
            }
        }
    }
}
