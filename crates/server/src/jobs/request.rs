//! What a job may be asked to do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobRequest {
    /// Runs a study.
    Study(StudyJob),
    /// Writes records for another program.
    Export(ExportJob),
    /// Writes the rows of a query.
    Query(QueryJob),
    /// Writes a study as a frozen package.
    Package(PackageJob),
    /// Brings the search index up to the latest snapshot.
    Index(IndexJob),
}

impl JobRequest {
    /// The word for its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            JobRequest::Study(_) => "study",
            JobRequest::Export(_) => "export",
            JobRequest::Query(_) => "query",
            JobRequest::Package(_) => "package",
            JobRequest::Index(_) => "index",
        }
    }
}

/// A study to be run: a study file as text, or the name of one that the server has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyJob {
    /// The study file, TOML. Either this or `name`.
    #[schema(max_length = 65536)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study: Option<String>,
    /// The name of a study file in the folder that the server was started with, without `.toml`.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The snapshot to read; the latest where it is absent.
    #[schema(minimum = 0)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<u64>,
}

/// Formats of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordsFormat {
    /// STIX 2.1 bundle.
    Stix,
    /// MISP event.
    Misp,
    /// GEXF graph.
    Gexf,
    /// GraphML graph.
    Graphml,
    /// Nodes and edges as CSV for Gephi.
    GephiCsv,
    /// ConvoKit corpus.
    Convokit,
}

/// Markings of the traffic light protocol.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Marking {
    /// TLP:CLEAR.
    #[serde(rename = "clear")]
    Clear,
    /// TLP:GREEN.
    #[serde(rename = "green")]
    Green,
    /// TLP:AMBER.
    #[default]
    #[serde(rename = "amber")]
    Amber,
    /// TLP:AMBER+STRICT.
    #[serde(rename = "amber+strict")]
    AmberStrict,
    /// TLP:RED.
    #[serde(rename = "red")]
    Red,
}

/// Records for another program, as the role of the key sees them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportJob {
    /// The format.
    pub format: RecordsFormat,
    /// Sources whose records are exported; all that the key may read where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<Vec<String>>,
    /// Links below this probability are left out; .5 where absent.
    #[schema(minimum = 0, maximum = 1)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_probability: Option<f64>,
    /// Whether posts are left out where the format has them.
    #[serde(default)]
    pub without_posts: bool,
    /// Marking of the traffic light protocol, where the format has one; amber where absent.
    #[serde(default)]
    pub tlp: Marking,
    /// Whether accounts stand under pseudonyms, without contacts and texts, also for a key of the
    /// role identified. Keys of the role pseudonymous get nothing else.
    #[serde(default)]
    pub pseudonyms: bool,
    /// The snapshot to read; the latest where it is absent.
    #[schema(minimum = 0)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<u64>,
}

/// Formats of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowsFormat {
    /// Comma-separated, guarded against formulas.
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// A workbook.
    Xlsx,
}

/// The rows of a query as a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryJob {
    /// The format.
    pub format: RowsFormat,
    /// One statement that reads.
    #[schema(min_length = 1, max_length = 65536, example = "SELECT * FROM links")]
    pub query: String,
    /// The snapshot to read; the latest where it is absent.
    #[schema(minimum = 0)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<u64>,
}

/// A study as a frozen package.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PackageJob {
    /// The study file, TOML. Either this or `name`.
    #[schema(max_length = 65536)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study: Option<String>,
    /// The name of a study file in the folder that the server was started with, without `.toml`.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Text of the licence.
    #[schema(min_length = 1, max_length = 65536)]
    pub licence: String,
    /// SPDX identifier of the licence.
    #[schema(max_length = 100)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence_identifier: Option<String>,
    /// Authors: "Family, Given", or the name of a group.
    #[schema(min_items = 1)]
    pub authors: Vec<String>,
    /// What the data are, in some sentences.
    #[schema(max_length = 10000)]
    pub summary: String,
    /// Title of the data; that of the study where absent.
    #[schema(max_length = 1000)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Version of the data; 1 where absent.
    #[schema(max_length = 100)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// DOI, where there is one already.
    #[schema(max_length = 200)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
    /// The snapshot to read; the latest where it is absent.
    #[schema(minimum = 0)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<u64>,
}

/// Brings the search index up to the latest snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexJob {}
