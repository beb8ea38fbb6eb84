//! Doubts about the table as a whole: cells that its rows may lack, or have in the wrong columns.

use super::{Header, Sheet, SheetError};

impl Sheet {
    /// Returns the doubts about the table.
    pub(super) fn table_doubts(&self) -> Result<Vec<String>, SheetError> {
        let narrow = self.narrow_header_doubt()?;
        Ok(self.merged_doubt().into_iter().chain(narrow).collect())
    }

    /// Describes cells of the table that are merged over several rows.
    pub(super) fn merged_doubt(&self) -> Option<String> {
        let header = match self.inner.head.header {
            Header::Lines(_, last) => last,
            Header::None(line) => line.saturating_sub(1),
        };
        self.inner.workbook.merged.describe_below(header)
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
