//! The bytes of a connection: encryption is agreed on here, and bounds are kept.
//!
//! The library that speaks the protocol takes messages of a gigabyte from anybody and waits for ever
//! for a client that does not read. So it is given one end of a pair of sockets, and what passes
//! between it and the client is watched.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use datafusion_postgres::pgwire::tokio::TlsAcceptor;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

/// Bytes that a client may send before its password was accepted.
const BYTES_BEFORE_PASSWORD_MAX: usize = 16 << 10;
/// Bytes of one message at most: a query with its parameters.
const MESSAGE_BYTES_MAX: usize = 1 << 20;
/// A client has to show its password after so long.
const PASSWORD_MAX: Duration = Duration::from_secs(30);
/// A client that does not take what it asked for for so long is cut off.
const STALL_MAX: Duration = Duration::from_secs(60);
/// A connection without a statement for so long is closed.
const IDLE_MAX: Duration = Duration::from_secs(3600);

const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;

/// How far a connection is.
#[derive(Debug, Default)]
pub struct Progress {
    is_admitted: AtomicBool,
}

impl Progress {
    /// Notes that the password was accepted.
    pub fn admit(&self) {
        self.is_admitted.store(true, Ordering::Release);
    }

    fn is_admitted(&self) -> bool {
        self.is_admitted.load(Ordering::Acquire)
    }
}

/// Either side of a connection.
pub struct Side {
    reader: Box<dyn AsyncRead + Send + Unpin>,
    writer: Box<dyn AsyncWrite + Send + Unpin>,
    /// What was read while encryption was agreed on.
    early: Vec<u8>,
}

impl Side {
    /// The protocol's side.
    pub fn new(socket: UnixStream) -> Self {
        let (reader, writer) = socket.into_split();
        Self {
            reader: Box::new(reader),
            writer: Box::new(writer),
            early: Vec::new(),
        }
    }
}

/// Agrees on encryption. `None` where the client gave up, or does not encrypt and has to.
pub async fn negotiate(
    mut socket: TcpStream,
    tls: Option<TlsAcceptor>,
) -> io::Result<Option<Side>> {
    // A request for encryption of each kind, and then the start.
    for _ in 0..3 {
        let mut head = [0; 8];
        match timeout(PASSWORD_MAX, socket.read_exact(&mut head)).await {
            Ok(Ok(_)) => {}
            _ => return Ok(None),
        }
        let [length, code] = [0, 4]
            .map(|at| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
        match (length, code, &tls) {
            (8, SSL_REQUEST, Some(tls)) => {
                socket.write_all(b"S").await?;
                let encrypted = timeout(PASSWORD_MAX, tls.accept(socket)).await;
                let (reader, writer) = tokio::io::split(encrypted.map_err(io::Error::other)??);
                return Ok(Some(Side {
                    reader: Box::new(reader),
                    writer: Box::new(writer),
                    early: Vec::new(),
                }));
            }
            (8, SSL_REQUEST | GSS_REQUEST, _) => socket.write_all(b"N").await?,
            (_, _, Some(_)) => {
                socket
                    .write_all(&refusal("connections to this server must be encrypted"))
                    .await?;
                return Ok(None);
            }
            _ => {
                let (reader, writer) = socket.into_split();
                return Ok(Some(Side {
                    reader: Box::new(reader),
                    writer: Box::new(writer),
                    early: head.to_vec(),
                }));
            }
        }
    }
    Ok(None)
}

/// A fatal error as a message of the protocol.
fn refusal(text: &str) -> Vec<u8> {
    let fields = format!("SFATAL\0VFATAL\0C28000\0M{text}\0\0");
    let mut message = vec![b'E'];
    message.extend((fields.len() as u32 + 4).to_be_bytes());
    message.extend(fields.into_bytes());
    message
}

/// Carries bytes both ways until one side ends or a bound is reached.
pub async fn carry(client: Side, protocol: Side, progress: &Arc<Progress>) -> io::Result<()> {
    let inward = inward(client.reader, protocol.writer, client.early, progress);
    let outward = outward(protocol.reader, client.writer);
    let unadmitted = async {
        tokio::time::sleep(PASSWORD_MAX).await;
        match progress.is_admitted() {
            true => std::future::pending().await,
            false => Err(io::ErrorKind::TimedOut.into()),
        }
    };
    tokio::select! {
        ended = inward => ended,
        ended = outward => ended,
        ended = unadmitted => ended,
    }
}

/// From the client to the protocol.
async fn inward(
    mut client: Box<dyn AsyncRead + Send + Unpin>,
    mut protocol: Box<dyn AsyncWrite + Send + Unpin>,
    early: Vec<u8>,
    progress: &Progress,
) -> io::Result<()> {
    let mut messages = Messages::default();
    let mut byte_count = early.len();
    messages.check(&early)?;
    protocol.write_all(&early).await?;
    let mut buffer = vec![0; 16 << 10];
    loop {
        let read = timeout(IDLE_MAX, client.read(&mut buffer)).await;
        let count = read.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        if count == 0 {
            protocol.shutdown().await?;
            return std::future::pending().await;
        }
        byte_count = byte_count.saturating_add(count);
        if !progress.is_admitted() && byte_count > BYTES_BEFORE_PASSWORD_MAX {
            return Err(io::Error::other("too much was sent before the password"));
        }
        messages.check(&buffer[..count])?;
        protocol.write_all(&buffer[..count]).await?;
    }
}

/// From the protocol to the client.
async fn outward(
    mut protocol: Box<dyn AsyncRead + Send + Unpin>,
    mut client: Box<dyn AsyncWrite + Send + Unpin>,
) -> io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = protocol.read(&mut buffer).await?;
        if count == 0 {
            return client.shutdown().await;
        }
        let sent = async {
            client.write_all(&buffer[..count]).await?;
            client.flush().await
        };
        let stalled = |_| io::Error::from(io::ErrorKind::TimedOut);
        timeout(STALL_MAX, sent).await.map_err(stalled)??;
    }
}

