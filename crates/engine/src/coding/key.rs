//! The key of a sample: what the coders must not know and scoring needs.

use std::fs;
use std::path::Path;

use entangle_population::coding::Draw;
use entangle_text::offers::rules_version;
use serde::{Deserialize, Serialize};

use crate::EngineError;
use crate::disclosure::Pseudonyms;
use crate::files::read_text;

/// A key, as JSON in its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Key {
    /// Version of the rules that labelled the posts.
    pub rules_version: String,
    /// The snapshot that was drawn from.
    pub snapshot: u64,
    /// Seed of the draw.
    pub seed: u64,
    /// The study file, TOML.
    pub study: String,
    /// Labels by groups of authors, with how many posts each has and gave.
    pub strata: Vec<KeyStratum>,
    /// The drawn posts, in the order of the sample.
    pub posts: Vec<KeyPost>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyStratum {
    pub label: String,
    pub group: String,
    pub post_count: u64,
    pub drawn_count: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyPost {
    /// The pseudonym in the sample.
    pub post: String,
    pub post_id: String,
    /// ISO 639-1; absent where it was not told apart.
    pub language: Option<String>,
    /// A place in the strata.
    pub stratum: usize,
    pub inclusion_probability: f64,
}

impl Key {
    pub(super) fn of(
        draw: &Draw,
        study: &str,
        snapshot: u64,
        seed: u64,
        pseudonyms: &Pseudonyms,
    ) -> Self {
        let strata = draw.strata.iter().map(|stratum| KeyStratum {
            label: stratum.label.to_owned(),
            group: stratum.group.to_owned(),
            post_count: stratum.post_count,
            drawn_count: stratum.drawn_count,
        });
        let posts = draw.posts.iter().map(|post| KeyPost {
            post: pseudonyms.of_noun("post", &post.post_id),
            post_id: post.post_id.clone(),
            language: post.language.clone(),
            stratum: post.stratum,
            inclusion_probability: post.inclusion_probability,
        });
        Self {
            rules_version: rules_version(),
            snapshot,
            seed,
            study: study.to_owned(),
            strata: strata.collect(),
            posts: posts.collect(),
        }
    }

    /// Writes a new file.
    pub(super) fn write(&self, path: &Path) -> Result<(), EngineError> {
        let failed = |source| EngineError::File {
            action: "write",
            path: path.to_owned(),
            source,
        };
        let mut json = serde_json::to_vec_pretty(self).map_err(|error| failed(error.into()))?;
        json.push(b'\n');
        fs::write(path, json).map_err(failed)
    }

    /// Reads a key whose labels are those of the rules of this program.
    pub(super) fn read(path: &Path) -> Result<Self, EngineError> {
        let text = read_text(path)?;
        let wrong = |line: usize, reason: String| EngineError::Row {
            path: path.to_owned(),
            line: line.max(1) as u64,
            reason,
        };
        let key: Self = serde_json::from_str(&text).map_err(|error| {
            wrong(
                error.line(),
                format!("it is not a key of a sample: {error}"),
            )
        })?;
        if key.rules_version != rules_version() {
            return Err(EngineError::User(format!(
                "the sample of {} was labelled by rules of version {}, and this program has version {}\nhint: score with the program that drew it, or draw again",
                path.display(),
                key.rules_version,
                rules_version()
            )));
        }
        let is_wrong = |post: &KeyPost| {
            let stratum = key.strata.get(post.stratum);
            stratum.is_none_or(|stratum| stratum.post_count == 0)
        };
        match key.posts.iter().find(|post| is_wrong(post)) {
            Some(post) => Err(wrong(
                1,
                format!("the post {} belongs to no stratum with posts", post.post),
            )),
            None => Ok(key),
        }
    }
}
