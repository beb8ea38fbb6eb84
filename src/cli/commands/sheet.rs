//! `caseload sheet`: shows the format of a file, or converts the file to clean CSV.

use std::io;

use serde::Serialize;

use super::output::{for_a_file, joined, print, print_json, report_line};
use super::{CommandOutcome, InputSheet, progress};
use crate::app::{App, AppError};
use crate::case::{NumberError, NumberStyle, Recipe, SAMPLED, private_columns, read_number};
use crate::cli::args::SheetArgs;
use crate::sheet::damage::Example;
use crate::sheet::{Dialect, Header, Sheet, StoredNumber};
use crate::text::{hide_ssns, mask, plural};

/// Shows the format of a file. `app` knows whether it was imported before.
pub(super) fn sheet(app: Result<&App, AppError>, args: &SheetArgs) -> Result<CommandOutcome, AppError> {
    let opened = InputSheet::open(app.as_ref().ok().copied(), &args.file, &args.reading.layout())?;
    let sheet = &opened.sheet;
    progress::while_scanning(sheet);
    sheet.scan()?;
    if args.csv {
        return write_csv(sheet);
    }
    let earlier = match app {
        Ok(app) => app.imports().earlier(sheet, 0)?,
        Err(error) => vec![format!("can't tell whether it was imported before: {error}")],
    };
    let report = JsonSheet::of(sheet, earlier)?;
    if args.json { print_json(&report) } else { print(&report.to_text(sheet)?) }?;
    Ok(CommandOutcome::Done)
}

