//! Lines of a picker, and what they mean.

use crate::trackops::CatalogEntry;

/// A line to choose, with its value.
#[derive(Debug, Clone)]
pub(crate) struct Choice<T> {
    pub(crate) value: T,
    pub(crate) label: String,
    pub(super) note: String,
    pub(super) detail: String,
    pub(super) is_faint: bool,
}

impl<T> Choice<T> {
    pub(crate) fn new(value: T, label: impl Into<String>, note: impl Into<String>) -> Self {
        Self { value, label: label.into(), note: note.into(), detail: String::new(), is_faint: false }
    }

    /// Shows the line in a faint color.
    pub(crate) fn faint(self) -> Self {
        Self { is_faint: true, ..self }
    }

    /// Adds a text that is shown below the list while the cursor is on the line.
    pub(crate) fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}

/// Meaning of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick {
    /// A choice, by its index.
    Line(usize),
    Id(u64),
    /// An id without a name yet.
    NewId(u64),
    /// An id without a name yet, typed with its name.
    NewEntry(u64),
    /// The typed text itself.
    Typed,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PickLine {
    pub(super) pick: Pick,
    pub(crate) label: String,
    pub(crate) note: String,
    /// Text below the list; if empty, the label itself where it is cut.
    pub(crate) detail: String,
    pub(crate) is_faint: bool,
}

/// Splits a text such as “12 Surveillance” into id and name.
pub(super) fn id_and_name(text: &str) -> Option<(u64, &str)> {
    let (id, name) = text.trim().split_once(char::is_whitespace)?;
    let id = id.parse().ok().filter(|id| *id > 0)?;
    Some((id, name.trim()))
}

/// Returns the lines for the entries of a list.
pub(super) fn lines_of(entries: &[CatalogEntry]) -> Vec<PickLine> {
    let line = |entry: &CatalogEntry| PickLine {
        pick: Pick::Id(entry.id),
        label: if entry.deleted {
            format!("{} (deleted in Trackops)", entry.label)
        } else {
            entry.label.clone()
        },
        note: entry.id.to_string(),
        detail: String::new(),
        is_faint: false,
    };
    entries.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_before_its_name() {
        assert_eq!(id_and_name(" 12  Site visit "), Some((12, "Site visit")));
        for text in ["12", "12 ", "Suite 12", "0 x", "-1 x", ""] {
            assert_eq!(id_and_name(text), None, "{text}");
        }
    }
}
