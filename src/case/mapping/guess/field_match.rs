//! Whether a column fits a custom field: by what both hold, by their words, and by the cells.

use super::cells::CellStats;
use super::header::HeaderReading;
use super::known::Suggestion;
use super::thing::Thing;
use super::vocabulary::HeaderOwner;
use crate::case::mapping::field::Target;
use crate::case::mapping::recipe::CustomField;
use crate::case::values::kind::ValuePart;
use crate::case::values::words::similarity;

/// Factor if the cells contradict an idea.
const AGAINST: f64 = 0.5;
/// Minimum similarity of names.
const ALIKE: f64 = 0.45;

/// Returns how a field holds a thing: whole (`Some(None)`) or in a part; `None` if it doesn't.
#[expect(clippy::option_option, reason = "none, whole, or in a part")]
pub(super) fn holds(field: &CustomField, label: &HeaderReading, thing: Thing) -> Option<Option<ValuePart>> {
    let part = thing.part();
    match (label.thing, part) {
        (Some(of), _) if of == thing => Some(None),
        (Some(Thing::Phone), _) if thing == Thing::Mobile => Some(None),
        (Some(Thing::Name), Some(part)) if field.kind.parts().contains(&part) => Some(Some(part)),
        (Some(Thing::Address | Thing::Place), Some(part)) if field.kind.parts().contains(&part) => {
            Some(Some(part))
        }
        (Some(Thing::Place), None) if thing == Thing::Address => Some(None),
        _ => None,
    }
}

/// Returns true if two headers have the same words, in any order.
pub(super) fn same_words(one: &HeaderReading, other: &HeaderReading) -> bool {
    let all =
        |one: &HeaderReading, other: &HeaderReading| one.words.iter().all(|word| other.words.contains(word));
    all(one, other) && all(other, one)
}

/// Returns an idea for a field and a header with words in common, if one of them isn't in the vocabulary.
pub(super) fn sounds_alike(
    field: &CustomField,
    label: &HeaderReading,
    read: &HeaderReading,
    header: &str,
    stats: &CellStats,
) -> Option<Suggestion> {
    if header.is_empty() || (read.thing.is_some() && label.thing.is_some() && read.rest.is_empty()) {
        return None;
    }
    let score = similarity(&label.words, &read.words);
    // The supervisor of an adjuster isn't just any supervisor.
    let all_said = label.whose.iter().all(|word| read.whose.contains(word));
    let is_anothers = [read.owner, label.owner].contains(&Some(HeaderOwner::Other)) && !all_said;
    let may_be_anothers = read.strangers(&label.words) > 0;
    if score < ALIKE || is_anothers || may_be_anothers || read.thing == Some(Thing::Nothing) {
        return None;
    }
    let why = format!("the header is similar to the field's name, “{}”", field.label);
    let suggestion = Suggestion::new(Target::Custom(field.key.into(), None), 0.42 + 0.4 * score, why);
    Some(penalize(suggestion, Thing::of_kind(field.kind).and_then(|thing| stats.misfit(thing))))
}

/// Reduces the confidence of an idea that the cells contradict.
pub(super) fn penalize(mut suggestion: Suggestion, misfit: Option<&'static str>) -> Suggestion {
    if let Some(what) = misfit {
        suggestion.confidence *= AGAINST;
        suggestion.why = format!("{}, but its values aren't {what}", suggestion.why);
    }
    suggestion
}
