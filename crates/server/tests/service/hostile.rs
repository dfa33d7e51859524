//! Clients that mean harm, or do not care: others go on being served.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use entangle_server::access::Role;

use super::support::{Reply, world};

/// Sends bytes until the server has had enough, and gives what it answered.
fn send(bytes: impl Iterator<Item = Vec<u8>>) -> Reply {
    let mut socket = world().connect();
    for part in bytes {
        if socket.write_all(&part).is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    Reply::parse(&answer)
}

#[track_caller]
fn others_are_served() {
    world().get(Role::Aggregate, "/api/v1/sources").succeeded();
}

#[test]
fn ten_thousand_headers_are_refused() {
    let mut head = b"GET /health HTTP/1.1\r\nHost: test\r\n".to_vec();
    for number in 0..10_000 {
        head.extend(format!("X-Header-{number}: value\r\n").bytes());
    }
    head.extend(b"\r\n");
    let reply = send(std::iter::once(head));
    assert!([0, 400, 431].contains(&reply.status), "{}", reply.status);
    others_are_served();
}

#[test]
fn a_gigabyte_that_is_announced_is_refused_before_it_is_sent() {
    let key = world().key(Role::Identified);
    let head = format!(
        "POST /api/v1/sql HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n"
    );
    let mut socket = world().connect();
    socket.write_all(head.as_bytes()).unwrap();
    // Nothing of the body is sent, and the answer comes all the same.
    let mut answer = vec![0; 4096];
    let count = socket.read(&mut answer).unwrap();
    assert_eq!(Reply::parse(&answer[..count]).status, 413);
    others_are_served();
}

#[test]
fn a_gigabyte_that_is_streamed_is_cut_off() {
    let key = world().key(Role::Identified);
    let head = format!(
        "POST /api/v1/sql HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let mut chunk = format!("{:x}\r\n", 1 << 20).into_bytes();
    chunk.extend(vec![b' '; 1 << 20]);
    chunk.extend(b"\r\n");
    let mut socket = world().connect();
    socket.write_all(head.as_bytes()).unwrap();
    let sent = (0..1024)
        .take_while(|_| socket.write_all(&chunk).is_ok())
        .count();
    assert!(sent < 64, "{sent} MiB were taken");
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    let status = Reply::parse(&answer).status;
    // The answer may be lost with the connection, which is closed on unread bytes.
    assert!([0, 400, 413].contains(&status), "{status}");
    others_are_served();
}

#[test]
fn a_client_that_sends_a_letter_a_second_is_cut_off() {
    let mut socket = world().connect();
    let begun = Instant::now();
    let mut is_open = true;
    while is_open && begun.elapsed() < Duration::from_secs(90) {
        is_open = socket.write_all(b"G").is_ok();
        std::thread::sleep(Duration::from_millis(500));
        others_are_served();
        is_open = is_open && !is_closed(&mut socket);
    }
    assert!(
        !is_open,
        "the connection is open after {:?}",
        begun.elapsed()
    );
}

fn is_closed(socket: &mut TcpStream) -> bool {
    socket
        .set_read_timeout(Some(Duration::from_millis(10)))
        .unwrap();
    match socket.read(&mut [0; 4096]) {
        Ok(0) => true,
        Ok(_) => false,
        Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
    }
}

#[test]
fn a_client_that_does_not_read_is_cut_off_and_holds_nobody_up() {
    let key = world().key(Role::Identified);
    let body = r#"{"query": "SELECT a.body, b.body AS other FROM posts a CROSS JOIN posts b LIMIT 90000"}"#;
    let head = format!(
        "POST /api/v1/sql HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nAccept: application/x-ndjson\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut sockets: Vec<TcpStream> = (0..3).map(|_| world().connect()).collect();
    for socket in &mut sockets {
        socket.write_all(head.as_bytes()).unwrap();
    }
    // While they hold their answers up, others are served, queries too.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(40) {
        others_are_served();
        std::thread::sleep(Duration::from_secs(2));
    }
    // The server has given up on them: what is left of the answer is what the system had buffered.
    for mut socket in sockets {
        let mut answer = Vec::new();
        let ended = socket.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer);
        assert!(
            ended.is_err() || !text.ends_with("0\r\n\r\n"),
            "a whole answer came"
        );
    }
    world().rows("SELECT count(*) AS n FROM posts");
}

#[test]
fn nonsense_is_answered_or_cut_off() {
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/v1/sql HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"GET /api/v1/accounts/%00 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /api/v1/accounts/../../../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ] {
        let mut socket = world().connect();
        socket.write_all(bytes).unwrap();
        let _ = socket.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        let status = Reply::parse(&answer).status;
        assert!(status < 500, "{status} for {:?}", String::from_utf8_lossy(bytes));
    }
    others_are_served();
}
