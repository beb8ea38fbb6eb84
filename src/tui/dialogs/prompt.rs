//! A prompt for one line of text.

use std::fmt;

use ratatui::Frame;
use ratatui::text::Span;
use tui_input::{Input, InputRequest};

use crate::text::on_screen;
use crate::tui::core::action::Action;
use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::msg::{Sentence, Ticket};
use crate::tui::core::place::Screen;
use crate::tui::widgets::panel::boxed;
use crate::tui::widgets::text::{field, paragraph, put, row, selected_field, wrap};

/// Result of entering a text.
pub(crate) enum Accepted {
    /// The prompt closes, and these effects follow.
    Done(Vec<Effect>),
    /// The prompt stays and shows the error.
    Wrong(String),
    /// The prompt stays until the reply with this ticket.
    Waiting(Ticket, Vec<Effect>),
    /// The prompt stays, empty, for the next text.
    Again(Vec<Effect>),
}

/// State of the text that a prompt begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GivenText {
    /// There is none, or one that is edited from the start.
    None,
    /// All of it is selected: typing replaces it, and a key that moves or deletes edits it.
    Selected,
    /// It was selected.
    Edited,
}

type OnText = Box<dyn FnMut(&mut Model, String) -> Accepted + Send>;
type Remark = Box<dyn Fn(&Model, &str) -> Option<String> + Send>;

/// A prompt and its callback.
pub(crate) struct Prompt {
    pub(crate) title: String,
    pub(crate) input: Input,
    given: GivenText,
    pub(super) hint: &'static str,
    /// Whether the current value is hidden.
    pub(crate) hidden: bool,
    /// Header of the cell that is edited: an error in it is shown here.
    pub(crate) column: Option<String>,
    pub(crate) error: Option<String>,
    may_be_empty: bool,
    waits: Option<Ticket>,
    /// Awaited name of a new file, to replace the given one unless the user edits that.
    proposal: Option<Ticket>,
    remark: Option<Remark>,
    on_text: OnText,
}

impl fmt::Debug for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prompt").field("title", &self.title).finish_non_exhaustive()
    }
}

impl Prompt {
    /// Creates a prompt. A given text is selected, because most texts are replaced.
    pub(crate) fn new(
        title: impl Into<String>,
        text: impl Into<String>,
        hint: &'static str,
        on_text: impl FnMut(&mut Model, String) -> Accepted + Send + 'static,
    ) -> Self {
        let input = Input::new(text.into());
        Self {
            title: title.into(),
            given: if input.value().is_empty() { GivenText::None } else { GivenText::Selected },
            input,
            hint,
            hidden: false,
            column: None,
            error: None,
            may_be_empty: false,
            waits: None,
            proposal: None,
            remark: None,
            on_text: Box::new(on_text),
        }
    }

    /// Doesn't select the given text: most people change a part of it.
    pub(crate) fn unselected(mut self) -> Self {
        self.given = GivenText::None;
        self
    }

    /// Asks for the name of a new file, and proposes one that isn't taken.
    pub(crate) fn open_for_new_file(mut self, model: &mut Model) -> Vec<Effect> {
        let ticket = model.ticket();
        self.proposal = Some(ticket);
        let query = Effect::Query(Query::UnusedPath(ticket, self.input.value().to_owned()));
        let mut effects = self.unselected().open(model);
        effects.push(query);
        effects
    }

    /// Handles a key of the text field.
    pub(crate) fn edit(&mut self, request: InputRequest) {
        self.proposal = None;
        if self.given == GivenText::Selected {
            self.given = GivenText::Edited;
            if matches!(request, InputRequest::InsertChar(_)) {
                self.input = Input::default();
            }
        }
        self.input.handle(request);
    }

    /// Accepts an empty text as well.
    pub(crate) fn or_empty(mut self) -> Self {
        self.may_be_empty = true;
        self
    }

    /// Shows a remark on the typed text.
    pub(crate) fn remark(mut self, of: impl Fn(&Model, &str) -> Option<String> + Send + 'static) -> Self {
        self.remark = Some(Box::new(of));
        self
    }

    pub(crate) fn open(self, model: &mut Model) -> Vec<Effect> {
        model.overlays.push(Overlay::Prompt(self));
        Vec::new()
    }

    /// Returns the remark on the typed text.
    pub(crate) fn remark_now(&self, model: &Model) -> Option<String> {
        self.remark.as_ref()?(model, self.input.value())
    }

