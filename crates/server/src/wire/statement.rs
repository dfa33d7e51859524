//! What a statement is: a query, or something about the session that changes nothing.
//!
//! Programs greet a server with statements about transactions and settings. They are answered, and
//! none of them has an effect: there is nothing to commit, and no limit can be set.

/// A statement about the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionStatement {
    /// A transaction begins.
    Begin,
    /// A transaction ends, with this tag.
    End(&'static str),
    /// Something is acknowledged with this tag and has no effect.
    Acknowledge(&'static str),
    /// A setting is asked for.
    Show {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
}

/// A statement of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// It is about the session.
    Session(SessionStatement),
    /// It sets something that cannot be set here; the name.
    Refused(String),
    /// It has to be planned to know.
    Query,
}

/// Settings that clients set on themselves; here they have no effect.
const HARMLESS_SETTINGS: [&str; 16] = [
    "application_name",
    "bytea_output",
    "client_encoding",
    "client_min_messages",
    "datestyle",
    "default_transaction_read_only",
    "extra_float_digits",
    "idle_in_transaction_session_timeout",
    "intervalstyle",
    "lock_timeout",
    "names",
    "search_path",
    "standard_conforming_strings",
    "statement_timeout",
    "time zone",
    "timezone",
];

/// Settings and their values, as clients ask for them.
const SHOWN_SETTINGS: [(&str, &str); 14] = [
    ("client_encoding", "UTF8"),
    ("datestyle", "ISO, YMD"),
    ("default_transaction_read_only", "on"),
    ("integer_datetimes", "on"),
    ("intervalstyle", "postgres"),
    ("max_identifier_length", "63"),
    ("search_path", "public"),
    ("server_encoding", "UTF8"),
    ("server_version", "16.6"),
    ("standard_conforming_strings", "on"),
    ("statement_timeout", "0"),
    ("time zone", "UTC"),
    ("timezone", "UTC"),
    ("transaction_isolation", "repeatable read"),
];

/// What a statement is, from its text as the parser writes it.
pub fn statement(text: &str) -> Statement {
    let words: Vec<String> = text
        .trim_end_matches(';')
        .split_whitespace()
        .map(str::to_ascii_lowercase)
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    use SessionStatement::{Acknowledge, Begin, End};
    match words.as_slice() {
        ["begin", ..] | ["start", "transaction", ..] => Statement::Session(Begin),
        ["commit" | "end", ..] => Statement::Session(End("COMMIT")),
        ["rollback", "to", ..] => Statement::Session(Acknowledge("ROLLBACK")),
        ["rollback" | "abort", ..] => Statement::Session(End("ROLLBACK")),
        ["savepoint", ..] => Statement::Session(Acknowledge("SAVEPOINT")),
        ["release", ..] => Statement::Session(Acknowledge("RELEASE")),
        ["deallocate", ..] => Statement::Session(Acknowledge("DEALLOCATE")),
        ["discard", ..] => Statement::Session(Acknowledge("DISCARD")),
        ["reset", ..] => Statement::Session(Acknowledge("RESET")),
        ["set", "transaction", ..] | ["set", "session", "characteristics", ..] => {
            Statement::Session(Acknowledge("SET"))
        }
        ["set", rest @ ..] => set(rest),
        ["show", "transaction", "isolation", "level"] => shown("transaction_isolation"),
        ["show", "time", "zone"] => shown("time zone"),
        ["show", name] => shown(name),
        _ => Statement::Query,
    }
}

fn set(words: &[&str]) -> Statement {
    let words = match words {
        ["session" | "local", rest @ ..] => rest,
        all => all,
    };
    let name = match words {
        ["time", "zone", ..] => "time zone",
        [name, ..] => name.split('=').next().unwrap_or_default(),
        [] => "",
    };
    let name = name.trim_matches('"');
    match HARMLESS_SETTINGS.contains(&name) {
        true => Statement::Session(SessionStatement::Acknowledge("SET")),
        false => Statement::Refused(name.to_owned()),
    }
}

fn shown(name: &str) -> Statement {
    let found = SHOWN_SETTINGS.iter().find(|(known, _)| *known == name);
    match found {
        Some((name, value)) => Statement::Session(SessionStatement::Show {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        }),
        // SHOW TABLES and the like are queries.
        None => Statement::Query,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn sessions_are_told_from_queries() {
        let mut text = String::new();
        for line in [
            "BEGIN",
            "START TRANSACTION READ ONLY",
            "COMMIT",
            "ROLLBACK",
            "ROLLBACK TO SAVEPOINT a",
            "SET extra_float_digits = 3",
            "SET SESSION TIME ZONE 'UTC'",
            "SET datafusion.runtime.memory_limit = '1T'",
            "SET datafusion.execution.target_partitions=1",
            "SHOW server_version",
            "SHOW TIME ZONE",
            "SHOW TABLES",
            "SELECT 1",
            "",
        ] {
            text += &format!("{line}: {:?}\n", statement(line));
        }
        expect![[r#"
            BEGIN: Session(Begin)
            START TRANSACTION READ ONLY: Session(Begin)
            COMMIT: Session(End("COMMIT"))
            ROLLBACK: Session(End("ROLLBACK"))
            ROLLBACK TO SAVEPOINT a: Session(Acknowledge("ROLLBACK"))
            SET extra_float_digits = 3: Session(Acknowledge("SET"))
            SET SESSION TIME ZONE 'UTC': Session(Acknowledge("SET"))
            SET datafusion.runtime.memory_limit = '1T': Refused("datafusion.runtime.memory_limit")
            SET datafusion.execution.target_partitions=1: Refused("datafusion.execution.target_partitions")
            SHOW server_version: Session(Show { name: "server_version", value: "16.6" })
            SHOW TIME ZONE: Session(Show { name: "time zone", value: "UTC" })
            SHOW TABLES: Query
            SELECT 1: Query
            : Query
        "#]].assert_eq(&text);
    }
}
