//! What may be typed behind `search`.

use clap::{Args, ValueEnum};

/// `search`.
#[derive(Debug, Args)]
pub struct Search {
    /// The query, such as 'sell* "fresh accounts" lang:en after:2020'; docs/reference/search.md.
    #[arg(required_unless_present_any = ["update", "like"], value_name = "QUERY")]
    pub query: Option<String>,
    /// Show posts that share rare words with this post, by its id, instead of those that match a query.
    #[arg(long, value_name = "POST", conflicts_with_all = ["query", "explain", "order", "collapse_copies"])]
    pub like: Option<String>,
    /// Show where the score of this post under the query comes from, by its id.
    #[arg(long, value_name = "POST", requires = "query", conflicts_with_all = ["order", "limit", "collapse_copies"])]
    pub explain: Option<String>,
    /// Read all of the index and build it anew where it is damaged; needs no query. Every search brings it up
    /// to the latest snapshot.
    #[arg(long)]
    pub update: bool,
    /// Search these sources only.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub sources: Option<Vec<String>>,
    /// The order of posts.
    #[arg(long, default_value = "relevance")]
    pub order: SearchOrder,
    /// Posts to show, at most 1000.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub limit: usize,
    /// Show of posts with nearly the same text only one.
    #[arg(long)]
    pub collapse_copies: bool,
}

/// Orders of posts.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SearchOrder {
    /// Best score first.
    Relevance,
    /// Last posted first.
    Newest,
    /// First posted first.
    Oldest,
}
