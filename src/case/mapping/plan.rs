//! A recipe resolved against the columns of a file, once, so that rows are only read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use strum::VariantArray;

use super::column_ref::{ColumnNames, find_column};
use super::defaults;
use super::edits::Edits;
use super::evidence;
use super::field::{CaseField, Holder, Target};
use super::guess::names_the_loss;
use super::plan_error::PlanError;
use super::positions::order_doubt;
use super::private_columns::{looks_like_birth_date, private_columns};
use super::recipe::{ColumnRule, ErrorCells, Recipe};
use super::roster::Roster;
use super::slot::{ColumnEvidence, Dest, Fallback, MappedColumn, Slot, ValueReading, resolve, slot};
use super::subject_no::{SubjectNo, Subjects};
use super::usual_identity::{UsualIdentity, blank_below_reference};
use crate::case::values::date::DateOrder;
use crate::case::values::kind::FieldKind;
use crate::case::values::number::NumberStyle;
use crate::case::values::plausible::DateMeaning;
use crate::case::values::value::Value;
use crate::case::values::words::normalize;
use crate::sheet::damage::Usual;
use crate::sheet::{Column, Row};

/// Whether rows are told apart by a reference or a subject's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) enum Identity {
    /// A row without one is an error.
    Needed,
    /// No column gives one.
    Lacking,
    /// The recipe says so.
    NotNeeded,
}

/// A recipe resolved against a file's columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub(in crate::case) headers: Vec<String>,
    /// Unique name of each column, for recipes and problems.
    names: Vec<String>,
    /// Labels of the recipe's custom fields, by key.
    labels: Arc<BTreeMap<String, String>>,
    pub(in crate::case) slots: Vec<Slot>,
    /// What is usual in each column, to detect damaged cells; empty for no detection.
    pub(in crate::case) usual: Vec<Usual>,
    pub(in crate::case) edits: Edits,
    /// True for each private column.
    pub(in crate::case) private: Vec<bool>,
    /// Columns that the user marked as not private.
    pub(in crate::case) open: BTreeSet<usize>,
    unnamed: Vec<usize>,
    /// Filled columns that aren't mapped.
    pub(in crate::case) not_imported: Vec<usize>,
    /// Whether a row needs a reference or a subject's name to be a case.
    pub(in crate::case) identity: Identity,
    /// Columns that identify most rows.
    pub(in crate::case) usual_identity: UsualIdentity,
    /// Columns (from 0) that are blank in rows without a reference that go on with the case above.
    pub(in crate::case) blank_below_reference: Vec<usize>,
    /// Whether the recipe names columns by position only, and doesn't say whether the file has a header.
    knows_no_header: bool,
    /// Doubt about columns that the recipe names by number.
    pub(super) order_doubt: Option<String>,
    /// Whether the recipe says which line is the header.
    header_is_chosen: bool,
    /// Whether cases carry a row token.
    row_token: bool,
    /// The import's part of the row tokens, once it is known.
    seed: Option<String>,
    /// Subjects other than the primary one that have columns.
    pub(in crate::case) fed_subjects: Subjects,
    /// Rows that are sent even if the duplicate guard objects.
    anyway: BTreeSet<u64>,
    /// Known ids and fields of the account.
    pub(in crate::case) roster: Arc<Roster>,
}

/// What a plan knows besides the recipe and the columns. The default, nothing, is enough to see whether they fit.
#[derive(Debug, Clone, Default)]
pub struct PlanContext<'a> {
    /// First rows of the file: columns whose cells look private are marked as private.
    pub rows: &'a [Row],
    /// What is usual in each column, to detect damaged cells; empty for no detection.
    pub column_profiles: &'a [Usual],
    /// Known ids and fields of the account.
    pub roster: Arc<Roster>,
    /// The import's part of its row tokens; empty before there is an import.
    pub seed: &'a str,
    /// Rows, besides those of the recipe, that are sent even if the duplicate guard objects.
    pub send_anyway: &'a [u64],
}

