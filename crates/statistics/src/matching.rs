//! Matching of cases with controls of nearly the same covariates.
//!
//! For making two groups comparable before they are compared. It balances what it is given and
//! nothing else.

use std::collections::BTreeMap;

/// How cases are matched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MatchingOptions {
    /// Controls wanted per case.
    pub controls_per_case: usize,
    /// Largest difference allowed in each covariate, in the covariate's unit; positive.
    pub caliper: [f64; 2],
}

/// One case with its controls, as positions in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedSet {
    /// Position of the case.
    pub case: usize,
    /// Positions of its controls, nearest first; at least one.
    pub controls: Vec<usize>,
}

/// Matches each case with its nearest controls within the calipers, without replacement.
///
/// A form of calliper matching (Cochran and Rubin 1973) on two covariates. Each caliper is also
/// the width of a cell, so only neighbouring cells are searched. Controls are dealt in rounds,
/// one per case and round, so that no case takes a second control while another has none it
/// could still get; within a round cases choose in the order of the input and ties fall to the
/// first control, so the result is a function of the input. Cases without a control are left
/// out. Covariates must be finite and calipers positive; otherwise nothing is matched.
pub fn match_nearest(
    cases: &[[f64; 2]],
    controls: &[[f64; 2]],
    options: &MatchingOptions,
) -> Vec<MatchedSet> {
    if options
        .caliper
        .iter()
        .any(|caliper| caliper.is_nan() || *caliper <= 0.0)
    {
        return Vec::new();
    }
    let mut free = controls_by_cell(controls, options.caliper);
    let mut taken_by: Vec<Vec<usize>> = vec![Vec::new(); cases.len()];
    for _ in 0..options.controls_per_case {
        for (case, covariates) in cases.iter().enumerate() {
            if let Some(control) = take_nearest(*covariates, controls, &mut free, options.caliper) {
                taken_by[case].push(control);
            }
        }
    }
    taken_by
        .into_iter()
        .enumerate()
        .filter(|(_, controls)| !controls.is_empty())
        .map(|(case, controls)| MatchedSet { case, controls })
        .collect()
}

type Cell = [i64; 2];

fn cell_of(covariates: [f64; 2], caliper: [f64; 2]) -> Cell {
    [0, 1].map(|axis| (covariates[axis] / caliper[axis]).floor() as i64)
}

fn controls_by_cell(controls: &[[f64; 2]], caliper: [f64; 2]) -> BTreeMap<Cell, Vec<usize>> {
    let mut cells: BTreeMap<Cell, Vec<usize>> = BTreeMap::new();
    for (position, covariates) in controls.iter().enumerate() {
        cells
            .entry(cell_of(*covariates, caliper))
            .or_default()
            .push(position);
    }
    cells
}

/// Removes the nearest free control within the calipers and returns its position.
fn take_nearest(
    covariates: [f64; 2],
    controls: &[[f64; 2]],
    free: &mut BTreeMap<Cell, Vec<usize>>,
    caliper: [f64; 2],
) -> Option<usize> {
    let [row, column] = cell_of(covariates, caliper);
    let mut nearest: Option<(f64, usize, Cell)> = None;
    for cell in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| [row + dy, column + dx])) {
        for position in free.get(&cell).into_iter().flatten() {
            let Some(distance) = distance_within(covariates, controls[*position], caliper) else {
                continue;
            };
            let is_nearer = nearest.is_none_or(|(least, first, _)| {
                distance < least || (distance == least && *position < first)
            });
            if is_nearer {
                nearest = Some((distance, *position, cell));
            }
        }
    }
    let (_, position, cell) = nearest?;
    free.get_mut(&cell)?.retain(|other| *other != position);
    Some(position)
}

/// Squared distance in calipers; `None` where one covariate differs by more than its caliper.
fn distance_within(left: [f64; 2], right: [f64; 2], caliper: [f64; 2]) -> Option<f64> {
    let parts = [0, 1].map(|axis| (left[axis] - right[axis]).abs() / caliper[axis]);
    parts
        .iter()
        .all(|part| *part <= 1.0)
        .then(|| parts[0] * parts[0] + parts[1] * parts[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OPTIONS: MatchingOptions = MatchingOptions {
        controls_per_case: 2,
        caliper: [1.0, 1.0],
    };

    #[test]
    fn cases_share_scarce_controls_in_rounds() {
        let sets = match_nearest(
            &[[0.0, 0.0], [0.1, 0.0]],
            &[[0.0, 0.1], [0.2, 0.0], [0.0, 0.5], [9.0, 9.0]],
            &OPTIONS,
        );
        let first = MatchedSet {
            case: 0,
            controls: vec![0, 2],
        };
        let second = MatchedSet {
            case: 1,
            controls: vec![1],
        };
        assert_eq!(sets, [first, second]);
    }

    #[test]
    fn case_without_a_control_in_reach_is_left_out() {
        assert!(match_nearest(&[[0.0, 0.0]], &[[0.0, 1.5]], &OPTIONS).is_empty());
        let no_width = MatchingOptions {
            caliper: [0.0, 1.0],
            ..OPTIONS
        };
        assert!(match_nearest(&[[0.0, 0.0]], &[[0.0, 0.0]], &no_width).is_empty());
    }

    proptest! {
        #[test]
        fn controls_are_used_once_and_lie_within_the_calipers(
            cases in prop::collection::vec([-3.0..3.0f64, -3.0..3.0f64], 0..20),
            controls in prop::collection::vec([-3.0..3.0f64, -3.0..3.0f64], 0..60),
        ) {
            let sets = match_nearest(&cases, &controls, &OPTIONS);
            let mut used: Vec<usize> = sets.iter().flat_map(|set| set.controls.clone()).collect();
            let used_count = used.len();
            used.sort_unstable();
            used.dedup();
            prop_assert_eq!(used.len(), used_count);
            for set in &sets {
                for control in &set.controls {
                    let (case, control) = (cases[set.case], controls[*control]);
                    prop_assert!((case[0] - control[0]).abs() <= 1.0 && (case[1] - control[1]).abs() <= 1.0);
                }
            }
        }
    }
}
