//! Errors of a recipe for a file, found before any row is read.

use super::field::{CustomKey, Target};
use super::subject_no::SubjectNo;

/// A recipe that doesn't fit a file, found before any row is read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The recipe names a column the file lacks.
    #[error("the file has no column “{from}” (the recipe {what}); its columns are: {have}")]
    NoSuchColumn {
        /// The name in the recipe.
        from: String,
        /// How the recipe uses it.
        what: String,
        /// The file's headers.
        have: String,
    },
    /// The recipe names a header that several columns have.
    #[error(
        "“{from}” is the header of columns {columns}; map one of them (in a script: from = \"#{first}\" in the recipe)"
    )]
    RepeatedHeader {
        /// The header.
        from: String,
        /// The columns, from 1.
        columns: String,
        /// The first of them.
        first: usize,
    },
    /// A column has cells but no header, and the recipe doesn't name it.
    #[error(
        "column {0} has no header but has values; add a header in the file, or choose a field for it (in a \
         script: from = \"#{0}\" in the recipe, with to = \"ignore\" to skip it)"
    )]
    BlankHeader(usize),
    /// The recipe maps two columns to a field that takes one.
    #[error(
        "the columns “{first}” and “{second}” both map to {to}, which takes only one; ignore one of them"
    )]
    TwoColumns {
        /// The first column.
        first: String,
        /// The second.
        second: String,
        /// The field.
        to: Target,
    },
    /// A custom field that `[[fields]]` doesn't declare.
    #[error("{0} is used but not declared; add a [[fields]] entry with its key, label and kind")]
    Undeclared(CustomKey),
    /// A custom field that `[[fields]]` declares twice.
    #[error("{0} is declared twice in [[fields]]; keep one")]
    DeclaredTwice(CustomKey),
    /// A subject that `[[subjects]]` doesn't describe.
    #[error("{0} is used but not described; add a [[subjects]] entry with its key and subject_type_id")]
    NoSubject(SubjectNo),
    /// A subject that `[[subjects]]` describes twice, or the primary one, which the case defaults describe.
    #[error("{0} is described twice, in [[subjects]] or the case defaults; keep one")]
    SubjectTwice(SubjectNo),
    /// A part that the field's kind doesn't have.
    #[error("{to} doesn't exist, because {key} is of kind {kind}; use a part of that kind, or {key} itself")]
    NoSuchPart {
        /// The target with the part.
        to: Target,
        /// The field.
        key: CustomKey,
        /// Its declared kind.
        kind: &'static str,
    },
    /// A default that its field can't take.
    #[error("the default {value} doesn't fit {field}; enter {needs}")]
    BadDefault {
        /// The field.
        field: Target,
        /// The default as in the recipe.
        value: String,
        /// What the field needs: a noun phrase after “enter”.
        needs: &'static str,
    },
    /// A required field with neither default nor column.
    #[error("{label} ({key}) has neither a default nor a column; set a default, or map a column")]
    Missing {
        /// Label of the field.
        label: &'static str,
        /// Its key.
        key: &'static str,
    },
    /// No column gives a reference or a subject's name, and the recipe doesn't say that this is wanted.
    #[error(
        "no column is mapped to a reference or a subject's name, so cases can't be told apart, and duplicates aren't \
         found; map a column, or turn on row tokens (T in Review; in a script: row_token = true in the recipe, or \
         allow_unidentified = true to send such rows as they are)"
    )]
    NoIdentity,
    /// A subject type that the case type doesn't allow. KNOWN: a primary subject has the case type's own.
    #[error(
        "the subject type is {given}, but cases of type {case_type} can only have {wanted}; change one of them"
    )]
    OtherSubject {
        /// The case type, by name.
        case_type: String,
        /// The subject type it has, by name.
        wanted: String,
        /// The one in the recipe, by name.
        given: String,
    },
}
