//! Texts shared by a workbook's cells, in one piece of memory: there can be millions.

use crate::sheet::SheetFault;

/// Maximum length of all texts, in bytes.
const MAX_BYTES: usize = 1 << 30;

/// Shared texts, by number.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    /// End of each text.
    ends: Vec<usize>,
}

impl Strings {
    pub(super) fn push(&mut self, text: &str) -> Result<(), SheetFault> {
        if self.text.len() + text.len() > MAX_BYTES {
            return Err(SheetFault::TooLarge("its texts take more than 1 GiB".to_owned()));
        }
        self.text.push_str(text);
        self.ends.push(self.text.len());
        Ok(())
    }

    /// Returns the text a cell refers to. Fails if it is missing, because cells could be lost.
    pub(super) fn get(&self, index: u32) -> Result<&str, SheetFault> {
        let find = || {
            let index = usize::try_from(index).ok()?;
            let end = *self.ends.get(index)?;
            let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
            self.text.get(start..end)
        };
        find().ok_or_else(|| {
            let count = self.ends.len();
            SheetFault::Damaged(format!("a cell refers to text {index}, and it has only {count} texts"))
        })
    }
}
