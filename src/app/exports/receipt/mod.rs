//! The receipt: the result of every row of an import, as proof.

pub(in crate::app) mod edits;
pub(in crate::app) mod html;

use serde::Serialize;

use crate::app::error::AppError;
use crate::app::exports::Exports;
use crate::app::exports::csv_file::without_control_codes;
use crate::app::exports::receipt::edits::ReceiptEdits;
use crate::app::imports::results::ReadBack;
use crate::ledger::{
    Counts, DuplicateCases, ImportId, LoggedAction, OutcomeKind, ReceiptRow, Status, Verification,
    VerificationFinding, describe_if_several,
};
use crate::text::{hex, join_few, plural, utc};

/// Maximum number of rows with several cases named at the head of a receipt.
const MAX_DOUBLED: usize = 10;

/// The receipt of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The import.
    pub import: ImportId,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Status,
    /// Outcomes; they add up to the rows of the file.
    #[serde(flatten)]
    pub counts: Counts,
    /// The file, absolute.
    pub file: Option<String>,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: Option<String>,
    /// The account it was sent to.
    pub account: String,
    /// Trackops user name of the sender.
    pub username: String,
    /// User of the machine who sent it.
    pub os_user: String,
    /// Actions on the import, in order.
    pub deeds: Vec<LoggedAction>,
    /// The user's changes to the rows.
    pub edits: ReceiptEdits,
    /// Start of its cases' administrative notes; `None` without row tokens.
    pub token: Option<String>,
    /// When it was first started, UTC.
    pub started_at: Option<String>,
    /// When it last ended, UTC.
    pub ended_at: Option<String>,
    /// Every row that has an outcome or was tried, in order; the others are not sent.
    pub cases: Vec<ReceiptLine>,
    /// Rows with more than one case in Trackops.
    pub doubled: Vec<DuplicateCases>,
    /// Result of the last read-back, if there was one.
    pub verified: Option<Verification>,
    /// Values stored differently than sent, and deleted cases.
    pub findings: Vec<VerificationFinding>,
}

/// A row of the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiptLine {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// Kind of its outcome.
    pub outcome: OutcomeKind,
    /// `reference_value_1`.
    pub reference: Option<String>,
    /// The case's id.
    pub case_id: Option<String>,
    /// The case number, if Trackops reported it.
    pub case_number: Option<String>,
    /// When it was sent, UTC by the server's clock.
    pub sent_at: Option<String>,
    /// Number of times it was sent: more than 1 for a row that Trackops refused and that was resent; 0 for one that the
    /// check rejected or excluded.
    pub tries: u64,
    /// Why it isn't a case, or who decided that it is.
    pub reason: Option<String>,
}

impl Exports {
    /// Returns the receipt of an import.
    pub fn receipt(&self, id: ImportId) -> Result<Receipt, AppError> {
        let (import, doubled) = (self.imports.get(id)?, self.imports.duplicate_cases(id)?);
        let ReadBack { verified, findings } = self.imports.read_back(id)?;
        let recipe = self.imports.recipe(id).ok();
        let carries_token = recipe.as_ref().is_some_and(|recipe| recipe.row_token);
        let token = carries_token.then(|| format!("[caseload {}-", import.seed));
        Ok(Receipt {
            import: id,
            name: import.name,
            status: import.status,
            counts: import.counts,
            file: import.file.map(|path| path.display().to_string()),
            sha256: import.sha256.map(|hash| hex(&hash)),
            account: import.account,
            username: import.username,
            os_user: import.os_user,
            deeds: self.imports.actions(id)?,
            edits: recipe.as_ref().map(ReceiptEdits::of).unwrap_or_default(),
            token,
            started_at: import.started_at.map(utc),
            ended_at: import.ended_at.map(utc),
            cases: self.lines(id, &doubled)?,
            doubled,
            verified,
            findings,
        })
    }

    /// Returns the lines of a receipt. For a row with more than one case, the reason lists them.
    fn lines(&self, id: ImportId, doubled: &[DuplicateCases]) -> Result<Vec<ReceiptLine>, AppError> {
        let mut lines: Vec<ReceiptLine> =
            self.ledger.receipt(id)?.into_iter().map(ReceiptLine::from).collect();
        for earlier in self.imports.tries(id)? {
            if let Ok(at) = lines.binary_search_by_key(&earlier.exception.row, |line| line.row)
                && let Some(line) = lines.get_mut(at)
            {
                line.tries = line.tries.max(earlier.number.unwrap_or(0) + u64::from(line.sent_at.is_some()));
            }
        }
        lines.retain(|line| line.outcome != OutcomeKind::NotSent || line.tries > 0);
        for several in doubled {
            if let Some(line) = lines.iter_mut().find(|line| line.row == several.row) {
                line.reason = Some(format!("more than one case: {}", several.cases.join(", ")));
            }
        }
        Ok(lines)
    }
}

