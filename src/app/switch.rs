//! Switches between accounts, with everything that is known about them.

use crate::app::App;
use crate::app::accounts::connect::{AccountDetails, SavedAccount};
use crate::app::error::AppError;
use crate::ledger::Import;
use crate::trackops::Account;

impl App {
    /// Tests the account of the form, saves it in the config file, and switches to it.
    pub async fn connect(&self, form: AccountDetails) -> Result<Account, AppError> {
        let SavedAccount { name, account, typed } = self.inner.accounts.save_tested(form).await?;
        self.inner.knowledge.switch_to(name.clone(), account.clone())?;
        if let Some(token) = typed {
            self.inner.accounts.remember_token(&name, token);
        }
        Ok(account)
    }

    /// Switches to another account, and makes it the default for the next start.
    pub fn use_account(&self, name: &str) -> Result<(), AppError> {
        // Before the config file changes: the account's catalog may be unreadable.
        self.inner.knowledge.stored_catalog(name)?;
        self.inner.accounts.make_default(name)?;
        self.switch_account(name)
    }

    /// Switches to another account for this session.
    pub fn switch_account(&self, name: &str) -> Result<(), AppError> {
        let account = self.inner.accounts.named(name)?;
        self.inner.knowledge.switch_to(name.to_owned(), account)
    }

    /// Switches to the account of an import for this session.
    pub fn switch_to_owner(&self, import: &Import) -> Result<(), AppError> {
        let is_other = self.inner.accounts.in_use().is_none_or(|(name, _)| name != import.account);
        if is_other && self.inner.accounts.has(&import.account) {
            return self.switch_account(&import.account);
        }
        Ok(())
    }
}
