//! Long work as jobs, and the studies that come of them.

use std::time::{Duration, Instant};

use entangle_server::access::{NewKey, Role};
use serde_json::{Value, json};

use super::server::{OneServer, SLOW_QUERY};
use super::support::{Reply, key_for, new_key, world};

/// A study of the world that takes no time.
pub fn study_text() -> String {
    let sources = world().rows("SELECT source, kind FROM sources ORDER BY source");
    let named = |is_public: bool| -> Vec<&str> {
        sources
            .iter()
            .filter(|row| (row["kind"] == "public") == is_public)
            .map(|row| row["source"].as_str().unwrap())
            .collect()
    };
    let (public, targets) = (named(true), named(false));
    format!(
        "title = \"A <b>study</b>\"\npublic_source = \"{}\"\ntargets = {targets:?}\nsuppress_below_count = 1\nbootstrap_count = 100\npermutation_count = 50\n",
        public[0]
    )
}

pub fn post(key: &str, kind: &str, body: &Value) -> Reply {
    let headers = [("Content-Type", "application/json")];
    let path = format!("/api/v1/jobs/{kind}");
    world().request(
        "POST",
        &path,
        Some(key),
        &headers,
        body.to_string().as_bytes(),
    )
}

fn get(key: &str, path: &str) -> Reply {
    world().request("GET", path, Some(key), &[], b"")
}

/// Asks for a job, which must be taken, and gives its id.
#[track_caller]
pub fn started(key: &str, kind: &str, body: &Value) -> String {
    let reply = post(key, kind, body);
    assert_eq!(reply.status, 202, "{}", reply.text());
    let job = &reply.json()["data"];
    let job_id = job["job_id"].as_str().unwrap();
    assert_eq!(reply.headers["location"], format!("/api/v1/jobs/{job_id}"));
    assert_eq!(job["kind"], kind);
    job_id.to_owned()
}

