//! Targets of values: the fields of a case, the custom fields, and their keys in a recipe.

use std::{fmt, str::FromStr};

use strum::VariantArray;

use super::subject_no::{SubjectNo, UnknownKey};
use crate::case::values::kind::{ApiType, FieldKind, ValuePart};
use crate::serde_text::serde_as_text;

/// A field that every case has, in the order in which a case is sent and displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum CaseField {
    /// Determines references, services, flags, custom fields and subject type.
    CaseType,
    /// The client. A setting of the account says which of its two ids is meant.
    Client,
    /// The client contact who sent the case.
    PrimaryContact,
    /// The region.
    Region,
    /// The branch of the investigation firm.
    CompanyLocation,
    /// The creation date, as set by the user.
    CreatedOn,
    /// The due date.
    DueOn,
    /// The first reference, often the claim number.
    Reference1,
    /// The second reference.
    Reference2,
    /// The third reference.
    Reference3,
    /// Free text, `City, ST`.
    CaseLocation,
    /// The initial budget in money.
    BudgetMoney,
    /// The initial budget in hours.
    BudgetHours,
    /// Case instructions.
    Notes,
    /// Scheduling instructions.
    SchedulingNotes,
    /// Administrative notes.
    AdminNotes,
    /// Service ids.
    Services,
    /// Flag ids.
    Flags,
    /// The type of the primary subject, which is sent as part of the subject.
    SubjectType,
}

/// Properties of a case field.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    /// Its key in the API and in a recipe.
    pub key: &'static str,
    /// Label for people.
    pub label: &'static str,
    /// Type of value in the API.
    pub shape: ApiType,
    /// Whether a case is refused without it. INFERRED: the vendor documents no required flag.
    pub required: bool,
}

const fn spec(key: &'static str, label: &'static str, shape: ApiType, required: bool) -> FieldSpec {
    FieldSpec { key, label, shape, required }
}

impl CaseField {
    /// Returns the field's properties. Source: the vendor's own client, `POST /cases`.
    #[must_use]
    pub const fn spec(self) -> FieldSpec {
        match self {
            Self::CaseType => spec("case_type_id", "Case type", ApiType::Id, true),
            Self::Client => spec("client_id", "Client", ApiType::Id, true),
            Self::PrimaryContact => spec("primary_contact_id", "Primary contact", ApiType::Id, true),
            Self::Region => spec("case_region_id", "Region", ApiType::Id, false),
            Self::CompanyLocation => spec("company_location_id", "Company location", ApiType::Id, false),
            Self::CreatedOn => spec("created_on", "Created on", ApiType::Date, false),
            Self::DueOn => spec("due_on", "Due on", ApiType::Date, false),
            Self::Reference1 => spec("reference_value_1", "Reference 1", ApiType::Text, false),
            Self::Reference2 => spec("reference_value_2", "Reference 2", ApiType::Text, false),
            Self::Reference3 => spec("reference_value_3", "Reference 3", ApiType::Text, false),
            Self::CaseLocation => spec("case_location", "Case location", ApiType::Text, false),
            Self::BudgetMoney => spec("budget_money", "Budget (money)", ApiType::Number, false),
            Self::BudgetHours => spec("budget_hours", "Budget (hours)", ApiType::Number, false),
            Self::Notes => spec("notes", "Case instructions", ApiType::Text, false),
            Self::SchedulingNotes => {
                spec("scheduling_notes", "Scheduling instructions", ApiType::Text, false)
            }
            Self::AdminNotes => spec("admin_notes", "Administrative notes", ApiType::Text, false),
            Self::Services => spec("case_services_list", "Services", ApiType::Ids, false),
            Self::Flags => spec("case_flags_list", "Flags", ApiType::Ids, false),
            Self::SubjectType => spec("subject_type_id", "Subject type", ApiType::Id, false),
        }
    }

    /// Returns true if it is one of the three references, by which people find a case.
    #[must_use]
    pub fn is_reference(self) -> bool {
        matches!(self, Self::Reference1 | Self::Reference2 | Self::Reference3)
    }

    /// Returns the key in the API and in a recipe.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.spec().key
    }

    /// Returns the case field with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|field| field.key() == key)
    }
}

/// Owner of a custom field: every field has one. Ids of different owners must not be mixed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CustomFieldOwner {
    /// The case itself.
    Case,
    /// A subject.
    Subject,
}

/// Key of a custom field of the account: `custom.7` for cases, `subject.3` for subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomKey {
    /// Owner of the field.
    pub owner: CustomFieldOwner,
    /// The field's id in Trackops.
    pub id: u64,
}

serde_as_text!(CustomKey, Target);

impl fmt::Display for CustomKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let owner = match self.owner {
            CustomFieldOwner::Case => "custom",
            CustomFieldOwner::Subject => "subject",
        };
        write!(f, "{owner}.{}", self.id)
    }
}

impl FromStr for CustomKey {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        match text.parse() {
            Ok(Target::Custom(place, None)) if CustomFieldRef::from(place.key()) == place => Ok(place.key()),
            _ => Err(UnknownKey(text.to_owned())),
        }
    }
}

/// Record that has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// The case itself.
    Case,
    /// One of its subjects.
    Subject(SubjectNo),
}

/// Custom field of one record: `custom.7` of the case, `subject.3` of the primary subject, `subject2.3` of the
/// second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomFieldRef {
    /// The record.
    pub holder: Holder,
    /// The field's id in Trackops.
    pub id: u64,
}

impl CustomFieldRef {
    /// Returns the key of the account's field.
    #[must_use]
    pub fn key(self) -> CustomKey {
        let owner = match self.holder {
            Holder::Case => CustomFieldOwner::Case,
            Holder::Subject(_) => CustomFieldOwner::Subject,
        };
        CustomKey { owner, id: self.id }
    }

