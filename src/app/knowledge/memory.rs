//! Mappings remembered from the account's earlier imports.

use std::collections::HashMap;

use crate::app::error::AppError;
use crate::app::knowledge::Knowledge;
use crate::case::{
    CaseField, ColumnRule, CustomField, DefaultText, OtherSubject, Recipe, Remembered, SubjectNo, Target,
    alphanumeric, normalize,
};
use crate::ledger::Import;

/// Maximum number of earlier imports to learn from.
const MEMORY: usize = 100;

/// Mappings remembered from earlier imports.
#[derive(Default)]
pub(in crate::app) struct MappingMemory {
    /// Their rules, the newest first.
    pub(in crate::app) rules: Vec<Remembered>,
    /// The custom fields they use.
    pub(in crate::app) fields: Vec<CustomField>,
    /// Further subjects: those of the new recipe, followed by those of earlier ones.
    pub(in crate::app) subjects: Vec<OtherSubject>,
}

impl MappingMemory {
    /// Maps the numbers that an earlier recipe has for its subjects to those they have here.
    fn numbers_of(&mut self, subjects: &[OtherSubject]) -> HashMap<SubjectNo, SubjectNo> {
        let mut numbers = HashMap::new();
        for subject in subjects {
            let same = |known: &&OtherSubject| {
                known.subject_type_id == subject.subject_type_id
                    && normalize(&known.label) == normalize(&subject.label)
            };
            // Two witnesses without a label are still two.
            let is_free = |known: &&OtherSubject| !numbers.values().any(|given| *given == known.key);
            let known = self.subjects.iter().filter(is_free).find(same).map(|known| known.key);
            let free = |number: &SubjectNo| self.subjects.iter().all(|known| known.key != *number);
            // With more subjects than numbers, the rules of the oldest are forgotten.
            let Some(key) = known.or_else(|| SubjectNo::others().find(free)) else { continue };
            if known.is_none() {
                self.subjects.push(OtherSubject { key, ..subject.clone() });
            }
            numbers.insert(subject.key, key);
        }
        numbers
    }
}

/// Replaces the number of a target's subject; `None` if the subject has no number here.
fn renumbered(to: Target, numbers: &HashMap<SubjectNo, SubjectNo>) -> Option<Target> {
    let Some(number) = to.other_subject() else { return Some(to) };
    let number = *numbers.get(&number)?;
    Some(match to {
        Target::SubjectType(_) => Target::SubjectType(number),
        Target::Custom(place, part) => Target::Custom(place.of(number), part),
        Target::Case(_) | Target::Ignore => to,
    })
}

impl Knowledge {
    /// Returns the mappings remembered from the account's earlier imports, for a new file with this recipe.
    pub(in crate::app) fn memory(&self, recipe: &Recipe) -> Result<MappingMemory, AppError> {
        let mut memory = MappingMemory { subjects: recipe.subjects.clone(), ..MappingMemory::default() };
        let Some((account, _)) = self.accounts.in_use() else { return Ok(memory) };
        let client = client_of(recipe);
        let forgotten = self.ledger.forgotten_headers(&account)?;
        for import in self.remembered_imports(&account)? {
            // Skip a recipe that can no longer be read.
            let Ok(recipe) = Recipe::from_toml(&import.recipe) else { continue };
            let numbers = memory.numbers_of(&recipe.subjects);
            let same_client = client.is_some() && client_of(&recipe) == client;
            let is_forgotten = |rule: &ColumnRule| {
                forgotten.get(&alphanumeric(&rule.from)).is_some_and(|upto| import.id <= *upto)
            };
            let rules = recipe.columns.into_iter();
            // A column that nobody decided on isn't remembered.
            let is_decided = |rule: &ColumnRule| rule.to != Target::Ignore || rule.by_hand;
            let rules =
                rules.filter(|rule| !rule.from.starts_with('#') && is_decided(rule) && !is_forgotten(rule));
            let rules =
                rules.filter_map(|rule| Some(ColumnRule { to: renumbered(rule.to, &numbers)?, ..rule }));
            memory.rules.extend(rules.map(|rule| Remembered { rule, import: import.id, same_client }));
            memory.fields.extend(recipe.fields);
        }
        Ok(memory)
    }

    /// Returns the account's newest started imports, the newest first.
    pub(in crate::app) fn remembered_imports(&self, account: &str) -> Result<Vec<Import>, AppError> {
        let mut imports = self.ledger.imports()?;
        imports.retain(|import| import.account == account && import.started_at.is_some());
        imports.truncate(MEMORY);
        Ok(imports)
    }

    /// Forgets the remembered mapping for a header. Returns true if there was one.
    pub fn forget_header(&self, header: &str) -> Result<bool, AppError> {
        let Some((account, _)) = self.accounts.in_use() else { return Ok(false) };
        let memory = self.memory(&Recipe::new(""))?;
        let known =
            memory.rules.iter().any(|remembered| alphanumeric(&remembered.rule.from) == alphanumeric(header));
        if known {
            self.ledger.forget_header(&account, &alphanumeric(header))?;
        }
        Ok(known)
    }
}

fn client_of(recipe: &Recipe) -> Option<u64> {
    match recipe.defaults.get(&Target::Case(CaseField::Client)) {
        Some(DefaultText::Whole(id)) => Some(*id),
        _ => None,
    }
}
