//! How the file is read: shown, and changed with one key.

use crate::sheet::{Encoding, Header, HiddenRows, Layout, Mark, Quote, Worksheets};
use crate::text::plural;
use crate::tui::core::action::Action;
use crate::tui::core::cursor::{moved, next_in};
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::msg::{Opened, Sentence, SheetFacts, Ticket};
use crate::tui::screens::draft::history::History;

/// A line of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SheetField {
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

/// The header is at most so many lines.
const MOST_HEADER_ROWS: u64 = 4;

impl SheetField {
    /// The lines of the form for a file.
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
            Self::Delimiter => "Between cells",
            Self::Quote => "Around cells",
            Self::HeaderLine => "Header in line",
            Self::HeaderRows => "Header lines",
            Self::Footer => "Footer rows",
            Self::Repair => "Mend cells",
        }
    }

    /// What is so now.
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
                _ => "nothing".to_owned(),
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

    /// The choices with this one's next or previous value; `now`: how the file is read.
    fn change(self, chosen: &Layout, now: &SheetFacts, forward: bool) -> Layout {
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
                // What was chosen for one worksheet says nothing of another.
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
                // The one in doubt comes next, wherever it is in the list.
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
                let last = first + rows.min(MOST_HEADER_ROWS).saturating_sub(1);
                changed.header =
                    Some(if rows == 0 { Header::None(first) } else { Header::Lines(first, last) });
            }
            Self::Footer => changed.footer = Some(step(layout.footer.unwrap_or(0))),
            Self::Repair => changed.repair = !layout.repair,
        }
        changed
    }
}

/// The choice behind or before the one that is made.
fn next_of<'a>(choices: &'a [Worksheets], now: &Worksheets, forward: bool) -> Option<&'a Worksheets> {
    let at = choices.iter().position(|choice| choice == now).unwrap_or(0);
    let step = if forward { 1 } else { choices.len().saturating_sub(1) };
    choices.get((at + step) % choices.len().max(1))
}

/// Opens the form on the choice about hidden rows, when that is still to be made. Gives whether it did.
pub(crate) fn ask_about_hidden(model: &mut Model) -> bool {
    let Some(job) = &model.job else { return false };
    if job.sheet.hidden == 0 || job.sheet.layout.hidden.is_some() {
        return false;
    }
    let (hidden, rows) = (job.sheet.hidden, plural(job.rows, "row"));
    let field = SheetField::of(&job.sheet).iter().position(|field| *field == SheetField::Hidden).unwrap_or(0);
    model.overlays.push(Overlay::Sheet(field));
    model.say(
        Mood::Plain,
        format!(
            "{hidden} of {rows} are hidden or filtered out: → imports them, ← skips them. Then start again."
        ),
    );
    true
}

/// Opens the form.
pub(crate) fn open(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::Sheet(0));
    Vec::new()
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let (Some(Overlay::Sheet(cursor)), Some(job)) = (model.overlays.last_mut(), &model.job) else {
        return Vec::new();
    };
    let fields = SheetField::of(&job.sheet);
    *cursor = moved(*cursor, action, fields.len(), fields.len());
    let field = fields.get(*cursor).copied();
    match (action, field) {
        (Action::Back | Action::Accept, _) => {
            model.overlays.pop();
            Vec::new()
        }
        (Action::Left | Action::Right | Action::Toggle, Some(field)) => {
            let layout = field.change(&job.recipe.sheet, &job.sheet, action != Action::Left);
            let id = job.import.id;
            let ticket = model.ticket();
            model.busy = Some((ticket, "reading the file"));
            vec![Effect::Change(DataChange::ReadAs(ticket, id, Box::new(layout)))]
        }
        _ => Vec::new(),
    }
}

