//! `entangle formats`.

use entangle_engine::import::formats;
use serde_json::{Value, json};

use crate::output::{Output, table};

pub fn run(output: &Output) {
    output.show(formats_json, formats_text);
}

fn formats_json() -> Value {
    formats()
        .into_iter()
        .map(|(name, about)| json!({ "format": name, "reads": about }))
        .collect()
}

fn formats_text() -> String {
    let rows: Vec<Vec<String>> = formats()
        .into_iter()
        .map(|(name, about)| vec![name.to_owned(), about.to_owned()])
        .collect();
    table(&["format", "reads"], &rows)
}
