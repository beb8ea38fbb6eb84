//! Promise 8: the token and private data are nowhere they don't belong.

mod accounts;
mod doors;
mod log;
mod masked;
mod private;
mod tls;
mod token;
