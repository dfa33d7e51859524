//! SQL over the PostgreSQL protocol, so that psql, psycopg, R and BI programs can ask.
//!
//! The password is a key whose role may run SQL. A connection reads the snapshot that was the latest
//! when it began. What may be asked, and how much, is decided by the same gate and the same limits
//! as over HTTP, statement by statement.
//!
//! * [`transport`]: the bytes: encryption, bounds of messages, stalled clients
//! * [`connection`]: one client: its password, its statements
//! * [`statement`]: what a statement is: a query, or something about the session alone

mod connection;
mod statement;
mod transport;

use std::sync::Arc;

use datafusion_postgres::pgwire::tokio::{TlsAcceptor, process_socket_unix};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::{Semaphore, watch};

use crate::state::ServerState;
use connection::{Connection, Handlers};
use transport::{Progress, Side};

/// Accepts connections until the server ends.
pub async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    state: ServerState,
    connection_count: usize,
    mut ending: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(connection_count));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = ending.changed() => return,
        };
        let socket = match accepted {
            Ok((socket, _)) => socket,
            Err(error) => {
                tracing::warn!(error = %error, "a connection could not be accepted");
                // Out of file descriptors, mostly: give others time to close theirs.
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            tracing::warn!("a connection was refused: too many are open");
            continue;
        };
        let (state, tls, ending) = (state.clone(), tls.clone(), ending.clone());
        tokio::spawn(async move {
            state.metrics.wire_connections.inc();
            if let Err(error) = serve(socket, tls, &state, ending).await {
                tracing::debug!(error = %error, "a connection ended");
            }
            state.metrics.wire_connections.dec();
            drop(permit);
        });
    }
}

/// One connection from its first byte to its last.
async fn serve(
    socket: TcpStream,
    tls: Option<TlsAcceptor>,
    state: &ServerState,
    mut ending: watch::Receiver<bool>,
) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    let client = match transport::negotiate(socket, tls).await? {
        Some(client) => client,
        None => return Ok(()),
    };
    let (ours, theirs) = UnixStream::pair()?;
    let progress = Arc::new(Progress::default());
    let connection = Arc::new(Connection::new(state.clone(), Arc::clone(&progress)));
    let protocol = process_socket_unix(theirs, Arc::new(Handlers(connection)));
    let transport = transport::carry(client, Side::new(ours), &progress);
    tokio::select! {
        ended = protocol => ended,
        ended = transport => ended,
        // A query that runs is cut off when the server has waited for it long enough.
        _ = ending.wait_for(|is_over| *is_over) => Ok(()),
    }
}
