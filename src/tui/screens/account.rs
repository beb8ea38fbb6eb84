//! ```text
//!  caseload  Account
//!
//!    Connect to Trackops
//!
//!  ▸ Address or subdomain  acme
//!    User name             kim
//!    API token             ••••••••
//!    Remember              [x] keep the token in a file only you can read
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::tui::model::Model;
use crate::tui::state::account::AccountField;
use crate::tui::widgets::table::marker;
use crate::tui::widgets::text::{below, field, fit, paragraph, put, row};

const LABEL: u16 = 24;

pub(super) fn draw(model: &Model, frame: &mut Frame, area: Rect) {
    let form = &model.account;
    let focused = model.overlays.is_empty();
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    put(frame, area, 1, Span::styled("  Connect to Trackops", model.theme.strong));
    let lines = [
        (AccountField::Url, "Address or subdomain", Some(&form.url)),
        (AccountField::Username, "User name", Some(&form.username)),
        (AccountField::Token, "API token", Some(&form.token)),
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
            let secret = which == AccountField::Token;
            field(frame, value, input, focus && focused, secret, model.theme.head);
        } else {
            let mark = if form.remember { "[x]" } else { "[ ]" };
            let style = if focus { model.theme.selected } else { style };
            put(
                frame,
                value,
                0,
                Span::styled(format!("{mark} keep the token in a file only you can read"), style),
            );
        }
    }
    let hint = match form.focus {
        AccountField::Url => "such as acme for https://acme.viewcases.com, or the whole address",
        AccountField::Username => "the user the token belongs to: an active employee with full access",
        AccountField::Token => {
            "from Trackops: your user's settings, API. It is never shown, logged or written elsewhere"
        }
        AccountField::Remember => "Space changes it; without it the token is asked for at every start",
    };
    paragraph(frame, fields, 6, hint, model.theme.faint);
}
