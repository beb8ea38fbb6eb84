//! Promise 8: the token and private data are nowhere they do not belong.

mod accounts;
mod doors;
mod masked;
mod private;
mod tls;
mod token;
