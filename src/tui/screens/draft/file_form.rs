//! The form for the file format: its lines and their choices.

use crate::case::Recipe;
use crate::sheet::{Encoding, Header, HiddenRows, Layout, Mark, Quote, Worksheets};
use crate::tui::core::cursor::next_in;
use crate::tui::core::msg::SheetFacts;
use crate::tui::screens::draft::history::History;

/// The open form.
#[derive(Debug)]
pub(crate) struct FileForm {
    pub(super) cursor: usize,
    /// Recipe and history when it was opened; Esc restores them.
    pub(super) before: Box<(Recipe, History)>,
}

/// A line of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormatField {
    Worksheet,
    Hidden,
    Encoding,
    Delimiter,
    Quote,
    HeaderLine,
    HeaderRows,
    Footer,
    Repair,
}

/// Maximum number of header lines.
const MAX_HEADER_LINES: u64 = 4;

impl FormatField {
    /// Returns the lines of the form for a file.
    pub(crate) fn of(facts: &SheetFacts) -> Vec<Self> {
        let rest = [Self::HeaderLine, Self::HeaderRows, Self::Footer, Self::Repair];
        let first: &[Self] = if facts.worksheets.is_empty() {
            &[Self::Encoding, Self::Delimiter, Self::Quote]
        } else if facts.hidden > 0 {
            &[Self::Worksheet, Self::Hidden]
        } else {
            &[Self::Worksheet]
        };
        first.iter().copied().chain(rest).collect()
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Worksheet => "Worksheet",
            Self::Hidden => "Hidden rows",
            Self::Encoding => "Encoding",
            Self::Delimiter => "Delimiter",
            Self::Quote => "Quote",
            Self::HeaderLine => "Header at line",
            Self::HeaderRows => "Header lines",
            Self::Footer => "Footer rows",
            Self::Repair => "Clean up cells",
        }
    }

    /// Returns the current value as text.
    pub(crate) fn value(self, facts: &SheetFacts) -> String {
        let layout = &facts.layout;
        match self {
            Self::Worksheet => layout.worksheet.as_ref().map(ToString::to_string).unwrap_or_default(),
            Self::Hidden => match layout.hidden {
                Some(HiddenRows::Include) => "import",
                Some(HiddenRows::Exclude) => "skip",
                None => "not chosen yet: import or skip",
            }
            .to_owned(),
            Self::Encoding => {
                let encoding = layout.encoding.map(|encoding| encoding.to_string()).unwrap_or_default();
                match &facts.encoding_doubt {
                    Some(doubt) if !doubt.mixed => format!("{encoding} (or {}?)", doubt.other),
                    _ => encoding,
                }
            }
            Self::Delimiter => layout.delimiter.map(Mark::word).unwrap_or_default(),
            Self::Quote => match layout.quote {
                Some(Quote(Some(mark))) => mark.word(),
                _ => "none".to_owned(),
            },
            Self::HeaderLine => match layout.header {
                Some(Header::Lines(first, _)) => first.to_string(),
                Some(Header::None(_)) | None => "no header".to_owned(),
            },
            Self::HeaderRows => match layout.header {
                Some(Header::Lines(first, last)) => (last - first + 1).to_string(),
                Some(Header::None(_)) | None => "0".to_owned(),
            },
            Self::Footer => match layout.footer {
                Some(rows) => rows.to_string(),
                None => "still reading".to_owned(),
            },
            Self::Repair => if layout.repair { "yes" } else { "no" }.to_owned(),
        }
    }

    /// Returns the chosen layout with the next or previous value of this line; `now` is the current format.
    pub(super) fn change(self, chosen: &Layout, now: &SheetFacts, forward: bool) -> Layout {
        let mut changed = chosen.clone();
        let layout = &now.layout;
        let step = |n: u64| if forward { n + 1 } else { n.saturating_sub(1) };
        match self {
            Self::Worksheet => {
                let mut choices: Vec<Worksheets> =
                    now.worksheets.iter().map(|name| Worksheets(vec![name.clone()])).collect();
                choices.extend(now.together());
                let read = layout.worksheet.clone().unwrap_or_else(|| Worksheets(Vec::new()));
                let next = next_of(&choices, &read, forward).cloned();
                // Choices for one worksheet don't apply to another.
                changed = Layout { worksheet: next, repair: chosen.repair, ..Layout::default() };
            }
            Self::Hidden => {
                changed.hidden = Some(match (layout.hidden, forward) {
                    (Some(HiddenRows::Exclude), _) | (None, true) => HiddenRows::Include,
                    (Some(HiddenRows::Include), _) | (None, false) => HiddenRows::Exclude,
                });
            }
            Self::Encoding => {
                let encoding = layout.encoding.unwrap_or(Encoding::UTF_8);
                let doubt = now.encoding_doubt.as_ref().filter(|doubt| !doubt.mixed);
                // The other likely encoding comes next, wherever it is in the list.
                changed.encoding = Some(match doubt {
                    Some(doubt) => doubt.other,
                    None => next_in(&Encoding::USUAL, encoding, forward),
                });
            }
            Self::Delimiter => {
                let mark = layout.delimiter.unwrap_or(Mark::DELIMITERS[0]);
                changed.delimiter = Some(next_in(&Mark::DELIMITERS, mark, forward));
                changed.header = None;
            }
            Self::Quote => {
                let all = [Quote(Some(Mark::QUOTES[0])), Quote(Some(Mark::QUOTES[1])), Quote(None)];
                changed.quote = Some(next_in(&all, layout.quote.unwrap_or(all[0]), forward));
            }
            Self::HeaderLine => {
                let (first, more) = match layout.header {
                    Some(Header::Lines(first, last)) => (step(first), last - first),
                    Some(Header::None(_)) | None => (step(0), 0),
                };
                let header = if first == 0 { Header::None(1) } else { Header::Lines(first, first + more) };
                changed.header = Some(header);
            }
            Self::HeaderRows => {
                let (first, rows) = match layout.header {
                    Some(Header::Lines(first, last)) => (first, step(last - first + 1)),
                    Some(Header::None(line)) => (line, step(0)),
                    None => (1, step(0)),
                };
                let last = first + rows.min(MAX_HEADER_LINES).saturating_sub(1);
                changed.header =
                    Some(if rows == 0 { Header::None(first) } else { Header::Lines(first, last) });
            }
            Self::Footer => changed.footer = Some(step(layout.footer.unwrap_or(0))),
            Self::Repair => changed.repair = !layout.repair,
        }
        changed
    }
}

/// Returns the choice after or before the current one.
fn next_of<'a>(choices: &'a [Worksheets], now: &Worksheets, forward: bool) -> Option<&'a Worksheets> {
    let at = choices.iter().position(|choice| choice == now).unwrap_or(0);
    let step = if forward { 1 } else { choices.len().saturating_sub(1) };
    choices.get((at + step) % choices.len().max(1))
}