/// The file is read another way, or its import has another one's defaults and field map.
pub(crate) fn read_as(model: &mut Model, ticket: Ticket, answer: Result<Opened, Sentence>) -> Vec<Effect> {
    if !model.awaited(ticket) {
        return Vec::new();
    }
    let opened = match answer {
        Ok(opened) => opened,
        Err(sentence) => {
            model.say(Mood::Bad, sentence);
            return Vec::new();
        }
    };
    let mut effects = Vec::new();
    if !opened.measured {
        effects.push(Effect::Query(Query::Measure(opened.import.id)));
    }
    if let Some(job) = model.job.as_mut().filter(|job| job.import.id == opened.import.id) {
        let same_rows = job.sheet.layout == opened.sheet.layout;
        job.recipe.clone_from(&opened.recipe);
        job.reread(opened, &model.catalog);
        if same_rows {
            job.history.note(&job.recipe);
        } else {
            // What was said of single rows went with their lines; there is no way back to other numbers.
            job.history = History::new(&job.recipe);
        }
        let like = job.import.made_like.filter(|_| same_rows && model.overlays.is_empty());
        let differs = !job.sheet.drift.is_empty();
        if let Some(like) = like {
            model.say(
                Mood::Good,
                format!("defaults and field map are those of import {like}; u takes it back"),
            );
            if differs {
                model.overlays.push(Overlay::Drift(0));
            }
        }
        model.go(Goto::CheckAnew);
    }
    effects
}

/// How far the reading of the open file is.
pub(crate) fn reading(model: &mut Model, id: crate::ledger::ImportId, rows: u64, part: u64) {
    if let Some(job) = model.job.as_mut().filter(|job| job.import.id == id && job.reading.is_some()) {
        job.rows = rows;
        job.reading = Some(part);
    }
}

/// The whole file was read.
pub(crate) fn measured(model: &mut Model, id: crate::ledger::ImportId, answer: Result<Opened, Sentence>) {
    match answer {
        Ok(opened) => {
            if let Some(job) = model.job.as_mut().filter(|job| job.import.id == id) {
                job.reread(opened, &model.catalog);
                tell(model);
            }
        }
        Err(sentence) => model.say(Mood::Bad, sentence),
    }
}

/// Says what a person should know of the file that was just opened.
pub(crate) fn tell(model: &mut Model) {
    let Some(job) = &model.job else { return };
    let mut said: Vec<String> = job.sheet.earlier.iter().take(1).cloned().collect();
    if let (Some((like, name)), None) = (&job.sheet.looks_like, job.import.made_like) {
        said.push(format!("it looks like “{name}”: L takes over defaults and field map of import {like}"));
    }
    if let (Some(like), n @ 1..) = (job.import.made_like, job.sheet.drift.len() as u64) {
        said.push(format!("{} from import {like}: d lists them", plural(n, "difference")));
    }
    if !job.sheet.odd.is_empty() {
        said.push(format!("{} · f shows how the file is read", job.sheet.odd.join(" · ")));
    }
    if !said.is_empty() {
        model.say(Mood::Plain, said.join(" · "));
    }
}

/// Takes over defaults and field map of the import the file looks like.
pub(crate) fn take_over(model: &mut Model) -> Vec<Effect> {
    let Some(job) = &model.job else { return Vec::new() };
    let Some((like, _)) = job.sheet.looks_like else { return Vec::new() };
    let (id, ticket) = (job.import.id, model.ticket());
    model.busy = Some((ticket, "taking over"));
    vec![Effect::Change(DataChange::TakeOver(ticket, id, like))]
}

/// Whether the keys of this file work: the list of differences, and taking over.
pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let Some(job) = &model.job else { return Err("no import is open".to_owned()) };
    match action {
        Action::Drift if job.import.made_like.is_none() => {
            Err("the import was not made like another".to_owned())
        }
        Action::Drift if job.reading.is_some() => Err("the file is still being read".to_owned()),
        Action::Drift if job.sheet.drift.is_empty() => Err("nothing is different".to_owned()),
        Action::TakeOver if job.sheet.looks_like.is_none() => {
            Err("the file does not look like one that was imported before".to_owned())
        }
        _ => Ok(()),
    }
}
