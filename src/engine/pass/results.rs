//! Handles the results of sent rows.

use tokio::time::Instant;

use super::{DecidedRow, LOST_IN_A_ROW, Pass};
use crate::engine::job::{LookBack, LookUp};
use crate::engine::refusal_streak::TRIP_AFTER;
use crate::engine::row::OtherCases;
use crate::engine::row::{
    Interpretation, LookUpBefore, Prepared, Ready, SendResult, Sending, Verdict, in_trackops, interpret,
    looked_up, names_another_case,
};
use crate::engine::runner::Stop;
use crate::ledger::{Earlier, Exception, OnError, Outcome};
use crate::text::sentence;
use crate::trackops::{Answer, Fault, FoundCase, is_about_address};

/// Milliseconds. Longest time between a request and its answer.
const SENT_BEFORE: i64 = 65_000;
const MILLISECONDS_PER_DAY: i64 = 24 * 3600 * 1000;

impl Pass<'_> {
    pub(super) fn sending(&self, row: &Prepared, ready: &Ready) -> Sending {
        let job = &self.runner.job;
        let turned_away = self.turned_away.get(&row.row);
        let how = match (&self.runner.others, job.options.look_up) {
            (OtherCases::AskEach, LookUp::Each) => LookUpBefore::Strictly,
            (OtherCases::HideReferences, LookUp::Recent(LookBack::Days(days))) => {
                let age = i64::from(days) * MILLISECONDS_PER_DAY;
                LookUpBefore::AsRecent { since: Some(job.client.clock().millis() - age) }
            }
            (OtherCases::AskEach | OtherCases::HideReferences, _) => LookUpBefore::AsRecent { since: None },
            _ => LookUpBefore::No,
        };
        let sending = Sending::new(&job.client, ready, how, turned_away, self.runner.learned());
        sending.after_comparing(row.of_others.clone()).unless_listed(row.listed.clone())
    }

    fn created(&mut self, row: Prepared, case_id: String, case_number: Option<String>) {
        self.got_answer(&row);
        self.release();
        self.claimed_ids.insert(case_id.clone());
        self.decide(row, Outcome::Created { case_id, case_number }, true);
    }

    /// Looks up a row after an unclear answer. With Halt on Error nothing starts meanwhile.
    pub(super) fn look_up(&mut self, row: Prepared, answer: Answer, sending: Sending) {
        self.looking_up += 1;
        self.runner.pace.started(Instant::now());
        self.requests.spawn(async move { (row, SendResult::LookedUp(answer, sending.look_up().await)) });
    }

    /// Looks up a row's own case, because the answer names one that belongs to another row.
    pub(super) fn belongs_to_another(&mut self, row: Prepared, id: &str) {
        self.runner.job.client.drop_connections();
        let Verdict::Send(ready, _) = &row.verdict else { return };
        let sending = self.sending(&row, ready);
        let why = format!("answered with case {id}, which belongs to another row");
        self.look_up(row, Answer::Unknown { status: Some(200), why }, sending);
    }

    /// Leaves a row to settling: its answer and a lookup name the case of another row.
    pub(super) async fn is_contested(&mut self, row: Prepared) {
        let interpretation = match names_another_case(&self.runner.job.plan, &row) {
            // An answer came, so the connection isn't to blame.
            Interpretation::Lost { why, exception, .. } => {
                Interpretation::Lost { status: Some(200), why, exception }
            }
            other => other,
        };
        self.handle(row, interpretation).await;
    }

    /// Handles the lookup after an unclear answer.
    pub(super) async fn looked_up(&mut self, row: Prepared, answer: Answer, found: Option<Vec<FoundCase>>) {
        if let Some(interpretation) = self.with_lookup(&row, answer, found) {
            self.handle(row, interpretation).await;
        }
    }

    /// Handles a lookup that found cases of an earlier try, so that the row wasn't sent again.
    pub(super) async fn earlier_try(&mut self, row: Prepared, found: Vec<FoundCase>) {
        let why = "not accepted at first, although a lookup finds a case that could be it".to_owned();
        let answer = Answer::Unknown { status: None, why };
        match self.with_lookup(&row, answer, Some(found)) {
            // The connection isn't to blame.
            Some(Interpretation::Lost { exception, .. }) => self.in_conflict(row, exception),
            Some(interpretation) => self.handle(row, interpretation).await,
            None => {}
        }
    }

    /// Interprets an answer and the lookup after it. Halts if the ledger can't be read.
    fn with_lookup(
        &mut self,
        row: &Prepared,
        answer: Answer,
        found: Option<Vec<FoundCase>>,
    ) -> Option<Interpretation> {
        let sent_at = self.turned_away.get(&row.row).map(|earlier| earlier.sent_at);
        let own = found.map(|found| self.runner.own_cases(found, sent_at, &self.claimed_ids));
        match own.transpose() {
            Ok(own) => {
                let interpretation = interpret(&self.runner.job.plan, self.runner.job.today, row, answer);
                Some(looked_up(&self.runner.job.plan, row, interpretation, own))
            }
            Err(error) => {
                self.halt(Stop::Fault(error.to_string()));
                None
            }
        }
    }

    /// Handles a refusal of a row whose case may exist.
    fn in_conflict(&mut self, row: Prepared, exception: Exception) {
        self.got_answer(&row);
        self.halt_if_unknown_halts(&row, &exception.message);
        self.decide(row, Outcome::Unknown(exception), true);
    }

    /// Handles a refusal.
    fn turned_down(&mut self, row: Prepared, exception: Exception) {
        self.got_answer(&row);
        self.refused(row, exception);
    }

    /// Handles a lookup before sending that found the row's case, or one that may be it.
    pub(super) fn already_there(&mut self, row: Prepared, found: &[FoundCase]) {
        self.got_answer(&row);
        let Verdict::Send(ready, _) = &row.verdict else { return };
        let problem = in_trackops(&self.runner.job.plan, (row.row, row.line), ready, found);
        let (code, reason) = (problem.code, problem.message);
        self.decide(row, Outcome::Excluded { code, reason }, true);
    }

    pub(super) fn rejected(&mut self, row: Prepared, exception: Exception, intended: bool) {
        if self.runner.job.options.on_error == OnError::Halt {
            let why = format!("Stopped at row {} (line {}): {}", row.row, row.line, exception.message);
            self.halt(Stop::Halted(format!("{} No further rows were sent.", sentence(why))));
        }
        self.decide(row, Outcome::Rejected(exception), intended);
    }

    /// Handles a row that another import may have sent. It is judged again at the end, unless nothing there will settle
    /// it. With Halt on Error, nothing starts before that.
    pub(super) fn in_doubt(&mut self, row: Prepared, exception: Exception, earlier: Earlier) {
        match self.runner.will_be_settled(&earlier) {
            Ok(true) => {
                self.runner.elsewhere.push(earlier);
                if self.runner.job.options.on_error == OnError::Halt {
                    self.halt(Stop::Elsewhere(String::new()));
                }
            }
            Ok(false) => self.rejected(row, exception, false),
            Err(error) => self.halt(Stop::Fault(error.to_string())),
        }
    }

    pub(super) async fn answered(&mut self, row: Prepared, answer: Answer) {
        let interpretation = interpret(&self.runner.job.plan, self.runner.job.today, &row, answer);
        self.handle(row, interpretation).await;
    }

    /// Handles the meaning of an answer and the lookup after it.
    async fn handle(&mut self, row: Prepared, interpretation: Interpretation) {
        match interpretation {
            Interpretation::Created { id, .. } if self.claimed_ids.contains(&id) => {
                self.belongs_to_another(row, &id);
            }
            Interpretation::Created { id, number } => self.created(row, id, number),
            Interpretation::Refused(exception) => self.turned_down(row, exception),
            Interpretation::Conflict(exception) => self.in_conflict(row, exception),
            Interpretation::Lost { status, why, exception } => self.lost(row, status, &why, exception),
            Interpretation::NotDone(fault) => self.fault(row, &fault, true).await,
        }
    }

    /// Handles a refusal. While every row is refused for the same reason, it stays open whether the rows are to
    /// blame.
    pub(super) fn refused(&mut self, row: Prepared, exception: Exception) {
        if self.refusals.has_reason(&exception) {
            return self.decide(row, Outcome::TurnedAway, true);
        }
        for (row, exception) in self.refusals.refused(row, exception) {
            self.rejected(row, exception, true);
        }
        self.stop_if_all_refused();
    }

    /// Stops when the first rows were all refused for the same reason.
    pub(super) fn stop_if_all_refused(&mut self) {
        let Some((reason, rows)) = self.refusals.take_if_tripped(self.started.keys().copied()) else {
            return;
        };
        self.halt(Stop::Fault(format!(
            "The first {TRIP_AFTER} rows were all refused for the same reason: {reason}. The cause is probably in the case \
             defaults or the field map, so these rows count as not sent. Duplicate the import and fix it there, or \
             resume to send them anyway."
        )));
        for row in rows {
            self.decide(row, Outcome::TurnedAway, true);
        }
    }

    /// Rejects the rows held back: each was refused for its own reason.
    pub(super) fn release(&mut self) {
        for (row, exception) in self.refusals.release() {
            self.rejected(row, exception, true);
        }
    }

    fn got_answer(&mut self, row: &Prepared) {
        self.lost_in_a_row = 0;
        self.last_good = self.last_good.max(row.row);
        self.runner.pace.record_success();
    }

    fn lost(&mut self, row: Prepared, status: Option<u16>, why: &str, exception: Exception) {
        // A row sent before the last clear answer says nothing about the connection now.
        self.lost_in_a_row += u32::from(row.row > self.last_good);
        let place = format!("row {} (line {})", row.row, row.line);
        if status.is_some_and(is_about_address) {
            self.halt(Stop::Fault(format!("{why}. Resume looks up {place}.")));
        } else if self.lost_in_a_row >= LOST_IN_A_ROW && status.is_some_and(|status| status < 300) {
            // A server that never returns ids isn't a broken connection: its cases are looked up, and the run
            // continues.
            self.runner.unknown_rows.push(row.row);
            self.halt(Stop::Unknown(format!("{place}: sent, but {why}")));
        } else if self.lost_in_a_row >= LOST_IN_A_ROW && status.is_some() {
            self.halt(Stop::Fault(format!(
                "Trackops failed {LOST_IN_A_ROW} times in a row, the last time at {place}: {why}. Whether it created \
                 their cases is unknown. Wait a few minutes, then resume. Resume looks these rows up first."
            )));
        } else if self.lost_in_a_row >= LOST_IN_A_ROW {
            self.halt(Stop::Fault(format!(
                "The answers to {LOST_IN_A_ROW} rows in a row were lost, the last to {place}: {why}. Check the \
                 connection, then resume. Resume looks these rows up first."
            )));
        } else {
            self.halt_if_unknown_halts(&row, &format!("sent, but {why}"));
        }
        self.decide(row, Outcome::Unknown(exception), true);
    }

    /// With Halt on Error, starts nothing after an unknown row.
    pub(super) fn halt_if_unknown_halts(&mut self, row: &Prepared, why: &str) {
        if self.runner.job.options.on_error == OnError::Halt {
            let place = format!("row {} (line {})", row.row, row.line);
            self.runner.unknown_rows.push(row.row);
            self.halt(Stop::Unknown(format!("{place}: {why}")));
        }
    }

    /// Handles a fault that isn't the row's: the row goes back, and the run waits or pauses. `was_tried` is false if
    /// nothing but a lookup was sent.
    pub(super) async fn fault(&mut self, row: Prepared, fault: &Fault, was_tried: bool) {
        // An unknown row is looked up first; then this one is sent again.
        let waits =
            matches!(self.stop, None | Some(Stop::Unknown(_))) && self.runner.wait_if_transient(fault).await;
        let again = waits && self.stop.is_none();
        if !waits {
            self.halt(Stop::of(fault));
        }
        let outcome = if was_tried && fault.was_answered() {
            if let Verdict::Send(ready, _) = &row.verdict {
                let sent_at = self.runner.job.client.clock().millis() - SENT_BEFORE;
                self.turned_away.entry(row.row).or_insert_with(|| ready.turned_away(sent_at));
                self.runner.absent.remove(&row.row);
            }
            Outcome::TurnedAway
        } else {
            Outcome::NotSent
        };
        self.post(DecidedRow { row, outcome, intended: true, send_again: again });
    }
}
