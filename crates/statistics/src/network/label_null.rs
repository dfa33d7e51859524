//! Whether labelled nodes stand together: a number of the network beside what the same labels
//! give when they are dealt anew within strata.
//!
//! The network stays as it is and only labels move, so that hubs, reciprocity and communities are
//! the same in every draw (a quadratic-assignment null: Hubert and Schultz 1976). Labels move only
//! among nodes of one stratum, so what strata are made of, such as activity, cannot make a
//! difference by itself. A label is a weight in `[0, 1]`: the probability of being labelled.

use rand::seq::SliceRandom;
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::graph::DirectedGraph;
use crate::interval::{Bounded, INTERVAL_LEVELS};
use crate::processors;
use crate::random::part_generator;
use crate::weighted_sample::sorted_quantile;

/// Parts in which labels are dealt.
const DEAL_PARTS: usize = 8;

/// Labels of nodes and the strata within which they may move.
#[derive(Debug, Clone)]
pub struct StratifiedLabels {
    weights: Vec<f64>,
    strata: Vec<u32>,
    moments: Vec<Moments>,
}

/// What is expected of one node, and of two of one stratum.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    count: f64,
    sum: f64,
    square_sum: f64,
}

impl Moments {
    fn mean(&self) -> f64 {
        self.sum / self.count
    }

    /// Mean product of the weights of two different nodes.
    fn mean_product(&self) -> f64 {
        let pairs = self.count * (self.count - 1.0);
        if pairs > 0.0 {
            ((self.sum * self.sum - self.square_sum) / pairs).max(0.0)
        } else {
            0.0
        }
    }
}

impl StratifiedLabels {
    /// Labels with the stratum of each node. Strata are numbered from zero; numbers without nodes
    /// cost memory only. `None` where the two differ in length or a weight lies outside `[0, 1]`.
    pub fn new(weights: Vec<f64>, strata: Vec<u32>) -> Option<Self> {
        let is_weight = |weight: &f64| (0.0..=1.0).contains(weight);
        if weights.len() != strata.len() || !weights.iter().all(is_weight) {
            return None;
        }
        let count = strata.iter().max().map_or(0, |most| *most as usize + 1);
        let mut moments = vec![Moments::default(); count];
        for (weight, stratum) in weights.iter().zip(&strata) {
            let moments = &mut moments[*stratum as usize];
            moments.count += 1.0;
            moments.sum += weight;
            moments.square_sum += weight * weight;
        }
        Some(Self {
            weights,
            strata,
            moments,
        })
    }

    /// The weights of the nodes.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Share of the weight that stands in strata in which labels can move at all: where not all
    /// nodes weigh the same. `None` where nothing is labelled.
    pub fn movable_share(&self) -> Option<f64> {
        let sum =
            |moments: &mut dyn Iterator<Item = &Moments>| moments.map(|one| one.sum).sum::<f64>();
        let varies = |one: &&Moments| one.count * one.square_sum - one.sum * one.sum > 1e-9;
        let all = sum(&mut self.moments.iter());
        (all > 0.0).then(|| sum(&mut self.moments.iter().filter(varies)) / all)
    }

    /// Weight expected at a node when labels are dealt anew.
    pub fn expected_weight(&self, node: u32) -> f64 {
        self.moments[self.strata[node as usize] as usize].mean()
    }

    /// Product of weights expected at two different nodes.
    fn expected_product(&self, first: u32, second: u32) -> f64 {
        let [one, two] = [first, second].map(|node| self.strata[node as usize] as usize);
        if one == two {
            self.moments[one].mean_product()
        } else {
            self.moments[one].mean() * self.moments[two].mean()
        }
    }

