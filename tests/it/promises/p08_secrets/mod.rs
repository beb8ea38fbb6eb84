//! Promise 8: the token and private data are nowhere they don't belong.

mod accounts;
mod log;
mod masked;
mod permissions;
mod private;
mod tls;
mod token;
