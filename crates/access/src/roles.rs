//! What each role may do: one table, in one place.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What the holder of a key is to the data.
///
/// Roles are no ladder: an administrator looks after keys and reads the audit log, and reads no
/// records with that key. Who needs both holds two keys, so that the log tells the two apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees numbers about many accounts, with small counts suppressed, and no record of any.
    Aggregate,
    /// Sees records under keyed pseudonyms, and texts in which identifiers are masked.
    Pseudonymous,
    /// Sees records as they were imported, for a purpose that is stated and recorded.
    Identified,
    /// Looks after keys and reads the audit log.
    Admin,
}

impl Role {
    /// Every role, from the least to the most consequential.
    pub const ALL: [Role; 4] = [
        Role::Aggregate,
        Role::Pseudonymous,
        Role::Identified,
        Role::Admin,
    ];

    /// The word used in files and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Aggregate => "aggregate",
            Role::Pseudonymous => "pseudonymous",
            Role::Identified => "identified",
            Role::Admin => "admin",
        }
    }

    /// The role that a word names.
    pub fn parse(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Whether the role may do this.
    ///
    /// Every permission is decided for every role here; a new one does not compile until it is.
    pub fn may(self, permission: Permission) -> bool {
        use Role::{Admin, Aggregate, Identified, Pseudonymous};
        let permitted: &[Role] = match permission {
            Permission::ReadAggregates => &[Aggregate, Pseudonymous, Identified, Admin],
            Permission::ReadPseudonymousRecords => &[Pseudonymous, Identified],
            Permission::SearchMaskedTexts => &[Pseudonymous, Identified],
            Permission::ExportPseudonymousRecords => &[Pseudonymous, Identified],
            Permission::ReadIdentifiedRecords => &[Identified],
            Permission::SearchUnmaskedTexts => &[Identified],
            Permission::ExportIdentifiedRecords => &[Identified],
            Permission::RunSql => &[Identified],
            Permission::ReadAuditLog => &[Admin],
            Permission::ReadOperations => &[Admin],
            Permission::ManageKeys => &[Admin],
        };
        permitted.contains(&self)
    }

    /// Whether a key of this role must state what it is for.
    pub fn needs_purpose(self) -> bool {
        Permission::ALL
            .iter()
            .any(|&permission| permission.is_identified() && self.may(permission))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Something that a request needs to be allowed to do. An endpoint names exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// Counts, shares and results of studies, with small counts suppressed; sources and coverage.
    ReadAggregates,
    /// Accounts, posts, links and personas under keyed pseudonyms, with identifiers masked.
    ReadPseudonymousRecords,
    /// Full-text search whose hits do not depend on anything that masking hides.
    SearchMaskedTexts,
    /// Files of pseudonymous records.
    ExportPseudonymousRecords,
    /// Names, contacts, account ids and texts as they were imported.
    ReadIdentifiedRecords,
    /// Full-text search over everything, identifiers too.
    SearchUnmaskedTexts,
    /// Files of identified records.
    ExportIdentifiedRecords,
    /// Own SQL. The tables hold names and contacts, so no weaker role can have it.
    RunSql,
    /// Entries and head of the audit log.
    ReadAuditLog,
    /// State and measurements of the server itself.
    ReadOperations,
    /// Making, listing and revoking keys.
    ManageKeys,
}

impl Permission {
    /// Every permission, in the order of the table.
    pub const ALL: [Permission; 11] = [
        Permission::ReadAggregates,
        Permission::ReadPseudonymousRecords,
        Permission::SearchMaskedTexts,
        Permission::ExportPseudonymousRecords,
        Permission::ReadIdentifiedRecords,
        Permission::SearchUnmaskedTexts,
        Permission::ExportIdentifiedRecords,
        Permission::RunSql,
        Permission::ReadAuditLog,
        Permission::ReadOperations,
        Permission::ManageKeys,
    ];

    /// The words used in messages and documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Permission::ReadAggregates => "read aggregates",
            Permission::ReadPseudonymousRecords => "read pseudonymous records",
            Permission::SearchMaskedTexts => "search masked texts",
            Permission::ExportPseudonymousRecords => "export pseudonymous records",
            Permission::ReadIdentifiedRecords => "read identified records",
            Permission::SearchUnmaskedTexts => "search unmasked texts",
            Permission::ExportIdentifiedRecords => "export identified records",
            Permission::RunSql => "run SQL",
            Permission::ReadAuditLog => "read the audit log",
            Permission::ReadOperations => "read operations",
            Permission::ManageKeys => "manage keys",
        }
    }

    /// Whether it shows who is behind a record. Then it needs a purpose, and its audit entry must
    /// be durable before anything is shown.
    pub fn is_identified(self) -> bool {
        matches!(
            self,
            Permission::ReadIdentifiedRecords
                | Permission::SearchUnmaskedTexts
                | Permission::ExportIdentifiedRecords
                | Permission::RunSql
        )
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Roles and permissions as a Markdown table, for documents.
pub fn permission_matrix() -> String {
    let mut table = String::from("| Permission |");
    for role in Role::ALL {
        table += &format!(" `{role}` |");
    }
    table += "\n|---|";
    table += &":-:|".repeat(Role::ALL.len());
    table.push('\n');
    for permission in Permission::ALL {
        table += &format!("| {permission} |");
        for role in Role::ALL {
            table += if role.may(permission) {
                " yes |"
            } else {
                " - |"
            };
        }
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn the_matrix_is_what_people_were_told() {
        let matrix = permission_matrix();
        expect![[r#"
            | Permission | `aggregate` | `pseudonymous` | `identified` | `admin` |
            |---|:-:|:-:|:-:|:-:|
            | read aggregates | yes | yes | yes | yes |
            | read pseudonymous records | - | yes | yes | - |
            | search masked texts | - | yes | yes | - |
            | export pseudonymous records | - | yes | yes | - |
            | read identified records | - | - | yes | - |
            | search unmasked texts | - | - | yes | - |
            | export identified records | - | - | yes | - |
            | run SQL | - | - | yes | - |
            | read the audit log | - | - | - | yes |
            | read operations | - | - | - | yes |
            | manage keys | - | - | - | yes |
        "#]]
        .assert_eq(&matrix);
        let document = include_str!("../../../docs/reference/access.md");
        assert!(
            document.contains(&matrix),
            "docs/reference/access.md differs"
        );
    }

    #[test]
    fn only_identified_keys_state_a_purpose() {
        let with_purpose = Role::ALL.map(Role::needs_purpose);
        assert_eq!(with_purpose, [false, false, true, false]);
    }

    #[test]
    fn words_and_serialised_forms_of_roles_agree() {
        for role in Role::ALL {
            let word = serde_json::to_string(&role).unwrap();
            assert_eq!(word, format!("\"{role}\""));
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("Admin"), None);
    }
}
