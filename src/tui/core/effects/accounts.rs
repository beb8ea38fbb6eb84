//! Testing and switching accounts.

use crate::app::{AccountDetails, App, AppError};
use crate::trackops::{AccountError, Fault};
use crate::tui::core::effects::runner::EffectRunner;
use crate::tui::core::msg::{AccountField, Credentials, InUse, Lasting, Sentence, Who};

/// Returns the account in use.
pub(crate) fn who(app: &App) -> Option<Who> {
    let (name, account) = app.accounts().in_use()?;
    Some(Who { name, host: account.url.host(), url: account.url.to_string(), username: account.username })
}

fn in_use(app: &App) -> Result<InUse, AppError> {
    let who = who(app).ok_or(AppError::NoAccount)?;
    Ok(InUse { who, catalog: app.knowledge().catalog(), accounts: app.accounts().known() })
}

/// Switches to another account.
pub(crate) fn using(app: &App, name: &str, lasting: Lasting) -> Result<InUse, AppError> {
    match lasting {
        Lasting::Run => app.switch_account(name)?,
        Lasting::Always => app.use_account(name)?,
    }
    in_use(app)
}

impl EffectRunner {
    pub(crate) async fn connect(
        &self,
        credentials: Credentials,
    ) -> Result<Box<InUse>, (Sentence, Option<AccountField>)> {
        let Credentials { name, url, username, token, remember } = credentials;
        let form = AccountDetails { name, url, username, token, remember };
        let connected = self.app.connect(form).await.and_then(|_| in_use(&self.app).map(Box::new));
        connected.map_err(|error| (error.to_string(), to_correct(&error)))
    }
}

/// Returns the form field to correct after an error.
fn to_correct(error: &AppError) -> Option<AccountField> {
    match error {
        AppError::Account(AccountError::Url { .. } | AccountError::UrlWithToken)
        | AppError::Fault(
            Fault::NoConnection { .. }
            | Fault::Tls { .. }
            | Fault::NotFound
            | Fault::Redirect(_)
            | Fault::InvalidAnswer(_),
        ) => Some(AccountField::Url),
        AppError::NoUsername | AppError::Fault(Fault::Forbidden) => Some(AccountField::Username),
        AppError::Fault(Fault::Unauthorized)
        | AppError::NoToken(_)
        | AppError::TokenOfAnother { .. }
        | AppError::Account(
            AccountError::TokenCommand(_)
            | AccountError::TokenFile { .. }
            | AccountError::TokenFileOpen { .. }
            | AccountError::ConfigOpen { .. },
        ) => Some(AccountField::Token),
        _ => None,
    }
}
