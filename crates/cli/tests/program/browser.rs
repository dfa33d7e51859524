//! The report in a real browser: nothing on the console, nothing asked of the network, accessible,
//! printable, no wider than a phone.

use std::path::Path;
use std::process::Command;

use super::support::Folder;

#[test]
#[ignore = "needs Chromium and Node: npm ci --ignore-scripts in a copy of crates/report/tests/browser, then ENTANGLE_BROWSER_CHECK=COPY cargo test --test program -- --ignored browser"]
fn a_browser_shows_and_prints_the_report_without_a_fault() {
    let check = std::env::var_os("ENTANGLE_BROWSER_CHECK")
        .expect("ENTANGLE_BROWSER_CHECK names the folder of the check with its packages");
    let folder = Folder::new();
    let demo = [
        "demo",
        "--kind",
        "seed-of-field",
        "--scale",
        "40k",
        "--out",
        "out",
    ];
    folder.run(&demo).succeeded();
    let ran = Command::new("node")
        .arg(Path::new(&check).join("check_report.mjs"))
        .arg(folder.path().join("out/report/report.html"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}{errors}");
    assert!(said.contains("report.html: good"), "{said}");
}
