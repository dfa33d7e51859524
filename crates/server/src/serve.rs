//! Starting, running and ending a server.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::accept::DefaultAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use chrono::Utc;
use datafusion_postgres::pgwire::tokio::TlsAcceptor;
use entangle_access::{
    Action, AuditLog, AuditOptions, AuditRecord, Gate, KeyStore, Moment, NewKey, Role,
};
use entangle_engine::Workspace;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use crate::app::{app, document};
use crate::connection::{WRITE_STALL_MAX, Watched};
use crate::indexing::{self, IndexState};
use crate::jobs::{Jobs, Tools};
use crate::keys::{access_folder, audit_folder, has_keys};
use crate::metrics::Metrics;
use crate::options::{ServeError, ServeOptions, TlsFiles, check_exposure};
use crate::readers::Readers;
use crate::state::ServerState;
use crate::wire;

/// Headers of a request at most.
const HEADERS_MAX: usize = 100;
/// Bytes of the header of a request at most.
const HEADER_BYTES_MAX: usize = 64 << 10;
/// A header has to be there after so long.
const HEADER_MAX: Duration = Duration::from_secs(10);
/// The first request of a connection has to be there, with its body, after so long.
const FIRST_REQUEST_MAX: Duration = Duration::from_secs(30);
/// Requests that are being answered are waited for when a server ends.
const ENDING_MAX: Duration = Duration::from_secs(30);
/// Counts and entries that may be lost by a power cut are at most this old.
const SAVED_EVERY: Duration = Duration::from_secs(1);
/// What a key is for that the server makes for one run.
const LOCAL_PURPOSE: &str = "local use by who can read the workspace";

/// A server that listens.
pub struct Server {
    address: SocketAddr,
    postgresql_address: Option<SocketAddr>,
    local_key: Option<String>,
    state: ServerState,
    handle: Handle<SocketAddr>,
    ending: watch::Sender<bool>,
    http: JoinHandle<std::io::Result<()>>,
    postgresql: Option<JoinHandle<()>>,
    saving: JoinHandle<()>,
    local_folder: Option<LocalFolder>,
    background: Background,
    working: Option<JoinHandle<()>>,
}

/// Threads for long work, so that it does not hold up requests.
struct Background(Option<tokio::runtime::Runtime>);

/// Threads of long work.
const BACKGROUND_THREADS: usize = 4;
/// Plans recurse deeply in an unoptimised planner.
const THREAD_STACK_BYTES: usize = 16 << 20;
/// How long long work may take to stop.
const STOPPING_MAX: Duration = Duration::from_secs(5);

