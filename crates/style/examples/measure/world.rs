//! A planted world: one public source and one other of the same language, read with their truth.

use entangle_simulate::{WorldOptions, write_world};
use entangle_style::StyleModel;
use serde_json::Value;
use std::error::Error;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{Prepared, Source, Truth, prepare};

/// The public source and one other of a world.
pub struct World {
    pub public: Source,
    pub target: Source,
}

impl World {
    pub fn new(style_strength: f64, seed: u64) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let options = WorldOptions {
            style_strength,
            crossover_share: 0.5,
            crossover_target_activity_factor: 2.0,
            posts_per_account_mean: 100.0,
            ..WorldOptions::new(seed, 80_000)
        };
        write_world(folder.path(), &options, &mut |_posts_written| {})?;
        let truth = super::read_truth(&folder.path().join("truth.tsv"))?;
        let public = folder.path().join("public_forum");
        let target = folder.path().join("darkboard/darkboard.jsonl.gz");
        Ok(World {
            public: super::read_stack_exchange(&public, "webmasters", &truth)?,
            target: read_jsonl(&target, "darkboard", &truth)?,
        })
    }

    /// Both sources ready to be compared.
    pub fn prepared(&self, model: &StyleModel) -> [Prepared; 2] {
        [&self.public, &self.target].map(|source| prepare(model, source))
    }
}

fn read_jsonl(path: &Path, site: &str, truth: &Truth) -> Result<Source, Box<dyn Error>> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(File::open(path)?).read_to_string(&mut text)?;
    let mut source = Source::new();
    for line in text.lines() {
        let row: Value = serde_json::from_str(line)?;
        let cell = |key: &str| row[key].as_str();
        if let (Some("post"), Some(author), Some(body)) =
            (cell("type"), cell("account_native_id"), cell("body"))
        {
            let plain = entangle_text::markup::bbcode_to_plain(body).text;
            let posted_at = cell("posted_at").unwrap_or_default().to_owned();
            super::add_post(&mut source, truth, site, author, (posted_at, plain));
        }
    }
    Ok(source)
}
