//! A world, a server over it, and a client of a few lines.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::num::NonZeroU32;
use std::sync::OnceLock;
use std::time::Duration;

use entangle_engine::demo::import_world;
use entangle_engine::disclosure::Pseudonyms;
use entangle_engine::link::{LinkRequest, link};
use entangle_engine::search::{OpenCheck, PostIndex};
use entangle_engine::world::{WorldOptions, simulate};
use entangle_engine::{Silent, Workspace};
use entangle_server::access::{NewKey, Role, SourceFilter};
use entangle_server::keys::create_key;
use entangle_server::{QueryLimits, ServeOptions, Server};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Plans recurse deeply in an unoptimised planner.
const THREAD_STACK_BYTES: usize = 16 << 20;

/// A server over a linked world.
pub struct World {
    _folder: TempDir,
    _runtime: Runtime,
    pub workspace: Workspace,
    pub address: SocketAddr,
    pub postgresql_address: SocketAddr,
    keys: BTreeMap<Role, String>,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

/// The server that all tests share.
pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(World::new)
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_stack_size(THREAD_STACK_BYTES)
            .enable_all()
            .build()
            .unwrap();
        let path = folder.path().to_owned();
        let made = runtime.spawn(async move {
            let options = WorldOptions::new(7, 3_000);
            simulate(&path.join("world"), &options, &mut Silent).unwrap();
            let workspace = Workspace::create(path.join("workspace")).await.unwrap();
            import_world(&workspace, &path.join("world"), &mut Silent)
                .await
                .unwrap();
            link(&workspace, &LinkRequest::default(), &mut Silent)
                .await
                .unwrap();
            PostIndex::update(&workspace, OpenCheck::Ends, &mut Silent)
                .await
                .unwrap();
            // Made once, so that no test waits for another's.
            Pseudonyms::of(&workspace).unwrap();
            let keys = Role::ALL.map(|role| (role, new_key(&workspace, role, |_| {})));
            let options = ServeOptions {
                postgresql_address: Some("127.0.0.1:0".parse().unwrap()),
                // Tests run beside one another.
                running_query_count: 64,
                queued_job_count: 256,
                query_limits: QueryLimits {
                    memory_bytes: 64 << 20,
                    duration: Duration::from_secs(20),
                    row_count: 100_000,
                    ..QueryLimits::default()
                },
                ..ServeOptions::on("127.0.0.1:0".parse().unwrap())
            };
            let server = Server::start(workspace.clone(), options).await.unwrap();
            (workspace, keys, server)
        });
        let (workspace, keys, server) = runtime.block_on(made).unwrap();
        let address = server.address();
        let postgresql_address = server.postgresql_address().unwrap();
        runtime.spawn(server.run_until(std::future::pending()));
        Self {
            _folder: folder,
            _runtime: runtime,
            workspace,
            address,
            postgresql_address,
            keys: keys.into(),
        }
    }

    /// The key of a role.
    pub fn key(&self, role: Role) -> &str {
        &self.keys[&role]
    }

    /// Asks with the key of a role.
    pub fn get(&self, role: Role, path: &str) -> Reply {
        self.request("GET", path, Some(self.key(role)), &[], b"")
    }

    /// Asks with the key of a role, which must succeed, and gives the JSON.
    #[track_caller]
    pub fn json(&self, role: Role, path: &str) -> Value {
        self.get(role, path).succeeded().json()
    }

    /// Rows of a query.
    #[track_caller]
    pub fn rows(&self, query: &str) -> Vec<Value> {
        let reply = self.sql(self.key(Role::Identified), query);
        reply.succeeded().json()["data"].as_array().unwrap().clone()
    }

    /// Asks a query.
    pub fn sql(&self, key: &str, query: &str) -> Reply {
        let body = serde_json::json!({ "query": query }).to_string();
        let headers = [("Content-Type", "application/json")];
        self.request("POST", "/api/v1/sql", Some(key), &headers, body.as_bytes())
    }

    pub fn request(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        exchange(self.address, method, path, key, headers, body)
    }

    pub fn connect(&self) -> TcpStream {
        connect(self.address)
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let socket = TcpStream::connect(address).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(120)))
        .unwrap();
    socket
}

/// One request on a connection of its own, and its answer.
pub fn exchange(
    address: SocketAddr,
    method: &str,
    path: &str,
    key: Option<&str>,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Reply {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n");
    if let Some(key) = key {
        head += &format!("Authorization: Bearer {key}\r\n");
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    head += "\r\n";
    let mut socket = connect(address);
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(body).unwrap();
    let mut bytes = Vec::new();
    let _ = socket.read_to_end(&mut bytes);
    Reply::parse(&bytes)
}

/// Makes a key that may ask often.
pub fn new_key(workspace: &Workspace, role: Role, change: impl FnOnce(&mut NewKey)) -> String {
    let mut new = NewKey::new("test", role);
    let often = NonZeroU32::new(60_000).unwrap();
    new.rate_limit.requests_per_minute = often;
    new.rate_limit.burst = often;
    if role.needs_purpose() {
        new.purpose = Some("test of the server".to_owned());
    }
    change(&mut new);
    create_key(workspace, new).unwrap().0.reveal()
}

/// A key for some sources.
pub fn key_for(workspace: &Workspace, role: Role, sources: &[&str]) -> String {
    let sources = sources.iter().map(|source| (*source).to_owned()).collect();
    new_key(workspace, role, |new| {
        new.sources = SourceFilter::Only(sources)
    })
}

impl Reply {
    /// Reads an answer; one without a head has status 0.
    pub fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n");
        let Some(end) = end else {
            return Self {
                status: 0,
                headers: BTreeMap::new(),
                body: Vec::new(),
            };
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let headers: BTreeMap<String, String> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let body = &bytes[end + 4..];
        let is_chunked = headers
            .get("transfer-encoding")
            .is_some_and(|value| value == "chunked");
        let body = match is_chunked {
            true => unchunked(body).0,
            false => body.to_vec(),
        };
        Self {
            status,
            headers,
            body,
        }
    }

    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.text());
        self
    }

    /// Requires an error of this code, in the one shape of errors.
    #[track_caller]
    pub fn failed(self, code: &str) -> Self {
        let error = self.json();
        assert_eq!(error["error"]["code"], code, "{error}");
        assert!(self.status >= 400, "{}", self.status);
        for field in ["message", "hint"] {
            assert!(
                error["error"][field]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{error}"
            );
        }
        assert_eq!(self.headers["content-type"], "application/json");
        assert!(self.headers.contains_key("x-request-id"));
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("{error} in status {}: {}", self.status, self.text()),
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// The parts of a chunked body put together, and whether its last chunk came.
pub fn unchunked(mut bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(end) = bytes.windows(2).position(|part| part == b"\r\n") else {
            return (body, false);
        };
        let size = std::str::from_utf8(&bytes[..end]).ok();
        let Some(size) = size.and_then(|size| usize::from_str_radix(size, 16).ok()) else {
            return (body, false);
        };
        let start = end + 2;
        if size == 0 {
            return (body, true);
        }
        if bytes.len() < start + size + 2 {
            return (body, false);
        }
        body.extend_from_slice(&bytes[start..start + size]);
        bytes = &bytes[start + size + 2..];
    }
}
