//! Who may ask what: the matrix of endpoints and roles, and what each role can find out.

use std::collections::{BTreeMap, BTreeSet};

use entangle_server::access::Role;
use entangle_server::keys::{list_keys, revoke_key, verify_audit};
use entangle_server::{RULES, Rule, document};
use serde_json::{Value, json};

use super::jobs;
use super::support::{key_for, new_key, world};

/// Every operation of the document: method and template.
fn operations() -> Vec<(String, String)> {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let mut operations = Vec::new();
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            operations.push((method.to_ascii_uppercase(), path.clone()));
        }
    }
    assert!(operations.len() > 30);
    operations
}

/// What stands for the parameters of paths, as a role sees it.
fn samples(role: Role) -> BTreeMap<&'static str, String> {
    let first = |path: &str, field: &str| {
        let listed = world().json(role, path);
        listed["data"][0][field].as_str().unwrap().to_owned()
    };
    let mut samples = BTreeMap::from([("{source}", first("/api/v1/sources?limit=1", "source"))]);
    if matches!(role, Role::Pseudonymous | Role::Identified) {
        samples.extend([
            (
                "{account_id}",
                first("/api/v1/accounts?limit=1", "account_id"),
            ),
            ("{thread_id}", first("/api/v1/threads?limit=1", "thread_id")),
            ("{post_id}", first("/api/v1/posts?limit=1", "post_id")),
            (
                "{persona_id}",
                first("/api/v1/personas?limit=1", "persona_id"),
            ),
            (
                "{account_left}",
                first("/api/v1/links?limit=1", "account_left"),
            ),
            (
                "{account_right}",
                first("/api/v1/links?limit=1", "account_right"),
            ),
        ]);
    }
    samples
}

/// A study of a role, from which the rest of the paths is filled.
fn add_study(role: Role, samples: &mut BTreeMap<&'static str, String>) {
    let key = world().key(role);
    let job = jobs::succeeded(key, "study", &json!({ "study": jobs::study_text() }));
    let job_id = job["job_id"].as_str().unwrap();
    let study = world().json(role, &format!("/api/v1/studies/{job_id}"));
    let first = |field: &str| study["data"][field][0].as_str().unwrap().to_owned();
    samples.extend([
        (
            "{job_id}/files/{name}",
            format!("{job_id}/files/results.json"),
        ),
        ("{job_id}", job_id.to_owned()),
        (
            "{study_id}/tables/{name}",
            format!("{job_id}/tables/{}", first("tables")),
        ),
        (
            "{study_id}/figures/{name}",
            format!("{job_id}/figures/{}", first("figures")),
        ),
        ("{study_id}", job_id.to_owned()),
    ]);
}

/// What is sent to an operation that takes a body.
fn body_of(method: &str, path: &str) -> String {
    let body = match (method, path) {
        ("POST", "/api/v1/jobs/study") => json!({ "study": jobs::study_text() }),
        ("POST", "/api/v1/jobs/export") => json!({ "format": "gexf" }),
        ("POST", "/api/v1/jobs/query") => json!({ "format": "csv", "query": "SELECT 1 AS one" }),
        ("POST", "/api/v1/jobs/package") => json!({
            "study": jobs::study_text(), "licence": "none", "authors": ["A"], "summary": "s",
        }),
        ("POST", "/api/v1/jobs/index") => json!({}),
        ("POST", _) => json!({ "query": "SELECT 1 AS one" }),
        _ => return String::new(),
    };
    body.to_string()
}

fn filled(path: &str, samples: &BTreeMap<&'static str, String>) -> String {
    let mut path = path.to_owned();
    // The longer ones first: they tell apart what has one name in several paths.
    let mut samples: Vec<_> = samples.iter().collect();
    samples.sort_by_key(|(parameter, _)| std::cmp::Reverse(parameter.len()));
    for (parameter, value) in samples {
        path = path.replace(parameter, value);
    }
    if path == "/api/v1/search" {
        path += "?q=the";
    }
    if path.ends_with("/score") {
        path += "?q=*";
    }
    // A role that sees no records has no ids; it is refused before its id is looked at.
    path.replace(['{', '}'], "x")
}

