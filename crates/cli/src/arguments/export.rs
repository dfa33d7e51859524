//! What may be typed behind `export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use entangle_engine::export::Tlp;
use entangle_engine::export::package::NaiveDate;

use super::{Reveal, probability};

/// `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// The format; docs/guide/exports.md says what each holds.
    pub format: ExportFormat,
    /// The file, or the folder for gephi-csv, convokit and package; must not be there.
    #[arg(long, value_name = "PATH")]
    pub out: PathBuf,
    /// The query whose rows are written; for csv, ndjson and xlsx, and only for them. Queries see names
    /// and texts.
    #[arg(long, value_name = "SQL")]
    pub query: Option<String>,
    /// Sources whose records are exported; all where left out.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub source: Option<Vec<String>>,
    /// Leave out links below this probability.
    #[arg(long, default_value_t = 0.5, value_name = "P", value_parser = probability)]
    pub least_probability: f64,
    /// Leave out posts, where the format has them.
    #[arg(long)]
    pub without_posts: bool,
    /// Marking of the traffic light protocol, where the format has one.
    #[arg(long, default_value = "amber", value_name = "MARKING", value_parser = tlp)]
    pub tlp: Tlp,
    /// Whether names, contacts and texts are exported.
    #[command(flatten)]
    pub reveal: Reveal,
    /// What a package needs.
    #[command(flatten)]
    pub package: PackageArguments,
}

/// What `export package` needs beside the folder.
#[derive(Debug, Args)]
#[command(next_help_heading = "Package")]
pub struct PackageArguments {
    /// The study file; it is run anew, accounts under pseudonyms.
    #[arg(long, value_name = "STUDY.toml")]
    pub study: Option<PathBuf>,
    /// File with the text of the licence.
    #[arg(long, value_name = "FILE")]
    pub licence: Option<PathBuf>,
    /// SPDX identifier of the licence, such as CC-BY-4.0.
    #[arg(long, value_name = "SPDX")]
    pub licence_identifier: Option<String>,
    /// An author, "Family, Given" or the name of a group; once for each.
    #[arg(long, value_name = "NAME")]
    pub author: Vec<String>,
    /// Title of the data; that of the study where left out.
    #[arg(long, value_name = "WORDS")]
    pub title: Option<String>,
    /// What the data are, in some sentences.
    #[arg(long, value_name = "WORDS")]
    pub summary: Option<String>,
    /// Version of the data.
    #[arg(long, default_value = "1", value_name = "WORDS")]
    pub data_version: String,
    /// Day of the release, YYYY-MM-DD; today where left out.
    #[arg(long, value_name = "DAY")]
    pub released_on: Option<NaiveDate>,
    /// DOI, where there is one already.
    #[arg(long, value_name = "DOI")]
    pub doi: Option<String>,
}

/// Formats of `export`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
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
    /// Comma-separated rows of a query.
    Csv,
    /// Rows of a query, one JSON object a line.
    Ndjson,
    /// Workbook of the rows of a query.
    Xlsx,
    /// Frozen package of a study: tables, figures, codebook, licence, citation, hashes.
    Package,
}

fn tlp(text: &str) -> Result<Tlp, String> {
    Tlp::parse(text).ok_or_else(|| "give clear, green, amber, amber+strict or red".to_owned())
}
