//! The receipt as a self-contained web page, for a client or a manager, on screen or on paper.

mod parts;

use std::collections::HashMap;
use std::path::Path;

use jiff::{Timestamp, tz::TimeZone};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::app::error::AppError;
use crate::app::exports::Exports;
use crate::app::exports::receipt::html::parts::{
    at_fault, cell, gaps, identifier, note, numbers, reference, reference_of, result, rows, shown, table,
};
use crate::app::exports::receipt::{Receipt, ReceiptLine};
use crate::ledger::{Exception, Exclusion, ImportId, OutcomeKind, Status, Try};
use crate::text::{grouped, utc};

const STYLE: &str = include_str!("html/page.css");
/// Nothing is loaded and nothing runs, whatever the texts from a file or a server contain.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// A receipt with everything its web page shows.
#[derive(Debug, Clone)]
pub struct ReceiptPage {
    /// The receipt.
    pub receipt: Receipt,
    /// Why the import is paused or halted; empty otherwise.
    pub note: String,
    /// The rejected and unknown rows, private values masked.
    pub exceptions: Vec<Exception>,
    /// The excluded rows.
    pub exclusions: Vec<Exclusion>,
    /// Earlier tries of rows that were resent, private values masked.
    pub tries: Vec<Try>,
    /// The time zone of the times.
    pub zone: TimeZone,
    /// When the page is created.
    pub made_at: Timestamp,
}

impl Exports {
    /// Returns the receipt of an import with everything its web page shows, in the local time zone.
    pub fn receipt_page(&self, id: ImportId) -> Result<ReceiptPage, AppError> {
        Ok(ReceiptPage {
            receipt: self.receipt(id)?,
            note: self.imports.get(id)?.note,
            exceptions: self.imports.exceptions(id, 0, u64::MAX)?,
            exclusions: self.imports.exclusions(id)?,
            tries: self.imports.tries(id)?,
            zone: TimeZone::try_system().unwrap_or(TimeZone::UTC),
            made_at: Timestamp::now(),
        })
    }
}