impl From<ReceiptRow> for ReceiptLine {
    fn from(row: ReceiptRow) -> Self {
        Self {
            row: row.row,
            line: row.line,
            outcome: row.state.outcome(),
            reference: row.reference,
            case_id: row.case_id,
            case_number: row.case_number,
            sent_at: row.sent_at.map(|millis| utc(millis.div_euclid(1000))),
            tries: u64::from(row.sent_at.is_some()),
            reason: row.reason,
        }
    }
}

const COLUMNS: [&str; 9] =
    ["row", "line", "reference", "outcome", "case id", "case number", "sent at (UTC)", "reason", "tries"];

impl Receipt {
    /// Returns the rows as CSV, safe to open in a spreadsheet program.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut csv = csv::Writer::from_writer(Vec::new());
        let header = COLUMNS.map(str::to_owned);
        for record in std::iter::once(header).chain(self.cases.iter().map(ReceiptLine::record)) {
            // Records of the same length, written to memory: this can't fail.
            let _ = csv.write_record(record.iter().map(|cell| without_control_codes(cell)));
        }
        csv.into_inner().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// Returns the receipt as text: the facts, then a line for every row.
    #[must_use]
    pub fn to_text(&self) -> String {
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
        let who = match (self.username.as_str(), self.os_user.as_str()) {
            ("", _) => "–".to_owned(),
            (username, "") => username.to_owned(),
            (username, os_user) => format!("{username} (user {os_user} of this machine)"),
        };
        let mut lines = vec![format!("Receipt for import {} “{}”", self.import, self.name), String::new()];
        let facts = [
            ("File", known(&self.file)),
            ("SHA-256", known(&self.sha256)),
            ("Account", self.account.clone()),
            ("Sent by", who),
            ("Started", known(&self.started_at)),
            ("Ended", known(&self.ended_at)),
            ("Status", self.status.to_string()),
            ("Rows", self.counts.sum()),
        ];
        let doubled = match self.doubled.as_slice() {
            [] => None,
            rows => {
                let numbers = join_few(rows.iter().map(|several| several.row), MAX_DOUBLED);
                let rows = plural(rows.len() as u64, "row");
                Some(("Doubled", format!("{rows} with more than one case in Trackops: {numbers}")))
            }
        };
        let edits = self.edits.describe().map(|edits| ("Changes", edits));
        lines.extend(
            facts.into_iter().chain(doubled).chain(edits).map(|(what, fact)| format!("{what:<9}{fact}")),
        );
        if let Some(seen) = &self.verified {
            lines.push(format!(
                "Read back {}: {}",
                utc(seen.at),
                seen.summary_with(self.doubled.len() as u64)
            ));
            lines.extend(self.findings.iter().map(|finding| format!("  {}", finding.describe())));
        }
        lines.extend(describe_if_several(&self.deeds));
        lines.push(String::new());
        lines.push("   row   line  outcome    case id     case number           reference".to_owned());
        lines.extend(self.cases.iter().map(ReceiptLine::to_text));
        let rest = self.counts.rows.saturating_sub(self.cases.len() as u64);
        if rest > 0 {
            lines.push(format!("{} not sent", plural(rest, "more row")));
        }
        lines.join("\n") + "\n"
    }
}

impl ReceiptLine {
    fn record(&self) -> [String; 9] {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            self.row.to_string(),
            self.line.to_string(),
            text(&self.reference),
            self.outcome.word().to_owned(),
            text(&self.case_id),
            text(&self.case_number),
            text(&self.sent_at),
            text(&self.reason),
            self.tries.to_string(),
        ]
    }

    fn to_text(&self) -> String {
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
        let tries = if self.tries > 1 { format!("  try {}", self.tries) } else { String::new() };
        let reason = self.reason.as_ref().map(|reason| format!("  {reason}")).unwrap_or_default();
        format!(
            "{:>6} {:>6}  {:<9}  {:<10}  {:<20}  {}{tries}{reason}",
            self.row,
            self.line,
            self.outcome.label(),
            known(&self.case_id),
            known(&self.case_number),
            known(&self.reference),
        )
    }
}
