//! Kinds of faults.

use strum::VariantArray;

/// Kind of a fault. “Handled” means that the server processed the request, and created the case if it was a POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum FaultKind {
    /// Handled, then the connection closes without an answer.
    Lost,
    /// The connection is reset after the whole request was read.
    Reset,
    /// The connection is reset after the head of the request.
    ResetEarly,
    /// Handled, but the answer never comes.
    Hang,
    /// Handled, but the answer is delayed.
    Slow,
    /// Handled, but the body of the answer comes byte by byte.
    Drip,
    /// Handled some time after the connection closed without an answer.
    LostLate,
    /// Handled some time after it arrived, and never answered.
    HangLate,
    /// Handled twice, answered once.
    Twice,
    /// Handled, but only half of the body is sent before the connection closes.
    Cut,
    /// Handled, but only half of the head is sent before the connection closes.
    CutHead,
    /// Handled, but the body of the answer never ends.
    Big,
    /// Handled and answered, then the connection closes without notice.
    CloseIdle,
    /// Handled; on success, the answer is 200 with `{}`.
    NoId,
    /// Handled; on success, the answer is 200 without a body.
    Status200Empty,
    /// Handled; on success, the answer is 200 with an HTML page.
    Status200Html,
    /// Handled; on success, the answer is 200 with only the id of the account's first case.
    SameId,
    /// Handled; on success, the answer is 200 with an error and an id.
    ErrorWithId,
    /// Handled; on success, the answer is 200 with the id of a user.
    UserId,
    /// Handled; on success, the answer is 200 with the text "null" as the id.
    NullId,
    /// Handled; from here on, each answer on this connection belongs to the previous request.
    Shifted,
    /// The same, and the request is handled some time later.
    ShiftedLate,
    /// 302 with a `Location` on the same server.
    Status302,
    /// 302 with the same `Location` although the request was handled.
    Status302Created,
    /// 303 with the case in its `Location`.
    Status303Created,
    /// 308 with a `Location` on the same server.
    Status308,
    /// 400 with an HTML page.
    Status400Html,
    /// 400 with an HTML page although the request was handled.
    Status400HtmlCreated,
    /// 401, as after a revoked token.
    Status401,
    /// 401 although the request was handled.
    Status401Created,
    /// 403 from the API itself.
    Status403,
    /// 403 although the request was handled.
    Status403Created,
    /// 403 with a firewall's HTML page.
    Firewall,
    /// 403, but only half of the body is sent before the connection closes.
    Status403Cut,
    /// 404 from the API itself.
    Status404,
    /// 404 although the request was handled.
    Status404Created,
    /// 408, and the connection closes.
    Status408,
    /// 409; nothing was created.
    Status409,
    /// 409 although this request created the case.
    Status409Created,
    /// 413, whatever the size of the request.
    Status413,
    /// 422 with a validation error, whatever the request contains.
    Status422,
    /// 422 although the request was handled.
    Status422Created,
    /// 429 with `Retry-After: 1`.
    Status429,
    /// 429 with `Retry-After: 1` although the request was handled.
    Status429Created,
    /// 429 with a `Retry-After` that is a date.
    Status429Date,
    /// 429 with `Retry-After: 0`.
    Status429Now,
    /// 429 with a `Retry-After` of an hour.
    Status429Long,
    /// 500 from the API itself.
    Status500,
    /// 500 although the request was handled.
    Status500Created,
    /// 502 with a gateway's HTML page.
    Status502,
    /// 503 with a load balancer's HTML page.
    Status503,
    /// 503 from the API itself, with `Retry-After: 1`.
    Status503Wait,
    /// 503 with `Retry-After: 1` although the request was handled.
    Status503WaitCreated,
    /// 504 with a gateway's HTML page although the request was handled.
    Status504Created,
    /// 504 with a gateway's HTML page; the request is handled some time later.
    Status504Late,
}

