//! The page `week` of the guide, compared with what was typed and printed.

use std::fs;
use std::path::Path;

/// Asserts that each command on the page was typed, in this order, and printed what the page shows.
pub(super) fn assert_page_is_true(typed: &[(String, String)]) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/guide/week.md");
    let page = fs::read_to_string(page).unwrap();
    let (mut at, mut commands) = (0, 0);
    for block in page.split("```").skip(1).step_by(2) {
        let mut lines = block.lines().skip(1).peekable();
        while let Some(line) = lines.next() {
            let mut shown = String::new();
            while let Some(more) = lines.next_if(|line| !line.contains("$ caseload ")) {
                shown = shown + more + " ";
            }
            let left = &typed[at..];
            let is_it = |(command, printed): &(String, String)| command == line && has(printed, &shown);
            let Some(found) = left.iter().position(is_it) else {
                let printed = left.iter().find(|(command, _)| command == line);
                panic!("{line}\n{shown}\nwas not typed next, or printed something else: {printed:#?}");
            };
            at += found + 1;
            commands += 1;
        }
    }
    let days = page.matches("day: ").count();
    assert!(days == 5 && commands >= 4 * days, "the page shows {commands} commands on {days} days");
}

/// Returns true if a command printed what the page shows. There, `…` stands for anything, and lines are wrapped.
fn has(printed: &str, shown: &str) -> bool {
    let printed = spaced(printed);
    let shown = spaced(shown);
    shown.split('…').try_fold(printed.as_str(), |rest, part| Some(rest.split_once(part.trim())?.1)).is_some()
}

/// Returns a text with one space between its words.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
