//! The guide: a list of its sections, and a page. Opened from the key help.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::guide::{Hit, PAGES, Page, search};
use crate::tui::core::effect::Effect;
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::place::Screen;
use crate::tui::core::theme::Theme;
use crate::tui::dialogs::{Choice, Picker};
use crate::tui::widgets::panel::{FullText, PAGES_MARGIN};
use crate::tui::widgets::text::{cut, fit, wrap};

/// Place in the guide: a page, and a line of it from 0.
type At = (Page, usize);

/// Opens the list of sections, at the one about the current screen.
pub(crate) fn open(model: &mut Model) -> Vec<Effect> {
    let mut choices: Vec<Choice<At>> = Vec::new();
    for page in PAGES {
        choices.push(Choice::new((page, 0), page.title(), ""));
        choices.extend(page.sections().map(|(line, heading)| {
            Choice::new((page, line), format!("{} › {}", page.title(), plain(heading)), "")
        }));
    }
    let here = heading_of(model.screen);
    let at = choices.iter().position(|choice| choice.label.ends_with(here));
    let label = |typed: &str| (!typed.is_empty()).then(|| format!("Search the guide for “{typed}”"));
    Picker::new("Guide: choose a section, or type words to find", choices, show)
        .or_typed(label, |model, words| find(model, &words))
        .at(at)
        .open(model)
}

/// Returns the end of the heading about a screen.
fn heading_of(screen: Screen) -> &'static str {
    match screen {
        Screen::Account => "Where the token comes from",
        Screen::Imports => "Screens › Imports",
        Screen::Catalog => "Screens › Catalog",
        Screen::Defaults => "1 Case defaults",
        Screen::FieldMap => "2 Field map",
        Screen::Review => "3 Review",
        Screen::Processing => "4 Processing",
    }
}

/// Shows a page from a line on.
fn show(model: &mut Model, (page, line): At) -> Vec<Effect> {
    let before: String = page.text.lines().take(line).flat_map(|line| [line, "\n"]).collect();
    let scroll = rendered(&before, width(model.size.0), model.theme).len();
    // A page replaces the one it was opened from.
    model.overlays.retain(|overlay| !matches!(overlay, Overlay::Guide(..)));
    model.overlays.push(Overlay::Guide(page, scroll));
    Vec::new()
}

/// Lists the sections that contain the words.
fn find(model: &mut Model, words: &str) -> Vec<Effect> {
    let label = |hit: &Hit| format!("{} › {}", hit.page.title(), plain(hit.heading));
    let choices: Vec<Choice<At>> = search(words)
        .into_iter()
        .map(|hit| Choice::new((hit.page, hit.line), label(&hit), cut(&in_one_line(hit.text), NOTE)))
        .collect();
    if choices.is_empty() {
        model.say(Mood::Plain, format!("No section has all of “{words}”. Try fewer words."));
        return open(model);
    }
    Picker::new(format!("Guide: sections with “{words}”"), choices, show).open(model)
}

/// Width of the note beside a found section.
const NOTE: usize = 40;

fn width(window: u16) -> usize {
    usize::from(window.saturating_sub(PAGES_MARGIN))
}

pub(crate) fn text(model: &Model, page: Page, window: u16) -> FullText {
    let title = format!("Guide: {} (Enter: other sections, Esc: back)", page.title());
    FullText::new(title, rendered(page.text, width(window), model.theme))
}

/// Returns the lines of a page: headings stand out, code keeps its lines, everything else is wrapped.
fn rendered(text: &str, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut rest = text.lines().peekable();
    while let Some(line) = rest.next() {
        if line.starts_with("```") {
            let code = rest.by_ref().take_while(|line| !line.starts_with("```"));
            lines.extend(code.map(|line| Line::from(Span::styled(format!("  {line}"), theme.accent))));
        } else if line.starts_with('|') {
            let mut table = vec![line];
            while let Some(row) = rest.next_if(|line| line.starts_with('|')) {
                table.push(row);
            }
            lines.extend(table_lines(&table, width, theme));
        } else if line.starts_with('#') {
            let heading = plain(line.trim_start_matches(['#', ' ']));
            lines.extend(wrap(&heading, width).into_iter().map(|text| Line::styled(text, theme.strong)));
        } else {
            let indent = line.len() - line.trim_start().len();
            let lead = if line.trim_start().starts_with("- ") { indent + 2 } else { indent };
            lines.extend(hanging(&" ".repeat(indent), lead, &plain(line.trim_start()), width));
        }
    }
    lines
}

