//! Fields of the case, the columns mapped to them, and how their cells are read.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::field::{CaseField, CustomFieldRef, Holder, Target};
use super::plan_error::PlanError;
use super::recipe::{MappedValue, Recipe};
use super::subject_no::SubjectNo;
use crate::case::values::date::DateOrder;
use crate::case::values::kind::{ApiType, FieldKind, ValuePart};
use crate::case::values::name_order::NameOrder;
use crate::case::values::number::{AmountHabits, NumberStyle};
use crate::case::values::plausible::DateMeaning;
use crate::case::values::reference_doubt::ReferenceProfile;
use crate::case::values::value::Value;
use crate::case::values::words::normalize;

/// A whole field of the case, in which columns and default of a target come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dest {
    /// A case field.
    Case(CaseField),
    /// The type of a subject other than the primary one.
    SubjectType(SubjectNo),
    /// A custom field and its kind.
    Custom(CustomFieldRef, FieldKind),
}

impl Dest {
    /// Returns the field's key in a recipe.
    #[must_use]
    pub fn target(self) -> Target {
        match self {
            Self::Case(field) => Target::Case(field),
            Self::SubjectType(number) => Target::SubjectType(number),
            Self::Custom(place, _) => Target::Custom(place, None),
        }
    }

    /// Returns the custom field, if it is one.
    #[must_use]
    pub fn place(self) -> Option<CustomFieldRef> {
        match self {
            Self::Case(_) | Self::SubjectType(_) => None,
            Self::Custom(place, _) => Some(place),
        }
    }

    /// Returns the field for the type of a subject.
    #[must_use]
    pub fn subject_type(number: SubjectNo) -> Self {
        if number == SubjectNo::PRIMARY {
            Self::Case(CaseField::SubjectType)
        } else {
            Self::SubjectType(number)
        }
    }

    /// Returns its subject, unless that is the primary one.
    #[must_use]
    pub fn other_subject(self) -> Option<SubjectNo> {
        self.target().other_subject()
    }

    /// Returns the case field under which its ids are known.
    #[must_use]
    pub fn id_field(self) -> Option<CaseField> {
        match self {
            Self::Case(field) => Some(field),
            Self::SubjectType(_) => Some(CaseField::SubjectType),
            Self::Custom(..) => None,
        }
    }

    /// Returns true if its value identifies the case: a reference, or the name of the primary subject.
    pub(in crate::case) fn identifies(self) -> bool {
        self.is_reference() || self.names_subject()
    }

    /// Returns true for a reference, by which cases are found.
    pub(in crate::case) fn is_reference(self) -> bool {
        matches!(self, Self::Case(field) if field.is_reference())
    }

    /// Returns true for the name of the primary subject.
    pub(in crate::case) fn names_subject(self) -> bool {
        matches!(self, Self::Custom(place, FieldKind::Name) if place.holder == Holder::Subject(SubjectNo::PRIMARY))
    }

    /// Returns true if its values are amounts of money.
    pub(in crate::case) fn is_money(self) -> bool {
        matches!(self, Self::Case(CaseField::BudgetMoney) | Self::Custom(_, FieldKind::Money))
    }

    /// Returns true if the number in a cell is sent rather than its formatted text.
    pub(in crate::case) fn wants_number(self) -> bool {
        match self.reading() {
            ValueReading::Number
            | ValueReading::Hours
            | ValueReading::Date
            | ValueReading::Id
            | ValueReading::Ids
            | ValueReading::YesNo { .. } => true,
            ValueReading::Text | ValueReading::Choices | ValueReading::Name | ValueReading::Address => false,
        }
    }

    pub(in crate::case) fn reading(self) -> ValueReading {
        match self {
            Self::Case(CaseField::BudgetHours) => ValueReading::Hours,
            Self::Case(field) => ValueReading::of(field.spec().shape),
            Self::SubjectType(_) => ValueReading::Id,
            Self::Custom(_, FieldKind::Name) => ValueReading::Name,
            Self::Custom(_, FieldKind::Address) => ValueReading::Address,
            Self::Custom(_, FieldKind::YesNo) => ValueReading::YesNo { or_na: false },
            Self::Custom(_, FieldKind::YesNoNa) => ValueReading::YesNo { or_na: true },
            Self::Custom(_, kind) => ValueReading::of(kind.shape()),
        }
    }
}

