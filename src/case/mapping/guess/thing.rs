//! Things that columns hold.

use serde::{Deserialize, Serialize};

use crate::case::mapping::field::CaseField;
use crate::case::values::kind::{FieldKind, ValuePart};

/// Content of a column, regardless of its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Thing {
    Name,
    FirstName,
    MiddleName,
    LastName,
    /// `Jr.` in a column of its own.
    Suffix,
    Alias,
    Birth,
    Ssn,
    Phone,
    Mobile,
    WorkPhone,
    Email,
    Address,
    #[serde(rename = "address_1")]
    Address1,
    #[serde(rename = "address_2")]
    Address2,
    /// The number of the house in a column of its own.
    StreetNumber,
    /// The rest of the address beside its street.
    CityStateZip,
    /// The last four digits of a ZIP in a column of their own.
    Zip4,
    City,
    State,
    Zip,
    Country,
    Gender,
    Height,
    Weight,
    Hair,
    Eyes,
    Race,
    Occupation,
    Vehicle,
    Plate,
    License,
    Marital,
    Injury,
    LossDate,
    Place,
    Reserve,
    LineOfBusiness,
    Policy,
    Number,
    Created,
    Due,
    Notes,
    Scheduling,
    Admin,
    Budget,
    Hours,
    Services,
    Flags,
    Region,
    CaseType,
    Branch,
    Location,
    Nothing,
}

impl Thing {
    /// Returns true if it belongs to the case itself.
    pub(super) fn is_of_case(self) -> bool {
        matches!(self, Self::Created | Self::Due | Self::Notes | Self::Budget | Self::Hours | Self::Services)
    }

    /// Returns true if it is from a list of the account.
    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::Services | Self::Flags | Self::Region | Self::CaseType | Self::Branch)
    }

    /// Returns true if it comes after its owner at the end of a header.
    pub(super) fn is_part(self) -> bool {
        matches!(
            self,
            Self::FirstName
                | Self::MiddleName
                | Self::LastName
                | Self::Suffix
                | Self::Birth
                | Self::Ssn
                | Self::Address1
                | Self::Address2
                | Self::StreetNumber
                | Self::CityStateZip
                | Self::Zip4
                | Self::City
                | Self::State
                | Self::Zip
                | Self::Country
                | Self::Email
        )
    }

    /// Returns how strongly it suggests that a list is about the person who has it; 0 if it isn't a person's.
    pub(super) fn weight_of_person(self) -> u32 {
        match self {
            Self::Name | Self::Birth | Self::Ssn => 4,
            Self::FirstName | Self::LastName => 3,
            Self::Phone | Self::Mobile | Self::Email | Self::Address | Self::Alias => 2,
            Self::MiddleName | Self::Address1 | Self::City | Self::Zip => 1,
            _ => 0,
        }
    }

    /// Returns true if it is a person's when no owner is given.
    pub(super) fn is_persons(self) -> bool {
        self.weight_of_person() > 0
            || matches!(
                self,
                Self::Address2
                    | Self::State
                    | Self::Country
                    | Self::Suffix
                    | Self::StreetNumber
                    | Self::CityStateZip
                    | Self::Zip4
            )
    }

    /// Returns true if it is a whole name or a last name.
    pub(super) fn is_name(self) -> bool {
        matches!(self, Self::Name | Self::LastName)
    }

    /// Returns true if people have it and cases don't.
    pub(super) fn is_of_a_person(self) -> bool {
        self.is_persons()
            || matches!(
                self,
                Self::Gender
                    | Self::Height
                    | Self::Weight
                    | Self::Hair
                    | Self::Eyes
                    | Self::Race
                    | Self::Occupation
                    | Self::License
                    | Self::Marital
                    | Self::WorkPhone
            )
    }

    /// Returns true for what belongs to one person: a phone number, an address, an SSN.
    pub(super) fn is_personal(self) -> bool {
        let is_name = matches!(
            self,
            Self::Name | Self::FirstName | Self::MiddleName | Self::LastName | Self::Suffix | Self::Alias
        );
        self == Self::WorkPhone || (self.is_persons() && !is_name)
    }

    /// Returns true if it continues the address that its street begins.
    pub(super) fn continues_address(self) -> bool {
        matches!(
            self,
            Self::Address2
                | Self::CityStateZip
                | Self::City
                | Self::State
                | Self::Zip
                | Self::Zip4
                | Self::Country
        )
    }

    pub(super) fn part(self) -> Option<ValuePart> {
        Some(match self {
            Self::FirstName => ValuePart::FirstName,
            Self::MiddleName => ValuePart::MiddleName,
            Self::LastName => ValuePart::LastName,
            Self::Address1 => ValuePart::Address1,
            Self::Address2 => ValuePart::Address2,
            Self::City => ValuePart::City,
            Self::State => ValuePart::State,
            Self::Zip => ValuePart::Zip,
            Self::Country => ValuePart::Country,
            _ => return None,
        })
    }

    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Notes | Self::Scheduling | Self::Admin)
    }

    /// Returns the content of a case field.
    pub(super) fn of(field: CaseField) -> Option<Self> {
        Some(match field {
            CaseField::CreatedOn => Self::Created,
            CaseField::DueOn => Self::Due,
            CaseField::BudgetMoney => Self::Budget,
            CaseField::BudgetHours => Self::Hours,
            CaseField::Reference1 | CaseField::Reference2 | CaseField::Reference3 => Self::Number,
            CaseField::Notes => Self::Notes,
            _ => return None,
        })
    }

    /// Returns the content of a kind of field.
    pub(super) fn of_kind(kind: FieldKind) -> Option<Self> {
        Some(match kind {
            FieldKind::Name => Self::Name,
            FieldKind::Date | FieldKind::Birthday => Self::Birth,
            FieldKind::Phone => Self::Phone,
            FieldKind::Email => Self::Email,
            FieldKind::Ssn => Self::Ssn,
            FieldKind::Number | FieldKind::Money => Self::Reserve,
            FieldKind::Address => Self::Address,
            FieldKind::Country => Self::Country,
            _ => return None,
        })
    }
}
