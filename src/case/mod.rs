//! Cases: their fields, the recipe that maps a row to them, and the row built into a case or its problems. Pure: no
//! IO, no clock.
//!
//! Each layer uses only those to its left:
//!
//! ```text
//! values ◄── code, problem ◄── mapping ◄── privacy ◄── build
//! ```
//!
//! | layer | content |
//! |---|---|
//! | `values` | dates, numbers, names and addresses read from text |
//! | `code`, `problem` | problems of a row |
//! | `mapping` | the map from cells to fields: fields, recipe, guess, drift, and the plan for a file |
//! | `privacy` | masks for private values wherever they are shown or stored |
//! | `build` | a row becomes a case or its problems |

/// What to do about a wrong cell; a macro, so that other hints can contain it.
macro_rules! edit_cell {
    () => {
        "edit the cell (e), or fix it in the file"
    };
}

mod build;
mod code;
mod mapping;
mod privacy;
mod problem;
mod values;

pub use build::builder::Built;
pub use code::Code;
pub use mapping::changes::{Fix, GroupFilter, SkipRule};
pub use mapping::column_ref::{ColumnNames, column_called, column_name};
pub use mapping::defaults::default_day;
pub use mapping::drift::{
    Drift, EarlierFile, NewFile, apply_renames, column_drift, columns_to_survey, drift, mapping_doubts,
    renumbered,
};
pub use mapping::edits::{Edited, Edits, SkipReason};
pub use mapping::field::{CaseField, CustomFieldOwner, CustomFieldRef, CustomKey, Holder, Target};
pub use mapping::guess::{
    Guess, GuessInput, Remembered, SURE_ENOUGH, Suggestion, Words, guess, looks_like_cases, misfits,
    owner_by_name,
};
pub use mapping::guess::{LabelMatch, match_label};
pub use mapping::placed::{Case, Placed};
pub use mapping::plan::{Plan, PlanContext};
pub use mapping::plan_error::PlanError;
pub use mapping::private_columns::{SAMPLED, private_columns};
pub use mapping::recipe::{
    ColumnRule, CustomField, DefaultText, MappedValue, OtherSubject, Recipe, RecipeError,
};
pub use mapping::roster::{KnownIds, Roster};
pub use mapping::slot::Dest;
pub use mapping::sort_key::SortKey;
pub use mapping::subject_no::{SubjectNo, Subjects};
pub use privacy::secrets::Secrets;
pub use problem::{Problem, Severity};
pub use values::address::Address;
pub use values::country::country_code;
pub use values::date::{DateConflict, DateOrder, DateProfile, ZonedTimes, parse_date};
pub use values::kind::{ApiType, FieldKind, ValuePart};
pub use values::name::PersonName;
pub use values::name_key::NameKey;
pub use values::number::{AmountEvidence, NumberError, NumberStyle, read_number};
pub use values::placeholder::is_ditto;
pub use values::reference::NearReference;
pub use values::value::{Faceted, Value, split_list};
pub use values::words::{alphanumeric, normalize};
