//! Who answers whom on the public source, and where crossover users stand in that network
//! (methods 6).
//!
//! ```text
//! public_posts ──► answered accounts ──► ties (in memory, one row per ordered pair of accounts)
//! ties ──► degrees, cores, PageRank, betweenness ──► compared with matched others
//!      └─► pairs, communities, shortest paths     ──► compared with labels dealt anew
//! personas ──► bridges
//! ```
//!
//! Not for mentions and private messages: the tables say how many accounts a text names and not
//! which.

mod answers;
mod bridges;
mod chance;
mod degrees;
mod measures;
mod ties;

use entangle_model::Estimate;
use entangle_model::study::{CommunitySummary, Network};
use entangle_statistics::network::communities::{Communities, louvain};

use crate::error::{InPart, PopulationError};
use crate::feature_comparison::{ComparedGroups, compare_measures};
use crate::inputs::StudyInputs;
use crate::study_tables::StudyTables;
use bridges::read_bridges;
use chance::{ChanceInputs, PERMUTATION_COUNT, chance};
use degrees::degrees;
use measures::{Positions, measures};
use ties::{PAIR_COUNT_MAX, Ties, read_ties};

/// Reads the ties and compares where crossover users stand.
pub(crate) async fn network(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
    groups: &ComparedGroups<'_>,
) -> Result<Network, PopulationError> {
    let ties = read_ties(tables, inputs).await.in_part("the network")?;
    let bridges = read_bridges(tables, inputs.config)
        .await
        .in_part("the network")?;
    let communities = louvain(&ties.undirected, inputs.config.seed);
    let positions = Positions::of(&ties, inputs.config.seed);
    let chance_inputs = ChanceInputs::new(inputs, &ties, &communities, &positions);
    let is_compared = groups.matched.sets.len() as u64 >= groups.least;
    let measures = match is_compared && ties.graph.pair_count() > 0 {
        true => compare_measures(groups, measures(&ties, &positions, inputs.accounts.len())),
        false => Vec::new(),
    };
    Ok(Network {
        design: design_in_words(&ties, &chance_inputs, groups),
        account_count: ties.accounts.len() as u64,
        pair_count: ties.graph.pair_count() as u64,
        left_out_pair_count: ties.left_out_pair_count,
        least_pair_post_count: u64::from(ties.least_pair_post_count),
        reciprocity: reciprocity(&ties),
        core_number_max: positions.core_numbers.iter().max().copied().map(u64::from),
        communities: community_summary(&communities),
        betweenness: positions.sample(),
        degrees: degrees(inputs, groups, &ties),
        measures,
        chance: chance(&chance_inputs),
        bridges,
        post_uses: ties.post_uses,
    })
}

fn design_in_words(ties: &Ties, chance: &ChanceInputs<'_>, groups: &ComparedGroups<'_>) -> String {
    if ties.graph.pair_count() == 0 {
        return "No post of the population answers another account of the population, as far as the \
                source says, so there is no network."
            .to_owned();
    }
    let left_out = match ties.least_pair_post_count {
        1 => String::new(),
        least => format!(
            " There were more than {PAIR_COUNT_MAX} ordered pairs, so those with fewer than {least} \
             posts are left out."
        ),
    };
    let movable = chance.movable_share_in_words();
    format!(
        "A tie leads from the author of a post in the window to the author of the post that it \
         answers; where the source does not state which that is, to whoever started the thread. \
         Both must belong to the population, and nobody has a tie to itself.{left_out} Each ordered \
         pair counts once, however many posts it has. Measures are compared as behaviour is: {} \
         Whether crossover users stand together is compared with {PERMUTATION_COUNT} deals of the \
         same labels, or probabilities, over the same network; labels move only among accounts with \
         nearly as many ties (half a doubling) whose time on the source has its middle in the same \
         quarter.{movable}",
        groups.matched.design_in_words(groups.least)
    )
}

fn reciprocity(ties: &Ties) -> Estimate {
    let pair_count = ties.graph.pair_count() as u64;
    if pair_count == 0 {
        return Estimate::missing(0, "there are no ties");
    }
    let answered: u64 = ties
        .graph
        .answered_degrees()
        .into_iter()
        .map(u64::from)
        .sum();
    Estimate::counted(
        answered as f64 / pair_count as f64,
        pair_count,
        "ordered pairs whose other direction is there too, counted",
    )
}

fn community_summary(communities: &Communities) -> Option<CommunitySummary> {
    let all: u64 = communities.sizes.iter().sum();
    Some(CommunitySummary {
        community_count: communities.sizes.iter().filter(|size| **size > 1).count() as u64,
        largest_share: *communities.sizes.first()? as f64 / all as f64,
        modularity: communities.modularity?,
    })
}
