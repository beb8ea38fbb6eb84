//! Names of fields, subjects and defaults of the open import, as the account has them.

use crate::case::{ApiType, CaseField, CustomFieldRef, DefaultText, SubjectNo, Target};
use crate::trackops::{Catalog, List};
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::draft::labels::id_text;

impl Job {
    /// Returns the name of a target in this account.
    pub(crate) fn target_label(&self, target: Target, catalog: &Catalog) -> String {
        match target {
            Target::Ignore => "– not imported".to_owned(),
            Target::Case(field) => self.field_label(field, catalog),
            Target::SubjectType(number) => format!("{} · type", self.subject_label(number)),
            Target::Custom(place, part) => {
                let (fields, key) = (self.custom_fields(catalog), place.key());
                let known = fields.iter().find(|field| field.key == key).map(|field| field.label.as_str());
                let label = known.filter(|label| !label.is_empty());
                let shared =
                    label.is_some_and(|label| fields.iter().filter(|f| f.label == label).count() > 1);
                let label = match label {
                    Some(label) if CustomFieldRef::from(key) != place => label.to_owned(),
                    // Two types of subjects may each have a field of that name.
                    Some(label) if shared => format!("{label} ({key})"),
                    Some(label) => label.to_owned(),
                    None => place.to_string(),
                };
                let label = match place.subject() {
                    Some(number) if number != SubjectNo::PRIMARY => {
                        format!("{} · {label}", self.subject_label(number))
                    }
                    _ => label,
                };
                match part {
                    Some(part) => format!("{label}: {}", part.key().replace('_', " ")),
                    None => label,
                }
            }
        }
    }

    /// Returns the name of a subject other than the primary one.
    pub(crate) fn subject_label(&self, number: SubjectNo) -> String {
        let label = self.recipe.subject(number).map(|subject| subject.label.clone());
        label.filter(|label| !label.is_empty()).unwrap_or_else(|| format!("Subject {}", number.get()))
    }

    /// Returns the name of a case field; references are named by the case type.
    fn field_label(&self, field: CaseField, catalog: &Catalog) -> String {
        let plain = field.spec().label;
        let reference = match field {
            CaseField::Reference1 => 0,
            CaseField::Reference2 => 1,
            CaseField::Reference3 => 2,
            _ => return plain.to_owned(),
        };
        let case_type = self.default_id(CaseField::CaseType);
        match case_type.and_then(|id| catalog.reference_label(id, reference)) {
            Some("") => format!("{plain} (not used by this case type)"),
            Some(label) => format!("{label} ({})", plain.to_lowercase()),
            None => plain.to_owned(),
        }
    }

    /// Returns a default as text.
    pub(crate) fn default_text(&self, target: Target, catalog: &Catalog) -> Option<String> {
        let list = match target {
            Target::Case(field) => List::of(field),
            Target::SubjectType(_) => Some(List::SubjectTypes),
            _ => None,
        };
        let named = |id: u64| list.map_or_else(|| id.to_string(), |list| id_text(list, id, catalog));
        Some(match self.recipe.defaults.get(&target)? {
            DefaultText::Whole(id) => named(*id),
            DefaultText::Number(number) => number.to_string(),
            DefaultText::Ids(ids) => ids.iter().map(|id| named(*id)).collect::<Vec<_>>().join(", "),
            DefaultText::Text(text) => match text.strip_prefix('+').and_then(|rest| rest.strip_suffix('d')) {
                Some(days) if self.shape(target, catalog) == Some(ApiType::Date) => {
                    format!("{text}, {days} days after creation")
                }
                _ => text.clone(),
            },
        })
    }
}
