//! What can go wrong on purpose.

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Handled, then the connection closes without an answer.
    Lost,
    /// The connection is reset after the whole request was read.
    Reset,
    /// The connection is reset after the head of the request.
    ResetEarly,
    /// Handled, the answer never comes.
    Hang,
    /// Handled, the answer is held back.
    Slow,
    /// Handled, the body of the answer comes byte by byte.
    Drip,
    /// Handled a while after the connection closed without an answer.
    LostLate,
    /// Handled a while after it arrived, and never answered.
    HangLate,
    /// Handled twice, answered once.
    Twice,
    /// Handled, half the body is sent, then the connection closes.
    Cut,
    /// Handled, half the head is sent, then the connection closes.
    CutHead,
    /// Handled, the body of the answer never ends.
    Big,
    /// Handled and answered, then the connection closes although nothing announced it.
    CloseIdle,
    /// Handled; if that made a case, the answer is 200 with `{}`.
    NoId,
    /// Handled; if that went well, the answer is 200 without a body.
    Status200Empty,
    /// Handled; if that went well, the answer is 200 with an HTML page.
    Status200Html,
    /// Handled; if that went well, the answer is 200 with only the id of the account's first case.
    SameId,
    /// Handled; if that went well, the answer is 200 with an error and an id.
    ErrorWithId,
    /// Handled; if that went well, the answer is 200 with the id of a user.
    UserId,
    /// Handled; if that went well, the answer is 200 with the text "null" as the id.
    NullId,
    /// Handled; from here on, each answer on this connection is that of the request before.
    Shifted,
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
    /// 422 with a validation error, whatever the request holds.
    Status422,
    /// 422 although the request was handled.
    Status422Created,
    /// 429 with `Retry-After: 1`.
    Status429,
    /// 429 with `Retry-After: 1` although the request was handled.
    Status429Created,
    /// 429 with a `Retry-After` that is a date.
    Status429Date,
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
    /// 504 with a gateway's HTML page, and the request is handled a while after that.
    Status504Late,
}

impl FaultKind {
    /// Every kind with its name and what it does.
    pub const ALL: [(Self, &'static str, &'static str); 52] = [
        (Self::Lost, "lost", "case created, connection closed without an answer"),
        (Self::Reset, "reset", "connection reset, nothing created"),
        (Self::ResetEarly, "reset-early", "connection reset before the body was read, nothing created"),
        (Self::Hang, "hang", "case created, answer never sent"),
        (Self::Slow, "slow", "case created, answer held back 3 s"),
        (Self::Drip, "drip", "case created, a byte of the answer's body every 50 ms"),
        (Self::LostLate, "lost-late", "connection closed without an answer, case created after that"),
        (Self::HangLate, "hang-late", "answer never sent, case created late"),
        (Self::Twice, "twice", "case created twice, as when a proxy repeats the request, answered once"),
        (Self::Cut, "cut", "case created, answer broken off in the middle"),
        (Self::CutHead, "cut-head", "case created, answer broken off in the middle of its head"),
        (Self::Big, "big", "case created, answer without an end"),
        (
            Self::CloseIdle,
            "close-idle",
            "case created and answered, then the idle connection closed unannounced",
        ),
        (Self::NoId, "no-id", "case created, answer 200 {} without an id"),
        (Self::Status200Empty, "200-empty", "case created, answer 200 without a body"),
        (Self::Status200Html, "200-html", "case created, answer 200 with an HTML page"),
        (Self::SameId, "same-id", "case created, answer 200 with the id of the first case"),
        (Self::ErrorWithId, "error-with-id", "case created, answer 200 with an error and the id 7"),
        (Self::UserId, "user-id", "case created, answer 200 with the id of a user"),
        (Self::NullId, "null-id", "case created, answer 200 with the id \"null\""),
        (
            Self::Shifted,
            "shifted",
            "case created; from here on this connection answers with what the request before asked for",
        ),
        (Self::Status302, "302", "redirect to another address of this server, nothing created"),
        (Self::Status302Created, "302-created", "the same redirect although the case was created"),
        (Self::Status303Created, "303-created", "redirect to the case that was created"),
        (Self::Status308, "308", "lasting redirect to another address of this server, nothing created"),
        (Self::Status400Html, "400-html", "an HTML page with 400, nothing created"),
        (
            Self::Status400HtmlCreated,
            "400-html-created",
            "an HTML page with 400 although the case was created",
        ),
        (Self::Status401Created, "401-created", "token refused although the case was created"),
        (Self::Status403Created, "403-created", "access refused although the case was created"),
        (Self::Status404Created, "404-created", "not found although the case was created"),
        (Self::Status422Created, "422-created", "validation error although the case was created"),
        (Self::Status429Created, "429-created", "too many requests although the case was created"),
        (Self::Status503WaitCreated, "503-wait-created", "busy although the case was created"),
        (Self::Status401, "401", "token refused, nothing created"),
        (Self::Status403, "403", "access refused, nothing created"),
        (Self::Firewall, "403-html", "a firewall's HTML page, nothing created"),
        (Self::Status404, "404", "not found, nothing created"),
        (Self::Status408, "408", "request timed out, nothing created"),
        (Self::Status409, "409", "“already exists”, nothing created"),
        (Self::Status409Created, "409-created", "“already exists” although the case was created just now"),
        (Self::Status413, "413", "request too large, nothing created"),
        (Self::Status422, "422", "validation error, nothing created"),
        (Self::Status429, "429", "too many requests, with Retry-After: 1, nothing created"),
        (
            Self::Status429Date,
            "429-date",
            "too many requests, with a date 1 s on in Retry-After, nothing created",
        ),
        (Self::Status429Long, "429-long", "too many requests, with Retry-After: 3600, nothing created"),
        (Self::Status500, "500", "server error, nothing created"),
        (Self::Status500Created, "500-created", "server error although the case was created"),
        (Self::Status502, "502", "a gateway's HTML error page, nothing created"),
        (Self::Status503, "503", "HTML error page, nothing created"),
        (Self::Status503Wait, "503-wait", "busy, with Retry-After: 1, nothing created"),
        (Self::Status504Created, "504-created", "a gateway's HTML time-out although the case was created"),
        (Self::Status504Late, "504-late", "a gateway's HTML time-out, case created after that"),
    ];

    /// The name it is asked for by.
    pub(super) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, name, _)| name)
    }

    /// The kind that answers the same and creates nothing, for one that creates the case all the same.
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

    /// Whether the case is created only a while after the request was answered, or would have been.
    pub(super) fn is_late(self) -> bool {
        matches!(self, Self::LostLate | Self::HangLate | Self::Status504Late)
    }

    /// Whether it is about the body of a POST or the case it creates, so that no GET can meet it.
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
