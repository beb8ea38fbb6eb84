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
    /// 302 with a `Location` on the same server.
    Status302,
    /// 308 with a `Location` on the same server.
    Status308,
    /// 401, as after a revoked token.
    Status401,
    /// 403 from the API itself.
    Status403,
    /// 403 with a firewall's HTML page.
    Firewall,
    /// 404 from the API itself.
    Status404,
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
    /// 429 with `Retry-After: 1`.
    Status429,
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
    /// 504 with a gateway's HTML page although the request was handled.
    Status504Created,
}

impl FaultKind {
    /// Every kind with its name and what it does.
    pub const ALL: [(Self, &'static str, &'static str); 33] = [
        (Self::Lost, "lost", "case created, connection closed without an answer"),
        (Self::Reset, "reset", "connection reset, nothing created"),
        (Self::ResetEarly, "reset-early", "connection reset before the body was read, nothing created"),
        (Self::Hang, "hang", "case created, answer never sent"),
        (Self::Slow, "slow", "case created, answer held back 3 s"),
        (Self::Drip, "drip", "case created, a byte of the answer's body every 50 ms"),
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
        (Self::Status302, "302", "redirect to another address of this server, nothing created"),
        (Self::Status308, "308", "lasting redirect to another address of this server, nothing created"),
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
    ];

    /// The name it is asked for by.
    pub(super) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, name, _)| name)
    }

    /// Whether it is about the body of a POST or the case it creates, so that no GET can meet it.
    pub(super) fn is_for_posts(self) -> bool {
        matches!(
            self,
            Self::ResetEarly
                | Self::NoId
                | Self::Status409
                | Self::Status409Created
                | Self::Status413
                | Self::Status422
                | Self::Status500Created
                | Self::Status504Created
        )
    }
}