/// Where in the client's messages a stream of bytes is.
#[derive(Debug, Default)]
struct Messages {
    has_started: bool,
    head: Vec<u8>,
    remaining: usize,
}

impl Messages {
    /// # Errors
    /// A message that is too long.
    fn check(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.remaining > 0 {
                let passed = self.remaining.min(bytes.len());
                self.remaining -= passed;
                bytes = &bytes[passed..];
                continue;
            }
            // The first message has no letter before its length.
            let head_length = if self.has_started { 5 } else { 4 };
            self.head.push(bytes[0]);
            bytes = &bytes[1..];
            if self.head.len() == head_length {
                let mut length = [0; 4];
                length.copy_from_slice(&self.head[head_length - 4..]);
                let length = u32::from_be_bytes(length) as usize;
                if !(4..=MESSAGE_BYTES_MAX).contains(&length) {
                    return Err(io::Error::other("a message is too long"));
                }
                self.remaining = length - 4;
                self.has_started = true;
                self.head.clear();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(letter: Option<u8>, length: u32) -> Vec<u8> {
        let mut bytes: Vec<u8> = letter.into_iter().collect();
        bytes.extend(length.to_be_bytes());
        bytes.extend(vec![b'x'; (length as usize).saturating_sub(4).min(100)]);
        bytes
    }

    #[test]
    fn messages_are_followed_whatever_way_they_are_cut() {
        let stream: Vec<u8> = [
            message(None, 40),
            message(Some(b'p'), 4),
            message(Some(b'Q'), 90),
        ]
        .concat();
        for cut in 1..stream.len() {
            let mut messages = Messages::default();
            for part in stream.chunks(cut) {
                messages.check(part).unwrap();
            }
            assert_eq!((messages.remaining, messages.head.len()), (0, 0), "{cut}");
        }
    }

    #[test]
    fn a_message_that_announces_too_much_or_nothing_is_refused() {
        for (letter, length) in [(None, 1 << 30), (None, 3), (None, 0)] {
            assert!(Messages::default().check(&message(letter, length)).is_err());
        }
        let mut messages = Messages::default();
        messages.check(&message(None, 8)).unwrap();
        assert!(messages.check(&message(Some(b'Q'), (1 << 20) + 1)).is_err());
    }
}
