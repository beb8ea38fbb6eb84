//! Instructions to undo an import. The API can't delete cases (KNOWN); people can, in Trackops' case list.

use crate::app::exports::receipt::{Receipt, ReceiptLine};
use crate::ledger::OutcomeKind;
use crate::text::plural;

impl Receipt {
    /// Returns instructions for deleting the import's cases in Trackops: how to find them, and a list of them.
    #[must_use]
    pub fn to_undo(&self) -> String {
        let is_case = |line: &&ReceiptLine| line.outcome == OutcomeKind::Created;
        let created: Vec<&ReceiptLine> = self.cases.iter().filter(is_case).collect();
        let title = format!("How to undo import {} “{}”", self.import, self.name);
        if created.is_empty() {
            return format!("{title}\n\nIt created no case in Trackops, so there is nothing to undo.\n");
        }
        let times = || created.iter().filter_map(|line| line.sent_at.as_deref());
        let cases = plural(created.len() as u64, "case");
        let mut lines = vec![
            title,
            String::new(),
            format!(
                "The API can't delete cases. Delete these {cases} in Trackops itself, at {}.",
                self.account
            ),
            "In Trackops' case list, find them by one of these:".to_owned(),
        ];
        if let (Some(first), Some(last)) = (times().min(), times().max()) {
            lines.push(format!("  - created between {first} and {last} (UTC), by {}", self.by()));
        }
        if let Some(token) = &self.token {
            lines.push(format!("  - administrative notes that contain {token}"));
        }
        lines.push("  - the case numbers below".to_owned());
        lines.extend(
            [
                "Select them, check that no other case is selected, and delete them in bulk.",
                "Trackops can restore deleted cases until a Chief Operator purges them.",
                "",
                "caseload still counts these rows as created. If you import the same file again, it skips them",
                "unless you send them anyway (y in Review, --send-anyway in a script).",
                "",
                "case number           case id     reference             row",
            ]
            .map(str::to_owned),
        );
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
        lines.extend(created.iter().map(|line| {
            let (number, id, reference) =
                (known(&line.case_number), known(&line.case_id), known(&line.reference));
            format!("{number:<20}  {id:<10}  {reference:<20}  {}", line.row)
        }));
        let unknown = self.cases.iter().filter(|line| line.outcome == OutcomeKind::Unknown).count();
        if unknown > 0 {
            let rows = plural(unknown as u64, "unknown row");
            lines.push(format!("\n{rows} may have a case too. Resume the import first to find out."));
        }
        for several in &self.doubled {
            lines.push(format!("Row {} has more than one case: {}", several.row, several.cases.join(", ")));
        }
        lines.join("\n") + "\n"
    }

    fn by(&self) -> &str {
        if self.username.is_empty() { "the token's user" } else { &self.username }
    }
}
