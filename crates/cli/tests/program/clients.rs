//! The programs of others over a served workspace: the guides as they are written.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command};

use super::support::{Folder, manifest_folder};

/// A running `entangle serve`, ended with the test.
struct Server {
    child: Child,
    url: String,
    postgresql_port: String,
    key: String,
}

impl Server {
    /// Serves a workspace without keys on ports that are free, and reads what it says of itself.
    fn start(folder: &Folder, workspace: &str) -> Self {
        let mut child = folder.spawn(&[
            "--workspace",
            workspace,
            "serve",
            "--address",
            "127.0.0.1:0",
            "--postgresql",
            "127.0.0.1:0",
        ]);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut lines = lines.map(Result::unwrap);
        let mut said = |start: &str| {
            let line = lines.find(|line| line.trim_start().starts_with(start));
            line.unwrap().trim_start()[start.len()..].to_owned()
        };
        Self {
            url: said("listening on "),
            postgresql_port: said("PostgreSQL protocol on 127.0.0.1:"),
            key: format!("ent_{}", said("ent_")),
            child,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "needs Python and psql: pip install -r crates/server/tests/witness/requirements.txt, then ENTANGLE_CLIENTS=ENVIRONMENT cargo test --test program -- --ignored clients"]
fn clients_read_a_served_workspace_as_the_guides_say() {
    let environment = std::env::var_os("ENTANGLE_CLIENTS")
        .map(PathBuf::from)
        .expect("ENTANGLE_CLIENTS names an environment of Python with the clients");
    let root = manifest_folder().join("../..");
    let folder = Folder::new();
    let demo = ["demo", "--scale", "4k", "--out", "out"];
    folder.run(&demo).succeeded();
    let study = ["study", "init", "--out", "study.toml"];
    folder
        .run(&[&["--workspace", "out/workspace"], &study[..]].concat())
        .succeeded();
    let server = Server::start(&folder, "out/workspace");
    let witness = root.join("crates/server/tests/witness");
    let guides = ["api.md", "tables.md"].map(|name| root.join("docs/guide").join(name));
    for (script, arguments) in [("clients.py", &[][..]), ("guide.py", &guides)] {
        let ran = Command::new(environment.join("bin/python"))
            .arg(witness.join(script))
            .args(arguments)
            .current_dir(folder.path())
            .env("ENTANGLE_URL", &server.url)
            .env("ENTANGLE_PG_PORT", &server.postgresql_port)
            .env("ENTANGLE_KEY", &server.key)
            .env("ENTANGLE_WORKSPACE", folder.path().join("out/workspace"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        let errors = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{script}: {said}{errors}");
    }
}
