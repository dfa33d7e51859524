//! Full-text search: an index that follows the snapshots, and answers with the posts they hold.
//!
//! The index holds what the tables hold and nothing else; it can be thrown away. It is brought up
//! to a snapshot by the rows of the imports since the one it holds: tables of imports only grow.

mod held;
mod records;

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::datatypes::TimestampMicrosecondType;
use chrono::{DateTime, Utc};
use entangle_model::schema::POSTS;
use entangle_model::{sql_list, sql_text};
pub use entangle_search::{
    CalendarUnit, Explanation, FacetField, OpenCheck, Query, SearchError, SearchRequest,
    SearchResponse, SortOrder, parse,
};
use entangle_search::{
    Hit, IndexedState, PostDocument, PostIdentifier, SearchIndex, SearchWriter, SimilarRequest,
    WriterOptions, highlights,
};
use entangle_store::{Snapshot, StoreError, Workspace};
use futures::StreamExt;

use crate::query::{session, snapshot_of};
use crate::reader::{ReadScope, Sight, Sources};
use crate::table_reader::{integers, texts};
use crate::{EngineError, Progress, ProgressUnit};
pub use held::HeldIndex;
use records::{posts_of, record_of};

const FOLDER: &str = "search";
/// Between two identifiers of a post in one text, and between kind and value.
const BETWEEN: [char; 2] = ['\u{1e}', '\u{1f}'];

/// An index of the posts of a workspace.
pub struct PostIndex {
    index: SearchIndex,
}

/// What bringing an index up to date did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexUpdate {
    /// The snapshot that it holds now.
    pub snapshot: u64,
    /// Posts that it holds now.
    pub post_count: u64,
    /// Posts that were written, new or anew.
    pub written_count: u64,
}

/// A post that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPost {
    /// Its id.
    pub post_id: String,
    /// BM25 score; absent where hits are sorted by time.
    pub score: Option<f32>,
    /// Posts with nearly the same text; absent where they are not collapsed.
    pub copy_count: Option<u64>,
    /// What of its text matches, bytes.
    pub highlights: Vec<Range<usize>>,
}

/// An answer: what was found, and the posts themselves.
#[derive(Debug, Clone)]
pub struct SearchAnswer {
    /// Counts, facets, histogram and where to go on.
    pub response: SearchResponse,
    /// The page.
    pub page: FoundPosts,
}

/// Posts that were found, best first.
#[derive(Debug, Clone)]
pub struct FoundPosts {
    /// What made each be found.
    pub found: Vec<FoundPost>,
    /// The posts in the same order, with the columns of the table `posts`.
    pub posts: RecordBatch,
}

/// A post as it is shown in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownPost {
    /// Its id.
    pub post_id: String,
    /// Its source.
    pub source: String,
    /// When it was posted; `None` where that is not stated.
    pub posted_at: Option<DateTime<Utc>>,
    /// Its text; empty where the source has none.
    pub body: String,
}

impl FoundPosts {
    /// The posts of hits; `marks` says of a text and its language what of it matches.
    fn of(
        hits: &[Hit],
        folder: &Path,
        marks: impl Fn(&str, Option<&str>) -> Result<Vec<Range<usize>>, EngineError>,
    ) -> Result<Self, EngineError> {
        let posts = posts_of(hits.iter().map(|hit| hit.record.as_str()), folder)?;
        let mut found = Vec::with_capacity(hits.len());
        for (row, hit) in hits.iter().enumerate() {
            let body = text_at(&posts, "body", row).unwrap_or_default();
            found.push(FoundPost {
                post_id: hit.post_id.clone(),
                score: hit.score,
                copy_count: hit.copy_count,
                highlights: marks(body, text_at(&posts, "language", row))?,
            });
        }
        Ok(Self { found, posts })
    }

    /// The posts as they are shown in a list, in order.
    pub fn shown(&self) -> Vec<ShownPost> {
        let instants = self.posts.column(place("posted_at"));
        let instants = instants.as_primitive::<TimestampMicrosecondType>();
        let text = |name: &str, row: usize| text_at(&self.posts, name, row).map(str::to_owned);
        let shown = self.found.iter().enumerate().map(|(row, found)| ShownPost {
            post_id: found.post_id.clone(),
            source: text("source", row).unwrap_or_default(),
            posted_at: instants
                .is_valid(row)
                .then(|| instants.value(row))
                .and_then(DateTime::from_timestamp_micros),
            body: text("body", row).unwrap_or_default(),
        });
        shown.collect()
    }
}

