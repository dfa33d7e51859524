//! The program `entangle`.
fn main() {}
