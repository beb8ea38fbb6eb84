//! Whether an import can be resumed.

use crate::ledger::{Import, Status};
use crate::tui::core::model::Model;

/// Checks whether an import has rows left to send; fails with the reason.
pub(crate) fn can_resume(import: &Import, model: &Model) -> Result<(), String> {
    if model.runs(import.id) {
        return Err(format!("Import {} is running.", import.id));
    }
    match import.status {
        Status::Paused | Status::Interrupted | Status::Error => Ok(()),
        Status::Complete if import.counts.unknown + import.corrected + import.in_doubt > 0 => Ok(()),
        Status::Complete if import.counts.rejected > 0 => Err(format!(
            "No rejected row of import {} is corrected yet. Press Enter to see them, then e to edit.",
            import.id
        )),
        Status::Complete => {
            Err(format!("Import {} is complete. Press d to duplicate it for another file.", import.id))
        }
        Status::Processing => Err(format!("Import {} is running in another window.", import.id)),
        Status::Ready if import.counts.created > 0 => Err(format!(
            "Import {} is still open for changes. Press Enter to open it, then s to send the rest.",
            import.id
        )),
        Status::Draft | Status::Ready => {
            Err(format!("Import {} was never started. Press Enter to open it.", import.id))
        }
    }
}