    /// Stops waiting for a reply.
    pub(crate) fn give_up(&mut self) {
        self.waits = None;
    }

    fn refuse(&self, text: &str, screen: Screen) -> Option<&'static str> {
        if text.is_empty() && !self.may_be_empty {
            return Some("Type something, or press Esc to cancel.");
        }
        // Enter alone must not empty a hidden cell.
        let is_hidden = text.is_empty() && self.hidden;
        is_hidden.then_some(match screen {
            Screen::Processing => "Type the whole value. A hidden cell can't be emptied here.",
            _ => "Type the whole value. To empty the cell, show it first: Esc, then M.",
        })
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Back => _ = model.overlays.pop(),
        Action::Accept => return accept(model),
        _ => {}
    }
    Vec::new()
}

fn accept(model: &mut Model) -> Vec<Effect> {
    let screen = model.screen;
    let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() else { return Vec::new() };
    if prompt.waits.is_some() {
        return Vec::new();
    }
    let text = prompt.input.value().trim().to_owned();
    if let Some(error) = prompt.refuse(&text, screen) {
        prompt.error = Some(error.to_owned());
        return Vec::new();
    }
    // The callback may open another dialog.
    let Some(Overlay::Prompt(mut prompt)) = model.overlays.pop() else { return Vec::new() };
    let effects = match (prompt.on_text)(model, text) {
        Accepted::Done(effects) => return effects,
        Accepted::Wrong(error) => {
            prompt.error = Some(error);
            Vec::new()
        }
        Accepted::Waiting(ticket, effects) => {
            // The file gets the name it has now.
            prompt.proposal = None;
            prompt.waits = Some(ticket);
            effects
        }
        Accepted::Again(effects) => {
            (prompt.input, prompt.given) = (Input::default(), GivenText::None);
            effects
        }
    };
    model.overlays.push(Overlay::Prompt(prompt));
    effects
}

/// Proposes a name that isn't taken.
pub(crate) fn propose(model: &mut Model, ticket: Ticket, path: String) {
    if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut()
        && prompt.proposal.take_if(|awaited| *awaited == ticket).is_some()
    {
        prompt.input = Input::new(path);
    }
}

/// Returns the prompt that waits for a reply, if it is still there.
pub(crate) fn waiting(model: &mut Model, ticket: Ticket) -> Option<&mut Prompt> {
    match model.overlays.last_mut() {
        Some(Overlay::Prompt(prompt)) if prompt.waits == Some(ticket) => Some(prompt),
        _ => None,
    }
}

/// Closes the prompt that waits for a reply.
pub(crate) fn close(model: &mut Model, ticket: Ticket) {
    if waiting(model, ticket).is_some() {
        model.overlays.pop();
    }
}

/// Reports a failure: in the prompt that waits for it, where its text can be corrected; otherwise in the status line.
pub(crate) fn fail(model: &mut Model, ticket: Ticket, sentence: Sentence) {
    match waiting(model, ticket) {
        Some(prompt) => (prompt.waits, prompt.error) = (None, Some(sentence)),
        None => model.say(Mood::Bad, sentence),
    }
}

/// Width of the texts.
const INNER: usize = 60;

/// Explains a selected text.
const SELECTED: &str = "Type to replace it; ← to edit it.";

pub(crate) fn draw(model: &Model, frame: &mut Frame, prompt: &Prompt) {
    let (text, style) = match &prompt.error {
        Some(error) => (format!("✗ {}", on_screen(error)), model.theme.bad),
        None => (prompt.hint.to_owned(), model.theme.faint),
    };
    // One more line tells that the text is selected; the box keeps its size afterwards.
    let given = u16::from(prompt.given != GivenText::None);
    let lines = u16::try_from(wrap(&text, INNER).len()).unwrap_or(u16::MAX).max(3);
    let height = lines.saturating_add(4 + given).min(frame.area().height);
    let inner = boxed(frame, model.theme, &prompt.title, 64, height);
    let selected = prompt.given == GivenText::Selected;
    if selected {
        selected_field(frame, row(inner, 0), &prompt.input, model.theme.selected);
    } else {
        field(frame, row(inner, 0), &prompt.input, true, model.theme.head);
    }
    paragraph(frame, inner, 2, &text, style);
    if let Some(remark) = prompt.remark_now(model) {
        put(frame, inner, 1, Span::styled(remark, model.theme.faint));
    }
    if selected {
        put(frame, inner, inner.height.saturating_sub(1), Span::styled(SELECTED, model.theme.faint));
    }
}
