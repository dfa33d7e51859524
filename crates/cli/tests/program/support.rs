//! Running the program in a folder of its own, and small inputs for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A temporary folder in which the program runs; its workspace is `.entangle` within.
pub struct Folder {
    folder: TempDir,
}

/// What a run of the program gave back.
pub struct Run {
    pub exit_code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Folder {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes an input and gives its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).unwrap()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_entangle"));
        command.args(arguments).current_dir(self.path());
        command
            .env_remove("ENTANGLE_WORKSPACE")
            .env("COLUMNS", "100");
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    /// Starts the program; its output waits in pipes.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs the program, which must succeed, and gives the JSON it prints.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let mut with_json = arguments.to_vec();
        with_json.push("--json");
        let run = self.run(&with_json).succeeded();
        serde_json::from_str(&run.stdout).unwrap()
    }

    /// A folder whose workspace holds two sources of a planted world, linked.
    pub fn with_linked_world() -> Self {
        let folder = Self::new();
        folder
            .run(&["simulate", "--scale", "6k", "--out", "world"])
            .succeeded();
        folder.import("world/darkboard", "darkboard").succeeded();
        folder
            .import("world/public_forum", "webmasters")
            .succeeded();
        folder.run(&["link"]).succeeded();
        folder
    }

    /// The rows of a query, as JSON.
    pub fn rows(&self, query: &str) -> Vec<Value> {
        let rows = self.run(&["sql", query, "--json"]).succeeded().stdout;
        rows.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Imports an input of a source of kind `cybercrime` whose format is to be recognised.
    pub fn import(&self, path: &str, source: &str) -> Run {
        self.run(&["import", path, "--source", source, "--kind", "cybercrime"])
    }

    pub fn status(&self) -> Value {
        self.json(&["status"])
    }

    /// Rows of a table in the latest snapshot.
    pub fn row_count(&self, table: &str) -> u64 {
        self.status()["tables"][table].as_u64().unwrap()
    }
}

impl Run {
    pub fn of(output: Output) -> Self {
        Self {
            exit_code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.exit_code, 0, "{}", self.stderr);
        self
    }

    /// Requires this exit code and every one of these words in the error message.
    #[track_caller]
    pub fn failed(self, exit_code: i32, words: &[&str]) -> Self {
        assert_eq!(self.exit_code, exit_code, "{}{}", self.stdout, self.stderr);
        assert!(self.stderr.starts_with("error: "), "{}", self.stderr);
        for word in words {
            assert!(
                self.stderr.contains(word),
                "no {word:?} in: {}",
                self.stderr
            );
        }
        self
    }
}

/// The folder of this package as cargo names it when it runs the tests: a test program kept
/// from another checkout was compiled with the path of that one.
pub fn manifest_folder() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}

/// The folder of real data, from `ENTANGLE_DATA` or beside the project. Where it is absent the
/// test is skipped, and under `CI=true` fails.
pub fn real_data() -> Option<PathBuf> {
    let folder = std::env::var_os("ENTANGLE_DATA").map_or_else(
        || manifest_folder().join("../../../shared/data"),
        PathBuf::from,
    );
    if folder.join("stackexchange").is_dir() {
        return Some(folder);
    }
    let is_required = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(
        !is_required,
        "no real data in {}; set ENTANGLE_DATA",
        folder.display()
    );
    eprintln!(
        "skipped: no real data in {}; set ENTANGLE_DATA to test with it",
        folder.display()
    );
    None
}

/// A post as a line of the canonical schema.
pub fn post_line(number: u64) -> String {
    let post = json!({
        "type": "post", "native_id": format!("p{number}"), "author": format!("member{}", number % 3),
        "posted_at": "2015-06-01T12:00:00Z", "body": format!("post number {number}"),
    });
    format!("{post}\n")
}

/// Posts of the canonical schema as JSON lines.
pub fn post_lines(numbers: std::ops::Range<u64>) -> String {
    numbers.map(post_line).collect()
}
