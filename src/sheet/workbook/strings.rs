//! The texts that cells of a workbook share, in one piece of memory: a workbook can have millions.

use super::grid::Trouble;

/// Most text that is held, in bytes.
const LONGEST: usize = 1 << 30;

/// Shared texts, by number.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    /// Where each one ends.
    ends: Vec<usize>,
}

impl Strings {
    pub(super) fn push(&mut self, text: &str) -> Result<(), Trouble> {
        if self.text.len() + text.len() > LONGEST {
            return Err(Trouble::TooLarge("its texts have more than 1 GiB".to_owned()));
        }
        self.text.push_str(text);
        self.ends.push(self.text.len());
        Ok(())
    }

    /// The text a cell names. One that isn't there means that cells could be lost.
    pub(super) fn get(&self, index: u32) -> Result<&str, Trouble> {
        let find = || {
            let index = usize::try_from(index).ok()?;
            let end = *self.ends.get(index)?;
            let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
            self.text.get(start..end)
        };
        find().ok_or_else(|| {
            let there = self.ends.len();
            Trouble::Broken(format!("a cell names text {index}, and it has only {there} texts"))
        })
    }
}
