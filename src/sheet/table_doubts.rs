//! Doubts about the table as a whole: cells that its rows may lack, or have in the wrong columns.

use super::{Header, Sheet, SheetError};
use crate::text::plural;

impl Sheet {
    /// Returns the doubts about the table.
    pub(super) fn table_doubts(&self) -> Result<Vec<String>, SheetError> {
        let found = [
            self.merged_doubt(),
            self.comment_doubt(),
            self.struck_doubt(),
            self.narrow_header_doubt()?,
            self.side_by_side_doubt()?,
        ];
        Ok(found.into_iter().flatten().collect())
    }

    /// Describes cells of the table that are merged over several rows.
    pub(super) fn merged_doubt(&self) -> Option<String> {
        self.inner.workbook.merged.describe_below(self.last_above())
    }

    /// Describes cells of the table that have a comment.
    pub(super) fn comment_doubt(&self) -> Option<String> {
        self.inner.workbook.comments.describe_below(self.last_above())
    }

    /// Describes cells of the table of which a part is struck through.
    pub(super) fn struck_doubt(&self) -> Option<String> {
        let source = &self.inner.source;
        let header = self.last_above();
        let records = source.worksheet.iter().flat_map(|worksheet| &worksheet.struck_parts);
        let records = records.map(|(record, _)| *record).filter(|record| *record > header);
        let first = records.clone().next()?;
        let cells = plural(records.count() as u64, "cell");
        let (row, worksheet) = source.place(first);
        let place = worksheet.map(|name| format!(" of worksheet “{name}”")).unwrap_or_default();
        Some(format!(
            "text that is struck through in the workbook is read like the rest of its cell: {cells}, the first in row \
             {row}{place}; remove it in the workbook, or correct the cells (e)"
        ))
    }

    /// The last line above the table's rows.
    fn last_above(&self) -> u64 {
        match self.inner.head.header {
            Header::Lines(_, last) => last,
            Header::None(line) => line.saturating_sub(1),
        }
    }

    /// Describes a second table beside the first, with the same header: rows of both are in one line.
    fn side_by_side_doubt(&self) -> Result<Option<String>, SheetError> {
        let columns = &self.scan()?.columns;
        let header = |at: usize| columns.get(at).map_or("", |column| column.header.trim());
        let is_gap = |at: &usize| header(*at).is_empty() && columns.get(*at).is_some_and(|c| c.filled == 0);
        let begins = |gap: usize| {
            let same = (0..gap).take_while(|at| header(*at) == header(gap + 1 + at)).count();
            let is_filled = columns.iter().skip(gap + 1).take(same).any(|column| column.filled > 0);
            same >= 2 && !header(0).is_empty() && is_filled
        };
        let second = (2..columns.len()).filter(is_gap).find(|gap| begins(*gap)).map(|gap| gap + 2);
        Ok(second.map(|first| {
            format!(
                "the header begins again in column {first}: if this is a second table beside the first, its rows aren't \
                 imported; move them below the others"
            )
        }))
    }

    /// Describes rows that have more cells than the header, all of them: a column without a name, or cells that an
    /// unquoted delimiter or a missing name shifted.
    fn narrow_header_doubt(&self) -> Result<Option<String>, SheetError> {
        let head = &self.inner.head;
        let columns = &self.scan()?.columns;
        let named = head.rows.iter().map(Vec::len).max().unwrap_or(0);
        let is_text = self.inner.source.worksheet.is_none() && head.returned.is_none();
        let is_filled = columns.iter().skip(named).any(|column| column.filled > 0);
        Ok((is_text && named > 0 && is_filled).then(|| {
            format!(
                "the header has {named} cells, but the rows have {}; check whether each cell is below its header",
                columns.len()
            )
        }))
    }
}