impl FaultKind {
    /// Returns name and description.
    const fn spec(self) -> (&'static str, &'static str) {
        match self {
            Self::Lost => ("lost", "case created, connection closed without an answer"),
            Self::Reset => ("reset", "connection reset, nothing created"),
            Self::ResetEarly => ("reset-early", "connection reset before the body was read, nothing created"),
            Self::Hang => ("hang", "case created, answer never sent"),
            Self::Slow => ("slow", "case created, answer delayed by 3 s"),
            Self::Drip => ("drip", "case created, answer body sent one byte every 50 ms"),
            Self::LostLate => ("lost-late", "connection closed without an answer, case created later"),
            Self::HangLate => ("hang-late", "answer never sent, case created later"),
            Self::Twice => ("twice", "case created twice, as if a proxy repeated the request, answered once"),
            Self::Cut => ("cut", "case created, answer cut off halfway"),
            Self::CutHead => ("cut-head", "case created, answer cut off halfway through its head"),
            Self::Big => ("big", "case created, answer that never ends"),
            Self::CloseIdle => {
                ("close-idle", "case created and answered, then the idle connection closed without notice")
            }
            Self::NoId => ("no-id", "case created, answer 200 {} without an id"),
            Self::Status200Empty => ("200-empty", "case created, answer 200 without a body"),
            Self::Status200Html => ("200-html", "case created, answer 200 with an HTML page"),
            Self::SameId => ("same-id", "case created, answer 200 with the id of the first case"),
            Self::ErrorWithId => ("error-with-id", "case created, answer 200 with an error and the id 7"),
            Self::UserId => ("user-id", "case created, answer 200 with the id of a user"),
            Self::NullId => ("null-id", "case created, answer 200 with the id \"null\""),
            Self::Shifted => (
                "shifted",
                "case created; from here on, each answer on this connection is for the previous request",
            ),
            Self::ShiftedLate => (
                "shifted-late",
                "from here on, each answer on this connection is for the previous request, case created later",
            ),
            Self::Status302 => ("302", "redirect to another address of this server, nothing created"),
            Self::Status302Created => ("302-created", "the same redirect although the case was created"),
            Self::Status303Created => ("303-created", "redirect to the created case"),
            Self::Status308 => {
                ("308", "permanent redirect to another address of this server, nothing created")
            }
            Self::Status400Html => ("400-html", "400 with an HTML page, nothing created"),
            Self::Status400HtmlCreated => {
                ("400-html-created", "400 with an HTML page although the case was created")
            }
            Self::Status401 => ("401", "token refused, nothing created"),
            Self::Status401Created => ("401-created", "token refused although the case was created"),
            Self::Status403 => ("403", "access refused, nothing created"),
            Self::Status403Created => ("403-created", "access refused although the case was created"),
            Self::Firewall => ("403-html", "a firewall's HTML page, nothing created"),
            Self::Status403Cut => ("403-cut", "access refused, answer cut off halfway, nothing created"),
            Self::Status404 => ("404", "not found, nothing created"),
            Self::Status404Created => ("404-created", "not found although the case was created"),
            Self::Status408 => ("408", "request timed out, nothing created"),
            Self::Status409 => ("409", "“already exists”, nothing created"),
            Self::Status409Created => ("409-created", "“already exists” although the case was just created"),
            Self::Status413 => ("413", "request too large, nothing created"),
            Self::Status422 => ("422", "validation error, nothing created"),
            Self::Status422Created => ("422-created", "validation error although the case was created"),
            Self::Status429 => ("429", "too many requests, with Retry-After: 1, nothing created"),
            Self::Status429Created => ("429-created", "too many requests although the case was created"),
            Self::Status429Date => {
                ("429-date", "too many requests, with a date 1 s ahead in Retry-After, nothing created")
            }
            Self::Status429Now => ("429-now", "too many requests, with Retry-After: 0, nothing created"),
            Self::Status429Long => ("429-long", "too many requests, with Retry-After: 3600, nothing created"),
            Self::Status500 => ("500", "server error, nothing created"),
            Self::Status500Created => ("500-created", "server error although the case was created"),
            Self::Status502 => ("502", "a gateway's HTML error page, nothing created"),
            Self::Status503 => ("503", "HTML error page, nothing created"),
            Self::Status503Wait => ("503-wait", "busy, with Retry-After: 1, nothing created"),
            Self::Status503WaitCreated => ("503-wait-created", "busy although the case was created"),
            Self::Status504Created => {
                ("504-created", "a gateway's HTML timeout page although the case was created")
            }
            Self::Status504Late => ("504-late", "a gateway's HTML timeout page, case created later"),
        }
    }

    /// Returns its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.spec().0
    }

    /// Describes what it does to a request.
    pub(super) fn describe(self) -> &'static str {
        self.spec().1
    }

    /// For a kind that creates the case in spite of its answer, returns the kind with the same answer that doesn't.
    pub(super) fn as_if(self) -> Option<Self> {
        Some(match self {
            Self::Status302Created => Self::Status302,
            Self::Status400HtmlCreated => Self::Status400Html,
            Self::Status401Created => Self::Status401,
            Self::Status403Created => Self::Status403,
            Self::Status404Created => Self::Status404,
            Self::Status409Created => Self::Status409,
            Self::Status422Created => Self::Status422,
            Self::Status429Created => Self::Status429,
            Self::Status503WaitCreated => Self::Status503Wait,
            _ => return None,
        })
    }

    /// Returns true if the case is created only some time after the request was or would have been answered.
    pub(super) fn is_late(self) -> bool {
        matches!(self, Self::LostLate | Self::HangLate | Self::Status504Late | Self::ShiftedLate)
    }

    /// Returns true if it is about the body of a POST or the case it creates, and so can't apply to a GET.
    pub(super) fn is_for_posts(self) -> bool {
        self.as_if().is_some()
            || self.is_late()
            || matches!(
                self,
                Self::ResetEarly
                    | Self::NoId
                    | Self::SameId
                    | Self::ErrorWithId
                    | Self::UserId
                    | Self::NullId
                    | Self::Twice
                    | Self::Status303Created
                    | Self::Status409
                    | Self::Status413
                    | Self::Status422
                    | Self::Status500Created
                    | Self::Status504Created
            )
    }
}
