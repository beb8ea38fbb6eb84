//! Output as text and as JSON.

use std::io::{self, BufWriter, IsTerminal, Write};

use serde::Serialize;

use crate::app::AppError;
use crate::case::{Code, Problem, Severity};
use crate::engine::{CheckReport, ProblemGroup};
use crate::ledger::{
    Counts, CreatedLater, DuplicateCases, Exception, Exclusion, Import, ImportId, LoggedAction, Status, Try,
    Verification, VerificationFinding, describe_if_several, on_wait,
};
use crate::text::{escaped_json, join_few, plural, utc, visible, visible_lines};

/// Maximum number of rows with warnings listed after a run.
const MAX_WARNED: usize = 20;

/// Prints a result that is safe to show. A closed pipe is no error: the reader may have read enough.
pub(super) fn print(text: &str) -> Result<(), AppError> {
    print_to(&mut io::stdout().lock(), text)
}

/// Prints a result that is meant for a file.
pub(super) fn print_file(text: &str) -> Result<(), AppError> {
    print_to(&mut for_a_file(), text)
}

fn print_to(out: &mut dyn Write, text: &str) -> Result<(), AppError> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => {
            Err(AppError::File { what: "can't write the result", source })
        }
        _ => Ok(()),
    }
}

/// Returns standard output for data meant for a file. A file gets it unchanged; a terminal gets it made safe.
pub(super) fn for_a_file() -> Box<dyn Write> {
    let out = io::stdout().lock();
    if out.is_terminal() {
        Box::new(SafeTerminal { out, line: Vec::new() })
    } else {
        Box::new(BufWriter::new(out))
    }
}

struct SafeTerminal<W> {
    out: W,
    /// The incomplete last line.
    line: Vec<u8>,
}

impl<W: Write> Write for SafeTerminal<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        if let Some(end) = memchr::memrchr(b'\n', &self.line) {
            let rest = self.line.split_off(end + 1);
            let lines = std::mem::replace(&mut self.line, rest);
            self.out.write_all(visible_lines(&String::from_utf8_lossy(&lines)).as_bytes())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.line);
        self.out.write_all(visible(&String::from_utf8_lossy(&rest)).as_bytes())?;
        self.out.flush()
    }
}

pub(super) fn print_json(value: &impl Serialize) -> Result<(), AppError> {
    // Structs with string keys only: serializing can't fail.
    let json = serde_json::to_string(value).unwrap_or_default();
    print(&(escaped_json(&json).into_owned() + "\n"))
}

/// Writes a line of progress.
pub(super) fn report_line(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", visible(text));
}

/// Says on standard error when another program keeps this one waiting.
pub fn report_waits() {
    on_wait(|is_waiting| {
        if is_waiting {
            report_line("waiting for another program that writes to the ledger");
        }
    });
}

/// Rows of an import that may need attention.
#[derive(Debug, Serialize)]
pub(super) struct JsonRows {
    pub(super) exceptions: Vec<Exception>,
    pub(super) exclusions: Vec<Exclusion>,
    pub(super) doubled: Vec<DuplicateCases>,
    /// Later imports that created cases for the rejected rows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) created_later: Vec<CreatedLater>,
    /// Earlier tries of rows that were resent.
    pub(super) tries: Vec<Try>,
    /// Actions on the import, in order.
    pub(super) deeds: Vec<LoggedAction>,
    /// Result of the last read-back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verified: Option<Verification>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) findings: Vec<VerificationFinding>,
}

/// An import as printed by `run --json` and `show --json`.
#[derive(Debug, Serialize)]
pub(super) struct JsonImport {
    import: ImportId,
    pub(super) status: Status,
    #[serde(flatten)]
    counts: Counts,
    #[serde(flatten)]
    rows: Option<JsonRows>,
    /// Number of rows with more than one case; only in a list, where their cases aren't.
    #[serde(skip_serializing_if = "Option::is_none")]
    doubled_rows: Option<u64>,
    name: String,
    account: String,
    file: Option<String>,
    on_error: &'static str,
    note: String,
    created_at: String,
    started_at: Option<String>,
    ended_at: Option<String>,
    /// Users of the machine who created the import and who last started it; empty if unknown.
    made_by: String,
    started_by: String,
    /// Number of corrected rows that are ready to resend.
    #[serde(skip)]
    corrected: u64,
    /// The check before the first row was sent.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    checked: Option<JsonChecked>,
}

/// The check of a run, and the cases that it created in spite of warnings.
#[derive(Debug, Serialize)]
struct JsonChecked {
    check: CheckReport,
    created_with_warnings: u64,
    /// The rows of these cases.
    #[serde(skip)]
    rows: Vec<u64>,
}

impl JsonRows {
    fn has_rejected(&self) -> bool {
        self.exceptions.iter().any(|exception| exception.code != Code::Unknown)
    }

