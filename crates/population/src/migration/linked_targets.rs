//! Accounts of target sources that are strictly linked with accounts of other target sources.

use datafusion::error::DataFusionError;
use entangle_model::{sql_list, sql_text};

use crate::inputs::StudyInputs;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

/// Strict links between targets.
#[derive(Default)]
pub(super) struct LinkedTargets {
    /// Per linked account its target, by its position in the study file.
    targets: Vec<usize>,
    /// Per linked account those at the other ends, ascending.
    partners: Vec<Vec<usize>>,
}

impl LinkedTargets {
    /// Whether no two targets have a strict link.
    pub(super) fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// The linked accounts of a target.
    pub(super) fn accounts_of(&self, target: usize) -> impl Iterator<Item = usize> {
        let accounts = self.targets.iter().enumerate();
        accounts.filter_map(move |(account, of)| (*of == target).then_some(account))
    }

    /// The accounts of a target to which an account is linked.
    pub(super) fn partners_on(&self, account: usize, target: usize) -> impl Iterator<Item = usize> {
        let partners = self.partners[account].iter().copied();
        partners.filter(move |partner| self.targets[*partner] == target)
    }
}

/// Reads the strict links between targets, and registers their accounts as `linked_targets`.
pub(super) async fn read_linked_targets(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
) -> Result<LinkedTargets, DataFusionError> {
    tables
        .define_view("links_of_targets", &strict_links_sql(inputs))
        .await?;
    tables
        .hold(
            "linked_targets",
            "SELECT CAST(row_number() OVER (ORDER BY account_id) AS BIGINT) - 1 AS linked_index, account_id, source \
             FROM (SELECT account_left AS account_id, source_left AS source FROM links_of_targets \
                   UNION SELECT account_right, source_right FROM links_of_targets) linked",
        )
        .await?;
    let mut linked = LinkedTargets::default();
    let sources = "SELECT source FROM linked_targets ORDER BY linked_index";
    for_each_row(tables.query(sources).await?, |row| {
        let target = inputs
            .targets
            .iter()
            .position(|target| row.text(0) == Some(&target.source));
        linked.targets.push(target.unwrap_or(usize::MAX));
    })
    .await?;
    linked.partners = vec![Vec::new(); linked.targets.len()];
    let pairs = "SELECT l.linked_index, r.linked_index FROM links_of_targets t \
                 JOIN linked_targets l ON t.account_left = l.account_id \
                 JOIN linked_targets r ON t.account_right = r.account_id";
    for_each_row(tables.query(pairs).await?, |row| {
        let (left, right) = (row.position(0), row.position(1));
        if left.max(right) < linked.partners.len() {
            linked.partners[left].push(right);
            linked.partners[right].push(left);
        }
    })
    .await?;
    for partners in &mut linked.partners {
        partners.sort_unstable();
        partners.dedup();
    }
    Ok(linked)
}

/// Links between two targets that are probable enough and share an identifier, or a name that clears
/// the margin for the accounts of either.
fn strict_links_sql(inputs: &StudyInputs<'_>) -> String {
    let config = inputs.config;
    let targets = sql_list(&config.targets);
    let cases: String = inputs
        .targets
        .iter()
        .map(|target| {
            let needed_bits =
                (target.account_count.max(1) as f64).log2() + config.surprisal_margin_bits;
            format!(" WHEN {} THEN {needed_bits:?}", sql_text(&target.source))
        })
        .collect();
    let clears = |side: &str| format!("name_surprisal_bits >= CASE source_{side}{cases} END");
    format!(
        "SELECT account_left, source_left, account_right, source_right FROM links \
         WHERE source_left IN ({targets}) AND source_right IN ({targets}) \
         AND source_left <> source_right AND match_probability >= {:?} \
         AND (has_shared_identifier OR ({} AND {}))",
        config.link_threshold_probability,
        clears("left"),
        clears("right"),
    )
}
