//! Whether an import can be resumed.

use crate::ledger::{Import, Status};
use crate::tui::core::model::Model;

/// Whether an import has rows left that can be sent.
pub(crate) fn can_resume(import: &Import, model: &Model) -> Result<(), String> {
    if model.boards.get(&import.id).is_some_and(|board| board.running) {
        return Err(format!("import {} is running", import.id));
    }
    match import.status {
        Status::Paused | Status::Interrupted | Status::Error => Ok(()),
        Status::Complete if import.counts.unknown + import.corrected > 0 => Ok(()),
        Status::Complete if import.counts.rejected > 0 => Err(format!(
            "no row of import {} is corrected yet: Enter shows the rejected ones, e edits one",
            import.id
        )),
        Status::Complete => Err(format!("import {} is complete; d duplicates it for a new file", import.id)),
        Status::Processing => Err(format!("import {} is running in another caseload", import.id)),
        Status::Ready if import.counts.created > 0 => Err(format!(
            "import {} is open to changes still: Enter opens it, and s sends the rest",
            import.id
        )),
        Status::Draft | Status::Ready => {
            Err(format!("import {} was never started; Enter opens it", import.id))
        }
    }
}
