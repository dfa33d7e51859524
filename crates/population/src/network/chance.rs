//! Whether crossover users stand together, beside what their labels give when dealt anew.

use entangle_model::Estimate;
use entangle_model::study::{ChanceComparison, Verdict};
use entangle_statistics::Bounded;
use entangle_statistics::multiple_testing::benjamini_hochberg;
use entangle_statistics::network::communities::Communities;
use entangle_statistics::network::label_null::{
    LabelTest, StratifiedLabels, labelled_node_ratio, labelled_pair_ratio, labelled_pair_sum,
    same_community_share,
};

use super::measures::Positions;
use super::ties::Ties;
use crate::inputs::StudyInputs;
use crate::suppression::{is_small, suppressed_because};
use crate::verdict::LEVEL;

/// Deals of the labels. They cost little, and fewer could not tell a small p from a smaller one.
pub(super) const PERMUTATION_COUNT: usize = 999;
/// Groups of accounts that are left out in turn. Accounts are numbered in the order of their ids,
/// which are hashes, so that a group is a random draw.
const GROUP_COUNT: usize = 50;
/// Accounts of a network are sorted into so many times by the middle of theirs.
const TIME_COUNT: usize = 4;

/// Crossover users by the rule, or by their probability.
struct Form {
    name: &'static str,
    labels: Option<StratifiedLabels>,
}

/// The network and where its crossover users are.
pub(super) struct ChanceInputs<'network> {
    ties: &'network Ties,
    communities: &'network Communities,
    top: &'network [u32],
    is_strict: Vec<bool>,
    groups: Vec<u32>,
    forms: [Form; 2],
    suppress_below_count: u64,
    seed: u64,
}

impl<'network> ChanceInputs<'network> {
    pub(super) fn new(
        inputs: &StudyInputs<'_>,
        ties: &'network Ties,
        communities: &'network Communities,
        positions: &'network Positions,
    ) -> Self {
        let is_strict = ties.of_nodes(&inputs.is_strict);
        let strict = is_strict.iter().map(|is| f64::from(u8::from(*is)));
        let expected = ties.of_nodes(&inputs.crossover_probability);
        let strata = strata(inputs, ties);
        Self {
            groups: ties
                .accounts
                .iter()
                .map(|account| account % GROUP_COUNT as u32)
                .collect(),
            forms: [
                Form {
                    name: "strict",
                    labels: StratifiedLabels::new(strict.collect(), strata.clone()),
                },
                Form {
                    name: "expected",
                    labels: StratifiedLabels::new(expected, strata),
                },
            ],
            ties,
            communities,
            top: &positions.top,
            is_strict,
            suppress_below_count: inputs.config.suppress_below_count,
            seed: inputs.config.seed,
        }
    }

    /// How much of the strict labels can move at all, as a sentence; nothing where few are
    /// labelled.
    pub(super) fn movable_share_in_words(&self) -> String {
        let share = self.forms[0]
            .labels
            .as_ref()
            .and_then(StratifiedLabels::movable_share);
        match share.filter(|_| self.strict_count() >= self.suppress_below_count.max(1)) {
            None => String::new(),
            Some(share) => format!(
                " Of the strict crossover users {:.0} of 100 stand where labels can move.",
                100.0 * share
            ),
        }
    }

    fn strict_count(&self) -> u64 {
        self.is_strict.iter().filter(|is| **is).count() as u64
    }

    /// Strict crossover users with a tie to or from another.
    fn tied_strict_count(&self) -> u64 {
        let is_tied = |node: &usize| {
            let others = self.ties.undirected.neighbours(*node as u32).iter();
            self.is_strict[*node]
                && others
                    .into_iter()
                    .any(|other| self.is_strict[*other as usize])
        };
        (0..self.is_strict.len()).filter(is_tied).count() as u64
    }

    fn top_strict_count(&self) -> u64 {
        let is_strict = |node: &&u32| self.is_strict[**node as usize];
        self.top.iter().filter(is_strict).count() as u64
    }
}