/// Writes the table as UTF-8 with commas, and quotes where needed. Every row has at least as many cells as the header.
/// Reports what is skipped or guessed.
fn write_csv(sheet: &Sheet) -> Result<CommandOutcome, AppError> {
    for line in sheet.format_notes()? {
        report_line(&line);
    }
    for warning in sheet.warnings()?.iter().filter(|warning| warning.code.is_of_rows()) {
        let lines: Vec<String> = warning.examples.iter().map(|example| example.line.to_string()).collect();
        let more = if warning.count > lines.len() as u64 { ", …" } else { "" };
        report_line(&format!("Line {}{more}: {}; {}", lines.join(", "), warning.message, warning.hint));
    }
    let (width, mut rewritten) = (sheet.columns().len(), 0_u64);
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(for_a_file());
    let fail = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("can't write a row"),
    };
    let mut write = || -> Result<(), AppError> {
        let write_error = |source| AppError::File { what: "can't write the result", source };
        if !matches!(sheet.layout().header, Some(Header::None(_))) {
            let header = sheet.columns();
            out.write_record(header.iter().map(|column| &column.header))
                .map_err(|error| write_error(fail(error)))?;
        }
        for row in sheet.rows_from(1)? {
            let row = row?;
            if row.not_a_case.is_some() {
                continue;
            }
            let mut cells = row.cells.clone();
            for number in &row.numbers {
                let Some(digits) = unrounded(number, row.cells.get(number.column).unwrap_or("")) else {
                    continue;
                };
                let text_of = |(at, cell)| if at == number.column { digits.as_str() } else { cell };
                cells = cells.iter().enumerate().map(text_of).collect();
                rewritten += 1;
            }
            if cells.len() > width {
                // Delimiters after the last cell are no cells.
                let beyond = cells.iter().rev().take(cells.len() - width);
                let empty = beyond.take_while(|cell| cell.is_empty()).count();
                cells.truncate(cells.len() - empty);
            }
            let missing = std::iter::repeat_n("", width.saturating_sub(cells.len()));
            out.write_record(cells.iter().chain(missing)).map_err(|error| write_error(fail(error)))?;
        }
        out.flush().map_err(write_error)
    };
    match write() {
        // The reader may have read enough.
        Err(AppError::File { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => {}
        result => result?,
    }
    if rewritten > 0 {
        report_line(&format!(
            "{}: the number in the cell is written, because its format shows a rounded one",
            plural(rewritten, "cell")
        ));
    }
    Ok(CommandOutcome::Done)
}

/// Returns the digits of a workbook's number whose format shows a different amount: a rounded or scaled one, or a
/// percentage. A text such as `26-0017` for 17 is an identifier, and stays.
fn unrounded(number: &StoredNumber, shown: &str) -> Option<String> {
    let shown = shown.trim();
    if number.reads_as(shown) {
        return None;
    }
    let digits = number.digits();
    let readings = [NumberStyle::Point, NumberStyle::Comma].map(|style| read_number(shown, style));
    let is_amount = readings.iter().any(|read| matches!(read, Ok(_) | Err(NumberError::Percent(_))));
    let is_same = readings.iter().flatten().any(|read| read.to_bits() == number.value.to_bits());
    // Other digits before it belong to an identifier.
    let is_prefixed = shown.ends_with(&digits);
    (is_amount && !is_same && !is_prefixed).then_some(digits)
}

/// Format of a file, for scripts.
#[derive(Serialize)]
struct JsonSheet {
    file: String,
    format: &'static str,
    encoding: String,
    encoding_why: &'static str,
    byte_order_mark: bool,
    dialect: Dialect,
    line_end: Option<&'static str>,
    worksheet: Option<String>,
    worksheets: Vec<String>,
    /// Other visible worksheets with the same columns, and their rows.
    alike: Vec<JsonSimilarWorksheet>,
    hidden_rows: u64,
    hidden_columns: Vec<String>,
    header: Header,
    above: Vec<JsonTitleLine>,
    footer: Vec<JsonTitleLine>,
    rows: u64,
    empty_lines: u64,
    repair: bool,
    columns: Vec<JsonColumn>,
    warnings: Vec<JsonWarning>,
    notes: Vec<String>,
    earlier: Vec<String>,
    sha256: String,
}

#[derive(Serialize)]
struct JsonSimilarWorksheet {
    worksheet: String,
    rows: u64,
}

#[derive(Serialize)]
struct JsonTitleLine {
    line: u64,
    text: String,
}

#[derive(Serialize)]
struct JsonColumn {
    name: String,
    header: String,
    filled: u64,
}

#[derive(Serialize)]
struct JsonWarning {
    code: &'static str,
    column: Option<String>,
    count: u64,
    message: String,
    hint: &'static str,
    cells: Vec<JsonCell>,
}

#[derive(Serialize)]
struct JsonCell {
    row: u64,
    line: u64,
    value: Option<String>,
}

impl JsonSheet {
    fn of(sheet: &Sheet, earlier: Vec<String>) -> Result<Self, AppError> {
        let scan = sheet.scan()?;
        let (encoding, byte_order_mark, why) = sheet.encoding();
        let (worksheets, worksheet) = sheet.worksheets();
        let mut footer = Vec::new();
        for row in sheet.rows_from(scan.rows - scan.footer + 1)? {
            let row = row?;
            footer.push(JsonTitleLine {
                line: row.line,
                text: hide_ssns(row.cells.iter().collect::<Vec<_>>().join(" ").trim()).into_owned(),
            });
        }
        let first = sheet.first_rows(SAMPLED)?;
        let private = private_columns(&Recipe::new(""), &scan.columns, &first);
        let names = scan.columns.iter().enumerate().map(|(at, column)| column.name(at)).zip(private);
        let private: Vec<String> = names.filter(|(_, private)| *private).map(|(name, _)| name).collect();
        let place = |example: Example, private: bool| JsonCell {
            row: example.row,
            line: example.line,
            value: (!example.value.is_empty()).then_some(if private {
                mask(&example.value)
            } else {
                example.value
            }),
        };
        let warnings = sheet.warnings()?.into_iter().map(|warning| JsonWarning {
            code: warning.code.word(),
            count: warning.count,
            message: warning.message,
            hint: warning.hint,
            cells: {
                let private = warning.column.as_ref().is_some_and(|column| private.contains(column));
                warning.examples.into_iter().map(|example| place(example, private)).collect()
            },
            column: warning.column,
        });
        let columns = scan.columns.iter().enumerate();
        Ok(Self {
            file: sheet.path().display().to_string(),
            format: if worksheet.is_some() { "workbook" } else { "text" },
            encoding: encoding.to_string(),
            encoding_why: why.text(),
            byte_order_mark,
            dialect: sheet.dialect(),
            line_end: scan.line_end.filter(|_| worksheet.is_none()).map(crate::sheet::LineEnd::code),
            worksheet: worksheet.map(ToString::to_string),
            worksheets: worksheets.to_vec(),
            alike: sheet
                .same_columns()
                .iter()
                .map(|(worksheet, rows)| JsonSimilarWorksheet { worksheet: worksheet.clone(), rows: *rows })
                .collect(),
            hidden_rows: scan.hidden,
            hidden_columns: sheet
                .hidden_columns()
                .iter()
                .filter_map(|at| scan.columns.get(*at).map(|column| column.name(*at)))
                .collect(),
            header: sheet.layout().header.unwrap_or(Header::None(1)),
            above: sheet
                .titles()
                .iter()
                .map(|(line, text)| JsonTitleLine { line: *line, text: hide_ssns(text).into_owned() })
                .collect(),
            footer,
            rows: scan.rows,
            empty_lines: scan.empty_lines.count,
            repair: sheet.layout().repair,
            columns: columns
                .map(|(index, c)| JsonColumn {
                    name: c.name(index),
                    header: c.header.clone(),
                    filled: c.filled,
                })
                .collect(),
            warnings: warnings.collect(),
            notes: sheet.notes().to_vec(),
            earlier,
            sha256: crate::text::hex(&scan.sha256),
        })
    }

    fn to_text(&self, sheet: &Sheet) -> Result<String, AppError> {
        let mut lines = self.earlier.clone();
        for (fact, how) in sheet.format_lines(true)? {
            lines.push(format!("{:<15} {how}", fact.label()));
        }
        let skipped = self.footer.len() as u64;
        let table = self.rows.saturating_sub(skipped);
        let below =
            if skipped > 0 { format!(", plus {}", plural(skipped, "footer row")) } else { String::new() };
        let columns = plural(self.columns.len() as u64, "column");
        lines.push(format!("{:<15} {table}{below}, in {columns}", "Rows"));
        lines.push(format!("{:<15} {}", "SHA-256", self.sha256));
        lines.push(String::new());
        for (index, column) in self.columns.iter().enumerate() {
            let part = column.filled.saturating_mul(100) / table.max(1);
            lines.push(format!("{:>4}  {part:>3}% filled  {}", index + 1, column.name));
        }
        if !self.warnings.is_empty() {
            lines.push(String::new());
        }
        for warning in &self.warnings {
            let column = warning.column.as_ref().map(|column| format!("{column}: ")).unwrap_or_default();
            lines.push(format!("! {column}{} × {} ({})", warning.count, warning.message, warning.code));
            let cells: Vec<String> = warning.cells.iter().map(JsonCell::describe).collect();
            if !cells.is_empty() {
                let more = if warning.count > cells.len() as u64 { ", …" } else { "" };
                lines.push(format!("    {}{more}", cells.join(", ")));
            }
            lines.push(format!("    {}", warning.hint));
        }
        Ok(joined(lines))
    }
}

impl JsonCell {
    fn describe(&self) -> String {
        let place = format!("row {} (line {})", self.row, self.line);
        match &self.value {
            Some(value) => format!("{place} “{value}”"),
            None => place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_amounts_are_written_in_full_and_identifiers_as_shown() {
        let text = |value, shown| unrounded(&StoredNumber { column: 0, value }, shown);
        for (value, shown, digits) in [
            (1500.756, "$1,501", "1500.756"),
            (1_234_567.0, "1,235", "1234567"),
            (7.5, "8", "7.5"),
            (7.25, "7.3", "7.25"),
            (0.125, "12.5%", "0.125"),
            (-2.5, "(3)", "-2.5"),
        ] {
            assert_eq!(text(value, shown).as_deref(), Some(digits), "{shown}");
        }
        for (value, shown) in [
            (1500.0, "$1,500.00"),
            (802.0, "00802"),
            (17.0, "26-0017"),
            (17.0, "260017"),
            (0.0, ""),
            (1500.0, "1.500,00 €"),
        ] {
            assert_eq!(text(value, shown), None, "{shown}");
        }
    }
}