    /// Statistics of the weights beside those of `permutation_count` deals. `None` of a statistic that
    /// is not a number, and without deals.
    pub fn tests(
        &self,
        permutation_count: usize,
        seed: u64,
        statistics: &[&(dyn Fn(&[f64]) -> f64 + Sync)],
    ) -> Vec<Option<LabelTest>> {
        let members = self.members();
        let of_part = |part: usize| {
            let mut random = part_generator(seed, "labels dealt anew", part);
            let mut dealt = self.weights.clone();
            let mut hand = Vec::new();
            let mut draws = vec![Vec::new(); statistics.len()];
            for _ in (part..permutation_count).step_by(DEAL_PARTS) {
                for members in &members {
                    hand.clear();
                    hand.extend(members.iter().map(|node| self.weights[*node as usize]));
                    hand.shuffle(&mut random);
                    for (node, weight) in members.iter().zip(&hand) {
                        dealt[*node as usize] = *weight;
                    }
                }
                for (draws, statistic) in draws.iter_mut().zip(statistics) {
                    draws.push(statistic(&dealt));
                }
            }
            draws
        };
        let of_parts = processors::parts(DEAL_PARTS, of_part);
        let test = |(place, statistic): (usize, &&(dyn Fn(&[f64]) -> f64 + Sync))| {
            let draws = of_parts
                .iter()
                .flat_map(|draws| draws[place].iter().copied());
            LabelTest::of(statistic(&self.weights), draws.collect())
        };
        statistics.iter().enumerate().map(test).collect()
    }

    /// The nodes of each stratum of two or more, among which labels move.
    fn members(&self) -> Vec<Vec<u32>> {
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); self.moments.len()];
        for (node, stratum) in self.strata.iter().enumerate() {
            members[*stratum as usize].push(node as u32);
        }
        members.retain(|members| members.len() > 1);
        members
    }
}

/// A statistic and its distribution under labels dealt anew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelTest {
    /// The statistic of the labels as they are.
    pub observed: f64,
    /// Mean over deals, between the 2.5 % and 97.5 % quantiles.
    pub null: Bounded,
    /// Twice the smaller share of deals at least as large or at least as small, with one deal
    /// added that is the observed one (Phipson and Smyth 2010); at most 1.
    pub p: f64,
    /// Number of deals.
    pub permutation_count: usize,
}

impl LabelTest {
    fn of(observed: f64, mut draws: Vec<f64>) -> Option<Self> {
        if draws.is_empty() || !observed.is_finite() || draws.iter().any(|draw| !draw.is_finite()) {
            return None;
        }
        draws.sort_by(f64::total_cmp);
        // What rounding makes of equal sums is equal.
        let slack = 1e-9 * observed.abs().max(1e-9);
        let count = draws.len() as f64;
        let share = |at_least: usize| (at_least as f64 + 1.0) / (count + 1.0);
        let above = share(
            draws
                .iter()
                .filter(|draw| **draw >= observed - slack)
                .count(),
        );
        let below = share(
            draws
                .iter()
                .filter(|draw| **draw <= observed + slack)
                .count(),
        );
        let [low, high] = INTERVAL_LEVELS.map(|level| sorted_quantile(&draws, level));
        let value = draws.iter().sum::<f64>() / count;
        Some(Self {
            observed,
            null: Bounded {
                value,
                low: low?.min(value),
                high: high?.max(value),
            },
            p: (2.0 * above.min(below)).min(1.0),
            permutation_count: draws.len(),
        })
    }
}

/// Ordered pairs of which both nodes are labelled: the sum over pairs of the product of the
/// weights. Each pair counts once, whatever its weight in the graph.
pub fn labelled_pair_sum(graph: &DirectedGraph, weights: &[f64]) -> f64 {
    let of_node = |(node, weight): (usize, &f64)| {
        let successors = graph.successors(node as u32).iter();
        let sum: f64 = successors.map(|to| weights[*to as usize]).sum();
        weight * sum
    };
    let labelled = weights
        .iter()
        .enumerate()
        .filter(|(_, weight)| **weight > 0.0);
    labelled.map(of_node).sum()
}

/// [`labelled_pair_sum`] over what it is expected to be when labels are dealt anew, exactly, with
/// an interval for other accounts of the same kind: each group of nodes is left out in turn, with
/// its pairs (jackknife of a ratio on the logarithmic scale).
///
/// `group_of_node` numbers groups of nodes from zero below `group_count`; groups must be random.
/// `None` where nothing is expected; without interval where the ratio or one of those without a
/// group is zero.
pub fn labelled_pair_ratio(
    graph: &DirectedGraph,
    labels: &StratifiedLabels,
    group_of_node: &[u32],
    group_count: usize,
) -> Option<(f64, Option<Bounded>)> {
    let mut of_groups = GroupSums::new(group_count);
    for from in 0..graph.node_count() as u32 {
        for to in graph.successors(from) {
            let observed = labels.weights[from as usize] * labels.weights[*to as usize];
            let expected = labels.expected_product(from, *to);
            let groups = [from, *to].map(|node| group_of_node[node as usize]);
            of_groups.add(&groups, [observed, expected]);
        }
    }
    of_groups.ratio()
}

