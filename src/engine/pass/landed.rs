//! Handles the results of sent rows.

use tokio::time::Instant;

use super::{Decided, LOST_IN_A_ROW, Pass};
use crate::engine::alike::MANY;
use crate::engine::recent::OtherCases;
use crate::engine::row::{
    Landed, Prepared, Ready, Sending, Told, Verdict, in_trackops, interpret, looked_up,
};
use crate::engine::runner::Stop;
use crate::ledger::{Exception, OnError, Outcome};
use crate::trackops::{Answer, Fault, Found};

/// Milliseconds. Longest time between a request and its answer.
const SENT_BEFORE: i64 = 65_000;

impl Pass<'_> {
    pub(super) fn sending(&self, row: &Prepared, ready: &Ready) -> Sending {
        let job = &self.runner.job;
        let turned_away = self.turned_away.get(&row.row).copied();
        let asks = matches!(self.runner.others, OtherCases::AskEach);
        Sending::new(&job.client, ready, asks, turned_away, self.runner.learned())
    }

    fn created(&mut self, row: Prepared, case_id: String, case_number: Option<String>) {
        self.went_through(&row);
        self.release();
        self.given.insert(case_id.clone());
        self.decide(row, Outcome::Created { case_id, case_number }, true);
    }

    /// Looks up a row after an unclear answer. With Halt on Error nothing starts meanwhile.
    pub(super) fn look_up(&mut self, row: Prepared, answer: Answer, sending: Sending) {
        self.looking_up += 1;
        self.runner.pace.started(Instant::now());
        self.flying.spawn(async move { (row, Landed::LookedUp(answer, sending.look_up().await)) });
    }

    /// Looks up a row's own case, because the answer names one that belongs to another row.
    pub(super) fn taken(&mut self, row: Prepared, id: &str) {
        self.runner.job.client.drop_connections();
        let Verdict::Send(ready, _) = &row.verdict else { return };
        let sending = self.sending(&row, ready);
        let why = format!("answered with case {id}, which belongs to another row");
        self.look_up(row, Answer::Unknown { status: Some(200), why }, sending);
    }

    /// Handles the lookup after an unclear answer.
    pub(super) async fn looked_up(&mut self, row: Prepared, answer: Answer, found: Vec<Found>) {
        let sent_at = self.turned_away.get(&row.row).copied();
        let own = match self.runner.own_cases(found, sent_at, &self.given) {
            Ok(own) => own,
            Err(error) => return self.halt(Stop::Fault(error.to_string())),
        };
        let told = interpret(&self.runner.job.plan, self.runner.job.today, &row, answer);
        let told = looked_up(&self.runner.job.plan, &row, told, own);
        self.told(row, told).await;
    }

    /// Handles a refusal of a row whose case may exist.
    fn in_conflict(&mut self, row: Prepared, exception: Exception) {
        self.went_through(&row);
        self.in_doubt(&row, &exception.message);
        self.decide(row, Outcome::Unknown(exception), true);
    }

    /// Handles a refusal.
    fn turned_down(&mut self, row: Prepared, exception: Exception) {
        self.went_through(&row);
        self.refused(row, exception);
    }

    /// Handles a lookup before sending that found the row's case, or one that may be it.
    pub(super) fn there(&mut self, row: Prepared, found: &[Found]) {
        self.went_through(&row);
        let Verdict::Send(ready, _) = &row.verdict else { return };
        let problem = in_trackops(&self.runner.job.plan, (row.row, row.line), ready, found);
        let (code, reason) = (problem.code, problem.message);
        self.decide(row, Outcome::Excluded { code, reason }, true);
    }

    pub(super) fn rejected(&mut self, row: Prepared, exception: Exception, intended: bool) {
        if self.runner.job.options.on_error == OnError::Halt {
            let note = format!(
                "Stopped at row {} (line {}): {}. No further rows were sent.",
                row.row, row.line, exception.message
            );
            self.halt(Stop::Halted(note));
        }
        self.decide(row, Outcome::Rejected(exception), intended);
    }

    pub(super) async fn answered(&mut self, row: Prepared, answer: Answer) {
        let told = interpret(&self.runner.job.plan, self.runner.job.today, &row, answer);
        self.told(row, told).await;
    }

    /// Handles the meaning of an answer and the lookup after it.
    async fn told(&mut self, row: Prepared, told: Told) {
        match told {
            Told::Created { id, .. } if self.given.contains(&id) => self.taken(row, &id),
            Told::Created { id, number } => self.created(row, id, number),
            Told::Refused(exception) => self.turned_down(row, exception),
            Told::Conflict(exception) => self.in_conflict(row, exception),
            Told::Lost { status, why, exception } => self.lost(row, status, &why, exception),
            Told::NotDone(fault) => self.fault(row, &fault).await,
        }
    }

    /// Handles a refusal. While every row is refused for the same reason, it stays open whether the rows are to
    /// blame.
    pub(super) fn refused(&mut self, row: Prepared, exception: Exception) {
        if self.alike.tripped_by(&exception) {
            return self.decide(row, Outcome::TurnedAway, true);
        }
        for (row, exception) in self.alike.refused(row, exception) {
            self.rejected(row, exception, true);
        }
        let Some((reason, rows)) = self.alike.trip() else { return };
        self.halt(Stop::Fault(format!(
            "The first {MANY} rows were all refused for the same reason: {reason}. The cause is probably in the case \
             defaults or the field map, so these rows count as not sent. Duplicate the import and fix it there, or \
             resume to send them anyway."
        )));
        for row in rows {
            self.decide(row, Outcome::TurnedAway, true);
        }
    }

    /// Rejects the rows held back: each was refused for its own reason.
    pub(super) fn release(&mut self) {
        for (row, exception) in self.alike.release() {
            self.rejected(row, exception, true);
        }
    }

    fn went_through(&mut self, row: &Prepared) {
        self.lost_in_a_row = 0;
        self.last_good = self.last_good.max(row.row);
        self.runner.pace.good();
    }

    fn lost(&mut self, row: Prepared, status: Option<u16>, why: &str, exception: Exception) {
        // A row sent before the last clear answer says nothing about the connection now.
        self.lost_in_a_row += u32::from(row.row > self.last_good);
        let place = format!("row {} (line {})", row.row, row.line);
        if status.is_some_and(|status| (300..400).contains(&status)) {
            self.halt(Stop::Fault(format!("{why}. Resume looks up {place}.")));
        } else if self.lost_in_a_row >= LOST_IN_A_ROW && status.is_some_and(|status| status < 300) {
            // A server that never returns ids isn't a broken connection: its cases are looked up, and the run
            // continues.
            self.runner.in_doubt.push(row.row);
            self.halt(Stop::InDoubt(format!("{place}: sent, but {why}")));
        } else if self.lost_in_a_row >= LOST_IN_A_ROW {
            self.halt(Stop::Fault(format!(
                "The answers to {LOST_IN_A_ROW} rows in a row were lost, the last to {place}: {why}. Check the \
                 connection, then resume. Resume looks these rows up first."
            )));
        } else {
            self.in_doubt(&row, &format!("sent, but {why}"));
        }
        self.decide(row, Outcome::Unknown(exception), true);
    }

    /// With Halt on Error, starts nothing after an unknown row.
    pub(super) fn in_doubt(&mut self, row: &Prepared, why: &str) {
        if self.runner.job.options.on_error == OnError::Halt {
            let place = format!("row {} (line {})", row.row, row.line);
            self.runner.in_doubt.push(row.row);
            self.halt(Stop::InDoubt(format!("{place}: {why}")));
        }
    }

    /// Handles a fault that isn't the row's: the row goes back, and the run waits or pauses.
    pub(super) async fn fault(&mut self, row: Prepared, fault: &Fault) {
        // An unknown row is looked up first; then this one is sent again.
        let waits = matches!(self.stop, None | Some(Stop::InDoubt(_))) && self.runner.may_wait(fault).await;
        let again = waits && self.stop.is_none();
        if !waits {
            self.halt(Stop::of(fault));
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
