//! The binary: nothing but the way from arguments to the library.
fn main() {}
