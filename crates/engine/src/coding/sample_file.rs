//! The file that coders get: one post a row, with an empty column for its code.

use std::fs;
use std::path::Path;

use entangle_population::coding::DrawnPost;
use entangle_report::csv_text_cell;

use super::key::KeyPost;
use crate::EngineError;
use crate::reader::{NamesInText, masked};

/// Columns of a sample.
pub(super) const HEADER: [&str; 6] = ["post", "language", "title", "text", "code", "remark"];

/// Writes a new file. `keys` are of the posts in their order.
pub(super) fn write(
    out: &Path,
    posts: &[DrawnPost],
    keys: &[KeyPost],
    names: &NamesInText,
) -> Result<(), EngineError> {
    let mut text = HEADER.join(",");
    text.push('\n');
    for (post, key) in posts.iter().zip(keys) {
        let title = post.title.as_deref().unwrap_or_default();
        let cells = [
            key.post.clone(),
            post.language.clone().unwrap_or_default(),
            csv_text_cell(&masked(title, names)),
            csv_text_cell(&masked(&post.body, names)),
        ];
        text.push_str(&cells.join(","));
        text.push_str(",,\n");
    }
    fs::write(out, text).map_err(|source| EngineError::File {
        action: "write",
        path: out.to_owned(),
        source,
    })
}
