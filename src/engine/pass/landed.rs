//! What comes back of a row that left, and what that makes of it.

use bytes::Bytes;

use tokio::time::Instant;

use super::{Decided, LOST_IN_A_ROW, Pass};
use crate::engine::alike::MANY;
use crate::engine::evidence::Owner;
use crate::engine::job::Job;
use crate::engine::log;
use crate::engine::not_sent::in_trackops;
use crate::engine::prepare::{Prepared, Ready, Verdict};
use crate::engine::runner::Stop;
use crate::ledger::{Exception, OnError, Outcome};
use crate::trackops::{Answer, Client, Fault, FieldMessage, Found, Learned, Lookup};

/// Milliseconds: an answer comes no later than this after its request left.
const SENT_BEFORE: i64 = 65_000;

/// What comes back of a row that left.
pub(super) enum Landed {
    /// The answer to its case.
    Answered(Answer),
    /// It was not sent: these cases in Trackops may be its own.
    There(Vec<Found>),
    /// The answer leaves its case open, and it can be looked up.
    Open(Answer, Box<Sending>),
    /// Its answer left its case open, and it was looked up: these cases may be its own.
    LookedUp(Answer, Vec<Found>),
    /// It was turned away before, and is not sent again: these cases may be its own.
    Earlier(Vec<Found>),
}

/// A row on its way.
pub(super) struct Sending {
    client: Client,
    body: Bytes,
    /// What asks for its reference first, where that is wanted.
    before: Option<Lookup>,
    /// What finds the case of an earlier try that was turned away.
    earlier: Option<Lookup>,
    /// What finds its own case.
    own: Lookup,
    learned: Learned,
}

impl Sending {
    /// Number of requests it takes when all goes well.
    pub(super) fn requests(&self) -> usize {
        1 + usize::from(self.before.is_some()) + usize::from(self.earlier.is_some())
    }

    /// Sends the case, after the look-ups that are to find nothing. An answer without a usable id comes from a server
    /// that is done with the request, so that the case can be looked up at once.
    pub(super) async fn send(self) -> Landed {
        if let Some(lookup) = &self.earlier {
            match self.client.find_cases(lookup, self.learned).await {
                Ok(found) if found.is_empty() => {}
                Ok(found) => return Landed::Earlier(found),
                Err(fault) => return Landed::Answered(Answer::NotSent(fault)),
            }
        }
        if let Some(lookup) = &self.before {
            match self.client.find_cases(lookup, self.learned).await {
                Ok(found) if found.is_empty() => {}
                Ok(found) => return Landed::There(found),
                Err(fault) => return Landed::Answered(Answer::NotSent(fault)),
            }
        }
        let answer = self.client.create_case(self.body.clone(), &self.own).await;
        let is_named = self.own.reference.is_some() || self.own.token.is_some();
        if is_named && calls_for_look_up(&answer) {
            Landed::Open(answer, Box::new(self))
        } else {
            Landed::Answered(answer)
        }
    }

    /// Looks for the row's own case. A look-up that fails finds nothing, and leaves the answer as it is.
    async fn look_up(self, answer: Answer) -> Landed {
        let found = self.client.find_cases(&self.own, self.learned).await;
        Landed::LookedUp(answer, found.unwrap_or_default())
    }
}

/// Whether the case is looked up at once: a server may create a case and answer without its id, or refuse it all the
/// same. A 409 is looked up by settling.
fn calls_for_look_up(answer: &Answer) -> bool {
    match answer {
        Answer::Unknown { status, .. } => matches!(status, Some(200..=299)),
        Answer::Rejected { status, .. } => *status != 409,
        Answer::Created { .. } | Answer::NotSent(_) => false,
    }
}

