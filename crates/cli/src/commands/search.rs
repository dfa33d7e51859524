//! `entangle search`.

use entangle_engine::reader::{ReadScope, Sight, Sources};
use entangle_engine::search::{
    OpenCheck, PostIndex, SearchAnswer, SearchRequest, SortOrder, parse,
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
    let scope = ReadScope {
        sources: match arguments.sources {
            None => Sources::All,
            Some(sources) => Sources::Only(sources.into_iter().collect()),
        },
        sight: Sight::Identified,
    };
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
    output.show(|| json_of(&answer), || text(&answer));
    Ok(())
}

fn json_of(answer: &SearchAnswer) -> Value {
    let hits: Vec<Value> = answer
        .shown()
        .iter()
        .zip(&answer.found)
        .map(|(post, found)| {
            json!({
                "post_id": found.post_id,
                "source": post.source,
                "posted_at": post.posted_at.map(|instant| instant.to_rfc3339()),
                "body": post.body,
                "score": found.score,
                "copy_count": found.copy_count,
            })
        })
        .collect();
    json!({ "post_count": answer.response.post_count, "hits": hits })
}

fn text(answer: &SearchAnswer) -> String {
    let mut text = format!("{} posts\n", output::count(answer.response.post_count));
    for post in answer.shown() {
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
