//! Suppression of small cells: few people are not shown as numbers.
//!
//! A cell is small by the number of crossover users in it. Zero is shown, because it says
//! nothing about anybody. Counts of a whole source (accounts, posts, rejects) are not cells.

use entangle_model::Estimate;

/// Whether a cell with so many crossover users is withheld.
pub(crate) fn is_small(crossover_count: u64, suppress_below_count: u64) -> bool {
    0 < crossover_count && crossover_count < suppress_below_count
}

/// Why a cell is withheld, for the place of its method.
pub(crate) fn suppressed_because(suppress_below_count: u64) -> String {
    format!("suppressed: it rests on fewer than {suppress_below_count} crossover users")
}

/// The estimate, or a missing one where its cell is small.
pub(crate) fn unless_small(
    crossover_count: u64,
    suppress_below_count: u64,
    estimate: Estimate,
) -> Estimate {
    if is_small(crossover_count, suppress_below_count) {
        Estimate::missing(estimate.n, suppressed_because(suppress_below_count))
    } else {
        estimate
    }
}

/// Why each cell is withheld; `None` where it is shown.
///
/// With a single small cell the sum over the others and the numbers by target would give it away,
/// so the smallest of the others that is not zero goes with it.
pub(crate) fn withheld_cells(
    strict_counts: &[u64],
    suppress_below_count: u64,
) -> Vec<Option<String>> {
    let mut withheld: Vec<Option<String>> = strict_counts
        .iter()
        .map(|count| {
            is_small(*count, suppress_below_count).then(|| suppressed_because(suppress_below_count))
        })
        .collect();
    if withheld.iter().flatten().count() == 1 {
        let companion = (0..strict_counts.len())
            .filter(|cell| withheld[*cell].is_none() && strict_counts[*cell] > 0)
            .min_by_key(|cell| strict_counts[*cell]);
        if let Some(companion) = companion {
            withheld[companion] =
                Some("suppressed: without it a smaller number could be worked out".to_owned());
        }
    }
    withheld
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cells_are_withheld_and_empty_ones_are_shown() {
        let shown =
            |count| unless_small(count, 5, Estimate::counted(count as f64, 100, "counted")).value;
        assert_eq!(
            [shown(0), shown(1), shown(4), shown(5)],
            [Some(0.0), None, None, Some(5.0)]
        );
        let missing = unless_small(2, 5, Estimate::counted(2.0, 100, "counted"));
        assert_eq!(
            missing.method,
            "suppressed: it rests on fewer than 5 crossover users"
        );
        assert_eq!(missing.n, 100);
    }

    #[test]
    fn a_single_small_cell_is_not_withheld_alone() {
        let shown = |counts: &[u64]| -> Vec<bool> {
            withheld_cells(counts, 5)
                .iter()
                .map(Option::is_none)
                .collect()
        };
        assert_eq!(shown(&[9, 3, 0, 7]), [true, false, true, false]);
        assert_eq!(shown(&[9, 3, 0, 2]), [true, false, true, false]);
        assert_eq!(shown(&[3, 0]), [false, true]);
        assert_eq!(shown(&[9, 5, 0]), [true, true, true]);
    }
}
