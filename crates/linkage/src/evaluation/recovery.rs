//! Recovery over many worlds: sums over worlds with intervals from a bootstrap over them.
//!
//! Worlds are independent and pairs within one are not, so worlds are what is drawn.

use entangle_statistics::interval::{Bounded, INTERVAL_LEVELS};
use entangle_statistics::logistic::{FeatureMatrix, fit_logistic};
use entangle_statistics::random::generator;
use entangle_statistics::weighted_sample::sorted_quantile;
use rand::RngExt;

/// Replicates of the bootstrap.
const REPLICATE_COUNT: usize = 400;
/// Seed of the draws of worlds.
const SEED: u64 = 1;
/// Pairs stated below this enter neither the calibration error nor the second line.
const CALIBRATION_FLOOR: f64 = 0.05;
const BIN_COUNT: usize = 10;
/// Ridge of the calibration line: keeps Newton's method from dividing by nothing where a drawn
/// world is separable, and is far below what moves a digit.
const RIDGE: f64 = 1e-6;

/// What of the model is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// m: how often the names of one hand agree on a level.
    NameLevel,
    /// Lambda: how many pairs of two sources are one hand.
    Prior,
    /// u without imitation: how often the names of two hands agree by chance.
    ChanceAgreement,
    /// u as the model uses it, imitation included.
    AgreementOfTwoHands,
    /// How many candidates that share a contact are one hand, by how it is shown.
    SharedContact,
}

/// One parameter of one world, as sums that can be added over worlds.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// What is compared.
    pub quantity: Quantity,
    /// The level, the pair of sources, the stratum.
    pub label: String,
    /// The sum that the model states.
    pub estimated: f64,
    /// The sum that is true.
    pub actual: f64,
    /// What both are shares of.
    pub exposure: f64,
}

/// A candidate with what was stated of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatedPair {
    /// Stated log odds, nats.
    pub log_odds_nats: f64,
    /// Whether one hand holds both accounts.
    pub is_true: bool,
}

/// One world, compared with what was planted in it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecoveredWorld {
    /// Its seed.
    pub seed: u64,
    /// Parameters.
    pub tallies: Vec<Tally>,
    /// Candidates, sorted.
    pub candidates: Vec<StatedPair>,
}

/// A parameter over all worlds.
#[derive(Debug, Clone, PartialEq)]
pub struct RecoveredParameter {
    /// What is compared.
    pub quantity: Quantity,
    /// The level, the pair of sources, the stratum.
    pub label: String,
    /// The sum that the model states, over all worlds.
    pub estimated_sum: f64,
    /// The sum that is true.
    pub actual_sum: f64,
    /// The first as a share of its exposure, with its interval.
    pub estimated: Option<Bounded>,
    /// The second.
    pub actual: Option<Bounded>,
    /// The first sum over the second; absent where a draw of worlds has nothing true.
    pub ratio: Option<Bounded>,
}

/// Calibration over all worlds. A figure is `None` where a draw of worlds does not give it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecoveredCalibration {
    /// Candidates.
    pub pair_count: u64,
    /// Those of one hand.
    pub true_count: u64,
    /// Slope of the truth on the stated log odds, all candidates; 1 where calibrated.
    pub slope: Option<Bounded>,
    /// Its intercept, nats; 0 where calibrated.
    pub intercept_nats: Option<Bounded>,
    /// The slope over candidates stated at .05 or more.
    pub slope_above_floor: Option<Bounded>,
    /// Its intercept, nats.
    pub intercept_above_floor_nats: Option<Bounded>,
    /// Mean distance of stated and observed over ten bins, pairs stated at .05 or more.
    pub ece: Option<Bounded>,
    /// Sum of the stated probabilities over the candidates of one hand.
    pub expected_over_actual: Option<Bounded>,
}

/// What many worlds say together.
#[derive(Debug, Clone, PartialEq)]
pub struct Recovery {
    /// Worlds.
    pub world_count: usize,
    /// Parameters, in the order of the model.
    pub parameters: Vec<RecoveredParameter>,
    /// Calibration.
    pub calibration: RecoveredCalibration,
}

impl Recovery {
    /// Adds worlds up. The result depends on their order by rounding only.
    pub fn of(worlds: &[RecoveredWorld]) -> Self {
        let draws = Draws::new(worlds.len());
        Self {
            world_count: worlds.len(),
            parameters: parameters(worlds, &draws),
            calibration: calibration(worlds, &draws),
        }
    }
}

/// Which worlds each replicate drew.
struct Draws(Vec<Vec<usize>>);

