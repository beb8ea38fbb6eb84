//! Values made of parts.

use super::kind::ValuePart;

/// A value made of parts that can be mapped separately.
pub(in crate::case) trait PartedValue: Default + PartialEq {
    /// Returns the slot of a part; `None` if the part belongs to another kind.
    fn slot(&mut self, part: ValuePart) -> Option<&mut String>;
}
