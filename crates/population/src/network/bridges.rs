//! Personas that lead from the public source to target sources.

use datafusion::error::DataFusionError;
use entangle_model::study::PersonaBridge;
use entangle_model::{Estimate, sql_list};

use crate::config::StudyConfig;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;
use crate::suppression::withheld_cells;

/// Counts the personas of included accounts by the target sources that they have an account on;
/// empty where there are none, or no personas at all.
pub(super) async fn read_bridges(
    tables: &StudyTables,
    config: &StudyConfig,
) -> Result<Vec<PersonaBridge>, DataFusionError> {
    if !tables.has_table("personas") {
        return Ok(Vec::new());
    }
    let frame = tables.query(&bridges_sql(config)).await?;
    let mut counts: Vec<(u64, u64)> = Vec::new();
    for_each_row(frame, |row| counts.push((row.count(0), row.count(1)))).await?;
    let all = counts.iter().map(|(_, count)| count).sum();
    let cells: Vec<u64> = counts.iter().map(|(_, count)| *count).collect();
    let withheld = withheld_cells(&cells, config.suppress_below_count);
    let bridge = |((target_count, count), why): ((u64, u64), Option<String>)| PersonaBridge {
        target_count,
        persona_count: match why {
            Some(why) => Estimate::missing(0, why),
            None => Estimate::counted(
                count as f64,
                all,
                "personas with an account of the population and on so many targets, counted; n is \
                 those on any target",
            ),
        },
    };
    Ok(counts.into_iter().zip(withheld).map(bridge).collect())
}

fn bridges_sql(config: &StudyConfig) -> String {
    format!(
        "WITH of_population AS ( \
           SELECT DISTINCT p.persona_id FROM personas p JOIN included i ON p.account_id = i.account_id), \
         reached AS ( \
           SELECT p.persona_id, COUNT(DISTINCT p.source) AS target_count FROM personas p \
           JOIN of_population o ON p.persona_id = o.persona_id \
           WHERE p.source IN ({targets}) GROUP BY p.persona_id) \
         SELECT target_count, COUNT(*) FROM reached GROUP BY target_count ORDER BY target_count",
        targets = sql_list(&config.targets)
    )
}