    fn to_lines(&self) -> Vec<String> {
        let Self { exceptions, exclusions, doubled, tries, .. } = self;
        let mut lines: Vec<String> =
            exceptions.iter().map(|exception| format!("  {}", entry(exception))).collect();
        lines.extend(doubled.iter().map(duplicate_line));
        for Exclusion { row, line, reason, .. } in exclusions {
            lines.push(format!("  row {row} (line {line}), excluded: {reason}"));
        }
        lines.extend(tries.iter().map(|earlier| {
            let at = earlier
                .sent_at
                .map_or_else(String::new, |millis| format!(" (sent {})", utc(millis.div_euclid(1000))));
            let which = match earlier.number {
                Some(number) => format!("earlier try {number}{at}"),
                None => "rejected by the check before, not sent".to_owned(),
            };
            format!("  {which}: {}", entry(&earlier.exception))
        }));
        lines.extend(
            CreatedLater::describe(&self.created_later)
                .map(|later| format!("  of the rejected rows, {later}")),
        );
        lines.extend(self.read_back());
        lines.extend(describe_if_several(&self.deeds).into_iter().map(|deed| format!("  {deed}")));
        lines
    }

    /// Describes the read-back and each difference.
    fn read_back(&self) -> Vec<String> {
        let Some(seen) = &self.verified else { return Vec::new() };
        let mut lines =
            vec![format!("Read back {}: {}", utc(seen.at), seen.summary_with(self.doubled.len() as u64))];
        lines.extend(self.findings.iter().map(|finding| format!("  {}", finding.describe())));
        lines
    }
}

impl JsonImport {
    /// An import in a list, without its rows.
    pub(super) fn in_list(import: &Import) -> Self {
        Self {
            import: import.id,
            status: import.status,
            counts: import.counts,
            rows: None,
            doubled_rows: Some(import.doubled),
            name: import.name.clone(),
            account: import.account.clone(),
            file: import.file.as_ref().map(|path| path.display().to_string()),
            on_error: import.on_error.word(),
            note: import.note.clone(),
            created_at: utc(import.created_at),
            started_at: import.started_at.map(utc),
            ended_at: import.ended_at.map(utc),
            made_by: import.made_by.clone(),
            started_by: import.os_user.clone(),
            corrected: 0,
            checked: None,
        }
    }

    /// Adds the check that was made before the run.
    pub(super) fn with_check(self, check: CheckReport, rows: Vec<u64>) -> Self {
        let created_with_warnings = rows.len() as u64;
        Self { checked: Some(JsonChecked { check, created_with_warnings, rows }), ..self }
    }

    /// An import with the rows that may need attention.
    pub(super) fn whole(import: &Import, rows: JsonRows) -> Self {
        Self { rows: Some(rows), doubled_rows: None, corrected: import.corrected, ..Self::in_list(import) }
    }

    /// Describes the read-back, and rows with more than one case.
    pub(super) fn read_back_text(&self) -> String {
        let Some(rows) = &self.rows else { return String::new() };
        joined(rows.read_back().into_iter().chain(rows.doubled.iter().map(duplicate_line)))
    }

    /// Describes the import, its rows and how to continue.
    pub(super) fn to_text(&self) -> String {
        joined(self.state().into_iter().chain(self.next_steps()))
    }

    /// Describes the import and its rows.
    pub(super) fn state_text(&self) -> String {
        joined(self.state())
    }

    fn state(&self) -> Vec<String> {
        let mut lines =
            vec![format!("Import {} “{}”: {}. {}", self.import, self.name, self.status, self.counts.sum())];
        if !self.note.is_empty() {
            // The row that halted the import follows with its reason.
            let reasons = self.rows.iter().flat_map(|rows| &rows.exceptions);
            let halted_by =
                reasons.filter(|row| row.code != Code::Unknown).map(|row| format!(": {}", row.message));
            let note = halted_by.fold(self.note.clone(), |note, reason| note.replace(&reason, ""));
            lines.push(note);
        }
        if let Some(rows) = &self.rows {
            lines.extend(rows.to_lines());
        }
        if let Some(JsonChecked { created_with_warnings: count @ 1.., rows, .. }) = &self.checked {
            let rows = join_few(rows, MAX_WARNED);
            lines.push(format!("{} created with warnings: {rows}", plural(*count, "row")));
        }
        lines
    }

    fn next_steps(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let stopped = matches!(self.status, Status::Paused | Status::Interrupted | Status::Error);
        if stopped && self.counts.not_sent + self.counts.unknown > 0 {
            lines.push(format!("To continue: caseload resume {}", self.import));
        }
        let was_rejected = self.rows.as_ref().is_some_and(JsonRows::has_rejected);
        if was_rejected && self.corrected == 0 && self.status != Status::Processing {
            lines.push(format!(
                "To fix a rejected row: caseload fix {0} --row ROW --column COLUMN --value VALUE, then caseload resume {0} \
                 --rejected",
                self.import
            ));
        }
        if self.corrected > 0 {
            let ready = plural(self.corrected, "row");
            lines.push(format!(
                "{ready} fixed or skipped. To finish: caseload resume {} --rejected",
                self.import
            ));
        }
        if self.counts.unknown > 0 && self.status == Status::Processing {
            lines.push("Rows awaiting a reply count as unknown.".to_owned());
        } else if self.counts.unknown > 0 {
            lines.push(format!(
                "If resume can't find a row, you decide: caseload resume {} --row ROW --treat-unknown-as created=ID (it is \
                 that case) or send (it isn't in Trackops)",
                self.import
            ));
        }
        if self.status == Status::Ready {
            let rest = if self.counts.created > 0 { "The rest isn't sent yet" } else { "Nothing sent yet" };
            lines.push(format!("{rest}. To send: caseload resume {}", self.import));
        }
        lines
    }
}

