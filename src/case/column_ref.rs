//! Columns by name: what a recipe calls a column, and which column of a file a name means.

use crate::sheet::Column;

/// The columns that a name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FoundColumn {
    /// This one, from 0.
    One(usize),
    /// Several have the same header; from 0.
    Several(Vec<usize>),
    /// None has this name.
    None,
}

/// Finds a column by its header, or by its place as `#5`. Headers that look alike are the same,
/// unless one is exactly the name: spaces of any kind and number, line breaks, kinds of dashes and quotes, case.
pub(super) fn find_by_name(columns: &[Column], name: &str) -> FoundColumn {
    let name = name.trim();
    let with = |same: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let header = |(_, column): &(usize, &Column)| same(column.header.trim());
        columns.iter().enumerate().filter(header).map(|(index, _)| index).collect()
    };
    let exact = with(&|header| header == name);
    let place = name.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
    match (exact.as_slice(), place) {
        ([only], _) => FoundColumn::One(*only),
        ([], Some(number)) if (1..=columns.len()).contains(&number) => FoundColumn::One(number - 1),
        ([_, ..], _) if !name.is_empty() => FoundColumn::Several(exact),
        _ if name.is_empty() => FoundColumn::None,
        _ => {
            let folded = fold_header(name);
            match with(&|header| fold_header(header) == folded).as_slice() {
                [only] => FoundColumn::One(*only),
                [] => FoundColumn::None,
                several => FoundColumn::Several(several.to_vec()),
            }
        }
    }
}

/// The column (from 0) that a name means.
#[must_use]
pub fn column_called(columns: &[Column], name: &str) -> Option<usize> {
    match find_by_name(columns, name) {
        FoundColumn::One(index) => Some(index),
        FoundColumn::Several(_) | FoundColumn::None => None,
    }
}

/// The name under which a recipe finds a column (from 0) again: its header, or its place where that is blank or
/// repeated.
#[must_use]
pub fn column_name(columns: &[Column], index: usize) -> String {
    let Some(column) = columns.get(index) else { return format!("#{}", index + 1) };
    let header = column.header.trim();
    let same = columns.iter().filter(|other| other.header.trim() == header).count();
    if same > 1 { format!("#{}", index + 1) } else { column.name(index) }
}

/// A header without differences that cannot be seen.
fn fold_header(header: &str) -> String {
    let mut folded = String::with_capacity(header.len());
    let mut gap = false;
    for c in header.trim().chars() {
        let c = match c {
            '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{2060}' | '\u{feff}' => continue,
            c if c.is_whitespace() => {
                gap = true;
                continue;
            }
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '‘' | '’' | '‚' | '`' | '´' => '\'',
            '“' | '”' | '„' | '«' | '»' => '"',
            c => c,
        };
        if std::mem::take(&mut gap) {
            folded.push(' ');
        }
        folded.extend(c.to_lowercase());
    }
    folded
}

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
        assert_eq!(find_by_name(&file, "Claim"), FoundColumn::None);
        assert_eq!(find_by_name(&file, ""), FoundColumn::None);
    }

    #[test]
    fn an_exact_header_comes_before_one_that_looks_the_same() {
        let file = columns(&["due", "Due", "Due ", "x"]);
        assert_eq!(find_by_name(&file, "due"), FoundColumn::One(0));
        assert_eq!(find_by_name(&file, "Due"), FoundColumn::Several(vec![1, 2]));
        assert_eq!(find_by_name(&file, "DUE"), FoundColumn::Several(vec![0, 1, 2]));
        assert_eq!(find_by_name(&file, "#4"), FoundColumn::One(3));
        assert_eq!(find_by_name(&file, "#5"), FoundColumn::None);
        assert_eq!((column_name(&file, 1), column_name(&file, 3)), ("#2".to_owned(), "x".to_owned()));
    }
}