/// How a cell's text is read as a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) enum ValueReading {
    Id,
    Ids,
    Text,
    Date,
    Number,
    /// A number that may have a unit, or be written as `7:30`.
    Hours,
    /// Several choices of the field.
    Choices,
    /// Yes or no, or also “not applicable”.
    YesNo {
        or_na: bool,
    },
    Name,
    Address,
}

impl ValueReading {
    /// Returns true if the value is a number or a date.
    pub(in crate::case) fn is_number_or_date(self) -> bool {
        matches!(self, Self::Date | Self::Number | Self::Hours)
    }

    fn of(shape: ApiType) -> Self {
        match shape {
            ApiType::Id => Self::Id,
            ApiType::Ids => Self::Ids,
            ApiType::Text => Self::Text,
            ApiType::Date => Self::Date,
            ApiType::Number => Self::Number,
            ApiType::Choices => Self::Choices,
        }
    }
}

/// One field of the case and where its value comes from.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::case) struct Slot {
    pub(in crate::case) dest: Dest,
    pub(in crate::case) sources: Vec<MappedColumn>,
    pub(in crate::case) default: Option<Fallback>,
    pub(in crate::case) required: bool,
}

/// What the first cells of a column say about the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::case) struct ColumnEvidence {
    /// How amounts are written.
    pub(in crate::case) amounts: AmountHabits,
    /// How the first whole names are written.
    pub(in crate::case) names: NameOrder,
    /// What the first references look like.
    pub(in crate::case) references: ReferenceProfile,
}

/// A column mapped to a slot.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::case) struct MappedColumn {
    /// Index of the column, from 0.
    pub(in crate::case) column: usize,
    pub(in crate::case) part: Option<ValuePart>,
    /// Date order set by the recipe; month first by default.
    pub(in crate::case) date: Option<DateOrder>,
    /// Meaning of its dates.
    pub(in crate::case) dates: DateMeaning,
    /// Decimal mark set by the recipe; a point by default.
    pub(in crate::case) decimal: Option<NumberStyle>,
    /// What its first cells say about the others.
    pub(in crate::case) evidence: ColumnEvidence,
    pub(in crate::case) separator: Option<String>,
    pub(in crate::case) values: BTreeMap<String, MappedValue>,
    /// Whether the cells are right as they are.
    pub(in crate::case) as_is: bool,
    /// Whether error cells are read as blank.
    pub(in crate::case) blank_errors: bool,
}

impl MappedColumn {
    /// Returns true if its dates are dates of birth.
    pub(in crate::case) fn is_birth(&self) -> bool {
        self.dates == DateMeaning::Birth
    }

    /// Returns the match of a value.
    pub(in crate::case) fn matched(&self, text: &str) -> Option<&MappedValue> {
        // Most columns have no values, and folding is the most expensive step.
        if self.values.is_empty() { None } else { self.values.get(&normalize(text)) }
    }

    /// Returns the match of a value, or the value itself if it has none.
    pub(in crate::case) fn match_or_text<'t>(&'t self, text: &'t str) -> Cow<'t, str> {
        match self.matched(text) {
            Some(MappedValue::Text(meant)) => Cow::Borrowed(meant),
            Some(MappedValue::Id(id)) => Cow::Owned(id.to_string()),
            None => Cow::Borrowed(text),
        }
    }
}

/// Value for an empty cell.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::case) enum Fallback {
    Value(Value),
    /// Number of days after the case's creation date.
    DaysAfterCreation(i32),
}

/// Returns the whole field and the part of a target; `None` for `ignore`.
pub(in crate::case) fn resolve(
    recipe: &Recipe,
    target: Target,
) -> Result<Option<(Dest, Option<ValuePart>)>, PlanError> {
    match target {
        Target::Ignore => Ok(None),
        Target::Case(field) => Ok(Some((Dest::Case(field), None))),
        Target::SubjectType(number) => Ok(Some((Dest::SubjectType(number), None))),
        Target::Custom(place, part) => {
            let key = place.key();
            let kind = recipe.kind_of(key).ok_or(PlanError::Undeclared(key))?;
            match part {
                Some(p) if !kind.parts().contains(&p) => {
                    Err(PlanError::NoSuchPart { to: target, key, kind: kind.word() })
                }
                _ => Ok(Some((Dest::Custom(place, kind), part))),
            }
        }
    }
}

pub(in crate::case) fn slot(slots: &mut BTreeMap<Dest, Slot>, dest: Dest) -> &mut Slot {
    slots.entry(dest).or_insert_with(|| Slot { dest, sources: Vec::new(), default: None, required: false })
}
