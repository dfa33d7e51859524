//! What may be typed behind `study code`.

use std::path::PathBuf;

use clap::Subcommand;

/// Human codes on posts of a study.
#[derive(Debug, Subcommand)]
pub enum CodeCommand {
    /// Draw posts of a study's population and write their texts as CSV for coders, with the key
    /// beside it. Contacts and rare names in the texts are masked.
    Draw {
        /// The study file.
        #[arg(long, value_name = "STUDY.toml")]
        study: PathBuf,
        /// The file for the coders; the key is written beside it as NAME.key.json and must not be
        /// shown to them.
        #[arg(long, value_name = "CODES.csv")]
        out: PathBuf,
        /// Posts to draw.
        #[arg(long, default_value_t = 400, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
        count: u64,
        /// The same seed draws the same posts.
        #[arg(long, default_value_t = 1, value_name = "N")]
        seed: u64,
        /// Why the texts must be read; recorded in the workspace.
        #[arg(long, value_name = "WHY")]
        reason: String,
    },
    /// Compute from codes how coders agree, how often the rules are right, and shares corrected for
    /// their errors.
    Score {
        /// The key that was written with the sample.
        #[arg(long, value_name = "KEY.json")]
        key: PathBuf,
        /// The first coder's file; where two coders differ its code counts.
        #[arg(value_name = "FIRST.csv")]
        first: PathBuf,
        /// The second coder's file.
        #[arg(value_name = "SECOND.csv")]
        second: Option<PathBuf>,
        /// A file of the same form with codes that count before those of the coders, such as what
        /// they agreed on where they differed.
        #[arg(long, value_name = "RESOLVED.csv")]
        resolved: Option<PathBuf>,
        /// Folder for the result.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}
