//! A server of a test's own over an empty workspace, in local mode.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use entangle_engine::forget::{ForgetRequest, forget};
use entangle_engine::import::{ImportRequest, import};
use entangle_engine::{Silent, Workspace};
use entangle_model::SourceKind;
use entangle_server::{ServeOptions, Server};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use super::support::{Reply, exchange};

/// A query over posts that would take for ever and can be stopped at any time.
pub const SLOW_QUERY: &str =
    "SELECT count(*) AS n FROM posts a CROSS JOIN posts b CROSS JOIN posts c CROSS JOIN posts d
     WHERE a.body <> b.body AND c.body <> d.body";

type Change = Box<dyn Fn(&mut ServeOptions)>;

pub struct OneServer {
    folder: TempDir,
    runtime: Runtime,
    address: SocketAddr,
    key: String,
    end: oneshot::Sender<()>,
    running: tokio::task::JoinHandle<()>,
    change: Change,
}

impl OneServer {
    pub fn start(change: impl Fn(&mut ServeOptions) + 'static) -> Self {
        Self::on(tempfile::tempdir().unwrap(), Box::new(change))
    }

    fn on(folder: TempDir, change: Change) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_stack_size(16 << 20)
            .enable_all()
            .build()
            .unwrap();
        let mut options = ServeOptions::on("127.0.0.1:0".parse().unwrap());
        options.index_poll = Duration::from_millis(50);
        change(&mut options);
        let path = folder.path().join("workspace");
        let started = runtime.spawn(async move {
            let workspace = Workspace::open_or_create(path).await.unwrap();
            Server::start(workspace, options).await.unwrap()
        });
        let server = runtime.block_on(started).unwrap();
        let (address, key) = (server.address(), server.local_key().unwrap().to_owned());
        let (end, ended) = oneshot::channel();
        let running = runtime.spawn(async move {
            let asked = async {
                let _ = ended.await;
            };
            server.run_until(asked).await.unwrap();
        });
        Self {
            folder,
            runtime,
            address,
            key,
            end,
            running,
            change,
        }
    }

    /// Ends the server in order and starts one on the same workspace.
    pub fn restarted(self) -> Self {
        self.end.send(()).unwrap();
        self.runtime.block_on(self.running).unwrap();
        self.runtime.shutdown_timeout(Duration::from_secs(5));
        Self::on(self.folder, self.change)
    }

    pub fn workspace_path(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    pub fn request(&self, method: &str, path: &str) -> Reply {
        exchange(self.address, method, path, Some(&self.key), &[], b"")
    }

    pub fn sql(&self, query: &str) -> Reply {
        let headers = [("Content-Type", "application/json")];
        let body = serde_json::json!({ "query": query }).to_string();
        exchange(
            self.address,
            "POST",
            "/api/v1/sql",
            Some(&self.key),
            &headers,
            body.as_bytes(),
        )
    }

    pub fn post(&self, kind: &str, body: &Value) -> Reply {
        let path = format!("/api/v1/jobs/{kind}");
        let headers = [("Content-Type", "application/json")];
        let body = body.to_string();
        exchange(
            self.address,
            "POST",
            &path,
            Some(&self.key),
            &headers,
            body.as_bytes(),
        )
    }

    #[track_caller]
    pub fn started(&self, kind: &str, body: &Value) -> String {
        let reply = self.post(kind, body);
        assert_eq!(reply.status, 202, "{}", reply.text());
        reply.json()["data"]["job_id"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub fn wait_for_state(&self, job_id: &str, wanted: &str) {
        let begun = Instant::now();
        loop {
            let job = self
                .request("GET", &format!("/api/v1/jobs/{job_id}"))
                .succeeded()
                .json();
            if job["data"]["state"] == wanted {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(120), "{job}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the index is that of the latest snapshot, and gives its state.
    #[track_caller]
    pub fn wait_for_index(&self) -> Value {
        let begun = Instant::now();
        loop {
            let state = self
                .request("GET", "/api/v1/search/state")
                .succeeded()
                .json()["data"]
                .clone();
            if state["is_current"] == true && state["is_building"] == false {
                return state;
            }
            assert!(begun.elapsed() < Duration::from_secs(120), "{state}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Deletes an account on request.
    pub fn forget(&self, account: &str) {
        let workspace_path = self.workspace_path();
        let request = ForgetRequest {
            account: account.to_owned(),
            by: "Ada".to_owned(),
            reason: "request 7".to_owned(),
        };
        self.runtime.block_on(async {
            tokio::spawn(async move {
                let workspace = Workspace::open(workspace_path).await.unwrap();
                forget(&workspace, &request, &mut Silent).await.unwrap();
            })
            .await
            .unwrap();
        });
    }

    /// Imports posts that all hold a word.
    pub fn import_posts(&self, source: &str, word: &str, post_count: usize) {
        let path = self.folder.path().join(format!("{source}.jsonl"));
        let lines: String = (0..post_count)
            .map(|number| {
                format!(
                    "{{\"type\":\"post\",\"native_id\":\"p{number}\",\"author\":\"a{}\",\"posted_at\":\"2015-06-01T12:00:00Z\",\"body\":\"the {word} is number {number}\"}}\n",
                    number % 7
                )
            })
            .collect();
        std::fs::write(&path, lines).unwrap();
        let workspace_path = self.workspace_path();
        let source = source.to_owned();
        self.runtime.block_on(async {
            tokio::spawn(async move {
                let workspace = Workspace::open(workspace_path).await.unwrap();
                let request = ImportRequest {
                    path,
                    source,
                    kind: SourceKind::Public,
                    format: None,
                    language: None,
                    encoding: None,
                    line_pattern: None,
                    mapping: None,
                };
                import(&workspace, &request, &mut Silent).await.unwrap();
            })
            .await
            .unwrap();
        });
    }
}
