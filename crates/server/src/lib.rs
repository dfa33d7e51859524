#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod answer;
mod app;
mod caller;
mod connection;
mod endpoints;
mod error;
mod extract;
mod file_answer;
mod format;
mod gate;
mod indexing;
mod jobs;
mod kept_answer;
pub mod keys;
mod metrics;
mod openapi;
mod options;
mod readers;
mod rules;
mod serve;
mod state;
mod wire;

pub use app::document;
pub use entangle_access as access;
pub use entangle_engine::reader::sql::QueryLimits;
pub use error::ErrorCode;
pub use options::{ServeError, ServeOptions, TlsFiles};
pub use rules::{RULES, Rule};
pub use serve::Server;

/// Sends what the server says of itself to a writer, as text or as JSON; `RUST_LOG` says how much.
/// Later calls in a process have no effect.
pub fn log_to<W>(writer: fn() -> W, is_json: bool)
where
    W: std::io::Write + 'static,
{
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,entangle_server=info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer);
    // A log is there already where a test starts several servers.
    let _ = match is_json {
        true => log.json().try_init(),
        false => log.with_ansi(false).try_init(),
    };
}