/// The text of a post in a column.
fn text_at<'posts>(posts: &'posts RecordBatch, name: &str, row: usize) -> Option<&'posts str> {
    let texts = texts(posts, place(name));
    texts.is_valid(row).then(|| texts.value(row))
}

/// Where a column of posts stands.
fn place(name: &str) -> usize {
    let place = POSTS.columns.iter().position(|column| column.name == name);
    place.unwrap_or_default()
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.path().join(FOLDER)
}

/// The file without which there is no index.
fn description(workspace: &Workspace) -> PathBuf {
    folder(workspace).join("meta.json")
}

impl PostIndex {
    /// Opens the index of a workspace; `None` where there is none.
    ///
    /// # Errors
    /// Where it is damaged or cannot be read.
    pub fn open(workspace: &Workspace) -> Result<Option<Self>, EngineError> {
        if !description(workspace).exists() {
            return Ok(None);
        }
        let index = SearchIndex::open_or_create(&folder(workspace), OpenCheck::Ends)?;
        Ok(index.state().snapshot.is_some().then_some(Self { index }))
    }

    /// Brings the index of a workspace up to its latest snapshot, making it where there is none and anew
    /// where the check finds it damaged.
    ///
    /// # Errors
    /// Where tables cannot be read or the index not be written.
    pub async fn update(
        workspace: &Workspace,
        check: OpenCheck,
        progress: &mut dyn Progress,
    ) -> Result<(Self, IndexUpdate), EngineError> {
        let folder = folder(workspace);
        let snapshot = snapshot_of(workspace, None).await?;
        let mut index = match SearchIndex::open_or_create(&folder, check) {
            // The tables hold everything, so an index that is damaged is built anew.
            Err(error) if error.asks_for_rebuild() => {
                remove(&folder)?;
                SearchIndex::open_or_create(&folder, OpenCheck::Ends)?
            }
            opened => opened?,
        };
        // An index of later snapshots belongs to another copy of the workspace; from one of a snapshot
        // that is gone, nothing says what has changed.
        if let Some(held) = index.state().snapshot
            && matches!(
                workspace.snapshot(held).await,
                Err(StoreError::NoSuchSnapshot { .. })
            )
        {
            drop(index);
            remove(&folder)?;
            index = SearchIndex::open_or_create(&folder, OpenCheck::Ends)?;
        }
        let mut written_count = 0;
        if index.state().snapshot != Some(snapshot.number()) {
            written_count = catch_up(workspace, &snapshot, &index, progress).await?;
            index.refresh()?;
        }
        let update = IndexUpdate {
            snapshot: snapshot.number(),
            post_count: index.post_count(),
            written_count,
        };
        Ok((Self { index }, update))
    }

    /// The snapshot that the index holds.
    pub fn snapshot(&self) -> u64 {
        self.index.state().snapshot.unwrap_or(0)
    }

    /// Posts that it holds.
    pub fn post_count(&self) -> u64 {
        self.index.post_count()
    }

    /// Searches for somebody who may read accounts as they are, within the sources of the scope.
    ///
    /// # Errors
    /// A question that cannot be asked, or an index that cannot be read.
    pub fn search(
        &self,
        scope: &ReadScope,
        mut request: SearchRequest,
    ) -> Result<SearchAnswer, EngineError> {
        request.allowed_sources = searched_sources(scope)?;
        let response = self.index.search(&request)?;
        let page = FoundPosts::of(&response.hits, self.index.folder(), |body, language| {
            Ok(highlights(&request.query, body, language)?)
        })?;
        Ok(SearchAnswer { response, page })
    }

