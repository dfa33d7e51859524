//! Which sources a request may read.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The sources whose rows a request may read. It can be narrowed and never widened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Option<BTreeSet<String>>", into = "Option<BTreeSet<String>>")]
pub enum SourceFilter {
    /// Every source, later ones too. Null in files.
    All,
    /// These and no others; an empty set reads nothing. A list in files.
    Only(BTreeSet<String>),
}

/// A request named sources that its key may not read.
///
/// The same is said of a source that does not exist, so that nobody learns which there are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this key may not read the {}: {}", if sources.len() == 1 { "source" } else { "sources" }, sources.join(", "))]
pub struct SourcesNotAllowed {
    /// The sources that were named and are not allowed, sorted.
    pub sources: Vec<String>,
}

impl SourceFilter {
    /// Whether rows of a source may be read.
    pub fn allows(&self, source: &str) -> bool {
        match self {
            SourceFilter::All => true,
            SourceFilter::Only(sources) => sources.contains(source),
        }
    }

    /// What both allow.
    pub fn and(&self, other: &SourceFilter) -> SourceFilter {
        match (self, other) {
            (SourceFilter::All, filter) | (filter, SourceFilter::All) => filter.clone(),
            (SourceFilter::Only(left), SourceFilter::Only(right)) => {
                SourceFilter::Only(left & right)
            }
        }
    }

    /// The filter of a request that names sources; of one that names none, the key's own.
    ///
    /// # Errors
    /// Where one of them is not allowed: an answer about fewer sources than were asked for would
    /// be a wrong answer.
    pub fn narrowed_to(&self, asked: Option<&[String]>) -> Result<SourceFilter, SourcesNotAllowed> {
        let Some(asked) = asked else {
            return Ok(self.clone());
        };
        let asked: BTreeSet<String> = asked.iter().cloned().collect();
        let sources: Vec<String> = asked
            .iter()
            .filter(|source| !self.allows(source))
            .cloned()
            .collect();
        if sources.is_empty() {
            Ok(SourceFilter::Only(asked))
        } else {
            Err(SourcesNotAllowed { sources })
        }
    }

    /// The allowed sources, sorted, or nothing where all are.
    pub fn sources(&self) -> Option<&BTreeSet<String>> {
        match self {
            SourceFilter::All => None,
            SourceFilter::Only(sources) => Some(sources),
        }
    }
}

impl From<Option<BTreeSet<String>>> for SourceFilter {
    fn from(sources: Option<BTreeSet<String>>) -> Self {
        sources.map_or(SourceFilter::All, SourceFilter::Only)
    }
}

impl From<SourceFilter> for Option<BTreeSet<String>> {
    fn from(filter: SourceFilter) -> Self {
        match filter {
            SourceFilter::All => None,
            SourceFilter::Only(sources) => Some(sources),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn only(sources: &[&str]) -> SourceFilter {
        SourceFilter::Only(sources.iter().map(|&source| source.to_owned()).collect())
    }

    #[test]
    fn a_request_for_a_source_that_is_not_allowed_is_refused_with_its_name() {
        let filter = only(&["darkboard", "webmasters"]);
        let asked = ["webmasters".to_owned(), "secret".to_owned()];
        let error = filter.narrowed_to(Some(&asked)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "this key may not read the source: secret"
        );
        assert_eq!(
            filter.narrowed_to(Some(&asked[..1])).unwrap(),
            only(&["webmasters"])
        );
        assert_eq!(filter.narrowed_to(None).unwrap(), filter);
    }

    #[test]
    fn an_empty_list_allows_nothing_and_null_allows_all() {
        let read = |json| serde_json::from_str::<SourceFilter>(json).unwrap();
        assert!(!read("[]").allows("webmasters"));
        assert!(!read("[\"other\"]").allows("webmasters"));
        assert!(read("null").allows("webmasters"));
    }

    fn filters() -> impl Strategy<Value = SourceFilter> {
        proptest::option::of(proptest::collection::btree_set("[a-d]", 0..4))
            .prop_map(SourceFilter::from)
    }

    proptest! {
        #[test]
        fn no_step_widens_a_filter(
            filter in filters(),
            other in filters(),
            asked in proptest::option::of(proptest::collection::vec("[a-e]", 0..4)),
            source in "[a-e]",
        ) {
            prop_assert_eq!(filter.and(&other).allows(&source), filter.allows(&source) && other.allows(&source));
            if let Ok(narrowed) = filter.narrowed_to(asked.as_deref()) {
                prop_assert!(!narrowed.allows(&source) || filter.allows(&source));
            }
        }
    }
}