/// Joins lines, made safe to show.
pub(super) fn joined(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().fold(String::new(), |text, line| text + &visible(&line) + "\n")
}

/// Describes an exception in one line: place, cell, reason.
pub(super) fn entry(exception: &Exception) -> String {
    let place = format!("row {} (line {})", exception.row, exception.line);
    let cell = match (&exception.column, &exception.value) {
        (Some(column), Some(value)) => format!(", {column} “{value}”"),
        (Some(column), None) => format!(", {column}"),
        (None, Some(value)) => format!(", “{value}”"),
        (None, None) => String::new(),
    };
    let status = exception.http_status.map_or_else(String::new, |status| format!(" ({status})"));
    let corrected = if exception.corrected { " – corrected since" } else { "" };
    format!("{place}{cell}: {}{status}{corrected}", exception.message)
}

pub(super) fn imports_header(with_account: bool, with_people: bool) -> String {
    format!(
        "{:>5}  {:<11}  {:>8}  {:>8}  {:>10}  {:<16}  {}{}{}\n",
        "id",
        "status",
        "rows",
        "created",
        "exceptions",
        "date (UTC)",
        if with_account { "account: " } else { "" },
        "name, file",
        if with_people { ", made by" } else { "" }
    )
}

pub(super) fn imports_line(import: &Import, with_account: bool, with_people: bool) -> String {
    let Counts { rows, created, rejected, unknown, .. } = import.counts;
    let date: String = utc(import.created_at).chars().take(16).collect();
    let account = if with_account { format!("{}: ", import.account) } else { String::new() };
    let people = if with_people { format!(", {}", import.made_by) } else { String::new() };
    let name = format!("{account}{}, {}{people}", import.name, import.file_name());
    format!(
        "{:>5}  {:<11}  {rows:>8}  {created:>8}  {:>10}  {date:<16}  {}\n",
        import.id,
        import.status_in_list(),
        rejected + unknown,
        visible(&name)
    )
}

/// Describes a problem in one line: severity, place, cell, what to do.
pub(super) fn problem_line(problem: &Problem) -> String {
    let severity = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    format!("{severity}: row {} (line {}){}", problem.row, problem.line, cell_and_hint(problem))
}

/// Describes a problem after its place: cell, what to do.
pub(super) fn cell_and_hint(problem: &Problem) -> String {
    let cell = problem.column.as_ref().map_or_else(String::new, |c| format!(", {c} “{}”", problem.value));
    format!("{cell}: {}; {}", problem.message, problem.hint)
}

/// Describes a row with more than one case.
pub(super) fn duplicate_line(of: &DuplicateCases) -> String {
    let DuplicateCases { row, line, cases, .. } = of;
    format!("  row {row} (line {line}), more than one case in Trackops: {}", cases.join(", "))
}

/// Describes doubts and notes about a file as a whole, one per line.
fn doubts_and_notes(report: &CheckReport) -> impl Iterator<Item = String> {
    let doubts = report.doubts.iter().map(|doubt| format!("warning: {doubt}"));
    doubts.chain(report.notes.iter().cloned())
}

fn group_line(group: &ProblemGroup) -> String {
    format!("{}, first in row {}", group.describe(), group.first.row)
}

/// Describes what a run should be stopped for: doubts and notes, then each kind of warning. Doubtful kinds are among
/// the doubts, and excluded rows are listed in the result.
pub(super) fn warning_lines(report: &CheckReport) -> Vec<String> {
    let is_shown = |group: &&ProblemGroup| {
        group.severity == Severity::Warning && !group.code.excludes() && !group.code.is_doubtful()
    };
    let groups = report.groups.iter().filter(is_shown);
    doubts_and_notes(report).chain(groups.map(|group| format!("warning: {}", group_line(group)))).collect()
}

/// Describes the result of the check, with problems in row order.
pub(super) fn report(report: &CheckReport, problems: &[Problem]) -> String {
    let CheckReport { rows, created, to_send, excluded, with_errors, .. } = report;
    let created = if *created > 0 { format!("{created} created + ") } else { String::new() };
    let mut lines = vec![format!(
        "{rows} rows = {created}{to_send} to send + {excluded} excluded + {with_errors} with errors"
    )];
    lines.extend(doubts_and_notes(report));
    lines.extend(report.groups.iter().filter(|group| group.count > 1).map(group_line));
    lines.extend(problems.iter().map(|problem| format!("  {}", problem_line(problem))));
    joined(lines)
}
