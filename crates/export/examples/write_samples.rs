//! Writes a sample of every format with hostile texts into an empty folder:
//! `cargo run --example write_samples FOLDER`. `tests/witness/check_exports.py` reads it back with
//! the programs that the formats are for.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod samples;

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os()
        .nth(1)
        .ok_or("usage: write_samples FOLDER")?;
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder)?;
    samples::write_samples(&folder)
}