/// Number of the stratum of each node: half doublings of ties, and the quarter of the network in
/// which the middle of its time on the source lies, those without known time by themselves.
fn strata(inputs: &StudyInputs<'_>, ties: &Ties) -> Vec<u32> {
    let middle = |account: &u32| {
        let account = inputs.accounts[*account as usize];
        Some((account.since_s? + account.last_post_s?) / 2)
    };
    let middles: Vec<Option<i64>> = ties.accounts.iter().map(middle).collect();
    let mut sorted: Vec<i64> = middles.iter().copied().flatten().collect();
    sorted.sort_unstable();
    let time = |middle: Option<i64>| match middle {
        None => TIME_COUNT,
        Some(middle) => {
            let before = sorted.partition_point(|other| *other < middle);
            before * TIME_COUNT / sorted.len()
        }
    };
    let half_doublings =
        |node: usize| (2.0 * (ties.undirected.degree(node as u32).max(1) as f64).log2()) as usize;
    middles
        .iter()
        .enumerate()
        .map(|(node, middle)| (half_doublings(node) * (TIME_COUNT + 1) + time(*middle)) as u32)
        .collect()
}

/// One quantity and how it is measured.
struct Quantity<'network> {
    name: &'static str,
    about: &'static str,
    /// Units it rests on.
    n: u64,
    /// Strict crossover users it rests on.
    strict_count: u64,
    statistic: Box<dyn Fn(&[f64]) -> f64 + Sync + 'network>,
    ratio: Box<dyn Fn(&StratifiedLabels) -> Option<(f64, Option<Bounded>)> + 'network>,
}

/// Compares every quantity in both forms.
pub(super) fn chance(inputs: &ChanceInputs<'_>) -> Vec<ChanceComparison> {
    if inputs.ties.graph.pair_count() == 0 {
        return Vec::new();
    }
    let quantities = [pairs(inputs), top(inputs), communities(inputs)];
    let mut rows = Vec::new();
    for form in &inputs.forms {
        let tested = tested(inputs, form, &quantities);
        let mut of_form: Vec<ChanceComparison> = quantities
            .iter()
            .zip(tested)
            .map(|(quantity, tested)| compare(form, quantity, tested))
            .collect();
        let p_values: Vec<Option<f64>> = of_form.iter().map(|row| row.p).collect();
        for (row, adjusted_p) in of_form.iter_mut().zip(benjamini_hochberg(&p_values)) {
            row.adjusted_p = adjusted_p;
            if adjusted_p.is_some_and(|p| p < LEVEL) {
                row.verdict = Verdict::Distinguishable;
            }
        }
        rows.extend(of_form);
    }
    rows
}

fn pairs<'network>(inputs: &'network ChanceInputs<'network>) -> Quantity<'network> {
    let graph = &inputs.ties.graph;
    Quantity {
        name: "pairs_among_crossover_users",
        about: "Ordered pairs in which one crossover user answers another.",
        n: graph.pair_count() as u64,
        strict_count: inputs.tied_strict_count(),
        statistic: Box::new(|weights| labelled_pair_sum(graph, weights)),
        ratio: Box::new(|labels| labelled_pair_ratio(graph, labels, &inputs.groups, GROUP_COUNT)),
    }
}

fn top<'network>(inputs: &'network ChanceInputs<'network>) -> Quantity<'network> {
    let top = inputs.top;
    Quantity {
        name: "crossover_users_on_most_paths",
        about: "Crossover users among the twentieth of the accounts through which most shortest \
                paths between others lead, by the sample.",
        n: top.len() as u64,
        strict_count: inputs.top_strict_count(),
        statistic: Box::new(|weights| top.iter().map(|node| weights[*node as usize]).sum()),
        ratio: Box::new(|labels| labelled_node_ratio(top, labels, &inputs.groups, GROUP_COUNT)),
    }
}

fn communities<'network>(inputs: &'network ChanceInputs<'network>) -> Quantity<'network> {
    let of_nodes = &inputs.communities.of_nodes;
    Quantity {
        name: "same_community_share",
        about: "Share of the pairs of crossover users, tied or not, that stand in one community.",
        n: inputs.ties.accounts.len() as u64,
        strict_count: inputs.strict_count(),
        statistic: Box::new(|weights| same_community_share(of_nodes, weights)),
        ratio: Box::new(|_| None),
    }
}

