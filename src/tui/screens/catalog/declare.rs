//! The form for a custom field of the account.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use strum::VariantArray;
use tui_input::{Input, InputRequest};

use crate::case::{CustomField, CustomFieldOwner, CustomKey, FieldKind};
use crate::trackops::{Catalog, CatalogChange, List};
use crate::tui::core::action::Action;
use crate::tui::core::cursor::next_in;
use crate::tui::core::effect::Effect;
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::place::Screen;
use crate::tui::dialogs::Then;
use crate::tui::widgets::panel::boxed;
use crate::tui::widgets::table;
use crate::tui::widgets::text::{cut, field, fit, paragraph, put, row};

/// The fields of the form, in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, VariantArray)]
pub(crate) enum DeclareField {
    #[default]
    Owner,
    Id,
    Label,
    Kind,
    Choices,
    Required,
}

impl DeclareField {
    fn label(self) -> &'static str {
        match self {
            Self::Owner => "Belongs to",
            Self::Id => "Id",
            Self::Label => "Name",
            Self::Kind => "Kind",
            Self::Choices => "Choices",
            Self::Required => "Required",
        }
    }
}

/// Owner of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    Case,
    /// Subjects of a type; none if unknown.
    Subject(Option<u64>),
}

/// A custom field being typed.
pub(crate) struct Declare {
    pub(super) whose: Whose,
    /// Owners to choose from.
    owners: Vec<Whose>,
    pub(super) id: Input,
    pub(super) label: Input,
    pub(super) kind: FieldKind,
    /// Allowed values, separated by `;`.
    pub(super) choices: Input,
    pub(super) required: bool,
    pub(super) focus: DeclareField,
    pub(super) error: Option<String>,
    /// Key of the field being edited; none for a new one.
    changed: Option<CustomKey>,
    on_saved: Then<CustomKey>,
}

impl std::fmt::Debug for Declare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Declare").field("focus", &self.focus).finish_non_exhaustive()
    }
}

fn owners(catalog: &Catalog) -> Vec<Whose> {
    let types = catalog.entries(List::SubjectTypes).iter().map(|entry| Whose::Subject(Some(entry.id)));
    [Whose::Case, Whose::Subject(None)].into_iter().chain(types).collect()
}

/// Opens the form for a new custom field, with the column's header as its name.
pub(crate) fn open(
    model: &mut Model,
    header: String,
    on_saved: impl FnOnce(&mut Model, CustomKey) -> Vec<Effect> + Send + 'static,
) -> Vec<Effect> {
    model.overlays.push(Overlay::Declare(Declare {
        whose: Whose::Case,
        owners: owners(&model.catalog),
        id: Input::default(),
        label: Input::new(header),
        kind: FieldKind::Text,
        choices: Input::default(),
        required: false,
        focus: DeclareField::Owner,
        error: None,
        changed: None,
        on_saved: Box::new(on_saved),
    }));
    Vec::new()
}

/// Opens the form to edit a custom field.
pub(crate) fn again(model: &mut Model, field: &CustomField) -> Vec<Effect> {
    model.overlays.push(Overlay::Declare(Declare {
        whose: match field.key.owner {
            CustomFieldOwner::Case => Whose::Case,
            CustomFieldOwner::Subject => Whose::Subject(field.subject_type),
        },
        owners: owners(&model.catalog),
        id: Input::new(field.key.id.to_string()),
        label: Input::new(field.label.clone()),
        kind: field.kind,
        choices: Input::new(field.choices.join("; ")),
        required: field.required,
        focus: DeclareField::Label,
        error: None,
        changed: Some(field.key),
        on_saved: Box::new(|_, _| Vec::new()),
    }));
    Vec::new()
}

impl Declare {
    /// Forgets the error: the text it is about has changed.
    pub(crate) fn typed(&mut self) {
        self.error = None;
    }

    pub(crate) fn edit(&mut self, request: InputRequest) {
        let forward = !matches!(request, InputRequest::GoToPrevChar);
        let change = matches!(
            request,
            InputRequest::GoToPrevChar | InputRequest::GoToNextChar | InputRequest::InsertChar(' ')
        );
        match self.focus {
            DeclareField::Owner if change => self.whose = next_in(&self.owners, self.whose, forward),
            DeclareField::Kind if change => self.kind = next_in(FieldKind::VARIANTS, self.kind, forward),
            DeclareField::Required if change => self.required = !self.required,
            _ => {
                if let Some(input) = self.input() {
                    input.handle(request);
                }
            }
        }
    }

    pub(crate) fn input(&mut self) -> Option<&mut Input> {
        match self.focus {
            DeclareField::Id => Some(&mut self.id),
            DeclareField::Label => Some(&mut self.label),
            DeclareField::Choices => Some(&mut self.choices),
            DeclareField::Owner | DeclareField::Kind | DeclareField::Required => None,
        }
    }

