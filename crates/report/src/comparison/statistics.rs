//! The statistics that two results share. Of the curve of crossing it is the share at the last
//! day that both curves have.

use entangle_model::Estimate;
use entangle_model::study::{StudyResult, SubgroupDivision};

use super::difference::difference;
use super::{ComparedStatistic, Relation};
use crate::number::{Unit, fixed};
use crate::study_tables::forms;
use crate::wording::words_of_name;

/// A statistic of one result.
struct Statistic {
    part: &'static str,
    name: String,
    unit: Unit,
    estimate: Estimate,
    /// Whether it describes the population and nothing that two studies may have in common.
    is_of_population: bool,
}

/// Statistics of both results, in the order of the first.
pub fn compared_statistics(
    first: &StudyResult,
    second: &StudyResult,
    relation: Relation,
) -> Vec<ComparedStatistic> {
    let last_days = last_shared_days(first, second);
    let others = statistics_of(second, last_days, relation);
    statistics_of(first, last_days, relation)
        .into_iter()
        .filter_map(|one| {
            let is_same = |other: &&Statistic| other.part == one.part && other.name == one.name;
            let other = others.iter().find(is_same)?;
            let is_subtracted = relation == Relation::SeparateSources && one.is_of_population;
            Some(ComparedStatistic {
                difference: is_subtracted.then(|| difference(&one.estimate, &other.estimate)),
                part: one.part,
                name: one.name,
                unit: one.unit,
                first: one.estimate,
                second: other.estimate.clone(),
            })
        })
        .collect()
}

#[derive(Default)]
struct Statistics(Vec<Statistic>);

impl Statistics {
    fn push(&mut self, part: &'static str, name: String, unit: Unit, estimate: &Estimate) {
        self.0.push(Statistic {
            part,
            name,
            unit,
            estimate: estimate.clone(),
            is_of_population: !matches!(part, "chance" | "targets"),
        });
    }
}

fn statistics_of(
    result: &StudyResult,
    last_days: Option<f64>,
    relation: Relation,
) -> Vec<Statistic> {
    let mut all = Statistics::default();
    for form in forms(&result.prevalence) {
        let name = format!("{}, share", form.title);
        all.push("prevalence", name, Unit::Share, form.share);
    }
    push_subgroups(&mut all, result, relation);
    for null in &result.prevalence.nulls {
        all.push("chance", null.name.clone(), Unit::Share, &null.false_share);
    }
    push_targets(&mut all, result);
    push_strength(&mut all, result);
    push_order(&mut all, result, last_days);
    push_behaviour(&mut all, result);
    push_network(&mut all, result);
    all.0
}

/// Groups of the same label. Boards are a source's own: of two sources, boards of one name are
/// not the same group.
fn push_subgroups(all: &mut Statistics, result: &StudyResult, relation: Relation) {
    let is_comparable = |division: &&SubgroupDivision| {
        relation == Relation::SharedSource || division.name != "board"
    };
    for division in result.subgroups.iter().filter(is_comparable) {
        for group in &division.groups {
            let name = format!("{}, {}: expected share", division.name, group.label);
            all.push("subgroups", name, Unit::Share, &group.expected);
        }
    }
}

fn push_targets(all: &mut Statistics, result: &StudyResult) {
    for target in &result.targets {
        let name = |what: &str| format!("{}: {what}", target.source);
        all.push(
            "targets",
            name("strict"),
            Unit::Count,
            &target.crossover_strict,
        );
        all.push(
            "targets",
            name("expected"),
            Unit::Count,
            &target.crossover_expected,
        );
        all.push(
            "targets",
            name("share of posts"),
            Unit::Share,
            &target.post_share,
        );
    }
}

fn push_strength(all: &mut Statistics, result: &StudyResult) {
    for one in &result.strength.distributions {
        let name = |what: &str| format!("{}, {what}", words_of_name(&one.name));
        all.push("strength", name("median"), Unit::Amount, &one.median);
        all.push("strength", name("Gini"), Unit::Coefficient, &one.gini);
        all.push(
            "strength",
            name("top tenth holds"),
            Unit::Share,
            &one.top_decile_share,
        );
    }
    let single = &result.strength.single_post_share;
    all.push(
        "strength",
        "exactly one post, share".to_owned(),
        Unit::Share,
        single,
    );
}

fn push_order(all: &mut Statistics, result: &StudyResult, last_days: Option<f64>) {
    let order = &result.order;
    let first = "public source first, share".to_owned();
    all.push("order", first, Unit::Share, &order.public_first_share);
    let lag = "lag in days, median".to_owned();
    all.push("order", lag, Unit::Amount, &order.lag_days_median);
    let mut points = result.crossing.points.iter();
    if let Some(point) = points.find(|point| Some(point.days) == last_days) {
        let name = format!("crossed within {} days, share", fixed(point.days, 0));
        all.push("order", name, Unit::Share, &point.crossed_share);
    }
    let activity = &result.crossing_activity;
    for (form, change) in [
        ("strict", &activity.change_strict),
        ("expected", &activity.change_expected),
    ] {
        let name = format!("change in posts a month after the crossing, {form}");
        all.push("order", name, Unit::Amount, change);
    }
}

fn last_shared_days(first: &StudyResult, second: &StudyResult) -> Option<f64> {
    let others = &second.crossing.points;
    let is_shared = |days: &f64| others.iter().any(|point| point.days == *days);
    let points = first.crossing.points.iter().rev();
    points.map(|point| point.days).find(is_shared)
}

fn push_behaviour(all: &mut Statistics, result: &StudyResult) {
    let behaviour = &result.behaviour;
    let auc = "AUC of the classifier".to_owned();
    all.push("behaviour", auc, Unit::Area, &behaviour.classifier_auc);
    for feature in &behaviour.features {
        let name = format!("{}, delta strict", words_of_name(&feature.feature));
        all.push("behaviour", name, Unit::Coefficient, &feature.cliffs_delta);
    }
}

fn push_network(all: &mut Statistics, result: &StudyResult) {
    let network = &result.network;
    let answered = "ordered pairs answered back, share".to_owned();
    all.push("network", answered, Unit::Share, &network.reciprocity);
    for row in &network.chance {
        let quantity = words_of_name(&row.quantity);
        let name = format!("{quantity}, {}, over chance", row.form);
        all.push("network", name, Unit::Coefficient, &row.ratio);
    }
    for measure in &network.measures {
        let name = format!("{}, delta strict", words_of_name(&measure.feature));
        all.push("network", name, Unit::Coefficient, &measure.cliffs_delta);
    }
}