    /// Posts that share rare words with a post, most alike first and without it; `None` where the scope
    /// has no such post.
    ///
    /// # Errors
    /// A question that cannot be asked, or an index that cannot be read.
    pub fn similar(
        &self,
        scope: &ReadScope,
        post_id: &str,
        limit: usize,
    ) -> Result<Option<FoundPosts>, EngineError> {
        let allowed_sources = searched_sources(scope)?;
        let Some(record) = self.index.record(post_id, allowed_sources.as_ref())? else {
            return Ok(None);
        };
        let post = posts_of(std::iter::once(record.as_str()), self.index.folder())?;
        let request = SimilarRequest {
            language: text_at(&post, "language", 0).map(str::to_owned),
            allowed_sources,
            without_post_id: Some(post_id.to_owned()),
            limit,
        };
        let body = text_at(&post, "body", 0).unwrap_or_default();
        let hits = self.index.similar(body, &request)?;
        let posts = FoundPosts::of(&hits, self.index.folder(), |_, _| Ok(Vec::new()))?;
        Ok(Some(posts))
    }

    /// Where the score of a post under a query comes from; `None` where the scope has no such post or the
    /// query does not find it.
    ///
    /// # Errors
    /// A question that cannot be asked, or an index that cannot be read.
    pub fn explain(
        &self,
        scope: &ReadScope,
        query: &Query,
        post_id: &str,
    ) -> Result<Option<Explanation>, EngineError> {
        let allowed_sources = searched_sources(scope)?;
        let explained = self.index.explain(query, allowed_sources.as_ref(), post_id);
        Ok(explained?)
    }
}

/// The sources that may be searched, `None` for all.
fn searched_sources(scope: &ReadScope) -> Result<Option<BTreeSet<String>>, EngineError> {
    if scope.sight != Sight::Identified {
        return Err(EngineError::User(
            "posts are searched as they were imported: whether one matches depends on words that masking hides"
                .to_owned(),
        ));
    }
    Ok(match &scope.sources {
        Sources::All => None,
        Sources::Only(sources) => Some(sources.clone()),
    })
}

/// Removes the index of a workspace with everything in it; the next update makes it anew. Waits for
/// another process that writes it.
///
/// # Errors
/// Where it is still being written after that time, or cannot be removed.
pub(crate) async fn remove_index(
    workspace: &Workspace,
    wait_max: Duration,
) -> Result<(), EngineError> {
    let folder = folder(workspace);
    if !folder.exists() {
        return Ok(());
    }
    let started = std::time::Instant::now();
    loop {
        // Whoever writes the index would go on with what is removed below it. An index that cannot
        // be opened is written by nobody.
        let _writer = match SearchIndex::open_or_create(&folder, OpenCheck::Ends) {
            Ok(index) => match index.writer(WriterOptions::default()) {
                Err(SearchError::WriterBusy { .. }) if started.elapsed() < wait_max => {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    continue;
                }
                writer => Some(writer?),
            },
            Err(_) => None,
        };
        return remove(&folder);
    }
}

fn remove(folder: &Path) -> Result<(), EngineError> {
    std::fs::remove_dir_all(folder).map_err(|source| EngineError::File {
        action: "remove",
        path: folder.to_owned(),
        source,
    })
}

