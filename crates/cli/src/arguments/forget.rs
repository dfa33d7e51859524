//! What may be typed behind `forget`.

use clap::Args;

/// `forget`.
#[derive(Debug, Args)]
pub struct Forget {
    /// The account: source/native-id, or the sixteen digits of its account_id.
    #[arg(value_name = "ACCOUNT", required_unless_present = "finish")]
    pub account: Option<String>,
    /// Why; recorded, so it must not name the account.
    #[arg(long, value_name = "WHY", required_unless_present = "finish")]
    pub reason: Option<String>,
    /// Who deletes; recorded.
    #[arg(long, value_name = "NAME", env = "ENTANGLE_ANALYST")]
    pub by: Option<String>,
    /// Only complete deletions that were interrupted.
    #[arg(long, conflicts_with_all = ["account", "reason"])]
    pub finish: bool,
}