impl Plan {
    /// Resolves a recipe against the columns of a file. On failure, returns all errors, not just the first.
    pub fn new(
        recipe: &Recipe,
        columns: &[Column],
        context: &PlanContext<'_>,
    ) -> Result<Self, Vec<PlanError>> {
        let mut errors = Vec::new();
        let by_name = ColumnNames::new(columns);
        let mut slots: BTreeMap<Dest, Slot> = BTreeMap::new();
        let mut named = BTreeSet::new();
        let (mut declared, mut open) = (BTreeSet::new(), BTreeSet::new());
        errors.extend(
            recipe.fields.iter().filter(|f| !declared.insert(f.key)).map(|f| PlanError::DeclaredTwice(f.key)),
        );
        for rule in &recipe.columns {
            match add_column(recipe, &by_name, rule, &mut slots) {
                Ok(None) => {}
                Ok(Some(column)) => {
                    named.insert(column);
                    if rule.private == Some(false) {
                        open.insert(column);
                    }
                }
                Err(error) => errors.push(error),
            }
        }
        for (target, text) in &recipe.defaults {
            if let Err(error) = defaults::add(recipe, *target, text, &mut slots) {
                errors.push(error);
            }
        }
        let unnamed: Vec<usize> = (0..columns.len()).filter(|index| !named.contains(index)).collect();
        for &index in &unnamed {
            if columns.get(index).is_some_and(|c| c.header.trim().is_empty() && c.filled > 0) {
                errors.push(PlanError::BlankHeader(index + 1));
            }
        }
        add_subjects(recipe, &mut slots, &mut errors);
        mark_required(&mut slots, &mut errors);
        evidence::find(&mut slots, context.rows, columns);
        let edits = Edits::new(recipe, columns).map_err(|wrong| errors.extend(wrong)).unwrap_or_default();
        if errors.is_empty() {
            let identifies = |slot: &Slot| slot.dest.identifies() && !slot.sources.is_empty();
            let identity = match slots.values().any(identifies) {
                _ if recipe.allow_unidentified => Identity::NotNeeded,
                true => Identity::Needed,
                // A recipe without columns makes every case from its defaults, on purpose.
                false if recipe.row_token || recipe.columns.is_empty() => Identity::NotNeeded,
                false => Identity::Lacking,
            };
            let usual = UsualIdentity::of(&slots, columns);
            let blank_below_reference =
                if usual.lacks_references { blank_below_reference(&slots, context.rows) } else { Vec::new() };
            let sources = slots.values().flat_map(|slot| &slot.sources);
            let feeds: BTreeSet<usize> = sources.map(|source| source.column).collect();
            let filled = |index: &usize| columns.get(*index).is_some_and(|column| column.filled > 0);
            let not_imported =
                (0..columns.len()).filter(|index| filled(index) && !feeds.contains(index)).collect();
            let headers = columns.iter().enumerate().map(|(i, c)| c.name(i)).collect();
            let fed = slots.values().filter(|slot| !slot.sources.is_empty());
            let fed_subjects = fed.filter_map(|slot| slot.dest.other_subject()).collect();
            let labels = recipe.fields.iter().filter(|field| !field.label.is_empty());
            let labels = labels.map(|field| (field.key.to_string(), field.label.clone())).collect();
            Ok(Self {
                headers,
                names: (0..columns.len()).map(|column| by_name.name(column)).collect(),
                labels: Arc::new(labels),
                fed_subjects,
                slots: slots.into_values().collect(),
                usual: context.column_profiles.to_vec(),
                edits,
                private: private_columns(recipe, columns, context.rows),
                open,
                unnamed,
                not_imported,
                identity,
                usual_identity: usual,
                blank_below_reference,
                knows_no_header: knows_no_header(recipe),
                order_doubt: order_doubt(recipe, columns),
                header_is_chosen: recipe.sheet.header.is_some(),
                row_token: recipe.row_token,
                seed: Some(context.seed.to_owned()).filter(|seed| recipe.row_token && !seed.is_empty()),
                anyway: recipe.send_anyway.iter().chain(context.send_anyway).copied().collect(),
                roster: context.roster.clone(),
            })
        } else {
            Err(errors)
        }
    }

    /// Returns true if a row is sent even if the duplicate guard objects.
    #[must_use]
    pub fn is_sent_anyway(&self, row: u64) -> bool {
        self.anyway.contains(&row)
    }

    /// Returns the row token for the administrative notes of a row's case, if cases carry one.
    #[must_use]
    pub fn token(&self, row: u64) -> Option<String> {
        self.seed.as_ref().map(|seed| format!("[caseload {seed}-{row}]"))
    }

    /// Returns true if a case whose answer was lost can be looked up: by a reference of its row, or by a row token.
    #[must_use]
    pub fn can_be_looked_up(&self) -> bool {
        self.row_token || self.columns_of(Dest::Case(CaseField::Reference1)).next().is_some()
    }

    /// Fails if no column identifies the cases, and the recipe doesn't say that this is wanted.
    pub fn require_identity(&self) -> Result<(), PlanError> {
        if self.identity == Identity::Lacking { Err(PlanError::NoIdentity) } else { Ok(()) }
    }

    /// Returns what the user changed about the rows.
    #[must_use]
    pub fn edits(&self) -> &Edits {
        &self.edits
    }

    /// Returns the columns (from 0) that the recipe doesn't name, which are reported and ignored.
    #[must_use]
    pub fn unnamed(&self) -> &[usize] {
        &self.unnamed
    }

