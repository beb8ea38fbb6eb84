//! Promise 3: killed at any instant, the next start tells the truth or says unknown.

mod disk;
mod kill;
