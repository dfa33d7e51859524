//! Dumps written by a real MariaDB, in every way in which its dump program writes them.
//!
//! The server runs in a temporary folder without a network and ends with the test.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::support::Folder;

/// Tables of FluxBB with the columns that matter and some that must never be read.
const SCHEMA: &str = "
CREATE DATABASE forum CHARACTER SET utf8mb4;
USE forum;
CREATE TABLE pun_users (id INT UNSIGNED PRIMARY KEY, group_id INT, username VARCHAR(200) NOT NULL,
  password VARCHAR(60), salt VARBINARY(12), email VARCHAR(80), url VARCHAR(100), signature TEXT,
  num_posts INT, last_visit INT, registered INT, registration_ip VARCHAR(39)) ENGINE=InnoDB;
CREATE TABLE pun_topics (id INT UNSIGNED PRIMARY KEY, poster VARCHAR(200), subject VARCHAR(255),
  posted INT, first_post_id INT, last_post INT, forum_id INT) ENGINE=InnoDB;
CREATE TABLE pun_forums (id INT UNSIGNED PRIMARY KEY, forum_name VARCHAR(80), disp_position INT) ENGINE=InnoDB;
CREATE TABLE pun_posts (id INT UNSIGNED PRIMARY KEY, poster VARCHAR(200), poster_id INT,
  poster_ip VARCHAR(39), message MEDIUMTEXT, hide_smilies TINYINT, posted INT, edited INT, topic_id INT) ENGINE=InnoDB;
INSERT INTO pun_users VALUES (2, 4, 'Анна', 'SECRET-HASH', 0x00FF275C0A, 'anna@mail.example.net', '', '', 1, 1300000000, 1200000000, '192.0.2.7');
INSERT INTO pun_topics VALUES (1, 'Анна', 'Dump; of \\'all\\'', 1300000000, 1, 1300000000, 3);
INSERT INTO pun_forums VALUES (3, 'Talk', 1);
";

/// Texts that a careless reader of dumps would cut or join.
const BODIES: [&str; 8] = [
    "it's a \"quoted\" text with a back\\slash and two \\\\ of them",
    "looks like the end of a row'),(99,'ghost',2,'','boo',1,1,1);\nINSERT INTO `pun_posts` VALUES (98",
    "-- no comment\n# neither\n/* nor this */ DELIMITER ;;",
    "tab\tand line\nbreaks\n\nand a % and a _ and \\% and \\_",
    "Привет, как дела? 你好 😀 \u{202e}reversed",
    "0x4142 X'41' NULL \\N _utf8mb4'x' ``back`ticks``",
    "semicolons; in; the; text; \u{1a} and control \u{1}",
    "ends with a backslash \\",
];

struct Server {
    process: Child,
    socket: PathBuf,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let data = folder.join("mariadb");
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
            .arg(format!("--user={}", user()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { process, socket };
        for _ in 0..600 {
            if server
                .client()
                .args(["-e", "SELECT 1"])
                .output()
                .unwrap()
                .status
                .success()
            {
                return server;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the server did not start");
    }

    fn client(&self) -> Command {
        let mut client = Command::new("mariadb");
        client
            .arg("--no-defaults")
            .arg(format!("--socket={}", self.socket.display()))
            .args(["--user=root", "--default-character-set=utf8mb4"]);
        client
    }

    fn run(&self, sql: &str) {
        let mut client = self.client().stdin(Stdio::piped()).spawn().unwrap();
        client
            .stdin
            .take()
            .unwrap()
            .write_all(sql.as_bytes())
            .unwrap();
        assert!(client.wait().unwrap().success());
    }

    fn dump(&self, options: &[&str], path: &Path) {
        let status = Command::new("mariadb-dump")
            .arg("--no-defaults")
            .arg(format!("--socket={}", self.socket.display()))
            .args(["--user=root", "--default-character-set=utf8mb4"])
            .args(options)
            .arg("forum")
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

/// Whether MariaDB is there. Without it the test is skipped, and under `CI=true` fails.
fn has_mariadb() -> bool {
    let is_there = Command::new("mariadbd").arg("--version").output().is_ok();
    let is_required = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(is_there || !is_required, "mariadb-server is not installed");
    if !is_there {
        eprintln!("skipped: mariadb-server is not installed");
    }
    is_there
}

#[test]
fn dumps_of_a_real_server_give_the_same_posts_however_they_are_written() {
    if !has_mariadb() {
        return;
    }
    let folder = Folder::new();
    let server = Server::start(folder.path());
    server.run(SCHEMA);
    for (number, body) in BODIES.iter().enumerate() {
        let literal: String = body.bytes().map(|byte| format!("{byte:02X}")).collect();
        server.run(&format!(
            "INSERT INTO forum.pun_posts VALUES ({}, 'Анна', 2, '192.0.2.7', CONVERT(0x{literal} USING utf8mb4), 0, {}, NULL, 1);",
            number + 1,
            1_300_000_000 + number
        ));
    }
    let ways: [&[&str]; 5] = [
        &[],
        &["--hex-blob", "--complete-insert"],
        &["--skip-extended-insert", "--skip-quote-names"],
        &["--compatible=ansi", "--skip-comments", "--replace"],
        &[
            "--tz-utc",
            "--order-by-primary",
            "--skip-add-locks",
            "--insert-ignore",
        ],
    ];
    for (number, options) in ways.into_iter().enumerate() {
        let name = format!("way{number}.sql");
        server.dump(options, &folder.path().join(&name));
        let source = format!("forum{number}");
        let arguments = [
            "import", &name, "--source", &source, "--kind", "public", "--json",
        ];
        let run = folder.run(&arguments).succeeded();
        let summary: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(summary["format"], "fluxbb_database", "{options:?}");
        assert_eq!(bodies_of(&folder, &source), BODIES, "{options:?}");
        assert_eq!(summary["records"]["account"]["mapped"], 1, "{summary}");
        assert_eq!(summary["records"]["post"]["rejected"], 0, "{summary}");
    }
    let everything = folder
        .run(&["sql", "--csv", "SELECT * FROM accounts"])
        .succeeded()
        .stdout;
    assert!(everything.contains("Анна") && !everything.contains("SECRET-HASH"));
}

fn bodies_of(folder: &Folder, source: &str) -> Vec<String> {
    let query = format!("SELECT body FROM posts WHERE source = '{source}' ORDER BY posted_at");
    let rows = folder.run(&["sql", "--json", &query]).succeeded().stdout;
    let rows = serde_json::Deserializer::from_str(&rows).into_iter::<Value>();
    rows.flat_map(|row| match row.unwrap() {
        Value::Array(rows) => rows,
        row => vec![row],
    })
    .map(|row| row["body"].as_str().unwrap().to_owned())
    .collect()
}