    fn read(&self) -> Result<CustomField, (DeclareField, &'static str)> {
        let id = self.id.value().trim().parse().ok().filter(|id| *id > 0);
        let id = id.ok_or((DeclareField::Id, "Enter the field's id in Trackops, a whole number above 0."))?;
        let label = self.label.value().trim();
        if label.is_empty() {
            return Err((DeclareField::Label, "Enter the field's name in Trackops."));
        }
        let (owner, subject_type) = match self.whose {
            Whose::Case => (CustomFieldOwner::Case, None),
            Whose::Subject(of) => (CustomFieldOwner::Subject, of),
        };
        let choices = self.choices.value().split(';').map(str::trim).filter(|choice| !choice.is_empty());
        Ok(CustomField {
            required: self.required,
            choices: choices.map(str::to_owned).collect(),
            subject_type,
            ..CustomField::new(CustomKey { owner, id }, label, self.kind)
        })
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Declare(form)) = model.overlays.last_mut() else { return Vec::new() };
    match action {
        Action::Back => _ = model.overlays.pop(),
        Action::Next | Action::Down => form.focus = next_in(DeclareField::VARIANTS, form.focus, true),
        Action::Previous | Action::Up => form.focus = next_in(DeclareField::VARIANTS, form.focus, false),
        Action::Accept if form.focus != DeclareField::Required => {
            form.focus = next_in(DeclareField::VARIANTS, form.focus, true);
        }
        Action::Accept | Action::Save => match form.read() {
            Ok(field) => {
                if let Some(Overlay::Declare(form)) = model.overlays.pop() {
                    return save(model, field, form);
                }
            }
            Err((focus, text)) => {
                form.focus = focus;
                form.error = Some(text.to_owned());
            }
        },
        _ => {}
    }
    Vec::new()
}

/// Saves a new or edited field.
fn save(model: &mut Model, field: CustomField, form: Declare) -> Vec<Effect> {
    let (key, changed) = (field.key, form.changed);
    if changed != Some(key) && model.catalog.fields.iter().any(|known| known.key == key) {
        let owner = if key.owner == CustomFieldOwner::Case { "Case" } else { "Subject" };
        let then = if model.screen == Screen::Catalog { "edit it" } else { "map a column to it" };
        model.say(Mood::Bad, format!("{owner} field {} already exists. Press Enter to {then}.", key.id));
        return Vec::new();
    }
    model.say(Mood::Good, format!("Saved {key} “{}”.", field.label));
    // With another id or owner it's a different field.
    let before = changed.filter(|before| *before != key);
    let mut effects =
        before.map_or_else(Vec::new, |before| model.change_catalog(CatalogChange::RemoveField(before)));
    effects.extend(model.change_catalog(CatalogChange::Field(field)));
    effects.extend((form.on_saved)(model, key));
    effects
}

pub(crate) fn draw(model: &Model, frame: &mut Frame, form: &Declare) {
    let inner = boxed(frame, model.theme, "Custom field of your Trackops account", 66, 12);
    let owner = match form.whose {
        Whose::Case => "case".to_owned(),
        Whose::Subject(None) => "primary subject".to_owned(),
        Whose::Subject(Some(id)) => {
            let name = model.catalog.label(List::SubjectTypes, id).unwrap_or_default();
            format!("primary subject: {name} ({id})")
        }
    };
    let kind = format!("{} ({})", form.kind.label(), form.kind.tag());
    let choice = |which| match which {
        DeclareField::Owner => Ok(owner.as_str()),
        DeclareField::Kind => Ok(kind.as_str()),
        DeclareField::Required => Ok(if form.required { "yes" } else { "no" }),
        DeclareField::Id => Err(&form.id),
        DeclareField::Label => Err(&form.label),
        DeclareField::Choices => Err(&form.choices),
    };
    for (index, which) in (0..).zip(DeclareField::VARIANTS.iter().copied()) {
        let focus = form.focus == which;
        let style = if focus { model.theme.strong } else { ratatui::style::Style::new() };
        let label = format!("{} {}", table::marker(focus), fit(which.label(), 12));
        put(frame, inner, index, Span::styled(label, style));
        let line = row(inner, index);
        let value = Rect { x: line.x + 15.min(line.width), width: line.width.saturating_sub(15), ..line };
        match choice(which) {
            Ok(choice) => {
                let style = if focus { model.theme.selected } else { model.theme.strong };
                let text = cut(choice, usize::from(value.width).saturating_sub(4));
                put(frame, value, 0, Span::styled(format!("‹ {text} ›"), style));
            }
            Err(input) => field(frame, value, input, focus, model.theme.head),
        }
    }
    let hint = match (&form.error, form.focus) {
        (Some(error), _) => {
            paragraph(frame, inner, 7, &format!("✗ {error}"), model.theme.bad);
            return;
        }
        (None, DeclareField::Choices) => "Allowed values, separated by semicolons. Empty allows any.",
        (None, DeclareField::Required) => "If yes, an empty value is a warning.",
        (None, _) => "Ids are in the Trackops field settings. Space changes a choice, Ctrl-S saves.",
    };
    paragraph(frame, inner, 7, hint, model.theme.faint);
}