    /// Returns true if a row has a filled cell in an imported column.
    #[must_use]
    pub fn has_imported_cells(&self, row: &Row) -> bool {
        let mut sources = self.slots.iter().flat_map(|slot| &slot.sources).peekable();
        // A row of which nothing is imported is an error, not excluded, if that is so of all of them.
        sources.peek().is_none() || sources.any(|source| is_filled(row, source))
    }

    /// Returns true if a row has both a reference and a subject's name. A total in these two columns, such as
    /// `Total;18 claims`, has neither.
    #[must_use]
    pub fn names_a_case(&self, row: &Row) -> bool {
        if row.says_footer(self.headers.len()) {
            return false;
        }
        let has = |reference: bool| {
            let wanted =
                |slot: &&Slot| if reference { slot.dest.is_reference() } else { slot.dest.names_subject() };
            let mut sources = self.slots.iter().filter(wanted).flat_map(|slot| &slot.sources);
            sources.any(|source| is_filled(row, source))
        };
        has(true) && has(false)
    }

    /// Returns the header of a column, or `#5` if that is blank.
    #[must_use]
    pub fn header(&self, column: usize) -> &str {
        self.headers.get(column).map_or("", String::as_str)
    }

    /// Returns the name of a column that no other has: its header, or `#5` if that is blank or repeated.
    #[must_use]
    pub fn column_name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    /// Returns the label of the custom field with this key, if the recipe has one.
    #[must_use]
    pub fn label_of_key(&self, key: &str) -> Option<&str> {
        self.labels.get(key).map(String::as_str)
    }

    /// Returns the columns (from 0) mapped to a field.
    pub fn columns_of(&self, dest: Dest) -> impl Iterator<Item = usize> + '_ {
        self.slot(dest).into_iter().flat_map(|slot| &slot.sources).map(|source| source.column)
    }

    /// Returns the slot of a field.
    pub(in crate::case) fn slot(&self, dest: Dest) -> Option<&Slot> {
        // They are sorted by field.
        let at = self.slots.binary_search_by_key(&dest, |slot| slot.dest).ok()?;
        self.slots.get(at)
    }

    /// Returns the date columns (from 0), with the order they are read in, and whether the recipe sets it.
    #[must_use]
    pub fn date_columns(&self) -> Vec<(usize, DateOrder, bool)> {
        let dates = self.slots.iter().filter(|slot| slot.dest.reading() == ValueReading::Date);
        let order = |source: &MappedColumn| source.date.unwrap_or_default();
        let sources = dates.flat_map(|slot| &slot.sources);
        sources.map(|source| (source.column, order(source), source.date.is_some())).collect()
    }

    /// Returns true if the first reference is often blank, but not always.
    #[must_use]
    pub fn often_lacks_references(&self) -> bool {
        self.usual_identity.lacks_references
    }

    /// Returns the filled columns (from 0) that aren't imported.
    #[must_use]
    pub fn not_imported(&self) -> &[usize] {
        &self.not_imported
    }

    /// Returns true if the recipe names columns by position only, and doesn't say whether the file has a header.
    #[must_use]
    pub fn knows_no_header(&self) -> bool {
        self.knows_no_header
    }

    /// Returns true if the recipe says which line is the header.
    #[must_use]
    pub fn header_is_chosen(&self) -> bool {
        self.header_is_chosen
    }

    /// Returns the columns (from 0) with amounts, each with its decimal mark, and whether that is still open: a point
    /// that the recipe doesn't confirm, or a comma that single cells may contradict.
    #[must_use]
    pub fn amount_columns(&self) -> Vec<(usize, NumberStyle, bool)> {
        amount_sources(self.slots.iter())
            .map(|source| {
                let is_open = source.decimal != Some(NumberStyle::Point) && !source.as_is;
                (source.column, source.decimal.unwrap_or_default(), is_open)
            })
            .collect()
    }

    /// Returns the column (from 0) mapped to the field with this key. Links a server's message to its cell.
    #[must_use]
    pub fn column_of_key(&self, key: &str) -> Option<usize> {
        let slot = self.slots.iter().find(|slot| slot.dest.target().to_string() == key)?;
        slot.sources.first().map(|source| source.column)
    }
}

fn amount_sources<'s>(slots: impl Iterator<Item = &'s Slot>) -> impl Iterator<Item = &'s MappedColumn> {
    let is_amount = |slot: &&Slot| matches!(slot.dest.reading(), ValueReading::Number | ValueReading::Hours);
    slots.filter(is_amount).flat_map(|slot| &slot.sources)
}

