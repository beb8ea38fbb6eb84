//! Promise 3: after a kill at any moment, the next start tells the truth or says unknown.

mod disk;
mod kill;
