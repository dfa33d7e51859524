//! `explain rarity`: how surprising names and contacts are, and how many accounts chance alone would
//! give them.

use datafusion::prelude::SessionContext;
use entangle_store::Workspace;

use crate::EngineError;
use crate::explain::find_account;
use crate::query::{session, snapshot_of};
use crate::table_reader::{integers, numbers, texts};

/// From this many accounts expected by chance on, a name is evidence of nothing.
const COMMON_ACCOUNT_COUNT: f64 = 1.0;
/// Below this many, chance gives about one such name in a thousand a namesake elsewhere.
const RARE_ACCOUNT_COUNT: f64 = 0.001;

/// How rare the names of one source are.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRarity {
    /// The source.
    pub source: String,
    /// Its named accounts.
    pub account_count: u64,
    /// Median surprisal of the folded names, bits.
    pub median_surprisal_bits: f64,
    /// Accounts whose name chance would give a thousandth of an account elsewhere, or less.
    pub rare_count: u64,
    /// Accounts whose name chance would give an account elsewhere, or more.
    pub common_count: u64,
    /// Sum over its accounts of the accounts elsewhere that chance would give the same name.
    pub chance_account_count: f64,
}

/// The rarity of the names of every source, sorted by source.
///
/// # Errors
/// Where there is no such snapshot, nothing was linked, or a query fails.
pub async fn source_rarities(
    workspace: &Workspace,
    snapshot: Option<u64>,
) -> Result<Vec<SourceRarity>, EngineError> {
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let context = session(workspace, &snapshot).await?;
    // Rounded, because the engine adds in no stated order and the last digits are noise.
    let sql = format!(
        "SELECT source, count(*) AS accounts, median(folded_surprisal_bits) AS median_bits,
                count(*) FILTER (WHERE chance_account_count <= {RARE_ACCOUNT_COUNT:e}) AS rare,
                count(*) FILTER (WHERE chance_account_count >= {COMMON_ACCOUNT_COUNT:e}) AS common,
                round(sum(chance_account_count), 3) AS by_chance
         FROM names GROUP BY source ORDER BY source"
    );
    let mut sources = Vec::new();
    for batch in context.sql(&sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            let count = |column| integers(&batch, column).value(row) as u64;
            sources.push(SourceRarity {
                source: texts(&batch, 0).value(row).to_owned(),
                account_count: count(1),
                median_surprisal_bits: numbers(&batch, 2).value(row),
                rare_count: count(3),
                common_count: count(4),
                chance_account_count: numbers(&batch, 5).value(row),
            });
        }
    }
    if sources.is_empty() {
        return Err(nothing_linked());
    }
    Ok(sources)
}

fn nothing_linked() -> EngineError {
    EngineError::User(
        "rarity is not known before accounts were linked\nhint: run `entangle link`".to_owned(),
    )
}

/// How rare the name and the contacts of one account are. Neither is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountRarity {
    /// The account's source.
    pub source: String,
    /// Surprisal of its name by level, strict to loose, bits.
    pub levels: [(&'static str, f64); 4],
    /// Accounts of all other sources that chance alone would give the folded name.
    pub chance_account_count: f64,
    /// Its contacts, the most surprising first.
    pub contacts: Vec<ContactRarity>,
}

/// How rare a contact is.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactRarity {
    /// Its kind.
    pub kind: String,
    /// Accounts that show it.
    pub account_count: u64,
    /// Sources of these accounts.
    pub source_count: u64,
    /// Surprisal of an unrelated account showing it, bits.
    pub surprisal_bits: f64,
}

/// The rarity of an account given as id or as `source/native-id`.
///
/// # Errors
/// Where the account does not exist, has no name or was not linked yet, or a query fails.
pub async fn account_rarity(
    workspace: &Workspace,
    snapshot: Option<u64>,
    account: &str,
) -> Result<AccountRarity, EngineError> {
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let context = session(workspace, &snapshot).await?;
    let account_id = find_account(&context, account).await?;
    let sql = format!(
        "SELECT source, surprisal_bits, folded_surprisal_bits, skeleton_surprisal_bits,
                stem_surprisal_bits, chance_account_count
         FROM names WHERE account_id = '{account_id}'"
    );
    let batches = context.sql(&sql).await?.collect().await?;
    let found = batches.iter().find(|batch| batch.num_rows() > 0);
    let batch = found.ok_or_else(nothing_linked)?;
    let bits = |column| numbers(batch, column).value(0);
    Ok(AccountRarity {
        source: texts(batch, 0).value(0).to_owned(),
        levels: [
            ("written", bits(1)),
            ("folded", bits(2)),
            ("skeleton", bits(3)),
            ("stem", bits(4)),
        ],
        chance_account_count: bits(5),
        contacts: contacts(&context, &account_id.to_string()).await?,
    })
}

async fn contacts(
    context: &SessionContext,
    account_id: &str,
) -> Result<Vec<ContactRarity>, EngineError> {
    let sql = format!(
        "SELECT v.kind, v.account_count, v.source_count, v.surprisal_bits
         FROM (SELECT DISTINCT kind, value FROM identifiers WHERE account_id = '{account_id}') shown
         JOIN identifier_values v ON v.kind = shown.kind AND v.value = shown.value
         ORDER BY v.surprisal_bits DESC, v.kind, v.value"
    );
    let mut contacts = Vec::new();
    for batch in context.sql(&sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            contacts.push(ContactRarity {
                kind: texts(&batch, 0).value(row).to_owned(),
                account_count: integers(&batch, 1).value(row) as u64,
                source_count: integers(&batch, 2).value(row) as u64,
                surprisal_bits: numbers(&batch, 3).value(row),
            });
        }
    }
    Ok(contacts)
}
