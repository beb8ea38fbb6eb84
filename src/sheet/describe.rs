//! Describes how a file is read, and its warnings, in words.

use std::collections::HashMap;

use super::damage::Example;
use super::header::names_columns;
use super::{
    Encoding, EncodingReason, Header, HiddenRows, LineEnd, NotACase, Scan, Sheet, SheetError, Tally, Warning,
    WarningCode,
};
use crate::text::{hide_ssns, join_few, plural};

/// Maximum number of title lines, footer rows and example rows shown.
const MAX_SHOWN: usize = 5;

/// A fact about how a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatFact {
    /// Worksheet.
    Worksheet,
    /// Encoding.
    Encoding,
    /// Delimiter.
    Delimiter,
    /// Line endings.
    LineEndings,
    /// Header.
    Header,
    /// Title lines.
    TitleLines,
    /// Footer.
    Footer,
    /// Same columns.
    SameColumns,
    /// Hidden rows.
    HiddenRows,
    /// Hidden columns.
    HiddenColumns,
    /// Clean up.
    CleanUp,
    /// Note.
    Note,
    /// Empty lines.
    EmptyLines,
}

impl FormatFact {
    /// Returns its label.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Worksheet => "Worksheet",
            Self::Encoding => "Encoding",
            Self::Delimiter => "Delimiter",
            Self::LineEndings => "Line endings",
            Self::Header => "Header",
            Self::TitleLines => "Title lines",
            Self::Footer => "Footer",
            Self::SameColumns => "Same columns",
            Self::HiddenRows => "Hidden rows",
            Self::HiddenColumns => "Hidden columns",
            Self::CleanUp => "Clean up",
            Self::Note => "Note",
            Self::EmptyLines => "Empty lines",
        }
    }
}

impl Sheet {
    /// Describes how the file is read, each fact with a text; with `all` also where that is as expected.
    pub fn format_lines(&self, all: bool) -> Result<Vec<(FormatFact, String)>, SheetError> {
        let scan = self.scan()?;
        let mut how = Vec::new();
        let (worksheets, worksheet) = self.worksheets();
        if let Some(name) = worksheet {
            if all || worksheets.len() > 1 {
                how.push((
                    FormatFact::Worksheet,
                    format!("{} (all: {})", quoted(&name.0), quoted(worksheets)),
                ));
            }
        } else {
            let (encoding, mark, why) = self.encoding();
            if all || encoding != Encoding::UTF_8 || why == EncodingReason::NearlyValid {
                let mark = if mark && why != EncodingReason::Mark { ", with a byte order mark" } else { "" };
                let doubt = self.encoding_doubt().map(|doubt| format!("; {}", doubt.alternative()));
                let doubt = doubt.unwrap_or_default();
                how.push((FormatFact::Encoding, format!("{encoding} ({}{mark}){doubt}", why.text())));
            }
            if all || self.dialect() != super::Dialect::default() {
                how.push((FormatFact::Delimiter, self.dialect().to_string()));
            }
            if let Some(end) = scan.line_end.filter(|end| all || *end == LineEnd::Mixed) {
                how.push((FormatFact::LineEndings, end.label().to_owned()));
            }
        }
        let titles = self.titles();
        let header = self.layout().header.unwrap_or(Header::Lines(1, 1));
        if all || header != Header::Lines(1, 1) {
            let text = match header {
                Header::Lines(first, last) if first == last => format!("line {first}"),
                Header::Lines(first, last) => format!("lines {first} to {last}, joined"),
                Header::None(line) => format!("none; rows begin at line {line}"),
            };
            how.push((FormatFact::Header, text));
        }
        let titles: Vec<_> = titles.iter().filter(|(_, text)| !text.is_empty()).collect();
        if !titles.is_empty() {
            let titles = titles.iter().map(|(line, text)| format!("{line} “{}”", hide_ssns(text)));
            how.push((FormatFact::TitleLines, join_few(titles, MAX_SHOWN)));
        }
        if scan.footer > 0 {
            how.push((FormatFact::Footer, self.footer_text(scan)?));
        }
        if let Some(alike) = self.more_worksheets() {
            how.push((
                FormatFact::SameColumns,
                format!("{alike}, not read; choose several worksheets to read them as one table"),
            ));
        }
        if scan.hidden > 0 {
            let result = match self.layout().hidden {
                Some(HiddenRows::Exclude) => "skipped",
                Some(HiddenRows::Include) => "imported like other rows",
                None => "imported unless you choose otherwise",
            };
            let rows = format!("{} of {}", scan.hidden, plural(scan.rows, "row"));
            how.push((
                FormatFact::HiddenRows,
                format!("{rows} hidden or filtered out in the workbook: {result}"),
            ));
        }
        let hidden: Vec<String> = self
            .hidden_columns()
            .iter()
            .filter_map(|at| {
                let column = scan.columns.get(*at).filter(|column| column.filled > 0)?;
                Some(column.name(*at))
            })
            .collect();
        if !hidden.is_empty() {
            how.push((FormatFact::HiddenColumns, format!("{}, read like other columns", quoted(&hidden))));
        }
        if self.layout().repair {
            how.push((
                FormatFact::CleanUp,
                "odd spaces, invisible characters and garbled letters are fixed".to_owned(),
            ));
        }
        how.extend(self.notes().iter().map(|note| (FormatFact::Note, note.clone())));
        if all {
            // The check reports it as a doubt.
            let doubts = [self.merged_doubt(), self.comment_doubt(), self.struck_doubt()];
            how.extend(doubts.into_iter().flatten().map(|doubt| (FormatFact::Note, doubt)));
        }
        if scan.empty_lines.count > 0 {
            how.push((
                FormatFact::EmptyLines,
                format!("{} not counted as rows: {}", scan.empty_lines.count, lines(&scan.empty_lines)),
            ));
        }
        Ok(how)
    }

