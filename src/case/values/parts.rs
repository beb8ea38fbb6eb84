//! Values made of parts.

use super::kind::Part;

/// A value made of parts that can be mapped separately.
pub(in crate::case) trait Parts: Default + PartialEq {
    /// Returns the slot of a part; `None` if the part belongs to another kind.
    fn slot(&mut self, part: Part) -> Option<&mut String>;
}