/// Returns the lines of a table: the first column in its own width, the others behind it.
fn table_lines(rows: &[&str], width: usize, theme: Theme) -> Vec<Line<'static>> {
    let cells = |row: &&str| -> Vec<String> {
        // A bar inside a cell has a backslash before it.
        let row = row.trim_matches('|').replace("\\|", "\u{0}");
        row.split('|').map(|cell| plain(&cell.replace('\u{0}', "|")).trim().to_owned()).collect()
    };
    let is_rule = |row: &&&str| row.chars().all(|c| matches!(c, '|' | '-' | ' ' | ':'));
    let table: Vec<Vec<String>> = rows.iter().filter(|row| !is_rule(row)).map(cells).collect();
    let first = table.iter().filter_map(|row| row.first()).map(|cell| cell.width()).max().unwrap_or(0);
    let first = first.min(width / 2);
    let mut lines = Vec::new();
    for (at, row) in table.iter().enumerate() {
        let Some((key, others)) = row.split_first() else { continue };
        let others = others.join(" · ");
        if key.width() > first {
            lines.extend(wrap(key, width).into_iter().map(Line::from));
            lines.extend(hanging(&" ".repeat(first + 2), first + 2, &others, width));
        } else {
            lines.extend(hanging(&fit(key, first + 2), first + 2, &others, width));
        }
        if at == 0 {
            lines = lines.into_iter().map(|line| line.patch_style(theme.faint)).collect();
        }
    }
    lines
}

/// Returns a text behind `lead`, with further lines indented.
fn hanging(lead: &str, indent: usize, text: &str, width: usize) -> Vec<Line<'static>> {
    let first = lead.width();
    // Continued lines of a list item begin below its text, not below its mark.
    let wrapped = wrap(text, width.saturating_sub(indent.max(first)));
    let line = |(at, text): (usize, String)| {
        let begin = if at == 0 { lead.to_owned() } else { " ".repeat(indent) };
        Line::from(format!("{begin}{text}"))
    };
    wrapped.into_iter().enumerate().map(line).collect()
}

/// Returns a line without the marks of Markdown, whatever it is: a heading, an item, or a row of a table.
fn in_one_line(line: &str) -> String {
    let text = line.trim().trim_start_matches(['#', ' ']);
    let text = text.strip_prefix("- ").unwrap_or(text);
    match text.strip_prefix('|') {
        Some(row) => {
            let cells = row.trim_end_matches('|').split('|').map(|cell| plain(cell.trim()));
            cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" · ")
        }
        None => plain(text),
    }
}

/// Returns a text without the marks of Markdown.
fn plain(text: &str) -> String {
    let text = text.replace("**", "").replace('`', "");
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    // `[label](target)` becomes its label.
    while let Some((before, label, after)) = link(rest) {
        plain.push_str(before);
        plain.push_str(label);
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// Splits a text at its first link: what is before it, its label, and what is after it.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('[')?;
    let (label, rest) = rest.split_once("](")?;
    let (_, after) = rest.split_once(')')?;
    Some((before, label, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::tests::*;

    #[test]
    fn every_page_fits_the_window_and_shows_no_marks() {
        let theme = home(true).theme;
        for page in PAGES {
            for width in [56, 76, 116] {
                for line in rendered(page.text, width, theme) {
                    let code = line.spans.iter().any(|span| span.style == theme.accent);
                    assert!(line.width() <= width || code, "{}: {line}", page.topic);
                    assert!(code || !line.to_string().contains("**"), "{}: {line}", page.topic);
                }
            }
        }
    }

    #[test]
    fn found_lines_show_no_marks() {
        for (line, shown) in [
            ("## A `key`", "A key"),
            ("- **Trackops answered ….** See [more](x.md)", "Trackops answered …. See more"),
            ("| `e` | edit the **cell** |", "e · edit the cell"),
            ("  a plain line", "a plain line"),
        ] {
            assert_eq!(in_one_line(line), shown);
        }
        let mut model = home(true);
        press(&mut model, "? Enter 'reply Enter");
        let Some(Overlay::Picker(picker)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
        assert!(picker.lines.len() > 3);
        for line in &picker.lines {
            let shown = format!("{} {}", line.label, line.note);
            assert!(!shown.contains('`') && !shown.contains("**") && !shown.contains("| "), "{shown}");
        }
    }

    #[test]
    fn every_screen_has_a_section() {
        use Screen::{Account, Catalog, Defaults, FieldMap, Imports, Processing, Review};
        let headings: Vec<String> = PAGES
            .iter()
            .flat_map(|page| page.sections().map(|(_, heading)| format!("{} › {heading}", page.title())))
            .collect();
        for screen in [Account, Imports, Catalog, Defaults, FieldMap, Review, Processing] {
            let here = heading_of(screen);
            assert!(headings.iter().any(|heading| heading.ends_with(here)), "{here} in {headings:?}");
        }
    }

    #[test]
    fn the_help_leads_to_the_section_about_the_screen_and_to_found_words() {
        let mut model = home(true);
        press(&mut model, "? Enter");
        assert!(picture(&model, 80, 24).contains("▸Screens › Imports"), "{}", picture(&model, 80, 24));
        press(&mut model, "Enter");
        assert!(picture(&model, 80, 24).contains("Guide: Screens"), "{}", picture(&model, 80, 24));
        press(&mut model, "Enter");
        press(&mut model, "'zyzzyva' Enter");
        assert!(status(&model).contains("No section has all of"));
        press(&mut model, "'ledger'");
        assert!(picture(&model, 80, 24).contains("Search the guide for"), "{}", picture(&model, 80, 24));
        press(&mut model, "Esc Esc Esc");
        assert!(model.overlays.is_empty(), "{:?}", model.overlays);
    }
}