    /// Describes the footer rows.
    fn footer_text(&self, scan: &Scan) -> Result<String, SheetError> {
        let first = scan.rows - scan.footer + 1;
        let rows = self.rows_from(first)?.take(MAX_SHOWN).collect::<Result<Vec<_>, _>>()?;
        let text = rows.iter().filter(|row| row.not_a_case == Some(NotACase::Footer) && !row.is_blank()).map(
            |row| {
                let cells: Vec<&str> =
                    row.cells.iter().map(str::trim).filter(|cell| !cell.is_empty()).collect();
                format!("line {} “{}”", row.line, hide_ssns(&cells.join(" ")))
            },
        );
        let text: Vec<String> = text.collect();
        Ok(format!("{} skipped: {}", plural(scan.footer, "row"), text.join(", ")))
    }

    /// Describes how the file is read where that isn't as expected, one sentence each.
    pub fn format_notes(&self) -> Result<Vec<String>, SheetError> {
        Ok(self
            .format_lines(false)?
            .into_iter()
            .map(|(fact, how)| format!("{}: {how}", fact.label()))
            .collect())
    }

    /// Line and text of the header, if its cells aren't words of a header, so that it may be a case.
    #[must_use]
    pub fn unclear_header(&self) -> Option<(u64, String)> {
        let Header::Lines(line, _) = self.inner.head.header else { return None };
        let first = self.inner.head.rows.first().filter(|cells| !names_columns(cells))?;
        let cells = first.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        Some((line, hide_ssns(&cells.collect::<Vec<_>>().join(" | ")).to_string()))
    }

    /// Other worksheets with the same columns, in words.
    fn more_worksheets(&self) -> Option<String> {
        let described =
            self.same_columns().iter().map(|(name, rows)| format!("“{name}” ({})", plural(*rows, "row")));
        let names = described.collect::<Vec<_>>().join(", ");
        let what = if self.same_columns().len() == 1 { "worksheet" } else { "worksheets" };
        (!names.is_empty()).then(|| format!("{what} {names}"))
    }

