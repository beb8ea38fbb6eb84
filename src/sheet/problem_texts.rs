//! Texts of what the sheet finds wrong with rows.

/// Implements the texts of an enum from a table: variant, code for scripts, cause in a few words, message, and advice.
macro_rules! problem_texts {
    ($of:ident: $($variant:ident, $code:literal, $cause:literal, $message:literal, $hint:expr;)*) => {
        impl $of {
            /// Code for scripts.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Describes rows or cells with it in a few words.
            #[must_use]
            pub fn cause(self) -> &'static str {
                match self { $(Self::$variant => $cause,)* }
            }

            /// Describes what is wrong.
            #[must_use]
            pub fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)* }
            }

            /// Advice on what to do.
            #[must_use]
            pub fn hint(self) -> &'static str {
                match self { $(Self::$variant => $hint,)* }
            }
        }
    };
}

pub(super) use problem_texts;
