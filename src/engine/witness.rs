//! Whether a look-up that finds nothing proves anything: it must find a case of ours that is certainly there.
//!
//! What Trackops does to a reference, and how it filters by one, is not documented. If it kept them in capitals and
//! looked for the letters as sent, every lost row would seem absent, be sent again, and be two cases.

use std::collections::HashMap;

use super::runner::{Runner, Stop};
use crate::ledger::{CreatedCase, LedgerError, Unsettled};
use crate::trackops::{Fault, Found, Lookup};

/// So many cases of ours are looked through for one whose reference is like the one that is missing.
const LOOKED_THROUGH: u64 = 500;

/// What a reference has that Trackops may keep otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Traits([bool; 7]);

/// Longer texts may be cut.
const LONG: usize = 30;

impl Traits {
    fn of(reference: &str) -> Self {
        Self([
            reference.chars().any(char::is_lowercase),
            reference.chars().any(char::is_uppercase),
            reference.contains(char::is_whitespace),
            reference.contains(|c: char| c.is_ascii_punctuation()),
            !reference.is_ascii(),
            reference.starts_with('0'),
            reference.chars().count() > LONG,
        ])
    }

    /// Whether a reference with these has everything one with the others has.
    fn cover(self, other: Self) -> bool {
        self.0.iter().zip(other.0).all(|(have, want)| *have || !want)
    }
}

/// What a look-up that finds nothing proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// The case is not there.
    Good,
    /// Nothing: a case that is certainly there is not found either.
    None,
    /// That is not known: there is no case of ours with a reference like it.
    NoWitness,
}

/// What look-ups by references with some traits prove.
pub(super) type Proofs = HashMap<Traits, Proof>;

impl Runner {
    /// What a look-up by a row's reference can prove. Asked for before the look-up itself: what is found of the witness
    /// by then would be found of the row as well. `Err`: a look-up could not be made.
    pub(super) async fn proof(&mut self, row: &Unsettled) -> Result<Result<Proof, Stop>, LedgerError> {
        let reference = row.reference.as_ref().filter(|reference| !reference.trim().is_empty());
        let wanted = Traits::of(reference.map_or("", String::as_str));
        if let Some(proof) = self.proofs.get(&wanted) {
            return Ok(Ok(*proof));
        }
        let ours = self.job.ledger.created_cases(self.job.import.id, LOOKED_THROUGH)?;
        let like = |case: &&CreatedCase| match reference {
            Some(_) => !case.reference.is_empty() && Traits::of(&case.reference).cover(wanted),
            None => case.token.is_some(),
        };
        let Some(witness) = ours.iter().find(like).cloned() else { return Ok(Ok(Proof::NoWitness)) };
        // The same question as the row's, in every filter.
        let lookup = Lookup {
            reference: reference.map(|_| witness.reference),
            token: if reference.is_none() { witness.token } else { None },
            client: witness.client,
            sent_at: Some(witness.sent_at),
            zone: self.zone,
        };
        let found = self.ask(&lookup, false).await;
        Ok(found.map(|found| {
            let is_found = found.iter().flatten().any(|case| case.id == witness.case_id);
            let proof = if is_found { Proof::Good } else { Proof::None };
            self.proofs.insert(wanted, proof);
            proof
        }))
    }

    /// Whether a row's case is neither among all that are as new, nor among all with its reference: there is no case of
    /// ours yet that could show how either filter works.
    pub(super) async fn is_found_by_neither(
        &mut self,
        row: &Unsettled,
    ) -> Result<Result<bool, Stop>, LedgerError> {
        let lookup = self.lookup(row);
        let found = match self.ask(&lookup, true).await {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(Ok(false)),
            Err(stop) => return Ok(Err(stop)),
        };
        for case in found {
            if !self.job.ledger.holds_case(&self.job.import.account, &case.id)? {
                return Ok(Ok(false));
            }
        }
        Ok(Ok(true))
    }

    /// What to look for when finding a row's case; nothing is asked of a blank reference, which would match every case.
    pub(super) fn lookup(&self, row: &Unsettled) -> Lookup {
        Lookup {
            reference: row.reference.clone().filter(|reference| !reference.trim().is_empty()),
            token: row.token.clone(),
            client: row.client,
            sent_at: Some(row.sent_at),
            zone: self.zone,
        }
    }

    /// A look-up, at the pace of the run, with both filters or with either by itself. None when there is too much to
    /// look through: that proves nothing, and stops nothing.
    async fn ask(&mut self, lookup: &Lookup, by_either: bool) -> Result<Option<Vec<Found>>, Stop> {
        loop {
            if self.stopped_before_turn().await {
                return Err(Stop::Asked);
            }
            let client = &self.job.client;
            let found =
                if by_either { client.find_by_either(lookup).await } else { client.find_cases(lookup).await };
            match found {
                Ok(found) => {
                    self.pace.good();
                    return Ok(Some(found));
                }
                Err(Fault::TooMany { .. }) => return Ok(None),
                Err(fault) if self.may_wait(&fault).await => {}
                Err(fault) => return Err(stop(&fault)),
            }
        }
    }
}

/// Why a look-up that could not be made stops the run.
pub(super) fn stop(fault: &Fault) -> Stop {
    Stop::Fault(format!("{fault}. Then resume."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_witness_has_everything_that_may_be_changed() {
        let cover = |a: &str, b: &str| Traits::of(a).cover(Traits::of(b));
        assert!(cover("c-0012", "c-7") && cover("Ab 12-é", "b") && cover("C-1", "2"));
        assert!(!cover("C-1", "c-1") && !cover("C-1", "C 1") && !cover("17", "017") && !cover("e", "é"));
    }
}
