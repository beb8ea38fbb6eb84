//! Promise 2: every row has exactly one outcome, and the counts add up everywhere.

mod kinds;
mod outcomes;
mod run;
mod subjects;
