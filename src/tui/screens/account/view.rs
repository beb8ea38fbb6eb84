//! ```text
//!  caseload  Account
//!
//!    Connect to Trackops
//!
//!  ▸ Address or subdomain  acme
//!    User name             kim
//!    API token             ••••••••
//!    Remember              [x] save the token in a file only you can read
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use tui_input::Input;

use crate::app::TokenFrom;
use crate::text::visible;
use crate::tui::core::model::Model;
use crate::tui::core::msg::AccountField;
use crate::tui::screens::account::token_from;
use crate::tui::widgets::table::marker;
use crate::tui::widgets::text::{below, cut, field, fit, paragraph, put, row};

const LABEL: u16 = 24;

pub(crate) fn draw(model: &Model, frame: &mut Frame, area: Rect) {
    let form = &model.account;
    let focused = model.overlays.is_empty();
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let known = form.name.as_deref().filter(|name| model.accounts.named(name).is_some());
    let title = known
        .map_or_else(|| "Connect to Trackops".to_owned(), |name| format!("Connect to {}", visible(name)));
    put(frame, area, 1, Span::styled(format!("  {title}"), model.theme.strong));
    let from = token_from(model).filter(|_| form.token.count() == 0);
    let dots = Input::new("•".repeat(form.token.count()));
    let lines = [
        (AccountField::Url, "Address or subdomain", Some(&form.url)),
        (AccountField::Username, "User name", Some(&form.username)),
        (AccountField::Token, "API token", Some(&dots)),
        (AccountField::Remember, "Remember", None),
    ];
    let fields = below(area, 3);
    for (index, (which, label, input)) in (0..).zip(lines) {
        let focus = form.focus == which;
        let style = if focus { model.theme.strong } else { ratatui::style::Style::new() };
        put(frame, fields, index, Span::styled(format!("{} {}", marker(focus), fit(label, 21)), style));
        let line = row(fields, index);
        let value = Rect { x: line.x + LABEL, width: line.width.saturating_sub(LABEL), ..line };
        if let Some(input) = input {
            field(frame, value, input, focus && focused, model.theme.head);
            if let (AccountField::Token, Some(from)) = (which, from) {
                let text = cut(&format!("{}; type to replace", from.describe()), usize::from(value.width));
                put(frame, value, 0, Span::styled(text, model.theme.faint));
            }
        } else {
            let mark = if form.remember { "[x]" } else { "[ ]" };
            let style = if focus { model.theme.selected } else { style };
            put(
                frame,
                value,
                0,
                Span::styled(format!("{mark} save the token in a file only you can read"), style),
            );
        }
    }
    let hint = match form.focus {
        AccountField::Url => "For example, acme for https://acme.viewcases.com, or the full address.",
        AccountField::Username => "The user the token belongs to: an active employee with full access.",
        AccountField::Token if from.is_some() => {
            "A token you type replaces it, for this session only unless you save it."
        }
        AccountField::Token => {
            "A Chief Operator creates it in Trackops: Settings → API Tokens. It's never shown or logged."
        }
        AccountField::Remember => match from {
            Some(TokenFrom::Command | TokenFrom::File | TokenFrom::Keyring) => {
                "Press Enter to connect. The token stays where it's stored."
            }
            Some(TokenFrom::Environment) => {
                "Press Space to change. If it's off, set CASELOAD_TOKEN at every start."
            }
            Some(TokenFrom::Run) | None => {
                "Press Space to change. If it's off, you enter the token at every start."
            }
        },
    };
    let used = paragraph(frame, fields, 6, hint, model.theme.faint);
    if model.accounts.all.is_empty() {
        let text = "Ctrl-C quits. To practice without an account, start: caseload --sandbox";
        paragraph(frame, fields, 7 + used, text, model.theme.faint);
    }
}
