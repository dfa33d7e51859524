//! How a server is started, and what is refused.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use entangle_engine::reader::sql::QueryLimits;

/// How a server is started.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Address of the API; port 0 takes a free one.
    pub address: SocketAddr,
    /// Address of the PostgreSQL protocol, where it is wanted.
    pub postgresql_address: Option<SocketAddr>,
    /// Certificate and key, PEM, where connections are encrypted.
    pub tls: Option<TlsFiles>,
    /// What one query in SQL may use.
    pub query_limits: QueryLimits,
    /// Queries in SQL that may run at once.
    pub running_query_count: usize,
    /// Connections that may be open at once, of each protocol.
    pub connection_count: usize,
    /// Study files that jobs may run by name, `NAME.toml`.
    pub studies_folder: Option<PathBuf>,
    /// Reports that are shown, one folder each.
    pub reports_folder: Option<PathBuf>,
    /// Jobs that may wait for the one that runs.
    pub queued_job_count: usize,
    /// How long results of jobs are kept.
    pub job_age_max: Duration,
    /// Whether the search index follows new snapshots.
    pub follows_index: bool,
    /// How often a new snapshot is looked for.
    pub index_poll: Duration,
}

impl ServeOptions {
    /// A server for this machine alone.
    pub fn on(address: SocketAddr) -> Self {
        Self {
            address,
            postgresql_address: None,
            tls: None,
            query_limits: QueryLimits::default(),
            running_query_count: 4,
            connection_count: 512,
            studies_folder: None,
            reports_folder: None,
            queued_job_count: 16,
            job_age_max: Duration::from_secs(7 * 86_400),
            follows_index: true,
            index_poll: Duration::from_secs(3),
        }
    }
}

/// Certificate and key.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// Certificates, the server's first, PEM.
    pub certificate: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Others could read along or ask without a key.
    #[error("{address} can be reached from other machines, and {missing}\nhint: {hint}")]
    Exposed {
        /// The address.
        address: SocketAddr,
        /// What is missing.
        missing: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// The address cannot be taken.
    #[error(
        "cannot listen on {address}: {source}\nhint: choose another port, or end what listens there"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's error.
        source: std::io::Error,
    },
    /// Certificate or key cannot be used.
    #[error("cannot use {path}: {reason}\nhint: give a certificate chain and its private key, PEM", path = path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Keys, quotas or the audit log cannot be used.
    #[error(transparent)]
    Access(#[from] entangle_access::AccessError),
    /// The folder of jobs cannot be made or read.
    #[error(
        "cannot use the folder of jobs in the workspace: {source}\nhint: the server writes results of jobs to the folder server of the workspace"
    )]
    Jobs {
        /// The system's error.
        source: std::io::Error,
    },
    /// The workspace cannot be read.
    #[error(transparent)]
    Engine(#[from] entangle_engine::EngineError),
    /// The server ended by itself.
    #[error("the server ended: {0}")]
    Ended(std::io::Error),
}

/// Refuses an address that others can reach, unless they need a key and cannot read along.
///
/// # Errors
/// [`ServeError::Exposed`].
pub fn check_exposure(
    address: SocketAddr,
    has_keys: bool,
    has_tls: bool,
) -> Result<(), ServeError> {
    let exposed = |missing, hint| {
        Err(ServeError::Exposed {
            address,
            missing,
            hint,
        })
    };
    if is_loopback(address.ip()) {
        return Ok(());
    }
    match (has_keys, has_tls) {
        (false, _) => exposed(
            "no key was made",
            "make one with `entangle keys create`, or listen on 127.0.0.1",
        ),
        (true, false) => exposed(
            "connections would not be encrypted",
            "add --tls-certificate and --tls-key, or listen on 127.0.0.1 behind a proxy that encrypts",
        ),
        (true, true) => Ok(()),
    }
}

fn is_loopback(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback(),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => address.is_loopback(),
            None => address.is_loopback(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn other_machines_need_keys_and_encryption() {
        let mut text = String::new();
        for address in [
            "127.0.0.1:80",
            "127.9.9.9:80",
            "[::1]:80",
            "[::ffff:127.0.0.1]:80",
            "0.0.0.0:80",
            "[::]:80",
            "10.0.0.1:80",
        ] {
            let address: SocketAddr = address.parse().unwrap();
            for (has_keys, has_tls) in [(false, false), (false, true), (true, false), (true, true)]
            {
                let outcome = match check_exposure(address, has_keys, has_tls) {
                    Ok(()) => "allowed".to_owned(),
                    Err(error) => error
                        .to_string()
                        .lines()
                        .next()
                        .unwrap_or_default()
                        .to_owned(),
                };
                text += &format!("{address} keys {has_keys} tls {has_tls}: {outcome}\n");
            }
        }
        expect![[r#"
            127.0.0.1:80 keys false tls false: allowed
            127.0.0.1:80 keys false tls true: allowed
            127.0.0.1:80 keys true tls false: allowed
            127.0.0.1:80 keys true tls true: allowed
            127.9.9.9:80 keys false tls false: allowed
            127.9.9.9:80 keys false tls true: allowed
            127.9.9.9:80 keys true tls false: allowed
            127.9.9.9:80 keys true tls true: allowed
            [::1]:80 keys false tls false: allowed
            [::1]:80 keys false tls true: allowed
            [::1]:80 keys true tls false: allowed
            [::1]:80 keys true tls true: allowed
            [::ffff:127.0.0.1]:80 keys false tls false: allowed
            [::ffff:127.0.0.1]:80 keys false tls true: allowed
            [::ffff:127.0.0.1]:80 keys true tls false: allowed
            [::ffff:127.0.0.1]:80 keys true tls true: allowed
            0.0.0.0:80 keys false tls false: 0.0.0.0:80 can be reached from other machines, and no key was made
            0.0.0.0:80 keys false tls true: 0.0.0.0:80 can be reached from other machines, and no key was made
            0.0.0.0:80 keys true tls false: 0.0.0.0:80 can be reached from other machines, and connections would not be encrypted
            0.0.0.0:80 keys true tls true: allowed
            [::]:80 keys false tls false: [::]:80 can be reached from other machines, and no key was made
            [::]:80 keys false tls true: [::]:80 can be reached from other machines, and no key was made
            [::]:80 keys true tls false: [::]:80 can be reached from other machines, and connections would not be encrypted
            [::]:80 keys true tls true: allowed
            10.0.0.1:80 keys false tls false: 10.0.0.1:80 can be reached from other machines, and no key was made
            10.0.0.1:80 keys false tls true: 10.0.0.1:80 can be reached from other machines, and no key was made
            10.0.0.1:80 keys true tls false: 10.0.0.1:80 can be reached from other machines, and connections would not be encrypted
            10.0.0.1:80 keys true tls true: allowed
        "#]].assert_eq(&text);
    }
}
