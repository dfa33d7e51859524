//! `entangle search`.

use entangle_engine::reader::{ReadScope, Sight, Sources};
use entangle_engine::search::{
    Explanation, FoundPosts, OpenCheck, PostIndex, SearchRequest, SortOrder, parse,
};
use entangle_engine::{EngineError, Progress};
use serde_json::{Value, json};

use super::open;
use crate::arguments::{Global, Search, SearchOrder};
use crate::output::{self, Output};

/// Characters of a text that are shown.
const SHOWN_CHARACTERS_MAX: usize = 200;

pub async fn run(
    global: &Global,
    output: &Output,
    arguments: Search,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    let query = arguments.query.as_deref().map(parse).transpose();
    let query = query.map_err(|error| EngineError::User(error.to_string()))?;
    // To read all of a large index takes longer than to search it.
    let check = match arguments.update {
        true => OpenCheck::Checksums,
        false => OpenCheck::Ends,
    };
    let (index, update) = PostIndex::update(&workspace, check, progress).await?;
    let scope = ReadScope {
        sources: match arguments.sources {
            None => Sources::All,
            Some(sources) => Sources::Only(sources.into_iter().collect()),
        },
        sight: Sight::Identified,
    };
    if let Some(post_id) = &arguments.like {
        let similar = index.similar(&scope, post_id, arguments.limit)?;
        let posts =
            similar.ok_or_else(|| EngineError::User(format!("there is no post {post_id}")))?;
        output.show(|| json!({ "hits": json_of(&posts) }), || text(&posts));
        return Ok(());
    }
    let Some(query) = query else {
        output.show(
            || json!({ "snapshot": update.snapshot, "posts": update.post_count, "written": update.written_count }),
            || {
                let [held, written] = [update.post_count, update.written_count].map(output::count);
                format!("the index holds {held} posts of snapshot {}; {written} were written", update.snapshot)
            },
        );
        return Ok(());
    };
    if let Some(post_id) = &arguments.explain {
        let explained = index.explain(&scope, &query, post_id)?;
        let explained = explained.ok_or_else(|| {
            EngineError::User(format!(
                "there is no post {post_id}, or {query} does not find it"
            ))
        })?;
        output.show(|| json!(explained), || explanation(&explained, 0));
        return Ok(());
    }
    let request = SearchRequest {
        limit: arguments.limit,
        sort: match arguments.order {
            SearchOrder::Relevance => SortOrder::Relevance,
            SearchOrder::Newest => SortOrder::Newest,
            SearchOrder::Oldest => SortOrder::Oldest,
        },
        collapse_near_copies: arguments.collapse_copies,
        ..SearchRequest::new(query)
    };
    let answer = index.search(&scope, request)?;
    let post_count = answer.response.post_count;
    output.show(
        || json!({ "post_count": post_count, "hits": json_of(&answer.page) }),
        || {
            format!(
                "{} posts\n{}",
                output::count(post_count),
                text(&answer.page)
            )
        },
    );
    Ok(())
}

fn json_of(posts: &FoundPosts) -> Vec<Value> {
    let hits = posts.shown().into_iter().zip(&posts.found);
    hits.map(|(post, found)| {
        json!({
            "post_id": found.post_id,
            "source": post.source,
            "posted_at": post.posted_at.map(|instant| instant.to_rfc3339()),
            "body": post.body,
            "score": found.score,
            "copy_count": found.copy_count,
        })
    })
    .collect()
}

fn text(posts: &FoundPosts) -> String {
    let mut text = String::new();
    for post in posts.shown() {
        let at = post.posted_at.map_or_else(
            || "no time".to_owned(),
            |instant| instant.format("%Y-%m-%d %H:%M").to_string(),
        );
        let body: String = post.body.chars().take(SHOWN_CHARACTERS_MAX).collect();
        let body = body.split_whitespace().collect::<Vec<_>>().join(" ");
        text += &format!("{at}  {}  {}\n  {body}\n", post.source, post.post_id);
    }
    text
}

/// A score with the parts that it is made of, one a line, each below what it is a part of.
fn explanation(part: &Explanation, depth: usize) -> String {
    let context = match part.context.is_empty() {
        true => String::new(),
        false => format!(" ({})", part.context.join(", ")),
    };
    let line = format!(
        "{:indent$}{:.4}  {}{context}\n",
        "",
        part.value,
        part.description,
        indent = 2 * depth
    );
    let below = part.details.iter().map(|part| explanation(part, depth + 1));
    std::iter::once(line).chain(below).collect()
}
