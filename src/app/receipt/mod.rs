//! The receipt: what became of every row of an import, for whoever has to prove it.

mod html;

use serde::Serialize;

pub use html::ReceiptPage;

use super::out::safe;
use super::{App, AppError, ReadBack};
use crate::ledger::{
    Counts, Done, Doubled, Finding, ImportId, ReceiptRow, RowState, Status, Verification, told_if_several,
};
use crate::text::{hex, plural, utc};

/// The receipt of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The import.
    pub import: ImportId,
    /// What people call it.
    pub name: String,
    /// Where it stands.
    pub status: Status,
    /// Outcomes; they add up to the rows of the file.
    #[serde(flatten)]
    pub counts: Counts,
    /// The file, absolute.
    pub file: Option<String>,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: Option<String>,
    /// The account it went to.
    pub account: String,
    /// The user name in Trackops of who sent it.
    pub username: String,
    /// The user of the machine who sent it.
    pub os_user: String,
    /// Actions on the import, in order.
    pub deeds: Vec<Done>,
    /// What the administrative notes of its cases begin with; none when they carry no row token.
    pub token: Option<String>,
    /// When it was started first, UTC.
    pub started_at: Option<String>,
    /// When it ended last, UTC.
    pub ended_at: Option<String>,
    /// Every row that had its turn, in order; the others are not sent.
    pub cases: Vec<ReceiptLine>,
    /// The rows that have more than one case in Trackops.
    pub doubled: Vec<Doubled>,
    /// What reading the cases back has shown last; none when they were not read back.
    pub verified: Option<Verification>,
    /// Values that are stored otherwise than they were sent, and cases that are gone.
    pub findings: Vec<Finding>,
}

/// A row of the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiptLine {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// `created`, `rejected`, `excluded`, `unknown` or `not_sent`.
    pub outcome: &'static str,
    /// `reference_value_1`.
    pub reference: Option<String>,
    /// The case's id.
    pub case_id: Option<String>,
    /// The case number, when Trackops told it.
    pub case_number: Option<String>,
    /// When it was sent, UTC by the server's clock.
    pub sent_at: Option<String>,
    /// Number of tries: more than 1 for a rejected row that was corrected and sent again.
    pub tries: u64,
    /// Why it is no case, or by whose word it is one.
    pub reason: Option<String>,
}

impl App {
    /// The receipt of an import.
    pub fn receipt(&self, id: ImportId) -> Result<Receipt, AppError> {
        let (import, doubled) = (self.import(id)?, self.doubled(id)?);
        let ReadBack { verified, findings } = self.read_back(id)?;
        let carries_token = self.recipe(id).is_ok_and(|recipe| recipe.row_token);
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
            deeds: self.deeds(id)?,
            token,
            started_at: import.started_at.map(utc),
            ended_at: import.ended_at.map(utc),
            cases: self.lines(id, &doubled)?,
            doubled,
            verified,
            findings,
        })
    }
}

impl App {
    /// The lines of a receipt; one that has several cases says so as its reason.
    fn lines(&self, id: ImportId, doubled: &[Doubled]) -> Result<Vec<ReceiptLine>, AppError> {
        let mut lines: Vec<ReceiptLine> =
            self.inner.ledger.receipt(id)?.into_iter().map(ReceiptLine::from).collect();
        for earlier in self.tries(id)? {
            if let Ok(at) = lines.binary_search_by_key(&earlier.exception.row, |line| line.row)
                && let Some(line) = lines.get_mut(at)
            {
                line.tries = line.tries.max(earlier.number + 1);
            }
        }
        for several in doubled {
            if let Some(line) = lines.iter_mut().find(|line| line.row == several.row) {
                line.reason = Some(format!("doubled: {}", several.cases.join(", ")));
            }
        }
        Ok(lines)
    }
}

impl From<ReceiptRow> for ReceiptLine {
    fn from(row: ReceiptRow) -> Self {
        let outcome = match row.state {
            RowState::Created => "created",
            RowState::Rejected => "rejected",
            RowState::Excluded => "excluded",
            // A row in flight.
            RowState::Sending | RowState::Unknown => "unknown",
            RowState::NotSent => "not_sent",
        };
        Self {
            row: row.row,
            line: row.line,
            outcome,
            reference: row.reference,
            case_id: row.case_id,
            case_number: row.case_number,
            sent_at: row.sent_at.map(|millis| utc(millis.div_euclid(1000))),
            tries: 1,
            reason: row.reason,
        }
    }
}

const COLUMNS: [&str; 9] =
    ["row", "line", "reference", "outcome", "case id", "case number", "sent at (UTC)", "reason", "tries"];

impl Receipt {
    /// The rows as CSV, safe to open in a spreadsheet program.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut csv = csv::Writer::from_writer(Vec::new());
        let header = COLUMNS.map(str::to_owned);
        for record in std::iter::once(header).chain(self.cases.iter().map(ReceiptLine::record)) {
            // Into memory, all of the same length: nothing can go wrong.
            let _ = csv.write_record(record.iter().map(|cell| safe(cell)));
        }
        csv.into_inner().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// The receipt as a page: the facts, then a line for every row.
    #[must_use]
    pub fn to_text(&self) -> String {
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
        let who = match (self.username.as_str(), self.os_user.as_str()) {
            ("", _) => "–".to_owned(),
            (username, "") => username.to_owned(),
            (username, os_user) => format!("{username} (user {os_user} of this machine)"),
        };
        let mut lines = vec![format!("Receipt of import {} “{}”", self.import, self.name), String::new()];
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
        lines.extend(facts.map(|(what, fact)| format!("{what:<9}{fact}")));
        if let Some(seen) = &self.verified {
            lines.push(format!("Read back {}: {}", utc(seen.at), seen.summary()));
            lines.extend(self.findings.iter().map(|finding| format!("  {}", finding.told())));
        }
        lines.extend(told_if_several(&self.deeds));
        lines.push(String::new());
        lines.push("   row   line  outcome    case id     case number           reference".to_owned());
        lines.extend(self.cases.iter().map(ReceiptLine::to_text));
        let rest = self.counts.rows.saturating_sub(self.cases.len() as u64);
        if rest > 0 {
            lines.push(format!("{} more had no turn yet: not sent", plural(rest, "row")));
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
            self.outcome.to_owned(),
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
            self.outcome.replace('_', " "),
            known(&self.case_id),
            known(&self.case_number),
            known(&self.reference),
        )
    }
}
