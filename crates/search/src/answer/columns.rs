//! What is read of a post while matching posts are passed over.

use std::ops::Bound;

use tantivy::columnar::StrColumn;
use tantivy::fastfield::Column;
use tantivy::{DocId, SegmentReader, TantivyError};

use super::request::FacetField;
use crate::fields::{BOARD, KIND, LANGUAGE, NEAR_COPY_KEY, POST_ID, POSTED_AT, SOURCE};

/// Columns of one part of the index.
#[derive(Clone)]
pub(crate) struct Columns {
    /// Ids; numbers of ids sort as the ids do.
    pub post_ids: StrColumn,
    /// Names of sources.
    pub sources: StrColumn,
    /// Microseconds since 1970.
    pub posted_at_us: Column<i64>,
    /// Keys of near-copies.
    pub near_copy_keys: Column<i64>,
}

impl Columns {
    pub fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let fast = reader.fast_fields();
        Ok(Columns {
            post_ids: required_texts(reader, POST_ID)?,
            sources: required_texts(reader, SOURCE)?,
            posted_at_us: fast.i64(POSTED_AT)?,
            near_copy_keys: fast.i64(NEAR_COPY_KEY)?,
        })
    }

    /// The number of a post's id.
    pub fn id_number(&self, document: DocId) -> u64 {
        self.post_ids.ords().first(document).unwrap_or(u64::MAX)
    }

    /// Smallest number of an id that sorts after `post_id`.
    pub fn id_number_after(&self, post_id: &str) -> tantivy::Result<u64> {
        let dictionary = self.post_ids.dictionary();
        let (lower, _) =
            dictionary.term_bounds_to_ord(Bound::Excluded(post_id), Bound::Unbounded)?;
        Ok(match lower {
            Bound::Included(number) => number,
            Bound::Excluded(number) => number + 1,
            Bound::Unbounded => 0,
        })
    }

    /// The id of that number.
    pub fn post_id(&self, number: u64) -> tantivy::Result<String> {
        text_of(&self.post_ids, number)
    }

    /// The source of a post.
    pub fn source(&self, document: DocId) -> tantivy::Result<String> {
        match self.sources.ords().first(document) {
            Some(number) => text_of(&self.sources, number),
            None => Ok(String::new()),
        }
    }
}

/// The column of a counted field; `None` where no post of the part has a value.
pub(crate) fn facet_column(
    reader: &SegmentReader,
    field: FacetField,
) -> tantivy::Result<Option<StrColumn>> {
    reader.fast_fields().str(match field {
        FacetField::Source => SOURCE,
        FacetField::Language => LANGUAGE,
        FacetField::Kind => KIND,
        FacetField::Board => BOARD,
    })
}

/// The text of that number.
pub(crate) fn text_of(column: &StrColumn, number: u64) -> tantivy::Result<String> {
    let mut text = String::new();
    if column.ord_to_str(number, &mut text)? {
        return Ok(text);
    }
    Err(corrupt("a column names a text that is not there"))
}

fn required_texts(reader: &SegmentReader, name: &str) -> tantivy::Result<StrColumn> {
    reader
        .fast_fields()
        .str(name)?
        .ok_or_else(|| corrupt("a column is not there"))
}

/// An error for a file that contradicts itself.
pub(crate) fn corrupt(what: &str) -> TantivyError {
    tantivy::error::DataCorruption::comment_only(what).into()
}