/// Writes what imports since the snapshot that an index holds have changed.
async fn catch_up(
    workspace: &Workspace,
    snapshot: &Snapshot,
    index: &SearchIndex,
    progress: &mut dyn Progress,
) -> Result<u64, EngineError> {
    let context = session(workspace, snapshot).await?;
    let held = match index.state().snapshot {
        None => None,
        Some(number) => Some(import_ids(workspace, number).await?),
    };
    let changed = match &held {
        None => "true".to_owned(),
        Some(held) if held.is_empty() => "true".to_owned(),
        Some(held) => {
            let list = sql_list(held);
            format!(
                "p.import_id NOT IN ({list}) OR a.import_id NOT IN ({list})
                 OR t.import_id NOT IN ({list}) OR i.is_new"
            )
        }
    };
    let is_new = match &held {
        Some(held) if !held.is_empty() => format!("import_id NOT IN ({})", sql_list(held)),
        _ => "true".to_owned(),
    };
    let [between, within] = BETWEEN.map(|letter| sql_text(&letter.to_string()));
    let posts = POSTS
        .columns
        .iter()
        .map(|column| format!("p.{}", column.name));
    let posts = posts.collect::<Vec<_>>().join(", ");
    let sql = format!(
        "WITH shown AS (
            SELECT post_id, arrow_cast(string_agg(DISTINCT concat(kind, {within}, value), {between}), 'Utf8') AS identifiers,
                   bool_or({is_new}) AS is_new
            FROM identifiers WHERE post_id IS NOT NULL GROUP BY post_id
         )
         SELECT {posts}, t.title AS thread_title, t.board AS board, a.name AS author_name,
                i.identifiers AS identifiers
         FROM posts p
         LEFT JOIN accounts a ON a.account_id = p.account_id
         LEFT JOIN threads t ON t.thread_id = p.thread_id
         LEFT JOIN shown i ON i.post_id = p.post_id
         WHERE {changed}"
    );
    let total = snapshot.row_count("posts").await?;
    progress.stage(
        "index",
        held.is_none().then_some(total),
        ProgressUnit::Posts,
    );
    let mut writer = index.writer(WriterOptions::default())?;
    let mut rows = context.sql(&sql).await?.execute_stream().await?;
    let mut written_count = 0;
    while let Some(batch) = rows.next().await {
        let batch = batch?;
        write(&mut writer, &batch, held.is_some())?;
        written_count += batch.num_rows() as u64;
        progress.advance_to(written_count);
    }
    let record = snapshot.record();
    writer.commit(&IndexedState {
        snapshot: Some(record.snapshot),
        table_versions: record
            .tables
            .iter()
            .map(|(name, version)| (name.clone(), *version as i64))
            .collect(),
    })?;
    writer.finish()?;
    Ok(written_count)
}

/// The imports that a snapshot holds.
async fn import_ids(workspace: &Workspace, number: u64) -> Result<Vec<String>, EngineError> {
    let snapshot = snapshot_of(workspace, Some(number)).await?;
    let context = session(workspace, &snapshot).await?;
    let mut ids = Vec::new();
    let sql = "SELECT DISTINCT import_id FROM imports ORDER BY import_id";
    for batch in context.sql(sql).await?.collect().await? {
        ids.extend(texts(&batch, 0).iter().flatten().map(str::to_owned));
    }
    Ok(ids)
}

fn write(
    writer: &mut SearchWriter,
    batch: &RecordBatch,
    may_be_there: bool,
) -> Result<(), EngineError> {
    let of_post = |name: &str| texts(batch, place(name));
    let [post_id, source, thread_id] = ["post_id", "source", "thread_id"].map(of_post);
    let [account_id, kind, language, body] =
        ["account_id", "kind", "language", "body"].map(of_post);
    let copies = integers(batch, place("copy_key"));
    let instants = batch.column(place("posted_at"));
    let instants = instants.as_primitive::<TimestampMicrosecondType>();
    // Behind the columns of posts stands what is known of thread, author and contacts.
    let [thread_title, board, author_name, shown] =
        std::array::from_fn(|beside| texts(batch, POSTS.columns.len() + beside));
    for row in 0..batch.num_rows() {
        let text = |texts: &StringArray| texts.is_valid(row).then(|| texts.value(row).to_owned());
        let post = PostDocument {
            post_id: text(post_id).unwrap_or_default(),
            source: text(source).unwrap_or_default(),
            thread_id: text(thread_id),
            thread_title: text(thread_title),
            board: text(board),
            account_id: text(account_id),
            author_name: text(author_name),
            kind: text(kind).unwrap_or_default(),
            language: text(language),
            body: text(body).unwrap_or_default(),
            identifiers: identifiers(&text(shown).unwrap_or_default()),
            near_copy_key: copies.is_valid(row).then(|| copies.value(row)),
            posted_at_us: instants.is_valid(row).then(|| instants.value(row)),
            record: record_of(batch, row)?,
        };
        if may_be_there {
            writer.delete_by_post(&post.post_id);
        }
        writer.add(&post)?;
    }
    Ok(())
}

fn identifiers(text: &str) -> Vec<PostIdentifier> {
    let mut found: Vec<PostIdentifier> = text
        .split(BETWEEN[0])
        .filter_map(|one| one.split_once(BETWEEN[1]))
        .map(|(kind, value)| PostIdentifier {
            kind: kind.to_owned(),
            value: value.to_owned(),
        })
        .collect();
    found.sort_unstable_by(|left, right| {
        (&left.kind, &left.value).cmp(&(&right.kind, &right.value))
    });
    found
}
