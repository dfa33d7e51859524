//! SQL: what reads is answered, what does anything else is refused, and limits hold.

use entangle_server::access::Role;

use super::server::OneServer;
use super::support::{Reply, unchunked, world};

fn ask(query: &str) -> Reply {
    world().sql(world().key(Role::Identified), query)
}

#[test]
fn statements_that_read_are_answered() {
    for query in [
        "SELECT count(*) AS n FROM posts",
        "WITH p AS (SELECT * FROM posts) SELECT kind, count(*) AS n FROM p GROUP BY kind",
        "EXPLAIN SELECT * FROM posts WHERE source = 'x'",
        "EXPLAIN ANALYZE SELECT count(*) FROM posts",
        "DESCRIBE posts",
        "SHOW TABLES",
        "SHOW COLUMNS FROM posts",
        "SELECT language, count(*) AS n FROM post_languages GROUP BY language",
        "SELECT * FROM snapshots",
        "VALUES (1, 'a')",
    ] {
        let reply = ask(query).succeeded();
        assert!(
            !reply.json()["data"].as_array().unwrap().is_empty(),
            "{query}"
        );
    }
}

#[test]
fn statements_that_do_anything_else_are_refused() {
    for query in [
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "DROP TABLE posts",
        "INSERT INTO posts SELECT * FROM posts",
        "DELETE FROM posts",
        "UPDATE posts SET body = ''",
        "COPY posts TO 'stolen.parquet'",
        "COPY (SELECT 1) TO 'stolen.csv' STORED AS CSV",
        "EXPLAIN COPY posts TO 'stolen.csv'",
        "EXPLAIN ANALYZE COPY posts TO 'stolen.csv'",
        "SET datafusion.execution.batch_size = 1",
        "RESET datafusion.execution.batch_size",
        "BEGIN",
        "PREPARE p AS SELECT 1",
        "TRUNCATE TABLE posts",
        "CREATE FUNCTION f() RETURNS INT RETURN 1",
        "SELECT repeat('x', 1000000000)",
        "SELECT lpad('x', 1000000000)",
        "SELECT range(0, 1000000000)",
        "SELECT * FROM (SELECT length(repeat('x', 10)) AS n) AS q WHERE n IN (SELECT length(repeat('y', 5)))",
    ] {
        let reply = ask(query);
        let error = reply.json();
        let code = error["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(
            ["query_not_reading", "invalid_query"].contains(&code.as_str()),
            "{query}: {error}"
        );
    }
    assert_eq!(
        world().rows("SELECT count(*) > 0 AS there FROM posts")[0]["there"],
        true
    );
}

#[test]
fn files_of_the_machine_cannot_be_read() {
    for query in [
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM \"/etc/passwd\"",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_parquet('posts.parquet')",
        "SELECT * FROM parquet_metadata('posts.parquet')",
        "SELECT pg_read_file('/etc/passwd')",
    ] {
        ask(query).failed("invalid_query");
    }
}

#[test]
fn where_the_workspace_lies_is_not_said() {
    let folder = world().workspace.path().display().to_string();
    let folder = folder.trim_start_matches('/');
    for query in [
        "EXPLAIN SELECT * FROM posts",
        "EXPLAIN VERBOSE SELECT * FROM posts",
        "EXPLAIN ANALYZE SELECT count(*) FROM posts",
        "EXPLAIN FORMAT TREE SELECT * FROM posts",
        "SELECT * FROM information_schema.df_settings",
        "SELECT * FROM information_schema.tables",
        "SHOW ALL",
    ] {
        let reply = ask(query);
        assert!(!reply.text().contains(folder), "{query}: {}", reply.text());
    }
}

#[test]
fn a_query_that_would_not_end_is_stopped() {
    let endless =
        "SELECT count(*) AS n FROM posts a CROSS JOIN posts b CROSS JOIN posts c CROSS JOIN posts d
                   WHERE a.body <> b.body AND c.body <> d.body";
    ask(endless).failed("query_limit");
}

#[test]
fn a_query_that_needs_too_much_memory_is_stopped() {
    let large = "SELECT array_agg(a.body || b.body) AS all_texts FROM posts a CROSS JOIN posts b";
    ask(large).failed("query_limit");
}

#[test]
fn too_many_rows_are_an_error_and_never_a_shorter_answer() {
    let many = "SELECT a.post_id FROM posts a CROSS JOIN posts b";
    ask(many).failed("query_limit");
    let body = serde_json::json!({ "query": many }).to_string();
    let headers = [("Content-Type", "application/json"), ("Accept", "text/csv")];
    let key = world().key(Role::Identified);
    let reply = world().request("POST", "/api/v1/sql", Some(key), &headers, body.as_bytes());
    // A streamed answer has begun when the limit is reached; it ends without its last chunk.
    if reply.status == 200 {
        assert_eq!(reply.headers["transfer-encoding"], "chunked");
        let rows = reply.text().lines().count();
        assert!(rows > 1 && rows <= 100_001, "{rows}");
    }
    assert_eq!(unchunked(b"1\r\na\r\n"), (b"a".to_vec(), false));
}

#[test]
fn wrong_queries_say_what_is_wrong() {
    let reply = ask("SELECT nothing FROM posts").failed("invalid_query");
    assert!(reply.text().contains("nothing"), "{}", reply.text());
    ask("SELECT").failed("invalid_query");
    ask("SELECT 1; SELECT 2").failed("invalid_query");
    ask("SELECT * FROM nowhere").failed("invalid_query");
    ask("SELECT 1 / 0 AS x FROM posts").failed("query_failed");
    ask(&format!("SELECT '{}'", "x".repeat(70_000))).failed("query_limit");
}

#[test]
fn a_query_may_not_fill_the_disk() {
    let server = OneServer::start(|options| {
        options.query_limits.memory_bytes = 32 << 20;
        options.query_limits.spill_bytes = 1 << 20;
    });
    server.import_posts("first", "lantern", 2_000);
    let query = "SELECT a.body AS one, b.body AS other FROM posts a CROSS JOIN posts b ORDER BY b.body, a.body";
    let reply = server.sql(query).failed("query_limit");
    assert!(
        reply.text().contains("room on the disk"),
        "{}",
        reply.text()
    );
    assert!(reply.text().contains("1 MiB"), "{}", reply.text());
}
