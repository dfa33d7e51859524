//! A running server over a small linked world, asked over real sockets.
//!
//! Not for what one file does: its own tests are beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod service {
    mod answers;
    mod hostile;
    mod indexing;
    mod jobs;
    mod roles;
    mod server;
    mod sql;
    mod support;
    mod wire;
}