fn knows_no_header(recipe: &Recipe) -> bool {
    let is_position = |rule: &ColumnRule| {
        rule.from.trim().strip_prefix('#').is_some_and(|number| number.parse::<usize>().is_ok())
    };
    recipe.sheet.header.is_none() && !recipe.columns.is_empty() && recipe.columns.iter().all(is_position)
}

fn is_filled(row: &Row, source: &MappedColumn) -> bool {
    row.cells.get(source.column).is_some_and(|cell| !cell.trim().is_empty())
}

/// Adds a rule to the slots, and returns its column; `None` if it ignores a column that the file doesn't have.
fn add_column(
    recipe: &Recipe,
    columns: &ColumnNames<'_>,
    rule: &ColumnRule,
    slots: &mut BTreeMap<Dest, Slot>,
) -> Result<Option<usize>, PlanError> {
    let column = match find_column(columns, &rule.from, || format!("maps it to {}", rule.to)) {
        // An ignored column isn't missed.
        Err(PlanError::NoSuchColumn { .. }) if rule.to == Target::Ignore => return Ok(None),
        found => found?,
    };
    let Some((dest, part)) = resolve(recipe, rule.to)? else { return Ok(Some(column)) };
    let slot = slot(slots, dest);
    let takes_one = match part {
        Some(part) => part.joint().is_none(),
        None => !matches!(dest.reading(), ValueReading::Text | ValueReading::Ids | ValueReading::Choices),
    };
    let taken = if takes_one { slot.sources.iter().find(|s| s.part == part) } else { None };
    if let Some(taken) = taken {
        return Err(PlanError::TwoColumns {
            first: columns.columns().get(taken.column).map_or_else(String::new, |c| c.name(taken.column)),
            second: rule.from.clone(),
            to: rule.to,
        });
    }
    slot.sources.push(MappedColumn {
        column,
        part,
        date: rule.date,
        dates: date_meaning(recipe, dest, rule),
        decimal: rule.decimal,
        evidence: ColumnEvidence::default(),
        separator: rule.separator.clone(),
        values: rule.values.iter().map(|(text, value)| (normalize(text), value.clone())).collect(),
        as_is: rule.as_is,
        blank_errors: rule.errors == Some(ErrorCells::Blank),
    });
    Ok(Some(column))
}

fn date_meaning(recipe: &Recipe, dest: Dest, rule: &ColumnRule) -> DateMeaning {
    let is_birthday = matches!(dest, Dest::Custom(_, FieldKind::Birthday));
    match dest {
        _ if is_birthday || says(recipe, rule, looks_like_birth_date) => DateMeaning::Birth,
        // Known from the field, so the large vocabulary of headers isn't loaded.
        Dest::Case(_) | Dest::SubjectType(_) => DateMeaning::Case,
        _ if dest.reading() == ValueReading::Date && says(recipe, rule, names_the_loss) => DateMeaning::Loss,
        Dest::Custom(..) => DateMeaning::Other,
    }
}

/// Returns true if the header or the field's label says so.
fn says(recipe: &Recipe, rule: &ColumnRule, is: fn(&str) -> bool) -> bool {
    let field = if let Target::Custom(place, _) = rule.to { recipe.field(place.key()) } else { None };
    is(&rule.from) || field.is_some_and(|field| is(&field.label))
}

/// Sets the type of each subject other than the primary one, and reports those without one.
fn add_subjects(recipe: &Recipe, slots: &mut BTreeMap<Dest, Slot>, errors: &mut Vec<PlanError>) {
    let mut described = BTreeSet::from([SubjectNo::PRIMARY]);
    let used: BTreeSet<SubjectNo> = slots.keys().filter_map(|dest| dest.other_subject()).collect();
    for subject in &recipe.subjects {
        if !described.insert(subject.key) {
            errors.push(PlanError::SubjectTwice(subject.key));
        } else if used.contains(&subject.key) {
            let of_type = slot(slots, Dest::SubjectType(subject.key));
            of_type.default = Some(Fallback::Value(Value::Id(subject.subject_type_id)));
        }
    }
    errors.extend(used.difference(&described).map(|number| PlanError::NoSubject(*number)));
}

/// Marks the required fields, and reports those without column or default. A primary subject needs its type.
fn mark_required(slots: &mut BTreeMap<Dest, Slot>, errors: &mut Vec<PlanError>) {
    let primary = Holder::Subject(SubjectNo::PRIMARY);
    let has_subject = slots.keys().any(|d| matches!(d, Dest::Custom(place, _) if place.holder == primary));
    for field in CaseField::VARIANTS.iter().copied() {
        let spec = field.spec();
        if spec.required || (field == CaseField::SubjectType && has_subject) {
            match slots.get_mut(&Dest::Case(field)) {
                Some(slot) => slot.required = true,
                None => errors.push(PlanError::Missing { label: spec.label, key: spec.key }),
            }
        }
    }
}
