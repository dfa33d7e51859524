//! A PostgreSQL of its own, without a network.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Tenths of a second that the server has for its start.
const START_TENTHS_MAX: usize = 600;

/// Where Debian keeps the programs of the server, by version.
const VERSIONS_FOLDER: &str = "/usr/lib/postgresql";

/// A server that ends with this value.
pub(crate) struct Server {
    process: Child,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts it with an empty folder of data. The server refuses to run as root; then it runs as
    /// the user that its package made.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        if is_root() {
            let owned = Command::new("chown")
                .arg("postgres")
                .arg(folder.path())
                .status();
            assert!(owned.unwrap().success());
        }
        let data = folder.path().join("data");
        let made = as_ordinary_user("initdb")
            .arg(format!("--pgdata={}", data.display()))
            .args([
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C",
            ])
            .arg("--no-sync")
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let process = as_ordinary_user("postgres")
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-c", "listen_addresses=", "-c", "fsync=off"])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { process, folder };
        for _ in 0..START_TENTHS_MAX {
            let answer = server
                .client("psql")
                .args(["--command=SELECT 1", "postgres"])
                .output();
            if answer.unwrap().status.success() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the server did not start");
    }

    fn client(&self, name: &str) -> Command {
        let mut client = Command::new(program(name));
        let host = format!("--host={}", self.folder.path().display());
        client.args([&host, "--username=postgres"]);
        client
    }

    /// Makes a database by statements.
    pub(crate) fn create_database(&self, name: &str, statements: &str) {
        let made = self.client("createdb").arg(name).status().unwrap();
        assert!(made.success());
        let mut client = self
            .client("psql")
            .args(["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", name])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = client.stdin.take().unwrap();
        stdin.write_all(statements.as_bytes()).unwrap();
        drop(stdin);
        assert!(client.wait().unwrap().success());
    }

    /// Dumps a database to a file.
    pub(crate) fn dump(&self, database: &str, options: &[&str], path: &Path) {
        let status = self
            .client("pg_dump")
            .args(options)
            .arg(database)
            .stdout(File::create(path).unwrap())
            .status()
            .unwrap();
        assert!(status.success());
    }
}

impl Drop for Server {
    /// Its own processes end with it when they are asked to.
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        let stop = as_ordinary_user("pg_ctl")
            .args(["stop", "--mode=immediate", "--pgdata"])
            .arg(data)
            .current_dir(self.folder.path())
            .output();
        if !stop.is_ok_and(|stop| stop.status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// A program of the server: that of the newest version, else the one on the path.
pub(crate) fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir(VERSIONS_FOLDER)
        .into_iter()
        .flatten()
        .flatten();
    versions
        .map(|version| version.path().join("bin").join(name))
        .filter(|program| program.exists())
        .max()
        .unwrap_or_else(|| PathBuf::from(name))
}

fn as_ordinary_user(name: &str) -> Command {
    if !is_root() {
        return Command::new(program(name));
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program(name));
    command
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.trim_ascii() == b"0"
}
