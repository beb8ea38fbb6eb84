//! What columns hold.

use serde::{Deserialize, Serialize};

use crate::case::mapping::field::CaseField;
use crate::case::values::kind::{Kind, Part};

/// What a column holds, whoever it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Thing {
    Name,
    FirstName,
    MiddleName,
    LastName,
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
    /// Whether it is something of the case itself.
    pub(super) fn is_of_case(self) -> bool {
        matches!(self, Self::Created | Self::Due | Self::Notes | Self::Budget | Self::Hours | Self::Services)
    }

    /// Whether it is one of a list of the account.
    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::Services | Self::Flags | Self::Region | Self::CaseType | Self::Branch)
    }

    /// Whether it stands at the end of a header behind whose it is.
    pub(super) fn is_part(self) -> bool {
        matches!(
            self,
            Self::FirstName
                | Self::MiddleName
                | Self::LastName
                | Self::Birth
                | Self::Ssn
                | Self::Address1
                | Self::Address2
                | Self::City
                | Self::State
                | Self::Zip
                | Self::Country
                | Self::Email
        )
    }

    /// Whether it is something that a person has, and how much it says that a list is about them.
    pub(super) fn weight_of_person(self) -> u32 {
        match self {
            Self::Name | Self::Birth | Self::Ssn => 4,
            Self::FirstName | Self::LastName => 3,
            Self::Phone | Self::Mobile | Self::Email | Self::Address | Self::Alias => 2,
            Self::MiddleName | Self::Address1 | Self::City | Self::Zip => 1,
            _ => 0,
        }
    }

    /// Whether it is a person's, where nothing says whose it is.
    pub(super) fn is_persons(self) -> bool {
        self.weight_of_person() > 0 || matches!(self, Self::Address2 | Self::State | Self::Country)
    }

    /// Whether it is a name, whole or the part that tells people apart.
    pub(super) fn is_name(self) -> bool {
        matches!(self, Self::Name | Self::LastName)
    }

    /// Whether a person has it, and no case.
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

    /// Whether it continues the address that its street begins.
    pub(super) fn continues_address(self) -> bool {
        matches!(self, Self::Address2 | Self::City | Self::State | Self::Zip | Self::Country)
    }

    pub(super) fn part(self) -> Option<Part> {
        Some(match self {
            Self::FirstName => Part::FirstName,
            Self::MiddleName => Part::MiddleName,
            Self::LastName => Part::LastName,
            Self::Address1 => Part::Address1,
            Self::Address2 => Part::Address2,
            Self::City => Part::City,
            Self::State => Part::State,
            Self::Zip => Part::Zip,
            Self::Country => Part::Country,
            _ => return None,
        })
    }

    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Notes | Self::Scheduling | Self::Admin)
    }

    /// What the cells of a case field are.
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

    /// What the cells of a kind of field are.
    pub(super) fn of_kind(kind: Kind) -> Option<Self> {
        Some(match kind {
            Kind::Name => Self::Name,
            Kind::Date | Kind::Birthday => Self::Birth,
            Kind::Phone => Self::Phone,
            Kind::Email => Self::Email,
            Kind::Ssn => Self::Ssn,
            Kind::Number | Kind::Money => Self::Reserve,
            Kind::Address => Self::Address,
            Kind::Country => Self::Country,
            _ => return None,
        })
    }
}
