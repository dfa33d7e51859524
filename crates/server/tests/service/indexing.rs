//! The search index that the server keeps up by itself.

use std::time::{Duration, Instant};

use super::server::OneServer;

fn found(server: &OneServer, word: &str) -> u64 {
    let reply = server.request("GET", &format!("/api/v1/search?q={word}"));
    reply.succeeded().json()["data"]["post_count"]
        .as_u64()
        .unwrap()
}

#[test]
fn the_index_is_made_at_the_start_and_follows_imports() {
    let server = OneServer::start(|_| {});
    server.wait_for_index();
    server.import_posts("first", "lantern", 50);
    let state = server.wait_for_index();
    assert_eq!(state["post_count"], 50, "{state}");
    assert_eq!(found(&server, "lantern"), 50);
    server.import_posts("second", "zeppelin", 30);
    server.wait_for_index();
    assert_eq!(
        (found(&server, "lantern"), found(&server, "zeppelin")),
        (50, 30)
    );
    // A server that starts later goes on from what is there.
    let server = server.restarted();
    let state = server.wait_for_index();
    assert_eq!(state["post_count"], 80, "{state}");
}

#[test]
fn an_index_that_fails_ends_no_server_and_is_tried_again() {
    let server = OneServer::start(|_| {});
    server.wait_for_index();
    let index = server.workspace_path().join("search");
    std::fs::remove_dir_all(&index).unwrap();
    std::fs::write(&index, "in the way").unwrap();
    server.import_posts("first", "lantern", 20);
    let begun = Instant::now();
    loop {
        let state = server
            .request("GET", "/api/v1/search/state")
            .succeeded()
            .json();
        if state["data"]["last_failure_at"].is_string() {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{state}");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(server.request("GET", "/ready").status, 200);
    std::fs::remove_file(&index).unwrap();
    server.wait_for_index();
    assert_eq!(found(&server, "lantern"), 20);
}

#[test]
fn a_server_goes_on_after_a_deletion_and_shows_nothing_of_the_account() {
    let server = OneServer::start(|_| {});
    server.import_posts("first", "lantern", 50);
    server.wait_for_index();
    let accounts = server.request("GET", "/api/v1/accounts").succeeded().json();
    let (snapshot, account) = (&accounts["snapshot"], &accounts["data"][0]);
    let old = format!("/api/v1/posts?snapshot={snapshot}");
    server.request("GET", &old).succeeded();
    let query = serde_json::json!({ "format": "csv", "query": "SELECT * FROM posts" });
    let job_id = server.started("query", &query);
    server.wait_for_state(&job_id, "succeeded");
    let file = format!("/api/v1/jobs/{job_id}/files/rows.csv");
    server.request("GET", &file).succeeded();

    server.forget(account["account_id"].as_str().unwrap());
    server.request("GET", &old).failed("not_found");
    server.request("GET", &file).failed("not_found");
    let gone = format!(
        "/api/v1/accounts/{}",
        account["account_id"].as_str().unwrap()
    );
    server.request("GET", &gone).failed("not_found");
    server.wait_for_index();
    // Of fifty posts by seven accounts, each has written seven or eight.
    assert!((42..=43).contains(&found(&server, "lantern")));
    let left = server
        .request("GET", "/api/v1/posts?limit=1000")
        .succeeded()
        .json();
    for post in left["data"].as_array().unwrap() {
        assert_ne!(post["account_id"], account["account_id"]);
    }
}
