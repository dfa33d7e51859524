//! Which permission every endpoint needs: one table, and what is not in it is refused.

use entangle_access::{Permission, Role};

/// What an endpoint needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Nothing; it says nothing of the data.
    Public,
    /// This permission.
    Needs(Permission),
    /// Records: under pseudonyms for the role pseudonymous, as imported for the role identified.
    Records,
    /// Full-text search, over what the role sees of a text.
    Search,
    /// Records as documents for other programs, as the role sees them.
    Export,
    /// Jobs: of a key its own, all of them for who runs the server.
    Jobs,
    /// Results of own jobs, which hold what the role of the key sees.
    JobFiles,
}

impl Rule {
    /// The permission that a caller of this role needs.
    pub fn permission(self, role: Role) -> Permission {
        let of_sight = |pseudonymous, identified| match role {
            Role::Identified => identified,
            _ => pseudonymous,
        };
        match self {
            // Whoever has a key may read what nobody needs one for.
            Rule::Public => Permission::ReadAggregates,
            Rule::Needs(permission) => permission,
            Rule::Records => of_sight(
                Permission::ReadPseudonymousRecords,
                Permission::ReadIdentifiedRecords,
            ),
            Rule::Search => of_sight(
                Permission::SearchMaskedTexts,
                Permission::SearchUnmaskedTexts,
            ),
            Rule::Export => of_sight(
                Permission::ExportPseudonymousRecords,
                Permission::ExportIdentifiedRecords,
            ),
            Rule::Jobs => match role {
                Role::Admin => Permission::ReadOperations,
                _ => Permission::ReadAggregates,
            },
            Rule::JobFiles => match role {
                // Who runs the server needs what its role has not: it sees that a job is there, and
                // not what came of it.
                Role::Pseudonymous | Role::Admin => Permission::ExportPseudonymousRecords,
                Role::Identified => Permission::ExportIdentifiedRecords,
                Role::Aggregate => Permission::ReadAggregates,
            },
        }
    }

    /// Whether a key of this role may ask.
    pub fn allows(self, role: Role) -> bool {
        role.may(self.permission(role))
    }

    /// The roles that may ask, for the OpenAPI document.
    pub fn roles(self) -> Vec<&'static str> {
        let roles = Role::ALL.into_iter().filter(|role| self.allows(*role));
        roles.map(Role::as_str).collect()
    }
}

/// The rule of an endpoint, by method and template of the path.
pub fn rule(method: &str, path: &str) -> Option<Rule> {
    // HEAD is GET without the body.
    let method = if method == "HEAD" { "GET" } else { method };
    let found = RULES
        .iter()
        .find(|(known, template, _)| *known == method && *template == path);
    found.map(|(_, _, rule)| *rule)
}

const AGGREGATES: Rule = Rule::Needs(Permission::ReadAggregates);
const SEARCHES: Rule = Rule::Needs(Permission::SearchUnmaskedTexts);

/// Every endpoint.
pub const RULES: &[(&str, &str, Rule)] = &[
    ("GET", "/health", Rule::Public),
    ("GET", "/ready", Rule::Public),
    ("GET", "/metrics", Rule::Needs(Permission::ReadOperations)),
    ("GET", "/api/v1/openapi.json", Rule::Public),
    ("GET", "/api/v1/me", AGGREGATES),
    ("GET", "/api/v1/tables", AGGREGATES),
    ("GET", "/api/v1/snapshots", AGGREGATES),
    ("GET", "/api/v1/search", SEARCHES),
    ("GET", "/api/v1/sources", AGGREGATES),
    ("GET", "/api/v1/sources/{source}", AGGREGATES),
    ("GET", "/api/v1/sources/{source}/activity", AGGREGATES),
    ("GET", "/api/v1/coverage", AGGREGATES),
    ("GET", "/api/v1/accounts", Rule::Records),
    ("GET", "/api/v1/accounts/{account_id}", Rule::Records),
    ("GET", "/api/v1/accounts/{account_id}/names", Rule::Records),
    ("GET", "/api/v1/accounts/{account_id}/months", Rule::Records),
    ("GET", "/api/v1/accounts/{account_id}/hours", Rule::Records),
    (
        "GET",
        "/api/v1/accounts/{account_id}/identifiers",
        Rule::Records,
    ),
    ("GET", "/api/v1/accounts/{account_id}/posts", Rule::Records),
    ("GET", "/api/v1/accounts/{account_id}/links", Rule::Records),
    ("GET", "/api/v1/threads", Rule::Records),
    ("GET", "/api/v1/threads/{thread_id}", Rule::Records),
    ("GET", "/api/v1/threads/{thread_id}/posts", Rule::Records),
    ("GET", "/api/v1/posts", Rule::Records),
    ("GET", "/api/v1/posts/{post_id}", Rule::Records),
    ("GET", "/api/v1/posts/{post_id}/versions", Rule::Records),
    ("GET", "/api/v1/posts/{post_id}/similar", SEARCHES),
    ("GET", "/api/v1/posts/{post_id}/score", SEARCHES),
    ("GET", "/api/v1/identifiers", Rule::Records),
    ("GET", "/api/v1/contacts", Rule::Records),
    ("GET", "/api/v1/links", Rule::Records),
    (
        "GET",
        "/api/v1/links/{account_left}/{account_right}",
        Rule::Records,
    ),
    ("GET", "/api/v1/source-pairs", Rule::Records),
    ("GET", "/api/v1/personas", Rule::Records),
    ("GET", "/api/v1/personas/{persona_id}", Rule::Records),
    ("GET", "/api/v1/judgements", Rule::Records),
    ("POST", "/api/v1/sql", Rule::Needs(Permission::RunSql)),
    ("GET", "/api/v1/search/state", Rule::Jobs),
    ("GET", "/api/v1/jobs", Rule::Jobs),
    ("POST", "/api/v1/jobs/study", AGGREGATES),
    ("POST", "/api/v1/jobs/export", Rule::Export),
    (
        "POST",
        "/api/v1/jobs/query",
        Rule::Needs(Permission::RunSql),
    ),
    ("POST", "/api/v1/jobs/package", Rule::Export),
    (
        "POST",
        "/api/v1/jobs/index",
        Rule::Needs(Permission::ReadOperations),
    ),
    ("GET", "/api/v1/jobs/{job_id}", Rule::Jobs),
    ("DELETE", "/api/v1/jobs/{job_id}", Rule::Jobs),
    ("GET", "/api/v1/jobs/{job_id}/files/{name}", Rule::JobFiles),
    ("GET", "/api/v1/studies", AGGREGATES),
    ("GET", "/api/v1/studies/{study_id}", AGGREGATES),
    (
        "GET",
        "/api/v1/studies/{study_id}/tables/{name}",
        AGGREGATES,
    ),
    (
        "GET",
        "/api/v1/studies/{study_id}/figures/{name}",
        AGGREGATES,
    ),
    ("GET", "/api/v1/keys", Rule::Needs(Permission::ManageKeys)),
    (
        "GET",
        "/api/v1/audit",
        Rule::Needs(Permission::ReadAuditLog),
    ),
];