    /// Reasons why rows may be missing or unwanted, reported before the first row is sent.
    pub fn pre_send_warnings(&self) -> Result<Vec<String>, SheetError> {
        let mut warnings: Vec<String> =
            self.encoding_doubt().map(|doubt| doubt.to_string()).into_iter().collect();
        let (hidden, rows) = (self.undecided_hidden()?, self.scan()?.rows);
        if hidden > 0 {
            warnings.push(format!(
                "{hidden} of {} are hidden or filtered out in the workbook",
                plural(rows, "row")
            ));
        }
        if let Some(alike) = self.more_worksheets() {
            warnings.push(format!("not imported, although the columns are the same: {alike}"));
        }
        warnings.extend(self.table_doubts()?);
        Ok(warnings)
    }

    /// Warnings about the file: malformed rows and damaged cells.
    pub fn warnings(&self) -> Result<Vec<Warning>, SheetError> {
        let scan = self.scan()?;
        let mut warnings = match self.layout().header {
            Some(Header::None(_)) => Vec::new(),
            _ => headers(scan),
        };
        warnings.extend(self.encoding_warnings());
        let width = scan.columns.len();
        for (code, tally, message, hint) in [
            (
                WarningCode::TooShort,
                &scan.short,
                format!("fewer cells than the header's {width}"),
                "the last cells are read as empty; check whether a line break split the row in two",
            ),
            (
                WarningCode::TooLong,
                &scan.long,
                format!("more cells than the header's {width}"),
                "put the cell with the extra delimiter in quotes",
            ),
        ] {
            warnings.extend(of_rows(code, tally, message, hint));
        }
        for (fault, tally) in scan.faults.values() {
            warnings.extend(of_rows(
                WarningCode::Fault(*fault),
                tally,
                fault.message().to_owned(),
                fault.hint(),
            ));
        }
        for (index, findings) in scan.findings.iter().enumerate() {
            let column = scan.columns.get(index).map(|column| column.name(index));
            warnings.extend(findings.iter().map(|finding| Warning {
                code: WarningCode::Damage(finding.damage),
                column: column.clone(),
                count: finding.count,
                message: finding.damage.title().to_owned(),
                hint: finding.damage.hint(),
                examples: finding.examples.clone(),
            }));
        }
        Ok(warnings)
    }
}

fn of_rows(code: WarningCode, tally: &Tally, message: String, hint: &'static str) -> Option<Warning> {
    let place = |(row, line): &(u64, u64)| Example { row: *row, line: *line, value: String::new() };
    (tally.count > 0).then(|| Warning {
        code,
        column: None,
        count: tally.count,
        message,
        hint,
        examples: tally.first.iter().take(MAX_SHOWN).map(place).collect(),
    })
}

/// Warns of columns without a header, and of repeated headers.
fn headers(scan: &Scan) -> Vec<Warning> {
    let (mut warnings, mut seen) = (Vec::new(), HashMap::new());
    for (index, column) in scan.columns.iter().enumerate() {
        let header = column.header.trim();
        let same = seen.entry(header).or_insert(0_usize);
        let before = std::mem::replace(same, *same + 1);
        let (code, message) = match header {
            "" if column.filled > 0 => (WarningCode::HeaderBlank, "the column has values but no header"),
            "" => continue,
            _ if before == 1 => (WarningCode::HeaderRepeated, "several columns have this header"),
            _ => continue,
        };
        let (message, hint) =
            (message.to_owned(), "name such a column by its position in a recipe, such as #5");
        let column = Some(column.name(index));
        warnings.push(Warning { code, column, count: 1, message, hint, examples: Vec::new() });
    }
    warnings
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ")
}

fn lines(tally: &Tally) -> String {
    let what = if tally.count == 1 { "line" } else { "lines" };
    format!("{what} {}", join_few(tally.first.iter().map(|(_, line)| line), 10))
}

impl LineEnd {
    /// In words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Lf => "LF",
            Self::CrLf => "CR LF",
            Self::Cr => "CR",
            Self::Mixed => "mixed",
        }
    }

    /// A word for scripts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Lf => "lf",
            Self::CrLf => "crlf",
            Self::Cr => "cr",
            Self::Mixed => "mixed",
        }
    }
}
