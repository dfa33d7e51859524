//! Every listing, declared once: its columns, its rows, its order.

use entangle_model::schema::{
    self, Column, ColumnType, EVIDENCE, FORMER_NAMES, IDENTIFIER_VALUES, IDENTIFIERS, JUDGEMENTS,
    LINK_MODELS, LINKS, POST_VERSIONS, POSTS, THREADS,
};

use super::listing::{KeyKind, KeyPart, Listing};

const fn text(expression: &'static str) -> KeyPart {
    KeyPart {
        expression,
        kind: KeyKind::Text,
    }
}

const fn integer(expression: &'static str) -> KeyPart {
    KeyPart {
        expression,
        kind: KeyKind::Integer,
    }
}

const fn number(expression: &'static str) -> KeyPart {
    KeyPart {
        expression,
        kind: KeyKind::Number,
    }
}

const fn column(
    name: &'static str,
    column_type: ColumnType,
    null_means: Option<&'static str>,
    about: &'static str,
) -> Column {
    Column {
        name,
        column_type,
        null_means,
        about,
    }
}

/// Where an instant sorts; rows without one come first.
macro_rules! instant_key {
    ($column:literal) => {
        integer(concat!(
            "coalesce(CAST(",
            $column,
            " AS BIGINT), -9223372036854775807)"
        ))
    };
}

const SOURCE: Column = column("source", ColumnType::Text, None, "the source");
const ACCOUNT_ID: Column = column("account_id", ColumnType::Text, None, "the account");
const POST_COUNT: Column = column("post_count", ColumnType::Integer, None, "posts");

/// Sources with what they hold.
pub static SOURCES: Listing = Listing {
    name: "sources",
    about: "One row per source with how much it holds.",
    columns: &[
        column("source", ColumnType::Text, None, "name of the source"),
        column(
            "kind",
            ColumnType::Text,
            None,
            "public, cybercrime, market, channel, chat or leak",
        ),
        column(
            "language",
            ColumnType::Text,
            Some("not stated at import"),
            "main language, ISO 639-1",
        ),
        column(
            "declared_at",
            ColumnType::Instant,
            None,
            "when it was imported first",
        ),
        column("account_count", ColumnType::Integer, None, "accounts"),
        column("thread_count", ColumnType::Integer, None, "threads"),
        POST_COUNT,
        column(
            "first_posted_at",
            ColumnType::Instant,
            Some("no post has a time"),
            "time of the earliest post",
        ),
        column(
            "last_posted_at",
            ColumnType::Instant,
            Some("no post has a time"),
            "time of the latest post",
        ),
    ],
    rows: "SELECT s.source, s.kind, s.language, s.declared_at,
                  coalesce(a.account_count, 0) AS account_count,
                  coalesce(t.thread_count, 0) AS thread_count,
                  coalesce(p.post_count, 0) AS post_count, p.first_posted_at, p.last_posted_at
           FROM sources s
           LEFT JOIN (SELECT source, count(*) AS account_count FROM accounts GROUP BY source) a
                  ON a.source = s.source
           LEFT JOIN (SELECT source, count(*) AS thread_count FROM threads GROUP BY source) t
                  ON t.source = s.source
           LEFT JOIN (SELECT source, count(*) AS post_count, min(posted_at) AS first_posted_at,
                             max(posted_at) AS last_posted_at FROM posts GROUP BY source) p
                  ON p.source = s.source",
    key: &[text("source")],
};

/// What became of everything that was asked of a source.
pub static COVERAGE: Listing = Listing {
    name: "coverage",
    about: "One row per source and kind of record: what was asked, received, kept, rejected and missing.",
    columns: &[
        SOURCE,
        column(
            "record",
            ColumnType::Text,
            None,
            "account, thread, post or unknown",
        ),
        column(
            "asked_count",
            ColumnType::Integer,
            None,
            "rows found in all inputs, readable or not",
        ),
        column(
            "received_count",
            ColumnType::Integer,
            None,
            "rows that could be read",
        ),
        column(
            "mapped_count",
            ColumnType::Integer,
            None,
            "rows that became records",
        ),
        column(
            "rejected_count",
            ColumnType::Integer,
            None,
            "rows that did not, each with a row in rejects",
        ),
        column(
            "duplicate_count",
            ColumnType::Integer,
            None,
            "rows whose record was there before",
        ),
        column(
            "field_reject_count",
            ColumnType::Integer,
            None,
            "fields left out of kept records",
        ),
        column(
            "missing_parent_count",
            ColumnType::Integer,
            None,
            "records that name an author, a thread or a parent which is not in the workspace",
        ),
    ],
    rows: crate::overview::LEDGER,
    key: &[text("source"), text("record")],
};

