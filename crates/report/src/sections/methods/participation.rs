//! How participation in the target sources was measured.

use entangle_model::Estimate;
use entangle_model::study::{CrossingActivity, Migration, StudyResult};

use super::described;
use crate::document::{Block, Text};
use crate::number::finite;
use crate::wording::{counted, joined, without_full_stop, words_of_name};

/// Sources, strength, order, the time to the crossing and the months around it.
pub(super) fn participation(result: &StudyResult) -> Vec<Block> {
    let mut items = Vec::new();
    let targets = || result.targets.iter();
    items.extend(described(
        "Crossover users by source, expected",
        targets().map(|target| &target.crossover_expected),
    ));
    items.extend(described(
        "Share of a source’s posts",
        targets().map(|target| &target.post_share),
    ));
    items.extend(described(
        "Share of a source’s threads",
        targets().map(|target| &target.thread_share),
    ));
    items.extend(described(
        "Crossover users that two sources have in common, expected",
        result
            .target_overlaps
            .iter()
            .map(|pair| &pair.crossover_expected),
    ));
    let groups = result.target_groups.iter();
    items.extend(described(
        "Crossover users by group of sources, expected",
        groups.map(|group| &group.crossover_expected),
    ));
    items.extend(strength_items(result));
    let order = &result.order;
    items.extend(described(
        "Public source first",
        std::iter::once(&order.public_first_share),
    ));
    items.extend(described(
        "Lag from the public source to a target source",
        std::iter::once(&order.lag_days_median),
    ));
    let crossing = &result.crossing;
    if let Some(last) = crossing.points.last() {
        items.push(
            Text::new()
                .strong("Time to the first post on a target source: ")
                .name(without_full_stop(&crossing.design))
                .words("; ")
                .name(without_full_stop(&last.crossed_share.method))
                .words(format!(
                    " ({} followed).",
                    counted(crossing.followed_count, "account", "accounts")
                )),
        );
    }
    items.extend(months_around_crossing(&result.crossing_activity));
    items.extend(migration(&result.migration));
    match items.is_empty() {
        true => Vec::new(),
        false => vec![Block::List(items)],
    }
}

fn strength_items(result: &StudyResult) -> Vec<Text> {
    let strength = &result.strength;
    let measured: Vec<_> = strength
        .distributions
        .iter()
        .filter(|one| finite(one.median.value).is_some())
        .collect();
    let mut items = Vec::new();
    if let Some(first) = measured.first() {
        let names: Vec<String> = measured
            .iter()
            .map(|one| words_of_name(&one.name))
            .collect();
        let mut methods = vec![without_full_stop(&first.median.method)];
        for estimate in [&first.gini, &first.top_decile_share] {
            if finite(estimate.value).is_some() {
                methods.push(without_full_stop(&estimate.method));
            }
        }
        items.push(
            Text::new()
                .strong("Strength of participation: ")
                .words(format!("{} per crossover user; ", joined(&names)))
                .name(methods.join("; "))
                .words("."),
        );
    }
    items.extend(described(
        "Share with a single post",
        std::iter::once(&strength.single_post_share),
    ));
    items
}

/// Where those who were active on a silent source post, where anybody is shown.
fn migration(migration: &Migration) -> Option<Text> {
    let destinations = migration.silent_sources.iter();
    let mut destinations = destinations.flat_map(|silent| &silent.destinations);
    let known = destinations.find(|one| finite(one.after_share.value).is_some())?;
    Some(
        Text::new()
            .strong("When a target source falls silent: ")
            .name(without_full_stop(&migration.design))
            .words(". Shares: ")
            .name(without_full_stop(&known.after_share.method))
            .words("."),
    )
}

/// Each form by itself: one may be withheld where the other is not.
fn months_around_crossing(activity: &CrossingActivity) -> Option<Text> {
    let has_value = |estimate: &&Estimate| finite(estimate.value).is_some();
    let months = activity.months.iter();
    let strict = months
        .clone()
        .map(|month| &month.public.mean)
        .find(has_value);
    let expected = months.map(|month| &month.public_expected).find(has_value);
    let changes = [&activity.change_strict, &activity.change_expected];
    let changes: Vec<&Estimate> = changes.into_iter().filter(has_value).collect();
    if strict.is_none() && expected.is_none() && changes.is_empty() {
        return None;
    }
    let mut text = Text::new()
        .strong("Posts around the crossing: ")
        .name(without_full_stop(&activity.design));
    if let Some(strict) = strict {
        text = text
            .words(". Month by month, strict: ")
            .name(without_full_stop(&strict.method))
            .words(format!(
                " ({} and {} followed)",
                counted(
                    activity.crossover_count,
                    "strict crossover user",
                    "strict crossover users"
                ),
                counted(activity.other_count, "matched other", "matched others"),
            ));
    }
    if let Some(expected) = expected {
        text = text
            .words(". Month by month, by probability: ")
            .name(without_full_stop(&expected.method));
    }
    for (index, change) in changes.iter().enumerate() {
        text = text
            .words(if index == 0 { ". Change: " } else { "; and " })
            .name(without_full_stop(&change.method));
    }
    Some(text.words("."))
}
