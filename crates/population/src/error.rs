//! What can go wrong, sorted by who must act.

use thiserror::Error;

/// A study file that cannot be used: the person who wrote it must act.
#[derive(Debug, Error)]
pub enum StudyConfigError {
    /// The text is not TOML, or a key is unknown, missing or of the wrong type.
    #[error(
        "cannot read the study file: {0}\nhint: `entangle study init` writes a study file in which every key is explained"
    )]
    Syntax(#[from] toml::de::Error),
    /// A key holds a value that makes no sense.
    #[error("study file: {key} = {value} {problem}\nhint: {hint}")]
    Value {
        /// The key.
        key: &'static str,
        /// Its value as read.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
        /// What to write instead.
        hint: &'static str,
    },
}

/// A study that cannot be run.
#[derive(Debug, Error)]
pub enum PopulationError {
    /// The study names a source that the workspace does not hold: its author must act.
    #[error("the study names the source {name:?}, which is not in the workspace\nhint: {known}")]
    UnknownSource {
        /// The name as written.
        name: String,
        /// The sources there are, in a sentence.
        known: String,
    },
    /// A table is not registered: whoever set up the session must act.
    #[error(
        "the table {table} is not registered\nhint: import sources and run the linkage before a study"
    )]
    MissingTable {
        /// The table's name.
        table: &'static str,
    },
    /// A coded post is not a post of the population: whoever gave the codes must act.
    #[error(
        "the post {post_id} is not among the posts of the population\nhint: score with the key that was written with the sample, and with the same workspace"
    )]
    UnknownPost {
        /// Its id.
        post_id: String,
    },
    /// A plan failed: the data, the disk or this program is at fault; the cause says which.
    #[error("cannot compute {part}: {source}")]
    Plan {
        /// The part of the study.
        part: &'static str,
        /// The cause.
        source: Box<datafusion::error::DataFusionError>,
    },
}

/// Names the part of the study in which a plan failed.
pub(crate) trait InPart<T> {
    /// The same result, with the part in its error.
    fn in_part(self, part: &'static str) -> Result<T, PopulationError>;
}

impl<T> InPart<T> for Result<T, datafusion::error::DataFusionError> {
    fn in_part(self, part: &'static str) -> Result<T, PopulationError> {
        self.map_err(|source| PopulationError::Plan {
            part,
            source: Box::new(source),
        })
    }
}
