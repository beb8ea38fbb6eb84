//! Column names in recipes, and the columns of a file they refer to.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::hash::Hash;

use super::plan_error::PlanError;
use super::recipe::ColumnRule;
use crate::case::values::words::fold_looks;
use crate::sheet::Column;

/// Result of looking up a column by name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum FoundColumn<'n> {
    /// One column, from 0.
    One(usize),
    /// Several columns with the same header, from 0.
    Several(&'n [usize]),
    /// No column has this name.
    None,
}

/// The columns of a file by name, built once for all rules of a recipe: both may be thousands.
#[derive(Debug)]
pub struct ColumnNames<'a> {
    columns: &'a [Column],
    exact: HashMap<&'a str, Vec<usize>>,
    /// By folded header; needed only for names that aren't exactly a header.
    folded: OnceCell<HashMap<String, Vec<usize>>>,
}

impl<'a> ColumnNames<'a> {
    /// Indexes the columns of a file, in its order.
    #[must_use]
    pub fn new(columns: &'a [Column]) -> Self {
        let headers = columns.iter().map(|column| column.header.trim());
        Self { columns, exact: by_place(headers), folded: OnceCell::new() }
    }

    /// Returns the columns.
    pub(super) fn columns(&self) -> &'a [Column] {
        self.columns
    }

    /// Finds a column by its header, or by its position as `#5`. Unless one is exactly the name, headers that differ
    /// only in spaces, line breaks, kinds of dashes and quotes, or case are the same.
    fn find(&self, name: &str) -> FoundColumn<'_> {
        let name = name.trim();
        let exact = self.exact.get(name).map_or(&[][..], Vec::as_slice);
        let place = name.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
        match (exact, place) {
            ([only], _) => FoundColumn::One(*only),
            ([], Some(number)) if (1..=self.columns.len()).contains(&number) => FoundColumn::One(number - 1),
            ([_, ..], _) if !name.is_empty() => FoundColumn::Several(exact),
            _ if name.is_empty() => FoundColumn::None,
            _ => {
                let fold = || by_place(self.columns.iter().map(|column| fold_looks(&column.header)));
                match self.folded.get_or_init(fold).get(&fold_looks(name)).map(Vec::as_slice) {
                    Some([only]) => FoundColumn::One(*only),
                    Some(several) => FoundColumn::Several(several),
                    None => FoundColumn::None,
                }
            }
        }
    }

    /// Returns the column (from 0) with a name.
    #[must_use]
    pub fn called(&self, name: &str) -> Option<usize> {
        match self.find(name) {
            FoundColumn::One(index) => Some(index),
            FoundColumn::Several(_) | FoundColumn::None => None,
        }
    }

    /// Returns the rules for each column (from 0), and the rules whose column is missing or ambiguous.
    #[must_use]
    pub fn rules<'r>(
        &self,
        rules: &'r [ColumnRule],
    ) -> (HashMap<usize, Vec<&'r ColumnRule>>, Vec<&'r ColumnRule>) {
        let (mut found, mut gone): (HashMap<usize, Vec<&ColumnRule>>, _) = (HashMap::new(), Vec::new());
        for rule in rules {
            match self.called(&rule.from) {
                Some(column) => found.entry(column).or_default().push(rule),
                None => gone.push(rule),
            }
        }
        (found, gone)
    }

    /// Returns the name that identifies a column (from 0) in a recipe: its header, or its position if that is blank
    /// or repeated.
    #[must_use]
    pub fn name(&self, index: usize) -> String {
        let only =
            |column: &&Column| self.exact.get(column.header.trim()).is_some_and(|same| same.len() == 1);
        let column = self.columns.get(index).filter(only);
        column.map_or_else(|| format!("#{}", index + 1), |column| column.name(index))
    }
}

/// Returns the positions of each key, from 0.
fn by_place<K: Eq + Hash>(keys: impl Iterator<Item = K>) -> HashMap<K, Vec<usize>> {
    let mut places: HashMap<K, Vec<usize>> = HashMap::new();
    for (index, key) in keys.enumerate() {
        places.entry(key).or_default().push(index);
    }
    places
}

/// Returns the column (from 0) with a name.
#[must_use]
pub fn column_called(columns: &[Column], name: &str) -> Option<usize> {
    ColumnNames::new(columns).called(name)
}

/// Returns the name that identifies a column (from 0) in a recipe.
#[must_use]
pub fn column_name(columns: &[Column], index: usize) -> String {
    ColumnNames::new(columns).name(index)
}

/// Finds a column by header or `#5`; `what` says how the recipe uses it, for the error.
pub(super) fn find_column(
    columns: &ColumnNames<'_>,
    name: &str,
    what: impl FnOnce() -> String,
) -> Result<usize, PlanError> {
    match columns.find(name) {
        FoundColumn::One(index) => Ok(index),
        FoundColumn::Several(same) => Err(PlanError::RepeatedHeader {
            from: name.trim().to_owned(),
            columns: listed(same.iter().map(|i| (i + 1).to_string()), " and "),
            first: same.first().map_or(1, |first| first + 1),
        }),
        FoundColumn::None => Err(PlanError::NoSuchColumn {
            from: name.to_owned(),
            what: what(),
            have: listed(columns.columns().iter().enumerate().map(|(i, c)| c.name(i)), ", "),
        }),
    }
}

/// Joins the first names, and adds how many more there are.
fn listed(names: impl ExactSizeIterator<Item = String>, between: &str) -> String {
    let more = names.len().saturating_sub(LISTED);
    let mut first: Vec<String> = names.take(LISTED).collect();
    first.extend((more > 0).then(|| format!("{more} more")));
    first.join(between)
}

/// Maximum number of columns named in a message: every rule of a recipe may be wrong for a file of thousands.
const LISTED: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(headers: &[&str]) -> Vec<Column> {
        headers.iter().map(|header| Column { header: (*header).to_owned(), filled: 1 }).collect()
    }

    #[test]
    fn headers_that_look_the_same_are_the_same() {
        let file = columns(&["Claim\u{a0}Number", "Date  of\nLoss", "Adjuster’s e–mail", "DUE DATE"]);
        for (index, name) in
            ["Claim Number", "Date of Loss", "Adjuster's e-mail", "Due Date"].iter().enumerate()
        {
            assert_eq!(column_called(&file, name), Some(index), "{name}");
        }
        let file = ColumnNames::new(&file);
        assert_eq!(file.find("Claim"), FoundColumn::None);
        assert_eq!(file.find(""), FoundColumn::None);
    }

    #[test]
    fn an_exact_header_comes_before_one_that_looks_the_same() {
        let columns = columns(&["due", "Due", "Due ", "x"]);
        let file = ColumnNames::new(&columns);
        assert_eq!(file.find("due"), FoundColumn::One(0));
        assert_eq!(file.find("Due"), FoundColumn::Several(&[1, 2]));
        assert_eq!(file.find("DUE"), FoundColumn::Several(&[0, 1, 2]));
        assert_eq!(file.find("#4"), FoundColumn::One(3));
        assert_eq!(file.find("#5"), FoundColumn::None);
        assert_eq!((file.name(1), file.name(3)), ("#2".to_owned(), "x".to_owned()));
    }
}