impl Draws {
    fn new(world_count: usize) -> Self {
        let mut random = generator(SEED, "recovery over worlds");
        let mut draw = || {
            (0..world_count)
                .map(|_| random.random_range(0..world_count))
                .collect()
        };
        Self((0..REPLICATE_COUNT).map(|_| draw()).collect())
    }

    /// A figure of all worlds with its 95 % percentile interval; `None` where it is absent for all
    /// worlds or for a draw.
    fn bounded(&self, figure: impl Fn(&[usize]) -> Option<f64>) -> Option<Bounded> {
        let all: Vec<usize> = (0..self.0.first()?.len()).collect();
        let value = figure(&all)?;
        let mut values = self
            .0
            .iter()
            .map(|drawn| figure(drawn))
            .collect::<Option<Vec<f64>>>()?;
        values.sort_by(f64::total_cmp);
        let [low, high] = INTERVAL_LEVELS.map(|level| sorted_quantile(&values, level));
        Some(Bounded {
            value,
            low: low?,
            high: high?,
        })
    }
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

fn parameters(worlds: &[RecoveredWorld], draws: &Draws) -> Vec<RecoveredParameter> {
    let mut keys: Vec<(Quantity, &str)> = Vec::new();
    for tally in worlds.iter().flat_map(|world| &world.tallies) {
        let key = (tally.quantity, tally.label.as_str());
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let parameter = |&(quantity, label): &(Quantity, &str)| {
        let find = |world: &RecoveredWorld| {
            let mut tallies = world.tallies.iter();
            tallies
                .find(|tally| tally.quantity == quantity && tally.label == label)
                .cloned()
        };
        let of_world: Vec<Option<Tally>> = worlds.iter().map(find).collect();
        let sum = |drawn: &[usize], part: fn(&Tally) -> f64| -> f64 {
            drawn
                .iter()
                .filter_map(|&world| of_world[world].as_ref())
                .map(part)
                .sum()
        };
        let (estimated, actual, exposure) = (
            |tally: &Tally| tally.estimated,
            |tally: &Tally| tally.actual,
            |tally: &Tally| tally.exposure,
        );
        let all: Vec<usize> = (0..worlds.len()).collect();
        RecoveredParameter {
            quantity,
            label: label.to_owned(),
            estimated_sum: sum(&all, estimated),
            actual_sum: sum(&all, actual),
            estimated: draws.bounded(|drawn| ratio(sum(drawn, estimated), sum(drawn, exposure))),
            actual: draws.bounded(|drawn| ratio(sum(drawn, actual), sum(drawn, exposure))),
            ratio: draws.bounded(|drawn| ratio(sum(drawn, estimated), sum(drawn, actual))),
        }
    };
    keys.iter().map(parameter).collect()
}

fn calibration(worlds: &[RecoveredWorld], draws: &Draws) -> RecoveredCalibration {
    let pairs = || worlds.iter().flat_map(|world| &world.candidates);
    let sums: Vec<WorldSums> = worlds.iter().map(WorldSums::of).collect();
    let all = Lines::of(worlds, |_| true);
    let above = Lines::of(worlds, |pair| probability(pair) >= CALIBRATION_FLOOR);
    RecoveredCalibration {
        pair_count: pairs().count() as u64,
        true_count: pairs().filter(|pair| pair.is_true).count() as u64,
        slope: draws.bounded(|drawn| Some(all.line(drawn)?[1])),
        intercept_nats: draws.bounded(|drawn| Some(all.line(drawn)?[0])),
        slope_above_floor: draws.bounded(|drawn| Some(above.line(drawn)?[1])),
        intercept_above_floor_nats: draws.bounded(|drawn| Some(above.line(drawn)?[0])),
        ece: draws.bounded(|drawn| WorldSums::ece(&sums, drawn)),
        expected_over_actual: draws.bounded(|drawn| {
            let add =
                |part: fn(&WorldSums) -> f64| drawn.iter().map(|&world| part(&sums[world])).sum();
            ratio(add(|sums| sums.expected), add(|sums| sums.actual))
        }),
    }
}

fn probability(pair: &StatedPair) -> f64 {
    1.0 / (1.0 + (-pair.log_odds_nats).exp())
}

/// Candidates of all worlds end to end, ready for the regression of truth on stated log odds.
struct Lines {
    features: Option<FeatureMatrix>,
    is_true: Vec<bool>,
    /// Rows of each world.
    rows: Vec<std::ops::Range<usize>>,
}

impl Lines {
    fn of(worlds: &[RecoveredWorld], is_wanted: impl Fn(&StatedPair) -> bool) -> Self {
        let (mut log_odds, mut is_true, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for world in worlds {
            let from = is_true.len();
            for pair in world.candidates.iter().filter(|pair| is_wanted(pair)) {
                log_odds.push(pair.log_odds_nats);
                is_true.push(pair.is_true);
            }
            rows.push(from..is_true.len());
        }
        Self {
            features: FeatureMatrix::new(1, log_odds),
            is_true,
            rows,
        }
    }

    /// Intercept and slope of drawn worlds (Cox 1958).
    fn line(&self, drawn: &[usize]) -> Option<[f64; 2]> {
        let rows: Vec<usize> = drawn
            .iter()
            .flat_map(|&world| self.rows[world].clone())
            .collect();
        let model = fit_logistic(self.features.as_ref()?, &self.is_true, &rows, RIDGE)?;
        Some([model.coefficients[0], model.coefficients[1]])
    }
}

/// Sums over the candidates of one world.
struct WorldSums {
    expected: f64,
    actual: f64,
    /// Pairs, stated probability and true pairs by bin, from the floor on.
    bins: [[f64; 3]; BIN_COUNT],
}

impl WorldSums {
    fn of(world: &RecoveredWorld) -> Self {
        let mut sums = Self {
            expected: 0.0,
            actual: 0.0,
            bins: [[0.0; 3]; BIN_COUNT],
        };
        for pair in &world.candidates {
            let stated = probability(pair);
            let hit = f64::from(u8::from(pair.is_true));
            sums.expected += stated;
            sums.actual += hit;
            if stated >= CALIBRATION_FLOOR {
                let bin = &mut sums.bins[((stated * BIN_COUNT as f64) as usize).min(BIN_COUNT - 1)];
                *bin = [bin[0] + 1.0, bin[1] + stated, bin[2] + hit];
            }
        }
        sums
    }

    fn ece(sums: &[Self], drawn: &[usize]) -> Option<f64> {
        let (mut pair_count, mut distance) = (0.0, 0.0);
        for bin in 0..BIN_COUNT {
            let add = |part: usize| -> f64 {
                drawn.iter().map(|&world| sums[world].bins[bin][part]).sum()
            };
            pair_count += add(0);
            distance += (add(1) - add(2)).abs();
        }
        ratio(distance, pair_count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worlds whose candidates are true as often as `truth_of` says of the stated log odds.
    fn worlds(truth_of: impl Fn(f64) -> f64) -> Vec<RecoveredWorld> {
        let mut random = generator(5, "planted");
        let mut world = |seed| RecoveredWorld {
            seed,
            tallies: vec![Tally {
                quantity: Quantity::Prior,
                label: "a, b".to_owned(),
                estimated: 12.0 + seed as f64,
                actual: 10.0 + seed as f64,
                exposure: 100.0,
            }],
            candidates: (0..400)
                .map(|number| {
                    let log_odds_nats = -6.0 + 0.025 * f64::from(number);
                    StatedPair {
                        log_odds_nats,
                        is_true: random.random::<f64>() < truth_of(log_odds_nats),
                    }
                })
                .collect(),
        };
        (0..30).map(&mut world).collect()
    }

    #[test]
    fn a_planted_slope_and_intercept_are_found() {
        let overconfident = worlds(|log_odds| 1.0 / (1.0 + (0.4 - 0.7 * log_odds).exp()));
        let found = Recovery::of(&overconfident).calibration;
        let (slope, intercept) = (found.slope.unwrap(), found.intercept_nats.unwrap());
        assert!(
            slope.low < 0.7 && 0.7 < slope.high && slope.high < 0.8,
            "{slope:?}"
        );
        assert!(
            intercept.low < -0.4 && -0.4 < intercept.high,
            "{intercept:?}"
        );
    }

    #[test]
    fn calibrated_worlds_have_slope_one_and_little_error() {
        let found = Recovery::of(&worlds(|log_odds| 1.0 / (1.0 + (-log_odds).exp()))).calibration;
        let slope = found.slope.unwrap();
        assert!(slope.low < 1.0 && 1.0 < slope.high, "{slope:?}");
        assert!(found.ece.unwrap().value < 0.03, "{:?}", found.ece);
        let ratio = found.expected_over_actual.unwrap();
        assert!(ratio.low < 1.0 && 1.0 < ratio.high, "{ratio:?}");
    }

    #[test]
    fn sums_are_shares_of_their_exposure_and_a_ratio() {
        let recovery = Recovery::of(&worlds(|_| 0.5));
        let parameter = &recovery.parameters[0];
        assert_eq!(
            (parameter.estimated_sum, parameter.actual_sum),
            (795.0, 735.0)
        );
        assert_eq!(parameter.estimated.unwrap().value, 795.0 / 3000.0);
        let ratio = parameter.ratio.unwrap();
        assert!(ratio.low < ratio.value && ratio.value < ratio.high);
        assert_eq!(ratio.value, 795.0 / 735.0);
    }
}
