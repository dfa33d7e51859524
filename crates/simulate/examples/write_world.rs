//! Writes a world: `write_world <folder> <seed> <posts>`; prints its planted values as JSON.

use entangle_simulate::{WorldOptions, write_world};
use std::io::Write;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, seed, post_count] = &arguments[..] else {
        return Err("usage: write_world <folder> <seed> <posts>".into());
    };
    let options = WorldOptions::new(seed.parse()?, post_count.parse()?);
    let summary = write_world(&PathBuf::from(folder), &options, &mut |_posts_written| {})?;
    let text = serde_json::to_string_pretty(&summary)?;
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}
