//! Taking in pairs one by one within a limit of memory.

use super::graph::Pair;

/// Pairs while they come in, in any order.
///
/// Where there are more than the limit, those of the least weight go: the pairs kept are those of
/// at least the smallest weight at which no more than the limit are left. This is a function of
/// the set of pairs and not of their order.
#[derive(Debug, Clone)]
pub struct PairIntake {
    pairs: Vec<Pair>,
    limit: usize,
    least_weight: u32,
    left_out_count: u64,
}

impl PairIntake {
    /// An intake that holds at most so many pairs at once, of 12 bytes each.
    pub fn new(limit: usize) -> Self {
        Self {
            pairs: Vec::new(),
            limit,
            least_weight: 1,
            left_out_count: 0,
        }
    }

    /// Takes in a pair that was not taken in before; one without weight is none.
    pub fn add(&mut self, pair: Pair) {
        if pair.weight == 0 {
            return;
        }
        if pair.weight < self.least_weight {
            self.left_out_count += 1;
            return;
        }
        self.pairs.push(pair);
        while self.pairs.len() > self.limit {
            self.least_weight = self.least_weight.saturating_add(1);
            let before = self.pairs.len();
            self.pairs.retain(|pair| pair.weight >= self.least_weight);
            self.left_out_count += (before - self.pairs.len()) as u64;
            if self.least_weight == u32::MAX {
                break;
            }
        }
    }

    /// The weight that a pair must have to be kept; 1 where all are.
    pub fn least_weight(&self) -> u32 {
        self.least_weight
    }

    /// Pairs left out for the limit.
    pub fn left_out_count(&self) -> u64 {
        self.left_out_count
    }

    /// The pairs kept, in the order of their nodes.
    pub fn into_pairs(mut self) -> Vec<Pair> {
        self.pairs.sort_unstable();
        self.pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_kept_does_not_depend_on_the_order(
            weights in prop::collection::vec(1u32..6, 0..40),
            limit in 1usize..30,
        ) {
            let pairs: Vec<Pair> = (0..).zip(&weights).map(|(to, weight)| Pair { from: 0, to, weight: *weight }).collect();
            let least = (1..).find(|least| weights.iter().filter(|weight| *weight >= least).count() <= limit).unwrap();
            let expected: Vec<Pair> = pairs.iter().copied().filter(|pair| pair.weight >= least).collect();
            for ordered in [pairs.clone(), pairs.iter().rev().copied().collect()] {
                let mut intake = PairIntake::new(limit);
                ordered.into_iter().for_each(|pair| intake.add(pair));
                prop_assert_eq!(intake.least_weight(), least);
                prop_assert_eq!(intake.left_out_count() as usize, weights.len() - expected.len());
                prop_assert_eq!(intake.into_pairs(), expected.clone());
            }
        }
    }
}
