//! What may be typed behind `study`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CodeCommand, Reveal};

/// Study commands.
#[derive(Debug, Subcommand)]
pub enum StudyCommand {
    /// Run a study file and write results, tables, figures and a report.
    Run(StudyRun),
    /// Lay two results side by side: two snapshots of a population, or two populations.
    Compare {
        /// Folder of the first report, or its results.json.
        #[arg(value_name = "FIRST")]
        first: PathBuf,
        /// That of the second.
        #[arg(value_name = "SECOND")]
        second: PathBuf,
        /// Folder for the comparison.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Register a study file before the data is looked at: the file, its hash, and what was at hand.
    Freeze {
        /// The study file.
        #[arg(value_name = "STUDY.toml")]
        study: PathBuf,
        /// The registration, a JSON file that must not exist; deposit its hash elsewhere.
        #[arg(long, value_name = "FILE.json")]
        out: PathBuf,
        /// What is to be said of it: hypotheses, who decided, when the data will come.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// List what was done otherwise than registered.
    Check {
        /// What `study freeze` wrote.
        #[arg(value_name = "REGISTRATION.json")]
        registration: PathBuf,
        /// The study file, or the folder of a report or its results.json.
        #[arg(value_name = "STUDY")]
        study: PathBuf,
        /// Write the list as Markdown, for the supplement of a paper.
        #[arg(long, value_name = "FILE.md")]
        out: Option<PathBuf>,
    },
    /// Draw posts for human coders, and correct shares of offers and requests by their codes.
    #[command(subcommand)]
    Code(CodeCommand),
    /// Write a commented study file for this workspace.
    Init {
        /// The file; standard output when left out.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// `study run`.
#[derive(Debug, Args)]
pub struct StudyRun {
    /// The study file.
    #[arg(value_name = "STUDY.toml")]
    pub study: PathBuf,
    /// Folder for the result.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Whether names are shown in the list of accounts.
    #[command(flatten)]
    pub reveal: Reveal,
}
