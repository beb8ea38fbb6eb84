//! Comments on cells of an XLSX workbook, which aren't imported.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::parts::PackageParts;
use super::xlsx::part_of;
use super::xml;
use crate::sheet::SheetFault;
use crate::text::plural;

/// Rows, from 1, of the cells of a worksheet that have a comment, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sheet) struct CommentedRows(Vec<u64>);

impl CommentedRows {
    /// Reads the comments of a worksheet; none if they can't be read, because no case depends on them.
    pub(super) fn read(path: &Path, worksheet: &str) -> Self {
        rows(path, worksheet).map(Self).unwrap_or_default()
    }

    /// Describes those below a row, from 1.
    pub(in crate::sheet) fn describe_below(&self, row: u64) -> Option<String> {
        let below = || self.0.iter().filter(|commented| **commented > row);
        let first = below().next()?;
        Some(format!(
            "comments on cells aren't imported: {}, the first in row {first}; read them in the workbook",
            plural(below().count() as u64, "cell")
        ))
    }
}

fn rows(path: &Path, worksheet: &str) -> Result<Vec<u64>, SheetFault> {
    let file = File::open(path).map_err(|error| SheetFault::io(&error))?;
    let mut parts = PackageParts::open(BufReader::new(file))?;
    let Some(sheet) = part_of(&mut parts, worksheet)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for relation in parts.relations(&sheet)? {
        // A conversation also has a comment, for older programs.
        if relation.kind != "comments" || !parts.has(&relation.target) {
            continue;
        }
        xml::each_tag(&parts.text(&relation.target)?, &relation.target, |tag| {
            if tag.local_name().as_ref() != "comment" {
                return Ok(());
            }
            xml::attributes(tag, &relation.target, |key, value| {
                let row = || value.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<u64>().ok();
                if key == "ref" {
                    found.extend(row());
                }
            })
        })?;
    }
    found.sort_unstable();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_below_the_header_are_counted() {
        let rows = CommentedRows(vec![1, 4, 7]);
        let text = rows.describe_below(1).unwrap();
        assert!(text.contains("2 cells, the first in row 4;"), "{text}");
        assert_eq!(rows.describe_below(7), None);
    }

    #[test]
    fn comments_of_a_worksheet_are_read() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (row, text) in [(0, "Claim"), (1, "A-1"), (2, "A-2")] {
            sheet.write(row, 0, text).unwrap();
        }
        for row in [0, 2] {
            sheet.insert_note(row, 0, &rust_xlsxwriter::Note::new("hold")).unwrap();
        }
        let other = book.add_worksheet();
        other.write(0, 0, "Claim").unwrap();
        let file = tempfile::Builder::new().suffix(".xlsx").tempfile().unwrap();
        book.save(file.path()).unwrap();
        assert_eq!(CommentedRows::read(file.path(), "Sheet1"), CommentedRows(vec![1, 3]));
        assert_eq!(CommentedRows::read(file.path(), "Sheet2"), CommentedRows::default());
    }
}
