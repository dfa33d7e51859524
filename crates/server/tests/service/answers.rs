//! Answers: pages, formats, what is known already, and errors.

use std::collections::BTreeSet;

use arrow::ipc::reader::StreamReader;
use entangle_server::access::Role;
use entangle_server::document;
use serde_json::{Value, json};

use super::support::{Reply, world};

#[test]
fn the_document_is_current() {
    let text = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    expect_test::expect_file!["../../../../docs/reference/openapi.json"].assert_eq(&text);
}

/// The rows of every page, from the first to the last.
fn all_pages(role: Role, path: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut next = path.to_owned();
    loop {
        let page = world().json(role, &next);
        let data = page["data"].as_array().unwrap();
        assert!(
            !data.is_empty() || rows.is_empty(),
            "an empty page after others"
        );
        rows.extend(data.iter().cloned());
        match page["next_cursor"].as_str() {
            None => return rows,
            Some(cursor) => next = format!("{path}&cursor={cursor}"),
        }
    }
}

#[test]
fn pages_hold_every_row_once_in_order() {
    let total = world().rows("SELECT count(*) AS n FROM posts")[0]["n"]
        .as_u64()
        .unwrap();
    for role in [Role::Identified, Role::Pseudonymous] {
        let rows = all_pages(role, "/api/v1/posts?limit=701");
        let ids: BTreeSet<&str> = rows
            .iter()
            .map(|row| row["post_id"].as_str().unwrap())
            .collect();
        assert_eq!((rows.len() as u64, ids.len() as u64), (total, total));
        let times: Vec<&str> = rows
            .iter()
            .filter_map(|row| row["posted_at"].as_str())
            .collect();
        assert!(times.is_sorted());
    }
    let links = all_pages(Role::Identified, "/api/v1/links?limit=37");
    let expected = world().rows("SELECT count(*) AS n FROM links")[0]["n"]
        .as_u64()
        .unwrap();
    assert_eq!(links.len() as u64, expected);
    let probabilities: Vec<f64> = links
        .iter()
        .map(|link| link["match_probability"].as_f64().unwrap())
        .collect();
    assert!(probabilities.is_sorted_by(|left, right| left >= right));
}

#[test]
fn a_cursor_goes_on_in_its_own_question_only() {
    let page = world().json(Role::Identified, "/api/v1/posts?limit=3");
    let cursor = page["next_cursor"].as_str().unwrap();
    let get = |path: String| world().get(Role::Identified, &path);
    get(format!("/api/v1/posts?limit=9&cursor={cursor}")).succeeded();
    get(format!("/api/v1/threads?cursor={cursor}")).failed("invalid_cursor");
    get(format!("/api/v1/posts?kind=reply&cursor={cursor}")).failed("invalid_cursor");
    get(format!("/api/v1/posts?snapshot=0&cursor={cursor}")).failed("invalid_cursor");
    get("/api/v1/posts?cursor=00".to_owned()).failed("invalid_cursor");
    // Under another sight the same row has another place.
    let path = format!("/api/v1/posts?limit=3&cursor={cursor}");
    world()
        .get(Role::Pseudonymous, &path)
        .failed("invalid_cursor");
}

fn accepting(media_type: &str, path: &str) -> Reply {
    let key = world().key(Role::Identified);
    world()
        .request("GET", path, Some(key), &[("Accept", media_type)], b"")
        .succeeded()
}

#[test]
fn every_format_holds_the_same_rows() {
    let path = "/api/v1/accounts?limit=50";
    let rows = world().json(Role::Identified, path)["data"]
        .as_array()
        .unwrap()
        .clone();
    let lines = accepting("application/x-ndjson", path).text();
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines, rows);
    let stream = accepting("application/vnd.apache.arrow.stream", path);
    let batches = StreamReader::try_new(stream.body.as_slice(), None).unwrap();
    let count: usize = batches.map(|batch| batch.unwrap().num_rows()).sum();
    assert_eq!(count, rows.len());
    let csv = accepting("text/csv", path);
    assert!(
        csv.text().starts_with("account_id,source,native_id,name,"),
        "{}",
        csv.text()
    );
    assert!(csv.headers["link"].contains("rel=\"next\""));
    let parquet = accepting("application/vnd.apache.parquet", path);
    assert_eq!(&parquet.body[..4], b"PAR1");
    let key = world().key(Role::Identified);
    world()
        .request("GET", path, Some(key), &[("Accept", "image/png")], b"")
        .failed("not_acceptable");
}

#[test]
fn who_has_an_answer_is_not_sent_it_again() {
    let path = "/api/v1/sources";
    let first = world().get(Role::Pseudonymous, path).succeeded();
    let etag = first.headers["etag"].clone();
    let ask = |role: Role, etag: &str| {
        let headers = [("If-None-Match", etag)];
        world().request("GET", path, Some(world().key(role)), &headers, b"")
    };
    let again = ask(Role::Pseudonymous, &etag);
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(ask(Role::Pseudonymous, "\"other\"").status, 200);
    // Somebody else's answer is another one.
    assert_eq!(ask(Role::Aggregate, &etag).status, 200);
}

