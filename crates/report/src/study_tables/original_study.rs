//! The questions of the study that opened the field, in its order, with what it published beside
//! what was found here.
//!
//! The published values are of another forum, with other target sources and another rule of
//! linkage. They stand here so that a reader finds the same questions again; they are no target,
//! and no difference from them is computed.

use entangle_model::Estimate;
use entangle_model::study::{StudyResult, Verdict};

use crate::number::{Unit, count, finite};
use crate::study_table::{Cell, Layout, StudyTable};
use crate::study_tables::prevalence::forms;
use crate::table::Table;
use crate::wording::{method, population};

/// The published study, as references name it.
const REFERENCE: &str = "Paquet-Clouston M, Paquette S-O, Garcia S, Erquiaga MJ. Entanglement: \
                             cybercrime connections of a public forum population. Journal of \
                             Cybersecurity 2022; 8(1): tyac010";

const SHARE: &str = "How many are crossover users?";
const SHARE_PUBLISHED: &str = "at least 7.2\u{202F}%";
const SOURCES: &str = "Which target sources do they use?";
const STRENGTH: &str = "How strongly do they take part?";
const STRENGTH_PUBLISHED: &str = "“limited”";
const BEHAVIOUR: &str = "Do they behave differently on the public source?";
const BEHAVIOUR_PUBLISHED: &str = "“relatively indistinguishable”";

/// One statistic under one question.
struct Statistic {
    question: &'static str,
    name: String,
    published: Option<&'static str>,
    unit: Unit,
    estimate: Estimate,
}

/// What was published beside what was found, question by question.
pub fn original_study_table(result: &StudyResult) -> StudyTable {
    let mut statistics = share_statistics(result);
    statistics.extend(source_statistics(result));
    statistics.extend(strength_statistics(result));
    statistics.extend(behaviour_statistics(result));
    let rows = statistics.iter();
    let data = Table::new("original_study")
        .text("question", rows.clone().map(|row| row.question))
        .text("statistic", rows.clone().map(|row| row.name.as_str()))
        .optional_text(
            "published_of_another_forum",
            rows.clone().map(|row| row.published.map(str::to_owned)),
        )
        .text("unit", rows.clone().map(|row| row.unit.name()))
        .estimates("", rows.map(|row| &row.estimate));
    Layout::of(
        data,
        "The questions of the study that opened the field, in its order",
    )
    .basis(format!(
        "Population of this study: {}; n and method by row. Published: {REFERENCE}; of another \
         forum, with other target sources and another rule of linkage, so it is no target and no \
         row is comparable with it one to one.",
        population(result)
    ))
    .grouped_by(|row| row.text("question").to_owned())
    .words("Statistic", |row, _| row.text_cell("statistic"))
    .words("Published, another forum", |row, reasons| {
        match row.optional_text("published_of_another_forum") {
            Some(_) => row.text_cell("published_of_another_forum"),
            None => reasons.missing("no published number at hand for this row"),
        }
    })
    .numbers("This study", |row, reasons| {
        reasons.value(Unit::of_name(row.text("unit")), &row.estimate(""))
    })
    .numbers("95\u{202F}% interval", |row, reasons| {
        reasons.interval(Unit::of_name(row.text("unit")), &row.estimate(""))
    })
    .numbers("n", |row, _| row.count_cell("n"))
    .words("Method", |row, _| Cell::text(method(&row.estimate(""))))
    .finish()
}

fn share_statistics(result: &StudyResult) -> Vec<Statistic> {
    let all = forms(&result.prevalence);
    all.iter()
        .map(|form| Statistic {
            question: SHARE,
            name: form.title.to_owned(),
            published: (form.name != "name_equality_by_chance").then_some(SHARE_PUBLISHED),
            unit: Unit::Share,
            estimate: form.share.clone(),
        })
        .collect()
}

fn source_statistics(result: &StudyResult) -> Vec<Statistic> {
    let statistic = |name: String, estimate: Estimate| Statistic {
        question: SOURCES,
        name,
        published: None,
        unit: Unit::Count,
        estimate,
    };
    let targets = &result.targets;
    let number = targets.len() as u64;
    let mut statistics = vec![statistic(
        "Target sources looked at".to_owned(),
        Estimate::counted(number as f64, number, "sources of the study file, counted"),
    )];
    let expected = |index: usize| finite(targets[index].crossover_expected.value);
    let largest = (0..targets.len())
        .filter(|index| expected(*index).is_some())
        .max_by(|left, right| {
            expected(*left)
                .unwrap_or(0.0)
                .total_cmp(&expected(*right).unwrap_or(0.0))
                .then(right.cmp(left))
        });
    statistics.extend(largest.map(|index| {
        statistic(
            format!("Expected on the one with most, {}", targets[index].source),
            targets[index].crossover_expected.clone(),
        )
    }));
    statistics
}

fn strength_statistics(result: &StudyResult) -> Vec<Statistic> {
    let statistic = |name: &str, unit: Unit, estimate: &Estimate| Statistic {
        question: STRENGTH,
        name: name.to_owned(),
        published: Some(STRENGTH_PUBLISHED),
        unit,
        estimate: estimate.clone(),
    };
    let strength = &result.strength;
    let of = |name: &str| strength.distributions.iter().find(|one| one.name == name);
    let mut statistics = Vec::new();
    if let Some(posts) = of("post_count") {
        statistics.push(statistic(
            "Posts there, median",
            Unit::Amount,
            &posts.median,
        ));
    }
    statistics.push(statistic(
        "Wrote exactly one post there",
        Unit::Share,
        &strength.single_post_share,
    ));
    if let Some(days) = of("active_day_count") {
        statistics.push(statistic(
            "Active days there, median",
            Unit::Amount,
            &days.median,
        ));
    }
    if let Some(posts) = of("post_count") {
        let share = &posts.top_decile_share;
        statistics.push(statistic(
            "Posts of the most active tenth",
            Unit::Share,
            share,
        ));
    }
    statistics
}

fn behaviour_statistics(result: &StudyResult) -> Vec<Statistic> {
    let statistic = |name: &str, unit: Unit, estimate: Estimate| Statistic {
        question: BEHAVIOUR,
        name: name.to_owned(),
        published: Some(BEHAVIOUR_PUBLISHED),
        unit,
        estimate,
    };
    let behaviour = &result.behaviour;
    let mut statistics = vec![statistic(
        "AUC of a classifier over all features",
        Unit::Area,
        behaviour.classifier_auc.clone(),
    )];
    let features = behaviour.features.len() as u64;
    if features == 0 {
        return statistics;
    }
    let verdicts = [
        ("Features distinguishable", Verdict::Distinguishable),
        ("Features equivalent within the margin", Verdict::Equivalent),
        ("Features undecided", Verdict::Undecided),
    ];
    for (name, verdict) in verdicts {
        let rows = behaviour.features.iter();
        let number = rows.filter(|row| row.verdict == verdict).count();
        let how = format!("of {} features, counted", count(features));
        let estimate = Estimate::counted(number as f64, features, how);
        statistics.push(statistic(name, Unit::Count, estimate));
    }
    statistics
}
