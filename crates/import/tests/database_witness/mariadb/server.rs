//! A MariaDB of its own, without a network.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Tenths of a second that the server has for its start.
const START_TENTHS_MAX: usize = 600;

/// A server that ends with this value.
pub(crate) struct Server {
    process: Child,
    socket: PathBuf,
}

impl Server {
    /// Starts it with an empty folder of data.
    pub(crate) fn start(folder: &Path) -> Self {
        let data = folder.join("data");
        let installed = Command::new("mariadb-install-db")
            .arg("--no-defaults")
            .arg(format!("--datadir={}", data.display()))
            .args(["--auth-root-authentication-method=normal", "--skip-test-db"])
            .arg(format!("--user={}", user()))
            .output()
            .unwrap();
        assert!(installed.status.success(), "{installed:?}");
        let socket = folder.join("socket");
        let process = Command::new("mariadbd")
            .arg("--no-defaults")
            .arg(format!("--datadir={}", data.display()))
            .arg(format!("--socket={}", socket.display()))
            .args(["--skip-networking", "--innodb-buffer-pool-size=32M"])
            .args(["--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0"])
            .arg(format!("--user={}", user()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { process, socket };
        for _ in 0..START_TENTHS_MAX {
            let answer = server.client("mariadb").args(["-e", "SELECT 1"]).output();
            if answer.unwrap().status.success() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the server did not start");
    }

    fn client(&self, program: &str) -> Command {
        let mut client = Command::new(program);
        client
            .arg("--no-defaults")
            .arg(format!("--socket={}", self.socket.display()))
            .args(["--user=root", "--default-character-set=utf8mb4"]);
        client
    }

    /// Runs statements.
    pub(crate) fn run(&self, statements: &str) {
        let mut client = self
            .client("mariadb")
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
            .client("mariadb-dump")
            .args(options)
            .arg(database)
            .stdout(File::create(path).unwrap())
            .status()
            .unwrap();
        assert!(status.success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that is gone already needs no end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn user() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
