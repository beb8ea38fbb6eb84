//! What a case is: its fields, the recipe that maps a row to them, and the row built into a case or its
//! problems. Pure: no IO, no clock.

mod address;
mod build;
mod build_custom;
mod code;
mod column_ref;
mod country;
mod damage;
mod date;
mod defaults;
mod drift;
mod edits;
mod field;
mod gaps;
mod guess;
mod kind;
mod labels;
mod name;
mod name_words;
mod number;
mod plan;
mod plan_error;
mod plausible;
mod private;
mod read;
mod read_kind;
mod recipe;
mod reference;
mod roster;
mod value;
mod words;

pub use address::{Address, AddressDoubt, AddressError, AddressForm};
pub use build::{Built, Case, Placed, Problem, Severity};
pub use code::Code;
pub use column_ref::{ColumnNames, column_called, column_name};
pub use country::country_code;
pub use date::{
    DateError, DateOrder, DateProfile, DateReading, DateVerdict, OrderDoubt, Orders, parse_date, read_date,
};
pub use defaults::default_day;
pub use drift::{Before, Drift, Now, column_drift, drift, follow, to_survey};
pub use edits::{Edited, Edits, Fix, LeaveOut, LeftOut, Only};
pub use field::{
    CASE_FIELDS, CaseField, CustomKey, FieldSpec, Kind, Owner, Part, Shape, Target, UnknownKey, UnknownKind,
};
pub use guess::{Guess, Idea, Known, Remembered, SURE_ENOUGH, Words, guess, owner_by_name};
pub use labels::{Meant, meant};
pub use name::{NameDoubt, PersonName};
pub use number::{
    NumberError, NumberProfile, NumberStyle, NumberVerdict, PointDoubt, parse_number, read_hours, read_number,
};
pub use plan::{Dest, Plan, fold};
pub use plan_error::PlanError;
pub use private::{SAMPLED, Secrets, private_columns};
pub use recipe::{ColumnRule, CustomField, DefaultText, ErrorCells, MappedValue, Recipe, RecipeError};
pub use reference::near_reference;
pub use roster::{KnownIds, Roster};
pub use value::{Faceted, Value, split_list};
pub use words::plain;
