//! What a case is: its fields, the recipe that maps a row to them, and the row built into a case or its
//! problems. Pure: no IO, no clock.

mod build;
mod build_custom;
mod code;
mod column_ref;
mod damage;
mod defaults;
mod drift;
mod edits;
mod field;
mod gaps;
mod guess;
mod labels;
mod plan;
mod plan_error;
mod private;
mod read;
mod read_kind;
mod recipe;
mod roster;
mod values;

pub use build::{Built, Case, Placed, Problem, Severity};
pub use code::Code;
pub use column_ref::{ColumnNames, column_called, column_name};
pub use defaults::default_day;
pub use drift::{Before, Drift, Now, column_drift, drift, follow, to_survey};
pub use edits::{Edited, Edits, Fix, LeaveOut, LeftOut, Only};
pub use field::{CASE_FIELDS, CaseField, CustomKey, FieldSpec, Owner, Target, UnknownKey};
pub use guess::{Guess, Idea, Known, Remembered, SURE_ENOUGH, Words, guess, owner_by_name};
pub use labels::{Meant, meant};
pub use plan::{Dest, Plan};
pub use plan_error::PlanError;
pub use private::{SAMPLED, Secrets, private_columns};
pub use recipe::{ColumnRule, CustomField, DefaultText, ErrorCells, MappedValue, Recipe, RecipeError};
pub use roster::{KnownIds, Roster};
pub use values::address::{Address, AddressDoubt, AddressError, AddressForm};
pub use values::country::country_code;
pub use values::date::{
    DateError, DateOrder, DateProfile, DateReading, DateVerdict, OrderDoubt, Orders, parse_date, read_date,
};
pub use values::kind::{Kind, Part, Shape, UnknownKind};
pub use values::name::{NameDoubt, PersonName};
pub use values::number::{
    NumberError, NumberProfile, NumberStyle, NumberVerdict, PointDoubt, parse_number, read_hours, read_number,
};
pub use values::reference::near_reference;
pub use values::value::{Faceted, Value, split_list};
pub use values::words::{fold, plain};