/// The weight of chosen nodes over what it is expected to be when labels are dealt anew, with an
/// interval as for [`labelled_pair_ratio`].
pub fn labelled_node_ratio(
    chosen: &[u32],
    labels: &StratifiedLabels,
    group_of_node: &[u32],
    group_count: usize,
) -> Option<(f64, Option<Bounded>)> {
    let mut of_groups = GroupSums::new(group_count);
    for node in chosen {
        let sums = [
            labels.weights[*node as usize],
            labels.expected_weight(*node),
        ];
        of_groups.add(&[group_of_node[*node as usize]], sums);
    }
    of_groups.ratio()
}

/// Observed and expected sums, all together and of what touches each group.
struct GroupSums {
    all: [f64; 2],
    touching: Vec<[f64; 2]>,
}

impl GroupSums {
    fn new(group_count: usize) -> Self {
        Self {
            all: [0.0; 2],
            touching: vec![[0.0; 2]; group_count],
        }
    }

    fn add(&mut self, groups: &[u32], sums: [f64; 2]) {
        let add_to = |total: &mut [f64; 2]| {
            total[0] += sums[0];
            total[1] += sums[1];
        };
        add_to(&mut self.all);
        for (place, group) in groups.iter().enumerate() {
            if !groups[..place].contains(group) {
                add_to(&mut self.touching[*group as usize]);
            }
        }
    }

    fn ratio(&self) -> Option<(f64, Option<Bounded>)> {
        let [observed, expected] = self.all;
        (expected > 0.0).then(|| (observed / expected, self.interval(observed / expected)))
    }

    fn interval(&self, ratio: f64) -> Option<Bounded> {
        let count = self.touching.len() as f64;
        let student = StudentsT::new(0.0, 1.0, count - 1.0).ok()?;
        let squares: f64 = self
            .touching
            .iter()
            .map(|out| {
                let without = (self.all[0] - out[0]) / (self.all[1] - out[1]);
                (without.ln() - ratio.ln()).powi(2)
            })
            .sum();
        let half_width =
            student.inverse_cdf(INTERVAL_LEVELS[1]) * (squares * (count - 1.0) / count).sqrt();
        half_width.is_finite().then(|| Bounded {
            value: ratio,
            low: ratio * (-half_width).exp(),
            high: ratio * half_width.exp(),
        })
    }
}