/// Posts of a source by month.
pub static SOURCE_ACTIVITY: Listing = Listing {
    name: "source_activity",
    about: "One row per month with posts of the source.",
    columns: &[
        column(
            "month",
            ColumnType::Instant,
            None,
            "first instant of the month, UTC",
        ),
        POST_COUNT,
        column(
            "account_count",
            ColumnType::Integer,
            None,
            "accounts that posted",
        ),
    ],
    rows: "SELECT date_trunc('month', posted_at) AS month, count(*) AS post_count,
                  count(DISTINCT account_id) AS account_count
           FROM posts WHERE source = {restriction} AND posted_at IS NOT NULL
           GROUP BY date_trunc('month', posted_at)",
    key: &[integer("CAST(month AS BIGINT)")],
};

/// Accounts.
pub static ACCOUNTS: Listing = Listing::of_table(
    &schema::ACCOUNTS,
    "SELECT * FROM accounts",
    &[text("source"), text("account_id")],
);

/// Names of one account over time.
pub static ACCOUNT_NAMES: Listing = Listing {
    name: "account_names",
    about: "One row per name that the account bears or bore.",
    columns: &[
        ACCOUNT_ID,
        column("name", ColumnType::Text, Some("hidden under pseudonyms"), "the name as written"),
        column("used_until", ColumnType::Instant, Some("in use, or not stated"), "when the account gave the name up"),
        column("is_current", ColumnType::Flag, None, "whether the account bears it now"),
    ],
    rows: "SELECT account_id, name, used_until, false AS is_current FROM former_names
           WHERE account_id = {restriction}
           UNION ALL
           SELECT account_id, name, arrow_cast(NULL, 'Timestamp(Microsecond, Some(\"UTC\"))') AS used_until, true AS is_current
           FROM accounts WHERE account_id = {restriction}",
    key: &[
        integer("CAST(is_current AS BIGINT)"),
        instant_key!("used_until"),
        text("coalesce(name, '')"),
    ],
};

/// Posts of one account by month.
pub static ACCOUNT_MONTHS: Listing = Listing {
    name: "account_months",
    about: "One row per month in which the account posted.",
    columns: &[
        column(
            "month",
            ColumnType::Instant,
            None,
            "first instant of the month, UTC",
        ),
        POST_COUNT,
        column(
            "thread_count",
            ColumnType::Integer,
            None,
            "threads that it posted in",
        ),
        column(
            "active_day_count",
            ColumnType::Integer,
            None,
            "days with a post, UTC",
        ),
    ],
    rows: "SELECT date_trunc('month', posted_at) AS month, count(*) AS post_count,
                  count(DISTINCT thread_id) AS thread_count,
                  count(DISTINCT date_trunc('day', posted_at)) AS active_day_count
           FROM posts WHERE account_id = {restriction} AND posted_at IS NOT NULL
           GROUP BY date_trunc('month', posted_at)",
    key: &[integer("CAST(month AS BIGINT)")],
};

/// Posts of one account by hour of the week.
pub static ACCOUNT_HOURS: Listing = Listing {
    name: "account_hours",
    about: "One row per hour of the week in which the account posted; posts whose hour is known.",
    columns: &[
        column(
            "weekday",
            ColumnType::Integer,
            None,
            "day of the week, UTC, from 0 for Sunday",
        ),
        column(
            "hour",
            ColumnType::Integer,
            None,
            "hour of the day, UTC, from 0",
        ),
        POST_COUNT,
    ],
    rows: "SELECT CAST(date_part('dow', posted_at) AS BIGINT) AS weekday,
                  CAST(date_part('hour', posted_at) AS BIGINT) AS hour, count(*) AS post_count
           FROM posts WHERE account_id = {restriction} AND posted_at IS NOT NULL
             AND posted_at_precision IN ('second', 'minute', 'hour')
           GROUP BY date_part('dow', posted_at), date_part('hour', posted_at)",
    key: &[integer("weekday"), integer("hour")],
};

/// Former names.
pub static NAMES_GIVEN_UP: Listing = Listing::of_table(
    &FORMER_NAMES,
    "SELECT * FROM former_names",
    &[
        text("account_id"),
        instant_key!("used_until"),
        text("coalesce(name, '')"),
    ],
);

/// Identifiers that accounts show.
pub static SHOWN_IDENTIFIERS: Listing = Listing::of_table(
    &IDENTIFIERS,
    "SELECT * FROM identifiers",
    &[
        text("account_id"),
        text("kind"),
        text("value"),
        text("role"),
    ],
);

/// How common contacts are.
pub static CONTACTS: Listing = Listing::of_table(
    &IDENTIFIER_VALUES,
    "SELECT * FROM identifier_values",
    &[integer("-account_count"), text("kind"), text("value")],
);

/// Threads.
pub static ALL_THREADS: Listing = Listing::of_table(
    &THREADS,
    "SELECT * FROM threads",
    &[instant_key!("started_at"), text("thread_id")],
);

/// Posts.
pub static ALL_POSTS: Listing = Listing::of_table(
    &POSTS,
    "SELECT * FROM posts",
    &[instant_key!("posted_at"), text("post_id")],
);