#[test]
fn mistakes_have_one_shape() {
    let key = world().key(Role::Identified);
    let ask = |method: &str, path: &str| world().request(method, path, Some(key), &[], b"");
    ask("GET", "/api/v1/nothing").failed("no_such_endpoint");
    ask("GET", "/").failed("no_such_endpoint");
    ask("GET", "/api/v1/posts?limit=0").failed("invalid_parameter");
    ask("GET", "/api/v1/posts?limit=many").failed("invalid_parameter");
    ask("GET", "/api/v1/posts?colour=red").failed("invalid_parameter");
    ask("GET", "/api/v1/posts?posted_from=yesterday").failed("invalid_parameter");
    ask("GET", "/api/v1/links?probability_from=7").failed("invalid_parameter");
    ask("GET", "/api/v1/posts?snapshot=999999").failed("not_found");
    ask("GET", "/api/v1/accounts/%FF").failed("invalid_parameter");
    ask("GET", "/api/v1/accounts/nobody").failed("not_found");
    let reply = ask("DELETE", "/api/v1/posts").failed("method_not_allowed");
    assert!(reply.headers["allow"].contains("GET"));
    let long = format!("/api/v1/posts?kind={}", "x".repeat(20_000));
    ask("GET", &long).failed("address_too_long");
    world()
        .request("GET", "/api/v1/me", None, &[], b"")
        .failed("key_missing");
    world()
        .request("GET", "/api/v1/me", Some("nonsense"), &[], b"")
        .failed("key_refused");
    let basic = [("Authorization", "Basic eDp5")];
    world()
        .request("GET", "/api/v1/me", None, &basic, b"")
        .failed("key_missing");
    let post = |headers: &[(&str, &str)], body: &[u8]| {
        world().request("POST", "/api/v1/sql", Some(key), headers, body)
    };
    let json_type = [("Content-Type", "application/json")];
    post(&[], b"{}").failed("unsupported_media_type");
    post(&json_type, b"{").failed("invalid_body");
    post(&json_type, b"{\"query\": 1}").failed("invalid_body");
    post(&json_type, &vec![b' '; 300 << 10]).failed("body_too_large");
}

#[test]
fn an_older_snapshot_gives_the_older_answer() {
    let latest = world().json(Role::Aggregate, "/api/v1/sources");
    let first = world().json(Role::Aggregate, "/api/v1/sources?snapshot=0");
    assert_eq!(first["data"], json!([]));
    assert_eq!(first["snapshot"], 0);
    assert!(latest["snapshot"].as_u64().unwrap() > 0);
    let snapshots = world().json(Role::Aggregate, "/api/v1/snapshots?limit=1000");
    let last = snapshots["data"].as_array().unwrap().last().unwrap();
    assert_eq!(last["snapshot"], latest["snapshot"]);
}

#[test]
fn measurements_name_nobody() {
    world().get(Role::Identified, "/api/v1/accounts?name=somebody-8812");
    let text = world().get(Role::Admin, "/metrics").succeeded().text();
    assert!(text.contains("entangle_requests_total"), "{text}");
    assert!(text.contains("endpoint=\"/api/v1/accounts\""), "{text}");
    assert!(!text.contains("somebody-8812"));
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn search_counts_what_the_tables_hold_and_pages_through_it() {
    let openings = "SELECT count(*) AS n FROM posts WHERE kind = 'opening'";
    let count = world().rows(openings)[0]["n"].as_u64().unwrap();
    let ask = |more: &str| {
        let path = format!("/api/v1/search?q=kind:opening&order=newest&limit=7{more}");
        world().json(Role::Identified, &path)["data"].take()
    };
    let first = ask("");
    assert_eq!(first["post_count"], count);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = ask(&format!("&cursor={cursor}"));
    let ids = |page: &Value| -> Vec<String> {
        let hits = page["hits"].as_array().unwrap().iter();
        hits.map(|hit| hit["post"]["post_id"].as_str().unwrap().to_owned())
            .collect()
    };
    let (first, second) = (ids(&first), ids(&second));
    assert_eq!((first.len(), second.len()), (7, 7));
    assert!(first.iter().all(|id| !second.contains(id)));
    let refused = |question: &str, code: &str| {
        let path = format!("/api/v1/search?q={question}");
        world().get(Role::Identified, &path).failed(code);
    };
    refused("(sell", "invalid_parameter");
    refused("kind:opening&cursor=00", "invalid_cursor");
    refused(
        &format!("kind:reply&order=newest&cursor={cursor}"),
        "invalid_cursor",
    );
}

#[test]
fn a_hit_leads_to_posts_like_it_and_to_the_parts_of_its_score() {
    let ask = |path: &str| world().json(Role::Identified, path)["data"].take();
    let found = ask("/api/v1/search?q=the&limit=1");
    let hit = &found["hits"][0];
    let post_id = hit["post"]["post_id"].as_str().unwrap();
    let explained = ask(&format!("/api/v1/posts/{post_id}/score?q=the"));
    let difference = explained["value"].as_f64().unwrap() - hit["score"].as_f64().unwrap();
    assert!(difference.abs() < 1e-5, "{explained} {hit}");
    let like = ask(&format!("/api/v1/posts/{post_id}/similar?limit=3"));
    let like = like["hits"].as_array().unwrap();
    assert!(like.len() <= 3);
    assert!(like.iter().all(|hit| hit["post"]["post_id"] != post_id));

    let refused = |path: &str, code: &str| {
        world().get(Role::Identified, path).failed(code);
    };
    refused("/api/v1/posts/nobody/similar", "not_found");
    refused(
        &format!("/api/v1/posts/{post_id}/score?q=zyzzyvas"),
        "not_found",
    );
    refused(
        &format!("/api/v1/posts/{post_id}/similar?limit=0"),
        "invalid_parameter",
    );
    refused(
        &format!("/api/v1/posts/{post_id}/score?q=(sell"),
        "invalid_parameter",
    );
}
