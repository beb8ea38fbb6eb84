//! What a case is: its fields, the recipe that maps a row to them, and the row built into a case or its
//! problems. Pure: no IO, no clock.

mod address;
mod build;
mod damage;
mod field;
mod guess;
mod name;
mod plan;
mod recipe;
mod value;
mod words;

pub use address::{Address, AddressDoubt, AddressError, AddressForm};
pub use build::{Built, Case, Placed, Problem, Severity};
pub use field::{CASE_FIELDS, CaseField, CustomKey, FieldSpec, Kind, Owner, Part, Shape, Target, UnknownKey};
pub use guess::{Guess, Idea, Known, Remembered, SURE_ENOUGH, guess};
pub use name::{NameDoubt, PersonName};
pub use plan::{Dest, Plan, PlanError};
pub use recipe::{ColumnRule, CustomField, DefaultText, MappedValue, Recipe, RecipeError};
pub use value::{DateOrder, Value, parse_date, parse_number, split_list};
