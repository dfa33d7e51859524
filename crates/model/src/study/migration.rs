//! Where accounts post after a target source has fallen silent.

use serde::{Deserialize, Serialize};

use crate::Estimate;

/// Where those who were active on a target source post after its last post.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Migration {
    /// Which sources fell silent, who is followed and how; where nothing is shown, why.
    pub design: String,
    /// One row per source that fell silent and kind of account followed, in the order of the study
    /// file.
    pub silent_sources: Vec<SilentSource>,
}

/// A target source that fell silent, and where those who were active on it post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SilentSource {
    /// The source.
    pub source: String,
    /// crossover_users: strict crossover users of the population; linked_accounts: accounts of the
    /// source with a strict link to an account of another target source.
    pub followed: String,
    /// Its last post, RFC 3339.
    pub last_post_at: String,
    /// Days before and after it that are compared.
    pub window_days: u64,
    /// Those active on it in its last 90 days, counted; missing where they are too few to be shown.
    pub active: Estimate,
    /// Where they post; empty where nobody is shown.
    pub destinations: Vec<Destination>,
}

/// One place where those who were active on a silent source may post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Destination {
    /// The other target source or the public source; empty for none of them.
    pub source: String,
    /// target, public or nowhere.
    pub kind: String,
    /// Those who post there after the source fell silent; absent where withheld.
    pub after_count: Option<u64>,
    /// Their share of those active.
    pub after_share: Estimate,
    /// Those who posted there in as many days before; absent where withheld.
    pub before_count: Option<u64>,
    /// Their share of those active.
    pub before_share: Estimate,
}