impl ReceiptPage {
    /// Returns the page.
    #[must_use]
    pub fn to_html(&self) -> String {
        let title = format!("Receipt for import {}", self.receipt.import);
        let name = shown(&self.receipt.name);
        let by_row: HashMap<u64, &ReceiptLine> =
            self.receipt.cases.iter().map(|line| (line.row, line)).collect();
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) @if !name.is_empty() { " – " (name) } }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    header {
                        p.over { (title) }
                        h1 { @if name.is_empty() { (title) } @else { bdi { (name) } } }
                        p.verdict { (self.verdict()) }
                        (self.doubled())
                    }
                    main {
                        (self.counts())
                        (self.read_back())
                        (self.facts())
                        (self.exceptions(&by_row))
                        (self.exclusions(&by_row))
                        (self.not_sent())
                        (self.cases())
                        (self.tries(&by_row))
                    }
                    (self.footer())
                }
            }
        };
        page.into_string()
    }

    fn verdict(&self) -> String {
        let counts = &self.receipt.counts;
        let are = if counts.created == 1 { "is a case" } else { "are cases" };
        let cases = format!("{} of {} {are} in Trackops.", grouped(counts.created), rows(counts.rows));
        match counts.rejected + counts.unknown + counts.not_sent {
            0 if counts.excluded == 0 => cases,
            0 => format!("{cases} {} excluded.", rows(counts.excluded)),
            1 => format!("{cases} 1 row needs attention."),
            left => format!("{cases} {} need attention.", rows(left)),
        }
    }

    /// Rows with more than one case: the one problem on the page that must be fixed in Trackops.
    fn doubled(&self) -> Markup {
        let doubled = &self.receipt.doubled;
        html! {
            @if !doubled.is_empty() {
                div.alert {
                    strong { (rows(doubled.len() as u64)) " with more than one case in Trackops." }
                    " Keep one case per row, and delete the others there."
                    (table(&["Row", "Line", "Reference", "Cases"], &html! {
                        @for several in doubled {
                            tr {
                                (numbers(several.row, several.line))
                                (reference(several.reference.as_deref()))
                                td.text { (shown(&several.cases.join(", "))) }
                            }
                        }
                    }))
                }
            }
        }
    }

    /// The outcomes as a bar and as a table.
    fn counts(&self) -> Markup {
        let counts = &self.receipt.counts;
        let outcomes = [
            ("created", "Created", counts.created, "Trackops created a case."),
            ("rejected", "Rejected", counts.rejected, "Refused by Trackops, or by the check before sending."),
            ("excluded", "Excluded", counts.excluded, "Blank, skipped, or a duplicate."),
            ("unknown", "Unknown", counts.unknown, "Sent, but the answer was lost. May be in Trackops."),
            ("not_sent", "Not sent", counts.not_sent, "Not in Trackops."),
        ];
        html! {
            section {
                div.bar role="img" aria-label=(counts.sum()) {
                    @for (class, label, count, _) in outcomes {
                        @if count > 0 {
                            span class=(class) style={ "flex-grow:" (count) } {
                                // A narrower part has no room for a label.
                                @if count.saturating_mul(6) >= counts.rows { b { (label) " " (grouped(count)) } }
                            }
                        }
                    }
                }
                table.counts {
                    thead { tr { th scope="col" { "Outcome" } th.n scope="col" { "Rows" } th scope="col" { "Meaning" } } }
                    tbody {
                        @for (class, label, count, meaning) in outcomes {
                            tr {
                                th scope="row" { span class={ "swatch " (class) } {} (label) }
                                td.n { data value=(count) { (grouped(count)) } }
                                td { (meaning) }
                            }
                        }
                    }
                    tfoot {
                        tr {
                            th scope="row" { "Rows in the file" }
                            td.n { data value=(counts.rows) { (grouped(counts.rows)) } }
                            td { "Sum of the outcomes above." }
                        }
                    }
                }
            }
        }
    }

    /// The result of the read-back.
    fn read_back(&self) -> Markup {
        let receipt = &self.receipt;
        html! {
            @if let Some(seen) = &receipt.verified {
                section {
                    h2 { "Read back from Trackops" }
                    p { (seen.summary_with(receipt.doubled.len() as u64)) "; " (self.time(Some(&utc(seen.at)))) "." }
                    @if !receipt.findings.is_empty() {
                        (table(&["Row", "Line", "Field", "Sent", "Stored", "Difference"], &html! {
                            @for finding in &receipt.findings {
                                tr {
                                    (numbers(finding.row, finding.line))
                                    td.text { (shown(finding.field.as_deref().unwrap_or("the case"))) }
                                    td.text { (shown(&finding.sent)) }
                                    td.text { (shown(&finding.stored)) }
                                    td.reason { (finding.kind.describe()) }
                                }
                            }
                        }))
                    }
                }
            }
        }
    }

    /// Facts about the import: file, account, users, times.
    fn facts(&self) -> Markup {
        let receipt = &self.receipt;
        // Readers of the page don't need the folders.
        let file = receipt.file.as_deref().map(Path::new).and_then(Path::file_name);
        let or_dash = |text: &str| if text.is_empty() { "–".to_owned() } else { shown(text) };
        html! {
            section {
                h2 { "Import" }
                dl {
                    dt { "Status" }
                    dd {
                        (receipt.status)
                        @if !self.note.is_empty() { ": " (shown(&self.note)) }
                        @if receipt.status == Status::Processing {
                            ". The import is still running. Export this page again when it ends."
                        }
                    }
                    dt { "File" }
                    dd { (or_dash(&file.unwrap_or_default().to_string_lossy())) }
                    dt { "SHA-256 of the file" }
                    dd { code { (receipt.sha256.as_deref().unwrap_or("–")) } }
                    @if let Some(edits) = receipt.edits.describe() {
                        dt { "Changes by hand" }
                        dd { (edits) ". The file doesn't have them." }
                    }
                    dt { "Account" }
                    dd { (or_dash(&receipt.account)) }
                    dt { "Trackops user" }
                    dd { (or_dash(&receipt.username)) }
                    dt { "Machine user" }
                    dd { (or_dash(&receipt.os_user)) }
                    dt { "Started" }
                    dd { (self.moment(receipt.started_at.as_deref())) }
                    dt { "Ended" }
                    dd { (self.moment(receipt.ended_at.as_deref())) }
                }
            }
        }
    }

    fn exceptions(&self, by_row: &HashMap<u64, &ReceiptLine>) -> Markup {
        let columns = ["Row", "Line", "Reference", "Column", "Value", "Reason"];
        html! {
            section {
                h2 { "Exceptions (" (grouped(self.exceptions.len() as u64)) ")" }
                @if self.exceptions.is_empty() {
                    p { "No rejected or unknown rows." }
                } @else {
                    (table(&columns, &html! {
                        @for found in &self.exceptions {
                            tr {
                                (numbers(found.row, found.line))
                                (reference_of(by_row, found.row))
                                (at_fault(found))
                            }
                        }
                    }))
                }
            }
        }
    }

    fn exclusions(&self, by_row: &HashMap<u64, &ReceiptLine>) -> Markup {
        html! {
            @if !self.exclusions.is_empty() {
                section {
                    h2 { "Excluded rows (" (grouped(self.exclusions.len() as u64)) ")" }
                    (table(&["Row", "Line", "Reference", "Reason"], &html! {
                        @for row in &self.exclusions {
                            tr {
                                (numbers(row.row, row.line))
                                (reference_of(by_row, row.row))
                                td.reason { (shown(&row.reason)) }
                            }
                        }
                    }))
                }
            }
        }
    }

    fn not_sent(&self) -> Markup {
        let had_turn = self
            .receipt
            .cases
            .iter()
            .filter(|line| line.outcome != OutcomeKind::NotSent)
            .map(|line| line.row);
        let (ranges, more) = gaps(had_turn, self.receipt.counts.rows);
        html! {
            @if !ranges.is_empty() {
                section {
                    h2 { "Rows not sent (" (grouped(self.receipt.counts.not_sent)) ")" }
                    p { (ranges.join(", ")) @if more > 0 { " and " (rows(more)) " more" } }
                }
            }
        }
    }

    fn cases(&self) -> Markup {
        let created: Vec<&ReceiptLine> =
            self.receipt.cases.iter().filter(|line| line.outcome == OutcomeKind::Created).collect();
        let columns = ["Row", "Line", "Reference", "Case number", "Case ID", "Sent"];
        html! {
            section {
                h2 { "Cases (" (grouped(created.len() as u64)) ")" }
                @if created.is_empty() {
                    p { "No case was created." }
                } @else {
                    (table(&columns, &html! {
                        @for line in created {
                            tr {
                                (numbers(line.row, line.line))
                                (cell(&identifier(line.reference.as_deref()), note(line)))
                                (cell(&identifier(line.case_number.as_deref()), None))
                                (cell(&identifier(line.case_id.as_deref()), None))
                                td { (self.time(line.sent_at.as_deref())) }
                            }
                        }
                    }))
                }
            }
        }
    }

    fn tries(&self, by_row: &HashMap<u64, &ReceiptLine>) -> Markup {
        let columns = ["Row", "Line", "Try", "Sent", "Column", "Value", "Reason", "Result now"];
        html! {
            @if !self.tries.is_empty() {
                section.tries {
                    h2 { "Earlier rejections (" (grouped(self.tries.len() as u64)) ")" }
                    p.quiet { "These rows were rejected, then corrected or tried again. Only the last try of a row counts. – marks a row that the check rejected: it wasn't sent." }
                    (table(&columns, &html! {
                        @for earlier in &self.tries {
                            tr {
                                (numbers(earlier.exception.row, earlier.exception.line))
                                td.n { (earlier.number.map_or_else(|| "–".to_owned(), |number| number.to_string())) }
                                td { (self.time(earlier.sent_at.map(|at| utc(at.div_euclid(1000))).as_deref())) }
                                (at_fault(&earlier.exception))
                                td.text { (result(by_row.get(&earlier.exception.row).copied())) }
                            }
                        }
                    }))
                }
            }
        }
    }

    fn footer(&self) -> Markup {
        html! {
            footer {
                p { "Created " (self.moment(Some(&self.made_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()))) " by caseload " (env!("CARGO_PKG_VERSION")) "." }
                p { "Row 1 is the first row of data, and line 1 the first line of the file. Social security numbers and dates of birth are masked with •. The SHA-256 changes if anything in the file changes." }
            }
        }
    }

    /// A time in the page's zone, followed by UTC if that differs.
    fn moment(&self, utc: Option<&str>) -> Markup {
        let at = utc.and_then(|utc| utc.parse::<Timestamp>().ok());
        let is_utc = at.is_none_or(|at| self.zone.to_offset(at).is_zero());
        html! {
            (self.time(utc))
            @if let (false, Some(at)) = (is_utc, at) { " " span."quiet whole" { "(" (at.strftime("%b %-d, %-I:%M:%S %p")) " UTC)" } }
        }
    }

    /// A time in the page's zone.
    fn time(&self, utc: Option<&str>) -> Markup {
        let at = utc.and_then(|utc| Some((utc, utc.parse::<Timestamp>().ok()?)));
        html! {
            @if let Some((utc, at)) = at {
                time datetime=(utc) { (at.to_zoned_datetime(self.zone.clone()).strftime("%b %-d, %Y, %-I:%M:%S %p %Z")) }
            } @else { "–" }
        }
    }
}

#[cfg(test)]
mod tests;