impl Background {
    fn new() -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(BACKGROUND_THREADS)
            .thread_name("long-work")
            .thread_stack_size(THREAD_STACK_BYTES)
            .enable_all()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> Option<JoinHandle<()>> {
        self.0.as_ref().map(|runtime| runtime.spawn(work))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Waiting for its threads is not allowed where this is dropped.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// A folder for the key of one run, which goes with it.
struct LocalFolder(PathBuf);

impl Drop for LocalFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Server {
    /// Starts a server. Without any key in the workspace it makes one for this run.
    ///
    /// # Errors
    /// An address that others can reach without keys and encryption, or that is taken; files that
    /// cannot be used.
    pub async fn start(workspace: Workspace, options: ServeOptions) -> Result<Self, ServeError> {
        let is_keyed = has_keys(&workspace);
        let addresses = std::iter::once(options.address).chain(options.postgresql_address);
        for address in addresses {
            check_exposure(address, is_keyed, options.tls.is_some())?;
        }
        let tls = options.tls.as_ref().map(tls_config).transpose()?;
        let (gate, local_key, local_folder) = match is_keyed {
            true => (
                Gate::open(&access_folder(&workspace), Moment::now())?,
                None,
                None,
            ),
            false => {
                let (gate, key, folder) = local_gate()?;
                (gate, Some(key), Some(folder))
            }
        };
        let is_local = local_key.is_some();
        let state = state(workspace, &options, gate, is_local)?;
        note(&state, Action::ServerStarted)?;
        let listener = listen(options.address)?;
        let address = listener.local_addr().map_err(ServeError::Ended)?;
        let handle = Handle::new();
        let http = http(listener, tls.clone(), &state, &options, handle.clone())?;
        let (ending, ended) = watch::channel(false);
        let background = Background::new().map_err(ServeError::Ended)?;
        let working = background.spawn(Arc::clone(&state.jobs).work(Tools {
            readers: Arc::clone(&state.readers),
            query_limits: options.query_limits,
            index: state.index.clone(),
        }));
        if options.follows_index {
            background.spawn(indexing::follow(
                state.readers.workspace().clone(),
                state.index.clone(),
                options.index_poll,
                ended.clone(),
            ));
        }
        let (postgresql, postgresql_address) = match options.postgresql_address {
            None => (None, None),
            Some(wanted) => {
                let listener = listen(wanted)?;
                let address = listener.local_addr().map_err(ServeError::Ended)?;
                let listener =
                    tokio::net::TcpListener::from_std(listener).map_err(ServeError::Ended)?;
                let tls = tls.map(TlsAcceptor::from);
                let accepting = wire::accept(
                    listener,
                    tls,
                    state.clone(),
                    options.connection_count,
                    ended,
                );
                (Some(tokio::spawn(accepting)), Some(address))
            }
        };
        let saving = tokio::spawn(save_now_and_then(state.clone()));
        Ok(Self {
            address,
            postgresql_address,
            local_key,
            state,
            handle,
            ending,
            http,
            postgresql,
            saving,
            local_folder,
            background,
            working,
        })
    }

    /// Where the API is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the PostgreSQL protocol is spoken, where it is.
    pub fn postgresql_address(&self) -> Option<SocketAddr> {
        self.postgresql_address
    }

    /// The key that was made for this run, where the workspace has none.
    pub fn local_key(&self) -> Option<&str> {
        self.local_key.as_deref()
    }

    /// Answers until `shutdown` is ready; then answers what was asked before, and ends.
    ///
    /// # Errors
    /// Where the server ends by itself, or what it kept cannot be saved.
    pub async fn run_until(mut self, shutdown: impl Future<Output = ()>) -> Result<(), ServeError> {
        tokio::select! {
            ended = &mut self.http => {
                return Err(ServeError::Ended(match ended {
                    Ok(Err(error)) => error,
                    Ok(Ok(())) => std::io::Error::other("it stopped listening"),
                    Err(error) => std::io::Error::other(error),
                }));
            }
            () = shutdown => {}
        }
        tracing::info!("the server ends");
        self.handle.graceful_shutdown(Some(ENDING_MAX));
        let _ = (&mut self.http).await;
        // Connections of the other protocol last as long as their client; they are cut off.
        let _ = self.ending.send(true);
        if let Some(postgresql) = self.postgresql.take() {
            let _ = postgresql.await;
        }
        // What is half done is marked as such; it stops at its next step, or is left behind.
        self.state.jobs.stop();
        if let Some(working) = self.working.take() {
            let _ = tokio::time::timeout(STOPPING_MAX, working).await;
        }
        self.state.jobs.release();
        drop(self.background);
        self.saving.abort();
        note(&self.state, Action::ServerStopped)?;
        self.state.gate.flush()?;
        self.state.audit.flush()?;
        drop(self.local_folder.take());
        Ok(())
    }
}

fn state(
    workspace: Workspace,
    options: &ServeOptions,
    gate: Gate,
    is_local: bool,
) -> Result<ServerState, ServeError> {
    let audit_folder: Arc<Path> = audit_folder(&workspace).into();
    let audit = AuditLog::open(&audit_folder, AuditOptions::default())?;
    let jobs = Jobs::open(
        workspace.path(),
        options.queued_job_count,
        options.job_age_max,
    )
    .map_err(|source| ServeError::Jobs { source })?;
    Ok(ServerState {
        jobs: Arc::new(jobs),
        index: IndexState::new(options.follows_index),
        studies_folder: options.studies_folder.clone().map(Arc::from),
        reports_folder: options.reports_folder.clone().map(Arc::from),
        is_local,
        readers: Arc::new(Readers::new(workspace)),
        gate: Arc::new(gate),
        audit: Arc::new(audit),
        audit_folder,
        metrics: Arc::new(Metrics::default()),
        query_limits: options.query_limits,
        running_queries: Arc::new(Semaphore::new(options.running_query_count)),
        document: document().to_string().into(),
    })
}

/// A gate with one key, which is shown to who starts the server and nobody else.
fn local_gate() -> Result<(Gate, String, LocalFolder), ServeError> {
    let name = format!(
        "entangle-serve-{}-{}",
        std::process::id(),
        Utc::now().timestamp_micros()
    );
    let folder = LocalFolder(std::env::temp_dir().join(name));
    let keys = KeyStore::initialise(&folder.0)?;
    let mut new = NewKey::new("made for this run", Role::Identified);
    new.purpose = Some(LOCAL_PURPOSE.to_owned());
    let often = std::num::NonZeroU32::MIN.saturating_add(5_999);
    new.rate_limit.requests_per_minute = often;
    new.rate_limit.burst = often;
    let (secret, _) = keys.create(new, Utc::now())?;
    let gate = Gate::open(&folder.0, Moment::now())?;
    Ok((gate, secret.reveal(), folder))
}

fn note(state: &ServerState, action: Action) -> Result<(), ServeError> {
    let record = AuditRecord::new(Utc::now(), action, "entangle serve");
    state.audit.append_durable(record)?;
    Ok(())
}

async fn save_now_and_then(state: ServerState) {
    let mut ticks = tokio::time::interval(SAVED_EVERY);
    loop {
        ticks.tick().await;
        let (gate, audit) = (Arc::clone(&state.gate), Arc::clone(&state.audit));
        let saved = tokio::task::spawn_blocking(move || {
            audit.flush()?;
            gate.flush()
        });
        if let Ok(Err(error)) = saved.await {
            tracing::error!(error = %error, "counts or entries cannot be saved");
        }
    }
}

fn listen(address: SocketAddr) -> Result<std::net::TcpListener, ServeError> {
    let listen = || {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    listen().map_err(|source| ServeError::Listen { address, source })
}

/// A server with its bounds, whatever accepts its connections.
macro_rules! bounded {
    ($server:expr) => {{
        let mut server = $server
            .http1_only()
            .first_request_timeout(FIRST_REQUEST_MAX);
        server
            .http_builder()
            .http1()
            .max_headers(HEADERS_MAX)
            .max_buf_size(HEADER_BYTES_MAX)
            .header_read_timeout(HEADER_MAX);
        server
    }};
}

fn http(
    listener: std::net::TcpListener,
    tls: Option<Arc<ServerConfig>>,
    state: &ServerState,
    options: &ServeOptions,
    handle: Handle<SocketAddr>,
) -> Result<JoinHandle<std::io::Result<()>>, ServeError> {
    let room = options.connection_count;
    let service = app(state.clone()).into_make_service();
    let server = axum_server::from_tcp(listener)
        .map_err(ServeError::Ended)?
        .handle(handle);
    Ok(match tls {
        None => {
            let acceptor = Watched::new(DefaultAcceptor::new(), room, WRITE_STALL_MAX);
            tokio::spawn(bounded!(server.acceptor(acceptor)).serve(service))
        }
        Some(tls) => {
            let acceptor = RustlsAcceptor::new(RustlsConfig::from_config(tls));
            let acceptor = Watched::new(acceptor, room, WRITE_STALL_MAX);
            tokio::spawn(bounded!(server.acceptor(acceptor)).serve(service))
        }
    })
}

/// Certificates and key as `rustls` wants them.
fn tls_config(files: &TlsFiles) -> Result<Arc<ServerConfig>, ServeError> {
    let wrong = |path: &Path, reason: String| ServeError::Certificate {
        path: path.to_owned(),
        reason,
    };
    let of_certificate =
        |error: &dyn std::fmt::Display| wrong(&files.certificate, error.to_string());
    let certificates = CertificateDer::pem_file_iter(&files.certificate)
        .map_err(|error| of_certificate(&error))?
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| of_certificate(&error))?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| wrong(&files.key, error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| of_certificate(&error))?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(|error| of_certificate(&error))?;
    Ok(Arc::new(config))
}
