//! Kinds of faults.

use strum::{EnumMessage, IntoStaticStr, VariantArray};

/// Kind of a fault. The help shows its name and the comment on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumMessage, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum FaultKind {
    /// Case created, connection closed without an answer.
    Lost,
    /// Connection reset, nothing created.
    Reset,
    /// Connection reset before the body was read, nothing created.
    ResetEarly,
    /// Case created, answer never sent.
    Hang,
    /// Case created, answer delayed by 3 s.
    Slow,
    /// Case created, answer body sent one byte every 50 ms.
    Drip,
    /// Connection closed without an answer, case created later.
    LostLate,
    /// Answer never sent, case created later.
    HangLate,
    /// Case created twice, as if a proxy repeated the request, answered once.
    Twice,
    /// Case created, answer cut off halfway.
    Cut,
    /// Case created, answer cut off halfway through its head.
    CutHead,
    /// Case created, answer that never ends.
    Big,
    /// Case created and answered, then the idle connection closed without notice.
    CloseIdle,
    /// Case created, answer 200 {} without an id.
    NoId,
    /// Case created, answer 200 without a body.
    #[strum(serialize = "200-empty")]
    Status200Empty,
    /// Case created, answer 200 with an HTML page.
    #[strum(serialize = "200-html")]
    Status200Html,
    /// Case created, answer 200 with the id of the first case.
    SameId,
    /// Case created, answer 200 with an error and the id 7.
    ErrorWithId,
    /// Case created, answer 200 with the id of a user.
    UserId,
    /// Case created, answer 200 with the id "null".
    NullId,
    /// Case created; from here on, each answer on this connection is for the previous request.
    Shifted,
    /// From here on, each answer on this connection is for the previous request, case created later.
    ShiftedLate,
    /// Redirect to another address of this server, nothing created.
    #[strum(serialize = "302")]
    Status302,
    /// The same redirect although the case was created.
    #[strum(serialize = "302-created")]
    Status302Created,
    /// Redirect to the created case.
    #[strum(serialize = "303-created")]
    Status303Created,
    /// Permanent redirect to another address of this server, nothing created.
    #[strum(serialize = "308")]
    Status308,
    /// 400 with an HTML page, nothing created.
    #[strum(serialize = "400-html")]
    Status400Html,
    /// 400 with an HTML page although the case was created.
    #[strum(serialize = "400-html-created")]
    Status400HtmlCreated,
    /// Token refused, nothing created.
    #[strum(serialize = "401")]
    Status401,
    /// Token refused although the case was created.
    #[strum(serialize = "401-created")]
    Status401Created,
    /// Access refused, nothing created.
    #[strum(serialize = "403")]
    Status403,
    /// Access refused although the case was created.
    #[strum(serialize = "403-created")]
    Status403Created,
    /// A firewall's HTML page, nothing created.
    #[strum(serialize = "403-html")]
    Firewall,
    /// Access refused, answer cut off halfway, nothing created.
    #[strum(serialize = "403-cut")]
    Status403Cut,
    /// Not found, nothing created.
    #[strum(serialize = "404")]
    Status404,
    /// Not found although the case was created.
    #[strum(serialize = "404-created")]
    Status404Created,
    /// Method not allowed, nothing created.
    #[strum(serialize = "405")]
    Status405,
    /// Method not allowed although the case was created.
    #[strum(serialize = "405-created")]
    Status405Created,
    /// Request timed out, nothing created.
    #[strum(serialize = "408")]
    Status408,
    /// “already exists”, nothing created.
    #[strum(serialize = "409")]
    Status409,
    /// “already exists” although the case was just created.
    #[strum(serialize = "409-created")]
    Status409Created,
    /// Request too large, nothing created.
    #[strum(serialize = "413")]
    Status413,
    /// Validation error, nothing created.
    #[strum(serialize = "422")]
    Status422,
    /// Validation error although the case was created.
    #[strum(serialize = "422-created")]
    Status422Created,
    /// Too many requests, with Retry-After: 1, nothing created.
    #[strum(serialize = "429")]
    Status429,
    /// Too many requests although the case was created.
    #[strum(serialize = "429-created")]
    Status429Created,
    /// Too many requests, with a date 1 s ahead in Retry-After, nothing created.
    #[strum(serialize = "429-date")]
    Status429Date,
    /// Too many requests, with Retry-After: 0, nothing created.
    #[strum(serialize = "429-now")]
    Status429Now,
    /// Too many requests, with Retry-After: 3600, nothing created.
    #[strum(serialize = "429-long")]
    Status429Long,
    /// Server error, nothing created.
    #[strum(serialize = "500")]
    Status500,
    /// Server error although the case was created.
    #[strum(serialize = "500-created")]
    Status500Created,
    /// A gateway's HTML error page, nothing created.
    #[strum(serialize = "502")]
    Status502,
    /// HTML error page, nothing created.
    #[strum(serialize = "503")]
    Status503,
    /// Busy, with Retry-After: 1, nothing created.
    #[strum(serialize = "503-wait")]
    Status503Wait,
    /// Busy although the case was created.
    #[strum(serialize = "503-wait-created")]
    Status503WaitCreated,
    /// A gateway's HTML timeout page although the case was created.
    #[strum(serialize = "504-created")]
    Status504Created,
    /// A gateway's HTML timeout page, case created later.
    #[strum(serialize = "504-late")]
    Status504Late,
}

impl FaultKind {
    /// Returns its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Describes what it does to a request.
    pub(super) fn describe(self) -> String {
        self.get_documentation().unwrap_or_default().trim_end().replace('\n', " ")
    }

    /// For a kind that creates the case in spite of its answer, returns the kind with the same answer that doesn't.
    pub(super) fn as_if(self) -> Option<Self> {
        Some(match self {
            Self::Status302Created => Self::Status302,
            Self::Status400HtmlCreated => Self::Status400Html,
            Self::Status401Created => Self::Status401,
            Self::Status403Created => Self::Status403,
            Self::Status404Created => Self::Status404,
            Self::Status405Created => Self::Status405,
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