/// The status of every endpoint for every role, from the document: an endpoint without a rule fails.
#[test]
fn every_endpoint_is_open_to_the_roles_of_its_rule_and_to_no_other() {
    let rules: BTreeMap<(&str, &str), Rule> = RULES
        .iter()
        .map(|(method, path, rule)| ((*method, *path), *rule))
        .collect();
    let operations = operations();
    assert_eq!(operations.len(), rules.len(), "a rule has no endpoint");
    for role in Role::ALL.into_iter().map(Some).chain([None]) {
        let mut samples = role.map_or_else(BTreeMap::new, samples);
        if let Some(role) = role {
            add_study(role, &mut samples);
        }
        // What is removed is needed by nobody after it.
        let is_removal = |operation: &&(String, String)| operation.0 == "DELETE";
        let removals = operations.iter().filter(is_removal);
        let others = operations.iter().filter(|operation| !is_removal(operation));
        for (method, path) in others.chain(removals) {
            let rule = rules.get(&(method.as_str(), path.as_str()));
            let rule = rule.unwrap_or_else(|| panic!("{method} {path} has no rule"));
            let expected = match (rule, role) {
                (Rule::Public, _) => 200,
                (_, None) => 401,
                (rule, Some(role)) if rule.allows(role) => match method.as_str() {
                    "DELETE" => 204,
                    "POST" if path.starts_with("/api/v1/jobs/") => 202,
                    _ => 200,
                },
                _ => 403,
            };
            let body = body_of(method, path);
            let headers = [("Content-Type", "application/json")];
            let key = role.map(|role| world().key(role));
            let reply = world().request(
                method,
                &filled(path, &samples),
                key,
                &headers,
                body.as_bytes(),
            );
            assert_eq!(
                reply.status,
                expected,
                "{method} {path} {role:?}: {}",
                reply.text()
            );
        }
    }
}

/// Names, native ids, ids and contacts of the workspace that would say who somebody is.
fn secrets() -> BTreeSet<String> {
    let mut secrets = BTreeSet::new();
    for query in [
        "SELECT account_id AS secret FROM accounts",
        "SELECT a.name AS secret FROM accounts a JOIN names n ON n.account_id = a.account_id
         WHERE n.folded_surprisal_bits >= 20 OR n.folded_surprisal_bits + 2 >= (
            SELECT max(o.folded_surprisal_bits) FROM names o WHERE o.source = n.source)",
        "SELECT value AS secret FROM identifiers WHERE kind NOT IN ('cve', 'file_hash', 'apk_package')",
        "SELECT post_id AS secret FROM posts LIMIT 500",
        "SELECT persona_id AS secret FROM personas",
    ] {
        let rows = world().rows(query);
        secrets.extend(
            rows.iter()
                .filter_map(|row| row["secret"].as_str())
                .map(str::to_owned),
        );
    }
    // Shorter ones occur by chance.
    secrets.retain(|secret| secret.chars().count() >= 6);
    assert!(secrets.len() > 100);
    secrets
}

#[test]
fn no_answer_under_pseudonyms_says_who_somebody_is() {
    let secrets = secrets();
    let mut samples = samples(Role::Pseudonymous);
    add_study(Role::Pseudonymous, &mut samples);
    for (method, path) in operations() {
        if method != "GET" || !path.starts_with("/api/v1/") {
            continue;
        }
        let path = filled(&path, &samples);
        let listed = world().get(Role::Pseudonymous, &format!("{path}?limit=1000"));
        let text = match listed.status {
            // What is no list has no pages.
            400 => world().get(Role::Pseudonymous, &path).text(),
            _ => listed.text(),
        };
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{path} says {secret}");
        }
    }
}