/// The job once it has ended.
#[track_caller]
pub fn ended(key: &str, job_id: &str) -> Value {
    let begun = Instant::now();
    loop {
        let job = get(key, &format!("/api/v1/jobs/{job_id}"))
            .succeeded()
            .json()["data"]
            .clone();
        if job["state"] != "queued" && job["state"] != "running" {
            assert!(job["finished_at"].is_string(), "{job}");
            return job;
        }
        assert!(begun.elapsed() < Duration::from_secs(300), "{job}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[track_caller]
pub fn succeeded(key: &str, kind: &str, body: &Value) -> Value {
    let job = ended(key, &started(key, kind, body));
    assert_eq!(job["state"], "succeeded", "{job}");
    job
}

fn file(key: &str, job: &Value, name: &str) -> Reply {
    let files = job["files"].as_array().unwrap();
    let file = files.iter().find(|file| file["name"] == name);
    let file = file.unwrap_or_else(|| panic!("no {name}: {job}"));
    let reply = get(key, file["href"].as_str().unwrap()).succeeded();
    assert_eq!(
        reply.body.len() as u64,
        file["byte_count"].as_u64().unwrap()
    );
    reply
}

#[test]
fn a_study_is_run_and_its_numbers_tables_and_figures_are_shown() {
    let key = new_key(&world().workspace, Role::Aggregate, |_| {});
    let job = succeeded(&key, "study", &json!({ "study": study_text() }));
    let job_id = job["job_id"].as_str().unwrap();
    // Numbers about many and no list of accounts.
    let names: Vec<&str> = job["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"report.html"), "{names:?}");
    assert!(
        !names.contains(&"tables/crossover_accounts.csv"),
        "{names:?}"
    );

    let studies = get(&key, "/api/v1/studies").succeeded().json();
    let study = studies["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|study| study["study_id"] == job_id)
        .unwrap()
        .clone();
    assert_eq!(study["title"], "A <b>study</b>");
    let shown = get(&key, &format!("/api/v1/studies/{job_id}")).succeeded();
    // The study file asked for all counts, and the role sees no small ones.
    assert_eq!(
        shown.json()["data"]["results"]["about"]["suppress_below_count"],
        10
    );
    let etag = shown.headers["etag"].clone();
    let known = [("If-None-Match", etag.as_str())];
    let again = world().request(
        "GET",
        &format!("/api/v1/studies/{job_id}"),
        Some(&key),
        &known,
        b"",
    );
    assert_eq!(again.status, 304);

    let tables = study["tables"].as_array().unwrap().iter();
    let counted = tables.map(|table| {
        let path = format!(
            "/api/v1/studies/{job_id}/tables/{}",
            table.as_str().unwrap()
        );
        let rows = get(&key, &path).succeeded().json()["data"]
            .as_array()
            .unwrap()
            .len();
        (rows, path)
    });
    let (rows, path) = counted.max().unwrap();
    assert!(rows > 1);
    let accept = |media_type| {
        world()
            .request("GET", &path, Some(&key), &[("Accept", media_type)], b"")
            .succeeded()
    };
    assert_eq!(accept("application/x-ndjson").text().lines().count(), rows);
    assert!(accept("text/csv").text().lines().count() > rows);
    assert!(
        accept("application/vnd.apache.parquet")
            .body
            .starts_with(b"PAR1")
    );
    assert!(
        !accept("application/vnd.apache.arrow.stream")
            .body
            .is_empty()
    );

    let figure = study["figures"][0].as_str().unwrap();
    let figure = get(&key, &format!("/api/v1/studies/{job_id}/figures/{figure}")).succeeded();
    let report = file(&key, &job, "report.html");
    for reply in [&figure, &report] {
        assert!(reply.headers["content-disposition"].starts_with("attachment; filename="));
        assert!(reply.headers["content-security-policy"].contains("default-src 'none'"));
        assert!(reply.headers["content-security-policy"].contains("sandbox"));
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
    }
    assert_eq!(figure.headers["content-type"], "image/svg+xml");
    assert!(figure.text().starts_with("<svg") || figure.text().starts_with("<?xml"));
    assert!(!report.text().contains("<b>study</b>"));
    let lower = report.headers["etag"].clone();
    let href = job["files"]
        .as_array()
        .unwrap()
        .iter()
        .find(|file| file["name"] == "report.html")
        .unwrap()["href"]
        .clone();
    let known = [("If-None-Match", lower.as_str())];
    let again = world().request("GET", href.as_str().unwrap(), Some(&key), &known, b"");
    assert_eq!(again.status, 304);
    for path in [
        "tables/..%2Fresults",
        "tables/nothing",
        "figures/nothing",
        "figures/..%2F..%2Fjob",
    ] {
        get(&key, &format!("/api/v1/studies/{job_id}/{path}")).failed("not_found");
    }
    for name in ["..%2Fjob.json", "%2Fetc%2Fpasswd", "nothing"] {
        get(&key, &format!("/api/v1/jobs/{job_id}/files/{name}")).failed("not_found");
    }
}

#[test]
fn an_export_shows_what_the_role_sees() {
    let name = &world().rows(
        "SELECT a.name FROM accounts a JOIN names n ON n.account_id = a.account_id
         WHERE regexp_like(a.name, '^[A-Za-z0-9_]{8,}$')
         ORDER BY n.surprisal_bits DESC, a.name LIMIT 1",
    )[0]["name"];
    let name = name.as_str().unwrap();
    let graph = json!({ "format": "gexf", "least_probability": 0.0 });
    let pseudonymous = world().key(Role::Pseudonymous);
    let job = succeeded(pseudonymous, "export", &graph);
    assert!(
        !file(pseudonymous, &job, "accounts.gexf")
            .text()
            .contains(name)
    );

    let identified = world().key(Role::Identified);
    let body = graph.to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("X-Purpose", "export test 881"),
    ];
    let reply = world().request(
        "POST",
        "/api/v1/jobs/export",
        Some(identified),
        &headers,
        body.as_bytes(),
    );
    let job_id = reply.json()["data"]["job_id"].as_str().unwrap().to_owned();
    let job = ended(identified, &job_id);
    assert!(
        file(identified, &job, "accounts.gexf")
            .text()
            .contains(name)
    );
    // Who saw names, and why, stands where the command line records it too, and in the audit log.
    let disclosed =
        std::fs::read_to_string(world().workspace.path().join("disclosures.jsonl")).unwrap();
    assert!(disclosed.contains("export test 881"), "{disclosed}");
    let hidden = json!({ "format": "gexf", "pseudonyms": true });
    let job = succeeded(identified, "export", &hidden);
    assert!(
        !file(identified, &job, "accounts.gexf")
            .text()
            .contains(name)
    );
}

#[test]
fn every_format_of_records_and_rows_is_a_job() {
    let key = world().key(Role::Identified);
    for format in ["stix", "misp", "gexf", "graphml", "gephi_csv", "convokit"] {
        let request = json!({ "format": format, "pseudonyms": true });
        let job = succeeded(key, "export", &request);
        assert!(!job["files"].as_array().unwrap().is_empty(), "{job}");
    }
    for (format, name) in [
        ("csv", "rows.csv"),
        ("ndjson", "rows.ndjson"),
        ("xlsx", "rows.xlsx"),
    ] {
        let request = json!({ "format": format, "query": "SELECT source, count(*) AS n FROM posts GROUP BY source" });
        let job = succeeded(key, "query", &request);
        assert!(!file(key, &job, name).body.is_empty());
    }
    let request = json!({
        "study": study_text(), "licence": "as you like", "authors": ["Lovelace, Ada"], "summary": "numbers",
    });
    let job = succeeded(key, "package", &request);
    let sums = file(key, &job, "package/SHA256SUMS").text();
    assert!(sums.contains("CITATION.cff"), "{sums}");
}

#[test]
fn a_job_reads_the_sources_of_its_key_and_no_other() {
    let sources = world().rows("SELECT source FROM sources ORDER BY source");
    let (own, other) = (
        sources[0]["source"].as_str().unwrap(),
        sources[1]["source"].as_str().unwrap(),
    );
    let key = key_for(&world().workspace, Role::Identified, &[own]);
    post(&key, "study", &json!({ "study": study_text() })).failed("source_not_allowed");
    post(
        &key,
        "export",
        &json!({ "format": "gexf", "sources": [other] }),
    )
    .failed("source_not_allowed");
    let job = succeeded(&key, "export", &json!({ "format": "gexf" }));
    let text = file(&key, &job, "accounts.gexf").text();
    assert!(
        text.contains(own) && !text.contains(&format!("\"{other}\"")),
        "{text}"
    );
    let request = json!({ "format": "csv", "query": "SELECT DISTINCT source FROM posts" });
    let job = succeeded(&key, "query", &request);
    assert_eq!(
        file(&key, &job, "rows.csv").text(),
        format!("source\n{own}\n")
    );
}

#[test]
fn what_is_wrong_with_a_job_is_said_at_once() {
    let key = world().key(Role::Identified);
    post(key, "study", &json!({})).failed("invalid_body");
    post(key, "study", &json!({ "study": "title = 1" })).failed("invalid_body");
    post(key, "study", &json!({ "name": "../../etc/passwd" })).failed("not_found");
    post(key, "export", &json!({ "format": "pdf" })).failed("invalid_body");
    post(
        key,
        "export",
        &json!({ "format": "gexf", "least_probability": 2 }),
    )
    .failed("invalid_body");
    post(
        key,
        "export",
        &json!({ "format": "gexf", "snapshot": 99999 }),
    )
    .failed("not_found");
    post(
        key,
        "query",
        &json!({ "format": "csv", "query": "DELETE FROM posts" }),
    )
    .failed("query_not_reading");
    post(
        key,
        "query",
        &json!({ "format": "csv", "query": "SELECT nothing" }),
    )
    .failed("invalid_query");
    // What only the run finds out is told by the job.
    let missing = "title = \"T\"\npublic_source = \"nowhere\"\ntargets = [\"elsewhere\"]\n";
    let job = ended(key, &started(key, "study", &json!({ "study": missing })));
    assert_eq!(job["state"], "failed", "{job}");
    assert_eq!(job["error"]["code"], "invalid_body", "{job}");
    assert_eq!(job["files"], json!([]));
}

#[test]
fn a_job_belongs_to_its_key() {
    let owner = new_key(&world().workspace, Role::Identified, |_: &mut NewKey| {});
    let other = new_key(&world().workspace, Role::Identified, |_: &mut NewKey| {});
    let admin = world().key(Role::Admin);
    let query = json!({ "format": "csv", "query": "SELECT 'quite a secret' AS word" });
    let job = succeeded(&owner, "query", &query);
    let path = format!("/api/v1/jobs/{}", job["job_id"].as_str().unwrap());
    get(&other, &path).failed("not_found");
    get(&other, &format!("{path}/files/rows.csv")).failed("not_found");
    world()
        .request("DELETE", &path, Some(&other), &[], b"")
        .failed("not_found");
    let listed = |key: &str| get(key, "/api/v1/jobs").succeeded().text();
    assert!(listed(&owner).contains("quite a secret"));
    assert!(!listed(&other).contains(&path));
    // Who runs the server sees that there is a job, not what is asked for nor what comes of it.
    assert!(listed(admin).contains(&path) && !listed(admin).contains("quite a secret"));
    get(admin, &format!("{path}/files/rows.csv")).failed("role_insufficient");
    let removed = world().request("DELETE", &path, Some(admin), &[], b"");
    assert_eq!(removed.status, 204);
    get(&owner, &path).failed("not_found");
}

#[test]
fn too_many_jobs_are_refused_and_a_running_one_can_be_cancelled() {
    let server = OneServer::start(|options| options.queued_job_count = 2);
    server.import_posts("first", "lantern", 3_000);
    let slow = json!({ "format": "csv", "query": SLOW_QUERY });
    let first = server.started("query", &slow);
    server.wait_for_state(&first, "running");
    let waiting: Vec<String> = (0..2).map(|_| server.started("query", &slow)).collect();
    let refused = server.post("query", &slow).failed("too_many_requests");
    assert!(refused.headers.contains_key("retry-after"));
    for job_id in [&waiting[0], &first] {
        assert_eq!(
            server
                .request("DELETE", &format!("/api/v1/jobs/{job_id}"))
                .status,
            204
        );
        server
            .request("GET", &format!("/api/v1/jobs/{job_id}"))
            .failed("not_found");
    }
    // The one that waited runs now, and its turn ends with the server.
    server.wait_for_state(&waiting[1], "running");
    let quick = server.started(
        "query",
        &json!({ "format": "csv", "query": "SELECT 1 AS one" }),
    );
    let server = server.restarted();
    server.wait_for_state(&waiting[1], "interrupted");
    server.wait_for_state(&quick, "interrupted");
    let jobs = server.workspace_path().join("server/jobs");
    assert!(!jobs.join(&first).exists());
    assert!(!jobs.join(&waiting[1]).join("work").exists());
    let again = server.started(
        "query",
        &json!({ "format": "csv", "query": "SELECT 1 AS one" }),
    );
    server.wait_for_state(&again, "succeeded");
}

#[test]
fn results_that_are_too_old_are_removed() {
    let server = OneServer::start(|options| options.job_age_max = Duration::from_millis(1));
    let query = json!({ "format": "csv", "query": "SELECT 1 AS one" });
    let job_id = server.started("query", &query);
    server.wait_for_state(&job_id, "succeeded");
    let server = server.restarted();
    server
        .request("GET", &format!("/api/v1/jobs/{job_id}"))
        .failed("not_found");
    assert!(
        !server
            .workspace_path()
            .join("server/jobs")
            .join(&job_id)
            .exists()
    );
}

#[test]
fn study_files_and_reports_of_folders_are_known_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let (studies, reports) = (folder.path().join("studies"), folder.path().join("reports"));
    for part in [&studies, &reports] {
        std::fs::create_dir(part).unwrap();
    }
    std::fs::write(studies.join("first.toml"), "title = 1").unwrap();
    let results = json!({ "about": { "title": "Old", "public_source": "forum", "target_sources": ["board"], "snapshot": 3 } });
    std::fs::create_dir_all(reports.join("old/figures")).unwrap();
    std::fs::write(reports.join("old/results.json"), results.to_string()).unwrap();
    std::fs::write(
        reports.join("old/figures/a.svg"),
        "<svg onload='alert(1)'/>",
    )
    .unwrap();
    let server = OneServer::start(move |options| {
        options.studies_folder = Some(studies.clone());
        options.reports_folder = Some(reports.clone());
    });
    // It is found, and is no study file.
    server
        .post("study", &json!({ "name": "first" }))
        .failed("invalid_body");
    server
        .post("study", &json!({ "name": "second" }))
        .failed("not_found");
    let listed = server.request("GET", "/api/v1/studies").succeeded().json();
    assert_eq!(listed["data"][0]["study_id"], "report-old");
    assert_eq!(listed["data"][0]["figures"], json!(["a"]));
    let figure = server
        .request("GET", "/api/v1/studies/report-old/figures/a")
        .succeeded();
    assert!(figure.headers["content-security-policy"].contains("sandbox"));
    for study in ["report-..", "report-none", "report-old%2F..", "report-"] {
        server
            .request("GET", &format!("/api/v1/studies/{study}"))
            .failed("not_found");
    }
}
