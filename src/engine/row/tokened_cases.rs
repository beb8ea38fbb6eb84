//! Recent cases with the row tokens of another ledger, to compare rows without references with.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Ready;
use crate::case::CaseField;
use crate::trackops::{CaseRequest, ComparedValue, Comparison, FoundCase, compare_values, shown_tokens};

/// Cases with row tokens that no import of this ledger gave them.
pub(in crate::engine) struct TokenedCases {
    /// The part of its row tokens that each import of this ledger has for itself.
    seeds: HashSet<String>,
    records: Vec<Value>,
    /// Positions of the records by each word of their subjects.
    by_word: HashMap<String, Vec<usize>>,
}

impl TokenedCases {
    pub(in crate::engine) fn new(seeds: HashSet<String>) -> Self {
        Self { seeds, records: Vec::new(), by_word: HashMap::new() }
    }

    /// Adds a listed case, if it has a row token of another ledger.
    pub(in crate::engine) fn add(&mut self, record: Value) {
        let is_ours = |token: &str| self.seeds.iter().any(|seed| token.contains(seed.as_str()));
        let is_others = shown_tokens(&record).next().is_some() && !shown_tokens(&record).any(is_ours);
        if !is_others {
            return;
        }
        for word in subject_words(&record) {
            self.by_word.entry(word).or_default().push(self.records.len());
        }
        self.records.push(record);
    }

    /// Returns the cases with the values of a row, unless the user sends it anyway.
    pub(super) fn like(&self, ready: &Ready) -> Vec<FoundCase> {
        if ready.anyway || self.records.is_empty() {
            return Vec::new();
        }
        let sent: Value = serde_json::from_slice(&ready.request.body).unwrap_or_default();
        let words = sent.get("casefile").map(subject_words).unwrap_or_default();
        // The rarest word leaves the fewest to compare.
        let by_word = words.iter().filter_map(|word| self.by_word.get(word)).min_by_key(|cases| cases.len());
        let cases = by_word.into_iter().flatten().filter_map(|at| self.records.get(*at));
        cases.filter(|record| has_values_of(&ready.request, record)).map(FoundCase::listed).collect()
    }
}

/// Returns the words of everything a case shows of its subjects, in lower case.
fn subject_words(case: &Value) -> HashSet<String> {
    let (mut words, mut open) = (HashSet::new(), vec![case.get("subjects")]);
    while let Some(value) = open.pop() {
        match value {
            Some(Value::Array(values)) => open.extend(values.iter().map(Some)),
            Some(Value::Object(values)) => open.extend(values.values().map(Some)),
            Some(Value::String(text)) => {
                let found = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
                words.extend(found.map(str::to_lowercase));
            }
            _ => {}
        }
    }
    words
}

/// Values that another import of the same row may have sent differently.
const MAY_DIFFER: [CaseField; 3] = [CaseField::AdminNotes, CaseField::CreatedOn, CaseField::DueOn];

/// Returns true if a case has the values of a request, as far as it shows them: subjects, and notes or for want of them
/// the due date. A date may be relative to the day of the import.
fn has_values_of(request: &CaseRequest, record: &Value) -> bool {
    let lines = compare_values(request, record);
    let compared = |field: CaseField| lines.iter().find(|line| line.key == field.key()).map(|line| line.same);
    let subjects = || lines.iter().filter(|line| line.key.starts_with("subject.")).map(|line| line.same);
    let differs = |line: &ComparedValue| line.same == Comparison::Differs;
    !lines.iter().any(|line| differs(line) && !MAY_DIFFER.iter().any(|field| field.key() == line.key))
        && subjects().any(|same| same == Comparison::Same)
        && match compared(CaseField::Notes) {
            Some(Comparison::Same) => true,
            Some(Comparison::Differs) => false,
            _ => compared(CaseField::DueOn) != Some(Comparison::Differs),
        }
}
