//! The PostgreSQL protocol: Debian's psql, and clients that mean harm.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use entangle_server::access::Role;

use super::support::{key_for, world};

/// Runs psql; `None` where the machine has none.
fn psql(key: &str, arguments: &[&str]) -> Option<(bool, String)> {
    let address = world().postgresql_address;
    let output = Command::new("psql")
        .args([
            "-h",
            "127.0.0.1",
            "-U",
            "anybody",
            "-d",
            "datafusion",
            "-X",
            "-At",
        ])
        .args(["-p", &address.port().to_string()])
        .args(arguments)
        .env("PGPASSWORD", key)
        .env("PGCONNECT_TIMEOUT", "60")
        .output();
    match output {
        Ok(output) => {
            let text = [output.stdout, output.stderr].concat();
            Some((
                output.status.success(),
                String::from_utf8_lossy(&text).into_owned(),
            ))
        }
        Err(_) => {
            eprintln!("skipped: no psql; install postgresql-client to test with it");
            None
        }
    }
}

#[track_caller]
fn asked(query: &str) -> Option<String> {
    let (succeeded, text) = psql(world().key(Role::Identified), &["-c", query])?;
    assert!(succeeded, "{query}: {text}");
    Some(text.trim_end().to_owned())
}

#[test]
fn psql_gets_the_rows_that_the_api_gives() {
    let counted = world().rows("SELECT count(*) AS n FROM posts")[0]["n"].to_string();
    let Some(text) = asked("SELECT count(*) FROM posts") else {
        return;
    };
    assert_eq!(text, counted);
    let text = asked("SELECT source, declared_at FROM sources ORDER BY source").unwrap();
    assert!(text.lines().count() >= 2, "{text}");
    assert_eq!(
        asked("BEGIN; SELECT 1; COMMIT").unwrap(),
        "BEGIN\n1\nCOMMIT"
    );
    assert_eq!(asked("SET extra_float_digits = 3").unwrap(), "SET");
    assert_eq!(
        asked("SHOW transaction_isolation").unwrap(),
        "repeatable read"
    );
}

#[test]
fn psql_lists_tables_and_what_they_hold() {
    let Some(text) = asked("\\dt") else {
        return;
    };
    assert!(text.contains("posts"), "{text}");
    let text = asked("\\d posts").unwrap();
    assert!(text.contains("posted_at"), "{text}");
    let sql = "SELECT d.description FROM pg_catalog.pg_description d
               JOIN pg_catalog.pg_class c ON c.oid = d.objoid WHERE c.relname = 'sources' AND d.objsubid = 0";
    assert!(asked(sql).unwrap().contains("One row per source"));
}

#[test]
fn psql_cannot_write_and_cannot_lift_limits() {
    let key = world().key(Role::Identified);
    for statement in [
        "DROP TABLE posts",
        "CREATE TABLE t AS SELECT 1",
        "COPY posts TO 'stolen.csv'",
        "INSERT INTO posts SELECT * FROM posts",
        "SET datafusion.runtime.memory_limit = '100G'",
        "DECLARE c CURSOR FOR SELECT 1",
        "EXPLAIN ANALYZE COPY posts TO 'stolen.csv'",
    ] {
        let Some((succeeded, text)) = psql(key, &["-c", statement]) else {
            return;
        };
        assert!(!succeeded && text.contains("ERROR"), "{statement}: {text}");
    }
}

#[test]
fn only_a_key_that_may_run_sql_is_a_password() {
    for key in [
        "nonsense",
        world().key(Role::Pseudonymous),
        world().key(Role::Admin),
    ] {
        let Some((succeeded, text)) = psql(key, &["-c", "SELECT 1"]) else {
            return;
        };
        assert!(!succeeded && text.contains("FATAL"), "{text}");
    }
}

#[test]
fn a_key_for_one_source_sees_one_source() {
    let source =
        world().rows("SELECT source FROM sources ORDER BY source LIMIT 1")[0]["source"].clone();
    let source = source.as_str().unwrap();
    let key = key_for(&world().workspace, Role::Identified, &[source]);
    let Some((_, text)) = psql(&key, &["-c", "SELECT DISTINCT source FROM posts"]) else {
        return;
    };
    assert_eq!(text.trim_end(), source);
}

/// Sends bytes to the protocol and waits for the end of the connection.
fn cut_off(parts: impl Iterator<Item = Vec<u8>>) -> usize {
    let mut socket = TcpStream::connect(world().postgresql_address).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let mut sent = 0;
    for part in parts {
        if socket.write_all(&part).is_err() {
            break;
        }
        sent += part.len();
    }
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    sent
}

#[test]
fn nobody_without_a_password_can_send_much() {
    let start = || {
        let parameters = b"user\0anybody\0\0";
        let mut message = (parameters.len() as u32 + 8).to_be_bytes().to_vec();
        message.extend(196_608_u32.to_be_bytes());
        message.extend(parameters);
        message
    };
    let mut query = b"Q".to_vec();
    query.extend((900_u32 << 20).to_be_bytes());
    let flood = [start(), query]
        .into_iter()
        .chain((0..900).map(|_| vec![b'x'; 1 << 20]));
    assert!(cut_off(flood) < 64 << 20);
    let first = std::iter::once((1_u32 << 30).to_be_bytes().to_vec());
    cut_off(first.chain((0..900).map(|_| vec![b'x'; 1 << 20])));
    world().rows("SELECT 1 AS one");
}