/// The test of each quantity, all with the same deals, or why it is not shown.
fn tested(
    inputs: &ChanceInputs<'_>,
    form: &Form,
    quantities: &[Quantity<'_>],
) -> Vec<Result<LabelTest, String>> {
    let why_not: Vec<Option<String>> = quantities
        .iter()
        .map(|quantity| why_not_compared(inputs, form, quantity))
        .collect();
    let shown = quantities.iter().zip(&why_not);
    let statistics: Vec<&(dyn Fn(&[f64]) -> f64 + Sync)> = shown
        .filter(|(_, why_not)| why_not.is_none())
        .map(|(quantity, _)| &*quantity.statistic as _)
        .collect();
    let labels = form.labels.as_ref().filter(|_| !statistics.is_empty());
    let tests = labels.map(|labels| labels.tests(PERMUTATION_COUNT, inputs.seed, &statistics));
    let mut tests = tests.into_iter().flatten();
    let not_determined = || "the network does not determine it".to_owned();
    why_not
        .into_iter()
        .map(|why_not| match why_not {
            Some(why_not) => Err(why_not),
            None => tests.next().flatten().ok_or_else(not_determined),
        })
        .collect()
}

fn compare(
    form: &Form,
    quantity: &Quantity<'_>,
    tested: Result<LabelTest, String>,
) -> ChanceComparison {
    let n = quantity.n;
    let row = |observed, by_chance, ratio, p| ChanceComparison {
        quantity: quantity.name.to_owned(),
        about: quantity.about.to_owned(),
        form: form.name.to_owned(),
        observed,
        by_chance,
        ratio,
        p,
        adjusted_p: None,
        permutation_count: PERMUTATION_COUNT as u64,
        verdict: Verdict::Undecided,
    };
    match tested {
        Err(why) => {
            let missing = || Estimate::missing(n, why.clone());
            row(missing(), missing(), missing(), None)
        }
        Ok(test) => {
            let observed = Estimate::counted(
                test.observed,
                n,
                "counted, crossover users by rule or by probability",
            );
            let by_chance = test.null.into_estimate(
                n,
                format!(
                    "mean of {} deals of the labels within strata of ties and time, between the \
                     2.5 % and 97.5 % quantiles; no interval of an estimate",
                    test.permutation_count
                ),
            );
            let exact = form.labels.as_ref().and_then(&quantity.ratio);
            row(
                observed,
                by_chance,
                ratio(test.observed, test.null.value, exact, n),
                Some(test.p),
            )
        }
    }
}

/// Why a quantity is not shown in a form.
fn why_not_compared(
    inputs: &ChanceInputs<'_>,
    form: &Form,
    quantity: &Quantity<'_>,
) -> Option<String> {
    let least = inputs.suppress_below_count;
    let weight: f64 = form
        .labels
        .as_ref()
        .map_or(0.0, |labels| labels.weights().iter().sum());
    if weight == 0.0 {
        return Some("no crossover user has a tie".to_owned());
    }
    let is_withheld = is_small(inputs.strict_count(), least)
        || is_small(quantity.strict_count, least)
        || weight < least as f64;
    is_withheld.then(|| suppressed_because(least))
}

/// Observed over expected: by the exact expectation where there is one, with its interval, and
/// else by the mean of the deals.
fn ratio(observed: f64, null_mean: f64, exact: Option<(f64, Option<Bounded>)>, n: u64) -> Estimate {
    match exact {
        Some((_, Some(bounded))) => bounded.into_estimate(
            n,
            format!(
                "observed over the exact expectation within strata; interval by leaving out each of \
                 {GROUP_COUNT} groups of accounts with their ties in turn, Student's t on the \
                 logarithm, probabilities taken as known"
            ),
        ),
        Some((ratio, None)) => Estimate::counted(
            ratio,
            n,
            "observed over the exact expectation within strata; too little is observed for an interval",
        ),
        None if null_mean > 0.0 => Estimate::counted(
            observed / null_mean,
            n,
            "observed over the mean of the deals; without an interval",
        ),
        None => Estimate::missing(n, "nothing is expected by chance"),
    }
}
