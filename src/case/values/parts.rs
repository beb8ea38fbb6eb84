//! Values made of parts.

use super::kind::Part;

/// A value made of parts, each of which a column may fill on its own.
pub(in crate::case) trait Parts: Default + PartialEq {
    /// The slot of a part; none when the part belongs to another kind.
    fn slot(&mut self, part: Part) -> Option<&mut String>;
}