impl Pass<'_> {
    pub(super) fn sending(&self, row: &Prepared, ready: &Ready) -> Sending {
        let job = &self.runner.job;
        let now = job.client.clock().millis();
        let earlier = self.turned_away.get(&row.row).map(|sent_at| Job::own_lookup(ready, *sent_at));
        Sending {
            client: job.client.clone(),
            body: ready.body.clone(),
            before: job.look_up_first(ready),
            earlier: earlier.filter(|lookup| lookup.reference.is_some() || lookup.token.is_some()),
            own: Job::own_lookup(ready, now),
            learned: self.runner.learned(),
        }
    }

    fn created(&mut self, row: Prepared, case_id: String, case_number: Option<String>) {
        self.went_through();
        self.release();
        self.given.insert(case_id.clone());
        self.decide(row, Outcome::Created { case_id, case_number }, true);
    }

    /// A row's answer leaves its case open: it is looked up. With Halt on Error nothing starts meanwhile.
    pub(super) fn look_up(&mut self, row: Prepared, answer: Answer, sending: Sending) {
        self.looking_up += 1;
        self.runner.pace.started(Instant::now());
        self.flying.spawn(async move { (row, sending.look_up(answer).await) });
    }

    /// An answer names a case that another row has: the row's own is looked up.
    pub(super) fn taken(&mut self, row: Prepared, id: &str) {
        self.runner.job.client.drop_connections();
        let Verdict::Send(ready, _) = &row.verdict else { return };
        let sending = self.sending(&row, ready);
        let why = format!("answered with case {id}, which another row has");
        self.look_up(row, Answer::Unknown { status: Some(200), why }, sending);
    }

    /// A row whose answer leaves its case open was looked up.
    pub(super) fn looked_up(&mut self, row: Prepared, answer: Answer, found: Vec<Found>) {
        let sent_at = self.turned_away.get(&row.row).copied();
        let mut own = Vec::new();
        for case in found {
            match self.runner.owner(&case, sent_at) {
                Ok(Owner::Row) => {}
                Ok(_) if self.given.contains(&case.id) => {}
                Ok(Owner::Nobody) => own.push(case),
                Ok(Owner::Unclear) => own.push(Found { certain: false, ..case }),
                Err(error) => return self.halt(Stop::Fault(error.to_string())),
            }
        }
        let is_there = !own.is_empty();
        match (own.pop(), log::without_secrets(&self.runner.job, &row, answer)) {
            // What the request met there, or its own: settling tells.
            (_, Answer::Rejected { status, messages }) if is_there => {
                self.in_conflict(row, status, &messages);
            }
            (_, Answer::Rejected { status, messages }) => self.turned_down(row, status, &messages),
            (Some(case), _) if case.certain && own.is_empty() => self.created(row, case.id, case.number),
            (_, Answer::Unknown { status, why }) => self.lost(row, status, &why),
            _ => self.lost(row, None, log::ANOTHER_ROWS),
        }
    }

    /// Trackops refused a row whose case may be there.
    fn in_conflict(&mut self, row: Prepared, status: u16, messages: &[FieldMessage]) {
        self.went_through();
        let exception = log::in_conflict(&self.runner.job.plan, &row, status, messages);
        self.in_doubt(&row, &exception.message);
        self.decide(row, Outcome::Unknown(exception), true);
    }

    /// Trackops refused a row.
    fn turned_down(&mut self, row: Prepared, status: u16, messages: &[FieldMessage]) {
        self.went_through();
        let exception = log::rejected_by_trackops(&self.runner.job.plan, &row, status, messages);
        self.refused(row, exception);
    }

    /// A look-up before sending found the row's case, or one that may be it.
    pub(super) fn there(&mut self, row: Prepared, found: &[Found]) {
        self.went_through();
        let Verdict::Send(ready, _) = &row.verdict else { return };
        let problem = in_trackops(&self.runner.job.plan, (row.row, row.line), ready, found);
        let (code, reason) = (problem.code, problem.message);
        self.decide(row, Outcome::Excluded { code, reason }, true);
    }

    pub(super) fn rejected(&mut self, row: Prepared, exception: Exception, intended: bool) {
        if self.runner.job.options.on_error == OnError::Halt {
            let note = format!(
                "Halted at row {} (line {}): {}. No row was started after that was known.",
                row.row, row.line, exception.message
            );
            self.halt(Stop::Halted(note));
        }
        self.decide(row, Outcome::Rejected(exception), intended);
    }

    pub(super) async fn answered(&mut self, row: Prepared, answer: Answer) {
        match log::without_secrets(&self.runner.job, &row, answer) {
            Answer::Created { id, .. } if self.given.contains(&id) => self.taken(row, &id),
            Answer::Created { id, number } => self.created(row, id, number),
            Answer::Rejected { status: 409, messages } => self.in_conflict(row, 409, &messages),
            Answer::Rejected { status, messages } => self.turned_down(row, status, &messages),
            Answer::Unknown { status, why } => self.lost(row, status, &why),
            Answer::NotSent(fault) => self.fault(row, &fault).await,
        }
    }

    /// Trackops refused a row. So long as it refuses every row alike, whose fault that is stays open.
    pub(super) fn refused(&mut self, row: Prepared, exception: Exception) {
        if self.alike.tripped_by(&exception) {
            return self.decide(row, Outcome::TurnedAway, true);
        }
        for (row, exception) in self.alike.refused(row, exception) {
            self.rejected(row, exception, true);
        }
        let Some((reason, rows)) = self.alike.trip() else { return };
        self.halt(Stop::Fault(format!(
            "The first {MANY} rows were all refused for the same reason: {reason}. Most likely it is in the case \
             defaults or in the field map, so the rows count as not sent: duplicate the import and correct it there. \
             To go on all the same, resume."
        )));
        for row in rows {
            self.decide(row, Outcome::TurnedAway, true);
        }
    }

    /// Rows that are held back were refused each for its own reason.
    pub(super) fn release(&mut self) {
        for (row, exception) in self.alike.release() {
            self.rejected(row, exception, true);
        }
    }

    pub(super) fn went_through(&mut self) {
        self.lost_in_a_row = 0;
        self.runner.pace.good();
    }

    pub(super) fn lost(&mut self, row: Prepared, status: Option<u16>, why: &str) {
        self.lost_in_a_row += 1;
        let place = format!("row {} (line {})", row.row, row.line);
        if status.is_some_and(|status| (300..400).contains(&status)) {
            self.halt(Stop::Fault(format!("{why}. Resume looks up what became of {place}.")));
        } else if self.lost_in_a_row >= LOST_IN_A_ROW && status.is_some_and(|status| status < 300) {
            // A server that never names its cases is no broken way: what it made is looked up, and it goes on.
            self.runner.in_doubt.push(row.row);
            self.halt(Stop::InDoubt(format!("{place}: sent, but {why}")));
        } else if self.lost_in_a_row >= LOST_IN_A_ROW {
            self.halt(Stop::Fault(format!(
                "The answers to {LOST_IN_A_ROW} rows in a row were lost, the last to {place}: {why}. Resume looks up \
                 what became of them."
            )));
        } else {
            self.in_doubt(&row, &format!("sent, but {why}"));
        }
        let exception = log::lost(&self.runner.job.plan, &row, status, why);
        self.decide(row, Outcome::Unknown(exception), true);
    }

    /// With Halt on Error nothing starts behind a row of which nobody knows what became of it.
    pub(super) fn in_doubt(&mut self, row: &Prepared, why: &str) {
        if self.runner.job.options.on_error == OnError::Halt {
            let place = format!("row {} (line {})", row.row, row.line);
            self.runner.in_doubt.push(row.row);
            self.halt(Stop::InDoubt(format!("{place}: {why}")));
        }
    }

    /// Not the row's fault: it goes back, and the run waits or pauses.
    pub(super) async fn fault(&mut self, row: Prepared, fault: &Fault) {
        // A row in doubt is looked up first, and then this one has its turn again.
        let waits = matches!(self.stop, None | Some(Stop::InDoubt(_))) && self.runner.may_wait(fault).await;
        let again = waits && self.stop.is_none();
        if !waits {
            self.halt(Stop::Fault(format!("{fault}. Then resume.")));
        }
        let outcome = if fault.is_an_answer() {
            let now = self.runner.job.client.clock().millis();
            self.turned_away.entry(row.row).or_insert(now - SENT_BEFORE);
            Outcome::TurnedAway
        } else {
            Outcome::NotSent
        };
        self.post(Decided { row, outcome, intended: true, again });
    }
}
