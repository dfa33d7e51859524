//! Who asks, and what the caller may see.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use chrono::Utc;
use entangle_access::{Action, Admission, AuditRecord, Role, SourceFilter};
use entangle_engine::reader::{ReadScope, Sight, Sources};

use crate::error::{ApiError, ErrorCode};

const PURPOSE_HEADER: &str = "x-purpose";
/// Characters of a purpose at most; the audit log keeps no more.
const PURPOSE_CHARACTERS_MAX: usize = 500;

/// Who asks.
#[derive(Debug, Clone)]
pub struct Caller {
    /// What the gate found: key, role, sources, purpose.
    pub admission: Admission,
}

impl Caller {
    /// The role of the key.
    pub fn role(&self) -> Role {
        self.admission.role
    }

    /// What the caller may see of a snapshot.
    pub fn scope(&self) -> ReadScope {
        ReadScope {
            sources: match &self.admission.sources {
                SourceFilter::All => Sources::All,
                SourceFilter::Only(sources) => Sources::Only(sources.clone()),
            },
            sight: match self.role() {
                Role::Identified => Sight::Identified,
                Role::Aggregate | Role::Pseudonymous | Role::Admin => Sight::Pseudonymous,
            },
        }
    }

    /// Whether small counts are withheld: from who sees no records, they may be all there is to see
    /// of somebody.
    pub fn sees_small_counts(&self) -> bool {
        matches!(self.role(), Role::Pseudonymous | Role::Identified)
    }

    /// An entry for the audit log about this caller.
    pub fn record(&self, action: Action, resource: &str) -> AuditRecord {
        let mut record = AuditRecord::new(Utc::now(), action, resource);
        record.key_id = Some(self.admission.key_id.clone());
        record.role = Some(self.role());
        record.purpose = self.admission.purpose.clone();
        record
    }

    /// # Errors
    /// Where the caller may not read this source.
    pub fn check_source(&self, source: &str) -> Result<(), ApiError> {
        let asked = [source.to_owned()];
        match self.admission.sources.narrowed_to(Some(&asked)) {
            Ok(_) => Ok(()),
            Err(refused) => Err(ApiError::new(
                ErrorCode::SourceNotAllowed,
                refused.to_string(),
            )),
        }
    }
}

/// The key that a request shows, as text.
///
/// # Errors
/// Where it shows none, or not in the stated form.
pub fn shown_key(headers: &HeaderMap) -> Result<&str, ApiError> {
    let missing = |message: &str| ApiError::new(ErrorCode::KeyMissing, message);
    let value = headers
        .get(AUTHORIZATION)
        .ok_or_else(|| missing("the request has no key"))?;
    let unreadable = || missing("the header Authorization is not of the form Bearer <key>");
    let text = value.to_str().map_err(|_| unreadable())?;
    let (scheme, key) = text.split_once(' ').ok_or_else(unreadable)?;
    match scheme.eq_ignore_ascii_case("bearer") {
        true => Ok(key.trim()),
        false => Err(unreadable()),
    }
}

/// What a request says that it is for; `None` where it says nothing.
///
/// # Errors
/// A header that is not one line of text, whoever sends it.
pub fn stated_purpose(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let Some(value) = headers.get(PURPOSE_HEADER) else {
        return Ok(None);
    };
    let purpose = std::str::from_utf8(value.as_bytes())
        .unwrap_or_default()
        .trim();
    let is_a_line = !purpose.is_empty() && !purpose.chars().any(char::is_control);
    match is_a_line && purpose.chars().count() <= PURPOSE_CHARACTERS_MAX {
        true => Ok(Some(purpose)),
        false => Err(ApiError::new(
            ErrorCode::InvalidParameter,
            format!(
                "the header {PURPOSE_HEADER} must be one line of UTF-8 with at most {PURPOSE_CHARACTERS_MAX} characters"
            ),
        )),
    }
}