/// How concentrated labels are in communities: the share of pairs of labelled nodes that stand in
/// the same community, weighted by the product of their weights. Not a number where fewer than
/// two nodes are labelled.
pub fn same_community_share(of_nodes: &[u32], weights: &[f64]) -> f64 {
    let count = of_nodes.iter().max().map_or(0, |most| *most as usize + 1);
    let mut sums = vec![0.0; count];
    let mut square_sum = 0.0;
    for (community, weight) in of_nodes.iter().zip(weights) {
        sums[*community as usize] += weight;
        square_sum += weight * weight;
    }
    let all: f64 = sums.iter().sum();
    let inside: f64 = sums.iter().map(|sum| sum * sum).sum();
    (inside - square_sum) / (all * all - square_sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Pair;
    use crate::random::generator;
    use rand::RngExt;

    /// Nodes with unequal activity; labels are more frequent among active nodes. With a
    /// preference, that share of the pairs of labelled nodes leads to labelled nodes.
    fn world(seed: u64, preference: f64) -> (DirectedGraph, StratifiedLabels, Vec<u32>) {
        const COUNT: usize = 600;
        let mut random = generator(seed, "a world of labelled nodes");
        let activity: Vec<usize> = (0..COUNT).map(|_| 1 << random.random_range(0..5)).collect();
        let labelled: Vec<bool> = activity
            .iter()
            .map(|activity| random.random::<f64>() < 0.03 * (*activity as f64).sqrt())
            .collect();
        let urn: Vec<u32> = (0..COUNT as u32)
            .flat_map(|node| vec![node; activity[node as usize]])
            .collect();
        let urn_of_labelled: Vec<u32> = urn
            .iter()
            .copied()
            .filter(|node| labelled[*node as usize])
            .collect();
        let mut pairs = Vec::new();
        for from in 0..COUNT as u32 {
            for _ in 0..activity[from as usize] {
                let is_drawn_to = labelled[from as usize] && random.random::<f64>() < preference;
                let urn = if is_drawn_to { &urn_of_labelled } else { &urn };
                let to = urn[random.random_range(0..urn.len())];
                pairs.push(Pair {
                    from,
                    to,
                    weight: 1,
                });
            }
        }
        let strata = activity.iter().map(|activity| activity.ilog2()).collect();
        let weights = labelled.iter().map(|is| f64::from(u8::from(*is))).collect();
        let groups = (0..COUNT as u32).map(|node| node % 20).collect();
        (
            DirectedGraph::new(COUNT, pairs),
            StratifiedLabels::new(weights, strata).unwrap(),
            groups,
        )
    }

    fn test_of(world: &(DirectedGraph, StratifiedLabels, Vec<u32>), seed: u64) -> LabelTest {
        let pairs = |weights: &[f64]| labelled_pair_sum(&world.0, weights);
        world.1.tests(199, seed, &[&pairs])[0].unwrap()
    }

    #[test]
    fn exact_expectation_agrees_with_many_deals() {
        let world = world(1, 0.0);
        let test = world
            .1
            .tests(4000, 1, &[&|weights| labelled_pair_sum(&world.0, weights)])[0]
            .unwrap();
        let (ratio, _) = labelled_pair_ratio(&world.0, &world.1, &world.2, 20).unwrap();
        let exact = test.observed / ratio;
        assert!(
            (test.null.value - exact).abs() < 0.02 * exact,
            "{test:?} {exact}"
        );
        let chosen: Vec<u32> = (0..50).collect();
        let top = |weights: &[f64]| weights[..50].iter().sum::<f64>();
        let test = world.1.tests(4000, 1, &[&top])[0].unwrap();
        let (ratio, interval) = labelled_node_ratio(&chosen, &world.1, &world.2, 20).unwrap();
        assert!((test.null.value - test.observed / ratio).abs() < 0.05);
        let interval = interval.unwrap();
        assert!(interval.low < ratio && ratio < interval.high);
    }

    #[test]
    fn labels_that_follow_activity_alone_are_found_as_often_as_the_level_says() {
        let found = (0..200)
            .filter(|seed| test_of(&world(*seed, 0.0), *seed).p < 0.05)
            .count();
        assert!((2..=18).contains(&found), "{found}");
    }

    #[test]
    fn planted_preference_is_found_and_its_ratio_is_above_one() {
        let found: Vec<f64> = (0..20)
            .filter_map(|seed| {
                let world = world(seed, 0.3);
                let (_, interval) = labelled_pair_ratio(&world.0, &world.1, &world.2, 20)?;
                (test_of(&world, seed).p < 0.05).then_some(interval?.low)
            })
            .collect();
        assert!(found.len() >= 18, "{found:?}");
        assert!(
            found.iter().filter(|low| **low > 1.0).count() >= 17,
            "{found:?}"
        );
    }

    #[test]
    fn what_cannot_move_is_no_evidence() {
        let graph = DirectedGraph::new(
            3,
            vec![Pair {
                from: 0,
                to: 1,
                weight: 1,
            }],
        );
        let labels = StratifiedLabels::new(vec![1.0, 1.0, 0.0], vec![0, 1, 2]).unwrap();
        assert_eq!(labels.movable_share(), Some(0.0));
        let test =
            labels.tests(99, 1, &[&|weights| labelled_pair_sum(&graph, weights)])[0].unwrap();
        assert_eq!((test.observed, test.null.value, test.p), (1.0, 1.0, 1.0));
        assert!(StratifiedLabels::new(vec![1.5], vec![0]).is_none());
        assert!(StratifiedLabels::new(vec![0.5], vec![]).is_none());
    }

    #[test]
    fn concentration_is_the_share_of_pairs_in_one_community() {
        let share = same_community_share(&[0, 0, 1, 1, 2], &[1.0, 1.0, 1.0, 0.0, 1.0]);
        assert!((share - 1.0 / 6.0).abs() < 1e-12);
        assert!(same_community_share(&[0, 1], &[1.0, 0.0]).is_nan());
    }
}
