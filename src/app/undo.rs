//! How an import is taken back: the API deletes nothing (KNOWN: it has no way to), people can, in Trackops' case list.

use super::receipt::{Receipt, ReceiptLine};
use crate::text::plural;

impl Receipt {
    /// A page for whoever deletes the cases of the import in Trackops: how they are found, and each of them.
    #[must_use]
    pub fn to_undo(&self) -> String {
        let is_case = |line: &&ReceiptLine| line.outcome == "created";
        let created: Vec<&ReceiptLine> = self.cases.iter().filter(is_case).collect();
        let title = format!("To take back import {} “{}”", self.import, self.name);
        if created.is_empty() {
            return format!("{title}\n\nIt created no case in Trackops; there is nothing to take back.\n");
        }
        let times = || created.iter().filter_map(|line| line.sent_at.as_deref());
        let cases = plural(created.len() as u64, "case");
        let mut lines = vec![
            title,
            String::new(),
            format!(
                "Only people can delete these {cases} at {}, in Trackops itself: its API cannot.",
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
                "Tick them, see that no other case is among them, and delete them in bulk.",
                "Trackops can restore what is deleted, until a Chief Operator purges it.",
                "",
                "caseload still counts these rows as created: the same file imported again leaves them out,",
                "until they are sent anyway (y in Review, --send-anyway in a script).",
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
        let unknown = self.cases.iter().filter(|line| line.outcome == "unknown").count();
        if unknown > 0 {
            let rows = plural(unknown as u64, "row");
            lines.push(format!("\n{rows} more may have a case: settle them first (resume)."));
        }
        for several in &self.doubled {
            lines.push(format!("Row {} has several cases: {}", several.row, several.cases.join(", ")));
        }
        lines.join("\n") + "\n"
    }

    fn by(&self) -> &str {
        if self.username.is_empty() { "the token's user" } else { &self.username }
    }
}