/// Later texts of one post.
pub static VERSIONS: Listing = Listing::of_table(
    &POST_VERSIONS,
    "SELECT * FROM post_versions WHERE post_id = {restriction}",
    &[instant_key!("edited_at"), text("coalesce(body, '')")],
);

/// Links, the most probable first.
pub static ALL_LINKS: Listing = Listing::of_table(
    &LINKS,
    "SELECT * FROM links",
    &[
        number("-match_probability"),
        text("account_left"),
        text("account_right"),
    ],
);

/// Evidence of pairs.
pub static ALL_EVIDENCE: Listing = Listing::of_table(
    &EVIDENCE,
    "SELECT * FROM evidence",
    &[
        text("account_left"),
        text("account_right"),
        text("comparison"),
        text("level"),
        number("match_weight_bits"),
    ],
);

/// What the linkage learned of pairs of sources.
pub static SOURCE_PAIRS: Listing = Listing::of_table(
    &LINK_MODELS,
    "SELECT * FROM link_models",
    &[text("source_left"), text("source_right")],
);

/// Personas, those with the most accounts first.
pub static PERSONAS: Listing = Listing {
    name: "personas",
    about: "One row per persona: a set of accounts that may have one operator.",
    columns: &[
        column("persona_id", ColumnType::Text, None, "the persona"),
        column("account_count", ColumnType::Integer, None, "its accounts"),
        column("source_count", ColumnType::Integer, None, "their sources"),
        column(
            "weakest_link_probability",
            ColumnType::Number,
            None,
            "smallest probability among the links that hold it together",
        ),
    ],
    rows: "SELECT persona_id, count(*) AS account_count, count(DISTINCT source) AS source_count,
                  min(weakest_link_probability) AS weakest_link_probability
           FROM personas GROUP BY persona_id",
    key: &[integer("-account_count"), text("persona_id")],
};

/// Accounts of personas.
pub static PERSONA_ACCOUNTS: Listing = Listing {
    name: "persona_accounts",
    about: "One row per account of a persona.",
    columns: &[
        column("persona_id", ColumnType::Text, None, "the persona"),
        ACCOUNT_ID,
        SOURCE,
        column("native_id", ColumnType::Text, Some("hidden under pseudonyms"), "the id that the source gives the account"),
        column("name", ColumnType::Text, Some("deleted, nameless, or hidden under pseudonyms"), "its name as written"),
        column("weakest_link_probability", ColumnType::Number, None, "smallest probability among the links that hold the persona together"),
    ],
    rows: "SELECT p.persona_id, p.account_id, p.source, a.native_id, a.name, p.weakest_link_probability
           FROM personas p JOIN accounts a ON a.account_id = p.account_id",
    key: &[text("persona_id"), text("source"), text("account_id")],
};

/// Changes of personas over time.
pub static PERSONA_HISTORY: Listing = Listing::of_table(
    &schema::PERSONA_EVENTS,
    "SELECT * FROM persona_events WHERE persona_id = {restriction}",
    &[
        instant_key!("happened_at"),
        text("account_id"),
        text("event"),
    ],
);

/// Judgements of people.
pub static ALL_JUDGEMENTS: Listing = Listing::of_table(
    &JUDGEMENTS,
    "SELECT * FROM judgements",
    &[
        integer("operation"),
        text("coalesce(account_left, '')"),
        text("coalesce(account_right, '')"),
    ],
);

/// Snapshots up to the one that is read.
pub static SNAPSHOTS: Listing = Listing {
    name: "snapshots",
    about: "One row per state that the workspace has had, up to the one that is read.",
    columns: &[
        column(
            "snapshot",
            ColumnType::Integer,
            None,
            "number of the snapshot, from 0; cite it",
        ),
        column("created_at", ColumnType::Instant, None, "when it was made"),
        column(
            "command",
            ColumnType::Text,
            None,
            "the command that made it",
        ),
        column(
            "label",
            ColumnType::Text,
            Some("names something that the caller may not see"),
            "what the command was about: a source, an import",
        ),
    ],
    rows: "SELECT * FROM snapshots",
    key: &[integer("snapshot")],
};

/// Every listing.
pub static LISTINGS: &[&Listing] = &[
    &SOURCES,
    &COVERAGE,
    &SOURCE_ACTIVITY,
    &ACCOUNTS,
    &ACCOUNT_NAMES,
    &ACCOUNT_MONTHS,
    &ACCOUNT_HOURS,
    &NAMES_GIVEN_UP,
    &SHOWN_IDENTIFIERS,
    &CONTACTS,
    &ALL_THREADS,
    &ALL_POSTS,
    &VERSIONS,
    &ALL_LINKS,
    &ALL_EVIDENCE,
    &SOURCE_PAIRS,
    &PERSONAS,
    &PERSONA_ACCOUNTS,
    &PERSONA_HISTORY,
    &ALL_JUDGEMENTS,
    &SNAPSHOTS,
];
