//! A server that is killed: what it was doing is told and gone on with by the next one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::support::{Folder, post_lines};

struct Served {
    child: Child,
    address: String,
    key: String,
}

impl Served {
    fn start(folder: &Folder) -> Self {
        let mut child = folder
            .command(&["serve", "--address", "127.0.0.1:0", "--json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        let said: Value = loop {
            assert!(lines.read_line(&mut text).unwrap() > 0, "{text}");
            if let Ok(said) = serde_json::from_str(&text) {
                break said;
            }
        };
        let word = |field: &str| said[field].as_str().unwrap().to_owned();
        Self {
            child,
            address: word("address"),
            key: word("key"),
        }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        );
        let mut socket = TcpStream::connect(&self.address).unwrap();
        socket.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|_| panic!("{answer}"))
    }

    /// Asks until the answer is as wanted.
    fn wait_for(&self, path: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let answer = self.request("GET", path, &Value::Null)["data"].clone();
            if is_wanted(&answer) {
                return answer;
            }
            assert!(begun.elapsed() < Duration::from_secs(120), "{answer}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const ENDLESS: &str = "SELECT count(*) AS n FROM posts a CROSS JOIN posts b CROSS JOIN posts c
                       CROSS JOIN posts d WHERE a.body <> b.body AND c.body <> d.body";

#[test]
fn a_job_of_a_killed_server_is_interrupted_and_its_index_is_gone_on_with() {
    let folder = Folder::new();
    folder.write("posts.jsonl", post_lines(0..20_000));
    folder.import("posts.jsonl", "board").succeeded();
    // Killed at some moment while it makes its first index.
    for delay_ms in [0, 50, 200] {
        let served = Served::start(&folder);
        std::thread::sleep(Duration::from_millis(delay_ms));
        served.kill();
    }
    let served = Served::start(&folder);
    let state = served.wait_for("/api/v1/search/state", |state| state["is_current"] == true);
    assert_eq!(state["post_count"], 20_000, "{state}");
    let found = served.request("GET", "/api/v1/search?q=number", &Value::Null);
    assert_eq!(found["data"]["post_count"], 20_000);

    let endless = json!({ "format": "csv", "query": ENDLESS });
    let job = served.request("POST", "/api/v1/jobs/query", &endless);
    let path = format!("/api/v1/jobs/{}", job["data"]["job_id"].as_str().unwrap());
    served.wait_for(&path, |job| job["state"] == "running");
    let waiting = served.request("POST", "/api/v1/jobs/query", &endless);
    let waiting = format!(
        "/api/v1/jobs/{}",
        waiting["data"]["job_id"].as_str().unwrap()
    );
    served.kill();

    let served = Served::start(&folder);
    for path in [&path, &waiting] {
        let job = served.wait_for(path, |_| true);
        assert_eq!(job["state"], "interrupted", "{job}");
        assert!(job["finished_at"].is_string());
    }
    let quick = json!({ "format": "ndjson", "query": "SELECT count(*) AS n FROM posts" });
    let job = served.request("POST", "/api/v1/jobs/query", &quick);
    let path = format!("/api/v1/jobs/{}", job["data"]["job_id"].as_str().unwrap());
    let job = served.wait_for(&path, |job| job["finished_at"].is_string());
    assert_eq!(job["state"], "succeeded", "{job}");
    let rows = served.request(
        "GET",
        job["files"][0]["href"].as_str().unwrap(),
        &Value::Null,
    );
    assert_eq!(rows, json!({ "n": 20_000 }));
}