    /// Returns the subject that has it; `None` for the case.
    #[must_use]
    pub fn subject(self) -> Option<SubjectNo> {
        match self.holder {
            Holder::Case => None,
            Holder::Subject(number) => Some(number),
        }
    }

    /// Returns the same field of another subject. A field of the case stays the same.
    #[must_use]
    pub fn of(self, number: SubjectNo) -> Self {
        match self.holder {
            Holder::Case => self,
            Holder::Subject(_) => Self { holder: Holder::Subject(number), ..self },
        }
    }
}

impl From<CustomKey> for CustomFieldRef {
    /// Returns the field of the case or of the primary subject.
    fn from(key: CustomKey) -> Self {
        let holder = match key.owner {
            CustomFieldOwner::Case => Holder::Case,
            CustomFieldOwner::Subject => Holder::Subject(SubjectNo::PRIMARY),
        };
        Self { holder, id: key.id }
    }
}

impl fmt::Display for CustomFieldRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.holder {
            Holder::Case => write!(f, "custom.{}", self.id),
            Holder::Subject(number) => write!(f, "{number}.{}", self.id),
        }
    }
}

/// Target of a column or a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A case field.
    Case(CaseField),
    /// The type of a subject other than the primary one: `subject2.subject_type_id`.
    SubjectType(SubjectNo),
    /// A custom field, whole or one part of it.
    Custom(CustomFieldRef, Option<ValuePart>),
    /// Not imported, on purpose.
    Ignore,
}

impl Target {
    /// Returns its subject, unless that is the primary one.
    #[must_use]
    pub fn other_subject(self) -> Option<SubjectNo> {
        match self {
            Self::Case(_) | Self::Ignore => None,
            Self::SubjectType(number) => Some(number),
            Self::Custom(place, _) => place.subject().filter(|number| *number != SubjectNo::PRIMARY),
        }
    }

    /// Returns the same field of the primary subject.
    #[must_use]
    pub fn of_primary(self) -> Self {
        match self {
            Self::SubjectType(_) => Self::Case(CaseField::SubjectType),
            Self::Custom(place, part) => Self::Custom(place.of(SubjectNo::PRIMARY), part),
            Self::Case(_) | Self::Ignore => self,
        }
    }

    /// Returns the shape of its values; `None` if it is ignored, or a custom field of unknown kind.
    #[must_use]
    pub fn shape(self, kind_of: impl FnOnce(CustomKey) -> Option<FieldKind>) -> Option<ApiType> {
        match self {
            Self::Case(field) => Some(field.spec().shape),
            Self::SubjectType(_) => Some(ApiType::Id),
            Self::Custom(place, None) => kind_of(place.key()).map(FieldKind::shape),
            Self::Custom(_, Some(_)) => Some(ApiType::Text),
            Self::Ignore => None,
        }
    }

    /// Returns true if two columns can't be mapped to both: the same field, unless it takes several columns, or a whole
    /// field and a part of it.
    #[must_use]
    pub fn clashes(self, other: Self) -> bool {
        match (self, other) {
            (Self::Ignore, _) => false,
            (Self::Case(field), Self::Case(other)) if field == other => {
                field != CaseField::Notes && field.spec().shape != ApiType::Ids
            }
            (Self::Custom(place, part), Self::Custom(other, others)) if place == other => {
                part.is_none() || others.is_none() || part == others
            }
            _ => self == other,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Case(field) => f.write_str(field.key()),
            Self::SubjectType(number) => write!(f, "{number}.{}", CaseField::SubjectType.key()),
            Self::Custom(place, None) => write!(f, "{place}"),
            Self::Custom(place, Some(part)) => write!(f, "{place}.{}", part.key()),
            Self::Ignore => f.write_str("ignore"),
        }
    }
}

impl FromStr for Target {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        if text == "ignore" {
            return Ok(Self::Ignore);
        }
        if let Some(field) = CaseField::from_key(text) {
            return Ok(Self::Case(field));
        }
        let unknown = || UnknownKey(text.to_owned());
        let mut words = text.split('.');
        let holder = match words.next() {
            Some("custom") => Holder::Case,
            Some(word) => Holder::Subject(word.parse().map_err(|_| unknown())?),
            None => return Err(unknown()),
        };
        let id = words.next().ok_or_else(unknown)?;
        if let Holder::Subject(number) = holder
            && number != SubjectNo::PRIMARY
            && id == CaseField::SubjectType.key()
            && words.next().is_none()
        {
            return Ok(Self::SubjectType(number));
        }
        let id = id.parse().map_err(|_| unknown())?;
        let part = match words.next() {
            None => None,
            Some(part) => Some(ValuePart::from_key(part).ok_or_else(unknown)?),
        };
        if words.next().is_some() {
            return Err(unknown());
        }
        Ok(Self::Custom(CustomFieldRef { holder, id }, part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_reads_back_as_what_wrote_it() {
        let mut keys: Vec<String> = CaseField::VARIANTS.iter().map(|field| field.key().to_owned()).collect();
        keys.extend(
            ["custom.7", "subject.1", "subject.1.last_name", "subject.3.zip", "ignore"].map(String::from),
        );
        keys.extend(["subject2.1", "subject9.1.last_name", "subject2.subject_type_id"].map(String::from));
        for key in keys {
            assert_eq!(key.parse::<Target>().unwrap().to_string(), key);
        }
        for wrong in ["", "claim", "subject", "subject.x", "subject.1.age", "subject.1.city.x", "custom."]
            .into_iter()
            .chain([
                "subject1.3",
                "subject0.3",
                "subject10.3",
                "subject02.3",
                "subject.subject_type_id",
                "subject2",
            ])
        {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }
}