#[test]
fn a_guess_cannot_be_tested_under_pseudonyms() {
    let known = &world().rows(
        "SELECT account_id, source, native_id, name FROM accounts WHERE name IS NOT NULL LIMIT 1",
    )[0];
    let known = |field: &str| known[field].as_str().unwrap().to_owned();
    let get = |path: &str| world().get(Role::Pseudonymous, path);
    get(&format!("/api/v1/accounts/{}", known("account_id"))).failed("not_found");
    get(&format!(
        "/api/v1/accounts?name={}",
        percent(&known("name"))
    ))
    .failed("role_insufficient");
    get(&format!(
        "/api/v1/accounts?native_id={}",
        percent(&known("native_id"))
    ))
    .failed("role_insufficient");
    let value = &world().rows("SELECT value FROM identifiers LIMIT 1")[0]["value"];
    let path = format!(
        "/api/v1/identifiers?value={}",
        percent(value.as_str().unwrap())
    );
    assert_eq!(
        world().json(Role::Pseudonymous, &path)["data"],
        serde_json::json!([])
    );
    let path = format!("/api/v1/accounts/{}/posts", known("account_id"));
    assert_eq!(
        world().json(Role::Pseudonymous, &path)["data"],
        serde_json::json!([])
    );
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn pseudonyms_lead_from_one_answer_to_the_next() {
    let get = |path: &str| world().json(Role::Pseudonymous, path);
    let links = get("/api/v1/links?limit=5");
    let link = &links["data"][0];
    let side = |side: &str| link[side].as_str().unwrap().to_owned();
    let (left, right) = (side("account_left"), side("account_right"));
    assert!(left.starts_with("account-"), "{left}");
    let detail = get(&format!("/api/v1/links/{right}/{left}"));
    assert!(!detail["data"]["evidence"].as_array().unwrap().is_empty());
    let account = get(&format!("/api/v1/accounts/{left}"));
    assert_eq!(account["data"]["name"], Value::Null);
    let posts = get(&format!("/api/v1/accounts/{left}/posts"));
    for post in posts["data"].as_array().unwrap() {
        assert_eq!(post["account_id"], left.as_str());
    }
}

#[test]
fn a_key_for_one_source_sees_nothing_of_the_others() {
    let sources = world().rows("SELECT source FROM sources ORDER BY source");
    let names: Vec<&str> = sources
        .iter()
        .map(|row| row["source"].as_str().unwrap())
        .collect();
    let (own, other) = (names[0], names[1]);
    let key = key_for(&world().workspace, Role::Identified, &[own]);
    let foreign = &world().rows(&format!(
        "SELECT account_id FROM accounts WHERE source = '{other}' LIMIT 1"
    ))[0];
    let foreign = foreign["account_id"].as_str().unwrap();
    for (method, path) in operations() {
        if method != "GET" || !path.starts_with("/api/v1/") {
            continue;
        }
        let path = path
            .replace("{source}", own)
            .replace("{account_id}", foreign);
        let path = filled(&path, &BTreeMap::new());
        let reply = world().request("GET", &path, Some(&key), &[], b"");
        let text = reply.text();
        for name in &names[1..] {
            assert!(!text.contains(&format!("\"{name}\"")), "{path}: {text}");
        }
    }
    world()
        .request(
            "GET",
            &format!("/api/v1/posts?source={other}"),
            Some(&key),
            &[],
            b"",
        )
        .failed("source_not_allowed");
    let tables = world().json(Role::Aggregate, "/api/v1/tables");
    for table in tables["data"].as_array().unwrap() {
        let table = table["name"].as_str().unwrap();
        let text = world()
            .sql(&key, &format!("SELECT * FROM {table} LIMIT 2000"))
            .succeeded()
            .text();
        for name in &names[1..] {
            assert!(!text.contains(&format!("\"{name}\"")), "{table}: {text}");
        }
    }
    let counted = world()
        .sql(&key, "SELECT count(*) AS n FROM posts")
        .succeeded()
        .json();
    let expected = &world().rows(&format!(
        "SELECT count(*) AS n FROM posts WHERE source = '{own}'"
    ))[0];
    assert_eq!(counted["data"][0], *expected);
}

#[test]
fn small_counts_are_withheld_from_who_sees_no_records() {
    let source = &world().rows("SELECT source FROM sources ORDER BY source LIMIT 1")[0];
    let path = format!(
        "/api/v1/sources/{}/activity?limit=1000",
        source["source"].as_str().unwrap()
    );
    let counts = |role| {
        let months = world().json(role, &path);
        let months = months["data"].as_array().unwrap().clone();
        months
            .into_iter()
            .map(|month| month["account_count"].clone())
            .collect::<Vec<Value>>()
    };
    let (full, withheld) = (counts(Role::Identified), counts(Role::Aggregate));
    assert_eq!(full.len(), withheld.len());
    for (full, withheld) in full.iter().zip(&withheld) {
        match full.as_i64().unwrap() {
            1..10 => assert_eq!(*withheld, Value::Null),
            _ => assert_eq!(full, withheld),
        }
    }
}

#[test]
fn every_identified_answer_is_in_the_audit_log_with_its_purpose() {
    let purpose = "audit test 7351";
    let key = world().key(Role::Identified);
    let headers = [("X-Purpose", purpose)];
    let secret = "/api/v1/accounts?native_id=nobody-4711";
    world()
        .request("GET", secret, Some(key), &headers, b"")
        .succeeded();
    assert!(verify_audit(&world().workspace).unwrap().damage.is_none());
    let log = world().workspace.path().join("access/audit");
    let mut entries = String::new();
    for entry in std::fs::read_dir(log).unwrap() {
        let text = std::fs::read(entry.unwrap().path()).unwrap();
        entries += &String::from_utf8_lossy(&text);
    }
    let entry = entries.lines().find(|line| line.contains(purpose)).unwrap();
    assert!(entry.contains("/api/v1/accounts"), "{entry}");
    // What was asked for can name somebody.
    assert!(!entries.contains("nobody-4711"));
}

#[test]
fn a_revoked_key_is_refused_at_once() {
    let key = new_key(&world().workspace, Role::Pseudonymous, |new| {
        new.label = "to go".to_owned()
    });
    world()
        .request("GET", "/api/v1/me", Some(&key), &[], b"")
        .succeeded();
    let keys = list_keys(&world().workspace).unwrap();
    let id = &keys.iter().find(|key| key.label == "to go").unwrap().key_id;
    revoke_key(&world().workspace, id).unwrap();
    world()
        .request("GET", "/api/v1/me", Some(&key), &[], b"")
        .failed("key_refused");
}

#[test]
fn a_key_that_asks_too_fast_is_told_when_to_come_back() {
    let one = std::num::NonZeroU32::MIN;
    let key = new_key(&world().workspace, Role::Aggregate, |new| {
        new.rate_limit.requests_per_minute = one;
        new.rate_limit.burst = one;
    });
    world()
        .request("GET", "/api/v1/me", Some(&key), &[], b"")
        .succeeded();
    let reply = world()
        .request("GET", "/api/v1/me", Some(&key), &[], b"")
        .failed("too_many_requests");
    let seconds: u64 = reply.headers["retry-after"].parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
}
