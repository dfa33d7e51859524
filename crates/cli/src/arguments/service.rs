//! What may be typed behind `serve`, `keys` and `audit`.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Serving the workspace.
#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    /// Serve the workspace over HTTP, and over the PostgreSQL protocol where asked.
    Serve(Serve),
    /// Make, list and revoke keys of the API.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Check what was asked of the API.
    #[command(subcommand)]
    Audit(AuditCommand),
}

/// `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address of the API. Others than this machine's own need keys and encryption; port 0 takes a
    /// free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8717")]
    pub address: SocketAddr,
    /// Address of the PostgreSQL protocol, such as 127.0.0.1:5433.
    #[arg(long, value_name = "ADDRESS")]
    pub postgresql: Option<SocketAddr>,
    /// Certificates, PEM, the server's first.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// Private key of the certificate, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// Memory that the operators of one query share, MiB.
    #[arg(long, default_value_t = 512, value_name = "MIB", value_parser = memory_mib)]
    pub query_memory_mib: usize,
    /// Room on the disk for what one query cannot keep in memory, MiB; a quarter of what is free
    /// where left out, and at most.
    #[arg(long, value_name = "MIB")]
    pub query_spill_mib: Option<u64>,
    /// Folder with study files NAME.toml that jobs may run by name.
    #[arg(long, value_name = "DIR")]
    pub studies: Option<PathBuf>,
    /// Folder with reports of studies, one folder each, that are shown beside those of jobs.
    #[arg(long, value_name = "DIR")]
    pub reports: Option<PathBuf>,
    /// Jobs that may wait for the one that runs.
    #[arg(long, default_value_t = 16, value_name = "N")]
    pub queued_jobs: usize,
    /// Days for which results of jobs are kept.
    #[arg(long, default_value_t = 7, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub job_days: u32,
    /// Leave the search index alone; without this it follows new snapshots.
    #[arg(long)]
    pub without_indexing: bool,
    /// Time of one query in SQL, seconds.
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub query_seconds: u64,
    /// Rows of the result of one query in SQL.
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    pub query_rows: usize,
    /// Queries in SQL that may run at once.
    #[arg(long, default_value_t = 4, value_name = "N")]
    pub running_queries: usize,
}

fn memory_mib(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(mib) if (16..=1 << 20).contains(&mib) => Ok(mib),
        _ => Err("give a number of MiB from 16 to 1048576".to_owned()),
    }
}

/// `keys`.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key; it is printed this once.
    Create(KeyCreate),
    /// List keys, without their secrets.
    List,
    /// Revoke a key for good; a running server refuses it at once.
    Revoke {
        /// The key's id, as `entangle keys list` shows it.
        #[arg(value_name = "KEY_ID")]
        key_id: String,
    },
}

/// `keys create`.
#[derive(Debug, Args)]
pub struct KeyCreate {
    /// Whose key it is.
    #[arg(long, value_name = "WORDS")]
    pub label: String,
    /// What it may do.
    #[arg(long)]
    pub role: KeyRole,
    /// What it is for; the role identified needs it.
    #[arg(long, value_name = "WORDS")]
    pub purpose: Option<String>,
    /// Sources it may read; all when left out.
    #[arg(long, num_args = 1.., value_name = "SOURCE")]
    pub sources: Option<Vec<String>>,
    /// Days until it is refused; never by time when left out.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub days: Option<u32>,
    /// Requests in a minute; 60 with bursts of 30 when left out.
    #[arg(long, value_name = "N")]
    pub requests_per_minute: Option<NonZeroU32>,
    /// Requests in a day (UTC); as many as it wants when left out.
    #[arg(long, value_name = "N")]
    pub requests_per_day: Option<u64>,
    /// Rows in the answers of a day (UTC); as many as it wants when left out.
    #[arg(long, value_name = "N")]
    pub rows_per_day: Option<u64>,
}

/// Roles on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum KeyRole {
    /// Numbers about many accounts, small ones withheld.
    Aggregate,
    /// Records under pseudonyms, with contacts in texts masked.
    Pseudonymous,
    /// Records as imported, for a purpose that is recorded.
    Identified,
    /// Keys and the audit log, and no records.
    Admin,
}

/// `audit`.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that no entry was changed, removed or moved.
    Verify,
}
